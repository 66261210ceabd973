/* Bytes → SD-JWT, as they are and as lines, the payload first and then the disclosures, in which "@1" stands for the digest of the first of them. What opens
 * can be presented in part, and the parts open too; nothing that was not signed is ever valid. */
#include "certs/jose/sd_jwt.h"
#include "tests/certs/envelope.h"

#undef NDEBUG
#include <assert.h>

enum { LINES = 10, DIGEST_SIZE = 44 };

static struct bv_trust *trust;

static void
check(struct bv_str bytes)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_json_free) struct bv_json *list = NULL, *less = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf part = BV_BUF(JWS_MAX), text = BV_BUF(64 << 20);
	struct bv_err err = { 0 };

	bv_credential_verify(&report, bytes, trust, &options);
	assert(bv_report_verdict(report) != BV_VERDICT_VALID);
	bv_report_write(&text, report, BV_STR("fuzz"), BV_LANG_EN);
	if (bv_sd_jwt_list(&list, bytes, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	for (size_t i = 0; i < bv_json_count(list); i++) {
		struct bv_str claim = bv_json_str(bv_json_find(bv_json_at(list, i), "claim"));
		bv_buf_clear(&part);
		if (bv_sd_jwt_disclose(&part, bytes, &claim, 1, &err) != BV_OK)
			assert(err.msg[0]);
		else
			assert(bv_sd_jwt_list(&less, bv_buf_str(&part), &err) == BV_OK && bv_json_count(less) >= 1 && bv_json_count(less) <= bv_json_count(list));
		bv_json_free(less);
		less = NULL;
	}
}

/* A line with its marks replaced. */
static void
replace(struct bv_buf *out, struct bv_str line, char digests[LINES][DIGEST_SIZE], size_t known)
{
	for (size_t i = 0; i < line.len; i++) {
		size_t n = i + 1 < line.len && line.p[i] == '@' ? (size_t)(line.p[i + 1] - '0') : LINES;
		if (n < known) {
			bv_buf_addz(out, digests[n]);
			i++;
		} else {
			bv_buf_addc(out, line.p[i]);
		}
	}
}

static void
assemble(struct bv_buf *out, struct bv_str bytes)
{
	char digests[LINES][DIGEST_SIZE] = { { 0 } };
	BV_AUTO(bv_buf_finish) struct bv_buf disclosures = BV_BUF(JWS_MAX), line = BV_BUF(JWS_MAX);
	struct bv_str payload = bv_str_sub(bytes, 0, bv_str_find(bytes, '\n')), rest = bv_str_sub(bytes, payload.len + 1, bytes.len);
	static const char header[] = "{\"alg\":\"ES256\",\"kid\":\"" SAMPLE_DID "#zDn\",\"typ\":\"" SD_JWT_TYP "\"}";
	size_t known = 0;

	for (; known < LINES && rest.len; known++) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, '\n'));
		struct bv_buf digest = { .p = digests[known], .cap = DIGEST_SIZE, .max = DIGEST_SIZE - 1 };
		uint8_t hash[BV_HASH_LEN];
		size_t from = disclosures.len;
		bv_buf_clear(&line);
		replace(&line, one, digests, known);
		base64url_write(&disclosures, (const uint8_t *)line.p, line.len);
		bv_sha256(hash, (struct bv_str){ disclosures.p + from, disclosures.len - from });
		base64url_write(&digest, hash, sizeof hash);
		bv_buf_addc(&disclosures, '~');
		rest = bv_str_sub(rest, one.len + 1, rest.len);
	}
	bv_buf_clear(&line);
	replace(&line, payload, digests, known);
	base64url_write(out, (const uint8_t *)header, sizeof header - 1);
	bv_buf_addc(out, '.');
	base64url_write(out, (const uint8_t *)line.p, line.len);
	bv_buf_addz(out, ".AAAA~");
	bv_buf_add(out, bv_buf_str(&disclosures));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bv_str bytes = { (const char *)data, size };
	BV_AUTO(bv_buf_finish) struct bv_buf made = BV_BUF(JWS_MAX);

	if (!trust)
		trust = envelope_trust(SAMPLE_DID, "fuzz", true, NULL);
	if (size > 1 << 14)
		return 0;
	check(bytes);
	assemble(&made, bytes);
	check(bv_buf_str(&made));
	return 0;
}

/* The certificate as SD-JWT VC: its holder shows of it what he chooses. */
#include "certs/jose/sd_jwt.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "certs/envelopes.h"
#include "certs/jose/base64url.h"
#include "certs/vc/credential.h"
#include "certs/vc/template.h"

enum {
	SALT_LEN = 16, /* RFC 9901 §9.3: 128 bits */
	DIGEST_SIZE = 44, /* base64url of 32 bytes, and a NUL */
	CLAIMS_MAX = 8, /* besides the areas */
};

struct draft {
	const struct bv_credential_facts *facts;
	struct bv_hmac_key salts;
	struct bv_buf disclosures;           /* "D1~D2~" */
	struct bv_buf scratch;
	char claims[CLAIMS_MAX][DIGEST_SIZE]; /* "_sd" of the payload */
	size_t claim_count;
	char areas[BV_AREAS_MAX][DIGEST_SIZE]; /* "_sd" of "areas" */
	size_t area_count;
};

/* Salts come from one secret, so that the same facts make the same digests again; one that was disclosed tells nothing of the others. */
static void
add_salt(struct bv_buf *out, const struct draft *d, const char *parent, struct bv_str name)
{
	uint8_t mac[BV_HASH_LEN];
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(1024);

	bv_buf_addz(&path, parent);
	bv_buf_add(&path, name);
	bv_hmac_sha256(mac, &d->salts, bv_buf_str(&path));
	base64url_write(out, mac, SALT_LEN);
}

static void
disclose(struct draft *d, char digest[DIGEST_SIZE], const char *parent, struct bv_str name, struct bv_str value)
{
	struct bv_buf *json = &d->scratch, text = { .p = digest, .cap = DIGEST_SIZE, .max = DIGEST_SIZE - 1 };
	size_t from = d->disclosures.len;
	uint8_t hash[BV_HASH_LEN];

	bv_buf_clear(json);
	bv_buf_addz(json, "[\"");
	add_salt(json, d, parent, name);
	bv_buf_addz(json, "\",");
	bv_json_write_str(json, name);
	bv_buf_addc(json, ',');
	bv_json_write_str(json, value);
	bv_buf_addc(json, ']');
	base64url_write(&d->disclosures, (const uint8_t *)json->p, json->len);
	bv_sha256(hash, (struct bv_str){ d->disclosures.p + from, d->disclosures.len - from });
	bv_buf_addc(&d->disclosures, '~');
	base64url_write(&text, hash, sizeof hash);
}

static void
disclose_claim(struct draft *d, const char *name, struct bv_str value)
{
	if (value.len)
		disclose(d, d->claims[d->claim_count++], "", bv_str_of(name), value);
}

static void
disclose_all(struct draft *d)
{
	const struct bv_credential_facts *f = d->facts;
	char awarded[BV_TIME_SIZE];

	disclose_claim(d, "name", f->holder);
	disclose_claim(d, "birthdate", f->birth);
	disclose_claim(d, "licence", f->licence);
	disclose_claim(d, "level", f->level);
	for (size_t i = 0; i < f->achievement->area_count; i++)
		if (f->values[i].len)
			disclose(d, d->areas[d->area_count++], "areas.", f->achievement->areas[i].code, f->values[i]);
	disclose_claim(d, "decision", bv_str_of(credential_status_words[f->decision]));
	disclose_claim(d, "awarded", bv_str_of(bv_time_write(awarded, f->awarded_s)));
}

/* ---- The payload ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* RFC 9901 §4.2.4.1: in an order that tells nothing of theirs. */
static void
pen_digests(struct bv_json_pen *pen, char (*digests)[DIGEST_SIZE], size_t count)
{
	qsort(digests, count, sizeof *digests, by_text);
	bv_json_pen_open(pen, "_sd", '[');
	for (size_t i = 0; i < count; i++)
		bv_json_pen_str(pen, NULL, bv_str_of(digests[i]));
	bv_json_pen_close(pen, ']');
}

static void
pen_log(struct bv_json_pen *pen, const struct bv_credential_facts *f)
{
	BV_AUTO(bv_buf_finish) struct bv_buf leaf = BV_BUF(64);

	base64url_write(&leaf, f->leaf, sizeof f->leaf);
	bv_json_pen_open(pen, "log", '{');
	bv_json_pen_int(pen, "index", (int64_t)f->log_idx);
	bv_json_pen_str(pen, "leaf", bv_buf_str(&leaf));
	bv_json_pen_str(pen, "origin", f->log_origin);
	bv_json_pen_close(pen, '}');
}

static void
pen_status(struct bv_json_pen *pen, const struct bv_credential_facts *f)
{
	BV_AUTO(bv_buf_finish) struct bv_buf uri = BV_BUF(2 * BV_TEXT_MAX);

	bv_buf_add(&uri, f->status);
	bv_buf_addz(&uri, "/token");
	bv_json_pen_open(pen, "status", '{');
	bv_json_pen_open(pen, "status_list", '{');
	bv_json_pen_int(pen, "idx", f->status_idx);
	bv_json_pen_str(pen, "uri", bv_buf_str(&uri));
	bv_json_pen_close(pen, '}');
	bv_json_pen_close(pen, '}');
}

static void
write_payload(struct bv_buf *out, struct draft *d, const struct bv_signer *signer)
{
	const struct bv_credential_facts *f = d->facts;
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	pen_digests(&pen, d->claims, d->claim_count);
	bv_json_pen_str(&pen, "_sd_alg", BV_STR("sha-256"));
	if (d->area_count) {
		bv_json_pen_open(&pen, "areas", '{');
		pen_digests(&pen, d->areas, d->area_count);
		bv_json_pen_close(&pen, '}');
	}
	if (f->valid_until_s)
		bv_json_pen_int(&pen, "exp", f->valid_until_s);
	bv_json_pen_int(&pen, "iat", f->created_s);
	bv_json_pen_str(&pen, "iss", signer->issuer.did);
	if (f->log_origin.len)
		pen_log(&pen, f);
	bv_json_pen_int(&pen, "nbf", f->valid_from_s);
	if (f->status.len)
		pen_status(&pen, f);
	bv_json_pen_str(&pen, "vct", f->achievement->id);
	bv_json_pen_close(&pen, '}');
}

static bool
is_zero(const uint8_t *p, size_t len)
{
	while (len && *p == 0)
		p++, len--;
	return len == 0;
}

static enum bv_status
write_all(struct bv_buf *out, struct draft *d, struct bv_str header, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf payload = BV_BUF(BV_CREDENTIAL_MAX);
	size_t from = out->len;
	bool full = out->full;

	disclose_all(d);
	write_payload(&payload, d, signer);
	if (d->disclosures.full || payload.full)
		return bv_err_set(err, BV_ELIMIT, "the certificate is larger than %u bytes", BV_CREDENTIAL_MAX);
	TRY(jws_write(out, header, bv_buf_str(&payload), NULL, signer->p256, err));
	bv_buf_addc(out, '~');
	bv_buf_add(out, bv_buf_str(&d->disclosures));
	if (!out->full)
		return BV_OK;
	out->len = from;
	out->full = full;
	return bv_err_set(err, BV_ELIMIT, "the certificate is larger than the %zu bytes left for it", out->max - from);
}

enum bv_status
bv_sd_jwt_issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	const struct bv_signer *signer = template_signer(t);
	struct draft d = { .facts = facts, .disclosures = BV_BUF(BV_CREDENTIAL_MAX), .scratch = BV_BUF(BV_CREDENTIAL_MAX) };
	struct bv_str header;

	TRY(signer_header(&header, signer, SD_JWT_TYP, err));
	TRY(facts_check(facts, err));
	if (is_zero(facts->secret, sizeof facts->secret))
		return bv_err_set(err, BV_EINVAL, "SD-JWT: the facts have no secret, without which what is not disclosed could be guessed from its digest");
	bv_hmac_key_init(&d.salts, (struct bv_str){ (const char *)facts->secret, sizeof facts->secret });
	enum bv_status status = write_all(out, &d, header, signer, err);
	bv_wipe(&d.salts, sizeof d.salts);
	bv_buf_finish(&d.disclosures);
	bv_buf_finish(&d.scratch);
	return status;
}

/* ---- Presenting ---- */

/* Is path what was asked for, a part of it, or what it is a part of? */
static bool
belongs(struct bv_str path, struct bv_str claim)
{
	struct bv_str shorter = path.len < claim.len ? path : claim, longer = path.len < claim.len ? claim : path;

	return bv_str_starts(longer, shorter) && (longer.len == shorter.len || longer.p[shorter.len] == '.');
}

static enum bv_status
unknown_claim(const struct sd_jwt *sd, struct bv_str claim, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf names = BV_BUF(200);

	for (size_t i = 0; i < sd->count; i++) {
		struct bv_str path = sd->disclosures[i].path;
		if (names.len + path.len + 2 < names.max)
			bv_buf_printf(&names, "%s%.*s", names.len ? ", " : "", BV_STR_ARG(path));
	}
	return bv_err_set(err, BV_ENOTFOUND, "there is no '%.*s' to disclose; there is: %s", BV_STR_ARG(bv_str_sub(claim, 0, 40)), names.p ? names.p : "nothing");
}

enum bv_status
bv_sd_jwt_disclose(struct bv_buf *out, struct bv_str text, const struct bv_str *claims, size_t count, struct bv_err *err)
{
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *opened = NULL;

	TRY(sd_jwt_parse(&sd, bv_str_trim(text), err));
	TRY(sd_jwt_open(&opened, &sd, err));
	for (size_t c = 0; c < count; c++) {
		size_t i = 0;
		while (i < sd.count && !(claims[c].len && belongs(sd.disclosures[i].path, claims[c]) && sd.disclosures[i].path.len >= claims[c].len))
			i++;
		if (i == sd.count)
			return unknown_claim(&sd, claims[c], err);
	}
	bv_buf_add(out, sd.issued);
	bv_buf_addc(out, '~');
	for (size_t i = 0; i < sd.count; i++) {
		size_t c = 0;
		while (c < count && !belongs(sd.disclosures[i].path, claims[c]))
			c++;
		if (c == count)
			continue;
		bv_buf_add(out, sd.disclosures[i].text);
		bv_buf_addc(out, '~');
	}
	return bv_buf_check(out, err);
}

enum bv_status
bv_sd_jwt_list(struct bv_json **out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *opened = NULL, *list = bv_json_new_array();

	TRY(sd_jwt_parse(&sd, bv_str_trim(text), err));
	TRY(sd_jwt_open(&opened, &sd, err));
	for (size_t i = 0; i < sd.count; i++) {
		const struct sd_disclosure *d = &sd.disclosures[i];
		struct bv_json *claim = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(claim, "claim", d->path);
		bv_json_set(claim, "value", bv_json_copy(bv_json_at(d->json, bv_json_count(d->json) - 1)));
	}
	*out = bv_steal(&list);
	return BV_OK;
}

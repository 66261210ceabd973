/* A certificate on paper: claims in a COSE_Sign1, as the text that a QR symbol holds. */
#include "certs/jose/qr.h"

#include <ctype.h>

#include "certs/envelopes.h"
#include "certs/jose/base64url.h"
#include "certs/jose/cose.h"
#include "certs/jose/paper.h"
#include "certs/keys/jwk.h"
#include "certs/vc/template.h"

enum bv_status
bv_cwt_issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf claims = BV_BUF(BV_CBOR_MAX / 2);
	const struct bv_signer *signer = template_signer(t);
	uint8_t thumbprint[BV_HASH_LEN];
	struct bv_str kid = { (const char *)signer->delegation, BV_DELEGATION_LEN }, none;

	TRY(signer_header(&none, signer, NULL, err));
	TRY(facts_check(facts, err));
	if (!signer->delegated) {
		jwk_thumbprint(thumbprint, bv_key_describe(signer->p256));
		kid = (struct bv_str){ (const char *)thumbprint, QR_KID_LEN };
	}
	TRY(paper_write(&claims, facts, signer->issuer.did, !signer->delegated, err));
	TRY(bv_buf_check(&claims, err));
	return cose_write(out, kid, bv_buf_str(&claims), signer->p256, err);
}

/* ---- Digits: seven bytes are seventeen, the densest that a symbol holds, and nothing in them that an address would escape ---- */

enum { GROUP = 7, GROUP_DIGITS = 17 };
/* Digits of so many bytes. */
static const uint8_t digits_of[GROUP + 1] = { 0, 3, 5, 8, 10, 13, 15, GROUP_DIGITS };

void
qr_digits_write(struct bv_buf *out, struct bv_str bytes)
{
	while (bytes.len) {
		size_t len = bytes.len < GROUP ? bytes.len : GROUP;
		char *digits = bv_buf_extend(out, digits_of[len]);
		uint64_t n = 0;
		if (!digits)
			return;
		for (size_t i = 0; i < len; i++)
			n = n << 8 | (uint8_t)bytes.p[i];
		for (size_t i = digits_of[len]; i-- > 0; n /= 10)
			digits[i] = (char)('0' + n % 10);
		bytes = bv_str_sub(bytes, len, bytes.len);
	}
}

static bool
read_group(struct bv_buf *out, struct bv_str digits, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return false;
		n = 10 * n + (uint64_t)(digits.p[i] - '0');
	}
	if (n >> (8 * len))
		return false;
	for (size_t i = len; i-- > 0;)
		bv_buf_addc(out, (char)(n >> (8 * i)));
	return true;
}

bool
qr_digits_parse(struct bv_buf *out, struct bv_str text)
{
	bv_buf_clear(out);
	while (text.len) {
		size_t len = GROUP;
		if (text.len < GROUP_DIGITS)
			for (len = 1; len < GROUP && digits_of[len] != text.len;)
				len++;
		if (len == GROUP && text.len < GROUP_DIGITS)
			return false;
		if (!read_group(out, bv_str_sub(text, 0, digits_of[len]), len))
			return false;
		text = bv_str_sub(text, digits_of[len], text.len);
	}
	return !out->full;
}

/* ---- The text ---- */

void
bv_qr_text(struct bv_buf *out, struct bv_str page, struct bv_str cose)
{
	bv_buf_add(out, page);
	bv_buf_addc(out, '#');
	qr_digits_write(out, cose);
}

/* Bits of version 14-M for data (ISO/IEC 18004 table 7), and of the modes that the text is in (§7.4): a count has 16 bits for bytes, 11 for capitals and the like,
 * 12 for digits. */
enum { BITS_14M = 2920, MODE_BITS = 4 };

static size_t
digit_bits(size_t cwt_len)
{
	static const size_t rest[] = { 0, 4, 7 };
	size_t digits = cwt_len / GROUP * GROUP_DIGITS + digits_of[cwt_len % GROUP];

	return MODE_BITS + 12 + digits / 3 * 10 + rest[digits % 3];
}

bool
qr_fits(struct bv_str page, size_t cwt_len)
{
	size_t page_bits = MODE_BITS + 16 + 8 * (page.len + 1);

	if (bv_str_starts(page, BV_STR("HTTPS:"))) /* '#' is not one of those characters */
		page_bits = MODE_BITS + 11 + (11 * page.len + 1) / 2 + MODE_BITS + 16 + 8;
	return page_bits + digit_bits(cwt_len) <= BITS_14M;
}

void
bv_qr_page(struct bv_buf *out, struct bv_str did, size_t cwt_len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(2 * BV_DID_MAX);

	bv_did_web_address(&address, did);
	struct bv_str rest = bv_str_sub(bv_buf_str(&address), 8, address.len); /* after "https://" */
	if (!address.len)
		return;
	size_t from = out->len;
	bv_buf_addz(out, "https://");
	bv_buf_add(out, bv_str_sub(rest, 0, bv_str_find(rest, '/')));
	bv_buf_addz(out, "/v");
	if (qr_fits(bv_str_sub(bv_buf_str(out), from, out->len), cwt_len))
		return;
	for (size_t i = from; i < out->len; i++)
		out->p[i] = (char)toupper((unsigned char)out->p[i]);
}

enum bv_status
bv_qr_parse(struct bv_buf *out, struct bv_str text, struct bv_err *err)
{
	size_t hash;

	text = bv_str_trim(text);
	hash = bv_str_find(text, '#');
	if (hash < text.len)
		text = bv_str_sub(text, hash + 1, text.len);
	if (text.len > QR_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "longer than the %d characters that a symbol holds", QR_TEXT_MAX);
	if (text.len && (qr_digits_parse(out, text) || base64url_parse(out, text)))
		return BV_OK;
	return bv_err_set(err, BV_EPARSE, "what stands after '#' is neither digits nor base64url");
}

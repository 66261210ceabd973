/* What kind of envelope is it? The bytes themselves say so, whatever a file is called. */
#include <stdlib.h>

#include "certs/jose/base64url.h"
#include "certs/verify/verify.h"

typedef void verify_fn(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options);

static bool
only_base64url(struct bv_str text)
{
	return base64url_span(text) == text.len;
}

/* Three parts of base64url with full stops between them (RFC 7515 §7.1); the disclosures of an SD-JWT after it are looked at by who reads them. */
static bool
is_jws(struct bv_str text)
{
	for (int part = 0; part < 2; part++) {
		size_t len = base64url_span(text);
		if (len == text.len || text.p[len] != '.')
			return false;
		text = bv_str_sub(text, len + 1, text.len);
	}
	return only_base64url(text);
}

/* "HC1:" or the like: capital letters and digits, and a colon. */
static bool
has_prefix(struct bv_str text)
{
	size_t colon = bv_str_find(text, ':');

	if (colon < 2 || colon > 4 || colon == text.len)
		return false;
	for (size_t i = 0; i < colon; i++)
		if (!((text.p[i] >= 'A' && text.p[i] <= 'Z') || (text.p[i] >= '0' && text.p[i] <= '9')))
			return false;
	return true;
}

/* What is none of the others is taken for JSON, and the report says where that ends. */
static verify_fn *
envelope_of(struct bv_str bytes)
{
	enum { COSE_SIGN1 = 0xd2, TEXT_LEAST = 64 };
	struct bv_str text = bv_str_trim(bytes), jwt = bv_str_sub(text, 0, bv_str_find(text, '~'));

	if (bv_str_starts(bytes, BV_STR("%PDF-")))
		return verify_pdf;
	if (bytes.len && (unsigned char)bytes.p[0] == COSE_SIGN1)
		return verify_qr;
	if (bv_str_starts(text, BV_STR("{")))
		return verify_json;
	if (text.len >= TEXT_LEAST && is_jws(jwt))
		return jwt.len < text.len ? verify_sd_jwt : verify_jwt;
	/* A large symbol's address is in capitals, which take less room (bv_qr_page). */
	if (((bv_str_starts(text, BV_STR("https://")) || bv_str_starts(text, BV_STR("HTTPS://"))) && bv_str_find(text, '#') < text.len) || has_prefix(text) ||
	    (text.len >= TEXT_LEAST && only_base64url(text)))
		return verify_qr;
	return verify_json;
}

void
bv_credential_verify(struct bv_report **out, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	*out = bv_alloc(sizeof **out);
	envelope_of(bytes)(*out, bytes, trust, options);
	verify_removed(*out, 0);
}

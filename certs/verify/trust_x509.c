#include "certs/verify/trust_x509.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "certs/x509/der.h"

enum { DER_MAX = 16 << 20 };

static bool
is_x509(struct bv_str der, bool list)
{
	const unsigned char *at = (const unsigned char *)der.p, *end = at + der.len;
	X509_CRL *crl = list ? d2i_X509_CRL(NULL, &at, (long)der.len) : NULL;
	X509 *x509 = list ? NULL : d2i_X509(NULL, &at, (long)der.len);
	bool good = (crl || x509) && at == end;

	X509_CRL_free(crl);
	X509_free(x509);
	ERR_clear_error();
	return good;
}

static enum bv_status
add_one(struct trust_x509 *x509, struct bv_arena *arena, struct bv_str der, bool list, struct bv_err *err)
{
	size_t *count = list ? &x509->list_count : &x509->anchor_count;

	if (!is_x509(der, list))
		return bv_err_set(err, BV_EPARSE, "not %s of X.509 (RFC 5280), in PEM or DER", list ? "a revocation list" : "a certificate");
	if (*count == TRUST_X509_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d %s in the trust folder", TRUST_X509_MAX, list ? "revocation lists" : "certificates");
	(list ? x509->lists : x509->anchors)[(*count)++] = bv_arena_str(arena, der);
	return BV_OK;
}

static enum bv_status
add(struct trust_x509 *x509, struct bv_arena *arena, struct bv_str bytes, bool list, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(DER_MAX);
	size_t found = 0;

	if (!bytes.len || (unsigned char)bytes.p[0] == DER_SEQUENCE)
		return add_one(x509, arena, bytes, list, err);
	for (; pem_next(&der, &bytes, list ? "X509 CRL" : "CERTIFICATE"); found++)
		TRY(add_one(x509, arena, bv_buf_str(&der), list, err));
	return found ? BV_OK : add_one(x509, arena, BV_STR_NONE, list, err);
}

bool
trust_x509_is(struct bv_str name)
{
	return bv_str_ends(name, BV_STR(".crt")) || bv_str_ends(name, BV_STR(".crl"));
}

enum bv_status
trust_x509_add(struct trust_x509 *x509, struct bv_arena *arena, struct bv_str name, struct bv_str bytes, struct bv_err *err)
{
	return trust_x509_is(name) ? add(x509, arena, bytes, bv_str_ends(name, BV_STR(".crl")), err) : BV_OK;
}

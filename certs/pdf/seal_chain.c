#include "certs/pdf/seal_chain.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "certs/x509/der.h"

BV_AUTO_DEFINE(X509, X509_free)

static struct bv_str
keep(struct bv_arena *arena, unsigned char *der, int len)
{
	bv_need(len >= 0); /* OpenSSL wrote what it had read */
	struct bv_str kept = bv_arena_str(arena, (struct bv_str){ (const char *)der, (size_t)len });
	OPENSSL_free(der);
	return kept;
}

void
seal_public(struct bv_public *out, const X509 *x509)
{
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(x509);
	EVP_PKEY *pkey = X509_get0_pubkey(x509);
	size_t len = (size_t)ASN1_STRING_length(bits);
	char curve[32] = "";

	*out = (struct bv_public){ 0 };
	if (pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_EC)
		EVP_PKEY_get_group_name(pkey, curve, sizeof curve, NULL);
	if (len == 65 && strcmp(curve, "prime256v1") == 0)
		*out = (struct bv_public){ .kind = BV_KEY_P256, .len = len };
	else if (len == 97 && strcmp(curve, "secp384r1") == 0)
		*out = (struct bv_public){ .kind = BV_KEY_P384, .len = len };
	else
		return;
	memcpy(out->p, ASN1_STRING_get0_data(bits), len);
}

static enum bv_status
add_link(struct bv_seal_chain *chain, struct bv_str der, struct bv_err *err)
{
	const unsigned char *at = (const unsigned char *)der.p;
	BV_AUTO(X509_free) X509 *x509 = d2i_X509(NULL, &at, (long)der.len);
	unsigned char *name = NULL, *serial = NULL;

	ERR_clear_error();
	if (!x509 || at != (const unsigned char *)der.p + der.len)
		return bv_err_set(err, BV_EPARSE, "certificate %zu of the chain is not X.509 (RFC 5280)", chain->count + 1);
	if (chain->count == BV_CHAIN_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d certificates in the chain", BV_CHAIN_MAX);
	struct seal_link *link = &chain->links[chain->count++];
	link->der = bv_arena_str(&chain->arena, der);
	int len = i2d_X509_NAME(X509_get_issuer_name(x509), &name);
	link->issuer = keep(&chain->arena, name, len);
	len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), &serial);
	link->serial = keep(&chain->arena, serial, len);
	seal_public(&link->public, x509);
	return BV_OK;
}

enum bv_status
bv_seal_chain_parse(struct bv_seal_chain **out, struct bv_str pem, struct bv_err *err)
{
	BV_AUTO(bv_seal_chain_free) struct bv_seal_chain *chain = bv_alloc(sizeof *chain);
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(64 << 10);

	while (pem_next(&der, &pem, "CERTIFICATE"))
		TRY(add_link(chain, bv_buf_str(&der), err));
	if (!chain->count)
		return bv_err_set(err, BV_EPARSE, "no certificate in PEM (-----BEGIN CERTIFICATE-----)");
	if (!chain->links[0].public.kind)
		return bv_err_set(err, BV_EINVAL, "the first certificate of the chain is not that of a key of P-256 or P-384");
	*out = bv_steal(&chain);
	return BV_OK;
}

void
bv_seal_chain_free(struct bv_seal_chain *chain)
{
	if (!chain)
		return;
	bv_arena_finish(&chain->arena);
	free(chain);
}

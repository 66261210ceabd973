/* CMS signatures and what they lead to, by OpenSSL: another reader than the writer of cms.c. Times of revocation and of stamps are compared here, because
 * X509_verify_cert asks of a list that it be of the time for which one verifies, and a list of today says more about a seal of last year. */
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "certs/pdf/cms.h"
#include "certs/pdf/seal_chain.h"

enum { ATTRIBUTES = 3, URIS_MAX = 16 };

typedef STACK_OF(X509) x509_stack;

static void
x509_stack_free(x509_stack *stack)
{
	sk_X509_pop_free(stack, X509_free);
}

BV_AUTO_DEFINE(CMS_ContentInfo, CMS_ContentInfo_free)
BV_AUTO_DEFINE(X509_STORE, X509_STORE_free)
BV_AUTO_DEFINE(X509_STORE_CTX, X509_STORE_CTX_free)
BV_AUTO_DEFINE(X509_CRL, X509_CRL_free)
BV_AUTO_DEFINE(X509, X509_free)
BV_AUTO_DEFINE(PKCS7, PKCS7_free)
BV_AUTO_DEFINE(TS_VERIFY_CTX, TS_VERIFY_CTX_free)
BV_AUTO_DEFINE(GENERAL_NAMES, GENERAL_NAMES_free)
BV_AUTO_DEFINE(x509_stack, x509_stack_free)

static struct bv_str
bytes_of(const ASN1_STRING *string)
{
	return (struct bv_str){ (const char *)ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string) };
}

static X509 *
x509_of(struct bv_str der)
{
	const unsigned char *at = (const unsigned char *)der.p;

	return d2i_X509(NULL, &at, (long)der.len);
}

static bool
time_of(int64_t *out, const ASN1_TIME *time)
{
	struct tm tm;
	char text[40];
	struct bv_err ignored;

	if (!time || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", (tm.tm_year + 1900) % 10000, (tm.tm_mon + 1) % 100, tm.tm_mday % 100, tm.tm_hour % 100,
	         tm.tm_min % 100, tm.tm_sec % 100);
	return bv_time_parse(out, bv_str_of(text), &ignored) == BV_OK;
}

/* ---- The signer ---- */

static enum bv_status
find_signer(CMS_SignerInfo **out, X509 **leaf, CMS_ContentInfo *cms, x509_stack *certificates, struct bv_err *err)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(cms);

	if (sk_CMS_SignerInfo_num(signers) != 1)
		return bv_err_set(err, BV_EPARSE, "PAdES: the seal has not exactly one signature");
	*out = sk_CMS_SignerInfo_value(signers, 0);
	*leaf = NULL;
	for (int i = 0; i < sk_X509_num(certificates); i++)
		if (CMS_SignerInfo_cert_cmp(*out, sk_X509_value(certificates, i)) == 0)
			*leaf = sk_X509_value(certificates, i);
	if (!*leaf)
		return bv_err_set(err, BV_EPARSE, "PAdES: the certificate of the seal's key is not in it");
	CMS_SignerInfo_set1_signer_cert(*out, *leaf);
	return BV_OK;
}

static enum bv_status
check_attributes(CMS_SignerInfo *signer, X509 *leaf, const uint8_t digest[BV_HASH_LEN], struct bv_err *err)
{
	ASN1_OBJECT *content = CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
	ASN1_OCTET_STRING *hash = CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
	ASN1_STRING *own = CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE);

	if (CMS_signed_get_attr_count(signer) != ATTRIBUTES || !content || OBJ_obj2nid(content) != NID_pkcs7_data || !hash || !own)
		return bv_err_set(err, BV_EPARSE, "PAdES B-B: the signed attributes are not contentType, messageDigest and signingCertificateV2 alone");
	if (ASN1_STRING_length(hash) != BV_HASH_LEN || !bv_hash_eq(ASN1_STRING_get0_data(hash), digest))
		return bv_err_set(err, BV_EDENIED, "the sealed bytes are not those of the file: it was changed after it was sealed");
	const unsigned char *at = ASN1_STRING_get0_data(own);
	ESS_SIGNING_CERT_V2 *named = d2i_ESS_SIGNING_CERT_V2(NULL, &at, ASN1_STRING_length(own));
	x509_stack *chain = sk_X509_new_null();
	bv_need(chain && sk_X509_push(chain, leaf) > 0);
	bool fits = named && OSSL_ESS_check_signing_certs(NULL, named, chain, 1) > 0;
	sk_X509_free(chain);
	ESS_SIGNING_CERT_V2_free(named);
	return fits ? BV_OK : bv_err_set(err, BV_EDENIED, "CAdES: the seal was made for another certificate than the one in it (signingCertificateV2)");
}

/* ECDSA of P-256 with SHA-256 or of P-384 with SHA-384 over the attributes; the document's hash is SHA-256. */
static enum bv_status
check_signature(struct cms_facts *out, CMS_SignerInfo *signer, struct bv_err *err)
{
	X509_ALGOR *digest, *algorithm;
	int wanted = out->public.kind == BV_KEY_P384 ? NID_ecdsa_with_SHA384 : NID_ecdsa_with_SHA256;

	CMS_SignerInfo_get0_algs(signer, NULL, NULL, &digest, &algorithm);
	if (!out->public.kind || OBJ_obj2nid(digest->algorithm) != NID_sha256 || OBJ_obj2nid(algorithm->algorithm) != wanted)
		return bv_err_set(err, BV_EPARSE, "the seal is not by ECDSA of P-256 with SHA-256 (or of P-384): this program reads no other");
	if (CMS_SignerInfo_verify(signer) != 1)
		return bv_err_set(err, BV_EDENIED, "the seal's signature does not match its attributes");
	return BV_OK;
}

/* ---- Chain, revocation, stamp ---- */

static x509_stack *
read_certificates(struct der_list list)
{
	x509_stack *stack = sk_X509_new_null();

	bv_need(stack);
	for (size_t i = 0; i < list.count; i++) {
		X509 *x509 = x509_of(list.items[i]);
		if (x509)
			bv_need(sk_X509_push(stack, x509) > 0);
	}
	return stack;
}

/* Whatever lies in the trust folder may end a chain: X509_V_FLAG_PARTIAL_CHAIN. */
static X509_STORE *
store_of(struct der_list anchors, int64_t at_s)
{
	X509_STORE *store = X509_STORE_new();

	bv_need(store);
	for (size_t i = 0; i < anchors.count; i++) {
		BV_AUTO(X509_free) X509 *x509 = x509_of(anchors.items[i]);
		if (x509)
			bv_need(X509_STORE_add_cert(store, x509) == 1);
	}
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)at_s);
	X509_VERIFY_PARAM_set_flags(X509_STORE_get0_param(store), X509_V_FLAG_PARTIAL_CHAIN);
	return store;
}

/* The last list that the issuer signed and that names the certificate. */
static void
check_list(struct cms_facts *out, struct bv_arena *arena, struct bv_str der, X509 *certificate, X509 *issuer)
{
	const unsigned char *at = (const unsigned char *)der.p;
	BV_AUTO(X509_CRL_free) X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);
	X509_REVOKED *entry = NULL;
	char when[BV_TIME_SIZE];
	int64_t revoked_s;

	if (!crl || X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) != 0 || X509_CRL_verify(crl, X509_get0_pubkey(issuer)) != 1 ||
	    X509_CRL_get0_by_serial(crl, &entry, X509_get0_serialNumber(certificate)) != 1 || !time_of(&revoked_s, X509_REVOKED_get0_revocationDate(entry)))
		return;
	if (out->revoked.len && out->revoked_s <= revoked_s)
		return;
	out->revoked_s = revoked_s;
	out->revoked = bv_arena_str(arena, bv_str_of(bv_time_write(when, revoked_s)));
}

static void
check_chain(struct cms_facts *out, struct bv_arena *arena, X509 *leaf, x509_stack *certificates, const struct cms_trust *trust, int64_t at_s)
{
	BV_AUTO(X509_STORE_free) X509_STORE *store = store_of(trust->anchors, at_s);
	BV_AUTO(X509_STORE_CTX_free) X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	uint32_t usage = X509_get_key_usage(leaf);

	bv_need(ctx && X509_STORE_CTX_init(ctx, store, leaf, certificates) == 1);
	if (X509_verify_cert(ctx) != 1)
		out->chain_fault = bv_str_of(X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
	else if (!(usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)))
		out->chain_fault = BV_STR("its keyUsage does not let it sign documents");
	x509_stack *chain = X509_STORE_CTX_get0_chain(ctx);
	for (int i = 0; chain && !out->chain_fault.len && i + 1 < sk_X509_num(chain); i++)
		for (size_t l = 0; l < trust->lists.count; l++)
			check_list(out, arena, trust->lists.items[l], sk_X509_value(chain, i), sk_X509_value(chain, i + 1));
}

static const char *
check_token(struct cms_facts *out, PKCS7 *token, struct bv_str signature, const struct cms_trust *trust)
{
	BV_AUTO(TS_VERIFY_CTX_free) TS_VERIFY_CTX *ctx = TS_VERIFY_CTX_new();
	TS_TST_INFO *stamp = PKCS7_to_TS_TST_INFO(token);
	uint8_t hash[BV_HASH_LEN];
	unsigned char *imprint = OPENSSL_malloc(BV_HASH_LEN);

	bv_need(ctx && imprint);
	bool timed = stamp && time_of(&out->stamped_s, TS_TST_INFO_get_time(stamp));
	bool sha256 = stamp && OBJ_obj2nid(TS_MSG_IMPRINT_get_algo(TS_TST_INFO_get_msg_imprint(stamp))->algorithm) == NID_sha256;
	TS_TST_INFO_free(stamp);
	bv_sha256(hash, signature);
	memcpy(imprint, hash, sizeof hash);
	TS_VERIFY_CTX_set_imprint(ctx, imprint, BV_HASH_LEN); /* owned by ctx, as the next two */
	if (!timed || !sha256)
		return "it has no time, or another hash than SHA-256";
	TS_VERIFY_CTX_set_flags(ctx, TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE);
	TS_VERIFY_CTX_set_store(ctx, store_of(trust->anchors, out->stamped_s));
	TS_VERIFY_CTX_set_certs(ctx, read_certificates(trust->more));
	return TS_RESP_verify_token(ctx, token) == 1 ? NULL : "it is not for this seal, or its authority is not in the trust folder";
}

static void
check_stamp(struct cms_facts *out, CMS_SignerInfo *signer, const struct cms_trust *trust)
{
	ASN1_STRING *value = CMS_unsigned_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_id_smime_aa_timeStampToken), -3, V_ASN1_SEQUENCE);

	if (CMS_unsigned_get_attr_by_NID(signer, NID_id_smime_aa_timeStampToken, -1) < 0)
		return;
	const unsigned char *at = value ? ASN1_STRING_get0_data(value) : NULL;
	BV_AUTO(PKCS7_free) PKCS7 *token = value ? d2i_PKCS7(NULL, &at, ASN1_STRING_length(value)) : NULL;
	const char *fault = "it cannot be read";
	if (token && PKCS7_type_is_signed(token))
		fault = check_token(out, token, bytes_of(CMS_SignerInfo_get0_signature(signer)), trust);
	out->stamped = fault == NULL;
	out->stamp_fault = bv_str_of(fault);
}

/* ---- What the certificate says ---- */

static void
read_subject(struct cms_facts *out, struct bv_arena *arena, X509 *leaf)
{
	BIO *text = BIO_new(BIO_s_mem());
	char *p;

	bv_need(text);
	X509_NAME_print_ex(text, X509_get_subject_name(leaf), 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	long len = BIO_get_mem_data(text, &p);
	out->subject = bv_arena_str(arena, (struct bv_str){ p, len > 0 ? (size_t)len : 0 });
	BIO_free_all(text);
	time_of(&out->from_s, X509_get0_notBefore(leaf));
	time_of(&out->until_s, X509_get0_notAfter(leaf));
}

static void
read_uris(struct cms_facts *out, struct bv_arena *arena, X509 *leaf)
{
	BV_AUTO(GENERAL_NAMES_free) GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	struct bv_str *uris = bv_arena_array(arena, URIS_MAX, struct bv_str);

	for (int i = 0; i < sk_GENERAL_NAME_num(names) && out->uri_count < URIS_MAX; i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type == GEN_URI)
			uris[out->uri_count++] = bv_arena_str(arena, bytes_of(name->d.uniformResourceIdentifier));
	}
	out->uris = uris;
}

/* The seal's place is filled with zeros after the signature. */
static enum bv_status
read_cms(CMS_ContentInfo **out, struct bv_str der, struct bv_err *err)
{
	const unsigned char *at = (const unsigned char *)der.p;
	BV_AUTO(CMS_ContentInfo_free) CMS_ContentInfo *cms = der.len ? d2i_CMS_ContentInfo(NULL, &at, (long)der.len) : NULL;

	if (!cms || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || CMS_is_detached(cms) != 1)
		return bv_err_set(err, BV_EPARSE, "PAdES: the seal is no detached CMS SignedData (RFC 5652)");
	for (; at < (const unsigned char *)der.p + der.len; at++)
		if (*at)
			return bv_err_set(err, BV_EPARSE, "PAdES: something stands behind the seal's signature where only zeros may");
	*out = bv_steal(&cms);
	return BV_OK;
}

static enum bv_status
check(struct cms_facts *out, struct bv_arena *arena, CMS_ContentInfo *cms, const uint8_t digest[BV_HASH_LEN], const struct cms_trust *trust, int64_t claimed_s,
      struct bv_err *err)
{
	BV_AUTO(x509_stack_free) x509_stack *certificates = CMS_get1_certs(cms);
	CMS_SignerInfo *signer = NULL;
	X509 *leaf = NULL;

	TRY(find_signer(&signer, &leaf, cms, certificates, err));
	seal_public(&out->public, leaf);
	read_subject(out, arena, leaf);
	read_uris(out, arena, leaf);
	TRY(check_attributes(signer, leaf, digest, err));
	TRY(check_signature(out, signer, err));
	check_stamp(out, signer, trust);
	BV_AUTO(x509_stack_free) x509_stack *more = read_certificates(trust->more);
	while (sk_X509_num(more) > 0)
		bv_need(sk_X509_push(certificates, sk_X509_pop(more)) > 0);
	check_chain(out, arena, leaf, certificates, trust, out->stamped ? out->stamped_s : claimed_s);
	return BV_OK;
}

enum bv_status
cms_check(struct cms_facts *out, struct bv_arena *arena, struct bv_str der, const uint8_t digest[BV_HASH_LEN], const struct cms_trust *trust, int64_t claimed_s,
          struct bv_err *err)
{
	BV_AUTO(CMS_ContentInfo_free) CMS_ContentInfo *cms = NULL;

	*out = (struct cms_facts){ 0 };
	enum bv_status status = read_cms(&cms, der, err);
	if (status == BV_OK)
		status = check(out, arena, cms, digest, trust, claimed_s, err);
	ERR_clear_error();
	return status;
}

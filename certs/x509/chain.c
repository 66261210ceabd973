/* Certificates of keys, read and checked, by OpenSSL; requests, too. */
#include <assert.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "certs/x509.h"
#include "certs/x509/der.h"

BV_AUTO_DEFINE(X509_CRL, X509_CRL_free)
BV_AUTO_DEFINE(X509_REQ, X509_REQ_free)
BV_AUTO_DEFINE(X509_STORE, X509_STORE_free)
BV_AUTO_DEFINE(X509_STORE_CTX, X509_STORE_CTX_free)

struct bv_certificate {
	X509 *x509;
	struct bv_arena arena;
	struct bv_certificate_view view;
};

/* ---- Reading ---- */

/* The bytes, or those of the first block of PEM, in der (whose max is the limit). */
static enum bv_status
read_der(struct bv_buf *der, struct bv_str bytes, const char *label, struct bv_err *err)
{
	if (bytes.len > der->max)
		return bv_err_set(err, BV_ELIMIT, "a %s has at most %zu bytes", label, der->max);
	if (bytes.len && (unsigned char)bytes.p[0] == DER_SEQUENCE) {
		bv_buf_clear(der);
		bv_buf_add(der, bytes);
		return BV_OK;
	}
	if (!pem_next(der, &bytes, label))
		return bv_err_set(err, BV_EPARSE, "neither DER nor PEM with 'BEGIN %s'", label);
	return BV_OK;
}

/* Ours among the algorithms of keys, with its bytes. */
static bool
read_public(struct bv_public *public, X509_PUBKEY *info)
{
	const uint8_t *bytes;
	X509_ALGOR *algorithm;
	ASN1_OBJECT *type;
	const void *parameter;
	int len, parameter_type, curve = NID_undef;

	if (!X509_PUBKEY_get0(info)) /* no point of its curve, or of a kind that OpenSSL does not know */
		return false;
	bv_need(X509_PUBKEY_get0_param(&type, &bytes, &len, &algorithm, info) == 1);
	X509_ALGOR_get0(NULL, &parameter_type, &parameter, algorithm);
	if (OBJ_obj2nid(type) == NID_X9_62_id_ecPublicKey && parameter_type == V_ASN1_OBJECT)
		curve = OBJ_obj2nid(parameter);
	if (OBJ_obj2nid(type) == NID_ED25519)
		*public = (struct bv_public){ .kind = BV_KEY_ED25519, .len = BV_KEY_LEN };
	else if (curve == NID_X9_62_prime256v1)
		*public = (struct bv_public){ .kind = BV_KEY_P256, .len = 65 };
	else if (curve == NID_secp384r1)
		*public = (struct bv_public){ .kind = BV_KEY_P384, .len = 97 };
	if (!public->kind || (size_t)len != public->len)
		return false;
	memcpy(public->p, bytes, public->len);
	return true;
}

/* The only part of that type as UTF-8; empty when there is none, or several. */
static struct bv_str
name_part(struct bv_arena *arena, const X509_NAME *name, int type)
{
	int idx = X509_NAME_get_index_by_NID(name, type, -1);
	unsigned char *text = NULL;
	struct bv_str found = BV_STR_NONE;

	if (idx < 0 || X509_NAME_get_index_by_NID(name, type, idx) >= 0)
		return found;
	int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, idx)));
	struct bv_str utf8 = { (const char *)text, len < 0 ? 0 : (size_t)len };
	if (bv_text_valid(utf8) && bv_text_safe(utf8))
		found = bv_arena_str(arena, utf8);
	OPENSSL_free(text);
	return found;
}

static struct bv_str
name_der(struct bv_arena *arena, X509_NAME *name)
{
	const unsigned char *bytes;
	size_t len;

	bv_need(X509_NAME_get0_der(name, &bytes, &len) == 1);
	return bv_arena_str(arena, (struct bv_str){ (const char *)bytes, len });
}

static bool
read_time(int64_t *out, const ASN1_TIME *time)
{
	struct tm tm;
	char text[32];
	struct bv_err ignored;

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", (tm.tm_year + 1900) % 10000, (tm.tm_mon + 1) % 100, tm.tm_mday % 100, tm.tm_hour % 100,
	         tm.tm_min % 100, tm.tm_sec % 100);
	return bv_time_parse(out, bv_str_of(text), &ignored) == BV_OK;
}

static enum bv_status
read_view(struct bv_certificate *certificate, struct bv_err *err)
{
	struct bv_certificate_view *view = &certificate->view;
	X509 *x509 = certificate->x509;
	struct bv_arena *arena = &certificate->arena;
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x509);

	if (X509_get_version(x509) != X509_VERSION_3 || X509_get_extension_flags(x509) & EXFLAG_INVALID)
		return bv_err_set(err, BV_EPARSE, "RFC 5280 §4.1: not a certificate of version 3 with well-formed extensions");
	int serial_len = ASN1_STRING_length(serial);
	if (ASN1_STRING_type(serial) != V_ASN1_INTEGER || serial_len < 1 || serial_len > 20)
		return bv_err_set(err, BV_EPARSE, "RFC 5280 §4.1.2.2: the serial number is not positive with at most 20 bytes");
	if (!read_public(&view->public, X509_get_X509_PUBKEY(x509)))
		return bv_err_set(err, BV_EPARSE, "the certificate's key is none of Ed25519, P-256, P-384");
	if (!read_time(&view->from_s, X509_get0_notBefore(x509)) || !read_time(&view->until_s, X509_get0_notAfter(x509)))
		return bv_err_set(err, BV_EPARSE, "RFC 5280 §4.1.2.5: the certificate's times cannot be read");
	view->serial = bv_arena_str(arena, (struct bv_str){ (const char *)ASN1_STRING_get0_data(serial), (size_t)serial_len });
	view->subject = name_der(arena, X509_get_subject_name(x509));
	view->issuer = name_der(arena, X509_get_issuer_name(x509));
	view->name = name_part(arena, X509_get_subject_name(x509), NID_commonName);
	view->organization = name_part(arena, X509_get_subject_name(x509), NID_organizationName);
	view->country = name_part(arena, X509_get_subject_name(x509), NID_countryName);
	if (id)
		view->key_id = bv_arena_str(arena, (struct bv_str){ (const char *)ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id) });
	view->authority = X509_get_extension_flags(x509) & EXFLAG_CA && X509_get_key_usage(x509) & KU_KEY_CERT_SIGN;
	bv_sha256(view->fingerprint, view->der);
	return BV_OK;
}

enum bv_status
bv_certificate_parse(struct bv_certificate **out, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_certificate_free) struct bv_certificate *certificate = bv_alloc(sizeof *certificate);
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX);
	unsigned char *again = NULL;

	TRY(read_der(&der, bytes, "CERTIFICATE", err));
	const unsigned char *at = (const unsigned char *)der.p;
	certificate->x509 = d2i_X509(NULL, &at, (long)der.len);
	ERR_clear_error();
	if (!certificate->x509 || at != (const unsigned char *)der.p + der.len)
		return bv_err_set(err, BV_EPARSE, "not a certificate (X.509, RFC 5280)");
	/* What OpenSSL takes in BER it would hash in DER: two files with one meaning. */
	int len = i2d_X509(certificate->x509, &again);
	bool same = len >= 0 && (size_t)len == der.len && memcmp(again, der.p, der.len) == 0;
	OPENSSL_free(again);
	if (!same)
		return bv_err_set(err, BV_EPARSE, "RFC 5280 §4.1: the certificate is not in DER");
	certificate->view.der = bv_arena_str(&certificate->arena, bv_buf_str(&der));
	enum bv_status status = read_view(certificate, err);
	ERR_clear_error();
	TRY(status);
	*out = bv_steal(&certificate);
	return BV_OK;
}

enum bv_status
bv_certificate_load(struct bv_certificate **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CERTIFICATE_MAX);
	struct bv_err inner;

	TRY(bv_file_read(&bytes, path, err));
	enum bv_status status = bv_certificate_parse(out, bv_buf_str(&bytes), &inner);
	return status == BV_OK ? BV_OK : bv_err_set(err, status, "%s: %s", path, inner.msg);
}

void
bv_certificate_free(struct bv_certificate *certificate)
{
	if (!certificate)
		return;
	X509_free(certificate->x509);
	bv_arena_finish(&certificate->arena);
	free(certificate);
}

const struct bv_certificate_view *
bv_certificate_view(const struct bv_certificate *certificate)
{
	return &certificate->view;
}

/* ---- Requests ---- */

static enum bv_status
copy_part(struct bv_str *part, char text[4 * BV_SUBJECT_MAX + 1], const X509_NAME *name, int type, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str found = name_part(&arena, name, type);

	if (found.len > 4 * BV_SUBJECT_MAX)
		return bv_err_set(err, BV_ELIMIT, "RFC 5280 §A.1: a part of a name has at most %d characters", BV_SUBJECT_MAX);
	if (found.len)
		memcpy(text, found.p, found.len);
	*part = (struct bv_str){ text, found.len };
	return BV_OK;
}

static enum bv_status
read_request(struct bv_request *out, X509_REQ *req, struct bv_err *err)
{
	const X509_NAME *name = X509_REQ_get_subject_name(req);

	if (!read_public(&out->public, X509_REQ_get_X509_PUBKEY(req)))
		return bv_err_set(err, BV_EPARSE, "the key of the request is none of Ed25519, P-256, P-384");
	if (X509_REQ_verify(req, X509_REQ_get0_pubkey(req)) != 1)
		return bv_err_set(err, BV_EDENIED, "the request is not signed by its own key: it was changed, or whoever made it does not have the key");
	TRY(copy_part(&out->subject.name, out->texts[0], name, NID_commonName, err));
	TRY(copy_part(&out->subject.organization, out->texts[1], name, NID_organizationName, err));
	TRY(copy_part(&out->subject.country, out->texts[2], name, NID_countryName, err));
	return bv_subject_check(&out->subject, err);
}

enum bv_status
bv_request_parse(struct bv_request *out, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX);

	TRY(read_der(&der, bytes, "CERTIFICATE REQUEST", err));
	const unsigned char *at = (const unsigned char *)der.p;
	BV_AUTO(X509_REQ_free) X509_REQ *req = d2i_X509_REQ(NULL, &at, (long)der.len);
	ERR_clear_error();
	if (!req || at != (const unsigned char *)der.p + der.len)
		return bv_err_set(err, BV_EPARSE, "not a request for a certificate (PKCS #10, RFC 2986)");
	*out = (struct bv_request){ 0 };
	enum bv_status status = read_request(out, req, err);
	ERR_clear_error();
	return status;
}

/* ---- Chains ---- */

enum bv_status
bv_crl_to_der(struct bv_buf *der, struct bv_str bytes, struct bv_err *err)
{
	TRY(read_der(der, bytes, "X509 CRL", err));
	const unsigned char *at = (const unsigned char *)der->p;
	BV_AUTO(X509_CRL_free) X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der->len);
	ERR_clear_error();
	if (!crl || at != (const unsigned char *)der->p + der->len)
		return bv_err_set(err, BV_EPARSE, "not a revocation list (X.509, RFC 5280 §5)");
	return BV_OK;
}

static enum bv_status
add_list(X509_STORE *store, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CRL_MAX);

	TRY(read_der(&der, bytes, "X509 CRL", err));
	const unsigned char *at = (const unsigned char *)der.p;
	BV_AUTO(X509_CRL_free) X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)der.len);
	if (!crl || at != (const unsigned char *)der.p + der.len)
		return bv_err_set(err, BV_EPARSE, "not a revocation list (X.509, RFC 5280 §5)");
	bv_need(X509_STORE_add_crl(store, crl) == 1);
	return BV_OK;
}

static enum bv_status
verify(X509_STORE *store, const struct bv_certificate *leaf, STACK_OF(X509) *others, struct bv_err *err)
{
	BV_AUTO(X509_STORE_CTX_free) X509_STORE_CTX *ctx = X509_STORE_CTX_new();

	bv_need(ctx && X509_STORE_CTX_init(ctx, store, leaf->x509, others) == 1);
	if (X509_verify_cert(ctx) == 1)
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "the chain of certificates does not hold at number %d from its end (RFC 5280 §6): %s",
	                  X509_STORE_CTX_get_error_depth(ctx) + 1, X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
}

enum bv_status
bv_chain_check(const struct bv_certificate *leaf, const struct bv_certificate *const *others, size_t other_count,
               const struct bv_certificate *const *roots, size_t root_count, const struct bv_str *lists, size_t list_count, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(X509_STORE_free) X509_STORE *store = X509_STORE_new();
	enum bv_status status = BV_OK;

	bv_need(store);
	X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
	X509_VERIFY_PARAM_set_time(param, (time_t)at_s);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_X509_STRICT | (list_count ? X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL : 0));
	for (size_t i = 0; i < root_count; i++)
		bv_need(X509_STORE_add_cert(store, roots[i]->x509) == 1);
	for (size_t i = 0; i < list_count && status == BV_OK; i++)
		status = add_list(store, lists[i], err);
	STACK_OF(X509) *stack = sk_X509_new_null();
	bv_need(stack);
	for (size_t i = 0; i < other_count; i++)
		bv_need(sk_X509_push(stack, others[i]->x509) > 0);
	if (status == BV_OK)
		status = verify(store, leaf, stack, err);
	sk_X509_free(stack);
	ERR_clear_error();
	return status;
}

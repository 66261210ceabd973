/* Certificates of keys, revocation lists and requests, written (RFC 5280, RFC 2986). One table says what each profile has. */
#include "base/text.h"
#include "certs/x509.h"
#include "certs/x509/der.h"

enum { TBS_MAX = 32 << 10, DAY_S = 86400 };

/* RFC 5280 §4.2.1.3: bits from the left. */
enum { DIGITAL_SIGNATURE = 0x80, CONTENT_COMMITMENT = 0x40, KEY_CERT_SIGN = 0x04, CRL_SIGN = 0x02 };

static const struct {
	bool authority;
	int path_len; /* authorities below it; -1: not said */
	uint8_t usage, unused;
	bool seals; /* extended key usages of who signs documents */
} profiles[] = {
	[BV_PROFILE_ROOT] = { true, 1, KEY_CERT_SIGN | CRL_SIGN, 1, false },
	[BV_PROFILE_CA] = { true, 0, KEY_CERT_SIGN | CRL_SIGN, 1, false },
	[BV_PROFILE_BATCH] = { false, -1, DIGITAL_SIGNATURE | CONTENT_COMMITMENT, 6, true },
};

/* ---- Names ---- */

static enum bv_status
check_part(struct bv_str text, const char *what, struct bv_err *err)
{
	if (!bv_text_valid(text) || !bv_text_safe(text))
		return bv_err_set(err, BV_EINVAL, "%s is not UTF-8, or has control characters", what);
	if (bv_text_count(text) > BV_SUBJECT_MAX)
		return bv_err_set(err, BV_EINVAL, "RFC 5280 §A.1: %s has at most %d characters", what, BV_SUBJECT_MAX);
	return BV_OK;
}

enum bv_status
bv_subject_check(const struct bv_subject *subject, struct bv_err *err)
{
	struct bv_str country = subject->country;

	if (!subject->name.len)
		return bv_err_set(err, BV_EINVAL, "the name of a certificate's subject is empty");
	TRY(check_part(subject->name, "the name of a certificate's subject", err));
	TRY(check_part(subject->organization, "the organization of a certificate's subject", err));
	if (country.len && (country.len != 2 || country.p[0] < 'A' || country.p[0] > 'Z' || country.p[1] < 'A' || country.p[1] > 'Z'))
		return bv_err_set(err, BV_EINVAL, "a country is two capital letters (ISO 3166-1)");
	return BV_OK;
}

static void
add_part(struct bv_buf *out, const char *type, int tag, struct bv_str text)
{
	if (!text.len)
		return;
	size_t set = der_open(out, DER_SET), pair = der_open(out, DER_SEQUENCE);
	der_oid(out, type);
	der_add(out, tag, text);
	der_close(out, pair);
	der_close(out, set);
}

static void
add_subject(struct bv_buf *out, const struct bv_subject *subject)
{
	size_t at = der_open(out, DER_SEQUENCE);

	add_part(out, "2.5.4.6", DER_PRINTABLE, subject->country);
	add_part(out, "2.5.4.10", DER_UTF8, subject->organization);
	add_part(out, "2.5.4.3", DER_UTF8, subject->name);
	der_close(out, at);
}

/* ---- Extensions ---- */

/* The head of one; close both. */
struct extension {
	size_t at, value;
};

static struct extension
open_extension(struct bv_buf *out, const char *oid, bool critical)
{
	struct extension extension = { .at = der_open(out, DER_SEQUENCE) };

	der_oid(out, oid);
	if (critical)
		der_true(out);
	extension.value = der_open(out, DER_OCTETS);
	return extension;
}

static void
close_extension(struct bv_buf *out, struct extension extension)
{
	der_close(out, extension.value);
	der_close(out, extension.at);
}

/* RFC 7093 §2 method 1: the leftmost 160 bits of SHA-256 of the key. */
enum { KEY_ID_LEN = 20 };

static void
add_key_id(struct bv_buf *out, const struct bv_public *public)
{
	uint8_t hash[BV_HASH_LEN];
	struct extension extension = open_extension(out, "2.5.29.14", false);

	bv_sha256(hash, (struct bv_str){ (const char *)public->p, public->len });
	der_add(out, DER_OCTETS, (struct bv_str){ (const char *)hash, KEY_ID_LEN });
	close_extension(out, extension);
}

static void
add_authority_key_id(struct bv_buf *out, const struct bv_certificate *issuer)
{
	struct bv_str id = bv_certificate_view(issuer)->key_id;

	if (!id.len)
		return;
	struct extension extension = open_extension(out, "2.5.29.35", false);
	size_t at = der_open(out, DER_SEQUENCE);
	der_add(out, DER_CONTEXT, id);
	der_close(out, at);
	close_extension(out, extension);
}

static void
add_basic_constraints(struct bv_buf *out, enum bv_profile profile)
{
	struct extension extension = open_extension(out, "2.5.29.19", true);
	size_t at = der_open(out, DER_SEQUENCE);

	if (profiles[profile].authority)
		der_true(out);
	if (profiles[profile].path_len >= 0)
		der_int(out, (uint64_t)profiles[profile].path_len);
	der_close(out, at);
	close_extension(out, extension);
}

/* RFC 9336's documentSigning alone makes NSS, and so every viewer built on it, refuse the key: emailProtection stands beside it. */
static void
add_usages(struct bv_buf *out, enum bv_profile profile, enum bv_key_kind kind)
{
	struct extension extension = open_extension(out, "2.5.29.15", true);

	der_bits(out, &profiles[profile].usage, 1, profiles[profile].unused);
	close_extension(out, extension);
	if (!profiles[profile].seals || kind == BV_KEY_ED25519)
		return;
	extension = open_extension(out, "2.5.29.37", false);
	size_t at = der_open(out, DER_SEQUENCE);
	der_oid(out, "1.3.6.1.5.5.7.3.4");
	der_oid(out, "1.3.6.1.5.5.7.3.36");
	der_close(out, at);
	close_extension(out, extension);
}

/* The key is used for some days and destroyed; what it signed is to be verified for years: ICAO Doc 9303-12 does the same for passports. */
static void
add_usage_period(struct bv_buf *out, const struct bv_certificate_facts *facts)
{
	if (!facts->sign_until_s)
		return;
	struct extension extension = open_extension(out, "2.5.29.16", false);
	size_t at = der_open(out, DER_SEQUENCE);
	der_general_time(out, DER_CONTEXT, facts->from_s);
	der_general_time(out, DER_CONTEXT + 1, facts->sign_until_s);
	der_close(out, at);
	close_extension(out, extension);
}

/* GeneralName uniformResourceIdentifier. */
static void
add_uri(struct bv_buf *out, struct bv_str folder, struct bv_str file, const char *suffix)
{
	size_t at = der_open(out, DER_CONTEXT + 6);

	bv_buf_add(out, folder);
	if (file.len)
		bv_buf_printf(out, "/%.*s%s", BV_STR_ARG(file), suffix);
	der_close(out, at);
}

static void
add_did(struct bv_buf *out, struct bv_str did)
{
	if (!did.len)
		return;
	struct extension extension = open_extension(out, "2.5.29.17", false);
	size_t at = der_open(out, DER_SEQUENCE);
	add_uri(out, did, BV_STR_NONE, "");
	der_close(out, at);
	close_extension(out, extension);
}

/* Where the issuer's certificate and list are. */
static void
add_addresses(struct bv_buf *out, const struct bv_certificate_facts *facts)
{
	if (!facts->address.len || facts->profile == BV_PROFILE_ROOT)
		return;
	struct extension extension = open_extension(out, "1.3.6.1.5.5.7.1.1", false);
	size_t list = der_open(out, DER_SEQUENCE), one = der_open(out, DER_SEQUENCE);
	der_oid(out, "1.3.6.1.5.5.7.48.2");
	add_uri(out, facts->address, facts->issuer_file, ".crt");
	der_close(out, one);
	der_close(out, list);
	close_extension(out, extension);

	extension = open_extension(out, "2.5.29.31", false);
	list = der_open(out, DER_SEQUENCE), one = der_open(out, DER_SEQUENCE);
	size_t point = der_open(out, DER_CONTEXT_CONSTRUCTED), name = der_open(out, DER_CONTEXT_CONSTRUCTED);
	add_uri(out, facts->address, facts->issuer_file, ".crl");
	der_close(out, name);
	der_close(out, point);
	der_close(out, one);
	der_close(out, list);
	close_extension(out, extension);
}

static void
add_extensions(struct bv_buf *out, const struct bv_certificate_facts *facts, const struct bv_public *public, const struct bv_certificate *issuer)
{
	size_t explicit = der_open(out, DER_CONTEXT_CONSTRUCTED + 3), list = der_open(out, DER_SEQUENCE);

	add_basic_constraints(out, facts->profile);
	add_usages(out, facts->profile, public->kind);
	add_usage_period(out, facts);
	add_key_id(out, public);
	if (issuer)
		add_authority_key_id(out, issuer);
	add_did(out, facts->did);
	add_addresses(out, facts);
	der_close(out, list);
	der_close(out, explicit);
}

/* ---- Certificates ---- */

static bool
is_plain(struct bv_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] <= ' ' || text.p[i] > '~')
			return false;
	return true;
}

static enum bv_status
check_facts(const struct bv_certificate_facts *facts, const struct bv_certificate *issuer, const struct bv_public *by, struct bv_err *err)
{
	TRY(bv_subject_check(&facts->subject, err));
	if (!is_plain(facts->did) || !is_plain(facts->address) || !is_plain(facts->issuer_file))
		return bv_err_set(err, BV_EINVAL, "the addresses on a certificate are printable ASCII without spaces");
	if (facts->until_s < facts->from_s)
		return bv_err_set(err, BV_EINVAL, "the certificate would end before it begins");
	if ((facts->profile == BV_PROFILE_ROOT) != !issuer)
		return bv_err_set(err, BV_EINVAL, issuer ? "a root signs itself" : "only a root signs itself: name the authority's certificate");
	if (facts->profile == BV_PROFILE_BATCH && (facts->sign_until_s < facts->from_s || facts->sign_until_s > facts->until_s))
		return bv_err_set(err, BV_EINVAL, "a batch signs within the time of its certificate");
	if (!issuer)
		return BV_OK;
	const struct bv_certificate_view *above = bv_certificate_view(issuer);
	if (!above->authority)
		return bv_err_set(err, BV_EINVAL, "the certificate that should issue it is none of an authority");
	if (!bv_public_equal(&above->public, by))
		return bv_err_set(err, BV_EINVAL, "the private key is not the one of the authority's certificate: the two do not belong together");
	if (facts->from_s < above->from_s || facts->until_s > above->until_s)
		return bv_err_set(err, BV_EINVAL, "the certificate would not lie within the time of its authority's: ask for fewer days, or renew the authority");
	return BV_OK;
}

static void
add_validity(struct bv_buf *out, int64_t from_s, int64_t until_s)
{
	size_t at = der_open(out, DER_SEQUENCE);

	der_time(out, from_s);
	der_time(out, until_s);
	der_close(out, at);
}

enum bv_status
bv_certificate_write(struct bv_buf *der, const struct bv_certificate_facts *facts, const struct bv_public *public, const struct bv_certificate *issuer,
                     const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tbs = BV_BUF(TBS_MAX);
	const struct bv_public *by = bv_key_describe(key);
	uint8_t serial[BV_SERIAL_LEN];

	TRY(check_facts(facts, issuer, by, err));
	if (!issuer && !bv_public_equal(public, by))
		return bv_err_set(err, BV_EINVAL, "a root signs itself");
	memcpy(serial, facts->serial, sizeof serial);
	/* RFC 5280 §4.1.2.2: positive, and never 0. */
	serial[0] = (serial[0] & 0x7f) | 0x40;
	size_t at = der_open(&tbs, DER_SEQUENCE), version = der_open(&tbs, DER_CONTEXT_CONSTRUCTED);
	der_int(&tbs, 2);
	der_close(&tbs, version);
	der_number(&tbs, DER_INTEGER, serial, sizeof serial);
	der_algorithm(&tbs, by->kind);
	if (issuer)
		bv_buf_add(&tbs, bv_certificate_view(issuer)->subject);
	else
		add_subject(&tbs, &facts->subject);
	add_validity(&tbs, facts->from_s, facts->until_s);
	add_subject(&tbs, &facts->subject);
	der_public(&tbs, public);
	add_extensions(&tbs, facts, public, issuer);
	der_close(&tbs, at);
	TRY(bv_buf_check(&tbs, err));
	return der_sign(der, bv_buf_str(&tbs), key, err);
}

void
bv_certificate_write_pem(struct bv_buf *out, struct bv_str der)
{
	pem_write(out, "CERTIFICATE", der);
}

enum bv_status
bv_request_write(struct bv_buf *der, const struct bv_subject *subject, const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf info = BV_BUF(TBS_MAX);

	TRY(bv_subject_check(subject, err));
	size_t at = der_open(&info, DER_SEQUENCE);
	der_int(&info, 0);
	add_subject(&info, subject);
	der_public(&info, bv_key_describe(key));
	der_close(&info, der_open(&info, DER_CONTEXT_CONSTRUCTED));
	der_close(&info, at);
	return der_sign(der, bv_buf_str(&info), key, err);
}

void
bv_request_write_pem(struct bv_buf *out, struct bv_str der)
{
	pem_write(out, "CERTIFICATE REQUEST", der);
}

/* ---- Revocation lists ---- */

static void
add_revoked(struct bv_buf *out, const struct bv_revoked *revoked)
{
	uint8_t reason = (uint8_t)revoked->reason;
	size_t at = der_open(out, DER_SEQUENCE);

	der_number(out, DER_INTEGER, revoked->serial, revoked->serial_len);
	der_time(out, revoked->at_s);
	if (reason) { /* RFC 5280 §5.3.1: unspecified is said by saying nothing */
		size_t list = der_open(out, DER_SEQUENCE);
		struct extension extension = open_extension(out, "2.5.29.21", false);
		der_number(out, DER_ENUMERATED, &reason, 1);
		close_extension(out, extension);
		der_close(out, list);
	}
	der_close(out, at);
}

static void
add_list_extensions(struct bv_buf *out, const struct bv_certificate *issuer, int64_t number)
{
	size_t explicit = der_open(out, DER_CONTEXT_CONSTRUCTED), list = der_open(out, DER_SEQUENCE);

	add_authority_key_id(out, issuer);
	struct extension extension = open_extension(out, "2.5.29.20", false);
	der_int(out, (uint64_t)number);
	close_extension(out, extension);
	der_close(out, list);
	der_close(out, explicit);
}

enum bv_status
bv_crl_write(struct bv_buf *der, const struct bv_certificate *issuer, const struct bv_key *key, int64_t number, int64_t from_s, int64_t next_s,
             const struct bv_revoked *revoked, size_t count, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf tbs = BV_BUF(BV_CRL_MAX);
	const struct bv_public *by = bv_key_describe(key);

	if (!bv_public_equal(&bv_certificate_view(issuer)->public, by))
		return bv_err_set(err, BV_EINVAL, "the private key is not the one of the authority's certificate: the two do not belong together");
	if (next_s <= from_s)
		return bv_err_set(err, BV_EINVAL, "the next revocation list would be due before this one is made");
	size_t at = der_open(&tbs, DER_SEQUENCE);
	der_int(&tbs, 1);
	der_algorithm(&tbs, by->kind);
	bv_buf_add(&tbs, bv_certificate_view(issuer)->subject);
	der_time(&tbs, from_s);
	der_time(&tbs, next_s);
	if (count) { /* RFC 5280 §5.1.2.6: absent when nothing is revoked */
		size_t list = der_open(&tbs, DER_SEQUENCE);
		for (size_t i = 0; i < count; i++)
			add_revoked(&tbs, &revoked[i]);
		der_close(&tbs, list);
	}
	add_list_extensions(&tbs, issuer, number);
	der_close(&tbs, at);
	TRY(bv_buf_check(&tbs, err));
	return der_sign(der, bv_buf_str(&tbs), key, err);
}

void
bv_crl_write_pem(struct bv_buf *out, struct bv_str der)
{
	pem_write(out, "X509 CRL", der);
}

/* The checks of a certificate. Each says what it found; the verdict follows from all of them (report.c). */
#include <stdlib.h>

#include "base/clock.h"
#include "certs/contents.h"
#include "certs/credential.h"
#include "certs/proof.h"
#include "certs/report.h"
#include "certs/results.h"
#include "certs/trust.h"

enum { PROOFS_MAX = 8 };

/* A clock outside these was never set: nothing follows from it. */
#define CLOCK_LEAST INT64_C(1577836800) /* 2020-01-01 */
#define CLOCK_MOST INT64_C(7258118400)  /* 2200-01-01 */

static bool
clock_is_set(int64_t at_s)
{
	return at_s >= CLOCK_LEAST && at_s <= CLOCK_MOST;
}

#define FAIL(check, vi, ...) report_find(r, check, BV_CHECK_FAILED, vi, __VA_ARGS__)
#define PASS(check, vi, ...) report_find(r, check, BV_CHECK_PASSED, vi, __VA_ARGS__)

/* ---- Document and shape ---- */

static bool
read_document(struct bv_report *r, struct bv_str bytes)
{
	struct bv_err err;

	if (bytes.len > BV_CREDENTIAL_MAX) {
		FAIL(BV_CHECK_DOCUMENT, "lớn hơn %u byte", "larger than %u bytes", BV_CREDENTIAL_MAX);
		return false;
	}
	if (bv_json_parse(&r->document, bytes, &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "không đọc được JSON, dòng %d: %s", "no readable JSON, line %d: %s", err.line, err.msg);
		return false;
	}
	if (bv_json_type(r->document) != BV_JSON_OBJECT) {
		FAIL(BV_CHECK_DOCUMENT, "không phải đối tượng JSON", "not a JSON object");
		return false;
	}
	PASS(BV_CHECK_DOCUMENT, "JSON đọc được, %zu byte", "readable JSON of %zu bytes", bytes.len);
	return true;
}

static void
check_contexts(struct bv_report *r)
{
	const struct bv_json *contexts = bv_json_find(r->document, "@context");
	struct bv_str ob = bv_json_str(bv_json_at(contexts, 1));

	if (bv_json_type(contexts) != BV_JSON_ARRAY || !bv_str_is(bv_json_str(bv_json_at(contexts, 0)), CONTEXT_VC))
		FAIL(BV_CHECK_SHAPE, "VCDM §4.3: @context phải bắt đầu bằng %s", "VCDM §4.3: @context must begin with %s", CONTEXT_VC);
	else if (!bv_str_starts(ob, BV_STR("https://purl.imsglobal.org/spec/ob/v3p0/context")) || !bv_str_ends(ob, BV_STR(".json")))
		FAIL(BV_CHECK_SHAPE, "OB §B.1.2: @context thứ hai phải là ngữ cảnh Open Badges 3.0", "OB §B.1.2: the second @context must be that of Open Badges 3.0");
}

static void
need(struct bv_report *r, const char *path, enum bv_json_type type)
{
	const struct bv_json *value = contents_at(r->document, path);

	if (!value)
		FAIL(BV_CHECK_SHAPE, "thiếu '%s'", "'%s' is missing", path);
	else if (bv_json_type(value) != type)
		FAIL(BV_CHECK_SHAPE, "'%s' sai kiểu", "'%s' is of the wrong kind", path);
	else if (type == BV_JSON_STRING && !bv_json_str(value).len)
		FAIL(BV_CHECK_SHAPE, "'%s' rỗng", "'%s' is empty", path);
}

static void
need_type(struct bv_report *r, const char *path, const char *word, const char *or)
{
	const struct bv_json *type = contents_at(r->document, path);

	if (!contents_has(type, word) && !(or && contents_has(type, or)))
		FAIL(BV_CHECK_SHAPE, "'%s' không có '%s'", "'%s' lacks '%s'", path, word);
}

static void
check_shape(struct bv_report *r)
{
	size_t before = r->finding_count;
	const struct bv_json *d = r->document;

	check_contexts(r);
	need_type(r, "type", "VerifiableCredential", NULL);
	need_type(r, "type", "OpenBadgeCredential", "AchievementCredential");
	need(r, "id", BV_JSON_STRING);
	if (bv_json_type(bv_json_find(d, "issuer")) != BV_JSON_STRING) {
		need(r, "issuer", BV_JSON_OBJECT);
		need(r, "issuer.id", BV_JSON_STRING);
		need_type(r, "issuer.type", "Profile", NULL);
	}
	need(r, "validFrom", BV_JSON_STRING);
	need(r, "credentialSubject", BV_JSON_OBJECT);
	need_type(r, "credentialSubject.type", "AchievementSubject", NULL);
	if (!contents_at(d, "credentialSubject.id") && !bv_json_count(contents_at(d, "credentialSubject.identifier")))
		FAIL(BV_CHECK_SHAPE, "OB §B.1.3: chứng chỉ không nêu người được cấp", "OB §B.1.3: the certificate names no holder");
	need(r, "credentialSubject.achievement", BV_JSON_OBJECT);
	need_type(r, "credentialSubject.achievement.type", "Achievement", NULL);
	need(r, "credentialSubject.achievement.id", BV_JSON_STRING);
	need(r, "credentialSubject.achievement.name", BV_JSON_STRING);
	need(r, "credentialSubject.achievement.description", BV_JSON_STRING);
	need(r, "credentialSubject.achievement.criteria", BV_JSON_OBJECT);
	/* A status list that is not looked at would let a revoked certificate pass. */
	if (bv_json_find(d, "credentialStatus"))
		report_find(r, BV_CHECK_SHAPE, BV_CHECK_UNCHECKED, "có 'credentialStatus': chương trình này chưa tra được danh sách thu hồi",
		            "it has a 'credentialStatus': this program cannot look up status lists yet");
	if (r->finding_count == before)
		PASS(BV_CHECK_SHAPE, "Open Badges 3.0 / VC 2.0", "Open Badges 3.0 / VC 2.0");
}

/* ---- Proof ---- */

struct subject {
	const struct bv_json *proof, *unsecured; /* the document without "proof" */
	const struct bv_trust *trust;
	const struct bv_verify_options *options;
	struct bv_str method, issuer;
	bool has_created;
	int64_t created_s;
	uint8_t signature[BV_SIGNATURE_LEN];
	uint8_t public[BV_KEY_LEN];
	bool has_public;
};

static bool
known_members(struct bv_report *r, const struct bv_json *proof)
{
	static const char *const names[] = { "@context", "id",          "type",               "created",    "expires", "cryptosuite",
		                             "domain",   "challenge",   "nonce",              "proofValue", "proofPurpose", "verificationMethod" };

	for (void *it = bv_json_members(proof); it; it = bv_json_next(proof, it)) {
		size_t i = 0;
		while (i < BV_COUNT(names) && !bv_str_is(bv_json_member_name(it), names[i]))
			i++;
		if (i == BV_COUNT(names)) {
			report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "không rõ ý nghĩa của thành phần '%.*s'", "the meaning of its member '%.*s' is not known",
			            CLIP(bv_json_member_name(it)));
			return false;
		}
	}
	return true;
}

/* What kind of proof it is; false when this program cannot go on. */
static bool
check_suite(struct bv_report *r, const struct bv_json *proof)
{
	struct bv_str type = bv_json_str(bv_json_find(proof, "type")), suite = bv_json_str(bv_json_find(proof, "cryptosuite"));

	if (!type.len) {
		FAIL(BV_CHECK_PROOF, "DI §2.1: proof không có 'type'", "DI §2.1: the proof has no 'type'");
		return false;
	}
	if (bv_str_is(type, "DataIntegrityProof") && bv_str_is(suite, PROOF_SUITE))
		return known_members(r, proof);
	report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "loại '%.*s', bộ mật mã '%.*s': chương trình này chỉ kiểm được DataIntegrityProof với " PROOF_SUITE,
	            "type '%.*s', cryptosuite '%.*s': this program can check DataIntegrityProof with " PROOF_SUITE " only", CLIP(type), CLIP(suite));
	return false;
}

static bool
check_proof(struct bv_report *r, struct subject *s)
{
	struct bv_str purpose = bv_json_str(bv_json_find(s->proof, "proofPurpose"));
	const struct bv_json *created = bv_json_find(s->proof, "created");
	struct bv_err err;

	if (!check_suite(r, s->proof))
		return false;
	size_t before = r->finding_count;
	s->method = bv_json_str(bv_json_find(s->proof, "verificationMethod"));
	if (!bv_str_is(purpose, "assertionMethod"))
		FAIL(BV_CHECK_PROOF, "mục đích là '%.*s', phải là assertionMethod", "its purpose is '%.*s', it must be assertionMethod", CLIP(purpose));
	if (!s->method.len)
		FAIL(BV_CHECK_PROOF, "không nêu khóa (verificationMethod)", "it names no key (verificationMethod)");
	if (proof_signature(s->signature, bv_json_str(bv_json_find(s->proof, "proofValue")), &err) != BV_OK)
		FAIL(BV_CHECK_PROOF, "proofValue hỏng: %s", "its proofValue is broken: it %s", err.msg);
	if (created && (bv_json_type(created) != BV_JSON_STRING || bv_time_parse(&s->created_s, bv_json_str(created), &err) != BV_OK))
		FAIL(BV_CHECK_PROOF, "thời điểm ký 'created' không phải ngày giờ", "its 'created' is no date and time");
	s->has_created = created != NULL;
	if (r->finding_count != before)
		return false;
	PASS(BV_CHECK_PROOF, "DataIntegrityProof, " PROOF_SUITE, "DataIntegrityProof, " PROOF_SUITE);
	return true;
}

/* EDDSA §3.3.2 step 4 asks that the document's contexts begin with those of the proof. More in the document would be unsigned: refused. */
static void
check_context(struct bv_report *r, const struct subject *s)
{
	const struct bv_json *proof = bv_json_find(s->proof, "@context"), *document = bv_json_find(s->unsecured, "@context");

	if (!proof)
		PASS(BV_CHECK_CONTEXT, "được ký cùng nội dung", "signed with the contents");
	else if (bv_json_equal(proof, document))
		PASS(BV_CHECK_CONTEXT, "của bằng chứng và của chứng chỉ là một", "that of the proof and that of the certificate are the same");
	else
		FAIL(BV_CHECK_CONTEXT, "EDDSA §3.3.2: @context của chứng chỉ khác @context của bằng chứng: đã bị thay đổi",
		     "EDDSA §3.3.2: the certificate's @context differs from the proof's: it was changed");
}

static bool
check_issuer(struct bv_report *r, struct subject *s)
{
	const struct bv_json *issuer = bv_json_find(s->unsecured, "issuer");
	size_t hash = bv_str_find(s->method, '#');

	s->issuer = bv_json_type(issuer) == BV_JSON_OBJECT ? bv_json_str(bv_json_find(issuer, "id")) : bv_json_str(issuer);
	if (!s->issuer.len) {
		FAIL(BV_CHECK_ISSUER, "chứng chỉ không nêu đơn vị cấp", "the certificate names no issuer");
		return false;
	}
	if (hash == s->method.len || !bv_str_eq(bv_str_sub(s->method, 0, hash), s->issuer)) {
		FAIL(BV_CHECK_ISSUER, "khóa '%.*s' không thuộc đơn vị cấp '%.*s'", "the key '%.*s' does not belong to the issuer '%.*s'", CLIP(s->method),
		     CLIP(s->issuer));
		return false;
	}
	PASS(BV_CHECK_ISSUER, "%.*s", "%.*s", CLIP(s->issuer));
	return true;
}

/* ---- Key ---- */

static void
check_trusted_key(struct bv_report *r, struct subject *s, const struct trust_key *key)
{
	char when[BV_TIME_SIZE];

	if (!key->usable || key->public.kind != BV_KEY_ED25519) {
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "%.*s: không phải khóa Ed25519", "%.*s: not an Ed25519 key", CLIP(key->source));
		return;
	}
	memcpy(s->public, key->public.p, sizeof s->public);
	s->has_public = true;
	if (!key->asserts)
		FAIL(BV_CHECK_KEY, "%.*s: đơn vị cấp không (hoặc không còn) cho khóa này ký chứng chỉ", "%.*s: the issuer does not let this key sign certificates (any more)",
		     CLIP(key->source));
	else if (key->revoked_s != INT64_MAX && key->revoked_s <= s->options->at_s)
		FAIL(BV_CHECK_KEY, "%.*s: khóa đã bị thu hồi từ %s", "%.*s: the key is revoked since %s", CLIP(key->source), bv_time_write(when, key->revoked_s));
	else if (key->expires_s != INT64_MAX && (!s->has_created || s->created_s >= key->expires_s))
		FAIL(BV_CHECK_KEY, "%.*s: khóa đã hết hạn %s, trước khi ký", "%.*s: the key expired at %s, before it signed this", CLIP(key->source),
		     bv_time_write(when, key->expires_s));
	else
		PASS(BV_CHECK_KEY, "%.*s", "%.*s", CLIP(key->source));
}

/* The key that its own name holds, as all our certificates have it: the signature can be tried before the issuer is known. */
static void
read_named_key(struct subject *s)
{
	struct bv_err err;

	s->has_public = bv_multikey_parse(s->public, bv_str_sub(s->method, bv_str_find(s->method, '#') + 1, s->method.len), &err) == BV_OK;
}

static void
check_key(struct bv_report *r, struct subject *s)
{
	const struct trust_key *key = s->trust ? trust_find(s->trust, s->method) : NULL;
	bool own = bv_str_starts(s->issuer, BV_STR("did:key:")); /* did:key:X#X */

	if (key) {
		check_trusted_key(r, s, key);
		return;
	}
	read_named_key(s);
	if (own && (!s->has_public || !bv_str_eq(bv_str_sub(s->issuer, 8, s->issuer.len), bv_str_sub(s->method, s->issuer.len + 1, s->method.len))))
		FAIL(BV_CHECK_KEY, "did:key không khớp khóa của nó", "this did:key is not named after its key");
	else if (own && s->options->allow_did_key)
		PASS(BV_CHECK_KEY, "lấy từ chính chứng chỉ (--allow-did-key): không cho biết ai là đơn vị cấp",
		     "taken from the certificate itself (--allow-did-key): this does not tell who the issuer is");
	else if (!s->trust)
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "không đọc được thư mục tin cậy", "the trust folder could not be read");
	else if (trust_knows(s->trust, s->issuer))
		FAIL(BV_CHECK_KEY, "đơn vị cấp có trong thư mục tin cậy nhưng không công bố khóa này: giả mạo, hoặc thư mục đã cũ",
		     "the trust folder knows the issuer, but not this key of it: a forgery, or the folder is out of date");
	else
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "thư mục tin cậy không có '%.*s'", "the trust folder does not have '%.*s'", CLIP(s->issuer));
}

static void
check_signature(struct bv_report *r, const struct subject *s)
{
	uint8_t bytes[PROOF_SIGNED_LEN];

	if (!s->has_public) {
		report_find(r, BV_CHECK_SIGNATURE, BV_CHECK_UNCHECKED, "không có khóa để kiểm", "there is no key to check it with");
		return;
	}
	proof_signed_bytes(bytes, s->unsecured, s->proof);
	if (bv_public_verify(s->public, (struct bv_str){ (const char *)bytes, sizeof bytes }, s->signature))
		PASS(BV_CHECK_SIGNATURE, "khớp với nội dung", "matches the contents");
	else
		FAIL(BV_CHECK_SIGNATURE, "KHÔNG khớp với nội dung: nội dung, chữ ký hoặc khóa đã bị thay đổi",
		     "does not match the contents: contents, signature or key were changed");
}

/* The times inside the proof are signed like everything else. */
static void
check_proof_time(struct bv_report *r, const struct subject *s)
{
	const struct bv_json *expires = bv_json_find(s->proof, "expires");
	int64_t expires_s, at_s = s->options->at_s;
	struct bv_err err;

	if (!clock_is_set(at_s))
		return;
	if (expires && (bv_json_type(expires) != BV_JSON_STRING || bv_time_parse(&expires_s, bv_json_str(expires), &err) != BV_OK))
		FAIL(BV_CHECK_TIME, "'expires' của bằng chứng không phải ngày giờ", "the proof's 'expires' is no date and time");
	else if (expires && at_s >= expires_s)
		FAIL(BV_CHECK_TIME, "bằng chứng đã hết hạn", "the proof has expired");
	if (s->has_created && s->created_s > at_s)
		FAIL(BV_CHECK_TIME, "được ký trong tương lai: xem lại đồng hồ, hoặc chứng chỉ bị giả", "signed in the future: look at the clock, or it is a forgery");
}

static void
check_one(struct bv_report *r, struct subject *s)
{
	if (bv_json_type(s->proof) != BV_JSON_OBJECT) {
		FAIL(BV_CHECK_PROOF, "proof phải là một đối tượng", "a proof must be an object");
		return;
	}
	if (!check_proof(r, s))
		return;
	check_context(r, s);
	if (!check_issuer(r, s))
		return;
	check_key(r, s);
	check_signature(r, s);
	check_proof_time(r, s);
}

/* DI §2.1.1: a set of proofs. All must pass; one of an unknown suite leaves the verdict at "could not check", because a change to it
 * would not be found. */
static void
check_proofs(struct bv_report *r, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	const struct bv_json *proof = bv_json_find(r->document, "proof");
	bool set = bv_json_type(proof) == BV_JSON_ARRAY;
	size_t count = set ? bv_json_count(proof) : proof != NULL;

	if (count == 0 || count > PROOFS_MAX) {
		FAIL(BV_CHECK_PROOF, "có %zu bằng chứng: cần từ 1 đến %d", "there are %zu proofs: it takes 1 to %d", count, PROOFS_MAX);
		return;
	}
	BV_AUTO(bv_json_free) struct bv_json *unsecured = bv_json_copy(r->document);
	bv_json_remove(unsecured, "proof");
	for (size_t i = 0; i < count; i++) {
		struct subject s = { .proof = set ? bv_json_at(proof, i) : proof, .unsecured = unsecured, .trust = trust, .options = options };
		check_one(r, &s);
	}
}

/* ---- Time ---- */

/* False if it is absent or, having said so, no date. */
static bool
read_time(struct bv_report *r, const char *name, int64_t *time_s)
{
	const struct bv_json *value = bv_json_find(r->document, name);
	struct bv_err err;

	if (!value)
		return false;
	if (bv_json_type(value) == BV_JSON_STRING && bv_time_parse(time_s, bv_json_str(value), &err) == BV_OK)
		return true;
	FAIL(BV_CHECK_TIME, "'%s' không phải ngày giờ RFC 3339", "'%s' is no date and time of RFC 3339", name);
	return false;
}

static void
check_time(struct bv_report *r, int64_t at_s)
{
	size_t before = r->finding_count;
	int64_t awarded, from, until;
	char at[BV_TIME_SIZE], when[BV_TIME_SIZE];
	bool has_from = read_time(r, "validFrom", &from), has_until = read_time(r, "validUntil", &until);

	if (!clock_is_set(at_s)) {
		report_find(r, BV_CHECK_TIME, BV_CHECK_UNCHECKED, "đồng hồ của máy chỉ %s: đặt lại, hoặc cho --at",
		            "the clock says %s: set it, or give --at", at_s < 0 || at_s > CLOCK_MOST ? "?" : bv_time_write(at, at_s));
		return;
	}
	bv_time_write(at, at_s);
	if (has_from && at_s < from)
		FAIL(BV_CHECK_TIME, "chưa có giá trị: từ %s (đang xét %s)", "not valid yet: from %s (looked at for %s)", bv_time_write(when, from), at);
	if (has_until && at_s >= until)
		FAIL(BV_CHECK_TIME, "đã hết giá trị: %s (đang xét %s)", "no longer valid: since %s (looked at for %s)", bv_time_write(when, until), at);
	if (has_from && has_until && until <= from)
		FAIL(BV_CHECK_TIME, "hết giá trị trước khi có giá trị", "it ends before it begins");
	if (read_time(r, "awardedDate", &awarded) && has_from && awarded > from)
		FAIL(BV_CHECK_TIME, "công nhận sau ngày có giá trị", "awarded after it became valid");
	if (has_from && r->finding_count == before)
		PASS(BV_CHECK_TIME, "có giá trị vào lúc %s", "valid at %s", at);
}

void
bv_credential_verify(struct bv_report **out, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	struct bv_report *r = bv_alloc(sizeof *r);

	*out = r;
	if (!read_document(r, bytes))
		return;
	check_shape(r);
	check_proofs(r, trust, options);
	check_time(r, options->at_s);
	results_check(r);
	report_facts(r);
}

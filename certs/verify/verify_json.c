/* Verification of a certificate as JSON with Data Integrity proofs in it. */
#include "base/clock.h"
#include "certs/credential.h"
#include "certs/entry.h"
#include "certs/vc/proof.h"
#include "certs/vc/rdfc_shape.h"
#include "certs/verify/verify.h"

enum { PROOFS_MAX = 8 };

struct subject {
	const struct bv_json *proof, *unsecured; /* the document without "proof" */
	const struct bv_trust *trust;
	const struct bv_verify_options *options;
	unsigned suite; /* enum bv_suite */
	struct verify_key key;
	uint8_t signature[BV_SIGNATURE_LEN];
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
check_suite(struct bv_report *r, struct subject *s)
{
	struct bv_str type = bv_json_str(bv_json_find(s->proof, "type")), suite = bv_json_str(bv_json_find(s->proof, "cryptosuite"));

	if (!type.len) {
		FAIL(BV_CHECK_PROOF, "DI §2.1: proof không có 'type'", "DI §2.1: the proof has no 'type'");
		return false;
	}
	s->suite = proof_suite_of(suite);
	if (bv_str_is(type, "DataIntegrityProof") && s->suite)
		return known_members(r, s->proof);
	report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED,
	            "loại '%.*s', bộ mật mã '%.*s': chương trình này chỉ kiểm được DataIntegrityProof với eddsa-rdfc-2022 và eddsa-jcs-2022",
	            "type '%.*s', cryptosuite '%.*s': this program can check DataIntegrityProof with eddsa-rdfc-2022 and eddsa-jcs-2022 only", CLIP(type),
	            CLIP(suite));
	return false;
}

static bool
check_proof(struct bv_report *r, struct subject *s)
{
	struct bv_str purpose = bv_json_str(bv_json_find(s->proof, "proofPurpose"));
	const struct bv_json *created = bv_json_find(s->proof, "created");
	struct bv_err err;

	if (!check_suite(r, s))
		return false;
	size_t before = r->finding_count;
	s->key.method = bv_json_str(bv_json_find(s->proof, "verificationMethod"));
	if (!bv_str_is(purpose, "assertionMethod"))
		FAIL(BV_CHECK_PROOF, "mục đích là '%.*s', phải là assertionMethod", "its purpose is '%.*s', it must be assertionMethod", CLIP(purpose));
	if (!s->key.method.len)
		FAIL(BV_CHECK_PROOF, "không nêu khóa (verificationMethod)", "it names no key (verificationMethod)");
	if (proof_signature(s->signature, bv_json_str(bv_json_find(s->proof, "proofValue")), &err) != BV_OK)
		FAIL(BV_CHECK_PROOF, "proofValue hỏng: %s", "its proofValue is broken: it %s", err.msg);
	if (created && (bv_json_type(created) != BV_JSON_STRING || bv_time_parse(&s->key.created_s, bv_json_str(created), &err) != BV_OK))
		FAIL(BV_CHECK_PROOF, "thời điểm ký 'created' không phải ngày giờ", "its 'created' is no date and time");
	s->key.has_created = created != NULL;
	if (r->finding_count != before)
		return false;
	PASS(BV_CHECK_PROOF, "DataIntegrityProof, %s", "DataIntegrityProof, %s", proof_suite_name(s->suite));
	return true;
}

/* The quads of eddsa-rdfc-2022 say nothing of the contexts that they were made with: it must be those that this program knows by their hashes. */
static void
check_known_context(struct bv_report *r, const struct subject *s)
{
	if (shape_is_context(bv_json_find(s->unsecured, "@context")))
		PASS(BV_CHECK_CONTEXT, "là những ngữ cảnh mà chương trình này biết", "those that this program knows");
	else
		report_find(r, BV_CHECK_CONTEXT, BV_CHECK_UNCHECKED, "không phải những ngữ cảnh mà chương trình này biết", "not those that this program knows");
}

/* EDDSA §3.3.2 step 4 asks that the document's contexts begin with those of the proof. More in the document would be unsigned: refused. */
static void
check_context(struct bv_report *r, const struct subject *s)
{
	const struct bv_json *proof = bv_json_find(s->proof, "@context"), *document = bv_json_find(s->unsecured, "@context");

	if (!proof && s->suite == BV_SUITE_RDFC)
		check_known_context(r, s);
	else if (!proof)
		PASS(BV_CHECK_CONTEXT, "được ký cùng nội dung", "signed with the contents");
	else if (bv_json_equal(proof, document))
		PASS(BV_CHECK_CONTEXT, "của bằng chứng và của chứng chỉ là một", "that of the proof and that of the certificate are the same");
	else
		FAIL(BV_CHECK_CONTEXT, "EDDSA §3.3.2: @context của chứng chỉ khác @context của bằng chứng: đã bị thay đổi",
		     "EDDSA §3.3.2: the certificate's @context differs from the proof's: it was changed");
}

/* False, having said so: what the proof is over cannot be made here. */
static bool
signed_bytes(struct bv_report *r, uint8_t bytes[PROOF_SIGNED_LEN], const struct subject *s)
{
	struct bv_err err;

	if (s->suite == BV_SUITE_JCS) {
		proof_signed_bytes(bytes, s->unsecured, s->proof);
		return true;
	}
	if (proof_signed_bytes_rdfc(bytes, s->unsecured, s->proof, &err) == BV_OK)
		return true;
	report_find(r, BV_CHECK_SIGNATURE, BV_CHECK_UNCHECKED, "eddsa-rdfc-2022: chương trình này chỉ chuẩn hóa được chứng chỉ có cấu trúc của Bảng Vàng: %s",
	            "eddsa-rdfc-2022: this program can make the canonical form of certificates of Bang Vang's shape only: %s", err.msg);
	return false;
}

static void
check_signature(struct bv_report *r, const struct subject *s)
{
	uint8_t bytes[PROOF_SIGNED_LEN];

	if (!s->key.has_public) {
		report_find(r, BV_CHECK_SIGNATURE, BV_CHECK_UNCHECKED, "không có khóa để kiểm", "there is no key to check it with");
		return;
	}
	if (!signed_bytes(r, bytes, s))
		return;
	if (public_check(&s->key.public, (struct bv_str){ (const char *)bytes, sizeof bytes }, s->signature))
		PASS(BV_CHECK_SIGNATURE, "%s khớp với nội dung", "%s matches the contents", proof_suite_name(s->suite));
	else
		FAIL(BV_CHECK_SIGNATURE, "%s KHÔNG khớp với nội dung: nội dung, chữ ký hoặc khóa đã bị thay đổi",
		     "%s does not match the contents: contents, signature or key were changed", proof_suite_name(s->suite));
}

/* The times inside the proof are signed like everything else. */
static void
check_proof_time(struct bv_report *r, const struct subject *s)
{
	const struct bv_json *expires = bv_json_find(s->proof, "expires");
	int64_t expires_s, at_s = s->options->at_s;
	struct bv_err err;

	if (!verify_clock(at_s))
		return;
	if (expires && (bv_json_type(expires) != BV_JSON_STRING || bv_time_parse(&expires_s, bv_json_str(expires), &err) != BV_OK))
		FAIL(BV_CHECK_TIME, "'expires' của bằng chứng không phải ngày giờ", "the proof's 'expires' is no date and time");
	else if (expires && at_s >= expires_s)
		FAIL(BV_CHECK_TIME, "bằng chứng đã hết hạn", "the proof has expired");
	if (s->key.has_created)
		verify_created(r, s->key.created_s, at_s);
}

static struct bv_str
issuer_of(const struct bv_json *document)
{
	const struct bv_json *issuer = bv_json_find(document, "issuer");

	return bv_json_type(issuer) == BV_JSON_OBJECT ? bv_json_str(bv_json_find(issuer, "id")) : bv_json_str(issuer);
}

/* Two proofs of one key and time: what was found of the key is the same, and is said once. */
static bool
same_key(struct subject *s, const struct verify_key *before)
{
	struct verify_key key = s->key;

	if (!before->method.len || !bv_str_eq(key.method, before->method) || key.has_created != before->has_created || key.created_s != before->created_s)
		return false;
	s->key = *before;
	return true;
}

static void
check_one(struct bv_report *r, struct subject *s, struct verify_key *before)
{
	if (bv_json_type(s->proof) != BV_JSON_OBJECT) {
		FAIL(BV_CHECK_PROOF, "proof phải là một đối tượng", "a proof must be an object");
		return;
	}
	if (!check_proof(r, s))
		return;
	check_context(r, s);
	s->key.issuer = issuer_of(s->unsecured);
	if (!same_key(s, before)) {
		if (!verify_issuer(r, &s->key))
			return;
		verify_key(r, &s->key, s->trust, s->options);
		*before = s->key;
	}
	check_signature(r, s);
	check_proof_time(r, s);
}

/* The certificate's entry in the public log, under the first key that signed it. */
static void
add_entry(struct bv_buf *entry, const struct subject *s)
{
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	if (!s->options->log || !s->key.has_public || entry->len)
		return;
	bv_multikey_write_of(multikey, &s->key.public.of);
	if (bv_entry_of(entry, s->unsecured, bv_str_of(multikey), &err) != BV_OK)
		bv_buf_clear(entry); /* what is no certificate of ours has none */
}

/* DI §2.1.1: a set of proofs. All must pass; one of an unknown suite leaves the verdict at "could not check", because a change to it
 * would not be found. */
static void
check_proofs(struct bv_report *r, struct bv_buf *entry, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	const struct bv_json *proof = bv_json_find(r->document, "proof");
	bool set = bv_json_type(proof) == BV_JSON_ARRAY;
	size_t count = set ? bv_json_count(proof) : proof != NULL;

	if (count == 0 || count > PROOFS_MAX) {
		FAIL(BV_CHECK_PROOF, "có %zu bằng chứng: cần từ 1 đến %d", "there are %zu proofs: it takes 1 to %d", count, PROOFS_MAX);
		return;
	}
	BV_AUTO(bv_json_free) struct bv_json *unsecured = bv_json_without(r->document, "proof");
	struct verify_key before = { 0 };

	for (size_t i = 0; i < count; i++) {
		struct subject s = {
			.proof = set ? bv_json_at(proof, i) : proof, .unsecured = unsecured, .trust = trust, .options = options, .key.kind = BV_KEY_ED25519
		};
		check_one(r, &s, &before);
		add_entry(entry, &s);
	}
}

void
verify_json(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_ENTRY_MAX);
	struct bv_merkle_hash leaf;

	if (!verify_parse(r, bytes))
		return;
	check_proofs(r, &entry, trust, options);
	verify_body(r, options);
	bv_merkle_leaf(&leaf, bv_buf_str(&entry));
	verify_log(r, entry.len ? &leaf : NULL, options);
	report_facts(r, bytes.len);
}

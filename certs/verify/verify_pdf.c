/* PDF certificates. The seal binds the page to the JSON that is attached to it: the page is believed because the issuer sealed it, the JSON because the issuer
 * signed it, and both must be by the same issuer. Whether the page says what the JSON says is settled by drawing it again (options->page). */
#include "base/clock.h"
#include "certs/log_proof.h"
#include "certs/pdf/cms.h"
#include "certs/pdf/pdf_seal.h"
#include "certs/verify/contents.h"
#include "certs/verify/verify.h"

enum { STORED_MAX = 24 };

struct subject {
	struct pdf_file file;
	struct pdf_seal seal;
	struct pdf_later later;
	struct bv_str certificates[STORED_MAX], lists[TRUST_X509_MAX + STORED_MAX];
	struct cms_facts facts;
	struct bv_str json;
	const struct bv_trust *trust;
	const struct bv_verify_options *options;
};

static void
subject_finish(struct subject *s)
{
	pdf_seal_finish(&s->seal);
	pdf_file_finish(&s->file);
}
BV_AUTO_DEFINE_FINISH(struct subject, subject_finish)

/* ---- The file ---- */

/* What the sealed catalog says of the page: PieceInfo (ISO 32000-1 §14.5). */
static bool
check_pieces(struct bv_report *r, const struct subject *s)
{
	static const struct {
		const char *name, *file;
	} pieces[] = { { "Credential", "certificate.json" }, { "Template", "template.xml" } };
	struct pdf_value own = pdf_find(pdf_find(pdf_find(pdf_catalog(&s->file), "PieceInfo"), "BangVang"), "Private");
	uint8_t said[BV_HASH_LEN], hash[BV_HASH_LEN];
	struct bv_str bytes;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(pieces); i++) {
		if (pdf_attachment(&bytes, &s->file, pieces[i].file, &err) != BV_OK) {
			FAIL(BV_CHECK_DOCUMENT, "tệp PDF: %s", "the PDF: %s", err.msg);
			return false;
		}
		bv_sha256(hash, bytes);
		if (!pdf_hex(pdf_find(own, pieces[i].name), said, sizeof said) || !bv_hash_eq(said, hash)) {
			FAIL(BV_CHECK_DOCUMENT, "trang in không được dựng từ tệp đính kèm '%s': mã băm không khớp",
			     "the page was not drawn from the attached '%s': its hash is not the one recorded", pieces[i].file);
			return false;
		}
	}
	return true;
}

static bool
read_file(struct bv_report *r, struct subject *s, struct bv_str bytes)
{
	struct bv_err err;

	if (bytes.len > BV_PDF_MAX) {
		FAIL(BV_CHECK_DOCUMENT, "lớn hơn %u byte", "larger than %u bytes", BV_PDF_MAX);
		return false;
	}
	s->later = (struct pdf_later){ .certificates = s->certificates, .lists = s->lists, .max = STORED_MAX };
	if (pdf_file_read(&s->file, bytes, &err) != BV_OK || pdf_seal_find(&s->seal, &s->file, &err) != BV_OK ||
	    pdf_later_check(&s->later, &s->file, &s->seal, &err) != BV_OK || pdf_attachment(&s->json, &s->file, "certificate.json", &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "tệp PDF: %s", "the PDF: %s", err.msg);
		return false;
	}
	if (!check_pieces(r, s))
		return false;
	PASS(BV_CHECK_DOCUMENT, "PDF đọc được, %zu byte, niêm phong phủ %zu byte", "readable PDF of %zu bytes, %zu of them sealed", bytes.len, s->seal.end);
	return true;
}

/* ---- The seal ---- */

static bool
check_seal(struct bv_report *r, struct subject *s)
{
	static const struct trust_x509 nobody;
	const struct trust_x509 *x509 = s->trust ? trust_x509_of(s->trust) : &nobody;
	struct bv_err err;

	for (size_t i = 0; i < x509->list_count; i++)
		s->lists[s->later.list_count++] = x509->lists[i];
	struct cms_trust trust = { .anchors = { x509->anchors, x509->anchor_count },
		                   .lists = { s->lists, s->later.list_count },
		                   .more = { s->certificates, s->later.certificate_count } };
	enum bv_status status = cms_check(&s->facts, &r->arena, (struct bv_str){ (const char *)s->seal.cms, s->seal.cms_len }, s->seal.digest, &trust,
	                                  s->seal.claimed_s, &err);
	if (status == BV_EDENIED)
		FAIL(BV_CHECK_SIGNATURE, "niêm phong của PDF: %s", "the PDF's seal: %s", err.msg);
	else if (status != BV_OK)
		FAIL(BV_CHECK_PROOF, "niêm phong của PDF: %s", "the PDF's seal: %s", err.msg);
	if (status != BV_OK)
		return false;
	PASS(BV_CHECK_PROOF, "niêm phong PDF: PAdES %s", "PDF seal: PAdES %s",
	     s->later.certificate_count ? "B-LT" : s->facts.stamped ? "B-T" : "B-B");
	PASS(BV_CHECK_SIGNATURE, "niêm phong khớp với cả trang và tệp đính kèm", "the seal matches the page and what is attached to it");
	return true;
}

static void
check_seal_time(struct bv_report *r, const struct subject *s)
{
	char claimed[BV_TIME_SIZE], stamped[BV_TIME_SIZE];

	bv_time_write(claimed, s->seal.claimed_s);
	if (s->facts.stamped && s->facts.stamped_s > s->options->at_s)
		FAIL(BV_CHECK_TIME, "dấu thời gian ở tương lai", "the time stamp is in the future");
	else if (s->seal.claimed_s > s->options->at_s)
		FAIL(BV_CHECK_TIME, "niêm phong ở tương lai: %s", "sealed in the future: %s", claimed);
	else if (s->facts.stamped)
		PASS(BV_CHECK_TIME, "niêm phong lúc %s, dấu thời gian %s", "sealed at %s, time stamp of %s", claimed, bv_time_write(stamped, s->facts.stamped_s));
	else if (s->facts.stamp_fault.len)
		PASS(BV_CHECK_TIME, "niêm phong lúc %s theo chính nó; dấu thời gian không dùng được: %.*s", "sealed at %s as it says itself; its time stamp cannot be used: %.*s",
		     claimed, CLIP(s->facts.stamp_fault));
	else
		PASS(BV_CHECK_TIME, "niêm phong lúc %s theo chính nó", "sealed at %s, as it says itself", claimed);
}

static struct bv_str
issuer_of(const struct bv_report *r)
{
	const struct bv_json *issuer = bv_json_find(r->document, "issuer");

	return bv_json_type(issuer) == BV_JSON_OBJECT ? bv_json_str(bv_json_find(issuer, "id")) : bv_json_str(issuer);
}

static bool
names(const struct cms_facts *facts, struct bv_str did)
{
	for (size_t i = 0; i < facts->uri_count; i++)
		if (bv_str_eq(facts->uris[i], did))
			return true;
	return false;
}

/* The key is one of the issuer's: its DID document lists it, or a certificate that leads to a trusted one names the issuer's DID. A trusted certificate of
 * somebody else could otherwise put a page of his around this JSON. */
static void
check_seal_key(struct bv_report *r, const struct subject *s)
{
	const struct cms_facts *f = &s->facts;
	struct bv_str issuer = issuer_of(r);
	int64_t at_s = f->stamped ? f->stamped_s : s->seal.claimed_s;
	const struct trust_key *key = s->trust ? trust_find_public(s->trust, &f->public) : NULL;
	bool own = key && key->usable && bv_str_eq(key->did, issuer);

	if (f->revoked.len && (!f->stamped || f->revoked_s <= at_s))
		FAIL(BV_CHECK_KEY, "chứng thư của niêm phong (%.*s) bị thu hồi từ %.*s", "the seal's certificate (%.*s) is revoked since %.*s", CLIP(f->subject), CLIP(f->revoked));
	else if (own && (!key->asserts || key->revoked_s <= s->options->at_s || key->expires_s <= at_s))
		FAIL(BV_CHECK_KEY, "%.*s: khóa niêm phong không (hoặc không còn) được dùng để ký", "%.*s: the seal's key may not (or no longer) sign", CLIP(key->source));
	else if (own)
		PASS(BV_CHECK_KEY, "niêm phong: khóa của đơn vị cấp trong %.*s", "seal: a key of the issuer in %.*s", CLIP(key->source));
	else if (!s->trust)
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "không đọc được thư mục tin cậy", "the trust folder could not be read");
	else if (!f->chain_fault.len && names(f, issuer))
		PASS(BV_CHECK_KEY, "niêm phong: chứng thư %.*s của %.*s", "seal: certificate %.*s of %.*s", CLIP(f->subject), CLIP(issuer));
	else if (!f->chain_fault.len || key)
		FAIL(BV_CHECK_KEY, "niêm phong là của người khác (%.*s), không phải của đơn vị cấp '%.*s'", "the seal is somebody else's (%.*s), not that of the issuer '%.*s'",
		     CLIP(f->subject), CLIP(issuer));
	else
		report_find(r, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "thư mục tin cậy không có khóa niêm phong %.*s (%.*s)", "the trust folder does not have the seal's key %.*s (%.*s)",
		            CLIP(f->subject), CLIP(f->chain_fault));
}

/* ---- The page ---- */

static void
check_page(struct bv_report *r, const struct subject *s)
{
	const struct pdf_revision *sealed = &s->file.revisions[s->seal.later];
	struct bv_err err;

	if (!s->options->page.draw) {
		PASS(BV_CHECK_SHAPE, "trang in: do đơn vị cấp niêm phong; chương trình này không dựng lại trang", "the page: as the issuer sealed it; this program does not draw it again");
		return;
	}
	enum bv_status status = s->options->page.draw(s->options->page.ctx, bv_str_sub(s->file.bytes, 0, sealed->start), &err);
	if (status == BV_OK)
		PASS(BV_CHECK_SHAPE, "trang in: dựng lại từ tệp đính kèm thì giống từng byte", "the page: drawn again from what is attached, it is the same byte for byte");
	else if (status == BV_EDENIED)
		FAIL(BV_CHECK_SHAPE, "trang in: %s", "the page: %s", err.msg);
	else
		report_find(r, BV_CHECK_SHAPE, BV_CHECK_UNCHECKED, "trang in: %s", "the page: %s", err.msg);
}

/* The proof that is attached, when the reader brought none of his own. */
static void
take_proof(struct bv_report *r, struct bv_verify_options *options, struct bv_log_proof *proof, const struct subject *s)
{
	struct bv_str text;
	struct bv_err err;

	if (options->proof || !options->log || pdf_attachment(&text, &s->file, "certificate.tlog-proof", &err) != BV_OK)
		return;
	if (bv_log_proof_parse(proof, text, &err) == BV_OK)
		options->proof = proof;
	else
		FAIL(BV_CHECK_LOG, "bằng chứng đính kèm hỏng: %s", "the attached proof is broken: %s", err.msg);
}

void
verify_pdf(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	BV_AUTO(subject_finish) struct subject s = { .trust = trust, .options = options };
	struct bv_verify_options with = *options;
	struct bv_log_proof proof;

	if (!read_file(r, &s, bytes))
		return;
	bool sealed = check_seal(r, &s);
	take_proof(r, &with, &proof, &s);
	verify_json(r, s.json, trust, &with);
	if (!sealed)
		return;
	check_seal_time(r, &s);
	if (!r->document)
		return;
	check_seal_key(r, &s);
	check_page(r, &s);
}

/* Sealed pages: what is accepted, and every way we know to change one. */
#include "base/file.h"
#include "certs/pdf/pdf_seal.h"
#include "tests/certs/seal_sample.h"
#include "tests/check.h"

#define KEY "bangvang golden 1"

static void
values(void)
{
	static const struct {
		const char *text;
		enum pdf_kind kind; /* PDF_ABSENT: refused */
		size_t len;         /* read */
	} cases[] = {
		{ "<< /A 1 /B [ 1 0 R (x) ] >> z", PDF_DICT, 27 }, { "<</A<</B/C>>>>", PDF_DICT, 14 }, { "<< /A 1 /A 2 >>", PDF_ABSENT, 0 },
		{ "<< /A 1 /#41 2 >>", PDF_ABSENT, 0 }, { "<< /A >>", PDF_ABSENT, 0 }, { "<< 1 2 >>", PDF_ABSENT, 0 }, { "<< /A 1", PDF_ABSENT, 0 },
		{ "<41ff>", PDF_HEX, 6 }, { "<41 ff>", PDF_ABSENT, 0 }, { "<41fg>", PDF_ABSENT, 0 }, { "<41", PDF_ABSENT, 0 },
		{ "(a(b)\\)c)d", PDF_STRING, 9 }, { "(a", PDF_ABSENT, 0 }, { "(a\\", PDF_ABSENT, 0 },
		{ "12 0 R", PDF_REF, 6 }, { "12 0 obj", PDF_NUMBER, 2 }, { "-1.5 2", PDF_NUMBER, 4 }, { "1.2.3", PDF_ABSENT, 0 }, { "+", PDF_ABSENT, 0 },
		{ "true", PDF_BOOL, 4 }, { "null", PDF_NULL, 4 }, { "nul", PDF_ABSENT, 0 }, { "", PDF_ABSENT, 0 }, { "  ", PDF_ABSENT, 0 },
		{ "[ 1 % two ]\n 3 ]", PDF_ARRAY, 16 }, { "[ 1 2", PDF_ABSENT, 0 }, { "/a#20b", PDF_NAME, 6 }, { "/ ", PDF_ABSENT, 0 }, { ")", PDF_ABSENT, 0 },
		{ "[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]", PDF_ARRAY, 31 }, { "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", PDF_ABSENT, 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct pdf_value value = { 0 };
		size_t at = 0;
		bool good = pdf_value_read(&value, bv_str_of(cases[i].text), &at);
		CHECK(good == (cases[i].kind != PDF_ABSENT) && (!good || (value.kind == cases[i].kind && value.raw.len == cases[i].len)), "value '%s'", cases[i].text);
	}
}

/* ---- A sealed page ---- */

struct world {
	struct bv_buf certificate, template, page, pdf, did; /* did: the document that lists both keys */
	struct bv_page_template *tmpl;
	struct seal_sample seal;
	struct bv_trust *trust; /* by did.json */
};

static void
read_template(struct world *w)
{
	char path[4096];
	struct bv_err err;
	const char *root = getenv("BV_SOURCE");

	snprintf(path, sizeof path, "%s/certs/page/vn-a4-landscape.xml", root ? root : ".");
	CHECK_OK(bv_file_read(&w->template, path, &err), &err, "the sample template is there");
	CHECK_OK(bv_page_template_parse(&w->tmpl, bv_buf_str(&w->template), &err), &err, "and can be read");
}

static void
seal_page(struct bv_buf *out, const struct world *w, struct bv_str page)
{
	struct bv_seal seal = { .key = w->seal.key, .chain = w->seal.chain, .at_s = 1795000200 };
	struct bv_err err;

	bv_buf_clear(out);
	CHECK_OK(bv_pdf_seal(out, page, &seal, &err), &err, "sealed");
}

static void
world_init(struct world *w)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer(KEY, SAMPLE_DID);
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(KEY);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	*w = (struct world){ .certificate = BV_BUF(BV_CREDENTIAL_MAX), .template = BV_BUF(1 << 20), .page = BV_BUF(BV_PDF_MAX), .pdf = BV_BUF(BV_PDF_MAX), .did = BV_BUF(10000) };
	seal_sample_init(&w->seal, KEY, SAMPLE_DID);
	read_template(w);
	if (bv_credential_issue(&w->certificate, &facts, signer, &err) != BV_OK)
		abort();
	struct bv_pdf_page page = { .credential = bv_buf_str(&w->certificate) };
	CHECK_OK(bv_pdf_render(&w->page, w->tmpl, &page, &err), &err, "a page");
	seal_page(&w->pdf, w, bv_buf_str(&w->page));
	bv_did_document_write(&w->did, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key), bv_key_describe(w->seal.key) }, 2);
	w->trust = bv_trust_new();
	if (bv_trust_add(w->trust, "did.json", bv_buf_str(&w->did), &err) != BV_OK)
		abort();
}

static void
world_finish(struct world *w)
{
	bv_buf_finish(&w->certificate);
	bv_buf_finish(&w->template);
	bv_buf_finish(&w->page);
	bv_buf_finish(&w->pdf);
	bv_buf_finish(&w->did);
	bv_page_template_free(w->tmpl);
	seal_sample_finish(&w->seal);
	bv_trust_free(w->trust);
}

/* The verdict for a PDF; part must be in the report when it is not NULL. */
static enum bv_verdict
verdict(struct bv_str pdf, const struct bv_trust *trust, const char *part)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20);

	bv_credential_verify(&report, pdf, trust, &options);
	bv_report_write(&text, report, BV_STR("x.pdf"), BV_LANG_EN);
	if (part && !strstr(text.p, part)) {
		printf("# '%s' is not in: %.1500s\n", part, text.p);
		return (enum bv_verdict)-1;
	}
	return bv_report_verdict(report);
}

static struct bv_trust *
trust_of(const char *name, struct bv_str bytes, const char *more_name, struct bv_str more)
{
	struct bv_trust *trust = bv_trust_new();
	struct bv_err err;

	CHECK_OK(bv_trust_add(trust, name, bytes, &err), &err, name);
	if (more_name)
		CHECK_OK(bv_trust_add(trust, more_name, more, &err), &err, more_name);
	return trust;
}

/* A document that lists the Ed25519 key alone, so that the seal must be believed for its X.509 certificate. */
static struct bv_trust *
trust_x509_only(const struct world *w, const char *more_name, struct bv_str more)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(KEY);
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(10000);
	struct bv_err err;

	bv_did_document_write(&did, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	struct bv_trust *trust = trust_of("did.json", bv_buf_str(&did), "root.crt", bv_buf_str(&w->seal.root));
	if (more_name)
		CHECK_OK(bv_trust_add(trust, more_name, more, &err), &err, more_name);
	return trust;
}

static void
accepted(const struct world *w)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_PDF_MAX);
	struct bv_pdf_page page = { .credential = bv_buf_str(&w->certificate) };
	struct bv_err err;

	CHECK(verdict(bv_buf_str(&w->pdf), w->trust, "a key of the issuer in did.json") == BV_VERDICT_VALID, "valid by the issuer's document");
	CHECK_OK(bv_pdf_render(&again, w->tmpl, &page, &err), &err, "drawn again");
	CHECK(bv_str_eq(bv_buf_str(&again), bv_buf_str(&w->page)), "the same bytes");

	BV_AUTO(bv_trust_free) struct bv_trust *x509 = trust_x509_only(w, NULL, BV_STR_NONE);
	CHECK(verdict(bv_buf_str(&w->pdf), x509, "certificate CN=Niêm phong") == BV_VERDICT_VALID, "valid by the chain to a trusted root");
	BV_AUTO(bv_trust_free) struct bv_trust *nobody = bv_trust_new();
	CHECK(verdict(bv_buf_str(&w->pdf), nobody, "does not have the seal's key") == BV_VERDICT_UNKNOWN_ISSUER, "unknown to who trusts nobody");
	CHECK(verdict(bv_buf_str(&w->page), w->trust, "has no seal") == BV_VERDICT_INVALID, "a page without a seal");
}

/* ---- Changes ---- */

static void
flipped(const struct world *w)
{
	BV_AUTO(bv_buf_finish) struct bv_buf changed = BV_BUF(BV_PDF_MAX);
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	BV_AUTO(pdf_seal_finish) struct pdf_seal seal = { 0 };
	size_t accepted_count = 0, tried = 0, step = CHECK_SANITIZED ? 4999 : 997;
	struct bv_err err;

	CHECK_OK(pdf_file_read(&file, bv_buf_str(&w->pdf), &err), &err, "the file is read");
	CHECK_OK(pdf_seal_find(&seal, &file, &err), &err, "its seal is found");
	bv_buf_add(&changed, bv_buf_str(&w->pdf));
	for (size_t at = 0; at < changed.len; at += at > seal.gap - 700 && at < seal.gap + 40 ? 7 : at > seal.gap_end - 8 ? 3 : step, tried++) {
		changed.p[at] ^= 1;
		bool inside = at > seal.gap && at < seal.gap_end - 1;
		enum bv_verdict found = verdict(bv_buf_str(&changed), w->trust, NULL);
		if (found == BV_VERDICT_VALID && !inside) {
			printf("# byte %zu\n", at);
			accepted_count++;
		}
		changed.p[at] ^= 1;
	}
	CHECK(accepted_count == 0, "no flipped bit outside the signature is valid (%zu tried)", tried);
	for (size_t len = 0; len < changed.len; len += changed.len / 37)
		if (verdict(bv_str_sub(bv_buf_str(&changed), 0, len), w->trust, NULL) == BV_VERDICT_VALID)
			accepted_count++;
	CHECK(accepted_count == 0, "no cut file is valid");
}

/* The sealed file and one revision more; its table is right for the numbers given. */
static void
add_revision(struct bv_buf *out, const struct world *w, const char *objects, const uint32_t *numbers, size_t count, const char *trailer)
{
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	struct bv_err err;
	size_t start;

	bv_buf_clear(out);
	bv_buf_add(out, bv_buf_str(&w->pdf));
	CHECK_OK(pdf_file_read(&file, bv_buf_str(&w->pdf), &err), &err, "the sealed file");
	start = out->len;
	bv_buf_addz(out, objects);
	size_t table = out->len;
	bv_buf_addz(out, "xref\n");
	for (size_t i = 0; i < count; i++) {
		char head[32];
		snprintf(head, sizeof head, "%u 0 obj", (unsigned)numbers[i]);
		const char *at = strstr(out->p + start, head);
		bv_buf_printf(out, "%u 1\n%010zu 00000 n \n", (unsigned)numbers[i], at ? (size_t)(at - out->p) : 0);
	}
	bv_buf_printf(out, "trailer\n<< /Size %u /Root %u 0 R %s/Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", (unsigned)file.object_count + 8, (unsigned)file.root, trailer,
	              file.revisions[0].xref, table);
}

static void
appended(const struct world *w)
{
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf changed = BV_BUF(BV_PDF_MAX), objects = BV_BUF(1 << 20);
	struct bv_err err;
	uint32_t page = 0;

	bv_buf_add(&changed, bv_buf_str(&w->pdf));
	bv_buf_addz(&changed, "\n");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "after the end") == BV_VERDICT_INVALID, "a line more");
	bv_buf_addz(&changed, "%PDF-1.4");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "after the end") == BV_VERDICT_INVALID, "something appended");

	if (pdf_file_read(&file, bv_buf_str(&w->pdf), &err) != BV_OK)
		abort();
	for (uint32_t i = 0; i < file.object_count; i++)
		if (pdf_object(&file, i) && pdf_is_name(pdf_find(pdf_object(&file, i)->value, "Type"), "Page"))
			page = i;
	struct pdf_value catalog = pdf_catalog(&file), sheet = pdf_object(&file, page)->value;
	uint32_t fresh = file.object_count;

	bv_buf_printf(&objects, "%u 0 obj\n%.*s\nendobj\n", (unsigned)page, BV_STR_ARG(sheet.raw));
	add_revision(&changed, w, objects.p, &page, 1, "");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "that was sealed has a new version") == BV_VERDICT_INVALID, "a new version of the page");

	bv_buf_clear(&objects);
	bv_buf_printf(&objects, "%u 0 obj\n%.*s /OpenAction << /S /JavaScript /JS (x) >> >>\nendobj\n", (unsigned)file.root, (int)catalog.raw.len - 2, catalog.raw.p);
	add_revision(&changed, w, objects.p, &file.root, 1, "");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "its catalog") == BV_VERDICT_INVALID, "a catalog with a script");

	bv_buf_clear(&objects);
	bv_buf_printf(&objects, "%u 0 obj\n%.*s /DSS %u 0 R >>\nendobj\n%u 0 obj\n<< /Type /DSS /VRI %u 0 R >>\nendobj\n", (unsigned)file.root, (int)catalog.raw.len - 2,
	              catalog.raw.p, (unsigned)fresh, (unsigned)fresh, (unsigned)page);
	add_revision(&changed, w, objects.p, (const uint32_t[]){ file.root, fresh }, 2, "");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "something else in it") == BV_VERDICT_INVALID, "a store with more than certificates");

	bv_buf_clear(&objects);
	bv_buf_printf(&objects, "%u 0 obj\n%.*s /DSS %u 0 R >>\nendobj\n%u 0 obj\n<< /Type /DSS >>\nendobj\n%u 0 obj\n<< /Type /Annot /Length 0 >>\nendobj\n", (unsigned)file.root,
	              (int)catalog.raw.len - 2, catalog.raw.p, (unsigned)fresh, (unsigned)fresh, (unsigned)fresh + 1);
	add_revision(&changed, w, objects.p, (const uint32_t[]){ file.root, fresh, fresh + 1 }, 3, "");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "no part of a store") == BV_VERDICT_INVALID, "a store and a note beside it");

	add_revision(&changed, w, "hidden\n", NULL, 0, "");
	CHECK(verdict(bv_buf_str(&changed), w->trust, NULL) == BV_VERDICT_INVALID, "bytes of no object");
	add_revision(&changed, w, "", NULL, 0, "/Encrypt 1 0 R ");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "encrypted") == BV_VERDICT_INVALID, "encrypted");
	add_revision(&changed, w, "", (const uint32_t[]){ page }, 1, "");
	CHECK(verdict(bv_buf_str(&changed), w->trust, "points outside") == BV_VERDICT_INVALID, "a table that points elsewhere");
}

static void
enclosed(const struct world *w)
{
	BV_AUTO(bv_buf_finish) struct bv_buf lt = BV_BUF(BV_PDF_MAX), twice = BV_BUF(BV_PDF_MAX), pem = BV_BUF(1 << 20), crl = BV_BUF(1 << 20);
	struct bv_err err;

	bv_buf_add(&pem, bv_buf_str(&w->seal.root));
	seal_crl(&pem, &w->seal, "");
	CHECK_OK(bv_pdf_enclose(&lt, bv_buf_str(&w->pdf), bv_buf_str(&pem), &err), &err, "with certificates and a list");
	CHECK(verdict(bv_buf_str(&lt), w->trust, "PAdES B-LT") == BV_VERDICT_VALID, "valid");
	CHECK_REFUSED(bv_pdf_enclose(&twice, bv_buf_str(&lt), bv_buf_str(&pem), &err), BV_ECONFLICT, &err, "already", "once only");
	bv_buf_clear(&twice);
	CHECK_REFUSED(bv_pdf_enclose(&twice, bv_buf_str(&w->pdf), BV_STR("no PEM"), &err), BV_EINVAL, &err, "neither", "nothing to enclose");

	/* Without a time stamp nothing proves that the seal is older than the revocation. */
	for (int i = 0; i < 2; i++) {
		bv_buf_clear(&crl);
		seal_crl(&crl, &w->seal, i ? "20261201000000Z" : "20260201000000Z");
		BV_AUTO(bv_trust_free) struct bv_trust *trust = trust_x509_only(w, "root.crl", bv_buf_str(&crl));
		CHECK(verdict(bv_buf_str(&w->pdf), trust, "is revoked since 2026-") == BV_VERDICT_INVALID, "revoked, %s its time", i ? "after" : "before");
	}
	bv_buf_clear(&twice);
	CHECK_OK(bv_pdf_enclose(&twice, bv_buf_str(&w->pdf), bv_buf_str(&crl), &err), &err, "a list in the file itself");
	BV_AUTO(bv_trust_free) struct bv_trust *trust = trust_x509_only(w, NULL, BV_STR_NONE);
	CHECK(verdict(bv_buf_str(&twice), trust, "is revoked since") == BV_VERDICT_INVALID, "counts too");
}

/* ---- Seals of others ---- */

static void
others(const struct world *w)
{
	BV_AUTO(bv_buf_finish) struct bv_buf pdf = BV_BUF(BV_PDF_MAX);
	struct seal_sample other;
	struct bv_err err;

	seal_sample_init(&other, "bangvang other", "did:web:khac.example.vn");
	struct bv_seal seal = { .key = other.key, .chain = other.chain, .at_s = 1795000200 };
	CHECK_OK(bv_pdf_seal(&pdf, bv_buf_str(&w->page), &seal, &err), &err, "sealed by another body with a good chain");
	BV_AUTO(bv_trust_free) struct bv_trust *trust = trust_of("did.json", bv_buf_str(&w->did), "root.crt", bv_buf_str(&other.root));
	CHECK(verdict(bv_buf_str(&pdf), trust, "somebody else's") == BV_VERDICT_INVALID, "is not the issuer's");

	bv_buf_clear(&pdf);
	seal.key = w->seal.key;
	CHECK_REFUSED(bv_pdf_seal(&pdf, bv_buf_str(&w->page), &seal, &err), BV_EINVAL, &err, "not that of the key", "another key's chain");
	seal.chain = w->seal.chain;
	CHECK_REFUSED(bv_pdf_seal(&pdf, bv_buf_str(&w->pdf), &seal, &err), BV_ECONFLICT, &err, "already", "sealed once only");
	CHECK_REFUSED(bv_pdf_seal(&pdf, BV_STR("%PDF-1.4\n"), &seal, &err), BV_EPARSE, &err, "§7.5.5", "no PDF");
	seal_sample_finish(&other);
}

/* ---- The page follows from the certificate ---- */

static void
redrawn(const struct world *w)
{
	struct bv_page_template *const list[] = { w->tmpl };
	struct bv_page_templates known = { list, 1 }, none = { 0 };
	struct bv_verify_options options = { .at_s = SAMPLE_AT, .page = { bv_pdf_redraw, &known } };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf changed = BV_BUF(BV_PDF_MAX), pdf = BV_BUF(BV_PDF_MAX);
	struct bv_err err;

	bv_credential_verify(&report, bv_buf_str(&w->pdf), w->trust, &options);
	CHECK(bv_report_verdict(report) == BV_VERDICT_VALID, "the page is drawn again and is the same");
	CHECK_OK(bv_pdf_redraw(&known, bv_buf_str(&w->page), &err), &err, "by itself");
	CHECK_REFUSED(bv_pdf_redraw(&none, bv_buf_str(&w->page), &err), BV_ENOTFOUND, &err, "template", "of a template that nobody gave");

	/* The issuer's own seal on a page that says something else than the JSON in it. */
	bv_buf_add(&changed, bv_buf_str(&w->page));
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	if (pdf_file_read(&file, bv_buf_str(&w->page), &err) != BV_OK)
		abort();
	struct bv_str about = pdf_follow(&file, pdf_find(file.revisions[0].trailer, "Info")).raw;
	if (!CHECK(about.len > 60, "there is something to change"))
		return;
	changed.p[(size_t)(about.p - w->page.p) + 30] ^= 1;
	seal_page(&pdf, w, bv_buf_str(&changed));
	bv_report_free(bv_steal(&report));
	bv_credential_verify(&report, bv_buf_str(&pdf), w->trust, &options);
	CHECK(bv_report_verdict(report) == BV_VERDICT_INVALID, "another page is found out, although it is sealed");
	options.page.draw = NULL;
	bv_report_free(bv_steal(&report));
	bv_credential_verify(&report, bv_buf_str(&pdf), w->trust, &options);
	CHECK(bv_report_verdict(report) == BV_VERDICT_VALID, "and is not, by who does not draw");
}

/* ---- The proof in the file ---- */

#define LOG "log.example.vn/chung-chi"

/* A log of this certificate alone, and a policy that believes it. */
static void
write_log(struct bv_buf *proof, struct bv_buf *policy, const struct world *w)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("log"), *signer = sample_key(KEY);
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_ENTRY_MAX), note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_vkey vkey = { BV_STR(LOG), BV_NOTE_ED25519, { 0 } };
	struct bv_merkle_hash leaf;
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	if (bv_json_parse(&json, bv_buf_str(&w->certificate), &err) != BV_OK ||
	    bv_entry_of(&entry, json, bv_str_of(bv_multikey_write(multikey, bv_key_public(signer))), &err) != BV_OK)
		abort();
	bv_merkle_leaf(&leaf, bv_buf_str(&entry));
	CHECK_OK(bv_checkpoint_write(&note, BV_STR(LOG), 1, &leaf, key, &err), &err, "a checkpoint");
	bv_log_proof_write(proof, 0, NULL, NULL, 0, bv_buf_str(&note));
	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_buf_addz(policy, "log ");
	bv_vkey_write(policy, &vkey);
	bv_buf_addz(policy, "\nquorum none\n");
}

static void
logged(const struct world *w)
{
	BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(BV_LOG_PROOF_MAX), text = BV_BUF(BV_POLICY_MAX), page = BV_BUF(BV_PDF_MAX), pdf = BV_BUF(BV_PDF_MAX);
	BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	struct bv_err err;

	write_log(&proof, &text, w);
	CHECK_OK(bv_policy_parse(&policy, bv_buf_str(&text), &err), &err, "a policy");
	options.log = policy;
	for (int i = 0; i < 3; i++) {
		static const enum bv_check_result wanted[] = { BV_CHECK_PASSED, BV_CHECK_FAILED, BV_CHECK_FAILED };
		static const char *const names[] = { "the attached proof counts", "a broken one", "none" };
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		struct bv_pdf_page of = { .credential = bv_buf_str(&w->certificate), .proof = i == 0 ? bv_buf_str(&proof) : i == 1 ? BV_STR("x") : BV_STR_NONE };
		bv_buf_clear(&page);
		CHECK_OK(bv_pdf_render(&page, w->tmpl, &of, &err), &err, "a page with a proof");
		seal_page(&pdf, w, bv_buf_str(&page));
		bv_credential_verify(&report, bv_buf_str(&pdf), w->trust, &options);
		CHECK(bv_report_check(report, BV_CHECK_LOG) == wanted[i] && (bv_report_verdict(report) == BV_VERDICT_VALID) == (i == 0), "%s", names[i]);
	}
}

int
main(void)
{
	struct world w;

	values();
	world_init(&w);
	accepted(&w);
	flipped(&w);
	appended(&w);
	enclosed(&w);
	others(&w);
	redrawn(&w);
	logged(&w);
	world_finish(&w);
	bv_pdf_end();
	return check_end();
}

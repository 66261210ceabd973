/* The audit of an exam: everything is derived again from the evidence, and every byte compared. Findings are collected, not only the first. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "engine/exam.h"

struct audit {
	const char *path;
	const struct bv_trust *trust;
	bv_audit_report report;
	void *ctx;
	size_t differences;
	struct bv_json *results;
	struct bv_json *called; /* set of the names of files that the exam calls for */
	struct bv_exam *exam;
	struct bv_trust *issuer; /* the key in the folder */
};

BV_PRINTF(4, 5) static void
finding(struct audit *a, bool good, const char *file, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	bv_text_repair(message);
	a->differences += !good;
	a->report(a->ctx, good, file, message);
}

static enum bv_status
read_file(struct bv_buf *out, const struct audit *a, const char *name, struct bv_err *err)
{
	if (a->called)
		bv_json_set(a->called, name, bv_json_new_bool(true));
	return bv_file_read_in(out, a->path, name, err);
}

/* ---- What is listed, and what is there ---- */

static enum bv_status
visit(void *ctx, const char *path, struct bv_err *err)
{
	struct audit *a = ctx;
	const char *name = path + strlen(a->path);

	(void)err;
	while (*name == '/')
		name++;
	if (strcmp(name, EVIDENCE_RESULTS) != 0 && strcmp(name, EVIDENCE_SIGNATURE) != 0 &&
	    (!bv_text_valid(bv_str_of(name)) || !bv_json_find(bv_json_find(a->results, "files"), name)))
		finding(a, false, name, "is not listed in results.json: it was added afterwards");
	return BV_OK;
}

static void
check_hash(struct audit *a, const char *name, struct bv_str expected)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_err err;

	if (read_file(&bytes, a, name, &err) != BV_OK) {
		finding(a, false, name, "cannot be read, but results.json lists it: %s", err.msg);
		return;
	}
	bv_sha256(hash, bv_buf_str(&bytes));
	if (!bv_str_is(expected, bv_hex(hex, hash, sizeof hash)))
		finding(a, false, name, "was changed: its SHA-256 is %.16s…, results.json says %.16s…", hex, expected.len >= 16 ? expected.p : "(none)");
}

static enum bv_status
check_files(struct audit *a, struct bv_err *err)
{
	const struct bv_json *files;
	size_t before = a->differences;

	TRY(bv_json_need(&files, a->results, "files", BV_JSON_OBJECT, err));
	for (void *it = bv_json_members(files); it; it = bv_json_next(files, it)) {
		char *name = bv_str_dup(bv_json_member_name(it));
		check_hash(a, name, bv_json_str(bv_json_member(it)));
		free(name);
	}
	TRY(bv_dir_walk_all(a->path, visit, a, err));
	if (bv_json_count(files) == 0)
		finding(a, false, EVIDENCE_RESULTS, "lists no files");
	if (a->differences == before)
		finding(a, true, EVIDENCE_RESULTS, "lists all %zu files, and each has its SHA-256", bv_json_count(files));
	return BV_OK;
}

/* ---- The signature of the results ---- */

static void
check_signature(struct audit *a, struct bv_str results)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1024);
	uint8_t message[EVIDENCE_SIGNED_LEN], signature[BV_SIGNATURE_LEN], public[BV_KEY_LEN];
	struct bv_str rest, multikey, hex, line;
	struct bv_err err;

	if (read_file(&text, a, EVIDENCE_SIGNATURE, &err) != BV_OK) {
		finding(a, false, EVIDENCE_SIGNATURE, "%s", err.msg);
		return;
	}
	line = rest = bv_buf_str(&text);
	if (!bv_str_token(&rest, &multikey) || !bv_str_token(&rest, &hex) || bv_multikey_parse(public, multikey, &err) != BV_OK ||
	    bv_hex_parse(signature, sizeof signature, hex, &err) != BV_OK || line.len != multikey.len + hex.len + 2 || hex.p != multikey.p + multikey.len + 1) {
		finding(a, false, EVIDENCE_SIGNATURE, "is not one line of a public key and a signature");
		return;
	}
	struct bv_str did = bv_exam_issuer(a->exam).did;
	evidence_signed_bytes(message, results);
	if (!bv_public_verify(public, (struct bv_str){ (const char *)message, sizeof message }, signature))
		finding(a, false, EVIDENCE_SIGNATURE, "does not verify: results.json, results.sig or the key in it was changed");
	else if (!a->issuer || !bv_trust_has(a->issuer, did, public))
		finding(a, false, EVIDENCE_SIGNATURE, "is made with a key that issuer/did.json does not list for %.*s", BV_STR_ARG(did));
	else if (a->trust && !bv_trust_has(a->trust, did, public))
		finding(a, false, EVIDENCE_SIGNATURE, "is made with a key that the trust folder does not list for %.*s", BV_STR_ARG(did));
	else
		finding(a, true, EVIDENCE_SIGNATURE, "is %.*s's signature of results.json%s", BV_STR_ARG(did),
		        a->trust ? "" : " (give --trust to hold its key against one that you trust)");
}

static void
load_issuer(struct audit *a)
{
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_err err;

	a->issuer = bv_trust_new();
	if (read_file(&did, a, EVIDENCE_DID, &err) != BV_OK || bv_trust_add(a->issuer, "did.json", bv_buf_str(&did), &err) != BV_OK)
		finding(a, false, EVIDENCE_DID, "%s", err.msg);
}

/* ---- Deriving everything again ---- */

static enum bv_status
item_text(void *ctx, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024), of_files = BV_BUF(1024), list = BV_BUF(BV_VERSION_FILES_MAX);
	uint8_t document[BV_HASH_LEN];

	bv_evidence_item_name(&name, drawn, ".xml");
	TRY(read_file(xml, ctx, name.p, err));
	bv_sha256(document, bv_buf_str(xml));
	if (bv_hash_eq(document, drawn->hash))
		return BV_OK;
	bv_evidence_item_name(&of_files, drawn, ".files.json");
	enum bv_status status = read_file(&list, ctx, of_files.p, err);
	if (status == BV_ENOTFOUND)
		return BV_OK;
	TRY(status);
	return bv_version_files_parse(files, bv_buf_str(&list), err);
}

/* Only an exam of prepared forms has forms.json, only one of assembled forms what these are made by: whether it must be there is what exam.json and the
 * blueprint say. */
enum { NEEDED = 6 };
static enum bv_status
read_document(struct bv_buf *out, struct audit *a, const char *name, bool needed, struct bv_err *err)
{
	enum bv_status status = read_file(out, a, name, err);

	return status == BV_ENOTFOUND && !needed ? BV_OK : status;
}

static enum bv_status
load_exam(struct audit *a, struct bv_err *err)
{
	static const char *const names[] = { "exam.json", "blueprint.xml", "standard.xml", "rules.xml", "pool.json", "items.json", "forms.json",
		                             "design.json", "parameters.json", "seen.json", "tickets.json", "chances.json" };
	struct bv_buf documents[BV_COUNT(names)];
	enum bv_status status = BV_OK;

	for (size_t i = 0; i < BV_COUNT(names); i++)
		documents[i] = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	for (size_t i = 0; i < BV_COUNT(names) && status == BV_OK; i++)
		status = read_document(&documents[i], a, names[i], i < NEEDED, err);
	if (status == BV_OK) {
		struct bv_exam_documents d = {
			.exam = bv_buf_str(&documents[0]), .blueprint = bv_buf_str(&documents[1]), .standard = bv_buf_str(&documents[2]),
			.rules = bv_buf_str(&documents[3]), .pool = bv_buf_str(&documents[4]), .items = bv_buf_str(&documents[5]),
			.forms = bv_buf_str(&documents[6]), .design = bv_buf_str(&documents[7]), .parameters = bv_buf_str(&documents[8]),
			.seen = bv_buf_str(&documents[9]), .tickets = bv_buf_str(&documents[10]), .chances = bv_buf_str(&documents[11]),
		};
		status = bv_exam_new(&a->exam, &d, item_text, a, err);
	}
	for (size_t i = 0; i < BV_COUNT(names); i++)
		bv_buf_finish(&documents[i]);
	return status;
}

static struct bv_str
line_at(struct bv_str text, size_t at)
{
	size_t from = at < text.len ? at : text.len, to = from;

	while (from > 0 && text.p[from - 1] != '\n')
		from--;
	while (to < text.len && text.p[to] != '\n')
		to++;
	return bv_str_trim(bv_str_sub(text, from, to - from));
}

/* Says where two documents part: the line, what was derived and what is there. */
static bool
compare(struct audit *a, const char *name, struct bv_str derived, struct bv_str found)
{
	size_t at = 0;
	int line = 1;

	if (bv_str_eq(derived, found))
		return true;
	for (; at < derived.len && at < found.len && derived.p[at] == found.p[at]; at++)
		line += derived.p[at] == '\n';
	size_t back = at < 40 ? at : 40; /* canonical JSON is one long line: show what is around the place */
	struct bv_str d = line_at(derived, at), f = line_at(found, at);
	if (d.len > 120)
		d = bv_str_sub(derived, at - back, 100);
	if (f.len > 120)
		f = bv_str_sub(found, at - back, 100);
	finding(a, false, name, "line %d, byte %zu: derived again it reads «%.*s», in the folder «%.*s»", line, at, BV_STR_ARG(d), BV_STR_ARG(f));
	return false;
}

static bool
compare_file(struct audit *a, struct bv_str ticket, const char *document, struct bv_str derived)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024), bytes = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_err err;

	bv_evidence_candidate_name(&name, ticket, document);
	if (read_file(&bytes, a, name.p, &err) != BV_OK) {
		finding(a, false, name.p, "%s", err.msg);
		return false;
	}
	return compare(a, name.p, derived, bv_buf_str(&bytes));
}

static bool
check_credential(struct audit *a, const struct bv_candidate *candidate, const struct bv_marking *marking)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024), bytes = BV_BUF(BV_EXAM_DOCUMENT_MAX), derived = BV_BUF(BV_CREDENTIAL_MAX),
	                                     found = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_err err;

	bv_evidence_candidate_name(&name, candidate->ticket, "credential.json");
	if (read_file(&bytes, a, name.p, &err) != BV_OK || bv_json_parse(&json, bv_buf_str(&bytes), &err) != BV_OK ||
	    exam_attest_unsigned(&derived, a->exam, candidate, marking, &err) != BV_OK) {
		finding(a, false, name.p, "%s", err.msg);
		return false;
	}
	if (bv_json_type(json) == BV_JSON_OBJECT)
		bv_json_remove(json, "proof");
	bv_json_write_canonical(&found, json);
	bool same = compare(a, name.p, bv_buf_str(&derived), bv_buf_str(&found));
	struct bv_verify_options options = { .at_s = a->exam->at_s };
	bv_credential_verify(&report, bv_buf_str(&bytes), a->trust ? a->trust : a->issuer, &options);
	if (bv_report_verdict(report) == BV_VERDICT_VALID)
		return same;
	finding(a, false, name.p, "%s", bv_verdict_text(bv_report_verdict(report), BV_LANG_EN));
	return false;
}

static void
check_row(struct audit *a, const struct bv_json *row, const struct bv_candidate *candidate, const struct bv_marking *marking)
{
	BV_AUTO(bv_json_free) struct bv_json *expected = evidence_row(candidate, marking, bv_marking_attains(marking));

	if (!bv_json_equal(expected, row))
		finding(a, false, EVIDENCE_RESULTS, "the row of %.*s is not what its rating says", BV_STR_ARG(candidate->ticket));
}

/* A candidate's documents that could not be derived again are not also reported as documents that nothing calls for. */
static void
call_for_all(struct audit *a, struct bv_str ticket)
{
	static const char *const documents[] = { "candidate.json", "form.json", "responses.json", "outcomes.json", "rating.json", "credential.json" };

	for (size_t i = 0; i < BV_COUNT(documents); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024);
		bv_evidence_candidate_name(&name, ticket, documents[i]);
		bv_json_set(a->called, name.p, bv_json_new_bool(true));
	}
}

static bool
read_candidate(struct audit *a, struct bv_candidate *candidate, struct bv_str ticket, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024), text = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_err err;

	bv_evidence_candidate_name(&name, ticket, "candidate.json");
	if (bv_json_find(a->called, name.p))
		finding(a, false, EVIDENCE_RESULTS, "has two rows of %.*s", BV_STR_ARG(ticket));
	else if (read_file(&text, a, name.p, &err) != BV_OK || bv_candidate_parse(candidate, bv_buf_str(&text), arena, &err) != BV_OK)
		finding(a, false, name.p, "%s", err.msg);
	else if (!bv_str_eq(candidate->ticket, ticket))
		finding(a, false, name.p, "is of %.*s, not of %.*s", BV_STR_ARG(candidate->ticket), BV_STR_ARG(ticket));
	else
		return true;
	return false;
}

static void
audit_candidate(struct audit *a, const struct bv_json *row)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024), responses = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_marking_finish) struct bv_marking marking = { 0 };
	struct bv_candidate candidate;
	struct bv_str ticket;
	struct bv_err err;

	if (bv_json_need_str(&ticket, row, "ticket", &err) != BV_OK) {
		finding(a, false, EVIDENCE_RESULTS, "%s", err.msg);
		return;
	}
	if (!read_candidate(a, &candidate, ticket, &arena)) {
		call_for_all(a, ticket);
		return;
	}
	bv_evidence_candidate_name(&name, ticket, "responses.json");
	if (read_file(&responses, a, name.p, &err) != BV_OK || bv_exam_sit(&marking, a->exam, &candidate, bv_buf_str(&responses), &err) != BV_OK) {
		finding(a, false, name.p, "%s", err.msg);
		call_for_all(a, ticket);
		return;
	}
	bool good = compare_file(a, ticket, "form.json", bv_buf_str(&marking.form));
	good &= compare_file(a, ticket, "outcomes.json", bv_buf_str(&marking.outcomes));
	good &= compare_file(a, ticket, "rating.json", bv_buf_str(&marking.rating));
	if (bv_marking_attains(&marking))
		good &= check_credential(a, &candidate, &marking);
	check_row(a, row, &candidate, &marking);
	if (good) {
		bv_buf_clear(&name);
		bv_evidence_candidate_name(&name, ticket, "");
		finding(a, true, name.p, "form, outcomes, rating%s derived again, byte for byte", bv_marking_attains(&marking) ? " and certificate" : "");
	}
}

/* What the signer listed although it follows from nothing: a certificate for somebody who attained none, a candidate without a row. */
static void
check_called_for(struct audit *a)
{
	const struct bv_json *files = bv_json_find(a->results, "files");

	for (void *it = bv_json_members(files); it; it = bv_json_next(files, it)) {
		char *name = bv_str_dup(bv_json_member_name(it));
		if (!bv_json_find(a->called, name))
			finding(a, false, name, "is listed in results.json, but nothing in this exam calls for it");
		free(name);
	}
}

static enum bv_status
read_results(struct audit *a, struct bv_buf *text, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf exam = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	enum bv_status status = read_file(text, a, EVIDENCE_RESULTS, err);
	struct bv_str format;
	struct bv_err none;

	if (status == BV_ENOTFOUND && read_file(&exam, a, "exam.json", &none) == BV_OK)
		return bv_err_set(err, BV_EDENIED, "this exam was never finished, or its results.json was taken away: nothing in the folder counts; "
		                  "run the exam again into a new folder");
	TRY(status);
	if (bv_json_parse_large(&a->results, bv_buf_str(text), BV_EXAM_RESULTS_MAX, err) != BV_OK ||
	    bv_json_only(a->results, "format candidates files", err) != BV_OK || bv_json_need_str(&format, a->results, "format", err) != BV_OK)
		return bv_err_set(err, BV_EDENIED, "results.json: %s", err->msg);
	if (!bv_str_is(format, EVIDENCE_FORMAT))
		return bv_err_set(err, BV_EDENIED, "results.json: the format is '%.*s', not " EVIDENCE_FORMAT, BV_STR_ARG(bv_str_sub(format, 0, 40)));
	return BV_OK;
}

static enum bv_status
run(struct audit *a, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf results = BV_BUF(BV_EXAM_RESULTS_MAX);
	const struct bv_json *candidates;

	TRY(read_results(a, &results, err));
	TRY(check_files(a, err));
	a->called = bv_json_new_object();
	load_issuer(a);
	if (load_exam(a, err) != BV_OK) {
		finding(a, false, a->path, "nothing can be derived again: %s", err->msg);
		return BV_OK;
	}
	check_signature(a, bv_buf_str(&results));
	if (bv_json_need(&candidates, a->results, "candidates", BV_JSON_ARRAY, err) != BV_OK) {
		finding(a, false, EVIDENCE_RESULTS, "%s", err->msg);
		return BV_OK;
	}
	if (bv_json_count(candidates) == 0)
		finding(a, false, EVIDENCE_RESULTS, "has no candidates");
	for (size_t i = 0; i < bv_json_count(candidates); i++)
		audit_candidate(a, bv_json_at(candidates, i));
	/* Of what could not be derived it is not known which items it would have called for. */
	if (!a->differences)
		check_called_for(a);
	return BV_OK;
}

enum bv_status
bv_exam_audit(const char *path, const struct bv_trust *trust, bv_audit_report report, void *ctx, struct bv_err *err)
{
	struct audit a = { .path = path, .trust = trust, .report = report, .ctx = ctx };
	enum bv_status status = run(&a, err);

	bv_json_free(a.called);
	bv_json_free(a.results);
	bv_exam_free(a.exam);
	bv_trust_free(a.issuer);
	if (status == BV_OK && a.differences)
		return bv_err_set(err, BV_EDENIED, "%zu differences between the evidence and what follows from it", a.differences);
	return status;
}

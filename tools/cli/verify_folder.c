#include "tools/cli/verify_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

enum { NOT_ONE = BV_VERDICT_UNCHECKED + 1, TWICE, UNREADABLE, KINDS, PROGRESS_EACH = 64, NAME_WIDTH = 40, HOLDER_WIDTH = 30, LICENCE_WIDTH = 16, WORD_WIDTH = 16 };

/* What a file turned out to be: enum bv_verdict, and three more. */
static const struct {
	const char *name; /* in JSON */
	const char *text[2];
} kinds[KINDS] = {
	[BV_VERDICT_VALID] = { "valid", { "hợp lệ", "valid" } },
	[BV_VERDICT_INVALID] = { "invalid", { "KHÔNG HỢP LỆ", "INVALID" } },
	[BV_VERDICT_UNKNOWN_ISSUER] = { "unknown-issuer", { "không rõ nơi cấp", "unknown issuer" } },
	[BV_VERDICT_UNCHECKED] = { "unchecked", { "chưa kiểm được", "could not check" } },
	[NOT_ONE] = { "no-certificate", { "không phải", "no certificate" } },
	[TWICE] = { "twice", { "TRÙNG", "TWICE" } },
	[UNREADABLE] = { "unreadable", { "không đọc được", "unreadable" } },
};

struct row {
	struct bv_str path, holder, licence, decision, id, why; /* why: what is wrong, or the file that it repeats */
	int kind;
	int status; /* exit status of this file alone */
};

struct pile {
	const struct bv_trust *trust;
	const struct bv_verify_options *options;
	enum bv_lang lang;
	bool terminal;
	struct bv_arena arena;
	struct row *rows;
	size_t count, cap;
	struct bv_json *details; /* NULL: text */
};

static struct row *
add_row(struct pile *pile, struct bv_str path)
{
	if (pile->count == pile->cap) {
		pile->cap = pile->cap ? 2 * pile->cap : 256;
		pile->rows = bv_resize_array(pile->rows, pile->cap, sizeof *pile->rows);
	}
	struct row *row = &pile->rows[pile->count++];
	*row = (struct row){ .path = bv_arena_str(&pile->arena, path) };
	if (pile->terminal && pile->count % PROGRESS_EACH == 0)
		fprintf(stderr, "\r%zu", pile->count);
	return row;
}

/* The first fact whose English name that is: every envelope calls its facts the same. */
static struct bv_str
fact(struct pile *pile, const struct bv_json *report, const char *name)
{
	const struct bv_json *facts = bv_json_find(report, "facts");

	for (size_t i = 0; i < bv_json_count(facts); i++)
		if (bv_str_is(bv_json_str(bv_json_find(bv_json_at(facts, i), "name")), name))
			return bv_arena_str(&pile->arena, bv_json_str(bv_json_find(bv_json_at(facts, i), "value")));
	return BV_STR_NONE;
}

/* OB ResultStatusType: a certificate may well say that somebody did not pass. */
static struct bv_str
decision(struct pile *pile, const struct bv_json *report)
{
	static const char *const words[] = { "Completed", "Failed", "Provisional", "Withdrawn", "InProgress", "Enrolled" };
	const struct bv_json *facts = bv_json_find(report, "facts");

	for (size_t i = 0; i < bv_json_count(facts); i++)
		for (size_t w = 0; w < BV_COUNT(words); w++)
			if (bv_str_is(bv_json_str(bv_json_find(bv_json_at(facts, i), "value")), words[w]))
				return bv_arena_str(&pile->arena, bv_str_of(words[w]));
	return BV_STR_NONE;
}

/* The first message of a check that did not pass. */
static struct bv_str
reason(struct pile *pile, const struct bv_json *report)
{
	const struct bv_json *checks = bv_json_find(report, "checks");

	for (int failed = 1; failed >= 0; failed--) {
		for (size_t i = 0; i < bv_json_count(checks); i++) {
			const struct bv_json *check = bv_json_at(checks, i), *messages = bv_json_find(check, "messages");
			struct bv_str result = bv_json_str(bv_json_find(check, "result"));
			if (failed ? !bv_str_is(result, "failed") : bv_str_is(result, "passed") || bv_str_is(result, "not-done"))
				continue;
			for (size_t m = bv_json_count(messages); m-- > 0;) /* what is wrong comes after what is right */
				return bv_arena_str(&pile->arena, bv_json_str(bv_json_at(messages, m)));
		}
	}
	return BV_STR_NONE;
}

static enum bv_status
look(void *ctx, const char *path, struct bv_err *err)
{
	struct pile *pile = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CREDENTIAL_MAX);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_verify_options options = *pile->options;
	struct bv_log_proof proof;
	struct bv_err why;

	(void)err;
	if (bv_str_ends(bv_str_of(path), BV_STR(".tlog-proof")))
		return BV_OK;
	struct row *row = add_row(pile, bv_str_of(path));
	enum bv_status status = bv_file_read(&bytes, path, &why);
	if (status != BV_OK && status != BV_ELIMIT) {
		row->kind = UNREADABLE;
		row->status = bv_status_exit(status);
		row->why = bv_arena_str(&pile->arena, bv_str_of(why.msg));
		return BV_OK;
	}
	/* A proof that cannot be used proves nothing; the check of the log says that there is none. */
	if (options.log && bv_log_proof_load(&proof, &text, path, true, &why) == BV_OK)
		options.proof = &proof;
	bv_credential_verify(&report, bv_buf_str(&bytes), pile->trust, &options);
	/* English, so that facts are found by their names; shown is what needs no language, and reasons, which are asked for in the reader's. */
	BV_AUTO(bv_json_free) struct bv_json *english = bv_report_json(report, row->path, BV_LANG_EN);
	struct bv_json *own = bv_report_json(report, row->path, pile->lang);
	row->kind = bv_report_check(report, BV_CHECK_DOCUMENT) == BV_CHECK_PASSED ? (int)bv_report_verdict(report) : NOT_ONE;
	row->status = row->kind == NOT_ONE ? EXIT_INPUT : bv_report_exit(report);
	row->holder = fact(pile, english, "Holder");
	row->licence = fact(pile, english, "Licence number");
	row->decision = decision(pile, english);
	row->id = fact(pile, english, "Certificate's identifier");
	if (row->kind != BV_VERDICT_VALID)
		row->why = reason(pile, own);
	if (pile->details)
		bv_json_add(pile->details, own);
	else
		bv_json_free(own);
	return BV_OK;
}

static void
look_failed(void *ctx, const char *path, const struct bv_err *err)
{
	struct pile *pile = ctx;
	struct row *row = add_row(pile, bv_str_of(path));

	row->kind = UNREADABLE;
	row->status = bv_status_exit(err->status) == EXIT_MACHINE ? EXIT_MACHINE : EXIT_INPUT;
	row->why = bv_arena_str(&pile->arena, bv_str_of(err->msg));
}

static int
by_id(const void *a, const void *b)
{
	const struct row *x = *(struct row *const *)a, *y = *(struct row *const *)b;
	int order = bv_str_cmp(x->id, y->id);

	return order ? order : bv_str_cmp(x->path, y->path);
}

/* One certificate handed in under two names: valid each, but not two certificates. The first in the order of paths counts. */
static void
find_twice(struct pile *pile)
{
	struct row **sorted = bv_alloc_array(pile->count + 1, sizeof *sorted);
	size_t count = 0;

	for (size_t i = 0; i < pile->count; i++)
		if (pile->rows[i].kind == BV_VERDICT_VALID && pile->rows[i].id.len)
			sorted[count++] = &pile->rows[i];
	qsort(sorted, count, sizeof(struct row *), by_id);
	for (size_t i = 1, first = 0; i < count; i++) {
		if (!bv_str_eq(sorted[i]->id, sorted[first]->id)) {
			first = i;
			continue;
		}
		sorted[i]->kind = TWICE;
		sorted[i]->status = EXIT_NO;
		sorted[i]->why = sorted[first]->path;
	}
	free(sorted);
}

static int
worst(const struct pile *pile)
{
	int status = EXIT_YES;

	for (size_t i = 0; i < pile->count; i++)
		status = bv_exit_worse(status, pile->rows[i].status);
	return status;
}

static void
print_rows(const struct pile *pile, size_t folder_len)
{
	for (size_t i = 0; i < pile->count; i++) {
		const struct row *row = &pile->rows[i];
		print_column(bv_str_of(kinds[row->kind].text[pile->lang]), WORD_WIDTH + 2);
		print_column(bv_str_sub(row->path, folder_len, row->path.len), NAME_WIDTH);
		putchar(' ');
		print_column(bv_str_starts(row->holder, BV_STR("sha256$")) ? bv_str_sub(row->holder, 0, HOLDER_WIDTH) : row->holder, HOLDER_WIDTH);
		putchar(' ');
		print_column(row->licence, LICENCE_WIDTH);
		putchar(' ');
		print_safe(stdout, row->decision);
		if (row->why.len) {
			fputs("\n    ", stdout);
			if (row->kind == TWICE)
				fputs(pile->lang == BV_LANG_VI ? "cùng một chứng chỉ với " : "the same certificate as ", stdout);
			print_safe(stdout, row->kind == TWICE ? bv_str_sub(row->why, folder_len, row->why.len) : row->why);
		}
		putchar('\n');
	}
}

static void
count_kinds(size_t counts[KINDS], const struct pile *pile)
{
	for (size_t i = 0; i < pile->count; i++)
		counts[pile->rows[i].kind]++;
}

static void
print_summary(const struct pile *pile)
{
	size_t counts[KINDS] = { 0 };
	const char *between = ": ";

	count_kinds(counts, pile);
	printf(pile->lang == BV_LANG_VI ? "%zu tệp" : "%zu files", pile->count);
	for (int kind = 0; kind < KINDS; kind++) {
		if (!counts[kind] && kind != BV_VERDICT_VALID)
			continue;
		printf("%s%zu %s", between, counts[kind], kinds[kind].text[pile->lang]);
		between = ", ";
	}
	putchar('\n');
}

static void
print_document(const struct pile *pile, struct bv_json *json)
{
	size_t counts[KINDS] = { 0 };

	count_kinds(counts, pile);
	struct bv_json *files = bv_json_set(json, "files", bv_json_new_array());
	for (size_t i = 0; i < pile->count; i++) {
		const struct row *row = &pile->rows[i];
		struct bv_json *file = bv_json_add(files, bv_json_new_object());
		bv_json_set(file, "file", bv_json_new_text(row->path));
		bv_json_set_str(file, "found", bv_str_of(kinds[row->kind].name));
		if (row->holder.len)
			bv_json_set(file, "holder", bv_json_new_text(row->holder));
		if (row->licence.len)
			bv_json_set(file, "licence", bv_json_new_text(row->licence));
		if (row->decision.len)
			bv_json_set_str(file, "decision", row->decision);
		if (row->why.len)
			bv_json_set(file, row->kind == TWICE ? "sameAs" : "reason", bv_json_new_text(row->why));
	}
	struct bv_json *summary = bv_json_set(json, "summary", bv_json_new_object());
	bv_json_set(summary, "files", bv_json_new_int((int64_t)pile->count));
	for (int kind = 0; kind < KINDS; kind++)
		bv_json_set(summary, kinds[kind].name, bv_json_new_int((int64_t)counts[kind]));
	print_json(json);
}

int
verify_folder(const char *folder, const struct bv_trust *trust, const struct bv_verify_options *options, enum bv_lang lang, bool json)
{
	BV_AUTO(bv_json_free) struct bv_json *document = json ? bv_json_new_object() : NULL;
	struct pile pile = { .trust = trust, .options = options, .lang = lang, .terminal = isatty(STDERR_FILENO) };
	struct bv_err err;
	size_t len = strlen(folder);

	if (json)
		pile.details = bv_json_set(document, "certificates", bv_json_new_array());
	enum bv_status status = bv_dir_walk_on(folder, look, look_failed, &pile, &err);
	if (pile.terminal)
		fputs("\r\033[K", stderr);
	int exit_status = status == BV_OK ? EXIT_YES : fail(NULL, &err);
	if (status == BV_OK) {
		find_twice(&pile);
		while (len && folder[len - 1] == '/')
			len--;
		if (json) {
			print_document(&pile, document);
		} else {
			print_rows(&pile, len + 1);
			print_summary(&pile);
		}
		exit_status = worst(&pile);
	}
	free(pile.rows);
	bv_arena_finish(&pile.arena);
	return exit_status;
}

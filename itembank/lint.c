#include "itembank/lint.h"

#include <stdlib.h>

struct bv_lint {
	struct bv_reporter reporter;
	struct bv_lint_record *records;
	size_t count, cap;
};

struct bv_lint *
bv_lint_new(bv_diagnostic_fn report, void *ctx)
{
	struct bv_lint *lint = bv_alloc(sizeof *lint);

	lint->reporter = (struct bv_reporter){ .report = report, .ctx = ctx };
	return lint;
}

void
bv_lint_free(struct bv_lint *lint)
{
	if (!lint)
		return;
	for (size_t i = 0; i < lint->count; i++)
		bv_lint_record_finish(&lint->records[i]);
	free(lint->records);
	free(lint);
}

void
bv_lint_add(struct bv_lint *lint, const char *path, struct bv_str xml)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err err;

	/* What fails here is bv_item_check's to report. */
	if (bv_item_parse(&item, xml, &err) || bv_item_session_new(&session, item, seed, &err))
		return;
	lint->reporter.path = path;
	struct bv_lint_item l = { &lint->reporter, item, session, &arena };
	bv_lint_keys(&l);
	bv_lint_scores(&l);
	bv_lint_texts(&l);
	bv_lint_images(&l);
	bv_lint_templates(&l);
	if (lint->count == lint->cap) {
		lint->cap = lint->cap ? 2 * lint->cap : 64;
		lint->records = bv_resize_array(lint->records, lint->cap, sizeof *lint->records);
	}
	bv_lint_record_init(&lint->records[lint->count++], &l);
}

void
bv_lint_image(struct bv_lint *lint, const char *path, struct bv_str bytes)
{
	lint->reporter.path = path;
	bv_lint_photo(&lint->reporter, bytes);
}

size_t
bv_lint_end(struct bv_lint *lint)
{
	bv_lint_bank(&lint->reporter, lint->records, lint->count);
	return lint->reporter.errors;
}

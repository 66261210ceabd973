/* What items name (tags, enemies, stimuli), so that one can ask who names it; and what is near to a name that nobody has. */
#include <stdlib.h>

#include "base/text.h"
#include "itembank/bank.h"

enum bv_status
bank_links_set(struct bv_bank *bank, int64_t id, enum bank_link kind, struct bv_str names, char end, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_sql_stmt *clear, *add;

	TRY(bank_stmt(&clear, bank, BANK_SQL_LINKS_CLEAR, err));
	bv_sql_bind_int(clear, 1, id);
	bv_sql_bind_int(clear, 2, kind);
	TRY(bv_sql_exec(clear, err));
	TRY(bank_stmt(&add, bank, BANK_SQL_LINK_ADD, err));
	while (names.len) {
		struct bv_str name = bv_str_sub(names, 0, bv_str_find(names, end));
		names = bv_str_sub(names, name.len + 1, names.len);
		bv_sql_bind_int(add, 1, kind);
		bv_sql_bind_str(add, 2, kind == BANK_LINK_TAG ? bv_text_fold(name, &arena) : name);
		bv_sql_bind_int(add, 3, id);
		TRY(bv_sql_exec(add, err));
	}
	return BV_OK;
}

static int
by_bytes(const void *a, const void *b)
{
	return bv_str_cmp(*(const struct bv_str *)a, *(const struct bv_str *)b);
}

enum bv_status
bank_links_same(bool *same, struct bv_bank *bank, int64_t id, enum bank_link kind, struct bv_str names, char end, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str *all = bv_arena_array(&arena, names.len + 1, struct bv_str); /* they may be empty in a damaged bank */
	struct bv_sql_stmt *stmt;
	size_t count = 0, at = 0;
	bool row;

	*same = false;
	if (!bv_text_valid(names))
		return BV_OK;
	while (names.len) {
		struct bv_str name = bv_str_sub(names, 0, bv_str_find(names, end));
		names = bv_str_sub(names, name.len + 1, names.len);
		all[count++] = kind == BANK_LINK_TAG ? bv_text_fold(name, &arena) : name;
	}
	if (count)
		qsort(all, count, sizeof *all, by_bytes);
	TRY(bank_stmt(&stmt, bank, BANK_SQL_LINKS, err));
	bv_sql_bind_int(stmt, 1, id);
	bv_sql_bind_int(stmt, 2, kind);
	for (*same = true;; at++) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		*same = *same && at < count && bv_str_eq(all[at], bv_sql_str(stmt, 0));
	}
	*same = *same && at == count;
	return BV_OK;
}

/* Of the row: no import writes what is no text. */
static enum bv_status
check_name(struct bv_sql_stmt *stmt, const char *what, struct bv_err *err)
{
	if (bv_text_valid(bv_sql_str(stmt, 0)))
		return BV_OK;
	bv_sql_reset(stmt);
	return bv_err_set(err, BV_EIO, "one of the names '%s' is no text: the bank is damaged, restore it from a copy", what);
}

enum bv_status
bank_links_show(struct bv_json *json, const char *name, struct bv_bank *bank, int64_t id, enum bank_link kind, struct bv_err *err)
{
	struct bv_json *names = bv_json_set(json, name, bv_json_new_array());
	struct bv_sql_stmt *stmt;
	bool row;

	TRY(bank_stmt(&stmt, bank, BANK_SQL_LINKS, err));
	bv_sql_bind_int(stmt, 1, id);
	bv_sql_bind_int(stmt, 2, kind);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		TRY(check_name(stmt, name, err));
		bv_json_add(names, bv_json_new_str(bv_sql_str(stmt, 0)));
	}
}

/* ---- Near names -------------------------------------------------------------------------------------------------- */

enum { PLAIN_MAX = 64, NEAR_MAX = 3, FAR = 3 };

/* The words of a name without marks, a space between two. */
struct plain {
	char p[PLAIN_MAX];
	size_t len;
};

static void
plain_of(struct plain *out, struct bv_str name)
{
	struct bv_word word;

	out->len = 0;
	while (bv_text_word(&word, &name) && out->len + word.plain_len + 1 <= PLAIN_MAX) {
		if (out->len)
			out->p[out->len++] = ' ';
		memcpy(out->p + out->len, word.plain, word.plain_len);
		out->len += word.plain_len;
	}
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Levenshtein's distance; one less than FAR when one begins with the other. */
static size_t
distance(const struct plain *a, const struct plain *b)
{
	size_t row[PLAIN_MAX + 1], shorter = a->len < b->len ? a->len : b->len;

	for (size_t k = 0; k <= b->len; k++)
		row[k] = k;
	for (size_t i = 1; i <= a->len; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t k = 1; k <= b->len; k++) {
			size_t above = row[k];
			row[k] = least(row[k] + 1, row[k - 1] + 1, diagonal + (a->p[i - 1] != b->p[k - 1]));
			diagonal = above;
		}
	}
	return row[b->len] >= FAR && shorter >= FAR && memcmp(a->p, b->p, shorter) == 0 ? FAR - 1 : row[b->len];
}

struct near {
	struct bv_str name;
	size_t distance;
};

static void
near_add(struct near *nears, size_t *count, struct bv_str name, size_t far, struct bv_arena *arena)
{
	size_t at = *count;

	while (at && nears[at - 1].distance > far)
		at--;
	if (at == NEAR_MAX)
		return;
	if (*count < NEAR_MAX)
		(*count)++;
	memmove(&nears[at + 1], &nears[at], (*count - at - 1) * sizeof *nears);
	nears[at] = (struct near){ bv_arena_str(arena, name), far };
}

enum bv_status
bank_name_check(struct bv_bank *bank, enum bank_sql has, enum bank_sql all, const char *what, struct bv_str name, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf names = BV_BUF(160);
	struct near nears[NEAR_MAX];
	struct plain wanted, there;
	struct bv_sql_stmt *stmt;
	size_t count = 0;
	bool row;

	TRY(bank_stmt(&stmt, bank, has, err));
	bv_sql_bind_str(stmt, 1, name);
	TRY(bv_sql_step(stmt, &row, err));
	bv_sql_reset(stmt);
	if (row)
		return BV_OK;
	plain_of(&wanted, name);
	TRY(bank_stmt(&stmt, bank, all, err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			break;
		TRY(check_name(stmt, what, err));
		struct bv_str other = bv_sql_str(stmt, 0);
		plain_of(&there, other);
		size_t far = distance(&wanted, &there);
		if (far < FAR)
			near_add(nears, &count, other, far, &arena);
	}
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(&names, "%s'%.*s'", i ? ", " : ": near to it are ", BV_STR_ARG(bv_str_sub(nears[i].name, 0, 40)));
	return bv_err_set(err, BV_ENOTFOUND, "no item has the %s '%.*s'%s", what, BV_STR_ARG(bv_str_sub(name, 0, 60)), count ? names.p : "");
}

/* QTI Usage Data & Item Statistics 3.0: the parameters of the two-parameter logistic model, and how often an item was used. doc/bank.md has the elements. */
#include <stdlib.h>

#include "base/xml.h"
#include "itembank/bank_life.h"

enum { A, B, USED };
static const char *const names[] = { [A] = "irt-a", [B] = "irt-b", [USED] = "times-used" };
static const struct {
	int64_t low, high; /* thousandths; times used: times */
	const char *range;
} ranges[] = { [A] = { 1, 10000, "a decimal above 0 and at most 10" }, [B] = { -10000, 10000, "a decimal from -10 to 10" },
	       [USED] = { 0, BV_USED_MAX, "a whole number up to 10^12" } };

struct bank_statistic {
	struct bv_str identifier;
	const char *path;
	int which, line;
	int64_t value; /* as in ranges */
};

/* Rounded half away from zero. Digits past the ninth cannot change that, so that they are cut. */
static bool
parse_thousandths(struct bv_str s, int64_t *out)
{
	size_t point = bv_str_find(s, '.');
	int64_t n;

	for (size_t i = point + 10; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	if (!bv_str_decimal(bv_str_sub(s, 0, point + 10), 9, &n))
		return false;
	*out = (n + (n < 0 ? -500000 : 500000)) / 1000000;
	return true;
}

/* Takes one statistic; *taken is false when it is of another kind. */
static enum bv_status
read_statistic(struct bank_statistic *s, bool *taken, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_str *name = bv_xml_attr(node, "name");
	const struct bv_xml_node *target = bv_xml_child(node, "targetObject"), *value = bv_xml_child(node, "value");
	const struct bv_str *identifier = target ? bv_xml_attr(target, "identifier") : NULL;

	*taken = false;
	s->line = node->line;
	s->which = -1;
	for (int i = A; name && i <= USED; i++)
		if (bv_str_is(*name, names[i]))
			s->which = i;
	if (s->which < 0 || !bv_str_is(node->name, "ordinaryStatistic") || (target && bv_xml_attr(target, "partIdentifier")))
		return BV_OK;
	if (!identifier || !identifier->len || bv_xml_element(target->next) != value)
		return bv_err_at(err, BV_EINVAL, node->line, "%s needs one targetObject with the identifier of an item, then a value", names[s->which]);
	s->identifier = *identifier;
	struct bv_str text = value ? bv_str_trim(bv_xml_text(value, arena)) : BV_STR_NONE;
	bool parsed = s->which == USED ? bv_str_int(text, &s->value) : parse_thousandths(text, &s->value);
	if (!parsed || s->value < ranges[s->which].low || s->value > ranges[s->which].high)
		return bv_err_at(err, BV_EINVAL, value ? value->line : node->line, "%s of '%.*s' is '%.*s': %s is expected",
		                 names[s->which], BV_STR_ARG(bv_str_sub(*identifier, 0, 80)), BV_STR_ARG(bv_str_sub(text, 0, 40)),
		                 ranges[s->which].range);
	*taken = true;
	return BV_OK;
}

static int
by_identifier(const void *a, const void *b)
{
	const struct bank_statistic *x = a, *y = b;
	int order = bv_str_cmp(x->identifier, y->identifier);

	order = order ? order : x->which - y->which;
	order = order ? order : strcmp(x->path, y->path);
	return order ? order : x->line - y->line;
}

/* The statistics of one item: one a and one b, or neither, and how often it was used. */
static enum bv_status
check_pair(const struct bank_statistic *s, size_t count, struct bv_err *err)
{
	struct bv_str shown = bv_str_sub(s->identifier, 0, 80);

	for (size_t i = 1; i < count; i++)
		if (s[i].which == s[i - 1].which)
			return bv_err_at(err, BV_EINVAL, s[i].line, "%s of '%.*s' is given twice, in %s:%d too", names[s[i].which], BV_STR_ARG(shown),
			                 s[i - 1].path, s[i - 1].line);
	if (s->which == USED || (count > 1 && s[1].which == B))
		return BV_OK;
	return bv_err_at(err, BV_EINVAL, s->line, "'%.*s' has %s but no %s: both are needed", BV_STR_ARG(shown), names[s->which],
	                 names[1 - s->which]);
}

/* Runs a statement that changes all languages of an item and gives the ids of those that it did change. */
static enum bv_status
change(uint64_t *changed, struct bv_bank *bank, struct bv_sql_stmt *set, struct bv_str who, struct bv_err *err)
{
	int64_t *ids = NULL;
	size_t count = 0;
	bool row;

	enum bv_status status = bv_sql_step(set, &row, err);
	for (; status == BV_OK && row; status = bv_sql_step(set, &row, err)) {
		ids = bv_resize_array(ids, count + 1, sizeof *ids);
		ids[count++] = bv_sql_int(set, 0);
	}
	for (size_t i = 0; status == BV_OK && bank_keeps_life(bank) && i < count; i++)
		status = bank_metadata_changed(bank, ids[i], who, err);
	free(ids);
	*changed += count;
	return status;
}

/* The statistics of one item, as check_pair lets them pass. */
static enum bv_status
set_statistics(uint64_t *changed, bool *known, struct bv_bank *bank, const struct bank_statistic *s, size_t count, struct bv_str who,
               struct bv_err *err)
{
	const struct bank_statistic *last = &s[count - 1];
	uint64_t before = *changed;
	struct bv_sql_stmt *set, *find;

	if (s->which == A) {
		TRY(bank_stmt(&set, bank, BANK_SQL_PARAMETERS_SET, err));
		bv_sql_bind_str(set, 1, s->identifier);
		bv_sql_bind_int(set, 2, s[A].value);
		bv_sql_bind_int(set, 3, s[B].value);
		bv_sql_bind_int(set, 4, bank->life.now_s);
		TRY(change(changed, bank, set, who, err));
	}
	if (last->which == USED) {
		TRY(bank_stmt(&set, bank, BANK_SQL_USED_SET, err));
		bv_sql_bind_str(set, 1, last->identifier);
		bv_sql_bind_int(set, 2, last->value);
		bv_sql_bind_int(set, 3, bank->life.now_s);
		TRY(change(changed, bank, set, who, err));
	}
	*known = *changed > before;
	if (*known)
		return BV_OK;
	TRY(bank_stmt(&find, bank, BANK_SQL_ITEM_LANGUAGES, err));
	bv_sql_bind_str(find, 1, s->identifier);
	TRY(bv_sql_step(find, known, err));
	bv_sql_reset(find);
	return BV_OK;
}

struct reporter {
	const struct bv_import_opts *opts;
	struct bv_import_counts *counts;
};

static void
refuse(const struct reporter *r, const char *path, const struct bv_err *err)
{
	struct bv_err told = *err;

	bv_err_mark(&told, "bad-usage-data");
	r->counts->refused++;
	if (r->opts->refuse)
		r->opts->refuse(r->opts->ctx, path, &told);
}

void
bank_usage_finish(struct bank_usage *usage)
{
	free(usage->all);
	bv_arena_finish(&usage->arena);
}

static void
add(struct bank_usage *usage, struct bank_statistic s, const char *path)
{
	if (usage->count == usage->cap) {
		usage->cap = usage->cap ? usage->cap * 2 : 256;
		usage->all = bv_resize_array(usage->all, usage->cap, sizeof *usage->all);
	}
	s.path = path;
	s.identifier = bv_arena_str(&usage->arena, s.identifier);
	usage->all[usage->count++] = s;
}

void
bank_usage_read(struct bank_usage *usage, const char *path, struct bv_str xml, const struct bv_import_opts *opts, struct bv_import_counts *counts)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct reporter r = { opts, counts };
	struct bank_statistic s;
	struct bv_err err;
	bool taken;

	if (bv_xml_read(&doc, xml, BV_XML_DOCUMENT_MAX, &err) != BV_OK) {
		refuse(&r, path, &err);
		return;
	}
	for (const struct bv_xml_node *e = bv_xml_element(bv_xml_root(doc)->first); e; e = bv_xml_element(e->next)) {
		if (read_statistic(&s, &taken, e, &arena, &err) != BV_OK)
			refuse(&r, path, &err);
		else if (taken)
			add(usage, s, path);
	}
}

static enum bv_status
store_all(struct bv_bank *bank, const struct bank_usage *usage, struct bv_str who, const struct reporter *r, uint64_t *changed, struct bv_err *err)
{
	const struct bank_statistic *all = usage->all;
	size_t same;

	TRY(bank_who_check(bank, who, err));
	for (size_t i = 0; i < usage->count; i += same) {
		bool known;
		for (same = 1; i + same < usage->count && bv_str_eq(all[i].identifier, all[i + same].identifier);)
			same++;
		if (check_pair(&all[i], same, err) != BV_OK) {
			refuse(r, all[i + same - 1].path, err);
			continue;
		}
		TRY(set_statistics(changed, &known, bank, &all[i], same, who, err));
		if (!known) {
			bv_err_at(err, BV_ENOTFOUND, all[i].line, "item '%.*s' is not in the bank", BV_STR_ARG(bv_str_sub(all[i].identifier, 0, 80)));
			refuse(r, all[i].path, err);
		}
	}
	return BV_OK;
}

enum bv_status
bank_usage_store(struct bv_bank *bank, struct bank_usage *usage, const struct bank_doing *doing, const struct bv_import_opts *opts,
                 struct bv_import_counts *counts, struct bv_err *err)
{
	const struct reporter r = { opts, counts };
	uint64_t changed = 0;

	if (!usage->count)
		return BV_OK;
	qsort(usage->all, usage->count, sizeof *usage->all, by_identifier);
	TRY(bank_begin(bank, doing->now_s, err));
	enum bv_status status = store_all(bank, usage, doing->who, &r, &changed, err);
	if (status != BV_OK) {
		bv_sql_rollback(bank->sql);
		return status;
	}
	TRY(bv_sql_commit(bank->sql, err));
	counts->metadata += changed;
	return BV_OK;
}

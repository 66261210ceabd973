#include <stdio.h>

#include "itembank/itembank.h"
#include "tools/cli/bank_filter.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static struct bv_str
option(const struct args *args, const char *name)
{
	const char *value = args_get(args, name);

	return value ? bv_str_of(value) : BV_STR_NONE;
}

static enum bv_status
read_page(struct bv_bank_page *page, const struct args *args, struct bv_err *err)
{
	struct bv_str after = option(args, "after");
	size_t slash = bv_str_find(after, '/');
	int64_t limit;

	*page = (struct bv_bank_page){ .sort = BV_SORT_PLACE };
	if (args_has(args, "sort"))
		TRY(bv_bank_sort_parse(&page->sort, option(args, "sort"), err));
	TRY(args_count(&limit, args, "limit", 50, err));
	if (limit < 1 || limit > 10000)
		return bv_err_set(err, BV_EINVAL, "--limit: a page has 1 to 10000 items");
	page->after_identifier = bv_str_sub(after, 0, slash);
	page->after_language = bv_str_sub(after, slash + 1, after.len);
	page->limit = (uint32_t)limit;
	return BV_OK;
}

static void
cell(struct bv_str text, size_t width)
{
	print_column(text, width);
	putchar(' ');
}

static void
print_lines(const struct bv_pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		const struct bv_pool_item *item = &pool->items[i];
		char version[16];
		snprintf(version, sizeof version, "v%u", item->version);
		cell(item->identifier, 14);
		cell(item->language, 3);
		cell(bv_str_of(version), 3);
		cell(item->competence, 8);
		cell(item->component, 4);
		cell(bv_str_of(bv_cognitive_name(item->level)), 10);
		cell(item->kind, 12);
		if (item->state)
			cell(bv_str_of(bv_state_name(item->state)), 11);
		print_safe(stdout, item->title);
		putchar('\n');
	}
}

static int
print_pool(struct bv_bank *bank, const struct bv_pool *pool, struct bv_str text, const char *next)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct bv_json *items = bv_json_set(json, "items", bv_json_new_array()), *snippet;
	struct bv_err err;

	for (size_t i = 0; i < pool->count; i++) {
		struct bv_json *item = bv_json_add(items, bv_pool_item_json(&pool->items[i]));
		if (text.len && bv_bank_snippet(&snippet, bank, &pool->items[i], text, &err) != BV_OK)
			return fail(NULL, &err);
		if (text.len)
			bv_json_set(item, "snippet", snippet);
	}
	bv_json_set(json, "next", next ? bv_json_new_str(bv_str_of(next)) : bv_json_new_null());
	print_json(json);
	return EXIT_YES;
}

static int
count(struct bv_bank *bank, const struct bv_bank_filter *filter, bool json)
{
	uint64_t total;
	struct bv_err err;

	if (bv_bank_count(&total, bank, filter, &err) != BV_OK)
		return fail(NULL, &err);
	printf(json ? "{\"count\":%llu}\n" : "%llu\n", (unsigned long long)total);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf next = BV_BUF(1024);
	struct bv_bank_filter filter;
	struct bv_bank_page page;
	struct bv_err err;

	if (bank_filter_read(&filter, args, &err) != BV_OK || read_page(&page, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "count"))
		return count(bank, &filter, args_has(args, "json"));
	if (bv_bank_list(&pool, bank, &filter, &page, &err) != BV_OK)
		return fail(NULL, &err);
	if (pool.count == page.limit) {
		const struct bv_pool_item *last = &pool.items[pool.count - 1];
		bv_buf_printf(&next, "%.*s/%.*s", BV_STR_ARG(last->identifier), BV_STR_ARG(last->language));
	}
	if (args_has(args, "json"))
		return print_pool(bank, &pool, filter.text, next.p);
	print_lines(&pool);
	if (next.p)
		fprintf(stderr, "The next page: --after %s\n", next.p);
	return EXIT_YES;
}

const struct cmd cmd_bank_list = {
	.name = "bank list",
	.summary = "list the items of a bank that match, page by page",
	.about = "Prints identifier, language, version, competence, component, cognitive level, type and title, one item a line, in the order of competence, "
	         "identifier and language, or of relevance; in a bank that keeps a life cycle also the state of the version. doc/search.md says how texts are "
	         "searched. The next page starts after the last item of this one: --after ID/LANGUAGE.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		BANK_FILTER_OPTS,
		{ "sort", "ORDER", "by place, or by relevance (to --text), difficulty (b), used (most first) or changed (newest first)" },
		{ "limit", "N", "items on a page, 50 if not given" },
		{ "after", "ID/LANGUAGE", "start after this item; /LANGUAGE may be left out when it has one only" },
		{ "count", NULL, "print only how many items match" },
		{ "json", NULL, "print JSON: {\"items\":[…],\"next\":\"ID/LANGUAGE\" or null}" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang bank list --bank sample.db --competence IU01 --level van-dung --language vi",
	                                   "bangvang bank list --bank sample.db --text 'thu dien tu -rác' --sort relevance", NULL },
	.run = run,
};

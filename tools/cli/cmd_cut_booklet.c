#include <stdio.h>
#include <string.h>

#include "tools/cli/commands.h"
#include "tools/cli/cut_booklet.h"
#include "tools/cli/cut_page.h"
#include "tools/cli/print.h"

static struct bv_json *
describe(const struct cut_booklet *b, const struct cut_outcome *outcome)
{
	struct bv_json *out = bv_json_new_object();

	cut_json_sources(out, outcome);
	json_set_number(out, "responseProbability", b->rp);
	bv_json_set(out, "guessing", bv_json_new_bool(b->guessing));
	struct bv_json *pages = bv_json_set(out, "pages", bv_json_new_array());
	for (size_t i = 0; i < b->pages.count; i++) {
		const struct bv_booklet_page *page = &b->pages.page[i];
		struct bv_json *row = bv_json_add(pages, bv_json_new_object());
		bv_json_set_int(row, "page", (int64_t)i + 1);
		bv_json_set_str(row, "item", bv_str_of(page->item->name));
		bv_json_set_int(row, "mark", page->mark);
		json_set_number(row, "theta", page->theta);
		bv_json_set(row, "bound", bv_json_new_bool(page->bound));
		json_set_number(row, "expectedMarks", bv_form_mark(&b->form, page->theta));
	}
	return out;
}

static void
print_pages(const struct cut_booklet *b)
{
	puts("page,item,mark,theta,bound,expected_marks");
	for (size_t i = 0; i < b->pages.count; i++) {
		const struct bv_booklet_page *page = &b->pages.page[i];
		bool quoted = strpbrk(page->item->name, ",\"");
		printf("%zu,", i + 1);
		for (const char *p = page->item->name; quoted && *p; p++)
			printf("%s%s%c", p == page->item->name ? "\"" : "", *p == '"' ? "\"" : "", *p);
		printf("%s,%d,%.6f,%d,%.4f\n", quoted ? "\"" : page->item->name, page->mark, page->theta, page->bound, bv_form_mark(&b->form, page->theta));
	}
}

static int
run(struct args *args)
{
	BV_AUTO(cut_booklet_finish) struct cut_booklet booklet = { 0 };
	struct cut_outcome outcome = { 0 };
	int status;

	if ((status = cut_page_language(args)) || (status = cut_booklet_load(&booklet, &outcome, args->operands[0], args)) || (status = cut_page_booklet(&booklet, &outcome, args)))
		return status;
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = describe(&booklet, &outcome);
		print_json(json);
	} else
		print_pages(&booklet);
	return EXIT_YES;
}

const struct cmd cmd_cut_booklet = {
	.name = "cut booklet",
	.operands = "SET",
	.summary = "the ordered item booklet and its map, for a panel that sets bookmarks",
	.about = "SET is a parameter set from calibrate. Prints one page a line as CSV, the easiest first: the item, the mark that the page is about, the ability from which on that "
	         "mark or a better one has the response probability (bound: it lies beyond -20 or 20), and the marks that are expected on all items there. An item with several marks has a page for each above the "
	         "lowest.\n\nWith --out also the map as one HTML page: a picture (SVG) and the same numbers below it.",
	.opts = (const struct opt[]){
		CUT_BOOKLET_OPTIONS,
		CUT_PAGE_OPTIONS,
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cut booklet tests/vectors/analysis/sitting-set.json --out map.html",
		"bangvang cut booklet tests/vectors/analysis/sitting-set.json --rp 0.5 --json",
		NULL,
	},
	.run = run,
};

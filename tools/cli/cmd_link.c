#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/analysis.h"
#include "base/file.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/link_options.h"
#include "tools/cli/marks_file.h"
#include "tools/cli/print.h"

static struct bv_json *
how_linked(const struct bv_link *link, const struct bv_link_options *options)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "method", bv_str_of(bv_link_method_name(options->method)));
	json_set_number(out, "slope", link->slope);
	json_set_number(out, "slopeError", link->slope_error);
	json_set_number(out, "shift", link->shift);
	json_set_number(out, "shiftError", link->shift_error);
	bv_json_set_int(out, "common", (int64_t)link->count);
	bv_json_set_int(out, "used", (int64_t)link->used);
	return out;
}

static struct bv_json *
describe(const struct bv_link *link, const struct bv_link_options *options)
{
	struct bv_json *out = how_linked(link, options), *items = bv_json_set(out, "items", bv_json_new_array());

	bv_json_set_int(out, "flagged", (int64_t)link->flagged);
	json_set_number(out, "expectedFalse", link->rate * (double)link->flagged);
	for (size_t k = 0; k < link->count; k++) {
		const struct bv_link_item *item = &link->item[k];
		struct bv_json *row = bv_json_add(items, bv_json_new_object());
		bv_json_set(row, "item", bv_json_new_text(item->name));
		json_set_number(row, "aNew", item->a[0]);
		json_set_number(row, "aBase", item->a[1]);
		json_set_number(row, "bNew", item->b[0]);
		json_set_number(row, "bBase", item->b[1]);
		json_set_number(row, "chiSquare", item->chi2);
		json_set_number(row, "p", item->p);
		json_set_number(row, "robustZ", item->robust_z);
		bv_json_set(row, "drifted", bv_json_new_bool(item->flagged));
	}
	return out;
}

static void
print_link(const struct bv_link *link, const struct bv_link_options *options)
{
	printf("%s, %zu of %zu common items: slope %.6f", bv_link_method_name(options->method), link->used, link->count, link->slope);
	if (!isnan(link->slope_error))
		printf(" (%.4f)", link->slope_error);
	printf(", shift %.6f", link->shift);
	if (!isnan(link->shift_error))
		printf(" (%.4f)", link->shift_error);
	printf("\n%zu item%s drifted; on average at most %.2f false alarms\n\nitem             b new   b base  difference  robust z  p\n", link->flagged,
	       link->flagged == 1 ? " has" : "s have", link->rate * (double)link->flagged);
	for (size_t k = 0; k < link->count; k++) {
		const struct bv_link_item *item = &link->item[k];
		print_column(item->name, 17);
		printf("%7.3f %7.3f %11.3f ", item->b[0], item->b[1], item->b[0] - item->b[1]);
		isnan(item->robust_z) ? printf("%9s  ", "-") : printf("%9.2f  ", item->robust_z);
		if (!isnan(item->p))
			printf("%.4g", item->p);
		puts(item->flagged ? "  drifted" : "");
	}
}

static int
run(struct args *args)
{
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *from = NULL, *to = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20), linked = BV_BUF((size_t)64 << 20);
	BV_AUTO(bv_link_finish) struct bv_link link = { 0 };
	struct bv_link_options options = { .method = BV_LINK_STOCKING_LORD, .drop = args_has(args, "drop-drifted"), .rate = 0.05 };
	const char *out = args_get(args, "out"), *rate = args_get(args, "rate");
	struct bv_err err;

	if (link_options_read(&options, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (rate && (!bv_str_double(bv_str_of(rate), &options.rate) || !(options.rate > 0 && options.rate < 1)))
		return usage(args->cmd, "--rate is a share between 0 and 1, as 0.05");
	if (bv_file_read(&text, args->operands[0], &err) != BV_OK || bv_irt_set_parse(&from, bv_buf_str(&text), &err) != BV_OK)
		return fail(args->operands[0], &err);
	int status = parameter_set_load(&to, args->operands[1]);
	if (status)
		return status;
	if (bv_link_make(&link, from, to, &options, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (out && (bv_irt_set_rescale(&linked, bv_buf_str(&text), link.slope, link.shift, how_linked(&link, &options), &err) != BV_OK || bv_buf_check(&linked, &err) != BV_OK ||
	            bv_file_write(out, bv_buf_str(&linked), 0644, &err) != BV_OK))
		return fail(out, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = describe(&link, &options);
		print_json(json);
	} else
		print_link(&link, &options);
	return EXIT_YES;
}

const struct cmd cmd_link = {
	.name = "link",
	.operands = "NEW BASE",
	.summary = "put one parameter set on the scale of another, and see which items have drifted",
	.about = "NEW and BASE are parameter sets from calibrate, each on a scale of its own; the items of the same name link them. Prints slope and shift, with "
	         "theta of BASE = slope × theta of NEW + shift, and how far every common item then is from where it was: an item that has drifted was taught, leaked, or "
	         "changed.\n\nWith standard errors in both sets the errors of slope and shift are there, and drift is judged by Benjamini and Hochberg over the common items; "
	         "without them by the robust z of 2.7.",
	.opts = (const struct opt[]){
		LINK_OPTIONS,
		{ "drop-drifted", NULL, "items that have drifted do not link" },
		{ "rate", "SHARE", "of false alarms among the items that have drifted: 0.05" },
		{ "out", "FILE", "write NEW on the scale of BASE" },
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang link tests/vectors/analysis/next-set.json tests/vectors/analysis/sitting-set.json --out linked.json",
		"bangvang link tests/vectors/analysis/next-set.json tests/vectors/analysis/sitting-set.json --method mean-sigma --drop-drifted --json",
		NULL,
	},
	.run = run,
};

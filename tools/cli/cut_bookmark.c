#include "tools/cli/cut_bookmark.h"

#include <math.h>
#include <stdio.h>

#include "tools/cli/print.h"

static double
page_of(const struct cut_bookmark *in, size_t round, size_t level, size_t judge)
{
	return bv_judged(&in->judged, round, level, judge, 0);
}

/* ---- JSON ---- */

static void
add_result(struct bv_json *all, const struct cut_bookmark *in, size_t round, size_t level)
{
	const struct bv_bookmark *b = &in->result[round * in->judged.levels + level];
	struct bv_json *out = bv_json_add(all, bv_json_new_object());

	bv_json_set_int(out, "round", (int64_t)round + 1);
	bv_json_set_str(out, "level", in->judged.level[level]);
	cut_json_cut(bv_json_set(out, "theta", bv_json_new_object()), &b->theta);
	cut_json_cut(bv_json_set(out, "page", bv_json_new_object()), &b->page);
	json_set_number(out, "expectedMarks", bv_form_mark(&in->booklet.form, b->theta.mean));
	struct bv_json *panels = bv_json_set(out, "panels", bv_json_new_array()), *judges = bv_json_set(out, "judges", bv_json_new_array());
	for (size_t p = 0; p < b->panels; p++) {
		struct bv_json *row = bv_json_add(panels, bv_json_new_object());
		bv_json_set_str(row, "panel", in->judged.panel[p]);
		bv_json_set_int(row, "judges", (int64_t)b->panel[p].judges);
		json_set_number(row, "mean", b->panel[p].mean);
		json_set_number(row, "median", b->panel[p].median);
	}
	for (size_t j = 0; j < b->judges; j++)
		if (!isnan(b->cut[j])) {
			struct bv_json *row = bv_json_add(judges, bv_json_new_object());
			bv_json_set_str(row, "judge", in->judged.judge[j]);
			bv_json_set_str(row, "panel", in->judged.panel[in->judged.panel_of[j]]);
			bv_json_set_int(row, "page", (int64_t)page_of(in, round, level, j));
			json_set_number(row, "theta", b->cut[j]);
			json_set_number(row, "robustZ", b->robust_z[j]);
			bv_json_set(row, "far", bv_json_new_bool(fabs(b->robust_z[j]) > BV_CUT_FAR));
		}
}

struct bv_json *
cut_bookmark_json(const struct cut_bookmark *in)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "method", BV_STR("bookmark"));
	json_set_number(out, "responseProbability", in->booklet.rp);
	bv_json_set(out, "guessing", bv_json_new_bool(in->booklet.guessing));
	bv_json_set_str(out, "cutAt", bv_str_of(bv_bookmark_rule_name(in->rule)));
	bv_json_set_int(out, "pages", (int64_t)in->booklet.pages.count);
	cut_json_sources(out, &in->outcome);
	cut_json_cuts(out, &in->outcome);
	struct bv_json *all = bv_json_set(out, "results", bv_json_new_array());
	for (size_t r = 0; r < in->judged.rounds; r++)
		for (size_t l = 0; l < in->judged.levels; l++)
			add_result(all, in, r, l);
	return out;
}

/* ---- Tables ---- */

static void
print_result(const struct cut_bookmark *in, size_t round, size_t level)
{
	const struct bv_bookmark *b = &in->result[round * in->judged.levels + level];

	fputs("level ", stdout);
	print_safe(stdout, in->judged.level[level]);
	printf(", round %zu: %zu judge%s in %zu panel%s, %zu pages\n", round + 1, b->theta.judges, b->theta.judges == 1 ? "" : "s", b->theta.panels, b->theta.panels == 1 ? "" : "s",
	       in->booklet.pages.count);
	printf("  page: median %g, from %g to %g\n", b->page.median, b->page.low, b->page.high);
	printf("  cut in ability: mean %.4f, median %.4f, from %.3f to %.3f; expected marks at the mean %.2f\n", b->theta.mean, b->theta.median, b->theta.low, b->theta.high,
	       bv_form_mark(&in->booklet.form, b->theta.mean));
	fputs("  standard error of the mean: judges ", stdout);
	print_number(b->theta.error, "%.4f", "–");
	fputs(", panels ", stdout);
	print_number(b->theta.error_panels, "%.4f", "–");
	fputs("; of the median ", stdout);
	print_number(b->theta.error_median, "%.4f", "–");
	fputs("; judges of a panel alike ", stdout);
	print_number(b->theta.icc, "%.3f", "–");
	puts("\n\njudge            panel        page   theta      z");
	for (size_t j = 0; j < b->judges; j++) {
		if (isnan(b->cut[j]))
			continue;
		print_column(in->judged.judge[j], 17);
		print_column(in->judged.panel[in->judged.panel_of[j]], 12);
		print_cell(page_of(in, round, level, j), 4, 0);
		print_cell(b->cut[j], 7, 3);
		print_cell(b->robust_z[j], 6, 2);
		puts(fabs(b->robust_z[j]) > BV_CUT_FAR ? "  far from the others" : "");
	}
}

void
cut_bookmark_print(const struct cut_bookmark *in)
{
	for (size_t r = 0; r < in->judged.rounds; r++)
		for (size_t l = 0; l < in->judged.levels; l++) {
			if (r || l)
				puts("");
			print_result(in, r, l);
		}
}

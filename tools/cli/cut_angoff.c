#include "tools/cli/cut_angoff.h"

#include <math.h>
#include <stdio.h>

#include "tools/cli/print.h"

/* ---- JSON ---- */

static void
set_components(struct bv_json *out, const struct bv_angoff_components *c)
{
	bv_json_set(out, "nested", bv_json_new_bool(c->nested));
	json_set_number(out, "panel", c->panel);
	json_set_number(out, "judge", c->judge);
	json_set_number(out, "item", c->item);
	json_set_number(out, "panelItem", c->panel_item);
	json_set_number(out, "residual", c->residual);
	json_set_number(out, "errorFixedItems", c->error_fixed);
	json_set_number(out, "errorRandomItems", c->error_random);
	json_set_number(out, "icc", c->icc);
	json_set_number(out, "iccMean", c->icc_mean);
}

static void
add_judge(struct bv_json *all, const struct cut_angoff *in, const struct bv_angoff *a, size_t j)
{
	const struct bv_angoff_judge *judge = &a->judge[j];

	if (isnan(judge->cut))
		return;
	struct bv_json *row = bv_json_add(all, bv_json_new_object());
	bv_json_set_str(row, "judge", in->judged.judge[j]);
	bv_json_set_str(row, "panel", in->judged.panel[in->judged.panel_of[j]]);
	json_set_number(row, "cut", judge->cut);
	json_set_number(row, "theta", judge->theta);
	json_set_number(row, "correlationOthers", judge->others);
	json_set_number(row, "differenceOthers", judge->apart);
	json_set_number(row, "robustZ", judge->robust_z);
	bv_json_set(row, "far", bv_json_new_bool(judge->far));
	json_set_number(row, "correlationEasiness", judge->difficulty);
	bv_json_set(row, "unrelated", bv_json_new_bool(judge->unrelated));
	json_set_number(row, "error", judge->error);
	json_set_number(row, "consistency", judge->consistency);
}

static void
add_result(struct bv_json *all, const struct cut_angoff *in, size_t round, size_t level)
{
	const struct bv_angoff *a = &in->result[round * in->judged.levels + level];
	struct bv_json *out = bv_json_add(all, bv_json_new_object());

	bv_json_set_int(out, "round", (int64_t)round + 1);
	bv_json_set_str(out, "level", in->judged.level[level]);
	cut_json_cut(bv_json_set(out, "sum", bv_json_new_object()), &a->sum);
	json_set_number(out, "theta", a->theta);
	json_set_number(out, "thetaError", a->theta_error);
	json_set_number(out, "thetaMedian", a->theta_median);
	bv_json_set(out, "bound", bv_json_new_bool(a->bound));
	set_components(bv_json_set(out, "components", bv_json_new_object()), &a->components);
	struct bv_json *panels = bv_json_set(out, "panels", bv_json_new_array()), *judges = bv_json_set(out, "judges", bv_json_new_array());
	struct bv_json *items = bv_json_set(out, "items", bv_json_new_array());
	for (size_t p = 0; p < a->panels; p++) {
		struct bv_json *row = bv_json_add(panels, bv_json_new_object());
		bv_json_set_str(row, "panel", in->judged.panel[p]);
		bv_json_set_int(row, "judges", (int64_t)a->panel[p].judges);
		json_set_number(row, "mean", a->panel[p].mean);
		json_set_number(row, "median", a->panel[p].median);
	}
	for (size_t j = 0; j < a->judges; j++)
		add_judge(judges, in, a, j);
	for (size_t i = 0; i < in->judged.items; i++) {
		struct bv_json *row = bv_json_add(items, bv_json_new_object());
		bv_json_set_str(row, "item", in->judged.item[i]);
		json_set_number(row, "mean", a->item_mean[i]);
		json_set_number(row, "sd", a->item_sd[i]);
		json_set_number(row, "easiness", in->easiness ? in->easiness[i] : NAN);
	}
}

struct bv_json *
cut_angoff_json(const struct cut_angoff *in)
{
	struct bv_json *out = bv_json_new_object();

	bv_json_set_str(out, "method", BV_STR("angoff"));
	bv_json_set_str(out, "ratings", bv_str_of(bv_judgement_kind_name(in->kind)));
	cut_json_sources(out, &in->outcome);
	bv_json_set_int(out, "items", (int64_t)in->judged.items);
	json_set_number(out, "fullMarks", in->result[0].full);
	cut_json_cuts(out, &in->outcome);
	struct bv_json *all = bv_json_set(out, "results", bv_json_new_array());
	for (size_t r = 0; r < in->judged.rounds; r++)
		for (size_t l = 0; l < in->judged.levels; l++)
			add_result(all, in, r, l);
	return out;
}

/* ---- Tables ---- */

static void
print_judges(const struct cut_angoff *in, const struct bv_angoff *a)
{
	puts("\njudge            panel           cut   theta  others  apart      z  easiness      C");
	for (size_t j = 0; j < a->judges; j++) {
		const struct bv_angoff_judge *judge = &a->judge[j];
		if (isnan(judge->cut))
			continue;
		print_column(in->judged.judge[j], 17);
		print_column(in->judged.panel[in->judged.panel_of[j]], 12);
		print_cell(judge->cut, 6, 2);
		print_cell(judge->theta, 7, 3);
		print_cell(judge->others, 7, 2);
		print_cell(judge->apart, 6, 3);
		print_cell(judge->robust_z, 6, 2);
		print_cell(judge->difficulty, 9, 2);
		print_cell(judge->consistency, 6, 3);
		puts(judge->far && judge->unrelated ? "  far from the others, unrelated to difficulty" : judge->far ? "  far from the others" : judge->unrelated ? "  unrelated to difficulty" : "");
	}
}

static void
print_result(const struct cut_angoff *in, size_t round, size_t level)
{
	const struct bv_angoff *a = &in->result[round * in->judged.levels + level];
	const struct bv_angoff_components *c = &a->components;

	fputs("level ", stdout);
	print_safe(stdout, in->judged.level[level]);
	printf(", round %zu: %zu judge%s in %zu panel%s, %zu items, %g marks\n", round + 1, a->sum.judges, a->sum.judges == 1 ? "" : "s", a->sum.panels, a->sum.panels == 1 ? "" : "s",
	       in->judged.items, a->full);
	printf("  cut in marks: mean %.3f, median %.3f, from %.2f to %.2f\n", a->sum.mean, a->sum.median, a->sum.low, a->sum.high);
	fputs("  standard error of the mean: judges ", stdout);
	print_number(a->sum.error, "%.3f", "–");
	fputs(", panels ", stdout);
	print_number(a->sum.error_panels, "%.3f", "–");
	fputs(", items a sample too ", stdout);
	print_number(c->error_random, "%.3f", "–");
	fputs("; of the median ", stdout);
	print_number(a->sum.error_median, "%.3f\n", "–");
	if (isnan(a->sum.error_median))
		putchar('\n');
	if (in->set) {
		printf("  cut in ability: %.4f", a->theta);
		fputs(" (standard error ", stdout);
	print_number(a->theta_error, "%.4f", "–");
		printf("), of the median %.4f%s\n", a->theta_median, a->bound ? "; the curve of these items does not reach the cut" : "");
	}
	fputs("  variance: panels ", stdout);
	print_number(c->panel, "%.5f", "–");
	fputs(", judges ", stdout);
	print_number(c->judge, "%.5f", "–");
	fputs(", items ", stdout);
	print_number(c->item, "%.5f", "–");
	fputs(", panels × items ", stdout);
	print_number(c->panel_item, "%.5f", "–");
	fputs(", rest ", stdout);
	print_number(c->residual, "%.5f", "–");
	fputs("; agreement of a judge ", stdout);
	print_number(c->icc, "%.3f", "–");
	fputs(", of their mean ", stdout);
	print_number(c->icc_mean, "%.3f", "–");
	puts("");
	if (a->panels > 1) {
		fputs("  panels:", stdout);
		for (size_t p = 0; p < a->panels; p++) {
			fputs(p ? "; " : " ", stdout);
			print_safe(stdout, in->judged.panel[p]);
			fputs(" mean ", stdout);
	print_number(a->panel[p].mean, "%.3f", "–");
			fputs(", median ", stdout);
	print_number(a->panel[p].median, "%.3f", "–");
		}
		puts("");
	}
	print_judges(in, a);
}

void
cut_angoff_print(const struct cut_angoff *in)
{
	for (size_t r = 0; r < in->judged.rounds; r++)
		for (size_t l = 0; l < in->judged.levels; l++) {
			if (r || l)
				puts("");
			print_result(in, r, l);
		}
}

#include "tools/cli/fit_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"

static void
left_out(const struct fit_inputs *in, int group, const struct bv_err *err)
{
	const char *name = bv_irt_sheet_group(in->sheet, group);

	fprintf(stderr, "left out%s%s: %s\n", *name ? " in group " : "", name, err->msg);
}

static struct bv_json *
real_or_null(double x)
{
	return isfinite(x) ? bv_json_new_real(x) : bv_json_new_null();
}

static bool
counts(const struct bv_irt_estimate *estimate)
{
	return estimate->state != BV_IRT_CONSTANT && estimate->state != BV_IRT_UNANSWERED;
}

static void
items_report(const struct fit_inputs *in, int group, struct bv_json *out)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(in->sheet);
	size_t count = bv_irt_answers_items(answers), persons;
	struct bv_irt_item_fit *fits = bv_alloc_array(count, sizeof *fits);
	struct bv_err err;

	if (bv_irt_item_fits(fits, &persons, in->estimates, answers, group, &in->fit->groups[group], &err) != BV_OK) {
		left_out(in, group, &err);
		free(fits);
		return;
	}
	struct bv_json *object = out ? bv_json_set(out, "itemFit", bv_json_new_object()) : NULL, *rows = NULL;
	if (out) {
		bv_json_set_int(object, "persons", (int64_t)persons);
		rows = bv_json_set(object, "items", bv_json_new_array());
	} else {
		printf("\nS-X2 of %zu persons who answered every item\nitem                  S-X2   df       p   RMSEA\n", persons);
	}
	for (size_t i = 0; i < count; i++) {
		const struct bv_irt_item_fit *fit = &fits[i];
		if (!counts(&in->estimates[i]))
			continue;
		if (!out) {
			if (fit->df > 0)
				printf("%-16s %9.3f %4d  %.4f  %.4f\n", bv_irt_sheet_item(in->sheet, i), fit->s_x2, fit->df, fit->p, fit->rmsea);
			else
				printf("%-16s         -    -       -       -\n", bv_irt_sheet_item(in->sheet, i));
			continue;
		}
		struct bv_json *row = bv_json_add(rows, bv_json_new_object());
		bv_json_set_str(row, "name", bv_str_of(bv_irt_sheet_item(in->sheet, i)));
		bv_json_set(row, "sX2", fit->df > 0 ? bv_json_new_real(fit->s_x2) : bv_json_new_null());
		bv_json_set(row, "df", fit->df > 0 ? bv_json_new_int(fit->df) : bv_json_new_null());
		bv_json_set(row, "p", fit->df > 0 ? real_or_null(fit->p) : bv_json_new_null());
		bv_json_set(row, "rmsea", fit->df > 0 ? real_or_null(fit->rmsea) : bv_json_new_null());
	}
	free(fits);
}

static void
pairs_report(const struct fit_inputs *in, int group, struct bv_json *out)
{
	struct bv_irt_residuals got;
	struct bv_err err;

	if (bv_irt_residuals_take(&got, in->estimates, bv_irt_sheet_answers(in->sheet), group, &in->fit->groups[group], in->replicates, in->settings->threads,
	                          &err) != BV_OK) {
		left_out(in, group, &err);
		return;
	}
	struct bv_json *object = out ? bv_json_set(out, "q3", bv_json_new_object()) : NULL, *rows = NULL;
	if (out) {
		bv_json_set_int(object, "pairs", (int64_t)got.count);
		bv_json_set(object, "mean", bv_json_new_real(got.mean));
		bv_json_set(object, "largest", bv_json_new_real(got.largest));
		bv_json_set(object, "critical", bv_json_new_real(got.mean + got.critical));
		bv_json_set_int(object, "replicates", got.replicates);
		rows = bv_json_set(object, "suspects", bv_json_new_array());
	} else {
		printf("\nQ3 of %zu pairs: mean %.4f, largest %.4f, critical value %.4f (%.4f above the mean, %s)\n", got.count, got.mean, got.largest,
		       got.mean + got.critical, got.critical, got.replicates ? "the 95th percentile of drawn sheets" : "a rule of thumb");
	}
	for (size_t k = 0; k < got.suspect_count; k++) {
		const char *first = bv_irt_sheet_item(in->sheet, got.suspects[k].first), *second = bv_irt_sheet_item(in->sheet, got.suspects[k].second);
		if (!out) {
			printf("  %s and %s: %.4f\n", first, second, got.suspects[k].q3);
			continue;
		}
		struct bv_json *row = bv_json_add(rows, bv_json_new_object());
		bv_json_set_str(row, "first", bv_str_of(first));
		bv_json_set_str(row, "second", bv_str_of(second));
		bv_json_set(row, "q3", bv_json_new_real(got.suspects[k].q3));
	}
	if (!out && !got.suspect_count)
		puts("  no pair lies above it");
	free(got.suspects);
}

static void
whole_report(const struct fit_inputs *in, struct bv_json *out)
{
	struct bv_irt_test_fit got;
	struct bv_err err;

	if (bv_irt_test_fit_take(&got, in->estimates, bv_irt_sheet_answers(in->sheet), in->settings, &in->fit->groups[0], &err) != BV_OK) {
		fprintf(stderr, "left out: %s\n", err.msg);
		return;
	}
	if (!out) {
		printf("\nM2 of %zu persons who answered every item: %.3f, %d degrees of freedom, p %.4f\n", got.persons, got.m2, got.df, got.p);
		printf("RMSEA %.4f (90 %%: %.4f to %.4f), SRMSR %.4f, CFI %.4f, TLI %.4f\n", got.rmsea, got.rmsea_low, got.rmsea_high, got.srmsr, got.cfi, got.tli);
		return;
	}
	struct bv_json *object = bv_json_set(out, "m2", bv_json_new_object());
	bv_json_set_int(object, "persons", (int64_t)got.persons);
	bv_json_set(object, "m2", bv_json_new_real(got.m2));
	bv_json_set_int(object, "df", got.df);
	bv_json_set(object, "p", bv_json_new_real(got.p));
	bv_json_set(object, "rmsea", real_or_null(got.rmsea));
	bv_json_set(object, "rmseaLow", real_or_null(got.rmsea_low));
	bv_json_set(object, "rmseaHigh", real_or_null(got.rmsea_high));
	bv_json_set(object, "srmsr", real_or_null(got.srmsr));
	bv_json_set(object, "cfi", real_or_null(got.cfi));
	bv_json_set(object, "tli", real_or_null(got.tli));
}

void
fit_report(const struct fit_inputs *in, bool as_json)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(in->sheet);
	BV_AUTO(bv_json_free) struct bv_json *document = as_json ? bv_json_new_object() : NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)256 << 20);
	struct bv_json *groups = NULL;

	if (document) {
		bv_json_set(document, "converged", bv_json_new_bool(in->fit->converged));
		groups = bv_json_set(document, "groups", bv_json_new_array());
	}
	for (int g = 0; g < in->fit->group_count; g++) {
		struct bv_json *out = document ? bv_json_add(groups, bv_json_new_object()) : NULL;
		const char *name = bv_irt_sheet_group(in->sheet, g);
		double marginal, empirical;
		if (in->fit->groups[g].persons == 0)
			continue;
		bv_irt_reliability(&marginal, &empirical, in->estimates, answers, g, &in->fit->groups[g]);
		if (out) {
			bv_json_set_str(out, "name", bv_str_of(name));
			bv_json_set(out, "marginalReliability", bv_json_new_real(marginal));
			bv_json_set(out, "empiricalReliability", real_or_null(empirical));
		} else {
			printf("%s%s%sreliability: marginal %.4f, empirical %.4f\n", *name ? "group " : "", name, *name ? ", " : "", marginal, empirical);
		}
		items_report(in, g, out);
		pairs_report(in, g, out);
	}
	whole_report(in, document);
	if (document) {
		bv_json_write_pretty(&text, document);
		fwrite(text.p, 1, text.len, stdout);
	}
}

#include "tools/cli/marks_levels.h"

#include <math.h>
#include <stdio.h>

#include "base/file.h"

/* "-0.5,0.8": bands of the estimate, named 1, 2, … */
static enum bv_status
cuts_read(struct marks_levels *out, struct bv_str text, struct bv_err *err)
{
	struct bv_bands_rule *rule = &out->rule;

	rule->least_items = 1;
	while (text.len > 0) {
		size_t comma = bv_str_find(text, ',');
		struct bv_str word = bv_str_sub(text, 0, comma);
		int64_t milli;
		if (!bv_str_decimal(word, 3, &milli) || milli <= -6000 || milli >= 6000)
			return bv_err_set(err, BV_EINVAL, "--cuts: '%.*s' is not a number between -6 and 6 with at most three decimals", BV_STR_ARG(word));
		if (rule->band_count == BV_IRT_CUTS_MAX)
			return bv_err_set(err, BV_ELIMIT, "--cuts: more than %d cut scores", BV_IRT_CUTS_MAX);
		if (rule->band_count && milli <= rule->bands[rule->band_count - 1].cut_milli)
			return bv_err_set(err, BV_EINVAL, "--cuts: cut scores must rise, '%.*s' does not", BV_STR_ARG(word));
		char *name = out->names[rule->band_count];
		snprintf(name, sizeof out->names[0], "%zu", rule->band_count + 1);
		rule->bands[rule->band_count++] = (struct bv_band){ bv_str_of(name), (int32_t)milli };
		text = bv_str_sub(text, comma + 1, text.len);
	}
	return rule->band_count ? BV_OK : bv_err_set(err, BV_EINVAL, "--cuts: no cut score");
}

static enum bv_status
pack_read(struct marks_levels *out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STANDARD_MAX);

	TRY(bv_file_read(&text, path, err));
	TRY(bv_rules_parse(&out->pack, bv_buf_str(&text), err));
	if (!bv_rules_bands(out->pack))
		return bv_err_set(err, BV_EINVAL, "the pack decides by marks of parts, not by ability: abilities have no levels in it");
	out->rule = *bv_rules_bands(out->pack);
	for (size_t k = 0; k < out->rule.band_count; k++)
		if (out->rule.bands[k].cut_milli <= -6000 || out->rule.bands[k].cut_milli >= 6000)
			return bv_err_set(err, BV_EINVAL, "level '%.*s': a cut score of %d thousandths is an end of the scale", BV_STR_ARG(out->rule.bands[k].level),
			                  (int)out->rule.bands[k].cut_milli);
	return BV_OK;
}

int
marks_levels_load(struct marks_levels *out, const struct args *args)
{
	const char *pack = args_get(args, "rules"), *cuts = args_get(args, "cuts");
	struct bv_err err;

	_Static_assert(BV_IRT_CUTS_MAX >= BV_STANDARD_LEVELS_MAX, "every pack's bands have room");
	if (pack && cuts)
		return usage(args->cmd, "--rules and --cuts: give one of them");
	if (cuts && cuts_read(out, bv_str_of(cuts), &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (pack && pack_read(out, pack, &err) != BV_OK)
		return fail(pack, &err);
	for (size_t k = 0; k < out->rule.band_count; k++)
		out->cuts[k] = out->rule.bands[k].cut_milli / 1000.0;
	return 0;
}

enum bv_status
marks_levels_begin(struct marks_levels *levels, const struct bv_irt_item *items, size_t count, double mean, double sd, struct bv_err *err)
{
	return bv_irt_levels_new(&levels->table, items, count, mean, sd, levels->cuts, levels->rule.band_count, err);
}

void
marks_levels_finish(struct marks_levels *levels)
{
	bv_rules_free(levels->pack);
	bv_irt_levels_free(levels->table);
}

struct bv_str
marks_level_name(const struct marks_levels *levels, size_t level)
{
	return level ? levels->rule.bands[level - 1].level : BV_STR("");
}

void
marks_decide(struct marks_decision *out, const struct marks_levels *levels, const struct bv_irt_score *score, const int8_t *categories)
{
	const struct bv_bands_rule *rule = &levels->rule;
	double reaches[BV_IRT_CUTS_MAX], above = 0;

	*out = (struct marks_decision){ .sure = 1 };
	bv_irt_levels_take(out->p, levels->table, categories);
	for (size_t k = rule->band_count; k-- > 0;)
		reaches[k] = above += out->p[k + 1];
	out->measured = score->answers >= rule->least_items && (!rule->most_se_e4 || bv_e4(score->se) <= rule->most_se_e4);
	while (out->level < rule->band_count && bv_band_reached(rule, out->level, bv_e4(score->theta), bv_e4(reaches[out->level])))
		out->passed |= bv_str_eq(rule->bands[out->level++].level, rule->pass);
	for (size_t k = out->level ? out->level - 1 : 0; k <= out->level && k < rule->band_count; k++) {
		double sure = k < out->level ? reaches[k] : 1 - reaches[k];
		if (sure < out->sure || k == 0) {
			out->sure = sure;
			out->reaches = reaches[k];
			out->cut = k;
		}
	}
}

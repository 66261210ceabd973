#include "tools/cli/cut_outcome.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "tools/cli/print.h"

#define INPUT_MAX ((size_t)64 << 20)

int
cut_source_read(struct bv_buf *out, struct cut_outcome *outcome, const char *path)
{
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	*out = BV_BUF(INPUT_MAX);
	if (bv_file_read(out, path, &err) != BV_OK)
		return fail(path, &err);
	bv_sha256(hash, bv_buf_str(out));
	outcome->source[outcome->source_count].path = path;
	bv_hex(outcome->source[outcome->source_count++].digest, hash, sizeof hash);
	return 0;
}

void
cut_json_sources(struct bv_json *out, const struct cut_outcome *o)
{
	struct bv_json *all = bv_json_set(out, "inputs", bv_json_new_array());

	for (size_t i = 0; i < o->source_count; i++) {
		struct bv_json *one = bv_json_add(all, bv_json_new_object());
		bv_json_set(one, "file", bv_json_new_text(bv_str_of(o->source[i].path)));
		bv_json_set_str(one, "sha256", bv_str_of(o->source[i].digest));
	}
}

void
cut_json_cut(struct bv_json *out, const struct bv_cut *cut)
{
	bv_json_set_int(out, "judges", (int64_t)cut->judges);
	bv_json_set_int(out, "panels", (int64_t)cut->panels);
	json_set_number(out, "mean", cut->mean);
	json_set_number(out, "median", cut->median);
	json_set_number(out, "sd", cut->sd);
	json_set_number(out, "low", cut->low);
	json_set_number(out, "high", cut->high);
	json_set_number(out, "error", cut->error);
	json_set_number(out, "errorPanels", cut->error_panels);
	json_set_number(out, "errorMedian", cut->error_median);
	json_set_number(out, "iccPanels", cut->icc);
}

void
cut_json_cuts(struct bv_json *out, const struct cut_outcome *o)
{
	struct bv_json *all = bv_json_set(out, "cuts", bv_json_new_array());

	for (size_t i = 0; i < o->count; i++) {
		struct bv_json *one = bv_json_add(all, bv_json_new_object());
		bv_json_set_str(one, "level", o->level[i]);
		json_set_number(one, "theta", o->theta[i]);
		json_set_number(one, "error", o->error[i]);
		bv_json_set(one, "bound", bv_json_new_bool(o->bound[i]));
	}
}

/* What the options say of the pack. */
struct wish {
	struct bv_str id, version, by, pass;
	bv_day held, from;
	int64_t shift_e3, least_items, most_se_milli;
	bool posterior;
};

static int
options_read(struct wish *out, const struct args *args)
{
	static const char *const needed[] = { "standard", "rules-id", "held", "from", "by" };
	static const char *const others[] = { "shift-errors", "rules-version", "pass", "decide-by", "least-items", "most-se" };
	const char *shift = args_get(args, "shift-errors"), *by = args_get(args, "decide-by"), *most = args_get(args, "most-se");
	bool wanted = args_get(args, "rules-out");
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(needed); i++)
		if (wanted != !!args_get(args, needed[i]))
			return wanted ? usage(args->cmd, "--rules-out needs --%s", needed[i]) : usage(args->cmd, "--%s is of the rule pack that --rules-out writes", needed[i]);
	for (size_t i = 0; !wanted && i < BV_COUNT(others); i++)
		if (args_get(args, others[i]))
			return usage(args->cmd, "--%s is of the rule pack that --rules-out writes", others[i]);
	*out = (struct wish){ bv_str_of(args_get(args, "rules-id")), args_get(args, "rules-version") ? bv_str_of(args_get(args, "rules-version")) : BV_STR("1"),
		              bv_str_trim(bv_str_of(args_get(args, "by"))), bv_str_of(args_get(args, "pass")), .posterior = !by || strcmp(by, "posterior") == 0 };
	if (!wanted)
		return 0;
	if (by && !out->posterior && strcmp(by, "estimate") != 0)
		return usage(args->cmd, "--decide-by is posterior or estimate");
	if (bv_day_parse(&out->held, bv_str_of(args_get(args, "held")), &err) != BV_OK)
		return usage(args->cmd, "--held: %s", err.msg);
	if (bv_day_parse(&out->from, bv_str_of(args_get(args, "from")), &err) != BV_OK)
		return usage(args->cmd, "--from: %s", err.msg);
	if (out->from < out->held)
		return usage(args->cmd, "--from: the pack would be in force before the judges met");
	if (shift && (!bv_str_decimal(bv_str_of(shift), 3, &out->shift_e3) || out->shift_e3 < -3000 || out->shift_e3 > 3000))
		return usage(args->cmd, "--shift-errors is a number from -3 to 3, as -1");
	if (most && (!bv_str_decimal(bv_str_of(most), 3, &out->most_se_milli) || out->most_se_milli < 1 || out->most_se_milli > 1000))
		return usage(args->cmd, "--most-se is a number from 0.001 to 1, as 0.6");
	if (args_count(&out->least_items, args, "least-items", 20, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (out->least_items < 1 || out->least_items > BV_RATING_ITEMS_MAX)
		return usage(args->cmd, "--least-items is from 1 to %d", BV_RATING_ITEMS_MAX);
	if (out->by.len == 0 || out->by.len > 300)
		return usage(args->cmd, "--by has 1 to 300 bytes");
	return 0;
}

static enum bv_status
cuts_take(int32_t *milli, const struct cut_outcome *o, const struct wish *wish, const struct bv_standard *standard, struct bv_err *err)
{
	int rank = 0;

	for (size_t i = 0; i < o->count; i++) {
		const struct bv_standard_level *level = bv_standard_level(standard, o->level[i]);
		double shift = wish->shift_e3 ? (double)wish->shift_e3 / 1000 * o->error[i] : 0;
		if (!level)
			return bv_err_set(err, BV_EINVAL, "level '%.*s' is not one of the standard: name levels by its codes, in a column 'level' or with --level", BV_STR_ARG(o->level[i]));
		if (level->rank <= rank)
			return bv_err_set(err, BV_EINVAL, "level '%.*s' stands after a higher one: name the lowest level first", BV_STR_ARG(o->level[i]));
		rank = level->rank;
		if (isnan(o->theta[i]))
			return bv_err_set(err, BV_EINVAL, "level '%.*s' has no cut of ability: a rule pack needs the parameters of the items (--set)", BV_STR_ARG(o->level[i]));
		if (isnan(shift))
			return bv_err_set(err, BV_EINVAL, "level '%.*s': the cut has no standard error by which --shift-errors could shift it", BV_STR_ARG(o->level[i]));
		if (o->bound[i] || !bv_cut_milli(&milli[i], o->theta[i] + shift))
			return bv_err_set(err, BV_EINVAL, "level '%.*s': the cut lies beyond the abilities between -6 and 6", BV_STR_ARG(o->level[i]));
		if (i > 0 && milli[i] <= milli[i - 1])
			return bv_err_set(err, BV_EINVAL, "the cut of level '%.*s' (%.3f) is not above that of '%.*s' (%.3f): cut scores must rise", BV_STR_ARG(o->level[i]),
			                  milli[i] / 1000.0, BV_STR_ARG(o->level[i - 1]), milli[i - 1] / 1000.0);
	}
	return BV_OK;
}

/* Where the cuts come from, so that anybody with the files can derive them again. */
static void
describe(struct bv_buf *source, struct bv_buf *note, const struct cut_outcome *o, const struct wish *wish)
{
	char day[BV_DAY_SIZE];

	bv_buf_printf(source, "Xác định điểm chuẩn theo phương pháp %.*s; %.*s; ngày %s", BV_STR_ARG(o->method.vi), BV_STR_ARG(wish->by), bv_day_write(day, wish->held));
	for (size_t i = 0; i < o->source_count; i++) {
		const char *slash = strrchr(o->source[i].path, '/');
		bv_buf_printf(source, "; %s SHA-256 %s", slash ? slash + 1 : o->source[i].path, o->source[i].digest);
	}
	bv_buf_printf(note, "Standard setting: %.*s, held on %s.", BV_STR_ARG(o->method.en), day);
	for (size_t i = 0; i < o->count; i++) {
		bv_buf_printf(note, " Level %.*s: theta %.4f", BV_STR_ARG(o->level[i]), o->theta[i]);
		if (!isnan(o->error[i]))
			bv_buf_printf(note, ", standard error %.4f", o->error[i]);
		bv_buf_printf(note, "%s%s.", *o->notes[i] ? "; " : "", o->notes[i]);
	}
	if (wish->shift_e3)
		bv_buf_printf(note, " The cuts are these and %g standard errors (decided on by whom the source names).", (double)wish->shift_e3 / 1000);
}

static enum bv_status
pack_write(struct bv_buf *out, const struct cut_outcome *o, const struct wish *wish, const struct bv_standard *standard, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf source = BV_BUF(1u << 16), note = BV_BUF(1u << 16);
	int32_t milli[BV_STANDARD_LEVELS_MAX];

	TRY(cuts_take(milli, o, wish, standard, err));
	describe(&source, &note, o, wish);
	TRY(bv_buf_check(&source, err));
	TRY(bv_buf_check(&note, err));
	return bv_setting_pack_write(out,
	                             &(struct bv_setting_pack){ .identifier = wish->id,
	                                                        .version = wish->version,
	                                                        .standard = bv_standard_instrument(standard)->identifier,
	                                                        .title = { BV_STR("Xếp bậc năng lực theo điểm chuẩn của hội đồng"), BV_STR("Levels by the cut scores of a standard setting") },
	                                                        .source = bv_buf_str(&source),
	                                                        .note = bv_buf_str(&note),
	                                                        .from = wish->from,
	                                                        .level = o->level,
	                                                        .cut_milli = milli,
	                                                        .count = o->count,
	                                                        .pass = wish->pass.len ? wish->pass : o->level[0],
	                                                        .posterior = wish->posterior,
	                                                        .least_items = (int)wish->least_items,
	                                                        .most_se_milli = (int)wish->most_se_milli },
	                             err);
}

int
cut_rules_write(const struct cut_outcome *o, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_STANDARD_MAX), xml = BV_BUF(BV_STANDARD_MAX);
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	const char *out = args_get(args, "rules-out"), *path = args_get(args, "standard");
	struct wish wish;
	struct bv_err err;
	int status = options_read(&wish, args);

	if (status || !out)
		return status;
	if (bv_file_read(&text, path, &err) != BV_OK || bv_standard_parse(&standard, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	if (pack_write(&xml, o, &wish, standard, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (bv_buf_check(&xml, &err) != BV_OK || bv_file_write(out, bv_buf_str(&xml), 0644, &err) != BV_OK)
		return fail(out, &err);
	return 0;
}

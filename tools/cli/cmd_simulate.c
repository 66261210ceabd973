#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"

static enum bv_status
milli(int64_t *out, const struct args *args, const char *name, int64_t otherwise, struct bv_err *err)
{
	const char *value = args_get(args, name);

	*out = otherwise;
	if (value && (!bv_str_decimal(bv_str_of(value), 3, out) || *out < -6000 || *out > 6000))
		return bv_err_set(err, BV_EINVAL, "--%s: '%s' is not a decimal from -6 to 6 with at most three places", name, value);
	return BV_OK;
}

struct wishes {
	int64_t count, mean_milli, sd_milli;
	uint8_t seed[BV_HASH_LEN];
};

static enum bv_status
read_wishes(struct wishes *w, const struct args *args, struct bv_err *err)
{
	TRY(args_count(&w->count, args, "count", 100, err));
	TRY(milli(&w->mean_milli, args, "mean", 0, err));
	TRY(milli(&w->sd_milli, args, "sd", 1000, err));
	if (w->count < 1 || w->count > BV_EXAM_CANDIDATES_MAX || w->sd_milli < 0)
		return bv_err_set(err, BV_EINVAL, "--count must be 1 to %d, --sd not negative", BV_EXAM_CANDIDATES_MAX);
	if (args_get(args, "seed"))
		return args_hex(w->seed, sizeof w->seed, args, "seed", err);
	bv_random_fill(w->seed, sizeof w->seed);
	return BV_OK;
}

static enum bv_status
write_roster(const struct args *args, const struct wishes *w, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *roster = bv_simulate_roster((size_t)w->count, w->mean_milli, w->sd_milli, w->seed);

	bv_json_write_pretty(&text, roster);
	TRY(bv_buf_check(&text, err));
	if (args_get(args, "out"))
		return bv_file_write(args_get(args, "out"), bv_buf_str(&text), 0644, err);
	fwrite(text.p, 1, text.len, stdout);
	return BV_OK;
}

static int
run(struct args *args)
{
	struct wishes wishes;
	struct bv_err err;

	if (read_wishes(&wishes, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	return write_roster(args, &wishes, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_simulate = {
	.name = "simulate",
	.summary = "make a roster of simulated candidates of known ability",
	.about = "Writes {\"candidates\":[{\"ticket\",\"name\",\"abilityMilli\"}]}: invented Vietnamese names, abilities from a normal distribution in "
	         "thousandths of a logit. `bangvang exam run --simulate` answers for them: an item is known with the probability of the "
	         "two-parameter logistic model, and what is not known is answered wrongly in a plausible way. The same seed gives the same "
	         "roster.\n\nFor demonstrations, load tests and studies of a bank; never for people.",
	.opts = (const struct opt[]){
		{ "count", "N", "number of candidates (100)" },
		{ "mean", "LOGITS", "mean ability (0)" },
		{ "sd", "LOGITS", "standard deviation (1)" },
		{ "seed", "HEX", "32 bytes; random when absent" },
		{ "out", "FILE", "write there instead of to standard output" },
		{ "json", NULL, "print JSON; there is no other form" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang simulate --count 20 --mean 0.5 --out roster-20.json", NULL },
	.run = run,
};

#include "tools/cli/bank_filter.h"

static struct bv_str
option(const struct args *args, const char *name)
{
	return bv_str_of(args_get(args, name));
}

/* FROM..TO, either of which may be left out, or one number, with so many decimals; low and high are the ends that are left out. */
static enum bv_status
read_range(struct bv_range *range, const struct args *args, const char *name, int64_t low, int64_t high, unsigned places, struct bv_err *err)
{
	struct bv_str text = option(args, name), from = text, to = text;

	*range = (struct bv_range){ .given = args_has(args, name), .low = low, .high = high };
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.p[i] == '.' && text.p[i + 1] == '.') {
			from = bv_str_sub(text, 0, i);
			to = bv_str_sub(text, i + 2, text.len);
			break;
		}
	bool good = (!from.len || bv_str_decimal(from, places, &range->low)) && (!to.len || bv_str_decimal(to, places, &range->high));
	if (range->given && (!good || !text.len || (!from.len && !to.len) || range->low < low || range->high > high || range->low > range->high))
		return bv_err_set(err, BV_EINVAL, "--%s needs a range like 2..4, 2.. or ..4, or a number", name);
	return BV_OK;
}

enum bv_status
bank_filter_read(struct bv_bank_filter *filter, const struct args *args, struct bv_err *err)
{
	*filter = (struct bv_bank_filter){
		.competence = option(args, "competence"),
		.component = option(args, "component"),
		.language = option(args, "language"),
		.kind = option(args, "type"),
		.text = option(args, "text"),
		.machine_scorable = args_has(args, "machine-scorable"),
	};
	filter->tag = option(args, "tag");
	filter->author = option(args, "author");
	filter->enemies_of = option(args, "enemies-of");
	filter->stimulus = option(args, "stimulus");
	filter->stale = args_has(args, "stale");
	TRY(read_range(&filter->step, args, "difficulty", 0, 5, 0, err));
	TRY(read_range(&filter->difficulty, args, "b", -10000, 10000, 3, err));
	TRY(read_range(&filter->used, args, "used", 0, BV_USED_MAX, 0, err));
	if (args_has(args, "level"))
		TRY(bv_cognitive_parse(&filter->level, option(args, "level"), err));
	if (args_has(args, "state"))
		TRY(bv_state_parse(&filter->state, option(args, "state"), err));
	return BV_OK;
}

bool
bank_filter_given(const struct args *args)
{
	static const char *const names[] = { "competence", "component", "level", "type", "text", "machine-scorable", "state", "tag", "author",
	                                     "difficulty", "b", "used", "enemies-of", "stimulus", "stale" };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (args_has(args, names[i]))
			return true;
	return false;
}

#include "tools/cli/bank_filter.h"

static struct bv_str
option(const struct args *args, const char *name)
{
	return bv_str_of(args_get(args, name));
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
	if (args_has(args, "level"))
		TRY(bv_cognitive_parse(&filter->level, option(args, "level"), err));
	if (args_has(args, "state"))
		TRY(bv_state_parse(&filter->state, option(args, "state"), err));
	return BV_OK;
}

bool
bank_filter_given(const struct args *args)
{
	static const char *const names[] = { "competence", "component", "level", "type", "text", "machine-scorable", "state" };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (args_has(args, names[i]))
			return true;
	return false;
}

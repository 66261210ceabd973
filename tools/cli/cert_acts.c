#include "tools/cli/cert_acts.h"

#include <inttypes.h>
#include <stdio.h>

#include "tools/cli/print.h"

int
cert_act_run(struct args *args, enum bv_deed deed, struct bv_str successor, struct bv_str facts)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	const char *note = args_get(args, "note");
	struct bv_err err;
	int64_t id;

	if (register_inputs_load(&in, args, true, &err) != BV_OK)
		return fail(NULL, &err);
	const struct bv_act_order order = {
		.deed = deed, .certificate = bv_str_of(args->operand_count ? args->operands[0] : ""), .successor = successor, .facts = facts,
		.reason = bv_str_of(args_get(args, "reason")), .note = bv_str_of(note ? note : ""), .officer = in.officer, .at_s = in.at_s
	};
	if (bv_act_ask(&id, in.reg, &order, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_int(json, "act", id);
		print_json(json);
	} else {
		printf("act %" PRId64 ": asked for; another person approves it with 'bangvang cert approve %" PRId64 "'\n", id, id);
	}
	return EXIT_YES;
}

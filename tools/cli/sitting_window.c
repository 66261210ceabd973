/* sitting open and sitting close: acts of the sitting itself. */
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/sitting_inputs.h"

/* In the words of the command; what the ledger refuses besides is told by it. */
static enum bv_status
check_window(const struct bv_sitting_plan *plan, struct bv_err *err)
{
	char until[BV_TIME_SIZE], other[BV_TIME_SIZE];

	bv_time_write(until, plan->start_until_ms / 1000);
	if (plan->start_until_ms > plan->closes_ms)
		return bv_err_set(err, BV_EINVAL, "--start-until (%s) is later than --closes (%s): give both", until, bv_time_write(other, plan->closes_ms / 1000));
	if (plan->opens_ms > plan->start_until_ms)
		return bv_err_set(err, BV_EINVAL, "--opens (%s) is later than --start-until (%s): give both", bv_time_write(other, plan->opens_ms / 1000), until);
	return BV_OK;
}

static int
open_window(struct args *args)
{
	BV_AUTO(sitting_inputs_finish) struct sitting_inputs in = { 0 };
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	struct bv_ledger_act act = { .act = BV_EXAM_WINDOW };
	struct bv_err err;

	if (!args_has(args, "opens") && !args_has(args, "start-until") && !args_has(args, "closes"))
		return usage(args->cmd, "nothing is to be moved: give --opens, --start-until or --closes");
	if (sitting_inputs_load(&in, args, &err) != BV_OK || bv_sitting_load(&sitting, in.sittings, in.name, NULL, NULL, &err) != BV_OK)
		return fail(NULL, &err);
	const struct bv_sitting_plan *plan = bv_sitting_plan(sitting);
	act.attempt = in.id;
	act.facts = (struct bv_exam_facts){ .author = in.author, .reason = bv_str_of(args_get(args, "reason")) };
	if (sitting_time(&act.facts.plan.opens_ms, args, "opens", plan->opens_ms, &err) != BV_OK ||
	    sitting_time(&act.facts.plan.start_until_ms, args, "start-until", plan->start_until_ms, &err) != BV_OK ||
	    sitting_time(&act.facts.plan.closes_ms, args, "closes", plan->closes_ms, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (check_window(&act.facts.plan, &err) != BV_OK || bv_ledger_do(in.ledger, &act, &err) != BV_OK)
		return fail(NULL, &err);
	puts("the window is moved");
	return EXIT_YES;
}

const struct cmd cmd_sitting_open = {
	.name = "sitting open",
	.summary = "move the window of a sitting: when it opens, and closes",
	.about = "What is not given stays. The event keeps the reason. Papers are opened, and attempts start, from --opens on.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "opens", "TIME", "nobody starts before" },
		{ "start-until", "TIME", "nobody starts after" },
		{ "closes", "TIME", "when time is over" },
		{ "reason", "TEXT", "why", .required = true },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang sitting open --db sqlite:hall.db --name 2026-11-25.sang --key demo/issuer/key.pem --opens 2026-11-25T08:15:00+07:00 --reason 'power cut'", NULL },
	.run = open_window,
};

static int
close_sitting(struct args *args)
{
	BV_AUTO(sitting_inputs_finish) struct sitting_inputs in = { 0 };
	struct bv_ledger_act act = { .act = BV_EXAM_CLOSE };
	struct bv_err err;

	if (sitting_inputs_load(&in, args, &err) != BV_OK)
		return fail(NULL, &err);
	act.attempt = in.id;
	act.facts = (struct bv_exam_facts){ .author = in.author, .reason = bv_str_of(args_get(args, "reason")) };
	if (bv_ledger_do(in.ledger, &act, &err) != BV_OK)
		return fail(NULL, &err);
	puts("the sitting is closed: nobody writes any more");
	return EXIT_YES;
}

const struct cmd cmd_sitting_close = {
	.name = "sitting close",
	.summary = "close a sitting: nobody writes any more",
	.about = "Refused while an attempt is started or paused. After it nobody writes; scores, releases and appeals go on, and candidates still read their results.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "reason", "TEXT", "why", .required = true },
		{ 0 },
	},
	.run = close_sitting,
};

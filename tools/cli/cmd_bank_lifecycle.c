#include <stdio.h>

#include "base/clock.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"

static void
print_rule(const struct bv_life_rule *rule, bool json)
{
	const char *pretest = rule->pretest ? "required" : "optional";

	if (json)
		printf("{\"lifeCycle\":%s,\"reviewers\":%u,\"pretest\":\"%s\"}\n", rule->reviewers ? "true" : "false", rule->reviewers,
		       rule->reviewers ? pretest : "");
	else if (rule->reviewers)
		printf("the bank keeps a life cycle: %u %s, pretest %s\n", rule->reviewers, rule->reviewers == 1 ? "reviewer" : "reviewers", pretest);
	else
		puts("the bank keeps no life cycle: exams draw the current version of every item");
}

static int
show(const struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_life_rule rule;
	struct bv_err err;

	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) != BV_OK || bv_bank_life_rule(&rule, bank, &err) != BV_OK)
		return fail(NULL, &err);
	print_rule(&rule, args_has(args, "json"));
	return EXIT_YES;
}

/* What is not said stays as it is; at the beginning one reviewer and a pretest. */
static enum bv_status
read_rule(struct bv_life_rule *rule, const struct args *args, struct bv_err *err)
{
	const char *pretest = args_get(args, "pretest");
	int64_t reviewers;

	TRY(args_count(&reviewers, args, "reviewers", rule->reviewers, err));
	if (reviewers < 1 || reviewers > BV_REVIEWERS_MAX)
		return bv_err_set(err, BV_EINVAL, "--reviewers: 1 to %d", BV_REVIEWERS_MAX);
	if (pretest && !bv_str_is(bv_str_of(pretest), "required") && !bv_str_is(bv_str_of(pretest), "optional"))
		return bv_err_set(err, BV_EINVAL, "--pretest: required or optional");
	rule->reviewers = (uint32_t)reviewers;
	rule->pretest = pretest ? *pretest == 'r' : rule->pretest;
	return BV_OK;
}

static enum bv_status
begin(const struct args *args, const struct bv_life_rule *given, enum bv_state adopt, bool reviewers_given, uint64_t *adopted,
      struct bv_life_rule *rule, struct bv_err *err)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_doing doing = { bv_str_of(args_get(args, "as")), bv_str_of(args_get(args, "reason")), bv_clock_now_s(),
		                        args_has(args, "dry-run") };

	TRY(bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_WRITE, err));
	TRY(bv_bank_life_rule(rule, bank, err));
	bool begun = rule->reviewers > 0;
	if (!begun || reviewers_given)
		rule->reviewers = given->reviewers;
	if (!begun || args_has(args, "pretest"))
		rule->pretest = given->pretest;
	return bv_bank_life_begin(adopted, bank, rule, adopt, &doing, err);
}

static int
run(struct args *args)
{
	struct bv_life_rule given = { 1, true }, rule;
	enum bv_state adopt = BV_STATE_NONE;
	uint64_t adopted = 0;
	struct bv_err err;

	if (read_rule(&given, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (args_has(args, "adopt") && bv_state_parse(&adopt, bv_str_of(args_get(args, "adopt")), &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (!args_has(args, "as")) {
		if (args_has(args, "adopt") || args_has(args, "reviewers") || args_has(args, "pretest"))
			return usage(args->cmd, "somebody must do it: give --as NAME");
		return show(args);
	}
	if (begin(args, &given, adopt, args_has(args, "reviewers"), &adopted, &rule, &err) != BV_OK)
		return fail(NULL, &err);
	if (adopted && !args_has(args, "json"))
		printf("%llu versions that were there are adopted, the current ones as %s\n", (unsigned long long)adopted, bv_state_name(adopt));
	print_rule(&rule, args_has(args, "json"));
	if (args_has(args, "dry-run") && !args_has(args, "json"))
		puts("(dry run: nothing was changed)");
	return EXIT_YES;
}

const struct cmd cmd_bank_lifecycle = {
	.name = "bank lifecycle",
	.summary = "begin the life cycle of a bank's items, or show or change its rule",
	.about = "A bank that keeps no life cycle is a heap of items: what is imported is what exams draw. From the day that its life cycle begins a version is "
	         "draft, then in review, approved, in pretest, operational and at last retired; exams draw operational versions only; everything is "
	         "done by somebody (--as), and every act is an event in a chain of hashes (bank history, audit bank). There is no way back.\n\n"
	         "--adopt says what the items that are there become: operational when they have been in use, approved or draft otherwise. --reviewers "
	         "is how many different people must approve a version (1 if not said), --pretest whether a version must go through pretest before it "
	         "is released (required if not said). Later the command changes the rule. Without --as it shows it.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "as", "NAME", "who does it" },
		{ "adopt", "STATE", "what current versions become when the life cycle begins: draft, approved or operational" },
		{ "reviewers", "N", "how many must approve, 1 to 10" },
		{ "pretest", "WHAT", "required or optional" },
		{ "reason", "TEXT", "why; kept with the event" },
		{ "dry-run", NULL, "try everything and change nothing" },
		{ "json", NULL, "print the rule as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank reviewed.db itembank/sample",
		"bangvang bank lifecycle --bank reviewed.db --as 'Trần Thị Chủ Trì' --adopt operational --reviewers 2",
		"bangvang bank retire --bank reviewed.db --as 'Trần Thị Chủ Trì' --reason 'lộ đề' IU01-001/vi",
		"bangvang bank revise --bank reviewed.db --as 'Nguyễn Văn Soạn' IU01-001/vi",
		"bangvang bank submit --bank reviewed.db --as 'Nguyễn Văn Soạn' --state draft",
		"bangvang bank approve --bank reviewed.db --as 'Lê Thị Duyệt' IU01-001/vi",
		NULL,
	},
	.run = run,
};

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

struct history {
	struct bv_json *events; /* with --json, else NULL */
	int64_t last;
	uint64_t count;
};

static void
print_event(const struct bv_event *event, const uint8_t hash[BV_HASH_LEN])
{
	char at[BV_TIME_SIZE], hex[BV_HEX_SIZE(BV_HASH_LEN)];

	printf("%6lld  %s  ", (long long)event->seq, bv_time_write(at, event->at_s));
	print_column(bv_str_of(bv_act_name(event->act)), 9);
	if (event->act == BV_ACT_RULE)
		printf(" %u %s, pretest %s", event->rule.reviewers, event->rule.reviewers == 1 ? "reviewer" : "reviewers",
		       event->rule.pretest ? "required" : "optional");
	else
		printf(" %.*s/%.*s@%u -> %s", BV_STR_ARG(event->identifier), BV_STR_ARG(event->language), event->version, bv_state_name(event->state));
	fputs("  ", stdout);
	print_safe(stdout, event->who);
	if (event->reason.len) {
		fputs(": ", stdout);
		print_safe(stdout, event->reason);
	}
	if (event->clock_s < event->at_s)
		printf("  (the clock said %s)", bv_time_write(at, event->clock_s));
	printf("  %.16s\n", bv_hex(hex, hash, BV_HASH_LEN));
}

static enum bv_status
take(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	struct history *history = ctx;
	struct bv_json *json;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	history->last = event->seq;
	history->count++;
	if (!history->events) {
		print_event(event, hash);
		return BV_OK;
	}
	TRY(bv_json_parse(&json, body, err));
	struct bv_json *entry = bv_json_add(history->events, bv_json_new_object());
	bv_json_set(entry, "event", json);
	bv_json_set_str(entry, "eventHash", bv_str_of(bv_hex(hex, hash, BV_HASH_LEN)));
	return BV_OK;
}

static int
print_rest(struct history *history, int64_t seq, const uint8_t head[BV_HASH_LEN], bool more)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_hex(hex, head, BV_HASH_LEN);
	if (!history->events) {
		printf("head: event %lld, %s\n", (long long)seq, hex);
		if (more)
			fprintf(stderr, "The next events: --after %lld\n", (long long)history->last);
		return EXIT_YES;
	}
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	bv_json_set(json, "events", bv_steal(&history->events));
	bv_json_set(json, "next", more ? bv_json_new_int(history->last) : bv_json_new_null());
	struct bv_json *last = bv_json_set(json, "head", bv_json_new_object());
	bv_json_set_int(last, "seq", seq);
	bv_json_set_str(last, "hash", bv_str_of(hex));
	print_json(json);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_json_free) struct bv_json *events = NULL;
	struct bv_str identifier = args->operand_count ? bv_str_of(args->operands[0]) : BV_STR_NONE;
	uint8_t head[BV_HASH_LEN];
	int64_t after, limit, seq;
	struct bv_err err;

	if (args->operand_count > 1)
		return usage(args->cmd, "name one item, or none");
	if (args_count(&after, args, "after", 0, &err) != BV_OK || args_count(&limit, args, "limit", 1000, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (limit < 1 || limit > 100000)
		return usage(args->cmd, "--limit: 1 to 100000 events");
	if (args_has(args, "json"))
		events = bv_json_new_array();
	struct history history = { .events = events };
	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) != BV_OK ||
	    bv_bank_history(bank, identifier, bv_str_of(args_get(args, "language")), after, (uint32_t)limit, take, &history, &err) != BV_OK ||
	    bv_bank_head(head, &seq, bank, &err) != BV_OK)
		return fail(NULL, &err);
	events = NULL;
	return print_rest(&history, seq, head, history.count == (uint64_t)limit);
}

const struct cmd cmd_bank_history = {
	.name = "bank history",
	.operands = "[ID…]",
	.summary = "print the events of a bank or of one item",
	.about = "Prints who did what, when and why, one event a line, with the first half of its hash, and at last the head: the number and hash of the last "
	         "event. Who writes the head down, or publishes it, can show later that nothing before it was changed or taken away: 'bangvang audit "
	         "bank --head'.\n\n"
	         "With --json each event is printed as it was hashed (RFC 8785 gives its bytes), with its hash.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "language", "TAG", "only this language of the item" },
		{ "after", "SEQ", "only events after this number" },
		{ "limit", "N", "at most so many events, 1000 if not given" },
		{ "json", NULL, "print JSON: {\"events\":[{\"event\":…,\"eventHash\":…}],\"next\":SEQ or null,\"head\":{\"seq\":…,\"hash\":…}}" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank history.db itembank/sample",
		"bangvang bank lifecycle --bank history.db --as 'Trần Thị Chủ Trì' --adopt operational",
		"bangvang bank history --bank history.db IU01-001",
		NULL,
	},
	.run = run,
};

#include <stdio.h>

#include "base/json.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

#define SHOWN_MAX 200 /* faults that are printed; all are counted */

struct audit_run {
	struct bv_json *faults, *warnings; /* with --json, else NULL */
	uint64_t shown;
};

static void
tell(void *ctx, enum bv_severity severity, const char *text)
{
	struct audit_run *run = ctx;

	if (run->shown++ >= SHOWN_MAX)
		return;
	if (run->faults) {
		bv_json_add(severity == BV_SEVERITY_ERROR ? run->faults : run->warnings, bv_json_new_text(bv_str_of(text)));
		return;
	}
	fputs(severity == BV_SEVERITY_ERROR ? "no: " : "warning: ", stdout);
	print_safe(stdout, bv_str_of(text));
	putchar('\n');
}

static void
print_json_result(struct audit_run *run, const struct bv_audit_counts *counts, const char *head)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set(json, "verified", bv_json_new_bool(!counts->faults));
	bv_json_set(json, "lifeCycle", bv_json_new_bool(counts->events > 0));
	bv_json_set_int(json, "events", (int64_t)counts->events);
	bv_json_set_int(json, "items", (int64_t)counts->items);
	bv_json_set_int(json, "versions", (int64_t)counts->versions);
	bv_json_set_int(json, "media", (int64_t)counts->media);
	bv_json_set_int(json, "documents", (int64_t)counts->documents);
	bv_json_set_int(json, "faultCount", (int64_t)counts->faults);
	bv_json_set(json, "faults", bv_steal(&run->faults));
	bv_json_set(json, "warnings", bv_steal(&run->warnings));
	struct bv_json *last = bv_json_set(json, "head", bv_json_new_object());
	bv_json_set_int(last, "seq", counts->head_seq);
	bv_json_set_str(last, "hash", bv_str_of(head));
	print_json(json);
}

static void
print_lines(const struct audit_run *run, const struct bv_audit_counts *counts, const char *head, bool anchored)
{
	if (run->shown > SHOWN_MAX)
		printf("and %llu more\n", (unsigned long long)(run->shown - SHOWN_MAX));
	if (counts->faults)
		printf("no: %llu faults; ", (unsigned long long)counts->faults);
	else
		fputs("yes: ", stdout);
	printf("%llu events, %llu items, %llu versions, %llu media, %llu documents\n", (unsigned long long)counts->events,
	       (unsigned long long)counts->items, (unsigned long long)counts->versions, (unsigned long long)counts->media,
	       (unsigned long long)counts->documents);
	if (!counts->events) {
		puts("the bank has no events: only what follows from its documents was checked");
		return;
	}
	printf("head: event %lld, %s\n", (long long)counts->head_seq, head);
	if (!anchored)
		puts("without --head nobody can tell whether the last events were cut off, or the whole chain was written anew");
}

static int
run(struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_json_free) struct bv_json *faults = NULL, *warnings = NULL;
	struct audit_run state = { 0 };
	uint8_t head[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_audit_counts counts;
	struct bv_err err;

	if (args_has(args, "head") && args_hex(head, sizeof head, args, "head", &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (args_has(args, "json")) {
		faults = bv_json_new_array();
		warnings = bv_json_new_array();
	}
	state.faults = faults;
	state.warnings = warnings;
	const struct bv_audit_opts opts = { args_has(args, "head") ? head : NULL, tell, &state };
	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) != BV_OK || bv_bank_audit(&counts, bank, &opts, &err) != BV_OK)
		return fail(NULL, &err);
	bv_hex(hex, counts.head, BV_HASH_LEN);
	if (faults) {
		faults = warnings = NULL;
		print_json_result(&state, &counts, hex);
	} else {
		print_lines(&state, &counts, hex, args_has(args, "head"));
	}
	return counts.faults ? EXIT_NO : EXIT_YES;
}

const struct cmd cmd_audit_bank = {
	.name = "audit bank",
	.summary = "recompute the events of a bank and compare what it holds",
	.about = "Computes the chain of events again, plays all acts through the rules of the life cycle, and compares what follows with the tables: every state, "
	         "all metadata, the hash of every version over its document and files, what lists take from it, and every image, stimulus and test of packages. "
	         "Says yes (exit status 0), or no (1) and names each event, item, version or file that differs.\n\n"
	         "Who can write the file can cut off the last events, or write a whole new chain. --head is the hash of an event that was kept where he "
	         "could not reach it ('bangvang bank history' prints the last one): it must be in the chain.\n\n"
	         "In a bank without a life cycle there are no events, and only documents and files can be compared with their hashes.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "head", "HEX", "the hash of an event that was kept elsewhere" },
		{ "json", NULL, "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank audited.db itembank/sample",
		"bangvang bank lifecycle --bank audited.db --as 'Trần Thị Chủ Trì' --adopt operational",
		"bangvang audit bank --bank audited.db",
		NULL,
	},
	.run = run,
};

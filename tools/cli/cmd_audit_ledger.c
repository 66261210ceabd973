#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

#define SHOWN_MAX 200 /* faults that are printed; all are counted */

struct check_run {
	struct bv_json *faults, *notes; /* with --json, else NULL */
	uint64_t shown;
};

static void
tell(void *ctx, bool good, const char *file, const char *message)
{
	struct check_run *run = ctx;

	(void)file;
	if (run->shown++ >= SHOWN_MAX)
		return;
	if (run->faults) {
		bv_json_add(good ? run->notes : run->faults, bv_json_new_text(bv_str_of(message)));
		return;
	}
	fputs(good ? "note: " : "no: ", stdout);
	print_safe(stdout, bv_str_of(message));
	putchar('\n');
}

static void
print_json_result(struct check_run *run, const struct bv_ledger_check *counts, bool signatures)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set(json, "verified", bv_json_new_bool(!counts->faults));
	bv_json_set(json, "signatures", bv_json_new_bool(signatures));
	bv_json_set_int(json, "events", (int64_t)counts->events);
	bv_json_set_int(json, "sittings", (int64_t)counts->sittings);
	bv_json_set_int(json, "attempts", (int64_t)counts->attempts);
	bv_json_set_int(json, "checkpoints", (int64_t)counts->checkpoints);
	bv_json_set_int(json, "faultCount", (int64_t)counts->faults);
	bv_json_set(json, "faults", bv_steal(&run->faults));
	bv_json_set(json, "notes", bv_steal(&run->notes));
	print_json(json);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_json_free) struct bv_json *faults = NULL, *notes = NULL;
	struct check_run state = { 0 };
	struct bv_ledger_check counts;
	uint8_t public[BV_KEY_LEN];
	struct bv_err err;
	const char *key = args_get(args, "key");

	if (key && bv_multikey_parse(public, bv_str_of(key), &err) != BV_OK)
		return usage(args->cmd, "--key: %s", err.msg);
	if (args_has(args, "json")) {
		state.faults = faults = bv_json_new_array();
		state.notes = notes = bv_json_new_array();
	}
	enum bv_status status = bv_ledger_check(&counts, args_get(args, "db"), key ? public : NULL, tell, &state, &err);
	if (status != BV_OK && (status != BV_EDENIED || !counts.faults))
		return fail(NULL, &err);
	if (faults) {
		faults = notes = NULL;
		print_json_result(&state, &counts, key != NULL);
		return counts.faults ? EXIT_NO : EXIT_YES;
	}
	if (state.shown > SHOWN_MAX)
		printf("and %" PRIu64 " more\n", state.shown - SHOWN_MAX);
	if (counts.faults)
		printf("no: %" PRIu64 " faults; ", counts.faults);
	else
		fputs("yes: ", stdout);
	printf("%" PRIu64 " events of %" PRIu64 " attempts in %" PRIu64 " sittings, %" PRIu64 " checkpoints\n", counts.events, counts.attempts, counts.sittings,
	       counts.checkpoints);
	if (!key)
		puts("without --key the signatures of checkpoints and clocks were not looked at");
	return counts.faults ? EXIT_NO : EXIT_YES;
}

const struct cmd cmd_audit_ledger = {
	.name = "audit ledger",
	.summary = "recompute the ledger of an exam server",
	.about = "Computes everything in the database again: numbers and hashes of all events, each attempt's chain, that every act was allowed by the rules at its "
	         "time, the Merkle tree of each sitting and its signed checkpoints, what was kept of the clock, and the tables beside the log. Says yes "
	         "(exit status 0), or no (1) and names each record that differs (doc/ledger.md). Nobody may write to the database meanwhile: use a copy of one in use.",
	.opts = (const struct opt[]){
		{ "db", "URL", "the ledger: sqlite:PATH, PATH or postgresql://…", .required = true },
		{ "key", "MULTIKEY", "the public key that signs it, z6Mk…" },
		{ "json", NULL, "print one JSON document" },
		{ 0 },
	},
	.run = run,
};

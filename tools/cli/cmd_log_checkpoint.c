#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/commands.h"
#include "tools/cli/log_inputs.h"
#include "tools/cli/print.h"

struct telling {
	struct bv_json *list; /* NULL: stderr */
};

static void
told(void *ctx, struct bv_str witness, enum bv_status status, const char *what)
{
	struct telling *t = ctx;

	if (t->list) {
		struct bv_json *row = bv_json_add(t->list, bv_json_new_object());
		bv_json_set(row, "witness", bv_json_new_text(witness));
		bv_json_set(row, "cosigned", bv_json_new_bool(status == BV_OK));
		if (status != BV_OK)
			bv_json_set(row, "why", bv_json_new_text(bv_str_of(what)));
		return;
	}
	fputs("witness ", stderr);
	print_safe(stderr, witness);
	fputs(status == BV_OK ? ": cosigned" : ": ", stderr);
	print_safe(stderr, bv_str_of(status == BV_OK ? "" : what));
	fputc('\n', stderr);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_log_free) struct bv_log *log = NULL;
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	struct telling t = { json ? bv_json_set(json, "witnesses", bv_json_new_array()) : NULL };
	struct bv_policy_finding found = { 0 };
	struct bv_err err;

	if ((args_get(args, "policy") && bv_policy_load(&policy, args_get(args, "policy"), &err) != BV_OK) ||
	    bv_key_load(&key, BV_KEY_ED25519, args_get(args, "key"), &err) != BV_OK || bv_log_open(&log, args_get(args, "log"), &err) != BV_OK ||
	    bv_log_checkpoint(&note, &found, log, key, policy, told, &t, &err) != BV_OK)
		return fail(NULL, &err);
	if (json) {
		bv_json_set_int(json, "size", (int64_t)bv_log_size(log));
		bv_json_set_str(json, "checkpoint", bv_buf_str(&note));
		print_json(json);
		return EXIT_YES;
	}
	print_safe(stdout, bv_log_vkey(log)->name);
	printf(": %" PRIu64 " entries are public", bv_log_size(log));
	if (found.witnesses)
		printf(", %zu witnesses", found.witnesses);
	putchar('\n');
	return EXIT_YES;
}

const struct cmd cmd_log_checkpoint = {
	.name = "log checkpoint",
	.summary = "sign a checkpoint of the public log, have it cosigned, and publish it",
	.about = "Signs the size and the root of all that is in the log (C2SP tlog-checkpoint), and puts it at DIR/checkpoint: what was entered is public then. With "
	         "--policy, or where a file DIR/policy lies, each witness of the policy that has an address is asked for its cosignature (C2SP tlog-witness), and nothing is "
	         "published without the policy's quorum; whatever happens, no second checkpoint can contradict the first.",
	.opts = (const struct opt[]){
		{ "log", "DIR", "folder of the log", .required = true },
		{ "key", "FILE", "private key of the log", .required = true },
		{ "policy", "FILE", "witnesses to ask, and how many are enough (C2SP tlog-policy); default: DIR/policy, if it is there" },
		{ "json", NULL, "print one JSON document: size, checkpoint, witnesses" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang log checkpoint --log log --key log-key/key.pem", NULL },
	.run = run,
};

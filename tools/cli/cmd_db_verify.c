#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "certs/certs.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static void
tell(void *ctx, bool good, const char *file, const char *message)
{
	(void)ctx, (void)file;
	fputs(good ? "note: " : "no: ", stdout);
	print_safe(stdout, bv_str_of(message));
	putchar('\n');
}

/* What is said of one proof: EXIT_YES, EXIT_NO, or what failed. */
static int
say(enum bv_status status, const char *what, int64_t more, const struct bv_err *err)
{
	if (status == BV_OK) {
		printf("yes: it has everything that %s says, and %" PRId64 " events more\n", what, more);
		return EXIT_YES;
	}
	if (status != BV_EDENIED && status != BV_ENOTFOUND)
		return fail(what, err);
	fputs("no: ", stdout);
	print_safe(stdout, bv_str_of(err->msg));
	putchar('\n');
	return EXIT_NO;
}

static int
verify_checkpoint(const char *url, const char *path, const uint8_t *public)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	int64_t more = 0;
	struct bv_err err;

	if (bv_file_read(&note, path, &err) != BV_OK)
		return fail(path, &err);
	enum bv_status status = bv_ledger_holds(&more, url, bv_buf_str(&note), public, &err);
	return say(status, path, more, &err);
}

static int
verify_log(const char *url, const uint8_t *public)
{
	struct bv_ledger_check counts;
	struct bv_err err;

	enum bv_status status = bv_ledger_check(&counts, url, public, tell, NULL, &err);
	if (status != BV_OK && (status != BV_EDENIED || !counts.faults))
		return fail(NULL, &err);
	printf("%s: %" PRIu64 " events, %" PRIu64 " checkpoints%s; %" PRIu64 " faults\n", counts.faults ? "no" : "yes", counts.events, counts.checkpoints,
	       public ? " with their signatures" : ", no signature was looked at (--key)", counts.faults);
	return counts.faults ? EXIT_NO : EXIT_YES;
}

static int
run(struct args *args)
{
	const char *url = args_get(args, "db"), *archive = args_get(args, "archive"), *key = args_get(args, "key");
	uint8_t public[BV_KEY_LEN];
	struct bv_err err;
	int64_t more = 0;

	if (key && bv_multikey_parse(public, bv_str_of(key), &err) != BV_OK)
		return usage(args->cmd, "--key: %s", err.msg);
	int worst = verify_log(url, key ? public : NULL);
	for (size_t i = 0; args_each(args, "checkpoint", i); i++) {
		int status = verify_checkpoint(url, args_each(args, "checkpoint", i), key ? public : NULL);
		worst = status > worst ? status : worst;
	}
	if (archive) {
		enum bv_status held = bv_ledger_holds_archive(&more, url, archive, &err);
		int status = say(held, archive, more, &err);
		worst = status > worst ? status : worst;
	}
	return worst;
}

const struct cmd cmd_db_verify = {
	.name = "db verify",
	.summary = "prove a ledger, such as a restored one, and name what is missing",
	.about = "Computes every hash, chain, state, tree and signed checkpoint of the ledger again, as 'bangvang audit ledger' does. That cannot show that its end was cut off; so give what was "
	         "kept elsewhere: checkpoints (signed notes as they were published), and an archive. It says how many events are missing, and names the first that "
	         "is another.\n\n"
	         "Exit status: 0 it has everything; 1 not.",
	.opts = (const struct opt[]){
		{ .name = "db", .argument = "DB", .help = "the ledger: sqlite:PATH, PATH or a postgresql: URL", .required = true },
		{ .name = "checkpoint", .argument = "FILE", .help = "a signed checkpoint of one of its sittings", .repeated = true },
		{ .name = "archive", .argument = "DIR", .help = "an archive of 'bangvang db backup'" },
		{ .name = "key", .argument = "MULTIKEY", .help = "the public key that signs; without it signatures are not looked at" },
		{ 0 },
	},
	.run = run,
};

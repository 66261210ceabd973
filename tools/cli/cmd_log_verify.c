#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/log_inputs.h"
#include "tools/cli/print.h"

struct counting {
	uint64_t types[BV_ENTRY_TYPES + 1]; /* the last: not known here */
};

static enum bv_status
count(void *ctx, uint64_t idx, struct bv_str text, struct bv_err *err)
{
	struct counting *c = ctx;
	struct bv_json *json = NULL;
	struct bv_entry entry = { .type = BV_ENTRY_TYPES };
	struct bv_err why;

	(void)idx, (void)err;
	if (bv_entry_parse(&entry, &json, text, &why) != BV_OK)
		entry.type = BV_ENTRY_TYPES;
	bv_json_free(json);
	c->types[entry.type]++;
	return BV_OK;
}

static const char *
name_of(int type)
{
	return type < BV_ENTRY_TYPES ? bv_entry_type_name((enum bv_entry_type)type) : "unknown";
}

static void
tell(const struct args *args, const struct bv_checkpoint *checkpoint, const struct log_word *word, const struct bv_policy_finding *found,
     const struct counting *c)
{
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set(json, "verified", bv_json_new_bool(true));
		bv_json_set(json, "origin", bv_json_new_text(checkpoint->origin));
		bv_json_set_int(json, "size", (int64_t)checkpoint->size);
		bv_json_set(json, "byItsOwnWord", bv_json_new_bool(word->own));
		bv_json_set_int(json, "witnesses", (int64_t)found->witnesses);
		struct bv_json *entries = c ? bv_json_set(json, "entries", bv_json_new_object()) : NULL;
		for (int i = 0; c && i <= BV_ENTRY_TYPES; i++)
			if (c->types[i])
				bv_json_set_int(entries, name_of(i), (int64_t)c->types[i]);
		print_json(json);
		return;
	}
	fputs("OK: ", stdout);
	print_safe(stdout, checkpoint->origin);
	printf(", %" PRIu64 " entries, %zu witnesses%s\n", checkpoint->size, found->witnesses, word->own ? " (by the key that lies in its own folder)" : "");
	for (int i = 0; c && i <= BV_ENTRY_TYPES; i++)
		if (c->types[i])
			printf("%10" PRIu64 "  %s\n", c->types[i], name_of(i));
}

/* Every entry, every tile, the root, the signatures. */
static int
verify_log(struct args *args, const char *where)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(log_word_finish) struct log_word word = { 0 };
	struct bv_policy_finding found = { 0 };
	struct counting c = { { 0 } };
	struct bv_merkle tree = { 0 };
	struct bv_err err;

	if (log_word_load(&word, args, where, &err) != BV_OK || bv_log_view(&view, where, &err) != BV_OK ||
	    log_word_check(&found, &word, bv_log_view_checkpoint(view), &err) != BV_OK || bv_log_read(view, &tree, true, count, &c, &err) != BV_OK)
		return fail(NULL, &err);
	tell(args, bv_log_view_checkpoint(view), &word, &found, &c);
	return EXIT_YES;
}

/* A proof, without the log. */
static int
verify_proof(struct args *args, const char *file)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LOG_PROOF_MAX), entry = BV_BUF(BV_ENTRY_MAX);
	BV_AUTO(log_word_finish) struct log_word word = { 0 };
	struct bv_policy_finding found = { 0 };
	struct bv_merkle_hash leaf;
	struct bv_log_proof proof;
	struct bv_err err;

	if (log_entry_load(&entry, file, &err) != BV_OK)
		return fail(file, &err);
	if (bv_file_read(&text, args_get(args, "proof"), &err) != BV_OK || bv_log_proof_parse(&proof, bv_buf_str(&text), &err) != BV_OK)
		return fail(args_get(args, "proof"), &err);
	bv_merkle_leaf(&leaf, bv_buf_str(&entry));
	if (log_word_load(&word, args, "https://", &err) != BV_OK || bv_log_proof_check(&proof, &leaf, &err) != BV_OK ||
	    log_word_check(&found, &word, &proof.checkpoint, &err) != BV_OK)
		return fail(NULL, &err);
	tell(args, &proof.checkpoint, &word, &found, NULL);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	return args_get(args, "proof") ? verify_proof(args, args->operands[0]) : verify_log(args, args->operands[0]);
}

const struct cmd cmd_log_verify = {
	.name = "log verify",
	.operands = "LOG",
	.summary = "verify a whole public log, or a proof from one",
	.about = "Reads every entry of a log, which is a folder or an address, hashes all of them, holds every tile and the root against them, and the checkpoint against the "
	         "policy: signed by one of its logs, cosigned by its quorum of witnesses. Without --policy and --vkey the key that lies in the folder is taken, which "
	         "tells that the log is whole, not whose it is.\n\n"
	         "With --proof LOG is a certificate or an entry instead, and the proof that it is in a log is verified, without the log.",
	.opts = (const struct opt[]){
		LOG_WORD_OPTS,
		{ "proof", "FILE", "verify this proof (*.tlog-proof); the operand is the certificate or the entry" },
		{ "json", NULL, "print one JSON document: verified, origin, size, witnesses, entries by type" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang log verify log", NULL },
	.run = run,
};

#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/log_inputs.h"

static enum bv_status
prove_file(struct bv_buf *out, struct bv_log_view *view, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(BV_ENTRY_MAX);
	struct bv_merkle_hash leaf;
	uint64_t idx;

	TRY(log_entry_load(&entry, path, err));
	bv_merkle_leaf(&leaf, bv_buf_str(&entry));
	TRY(bv_log_view_find(&idx, view, &leaf, 0, err));
	return bv_log_prove(out, view, idx, err);
}

/* The lines that C2SP tlog-witness has for it: "old SIZE", hashes, an empty line, the checkpoint. */
static enum bv_status
prove_consistency(struct bv_buf *out, struct bv_log_view *view, uint64_t old_size, struct bv_err *err)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	size_t count;

	TRY(bv_log_prove_consistency(path, &count, view, old_size, err));
	bv_buf_printf(out, "old %" PRIu64 "\n", old_size);
	for (size_t i = 0; i < count; i++) {
		bv_base64_write(out, path[i].p, BV_HASH_LEN);
		bv_buf_addc(out, '\n');
	}
	bv_buf_addc(out, '\n');
	bv_buf_add(out, bv_log_view_note(view));
	return bv_buf_check(out, err);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(2 * BV_LOG_PROOF_MAX);
	const char *path = args_get(args, "out"), *file = args->operand_count ? args->operands[0] : NULL;
	int64_t idx, old_size;
	struct bv_err err;

	if ((file != NULL) + (args_get(args, "index") != NULL) + (args_get(args, "old") != NULL) != 1 || args->operand_count > 1)
		return usage(args->cmd, "one of FILE, --index and --old");
	if (args_count(&idx, args, "index", 0, &err) != BV_OK || args_count(&old_size, args, "old", 0, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (bv_log_view(&view, args_get(args, "log"), &err) != BV_OK)
		return fail(NULL, &err);
	enum bv_status status = file                    ? prove_file(&proof, view, file, &err)
	                        : args_get(args, "old") ? prove_consistency(&proof, view, (uint64_t)old_size, &err)
	                                                : bv_log_prove(&proof, view, (uint64_t)idx, &err);
	if (status != BV_OK)
		return fail(file, &err);
	if (!path)
		return fwrite(proof.p, 1, proof.len, stdout) == proof.len ? EXIT_YES : EXIT_MACHINE;
	return bv_file_write(path, bv_buf_str(&proof), 0644, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_log_proof = {
	.name = "log proof",
	.operands = "[FILE…]",
	.summary = "prove that something is in the public log",
	.about = "Writes the proof (C2SP tlog-proof) that the entry of a certificate, or an entry given as JSON, or the entry of a number is in a log, up to its newest "
	         "checkpoint. Who has certificate and proof needs neither the log nor a network: bangvang-verify --log POLICY --proof PROOF CERTIFICATE. With --old it is "
	         "the proof that the log continues an older one of that size. The log is a folder or an address, and may be written to meanwhile.",
	.opts = (const struct opt[]){
		{ "log", "LOG", "folder of the log, or https://… where it is served", .required = true },
		{ "index", "N", "number of the entry, from 0, in place of a file" },
		{ "old", "SIZE", "prove that the first so many entries are still the same" },
		{ "out", "FILE", "where to write the proof, as certificate.tlog-proof; else standard output" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang log proof --log log demo/certificate.json --out demo/certificate.tlog-proof", "bangvang log proof --log log --index 0", NULL },
	.run = run,
};

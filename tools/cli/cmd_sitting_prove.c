#include <stdio.h>

#include "base/file.h"
#include "certs/certs.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"

static int
prove(const char *url, const struct bv_receipt_file *receipt, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_err err;

	if (bv_ledger_prove(&proof, url, receipt->sitting, receipt->receipt.attempt, receipt->receipt.seq, &err) != BV_OK)
		return fail(NULL, &err);
	if (!path)
		return fwrite(proof.p, 1, proof.len, stdout) == proof.len ? EXIT_YES : EXIT_MACHINE;
	return bv_file_write(path, bv_buf_str(&proof), 0644, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *receipt = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_RECEIPT_MAX);
	const char *path = args->operands[0];
	struct bv_err err;

	if (bv_file_read(&bytes, path, &err) != BV_OK || bv_receipt_parse(&receipt, bv_buf_str(&bytes), &err) != BV_OK ||
	    bv_receipt_verify(receipt, &err) != BV_OK)
		return fail(path, &err);
	return prove(args_get(args, "db"), receipt, args_get(args, "out"));
}

const struct cmd cmd_sitting_prove = {
	.name = "sitting prove",
	.operands = "RECEIPT",
	.summary = "prove that what a receipt says is in the published log of its sitting",
	.about = "Writes the proof (C2SP tlog-proof) that the event of a receipt is in the Merkle tree of its sitting, with the newest checkpoint. Whoever has receipt and "
	         "proof checks both without the database: bangvang-verify --proof PROOF --trust DIR RECEIPT. The log is read and held against the checkpoint's root; "
	         "a server may be writing to it.",
	.opts = (const struct opt[]){
		{ "db", "URL", "the ledger: sqlite:PATH, PATH or postgresql://…", .required = true },
		{ "out", "FILE", "where to write the proof, as receipt.tlog-proof; else standard output" },
		{ 0 },
	},
	.run = run,
};

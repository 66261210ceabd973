#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "base/xml.h"
#include "tools/cli/commands.h"
#include "tools/cli/freeze_inputs.h"
#include "tools/cli/print.h"

static int
load_leaf(struct bv_leaf **out, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LEAF_MAX + 1); /* and a line feed */
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_leaf_parse(out, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}

/* Is the file, with the files that it needs from the folder or package `files`, the item that the proof speaks of? A verdict that is no already stays. */
static enum bv_status
compare_item(enum bv_status *verdict, const struct bv_leaf *leaf, const struct args *args, struct bv_err *why, struct bv_err *err)
{
	const char *path = args_get(args, "item"), *files = args_get(args, "files");
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	uint8_t document[BV_HASH_LEN];

	TRY(bv_file_read(&xml, path, err));
	bv_sha256(document, bv_buf_str(&xml));
	bool same = bv_hash_eq(document, leaf->hash);
	if (files)
		TRY(bv_package_has_version(&same, files, document, leaf->hash, args_has(args, "no-seccomp"), err));
	if (*verdict != BV_OK || same)
		return BV_OK;
	*verdict = files ? bv_err_set(why, BV_EDENIED, "hash: %s with its files in %s is not the item that was frozen: the SHA-256 differs", path, files)
	                 : bv_err_set(why, BV_EDENIED, "hash: %s is not the item that was frozen: its SHA-256 differs (if it has images or other files, say with "
	                                               "--files where they are)", path);
	return BV_OK;
}

static void
print_verdict(const struct bv_leaf *leaf, bool good, const char *difference)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "identifier", leaf->identifier);
	bv_json_set_int(json, "version", leaf->version);
	bv_json_set_str(json, "stratum", leaf->stratum);
	bv_json_set_int(json, "index", (int64_t)leaf->index);
	bv_json_set(json, "verdict", bv_json_new_bool(good));
	if (!good)
		bv_json_set(json, "difference", bv_json_new_text(bv_str_of(difference)));
	print_json(json);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = NULL;
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = NULL;
	const char *item = args_get(args, "item");
	struct bv_err err, why;

	int status = freeze_load_commitment(&commitment, args_get(args, "commitment"));
	if (!status)
		status = load_leaf(&leaf, args->operands[0]);
	if (status)
		return status;
	enum bv_status verdict = bv_leaf_verify(leaf, commitment, &why);
	if (args_has(args, "files") && !item)
		return usage(args->cmd, "--files needs --item");
	if (item && compare_item(&verdict, leaf, args, &why, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_verdict(leaf, verdict == BV_OK, why.msg);
	else if (verdict == BV_OK)
		printf("yes: item %.*s version %" PRId64 " was frozen as number %" PRIu64 " of stratum %.*s%s\n", BV_STR_ARG(leaf->identifier),
		       leaf->version, leaf->index, BV_STR_ARG(leaf->stratum), !item ? "" : args_has(args, "files") ? ", and these files are it" : ", and this file is its text");
	else
		printf("no: %s\n", why.msg);
	return bv_status_exit(verdict);
}

const struct cmd cmd_audit_leaf = {
	.name = "audit leaf",
	.operands = "PROOF",
	.summary = "check the proof that an item was frozen",
	.about = "Checks a proof of 'bangvang bank open-leaf' against the published commitment, without the bank and without a network: that the item, in this "
	         "version and with this hash, is the one of that number in its stratum. With --item also that the file is that item. An item that needs "
	         "other files (images, sounds, stimuli) has a hash over all of them: --files is the package, or the folder, in which the item and they are. "
	         "Says yes (exit status 0), or no (1) with what does not hold.",
	.opts = (const struct opt[]){
		{ "commitment", "FILE", "the published commitment.json", .required = true },
		{ "item", "FILE", "the item's QTI file, to be compared" },
		{ "files", "PATH", "a folder or zip archive that has the item and the files that it needs" },
		{ "no-seccomp", NULL, "read packages also on a system without seccomp: only such as you trust" },
		{ "json", NULL, "print one JSON document" },
		{ 0 },
	},
	.run = run,
};

#include <stdio.h>

#include "base/file.h"
#include "tools/cli/cert_acts.h"

/* ---- What it says correctly ---- */

static enum bv_status
take_id(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	int64_t *id = ctx;

	(void)err;
	*id = row->id;
	return BV_OK;
}

/* The facts as they were, with what was given of the holder in place of what was wrong. */
static enum bv_status
change_holder(struct bv_buf *out, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_register_close) struct bv_register *reg = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf old = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	int64_t id = 0;

	TRY(bv_register_open(&reg, args_get(args, "db"), false, err));
	TRY(bv_register_find(reg, bv_str_of(args->operands[0]), take_id, &id, err));
	TRY(bv_register_facts(&old, reg, id, err));
	TRY(bv_json_parse(&json, bv_buf_str(&old), err));
	BV_AUTO(bv_json_free) struct bv_json *holder = bv_json_copy(bv_json_find(json, "holder"));
	if (args_get(args, "holder"))
		bv_json_set_str(holder, "name", bv_str_of(args_get(args, "holder")));
	if (args_get(args, "birth"))
		bv_json_set_str(holder, "birth", bv_str_of(args_get(args, "birth")));
	bv_json_set(json, "holder", bv_steal(&holder));
	bv_json_write(out, json);
	return bv_buf_check(out, err);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf facts = BV_BUF(BV_CREDENTIAL_MAX);
	const char *path = args_get(args, "facts");
	struct bv_err err;

	if ((path != NULL) == (args_get(args, "holder") || args_get(args, "birth")))
		return usage(args->cmd, "give --holder, --birth, or both; or else --facts");
	if ((path ? bv_file_read(&facts, path, &err) : change_holder(&facts, args, &err)) != BV_OK)
		return fail(NULL, &err);
	return cert_act_run(args, BV_DEED_CORRECT, BV_STR_NONE, bv_buf_str(&facts));
}

const struct cmd cmd_cert_correct = {
	.name = "cert correct",
	.operands = "CERTIFICATE",
	.summary = "ask for a certificate to be replaced by a correct one",
	.about = "When it is approved, a new certificate is issued with a serial number of its own, and the old one is revoked in the status lists; the log and the register "
	         "say that the one corrects the other.\n\n" CERT_ACT_ABOUT,
	.opts = (const struct opt[]){
		CERT_ACT_OPTS,
		{ "holder", "NAME", "the holder's name, correctly" },
		{ "birth", "DAY", "the holder's day of birth, correctly: YYYY-MM-DD" },
		{ "facts", "FILE", "all facts of the new certificate (JSON), without a serial number" },
		{ 0 },
	},
	.run = run,
};

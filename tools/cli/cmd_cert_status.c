#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

struct found {
	struct bv_json *json;
	int64_t id, shard, idx;
	enum bv_fate fate;
};

static enum bv_status
take(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct found *f = ctx;

	(void)err;
	register_row_json(f->json, row);
	f->id = row->id;
	f->shard = row->shard;
	f->idx = row->idx;
	f->fate = row->fate;
	return BV_OK;
}

/* What happened to it. */
static enum bv_status
take_act(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	struct found *f = ctx;
	char time[BV_TIME_SIZE];

	(void)err;
	if (act->certificate != f->id)
		return BV_OK;
	struct bv_json *list = bv_json_find(f->json, "acts") ? NULL : bv_json_set(f->json, "acts", bv_json_new_array());
	BV_AUTO(bv_json_free) struct bv_json *copy = list ? NULL : bv_json_copy(bv_json_find(f->json, "acts"));
	if (!list)
		list = bv_json_set(f->json, "acts", bv_steal(&copy));
	struct bv_json *one = bv_json_add(list, bv_json_new_object());
	bv_json_set_int(one, "act", act->id);
	bv_json_set_str(one, "deed", bv_str_of(bv_deed_name(act->deed)));
	bv_json_set_str(one, "step", bv_str_of(bv_act_step_name(act->step)));
	bv_json_set_str(one, "reason", act->reason);
	bv_json_set_str(one, "askedBy", act->asked_by);
	bv_json_set_str(one, "asked", bv_str_of(bv_time_write(time, act->asked_s)));
	if (act->decided_s) {
		bv_json_set_str(one, "decidedBy", act->decided_by);
		bv_json_set_str(one, "decided", bv_str_of(bv_time_write(time, act->decided_s)));
	}
	if (act->log_idx >= 0)
		bv_json_set_int(one, "logIndex", act->log_idx);
	return BV_OK;
}

/* How it stood, by the lists that everybody could read; the exit status: 0 valid, 1 revoked or suspended, 2 unknown. */
static int
stood(struct found *f, struct bv_register *reg, const char *folder, int64_t at_s, enum bv_lang lang)
{
	static const int exits[] = { [BV_STANDING_UNKNOWN] = EXIT_INPUT, [BV_STANDING_VALID] = EXIT_YES, [BV_STANDING_REVOKED] = EXIT_NO, [BV_STANDING_SUSPENDED] = EXIT_NO };
	BV_AUTO(bv_trust_free) struct bv_trust *trust = NULL;
	struct bv_standing_reason why;
	enum bv_standing standing;
	char time[BV_TIME_SIZE];
	struct bv_err err;

	if (bv_trust_load(&trust, folder, &err) != BV_OK || bv_status_stood(&standing, &why, reg, trust, f->shard, f->idx, at_s, &err) != BV_OK)
		return fail(NULL, &err);
	struct bv_json *then = bv_json_set(f->json, "then", bv_json_new_object());
	bv_json_set_str(then, "at", bv_str_of(bv_time_write(time, at_s)));
	bv_json_set_str(then, "standing", bv_str_of(bv_standing_name(standing)));
	bv_json_set_str(then, "why", bv_str_of(lang == BV_LANG_VI ? why.vi : why.en));
	if (why.from_s)
		bv_json_set_str(then, "listOf", bv_str_of(bv_time_write(time, why.from_s)));
	return exits[standing];
}

static void
print(const struct found *f)
{
	const struct bv_json *then = bv_json_find(f->json, "then"), *acts = bv_json_find(f->json, "acts");

	print_safe(stdout, bv_json_str(bv_json_find(f->json, "serial")));
	printf(": %s, %" PRId64 "#%" PRId64 "\n", bv_fate_name(f->fate), f->shard, f->idx);
	for (size_t i = 0; i < bv_json_count(acts); i++) {
		const struct bv_json *act = bv_json_at(acts, i);
		printf("  act %" PRId64 ": %.*s (%.*s), %.*s\n", bv_json_int(bv_json_find(act, "act")), BV_STR_ARG(bv_json_str(bv_json_find(act, "deed"))),
		       BV_STR_ARG(bv_json_str(bv_json_find(act, "reason"))), BV_STR_ARG(bv_json_str(bv_json_find(act, "step"))));
	}
	if (then)
		printf("  on %.*s: %.*s (%.*s)\n", BV_STR_ARG(bv_json_str(bv_json_find(then, "at"))), BV_STR_ARG(bv_json_str(bv_json_find(then, "standing"))),
		       BV_STR_ARG(bv_json_str(bv_json_find(then, "why"))));
}

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct found f = { .json = json };
	struct bv_err err;

	if ((args_get(args, "at") != NULL) != (args_get(args, "trust") != NULL))
		return usage(args->cmd, "--at and --trust belong together: how it stood is told by lists whose signatures are checked");
	if (register_inputs_load(&in, args, false, &err) != BV_OK || bv_register_find(in.reg, bv_str_of(args->operands[0]), take, &f, &err) != BV_OK ||
	    bv_act_each(in.reg, take_act, &f, &err) != BV_OK)
		return fail(NULL, &err);
	int status = f.fate == BV_FATE_VALID ? EXIT_YES : EXIT_NO;
	if (args_get(args, "at"))
		status = stood(&f, in.reg, args_get(args, "trust"), in.at_s, bv_lang_of(args_get(args, "lang"), BV_LANG_EN));
	if (args_get(args, "at") && !bv_json_find(json, "then"))
		return status;
	if (args_has(args, "json"))
		print_json(json);
	else
		print(&f);
	return status;
}

const struct cmd cmd_cert_status = {
	.name = "cert status",
	.operands = "CERTIFICATE",
	.summary = "tell how a certificate stands, or stood on a day",
	.about = "Now, by the register, with all that was asked for and decided. With --at: how it stood then, by the lists that were published then; when there was none, or it was out "
	         "of date, that is unknown, which is not the same as revoked.\n\n"
	         "Exit status 0 valid; 1 revoked, suspended, superseded or corrected; 2 unknown.\n\n"
	         "The certificate is named by its serial number, its id (urn:uuid:…), its place in the status lists (SHARD#INDEX) or the code that stands on it.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "at", "TIME", "how it stood at that time (RFC 3339)" },
		{ "trust", "DIR", "the issuer's DID document, for --at" },
		{ "lang", "vi|en", "language of the reason; en if absent" },
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cert status CNTT/2026/TT01/000002 --db office.db",
		NULL },
	.run = run,
};

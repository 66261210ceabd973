#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"
#include "tools/cli/stop_switch.h"

struct going_on {
	bool now;  /* by this command */
	bool left; /* but not at every place */
};

static void
told(void *ctx, struct bv_str place, bool good, const char *how)
{
	struct going_on *g = ctx;

	if (!good && !g->now) /* what holds for a reason of its own */
		return;
	g->left = g->left || !good;
	print_safe(stderr, place);
	fputs(": ", stderr);
	print_safe(stderr, bv_str_of(how));
	fputc('\n', stderr);
}

/* Where issuance goes on the keys do, also when an earlier command was cut off before it came to that. */
static enum bv_status
release(struct going_on *g, struct bv_register *reg, const struct bv_stop *before, struct bv_err *err)
{
	struct bv_stop now;

	TRY(bv_register_stopped(&now, reg, err));
	g->now = before->stopped && !now.stopped;
	return now.stopped ? BV_OK : stop_switch_release(reg, told, g, err);
}

static int
run(struct args *args)
{
	BV_AUTO(register_inputs_finish) struct register_inputs in = { 0 };
	const char *issuer = args_get(args, "issuer-name"), *url = args_get(args, "issuer-url");
	struct bv_act_decision decision = { .approve = true };
	struct going_on going_on = { 0 };
	struct bv_stop before;
	struct bv_err err;
	size_t count;

	if (!bv_str_int(bv_str_of(args->operands[0]), &decision.id))
		return usage(args->cmd, "'%s' is not the number of an act", args->operands[0]);
	if (register_inputs_load(&in, args, true, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_register_stopped(&before, in.reg, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_get(args, "key") && register_inputs_issuer(&in, args, (struct bv_issuer){ .name = bv_str_of(issuer ? issuer : ""), .url = bv_str_of(url ? url : "") }, &err) != BV_OK)
		return fail(NULL, &err);
	decision.officer = in.officer;
	decision.at_s = in.at_s;
	const struct bv_act_means means = {
		.log_folder = in.log, .log_key = in.log_key, .signer = in.signer, .log_origin = in.origin, .random = bv_random_fill
	};
	/* What an earlier command decided and could not carry out comes first. */
	enum bv_status status = bv_act_carry_out(&count, in.reg, &means, &err);
	if (status == BV_OK) {
		bool carried = count > 0;
		status = bv_act_decide(in.reg, &decision, &err);
		if (status == BV_ECONFLICT && carried) /* this one among them */
			status = BV_OK;
	}
	if (status != BV_OK || bv_act_carry_out(&count, in.reg, &means, &err) != BV_OK || release(&going_on, in.reg, &before, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_int(json, "act", decision.id);
		bv_json_set_str(json, "step", bv_str_of(bv_act_step_name(BV_ACT_IN_FORCE)));
		print_json(json);
	} else {
		printf("act %" PRId64 ": in force; %s\n", decision.id, going_on.now ? "issuance goes on" : "the next 'bangvang cert publish' shows it in the status lists");
	}
	return going_on.left ? EXIT_MACHINE : EXIT_YES;
}

const struct cmd cmd_cert_approve = {
	.name = "cert approve",
	.operands = "ACT",
	.summary = "approve what another person asked for",
	.about = "The officer's key signs what the other key has signed: one person alone changes no certificate. The act goes into the public log, with its reason and both keys, "
	         "and a checkpoint is made; then it is in force. What was cut off is carried out by the next 'cert approve'.\n\n"
	         "A correction issues a new certificate: it needs --key. When it is 'cert resume' that is approved, the files STOP that 'cert stop' has put beside the keys are taken "
	         "away; exit status 3 when one could not be, or was put there by somebody else.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		REGISTER_OFFICER_OPT("the person who approves"),
		REGISTER_LOG_OPTS,
		{ "key", "FILE", "the key that signs certificates, for a correction; or signer:SOCKET, pkcs11:…" },
		REGISTER_HELD_OPTS,
		{ "issuer-name", "TEXT", "the issuer's name on a corrected certificate" },
		{ "issuer-url", "URL", "the issuer's address on it" },
		REGISTER_AT_OPT,
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cert approve 1 --db office.db --officer demo/office/person-2/key.pem --log demo/office/log --log-key demo/office/log-key/key.pem",
		NULL },
	.run = run,
};

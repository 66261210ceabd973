#include <stdio.h>

#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"
#include "tools/cli/stop_switch.h"

struct stopping {
	struct register_inputs in;
	struct bv_json *places;
	size_t left;   /* places that go on */
	bool logged;
};

static void
stopping_finish(struct stopping *s)
{
	bv_json_free(s->places);
	register_inputs_finish(&s->in);
}
BV_AUTO_DEFINE_FINISH(struct stopping, stopping_finish)

static void
told(void *ctx, struct bv_str place, bool good, const char *how)
{
	struct stopping *s = ctx;
	struct bv_json *one = bv_json_add(s->places, bv_json_new_object());

	bv_json_set(one, "place", bv_json_new_text(place));
	bv_json_set(one, "stopped", bv_json_new_bool(good));
	bv_json_set(one, "how", bv_json_new_text(bv_str_of(how)));
	s->left += !good;
}

static void
report(const struct stopping *s, bool as_json)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	if (as_json) {
		bv_json_set(json, "stopped", bv_json_new_bool(true));
		bv_json_set(json, "logged", bv_json_new_bool(s->logged));
		bv_json_set(json, "places", bv_json_copy(s->places));
		print_json(json);
		return;
	}
	puts("Issuance is stopped. / Đã dừng cấp chứng chỉ.");
	for (size_t i = 0; i < bv_json_count(s->places); i++) {
		const struct bv_json *one = bv_json_at(s->places, i);
		printf("  %s", bv_json_bool(bv_json_find(one, "stopped")) ? "" : "NOT STOPPED: ");
		print_safe(stdout, bv_json_str(bv_json_find(one, "place")));
		fputs(": ", stdout);
		print_safe(stdout, bv_json_str(bv_json_find(one, "how")));
		putchar('\n');
	}
	if (!s->logged)
		puts("  The next 'bangvang cert approve' enters it into the public log, or this command again with --log and --log-key.");
}

/* After everything is stopped: a log that cannot be written holds up nothing. */
static enum bv_status
enter(struct stopping *s, const struct args *args, struct bv_err *err)
{
	size_t count;

	TRY(register_inputs_log(&s->in, args, err));
	if (!s->in.log)
		return BV_OK;
	const struct bv_act_means means = { .log_folder = s->in.log, .log_key = s->in.log_key };
	TRY(bv_act_carry_out(&count, s->in.reg, &means, err));
	s->logged = true;
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(stopping_finish) struct stopping s = { .places = bv_json_new_array() };
	struct bv_err err;

	if (args_has(args, "log") != args_has(args, "log-key"))
		return usage(args->cmd, "--log and --log-key belong together");
	if (register_inputs_open(&s.in, args, true, &err) != BV_OK || bv_register_stop(s.in.reg, s.in.officer, bv_str_of(args_get(args, "reason")), s.in.at_s, &err) != BV_OK)
		return fail(NULL, &err);
	enum bv_status thrown = stop_switch_throw(s.in.reg, told, &s, &err);
	if (thrown != BV_OK)
		fail(NULL, &err);
	enum bv_status entered = enter(&s, args, &err);
	if (entered != BV_OK)
		fail(NULL, &err);
	report(&s, args_has(args, "json"));
	return thrown == BV_OK && entered == BV_OK && !s.left ? EXIT_YES : EXIT_MACHINE;
}

const struct cmd cmd_cert_stop = {
	.name = "cert stop",
	.summary = "stop the issuance of certificates, now, everywhere",
	.about = "A batch that runs ends within a second, and none can be begun; what it has signed is kept, and it goes on where it was when issuance was resumed ('cert resume', by "
	         "two persons). Where keys are by which this register was ever signed for, a file STOP is put into their folder: no 'cert issue' issues by them, and a "
	         "bangvang-signer signs nothing; one that looks for another file is stopped over its socket. Revoking goes on, and publishing by keys in files.\n\n"
	         "Anybody with a mandate for anything may stop it, alone. That he did is kept, signed by his key, and goes into the public log: now, with --log and --log-key, or "
	         "with the next 'cert approve'. Exit status 3: issuance is stopped, but some keys could not be reached, or not the log.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		REGISTER_OFFICER_OPT("the person who stops it"),
		{ "reason", "TEXT", "why; it stays in the register, and is public if it is one word of small letters, digits, '-'", .required = true },
		{ "log", "DIR", "the public log" },
		{ "log-key", "FILE", "private key that signs the log's checkpoints" },
		REGISTER_AT_OPT,
		{ "json", NULL, "print JSON" },
		{ 0 },
	},
	.run = run,
};

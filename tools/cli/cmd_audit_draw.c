#include <stdio.h>

#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/draw_inputs.h"
#include "tools/cli/freeze_inputs.h"
#include "tools/cli/print.h"

static int
load_form(struct bv_form **form, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_FORM_MAX + 1); /* and a line feed */
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_form_parse(form, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}

static void
print_verdict(const struct bv_form *form, bool same, const char *difference)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "ticket", form->ticket);
	bv_json_set_str(json, "verdict", same ? BV_STR("same") : BV_STR("differs"));
	if (!same)
		bv_json_set_str(json, "difference", bv_str_of(difference));
	print_json(json);
}

/* Were blueprint and pool the ones that were published? */
static enum bv_status
check_commitment(const struct bv_commitment *commitment, const struct draw_inputs *in, struct bv_err *err)
{
	if (!bv_hash_eq(commitment->blueprint_hash, in->blueprint->hash))
		return bv_err_set(err, BV_EDENIED, "commitment: it is of another blueprint");
	if (!bv_hash_eq(commitment->pool_hash, in->pool->hash))
		return bv_err_set(err, BV_EDENIED, "commitment: the pool is not the one that was frozen");
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(draw_inputs_finish) struct draw_inputs in = { 0 };
	BV_AUTO(bv_form_free) struct bv_form *form = NULL, *want = NULL;
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = NULL;
	const char *path = args_get(args, "form"), *committed = args_get(args, "commitment");
	struct bv_err err;

	int status = draw_inputs_load(&in, args);
	if (!status)
		status = load_form(&form, path);
	if (!status && committed)
		status = freeze_load_commitment(&commitment, committed);
	if (status)
		return status;
	enum bv_status verdict = commitment ? check_commitment(commitment, &in, &err) : BV_OK;
	if (verdict == BV_OK)
		verdict = draw_inputs_form(&want, &in, form->ticket, &err);
	if (verdict == BV_OK)
		verdict = bv_form_same(want, form, &err);
	if (verdict != BV_OK && verdict != BV_EDENIED)
		return fail(path, &err);
	if (args_has(args, "json"))
		print_verdict(form, verdict == BV_OK, err.msg);
	else if (verdict == BV_OK)
		printf("yes: the form of ticket %.*s is what %s draws, %zu items\n", BV_STR_ARG(form->ticket), bv_form_algorithm(form), form->item_count);
	else
		printf("no: %s\n", err.msg);
	return bv_status_exit(verdict);
}

const struct cmd cmd_audit_draw = {
	.name = "audit draw",
	.summary = "recompute a form from public inputs and compare",
	.about = "Draws the form of the ticket that the form names once more, from the blueprint, the pool, the seed and the draw key (public after "
	         "the session), and compares everything; where the blueprint has an <assembly>, from its design and parameter set and the order of the tickets too. Says yes (exit status 0), or no (1) with the first difference: the position, what was "
	         "expected, what is there.",
	.opts = (const struct opt[]){
		{ .name = "form", .argument = "FILE", .help = "the form, as 'bangvang draw --json' prints it", .required = true },
		DRAW_INPUTS_OPTS,
		{ .name = "commitment", .argument = "FILE", .help = "the published commitment.json that blueprint and pool must belong to" },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.run = run,
};

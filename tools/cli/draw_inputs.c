#include "tools/cli/draw_inputs.h"

#include <stdio.h>

#include "base/file.h"
#include "tools/cli/print.h"

static int
load_blueprint(struct draw_inputs *in, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_BLUEPRINT_MAX);
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_blueprint_parse(&in->blueprint, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}

static int
load_pool_file(struct draw_inputs *in, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX + 1); /* and a line feed */
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_draw_pool_parse(&in->pool, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}

void
draw_inputs_refuse(void *ctx, const struct bv_pool_item *item, const struct bv_err *err)
{
	(void)ctx;
	fputs("warning: ", stderr);
	print_safe(stderr, item->identifier);
	fprintf(stderr, "/%.*s is left out: ", BV_STR_ARG(item->language));
	print_safe(stderr, bv_str_of(err->msg));
	fputc('\n', stderr);
}

static enum bv_status
read_bank(struct draw_inputs *in, struct bv_bank *bank, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_allowed_modules_finish) struct bv_allowed_modules modules = { 0 };

	TRY(allowed_modules_read(&modules, args, err));
	const struct bv_draw_allowed allowed = { modules.all, modules.count, draw_inputs_refuse, NULL };
	TRY(bv_bank_life_rule(&in->life, bank, err));
	TRY(bv_bank_head(in->head, &in->head_seq, bank, err));
	return bv_draw_pool_load(&in->pool, in->blueprint, bank, args_has(args, "allow-module") ? &allowed : NULL, err);
}

static int
load_pool_bank(struct draw_inputs *in, const char *url, const struct args *args)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_err err;

	if (bv_bank_open(&bank, url, BV_BANK_READ, &err) != BV_OK || bv_bank_hold(bank, &err) != BV_OK)
		return fail(NULL, &err);
	enum bv_status status = read_bank(in, bank, args, &err);
	bv_bank_let(bank);
	return status == BV_OK ? EXIT_YES : fail(NULL, &err);
}

static int
plan(struct draw_inputs *in, const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf report = BV_BUF(1u << 20);
	struct bv_err err;

	if (bv_draw_pool_check(in->pool, in->blueprint, path, &report, &err) != BV_OK) {
		if (!report.len)
			return fail(NULL, &err);
		fputs(report.p, stderr);
		return bv_status_exit(err.status);
	}
	if (bv_draw_plan_new(&in->plan, in->blueprint, in->pool, &err) != BV_OK)
		return fail(path, &err);
	return EXIT_YES;
}

int
draw_inputs_load_pool(struct draw_inputs *in, const struct args *args, const char *blueprint, const char *bank, const char *pool)
{
	int status = load_blueprint(in, blueprint);

	if (!status)
		status = pool ? load_pool_file(in, pool) : load_pool_bank(in, bank, args);
	return status ? status : plan(in, blueprint);
}

static enum bv_status
issue_all(struct draw_inputs *in, const struct args *args, const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(issue_inputs_finish) struct issue_inputs inputs = { 0 };

	TRY(issue_inputs_read(&inputs, args, err));
	const struct bv_issue_documents documents = issue_inputs_documents(&inputs);
	if (in->blueprint->is_adaptive)
		return bv_err_at(err, BV_EINVAL, in->blueprint->assembly.line, "<adaptive>: each item follows from the answers before it, so there is no form to draw: 'bangvang exam run' "
		                 "has simulated candidates answer, 'audit exam' and 'audit answers' hold what was given against the answers");
	TRY(bv_issue_new(&in->issue, in->plan, draw_key, seed, &documents, err));
	return issue_inputs_turns(in->issue, args, err);
}

int
draw_inputs_load(struct draw_inputs *in, const struct args *args)
{
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN] = { 0 };
	const char *bank = args_get(args, "bank"), *pool = args_get(args, "pool"), *blueprint = args_get(args, "blueprint");
	struct bv_err err;

	if (!bank == !pool)
		return usage(args->cmd, "either --bank DB or --pool FILE is needed");
	in->practice = !args_has(args, "draw-key");
	if (args_hex(seed, BV_HASH_LEN, args, "seed", &err) != BV_OK ||
	    (!in->practice && args_hex(draw_key, BV_HASH_LEN, args, "draw-key", &err) != BV_OK))
		return usage(args->cmd, "%s", err.msg);
	bv_draw_key_init(&in->key, draw_key, seed);
	int status = draw_inputs_load_pool(in, args, blueprint, bank, pool);
	if (!status && in->blueprint->assembled && issue_all(in, args, draw_key, seed, &err) != BV_OK)
		status = fail(blueprint, &err);
	bv_wipe(draw_key, sizeof draw_key);
	return status;
}

enum bv_status
draw_inputs_form(struct bv_form **out, const struct draw_inputs *in, struct bv_str ticket, struct bv_err *err)
{
	return in->issue ? bv_issue_form(out, in->issue, ticket, err) : bv_form_draw(out, in->plan, &in->key, ticket, err);
}

void
draw_inputs_finish(struct draw_inputs *in)
{
	bv_issue_free(in->issue);
	bv_draw_plan_free(in->plan);
	bv_draw_pool_free(in->pool);
	bv_blueprint_free(in->blueprint);
	bv_wipe(&in->key, sizeof in->key);
}

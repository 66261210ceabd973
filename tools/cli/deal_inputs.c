#include "tools/cli/deal_inputs.h"

#include "base/file.h"
#include "tools/cli/print.h"

static enum bv_status
read_set(struct deal_inputs *d, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ASSEMBLY_DOCUMENT_MAX);

	TRY(bv_file_read(&text, path, err));
	if (bv_assembly_bank_parse(&d->set, bv_buf_str(&text), 0, err) != BV_OK)
		return bv_err_again(err, err->line, "%s: %s", path, err->msg);
	return BV_OK;
}

int
deal_inputs_load(struct deal_inputs *d, const struct args *args)
{
	const char *together = args_get(args, "together"), *blueprint = args_get(args, "blueprint");
	uint8_t seed[BV_HASH_LEN];
	int64_t pools;
	struct bv_err err;

	if (args_hex(seed, sizeof seed, args, "seed", &err) != BV_OK || args_count(&pools, args, "pools", 0, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (pools < 2 || pools > BV_DEAL_POOLS_MAX)
		return usage(args->cmd, "--pools is 2 to %d", BV_DEAL_POOLS_MAX);
	if (together && !args_get(args, "parameters"))
		return usage(args->cmd, "--together is an attribute of a parameter set: --parameters is needed");
	int status = draw_inputs_load_pool(&d->in, args, blueprint, NULL, args_get(args, "pool"));
	if (status)
		return status;
	if (args_get(args, "parameters") && read_set(d, args_get(args, "parameters"), &err) != BV_OK)
		return fail(NULL, &err);
	const struct bv_deal_order order = { (uint32_t)pools, seed, d->set, together ? bv_str_of(together) : BV_STR_NONE };
	if (bv_draw_pool_deal(d->pools, d->in.pool, d->in.blueprint, &order, &err) != BV_OK)
		return fail(err.line ? blueprint : NULL, &err);
	d->count = (uint32_t)pools;
	return EXIT_YES;
}

void
deal_inputs_finish(struct deal_inputs *d)
{
	for (uint32_t i = 0; i < d->count; i++)
		bv_draw_pool_free(d->pools[i]);
	bv_assembly_bank_free(d->set);
	draw_inputs_finish(&d->in);
}

void
deal_inputs_path(struct bv_buf *out, const char *folder, uint32_t idx)
{
	bv_buf_clear(out);
	bv_buf_printf(out, "%s/pool-%02u.json", folder, idx + 1);
}

#include "tools/cli/exam_inputs.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/draw_inputs.h"

enum bv_status
exam_inputs_secret(uint8_t out[BV_HASH_LEN], const struct args *args, const char *name, struct bv_err *err)
{
	if (args_get(args, name))
		return args_hex(out, BV_HASH_LEN, args, name, err);
	bv_random_fill(out, BV_HASH_LEN);
	return BV_OK;
}

/* The pool of --pool: frozen, or dealt for a hall. */
static enum bv_status
given_pool(struct bv_buf *pool, struct bv_buf *items, const struct bv_blueprint *blueprint, const char *path, const char *blueprint_path, struct bv_bank *bank,
           struct bv_buf *shortage, struct bv_err *err)
{
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *given = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX + 1); /* and a line feed */

	TRY(bv_file_read(&text, path, err));
	if (bv_draw_pool_parse(&given, bv_buf_str(&text), err) != BV_OK)
		return bv_err_again(err, 0, "%s: %s", path, err->msg);
	bv_draw_pool_write(pool, given);
	TRY(bv_buf_check(pool, err));
	return bv_exam_from_pool(items, given, blueprint, blueprint_path, bank, shortage, err);
}

enum bv_status
exam_inputs_pool(struct bv_buf *pool, struct bv_buf *items, struct bv_str text, const struct args *args, struct bv_bank *bank, struct bv_err *err)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf shortage = BV_BUF(1 << 16);
	BV_AUTO(bv_allowed_modules_finish) struct bv_allowed_modules modules = { 0 };
	const char *path = args_get(args, "blueprint");

	if (bv_blueprint_parse(&blueprint, text, err) != BV_OK)
		return bv_err_set(err, err->status, "%s:%d: %s", path, err->line, err->msg);
	TRY(allowed_modules_read(&modules, args, err));
	const struct bv_draw_allowed allowed = { modules.all, modules.count, draw_inputs_refuse, NULL };
	const char *given = args_get(args, "pool");
	enum bv_status status = given ? given_pool(pool, items, blueprint, given, path, bank, &shortage, err)
	                              : bv_exam_from_bank(pool, items, blueprint, path, bank, args_has(args, "allow-module") ? &allowed : NULL, &shortage, err);
	if (shortage.len)
		fputs(shortage.p, stderr);
	return status;
}

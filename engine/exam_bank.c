/* What an exam takes from a bank: the pool of its blueprint, and what scoring must know of its items. */
#include "engine/exam.h"

enum bv_status
bv_exam_from_bank(struct bv_buf *pool_json, struct bv_buf *items_json, const struct bv_blueprint *blueprint, const char *path, struct bv_bank *bank,
                  const struct bv_draw_allowed *allowed, struct bv_buf *shortage, struct bv_err *err)
{
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_pool_finish) struct bv_pool sources = { 0 };
	struct bv_bank_filter filter = { .language = blueprint->language };

	/* Held, so that no import or release comes between the two. */
	TRY(bv_bank_hold(bank, err));
	enum bv_status status = bv_draw_pool_load(&pool, blueprint, bank, allowed, err);
	if (status == BV_OK)
		status = bv_bank_pool(&sources, bank, &filter, err);
	bv_bank_let(bank);
	TRY(status);
	TRY(bv_draw_pool_check(pool, blueprint, path, shortage, err));
	bv_draw_pool_write(pool_json, pool);
	TRY(bv_buf_check(pool_json, err));
	return bv_exam_items_write(items_json, pool, sources.items, sources.count, err);
}

enum bv_status
bv_exam_from_pool(struct bv_buf *items_json, const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint, const char *path, struct bv_bank *bank,
                  struct bv_buf *shortage, struct bv_err *err)
{
	BV_AUTO(bv_pool_finish) struct bv_pool sources = { 0 };
	const struct bv_bank_filter filter = { .language = blueprint->language };

	TRY(bv_draw_pool_check(pool, blueprint, path, shortage, err));
	TRY(bv_bank_pool(&sources, bank, &filter, err));
	return bv_exam_items_write(items_json, pool, sources.items, sources.count, err);
}

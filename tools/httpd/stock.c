#include "tools/httpd/stock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum { LANGUAGE_MAX = 35, KEPT_S = 60 }; /* a bank without a life cycle has no head by which a change could be seen */

struct stock {
	const char *url;
	struct bv_draw_allowed allowed;
	pthread_mutex_t lock; /* the rest */
	struct bv_bank *bank;
	struct bv_draw_stock *items;
	char language[LANGUAGE_MAX + 1];
	uint8_t head[BV_HASH_LEN];
	int64_t head_seq, read_ns;
};

struct stock *
stock_new(const char *bank, const struct bv_allowed_modules *modules)
{
	struct stock *stock = bv_alloc(sizeof *stock);

	stock->url = bank;
	stock->allowed = (struct bv_draw_allowed){ .modules = modules->all, .count = modules->count };
	pthread_mutex_init(&stock->lock, NULL);
	return stock;
}

static void
forget(struct stock *stock)
{
	bv_draw_stock_free(stock->items);
	bv_bank_close(stock->bank);
	stock->items = NULL;
	stock->bank = NULL;
}

void
stock_free(struct stock *stock)
{
	if (!stock)
		return;
	forget(stock);
	pthread_mutex_destroy(&stock->lock);
	free(stock);
}

static enum bv_status
refresh(struct stock *stock, struct bv_str language, struct bv_err *err)
{
	const int64_t kept_ns = INT64_C(1000000000) * KEPT_S;
	int64_t now_ns = bv_clock_monotonic_ns(), seq;
	uint8_t head[BV_HASH_LEN];

	if (!stock->bank)
		TRY(bv_bank_open(&stock->bank, stock->url, BV_BANK_READ, err));
	TRY(bv_bank_head(head, &seq, stock->bank, err));
	if (stock->items && bv_str_is(language, stock->language) && seq == stock->head_seq && bv_hash_eq(head, stock->head) && now_ns - stock->read_ns < kept_ns)
		return BV_OK;
	bv_draw_stock_free(stock->items);
	stock->items = NULL;
	TRY(bv_draw_stock_new(&stock->items, stock->bank, language, stock->allowed.count ? &stock->allowed : NULL, err));
	snprintf(stock->language, sizeof stock->language, "%.*s", BV_STR_ARG(language));
	memcpy(stock->head, head, BV_HASH_LEN);
	stock->head_seq = seq;
	stock->read_ns = now_ns;
	return BV_OK;
}

enum bv_status
stock_pool(struct bv_draw_pool **out, size_t *items, struct stock *stock, const struct bv_blueprint *blueprint, struct bv_err *err)
{
	if (!stock->url[0])
		return bv_err_set(err, BV_ENOTFOUND, "this server has no item bank");
	pthread_mutex_lock(&stock->lock);
	enum bv_status status = refresh(stock, blueprint->language, err);
	if (status == BV_OK)
		status = bv_draw_stock_pool(out, stock->items, blueprint, err);
	if (status == BV_OK)
		*items = bv_draw_stock_listed(stock->items)->count;
	else
		forget(stock); /* what is wrong with it is looked for anew next time */
	pthread_mutex_unlock(&stock->lock);
	return status;
}

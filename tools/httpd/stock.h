/* The items of the bank, kept while somebody writes a blueprint: what it has is told again at each keystroke, and reading it all takes seconds. */
#ifndef BV_TOOLS_HTTPD_STOCK_H
#define BV_TOOLS_HTTPD_STOCK_H

#include "engine/engine.h"

struct stock;

/* All is borrowed; bank "": there is none. */
struct stock *stock_new(const char *bank, const struct bv_allowed_modules *modules);
void stock_free(struct stock *stock);

/* What the bank has for a blueprint: the pool, and how many items of its language there are at all. Any thread that may wait; one at a time. ENOTFOUND: this
 * server has no bank. */
BV_MUST_USE enum bv_status stock_pool(struct bv_draw_pool **out, size_t *items, struct stock *stock, const struct bv_blueprint *blueprint, struct bv_err *err);

#endif

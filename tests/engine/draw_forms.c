/* The engine's side of draw_peer.py: draw_forms BLUEPRINT POOL SEED DRAW-KEY draws a form for each ticket, one a line, from standard input
 * and prints the forms, one a line, after a line with the hash of the pool. */
#include <stdio.h>

#include "base/file.h"
#include "engine/engine.h"

static enum bv_status
read_hex(uint8_t out[BV_HASH_LEN], const char *hex, struct bv_err *err)
{
	return bv_hex_parse(out, BV_HASH_LEN, bv_str_of(hex), err);
}

static enum bv_status
print_form(const struct bv_draw_plan *plan, const struct bv_draw_key *key, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_FORM_MAX);

	TRY(bv_form_draw(&form, plan, key, ticket, err));
	TRY(bv_form_audit(form, plan, key, err));
	bv_form_write(&json, form);
	TRY(bv_buf_check(&json, err));
	puts(json.p);
	return BV_OK;
}

static enum bv_status
print_forms(char **argv, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX);
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_draw_plan_free) struct bv_draw_plan *plan = NULL;
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_draw_key key;

	TRY(bv_file_read(&text, argv[1], err));
	TRY(bv_blueprint_parse(&blueprint, bv_buf_str(&text), err));
	TRY(bv_file_read(&text, argv[2], err));
	TRY(bv_draw_pool_parse(&pool, bv_buf_str(&text), err));
	TRY(bv_draw_plan_new(&plan, blueprint, pool, err));
	TRY(read_hex(seed, argv[3], err));
	TRY(read_hex(draw_key, argv[4], err));
	bv_draw_key_init(&key, draw_key, seed);
	puts(bv_hex(hex, pool->hash, BV_HASH_LEN));
	TRY(bv_file_read(&text, "-", err));
	for (struct bv_str rest = bv_buf_str(&text), ticket; bv_str_token(&rest, &ticket);)
		TRY(print_form(plan, &key, ticket, err));
	return BV_OK;
}

int
main(int argc, char **argv)
{
	struct bv_err err;

	if (argc != 5)
		return 64;
	if (print_forms(argv, &err) == BV_OK)
		return 0;
	fprintf(stderr, "line %d: %s\n", err.line, err.msg);
	return bv_status_exit(err.status);
}

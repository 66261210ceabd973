/* Any bytes: an item that parses gives the same clone twice, takes its own correct response, is scored twice alike, and is checked and linted. */
#include <assert.h>
#include <stdint.h>

#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static struct bv_json *
scored(const struct bv_item *item, const uint8_t seed[BV_HASH_LEN])
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *correct = NULL;
	struct bv_err err = { 0 };

	if (bv_item_session_new(&session, item, seed, &err))
		return NULL;
	correct = bv_item_session_correct(session);
	/* The key may be no choice of the page: the lint's business. */
	if (bv_item_session_respond(session, correct, &err) == BV_OK && bv_item_session_validate(session, &err) != BV_OK)
		assert(err.msg[0]);
	if (bv_item_score(session, &err))
		assert(err.msg[0]);
	return bv_item_session_outcomes(session);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_lint_free) struct bv_lint *lint = bv_lint_new(NULL, NULL);
	BV_AUTO(bv_json_free) struct bv_json *first = NULL, *second = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str xml = { (const char *)p, len };
	uint8_t seed[BV_HASH_LEN] = { (uint8_t)len };
	struct bv_err err = { 0 };

	bv_item_check("fuzz.xml", xml, NULL, NULL);
	bv_lint_add(lint, "fuzz.xml", xml);
	bv_lint_end(lint);
	if (bv_item_parse_loosely(&item, xml, &err)) {
		assert(!item && err.msg[0] && err.line > 0);
		return 0;
	}
	first = scored(item, seed);
	second = scored(item, seed);
	assert(!first == !second && (!first || bv_json_equal(first, second)));
	bv_item_stem(item, &arena);
	return 0;
}

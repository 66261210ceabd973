/* Any bytes: an item that parses is rendered or refused, twice alike; what is rendered passes the second pass, is JSON, and its opaque ids
 * come back as the identifiers they stand for. */
#include <assert.h>
#include <stdint.h>

#include "itembank/itembank.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static bool
media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	(void)ctx;
	assert(path.len && path.p[0] != '/');
	bv_sha256(hash, path);
	return true;
}

static void
round_trip(const struct bv_item_session *session, const struct bv_delivery *delivery)
{
	BV_AUTO(bv_json_free) struct bv_json *correct = bv_item_session_correct(session);
	BV_AUTO(bv_json_free) struct bv_json *hidden = NULL, *back = NULL;
	struct bv_err err = { 0 };

	/* The key may be no choice of the page; a response that no interaction shows stays behind. */
	if (bv_delivery_hide_responses(&hidden, session, delivery, correct, &err) == BV_OK)
		assert(bv_delivery_map_responses(&back, session, delivery, hidden, &err) == BV_OK && bv_json_count(back) == bv_json_count(hidden) &&
		       bv_json_count(back) <= bv_json_count(correct));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_DELIVERY_MAX), again = BV_BUF(BV_DELIVERY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	uint8_t key[BV_HASH_LEN] = { (uint8_t)len };
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .media = media, .state = len & 1 ? BV_DELIVERY_FEEDBACK : BV_DELIVERY_INTERACTING,
		                        .show_feedback = true };
	struct bv_err err = { 0 };

	if (bv_item_parse_loosely(&item, (struct bv_str){ (const char *)p, len }, &err) || bv_item_session_new(&session, item, key, &err))
		return 0;
	if (delivery.state == BV_DELIVERY_FEEDBACK && bv_item_score(session, &err))
		return 0;
	enum bv_status status = bv_delivery_render(&out, session, &delivery, &err);
	assert(status == bv_delivery_render(&again, session, &delivery, &err) && bv_str_eq(bv_buf_str(&out), bv_buf_str(&again)));
	if (status) {
		assert(err.msg[0] && !out.len);
		return 0;
	}
	assert(bv_delivery_scan(bv_buf_str(&out), session, &delivery, &err) == BV_OK);
	assert(bv_json_parse_large(&json, bv_buf_str(&out), BV_DELIVERY_MAX, &err) == BV_OK);
	round_trip(session, &delivery);
	return 0;
}

/* Any bytes: an item or a stimulus that parses is rendered or refused, twice alike, in every state, with preferences and allowed modules or
 * without; what is rendered passes the second pass, is JSON, and its opaque ids come back as the identifiers they stand for. Bytes that are
 * no item are read as preferences. */
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

/* Every path has the stimulus that was read last, if there was one. */
static const struct bv_stimulus *
stimulus(void *ctx, struct bv_str path)
{
	assert(path.len && path.p[0] != '/');
	return ctx;
}

static void
not_an_item(struct bv_str bytes)
{
	BV_AUTO(bv_pnp_finish) struct bv_pnp pnp = { 0 };
	BV_AUTO(bv_stimulus_free) struct bv_stimulus *shared = NULL;
	struct bv_err err = { 0 };

	if (bv_pnp_parse(&pnp, bytes, &err))
		assert(err.msg[0] && !pnp.count);
	for (size_t i = 0; i < pnp.count; i++)
		assert(bv_pnp_is_name(pnp.supports[i].name) && bv_pnp_find(&pnp, pnp.supports[i].name) == &pnp.supports[i]);
	if (bv_stimulus_parse(&shared, bytes, &err) == BV_OK) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_DELIVERY_MAX);
		static const uint8_t key[BV_HASH_LEN];
		struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .media = media, .stimulus = stimulus, .stimulus_ctx = shared };
		assert(bv_item_parse(&item, BV_STR("<qti-assessment-item identifier='i' title='t'><qti-assessment-stimulus-ref identifier='s' href='s'/>"
		                                   "<qti-item-body/></qti-assessment-item>"), &err) == BV_OK);
		assert(bv_item_session_new(&session, item, key, &err) == BV_OK);
		assert(bv_delivery_render(&out, session, &delivery, &err) == BV_OK || err.status == BV_EINVAL);
	}
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
	BV_AUTO(bv_json_free) struct bv_json *json = NULL, *solution = NULL;
	const struct bv_pnp_support supports[] = { { BV_STR("spoken"), BV_STR("vi"), BV_STR("screen-reader") }, { BV_STR("braille"), BV_STR_NONE, BV_STR_NONE } };
	const struct bv_pnp pnp = { .supports = supports, .count = 2 };
	struct bv_allowed_module module = { .properties = BV_STR("colors x") };
	uint8_t key[BV_HASH_LEN] = { (uint8_t)len };
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .media = media, .state = (enum bv_delivery_state)(len & 3),
		                        .show_feedback = true, .allow_review = true, .show_solution = true, .pnp = len & 4 ? &pnp : NULL,
		                        .modules = &module, .module_count = len & 8 ? 1 : 0 };
	struct bv_err err = { 0 };

	if (bv_item_parse_loosely(&item, (struct bv_str){ (const char *)p, len }, &err)) {
		not_an_item((struct bv_str){ (const char *)p, len });
		return 0;
	}
	if (bv_item_session_new(&session, item, key, &err) || (delivery.state != BV_DELIVERY_INTERACTING && bv_item_score(session, &err)))
		return 0;
	bv_sha256(module.hash, BV_STR("m.js"));
	enum bv_status status = bv_delivery_render(&out, session, &delivery, &err);
	assert(status == bv_delivery_render(&again, session, &delivery, &err) && bv_str_eq(bv_buf_str(&out), bv_buf_str(&again)));
	if (status) {
		assert(err.msg[0] && !out.len);
		return 0;
	}
	assert(bv_delivery_scan(bv_buf_str(&out), session, &delivery, &err) == BV_OK);
	assert(bv_json_parse_large(&json, bv_buf_str(&out), BV_DELIVERY_MAX, &err) == BV_OK);
	round_trip(session, &delivery);
	if (bv_delivery_solution(&solution, session, &delivery, &err))
		assert(delivery.state != BV_DELIVERY_SOLUTION || err.status == BV_EINVAL);
	else
		assert(delivery.state == BV_DELIVERY_SOLUTION);
	return 0;
}

#include "engine/grow.h"

#include <stdlib.h>

#include "base/json.h"

struct grow_session {
	struct bv_cat *cat;
	struct bv_shadow *shadow;
	struct grow_session *next;
};

struct grow {
	struct bv_adaptive *adaptive;
	struct bv_exposure *exposure; /* chances of the bank's items; NULL: everybody may meet all */
	pthread_mutex_t lock;
	struct grow_session *idle;
};

/* ---- Made ready ---- */

static struct bv_adaptive_rules
rules_of(const struct bv_blueprint *blueprint)
{
	const struct bv_blueprint_adaptive *a = &blueprint->adaptive;
	struct bv_adaptive_rules rules = bv_adaptive_plain();

	rules.length = blueprint->item_count;
	rules.length_min = a->least;
	rules.se = a->se / 1000.0;
	rules.cut = a->cut / 1000.0;
	rules.confidence = a->confidence / 1000.0;
	return rules;
}

static void
free_session(struct grow_session *s)
{
	if (!s)
		return;
	bv_cat_free(s->cat);
	bv_shadow_free(s->shadow);
	free(s);
}
BV_AUTO_DEFINE(struct grow_session, free_session)

static enum bv_status
new_session(struct grow_session **out, const struct grow *grow, const struct bv_issue *issue, struct bv_err *err)
{
	BV_AUTO(free_session) struct grow_session *s = bv_alloc(sizeof *s);

	if (bv_shadow_new(&s->shadow, issue->bank, &issue->whole, err) != BV_OK)
		return bv_err_again(err, 0, "the design and the blueprint: %s", err->msg);
	s->cat = bv_cat_new(grow->adaptive);
	*out = bv_steal(&s);
	return BV_OK;
}

/* A shadow test is of one thread at a time; making one costs as much as a thousand items. */
static enum bv_status
take_session(struct grow_session **out, const struct bv_issue *issue, struct bv_err *err)
{
	struct grow *grow = issue->grow;

	pthread_mutex_lock(&grow->lock);
	struct grow_session *s = grow->idle;
	if (s)
		grow->idle = s->next;
	pthread_mutex_unlock(&grow->lock);
	if (!s)
		return new_session(out, grow, issue, err);
	*out = s;
	return BV_OK;
}

static void
give_session(struct grow *grow, struct grow_session *s)
{
	pthread_mutex_lock(&grow->lock);
	s->next = grow->idle;
	grow->idle = s;
	pthread_mutex_unlock(&grow->lock);
}

static enum bv_status
read_chances(struct grow *grow, const struct bv_assembly_bank *bank, struct bv_str text, struct bv_err *err)
{
	uint32_t *millionths = bv_alloc_array(bank->count, sizeof *millionths);
	enum bv_status status = bv_chances_parse(millionths, bank, text, err);

	if (status == BV_OK)
		grow->exposure = bv_exposure_fixed(grow->adaptive, millionths);
	free(millionths);
	return status == BV_OK ? BV_OK : bv_err_again(err, err->line, "chances.json: %s", err->msg);
}

enum bv_status
grow_new(struct grow **out, const struct bv_issue *issue, struct bv_str chances, struct bv_err *err)
{
	const struct bv_adaptive_rules rules = rules_of(issue->plan->blueprint);
	struct grow *grow = bv_alloc(sizeof *grow);

	pthread_mutex_init(&grow->lock, NULL);
	*out = grow;
	TRY(bv_adaptive_new(&grow->adaptive, issue->bank, &rules, err));
	if (chances.len)
		TRY(read_chances(grow, issue->bank, chances, err));
	/* What cannot hold together is known before anybody sits, and nobody waits for the first one. */
	return new_session(&grow->idle, grow, issue, err);
}

void
grow_free(struct grow *grow)
{
	if (!grow)
		return;
	while (grow->idle) {
		struct grow_session *s = grow->idle;
		grow->idle = s->next;
		free_session(s);
	}
	bv_adaptive_free(grow->adaptive);
	pthread_mutex_destroy(&grow->lock);
	bv_exposure_free(grow->exposure);
	free(grow);
}

/* ---- One candidate's ---- */

struct growing {
	struct bv_issue *issue;
	struct grow_session *session;
	uint8_t *barred; /* of the bank's items: BV_FLY_EXPOSURE, BV_FLY_SEEN */
};

/* HMAC-SHA-256 under the draw key of "BV-CAT-1" 00, the seed and the SHA-256 of the ticket. */
static void
choice_key(uint8_t out[BV_HASH_LEN], const struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN])
{
	static const char label[] = "BV-CAT-1"; /* with its NUL */
	uint8_t message[sizeof label + 2 * BV_HASH_LEN];

	memcpy(message, label, sizeof label);
	memcpy(message + sizeof label, issue->seed, BV_HASH_LEN);
	memcpy(message + sizeof label + BV_HASH_LEN, cid, BV_HASH_LEN);
	bv_hmac_sha256(out, &issue->key.key, (struct bv_str){ (const char *)message, sizeof message });
}

/* What the candidate does not meet, as long as the rules allow. */
static void
begin(struct growing *g, const uint8_t cid[BV_HASH_LEN])
{
	const struct issue_seen *seen = issue_find_seen(g->issue, cid);
	uint8_t key[BV_HASH_LEN];

	choice_key(key, g->issue, cid);
	bv_cat_start(g->session->cat, g->issue->grow->exposure, key);
	bv_shadow_restart(g->session->shadow);
	for (uint32_t i = 0; i < g->issue->bank->count; i++)
		if (bv_cat_barred(g->session->cat, i))
			g->barred[i] |= BV_FLY_EXPOSURE;
	for (size_t k = 0; seen && k < seen->count; k++)
		g->barred[seen->items[k]] |= BV_FLY_SEEN;
	for (uint32_t i = 0; i < g->issue->bank->count; i++)
		if (g->barred[i])
			bv_shadow_bar(g->session->shadow, i, true);
	bv_wipe(key, sizeof key);
}

/* UINT32_MAX: none comes any more. */
static uint32_t
next_item(struct growing *g)
{
	enum bv_stop why = bv_cat_stop(g->session->cat);
	uint32_t item = why == BV_STOP_NOT ? bv_shadow_next(g->session->shadow, bv_cat_theta(g->session->cat), 0) : UINT32_MAX;

	if (item != UINT32_MAX)
		bv_shadow_give(g->session->shadow, item);
	return item;
}

static enum bv_status
grow_on(struct bv_drawn *drawn, bool *over, struct growing *g, uint32_t given, grow_judge judge, void *ctx, struct bv_err *err)
{
	uint32_t item = UINT32_MAX;

	*over = false;
	while (drawn->count < given) {
		bool right;
		if (drawn->count) {
			TRY(judge(ctx, &right, drawn, drawn->count - 1, err));
			bv_cat_answer(g->session->cat, item, right);
		}
		item = next_item(g);
		if (item == UINT32_MAX) {
			*over = true;
			return BV_OK;
		}
		drawn->broken |= g->barred[item];
		draw_next(drawn, g->issue->plan, item);
	}
	*over = drawn->count == g->issue->plan->blueprint->item_count;
	return BV_OK;
}

enum bv_status
grow_form(struct bv_drawn *drawn, bool *over, struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN], uint32_t given, grow_judge judge, void *ctx, struct bv_err *err)
{
	struct growing g = { .issue = issue };

	if (!given || given > issue->plan->blueprint->item_count)
		return bv_err_set(err, BV_EINVAL, "a form of this blueprint has 1 to %u items, not %u", issue->plan->blueprint->item_count, given);
	TRY(take_session(&g.session, issue, err));
	g.barred = bv_alloc_array(issue->bank->count, sizeof *g.barred);
	begin(&g, cid);
	draw_nothing(drawn, &issue->key, cid);
	enum bv_status status = grow_on(drawn, over, &g, given, judge, ctx, err);
	free(g.barred);
	give_session(issue->grow, g.session);
	return status;
}

/* ---- Right or wrong ---- */

enum bv_status
grow_right(bool *right, const struct bv_item *item, const uint8_t clone_seed[BV_HASH_LEN], struct bv_str response, struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	double score = 0, most = 0;

	*right = false;
	if (!bv_item_machine_scorable(item) || !bv_item_max_score(item, &most) || most <= 0)
		return bv_err_set(err, BV_EINVAL, "nobody knows at once whether an answer to it is right: no machine scores it, or it has no most marks");
	if (!response.len)
		return BV_OK;
	TRY(bv_json_parse(&json, response, err));
	TRY(bv_item_session_new(&session, item, clone_seed, err));
	TRY(bv_item_session_respond(session, json, err));
	TRY(bv_item_score(session, err));
	*right = bv_item_session_number(session, "SCORE", &score) && score >= most - 1e-9;
	return BV_OK;
}

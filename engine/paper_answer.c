/* What a candidate answers, from the names of his page to those of the item. */
#include <stdio.h>

#include "engine/paper.h"

/* A refusal that names a response of the item names that of the page instead: nobody learns the item's own names from it. */
static void
name_as_page(struct bv_err *err, const struct bv_json *sent, const struct bv_json *mapped)
{
	struct bv_err found = *err;
	struct bv_str rest = bv_str_of(found.msg);
	void *page = bv_json_members(sent);

	for (void *own = bv_json_members(mapped); own && page; own = bv_json_next(mapped, own), page = bv_json_next(sent, page)) {
		char prefix[128];
		int len = snprintf(prefix, sizeof prefix, "response '%.*s': ", BV_STR_ARG(bv_str_sub(bv_json_member_name(own), 0, 80)));
		if (bv_str_starts(rest, bv_str_of(prefix))) {
			(void)bv_err_set(err, found.status, "response '%.*s': %s", BV_STR_ARG(bv_json_member_name(page)), found.msg + len);
			return;
		}
	}
}

/* What the quick way leaves: other characters, other numbers, files, clones; and what is wrong, which is told here. */
static enum bv_status
answer_slowly(struct bv_buf *out, const struct bv_papers *papers, const struct bv_paper *paper, uint32_t item, struct bv_published *published,
              const uint8_t key[BV_HASH_LEN], struct bv_str delivered, struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *sent = NULL, *mapped = NULL;
	const struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE };
	uint8_t seed[BV_HASH_LEN];

	TRY(bv_json_parse(&sent, delivered, err));
	paper_clone_seed(seed, papers, paper, item);
	TRY(bv_item_session_new(&session, bv_published_item(published), seed, err));
	TRY(bv_delivery_map_responses(&mapped, session, &delivery, sent, err));
	enum bv_status status = bv_item_session_respond(session, mapped, err);
	if (status != BV_OK) {
		name_as_page(err, sent, mapped);
		return status;
	}
	bv_json_write(out, mapped);
	return bv_buf_check(out, err);
}

static enum bv_status
check_item(const struct bv_paper *paper, uint32_t item, struct bv_err *err)
{
	if (item < paper->count)
		return BV_OK;
	return bv_err_set(err, BV_ENOTFOUND, "there is no item %u: the form has %u, counted from 0", item, paper->count);
}

enum bv_status
bv_paper_answer(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t item, struct bv_str delivered, struct bv_err *err)
{
	struct bv_published *published;
	uint8_t key[BV_HASH_LEN];

	TRY(check_item(paper, item, err));
	if (delivered.len > BV_ANSWER_MAX)
		return bv_err_set(err, BV_ELIMIT, "an answer has at most %u bytes", BV_ANSWER_MAX);
	TRY(paper_item(&published, papers, paper, item, err));
	paper_page_key(key, paper, item);
	if (bv_delivery_take(out, bv_published_item(published), key, delivered))
		return BV_OK;
	return answer_slowly(out, papers, paper, item, published, key, delivered, err);
}

enum bv_status
bv_paper_answer_hide(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t item, struct bv_str response,
                     struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *own = NULL, *hidden = NULL;
	struct bv_published *published;
	uint8_t key[BV_HASH_LEN], seed[BV_HASH_LEN];
	const struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE };

	TRY(check_item(paper, item, err));
	TRY(paper_item(&published, papers, paper, item, err));
	TRY(bv_json_parse(&own, response, err));
	paper_page_key(key, paper, item);
	paper_clone_seed(seed, papers, paper, item);
	TRY(bv_item_session_new(&session, bv_published_item(published), seed, err));
	TRY(bv_delivery_hide_responses(&hidden, session, &delivery, own, err));
	bv_json_write(out, hidden);
	return bv_buf_check(out, err);
}

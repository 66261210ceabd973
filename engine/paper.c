/* A candidate's paper: the form as numbers, rendered again as often as asked, always the same. */
#include <stdlib.h>

#include "base/cipher.h"
#include "base/deflate.h"
#include "engine/event.h"
#include "engine/paper.h"

/* ---- What all share ---- */

static enum bv_status
read_forms(struct bv_papers *papers, struct bv_err *err)
{
	papers->forms = bv_alloc_array(papers->exam->form_count, sizeof(struct bv_form *));
	for (size_t i = 0; i < papers->exam->form_count; i++)
		TRY(bv_form_parse(&papers->forms[i], papers->exam->forms[i], err));
	return BV_OK;
}

enum bv_status
bv_papers_new(struct bv_papers **out, const struct bv_sitting *sitting, struct bv_bank *bank, const struct bv_allowed_module *modules,
              size_t module_count, struct bv_err *err)
{
	BV_AUTO(bv_papers_free) struct bv_papers *papers = bv_alloc(sizeof *papers);

	papers->sitting = sitting;
	papers->exam = sitting->exam;
	papers->bank = bank;
	papers->modules = modules;
	papers->module_count = module_count;
	papers->items = bv_alloc_array(papers->exam->item_count, sizeof papers->items[0]);
	pthread_mutex_init(&papers->lock, NULL);
	bv_hmac_key_init(&papers->key, (struct bv_str){ (const char *)papers->exam->draw_key, BV_HASH_LEN });
	TRY(read_forms(papers, err));
	*out = bv_steal(&papers);
	return BV_OK;
}

void
bv_papers_free(struct bv_papers *papers)
{
	if (!papers)
		return;
	for (size_t i = 0; papers->forms && i < papers->exam->form_count; i++)
		bv_form_free(papers->forms[i]);
	for (size_t i = 0; i < papers->exam->item_count; i++)
		bv_published_free(atomic_load(&papers->items[i]));
	free(papers->forms);
	free(papers->items);
	pthread_mutex_destroy(&papers->lock);
	bv_wipe(&papers->key, sizeof papers->key);
	free(papers);
}

void
paper_derive(uint8_t out[BV_HASH_LEN], const struct bv_papers *papers, const struct bv_paper *paper, const char *label)
{
	char message[32 + BV_HASH_LEN];
	size_t len = strlen(label) + 1;

	memcpy(message, label, len);
	memcpy(message + len, paper->cid, BV_HASH_LEN);
	bv_hmac_sha256(out, &papers->key, (struct bv_str){ message, len + BV_HASH_LEN });
}

/* ---- Items ---- */

static const struct bv_draw_pool_entry *
pool_entry(const struct bv_papers *papers, struct bv_str identifier)
{
	const struct bv_draw_pool *pool = papers->exam->pool;

	for (size_t s = 0; s < pool->stratum_count; s++) {
		size_t from = 0, past = pool->strata[s].count;
		while (from < past) {
			size_t middle = (from + past) / 2;
			int order = bv_str_cmp(pool->strata[s].items[middle].identifier, identifier);
			if (!order)
				return &pool->strata[s].items[middle];
			*(order < 0 ? &from : &past) = order < 0 ? middle + 1 : middle;
		}
	}
	return NULL;
}

/* Is the version that the pool names in the bank, as it was? */
static enum bv_status
check_version(const struct bv_papers *papers, const struct bv_draw_pool_entry *entry, struct bv_err *err)
{
	BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8u << 20);
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_bank_load_version(&xml, &files, hash, papers->bank, entry->identifier, papers->exam->pool->language, (uint32_t)entry->version, err));
	if (!bv_hash_eq(hash, entry->hash))
		return bv_err_set(err, BV_EDENIED, "item '%.*s' version %lld is not the one of the pool: its SHA-256 differs", BV_STR_ARG(entry->identifier),
		                  (long long)entry->version);
	return BV_OK;
}

static enum bv_status
publish(struct bv_published **out, struct bv_papers *papers, const struct exam_item *item, struct bv_err *err)
{
	const struct bv_draw_pool_entry *entry = pool_entry(papers, item->identifier);

	if (!papers->bank)
		return bv_err_set(err, BV_EINVAL, "item '%.*s' was not published, and there is no bank", BV_STR_ARG(item->identifier));
	if (!entry)
		return bv_err_set(err, BV_EDENIED, "item '%.*s' is not in the pool", BV_STR_ARG(item->identifier));
	TRY(check_version(papers, entry, err));
	return bv_bank_publish(out, papers->bank, entry->identifier, papers->exam->pool->language, (uint32_t)entry->version, err);
}

enum bv_status
paper_published(struct bv_published **out, struct bv_papers *papers, uint32_t idx, struct bv_err *err)
{
	_Atomic(struct bv_published *) *place = &papers->items[idx];
	struct bv_published *published = atomic_load_explicit(place, memory_order_acquire);
	enum bv_status status = BV_OK;

	if (!published) {
		pthread_mutex_lock(&papers->lock);
		published = atomic_load(place);
		if (!published && (status = publish(&published, papers, &papers->exam->items[idx], err)) == BV_OK)
			atomic_store_explicit(place, published, memory_order_release);
		pthread_mutex_unlock(&papers->lock);
	}
	if (status == BV_OK)
		*out = published;
	return status;
}

enum bv_status
paper_item(struct bv_published **out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t item, struct bv_err *err)
{
	return paper_published(out, papers, paper->items[item], err);
}

enum bv_status
bv_paper_publish(struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err)
{
	struct bv_published *published;

	for (uint32_t i = 0; i < paper->count; i++)
		TRY(paper_item(&published, papers, paper, i, err));
	return BV_OK;
}

size_t
bv_papers_check(struct bv_papers *papers, bv_papers_missing visit, void *ctx)
{
	const struct bv_draw_pool *pool = papers->exam->pool;
	size_t missing = 0;

	for (size_t s = 0; s < pool->stratum_count; s++)
		for (size_t i = 0; i < pool->strata[s].count; i++) {
			struct bv_err why = { 0 };
			pthread_mutex_lock(&papers->lock);
			enum bv_status status = check_version(papers, &pool->strata[s].items[i], &why);
			pthread_mutex_unlock(&papers->lock);
			if (status != BV_OK) {
				++missing;
				visit(ctx, pool->strata[s].items[i].identifier, &why);
			}
		}
	return missing;
}

const struct bv_bank_part *
bv_papers_file(const struct bv_papers *papers, const uint8_t hash[BV_HASH_LEN])
{
	for (size_t i = 0; i < papers->exam->item_count; i++) {
		const struct bv_published *published = atomic_load_explicit(&papers->items[i], memory_order_acquire);
		const struct bv_bank_parts *parts = published ? bv_published_parts(published) : NULL;
		for (size_t k = 0; parts && k < parts->count; k++)
			if ((parts->all[k].role == BV_PART_MEDIA || parts->all[k].role == BV_PART_MODULE) && bv_hash_eq(parts->all[k].hash, hash))
				return &parts->all[k];
	}
	return NULL;
}

void
paper_page_key(uint8_t key[BV_HASH_LEN], const struct bv_paper *paper, uint32_t item)
{
	char message[14] = "BV-PAGE-1";
	struct bv_hmac_key page;

	for (int i = 0; i < 4; i++)
		message[10 + i] = (char)((item + 1) >> (24 - 8 * i));
	bv_hmac_key_init(&page, (struct bv_str){ (const char *)paper->page_key, BV_HASH_LEN });
	bv_hmac_sha256(key, &page, (struct bv_str){ message, sizeof message });
}

void
paper_clone_seed(uint8_t seed[BV_HASH_LEN], const struct bv_papers *papers, const struct bv_paper *paper, uint32_t item)
{
	if (papers->forms && papers->exam->mode == BV_SITTING_FIXED) {
		memcpy(seed, papers->forms[paper->fixed]->items[item].clone_seed, BV_HASH_LEN);
		return;
	}
	const struct bv_draw_pool_entry *entry = pool_entry(papers, papers->exam->items[paper->items[item]].identifier);
	bv_clone_seed(seed, paper->form_key, item + 1, entry->hash);
}

/* ---- Rendering ---- */

static enum bv_status
render_item(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, const struct bv_form_item *item, uint32_t idx, struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_published *published;
	uint8_t key[BV_HASH_LEN];
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .orders = item->orders, .order_count = item->order_count,
		                        .modules = papers->modules, .module_count = papers->module_count };

	TRY(paper_item(&published, papers, paper, idx, err));
	TRY(bv_item_session_new(&session, bv_published_item(published), item->clone_seed, err));
	paper_page_key(key, paper, idx);
	bv_published_delivery(&delivery, published);
	enum bv_status status = bv_delivery_render(out, session, &delivery, err);
	bv_wipe(key, sizeof key);
	return status;
}

static void
write_parts(struct bv_json_pen *pen, const struct bv_blueprint *blueprint)
{
	bv_json_pen_open(pen, "parts", '[');
	for (size_t i = 0; i < blueprint->part_count; i++) {
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "id", blueprint->parts[i].id);
		if (blueprint->parts[i].minutes)
			bv_json_pen_int(pen, "minutes", blueprint->parts[i].minutes);
		bv_json_pen_str(pen, "titleEn", blueprint->parts[i].title_en);
		bv_json_pen_str(pen, "titleVi", blueprint->parts[i].title_vi);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

enum bv_status
bv_paper_render(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err)
{
	return bv_paper_render_from(out, papers, paper, 0, err);
}

enum bv_status
bv_paper_render_from(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t from, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct bv_json_pen pen = { .out = out };

	TRY(bv_paper_form(&form, papers, paper, err));
	bv_json_pen_open(&pen, NULL, '{');
	if (form->is_adaptive)
		bv_json_pen_bool(&pen, "adaptive", true);
	bv_json_pen_str(&pen, "format", BV_STR("bv-paper-1"));
	bv_json_pen_open(&pen, "items", '[');
	for (uint32_t i = from; i < form->item_count; i++) {
		const struct bv_form_item *item = &form->items[i];
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_int(&pen, "item", i);
		bv_json_pen_int(&pen, "marks", item->marks);
		bv_buf_addz(out, ",\"page\":");
		if (render_item(out, papers, paper, item, i, err) != BV_OK)
			return bv_err_set(err, err->status, "item '%.*s': %s", BV_STR_ARG(item->identifier), err->msg);
		bv_json_pen_str(&pen, "part", item->part);
		bv_json_pen_close(&pen, '}');
	}
	bv_json_pen_close(&pen, ']');
	if (form->is_adaptive)
		bv_json_pen_int(&pen, "most", papers->exam->blueprint->item_count);
	write_parts(&pen, papers->exam->blueprint);
	bv_json_pen_str(&pen, "sitting", papers->sitting->plan.name);
	bv_json_pen_close(&pen, '}');
	return bv_buf_check(out, err);
}

/* ---- Sealing ---- */

static void
associated(struct bv_buf *out, const struct bv_papers *papers, const struct bv_paper *paper)
{
	bv_buf_add(out, papers->sitting->plan.name);
	bv_buf_addc(out, '\n');
	bv_buf_add(out, paper->ticket);
}

enum bv_status
bv_paper_seal(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(BV_PAPER_MAX), packed = BV_BUF(BV_PAPER_MAX), with = BV_BUF(BV_SITTING_NAME_MAX + BV_TICKET_MAX + 1);
	uint8_t key[BV_PAPER_KEY_LEN], nonce[BV_HASH_LEN];
	struct bv_hmac_key of_packed;

	if (papers->exam->blueprint->is_adaptive)
		return bv_err_set(err, BV_EINVAL, "a paper that grows with the answers is not sealed before the start");
	TRY(bv_paper_render(&plain, papers, paper, err));
	associated(&with, papers, paper);
	paper_derive(key, papers, paper, "BV-SEAL-1");
	/* Sealed bytes are not compressed any more by anybody. */
	bv_deflate_quick(&packed, bv_buf_str(&plain), BV_DEFLATE_GZIP);
	/* A nonce of the bytes themselves: the key never meets two texts under one, nor two ways to compress one. */
	bv_hmac_key_init(&of_packed, (struct bv_str){ (const char *)key, sizeof key });
	bv_hmac_sha256(nonce, &of_packed, bv_buf_str(&packed));
	bv_cipher_seal(out, key, nonce, bv_buf_str(&with), bv_buf_str(&packed));
	bv_wipe(key, sizeof key);
	bv_wipe(&of_packed, sizeof of_packed);
	return bv_buf_check(out, err);
}

enum bv_status
bv_paper_open(uint8_t key[BV_PAPER_KEY_LEN], const struct bv_papers *papers, const struct bv_paper *paper, const struct bv_sitting_plan *plan,
              enum bv_attempt_state state, int64_t now_ms, struct bv_err *err)
{
	if (state != BV_ATTEMPT_ADMITTED && state != BV_ATTEMPT_STARTED && state != BV_ATTEMPT_PAUSED)
		return bv_err_set(err, BV_EDENIED, "the attempt is '%s': its paper is for who is admitted and has not finished", bv_attempt_state_name(state));
	if (papers->exam->blueprint->is_adaptive)
		return bv_err_set(err, BV_EDENIED, "a paper that grows with the answers is not sealed: it has no key");
	if (now_ms < plan->opens_ms)
		return bv_err_set(err, BV_EDENIED, "the paper opens in %lld s", (long long)(plan->opens_ms - now_ms + 999) / 1000);
	paper_derive(key, papers, paper, "BV-SEAL-1");
	return BV_OK;
}

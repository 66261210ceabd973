/* Items of the bank on their way to candidates: read once, with all that their pages need, so that nothing but memory is touched while candidates sit. */
#include <stdlib.h>

#include "base/xml.h"
#include "itembank/bank.h"

struct shared {
	struct bv_str path; /* of the part */
	struct bv_stimulus *stimulus;
};

struct bv_published {
	struct bv_item *item;
	uint32_t version;
	uint8_t hash[BV_HASH_LEN];
	struct bv_bank_parts parts;
	struct shared *stimuli;
	size_t stimulus_count;
	struct bv_str path; /* of the item in its package */
};

void
bv_published_free(struct bv_published *published)
{
	if (!published)
		return;
	bv_item_free(published->item);
	bv_bank_parts_finish(&published->parts);
	for (size_t i = 0; i < published->stimulus_count; i++)
		bv_stimulus_free(published->stimuli[i].stimulus);
	free(published->stimuli);
	free(published);
}

static enum bv_status
load_stimulus(struct shared *out, struct bv_bank *bank, const struct bv_bank_part *part, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_err why;

	TRY(bv_bank_document_load(&xml, NULL, bank, part->hash, err));
	if (bv_stimulus_parse(&out->stimulus, bv_buf_str(&xml), &why) != BV_OK)
		return bv_err_set(err, why.status, "stimulus '%.*s':%d: %s", BV_STR_ARG(bv_str_sub(part->path, 0, 60)), why.line, why.msg);
	out->path = part->path;
	return BV_OK;
}

static enum bv_status
load_parts(struct bv_published *published, struct bv_bank *bank, struct bv_err *err)
{
	const struct bv_bank_parts *parts = &published->parts;

	published->stimuli = bv_alloc_array(parts->count, sizeof *published->stimuli);
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->all[i].role == BV_PART_SELF)
			published->path = parts->all[i].path;
		if (parts->all[i].role != BV_PART_STIMULUS)
			continue;
		TRY(load_stimulus(&published->stimuli[published->stimulus_count], bank, &parts->all[i], err));
		published->stimulus_count++;
	}
	return BV_OK;
}

enum bv_status
bv_bank_publish(struct bv_published **out, struct bv_bank *bank, struct bv_str identifier, struct bv_str language, uint32_t version,
                struct bv_err *err)
{
	BV_AUTO(bv_published_free) struct bv_published *published = bv_alloc(sizeof *published);
	BV_AUTO(bank_version_finish) struct bank_version found = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);

	TRY(bank_version_load(&found, &xml, true, bank, identifier, language, version, err));
	published->version = (uint32_t)found.version;
	memcpy(published->hash, found.hash, sizeof published->hash);
	published->parts = found.parts;
	found.parts = (struct bv_bank_parts){ 0 };
	TRY(bv_item_parse(&published->item, bv_buf_str(&xml), err));
	TRY(load_parts(published, bank, err));
	*out = bv_steal(&published);
	return BV_OK;
}

const struct bv_item *
bv_published_item(const struct bv_published *published)
{
	return published->item;
}

uint32_t
bv_published_version(const struct bv_published *published)
{
	return published->version;
}

const uint8_t *
bv_published_hash(const struct bv_published *published)
{
	return published->hash;
}

const struct bv_bank_parts *
bv_published_parts(const struct bv_published *published)
{
	return &published->parts;
}

static bool
media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	return bv_bank_part_media(&((struct bv_published *)ctx)->parts, path, hash);
}

static bool
module(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	return bv_bank_part_module(&((struct bv_published *)ctx)->parts, path, hash);
}

static const struct bv_stimulus *
stimulus(void *ctx, struct bv_str path)
{
	const struct bv_published *published = ctx;

	for (size_t i = 0; i < published->stimulus_count; i++)
		if (bv_str_eq(published->stimuli[i].path, path))
			return published->stimuli[i].stimulus;
	return NULL;
}

void
bv_published_delivery(struct bv_delivery *out, struct bv_published *published)
{
	out->path = published->path;
	out->media = media;
	out->module = module;
	out->media_ctx = published;
	out->stimulus = stimulus;
	out->stimulus_ctx = published;
}

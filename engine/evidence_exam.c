/* What every exam puts into its evidence: its documents, the texts of the items that were drawn, the documents of each candidate. */
#include <stdlib.h>

#include "engine/exam.h"

/* A file that goes into the evidence once there is one. */
struct waiting {
	struct bv_buf name, bytes;
};

struct bv_evidence_texts {
	struct bv_bank *bank;
	struct waiting *files; /* of items that were drawn for the first time and are not in the evidence yet */
	size_t count;
};

struct bv_evidence_texts *
bv_evidence_texts_new(struct bv_bank *bank)
{
	struct bv_evidence_texts *texts = bv_alloc(sizeof *texts);

	texts->bank = bank;
	return texts;
}

static void
drop_last(struct bv_evidence_texts *texts)
{
	struct waiting *w = &texts->files[--texts->count];

	bv_buf_finish(&w->name);
	bv_buf_finish(&w->bytes);
}

void
bv_evidence_texts_free(struct bv_evidence_texts *texts)
{
	if (!texts)
		return;
	while (texts->count)
		drop_last(texts);
	free(texts->files);
	free(texts);
}

static struct bv_buf *
wait_for(struct bv_evidence_texts *texts, const struct bv_form_item *item, const char *end, size_t max)
{
	texts->files = bv_resize_array(texts->files, texts->count + 1, sizeof *texts->files);
	struct waiting *w = &texts->files[texts->count++];
	*w = (struct waiting){ BV_BUF(1024), BV_BUF(max) };
	bv_evidence_item_name(&w->name, item, end);
	return &w->bytes;
}

enum bv_status
bv_evidence_item_text(void *ctx, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn, struct bv_err *err)
{
	struct bv_evidence_texts *texts = ctx;
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_bank_load_version(xml, files, hash, texts->bank, drawn->identifier, drawn->language, (uint32_t)drawn->version, err));
	bv_buf_add(wait_for(texts, drawn, ".xml", xml->max), bv_buf_str(xml));
	if (!files->count)
		return BV_OK;
	struct bv_buf *list = wait_for(texts, drawn, ".files.json", BV_VERSION_FILES_MAX);
	bv_version_files_write(list, files);
	return bv_buf_check(list, err);
}

/* exam.json is the first file, so that of two runs into one folder one stops before it has written anything. */
enum bv_status
bv_evidence_begin(struct bv_evidence_folder **out, const char *path, const struct bv_exam_documents *documents, struct bv_str did, struct bv_err *err)
{
	const struct {
		const char *name;
		struct bv_str bytes;
	} all[] = {
		{ "exam.json", documents->exam }, { "blueprint.xml", documents->blueprint }, { "standard.xml", documents->standard },
		{ "rules.xml", documents->rules }, { "pool.json", documents->pool }, { "items.json", documents->items }, { "forms.json", documents->forms },
		{ "design.json", documents->design }, { "parameters.json", documents->parameters }, { "seen.json", documents->seen }, { "chances.json", documents->chances },
		{ "tickets.json", documents->tickets },
		{ EVIDENCE_DID, did },
	};
	BV_AUTO(bv_evidence_free) struct bv_evidence_folder *folder = NULL;

	TRY(bv_evidence_create(&folder, path, err));
	for (size_t i = 0; i < BV_COUNT(all); i++)
		if (all[i].bytes.len)
			TRY(bv_evidence_put(folder, all[i].name, all[i].bytes, err));
	*out = bv_steal(&folder);
	return BV_OK;
}

static enum bv_status
put(struct bv_evidence_folder *folder, struct bv_str ticket, const char *document, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024);

	bv_evidence_candidate_name(&name, ticket, document);
	return bv_evidence_put(folder, name.p, bytes, err);
}

enum bv_status
bv_evidence_candidate(struct bv_evidence_folder *folder, struct bv_evidence_texts *texts, const struct bv_candidate *candidate,
                      struct bv_str responses, const struct bv_marking *marking, struct bv_str credential, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_str ticket = candidate->ticket;

	for (; texts->count; drop_last(texts)) {
		const struct waiting *w = &texts->files[texts->count - 1];
		TRY(bv_evidence_put(folder, w->name.p, bv_buf_str(&w->bytes), err));
	}
	bv_candidate_write(&text, candidate);
	TRY(put(folder, ticket, "candidate.json", bv_buf_str(&text), err));
	TRY(put(folder, ticket, "form.json", bv_buf_str(&marking->form), err));
	TRY(put(folder, ticket, "responses.json", responses, err));
	TRY(put(folder, ticket, "outcomes.json", bv_buf_str(&marking->outcomes), err));
	TRY(put(folder, ticket, "rating.json", bv_buf_str(&marking->rating), err));
	if (bv_marking_attains(marking))
		TRY(put(folder, ticket, "credential.json", credential, err));
	bv_evidence_result(folder, candidate, marking, bv_marking_attains(marking));
	return BV_OK;
}

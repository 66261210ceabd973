/* A bank, or a part of it, as a content package. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/bank.h"
#include "itembank/bank_life.h"
#include "itembank/export_place.h"
#include "itembank/package.h"
#include "itembank/package_refs.h"

enum { PAGE = 10000, USAGE_ITEMS = 7000 /* of one document of usage data, which has at most 100,000 nodes */ };

/* An item that goes out. */
struct entry {
	const struct bv_pool_item *item;
	struct bv_str path; /* in the package */
	struct bv_str key;  /* path with case folded */
	bool packaged;      /* came in a package with other files: keeps its place among them */
};

struct export {
	struct bv_bank *bank;
	const struct bv_export_opts *opts;
	struct bv_export_counts *counts;
	struct bv_pool *pages;
	size_t page_count;
	struct entry *entries; /* in the order of the bank's list */
	size_t count;
	struct bv_arena arena;
	struct export_places places;
	struct bv_buf manifest, xml, converted;
	const struct entry *current; /* for losses */
	uint64_t number; /* of the next resource */
};

static void
export_finish(struct export *x)
{
	for (size_t i = 0; i < x->page_count; i++)
		bv_pool_finish(&x->pages[i]);
	free(x->pages);
	free(x->entries);
	bv_arena_finish(&x->arena);
	export_places_finish(&x->places);
	bv_buf_finish(&x->manifest);
	bv_buf_finish(&x->xml);
	bv_buf_finish(&x->converted);
}
BV_AUTO_DEFINE_FINISH(struct export, export_finish)

/* ---- Which items ------------------------------------------------------------------------------------------------------- */

/* What nobody has approved and released leaves the bank only when it is asked for. */
static enum bv_status
gather(struct export *x, const struct bv_bank_filter *filter, struct bv_err *err)
{
	struct bv_bank_filter chosen = *filter;
	struct bv_bank_page page = { .limit = PAGE };

	TRY(bank_life_load(x->bank, err));
	bool released = bank_keeps_life(x->bank) && !chosen.state && !x->opts->current;
	if (released)
		chosen.state = BV_STATE_OPERATIONAL;
	for (bool more = true; more;) {
		struct bv_pool pool = { 0 };
		TRY(bv_bank_list(&pool, x->bank, &chosen, &page, err));
		x->pages = bv_resize_array(x->pages, x->page_count + 1, sizeof *x->pages);
		x->pages[x->page_count++] = pool;
		x->count += pool.count;
		if (x->count > BV_EXPORT_ITEMS_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d items: export them in parts, by competence or language", BV_EXPORT_ITEMS_MAX);
		more = pool.count == PAGE;
		if (more) {
			page.after_identifier = pool.items[PAGE - 1].identifier;
			page.after_language = pool.items[PAGE - 1].language;
		}
	}
	if (!x->count)
		return bv_err_set(err, BV_ENOTFOUND, "no item of the bank matches%s",
		                  released ? " that is operational: others go out when their state, or the current versions, are asked for" : "");
	x->entries = bv_alloc_array(x->count, sizeof *x->entries);
	for (size_t p = 0, n = 0; p < x->page_count; p++)
		for (size_t i = 0; i < x->pages[p].count; i++)
			x->entries[n++].item = &x->pages[p].items[i];
	return BV_OK;
}

/* ---- Where they go ----------------------------------------------------------------------------------------------------- */

/* An identifier that can be a file name anywhere. */
static bool
is_plain(struct bv_str identifier)
{
	enum { NAME_LEN = 100 };
	bool plain = identifier.len && identifier.len <= NAME_LEN && identifier.p[0] != '.';

	for (size_t i = 0; plain && i < identifier.len; i++) {
		char c = identifier.p[i];
		plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
	}
	return plain;
}

/* items/vi/iu01-001.xml, or a name made of the SHA-256 of the identifier. */
static void
place(struct export *x, struct entry *entry, bool hashed)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(PACKAGE_NAME_MAX);
	uint8_t hash[BV_HASH_LEN];
	const struct bv_pool_item *item = entry->item;

	bv_buf_printf(&path, "items/%.*s/", BV_STR_ARG(item->language));
	if (hashed) {
		bv_sha256(hash, item->identifier);
		bv_buf_addc(&path, 'x');
		bv_hex_write(&path, hash, 16);
	} else {
		bv_buf_add(&path, item->identifier);
	}
	bv_buf_addz(&path, ".xml");
	entry->path = bv_arena_str(&x->arena, bv_buf_str(&path));
	entry->key = bv_text_fold(entry->path, &x->arena);
}

static int
by_key(const void *a, const void *b)
{
	return bv_str_cmp((*(struct entry *const *)a)->key, (*(struct entry *const *)b)->key);
}

/* Identifiers that differ in case only cannot be names in one folder of every system. */
static void
place_all(struct export *x)
{
	struct entry **sorted = bv_alloc_array(x->count, sizeof *sorted);

	for (size_t i = 0; i < x->count; i++) {
		sorted[i] = &x->entries[i];
		place(x, sorted[i], !is_plain(sorted[i]->item->identifier));
	}
	qsort(sorted, x->count, sizeof(struct entry *), by_key);
	for (size_t i = 0, same; i < x->count; i += same) {
		for (same = 1; i + same < x->count && bv_str_eq(sorted[i]->key, sorted[i + same]->key);)
			same++;
		for (size_t k = 0; same > 1 && k < same; k++)
			place(x, sorted[i + k], true);
	}
	free(sorted);
}

/* Names that are ours, then those of items without a package, so that neither depends on what came in packages. */
static enum bv_status
places_reserve(struct export *x, struct bv_err *err)
{
	static const uint8_t none[BV_HASH_LEN];
	bool same;

	export_place_take(&x->places, &same, BV_STR("imsmanifest.xml"), none);
	for (unsigned i = 1; i <= BV_EXPORT_ITEMS_MAX / USAGE_ITEMS + 1; i++) {
		char name[40];
		snprintf(name, sizeof name, i > 1 ? "usagedata-%u.xml" : "usagedata.xml", i);
		export_place_take(&x->places, &same, bv_str_of(name), none);
	}
	for (size_t i = 0; i < x->count; i++) {
		BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
		const struct bv_pool_item *item = x->entries[i].item;
		TRY(bv_bank_item_parts(&parts, x->bank, item->identifier, item->language, item->version, err));
		for (size_t k = 0; parts.count > 1 && k < parts.count; k++)
			x->entries[i].packaged |= parts.all[k].role == BV_PART_SELF;
		if (!x->entries[i].packaged)
			export_place_take(&x->places, &same, x->entries[i].path, none);
	}
	return BV_OK;
}

static struct bv_str
below(struct export *x, const char *root, struct bv_str path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(2 * PACKAGE_NAME_MAX);

	bv_buf_printf(&whole, "%s%.*s", root, BV_STR_ARG(path));
	return bv_arena_str(&x->arena, bv_buf_str(&whole));
}

/* An item's file is its own, whatever its bytes: it may be converted. */
static void
self_hash(uint8_t hash[BV_HASH_LEN], const struct bv_pool_item *item)
{
	struct bv_sha256 sha;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, item->identifier.p, item->identifier.len);
	bv_sha256_add(&sha, "", 1);
	bv_sha256_add(&sha, item->language.p, item->language.len);
	bv_sha256_end(&sha, hash);
}

/* Moves the parts below the first of "", "a1/", "a2/" … where all of them can stand as they stood in their package. */
static void
root_find(struct export *x, struct bv_bank_parts *parts, const struct bv_pool_item *item)
{
	char root[20] = "";
	size_t fit = 0;

	for (size_t i = 0; i < parts->count; i++)
		if (parts->all[i].role == BV_PART_SELF)
			self_hash(parts->all[i].hash, item);
	for (unsigned n = 1; fit < parts->count; n++) {
		for (fit = 0; fit < parts->count && export_place_free(&x->places, below(x, root, parts->all[fit].path), parts->all[fit].hash);)
			fit++;
		if (fit < parts->count)
			snprintf(root, sizeof root, "a%u/", n);
	}
	for (size_t i = 0; i < parts->count; i++)
		parts->all[i].path = below(x, root, parts->all[i].path);
}

/* ---- What they bring along ---------------------------------------------------------------------------------------------- */

static void
lost(void *ctx, const struct bv_loss *loss)
{
	struct export *x = ctx;
	struct bv_loss told = *loss;

	*(loss->severity == BV_SEVERITY_ERROR ? &x->counts->refused : &x->counts->losses) += 1;
	told.question = x->current->item->identifier;
	if (x->opts->loss)
		x->opts->loss(x->opts->ctx, &told);
}

static void
stimulus_lost(struct export *x, struct bv_str path, const struct bv_loss *loss)
{
	char message[400];

	snprintf(message, sizeof message, "stimulus '%.*s':%d: %s", BV_STR_ARG(bv_str_sub(path, 0, 100)), loss->line, loss->message);
	lost(x, &(struct bv_loss){ .severity = loss->severity, .message = message });
}

struct stimulus {
	struct export *x;
	struct bv_str path;
};

static void
stimulus_tell(void *ctx, const struct bv_loss *loss)
{
	const struct stimulus *s = ctx;

	stimulus_lost(s->x, s->path, loss);
}

/* The stimulus in x->converted as it goes out; *fault tells when it cannot. */
static enum bv_status
stimulus_make(struct export *x, const struct bv_bank_part *part, bool tell, struct bv_err *fault, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	struct stimulus context = { x, part->path };

	*fault = (struct bv_err){ .status = BV_OK };
	TRY(bv_bank_document_load(&xml, NULL, x->bank, part->hash, err));
	bv_buf_clear(&x->converted);
	if (bv_stimulus_convert(&x->converted, bv_buf_str(&xml), x->opts->version, tell ? stimulus_tell : NULL, &context, fault) == BV_OK)
		fault->status = BV_OK;
	return BV_OK;
}

/* An item goes with its stimuli or not at all: *left when one cannot go. What is lost of them is told when they are written. */
static enum bv_status
stimuli_check(struct export *x, const struct entry *entry, bool *left, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	const struct bv_pool_item *item = entry->item;
	struct bv_err fault;

	*left = false;
	if (!entry->packaged)
		return BV_OK;
	TRY(bv_bank_item_parts(&parts, x->bank, item->identifier, item->language, item->version, err));
	for (size_t i = 0; i < parts.count; i++) {
		if (parts.all[i].role != BV_PART_STIMULUS)
			continue;
		TRY(stimulus_make(x, &parts.all[i], false, &fault, err));
		if (fault.status == BV_OK)
			continue;
		*left = true;
		stimulus_lost(x, parts.all[i].path, &(struct bv_loss){ .severity = BV_SEVERITY_ERROR, .line = fault.line, .message = fault.msg });
	}
	return BV_OK;
}

static enum bv_status
stimulus_export(struct export *x, const struct bv_bank_part *part, struct bv_err *err)
{
	struct bv_err fault;

	TRY(stimulus_make(x, part, true, &fault, err));
	assert(fault.status == BV_OK); /* checked before */
	bv_manifest_file(&x->manifest, x->number++, x->opts->version == BV_QTI_3_0 ? "imsqti_stimulus_xmlv3p0" : "imsqti_stimulus_xmlv2p2", part->path);
	return x->opts->file(x->opts->ctx, part->path, bv_buf_str(&x->converted), false, err);
}

/* A medium or stimulus, unless it is there already. */
static enum bv_status
part_export(struct export *x, const struct bv_bank_part *part, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(PACKAGE_FILE_MAX);
	const char *type = "";
	bool same = true;

	if (!export_place_take(&x->places, &same, part->path, part->hash) || same || part->role == BV_PART_SELF)
		return BV_OK;
	if (part->role == BV_PART_STIMULUS)
		return stimulus_export(x, part, err);
	if (part->role == BV_PART_MEDIA)
		TRY(bv_bank_media_load(&bytes, &type, x->bank, part->hash, err));
	else
		TRY(bv_bank_module_load(&bytes, &type, x->bank, part->hash, err));
	bool packed = part->role == BV_PART_MEDIA && strncmp(type, "text/", 5) != 0 && strcmp(type, "image/svg+xml") != 0;
	return x->opts->file(x->opts->ctx, part->path, bv_buf_str(&bytes), packed, err);
}

/* The files that the item brings; its own path is among them when it came in a package. */
static enum bv_status
parts_export(struct export *x, struct entry *entry, struct bv_str **files, size_t *count, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	const struct bv_pool_item *item = entry->item;

	*count = 0;
	if (!entry->packaged)
		return BV_OK;
	TRY(bv_bank_item_parts(&parts, x->bank, item->identifier, item->language, item->version, err));
	root_find(x, &parts, item);
	*files = bv_arena_array(&x->arena, parts.count, struct bv_str);
	for (size_t i = 0; i < parts.count; i++) {
		TRY(part_export(x, &parts.all[i], err));
		if (parts.all[i].role == BV_PART_SELF)
			entry->path = parts.all[i].path;
		else
			(*files)[(*count)++] = parts.all[i].path;
	}
	return BV_OK;
}

/* ---- Items ------------------------------------------------------------------------------------------------------------- */

/* The document as it goes out; *left when it cannot. */
static enum bv_status
item_make(struct export *x, const struct bv_pool_item *item, bool *left, struct bv_err *err)
{
	enum bv_status status;
	struct bv_err fault;

	*left = false;
	TRY(bv_bank_load_xml(&x->xml, x->bank, item->identifier, item->language, item->version, err));
	if (x->opts->version == BV_QTI_3_0) {
		BV_AUTO(bv_item_free) struct bv_item *parsed = NULL;
		TRY(bv_item_parse(&parsed, bv_buf_str(&x->xml), err));
		if (bv_item_version(parsed) == BV_QTI_3_0)
			return BV_OK;
	}
	bv_buf_clear(&x->converted);
	status = bv_item_convert(&x->converted, bv_buf_str(&x->xml), x->opts->version, lost, x, &fault);
	*left = status != BV_OK;
	if (*left) {
		lost(x, &(struct bv_loss){ .severity = BV_SEVERITY_ERROR, .line = fault.line, .message = fault.msg });
		return BV_OK;
	}
	x->counts->converted += !bv_str_eq(bv_buf_str(&x->xml), bv_buf_str(&x->converted));
	bv_buf_clear(&x->xml);
	bv_buf_add(&x->xml, bv_buf_str(&x->converted));
	return BV_OK;
}

/* An item that did not come in a package has no files in the bank, whatever it refers to: the package can show them no more than the bank.
 */
static enum bv_status
absent_tell(struct export *x, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct package_ref *refs;
	char message[300];
	size_t count;

	TRY(bv_xml_read(&doc, bv_buf_str(&x->xml), BV_XML_ITEM_MAX, err));
	TRY(package_refs(&refs, &count, bv_xml_root(doc), &arena, err));
	for (size_t i = 0; i < count; i++) {
		if (refs[i].optional)
			continue;
		snprintf(message, sizeof message,
		         "'%.*s' is not in the bank: import the item with its package, or the file is missing in this one",
		         BV_STR_ARG(bv_str_sub(refs[i].href, 0, 150)));
		lost(x, &(struct bv_loss){ .severity = BV_SEVERITY_WARNING, .line = refs[i].line, .message = message });
	}
	return BV_OK;
}

static enum bv_status
item_export(struct export *x, struct entry *entry, struct bv_err *err)
{
	struct bv_str *files = NULL;
	size_t count;
	bool left;

	x->current = entry;
	TRY(stimuli_check(x, entry, &left, err));
	if (!left)
		TRY(item_make(x, entry->item, &left, err));
	if (left) {
		entry->item = NULL;
		return BV_OK;
	}
	TRY(parts_export(x, entry, &files, &count, err));
	if (!entry->packaged)
		TRY(absent_tell(x, err));
	TRY(x->opts->file(x->opts->ctx, entry->path, bv_buf_str(&x->xml), false, err));
	bv_manifest_item(&x->manifest, x->number++, x->opts->version,
	                 &(struct bv_manifest_item){ .item = entry->item, .path = entry->path, .files = files, .file_count = count });
	x->counts->items++;
	return BV_OK;
}

/* ---- Usage data -------------------------------------------------------------------------------------------------------- */

static void
statistic(struct bv_buf *out, const char *name, struct bv_str identifier, int32_t thousandths)
{
	int32_t size = thousandths < 0 ? -thousandths : thousandths;

	bv_buf_printf(out, "<ordinaryStatistic name=\"%s\" context=\"urn:bangvang:bank\"><targetObject identifier=\"", name);
	bv_xml_escape(out, identifier);
	bv_buf_printf(out, "\"/><value>%s%d.%03d</value></ordinaryStatistic>\n", thousandths < 0 ? "-" : "", size / 1000, size % 1000);
}

static void
times_used(struct bv_buf *out, const struct bv_pool_item *item)
{
	bv_buf_addz(out, "<ordinaryStatistic name=\"times-used\" context=\"urn:bangvang:bank\"><targetObject identifier=\"");
	bv_xml_escape(out, item->identifier);
	bv_buf_printf(out, "\"/><value>%llu</value></ordinaryStatistic>\n", (unsigned long long)item->used);
}

static int
by_identifier(const void *a, const void *b)
{
	return bv_str_cmp((*(const struct bv_pool_item *const *)a)->identifier, (*(const struct bv_pool_item *const *)b)->identifier);
}

/* The parameters of the items from *next on, as many as go into one document. An item has them once, whatever its languages. */
static enum bv_status
usage_write(struct export *x, const struct bv_pool_item *const *items, size_t count, size_t *next, unsigned document, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_DOCUMENT_MAX);
	char name[40] = "usagedata.xml";

	if (document > 1)
		snprintf(name, sizeof name, "usagedata-%u.xml", document);
	bv_buf_printf(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<usageData xmlns=\"http://www.imsglobal.org/xsd/imsqti_usagedata_v%s\""
	                    " glossary=\"urn:bangvang:statistics\">\n", x->opts->version == BV_QTI_3_0 ? "3p0" : "2p2");
	for (size_t written = 0; *next < count && written < USAGE_ITEMS; ++*next) {
		const struct bv_pool_item *item = items[*next];
		if (*next && bv_str_eq(items[*next - 1]->identifier, item->identifier))
			continue;
		if (item->has_parameters) {
			statistic(&out, "irt-a", item->identifier, item->discrimination);
			statistic(&out, "irt-b", item->identifier, item->difficulty);
		}
		if (item->used)
			times_used(&out, item);
		written++;
	}
	bv_buf_addz(&out, "</usageData>\n");
	TRY(bv_buf_check(&out, err));
	bv_manifest_file(&x->manifest, x->number++, x->opts->version == BV_QTI_3_0 ? "qtiusagedata/xml" : "webcontent", bv_str_of(name));
	return x->opts->file(x->opts->ctx, bv_str_of(name), bv_buf_str(&out), false, err);
}

static enum bv_status
usage_export(struct export *x, struct bv_err *err)
{
	const struct bv_pool_item **items = bv_alloc_array(x->count, sizeof *items);
	enum bv_status status = BV_OK;
	size_t count = 0;

	for (size_t i = 0; i < x->count; i++)
		if (x->entries[i].item && (x->entries[i].item->has_parameters || x->entries[i].item->used))
			items[count++] = x->entries[i].item;
	if (count)
		qsort(items, count, sizeof *items, by_identifier);
	unsigned document = 1;
	for (size_t next = 0; status == BV_OK && next < count; document++)
		status = usage_write(x, items, count, &next, document, err);
	free(items);
	return status;
}

/* ---- The whole --------------------------------------------------------------------------------------------------------- */

enum bv_status
bv_bank_export(struct bv_bank *bank, const struct bv_bank_filter *filter, const struct bv_export_opts *opts, struct bv_export_counts *counts,
               struct bv_err *err)
{
	BV_AUTO(export_finish) struct export x = {
		.bank = bank,
		.opts = opts,
		.counts = counts,
		.manifest = BV_BUF(BV_XML_LARGE_MAX),
		.xml = BV_BUF(BV_XML_ITEM_MAX),
		.converted = BV_BUF(BV_XML_ITEM_MAX),
		.number = 1,
	};

	*counts = (struct bv_export_counts){ 0 };
	TRY(gather(&x, filter, err));
	place_all(&x);
	TRY(places_reserve(&x, err));
	bv_manifest_begin(&x.manifest, opts->version);
	for (size_t i = 0; i < x.count; i++)
		TRY(item_export(&x, &x.entries[i], err));
	TRY(usage_export(&x, err));
	bv_manifest_end(&x.manifest);
	TRY(bv_buf_check(&x.manifest, err));
	return opts->file(opts->ctx, BV_STR("imsmanifest.xml"), bv_buf_str(&x.manifest), false, err);
}

/* The caller's loss() goes with the caller's context, file() with the archive. */
struct zipping {
	struct package_writer *writer;
	const struct bv_export_opts *opts;
};

static enum bv_status
zip_file(void *ctx, struct bv_str path, struct bv_str bytes, bool packed, struct bv_err *err)
{
	return package_writer_add(((struct zipping *)ctx)->writer, path, bytes, !packed, err);
}

static void
zip_loss(void *ctx, const struct bv_loss *loss)
{
	const struct bv_export_opts *opts = ((struct zipping *)ctx)->opts;

	if (opts->loss)
		opts->loss(opts->ctx, loss);
}

enum bv_status
bv_bank_export_zip(struct bv_buf *out, struct bv_bank *bank, const struct bv_bank_filter *filter, const struct bv_export_opts *opts,
                   struct bv_export_counts *counts, struct bv_err *err)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	struct zipping zipping = { writer, opts };
	const struct bv_export_opts own = { opts->version, zip_file, zip_loss, &zipping, opts->current };

	TRY(bv_bank_export(bank, filter, &own, counts, err));
	return package_writer_finish(writer, out, err);
}

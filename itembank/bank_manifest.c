/* What the LOM metadata of a manifest say of an item. doc/bank.md has the elements. */
#include <stdlib.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/bank.h"
#include "itembank/value.h"
#include "itembank/manifest.h"

enum { AUTHOR_MAX = 255, EXPECTED_MAX = 86400 };

void
bank_files_finish(struct bank_files *files)
{
	free(files->all);
	bv_arena_finish(&files->arena);
}

struct bank_file *
bank_files_add(struct bank_files *files, struct bv_str path)
{
	if (files->count == files->cap) {
		files->cap = files->cap ? files->cap * 2 : 256;
		files->all = bv_resize_array(files->all, files->cap, sizeof *files->all);
	}
	struct bank_file *file = &files->all[files->count++];
	*file = (struct bank_file){ .path = bv_arena_str(&files->arena, path).p };
	return file;
}

/* The value of a LOM element at a path of local names below node, trimmed; empty if there is none. *line is set where there is one. */
static struct bv_str
value_at(const struct bv_xml_node *node, const char *const *names, struct bv_arena *arena, int *line)
{
	for (; node && *names; names++)
		node = bv_xml_child(node, *names);
	if (!node)
		return BV_STR_NONE;
	*line = node->line;
	return bv_str_trim(bv_xml_text(node, arena));
}
#define VALUE_AT(node, arena, line, ...) value_at((node), (const char *const[]){ __VA_ARGS__, NULL }, (arena), (line))

static const struct bv_xml_node *
next_named(const struct bv_xml_node *node, const char *name)
{
	node = bv_xml_element(node);
	while (node && !bv_str_is(node->name, name))
		node = bv_xml_element(node->next);
	return node;
}
#define EACH_CHILD(child, parent, name) \
	const struct bv_xml_node *child = next_named((parent)->first, (name)); \
	child; \
	child = next_named(child->next, (name))

static bool
is_path(struct bv_str s, bool digits_only)
{
	bool dot = true;

	if (!s.len || s.len > BANK_PATH_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool digit = c >= '0' && c <= '9', letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
		if (c == '.' && dot)
			return false;
		if (c != '.' && !digit && (digits_only || !letter))
			return false;
		dot = c == '.';
	}
	return !dot;
}

/* The id of the last taxon, which is the narrowest. */
static struct bv_str
taxon_id(const struct bv_xml_node *path, struct bv_arena *arena, int *line)
{
	struct bv_str id = BV_STR_NONE;

	for (EACH_CHILD(taxon, path, "taxon"))
		id = VALUE_AT(taxon, arena, line, "id");
	return id;
}

static enum bv_status
read_competence(struct bank_metadata *m, const struct bv_xml_node *path, struct bv_str source, struct bv_arena *arena, struct bv_err *err)
{
	/* Modules of the circular, or the six situational directions of the decision: both say where in the bank an item has its place. */
	bool module = bv_str_is(source, "TT 03/2014") || bv_str_is(source, "146/QĐ-TTg");
	struct bv_str *out = module ? &m->competence : &m->component;
	int line = path->line;

	if (!module && !bv_str_is(source, "TT 02/2025") && !bv_str_is(source, "DigComp 2.2"))
		return BV_OK;
	struct bv_str id = taxon_id(path, arena, &line);
	if (!is_path(id, !module))
		return bv_err_at(err, BV_EINVAL, line, "'%.*s' is no id of %.*s: %s expected", BV_STR_ARG(bv_str_sub(id, 0, 40)),
		                 BV_STR_ARG(source), module ? "a path like IU01.1" : "a component like 1.2");
	if (out->len && !bv_str_eq(*out, id))
		return bv_err_at(err, BV_EINVAL, line, "'%.*s' contradicts '%.*s' above: an item belongs to one place",
		                 BV_STR_ARG(id), BV_STR_ARG(*out));
	*out = id;
	return BV_OK;
}

static enum bv_status
read_classification(struct bank_metadata *m, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	int line = node->line;
	struct bv_str purpose = VALUE_AT(node, arena, &line, "purpose", "value");

	for (EACH_CHILD(path, node, "taxonPath")) {
		line = path->line;
		struct bv_str source = VALUE_AT(path, arena, &line, "source");
		if (bv_str_is(purpose, "competency"))
			TRY(read_competence(m, path, source, arena, err));
		if (bv_str_is(purpose, "educational level") && bv_str_is(source, "Bloom-VN")) {
			struct bv_str id = taxon_id(path, arena, &line);
			if (bv_cognitive_parse(&m->level, id, err) != BV_OK)
				return bv_err_at(err, BV_EINVAL, line, "%s", err->msg);
		}
	}
	return BV_OK;
}

static enum bv_status
read_difficulty(struct bank_metadata *m, const struct bv_xml_node *educational, struct bv_arena *arena, struct bv_err *err)
{
	static const char *const steps[] = { "very easy", "easy", "medium", "difficult", "very difficult" };
	int line = 0;
	struct bv_str value = VALUE_AT(educational, arena, &line, "difficulty", "value");

	if (!line)
		return BV_OK;
	for (uint32_t i = 0; i < BV_COUNT(steps); i++)
		if (bv_str_is(value, steps[i])) {
			m->difficulty_step = i + 1;
			return BV_OK;
		}
	return bv_err_at(err, BV_EINVAL, line, "'%.*s' is no difficulty of LOM: very easy, easy, medium, difficult or very difficult",
	                 BV_STR_ARG(bv_str_sub(value, 0, 40)));
}

/* ISO 8601 without years, months and fractions: P1DT2H3M4S. */
static bool
parse_duration(struct bv_str s, uint32_t *seconds)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_value v;
	struct bv_err err;

	if (!bv_str_starts(s, BV_STR("P")) || bv_value_parse(&v, BV_TYPE_DURATION, s, &arena, &err) != BV_OK)
		return false;
	*seconds = v.one.real <= EXPECTED_MAX ? (uint32_t)v.one.real : 0;
	return *seconds >= 1 && *seconds == v.one.real;
}

static enum bv_status
read_educational(struct bank_metadata *m, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	int line = 0;

	TRY(read_difficulty(m, node, arena, err));
	struct bv_str duration = VALUE_AT(node, arena, &line, "typicalLearningTime", "duration");
	if (line && !parse_duration(duration, &m->expected_s))
		return bv_err_at(err, BV_EINVAL, line, "'%.*s' is no duration from PT1S to PT24H (ISO 8601)",
		                 BV_STR_ARG(bv_str_sub(duration, 0, 40)));
	return BV_OK;
}

/* The formatted name of a vCard (RFC 6350 FN), or the text itself. */
static struct bv_str
person(struct bv_str entity)
{
	if (!bv_str_starts(entity, BV_STR("BEGIN:VCARD")))
		return entity;
	while (entity.len) {
		struct bv_str line = bv_str_sub(entity, 0, bv_str_find(entity, '\n'));
		entity = bv_str_sub(entity, line.len + 1, entity.len);
		line = bv_str_trim(line);
		if (bv_str_starts(line, BV_STR("FN:")) || bv_str_starts(line, BV_STR("FN;")))
			return bv_str_trim(bv_str_sub(line, bv_str_find(line, ':') + 1, line.len));
	}
	return BV_STR_NONE;
}

static enum bv_status
read_author(struct bank_metadata *m, const struct bv_xml_node *life_cycle, struct bv_arena *arena, struct bv_err *err)
{
	for (EACH_CHILD(contribute, life_cycle, "contribute")) {
		int line = contribute->line;
		if (!bv_str_is(VALUE_AT(contribute, arena, &line, "role", "value"), "author"))
			continue;
		struct bv_str name = person(VALUE_AT(contribute, arena, &line, "entity"));
		if (!name.len || name.len > AUTHOR_MAX)
			return bv_err_at(err, BV_EINVAL, line, "the author's entity needs a name of 1 to %d bytes: plain, or FN of a vCard", AUTHOR_MAX);
		TRY(bv_text_nfc(&m->author, name, arena, err));
		return BV_OK;
	}
	return BV_OK;
}

static int
str_order(const void *a, const void *b)
{
	return bv_str_cmp(*(const struct bv_str *)a, *(const struct bv_str *)b);
}

static enum bv_status
read_enemies(struct bank_metadata *m, const struct bv_xml_node *lom, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str enemies[BANK_ENEMIES_MAX];
	struct bv_buf joined = BV_BUF(BANK_ENEMIES_MAX * (BV_ITEM_IDENTIFIER_MAX + 1));
	size_t count = 0;

	for (EACH_CHILD(relation, lom, "relation")) {
		int line = relation->line;
		if (!bv_str_is(VALUE_AT(relation, arena, &line, "kind", "value"), "enemy"))
			continue;
		struct bv_str entry = VALUE_AT(relation, arena, &line, "resource", "identifier", "entry");
		struct bv_str rest = entry, word;
		if (!entry.len || entry.len > BV_ITEM_IDENTIFIER_MAX || !bv_str_token(&rest, &word) || rest.len)
			return bv_err_at(err, BV_EINVAL, line, "an enemy needs the identifier of an item in resource/identifier/entry");
		if (count == BANK_ENEMIES_MAX)
			return bv_err_at(err, BV_ELIMIT, line, "more than %d enemies", BANK_ENEMIES_MAX);
		enemies[count++] = entry;
	}
	qsort(enemies, count, sizeof *enemies, str_order);
	for (size_t i = 0; i < count; i++)
		if (!i || !bv_str_eq(enemies[i], enemies[i - 1])) {
			bv_buf_addz(&joined, joined.len ? " " : "");
			bv_buf_add(&joined, enemies[i]);
		}
	m->enemies = bv_arena_str(arena, bv_buf_str(&joined));
	bv_buf_finish(&joined);
	return BV_OK;
}

/* A tag as it is written and as it is compared. */
struct tag {
	struct bv_str text, folded;
};

static int
by_folded(const void *a, const void *b)
{
	return bv_str_cmp(((const struct tag *)a)->folded, ((const struct tag *)b)->folded);
}

static enum bv_status
read_tag(struct tag *tag, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BANK_TAG_MAX);
	struct bv_str word;

	for (struct bv_str rest = bv_xml_text(node, arena); bv_str_token(&rest, &word);) {
		bv_buf_addz(&text, text.len ? " " : "");
		bv_buf_add(&text, word);
	}
	if (!text.len || text.full)
		return bv_err_at(err, BV_EINVAL, node->line, "a keyword has 1 to %d bytes", BANK_TAG_MAX);
	TRY(bv_text_nfc(&tag->text, bv_arena_str(arena, bv_buf_str(&text)), arena, err));
	tag->folded = bv_text_fold(tag->text, arena);
	return BV_OK;
}

/* general/keyword: each of its strings is a tag; the same word in another case is the same tag. */
static enum bv_status
read_tags(struct bank_metadata *m, const struct bv_xml_node *lom, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf joined = BV_BUF(BANK_TAGS_MAX * (BANK_TAG_MAX + 1));
	const struct bv_xml_node *general = bv_xml_child(lom, "general");
	struct tag tags[BANK_TAGS_MAX];
	size_t count = 0;

	for (const struct bv_xml_node *keyword = general ? next_named(general->first, "keyword") : NULL; keyword;
	     keyword = next_named(keyword->next, "keyword")) {
		const struct bv_xml_node *inner = bv_xml_element(keyword->first), *text = inner ? inner : keyword;
		for (; text; text = text == keyword ? NULL : bv_xml_element(text->next)) {
			if (count == BANK_TAGS_MAX)
				return bv_err_at(err, BV_ELIMIT, text->line, "more than %d keywords", BANK_TAGS_MAX);
			TRY(read_tag(&tags[count++], text, arena, err));
		}
	}
	qsort(tags, count, sizeof *tags, by_folded);
	for (size_t i = 0; i < count; i++)
		if (!i || !bv_str_eq(tags[i].folded, tags[i - 1].folded)) {
			bv_buf_addz(&joined, joined.len ? "\n" : "");
			bv_buf_add(&joined, tags[i].text);
		}
	m->tags = bv_arena_str(arena, bv_buf_str(&joined));
	return BV_OK;
}

/* The relation to the item that it was translated from: same identifier, another language. */
static enum bv_status
read_original(struct bank_metadata *m, const struct bv_xml_node *lom, struct bv_arena *arena, struct bv_err *err)
{
	for (EACH_CHILD(relation, lom, "relation")) {
		int line = relation->line;
		if (!bv_str_is(VALUE_AT(relation, arena, &line, "kind", "value"), "translation"))
			continue;
		struct bv_str entry = VALUE_AT(relation, arena, &line, "resource", "identifier", "entry");
		BV_AUTO(bv_buf_finish) struct bv_buf tag = BV_BUF(BANK_PATH_MAX);
		if (!bank_language_write(&tag, entry) || m->original.len)
			return bv_err_at(err, BV_EINVAL, line, "a translation needs one language tag, that of its original, in resource/identifier/entry");
		m->original = bv_arena_str(arena, bv_buf_str(&tag));
	}
	return BV_OK;
}

static bool
are_tags(struct bv_str tags)
{
	for (size_t count = 1; tags.len; count++) {
		struct bv_str tag = bv_str_sub(tags, 0, bv_str_find(tags, '\n'));
		if (!tag.len || tag.len > BANK_TAG_MAX || count > BANK_TAGS_MAX || !bv_text_valid(tag))
			return false;
		tags = bv_str_sub(tags, tag.len + 1, tags.len);
	}
	return true;
}

static bool
is_language(struct bv_str tag)
{
	BV_AUTO(bv_buf_finish) struct bv_buf same = BV_BUF(BANK_PATH_MAX);

	return bank_language_write(&same, tag) && bv_str_eq(bv_buf_str(&same), tag);
}

bool
bank_metadata_good(const struct bank_metadata *m)
{
	struct bv_str rest = m->enemies, enemy;
	size_t enemies = 0;

	if (!are_tags(m->tags) || (m->original.len && !is_language(m->original)))
		return false;
	while (bv_str_token(&rest, &enemy))
		if (enemy.len > BV_ITEM_IDENTIFIER_MAX || ++enemies > BANK_ENEMIES_MAX)
			return false;
	return (!m->competence.len || is_path(m->competence, false)) && (!m->component.len || is_path(m->component, true)) &&
	       m->author.len <= AUTHOR_MAX && bv_text_valid(m->author) && bv_text_valid(m->enemies) && m->level <= BV_COGNITIVE_APPLY &&
	       m->difficulty_step <= 5 && m->expected_s <= EXPECTED_MAX;
}

enum bv_status
bank_lom_read(struct bank_metadata *m, const struct bv_xml_node *lom, struct bv_arena *arena, struct bv_err *err)
{
	int line = lom->line;

	m->language = VALUE_AT(lom, arena, &line, "general", "language");
	if (m->language.len > BANK_PATH_MAX)
		return bv_err_at(err, BV_EINVAL, line, "a language tag (BCP 47) has at most %d bytes", BANK_PATH_MAX);
	for (EACH_CHILD(life_cycle, lom, "lifeCycle"))
		TRY(read_author(m, life_cycle, arena, err));
	for (EACH_CHILD(educational, lom, "educational"))
		TRY(read_educational(m, educational, arena, err));
	for (EACH_CHILD(classification, lom, "classification"))
		TRY(read_classification(m, classification, arena, err));
	TRY(read_tags(m, lom, arena, err));
	TRY(read_original(m, lom, arena, err));
	return read_enemies(m, lom, arena, err);
}

/* The strings of m are in the document: moves them to the arena of the files. */
const struct bank_metadata *
bank_metadata_keep(const struct bank_metadata *m, struct bv_arena *arena)
{
	struct bank_metadata *kept = bv_arena_alloc(arena, sizeof *kept);

	*kept = *m;
	kept->competence = bv_arena_str(arena, m->competence);
	kept->component = bv_arena_str(arena, m->component);
	kept->author = bv_arena_str(arena, m->author);
	kept->language = bv_arena_str(arena, m->language);
	kept->enemies = bv_arena_str(arena, m->enemies);
	kept->tags = bv_arena_str(arena, m->tags);
	kept->original = bv_arena_str(arena, m->original);
	return kept;
}

/* A file of the folder that a manifest lists. */
static enum bv_status
add_file(struct bank_files *files, const struct manifest_resource *r, struct bv_str folder, const char *manifest, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(8192);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bank_metadata metadata = { 0 };

	bv_buf_add(&path, folder);
	bv_buf_add(&path, r->path);
	TRY(bv_buf_check(&path, err));
	struct bank_file *file = bank_files_add(files, bv_buf_str(&path));
	file->manifest = manifest;
	file->line = r->line;
	/* Usage data are found by their root element, wherever they are listed. */
	file->role = r->kind == MANIFEST_ITEM ? BANK_FILE_ITEM : r->kind == MANIFEST_USAGE ? BANK_FILE_FOUND : BANK_FILE_OTHER;
	if (r->kind != MANIFEST_ITEM || (!r->fault && !r->lom))
		return BV_OK;
	file->refused = true;
	if (r->fault) {
		*err = *r->fault;
		return err->status;
	}
	if (bank_lom_read(&metadata, r->lom, &arena, err) != BV_OK)
		return bv_err_mark(err, "bad-metadata");
	file->refused = false;
	file->metadata = bank_metadata_keep(&metadata, &files->arena);
	return BV_OK;
}

enum bv_status
bank_manifest_parse(struct bank_files *files, const char *path, struct bv_str xml, const struct bv_import_opts *opts,
                    struct bv_import_counts *counts, struct bv_err *err)
{
	BV_AUTO(manifest_finish) struct manifest manifest = { 0 };
	struct bv_str folder = package_folder(bv_str_of(path));

	TRY(manifest_read(&manifest, xml, NULL, NULL, err));
	for (size_t i = 0; i < manifest.count; i++) {
		const struct manifest_resource *r = &manifest.resources[i];
		enum bv_status status = BV_OK;
		if (r->path.len)
			status = add_file(files, r, folder, path, err);
		else if (r->fault)
			*err = *r->fault, status = err->status;
		if (status == BV_OK)
			continue;
		counts->refused++;
		bv_err_mark(err, "bad-manifest");
		if (opts->refuse)
			opts->refuse(opts->ctx, path, err);
	}
	return BV_OK;
}

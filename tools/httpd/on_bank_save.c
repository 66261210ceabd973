/* What an author has written becomes a new item of the bank, or the next version of one, by the bank's own rules. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/xml.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

enum { FILES_MAX = 100, FILE_BASE64_MAX = 7 << 20, TAGS_MAX = 64, ENEMIES_MAX = 64, NOTES_MAX = 50 };

static const char *const levels[] = { "", "nhan-biet", "thong-hieu", "van-dung", NULL };
static const struct schema tag_element = { NULL, SCHEMA_STRING, 1, 255, .doc = "A keyword." };
static const struct schema enemy_element = { NULL, SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .doc = "An identifier." };
static const struct schema metadata_members[] = {
	{ "competence", SCHEMA_STRING, 0, 32, .doc = "As IU01.1." },
	{ "component", SCHEMA_STRING, 0, 32, .doc = "Of TT 02/2025 and DigComp 2.2, as 1.2." },
	{ "level", SCHEMA_STRING, 0, 20, .choices = levels, .doc = "The cognitive level; empty: not said." },
	{ "difficultyStep", SCHEMA_INT, 0, 5, .doc = "What the author expects: 1 very easy to 5 very difficult, 0 not said." },
	{ "expectedSeconds", SCHEMA_INT, 0, 86400, .doc = "What a candidate is expected to take; 0: not said." },
	{ "author", SCHEMA_STRING, 0, 255, .doc = "Who has written it." },
	{ "tags", SCHEMA_ARRAY, 0, TAGS_MAX, .of = &tag_element, .doc = "Keywords." },
	{ "enemies", SCHEMA_ARRAY, 0, ENEMIES_MAX, .of = &enemy_element, .doc = "Items that must not be on the same form." },
	{ 0 },
};
static const struct schema file_members[] = {
	{ "href", SCHEMA_STRING, 1, 300, .doc = "As the item names it: a name below the item's own folder." },
	{ "bytes", SCHEMA_STRING, 1, FILE_BASE64_MAX, .doc = "Its bytes, base64." },
	{ 0 },
};
static const struct schema file_element = { NULL, SCHEMA_OBJECT, .of = file_members };
static const struct schema body_members[] = {
	{ "identifier", SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .doc = "As the document says it." },
	{ "language", SCHEMA_STRING, 1, 32, .doc = "As the document says it." },
	{ "base", SCHEMA_INT, 0, UINT32_MAX, .doc = "The version that was edited, which must still be the current one; 0: a new item." },
	{ "xml", SCHEMA_STRING, 1, BV_XML_ITEM_MAX, .format = FORMAT_LINES, .doc = "The QTI document." },
	{ "metadata", SCHEMA_OBJECT, .of = metadata_members, .optional = true, .doc = "From now on; not there: as they are. A new item needs it." },
	{ "files", SCHEMA_ARRAY, 0, FILES_MAX, .of = &file_element, .optional = true, .doc = "New files that it refers to." },
	{ 0 },
};
const struct schema bank_save_body = { NULL, SCHEMA_OBJECT, .of = body_members };

static const struct schema note_members[] = {
	{ "line", SCHEMA_INT, 0, INT32_MAX, .doc = "Where in the document; 0: nowhere in particular." },
	{ "message", SCHEMA_STRING, 0, 1000, .doc = "What is odd." },
	{ 0 },
};
static const struct schema note_element = { NULL, SCHEMA_OBJECT, .of = note_members };
static const struct schema answer_members[] = {
	{ "identifier", SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .doc = "Of the item." },
	{ "language", SCHEMA_STRING, 1, 32, .doc = "Its language." },
	{ "version", SCHEMA_INT, 1, UINT32_MAX, .doc = "The current version now." },
	{ "hash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "What identifies it (doc/bank.md)." },
	{ "changed", SCHEMA_BOOL, .doc = "False: the document was the same, and no version was made." },
	{ "notes", SCHEMA_ARRAY, 0, NOTES_MAX, .of = &note_element, .doc = "What is odd and has kept nothing from being saved." },
	{ 0 },
};
const struct schema bank_save_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

/* One request. */
struct saving {
	struct bv_bank_edit edit;
	struct bv_pool_item metadata;
	struct bv_edit_file files[FILES_MAX];
	struct bv_buf bytes[FILES_MAX];
	struct bv_json *notes;
	struct bv_arena arena;
};

static void
saving_finish(struct saving *s)
{
	for (size_t i = 0; i < s->edit.file_count; i++)
		bv_buf_finish(&s->bytes[i]);
	bv_json_free(s->notes);
	bv_arena_finish(&s->arena);
}
BV_AUTO_DEFINE_FINISH(struct saving, saving_finish)

static void
on_note(void *ctx, const struct bv_err *err)
{
	struct saving *s = ctx;

	if (bv_json_count(s->notes) == NOTES_MAX)
		return;
	struct bv_json *note = bv_json_add(s->notes, bv_json_new_object());
	bv_json_set_int(note, "line", err->line > 0 ? err->line : 0);
	bv_json_set(note, "message", bv_json_new_text(bv_str_of(err->msg)));
}

static const struct bv_str *
strings(const struct bv_json *list, struct bv_arena *arena)
{
	struct bv_str *all = bv_arena_array(arena, bv_json_count(list), struct bv_str);

	for (size_t i = 0; i < bv_json_count(list); i++)
		all[i] = bv_json_str(bv_json_at(list, i));
	return all;
}

/* False has answered. */
static bool
take_metadata(struct saving *s, struct exchange *x)
{
	const struct bv_json *m = bv_json_find(x->json, "metadata");
	struct bv_str level = bv_json_str(bv_json_find(m, "level"));
	struct bv_err err;

	if (!m)
		return true;
	s->metadata = (struct bv_pool_item){
		.competence = bv_json_str(bv_json_find(m, "competence")),
		.component = bv_json_str(bv_json_find(m, "component")),
		.difficulty_step = (uint32_t)bv_json_int(bv_json_find(m, "difficultyStep")),
		.expected_s = (uint32_t)bv_json_int(bv_json_find(m, "expectedSeconds")),
		.author = bv_json_str(bv_json_find(m, "author")),
		.tags = strings(bv_json_find(m, "tags"), &s->arena),
		.tag_count = bv_json_count(bv_json_find(m, "tags")),
		.enemies = strings(bv_json_find(m, "enemies"), &s->arena),
		.enemy_count = bv_json_count(bv_json_find(m, "enemies")),
	};
	s->edit.metadata = &s->metadata;
	if (!level.len || bv_cognitive_parse(&s->metadata.level, level, &err) == BV_OK)
		return true;
	edge_fail(x, &err);
	return false;
}

/* False has answered. */
static bool
take_files(struct saving *s, struct exchange *x)
{
	const struct bv_json *files = bv_json_find(x->json, "files");
	char pointer[40];

	s->edit.files = s->files;
	for (size_t i = 0; i < bv_json_count(files); i++) {
		s->bytes[i] = BV_BUF(FILE_BASE64_MAX);
		s->edit.file_count++;
		s->files[i].href = bv_json_str(bv_json_find(bv_json_at(files, i), "href"));
		if (!bv_base64_parse(&s->bytes[i], bv_json_str(bv_json_find(bv_json_at(files, i), "bytes")))) {
			snprintf(pointer, sizeof pointer, "/files/%zu/bytes", i);
			problem_invalid(x, pointer, "không phải base64", "is not base64");
			return false;
		}
		s->files[i].bytes = bv_buf_str(&s->bytes[i]);
	}
	return true;
}

/* Where the item is, and where it is to be: both must be the account's. False has answered. */
static bool
check_rights(struct saving *s, struct exchange *x, struct bank_desk *desk)
{
	BV_AUTO(bv_json_free) struct bv_json *about = NULL;

	if (!s->edit.base && !s->edit.metadata) {
		problem_invalid(x, "/metadata", "câu hỏi mới phải có", "a new item needs it");
		return false;
	}
	if (s->edit.base && !bank_desk_show(&about, desk, x, ROLES_BANK_WRITE, s->edit.identifier, s->edit.language))
		return false;
	if (about) /* what a translation was made from is not for a form */
		s->metadata.original = bv_arena_str(&s->arena, bv_json_str(bv_json_find(about, "translationOf")));
	if (!s->edit.metadata || bank_desk_may(desk, ROLES_BANK_WRITE, s->metadata.competence))
		return true;
	problem_answer(x, "denied", "this account writes no items of the competence '%.*s'", BV_STR_ARG(bv_str_sub(s->metadata.competence, 0, 60)));
	return false;
}

static void
answer(struct exchange *x, const struct saving *s, const struct bv_bank_saved *saved)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	exchange_json(x, 200);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "identifier", s->edit.identifier);
	bv_json_pen_str(&pen, "language", s->edit.language);
	bv_json_pen_int(&pen, "version", saved->version);
	bv_json_pen_hex(&pen, "hash", saved->hash, sizeof saved->hash);
	bv_json_pen_bool(&pen, "changed", saved->changed);
	bv_json_pen_name(&pen, BV_STR("notes"));
	bv_json_write(pen.out, s->notes);
	pen.named = false;
	pen.more = true;
	bv_json_pen_close(&pen, '}');
}

void
on_bank_save(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(saving_finish) struct saving s = { .notes = bv_json_new_array() };
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	struct bv_bank_saved saved;
	struct bv_err err;

	if (!bank_desk_open(&desk, x, sql, BV_BANK_WRITE))
		return;
	s.edit = (struct bv_bank_edit){
		.xml = bv_json_str(bv_json_find(x->json, "xml")),
		.identifier = bv_json_str(bv_json_find(x->json, "identifier")),
		.language = bv_json_str(bv_json_find(x->json, "language")),
		.base = (uint32_t)bv_json_int(bv_json_find(x->json, "base")),
		.doing = { .who = bv_str_of(desk.account.name), .now_s = bv_clock_now_s() },
		.note = on_note,
		.ctx = &s,
	};
	if (!take_metadata(&s, x) || !take_files(&s, x) || !check_rights(&s, x, &desk))
		return;
	enum bv_status status = bv_bank_save(&saved, desk.bank, &s.edit, &err);
	if (status == BV_OK)
		answer(x, &s, &saved);
	else if (err.line > 0 && (status == BV_EINVAL || status == BV_EPARSE || status == BV_ELIMIT))
		problem_answer(x, "invalid", "line %d: %s", err.line, err.msg);
	else
		bank_desk_fail(x, &err);
}

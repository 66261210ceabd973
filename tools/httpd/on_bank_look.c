/* An item that is being written, looked at: what is wrong with it and where, how a candidate sees it, what an answer scores. */
#include "base/mem.h"
#include "base/xml.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/bank_look.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

static const char *const views[] = { "author", "candidate", "proctor", "scorer", "testConstructor", "tutor", NULL };

static const struct schema file_members[] = {
	{ "href", SCHEMA_STRING, 1, 300, .doc = "As the item names it: a name below the item's own folder." },
	{ "hash", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "SHA-256 of its bytes." },
	{ 0 },
};
static const struct schema file_element = { NULL, SCHEMA_OBJECT, .of = file_members };
static const struct schema attempt_element = { NULL, SCHEMA_OBJECT, .doc = "Responses by the page's names: {\"r1\":{\"base\":{\"identifier\":\"c…\"}}}." };
static const struct schema body_members[] = {
	{ "identifier", SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .optional = true, .doc = "The item that it was made from; not there: a new one." },
	{ "language", SCHEMA_STRING, 0, 32, .optional = true, .doc = "Its language." },
	{ "version", SCHEMA_INT, 0, UINT32_MAX, .optional = true, .doc = "The version that it was made from, whose files count; the current one if not said." },
	{ "xml", SCHEMA_STRING, 0, BV_XML_ITEM_MAX, .format = FORMAT_LINES, .optional = true, .doc = "What was typed; not there: what that version has." },
	{ "files", SCHEMA_ARRAY, 0, LOOK_FILES_MAX, .of = &file_element, .optional = true, .doc = "New files." },
	{ "seed", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .optional = true, .doc = "Which clone of an item with template processing." },
	{ "attempts", SCHEMA_ARRAY, 0, LOOK_ATTEMPTS_MAX, .of = &attempt_element, .optional = true, .doc = "Tried one after the other: what comes of it is answered, and nothing stored." },
	{ "view", SCHEMA_STRING, 1, 20, .choices = views, .optional = true, .doc = "Whose page: that of candidates if not said." },
	{ 0 },
};
const struct schema bank_look_body = { NULL, SCHEMA_OBJECT, .of = body_members };

static const struct schema finding_members[] = {
	{ "of", SCHEMA_STRING, 1, 20, .doc = "item: it is wrong; craft: it could be better (doc/lint.md); access: not everybody can use it." },
	{ "severity", SCHEMA_STRING, 1, 20, .doc = "error or warning." },
	{ "rule", SCHEMA_STRING, 1, 60, .doc = "Its stable name (doc/diagnostics.md)." },
	{ "line", SCHEMA_INT, 1, INT32_MAX, .optional = true, .doc = "Where in the document." },
	{ "message", SCHEMA_STRING, 0, 1000, .doc = "What exactly." },
	{ "vi", SCHEMA_STRING, 0, 500, .optional = true, .doc = "The rule in Vietnamese." },
	{ "en", SCHEMA_STRING, 0, 500, .optional = true, .doc = "The rule in English." },
	{ 0 },
};
static const struct schema finding_element = { NULL, SCHEMA_OBJECT, .of = finding_members };
static const struct schema answer_members[] = {
	{ "findings", SCHEMA_ARRAY, 0, INT32_MAX, .of = &finding_element, .doc = "What is wrong, and what could be better." },
	{ "good", SCHEMA_BOOL, .doc = "Would the bank take it?" },
	{ "item", SCHEMA_OBJECT, .optional = true, .doc = "identifier, title, language, qti, adaptive, clones, machineScorable, maxScore, interactions, access." },
	{ "page", SCHEMA_ANY, .optional = true, .doc = "JsonML, as a candidate gets it (doc/delivery.md)." },
	{ "pageFault", SCHEMA_OBJECT, .optional = true, .doc = "Why there is no page: line, message." },
	{ "solution", SCHEMA_OBJECT, .optional = true, .doc = "The key by the page's names." },
	{ "outcomes", SCHEMA_OBJECT, .optional = true, .doc = "Of the last attempt." },
	{ "attempts", SCHEMA_INT, 0, LOOK_ATTEMPTS_MAX, .optional = true, .doc = "Those that counted." },
	{ "completed", SCHEMA_BOOL, .optional = true, .doc = "An adaptive item offers no further attempt." },
	{ "invalid", SCHEMA_OBJECT, .optional = true, .doc = "Why the last attempt could not be submitted where validity is demanded: message." },
	{ 0 },
};
const struct schema bank_look_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

/* ---- What it was made from ---- */

struct made {
	struct look look;
	struct bv_bank_parts parts;
	struct bv_buf xml;
	struct bv_arena arena;
};

static void
made_finish(struct made *made)
{
	look_finish(&made->look);
	bv_bank_parts_finish(&made->parts);
	bv_buf_finish(&made->xml);
	bv_arena_finish(&made->arena);
}
BV_AUTO_DEFINE_FINISH(struct made, made_finish)

static enum bv_status
load_stimuli(struct made *made, struct bv_bank *bank, struct bv_err *err)
{
	for (size_t i = 0; i < made->parts.count; i++) {
		const struct bv_bank_part *part = &made->parts.all[i];
		if (part->role == BV_PART_SELF)
			made->look.path = part->path;
		if (part->role != BV_PART_STIMULUS || made->look.stimulus_count == LOOK_STIMULI_MAX)
			continue;
		struct look_stimulus *stimulus = &made->look.stimuli[made->look.stimulus_count++];
		*stimulus = (struct look_stimulus){ part->path, BV_BUF(BV_XML_ITEM_MAX) };
		TRY(bv_bank_document_load(&stimulus->xml, NULL, bank, part->hash, err));
	}
	return BV_OK;
}

/* False has answered. */
static bool
load_version(struct made *made, struct exchange *x, struct bank_desk *desk)
{
	struct bv_str identifier = bv_json_str(bv_json_find(x->json, "identifier")), language = bv_json_str(bv_json_find(x->json, "language"));
	uint32_t version = (uint32_t)bv_json_int(bv_json_find(x->json, "version"));
	BV_AUTO(bv_json_free) struct bv_json *about = NULL;
	struct bv_err err;

	if (!bank_desk_show(&about, desk, x, ROLES_BANK, identifier, language))
		return false;
	language = bv_json_str(bv_json_find(about, "language"));
	enum bv_status status = bv_bank_item_parts(&made->parts, desk->bank, identifier, language, version, &err);
	if (status == BV_OK)
		status = load_stimuli(made, desk->bank, &err);
	if (status == BV_OK && !bv_json_find(x->json, "xml"))
		status = bv_bank_load_xml(&made->xml, desk->bank, identifier, language, version, &err);
	if (status != BV_OK)
		edge_fail(x, &err);
	return status == BV_OK;
}

/* ---- The request ---- */

/* New files lie below the folder of the item. */
static void
take_files(struct made *made, const struct bv_json *files)
{
	struct bv_str path = made->look.path;
	size_t folder = path.len;
	struct bv_err checked; /* by the schema */

	while (folder && path.p[folder - 1] != '/')
		folder--;
	for (size_t i = 0; i < bv_json_count(files); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(4096);
		struct look_file *file = &made->look.files[made->look.file_count];
		bv_buf_add(&name, bv_str_sub(path, 0, folder));
		bv_buf_add(&name, bv_json_str(bv_json_find(bv_json_at(files, i), "href")));
		file->path = bv_arena_str(&made->arena, bv_buf_str(&name));
		made->look.file_count += bv_hex_parse(file->hash, BV_HASH_LEN, bv_json_str(bv_json_find(bv_json_at(files, i), "hash")), &checked) == BV_OK;
	}
}

void
on_bank_look(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(made_finish) struct made made = { .xml = BV_BUF(BV_XML_ITEM_MAX) };
	struct bv_str seed = bv_json_str(bv_json_find(x->json, "seed")), view = bv_json_str(bv_json_find(x->json, "view"));
	const struct bv_json *xml = bv_json_find(x->json, "xml");
	BV_AUTO(bank_desk_finish) struct bank_desk desk = { 0 };
	struct bv_err err;

	if (!xml && !bv_json_find(x->json, "identifier")) {
		problem_invalid(x, "/xml", "phải có nội dung, hoặc tên của một câu hỏi trong ngân hàng", "give a document, or the identifier of an item of the bank");
		return;
	}
	if (!bank_desk_open(&desk, x, sql, BV_BANK_READ))
		return;
	made.look = (struct look){ .path = BV_STR("item.xml"), .view = BV_VIEW_CANDIDATE, .modules = &x->server->modules, .attempts = bv_json_find(x->json, "attempts") };
	if (bv_json_find(x->json, "identifier") && !load_version(&made, x, &desk))
		return;
	made.look.parts = &made.parts;
	made.look.xml = xml ? bv_json_str(xml) : bv_buf_str(&made.xml);
	take_files(&made, bv_json_find(x->json, "files"));
	/* The schema has checked both. */
	if ((seed.len && bv_hex_parse(made.look.seed, BV_HASH_LEN, seed, &err) != BV_OK) || (view.len && !bv_view_parse(&made.look.view, view)))
		return;
	x->answer.body.max = LOOK_ANSWER_MAX;
	if (bank_look(&x->answer.body, &made.look, &err) != BV_OK)
		bank_desk_fail(x, &err);
	else
		exchange_json(x, 200);
}

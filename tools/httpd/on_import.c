/* Questions that come as a file: a package, an item of QTI, or what other systems write. What anybody may have made is read in a child that can do nothing else;
 * then all of it goes into a bank of its own, so that what would become of each item is known before the real one is touched. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sandbox.h"
#include "base/text.h"
#include "tools/httpd/bank_desk.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/form.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/meaning.h"
#include "tools/httpd/problem.h"

enum { ITEMS_MAX = 2000, FAULTS_MAX = 500, MESSAGE_MAX = 512, CODE_MAX = 64, NAME_MAX_CHARS = 200, TAGS_MAX = 256, FILES_MAX = 1000, CPU_S = 30, MANIFEST_MAX = 16 << 20 };
#define CHILD_MEMORY ((uint64_t)512 << 20)
#define FRAME_MAX (40u << 20)
#define FOLDER "/tmp/bangvang-import-%ld"

static const char *const outcomes[] = { "added", "version", "metadata", "unchanged", "refused", NULL };
static const char *const severities[] = { "refused", "lost", "note", NULL };

static const struct schema item_members[] = {
	{ "identifier", SCHEMA_STRING, 1, BV_ITEM_IDENTIFIER_MAX, .doc = "Of the item." },
	{ "language", SCHEMA_STRING, 0, 35, .doc = "Its language." },
	{ "title", SCHEMA_STRING, 0, INT32_MAX, .doc = "Its title." },
	{ "competence", SCHEMA_STRING, 0, 32, .doc = "As the manifest says." },
	{ "outcome", SCHEMA_STRING, 1, 20, .choices = outcomes, .doc = "New, a new version, only other metadata, as it is; refused: out of this account's competences." },
	{ 0 },
};
static const struct schema item_element = { NULL, SCHEMA_OBJECT, .of = item_members };
static const struct schema fault_members[] = {
	{ "severity", SCHEMA_STRING, 1, 20, .choices = severities, .doc = "Refused; there without it; only told." },
	{ "file", SCHEMA_STRING, 0, NAME_MAX_CHARS, .doc = "Where: the file of the package, or the question." },
	{ "line", SCHEMA_INT, 0, INT32_MAX, .doc = "Its line; 0: none." },
	{ "message", SCHEMA_STRING, 1, MESSAGE_MAX, .doc = "What is wrong exactly, in English." },
	{ "meaning", SCHEMA_STRING, 0, MESSAGE_MAX, .doc = "What kind of fault it is, in the language that was asked for." },
	{ 0 },
};
static const struct schema fault_element = { NULL, SCHEMA_OBJECT, .of = fault_members };
#define COUNT(name, text) { name, SCHEMA_INT, 0, INT64_MAX, .doc = text }
static const struct schema answer_members[] = {
	{ "done", SCHEMA_BOOL, .doc = "False: only looked at, or nothing of it could be taken." },
	COUNT("added", "New items."), COUNT("versions", "New versions."), COUNT("metadata", "Only other metadata."), COUNT("unchanged", "Those that are there as they are."),
	COUNT("refused", "Items and files that are not taken."),
	{ "items", SCHEMA_ARRAY, 0, ITEMS_MAX, .of = &item_element, .doc = "In the order of identifiers." },
	{ "faults", SCHEMA_ARRAY, 0, FAULTS_MAX, .of = &fault_element, .doc = "The first of them." },
	COUNT("faultCount", "All of them."),
	{ 0 },
};
const struct schema bank_import_answer = { NULL, SCHEMA_OBJECT, .of = answer_members };

enum format { FORMAT_PACKAGE, FORMAT_QTI, FORMAT_FOREIGN };

struct import {
	struct exchange *x;
	struct bank_desk desk;
	struct bv_str file;       /* its bytes */
	struct bv_str name;       /* as its owner calls it */
	struct bv_str language, prefix;
	enum format format;
	enum bv_convert_format foreign;
	struct bv_dir_draft *folder;
	struct bv_file_group *group;
	struct bv_buf manifest;
	uint64_t resources;
	struct bv_import_counts counts;
	uint64_t converted_refused, out_of_scope, fault_count;
	struct bv_json *items, *faults;
	bool quiet; /* what is told has been told */
};

static void
import_finish(struct import *i)
{
	bank_desk_finish(&i->desk);
	bv_file_group_free(i->group);
	bv_dir_draft_free(i->folder);
	bv_buf_finish(&i->manifest);
	bv_json_free(i->items);
	bv_json_free(i->faults);
}
BV_AUTO_DEFINE_FINISH(struct import, import_finish)

/* ---- What is told ---- */

static struct bv_str
shown(struct bv_str text, size_t most)
{
	struct bv_str cut = bv_str_sub(text, 0, most);

	return bv_str_sub(cut, 0, bv_text_valid_len(cut));
}

/* Where the owner of the file looks: not in our folder. */
static struct bv_str
place(const struct import *i, const char *path)
{
	struct bv_str rest = bv_str_of(path), folder = bv_str_of(bv_dir_draft_folder(i->folder));

	if (!path || !bv_str_starts(rest, folder))
		return path ? rest : i->name;
	rest = bv_str_sub(rest, folder.len + 1, rest.len);
	if (bv_str_starts(rest, BV_STR("upload")))
		rest = bv_str_sub(rest, bv_str_find(rest, '/') + 1, rest.len);
	return rest.len && i->format != FORMAT_QTI ? rest : i->name;
}

static void
tell(struct import *i, const char *severity, struct bv_str file, int line, const char *meaning, const char *message)
{
	if (i->quiet || i->fault_count++ >= FAULTS_MAX)
		return;
	struct bv_json *one = bv_json_add(i->faults, bv_json_new_object());
	bv_json_set_str(one, "severity", bv_str_of(severity));
	bv_json_set(one, "file", bv_json_new_text(shown(file, NAME_MAX_CHARS)));
	bv_json_set_int(one, "line", line > 0 ? line : 0);
	bv_json_set(one, "message", bv_json_new_text(shown(bv_str_of(message), MESSAGE_MAX)));
	bv_json_set_str(one, "meaning", bv_str_of(meaning));
}

static void
refused(void *ctx, const char *path, const struct bv_err *err)
{
	struct import *i = ctx;

	tell(i, "refused", place(i, path), err->line, meaning_of_code(i->x->language, bv_diagnostic_rule_of(err)), err->msg);
}

static void
noted(void *ctx, const char *path, const struct bv_err *err)
{
	struct import *i = ctx;

	tell(i, "note", place(i, path), err->line, meaning_of_code(i->x->language, err->rule ? err->rule : "note"), err->msg);
}

/* ---- Other formats, in a child: it sends items and losses as frames of a letter and texts with their lengths ---- */

static void
put(struct bv_buf *frame, struct bv_str text)
{
	uint32_t len = (uint32_t)text.len;

	bv_buf_add(frame, (struct bv_str){ (const char *)&len, sizeof len });
	bv_buf_add(frame, text);
}

static bool
take(struct bv_str *rest, struct bv_str *text)
{
	uint32_t len;

	if (rest->len < sizeof len)
		return false;
	memcpy(&len, rest->p, sizeof len);
	*rest = bv_str_sub(*rest, sizeof len, rest->len);
	if (rest->len < len)
		return false;
	*text = bv_str_sub(*rest, 0, len);
	*rest = bv_str_sub(*rest, len, rest->len);
	return true;
}

struct child {
	const struct import *import;
	struct bv_sandbox_pipe *pipe;
};

static enum bv_status
send_item(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	struct child *child = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(FRAME_MAX);
	char line[16];

	snprintf(line, sizeof line, "%d", item->line);
	bv_buf_addc(&frame, 'I');
	put(&frame, item->identifier);
	put(&frame, item->title);
	put(&frame, item->xml);
	put(&frame, item->category);
	put(&frame, item->idnumber);
	put(&frame, bv_str_of(line));
	for (size_t t = 0; t < item->tag_count && t < TAGS_MAX; t++) {
		put(&frame, BV_STR("t"));
		put(&frame, item->tags[t]);
	}
	for (size_t f = 0; f < item->file_count && f < FILES_MAX; f++) {
		put(&frame, BV_STR("f"));
		put(&frame, item->files[f].path);
		put(&frame, item->files[f].bytes);
	}
	TRY(bv_buf_check(&frame, err));
	bv_sandbox_send(child->pipe, bv_buf_str(&frame));
	return BV_OK;
}

static void
send_fault(struct child *child, char letter, const char *kind, struct bv_str question, int line, const char *message)
{
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(1 << 20);
	char number[16];

	snprintf(number, sizeof number, "%d", line);
	bv_buf_addc(&frame, letter);
	put(&frame, bv_str_of(kind));
	put(&frame, bv_str_sub(question, 0, NAME_MAX_CHARS));
	put(&frame, bv_str_of(number));
	put(&frame, bv_str_of(message));
	bv_sandbox_send(child->pipe, bv_buf_str(&frame));
}

static void
send_loss(void *ctx, const struct bv_loss *loss)
{
	send_fault(ctx, loss->severity == BV_SEVERITY_ERROR ? 'R' : 'L', loss->kind, loss->question, loss->line, loss->message);
}

static void
convert(void *ctx, struct bv_sandbox_pipe *pipe)
{
	static const uint32_t steps[] = { 1000, 2500, 5000, 10000 }; /* of four statements, as in Vietnam's examinations */
	const struct import *i = ctx;
	struct child child = { i, pipe };
	const struct bv_convert_opts opts = { .prefix = i->prefix, .language = i->language, .steps = steps, .step_count = BV_COUNT(steps), .item = send_item,
		                                  .loss = send_loss, .ctx = &child };
	struct bv_convert_counts counts = { 0 };
	struct bv_err err;

	if (bv_convert(i->foreign, i->file, &opts, &counts, &err) != BV_OK)
		send_fault(&child, 'R', err.rule ? err.rule : err.status == BV_ELIMIT ? "many" : "form", i->name, err.line, err.msg);
}

static enum bv_status
malformed(struct bv_err *err)
{
	return bv_err_set(err, BV_EPARSE, "what was read of the file cannot be used");
}

static enum bv_status
keep_item(struct import *i, struct bv_str frame, struct bv_err *err)
{
	struct bv_str identifier, title, xml, category, idnumber, line, kind, tags[TAGS_MAX + 1], paths[FILES_MAX], bytes;
	size_t tag_count = 0, path_count = 0;
	char name[BV_ITEM_IDENTIFIER_MAX + 5], path[200];

	if (!take(&frame, &identifier) || !take(&frame, &title) || !take(&frame, &xml) || !take(&frame, &category) || !take(&frame, &idnumber) || !take(&frame, &line) ||
	    !identifier.len || identifier.len > BV_ITEM_IDENTIFIER_MAX)
		return malformed(err);
	while (take(&frame, &kind)) {
		if (bv_str_is(kind, "t") && tag_count < TAGS_MAX && take(&frame, &tags[tag_count])) {
			tag_count++;
			continue;
		}
		if (!bv_str_is(kind, "f") || path_count == FILES_MAX || !take(&frame, &paths[path_count]) || !take(&frame, &bytes) || paths[path_count].len >= sizeof path)
			return malformed(err);
		snprintf(path, sizeof path, "%.*s", BV_STR_ARG(paths[path_count]));
		if (bv_file_group_add(i->group, path, bytes, 0600, err) != BV_OK && err->status != BV_ECONFLICT)
			return err->status;
		path_count++;
	}
	snprintf(name, sizeof name, "%.*s.xml", BV_STR_ARG(identifier));
	TRY(bv_file_group_add(i->group, name, xml, 0600, err));
	if (category.len)
		tags[tag_count++] = category;
	const struct bv_pool_item known = { .identifier = identifier, .title = title };
	bv_manifest_item(&i->manifest, ++i->resources, BV_QTI_3_0, &(struct bv_manifest_item){ &known, bv_str_of(name), idnumber, tags, tag_count, paths, path_count });
	return BV_OK;
}

static enum bv_status
keep(struct import *i, struct bv_str frame, struct bv_err *err)
{
	char letter = frame.len ? frame.p[0] : '\0';
	struct bv_str rest = bv_str_sub(frame, 1, frame.len), kind, question, number, message;
	char text[MESSAGE_MAX], code[CODE_MAX];
	int64_t line;

	if (letter == 'I')
		return keep_item(i, rest, err);
	if ((letter != 'R' && letter != 'L') || !take(&rest, &kind) || !take(&rest, &question) || !take(&rest, &number) || !take(&rest, &message) || !bv_str_int(number, &line))
		return malformed(err);
	i->converted_refused += letter == 'R';
	snprintf(text, sizeof text, "%.*s", BV_STR_ARG(shown(message, sizeof text - 1)));
	snprintf(code, sizeof code, "%.*s", BV_STR_ARG(shown(kind, sizeof code - 1)));
	tell(i, letter == 'R' ? "refused" : "lost", question.len ? question : i->name, (int)line, meaning_of_code(i->x->language, code), text);
	return BV_OK;
}

static enum bv_status
convert_all(struct import *i, struct bv_err *err)
{
	const struct bv_sandbox_limits limits = { .memory = CHILD_MEMORY, .cpu_s = CPU_S, .wait_s = 2 * CPU_S };
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(FRAME_MAX);
	bool more = true;

	TRY(bv_sandbox_start(&sandbox, convert, i, &limits, err));
	for (;;) {
		TRY(bv_sandbox_receive(sandbox, &frame, &more, err));
		if (!more)
			return BV_OK;
		TRY(keep(i, bv_buf_str(&frame), err));
	}
}

/* ---- A package of it, whatever it was ---- */

static enum bv_status
write_manifest(struct import *i, struct bv_err *err)
{
	bv_manifest_end(&i->manifest);
	TRY(bv_buf_check(&i->manifest, err));
	return bv_file_group_add(i->group, "imsmanifest.xml", bv_buf_str(&i->manifest), 0600, err);
}

/* A manifest without a word of the item: what the bank knows of it stays. */
static enum bv_status
wrap_item(struct import *i, struct bv_err *err)
{
	TRY(bv_file_group_add(i->group, "item.xml", i->file, 0600, err));
	bv_manifest_begin(&i->manifest, BV_QTI_3_0);
	bv_buf_addz(&i->manifest, "<resource identifier=\"r1\" type=\"imsqti_item_xmlv3p0\" href=\"item.xml\"><file href=\"item.xml\"/></resource>\n");
	return write_manifest(i, err);
}

/* path: of what bv_bank_import is to read. */
static enum bv_status
prepare(struct import *i, char path[static 300], struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf inner = BV_BUF(300);

	i->manifest = BV_BUF(MANIFEST_MAX);
	snprintf(path, 300, FOLDER, (long)getpid());
	TRY(bv_dir_draft_open(&i->folder, path, err));
	snprintf(path, 300, "%s/upload%s", bv_dir_draft_folder(i->folder), i->format == FORMAT_PACKAGE ? ".zip" : "");
	if (i->format == FORMAT_PACKAGE)
		return bv_file_create(path, i->file, 0600, err);
	TRY(bv_dir_make(path, err));
	TRY(bv_file_group_open(&i->group, path, err));
	if (i->format == FORMAT_QTI)
		return wrap_item(i, err);
	bv_manifest_begin(&i->manifest, BV_QTI_3_0);
	TRY(convert_all(i, err));
	return write_manifest(i, err);
}

/* ---- What would become of it ---- */

static bool
differs(const struct bv_json *a, const struct bv_json *b, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf x = BV_BUF(1 << 20), y = BV_BUF(1 << 20);
	const struct bv_json *in_a = bv_json_find(a, name), *in_b = bv_json_find(b, name);

	if (in_a)
		bv_json_write(&x, in_a);
	if (in_b)
		bv_json_write(&y, in_b);
	return !bv_str_eq(bv_buf_str(&x), bv_buf_str(&y));
}

static const char *
outcome_of(struct import *i, const struct bv_json *found, struct bv_json *item)
{
	static const char *const metadata[] = { "competence", "component", "level", "difficultyStep", "expectedSeconds", "author", "tags" };
	bool inside = bank_desk_may(&i->desk, ROLES_BANK_WRITE, bv_json_str(bv_json_find(item, "competence")));

	if (!found)
		return inside ? "added" : "refused";
	/* Without metadata those of the bank stay. */
	bool says = bv_json_str(bv_json_find(item, "competence")).len > 0;
	if (!bank_desk_may(&i->desk, ROLES_BANK_WRITE, bv_json_str(bv_json_find(found, "competence"))) || (says && !inside))
		return "refused";
	if (differs(found, item, "hash"))
		return "version";
	for (size_t m = 0; says && m < BV_COUNT(metadata); m++)
		if (differs(found, item, metadata[m]))
			return "metadata";
	return "unchanged";
}

static enum bv_status
compare_item(struct import *i, const struct bv_pool_item *item, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *found = NULL, *read = bv_pool_item_json(item);

	enum bv_status status = bv_bank_show(&found, i->desk.bank, item->identifier, item->language, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	const char *outcome = outcome_of(i, found, read);
	struct bv_json *one = bv_json_add(i->items, bv_json_new_object());
	bv_json_set_str(one, "identifier", item->identifier);
	bv_json_set_str(one, "language", item->language);
	bv_json_set_str(one, "title", item->title);
	bv_json_set_str(one, "competence", item->competence);
	bv_json_set_str(one, "outcome", bv_str_of(outcome));
	i->out_of_scope += strcmp(outcome, "refused") == 0;
	i->counts.added += strcmp(outcome, "added") == 0;
	i->counts.versions += strcmp(outcome, "version") == 0;
	i->counts.unchanged += strcmp(outcome, "unchanged") == 0;
	i->counts.metadata += strcmp(outcome, "metadata") == 0;
	return BV_OK;
}

static enum bv_status
compare(struct import *i, struct bv_bank *trial, struct bv_err *err)
{
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	const struct bv_bank_filter all = { 0 };
	const struct bv_bank_page page = { .limit = ITEMS_MAX + 1 };

	TRY(bv_bank_list(&pool, trial, &all, &page, err));
	if (pool.count > ITEMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "the file has more than %d items: bring them in several files", ITEMS_MAX);
	i->counts = (struct bv_import_counts){ .refused = i->counts.refused };
	for (size_t n = 0; n < pool.count; n++)
		TRY(compare_item(i, &pool.items[n], err));
	return BV_OK;
}

static enum bv_status
try_import(struct import *i, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_bank_close) struct bv_bank *trial = NULL;
	const struct bv_import_opts opts = { .now_s = bv_clock_now_s(), .refuse = refused, .note = noted, .ctx = i };
	char name[300];

	snprintf(name, sizeof name, "%s/trial.db", bv_dir_draft_folder(i->folder));
	TRY(bv_bank_open(&trial, name, BV_BANK_CREATE, err));
	TRY(bv_bank_import(trial, (const char *const[]){ path }, 1, &opts, &i->counts, err));
	return compare(i, trial, err);
}

static enum bv_status
import(struct import *i, bool dry, bool *done, struct bv_err *err)
{
	char path[300];

	TRY(prepare(i, path, err));
	TRY(try_import(i, path, err));
	*done = !dry && !i->out_of_scope && i->counts.added + i->counts.versions + i->counts.unchanged + i->counts.metadata > 0;
	if (!*done)
		return BV_OK;
	const struct bv_import_opts opts = { .now_s = bv_clock_now_s(), .who = bv_str_of(i->desk.account.name), .refuse = refused, .note = noted, .ctx = i };
	struct bv_import_counts counts;
	i->quiet = true;
	TRY(bv_bank_import(i->desk.bank, (const char *const[]){ path }, 1, &opts, &counts, err));
	i->counts.refused = counts.refused;
	return BV_OK;
}

/* ---- The request ---- */

static struct bv_str
field(const struct exchange *x, const char *name)
{
	struct bv_str found;

	return form_find(&found, exchange_header(x, "Content-Type"), x->body, name) ? found : BV_STR_NONE;
}

/* False has answered. */
static bool
read_fields(struct import *i, bool *dry)
{
	struct bv_str format = field(i->x, "format"), how = field(i->x, "dry");
	struct bv_err err;
	char name[16];

	snprintf(name, sizeof name, "%.*s", BV_STR_ARG(bv_str_sub(format, 0, sizeof name - 1)));
	i->file = field(i->x, "file");
	i->name = shown(field(i->x, "name"), NAME_MAX_CHARS);
	i->language = field(i->x, "language").len ? field(i->x, "language") : BV_STR("vi");
	i->prefix = field(i->x, "prefix");
	*dry = !bv_str_is(how, "no");
	i->format = bv_str_is(format, "package") ? FORMAT_PACKAGE : bv_str_is(format, "qti") ? FORMAT_QTI : FORMAT_FOREIGN;
	if (!i->file.len)
		problem_answer(i->x, "invalid", "the form has no file, or an empty one");
	else if (i->format == FORMAT_FOREIGN && bv_convert_format_parse(&i->foreign, name, &err) != BV_OK)
		problem_answer(i->x, "invalid", "the field format is package, qti, moodle, gift, aiken, csv or vn4");
	else
		return true;
	return false;
}

static void
answer(struct import *i, bool done)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set(json, "done", bv_json_new_bool(done));
	bv_json_set_int(json, "added", (int64_t)i->counts.added);
	bv_json_set_int(json, "versions", (int64_t)i->counts.versions);
	bv_json_set_int(json, "metadata", (int64_t)i->counts.metadata);
	bv_json_set_int(json, "unchanged", (int64_t)i->counts.unchanged);
	bv_json_set_int(json, "refused", (int64_t)(i->counts.refused + i->converted_refused + i->out_of_scope));
	bv_json_set(json, "items", bv_steal(&i->items));
	bv_json_set(json, "faults", bv_steal(&i->faults));
	bv_json_set_int(json, "faultCount", (int64_t)i->fault_count);
	bv_json_write(&i->x->answer.body, json);
	exchange_json(i->x, 200);
}

void
on_bank_import(struct exchange *x, struct bv_sql *sql)
{
	BV_AUTO(import_finish) struct import i = { .x = x, .items = bv_json_new_array(), .faults = bv_json_new_array() };
	bool dry, done = false;
	struct bv_err err;

	if (!bank_desk_open(&i.desk, x, sql, BV_BANK_WRITE) || !read_fields(&i, &dry))
		return;
	enum bv_status status = import(&i, dry, &done, &err);
	if (status == BV_EPARSE || status == BV_ELIMIT || status == BV_EINVAL) {
		/* The file as a whole: its owner reads it where he reads the rest. */
		i.counts.refused++;
		tell(&i, "refused", i.name, err.line, meaning_of(x->language, &err), err.msg);
		status = BV_OK;
	}
	if (status == BV_OK)
		answer(&i, done);
	else
		edge_fail(x, &err);
}

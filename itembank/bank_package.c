/* Packages on their way into the bank: read in a sandbox (package_tell.c), and what comes back from there is checked as if it were hostile. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/media_type.h"
#include "itembank/module.h"
#include "itembank/package_record.h"

/* Processor time and memory of the reading of one package, besides what its bytes need. */
enum { CPU_S = 30, CPU_BYTES_A_S = 1 << 20 };
enum { WORDS_MAX = 8 << 20 }; /* of one part of an item: folding and marks may make it longer than the item */
static const uint64_t memory_bytes = 2048ull << 20;

bool
bank_is_package(const char *path)
{
	struct bv_str name = bv_str_of(path);
	char start[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return false;
	bool file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode), magic = file && pread(fd, start, 4, 0) == 4 && memcmp(start, "PK\3\4", 4) == 0;
	close(fd);
	return file && (magic || bv_str_ends(name, BV_STR(".zip")) || bv_str_ends(name, BV_STR(".ZIP")));
}

/* ---- Taking records ---- */

struct taking {
	const char *path; /* of the package */
	const struct bank_package_sink *sink;
	struct bv_arena arena; /* of one record */
	struct record record;
	enum bv_status status; /* of the sink */
	struct bv_err err;

	/* Of a folder. */
	const struct package_list *list;
	struct bv_sandbox *sandbox;
	struct bv_buf file;
};

static void
taking_finish(struct taking *t)
{
	bv_arena_finish(&t->arena);
	record_finish(&t->record);
	bv_buf_finish(&t->file);
}
BV_AUTO_DEFINE_FINISH(struct taking, taking_finish)

static enum bv_status
unlikely(const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EPARSE, "reading it gave what cannot be (%s): stopped", what);
}

/* "folder/quiz.zip/items/a.xml" */
static const char *
path_in(struct taking *t, struct bv_str name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(8192);

	bv_buf_addz(&path, t->path);
	bv_buf_addz(&path, name.len ? "/" : "");
	bv_buf_add(&path, name);
	return bv_arena_str(&t->arena, bv_buf_str(&path)).p;
}

static bool
is_name(struct bv_str s)
{
	struct bv_err ignored;

	return package_name_check(s, &ignored) == BV_OK;
}

static bool
is_text(struct bv_str s, size_t least, size_t most)
{
	return s.len >= least && s.len <= most && bv_text_valid(s) && !memchr(s.len ? s.p : "x", '\0', s.len ? s.len : 1);
}

/* The constant of that name. */
static bool
rule_take(const char **out, struct bv_str name)
{
	char id[64];

	if (name.len >= sizeof id || memchr(bv_str_chars(name), '\0', name.len))
		return false;
	memcpy(id, bv_str_chars(name), name.len);
	id[name.len] = '\0';
	const struct bv_diagnostic_rule *rule = bv_diagnostic_rule_find(id);
	*out = rule ? rule->id : NULL;
	return rule != NULL;
}

static enum bv_status
take_message(struct taking *t, bool refused, struct bv_err *err)
{
	const struct record *r = &t->record;
	uint64_t status, line;
	struct bv_err fault;

	if (r->count != 5 || (r->fields[0].len && !is_name(r->fields[0])) || !record_number(r, 1, BV_EUNCERTAIN, &status) ||
	    !record_number(r, 2, INT32_MAX, &line) || (refused && status == BV_OK))
		return unlikely("a message", err);
	bv_err_at(&fault, (enum bv_status)status, (int)line, "%.*s", BV_STR_ARG(bv_str_sub(r->fields[4], 0, sizeof fault.msg)));
	if (refused && !rule_take(&fault.rule, r->fields[3]))
		return unlikely("a message", err);
	const char *path = path_in(t, r->fields[0]);
	if (refused)
		t->sink->refuse(t->sink->ctx, path, &fault);
	else
		t->sink->note(t->sink->ctx, path, &fault);
	return BV_OK;
}

static enum bv_status
take_media(struct taking *t, struct bv_err *err)
{
	const struct record *r = &t->record;
	struct bank_blob blob = { .document = false };

	if (r->count != 3 || !is_name(r->fields[0]) || (!media_type_known(&blob.type, r->fields[1]) && !module_type_known(&blob.type, r->fields[1])) ||
	    r->fields[2].len > PACKAGE_FILE_MAX)
		return unlikely("a medium", err);
	blob.bytes = r->fields[2];
	blob.module = !media_type_known(&blob.type, r->fields[1]);
	bv_sha256(blob.hash, blob.bytes);
	return t->status = t->sink->blob(t->sink->ctx, &blob, err);
}

/* The parts from field `from` on, in the order of their paths. */
static enum bv_status
take_parts(struct bv_bank_part **out, size_t *count, struct taking *t, size_t from, struct bv_err *err)
{
	const struct record *r = &t->record;

	*count = (r->count - from) / 3;
	if ((r->count - from) % 3 || *count > BV_BANK_PARTS_MAX)
		return unlikely("parts", err);
	*out = bv_arena_array(&t->arena, *count, struct bv_bank_part);
	for (size_t i = 0; i < *count; i++) {
		const struct bv_str *fields = &r->fields[from + 3 * i];
		uint64_t role;
		if (!record_number(r, from + 3 * i, BV_PART_ROLES - 1, &role) || !is_name(fields[1]) || fields[2].len != BV_HASH_LEN ||
		    (i && bv_str_cmp((*out)[i - 1].path, fields[1]) >= 0))
			return unlikely("a part", err);
		(*out)[i] = (struct bv_bank_part){ .role = (enum bv_part_role)role, .path = fields[1] };
		memcpy((*out)[i].hash, fields[2].p, BV_HASH_LEN);
	}
	return BV_OK;
}

static enum bv_status
take_document(struct taking *t, struct bv_err *err)
{
	enum { KIND, PATH, IDENTIFIER, TITLE, XML, FIELDS };
	const struct record *r = &t->record;
	struct bv_bank_part *parts;
	uint64_t kind;

	if (r->count < FIELDS || !record_number(r, KIND, BV_DOCUMENT_KINDS - 1, &kind) || !is_name(r->fields[PATH]) ||
	    !is_text(r->fields[IDENTIFIER], 1, BV_ITEM_IDENTIFIER_MAX) || !is_text(r->fields[TITLE], 0, BV_XML_ITEM_MAX) ||
	    !is_text(r->fields[XML], 1, BV_XML_DOCUMENT_MAX))
		return unlikely("a document", err);
	struct bank_blob blob = { .document = true, .bytes = r->fields[XML] };
	blob.about = (struct bv_bank_document){
		.kind = (enum bv_document_kind)kind, .identifier = r->fields[IDENTIFIER], .title = r->fields[TITLE], .path = r->fields[PATH]
	};
	TRY(take_parts(&parts, &blob.part_count, t, FIELDS, err));
	blob.parts = parts;
	document_key(blob.hash, blob.about.kind, blob.bytes, parts, blob.part_count);
	return t->status = t->sink->blob(t->sink->ctx, &blob, err);
}

static bool
is_kind(struct bv_str *kind)
{
	for (int k = 0; k < BV_INTERACTION_KINDS; k++)
		if (bv_str_is(*kind, bv_interaction_name((enum bv_interaction_kind)k)))
			return true;
	return bv_str_is(*kind, "none");
}

static bool
is_language(struct bv_str tag)
{
	BV_AUTO(bv_buf_finish) struct bv_buf same = BV_BUF(BANK_PATH_MAX);

	return bank_language_write(&same, tag) && bv_str_eq(bv_buf_str(&same), tag);
}

static bool
take_metadata(struct bank_metadata *m, bool *given, const struct record *r)
{
	uint64_t level, step, expected, has;

	if (!record_number(r, ITEM_HAS_METADATA, 1, &has) || !record_number(r, ITEM_LEVEL, BV_COGNITIVE_APPLY, &level) ||
	    !record_number(r, ITEM_STEP, 5, &step) || !record_number(r, ITEM_EXPECTED, UINT32_MAX, &expected))
		return false;
	*m = (struct bank_metadata){ .competence = r->fields[ITEM_COMPETENCE],
		                     .component = r->fields[ITEM_COMPONENT],
		                     .author = r->fields[ITEM_AUTHOR],
		                     .enemies = r->fields[ITEM_ENEMIES],
		                     .tags = r->fields[ITEM_TAGS],
		                     .original = r->fields[ITEM_ORIGINAL],
		                     .level = (enum bv_cognitive)level,
		                     .difficulty_step = (uint32_t)step,
		                     .expected_s = (uint32_t)expected };
	*given = has;
	return bank_metadata_good(m);
}

static enum bv_status
take_item(struct taking *t, struct bv_err *err)
{
	const struct record *r = &t->record;
	struct bank_metadata metadata;
	struct bv_bank_part *parts;
	uint64_t line, machine;
	bool given;

	if (r->count < RECORD_ITEM_FIELDS || !is_name(r->fields[ITEM_PATH]) || !record_number(r, ITEM_LINE, INT32_MAX, &line) ||
	    !record_number(r, ITEM_MACHINE, 1, &machine) || !is_text(r->fields[ITEM_IDENTIFIER], 1, BV_ITEM_IDENTIFIER_MAX) ||
	    !is_language(r->fields[ITEM_LANGUAGE]) || !is_text(r->fields[ITEM_TITLE], 0, BV_XML_ITEM_MAX) || !is_kind(&r->fields[ITEM_KIND]) ||
	    !is_text(r->fields[ITEM_XML], 1, BV_XML_ITEM_MAX) || !is_text(r->fields[ITEM_STIMULI], 0, BV_XML_ITEM_MAX) ||
	    !take_metadata(&metadata, &given, r))
		return unlikely("an item", err);
	const struct bank_file file = { .path = path_in(t, r->fields[ITEM_PATH]), .line = (int)line, .metadata = given ? &metadata : NULL };
	struct bank_row row = { .file = &file,
		                .identifier = r->fields[ITEM_IDENTIFIER],
		                .language = r->fields[ITEM_LANGUAGE],
		                .title = r->fields[ITEM_TITLE],
		                .kind = r->fields[ITEM_KIND],
		                .xml = r->fields[ITEM_XML],
		                .stimuli = r->fields[ITEM_STIMULI],
		                .machine_scorable = machine,
		                .has_parts = true };
	TRY(take_parts(&parts, &row.part_count, t, RECORD_ITEM_FIELDS, err));
	row.parts = parts;
	for (size_t i = 0; i < BANK_TEXT_PARTS; i++) {
		row.words[i] = r->fields[ITEM_WORDS + i];
		if (!is_text(row.words[i], 0, WORDS_MAX))
			return unlikely("words", err);
	}
	bv_sha256(row.document, row.xml);
	memcpy(row.hash, row.document, sizeof row.hash);
	return t->status = t->sink->item(t->sink->ctx, &row, err);
}

static enum bv_status
take_usage(struct taking *t, struct bv_err *err)
{
	const struct record *r = &t->record;

	if (r->count != 2 || !is_name(r->fields[0]) || !is_text(r->fields[1], 0, BV_XML_DOCUMENT_MAX))
		return unlikely("usage data", err);
	return t->status = t->sink->usage(t->sink->ctx, path_in(t, r->fields[0]), r->fields[1], err);
}

/* Answers with the status and what is wrong, and if nothing is with the bytes. */
static enum bv_status
take_wanted(struct taking *t, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf answer = BV_BUF(sizeof err->msg + 1);
	struct bv_err fault = { .status = BV_OK };
	uint64_t idx;

	if (!t->list || !t->list->count || t->record.count != 1 || !record_number(&t->record, 0, t->list->count - 1, &idx))
		return unlikely("a file", err);
	enum bv_status status = package_listed_read(t->list, t->path, (size_t)idx, &t->file, &fault);
	bv_buf_addc(&answer, (char)status);
	if (status != BV_OK)
		bv_buf_addz(&answer, fault.msg);
	bv_sandbox_answer(t->sandbox, bv_buf_str(&answer));
	if (status == BV_OK)
		bv_sandbox_answer(t->sandbox, bv_buf_str(&t->file));
	return BV_OK;
}

static enum bv_status
take(struct taking *t, struct bv_str frame, struct bv_err *err)
{
	bv_arena_reset(&t->arena);
	TRY(record_read(&t->record, frame, err));
	switch (t->record.kind) {
	case RECORD_REFUSED:
	case RECORD_NOTE:
		return take_message(t, t->record.kind == RECORD_REFUSED, err);
	case RECORD_MEDIA:
		return take_media(t, err);
	case RECORD_DOCUMENT:
		return take_document(t, err);
	case RECORD_ITEM:
		return take_item(t, err);
	case RECORD_WANTED:
		return take_wanted(t, err);
	default:
		return take_usage(t, err);
	}
}

enum bv_status
bank_package_take(const char *path, struct bv_str frame, const struct bank_package_sink *sink, struct bv_err *err)
{
	BV_AUTO(taking_finish) struct taking t = { .path = path, .sink = sink };

	return take(&t, frame, err);
}

/* ---- In a sandbox ---- */

struct child {
	struct package_source source;
	struct bv_sandbox_pipe *pipe;
	struct bv_buf frame;
};

static void
send_frame(void *ctx, const struct record *record)
{
	struct child *child = ctx;

	record_write(&child->frame, record);
	bv_sandbox_send(child->pipe, bv_buf_str(&child->frame));
}

/* A file of a folder: the parent reads it. */
static enum bv_status
fetch(void *ctx, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	BV_AUTO(record_finish) struct record record = { .count = 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf answer = BV_BUF(sizeof err->msg + 1);
	struct child *child = ctx;

	record_begin(&record, RECORD_WANTED);
	record_add_number(&record, idx, &arena);
	send_frame(child, &record);
	bv_sandbox_await(child->pipe, &answer);
	if (answer.p[0] != BV_OK)
		return bv_err_set(err, (enum bv_status)answer.p[0], "%s", answer.p + 1);
	bv_sandbox_await(child->pipe, buf);
	return BV_OK;
}

static void
work(void *ctx, struct bv_sandbox_pipe *pipe)
{
	struct child child = *(struct child *)ctx;

	child.pipe = pipe;
	child.frame = BV_BUF(RECORD_MAX);
	child.source.fetch = fetch;
	child.source.ctx = &child;
	package_tell(&child.source, send_frame, &child);
	bv_buf_finish(&child.frame);
}

/* Not BV_OK: no sandbox, or the sink ended it; what else goes wrong is the package's fault and is refused. */
static enum bv_status
read_in_sandbox(const char *path, const struct package_source *source, const struct bv_sandbox_limits *limits, const struct bank_package_sink *sink,
                struct bv_err *err)
{
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(taking_finish) struct taking t = { .path = path, .sink = sink, .list = source->list, .file = BV_BUF(PACKAGE_FILE_MAX) };
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(RECORD_MAX);
	struct child child = { .source = *source };
	struct bv_err fault;
	bool more = true;

	TRY(bv_sandbox_start(&sandbox, work, &child, limits, err));
	t.sandbox = sandbox;
	while (more) {
		enum bv_status status = bv_sandbox_receive(sandbox, &frame, &more, &fault);
		if (status == BV_OK && more)
			status = take(&t, bv_buf_str(&frame), &fault);
		if (t.status != BV_OK || status == BV_EDENIED || status == BV_EIO) {
			*err = fault;
			return err->status;
		}
		if (status == BV_OK)
			continue;
		bv_err_mark(&fault, "bad-archive");
		sink->refuse(sink->ctx, path, &fault);
		return BV_OK;
	}
	return BV_OK;
}

/* What the reading of so many bytes may take. */
static struct bv_sandbox_limits
usual_limits(size_t len, bool unfiltered)
{
	return (struct bv_sandbox_limits){ .memory = memory_bytes, .cpu_s = CPU_S + (unsigned)(len / CPU_BYTES_A_S), .unfiltered = unfiltered };
}

static enum bv_status
no_file(const char *path, struct bv_err *err)
{
	return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
}

enum bv_status
bank_package_read(const char *path, const struct bv_sandbox_limits *limits, bool unfiltered, const struct bank_package_sink *sink, struct bv_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return no_file(path, err);
	if (fstat(fd, &st) < 0 || (st.st_size > 0 && st.st_size > PACKAGE_BYTES_MAX)) {
		bv_err_set(err, BV_ELIMIT, "more than %u bytes: split the package", PACKAGE_BYTES_MAX);
		sink->refuse(sink->ctx, path, err);
		close(fd);
		return BV_OK;
	}
	/* Only the child looks at it: a file that somebody cuts meanwhile ends the child. */
	size_t len = (size_t)st.st_size;
	void *map = len ? mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	close(fd);
	if (map == MAP_FAILED)
		return no_file(path, err);
	struct bv_sandbox_limits usual = usual_limits(len, unfiltered);
	const struct package_source source = { .bytes = { map, len } };
	enum bv_status status = read_in_sandbox(path, &source, limits ? limits : &usual, sink, err);
	if (map)
		munmap(map, len);
	return status;
}

enum bv_status
bank_package_read_bytes(const char *path, struct bv_str bytes, const struct bv_sandbox_limits *limits, const struct bank_package_sink *sink, struct bv_err *err)
{
	return read_in_sandbox(path, &(struct package_source){ .bytes = bytes }, limits, sink, err);
}

static void
unread(void *ctx, const struct bv_err *err)
{
	const struct bank_package_sink *sink = ctx;

	sink->refuse(sink->ctx, NULL, err);
}

enum bv_status
bank_package_read_folder(const char *path, bool unfiltered, const struct bank_package_sink *sink, struct bv_err *err)
{
	BV_AUTO(package_list_finish) struct package_list list = { .count = 0 };
	struct bank_package_sink to = *sink;
	struct bv_err fault;

	if (package_list_folder(&list, path, unread, &to, &fault) != BV_OK) {
		bv_err_mark(&fault, "bad-archive");
		sink->refuse(sink->ctx, path, &fault);
		return BV_OK;
	}
	struct bv_sandbox_limits limits = usual_limits((size_t)list.total, unfiltered);
	return read_in_sandbox(path, &(struct package_source){ .list = &list }, &limits, sink, err);
}

/* ---- In this process ---- */

struct direct {
	struct taking taking;
	struct bv_buf frame;
	enum bv_status status;
	struct bv_err err;
};

static void
send_direct(void *ctx, const struct record *record)
{
	struct direct *direct = ctx;

	if (direct->status != BV_OK)
		return;
	record_write(&direct->frame, record);
	direct->status = bv_buf_check(&direct->frame, &direct->err);
	if (direct->status == BV_OK)
		direct->status = take(&direct->taking, bv_buf_str(&direct->frame), &direct->err);
}

enum bv_status
bank_package_read_here(const char *path, struct bv_str bytes, const struct bank_package_sink *sink, struct bv_err *err)
{
	struct direct direct = { .taking = { .path = path, .sink = sink }, .frame = BV_BUF(RECORD_MAX) };

	package_tell(&(struct package_source){ .bytes = bytes }, send_direct, &direct);
	taking_finish(&direct.taking);
	bv_buf_finish(&direct.frame);
	*err = direct.err;
	return direct.status;
}

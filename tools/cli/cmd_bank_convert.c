#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/text.h"
#include "base/mem.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"

#define STEPS_MAX 10

/* One run of the command. */
struct converting {
	const char *path; /* the file being read */
	struct bv_file_group *group;
	struct bv_buf manifest;
	uint64_t resources;
	struct bv_json *items, *losses; /* with --json; else NULL */
	struct bv_convert_counts counts;
	uint64_t unread; /* files */
	bool stopped;    /* an item could not be written: no fault of the file */
};

/* Category and tags are keywords. */
static void
manifest_add(struct converting *c, const struct bv_converted *item, struct bv_str path)
{
	const struct bv_pool_item known = { .identifier = item->identifier, .title = item->title };
	struct bv_str *keywords = bv_alloc_array(item->tag_count + 1, sizeof *keywords);
	struct bv_str *files = bv_alloc_array(item->file_count, sizeof *files);
	size_t count = item->tag_count;

	for (size_t i = 0; i < item->file_count; i++)
		files[i] = item->files[i].path;
	for (size_t i = 0; i < count; i++)
		keywords[i] = item->tags[i];
	if (item->category.len)
		keywords[count++] = item->category;
	bv_manifest_item(&c->manifest, ++c->resources, BV_QTI_3_0,
	                 &(struct bv_manifest_item){ &known, path, item->idnumber, keywords, count, files, item->file_count });
	free(keywords);
	free(files);
}

/* Equal names are equal bytes: one that is there already is the same file. */
static enum bv_status
media_add(struct converting *c, const struct bv_converted *item, struct bv_err *err)
{
	for (size_t i = 0; i < item->file_count; i++) {
		char name[100];
		snprintf(name, sizeof name, "%.*s", BV_STR_ARG(item->files[i].path));
		if (bv_file_group_add(c->group, name, item->files[i].bytes, 0644, err) != BV_OK && err->status != BV_ECONFLICT)
			return err->status;
	}
	return BV_OK;
}

static enum bv_status
write_item(struct converting *c, const struct bv_converted *item, struct bv_err *err)
{
	char name[BV_ITEM_IDENTIFIER_MAX + 5];

	snprintf(name, sizeof name, "%.*s.xml", BV_STR_ARG(item->identifier));
	TRY(media_add(c, item, err));
	TRY(bv_file_group_add(c->group, name, item->xml, 0644, err));
	manifest_add(c, item, bv_str_of(name));
	if (c->items) {
		struct bv_json *entry = bv_json_add(c->items, bv_json_new_object());
		bv_json_set_str(entry, "identifier", item->identifier);
		bv_json_set_str(entry, "title", item->title);
		bv_json_set_str(entry, "category", item->category);
		bv_json_set_str(entry, "path", bv_str_of(c->path));
		bv_json_set_int(entry, "line", item->line);
	}
	return bv_buf_check(&c->manifest, err);
}

static enum bv_status
take(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	struct converting *c = ctx;

	c->stopped = write_item(c, item, err) != BV_OK;
	return c->stopped ? err->status : BV_OK;
}

static void
report_add(struct converting *c, int line, const char *severity, struct bv_str question, const char *message)
{
	struct bv_json *entry = bv_json_add(c->losses, bv_json_new_object());

	bv_json_set_str(entry, "path", bv_str_of(c->path));
	bv_json_set_int(entry, "line", line);
	bv_json_set_str(entry, "severity", bv_str_of(severity));
	bv_json_set_str(entry, "question", question);
	bv_json_set_str(entry, "message", bv_str_of(message));
}

static void
report(void *ctx, const struct bv_loss *loss)
{
	struct converting *c = ctx;
	bool refused = loss->severity == BV_SEVERITY_ERROR;

	if (!c->losses) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(65536);
		bv_text_write_safe(&text, bv_str_of(c->path), true);
		bv_buf_printf(&text, ":%d: %s: ", loss->line, refused ? "refused" : "lost");
		if (loss->question.len) {
			bv_buf_addc(&text, '"');
			bv_text_write_safe(&text, loss->question, true);
			bv_buf_addz(&text, "\": ");
		}
		bv_text_write_safe(&text, bv_str_of(loss->message), true);
		puts(text.p);
		return;
	}
	report_add(c, loss->line, refused ? "refused" : "lost", loss->question, loss->message);
}

/* "0.1,0.25,0.5,1" in ten-thousandths. */
static enum bv_status
steps_read(uint32_t steps[STEPS_MAX], size_t *count, const char *text, struct bv_err *err)
{
	struct bv_str rest = bv_str_of(text);

	for (*count = 0; rest.len; (*count)++) {
		struct bv_str one = bv_str_sub(rest, 0, bv_str_find(rest, ','));
		int64_t n;
		if (*count == STEPS_MAX || !bv_str_decimal(one, 4, &n) || n < 0 || n > 1000000)
			return bv_err_set(err, BV_EINVAL, "--steps %s: the mark for 1, 2, … right statements, like 0.1,0.25,0.5,1", text);
		steps[*count] = (uint32_t)n;
		rest = bv_str_sub(rest, one.len + 1, rest.len);
	}
	return BV_OK;
}

static void
summary(const struct converting *c)
{
	BV_AUTO(bv_json_free) struct bv_json *out = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SIZE_MAX);
	const struct bv_convert_counts *n = &c->counts;

	if (!c->items) {
		printf("%llu questions: %llu items written, %llu refused; %llu losses", (unsigned long long)n->questions, (unsigned long long)n->items,
		       (unsigned long long)n->refused, (unsigned long long)n->losses);
		if (c->unread)
			printf("; %llu files not read", (unsigned long long)c->unread);
		putchar('\n');
		return;
	}
	out = bv_json_new_object();
	bv_json_set_int(out, "questions", (int64_t)n->questions);
	bv_json_set_int(out, "items", (int64_t)n->items);
	bv_json_set_int(out, "refused", (int64_t)n->refused);
	bv_json_set_int(out, "losses", (int64_t)n->losses);
	bv_json_set_int(out, "unread", (int64_t)c->unread);
	bv_json_set(out, "converted", bv_json_copy(c->items));
	bv_json_set(out, "report", bv_json_copy(c->losses));
	bv_json_write(&text, out);
	puts(text.p);
}

/* A file that cannot be read is told, and the others are converted. */
static void
unread(struct converting *c, const struct bv_err *err)
{
	c->unread++;
	if (c->losses)
		report_add(c, err->line, "unread", BV_STR_NONE, err->msg);
	else
		(void)fail(c->path, err);
}

/* Q for one file, Q1, Q2 … for several: identifiers differ between the files of a run. */
static enum bv_status
convert_one(struct converting *c, enum bv_convert_format format, struct bv_convert_opts *opts, size_t file, size_t files, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CONVERT_MAX);
	struct bv_convert_counts counts = { 0 };
	struct bv_str given = opts->prefix;
	char prefix[100];
	enum bv_status status;

	if (bv_file_read(&bytes, c->path, err)) {
		unread(c, err);
		return BV_OK;
	}
	snprintf(prefix, sizeof prefix, files > 1 ? "%.*s%zu" : "%.*s", BV_STR_ARG(bv_str_sub(given, 0, 60)), file + 1);
	opts->prefix = bv_str_of(prefix);
	status = bv_convert(format, bv_buf_str(&bytes), opts, &counts, err);
	opts->prefix = given;
	c->counts.questions += counts.questions;
	c->counts.items += counts.items;
	c->counts.refused += counts.refused;
	c->counts.losses += counts.losses;
	if ((status == BV_EPARSE || status == BV_ELIMIT) && !c->stopped) {
		unread(c, err);
		return BV_OK;
	}
	return status;
}

static enum bv_status
finish(struct converting *c, struct bv_err *err)
{
	bv_manifest_end(&c->manifest);
	TRY(bv_buf_check(&c->manifest, err));
	TRY(bv_file_group_add(c->group, "imsmanifest.xml", bv_buf_str(&c->manifest), 0644, err));
	return bv_file_group_sync(c->group, err);
}

/* Items go to the folder, and the manifest when there is anything for it to list. */
static int
convert_all(struct converting *c, struct args *args, enum bv_convert_format format, struct bv_convert_opts *opts)
{
	struct bv_err err;

	if (bv_dir_make(args_get(args, "out"), &err) || bv_file_group_open(&c->group, args_get(args, "out"), &err))
		return fail(NULL, &err);
	bv_manifest_begin(&c->manifest, BV_QTI_3_0);
	for (int i = 0; i < args->operand_count; i++) {
		c->path = args->operands[i];
		if (convert_one(c, format, opts, (size_t)i, (size_t)args->operand_count, &err))
			return fail(c->stopped ? NULL : c->path, &err);
	}
	if ((c->counts.items || !c->unread) && finish(c, &err))
		return fail(NULL, &err);
	summary(c);
	return c->counts.refused || c->unread ? EXIT_INPUT : EXIT_YES;
}

static int
run(struct args *args)
{
	const char *prefix = args_get(args, "prefix"), *language = args_get(args, "lang"), *given = args_get(args, "steps");
	struct converting c = { .manifest = BV_BUF(BV_XML_DOCUMENT_MAX) };
	struct bv_convert_opts opts = { .item = take, .loss = report, .ctx = &c };
	uint32_t steps[STEPS_MAX];
	enum bv_convert_format format;
	struct bv_err err;
	int status;

	if (bv_convert_format_parse(&format, args_get(args, "format"), &err) || (given && steps_read(steps, &opts.step_count, given, &err)))
		return usage(args->cmd, "%s", err.msg);
	if (format == BV_CONVERT_VN4 && !given)
		return usage(args->cmd, "--format vn4 needs --steps, the mark for 1, 2, … right statements, like 0.1,0.25,0.5,1");
	opts.steps = steps;
	opts.prefix = bv_str_of(prefix ? prefix : "Q");
	opts.language = bv_str_of(language ? language : "vi");
	opts.fold = bv_str_of(args_get(args, "fold"));
	if (args_has(args, "json")) {
		c.items = bv_json_new_array();
		c.losses = bv_json_new_array();
	}
	status = convert_all(&c, args, format, &opts);
	bv_file_group_free(c.group);
	bv_buf_finish(&c.manifest);
	bv_json_free(c.items);
	bv_json_free(c.losses);
	return status;
}

const struct cmd cmd_bank_convert = {
	.name = "bank convert",
	.operands = "FILE…",
	.summary = "turn questions of other systems into QTI 3.0 items",
	.about = "Reads Moodle XML, GIFT, Aiken, or tables of questions, and writes one QTI 3.0 item a question into a new folder, with a manifest that "
	         "keeps categories, tags and ID numbers. The folder can be given to bank import. Every item is checked: it parses, and its key earns "
	         "the whole mark.\n\n"
	         "What cannot be carried over is said on standard output, one line a thing: file, line, \"lost\" (the item is there without it) or "
	         "\"refused\" (the question is not converted), and why. doc/convert.md has what becomes of what.\n\n"
	         "The exit status is 2 when a question was refused or a file could not be read, which is said on standard error; the others are written "
	         "all the same.",
	.opts = (const struct opt[]){
		{ "format", "FORMAT", "moodle, gift, aiken, csv, or vn4 (four statements, Đúng or Sai each)", .required = true },
		{ "out", "DIR", "the folder for the items; files that are there are not replaced", .required = true },
		{ "prefix", "NAME", "how identifiers begin; Q if absent. With several files, their number follows" },
		{ "lang", "TAG", "language of the questions; vi if absent" },
		{ "fold", "RULES", "how a short answer may be written otherwise: space,case,tone,iy,marks,number; spaces at the ends and case if absent" },
		{ "steps", "LIST", "vn4: the mark for 1, 2, … right statements, 0.1,0.25,0.5,1" },
		{ "json", NULL, "print one JSON document: questions, items, refused, losses, unread (files), converted, report" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank convert --format moodle tests/vectors/itembank/convert/good-moodle.xml --out from-moodle",
		"bangvang bank convert --format gift tests/vectors/itembank/convert/good.gift --out from-gift",
		"bangvang bank convert --format vn4 --steps 0.1,0.25,0.5,1 tests/vectors/itembank/convert/vn4.csv --out from-vn4",
		NULL,
	},
	.run = run,
};

/* Questions of other formats become QTI 3.0 items: the run, its report, and the gate that every item passes. */
#include "itembank/convert.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/xml.h"
#include "itembank/fold.h"

#define NAMES_MIN 64 /* a power of two */
#define KEY_SLACK 1e-9

static const char *const format_names[] = { "moodle", "gift", "aiken", "csv", "vn4" };

enum bv_status
bv_convert_format_parse(enum bv_convert_format *out, const char *name, struct bv_err *err)
{
	for (size_t i = 0; i < BV_COUNT(format_names); i++)
		if (strcmp(name, format_names[i]) == 0) {
			*out = (enum bv_convert_format)i;
			return BV_OK;
		}
	return bv_err_set(err, BV_EINVAL, "format '%s' is not known: moodle, gift, aiken, csv, vn4", name);
}

const char *const bv_loss_kinds[] = { "changed", "column", "form", "incomplete", "key", "many", "markup", "number", "share", "unkept", NULL };

void
bv_loss(struct bv_conversion *c, enum bv_severity severity, const char *kind, int line, const char *fmt, ...)
{
	struct bv_buf message = BV_BUF(1000);
	char text[800];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	/* What was quoted may be cut inside a character. */
	for (struct bv_str rest = bv_str_of(text); rest.len;) {
		size_t len = bv_text_valid_len(rest);
		bv_buf_add(&message, bv_str_sub(rest, 0, len));
		rest = bv_str_sub(rest, len + 1, rest.len);
	}
	if (severity == BV_SEVERITY_WARNING)
		c->counts.losses++;
	else
		c->counts.refused++;
	if (c->opts->loss)
		c->opts->loss(c->opts->ctx, &(struct bv_loss){ severity, kind, line ? line : c->line, c->title, message.p ? message.p : "" });
	bv_buf_finish(&message);
}

bool
bv_question_start(struct bv_conversion *c, int line)
{
	if (c->stopped)
		return false;
	if (c->ordinal == BV_CONVERT_QUESTIONS_MAX) {
		c->stopped = bv_err_at(c->err, BV_ELIMIT, line, "more than %d questions in a file: split it", BV_CONVERT_QUESTIONS_MAX);
		return false;
	}
	bv_arena_reset(&c->draft);
	c->ordinal++;
	c->counts.questions++;
	c->line = line;
	c->media_count = 0;
	c->title = BV_STR_NONE;
	return true;
}

void
bv_category_set(struct bv_conversion *c, struct bv_str path)
{
	struct bv_str s = bv_str_trim(path);
	static const struct bv_str roots[] = { { "$course$/", 9 }, { "$system$/", 9 }, { "$module$/", 9 }, { "$cat$/", 6 }, { "top/", 4 } };

	for (size_t i = 0; i < BV_COUNT(roots); i++)
		if (bv_str_starts(s, roots[i]))
			s = bv_str_sub(s, roots[i].len, s.len);
	if (bv_str_is(s, "top") || bv_str_is(s, "$course$"))
		s = BV_STR_NONE;
	c->category = bv_one_line(bv_str_sub(s, 0, bv_text_valid_len(bv_str_sub(s, 0, 1000))), &c->arena);
}

char *
bv_changeable(struct bv_arena *arena, struct bv_str s)
{
	char *p = bv_arena_alloc(arena, s.len + 1);

	if (s.len)
		memcpy(p, s.p, s.len);
	return p;
}

struct bv_str
bv_one_line(struct bv_str s, struct bv_arena *arena)
{
	struct bv_str trimmed = bv_str_trim(s);
	char *out = bv_arena_alloc(arena, trimmed.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < trimmed.len; i++) {
		char ch = trimmed.p[i];
		if ((unsigned char)ch < 0x20)
			ch = ' ';
		if (ch != ' ' || (len && out[len - 1] != ' '))
			out[len++] = ch;
	}
	return (struct bv_str){ out, len };
}

/* ---- Identifiers ---- */

/* Letters, digits, - _ and . of ASCII, so that they are file names everywhere too; other characters become -. */
static void
identifier_base(struct bv_buf *out, struct bv_conversion *c, struct bv_str idnumber)
{
	struct bv_str prefix = c->opts->prefix.len ? c->opts->prefix : BV_STR("Q");
	size_t from;

	bv_buf_printf(out, "%.*s-", BV_STR_ARG(bv_str_sub(prefix, 0, 60)));
	from = out->len;
	for (size_t i = 0; i < idnumber.len && i < 100; i++) {
		unsigned char ch = (unsigned char)idnumber.p[i];
		if (isalnum(ch) || ch == '_' || ch == '.' || ch == '-')
			bv_buf_addc(out, (char)ch);
		else if (ch < 0x80 || ch >= 0xC0)
			bv_buf_addc(out, '-');
	}
	if (out->len == from)
		bv_buf_printf(out, "%04llu", (unsigned long long)c->ordinal);
}

/* Where the name is, or the free place where it belongs. */
static struct bv_str *
name_slot(struct bv_str *names, size_t cap, struct bv_str name)
{
	uint64_t hash = 14695981039346656037u;
	size_t at;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.p[i]) * 1099511628211u;
	for (at = (size_t)hash & (cap - 1); names[at].p && !bv_str_eq(names[at], name);)
		at = (at + 1) & (cap - 1);
	return &names[at];
}

/* Room for one more, half of the places at most being taken. */
static void
names_grow(struct bv_conversion *c)
{
	size_t cap = c->name_cap ? 2 * c->name_cap : NAMES_MIN;
	struct bv_str *names;

	if (2 * (c->name_count + 1) <= c->name_cap)
		return;
	names = bv_alloc_array(cap, sizeof *names);
	for (size_t i = 0; i < c->name_cap; i++)
		if (c->names[i].p)
			*name_slot(names, cap, c->names[i]) = c->names[i];
	free(c->names);
	c->names = names;
	c->name_cap = cap;
}

static bool
name_take(struct bv_conversion *c, struct bv_str name)
{
	char *lower = bv_arena_alloc(&c->arena, name.len + 1);
	struct bv_str *slot;

	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)tolower((unsigned char)name.p[i]);
	names_grow(c);
	slot = name_slot(c->names, c->name_cap, (struct bv_str){ lower, name.len });
	if (slot->p)
		return false;
	*slot = (struct bv_str){ lower, name.len };
	c->name_count++;
	return true;
}

static struct bv_str
identifier_new(struct bv_conversion *c, struct bv_str idnumber)
{
	struct bv_buf name = BV_BUF(BV_ITEM_IDENTIFIER_MAX);
	struct bv_str s;
	bool taken = false;

	identifier_base(&name, c, idnumber);
	if (!name_take(c, bv_buf_str(&name))) {
		taken = true;
		bv_buf_printf(&name, "-%llu", (unsigned long long)c->ordinal);
		while (!name_take(c, bv_buf_str(&name)))
			bv_buf_addc(&name, 'x');
	}
	s = bv_arena_str(&c->draft, bv_buf_str(&name));
	if (taken && idnumber.len)
		bv_loss(c, BV_SEVERITY_WARNING, "changed", 0, "another question has the same ID number '%.*s': this one is %.*s", BV_STR_ARG(bv_str_sub(idnumber, 0, 60)), BV_STR_ARG(s));
	bv_buf_finish(&name);
	return s;
}

/* ---- The gate ---- */

static enum bv_status
key_score(double *out, const struct bv_item *item, const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *key = NULL;

	TRY(bv_item_session_new(&session, item, seed, err));
	key = bv_item_session_correct(session);
	TRY(bv_item_session_respond(session, key, err));
	TRY(bv_item_score(session, err));
	if (!bv_item_session_number(session, "SCORE", out))
		return bv_err_set(err, BV_EINVAL, "SCORE is no number");
	return BV_OK;
}

static enum bv_status
gate(const struct bv_draft *draft, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;

	TRY(bv_item_parse(&item, xml, err));
	if (draft->parts[0].kind == BV_PART_ESSAY)
		return BV_OK;
	for (uint8_t clone = 0; clone < (bv_item_clones(item) ? 8 : 1); clone++) {
		uint8_t seed[BV_HASH_LEN] = { clone };
		double score;
		TRY(key_score(&score, item, seed, err));
		if (!(fabs(score - draft->grade) <= KEY_SLACK))
			return bv_err_set(err, BV_EINVAL, "its key would score %g of %g", score, draft->grade);
	}
	return BV_OK;
}

void
bv_draft_emit(struct bv_conversion *c, const struct bv_draft *draft)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_converted item = { .title = draft->title, .category = c->category, .idnumber = draft->idnumber, .tags = draft->tags, .tag_count = draft->tag_count, .files = c->media, .file_count = c->media_count, .line = c->line };
	struct bv_err err;

	item.identifier = identifier_new(c, draft->idnumber);
	if (!item.title.len)
		item.title = item.identifier;
	bv_draft_write(&out, draft, item.identifier, c->opts->language);
	if (out.full) {
		bv_loss(c, BV_SEVERITY_ERROR, "many", 0, "not converted: the item would be larger than %u bytes", BV_XML_ITEM_MAX);
		return;
	}
	if (bv_text_nfc(&item.xml, bv_buf_str(&out), &c->draft, &err) || gate(draft, item.xml, &err)) {
		bv_loss(c, BV_SEVERITY_ERROR, "form", 0, "not converted: %s", err.msg);
		return;
	}
	c->counts.items++;
	if (c->opts->item)
		c->stopped = c->opts->item(c->opts->ctx, &item, c->err);
}

/* ---- Public ---- */

static enum bv_status
source_read(struct bv_str *out, struct bv_str bytes, struct bv_arena *arena, struct bv_err *err)
{
	if (bytes.len > BV_CONVERT_MAX)
		return bv_err_set(err, BV_ELIMIT, "the file is larger than %u bytes: split it", BV_CONVERT_MAX);
	bytes = bv_text_unmarked(bytes);
	TRY(bv_text_need(bytes, 1, err));
	TRY(bv_text_nfc(out, bytes, arena, err));
	/* Control characters are marks of our own while a text is taken apart. */
	char *p = bv_changeable(arena, *out);
	for (size_t i = 0; i < out->len; i++)
		if ((unsigned char)p[i] < 0x20 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
			p[i] = ' ';
		else if ((unsigned char)p[i] == 0xEF && (unsigned char)p[i + 1] == 0xBF && (unsigned char)p[i + 2] >= 0xBE)
			p[i + 2] = (char)0xBD; /* U+FFFE and U+FFFF are no characters: U+FFFD stands for them */
	out->p = p;
	return BV_OK;
}

static enum bv_status
options_check(const struct bv_convert_opts *opts, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf definition = BV_BUF(256);
	unsigned rules;

	bv_buf_printf(&definition, BV_FOLD_DEFINITION "%.*s", BV_STR_ARG(opts->fold));
	if (opts->fold.len && bv_fold_parse(&rules, bv_buf_str(&definition), err))
		return err->status = BV_EINVAL;
	for (size_t i = 0; i < opts->prefix.len; i++) {
		unsigned char ch = (unsigned char)opts->prefix.p[i];
		if (!(isalpha(ch) || (i && (isdigit(ch) || strchr("-_.", ch)))))
			return bv_err_set(err, BV_EINVAL, "the prefix begins with a letter, and has letters, digits, - _ and . only");
	}
	if (opts->prefix.len > 60)
		return bv_err_set(err, BV_EINVAL, "the prefix has more than 60 characters");
	for (size_t i = 0; i < opts->language.len; i++)
		if (!isalnum((unsigned char)opts->language.p[i]) && opts->language.p[i] != '-')
			return bv_err_set(err, BV_EINVAL, "the language is a tag like vi or en-GB");
	for (size_t i = 0; i < opts->step_count; i++)
		if (opts->steps[i] > 1000000 || (i && opts->steps[i] < opts->steps[i - 1]))
			return bv_err_set(err, BV_EINVAL, "the steps are marks up to 100 that do not fall");
	return BV_OK;
}

enum bv_status
bv_convert(enum bv_convert_format format, struct bv_str bytes, const struct bv_convert_opts *opts, struct bv_convert_counts *counts, struct bv_err *err)
{
	struct bv_conversion c = { .opts = opts, .err = err };
	struct bv_str text;
	enum bv_status status = options_check(opts, err);

	if (status == BV_OK)
		status = source_read(&text, bytes, &c.arena, err);
	if (status == BV_OK) {
		switch (format) {
		case BV_CONVERT_MOODLE:
			bv_import_moodle(&c, text);
			break;
		case BV_CONVERT_GIFT:
			bv_import_gift(&c, text);
			break;
		case BV_CONVERT_AIKEN:
			bv_import_aiken(&c, text);
			break;
		case BV_CONVERT_CSV:
		case BV_CONVERT_VN4:
			bv_import_csv(&c, text, format == BV_CONVERT_VN4);
			break;
		}
		status = c.stopped;
	}
	*counts = c.counts;
	free(c.names);
	bv_arena_finish(&c.draft);
	bv_arena_finish(&c.arena);
	return status;
}

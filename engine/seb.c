/* Safe Exam Browser's configurations: what SEB computes a Config Key of, and what it sends. After KeyGenerator.cs, ResourceHandler.cs and Json.cs of
 * seb-win-refactoring, whose rules doc/seb.md tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"
#include "engine/engine.h"

enum { DEPTH_MAX = 16 };

/* ---- Keys in order ---- */

struct member {
	struct bv_str key;
	const struct bv_xml_node *value;
};

static int
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Without case, as the invariant culture has it; of names that are equal then, the one with the small letter comes first. */
static int
by_key(const void *a, const void *b)
{
	struct bv_str x = ((const struct member *)a)->key, y = ((const struct member *)b)->key;
	size_t len = x.len < y.len ? x.len : y.len;

	for (size_t i = 0; i < len; i++)
		if (lower((unsigned char)x.p[i]) != lower((unsigned char)y.p[i]))
			return lower((unsigned char)x.p[i]) - lower((unsigned char)y.p[i]);
	if (x.len != y.len)
		return x.len < y.len ? -1 : 1;
	for (size_t i = 0; i < len; i++)
		if (x.p[i] != y.p[i])
			return (unsigned char)y.p[i] - (unsigned char)x.p[i];
	return 0;
}

static bool
same_word(struct bv_str s, const char *word)
{
	if (s.len != strlen(word))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (lower((unsigned char)s.p[i]) != lower((unsigned char)word[i]))
			return false;
	return true;
}

static bool
is(const struct bv_xml_node *node, const char *name)
{
	return bv_str_is(node->name, name);
}

/* ---- SEB_JSON ---- */

struct writing {
	struct bv_buf *out;
	struct bv_arena *arena;
	int depth;
};

static enum bv_status write_value(struct writing *w, const struct bv_xml_node *node, struct bv_err *err);

static enum bv_status
read_members(struct member **out, size_t *count, struct writing *w, const struct bv_xml_node *dict, struct bv_err *err)
{
	size_t n = 0, all = 0;

	for (const struct bv_xml_node *e = bv_xml_element(dict->first); e; e = bv_xml_element(e->next))
		all++;
	struct member *members = bv_arena_alloc(w->arena, (all + 1) * sizeof *members);

	for (const struct bv_xml_node *e = bv_xml_element(dict->first); e; e = bv_xml_element(e->next)) {
		const struct bv_xml_node *value = bv_xml_element(e->next);
		if (!is(e, "key") || !value || is(value, "key"))
			return bv_err_at(err, BV_EPARSE, e->line, "a <dict> has a <key> and a value, one after the other");
		struct member m = { bv_xml_text(e, w->arena), value };
		e = value;
		/* Which program wrote it does not count, and what is empty neither. */
		if (!same_word(m.key, "originatorVersion") && !(is(value, "dict") && !bv_xml_element(value->first)))
			members[n++] = m;
	}
	qsort(members, n, sizeof *members, by_key);
	for (size_t i = 1; i < n; i++)
		if (bv_str_eq(members[i].key, members[i - 1].key))
			return bv_err_at(err, BV_EPARSE, members[i].value->line, "the key '%.*s' is there twice", BV_STR_ARG(bv_str_sub(members[i].key, 0, 60)));
	*out = members;
	*count = n;
	return BV_OK;
}

static enum bv_status
write_dict(struct writing *w, const struct bv_xml_node *dict, struct bv_err *err)
{
	struct member *members;
	size_t count;

	TRY(read_members(&members, &count, w, dict, err));
	bv_buf_addc(w->out, '{');
	for (size_t i = 0; i < count; i++) {
		bv_buf_printf(w->out, "%s\"%.*s\":", i ? "," : "", BV_STR_ARG(members[i].key));
		TRY(write_value(w, members[i].value, err));
	}
	bv_buf_addc(w->out, '}');
	return BV_OK;
}

static enum bv_status
write_array(struct writing *w, const struct bv_xml_node *array, struct bv_err *err)
{
	bool first = true;

	bv_buf_addc(w->out, '[');
	for (const struct bv_xml_node *e = bv_xml_element(array->first); e; e = bv_xml_element(e->next)) {
		if (!first)
			bv_buf_addc(w->out, ',');
		first = false;
		TRY(write_value(w, e, err));
	}
	bv_buf_addc(w->out, ']');
	return BV_OK;
}

/* No escapes: as SEB writes it, which is not JSON where a text has quotes. */
static void
write_quoted(struct bv_buf *out, struct bv_str text)
{
	bv_buf_addc(out, '"');
	bv_buf_add(out, text);
	bv_buf_addc(out, '"');
}

static enum bv_status
write_number(struct writing *w, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_str text = bv_str_trim(bv_xml_text(node, w->arena));
	char copy[64], *end;
	int64_t n;

	if (is(node, "integer")) {
		if (!bv_str_int(text, &n))
			return bv_err_at(err, BV_EPARSE, node->line, "<integer> is a whole number");
		bv_buf_printf(w->out, "%lld", (long long)n);
		return BV_OK;
	}
	snprintf(copy, sizeof copy, "%.*s", BV_STR_ARG(bv_str_sub(text, 0, sizeof copy - 1)));
	double x = strtod(copy, &end);
	if (!text.len || *end || text.len >= sizeof copy || !(x > -1e15 && x < 1e15))
		return bv_err_at(err, BV_EPARSE, node->line, "<real> is a number");
	bv_double_write(w->out, x);
	return BV_OK;
}

static enum bv_status
write_value(struct writing *w, const struct bv_xml_node *node, struct bv_err *err)
{
	enum bv_status status = BV_OK;

	if (++w->depth > DEPTH_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, "deeper than %d levels", DEPTH_MAX);
	if (is(node, "dict")) {
		status = write_dict(w, node, err);
	} else if (is(node, "array")) {
		status = write_array(w, node, err);
	} else if (is(node, "true") || is(node, "false")) {
		bv_buf_add(w->out, node->name);
	} else if (is(node, "integer") || is(node, "real")) {
		status = write_number(w, node, err);
	} else if (is(node, "string") || is(node, "date")) {
		write_quoted(w->out, bv_xml_text(node, w->arena));
	} else if (is(node, "data")) {
		struct bv_str text = bv_xml_text(node, w->arena);
		bv_buf_addc(w->out, '"');
		for (size_t i = 0; i < text.len; i++)
			if (!strchr(" \t\r\n", text.p[i]))
				bv_buf_addc(w->out, text.p[i]);
		bv_buf_addc(w->out, '"');
	} else {
		status = bv_err_at(err, BV_EPARSE, node->line, "<%.*s> is no value of a property list", BV_STR_ARG(bv_str_sub(node->name, 0, 40)));
	}
	w->depth--;
	return status;
}

/* Every property list names Apple's DTD, which nothing here reads. */
static enum bv_status
without_doctype(struct bv_buf *out, struct bv_str plist, struct bv_err *err)
{
	static const char mark[] = "<!DOCTYPE";
	size_t at = 0;

	while (at + sizeof mark < plist.len && memcmp(plist.p + at, mark, sizeof mark - 1) != 0)
		at++;
	if (at + sizeof mark >= plist.len) {
		bv_buf_add(out, plist);
		return bv_buf_check(out, err);
	}
	struct bv_str rest = bv_str_sub(plist, at, plist.len);
	size_t end = bv_str_find(rest, '>');
	if (end == rest.len || bv_str_find(bv_str_sub(rest, 0, end), '[') < end)
		return bv_err_set(err, BV_EPARSE, "a property list has a DOCTYPE without declarations of its own, or none");
	bv_buf_add(out, bv_str_sub(plist, 0, at));
	bv_buf_add(out, bv_str_sub(rest, end + 1, rest.len));
	return bv_buf_check(out, err);
}

enum bv_status
bv_seb_json(struct bv_buf *out, struct bv_str plist, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_SEB_MAX);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct writing w = { out, &arena, 0 };

	plist = bv_text_unmarked(plist);
	if (plist.len > BV_SEB_MAX)
		return bv_err_set(err, BV_ELIMIT, "a configuration has at most %u bytes", BV_SEB_MAX);
	TRY(without_doctype(&text, plist, err));
	TRY(bv_xml_read(&doc, bv_buf_str(&text), BV_SEB_MAX, err));
	const struct bv_xml_node *root = bv_xml_root(doc), *dict = bv_xml_element(root->first);
	if (!is(root, "plist") || !dict || !is(dict, "dict"))
		return bv_err_at(err, BV_EPARSE, root->line, "this is no property list with a <dict> in it");
	TRY(write_value(&w, dict, err));
	return bv_buf_check(out, err);
}

enum bv_status
bv_seb_config_key(char out[BV_SEB_KEY_SIZE], struct bv_str plist, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(2 * BV_SEB_MAX);
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_seb_json(&json, plist, err));
	bv_sha256(hash, bv_buf_str(&json));
	bv_hex(out, hash, sizeof hash);
	return BV_OK;
}

/* ---- What SEB sends ---- */

void
bv_seb_hash(char out[BV_SEB_KEY_SIZE], struct bv_str url, const char key[BV_SEB_KEY_SIZE])
{
	uint8_t hash[BV_HASH_LEN];
	struct bv_sha256 ctx;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, url.p, bv_str_find(url, '#'));
	bv_sha256_add(&ctx, key, strlen(key));
	bv_sha256_end(&ctx, hash);
	bv_hex(out, hash, sizeof hash);
}

bool
bv_seb_hash_is(struct bv_str given, struct bv_str url, const char key[BV_SEB_KEY_SIZE])
{
	char want[BV_SEB_KEY_SIZE];
	unsigned differs = given.len != BV_SEB_KEY_SIZE - 1;

	bv_seb_hash(want, url, key);
	for (size_t i = 0; i < BV_SEB_KEY_SIZE - 1 && !(differs & 1); i++)
		differs |= (unsigned)(lower((unsigned char)given.p[i]) ^ want[i]) << 1;
	return !differs;
}

bool
bv_seb_key_good(struct bv_str key)
{
	bool good = key.len == BV_SEB_KEY_SIZE - 1;

	for (size_t i = 0; good && i < key.len; i++)
		good = (key.p[i] >= '0' && key.p[i] <= '9') || (key.p[i] >= 'a' && key.p[i] <= 'f');
	return good;
}

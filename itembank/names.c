#include "itembank/names.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const names[BV_QTI_NAME_COUNT] = { "",
#define X(id, name) "qti-" name,
	                                              BV_QTI_NAMES(X)
#undef X
};

enum { PREFIX = 4, NAME_MAX_LEN = 40 };

/* The namespaces of QTI by the last segment of their URI; APIP and profiles put the same segment after another path. */
static const struct {
	const char *segment;
	enum bv_qti_version version;
} namespaces[] = {
	{ "imsqti_v2p0", BV_QTI_2_0 },
	{ "imsqti_v2p1", BV_QTI_2_1 },
	{ "imsqti_v2p2", BV_QTI_2_2 },
	{ "imsqtiasi_v3p0", BV_QTI_3_0 },
};

static bool
version_of(enum bv_qti_version *out, struct bv_str ns)
{
	size_t from = ns.len;

	while (from && ns.p[from - 1] != '/')
		from--;
	struct bv_str segment = bv_str_sub(ns, from, ns.len);
	for (size_t i = 0; i < BV_COUNT(namespaces); i++) {
		if (bv_str_starts(segment, bv_str_of(namespaces[i].segment))) {
			*out = namespaces[i].version;
			return true;
		}
	}
	return false;
}

/* anyN → any-n, durationGTE → duration-gte: a run of capitals is one word. False when it does not fit. */
static bool
kebab(char *out, size_t size, struct bv_str camel, size_t *len)
{
	size_t n = 0;
	bool capital = false;

	for (size_t i = 0; i < camel.len; i++) {
		char c = camel.p[i];
		bool upper = c >= 'A' && c <= 'Z';
		if (n + 2 > size || c == '-')
			return false;
		if (upper && !capital)
			out[n++] = '-';
		out[n++] = upper ? (char)(c - 'A' + 'a') : c;
		capital = upper;
	}
	*len = n;
	return true;
}

static enum bv_qti
find(struct bv_str name)
{
	size_t low = 1, high = BV_QTI_NAME_COUNT;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = bv_str_cmp(name, bv_str_of(names[mid] + PREFIX));
		if (order == 0)
			return (enum bv_qti)mid;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return BV_QTI_NONE;
}

enum bv_qti
bv_qti_element(const struct bv_xml_node *node)
{
	enum bv_qti_version version;
	char buf[NAME_MAX_LEN];
	size_t len;

	if (node->ns.len && !version_of(&version, node->ns))
		return BV_QTI_NONE;
	bool prefixed = bv_str_starts(node->name, BV_STR("qti-"));
	if (node->ns.len && prefixed != (version == BV_QTI_3_0))
		return BV_QTI_NONE;
	if (prefixed)
		return find(bv_str_sub(node->name, PREFIX, node->name.len));
	if (!kebab(buf, sizeof buf, node->name, &len))
		return BV_QTI_NONE;
	return find((struct bv_str){ buf, len });
}

const char *
bv_qti_name(enum bv_qti element)
{
	return names[element];
}

struct bv_str
bv_qti_kebab(struct bv_str name, struct bv_arena *arena)
{
	char buf[2 * NAME_MAX_LEN];
	size_t len;

	if (!kebab(buf, sizeof buf, name, &len) || len == name.len)
		return name;
	return bv_arena_str(arena, (struct bv_str){ buf, len });
}

struct bv_str
bv_qti_camel(struct bv_str name, struct bv_arena *arena)
{
	char buf[NAME_MAX_LEN];
	size_t len = 0;

	if (name.len > sizeof buf || bv_str_starts(name, BV_STR("aria-")) || bv_str_starts(name, BV_STR("data-")))
		return name;
	for (size_t i = 0; i < name.len; i++) {
		bool joint = name.p[i] == '-' && i + 1 < name.len && name.p[i + 1] >= 'a' && name.p[i + 1] <= 'z';
		i += joint;
		buf[len++] = joint ? (char)(name.p[i] - 'a' + 'A') : name.p[i];
	}
	return len == name.len ? name : bv_arena_str(arena, (struct bv_str){ buf, len });
}

enum bv_status
bv_qti_version_of(enum bv_qti_version *out, const struct bv_xml_node *root, struct bv_err *err)
{
	if (bv_str_is(root->name, "questestinterop"))
		return bv_err_rule(err, "qti-1", root->line, BV_QTI_1_REFUSED);
	if (root->ns.len == 0) {
		*out = bv_str_starts(root->name, BV_STR("qti-")) ? BV_QTI_3_0 : BV_QTI_2_1;
		return BV_OK;
	}
	if (!version_of(out, root->ns))
		return bv_err_rule(err, "unknown-namespace", root->line,
		                   "%.*s: the namespace \"%.*s\" is not one of QTI 2.0, 2.1, 2.2 or 3.0", BV_STR_ARG(root->name),
		                   BV_STR_ARG(bv_str_sub(root->ns, 0, 120)));
	return BV_OK;
}

/* name is in kebab case; spelled may be in either. */
static bool
same_attribute(struct bv_str spelled, const char *name)
{
	size_t i = 0;

	for (; *name && i < spelled.len; name++, i++) {
		char c = spelled.p[i];
		if (c == *name)
			continue;
		if (*name != '-' || c < 'A' || c > 'Z' || c - 'A' + 'a' != *++name)
			return false;
	}
	return !*name && i == spelled.len;
}

const struct bv_str *
bv_qti_attr(const struct bv_xml_node *node, const char *name)
{
	for (size_t i = 0; i < node->attr_count; i++) {
		const struct bv_xml_attr *attr = &node->attrs[i];
		if (attr->ns.len == 0 && same_attribute(attr->name, name))
			return &attr->value;
	}
	return NULL;
}

enum bv_status
bv_qti_attr_bool(bool *out, const struct bv_xml_node *node, const char *name, bool otherwise, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);
	struct bv_str s = attr ? bv_str_trim(*attr) : BV_STR_NONE;

	if (!attr)
		*out = otherwise;
	else if (bv_str_is(s, "true") || bv_str_is(s, "1"))
		*out = true;
	else if (bv_str_is(s, "false") || bv_str_is(s, "0"))
		*out = false;
	else
		return bv_err_rule(err, "bad-attribute-value", node->line, "%.*s: %s=\"%.*s\" must be true or false",
		                   BV_STR_ARG(node->name), name, BV_STR_ARG(bv_str_sub(s, 0, 60)));
	return BV_OK;
}

enum bv_status
bv_qti_attr_count(uint32_t *out, const struct bv_xml_node *node, const char *name, uint32_t otherwise, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);
	int64_t n = otherwise;

	if (attr && (!bv_str_int(bv_str_trim(*attr), &n) || n < 0 || n > INT32_MAX))
		return bv_err_rule(err, "bad-attribute-value", node->line, "%.*s: %s=\"%.*s\" must be a whole number, 0 or more",
		                   BV_STR_ARG(node->name), name, BV_STR_ARG(bv_str_sub(*attr, 0, 60)));
	*out = (uint32_t)n;
	return BV_OK;
}

enum bv_status
bv_qti_attr_identifier(struct bv_str *out, const struct bv_xml_node *node, const char *name, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);

	if (!attr)
		return bv_err_rule(err, "missing-attribute", node->line, "%.*s: the attribute %s is missing", BV_STR_ARG(node->name), name);
	struct bv_str s = bv_str_trim(*attr);
	if (!bv_qti_is_identifier(s))
		return bv_err_rule(err, "bad-identifier", node->line,
		                   "%.*s: %s=\"%.*s\" is not an identifier (a letter or '_' first, then letters, digits, '_', '-', '.')",
		                   BV_STR_ARG(node->name), name, BV_STR_ARG(bv_str_sub(s, 0, 60)));
	*out = s;
	return BV_OK;
}

static bool
is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

bool
bv_qti_is_token(struct bv_str s)
{
	if (s.len == 0 || s.len > BV_ITEM_IDENTIFIER_MAX)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (!is_letter(c) && (c < '0' || c > '9') && c != '-' && c != '.')
			return false;
	}
	return true;
}

bool
bv_qti_is_identifier(struct bv_str s)
{
	return bv_qti_is_token(s) && is_letter((unsigned char)s.p[0]);
}

const struct bv_xml_node *
bv_qti_child(const struct bv_xml_node *parent, enum bv_qti element)
{
	const struct bv_xml_node *e = bv_qti_first(parent);

	while (e && bv_qti_element(e) != element)
		e = bv_qti_next(e);
	return e;
}

void
bv_note(struct bv_notes *notes, const char *rule, int line, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!notes || notes->count++ >= BV_NOTES_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bv_text_repair(text);
	struct bv_note *note = bv_arena_array(notes->arena, 1, struct bv_note);
	note->rule = rule;
	note->line = line;
	note->text = bv_arena_str(notes->arena, bv_str_of(text)).p;
	if (notes->last)
		notes->last->next = note;
	else
		notes->first = note;
	notes->last = note;
}

void
bv_note_fault(struct bv_notes *notes, const struct bv_err *err)
{
	bv_note(notes, err->rule, err->line, "%s", err->msg);
}

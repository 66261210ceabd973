/* Rules of issuing, as a dated document: how serial numbers look, how long certificates are valid, what their holders must have, for what reasons they
 * are revoked. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/hash.h"
#include "registry/xml.h"

#define NAMESPACE "https://bangvang.vn/ns/issuing/1"
enum { MONTHS_MAX = 1200, AGE_MAX = 100, DIGITS_MAX = 12, CODE_MAX = 64 };

struct issuing {
	struct bv_issuing of; /* first: given back as such */
	struct bv_arena arena;
	struct bv_reason_code reasons[BV_REASONS_MAX];
};

void
bv_issuing_free(struct bv_issuing *issuing)
{
	struct issuing *own = (struct issuing *)issuing;

	if (!own)
		return;
	bv_arena_finish(&own->arena);
	free(own);
}

/* ---- Serial numbers ---- */

/* The next piece of a pattern: text as it is, or what is between braces. False at the end; *bad for a brace that is not closed. */
static bool
take_piece(struct bv_str *pattern, struct bv_str *piece, bool *field, bool *bad)
{
	size_t brace = bv_str_find(*pattern, '{');

	*field = pattern->len && brace == 0;
	*bad = false;
	if (!pattern->len)
		return false;
	if (!*field) {
		*piece = bv_str_sub(*pattern, 0, brace);
		*pattern = bv_str_sub(*pattern, brace, pattern->len);
		return true;
	}
	size_t end = bv_str_find(*pattern, '}');
	*bad = end == pattern->len;
	*piece = bv_str_sub(*pattern, 1, end - 1);
	*pattern = bv_str_sub(*pattern, end + 1, pattern->len);
	return true;
}

/* "number" or "number:6": the digits, 0 for as many as it takes; -1 for something else. */
static int
number_digits(struct bv_str field)
{
	int64_t digits;

	if (bv_str_is(field, "number"))
		return 0;
	if (!bv_str_starts(field, BV_STR("number:")) || !bv_str_int(bv_str_sub(field, 7, field.len), &digits) || digits < 1 || digits > DIGITS_MAX)
		return -1;
	return (int)digits;
}

struct serial {
	struct bv_str scheme, centre;
	bv_day awarded;
	int64_t number; /* 0: the series, without it */
};

static enum bv_status
add_field(struct bv_buf *out, struct bv_str field, const struct serial *s, struct bv_err *err)
{
	char day[BV_DAY_SIZE];
	int digits = number_digits(field);

	bv_day_write(day, s->awarded);
	if (bv_str_is(field, "scheme")) {
		bv_buf_add(out, s->scheme);
	} else if (bv_str_is(field, "centre")) {
		bv_buf_add(out, s->centre);
	} else if (bv_str_is(field, "year")) {
		bv_buf_add(out, (struct bv_str){ day, 4 });
	} else if (bv_str_is(field, "yy")) {
		bv_buf_add(out, (struct bv_str){ day + 2, 2 });
	} else if (digits < 0) {
		return bv_err_set(err, BV_EINVAL, "{%.*s} is nothing that a serial number is made of: {scheme} {centre} {year} {yy} {number} {number:1} to {number:%d}",
		                  BV_STR_ARG(bv_str_sub(field, 0, 40)), DIGITS_MAX);
	} else if (!s->number) {
		bv_buf_addz(out, "{}");
	} else {
		size_t from = out->len;
		bv_buf_printf(out, "%0*" PRId64, digits, s->number);
		if (digits && out->len - from > (size_t)digits)
			return bv_err_set(err, BV_ELIMIT, "serial number %" PRId64 " has more than the %d digits of its pattern: change the rules of issuing", s->number, digits);
	}
	return BV_OK;
}

static enum bv_status
write_serial(struct bv_buf *out, struct bv_str pattern, const struct serial *s, struct bv_err *err)
{
	struct bv_str piece;
	bool field, bad;

	while (take_piece(&pattern, &piece, &field, &bad)) {
		if (bad)
			return bv_err_set(err, BV_EPARSE, "the pattern of serial numbers has a '{' without '}'");
		if (field)
			TRY(add_field(out, piece, s, err));
		else
			bv_buf_add(out, piece);
	}
	if (out->full || out->len > BV_SERIAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "a serial number has at most %d bytes", BV_SERIAL_MAX);
	return BV_OK;
}

enum bv_status
bv_serial_write(struct bv_buf *out, const struct bv_issuing *issuing, struct bv_str scheme, struct bv_str centre, bv_day awarded, int64_t number,
                struct bv_err *err)
{
	const struct serial s = { scheme, centre, awarded, number };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);

	TRY(write_serial(&text, issuing->serial, &s, err));
	bv_buf_add(out, bv_buf_str(&text));
	return bv_buf_check(out, err);
}

enum bv_status
bv_serial_series(struct bv_buf *out, const struct bv_issuing *issuing, struct bv_str scheme, struct bv_str centre, bv_day awarded, struct bv_err *err)
{
	return bv_serial_write(out, issuing, scheme, centre, awarded, 0, err);
}

/* Exactly one number, or serial numbers would repeat; nothing between braces that is not known. */
static enum bv_status
check_pattern(struct bv_str pattern, int line, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf trial = BV_BUF(4096);
	const struct serial s = { BV_STR_NONE, BV_STR_NONE, 0, 1 };
	struct bv_str rest = pattern, piece;
	bool field, bad;
	int numbers = 0;

	if (write_serial(&trial, pattern, &s, err) != BV_OK)
		return bv_err_again(err, line, "%s", err->msg);
	while (take_piece(&rest, &piece, &field, &bad))
		numbers += field && number_digits(piece) >= 0;
	return numbers == 1 ? BV_OK : bv_err_at(err, BV_EINVAL, line, "the pattern of serial numbers has {number} once: else numbers would repeat");
}

/* ---- The document ---- */

static enum bv_status
read_serial(struct issuing *own, const struct bv_xml_node *node, struct bv_err *err)
{
	TRY(xml_expect(node, NAMESPACE, "serial", "pattern", err));
	TRY(xml_text(&own->of.serial, node, "pattern", true, &own->arena, err));
	return check_pattern(own->of.serial, node->line, err);
}

static enum bv_status
read_holder(struct issuing *own, const struct bv_xml_node *node, struct bv_err *err)
{
	static const char *const words[] = { "optional", "required", "none" };
	struct bv_str birth;
	size_t i = 0;

	TRY(xml_expect(node, NAMESPACE, "holder", "birth least-age", err));
	TRY(xml_text(&birth, node, "birth", true, &own->arena, err));
	while (i < BV_COUNT(words) && !bv_str_is(birth, words[i]))
		i++;
	if (i == BV_COUNT(words))
		return bv_err_at(err, BV_EINVAL, node->line, "'birth' is \"required\", \"optional\" or \"none\"");
	own->of.birth = (enum bv_need)i;
	TRY(xml_count(&own->of.least_age, node, "least-age", false, AGE_MAX, err));
	if (own->of.least_age && own->of.birth != BV_NEED_REQUIRED)
		return bv_err_at(err, BV_EINVAL, node->line, "'least-age' has a meaning only with birth=\"required\"");
	return BV_OK;
}

static enum bv_status
read_reason(struct issuing *own, const struct bv_xml_node *node, struct bv_err *err)
{
	struct bv_reason_code *reason = &own->reasons[own->of.reason_count];

	if (own->of.reason_count == BV_REASONS_MAX)
		return bv_err_at(err, BV_ELIMIT, node->line, "more than %d reasons", BV_REASONS_MAX);
	TRY(xml_expect(node, NAMESPACE, "reason", "code deeds", err));
	TRY(xml_word(&reason->code, node, "code", CODE_MAX, "-", &own->arena, err));
	for (size_t i = 0; i < reason->code.len; i++)
		if (reason->code.p[i] >= 'A' && reason->code.p[i] <= 'Z')
			return bv_err_at(err, BV_EINVAL, node->line, "code=\"%.*s\": small letters, digits and '-': it goes into the public log", BV_STR_ARG(reason->code));
	for (size_t i = 0; i < own->of.reason_count; i++)
		if (bv_str_eq(own->reasons[i].code, reason->code))
			return bv_err_at(err, BV_ECONFLICT, node->line, "reason '%.*s' is there already", BV_STR_ARG(reason->code));
	TRY(xml_deeds(&reason->deeds, node, "deeds", err));
	TRY(xml_content(&reason->text, node, &own->arena, err));
	own->of.reason_count++;
	return BV_OK;
}

static enum bv_status
read_root(struct issuing *own, const struct bv_xml_node *root, struct bv_err *err)
{
	struct bv_str certainty;

	TRY(xml_expect(root, NAMESPACE, "issuing", "identifier version certainty from to", err));
	TRY(xml_word(&own->of.id, root, "identifier", BV_OFFICER_MAX, "-_.", &own->arena, err));
	TRY(xml_word(&own->of.version, root, "version", BV_OFFICER_MAX, "-_.", &own->arena, err));
	TRY(xml_text(&certainty, root, "certainty", true, &own->arena, err));
	if (!bv_str_is(certainty, "certain") && !bv_str_is(certainty, "high") && !bv_str_is(certainty, "uncertain"))
		return bv_err_at(err, BV_EINVAL, root->line, "'certainty' is \"certain\", \"high\" or \"uncertain\"");
	own->of.certain = !bv_str_is(certainty, "uncertain");
	TRY(xml_day(&own->of.from, root, "from", true, 0, err));
	TRY(xml_day(&own->of.to, root, "to", false, INT32_MAX, err));
	return own->of.to >= own->of.from ? BV_OK : bv_err_at(err, BV_EINVAL, root->line, "the rules end before they begin");
}

static enum bv_status
read_children(struct issuing *own, const struct bv_xml_node *root, struct bv_err *err)
{
	const struct bv_xml_node *node = bv_xml_element(root->first);

	if (!node || !bv_str_is(node->name, "title"))
		return bv_err_at(err, BV_EPARSE, root->line, "<issuing> begins with <title>");
	TRY(xml_expect(node, NAMESPACE, "title", "", err));
	TRY(xml_content(&own->of.title, node, &own->arena, err));
	node = bv_xml_element(node->next);
	if (!node)
		return bv_err_at(err, BV_EPARSE, root->line, "after <title> comes <serial>");
	TRY(read_serial(own, node, err));
	node = bv_xml_element(node->next);
	if (!node)
		return bv_err_at(err, BV_EPARSE, root->line, "after <serial> comes <validity>");
	TRY(xml_expect(node, NAMESPACE, "validity", "months", err));
	TRY(xml_count(&own->of.valid_months, node, "months", true, MONTHS_MAX, err));
	node = bv_xml_element(node->next);
	if (!node)
		return bv_err_at(err, BV_EPARSE, root->line, "after <validity> comes <holder>");
	TRY(read_holder(own, node, err));
	for (node = bv_xml_element(node->next); node; node = bv_xml_element(node->next))
		TRY(read_reason(own, node, err));
	return own->of.reason_count ? BV_OK : bv_err_at(err, BV_EPARSE, root->line, "there is no <reason>: nothing could be revoked");
}

enum bv_status
bv_issuing_parse(struct bv_issuing **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct issuing *own = bv_alloc(sizeof *own);
	BV_AUTO(bv_issuing_free) struct bv_issuing *issuing = &own->of;

	TRY(bv_xml_read(&doc, xml, BV_ISSUING_MAX, err));
	TRY(read_root(own, bv_xml_root(doc), err));
	TRY(read_children(own, bv_xml_root(doc), err));
	own->of.reasons = own->reasons;
	bv_sha256(own->of.hash, xml);
	*out = bv_steal(&issuing);
	return BV_OK;
}

enum bv_status
bv_issuing_reason(const struct bv_issuing *issuing, enum bv_deed deed, struct bv_str code, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf known = BV_BUF(200);

	for (size_t i = 0; i < issuing->reason_count; i++) {
		if (!(issuing->reasons[i].deeds & 1u << deed))
			continue;
		if (bv_str_eq(issuing->reasons[i].code, code))
			return BV_OK;
		bv_buf_printf(&known, "%s%.*s", known.len ? ", " : "", BV_STR_ARG(issuing->reasons[i].code));
	}
	return bv_err_set(err, BV_EINVAL, "'%.*s' is no reason to %s: %s", BV_STR_ARG(bv_str_sub(code, 0, 40)), bv_deed_name(deed),
	                  known.len ? known.p : "the rules of issuing have none");
}

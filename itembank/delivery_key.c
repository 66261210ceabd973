#define _GNU_SOURCE /* memmem */
#include <ctype.h>

#include "base/text.h"
#include "itembank/delivery_scan.h"
#include "itembank/item.h"

#define ANSWER_MIN 3 /* bytes: shorter ones stand in other words by chance */
#define NUMBER_MIN 2 /* digits */
#define WORK_MAX (64u << 20) /* bytes compared for one page: an author may not make the server search for seconds */

void
bv_seen_finish(struct bv_seen *seen)
{
	bv_buf_finish(&seen->attributes);
	bv_buf_finish(&seen->text);
}

static bool
is_readable(const struct bv_declaration *d)
{
	return d->type == BV_TYPE_STRING || d->type == BV_TYPE_INTEGER || d->type == BV_TYPE_FLOAT || d->type == BV_TYPE_IDENTIFIER;
}

bool
bv_seen_asks(const struct bv_item_session *session)
{
	const struct bv_item *item = bv_item_session_item(session);

	for (size_t i = 0; i < item->response_count; i++) {
		const struct bv_declaration *d = &item->program.declarations->list[item->responses[i]];
		if (is_readable(d) && (d->mapping || !bv_value_is_null(bv_item_session_key(session, item->responses[i]))))
			return true;
	}
	return false;
}

/* ---- What was seen ----------------------------------------------------------------------------------------------------- */

/* The second pass has seen that every escape is whole; those of four digits are of one byte, or of U+2028 and U+2029, which are spaces here. */
void
bv_seen_add(struct bv_buf *out, struct bv_str escaped, bool apart)
{
	if (apart && out->len)
		bv_buf_addc(out, ' ');
	for (size_t i = 0; i < escaped.len; i++) {
		struct bv_str plain = bv_str_sub(escaped, i, escaped.len);
		uint8_t byte[2];
		struct bv_err err;
		plain.len = bv_str_find(plain, '\\');
		bv_buf_add(out, plain);
		i += plain.len;
		if (i == escaped.len)
			return;
		if (escaped.p[++i] == 'u') {
			bool read = bv_hex_parse(byte, sizeof byte, bv_str_sub(escaped, i + 1, 4), &err) == BV_OK;
			bv_buf_addc(out, read && !byte[0] ? (char)byte[1] : ' ');
			i += 4;
		} else {
			bv_buf_addc(out, strchr("nt", escaped.p[i]) ? ' ' : escaped.p[i]);
		}
	}
}

bool
bv_seen_inline(struct bv_str name)
{
	static const char *const names[] = { "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s",
		                             "samp", "small", "span", "strong", "sub", "sup", "u", "var", "wbr" };

	return BV_PAGE_ROW(names, name) != NULL;
}

/* ---- The key in it ------------------------------------------------------------------------------------------------------- */

struct check {
	struct bv_arena arena;
	struct bv_str attributes, text; /* folded when they are asked for the first time; numbers need no folding */
	const struct bv_seen *seen;
	size_t work;
	struct bv_err *err;
};

/* A letter or digit before the byte at `at`; of what is not ASCII only spaces and marks of punctuation are none. */
static bool
goes_on(struct bv_str s, size_t at)
{
	unsigned char c = at ? (unsigned char)s.p[at - 1] : ' ';

	if (c < 0x80)
		return isalnum(c);
	if (at >= 3 && s.p[at - 3] == '\xe2' && (s.p[at - 2] == '\x80' || s.p[at - 2] == '\x81'))
		return false;
	return at < 2 || s.p[at - 2] != '\xc2';
}

/* Words may have endings ("router", "routers"), numbers not. */
static bool
has(struct bv_str text, struct bv_str sought, bool number)
{
	const char *p = text.p, *end = text.len ? p + text.len : p;

	for (; text.len && (p = memmem(p, (size_t)(end - p), sought.p, sought.len)); p++) {
		size_t at = (size_t)(p - text.p), after = at + sought.len;
		bool more = after < text.len && isalnum((unsigned char)text.p[after]);
		bool decimal = after + 1 < text.len && strchr(".,", text.p[after]) && isdigit((unsigned char)text.p[after + 1]);
		bool behind = at && strchr(".,-", text.p[at - 1]);
		if (!goes_on(text, at) && (!number || (!more && !decimal && !behind)))
			return true;
	}
	return false;
}

static struct bv_str
folded(struct bv_str *kept, struct check *check, const struct bv_buf *seen)
{
	if (!kept->len)
		*kept = bv_text_fold(bv_buf_str(seen), &check->arena);
	return *kept;
}

/* Do attributes have it, and the text has not? */
static bool
is_hidden(struct check *check, struct bv_str answer, bool number)
{
	if (answer.len < (number ? NUMBER_MIN : ANSWER_MIN))
		return false;
	check->work += check->seen->attributes.len;
	if (check->work > WORK_MAX)
		return false;
	if (number)
		return has(bv_buf_str(&check->seen->attributes), answer, true) && !has(bv_buf_str(&check->seen->text), answer, true);
	answer = bv_text_fold(bv_str_trim(answer), &check->arena);
	return has(folded(&check->attributes, check, &check->seen->attributes), answer, false) &&
	       !has(folded(&check->text, check, &check->seen->text), answer, false);
}

/* Choices may be labelled by their identifiers, as places on a map are: all of them then. */
static bool
are_labels(struct check *check, const struct bv_interaction *interaction)
{
	for (size_t i = 0; interaction && i < interaction->choice_count; i++)
		if (interaction->choices[i].identifier.len >= ANSWER_MIN && !is_hidden(check, interaction->choices[i].identifier, false))
			return false;
	return interaction && interaction->choice_count;
}

static enum bv_status
answer_check(struct check *check, const struct bv_interaction *interaction, struct bv_str answer, bool number)
{
	bool hidden = is_hidden(check, answer, number) && !are_labels(check, interaction);

	if (check->work > WORK_MAX)
		return bv_err_set(check->err, BV_EDENIED, "delivery stopped: too many answers and too much text in attributes to compare them");
	if (hidden)
		return bv_err_set(check->err, BV_EDENIED, "delivery stopped: a correct answer is in an attribute and nowhere in the text: '%.*s'",
		                  BV_STR_ARG(bv_str_sub(answer, 0, 60)));
	return BV_OK;
}

static enum bv_status
atom_check(struct check *check, const struct bv_interaction *interaction, enum bv_type type, const union bv_atom *atom)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RESPONSE_TEXT_MAX);

	if (type == BV_TYPE_STRING || type == BV_TYPE_IDENTIFIER)
		return answer_check(check, type == BV_TYPE_IDENTIFIER ? interaction : NULL, atom->text, false);
	bv_atom_write(&text, type, atom);
	return answer_check(check, NULL, bv_buf_str(&text), true);
}

static enum bv_status
response_check(struct check *check, const struct bv_declaration *d, const struct bv_interaction *interaction, const struct bv_value *correct)
{
	if (!is_readable(d))
		return BV_OK;
	for (uint32_t k = 0; k < correct->count; k++)
		TRY(atom_check(check, interaction, (enum bv_type)d->type, &bv_value_atoms(correct)[k]));
	for (size_t k = 0; d->mapping && k < d->mapping->count; k++)
		if (d->mapping->entries[k].mapped > 0)
			TRY(atom_check(check, interaction, (enum bv_type)d->type, &d->mapping->entries[k].key));
	return BV_OK;
}

static enum bv_status
all_check(struct check *check, const struct bv_item_session *session)
{
	const struct bv_item *item = bv_item_session_item(session);

	for (size_t i = 0; i < item->response_count; i++) {
		int variable = item->responses[i], idx = item->interaction_of[variable];
		TRY(response_check(check, &item->program.declarations->list[variable], idx < 0 ? NULL : &item->interactions[idx],
		                   bv_item_session_key(session, variable)));
	}
	return BV_OK;
}

enum bv_status
bv_seen_check(struct bv_seen *seen, const struct bv_item_session *session, struct bv_err *err)
{
	struct check check = { .err = err, .seen = seen };
	enum bv_status status;

	if (!seen->attributes.len)
		return BV_OK;
	status = all_check(&check, session);
	bv_arena_finish(&check.arena);
	return status;
}

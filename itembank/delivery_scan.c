/* The second pass: reads the bytes about to be sent, knows nothing of how they were made, and refuses what must not leave. */
#include <ctype.h>
#include <stdlib.h>

#include "itembank/item.h"

struct scan {
	struct bv_str bytes;
	size_t at;
	const struct bv_item_session *session;
	bool feedback; /* may be there */
	bool human;    /* some attribute for people was seen */
	bool key;      /* looking for the key: in attributes for people, then in the text */
	struct bv_str sought;
	bool in_attribute, in_text; /* where it was found */
	struct bv_err *err;
};

#define DEPTH_MAX 200

/* In byte order. Elements that do something, and those that QTI.md §5.1 names. */
static const char *const elements[] = {
	"annotation", "annotation-xml", "applet", "base", "body", "button", "canvas", "embed", "form", "frame", "frameset", "head", "html", "iframe",
	"input", "link", "maction", "marquee", "meta", "noscript", "object", "option", "param", "plaintext", "portal",
	"qti-area-map-entry", "qti-area-mapping", "qti-base-value", "qti-card", "qti-card-entry", "qti-catalog", "qti-catalog-info",
	"qti-companion-materials-info", "qti-context-declaration", "qti-correct-response", "qti-custom-interaction", "qti-default-value",
	"qti-interaction-module", "qti-interaction-modules", "qti-interpolation-table", "qti-map-entry", "qti-mapping", "qti-match-table",
	"qti-metadata", "qti-outcome-declaration", "qti-outcome-processing", "qti-portable-custom-interaction", "qti-printed-variable",
	"qti-response-declaration", "qti-response-processing", "qti-stylesheet", "qti-template-block", "qti-template-declaration",
	"qti-template-inline", "qti-template-processing", "qti-test-feedback", "qti-value", "script", "select", "slot", "style", "svg", "template",
	"textarea", "title", "xmp",
};

static const char *const attributes[] = {
	"accesskey", "action", "archive", "autofocus", "autoplay", "background", "base", "cite", "classid", "codebase", "content", "contenteditable",
	"correct", "data", "data-ssml", "dynsrc", "external-scored", "fixed", "formaction", "http-equiv", "integrity", "interpretation", "is",
	"long-interpretation", "longdesc", "lowsrc", "manifest", "mapped-value", "mastery-value", "nonce", "normal-maximum",
	"normal-minimum", "outcome-identifier", "part", "pattern-mask", "ping", "profile", "show-hide", "shuffle", "slot", "srcdoc", "srcset", "style",
	"tabindex", "target", "template-identifier", "tool-name", "tool-version", "usemap", "view", "xml-base", "xmlns",
};

/* For people: any text. Those of the shared vocabulary, nothing else, may begin with "data-". */
static const char *const human[] = {
	"abbr", "alt", "alttext", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "data-first-column-header",
	"data-max-selections-message", "data-min-selections-message", "data-patternmask-message", "data-ssml-phoneme-ph", "data-ssml-sub-alias",
	"label", "placeholder-text", "title",
};

static const char *const data[] = {
	"data-catalog-idref", "data-choices-container-width", "data-qti-suppress-tts", "data-ssml-break-strength", "data-ssml-break-time",
	"data-ssml-emphasis-level", "data-ssml-phoneme-alphabet", "data-ssml-prosody-pitch", "data-ssml-prosody-rate", "data-ssml-prosody-volume",
	"data-ssml-say-as", "data-ssml-say-as-format",
};

static const char *const references[] = {
	"aria-controls", "aria-describedby", "aria-details", "aria-flowto", "aria-labelledby", "aria-owns", "data-catalog-idref", "for", "headers", "id",
};

static bool
listed(const char *const *names, size_t count, struct bv_str name)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = bv_str_cmp(name, bv_str_of(names[mid]));
		if (order == 0)
			return true;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return false;
}
#define LISTED(names, name) listed((names), BV_COUNT(names), (name))

static enum bv_status
refuse(const struct scan *s, const char *what, struct bv_str which)
{
	return bv_err_set(s->err, BV_EDENIED, "delivery stopped: %s '%.*s'", what, BV_STR_ARG(bv_str_sub(which, 0, 60)));
}

/* ---- JSON, as strict as it is written here ------------------------------------------------------------------------------- */

static char
peek(const struct scan *s)
{
	return s->at < s->bytes.len ? s->bytes.p[s->at] : '\0';
}

static bool
take(struct scan *s, char c)
{
	if (peek(s) != c || s->at >= s->bytes.len)
		return false;
	s->at++;
	return true;
}

/* What is between the quotes, escapes as they stand. */
static enum bv_status
string_take(struct bv_str *out, struct scan *s)
{
	const char *p = s->bytes.p;
	size_t from = s->at + 1, i = from, len = s->bytes.len;

	if (!take(s, '"'))
		return refuse(s, "a string is missing at", bv_str_sub(s->bytes, s->at, 20));
	for (; i < len && p[i] != '"'; i++) {
		unsigned char c = (unsigned char)p[i];
		if (c < ' ' || c == '<' || c == '>' || c == '&')
			return refuse(s, "a character that is not escaped in", bv_str_sub(s->bytes, from, 40));
		i += c == '\\';
	}
	s->at = i < len ? i : len;
	*out = bv_str_sub(s->bytes, from, s->at - from);
	if (!take(s, '"'))
		return refuse(s, "a string without its end", bv_str_sub(*out, 0, 40));
	return BV_OK;
}

static bool
number_take(struct scan *s)
{
	size_t from = s->at;

	while (peek(s) >= '0' && peek(s) <= '9')
		s->at++;
	return s->at > from && s->at - from < 11;
}

/* ---- Values of attributes ---------------------------------------------------------------------------------------------------- */

static bool
all_digits(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0 && s.len < 5;
}

static bool
is_numbered(struct bv_str word, char letter)
{
	return word.len > 1 && word.p[0] == letter && all_digits(bv_str_sub(word, 1, word.len));
}

static bool
is_opaque(struct bv_str word)
{
	if (word.len != BV_OPAQUE_LEN || word.p[0] != 'c')
		return false;
	for (size_t i = 1; i < word.len; i++)
		if ((word.p[i] < 'a' || word.p[i] > 'z') && (word.p[i] < '2' || word.p[i] > '7'))
			return false;
	return true;
}

static bool
is_media(struct bv_str value)
{
	struct bv_str hex = bv_str_sub(value, sizeof "media:sha256-" - 1, value.len);

	if (!bv_str_starts(value, BV_STR("media:sha256-")) || hex.len != 2 * BV_HASH_LEN)
		return false;
	for (size_t i = 0; i < hex.len; i++)
		if (!strchr("0123456789abcdef", hex.p[i]) || !hex.p[i])
			return false;
	return true;
}

static bool
words_are(struct bv_str words, bool opaque)
{
	struct bv_str word;

	while (bv_str_token(&words, &word))
		if (opaque ? !is_opaque(word) : !is_numbered(word, 'i'))
			return false;
	return true;
}

/* Words of closed lists, lengths, dates: nothing with a scheme, an escape, or an author's freedom. */
static bool
is_machine_word(struct bv_str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!isalnum((unsigned char)value.p[i]) && (!strchr(" .,-+/|()[]{}%*", value.p[i]) || !value.p[i]))
			return false;
	return value.len <= 2000;
}

static bool
is_good_value(struct bv_str name, struct bv_str value)
{
	if (bv_str_is(name, "identifier") || bv_str_is(name, "match-group"))
		return words_are(value, true) && value.len;
	if (bv_str_is(name, "response-identifier"))
		return is_numbered(value, 'r');
	if (bv_str_is(name, "src") || bv_str_is(name, "poster"))
		return is_media(value);
	if (bv_str_is(name, "href"))
		return value.len && value.p[0] == '#' && is_numbered(bv_str_sub(value, 1, value.len), 'i');
	if (LISTED(references, name))
		return words_are(value, false);
	return is_machine_word(value);
}

static bool
is_name(struct bv_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((name.p[i] < 'a' || name.p[i] > 'z') && (i == 0 || ((name.p[i] < '0' || name.p[i] > '9') && name.p[i] != '-')))
			return false;
	return name.len > 0 && name.len < 48;
}

/* ---- The key ------------------------------------------------------------------------------------------------------------------- */

/* Does text have the words of `sought`, in either case of ASCII? */
static bool
has(struct bv_str text, struct bv_str sought)
{
	for (size_t i = 0; i + sought.len <= text.len; i++) {
		size_t k = 0;
		while (k < sought.len && tolower((unsigned char)text.p[i + k]) == tolower((unsigned char)sought.p[k]))
			k++;
		if (k == sought.len)
			return true;
	}
	return false;
}

/* ---- The walk ------------------------------------------------------------------------------------------------------------------ */

static enum bv_status
attributes_scan(struct scan *s)
{
	struct bv_str name, value;

	do {
		TRY(string_take(&name, s));
		bool for_people = LISTED(human, name);
		if (!is_name(name) || LISTED(attributes, name) || bv_str_starts(name, BV_STR("on")) || bv_str_starts(name, BV_STR("xlink")) ||
		    (bv_str_starts(name, BV_STR("data-")) && !for_people && !LISTED(data, name)))
			return refuse(s, "the attribute", name);
		if (!take(s, ':'))
			return refuse(s, "no value of", name);
		if (peek(s) != '"') {
			if (!number_take(s))
				return refuse(s, "the value of", name);
			continue;
		}
		TRY(string_take(&value, s));
		s->human = s->human || for_people;
		if (s->key)
			s->in_attribute = s->in_attribute || (for_people && has(value, s->sought));
		else if (!for_people && !is_good_value(name, value))
			return refuse(s, "the value of an attribute", value);
	} while (take(s, ','));
	return take(s, '}') ? BV_OK : refuse(s, "attributes without their end at", bv_str_sub(s->bytes, s->at, 20));
}

static enum bv_status
element_scan(struct scan *s, unsigned depth)
{
	struct bv_str name, text;

	if (!take(s, '[') || depth > DEPTH_MAX)
		return refuse(s, "no element at", bv_str_sub(s->bytes, s->at, 20));
	TRY(string_take(&name, s));
	if (!is_name(name) || LISTED(elements, name))
		return refuse(s, "the element", name);
	if (!s->feedback && (bv_str_starts(name, BV_STR("qti-feedback-")) || bv_str_is(name, "qti-modal-feedback")))
		return refuse(s, "feedback while the candidate works:", name);
	for (bool first = true; take(s, ','); first = false) {
		if (first && take(s, '{')) {
			TRY(attributes_scan(s));
		} else if (peek(s) == '[') {
			TRY(element_scan(s, depth + 1));
		} else {
			TRY(string_take(&text, s));
			s->in_text = s->in_text || (s->key && has(text, s->sought));
		}
	}
	return take(s, ']') ? BV_OK : refuse(s, "an element without its end:", name);
}

static enum bv_status
document_scan(struct scan *s)
{
	s->at = 0;
	TRY(element_scan(s, 0));
	return s->at == s->bytes.len ? BV_OK : refuse(s, "something after the document:", bv_str_sub(s->bytes, s->at, 20));
}

/* A typed answer may stand in the text, where everybody sees it, but not only where a screen reader or a pointer finds it. */
static enum bv_status
value_scan(struct scan *s, struct bv_str value)
{
	BV_AUTO(bv_buf_finish) struct bv_buf written = BV_BUF(8 * BV_RESPONSE_TEXT_MAX);

	bv_page_string(&written, value);
	s->sought = bv_str_sub(bv_buf_str(&written), 1, written.len - 2);
	if (value.len < 3)
		return BV_OK;
	s->in_attribute = s->in_text = false;
	TRY(document_scan(s));
	if (s->in_attribute && !s->in_text)
		return refuse(s, "a correct answer is in an attribute and nowhere in the text:", value);
	return BV_OK;
}

static enum bv_status
key_scan(struct scan *s)
{
	const struct bv_item *item = bv_item_session_item(s->session);

	s->key = true;
	for (size_t i = 0; i < item->response_count; i++) {
		const struct bv_declaration *d = &item->program.declarations->list[item->responses[i]];
		const struct bv_value *correct = bv_item_session_key(s->session, item->responses[i]);
		if (d->type != BV_TYPE_STRING)
			continue;
		for (uint32_t k = 0; correct->cardinality != BV_CARD_RECORD && k < correct->count; k++)
			TRY(value_scan(s, bv_value_atoms(correct)[k].text));
		for (size_t k = 0; d->mapping && k < d->mapping->count; k++)
			if (d->mapping->entries[k].mapped > 0)
				TRY(value_scan(s, d->mapping->entries[k].key.text));
	}
	return BV_OK;
}

enum bv_status
bv_delivery_scan(struct bv_str bytes, const struct bv_item_session *session, const struct bv_delivery *delivery, struct bv_err *err)
{
	bool adaptive = bv_item_adaptive(bv_item_session_item(session));
	struct scan s = { .bytes = bytes, .session = session, .err = err };
	bool working = delivery->state == BV_DELIVERY_INTERACTING;

	s.feedback = adaptive || !working;
	TRY(document_scan(&s));
	return s.human && working && delivery->view == BV_VIEW_CANDIDATE ? key_scan(&s) : BV_OK;
}

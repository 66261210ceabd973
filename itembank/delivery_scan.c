/* The second pass: reads the bytes about to be sent, knows nothing of how they were made, and refuses what must not leave. */
#include <ctype.h>

#include "itembank/delivery.h"
#include "itembank/delivery_scan.h"
#include "itembank/item.h"

struct scan {
	struct bv_str bytes;
	size_t at;
	enum bv_feedback feedback; /* that may be there */
	const struct bv_delivery *delivery;
	bool test; /* it is of a test */
	struct bv_seen *seen; /* NULL: nobody asks */
	struct bv_err *err;
};

#define DEPTH_MAX 200
#define ATTRIBUTES_MAX 64 /* of one element */

/* In byte order. Elements that do something. */
static const char *const elements[] = {
	"annotation", "annotation-xml", "applet", "base", "body", "button", "canvas", "embed", "form", "frame", "frameset", "head", "html", "iframe",
	"input", "link", "maction", "marquee", "meta", "noscript", "object", "option", "param", "plaintext", "portal",
	"script", "select", "slot", "style", "svg", "template",
	"textarea", "title", "xmp",
};

/* Those of QTI that may be there, in byte order. */
static const char *const qti[] = {
	"qti-associable-hotspot", "qti-associate-interaction", "qti-card", "qti-catalog", "qti-choice-interaction", "qti-drawing-interaction", "qti-end-attempt-interaction",
	"qti-extended-text-interaction", "qti-feedback-block", "qti-feedback-inline", "qti-file-href", "qti-gap", "qti-gap-img", "qti-gap-match-interaction",
	"qti-gap-text", "qti-graphic-associate-interaction", "qti-graphic-gap-match-interaction", "qti-graphic-order-interaction",
	"qti-hotspot-choice", "qti-hotspot-interaction", "qti-hottext", "qti-hottext-interaction", "qti-inline-choice",
	"qti-inline-choice-interaction", "qti-item-body", "qti-match-interaction", "qti-media-interaction", "qti-modal-feedback",
	"qti-order-interaction", "qti-position-object-interaction", "qti-position-object-stage", "qti-prompt", "qti-rubric-block",
	"qti-select-point-interaction", "qti-simple-associable-choice", "qti-simple-choice", "qti-simple-match-set", "qti-slider-interaction",
	"qti-stimulus-body", "qti-text-entry-interaction", "qti-upload-interaction",
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
	"data-catalog-idref", "data-choices-container-width", "data-qti-suppress-tts", "data-reading-type", "data-ssml-break-strength", "data-ssml-break-time",
	"data-ssml-emphasis-level", "data-ssml-phoneme-alphabet", "data-ssml-prosody-pitch", "data-ssml-prosody-rate", "data-ssml-prosody-volume",
	"data-ssml-say-as", "data-ssml-say-as-format",
};

static const char *const references[] = {
	"aria-controls", "aria-describedby", "aria-details", "aria-flowto", "aria-labelledby", "aria-owns", "data-catalog-idref", "for", "headers", "id",
};

#define LISTED(names, name) (BV_PAGE_ROW(names, name) != NULL)

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

/* Control characters, and what is always escaped or ends a string: looked up, since every byte of every page comes through here. */
static const bool stops[256] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	                         ['"'] = 1, ['\\'] = 1, ['<'] = 1, ['>'] = 1, ['&'] = 1 };

/* What is between the quotes, escapes as they stand. */
static enum bv_status
string_take(struct bv_str *out, struct scan *s)
{
	const char *p = s->bytes.p;
	size_t from = s->at + 1, i = from, len = s->bytes.len;

	if (!take(s, '"'))
		return refuse(s, "a string is missing at", bv_str_sub(s->bytes, s->at, 20));
	for (; i < len; i++) {
		if (!stops[(unsigned char)p[i]])
			continue;
		if (p[i] == '"')
			break;
		if (p[i++] != '\\')
			return refuse(s, "a character that is not escaped in", bv_str_sub(s->bytes, from, 40));
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

/* ---- The walk ------------------------------------------------------------------------------------------------------------------ */

#define PROPERTY "data-property-"

/* For a module: a property that it may have, the value of a variable, its own name, its script, whose hash must be allowed. */
static bool
is_for_module(const struct scan *s, struct bv_str name)
{
	if (bv_str_is(name, "data-value"))
		return s->delivery->module_count > 0;
	return bv_str_starts(name, BV_STR(PROPERTY)) && bv_module_property(s->delivery, bv_str_sub(name, sizeof PROPERTY - 1, name.len));
}

static bool
is_module_name(struct bv_str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!isalnum((unsigned char)value.p[i]) && (!strchr("-_.:/", value.p[i]) || !value.p[i]))
			return false;
	return value.len > 0 && value.len <= 200;
}

/* One attribute; its name goes to *name. */
static enum bv_status
attribute_scan(struct bv_str *name, struct scan *s)
{
	struct bv_str value;
	bool for_people;

	TRY(string_take(name, s));
	for_people = LISTED(human, *name) || is_for_module(s, *name);
	if ((!is_name(*name) && !bv_str_starts(*name, BV_STR(PROPERTY))) || LISTED(attributes, *name) || bv_str_starts(*name, BV_STR("on")) || bv_str_starts(*name, BV_STR("xlink")) ||
	    (bv_str_starts(*name, BV_STR("data-")) && !for_people && !LISTED(data, *name)))
		return refuse(s, "the attribute", *name);
	if (!take(s, ':'))
		return refuse(s, "no value of", *name);
	if (peek(s) != '"')
		return number_take(s) ? BV_OK : refuse(s, "the value of", *name);
	TRY(string_take(&value, s));
	if (s->seen && for_people)
		bv_seen_add(&s->seen->attributes, value, true);
	if (bv_str_is(*name, "variable"))
		return bv_module_variable(s->delivery, value) ? BV_OK : refuse(s, "a variable for no module", value);
	if (s->delivery->module_count && (bv_str_is(*name, "module") || bv_str_is(*name, "custom-interaction-type-identifier")))
		return is_module_name(value) ? BV_OK : refuse(s, "the name of a module", value);
	if (bv_str_is(*name, "support"))
		return bv_pnp_find(s->delivery->pnp, value) ? BV_OK : refuse(s, "a card for", value);
	return for_people || is_good_value(*name, value) ? BV_OK : refuse(s, "the value of an attribute", value);
}

static enum bv_status
attributes_scan(struct scan *s)
{
	struct bv_str names[ATTRIBUTES_MAX];
	size_t count = 0;

	do {
		if (count == ATTRIBUTES_MAX)
			return refuse(s, "too many attributes after", names[count - 1]);
		TRY(attribute_scan(&names[count], s));
		for (size_t i = 0; i < count; i++)
			if (bv_str_eq(names[i], names[count]))
				return refuse(s, "two attributes", names[count]);
		count++;
	} while (take(s, ','));
	return take(s, '}') ? BV_OK : refuse(s, "attributes without their end at", bv_str_sub(s->bytes, s->at, 20));
}

/* May an element of that name be sent? Both lists are asked: what one forgets the other has. */
static bool
is_element(const struct scan *s, struct bv_str name)
{
	static const char *const modules[] = { "qti-context-variable", "qti-interaction-markup", "qti-interaction-module", "qti-portable-custom-interaction",
		                               "qti-template-variable" };

	if (LISTED(modules, name))
		return s->delivery->module_count;
	if (bv_str_is(name, "qti-assessment-test") || bv_str_is(name, "qti-test-feedback"))
		return s->test;
	if (bv_str_starts(name, BV_STR("qti-")))
		return LISTED(qti, name);
	return !LISTED(elements, name) && (bv_page_html(name) || bv_page_math(name));
}

static enum bv_status
element_scan(struct scan *s, unsigned depth)
{
	struct bv_str name, text;

	if (!take(s, '[') || depth > DEPTH_MAX)
		return refuse(s, "no element at", bv_str_sub(s->bytes, s->at, 20));
	TRY(string_take(&name, s));
	if (!is_element(s, name))
		return refuse(s, "the element", name);
	if ((s->feedback < BV_FEEDBACK_BODY && bv_str_starts(name, BV_STR("qti-feedback-"))) ||
	    (s->feedback < BV_FEEDBACK_ALL && bv_str_is(name, "qti-modal-feedback")))
		return refuse(s, "feedback where there must be none:", name);
	if (s->seen && !bv_seen_inline(name))
		bv_seen_add(&s->seen->text, BV_STR_NONE, true);
	for (bool first = true; take(s, ','); first = false) {
		if (first && take(s, '{')) {
			TRY(attributes_scan(s));
		} else if (peek(s) == '[') {
			TRY(element_scan(s, depth + 1));
		} else {
			TRY(string_take(&text, s));
			if (s->seen)
				bv_seen_add(&s->seen->text, text, false);
		}
	}
	return take(s, ']') ? BV_OK : refuse(s, "an element without its end:", name);
}

static enum bv_status
document_scan(struct scan *s)
{
	TRY(element_scan(s, 0));
	return s->at == s->bytes.len ? BV_OK : refuse(s, "something after the document:", bv_str_sub(s->bytes, s->at, 20));
}

enum bv_status
bv_delivery_scan(struct bv_str bytes, const struct bv_item_session *session, const struct bv_delivery *delivery, struct bv_err *err)
{
	bool working = delivery->state == BV_DELIVERY_INTERACTING, keyed = working && delivery->view == BV_VIEW_CANDIDATE && bv_seen_asks(session);
	BV_AUTO(bv_seen_finish) struct bv_seen seen = BV_SEEN;
	struct scan s = { .bytes = bytes, .err = err, .seen = keyed ? &seen : NULL,
		          .feedback = bv_delivery_feedback(bv_item_session_item(session), delivery), .delivery = delivery };

	TRY(document_scan(&s));
	return keyed ? bv_seen_check(&seen, session, err) : BV_OK;
}

enum bv_status
bv_delivery_scan_test(struct bv_str bytes, const struct bv_delivery *delivery, struct bv_err *err)
{
	struct scan s = { .bytes = bytes, .err = err, .test = true, .delivery = delivery };

	return document_scan(&s);
}

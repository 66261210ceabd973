/* Changing the key never changes what is delivered: every item there is, with one thing after the other changed that belongs to the key, to
 * processing, or to people who are not the candidate. */
#include "base/xml.h"
#include "itembank/names.h"
#include "tests/itembank/delivery.h"

/* ---- Changes --------------------------------------------------------------------------------------------------------------- */

enum act {
	DROP,    /* the element */
	CONTENT, /* something else in it */
	TEXT,    /* another value of the same kind */
	SET,     /* the attribute becomes `with` */
	FLIP,    /* another value of the same kind in the attribute */
	MORE,    /* `with` at its end */
};

static const struct change {
	const char *what;
	enum act act;
	const char *elements; /* in 3.0 names without "qti-", with a space before and after each */
	const char *within;   /* below such an element only */
	const char *attribute, *with;
	bool feedback;        /* says something in an adaptive item */
} changes[] = {
	{ "no correct response", DROP, " correct-response ", "", NULL, NULL, false },
	{ "another correct response", TEXT, " value ", " correct-response ", NULL, NULL, false },
	{ "no mapping", DROP, " mapping ", "", NULL, NULL, false },
	{ "other mapped values", FLIP, " map-entry area-map-entry ", "", "mapped-value", NULL, false },
	{ "other keys of the mapping", FLIP, " map-entry ", "", "map-key", NULL, false },
	{ "another default of the mapping", SET, " mapping area-mapping ", "", "default-value", "-3", false },
	{ "another bound of the mapping", SET, " mapping area-mapping ", "", "upper-bound", "99", false },
	{ "other areas", SET, " area-map-entry ", "", "coords", "1,1,2", false },
	{ "other targets of a table", FLIP, " match-table-entry interpolation-table-entry ", "", "target-value", NULL, false },
	{ "other sources of a table", FLIP, " match-table-entry interpolation-table-entry ", "", "source-value", NULL, false },
	{ "other constants of response processing", TEXT, " base-value ", " response-processing ", NULL, NULL, false },
	{ "no response processing", DROP, " response-processing ", "", NULL, NULL, true },
	{ "another template", SET, " response-processing ", "", "template", "http://x/map_response.xml", false },
	{ "no correct response of a clone", DROP, " set-correct-response ", "", NULL, NULL, false },
	{ "other words of feedback", CONTENT, " feedback-block feedback-inline modal-feedback ", "", NULL, NULL, true },
	{ "no feedback", DROP, " feedback-block feedback-inline modal-feedback ", "", NULL, NULL, true },
	{ "feedback for another outcome", SET, " feedback-block feedback-inline modal-feedback ", "", "identifier", "another", true },
	{ "feedback at other times", SET, " feedback-block feedback-inline modal-feedback ", "", "show-hide", "hide", true },
	{ "more feedback", MORE, " item-body ", "", NULL, "feedback-block", true },
	{ "more modal feedback", MORE, " assessment-item ", "", NULL, "modal-feedback", false },
	{ "no defaults of outcomes", DROP, " default-value ", " outcome-declaration ", NULL, NULL, true },
	{ "another maximum", SET, " outcome-declaration ", "", "normal-maximum", "77", false },
	{ "another interpretation", SET, " outcome-declaration ", "", "interpretation", "the key is B", false },
	{ "no response defaults", DROP, " default-value ", " response-declaration ", NULL, NULL, false },
	{ "other words for others", CONTENT, " rubric-block ", "", NULL, NULL, false },
	{ "no catalog", DROP, " catalog-info ", "", NULL, NULL, false },
	{ "another mask", SET, " text-entry-interaction extended-text-interaction ", "", "pattern-mask", "x{3}", false },
	{ "another title", SET, " assessment-item ", "", "title", "the key is B", false },
	{ "other orders of choices' names", SET, " simple-choice inline-choice hottext hotspot-choice ", "", "label", "B", false },
};

static size_t counts[BV_COUNT(changes)], pages, refused, skipped, kinds[BV_INTERACTION_KINDS];

static bool
is_named(const struct bv_xml_node *node, const char *names)
{
	char spaced[64];
	const char *name = bv_qti_name(bv_qti_element(node));

	snprintf(spaced, sizeof spaced, " %s ", *name ? name + 4 : "?");
	return strstr(names, spaced) != NULL;
}

static bool
is_within(const struct bv_xml_node *node, const char *names)
{
	for (node = node->parent; *names && node; node = node->parent)
		if (is_named(node, names))
			return true;
	return !*names;
}

/* Those that the candidate sees are not for others. */
static bool
is_for_candidate(const struct bv_xml_node *node)
{
	const struct bv_str *view = bv_qti_attr(node, "view");

	return is_named(node, " rubric-block ") && view && test_has(*view, "candidate");
}

static bool
applies(const struct change *change, const struct bv_xml_node *node)
{
	return change && is_named(node, change->elements) && is_within(node, change->within) && !is_for_candidate(node) &&
	       (!change->attribute || change->act == SET || bv_qti_attr(node, change->attribute));
}

/* Another value of the same kind: a number, a pair, a word. */
static void
value_write(struct bv_buf *out, struct bv_str value)
{
	struct bv_str words[2] = { BV_STR_NONE, BV_STR_NONE }, rest = value;
	double x;

	if (bv_str_double(bv_str_trim(value), &x))
		bv_buf_addz(out, "17");
	else if (bv_str_token(&rest, &words[0]) && bv_str_token(&rest, &words[1]) && !bv_str_trim(rest).len)
		bv_buf_printf(out, "%.*s %.*s", BV_STR_ARG(words[1]), BV_STR_ARG(words[0]));
	else
		bv_buf_addz(out, bv_str_is(value, "true") ? "false" : "another");
}

/* ---- The document again ------------------------------------------------------------------------------------------------------ */

static void
attribute_write(struct bv_buf *out, const struct bv_xml_attr *attr, const struct change *change, const struct bv_str *changed)
{
	bool xml = bv_str_is(attr->ns, "http://www.w3.org/XML/1998/namespace");

	if ((attr->ns.len && !xml) || (changed == &attr->value && change->act == SET))
		return;
	bv_buf_printf(out, " %s%.*s=\"", xml ? "xml:" : "", BV_STR_ARG(attr->name));
	if (changed == &attr->value)
		value_write(out, attr->value);
	else
		bv_xml_escape(out, attr->value);
	bv_buf_addc(out, '"');
}

static void
start_write(struct bv_buf *out, const struct bv_xml_node *node, const struct change *change)
{
	struct bv_str ns = node->parent ? node->parent->ns : BV_STR_NONE;
	const struct bv_str *changed = change && change->attribute ? bv_qti_attr(node, change->attribute) : NULL;

	bv_buf_printf(out, "<%.*s", BV_STR_ARG(node->name));
	if (!bv_str_eq(ns, node->ns))
		bv_buf_printf(out, " xmlns=\"%.*s\"", BV_STR_ARG(node->ns));
	for (size_t i = 0; i < node->attr_count; i++)
		attribute_write(out, &node->attrs[i], change, changed);
	if (change && change->act == SET) {
		bv_buf_addc(out, ' ');
		for (const char *p = change->attribute; *p; p++) /* the spelling of 2.x is camelCase */
			if (*p == '-' && !bv_str_starts(node->name, BV_STR("qti-")))
				bv_buf_addc(out, (char)(*++p - 'a' + 'A'));
			else
				bv_buf_addc(out, *p);
		bv_buf_printf(out, "=\"%s\"", change->with);
	}
	bv_buf_addc(out, '>');
}

static void
content_write(struct bv_buf *out, const struct bv_xml_node *node)
{
	const char *name = is_named(node, " feedback-inline ") ? "span" : "p";

	bv_buf_printf(out, "<%s id=\"new\" aria-describedby=\"newer\" title=\"B\">No, <img id=\"newest\" src=\"why.png\" alt=\"B\"/>.</%s>", name, name);
}

static void
feedback_write(struct bv_buf *out, bool prefixed, bool modal)
{
	bv_buf_printf(out, prefixed ? "<qti-%s outcome-identifier=\"SCORE\" identifier=\"a\" show-hide=\"hide\">" : "<%s outcomeIdentifier=\"SCORE\" identifier=\"a\" showHide=\"hide\">",
	              prefixed ? (modal ? "modal-feedback" : "feedback-block") : modal ? "modalFeedback" : "feedbackBlock");
	bv_buf_addz(out, "<p id=\"newest\" class=\"qti-well\">No, B!</p>");
	bv_buf_printf(out, "</%s%s>", prefixed ? "qti-" : "", prefixed ? (modal ? "modal-feedback" : "feedback-block") : modal ? "modalFeedback" : "feedbackBlock");
}

/* The number of things changed. */
static size_t
node_write(struct bv_buf *out, const struct bv_xml_node *node, const struct change *change)
{
	const struct change *here = node->name.len && applies(change, node) ? change : NULL;
	size_t changed = here ? 1 : 0;

	if (!node->name.len) {
		bv_xml_escape(out, node->text);
		return 0;
	}
	if (here && here->act == DROP)
		return 1;
	start_write(out, node, here);
	if (here && here->act == CONTENT)
		content_write(out, node);
	else if (here && here->act == TEXT)
		value_write(out, node->first ? node->first->text : BV_STR_NONE);
	else
		for (const struct bv_xml_node *n = node->first; n; n = n->next)
			changed += node_write(out, n, change);
	if (here && here->act == MORE)
		feedback_write(out, bv_str_starts(node->name, BV_STR("qti-")), here->with[0] == 'm');
	bv_buf_printf(out, "</%.*s>", BV_STR_ARG(node->name));
	return changed;
}

/* ---- Every item there is ------------------------------------------------------------------------------------------------------- */

/* An item deep in its package, so that references may go up. */
static const struct bv_delivery deep = { .key = test_key, .view = BV_VIEW_CANDIDATE, .media = test_media, .path = { "a/b/c/q.xml", 11 },
	                                 .stimulus = test_stimulus };

static void
change_try(const char *path, const struct bv_xml_node *root, bool adaptive, struct bv_str page, size_t i)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8u << 20), out = BV_BUF(BV_DELIVERY_MAX);
	struct bv_err err = { 0 };

	if ((adaptive && changes[i].feedback) || !node_write(&xml, root, &changes[i]))
		return;
	if (test_render(&out, bv_buf_str(&xml), &deep, &err)) {
		skipped++; /* no longer an item, or stopped: nothing is delivered at all */
		return;
	}
	counts[i]++;
	if (!bv_str_eq(page, bv_buf_str(&out)))
		CHECK(false, "%s: %s gives another page", path, changes[i].what);
}

/* Other names of the choices: another key of the same length. */
static void
rename_try(const char *path, const struct bv_xml_node *root, size_t len)
{
	static const struct change change = { "", SET, " simple-choice inline-choice hottext hotspot-choice gap-text gap-img gap "
		                              "simple-associable-choice associable-hotspot ", "", "identifier", "", false };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(8u << 20), out = BV_BUF(BV_DELIVERY_MAX);
	struct change one = change;
	char name[32];
	struct bv_err err;

	/* Those of one name could not be told apart: only the first is renamed. */
	for (const struct bv_xml_node *n = root; n; n = n->first ? bv_xml_element(n->first) : NULL)
		if (is_named(n, change.elements)) {
			snprintf(name, sizeof name, "renamed");
			one.with = name;
		}
	if (one.with[0] && node_write(&xml, root, &one) == 1 && test_render(&out, bv_buf_str(&xml), &deep, &err) == BV_OK && out.len != len)
		CHECK(false, "%s: another name of a choice gives a page of another length", path);
}

static void
kinds_count(const struct bv_item *item)
{
	for (size_t i = 0; i < bv_item_interaction_count(item); i++)
		kinds[bv_item_interaction(item, i)->kind]++;
}

static void
one(const char *path, struct bv_str bytes)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_DELIVERY_MAX), again = BV_BUF(BV_DELIVERY_MAX), xml = BV_BUF(8u << 20);
	struct bv_err err = { 0 };
	enum bv_status status;

	if (bv_item_parse(&item, bytes, &err))
		return;
	status = test_render(&page, bytes, &deep, &err);
	if (status) {
		refused++;
		CHECK(status == BV_EINVAL, "%s is not delivered: %s", path, err.msg);
		return;
	}
	pages++;
	kinds_count(item);
	if (bv_xml_read(&doc, bytes, BV_XML_ITEM_MAX, &err))
		return;
	node_write(&xml, bv_xml_root(doc), NULL);
	if (test_render(&again, bv_buf_str(&xml), &deep, &err) || !bv_str_eq(bv_buf_str(&page), bv_buf_str(&again)))
		CHECK(false, "%s: written again it gives the same page %s", path, err.msg);
	for (size_t i = 0; i < BV_COUNT(changes); i++)
		change_try(path, bv_xml_root(doc), bv_item_adaptive(item), bv_buf_str(&page), i);
	rename_try(path, bv_xml_root(doc), page.len);
}

static void
summary(const char *of, size_t least)
{
	size_t total = 0;

	for (size_t i = 0; i < BV_COUNT(changes); i++)
		total += counts[i];
	CHECK(pages >= least, "%zu %s items are delivered, %zu are not; %zu pages after a change are the same, %zu are refused", pages, of, refused, total, skipped);
	pages = refused = skipped = 0;
}

int
main(void)
{
	const char *reference;

	test_each_file(test_folder("itembank/sample"), one);
	summary("sample", 280);
	test_each_file(test_folder("tests/vectors/itembank"), one);
	summary("test", 100);
	for (int kind = 0; kind < BV_INTERACTION_KINDS; kind++)
		if (kind != BV_INTERACTION_PORTABLE_CUSTOM && kind != BV_INTERACTION_CUSTOM)
			CHECK(kinds[kind] > 0, "%s interactions: %zu", bv_interaction_name((enum bv_interaction_kind)kind), kinds[kind]);
	if ((reference = check_reference("qti/items"))) {
		char folder[4096];
		snprintf(folder, sizeof folder, "%s", reference);
		test_each_file(folder, one);
		summary("reference", 400);
	}
	for (size_t i = 0; i < BV_COUNT(changes); i++)
		CHECK(counts[i] > 0, "%s: the same page %zu times", changes[i].what, counts[i]);
	return check_end();
}

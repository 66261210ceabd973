/* What may stand on a page: elements of XHTML and MathML, and the shared vocabulary of classes. Each table is in byte order. */
#include <stdlib.h>

#include "itembank/page.h"

#define KEPT BV_ELEMENT_KEPT
#define BLOCK BV_ELEMENT_BLOCK
#define UNWRAPPED BV_ELEMENT_UNWRAPPED

/* Every element of XHTML that QTI 3.0 admits and that does nothing by itself; scripts, styles, frames, forms, plug-ins and metadata are
 * not here. */
static const struct bv_page_name html[] = {
	{ "a", KEPT, BV_GROUP_LINK }, { "abbr", KEPT, 0 }, { "acronym", UNWRAPPED, 0 }, { "address", KEPT, 0 }, { "article", KEPT, 0 },
	{ "aside", KEPT, 0 }, { "audio", BLOCK, BV_GROUP_PLAYER }, { "b", KEPT, 0 }, { "bdi", KEPT, 0 }, { "bdo", KEPT, 0 },
	{ "big", UNWRAPPED, 0 }, { "blockquote", KEPT, 0 }, { "br", KEPT, 0 }, { "caption", KEPT, 0 }, { "center", UNWRAPPED, 0 },
	{ "cite", KEPT, 0 }, { "code", KEPT, 0 }, { "col", KEPT, BV_GROUP_SPAN }, { "colgroup", BLOCK, BV_GROUP_SPAN }, { "dd", KEPT, 0 },
	{ "del", KEPT, 0 }, { "details", KEPT, 0 }, { "dfn", KEPT, 0 }, { "div", KEPT, 0 }, { "dl", BLOCK, 0 }, { "dt", KEPT, 0 },
	{ "em", KEPT, 0 }, { "figcaption", KEPT, 0 }, { "figure", KEPT, 0 }, { "font", UNWRAPPED, 0 }, { "footer", KEPT, 0 }, { "h1", KEPT, 0 },
	{ "h2", KEPT, 0 }, { "h3", KEPT, 0 }, { "h4", KEPT, 0 }, { "h5", KEPT, 0 }, { "h6", KEPT, 0 }, { "header", KEPT, 0 },
	{ "hr", KEPT, 0 }, { "i", KEPT, 0 }, { "img", KEPT, BV_GROUP_IMAGE }, { "ins", KEPT, 0 }, { "kbd", KEPT, 0 },
	{ "label", KEPT, BV_GROUP_LABEL }, { "li", KEPT, BV_GROUP_ITEM }, { "main", UNWRAPPED, 0 }, { "mark", KEPT, 0 }, { "nav", KEPT, 0 },
	{ "ol", BLOCK, BV_GROUP_LIST }, { "p", KEPT, 0 }, { "picture", BLOCK, 0 }, { "pre", KEPT, 0 }, { "q", KEPT, 0 }, { "rb", KEPT, 0 },
	{ "rp", KEPT, 0 }, { "rt", KEPT, 0 }, { "ruby", KEPT, 0 }, { "s", KEPT, 0 }, { "samp", KEPT, 0 }, { "section", KEPT, 0 },
	{ "small", KEPT, 0 }, { "source", KEPT, BV_GROUP_SOURCE }, { "span", KEPT, 0 }, { "strike", UNWRAPPED, 0 }, { "strong", KEPT, 0 },
	{ "sub", KEPT, 0 }, { "summary", KEPT, 0 }, { "sup", KEPT, 0 }, { "table", BLOCK, 0 }, { "tbody", BLOCK, 0 },
	{ "td", KEPT, BV_GROUP_CELL }, { "tfoot", BLOCK, 0 }, { "th", KEPT, BV_GROUP_CELL }, { "thead", BLOCK, 0 },
	{ "time", KEPT, BV_GROUP_TIME }, { "tr", BLOCK, 0 }, { "track", KEPT, BV_GROUP_TRACK }, { "tt", UNWRAPPED, 0 }, { "u", KEPT, 0 },
	{ "ul", BLOCK, 0 }, { "var", KEPT, 0 }, { "video", BLOCK, BV_GROUP_PLAYER }, { "wbr", KEPT, 0 },
};

#define M(name) { name, BLOCK, BV_GROUP_MATH }
#define TOKEN(name) { name, KEPT, BV_GROUP_MATH }

/* MathML 3 presentation without actions, links, annotations and foreign content. */
static const struct bv_page_name math[] = {
	M("math"), M("menclose"), M("merror"), M("mfenced"), M("mfrac"), TOKEN("mi"), M("mmultiscripts"), TOKEN("mn"), TOKEN("mo"), M("mover"),
	M("mpadded"), M("mphantom"), M("mprescripts"), M("mroot"), M("mrow"), TOKEN("ms"), M("mspace"), M("msqrt"), M("mstyle"), M("msub"),
	M("msubsup"), M("msup"), M("mtable"), M("mtd"), TOKEN("mtext"), M("mtr"), M("munder"), M("munderover"), M("none"),
	{ "semantics", UNWRAPPED, 0 },
};

static int
by_name(const void *name, const void *row)
{
	const char *const *first = row;

	return bv_str_cmp(*(const struct bv_str *)name, bv_str_of(*first));
}

const void *
bv_page_row(const void *rows, size_t count, size_t size, struct bv_str name)
{
	return bsearch(&name, rows, count, size, by_name);
}

const struct bv_page_name *
bv_page_html(struct bv_str name)
{
	return BV_PAGE_ROW(html, name);
}

const struct bv_page_name *
bv_page_math(struct bv_str name)
{
	return BV_PAGE_ROW(math, name);
}

/* ---- Classes ---------------------------------------------------------------------------------------------------------- */

static const char *const classes[] = {
	"qti-align-center", "qti-align-left", "qti-align-right", "qti-bordered", "qti-centered", "qti-choices-bottom", "qti-choices-left",
	"qti-choices-right", "qti-choices-top", "qti-display-block", "qti-display-flex", "qti-display-grid", "qti-display-inline",
	"qti-display-inline-block", "qti-display-inline-flex", "qti-fullwidth", "qti-header-hidden", "qti-input-control-hidden", "qti-italic",
	"qti-keyword-emphasis", "qti-labels-cjk-ideographic", "qti-labels-decimal", "qti-labels-lower-alpha", "qti-labels-none",
	"qti-labels-suffix-none", "qti-labels-suffix-parenthesis", "qti-labels-suffix-period", "qti-labels-upper-alpha", "qti-layout-row",
	"qti-list-style-type-decimal", "qti-list-style-type-disc", "qti-list-style-type-lower-alpha", "qti-list-style-type-lower-roman",
	"qti-list-style-type-none", "qti-list-style-type-square", "qti-list-style-type-upper-alpha", "qti-list-style-type-upper-roman",
	"qti-match-tabular", "qti-orientation-horizontal", "qti-orientation-vertical", "qti-placement-bottom", "qti-placement-left",
	"qti-placement-right", "qti-placement-top", "qti-rubric-discretionary-placement", "qti-rubric-inline", "qti-selections-dark",
	"qti-selections-light", "qti-underline", "qti-unselected-hidden", "qti-valign-bottom", "qti-valign-middle", "qti-valign-top",
	"qti-visually-hidden", "qti-well", "qti-writing-mode-horizontal-tb", "qti-writing-mode-vertical-lr", "qti-writing-mode-vertical-rl",
};

/* Families with a number at the end. */
static const struct {
	const char *prefix;
	unsigned most;
} families[] = {
	{ "qti-choices-stacking-", 5 }, { "qti-height-", 100 },       { "qti-height-lines-", 100 }, { "qti-input-width-", 100 },
	{ "qti-layout-col", 12 },       { "qti-layout-offset", 12 },  { "qti-margin-", 5 },         { "qti-margin-b-", 5 },
	{ "qti-margin-l-", 5 },         { "qti-margin-r-", 5 },       { "qti-margin-t-", 5 },       { "qti-padding-", 5 },
	{ "qti-padding-b-", 5 },        { "qti-padding-l-", 5 },      { "qti-padding-r-", 5 },      { "qti-padding-t-", 5 },
	{ "qti-text-indent-", 5 },      { "qti-width-", 100 },
};

static bool
in_family(struct bv_str word)
{
	for (size_t i = 0; i < BV_COUNT(families); i++) {
		struct bv_str prefix = bv_str_of(families[i].prefix), rest = bv_str_sub(word, prefix.len, word.len);
		int64_t n;
		if (bv_str_starts(word, prefix) && rest.len && rest.len <= 3 && rest.p[0] >= '0' && rest.p[0] <= '9' && bv_str_int(rest, &n) &&
		    n <= families[i].most)
			return true;
	}
	return false;
}

bool
bv_page_class(struct bv_str word)
{
	return BV_PAGE_ROW(classes, word) || in_family(word);
}

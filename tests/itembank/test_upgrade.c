/* Items in other versions: what becomes of what, what is said to be lost, and that a second conversion changes nothing. That the same
 * responses score the same is tested by test_outcomes.c, validity by upgrade_valid.py. */
#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tests/check.h"

struct told {
	struct bv_buf text; /* "line: message\n" */
	size_t count;
};

static void
tell(void *ctx, const struct bv_loss *loss)
{
	struct told *told = ctx;

	bv_buf_printf(&told->text, "%d: %s\n", loss->line, loss->message);
	told->count++;
}

/* An item around a body, declarations and rules, on lines of their own from the second on. */
static struct bv_str
item_of(struct bv_buf *out, const char *version, const char *parts)
{
	bool new = version[0] == '3';

	bv_buf_clear(out);
	bv_buf_printf(out, "<%s xmlns=\"http://www.imsglobal.org/xsd/%s\" identifier=\"i\" title=\"t\">\n%s\n</%s>",
	              new ? "qti-assessment-item" : "assessmentItem", new ? "imsqtiasi_v3p0" : version[2] == '0' ? "imsqti_v2p0"
	              : version[2] == '1' ? "imsqti_v2p1" : "imsqti_v2p2", parts, new ? "qti-assessment-item" : "assessmentItem");
	return bv_buf_str(out);
}

#define ONE(type) "<responseDeclaration identifier='R' cardinality='single' baseType='" type "'/>"
#define BODY(content) "<itemBody>" content "</itemBody>"
#define ONE3(type) "<qti-response-declaration identifier='R' cardinality='single' base-type='" type "'/>"
#define BODY3(content) "<qti-item-body>" content "</qti-item-body>"

static const struct {
	const char *name, *version, *to, *parts;
	const char *has[4], *lacks, *lost;
} cases[] = {
	/* Defaults that differ. */
	{ "case of 2.1 is said", "2.1", "3.0", "<responseDeclaration identifier='R' cardinality='single' baseType='string'><mapping><mapEntry mapKey='a' mappedValue='1'/></mapping></responseDeclaration>",
	  { "case-sensitive=\"true\"" }, NULL, NULL },
	{ "case of 2.2 is not", "2.2", "3.0", "<responseDeclaration identifier='R' cardinality='single' baseType='string'><mapping><mapEntry mapKey='a' mappedValue='1'/></mapping></responseDeclaration>",
	  { "map-key=\"a\"" }, "case-sensitive", NULL },
	{ "case of identifiers is no matter", "2.1", "3.0", "<responseDeclaration identifier='R' cardinality='single' baseType='identifier'><mapping><mapEntry mapKey='a' mappedValue='1'/></mapping></responseDeclaration>",
	  { "map-key=\"a\"" }, "case-sensitive", NULL },
	{ "points of 2.1: one", "2.1", "3.0", ONE("point") BODY("<selectPointInteraction responseIdentifier='R'><object data='a.png' type='image/png'/></selectPointInteraction>"),
	  { "max-choices=\"1\"", "<img alt=\"\" src=\"a.png\"/>" }, NULL, NULL },
	{ "points of 2.2: any number", "2.2", "3.0", ONE("point") BODY("<selectPointInteraction responseIdentifier='R'><object data='a.png' type='image/png'/></selectPointInteraction>"),
	  { "<qti-select-point-interaction" }, "max-choices", NULL },
	{ "gaps of 2.2: any number", "2.2", "3.0", ONE("directedPair") BODY("<gapMatchInteraction responseIdentifier='R'><gapText identifier='a' matchMax='0'>a</gapText><p><gap identifier='g'/></p></gapMatchInteraction>"),
	  { "max-associations=\"0\"" }, NULL, NULL },
	{ "gaps of 3.0: one, said in 2.2", "3.0", "2.2", ONE3("directedPair") BODY3("<qti-gap-match-interaction response-identifier='R'><qti-gap-text identifier='a' match-max='0'>a</qti-gap-text><p><qti-gap identifier='g'/></p></qti-gap-match-interaction>"),
	  { "maxAssociations=\"1\"", "<gapText identifier=\"a\" matchMax=\"0\">" }, NULL, NULL },
	{ "step of 3.0 is said in 2.2", "3.0", "2.2", ONE3("float") BODY3("<qti-slider-interaction response-identifier='R' lower-bound='0' upper-bound='1'/>"),
	  { "step=\"1\"" }, NULL, NULL },
	{ "negative bounds stay", "2.2", "3.0", ONE("float") BODY("<sliderInteraction responseIdentifier='R' lowerBound='-1' upperBound='1'/>"),
	  { "lower-bound=\"-1\"" }, NULL, "2: validity: lower-bound is negative" },
	{ "a choice named 1 stays", "2.1", "3.0", ONE("identifier") BODY("<choiceInteraction responseIdentifier='R'><simpleChoice identifier='1'>a</simpleChoice></choiceInteraction>"),
	  { "identifier=\"1\"" }, NULL, "validity: the identifier '1'" },
	{ "match tables stay", "2.2", "3.0", "<outcomeDeclaration identifier='O' cardinality='single' baseType='integer'><matchTable><matchTableEntry sourceValue='1' targetValue='2'/></matchTable></outcomeDeclaration>",
	  { "target-value=\"2\"" }, NULL, "validity: the schema of 3.0.1 has no values" },
	/* Names. */
	{ "runs of capitals", "2.1", "3.0", ONE("duration") "<responseProcessing><responseCondition><responseIf><durationGTE><variable identifier='R'/><baseValue baseType='duration'>1</baseValue></durationGTE></responseIf></responseCondition></responseProcessing>",
	  { "<qti-duration-gte>", "base-type=\"duration\"" }, NULL, NULL },
	{ "and back", "3.0", "2.2", ONE3("duration") "<qti-response-processing><qti-response-condition><qti-response-if><qti-duration-lt><qti-variable identifier='R'/><qti-base-value base-type='duration'>1</qti-base-value></qti-duration-lt></qti-response-if></qti-response-condition></qti-response-processing>",
	  { "<durationLT>" }, NULL, NULL },
	{ "aria and data", "2.2", "3.0", BODY("<p aria-label='a' data-x-y='b'>c</p>"), { "aria-label=\"a\" data-x-y=\"b\"" }, NULL, NULL },
	{ "templates", "2.0", "3.0", ONE("identifier") "<outcomeDeclaration identifier='SCORE' cardinality='single' baseType='integer'/><responseProcessing template='http://www.imsglobal.org/question/qti_v2p0/rptemplates/match_correct'/>",
	  { "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml", "base-type=\"integer\"" }, NULL, NULL },
	{ "templates of 2.2", "3.0", "2.2", ONE3("identifier") "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/><qti-response-processing template='https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml'/>",
	  { NULL }, "purl", NULL },
	{ "HTML5 of 2.2", "2.2", "3.0", BODY("<section xmlns='http://www.imsglobal.org/xsd/imsqtiv2p2_html5_v1p0'>a</section>"), { "<section>a</section>" }, NULL, NULL },
	{ "and back", "3.0", "2.2", BODY3("<section>a</section>"), { "<section xmlns=\"http://www.imsglobal.org/xsd/imsqtiv2p2_html5_v1p0\">" }, NULL, NULL },
	{ "another attribute spelled twice", "2.1", "3.0", "<outcomeDeclaration identifier='O' cardinality='single' baseType='float' base-type='integer'/>",
	  { "base-type=\"float\"" }, "integer", "is given twice" },
	{ "MathML of 2.2", "2.2", "3.0", BODY("<math xmlns='http://www.w3.org/2010/Math/MathML'><mi>x</mi></math>"), { "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math>" }, NULL, NULL },
	{ "namespaces of nobody", "2.1", "3.0", BODY("<p>a<x:b xmlns:x='urn:x'>c</x:b></p>"), { "<p>a</p>" }, NULL, "<b> of the namespace urn:x" },
#define APIP(ns) BODY("<p id='p1'>a</p>") "<apipAccessibility xmlns='" ns "'><accessibilityInfo><accessElement identifier='e'><contentLinkInfo " \
	"qtiLinkIdentifierRef='p1'><objectLink/></contentLinkInfo><relatedElementInfo><spoken><spokenText contentLinkIdentifier='s'>b</spokenText></spoken>" \
	"</relatedElementInfo></accessElement></accessibilityInfo></apipAccessibility>"
	{ "accessibility of APIP 1.0 goes, whole", "2.1", "3.0", APIP("http://www.imsglobal.org/xsd/apip/apipv1p0/imsapip_qtiv1p0"), { "<p id=\"p1\">a</p>" }, "spoken",
	  "2: <apipAccessibility> of the namespace http://www.imsglobal.org/xsd/apip/apipv1p0/imsapip_qtiv1p0\n" },
	{ "and of a profile in one", "2.1", "3.0", APIP("http://www.imsglobal.org/xsd/apip/apipv1p0/qtiitem/imsqti_v2p1"), { "<p id=\"p1\">a</p>" }, "spoken",
	  "2: <apipAccessibility> is not in QTI 3.0\n" },
	/* Content. */
	{ "scripts go", "2.1", "3.0", BODY("<p>a</p><script>b</script>"), { "<p>a</p>" }, "script", "<script> is not in QTI 3.0" },
	{ "unknown elements go, their content stays", "2.1", "3.0", BODY("<p>a <blink>b</blink></p>"), { "<p>a b</p>" }, NULL, "<blink> is not in QTI 3.0: its content stays" },
	{ "old HTML", "2.1", "3.0", BODY("<p><font color='red' face='x' size='2'>a</font> <time datetime='x'>b</time> <u class='c'>d</u></p>"),
	  { "<p><span>a</span> <span>b</span> <span class=\"c qti-underline\">d</span></p>" }, NULL, "<font> is not in QTI 3.0: a span instead" },
	{ "old HTML with a style", "2.1", "3.0", BODY("<p><del style='color:red' cite='u' datetime='x'>a</del> <s style=''>b</s></p>"),
	  { "<span style=\"color:red;text-decoration:line-through\">a</span> <span style=\"text-decoration:line-through\">b</span>" }, NULL, NULL },
	{ "a label of XHTML", "2.2", "3.0", BODY("<p><label>a</label></p>"), { "<p><label>a</label></p>" }, NULL, NULL },
	{ "an interaction in a phrase", "2.1", "3.0", ONE("identifier") BODY("<p><i><choiceInteraction responseIdentifier='R'><simpleChoice identifier='A'>a</simpleChoice></choiceInteraction></i></p>"),
	  { "<i><qti-choice-interaction response-identifier=\"R\">" }, NULL, "validity: <qti-choice-interaction> may not stand in <i> of QTI 3.0; it stays" },
	{ "text in the body", "2.1", "3.0", BODY("a<b>c</b><p>d</p>e"), { "<p>a<b>c</b></p><p>d</p><p>e</p>" }, NULL, NULL },
	{ "a block in a paragraph", "2.1", "3.0", BODY("<p>a<span>b<ul><li>c</li></ul></span></p>"), { "<div>a<div>b<ul><li>c</li></ul></div></div>" }, NULL, NULL },
	{ "a gap in a cell", "2.1", "3.0", ONE("directedPair") BODY("<gapMatchInteraction responseIdentifier='R'><gapText identifier='a' matchMax='0'>a</gapText><table><tbody><tr><td>b<gap identifier='g'/></td></tr></tbody></table></gapMatchInteraction>"),
	  { "<td>b<span><qti-gap identifier=\"g\"/></span></td>" }, NULL, NULL },
	{ "rubrics", "2.1", "3.0", BODY("<rubricBlock view='candidate'>a</rubricBlock>"), { "use=\"instructions\"><qti-content-body>a</qti-content-body>" }, NULL, NULL },
	{ "rubrics deep down", "2.1", "3.0", BODY("<div><p>a</p><rubricBlock view='scorer'>b</rubricBlock></div>"),
	  { "<qti-item-body><qti-rubric-block view=\"scorer\" use=\"scoring\"><qti-content-body>b</qti-content-body></qti-rubric-block><div><p>a</p></div>" }, NULL, "in front of <div>" },
	{ "prompts where none may be", "2.1", "3.0", ONE("string") BODY("<p>a <textEntryInteraction responseIdentifier='R'><prompt>b</prompt></textEntryInteraction></p>"),
	  { "<p>a <span>b</span><qti-text-entry-interaction" }, NULL, "prompt has no place" },
	{ "order of children", "2.1", "3.0", ONE("identifier") BODY("<choiceInteraction responseIdentifier='R'><simpleChoice identifier='a'>a</simpleChoice><prompt>p</prompt></choiceInteraction>"),
	  { "<qti-prompt>p</qti-prompt><qti-simple-choice identifier=\"a\">" }, NULL, NULL },
	{ "declarations after the body", "2.1", "3.0", BODY("<p>a</p>") ONE("float"), { "base-type=\"float\"/>\n<qti-item-body>" }, NULL, NULL },
	{ "nothing in the body", "2.1", "3.0", BODY(" "), { "title=\"t\"" }, "item-body", NULL },
	{ "flash stays an object", "2.1", "3.0", BODY("<p><object data='a.swf' type='application/x-shockwave-flash'>b</object></p>"), { "<object data=\"a.swf\" type=\"application/x-shockwave-flash\">b</object>" }, NULL, NULL },
	{ "film", "2.1", "3.0", BODY("<div><object data='a.mp4' type='video/mp4' width='50%' height='1em'/></div>"), { "<video width=\"50%\" controls=\"controls\"><source src=\"a.mp4\" type=\"video/mp4\"/></video>" }, NULL, "height=\"1em\"" },
	{ "information", "2.1", "3.0", BODY("<infoControl title='a'><p>b</p></infoControl>"), { "<div><details><summary>a</summary><p>b</p></details></div>" }, NULL, NULL },
	{ "and back", "3.0", "2.2", BODY3("<div><details><summary>a</summary><p>b</p></details></div>"), { "<itemBody><infoControl title=\"a\"><p>b</p></infoControl></itemBody>" }, NULL, NULL },
	{ "where it may not stand", "3.0", "2.2", BODY3("<div>c<details><summary>a</summary><p>b</p></details></div>"), { "<div>c<div><p>a</p><p>b</p></div></div>" }, NULL, "<details>: what can be opened is open" },
	{ "pictures", "3.0", "2.2", BODY3("<p><picture><source srcset='b.png'/><img src='a.png' alt='c'/></picture></p>"), { "<p><img src=\"a.png\" alt=\"c\"/></p>" }, NULL, "<picture>" },
	{ "images of interactions", "3.0", "2.2", ONE3("point") BODY3("<qti-select-point-interaction response-identifier='R'><img src='a.jpg' alt='c' width='5'/></qti-select-point-interaction>"),
	  { "<object width=\"5\" data=\"a.jpg\" type=\"image/jpeg\">c</object>" }, NULL, NULL },
	{ "percent of an image", "2.1", "3.0", BODY("<hotspotInteraction responseIdentifier='R' maxChoices='1'><object data='a.png' type='image/png' width='4' height='2'>c</object>"
	  "<hotspotChoice identifier='H' shape='circle' coords='25%, 30%,10%'/></hotspotInteraction>"), { "coords=\"25%,30%,10%\"" }, NULL, NULL },
	{ "… and back", "3.0", "2.2", ONE3("identifier") BODY3("<qti-hotspot-interaction response-identifier='R' max-choices='1'><img src='a.png' alt='c' width='4' height='2'/>"
	  "<qti-hotspot-choice identifier='H' shape='circle' coords='25%,30%,10%'/></qti-hotspot-interaction>"), { "coords=\"25%,30%,10%\"" }, NULL, NULL },
	{ "catalogs", "3.0", "2.2", BODY3("<p data-catalog-idref='c'>a</p>") "<qti-catalog-info><qti-catalog id='c'><qti-card support='spoken'><qti-html-content>b</qti-html-content></qti-card></qti-catalog></qti-catalog-info>",
	  { "<p>a</p>" }, "catalog", "<qti-catalog-info> is not in QTI 2.2" },
	{ "content bodies", "3.0", "2.2", "<qti-outcome-declaration identifier='O' cardinality='single' base-type='identifier'/><qti-modal-feedback outcome-identifier='O' identifier='a' show-hide='show'><qti-stylesheet href='a.css' type='text/css'/><qti-content-body>b</qti-content-body></qti-modal-feedback>",
	  { ">b<stylesheet href=\"a.css\" type=\"text/css\"/></modalFeedback>" }, "ody", NULL },
	{ "feet of tables", "3.0", "2.2", BODY3("<table><tbody><tr><td>a</td></tr></tbody><tfoot><tr><td>b</td></tr></tfoot></table>"), { "<table><tfoot><tr><td>b</td></tr></tfoot><tbody>" }, NULL, NULL },
	{ "characters", "2.1", "3.0", BODY("<p title='a&#10;b'>&lt;&amp;&#13;&gt;]]&gt;</p>"), { "<p title=\"a&#10;b\">&lt;&amp;&#13;&gt;]]&gt;</p>" }, NULL, NULL },
	{ "attributes of XML and others", "2.1", "3.0", BODY("<p xml:lang='vi' x:y='z' xmlns:x='urn:x'>a</p>"), { "<p xml:lang=\"vi\" xmlns:a0=\"urn:x\" a0:y=\"z\">a</p>" }, NULL, NULL },
};

/* Converting what came of a conversion gives the same bytes. */
static void
check_fixed(struct bv_str converted, enum bv_qti_version to, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_err err;

	CHECK_OK(bv_item_convert(&again, converted, to, NULL, NULL, &err), &err, name);
	CHECK(bv_str_eq(bv_buf_str(&again), converted), "  nothing changes a second time: %s", name);
}

static void
test_cases(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);
		struct told told = { .text = BV_BUF(1u << 20) };
		enum bv_qti_version to;
		struct bv_err err;
		bool good = CHECK(bv_qti_version_target(&to, cases[i].to, &err) == BV_OK, "%s", cases[i].name);
		CHECK_OK(bv_item_convert(&out, item_of(&xml, cases[i].version, cases[i].parts), to, tell, &told, &err), &err, "  converted");
		for (size_t k = 0; k < BV_COUNT(cases[i].has) && cases[i].has[k]; k++)
			good &= CHECK(out.p && strstr(out.p, cases[i].has[k]), "  has %s", cases[i].has[k]);
		if (cases[i].lacks)
			good &= CHECK(out.p && !strstr(out.p, cases[i].lacks), "  lacks %s", cases[i].lacks);
		if (cases[i].lost)
			good &= CHECK(told.text.p && strstr(told.text.p, cases[i].lost), "  lost: %s", cases[i].lost);
		else
			good &= CHECK(told.count == 0, "  nothing is lost");
		if (!good)
			printf("# %s\n# %s\n", out.p ? out.p : "-", told.text.p ? told.text.p : "-");
		check_fixed(bv_buf_str(&out), to, cases[i].name);
		bv_buf_finish(&told.text);
	}
}

/* ---- Stimuli --------------------------------------------------------------------------------------------------------- */

#define STIMULUS2(body) "<assessmentStimulus xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p2\" identifier=\"s\" title=\"t\"><stimulusBody>" body "</stimulusBody></assessmentStimulus>"
#define STIMULUS3(body, after) \
	"<qti-assessment-stimulus xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"s\" title=\"t\"><qti-stimulus-body>" body "</qti-stimulus-body>" after \
	"</qti-assessment-stimulus>"

static const struct {
	const char *xml, *to, *want, *lost;
} stimuli[] = {
	{ STIMULUS3("<p>a</p>", ""), "2.2", STIMULUS2("<p>a</p>"), NULL },
	{ STIMULUS2("<p>a</p>"), "3.0", STIMULUS3("<p>a</p>", ""), NULL },
	{ STIMULUS2("<P odd='1'/>"), "2.2", STIMULUS2("<P odd='1'/>"), NULL },
	{ STIMULUS3("<script/>", ""), "3.0", STIMULUS3("<script/>", ""), NULL },
	{ STIMULUS3("<p data-catalog-idref='c'>a</p>", "<qti-catalog-info><qti-catalog id='c'/></qti-catalog-info>"), "2.2", STIMULUS2("<p>a</p>"),
	  "<qti-catalog-info> is not in QTI 2.2" },
	{ "<qti-assessment-stimulus xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='s' title='t' data-x='y'><qti-stimulus-body "
	  "data-z='y'><section>a</section></qti-stimulus-body></qti-assessment-stimulus>",
	  "2.2", STIMULUS2("<section xmlns=\"http://www.imsglobal.org/xsd/imsqtiv2p2_html5_v1p0\">a</section>"), "<qti-stimulus-body>: the attribute data-z" },
	{ "<assessmentStimulus xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' identifier='s'><stimulusBody>a<infoControl title='b'><p>c</p></infoControl>"
	  "</stimulusBody><stylesheet href='a.css' type='text/css'/></assessmentStimulus>",
	  "3.0",
	  "<qti-assessment-stimulus xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"s\" title=\"\"><qti-stylesheet href=\"a.css\" type=\"text/css\"/>"
	  "<qti-stimulus-body><p>a</p><div><details><summary>b</summary><p>c</p></details></div></qti-stimulus-body></qti-assessment-stimulus>", NULL },
};

static void
test_stimuli(void)
{
	for (size_t i = 0; i < BV_COUNT(stimuli); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX);
		struct told told = { .text = BV_BUF(1u << 20) };
		enum bv_qti_version to;
		struct bv_err err;
		CHECK_OK(bv_qti_version_target(&to, stimuli[i].to, &err), &err, stimuli[i].to);
		CHECK_OK(bv_stimulus_convert(&out, bv_str_of(stimuli[i].xml), to, tell, &told, &err), &err, "a stimulus");
		CHECK(strstr(out.p, stimuli[i].want) != NULL, "  is the one of %s: %s", stimuli[i].to, out.p);
		CHECK(stimuli[i].lost ? told.text.p && strstr(told.text.p, stimuli[i].lost) : !told.count, "  lost: %s", told.text.p ? told.text.p : "nothing");
		bv_buf_finish(&told.text);
	}
}

/* What could not be delivered before need not be afterwards. */
static void
test_stimuli_refused(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX), large = BV_BUF(2 * BV_XML_ITEM_MAX), small = BV_BUF(10);
	struct bv_err err;

	CHECK_REFUSED(bv_stimulus_convert(&out, BV_STR(""), BV_QTI_2_2, NULL, NULL, &err), BV_EPARSE, &err, "empty", "nothing");
	CHECK_REFUSED(bv_stimulus_convert(&out, BV_STR("<assessmentStimulus"), BV_QTI_2_2, NULL, NULL, &err), BV_EPARSE, &err, "", "a piece");
	CHECK_REFUSED(bv_stimulus_convert(&out, BV_STR("<assessmentItem identifier='i'/>"), BV_QTI_2_2, NULL, NULL, &err), BV_EPARSE, &err,
	              "a stimulus is a qti-assessment-stimulus", "an item");
	CHECK_REFUSED(bv_stimulus_convert(&out, BV_STR("<assessmentStimulus xmlns='urn:x' identifier='i'/>"), BV_QTI_2_2, NULL, NULL, &err), BV_EPARSE, &err,
	              "urn:x", "of nobody's namespace");
	CHECK_REFUSED(bv_stimulus_convert(&small, bv_str_of(STIMULUS2("<p>a</p>")), BV_QTI_2_2, NULL, NULL, &err), BV_ELIMIT, &err, "10", "no room for the same");
	bv_buf_clear(&small);
	CHECK_REFUSED(bv_stimulus_convert(&small, bv_str_of(STIMULUS2("<p>a</p>")), BV_QTI_3_0, NULL, NULL, &err), BV_ELIMIT, &err, "10", "nor for another");
	bv_buf_addz(&large, "<assessmentStimulus xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' identifier='s' title='t'><stimulusBody><p>");
	while (large.len < BV_XML_ITEM_MAX - 100)
		bv_buf_addc(&large, '>');
	bv_buf_addz(&large, "</p></stimulusBody></assessmentStimulus>");
	CHECK_REFUSED(bv_stimulus_convert(&out, bv_buf_str(&large), BV_QTI_3_0, NULL, NULL, &err), BV_ELIMIT, &err, "1048576", "what grows past an item's size");
	CHECK(out.len == 0, "  and nothing is written");
	CHECK_OK(bv_stimulus_convert(&out, BV_STR("<assessmentStimulus title='t'/>"), BV_QTI_3_0, NULL, NULL, &err), &err, "what could not be read before");
}

/* ---- Refusals and limits ---------------------------------------------------------------------------------------------- */

static void
test_refusals(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX), xml = BV_BUF(BV_XML_ITEM_MAX), small = BV_BUF(10);
	enum bv_qti_version to;
	struct bv_err err;

	CHECK_REFUSED(bv_item_convert(&out, BV_STR("<x/>"), BV_QTI_3_0, NULL, NULL, &err), BV_EPARSE, &err, "an item is", "not an item");
	CHECK_REFUSED(bv_item_convert(&out, BV_STR(""), BV_QTI_3_0, NULL, NULL, &err), BV_EPARSE, &err, "empty", "nothing");
	CHECK_REFUSED(bv_item_convert(&out, item_of(&xml, "3.0", "<qti-context-declaration identifier='C' cardinality='single' base-type='float'/>"
	                                                         "<qti-outcome-declaration identifier='O' cardinality='single' base-type='float'/>"
	                                                         "<qti-response-processing><qti-set-outcome-value identifier='O'><qti-variable identifier='C'/>"
	                                                         "</qti-set-outcome-value></qti-response-processing>"),
	                              BV_QTI_2_2, NULL, NULL, &err),
	              BV_EINVAL, &err, "the converted item would not work", "a rule on what 2.2 does not have");
	CHECK(out.len == 0, "  and nothing is written");
	CHECK_REFUSED(bv_item_convert(&small, item_of(&xml, "2.1", BODY("<p>a</p>")), BV_QTI_3_0, NULL, NULL, &err), BV_ELIMIT, &err, "10", "no room for it");
	CHECK_REFUSED(bv_qti_version_target(&to, "2.1", &err), BV_EINVAL, &err, "3.0 or 2.2", "to 2.1");
	CHECK_REFUSED(bv_qti_version_target(&to, "", &err), BV_EINVAL, &err, "3.0 or 2.2", "to nothing");
}

/* A document of 2.1 that is within the limit, and as one of 3.0 just within it or past it. */
static void
test_size(void)
{
	for (int past = 0; past < 2; past++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_XML_ITEM_MAX), xml = BV_BUF(BV_XML_ITEM_MAX), probe = BV_BUF(BV_XML_ITEM_MAX);
		struct bv_err err;
		size_t grown;

		item_of(&xml, "2.1", BODY("<p></p>"));
		CHECK_OK(bv_item_convert(&probe, bv_buf_str(&xml), BV_QTI_3_0, NULL, NULL, &err), &err, "as 3.0");
		grown = probe.len + strlen("</p>") - strlen("/"); /* an empty paragraph is <p/> */
		bv_buf_clear(&xml);
		bv_buf_printf(&xml, "<assessmentItem xmlns=\"http://www.imsglobal.org/xsd/imsqti_v2p1\" identifier=\"i\" title=\"t\">\n<itemBody><p>");
		for (size_t i = grown; i < BV_XML_ITEM_MAX + (size_t)past; i++)
			bv_buf_addc(&xml, 'x');
		bv_buf_addz(&xml, "</p></itemBody>\n</assessmentItem>");
		enum bv_status status = bv_item_convert(&out, bv_buf_str(&xml), BV_QTI_3_0, NULL, NULL, &err);
		CHECK(status == (past ? BV_ELIMIT : BV_OK), "%zu bytes become %zu%s", xml.len, out.len, past ? ": refused" : "");
		CHECK(past || out.len == BV_XML_ITEM_MAX, "  just within");
	}
}

/* ---- Whole documents -------------------------------------------------------------------------------------------------- */

static enum bv_status
visit(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2u << 20), three = BV_BUF(BV_XML_ITEM_MAX), two = BV_BUF(BV_XML_ITEM_MAX), back = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	size_t *counts = ctx;
	struct bv_err fault;

	if (!bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		return BV_OK;
	TRY(bv_file_read(&xml, path, err));
	if (bv_item_parse_loosely(&item, bv_buf_str(&xml), &fault) != BV_OK)
		return BV_OK;
	counts[0]++;
	CHECK_OK(bv_item_convert(&three, bv_buf_str(&xml), BV_QTI_3_0, NULL, NULL, &fault), &fault, path);
	counts[1] += bv_str_eq(bv_buf_str(&three), bv_buf_str(&xml));
	check_fixed(bv_buf_str(&three), BV_QTI_3_0, path);
	CHECK_OK(bv_item_convert(&two, bv_buf_str(&three), BV_QTI_2_2, NULL, NULL, &fault), &fault, path);
	check_fixed(bv_buf_str(&two), BV_QTI_2_2, path);
	/* What both can say survives any number of ways there and back. */
	for (int way = 0; way < 2; way++) {
		bv_buf_clear(&back);
		CHECK_OK(bv_item_convert(&back, bv_buf_str(&two), BV_QTI_3_0, NULL, NULL, &fault), &fault, "  back");
		bv_buf_clear(&three);
		CHECK_OK(bv_item_convert(&three, bv_buf_str(&back), BV_QTI_2_2, NULL, NULL, &fault), &fault, "  and there again");
		CHECK(!way || bv_str_eq(bv_buf_str(&three), bv_buf_str(&two)), "  the same QTI 2.2: %s", path);
		bv_buf_clear(&two);
		bv_buf_add(&two, bv_buf_str(&three));
	}
	return BV_OK;
}

static void
test_folders(void)
{
	const char *source = getenv("BV_SOURCE"), *reference = check_reference("qti/item-outcomes.jsonl");
	char folder[4096];
	size_t sample[2] = { 0 }, others[2] = { 0 };
	struct bv_err err;

	snprintf(folder, sizeof folder, "%s/itembank/sample", source ? source : ".");
	CHECK_OK(bv_dir_walk(folder, visit, sample, &err), &err, "the sample");
	CHECK(sample[0] >= 280 && sample[1] == sample[0], "%zu of %zu items of the sample are copied byte by byte", sample[1], sample[0]);
	snprintf(folder, sizeof folder, "%s/tests/vectors/itembank", source ? source : ".");
	CHECK_OK(bv_dir_walk(folder, visit, others, &err), &err, "the vectors");
	if (!reference)
		return;
	snprintf(folder, sizeof folder, "%.*s/items", (int)(strrchr(reference, '/') - reference), reference);
	CHECK_OK(bv_dir_walk(folder, visit, others, &err), &err, "the reference");
	printf("# %zu items of others, %zu copied byte by byte\n", others[0], others[1]);
	CHECK(others[0] > 530, "%zu items", others[0]);
}

int
main(void)
{
	test_cases();
	test_stimuli();
	test_stimuli_refused();
	test_refusals();
	test_size();
	test_folders();
	return check_end();
}

/* Items that ask for more than any machine has: each ends at once, with a message or with NULL, and the untouched twin is scored. */
#include "itembank/itembank.h"
#include "tests/check.h"

#define HEAD \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='b' title='b' adaptive='false' time-dependent='false'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='string'><qti-correct-response><qti-value>a</qti-value>" \
	"</qti-correct-response>%s</qti-response-declaration><qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'>%s" \
	"</qti-outcome-declaration>"
#define BODY "<qti-item-body><p><qti-text-entry-interaction response-identifier='RESPONSE'/></p></qti-item-body>"
#define TEMPLATE "<qti-template-declaration identifier='T' cardinality='single' base-type='integer'/><qti-template-processing>%s</qti-template-processing>"
#define INT(n) "<qti-base-value base-type='integer'>" n "</qti-base-value>"
#define FLOAT(n) "<qti-base-value base-type='float'>" n "</qti-base-value>"
#define SET(value) "<qti-set-outcome-value identifier='SCORE'>" value "</qti-set-outcome-value>"
#define NO "<qti-is-null>" INT("1") "</qti-is-null>"

enum { END_SCORED, END_NULL, END_LIMIT, END_REFUSED };

/* A rule `times` over; a mapping or a lookup table of so many entries. */
static const struct {
	const char *name, *template, *rule;
	int times, map, table, end;
	const char *message;
} cases[] = {
	{ "a product that passes 64 bits", NULL, SET("<qti-product><qti-repeat number-repeats='64'>" INT("1000000000") "</qti-repeat></qti-product>"), 1, 0, 0, END_NULL, NULL },
	{ "… and one that does not", NULL, SET("<qti-product><qti-repeat number-repeats='2'>" INT("1000000000") "</qti-repeat></qti-product>"), 1, 0, 0, END_SCORED, NULL },
	{ "a product that passes all doubles: infinity, a float", NULL, SET("<qti-product><qti-repeat number-repeats='64'>" FLOAT("1e300") "</qti-repeat></qti-product>"), 1, 0, 0, END_SCORED, NULL },
	{ "a billion elements", NULL, SET("<qti-sum><qti-repeat number-repeats='1000000000'>" INT("1") "</qti-repeat></qti-sum>"), 1, 0, 0, END_LIMIT, "more than 4096 elements" },
	{ "4097 elements", NULL, SET("<qti-sum><qti-repeat number-repeats='4097'>" INT("1") "</qti-repeat></qti-sum>"), 1, 0, 0, END_LIMIT, "more than 4096 elements" },
	{ "4096 elements", NULL, SET("<qti-sum><qti-repeat number-repeats='4096'>" INT("1") "</qti-repeat></qti-sum>"), 1, 0, 0, END_SCORED, NULL },
	{ "repeats of repeats", NULL, SET("<qti-sum><qti-repeat number-repeats='65'><qti-repeat number-repeats='64'>" INT("1") "</qti-repeat></qti-repeat></qti-sum>"), 1, 0, 0,
	  END_LIMIT, "more than 4096 elements" },
	{ "all integers by steps of 1", NULL, SET("<qti-random-integer min='-9223372036854775808' max='9223372036854775807' step='1'/>"), 1, 0, 0, END_SCORED, NULL },
	{ "an integer by steps of 0", NULL, SET("<qti-random-integer min='1' max='2' step='0'/>"), 1, 0, 0, END_REFUSED, "step must be 1 or more" },
	{ "a float between all", NULL, SET("<qti-random-float min='-1e308' max='1e308'/>"), 1, 0, 0, END_REFUSED, "too far apart" },
	{ "5,000 lookups in 4,000 entries", NULL, "<qti-lookup-outcome-value identifier='SCORE'>" INT("-1") "</qti-lookup-outcome-value>", 5000, 0, 4000, END_LIMIT, "more than 1000000 steps" },
	{ "a lookup in 4,000 entries", NULL, "<qti-lookup-outcome-value identifier='SCORE'>" INT("3999") "</qti-lookup-outcome-value>", 1, 0, 4000, END_SCORED, NULL },
	{ "5,000 mappings by 4,000 entries", NULL, SET("<qti-map-response identifier='RESPONSE'/>"), 5000, 4000, 0, END_LIMIT, "more than 1000000 steps" },
	{ "a mapping by 4,000 entries", NULL, SET("<qti-map-response identifier='RESPONSE'/>"), 1, 4000, 0, END_SCORED, NULL },
	{ "a constraint that nothing meets", "<qti-template-constraint>" NO "</qti-template-constraint>", SET(FLOAT("1")), 1, 0, 0, END_SCORED, NULL },
	{ "constraints in conditions in constraints",
	  "<qti-set-template-value identifier='T'><qti-random-integer min='1' max='9'/></qti-set-template-value><qti-template-condition><qti-template-if>"
	  "<qti-gt><qti-variable identifier='T'/>" INT("0") "</qti-gt><qti-template-condition><qti-template-if><qti-not>" NO "</qti-not><qti-template-constraint>" NO
	  "</qti-template-constraint></qti-template-if></qti-template-condition></qti-template-if></qti-template-condition>",
	  SET(FLOAT("1")), 1, 0, 0, END_SCORED, NULL },
	{ "a costly constraint that nothing meets",
	  "<qti-template-constraint><qti-and><qti-contains><qti-repeat number-repeats='4096'>" INT("1") "</qti-repeat><qti-repeat number-repeats='2048'>" INT("1")
	  "</qti-repeat></qti-contains>" NO "</qti-and></qti-template-constraint>",
	  SET(FLOAT("1")), 1, 0, 0, END_LIMIT, "more than 1000000 steps" },
	{ "patterns that backtrack", NULL,
	  "<qti-response-condition><qti-response-if><qti-pattern-match pattern='(a|aa)+[bc]'><qti-variable identifier='RESPONSE'/></qti-pattern-match>" SET(FLOAT("1"))
	  "</qti-response-if></qti-response-condition>", 300, 0, 0, END_SCORED, NULL },
};

static void
write_item(struct bv_buf *out, size_t i)
{
	BV_AUTO(bv_buf_finish) struct bv_buf map = BV_BUF(1u << 20);
	BV_AUTO(bv_buf_finish) struct bv_buf table = BV_BUF(1u << 20);

	bv_buf_addz(&map, cases[i].map ? "<qti-mapping>" : "");
	for (int k = 0; k < cases[i].map; k++)
		bv_buf_printf(&map, "<qti-map-entry map-key='k%d' mapped-value='1'/>", k);
	bv_buf_addz(&map, cases[i].map ? "</qti-mapping>" : "");
	bv_buf_addz(&table, cases[i].table ? "<qti-match-table>" : "");
	for (int k = 0; k < cases[i].table; k++)
		bv_buf_printf(&table, "<qti-match-table-entry source-value='%d' target-value='1'/>", k);
	bv_buf_addz(&table, cases[i].table ? "</qti-match-table>" : "");
	bv_buf_printf(out, HEAD, map.p, table.p);
	if (cases[i].template)
		bv_buf_printf(out, TEMPLATE, cases[i].template);
	bv_buf_addz(out, BODY "<qti-response-processing>");
	for (int k = 0; k < cases[i].times; k++)
		bv_buf_addz(out, cases[i].rule);
	bv_buf_addz(out, "</qti-response-processing></qti-assessment-item>");
}

static enum bv_status
score(struct bv_item_session **out, struct bv_item **item, struct bv_str xml, struct bv_err *err)
{
	struct bv_str text = BV_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	struct bv_answer answer = { BV_STR("RESPONSE"), &text, 1 };
	uint8_t seed[BV_HASH_LEN] = { 1 };

	TRY(bv_item_parse(item, xml, err));
	TRY(bv_item_session_new(out, *item, seed, err));
	TRY(bv_item_session_answer(*out, &answer, 1, err));
	return bv_item_score(*out, err);
}

int
main(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(4u << 20);
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
		struct bv_err err;
		double value;
		write_item(&xml, i);
		enum bv_status status = score(&session, &item, bv_buf_str(&xml), &err);
		if (cases[i].end == END_LIMIT || cases[i].end == END_REFUSED) {
			CHECK_REFUSED(status, cases[i].end == END_LIMIT ? BV_ELIMIT : BV_EPARSE, &err, cases[i].message, cases[i].name);
		} else {
			CHECK_OK(status, &err, cases[i].name);
			CHECK(bv_item_session_number(session, "SCORE", &value) == (cases[i].end == END_SCORED), "… with a score or with NULL");
		}
	}
	return check_end();
}

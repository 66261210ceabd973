/* How many simple items a second are scored in process on one core: new response in, response processing, SCORE out. */
#include <time.h>

#include "base/xml.h"
#include "itembank/itembank.h"
#include "itembank/session.h"
#include "tests/check.h"

static const char item[] =
        "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='i' title='t' time-dependent='false'>"
        "<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'>"
        "<qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>"
        "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>"
        "<qti-item-body><qti-choice-interaction response-identifier='RESPONSE' max-choices='1'>"
        "<qti-simple-choice identifier='A'>a</qti-simple-choice><qti-simple-choice identifier='B'>b</qti-simple-choice>"
        "<qti-simple-choice identifier='C'>c</qti-simple-choice><qti-simple-choice identifier='D'>d</qti-simple-choice>"
        "</qti-choice-interaction></qti-item-body>"
        "<qti-response-processing template='https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml'/>"
        "</qti-assessment-item>";

enum { ROUNDS = 2000000 };

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The bar: what nobody can be faster than, comparing the answer with the key and adding the mark. Neither is known when this is compiled. */
static double
bare(const char *const *answers, long *marks)
{
	const char *volatile key_from = "B";
	const char *key = key_from;
	double start = seconds();

	for (int i = 0; i < ROUNDS; i++) {
		const char *answer = answers[i & 3];
		__asm__ volatile("" : "+r"(answer), "+r"(key) : : "memory");
		*marks += strcmp(answer, key) == 0;
	}
	return ROUNDS / (seconds() - start);
}

static const char *const answers[] = { "A", "B", "C", "D" };
static const uint8_t seed[BV_HASH_LEN];

/* The variables alone: the response is a value already. 0 when something fails. */
static double
session(long *marks)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { NULL };
	struct bv_loader loader = { .version = BV_QTI_3_0, .arena = &arena };
	struct bv_program program;
	struct bv_err err;

	if (bv_xml_read(&doc, bv_str_of(item), BV_XML_ITEM_MAX, &err) != BV_OK ||
	    bv_program_parse(&program, &loader, bv_xml_root(doc), &err) != BV_OK)
		return 0;
	BV_AUTO(bv_session_free) struct bv_session *s = bv_session_new(&program);
	if (bv_session_start(s, seed, &err) != BV_OK)
		return 0;
	int response = bv_declarations_find(program.declarations, BV_STR("RESPONSE"));
	int score = bv_declarations_find(program.declarations, BV_STR("SCORE"));
	double start = seconds();
	for (int i = 0; i < ROUNDS; i++) {
		struct bv_value v = bv_value_text(BV_TYPE_IDENTIFIER, bv_str_of(answers[i & 3]));
		bv_session_reset(s);
		bv_session_respond(s, response, &v);
		if (bv_session_score(s, &err) != BV_OK)
			return 0;
		*marks += bv_session_value(s, score)->one.real == 1;
	}
	return ROUNDS / (seconds() - start);
}

/* The public way: the answer is text, checked against the choices of the interaction. */
static double public(long *marks)
{
	BV_AUTO(bv_item_free) struct bv_item *parsed = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *s = NULL;
	struct bv_err err;
	double score;

	if (bv_item_parse(&parsed, bv_str_of(item), &err) != BV_OK || bv_item_session_new(&s, parsed, seed, &err) != BV_OK)
		return 0;
	double start = seconds();
	for (int i = 0; i < ROUNDS; i++) {
		struct bv_str value = bv_str_of(answers[i & 3]);
		struct bv_answer answer = { BV_STR("RESPONSE"), &value, 1 };
		bv_item_session_reset(s);
		if (bv_item_session_answer(s, &answer, 1, &err) != BV_OK || bv_item_score(s, &err) != BV_OK)
			return 0;
		*marks += bv_item_session_number(s, "SCORE", &score) && score == 1;
	}
	return ROUNDS / (seconds() - start);
}

int
main(void)
{
	long marks = 0, by_session = 0, expected = 0;
	double rate = public(&marks), inner = session(&by_session), bar = bare(answers, &expected);

	if (rate == 0 || inner == 0 || marks != expected || by_session != expected) {
		fputs("bench_score: the marks are wrong\n", stderr);
		return 1;
	}
	printf("score: %.0f items/s of one choice with match_correct, %.2f us each (bar: 2 us); response processing alone %.0f/s; bare string comparison "
	       "%.0f/s, %.0f times as fast\n",
	       rate, 1e6 / rate, inner, bar, bar / rate);
	return 0;
}

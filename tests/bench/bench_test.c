/* Assessment tests: a form of 1,000 items made, sat with an answer to each, and reported; and what of that the scoring of the items alone
 * takes, which is the bar. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "itembank/itembank.h"

enum { ITEMS = 1000 };

static struct bv_item *item;

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status) {
		fprintf(stderr, "bench_test: %s\n", err->msg);
		exit(1);
	}
}

/* Processor time: other programs do not count. */
static int64_t
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
ms_since(int64_t start_ns)
{
	return (double)(cpu_ns() - start_ns) / 1e6;
}

static enum bv_status
find_item(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err)
{
	(void)ctx;
	(void)name;
	(void)err;
	*out = item;
	return BV_OK;
}

/* Ten sections of a hundred, all shuffled; outcomes are the sum of the scores. */
static void
write_test(struct bv_buf *xml, bool outcomes)
{
	bv_buf_addz(xml, "<qti-assessment-test xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"t\" title=\"t\">"
	                 "<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>"
	                 "<qti-test-part identifier=\"P\" navigation-mode=\"linear\" submission-mode=\"individual\">");
	for (int i = 0; i < ITEMS; i++) {
		if (i % 100 == 0)
			bv_buf_printf(xml, "<qti-assessment-section identifier=\"S%d\" title=\"s\" visible=\"true\"><qti-ordering shuffle=\"true\"/>", i);
		bv_buf_printf(xml, "<qti-assessment-item-ref identifier=\"Q%d\" href=\"q.xml\"/>%s", i, i % 100 == 99 ? "</qti-assessment-section>" : "");
	}
	bv_buf_addz(xml, "</qti-test-part>");
	if (outcomes)
		bv_buf_addz(xml, "<qti-outcome-processing><qti-set-outcome-value identifier=\"SCORE\"><qti-sum><qti-test-variables variable-identifier=\"SCORE\"/>"
		                 "</qti-sum></qti-set-outcome-value></qti-outcome-processing>");
	bv_buf_addz(xml, "</qti-assessment-test>");
}

static void
sit(const char *what, const struct bv_test *test, const struct bv_json *right, double expected, double bar_ms)
{
	static const uint8_t seed[BV_HASH_LEN] = { 1 };
	BV_AUTO(bv_test_session_free) struct bv_test_session *session = NULL;
	struct bv_err err;
	double score = 0;

	int64_t start = cpu_ns();
	must(bv_test_session_new(&session, test, seed, 0, &err), &err);
	double made = ms_since(start);
	start = cpu_ns();
	for (int i = 0; i < ITEMS; i++) {
		must(bv_test_session_submit(session, right, i, &err), &err);
		must(bv_test_session_next(session, i, &err), &err);
	}
	double sat = ms_since(start);
	start = cpu_ns();
	bv_json_free(bv_test_session_report(session));
	double reported = ms_since(start);
	start = cpu_ns();
	bv_json_free(bv_test_session_summary(session));
	double summed = ms_since(start);
	bv_test_session_number(session, "SCORE", &score);
	if (bv_test_session_state(session) != BV_TEST_ENDED || score != expected) {
		fprintf(stderr, "bench_test: the sitting scores %g\n", score);
		exit(1);
	}
	printf("%-32s form %.2f ms; sat %.1f ms, %.1f us an item, %.1f times scoring alone; report %.2f ms, summary %.3f ms\n", what, made, sat,
	       sat * 1000 / ITEMS, sat / bar_ms, reported, summed);
}

/* The bar: a session for each item and its score. */
static double
score_alone(const struct bv_json *right)
{
	static const uint8_t seed[BV_HASH_LEN];
	struct bv_err err;

	int64_t start = cpu_ns();
	for (int i = 0; i < ITEMS; i++) {
		BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
		must(bv_item_session_new(&session, item, seed, &err), &err);
		must(bv_item_session_respond(session, right, &err), &err);
		must(bv_item_score(session, &err), &err);
	}
	return ms_since(start);
}

int
main(void)
{
	static const struct bv_test_files files = { find_item, NULL, NULL };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20), test_xml = BV_BUF(1u << 20), plain_xml = BV_BUF(1u << 20);
	BV_AUTO(bv_test_free) struct bv_test *test = NULL, *plain = NULL;
	BV_AUTO(bv_json_free) struct bv_json *right = NULL;
	const char *source = getenv("BV_SOURCE");
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/items/choice-single.xml", source ? source : ".");
	must(bv_file_read(&xml, path, &err), &err);
	must(bv_item_parse(&item, bv_buf_str(&xml), &err), &err);
	must(bv_json_parse(&right, BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}"), &err), &err);
	write_test(&test_xml, true);
	write_test(&plain_xml, false);
	int64_t start = cpu_ns();
	must(bv_test_parse(&test, bv_buf_str(&test_xml), BV_STR("t.xml"), &files, &err), &err);
	printf("%-32s %.2f ms, %zu bytes\n", "a test of 1,000 items read", ms_since(start), test_xml.len);
	must(bv_test_parse(&plain, bv_buf_str(&plain_xml), BV_STR("t.xml"), &files, &err), &err);
	double bar = score_alone(right);
	sit("without outcome processing", plain, right, 0, bar);
	sit("outcomes after each submission", test, right, ITEMS, bar);
	bv_item_free(item);
	return 0;
}

/* Papers of a sitting whose forms a design assembles, 40 items each under caps of exposure and overlap: forms alone, one thread; and `bangvang sitting prepare`: assembled,
 * made, kept in a database. The sample bank; BV_SOURCE names the tree. */
#include "tests/fuzz/sitting_world.h"

#include "base/clock.h"
#include "engine/exam.h"
#include "engine/issue.h"
#include "engine/sitting.h"
#include "tests/engine/issue_fixture.h"

enum { CANDIDATES = 2000 };

static struct bv_buf design, parameters;

static double
since(int64_t start)
{
	return (double)(bv_clock_monotonic_ns() - start) / 1e9;
}

static void
measure_forms(const struct bv_sitting *sitting)
{
	struct bv_issue_tally tally;
	struct bv_err err;
	char ticket[32];
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < CANDIDATES; i++) {
		snprintf(ticket, sizeof ticket, "F-%d", i);
		CHECK_OK(bv_issue_next(bv_exam_issue(sitting->exam), bv_str_of(ticket), &err), &err, "a form");
	}
	double spent = since(start);
	bv_issue_count(&tally, bv_exam_issue(sitting->exam));
	printf("assembled, one thread            %8.0f forms/s; bar 500: %.2f of it (relaxed: %zu overlap, %zu exposure)\n", CANDIDATES / spent, CANDIDATES / spent / 500,
	       tally.overlap, tally.exposure);
}

static void
measure_prepare(const struct bv_sitting *sitting)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(BV_ROSTER_MAX);
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	struct bv_roster_tally tally;
	size_t count;

	bv_buf_addz(&csv, "ticket,room,seat\n");
	for (int i = 0; i < CANDIDATES; i++)
		bv_buf_printf(&csv, "T-%d,P,%d\n", i, i);
	struct bv_roster_order order = { .csv = bv_buf_str(&csv), .author = STAFF_ID };
	CHECK_OK(bv_roster_import(&tally, world.sittings, world.l.ledger, world.id, &order, &world.err), &world.err, "candidates");
	CHECK_OK(bv_papers_new(&papers, sitting, world.bank, NULL, 0, &world.err), &world.err, "papers");
	int64_t start = bv_clock_monotonic_ns();
	CHECK_OK(bv_papers_prepare(&count, papers, world.sittings, 2, NULL, NULL, &world.err), &world.err, "prepared");
	printf("sitting prepare, two threads     %8.0f papers/s\n", (double)count / since(start));
}

static struct bv_sitting *
load(void)
{
	struct bv_sitting *sitting = NULL;

	CHECK_OK(bv_sitting_load(&sitting, world.sittings, SITTING, NULL, NULL, &world.err), &world.err, "a sitting");
	return sitting;
}

/* Caps that have no room left: what gives way is found in how long? */
static const char *const saturated[] = { "exposure=\"0.5\"", "exposure=\"0.45\"", "exposure=\"0.429\"", "overlap=\"20\"", "overlap=\"11\"", "exposure=\"0.45\" overlap=\"11\"" };

static void
measure_saturated(const char *caps)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;
	struct bv_issue_tally tally;
	struct bv_err err;
	char ticket[32];
	int count = 0;

	issue_documents(&world, &design, &parameters, caps);
	CHECK_OK(bv_exam_new(&exam, &world.d, NULL, NULL, &err), &err, caps);
	int64_t start = bv_clock_monotonic_ns();
	for (; count < CANDIDATES && since(start) < 4; count++) {
		snprintf(ticket, sizeof ticket, "F-%d", count);
		CHECK_OK(bv_issue_next(bv_exam_issue(exam), bv_str_of(ticket), &err), &err, "a form");
	}
	double spent = since(start);
	bv_issue_count(&tally, bv_exam_issue(exam));
	printf("saturated: %-28s %6.0f forms/s (of %d relaxed: %zu overlap, %zu exposure)\n", caps, count / spent, count, tally.overlap, tally.exposure);
}

int
main(void)
{
	sitting_test_init(&world);
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	bv_buf_addz(&design, ISSUE_DESIGN);
	issue_parameters(&world, &parameters, "0");
	issue_documents(&world, &design, &parameters, "exposure=\"0.8\" overlap=\"26\"");
	sitting_test_create(&world);
	BV_AUTO(bv_sitting_free) struct bv_sitting *alone = load(), *whole = load();
	measure_forms(alone);
	measure_prepare(whole);
	for (size_t i = 0; i < BV_COUNT(saturated); i++)
		measure_saturated(saturated[i]);
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
	sitting_test_finish(&world);
	return 0;
}

/* Forms that a design assembles for a whole sitting: the same everywhere, dealt so that neighbours differ, and nothing in them can be changed unnoticed. */
#include "engine/exam.h"
#include "engine/issue.h"
#include "tests/engine/issue_fixture.h"

enum { SEATS = 4000, FORMS_MAX = 7 };

#define DESIGN "{\"forms\":4,\"itemUse\":2,\"length\":40,\"objective\":{\"kind\":\"minimax\",\"points\":[{\"theta\":0,\"target\":9}]}," \
	"\"constraints\":[{\"name\":\"time\",\"sum\":\"seconds\",\"max\":1600}]}"
/* Of parallel.json of the fixture: whatever the compiler and the machine. */
#define FORMS_HASH "777e9757939cd5c50f786a0291775f2f4005ead5a989c334d315805df9debad6"

static struct sitting_test t;
static struct bv_buf design, parameters;

/* ---- Dealt ---- */

static size_t
form_at(const struct parallel *parallel, const char *seat, int number, const uint8_t cid[BV_HASH_LEN])
{
	char label[40];
	struct bv_seat_place place = { BV_STR("TT1"), BV_STR("P1"), BV_STR_NONE };
	const struct parallel_ticket ticket = { cid, fixture_draw_key, fixture_seed, seat ? &place : NULL, NULL, 0 };
	bool seen;

	if (seat) {
		snprintf(label, sizeof label, seat, number);
		place.seat = bv_str_of(label);
	}
	size_t form = parallel_choose(&seen, parallel, &ticket);
	if (seen || form >= parallel->forms)
		CHECK(false, "a form of those that are there");
	return form;
}

static void
deal(size_t forms)
{
	uint32_t items[FORMS_MAX] = { 0 };
	struct parallel parallel = { forms, 1, items };
	size_t of_seats[FORMS_MAX] = { 0 }, by_lot[FORMS_MAX] = { 0 }, same = 0, rows_differ = 0;
	uint8_t cid[BV_HASH_LEN] = { 0 };
	double chi = 0;

	for (int n = 0; n < SEATS; n++) {
		memcpy(cid, &n, sizeof n);
		size_t mine = form_at(&parallel, "%d", n, cid);
		of_seats[mine]++;
		same += mine == form_at(&parallel, "%d", n + 1, cid);
		rows_differ += mine != form_at(&parallel, "B%d", n, cid);
		by_lot[form_at(&parallel, NULL, 0, cid)]++;
	}
	CHECK(same == 0, "%zu forms: neighbours never have the same", forms);
	CHECK(forms == 2 || rows_differ > SEATS / 4, "  rows have forms of their own: %zu", rows_differ);
	for (size_t f = 0; f < forms; f++) {
		double expected = (double)SEATS / (double)forms, d = (double)by_lot[f] - expected;
		chi += d * d / expected;
		CHECK(of_seats[f] >= SEATS / forms - 1 && of_seats[f] <= SEATS / forms + 1, "  form %zu on as many seats as any: %zu", f, of_seats[f]);
	}
	CHECK(chi < 30, "  by lot all are as likely: chi-square %.1f of %zu", chi, forms - 1); /* of 6 degrees of freedom once in 25,000 keys; the key is fixed */
}

static void
seen_before(void)
{
	uint32_t items[] = { 0, 1, 2, 3, 4, 5, 6, 7 }, seen[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct parallel parallel = { 4, 2, items };
	const uint8_t cid[BV_HASH_LEN] = { 9 };
	bool met;

	for (uint32_t left = 0; left < 4; left++) {
		uint32_t others[6], count = 0;
		for (uint32_t i = 0; i < 8; i++)
			if (i / 2 != left)
				others[count++] = i;
		const struct parallel_ticket ticket = { cid, fixture_draw_key, fixture_seed, NULL, others, count };
		CHECK(parallel_choose(&met, &parallel, &ticket) == left && !met, "the one form without what he met");
	}
	const struct parallel_ticket all = { cid, fixture_draw_key, fixture_seed, NULL, seen, 8 }, one_less = { cid, fixture_draw_key, fixture_seed, NULL, seen, 7 };
	parallel_choose(&met, &parallel, &all);
	CHECK(met, "nobody goes without a form");
	CHECK(parallel_choose(&met, &parallel, &one_less) == 3 && met, "who met all gets the form of which he met least");
}

/* ---- parallel.json ---- */

static enum bv_status
new_exam(struct bv_exam **out)
{
	return bv_exam_new(out, &t.d, NULL, NULL, &t.err);
}

static void
refused(struct bv_str document, enum bv_status status, const char *words, const char *what)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;

	t.d.parallel = document;
	CHECK_REFUSED(new_exam(&exam), status, &t.err, words, what);
	t.d.parallel = BV_STR_NONE;
}

/* The document with the item at `at` in the place of the first. */
static void
forge(struct bv_buf *out, const struct parallel *real, const struct bv_assembly_bank *bank, uint32_t item)
{
	struct parallel forged = { real->forms, real->length, bv_alloc_array(real->forms * real->length, sizeof *forged.items) };

	memcpy(forged.items, real->items, real->forms * real->length * sizeof *forged.items);
	forged.items[0] = item;
	bv_buf_clear(out);
	parallel_write(out, &forged, bank);
	parallel_finish(&forged);
}

static void
forged(const struct bv_issue *issue, struct bv_str document)
{
	BV_AUTO(bv_buf_finish) struct bv_buf other = BV_BUF(1 << 20);
	BV_AUTO(bv_exam_free) struct bv_exam *same = NULL, *changed = NULL;
	const struct parallel *real = &issue->parallel;
	uint32_t item = real->items[0] ? real->items[0] - 1 : real->items[0] + 1;

	refused(BV_STR("{}"), BV_EINVAL, "parallel.json: ", "no format");
	refused(BV_STR("{\"format\":\"bv-parallel-2\",\"forms\":[]}"), BV_EPARSE, "this program reads bv-parallel-1", "another format");
	refused(BV_STR("{\"format\":\"bv-parallel-1\",\"forms\":[[]]}"), BV_EINVAL, "there are 1 forms, the design asks for 4", "too few forms");
	refused(BV_STR("{\"format\":\"bv-parallel-1\",\"forms\":[[],[],[],[]]}"), BV_EINVAL, "form 1 is no list of 40 items", "too few items");
	forge(&other, real, issue->bank, real->items[1]);
	refused(bv_buf_str(&other), BV_EINVAL, "form 1: element 1 is no further item of stratum", "an item twice");
	forge(&other, real, issue->bank, real->items[39]);
	refused(bv_buf_str(&other), BV_EINVAL, "form 1: element 0 is no further item of stratum", "an item of another stratum");
	t.d.parallel = document;
	CHECK_OK(new_exam(&same), &t.err, "as it was written");
	CHECK_OK(bv_issue_parallel_audit(bv_exam_issue(same), &t.err), &t.err, "and follows from the draw");
	/* Another item that may stand there: read, and found by who assembles again. */
	forge(&other, real, issue->bank, item);
	t.d.parallel = bv_buf_str(&other);
	CHECK_OK(new_exam(&changed), &t.err, "a forged form");
	CHECK_REFUSED(bv_issue_parallel_audit(bv_exam_issue(changed), &t.err), BV_EDENIED, &t.err, "form 1 of parallel.json has item", "is found");
	t.d.parallel = BV_STR_NONE;
}

static void
forms(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(1 << 20);
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];

	CHECK_OK(new_exam(&exam), &t.err, "an exam with four forms");
	if (!exam)
		return;
	const struct bv_issue *issue = bv_exam_issue(exam);
	const struct parallel *parallel = &issue->parallel;
	CHECK(bv_issue_parallel(issue) == 4, "four forms");
	for (size_t i = 0; i < issue->bank->count; i++) {
		size_t uses = 0;
		for (size_t k = 0; k < 4 * parallel->length; k++)
			uses += parallel->items[k] == i;
		if (uses > 2)
			CHECK(false, "item %zu is in %zu forms", i, uses);
	}
	bv_issue_parallel_write(&document, issue);
	bv_sha256(hash, bv_buf_str(&document));
	CHECK_STR(bv_str_of(bv_hex(hex, hash, sizeof hash)), BV_STR(FORMS_HASH), "the same forms with every compiler");
	forged(issue, bv_buf_str(&document));
}

int
main(void)
{
	for (size_t count = 2; count <= FORMS_MAX; count++)
		deal(count);
	seen_before();
	sitting_test_init(&t);
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	bv_buf_addz(&design, DESIGN);
	issue_parameters(&t, &parameters, "0");
	issue_documents(&t, &design, &parameters, "");
	forms();
	issue_documents(&t, &design, &parameters, "exposure=\"0.5\"");
	refused(BV_STR_NONE, BV_EINVAL, "exposure and overlap are for forms of each candidate's own", "a cap on exposure");
	bv_buf_clear(&design);
	bv_buf_addz(&design, ISSUE_DESIGN);
	issue_documents(&t, &design, &parameters, "");
	refused(BV_STR("{}"), BV_EINVAL, "belongs to a design for several forms", "parallel forms where each has his own");
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
	sitting_test_finish(&t);
	return check_end();
}

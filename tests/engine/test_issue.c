/* A sitting whose forms a design assembles: in the order of registration, the same from the log as from kept papers, scored by the same parameters. */
#include "engine/exam.h"
#include "engine/issue.h"
#include "engine/sitting.h"
#include "tests/engine/issue_fixture.h"

enum { CANDIDATES = 60 };

static struct sitting_test t;
static struct bv_buf design, parameters;

static struct bv_str
ticket_of(int i)
{
	static char ticket[20];

	snprintf(ticket, sizeof ticket, "T-%d", i);
	return bv_str_of(ticket);
}

static enum bv_status
new_exam(const struct bv_exam_documents *documents)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;

	return bv_exam_new(&exam, documents, NULL, NULL, &t.err);
}

#define REFUSES(change, status, words, what) \
	do { \
		struct bv_exam_documents d = t.d; \
		change; \
		CHECK_REFUSED(new_exam(&d), status, &t.err, words, what); \
	} while (0)

static void
refused(void)
{
	REFUSES(d.design = BV_STR_NONE, BV_EINVAL, "give the design with the SHA-256", "no design");
	REFUSES(d.parameters = BV_STR_NONE, BV_EINVAL, "give the parameter set with", "no parameter set");
	REFUSES(d.design = d.parameters, BV_EDENIED, "asks for the design with", "another design");
	REFUSES(d.seen = BV_STR("{}"), BV_EINVAL, "seen.json: ", "seen items without a format");
	REFUSES(d.seen = BV_STR("{\"format\":\"bv-seen-2\",\"seen\":{}}"), BV_EPARSE, "this program reads bv-seen-1", "of another format");
	REFUSES(d.seen = BV_STR("{\"format\":\"bv-seen-1\",\"seen\":{\"T 1\":[]}}"), BV_EINVAL, "a ticket is", "of a ticket that is none");
	REFUSES(d.seen = BV_STR("{\"format\":\"bv-seen-1\",\"seen\":{\"T-1\":{}}}"), BV_EINVAL, "a list of at most", "that are no list");
	REFUSES(d.seen = BV_STR("{\"format\":\"bv-seen-1\",\"seen\":{\"T-1\":[7]}}"), BV_EINVAL, "no identifier", "that are no items");
	REFUSES(d.tickets = BV_STR("{\"format\":\"bv-tickets-1\",\"tickets\":[\"T-1\",\"T-1\"]}"), BV_EINVAL, "tickets[1]: ticket 'T-1' has a form already", "a ticket twice");
	REFUSES(d.tickets = BV_STR("{\"format\":\"bv-tickets-1\",\"tickets\":[1]}"), BV_EINVAL, "tickets[0]: a ticket is", "a ticket that is none");
	REFUSES(d.tickets = BV_STR("{\"format\":\"bv-forms-1\",\"tickets\":[]}"), BV_EPARSE, "tickets.json: format is", "tickets of another format");
	sitting_exam(&t, BV_SITTING_FIXED);
	struct bv_exam_documents fixed = t.d;
	fixed.forms = BV_STR("{\"format\":\"bv-forms-1\",\"forms\":[]}");
	CHECK(new_exam(&fixed) != BV_OK, "prepared forms: %s", t.err.msg);
	issue_documents(&t, &design, &parameters, "");
}

/* ---- One who is drawn for after the other ---- */

static struct bv_sitting *
load(void)
{
	struct bv_sitting *sitting = NULL;

	CHECK_OK(bv_sitting_load(&sitting, t.sittings, t.order.name, NULL, NULL, &t.err), &t.err, "the sitting");
	return sitting;
}

static void
form_text(struct bv_buf *out, const struct bv_sitting *sitting, struct bv_str ticket)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;

	bv_buf_clear(out);
	CHECK_OK(bv_exam_form(&form, sitting->exam, ticket, &t.err), &t.err, "a form");
	if (form)
		bv_form_write(out, form);
}

/* Are all forms of the two the same? */
static bool
same_forms(const struct bv_sitting *a, const struct bv_sitting *b)
{
	BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(BV_FORM_MAX), other = BV_BUF(BV_FORM_MAX);
	int same = 0;

	for (int i = 0; i < CANDIDATES; i++) {
		form_text(&one, a, ticket_of(i));
		form_text(&other, b, ticket_of(i));
		same += one.len > 0 && bv_str_eq(bv_buf_str(&one), bv_buf_str(&other));
	}
	return same == CANDIDATES;
}

static void
turns(void)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL, *kept = NULL, *log = NULL, *changed = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	struct bv_issue_tally tally, again;
	struct bv_form *none = NULL;
	size_t count = 0;

	sitting_test_create(&t);
	sitting_test_register(&t, 0, CANDIDATES / 2, 1);
	sitting = load();
	CHECK_REFUSED(bv_exam_form(&none, sitting->exam, ticket_of(0), &t.err), BV_ENOTFOUND, &t.err, "not in the order of the tickets", "before their turns");
	CHECK_OK(bv_papers_new(&papers, sitting, t.bank, NULL, 0, &t.err), &t.err, "its papers");
	CHECK_OK(bv_papers_prepare(&count, papers, t.sittings, 2, NULL, NULL, &t.err), &t.err, "half of them ahead");
	CHECK(count == CANDIDATES / 2, "%zu papers", count);
	sitting_test_register(&t, 0, CANDIDATES, 1);
	CHECK_OK(bv_papers_prepare(&count, papers, t.sittings, 2, NULL, NULL, &t.err), &t.err, "and who came later");
	CHECK(count == CANDIDATES / 2, "%zu papers", count);
	bv_issue_count(&tally, bv_exam_issue(sitting->exam));
	CHECK(tally.forms == CANDIDATES && tally.overlap > 0 && tally.overlap < CANDIDATES && !tally.seen, "caps hold for some, not for all: %zu of %zu", tally.overlap, tally.forms);
	kept = load();
	CHECK_OK(sitting_issue(kept, t.sittings, true, &t.err), &t.err, "from kept papers");
	log = load();
	CHECK_OK(sitting_issue(log, t.sittings, false, &t.err), &t.err, "from the log");
	CHECK(same_forms(sitting, kept) && same_forms(sitting, log), "the same forms");
	bv_issue_count(&again, bv_exam_issue(kept->exam));
	CHECK(memcmp(&tally, &again, sizeof tally) == 0, "and the same is said of them");
	/* A row that somebody changed is no form for those behind it: it is drawn. */
	sitting_sql(&t, "UPDATE paper SET hash = zeroblob(32) WHERE attempt % 3 = 0; UPDATE paper SET numbers = x'03' WHERE attempt % 7 = 0");
	changed = load();
	CHECK_OK(sitting_issue(changed, t.sittings, true, &t.err), &t.err, "from papers that were changed");
	CHECK(same_forms(sitting, changed), "still the same forms");
}

/* ---- What a form is, and what it is scored by ---- */

static void
parameters_count(void)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = load();
	const struct bv_exam *exam = sitting->exam;
	const struct bv_assembly_bank *bank = exam->issue->bank;
	size_t good = 0, own = 0;

	for (size_t i = 0; i < bank->count; i++) {
		const struct exam_item *item = exam_find_item(exam, bank->items[i].id);
		good += item->has_parameters && item->a_milli == (int64_t)(bank->items[i].curve.a * 1000 + 0.5);
		for (size_t k = 0; k < bank->attribute_count; k++)
			own += bv_str_is(bank->attributes[k], "stratum") && bv_str_starts(bank->items[i].values[k], BV_STR("IU"));
	}
	CHECK(good == bank->count && own == bank->count, "scoring has the set's parameters, and the design the blueprint's strata: %zu, %zu of %zu", good, own, bank->count);
}

static void
guessing(void)
{
	issue_parameters(&t, &parameters, "0.2");
	issue_documents(&t, &design, &parameters, "");
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;
	CHECK_OK(bv_exam_new(&exam, &t.d, NULL, NULL, &t.err), &t.err, "items that are guessed");
	CHECK(exam && exam->items[0].has_parameters && exam->items[0].c_milli == 200, "have their part in abilities");
}

int
main(void)
{
	sitting_test_init(&t);
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	bv_buf_addz(&design, ISSUE_DESIGN);
	issue_parameters(&t, &parameters, "0");
	issue_documents(&t, &design, &parameters, "");
	refused();
	issue_documents(&t, &design, &parameters, "exposure=\"0.9\" overlap=\"12\"");
	turns();
	parameters_count();
	guessing();
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
	sitting_test_finish(&t);
	return check_end();
}

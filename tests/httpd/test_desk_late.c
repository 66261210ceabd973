/* Candidates who start without a paper made ahead, all at once, where a design assembles the forms: each has the form of his place in the order. */
#include "engine/exam.h"
#include "engine/paper.h"
#include "tests/engine/issue_fixture.h"
#include "tools/httpd/desk.h"

enum { SEATS = 24, ASKERS = 4 }; /* attempts are numbered after their sitting, in the order of the tickets */

static struct sitting_test t;
static struct bv_buf design, parameters;
static struct log *log_;
static const struct bv_allowed_modules no_modules;

struct asking {
	struct desks *desks;
	int first;
	size_t wrong;
};

/* From the last to the first: who comes before in the order is not who starts before. */
static void *
ask(void *ctx)
{
	struct asking *a = ctx;
	struct bv_err err;

	for (int i = SEATS - 1 - a->first; i >= 0; i -= ASKERS) {
		struct desk *desk = NULL;
		a->wrong += desk_load(&desk, a->desks, t.id + 1 + i, &err) != BV_OK;
		if (desk)
			desk_release(desk);
	}
	return NULL;
}

static void
start_together(struct desks *desks)
{
	struct asking askers[ASKERS];
	pthread_t threads[ASKERS];
	size_t wrong = 0;

	for (int i = 0; i < ASKERS; i++) {
		askers[i] = (struct asking){ desks, i, 0 };
		pthread_create(&threads[i], NULL, ask, &askers[i]);
	}
	for (int i = 0; i < ASKERS; i++) {
		pthread_join(threads[i], NULL);
		wrong += askers[i].wrong;
	}
	CHECK(wrong == 0 && ledger_count(&t.l, "SELECT count(*) FROM paper") == SEATS, "everybody has a paper: %zu have none", wrong);
}

/* Against the forms that follow from the log alone. */
static void
compared(struct desks *desks)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	size_t same = 0;

	CHECK_OK(bv_sitting_load(&sitting, t.sittings, SITTING, NULL, NULL, &t.err), &t.err, "the sitting");
	CHECK_OK(bv_papers_new(&papers, sitting, t.bank, NULL, 0, &t.err), &t.err, "its papers");
	CHECK_OK(sitting_issue(sitting, t.sittings, false, &t.err), &t.err, "forms from the log");
	for (int i = 0; i < SEATS; i++) {
		BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
		struct desk *desk = NULL;
		char ticket[20];
		snprintf(ticket, sizeof ticket, "T-%02d", i);
		if (desk_load(&desk, desks, t.id + 1 + i, &t.err) == BV_OK && bv_paper_make(&paper, papers, bv_str_of(ticket), &t.err) == BV_OK)
			same += bv_hash_eq(bv_paper_hash(paper), bv_paper_hash(desk->paper));
		if (desk)
			desk_release(desk);
	}
	CHECK(same == SEATS, "each has the form that follows from the log: %zu of %d", same, SEATS);
}

int
main(void)
{
	struct rate rates[RATE_COUNT];
	char bank[128];

	sitting_test_init(&t);
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	bv_buf_addz(&design, ISSUE_DESIGN);
	issue_parameters(&t, &parameters, "0");
	issue_documents(&t, &design, &parameters, "exposure=\"0.9\" overlap=\"14\"");
	sitting_test_create(&t);
	sitting_test_register(&t, 0, SEATS, 2);
	for (size_t i = 0; i < RATE_COUNT; i++)
		rates[i] = (struct rate){ 60000, 1000 };
	struct limit *limit = limit_new(rates, 1024, 7);
	log_ = log_new(2, limit);
	snprintf(bank, sizeof bank, "%s/bank.db", t.l.folder);
	struct halls *halls = halls_new(t.l.ledger, t.l.url, bank, &no_modules, log_);
	struct desks *desks = desks_new(halls, 1 << 20);
	start_together(desks);
	compared(desks);
	desks_free(desks);
	halls_free(halls);
	log_free(log_);
	limit_free(limit);
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
	sitting_test_finish(&t);
	return check_end();
}

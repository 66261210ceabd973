/* A sitting in a ledger of its own, on the sample bank: documents made as a program makes them. */
#ifndef BV_TESTS_SITTING_FIXTURE_H
#define BV_TESTS_SITTING_FIXTURE_H

#include "tests/engine/ledger_fixture.h"

#define SITTING BV_STR("2026-11-25.sang")

enum { FIXTURE_EXAM, FIXTURE_BLUEPRINT, FIXTURE_STANDARD, FIXTURE_RULES, FIXTURE_POOL, FIXTURE_ITEMS, FIXTURE_FORMS, FIXTURE_DOCUMENTS };

struct sitting_test {
	struct ledger_test l; /* first */
	struct bv_sittings *sittings;
	struct bv_bank *bank;
	struct bv_buf documents[FIXTURE_DOCUMENTS];
	struct bv_exam_documents d;
	struct bv_sitting_order order;
	int64_t id;
	struct bv_err err;
};

__attribute__((unused)) static const char *
source_path(const char *name)
{
	static char path[4096];
	const char *source = getenv("BV_SOURCE");

	snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
	return path;
}

static const uint8_t fixture_seed[BV_HASH_LEN] = { 1, 2, 3 }, fixture_draw_key[BV_HASH_LEN] = { 4, 5 };

__attribute__((unused)) static void
sitting_exam(struct sitting_test *t, enum bv_sitting_mode mode)
{
	struct bv_issuer issuer = { BV_STR("did:web:example.vn"), BV_STR("Hội đồng thi"), BV_STR_NONE };

	bv_buf_clear(&t->documents[FIXTURE_EXAM]);
	bv_exam_write(&t->documents[FIXTURE_EXAM], mode, fixture_seed, fixture_draw_key, T0 / 1000, &issuer);
	t->d = (struct bv_exam_documents){
		bv_buf_str(&t->documents[0]), bv_buf_str(&t->documents[1]), bv_buf_str(&t->documents[2]), bv_buf_str(&t->documents[3]),
		bv_buf_str(&t->documents[4]), bv_buf_str(&t->documents[5]), bv_buf_str(&t->documents[6]),
	};
	t->order.mode = mode;
}

__attribute__((unused)) static void
sitting_test_init(struct sitting_test *t)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf shortage = BV_BUF(1 << 16);
	struct bv_import_counts counts;
	char path[128], sample[4096];
	const char *samples = sample;

	*t = (struct sitting_test){ .id = 0 };
	ledger_test_init(&t->l);
	CHECK_OK(ledger_test_open(&t->l), &t->l.err, "a ledger");
	for (size_t i = 0; i < FIXTURE_DOCUMENTS; i++)
		t->documents[i] = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	snprintf(path, sizeof path, "%s/bank.db", t->l.folder);
	snprintf(sample, sizeof sample, "%s", source_path("itembank/sample"));
	CHECK_OK(bv_bank_open(&t->bank, path, BV_BANK_CREATE, &t->err), &t->err, "a bank");
	CHECK_OK(bv_bank_import(t->bank, &samples, 1, &(struct bv_import_opts){ .now_s = 1, .unfiltered = true }, &counts, &t->err), &t->err, "  with the sample");
	CHECK_OK(bv_file_read(&t->documents[FIXTURE_BLUEPRINT], source_path("engine/sample/vn-basic-40.xml"), &t->err), &t->err, "a blueprint");
	CHECK_OK(bv_file_read(&t->documents[FIXTURE_STANDARD], source_path("standards/vn-tt03-2014.xml"), &t->err), &t->err, "a standard");
	CHECK_OK(bv_file_read(&t->documents[FIXTURE_RULES], source_path("rules/vn-17-2016.xml"), &t->err), &t->err, "rules");
	CHECK_OK(bv_blueprint_parse(&blueprint, bv_buf_str(&t->documents[FIXTURE_BLUEPRINT]), &t->err), &t->err, "the blueprint is read");
	CHECK_OK(bv_exam_from_bank(&t->documents[FIXTURE_POOL], &t->documents[FIXTURE_ITEMS], blueprint, "vn-basic-40.xml", t->bank, NULL, &shortage, &t->err),
	         &t->err, "its pool");
	t->order = (struct bv_sitting_order){ .name = SITTING, .opens_ms = T0, .start_until_ms = T0 + 120 * MINUTE, .closes_ms = T0 + 180 * MINUTE,
		                              .grace_ms = 30000, .documents = &t->d, .did = BV_STR("{}"), .author = STAFF_ID };
	sitting_exam(t, BV_SITTING_LINEAR);
	CHECK_OK(bv_sittings_open(&t->sittings, t->l.url, &t->err), &t->err, "the tables beside the ledger");
}

__attribute__((unused)) static void
sitting_test_create(struct sitting_test *t)
{
	CHECK_OK(bv_sitting_create(&t->id, t->sittings, t->l.ledger, &t->order, &t->err), &t->err, "a sitting");
}

/* Candidates in room P, from T-FROM in seat FROM on, with so many digits at least in their tickets. */
__attribute__((unused)) static void
sitting_test_register(struct sitting_test *t, int from, int past, int digits)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(BV_ROSTER_MAX);
	struct bv_roster_tally tally;

	bv_buf_addz(&csv, "ticket,room,seat\n");
	for (int i = from; i < past; i++)
		bv_buf_printf(&csv, "T-%0*d,P,%d\n", digits, i, i);
	struct bv_roster_order order = { .csv = bv_buf_str(&csv), .author = STAFF_ID };
	CHECK_OK(bv_roster_import(&tally, t->sittings, t->l.ledger, t->id, &order, &t->err), &t->err, "candidates");
}

__attribute__((unused)) static void
sitting_test_finish(struct sitting_test *t)
{
	bv_sittings_close(t->sittings);
	bv_bank_close(t->bank);
	for (size_t i = 0; i < FIXTURE_DOCUMENTS; i++)
		bv_buf_finish(&t->documents[i]);
	ledger_test_finish(&t->l);
}

/* Anything done to the database, as who has its password could. */
__attribute__((unused)) static void
sitting_sql(struct sitting_test *t, const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	if (bv_sql_open(&sql, t->l.url, BV_SQL_WRITE, &t->err) != BV_OK || bv_sql_run(sql, text, &t->err) != BV_OK)
		CHECK(false, "%s: %s", text, t->err.msg);
}

#endif

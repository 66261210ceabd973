/* A person who sat an exam is erased: the ledger, its receipts and its proofs verify as before, and nothing in it says who he was. */
#define _GNU_SOURCE
#include "base/json.h"
#include "tests/engine/ledger_fixture.h"
#include "tests/engine/people_fixture.h"

static bool
is_in_folder(const char *folder, struct bv_str wanted)
{
	char command[300];

	snprintf(command, sizeof command, "grep -raqF -- '%.*s' %s", BV_STR_ARG(wanted), folder);
	return system(command) == 0;
}

int
main(void)
{
	struct ledger_test t;
	struct bv_ledger_act act, saved;
	struct bv_person_entry entry = people_sample();
	struct bv_person_entered entered;
	struct bv_people_access access = people_by("staff-1", NOW);
	struct bv_ledger_check counts;
	char details[200], hex[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_err err;

	if (!mkdtemp(people_folder))
		return 1;
	BV_AUTO(bv_people_close) struct bv_people *people = people_new(people_sqlite_url("people"));
	ledger_test_init(&t);
	CHECK_OK(ledger_test_open(&t), &t.err, "a ledger");
	ledger_sitting(&t);
	entry.sitting = t.plan.name;
	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &err), &err, "a person");
	snprintf(details, sizeof details, "{\"person\":\"%s\"}", bv_hex(hex, entered.commitment, BV_HASH_LEN));
	act = (struct bv_ledger_act){ .act = BV_EXAM_REGISTER, .attempt = t.sitting,
		                      .facts = { .author = STAFF_ID, .ticket = bv_str_of(entered.ticket), .details = bv_str_of(details) } };
	CHECK_OK(bv_ledger_do(t.ledger, &act, &t.err), &t.err, "is registered with his ticket and the commitment");
	int64_t id = act.ack.attempt;
	step(&t, T0 - t.clock.utc);
	CHECK(ledger_do(&t, &act, BV_EXAM_ADMIT, id) == BV_OK && ledger_do(&t, &act, BV_EXAM_LEASE, id) == BV_OK &&
	              ledger_do(&t, &act, BV_EXAM_START, id) == BV_OK && ledger_save(&t, &saved, id, 1, 0, 1, RESPONSE("A")) == BV_OK &&
	              ledger_do(&t, &act, BV_EXAM_SUBMIT, id) == BV_OK && ledger_do(&t, &act, BV_EXAM_CLOSE, t.sitting) == BV_OK,
	      "sits, and the sitting is closed: %s", t.err.msg);
	ledger_test_close(&t);

	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	CHECK_OK(bv_people_export(&json, people, bv_str_of(entered.person), &access, &err), &err, "he has what opens his commitment");
	const struct bv_json *registration = bv_json_at(bv_json_find(json, "registrations"), 0);
	CHECK(is_in_folder(t.folder, bv_str_of(hex)) && is_in_folder(t.folder, bv_str_of(entered.ticket)), "the ledger has ticket and commitment");
	CHECK(!is_in_folder(t.folder, BV_STR(PEOPLE_NAME)) && !is_in_folder(t.folder, BV_STR(PEOPLE_ID)) && !is_in_folder(t.folder, bv_str_of(entered.person)),
	      "and neither name nor number nor his id in the store");
	CHECK_OK(bv_people_erase(people, bv_str_of(entered.person), &access, &err), &err, "he is erased");
	CHECK_OK(bv_people_scrub(people, &err), &err, "everywhere");

	CHECK_OK(bv_ledger_check(&counts, t.url, bv_key_public(t.key), NULL, NULL, &err), &err, "every hash, tree and signature of the ledger verifies");
	struct bv_receipt receipt = saved.ack.receipt;
	bv_receipt_hash(&receipt, &t.start);
	CHECK(bv_hash_eq(receipt.hash, saved.ack.receipt.hash) && bv_receipt_check(&receipt, bv_key_public(t.key), &err) == BV_OK, "so does his receipt");
	CHECK_OK(bv_person_opening_check(entered.commitment, bv_json_str(bv_json_find(registration, "salt")), bv_json_str(bv_json_find(registration, "committed")),
	                                 &err),
	         &err, "who kept his export can still prove who he was");
	CHECK(!is_in_folder(people_folder, bv_json_str(bv_json_find(registration, "salt"))), "nobody else can");
	ledger_test_finish(&t);
	bv_people_close(bv_steal(&people));
	people_end();
	return check_end();
}

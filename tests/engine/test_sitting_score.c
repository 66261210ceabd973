/* A sitting to its end: answered, scored from the ledger, released, computed again; and whatever is changed afterwards is named. */
#include "base/clock.h"
#include "tests/engine/sitter.h"
#include "tests/engine/sitting_fixture.h"

enum { CANDIDATES = 6 };

static struct sitting_test t;
static struct bv_evidence_texts *texts;
static struct bv_sitting *sitting;

static int64_t
attempt_of(int i)
{
	return t.id + 1 + i; /* one digit: registered in the order of the tickets */
}

static void
seated(void)
{
	struct bv_roster_order order = { .author = STAFF_ID,
		                         .csv = BV_STR("ticket,room,seat,machine,extraPercent\nT-0,P,0,m,\nT-1,P,1,,25\nT-2,P,2\nT-3,P,3\nT-4,P,4\nT-5,P,5\n") };
	struct bv_roster_tally tally;

	CHECK_OK(bv_roster_import(&tally, t.sittings, t.l.ledger, t.id, &order, &t.err), &t.err, "candidates");
}

static enum bv_status
no_sheet(void *ctx, const struct bv_seat *seat, const char code[BV_ACCESS_CODE_SIZE], struct bv_err *err)
{
	(void)ctx, (void)seat, (void)code, (void)err;
	return BV_OK;
}

/* As a candidate of that ability would, through his page. */
static void
answer_all(int i, int64_t ability_milli, struct bv_papers *papers)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	char ticket[8];
	uint32_t number;

	snprintf(ticket, sizeof ticket, "T-%d", i);
	const struct bv_candidate candidate = { .ticket = bv_str_of(ticket), .name = bv_str_of(ticket) };
	CHECK_OK(bv_paper_load(&paper, papers, t.sittings, attempt_of(i), candidate.ticket, &t.err), &t.err, "a paper");
	CHECK_OK(sitter_answer(&number, t.l.ledger, papers, paper, bv_sitting_exam(sitting), attempt_of(i), &candidate, ability_milli, &t.err), &t.err, "what is answered");
	CHECK(number == 40, "candidate %d answers %u items", i, number);
}

static void
start(int i, struct bv_papers *papers)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	struct bv_ledger_act act;
	char ticket[8];

	snprintf(ticket, sizeof ticket, "T-%d", i);
	CHECK_OK(bv_paper_load(&paper, papers, t.sittings, attempt_of(i), bv_str_of(ticket), &t.err), &t.err, "a paper");
	CHECK(ledger_do(&t.l, &act, BV_EXAM_ADMIT, attempt_of(i)) == BV_OK && ledger_do(&t.l, &act, BV_EXAM_LEASE, attempt_of(i)) == BV_OK, "comes in");
	act = (struct bv_ledger_act){ .act = BV_EXAM_START, .attempt = attempt_of(i), .facts = { .author = BV_STR("candidate"), .lease = 1 } };
	memcpy(act.facts.form, bv_paper_hash(paper), BV_HASH_LEN);
	CHECK_OK(bv_ledger_do(t.l.ledger, &act, &t.err), &t.err, "starts");
}

/* 0 and 1 submit, 2 is ended by the clock, 3 by a proctor, 4 works on (25 percent more time would not help), 5 never came. */
static void
sat(void)
{
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	struct bv_ledger_act act;
	size_t count;

	CHECK_OK(bv_sitting_load(&sitting, t.sittings, SITTING, bv_evidence_item_text, texts, &t.err), &t.err, "the sitting");
	CHECK_OK(bv_papers_new(&papers, sitting, t.bank, NULL, 0, &t.err), &t.err, "papers");
	CHECK_OK(bv_papers_prepare(&count, papers, t.sittings, 1, NULL, NULL, &t.err), &t.err, "prepared");
	CHECK_OK(bv_codes_make(&count, t.sittings, t.l.ledger, t.id, BV_STR_NONE, false, fixture_seed, STAFF_ID, no_sheet, NULL, &t.err), &t.err, "codes");
	step(&t.l, T0 - t.l.clock.utc);
	for (int i = 0; i < 4; i++)
		start(i, papers);
	for (int i = 0; i < 3; i++)
		answer_all(i, i == 0 ? 8000 : 0, papers);
	CHECK(ledger_do(&t.l, &act, BV_EXAM_SUBMIT, attempt_of(0)) == BV_OK && ledger_do(&t.l, &act, BV_EXAM_SUBMIT, attempt_of(1)) == BV_OK &&
	      ledger_do(&t.l, &act, BV_EXAM_END, attempt_of(3)) == BV_OK, "two submit, one is sent home");
	step(&t.l, 61 * MINUTE);
	start(4, papers);
}

static enum bv_status
see_result(void *ctx, const struct bv_seat *seat, const struct bv_ledger_ack *ack, struct bv_err *err)
{
	struct bv_receipt receipt = ack->receipt;

	bv_receipt_hash(&receipt, &t.l.start);
	CHECK(bv_receipt_check(&receipt, bv_key_public(t.l.key), err) == BV_OK && ack->state == BV_ATTEMPT_RELEASED, "%.*s is released, with a receipt",
	      BV_STR_ARG(seat->ticket));
	++*(int *)ctx;
	return BV_OK;
}

static void
random_bytes(void *p, size_t len)
{
	memset(p, 7, len);
}

static void
ignore(void *ctx, bool good, const char *file, const char *message)
{
	(void)ctx;
	if (!good)
		printf("# %s: %s\n", file, message);
}

static struct bv_roster *roster;
static struct bv_signer *signer;
static char folder_of_evidence[100];

/* A key with its document, and who the tickets are. */
static void
issuer(void)
{
	static const char names[] = "{\"candidates\":[{\"ticket\":\"T-1\",\"name\":\"Trần Văn Bình\"},"
	                            "{\"ticket\":\"T-2\",\"name\":\"Lê Thị Châu\"},{\"ticket\":\"T-3\",\"name\":\"Hồ Văn Dũng\"}]}";
	BV_AUTO(bv_buf_finish) struct bv_buf pem = BV_BUF(4096), path = BV_BUF(200), did_path = BV_BUF(200);

	bv_key_write(&pem, t.l.key);
	bv_buf_printf(&path, "%s/key.pem", t.l.folder);
	bv_buf_printf(&did_path, "%s/did.json", t.l.folder);
	snprintf(folder_of_evidence, sizeof folder_of_evidence, "%s/evidence", t.l.folder);
	CHECK_OK(bv_roster_parse(&roster, bv_str_of(names), &t.err), &t.err, "who they are");
	CHECK_OK(bv_file_create(path.p, bv_buf_str(&pem), 0600, &t.err), &t.err, "a key");
	CHECK_OK(bv_file_create(did_path.p, t.order.did, 0600, &t.err), &t.err, "its document");
	CHECK_OK(bv_signer_load(&signer, path.p, BV_STR("Hội đồng thi"), BV_STR_NONE, &t.err), &t.err, "a signer");
}

static struct bv_people *people;

static enum bv_attempt_state
state_of(int64_t attempt)
{
	struct bv_ledger_act act = { .act = BV_EXAM_LOOK, .attempt = attempt, .also_closed = true };

	return bv_ledger_do(t.l.ledger, &act, &t.err) == BV_OK ? (enum bv_attempt_state)act.ack.state : BV_ATTEMPT_NONE;
}

/* The name of T-0 is with the persons. */
static void
enter_person(const char *ticket, const char *name)
{
	const struct bv_people_access access = { STAFF_ID, BV_STR("roster"), T0 };
	struct bv_person_entry entry = { .fields = { [BV_PERSON_NAME] = bv_str_of(name), [BV_PERSON_PERSONAL_ID] = BV_STR("001090000001") }, .sitting = SITTING,
		                         .ticket = bv_str_of(ticket) };
	struct bv_person_entered entered;

	CHECK_OK(bv_people_enter(&entered, people, &entry, &access, &t.err), &t.err, "a person is entered");
}

static void
persons(void)
{
	static const uint8_t secret[BV_MASTER_LEN] = "a master key that a test knows";
	BV_AUTO(bv_master_free) struct bv_master *master = bv_master_new(secret);
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(200);

	bv_buf_printf(&url, "sqlite:%s/people.db", t.l.folder);
	CHECK_OK(bv_people_create(url.p, master, bv_random_fill, &t.err), &t.err, "a store of persons");
	CHECK_OK(bv_people_open(&people, url.p, master, bv_random_fill, &t.err), &t.err, "is opened");
}

static enum bv_status
count_reads(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	(void)err;
	*(int *)ctx += bv_str_is(record->act, "read") && bv_str_is(record->reason, "certificates");
	return BV_OK;
}

/* Names of certificates from the store of persons: nobody is scored before everybody has one, and every read is in its log. */
static void
named(struct bv_scoring_order *order)
{
	const struct bv_people_access access = { STAFF_ID, BV_STR("certificates"), T0 };
	struct bv_scoring_tally tally;
	int reads = 0;

	CHECK_REFUSED(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, order, &t.err), BV_ENOTFOUND, &t.err, "'T-0' is not among the candidates",
	              "a name is missing");
	order->people = people;
	order->access = &access;
	CHECK_REFUSED(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, order, &t.err), BV_ENOTFOUND, &t.err, "the store of persons has nobody for it",
	              "with the persons too");
	CHECK(!tally.scored && state_of(attempt_of(0)) == BV_ATTEMPT_SUBMITTED && state_of(attempt_of(1)) == BV_ATTEMPT_SUBMITTED, "and nobody is scored");
	enter_person("T-0", "Nguyễn Thị An");
	CHECK_OK(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, order, &t.err), &t.err, "scored");
	CHECK(tally.scored == 4 && tally.passed == 1 && tally.certificates == 1, "with all names");
	CHECK(bv_people_log(people, BV_STR_NONE, count_reads, &reads, &t.err) == BV_OK && reads == 1, "one name was read: %d", reads);
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(300), credential = BV_BUF(BV_CREDENTIAL_MAX);
	bv_buf_printf(&path, "%s/candidates/T-0/credential.json", folder_of_evidence);
	CHECK(bv_file_read(&credential, path.p, &t.err) == BV_OK && strstr(credential.p, "Nguyễn Thị An"), "the certificate has it");
}

/* ---- What certificates say ---- */

static enum bv_status
see_attested(void *ctx, const struct bv_attested *one, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *rating = NULL;
	const struct bv_credential_facts *f = &one->facts;
	uint8_t hash[BV_HASH_LEN];
	int64_t hundredths, wrong = 0;

	TRY(bv_json_parse(&rating, one->rating, err));
	const struct bv_json *areas = bv_json_find(rating, "areas");
	for (size_t i = 0, k = 0; i < f->achievement->area_count; i++)
		if (f->values[i].len)
			wrong += !bv_str_decimal(f->values[i], 2, &hundredths) || hundredths != bv_json_int(bv_json_find(bv_json_at(areas, k++), "marksHundredths"));
	bv_sha256(hash, one->rating);
	CHECK(bv_str_is(one->ticket, "T-0") && bv_str_is(f->holder, "Nguyễn Thị An") && !f->licence.len && f->decision == BV_DECISION_COMPLETED && !wrong &&
	      bv_str_eq(f->level, bv_json_str(bv_json_find(bv_json_find(rating, "level"), "code"))) && f->evidence_count == 4 && bv_hash_eq(f->evidence[3].hash, hash),
	      "the facts are those of the rating");
	++*(int *)ctx;
	return BV_OK;
}

static void
attested(bool released)
{
	static const char names[] = "{\"candidates\":[{\"ticket\":\"T-0\",\"name\":\"Nguyễn Thị An\"},{\"ticket\":\"T-1\",\"name\":\"Trần Văn Bình\"}]}";
	BV_AUTO(bv_roster_free) struct bv_roster *all = NULL;
	struct bv_scoring_order order = { .author = STAFF_ID };
	int told = 0;
	size_t count = 9;

	CHECK_REFUSED(bv_sitting_attested(&count, sitting, t.sittings, t.l.ledger, &order, see_attested, &told, &t.err), BV_EINVAL, &t.err, "who each ticket is", "nobody is named");
	CHECK_OK(bv_roster_parse(&all, bv_str_of(names), &t.err), &t.err, "who they are");
	order.names = all;
	CHECK_OK(bv_sitting_attested(&count, sitting, t.sittings, t.l.ledger, &order, see_attested, &told, &t.err), &t.err, "what is attested");
	CHECK(count == released && told == released, "%d of four", told);
	if (!released)
		return;
	order.names = roster; /* has no T-0 */
	CHECK_REFUSED(bv_sitting_attested(&count, sitting, t.sittings, t.l.ledger, &order, see_attested, &told, &t.err), BV_ENOTFOUND, &t.err, "'T-0'", "without his name");
	order.names = all;
	sitting_sql(&t, "CREATE TABLE kept_rows AS SELECT * FROM result");
	sitting_sql(&t, "UPDATE result SET rating = CAST(replace(CAST(rating AS TEXT), '\"passed\"', '\"passed\" ') AS BLOB)");
	CHECK_REFUSED(bv_sitting_attested(&count, sitting, t.sittings, t.l.ledger, &order, see_attested, &told, &t.err), BV_EDENIED, &t.err, "rating of attempt", "a rating that was changed");
	sitting_sql(&t, "UPDATE result SET hashes = (SELECT hashes FROM kept_rows WHERE attempt = 3)");
	CHECK_REFUSED(bv_sitting_attested(&count, sitting, t.sittings, t.l.ledger, &order, see_attested, &told, &t.err), BV_EDENIED, &t.err, "not the one in the ledger",
	              "a result of another");
	sitting_sql(&t, "DELETE FROM result; INSERT INTO result SELECT * FROM kept_rows; DROP TABLE kept_rows");
}

static void
scored(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf rating = BV_BUF(BV_EXAM_DOCUMENT_MAX), seen = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	struct bv_scoring_order order = { .author = STAFF_ID, .texts = texts, .key = t.l.key, .random = random_bytes, .names = roster, .signer = signer,
		                          .out = folder_of_evidence };
	struct bv_scoring_tally tally;
	uint8_t hashes[4][BV_HASH_LEN];
	size_t count;
	int told = 0;

	persons();
	named(&order);
	CHECK_OK(bv_exam_audit(folder_of_evidence, NULL, ignore, NULL, &t.err), &t.err, "the evidence is derived again, byte for byte");
	order.out = NULL;
	CHECK_OK(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, &order, &t.err), &t.err, "again");
	CHECK(!tally.scored && tally.before == 4 && tally.open == 1 && tally.absent == 1, "nobody is scored twice; one is open, one absent");
	bv_people_close(bv_steal(&people));
	CHECK_OK(bv_sitting_result(&rating, hashes, t.sittings, attempt_of(0), &t.err), &t.err, "a result");
	CHECK(strstr(rating.p, "\"passed\"") != NULL, "which says it");
	CHECK(bv_sitting_result(&seen, hashes, t.sittings, attempt_of(5), &t.err) == BV_ENOTFOUND, "who did not sit has none");
	attested(false);
	CHECK_REFUSED(bv_sitting_release(&count, sitting, t.sittings, t.l.ledger, STAFF_ID, see_result, &told, &t.err), BV_EDENIED, &t.err, "before its day",
	              "nothing is released before the day");
	step(&t.l, 4 * 60 * MINUTE);
	CHECK_OK(bv_sitting_release(&count, sitting, t.sittings, t.l.ledger, STAFF_ID, see_result, &told, &t.err), &t.err, "then it is");
	CHECK(count == 4 && told == 4, "all four");
	CHECK_OK(bv_sitting_release(&count, sitting, t.sittings, t.l.ledger, STAFF_ID, see_result, &told, &t.err), &t.err, "again");
	CHECK(count == 0, "nobody");
	attested(true);
}

static size_t faults;
static char first_fault[600];

static void
on_fault(void *ctx, bool good, const char *file, const char *message)
{
	(void)ctx;
	if (!good && !faults++)
		snprintf(first_fault, sizeof first_fault, "%s: %s", file, message);
}

static enum bv_status
audit(enum bv_sitting_audit_what what, struct bv_sitting_audit_tally *tally)
{
	faults = 0;
	first_fault[0] = '\0';
	return bv_sitting_audit(tally, t.l.url, SITTING, what, bv_evidence_item_text, texts, bv_key_public(t.l.key), on_fault, NULL, &t.err);
}

static void
audited(void)
{
	static const struct {
		const char *table, *change, *named; /* what the first difference names */
		bool scores;                        /* seen by the audit of scores only */
	} cases[] = {
		{ "seat", "UPDATE seat SET room = 'Q' WHERE ticket = 'T-2'", "T-2", false },
		{ "seat", "UPDATE seat SET centre = 'HN01' WHERE ticket = 'T-2'", "T-2", false },
		{ "seat", "UPDATE seat SET seat = '9' WHERE ticket = 'T-2'", "T-2", false },
		{ "seat", "UPDATE seat SET machine = 'x' WHERE ticket = 'T-0'", "T-0", false },
		{ "seat", "UPDATE seat SET language = 'x' WHERE ticket = 'T-0'", "T-0", false },
		{ "seat", "UPDATE seat SET person = 'x' WHERE ticket = 'T-0'", "T-0", false },
		{ "seat", "UPDATE seat SET extra_percent = 26 WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "UPDATE seat SET extra_ms = 1 WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "UPDATE seat SET code = x'00' WHERE ticket = 'T-1'", "the code of ticket 'T-1'", false },
		{ "seat", "UPDATE seat SET told = 0 WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "UPDATE seat SET told = 2 WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "UPDATE seat SET attempt = 99 WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "UPDATE seat SET ticket = 'X' WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "DELETE FROM seat WHERE ticket = 'T-1'", "T-1", false },
		{ "seat", "INSERT INTO seat SELECT sitting, 'X', 0, 'Z', 'Z', '', '', 0, 0, '', x'', 0, '', '' FROM seat LIMIT 1", "'X'", false },
		{ "paper", "UPDATE paper SET numbers = x'01' WHERE attempt = 2", "paper 2", false },
		{ "paper", "UPDATE paper SET hash = x'01' WHERE attempt = 2", "attempt 2", false },
		{ "paper", "UPDATE paper SET attempt = 99 WHERE attempt = 2", "'99'", false },
		{ "paper", "UPDATE paper SET numbers = (SELECT numbers FROM paper WHERE attempt = 3), hash = (SELECT hash FROM paper WHERE attempt = 3) WHERE attempt = 2",
		  "paper 2", false },
		{ "result", "UPDATE result SET rating = CAST(CAST(rating AS TEXT) || ' ' AS BLOB) WHERE attempt = 3", "result 3", true },
		{ "result", "UPDATE result SET hashes = CAST(substr(hashes, 1, 127) || x'00' AS BLOB) WHERE attempt = 3", "result 3", true },
		{ "result", "UPDATE result SET hashes = x'' WHERE attempt = 3", "attempt 3", true },
		{ "result", "DELETE FROM result WHERE attempt = 3", "attempt 3", true },
		{ "result", "UPDATE result SET attempt = 99 WHERE attempt = 3", "99", false },
		{ "exam_document", "UPDATE exam_document SET bytes = CAST(bytes || x'20' AS BLOB) WHERE document = 'rules.xml'", "rules.xml", false },
		{ "event", "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), 'identifier', 'identifies') AS BLOB) WHERE n = (SELECT min(n) FROM event WHERE kind = 16)",
		  "event", false },
		{ "event", "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '\"result\":\"', '\"result\":\"0') AS BLOB) WHERE kind = 25", "event", false },
		{ "event", "DELETE FROM event WHERE n = 20", "", false },
	};
	struct bv_sitting_audit_tally tally;

	CHECK_OK(audit(BV_AUDIT_ANSWERS, &tally), &t.err, "answers");
	if (faults)
		printf("# %s\n", first_fault);
	CHECK(tally.attempts == 6 && tally.answers == 120 && !tally.scores && !tally.faults, "all are well");
	CHECK_OK(audit(BV_AUDIT_SCORES, &tally), &t.err, "scores");
	if (faults)
		printf("# %s\n", first_fault);
	CHECK(tally.scores >= 4 && !tally.faults, "all follow");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		char text[200];
		snprintf(text, sizeof text, "CREATE TABLE kept_rows AS SELECT * FROM %s", cases[i].table);
		sitting_sql(&t, text);
		sitting_sql(&t, cases[i].change);
		enum bv_status answers = audit(BV_AUDIT_ANSWERS, &tally);
		bool seen = answers == BV_EDENIED && strstr(first_fault, cases[i].named);
		if (cases[i].scores)
			seen = audit(BV_AUDIT_SCORES, &tally) == BV_EDENIED && strstr(first_fault, cases[i].named) && answers == BV_OK;
		if (!CHECK(seen, "%s", cases[i].change))
			printf("# %s | %s\n", first_fault, t.err.msg);
		snprintf(text, sizeof text, "DELETE FROM %s; INSERT INTO %s SELECT * FROM kept_rows; DROP TABLE kept_rows", cases[i].table, cases[i].table);
		sitting_sql(&t, text);
	}
	CHECK_OK(audit(BV_AUDIT_SCORES, &tally), &t.err, "all put back");
	CHECK(bv_sitting_audit(&tally, t.l.url, BV_STR("x"), BV_AUDIT_SCORES, NULL, NULL, NULL, ignore, NULL, &t.err) == BV_ENOTFOUND, "no such sitting: %s", t.err.msg);
}

/* A program that does not say whose log it is goes on under the same name; who was late is scored by it, and the ticket is not among the names. */
static void
another_program(void)
{
	struct bv_scoring_order order = { .author = STAFF_ID, .names = roster };
	struct bv_scoring_tally tally;

	ledger_test_close(&t.l);
	t.l.options.origin = BV_STR_NONE;
	CHECK_OK(ledger_test_open(&t.l), &t.l.err, "the ledger, without a name");
	CHECK_REFUSED(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, &order, &t.err), BV_ENOTFOUND, &t.err, "ticket 'T-4'", "a ticket that nobody named");
	order.names = NULL;
	CHECK_OK(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, &order, &t.err), &t.err, "without names");
	CHECK(tally.scored == 1 && tally.before == 4 && tally.absent == 1, "the last one");
	ledger_test_close(&t.l);
}

static void
to_copy(const char *name, const char *archive, int64_t until_n)
{
	struct bv_ledger_copied copied;

	bv_sittings_close(t.sittings);
	t.sittings = NULL;
	snprintf(t.l.url, sizeof t.l.url, "sqlite:%s/%s.db", t.l.folder, name);
	CHECK_OK(bv_ledger_restore(&copied, archive, t.l.url, until_n, INT64_MAX, &t.err), &t.err, name);
	CHECK_OK(bv_sittings_open(&t.sittings, t.l.url, &t.err), &t.err, "with its sittings");
}

/* What is restored can go on: seats, codes and documents are there as of its last event; results are made again. */
static void
restored(void)
{
	struct bv_scoring_order order = { .author = STAFF_ID };
	struct bv_scoring_tally tally;
	struct bv_sitting_audit_tally found;
	struct bv_ledger_copied copied;
	char archive[200], original[sizeof t.l.url];

	snprintf(original, sizeof original, "%s", t.l.url);
	snprintf(archive, sizeof archive, "%s/archive", t.l.folder);
	CHECK_OK(bv_ledger_backup(&copied, t.l.url, archive, &t.err), &t.err, "archived");
	to_copy("early", archive, 4);
	CHECK(audit(BV_AUDIT_ANSWERS, &found) == BV_OK && found.attempts == 3 && !found.answers, "as it was when three were registered: %s", first_fault);
	to_copy("whole", archive, INT64_MAX);
	CHECK(audit(BV_AUDIT_ANSWERS, &found) == BV_OK && found.attempts == CANDIDATES && found.answers > 100, "seats, codes and documents: %s", first_fault);
	CHECK(audit(BV_AUDIT_SCORES, &found) == BV_EDENIED && found.faults == 5, "results are not there: %s", first_fault);
	bv_sitting_free(sitting);
	sitting = NULL;
	CHECK_OK(ledger_test_open(&t.l), &t.l.err, "the copy goes on");
	CHECK_OK(bv_sitting_load(&sitting, t.sittings, SITTING, bv_evidence_item_text, texts, &t.err), &t.err, "  with the sitting");
	CHECK_OK(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, &order, &t.err), &t.err, "scored once more");
	CHECK(!tally.scored && tally.before == 5 && tally.again == 5, "results are made again, and nobody is scored twice");
	CHECK_OK(bv_sitting_score(&tally, sitting, t.sittings, t.l.ledger, &order, &t.err), &t.err, "and again");
	CHECK(!tally.scored && tally.before == 5 && !tally.again, "nothing is to be done");
	ledger_test_close(&t.l);
	CHECK(audit(BV_AUDIT_SCORES, &found) == BV_OK && found.scores == 5, "all follow: %s", first_fault);
	snprintf(t.l.url, sizeof t.l.url, "%s", original);
}

int
main(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(4096);

	sitting_test_init(&t);
	bv_did_document_write(&did, BV_STR("did:web:example.vn"), (const struct bv_public *const[]){ bv_key_describe(t.l.key) }, 1);
	t.order.did = bv_buf_str(&did);
	texts = bv_evidence_texts_new(t.bank);
	sitting_test_create(&t);
	seated();
	issuer();
	sat();
	scored();
	another_program();
	audited();
	restored();
	bv_sitting_free(sitting);
	bv_evidence_texts_free(texts);
	bv_roster_free(roster);
	bv_signer_free(signer);
	sitting_test_finish(&t);
	return check_end();
}

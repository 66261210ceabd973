/* The register from its making to its lists, on SQLite and on PostgreSQL: what is issued, by whom, once; acts by two persons; stop; what was changed behind its
 * back is found. */
#include "base/clock.h"
#include "tests/base/pgsql.h"
#include "tests/check.h"
#include "tests/registry/office.h"

static struct office o;
static struct bv_register *reg;
static struct bv_err err;

static void
change(const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	bv_register_close(bv_steal(&reg));
	CHECK(bv_sql_open(&sql, o.url, BV_SQL_WRITE, &err) == BV_OK && bv_sql_run(sql, text, &err) == BV_OK, "somebody does: %s", text);
}

static void
run_sql(const char *text)
{
	change(text);
	CHECK_OK(bv_register_open(&reg, o.url, true, &err), &err, "  and the register is opened");
}

static int64_t
ask_sql(const char *text)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	int64_t n = -1;

	if (bv_sql_open(&sql, o.url, BV_SQL_READ, &err) != BV_OK || bv_sql_ask(&n, sql, text, &err) != BV_OK)
		printf("# %s\n", err.msg);
	return n;
}

/* ---- Issuing ---- */

static enum bv_status
issue_some(const char *name, int from, int count, int64_t *added)
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	struct bv_issuance_order order = office_order(&o, name, bv_random_fill);
	char holder[40], ticket[20];
	bool new;

	*added = 0;
	TRY(bv_issuance_open(&issuance, reg, &order, &err));
	for (int i = from; i < from + count && bv_issuance_step(issuance) == BV_ISSUANCE_DRAFT; i++) {
		struct bv_credential_facts facts = office_facts(holder, i);
		snprintf(ticket, sizeof ticket, "T-%d", i);
		TRY(bv_issuance_add(&new, issuance, &facts, bv_str_of(ticket), &err));
		*added += new;
	}
	TRY(bv_issuance_seal(issuance, &err));
	return bv_issuance_run(NULL, issuance, o.world.log, o.world.key, &err);
}

static void
orders(void)
{
	struct bv_issuance_order order = office_order(&o, "lo-1", bv_random_fill);
	BV_AUTO(bv_signer_free) struct bv_signer *stranger = sample_signer("stranger", "did:web:khac.example.vn");
	struct bv_issuance *issuance = NULL;

	order.name = BV_STR("Nguyễn Văn A");
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_EINVAL, &err, "public log", "a name in the public log");
	order.name = BV_STR_NONE;
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_EINVAL, &err, "1 to 64", "no name");
	order = office_order(&o, "lo-1", bv_random_fill);
	order.signer = stranger;
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_EINVAL, &err, "the register of", "another issuer's key");
	order = office_order(&o, "lo-1", bv_random_fill);
	order.officer = o.world.key;
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_EDENIED, &err, "no mandate is for the key", "a key without a mandate");
	order.officer = o.officers[2];
	order.centre = BV_STR("TT09");
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_EDENIED, &err, "does not cover the centre 'TT09'", "another centre");
	order.centre = BV_STR("TT02");
	order.at_s += INT64_C(400) * 86400;
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_EDENIED, &err, "2027-12-31", "a mandate that is over");
	CHECK(!issuance && ask_sql("SELECT count(*) FROM batch") == 0, "nothing was begun");
}

static void
drafts(void)
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	struct bv_issuance_order order = office_order(&o, "lo-1", bv_random_fill);
	char holder[40];
	struct bv_credential_facts facts = office_facts(holder, 0);
	bool added = false;

	CHECK_OK(bv_issuance_open(&issuance, reg, &order, &err), &err, "a batch");
	CHECK_REFUSED(bv_issuance_seal(issuance, &err), BV_EINVAL, &err, "is empty", "without anybody");
	CHECK_REFUSED(bv_issuance_run(NULL, issuance, o.world.log, o.world.key, &err), BV_EINVAL, &err, "not sealed", "is not issued");
	CHECK(bv_issuance_add(&added, issuance, &facts, BV_STR("T-0"), &err) == BV_OK && added, "one is added");
	CHECK(bv_issuance_add(&added, issuance, &facts, BV_STR("T-0"), &err) == BV_OK && !added, "he is there already");
	facts.level = BV_STR("L3");
	CHECK_REFUSED(bv_issuance_add(&added, issuance, &facts, BV_STR("T-0"), &err), BV_ECONFLICT, &err, "with other facts", "with other facts he is not");
	facts.licence = BV_STR("1");
	CHECK_REFUSED(bv_issuance_add(&added, issuance, &facts, BV_STR("T-1"), &err), BV_EINVAL, &err, "given by the register", "nor with a serial number");
	facts.licence = BV_STR_NONE;
	CHECK_REFUSED(bv_issuance_add(&added, issuance, &facts, BV_STR_NONE, &err), BV_EINVAL, &err, "a ticket", "nor without a ticket");
	facts.level = BV_STR("L9");
	CHECK_REFUSED(bv_issuance_add(&added, issuance, &facts, BV_STR("T-1"), &err), BV_EINVAL, &err, "'L9'", "nor with a level that there is not");
	CHECK(ask_sql("SELECT count(*) FROM certificate") == 0, "what was in the group of a fault is gone with it");
}

struct seen {
	int count, wrong;
	int64_t places[64];
	enum bv_fate fate;
	int64_t id, successor;
	char serial[40], holder[60];
};

static enum bv_status
see(void *ctx, const struct bv_register_row *row, struct bv_err *e)
{
	struct seen *s = ctx;

	(void)e;
	for (int i = 0; i < s->count && i < 64; i++)
		s->wrong += s->places[i] == row->idx;
	s->wrong += row->idx < 0 || row->idx >= BV_SHARD_ENTRIES;
	s->places[s->count++ % 64] = row->idx;
	s->fate = row->fate;
	s->id = row->id;
	s->successor = row->successor;
	snprintf(s->serial, sizeof s->serial, "%.*s", BV_STR_ARG(row->serial));
	snprintf(s->holder, sizeof s->holder, "%.*s", BV_STR_ARG(row->holder));
	return BV_OK;
}

static struct seen
find(const char *name)
{
	struct seen s = { 0 };

	if (bv_register_find(reg, bv_str_of(name), see, &s, &err) != BV_OK)
		printf("# %s\n", err.msg);
	return s;
}

static void
tickets(void)
{
	struct seen s = { 0 };

	CHECK_OK(bv_register_find_ticket(reg, BV_STR("T-1"), see, &s, &err), &err, "by the ticket under which it was issued");
	CHECK(s.id == find("CNTT/26/TT01/0002").id, "that certificate");
	CHECK_REFUSED(bv_register_find_ticket(reg, BV_STR("T-none"), see, &s, &err), BV_ENOTFOUND, &err, "of ticket 'T-none'", "there is none of another");
	CHECK_REFUSED(bv_register_find_ticket(reg, BV_STR_NONE, see, &s, &err), BV_ENOTFOUND, &err, "of ticket ''", "nor of none");
}

static void
issued(void)
{
	struct seen all = { 0 };
	int64_t added;

	CHECK(issue_some("lo-1", 0, 40, &added) == BV_OK && added == 40, "forty are issued");
	CHECK(issue_some("lo-1", 0, 40, &added) == BV_OK && added == 0, "the same command again does nothing");
	CHECK(bv_register_each(reg, 0, see, &all, &err) == BV_OK && all.count == 40 && all.wrong == 0 && strcmp(all.serial, "CNTT/26/TT01/0040") == 0,
	      "each has a place of its own, and the numbers have no gap");
	CHECK(all.places[0] != 0 || all.places[1] != 1 || all.places[2] != 2, "places are not in their order");
	CHECK_REFUSED(issue_some("lo-2", 39, 2, &added), BV_ECONFLICT, &err, "CNTT/26/TT01/0040 says exactly this already", "nobody gets the same by another batch");
	CHECK(issue_some("lo-2", 40, 2, &added) == BV_OK && added == 2, "another batch");
	CHECK(find("CNTT/26/TT01/0042").count == 1 && find("nothing").count == 0, "a certificate is found by its number");
	CHECK(ask_sql("SELECT count(*) FROM envelope") == 42 * OFFICE_ENVELOPES && ask_sql("SELECT used FROM shard WHERE id = 1") == 42, "all are signed");
	struct bv_issuance_order order = office_order(&o, "lo-1", bv_random_fill);
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	order.centre = BV_STR("TT02");
	CHECK_REFUSED(bv_issuance_open(&issuance, reg, &order, &err), BV_ECONFLICT, &err, "another scheme or centre", "one name, one batch");
}

/* ---- At the same time ---- */

static int interrupted;

static enum bv_status
issue_with(const char *name, int from, int count, void (*progress)(void *ctx, enum bv_issuance_step step, int64_t done, int64_t total))
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	BV_AUTO(bv_register_close) struct bv_register *own = NULL;
	struct bv_issuance_order order = office_order(&o, name, bv_random_fill);
	char holder[40], ticket[20];
	bool new;

	order.progress = progress;
	TRY(bv_register_open(&own, o.url, true, &err));
	TRY(bv_issuance_open(&issuance, own, &order, &err));
	for (int i = from; i < from + count && bv_issuance_step(issuance) == BV_ISSUANCE_DRAFT; i++) {
		struct bv_credential_facts facts = office_facts(holder, i);
		snprintf(ticket, sizeof ticket, "T-%d", i);
		TRY(bv_issuance_add(&new, issuance, &facts, bv_str_of(ticket), &err));
	}
	TRY(bv_issuance_seal(issuance, &err));
	return bv_issuance_run(NULL, issuance, o.world.log, o.world.key, &err);
}

/* Somebody stops issuance from another program when some are signed. */
static void
stop_meanwhile(void *ctx, enum bv_issuance_step step, int64_t done, int64_t total)
{
	BV_AUTO(bv_register_close) struct bv_register *other = NULL;
	struct bv_err why;

	(void)ctx, (void)total;
	if (step != BV_ISSUANCE_SIGN || done < BV_SIGN_CHUNK || interrupted++)
		return;
	CHECK(bv_register_open(&other, o.url, true, &why) == BV_OK && bv_register_stop(other, o.officers[0], BV_STR("dừng"), OFFICE_AT, &why) == BV_OK, "another program stops it");
}

/* Another program goes on with the same batch, to its end. */
static void
go_on_meanwhile(void *ctx, enum bv_issuance_step step, int64_t done, int64_t total)
{
	(void)ctx, (void)done, (void)total;
	if (step == BV_ISSUANCE_SIGN && !interrupted++)
		CHECK_OK(issue_with("hai", 300, 2 * BV_SIGN_CHUNK, NULL), &err, "another program issues the same batch");
}

static void
meanwhile(void)
{
	interrupted = 0;
	CHECK_REFUSED(issue_with("dung", 100, 4 * BV_SIGN_CHUNK, stop_meanwhile), BV_EDENIED, &err, "stopped by P-1", "a batch that runs ends");
	CHECK(ask_sql("SELECT count(*) FROM certificate WHERE step = 2 AND fate = 1") == 42 + BV_SIGN_CHUNK, "nothing was signed after the stop");
	run_sql("UPDATE issuing_stop SET stopped = 0");
	CHECK_OK(issue_with("dung", 100, 4 * BV_SIGN_CHUNK, NULL), &err, "when it may, it goes on");
	CHECK(ask_sql("SELECT count(*) FROM certificate WHERE step = 2") == 42 + 4 * BV_SIGN_CHUNK, "to its end");
	interrupted = 0;
	enum bv_status status = issue_with("hai", 300, 2 * BV_SIGN_CHUNK, go_on_meanwhile);
	CHECK(status == BV_OK || status == BV_ECONFLICT, "of two programs at once one may give up: %s", bv_status_name(status));
	CHECK(ask_sql("SELECT count(*) FROM certificate WHERE step = 2") == 42 + 6 * BV_SIGN_CHUNK && ask_sql("SELECT count(*) FROM envelope") == OFFICE_ENVELOPES * (42 + 6 * BV_SIGN_CHUNK),
	      "every certificate is signed once");
}

/* ---- Stop ---- */

static void
stopped(void)
{
	struct bv_stop stop;
	int64_t added;

	CHECK_REFUSED(bv_register_stop(reg, o.world.key, BV_STR("x"), OFFICE_AT, &err), BV_EDENIED, &err, "nobody who has a mandate", "a stranger stops nothing");
	CHECK_REFUSED(bv_register_stop(reg, o.officers[2], BV_STR_NONE, OFFICE_AT, &err), BV_EINVAL, &err, "reason", "nor anybody without a reason");
	CHECK_OK(bv_register_stop(reg, o.officers[2], BV_STR("khóa bị lộ"), OFFICE_AT, &err), &err, "one person stops issuance");
	CHECK(bv_register_stopped(&stop, reg, &err) == BV_OK && stop.stopped && strcmp(stop.person, "P-3") == 0 && strcmp(stop.reason, "khóa bị lộ") == 0, "that he did is known");
	CHECK_REFUSED(issue_some("lo-3", 50, 1, &added), BV_EDENIED, &err, "stopped by P-3 (khóa bị lộ)", "nothing is issued");
	CHECK(ask_sql("SELECT count(*) FROM certificate") == 42 + 6 * BV_SIGN_CHUNK, "nor drafted");
	CHECK(ask_sql("SELECT count(*) FROM act WHERE deed = 7 AND step = 1 AND log_idx < 0") == 2, "both stops are kept, whoever reads the log cannot see them yet");
	run_sql("UPDATE act SET asked_by = 'P-9', decided_by = 'P-9' WHERE id = 2");
	const struct bv_act_means means = { .log_folder = o.world.log, .log_key = o.world.key };
	size_t count;
	CHECK_REFUSED(bv_act_carry_out(&count, reg, &means, &err), BV_EDENIED, &err, "somebody changed it", "a stop by somebody else cannot be made up");
	run_sql("UPDATE act SET asked_by = 'P-3', decided_by = 'P-3' WHERE id = 2");
	CHECK(bv_act_carry_out(&count, reg, &means, &err) == BV_OK && count == 1, "the second goes into the log, after the first");
	CHECK(ask_sql("SELECT count(*) FROM act WHERE deed = 7 AND step = 2 AND log_idx >= 0") == 2 && bv_register_stopped(&stop, reg, &err) == BV_OK && stop.stopped,
	      "both are in it, and nothing goes on by that");
}

/* Where the keys are. */
static void
places(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf lines = BV_BUF(BV_REGISTER_PLACES_MAX);

	CHECK(bv_register_places(&lines, reg, &err) == BV_OK && lines.len == 0, "no place of keys is known");
	CHECK_REFUSED(bv_register_add_place(reg, BV_STR("/a\n/b"), OFFICE_AT, &err), BV_EINVAL, &err, "control characters", "two are not one");
	CHECK_REFUSED(bv_register_add_place(reg, BV_STR_NONE, OFFICE_AT, &err), BV_EINVAL, &err, "folder", "nor none");
	CHECK(bv_register_add_place(reg, BV_STR("/keys"), OFFICE_AT, &err) == BV_OK && bv_register_add_place(reg, BV_STR("signer:/run/s"), OFFICE_AT, &err) == BV_OK &&
	      bv_register_add_place(reg, BV_STR("/keys"), OFFICE_AT, &err) == BV_OK, "two are told, one of them twice");
	CHECK(bv_register_places(&lines, reg, &err) == BV_OK && bv_str_is(bv_buf_str(&lines), "/keys\nsigner:/run/s\n"), "both are known");
	char *long_one = bv_alloc_array(BV_REGISTER_PLACES_MAX, 1);
	memset(long_one, 'x', BV_REGISTER_PLACES_MAX);
	CHECK(bv_register_add_place(reg, (struct bv_str){ long_one, BV_REGISTER_PLACES_MAX }, OFFICE_AT, &err) == BV_ELIMIT, "not more than can be");
	free(long_one);
}

/* ---- Acts ---- */

static enum bv_status
ask(enum bv_deed deed, const char *certificate, const char *reason, int officer, int64_t *id)
{
	const struct bv_act_order order = { .deed = deed, .certificate = bv_str_of(certificate), .reason = bv_str_of(reason), .note = BV_STR("ghi chú"), .officer = o.officers[officer],
		                            .at_s = OFFICE_AT + 10 };
	struct bv_err before;

	/* Without a key it is known beforehand, but for whose mandate it is. */
	enum bv_status may = bv_act_check(reg, &(struct bv_act_order){ .deed = deed, .certificate = order.certificate, .reason = order.reason, .note = order.note }, &before);
	enum bv_status status = bv_act_ask(id, reg, &order, &err);
	CHECK(may == (status == BV_EDENIED ? BV_OK : status) && (may == BV_OK || strcmp(before.msg, err.msg) == 0), "to %s %s: known before it is asked for", bv_deed_name(deed), certificate);
	return status;
}

static enum bv_status
decide(int64_t id, bool approve, int officer)
{
	const struct bv_act_decision decision = { .id = id, .approve = approve, .officer = o.officers[officer], .at_s = OFFICE_AT + 20 };
	const struct bv_act_means means = { .log_folder = o.world.log, .log_key = o.world.key, .signer = o.signer, .log_origin = BV_STR(ORIGIN), .random = bv_random_fill };
	size_t count;

	TRY(bv_act_decide(reg, &decision, &err));
	return bv_act_carry_out(&count, reg, &means, &err);
}

static void
two_persons(void)
{
	static const char one[] = "CNTT/26/TT01/0001";
	int64_t id = 0;

	CHECK_REFUSED(ask(BV_DEED_REVOKE, "none", "fraud", 0, &id), BV_ENOTFOUND, &err, "no certificate 'none'", "of no certificate");
	CHECK_REFUSED(ask(BV_DEED_REVOKE, one, "mood", 0, &id), BV_EINVAL, &err, "'mood' is no reason", "for no reason");
	CHECK_REFUSED(ask(BV_DEED_REVOKE, one, "fraud", 2, &id), BV_EDENIED, &err, "does not let its person revoke", "without a mandate");
	CHECK_REFUSED(ask(BV_DEED_REINSTATE, one, "cleared", 0, &id), BV_ECONFLICT, &err, "is valid: there is nothing to reinstate", "what stands is not reinstated");
	CHECK_REFUSED(ask(BV_DEED_ISSUE, one, "fraud", 0, &id), BV_EINVAL, &err, "by batches", "an act issues nothing");
	CHECK_OK(ask(BV_DEED_SUSPEND, one, "fraud", 0, &id), &err, "one asks");
	CHECK_REFUSED(ask(BV_DEED_REVOKE, one, "fraud", 1, &id), BV_ECONFLICT, &err, "is not decided yet", "one thing at a time");
	CHECK_REFUSED(decide(id, true, 0), BV_EDENIED, &err, "another person", "who asked does not approve");
	CHECK_REFUSED(decide(id, true, 2), BV_EDENIED, &err, "does not let its person suspend", "nor who has no mandate");
	CHECK_REFUSED(decide(99, true, 1), BV_ENOTFOUND, &err, "no act 99", "of an act that there is not");
	CHECK(find(one).fate == BV_FATE_VALID, "nothing has happened yet");
	CHECK_OK(decide(id, true, 1), &err, "another approves");
	CHECK(find(one).fate == BV_FATE_SUSPENDED, "it is in force");
	CHECK_REFUSED(decide(id, false, 1), BV_ECONFLICT, &err, "in-force already", "nobody decides twice");
	CHECK(ask(BV_DEED_REINSTATE, one, "cleared", 1, &id) == BV_OK && decide(id, true, 0) == BV_OK && find(one).fate == BV_FATE_VALID, "it is reinstated");
	CHECK(ask(BV_DEED_REVOKE, one, "fraud", 1, &id) == BV_OK && decide(id, false, 1) == BV_OK && find(one).fate == BV_FATE_VALID, "who asked takes it back");
	CHECK(ask(BV_DEED_REVOKE, one, "fraud", 1, &id) == BV_OK && decide(id, true, 0) == BV_OK && find(one).fate == BV_FATE_REVOKED, "it is revoked");
	CHECK_REFUSED(ask(BV_DEED_REINSTATE, one, "cleared", 0, &id), BV_ECONFLICT, &err, "is revoked", "for good");
}

static enum bv_status
see_act(void *ctx, const struct bv_act_row *act, struct bv_err *e)
{
	int *seen = ctx;

	++*seen;
	bool stop = act->deed == BV_DEED_STOP;
	CHECK(act->id == *seen && act->asked_s == OFFICE_AT + (stop ? 0 : 10) && (act->step == BV_ACT_IN_FORCE) == (act->log_idx >= 0) &&
	      (stop ? bv_str_eq(act->asked_by, act->decided_by) && bv_str_is(act->reason, "other") : bv_str_is(act->note, "ghi chú")),
	      "act %d: %s, %s", *seen, bv_deed_name(act->deed), bv_act_step_name(act->step));
	return act->id == 6 ? bv_err_set(e, BV_EINVAL, "enough") : BV_OK;
}

static enum bv_status
see_envelope(void *ctx, struct bv_str kind, struct bv_str bytes, struct bv_err *e)
{
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	const struct bv_verify_options options = { .at_s = OFFICE_AT + 40 };

	bv_credential_verify(&report, bytes, o.trust, &options);
	CHECK(bv_report_check(report, BV_CHECK_SIGNATURE) == BV_CHECK_PASSED && bv_report_check(report, BV_CHECK_TIME) == BV_CHECK_PASSED, "its %.*s verifies", BV_STR_ARG(kind));
	return ++*(int *)ctx == 6 ? bv_err_set(e, BV_EINVAL, "enough") : BV_OK;
}

static void
told(void)
{
	int seen = 0, envelopes = 0;

	CHECK_REFUSED(bv_act_each(reg, see_act, &seen, &err), BV_EINVAL, &err, "enough", "acts are told until it is enough");
	CHECK_OK(bv_register_envelopes(reg, 1, see_envelope, &envelopes, &err), &err, "envelopes are told");
	CHECK(envelopes == OFFICE_ENVELOPES, "all of them");
	CHECK_REFUSED(bv_register_envelopes(reg, 2, see_envelope, &envelopes, &err), BV_EINVAL, &err, "enough", "until it is enough");
}

static void
tampered(void)
{
	static const char two[] = "CNTT/26/TT01/0002";
	int64_t id = 0, added;

	CHECK_OK(ask(BV_DEED_SUSPEND, two, "fraud", 0, &id), &err, "one asks for a suspension");
	run_sql("UPDATE act SET deed = 1 WHERE step = 0"); /* revoke */
	CHECK_REFUSED(decide(id, true, 1), BV_EDENIED, &err, "somebody changed it", "what was made a revocation is not approved");
	run_sql("UPDATE act SET deed = 2, note = 'khác' WHERE step = 0");
	CHECK_REFUSED(decide(id, true, 1), BV_EDENIED, &err, "somebody changed it", "nor with another note");
	run_sql("UPDATE act SET note = 'ghi chú', step = 1, decided_by = 'P-2', decided_s = 5, decided_key = asked_key, decided_signature = asked_signature WHERE step = 0");
	size_t count;
	const struct bv_act_means means = { .log_folder = o.world.log, .log_key = o.world.key };
	CHECK_REFUSED(bv_act_carry_out(&count, reg, &means, &err), BV_EDENIED, &err, "was not decided by who is named", "a decision cannot be made up");
	CHECK(find(two).fate == BV_FATE_VALID, "nothing has happened");
	run_sql("UPDATE act SET step = 3 WHERE step = 1");

	run_sql("UPDATE issuing_stop SET stopped = 0");
	CHECK_OK(bv_register_stop(reg, o.officers[0], BV_STR("x"), OFFICE_AT, &err), &err, "stopped");
	CHECK_OK(ask(BV_DEED_RESUME, "", "checked", 0, &id), &err, "one asks for it to go on");
	CHECK_OK(bv_register_stop(reg, o.officers[1], BV_STR("y-2"), OFFICE_AT + 11, &err), &err, "meanwhile another stops it for a reason of his own");
	CHECK_REFUSED(decide(id, true, 1), BV_ECONFLICT, &err, "turned-down already", "by what was asked for before it does not go on");
	CHECK(ask(BV_DEED_RESUME, "", "checked", 2, &id) == BV_EDENIED && ask(BV_DEED_RESUME, "", "checked", 0, &id) == BV_OK && decide(id, true, 1) == BV_OK,
	      "two persons with a mandate for everything let issuance go on");
	CHECK(ask_sql("SELECT count(*) FROM act WHERE deed > 5 AND step = 2 AND log_idx >= 0") == 5 && ask_sql("SELECT count(*) FROM act WHERE deed = 7 AND reason = 'y-2'") == 1,
	      "that it was stopped, and goes on, is in the log");
	CHECK(issue_some("lo-3", 50, 1, &added) == BV_OK, "it goes on");

	/* What is changed between the log and the signature is found. */
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	struct bv_issuance_order order = office_order(&o, "lo-4", bv_random_fill);
	char holder[40];
	struct bv_credential_facts facts = office_facts(holder, 60);
	bool new;
	CHECK(bv_issuance_open(&issuance, reg, &order, &err) == BV_OK && bv_issuance_add(&new, issuance, &facts, BV_STR("T"), &err) == BV_OK &&
	      bv_issuance_seal(issuance, &err) == BV_OK, "a batch before it is issued");
	bv_issuance_free(bv_steal(&issuance));
	run_sql("UPDATE certificate SET achievement = 'https://khac.example.vn/' WHERE step = 0");
	CHECK_REFUSED(issue_some("lo-4", 60, 1, &added), BV_EDENIED, &err, "was changed since it was drafted", "another achievement does not get into the log");
	run_sql("UPDATE certificate SET achievement = (SELECT achievement FROM certificate WHERE id = 1), credential = (SELECT credential FROM certificate WHERE id = 1) WHERE step = 0");
	CHECK_REFUSED(issue_some("lo-4", 60, 1, &added), BV_EDENIED, &err, "was changed since it was drafted", "nor another body");
	CHECK(ask_sql("SELECT count(*) FROM certificate WHERE step = 2") == 43 + 6 * BV_SIGN_CHUNK, "nothing of it was signed");
}

/* ---- Corrections ---- */

static void
corrected(void)
{
	static const char three[] = "CNTT/26/TT01/0003";
	BV_AUTO(bv_buf_finish) struct bv_buf facts = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_act_order order = { .deed = BV_DEED_CORRECT, .certificate = bv_str_of(three), .reason = BV_STR("typing-error"), .officer = o.officers[0], .at_s = OFFICE_AT + 10 };
	struct seen old = find(three);
	int64_t id = 0;

	CHECK_REFUSED(bv_act_ask(&id, reg, &order, &err), BV_EINVAL, &err, "a correction needs them", "a correction without facts");
	CHECK_OK(bv_register_facts(&facts, reg, old.id, &err), &err, "its facts");
	CHECK(!strstr(facts.p, "licence") && !strstr(facts.p, "status") && strstr(facts.p, old.holder), "are without what the register gave it");
	char *name = strstr(facts.p, old.holder);
	memcpy(name + strlen(old.holder) - 3, "XYZ", 3);
	order.facts = bv_buf_str(&facts);
	CHECK_OK(bv_act_ask(&id, reg, &order, &err), &err, "with another name");
	CHECK_OK(decide(id, true, 1), &err, "it is approved");
	struct seen was = find(three), is = find("CNTT/26/TT01/0237");
	CHECK(was.fate == BV_FATE_CORRECTED && was.successor == is.id && is.fate == BV_FATE_VALID && strstr(is.holder, "XYZ"), "a new one is there, and the old one names it");
	order = (struct bv_act_order){ .deed = BV_DEED_SUPERSEDE, .certificate = BV_STR("CNTT/26/TT01/0004"), .reason = BV_STR("higher-level"), .officer = o.officers[0],
		                       .at_s = OFFICE_AT + 10, .successor = BV_STR("CNTT/26/TT01/0005") };
	CHECK_REFUSED(bv_act_ask(&id, reg, &order, &err), BV_EINVAL, &err, "of different holders", "nobody's takes the place of another's");
	order.successor = order.certificate;
	CHECK_REFUSED(bv_act_ask(&id, reg, &order, &err), BV_EINVAL, &err, "its own place", "nor its own");
	CHECK_REFUSED(bv_act_check(reg, &order, &err), BV_EINVAL, &err, "its own place", "which is known before it is asked for");
	order.note = BV_STR("hai\ndòng");
	CHECK_REFUSED(bv_act_check(reg, &order, &err), BV_EINVAL, &err, "without control characters", "as is what is wrong with a note");
}

/* ---- Lists ---- */

static enum bv_status
publish_at(int64_t at_s, size_t *count)
{
	const struct bv_publish_order order = { .signer = o.signer, .at_s = at_s, .days = 30, .ttl_s = 86400, .log_folder = o.world.log, .log_key = o.world.key };

	return bv_status_publish(count, reg, &order, &err);
}

static void
expect_stood(int64_t idx, int64_t at_s, enum bv_standing want, const char *name)
{
	struct bv_standing_reason why;
	enum bv_standing got;

	CHECK_OK(bv_status_stood(&got, &why, reg, o.trust, 1, idx, at_s, &err), &err, name);
	CHECK(got == want, "  %s: %s", bv_standing_name(got), why.en);
}

static enum bv_status
see_list(void *ctx, const struct bv_published *list, struct bv_err *e)
{
	BV_AUTO(bv_status_free) struct bv_status_list *parsed = NULL;

	TRY(bv_status_parse(&parsed, list->bytes, e));
	CHECK(bv_status_kind(parsed) == list->kind && list->shard == 1 && list->log_idx >= 0 && bv_status_check(parsed, o.trust, list->from_s, e) == BV_OK, "  %s",
	      bv_status_kind_name(list->kind));
	return ++*(int *)ctx == 5 ? bv_err_set(e, BV_EINVAL, "enough") : BV_OK;
}

struct shown {
	int64_t id, at_s, since_s;
};

static enum bv_status
see_shown(void *ctx, const struct bv_act_row *act, struct bv_err *e)
{
	struct shown *s = ctx;

	return act->id == s->id ? bv_act_shown(&s->since_s, reg, act, s->at_s, e) : BV_OK;
}

/* Of when the lists are that show an act; -1: an error. */
static int64_t
shown(int64_t id, int64_t at_s)
{
	struct shown s = { .id = id, .at_s = at_s };

	return bv_act_each(reg, see_shown, &s, &err) == BV_OK ? s.since_s : -1;
}

static void
published(void)
{
	const int64_t day = 86400, first = OFFICE_AT + day;
	struct seen two = find("CNTT/26/TT01/0002"), one = find("CNTT/26/TT01/0001");
	int64_t id, idx = two.places[0];
	size_t count;

	expect_stood(idx, first, BV_STANDING_UNKNOWN, "before any list");
	CHECK(publish_at(first, &count) == BV_OK && count == 3, "three lists of the one shard");
	CHECK_REFUSED(publish_at(first, &count), BV_EINVAL, &err, "was published already", "none of the same time");
	CHECK(ask(BV_DEED_REVOKE, "CNTT/26/TT01/0002", "fraud", 0, &id) == BV_OK && decide(id, true, 1) == BV_OK, "another is revoked");
	expect_stood(idx, first + day, BV_STANDING_VALID, "which no list says yet");
	CHECK(shown(id, first + day) == 0, "so that the act is not shown");
	CHECK(publish_at(first + 2 * day, &count) == BV_OK && count == 3, "the lists of two days later");
	CHECK(shown(id, first + 2 * day - 1) == 0 && shown(id, first + 2 * day) == first + 2 * day, "and then it is");
	expect_stood(idx, first + 2 * day - 1, BV_STANDING_VALID, "until then it stood");
	expect_stood(idx, first + 2 * day, BV_STANDING_REVOKED, "from then on it does not");
	expect_stood(one.places[0], first, BV_STANDING_REVOKED, "one that was revoked before");
	expect_stood(idx, first + 40 * day, BV_STANDING_UNKNOWN, "a list that is out of date says nothing");
	int64_t suspended, back;
	CHECK(ask(BV_DEED_SUSPEND, "CNTT/26/TT01/0006", "fraud", 0, &suspended) == BV_OK && shown(suspended, first + 3 * day) == 0 && decide(suspended, true, 1) == BV_OK &&
	      ask(BV_DEED_REINSTATE, "CNTT/26/TT01/0006", "cleared", 1, &back) == BV_OK && decide(back, true, 0) == BV_OK, "one is suspended and reinstated before anybody looks");
	CHECK(shown(suspended, first + 3 * day) == 0 && shown(back, first + 3 * day) == 0, "the lists that are there say nothing of either, though they say that it is valid");
	CHECK(publish_at(first + 3 * day, &count) == BV_OK && shown(suspended, first + 3 * day) == first + 3 * day && shown(back, first + 3 * day) == first + 3 * day, "the next ones come after both");
	int lists = 0;
	CHECK(bv_status_published(reg, first, see_list, &lists, &err) == BV_OK && lists == 3, "the lists of the first day are told");
	CHECK_REFUSED(bv_status_published(reg, first, see_list, &lists, &err), BV_EINVAL, &err, "enough", "until it is enough");
	CHECK(ask_sql("SELECT count(*) FROM status_list WHERE log_idx >= 0") == 9, "the hash of every list is in the log");
	run_sql("UPDATE status_list SET bytes = (SELECT bytes FROM status_list WHERE n = 2 AND kind = 'token') WHERE n = 1 AND kind = 'token'");
	struct bv_standing_reason why;
	enum bv_standing standing;
	CHECK_REFUSED(bv_status_stood(&standing, &why, reg, o.trust, 1, idx, first, &err), BV_EDENIED, &err, "was changed in the register", "history is not rewritten unseen");
}

/* ---- Codes ---- */

struct coded {
	int64_t id;
	char code[BV_CODE_SIZE];
	size_t seen;
};

static enum bv_status
see_code(void *ctx, const struct bv_register_row *row, struct bv_err *ignored)
{
	struct coded *c = ctx;
	char id[BV_UUID_SIZE];

	(void)ignored;
	c->id = row->id;
	bv_code_write(c->code, bv_str_of(bv_uuid_write(id, row->uuid)));
	c->seen++;
	return BV_OK;
}

/* All of the office's certificates state the same evidence: who had which ticket tells them apart. */
static void
results(int64_t first)
{
	struct bv_credential_facts facts = sample_facts();
	const struct bv_evidence *evidence = facts.evidence;
	struct coded of = { 0 };
	uint8_t other[BV_HASH_LEN];

	CHECK(bv_register_find_result(reg, BV_STR("T-0"), evidence->name, evidence->hash, see_code, &of, &err) == BV_OK && of.seen == 1 && of.id == first, "by ticket and evidence");
	memcpy(other, evidence->hash, sizeof other);
	other[31] ^= 1;
	CHECK_REFUSED(bv_register_find_result(reg, BV_STR("T-0"), evidence->name, other, see_code, &of, &err), BV_ENOTFOUND, &err, "no certificate for that result", "a bit of it");
	CHECK_REFUSED(bv_register_find_result(reg, BV_STR("T-0"), BV_STR("other"), evidence->hash, see_code, &of, &err), BV_ENOTFOUND, &err, "", "of another name");
	CHECK_REFUSED(bv_register_find_result(reg, BV_STR("T-00"), evidence->name, evidence->hash, see_code, &of, &err), BV_ENOTFOUND, &err, "", "somebody else's ticket");
	run_sql("UPDATE certificate SET fate = 0 WHERE id = 1");
	CHECK_REFUSED(bv_register_find_result(reg, BV_STR("T-0"), evidence->name, evidence->hash, see_code, &of, &err), BV_ENOTFOUND, &err, "", "what is not signed yet is not there");
	run_sql("UPDATE certificate SET fate = 3 WHERE id = 1");
	CHECK(bv_register_find_result(reg, BV_STR("T-0"), evidence->name, evidence->hash, see_code, &of, &err) == BV_OK && of.id == first, "a revoked one is still his");
	run_sql("UPDATE certificate SET fate = 1 WHERE id = 1");
}

static enum bv_status
count_acts(void *ctx, const struct bv_act_row *act, struct bv_err *ignored)
{
	(void)act, (void)ignored;
	++*(size_t *)ctx;
	return BV_OK;
}

/* The same bytes from the second draft on: what a broken source of randomness gives. */
static void
fill_sevens(void *p, size_t len)
{
	memset(p, 7, len);
}

static void
codes(void)
{
	struct coded first = { 0 }, again = { 0 };
	char typed[40], serial[40] = "CNTT/26/TT01/0001";
	size_t acts = 0;
	int64_t count;
	bool added;

	CHECK_OK(issue_some("coded", 0, 2, &count), &err, "two certificates");
	CHECK(bv_register_find(reg, bv_str_of(serial), see_code, &first, &err) == BV_OK && first.seen == 1, "a certificate");
	CHECK(bv_register_find_code(reg, first.code, see_code, &again, &err) == BV_OK && again.seen == 1 && again.id == first.id, "by its code");
	snprintf(typed, sizeof typed, " %.4s %.4s%.4s ", first.code, first.code + 5, first.code + 10);
	CHECK(bv_register_find(reg, bv_str_of(typed), see_code, &again, &err) == BV_OK && again.id == first.id, "by its code as a person types it");
	CHECK_REFUSED(bv_register_find_code(reg, "M30C-Y804-2PS7", see_code, &again, &err), BV_ENOTFOUND, &err, "no certificate of that code", "another code");
	results(first.id);
	CHECK(bv_act_of(reg, first.id, count_acts, &acts, &err) == BV_OK && (int64_t)acts == ask_sql("SELECT count(*) FROM act WHERE certificate = 1"), "its acts alone");
	CHECK(bv_act_of(reg, 1 << 20, count_acts, &acts, &err) == BV_OK, "of nothing none");
	run_sql("UPDATE certificate SET fate = 0 WHERE id = 1");
	CHECK_REFUSED(bv_register_find_code(reg, first.code, see_code, &again, &err), BV_ENOTFOUND, &err, "", "what is not signed yet is not there");
	run_sql("UPDATE certificate SET fate = 1 WHERE id = 1");
	run_sql("UPDATE register SET code_key = issuer");
	CHECK_REFUSED(bv_register_find_code(reg, first.code, see_code, &again, &err), BV_ENOTFOUND, &err, "", "codes are kept under the register's key");

	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	struct bv_issuance_order order = office_order(&o, "sevens", fill_sevens);
	char holder[2][40];
	struct bv_credential_facts one = office_facts(holder[0], 9001), two = office_facts(holder[1], 9002);
	CHECK_OK(bv_issuance_open(&issuance, reg, &order, &err), &err, "a batch with random bytes that are always the same");
	CHECK_OK(bv_issuance_add(&added, issuance, &one, BV_STR("T-1"), &err), &err, "  the first of it");
	CHECK_REFUSED(bv_issuance_add(&added, issuance, &two, BV_STR("T-2"), &err), BV_EIO, &err, "repeats itself", "  gets no second code");
}

static void
documents(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf mandates = BV_BUF(BV_MANDATES_MAX);
	const struct bv_register_order order = { .issuer = BV_STR(SAMPLE_DID), .status = BV_STR(OFFICE_STATUS), .issuing = bv_str_of(office_issuing), .at_s = SAMPLE_AT };
	struct bv_register_order bad = order;

	office_mandates(&mandates, &o);
	bad.mandates = bv_buf_str(&mandates);
	CHECK_REFUSED(bv_register_create(o.url, &bad, &err), BV_ECONFLICT, &err, "already", "a second register");
	bad.status = BV_STR("https://h.vn/status/");
	CHECK_REFUSED(bv_register_create(o.url, &bad, &err), BV_EINVAL, &err, "does not end with '/'", "an address with a slash at the end");
	bad.status = BV_STR("http://h.vn/status");
	CHECK_REFUSED(bv_register_create(o.url, &bad, &err), BV_EINVAL, &err, "https://", "an address that is not safe");
	bad.issuer = BV_STR("nobody");
	CHECK_REFUSED(bv_register_create(o.url, &bad, &err), BV_EINVAL, &err, "", "no DID");
	CHECK_REFUSED(bv_register_replace(reg, BV_STR("<x/>"), BV_STR_NONE, SAMPLE_AT, &err), BV_EPARSE, &err, "", "no rules of issuing");
	CHECK_OK(bv_register_replace(reg, bv_str_of(office_issuing), bv_buf_str(&mandates), SAMPLE_AT + 1, &err), &err, "newer documents");
	CHECK(ask_sql("SELECT count(*) FROM register_document") == 4, "the old ones are kept");
	change("UPDATE register_document SET bytes = (SELECT bytes FROM register_document WHERE kind = 'issuing' AND n = 1) WHERE kind = 'mandates' AND n = 2");
	CHECK_REFUSED(bv_register_open(&reg, o.url, true, &err), BV_EDENIED, &err, "the document 'mandates' was changed", "one that was changed is not followed");
}

static void
life(const char *url, const char *what)
{
	struct bv_register *none = NULL;

	printf("# on %s\n", what);
	if (!CHECK(office_make(&o, url), "an office"))
		printf("# %s\n", o.err.msg);
	CHECK_OK(bv_register_open(&reg, o.url, true, &err), &err, "its register");
	orders();
	drafts();
	issued();
	meanwhile();
	stopped();
	places();
	tickets();
	two_persons();
	told();
	tampered();
	corrected();
	published();
	bv_register_close(bv_steal(&reg));
	CHECK_OK(bv_register_open(&reg, o.url, true, &err), &err, "opened again");
	bv_register_close(bv_steal(&reg));
	CHECK_OK(bv_register_open(&reg, o.url, true, &err), &err, "and again");
	CHECK_REFUSED(bv_register_open(&none, "sqlite:/nowhere/x.db", false, &err), BV_ENOTFOUND, &err, "", "one that is not there");
	bv_register_close(bv_steal(&reg));
	office_finish(&o);
}

int
main(void)
{
	struct pgsql_cluster server;

	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 0);
	life(NULL, "SQLite");
	if (office_make(&o, NULL)) {
		CHECK_OK(bv_register_open(&reg, o.url, true, &err), &err, "a register");
		codes();
		documents();
		bv_register_close(bv_steal(&reg));
		office_finish(&o);
	}
	if (pgsql_start(&server, "/tmp", 5432, "log_min_messages=warning")) {
		char url[400];
		snprintf(url, sizeof url, "%s", pgsql_database(&server, "register"));
		life(url, "PostgreSQL");
	}
	pgsql_finish(&server);
	return check_end();
}

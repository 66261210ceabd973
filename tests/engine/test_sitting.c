/* Sittings: what they are made of, held against the event that opened them. */
#include "engine/exam.h"
#include "tests/engine/sitting_fixture.h"

#define KEY_A "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1"
#define KEY_B "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"

static struct sitting_test t;

static enum bv_status
load(struct bv_sitting **out)
{
	return bv_sitting_load(out, t.sittings, SITTING, NULL, NULL, &t.err);
}

static void
created(void)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	struct bv_str bytes = BV_STR_NONE;
	int64_t again = 0;
	size_t count = 0;

	sitting_test_create(&t);
	CHECK_OK(bv_sitting_create(&again, t.sittings, t.l.ledger, &t.order, &t.err), &t.err, "the same order again");
	CHECK(again == t.id && ledger_count(&t.l, "SELECT count(*) FROM event") == 1, "is the same sitting");
	CHECK_OK(load(&sitting), &t.err, "it is loaded");
	const struct bv_sitting_plan *plan = bv_sitting_plan(sitting);
	CHECK(bv_sitting_id(sitting) == t.id && bv_sitting_mode(sitting) == BV_SITTING_LINEAR && bv_sitting_release_ms(sitting) == T0 + 180 * MINUTE &&
	      plan->item_count == 40 && plan->own_ms == (int64_t)bv_sitting_blueprint(sitting)->minutes * MINUTE && plan->opens_ms == T0, "as it was ordered");
	while (bv_sitting_document(&bytes, sitting, count))
		count++;
	CHECK(count == 7 && bytes.len == t.d.standard.len, "with its documents");
	struct bv_ledger_act act = { .act = BV_EXAM_WINDOW, .attempt = t.id,
		                     .facts = { .author = STAFF_ID, .reason = BV_STR("mất điện"),
		                                .plan = { .opens_ms = T0 + MINUTE, .start_until_ms = T0 + 2 * MINUTE, .closes_ms = T0 + 3 * MINUTE } } };
	CHECK_OK(bv_ledger_do(t.l.ledger, &act, &t.err), &t.err, "its window is moved");
	bv_sitting_free(sitting);
	CHECK_OK(load(&sitting), &t.err, "loaded again");
	CHECK(bv_sitting_plan(sitting)->opens_ms == T0 + MINUTE && bv_sitting_plan(sitting)->closes_ms == T0 + 3 * MINUTE, "it has the new one");
}

static void
refused_orders(void)
{
	static const struct bv_str forms = { "{\"format\":\"bv-forms-1\",\"forms\":[]}", 34 };
	struct bv_sitting_order good = t.order, order;
	struct bv_exam_documents documents = t.d;
	int64_t id = 0;

	order = good, order.closes_ms++, order.release_ms = 0;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_ECONFLICT, &t.err, "another name", "a name that is taken");
	order = good, order.name = BV_STR("ca chiều");
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "letters, digits", "a name with a space");
	order = good, order.name = BV_STR("x"), order.release_ms = order.closes_ms - 1;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "before the sitting closes", "results before the end");
	order = good, order.name = BV_STR("x"), order.opens_ms = order.closes_ms + 1;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "opensMs", "closed before it opens");
	order = good, order.name = BV_STR("x"), order.mode = BV_SITTING_FIXED;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "of mode linear", "another mode than exam.json");
	order = good, order.name = BV_STR("x"), documents.forms = forms, order.documents = &documents;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "belong to mode fixed", "forms that nobody uses");
	sitting_exam(&t, BV_SITTING_FIXED);
	order = t.order, order.name = BV_STR("x");
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "belong to mode fixed", "mode fixed without forms");
	documents = t.d, documents.forms = forms, order.documents = &documents;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_ELIMIT, &t.err, "1 to", "mode fixed with no form");
	sitting_exam(&t, BV_SITTING_PRACTICE);
	order = t.order, order.name = BV_STR("x");
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_ECONFLICT, &t.err, "a database, a bank and a key of its own",
	              "practice in a ledger of exams");
	sitting_exam(&t, BV_SITTING_LINEAR);
	BV_AUTO(bv_buf_finish) struct bv_buf items = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	const char *path = strstr(strstr(bv_str_chars(t.d.items), "\"competence\""), "\"IU0");
	bv_buf_add(&items, bv_str_sub(t.d.items, 0, (size_t)(path - t.d.items.p) + 1));
	bv_buf_addz(&items, "XX");
	bv_buf_addz(&items, path + 3);
	order = t.order, order.name = BV_STR("x"), documents = t.d, documents.items = bv_buf_str(&items), order.documents = &documents;
	CHECK_REFUSED(bv_sitting_create(&id, t.sittings, t.l.ledger, &order, &t.err), BV_EINVAL, &t.err, "begins with none of standard",
	              "an item that could not be scored");
	CHECK(ledger_count(&t.l, "SELECT count(*) FROM event") == 2, "none of them is in the ledger");
}

/* Each document, and what else the database says of the sitting, changed by who has its password. */
static void
changed(void)
{
	static const char *const names[] = { "blueprint.xml", "exam.json", "issuer/did.json", "items.json", "pool.json", "rules.xml", "standard.xml" };
	struct bv_sitting *sitting = NULL;
	char text[400];

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		snprintf(text, sizeof text, "CREATE TABLE kept AS SELECT * FROM exam_document WHERE document = '%s'; UPDATE exam_document SET bytes = "
		         "CAST(replace(CAST(bytes AS TEXT), '}', '} ') || ' ' AS BLOB) WHERE document = '%s'", names[i], names[i]);
		sitting_sql(&t, text);
		CHECK_REFUSED(load(&sitting), BV_EDENIED, &t.err, names[i], "a document that was changed");
		snprintf(text, sizeof text, "DELETE FROM exam_document WHERE document = '%s'", names[i]);
		sitting_sql(&t, text);
		CHECK_REFUSED(load(&sitting), BV_EDENIED, &t.err, names[i], "and one that was taken away");
		sitting_sql(&t, "INSERT INTO exam_document SELECT * FROM kept; DROP TABLE kept");
	}
	sitting_sql(&t, "INSERT INTO exam_document VALUES ('2026-11-25.sang', 'forms.json', x'7b7d')");
	CHECK_REFUSED(load(&sitting), BV_EDENIED, &t.err, "forms.json", "one that was added");
	sitting_sql(&t, "UPDATE exam_document SET document = 'x' WHERE document = 'forms.json'");
	CHECK_REFUSED(load(&sitting), BV_EDENIED, &t.err, "a document 'x'", "one that nobody knows");
	sitting_sql(&t, "DELETE FROM exam_document WHERE document = 'x'");
	CHECK_OK(load(&sitting), &t.err, "all put back");
	bv_sitting_free(sitting);
	CHECK_REFUSED(bv_sitting_load(&sitting, t.sittings, BV_STR("nowhere"), NULL, NULL, &t.err), BV_ENOTFOUND, &t.err, "nowhere", "a sitting that is not there");
}

/* Forms as `draw --json` writes them, for two tickets of their own. */
static void
make_forms(struct bv_exam_documents *documents)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	BV_AUTO(bv_draw_plan_free) struct bv_draw_plan *plan = NULL;
	static const struct bv_str tickets[] = { { "DE-101", 6 }, { "DE-102", 6 } };
	struct bv_buf texts[2] = { BV_BUF(BV_FORM_MAX), BV_BUF(BV_FORM_MAX) };
	struct bv_str forms[2];
	struct bv_draw_key key;

	CHECK_OK(bv_blueprint_parse(&blueprint, t.d.blueprint, &t.err), &t.err, "the blueprint");
	CHECK_OK(bv_draw_pool_parse(&pool, t.d.pool, &t.err), &t.err, "the pool");
	CHECK_OK(bv_draw_plan_new(&plan, blueprint, pool, &t.err), &t.err, "the plan");
	bv_draw_key_init(&key, fixture_draw_key, fixture_seed);
	for (size_t i = 0; i < 2; i++) {
		BV_AUTO(bv_form_free) struct bv_form *form = NULL;
		CHECK_OK(bv_form_draw(&form, plan, &key, tickets[i], &t.err), &t.err, "a form");
		bv_form_write(&texts[i], form);
		forms[i] = bv_buf_str(&texts[i]);
	}
	bv_buf_clear(&t.documents[FIXTURE_FORMS]);
	CHECK_OK(bv_exam_forms_write(&t.documents[FIXTURE_FORMS], forms, 2, &t.err), &t.err, "forms.json");
	documents->forms = bv_buf_str(&t.documents[FIXTURE_FORMS]);
	forms[1].len--;
	CHECK(bv_exam_forms_write(&texts[0], forms, 2, &t.err) == BV_EPARSE && strstr(t.err.msg, "form 2"), "not of what is no form: %s", t.err.msg);
	bv_buf_finish(&texts[0]);
	bv_buf_finish(&texts[1]);
}

static void
fixed(void)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;
	struct bv_exam_documents documents;
	size_t of[2] = { 0 };
	char *changed_forms;

	sitting_exam(&t, BV_SITTING_FIXED);
	documents = t.d;
	make_forms(&documents);
	CHECK_OK(bv_exam_new(&exam, &documents, NULL, NULL, &t.err), &t.err, "an exam of two prepared forms");
	for (int i = 0; i < 200; i++) {
		BV_AUTO(bv_form_free) struct bv_form *form = NULL, *same = NULL;
		char ticket[20];
		snprintf(ticket, sizeof ticket, "T-%d", i);
		CHECK(bv_exam_form(&form, exam, bv_str_of(ticket), &t.err) == BV_OK && bv_exam_form(&same, exam, bv_str_of(ticket), &t.err) == BV_OK &&
		      bv_str_eq(form->ticket, same->ticket), "candidate %d has one of them, always the same", i);
		of[bv_str_is(form->ticket, "DE-102")]++;
	}
	CHECK(of[0] > 70 && of[1] > 70, "each is for about half: %zu and %zu", of[0], of[1]);
	/* Marks of an item that are not the blueprint's. */
	changed_forms = bv_str_dup(documents.forms);
	char *marks = strstr(changed_forms, "\"marks\":");
	marks[8] = marks[8] == '9' ? '8' : '9';
	documents.forms = bv_str_of(changed_forms);
	struct bv_exam *none = NULL;
	CHECK_REFUSED(bv_exam_new(&none, &documents, NULL, NULL, &t.err), BV_EDENIED, &t.err, "form 1: position 1", "a form that is not the pool's");
	free(changed_forms);
	sitting_exam(&t, BV_SITTING_LINEAR);
}

static enum bv_status
count_sitting(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err)
{
	int *seen = ctx;

	(void)err;
	seen[0]++;
	seen[1] += id == t.id && bv_str_eq(name, SITTING) && !closed;
	seen[2] += bv_str_is(name, "bare") && closed;
	return BV_OK;
}

static enum bv_status
stop_there(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err)
{
	(void)ctx, (void)id, (void)name, (void)closed;
	return bv_err_set(err, BV_ELIMIT, "enough");
}

/* What a server asks: which sittings there are, which of them have documents, whose an attempt is. */
static void
listed(void)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	struct bv_ledger_act act = { .act = BV_EXAM_OPEN,
		                     .facts = { .author = STAFF_ID, .plan = { .name = BV_STR("bare"), .opens_ms = T0, .start_until_ms = T0 + MINUTE,
		                                                              .closes_ms = T0 + MINUTE, .own_ms = MINUTE, .item_count = 1 } } };
	struct bv_sitting *none = NULL;
	bool documents = false;
	int seen[3] = { 0 };
	struct bv_str ticket;
	int64_t of;

	CHECK_OK(bv_ledger_do(t.l.ledger, &act, &t.err), &t.err, "a sitting without documents");
	CHECK(bv_sitting_has_documents(&documents, t.sittings, SITTING, &t.err) == BV_OK && documents, "one has documents");
	CHECK(bv_sitting_has_documents(&documents, t.sittings, BV_STR("bare"), &t.err) == BV_OK && !documents, "the other none");
	CHECK_REFUSED(bv_sitting_has_documents(&documents, t.sittings, BV_STR("nowhere"), &t.err), BV_ENOTFOUND, &t.err, "nowhere", "a third is not there");
	struct bv_ledger_act close = { .act = BV_EXAM_CLOSE, .attempt = act.ack.sitting, .facts = { .author = STAFF_ID, .reason = BV_STR("x") } };
	CHECK_OK(bv_ledger_do(t.l.ledger, &close, &t.err), &t.err, "it is closed");
	CHECK_OK(bv_sittings_each(t.sittings, count_sitting, seen, &t.err), &t.err, "all");
	CHECK(seen[0] == 2 && seen[1] == 1 && seen[2] == 1, "are two: %d %d %d", seen[0], seen[1], seen[2]);
	CHECK_REFUSED(bv_sittings_each(t.sittings, stop_there, NULL, &t.err), BV_ELIMIT, &t.err, "enough", "a visit may end");
	CHECK_OK(bv_sitting_load_open(&sitting, t.sittings, t.l.ledger, SITTING, NULL, NULL, &t.err), &t.err, "loaded with its ledger");
	CHECK(bv_sitting_plan(sitting)->opens_ms == T0 + MINUTE && bv_sitting_plan(sitting)->start_until_ms == T0 + 2 * MINUTE &&
	      bv_sitting_plan(sitting)->closes_ms == T0 + 3 * MINUTE, "it has the window of now");
	CHECK_REFUSED(bv_sitting_load_open(&none, t.sittings, t.l.ledger, BV_STR("bare"), NULL, NULL, &t.err), BV_EINVAL, &t.err, "no documents", "not what has none");
	CHECK_REFUSED(bv_sitting_load_open(&none, t.sittings, t.l.ledger, BV_STR("nowhere"), NULL, NULL, &t.err), BV_ENOTFOUND, &t.err, "nowhere", "nor what is not there");
	struct bv_ledger_act seat = { .act = BV_EXAM_REGISTER, .attempt = t.id, .facts = { .author = STAFF_ID, .ticket = BV_STR("T-7") } };
	CHECK_OK(bv_ledger_do(t.l.ledger, &seat, &t.err), &t.err, "somebody is registered");
	CHECK_OK(bv_sittings_ticket(&of, &ticket, &arena, t.sittings, seat.ack.attempt, &t.err), &t.err, "whose attempt is it?");
	CHECK(of == t.id && bv_str_is(ticket, "T-7"), "his");
	CHECK_REFUSED(bv_sittings_ticket(&of, &ticket, &arena, t.sittings, 4711, &t.err), BV_ENOTFOUND, &t.err, "4711", "nobody's");
}

/* What a sitting demands stands in exam.json, and so in the event that opened it. */
static void
demands(void)
{
	static const char *const refused[] = { "[]", "{\"photo\":true}", "{\"roomCode\":1}", "{\"seb\":true}", "{\"seb\":{\"config\":\"x\",\"browsers\":[]}}",
		                               "{\"seb\":{\"config\":\"" KEY_A "\"}}", "{\"seb\":{\"config\":\"" KEY_A "\",\"browsers\":[1]}}",
		                               "{\"seb\":{\"config\":\"" KEY_A "\",\"browsers\":[],\"x\":1}}" };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_str plain = bv_buf_str(&t.documents[FIXTURE_EXAM]);
	struct bv_exam_demands none = { 0 }, some = { .room_code = true }, read = { 0 };
	struct bv_seb_keys keys;

	CHECK_OK(bv_exam_demand(&out, plain, &none, &t.err), &t.err, "no demands");
	CHECK_STR(bv_buf_str(&out), plain, "change nothing of the document, nor of its hash");
	CHECK_OK(bv_seb_keys_parse(&keys, BV_STR("# keys\nconfig " KEY_A "\r\n\nbrowser " KEY_B "\n"), &arena, &t.err), &t.err, "a file of keys");
	CHECK(bv_str_is(keys.config, KEY_A) && keys.browser_count == 1 && bv_str_is(keys.browsers[0], KEY_B), "is read");
	CHECK_REFUSED(bv_seb_keys_parse(&keys, BV_STR("browser " KEY_B "\n"), &arena, &t.err), BV_EINVAL, &t.err, "no line 'config'", "one without a configuration");
	CHECK_REFUSED(bv_seb_keys_parse(&keys, BV_STR("config " KEY_A "\nconfig " KEY_B "\n"), &arena, &t.err), BV_EINVAL, &t.err, "one 'config'", "one with two");
	CHECK_REFUSED(bv_seb_keys_parse(&keys, BV_STR("config " KEY_A "0\n"), &arena, &t.err), BV_EPARSE, &t.err, "64 small", "a key that is too long");
	CHECK_REFUSED(bv_seb_keys_parse(&keys, BV_STR("config " KEY_A " x\n"), &arena, &t.err), BV_EPARSE, &t.err, "a line is", "more on the line");
	some.seb = keys;
	bv_buf_clear(&out);
	CHECK_OK(bv_exam_demand(&out, plain, &some, &t.err), &t.err, "both demands");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &t.err), &t.err, "are JSON");
	CHECK_OK(exam_demands_read(&read, json, &arena, &t.err), &t.err, "that is read again");
	CHECK(read.room_code && bv_str_is(read.seb.config, KEY_A) && read.seb.browser_count == 1 && bv_str_is(read.seb.browsers[0], KEY_B), "as it was");
	for (size_t i = 0; i < BV_COUNT(refused); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);
		BV_AUTO(bv_json_free) struct bv_json *bad = NULL;
		bv_buf_printf(&text, "{\"demands\":%s}", refused[i]);
		CHECK_OK(bv_json_parse(&bad, bv_buf_str(&text), &t.err), &t.err, refused[i]);
		CHECK(exam_demands_read(&read, bad, &arena, &t.err) != BV_OK && t.err.msg[0], "  is refused: %s", t.err.msg);
	}
}

int
main(void)
{
	struct bv_sittings *none = NULL;

	sitting_test_init(&t);
	created();
	refused_orders();
	changed();
	fixed();
	listed();
	demands();
	char url[200];
	snprintf(url, sizeof url, "sqlite:%s/bank.db", t.l.folder);
	CHECK_REFUSED(bv_sittings_open(&none, url, &t.err), BV_EINVAL, &t.err, "no ledger", "a bank is no ledger");
	CHECK_OK(bv_sittings_open_read(&none, t.l.url, &t.err), &t.err, "read only");
	bv_sittings_close(none);
	sitting_test_finish(&t);
	return check_end();
}

/* Forms that grow with the answers (BV-CAT-1): each item held against what a few lines of another way say, whatever thread asks; the rules of stop; what a
 * log may not say. */
#include <math.h>
#include <pthread.h>

#include "engine/exam.h"
#include "engine/grow.h"
#include "engine/paper.h"
#include "tests/engine/issue_fixture.h"
#include "tests/engine/sitter.h"

#define PLAIN "{\"length\":40,\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[]}"

enum { CANDIDATES = 12, ITEMS = 40 };

static struct sitting_test t;
static struct bv_buf design, parameters;

static struct bv_str
ticket_of(int i)
{
	static char ticket[20];

	snprintf(ticket, sizeof ticket, "T-%d", i);
	return bv_str_of(ticket);
}

static void
documents(const char *design_json, const char *more)
{
	bv_buf_clear(&design);
	bv_buf_addz(&design, design_json);
	issue_blueprint(&t, &design, &parameters, "adaptive", more);
}

static struct bv_exam *
exam_new(void)
{
	struct bv_exam *exam = NULL;

	CHECK_OK(bv_exam_new(&exam, &t.d, NULL, NULL, &t.err), &t.err, "an exam");
	return exam;
}

/* ---- Refused ---- */

static enum bv_status
try_exam(const struct bv_exam_documents *d)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = NULL;

	return bv_exam_new(&exam, d, NULL, NULL, &t.err);
}

#define REFUSES(change, status, words, what) \
	do { \
		struct bv_exam_documents d = t.d; \
		change; \
		CHECK_REFUSED(try_exam(&d), status, &t.err, words, what); \
	} while (0)

static enum bv_status
no_answer(void *ctx, struct bv_str *response, const struct bv_form_item *item, struct bv_err *err)
{
	(void)ctx, (void)response, (void)item, (void)err;
	return BV_OK;
}

static void
refused(void)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = exam_new();
	struct bv_form *none = NULL;
	bool over;

	REFUSES(d.design = BV_STR_NONE, BV_EINVAL, "give the design with the SHA-256", "no design");
	REFUSES(d.chances = BV_STR("{}"), BV_EINVAL, "does not ask for chances", "chances that nobody asked for");
	REFUSES(d.parallel = BV_STR("{}"), BV_EINVAL, "needs a design for one form", "forms that all share");
	REFUSES(d.tickets = BV_STR("{\"format\":\"bv-tickets-1\",\"tickets\":[\"T-1\"]}"), BV_EINVAL, "need no order", "an order of tickets");
	CHECK_REFUSED(bv_exam_form(&none, exam, ticket_of(0), &t.err), BV_EINVAL, &t.err, "grows with its answers", "a form without answers");
	CHECK_REFUSED(bv_exam_grow(&none, &over, exam, ticket_of(0), 0, no_answer, NULL, &t.err), BV_EINVAL, &t.err, "1 to 40 items, not 0", "no item");
	CHECK_REFUSED(bv_exam_grow(&none, &over, exam, ticket_of(0), ITEMS + 1, no_answer, NULL, &t.err), BV_EINVAL, &t.err, "not 41", "more than there can be");
	CHECK_REFUSED(bv_exam_grow(&none, &over, exam, BV_STR("T 1"), 1, no_answer, NULL, &t.err), BV_EINVAL, &t.err, "a ticket is", "a ticket that is none");
	BV_AUTO(bv_buf_finish) struct bv_buf marks = BV_BUF(1 << 16), changed = BV_BUF(BV_BLUEPRINT_MAX);
	CHECK_OK(bv_file_read(&marks, source_path("rules/vn-17-2016.xml"), &t.err), &t.err, "rules by marks");
	bv_buf_add(&changed, t.d.blueprint);
	memcpy(strstr(changed.p, "vn-bands-3"), "vn-17-2016", 10);
	struct bv_exam_documents d = t.d;
	d.rules = bv_buf_str(&marks);
	d.blueprint = bv_buf_str(&changed);
	CHECK(try_exam(&d) != BV_OK, "a rule pack that decides by marks, of another blueprint: %s", t.err.msg);
	issue_parameters(&t, &parameters, "0.2");
	documents(PLAIN, "");
	BV_AUTO(bv_exam_free) struct bv_exam *guessed = exam_new();
	CHECK(guessed && guessed->items[0].c_milli == 200, "items may be guessed");
	issue_parameters(&t, &parameters, "0");
	documents(PLAIN, "");
}

/* ---- Another way: under strata alone the best shadow test has the best items of each, so that the next item is the best of the strata that still lack some ---- */

struct way {
	const struct bv_exam *exam;
	const bool *right;
	uint32_t given[ITEMS];
	size_t count;
	unsigned wrong;
};

static double
chance_of(const struct bv_curve *c, double theta)
{
	return c->c + (1 - c->c) / (1 + exp(-c->a * (theta - c->b)));
}

static void
estimate(const struct way *w, size_t answered, double *theta, double *se)
{
	double sum = 0, mean = 0, square = 0;

	for (int q = 0; q < 61; q++) {
		double x = -6 + 0.2 * q, p = exp(-x * x / 2);
		for (size_t k = 0; k < answered; k++) {
			double c = chance_of(&w->exam->issue->bank->items[w->given[k]].curve, x);
			p *= w->right[k] ? c : 1 - c;
		}
		sum += p;
		mean += p * x;
		square += p * x * x;
	}
	*theta = mean / sum;
	*se = sqrt(square / sum - *theta * *theta);
}

static double
worth(const struct way *w, uint32_t item, double theta)
{
	const struct bv_curve *c = &w->exam->issue->bank->items[item].curve;
	double p = chance_of(c, theta), known = (p - c->c) / (1 - c->c);

	return c->a * c->a * known * known * (1 - p) / p;
}

static uint32_t
stratum_of(const struct way *w, uint32_t item)
{
	uint32_t s = 0;

	while (item - w->exam->plan->strata[s].first >= w->exam->plan->strata[s].size)
		s++;
	return s;
}

static uint32_t
best(const struct way *w, double theta)
{
	uint32_t taken[BV_BLUEPRINT_STRATA_MAX] = { 0 }, found = UINT32_MAX;

	for (size_t k = 0; k < w->count; k++)
		taken[stratum_of(w, w->given[k])]++;
	for (uint32_t i = 0; i < w->exam->issue->bank->count; i++) {
		bool met = taken[stratum_of(w, i)] == w->exam->plan->strata[stratum_of(w, i)].count;
		for (size_t k = 0; k < w->count && !met; k++)
			met = w->given[k] == i;
		if (!met && (found == UINT32_MAX || worth(w, i, theta) > worth(w, found, theta)))
			found = i;
	}
	return found;
}

static uint32_t
number_of(const struct bv_exam *exam, const struct bv_drawn_item *item)
{
	return exam->plan->strata[item->stratum].first + item->index;
}

static enum bv_status
judge(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err)
{
	struct way *w = ctx;
	double theta, se;

	(void)err;
	estimate(w, position, &theta, &se);
	uint32_t expected = best(w, theta), given = number_of(w->exam, &drawn->items[position]);
	/* Two of one worth may be told apart by neither. */
	w->wrong += drawn->count != position + 1 || (given != expected && fabs(worth(w, given, theta) - worth(w, expected, theta)) > 1e-6);
	w->given[w->count++] = given;
	*right = w->right[position];
	return BV_OK;
}

static void
answers(bool right[ITEMS], uint64_t seed)
{
	for (int k = 0; k < ITEMS; k++) {
		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		right[k] = seed >> 62 != 0;
	}
}

static void
another_way(void)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = exam_new();
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	unsigned wrong = 0, complete = 0;
	uint8_t cid[BV_HASH_LEN];
	bool over;

	for (uint64_t i = 0; i < 60; i++) {
		bool right[ITEMS];
		answers(right, i);
		struct way w = { .exam = exam, .right = right };
		CHECK_OK(bv_ticket_cid(cid, ticket_of((int)i), &t.err), &t.err, "a ticket");
		CHECK_OK(grow_form(drawn, &over, exam->issue, cid, ITEMS, judge, &w, &t.err), &t.err, "a form");
		wrong += w.wrong;
		complete += over && drawn->count == ITEMS;
	}
	CHECK(!wrong && complete == 60, "60 forms of 40 items: each is the best there was: %u wrong, %u complete", wrong, complete);
}

/* ---- The end ---- */

static void
stops(void)
{
	documents(PLAIN, "least=\"5\" se=\"0.45\" cut=\"0.2\" confidence=\"1.5\"");
	BV_AUTO(bv_exam_free) struct bv_exam *exam = exam_new();
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	unsigned good = 0, by_se = 0, by_cut = 0;
	uint8_t cid[BV_HASH_LEN];
	bool over;

	for (uint64_t i = 0; i < 60; i++) {
		bool right[ITEMS];
		double theta = 0, se = 9;
		uint32_t until = 5;
		answers(right, i + 1000);
		struct way w = { .exam = exam, .right = right };
		CHECK_OK(bv_ticket_cid(cid, ticket_of((int)i), &t.err), &t.err, "a ticket");
		CHECK_OK(grow_form(drawn, &over, exam->issue, cid, ITEMS, judge, &w, &t.err), &t.err, "a form");
		for (; until < ITEMS; until++) {
			estimate(&w, until, &theta, &se);
			if (se <= 0.45 || fabs(theta - 0.2) > 1.5 * se)
				break;
		}
		good += over && drawn->count == until && !w.wrong;
		by_se += se <= 0.45;
		by_cut += fabs(theta - 0.2) > 1.5 * se;
	}
	CHECK(good == 60 && by_se > 5 && by_cut > 5, "60 end where the rules say: %u; %u by the error, %u by the cut", good, by_se, by_cut);
	documents(PLAIN, "");
}

/* ---- The same, whoever asks ---- */

struct asking {
	struct bv_exam *exam;
	uint8_t hashes[CANDIDATES][ITEMS][BV_HASH_LEN];
	unsigned seed, failed;
};

static enum bv_status
right_of(void *ctx, bool *right, const struct bv_drawn *drawn, uint32_t position, struct bv_err *err)
{
	(void)drawn, (void)err;
	*right = ((const bool *)ctx)[position];
	return BV_OK;
}

static void
hash_of(uint8_t hash[BV_HASH_LEN], const struct bv_form *form)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_FORM_MAX);

	bv_form_write(&text, form);
	bv_sha256(hash, bv_buf_str(&text));
}

static void *
ask(void *ctx)
{
	struct asking *a = ctx;
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(a->exam->plan);
	uint8_t cid[BV_HASH_LEN];
	struct bv_err err;
	bool over;

	for (int k = 0; k < CANDIDATES * ITEMS; k++) {
		unsigned at = ((unsigned)k * 77u + a->seed) % (CANDIDATES * ITEMS), i = at / ITEMS, given = at % ITEMS + 1;
		bool right[ITEMS];
		char ticket[20];
		snprintf(ticket, sizeof ticket, "T-%u", i);
		answers(right, i);
		if (bv_ticket_cid(cid, bv_str_of(ticket), &err) != BV_OK || grow_form(drawn, &over, a->exam->issue, cid, given, right_of, right, &err) != BV_OK ||
		    drawn->count != given) {
			a->failed++;
			continue;
		}
		BV_AUTO(bv_form_free) struct bv_form *form = form_of_drawn(drawn, a->exam->plan, &a->exam->key, bv_str_of(ticket), cid);
		hash_of(a->hashes[i][given - 1], form);
	}
	return NULL;
}

static void
threads(void)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = exam_new();
	static struct asking asking[4];
	pthread_t running[4];

	for (unsigned k = 0; k < 4; k++) {
		asking[k] = (struct asking){ .exam = exam, .seed = 31 * k };
		CHECK(pthread_create(&running[k], NULL, ask, &asking[k]) == 0, "a thread");
	}
	for (unsigned k = 0; k < 4; k++)
		pthread_join(running[k], NULL);
	bool same = true, apart = true;
	for (unsigned k = 1; k < 4; k++)
		same = same && !asking[k].failed && memcmp(asking[k].hashes, asking[0].hashes, sizeof asking[0].hashes) == 0;
	for (int i = 1; i < CANDIDATES; i++)
		apart = apart && memcmp(asking[0].hashes[i], asking[0].hashes[i - 1], sizeof asking[0].hashes[0]) != 0;
	CHECK(same && !asking[0].failed && apart, "four threads, every length of form of 12 candidates in another order: the same bytes");
}

/* A form is what the shorter ones were, and one item more; it is read back as it is. */
static void
prefixes(void)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = exam_new();
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	BV_AUTO(bv_form_free) struct bv_form *before = NULL;
	bool right[ITEMS], over = false, good = true;
	uint8_t cid[BV_HASH_LEN];

	answers(right, 5);
	CHECK_OK(bv_ticket_cid(cid, BV_STR("T-5"), &t.err), &t.err, "a ticket");
	for (uint32_t given = 1; given <= ITEMS; given++) {
		BV_AUTO(bv_form_free) struct bv_form *read = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_FORM_MAX), again = BV_BUF(BV_FORM_MAX);
		CHECK_OK(grow_form(drawn, &over, exam->issue, cid, given, right_of, right, &t.err), &t.err, "a form");
		struct bv_form *form = form_of_drawn(drawn, exam->plan, &exam->key, BV_STR("T-5"), cid);
		bv_form_write(&text, form);
		CHECK_OK(bv_form_parse(&read, bv_buf_str(&text), &t.err), &t.err, "is read");
		bv_form_write(&again, read);
		good = good && bv_str_eq(bv_buf_str(&text), bv_buf_str(&again)) && over == (given == ITEMS) && strcmp(bv_form_algorithm(form), "BV-CAT-1") == 0;
		for (size_t i = 0; before && i < before->item_count; i++)
			good = good && bv_str_eq(before->items[i].identifier, form->items[i].identifier) && bv_hash_eq(before->items[i].clone_seed, form->items[i].clone_seed) &&
			       before->items[i].order_count == form->items[i].order_count;
		bv_form_free(before);
		before = form;
	}
	CHECK(good, "40 forms, each the one before and one item more");
}

/* ---- Met before ---- */

static void
seen(void)
{
	BV_AUTO(bv_exam_free) struct bv_exam *plain = exam_new();
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(plain->plan);
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(BV_SEEN_MAX);
	bool right[ITEMS], over;
	uint8_t cid[BV_HASH_LEN];
	uint32_t first[20];
	unsigned met = 0;

	answers(right, 7);
	CHECK_OK(bv_ticket_cid(cid, BV_STR("T-7"), &t.err), &t.err, "a ticket");
	CHECK_OK(grow_form(drawn, &over, plain->issue, cid, 20, right_of, right, &t.err), &t.err, "what he met");
	CHECK(!drawn->broken, "without limits nothing is broken");
	bv_buf_addz(&list, "{\"format\":\"bv-seen-1\",\"seen\":{\"T-7\":[");
	for (uint32_t k = 0; k < 20; k++) {
		first[k] = number_of(plain, &drawn->items[k]);
		bv_buf_printf(&list, "%s\"%.*s\"", k ? "," : "", BV_STR_ARG(plain->issue->bank->items[first[k]].id));
	}
	bv_buf_addz(&list, "]}}");
	struct bv_exam_documents d = t.d;
	BV_AUTO(bv_exam_free) struct bv_exam *again = NULL;
	d.seen = bv_buf_str(&list);
	CHECK_OK(bv_exam_new(&again, &d, NULL, NULL, &t.err), &t.err, "he comes again");
	CHECK_OK(grow_form(drawn, &over, again->issue, cid, ITEMS, right_of, right, &t.err), &t.err, "and has another form");
	for (uint32_t k = 0; k < drawn->count; k++)
		for (uint32_t l = 0; l < 20; l++)
			met += number_of(again, &drawn->items[k]) == first[l];
	/* Strata of 12 or more, 4 of each to a form: there is room. */
	CHECK(!met && !drawn->broken, "in which he meets nothing again: %u", met);
	bv_buf_clear(&list);
	bv_buf_addz(&list, "{\"format\":\"bv-seen-1\",\"seen\":{\"T-7\":[");
	for (size_t i = 0; i < plain->issue->bank->count; i++)
		bv_buf_printf(&list, "%s\"%.*s\"", i ? "," : "", BV_STR_ARG(plain->issue->bank->items[i].id));
	bv_buf_addz(&list, "]}}");
	BV_AUTO(bv_exam_free) struct bv_exam *worn = NULL;
	d.seen = bv_buf_str(&list);
	CHECK_OK(bv_exam_new(&worn, &d, NULL, NULL, &t.err), &t.err, "who has met all");
	CHECK_OK(grow_form(drawn, &over, worn->issue, cid, ITEMS, right_of, right, &t.err), &t.err, "does not go without");
	CHECK(drawn->count == ITEMS && drawn->broken == BV_FLY_SEEN, "and his form says so");
}

/* ---- Chances of exposure ---- */

/* The blueprint with a chances.json of so many millionths for each item. */
static struct bv_exam *
with_chances(struct bv_buf *list, int millionths)
{
	BV_AUTO(bv_buf_finish) struct bv_buf more = BV_BUF(200);
	uint8_t hash[BV_HASH_LEN];

	/* Of all items that a pool of these strata may have: which of some enemies it takes hangs on the blueprint. */
	bv_buf_clear(list);
	bv_buf_addz(list, "{\"chances\":{");
	BV_AUTO(bv_pool_finish) struct bv_pool listed = { 0 };
	const struct bv_bank_filter filter = { .language = BV_STR("vi") };
	CHECK_OK(bv_bank_pool(&listed, t.bank, &filter, &t.err), &t.err, "the items of the bank");
	for (size_t i = 0; i < listed.count; i++)
		bv_buf_printf(list, "%s\"%.*s\":%d", i ? "," : "", BV_STR_ARG(listed.items[i].identifier), millionths);
	bv_buf_addz(list, "},\"format\":\"bv-chances-1\"}\n");
	bv_sha256(hash, bv_buf_str(list));
	bv_buf_addz(&more, "chances=\"");
	bv_hex_write(&more, hash, sizeof hash);
	bv_buf_addz(&more, "\"");
	documents(PLAIN, more.p);
	REFUSES(, BV_EINVAL, "give the chances of exposure with the SHA-256", "no chances");
	REFUSES(d.chances = d.design, BV_EDENIED, "asks for the chances of exposure with", "others");
	t.d.chances = bv_buf_str(list);
	return exam_new();
}

/* Whom the stream of a candidate leaves out: doc/draw.md, in a few lines. */
static void
leave_out(bool *barred, const struct bv_exam *exam, const uint8_t cid[BV_HASH_LEN], uint64_t millionths)
{
	uint8_t message[9 + 2 * BV_HASH_LEN] = "BV-CAT-1", secret[BV_HASH_LEN];
	struct bv_hmac_key key;
	struct bv_stream stream;

	memcpy(message + 9, fixture_seed, BV_HASH_LEN);
	memcpy(message + 9 + BV_HASH_LEN, cid, BV_HASH_LEN);
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)fixture_draw_key, BV_HASH_LEN });
	bv_hmac_sha256(secret, &key, (struct bv_str){ (const char *)message, sizeof message });
	bv_stream_init(&stream, secret);
	for (int w = 0; w < 4; w++)
		bv_stream_word(&stream);
	for (size_t i = 0; i < exam->issue->bank->count; i++)
		barred[i] = bv_stream_below(&stream, 1000000) >= millionths;
}

static void
chances(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(1 << 20);
	BV_AUTO(bv_exam_free) struct bv_exam *exam = with_chances(&list, 750000), *closed = NULL;
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(exam->plan);
	bool right[ITEMS], over, *barred = bv_alloc_array(exam->issue->bank->count, sizeof *barred);
	unsigned wrong = 0, relaxed = 0, items = 0;
	uint8_t cid[BV_HASH_LEN];

	for (int i = 0; i < 100; i++) {
		unsigned met = 0;
		answers(right, (uint64_t)i);
		CHECK_OK(bv_ticket_cid(cid, ticket_of(i), &t.err), &t.err, "a ticket");
		CHECK_OK(grow_form(drawn, &over, exam->issue, cid, ITEMS, right_of, right, &t.err), &t.err, "a form");
		leave_out(barred, exam, cid, 750000);
		for (uint32_t k = 0; k < drawn->count; k++)
			met += barred[number_of(exam, &drawn->items[k])];
		wrong += (met > 0) != (drawn->broken == BV_FLY_EXPOSURE);
		relaxed += met > 0;
		items += met;
	}
	CHECK(!wrong && relaxed < 100 && items < 400, "who meets what was not for him is told so: %u wrong, %u relaxed with %u items", wrong, relaxed, items);
	closed = with_chances(&list, 0);
	CHECK_OK(grow_form(drawn, &over, closed->issue, cid, ITEMS, right_of, right, &t.err), &t.err, "where nothing may be met");
	CHECK(drawn->count == ITEMS && drawn->broken == BV_FLY_EXPOSURE, "nobody goes without, and the form says so");
	free(barred);
	documents(PLAIN, "");
}

/* ---- In a sitting ---- */

struct findings {
	char text[4000];
};

static void
note(void *ctx, bool good, const char *where, const char *message)
{
	struct findings *f = ctx;

	if (!good)
		snprintf(f->text + strlen(f->text), sizeof f->text - strlen(f->text), "%s: %s\n", where, message);
}

static enum bv_status
act(enum bv_exam_act kind, int64_t attempt, struct bv_exam_facts facts)
{
	struct bv_ledger_act a = { .act = kind, .attempt = attempt, .facts = facts };

	return bv_ledger_do(t.l.ledger, &a, &t.err);
}

static const struct bv_exam_facts own = { .author = { "candidate", 9 }, .lease = 1 };

static void
come(int64_t attempt, const uint8_t form[BV_HASH_LEN])
{
	struct bv_exam_facts in = { .author = BV_STR("candidate"), .machine = BV_STR("m-1") }, start = own;

	memcpy(start.form, form, BV_HASH_LEN);
	CHECK(act(BV_EXAM_ADMIT, attempt, (struct bv_exam_facts){ .author = STAFF_ID }) == BV_OK && act(BV_EXAM_LEASE, attempt, in) == BV_OK &&
	      act(BV_EXAM_START, attempt, start) == BV_OK, "attempt %d begins: %s", (int)attempt, t.err.msg);
}

static void
audit(struct findings *found, enum bv_status status, struct bv_evidence_texts *texts)
{
	struct bv_sitting_audit_tally tally;

	found->text[0] = '\0';
	enum bv_status got = bv_sitting_audit(&tally, t.l.url, SITTING, BV_AUDIT_ANSWERS, bv_evidence_item_text, texts, NULL, note, found, &t.err);
	if (got != status)
		CHECK(false, "the audit: %s\n%s", t.err.msg, found->text);
}

static void
sitting(void)
{
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *papers = NULL;
	BV_AUTO(bv_evidence_texts_free) struct bv_evidence_texts *texts = bv_evidence_texts_new(t.bank);
	struct bv_given nothing = { 0 };
	struct findings found;
	uint32_t saves[6] = { 0 };
	size_t prepared;
	bool over;

	documents(PLAIN, "least=\"4\" se=\"0.7\"");
	step(&t.l, T0 - t.l.clock.utc);
	sitting_test_create(&t);
	sitting_test_register(&t, 0, 6, 1);
	CHECK_OK(bv_sitting_load(&sitting, t.sittings, t.order.name, bv_evidence_item_text, texts, &t.err), &t.err, "the sitting");
	CHECK(sitting->plan.adaptive && sitting->plan.item_count == ITEMS, "is adaptive");
	CHECK_OK(bv_papers_new(&papers, sitting, t.bank, NULL, 0, &t.err), &t.err, "its papers");
	CHECK_OK(bv_papers_prepare(&prepared, papers, t.sittings, 1, NULL, NULL, &t.err), &t.err, "can all be shown");
	CHECK(prepared == 0, "and none is kept");
	for (int i = 0; i < 6; i++) {
		BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
		struct bv_candidate who = { .ticket = ticket_of(i), .name = ticket_of(i) };
		int64_t attempt = t.id + 1 + i;
		CHECK_OK(bv_paper_grow(&paper, &over, papers, who.ticket, 1, bv_given_answer, &nothing, &t.err), &t.err, "a paper of one item");
		come(attempt, bv_paper_hash(paper));
		if (i < 3) {
			CHECK_OK(sitter_grow(&saves[i], t.l.ledger, papers, sitting->exam, attempt, &who, 1500 * (i - 1), &t.err), &t.err, "he sits");
			CHECK(act(BV_EXAM_SUBMIT, attempt, own) == BV_OK, "and hands in %u answers", saves[i]);
		}
	}
	CHECK(saves[0] >= 4 && saves[0] <= ITEMS && saves[1] >= 4 && saves[2] >= 4, "%u, %u and %u items", saves[0], saves[1], saves[2]);
	audit(&found, BV_OK, texts);
	CHECK(!found.text[0], "everything follows from the log: %s", found.text);

	/* What follows has good signatures: whoever has the ledger's key wrote it. */
	struct bv_exam_facts forged = own;
	memset(forged.form, 0x77, sizeof forged.form);
	CHECK(act(BV_EXAM_SECTION, t.id + 4, forged) == BV_OK, "an item that does not follow from the answers");
	memset(forged.form, 0, sizeof forged.form);
	CHECK(act(BV_EXAM_SECTION, t.id + 5, forged) == BV_OK, "an end before the rules say so");
	for (uint32_t i = 0; i < ITEMS; i++) {
		memset(forged.form, i + 1 < ITEMS ? 0x66 : 0, sizeof forged.form);
		forged.section = i;
		CHECK(act(BV_EXAM_SECTION, t.id + 6, forged) == BV_OK, "items after the rules ended it");
	}
	audit(&found, BV_EDENIED, texts);
	CHECK(strstr(found.text, "attempt 5: item 2 is another than follows from the answers before it") != NULL, "is found: %s", found.text);
	CHECK(strstr(found.text, "attempt 6: 1 items were given, and by the answers there are more") != NULL, "is found: %s", found.text);
	CHECK(strstr(found.text, "attempt 7: 40 items were given, and by the answers there are fewer") != NULL, "are found: %s", found.text);
}

int
main(void)
{
	sitting_test_init(&t);
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	issue_parameters(&t, &parameters, "0");
	documents(PLAIN, "");
	refused();
	another_way();
	issue_parameters(&t, &parameters, "0.2");
	documents(PLAIN, "");
	another_way();
	issue_parameters(&t, &parameters, "0");
	documents(PLAIN, "");
	stops();
	threads();
	prefixes();
	seen();
	chances();
	sitting();
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
	sitting_test_finish(&t);
	return check_end();
}

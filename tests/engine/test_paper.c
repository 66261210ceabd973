/* Papers: kept as numbers, rendered again byte for byte, sealed until it is time; answers under the names of one page. */
#define _GNU_SOURCE
#include "base/cipher.h"
#include "base/deflate.h"
#include "base/clock.h"
#include "tests/engine/sitting_fixture.h"

enum { CANDIDATES = 200 };

static struct sitting_test t;
static struct bv_sitting *sitting;
static struct bv_papers *papers;

static struct bv_str
ticket_of(int i)
{
	static char ticket[20];

	snprintf(ticket, sizeof ticket, "T-%d", i);
	return bv_str_of(ticket);
}

static int64_t
attempt_of(int i)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_seat seat = { 0 };

	CHECK_OK(bv_seat_find(&seat, &arena, t.sittings, t.id, ticket_of(i), &t.err), &t.err, "a seat");
	return seat.attempt;
}

static void
open_papers(void)
{
	bv_papers_free(papers);
	papers = NULL;
	bv_sitting_free(sitting);
	sitting = NULL;
	CHECK_OK(bv_sitting_load(&sitting, t.sittings, SITTING, NULL, NULL, &t.err), &t.err, "the sitting");
	CHECK_OK(bv_papers_new(&papers, sitting, t.bank, NULL, 0, &t.err), &t.err, "its papers");
}

static struct bv_paper *
load(int i)
{
	struct bv_paper *paper = NULL;

	CHECK_OK(bv_paper_load(&paper, papers, t.sittings, attempt_of(i), ticket_of(i), &t.err), &t.err, "a paper that is kept");
	return paper;
}

static void
seated(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(BV_ROSTER_MAX);
	struct bv_roster_tally tally;

	bv_buf_addz(&csv, "ticket,room,seat\n");
	for (int i = 0; i < CANDIDATES; i++)
		bv_buf_printf(&csv, "T-%d,P,%d\n", i, i);
	struct bv_roster_order order = { .csv = bv_buf_str(&csv), .author = STAFF_ID };
	CHECK_OK(bv_roster_import(&tally, t.sittings, t.l.ledger, t.id, &order, &t.err), &t.err, "candidates");
}

static void
count_done(void *ctx, size_t count, size_t of)
{
	CHECK(count == of && count == CANDIDATES - 1, "all are told");
	++*(int *)ctx;
}

static void
prepared(void)
{
	BV_AUTO(bv_paper_free) struct bv_paper *first = NULL, *other = NULL;
	struct bv_paper *none = NULL;
	size_t count = 0;
	int told = 0;

	CHECK_REFUSED(bv_paper_load(&none, papers, t.sittings, attempt_of(0), BV_STR("T-0"), &t.err), BV_ENOTFOUND, &t.err, "no paper yet", "nothing is kept yet");
	CHECK_OK(bv_paper_make(&first, papers, BV_STR("T-0"), &t.err), &t.err, "one");
	CHECK_OK(bv_paper_keep(t.sittings, attempt_of(0), first, &t.err), &t.err, "is kept");
	CHECK_OK(bv_paper_keep(t.sittings, attempt_of(0), first, &t.err), &t.err, "once more");
	CHECK_REFUSED(bv_paper_keep(t.sittings, attempt_of(1), first, &t.err), BV_ENOTFOUND, &t.err, "not of ticket", "not for another attempt");
	sitting_sql(&t, "UPDATE paper SET numbers = CAST(numbers || x'00' AS BLOB)");
	CHECK_REFUSED(bv_paper_keep(t.sittings, attempt_of(0), first, &t.err), BV_ECONFLICT, &t.err, "another paper", "not beside another");
	sitting_sql(&t, "DELETE FROM paper");
	CHECK_OK(bv_paper_keep(t.sittings, attempt_of(0), first, &t.err), &t.err, "kept again");
	CHECK_REFUSED(bv_paper_make(&other, papers, BV_STR("T 0"), &t.err), BV_EINVAL, &t.err, "ticket", "a bad ticket has none");
	int64_t begun = bv_clock_monotonic_ns();
	CHECK_OK(bv_papers_prepare(&count, papers, t.sittings, 2, count_done, &told, &t.err), &t.err, "the others ahead");
	(void)begun;
	CHECK(count == CANDIDATES - 1 && told == 1, "all but the first");
	CHECK_OK(bv_papers_prepare(&count, papers, t.sittings, 2, NULL, NULL, &t.err), &t.err, "again");
	CHECK(count == 0 && ledger_count(&t.l, "SELECT count(*) FROM paper") == CANDIDATES, "there is nothing to do");
}

/* The same as drawing says, and the same after everything was opened anew; no paper is another's. */
static void
rendered(void)
{
	struct bv_buf pages[3] = { BV_BUF(BV_PAPER_MAX), BV_BUF(BV_PAPER_MAX), BV_BUF(BV_PAPER_MAX) };
	BV_AUTO(bv_buf_finish) struct bv_buf form_json = BV_BUF(BV_FORM_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	uint8_t hash[BV_HASH_LEN];

	for (int i = 0; i < 3; i++) {
		BV_AUTO(bv_paper_free) struct bv_paper *paper = load(i);
		BV_AUTO(bv_form_free) struct bv_form *form = NULL, *drawn = NULL;
		CHECK_OK(bv_paper_render(&pages[i], papers, paper, &t.err), &t.err, "rendered");
		CHECK_OK(bv_paper_form(&form, papers, paper, &t.err), &t.err, "its form");
		CHECK_OK(bv_exam_form(&drawn, bv_sitting_exam(sitting), ticket_of(i), &t.err), &t.err, "drawn again");
		bv_buf_clear(&form_json);
		bv_form_write(&form_json, drawn);
		bv_sha256(hash, bv_buf_str(&form_json));
		CHECK(bv_hash_eq(hash, bv_paper_hash(paper)), "is the same form");
		CHECK(!memmem(pages[i].p, pages[i].len, "IU0", 3) && !memmem(pages[i].p, pages[i].len, "RESPONSE", 8), "no identifier of an author is in it");
	}
	CHECK(!bv_str_eq(bv_buf_str(&pages[0]), bv_buf_str(&pages[1])) && pages[2].len > 10000, "each has his own: %zu bytes", pages[2].len);
	CHECK_OK(bv_json_parse_large(&json, bv_buf_str(&pages[0]), BV_PAPER_MAX, &t.err), &t.err, "it is JSON");
	CHECK(bv_json_count(bv_json_find(json, "items")) == 40 && bv_json_count(bv_json_find(json, "parts")) > 0 && bv_str_eq(bv_json_str(bv_json_find(json, "sitting")), SITTING),
	      "with 40 items");
	open_papers();
	for (int i = 0; i < 3; i++) {
		BV_AUTO(bv_paper_free) struct bv_paper *paper = load(i);
		BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_PAPER_MAX);
		CHECK_OK(bv_paper_render(&again, papers, paper, &t.err), &t.err, "rendered in another process's memory");
		CHECK(bv_str_eq(bv_buf_str(&again), bv_buf_str(&pages[i])), "byte for byte");
		bv_buf_finish(&pages[i]);
	}
}

/* No byte of a row can be changed without notice. */
static void
changed_rows(void)
{
	int64_t len = ledger_count(&t.l, "SELECT length(numbers) FROM paper WHERE attempt = 5");
	struct bv_paper *none = NULL;
	size_t noticed = 0, tried = 0;
	char text[300];

	sitting_sql(&t, "CREATE TABLE kept AS SELECT * FROM paper WHERE attempt = 5");
	for (int64_t i = 0; i < len + 33; i += i < 40 ? 1 : 7) {
		const char *column = i < len ? "numbers" : "hash";
		int64_t at = i < len ? i + 1 : i - len + 1;
		snprintf(text, sizeof text, "UPDATE paper SET %s = CAST(substr(%s, 1, %lld) || CASE WHEN hex(substr(%s, %lld, 1)) = '07' THEN x'06' ELSE x'07' END || substr(%s, %lld) AS BLOB) "
		         "WHERE attempt = 5", column, column, (long long)at - 1, column, (long long)at, column, (long long)at + 1);
		sitting_sql(&t, text);
		tried++;
		noticed += bv_paper_load(&none, papers, t.sittings, 5, BV_STR("T-100"), &t.err) == BV_EDENIED;
		sitting_sql(&t, "DELETE FROM paper WHERE attempt = 5; INSERT INTO paper SELECT * FROM kept");
	}
	CHECK(noticed == tried && tried > 60, "%zu of %zu changes are noticed", noticed, tried);
	for (int64_t i = 0; i < len; i += 11) {
		snprintf(text, sizeof text, "UPDATE paper SET numbers = CAST(substr(numbers, 1, %lld) AS BLOB) WHERE attempt = 5", (long long)i);
		sitting_sql(&t, text);
		if (bv_paper_load(&none, papers, t.sittings, 5, BV_STR("T-100"), &t.err) != BV_EDENIED)
			CHECK(false, "a row that was cut at %lld: %s", (long long)i, t.err.msg);
		sitting_sql(&t, "DELETE FROM paper WHERE attempt = 5; INSERT INTO paper SELECT * FROM kept");
	}
	CHECK_REFUSED(bv_paper_load(&none, papers, t.sittings, 5, BV_STR("T-4"), &t.err), BV_EDENIED, &t.err, "was changed", "another's paper is not his");
	BV_AUTO(bv_paper_free) struct bv_paper *good = load(100);
	CHECK(good != NULL, "put back it is good");
}

static void
sealed(void)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = load(0), *other = load(1);
	BV_AUTO(bv_buf_finish) struct bv_buf box = BV_BUF(BV_PAPER_MAX), again = BV_BUF(BV_PAPER_MAX), packed = BV_BUF(BV_PAPER_MAX), plain = BV_BUF(BV_PAPER_MAX), page = BV_BUF(BV_PAPER_MAX);
	const struct bv_sitting_plan *plan = bv_sitting_plan(sitting);
	uint8_t key[BV_PAPER_KEY_LEN] = { 0 }, others[BV_PAPER_KEY_LEN], same[BV_PAPER_KEY_LEN];
	const struct bv_str with = BV_STR("2026-11-25.sang\nT-0");

	CHECK_OK(bv_paper_seal(&box, papers, paper, &t.err), &t.err, "sealed");
	CHECK_OK(bv_paper_seal(&again, papers, paper, &t.err), &t.err, "and again");
	CHECK_OK(bv_paper_render(&page, papers, paper, &t.err), &t.err, "rendered");
	CHECK(bv_str_eq(bv_buf_str(&box), bv_buf_str(&again)) && box.len < page.len / 2, "the same box, less than half as large as the paper");
	CHECK(!memmem(box.p, box.len, "bv-paper", 8) && !memmem(box.p, box.len, "qti-", 4), "in which nothing can be read");
	CHECK_REFUSED(bv_paper_open(key, papers, paper, plan, BV_ATTEMPT_ADMITTED, plan->opens_ms - 1000, &t.err), BV_EDENIED, &t.err, "opens in 1 s",
	              "a second too early there is no key");
	CHECK_REFUSED(bv_paper_open(key, papers, paper, plan, BV_ATTEMPT_ADMITTED, plan->opens_ms - 1, &t.err), BV_EDENIED, &t.err, "opens in 1 s", "nor a millisecond");
	CHECK_REFUSED(bv_paper_open(key, papers, paper, plan, BV_ATTEMPT_REGISTERED, plan->opens_ms, &t.err), BV_EDENIED, &t.err, "'registered'", "nor for who is not admitted");
	CHECK_REFUSED(bv_paper_open(key, papers, paper, plan, BV_ATTEMPT_SUBMITTED, plan->opens_ms, &t.err), BV_EDENIED, &t.err, "'submitted'", "nor for who is done");
	CHECK(key[0] == 0 && key[31] == 0, "nothing leaks by a refusal");
	CHECK_OK(bv_paper_open(key, papers, paper, plan, BV_ATTEMPT_ADMITTED, plan->opens_ms, &t.err), &t.err, "in time there is");
	CHECK_OK(bv_paper_open(same, papers, paper, plan, BV_ATTEMPT_STARTED, plan->opens_ms + 1, &t.err), &t.err, "and later, the same");
	CHECK_OK(bv_paper_open(others, papers, other, plan, BV_ATTEMPT_PAUSED, plan->opens_ms, &t.err), &t.err, "another's");
	CHECK(memcmp(key, same, sizeof key) == 0 && memcmp(key, others, sizeof key) != 0, "each has his own");
	CHECK_REFUSED(bv_cipher_open(&plain, others, with, bv_buf_str(&box), &t.err), BV_EDENIED, &t.err, "", "another's key does not open it");
	CHECK_REFUSED(bv_cipher_open(&plain, key, BV_STR("2026-11-25.sang\nT-1"), bv_buf_str(&box), &t.err), BV_EDENIED, &t.err, "", "nor for another ticket");
	CHECK_OK(bv_cipher_open(&packed, key, with, bv_buf_str(&box), &t.err), &t.err, "the key opens it");
	CHECK_OK(bv_inflate(&plain, bv_buf_str(&packed), BV_DEFLATE_GZIP, &t.err), &t.err, "it is compressed");
	CHECK(bv_str_eq(bv_buf_str(&plain), bv_buf_str(&page)), "it is the paper");
}

/* What a page would send, from what somebody of that ability answers. */
static bool
simulate(struct bv_buf *sent, struct bv_json **own, const struct bv_form_item *item, const struct bv_paper *paper, uint32_t idx, struct bv_stream *stream)
{
	BV_AUTO(bv_published_free) struct bv_published *published = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ANSWER_MAX);

	bv_buf_clear(sent);
	if (bv_bank_publish(&published, t.bank, item->identifier, item->language, (uint32_t)item->version, &t.err) != BV_OK ||
	    bv_item_session_new(&session, bv_published_item(published), item->clone_seed, &t.err) != BV_OK)
		return CHECK(false, "item %u: %s", idx, t.err.msg);
	*own = bv_simulate_responses(session, bv_published_item(published), 0, 1000, 0, stream);
	bv_json_write(&text, *own);
	return bv_paper_answer_hide(sent, papers, paper, idx, bv_buf_str(&text), &t.err) == BV_OK || CHECK(false, "item %u: %s", idx, t.err.msg);
}

static void
answered(void)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = load(0), *other = load(1);
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf sent = BV_BUF(BV_ANSWER_MAX), out = BV_BUF(BV_ANSWER_MAX);
	const uint8_t seed[BV_HASH_LEN] = { 9 };
	struct bv_stream stream;
	int64_t slowest = 0, sum = 0;
	size_t strange = 0;

	bv_stream_init(&stream, seed);
	CHECK_OK(bv_paper_form(&form, papers, paper, &t.err), &t.err, "the form");
	for (uint32_t i = 0; i < form->item_count; i++) {
		BV_AUTO(bv_json_free) struct bv_json *own = NULL, *read = NULL;
		if (!simulate(&sent, &own, &form->items[i], paper, i, &stream))
			continue;
		bv_buf_clear(&out);
		CHECK_OK(bv_paper_answer(&out, papers, paper, i, bv_buf_str(&sent), &t.err), &t.err, "an answer");
		CHECK(bv_json_parse(&read, bv_buf_str(&out), &t.err) == BV_OK && bv_json_equal(read, own), "has the item's own names: %s", out.p);
		int64_t begun = bv_clock_monotonic_ns();
		for (int k = 0; k < 1000; k++) {
			bv_buf_clear(&out);
			if (bv_paper_answer(&out, papers, paper, i, bv_buf_str(&sent), &t.err) != BV_OK)
				CHECK(false, "%s", t.err.msg);
		}
		int64_t took = (bv_clock_monotonic_ns() - begun) / 1000;
		sum += took;
		slowest = took > slowest ? took : slowest;
		/* The names of the choices are of one attempt and one item. */
		if (strstr(sent.p, "identifier") && bv_json_count(own)) {
			strange += bv_paper_answer(&out, papers, other, i, bv_buf_str(&sent), &t.err) == BV_EINVAL;
			strange += bv_paper_answer(&out, papers, paper, (i + 1) % 40, bv_buf_str(&sent), &t.err) == BV_EINVAL;
		}
	}
	CHECK(strange > 20, "another's names, and those of another page, are refused: %zu", strange);
	printf("# an answer: %.1f us, the slowest item %.1f us\n", (double)sum / 1000 / (double)form->item_count, (double)slowest / 1000);
	static const struct {
		uint32_t item;
		const char *sent;
		enum bv_status status;
	} cases[] = {
		{ 40, "{}", BV_ENOTFOUND },
		{ 0, "", BV_EPARSE },
		{ 0, "[]", BV_EINVAL },
		{ 0, "{\"r1\":{\"base\":{\"identifier\":\"A\"}}}", BV_EINVAL },
		{ 0, "{\"RESPONSE\":{\"base\":{\"identifier\":\"A\"}}}", BV_EINVAL },
		{ 0, "{\"r9\":{\"base\":null}}", BV_EINVAL },
		{ 0, "{\"r1\":{\"base\":null},\"r1\":{\"base\":null}}", BV_EPARSE },
		{ 0, "{\"r1\":{\"base\":{\"integer\":1}}}", BV_EINVAL },
		{ 0, "{\"r1\":5}", BV_EINVAL },
	};
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		enum bv_status status = bv_paper_answer(&out, papers, paper, cases[i].item, bv_str_of(cases[i].sent), &t.err);
		CHECK(status == cases[i].status, "%s is refused: %s", cases[i].sent, status ? t.err.msg : "-");
		if (i >= 7)
			CHECK(strstr(t.err.msg, "response 'r1': ") && !strstr(t.err.msg, "RESPONSE"), "  under the name of the page alone: %s", t.err.msg);
	}
	char *large = bv_alloc(BV_ANSWER_MAX + 2);
	memset(large, ' ', BV_ANSWER_MAX + 1);
	CHECK(bv_paper_answer(&out, papers, paper, 0, (struct bv_str){ large, BV_ANSWER_MAX + 1 }, &t.err) == BV_ELIMIT &&
	      bv_paper_answer(&out, papers, paper, 0, (struct bv_str){ large, BV_ANSWER_MAX }, &t.err) == BV_EPARSE, "at most 64 KiB");
	free(large);
	CHECK(bv_paper_answer_hide(&out, papers, paper, 40, BV_STR("{}"), &t.err) == BV_ENOTFOUND, "nor is there an item 40 the other way");
}

static void
count_missing(void *ctx, struct bv_str identifier, const struct bv_err *why)
{
	CHECK(identifier.len && why->status != BV_OK && why->msg[0], "%.*s: %s", BV_STR_ARG(identifier), why->msg);
	++*(size_t *)ctx;
}

/* What a server does: everything is read ahead, and nothing after that. */
static void
published(void)
{
	const struct bv_str other = BV_STR("{}");
	BV_AUTO(bv_bank_close) struct bv_bank *small = NULL;
	BV_AUTO(bv_papers_free) struct bv_papers *poor = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_PAPER_MAX);
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;
	struct bv_import_counts counts;
	const uint8_t hash[BV_HASH_LEN] = { 0 };
	char path[128], sample[4096];
	const char *samples = sample;
	size_t told = 0;

	open_papers();
	CHECK(bv_papers_check(papers, count_missing, &told) == 0 && told == 0, "every item of the pool is in the bank");
	snprintf(path, sizeof path, "%s/small.db", t.l.folder);
	snprintf(sample, sizeof sample, "%s", source_path("itembank/sample/iu01"));
	CHECK_OK(bv_bank_open(&small, path, BV_BANK_CREATE, &t.err), &t.err, "another bank");
	CHECK_OK(bv_bank_import(small, &samples, 1, &(struct bv_import_opts){ .now_s = 1, .unfiltered = true }, &counts, &t.err), &t.err, "with some of them");
	CHECK_OK(bv_papers_new(&poor, sitting, small, NULL, 0, &t.err), &t.err, "papers of it");
	size_t missing = bv_papers_check(poor, count_missing, &told);
	CHECK(missing > 100 && missing == told, "%zu are missing, each is told", missing);
	paper = load(0);
	CHECK_REFUSED(bv_paper_publish(poor, paper, &t.err), BV_ENOTFOUND, &t.err, "IU0", "nothing is published of what is not there");
	CHECK_OK(bv_paper_publish(papers, paper, &t.err), &t.err, "published");
	CHECK(bv_paper_bytes(paper) > 300 && bv_paper_bytes(paper) < 2048, "a paper of 40 items takes %zu bytes", bv_paper_bytes(paper));
	bv_bank_close(t.bank);
	t.bank = NULL;
	CHECK_OK(bv_paper_answer(&out, papers, paper, 39, other, &t.err), &t.err, "from then on answers are checked without a bank");
	CHECK_OK(bv_paper_render(&out, papers, paper, &t.err), &t.err, "and pages rendered");
	CHECK(!bv_papers_file(papers, hash), "no item has a file");
}

int
main(void)
{
	sitting_test_init(&t);
	sitting_test_create(&t);
	seated();
	open_papers();
	prepared();
	rendered();
	changed_rows();
	sealed();
	answered();
	published();
	bv_papers_free(papers);
	papers = NULL;
	/* Without the bank nothing is published, and says so. */
	struct bv_paper *none = NULL;
	CHECK_OK(bv_papers_new(&papers, sitting, NULL, NULL, 0, &t.err), &t.err, "papers without a bank");
	CHECK_REFUSED(bv_paper_make(&none, papers, BV_STR("T-0"), &t.err), BV_EINVAL, &t.err, "there is no bank", "make nothing");
	bv_papers_free(papers);
	bv_sitting_free(sitting);
	sitting_test_finish(&t);
	return check_end();
}

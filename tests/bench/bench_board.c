/* What an event costs the proctors' board and each stream that watches it, with 1,000 to 100,000 candidates in rooms of 30, beside reading the event alone;
 * what following a ledger's log costs; memory of a candidate.
 *
 *     bench_board [SAVES] */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tests/bench/bench.h"
#include "tools/httpd/board.h"

enum { ITEMS = 40, SEATS = 30, BODY = 400 };

static struct bv_err err;
static struct bv_exam_event event;
static char body[BODY];
static int64_t next_n;

/* Of this thread's processor: others may be at work beside. */
static int64_t
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
ns_each(int64_t begun_ns, int64_t count)
{
	return (double)(cpu_ns() - begun_ns) / (double)count;
}

/* The next event, in `event`. */
static void
make(enum bv_exam_act act, int64_t attempt, int64_t seq, const struct bv_exam_facts *facts)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BODY);

	bv_exam_body_write(&text, act, facts);
	must(bv_buf_check(&text, &err), &err);
	memcpy(body, text.p, text.len);
	next_n++;
	event = (struct bv_exam_event){ .n = next_n, .sitting = 1, .attempt = attempt, .seq = seq, .at_ms = 1000000 + next_n, .act = act,
		                        .body = { body, text.len }, .hash = { 7 } };
}

static void
add(struct board *board, enum bv_exam_act act, int64_t attempt, int64_t seq, const struct bv_exam_facts *facts)
{
	make(act, attempt, seq, facts);
	must(board_add(board, &event, &err), &err);
}

/* Everybody has started. */
static void
fill(struct board *board, int64_t candidates)
{
	const struct bv_exam_facts open = { .author = BV_STR("staff-1"), .plan = { .name = BV_STR("bench"), .opens_ms = 1, .start_until_ms = INT64_C(1) << 40,
		                                                                     .closes_ms = INT64_C(1) << 40, .own_ms = 3000000, .item_count = ITEMS } };
	char ticket[40], details[100];

	add(board, BV_EXAM_OPEN, 1, 1, &open);
	for (int64_t i = 0; i < candidates; i++) {
		struct bv_exam_facts facts = { .author = BV_STR("staff-1") };
		snprintf(ticket, sizeof ticket, "TS-2026-%06d", (int)i);
		snprintf(details, sizeof details, "{\"room\":\"P%d\",\"seat\":\"%d\"}", (int)(i / SEATS), (int)(i % SEATS));
		facts.ticket = bv_str_of(ticket);
		facts.details = bv_str_of(details);
		add(board, BV_EXAM_REGISTER, i + 2, 1, &facts);
		facts = (struct bv_exam_facts){ .author = BV_STR("staff-1") };
		add(board, BV_EXAM_ADMIT, i + 2, 2, &facts);
		facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .machine = BV_STR("may-1"), .lease = 1 };
		add(board, BV_EXAM_LEASE, i + 2, 3, &facts);
		facts = (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 1, .form = { 1 } };
		add(board, BV_EXAM_START, i + 2, 4, &facts);
	}
}

static struct bv_exam_facts
save_of(int64_t i)
{
	return (struct bv_exam_facts){ .author = BV_STR("candidate"), .lease = 1, .item = (uint32_t)(i % ITEMS), .number = (uint32_t)(i + 1),
		                       .response = BV_STR("{\"RESPONSE\":{\"base\":{\"identifier\":\"ChoiceA\"}}}") };
}

/* Saves of the candidates of room P0, one after the other, so that each event is a row of its stream. */
static struct bv_exam_event *
make_saves(int64_t count, int64_t first_seq, char **bodies)
{
	struct bv_exam_event *events = bv_alloc_array((size_t)count, sizeof *events);

	*bodies = bv_alloc_array((size_t)count, BODY);
	for (int64_t i = 0; i < count; i++) {
		const struct bv_exam_facts facts = save_of(i);
		make(BV_EXAM_SAVE, 2 + i % SEATS, first_seq + i / SEATS, &facts);
		events[i] = event;
		memcpy(*bodies + i * BODY, body, event.body.len);
		events[i].body.p = *bodies + i * BODY;
	}
	return events;
}

enum { READ, ADD, ADD_AND_WRITE };

static double
run(int what, struct board *board, const struct board_room *room, const struct bv_exam_event *events, int64_t count, struct bv_buf *out)
{
	struct board_cursor cursor = { events[0].n - 1, INT64_MAX };
	struct bv_exam_facts facts;
	int64_t begun_ns = cpu_ns();

	for (int64_t i = 0; i < count; i++) {
		if (what == READ) {
			must(bv_exam_body_parse(&facts, BV_EXAM_SAVE, events[i].body, NULL, &err), &err);
			continue;
		}
		must(board_add(board, &events[i], &err), &err);
		if (what == ADD)
			continue;
		bv_buf_clear(out);
		board_write(out, room, &cursor, false, 64, &(struct board_now){ 1, NULL });
	}
	return ns_each(begun_ns, count);
}

static void
snapshot(const char *name, const struct board_room *room, struct bv_buf *out)
{
	const int64_t times = 1 + 20000 / room->count;
	int64_t begun_ns = cpu_ns();

	for (int64_t k = 0; k < times; k++) {
		struct board_cursor cursor = { 0 };
		bv_buf_clear(out);
		board_write(out, room, &cursor, true, SIZE_MAX, &(struct board_now){ 1, NULL });
	}
	printf("        snapshot of %s: %u rows in %.3f ms, %zu bytes a row\n", name, room->count, ns_each(begun_ns, times) / 1e6, out->len / room->count);
}

static void
measure(int64_t candidates, int64_t saves)
{
	BV_AUTO(board_finish) struct board board = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64u << 20);
	size_t before = mallinfo2().uordblks;
	char *bodies[2];

	next_n = 0;
	fill(&board, candidates);
	double each = (double)(mallinfo2().uordblks - before) / (double)candidates;
	struct board_sitting *sitting = board_find(&board, BV_STR("bench"));
	struct board_room *room = board_find_room(sitting, BV_STR("P0"));
	struct bv_exam_event *first = make_saves(saves, 5, &bodies[0]), *second = make_saves(saves, 5 + (saves + SEATS - 1) / SEATS, &bodies[1]);
	double read = run(READ, NULL, NULL, first, saves, NULL), add_ns = run(ADD, &board, room, first, saves, NULL);
	double both = run(ADD_AND_WRITE, &board, room, second, saves, &out);
	printf("%7lld candidates: an event read and no more %.0f ns; to the board %.0f ns; to each stream %.0f ns more (%zu bytes); %.0f bytes a candidate\n",
	       (long long)candidates, read, add_ns, both - add_ns, out.len, each);
	snapshot("a room", room, &out);
	snapshot("all", &sitting->all, &out);
	free(first);
	free(second);
	free(bodies[0]);
	free(bodies[1]);
}

/* ---- From the log ---- */

static _Atomic int64_t answered;

static void
count_done(struct bv_ledger_act *act)
{
	must(act->status, &act->err);
	answered++;
}

static enum bv_status
to_board(void *ctx, const struct bv_exam_event *read, struct bv_err *why)
{
	return board_add(ctx, read, why);
}

static enum bv_status
to_nobody(void *ctx, const struct bv_exam_event *read, struct bv_err *why)
{
	(void)ctx, (void)read, (void)why;
	return BV_OK;
}

static void
follow_all(const char *url, const char *what, bv_exam_event_visit visit, void *ctx)
{
	BV_AUTO(bv_ledger_follower_free) struct bv_ledger_follower *follower = NULL;
	size_t count = 1;
	int64_t total = 0, begun_ns = cpu_ns();

	must(bv_ledger_follow(&follower, url, &err), &err);
	while (count) {
		must(bv_ledger_follow_next(&count, follower, 1024, visit, ctx, &err), &err);
		total += (int64_t)count;
	}
	printf("%s: %lld events, %.0f ns each\n", what, (long long)total, ns_each(begun_ns, total));
}

static enum bv_status
delete_file(void *ctx, const char *path, struct bv_err *why)
{
	(void)ctx, (void)why;
	unlink(path);
	return BV_OK;
}

static void
measure_log(int64_t saves)
{
	static const uint8_t seed[BV_KEY_LEN] = { 3 };
	char folder[] = "/tmp/bv-bench-board-XXXXXX", url[100];
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(board_finish) struct board board = { 0 };
	struct bv_ledger *ledger = NULL;
	const struct bv_exam_facts facts[] = { { .author = BV_STR("staff-1"), .plan = { .name = BV_STR("bench"), .opens_ms = 1, .start_until_ms = INT64_C(1) << 42,
		                                                                          .closes_ms = INT64_C(1) << 42, .own_ms = 3000000, .item_count = ITEMS } },
		                               { .author = BV_STR("staff-1"), .ticket = BV_STR("TS-1") },
		                               { .author = BV_STR("staff-1") },
		                               { .author = BV_STR("candidate"), .machine = BV_STR("may-1") },
		                               { .author = BV_STR("candidate"), .lease = 1, .form = { 1 } } };
	static const enum bv_exam_act acts[] = { BV_EXAM_OPEN, BV_EXAM_REGISTER, BV_EXAM_ADMIT, BV_EXAM_LEASE, BV_EXAM_START };

	must(mkdtemp(folder) ? BV_OK : bv_err_set(&err, BV_EIO, "mkdtemp"), &err);
	snprintf(url, sizeof url, "sqlite:%s/l.db", folder);
	bv_key_new(&key, seed);
	const struct bv_ledger_options options = { .url = url, .time = bv_time_source_system(), .key = key, .origin = BV_STR("bench") };
	must(bv_ledger_open(&ledger, &options, &err), &err);
	for (size_t i = 0; i < BV_COUNT(acts); i++) {
		struct bv_ledger_act act = { .act = acts[i], .attempt = i == 1 ? 1 : i ? 2 : 0, .facts = facts[i] };
		must(bv_ledger_do(ledger, &act, &err), &err);
	}
	struct bv_ledger_act *many = bv_alloc_array((size_t)saves, sizeof *many);
	for (int64_t i = 0; i < saves; i++) {
		many[i] = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = 2, .facts = save_of(i), .done = count_done };
		bv_ledger_submit(ledger, &many[i]);
	}
	while (answered < saves)
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	bv_ledger_close(ledger);
	free(many);
	follow_all(url, "log read behind, and thrown away", to_nobody, NULL);
	follow_all(url, "log read behind, to the board", to_board, &board);
	must(bv_dir_walk(folder, delete_file, NULL, &err), &err);
	rmdir(folder);
}

int
main(int argc, char **argv)
{
	int64_t saves = 150000;

	if (argc > 1 && !bv_str_int(bv_str_of(argv[1]), &saves))
		return 64;
	for (int64_t candidates = 1000; candidates <= 100000; candidates *= 10)
		measure(candidates, saves);
	measure_log(saves);
	return 0;
}

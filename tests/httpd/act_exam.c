/* Acts of staff in a ledger that no server has open, for tests until proctors ask for them over HTTP.
 *
 *     act_exam [--later MINUTES] LEDGER KEY SITTING ACT [TICKET…]
 *     act_exam --off MINUTES LEDGER KEY
 *
 * All tickets when none is named. With --later the exam's clock stands so much later than it is, from then on. With --off what is kept of the clock is as
 * if the machine had been off for so long, and begun anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/ledger.h"

static struct bv_err err;

static void
need(enum bv_status status, const char *what)
{
	if (status == BV_OK)
		return;
	fprintf(stderr, "act_exam: %s: %s\n", what, err.msg);
	exit(1);
}

/* ---- A clock that is ahead ---- */

static struct bv_time_source real;
static int64_t later_ms;

static int64_t
boot_ms(void *ctx)
{
	(void)ctx;
	return real.boot_ms(real.ctx) + later_ms;
}

static int64_t
awake_ms(void *ctx)
{
	(void)ctx;
	return real.awake_ms(real.ctx) + later_ms;
}

static int64_t
utc_ms(void *ctx)
{
	(void)ctx;
	return real.utc_ms(real.ctx) + later_ms;
}

/* The marks that are kept of the clock say an earlier time, and are signed as the ledger would. */
static void
put_back(const char *url, const struct bv_key *key, int64_t ms, const char *other_boot, bool newest_too)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *all = NULL, *put = NULL;
	bool row;

	need(bv_sql_open(&sql, url, BV_SQL_WRITE, &err), url);
	need(bv_sql_prepare(&all, sql, newest_too ? "SELECT n, boot_id, boot_ms, utc_ms, exam_ms FROM boot"
	                                          : "SELECT n, boot_id, boot_ms, utc_ms, exam_ms FROM boot WHERE n < (SELECT max(n) FROM boot)", &err), "marks");
	need(bv_sql_prepare(&put, sql, "UPDATE boot SET utc_ms = $1, boot_id = $2, signature = $3 WHERE n = $4", &err), "marks");
	for (need(bv_sql_step(all, &row, &err), "marks"); row; need(bv_sql_step(all, &row, &err), "marks")) {
		BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(400);
		struct bv_clock_mark mark = { .boot_ms = bv_sql_int(all, 2), .utc_ms = bv_sql_int(all, 3) - ms, .exam_ms = bv_sql_int(all, 4) };
		uint8_t signature[BV_SIGNATURE_LEN];
		struct bv_str id = other_boot ? bv_str_of(other_boot) : bv_sql_str(all, 1);
		memcpy(mark.boot_id, id.p, id.len < sizeof mark.boot_id ? id.len : 0);
		mark_message(&message, bv_sql_int(all, 0), &mark);
		bv_key_sign(signature, key, bv_buf_str(&message));
		bv_sql_bind_int(put, 1, mark.utc_ms);
		bv_sql_bind_str(put, 2, bv_str_of(mark.boot_id));
		bv_sql_bind_blob(put, 3, signature, sizeof signature);
		bv_sql_bind_int(put, 4, bv_sql_int(all, 0));
		need(bv_sql_exec(put, &err), "mark");
	}
}

/* ---- Acts ---- */

struct acting {
	struct bv_ledger *ledger;
	enum bv_exam_act act;
	char **tickets;
	int ticket_count;
	struct bv_ledger_act *acts;
	size_t count, cap;
};

static _Atomic size_t done_count;

static void
count_done(struct bv_ledger_act *act)
{
	(void)act;
	done_count++;
}

static enum bv_status
take(void *ctx, const struct bv_seat *seat, struct bv_err *why)
{
	struct acting *a = ctx;
	bool wanted = !a->ticket_count;

	(void)why;
	for (int i = 0; i < a->ticket_count; i++)
		wanted = wanted || bv_str_is(seat->ticket, a->tickets[i]);
	if (!wanted)
		return BV_OK;
	if (a->count == a->cap) {
		a->cap = a->cap ? a->cap * 2 : 1024;
		a->acts = bv_resize_array(a->acts, a->cap, sizeof a->acts[0]);
	}
	a->acts[a->count++] = (struct bv_ledger_act){ .act = a->act, .attempt = seat->attempt, .done = count_done, .facts = { .author = BV_STR("staff-1") } };
	return BV_OK;
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_ledger_close) struct bv_ledger *ledger = NULL;
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	struct acting a = { 0 };
	int64_t sitting, off;

	real = bv_time_source_system();
	if (argc > 2 && strcmp(argv[1], "--later") == 0 && bv_str_int(bv_str_of(argv[2]), &later_ms)) {
		later_ms *= 60000;
		argv += 2;
		argc -= 2;
	}
	if (argc == 5 && strcmp(argv[1], "--off") == 0 && bv_str_int(bv_str_of(argv[2]), &off)) {
		need(bv_key_load(&key, BV_KEY_ED25519, argv[4], &err), argv[4]);
		put_back(argv[3], key, off * 60000, "another", true);
		return 0;
	}
	if (argc < 5)
		return 64;
	struct bv_time_source time = { boot_ms, awake_ms, utc_ms, real.boot_id, real.ctx };
	need(bv_key_load(&key, BV_KEY_ED25519, argv[2], &err), argv[2]);
	struct bv_ledger_options options = { .url = argv[1], .time = time, .key = key, .own_wall_clock = later_ms > 0 };
	need(bv_ledger_open(&ledger, &options, &err), argv[1]);
	need(bv_sittings_open(&sittings, argv[1], &err), argv[1]);
	need(bv_exam_act_parse(&a.act, bv_str_of(argv[4]), &err), argv[4]);
	need(bv_ledger_find_sitting(&sitting, ledger, bv_str_of(argv[3]), &err), argv[3]);
	a.tickets = argv + 5;
	a.ticket_count = argc - 5;
	need(bv_seats_each(sittings, sitting, BV_STR_NONE, take, &a, &err), "seats");
	for (size_t i = 0; i < a.count; i++) {
		if (a.act != BV_EXAM_ADMIT)
			a.acts[i].facts.reason = BV_STR("a test");
		if (a.act == BV_EXAM_EXTEND)
			a.acts[i].facts.ms = 60000;
		bv_ledger_submit(ledger, &a.acts[i]);
	}
	while (done_count < a.count)
		usleep(200);
	for (size_t i = 0; i < a.count; i++) {
		err = a.acts[i].err;
		need(a.acts[i].status, argv[4]);
	}
	bv_ledger_close(bv_steal(&ledger));
	/* Of several nodes the one that is ahead is wrong, as long as another lives: the others of before said for the last time an hour ago what time it is. */
	if (later_ms && !bv_sql_is_file(argv[1]))
		put_back(argv[1], key, 3600000, NULL, false);
	printf("%zu\n", a.count);
	free(a.acts);
	return 0;
}

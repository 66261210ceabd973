#define _GNU_SOURCE
#include "tools/httpd/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/http.h"

enum { EVENTS_AT_ONCE = 1024, ROWS_AT_ONCE = 64, LOOK_MS = 250, STREAM_MAX = 64 << 10 };

struct stream {
	struct exchange *x;
	struct feed *feed;
	struct board_room *room;
	struct board_cursor cursor;
	struct bv_buf buf;
	size_t sent;
	bool dirty, more, reset; /* something changed; there is more than was written; the reader forgets what he had */
	bool asleep, last;       /* it waits to be woken; what is in buf is the end */
	bool over;               /* it is to end */
	int64_t begun_ms, written_ms;
	struct stream *next, **at; /* of the room */
	struct stream *next_all, **at_all;
};

struct feed {
	struct feed_rules rules;
	const struct presence *presence;
	struct log *log;
	struct bv_ledger *ledger;
	struct bv_ledger_follower *follower;
	pthread_t thread;
	bool started;
	atomic_bool ending;

	pthread_mutex_t lock; /* what follows */
	struct board board;
	bool ready, failed, draining;
	struct stream *streams;
	unsigned stream_count;

	pthread_mutex_t wake_lock; /* never held for longer than it takes to signal */
	pthread_cond_t wake;
	atomic_bool woken;
};

static int64_t
steady_ms(void)
{
	return bv_clock_monotonic_ns() / 1000000;
}

int64_t
feed_now_ms(const struct feed *feed)
{
	struct bv_ledger_stats stats;

	bv_ledger_stats(&stats, feed->ledger);
	return bv_clock_utc_ms() - stats.drift_ms;
}

struct board_now
feed_now(const struct feed *feed)
{
	return (struct board_now){ feed_now_ms(feed), feed->presence };
}

/* ---- Streams ---- */

static void
wake_stream(struct stream *s)
{
	if (!s->asleep)
		return;
	s->asleep = false;
	http_wake(s->x);
}

/* What changed is told to those who watch it. */
static void
tell_rooms(struct feed *feed)
{
	pthread_mutex_lock(&feed->lock);
	while (feed->board.changed) {
		struct board_room *room = feed->board.changed;
		feed->board.changed = room->next_changed;
		room->changed = false;
		for (struct stream *s = room->streams; s; s = s->next) {
			s->dirty = true;
			wake_stream(s);
		}
	}
	pthread_mutex_unlock(&feed->lock);
}

/* Those that have been quiet, or are to end. */
static void
beat(struct feed *feed)
{
	int64_t now = steady_ms();

	pthread_mutex_lock(&feed->lock);
	for (struct stream *s = feed->streams; s; s = s->next_all)
		if (feed->draining || feed->failed || now - s->written_ms >= feed->rules.beat_ms || now - s->begun_ms >= feed->rules.stream_ms)
			wake_stream(s);
	pthread_mutex_unlock(&feed->lock);
}

static void
write_end(struct stream *s, const char *event)
{
	bv_buf_printf(&s->buf, "event: %s\ndata: {}\n\n", event);
	s->last = true;
}

static void
write_delta(struct stream *s)
{
	char cursor[BOARD_CURSOR_SIZE];

	struct board_now at = feed_now(s->feed);

	bv_buf_addz(&s->buf, "event: board\ndata: ");
	s->dirty = false;
	s->more = board_write(&s->buf, s->room, &s->cursor, s->reset, ROWS_AT_ONCE, &at);
	s->reset = false;
	board_cursor_write(cursor, s->room, &s->cursor);
	bv_buf_printf(&s->buf, "\nid: %s\n\n", cursor);
}

static void
write_beat(struct stream *s)
{
	struct bv_json_pen pen = { .out = &s->buf };
	size_t from = s->buf.len;

	bv_buf_addz(&s->buf, "event: machines\ndata: ");
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_int(&pen, "nowMs", feed_now_ms(s->feed));
	if (board_write_machines(&pen, s->room, s->feed->presence)) {
		bv_json_pen_close(&pen, '}');
		bv_buf_addz(&s->buf, "\n\n");
		return;
	}
	s->buf.len = from;
	bv_buf_addz(&s->buf, ":\n\n");
}

/* The next piece into buf; false: there is nothing to say yet. */
static bool
write_piece(struct stream *s)
{
	const struct feed *feed = s->feed;
	int64_t now = steady_ms();

	/* What was written last has been taken only now. */
	bool slow = s->buf.len && now - s->written_ms > feed->rules.slow_ms;
	bool first = !s->written_ms;
	bv_buf_clear(&s->buf);
	s->sent = 0;
	if (first)
		bv_buf_addz(&s->buf, "retry: 1000\n\n");
	if (s->room->sitting->closed)
		write_end(s, "closed");
	else if (slow || feed->failed)
		write_end(s, "poll");
	else if (feed->draining || s->over || (!first && now - s->begun_ms >= feed->rules.stream_ms))
		write_end(s, "again");
	else if (first || s->dirty || s->more)
		write_delta(s);
	else if (now - s->written_ms >= feed->rules.beat_ms)
		write_beat(s);
	else
		return false;
	s->written_ms = now;
	return true;
}

static int
read_locked(struct stream *s, char *out, size_t max)
{
	if (s->sent == s->buf.len) {
		if (s->last)
			return HTTP_STREAM_END;
		if (!write_piece(s)) {
			s->buf.len = s->sent = 0;
			s->asleep = true;
			http_sleep(s->x);
			return 0;
		}
	}
	size_t len = s->buf.len - s->sent < max ? s->buf.len - s->sent : max;
	memcpy(out, s->buf.p + s->sent, len);
	s->sent += len;
	return (int)len;
}

static int
read_stream(struct exchange *x, char *out, size_t max)
{
	struct stream *s = x->held;

	pthread_mutex_lock(&s->feed->lock);
	int len = read_locked(s, out, max);
	pthread_mutex_unlock(&s->feed->lock);
	return len;
}

static void
release_stream(void *held)
{
	struct stream *s = held;
	struct feed *feed = s->feed;

	pthread_mutex_lock(&feed->lock);
	*s->at = s->next;
	if (s->next)
		s->next->at = s->at;
	*s->at_all = s->next_all;
	if (s->next_all)
		s->next_all->at_all = s->at_all;
	feed->stream_count--;
	pthread_mutex_unlock(&feed->lock);
	bv_buf_finish(&s->buf);
	free(s);
}

bool
feed_stream(struct feed *feed, struct exchange *x, struct board_room *room, const struct board_cursor *cursor, bool reset)
{
	unsigned mine = 0;

	for (const struct stream *s = feed->streams; s; s = s->next_all)
		mine += memcmp(s->x->session.key, x->session.key, BV_HASH_LEN) == 0;
	if (feed->draining || feed->stream_count >= feed->rules.streams || mine >= feed->rules.streams_per_session)
		return false;
	struct stream *s = bv_alloc(sizeof *s);
	*s = (struct stream){ .x = x, .feed = feed, .room = room, .cursor = *cursor, .reset = reset, .begun_ms = steady_ms(), .buf = BV_BUF(STREAM_MAX) };
	s->at = &room->streams;
	s->next = room->streams;
	if (s->next)
		s->next->at = &s->next;
	room->streams = s;
	s->at_all = &feed->streams;
	s->next_all = feed->streams;
	if (s->next_all)
		s->next_all->at_all = &s->next_all;
	feed->streams = s;
	feed->stream_count++;
	x->held = s;
	x->release = release_stream;
	x->answer.stream = read_stream;
	return true;
}

void
feed_recheck(struct feed *feed, const char *account)
{
	if (!feed)
		return;
	pthread_mutex_lock(&feed->lock);
	for (struct stream *s = feed->streams; s; s = s->next_all)
		if (strcmp(s->x->session.account, account) == 0) {
			s->over = true;
			wake_stream(s);
		}
	pthread_mutex_unlock(&feed->lock);
}

/* ---- Following the log ---- */

static enum bv_status
add_event(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	struct feed *feed = ctx;

	pthread_mutex_lock(&feed->lock);
	enum bv_status status = board_add(&feed->board, event, err);
	pthread_mutex_unlock(&feed->lock);
	return status;
}

/* What the board cannot follow is the end of it: a board that is wrong is worse than none. A database that is away is looked for again. */
static void
failed(struct feed *feed, const struct bv_err *err)
{
	char quoted[LOG_QUOTED_SIZE];

	log_event(feed->log, LOG_LEVEL_ERROR, "board", "message=%s", log_quoted(quoted, err->msg));
	if (err->status == BV_EIO)
		return;
	pthread_mutex_lock(&feed->lock);
	feed->failed = true;
	pthread_mutex_unlock(&feed->lock);
}

/* Until somebody says that there is more, or for as long as others may write without saying so; never shorter than a step. */
static void
wait_for_events(struct feed *feed)
{
	const struct timespec step = { feed->rules.step_ms / 1000, feed->rules.step_ms % 1000 * 1000000 };
	struct timespec until;

	nanosleep(&step, NULL);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += LOOK_MS * 1000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&feed->wake_lock);
	while (!atomic_load(&feed->woken) && !atomic_load(&feed->ending))
		if (pthread_cond_timedwait(&feed->wake, &feed->wake_lock, &until) != 0)
			break;
	pthread_mutex_unlock(&feed->wake_lock);
}

static void *
follow(void *ctx)
{
	struct feed *feed = ctx;
	struct bv_err err = { 0 };
	size_t count = 0;

	while (!atomic_load(&feed->ending)) {
		atomic_store(&feed->woken, false);
		enum bv_status status = feed->failed ? BV_OK : bv_ledger_follow_next(&count, feed->follower, EVENTS_AT_ONCE, add_event, feed, &err);
		if (status != BV_OK)
			failed(feed, &err);
		if (feed->ready)
			tell_rooms(feed);
		beat(feed);
		if (status == BV_OK && count == EVENTS_AT_ONCE && !feed->failed)
			continue;
		if (status == BV_OK && !feed->ready) {
			pthread_mutex_lock(&feed->lock);
			feed->ready = true;
			pthread_mutex_unlock(&feed->lock);
		}
		wait_for_events(feed);
	}
	return NULL;
}

/* ---- From outside ---- */

struct feed *
feed_new(const struct feed_rules *rules, const struct presence *presence, struct log *log)
{
	struct feed *feed = bv_alloc(sizeof *feed);
	pthread_condattr_t steady;

	feed->rules = *rules;
	feed->presence = presence;
	feed->log = log;
	pthread_condattr_init(&steady);
	pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	pthread_mutex_init(&feed->lock, NULL);
	pthread_mutex_init(&feed->wake_lock, NULL);
	pthread_cond_init(&feed->wake, &steady);
	pthread_condattr_destroy(&steady);
	return feed;
}

enum bv_status
feed_start(struct feed *feed, const char *url, struct bv_ledger *ledger, struct bv_err *err)
{
	feed->ledger = ledger;
	TRY(bv_ledger_follow(&feed->follower, url, err));
	if (pthread_create(&feed->thread, NULL, follow, feed) != 0)
		return bv_err_set(err, BV_EIO, "no thread can be started");
	feed->started = true;
	return BV_OK;
}

void
feed_wake(struct feed *feed)
{
	if (atomic_exchange(&feed->woken, true))
		return;
	pthread_mutex_lock(&feed->wake_lock);
	pthread_cond_signal(&feed->wake);
	pthread_mutex_unlock(&feed->wake_lock);
}

void
feed_drain(struct feed *feed)
{
	if (!feed)
		return;
	pthread_mutex_lock(&feed->lock);
	feed->draining = true;
	pthread_mutex_unlock(&feed->lock);
	beat(feed);
}

void
feed_stop(struct feed *feed)
{
	if (!feed)
		return;
	feed_drain(feed);
	atomic_store(&feed->ending, true);
	pthread_mutex_lock(&feed->wake_lock);
	pthread_cond_signal(&feed->wake);
	pthread_mutex_unlock(&feed->wake_lock);
	if (feed->started)
		pthread_join(feed->thread, NULL);
	feed->started = false;
}

void
feed_free(struct feed *feed)
{
	if (!feed)
		return;
	bv_ledger_follower_free(feed->follower);
	board_finish(&feed->board);
	pthread_cond_destroy(&feed->wake);
	pthread_mutex_destroy(&feed->wake_lock);
	pthread_mutex_destroy(&feed->lock);
	free(feed);
}

struct board *
feed_lock(struct feed *feed)
{
	pthread_mutex_lock(&feed->lock);
	if (feed->ready && !feed->failed)
		return &feed->board;
	pthread_mutex_unlock(&feed->lock);
	return NULL;
}

void
feed_unlock(struct feed *feed)
{
	pthread_mutex_unlock(&feed->lock);
}

void
feed_stats(struct feed_stats *out, struct feed *feed)
{
	pthread_mutex_lock(&feed->lock);
	*out = (struct feed_stats){ .n = feed->board.n, .rows = feed->board.row_count, .bytes = feed->board.bytes, .streams = feed->stream_count,
		                    .ready = feed->ready && !feed->failed };
	pthread_mutex_unlock(&feed->lock);
}

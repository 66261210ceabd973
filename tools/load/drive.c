#define _GNU_SOURCE
#include "tools/load/drive.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/load/reply.h"

enum { EVENTS_MAX = 256, OPENING_MAX = 128, READ_ROOM = 16384 };

/* FREE: open and idle, or closed (link.fd < 0), in the queue of those. */
enum conn_state { CONN_FREE, CONN_OPENING, CONN_SENDING, CONN_WAITING };

struct conn {
	struct link link;
	const struct target *target;
	enum conn_state state;
	uint32_t watched; /* epoll's */
	struct candidate *candidate;
	struct op op;
	struct bv_buf value, out, in;
	size_t sent;
	int64_t since_ns; /* busy since */
	struct reply reply;
	struct conn *next_free;            /* FREE */
	struct conn *before, *after;       /* busy: in the order of their beginnings, which is that of their time-outs */
};

struct drive {
	const struct options *options;
	const struct target *targets; /* each connection that is opened goes to the next */
	size_t target_count, opened;
	struct crowd *crowd;
	struct history *history;
	struct tally *tally;
	int epoll;
	struct conn *conns, *first_free, *last_free, *first_busy, *last_busy;
	unsigned opening, busy;
	int64_t now_ns;
	bool measuring;
};

/* ---- Lists ---- */

static void
free_add(struct drive *d, struct conn *c)
{
	c->state = CONN_FREE;
	c->next_free = NULL;
	if (d->last_free)
		d->last_free->next_free = c;
	else
		d->first_free = c;
	d->last_free = c;
}

static struct conn *
free_take(struct drive *d)
{
	struct conn *c = d->first_free;

	d->first_free = c->next_free;
	if (!d->first_free)
		d->last_free = NULL;
	return c;
}

static void
busy_add(struct drive *d, struct conn *c)
{
	c->before = d->last_busy;
	c->after = NULL;
	*(d->last_busy ? &d->last_busy->after : &d->first_busy) = c;
	d->last_busy = c;
	d->busy++;
}

static void
busy_take(struct drive *d, struct conn *c)
{
	*(c->before ? &c->before->after : &d->first_busy) = c->after;
	*(c->after ? &c->after->before : &d->last_busy) = c->before;
	d->busy--;
}

/* ---- One operation ---- */

static void
watch(struct drive *d, struct conn *c, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = c };

	if (c->watched == events)
		return;
	epoll_ctl(d->epoll, c->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->link.fd, &event);
	c->watched = events;
}

static void
hang_up(struct conn *c)
{
	link_close(&c->link);
	c->watched = 0;
	bv_buf_clear(&c->in);
}

static void
count(struct drive *d, const struct op *op, bool ended, int64_t due_ns)
{
	struct tally *t = d->tally;

	if (!d->measuring)
		return;
	if (op->status && op->status < BV_COUNT(t->statuses))
		t->statuses[op->status]++;
	t->outcomes[op->kind][op->outcome]++;
	t->tried_again += !ended;
	if (op->outcome == OUTCOME_OK)
		histogram_add(&t->latency[op->kind], op->ended_ns - due_ns);
}

/* The operation of c has ended so; the connection is free, and closed unless it was left open. */
static void
end(struct drive *d, struct conn *c, enum op_outcome outcome, struct bv_str body)
{
	struct candidate *candidate = c->candidate;
	int64_t due_ns = candidate->due_ns;

	d->opening -= c->state == CONN_OPENING;
	c->op.outcome = outcome;
	c->op.status = (uint16_t)c->reply.status;
	c->op.ended_ns = d->now_ns;
	c->op.body = body;
	struct bv_str head = bv_str_sub(bv_buf_str(&c->in), 0, c->reply.head_len);
	bool ended = crowd_end(d->crowd, candidate, outcome, c->reply.status, c->reply.retry_after_s, head, body, d->now_ns);
	count(d, &c->op, ended, due_ns);
	/* Codes and tokens are nobody's business. */
	if (c->op.kind == OP_SIGN_IN)
		c->op.value = c->op.body = BV_STR_NONE;
	if (d->history && c->op.begun_ns)
		history_add(d->history, &c->op);
	c->candidate = NULL;
	busy_take(d, c);
	free_add(d, c);
}

/* Nothing that can be relied on came. */
static void
fail(struct drive *d, struct conn *c)
{
	hang_up(c);
	c->reply = (struct reply){ .retry_after_s = -1 };
	end(d, c, OUTCOME_UNKNOWN, BV_STR_NONE);
}

static void
broken(struct drive *d, struct conn *c, const char *what)
{
	d->tally->broken++;
	if (!d->tally->fault[0])
		snprintf(d->tally->fault, sizeof d->tally->fault, "%s: \"%.*s\"", what, (int)(c->in.len < 60 ? c->in.len : 60), bv_str_chars(bv_buf_str(&c->in)));
	if (c->state == CONN_FREE)
		hang_up(c);
	else
		fail(d, c);
}

static void
lost(struct drive *d, struct conn *c)
{
	d->tally->resets += d->measuring;
	fail(d, c);
}

static void
send_more(struct drive *d, struct conn *c)
{
	while (c->sent < c->out.len) {
		size_t n = 0;
		enum link_state state = link_write(&n, &c->link, bv_str_sub(bv_buf_str(&c->out), c->sent, c->out.len));
		if (state == LINK_CLOSED || state == LINK_FAILED) {
			lost(d, c);
			return;
		}
		if (state != LINK_DONE) {
			watch(d, c, EPOLLIN | (state == LINK_WANTS_WRITE ? (uint32_t)EPOLLOUT : 0));
			return;
		}
		c->sent += n;
	}
	c->state = CONN_WAITING;
	watch(d, c, EPOLLIN);
}

/* The link is open: the request goes out. From now on it may happen. */
static void
send_first(struct drive *d, struct conn *c)
{
	d->opening -= c->state == CONN_OPENING;
	c->state = CONN_SENDING;
	c->op.begun_ns = d->now_ns;
	send_more(d, c);
}

static void
opened(struct drive *d, struct conn *c, enum link_state state)
{
	if (state == LINK_DONE) {
		send_first(d, c);
	} else if (state == LINK_WANTS_READ || state == LINK_WANTS_WRITE) {
		watch(d, c, state == LINK_WANTS_READ ? EPOLLIN : EPOLLOUT);
	} else {
		d->tally->connect_faults += d->measuring;
		fail(d, c);
	}
}

static void
open_link(struct drive *d, struct conn *c)
{
	c->state = CONN_OPENING;
	d->opening++;
	d->tally->connects += d->measuring;
	opened(d, c, link_begin(&c->link, c->target));
}

static void
begin(struct drive *d, struct conn *c, struct candidate *candidate)
{
	c->candidate = candidate;
	c->reply = (struct reply){ .retry_after_s = -1 };
	c->sent = 0;
	c->since_ns = d->now_ns;
	crowd_begin(&c->op, d->crowd, candidate, &c->value);
	if (c->link.fd < 0)
		c->target = &d->targets[d->opened++ % d->target_count];
	bv_buf_clear(&c->out);
	api_request(&c->out, &c->op, c->target->host, c->target->path, &candidate->seat, candidate->values);
	busy_add(d, c);
	if (c->link.fd >= 0) {
		send_first(d, c);
		return;
	}
	open_link(d, c);
}

/* A whole answer is in c->in. */
static void
answered(struct drive *d, struct conn *c)
{
	struct bv_str body = bv_str_sub(bv_buf_str(&c->in), c->reply.head_len, c->reply.body_len);
	enum op_outcome outcome = api_outcome(c->reply.status, body);
	bool act = c->op.kind == OP_SAVE || c->op.kind == OP_SUBMIT || c->op.kind == OP_START || c->op.kind == OP_LEASE || c->op.kind == OP_BEGIN;

	if (c->in.len > c->reply.head_len + c->reply.body_len) {
		broken(d, c, "bytes after the answer");
		return;
	}
	if (outcome == OUTCOME_OK && act && !(d->options->nothing && c->reply.status == 204) && !api_ack_is_of(body, c->op.attempt)) {
		broken(d, c, "an acknowledgement of another attempt, or none");
		return;
	}
	bool close = c->reply.close;
	end(d, c, outcome, body);
	bv_buf_clear(&c->in);
	if (close)
		hang_up(c);
}

/* What comes on an idle connection: its end, or an answer that nobody asked for. */
static void
idle_read(struct drive *d, struct conn *c, enum link_state state)
{
	if (state == LINK_DONE)
		broken(d, c, "an answer that nobody asked for");
	else if (state != LINK_WANTS_READ && state != LINK_WANTS_WRITE)
		hang_up(c);
}

/* What has come of an answer. True when more of it may be there already: TLS may have what the socket has no longer. */
static bool
receive_part(struct drive *d, struct conn *c)
{
	char room[READ_ROOM];
	size_t n = 0;
	enum link_state state = link_read(&n, &c->link, room, sizeof room);

	if (state == LINK_DONE)
		bv_buf_add(&c->in, (struct bv_str){ room, n });
	if (c->state == CONN_FREE) {
		idle_read(d, c, state);
		return false;
	}
	if (state == LINK_WANTS_READ || state == LINK_WANTS_WRITE)
		return false;
	if (state != LINK_DONE) {
		lost(d, c);
		return false;
	}
	if (c->in.full) {
		broken(d, c, "an answer that is too large");
		return false;
	}
	enum reply_state reply = reply_read(&c->reply, bv_buf_str(&c->in));
	if (reply == REPLY_WHOLE)
		answered(d, c);
	else if (reply == REPLY_BAD)
		broken(d, c, c->reply.fault);
	return reply == REPLY_MORE && c->link.tls;
}

static void
receive(struct drive *d, struct conn *c)
{
	while (receive_part(d, c))
		;
}

static void
ready(struct drive *d, struct conn *c, uint32_t events)
{
	if (c->link.fd < 0)
		return;
	if (c->state == CONN_OPENING) {
		opened(d, c, link_open(&c->link));
		return;
	}
	if (c->state == CONN_SENDING && events & EPOLLOUT)
		send_more(d, c);
	if (c->link.fd >= 0 && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		receive(d, c);
}

/* ---- All of them ---- */

/* Gives operations that are due to connections that are free; when the next one is due. */
static int64_t
give(struct drive *d)
{
	int64_t wait_ns = INT64_MAX;

	while (d->first_free && (d->first_free->link.fd >= 0 || d->opening < OPENING_MAX)) {
		struct candidate *candidate = crowd_due(d->crowd, d->now_ns, &wait_ns);
		if (!candidate)
			return wait_ns;
		begin(d, free_take(d), candidate);
	}
	return INT64_MAX;
}

static void
give_up(struct drive *d)
{
	while (d->first_busy && d->now_ns - d->first_busy->since_ns > d->options->timeout_ns) {
		d->tally->timeouts += d->measuring;
		fail(d, d->first_busy);
	}
}

/* Until the moment, or until something comes. */
static void
wait_for(struct drive *d, int64_t until_ns)
{
	struct epoll_event events[EVENTS_MAX];
	const int64_t most = 50000000; /* time-outs and signals are looked at so often */
	int64_t ns = until_ns - bv_clock_monotonic_ns();

	ns = ns < 0 ? 0 : ns > most ? most : ns;
	const struct timespec wait = { 0, ns };
	int n = epoll_pwait2(d->epoll, events, EVENTS_MAX, &wait, NULL);
	d->now_ns = bv_clock_monotonic_ns();
	for (int i = 0; i < n; i++)
		ready(d, events[i].data.ptr, events[i].events);
}

static enum bv_status
allow_descriptors(int64_t connections, struct bv_err *err)
{
	struct rlimit limit;
	rlim_t want = (rlim_t)connections + 64;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return bv_err_set(err, BV_EIO, "getrlimit: %s", strerror(errno));
	if (limit.rlim_cur >= want)
		return BV_OK;
	limit.rlim_cur = want < limit.rlim_max ? want : limit.rlim_max;
	if (limit.rlim_cur < want || setrlimit(RLIMIT_NOFILE, &limit) < 0)
		return bv_err_set(err, BV_EIO, "%lld connections need %llu open files: raise ulimit -n", (long long)connections, (unsigned long long)want);
	return BV_OK;
}

/* What is not measured, with all the time that it needs: everybody's first operation, over as many connections as there may be; or what was acknowledged. */
static void
do_once(struct drive *d, void (*start)(struct crowd *crowd, int64_t now_ns), const volatile bool *stop)
{
	const int64_t most_ns = 600000000000;
	int64_t until_ns = d->now_ns + most_ns;

	start(d->crowd, d->now_ns);
	while (!*stop && d->now_ns < until_ns && (d->busy || crowd_waiting(d->crowd))) {
		int64_t next_ns = give(d);
		give_up(d);
		wait_for(d, next_ns);
	}
}

static void
run(struct drive *d, struct result *result, const volatile bool *stop)
{
	const struct options *o = d->options;
	d->now_ns = bv_clock_monotonic_ns();
	if (o->open_first)
		do_once(d, crowd_start_first, stop);
	int64_t from_ns = d->now_ns + o->warmup_ns, to_ns = from_ns + o->duration_ns;

	crowd_start(d->crowd, d->now_ns);
	while (d->now_ns < to_ns && !*stop) {
		if (!d->measuring && d->now_ns >= from_ns) {
			usage_read(&result->from, o);
			d->measuring = true;
		}
		int64_t next_ns = give(d);
		if (!d->busy && !crowd_waiting(d->crowd))
			break; /* everybody is done */
		give_up(d);
		wait_for(d, next_ns < to_ns ? next_ns : to_ns);
	}
	if (!d->measuring)
		usage_read(&result->from, o);
	usage_read(&result->to, o);
	d->measuring = false;
	/* What is on its way may still end, and be known. */
	while (d->busy && d->now_ns < to_ns + o->timeout_ns) {
		give_up(d);
		wait_for(d, INT64_MAX);
	}
	while (d->first_busy)
		fail(d, d->first_busy);
	if (o->check && !*stop)
		do_once(d, crowd_start_check, stop);
}

enum bv_status
drive(struct result *result, const struct options *options, const struct target *targets, struct crowd *crowd, struct history *history,
      const volatile bool *stop, struct bv_err *err)
{
	struct drive d = { .options = options, .targets = targets, .target_count = options->url_count, .crowd = crowd, .history = history, .tally = &result->tally };

	TRY(allow_descriptors(options->connections, err));
	d.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (d.epoll < 0)
		return bv_err_set(err, BV_EIO, "epoll: %s", strerror(errno));
	d.conns = bv_alloc_array((size_t)options->connections, sizeof *d.conns);
	for (int64_t i = 0; i < options->connections; i++) {
		d.conns[i] = (struct conn){ .link.fd = -1, .value = BV_BUF(HISTORY_VALUE_MAX), .out = BV_BUF(HISTORY_VALUE_MAX + 4096), .in = BV_BUF(REPLY_MAX + REPLY_HEAD_MAX) };
		free_add(&d, &d.conns[i]);
	}
	run(&d, result, stop);
	result->findings = *crowd_findings(crowd);
	for (int64_t i = 0; i < options->connections; i++) {
		hang_up(&d.conns[i]);
		bv_buf_finish(&d.conns[i].value);
		bv_buf_finish(&d.conns[i].out);
		bv_buf_finish(&d.conns[i].in);
	}
	free(d.conns);
	close(d.epoll);
	return BV_OK;
}

/* The board of this node, kept behind the log by a thread of its own, and the streams that watch it. A stream has no queue: it has a cursor, and is given
 * what changed since, so that who reads slowly costs nothing but what is in his socket. */
#ifndef BV_TOOLS_HTTPD_FEED_H
#define BV_TOOLS_HTTPD_FEED_H

#include "tools/httpd/board.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/log.h"

struct feed;

struct feed_rules {
	unsigned streams, streams_per_session; /* at most */
	unsigned stream_ms;                    /* a stream ends after so long, to be asked for again with the rights of then */
	unsigned step_ms;                      /* the log is read at most so often */
	unsigned slow_ms;                      /* who takes longer to read what he was sent is told to poll */
	unsigned beat_ms;                      /* what is quiet for so long is sent which machines are silent, or a comment */
};

/* presence outlives the feed. */
struct feed *feed_new(const struct feed_rules *rules, const struct presence *presence, struct log *log);
/* Starts to read the log at url. ledger, for its clock, outlives the feed. EIO, EINVAL. */
BV_MUST_USE enum bv_status feed_start(struct feed *feed, const char *url, struct bv_ledger *ledger, struct bv_err *err);
/* From any thread, and quick: there are new events. */
void feed_wake(struct feed *feed);
/* Every stream ends with what it has sent so far, and there are no new ones. */
void feed_drain(struct feed *feed);
/* Ends the thread. Streams that are left must end before feed_free. */
void feed_stop(struct feed *feed);
void feed_free(struct feed *feed);

/* The board, until feed_unlock, which must come soon; NULL (and nothing is locked): it has not read the log to its end yet, or cannot. */
struct board *feed_lock(struct feed *feed);
void feed_unlock(struct feed *feed);
/* The exam clock. */
int64_t feed_now_ms(const struct feed *feed);
/* The same, and what is known of machines. */
struct board_now feed_now(const struct feed *feed);

/* Makes the answer of x a stream of events (SSE) from cursor on; room of the board, which is locked. False: there are too many. */
bool feed_stream(struct feed *feed, struct exchange *x, struct board_room *room, const struct board_cursor *cursor, bool reset);
/* Rights or sessions of an account have changed: its streams end, to be asked for again. feed may be NULL. */
void feed_recheck(struct feed *feed, const char *account);

struct feed_stats {
	int64_t n; /* the last event that was read */
	uint64_t rows, bytes;
	unsigned streams;
	bool ready;
};
void feed_stats(struct feed_stats *out, struct feed *feed);

#endif

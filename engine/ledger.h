/* What the files of the ledger share. Three threads (doc/ledger.md): the decider has the states, the clock and the queue; the committer has the
 * connection that writes; the tree keeper has what is built behind. A batch belongs to the decider until it is handed over, and comes back. */
#ifndef BV_ENGINE_LEDGER_H
#define BV_ENGINE_LEDGER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/sql.h"
#include "engine/engine.h"

enum { LEDGER_BATCHES = 3 }; /* one is written, one waits for that, one is filled */
#define LEDGER_BATCH_BYTES (8u << 20) /* of bodies in a commit */

/* ---- States: ledger_state.c ---- */

struct ledger_sitting {
	struct bv_attempt chain; /* its own events; first, so that a slot can point here */
	struct bv_sitting_plan plan;
	char name[BV_SITTING_NAME_MAX + 1];
	struct bv_sha256 start;
	uint64_t running; /* attempts that are started or paused */
};

struct ledger_states {
	struct bv_attempt **slots; /* by id; NULL: never given, or of a closed sitting that was not loaded */
	size_t slot_cap;
	int64_t last_id;
	struct ledger_sitting **sittings;
	size_t sitting_count, sitting_cap;
	struct bv_attempt *slab; /* where new attempts are taken from */
	size_t slab_left;
	struct bv_attempt **slabs;
	size_t slab_count, slab_cap;
	uint64_t *tickets; /* a set of digests; 0 is empty */
	size_t ticket_count, ticket_cap;
	uint64_t attempts, running, bytes;
	bool keep_closed; /* attempts of sittings that are closed are kept, for a check */
};

void states_finish(struct ledger_states *states);
/* NULL: there is none. */
struct bv_attempt *states_find(const struct ledger_states *states, int64_t id);
/* The sitting that a chain belongs to, or is of. */
struct ledger_sitting *states_sitting(const struct ledger_states *states, const struct bv_attempt *chain);
struct ledger_sitting *states_sitting_named(const struct ledger_states *states, struct bv_str name);
/* A digest of a ticket and its sitting; not 0. */
uint64_t states_ticket(int64_t sitting, struct bv_str ticket);
bool states_has_ticket(const struct ledger_states *states, int64_t sitting, struct bv_str ticket);
/* Folds an event into what it is of, which OPEN and REGISTER make. EINVAL as bv_attempt_fold. *chain is that attempt or sitting. */
BV_MUST_USE enum bv_status states_fold(struct bv_attempt **chain, struct ledger_states *states, const struct bv_exam_event *event,
                                       struct bv_err *err);
/* A sitting that was closed: its name and number are taken, and nothing else of it is loaded. */
void states_add_closed(struct ledger_states *states, int64_t id, struct bv_str name);
/* An id that is taken by something that is not loaded. */
void states_reserve(struct ledger_states *states, int64_t id);

/* ---- Timer: ledger_timer.c. A heap of moments and ids; what is not current any more is passed over when it comes up. ---- */

struct ledger_moment {
	int64_t due_ms, id;
};
struct ledger_timer {
	struct ledger_moment *heap;
	size_t count, cap;
};
void timer_add(struct ledger_timer *timer, int64_t due_ms, int64_t id);
/* The earliest; NULL when empty. */
const struct ledger_moment *timer_first(const struct ledger_timer *timer);
void timer_drop_first(struct ledger_timer *timer);

/* ---- Batches ---- */

/* What the ledger itself wants written: rows that are no events. */
enum ledger_act { LEDGER_CONFIRM = 200, LEDGER_CHECKPOINT };

struct ledger_checkpoint {
	struct bv_ledger_act act; /* .act = LEDGER_CHECKPOINT; freed when done */
	int64_t sitting, size, n;
	uint8_t root[BV_HASH_LEN];
	struct bv_buf peaks, note;
};

struct ledger_batch {
	struct bv_ledger_act *acts, **last; /* in the order of their answers */
	size_t count;                       /* events */
	int64_t n[BV_LEDGER_BATCH_MAX], sitting[BV_LEDGER_BATCH_MAX], attempt[BV_LEDGER_BATCH_MAX], seq[BV_LEDGER_BATCH_MAX], at[BV_LEDGER_BATCH_MAX],
	    kind[BV_LEDGER_BATCH_MAX], prev[BV_LEDGER_BATCH_MAX];
	size_t ends[BV_LEDGER_BATCH_MAX]; /* of bodies */
	struct bv_buf bodies;
	uint8_t hash[BV_LEDGER_BATCH_MAX][BV_HASH_LEN], prev_hash[BV_LEDGER_BATCH_MAX][BV_HASH_LEN];
	struct bv_receipt *receipts[BV_LEDGER_BATCH_MAX]; /* to be signed, in the acts */
	size_t receipt_count;
	bool has_mark, sealed;
	struct bv_clock_mark mark;
	uint8_t mark_signature[BV_SIGNATURE_LEN];
};

/* ---- The ledger ---- */

/* Opens a connection: bv_sql_open, or in tests one that fails as it is told to. */
typedef enum bv_status (*ledger_opener)(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);

struct ledger_database {
	char *url;
	ledger_opener open;
	void *open_ctx;
};

/* The first row of a query that is at its beginning. A server that was lost is looked for, once. */
BV_MUST_USE enum bv_status query_row(struct bv_sql *sql, struct bv_sql_stmt *stmt, bool *row, struct bv_err *err);

enum { READER_EVENT, READER_HASH, READER_TICKET, READER_SITTING, READER_CHECKPOINT, READER_STATEMENTS };

/* A connection that reads events, for one thread at a time. */
struct ledger_reader {
	struct bv_sql *sql;
	struct bv_sql_stmt *stmts[READER_STATEMENTS];
};

enum { WRITER_SITTING, WRITER_CHECKPOINT, WRITER_BOOT, WRITER_MARK, WRITER_SAME, WRITER_STATEMENTS };

struct ledger_writer {
	struct bv_sql *sql;
	struct bv_sql_bulk *events, *attempts;
	struct bv_sql_stmt *stmts[WRITER_STATEMENTS];
	int64_t boot_n; /* row of this process in the table of clocks */
	int64_t last_n; /* the newest event that is stored; 0: none */
	uint8_t last_hash[BV_HASH_LEN];
};

struct ledger_counters {
	_Atomic uint64_t events, commits, refused, again, superseded, expired, waiting, commit_us_sum, attempts, running, memory, log_pages;
	_Atomic uint64_t batch[BV_LEDGER_BUCKETS], commit_us[BV_LEDGER_BUCKETS];
	_Atomic int64_t committed_n, tree_n, drift_ms, held_ms;
	atomic_bool tree_failed;
};

struct bv_ledger {
	struct bv_ledger_options options;
	struct ledger_database database;
	char *origin;
	struct ledger_counters counters;
	int64_t rebuild_events, rebuild_ms;

	/* The queue: acts are pushed in front by anybody, and taken all at once by the decider. It is woken when there are so many as it waits for. */
	_Atomic(struct bv_ledger_act *) queue;
	atomic_int queued, wanted; /* below 0 for a moment: taken before it was counted */
	atomic_bool closing, stopped;
	struct bv_err failure; /* under lock, once stopped */

	pthread_mutex_t lock;
	pthread_cond_t decider_wake, committer_wake, keeper_wake, idle;
	struct ledger_batch *ready, *following; /* handed over: being written and answered, and the one after it */
	bool writing; /* the committer is, or is going to: what comes meanwhile can wait */
	bool filled;  /* the decider sleeps with a batch that is not empty */
	int company;  /* acts that waited when the last commit ended, those of it too */
	bool crowded; /* the decider waits for room to hand one over */
	bool decider_exit, committer_exit, keeper_exit, keeper_now;
	pthread_t decider, committer, keeper;
	int threads;

	/* the decider's */
	struct ledger_states states;
	struct ledger_timer timer;
	struct bv_exam_clock clock;
	struct bv_clock_news news; /* of the start, not told yet */
	struct ledger_batch *batches[LEDGER_BATCHES];
	struct ledger_batch *filling;
	struct ledger_reader recall;
	struct bv_ledger_act *pending; /* taken from the queue, not decided */
	int64_t next_n;
	int64_t marked_ms, marked_n;
	int64_t now_ms;

	struct ledger_writer writer; /* the committer's */
	pthread_mutex_t key_lock;    /* one signature at a time */

	pthread_mutex_t reader_lock;
	struct ledger_reader reader; /* of whoever has reader_lock */
};

/* ledger.c */
enum { LEDGER_AWAKE = INT32_MAX }; /* as .wanted: the decider is */
BV_MUST_USE enum bv_status ledger_open_with(struct bv_ledger **out, const struct bv_ledger_options *options, ledger_opener open, void *open_ctx,
                                            struct bv_err *err);
void ledger_push(struct bv_ledger *ledger, struct bv_ledger_act *act);
/* Under the lock: the decider wakes when so many acts are waiting, at once if they are. */
void ledger_want(struct bv_ledger *ledger, int wanted);
void ledger_sign(uint8_t signature[BV_SIGNATURE_LEN], struct bv_ledger *ledger, struct bv_str message);

/* ledger_sql.c */
extern const char ledger_schema[];
/* What appends rows to the log: of EVENT_COLUMNS, and of attempts (id, sitting, ticket). */
BV_MUST_USE enum bv_status log_prepare(struct bv_sql_bulk **events, struct bv_sql_bulk **attempts, struct bv_sql *sql, struct bv_err *err);
/* Is it a ledger of this program, and (unless empty) of that origin? EINVAL. */
BV_MUST_USE enum bv_status ledger_check_format(struct bv_sql *sql, struct bv_str origin, const char *url, struct bv_err *err);
BV_MUST_USE enum bv_status writer_open(struct ledger_writer *writer, const struct ledger_database *database, struct bv_str origin, struct bv_err *err);
void writer_close(struct ledger_writer *writer);
BV_MUST_USE enum bv_status reader_open(struct ledger_reader *reader, const struct ledger_database *database, struct bv_err *err);
void reader_close(struct ledger_reader *reader);
/* The event at n: its body is borrowed until reader_release. *prev_n is the event before it in the attempt. ENOTFOUND. */
BV_MUST_USE enum bv_status reader_event(struct bv_exam_event *event, int64_t *prev_n, struct ledger_reader *reader, int64_t n, struct bv_err *err);
/* Lets go of what was read: a reader that waits keeps the log from being begun again. */
void reader_release(struct ledger_reader *reader);
BV_MUST_USE enum bv_status reader_hash(uint8_t hash[BV_HASH_LEN], struct ledger_reader *reader, int64_t n, struct bv_err *err);
/* A row of the event table as bv_exam_event; facts are not read. EINVAL for a hash of another length or an act that does not exist. */
#define EVENT_COLUMNS "n, sitting, attempt, seq, at, kind, prev, body, hash"
BV_MUST_USE enum bv_status row_event(struct bv_exam_event *event, int64_t *prev_n, struct bv_sql_stmt *stmt, struct bv_err *err);
/* What is signed of a mark. */
void mark_message(struct bv_buf *out, int64_t boot_n, const struct bv_clock_mark *mark);

/* ledger_load.c: states, clock, numbers from the log. */
BV_MUST_USE enum bv_status ledger_load(struct bv_ledger *ledger, struct bv_err *err);

/* ledger_decide.c, ledger_commit.c, ledger_tree.c: the threads. */
void *ledger_decide(void *ledger);
void *ledger_commit(void *ledger);
void *ledger_keep_tree(void *ledger);
/* After a fold: when the clock has to look at it next. */
void ledger_schedule(struct bv_ledger *ledger, struct bv_attempt *attempt);

#endif

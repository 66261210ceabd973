/* What the files of the ledger share. Three threads (doc/ledger.md): the decider has the states, the clock and the queue; the committer has the
 * connection that writes; the tree keeper has what is built behind. A batch belongs to the decider until it is handed over, and comes back. With several
 * nodes the decider has the connection that writes, too, whenever no batch is handed over: to take a turn, and to read what others have written. */
#ifndef BV_ENGINE_LEDGER_H
#define BV_ENGINE_LEDGER_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/sql.h"
#include "engine/engine.h"

enum {
	LEDGER_BATCHES = 3,    /* one is written, one waits for that, one is filled */
	LEDGER_FOLLOW_MS = 200, /* how old what others have written may be before a node without work looks for it */
	LEDGER_RETRIES = 60,   /* a standby takes over within half a minute, or a person is needed */
	LEDGER_RETRY_MS = 500,
	LEDGER_WOKEN_MAX = 4096, /* attempts of sittings that are closed in memory at once */
};
#define LEDGER_BATCH_BYTES (8u << 20) /* of bodies in a commit */

/* ---- States: ledger_state.c ---- */

struct ledger_sitting {
	struct bv_attempt chain; /* its own events; first, so that a slot can point here */
	struct bv_sitting_plan plan;
	char name[BV_SITTING_NAME_MAX + 1];
	struct bv_sha256 start;
	uint64_t running; /* attempts that are started or paused */
	int64_t newest_n; /* of its events and those of its attempts; after something was taken back it may be larger */
	bool asleep;      /* it was closed, and its attempts are not in memory but for those that were woken */
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
	struct bv_attempt **spare; /* of slabs, taken away again */
	size_t spare_count, spare_cap;
	uint64_t attempts, running, bytes;
	int64_t woken[LEDGER_WOKEN_MAX]; /* attempts that were read back, of sittings that are asleep */
	size_t woken_count;
	bool drowsy; /* there may be sittings that are closed and not asleep */
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
void states_add_closed(struct ledger_states *states, int64_t id, const struct bv_sitting_plan *plan);
/* An id that is taken by something that is not loaded. */
void states_reserve(struct ledger_states *states, int64_t id);

/* The attempts of a sitting that was closed leave memory, but not their numbers and tickets. Nothing that may be undone speaks of them. */
void states_sleep(struct ledger_states *states, struct ledger_sitting *sitting);
/* A fresh one of a sitting that is asleep, to be folded. */
struct bv_attempt *states_add_woken(struct ledger_states *states, int64_t id, int64_t sitting);
void states_drop(struct ledger_states *states, int64_t id);
/* Is the act, of an attempt, possible after its sitting was closed? */
bool states_after_close(enum bv_exam_act act);

/* What a fold changes, noted before it; undone in reverse order, newest first. */
struct ledger_undo {
	struct bv_attempt *chain, before; /* NULL: the event made it */
	int64_t id;
	uint64_t ticket;
	int64_t opens_ms, start_until_ms, closes_ms;
	struct bv_attempt_item item;
	uint32_t item_idx;
	enum bv_exam_act act;
};
/* Before states_fold of an event that was decided. */
void states_note(struct ledger_undo *undo, const struct ledger_states *states, const struct bv_exam_event *event);
void states_undo(struct ledger_states *states, const struct ledger_undo *undo);

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
	int64_t *tail_attempt, *tail_n; /* rows of the table 'tail' */
	size_t tail_count, tail_cap;
	bool has_mark, sealed;
	bool in_turn;                     /* the turn was taken before it was decided, and the transaction is open */
	struct ledger_undo *undo;         /* of its events */
	struct bv_clock_news news;        /* that it tells */
	struct bv_clock_mark mark;
	uint8_t mark_signature[BV_SIGNATURE_LEN];
};

/* ---- Other nodes: ledger_turn.c, ledger_nodes.c ---- */

enum { LEDGER_NODES_MAX = 16 }; /* that are looked at */

/* What a node wrote of its clock, the columns of the table 'boot'. */
struct ledger_mark {
	char boot_id[BV_BOOT_ID_SIZE];
	int64_t n, boot_ms, utc_ms, exam_ms;
};

/* How this node's clock stands to those of the others. */
struct ledger_nodes {
	int64_t ahead_ms; /* by how much the clock that all share, the database server's, is ahead of this machine's boottime */
	int64_t looked_ns;
	bool known;
	bool unsure; /* one of the two jumped: nobody knows which, until another node says what time it has */
	size_t unsure_count;
	struct ledger_mark unsure_marks[LEDGER_NODES_MAX]; /* of others, that were there then */
};

/* What a node sees when it looks. */
struct nodes_view {
	char boot_id[BV_BOOT_ID_SIZE];
	int64_t own_n, ahead_ms, exam_less_boot_ms;
	bool held;
	size_t count;
	struct ledger_mark others[LEDGER_NODES_MAX]; /* that live, the one that came first first */
};
enum nodes_verdict { NODES_ALONE, NODES_AGREE, NODES_ADJUST, NODES_UNSURE, NODES_WRONG };

/* ---- The ledger ---- */

/* Opens a connection: bv_sql_open, or in tests one that fails as it is told to. */
typedef enum bv_status (*ledger_opener)(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);

struct ledger_database {
	char *url;
	ledger_opener open;
	void *open_ctx;
	bool file; /* of SQLite: all who write to it are on this machine */
	int lock;  /* of a file: ledger_lock_open; -1 for none */
};

/* The first row of a query that is at its beginning. A server that was lost is looked for, once. */
BV_MUST_USE enum bv_status query_row(struct bv_sql *sql, struct bv_sql_stmt *stmt, bool *row, struct bv_err *err);

enum { READER_EVENT, READER_HASH, READER_TICKET, READER_SITTING, READER_CHECKPOINT, READER_TAIL, READER_CHAIN, READER_STATEMENTS };

#define LEDGER_TURN INT64_C(0x62765f6c6f67) /* who appends: "bv_log" in ASCII */

/* A connection that reads events, for one thread at a time. */
struct ledger_reader {
	struct bv_sql *sql;
	struct bv_sql_stmt *stmts[READER_STATEMENTS];
};

enum { WRITER_SITTING, WRITER_CHECKPOINT, WRITER_BOOT, WRITER_MARK, WRITER_SAME, WRITER_NEWS, WRITER_STATEMENTS };

struct ledger_writer {
	struct bv_sql *sql;
	struct bv_sql_bulk *events, *attempts, *tails;
	struct bv_sql_stmt *stmts[WRITER_STATEMENTS];
	int64_t boot_n; /* row of this process in the table of clocks */
	int64_t last_n; /* the newest event that is stored; 0: none */
	uint8_t last_hash[BV_HASH_LEN];
};

struct ledger_counters {
	_Atomic uint64_t events, commits, refused, again, superseded, expired, waiting, commit_us_sum, attempts, running, memory, log_pages;
	_Atomic uint64_t batch[BV_LEDGER_BUCKETS], commit_us[BV_LEDGER_BUCKETS];
	_Atomic int64_t committed_n, tree_n, drift_ms, held_ms;
	_Atomic int64_t log_copied; /* pages of the log that are in the database; 0: not known */
	atomic_bool tree_failed, keeps_tree, unsure;
	atomic_bool log_failed; /* a sync of the database failed: what was copied may be lost, and the log, which has it, is not begun again */
	_Atomic int64_t skew_ms;
	_Atomic uint64_t turns, taken_back, followed;
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
	bool returned; /* what is handed over was decided by what is old: the committer waits until the decider has taken it back */
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
	bool collided; /* what was returned is not taken back yet: nothing can be decided */
	bool by_turns; /* others write, too: each batch is decided in a turn */
	bool in_turn;  /* the transaction of the turn is open */
	int quiet_turns; /* one after the other in which nobody else had written */
	int64_t followed_ns, quiet_ns; /* when it was looked last; when others had written last */
	struct ledger_nodes nodes;

	struct ledger_writer writer; /* the committer's */
	int64_t log_next;            /* pages of the write-ahead log at which it is tried again to copy what is left */
	pthread_mutex_t key_lock;    /* one signature at a time */

	pthread_mutex_t reader_lock;
	struct ledger_reader reader; /* of whoever has reader_lock */
};

/* ledger_lock.c: fd is -1 for what is no file, and for who is alone by other means: tests. Its end lets go of all. */
BV_MUST_USE enum bv_status ledger_lock_open(int *fd, const char *url, struct bv_err *err);
/* Waits for whoever is opening the ledger. *first: nobody who is done with it lives. */
BV_MUST_USE enum bv_status ledger_lock_opening(bool *first, int fd, const char *url, struct bv_err *err);
void ledger_lock_opened(int fd, bool first);
/* A sync of the database has failed: until all have gone nobody copies the log into it, because SQLite counts what is lost as copied. */
void ledger_lock_mark_copy(int fd);
bool ledger_lock_may_copy(int fd);
/* Does this program keep the trees, or may it from now on? */
bool ledger_lock_trees(int fd);
/* Of a descriptor of its own. */
bool ledger_lock_office(int fd);

/* ledger.c */
enum { LEDGER_AWAKE = INT32_MAX }; /* as .wanted: the decider is */
BV_MUST_USE enum bv_status ledger_open_with(struct bv_ledger **out, const struct bv_ledger_options *options, ledger_opener open, void *open_ctx,
                                            struct bv_err *err);
void ledger_push(struct bv_ledger *ledger, struct bv_ledger_act *act);
/* Under the lock: the decider wakes when so many acts are waiting, at once if they are. */
void ledger_want(struct bv_ledger *ledger, int wanted);
void ledger_sign(uint8_t signature[BV_SIGNATURE_LEN], struct bv_ledger *ledger, struct bv_str message);

/* Is time acted upon: not held, and not unsure. */
static inline bool
ledger_has_time(const struct bv_ledger *ledger)
{
	return !ledger->clock.held_ms && !ledger->nodes.unsure;
}

/* ledger_batch.c: the decider's. */
bool batch_is_empty(const struct ledger_batch *batch);
/* Hands the filled batch over behind the one that is being written, waiting for room there, and takes another. False: what was handed over before was
 * returned (collided): batch_take_back first. */
bool batch_hand_over(struct bv_ledger *ledger);
/* Waits until all that was handed over is written. False as above. */
bool batch_wait(struct bv_ledger *ledger);
/* Is it? Sets collided. */
bool batch_is_written(struct bv_ledger *ledger);
/* Undoes what is not written, and gives its acts, with the list behind them, as if they had never been decided. */
struct bv_ledger_act *batch_take_back(struct bv_ledger *ledger, struct bv_ledger_act *list);

/* ledger_turn.c: the decider's. */
/* Takes back what was returned; takes a turn where others write, and looks now and then what they have written where there is nothing to do. */
struct bv_ledger_act *turn_begin(struct bv_ledger *ledger, struct bv_ledger_act *list);
/* Ends a turn in which nothing was handed over. */
void turn_end(struct bv_ledger *ledger);
/* How much later than another node this one does what the clock has to do. */
int64_t turn_timer_lag_ms(const struct bv_ledger *ledger);

/* ledger_nodes.c: the decider's. */
/* Compares this node's clock with those of the others, now and then. */
void nodes_look(struct bv_ledger *ledger);
/* By how much it is ahead of the one that it is compared with. Pure but for *nodes. */
enum nodes_verdict nodes_judge(int64_t *skew_ms, struct ledger_nodes *nodes, const struct nodes_view *view);
/* *good: near enough to judge by. */
BV_MUST_USE enum bv_status nodes_measure(int64_t *ahead_ms, bool *good, struct bv_ledger *ledger, struct bv_sql *sql, struct bv_err *err);
/* Marks of other nodes that live. */
BV_MUST_USE enum bv_status nodes_load(struct nodes_view *view, struct bv_ledger *ledger, int64_t ahead_ms, struct bv_sql *sql, struct bv_err *err);
/* The shared clock, of a ledger as ctx. */
int64_t nodes_shared_ms(void *ledger);

/* ledger_tail.c: attempts of sittings that are closed. */
#define TAIL_SCHEMA "CREATE TABLE tail(attempt BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (attempt, n))/*sqlite*/ WITHOUT ROWID/*end*/"
/* Makes what is missing of the table: of a ledger that was made before there was one; of one that is a copy. */
BV_MUST_USE enum bv_status tails_upgrade(struct bv_sql *sql, struct bv_err *err);
/* The rows, in a transaction. */
BV_MUST_USE enum bv_status tails_fill(struct bv_sql *sql, struct bv_err *err);
/* Rows that come with an event, before it is folded. */
void tail_note(struct ledger_batch *batch, const struct ledger_states *states, const struct bv_exam_event *event);
BV_MUST_USE enum bv_status tails_write(struct ledger_writer *writer, const struct ledger_batch *batch, struct bv_err *err);
/* Lets attempts go whose sitting was closed, once that is on the disk. */
void tail_settle(struct bv_ledger *ledger);
/* Of a sitting that is asleep: not in memory any more, if it was. Nothing that may be taken back speaks of it. */
void tail_forget(struct bv_ledger *ledger, int64_t id);
/* Reads an attempt back that is not in memory. ENOTFOUND: not of a sitting that was closed; ECONFLICT: something is to be taken back first. */
BV_MUST_USE enum bv_status tail_wake(struct bv_attempt **out, struct bv_ledger *ledger, int64_t id, struct bv_err *err);

/* ledger_sql.c */
extern const char ledger_schema[];
/* What appends rows to the log: of EVENT_COLUMNS, and of attempts (id, sitting, ticket). */
BV_MUST_USE enum bv_status log_prepare(struct bv_sql_bulk **events, struct bv_sql_bulk **attempts, struct bv_sql *sql, int64_t turn, struct bv_err *err);
/* Is it a ledger of this program, and (unless empty) of that origin? EINVAL, ECONFLICT. */
BV_MUST_USE enum bv_status ledger_check_format(struct bv_sql *sql, struct bv_str origin, const char *url, struct bv_err *err);
BV_MUST_USE enum bv_status writer_open(struct ledger_writer *writer, const struct ledger_database *database, struct bv_str origin, struct bv_str new_origin,
                                       struct bv_err *err);
void writer_close(struct ledger_writer *writer);
/* Connects again after a loss. EIO: try again later. EDENIED: the database lacks what was acknowledged. */
BV_MUST_USE enum bv_status writer_reconnect(struct ledger_writer *writer, struct bv_err *err);
BV_MUST_USE enum bv_status writer_has(bool *has, struct ledger_writer *writer, int64_t n, const uint8_t hash[BV_HASH_LEN], struct bv_err *err);
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
/* The window of a sitting has changed, and with it every deadline. */
void ledger_schedule_all(struct bv_ledger *ledger, int64_t sitting);
/* Copies the write-ahead log into the database as far as it can be; EIO: it failed once. *left as bv_sql_log_copy. */
BV_MUST_USE enum bv_status ledger_copy_log(int64_t *left, struct bv_ledger *ledger, struct bv_sql *sql, struct bv_err *err);
/* Nothing is stored any more. */
void ledger_stop(struct bv_ledger *ledger, const struct bv_err *err);

#endif

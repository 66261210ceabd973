/* What proctors watch: one row an attempt of every sitting that is open, folded from the events of the log and from nothing else, so that every node has
 * the same. It shows no personal data. Not for two threads at once: feed.h has the lock. */
#ifndef BV_TOOLS_HTTPD_BOARD_H
#define BV_TOOLS_HTTPD_BOARD_H

#include "base/json.h"
#include "engine/engine.h"

struct board_row;
struct presence;
struct stream;

/* A place in the order of changes of a room: rows are in it by the event that changed them last, so that what changed after a place is at the end. */
struct board_entry {
	struct board_entry *before, *after;
	struct board_row *row; /* NULL: the attempt has left the room */
	int64_t n, attempt;    /* the event; attempts that one event changed are in the order of their numbers */
};

/* Of a sitting; the one without a name is all of it. */
struct board_room {
	char name[BV_ROOM_MAX + 1], centre[BV_ROOM_MAX + 1]; /* centre: whose it is; "": nobody's in particular */
	struct board_sitting *sitting;
	struct board_entry *first, *last;
	uint32_t count, states[BV_ATTEMPT_STATE_COUNT]; /* attempts: all, and by state */
	uint32_t tag;                                   /* of its cursors: of which sitting and room they are */
	struct board_room *next;
	struct stream *streams; /* feed.c's: who watches it */
	bool changed;
	struct board_room *next_changed;
};

struct board_sitting {
	int64_t id;
	char name[BV_SITTING_NAME_MAX + 1];
	struct bv_sitting_plan plan; /* item_count is 0: items are not kept */
	uint32_t item_count;
	struct bv_attempt chain;
	struct board_room all, *rooms; /* those with a name, in the order in which they came */
	struct board_room *found;
	bool closed; /* it has no rows any more */
	struct board_sitting *next;
};

/* A flag of a row says what a proctor should know. */
enum board_flag {
	BOARD_ACCOMMODATION, /* more time from the start */
	BOARD_EXTENDED,
	BOARD_MOVE_ALLOWED,  /* another machine may be bound, and none has been */
	BOARD_MOVED,
	BOARD_REOPENED,
	BOARD_LATE,          /* an answer came within the grace */
	BOARD_NOTE,
	BOARD_INCIDENT,
	BOARD_ABSENT,        /* a proctor says that nobody came, and nobody has been admitted since */
	BOARD_FLAGS
};
extern const char *const board_flag_names[BOARD_FLAGS + 1]; /* ends with NULL */

/* What a candidate needs help with, when he calls a proctor. */
enum board_help { BOARD_HELP_NONE, BOARD_HELP_MACHINE, BOARD_HELP_QUESTION, BOARD_HELP_NETWORK, BOARD_HELP_ACCOUNT, BOARD_HELP_HEALTH, BOARD_HELP_OTHER, BOARD_HELPS };
extern const char *const board_help_names[BOARD_HELPS + 1]; /* from BOARD_HELP_MACHINE on; ends with NULL */

struct board_row {
	struct bv_attempt attempt;
	struct board_sitting *sitting;
	struct board_room *room; /* NULL: none */
	struct board_entry in_room, in_all;
	uint64_t *answered_items; /* bits */
	int64_t seen_ms;          /* last event by the candidate; 0: none */
	/* What the candidate's page said that it has shown: the number of the event; and when it said so of the newest order, 0: not yet. */
	int64_t told_ms;
	uint32_t told_seq;
	uint8_t help;  /* enum board_help */
	int64_t help_ms;
	uint32_t away, away_s, away_before, away_before_s; /* how often the page was left, and for how long together: of this lease, of those before */
	uint32_t answered, flags;
	char *ticket, *seat;
};

struct board {
	struct board_sitting *sittings;
	struct board_row **rows; /* by number of the attempt */
	size_t cap;
	int64_t n; /* of the last event */
	uint64_t row_count, bytes;
	struct board_room *changed; /* rooms that have changed since this was emptied */
};

void board_finish(struct board *board);
BV_AUTO_DEFINE_FINISH(struct board, board_finish)
/* Takes the next event of the log; what it had is passed over. EINVAL: it cannot follow what was there. */
BV_MUST_USE enum bv_status board_add(struct board *board, const struct bv_exam_event *event, struct bv_err *err);
/* NULL: there is none that is open. */
struct board_sitting *board_find(const struct board *board, struct bv_str name);
struct board_room *board_find_room(struct board_sitting *sitting, struct bv_str name);
struct board_row *board_find_row(const struct board *board, int64_t attempt);
/* The centre that all attempts of the sitting are of; "": there is none. */
const char *board_centre(const struct board_sitting *sitting);

/* ---- Deltas ---- */

struct board_cursor {
	int64_t n, attempt; /* 0: the beginning */
};
#define BOARD_CURSOR_SIZE 60
void board_cursor_write(char out[BOARD_CURSOR_SIZE], const struct board_room *room, const struct board_cursor *cursor);
/* False: it is no cursor of this room, or is of events that are not here: who has it begins again. */
bool board_cursor_read(struct board_cursor *out, const struct board_room *room, struct bv_str text);

/* What a delta says of this moment. */
struct board_now {
	int64_t ms;                      /* exam clock */
	const struct presence *presence; /* NULL: nothing is said of machines */
};
/* Appends the delta from *cursor on as a JSON object, of at most so many rows, and moves the cursor. reset: the reader forgets what he had. True: there
 * is more. */
bool board_write(struct bv_buf *out, const struct board_room *room, struct board_cursor *cursor, bool reset, size_t most, const struct board_now *now);
/* Writes the members silent and waiting of a room: whose machines have been silent, and who has signed in and waits to be admitted. False: nothing is known, as
 * of a whole sitting. */
bool board_write_machines(struct bv_json_pen *pen, const struct board_room *room, const struct presence *presence);

#endif

/* What the files of sittings as an office keeps them share. */
#ifndef BV_ENGINE_SITTING_H
#define BV_ENGINE_SITTING_H

#include "base/json.h"
#include "base/sql.h"
#include "engine/engine.h"

enum {
	SITTING_OPENED, /* name → id and the OPEN event */
	SITTING_CHAIN,
	SITTING_ANY,
	SITTING_ALL,
	SITTING_DOCUMENT_ADD,
	SITTING_DOCUMENTS,
	SEAT_ALL,
	SEAT_ONE,
	SEAT_DROP,
	SEAT_TOLD,
	SEAT_CODE,
	SEAT_OF,
	TICKETS_AFTER,
	SEATS_AFTER,
	TAIL_OF,
	TAIL_EVENT,
	TAIL_PLACE,
	PAPER_ONE,
	PAPER_ALL,
	PAPER_ADD,
	RESULT_ADD,
	RESULT_ONE,
	AUDIT_EVENTS,
	AUDIT_STRAYS,
	SITTING_STATEMENTS
};

/* The tables beside a ledger. */
extern const char sitting_schema[];

struct bv_sittings {
	char *url;
	struct bv_sql *sql;
	unsigned old_seats; /* of a database that is only read: columns that seats had not yet: sitting_sql.c */
	struct bv_sql_stmt *stmts[SITTING_STATEMENTS]; /* prepared when they are first needed: sitting_stmt */
};

/* A statement by its number, ready to be bound. */
BV_MUST_USE enum bv_status sitting_stmt(struct bv_sql_stmt **out, struct bv_sittings *sittings, int idx, struct bv_err *err);

/* The documents of a sitting, in the byte order of their names: those of the evidence of an exam. */
enum {
	DOCUMENT_BLUEPRINT, DOCUMENT_CHANCES, DOCUMENT_DESIGN, DOCUMENT_EXAM, DOCUMENT_FORMS, DOCUMENT_DID, DOCUMENT_ITEMS, DOCUMENT_PARALLEL, DOCUMENT_PARAMETERS, DOCUMENT_POOL, DOCUMENT_RULES, DOCUMENT_SEEN,
	DOCUMENT_STANDARD, SITTING_DOCUMENTS_MAX
};

struct bv_sitting {
	int64_t id;
	struct bv_sitting_plan plan;
	enum bv_sitting_mode mode;
	int64_t release_ms;
	struct bv_str documents[SITTING_DOCUMENTS_MAX];
	struct bv_exam *exam;
	struct bv_arena arena;
};

/* ---- Names: letters, digits and what else is allowed ---- */
bool sitting_name_good(struct bv_str name, size_t max, const char *also);

/* Everybody who is registered has had his turn, in the order of registration, where forms are assembled: sitting_issue.c. From kept papers: they are taken as
 * they are, and not drawn again. */
BV_MUST_USE enum bv_status sitting_issue(const struct bv_sitting *sitting, struct bv_sittings *sittings, bool from_papers, struct bv_err *err);

/* The newest answers of an attempt from the ledger, as responses.json, and what they are worth: sitting_score.c. */
BV_MUST_USE enum bv_status sitting_mark(struct bv_marking *marking, struct bv_buf *responses, struct bv_sitting *sitting, struct bv_ledger *ledger,
                                        const struct bv_seat *seat, const struct bv_candidate *candidate, struct bv_err *err);

/* The form of a seat, drawn, issued, or as far as it grew; of one that grew with what was answered (zero-initialised). */
BV_MUST_USE enum bv_status sitting_form(struct bv_form **out, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat, struct bv_err *err);
BV_MUST_USE enum bv_status sitting_given(struct bv_form **out, struct bv_given *given, struct bv_sitting *sitting, struct bv_ledger *ledger, const struct bv_seat *seat,
                                         struct bv_err *err);

/* ---- Many acts ---- */

/* Gives them all to the ledger and waits until the last is answered: status and ack of each say how. */
void acts_do(struct bv_ledger *ledger, struct bv_ledger_act *acts, size_t count);

/* ---- One office at a time: office.c ---- */

struct office {
	int lock; /* of a file: a descriptor, or -1 */
	struct bv_sql *sql;
};
/* From a zero-initialised one with lock -1. Waits for BV_SQL_WAIT_MS, EIO. */
BV_MUST_USE enum bv_status office_enter(struct office *office, struct bv_sittings *sittings, struct bv_err *err);
void office_leave(struct office *office);
BV_AUTO_DEFINE_FINISH(struct office, office_leave)

/* ---- Seats ---- */

/* A row of the table: what is public of it, and the rest. */
struct seat_row {
	struct bv_seat seat;
	struct bv_str code;             /* hash, or empty */
	bool told;                      /* the ledger knows it as it is */
};
/* All rows of a sitting in the byte order of their tickets, copied to arena. */
BV_MUST_USE enum bv_status seat_rows_load(struct seat_row **out, size_t *count, struct bv_arena *arena, struct bv_sittings *sittings,
                                          int64_t sitting, struct bv_err *err);
/* Room, then seat; numbers in their order: 2 before 10. */
int seat_order(const struct bv_seat *a, const struct bv_seat *b);

/* Appends what was typed into the roster's column pnp, tidied. EINVAL, ELIMIT say what is wrong with it, and *why. */
BV_MUST_USE enum bv_status seat_pnp_read(struct bv_buf *out, struct bv_str typed, enum bv_roster_why *why, struct bv_err *err);

/* What the ledger keeps of a seat with its event, JSON: {"centre","language","machine","person","pnp","room","seat"}; what is empty is left out. */
void seat_details_write(struct bv_buf *out, const struct seat_row *row);
/* {"seat":…}: of a NOTE that says it anew. */
void seat_note_write(struct bv_buf *out, const struct seat_row *row);

/* ---- Results ---- */

struct bv_exam_documents sitting_exam_documents(const struct bv_sitting *sitting);
/* One member of responses.json. */
void responses_add(struct bv_buf *out, bool first, struct bv_str identifier, struct bv_str response);
/* responses.json of a form that grew: responses by position from 0. EDENIED: that many items do not follow from the answers. */
BV_MUST_USE enum bv_status responses_given(struct bv_buf *out, const struct bv_form *form, const struct bv_str *responses, uint32_t given, struct bv_err *err);
void result_hash(uint8_t out[BV_HASH_LEN], const struct bv_marking *marking);

#define CODE_ALPHABET "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
/* SHA-256 of "BV-CODE-1\0", be64 sitting, ticket, NUL, the characters of the code. */
void code_hash(uint8_t out[BV_HASH_LEN], int64_t sitting, struct bv_str ticket, struct bv_str code);
/* count random characters of the alphabet. */
void code_draw(char *out, size_t count, struct bv_stream *stream);

#endif

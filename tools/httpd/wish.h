/* What a candidate's session wants done with its attempt: an act on its way to the ledger and back, in memory that the connection's exchanges use one after
 * the other. The exchange waits for it, and its thread does not. */
#ifndef BV_TOOLS_HTTPD_WISH_H
#define BV_TOOLS_HTTPD_WISH_H

#include "engine/engine.h"
#include "tools/httpd/desk.h"
#include "tools/httpd/exchange.h"

/* The newest act of staff on the attempt; act 0: none. */
struct wish_order {
	enum bv_exam_act act;
	uint32_t seq;
	int64_t at_ms;
};

struct wish {
	struct bv_ledger_act act; /* first */
	struct exchange *x;
	struct desk *desk; /* held until the ledger has answered */
	struct bv_buf sent, response, items;
	int64_t seq; /* of the attempt when it was looked at */
	struct wish_order order;
	uint8_t paper_key[BV_PAPER_KEY_LEN];
	bool has_key;
	struct bv_paper *grown; /* adaptive: the paper with the item that comes once this one is left */
	char sitting[BV_SITTING_NAME_MAX + 1]; /* its name */
};

/* The act on the attempt that the path names. NULL: answered or given to the database, because there is no ledger here, the attempt is another's, or the tab
 * is not the one that has the session's lease (X-Lease). sql: of a handler that has it. */
struct wish *wish_make(struct exchange *x, enum bv_exam_act act, struct bv_sql *sql);
/* The wish of an exchange that comes back. */
struct wish *wish_of(struct exchange *x);
/* Finds the attempt's paper. False: answered, or given to the database. */
bool wish_sit(struct wish *wish);
/* The same where the paper grows: it has so many items at least. */
bool wish_sit_with(struct wish *wish, uint32_t count);
void wish_stand_up(struct wish *wish);
/* Gives it to the ledger: what a route's give returns. */
bool wish_give(struct wish *wish);
/* The same, waiting. False: answered. */
bool wish_do(struct wish *wish);
/* May this session read what belongs to whoever writes? It must have the lease, and the attempt, if running, be started. False: answered. */
bool wish_holds(struct wish *wish, bool running);

/* act->look of acts that an acknowledgement follows: the receipt names the sitting. */
void wish_copy_name(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan);
/* The same, and the key of the paper, for who has started and has the lease. */
void wish_copy_key(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan);

/* The answer of an act, but for what the members around it are: false when it was refused, and answered so. */
bool wish_begin_answer(struct wish *wish);
void wish_write_time(struct bv_json_pen *pen, const struct bv_ledger_ack *ack);
void wish_write_ack(struct bv_json_pen *pen, const struct wish *wish);
void wish_write_key(struct bv_json_pen *pen, struct wish *wish);
/* What keeps a paper from being there is for the log. */
void wish_no_paper(struct exchange *x, const struct bv_err *err);

#endif

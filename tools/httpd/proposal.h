/* What a scheme owner proposes to do to a certificate, and what another decides: rows of the server's database, each with its events, which are only added to. The
 * server has no key and changes no certificate: what two persons agreed on is carried out by who holds the keys (errand.h). */
#ifndef BV_TOOLS_HTTPD_PROPOSAL_H
#define BV_TOOLS_HTTPD_PROPOSAL_H

#include "base/sql.h"
#include "registry/registry.h"

#define PROPOSAL_KEY_LEN 16   /* hexadecimal digits, made by who proposes: the same again is the same proposal */
#define PROPOSAL_WHY_MAX 1000 /* characters */

enum proposal_state {
	PROPOSAL_OPEN,      /* waits for a second person */
	PROPOSAL_APPROVED,  /* is to be carried out */
	PROPOSAL_REFUSED,   /* by the second person */
	PROPOSAL_WITHDRAWN, /* before it was asked for in the register */
	PROPOSAL_DONE,      /* approved, and seen in the published lists */
	PROPOSAL_STATES
};
/* "open", "approved", "refused", "withdrawn", "done". */
extern const char *const proposal_state_names[PROPOSAL_STATES + 1];
/* "revoke", "suspend", "reinstate", "supersede": those that can be proposed. */
extern const char *const proposal_deeds[];
/* False: it cannot be proposed. */
bool proposal_deed(enum bv_deed *out, struct bv_str name);

/* One. Strings are of the visit, or of whoever fills it. */
struct proposal {
	int64_t number; /* from 1 */
	struct bv_str key;
	enum bv_deed deed;
	struct bv_str certificate, serial;           /* its UUID, its number */
	struct bv_str successor, successor_serial;   /* of SUPERSEDE; else empty */
	struct bv_str reason, note;
	struct bv_str author, author_name;           /* account, and its sign-in name */
	int64_t made_s;
	enum proposal_state state;
	int64_t after_act; /* once approved: the newest act of the certificate then; what carries it out is a later one */
	int64_t events;    /* how many; each decision adds one */
};

/* Makes the tables that are missing. */
BV_MUST_USE enum bv_status proposal_schema(struct bv_sql *sql, struct bv_err *err);

typedef void (*proposal_visit)(void *ctx, const struct proposal *proposal);
struct proposal_search {
	int state; /* -1: all */
	struct bv_str certificate; /* empty: of all */
	int64_t before, limit;     /* before: only smaller numbers; 0: from the newest */
};
/* The newest first. */
BV_MUST_USE enum bv_status proposal_list(struct bv_sql *sql, const struct proposal_search *search, proposal_visit visit, void *ctx, struct bv_err *err);
/* ENOTFOUND. */
BV_MUST_USE enum bv_status proposal_read(struct bv_sql *sql, int64_t number, proposal_visit visit, void *ctx, struct bv_err *err);

/* The one that has this key, with the same content by the same author: fills number. ENOTFOUND; ECONFLICT: it is of something else. */
BV_MUST_USE enum bv_status proposal_find(struct proposal *proposal, struct bv_sql *sql, struct bv_err *err);
/* Stores what author proposes, and fills number; one that proposal_find finds is the same again. ECONFLICT: as there, or another one of this certificate waits for its
 * decision. */
BV_MUST_USE enum bv_status proposal_add(struct proposal *proposal, struct bv_sql *sql, int64_t now_s, struct bv_err *err);

struct proposal_step {
	int64_t number, events; /* events: as many as there were when it was looked at */
	enum proposal_state to;
	struct bv_str author, why;
	int64_t after_act; /* of APPROVED */
};
/* Takes it there with an event. ECONFLICT: something has happened to it since. Whether it may go there, and by whom, is the caller's to know. */
BV_MUST_USE enum bv_status proposal_go(struct bv_sql *sql, const struct proposal_step *step, int64_t now_s, struct bv_err *err);
/* It was seen to be done: noted without an event, so that it need not be looked for again. */
BV_MUST_USE enum bv_status proposal_note_done(struct bv_sql *sql, int64_t number, struct bv_err *err);

struct proposal_event {
	int64_t at_s;
	struct bv_str author, author_name;
	enum proposal_state to; /* OPEN: it was proposed */
	struct bv_str why;
};
typedef void (*proposal_event_visit)(void *ctx, const struct proposal_event *event);
/* In their order. */
BV_MUST_USE enum bv_status proposal_events(struct bv_sql *sql, int64_t number, proposal_event_visit visit, void *ctx, struct bv_err *err);

#endif

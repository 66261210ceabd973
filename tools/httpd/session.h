/* Sessions: opaque tokens of 256 random bits in a cookie. The database has their SHA-256, and the truth; each node remembers what it has read of
 * it for a few seconds, and a candidate's session as long as it lasts, because the ledger checks his lease with every act. */
#ifndef BV_TOOLS_HTTPD_SESSION_H
#define BV_TOOLS_HTTPD_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/sql.h"

#define ACCOUNT_ID_SIZE 33 /* 128 random bits in hexadecimal */
#define SESSION_TOKEN_SIZE BV_HEX_SIZE(32)
#define SESSION_COOKIE "__Host-bv"
#define SESSION_MACHINE_SIZE 65
#define SESSION_SITTING_SIZE 65

struct session {
	char account[ACCOUNT_ID_SIZE]; /* "" for the public and for candidates */
	uint8_t key[BV_HASH_LEN];      /* SHA-256 of the token */
	uint32_t roles;                /* bits of role.h; 0: nobody */
	bool partial;    /* a password must be changed or a second factor enrolled before anything else */
	int64_t attempt; /* of a candidate; 0: staff */
	uint32_t lease;  /* 0: none yet */
	char machine[SESSION_MACHINE_SIZE]; /* that a candidate signed in at */
	char seb[SESSION_SITTING_SIZE];     /* his sitting, if it demanded Safe Exam Browser when he did; else "" */
	int64_t created_s, seen_s;
};

struct session_rules {
	int64_t idle_s, max_s, refresh_s;
	bool second_factor;
};

struct sessions;
struct sessions *sessions_new(const struct session_rules *rules);
void sessions_free(struct sessions *sessions);
size_t sessions_count(struct sessions *sessions);

/* False unless it is 64 small hexadecimal digits. */
bool session_key(uint8_t key[BV_HASH_LEN], struct bv_str token);
/* What requests that change something must repeat in X-CSRF-Token: another site cannot read it. */
void session_csrf(char out[SESSION_TOKEN_SIZE], struct bv_str token);

/* What is remembered; false when it must be read from the database. */
bool session_recall(struct session *out, struct sessions *sessions, const uint8_t key[BV_HASH_LEN], int64_t now_s);
/* Reads it, with the rights of its account as they are now, and remembers it. ENOTFOUND when there is none, or it has ended. */
BV_MUST_USE enum bv_status session_load(struct session *out, struct sessions *sessions, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN],
                                        int64_t now_s, struct bv_err *err);

/* A new session: of an account, or (account NULL) of a candidate who may write to an attempt by a lease. random has 32 bytes. */
BV_MUST_USE enum bv_status session_open(char token[SESSION_TOKEN_SIZE], struct bv_sql *sql, const char *account, int64_t attempt, uint32_t lease,
                                        const uint8_t random[32], int64_t now_s, struct bv_err *err);
/* A candidate's, who has no lease yet, at a machine; seb as in struct session. Of those that never got one the newest SESSIONS_IDLE_MAX of his stay. */
enum { SESSIONS_IDLE_MAX = 8 };
BV_MUST_USE enum bv_status session_enter(char token[SESSION_TOKEN_SIZE], struct sessions *sessions, struct bv_sql *sql, int64_t attempt,
                                         const char *machine, const char *seb, const uint8_t random[32], int64_t now_s, struct bv_err *err);
/* It has this lease from now on. */
BV_MUST_USE enum bv_status session_set_lease(struct session *session, struct sessions *sessions, struct bv_sql *sql, uint32_t lease, struct bv_err *err);
BV_MUST_USE enum bv_status session_close(struct sessions *sessions, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN], struct bv_err *err);
/* What was read of an account's sessions is forgotten: after its rights or sessions have changed. */
void sessions_forget(struct sessions *sessions, const char *account);
/* Sessions that have ended go, here and in the database. */
BV_MUST_USE enum bv_status sessions_sweep(struct sessions *sessions, struct bv_sql *sql, int64_t now_s, struct bv_err *err);

#endif

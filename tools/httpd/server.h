/* What the parts of one running server share. */
#ifndef BV_TOOLS_HTTPD_SERVER_H
#define BV_TOOLS_HTTPD_SERVER_H

#include <stdatomic.h>

#include "engine/engine.h"
#include "tools/httpd/config.h"
#include "tools/httpd/desk.h"
#include "tools/httpd/feed.h"
#include "tools/httpd/http.h"
#include "tools/httpd/limit.h"
#include "tools/httpd/log.h"
#include "tools/httpd/metrics.h"
#include "tools/httpd/persons.h"
#include "tools/httpd/presence.h"
#include "tools/httpd/levels.h"
#include "tools/httpd/door.h"
#include "tools/httpd/records.h"
#include "tools/httpd/verifier.h"
#include "tools/httpd/seb.h"
#include "tools/httpd/stock.h"
#include "tools/httpd/totp_seal.h"
#include "tools/httpd/unit.h"
#include "tools/httpd/work.h"


struct server {
	const struct config *config;
	struct limit *limit;
	struct log *log;
	struct metrics *metrics;
	struct sessions *sessions;
	struct work *database, *hash, *verify; /* threads for WHERE_DATABASE, WHERE_HASH and WHERE_VERIFY */
	struct bv_trust *trust;   /* whom a verification trusts */
	struct records *records;  /* what is known of certificates */
	struct verifier verifier; /* of what anybody brings */
	struct door door;         /* codes of rooms; with a ledger */
	struct levels *levels;    /* what levels are called */
	struct sebs *sebs;        /* which sittings demand Safe Exam Browser */
	struct notes *notes;      /* checkpoints that were asked for lately */
	struct http *http;
	struct bv_key *ledger_key;
	struct totp_key totp_key; /* seals the secrets of authenticators */
	char ledger_multikey[BV_MULTIKEY_SIZE]; /* its public half */
	struct bv_ledger *ledger; /* NULL: no exams */
	struct bv_allowed_modules modules;
	struct halls *halls;      /* of its sittings, NULL without a ledger */
	struct desks *desks;
	struct stock *stock;       /* what the bank has for a blueprint that is being written */
	struct units *units;       /* which unit is below which */
	struct persons *persons;   /* names; NULL: none are kept */
	struct presence *presence; /* which machines were heard of */
	struct feed *feed;        /* the proctors' board and its streams; NULL as ledger */
	atomic_bool failed;       /* the ledger has stopped: what is stored is stored, and nothing more */
	struct address proxies[CONFIG_PROXIES_MAX];
	size_t proxy_count;
	atomic_bool ready; /* false while it starts and while it drains */
	int64_t started_s;
};

/* Starts everything but the sockets; EIO, EINVAL. */
BV_MUST_USE enum bv_status server_init(struct server *server, const struct config *config, struct bv_err *err);
/* kept: others listen at the same socket when this server has ended. */
BV_MUST_USE enum bv_status server_start(struct server *server, int listen_fd, bool kept, struct bv_err *err);
/* Accepts nothing new, lets what was begun end, for drain_s at most, and stops. */
void server_drain(struct server *server);
/* Once a minute or so: what has ended goes. */
void server_sweep(struct server *server);
/* Its rights or sessions have changed: what is remembered of it goes, and what it watches ends. */
void server_forget(struct server *server, const char *account);
void server_finish(struct server *server);
BV_AUTO_DEFINE_FINISH(struct server, server_finish)

#endif

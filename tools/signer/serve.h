/* The socket: who may connect, and the loop that answers. */
#ifndef BV_TOOLS_SIGNER_SERVE_H
#define BV_TOOLS_SIGNER_SERVE_H

#include <sys/types.h>

#include "tools/signer/desk.h"

enum { ALLOWED_MAX = 16, LINKS_MAX = 64 };

struct server {
	int listener;
	const char *path;
	uid_t allowed[1 + ALLOWED_MAX]; /* the user that the signer runs as, and others */
	size_t allowed_count;           /* of the others */
};

/* A socket of the file system for its owner only, or for its group, too, when others are allowed. A stale one is replaced. */
BV_MUST_USE enum bv_status serve_open(struct server *server, struct bv_err *err);
/* SIGTERM and SIGINT end it. */
void serve_signals(void);
/* Until a signal ends it or the window is over. */
void serve(const struct server *server, struct desk *desk);

#endif

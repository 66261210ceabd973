/* A connection to the server: TCP or a local socket, plain or TLS. Nothing here waits. */
#ifndef BV_TOOLS_LOAD_LINK_H
#define BV_TOOLS_LOAD_LINK_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/str.h"

/* Where the server is. */
struct target {
	struct sockaddr_storage address;
	socklen_t address_len;
	char host[256];      /* of the Host field */
	char path[256];      /* of the URL */
	bool loopback;
	struct tls *tls;     /* NULL: plain */
};

/* http://HOST[:PORT][/PATH], https://…, unix:FILE. EINVAL, ENOTFOUND. */
BV_MUST_USE enum bv_status target_init(struct target *target, const char *url, const char *ca_file, bool insecure, struct bv_err *err);
void target_finish(struct target *target);
BV_AUTO_DEFINE_FINISH(struct target, target_finish)

struct link {
	int fd;             /* -1: closed */
	struct session_tls *tls;
};

/* DONE: *len bytes were moved, or the connection is open. */
enum link_state { LINK_DONE, LINK_WANTS_READ, LINK_WANTS_WRITE, LINK_CLOSED, LINK_FAILED };

enum link_state link_begin(struct link *link, const struct target *target);
/* Goes on opening, when the socket is ready for what was wanted. */
enum link_state link_open(struct link *link);
enum link_state link_write(size_t *len, struct link *link, struct bv_str bytes);
enum link_state link_read(size_t *len, struct link *link, char *into, size_t room);
void link_close(struct link *link);

/* tls.c */
BV_MUST_USE enum bv_status tls_new(struct tls **out, const char *host, const char *ca_file, bool insecure, struct bv_err *err);
void tls_free(struct tls *tls);
struct session_tls *tls_session(struct tls *tls, int fd);
enum link_state tls_open(struct session_tls *session);
enum link_state tls_write(size_t *len, struct session_tls *session, struct bv_str bytes);
enum link_state tls_read(size_t *len, struct session_tls *session, char *into, size_t room);
void tls_session_free(struct session_tls *session);

#endif

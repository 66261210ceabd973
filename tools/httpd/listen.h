/* Sockets to listen on, and the little protocol by which systemd gives them and is told how the server is (sd_listen_fds(3), sd_notify(3)). */
#ifndef BV_TOOLS_HTTPD_LISTEN_H
#define BV_TOOLS_HTTPD_LISTEN_H

#include "base/err.h"

/* "ADDRESS:PORT", "[ADDRESS]:PORT" (port 0: any that is free) or "unix:FILE". *fd listens and does not block. EINVAL, EIO (in use, not allowed). */
BV_MUST_USE enum bv_status listen_open(int *fd, const char *where, struct bv_err *err);

/* Is it written so? Nothing is opened. */
BV_MUST_USE enum bv_status listen_check(const char *where, struct bv_err *err);

/* The socket that systemd has opened for this process (LISTEN_PID, LISTEN_FDS), or -1; EINVAL when there are several or it does not listen. */
BV_MUST_USE enum bv_status listen_given(int *fd, struct bv_err *err);

/* Where fd listens, as "ADDRESS:PORT" or "unix:FILE". */
void listen_name(char *out, size_t size, int fd);

/* Tells the service manager: "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=…". Nothing happens without $NOTIFY_SOCKET. */
void notify_send(const char *state);

#endif

/* The C library's epoll_wait, for libmicrohttpd in this program.
 *
 * When as many connections as it asks about at once (128) are ready, libmicrohttpd (0.9.75, 1.0.1: MHD_epoll) asks again before it looks at any, and waits
 * for what comes then: with 128 or 256 connections and all of them ready that is for ever, for all have asked and none is answered. So what follows an
 * answer that was full does not wait. The dynamic linker gives this to libraries, because the program comes first. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <sys/epoll.h>

#include "base/err.h"

BV_API int
epoll_wait(int fd, struct epoll_event *events, int most, int timeout_ms)
{
	static _Thread_local int full_fd = -1;
	int count = epoll_pwait(fd, events, most, full_fd == fd ? 0 : timeout_ms, NULL);

	full_fd = count == most ? fd : -1;
	return count;
}

/* The C library's epoll, for libmicrohttpd in this program. The dynamic linker gives these to libraries, because the program comes first.
 *
 * When as many connections as it asks about at once (128) are ready, libmicrohttpd (0.9.75, 1.0.1: MHD_epoll) asks again before it looks at any, and waits
 * for what comes then: with 128 or 256 connections and all of them ready that is for ever, for all have asked and none is answered. So what follows an
 * answer that was full does not wait.
 *
 * It takes a connection that is suspended out of the set, and puts it in again after its answer: two calls of the kernel for each save. So an edge-triggered
 * descriptor that is taken out stays in the kernel's set and rests: what happens to it meanwhile is not told, and if something did the kernel is asked about
 * it anew when it is put in again: then it tells what is ready, as it does of one that is new. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

enum { PLACES = 65536 }; /* what has a higher number is not spared */

/* Of an edge-triggered descriptor. Only the thread that waits for it looks here; another one may after it was closed and accepted again, which no lock of
 * the program's tells: so these are atomic. */
struct place {
	atomic_int set;   /* which it is in; 0: none */
	atomic_uint turn; /* which one this number is: a descriptor that was closed may live in a child, and still be told of */
	struct epoll_event event;
	atomic_bool rests, missed;
};

static struct place places[PLACES];

#define OURS (UINT64_C(1) << 63) /* no pointer of a program has this bit */

static uint64_t
mark_of(uint32_t turn, int fd)
{
	return OURS | (uint64_t)(turn & 0x7fffffff) << 32 | (uint32_t)fd;
}

static int
ask_kernel(int set, int op, int fd, const struct epoll_event *event)
{
	return (int)syscall(SYS_epoll_ctl, set, op, fd, event);
}

/* Into the set, or, if it rests there, awake again. */
static int
put(int set, int fd, const struct epoll_event *event)
{
	struct place *place = &places[fd];
	bool again = place->rests && place->set == set && place->event.events == event->events, missed = place->missed;

	place->event = *event;
	place->rests = false;
	if (again && !missed)
		return 0;
	place->turn += !again;
	place->missed = false;
	place->set = set;
	return ask_kernel(set, again ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd,
	                  &(struct epoll_event){ .events = event->events, .data.u64 = mark_of(place->turn, fd) });
}

BV_API int
epoll_ctl(int set, int op, int fd, struct epoll_event *event)
{
	bool has_place = fd >= 0 && fd < PLACES && set > 0;

	if (op == EPOLL_CTL_ADD && has_place && (event->events & EPOLLET))
		return put(set, fd, event);
	if (op == EPOLL_CTL_DEL && has_place && places[fd].set == set) {
		places[fd].rests = true;
		return 0;
	}
	return ask_kernel(set, op, fd, event);
}

/* What is told of descriptors that rest, or were closed, is left out. */
static int
keep_awake(struct epoll_event *events, int count)
{
	int kept = 0;

	for (int i = 0; i < count; i++) {
		struct epoll_event event = events[i];
		if (event.data.u64 & OURS) {
			int fd = (int)(uint32_t)event.data.u64;
			struct place *place = &places[fd];
			if (!place->set || event.data.u64 != mark_of(place->turn, fd))
				continue;
			if (place->rests) {
				place->missed = true;
				continue;
			}
			event.data = place->event.data;
		}
		events[kept++] = event;
	}
	return kept;
}

BV_API int
epoll_wait(int set, struct epoll_event *events, int most, int timeout_ms)
{
	static _Thread_local int full = -1;
	int count = epoll_pwait(set, events, most, full == set ? 0 : timeout_ms, NULL);

	full = count == most ? set : -1;
	return count > 0 ? keep_awake(events, count) : count;
}

/* A number that is given again is another descriptor. */
BV_API int
accept4(int listen_fd, __SOCKADDR_ARG address, socklen_t *restrict len, int flags)
{
	int fd = (int)syscall(SYS_accept4, listen_fd, address.__sockaddr__, len, flags);

	if (fd >= 0 && fd < PLACES)
		places[fd].set = 0;
	return fd;
}

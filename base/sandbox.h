/* A forked child that reads what may have come from anybody: it can compute and send back frames of bytes, and nothing else. A child that dies is
 * an error with a message, whatever it died of. Linux: seccomp (libseccomp), rlimits. */
#ifndef BV_BASE_SANDBOX_H
#define BV_BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* 1 where the address sanitizer is built in: its shadow takes far more room than any limit would leave. */
#if defined(__SANITIZE_ADDRESS__)
#define BV_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BV_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef BV_ADDRESS_SANITIZER
#define BV_ADDRESS_SANITIZER 0
#endif

struct bv_sandbox_limits {
	uint64_t memory;   /* bytes beyond what the process has when it forks (address space, and what can be written; without effect under AddressSanitizer) */
	unsigned cpu_s;    /* seconds of processor time, at least 1 */
	bool unfiltered;   /* true: without the filter of system calls, where the kernel has none. The limits hold */
	bool drawing;      /* true: for Pango, which starts threads of its own, and asks whether a font that it has open is still there (it is told so of every file) */
	unsigned wait_s;   /* how long a frame may be waited for, 0: for ever. For a parent with threads, whose locks a child inherits as they are */
};

/* In the child: the way out, and in for answers. */
struct bv_sandbox_pipe;

/* Sends one frame, of any length to UINT32_MAX. Ends the child when the parent no longer listens. */
BV_API void bv_sandbox_send(struct bv_sandbox_pipe *pipe, struct bv_str frame);

/* Waits for the next answer of the parent, into frame (cleared first). Ends the child when it is larger than frame->max, or when no answer comes. */
BV_API void bv_sandbox_await(struct bv_sandbox_pipe *pipe, struct bv_buf *frame);

/* What the child does; it sees the memory of its parent as it was, but no file is open and none can be opened. Its time zone is UTC. When it returns, the child ends. */
typedef void (*bv_sandbox_work)(void *ctx, struct bv_sandbox_pipe *pipe);

struct bv_sandbox;

/* Forks. EIO when that cannot be done; EDENIED when the kernel offers no filter of system calls and limits does not say unfiltered.
 * Signals: the caller must not have other children reaped by a handler of SIGCHLD. */
BV_API BV_MUST_USE enum bv_status bv_sandbox_start(struct bv_sandbox **out, bv_sandbox_work work, void *ctx, const struct bv_sandbox_limits *limits,
                                                   struct bv_err *err);
/* The same as a program of its own, which begins anew: for work of libraries whose threads and locks no fork survives, and which need files before they begin. It is this very
 * program, with the arguments argv (argv[0] its name; NULL at the end); it reads what it needs and calls bv_sandbox_enter. Of limits only cpu_s (for messages) and wait_s. */
BV_API BV_MUST_USE enum bv_status bv_sandbox_start_program(struct bv_sandbox **out, const char *const *argv, const struct bv_sandbox_limits *limits, struct bv_err *err);
/* In that program: from now on, and in all threads that there are, it can do no more than the child of bv_sandbox_start. Ends the program when that cannot be done. */
BV_API struct bv_sandbox_pipe *bv_sandbox_enter(const struct bv_sandbox_limits *limits);
/* The pipe before that, to hear from the parent what to read. */
BV_API struct bv_sandbox_pipe *bv_sandbox_pipe(void);

/* The next frame into frame (cleared first), or *more false at the end, when the child has ended as it should. ELIMIT for a frame larger than
 * frame->max, or one that does not come in wait_s; ELIMIT or EPARSE with a message when the child was ended by its limits, by its filter or by a fault. After an error or the end:
 * bv_sandbox_free. */
BV_API BV_MUST_USE enum bv_status bv_sandbox_receive(struct bv_sandbox *sandbox, struct bv_buf *frame, bool *more, struct bv_err *err);
/* Sends the child, which waits for it, an answer to what it sent. A child that no longer listens shows at the next bv_sandbox_receive. */
BV_API void bv_sandbox_answer(struct bv_sandbox *sandbox, struct bv_str frame);
/* Ends the child if it still runs. */
BV_API void bv_sandbox_free(struct bv_sandbox *sandbox);
BV_AUTO_DEFINE(struct bv_sandbox, bv_sandbox_free)

#endif

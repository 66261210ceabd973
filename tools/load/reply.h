/* An answer of HTTP/1.1 as it comes in, piece by piece. */
#ifndef BV_TOOLS_LOAD_REPLY_H
#define BV_TOOLS_LOAD_REPLY_H

#include <stdbool.h>

#include "base/str.h"

#define REPLY_HEAD_MAX (16u << 10)
#define REPLY_MAX (4u << 20)

/* Zero-initialised before the first piece. */
struct reply {
	int status;
	size_t head_len, body_len; /* head_len 0: the head is not whole yet */
	bool close;
	int retry_after_s; /* -1: not said, or as a date */
	const char *fault; /* what is bad in it */
};

enum reply_state { REPLY_MORE, REPLY_WHOLE, REPLY_BAD };
/* bytes: all that has come for it so far. WHOLE: it is bytes[0 .. head_len + body_len). */
enum reply_state reply_read(struct reply *reply, struct bv_str bytes);

#endif

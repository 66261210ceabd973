/* What the files of exam events share: big-endian numbers, and JSON that is passed over without a tree. */
#ifndef BV_ENGINE_EVENT_H
#define BV_ENGINE_EVENT_H

#include "engine/engine.h"

static inline void
put_be64(uint8_t *p, uint64_t n)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(n >> (56 - 8 * i));
}

static inline uint64_t
get_be64(const uint8_t *p)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | p[i];
	return n;
}

/* Takes one value off rest: RFC 8259 without white space, at most BV_JSON_DEPTH deep. Names may be twice, UTF-8 is not looked at. */
bool event_skip_json(struct bv_str *rest);
/* The same of a string in quotes. */
bool event_skip_string(struct bv_str *rest, bool *escaped);

/* attempt.c: where the act takes an attempt; BV_ATTEMPT_NONE: it stays where it is. */
enum bv_attempt_state attempt_state_after(enum bv_exam_act act);

#endif

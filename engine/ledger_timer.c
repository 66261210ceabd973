/* When the clock has to act: a binary heap. An attempt that gets more time keeps its old place, and is looked at once too often; so that nothing has to
 * be found in the middle. */
#include <stdlib.h>

#include "base/mem.h"
#include "engine/ledger.h"

void
timer_add(struct ledger_timer *timer, int64_t due_ms, int64_t id)
{
	if (timer->count == timer->cap) {
		timer->cap = timer->cap ? timer->cap * 2 : 1024;
		timer->heap = bv_resize_array(timer->heap, timer->cap, sizeof timer->heap[0]);
	}
	size_t at = timer->count++;
	for (size_t up = (at - 1) / 2; at && timer->heap[up].due_ms > due_ms; at = up, up = (at - 1) / 2)
		timer->heap[at] = timer->heap[up];
	timer->heap[at] = (struct ledger_moment){ due_ms, id };
}

const struct ledger_moment *
timer_first(const struct ledger_timer *timer)
{
	return timer->count ? &timer->heap[0] : NULL;
}

void
timer_drop_first(struct ledger_timer *timer)
{
	struct ledger_moment last = timer->heap[--timer->count];
	size_t at = 0;

	for (size_t down = 1; down < timer->count; down = 2 * at + 1) {
		if (down + 1 < timer->count && timer->heap[down + 1].due_ms < timer->heap[down].due_ms)
			down++;
		if (timer->heap[down].due_ms >= last.due_ms)
			break;
		timer->heap[at] = timer->heap[down];
		at = down;
	}
	timer->heap[at] = last;
}

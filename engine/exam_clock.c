/* The exam clock: elapsed time that nobody can step, tied to the wall clock once. */
#define _GNU_SOURCE
#include <stdio.h>

#include "base/clock.h"
#include "engine/engine.h"

/* Shorter than this is how long it takes to read two clocks one after the other. */
enum { ASLEEP_LEAST_MS = 1000 };

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
boot_ms(const struct bv_time_source *source)
{
	return source->boot_ms(source->ctx);
}

static int64_t
asleep_ms(const struct bv_time_source *source)
{
	int64_t awake = source->awake_ms(source->ctx);

	return boot_ms(source) - awake;
}

/* In another boot only the wall clock tells how long the machine was off. A boottime that went back is another boot too: of a time namespace or a
 * restored virtual machine, whose boot id may be the old one. */
static void
start_boot(struct bv_exam_clock *clock, const struct bv_clock_mark *kept, struct bv_clock_news *news)
{
	int64_t passed = clock->anchor.utc_ms - kept->utc_ms;

	news->new_boot = true;
	news->back_ms = passed < 0 ? -passed : 0;
	news->jump_ms = later(passed, 0);
	if (passed > clock->jump_limit_ms || passed < 0) {
		/* Set back, or off for long: nothing is known. Until somebody says, no time has passed. */
		news->held = true;
		news->jump_ms = 0;
		clock->held_ms = later(passed, 1);
	}
	clock->anchor.exam_ms = kept->exam_ms + news->jump_ms;
}

void
bv_exam_clock_start(struct bv_exam_clock *clock, const struct bv_time_source *source, const struct bv_clock_mark *kept, int64_t floor_ms,
                    int64_t jump_limit_ms, struct bv_clock_news *news)
{
	*clock = (struct bv_exam_clock){ .source = *source, .jump_limit_ms = jump_limit_ms };
	*news = (struct bv_clock_news){ 0 };
	source->boot_id(source->ctx, clock->anchor.boot_id);
	clock->anchor.boot_ms = boot_ms(source);
	clock->anchor.utc_ms = source->utc_ms(source->ctx);
	clock->asleep_ms = asleep_ms(source);
	if (!kept)
		clock->anchor.exam_ms = clock->anchor.utc_ms;
	else if (kept->boot_id[0] && strcmp(kept->boot_id, clock->anchor.boot_id) == 0 && clock->anchor.boot_ms >= kept->boot_ms)
		clock->anchor.exam_ms = kept->exam_ms + (clock->anchor.boot_ms - kept->boot_ms);
	else
		start_boot(clock, kept, news);
	clock->anchor.exam_ms = later(clock->anchor.exam_ms, floor_ms);
	clock->last_ms = clock->anchor.exam_ms;
}

int64_t
bv_exam_clock_now(struct bv_exam_clock *clock, struct bv_clock_news *news)
{
	int64_t now = clock->anchor.exam_ms + (boot_ms(&clock->source) - clock->anchor.boot_ms);

	if (news) {
		int64_t asleep = asleep_ms(&clock->source);
		*news = (struct bv_clock_news){ 0 };
		if (asleep - clock->asleep_ms >= ASLEEP_LEAST_MS)
			news->suspended_ms = asleep - clock->asleep_ms;
		clock->asleep_ms = asleep;
	}
	clock->last_ms = later(clock->last_ms, now);
	return clock->last_ms;
}

enum bv_status
bv_exam_clock_confirm(struct bv_exam_clock *clock, int64_t jump_ms, struct bv_err *err)
{
	if (!clock->held_ms)
		return bv_err_set(err, BV_ECONFLICT, "the clock is not held: there is nothing to confirm");
	if (jump_ms < 0 || jump_ms > BV_CLOCK_JUMP_MAX_MS)
		return bv_err_set(err, BV_EINVAL, "the machine was off for 0 ms to a year, not %lld ms", (long long)jump_ms);
	clock->anchor.exam_ms += jump_ms;
	clock->held_ms = 0;
	return BV_OK;
}

void
bv_exam_clock_mark(struct bv_clock_mark *mark, struct bv_exam_clock *clock)
{
	struct bv_clock_mark now = clock->anchor;

	now.boot_ms = boot_ms(&clock->source);
	now.utc_ms = clock->source.utc_ms(clock->source.ctx);
	/* Of the same reading: were it of a later one, each start would take from everybody the time between. */
	now.exam_ms = clock->anchor.exam_ms + (now.boot_ms - clock->anchor.boot_ms);
	*mark = now;
}

int64_t
bv_exam_clock_drift_ms(struct bv_exam_clock *clock)
{
	return clock->source.utc_ms(clock->source.ctx) - bv_exam_clock_now(clock, NULL);
}

/* ---- The system's clocks ---- */

static int64_t
system_boot_ms(void *ctx)
{
	(void)ctx;
	return bv_clock_boot_ms();
}

static int64_t
system_awake_ms(void *ctx)
{
	(void)ctx;
	return bv_clock_monotonic_ns() / 1000000;
}

static int64_t
system_utc_ms(void *ctx)
{
	(void)ctx;
	return bv_clock_utc_ms();
}

static void
system_boot_id(void *ctx, char out[BV_BOOT_ID_SIZE])
{
	(void)ctx;
	bv_clock_boot_id(out, BV_BOOT_ID_SIZE);
}

struct bv_time_source
bv_time_source_system(void)
{
	return (struct bv_time_source){ system_boot_ms, system_awake_ms, system_utc_ms, system_boot_id, NULL };
}

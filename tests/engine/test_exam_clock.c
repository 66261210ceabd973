/* The exam clock with clocks that are stepped by hand. */
#include "tests/engine/exam_fixture.h"

struct machine {
	int64_t boot, awake, utc;
	const char *id;
};

static int64_t
boot_ms(void *ctx)
{
	return ((struct machine *)ctx)->boot;
}

static int64_t
awake_ms(void *ctx)
{
	return ((struct machine *)ctx)->awake;
}

static int64_t
utc_ms(void *ctx)
{
	return ((struct machine *)ctx)->utc;
}

static void
boot_id(void *ctx, char out[BV_BOOT_ID_SIZE])
{
	snprintf(out, BV_BOOT_ID_SIZE, "%s", ((struct machine *)ctx)->id);
}

static void
pass(struct machine *m, int64_t ms)
{
	m->boot += ms;
	m->awake += ms;
	m->utc += ms;
}

static struct bv_time_source
source_of(struct machine *m)
{
	return (struct bv_time_source){ boot_ms, awake_ms, utc_ms, boot_id, m };
}

static const struct machine morning = { 5000000, 5000000, T0, "boot-a" };

static void
one_boot(void)
{
	struct machine m = morning;
	const struct bv_time_source source = source_of(&m);
	struct bv_exam_clock clock;
	struct bv_clock_news news;
	struct bv_clock_mark mark;

	bv_exam_clock_start(&clock, &source, NULL, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
	CHECK(bv_exam_clock_now(&clock, &news) == T0 && !news.new_boot && !news.held && !news.suspended_ms, "a new clock says what the wall clock says");
	pass(&m, 1234);
	CHECK(bv_exam_clock_now(&clock, NULL) == T0 + 1234, "and goes on with elapsed time");
	m.utc -= 3600000;
	CHECK(bv_exam_clock_now(&clock, &news) == T0 + 1234 && bv_exam_clock_drift_ms(&clock) == -3600000, "the wall clock set back gives nothing");
	m.utc += 7200000;
	CHECK(bv_exam_clock_now(&clock, NULL) == T0 + 1234 && bv_exam_clock_drift_ms(&clock) == 3600000, "set forward it takes nothing");
	m.boot += 600000; /* suspended: boot time goes on, and so does the wall clock */
	m.utc += 600000;
	CHECK(bv_exam_clock_now(&clock, &news) == T0 + 601234 && news.suspended_ms == 600000, "a suspended machine: time passed, and it is told");
	CHECK(bv_exam_clock_now(&clock, &news) == T0 + 601234 && !news.suspended_ms, "once");
	m.boot += 999;
	CHECK(bv_exam_clock_now(&clock, &news) && !news.suspended_ms, "less than a second is how two clocks are read");
	m.boot -= 5000;
	CHECK(bv_exam_clock_now(&clock, NULL) == T0 + 602233, "it never goes back");
	m.boot += 5000;

	bv_exam_clock_mark(&mark, &clock);
	pass(&m, 40 * MINUTE);
	m.utc -= 86400000;
	bv_exam_clock_start(&clock, &source, &mark, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
	CHECK(bv_exam_clock_now(&clock, NULL) == T0 + 602233 + 40 * MINUTE && !news.new_boot && !news.held && !news.jump_ms,
	      "a process that starts again in the same boot counts the time between, whatever the wall clock did");
	bv_exam_clock_start(&clock, &source, &mark, T0 + 100 * MINUTE, BV_CLOCK_JUMP_LIMIT_MS, &news);
	CHECK(bv_exam_clock_now(&clock, NULL) == T0 + 100 * MINUTE, "and is never before the last event");
	struct bv_err err;
	CHECK_REFUSED(bv_exam_clock_confirm(&clock, 0, &err), BV_ECONFLICT, &err, "not held", "nothing to confirm");
}

static void
other_boots(void)
{
	static const struct {
		const char *what;
		int64_t off_ms;  /* by the wall clock */
		int64_t boot_ms; /* of the new boot */
		const char *id;
		bool new_boot, held;
		int64_t jump_ms, back_ms;
	} cases[] = {
		{ "a quick restart", 90000, 4000, "boot-b", true, false, 90000, 0 },
		{ "at the limit", BV_CLOCK_JUMP_LIMIT_MS, 4000, "boot-b", true, false, BV_CLOCK_JUMP_LIMIT_MS, 0 },
		{ "beyond the limit", BV_CLOCK_JUMP_LIMIT_MS + 1, 4000, "boot-b", true, true, 0, 0 },
		{ "no time at all", 0, 4000, "boot-b", true, false, 0, 0 },
		{ "a wall clock that was set back", -1, 4000, "boot-b", true, true, 0, 1 },
		{ "an empty battery: 1970", -T0, 4000, "boot-b", true, true, 0, T0 },
		{ "the same boot id with less boot time: a time namespace, an old image", 60000, 4000, "boot-a", true, false, 60000, 0 },
		{ "the same boot", 60000, 5060000, "boot-a", false, false, 0, 0 },
		{ "no boot id to be had", 60000, 5060000, "", true, false, 60000, 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct machine m = morning;
		struct bv_time_source source = source_of(&m);
		struct bv_exam_clock clock;
		struct bv_clock_news news;
		struct bv_clock_mark mark;
		if (!cases[i].id[0])
			m.id = "";
		bv_exam_clock_start(&clock, &source, NULL, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
		bv_exam_clock_mark(&mark, &clock);
		m = (struct machine){ cases[i].boot_ms, cases[i].boot_ms, T0 + cases[i].off_ms, cases[i].id };
		bv_exam_clock_start(&clock, &source, &mark, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
		int64_t want = T0 + (cases[i].new_boot ? cases[i].jump_ms : cases[i].off_ms);
		CHECK(bv_exam_clock_now(&clock, NULL) == want, "%s: the clock says %lld ms", cases[i].what, (long long)(bv_exam_clock_now(&clock, NULL) - T0));
		CHECK(news.new_boot == cases[i].new_boot && news.held == cases[i].held && news.jump_ms == cases[i].jump_ms && news.back_ms == cases[i].back_ms &&
		      (clock.held_ms > 0) == cases[i].held, "and tells what it found");
		pass(&m, 1000);
		CHECK(bv_exam_clock_now(&clock, NULL) == want + 1000, "and goes on");
	}
}

static void
held(void)
{
	struct machine m = morning;
	const struct bv_time_source source = source_of(&m);
	struct bv_exam_clock clock;
	struct bv_clock_news news;
	struct bv_clock_mark mark;
	struct bv_err err;

	bv_exam_clock_start(&clock, &source, NULL, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
	bv_exam_clock_mark(&mark, &clock);
	m = (struct machine){ 1000, 1000, T0 + 3 * 3600000, "boot-b" };
	bv_exam_clock_start(&clock, &source, &mark, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
	CHECK(news.held && clock.held_ms == 3 * 3600000, "three hours are not believed");
	pass(&m, 5000);
	CHECK_REFUSED(bv_exam_clock_confirm(&clock, -1, &err), BV_EINVAL, &err, "-1", "less than no time");
	CHECK_REFUSED(bv_exam_clock_confirm(&clock, BV_CLOCK_JUMP_MAX_MS + 1, &err), BV_EINVAL, &err, "year", "more than a year");
	CHECK(clock.held_ms, "and it is still held");
	CHECK_OK(bv_exam_clock_confirm(&clock, 20 * MINUTE, &err), &err, "the proctor knows: twenty minutes");
	CHECK(!clock.held_ms && bv_exam_clock_now(&clock, NULL) == T0 + 20 * MINUTE + 5000, "which is what has passed");
	CHECK_REFUSED(bv_exam_clock_confirm(&clock, 0, &err), BV_ECONFLICT, &err, "not held", "once");
}

/* The machine's own clocks. */
static void
of_the_system(void)
{
	const struct bv_time_source source = bv_time_source_system();
	struct bv_exam_clock clock;
	struct bv_clock_news news;
	char id[2][BV_BOOT_ID_SIZE];

	source.boot_id(source.ctx, id[0]);
	source.boot_id(source.ctx, id[1]);
	CHECK(strlen(id[0]) == 36 && strcmp(id[0], id[1]) == 0, "the kernel names the boot: %s", id[0]);
	bv_exam_clock_start(&clock, &source, NULL, 0, BV_CLOCK_JUMP_LIMIT_MS, &news);
	int64_t last = 0;
	for (int i = 0; i < 1000; i++) {
		int64_t now = bv_exam_clock_now(&clock, NULL);
		if (now < last)
			CHECK(false, "the clock goes back");
		last = now;
	}
	CHECK(last > T0 / 2 && bv_exam_clock_drift_ms(&clock) > -1000 && bv_exam_clock_drift_ms(&clock) < 1000, "it agrees with the wall clock at first");
}

int
main(void)
{
	one_boot();
	other_boots();
	held();
	of_the_system();
	return check_end();
}

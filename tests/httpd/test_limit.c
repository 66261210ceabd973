#include "tools/httpd/limit.h"

#include "tests/check.h"

/* RATE_PAGE: 60 a minute, 5 at once; RATE_API: 1 a minute, 1 at once; the others as RATE_SAVE: a million a second. */
static struct limit *
new_limit(void)
{
	struct rate rates[RATE_COUNT];

	for (size_t i = 0; i < RATE_COUNT; i++)
		rates[i] = (struct rate){ 60000000, 10000000 };
	rates[RATE_PAGE] = (struct rate){ 60, 5 };
	rates[RATE_API] = (struct rate){ 1, 1 };
	return limit_new(rates, 1024, 12345);
}

static unsigned
take_many(struct limit *limit, enum rate_class rate, struct bv_str key, int64_t now_ms, int tries)
{
	unsigned good = 0;

	for (int i = 0; i < tries; i++)
		good += limit_take(limit, rate, key, now_ms) == 0;
	return good;
}

int
main(void)
{
	struct limit *limit = new_limit();
	struct bv_str a = BV_STR("a"), b = BV_STR("b");
	int64_t t = 1000000;

	CHECK(take_many(limit, RATE_PAGE, a, t, 8) == 5, "the burst, and no more");
	CHECK(limit_take(limit, RATE_PAGE, a, t) == 1, "a second until the next");
	CHECK(limit_take(limit, RATE_PAGE, a, t + 999) == 1, "not before a second has gone");
	CHECK(limit_take(limit, RATE_PAGE, a, t + 1000) == 0, "then one");
	CHECK(limit_take(limit, RATE_PAGE, a, t + 1000) == 1, "and one only");
	CHECK(take_many(limit, RATE_PAGE, b, t, 8) == 5, "another client has tokens of its own");
	CHECK(limit_take(limit, RATE_API, a, t) == 0, "as has another class");
	CHECK(limit_take(limit, RATE_API, a, t) == 60, "a minute until the next");
	CHECK(limit_look(limit, RATE_API, b, t) == 0 && limit_look(limit, RATE_API, b, t) == 0 && limit_take(limit, RATE_API, b, t) == 0,
	      "looking takes nothing");
	CHECK(take_many(limit, RATE_PAGE, a, t + 3600000, 8) == 5, "after an hour the burst is there again, and no more");
	CHECK(take_many(limit, RATE_SAVE, a, t, 1000000) == 1000000, "fast rates are not rounded away");

	/* Each second ten tries of which one is good. */
	unsigned good = 0;
	for (int s = 0; s < 600; s++)
		good += take_many(limit, RATE_PAGE, BV_STR("c"), t + s * 1000, 10);
	CHECK(good == 604, "in ten minutes the rate is kept to the token: %u", good);

	/* More clients than the table has places: somebody is forgotten, nobody is refused for it, and the memory stays as it is. */
	unsigned refused = 0;
	for (int i = 0; i < 100000; i++) {
		char key[16];
		int len = snprintf(key, sizeof key, "client-%d", i);
		refused += limit_take(limit, RATE_PAGE, (struct bv_str){ key, (size_t)len }, t) != 0;
	}
	CHECK(refused == 0, "100,000 clients in a table for 1,024");
	limit_free(limit);
	return check_end();
}

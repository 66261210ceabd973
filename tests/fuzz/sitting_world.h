/* A sitting for fuzzers: made once, as the tests make theirs; what fails there ends the program. BV_SOURCE names the tree. */
#ifndef BV_FUZZ_SITTING_WORLD_H
#define BV_FUZZ_SITTING_WORLD_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

/* In the place of tests/check.h: a fuzzer counts no checks. */
#define BV_TESTS_CHECK_H
__attribute__((unused)) static int check_count;
static bool
world_needs(bool good, const char *what)
{
	if (good)
		return true;
	fprintf(stderr, "%s\n", what);
	abort();
}
#define CHECK(cond, ...) world_needs((cond), #cond)
#define CHECK_OK(status, err, name) world_needs((status) == BV_OK, (err)->msg)

#include "tests/engine/sitting_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static struct sitting_test world;

__attribute__((unused)) static void
world_end(void)
{
	sitting_test_finish(&world);
}

/* With one candidate, T-1, in room P. */
__attribute__((unused)) static void
world_begin(void)
{
	struct bv_roster_order order = { .csv = BV_STR("ticket,room,seat\nT-1,P,1\n"), .author = STAFF_ID };
	struct bv_roster_tally tally;

	sitting_test_init(&world);
	sitting_test_create(&world);
	CHECK_OK(bv_roster_import(&tally, world.sittings, world.l.ledger, world.id, &order, &world.err), &world.err, "a candidate");
	atexit(world_end);
}

#endif

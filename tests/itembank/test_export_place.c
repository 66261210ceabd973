/* Where files of an export go: no two at one place, whatever the case of their names, and no file where others have a folder. */
#include "itembank/export_place.h"

#include "tests/check.h"

static void
test_cases(void)
{
	static const struct {
		const char *path;
		uint8_t bytes; /* which file */
		bool taken, same;
	} cases[] = {
		{ "img/a.png", 1, true, false },  { "img/a.png", 1, true, true },    { "img/a.png", 2, false, false }, { "img/A.png", 1, false, false },
		{ "IMG/b.png", 1, true, false },  { "img", 1, false, false },        { "Img", 1, false, false },       { "img/a.png/x", 1, false, false },
		{ "IMG/A.PNG/x", 1, false, false }, { "img/c/d/e.png", 3, true, false }, { "img/c", 3, false, false }, { "img/c/d", 3, false, false },
		{ "img/c/d/e.png", 3, true, true }, { "HÌNH.png", 1, true, false },  { "hình.png", 1, false, false },  { "hình.pn", 1, true, false },
	};
	struct export_places places = { 0 };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		uint8_t hash[BV_HASH_LEN] = { cases[i].bytes };
		struct bv_str path = bv_str_of(cases[i].path);
		bool same = false, is_free = export_place_free(&places, path, hash), taken = export_place_take(&places, &same, path, hash);
		CHECK(is_free == cases[i].taken && taken == cases[i].taken && same == cases[i].same, "%s: %s", cases[i].path,
		      !taken ? "is another's" : same ? "is the same" : "is taken");
	}
	export_places_finish(&places);
}

static void
test_many(void)
{
	struct export_places places = { 0 };
	char path[60];
	int taken = 0, twice = 0;

	for (int i = 0; i < 6000; i++) {
		uint8_t hash[BV_HASH_LEN] = { (uint8_t)i };
		bool same = false;
		snprintf(path, sizeof path, "%d/%d/%d.png", i % 7, i % 101, i / 2);
		taken += export_place_take(&places, &same, bv_str_of(path), hash) && !same;
		twice += export_place_take(&places, &same, bv_str_of(path), hash) && same;
	}
	CHECK(taken == 6000 && twice == 6000, "each of many once: %d, %d", taken, twice);
	export_places_finish(&places);
}

int
main(void)
{
	test_cases();
	test_many();
	return check_end();
}

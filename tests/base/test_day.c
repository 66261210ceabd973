#include "base/day.h"
#include "tests/check.h"

/* Expected numbers: `date -u -d DAY +%s` of GNU coreutils divided by 86400. */
static const struct {
	const char *day;
	bv_day number;
} known[] = {
	{ "1970-01-01", 0 }, { "0001-01-01", -719162 }, { "9999-12-31", 2932896 }, { "2000-02-29", 11016 },
	{ "2024-02-29", 19782 }, { "2026-11-21", 20778 }, { "1969-12-31", -1 }, { "1900-03-01", -25508 },
};

static const char *const bad[] = {
	"", "2026-11-2", "2026-11-211", "2026/11/21", "20261121--", "2026-00-10", "2026-13-01", "2026-04-31", "2025-02-29",
	"1900-02-29", "0000-01-01", "+026-01-01", "2026-1 -01", "2026-11-21 ", "２026-1-1",
};

static const struct {
	const char *from;
	int months;
	const char *to;
} later[] = {
	{ "2025-11-21", 12, "2026-11-21" }, { "2024-02-29", 12, "2025-02-28" }, { "2024-02-29", 48, "2028-02-29" },
	{ "2023-02-28", 12, "2024-02-28" }, { "2026-08-31", 6, "2027-02-28" }, { "2026-01-31", 1, "2026-02-28" },
	{ "2025-12-31", 1, "2026-01-31" }, { "2026-10-31", 1, "2026-11-30" }, { "2026-05-05", 0, "2026-05-05" },
	{ "1999-02-28", 1200, "2099-02-28" },
};

int
main(void)
{
	struct bv_err err;
	char text[BV_DAY_SIZE];
	bv_day day = 0, other = 0;

	for (size_t i = 0; i < BV_COUNT(known); i++) {
		CHECK_OK(bv_day_parse(&day, bv_str_of(known[i].day), &err), &err, known[i].day);
		CHECK(day == known[i].number, "%s is day %d", known[i].day, day);
		CHECK_STR(bv_str_of(bv_day_write(text, known[i].number)), bv_str_of(known[i].day), "written back");
	}
	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		day = 77;
		CHECK(bv_day_parse(&day, bv_str_of(bad[i]), &err) == BV_EPARSE && day == 77, "'%s' is refused", bad[i]);
	}
	for (size_t i = 0; i < BV_COUNT(later); i++) {
		if (bv_day_parse(&day, bv_str_of(later[i].from), &err) || bv_day_parse(&other, bv_str_of(later[i].to), &err))
			return 1;
		CHECK(bv_day_add_months(day, later[i].months) == other, "%s + %d months = %s", later[i].from, later[i].months, later[i].to);
	}
	CHECK(bv_day_at(1763485199) == 20410 && bv_day_at(1763485200) == 20411 && bv_day_begin_s(20411) == 1763485200, "a day begins at 17:00 UTC in Viet Nam");
	CHECK(bv_day_at(-25201) == -1 && bv_day_at(-25200) == 0 && bv_day_at(0) == 0 && bv_day_at(61199) == 0 && bv_day_at(61200) == 1, "before and after 1970");
	bool same = true;
	for (bv_day d = -719162; d <= 2932896; d++)
		same = same && bv_day_parse(&other, bv_str_of(bv_day_write(text, d)), &err) == BV_OK && other == d;
	CHECK(same, "every day of the years 0001-9999 is written and read back");
	return check_end();
}

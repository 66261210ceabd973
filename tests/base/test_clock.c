/* Times: pairs from `date -u -d TIME +%s` (GNU coreutils 9.1). */
#include "base/clock.h"
#include "tests/check.h"

int
main(void)
{
	static const struct {
		const char *text;
		int64_t time_s;
		const char *written; /* NULL: as text */
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0, NULL },
		{ "2026-11-21T23:14:53Z", 1795302893, NULL },
		{ "2024-02-29T12:00:00Z", 1709208000, NULL },
		{ "2000-02-29T00:00:00Z", 951782400, NULL },
		{ "1969-12-31T23:59:59Z", -1, NULL },
		{ "2026-11-21T09:30:00+07:00", 1795228200, "2026-11-21T02:30:00Z" },
		{ "0001-01-01T00:00:00Z", -62135596800, NULL },
		{ "0999-12-31T23:59:59Z", -30610224001, NULL },
		{ "9999-12-31T23:59:59Z", 253402300799, NULL },
		{ "9999-12-31T23:59:59+00:01", 253402300739, "9999-12-31T23:58:59Z" },
		{ "2026-11-21T02:30:00.999Z", 1795228200, "2026-11-21T02:30:00Z" },
	};
	static const char *const bad[] = {
		"", "2026-11-21", "2026-11-21T09:30:00", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z", "2026-11-21 09:30:00Z", "2026-11-21T09:30:00+0700", "2026-11-00T00:00:00Z",
		"9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01", "0000-12-31T00:00:00Z",
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(good); i++) {
		int64_t time_s = 0;
		char text[BV_TIME_SIZE];
		CHECK(bv_time_parse(&time_s, bv_str_of(good[i].text), &err) == BV_OK && time_s == good[i].time_s, "reads %s", good[i].text);
		CHECK_STR(bv_str_of(bv_time_write(text, time_s)), bv_str_of(good[i].written ? good[i].written : good[i].text), "writes it");
	}
	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		int64_t time_s = 42;
		CHECK(bv_time_parse(&time_s, bv_str_of(bad[i]), &err) == BV_EPARSE && time_s == 42, "refuses '%s'", bad[i]);
	}
	char text[BV_TIME_SIZE];
	CHECK_STR(bv_str_of(bv_time_write(text, INT64_MIN)), BV_STR("0001-01-01T00:00:00Z"), "before all years");
	CHECK_STR(bv_str_of(bv_time_write(text, INT64_MAX)), BV_STR("9999-12-31T23:59:59Z"), "after all years");
	return check_end();
}

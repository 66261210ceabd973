#include "base/day.h"

#include <assert.h>
#include <stdio.h>

enum { DAY_S = 86400 };

/* Years begin in March here, so that the leap day comes last. */
static bv_day
from_civil(int y, int m, int d)
{
	y -= m <= 2;
	int era = y / 400, yoe = y % 400;
	int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
to_civil(bv_day day, int *y, int *m, int *d)
{
	int z = day + 719468;
	int era = z / 146097, doe = z % 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = yoe + era * 400 + (*m <= 2);
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bv_day
bv_day_at(int64_t time_s)
{
	int64_t local = time_s + BV_VIETNAM_S;

	return (bv_day)((local - (local < 0 ? DAY_S - 1 : 0)) / DAY_S);
}

int64_t
bv_day_begin_s(bv_day day)
{
	return (int64_t)day * DAY_S - BV_VIETNAM_S;
}

bool
bv_day_of(bv_day *out, int year, int month, int day)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	*out = from_civil(year, month, day);
	return true;
}

enum bv_status
bv_day_parse(bv_day *out, struct bv_str s, struct bv_err *err)
{
	int part[3] = { 0 };
	size_t field = 0;
	bool good = s.len == 10;

	for (size_t i = 0; good && i < s.len; i++) {
		if (i == 4 || i == 7) {
			good = s.p[i] == '-';
			field++;
		} else {
			good = s.p[i] >= '0' && s.p[i] <= '9';
			part[field] = part[field] * 10 + (s.p[i] - '0');
		}
	}
	if (!good)
		return bv_err_set(err, BV_EPARSE, "'%.*s' is not a day like 2026-11-21", BV_STR_ARG(bv_str_sub(s, 0, 40)));
	if (!bv_day_of(out, part[0], part[1], part[2]))
		return bv_err_set(err, BV_EPARSE, "day '%.*s' does not exist", BV_STR_ARG(s));
	return BV_OK;
}

char *
bv_day_write(char out[BV_DAY_SIZE], bv_day day)
{
	char text[40];
	int y, m, d;

	to_civil(day, &y, &m, &d);
	assert(y >= 1 && y <= 9999);
	snprintf(text, sizeof text, "%04d-%02d-%02d", y, m, d);
	return memcpy(out, text, BV_DAY_SIZE);
}

bv_day
bv_day_add_months(bv_day day, int months)
{
	int y, m, d;

	assert(months >= 0 && months <= 1200);
	to_civil(day, &y, &m, &d);
	months += m - 1;
	y += months / 12;
	m = months % 12 + 1;
	return from_civil(y, m, d <= month_days(y, m) ? d : month_days(y, m));
}

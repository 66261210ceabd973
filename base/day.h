/* Calendar days (proleptic Gregorian), for dates of law and of exams: no time, no zone. */
#ifndef BV_BASE_DAY_H
#define BV_BASE_DAY_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Days since 1970-01-01; parsed days lie in the years 0001–9999. */
typedef int32_t bv_day;

#define BV_DAY_SIZE 11

/* Exactly "YYYY-MM-DD"; EPARSE for another form and for days that do not exist. */
BV_API BV_MUST_USE enum bv_status bv_day_parse(bv_day *out, struct bv_str s, struct bv_err *err);

/* "2026-11-21" into the caller's array; returns it. The day must lie in the years 0001–9999: assert. */
BV_API char *bv_day_write(char out[BV_DAY_SIZE], bv_day day);

/* The day of the same number `months` (0–1200) months later, or the last day of that month where it is shorter:
 * 2024-02-29 + 12 = 2025-02-28, 2023-02-28 + 12 = 2024-02-28, 2026-08-31 + 6 = 2027-02-28. */
BV_API bv_day bv_day_add_months(bv_day day, int months);

/* Days of law are counted by the time of Viet Nam: UTC+7, without summer time. */
#define BV_VIETNAM_S (7 * 3600)
/* The day in Viet Nam at that time (seconds since 1970, UTC), and the time at which a day begins there. */
BV_API bv_day bv_day_at(int64_t time_s);
BV_API int64_t bv_day_begin_s(bv_day day);

/* The day of year, month 1–12 and day 1–31, in *out; false if it does not exist. */
BV_API bool bv_day_of(bv_day *out, int year, int month, int day);

#endif

/* Time and secrets from outside: parameters of the libraries, so that every run can be replayed. */
#ifndef BV_BASE_CLOCK_H
#define BV_BASE_CLOCK_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Seconds since 1970-01-01T00:00:00Z from the system's wall clock. Only programs call it. */
BV_API int64_t bv_clock_now_s(void);

/* Nanoseconds of a clock that never goes back; for measuring. */
BV_API int64_t bv_clock_monotonic_ns(void);

/* Milliseconds since 1970-01-01T00:00:00Z from the wall clock, which anybody may step. Only programs call it. */
BV_API int64_t bv_clock_utc_ms(void);
/* Milliseconds since the machine was started, those in which it was suspended too (CLOCK_BOOTTIME). */
BV_API int64_t bv_clock_boot_ms(void);
/* The kernel's name of this boot, size > 36; empty when it is not to be had. */
BV_API void bv_clock_boot_id(char *out, size_t size);

/* len bytes from the kernel's random source; aborts if there is none. Only programs call it. */
BV_API void bv_random_fill(void *p, size_t len);

#define BV_TIME_SIZE 21
/* "2026-11-21T09:30:00Z" (RFC 3339, UTC), and the first or last second of the years 0001–9999 for a time outside them; returns out. */
BV_API char *bv_time_write(char out[BV_TIME_SIZE], int64_t time_s);

/* RFC 3339 with 'Z' or an offset, seconds required, fractions cut. EPARSE otherwise, also for days that do not exist, and for times that
 * their offset takes out of the years 0001–9999 of UTC, so that every time that is read can be written. */
BV_API BV_MUST_USE enum bv_status bv_time_parse(int64_t *time_s, struct bv_str s, struct bv_err *err);

#endif

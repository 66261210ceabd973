#define _GNU_SOURCE
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/day.h"

int64_t
bv_clock_now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

int64_t
bv_clock_monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t
read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
bv_clock_utc_ms(void)
{
	return read_ms(CLOCK_REALTIME);
}

int64_t
bv_clock_boot_ms(void)
{
	return read_ms(CLOCK_BOOTTIME);
}

void
bv_clock_boot_id(char *out, size_t size)
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (!file)
		return;
	if (!fgets(out, (int)size, file))
		out[0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

void
bv_random_fill(void *p, size_t len)
{
	char *at = p;

	while (len) {
		ssize_t n = getrandom(at, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			perror("bangvang: getrandom");
			abort();
		}
		at += n;
		len -= (size_t)n;
	}
}

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define FIRST_S INT64_C(-62135596800)
#define LAST_S INT64_C(253402300799)

char *
bv_time_write(char out[BV_TIME_SIZE], int64_t time_s)
{
	time_s = time_s < FIRST_S ? FIRST_S : time_s > LAST_S ? LAST_S : time_s;
	bv_day day = (bv_day)((time_s - FIRST_S) / 86400 + FIRST_S / 86400);
	int second = (int)((time_s - FIRST_S) % 86400);
	char date[BV_DAY_SIZE], text[64];

	snprintf(text, sizeof text, "%sT%02d:%02d:%02dZ", bv_day_write(date, day), second / 3600, second / 60 % 60, second % 60);
	return memcpy(out, text, BV_TIME_SIZE);
}

static bool
digits(struct bv_str s, size_t from, size_t count, int *out)
{
	*out = 0;
	if (s.len < from + count)
		return false;
	for (size_t i = from; i < from + count; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return true;
}

static bool
offset(struct bv_str s, int *seconds)
{
	int hour, minute;

	*seconds = 0;
	if (bv_str_is(s, "Z") || bv_str_is(s, "z"))
		return true;
	if (s.len != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':' || !digits(s, 1, 2, &hour) ||
	    !digits(s, 4, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*seconds = (hour * 60 + minute) * (s.p[0] == '-' ? -60 : 60);
	return true;
}

enum bv_status
bv_time_parse(int64_t *time_s, struct bv_str s, struct bv_err *err)
{
	int year, month, day, hour, minute, second, shift;
	size_t zone = 19;
	bv_day date;

	if (!digits(s, 0, 4, &year) || !digits(s, 5, 2, &month) || !digits(s, 8, 2, &day) || !digits(s, 11, 2, &hour) ||
	    !digits(s, 14, 2, &minute) || !digits(s, 17, 2, &second) || s.p[4] != '-' || s.p[7] != '-' ||
	    (s.p[10] != 'T' && s.p[10] != 't') || s.p[13] != ':' || s.p[16] != ':')
		return bv_err_set(err, BV_EPARSE, "'%.*s' is not a time like 2026-11-21T09:30:00Z", BV_STR_ARG(bv_str_sub(s, 0, 40)));
	if (zone < s.len && s.p[zone] == '.')
		for (zone++; zone < s.len && s.p[zone] >= '0' && s.p[zone] <= '9';)
			zone++;
	if (!offset(bv_str_sub(s, zone, s.len), &shift))
		return bv_err_set(err, BV_EPARSE, "time '%.*s' has no zone: end it with Z", BV_STR_ARG(bv_str_sub(s, 0, 40)));
	if (!bv_day_of(&date, year, month, day) || hour > 23 || minute > 59 || second > 59)
		return bv_err_set(err, BV_EPARSE, "time '%.*s' does not exist", BV_STR_ARG(bv_str_sub(s, 0, 40)));
	int64_t utc = (((int64_t)date * 24 + hour) * 60 + minute) * 60 + second - shift;
	if (utc < FIRST_S || utc > LAST_S)
		return bv_err_set(err, BV_EPARSE, "time '%.*s' is not in the years 0001 to 9999 of UTC", BV_STR_ARG(bv_str_sub(s, 0, 40)));
	*time_s = utc;
	return BV_OK;
}

#include "base/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static enum bv_status
set(struct bv_err *err, enum bv_status status, const char *rule, int line, const char *fmt, va_list ap)
{
	char msg[sizeof err->msg]; /* an argument may be err->msg itself */

	int len = vsnprintf(msg, sizeof msg, fmt, ap);
	if (len >= (int)sizeof msg) {
		/* Cut before a whole UTF-8 character and say that something is missing. */
		size_t end = sizeof msg - 4;
		while (end > 0 && ((unsigned char)msg[end] & 0xC0) == 0x80)
			end--;
		memcpy(msg + end, "…", sizeof "…");
	}
	bv_text_repair(msg);
	memcpy(err->msg, msg, strlen(msg) + 1);
	err->status = status;
	err->line = line;
	err->rule = rule;
	return status;
}

enum bv_status
bv_err_set(struct bv_err *err, enum bv_status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, status, NULL, 0, fmt, ap);
	va_end(ap);
	return status;
}

enum bv_status
bv_err_at(struct bv_err *err, enum bv_status status, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, status, NULL, line, fmt, ap);
	va_end(ap);
	return status;
}

enum bv_status
bv_err_rule(struct bv_err *err, const char *rule, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, BV_EPARSE, rule, line, fmt, ap);
	va_end(ap);
	return BV_EPARSE;
}

enum bv_status
bv_err_mark(struct bv_err *err, const char *rule)
{
	bool of_input = err->status == BV_EINVAL || err->status == BV_EPARSE || err->status == BV_ECONFLICT || err->status == BV_EDENIED;

	if (!err->rule && of_input)
		err->rule = rule;
	return err->status;
}

enum bv_status
bv_err_again(struct bv_err *err, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(err, err->status, err->rule, line, fmt, ap);
	va_end(ap);
	return err->status;
}

static const struct {
	const char *name;
	int exit;
} statuses[] = {
	[BV_OK] = { "ok", 0 },
	[BV_EINVAL] = { "invalid", 2 },
	[BV_EPARSE] = { "parse", 2 },
	[BV_ELIMIT] = { "limit", 2 },
	[BV_ENOTFOUND] = { "not-found", 2 },
	[BV_ECONFLICT] = { "conflict", 2 },
	[BV_EDENIED] = { "denied", 1 },
	[BV_EIO] = { "io", 3 },
	[BV_EUNCERTAIN] = { "uncertain", 3 },
};

const char *
bv_status_name(enum bv_status status)
{
	return statuses[status].name;
}

int
bv_status_exit(enum bv_status status)
{
	return statuses[status].exit;
}

int
bv_exit_worse(int a, int b)
{
	static const int badness[] = { [0] = 0, [2] = 1, [3] = 2, [1] = 3 };

	return badness[b] > badness[a] ? b : a;
}

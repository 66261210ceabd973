#include "tools/httpd/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

enum { EVENTS_MAX = 32 };

struct log {
	int fd;
	struct limit *limit;
	pthread_mutex_t lock;
	struct {
		const char *name;
		uint64_t count;
	} dropped[EVENTS_MAX];
};

struct log *
log_new(int fd, struct limit *limit)
{
	struct log *log = bv_alloc(sizeof *log);

	log->fd = fd;
	log->limit = limit;
	pthread_mutex_init(&log->lock, NULL);
	return log;
}

void
log_free(struct log *log)
{
	if (!log)
		return;
	pthread_mutex_destroy(&log->lock);
	free(log);
}

const char *
log_quoted(char out[LOG_QUOTED_SIZE], const char *text)
{
	size_t len = 0;

	out[len++] = '"';
	for (const char *p = text; *p && len < LOG_QUOTED_SIZE - 4; p++) {
		if (*p == '"' || *p == '\\')
			out[len++] = '\\';
		out[len++] = *p;
	}
	out[len++] = '"';
	out[len] = '\0';
	bv_text_repair(out);
	return out;
}

/* How many of the event were not written since the last that was; or counts one more. */
static uint64_t
count_dropped(struct log *log, const char *event, bool written)
{
	uint64_t count = 0;

	pthread_mutex_lock(&log->lock);
	for (size_t i = 0; i < EVENTS_MAX; i++) {
		if (log->dropped[i].name && strcmp(log->dropped[i].name, event) != 0)
			continue;
		log->dropped[i].name = event;
		count = log->dropped[i].count;
		log->dropped[i].count = written ? 0 : count + 1;
		break;
	}
	pthread_mutex_unlock(&log->lock);
	return count;
}

void
log_event(struct log *log, enum log_level level, const char *event, const char *fmt, ...)
{
	static const char *const levels[] = { "error", "warning", "notice", "info" };
	char line[2048];
	struct timespec now;
	struct tm utc;
	va_list ap;

	bool written = limit_take(log->limit, RATE_LOG, bv_str_of(event), bv_clock_monotonic_ns() / 1000000) == 0;
	uint64_t dropped = count_dropped(log, event, written);
	if (!written)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	size_t len = strftime(line, sizeof line, "t=%Y-%m-%dT%H:%M:%S", &utc);
	len += (size_t)snprintf(line + len, sizeof line - len, ".%03ldZ level=%s event=%s ", now.tv_nsec / 1000000, levels[level], event);
	if (dropped)
		len += (size_t)snprintf(line + len, sizeof line - len, "dropped=%llu ", (unsigned long long)dropped);
	va_start(ap, fmt);
	int more = vsnprintf(line + len, sizeof line - len - 1, fmt, ap);
	va_end(ap);
	len += more < 0 ? 0 : (size_t)more < sizeof line - len - 1 ? (size_t)more : sizeof line - len - 2;
	line[len++] = '\n';
	/* One write a line, so that lines of several threads do not mix. Where the log goes to nobody, nobody can be told. */
	if (write(log->fd, line, len) < 0)
		return;
}

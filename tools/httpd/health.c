#include "tools/httpd/health.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include "base/sql.h"

enum { MIB = 1 << 20 };

/* A sitting of a thousand candidates writes about 100 MiB (doc/server.md): below the first there may be no room for the next hour, below the second for a day. */
static const int64_t room_bad = (int64_t)512 * MIB, room_low = (int64_t)4096 * MIB;

static bool
any_disk_below(const struct health *h, int64_t bytes)
{
	for (size_t i = 0; i < h->disk_count; i++)
		if (h->disks[i].free < bytes)
			return true;
	return false;
}

static bool
stopped(const struct health *h)
{
	return h->ledger.stopped;
}

static bool
unsure(const struct health *h)
{
	return h->ledger.unsure;
}

static bool
held(const struct health *h)
{
	return h->ledger.held;
}

static bool
disk_full(const struct health *h)
{
	return any_disk_below(h, room_bad);
}

static bool
disk_low(const struct health *h)
{
	return !disk_full(h) && any_disk_below(h, room_low);
}

static bool
tree_failed(const struct health *h)
{
	return h->ledger.tree_failed;
}

static bool
tree_late(const struct health *h)
{
	return !h->ledger.tree_failed && h->ledger.tree_lag > HEALTH_LAG_EVENTS;
}

static bool
database_slow(const struct health *h)
{
	return h->database_ms >= HEALTH_ANSWER_SLOW_MS;
}

static bool
queue_long(const struct health *h)
{
	return h->queue * 2 > h->queue_max;
}

static bool
log_unread(const struct health *h)
{
	return h->log_named && !h->log_read;
}

static bool
log_unsigned(const struct health *h)
{
	return h->log_read && !h->log_signed;
}

const struct health_finding health_findings[] = {
	{ "stopped", HEALTH_BAD, stopped },
	{ "disk-full", HEALTH_BAD, disk_full },
	{ "unsure", HEALTH_BAD, unsure },
	{ "held", HEALTH_BAD, held },
	{ "tree-failed", HEALTH_BAD, tree_failed },
	{ "log-unsigned", HEALTH_BAD, log_unsigned },
	{ "database-slow", HEALTH_WARN, database_slow },
	{ "queue-long", HEALTH_WARN, queue_long },
	{ "tree-late", HEALTH_WARN, tree_late },
	{ "disk-low", HEALTH_WARN, disk_low },
	{ "log-unread", HEALTH_WARN, log_unread },
	{ 0 },
};

void
health_look_at_disk(struct health *health, const char *what, const char *url)
{
	char path[1024];
	struct statvfs fs;

	if (!*url || !bv_sql_is_file(url) || health->disk_count == HEALTH_DISKS_MAX)
		return;
	snprintf(path, sizeof path, "%.*s", BV_STR_ARG(bv_sql_path(url)));
	if (statvfs(path, &fs) != 0)
		return;
	health->disks[health->disk_count++] =
	    (struct health_disk){ what, (int64_t)fs.f_bavail * (int64_t)fs.f_frsize, (int64_t)fs.f_blocks * (int64_t)fs.f_frsize };
}

/* What is wrong with a server, or soon will be: a row each of a table, found in its own numbers. */
#ifndef BV_TOOLS_HTTPD_HEALTH_H
#define BV_TOOLS_HTTPD_HEALTH_H

#include "engine/engine.h"

#define HEALTH_DISKS_MAX 5
#define HEALTH_ANSWER_SLOW_MS 1000 /* a database that needs so long for nothing is slow */
#define HEALTH_LAG_EVENTS 10000    /* so many events without a tree are too many */

enum health_level { HEALTH_BAD, HEALTH_WARN };

/* A folder of which the server needs room: bytes, for whoever is not root. */
struct health_disk {
	const char *what; /* "database", "ledger", "persons", "bank", "register" */
	int64_t free, total;
};

/* What is looked at. */
struct health {
	struct bv_ledger_stats ledger;
	bool exams; /* a ledger is configured */
	int64_t database_ms;
	int64_t queue, queue_max;
	struct health_disk disks[HEALTH_DISKS_MAX];
	size_t disk_count;
	bool register_named;
	bool log_named, log_read, log_signed; /* the public log: in the configuration; its newest checkpoint; signed as the policy says */
};

struct health_finding {
	const char *name;
	enum health_level level;
	bool (*found)(const struct health *health);
};
/* In the order in which they are to be seen to; ends with { 0 }. Pages have words for each: health.NAME, health.NAME-do. */
extern const struct health_finding health_findings[];

/* Adds the file system of a database that is a file ("sqlite:PATH"); for others, "" and what cannot be asked it does nothing. */
void health_look_at_disk(struct health *health, const char *what, const char *url);

#endif

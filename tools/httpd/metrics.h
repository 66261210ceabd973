/* Counters and histograms, written in the text format 0.0.4 of Prometheus. */
#ifndef BV_TOOLS_HTTPD_METRICS_H
#define BV_TOOLS_HTTPD_METRICS_H

#include <stdint.h>

#include "base/str.h"

struct metrics;

struct metrics *metrics_new(size_t route_count);
void metrics_free(struct metrics *metrics);

/* One answer of the route with that index (route_count: no route), and how long it took from its header to its last byte. */
void metrics_answer(struct metrics *metrics, size_t route, int status, int64_t ns);

enum event_counter { COUNT_SIGN_IN, COUNT_SIGN_IN_REFUSED, COUNT_RATE_LIMITED, COUNT_FAULTS, COUNT_BUSY, COUNT_GONE, EVENT_COUNTERS };
void metrics_count(struct metrics *metrics, enum event_counter counter);

/* All routes together, since the start. */
#define METRICS_BUCKETS 16
struct metrics_sum {
	uint64_t answers, failed, ns; /* failed: with a status from 500 on */
	uint64_t buckets[METRICS_BUCKETS]; /* answers by how long they took; the last one is beyond all bounds */
};
extern const int64_t metrics_bounds_us[METRICS_BUCKETS - 1];
void metrics_sum(struct metrics_sum *out, const struct metrics *metrics);

struct gauge {
	const char *name, *help;
	double value;
};

void metrics_write(struct bv_buf *out, const struct metrics *metrics, const struct gauge *gauges, size_t gauge_count);

#endif

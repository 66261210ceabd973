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

struct gauge {
	const char *name, *help;
	double value;
};

void metrics_write(struct bv_buf *out, const struct metrics *metrics, const struct gauge *gauges, size_t gauge_count);

#endif

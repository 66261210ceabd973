#include "tools/httpd/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/httpd/route.h"

const int64_t metrics_bounds_us[METRICS_BUCKETS - 1] = { 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000 };

struct series {
	_Atomic uint64_t status[6]; /* by hundreds */
	_Atomic uint64_t buckets[METRICS_BUCKETS];
	_Atomic uint64_t total_ns;
};

struct metrics {
	size_t route_count;
	_Atomic uint64_t counters[EVENT_COUNTERS];
	struct series *series; /* of each route, and of no route */
};

static const struct {
	const char *name, *help;
} counters[EVENT_COUNTERS] = {
	[COUNT_SIGN_IN] = { "bangvang_sign_ins_total", "Sign-ins of accounts" },
	[COUNT_SIGN_IN_REFUSED] = { "bangvang_sign_ins_refused_total", "Sign-ins with a wrong name, password or code" },
	[COUNT_RATE_LIMITED] = { "bangvang_rate_limited_total", "Requests refused for their rate" },
	[COUNT_FAULTS] = { "bangvang_bad_requests_total", "Requests that are not good HTTP" },
	[COUNT_BUSY] = { "bangvang_busy_total", "Requests refused because a queue was full" },
	[COUNT_GONE] = { "bangvang_clients_gone_total", "Connections that ended before their answer was sent" },
};

struct metrics *
metrics_new(size_t route_count)
{
	struct metrics *metrics = bv_alloc(sizeof *metrics);

	metrics->route_count = route_count;
	metrics->series = bv_alloc_array(route_count + 1, sizeof *metrics->series);
	return metrics;
}

void
metrics_free(struct metrics *metrics)
{
	if (!metrics)
		return;
	free(metrics->series);
	free(metrics);
}

static void
add(_Atomic uint64_t *to, uint64_t n)
{
	atomic_fetch_add_explicit(to, n, memory_order_relaxed);
}

static uint64_t
get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

void
metrics_answer(struct metrics *metrics, size_t route, int status, int64_t ns)
{
	struct series *s = &metrics->series[route];
	size_t bucket = 0;

	while (bucket < BV_COUNT(metrics_bounds_us) && ns > metrics_bounds_us[bucket] * 1000)
		bucket++;
	add(&s->status[status >= 100 && status < 600 ? status / 100 : 0], 1);
	add(&s->buckets[bucket], 1);
	add(&s->total_ns, (uint64_t)ns);
}

void
metrics_sum(struct metrics_sum *out, const struct metrics *metrics)
{
	*out = (struct metrics_sum){ 0 };
	for (size_t r = 0; r <= metrics->route_count; r++) {
		const struct series *s = &metrics->series[r];
		out->failed += get(&s->status[5]);
		for (size_t i = 0; i < METRICS_BUCKETS; i++) {
			/* Read once: others go on counting, and the sum is the sum of what is shown. */
			uint64_t n = get(&s->buckets[i]);
			out->buckets[i] += n;
			out->answers += n;
		}
		out->ns += get(&s->total_ns);
	}
}

void
metrics_count(struct metrics *metrics, enum event_counter counter)
{
	add(&metrics->counters[counter], 1);
}

static void
write_histogram(struct bv_buf *out, const struct series *s, const char *method, const char *path)
{
	const char *name = "bangvang_request_duration_seconds";
	uint64_t sum = 0;

	for (size_t i = 0; i < BV_COUNT(metrics_bounds_us); i++) {
		sum += get(&s->buckets[i]);
		bv_buf_printf(out, "%s_bucket{method=\"%s\",route=\"%s\",le=\"", name, method, path);
		bv_double_write(out, (double)metrics_bounds_us[i] / 1e6);
		bv_buf_printf(out, "\"} %" PRIu64 "\n", sum);
	}
	sum += get(&s->buckets[BV_COUNT(metrics_bounds_us)]);
	bv_buf_printf(out, "%s_bucket{method=\"%s\",route=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, method, path, sum);
	bv_buf_printf(out, "%s_count{method=\"%s\",route=\"%s\"} %" PRIu64 "\n", name, method, path, sum);
	bv_buf_printf(out, "%s_sum{method=\"%s\",route=\"%s\"} ", name, method, path);
	bv_double_write(out, (double)get(&s->total_ns) / 1e9);
	bv_buf_addc(out, '\n');
}

void
metrics_write(struct bv_buf *out, const struct metrics *metrics, const struct gauge *gauges, size_t gauge_count)
{
	bv_buf_addz(out, "# HELP bangvang_answers_total Answers by route and hundred of the status\n# TYPE bangvang_answers_total counter\n");
	for (size_t r = 0; r <= metrics->route_count; r++)
		for (int hundred = 1; hundred < 6; hundred++) {
			uint64_t n = get(&metrics->series[r].status[hundred]);
			bool any = r == metrics->route_count;
			if (n)
				bv_buf_printf(out, "bangvang_answers_total{method=\"%s\",route=\"%s\",status=\"%dxx\"} %" PRIu64 "\n",
				              any ? "" : method_name(routes[r].method), any ? "" : routes[r].path, hundred, n);
		}
	bv_buf_addz(out, "# HELP bangvang_request_duration_seconds From the request's header to the answer's last byte\n"
	                 "# TYPE bangvang_request_duration_seconds histogram\n");
	for (size_t r = 0; r < metrics->route_count; r++)
		if (get(&metrics->series[r].total_ns))
			write_histogram(out, &metrics->series[r], method_name(routes[r].method), routes[r].path);
	for (size_t i = 0; i < EVENT_COUNTERS; i++)
		bv_buf_printf(out, "# HELP %s %s\n# TYPE %s counter\n%s %" PRIu64 "\n", counters[i].name, counters[i].help, counters[i].name,
		              counters[i].name, get(&metrics->counters[i]));
	for (size_t i = 0; i < gauge_count; i++) {
		bv_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s ", gauges[i].name, gauges[i].help, gauges[i].name, gauges[i].name);
		bv_double_write(out, gauges[i].value);
		bv_buf_addc(out, '\n');
	}
}

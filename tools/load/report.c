#include "tools/load/report.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
	const char *name, *json;
	double share;
} percentiles[] = {
	{ "p50", "p50Ms", 0.5 }, { "p90", "p90Ms", 0.9 }, { "p99", "p99Ms", 0.99 }, { "p99.9", "p999Ms", 0.999 }, { "max", "maxMs", 1 },
};

static double
seconds_of(const struct result *r)
{
	double s = (double)(r->to.at_ns - r->from.at_ns) / 1e9;

	return s > 0 ? s : 1e-9;
}

static double
idle_percent(const struct result *r)
{
	uint64_t all = r->to.all_ticks - r->from.all_ticks;

	return all ? 100.0 * (double)(r->to.idle_ticks - r->from.idle_ticks) / (double)all : 0;
}

static uint64_t
acknowledged(const struct result *r)
{
	uint64_t n = 0;

	for (int k = 0; k < OP_KIND_COUNT; k++)
		n += r->tally.outcomes[k][OUTCOME_OK];
	return n;
}

static bool
has_cpu(const struct result *r)
{
	return r->from.server_seen && r->to.server_seen && acknowledged(r);
}

/* µs of the server's processors for each operation that was acknowledged. */
static double
server_us(const struct result *r)
{
	return 1e6 * (r->to.server_cpu_s - r->from.server_cpu_s) / (double)acknowledged(r);
}

static bool
any(const struct tally *t, int kind)
{
	return t->outcomes[kind][OUTCOME_OK] || t->outcomes[kind][OUTCOME_REFUSED] || t->outcomes[kind][OUTCOME_UNKNOWN];
}

void
report_write(struct bv_buf *out, const struct result *r, const struct options *o, size_t candidates)
{
	const struct tally *t = &r->tally;
	double s = seconds_of(r);

	bv_buf_printf(out, "%.1f s, %zu %s over at most %" PRId64 " connections, ", s, candidates, o->get ? "clients" : "candidates", o->connections);
	if (o->rate > 0)
		bv_buf_printf(out, "open loop at %g/s\n", o->rate);
	else
		bv_buf_addz(out, "closed loop\n");
	bv_buf_addz(out, "operation        ok/s         ok    refused    unknown   ");
	for (size_t i = 0; i < BV_COUNT(percentiles); i++)
		bv_buf_printf(out, "%9s", percentiles[i].name);
	bv_buf_addz(out, " ms\n");
	for (int k = 0; k < OP_KIND_COUNT; k++) {
		if (!any(t, k))
			continue;
		bv_buf_printf(out, "%-9s %11.1f %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "   ", op_kind_name((enum op_kind)k), (double)t->outcomes[k][OUTCOME_OK] / s,
		              t->outcomes[k][OUTCOME_OK], t->outcomes[k][OUTCOME_REFUSED], t->outcomes[k][OUTCOME_UNKNOWN]);
		for (size_t i = 0; i < BV_COUNT(percentiles); i++)
			bv_buf_printf(out, "%9.3f", (double)histogram_at(&t->latency[k], percentiles[i].share) / 1e6);
		bv_buf_addc(out, '\n');
	}
	for (unsigned i = 0; i < BV_COUNT(t->statuses); i++)
		if (t->statuses[i] && (i < 200 || i >= 300))
			bv_buf_printf(out, "status %u: %" PRIu64 "\n", i, t->statuses[i]);
	bv_buf_printf(out, "tried again %" PRIu64 ", no answer in time %" PRIu64 ", connection lost %" PRIu64 ", protocol broken %" PRIu64 ", connections %" PRIu64
	              " (%" PRIu64 " failed)\n", t->tried_again, t->timeouts, t->resets, t->broken, t->connects, t->connect_faults);
	if (t->fault[0])
		bv_buf_printf(out, "first broken answer: %s\n", t->fault);
	if (o->check || r->findings.wrong)
		bv_buf_printf(out, "read back: %" PRIu64 " candidates, %" PRIu64 " answers, %" PRIu64 " wrong\n", r->findings.candidates, r->findings.answers, r->findings.wrong);
	if (r->findings.wrong)
		bv_buf_printf(out, "first wrong: %s\n", r->findings.first);
	bv_buf_printf(out, "machine %.1f %% idle, this program %.2f processors\n", idle_percent(r), (r->to.own_cpu_s - r->from.own_cpu_s) / s);
	if (has_cpu(r))
		bv_buf_printf(out, "server %.1f µs of processor an operation, %.2f processors, memory %" PRId64 " KiB, at most %" PRId64 " KiB\n", server_us(r),
		              (r->to.server_cpu_s - r->from.server_cpu_s) / s, r->to.server_rss_kib, r->to.server_peak_kib);
}

static struct bv_json *
operation_json(const struct tally *t, int kind, double seconds)
{
	struct bv_json *one = bv_json_new_object();

	bv_json_set(one, "okPerSecond", bv_json_new_real((double)t->outcomes[kind][OUTCOME_OK] / seconds));
	for (int i = 0; i < OUTCOME_COUNT; i++)
		bv_json_set_int(one, op_outcome_name((enum op_outcome)i), (int64_t)t->outcomes[kind][i]);
	for (size_t i = 0; i < BV_COUNT(percentiles); i++)
		bv_json_set(one, percentiles[i].json, bv_json_new_real((double)histogram_at(&t->latency[kind], percentiles[i].share) / 1e6));
	return one;
}

struct bv_json *
report_json(const struct result *r, const struct options *o, size_t candidates)
{
	const struct tally *t = &r->tally;
	struct bv_json *json = bv_json_new_object();
	double s = seconds_of(r);
	char name[8];

	bv_json_set(json, "seconds", bv_json_new_real(s));
	bv_json_set_int(json, "candidates", (int64_t)candidates);
	bv_json_set_int(json, "connections", o->connections);
	if (o->rate > 0)
		bv_json_set(json, "rate", bv_json_new_real(o->rate));
	struct bv_json *operations = bv_json_set(json, "operations", bv_json_new_object());
	for (int k = 0; k < OP_KIND_COUNT; k++)
		if (any(t, k))
			bv_json_set(operations, op_kind_name((enum op_kind)k), operation_json(t, k, s));
	struct bv_json *statuses = bv_json_set(json, "statuses", bv_json_new_object());
	for (unsigned i = 0; i < BV_COUNT(t->statuses); i++) {
		if (!t->statuses[i])
			continue;
		bv_json_set_int(statuses, (snprintf(name, sizeof name, "%u", i), name), (int64_t)t->statuses[i]);
	}
	bv_json_set_int(json, "triedAgain", (int64_t)t->tried_again);
	bv_json_set_int(json, "timeouts", (int64_t)t->timeouts);
	bv_json_set_int(json, "connectionsLost", (int64_t)t->resets);
	bv_json_set_int(json, "protocolBroken", (int64_t)t->broken);
	if (t->fault[0])
		bv_json_set(json, "firstBroken", bv_json_new_text(bv_str_of(t->fault)));
	bv_json_set_int(json, "connects", (int64_t)t->connects);
	bv_json_set_int(json, "connectFaults", (int64_t)t->connect_faults);
	if (o->check || r->findings.wrong) {
		bv_json_set_int(json, "readBackCandidates", (int64_t)r->findings.candidates);
		bv_json_set_int(json, "readBackAnswers", (int64_t)r->findings.answers);
		bv_json_set_int(json, "wrong", (int64_t)r->findings.wrong);
	}
	if (r->findings.wrong)
		bv_json_set(json, "firstWrong", bv_json_new_text(bv_str_of(r->findings.first)));
	bv_json_set(json, "idlePercent", bv_json_new_real(idle_percent(r)));
	bv_json_set(json, "ownProcessors", bv_json_new_real((r->to.own_cpu_s - r->from.own_cpu_s) / s));
	if (has_cpu(r)) {
		bv_json_set(json, "serverUs", bv_json_new_real(server_us(r)));
		bv_json_set_int(json, "serverKib", r->to.server_rss_kib);
		bv_json_set_int(json, "serverPeakKib", r->to.server_peak_kib);
	}
	return json;
}

bool
report_good(const struct result *r)
{
	return acknowledged(r) && !r->tally.broken && !r->findings.wrong;
}

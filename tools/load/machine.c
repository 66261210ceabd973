#include "tools/load/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

static void
read_processors(struct usage *usage)
{
	FILE *f = fopen("/proc/stat", "re");
	uint64_t n[8] = { 0 };

	if (!f)
		return;
	/* user nice system idle iowait irq softirq steal */
	if (fscanf(f, "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &n[0], &n[1], &n[2], &n[3], &n[4],
	           &n[5], &n[6], &n[7]) == 8) {
		usage->idle_ticks = n[3] + n[4];
		for (int i = 0; i < 8; i++)
			usage->all_ticks += n[i];
	}
	fclose(f);
}

static bool
read_cpu(struct usage *usage, int64_t pid)
{
	char path[64], text[1024];
	uint64_t user, system;

	snprintf(path, sizeof path, "/proc/%" PRId64 "/stat", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t len = fread(text, 1, sizeof text - 1, f);
	fclose(f);
	text[len] = '\0';
	/* The name, which may have anything in it, ends with the last bracket; utime and stime are fields 14 and 15. */
	const char *after = strrchr(text, ')');
	if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64, &user, &system) != 2)
		return false;
	usage->server_cpu_s += (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	return true;
}

static bool
read_memory(struct usage *usage, int64_t pid)
{
	char path[64], line[256];
	int64_t kib;

	snprintf(path, sizeof path, "/proc/%" PRId64 "/status", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof line, f)) {
		if (sscanf(line, "VmRSS: %" SCNd64, &kib) == 1)
			usage->server_rss_kib += kib;
		else if (sscanf(line, "VmHWM: %" SCNd64, &kib) == 1)
			usage->server_peak_kib += kib;
	}
	fclose(f);
	return true;
}

void
usage_read(struct usage *usage, const struct options *options)
{
	struct rusage own;

	*usage = (struct usage){ .at_ns = bv_clock_monotonic_ns(), .server_seen = options->pid_count > 0 };
	read_processors(usage);
	for (unsigned i = 0; i < options->pid_count; i++)
		if (!read_cpu(usage, options->pids[i]) || !read_memory(usage, options->pids[i]))
			usage->server_seen = false;
	getrusage(RUSAGE_SELF, &own);
	usage->own_cpu_s = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) + (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
}

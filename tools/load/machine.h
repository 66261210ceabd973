/* What the machine, the server and this program used, from /proc. */
#ifndef BV_TOOLS_LOAD_MACHINE_H
#define BV_TOOLS_LOAD_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/load/options.h"

struct usage {
	int64_t at_ns;
	uint64_t idle_ticks, all_ticks; /* of all processors */
	double server_cpu_s, own_cpu_s;
	int64_t server_rss_kib, server_peak_kib; /* of all --pid together */
	bool server_seen; /* each of them was there */
};

void usage_read(struct usage *usage, const struct options *options);

#endif

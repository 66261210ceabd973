/* The command line of bangvang-load. */
#ifndef BV_TOOLS_LOAD_OPTIONS_H
#define BV_TOOLS_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { EXIT_NO = 1, EXIT_INPUT = 2, EXIT_USAGE = 64, PIDS_MAX = 8, URLS_MAX = 8 };

struct options {
	const char *urls[URLS_MAX], *sessions, *entries, *sitting, *history, *ca;
	int64_t connections, attempts, items, saves, read_every, resend_every, seed;
	double rate; /* operations a second; 0: closed loop */
	int64_t think_min_ns, think_max_ns, ramp_ns, duration_ns, warmup_ns, timeout_ns, retry_most_ns;
	int64_t pids[PIDS_MAX];
	unsigned pid_count, url_count;
	bool get, submit, insecure, own_host, json, open_first, nothing, check;
};

/* 0, or the exit status; -1: done (--help). */
int options_read(struct options *options, int argc, char **argv);

#endif

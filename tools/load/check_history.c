/* bangvang-check-history: what clients saw of each attempt is possible. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/load/registers.h"

enum { USAGE = 64, OPT_ALONE = 1, OPT_STEPS, OPT_MOST, OPT_JSON, OPT_HELP };

static const char help[] =
    "usage: bangvang-check-history [--alone] [--steps N] [--most N] [--json] HISTORY…\n"
    "\n"
    "Looks at each item of each attempt in histories of bangvang-load: could everything that was acknowledged and read have happened in some order\n"
    "that agrees with the times (linearizability)? Histories of several programs are taken together when they ran on one machine.\n"
    "\n"
    "  --alone    nobody else has saved anything: without it, answers that are in no history may have been given by others at any time\n"
    "  --steps N  how long to search for an order of one item (10000000)\n"
    "  --most N   tell so many faults (20); all are counted\n"
    "  --json     one JSON document\n"
    "Faults, each with the smallest part of the history that is impossible by itself: lost stale resurrected changed invented foreseen\n"
    "refused-visible after-submit submitted-twice old-lease twice out-of-order again-of-nothing superseded-by-nothing impossible; unreadable\n"
    "(an answer that is none), undecided (more steps are needed). Exit status: 0 none, 1 there are, 2 the input is at fault, 64 usage.\n";

static const struct option rows[] = {
	{ "alone", no_argument, NULL, OPT_ALONE },
	{ "steps", required_argument, NULL, OPT_STEPS },
	{ "most", required_argument, NULL, OPT_MOST },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static int
usage(const char *what)
{
	fprintf(stderr, "bangvang-check-history: %s\nSee: bangvang-check-history --help\n", what);
	return USAGE;
}

static int
check(struct faults *faults, uint64_t steps, bool alone, char **paths, size_t count)
{
	BV_AUTO(histories_free) struct histories *histories = NULL;
	struct registers tally = { .faults = faults, .steps = steps, .alone = alone };
	struct bv_err err;

	if (histories_open(&histories, paths, count, &err) != BV_OK) {
		fprintf(stderr, "bangvang-check-history: %s\n", err.msg);
		return bv_status_exit(err.status);
	}
	for (uint64_t at = 0, next; at < histories_count(histories); at = next) {
		next = histories_next(histories, at);
		registers_check(&tally, histories, at, next);
	}
	struct bv_json *doc = bv_json_new_object();
	bv_json_set_int(doc, "operations", (int64_t)histories_count(histories));
	bv_json_set_int(doc, "attempts", (int64_t)tally.attempts);
	bv_json_set_int(doc, "items", (int64_t)tally.items);
	bv_json_set_int(doc, "reads", (int64_t)tally.reads);
	return faults_end(faults, doc, "everything that was seen is possible");
}

int
main(int argc, char **argv)
{
	int64_t steps = 10000000, most = 20;
	bool json = false, alone = false;
	int option;

	while ((option = getopt_long(argc, argv, "", rows, NULL)) != -1) {
		if (option == OPT_HELP) {
			fputs(help, stdout);
			return 0;
		}
		if (option == OPT_JSON)
			json = true;
		else if (option == OPT_ALONE)
			alone = true;
		else if (option == '?')
			return usage("what was given is not understood");
		else if (!bv_str_int(bv_str_of(optarg), option == OPT_STEPS ? &steps : &most) || steps < 1 || most < 0)
			return usage("--steps and --most take numbers");
	}
	if (optind == argc)
		return usage("HISTORY is missing");
	struct faults faults;
	faults_init(&faults, json, (uint64_t)most);
	int status = check(&faults, (uint64_t)steps, alone, argv + optind, (size_t)(argc - optind));
	faults_finish(&faults);
	return status;
}

#include "tools/load/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static const char help[] =
    "usage: bangvang-load [OPTION…] URL…\n"
    "\n"
    "Loads an exam server, and says what it did. URL is http://HOST:PORT[/PATH], https://HOST:PORT[/PATH] or unix:FILE; of\n"
    "several, the nodes of one database, each connection goes to the next, so that candidates are thrown from node to node.\n"
    "Without --sessions it asks for PATH; with it, candidates save answers, read them and hand in.\n"
    "\n"
    "  --sessions FILE      one candidate a line: ATTEMPT TOKEN\n"
    "  --entries FILE       one candidate a line: TICKET CODE; he signs in, fetches his sealed paper, waits to be admitted, takes the lease,\n"
    "                       starts, reads his paper, and answers what it asks, each item with what it can take\n"
    "  --sitting NAME       that they sit\n"
    "  --rush N             so many of them come, each with three answers (--attempts N --saves 3), and nothing else is wanted of them\n"
    "  --within S           within S seconds (--ramp S)\n"
    "  --attempts N         use so many of them; without --sessions: so many clients that ask (as many as connections)\n"
    "  --connections N      at most (64); any number of candidates share them\n"
    "  --rate R             open loop: R operations a second in all, evenly, whatever the server does. Without: closed loop, the next\n"
    "                       operation of a candidate begins when the one before has ended, and he has thought\n"
    "  --think MS[-MS]      how long candidates think in the closed loop (0)\n"
    "  --ramp S             the candidates begin within S seconds, evenly (0: all at once)\n"
    "  --duration S         how long to measure (10)\n"
    "  --warmup S           before that, without being measured (1; with --saves 0)\n"
    "  --saves N            answers of one candidate; 0: until the time is over (0)\n"
    "  --submit             and then hand in\n"
    "  --items N            items of the form (40)\n"
    "  --read-every N       one operation in N reads back what is stored (0: none)\n"
    "  --resend-every N     one in N sends an answer again that was sent before (0: none)\n"
    "  --check              at the end each candidate reads back what he saved, and every answer is compared with the last acknowledged one\n"
    "  --timeout MS         when an answer counts as lost (10000); the operation is tried again, later and later\n"
    "  --retry-most MS      but never later than this (5000)\n"
    "  --history FILE       write everything that was sent and answered, for the checkers\n"
    "  --pid PID            measure the processor time and memory of this server too; up to 8 times\n"
    "  --ca FILE            certificates that are trusted, PEM; --insecure: any\n"
    "  --open-first         before anything is measured everybody does one operation, so that all connections are open\n"
    "  --nothing            the server's handler does nothing: 204 is as good as an acknowledgement (tools/bench server)\n"
    "  --seed N             of everything that is drawn (1)\n"
    "  --i-own-this-host    load a machine that is not this one\n"
    "  --json               one JSON document on standard output\n"
    "  --help               print this\n"
    "\n"
    "Latency is from the moment when an operation was due, not from when it could be sent: what a candidate waits. Operations that were\n"
    "tried several times count once, with all the time. Exit status: 0 done, 1 not one operation succeeded or an answer broke the protocol,\n"
    "2 the input is at fault, 3 the machine is at fault, 64 usage.\n"
    "Checkers: bangvang-check-acks (nothing acknowledged is lost), bangvang-check-history (what was seen is possible).\n";

enum {
	OPT_SESSIONS = 1, OPT_ENTRIES, OPT_SITTING, OPT_RUSH, OPT_WITHIN, OPT_CHECK, OPT_ATTEMPTS, OPT_CONNECTIONS, OPT_RATE, OPT_THINK, OPT_RAMP, OPT_DURATION, OPT_WARMUP, OPT_SAVES, OPT_SUBMIT, OPT_ITEMS,
	OPT_READ, OPT_RESEND, OPT_TIMEOUT, OPT_RETRY, OPT_HISTORY, OPT_PID, OPT_CA, OPT_INSECURE, OPT_OPEN, OPT_NOTHING, OPT_SEED, OPT_OWN, OPT_JSON, OPT_HELP,
};

static const struct option rows[] = {
	{ "sessions", required_argument, NULL, OPT_SESSIONS },
	{ "entries", required_argument, NULL, OPT_ENTRIES },
	{ "sitting", required_argument, NULL, OPT_SITTING },
	{ "rush", required_argument, NULL, OPT_RUSH },
	{ "within", required_argument, NULL, OPT_WITHIN },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "attempts", required_argument, NULL, OPT_ATTEMPTS },
	{ "connections", required_argument, NULL, OPT_CONNECTIONS },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "think", required_argument, NULL, OPT_THINK },
	{ "ramp", required_argument, NULL, OPT_RAMP },
	{ "duration", required_argument, NULL, OPT_DURATION },
	{ "warmup", required_argument, NULL, OPT_WARMUP },
	{ "saves", required_argument, NULL, OPT_SAVES },
	{ "submit", no_argument, NULL, OPT_SUBMIT },
	{ "items", required_argument, NULL, OPT_ITEMS },
	{ "read-every", required_argument, NULL, OPT_READ },
	{ "resend-every", required_argument, NULL, OPT_RESEND },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "retry-most", required_argument, NULL, OPT_RETRY },
	{ "history", required_argument, NULL, OPT_HISTORY },
	{ "pid", required_argument, NULL, OPT_PID },
	{ "ca", required_argument, NULL, OPT_CA },
	{ "insecure", no_argument, NULL, OPT_INSECURE },
	{ "open-first", no_argument, NULL, OPT_OPEN },
	{ "nothing", no_argument, NULL, OPT_NOTHING },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "i-own-this-host", no_argument, NULL, OPT_OWN },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static int
usage(const char *what, const char *of)
{
	fprintf(stderr, "bangvang-load: %s%s\nSee: bangvang-load --help\n", what, of);
	return EXIT_USAGE;
}

static bool
count(int64_t *out, const char *value, int64_t min, int64_t max)
{
	return bv_str_int(bv_str_of(value), out) && *out >= min && *out <= max;
}

static bool
real(double *out, struct bv_str value, double max)
{
	return bv_str_double(value, out) && *out >= 0 && *out <= max;
}

/* Seconds, with a fraction. */
static bool
seconds(int64_t *out, const char *value, double unit_ns)
{
	double s = 0;

	if (!real(&s, bv_str_of(value), 1e6))
		return false;
	*out = (int64_t)(s * unit_ns);
	return true;
}

static bool
think(struct options *o, const char *value)
{
	struct bv_str all = bv_str_of(value), first = bv_str_sub(all, 0, bv_str_find(all, '-'));
	struct bv_str last = first.len == all.len ? first : bv_str_sub(all, first.len + 1, all.len);
	double min, max;

	if (!real(&min, first, 1e9) || !real(&max, last, 1e9) || max < min)
		return false;
	o->think_min_ns = (int64_t)(min * 1e6);
	o->think_max_ns = (int64_t)(max * 1e6);
	return true;
}

/* An option with a value; false: it is none that this option takes. */
static bool
take(struct options *o, int option, const char *value)
{
	switch (option) {
	case OPT_SESSIONS:
		o->sessions = value;
		return true;
	case OPT_ENTRIES:
		o->entries = value;
		return true;
	case OPT_SITTING:
		o->sitting = value;
		return true;
	case OPT_RUSH:
		o->saves = 3;
		return count(&o->attempts, value, 1, 1000000);
	case OPT_WITHIN:
		return seconds(&o->ramp_ns, value, 1e9) && o->ramp_ns > 0;
	case OPT_HISTORY:
		o->history = value;
		return true;
	case OPT_CA:
		o->ca = value;
		return true;
	case OPT_ATTEMPTS:
		return count(&o->attempts, value, 1, 10000000);
	case OPT_CONNECTIONS:
		return count(&o->connections, value, 1, 100000);
	case OPT_RATE:
		return real(&o->rate, bv_str_of(value), 1e6) && o->rate > 0;
	case OPT_THINK:
		return think(o, value);
	case OPT_RAMP:
		return seconds(&o->ramp_ns, value, 1e9);
	case OPT_DURATION:
		return seconds(&o->duration_ns, value, 1e9) && o->duration_ns > 0;
	case OPT_WARMUP:
		return seconds(&o->warmup_ns, value, 1e9);
	case OPT_TIMEOUT:
		return seconds(&o->timeout_ns, value, 1e6) && o->timeout_ns > 0;
	case OPT_RETRY:
		return seconds(&o->retry_most_ns, value, 1e6) && o->retry_most_ns > 0;
	case OPT_SAVES:
		return count(&o->saves, value, 0, 1000000);
	case OPT_ITEMS:
		return count(&o->items, value, 1, 500);
	case OPT_READ:
		return count(&o->read_every, value, 0, 1000000);
	case OPT_RESEND:
		return count(&o->resend_every, value, 0, 1000000);
	case OPT_SEED:
		return count(&o->seed, value, 0, INT64_MAX);
	default: /* OPT_PID */
		return o->pid_count < PIDS_MAX && count(&o->pids[o->pid_count++], value, 1, INT32_MAX);
	}
}

/* Has no value. */
static bool *
flag_of(struct options *o, int option)
{
	return option == OPT_SUBMIT     ? &o->submit
	       : option == OPT_INSECURE ? &o->insecure
	       : option == OPT_OWN      ? &o->own_host
	       : option == OPT_OPEN     ? &o->open_first
	       : option == OPT_NOTHING  ? &o->nothing
	       : option == OPT_CHECK    ? &o->check
	       : option == OPT_JSON     ? &o->json
	                                : NULL;
}

int
options_read(struct options *o, int argc, char **argv)
{
	int option, row = 0;

	*o = (struct options){ .connections = 64, .items = 40, .duration_ns = 10000000000, .warmup_ns = -1, .timeout_ns = 10000000000, .retry_most_ns = 5000000000, .seed = 1 };
	while ((option = getopt_long(argc, argv, "", rows, &row)) != -1) {
		if (option == OPT_HELP) {
			fputs(help, stdout);
			return -1;
		}
		if (option == '?')
			return usage("what was given is not understood", "");
		bool *flag = flag_of(o, option);
		if (flag)
			*flag = true;
		else if (!take(o, option, optarg))
			return usage("no good value of --", rows[row].name);
	}
	if (argc == optind || argc - optind > URLS_MAX)
		return usage(argc == optind ? "URL is missing" : "there are more than 8 URLs", "");
	while (optind < argc)
		o->urls[o->url_count++] = argv[optind++];
	if (o->warmup_ns < 0)
		o->warmup_ns = o->saves ? 0 : 1000000000;
	o->get = !o->sessions && !o->entries;
	if (o->sessions && o->entries)
		return usage("--sessions or --entries, not both", "");
	if (!o->entries != !o->sitting)
		return usage("--entries and --sitting belong together", "");
	if (o->rate > 0 && o->think_max_ns)
		return usage("--think is of the closed loop: leave it out with --rate", "");
	if (o->get && (o->history || o->saves || o->submit || o->check || o->read_every || o->resend_every))
		return usage("--history, --saves, --submit, --check, --read-every and --resend-every need --sessions or --entries", "");
	return 0;
}

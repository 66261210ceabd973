/* bangvang-check-acks: everything that was acknowledged is in the ledger, unchanged, in order, once. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "tools/load/acks.h"

enum { USAGE = 64, OPT_LEDGER = 1, OPT_KEY, OPT_ALONE, OPT_FORMS, OPT_MOST, OPT_JSON, OPT_HELP };

static const char help[] =
    "usage: bangvang-check-acks --ledger URL [--key FILE] [--alone] [--most N] [--json] HISTORY…\n"
    "\n"
    "Compares what clients were told (histories of bangvang-load) with a ledger: each acknowledged answer and submission is there, unchanged, in the\n"
    "order of their acknowledgements, once; no number is missing or given twice; the chain of hashes holds; nothing that was refused is there;\n"
    "receipts fit; nobody's time grew. Of attempts without a history the chain alone is looked at.\n"
    "\n"
    "  --ledger URL  sqlite:PATH or postgresql://…; it is read only, and may be in use\n"
    "  --key FILE    the public key of the receipts (key.multikey): signatures are verified too\n"
    "  --alone       nobody else has saved anything: answers that are in no history are faults\n"
    "  --forms       the candidates had forms: answers are stored under names that no page has; what they say was compared by bangvang-load --check\n"
    "  --most N      tell so many faults (20); all are counted\n"
    "  --json        one JSON document\n"
    "Faults: lost changed fork gap chain twice out-of-order refused-stored invented superseded-by-nothing submitted-twice receipt time-gained\n"
    "no-acknowledgement. Exit status: 0 none, 1 there are, 2 the input is at fault, 3 the machine is at fault, 64 usage.\n";

static const struct option rows[] = {
	{ "ledger", required_argument, NULL, OPT_LEDGER }, { "key", required_argument, NULL, OPT_KEY }, { "alone", no_argument, NULL, OPT_ALONE },
	{ "forms", no_argument, NULL, OPT_FORMS },
	{ "most", required_argument, NULL, OPT_MOST },     { "json", no_argument, NULL, OPT_JSON },     { "help", no_argument, NULL, OPT_HELP },
	{ 0 },
};

static int
usage(const char *what)
{
	fprintf(stderr, "bangvang-check-acks: %s\nSee: bangvang-check-acks --help\n", what);
	return USAGE;
}

/* Both are in the order of attempts. */
static enum bv_status
compare(struct acks *acks, struct events *events, const struct histories *histories, struct bv_err *err)
{
	uint64_t at = 0, count = histories_count(histories);
	const struct chain *chain = NULL;
	struct op op;

	TRY(events_next(&chain, events, err));
	while (chain || at < count) {
		int64_t attempt = INT64_MAX;
		if (at < count) {
			histories_get(&op, histories, at);
			attempt = op.attempt;
		}
		bool both = chain && at < count && chain->attempt == attempt;
		bool first_chain = chain && chain->attempt <= attempt;
		if (first_chain)
			acks_chain(acks, chain);
		if (both || !first_chain) {
			uint64_t next = histories_next(histories, at);
			acks_history(acks, both ? chain : NULL, histories, at, next);
			at = next;
		}
		if (first_chain)
			TRY(events_next(&chain, events, err));
	}
	return BV_OK;
}

static enum bv_status
check(int *status, struct acks *acks, const char *ledger, const char *key_path, char **paths, size_t count, struct bv_err *err)
{
	BV_AUTO(histories_free) struct histories *histories = NULL;
	BV_AUTO(events_close) struct events *events = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	uint8_t key[BV_KEY_LEN];

	if (key_path) {
		TRY(bv_file_read(&text, key_path, err));
		struct bv_str rest = bv_buf_str(&text), word = BV_STR_NONE;
		bv_str_token(&rest, &word);
		TRY(bv_multikey_parse(key, word, err));
	}
	TRY(histories_open(&histories, paths, count, err));
	TRY(events_open(&events, ledger, err));
	acks->events = events;
	acks->key = key_path ? key : NULL;
	enum bv_status result = compare(acks, events, histories, err);
	acks_finish(acks);
	TRY(result);
	struct bv_json *doc = bv_json_new_object();
	bv_json_set_int(doc, "operations", (int64_t)histories_count(histories));
	bv_json_set_int(doc, "attempts", (int64_t)acks->attempts);
	bv_json_set_int(doc, "acknowledged", (int64_t)acks->acknowledged);
	bv_json_set_int(doc, "receipts", (int64_t)acks->receipts);
	bv_json_set_int(doc, "events", (int64_t)events_count(events));
	*status = faults_end(acks->faults, doc, "everything that was acknowledged is there");
	return BV_OK;
}

int
main(int argc, char **argv)
{
	const char *ledger = NULL, *key = NULL;
	bool json = false;
	struct faults faults;
	struct acks acks = { .faults = &faults };
	int64_t most = 20;
	int option, status = 0;
	struct bv_err err;

	while ((option = getopt_long(argc, argv, "", rows, NULL)) != -1) {
		switch (option) {
		case OPT_LEDGER:
			ledger = optarg;
			break;
		case OPT_KEY:
			key = optarg;
			break;
		case OPT_ALONE:
			acks.alone = true;
			break;
		case OPT_FORMS:
			acks.forms = true;
			break;
		case OPT_MOST:
			if (!bv_str_int(bv_str_of(optarg), &most) || most < 0)
				return usage("--most takes a number");
			break;
		case OPT_JSON:
			json = true;
			break;
		case OPT_HELP:
			fputs(help, stdout);
			return 0;
		default:
			return usage("what was given is not understood");
		}
	}
	if (!ledger || optind == argc)
		return usage(ledger ? "HISTORY is missing" : "--ledger is missing");
	faults_init(&faults, json, (uint64_t)most);
	if (check(&status, &acks, ledger, key, argv + optind, (size_t)(argc - optind), &err) != BV_OK) {
		fprintf(stderr, "bangvang-check-acks: %s\n", err.msg);
		status = bv_status_exit(err.status);
	}
	faults_finish(&faults);
	return status;
}

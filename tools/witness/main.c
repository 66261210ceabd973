/* bangvang-witness: cosigns the checkpoints of public logs (C2SP tlog-witness), each only when it continues the one before. */
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/witness/http.h"

enum { USAGE = 64 };

static const char help[] =
	"Usage: bangvang-witness --dir DIR --name NAME --key FILE --logs FILE --listen ADDRESS:PORT\n"
	"       bangvang-witness --vkey --name NAME --key FILE\n"
	"\n"
	"Cosigns the checkpoints of public logs (C2SP tlog-witness: POST /add-checkpoint, GET /HASH/checkpoint): one that continues\n"
	"what this witness saw before, and no other. What it has signed is on the disk before it answers. Runs in the foreground,\n"
	"with one line an event on standard error, until SIGTERM or SIGINT; it can be killed at any moment.\n"
	"\n"
	"  --dir DIR               where it remembers, made if it is not there; never to be put back from a copy\n"
	"  --name NAME             name of the witness, as witness.example.vn/dai-hoc\n"
	"  --key FILE              private key (Ed25519, PKCS #8 PEM, as 'bangvang key new' makes it), for nothing else\n"
	"  --logs FILE             the logs that it watches: lines 'log VKEY' (C2SP tlog-policy, with 'quorum none')\n"
	"  --listen ADDRESS:PORT   or [ADDRESS]:PORT; port 0 takes any that is free. Put a proxy with TLS in front\n"
	"  --vkey                  print the verifier key of the witness, for the policies of others, and end\n"
	"  --help, --version\n"
	"\n"
	"Exit status: 0 ended by a signal; 2 the input is at fault; 3 the machine is at fault; 64 usage.\n";

struct settings {
	const char *dir, *name, *key, *logs, *listen;
	bool vkey;
};

static int
fault(const struct bv_err *err)
{
	fprintf(stderr, "bangvang-witness: %s\n", err->msg);
	return bv_status_exit(err->status);
}

static int
usage(const char *what)
{
	fprintf(stderr, "bangvang-witness: %s\nSee: bangvang-witness --help\n", what);
	return USAGE;
}

static int
print_vkey(const struct settings *s)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1000);
	struct bv_vkey vkey = { bv_str_of(s->name), BV_NOTE_COSIGNATURE, { 0 } };
	struct bv_err err;

	if (bv_note_name_check(vkey.name, &err) != BV_OK || bv_key_load(&key, BV_KEY_ED25519, s->key, &err) != BV_OK)
		return fault(&err);
	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_vkey_write(&text, &vkey);
	puts(text.p);
	return 0;
}

static int
serve(const struct settings *s)
{
	BV_AUTO(bv_witness_free) struct bv_witness *witness = NULL;
	BV_AUTO(http_free) struct http *http = NULL;
	struct bv_key *key = NULL;
	struct bv_policy *logs = NULL;
	struct bv_err err;
	sigset_t ends;
	unsigned port;
	int signal;

	/* Before the first thread, which inherits it. */
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	if (bv_policy_load(&logs, s->logs, &err) != BV_OK)
		return fault(&err);
	if (bv_key_load(&key, BV_KEY_ED25519, s->key, &err) != BV_OK) {
		bv_policy_free(logs);
		return fault(&err);
	}
	if (bv_witness_open(&witness, s->dir, bv_str_of(s->name), key, logs, &err) != BV_OK || http_open(&http, s->listen, witness, &port, &err) != BV_OK)
		return fault(&err);
	fprintf(stderr, "event=start port=%u\n", port);
	sigwait(&ends, &signal);
	fprintf(stderr, "event=end\n");
	return 0;
}

enum { OPT_DIR = 1, OPT_NAME, OPT_KEY, OPT_LOGS, OPT_LISTEN, OPT_VKEY, OPT_HELP, OPT_VERSION };

static const struct option options[] = {
	{ "dir", required_argument, NULL, OPT_DIR },       { "name", required_argument, NULL, OPT_NAME }, { "key", required_argument, NULL, OPT_KEY },
	{ "logs", required_argument, NULL, OPT_LOGS },     { "listen", required_argument, NULL, OPT_LISTEN }, { "vkey", no_argument, NULL, OPT_VKEY },
	{ "help", no_argument, NULL, OPT_HELP },           { "version", no_argument, NULL, OPT_VERSION }, { 0 },
};

int
main(int argc, char **argv)
{
	struct settings s = { 0 };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case OPT_DIR: s.dir = optarg; break;
		case OPT_NAME: s.name = optarg; break;
		case OPT_KEY: s.key = optarg; break;
		case OPT_LOGS: s.logs = optarg; break;
		case OPT_LISTEN: s.listen = optarg; break;
		case OPT_VKEY: s.vkey = true; break;
		case OPT_HELP:
			fputs(help, stdout);
			return 0;
		case OPT_VERSION:
			puts("bangvang-witness " BV_VERSION);
			return 0;
		default:
			return usage("what was given is not understood");
		}
	}
	if (optind < argc)
		return usage("there are no operands");
	if (!s.name || !s.key)
		return usage("--name and --key are missing");
	if (s.vkey)
		return print_vkey(&s);
	if (!s.dir || !s.logs || !s.listen)
		return usage("--dir, --logs and --listen are needed");
	return serve(&s);
}

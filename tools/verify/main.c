/* bangvang-verify: checks certificates, receipts and checkpoints against the issuers that its user trusts. Reads files, writes text; no network, no database. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"

enum { OUTPUT_MAX = 256 << 20, DELAY_MAX = 1440, USAGE = 64 };

static const char help[] =
	"Usage: bangvang-verify [--trust DIR] [--status DIR] [--log POLICY] [--proof FILE] [--at TIME] [--json] [--allow-did-key]\n"
	"                       [--merge-delay MINUTES] [--lang vi|en] FILE…\n"
	"\n"
	"Verifies certificates offline, in any envelope (Open Badges JSON, JWT, SD-JWT, text of a paper QR, PDF), and prints every\n"
	"check and every fact; also the receipts and checkpoints of an exam server.\n"
	"\n"
	"  --trust DIR       issuers you trust: their DID documents (*.json), lists of keys (*.multikey); for the seals of PDFs also\n"
	"                    certificates (*.crt) and revocation lists (*.crl) of X.509\n"
	"  --status DIR      status lists of the issuers (*.json, *.jwt), of any time: was it revoked or suspended?\n"
	"  --log POLICY      file of the public log's keys and witnesses (tlog-policy): what is not in the log is not valid\n"
	"  --proof FILE      that it is in the log (*.tlog-proof); default: the file's own name with .tlog-proof after it\n"
	"  --merge-delay N   so many minutes after its signing it need not be in the log yet, and could not be checked; default: 10\n"
	"  --at TIME         verify for this time (RFC 3339, as 2026-11-21T09:00:00Z) instead of now\n"
	"  --json            print one JSON document\n"
	"  --allow-did-key   accept an issuer that is only a key: tells that nothing was changed, not who issued it\n"
	"  --lang vi|en      language of the report; else from LC_ALL, LC_MESSAGES, LANG\n"
	"  --help, --version\n"
	"\n"
	"FILE '-' is standard input. Exit status: 0 valid; 1 invalid, or issuer unknown; 2 could not be checked, or the input\n"
	"is at fault; 3 the machine is at fault; 64 usage. Of several files the worst counts: 1, then 3, then 2.\n";

struct session {
	struct bv_trust *trust; /* NULL: unusable */
	struct bv_status_lists *lists;
	struct bv_policy *policy;
	struct bv_verify_options options;
	enum bv_lang lang;
	const char *proof; /* path, or NULL */
	struct bv_json *list; /* of reports; NULL: text */
	struct bv_json *json; /* what list is in */
	struct bv_json *statements;
	struct bv_buf out;
	int status;
};

static void
worsen(struct session *session, int status)
{
	session->status = bv_exit_worse(session->status, status);
}

static void
complain(struct session *session, const struct bv_err *err)
{
	fprintf(stderr, "bangvang-verify: %s\n", err->msg);
	worsen(session, bv_status_exit(err->status));
}

/* Receipts and checkpoints, of which there are none in most runs. */
static struct bv_json *
statements_of(struct session *session)
{
	if (!session->statements)
		session->statements = bv_json_set(session->json, "statements", bv_json_new_array());
	return session->statements;
}

/* The proof that was named, or the one beside the file when a log is asked for; NULL if there is none that can be used. */
static const struct bv_log_proof *
load_proof(struct session *session, const char *path, struct bv_buf *text, struct bv_log_proof *proof)
{
	struct bv_err err;

	if (!session->proof && !session->policy)
		return NULL;
	enum bv_status status = bv_log_proof_load(proof, text, session->proof ? session->proof : path, !session->proof, &err);
	if (status == BV_OK)
		return proof;
	if (status != BV_ENOTFOUND || session->proof)
		complain(session, &err);
	return NULL;
}

static void
verify(struct session *session, const char *path)
{
	/* Of a file that is too large the beginning is enough for the report to say so. */
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CREDENTIAL_MAX), proof_text = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_verify_options options = session->options;
	struct bv_log_proof proof;
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_err err;

	enum bv_status status = bv_file_read(&bytes, path, &err);
	if (status != BV_OK && status != BV_ELIMIT) {
		complain(session, &err);
		return;
	}
	options.proof = load_proof(session, path, &proof_text, &proof);
	if (bv_statement_is(bv_buf_str(&bytes))) {
		struct bv_json *found = session->list ? bv_json_add(statements_of(session), bv_json_new_object()) : NULL;
		worsen(session, bv_statement_verify(&session->out, found, bv_buf_str(&bytes), bv_str_of(path), session->trust,
		                                    options.proof, options.at_s, session->lang));
		return;
	}
	bv_credential_verify(&report, bv_buf_str(&bytes), session->trust, &options);
	worsen(session, bv_report_exit(report));
	if (session->list)
		bv_json_add(session->list, bv_report_json(report, bv_str_of(path), session->lang));
	else
		bv_report_write(&session->out, report, bv_str_of(path), session->lang);
}

static int
finish(struct session *session, struct bv_json *json)
{
	if (json)
		bv_json_write_safe(&session->out, json);
	if (session->out.full)
		fprintf(stderr, "bangvang-verify: the report is larger than %d bytes: give fewer files at once\n", OUTPUT_MAX);
	if (session->out.full || fwrite(session->out.p, 1, session->out.len, stdout) != session->out.len || fflush(stdout) != 0)
		worsen(session, 3);
	bv_buf_finish(&session->out);
	bv_policy_free(session->policy);
	bv_status_lists_free(session->lists);
	bv_trust_free(session->trust);
	return session->status;
}

static const char *
locale_name(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return value;
	}
	return NULL;
}

/* Without --trust nobody is trusted; with a folder that cannot be used, that is not known. */
static void
load_trust(struct session *session, const char *folder)
{
	struct bv_err err;

	if (!folder)
		session->trust = bv_trust_new();
	else if (bv_trust_load(&session->trust, folder, &err) != BV_OK)
		complain(session, &err);
}

/* What was named and cannot be used must not be passed over: nothing is verified without it. */
static bool
load_evidence(struct session *session, const char *status, const char *policy)
{
	struct bv_err err;

	if ((status && session->trust && bv_status_lists_load(&session->lists, status, session->trust, &err) != BV_OK) ||
	    (policy && bv_policy_load(&session->policy, policy, &err) != BV_OK)) {
		complain(session, &err);
		return false;
	}
	session->options.status = session->lists;
	session->options.log = session->policy;
	return true;
}

enum { OPT_TRUST = 1, OPT_STATUS, OPT_LOG, OPT_DELAY, OPT_AT, OPT_PROOF, OPT_JSON, OPT_DID_KEY, OPT_LANG, OPT_HELP, OPT_VERSION };

static const struct option options[] = {
	{ "trust", required_argument, NULL, OPT_TRUST },      { "status", required_argument, NULL, OPT_STATUS },
	{ "merge-delay", required_argument, NULL, OPT_DELAY },
	{ "log", required_argument, NULL, OPT_LOG },          { "proof", required_argument, NULL, OPT_PROOF },
	{ "at", required_argument, NULL, OPT_AT },            { "json", no_argument, NULL, OPT_JSON },
	{ "allow-did-key", no_argument, NULL, OPT_DID_KEY },
	{ "lang", required_argument, NULL, OPT_LANG },        { "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },        { 0 },
};

static int
usage(const char *what)
{
	fprintf(stderr, "bangvang-verify: %s\nSee: bangvang-verify --help\n", what);
	return USAGE;
}

int
main(int argc, char **argv)
{
	struct session session = { .options.at_s = bv_clock_now_s(), .lang = bv_lang_of(locale_name(), BV_LANG_EN), .out = BV_BUF(OUTPUT_MAX) };
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const char *folder = NULL, *status = NULL, *policy = NULL;
	int64_t minutes;
	struct bv_err err;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case OPT_TRUST:
			folder = optarg;
			break;
		case OPT_STATUS:
			status = optarg;
			break;
		case OPT_LOG:
			policy = optarg;
			break;
		case OPT_DELAY:
			if (!bv_str_int(bv_str_of(optarg), &minutes) || minutes < 0 || minutes > DELAY_MAX)
				return usage("--merge-delay is a number of minutes, at most a day's");
			session.options.merge_delay_s = minutes ? minutes * 60 : -1;
			break;
		case OPT_AT:
			if (bv_time_parse(&session.options.at_s, bv_str_of(optarg), &err) != BV_OK)
				return usage(err.msg);
			break;
		case OPT_PROOF:
			session.proof = optarg;
			break;
		case OPT_JSON:
			json = json ? json : bv_json_new_object();
			break;
		case OPT_DID_KEY:
			session.options.allow_did_key = true;
			break;
		case OPT_LANG:
			if (strcmp(optarg, "vi") != 0 && strcmp(optarg, "en") != 0)
				return usage("--lang is vi or en");
			session.lang = bv_lang_of(optarg, BV_LANG_EN);
			break;
		case OPT_HELP:
			fputs(help, stdout);
			return 0;
		case OPT_VERSION:
			puts("bangvang-verify " BV_VERSION);
			return 0;
		default:
			return usage("what was given is not understood");
		}
	}
	if (optind == argc)
		return usage("FILE is missing");
	if (json) {
		session.list = bv_json_set(json, "certificates", bv_json_new_array());
		session.json = json;
	}
	load_trust(&session, folder);
	if (!load_evidence(&session, status, policy))
		return finish(&session, json);
	for (int i = optind; i < argc; i++)
		verify(&session, argv[i]);
	return finish(&session, json);
}

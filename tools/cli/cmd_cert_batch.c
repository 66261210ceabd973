#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/cert_export.h"
#include "tools/cli/cert_facts.h"
#include "tools/cli/cert_sitting.h"
#include "tools/cli/print.h"
#include "tools/cli/register_inputs.h"

struct batch {
	struct register_inputs in;
	const struct args *args;
	struct bv_issuance *issuance;
	struct bv_arena arena;
	struct bv_issuer issuer; /* as the first facts have it */
	size_t count, faults, added;
	struct bv_buf note;
	struct bv_str *tickets; /* of the facts, in their order */
	size_t ticket_cap;
};

static void
batch_finish(struct batch *b)
{
	bv_issuance_free(b->issuance);
	bv_arena_finish(&b->arena);
	bv_buf_finish(&b->note);
	free(b->tickets);
	register_inputs_finish(&b->in);
}
BV_AUTO_DEFINE_FINISH(struct batch, batch_finish)

/* ---- Where facts come from ---- */

static enum bv_status
each(struct batch *b, cert_facts_visit visit, struct bv_err *err)
{
	const struct bv_issuing *issuing = bv_register_issuing(b->in.reg);

	if (args_get(b->args, "facts"))
		return cert_facts_each(args_get(b->args, "facts"), issuing, b->in.at_s, visit, b, err);
	return cert_sitting_each(b->args, issuing, b->in.at_s, visit, b, err);
}

struct fault {
	const struct cert_facts *one;
};

static void
complain(void *ctx, const char *rule, const char *message)
{
	const struct fault *f = ctx;

	print_safe(stderr, bv_str_of(f->one->path));
	fputs(": ", stderr);
	print_safe(stderr, bv_str_of(message));
	fprintf(stderr, " [%s]\n", rule);
}

static enum bv_status
look(void *ctx, const struct cert_facts *one, struct bv_err *err)
{
	struct batch *b = ctx;
	const struct bv_lint_case subject = { .facts = one->facts, .issuing = bv_register_issuing(b->in.reg), .rating = one->rating, .now_s = b->in.at_s };
	struct fault f = { one };
	size_t faults;

	bv_lint(&faults, &subject, complain, &f);
	if (b->count == b->ticket_cap) {
		b->ticket_cap = b->ticket_cap ? 2 * b->ticket_cap : 256;
		b->tickets = bv_resize_array(b->tickets, b->ticket_cap, sizeof b->tickets[0]);
	}
	b->tickets[b->count] = bv_arena_str(&b->arena, one->ticket);
	if (!b->count++) {
		b->issuer.name = bv_arena_str(&b->arena, one->issuer.name);
		b->issuer.url = bv_arena_str(&b->arena, one->issuer.url);
	} else if (!bv_str_eq(b->issuer.name, one->issuer.name) || !bv_str_eq(b->issuer.url, one->issuer.url)) {
		return bv_err_set(err, BV_EINVAL, "%s: its issuer is called otherwise than in the files before: a batch has one", one->path);
	}
	b->faults += faults;
	return BV_OK;
}

/* Looks at everything before anything is done. */
static enum bv_status
look_at_all(struct batch *b, struct bv_err *err)
{
	const char *facts = args_get(b->args, "facts");

	if (!facts)
		TRY(cert_sitting_check(b->args, err));
	TRY(each(b, look, err));
	if (b->count)
		return BV_OK;
	return bv_err_set(err, BV_ENOTFOUND, facts ? "%s: there are no facts in it" : "sitting '%s': no result is released by which somebody attains a level",
	                  facts ? facts : args_get(b->args, "sitting"));
}

static enum bv_status
add(void *ctx, const struct cert_facts *one, struct bv_err *err)
{
	struct batch *b = ctx;
	bool added;

	if (bv_issuance_add(&added, b->issuance, one->facts, one->ticket, err) != BV_OK)
		return bv_err_again(err, 0, "%s: %s", one->path, err->msg);
	b->added += added;
	return BV_OK;
}

/* ---- Issuing ---- */

static void
progress(void *ctx, enum bv_issuance_step step, int64_t done, int64_t total)
{
	static const char *const words[] = { "drafted", "in the log", "closed", "signed", "done" };
	enum { WIDTH = 40 };
	char bar[WIDTH + 1];

	(void)ctx;
	if (!total)
		return;
	for (int i = 0; i < WIDTH; i++)
		bar[i] = i < done * WIDTH / total ? '#' : '.';
	bar[WIDTH] = '\0';
	if (isatty(2))
		fprintf(stderr, "\r[%s] %" PRId64 "/%" PRId64 " %s  ", bar, done, total, words[step]);
	else if (done % 1024 == 0 || done == total)
		fprintf(stderr, "%" PRId64 "/%" PRId64 " %s\n", done, total, words[step]);
	fflush(stderr);
}

static enum bv_status
begin(struct batch *b, struct bv_err *err)
{
	const struct args *args = b->args;
	const struct bv_issuance_order order = {
		.name = bv_str_of(args_get(args, "name")), .scheme = bv_str_of(args_get(args, "scheme")), .centre = bv_str_of(args_get(args, "centre")),
		.signer = b->in.signer, .officer = b->in.officer, .at_s = b->in.at_s, .log_origin = b->in.origin, .random = bv_random_fill, .progress = progress
	};

	return bv_issuance_open(&b->issuance, b->in.reg, &order, err);
}

static enum bv_status
issue(struct batch *b, struct bv_err *err)
{
	TRY(register_inputs_issuer(&b->in, b->args, b->issuer, err));
	TRY(begin(b, err));
	if (bv_issuance_step(b->issuance) == BV_ISSUANCE_DRAFT) {
		TRY(each(b, add, err));
		TRY(bv_issuance_seal(b->issuance, err));
	}
	return bv_issuance_run(&b->note, b->issuance, b->in.log, b->in.log_key, err);
}

/* ---- Results, for who watches the log ---- */

static int
ticket_order(const void *a, const void *b)
{
	return bv_str_cmp(*(const struct bv_str *)a, *(const struct bv_str *)b);
}

struct results {
	const struct batch *b;
	struct bv_buf csv;
};

/* Only who has a result of the sitting: what got into the batch otherwise is not vouched for. */
static enum bv_status
add_result(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct results *r = ctx;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	if (!bsearch(&row->ticket, r->b->tickets, r->b->count, sizeof r->b->tickets[0], ticket_order))
		return BV_OK;
	bv_buf_printf(&r->csv, "\"%s/", args_get(r->b->args, "sitting"));
	for (size_t i = 0; i < row->ticket.len; i++)
		bv_buf_printf(&r->csv, row->ticket.p[i] == '"' ? "\"\"" : "%c", row->ticket.p[i]);
	bv_buf_printf(&r->csv, "\",%s\n", bv_hex(hex, row->credential, BV_HASH_LEN));
	return bv_buf_check(&r->csv, err);
}

static enum bv_status
write_results(struct batch *b, const char *path, struct bv_err *err)
{
	struct results r = { b, BV_BUF(1 << 30) };
	int64_t id;

	TRY(bv_issuance_find(&id, b->in.reg, bv_str_of(args_get(b->args, "name")), err));
	qsort(b->tickets, b->count, sizeof b->tickets[0], ticket_order);
	bv_buf_addz(&r.csv, "attempt,credential\n");
	enum bv_status status = bv_register_each(b->in.reg, id, add_result, &r, err);
	if (status == BV_OK)
		status = bv_file_write(path, bv_buf_str(&r.csv), 0644, err);
	bv_buf_finish(&r.csv);
	return status;
}

static enum bv_status
export(size_t *count, struct batch *b, struct bv_err *err)
{
	const char *out = args_get(b->args, "out"), *results = args_get(b->args, "results");

	if (results)
		TRY(write_results(b, results, err));
	return out ? cert_export(count, b->in.reg, bv_str_of(args_get(b->args, "name")), out, b->in.log, err) : BV_OK;
}

static void
report(const struct batch *b, size_t written)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "batch", bv_str_of(args_get(b->args, "name")));
	bv_json_set_int(json, "certificates", (int64_t)b->count);
	bv_json_set_int(json, "drafted", (int64_t)b->added);
	bv_json_set_int(json, "written", (int64_t)written);
	bv_json_set(json, "dryRun", bv_json_new_bool(args_has(b->args, "dry-run")));
	if (b->note.len)
		bv_json_set_str(json, "checkpoint", bv_buf_str(&b->note));
	if (args_has(b->args, "json"))
		print_json(json);
	else if (args_has(b->args, "dry-run"))
		printf("%zu certificates would be issued\n", b->count);
	else
		printf("batch %s: %zu certificates issued, %zu of them drafted now\n", args_get(b->args, "name"), b->count, b->added);
}

static int
run(struct args *args)
{
	BV_AUTO(batch_finish) struct batch b = { .args = args, .note = BV_BUF(BV_CHECKPOINT_MAX) };
	struct bv_err err;
	size_t written = 0;

	if ((args_get(args, "facts") != NULL) == (args_get(args, "sitting") != NULL))
		return usage(args->cmd, "give --facts DIR, or --sitting NAME with --ledger");
	if (args_get(args, "sitting") && (!args_get(args, "ledger") || !args_get(args, "ledger-key") || !(args_get(args, "candidates") || args_get(args, "people"))))
		return usage(args->cmd, "--sitting needs --ledger, --ledger-key, and --candidates or --people: a certificate is of a person");
	if (args_has(args, "results") && !args_get(args, "sitting"))
		return usage(args->cmd, "--results are those of a --sitting");
	if (register_inputs_load(&b.in, args, !args_has(args, "dry-run"), &err) != BV_OK || look_at_all(&b, &err) != BV_OK)
		return fail(NULL, &err);
	if (b.faults) {
		fprintf(stderr, "bangvang cert batch: %zu faults in the facts of %zu certificates: nothing was signed\n", b.faults, b.count);
		return EXIT_INPUT;
	}
	if (args_has(args, "dry-run")) {
		report(&b, 0);
		return EXIT_YES;
	}
	enum bv_status status = issue(&b, &err);
	if (isatty(2))
		fputc('\n', stderr);
	if (status != BV_OK || export(&written, &b, &err) != BV_OK)
		return fail(NULL, &err);
	report(&b, written);
	return EXIT_YES;
}

const struct cmd cmd_cert_batch = {
	.name = "cert batch",
	.summary = "issue many certificates at once",
	.about = "Every certificate is looked at first (cert lint); with a fault nothing is signed. Then each gets its serial number and its place in a status list, all of them go into the "
	         "public log with one checkpoint, and only then is anything signed. The officer's mandate must cover scheme, centre and day.\n\n"
	         "The command may be killed at any moment and given again: it goes on where it was, and nobody has two certificates, or none. 'cert stop' ends it within a "
	         "second.\n\n"
	         "The facts come from a folder (--facts, a file for each, as 'cert issue' reads them, with NAME.rating.json beside if there is one), or from a released sitting "
	         "(--sitting, --ledger): of everybody whose result is released and attains a level. The whole "
	         "ledger is verified first, as by 'audit ledger', and each result is held against its hash in it.\n\n"
	         "--out gets SERIAL.json and the other envelopes, and SERIAL.json.tlog-proof; --results says which certificate each result led to, for 'log monitor'.",
	.opts = (const struct opt[]){
		REGISTER_DB_OPT,
		{ "name", "NAME", "the batch: small letters, digits and '-._/'; it goes into the public log", .required = true },
		{ "scheme", "CODE", "what is certified, as mandates and serial numbers name it", .required = true },
		{ "centre", "CODE", "by which centre", .required = true },
		{ "key", "FILE", "the key that signs certificates, with did.json and p256.pem beside it; or signer:SOCKET, pkcs11:…", .required = true },
		REGISTER_HELD_OPTS,
		REGISTER_OFFICER_OPT("the person who issues"),
		REGISTER_LOG_OPTS,
		{ "facts", "DIR", "a folder of facts" },
		{ "sitting", "NAME", "a released sitting" },
		{ "ledger", "URL", "the ledger that has it" },
		{ "ledger-key", "FILE", "the private key of its receipts" },
		{ "candidates", "FILE", "who each ticket is, as for 'sitting score'" },
		{ "people", "DB", "the store of persons" },
		{ "master", "FILE", "its master key" },
		{ "reason", "TEXT", "why names are read; kept for good" },
		{ "author", "ID", "who reads them" },
		{ "out", "DIR", "where the certificates go" },
		{ "results", "FILE", "CSV for 'log monitor': each result of the sitting, and the hash of its certificate" },
		REGISTER_AT_OPT,
		{ "dry-run", NULL, "look at everything, issue nothing" },
		{ "json", NULL, "print the counts as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang cert batch --db office.db --name mau/1 --scheme CNTT --centre TT01 --key demo/issuer/key.pem --officer demo/office/person-1/key.pem "
		"--log demo/office/log --log-key demo/office/log-key/key.pem --facts demo/office/facts --out office-out --dry-run",
		"bangvang cert batch --db office.db --name mau/1 --scheme CNTT --centre TT01 --key demo/issuer/key.pem --officer demo/office/person-1/key.pem "
		"--log demo/office/log --log-key demo/office/log-key/key.pem --facts demo/office/facts --out office-out",
		NULL },
	.run = run,
};

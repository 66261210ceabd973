#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"

static bool
is_zero(const uint8_t *p, size_t len)
{
	while (len && *p == 0)
		p++, len--;
	return len == 0;
}

/* What the facts leave open: identifiers, and times that are the time of signing. */
static void
complete(struct bv_credential_facts *facts, int64_t at_s)
{
	facts->created_s = at_s;
	if (!facts->awarded_s)
		facts->awarded_s = at_s;
	if (!facts->valid_from_s)
		facts->valid_from_s = facts->awarded_s;
	if (is_zero(facts->id, sizeof facts->id))
		bv_random_fill(facts->id, sizeof facts->id);
	if (is_zero(facts->subject_id, sizeof facts->subject_id))
		bv_random_fill(facts->subject_id, sizeof facts->subject_id);
	bv_random_fill(facts->salt, sizeof facts->salt);
	bv_random_fill(facts->birth_salt, sizeof facts->birth_salt);
}

static enum bv_status
issue(struct bv_buf *out, struct bv_facts_file *facts, const char *key_path, int64_t at_s, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = NULL;
	struct bv_issuer issuer = bv_facts_issuer(facts);

	TRY(bv_signer_load(&signer, key_path, issuer.name, issuer.url, err));
	complete(bv_facts(facts), at_s);
	return bv_credential_issue(out, bv_facts(facts), signer, err);
}

static int
run(struct args *args)
{
	const char *path = args_get(args, "facts"), *to = args_get(args, "out"), *at = args_get(args, "at");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX), out = BV_BUF(2 * BV_CREDENTIAL_MAX);
	BV_AUTO(bv_facts_free) struct bv_facts_file *facts = NULL;
	int64_t at_s = bv_clock_now_s();
	struct bv_err err;

	if (at && bv_time_parse(&at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_facts_parse(&facts, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	if (issue(&out, facts, args_get(args, "key"), at_s, &err) != BV_OK)
		return fail(NULL, &err);
	if (to && bv_file_create(to, bv_buf_str(&out), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	if (!to)
		puts(out.p);
	return EXIT_YES;
}

const struct cmd cmd_cert_issue = {
	.name = "cert issue",
	.summary = "sign a certificate",
	.about = "Signs one certificate (Open Badges 3.0, proof eddsa-jcs-2022) that states the facts of a JSON file; doc/certificates.md describes "
	         "it. Facts that contradict each other are refused: a value outside its scale, a decision of 'completed' with a requirement "
	         "not met.\n\n"
	         "The key is the key.pem of 'bangvang key new'; the did.json beside it says who the issuer is. The certificate goes to --out, "
	         "which must not exist yet, or to standard output.",
	.opts = (const struct opt[]){
		{ .name = "key", .argument = "FILE", .help = "private key, with did.json beside it", .required = true },
		{ .name = "facts", .argument = "FILE", .help = "the facts (JSON), '-' for standard input", .required = true },
		{ .name = "out", .argument = "FILE", .help = "where to write the certificate; default: standard output" },
		{ .name = "at", .argument = "TIME", .help = "time of signing (RFC 3339); default: now" },
		{ .name = "json", .help = "print JSON; there is no other form" },
		{ 0 },
	},
	.run = run,
};

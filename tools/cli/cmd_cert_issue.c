#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/cli/stop_switch.h"

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
	bv_random_fill(facts->secret, sizeof facts->secret);
}

/* ---- Envelopes ---- */

typedef enum bv_status issue_fn(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);

static const struct {
	const char *name, *file;
	issue_fn *issue;
} formats[] = {
	{ "json", "certificate.json", bv_template_issue },
	{ "jwt", "certificate.jwt", bv_jwt_issue },
	{ "sd-jwt", "certificate.sd-jwt", bv_sd_jwt_issue },
	{ "qr", "certificate.qr", bv_cwt_issue },
};

/* One bit for each format of "json,jwt"; 0 if there is another word. */
static unsigned
formats_of(const char *list)
{
	unsigned chosen = 0;

	for (struct bv_str rest = bv_str_of(list), word; rest.p; rest = word.len < rest.len ? bv_str_sub(rest, word.len + 1, rest.len) : BV_STR_NONE) {
		size_t i = 0;
		word = bv_str_sub(rest, 0, bv_str_find(rest, ','));
		while (i < BV_COUNT(formats) && !bv_str_is(word, formats[i].name))
			i++;
		if (i == BV_COUNT(formats))
			return 0;
		chosen |= 1u << i;
	}
	return chosen;
}

struct job {
	struct bv_facts_file *facts;
	const char *key, *p256, *document, *to, *page;
	unsigned formats; /* 0: JSON alone, to a file or to standard output */
	int64_t at_s;
};

/* What the camera reads, not the bytes in it. */
static enum bv_status
qr_text(struct bv_buf *out, struct bv_str cwt, const char *page, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf usual = BV_BUF(2 * BV_DID_MAX);

	bv_qr_page(&usual, bv_signer_did(signer), cwt.len);
	if (!page && !usual.len)
		return bv_err_set(err, BV_EINVAL, "a did:key issuer has no page: say with --page where the symbol leads to");
	bv_qr_text(out, page ? bv_str_of(page) : bv_buf_str(&usual), cwt);
	bv_buf_addc(out, '\n');
	return bv_buf_check(out, err);
}

static enum bv_status
write_format(const struct job *job, size_t format, struct bv_template *tmpl, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(2 * BV_CREDENTIAL_MAX), text = BV_BUF(BV_CREDENTIAL_MAX), path = BV_BUF(4096);

	TRY(formats[format].issue(&out, tmpl, bv_facts(job->facts), err));
	if (formats[format].issue == bv_cwt_issue)
		TRY(qr_text(&text, bv_buf_str(&out), job->page, signer, err));
	bv_buf_printf(&path, "%s/%s", job->to, formats[format].file);
	TRY(bv_buf_check(&path, err));
	return bv_file_create(path.p, text.len ? bv_buf_str(&text) : bv_buf_str(&out), 0644, err);
}

static enum bv_status
issue(struct bv_buf *out, const struct job *job, struct bv_err *err)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = NULL;
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	struct bv_issuer issuer = bv_facts_issuer(job->facts);
	struct bv_credential_facts *facts = bv_facts(job->facts);

	TRY(bv_signer_open(&signer, job->key, job->p256, job->document, issuer.name, issuer.url, err));
	TRY(stop_switch_check(job->key, job->document, err));
	complete(facts, job->at_s);
	if (!job->formats)
		return bv_credential_issue(out, facts, signer, err);
	TRY(bv_template_new(&tmpl, facts->achievement, signer, err));
	TRY(bv_dir_make(job->to, err));
	for (size_t i = 0; i < BV_COUNT(formats); i++)
		if (job->formats & 1u << i)
			TRY(write_format(job, i, tmpl, signer, err));
	return BV_OK;
}

static void
print_files(const struct job *job, bool json)
{
	BV_AUTO(bv_json_free) struct bv_json *object = bv_json_new_object();
	struct bv_json *files = bv_json_set(object, "files", bv_json_new_array());

	for (size_t i = 0; i < BV_COUNT(formats); i++) {
		char path[4200];
		if (!(job->formats & 1u << i))
			continue;
		snprintf(path, sizeof path, "%s/%s", job->to, formats[i].file);
		bv_json_add(files, bv_json_new_text(bv_str_of(path)));
		if (!json)
			puts(path);
	}
	if (json)
		print_json(object);
}

static int
run(struct args *args)
{
	const char *path = args_get(args, "facts"), *at = args_get(args, "at"), *list = args_get(args, "format");
	struct job job = { .key = args_get(args, "key"), .p256 = args_get(args, "p256-key"), .document = args_get(args, "did-document"),
		           .to = args_get(args, "out"), .page = args_get(args, "page"), .at_s = bv_clock_now_s() };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX), out = BV_BUF(2 * BV_CREDENTIAL_MAX);
	BV_AUTO(bv_facts_free) struct bv_facts_file *facts = NULL;
	struct bv_err err;

	if (at && bv_time_parse(&job.at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	if (list && (job.formats = formats_of(list)) == 0)
		return usage(args->cmd, "--format: json, jwt, sd-jwt, qr, with commas between them");
	if (list && !job.to)
		return usage(args->cmd, "--format needs --out, the folder to write to");
	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(NULL, &err);
	if (bv_facts_parse(&facts, bv_buf_str(&text), &err) != BV_OK)
		return fail(path, &err);
	job.facts = facts;
	if (issue(&out, &job, &err) != BV_OK)
		return fail(NULL, &err);
	if (list)
		print_files(&job, args_has(args, "json"));
	else if (job.to && bv_file_create(job.to, bv_buf_str(&out), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	else if (!job.to)
		puts(out.p);
	return EXIT_YES;
}

const struct cmd cmd_cert_issue = {
	.name = "cert issue",
	.summary = "sign a certificate",
	.about = "Signs one certificate (Open Badges 3.0, proofs eddsa-rdfc-2022 and eddsa-jcs-2022) that states the facts of a JSON file; doc/certificates.md describes "
	         "it. Facts that contradict each other are refused: a value outside its scale, a decision of 'completed' with a requirement "
	         "not met.\n\n"
	         "The key is the key.pem of 'bangvang key new'; the did.json beside it says who the issuer is. The certificate goes to --out, "
	         "which must not exist yet, or to standard output.\n\n"
	         "--format json,jwt,sd-jwt,qr makes several envelopes of the one certificate, each as a file in the folder --out: certificate.json, "
	         "certificate.jwt (OB 3.0 VC-JWT), certificate.sd-jwt (SD-JWT VC, for 'bangvang cert disclose') and certificate.qr (the text of a QR "
	         "symbol, for 'bangvang cert qr'). All but the first need the issuer's key of P-256, p256.pem beside key.pem.",
	.opts = (const struct opt[]){
		{ .name = "key", .argument = "FILE", .help = "private key, with did.json beside it; or signer:SOCKET of a bangvang-signer, or pkcs11:… of a token", .required = true },
		{ .name = "p256-key", .argument = "NAME", .help = "with --key pkcs11:…: the token's key of P-256" },
		{ .name = "did-document", .argument = "FILE", .help = "with --key signer:… or pkcs11:…: the issuer's did.json" },
		{ .name = "facts", .argument = "FILE", .help = "the facts (JSON), '-' for standard input", .required = true },
		{ .name = "out", .argument = "FILE", .help = "where to write the certificate; default: standard output. With --format a folder" },
		{ .name = "format", .argument = "LIST", .help = "envelopes: json, jwt, sd-jwt, qr, with commas between them" },
		{ .name = "page", .argument = "URL", .help = "where the QR symbol leads to; default: https://HOST/v of a did:web issuer" },
		{ .name = "at", .argument = "TIME", .help = "time of signing (RFC 3339); default: now" },
		{ .name = "json", .help = "print JSON: the certificate, or with --format the files" },
		{ 0 },
	},
	.run = run,
};

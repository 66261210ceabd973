#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/page_templates.h"
#include "tools/cli/verify_folder.h"

static void
print(const struct args *args, const struct bv_report *report, enum bv_lang lang)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(256 << 20);
	struct bv_str file = bv_str_of(args->operands[0]);

	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_report_json(report, file, lang);
		bv_json_write_safe(&out, json);
	} else {
		bv_report_write(&out, report, file, lang);
	}
	fwrite(out.p, 1, out.len, stdout);
}

/* Of one file. */
static int
verify(const struct args *args, const struct bv_trust *trust, const struct bv_verify_options *options, enum bv_lang lang)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CREDENTIAL_MAX), text = BV_BUF(BV_LOG_PROOF_MAX);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_verify_options with_proof = *options;
	const char *path = args->operands[0], *named = args_get(args, "proof");
	struct bv_log_proof proof;
	struct bv_err err;

	enum bv_status status = bv_file_read(&bytes, path, &err);
	if (status != BV_OK && status != BV_ELIMIT)
		return fail(NULL, &err);
	if (options->log || named) {
		status = bv_log_proof_load(&proof, &text, named ? named : path, !named, &err);
		if (status != BV_OK && (status != BV_ENOTFOUND || named))
			return fail(NULL, &err);
		with_proof.proof = status == BV_OK ? &proof : NULL;
	}
	bv_credential_verify(&report, bv_buf_str(&bytes), trust, &with_proof);
	print(args, report, lang);
	return bv_report_exit(report);
}

static int
run(struct args *args)
{
	const char *folder = args_get(args, "trust"), *at = args_get(args, "at"), *pile = args_get(args, "dir");
	enum bv_lang lang = bv_lang_of(args_get(args, "lang"), bv_lang_of(getenv("LANG"), BV_LANG_EN));
	BV_AUTO(bv_trust_free) struct bv_trust *trust = folder ? NULL : bv_trust_new();
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = NULL;
	BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;
	struct bv_verify_options options = { .at_s = bv_clock_now_s(), .allow_did_key = args_has(args, "allow-did-key") };
	BV_AUTO(page_templates_finish) struct page_templates templates = { 0 };
	struct bv_err err;
	int trust_status = EXIT_YES;

	if (at && bv_time_parse(&options.at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	if ((args->operand_count == 1) == (pile != NULL) || args->operand_count > 1)
		return usage(args->cmd, "give one FILE, or --dir DIR for all files of a folder");
	if (page_templates_load(&templates, args, &err) != BV_OK)
		return fail(NULL, &err);
	if (templates.known.count) {
		options.page.draw = bv_pdf_redraw;
		options.page.ctx = &templates.known;
	}
	if (folder && bv_trust_load(&trust, folder, &err) != BV_OK)
		trust_status = fail(NULL, &err);
	if (args_get(args, "status") && bv_status_lists_load(&lists, args_get(args, "status"), trust, &err) != BV_OK)
		trust_status = fail(NULL, &err);
	options.status = lists;
	if (args_get(args, "log") && bv_policy_load(&policy, args_get(args, "log"), &err) != BV_OK)
		return fail(NULL, &err);
	options.log = policy;
	int status = pile ? verify_folder(pile, trust, &options, lang, args_has(args, "json")) : verify(args, trust, &options, lang);
	return status == EXIT_NO || !trust_status ? status : trust_status;
}

const struct cmd cmd_cert_verify = {
	.name = "cert verify",
	.operands = "[FILE…]",
	.summary = "verify a certificate, or a folder of them, offline",
	.about = "Does the same as the program bangvang-verify, which needs nothing else of Bang Vang: prints every check with its result and every "
	         "fact on the certificate, and tells 'invalid', 'unknown issuer' and 'could not check' apart.\n\n"
	         "The trust folder holds DID documents (*.json) and lists of keys (*.multikey) of the issuers that you trust. Without --trust "
	         "nobody is trusted.\n\n"
	         "With --template the page of a PDF that was made by that template is drawn again from what is attached to it, and must be the same byte for byte: "
	         "then what can be read on it follows from the certificate. Without, the issuer's seal answers for it.\n\n"
	         "With --dir all files of a folder and its sub-folders are verified, as a university does with what its applicants handed in: a "
	         "line for each, with its holder, and a summary. A certificate that is there twice is named. Proofs "
	         "(*.tlog-proof) count for the file beside which they lie.",
	.opts = (const struct opt[]){
		{ .name = "dir", .argument = "DIR", .help = "verify all files of a folder, in place of FILE" },
		{ .name = "trust", .argument = "DIR", .help = "issuers you trust" },
		{ .name = "status", .argument = "DIR", .help = "status lists that were fetched: who is revoked or suspended" },
		{ .name = "log", .argument = "POLICY", .help = "keys of the public log and its witnesses (tlog-policy): what is not in the log is not valid" },
		{ .name = "proof", .argument = "FILE", .help = "of FILE: that it is in the log; default: the *.tlog-proof beside it" },
		{ .name = "template", .argument = "FILE", .help = "draw pages of PDFs made by this template again, and compare", .repeated = true },
		{ .name = "at", .argument = "TIME", .help = "verify for this time (RFC 3339) instead of now" },
		{ .name = "json", .help = "print one JSON document" },
		{ .name = "allow-did-key", .help = "accept an issuer that is only a key" },
		{ .name = "lang", .argument = "vi|en", .help = "language of the report; default from LANG" },
		{ 0 },
	},
	.run = run,
};

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"

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

static int
run(struct args *args)
{
	const char *folder = args_get(args, "trust"), *at = args_get(args, "at");
	enum bv_lang lang = bv_lang_of(args_get(args, "lang"), bv_lang_of(getenv("LANG"), BV_LANG_EN));
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CREDENTIAL_MAX);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_trust_free) struct bv_trust *trust = folder ? NULL : bv_trust_new();
	struct bv_verify_options options = { .at_s = bv_clock_now_s(), .allow_did_key = args_has(args, "allow-did-key") };
	struct bv_err err;
	int trust_status = EXIT_YES;

	if (at && bv_time_parse(&options.at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	enum bv_status status = bv_file_read(&bytes, args->operands[0], &err);
	if (status != BV_OK && status != BV_ELIMIT)
		return fail(NULL, &err);
	if (folder && bv_trust_load(&trust, folder, &err) != BV_OK)
		trust_status = fail(NULL, &err);
	bv_credential_verify(&report, bv_buf_str(&bytes), trust, &options);
	print(args, report, lang);
	status = bv_report_exit(report);
	return status == EXIT_NO || !trust_status ? (int)status : trust_status;
}

const struct cmd cmd_cert_verify = {
	.name = "cert verify",
	.operands = "FILE",
	.summary = "verify a certificate offline",
	.about = "Does the same as the program bangvang-verify, which needs nothing else of Bang Vang: prints every check with its result and every "
	         "fact on the certificate, and tells 'invalid', 'unknown issuer' and 'could not check' apart.\n\n"
	         "The trust folder holds DID documents (*.json) and lists of keys (*.multikey) of the issuers that you trust. Without --trust "
	         "nobody is trusted.",
	.opts = (const struct opt[]){
		{ .name = "trust", .argument = "DIR", .help = "issuers you trust" },
		{ .name = "at", .argument = "TIME", .help = "verify for this time (RFC 3339) instead of now" },
		{ .name = "json", .help = "print one JSON document" },
		{ .name = "allow-did-key", .help = "accept an issuer that is only a key" },
		{ .name = "lang", .argument = "vi|en", .help = "language of the report; default from LANG" },
		{ 0 },
	},
	.run = run,
};

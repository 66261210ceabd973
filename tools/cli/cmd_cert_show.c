#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

/* Nothing was verified: no word of a verdict. */
static void
print_facts(const struct bv_report *report, const char *path, enum bv_lang lang)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_report_json(report, bv_str_of(path), lang);

	bv_json_remove(json, "verdict");
	bv_json_remove(json, "text");
	bv_json_remove(json, "checks");
	print_json(json);
}

static int
run(struct args *args)
{
	const char *path = args->operands[0];
	enum bv_lang lang = bv_lang_of(args_get(args, "lang"), bv_lang_of(getenv("LANG"), BV_LANG_EN));
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CREDENTIAL_MAX), out = BV_BUF(256 << 20);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	struct bv_verify_options options = { .at_s = bv_clock_now_s() };
	struct bv_err err;

	enum bv_status status = bv_file_read(&bytes, path, &err);
	if (status != BV_OK && status != BV_ELIMIT)
		return fail(NULL, &err);
	bv_credential_verify(&report, bv_buf_str(&bytes), NULL, &options);
	if (bv_report_check(report, BV_CHECK_DOCUMENT) != BV_CHECK_PASSED) {
		bv_report_write(&out, report, bv_str_of(path), lang);
		fwrite(out.p, 1, out.len, stderr);
		return EXIT_INPUT;
	}
	if (args_has(args, "json")) {
		print_facts(report, path, lang);
		return EXIT_YES;
	}
	bv_report_write_facts(&out, report, lang);
	fwrite(out.p, 1, out.len, stdout);
	return EXIT_YES;
}

const struct cmd cmd_cert_show = {
	.name = "cert show",
	.operands = "FILE",
	.summary = "print what a certificate says, without verifying it",
	.about = "Prints every fact on a certificate, with control characters escaped. Nothing is verified: anybody can write such a file. "
	         "Use 'bangvang cert verify' to know whether it is true.",
	.opts = (const struct opt[]){
		{ .name = "json", .help = "print one JSON document: file, facts" },
		{ .name = "lang", .argument = "vi|en", .help = "language of the labels; default from LANG" },
		{ 0 },
	},
	.run = run,
};

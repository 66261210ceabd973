#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

enum { CLAIMS_MAX = 256 };

/* What there is to choose from. */
static int
list(struct bv_str text, const char *path, bool json)
{
	BV_AUTO(bv_json_free) struct bv_json *claims = NULL;
	struct bv_err err;

	if (bv_sd_jwt_list(&claims, text, &err) != BV_OK)
		return fail(path, &err);
	if (json) {
		print_json(claims);
		return EXIT_YES;
	}
	for (size_t i = 0; i < bv_json_count(claims); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(8 * BV_CREDENTIAL_MAX), value = BV_BUF(2 * BV_CREDENTIAL_MAX);
		const struct bv_json *claim = bv_json_at(claims, i);
		bv_json_write(&value, bv_json_find(claim, "value"));
		bv_text_write_safe(&line, bv_json_str(bv_json_find(claim, "claim")), false);
		bv_buf_addz(&line, ": ");
		bv_text_write_safe(&line, bv_buf_str(&value), true);
		puts(line.p);
	}
	return EXIT_YES;
}

static int
run(struct args *args)
{
	const char *path = args->operands[0], *to = args_get(args, "out");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2 * BV_CREDENTIAL_MAX), out = BV_BUF(2 * BV_CREDENTIAL_MAX);
	struct bv_str claims[CLAIMS_MAX];
	size_t count = 0;
	struct bv_err err;

	for (const char *claim; (claim = args_each(args, "claim", count)) != NULL; count++) {
		if (count == CLAIMS_MAX)
			return usage(args->cmd, "--claim: %d at most", CLAIMS_MAX);
		claims[count] = bv_str_of(claim);
	}
	if (bv_file_read(&text, path, &err) != BV_OK)
		return fail(NULL, &err);
	if (!count && !args_has(args, "none"))
		return list(bv_buf_str(&text), path, args_has(args, "json"));
	if (bv_sd_jwt_disclose(&out, bv_buf_str(&text), claims, count, &err) != BV_OK)
		return fail(path, &err);
	if (to && bv_file_create(to, bv_buf_str(&out), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	if (!to && args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "presentation", bv_buf_str(&out));
		print_json(json);
	} else if (!to) {
		puts(out.p);
	}
	return EXIT_YES;
}

const struct cmd cmd_cert_disclose = {
	.name = "cert disclose",
	.operands = "FILE",
	.summary = "show some facts of a certificate, and keep the others back",
	.about = "Makes of an SD-JWT VC (certificate.sd-jwt of 'bangvang cert issue --format sd-jwt') one that discloses the named claims only: the "
	         "level without the date of birth. What it leaves out cannot be read or guessed from it, and it still verifies, here ('bangvang cert "
	         "verify') and with anybody's SD-JWT verifier.\n\n"
	         "A claim is a name like 'level' or 'areas.IU01'; 'areas' stands for all of them. Without --claim it lists what there is to disclose. "
	         "Nothing is verified.",
	.opts = (const struct opt[]){
		{ .name = "claim", .argument = "NAME", .help = "disclose this claim; may be given several times", .repeated = true },
		{ .name = "none", .help = "disclose nothing but what is always open: issuer, programme, validity" },
		{ .name = "out", .argument = "FILE", .help = "where to write it; default: standard output" },
		{ .name = "json", .help = "print one JSON document: a list of claim and value, or the presentation" },
		{ 0 },
	},
	.run = run,
};

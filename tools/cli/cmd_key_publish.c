#include <stdio.h>

#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"

static enum bv_status
publish(const struct args *args, struct bv_err *err)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .lock = -1 };
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(2 * BV_DID_MAX);
	const char *out = args_get(args, "out");
	int64_t at_s, days;

	TRY(key_time(&at_s, args, err));
	TRY(args_count(&days, args, "days", 30, err));
	if (days < 1 || days > 400)
		return bv_err_set(err, BV_EINVAL, "--days is 1 to 400");
	TRY(key_folder_open_whole(&folder, args_get(args, "keys"), err));
	TRY(keys_publish(&folder, out, at_s, days, err));
	bv_did_web_address(&address, folder.ring->did);
	printf("%s/did.json%s%s\n%s/jwks.json beside it\n", out, address.len ? " belongs at " : "", address.len ? address.p : "", out);
	printf("%s/root.crt, root.crl, ca.crt, ca.crl, chain.pem, batch-*.crt%s%.*s\n", out, folder.ring->address.len ? " belong below " : "",
	       BV_STR_ARG(folder.ring->address));
	printf("The revocation list holds for %lld days: publish again before.\n", (long long)days);
	return BV_OK;
}

static int
run(struct args *args)
{
	struct bv_err err;

	return publish(args, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

const struct cmd cmd_key_publish = {
	.name = "key publish",
	.summary = "write what is published of an issuer's keys",
	.about = "Writes, from keys.json and nothing else, into a folder that a web server shows: did.json and jwks.json (the keys of all batches; those that were "
	         "removed are no longer in assertionMethod and not in jwks.json), root.crt, ca.crt, root.crl, ca.crl (DER), chain.pem and the certificates of the "
	         "batches. A new revocation list of the authority is signed each time: run it daily.",
	.opts = (const struct opt[]){
		{ .name = "keys", .argument = "DIR", .help = "folder of the keys", .required = true },
		{ .name = "out", .argument = "DIR", .help = "folder to write to, made if it is not there", .required = true },
		{ .name = "days", .argument = "N", .help = "how long the revocation list holds; default 30" },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key publish --keys ca-keys --out web", NULL },
	.run = run,
};

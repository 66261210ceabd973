#include <stdio.h>

#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/key_folder.h"
#include "tools/cli/print.h"

static enum bv_status
write_multikey(const char *folder, const char *name, struct bv_str did, const struct bv_public *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1000);
	char multikey[BV_MULTIKEY_SIZE];

	bv_buf_printf(&line, "%s %.*s\n", bv_multikey_write_of(multikey, key), BV_STR_ARG(did));
	return key_folder_create(folder, name, bv_buf_str(&line), 0644, err);
}

/* The private key comes first: if there is one already, nothing is touched. p256 may be NULL. */
static enum bv_status
write_all(const char *folder, struct bv_str did, const struct bv_key *key, const struct bv_key *p256, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(1 << 16), jwk = BV_BUF(1000);
	const struct bv_public *keys[] = { bv_key_describe(key), p256 ? bv_key_describe(p256) : NULL };
	size_t count = p256 ? 2 : 1;

	TRY(bv_dir_make(folder, err));
	TRY(key_folder_create_private(folder, "key.pem", key, err));
	if (p256)
		TRY(key_folder_create_private(folder, "p256.pem", p256, err));
	bv_did_document_write(&document, did, keys, count);
	TRY(key_folder_create(folder, "did.json", bv_buf_str(&document), 0644, err));
	bv_jwk_write(&jwk, keys[0]);
	bv_buf_addc(&jwk, '\n');
	TRY(key_folder_create(folder, "key.jwk", bv_buf_str(&jwk), 0644, err));
	TRY(write_multikey(folder, "key.multikey", did, keys[0], err));
	return p256 ? write_multikey(folder, "p256.multikey", did, keys[1], err) : BV_OK;
}

static void
print_files(const char *folder, struct bv_str did, struct bv_str address, bool p256)
{
	static const char *const files[][2] = { { "privateKey", "key.pem" }, { "privateKeyP256", "p256.pem" }, { "didDocument", "did.json" }, { "multikey", "key.multikey" },
		                                { "jwk", "key.jwk" } };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "did", did);
	for (size_t i = 0; i < BV_COUNT(files); i++) {
		if (!p256 && strcmp(files[i][1], "p256.pem") == 0)
			continue;
		BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
		bv_buf_printf(&path, "%s/%s", folder, files[i][1]);
		bv_json_set(json, files[i][0], bv_json_new_text(bv_buf_str(&path)));
	}
	if (address.len)
		bv_json_set_str(json, "publishAt", address);
	print_json(json);
}

static int
run(struct args *args)
{
	const char *folder = args_get(args, "out");
	BV_AUTO(bv_buf_finish) struct bv_buf did = BV_BUF(BV_DID_MAX), address = BV_BUF(2 * BV_DID_MAX);
	BV_AUTO(bv_key_free) struct bv_key *key = key_random(BV_KEY_ED25519), *p256 = args_get(args, "did") ? key_random(BV_KEY_P256) : NULL;
	struct bv_err err;

	if (args_get(args, "did"))
		bv_buf_addz(&did, args_get(args, "did"));
	else
		bv_did_key_write(&did, bv_key_public(key));
	if (did.full || !bv_str_starts(bv_buf_str(&did), BV_STR("did:")) || (args_get(args, "did") && bv_str_starts(bv_buf_str(&did), BV_STR("did:key:"))))
		return usage(args->cmd, "--did is did:web:HOST[:PATH]; without it the new key names itself as did:key");
	if (bv_did_check(bv_buf_str(&did), &err) != BV_OK || write_all(folder, bv_buf_str(&did), key, p256, &err) != BV_OK)
		return fail(NULL, &err);
	bv_did_web_address(&address, bv_buf_str(&did));
	if (args_has(args, "json")) {
		print_files(folder, bv_buf_str(&did), bv_buf_str(&address), p256 != NULL);
		return EXIT_YES;
	}
	printf("%s\n  private key   %s/key.pem%s%s%s (keep %s secret; there is no copy)\n  DID document  %s/did.json%s%s\n"
	       "  public key    %s/key.multikey, %s/key.jwk\n",
	       did.p, folder, p256 ? ", " : "", p256 ? folder : "", p256 ? "/p256.pem" : "", p256 ? "both" : "it", folder, address.len ? ", to be published at " : "", address.len ? address.p : "", folder, folder);
	return EXIT_YES;
}

const struct cmd cmd_key_new = {
	.name = "key new",
	.summary = "make a signing key and the documents that publish it",
	.about = "Makes an Ed25519 key and writes, into a folder where none of these files exists yet: key.pem (the private key, PKCS #8, readable "
	         "by its owner only), for a did:web also p256.pem (the key of P-256 that signs JWT, SD-JWT, QR and PDF), did.json (the DID document by "
	         "which others know the keys), key.multikey and p256.multikey (a line for a trust folder each) and "
	         "key.jwk.\n\n"
	         "With --did did:web:HOST[:PATH] the issuer is known by the name of a web host: publish did.json at the address that the command "
	         "prints. Without it the key is its own name (did:key).",
	.opts = (const struct opt[]){
		{ .name = "out", .argument = "DIR", .help = "folder to write to, made if it is not there", .required = true },
		{ .name = "did", .argument = "DID", .help = "did:web:HOST[:PATH] of the issuer; default: did:key of the new key" },
		{ .name = "json", .help = "print one JSON document: did, the files, and where to publish a did:web" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key new --out keys", "bangvang key new --did did:web:chungchi.example.vn --out web-keys", NULL },
	.run = run,
};

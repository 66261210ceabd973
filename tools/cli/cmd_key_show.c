#include <stdio.h>

#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static const struct {
	const char *name;
	enum bv_key_kind kind;
} kinds[] = { { "ed25519", BV_KEY_ED25519 }, { "p256", BV_KEY_P256 }, { "p384", BV_KEY_P384 } };

static const char *
name_of(enum bv_key_kind kind)
{
	size_t i = 0;

	while (kinds[i].kind != kind)
		i++;
	return kinds[i].name;
}

static enum bv_status
print_key(const struct bv_public *public, bool as_json, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf jwk = BV_BUF(1000);
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object(), *parsed = NULL;
	char multikey[BV_MULTIKEY_SIZE];

	bv_jwk_write(&jwk, public);
	bv_multikey_write_of(multikey, public);
	if (!as_json) {
		printf("%s %s\n", name_of(public->kind), multikey);
		return BV_OK;
	}
	TRY(bv_json_parse(&parsed, bv_buf_str(&jwk), err));
	bv_json_set_str(json, "kind", bv_str_of(name_of(public->kind)));
	bv_json_set_str(json, "multikey", bv_str_of(multikey));
	bv_json_set(json, "jwk", bv_steal(&parsed));
	print_json(json);
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	const char *wanted = args_get(args, "kind");
	enum bv_key_kind kind = 0;
	struct bv_err err;

	for (size_t i = 0; wanted && i < BV_COUNT(kinds); i++)
		if (strcmp(kinds[i].name, wanted) == 0)
			kind = kinds[i].kind;
	if (wanted && !kind)
		return usage(args->cmd, "--kind is ed25519, p256 or p384");
	if (bv_key_open(&key, args_get(args, "key"), kind, &err) != BV_OK || print_key(bv_key_describe(key), args_has(args, "json"), &err) != BV_OK)
		return fail(NULL, &err);
	return EXIT_YES;
}

const struct cmd cmd_key_show = {
	.name = "key show",
	.summary = "print the public key of a private one",
	.about = "Prints kind and multikey of a private key, wherever it is held: a file, a bangvang-signer, a token. Of the latter two --kind says which.",
	.opts = (const struct opt[]){
		{ .name = "key", .argument = "NAME", .help = "file of a private key, signer:SOCKET, or pkcs11:…", .required = true },
		{ .name = "kind", .argument = "KIND", .help = "ed25519, p256 or p384; of a file by default what it is" },
		{ .name = "json", .help = "print one JSON document: kind, multikey, jwk" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key show --key keys/key.pem", "bangvang key show --key keys/key.pem --json", NULL },
	.run = run,
};

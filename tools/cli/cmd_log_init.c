#include <stdio.h>

#include "registry/registry.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static int
run(struct args *args)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);
	struct bv_str origin = bv_str_of(args_get(args, "origin"));
	struct bv_vkey vkey = { origin, BV_NOTE_ED25519, { 0 } };
	struct bv_err err;

	if (bv_key_load(&key, BV_KEY_ED25519, args_get(args, "key"), &err) != BV_OK ||
	    bv_log_create(args_get(args, "log"), origin, key, &err) != BV_OK)
		return fail(NULL, &err);
	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_vkey_write(&text, &vkey);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "origin", origin);
		bv_json_set_str(json, "vkey", bv_buf_str(&text));
		print_json(json);
		return EXIT_YES;
	}
	printf("%s: an empty log\n  its verifier key  %s\n", args_get(args, "log"), text.p);
	return EXIT_YES;
}

const struct cmd cmd_log_init = {
	.name = "log init",
	.summary = "make an empty public log in a folder",
	.about = "Makes a log (C2SP tlog-tiles): a folder of static files that any web server can serve as it is. doc/log.md describes it. Its checkpoints are signed "
	         "by an Ed25519 key that should sign nothing else; the origin is the log's name for ever, best the address at which the folder is served, "
	         "without https://.",
	.opts = (const struct opt[]){
		{ "log", "DIR", "folder of the log, made if it is not there", .required = true },
		{ "origin", "NAME", "name of the log, as log.example.vn/chung-chi", .required = true },
		{ "key", "FILE", "private key of the log, as 'bangvang key new' makes it", .required = true },
		{ "json", NULL, "print one JSON document: origin, vkey" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang key new --out log-key", "bangvang log init --log log --origin log.example.vn/chung-chi --key log-key/key.pem", NULL },
	.run = run,
};

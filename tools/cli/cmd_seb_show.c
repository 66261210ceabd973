#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

enum { PASSWORD_MAX = 1024 };

static enum bv_status
read_file(struct bv_buf *plist, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_SEB_MAX), password = BV_BUF(PASSWORD_MAX);

	TRY(bv_file_read(&bytes, args->operands[0], err));
	if (args_get(args, "password"))
		TRY(bv_file_read(&password, args_get(args, "password"), err));
	struct bv_str line = bv_str_sub(bv_buf_str(&password), 0, bv_str_find(bv_buf_str(&password), '\n'));
	enum bv_status status = bv_seb_open(plist, bv_buf_str(&bytes), bv_str_trim(line), err);
	bv_wipe(password.p, password.len);
	return status;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plist = BV_BUF(2 * BV_SEB_MAX), json = BV_BUF(2 * BV_SEB_MAX);
	char key[BV_SEB_KEY_SIZE], hash[BV_SEB_KEY_SIZE] = "";
	const char *url = args_get(args, "url");
	struct bv_err err;

	if (read_file(&plist, args, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (args_has(args, "plist")) {
		fwrite(plist.p, 1, plist.len, stdout);
		return EXIT_YES;
	}
	if (bv_seb_json(&json, bv_buf_str(&plist), &err) != BV_OK || bv_seb_config_key(key, bv_buf_str(&plist), &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (url)
		bv_seb_hash(hash, bv_str_of(url), key);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *out = bv_json_new_object();
		bv_json_set_str(out, "configKey", bv_str_of(key));
		bv_json_set(out, "hashed", bv_json_new_text(bv_buf_str(&json)));
		if (url)
			bv_json_set_str(out, "configKeyHash", bv_str_of(hash));
		print_json(out);
		return EXIT_YES;
	}
	printf("Config Key %s\n", key);
	if (url)
		printf("X-SafeExamBrowser-ConfigKeyHash %s\n", hash);
	print_safe(stdout, bv_buf_str(&json));
	putchar('\n');
	return EXIT_YES;
}

const struct cmd cmd_seb_show = {
	.name = "seb show",
	.operands = "FILE",
	.summary = "show a configuration of Safe Exam Browser and its Config Key",
	.about = "What is hashed to the Config Key, in the order in which it is; with --url what SEB sends for that address. --plist prints the property list itself.",
	.opts = (const struct opt[]){
		{ .name = "password", .argument = "FILE", .help = "its first line is the password of the configuration" },
		{ .name = "url", .argument = "URL", .help = "an address that is asked for" },
		{ .name = "plist", .help = "print the property list" },
		{ .name = "json", .help = "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang seb show seb/thi-sang.seb --url https://thi.example.vn/exam", NULL },
	.run = run,
};

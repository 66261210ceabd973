#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

enum { PASSWORD_MAX = 1024, PATH_MAX_LEN = 4096, KEYS_MAX = 16 << 10 };

/* The first line of a file. */
static enum bv_status
read_password(struct bv_buf *out, const char *path, struct bv_err *err)
{
	if (!path)
		return BV_OK;
	TRY(bv_file_read(out, path, err));
	struct bv_str line = bv_str_sub(bv_buf_str(out), 0, bv_str_find(bv_buf_str(out), '\n'));
	while (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	out->len = line.len;
	return line.len ? BV_OK : bv_err_set(err, BV_EINVAL, "%s: its first line is the password, and is empty", path);
}

/* What bangvangd reads: which configurations and which browsers count. */
static enum bv_status
write_keys(struct bv_buf *out, const char *config_key, const char *browser_keys, struct bv_err *err)
{
	bv_buf_printf(out, "# Safe Exam Browser: what this sitting's candidates must send (doc/seb.md)\nconfig %s\n", config_key);
	for (struct bv_str rest = bv_str_of(browser_keys ? browser_keys : ""), key; rest.len;) {
		key = bv_str_trim(bv_str_sub(rest, 0, bv_str_find(rest, ',')));
		rest = bv_str_sub(rest, bv_str_find(rest, ',') + 1, rest.len);
		if (!bv_seb_key_good(key))
			return bv_err_set(err, BV_EINVAL, "--browser-keys: '%.*s' is no key: 64 small hexadecimal digits, as SEB shows it", BV_STR_ARG(bv_str_sub(key, 0, 70)));
		bv_buf_printf(out, "browser %.*s\n", BV_STR_ARG(key));
	}
	return bv_buf_check(out, err);
}

struct making {
	struct bv_buf plist, file, keys, quit, password, start_url, quit_url;
	char key[BV_SEB_KEY_SIZE];
};

static void
making_finish(struct making *m)
{
	struct bv_buf *const all[] = { &m->plist, &m->file, &m->keys, &m->quit, &m->password, &m->start_url, &m->quit_url };

	bv_wipe(m->quit.p, m->quit.len);
	bv_wipe(m->password.p, m->password.len);
	for (size_t i = 0; i < BV_COUNT(all); i++)
		bv_buf_finish(all[i]);
}
BV_AUTO_DEFINE_FINISH(struct making, making_finish)

static enum bv_status
make(struct making *m, const struct args *args, struct bv_err *err)
{
	struct bv_str url = bv_str_of(args_get(args, "url"));
	uint8_t random[BV_SEB_RANDOM_LEN];

	while (bv_str_ends(url, BV_STR("/")))
		url.len--;
	bv_buf_printf(&m->start_url, "%.*s/exam?sitting=%s", BV_STR_ARG(url), args_get(args, "sitting"));
	bv_buf_printf(&m->quit_url, "%.*s/seb-quit", BV_STR_ARG(url));
	TRY(read_password(&m->quit, args_get(args, "quit-password"), err));
	TRY(read_password(&m->password, args_get(args, "password"), err));
	const struct bv_seb_options options = { .start_url = bv_buf_str(&m->start_url), .quit_url = bv_buf_str(&m->quit_url), .quit_password = bv_buf_str(&m->quit),
		                                .vietnamese_typing = args_has(args, "vietnamese-typing") };
	TRY(bv_seb_write(&m->plist, &options, err));
	TRY(bv_seb_config_key(m->key, bv_buf_str(&m->plist), err));
	TRY(write_keys(&m->keys, m->key, args_get(args, "browser-keys"), err));
	if (!m->password.len) {
		bv_buf_add(&m->file, bv_buf_str(&m->plist));
		return bv_buf_check(&m->file, err);
	}
	bv_random_fill(random, sizeof random);
	bv_seb_seal(&m->file, bv_buf_str(&m->plist), bv_buf_str(&m->password), random);
	return bv_buf_check(&m->file, err);
}

static enum bv_status
put(const struct args *args, const char *end, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(PATH_MAX_LEN);

	bv_buf_printf(&path, "%s/%s.%s", args_get(args, "out"), args_get(args, "sitting"), end);
	TRY(bv_buf_check(&path, err));
	return args_has(args, "replace") ? bv_file_write(path.p, bytes, 0644, err) : bv_file_create(path.p, bytes, 0644, err);
}

static bool
name_good(struct bv_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!((name.p[i] | 32) >= 'a' && (name.p[i] | 32) <= 'z') && !(name.p[i] >= '0' && name.p[i] <= '9') && !strchr("._-", name.p[i]))
			return false;
	return name.len && name.len <= BV_SITTING_NAME_MAX && name.p[0] != '.';
}

static int
run(struct args *args)
{
	BV_AUTO(making_finish) struct making m = { .plist = BV_BUF(BV_SEB_MAX), .file = BV_BUF(2 * BV_SEB_MAX), .keys = BV_BUF(KEYS_MAX), .quit = BV_BUF(PASSWORD_MAX),
		                                   .password = BV_BUF(PASSWORD_MAX), .start_url = BV_BUF(PATH_MAX_LEN), .quit_url = BV_BUF(PATH_MAX_LEN) };
	struct bv_err err;

	if (!name_good(bv_str_of(args_get(args, "sitting"))))
		return usage(args->cmd, "--sitting: letters, digits, '.', '_' and '-' make a name");
	enum bv_status status = make(&m, args, &err);
	if (status == BV_OK)
		status = bv_dir_make(args_get(args, "out"), &err);
	if (status == BV_OK)
		status = put(args, "seb", bv_buf_str(&m.file), &err);
	if (status == BV_OK)
		status = put(args, "keys", bv_buf_str(&m.keys), &err);
	if (status != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "configKey", bv_str_of(m.key));
		bv_json_set_str(json, "startUrl", bv_buf_str(&m.start_url));
		print_json(json);
	} else {
		printf("%s/%s.seb for the candidates' machines, %s.keys for bangvangd\nConfig Key %s\n", args_get(args, "out"), args_get(args, "sitting"), args_get(args, "sitting"), m.key);
	}
	return EXIT_YES;
}

const struct cmd cmd_seb_new = {
	.name = "seb new",
	.summary = "make the configuration of Safe Exam Browser for a sitting",
	.about = "Writes OUT/SITTING.seb, which Safe Exam Browser opens (also from /seb/SITTING.seb of the server), and OUT/SITTING.keys. A server whose key 'seb' names the folder lets "
	         "nobody into that sitting without that configuration (doc/seb.md, which also says what this does not prove).\n\n"
	         "--vietnamese-typing chooses the kiosk mode in which the input methods of Windows work.",
	.opts = (const struct opt[]){
		{ .name = "sitting", .argument = "NAME", .help = "the sitting", .required = true },
		{ .name = "url", .argument = "URL", .help = "the server's public_url", .required = true },
		{ .name = "out", .argument = "DIR", .help = "folder for both files", .required = true },
		{ .name = "vietnamese-typing", .help = "end the Explorer shell instead of making a new desktop" },
		{ .name = "quit-password", .argument = "FILE", .help = "its first line ends SEB before the exam is over" },
		{ .name = "password", .argument = "FILE", .help = "its first line is needed to open the configuration" },
		{ .name = "browser-keys", .argument = "KEY,…", .help = "Browser Exam Keys that are let in; without any, every browser with the configuration" },
		{ .name = "replace", .help = "put the files in the place of those that are there" },
		{ .name = "json", .help = "print JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang seb new --sitting thi-sang --url https://thi.example.vn --out seb --vietnamese-typing", NULL },
	.run = run,
};

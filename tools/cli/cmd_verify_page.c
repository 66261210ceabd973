#include <ctype.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/page_files.h"
#include "tools/cli/print.h"

enum { PATH_MAX_LEN = 4096 };

/* A folder whose files the page is to read. */
struct copy {
	struct bv_file_group *group;
	struct bv_json *list; /* of paths, for trust.json */
	const char *from;     /* the folder */
	const char *to;       /* "trust" */
	const char *const *ends; /* of names; ends with NULL */
};

/* Below a folder, of names that an address needs no escapes for: so that the page can be strict about what trust.json names. */
static bool
is_plain(struct bv_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.p[i];
		bool first = i == 0 || path.p[i - 1] == '/';
		if (!(isalnum(c) || c == '_' || (!first && strchr(".-/", c))) || c >= 0x80)
			return false;
	}
	return path.len > 0;
}

static bool
ends_with_any(struct bv_str name, const char *const *ends)
{
	while (*ends && !bv_str_ends(name, bv_str_of(*ends)))
		ends++;
	return *ends != NULL;
}

static enum bv_status
copy_file(void *ctx, const char *path, struct bv_err *err)
{
	struct copy *copy = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_JSON_MAX), name = BV_BUF(PATH_MAX_LEN);
	struct bv_str below = bv_str_of(path + strlen(copy->from));

	if (!ends_with_any(below, copy->ends))
		return BV_OK;
	while (bv_str_starts(below, BV_STR("/")))
		below = bv_str_sub(below, 1, below.len);
	if (!is_plain(below))
		return bv_err_set(err, BV_EINVAL, "%s: letters, digits, '.', '_' and '-' make a name that can be published: rename it", path);
	TRY(bv_file_read(&bytes, path, err));
	bv_buf_printf(&name, "%s/%.*s", copy->to, BV_STR_ARG(below));
	TRY(bv_buf_check(&name, err));
	bv_json_add(copy->list, bv_json_new_str(bv_buf_str(&name)));
	return bv_file_group_add(copy->group, name.p, bv_buf_str(&bytes), 0644, err);
}

static enum bv_status
write_page(struct bv_file_group *group, struct bv_json *listed, const char *trust, struct bv_err *err)
{
	static const char *const trusted[] = { ".json", ".multikey", NULL };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	struct copy copy = { group, bv_json_set(listed, "trust", bv_json_new_array()), trust, "trust", trusted };

	for (const struct page_file *file = page_files; file->name; file++)
		TRY(bv_file_group_add(group, file->name, file->bytes, 0644, err));
	TRY(bv_dir_walk(trust, copy_file, &copy, err));
	bv_json_write_pretty(&text, listed);
	TRY(bv_file_group_add(group, "trust.json", bv_buf_str(&text), 0644, err));
	return bv_file_group_sync(group, err);
}

static enum bv_status
write_folder(const char *out, bool replace, struct bv_json *listed, const char *trust, struct bv_err *err)
{
	BV_AUTO(bv_dir_draft_free) struct bv_dir_draft *draft = NULL;
	BV_AUTO(bv_file_group_free) struct bv_file_group *group = NULL;

	TRY(bv_dir_draft_open(&draft, out, err));
	TRY(bv_file_group_open(&group, bv_dir_draft_folder(draft), err));
	TRY(write_page(group, listed, trust, err));
	return bv_dir_draft_commit(draft, replace, err);
}

static int
run(struct args *args)
{
	const char *trust = args_get(args, "trust"), *at = args_get(args, "at"), *out = args_get(args, "out");
	BV_AUTO(bv_trust_free) struct bv_trust *keys = NULL;
	BV_AUTO(bv_json_free) struct bv_json *listed = bv_json_new_object();
	int64_t at_s = bv_clock_now_s();
	char made[BV_TIME_SIZE];
	struct bv_err err;

	if (at && bv_time_parse(&at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	/* What is broken would make the page say "could not check" of everything. */
	if (bv_trust_load(&keys, trust, &err) != BV_OK)
		return fail(NULL, &err);
	if (!bv_trust_count(keys)) {
		bv_err_set(&err, BV_EINVAL, "%s: no key is in it: a page that trusts nobody verifies nothing", trust);
		return fail(NULL, &err);
	}
	bv_json_set_int(listed, "v", 1);
	bv_json_set_str(listed, "made", bv_str_of(bv_time_write(made, at_s)));
	if (write_folder(out, args_has(args, "replace"), listed, trust, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_json(listed);
	else
		printf("%s: the verification page, with %zu trusted keys\n", out, bv_trust_count(keys));
	return EXIT_YES;
}

const struct cmd cmd_verify_page = {
	.name = "verify-page",
	.summary = "write the web page that verifies certificates in the reader's browser",
	.about = "Writes a folder of static files that any web server can serve: the page, the issuers whom it trusts, and trust.json, which lists them. The page "
	         "does in the reader's browser what bangvang-verify does, and sends nothing anywhere.\n\n"
	         "The trust folder is that of 'cert verify': DID documents (*.json) and lists of keys (*.multikey). Other files in it, private keys above all, are "
	         "not copied. doc/verify-page.md says how to host the page.",
	.opts = (const struct opt[]){
		{ .name = "trust", .argument = "DIR", .help = "issuers whom the page trusts", .required = true },
		{ .name = "out", .argument = "DIR", .help = "folder to write", .required = true },
		{ .name = "replace", .help = "put it in the place of a folder that is there" },
		{ .name = "at", .argument = "TIME", .help = "the time that the page shows as that of its list; default: now" },
		{ .name = "json", .help = "print trust.json" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang verify-page --trust demo/issuer --out page", NULL },
	.run = run,
};

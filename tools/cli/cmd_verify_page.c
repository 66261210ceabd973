#include <ctype.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"
#include "tools/verify/page_files.h"

enum { PATH_MAX_LEN = 4096 };

struct copy;
/* Names a file that was copied to `path` in trust.json. */
typedef enum bv_status copy_list(struct copy *copy, struct bv_str path, struct bv_str bytes, struct bv_err *err);

/* A folder whose files the page is to read. */
struct copy {
	struct bv_file_group *group;
	struct bv_json *listed;  /* member of trust.json */
	const char *from, *to;   /* the folder; "trust" */
	const char *const *ends; /* of names; ends with NULL */
	copy_list *list;
};

static enum bv_status
list_path(struct copy *copy, struct bv_str path, struct bv_str bytes, struct bv_err *err)
{
	(void)bytes, (void)err;
	bv_json_add(copy->listed, bv_json_new_str(path));
	return BV_OK;
}

/* By the address of the list, under which certificates name it. */
static enum bv_status
list_status(struct copy *copy, struct bv_str path, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(PATH_MAX_LEN);

	TRY(bv_status_parse(&list, bytes, err));
	bv_buf_add(&address, bv_status_uri(list));
	TRY(bv_buf_check(&address, err));
	struct bv_json *paths = bv_json_find(copy->listed, address.p) ? NULL : bv_json_set(copy->listed, address.p, bv_json_new_array());
	if (!paths) /* an older or newer list of the same address */
		paths = bv_json_set(copy->listed, address.p, bv_json_copy(bv_json_find(copy->listed, address.p)));
	bv_json_add(paths, bv_json_new_str(path));
	return BV_OK;
}

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
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_STATUS_LIST_MAX), name = BV_BUF(PATH_MAX_LEN);
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
	TRY(copy->list(copy, bv_buf_str(&name), bv_buf_str(&bytes), err));
	return bv_file_group_add(copy->group, name.p, bv_buf_str(&bytes), 0644, err);
}

/* What the page is made of: folders and a file as bangvang-verify takes them; NULL: none. */
struct page {
	const char *trust, *status, *log;
};

static enum bv_status
copy_log(struct bv_file_group *group, struct bv_json *listed, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_POLICY_MAX);

	TRY(bv_file_read(&bytes, path, err));
	bv_json_set_str(listed, "log", BV_STR("log/policy"));
	return bv_file_group_add(group, "log/policy", bv_buf_str(&bytes), 0644, err);
}

static enum bv_status
write_page(struct bv_file_group *group, struct bv_json *listed, const struct page *page, struct bv_err *err)
{
	static const char *const trusted[] = { ".json", ".multikey", NULL }, *const lists[] = { ".json", ".jwt", NULL };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	struct copy trust = { group, bv_json_set(listed, "trust", bv_json_new_array()), page->trust, "trust", trusted, list_path };

	for (const struct page_file *file = page_files; file->name; file++)
		TRY(bv_file_group_add(group, file->name, file->bytes, 0644, err));
	TRY(bv_dir_walk(page->trust, copy_file, &trust, err));
	if (page->status) {
		struct copy status = { group, bv_json_set(listed, "status", bv_json_new_object()), page->status, "status", lists, list_status };
		TRY(bv_dir_walk(page->status, copy_file, &status, err));
	}
	if (page->log)
		TRY(copy_log(group, listed, page->log, err));
	bv_json_write_pretty(&text, listed);
	TRY(bv_buf_check(&text, err));
	TRY(bv_file_group_add(group, "trust.json", bv_buf_str(&text), 0644, err));
	return bv_file_group_sync(group, err);
}

static enum bv_status
write_folder(const char *out, bool replace, struct bv_json *listed, const struct page *page, struct bv_err *err)
{
	BV_AUTO(bv_dir_draft_free) struct bv_dir_draft *draft = NULL;
	BV_AUTO(bv_file_group_free) struct bv_file_group *group = NULL;

	TRY(bv_dir_draft_open(&draft, out, err));
	TRY(bv_file_group_open(&group, bv_dir_draft_folder(draft), err));
	TRY(write_page(group, listed, page, err));
	return bv_dir_draft_commit(draft, replace, err);
}

/* What is broken would make the page say "could not check" of everything. */
static enum bv_status
check_page(struct bv_trust **trust, const struct page *page, struct bv_err *err)
{
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = NULL;
	BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;

	TRY(bv_trust_load(trust, page->trust, err));
	if (!bv_trust_count(*trust))
		return bv_err_set(err, BV_EINVAL, "%s: no key is in it: a page that trusts nobody verifies nothing", page->trust);
	if (page->status)
		TRY(bv_status_lists_load(&lists, page->status, *trust, err));
	if (page->log)
		TRY(bv_policy_load(&policy, page->log, err));
	return BV_OK;
}

static int
run(struct args *args)
{
	const struct page page = { args_get(args, "trust"), args_get(args, "status"), args_get(args, "log") };
	const char *at = args_get(args, "at"), *out = args_get(args, "out");
	BV_AUTO(bv_trust_free) struct bv_trust *keys = NULL;
	BV_AUTO(bv_json_free) struct bv_json *listed = bv_json_new_object();
	int64_t at_s = bv_clock_now_s();
	char made[BV_TIME_SIZE];
	struct bv_err err;

	if (at && bv_time_parse(&at_s, bv_str_of(at), &err) != BV_OK)
		return usage(args->cmd, "--at: %s", err.msg);
	if (check_page(&keys, &page, &err) != BV_OK)
		return fail(NULL, &err);
	bv_json_set_int(listed, "v", 1);
	bv_json_set_str(listed, "made", bv_str_of(bv_time_write(made, at_s)));
	if (write_folder(out, args_has(args, "replace"), listed, &page, &err) != BV_OK)
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
	         "not copied. --status and --log are those of 'cert verify' too; with a log a certificate counts only with the proof that it is there. "
	         "doc/verify-page.md says how to host the page.",
	.opts = (const struct opt[]){
		{ .name = "trust", .argument = "DIR", .help = "issuers whom the page trusts", .required = true },
		{ .name = "status", .argument = "DIR", .help = "status lists (*.json, *.jwt): who is revoked or suspended" },
		{ .name = "log", .argument = "POLICY", .help = "the public log's keys and witnesses (tlog-policy)" },
		{ .name = "out", .argument = "DIR", .help = "folder to write", .required = true },
		{ .name = "replace", .help = "put it in the place of a folder that is there" },
		{ .name = "at", .argument = "TIME", .help = "the time that the page shows as that of its list; default: now" },
		{ .name = "json", .help = "print trust.json" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang verify-page --trust demo/issuer --out page", NULL },
	.run = run,
};

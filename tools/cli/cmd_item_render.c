#include <stdio.h>

#include "base/file.h"
#include "base/text.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/allowed_modules.h"
#include "tools/cli/commands.h"
#include "tools/cli/item_acts.h"

#define MEDIA_MAX (64u << 20) /* bytes of one file that an item refers to */
#define ORDERS_MAX (1u << 20)

static enum bv_status
item_load(struct bv_item **out, const char *folder, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_XML_ITEM_MAX);

	TRY(bv_file_read(&bytes, path, err));
	TRY(bv_include_below(&bytes, folder, path, err));
	return bv_item_parse(out, bv_buf_str(&bytes), err);
}

static enum bv_status
json_load(struct bv_json **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(ORDERS_MAX);

	TRY(bv_file_read(&bytes, path, err));
	return bv_json_parse(out, bv_buf_str(&bytes), err);
}

static enum bv_status
pnp_load(struct bv_pnp *out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_PNP_MAX);

	TRY(bv_file_read(&bytes, path, err));
	return bv_pnp_parse(out, bv_buf_str(&bytes), err);
}

/* Files below the package's folder, which is ctx. */
static bool
media_below(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(MEDIA_MAX);
	BV_AUTO(bv_buf_finish) struct bv_buf full = BV_BUF(8192);
	struct bv_err err;

	bv_buf_add(&full, *(const struct bv_str *)ctx);
	bv_buf_add(&full, path);
	if (full.full || bv_file_read(&bytes, full.p, &err))
		return false;
	bv_sha256(hash, bv_buf_str(&bytes));
	return true;
}

#define STIMULI_MAX 64 /* references of one item */

/* The package's folder, and what was read from it. */
struct package {
	struct bv_str folder;
	const char *root; /* the same, as it was given; NULL when it was not */
	struct bv_stimulus *stimuli[STIMULI_MAX];
	size_t count;
};

static void
package_finish(struct package *package)
{
	for (size_t i = 0; i < package->count; i++)
		bv_stimulus_free(package->stimuli[i]);
}
BV_AUTO_DEFINE_FINISH(struct package, package_finish)

static const struct bv_stimulus *
stimulus_below(void *ctx, struct bv_str path)
{
	struct package *package = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_buf_finish) struct bv_buf full = BV_BUF(8192);
	struct bv_err err;

	bv_buf_add(&full, package->folder);
	bv_buf_add(&full, path);
	if (full.full || package->count == STIMULI_MAX || bv_file_read(&bytes, full.p, &err) || bv_include_below(&bytes, package->root, full.p, &err) ||
	    bv_stimulus_parse(&package->stimuli[package->count], bv_buf_str(&bytes), &err))
		return NULL;
	return package->stimuli[package->count++];
}

/* The folder of a package, with its slash: the one given, else that of the item. False when the item is not in it. */
static bool
package_find(struct bv_buf *folder, struct bv_str *path, const char *item, const char *package)
{
	struct bv_str rest = bv_str_of(item);
	size_t len = rest.len;

	if (package) {
		bv_buf_addz(folder, package);
		if (folder->len && folder->p[folder->len - 1] != '/')
			bv_buf_addc(folder, '/');
	} else {
		while (len && item[len - 1] != '/')
			len--;
		bv_buf_add(folder, bv_str_sub(rest, 0, len));
	}
	*path = bv_str_sub(rest, folder->len, rest.len);
	return !folder->full && bv_str_starts(rest, bv_buf_str(folder));
}

/* ---- Orders, as a form has them: {"RESPONSE":[["C","A","B"]]} ------------------------------------------------------------ */

static enum bv_status
set_read(struct bv_delivery_set *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str *choices = bv_arena_array(arena, bv_json_count(json), struct bv_str);

	if (bv_json_type(json) != BV_JSON_ARRAY)
		return bv_err_set(err, BV_EINVAL, "orders: each set is an array of identifiers");
	for (size_t i = 0; i < bv_json_count(json); i++)
		choices[i] = bv_json_str(bv_json_at(json, i));
	*out = (struct bv_delivery_set){ choices, bv_json_count(json) };
	return BV_OK;
}

static enum bv_status
orders_read(struct bv_delivery *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_delivery_order *orders = bv_arena_array(arena, bv_json_count(json), struct bv_delivery_order);
	size_t n = 0;

	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "orders are an object, {\"RESPONSE\":[[\"C\",\"A\",\"B\"]]}");
	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it), n++) {
		const struct bv_json *sets = bv_json_member(it);
		struct bv_delivery_set *list = bv_arena_array(arena, bv_json_count(sets), struct bv_delivery_set);
		for (size_t i = 0; i < bv_json_count(sets); i++)
			TRY(set_read(&list[i], bv_json_at(sets, i), arena, err));
		orders[n] = (struct bv_delivery_order){ bv_json_member_name(it), list, bv_json_count(sets) };
	}
	out->orders = orders;
	out->order_count = n;
	return BV_OK;
}

/* ---- For people ------------------------------------------------------------------------------------------------------------- */

static struct bv_str
attribute(const struct bv_json *element, const char *name)
{
	return bv_json_str(bv_json_find(bv_json_at(element, 1), name));
}

/* The last line of out is not empty? Then ends it. */
static void
new_line(struct bv_buf *out)
{
	while (out->len && out->p[out->len - 1] == ' ')
		out->len--;
	if (out->len && out->p[out->len - 1] != '\n')
		bv_buf_addc(out, '\n');
}

static bool
is_block(struct bv_str name)
{
	static const char *const names[] = { "address", "article", "aside", "blockquote", "br", "caption", "dd", "div", "dl", "dt", "figure",
		                             "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul" };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (bv_str_is(name, names[i]))
			return true;
	return bv_str_starts(name, BV_STR("qti-")) && !bv_str_is(name, "qti-gap") && !bv_str_is(name, "qti-hottext") &&
	       !bv_str_is(name, "qti-text-entry-interaction") && !bv_str_is(name, "qti-inline-choice-interaction") &&
	       !bv_str_is(name, "qti-feedback-inline");
}

/* What stands before the content of an element. */
static void
mark(struct bv_buf *out, const struct bv_json *element, struct bv_str name, bool vietnamese)
{
	struct bv_str id = attribute(element, "identifier"), response = attribute(element, "response-identifier"), alt = attribute(element, "alt");

	if (bv_str_is(name, "img") || bv_str_is(name, "audio") || bv_str_is(name, "video")) {
		const char *word = bv_str_is(name, "img") ? (vietnamese ? "hình" : "image") : bv_str_is(name, "audio") ? (vietnamese ? "âm thanh" : "sound") : "video";
		bv_buf_printf(out, "[%s%s%.*s]", word, alt.len ? ": " : "", BV_STR_ARG(alt));
	} else if (bv_str_is(name, "qti-gap") || bv_str_is(name, "qti-hottext")) {
		bv_buf_printf(out, "[%.*s] ", BV_STR_ARG(id));
	} else if (id.len) {
		bv_buf_printf(out, "  [%.*s] %.*s", BV_STR_ARG(id), BV_STR_ARG(attribute(element, "aria-label")));
	} else if (response.len) {
		bv_buf_printf(out, "%s %.*s: %.*s%s", vietnamese ? "(câu trả lời" : "(response", BV_STR_ARG(response),
		              BV_STR_ARG(bv_str_sub(name, 4, name.len - 4 - sizeof "-interaction" + 1)), ")");
		if (is_block(name))
			new_line(out);
	}
}

static void
preview(struct bv_buf *out, const struct bv_json *element, bool vietnamese)
{
	struct bv_str name = bv_json_str(bv_json_at(element, 0));
	bool block = is_block(name);

	if (block)
		new_line(out);
	mark(out, element, name, vietnamese);
	for (size_t i = 1; i < bv_json_count(element); i++) {
		const struct bv_json *child = bv_json_at(element, i);
		if (bv_json_type(child) == BV_JSON_STRING)
			bv_text_write_safe(out, bv_json_str(child), true);
		else if (bv_json_type(child) == BV_JSON_ARRAY)
			preview(out, child, vietnamese);
	}
	if (bv_str_is(name, "td") || bv_str_is(name, "th"))
		bv_buf_addz(out, " | ");
	if (block)
		new_line(out);
}

static enum bv_status
page_print(const struct bv_buf *page, bool json, bool vietnamese, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *document = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SIZE_MAX);

	if (json) {
		puts(page->p);
		return BV_OK;
	}
	TRY(bv_json_parse_large(&document, bv_buf_str(page), BV_DELIVERY_MAX, err));
	preview(&text, document, vietnamese);
	fputs(text.p ? text.p : "", stdout);
	return BV_OK;
}

static void
left_out_print(const char *path, const struct bv_item *item)
{
	const char *text;
	int line;

	for (size_t i = 0; (text = bv_item_left_out(item, i, &line)); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf safe = BV_BUF(4096);
		bv_text_write_safe(&safe, bv_str_of(text), false);
		fprintf(stderr, "%s:%d: warning: %s\n", path, line, safe.p ? safe.p : "");
	}
}

/* The states of an item session that may be asked for: all that the control could allow is allowed to who has the file. */
static bool
state_read(struct bv_delivery *out, const struct args *args)
{
	static const char *const names[] = { "interacting", "feedback", "review", "solution" };
	const char *state = args_get(args, "state");

	out->show_feedback = out->allow_review = out->show_solution = true;
	out->state = args_get(args, "responses") ? BV_DELIVERY_FEEDBACK : BV_DELIVERY_INTERACTING;
	for (size_t i = 0; state && i < BV_COUNT(names); i++)
		if (bv_str_is(bv_str_of(state), names[i])) {
			out->state = (enum bv_delivery_state)i;
			return true;
		}
	return !state;
}

static int
solution_print(const char *path, const struct bv_item_session *session, const struct bv_delivery *delivery)
{
	BV_AUTO(bv_json_free) struct bv_json *solution = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX);
	struct bv_err err;

	if (bv_delivery_solution(&solution, session, delivery, &err))
		return fail(path, &err);
	bv_json_write(&text, solution);
	printf("= %s\n", text.p);
	return EXIT_YES;
}

/* ---- The command ---------------------------------------------------------------------------------------------------------------- */

static int
render(struct args *args, struct bv_delivery *delivery, const struct bv_item *item, const uint8_t seed[BV_HASH_LEN])
{
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *orders = NULL;
	BV_AUTO(bv_json_free) struct bv_json *responses = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_DELIVERY_MAX);
	BV_AUTO(bv_pnp_finish) struct bv_pnp pnp = { 0 };
	const char *path = args->operands[0], *orders_path = args_get(args, "orders"), *responses_path = args_get(args, "responses");
	const char *pnp_path = args_get(args, "pnp");
	const char *language = args_get(args, "language");
	struct bv_err err;

	if (orders_path && (json_load(&orders, orders_path, &err) || orders_read(delivery, orders, &arena, &err)))
		return fail(orders_path, &err);
	if (bv_item_session_new(&session, item, seed, &err))
		return fail(path, &err);
	if (responses_path &&
	    (json_load(&responses, responses_path, &err) || bv_item_session_respond(session, responses, &err) || bv_item_score(session, &err)))
		return fail(responses_path, &err);
	if (pnp_path && pnp_load(&pnp, pnp_path, &err))
		return fail(pnp_path, &err);
	delivery->pnp = &pnp;
	if (bv_delivery_render(&page, session, delivery, &err))
		return fail(path, &err);
	left_out_print(path, item);
	if (page_print(&page, args_has(args, "json"), language ? bv_str_is(bv_str_of(language), "vi") : bv_str_starts(bv_item_language(item), BV_STR("vi")),
	               &err))
		return fail(path, &err);
	return delivery->state == BV_DELIVERY_SOLUTION && !args_has(args, "json") ? solution_print(path, session, delivery) : EXIT_YES;
}

/* Of a file, with what lies beside it. */
static int
render_file(struct args *args, struct bv_delivery *delivery, const uint8_t seed[BV_HASH_LEN])
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf folder = BV_BUF(4096);
	BV_AUTO(package_finish) struct package package = { 0 };
	const char *path = args->operands[0];
	struct bv_err err;

	if (!package_find(&folder, &delivery->path, path, args_get(args, "package")))
		return usage(args->cmd, "--package is a folder that FILE's path begins with");
	package.folder = bv_buf_str(&folder);
	delivery->media = delivery->module = media_below;
	delivery->media_ctx = &package.folder;
	delivery->stimulus = stimulus_below;
	delivery->stimulus_ctx = &package;
	package.root = args_get(args, "package");
	if (item_load(&item, package.root, path, &err))
		return fail(bv_str_starts(bv_str_of(err.msg), bv_str_of(path)) ? NULL : path, &err);
	return render(args, delivery, item, seed);
}

/* Of a version in a bank. */
static int
render_version(struct args *args, struct bv_delivery *delivery, const uint8_t seed[BV_HASH_LEN])
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_published_free) struct bv_published *published = NULL;
	struct bv_act_target target;
	struct bv_err err;

	if (!item_target_read(&target, args->operands[0], BV_STR_NONE))
		return usage(args->cmd, "'%s' names no item: give ID, ID/LANGUAGE, ID@VERSION or ID/LANGUAGE@VERSION", args->operands[0]);
	if (bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_READ, &err) ||
	    bv_bank_publish(&published, bank, target.identifier, target.language, target.version, &err))
		return fail(NULL, &err);
	bv_published_delivery(delivery, published);
	return render(args, delivery, bv_published_item(published), seed);
}

static int
run(struct args *args)
{
	const char *view = args_get(args, "view"), *language = args_get(args, "language");
	uint8_t seed[BV_HASH_LEN] = { 0 }, key[BV_HASH_LEN] = { 0 };
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE };
	BV_AUTO(bv_allowed_modules_finish) struct bv_allowed_modules modules = { 0 };
	struct bv_err err;

	if (args_get(args, "seed") && args_hex(seed, sizeof seed, args, "seed", &err))
		return usage(args->cmd, "%s", err.msg);
	if (args_get(args, "key") && args_hex(key, sizeof key, args, "key", &err))
		return usage(args->cmd, "%s", err.msg);
	if (view && !bv_view_parse(&delivery.view, bv_str_of(view)))
		return usage(args->cmd, "--view is one of author, candidate, proctor, scorer, testConstructor, tutor");
	if (allowed_modules_read(&modules, args, &err))
		return usage(args->cmd, "%s", err.msg);
	delivery.modules = modules.all;
	delivery.module_count = modules.count;
	if (!state_read(&delivery, args))
		return usage(args->cmd, "--state is one of interacting, feedback, review, solution");
	if (language && !bv_str_is(bv_str_of(language), "vi") && !bv_str_is(bv_str_of(language), "en"))
		return usage(args->cmd, "--language is vi or en");
	if (args_get(args, "bank") && args_get(args, "package"))
		return usage(args->cmd, "--package is for a file: a bank knows the package of each version");
	return args_get(args, "bank") ? render_version(args, &delivery, seed) : render_file(args, &delivery, seed);
}

const struct cmd cmd_item_render = {
	.name = "item render",
	.operands = "FILE|ID",
	.summary = "show an item as a candidate may see it",
	.about = "The item is a QTI file; with --bank a version of the bank, named as ID, ID/LANGUAGE, ID@VERSION or ID/LANGUAGE@VERSION: the language may be "
	         "left out when the item has one only, without a version it is the current one.\n\n"
	         "Prints the question with its choices under the opaque ids that a candidate's page would use; with --json the JsonML that would be "
	         "sent. It is built by allow-list: no key, no identifier of the author's, no script or style, and only files of the item's package, "
	         "by their hash. What the document has and the page has not is listed on standard error.\n\n"
	         "An item that cannot be delivered is refused with exit status 2. Exit status 1 says that the second pass over the finished bytes "
	         "found something that must not leave, such as a correct answer in an image's alternative text.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank that the item is in: sqlite:PATH or PATH" },
		{ "seed", "HEX", "64 hexadecimal digits that decide the clone of an item with template processing; zeros if absent" },
		{ "key", "HEX", "64 hexadecimal digits from which the opaque ids come; zeros if absent" },
		{ "orders", "FILE", "the order of the choices as a form has it, JSON: {\"RESPONSE\":[[\"C\",\"A\",\"B\"]]}" },
		{ "responses", "FILE", "show the item after these responses (with the item's own identifiers), with its feedback" },
		{ "state", "WORD", "the item session's: interacting (without responses the default), feedback (with them), review, solution" },
		{ "pnp", "FILE", "preferences of a candidate, an access-for-all-pnp document or JSON {\"spoken\":{}}: which cards of catalogs are shown" },
		{ "allow-module", "LIST", "modules of portable custom interactions that may be sent: SHA-256 of each script, after a colon the properties that it gets, after another the variables: HASH:NAME,NAME:NAME,NAME" },
		{ "package", "FOLDER", "the package that FILE is in, when its media are not in FILE's own folder" },
		{ "view", "WORD", "whose rubric blocks: author, candidate (the default), proctor, scorer, testConstructor, tutor" },
		{ "language", "WORD", "vi or en: of the preview's own words; that of the item if absent" },
		{ "json", NULL, "print the JsonML" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang item render itembank/sample/iu01/IU01-001.xml",
	                                   "bangvang item render --json itembank/sample/iu01/IU01-001.xml",
	                                   "bangvang item render --bank sample.db IU01-001/vi@1", NULL },
	.run = run,
};

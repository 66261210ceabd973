/* Banks for tests, with everything in them, and everything that can be done with a bank. */
#ifndef BV_TESTS_ITEMBANK_BANK_ACTS_H
#define BV_TESTS_ITEMBANK_BANK_ACTS_H

#include <unistd.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "itembank/package.h"
#include "tests/check.h"
#include "tests/itembank/folder.h"

static char vectors[400];
static bool unfiltered; /* on a system without seccomp */

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status == BV_OK)
		return;
	printf("Bail out! %s\n", err->msg);
	exit(1);
}

static void
copy(const char *to, const char *from)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(16 << 20);
	struct bv_err err;

	unlink(at(to));
	must(bv_file_read(&bytes, at(from), &err), &err);
	must(bv_file_write(at(to), bv_buf_str(&bytes), 0600, &err), &err);
}

/* ---- What there is in them ---- */

#define NS "xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'"
#define ITEM(id, lang, before, body) \
	"<qti-assessment-item " NS " identifier='" id "' title='Câu " id "' adaptive='false' time-dependent='false' xml:lang='" lang "'>" \
	"<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'><qti-correct-response><qti-value>A</qti-value>" \
	"</qti-correct-response></qti-response-declaration><qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>" before \
	"<qti-item-body>" body "<qti-choice-interaction response-identifier='RESPONSE' max-choices='1'><qti-simple-choice identifier='A'>a" \
	"</qti-simple-choice><qti-simple-choice identifier='B'>b</qti-simple-choice></qti-choice-interaction></qti-item-body>" \
	"<qti-response-processing template='https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml'/></qti-assessment-item>"
#define STIMULUS_REF "<qti-assessment-stimulus-ref identifier='S' href='s.xml'/>"
#define RESOURCE(type, href) "<resource identifier='" href "' type='" type "' href='" href "'/>"
#define LOM(href, inside) "<resource identifier='" href "' type='imsqti_item_xmlv3p0' href='" href "'><metadata><lom>" inside "</lom></metadata></resource>"
#define KEYWORD(word) "<general><keyword><string>" word "</string></keyword></general>"
#define USAGE(name, of, value) \
	"<ordinaryStatistic name='" name "'><targetObject identifier='" of "'/><value>" value "</value></ordinaryStatistic>"
#define PNG "\x89PNG\r\n\x1a\n"
#define PCI \
	"<qti-portable-custom-interaction response-identifier='P' custom-interaction-type-identifier='urn:x' module='m'><qti-interaction-modules>" \
	"<qti-interaction-module id='m' primary-path='m.js'/></qti-interaction-modules><qti-interaction-markup/></qti-portable-custom-interaction>"
#define TEST \
	"<qti-assessment-test " NS " identifier='T' title='Bài thi'><qti-test-part identifier='P' navigation-mode='linear' submission-mode='individual'>" \
	"<qti-assessment-section identifier='S1' title='s' visible='true'><qti-assessment-item-ref identifier='I' href='a.xml'/></qti-assessment-section>" \
	"</qti-test-part></qti-assessment-test>"

struct file {
	const char *name, *text;
};

/* A package: items with media, a stimulus, a module; a test; usage data. */
static const struct file first[] = {
	{ "imsmanifest.xml", "<manifest><resources>" LOM("a.xml", KEYWORD("mạng")) LOM("b.xml", KEYWORD("thư")) RESOURCE("imsqti_stimulus_xmlv3p0", "s.xml")
	  RESOURCE("imsqti_test_xmlv3p0", "t.xml") RESOURCE("qtiusagedata/xml", "u.xml") "</resources></manifest>" },
	{ "a.xml", ITEM("a", "vi", STIMULUS_REF, "<p>Bộ nhớ <img src='x.png' alt='x'/></p>") },
	{ "b.xml", ITEM("b", "vi", "<qti-response-declaration identifier='P' cardinality='single' base-type='string'/>", PCI) },
	{ "s.xml", "<qti-assessment-stimulus " NS " identifier='S' title='Bài đọc'><qti-stimulus-body><p><img src='y.png' alt='y'/></p></qti-stimulus-body>"
	           "</qti-assessment-stimulus>" },
	{ "t.xml", TEST },
	{ "u.xml", "<usageData>" USAGE("irt-a", "a", "1.5") USAGE("irt-b", "a", "0.25") USAGE("times-used", "b", "12") "</usageData>" },
	{ "x.png", PNG "X" },
	{ "y.png", PNG "Y" },
	{ "m.js", "define(1)" },
	{ NULL, NULL },
};
/* The same later: another image, another tag, other usage data, an item more. */
static const struct file second[] = {
	{ "imsmanifest.xml", "<manifest><resources>" LOM("a.xml", KEYWORD("mạng")) LOM("b.xml", KEYWORD("khác")) LOM("c.xml", "")
	  RESOURCE("imsqti_stimulus_xmlv3p0", "s.xml") RESOURCE("imsqti_test_xmlv3p0", "t.xml") RESOURCE("qtiusagedata/xml", "u.xml") "</resources></manifest>" },
	{ "a.xml", ITEM("a", "vi", STIMULUS_REF, "<p>Bộ nhớ <img src='x.png' alt='x'/></p>") },
	{ "b.xml", ITEM("b", "vi", "<qti-response-declaration identifier='P' cardinality='single' base-type='string'/>", PCI) },
	{ "c.xml", ITEM("c", "vi", "", "<p>Bàn phím</p>") },
	{ "s.xml", "<qti-assessment-stimulus " NS " identifier='S' title='Bài đọc'><qti-stimulus-body><p><img src='y.png' alt='y'/></p></qti-stimulus-body>"
	           "</qti-assessment-stimulus>" },
	{ "t.xml", TEST },
	{ "u.xml", "<usageData>" USAGE("irt-a", "c", "0.75") USAGE("irt-b", "c", "-1") USAGE("times-used", "b", "13") "</usageData>" },
	{ "x.png", PNG "X2" },
	{ "y.png", PNG "Y" },
	{ "m.js", "define(1)" },
	{ NULL, NULL },
};
/* Files without a package, of the items of the vectors: a text that changed, another language. */
static const struct file loose[] = {
	{ "iu01-001.vi.xml", ITEM("iu01-001", "vi", "", "<p>Bộ nhớ chính</p>") },
	{ "iu01-001.fr.xml", ITEM("iu01-001", "fr", "", "<p>la mémoire</p>") },
	{ NULL, NULL },
};

static void
pack(const char *name, const struct file *files)
{
	BV_AUTO(package_writer_free) struct package_writer *writer = package_writer_new();
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(1 << 20);
	struct bv_err err;

	for (; files->name; files++)
		must(package_writer_add(writer, bv_str_of(files->name), bv_str_of(files->text), true, &err), &err);
	must(package_writer_finish(writer, &zip, &err), &err);
	must(bv_file_write(at(name), bv_buf_str(&zip), 0600, &err), &err);
}

static void
put(const char *into, const struct file *files)
{
	char name[100];
	struct bv_err err;

	must(bv_dir_make(at(into), &err), &err);
	for (; files->name; files++) {
		snprintf(name, sizeof name, "%s/%s", into, files->name);
		must(bv_file_write(at(name), bv_str_of(files->text), 0600, &err), &err);
	}
}

/* ---- What is done with them ---- */

/* told: what it gave, to be compared. */
typedef enum bv_status (*act)(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err);

static void
refused(void *ctx, const char *path, const struct bv_err *err)
{
	(void)path;
	bv_buf_printf(ctx, "refused: %s\n", err->msg);
}

static enum bv_status
import(struct bv_bank *bank, struct bv_buf *told, const char *path, struct bv_err *err)
{
	const struct bv_import_opts opts = { .now_s = 5000, .who = BV_STR("Người Nhập"), .refuse = refused, .ctx = told, .unfiltered = unfiltered };
	struct bv_import_counts c = { 0 };

	TRY(bv_bank_import(bank, &path, 1, &opts, &c, err));
	bv_buf_printf(told, "%d %d %d %d %d\n", (int)c.added, (int)c.versions, (int)c.unchanged, (int)c.refused, (int)c.metadata);
	return BV_OK;
}

static enum bv_status
import_package(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	return import(bank, told, at("second.zip"), err);
}

static enum bv_status
import_loose(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	return import(bank, told, at("loose"), err);
}

static enum bv_status
confirm(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	const struct bv_doing doing = { .who = BV_STR("Người Dịch"), .now_s = 6000 };

	(void)told;
	return bv_bank_confirm_translation(bank, BV_STR("iu01-001"), BV_STR("en"), &doing, err);
}

static enum bv_status
begin(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	const struct bv_doing doing = { .who = BV_STR("Chủ Trì"), .now_s = 6000 };
	const struct bv_life_rule rule = { 2, true };
	uint64_t adopted = 0;

	TRY(bv_bank_life_begin(&adopted, bank, &rule, BV_STATE_APPROVED, &doing, err));
	bv_buf_printf(told, "%d\n", (int)adopted);
	return BV_OK;
}

static enum bv_status
change_rule(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	const struct bv_doing doing = { .who = BV_STR("Chủ Trì"), .now_s = 6000 };
	const struct bv_life_rule rule = { 3, false };
	uint64_t adopted = 0;

	(void)told;
	return bv_bank_life_begin(&adopted, bank, &rule, BV_STATE_NONE, &doing, err);
}

static void
done(void *ctx, const struct bv_act_done *d)
{
	bv_buf_printf(ctx, "%.*s %.*s %u: %s\n", BV_STR_ARG(d->identifier), BV_STR_ARG(d->language), d->version, bv_state_name(d->to));
}

static void
refuse_act(void *ctx, const struct bv_act_target *target, const struct bv_err *err)
{
	bv_buf_printf(ctx, "%.*s: %s\n", BV_STR_ARG(target->identifier), err->msg);
}

static enum bv_status
do_act(struct bv_bank *bank, struct bv_buf *told, enum bv_act which, const struct bv_bank_filter *filter, struct bv_err *err)
{
	const struct bv_act_target targets[] = { { BV_STR("a"), BV_STR("vi"), 0 }, { BV_STR("b"), BV_STR(""), 0 } }, gone[] = { { BV_STR("iu02-001"), BV_STR("vi"), 1 } };
	bool on_gone = which == BV_ACT_WITHDRAW || which == BV_ACT_REVISE;
	const struct bv_act_request request = { .act = which, .doing = { .who = BV_STR("Người Làm"), .reason = BV_STR("vì thế"), .now_s = 7000 },
		                                .targets = on_gone ? gone : targets, .target_count = filter ? 0 : on_gone ? 1 : 2, .filter = filter, .done = done, .refuse = refuse_act, .ctx = told };
	uint64_t count = 0;

	TRY(bv_bank_act(&count, bank, &request, err));
	bv_buf_printf(told, "%d\n", (int)count);
	return BV_OK;
}

static enum bv_status
pretest(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	return do_act(bank, told, BV_ACT_PRETEST, NULL, err);
}

static enum bv_status
release(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	const struct bv_bank_filter filter = { .state = BV_STATE_APPROVED, .language = BV_STR("vi") };

	return do_act(bank, told, BV_ACT_RELEASE, &filter, err);
}

static enum bv_status
revise(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	return do_act(bank, told, BV_ACT_REVISE, NULL, err);
}

static void
tell_pool(struct bv_buf *told, const struct bv_pool *pool)
{
	for (size_t i = 0; i < pool->count; i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_pool_item_json(&pool->items[i]);
		bv_json_write_canonical(told, json);
	}
}

static enum bv_status
list_with(struct bv_bank *bank, struct bv_buf *told, const struct bv_bank_filter *filter, enum bv_bank_sort sort, struct bv_err *err)
{
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 }, rest = { 0 };
	struct bv_bank_page page = { .sort = sort, .limit = 1 };
	uint64_t count = 0;

	TRY(bv_bank_count(&count, bank, filter, err));
	TRY(bv_bank_list(&pool, bank, filter, &page, err));
	bv_buf_printf(told, "%d", (int)count);
	tell_pool(told, &pool);
	if (!pool.count)
		return BV_OK;
	page = (struct bv_bank_page){ .sort = sort, .limit = 50, .after_identifier = pool.items[0].identifier, .after_language = pool.items[0].language };
	TRY(bv_bank_list(&rest, bank, filter, &page, err));
	tell_pool(told, &rest);
	return BV_OK;
}

static enum bv_status
list(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	const struct bv_bank_filter filters[] = {
		{ .competence = BV_STR("IU01") }, { .tag = BV_STR("mạng") }, { .author = BV_STR("Trần Thị Mẫu") }, { .enemies_of = BV_STR("iu01-001") },
		{ .stimulus = BV_STR("S") },      { .stale = true },         { .text = BV_STR("\"bộ nhớ\" -bàn") },
	};

	for (size_t i = 0; i < BV_COUNT(filters); i++)
		TRY(list_with(bank, told, &filters[i], BV_SORT_PLACE, err));
	TRY(list_with(bank, told, &(struct bv_bank_filter){ .text = BV_STR("nhớ") }, BV_SORT_RELEVANCE, err));
	for (enum bv_bank_sort sort = BV_SORT_DIFFICULTY; sort < BV_SORTS; sort++)
		TRY(list_with(bank, told, &(struct bv_bank_filter){ 0 }, sort, err));
	return BV_OK;
}

/* Names that no item has, with the near ones. */
static enum bv_status
names(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	const struct bv_bank_filter filters[] = { { .tag = BV_STR("mang1") }, { .author = BV_STR("Trần Mẫu") } };
	uint64_t count;

	for (size_t i = 0; i < BV_COUNT(filters); i++) {
		if (bv_bank_count(&count, bank, &filters[i], err) != BV_ENOTFOUND)
			return err->status;
		bv_buf_printf(told, "%s\n", err->msg);
	}
	return BV_OK;
}

static enum bv_status
pool(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_pool_finish) struct bv_pool all = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *snippet = NULL;

	TRY(bv_bank_pool(&all, bank, &(struct bv_bank_filter){ 0 }, err));
	tell_pool(told, &all);
	for (size_t i = 0; i < all.count && !snippet; i++)
		TRY(bv_bank_snippet(&snippet, bank, &all.items[i], BV_STR("nhớ"), err));
	if (snippet)
		bv_json_write_canonical(told, snippet);
	return BV_OK;
}

static enum bv_status
show(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL, *other = NULL;

	TRY(bv_bank_show(&json, bank, BV_STR("a"), BV_STR_NONE, err));
	TRY(bv_bank_show(&other, bank, BV_STR("iu01-001"), BV_STR("vi"), err));
	bv_json_write_canonical(told, json);
	bv_json_write_canonical(told, other);
	return BV_OK;
}

static enum bv_status
visit_event(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	(void)event, (void)hash, (void)err;
	bv_buf_add(ctx, body);
	return BV_OK;
}

static enum bv_status
history(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];
	int64_t seq = 0;

	TRY(bv_bank_head(hash, &seq, bank, err));
	bv_buf_printf(told, "%d", (int)seq);
	TRY(bv_bank_history(bank, BV_STR_NONE, BV_STR_NONE, 0, 100, visit_event, told, err));
	return bv_bank_history(bank, BV_STR("iu01-001"), BV_STR("vi"), 0, 100, visit_event, told, err);
}

static enum bv_status
audit(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	struct bv_audit_counts c = { 0 };

	TRY(bv_bank_audit(&c, bank, &(struct bv_audit_opts){ .head = NULL }, err));
	bv_buf_printf(told, "%d %d %d %d %d %d", (int)c.events, (int)c.items, (int)c.versions, (int)c.media, (int)c.documents, (int)c.faults);
	return BV_OK;
}

static enum bv_status
survey(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_survey_finish) struct bv_survey s = { 0 };

	TRY(bv_bank_survey(&s, bank, &(struct bv_bank_filter){ 0 }, 60, err));
	bv_buf_printf(told, "%zu %zu", s.pool.count, s.similar.count);
	return BV_OK;
}

static enum bv_status
export_zip(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(1 << 20);
	struct bv_export_counts counts;

	TRY(bv_bank_export_zip(&zip, bank, &(struct bv_bank_filter){ 0 }, &(struct bv_export_opts){ .version = BV_QTI_3_0 }, &counts, err));
	bv_buf_add(told, bv_buf_str(&zip));
	return BV_OK;
}

static enum bv_status
visit_medium(void *ctx, const struct bv_bank_medium *medium, struct bv_err *err)
{
	(void)err;
	bv_buf_printf(ctx, "%s %d\n", medium->type, (int)medium->len);
	return BV_OK;
}

static enum bv_status
files(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 }, of_test = { 0 };
	BV_AUTO(bv_bank_documents_finish) struct bv_bank_documents documents = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1 << 20);
	const char *type;
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_bank_item_parts(&parts, bank, BV_STR("b"), BV_STR("vi"), 0, err));
	for (size_t i = 0; i < parts.count; i++)
		if (bv_bank_part_module(&parts, parts.all[i].path, hash)) {
			TRY(bv_bank_module_load(&bytes, &type, bank, hash, err));
			bv_buf_add(told, bv_buf_str(&bytes));
		}
	TRY(bv_bank_media_each(bank, visit_medium, told, err));
	TRY(bv_bank_documents_list(&documents, bank, err));
	for (size_t i = 0; i < documents.count; i++) {
		bv_bank_parts_finish(&of_test);
		of_test = (struct bv_bank_parts){ 0 };
		TRY(bv_bank_document_load(&bytes, &of_test, bank, documents.all[i].key, err));
		bv_buf_add(told, bv_buf_str(&bytes));
	}
	return BV_OK;
}

static enum bv_status
published(struct bv_bank *bank, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_published_free) struct bv_published *p = NULL;
	BV_AUTO(bv_version_files_finish) struct bv_version_files of = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1 << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	uint8_t hash[BV_HASH_LEN];

	TRY(bv_bank_publish(&p, bank, BV_STR("a"), BV_STR_NONE, 0, err));
	bv_hex_write(told, bv_published_hash(p), BV_HASH_LEN);
	TRY(bv_bank_load_version(&xml, &of, hash, bank, BV_STR("a"), BV_STR("vi"), 1, err));
	bv_hex_write(told, hash, BV_HASH_LEN);
	return bv_bank_load(&item, bank, BV_STR("b"), BV_STR("vi"), 0, err);
}

static const struct {
	const char *name, *bank;
	act act;
	enum bv_bank_mode mode;
	bool whole; /* one transaction */
} acts[] = {
	{ "lists", "plain.db", list, BV_BANK_READ, false },
	{ "lists of a life cycle", "life.db", list, BV_BANK_READ, false },
	{ "names that are not there", "plain.db", names, BV_BANK_READ, false },
	{ "the pool", "plain.db", pool, BV_BANK_READ, false },
	{ "an item shown", "life.db", show, BV_BANK_READ, false },
	{ "an item shown, without a life cycle", "plain.db", show, BV_BANK_READ, false },
	{ "the history", "life.db", history, BV_BANK_READ, false },
	{ "an audit", "plain.db", audit, BV_BANK_READ, false },
	{ "an audit of a life cycle", "life.db", audit, BV_BANK_READ, false },
	{ "a survey", "plain.db", survey, BV_BANK_READ, false },
	{ "an export", "plain.db", export_zip, BV_BANK_READ, false },
	{ "files", "plain.db", files, BV_BANK_READ, false },
	{ "an item published", "plain.db", published, BV_BANK_READ, false },
	{ "an import of a package", "plain.db", import_package, BV_BANK_WRITE, false },
	{ "an import of a package into a life cycle", "life.db", import_package, BV_BANK_WRITE, false },
	{ "an import of files", "plain.db", import_loose, BV_BANK_CREATE, false },
	{ "an import of files into a life cycle", "life.db", import_loose, BV_BANK_CREATE, false },
	{ "a translation found up to date", "stale.db", confirm, BV_BANK_WRITE, true },
	{ "a translation found up to date in a life cycle", "life.db", confirm, BV_BANK_WRITE, true },
	{ "a life cycle begun", "plain.db", begin, BV_BANK_WRITE, true },
	{ "the rule changed", "life.db", change_rule, BV_BANK_WRITE, true },
	{ "two items to a pretest", "life.db", pretest, BV_BANK_WRITE, true },
	{ "all in a state released", "life.db", release, BV_BANK_WRITE, true },
	{ "an item revised that was withdrawn", "life.db", revise, BV_BANK_WRITE, true },
};

static enum bv_status
run(size_t i, const char *name, struct bv_buf *told, struct bv_err *err)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;

	bv_buf_clear(told);
	TRY(bv_bank_open(&bank, at(name), acts[i].mode, err));
	return acts[i].act(bank, told, err);
}

/* ---- The banks ---- */

static void
make_banks(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf told = BV_BUF(1 << 16);
	const struct bv_doing doing = { .who = BV_STR("Chủ Trì"), .now_s = 2000 };
	const struct bv_life_rule rule = { 1, false };
	uint64_t adopted = 0;
	struct bv_err err;

	pack("first.zip", first);
	pack("second.zip", second);
	put("loose", loose);
	must(bv_bank_open(&bank, at("plain.db"), BV_BANK_CREATE, &err), &err);
	must(import(bank, &told, vectors, &err), &err);
	unfiltered = import(bank, &told, at("first.zip"), &err) == BV_EDENIED;
	must(import(bank, &told, at("first.zip"), &err), &err);
	CHECK(!strstr(told.p, "refused"), "a bank: %s", told.p);
	bv_bank_close(bv_steal(&bank));
	copy("stale.db", "plain.db");
	must(bv_bank_open(&bank, at("stale.db"), BV_BANK_WRITE, &err), &err);
	must(import(bank, &told, at("loose"), &err), &err);
	bv_bank_close(bv_steal(&bank));
	copy("life.db", "plain.db");
	must(bv_bank_open(&bank, at("life.db"), BV_BANK_WRITE, &err), &err);
	must(bv_bank_life_begin(&adopted, bank, &rule, BV_STATE_APPROVED, &doing, &err), &err);
	CHECK(adopted == 7, "with a life cycle: %d", (int)adopted);
	must(do_act(bank, &told, BV_ACT_WITHDRAW, NULL, &err), &err);
	bv_bank_close(bv_steal(&bank));
}

/* Makes the folder with the banks. */
static void
begin_banks(void)
{
	const char *source = getenv("BV_SOURCE");

	snprintf(vectors, sizeof vectors, "%s/tests/vectors/itembank/bank", source ? source : ".");
	if (!mkdtemp(folder)) {
		printf("Bail out! %s\n", folder);
		exit(1);
	}
	make_banks();
}

static bool
end_banks(void)
{
	char command[300];

	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) == 0;
}

#endif

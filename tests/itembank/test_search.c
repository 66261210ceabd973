/* Texts searched in a bank: what is found, in which order, and how it is shown. */
#define _GNU_SOURCE
#include <unistd.h>

#include "base/file.h"
#include "base/sql.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-test-search-XXXXXX";

static const char *
at(const char *name)
{
	static char path[4][300];
	static int next;

	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

/* A choice of two options. */
static void
put(const char *identifier, const char *title, const char *stem, const char *option, const char *feedback)
{
	char name[100], text[4000];
	struct bv_err err;

	snprintf(name, sizeof name, "items/%s.xml", identifier);
	snprintf(text, sizeof text,
	         "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"%s\" title=\"%s\" adaptive=\"false\" "
	         "time-dependent=\"false\" xml:lang=\"vi\"><qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\">"
	         "<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>"
	         "<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>"
	         "<qti-outcome-declaration identifier=\"FEEDBACK\" cardinality=\"single\" base-type=\"identifier\"/>"
	         "<qti-item-body><p>%s</p><qti-choice-interaction response-identifier=\"RESPONSE\" max-choices=\"1\">"
	         "<qti-simple-choice identifier=\"A\">%s</qti-simple-choice><qti-simple-choice identifier=\"B\">B</qti-simple-choice>"
	         "</qti-choice-interaction>"
	         "<qti-rubric-block use=\"instructions\" view=\"candidate\"><qti-content-body><p>Chỉ dẫn</p></qti-content-body></qti-rubric-block>"
	         "</qti-item-body>"
	         "<qti-response-processing template=\"https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml\"/>"
	         "<qti-modal-feedback outcome-identifier=\"FEEDBACK\" identifier=\"x\" show-hide=\"show\"><qti-content-body><p>%s</p></qti-content-body>"
	         "</qti-modal-feedback></qti-assessment-item>",
	         identifier, title, stem, option, feedback);
	if (bv_dir_make(at("items"), &err) || bv_file_write(at(name), bv_str_of(text), 0644, &err))
		CHECK(false, "%s", err.msg);
}

static void
import(struct bv_bank *bank, uint64_t added, uint64_t versions)
{
	const struct bv_import_opts opts = { .now_s = 1 };
	const char *path = at("items");
	struct bv_import_counts counts;
	struct bv_err err;

	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "import");
	CHECK(counts.added == added && counts.versions == versions && !counts.refused, "%d new, %d versions", (int)counts.added, (int)counts.versions);
}

/* The identifiers of all items that match, pages of `limit` after each other. */
static struct bv_str
found(struct bv_buf *out, struct bv_bank *bank, const char *text, enum bv_bank_sort sort, uint32_t limit)
{
	const struct bv_bank_filter filter = { .text = bv_str_of(text) };
	struct bv_bank_page page = { .sort = sort, .limit = limit };
	char last[300] = "";
	struct bv_err err;
	size_t got;

	bv_buf_clear(out);
	do {
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		if (bv_bank_list(&pool, bank, &filter, &page, &err) != BV_OK) {
			bv_buf_printf(out, "%s", err.msg);
			break;
		}
		for (size_t i = 0; i < pool.count; i++)
			bv_buf_printf(out, "%s%.*s", out->len ? " " : "", BV_STR_ARG(pool.items[i].identifier));
		got = pool.count;
		if (got)
			snprintf(last, sizeof last, "%.*s", BV_STR_ARG(pool.items[got - 1].identifier));
		page.after_identifier = bv_str_of(last);
	} while (got == limit);
	return out->p ? bv_buf_str(out) : BV_STR("");
}

static void
search(struct bv_bank *bank)
{
	static const struct {
		const char *text, *by_place, *by_relevance; /* NULL: as by place */
	} cases[] = {
		{ "hoa", "f1 f2 f3 f4 f5", "f1 f2 f3 f4 f5" },
		{ "hoà", "f2 f3", NULL },
		{ "hòa", "f2 f3", NULL },
		{ "HÒA", "f2 f3", NULL },
		{ "ho\xcc\x80" "a", "f2 f3", NULL },
		{ "hóa", "f4", NULL },
		{ "hoả", "", NULL },
		{ "duong", "d1 d2", "d2 d1" }, /* as it was typed before others */
		{ "đường", "d1", NULL },
		{ "dương", "", NULL },
		{ "ho*", "f1 f2 f3 f4 f5", "f1 f2 f3 f4 f5" },
		{ "hoạ*", "f1 f2 f3 f4 f5", NULL }, /* a beginning has no marks */
		{ "mat khau", "w1 w2 w3 w4", "w1 w2 w3 w4" },
		{ "\"mật khẩu\"", "w1 w2 w3", NULL },
		{ "\"khẩu mật\"", "w4", NULL },
		{ "\"mat khau\"", "", NULL }, /* in quotes the marks count */
		{ "mật khẩu -đổi", "w1 w3 w4", "w1 w3 w4" },
		{ "mật -\"mật khẩu\"", "w4", NULL },
		{ "khẩu -ma*", "", NULL },
		{ "title", "w1 w2 w3 w4", NULL },
		{ "hoa -hoa", "", NULL },
		{ "chỉ dẫn", "d1 d2 f1 f2 f3 f4 f5 w1 w2 w3 w4", NULL }, /* rubric blocks */
		/* The engine's operators are words. */
		{ "hoa OR đường", "", NULL },
		{ "hoa AND hoa", "", NULL },
		{ "title:hoa", "", NULL },
		{ "NEAR(hoa hoa)", "", NULL },
		{ "\" OR item_text MATCH \"hoa\" OR \"", "", NULL },
		{ "hoa') OR 1=1 --x", "", NULL },
		{ "^hoa", "f1 f2 f3 f4 f5", NULL },
		{ "hoa + {hoa} : \\", "search: '+' has no letter or digit: only words can be looked for", NULL },
		{ "hoa_2", "", NULL }, /* nor are the index's marks a way in */
	};
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1000);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_str want = bv_str_of(cases[i].by_place), relevant = bv_str_of(cases[i].by_relevance ? cases[i].by_relevance : cases[i].by_place);
		CHECK_STR(found(&got, bank, cases[i].text, BV_SORT_PLACE, 100), want, cases[i].text);
		CHECK_STR(found(&got, bank, cases[i].text, BV_SORT_PLACE, 1), want, "page by page");
		if (cases[i].by_relevance) {
			CHECK_STR(found(&got, bank, cases[i].text, BV_SORT_RELEVANCE, 100), relevant, "by relevance");
			CHECK_STR(found(&got, bank, cases[i].text, BV_SORT_RELEVANCE, 1), relevant, "by relevance, page by page");
			CHECK_STR(found(&got, bank, cases[i].text, BV_SORT_RELEVANCE, 2), relevant, "by relevance, by pages of two");
		}
	}
}

/* Every word of a text finds it, alone, without its marks and by its beginning. */
static void
every_word(struct bv_bank *bank)
{
	static const char *const words[] = { "Quyền", "quyen", "QUY*", "truy", "nhập", "nhap", "nh*", "1234", "12*", "Office365", "office*", "thư-điện", "đ",
		                             "tử", "email", "\"quyền truy nhập 1234 Office365 thư điện tử email a đ\"" };
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1000);

	put("z1", "T", "Quyền truy nhập 1234 (Office365), thư-điện&#x20;tử email: a &lt; đ", "x", "x");
	import(bank, 1, 0);
	for (size_t i = 0; i < BV_COUNT(words); i++)
		CHECK_STR(found(&got, bank, words[i], BV_SORT_PLACE, 10), BV_STR("z1"), words[i]);
}

static void
versions(struct bv_bank *bank)
{
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1000);
	uint64_t count;
	struct bv_err err;

	put("z2", "T", "Ngựa thành Troia", "x", "x");
	import(bank, 1, 0);
	CHECK_STR(found(&got, bank, "troia", BV_SORT_PLACE, 10), BV_STR("z2"), "the first version");
	put("z2", "T", "Phần mềm tống tiền", "x", "x");
	import(bank, 0, 1);
	CHECK_STR(found(&got, bank, "troia", BV_SORT_PLACE, 10), BV_STR(""), "is not searched any more");
	CHECK_STR(found(&got, bank, "troia", BV_SORT_RELEVANCE, 10), BV_STR(""), "nor by relevance");
	CHECK_STR(found(&got, bank, "tống tiền", BV_SORT_RELEVANCE, 10), BV_STR("z2"), "but the new one is");
	CHECK(bv_bank_count(&count, bank, &(struct bv_bank_filter){ .text = BV_STR("Troia") }, &err) == BV_OK && count == 0, "nor counted");
	put("z2", "T", "Ngựa thành Troia", "x", "x");
	import(bank, 0, 1);
	CHECK_STR(found(&got, bank, "troia", BV_SORT_PLACE, 10), BV_STR("z2"), "until it comes back");
	CHECK_REFUSED(bv_bank_list(&(struct bv_pool){ 0 }, bank, &(struct bv_bank_filter){ .text = BV_STR("hoa") },
	                           &(struct bv_bank_page){ .sort = BV_SORT_RELEVANCE, .after_identifier = BV_STR("z2"), .limit = 1 }, &err),
	              BV_ENOTFOUND, &err, "'z2'", "relevance has no place for what is not found");
}

static void
snippets(struct bv_bank *bank)
{
	static const struct {
		const char *identifier, *text, *json;
	} cases[] = {
		{ "f2", "hoa -x", "{\"in\":\"stem\",\"text\":[{\"text\":\"Bình \"},{\"text\":\"hoà\",\"match\":true},{\"text\":\".\"}]}" },
		{ "w1", "khẩu mật", "{\"in\":\"title\",\"text\":[{\"text\":\"Mật\",\"match\":true},{\"text\":\" \"},{\"text\":\"khẩu\",\"match\":true},{\"text\":\" title\"}]}" },
		{ "w3", "\"mật khẩu\"", "{\"in\":\"remarks\",\"text\":[{\"text\":\"Chỉ dẫn Giữ kín \"},{\"text\":\"mật\",\"match\":true},{\"text\":\" \"},"
		                        "{\"text\":\"khẩu\",\"match\":true}]}" },
		{ "w2", "khac", "{\"in\":\"choices\",\"text\":[{\"text\":\"Đổi mật khẩu \"},{\"text\":\"khác\",\"match\":true},{\"text\":\" B\"}]}" },
		{ "w1", "vắng", "{\"in\":\"\",\"text\":[]}" },
		{ "z3", "giua", "{\"in\":\"stem\",\"text\":[{\"text\":\"… \"},{\"text\":\"m m m m m m m m \"},{\"text\":\"Giữa\",\"match\":true},"
		                "{\"text\":\" n n n n n n n n n n n n n n n n n n n n n n n\"},{\"text\":\" …\"}]}" },
	};

	put("z3", "T", "m m m m m m m m m m m m Giữa n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n n", "x", "x");
	import(bank, 1, 0);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		const struct bv_pool_item item = { .identifier = bv_str_of(cases[i].identifier), .language = BV_STR("vi") };
		BV_AUTO(bv_json_free) struct bv_json *snippet = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000);
		struct bv_err err;
		CHECK_OK(bv_bank_snippet(&snippet, bank, &item, bv_str_of(cases[i].text), &err), &err, cases[i].identifier);
		bv_json_write(&text, snippet);
		CHECK_STR(bv_buf_str(&text), bv_str_of(cases[i].json), cases[i].text);
	}
	struct bv_json *none = NULL;
	struct bv_err err;
	CHECK_REFUSED(bv_bank_snippet(&none, bank, &(struct bv_pool_item){ .identifier = BV_STR("w1") }, BV_STR("\"x"), &err), BV_EINVAL, &err,
	              "not closed", "a search at fault");
}

/* Words that nearly all items have, by relevance: as typed first, then those in the title, then by place. */
static void
common(struct bv_bank *bank, const char *after, const char *expected)
{
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(100);
	const struct bv_bank_page page = { .sort = BV_SORT_RELEVANCE, .after_identifier = bv_str_of(after ? after : ""), .limit = 4 };
	struct bv_err err;

	CHECK_OK(bv_bank_list(&pool, bank, &(struct bv_bank_filter){ .text = BV_STR("hang") }, &page, &err), &err, "list");
	for (size_t i = 0; i < pool.count; i++)
		bv_buf_printf(&got, "%s%.*s", i ? " " : "", BV_STR_ARG(pool.items[i].identifier));
	CHECK_STR(bv_buf_str(&got), bv_str_of(expected), after ? after : "the first page");
}

/* More documents than are looked up one by one: the other way must find the same. */
static void
many(struct bv_bank *bank)
{
	enum { ITEMS = 3200 };
	uint64_t count = 0;
	struct bv_err err;
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(100);

	for (int i = 0; i < ITEMS; i++) {
		char identifier[20], stem[60];
		snprintf(identifier, sizeof identifier, "m%04d", i);
		snprintf(stem, sizeof stem, "Hàng loạt %s", i % 1600 ? "lẻ" : "chẵn");
		put(identifier, i == 7 || i == 70 ? "Hàng" : "T", stem, i == 9 ? "hang" : "x", "x");
	}
	import(bank, ITEMS, 0);
	CHECK(bv_bank_count(&count, bank, &(struct bv_bank_filter){ .text = BV_STR("hang loat") }, &err) == BV_OK && count == ITEMS, "counted");
	CHECK(bv_bank_count(&count, bank, &(struct bv_bank_filter){ .text = BV_STR("loạt"), .language = BV_STR("en") }, &err) == BV_OK && count == 0,
	      "in no such language");
	CHECK_STR(found(&got, bank, "hàng -lẻ", BV_SORT_PLACE, 1), BV_STR("m0000 m1600"), "few of them, page by page");
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	const struct bv_bank_page page = { .after_identifier = BV_STR("m3100"), .limit = 1000 };
	CHECK(bv_bank_list(&pool, bank, &(struct bv_bank_filter){ .text = BV_STR("hang") }, &page, &err) == BV_OK && pool.count == 99 &&
	          bv_str_is(pool.items[0].identifier, "m3101"), "the last page");
	common(bank, NULL, "m0009 m0007 m0070 m0000");
	common(bank, "m0009", "m0007 m0070 m0000 m0001");
	common(bank, "m0070", "m0000 m0001 m0002 m0003");
	common(bank, "m0006", "m0008 m0010 m0011 m0012");
	CHECK_REFUSED(bv_bank_list(&pool, bank, &(struct bv_bank_filter){ .text = BV_STR("hang") },
	                           &(struct bv_bank_page){ .sort = BV_SORT_RELEVANCE, .after_identifier = BV_STR("f1"), .limit = 1 }, &err),
	              BV_ENOTFOUND, &err, "no item 'f1'", "a page after an item without the words");
}

/* A bank with more texts than could be marked as found. */
static void
too_many(struct bv_bank *bank)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	uint64_t count = 0;
	struct bv_err err;
	static const char *const numbers[] = { "134217727", "134217726", "-1" };

	CHECK_OK(bv_sql_open(&sql, at("bank.db"), BV_SQL_WRITE, &err), &err, "open");
	for (size_t i = 0; i < BV_COUNT(numbers); i++) {
		char text[200];
		snprintf(text, sizeof text, "UPDATE item SET document = %s%s", numbers[i], numbers[i][0] == '-' ? "" : " WHERE identifier = 'f1'");
		CHECK_OK(bv_sql_run(sql, text, &err), &err, text);
		enum bv_status status = bv_bank_count(&count, bank, &(struct bv_bank_filter){ .text = BV_STR("hang") }, &err);
		CHECK(i == 1 ? status == BV_OK && count == 3200 : status == BV_ELIMIT && strstr(err.msg, "134217728 texts"), "document %s: %d", numbers[i], status);
	}
}

int
main(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	enum bv_bank_sort sort = BV_SORT_PLACE;
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	put("f1", "T", "Bông hoa.", "x", "x");
	put("f2", "T", "Bình hoà.", "x", "x");
	put("f3", "T", "Bình hòa.", "x", "x");
	put("f4", "T", "Mã hóa.", "x", "x");
	put("f5", "T", "Tai hoạ.", "x", "x");
	put("d1", "T", "Con đường.", "x", "x");
	put("d2", "T", "Con duong.", "x", "x");
	put("w1", "Mật khẩu title", "x", "x", "x");          /* the same words ever further down */
	put("w2", "T title", "x", "Đổi mật khẩu khác", "x");
	put("w3", "T title", "x", "x", "Giữ kín mật khẩu");
	put("w4", "T title", "x", "x", "Một câu rất dài: khẩu mật, giữ kín");
	CHECK_OK(bv_bank_open(&bank, at("bank.db"), BV_BANK_CREATE, &err), &err, "a bank");
	import(bank, 11, 0);
	search(bank);
	every_word(bank);
	versions(bank);
	snippets(bank);
	many(bank);
	too_many(bank);
	CHECK(bv_bank_sort_parse(&sort, BV_STR("relevance"), &err) == BV_OK && sort == BV_SORT_RELEVANCE, "an order");
	CHECK_REFUSED(bv_bank_sort_parse(&sort, BV_STR("colour"), &err), BV_EINVAL, &err, "or changed, not by 'colour'", "another");
	bv_bank_close(bv_steal(&bank));
	char command[400];
	snprintf(command, sizeof command, "rm -r %s", folder);
	return check_end() + (system(command) != 0);
}

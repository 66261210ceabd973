/* What a bank is searched by besides words: tags, authors, difficulty, use, enemies, stimuli, stale translations. */
#define _GNU_SOURCE
#include <unistd.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-test-filter-XXXXXX";

static const char *
at(const char *name)
{
	static char path[4][300];
	static int next;

	char *p = path[next++ % 4];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

static void
put(const char *name, const char *text)
{
	struct bv_err err;

	if (bv_file_write(at(name), bv_str_of(text), 0644, &err) != BV_OK)
		CHECK(false, "%s", err.msg);
}

static void
put_item(const char *name, const char *identifier, const char *language, const char *head, const char *stem)
{
	char text[3000];

	snprintf(text, sizeof text,
	         "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"%s\" title=\"T\" adaptive=\"false\" "
	         "time-dependent=\"false\" xml:lang=\"%s\">%s<qti-item-body><p>%s</p></qti-item-body></qti-assessment-item>",
	         identifier, language, head, stem);
	put(name, text);
}

#define LOM(href, body) \
	"<resource identifier='R' type='imsqti_item_xmlv3p0' href='" href "'><metadata><lom xmlns='http://ltsc.ieee.org/xsd/LOM'>" body "</lom></metadata></resource>"
#define TAGS(...) "<general>" __VA_ARGS__ "</general>"
#define TAG(tag) "<keyword><string language='vi'>" tag "</string></keyword>"
#define AUTHOR(name) "<lifeCycle><contribute><role><value>author</value></role><entity>" name "</entity></contribute></lifeCycle>"
#define STEP(word) "<educational><difficulty><value>" word "</value></difficulty></educational>"
#define RELATION(kind, entry) \
	"<relation><kind><value>" kind "</value></kind><resource><identifier><entry>" entry "</entry></identifier></resource></relation>"
#define STATISTIC(name, id, value) "<ordinaryStatistic name='" name "' context='x'><targetObject identifier='" id "'/><value>" value "</value></ordinaryStatistic>"
#define USAGE(x) "<usageData xmlns='http://www.imsglobal.org/xsd/imsqti_usagedata_v3p0'>" x "</usageData>"
#define MANIFEST(x) "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1'><resources>" x "</resources></manifest>"

#define BANK_TAGS_EDGE ((size_t)64)

static char told[4000];

static void
note(void *ctx, const char *path, const struct bv_err *err)
{
	(void)ctx, (void)path;
	snprintf(told + strlen(told), sizeof told - strlen(told), "%d: %s\n", err->line, err->msg);
}

static struct bv_import_counts
import(struct bv_bank *bank, const char *path, int64_t now_s)
{
	struct bv_import_opts opts = { .now_s = now_s, .refuse = note };
	struct bv_import_counts counts = { 0 };
	struct bv_err err;

	told[0] = '\0';
	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "import");
	return counts;
}

/* Identifiers and languages, pages of one after each other, which must be as many as are counted and pooled. */
static struct bv_str
found(struct bv_buf *out, struct bv_bank *bank, const struct bv_bank_filter *filter, enum bv_bank_sort sort)
{
	struct bv_bank_page page = { .sort = sort, .limit = 1 };
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 }, last = { 0 };
	uint64_t count = 0, total = 0;
	struct bv_err err;

	bv_buf_clear(out);
	for (;;) {
		struct bv_pool one = { 0 };
		if (bv_bank_list(&one, bank, filter, &page, &err) != BV_OK) {
			bv_buf_printf(out, "%s", err.msg);
			return bv_buf_str(out);
		}
		bv_pool_finish(&last);
		last = one;
		if (!last.count)
			break;
		bv_buf_printf(out, "%s%.*s/%.*s", count++ ? " " : "", BV_STR_ARG(last.items[0].identifier), BV_STR_ARG(last.items[0].language));
		page.after_identifier = last.items[0].identifier;
		page.after_language = last.items[0].language;
	}
	CHECK(bv_bank_count(&total, bank, filter, &err) == BV_OK && total == count, "counted");
	CHECK(bv_bank_pool(&pool, bank, filter, &err) == BV_OK && pool.count == count, "pooled");
	return out->p ? bv_buf_str(out) : BV_STR("");
}

#define TEXT(literal) { literal, sizeof(literal) - 1 }

static void
filters(struct bv_bank *bank)
{
	static const struct {
		const char *name;
		struct bv_bank_filter filter;
		enum bv_bank_sort sort;
		const char *want;
	} cases[] = {
		{ "a tag", { .tag = TEXT("An toàn") }, BV_SORT_PLACE, "a/vi b/vi" },
		{ "in another case, decomposed", { .tag = TEXT("AN TOA\xcc\x80N") }, BV_SORT_PLACE, "a/vi b/vi" },
		{ "another", { .tag = TEXT("thư điện tử") }, BV_SORT_PLACE, "a/vi" },
		{ "nearly one", { .tag = TEXT("an toan") }, BV_SORT_PLACE, "no item has the tag 'an toan': near to it are 'an toàn'" },
		{ "the beginning of one", { .tag = TEXT("thư") }, BV_SORT_PLACE, "no item has the tag 'thư': near to it are 'thư điện tử'" },
		{ "nothing near", { .tag = TEXT("xyzxyz") }, BV_SORT_PLACE, "no item has the tag 'xyzxyz'" },
		{ "an author", { .author = TEXT("Trần Thị Mẫu") }, BV_SORT_PLACE, "a/vi b/vi" },
		{ "nearly one", { .author = TEXT("Tran Thi Mau") }, BV_SORT_PLACE,
		  "no item has the author 'Tran Thi Mau': near to it are 'Trần Thị Mẫu', 'Trần Thị Máy'" },
		{ "tag and author", { .tag = TEXT("an toàn"), .author = TEXT("Trần Thị Máy") }, BV_SORT_PLACE, "" },
		{ "steps", { .step = { true, 2, 3 } }, BV_SORT_PLACE, "a/vi b/vi" },
		{ "one step", { .step = { true, 5, 5 } }, BV_SORT_PLACE, "c/vi" },
		{ "not said", { .step = { true, 0, 0 } }, BV_SORT_PLACE, "d/en d/vi" },
		{ "b", { .difficulty = { true, -1000, 500 } }, BV_SORT_PLACE, "a/vi b/vi" },
		{ "its edge", { .difficulty = { true, 501, 3000 } }, BV_SORT_PLACE, "c/vi" },
		{ "used", { .used = { true, 100, 100 } }, BV_SORT_PLACE, "b/vi" },
		{ "hardly used", { .used = { true, 0, 50 } }, BV_SORT_PLACE, "a/vi c/vi d/en d/vi" },
		{ "enemies, as it says", { .enemies_of = TEXT("a") }, BV_SORT_PLACE, "b/vi c/vi" },
		{ "enemies, as the other says", { .enemies_of = TEXT("b") }, BV_SORT_PLACE, "a/vi" },
		{ "enemies of nobody", { .enemies_of = TEXT("x' OR 1=1") }, BV_SORT_PLACE, "" },
		{ "a stimulus", { .stimulus = TEXT("S1") }, BV_SORT_PLACE, "c/vi d/vi" },
		{ "another", { .stimulus = TEXT("S2") }, BV_SORT_PLACE, "d/vi" },
		{ "none", { .stimulus = TEXT("S") }, BV_SORT_PLACE, "" },
		{ "by difficulty", { .level = BV_COGNITIVE_NONE }, BV_SORT_DIFFICULTY, "b/vi a/vi c/vi d/en d/vi" },
		{ "by use", { .level = BV_COGNITIVE_NONE }, BV_SORT_USED, "b/vi a/vi c/vi d/en d/vi" },
		{ "words and a range by difficulty", { .text = TEXT("chữ"), .difficulty = { true, -10000, 10000 } }, BV_SORT_DIFFICULTY, "b/vi a/vi c/vi" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(10000);
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_STR(found(&out, bank, &cases[i].filter, cases[i].sort), bv_str_of(cases[i].want), cases[i].name);
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("a"), BV_STR_NONE, &err), &err, "show");
	bv_json_write(&text, bv_json_find(json, "tags"));
	CHECK_STR(bv_buf_str(&text), BV_STR("[\"An toàn\",\"Thư điện tử\"]"), "its tags as they were written, each once");
	CHECK(bv_json_int(bv_json_find(json, "used")) == 50 && bv_json_count(bv_json_find(json, "stimuli")) == 0, "and its use");
	bv_json_free(bv_steal(&json));
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("d"), BV_STR("vi"), &err), &err, "show");
	bv_buf_clear(&text);
	bv_json_write(&text, bv_json_find(json, "stimuli"));
	CHECK_STR(bv_buf_str(&text), BV_STR("[\"S1\",\"S2\"]"), "stimuli");
}

static bool
is_stale(struct bv_bank *bank, const char *identifier, const char *language)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	CHECK_OK(bv_bank_show(&json, bank, bv_str_of(identifier), bv_str_of(language), &err), &err, "show");
	return bv_json_bool(bv_json_find(json, "stale"));
}

static void
translations(struct bv_bank *bank)
{
	const struct bv_bank_filter stale = { .stale = true };
	const struct bv_doing doing = { .now_s = 5000 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	CHECK_STR(found(&out, bank, &stale, BV_SORT_PLACE), BV_STR(""), "what is imported together is up to date");
	put_item("d.xml", "d", "vi", "", "Chữ mới");
	import(bank, at("d.xml"), 2000);
	CHECK_STR(found(&out, bank, &stale, BV_SORT_PLACE), BV_STR("d/en"), "the original has changed: Vietnamese, whichever came first");
	CHECK_STR(found(&out, bank, &(struct bv_bank_filter){ .stimulus = BV_STR("S1") }, BV_SORT_PLACE), BV_STR("c/vi"), "and has other stimuli");
	put_item("d.en.xml", "d", "en", "", "New letters");
	import(bank, at("d.en.xml"), 3000);
	CHECK_STR(found(&out, bank, &stale, BV_SORT_PLACE), BV_STR(""), "until it is imported");
	put_item("d.en.xml", "d", "en", "", "Newer letters");
	import(bank, at("d.en.xml"), 3500);
	CHECK(!is_stale(bank, "d", "vi"), "an original is never stale");
	put_item("d.xml", "d", "vi", "", "Chữ mới hơn");
	import(bank, at("d.xml"), 4000);
	CHECK(is_stale(bank, "d", "en"), "again");
	CHECK_REFUSED(bv_bank_confirm_translation(bank, BV_STR("d"), BV_STR("vi"), &doing, &err), BV_EINVAL, &err, "is an original", "an original");
	CHECK_REFUSED(bv_bank_confirm_translation(bank, BV_STR("d"), BV_STR("fr"), &doing, &err), BV_ENOTFOUND, &err, "'fr'", "no such language");
	CHECK_REFUSED(bv_bank_confirm_translation(bank, BV_STR("a"), BV_STR("vi"), &doing, &err), BV_EINVAL, &err, "is an original", "an only language");
	CHECK(is_stale(bank, "d", "en"), "is still");
	CHECK_OK(bv_bank_confirm_translation(bank, BV_STR("d"), BV_STR("en"), &doing, &err), &err, "confirmed");
	CHECK(!is_stale(bank, "d", "en"), "is not any more");
	put_item("d.xml", "d", "vi", "", "Chữ mới nhất");
	import(bank, at("d.xml"), 6000);
	CHECK(is_stale(bank, "d", "en"), "but then again");
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("d"), BV_STR("en"), &err), &err, "show");
	CHECK_STR(bv_json_str(bv_json_find(json, "translationOf")), BV_STR("vi"), "says of what");
	bv_json_free(bv_steal(&json));
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("d"), BV_STR("vi"), &err), &err, "show");
	const struct bv_json *one = bv_json_at(bv_json_find(json, "translations"), 0);
	CHECK(bv_str_is(bv_json_str(bv_json_find(one, "language")), "en") && bv_json_bool(bv_json_find(one, "stale")), "the original tells its translations");

	/* A manifest may say otherwise. */
	put("imsmanifest.xml", MANIFEST(LOM("d.xml", RELATION("translation", "EN"))));
	import(bank, at("imsmanifest.xml"), 7000);
	CHECK(!is_stale(bank, "d", "en") && !is_stale(bank, "d", "vi"), "now the English one is the original, and older");
	put_item("d.en.xml", "d", "en", "", "Newest letters");
	import(bank, at("d.en.xml"), 8000);
	CHECK(is_stale(bank, "d", "vi") && !is_stale(bank, "d", "en"), "and the Vietnamese one follows it");

	/* An event where there is a life cycle. */
	const struct bv_life_rule rule = { 1, false };
	uint64_t adopted;
	CHECK_OK(bv_bank_life_begin(&adopted, bank, &rule, BV_STATE_DRAFT, &(struct bv_doing){ BV_STR("Chủ"), BV_STR_NONE, 9000, false }, &err), &err,
	         "a life cycle");
	CHECK_REFUSED(bv_bank_confirm_translation(bank, BV_STR("d"), BV_STR("vi"), &doing, &err), BV_EINVAL, &err, "", "nobody confirms");
	CHECK(is_stale(bank, "d", "vi"), "and nothing is changed");
	uint8_t hash[BV_HASH_LEN];
	int64_t before, after;
	CHECK_OK(bv_bank_head(hash, &before, bank, &err), &err, "head");
	CHECK_OK(bv_bank_confirm_translation(bank, BV_STR("d"), BV_STR("vi"), &(struct bv_doing){ BV_STR("Dịch giả"), BV_STR_NONE, 9500, false }, &err), &err,
	         "somebody does");
	CHECK(!is_stale(bank, "d", "vi") && bv_bank_head(hash, &after, bank, &err) == BV_OK && after == before + 1, "one event");
}

static void
import_both(struct bv_bank *bank, int64_t now_s)
{
	const char *both[] = { at("t.en.xml"), at("t.vi.xml") };
	const struct bv_import_opts opts = { .now_s = now_s, .who = BV_STR("An") };
	struct bv_import_counts counts;
	struct bv_err err;

	CHECK_OK(bv_bank_import(bank, both, 2, &opts, &counts, &err), &err, "both");
	CHECK(counts.added + counts.versions == 2, "are new");
}

static void
import_one(struct bv_bank *bank, const char *name, int64_t now_s)
{
	const char *path = at(name);
	const struct bv_import_opts opts = { .now_s = now_s, .who = BV_STR("An") };
	struct bv_import_counts counts;
	struct bv_err err;

	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err) , &err, name);
	CHECK(counts.versions == 1, "is a new version");
}

/* What came first is told within one second too, and when the clock goes back by `step` each time. */
static void
same_second(bool life, int64_t step)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const struct bv_life_rule rule = { 1, false };
	const struct bv_audit_opts audit = { 0 };
	struct bv_doing doing = { .now_s = 1000000, .who = BV_STR("C") };
	struct bv_audit_counts counts;
	uint64_t adopted;
	struct bv_err err;
	char body[40];

	unlink(at("second.db"));
	CHECK_OK(bv_bank_open(&bank, at("second.db"), BV_BANK_CREATE, &err), &err, "a bank");
	put_item("t.vi.xml", "t", "vi", "", "một");
	put_item("t.en.xml", "t", "en", "", "one");
	import_both(bank, doing.now_s);
	for (int round = 0; round < 4; round++) {
		if (life && round == 2) /* what was there before has its order too */
			CHECK_OK(bv_bank_life_begin(&adopted, bank, &rule, BV_STATE_OPERATIONAL, &doing, &err), &err, "a life cycle");
		CHECK(!is_stale(bank, "t", "en"), "what is imported together is up to date");
		snprintf(body, sizeof body, "hai %d", round);
		put_item("t.vi.xml", "t", "vi", "", body);
		import_one(bank, "t.vi.xml", doing.now_s -= step);
		CHECK(is_stale(bank, "t", "en"), "an original of the same second");
		put_item("t.en.xml", "t", "en", "", body);
		import_one(bank, "t.en.xml", doing.now_s -= step);
		CHECK(!is_stale(bank, "t", "en"), "a translation of the same second");
		snprintf(body, sizeof body, "ba %d", round);
		put_item("t.vi.xml", "t", "vi", "", body);
		import_one(bank, "t.vi.xml", doing.now_s -= step);
		CHECK(is_stale(bank, "t", "en"), "again");
		doing.now_s -= step;
		CHECK_OK(bv_bank_confirm_translation(bank, BV_STR("t"), BV_STR("en"), &doing, &err), &err, "confirmed");
		CHECK(!is_stale(bank, "t", "en"), "in the same second");
		snprintf(body, sizeof body, "bon %d", round);
		put_item("t.vi.xml", "t", "vi", "", body);
		put_item("t.en.xml", "t", "en", "", body);
		import_one(bank, "t.vi.xml", doing.now_s -= step);
		CHECK(is_stale(bank, "t", "en"), "changed after it was confirmed");
		snprintf(body, sizeof body, "nam %d", round);
		put_item("t.vi.xml", "t", "vi", "", body);
		import_both(bank, doing.now_s -= step);
	}
	CHECK(!is_stale(bank, "t", "en"), "together again");
	CHECK_OK(bv_bank_audit(&counts, bank, &audit, &err), &err, "audited");
	CHECK(counts.faults == 0 && counts.warnings == 0, "the order is that of the events");
}

static void
refusals(struct bv_bank *bank)
{
	static const struct {
		const char *lom, *part;
	} cases[] = {
		{ TAGS("<keyword><string> </string></keyword>"), "a keyword has 1 to 255 bytes" },
		{ TAGS("<keyword/>"), "a keyword has 1 to 255 bytes" },
		{ RELATION("translation", ""), "a translation needs one language tag" },
		{ RELATION("translation", "v i"), "a translation needs one language tag" },
		{ RELATION("translation", "vi") RELATION("translation", "en"), "a translation needs one language tag" },
	};
	static const char *const usages[] = { "-1", "1.5", "", "1000000000001" };

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(5000);
		bv_buf_printf(&text, MANIFEST(LOM("d.xml", "%s")), cases[i].lom);
		put("imsmanifest.xml", text.p);
		CHECK(import(bank, at("imsmanifest.xml"), 10000).refused == 1 && strstr(told, cases[i].part), "%s", told);
	}
	for (size_t n = BANK_TAGS_EDGE; n <= BANK_TAGS_EDGE + 1; n++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(20000);
		bv_buf_addz(&text, "<manifest><resources><resource identifier='R' type='imsqti_item_xmlv3p0' href='a.xml'><metadata><lom><general>");
		for (size_t i = 0; i < n; i++)
			bv_buf_printf(&text, "<keyword>tag %zu</keyword>", i);
		bv_buf_addz(&text, "</general></lom></metadata></resource></resources></manifest>");
		put("imsmanifest.xml", text.p);
		CHECK(import(bank, at("imsmanifest.xml"), 11000).refused == (n > BANK_TAGS_EDGE), "%zu keywords", n);
	}
	unlink(at("imsmanifest.xml"));
	for (size_t i = 0; i < BV_COUNT(usages); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2000);
		bv_buf_printf(&text, USAGE(STATISTIC("times-used", "a", "%s")), usages[i]);
		put("usage.xml", text.p);
		CHECK(import(bank, at("usage.xml"), 12000).refused == 1 && strstr(told, "a whole number up to 10^12"), "used '%s' times", usages[i]);
	}
	put("usage.xml", USAGE(STATISTIC("times-used", "a", "1") STATISTIC("times-used", "a", "2")));
	CHECK(import(bank, at("usage.xml"), 12000).refused == 1 && strstr(told, "given twice"), "used twice");
	put("usage.xml", USAGE(STATISTIC("times-used", "a", "1") STATISTIC("irt-b", "a", "2")));
	CHECK(import(bank, at("usage.xml"), 12000).refused == 1 && strstr(told, "no irt-a"), "half of the parameters");
	put("usage.xml", USAGE(STATISTIC("times-used", "nobody", "1")));
	CHECK(import(bank, at("usage.xml"), 12000).refused == 1 && strstr(told, "not in the bank"), "of nobody");
}

int
main(void)
{
	static const char stimuli[] = "<qti-assessment-stimulus-ref identifier=\"S2\" href=\"s2.xml\"/><qti-assessment-stimulus-ref identifier=\"S1\" "
				      "href=\"s1.xml\"/><qti-assessment-stimulus-ref identifier=\"S1\" href=\"s1.xml\"/>";
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	put_item("a.xml", "a", "vi", "", "Chữ");
	put_item("b.xml", "b", "vi", "", "Chữ");
	put_item("c.xml", "c", "vi", "<qti-assessment-stimulus-ref identifier=\"S1\" href=\"s1.xml\"/>", "Chữ");
	put_item("d.xml", "d", "vi", stimuli, "Chữ");
	put_item("d.en.xml", "d", "en", "", "Letters");
	put("s1.xml", "<qti-assessment-stimulus identifier='S1' title='s'><qti-stimulus-body><p>x</p></qti-stimulus-body></qti-assessment-stimulus>");
	put("s2.xml", "<qti-assessment-stimulus identifier='S2' title='s'><qti-stimulus-body><p>x</p></qti-stimulus-body></qti-assessment-stimulus>");
	put("imsmanifest.xml",
	    MANIFEST(LOM("a.xml", TAGS(TAG("Thư điện tử") TAG(" An\n toàn ") TAG("AN TOÀN")) AUTHOR("Trần Thị Mẫu") STEP("easy") RELATION("enemy", "b")
	                 RELATION("enemy", "c"))
	             LOM("b.xml", TAGS("<keyword>an toàn</keyword>") AUTHOR("Trần Thị Mẫu") STEP("medium"))
	             LOM("c.xml", AUTHOR("Trần Thị Máy") STEP("very difficult"))));
	put("usage.xml", USAGE(STATISTIC("times-used", "a", "50") STATISTIC("irt-b", "a", "0.5") STATISTIC("irt-a", "a", "1")
	                       STATISTIC("irt-a", "b", "1") STATISTIC("irt-b", "b", "-1") STATISTIC("times-used", "b", "100")
	                       STATISTIC("irt-a", "c", "1") STATISTIC("irt-b", "c", "3") STATISTIC("something", "c", "3")));
	CHECK_OK(bv_bank_open(&bank, at("bank.db"), BV_BANK_CREATE, &err), &err, "a bank");
	struct bv_import_counts counts = import(bank, folder, 1000);
	CHECK(counts.added == 5 && counts.metadata == 5 && !counts.refused, "five items: %s", told);
	filters(bank);
	counts = import(bank, folder, 1500);
	CHECK(counts.unchanged == 5 && !counts.metadata, "nothing changes the second time");
	put("imsmanifest.xml", MANIFEST(LOM("b.xml", TAGS(TAG("khác")) AUTHOR("Trần Thị Mẫu") STEP("medium"))));
	counts = import(bank, at("imsmanifest.xml"), 1600);
	CHECK(counts.metadata == 1, "other tags");
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000);
	CHECK_STR(found(&out, bank, &(struct bv_bank_filter){ .tag = BV_STR("an toàn") }, BV_SORT_PLACE), BV_STR("a/vi"), "it has lost the one");
	CHECK_STR(found(&out, bank, &(struct bv_bank_filter){ .tag = BV_STR("khác") }, BV_SORT_PLACE), BV_STR("b/vi"), "and has the other");
	unlink(at("imsmanifest.xml"));
	translations(bank);
	for (int life = 0; life < 2; life++) {
		same_second(life, 0);
		same_second(life, 100);
	}
	unlink(at("imsmanifest.xml"));
	bv_bank_close(bv_steal(&bank));
	CHECK_OK(bv_bank_open(&bank, at("other.db"), BV_BANK_CREATE, &err), &err, "another bank");
	import(bank, at("a.xml"), 1);
	refusals(bank);
	bv_bank_close(bv_steal(&bank));
	char command[400];
	snprintf(command, sizeof command, "rm -r %s", folder);
	return check_end() + (system(command) != 0);
}

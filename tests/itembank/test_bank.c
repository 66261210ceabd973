#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sql.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tests/check.h"
#include "tests/itembank/folder.h"

static const char *vectors;

static void
put(const char *name, const char *text)
{
	struct bv_err err;
	const char *path = at(name);
	char *parent = bv_str_dup(bv_str_of(path));

	*strrchr(parent, '/') = '\0';
	if (bv_dir_make(parent, &err) != BV_OK || bv_file_write(path, bv_str_of(text), 0644, &err) != BV_OK) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	free(parent);
}

/* A choice item; number makes texts differ. */
static void
put_item(const char *name, const char *identifier, const char *language, const char *stem)
{
	char text[2000];

	snprintf(text, sizeof text,
	         "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"%s\" title=\"T %s\" "
	         "adaptive=\"false\" time-dependent=\"false\" xml:lang=\"%s\">\n"
	         "<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"single\" base-type=\"identifier\">"
	         "<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>\n"
	         "<qti-outcome-declaration identifier=\"SCORE\" cardinality=\"single\" base-type=\"float\"/>\n"
	         "<qti-item-body><qti-choice-interaction response-identifier=\"RESPONSE\" max-choices=\"1\"><qti-prompt>%s</qti-prompt>"
	         "<qti-simple-choice identifier=\"A\">a</qti-simple-choice><qti-simple-choice identifier=\"B\">b</qti-simple-choice>"
	         "</qti-choice-interaction></qti-item-body>\n"
	         "<qti-response-processing template=\"https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml\"/>\n"
	         "</qti-assessment-item>\n",
	         identifier, identifier, language, stem);
	put(name, text);
}

struct seen {
	int count;
	char last[1000];
	char all[8000];
};

static void
note(void *ctx, const char *path, const struct bv_err *err)
{
	struct seen *seen = ctx;

	seen->count++;
	snprintf(seen->last, sizeof seen->last, "%s:%d: %s\n", path ? path : "", err->line, err->msg);
	if (strlen(seen->all) + strlen(seen->last) < sizeof seen->all)
		strcat(seen->all, seen->last);
}

static struct bv_import_counts
import_at(struct bv_bank *bank, const char *path, struct seen *seen, int64_t now_s)
{
	struct bv_import_opts opts = { .now_s = now_s, .refuse = note, .ctx = seen };
	struct bv_import_counts counts;
	struct bv_err err;

	memset(seen, 0, sizeof *seen);
	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "import");
	CHECK(counts.refused == (uint64_t)seen->count, "each refusal is reported");
	return counts;
}

#define COUNTS(c, added_, versions_, unchanged_, metadata_, refused_, name) \
	do { \
		struct bv_import_counts c_ = (c); \
		if (!CHECK(c_.added == (added_) && c_.versions == (versions_) && c_.unchanged == (unchanged_) && c_.metadata == (metadata_) && \
		               c_.refused == (refused_), "%s", (name))) \
			printf("# %d new, %d versions, %d unchanged, %d metadata, %d refused\n# %s\n", (int)c_.added, (int)c_.versions, \
			       (int)c_.unchanged, (int)c_.metadata, (int)c_.refused, seen.all); \
	} while (0)

static void
five_items(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	struct bv_bank_filter filter = { 0 };
	struct bv_err err;
	struct seen seen;

	CHECK_OK(bv_bank_open(&bank, at("five.db"), BV_BANK_CREATE, &err), &err, "a new bank");
	COUNTS(import_at(bank, vectors, &seen, 1000), 5, 0, 0, 4, 0, "five new items; usage data for four of them");
	COUNTS(import_at(bank, vectors, &seen, 2000), 0, 0, 5, 0, 0, "nothing changes the second time");

	CHECK_OK(bv_bank_pool(&pool, bank, &filter, &err), &err, "pool");
	static const char *const order[] = { "iu01-001 en", "iu01-001 vi", "iu01-004 vi", "iu02-001 vi", "iu03-001 vi" };
	for (size_t i = 0; i < BV_COUNT(order) && i < pool.count; i++) {
		char key[100];
		snprintf(key, sizeof key, "%.*s %.*s", BV_STR_ARG(pool.items[i].identifier), BV_STR_ARG(pool.items[i].language));
		CHECK_STR(bv_str_of(key), bv_str_of(order[i]), "sorted");
	}
	CHECK(pool.count == 5, "five in the pool");
	const struct bv_pool_item *one = &pool.items[1];
	CHECK(one->version == 1 && bv_str_is(one->kind, "choice") && bv_str_is(one->competence, "IU01.1") && bv_str_is(one->component, "1.2") &&
	          one->level == BV_COGNITIVE_RECALL && one->difficulty_step == 2 && one->expected_s == 60 && one->machine_scorable,
	      "metadata of the manifest");
	CHECK_STR(one->author, BV_STR("Trần Thị Mẫu"), "name in a vCard");
	CHECK_STR(one->title, BV_STR("Bộ nhớ RAM"), "title");
	CHECK(one->has_parameters && one->discrimination == 1250 && one->difficulty == -500, "parameters of usage data");
	CHECK(one->enemy_count == 1 && bv_str_is(one->enemies[0], "iu01-004"), "its enemy");
	const struct bv_pool_item *four = &pool.items[2], *three = &pool.items[4];
	CHECK(four->enemy_count == 1 && bv_str_is(four->enemies[0], "iu01-001"), "who has it as enemy too, though it does not say so");
	CHECK(four->difficulty == 63 && four->level == BV_COGNITIVE_UNDERSTAND && bv_str_is(four->author, "Nguyễn Văn Mẫu"),
	      "0.0625 is rounded away from zero");
	CHECK(!three->has_parameters && three->expected_s == 90 && three->difficulty_step == 1 && bv_str_is(three->kind, "order"),
	      "no parameters");

	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX), file = BV_BUF(BV_XML_ITEM_MAX);
	char path[500];
	snprintf(path, sizeof path, "%s/items/iu01-001.en.xml", vectors);
	CHECK_OK(bv_file_read(&file, path, &err), &err, "file");
	CHECK_OK(bv_bank_load_xml(&xml, bank, BV_STR("iu01-001"), BV_STR("en"), 0, &err), &err, "load");
	CHECK_STR(bv_buf_str(&xml), bv_buf_str(&file), "the bytes that were imported");
	uint8_t hash[BV_HASH_LEN];
	bv_sha256(hash, bv_buf_str(&file));
	CHECK(bv_hash_eq(hash, pool.items[0].hash), "and their hash");
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	CHECK_OK(bv_bank_load(&item, bank, BV_STR("iu02-001"), BV_STR_NONE, 1, &err), &err, "load an item in its only language");
	CHECK(item && bv_str_is(bv_item_identifier(item), "iu02-001"), "which it is");
	CHECK_REFUSED(bv_bank_load_xml(&xml, bank, BV_STR("iu01-001"), BV_STR_NONE, 0, &err), BV_EINVAL, &err, "en, vi", "two languages");
	CHECK_REFUSED(bv_bank_load_xml(&xml, bank, BV_STR("iu01-001"), BV_STR("fr"), 0, &err), BV_ENOTFOUND, &err, "'fr'", "no such language");
	CHECK_REFUSED(bv_bank_load_xml(&xml, bank, BV_STR("iu01-001"), BV_STR("vi"), 2, &err), BV_ENOTFOUND, &err, "version", "no such version");
	CHECK_REFUSED(bv_bank_load_xml(&xml, bank, BV_STR("nobody"), BV_STR_NONE, 0, &err), BV_ENOTFOUND, &err, "nobody", "no such item");
}

#define TEXT(literal) { literal, sizeof(literal) - 1 }

static void
filters(void)
{
	static const struct {
		const char *name;
		struct bv_bank_filter filter;
		const char *want;
	} cases[] = {
		{ "all, by competence", { .level = BV_COGNITIVE_NONE }, "iu01-001/en iu01-001/vi iu01-004/vi iu02-001/vi iu03-001/vi" },
		{ "a module", { .competence = TEXT("IU01") }, "iu01-001/en iu01-001/vi iu01-004/vi" },
		{ "a part of it", { .competence = TEXT("IU01.1") }, "iu01-001/en iu01-001/vi iu01-004/vi" },
		{ "another part", { .competence = TEXT("IU01.2") }, "" },
		{ "not a prefix of letters", { .competence = TEXT("IU0") }, "" },
		{ "an item at the module itself", { .competence = TEXT("IU03") }, "iu03-001/vi" },
		{ "a domain", { .component = TEXT("1") }, "iu01-001/en iu01-001/vi iu01-004/vi iu02-001/vi" },
		{ "a component", { .component = TEXT("1.3") }, "iu02-001/vi" },
		{ "language", { .language = TEXT("en") }, "iu01-001/en" },
		{ "level", { .level = BV_COGNITIVE_UNDERSTAND }, "iu01-004/vi iu03-001/vi" },
		{ "kind", { .kind = TEXT("order") }, "iu03-001/vi" },
		{ "a word, whatever its case", { .text = TEXT("RAM") }, "iu01-001/en iu01-001/vi iu01-004/vi" },
		{ "Vietnamese in capitals", { .text = TEXT("BỘ NHỚ") }, "iu01-001/vi iu01-004/vi" },
		{ "the same decomposed", { .text = TEXT("bo\xcc\xa3\xcc\x82") }, "iu01-001/vi iu01-004/vi" },
		{ "all words must be there", { .text = TEXT("ram loses") }, "iu01-001/en" },
		{ "and without its marks", { .text = TEXT("bo nho") }, "iu01-001/vi iu01-004/vi" },
		{ "no part of a word", { .text = TEXT("ra") }, "" },
		{ "together", { .competence = TEXT("IU01"), .language = TEXT("vi"), .level = BV_COGNITIVE_RECALL, .kind = TEXT("choice") },
		  "iu01-001/vi" },
	};
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_err err;

	CHECK_OK(bv_bank_open(&bank, at("five.db"), BV_BANK_READ, &err), &err, "open");
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		/* Pages of two, one after the other, must give the same as all at once. */
		BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(1000);
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		struct bv_bank_page page = { .limit = 2 };
		uint64_t count = 0, pages = 0;
		do {
			struct bv_pool next = { 0 };
			if (bv_bank_list(&next, bank, &cases[i].filter, &page, &err) != BV_OK)
				break;
			bv_pool_finish(&pool);
			pool = next;
			for (size_t k = 0; k < pool.count; k++)
				bv_buf_printf(&got, "%s%.*s/%.*s", got.len ? " " : "", BV_STR_ARG(pool.items[k].identifier),
				              BV_STR_ARG(pool.items[k].language));
			if (pool.count) {
				page.after_identifier = pool.items[pool.count - 1].identifier;
				page.after_language = pool.items[pool.count - 1].language;
			}
		} while (pool.count == 2 && ++pages < 10);
		CHECK_STR(bv_buf_str(&got), bv_str_of(cases[i].want), cases[i].name);
		size_t want = *cases[i].want != '\0';
		for (const char *p = cases[i].want; *p; p++)
			want += *p == ' ';
		CHECK(bv_bank_count(&count, bank, &cases[i].filter, &err) == BV_OK && count == want, "counted");
		BV_AUTO(bv_pool_finish) struct bv_pool all = { 0 };
		CHECK(bv_bank_pool(&all, bank, &cases[i].filter, &err) == BV_OK && all.count == want, "pooled");
	}
	struct bv_pool none = { 0 };
	struct bv_bank_filter filter = { .text = BV_STR("a b c d e f g h i j k l m n o p q") };
	CHECK_REFUSED(bv_bank_list(&none, bank, &filter, &(struct bv_bank_page){ .limit = 1 }, &err), BV_ELIMIT, &err, "16 terms", "17 words");
	filter.text = BV_STR("%");
	CHECK_REFUSED(bv_bank_list(&none, bank, &filter, &(struct bv_bank_page){ .limit = 1 }, &err), BV_EINVAL, &err, "no letter", "no word");
	filter.text = BV_STR("\xff");
	CHECK_REFUSED(bv_bank_list(&none, bank, &filter, &(struct bv_bank_page){ .limit = 1 }, &err), BV_EPARSE, &err, "UTF-8", "no UTF-8");
	filter.text = BV_STR_NONE;
	CHECK_REFUSED(bv_bank_list(&none, bank, &filter, &(struct bv_bank_page){ .sort = BV_SORT_RELEVANCE, .limit = 1 }, &err), BV_EINVAL, &err,
	              "what to look for", "relevant to nothing");
	CHECK_REFUSED(bv_bank_list(&none, bank, &filter, &(struct bv_bank_page){ 0 }, &err), BV_EINVAL, &err, "1 to", "a page of nothing");
	CHECK_REFUSED(bv_bank_list(&none, bank, &filter, &(struct bv_bank_page){ .limit = 1, .after_identifier = BV_STR("x") }, &err),
	              BV_ENOTFOUND, &err, "'x'", "after an item that is not there");
}

static void
versions(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
	struct bv_err err;
	struct seen seen;

	CHECK_OK(bv_bank_open(&bank, at("versions.db"), BV_BANK_CREATE, &err), &err, "open");
	put_item("v/a.xml", "a", "vi", "một");
	COUNTS(import_at(bank, at("v"), &seen, 1000), 1, 0, 0, 0, 0, "new");
	put_item("v/a.xml", "a", "vi", "hai");
	COUNTS(import_at(bank, at("v"), &seen, 2000), 0, 1, 0, 0, 0, "changed");
	COUNTS(import_at(bank, at("v/a.xml"), &seen, 3000), 0, 0, 1, 0, 0, "unchanged, given by itself");
	put_item("v/a.xml", "a", "vi", "một");
	COUNTS(import_at(bank, at("v"), &seen, 4000), 0, 1, 0, 0, 0, "going back is a version too");
	CHECK_OK(bv_bank_load_xml(&xml, bank, BV_STR("a"), BV_STR_NONE, 2, &err), &err, "the second version is kept");
	CHECK(strstr(xml.p, "hai") != NULL, "as it was");
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("a"), BV_STR_NONE, &err), &err, "show");
	const struct bv_json *list = bv_json_find(json, "versions");
	CHECK(bv_json_count(list) == 3 && bv_json_int(bv_json_find(json, "version")) == 3, "three versions");
	CHECK_STR(bv_json_str(bv_json_find(bv_json_at(list, 1), "imported")), BV_STR("1970-01-01T00:33:20Z"), "time of import");
	CHECK(bv_json_equal(bv_json_find(bv_json_at(list, 0), "hash"), bv_json_find(bv_json_at(list, 2), "hash")) &&
	          !bv_json_equal(bv_json_find(bv_json_at(list, 0), "hash"), bv_json_find(bv_json_at(list, 1), "hash")),
	      "hashes tell which are the same");
	CHECK_REFUSED(bv_bank_show(&json, bank, BV_STR("b"), BV_STR_NONE, &err), BV_ENOTFOUND, &err, "'b'", "an item that is not there");

	/* Somebody edits the stored document. */
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	CHECK_OK(bv_sql_open(&sql, at("versions.db"), BV_SQL_WRITE, &err), &err, "open beside it");
	CHECK_OK(bv_sql_run(sql, "UPDATE item_version SET xml = CAST(replace(CAST(xml AS TEXT), 'hai', 'ba') AS BLOB) WHERE version = 2", &err), &err,
	         "edit");
	CHECK_REFUSED(bv_bank_load_xml(&xml, bank, BV_STR("a"), BV_STR_NONE, 2, &err), BV_EIO, &err, "SHA-256", "an edited document");
	CHECK_OK(bv_bank_load_xml(&xml, bank, BV_STR("a"), BV_STR_NONE, 1, &err), &err, "the others are as they were");
}

static void
refusals(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_err err;
	struct seen seen;

	CHECK_OK(bv_bank_open(&bank, at("refusals.db"), BV_BANK_CREATE, &err), &err, "open");
	put_item("r/good.xml", "good", "vi", "một");
	put_item("r/sub/good2.xml", "good2", "vi", "hai");
	put("r/broken.xml", "<qti-assessment-item>\n<p>\n</qti-assessment-item>");
	put("r/empty.xml", "");
	put("r/latin1.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>");
	put("r/other.xml", "<html/>");
	put("r/notes.txt", "not looked at");
	put_item("r/again.xml", "good", "vi", "another item of the same name");
	put("r/usage/usagedata.xml", "<usageData xmlns='http://www.imsglobal.org/xsd/imsqti_usagedata_v3p0'>\n"
	                             "<ordinaryStatistic name='irt-a' context='x'><targetObject identifier='good2'/><value>1</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-b' context='x'><targetObject identifier='good2'/><value>-10</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-a' context='x'><targetObject identifier='absent'/><value>1</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-b' context='x'><targetObject identifier='absent'/><value>1</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-a' context='x'><targetObject identifier='good'/><value>0.0004</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-b' context='x'><targetObject identifier='good'/><value>1e1</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-b' context='x'><targetObject identifier='half'/><value>1</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='p-value' context='x'><targetObject identifier='good'/><value>?</value></ordinaryStatistic>\n"
	                             "<ordinaryStatistic name='irt-a' context='x'><targetObject identifier='two'/><targetObject identifier='good'/><value>1</value></ordinaryStatistic>\n"
	                             "</usageData>");
	COUNTS(import_at(bank, at("r"), &seen, 1), 2, 0, 0, 1, 10, "two good ones, one with parameters, ten refusals");
	static const char *const lines[] = {
		"r/broken.xml:3: </qti-assessment-item> closes nothing",
		"r/empty.xml:1: ",
		"r/latin1.xml:1: the document declares encoding 'ISO-8859-1'",
		"r/other.xml:1: ",
		"r/good.xml:1: item 'good' in language 'vi' is another one in",
		"r/usage/usagedata.xml:4: item 'absent' is not in the bank",
		"r/usage/usagedata.xml:6: irt-a of 'good' is '0.0004'",
		"r/usage/usagedata.xml:7: irt-b of 'good' is '1e1'",
		"r/usage/usagedata.xml:8: 'half' has irt-b but no irt-a",
		"r/usage/usagedata.xml:10: irt-a needs one targetObject",
	};
	for (size_t i = 0; i < BV_COUNT(lines); i++)
		if (!CHECK(strstr(seen.all, at(lines[i])) != NULL, "says %s", lines[i]))
			printf("# %s\n", seen.all);

	struct bv_import_counts counts;
	const struct bv_import_opts opts = { 0 };
	const char *missing = at("missing");
	CHECK_REFUSED(bv_bank_import(bank, &missing, 1, &opts, &counts, &err), BV_ENOTFOUND, &err, "missing", "a path that is not there");
	const char *several[] = { at("r/good.xml"), at("r/sub") };
	CHECK_OK(bv_bank_import(bank, several, 2, &opts, &counts, &err), &err, "several paths, and nobody to tell");
	CHECK(counts.versions == 1 && counts.unchanged == 1, "the refused twin by itself is the next version");
}

#define ITEM_RESOURCE(href, lom) \
	"<resource identifier='R' type='imsqti_item_xmlv3p0' href='" href "'><metadata><lom xmlns='http://ltsc.ieee.org/xsd/LOM'>" lom \
	"</lom></metadata></resource>\n"
#define COMPETENCY(source, id) \
	"<classification><purpose><value>competency</value></purpose><taxonPath><source><string>" source \
	"</string></source><taxon><id>" id "</id></taxon></taxonPath></classification>"

static void
manifests(void)
{
	static const struct {
		const char *resources;
		unsigned added, refused;
		const char *part; /* of the message */
	} cases[] = {
		{ ITEM_RESOURCE("one.xml", COMPETENCY("TT 03/2014", "IU02.3")), 1, 0, "" },
		{ ITEM_RESOURCE("one.xml", COMPETENCY("TT 03/2014", "IU02..3")), 0, 1, "imsmanifest.xml:2: 'IU02..3'" },
		{ ITEM_RESOURCE("one.xml", COMPETENCY("TT 03/2014", "IU%")), 0, 1, "is no id of" },
		{ ITEM_RESOURCE("one.xml", COMPETENCY("TT 02/2025", "1.x")), 0, 1, "is no id of" },
		{ ITEM_RESOURCE("one.xml", COMPETENCY("TT 02/2025", "1.1") COMPETENCY("DigComp 2.2", "1.1")), 1, 0, "" },
		{ ITEM_RESOURCE("one.xml", COMPETENCY("TT 02/2025", "1.1") COMPETENCY("DigComp 2.2", "1.2")), 0, 1, "contradicts" },
		{ ITEM_RESOURCE("one.xml", COMPETENCY("somebody's", "??")), 1, 0, "" },
		{ ITEM_RESOURCE("one.xml", "<classification><purpose><value>educational level</value></purpose><taxonPath><source><string>Bloom-VN"
		                           "</string></source><taxon><id>nho</id></taxon></taxonPath></classification>"), 0, 1, "'nho' is no cognitive level" },
		{ ITEM_RESOURCE("one.xml", "<educational><difficulty><value>hard</value></difficulty></educational>"), 0, 1, "very difficult" },
		{ ITEM_RESOURCE("one.xml", "<educational><typicalLearningTime><duration>PT24H</duration></typicalLearningTime></educational>"), 1, 0, "" },
		{ ITEM_RESOURCE("one.xml", "<educational><typicalLearningTime><duration>PT24H1S</duration></typicalLearningTime></educational>"), 0, 1, "PT24H" },
		{ ITEM_RESOURCE("one.xml", "<educational><typicalLearningTime><duration>60</duration></typicalLearningTime></educational>"), 0, 1, "ISO 8601" },
		{ ITEM_RESOURCE("one.xml", "<educational><typicalLearningTime><duration>PT1S1M</duration></typicalLearningTime></educational>"), 0, 1, "ISO 8601" },
		{ ITEM_RESOURCE("one.xml", "<educational><typicalLearningTime><duration>P1M</duration></typicalLearningTime></educational>"), 0, 1, "ISO 8601" },
		{ ITEM_RESOURCE("one.xml", "<lifeCycle><contribute><role><value>author</value></role><entity> </entity></contribute></lifeCycle>"), 0, 1, "name" },
		{ ITEM_RESOURCE("one.xml", "<relation><kind><value>enemy</value></kind></relation>"), 0, 1, "identifier of an item" },
		{ ITEM_RESOURCE("absent.xml", ""), 0, 1, "imsmanifest.xml:2: " },
		{ ITEM_RESOURCE("../one.xml", ""), 0, 1, "below the package" },
		{ ITEM_RESOURCE("%2e%2e/one.xml", ""), 0, 1, "below the package" },
		{ ITEM_RESOURCE("/etc/passwd", ""), 0, 1, "below the package" },
		{ ITEM_RESOURCE("file:one.xml", ""), 0, 1, "below the package" },
		{ ITEM_RESOURCE("a\\one.xml", ""), 0, 1, "below the package" },
		{ ITEM_RESOURCE("one.xml%", ""), 0, 1, "below the package" },
		{ ITEM_RESOURCE("%6fne.xml", ""), 1, 0, "" },
		{ ITEM_RESOURCE("one.xml", "") ITEM_RESOURCE("one.xml", ""), 0, 1, "imsmanifest.xml:3: " },
		{ "<resource identifier='R' type='webcontent' href='one.xml'/>", 0, 0, "" },
		{ "<resource identifier='R' type='imsqti_item_xmlv3p0'/>", 0, 1, "no href" },
		{ "<resource identifier='R'/>", 0, 1, "no type" },
		{ "<resource identifier='R' type='imsqti_item_xmlv3p0' href='one.xml' xml:base='..'/>", 0, 1, "xml:base" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
		char name[50], text[4000];
		struct bv_err err;
		struct seen seen;
		snprintf(text, sizeof text, "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1'><resources>\n%s</resources></manifest>",
		         cases[i].resources);
		put("m/imsmanifest.xml", text);
		put_item("m/one.xml", "one", "", "một");
		snprintf(name, sizeof name, "m%zu.db", i);
		CHECK_OK(bv_bank_open(&bank, at(name), BV_BANK_CREATE, &err), &err, "open");
		/* The manifest alone brings its items. */
		struct bv_import_counts counts = import_at(bank, at("m/imsmanifest.xml"), &seen, 1);
		if (!CHECK(counts.added == cases[i].added && counts.refused == cases[i].refused && strstr(seen.all, cases[i].part), "manifest %zu", i))
			printf("# %d new, %d refused: %s\n", (int)counts.added, (int)counts.refused, seen.all);
	}
}

static void
metadata_alone(void)
{
	static const char manifest[] =
		"<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1'><resources>" ITEM_RESOURCE(
			"one.xml", "<general><language>%s</language></general>" COMPETENCY("TT 03/2014", "%s")) "</resources></manifest>";
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	char text[2000];
	struct bv_err err;
	struct seen seen;

	CHECK_OK(bv_bank_open(&bank, at("alone.db"), BV_BANK_CREATE, &err), &err, "open");
	put_item("alone/one.xml", "one", "", "một");
	snprintf(text, sizeof text, manifest, "fr", "IU01");
	put("alone/imsmanifest.xml", text);
	COUNTS(import_at(bank, at("alone"), &seen, 100), 1, 0, 0, 0, 0, "new");
	snprintf(text, sizeof text, manifest, "fr", "IU02");
	put("alone/imsmanifest.xml", text);
	COUNTS(import_at(bank, at("alone"), &seen, 200), 0, 0, 1, 1, 0, "other metadata, same item");
	COUNTS(import_at(bank, at("alone/one.xml"), &seen, 300), 1, 0, 0, 0, 0, "without the manifest its language is not known");
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("one"), BV_STR("fr"), &err), &err, "show");
	CHECK(bv_json_int(bv_json_find(json, "version")) == 1 && bv_json_int(bv_json_find(json, "metadataRevision")) == 2 &&
	          bv_str_is(bv_json_str(bv_json_find(json, "competence")), "IU02") &&
	          bv_str_is(bv_json_str(bv_json_find(json, "metadataChanged")), "1970-01-01T00:03:20Z"),
	      "metadata have a revision and a time of their own");
	bv_json_free(bv_steal(&json));
	CHECK_OK(bv_bank_show(&json, bank, BV_STR("one"), BV_STR("und"), &err), &err, "which is 'und'");
}

static int64_t
count_found(const char *database, const char *text)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_bank_filter filter = { .text = bv_str_of(text) };
	uint64_t count = 0;
	struct bv_err err;

	if (bv_bank_open(&bank, database, BV_BANK_READ, &err) != BV_OK || bv_bank_count(&count, bank, &filter, &err) != BV_OK)
		return -1;
	return (int64_t)count;
}

static int64_t
count_items(const char *database)
{
	return count_found(database, "");
}

static void
many_items(const char *name, int from, int to)
{
	for (int i = from; i < to; i++) {
		char path[100], identifier[50];
		snprintf(path, sizeof path, "%s/%04d.xml", name, i);
		snprintf(identifier, sizeof identifier, "item-%d", i);
		put_item(path, identifier, "vi", identifier);
	}
}

static void
two_importers(void)
{
	struct bv_err err;

	many_items("left", 0, 300);
	many_items("right", 200, 500);
	for (int child = 0; child < 2; child++)
		if (fork() == 0) {
			struct bv_bank *bank = NULL;
			struct bv_import_counts counts;
			const struct bv_import_opts opts = { .now_s = 1 };
			const char *path = at(child ? "right" : "left");
			bool good = bv_bank_open(&bank, at("two.db"), BV_BANK_CREATE, &err) == BV_OK &&
			            bv_bank_import(bank, &path, 1, &opts, &counts, &err) == BV_OK && counts.added + counts.unchanged == 300;
			if (!good)
				fprintf(stderr, "# %s\n", err.msg);
			_exit(!good);
		}
	for (int child = 0; child < 2; child++) {
		int status = -1;
		wait(&status);
		CHECK(status == 0, "an importer beside another, which may also make the bank");
	}
	CHECK(count_items(at("two.db")) == 500, "nothing is lost, nothing is twice");
}

static void
full_disk(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_bank *bank = NULL;
	struct bv_import_counts counts;
	const struct bv_import_opts opts = { .now_s = 1 };
	const char *path = at("left");
	struct bv_err err;

	CHECK_OK(bv_bank_open(&bank, at("full.db"), BV_BANK_CREATE, &err), &err, "open");
	bv_bank_close(bank);
	/* A trigger stands for the disk that fills up at the 280th item, in the middle of the second group. */
	CHECK_OK(bv_sql_open(&sql, at("full.db"), BV_SQL_WRITE, &err), &err, "open");
	CHECK_OK(bv_sql_run(sql, "CREATE TRIGGER full AFTER INSERT ON item_version WHEN (SELECT count(*) FROM item_version) >= 280 "
	                         "BEGIN SELECT RAISE(ABORT, 'disk is full'); END", &err), &err, "limit");
	CHECK_OK(bv_bank_open(&bank, at("full.db"), BV_BANK_CREATE, &err), &err, "open");
	enum bv_status status = bv_bank_import(bank, &path, 1, &opts, &counts, &err);
	CHECK(status != BV_OK && strstr(err.msg, "disk is full"), "the import stops: %s", err.msg);
	CHECK(counts.added == 279 && count_items(at("full.db")) == 279, "each file before the one that failed is there: %d", (int)counts.added);
	CHECK(count_found(at("full.db"), "item") == 279 && count_found(at("full.db"), "\"item 278\"") == 1, "and so are its words");
	CHECK_OK(bv_sql_run(sql, "DROP TRIGGER full", &err), &err, "room is made");
	CHECK_OK(bv_bank_import(bank, &path, 1, &opts, &counts, &err), &err, "again");
	CHECK(counts.added == 21 && counts.unchanged == 279, "the rest follows");
	CHECK(count_found(at("full.db"), "item") == 300 && count_found(at("full.db"), "\"item 279\"") == 1, "with its words");
	bv_bank_close(bank);
}

static void
not_banks(void)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_bank *bank = NULL;
	struct bv_err err;

	CHECK_REFUSED(bv_bank_open(&bank, at("none.db"), BV_BANK_READ, &err), BV_ENOTFOUND, &err, "none.db", "a bank that is not there");
	CHECK_OK(bv_sql_open(&sql, at("foreign.db"), BV_SQL_CREATE, &err), &err, "somebody else's database");
	CHECK_OK(bv_sql_run(sql, "CREATE TABLE theirs(a BIGINT)", &err), &err, "with a table");
	CHECK_REFUSED(bv_bank_open(&bank, "postgresql://localhost/bank", BV_BANK_CREATE, &err), BV_EINVAL, &err, "sqlite:PATH", "a bank on a server");
	CHECK_REFUSED(bv_bank_open(&bank, at("foreign.db"), BV_BANK_CREATE, &err), BV_EPARSE, &err, "not an item bank", "is not taken over");
	CHECK_REFUSED(bv_bank_open(&bank, at("foreign.db"), BV_BANK_READ, &err), BV_EPARSE, &err, "not an item bank", "nor opened");
	CHECK_OK(bv_bank_open(&bank, at("later.db"), BV_BANK_CREATE, &err), &err, "a bank");
	bv_bank_close(bv_steal(&bank));
	bv_sql_close(bv_steal(&sql));
	CHECK_OK(bv_sql_open(&sql, at("later.db"), BV_SQL_WRITE, &err), &err, "of a later program");
	CHECK_OK(bv_sql_run(sql, "UPDATE bank SET schema_number = 99", &err), &err, "whose schema is another");
	CHECK_REFUSED(bv_bank_open(&bank, at("later.db"), BV_BANK_CREATE, &err), BV_EPARSE, &err, "newer program (schema 99", "is refused");
	CHECK_REFUSED(bv_bank_open(&bank, at("later.db"), BV_BANK_WRITE, &err), BV_EPARSE, &err, "use the newer program", "also to be changed");
	CHECK_REFUSED(bv_bank_open(&bank, at("later.db"), BV_BANK_READ, &err), BV_EPARSE, &err, "newer program", "also to be read");
	CHECK_OK(bv_sql_run(sql, "UPDATE bank SET schema_number = 1", &err), &err, "a schema that was never released");
	CHECK_REFUSED(bv_bank_open(&bank, at("later.db"), BV_BANK_CREATE, &err), BV_EPARSE, &err, "reads schema 2 to 4", "is refused");
	CHECK_REFUSED(bv_bank_open(&bank, at("none.db"), BV_BANK_WRITE, &err), BV_ENOTFOUND, &err, "none.db", "nothing is made to be changed");
}

static enum bv_status
delete_file(void *ctx, const char *path, struct bv_err *err)
{
	(void)ctx, (void)err;
	unlink(path);
	return BV_OK;
}

int
main(void)
{
	const char *source = getenv("BV_SOURCE");
	char path[400], command[100];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/bank", source ? source : ".");
	vectors = path;
	if (!mkdtemp(folder))
		return 1;
	five_items();
	filters();
	versions();
	refusals();
	manifests();
	metadata_alone();
	two_importers();
	full_disk();
	not_banks();
	CHECK_OK(bv_dir_walk(folder, delete_file, NULL, &err), &err, "clean up");
	snprintf(command, sizeof command, "rm -r %s", folder);
	return check_end() || system(command) != 0;
}

/* A bank as a package: which files, their bytes, what the manifest says, and what an import of it gives. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "itembank/package.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-test-export-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[4][300];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
	return path[next];
}

static void
put(const char *name, const char *text)
{
	struct bv_err err;

	CHECK_OK(bv_file_write(path_of(name), bv_str_of(text), 0644, &err), &err, name);
}

#define ITEM3(identifier, lang) \
	"<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='" identifier "' title='T&amp;t' " lang \
	" adaptive='false' time-dependent='false'><qti-item-body><p>x</p></qti-item-body></qti-assessment-item>"
#define ITEM2(identifier, body) \
	"<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1' identifier='" identifier "' title='t' adaptive='false' timeDependent='false'>" body \
	"</assessmentItem>"
#define LOM "<metadata><lom xmlns='http://ltsc.ieee.org/xsd/LOM'>"

/* Identifiers that are names, that are none, and that differ in case only. */
static void
write_items(void)
{
	put("in/a.xml", ITEM3("iu01-001", "xml:lang='vi'"));
	put("in/b.xml", ITEM3("Câu 1/2?", "xml:lang='vi'"));
	put("in/c.xml", ITEM3("same", "xml:lang='vi'"));
	put("in/d.xml", ITEM3("SAME", "xml:lang='vi'"));
	put("in/e.xml", ITEM3("same", "xml:lang='en-GB'"));
	put("in/f.xml", ITEM2("old", "<itemBody><p>y</p><script>z</script></itemBody>"));
	put("in/imsmanifest.xml",
	    "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' identifier='M'><organizations/><resources>"
	    "<resource identifier='R1' type='imsqti_item_xmlv3p0' href='a.xml'>" LOM
	    "<general><language>vi</language></general>"
	    "<lifeCycle><contribute><role><source>LOMv1.0</source><value>author</value></role><entity>Lê &lt;Văn&gt; \"An\"; Cần Thơ</entity></contribute></lifeCycle>"
	    "<educational><difficulty><source>LOMv1.0</source><value>very difficult</value></difficulty>"
	    "<typicalLearningTime><duration>PT1M30S</duration></typicalLearningTime></educational>"
	    "<relation><kind><source>bangvang</source><value>enemy</value></kind><resource><identifier><entry>same</entry></identifier></resource></relation>"
	    "<relation><kind><source>bangvang</source><value>enemy</value></kind><resource><identifier><entry>elsewhere</entry></identifier></resource></relation>"
	    "<classification><purpose><source>LOMv1.0</source><value>competency</value></purpose>"
	    "<taxonPath><source><string>TT 03/2014</string></source><taxon><id>IU01.2</id></taxon></taxonPath>"
	    "<taxonPath><source><string>TT 02/2025</string></source><taxon><id>1.2</id></taxon></taxonPath></classification>"
	    "<classification><purpose><source>LOMv1.0</source><value>educational level</value></purpose>"
	    "<taxonPath><source><string>Bloom-VN</string></source><taxon><id>van-dung</id></taxon></taxonPath></classification>"
	    "</lom></metadata><file href='a.xml'/></resource>"
	    "<resource identifier='R2' type='imsqti_item_xmlv3p0' href='c.xml'>" LOM
	    "<lifeCycle><contribute><role><source>LOMv1.0</source><value>author</value></role><entity>hai&#10;dòng</entity></contribute></lifeCycle>"
	    "<classification><purpose><source>LOMv1.0</source><value>competency</value></purpose>"
	    "<taxonPath><source><string>146/QĐ-TTg</string></source><taxon><id>146.D3</id></taxon></taxonPath></classification>"
	    "</lom></metadata><file href='c.xml'/></resource>"
	    "<resource identifier='R3' type='imsqti_item_xmlv2p1' href='f.xml'>" LOM "<general><language>fr</language></general></lom></metadata>"
	    "<file href='f.xml'/></resource></resources></manifest>");
	put("in/usagedata.xml",
	    "<usageData xmlns='http://www.imsglobal.org/xsd/imsqti_usagedata_v3p0'>"
	    "<ordinaryStatistic name='irt-a' context='c'><targetObject identifier='iu01-001'/><value>0.007</value></ordinaryStatistic>"
	    "<ordinaryStatistic name='irt-b' context='c'><targetObject identifier='iu01-001'/><value>-0.25</value></ordinaryStatistic>"
	    "<ordinaryStatistic name='irt-a' context='c'><targetObject identifier='same'/><value>10</value></ordinaryStatistic>"
	    "<ordinaryStatistic name='irt-b' context='c'><targetObject identifier='same'/><value>3.5</value></ordinaryStatistic></usageData>");
}

static struct bv_bank *
imported(const char *url, const char *from)
{
	struct bv_import_opts opts = { .now_s = 1 };
	struct bv_import_counts counts;
	struct bv_bank *bank = NULL;
	struct bv_err err;

	CHECK_OK(bv_bank_open(&bank, url, BV_BANK_CREATE, &err), &err, "a bank");
	CHECK_OK(bv_bank_import(bank, &from, 1, &opts, &counts, &err), &err, "an import");
	CHECK(counts.refused == 0, "  of which nothing is refused");
	return bank;
}

/* Everything that a list knows of all items, hashes left out where versions differ. */
static struct bv_json *
listed(struct bv_bank *bank, bool hashes)
{
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	struct bv_json *all = bv_json_new_array();
	struct bv_bank_filter filter = { 0 };
	struct bv_bank_page page = { .limit = 10000 };
	struct bv_err err;

	CHECK_OK(bv_bank_list(&pool, bank, &filter, &page, &err), &err, "a list");
	for (size_t i = 0; i < pool.count; i++) {
		struct bv_json *item = bv_json_add(all, bv_pool_item_json(&pool.items[i]));
		if (!hashes)
			bv_json_remove(item, "hash");
	}
	return all;
}

struct taken {
	struct bv_file_group *group;
	struct bv_buf names; /* one a line */
	size_t losses, refused, fail_at;
};

static enum bv_status
take(void *ctx, struct bv_str path, struct bv_str bytes, bool packed, struct bv_err *err)
{
	struct taken *t = ctx;
	char name[600];

	CHECK(!packed && package_name_check(path, err) == BV_OK, "%.*s can be a name", BV_STR_ARG(path));
	snprintf(name, sizeof name, "%.*s", BV_STR_ARG(path));
	bv_buf_printf(&t->names, "%s\n", name);
	if (t->fail_at && !--t->fail_at)
		return bv_err_set(err, BV_EIO, "%s: no space", name);
	return bv_file_group_add(t->group, name, bytes, 0644, err);
}

static void
tell(void *ctx, const struct bv_loss *loss)
{
	struct taken *t = ctx;

	*(loss->severity == BV_SEVERITY_ERROR ? &t->refused : &t->losses) += 1;
	CHECK(loss->question.len && loss->message[0], "%.*s: %s", BV_STR_ARG(loss->question), loss->message);
}

static void
check_round_trip(struct bv_bank *bank, enum bv_qti_version version, const char *to)
{
	struct taken taken = { .names = BV_BUF(65536) };
	const struct bv_export_opts opts = { version, take, tell, &taken };
	BV_AUTO(bv_bank_close) struct bv_bank *again = NULL;
	struct bv_export_counts counts;
	struct bv_err err;
	char url[300];

	CHECK_OK(bv_dir_make(path_of(to), &err), &err, to);
	CHECK_OK(bv_file_group_open(&taken.group, path_of(to), &err), &err, to);
	CHECK_OK(bv_bank_export(bank, &(struct bv_bank_filter){ 0 }, &opts, &counts, &err), &err, "exported");
	for (struct bv_str rest = bv_buf_str(&taken.names), name; bv_str_token(&rest, &name);)
		printf("# %.*s\n", BV_STR_ARG(name));
	CHECK(counts.items == 6 && counts.refused == 0 && counts.converted == (version == BV_QTI_3_0 ? 1 : 6), "6 items, %zu converted",
	      (size_t)counts.converted);
	CHECK(counts.losses == (version == BV_QTI_3_0 ? 1 : 2) && taken.losses == counts.losses, "%zu losses", taken.losses);
	CHECK(strstr(taken.names.p, "items/vi/iu01-001.xml\n") && strstr(taken.names.p, "items/en-GB/same.xml\n"), "names are identifiers");
	CHECK(!strstr(taken.names.p, "items/vi/same.xml\n") && !strstr(taken.names.p, "items/vi/SAME.xml\n"), "  but not where case alone tells them apart");
	CHECK(bv_str_ends(bv_buf_str(&taken.names), BV_STR("usagedata.xml\nimsmanifest.xml\n")), "the manifest is the last");
	bv_file_group_free(taken.group);
	bv_buf_finish(&taken.names);
	snprintf(url, sizeof url, "%s.db", path_of(to));
	again = imported(url, path_of(to));
	BV_AUTO(bv_json_free) struct bv_json *before = listed(bank, false), *after = listed(again, false);
	CHECK(bv_json_equal(before, after), "the bank is the same again, as %s", bv_qti_version_name(version));
}

static void
test_zip(struct bv_bank *bank)
{
	const struct bv_export_opts opts = { .version = BV_QTI_3_0 };
	BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(BV_EXPORT_FILE_MAX), two = BV_BUF(BV_EXPORT_FILE_MAX), small = BV_BUF(1000), text = BV_BUF(1u << 20);
	BV_AUTO(package_free) struct package *package = NULL;
	struct bv_export_counts counts;
	struct bv_bank_filter filter = { 0 };
	struct bv_err err;

	CHECK_OK(bv_bank_export_zip(&one, bank, &filter, &opts, &counts, &err), &err, "a zip");
	CHECK_OK(bv_bank_export_zip(&two, bank, &filter, &opts, &counts, &err), &err, "again");
	CHECK(bv_str_eq(bv_buf_str(&one), bv_buf_str(&two)), "  of the same bytes");
	CHECK_OK(package_open(&package, bv_buf_str(&one), &err), &err, "  that can be opened");
	CHECK(package_count(package) == 8, "  8 files");
	CHECK_OK(package_read(package, package_find(package, BV_STR("items/vi/iu01-001.xml")), &text, &err), &err, "  an item");
	CHECK_STR(bv_buf_str(&text), bv_str_of(ITEM3("iu01-001", "xml:lang='vi'")), "  as it was imported");
	CHECK_REFUSED(bv_bank_export_zip(&small, bank, &filter, &opts, &counts, &err), BV_ELIMIT, &err, "1000", "a zip that is too large");
	filter.competence = BV_STR("IU01");
	CHECK_OK(bv_bank_export_zip(&two, bank, &filter, &opts, &counts, &err), &err, "a part");
	CHECK(counts.items == 1, "  one item");
	filter.competence = BV_STR("IU99");
	CHECK_REFUSED(bv_bank_export_zip(&two, bank, &filter, &opts, &counts, &err), BV_ENOTFOUND, &err, "no item", "nothing");
}

static void
test_stopped(struct bv_bank *bank)
{
	struct bv_export_counts counts;
	struct bv_err err;

	for (size_t at = 1; at <= 8; at++) {
		struct taken taken = { .names = BV_BUF(65536), .fail_at = at };
		const struct bv_export_opts opts = { BV_QTI_3_0, take, NULL, &taken };
		char name[20];
		snprintf(name, sizeof name, "stopped-%zu", at);
		CHECK_OK(bv_dir_make(path_of(name), &err), &err, name);
		CHECK_OK(bv_file_group_open(&taken.group, path_of(name), &err), &err, name);
		CHECK_REFUSED(bv_bank_export(bank, &(struct bv_bank_filter){ 0 }, &opts, &counts, &err), BV_EIO, &err, "no space", "a disk that is full");
		bv_file_group_free(taken.group);
		bv_buf_finish(&taken.names);
	}
}

/* An item that 2.2 cannot have is left out, and the others go. */
static void
test_refused(void)
{
	struct taken taken = { .names = BV_BUF(65536) };
	const struct bv_export_opts opts = { BV_QTI_2_2, take, tell, &taken };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_export_counts counts;
	struct bv_err err;

	CHECK_OK(bv_dir_make(path_of("context"), &err), &err, "a folder");
	put("context/a.xml", ITEM3("plain", ""));
	put("context/b.xml", "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='needs-context' title='t' adaptive='false' "
	                     "time-dependent='false'><qti-context-declaration identifier='C' cardinality='single' base-type='float'/>"
	                     "<qti-outcome-declaration identifier='O' cardinality='single' base-type='float'/>"
	                     "<qti-response-processing><qti-set-outcome-value identifier='O'><qti-variable identifier='C'/></qti-set-outcome-value>"
	                     "</qti-response-processing></qti-assessment-item>");
	bank = imported(path_of("context.db"), path_of("context"));
	CHECK_OK(bv_dir_make(path_of("context-22"), &err), &err, "a folder");
	CHECK_OK(bv_file_group_open(&taken.group, path_of("context-22"), &err), &err, "a folder");
	CHECK_OK(bv_bank_export(bank, &(struct bv_bank_filter){ 0 }, &opts, &counts, &err), &err, "exported");
	CHECK(counts.items == 1 && counts.refused == 1 && taken.refused == 1, "one of two");
	bv_file_group_free(taken.group);
	bv_buf_finish(&taken.names);
}

/* Parameters of more items than one document of usage data may have. */
static void
test_many(void)
{
	enum { COUNT = 10001 };
	BV_AUTO(bv_buf_finish) struct bv_buf usage = BV_BUF(8u << 20);
	struct taken taken = { .names = BV_BUF(1u << 20) };
	const struct bv_export_opts opts = { .version = BV_QTI_3_0, .ctx = &taken };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf zip = BV_BUF(BV_EXPORT_FILE_MAX);
	BV_AUTO(package_free) struct package *package = NULL;
	struct bv_export_counts counts;
	struct bv_err err;

	CHECK_OK(bv_dir_make(path_of("many"), &err), &err, "a folder");
	CHECK_OK(bv_file_group_open(&taken.group, path_of("many"), &err), &err, "a folder");
	for (int half = 0; half < 2; half++) {
		char name[40];
		bv_buf_clear(&usage);
		bv_buf_addz(&usage, "<usageData xmlns='http://www.imsglobal.org/xsd/imsqti_usagedata_v3p0'>");
		for (int i = half; i < COUNT; i += 2) {
			BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2000);
			bv_buf_printf(&xml, "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='i%d' title='t' adaptive='false' "
			                    "time-dependent='false'/>", i);
			snprintf(name, sizeof name, "%05d.xml", i);
			if (bv_file_group_add(taken.group, name, bv_buf_str(&xml), 0644, &err))
				CHECK(false, "%s", err.msg);
			bv_buf_printf(&usage, "<ordinaryStatistic name='irt-a' context='c'><targetObject identifier='i%d'/><value>1</value></ordinaryStatistic>"
			                      "<ordinaryStatistic name='irt-b' context='c'><targetObject identifier='i%d'/><value>0.5</value></ordinaryStatistic>", i, i);
		}
		bv_buf_addz(&usage, "</usageData>");
		snprintf(name, sizeof name, "many/usage%d.xml", half);
		CHECK_OK(bv_file_write(path_of(name), bv_buf_str(&usage), 0644, &err), &err, name);
	}
	bv_file_group_free(taken.group);
	bank = imported(path_of("many.db"), path_of("many"));
	CHECK_OK(bv_bank_export_zip(&zip, bank, &(struct bv_bank_filter){ 0 }, &opts, &counts, &err), &err, "exported");
	CHECK_OK(package_open(&package, bv_buf_str(&zip), &err), &err, "opened");
	CHECK(counts.items == COUNT && package_count(package) == COUNT + 3, "%d items, a manifest, and two documents of usage data", COUNT);
	CHECK(package_find(package, BV_STR("usagedata-2.xml")) < package_count(package), "  the second of them");
}

static enum bv_status
ignore_file(void *ctx, struct bv_str path, struct bv_str bytes, bool packed, struct bv_err *err)
{
	(void)ctx, (void)path, (void)bytes, (void)packed, (void)err;
	return BV_OK;
}

static void
tell_absent(void *ctx, const struct bv_loss *loss)
{
	size_t *times = ctx;

	*times += loss->severity == BV_SEVERITY_WARNING && loss->line == 2 && strstr(loss->message, "'pictures/none.png' is not in the bank");
}

/* An item that came alone has no picture in the bank: that is told, once, and of no item without pictures. */
static void
test_absent(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_export_counts counts;
	size_t times = 0;
	const struct bv_export_opts opts = { BV_QTI_3_0, ignore_file, tell_absent, &times };
	struct bv_err err;

	CHECK_OK(bv_dir_make(path_of("loose"), &err), &err, "a folder without a manifest");
	put("loose/a.xml", "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='alone' title='t'><qti-item-body>\n"
	                   "<p><img src='pictures/none.png' alt='x'/><img src='pictures/none.png' alt='y'/></p></qti-item-body></qti-assessment-item>");
	put("loose/b.xml", ITEM3("plain", ""));
	bank = imported(path_of("loose.db"), path_of("loose"));
	CHECK_OK(bv_bank_export(bank, &(struct bv_bank_filter){ 0 }, &opts, &counts, &err), &err, "exported");
	CHECK(counts.items == 2 && counts.losses == 1 && times == 1, "a picture that is not in the bank is told once");
}

int
main(void)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	struct bv_err err;
	char command[200];

	if (!CHECK(mkdtemp(folder) != NULL, "a folder") || !CHECK(bv_dir_make(path_of("in"), &err) == BV_OK, "a folder in it"))
		return check_end();
	write_items();
	bank = imported(path_of("first.db"), path_of("in"));
	check_round_trip(bank, BV_QTI_3_0, "out-3");
	check_round_trip(bank, BV_QTI_2_2, "out-22");
	test_zip(bank);
	test_stopped(bank);
	test_refused();
	test_many();
	test_absent();
	snprintf(command, sizeof command, "rm -rf %s", folder);
	CHECK(system(command) == 0, "cleared away");
	return check_end();
}

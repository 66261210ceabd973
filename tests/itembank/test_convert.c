/* Questions of other formats: what they score as items, what is reported as lost, and hostile files. */
#include <math.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static const uint32_t steps[] = { 1000, 2500, 5000, 10000 };

static void
load(struct bv_buf *buf, const char *name)
{
	char path[4096];
	const char *source = getenv("BV_SOURCE");
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/convert/%s", source ? source : ".", name);
	*buf = BV_BUF(32u << 20);
	if (bv_file_read(buf, path, &err)) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

/* What a conversion gave: the item asked for, all lines of the report, and whether each item holds what it must. */
struct result {
	char wanted[300];
	struct bv_buf xml, report, tags;
	size_t bad_items;
};

static enum bv_status
take(void *ctx, const struct bv_converted *item, struct bv_err *err)
{
	struct result *r = ctx;

	(void)err;
	r->bad_items += bv_item_check("converted", item->xml, NULL, NULL) > 0;
	if (bv_str_is(item->identifier, r->wanted)) {
		bv_buf_add(&r->xml, item->xml);
		bv_buf_printf(&r->tags, "%.*s|%.*s", BV_STR_ARG(item->category), BV_STR_ARG(item->idnumber));
		for (size_t i = 0; i < item->tag_count; i++)
			bv_buf_printf(&r->tags, "|%.*s", BV_STR_ARG(item->tags[i]));
	}
	return BV_OK;
}

static void
report(void *ctx, const struct bv_loss *loss)
{
	struct result *r = ctx;

	bv_buf_printf(&r->report, "%d\t%s\t%s\n", loss->line, loss->severity == BV_SEVERITY_ERROR ? "refused" : "lost", loss->message);
}

static enum bv_status
convert(struct result *r, const char *format, struct bv_str bytes, const char *wanted, struct bv_err *err)
{
	struct bv_convert_opts opts = { .prefix = BV_STR("t"), .language = BV_STR("vi"), .steps = steps, .step_count = 4, .item = take, .loss = report, .ctx = r };
	struct bv_convert_counts counts;
	enum bv_convert_format f;

	*r = (struct result){ .xml = BV_BUF(2u << 20), .report = BV_BUF(32u << 20), .tags = BV_BUF(10000) };
	snprintf(r->wanted, sizeof r->wanted, "t-%s", wanted);
	TRY(bv_convert_format_parse(&f, format, err));
	return bv_convert(f, bytes, &opts, &counts, err);
}

static void
result_finish(struct result *r)
{
	bv_buf_finish(&r->xml);
	bv_buf_finish(&r->report);
	bv_buf_finish(&r->tags);
}

/* The fields of one line of a table; false at the end. */
static bool
fields_read(struct bv_str *rest, struct bv_str *fields, size_t count)
{
	struct bv_str line = bv_str_sub(*rest, 0, bv_str_find(*rest, '\n'));

	if (!rest->len)
		return false;
	*rest = bv_str_sub(*rest, line.len + 1, rest->len);
	for (size_t i = 0; i < count; i++) {
		fields[i] = bv_str_sub(line, 0, i + 1 < count ? bv_str_find(line, '\t') : line.len);
		line = bv_str_sub(line, fields[i].len + 1, line.len);
	}
	return true;
}

/* "50/100", "2*1/3", "1": factors and divisors from the left. */
static double
share(struct bv_str s)
{
	double value = 1;
	char op = '*';

	while (s.len) {
		size_t len = 0;
		double x = 0;
		while (len < s.len && s.p[len] != '*' && s.p[len] != '/')
			len++;
		if (!bv_str_double(bv_str_sub(s, 0, len), &x))
			printf("Bail out! no share\n");
		value = op == '*' ? value * x : value / x;
		op = len < s.len ? s.p[len] : '*';
		s = bv_str_sub(s, len + 1, s.len);
	}
	return value;
}

static void
zero_terminated(char *out, size_t size, struct bv_str s)
{
	snprintf(out, size, "%.*s", BV_STR_ARG(s));
}

static void
score_check(struct bv_str fields[5])
{
	BV_AUTO(bv_buf_finish) struct bv_buf source;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_json_free) struct bv_json *responses = NULL;
	static const uint8_t seed[BV_HASH_LEN];
	char format[20], file[100], id[100];
	struct result r;
	struct bv_err err = { 0 };
	double score = NAN;

	zero_terminated(format, sizeof format, fields[0]);
	zero_terminated(file, sizeof file, fields[1]);
	zero_terminated(id, sizeof id, fields[2]);
	load(&source, file);
	if (convert(&r, format, bv_buf_str(&source), id, &err) || !r.xml.len || bv_item_parse(&item, bv_buf_str(&r.xml), &err) ||
	    bv_item_session_new(&session, item, seed, &err) || bv_json_parse(&responses, fields[4], &err) ||
	    bv_item_session_respond(session, responses, &err) || bv_item_score(session, &err))
		printf("# %s\n", err.msg);
	else
		bv_item_session_number(session, "SCORE", &score);
	CHECK(fabs(score - share(fields[3])) < 1e-9, "%s %s scores %.*s with %.*s: %g", file, id, BV_STR_ARG(fields[3]), BV_STR_ARG(fields[4]), score);
	CHECK(r.bad_items == 0, "  and every item of the file passes the check");
	result_finish(&r);
}

static void
test_scores(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf table;
	struct bv_str rest, fields[5];

	load(&table, "scores.tsv");
	for (rest = bv_buf_str(&table); fields_read(&rest, fields, 5);)
		score_check(fields);
}

static bool
reported(struct bv_str all, struct bv_str fields[5])
{
	struct bv_str line[3];

	while (fields_read(&all, line, 3))
		if (bv_str_eq(line[0], fields[2]) && bv_str_eq(line[1], fields[3]))
			for (size_t i = 0; i + fields[4].len <= line[2].len; i++)
				if (memcmp(line[2].p + i, fields[4].p, fields[4].len) == 0)
					return true;
	return false;
}

static void
lines_check(const struct result *r, size_t expected)
{
	size_t lines = 0;

	for (size_t i = 0; i < r->report.len; i++)
		lines += r->report.p[i] == '\n';
	CHECK(lines == expected, "no more lines than expected (%zu of %zu)", lines, expected);
}

/* Each line of the table is in the report of its file, and that report has no more lines than the table. */
static void
test_losses(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf table;
	struct bv_str rest, fields[5], last = BV_STR_NONE;
	struct result r = { 0 };
	size_t expected = 0;

	load(&table, "losses.tsv");
	for (rest = bv_buf_str(&table); fields_read(&rest, fields, 5);) {
		if (!bv_str_eq(last, fields[1])) {
			BV_AUTO(bv_buf_finish) struct bv_buf source;
			char format[20], file[100];
			struct bv_err err = { 0 };
			lines_check(&r, expected);
			result_finish(&r);
			zero_terminated(format, sizeof format, fields[0]);
			zero_terminated(file, sizeof file, fields[1]);
			load(&source, file);
			CHECK_OK(convert(&r, format, bv_buf_str(&source), "", &err), &err, file);
			last = fields[1];
			expected = 0;
		}
		expected++;
		if (!CHECK(reported(bv_buf_str(&r.report), fields), "%.*s:%.*s: %.*s: %.*s", BV_STR_ARG(fields[1]), BV_STR_ARG(fields[2]), BV_STR_ARG(fields[3]), BV_STR_ARG(fields[4])))
			printf("# report:\n%s", r.report.p ? r.report.p : "");
	}
	lines_check(&r, expected);
	result_finish(&r);
}

static void
test_whole_files(void)
{
	static const struct {
		const char *format, *file, *bytes;
		enum bv_status status;
		int line;
		const char *part;
	} cases[] = {
		{ "csv", "bad-columns.csv", NULL, BV_EPARSE, 1, "question (câu hỏi) and key (đáp án) must be there" },
		{ "csv", "bad-encoding.csv", NULL, BV_EPARSE, 2, "save the file again as UTF-8" },
		{ "csv", NULL, "", BV_EPARSE, 1, "the file is empty" },
		{ "csv", NULL, "question,key,Key\nx,y,z\n", BV_EPARSE, 1, "two columns are named 'Key'" },
		{ "moodle", NULL, "<quiz>", BV_EPARSE, 1, "" },
		{ "moodle", NULL, "<!DOCTYPE quiz [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><quiz>&x;</quiz>", BV_EPARSE, 1, "DOCTYPE" },
		{ "moodle", NULL, "<html/>", BV_EPARSE, 1, "is not Moodle's <quiz>" },
		{ "odt", NULL, "", BV_EINVAL, 0, "is not known" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf source = BV_BUF(1000);
		struct bv_err err = { 0 };
		struct result r;
		if (cases[i].file)
			load(&source, cases[i].file);
		else
			bv_buf_addz(&source, cases[i].bytes);
		CHECK_REFUSED(convert(&r, cases[i].format, bv_buf_str(&source), "", &err), cases[i].status, &err, cases[i].part, cases[i].part);
		CHECK(err.line == cases[i].line, "  with line %d", err.line);
		result_finish(&r);
	}
}

static void
tags_check(const char *format, const char *file, const char *id, const char *want)
{
	BV_AUTO(bv_buf_finish) struct bv_buf source;
	struct bv_err err = { 0 };
	struct result r;

	load(&source, file);
	CHECK_OK(convert(&r, format, bv_buf_str(&source), id, &err), &err, file);
	CHECK_STR(bv_buf_str(&r.tags), bv_str_of(want), "  category, ID number and tags");
	result_finish(&r);
}

static void
test_tags(void)
{
	tags_check("gift", "good.gift", "gift-mc", "Tin học/Văn bản|gift-mc|soạn thảo|IU03");
	tags_check("moodle", "good-moodle.xml", "mc1", "Tin học/Cơ bản|mc1|phần cứng|IU01");
	tags_check("csv", "excel.csv", "csv-1", "Phần cứng|csv-1|vào|IU01");
}

/* Cut off anywhere and with any byte changed a file is read or refused; what comes out of it passes the check. */
static void
hostile_check(const char *format, const char *file)
{
	BV_AUTO(bv_buf_finish) struct bv_buf source;
	size_t bad = 0, step;
	struct bv_err err;
	struct result r;

	load(&source, file);
	step = source.len / 150 + 1;
	for (size_t at = 0; at < source.len; at += step) {
		if (convert(&r, format, bv_str_sub(bv_buf_str(&source), 0, at), "", &err) == BV_OK)
			bad += r.bad_items;
		result_finish(&r);
		for (int bit = 0; bit < 8; bit += 3) {
			source.p[at] = (char)(source.p[at] ^ 1 << bit);
			if (convert(&r, format, bv_buf_str(&source), "", &err) == BV_OK)
				bad += r.bad_items;
			result_finish(&r);
			source.p[at] = (char)(source.p[at] ^ 1 << bit);
		}
	}
	CHECK(bad == 0, "%s: cut and changed, all items that come out are good", file);
}

int
main(void)
{
	test_scores();
	test_losses();
	test_whole_files();
	test_tags();
	hostile_check("moodle", "good-moodle.xml");
	hostile_check("moodle", "calculated-moodle.xml");
	hostile_check("gift", "good.gift");
	hostile_check("aiken", "good.aiken");
	hostile_check("csv", "excel.csv");
	hostile_check("vn4", "vn4.csv");
	return check_end();
}

/* Charts: numbers as people write them, what is refused, what a reader of the table and of the picture is told, and what is true of every chart. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/chart.h"
#include "base/hash.h"
#include "tests/base/chart_any.h"
#include "tests/check.h"

static void
test_numbers(void)
{
	static const struct {
		double n;
		unsigned decimals;
		const char *vi, *en;
	} cases[] = {
		{ 0, 0, "0", "0" },
		{ -0.0, 2, "0,00", "0.00" },
		{ -0.004, 2, "0,00", "0.00" },
		{ -0.006, 2, "−0,01", "−0.01" },
		{ 999, 0, "999", "999" },
		{ 1000, 0, "1.000", "1,000" },
		{ -1234567.5, 1, "−1.234.567,5", "−1,234,567.5" },
		{ 999999.96, 1, "1.000.000,0", "1,000,000.0" },
		{ 0.5, 12, "0,500000000", "0.500000000" },
		{ 1e15, 0, "1.000.000.000.000.000", "1,000,000,000,000,000" },
		{ 1.1e15, 0, "–", "–" },
		{ NAN, 3, "–", "–" },
		{ -INFINITY, 3, "–", "–" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		for (int l = 0; l < 2; l++) {
			BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(100);
			bv_chart_number(&out, l ? BV_CHART_EN : BV_CHART_VI, cases[i].n, cases[i].decimals);
			CHECK_STR(bv_buf_str(&out), bv_str_of(l ? cases[i].en : cases[i].vi), l ? cases[i].en : cases[i].vi);
		}
}

static void
check_whole(const struct bv_chart *chart, struct bv_str written)
{
	const char *fault = any_fault(chart, written);

	CHECK(!fault, "%s", fault ? fault : "well-formed, in its frame, every row");
}

static const struct bv_str options[] = { { "A", 1 }, { "B <&>", 5 }, { "C", 1 } };
static const double shares[] = { 12.5, 0, 87.5 }, scores[] = { -0.25, NAN, 0.5 };
static const struct bv_chart_series two[] = { { .name = { "Chọn", 5 }, .y = shares }, { .name = { "r", 1 }, .y = scores } };

static struct bv_chart
bars(void)
{
	return (struct bv_chart){ .kind = BV_CHART_BARS, .id = "choices", .title = BV_STR("Ai chọn gì"), .description = BV_STR("C được chọn nhiều nhất"),
		                      .x_name = BV_STR("Phương án"), .y_name = BV_STR("%"), .labels = options, .count = 3, .series = two, .series_count = 2, .y_decimals = 2 };
}

static void
test_bars(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 20);
	struct bv_chart chart = bars();
	struct bv_err err;

	CHECK_OK(bv_chart_write(&out, &chart, &err), &err, "bars");
	check_whole(&chart, bv_buf_str(&out));
	CHECK(strstr(out.p, "<tr><th scope=\"row\">B &lt;&amp;&gt;</th><td>0,00</td><td>–</td></tr>"), "a row: escaped, and what is missing is said to be");
	CHECK(strstr(out.p, "<td>−0,25</td>"), "below zero");
	CHECK(strstr(out.p, "role=\"img\" aria-labelledby=\"choices-t choices-d\"><title id=\"choices-t\">Ai chọn gì</title><desc id=\"choices-d\">"), "named");
	/* −0.25 to 87.5 in fives of 20: 120 over 280 pixels. */
	CHECK(strstr(out.p, "width=\"60.0\" height=\"204.2\"/>"), "the height of 87.5");
	CHECK(!strstr(out.p, "nan") && !strstr(out.p, "inf"), "only numbers");
}

static void
test_curves(void)
{
	static const double x[] = { -1, 0, 1, 2 }, y[] = { 0.2, 0.5, NAN, 0.8 }, low[] = { 0.1, 0.4, 0.5, 0.7 }, high[] = { 0.3, 0.6, 0.9, 0.9 };
	struct bv_chart_series series = { .name = BV_STR("P"), .y = y, .low = low, .high = high, .band = BV_STR("P ± 1") };
	struct bv_chart_mark mark = { 0.5, BV_STR("đạt") };
	struct bv_chart chart = { .kind = BV_CHART_CURVES, .language = BV_CHART_EN, .id = "icc", .title = BV_STR("t"), .description = BV_STR("d"), .x = x, .count = 4,
		                      .series = &series, .series_count = 1, .marks = &mark, .mark_count = 1, .x_decimals = 1, .y_decimals = 2, .y_high = 1 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 20), small = BV_BUF(100);
	struct bv_err err;

	CHECK_OK(bv_chart_write(&out, &chart, &err), &err, "curves");
	check_whole(&chart, bv_buf_str(&out));
	CHECK(strstr(out.p, "<th scope=\"row\">−1.0</th><td>0.20</td><td>0.10 – 0.30</td>"), "the band is in the table");
	const char *d = strstr(out.p, "class=\"line s1\" d=\"M36.0 "), *gap = d ? strchr(strchr(d, 'M') + 1, 'M') : NULL;
	CHECK(gap && gap < strchr(strchr(d, 'M'), '"'), "a value that is missing is a gap");
	CHECK(strstr(out.p, ">đạt</text>"), "the mark has its name");
	chart.table_step = 2;
	bv_buf_clear(&out);
	CHECK_OK(bv_chart_write(&out, &chart, &err), &err, "every second");
	CHECK(!strstr(out.p, "row\">0.0") && strstr(out.p, "row\">1.0") && strstr(out.p, "row\">2.0"), "every second point and the last");
	CHECK_REFUSED(bv_chart_write(&small, &chart, &err), BV_ELIMIT, &err, "", "what does not fit is said");
}

static void
test_refused(void)
{
	static const double flat[] = { 0, 1, 1 }, holes[] = { 0, NAN, 2 }, many[BV_CHART_BARS_MAX + 1] = { 0 };
	static struct bv_str names[BV_CHART_BARS_MAX + 1];
	static char long_text[BV_CHART_TEXT_MAX + 1];
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1 << 20);
	struct bv_err err;
	struct bv_chart c;

#define REFUSED(change, status, part) (c = bars(), change, bv_buf_clear(&out), bv_chart_write(&out, &c, &err) == (status) && strstr(err.msg, part) && !out.len)
	memset(long_text, 'a', sizeof long_text);
	CHECK(REFUSED(c.id = "2", BV_EINVAL, "small letter"), "an id that begins with a digit");
	CHECK(REFUSED(c.id = "a\"b", BV_EINVAL, "small letter"), "an id that ends its attribute");
	CHECK(REFUSED(c.title.len = 0, BV_EINVAL, "no title"), "no title");
	CHECK(REFUSED(c.description.len = 0, BV_EINVAL, "no description"), "no description");
	CHECK(REFUSED(c.count = 0, BV_EINVAL, "nothing"), "no points");
	CHECK(REFUSED(c.labels = NULL, BV_EINVAL, "labels"), "bars without labels");
	CHECK(REFUSED((c.kind = BV_CHART_CURVES, c.x = flat), BV_EINVAL, "rise"), "x that does not rise");
	CHECK(REFUSED((c.kind = BV_CHART_CURVES, c.x = holes), BV_EINVAL, "rise"), "x that is no number");
	CHECK(REFUSED((c.kind = BV_CHART_HISTOGRAM, c.x = shares), BV_ELIMIT, "series"), "a histogram of two series");
	CHECK(REFUSED(c.series_count = BV_CHART_SERIES_MAX + 1, BV_ELIMIT, "9 series"), "too many series");
	CHECK(REFUSED(c.title = ((struct bv_str){ long_text, sizeof long_text }), BV_ELIMIT, "1001 bytes"), "a long title");
	struct bv_chart_series one = { .y = many };
	c = bars();
	c.labels = names;
	c.series = &one;
	c.series_count = 1;
	c.count = BV_CHART_BARS_MAX;
	c.title = (struct bv_str){ long_text, BV_CHART_TEXT_MAX };
	bv_buf_clear(&out);
	CHECK_OK(bv_chart_write(&out, &c, &err), &err, "as many bars and as long a title as may be");
	c.count++;
	CHECK_REFUSED(bv_chart_write(&out, &c, &err), BV_ELIMIT, &err, "61 points", "one bar more");
}

static void
test_any(void)
{
	static const uint8_t key[BV_HASH_LEN] = { 6 };
	static uint8_t bytes[8192];
	static struct any_chart c;
	struct bv_stream stream;
	size_t written = 0, refused = 0;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(8 << 20);

	bv_stream_init(&stream, key);
	for (int round = 0; round < 400; round++) {
		struct bv_err err;
		for (size_t i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)bv_stream_below(&stream, 256);
		struct any any = { bytes, sizeof bytes };
		any_chart(&c, &any);
		bv_buf_clear(&out);
		if (bv_chart_write(&out, &c.chart, &err) != BV_OK) {
			refused++;
			continue;
		}
		written++;
		const char *fault = any_fault(&c.chart, bv_buf_str(&out));
		if (fault)
			CHECK(false, "round %d, kind %d: %s", round, c.chart.kind, fault);
	}
	CHECK(written > 60 && refused > 10, "of 400 charts of any bytes %zu are good, %zu are refused", written, refused);
}

int
main(void)
{
	test_numbers();
	test_bars();
	test_curves();
	test_refused();
	test_any();
	CHECK(strstr(bv_chart_style, ".chart svg {"), "the style is text, too");
	return check_end();
}

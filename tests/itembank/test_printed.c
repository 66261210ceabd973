/* Values as text by the formats of printedVariable. The oracle for what C has too is printf itself. */
#include <math.h>

#include "itembank/printed.h"
#include "tests/check.h"

static struct bv_str
print(struct bv_buf *out, struct bv_buf *exponent, struct bv_printed *printed, const char *format, const struct bv_value *value, int64_t index)
{
	bv_buf_clear(out);
	bv_buf_clear(exponent);
	printed->format = (struct bv_print_format){ 0 };
	if (format && !bv_print_format_parse(&printed->format, bv_str_of(format)))
		return BV_STR("(refused)");
	bv_printed_write(out, exponent, printed, value, index);
	return bv_buf_str(out);
}

/* Every combination of flags, width and precision with each conversion. Signs of octal and hexadecimal numbers are QTI's own. */
static void
test_as_printf(void)
{
	static const int64_t integers[] = { 0, 1, 7, 8, 255, 1234567, -42 };
	static const double reals[] = { 0, 1, -1, 0.5, 1234.5678, 1e10, 1e-7, -123456789 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000), exponent = BV_BUF(100);
	struct bv_printed printed = { .base = 10 };
	size_t tried = 0, wrong = 0;

	for (int flags = 0; flags < 32; flags++)
		for (int width = 0; width < 13; width += 4)
			for (int precision = -1; precision < 8; precision += 3)
				for (const char *c = "dixXofFeEgG"; *c; c++) {
					char format[40], ours[40], want[200], digits[8] = "", places[8] = "";
					bool real = strchr("fFeEgG", *c) != NULL, signs = strchr("xXo", *c) == NULL;
					if (!signs && flags & 6)
						continue;
					if (width)
						snprintf(digits, sizeof digits, "%d", width);
					if (precision >= 0)
						snprintf(places, sizeof places, ".%d", precision);
					snprintf(ours, sizeof ours, "%%%s%s%s%s%s%s%s%c", flags & 1 ? "-" : "", flags & 2 ? "+" : "", flags & 4 ? " " : "", flags & 8 ? "#" : "",
					         flags & 16 ? "0" : "", digits, places, *c);
					/* C leaves the alternative form of d undefined. */
					snprintf(format, sizeof format, "%%%s%s%s%s%s%s%s%s%c", flags & 1 ? "-" : "", flags & 2 ? "+" : "", flags & 4 ? " " : "",
					         flags & 8 && !strchr("di", *c) ? "#" : "", flags & 16 ? "0" : "", digits, places, real ? "" : "ll", *c);
					for (size_t i = 0; i < (real ? BV_COUNT(reals) : BV_COUNT(integers)); i++) {
						struct bv_value v = real ? bv_value_float(reals[i]) : bv_value_integer(integers[i]);
						if (!real && !signs && integers[i] < 0)
							continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
						if (real)
							snprintf(want, sizeof want, format, reals[i]);
						else
							snprintf(want, sizeof want, format, (long long)integers[i]);
#pragma GCC diagnostic pop
						struct bv_str got = print(&out, &exponent, &printed, ours, &v, 0);
						tried++;
						if (!bv_str_is(got, want) && wrong++ < 10)
							CHECK(false, "%s of %g is '%s', not '%.*s'", ours, real ? reals[i] : (double)integers[i], want, BV_STR_ARG(got));
					}
				}
	CHECK(tried > 4000 && wrong == 0, "%zu formats of numbers as printf has them", tried);
}

static void
test_own(void)
{
	static const struct {
		const char *format;
		double x;
		const char *out;
	} reals[] = {
		{ "%.3r", 1234.5, "1.23e+03" }, { "%.3R", 1234.5, "1.23E+03" }, { "%.6r", 1234.5, "1234.50" }, { "%.0r", 5, "5" }, { "%.2r", 0.00012345, "0.00012" },
		{ "%.2r", 0.000012345, "1.2e-05" }, { "%r", 2, "2.00000" }, { "%f", INFINITY, "INF" }, { "%8f", -INFINITY, "    -INF" }, { "%08f", NAN, "     NaN" },
		{ "%d", 2.6, "3" }, { "%x", 255.0, "ff" }, { "%d", 1e300, "1e+300" }, { "%s", 2.5, "2.5" }, { "%.1f%%", 12.34, "12.3%" }, { "a%% %d%% b", 5, "a% 5% b" },
		{ NULL, 2.5, "2.5" }, { "%.2f", -0.0, "0.00" }, { "%#.0f", 3, "3." },
	};
	static const char *const refused[] = { "", "d", "%", "%%", "%q", "%d %d", "%65d", "%.65f", "%-", "%5", "%.", "%ld", "a%%", "%d%" };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000), exponent = BV_BUF(100);

	for (size_t i = 0; i < BV_COUNT(reals); i++) {
		struct bv_printed printed = { .base = 10 };
		struct bv_value v = bv_value_float(reals[i].x);
		CHECK_STR(print(&out, &exponent, &printed, reals[i].format, &v, 0), bv_str_of(reals[i].out), reals[i].format ? reals[i].format : "no format");
	}
	for (size_t i = 0; i < BV_COUNT(refused); i++) {
		struct bv_print_format format;
		CHECK(!bv_print_format_parse(&format, bv_str_of(refused[i])), "'%s' is no format", refused[i]);
	}
	struct bv_print_format format;
	CHECK(bv_print_format_parse(&format, BV_STR("%64.64f")) && format.width == 64 && format.precision == 64, "the widest format");
}

static void
test_values(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1000), exponent = BV_BUF(100);
	union bv_atom atoms[3] = { { .integer = 5 }, { .integer = -6 }, { .integer = 71 } };
	struct bv_value list = bv_value_list(BV_CARD_ORDERED, BV_TYPE_INTEGER, atoms, 3), null = bv_value_null(BV_CARD_SINGLE, BV_TYPE_FLOAT);
	struct bv_field fields[3] = { { .name = BV_STR("a"), .value = bv_value_integer(1) }, { .name = BV_STR("b"), .value = null },
		                      { .name = BV_STR("c"), .value = bv_value_text(BV_TYPE_STRING, BV_STR("x")) } };
	struct bv_value record = { .cardinality = BV_CARD_RECORD, .count = 3, .fields = fields };
	struct bv_value text = bv_value_text(BV_TYPE_STRING, BV_STR("đỏ")), one = bv_value_integer(255), big = bv_value_float(1500), truth = bv_value_boolean(true);
	struct bv_printed printed = { .base = 10, .delimiter = BV_STR("; "), .mapping = BV_STR("=") };

	CHECK_STR(print(&out, &exponent, &printed, NULL, &list, 0), BV_STR("5; -6; 71"), "a container");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &list, 2), BV_STR("-6"), "one of it");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &list, 4), BV_STR(""), "none of it");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &list, -1), BV_STR(""), "nor before it");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &null, 0), BV_STR(""), "NULL");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &record, 0), BV_STR("a=1; b=; c=x"), "a record");
	printed.field = BV_STR("c");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &record, 0), BV_STR("x"), "a field");
	printed.field = BV_STR("b");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &record, 0), BV_STR(""), "a field that is NULL");
	printed.field = BV_STR("z");
	CHECK_STR(print(&out, &exponent, &printed, NULL, &record, 0), BV_STR(""), "a field that is not there");
	printed.field = BV_STR_NONE;
	CHECK_STR(print(&out, &exponent, &printed, "[%4s]", &text, 0), BV_STR("[  đỏ]"), "characters, not bytes, fill the width");
	CHECK_STR(print(&out, &exponent, &printed, "[%-4s]", &text, 0), BV_STR("[đỏ  ]"), "to the left");
	CHECK_STR(print(&out, &exponent, &printed, "[%d]", &truth, 0), BV_STR("[true]"), "what is no number is written as it is");
	printed.base = 36;
	CHECK_STR(print(&out, &exponent, &printed, "%d", &one, 0), BV_STR("73"), "radix 36");
	printed.base = 2;
	CHECK_STR(print(&out, &exponent, &printed, NULL, &one, 0), BV_STR("11111111"), "without a format: radix 2");
	printed.base = 10;
	printed.power_form = true;
	CHECK_STR(print(&out, &exponent, &printed, "%.2e", &big, 0), BV_STR("1.50\u00a0\u00d7\u00a010"), "a power");
	CHECK_STR(bv_buf_str(&exponent), BV_STR("3"), "and its exponent");
	CHECK_STR(print(&out, &exponent, &printed, "%.2E", &list, 1), BV_STR("5.00\u00a0\u00d7\u00a010"), "of one of a container");
	CHECK_STR(print(&out, &exponent, &printed, "%.0e", &list, 0), BV_STR("5e+00; -6e+00; 7e+01"), "not of all of it");
	CHECK_STR(print(&out, &exponent, &printed, "%.1f", &big, 0), BV_STR("1500.0"), "nothing to be split");
	CHECK_STR(print(&out, &exponent, &printed, "%s", &text, 0), BV_STR("đỏ"), "no power of a text");
}

int
main(void)
{
	test_as_printf();
	test_own();
	test_values();
	return check_end();
}

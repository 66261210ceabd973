#include "base/chart_axis.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "base/xml.h"

bool
chart_there(double value)
{
	return isfinite(value) && fabs(value) <= BV_CHART_NUMBER_MAX;
}

/* 1, 2 or 5 times a power of ten, the least that is not under x. */
static double
round_step(double x)
{
	double power = pow(10, floor(log10(x)));
	double part = x / power;

	return part <= 1 ? power : part <= 2 ? 2 * power : part <= 5 ? 5 * power : 10 * power;
}

struct chart_axis
chart_axis_of(double low, double high, int wanted, bool tight)
{
	double least = fmax(1e-8, 1e-9 * fmax(fabs(low), fabs(high)));

	if (high - low < least) {
		double middle = low + (high - low) / 2, half = fmax(.5, least);
		low = middle - half;
		high = middle + half;
	}
	struct chart_axis axis = { .low = low, .high = high, .step = round_step((high - low) / wanted) };
	double first = tight ? ceil(low / axis.step - 1e-9) : floor(low / axis.step + 1e-9), last = tight ? floor(high / axis.step + 1e-9) : ceil(high / axis.step - 1e-9);
	axis.first = first * axis.step;
	axis.ticks = (int)fmin(last - first + 1, CHART_TICKS_MAX);
	if (!tight) {
		axis.low = axis.first;
		axis.high = last * axis.step;
	}
	axis.decimals = (unsigned)fmin(BV_CHART_DECIMALS_MAX, fmax(0, -floor(log10(axis.step) + 1e-9)));
	return axis;
}

double
chart_axis_at(const struct chart_axis *axis, double value)
{
	double part = (fmin(fmax(value, axis->low), axis->high) - axis->low) / (axis->high - axis->low);

	return axis->from + part * (axis->to - axis->from);
}

double
chart_tick(const struct chart_axis *axis, int tick)
{
	return axis->first + tick * axis->step;
}

void
chart_tick_write(struct bv_buf *out, const struct chart_axis *axis, enum bv_chart_language language, int tick)
{
	bv_chart_number(out, language, chart_tick(axis, tick), axis->decimals);
}

void
bv_chart_number(struct bv_buf *out, enum bv_chart_language language, double number, unsigned decimals)
{
	char digits[40];

	if (!chart_there(number)) {
		bv_buf_addz(out, "–");
		return;
	}
	if (decimals > BV_CHART_DECIMALS_MAX)
		decimals = BV_CHART_DECIMALS_MAX;
	int len = snprintf(digits, sizeof digits, "%.*f", (int)decimals, fabs(number));
	int whole = len - (decimals ? (int)decimals + 1 : 0);
	if (number < 0 && strspn(digits, "0.,") < (size_t)len) /* −0,00 is no number of people */
		bv_buf_addz(out, "−");
	for (int i = 0; i < whole; i++) {
		bv_buf_addc(out, digits[i]);
		if ((whole - i) % 3 == 1 && i + 1 < whole)
			bv_buf_addc(out, language == BV_CHART_VI ? '.' : ',');
	}
	if (decimals) {
		bv_buf_addc(out, language == BV_CHART_VI ? ',' : '.');
		bv_buf_addz(out, digits + whole + 1);
	}
}

/* The next character of the text as it is written; false after the last. */
static bool
next(struct bv_str *rest, uint32_t *c)
{
	if (!rest->len)
		return false;
	if (!bv_text_valid_len(bv_str_sub(*rest, 0, 4))) {
		*rest = bv_str_sub(*rest, 1, rest->len);
		*c = 0xfffd;
		return true;
	}
	*c = bv_text_next(rest);
	if ((*c < ' ' && *c != '\t' && *c != '\n') || (*c >= 0x7f && *c < 0xa0) || (*c & 0xfffe) == 0xfffe)
		*c = 0xfffd;
	return true;
}

size_t
chart_text_count(struct bv_str text, size_t most)
{
	size_t count = 0;

	for (uint32_t c; next(&text, &c);)
		count++;
	return most && count > most ? most : count;
}

void
chart_text(struct bv_buf *out, struct bv_str text, size_t most)
{
	BV_AUTO(bv_buf_finish) struct bv_buf clean = BV_BUF(4 * BV_CHART_TEXT_MAX);
	bool cut = most && chart_text_count(text, 0) > most;
	size_t count = 0;

	for (uint32_t c; (!cut || count + 1 < most) && next(&text, &c); count++)
		bv_text_add(&clean, c);
	if (cut)
		bv_buf_addz(&clean, "…");
	bv_xml_escape(out, bv_buf_str(&clean));
}

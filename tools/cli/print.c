#include "tools/cli/print.h"

#include <math.h>

#include "base/text.h"

void
print_json(const struct bv_json *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(SIZE_MAX), safe = BV_BUF(SIZE_MAX);

	bv_json_write_pretty(&text, json);
	bv_text_write_safe(&safe, bv_buf_str(&text), true);
	fwrite(safe.p, 1, safe.len, stdout);
}

size_t
print_safe(FILE *out, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf safe = BV_BUF(SIZE_MAX);

	bv_text_write_safe(&safe, text, false);
	fputs(safe.p ? safe.p : "", out); /* text that is safe has no NUL */
	return bv_text_width(bv_buf_str(&safe));
}

void
print_column(struct bv_str s, size_t width)
{
	size_t used = print_safe(stdout, s);

	printf("%*s", used < width ? (int)(width - used) : 0, "");
}

void
print_number(double x, const char *format, const char *absent)
{
	if (isnan(x))
		fputs(absent, stdout);
	else
		printf(format, x);
}

void
print_cell(double x, int width, int decimals)
{
	if (isnan(x))
		printf(" %*s–", width - 1, "");
	else
		printf(" %*.*f", width, decimals, x);
}

void
json_set_number(struct bv_json *object, const char *name, double x)
{
	bv_json_set(object, name, isfinite(x) ? bv_json_new_real(x) : bv_json_new_null());
}

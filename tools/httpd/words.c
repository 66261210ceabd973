#include "tools/httpd/words.h"

#include <assert.h>

#include "base/xml.h"

static const struct words_row *
find(const char *key)
{
	size_t low = 0, high = words_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(key, words_rows[middle].key);
		if (!order)
			return &words_rows[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const char *
words_text(enum language language, const char *key)
{
	const struct words_row *row = find(key);

	assert(row);
	return row->text[language];
}

static const struct words_value *
value_of(const struct words_value *values, struct bv_str name)
{
	while (values && values->name && !bv_str_is(name, values->name))
		values++;
	return values && values->name ? values : NULL;
}

static void
add(struct bv_buf *out, struct bv_str text, bool html)
{
	if (html)
		bv_xml_escape(out, text);
	else
		bv_buf_add(out, text);
}

static void
write(struct bv_buf *out, enum language language, const char *key, const struct words_value *values, bool html)
{
	const struct words_row *row = find(key);

	assert(row);
	const struct words_value *n = value_of(values, BV_STR("n"));
	bool one = n && row->one && language == LANGUAGE_EN && bv_str_is(n->value, "1");
	struct bv_str rest = bv_str_of(one ? row->one : row->text[language]);
	while (rest.len) {
		size_t open = bv_str_find(rest, '{'), close = bv_str_find(rest, '}');
		add(out, bv_str_sub(rest, 0, open), html);
		if (open == rest.len)
			return;
		assert(close > open && close < rest.len);
		const struct words_value *value = value_of(values, bv_str_sub(rest, open + 1, close - open - 1));
		assert(value);
		add(out, value->value, html);
		rest = bv_str_sub(rest, close + 1, rest.len);
	}
}

void
words_write(struct bv_buf *out, enum language language, const char *key, const struct words_value *values)
{
	write(out, language, key, values, false);
}

void
words_write_html(struct bv_buf *out, enum language language, const char *key, const struct words_value *values)
{
	write(out, language, key, values, true);
}

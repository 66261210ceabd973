/* Any bytes as a pattern and, after the first line feed, a text: the pattern is refused with a message, or it matches the text as often as
 * what must mean the same: in a group, once, twice as alternatives, or without the empty class of nothing. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "itembank/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static int
matches(struct bv_str xsd, struct bv_str subject)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct bv_pattern *pattern;
	struct bv_err err = { 0 };
	bool found;

	if (bv_pattern_parse(&pattern, xsd, &arena, &err)) {
		assert((err.status == BV_EPARSE || err.status == BV_ELIMIT) && err.msg[0]);
		return -1;
	}
	if (bv_pattern_match(&found, pattern, subject, &err)) {
		assert(err.status == BV_ELIMIT);
		return -1;
	}
	return found;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const char *const same[][2] = { { "(", ")" }, { "(", "){1}" }, { "((", "){1,1}|[a-[a]])" }, { "a{0}(", ")" } };
	struct bv_str all = { (const char *)p, len }, xsd = bv_str_sub(all, 0, bv_str_find(all, '\n')), text = bv_str_sub(all, xsd.len + 1, len);

	/* Documents are UTF-8 without NUL when they come here. */
	if (!bv_text_valid(all) || bv_str_find(all, '\0') < len || len > 600)
		return 0;
	int found = matches(xsd, text);
	for (size_t i = 0; found >= 0 && i < BV_COUNT(same); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf other = BV_BUF(1024);
		bv_buf_printf(&other, "%s%.*s%s", same[i][0], BV_STR_ARG(xsd), same[i][1]);
		int again = matches(bv_buf_str(&other), text);
		assert(again == found || again < 0);
	}
	return 0;
}

/* Markdown, as far as questions use it: paragraphs, lists, stress, code. */
#include "itembank/convert.h"

#include <ctype.h>

static void
line_markdown(struct bv_buf *out, struct bv_str s)
{
	static const struct {
		const char *mark, *tag;
	} marks[] = { { "**", "strong" }, { "__", "strong" }, { "*", "em" }, { "_", "em" }, { "`", "code" } };
	bool open[BV_COUNT(marks)] = { false };

	for (size_t i = 0; i < s.len;) {
		size_t m = 0, len = 0;
		for (; m < BV_COUNT(marks); m++)
			if ((len = strlen(marks[m].mark)) <= s.len - i && memcmp(s.p + i, marks[m].mark, len) == 0)
				break;
		/* An underscore inside a word, and a mark that nothing closes, are characters. */
		bool word = m < BV_COUNT(marks) && s.p[i] == '_' && i > 0 && i + len < s.len && isalnum((unsigned char)s.p[i - 1]) && isalnum((unsigned char)s.p[i + len]);
		bool closes = false;
		for (size_t j = i + len; m < BV_COUNT(marks) && !open[m] && j + len <= s.len && j < i + 2000 && !closes; j++)
			closes = memcmp(s.p + j, marks[m].mark, len) == 0 && j > i + len;
		if (s.p[i] == '\\' && i + 1 < s.len && ispunct((unsigned char)s.p[i + 1])) {
			bv_buf_addz(out, s.p[i + 1] == '<' ? "&lt;" : (char[]){ s.p[i + 1], 0 });
			i += 2;
		} else if (m < BV_COUNT(marks) && !word && (open[m] || closes)) {
			bv_buf_printf(out, "<%s%s>", open[m] ? "/" : "", marks[m].tag);
			open[m] = !open[m];
			i += len;
		} else {
			bv_buf_addc(out, s.p[i++]);
		}
	}
}

struct bv_str
bv_markdown_html(struct bv_conversion *c, struct bv_str text, int line)
{
	struct bv_buf out = BV_BUF(8u << 20);
	struct bv_str html;
	bool list = false, lost = false;

	while (text.len) {
		struct bv_str row = bv_str_sub(text, 0, bv_str_find(text, '\n')), s = bv_str_trim(row);
		bool entry = s.len > 2 && strchr("-*+", s.p[0]) && s.p[1] == ' ';
		text = bv_str_sub(text, row.len + 1, text.len);
		if (list && !entry) {
			bv_buf_addz(&out, "</ul>");
			list = false;
		}
		if (entry && !list) {
			bv_buf_addz(&out, "<ul>");
			list = true;
		}
		lost |= s.len && (strchr("#|>", s.p[0]) || (bv_str_find(s, '[') < s.len && bv_str_find(s, '(') < s.len));
		bv_buf_addz(&out, entry ? "<li>" : s.len ? "" : "</p><p>");
		line_markdown(&out, entry ? bv_str_sub(s, 2, s.len) : s);
		bv_buf_addz(&out, entry ? "</li>" : "\n");
	}
	if (lost)
		bv_loss(c, BV_SEVERITY_WARNING, line, "headings, links, tables and quotations of Markdown stay as they were typed: only paragraphs, lists, stress and code are read");
	html = bv_arena_str(&c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return html;
}

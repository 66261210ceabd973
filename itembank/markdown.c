/* Markdown, as far as questions use it: paragraphs, lists, stress, code. */
#include "itembank/convert.h"

#include <ctype.h>

#define LINE_REACH 2000 /* bytes between a mark and the one that ends it */

/* Characters that stand for themselves. */
static void
plain_add(struct bv_buf *out, struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++)
		bv_buf_addz(out, s.p[i] == '<' ? "&lt;" : s.p[i] == '&' ? "&amp;" : (char[]){ s.p[i], 0 });
}

/* `code`, or ``code with a ` in it``, at the start of s: nothing in it is a mark or a tag. What nothing ends are characters. The bytes used, 0
 * when there is no such mark. */
static size_t
code_markdown(struct bv_buf *out, struct bv_str s)
{
	size_t ticks = 0, at, run;

	while (ticks < s.len && ticks < LINE_REACH && s.p[ticks] == '`')
		ticks++;
	if (ticks == 0)
		return 0;
	s = bv_str_sub(s, 0, LINE_REACH);
	for (at = ticks, run = 0; at <= s.len && !(run == ticks && (at == s.len || s.p[at] != '`')); at++)
		run = at < s.len && s.p[at] == '`' ? run + 1 : 0;
	if (at > s.len) {
		bv_buf_add(out, bv_str_sub(s, 0, ticks));
		return ticks;
	}
	bv_buf_addz(out, "<code>");
	plain_add(out, bv_str_trim(bv_str_sub(s, ticks, at - 2 * ticks)));
	bv_buf_addz(out, "</code>");
	return at;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
line_markdown(struct bv_buf *out, struct bv_str s)
{
	static const struct {
		const char *mark, *tag;
	} marks[] = { { "**", "strong" }, { "__", "strong" }, { "*", "em" }, { "_", "em" } };
	bool open[BV_COUNT(marks)] = { false };

	for (size_t i = 0; i < s.len;) {
		size_t m = 0, len = 0, code = code_markdown(out, bv_str_sub(s, i, s.len));
		for (; m < BV_COUNT(marks); m++)
			if ((len = strlen(marks[m].mark)) <= s.len - i && memcmp(s.p + i, marks[m].mark, len) == 0)
				break;
		/* An underscore inside a word, a mark that nothing closes, one before a space that would open and one behind a space that would
		 * close, are characters. */
		bool word = m < BV_COUNT(marks) && s.p[i] == '_' && i > 0 && i + len < s.len && isalnum((unsigned char)s.p[i - 1]) && isalnum((unsigned char)s.p[i + len]);
		bool closes = false;
		bool opens = m < BV_COUNT(marks) && !open[m] && i + len < s.len && !is_blank(s.p[i + len]);
		for (size_t j = i + len + 1; opens && j + len <= s.len && j < i + LINE_REACH && !closes; j++)
			closes = memcmp(s.p + j, marks[m].mark, len) == 0 && !is_blank(s.p[j - 1]);
		if (code) {
			i += code;
		} else if (s.p[i] == '\\' && i + 1 < s.len && ispunct((unsigned char)s.p[i + 1])) {
			plain_add(out, bv_str_sub(s, i + 1, 1));
			i += 2;
		} else if (m < BV_COUNT(marks) && !word && (open[m] ? !is_blank(s.p[i - 1]) : closes)) {
			bv_buf_printf(out, "<%s%s>", open[m] ? "/" : "", marks[m].tag);
			open[m] = !open[m];
			i += len;
		} else {
			len = m < BV_COUNT(marks) ? len : 1;
			bv_buf_add(out, bv_str_sub(s, i, len));
			i += len;
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
		bv_loss(c, BV_SEVERITY_WARNING, "markup", line, "headings, links, tables and quotations of Markdown stay as they were typed: only paragraphs, lists, stress and code are read");
	html = bv_arena_str(&c->draft, bv_buf_str(&out));
	bv_buf_finish(&out);
	return html;
}

/* One text for two databases: which part of it PostgreSQL reads. */
#include "base/sql_pgsql.h"

/* The first byte after a quoted string or name, "" or '' in it included; the end where it is open. */
static const char *
quoted_end(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote)
		p++;
	return *p ? p + 1 : p;
}

/* Past the comment that says that what is for SQLite ends here, or the end of the text. */
static const char *
sqlite_end(const char *p)
{
	const char *mark = strstr(p, "/*end*/");

	return mark ? mark + strlen("/*end*/") : p + strlen(p);
}

void
sql_pgsql_text(struct bv_buf *out, const char *text)
{
	const char *p = text;
	bool ours = false; /* inside a comment for PostgreSQL */

	while (*p) {
		const char *from = p;
		if (*p == '\'' || *p == '"') {
			p = quoted_end(p);
		} else if (bv_str_starts(bv_str_of(p), BV_STR("/*sqlite*/"))) {
			p = from = sqlite_end(p);
		} else if (bv_str_starts(bv_str_of(p), BV_STR("/*pgsql "))) {
			ours = true;
			p += strlen("/*pgsql ");
			from = p;
		} else if (ours && p[0] == '*' && p[1] == '/') {
			ours = false;
			p += 2;
			from = p;
		} else {
			p++;
		}
		bv_buf_add(out, (struct bv_str){ from, (size_t)(p - from) });
	}
}

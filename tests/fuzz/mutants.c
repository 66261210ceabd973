/* A fuzzer over systematic faults instead of random ones. Every attribute and element of each file is left out, renamed, written twice, moved
 * and replaced by what is wrong there; every mark of a text format likewise. LLVMFuzzerTestOneInput says what must hold. Places that are alike
 * (the same attribute of the same element in the same parent) are tried in the first two of them only, and the second gets only some of what is
 * wrong there. */
#include <ctype.h>
#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum { FILE_MAX = 1 << 20, DEPTH_MAX = 64, SEEN = 1 << 16, ALIKE_MAX = 2, SECOND_STEP = 4 };

static const char *const wrong_values[] = {
	"", "x", "-1", "0", "2", "1.5", "4294967296", "99999999999999999999", "-INF", "NaN", "true", "A B", "1 x", "{A}", "%", "a/../../b",
	"single", "multiple", "ordered", "record", "identifier", "boolean", "integer", "float", "string", "point", "pair", "directedPair", "duration",
	"file", "uri", "circle", "0,0,1", "exact", "absolute", "decimalPlaces", "RESPONSE", "SCORE", "completionStatus", "duration.x",
};

/* What stands in the place of an element. */
static const char *const wrong_elements[] = {
	"", "text", "<zz/>", "<qti-null/>", "<null/>", "<qti-base-value base-type=\"integer\">0</qti-base-value>",
	"<qti-base-value base-type=\"float\">-1.5</qti-base-value>", "<qti-base-value base-type=\"boolean\">true</qti-base-value>",
	"<qti-base-value base-type=\"string\">s</qti-base-value>", "<qti-base-value base-type=\"point\">1 1</qti-base-value>",
	"<qti-base-value base-type=\"directedPair\">A B</qti-base-value>", "<qti-base-value base-type=\"float\">INF</qti-base-value>",
	"<qti-multiple><qti-base-value base-type=\"integer\">1</qti-base-value></qti-multiple>",
	"<qti-ordered><qti-base-value base-type=\"identifier\">A</qti-base-value></qti-ordered>", "<qti-variable identifier=\"RESPONSE\"/>",
	"<p>text</p>",
};

static const char *const wrong_marks[] = {
	"", "\n", "\n\n", " ", "{", "}", "=", "~", "#", ":", "\"", "\\", "%", ",", ";", "<", ">", "&", "//", "->", "|", "[", "]", "0", "-5", "\xc3",
};

struct span {
	size_t from, to;
};

struct run {
	struct bv_str source;
	struct bv_buf mutant;
	size_t count;
};

static uint8_t seen[SEEN];
static struct bv_str tried;

/* A failed assertion shows what failed it. */
static void
show(int signal)
{
	(void)signal;
	(void)!write(2, tried.p, tried.len);
}

/* Has a place like this been tried often enough? If not, *turn is how often. */
static bool
worn(unsigned *turn, const char *what, struct bv_str a, struct bv_str b, struct bv_str c)
{
	uint64_t hash = 14695981039346656037u;
	const struct bv_str parts[] = { bv_str_of(what), a, b, c };

	for (size_t i = 0; i < BV_COUNT(parts); i++) {
		for (size_t k = 0; k < parts[i].len; k++)
			hash = (hash ^ (uint8_t)parts[i].p[k]) * 1099511628211u;
		hash = (hash ^ 0xff) * 1099511628211u;
	}
	uint8_t *times = &seen[(hash ^ hash >> 32) % SEEN];
	*turn = *times;
	return *times >= ALIKE_MAX || !++*times;
}

/* Runs the source with the bytes of `at` replaced. */
static void
try(struct run *run, struct span at, struct bv_str replacement)
{
	bv_buf_clear(&run->mutant);
	bv_buf_add(&run->mutant, bv_str_sub(run->source, 0, at.from));
	bv_buf_add(&run->mutant, replacement);
	bv_buf_add(&run->mutant, bv_str_sub(run->source, at.to, run->source.len));
	/* Exactly as long as it is, so that reading past its end is seen. */
	uint8_t *copy = bv_alloc(run->mutant.len);
	if (run->mutant.len)
		memcpy(copy, run->mutant.p, run->mutant.len);
	tried = bv_buf_str(&run->mutant);
	LLVMFuzzerTestOneInput(copy, run->mutant.len);
	free(copy);
	run->count++;
}

static struct bv_str
text_of(const struct run *run, struct span at)
{
	return bv_str_sub(run->source, at.from, at.to - at.from);
}

static void
replace_each(struct run *run, unsigned turn, struct span at, const char *const *all, size_t count)
{
	for (size_t i = 0; i < count; i += turn ? SECOND_STEP : 1)
		try(run, at, bv_str_of(all[i]));
}

/* name="value" with the white space before it. */
static void
mutate_attribute(struct run *run, struct bv_str element, struct span name, struct span value)
{
	struct span whole = { name.from - 1, value.to + 1 };
	BV_AUTO(bv_buf_finish) struct bv_buf other = BV_BUF(FILE_MAX);

	unsigned turn;

	if (worn(&turn, "attribute", element, text_of(run, name), BV_STR_NONE))
		return;
	try(run, whole, BV_STR_NONE);
	try(run, (struct span){ name.to, name.to }, BV_STR("z"));
	replace_each(run, turn, value, wrong_values, BV_COUNT(wrong_values));
	bv_buf_add(&other, text_of(run, value));
	bv_buf_addz(&other, " B");
	try(run, value, bv_buf_str(&other));
}

/* An element with its tags. */
static void
mutate_element(struct run *run, struct bv_str parent, struct bv_str name, struct span whole, struct span inside)
{
	BV_AUTO(bv_buf_finish) struct bv_buf twice = BV_BUF(2 * FILE_MAX);
	unsigned turn;
	bool leaf = !memchr(run->source.p + inside.from, '<', inside.to - inside.from);

	if (!worn(&turn, "text", parent, name, leaf ? BV_STR("leaf") : BV_STR("branch")) && leaf)
		replace_each(run, turn, inside, wrong_values, BV_COUNT(wrong_values));
	if (worn(&turn, "element", parent, name, BV_STR_NONE))
		return;
	replace_each(run, turn, whole, wrong_elements, BV_COUNT(wrong_elements));
	try(run, inside, BV_STR_NONE);
	try(run, (struct span){ inside.from, inside.from }, BV_STR("<zz/>"));
	try(run, (struct span){ inside.from, inside.from }, BV_STR("<qti-null/>"));
	try(run, (struct span){ inside.to, inside.to }, BV_STR("text"));
	bv_buf_add(&twice, text_of(run, whole));
	bv_buf_add(&twice, text_of(run, whole));
	try(run, whole, bv_buf_str(&twice));
}

/* The attributes of the start tag at `at`; the index behind it. */
static size_t
start_tag(struct run *run, struct bv_str name, size_t at)
{
	const char *p = run->source.p;

	while (at < run->source.len && p[at] != '>' && p[at] != '/') {
		struct span key, value;
		while (at < run->source.len && isspace((unsigned char)p[at]))
			at++;
		if (at >= run->source.len || p[at] == '>' || p[at] == '/')
			break;
		for (key.from = at; at < run->source.len && p[at] != '=' && p[at] != '>' && !isspace((unsigned char)p[at]);)
			at++;
		key.to = at;
		if (at + 2 >= run->source.len || p[at] != '=')
			return run->source.len;
		value.from = at + 2;
		value.to = value.from + bv_str_find(bv_str_sub(run->source, value.from, run->source.len), p[at + 1]);
		at = value.to + 1;
		mutate_attribute(run, name, key, value);
	}
	return at;
}

/* Walks a document that is, mostly, well-formed: what is not ends the walk early. */
static void
mutate_xml(struct run *run)
{
	struct { struct bv_str name; size_t from, inside; } open[DEPTH_MAX];
	const char *p = run->source.p;
	size_t depth = 0;

	for (size_t at = 0; (at += bv_str_find(bv_str_sub(run->source, at, run->source.len), '<')) + 2 < run->source.len;) {
		size_t from = at++;
		if (p[at] == '!' || p[at] == '?')
			continue;
		struct span name = { p[at] == '/' ? at + 1 : at, 0 };
		for (name.to = name.from; name.to < run->source.len && !strchr(" \t\r\n/>", p[name.to]);)
			name.to++;
		struct bv_str parent = depth ? open[depth - 1].name : BV_STR_NONE;
		if (p[at] != '/') {
			at = start_tag(run, text_of(run, name), name.to);
			bool empty = at < run->source.len && p[at] == '/';
			at += empty ? 2 : 1;
			if (empty)
				mutate_element(run, parent, text_of(run, name), (struct span){ from, at }, (struct span){ at, at });
			else if (depth < DEPTH_MAX)
				open[depth].name = text_of(run, name), open[depth].from = from, open[depth++].inside = at;
		} else if (depth && bv_str_eq(parent, text_of(run, name))) {
			depth--;
			at = name.to + 1;
			mutate_element(run, depth ? open[depth - 1].name : BV_STR_NONE, parent, (struct span){ open[depth].from, at },
			               (struct span){ open[depth].inside, from });
		}
	}
}

/* Every mark between its neighbours, every line. */
static void
mutate_text(struct run *run)
{
	struct bv_str s = run->source;
	unsigned turn;

	for (size_t i = 0, line = 0; i < s.len; i++) {
		if (s.p[i] == '\n') {
			if (!worn(&turn, "line", bv_str_sub(s, line, 4), BV_STR_NONE, BV_STR_NONE)) {
				try(run, (struct span){ line, i + 1 }, BV_STR_NONE);
				try(run, (struct span){ line, line }, bv_str_sub(s, line, i + 1 - line));
				try(run, (struct span){ i, s.len }, BV_STR_NONE);
			}
			line = i + 1;
		}
		if (isalnum((unsigned char)s.p[i]) || (s.p[i] & 0x80) || worn(&turn, "mark", bv_str_sub(s, i ? i - 1 : 0, i ? 3 : 2), BV_STR_NONE, BV_STR_NONE))
			continue;
		replace_each(run, turn, (struct span){ i, i + 1 }, wrong_marks, BV_COUNT(wrong_marks));
		try(run, (struct span){ i, i }, bv_str_sub(s, i, 1));
		try(run, (struct span){ i, s.len }, BV_STR_NONE);
	}
}

/* The part of rest up to and with the next `end`. */
static struct bv_str
up_to(struct bv_str rest, struct bv_str end)
{
	size_t len = end.len;

	while (len < rest.len && !bv_str_ends(bv_str_sub(rest, 0, len), end))
		len++;
	return bv_str_sub(rest, 0, len);
}

/* Many questions in a file are tried one by one: that is quicker than all of them with one fault. */
static void
mutate_questions(struct run *run, const char *format)
{
	BV_AUTO(bv_buf_finish) struct bv_buf quiz = BV_BUF(FILE_MAX);
	bool moodle = strcmp(format, "xml") == 0;

	for (struct bv_str rest = run->source, one; rest.len; rest = bv_str_sub(rest, one.len, rest.len)) {
		one = up_to(rest, moodle ? BV_STR("</question>") : BV_STR("\n\n"));
		run->source = one;
		if (!moodle) {
			mutate_text(run);
			continue;
		}
		bv_buf_clear(&quiz);
		bv_buf_addz(&quiz, "<quiz>");
		bv_buf_add(&quiz, bv_str_sub(one, bv_str_starts(one, BV_STR("<?")) ? up_to(one, BV_STR("<quiz>")).len : 0, one.len));
		bv_buf_addz(&quiz, "</quiz>");
		run->source = bv_buf_str(&quiz);
		mutate_xml(run);
	}
}

static void
mutate_file(const char *path, size_t *files, size_t *mutants)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(FILE_MAX);
	struct run run = { .mutant = BV_BUF(4 * FILE_MAX) };
	const char *format = strrchr(path, '.') + 1;
	struct bv_err err;

	printf("# %s\n", path); /* a failed assertion ends the program: this is then the last line */
	fflush(stdout);
	if (bv_file_read(&bytes, path, &err)) {
		CHECK(false, "%s: %s", path, err.msg);
		return;
	}
	run.source = bv_buf_str(&bytes);
	bool quiz = up_to(run.source, BV_STR("<quiz>")).len < run.source.len;
	if (strcmp(format, "csv") == 0)
		mutate_text(&run);
	else if (strcmp(format, "xml") == 0 && !quiz)
		mutate_xml(&run);
	else
		mutate_questions(&run, format);
	bv_buf_finish(&run.mutant);
	*files += 1;
	*mutants += run.count;
}

/* Sorted by name, so that the same places are tried everywhere. */
static void
mutate_files(const char *pattern)
{
	size_t files = 0, mutants = 0;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			mutate_file(found.gl_pathv[i], &files, &mutants);
		globfree(&found);
	}
	CHECK(files && mutants, "%zu mutants of %zu files %s", mutants, files, pattern);
}

int
main(int argc, char **argv)
{
	signal(SIGABRT, show);
	for (int i = 1; i < argc; i++)
		mutate_files(argv[i]);
	return check_end();
}

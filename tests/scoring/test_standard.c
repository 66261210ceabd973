#define _GNU_SOURCE
/* The generated standards against the figures of frameworks/README.md, and one change at a time that must be refused. */
#include "scoring/scoring.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

static size_t
count_of(const struct bv_competence *c, bool deep)
{
	size_t n = 0;

	for (; c; c = c->next)
		n += 1 + (deep ? count_of(c->first, true) : 0);
	return n;
}

static struct bv_standard *
standard_of(const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = load(name);
	struct bv_standard *standard = NULL;
	struct bv_err err;

	CHECK_OK(bv_standard_parse(&standard, bv_buf_str(&xml), &err), &err, name);
	if (!standard)
		exit(check_end());
	return standard;
}

static void
check_generated(void)
{
	static const struct {
		const char *file, *identifier;
		size_t areas, competences, levels;
	} cases[] = {
		{ "standards/vn-tt03-2014.xml", "vn-tt03-2014", 15, 15 + 37, 2 },
		{ "standards/vn-tt02-2025.xml", "vn-tt02-2025", 6, 6 + 24, 8 },
		{ "standards/digcomp-2.2.xml", "digcomp-2.2", 5, 5 + 21, 8 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_standard_free) struct bv_standard *s = standard_of(cases[i].file);
		CHECK_STR(bv_standard_instrument(s)->identifier, bv_str_of(cases[i].identifier), "identifier");
		CHECK(count_of(bv_standard_competences(s), false) == cases[i].areas, "%zu areas", cases[i].areas);
		CHECK(count_of(bv_standard_competences(s), true) == cases[i].competences, "%zu competences", cases[i].competences);
		CHECK(bv_standard_level_count(s) == cases[i].levels, "%zu levels", cases[i].levels);
	}
}

static void
check_paths(void)
{
	static const struct {
		const char *path, *find, *nearest, *area;
	} cases[] = {
		{ "IU03", "IU03", "IU03", "IU03" },     { "IU03.2", "IU03.2", "IU03.2", "IU03" }, { "IU03.2.9.1", NULL, "IU03.2", "IU03" },
		{ "IU07.1.1.1", NULL, "IU07", "IU07" }, { "IU0", NULL, NULL, NULL },              { "IU033", NULL, NULL, NULL },
		{ "", NULL, NULL, NULL },               { "IU03.", NULL, "IU03", "IU03" },        { ".IU03", NULL, NULL, NULL },
		{ "iu03", NULL, NULL, NULL },           { "IU16", NULL, NULL, NULL },             { "IU03.22", NULL, "IU03", "IU03" },
	};
	BV_AUTO(bv_standard_free) struct bv_standard *s = standard_of("standards/vn-tt03-2014.xml");

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_str path = bv_str_of(cases[i].path);
		const struct bv_competence *got[] = { bv_standard_find(s, path), bv_standard_nearest(s, path), bv_standard_area(s, path) };
		const char *want[] = { cases[i].find, cases[i].nearest, cases[i].area };
		for (int j = 0; j < 3; j++)
			CHECK(want[j] ? got[j] && bv_str_is(got[j]->code, want[j]) : !got[j], "path '%s', question %d", cases[i].path, j);
	}
	const struct bv_competence *c = bv_standard_find(s, BV_STR("IU06.4"));
	CHECK_STR(c->names.vi, BV_STR("Sử dụng thư điện tử"), "name in Vietnamese");
	CHECK_STR(c->names.en, BV_STR("Using e-mail"), "name in English");
	CHECK(c->certainty == BV_UNCERTAIN && c->parent->certainty == BV_CERTAIN, "certainty of a section and of its module");
	CHECK_STR(c->parent->names.vi, BV_STR("Sử dụng Internet cơ bản"), "name of the module");
}

/* Circular 03/2014: basic = all of IU01–IU06; advanced = basic and at least three of IU07–IU15. Every subset of the 15 modules. */
static void
check_attainment(void)
{
	BV_AUTO(bv_standard_free) struct bv_standard *s = standard_of("standards/vn-tt03-2014.xml");
	const struct bv_standard_level *basic = bv_standard_level(s, BV_STR("basic")), *advanced = bv_standard_level(s, BV_STR("advanced"));
	struct bv_str names[15];
	char text[15][8];
	int wrong = 0, basics = 0, advances = 0;

	for (int i = 0; i < 15; i++) {
		snprintf(text[i], sizeof text[i], "IU%02d", i + 1);
		names[i] = bv_str_of(text[i]);
	}
	for (unsigned set = 0; set < 1u << 15; set++) {
		struct bv_str have[15];
		size_t count = 0;
		for (int i = 0; i < 15; i++)
			if (set >> i & 1)
				have[count++] = names[i];
		bool is_basic = (set & 63) == 63, is_advanced = is_basic && __builtin_popcount(set >> 6) >= 3;
		wrong += bv_standard_level_attained(basic, have, count) != is_basic || bv_standard_level_attained(advanced, have, count) != is_advanced;
		basics += is_basic;
		advances += is_advanced;
	}
	CHECK(wrong == 0 && basics == 512 && advances == 466, "all 32,768 sets of modules are judged right (%d wrong)", wrong);
	const struct bv_str twice[] = { names[0], names[1], names[2], names[3], names[4], names[5], names[6], names[6], names[6] };
	CHECK(!bv_standard_level_attained(advanced, twice, BV_COUNT(twice)), "one module three times is one module");
	BV_AUTO(bv_standard_free) struct bv_standard *tt02 = standard_of("standards/vn-tt02-2025.xml");
	const struct bv_str all[] = { BV_STR("1"), BV_STR("2"), BV_STR("3"), BV_STR("4"), BV_STR("5"), BV_STR("6") };
	CHECK(!bv_standard_level_attained(bv_standard_level(tt02, BV_STR("1")), all, 6), "a level without a rule is attained by nobody");
}

static void
check_refused(void)
{
	static const struct {
		const char *what, *from, *to;
		enum bv_status status;
		const char *says;
	} cases[] = {
		{ "another namespace", "ns/standard/1", "ns/standard/2", BV_EPARSE, "not a skills standard" },
		{ "another root", "<standard ", "<standards ", BV_EPARSE, "" },
		{ "no identifier", " identifier=\"good\"", "", BV_EPARSE, "needs the attribute 'identifier'" },
		{ "an identifier with a space", "identifier=\"good\"", "identifier=\"go od\"", BV_EPARSE, "not a code" },
		{ "an unknown attribute", "version=\"1\"", "version=\"1\" versoin=\"2\"", BV_EPARSE, "'versoin'" },
		{ "an unknown certainty", "certainty=\"high\"", "certainty=\"sure\"", BV_EPARSE, "certainty 'sure'" },
		{ "no Vietnamese title", "<title xml:lang=\"vi\">Chuẩn</title>", "", BV_EPARSE, "xml:lang=\"vi\"" },
		{ "a title twice", "xml:lang=\"en\">Standard", "xml:lang=\"vi\">Standard", BV_EPARSE, "twice" },
		{ "a title in French", "xml:lang=\"en\">Standard", "xml:lang=\"fr\">Standard", BV_EPARSE, "xml:lang" },
		{ "an empty title", ">Chuẩn<", "> <", BV_EPARSE, "is empty" },
		{ "no dates", "<in-force from=\"2020-01-01\" to=\"2029-12-31\" certainty=\"certain\"/>", "", BV_EPARSE, "not expected" },
		{ "a day that does not exist", "2020-01-01", "2020-02-30", BV_EPARSE, "does not exist" },
		{ "an end before the beginning", "2029-12-31", "2019-12-31", BV_EPARSE, "before it begins" },
		{ "text between elements", "<competences>", "<competences>stray", BV_EPARSE, "text between" },
		{ "no competence", "<!--C-->", "</competences><competences>", BV_EPARSE, "is empty" },
		{ "a dot in a top-level code", "code=\"A\"", "code=\"A.x\"", BV_EPARSE, "one segment" },
		{ "a child with another parent's code", "code=\"A.1\"", "code=\"B.1\"", BV_EPARSE, "its parent's" },
		{ "a child two segments down", "code=\"A.1\"", "code=\"A.1.1\"", BV_EPARSE, "one segment" },
		{ "a child with its parent's code alone", "code=\"A.1\"", "code=\"A.\"", BV_EPARSE, "one segment" },
		{ "a code twice", "code=\"B\"", "code=\"A\"", BV_ECONFLICT, "used already" },
		{ "a competence without a name", "<name xml:lang=\"vi\">B</name>", "", BV_EPARSE, "needs the element 'name'" },
		{ "an element of another kind", "<map framework=\"other\" code=\"9\" certainty=\"medium\"/>", "<mapp/>", BV_EPARSE, "'mapp'" },
		{ "a mapping with content", "code=\"9\" certainty=\"medium\"/>", "code=\"9\" certainty=\"medium\">x</map>", BV_EPARSE, "must be empty" },
		{ "a level twice", "<level code=\"two\" rank=\"2\"", "<level code=\"one\" rank=\"2\"", BV_ECONFLICT, "there already" },
		{ "ranks that do not rise", "rank=\"2\"", "rank=\"1\"", BV_EPARSE, "rise" },
		{ "rank 0", "rank=\"1\"", "rank=\"0\"", BV_EPARSE, "integer from 1" },
		{ "a level that needs itself", "needs=\"one\"", "needs=\"two\"", BV_EPARSE, "not a level before it" },
		{ "a rule with an unknown competence", "of=\"A B\"", "of=\"A C\"", BV_EPARSE, "'C' is not in this standard" },
		{ "a rule that names one twice", "of=\"A B\"", "of=\"A A\"", BV_ECONFLICT, "named twice" },
		{ "a rule over nothing", "of=\"A B\"", "of=\" \"", BV_EPARSE, "is empty" },
		{ "a rule that asks for more than there is", "least=\"1\"", "least=\"2\"", BV_EPARSE, "integer from 1 to 1" },
		{ "a rule that asks for none", "least=\"1\"", "least=\"0\"", BV_EPARSE, "integer from 1" },
		{ "something after the levels", "</levels>", "</levels><more/>", BV_EPARSE, "'more'" },
		{ "a DOCTYPE", "<standard ", "<!DOCTYPE standard [<!ENTITY e 'x'>]><standard ", BV_EPARSE, "" },
		{ "bytes that are not UTF-8", "Chuẩn", "Chu\xff\xfen", BV_EPARSE, "" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf good = load("tests/vectors/scoring/good-standard.xml");
	struct bv_standard *out = NULL;
	struct bv_err err;

	CHECK_OK(bv_standard_parse(&out, bv_buf_str(&good), &err), &err, "the document that is changed below");
	bv_standard_free(out);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf bad = changed(bv_buf_str(&good), cases[i].from, cases[i].to);
		out = NULL;
		CHECK_REFUSED(bv_standard_parse(&out, bv_buf_str(&bad), &err), cases[i].status, &err, cases[i].says, cases[i].what);
		CHECK(!out && err.line > 0, "%s: line %d, nothing returned", cases[i].what, err.line);
	}
}

static void
check_limits(void)
{
	static const struct {
		size_t count;
		enum bv_status status;
	} cases[] = { { BV_STANDARD_COMPETENCES_MAX - 1, BV_OK }, { BV_STANDARD_COMPETENCES_MAX, BV_ELIMIT } };
	BV_AUTO(bv_buf_finish) struct bv_buf good = load("tests/vectors/scoring/good-standard.xml");
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf many = BV_BUF(BV_STANDARD_MAX);
		BV_AUTO(bv_standard_free) struct bv_standard *out = NULL;
		for (size_t n = 0; n + 2 < cases[i].count; n++) /* three are in the document */
			bv_buf_printf(&many, "<competence code=\"N%zu\" certainty=\"high\"><name xml:lang=\"vi\">n</name></competence>", n);
		BV_AUTO(bv_buf_finish) struct bv_buf xml = changed(bv_buf_str(&good), "<!--C-->", many.p);
		CHECK(bv_standard_parse(&out, bv_buf_str(&xml), &err) == cases[i].status, "%zu competences", cases[i].count + 1);
	}
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(BV_STANDARD_MAX * 2);
	BV_AUTO(bv_standard_free) struct bv_standard *out = NULL;
	bv_buf_add(&large, bv_buf_str(&good));
	while (large.len <= BV_STANDARD_MAX)
		bv_buf_addc(&large, '\n');
	CHECK(bv_standard_parse(&out, bv_buf_str(&large), &err) == BV_ELIMIT, "one byte over %u is refused", BV_STANDARD_MAX);
	CHECK_OK(bv_standard_parse(&out, bv_str_sub(bv_buf_str(&large), 0, BV_STANDARD_MAX), &err), &err, "exactly the maximum is read");
}

static void
check_hostile(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf good = load("tests/vectors/scoring/good-standard.xml");
	size_t accepted = 0, tail = bv_str_trim(bv_buf_str(&good)).len;
	struct bv_err err;

	for (size_t len = 0; len < tail; len++) {
		BV_AUTO(bv_standard_free) struct bv_standard *out = NULL;
		accepted += bv_standard_parse(&out, bv_str_sub(bv_buf_str(&good), 0, len), &err) == BV_OK;
	}
	CHECK(accepted == 0, "every truncation is refused");
	for (size_t bit = 0; bit < good.len * 8; bit++) {
		BV_AUTO(bv_standard_free) struct bv_standard *out = NULL;
		good.p[bit / 8] ^= (char)(1 << bit % 8);
		if (bv_standard_parse(&out, bv_buf_str(&good), &err) == BV_OK)
			accepted += bv_standard_level_count(out) != 2;
		good.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	CHECK(accepted == 0, "every flipped bit is refused or changes only a word");
}

int
main(void)
{
	check_generated();
	check_paths();
	check_attainment();
	check_refused();
	check_limits();
	check_hostile();
	return check_end();
}

/* Queries, cookies, languages, codings, words, addresses, targets. */
#include "tests/check.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/query.h"
#include "tools/httpd/route.h"
#include "tools/httpd/words.h"

static const struct {
	const char *query, *name;
	enum bv_status status;
	const char *value;
} queries[] = {
	{ "a=1", "a", BV_OK, "1" },
	{ "a=1&b=2", "b", BV_OK, "2" },
	{ "b=2&a=", "a", BV_OK, "" },
	{ "a", "a", BV_OK, "" },
	{ "a=x+y%20z", "a", BV_OK, "x y z" },
	{ "a=%E1%BA%A3nh", "a", BV_OK, "ảnh" },
	{ "a=1=2", "a", BV_OK, "1=2" },
	{ "a=%41%42", "a", BV_OK, "AB" },
	{ "", "a", BV_ENOTFOUND, NULL },
	{ "b=1", "a", BV_ENOTFOUND, NULL },
	{ "%61=1", "a", BV_ENOTFOUND, NULL },
	{ "a=1&a=2", "a", BV_EPARSE, NULL },
	{ "a=%", "a", BV_EPARSE, NULL },
	{ "a=%4", "a", BV_EPARSE, NULL },
	{ "a=%4g", "a", BV_EPARSE, NULL },
	{ "a=%ff", "a", BV_EPARSE, NULL },
	{ "a=1&b=%zz", "a", BV_EPARSE, NULL },
	{ "a=%C0%80", "a", BV_EPARSE, NULL },
	{ "a=0123456789abcdef0", "a", BV_ELIMIT, NULL },
	{ "a=0123456789abcdef", "a", BV_OK, "0123456789abcdef" },
};

static const struct schema parameters[] = { { "limit", SCHEMA_INT, 1, 100 }, { "name", SCHEMA_STRING, 0, 5 }, { 0 } };
static const struct {
	const char *query;
	const char *pointer; /* NULL: good */
} checked[] = {
	{ "", NULL },           { "limit=1", NULL },          { "limit=100&name=abc", NULL }, { "limit=0", "?limit" },  { "limit=101", "?limit" },
	{ "limit", "?limit" },  { "limit=1&limit=1", "?limit" }, { "x=1", "?x" },             { "&", "?" },            { "name=%e1", "?name" },
	{ "name=abcdef", "?name" }, { "name=a%00", "?name" }, { "=1", "?" },
};

static const struct {
	const char *field, *value; /* NULL: none */
	enum bv_status status;
} cookies[] = {
	{ "__Host-bv=abc", "abc", BV_OK },
	{ "x=1; __Host-bv=abc; y=2", "abc", BV_OK },
	{ "x=1;__Host-bv=abc", "abc", BV_OK },
	{ "__Host-bv=", "", BV_OK },
	{ "__host-bv=abc", NULL, BV_ENOTFOUND },
	{ "x__Host-bv=abc", NULL, BV_ENOTFOUND },
	{ "__Host-bvx=abc", NULL, BV_ENOTFOUND },
	{ "", NULL, BV_ENOTFOUND },
	{ "__Host-bv=a; __Host-bv=b", NULL, BV_EINVAL },
	{ "__Host-bv=a; __Host-bv=a", NULL, BV_EINVAL },
};

static const struct {
	const char *accept;
	enum language language;
} languages[] = {
	{ "", LANGUAGE_VI },          { "vi", LANGUAGE_VI },           { "en", LANGUAGE_EN },          { "EN-us", LANGUAGE_EN },
	{ "en, vi", LANGUAGE_VI },    { "en;q=0.9, vi;q=0.8", LANGUAGE_EN }, { "en;q=0.8,vi;q=0.9", LANGUAGE_VI }, { "en;q=0", LANGUAGE_VI },
	{ "fr", LANGUAGE_VI },        { "*", LANGUAGE_VI },            { "enx", LANGUAGE_VI },         { "en;q=x", LANGUAGE_VI },
	{ "en;q=2", LANGUAGE_VI },    { "en;q=1.000", LANGUAGE_EN },   { "en;q=1.", LANGUAGE_EN },     { "en;q=0.0001", LANGUAGE_VI },
	{ ",,en", LANGUAGE_EN },      { "e", LANGUAGE_VI },
};

static const struct {
	const char *accept, *coding;
	bool may;
} codings[] = {
	{ "gzip, deflate, br", "br", true }, { "gzip, deflate, br", "gzip", true }, { "GZIP", "gzip", true }, { "br;q=0.001", "br", true },
	{ "", "gzip", false },               { "br;q=0, gzip", "br", false },       { "brx", "br", false },   { "b", "br", false },
	{ "*", "gzip", false },              { "gzip;q=x", "gzip", false },         { "x-gzip", "gzip", false }, { "identity", "br", false },
};

/* Of words/vi.json and en.json: one with a number in it. */
static void
test_words(void)
{
	static const struct {
		enum language language;
		const char *n, *want;
	} cases[] = {
		{ LANGUAGE_VI, "1", "Bạn đã thử quá nhiều lần. Hãy đợi 1 giây rồi thử lại." },
		{ LANGUAGE_EN, "1", "There were too many tries. Wait 1 second and try again." },
		{ LANGUAGE_EN, "12", "There were too many tries. Wait 12 seconds and try again." },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(200);
		words_write(&out, cases[i].language, "common.tooMany", (struct words_value[]){ { "n", bv_str_of(cases[i].n) }, { 0 } });
		CHECK_STR(bv_buf_str(&out), bv_str_of(cases[i].want), cases[i].want);
	}
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(200);
	words_write_html(&out, LANGUAGE_EN, "common.tooMany", (struct words_value[]){ { "n", BV_STR("<b>\"&{n}") }, { 0 } });
	CHECK(strstr(out.p, "Wait &lt;b&gt;&quot;&amp;{n} seconds") != NULL, "a value is escaped, and is not read again");
	for (size_t i = 1; i < words_count; i++)
		if (strcmp(words_rows[i - 1].key, words_rows[i].key) >= 0)
			CHECK(false, "%s is out of order", words_rows[i].key);
	CHECK(strcmp(words_text(LANGUAGE_EN, words_rows[0].key), words_rows[0].text[LANGUAGE_EN]) == 0, "the first is found");
	CHECK(strcmp(words_text(LANGUAGE_VI, words_rows[words_count - 1].key), words_rows[words_count - 1].text[LANGUAGE_VI]) == 0, "and the last");
}

static const struct {
	const char *text;
	bool good, local;
} addresses[] = {
	{ "127.0.0.1", true, true },    { "127.9.9.9", true, true },  { "::1", true, true },       { "::ffff:127.0.0.1", true, true },
	{ "192.0.2.1", true, false },   { "2001:db8::1", true, false }, { "::", true, false },     { "localhost", false, false },
	{ "", false, false },           { "1.2.3", false, false },    { "1.2.3.4.5", false, false }, { "1.2.3.4 ", false, false },
	{ "[::1]", false, false },      { "::1%lo", false, false },   { "0127.0.0.1", false, false },
	{ "1111:1111:1111:1111:1111:1111:1111:1111:1111:1111", false, false },
};

static const struct {
	const char *target, *path, *query; /* path NULL: not canonical */
} targets[] = {
	{ "/", "/", "" },          { "/a/b", "/a/b", "" },  { "/a?b", "/a", "b" },   { "/a?b?c", "/a", "b?c" }, { "/a?", "/a", "" },
	{ "/a.b~c_d-e", "/a.b~c_d-e", "" }, { "/...", "/...", "" }, { "", NULL, NULL },   { "a", NULL, NULL },       { "/a/", NULL, NULL },
	{ "//", NULL, NULL },      { "/a//b", NULL, NULL }, { "/.", NULL, NULL },    { "/a/..", NULL, NULL },   { "/../a", NULL, NULL },
	{ "/%41", NULL, NULL },    { "/a;b", NULL, NULL },  { "/a\\b", NULL, NULL }, { "/é", NULL, NULL },      { "?a", NULL, NULL },
};

static void
test_queries(void)
{
	struct schema_fault fault;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(queries); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf value = BV_BUF(16);
		enum bv_status status = query_find(&value, bv_str_of(queries[i].query), queries[i].name, &err);
		CHECK(status == queries[i].status && (status != BV_OK || bv_str_is(bv_buf_str(&value), queries[i].value)), "query '%s': %s", queries[i].query,
		      bv_status_name(status));
	}
	for (size_t i = 0; i < BV_COUNT(checked); i++) {
		bool good = query_check(parameters, bv_str_of(checked[i].query), &fault);
		CHECK(good == !checked[i].pointer && (good || strcmp(fault.pointer, checked[i].pointer) == 0), "query '%s' is %s", checked[i].query,
		      good ? "good" : fault.en);
	}
	CHECK(query_check(NULL, BV_STR_NONE, &fault) && !query_check(NULL, BV_STR("a=1"), &fault), "no schema: no parameters");
}

static void
test_targets(void)
{
	for (size_t i = 0; i < BV_COUNT(targets); i++) {
		struct bv_str path, query;
		bool good = strict_target(bv_str_of(targets[i].target), &path, &query);
		CHECK(good == (targets[i].path != NULL) && (!good || (bv_str_is(path, targets[i].path) && bv_str_is(query, targets[i].query))), "target '%s'",
		      targets[i].target);
	}
}

static void
test_routes(void)
{
	for (const struct route *r = routes; r->path; r++) {
		struct bv_str params[EXCHANGE_PARAMS_MAX];
		BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(200), allow = BV_BUF(200);
		for (const char *p = r->path; *p; p++)
			if (*p != '{' && *p != '}')
				bv_buf_addc(&path, *p);
		CHECK(route_find(r->method, bv_buf_str(&path), params, &allow) == r, "%s %s is found", method_name(r->method), r->path);
		/* Both: the first on another thread than an event thread. A body without a schema is a form's. */
		CHECK(r->id && r->vi && r->en && (r->run || r->later) && !(r->run && r->later && r->where == WHERE_EVENT) && r->status >= 200 &&
		      (!r->body || r->body_max) && (r->body || !r->body_max || (r->flags & ROUTE_FORM)), "and its row is complete");
		for (const struct route *other = routes; other < r; other++)
			if (strcmp(other->path, r->path) == 0)
				CHECK(strcmp((r - 1)->path, r->path) == 0, "rows of one path stand together");
	}
}

int
main(void)
{
	struct bv_err err;

	test_queries();
	for (size_t i = 0; i < BV_COUNT(cookies); i++) {
		struct bv_str value = BV_STR_NONE;
		enum bv_status status = edge_cookie(&value, bv_str_of(cookies[i].field), "__Host-bv", &err);
		CHECK(status == cookies[i].status && (status != BV_OK || bv_str_is(value, cookies[i].value)), "cookies '%s'", cookies[i].field);
	}
	for (size_t i = 0; i < BV_COUNT(languages); i++)
		CHECK(edge_language(bv_str_of(languages[i].accept)) == languages[i].language, "Accept-Language: %s", languages[i].accept);
	for (size_t i = 0; i < BV_COUNT(codings); i++)
		CHECK(edge_coding(bv_str_of(codings[i].accept), codings[i].coding) == codings[i].may, "Accept-Encoding: %s for %s", codings[i].accept, codings[i].coding);
	test_words();
	for (size_t i = 0; i < BV_COUNT(addresses); i++) {
		struct address address;
		bool good = address_parse(&address, bv_str_of(addresses[i].text));
		CHECK(good == addresses[i].good && (!good || address_is_local(&address) == addresses[i].local), "address '%s'", addresses[i].text);
	}
	struct address address;
	CHECK(edge_forwarded(&address, BV_STR("x, 127.0.0.1")) && address_is_local(&address), "the last address that was forwarded");
	CHECK(!edge_forwarded(&address, BV_STR("127.0.0.1, x")) && !edge_forwarded(&address, BV_STR_NONE), "and no other");
	test_targets();
	test_routes();
	return check_end();
}

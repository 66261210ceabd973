/* Reading items: what they say about themselves, and what is refused, with its line. */
#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static const char *
vector(const char *name)
{
	static char path[4096];
	const char *source = getenv("BV_SOURCE");

	snprintf(path, sizeof path, "%s/tests/vectors/itembank/%s", source ? source : ".", name);
	return path;
}

static void
load(struct bv_buf *buf, const char *name)
{
	struct bv_err err;

	*buf = BV_BUF(2u << 20);
	if (bv_file_read(buf, vector(name), &err)) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
}

static void
test_facts(void)
{
	static const struct {
		const char *file, *identifier, *title, *version;
		enum bv_interaction_kind kind;
		size_t choices, first;
		double max;
		bool clones;
	} cases[] = {
		{ "items/choice-single.xml", "choice-single", "Thiết bị lưu trữ", "3.0", BV_INTERACTION_CHOICE, 4, 4, 1, false },
		{ "items/match.xml", "match", "Phím tắt", "3.0", BV_INTERACTION_MATCH, 5, 2, 2, false },
		{ "items/gap-match.xml", "gap-match", "Điền từ", "3.0", BV_INTERACTION_GAP_MATCH, 5, 3, 2, false },
		{ "items/template.xml", "template", "Bản sao", "3.0", BV_INTERACTION_CHOICE, 4, 4, 1, true },
		{ "items/choice-single-2p1.xml", "choice-single-2p1", "Thiết bị lưu trữ", "2.1", BV_INTERACTION_CHOICE, 2, 2, 1, false },
		{ "items/gap-match-2p2.xml", "gap-match-2p2", "Thiết bị lưu trữ", "2.2", BV_INTERACTION_GAP_MATCH, 5, 3, 2, false },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml;
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		const struct bv_interaction *interaction;
		uint8_t hash[BV_HASH_LEN];
		struct bv_err err;
		double max = -1;

		load(&xml, cases[i].file);
		CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, cases[i].file);
		if (!item)
			continue;
		interaction = bv_item_interaction(item, 0);
		CHECK_STR(bv_item_identifier(item), bv_str_of(cases[i].identifier), "  identifier");
		CHECK_STR(bv_item_title(item), bv_str_of(cases[i].title), "  title");
		CHECK_STR(bv_item_language(item), BV_STR("vi"), "  language");
		CHECK_STR(bv_str_of(bv_qti_version_name(bv_item_version(item))), bv_str_of(cases[i].version), "  version");
		CHECK(bv_item_interaction_count(item) == 1 && interaction->kind == cases[i].kind, "  kind");
		CHECK(interaction->choice_count == cases[i].choices && interaction->first_count == cases[i].first, "  choices");
		CHECK(bv_item_max_score(item, &max) && max == cases[i].max, "  maximum");
		CHECK(bv_item_clones(item) == cases[i].clones && bv_item_machine_scorable(item) && !bv_item_adaptive(item), "  processing");
		bv_sha256(hash, bv_buf_str(&xml));
		CHECK(bv_hash_eq(hash, bv_item_hash(item)), "  hash");
	}
}

static void
test_choices(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct bv_interaction *i;
	struct bv_err err;

	load(&xml, "items/choice-single.xml");
	CHECK_OK(bv_item_parse(&item, bv_buf_str(&xml), &err), &err, "choices of an item");
	i = bv_item_interaction(item, 0);
	CHECK_STR(i->choices[1].identifier, BV_STR("B"), "  identifier");
	CHECK_STR(i->choices[1].text, BV_STR("Bộ nhớ RAM"), "  text");
	CHECK(i->shuffle && i->choices[3].fixed && !i->choices[0].fixed, "  shuffle and fixed");
	CHECK(i->max_choices == 1 && i->min_choices == 0, "  max-choices absent is 1, min-choices 0");
	CHECK_STR(bv_item_stem(item, &arena), BV_STR("Thiết bị nào giữ dữ liệu lâu dài khi tắt máy?"), "  stem");
}

static void
test_refused(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf table;
	struct bv_str rest;

	load(&table, "bad-items.tsv");
	for (rest = bv_buf_str(&table); rest.len;) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml;
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		struct bv_str line = bv_str_sub(rest, 0, bv_str_find(rest, '\n'));
		struct bv_str name = bv_str_sub(line, 0, bv_str_find(line, '\t')), tail = bv_str_sub(line, name.len + 1, line.len);
		struct bv_str rule = bv_str_sub(tail, 0, bv_str_find(tail, '\t'));
		char file[256], part[256];
		struct bv_err err;

		rest = bv_str_sub(rest, line.len + 1, rest.len);
		snprintf(file, sizeof file, "items/bad-%.*s.xml", BV_STR_ARG(name));
		snprintf(part, sizeof part, "%.*s", BV_STR_ARG(bv_str_sub(tail, rule.len + 1, tail.len)));
		load(&xml, file);
		CHECK_REFUSED(bv_item_parse(&item, bv_buf_str(&xml), &err), BV_EPARSE, &err, part, file);
		CHECK(err.line > 0, "  with its line, %d", err.line);
		CHECK_STR(bv_str_of(err.rule ? err.rule : "none"), rule, "  and its rule");
	}
}

/* What keeps an item from a bank need not keep it from being scored. */
static void
test_loosely(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_err err;

	load(&xml, "items/bad-shuffle.xml");
	CHECK_OK(bv_item_parse_loosely(&item, bv_buf_str(&xml), &err), &err, "shuffle=\"TRUE\", read loosely");
	CHECK(!bv_item_interaction(item, 0)->shuffle, "  the default of the attribute");
}

/* Truncated anywhere an item is refused, or (behind the root's end) the same; with one byte changed it is refused or scored, never worse. */
static void
test_hostile(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml;
	size_t refused = 0, read = 0;
	struct bv_err err;

	load(&xml, "items/template.xml");
	for (size_t len = 0; len + 2 < xml.len; len++) {
		struct bv_item *item = NULL;
		refused += bv_item_parse(&item, bv_str_sub(bv_buf_str(&xml), 0, len), &err) != BV_OK;
		bv_item_free(item);
	}
	CHECK(refused == xml.len - 2, "every truncation is refused (%zu)", refused);
	for (size_t at = 0; at < xml.len; at++) {
		static const uint8_t seed[BV_HASH_LEN];
		struct bv_item *item = NULL;
		struct bv_item_session *session = NULL;
		xml.p[at] ^= 1;
		if (bv_item_parse(&item, bv_buf_str(&xml), &err) == BV_OK) {
			read++;
			if (bv_item_session_new(&session, item, seed, &err) == BV_OK && bv_item_score(session, &err) == BV_OK)
				bv_json_free(bv_item_session_outcomes(session));
		}
		bv_item_session_free(session);
		bv_item_free(item);
		xml.p[at] ^= 1;
	}
	CHECK(read > 0 && read < xml.len, "items with one byte changed: %zu read, %zu refused", read, xml.len - read);
}

static void
repeat(struct bv_buf *out, const char *before, const char *middle, size_t count, const char *after)
{
	*out = BV_BUF(4u << 20);
	bv_buf_addz(out, before);
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(out, middle, i);
	bv_buf_addz(out, after);
}

#define HEAD \
	"<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"i\" title=\"t\" time-dependent=\"false\">" \
	"<qti-response-declaration identifier=\"RESPONSE\" cardinality=\"multiple\" base-type=\"identifier\"/><qti-item-body>"
#define TAIL "</qti-item-body></qti-assessment-item>"

static void
test_limits(void)
{
	struct bv_err err;

	for (int over = 0; over < 2; over++) {
		BV_AUTO(bv_buf_finish) struct bv_buf choices, huge;
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		repeat(&choices, HEAD "<qti-choice-interaction response-identifier=\"RESPONSE\">", "<qti-simple-choice identifier=\"c%zu\">x</qti-simple-choice>",
		       BV_ITEM_CHOICES_MAX + (size_t)over, "</qti-choice-interaction>" TAIL);
		CHECK(bv_item_parse(&item, bv_buf_str(&choices), &err) == (over ? BV_ELIMIT : BV_OK), "%d choices and %d", BV_ITEM_CHOICES_MAX, over);
		bv_item_free(bv_steal(&item));
		char root[1000];
		snprintf(root, sizeof root, "<assessmentItem identifier='x' title='x' adaptive='false' timeDependent='false' xml:lang='%0*d'/>",
		         BV_ITEM_IDENTIFIER_MAX + over, 1);
		CHECK(bv_item_parse(&item, bv_str_of(root), &err) == (over ? BV_ELIMIT : BV_OK), "a language of %d bytes and %d", BV_ITEM_IDENTIFIER_MAX,
		      over);
		bv_item_free(bv_steal(&item));
		repeat(&huge, HEAD, "<!-- %07zu -->", ((1u << 20) - sizeof(HEAD TAIL) + 1) / 16 + (size_t)over, TAIL);
		CHECK(bv_item_parse(&item, bv_buf_str(&huge), &err) == (over ? BV_ELIMIT : BV_OK), "a megabyte and %d", over);
	}
}

int
main(void)
{
	test_facts();
	test_choices();
	test_refused();
	test_loosely();
	test_hostile();
	test_limits();
	return check_end();
}

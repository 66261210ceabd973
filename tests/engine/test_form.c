#define _GNU_SOURCE
#include "base/json.h"
#include "tests/check.h"
#include "tests/engine/fixture.h"

static const char parts[] = FIXTURE_PART("one", "<stratum id='a' competence='C1' count='2' marks='2.5'/>\n"
                                                "<stratum id='b' competence='C2' count='1' marks='1'/>\n")
        FIXTURE_PART("two", "<stratum id='c' competence='C3' count='2' marks='0.75'/>\n");

struct session {
	struct fixture bank;
	struct bv_blueprint *blueprint;
	struct bv_draw_pool *pool;
	struct bv_draw_plan *plan;
	struct bv_draw_key key;
	struct bv_form *form;
	struct bv_buf json;
};

static const uint8_t seed[BV_HASH_LEN] = { 1, 2, 3 }, draw_key[BV_HASH_LEN] = { 4, 5, 6 };

static void
require(enum bv_status status, const struct bv_err *err)
{
	if (status == BV_OK)
		return;
	fprintf(stderr, "%s\n", err->msg);
	exit(1);
}

/* tweak changes the bank before the pool is built. */
static struct session *
session_new(const char *attributes, const char *strata, void (*tweak)(struct fixture *))
{
	struct session *s = bv_alloc(sizeof *s);
	struct bv_err err;
	static const char *const competences[] = { "C1", "C2", "C3" };

	for (size_t i = 0; i < 24; i++) {
		fixture_item(&s->bank, fixture_str(&s->bank, "%s-%zu", competences[i % 3], i), competences[i % 3], i);
		fixture_shape(&s->bank, i % 2 ? BV_INTERACTION_MATCH : BV_INTERACTION_CHOICE, "RESPONSE", 3, i % 2 ? 4 : 0, i % 5 == 0);
		if (i % 4 == 0)
			fixture_shape(&s->bank, BV_INTERACTION_ORDER, "ALSO", 5, 0, 0);
	}
	if (tweak)
		tweak(&s->bank);
	s->blueprint = fixture_blueprint(attributes, strata);
	require(bv_draw_pool_build(&s->pool, s->blueprint, s->bank.sources, s->bank.count, &err), &err);
	require(bv_draw_plan_new(&s->plan, s->blueprint, s->pool, &err), &err);
	bv_draw_key_init(&s->key, draw_key, seed);
	require(bv_form_draw(&s->form, s->plan, &s->key, BV_STR("T-1"), &err), &err);
	s->json = BV_BUF(BV_FORM_MAX);
	bv_form_write(&s->json, s->form);
	return s;
}

static void
session_free(struct session *s)
{
	bv_buf_finish(&s->json);
	bv_form_free(s->form);
	bv_draw_plan_free(s->plan);
	bv_draw_pool_free(s->pool);
	bv_blueprint_free(s->blueprint);
	fixture_finish(&s->bank);
	free(s);
}
BV_AUTO_DEFINE(struct session, session_free)

/* Reads text and audits it; OK only if both succeed. */
static enum bv_status
audit(struct bv_str text, const struct session *s, const struct bv_draw_key *key, struct bv_err *err)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;

	TRY(bv_form_parse(&form, text, err));
	return bv_form_audit(form, s->plan, key, err);
}

static void
round_trip(void)
{
	BV_AUTO(session_free) struct session *s = session_new("itemOrder='shuffled'", parts, NULL);
	BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(BV_FORM_MAX);
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct bv_err err;

	CHECK_OK(bv_form_parse(&form, bv_buf_str(&s->json), &err), &err, "a form is read");
	if (!form)
		return;
	bv_form_write(&again, form);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&s->json), "and written again");
	CHECK_OK(bv_form_audit(form, s->plan, &s->key, &err), &err, "its audit says yes");
	CHECK(form->item_count == 5 && bv_str_is(form->items[2].part, "one") && bv_str_is(form->items[3].part, "two") &&
	              form->items[4].marks == 75 && bv_str_is(form->items[4].stratum, "c") && bv_str_is(form->items[0].language, "vi"),
	      "the parts follow each other also when items are shuffled");
	bv_buf_addc(&s->json, '\n');
	CHECK_OK(audit(bv_buf_str(&s->json), s, &s->key, &err), &err, "a line feed may end it");
	struct bv_form *none = NULL;
	CHECK_REFUSED(bv_form_draw(&none, s->plan, &s->key, BV_STR("T 1"), &err), BV_EINVAL, &err, "a ticket is", "a bad ticket draws nothing");
}

/* What is written without a tree are the bytes of the generic writer of RFC 8785. */
static void
same_as_generic(const struct bv_form *form, const char *what)
{
	BV_AUTO(bv_buf_finish) struct bv_buf direct = BV_BUF(BV_FORM_MAX), generic = BV_BUF(BV_FORM_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	bv_form_write(&direct, form);
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&direct), &err), &err, what);
	bv_json_write_canonical(&generic, json);
	CHECK_STR(bv_buf_str(&direct), bv_buf_str(&generic), "  is canonical");
}

static void
canonical(void)
{
	BV_AUTO(session_free) struct session *s = session_new("itemOrder='shuffled'", parts, NULL);
	/* By bytes U+FF21 comes before U+1D400, by UTF-16 code units after it (RFC 8785 §3.2.3). */
	const struct bv_str choices[] = { BV_STR("a\"b\\"), BV_STR("\x01\n\x7f"), BV_STR("Ế") };
	const struct bv_delivery_set sets[] = { { choices, 3 }, { choices, 0 } };
	const struct bv_delivery_order orders[] = { { BV_STR("A"), sets, 2 }, { BV_STR("R\"1"), sets, 1 }, { BV_STR("Ａ"), sets, 1 }, { BV_STR("𝐀"), sets, 1 } };
	const struct bv_form_item items[] = {
		{ .position = 1, .part = BV_STR("p\""), .stratum = BV_STR("s"), .identifier = BV_STR("câu 1"), .language = BV_STR("vi"),
		  .version = 9007199254740993, .marks = INT32_MAX, .orders = orders, .order_count = 4, .hash = { 0xff } },
		{ .position = 2, .version = INT64_C(1) << 60, .marks = 1 },
	};
	const struct bv_form form = { .blueprint_id = BV_STR("b\t"), .ticket = BV_STR("T\\"), .items = items, .item_count = 2, .seed = { 1, 0xab } };
	const struct bv_form empty = { 0 };

	same_as_generic(s->form, "a drawn form");
	same_as_generic(&form, "a form of strange names and numbers");
	same_as_generic(&empty, "an empty form");
}

/* Every single bit of the file. */
static void
flipped_bits(void)
{
	BV_AUTO(session_free) struct session *s = session_new("", parts, NULL);
	size_t taken = 0;
	struct bv_err err;

	CHECK_OK(audit(bv_buf_str(&s->json), s, &s->key, &err), &err, "the form itself");
	for (size_t i = 0; i < s->json.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			s->json.p[i] ^= (char)(1 << bit);
			if (audit(bv_buf_str(&s->json), s, &s->key, &err) == BV_OK && !taken++)
				CHECK(false, "bit %d of byte %zu is flipped without notice", bit, i);
			s->json.p[i] ^= (char)(1 << bit);
		}
	CHECK(taken == 0, "each of %zu flipped bits is found", 8 * s->json.len);
	for (size_t cut = 0; cut < s->json.len; cut++)
		taken += audit(bv_str_sub(bv_buf_str(&s->json), 0, cut), s, &s->key, &err) == BV_OK;
	CHECK(taken == 0, "each of %zu cut forms is refused", s->json.len);
}

static void
other_version(struct fixture *f)
{
	f->items[20].version = 2;
}

static void
other_choices(struct fixture *f)
{
	fixture_shape(f, BV_INTERACTION_ORDER, "MORE", 2, 0, 0);
}

static void
one_item_less(struct fixture *f)
{
	f->count--;
}

/* One changed input: the verdict changes and says what. */
static void
changed_inputs(void)
{
	static const struct {
		const char *what, *attributes, *strata, *says;
		void (*tweak)(struct fixture *);
		int seed_bit, key_bit;
	} cases[] = {
		{ "another version of one item", "", parts, "pool hash: expected", other_version, -1, -1 },
		{ "other choices of one item", "", parts, "pool hash: expected", other_choices, -1, -1 },
		{ "one item less in the bank", "", parts, "pool hash: expected", one_item_less, -1, -1 },
		{ "another blueprint", "session='x'", parts, "blueprint hash: expected", NULL, -1, -1 },
		{ "the first bit of the seed", "", parts, "seed: expected", NULL, 0, -1 },
		{ "the last bit of the seed", "", parts, "seed: expected", NULL, 255, -1 },
		{ "the first bit of the draw key", "", parts, "drawKeyHash: expected", NULL, -1, 0 },
		{ "the last bit of the draw key", "", parts, "drawKeyHash: expected", NULL, -1, 255 },
	};
	BV_AUTO(session_free) struct session *good = session_new("", parts, NULL);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(session_free) struct session *s = session_new(cases[i].attributes, cases[i].strata, cases[i].tweak);
		uint8_t other_seed[BV_HASH_LEN], other_key[BV_HASH_LEN];
		struct bv_draw_key key;
		struct bv_err err;
		memcpy(other_seed, seed, BV_HASH_LEN);
		memcpy(other_key, draw_key, BV_HASH_LEN);
		if (cases[i].seed_bit >= 0)
			other_seed[cases[i].seed_bit / 8] ^= (uint8_t)(0x80 >> cases[i].seed_bit % 8);
		if (cases[i].key_bit >= 0)
			other_key[cases[i].key_bit / 8] ^= (uint8_t)(0x80 >> cases[i].key_bit % 8);
		bv_draw_key_init(&key, other_key, other_seed);
		CHECK_REFUSED(audit(bv_buf_str(&good->json), s, &key, &err), BV_EDENIED, &err, cases[i].says, cases[i].what);
	}
}

/* json with its first `from` replaced by `to`. */
static void
replace(struct bv_buf *out, struct bv_str json, const char *from, const char *to)
{
	const char *at = memmem(json.p, json.len, from, strlen(from));

	bv_buf_clear(out);
	if (!at) {
		CHECK(false, "the form has %s", from);
		return;
	}
	size_t before = (size_t)(at - json.p);
	bv_buf_add(out, bv_str_sub(json, 0, before));
	bv_buf_addz(out, to);
	bv_buf_add(out, bv_str_sub(json, before + strlen(from), json.len));
}

/* Forms that are well made but not what was drawn. */
static void
forged(void)
{
	BV_AUTO(session_free) struct session *s = session_new("", parts, NULL);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_FORM_MAX);
	const struct bv_form_item *first = &s->form->items[0];
	char from[256], to[256], says[256];
	struct bv_err err;

	snprintf(from, sizeof from, "\"identifier\":\"%.*s\"", BV_STR_ARG(first->identifier));
	snprintf(says, sizeof says, "position 1: identifier: expected '%.*s', the form has 'C1-99'", BV_STR_ARG(first->identifier));
	replace(&text, bv_buf_str(&s->json), from, "\"identifier\":\"C1-99\"");
	CHECK_REFUSED(audit(bv_buf_str(&text), s, &s->key, &err), BV_EDENIED, &err, says, "another item");

	replace(&text, bv_buf_str(&s->json), "\"marks\":250", "\"marks\":251");
	CHECK_REFUSED(audit(bv_buf_str(&text), s, &s->key, &err), BV_EDENIED, &err, "position 1: marks: expected 250, the form has 251",
	              "other marks");

	const struct bv_delivery_set *set = &first->orders[0].sets[0];
	snprintf(from, sizeof from, "\"%.*s\",\"%.*s\"", BV_STR_ARG(set->choices[0]), BV_STR_ARG(set->choices[1]));
	snprintf(to, sizeof to, "\"%.*s\",\"%.*s\"", BV_STR_ARG(set->choices[1]), BV_STR_ARG(set->choices[0]));
	replace(&text, bv_buf_str(&s->json), from, to);
	CHECK_REFUSED(audit(bv_buf_str(&text), s, &s->key, &err), BV_EDENIED, &err, "order of ", "two options exchanged");

	replace(&text, bv_buf_str(&s->json), "\"ticket\":\"T-1\"", "\"ticket\":\"T-2\"");
	CHECK_REFUSED(audit(bv_buf_str(&text), s, &s->key, &err), BV_EDENIED, &err, "cid: expected", "another candidate's ticket");

	s->form->item_count--;
	bv_buf_clear(&text);
	bv_form_write(&text, s->form);
	CHECK_REFUSED(audit(bv_buf_str(&text), s, &s->key, &err), BV_EDENIED, &err, "number of items: expected 5, the form has 4", "one item less");
	s->form->item_count++;
	BV_AUTO(bv_form_free) struct bv_form *other = NULL;
	CHECK_OK(bv_form_draw(&other, s->plan, &s->key, BV_STR("T-2"), &err), &err, "another candidate's form");
	CHECK_OK(bv_form_audit(other, s->plan, &s->key, &err), &err, "is right for him");
	other->ticket = s->form->ticket;
	memcpy(other->cid, s->form->cid, BV_HASH_LEN);
	CHECK_REFUSED(bv_form_audit(other, s->plan, &s->key, &err), BV_EDENIED, &err, "position ", "but not for the first");
}

static void
refusals(void)
{
	static const struct {
		const char *what, *from, *to, *says;
	} cases[] = {
		{ "another algorithm", "BV-DRAW-1", "BV-DRAW-9", "only BV-DRAW-1" },
		{ "a member that is unknown", "{\"alg\"", "{\"aaa\":0,\"alg\"", "'aaa' is not known" },
		{ "an item's member that is unknown", "\"marks\":250", "\"key\":\"A\",\"marks\":250", "'key' is not known" },
		{ "no seed", "\"seed\":", "\"seeds\":", "'seeds' is not known" },
		{ "a position twice", "\"position\":2", "\"position\":1", "item 2 of the form: 'position' is 1" },
		{ "a position that is text", "\"position\":2", "\"position\":\"2\"", "item 2 of the form: 'position' is a string" },
		{ "negative marks", "\"marks\":250", "\"marks\":-250", "'version' and 'marks'" },
		{ "marks past 32 bits", "\"marks\":250", "\"marks\":4294967546", "'version' and 'marks'" },
		{ "orders that are a list", "\"orders\":{", "\"orders\":[{", "" },
		{ "an order that is a word", "\"RESPONSE\":[[", "\"A\":7,\"RESPONSE\":[[", "each member is an array" },
		{ "three sets", "\"RESPONSE\":[[", "\"RESPONSE\":[[],[],[],[", "each member is an array" },
		{ "a choice that is empty", "\"A0\"", "\"\"", "is no identifier" },
		{ "white space", "{\"alg\"", " {\"alg\"", "canonical form (RFC 8785): byte 1 differs" },
		{ "an escape", "\"T-1\"", "\"T\\u002d1\"", "canonical" },
	};
	BV_AUTO(session_free) struct session *s = session_new("", parts, NULL);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_FORM_MAX);

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		struct bv_form *form = NULL;
		struct bv_err err = { 0 };
		replace(&text, bv_buf_str(&s->json), cases[i].from, cases[i].to);
		enum bv_status status = bv_form_parse(&form, bv_buf_str(&text), &err);
		if (!CHECK(status != BV_OK && !form && strstr(err.msg, cases[i].says), "refused: %s", cases[i].what))
			printf("# %s: %s\n", bv_status_name(status), err.msg);
	}
}

int
main(void)
{
	round_trip();
	canonical();
	flipped_bits();
	changed_inputs();
	forged();
	refusals();
	return check_end();
}

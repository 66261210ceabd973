/* Outcomes on which two independent engines agree (ref/qti/item-outcomes.jsonl): {"item","case","responses","outcomes"} with typed values
 * {"card","base","value" or "values"}. Every case must agree, or is listed below and argued in itembank/RULINGS.md. */
#include <math.h>

#include "base/file.h"
#include "itembank/item.h"
#include "itembank/pci.h"
#include "tests/check.h"

/* Where we differ with reason, or the item itself is at fault; each with the clause. */
static const struct {
	const char *item, *outcome, *why; /* outcome "*": the whole item */
} known[] = {
	/* Not in a namespace of QTI: their elements are not QTI's. */
	{ "relative.xml", "*", "the namespace is that of XHTML" },
	{ "base-type-string-invalid.xml", "*", "names of 3.0 in the namespace of 2.2; its name says that it is invalid" },
};

struct tally {
	size_t agree, excused, differ;
};

static const char *
excuse(const char *item, const char *outcome)
{
	for (size_t i = 0; i < BV_COUNT(known); i++)
		if (known[i].item && strstr(item, known[i].item) && (strcmp(known[i].outcome, "*") == 0 || strcmp(known[i].outcome, outcome) == 0))
			return known[i].why;
	return NULL;
}

/* The lexical form of one JSON value. */
static void
lexical(struct bv_buf *out, const struct bv_json *json)
{
	bv_buf_clear(out);
	if (bv_json_type(json) == BV_JSON_STRING)
		bv_buf_add(out, bv_json_str(json));
	else
		bv_json_write(out, json);
}

static bool
value_of(struct bv_value *out, const struct bv_json *typed, enum bv_cardinality cardinality, enum bv_type type, struct bv_arena *arena)
{
	const struct bv_json *one = bv_json_find(typed, "value"), *list = bv_json_find(typed, "values");
	size_t count = list ? bv_json_count(list) : 1;
	union bv_atom *atoms = bv_arena_array(arena, count, union bv_atom);
	uint32_t n = 0;
	struct bv_err err;

	*out = bv_value_null(cardinality, type);
	if (bv_json_type(typed) == BV_JSON_NULL || (!list && bv_json_type(one) == BV_JSON_NULL))
		return true;
	for (size_t i = 0; i < count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
		struct bv_value v;
		lexical(&text, list ? bv_json_at(list, i) : one);
		if (bv_value_parse(&v, type, bv_arena_str(arena, bv_buf_str(&text)), arena, &err)) {
			printf("# %s\n", err.msg);
			return false;
		}
		if (!bv_value_is_null(&v))
			atoms[n++] = v.one;
	}
	if (cardinality == BV_CARD_SINGLE)
		*out = n ? bv_value_single(type, atoms[0]) : *out;
	else
		*out = bv_value_list(cardinality, type, atoms, n);
	return true;
}

static bool
same(const struct bv_value *got, const struct bv_value *want)
{
	double a, b;

	if (bv_value_is_null(got) || bv_value_is_null(want))
		return bv_value_is_null(got) && bv_value_is_null(want);
	if (bv_single_number(got, &a) && bv_single_number(want, &b))
		return a == b || fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
	return got->cardinality == want->cardinality && got->type == want->type && bv_value_equal(got, want);
}

static bool
respond(struct bv_item_session *session, const struct bv_json *responses, struct bv_arena *arena)
{
	const struct bv_item *item = bv_item_session_item(session);

	for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it)) {
		int variable = bv_declarations_find(item->program.declarations, bv_json_member_name(it));
		const struct bv_declaration *d = variable < 0 ? NULL : &item->program.declarations->list[variable];
		struct bv_value *v = bv_arena_alloc(arena, sizeof *v);
		if (!d || d->builtin)
			continue;
		if (!value_of(v, bv_json_member(it), (enum bv_cardinality)d->cardinality, (enum bv_type)d->type, arena))
			return false;
		bv_session_respond(bv_item_session_variables(session), variable, v);
	}
	return true;
}

static void
show(const char *label, const struct bv_value *v)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_pci_typed_new(v);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);

	bv_json_write(&text, json);
	printf("#   %s %s\n", label, text.p);
}

/* True when all outcomes agree or are excused. */
static bool
compare(struct bv_item_session *session, const struct bv_json *c, const char *item_name, struct bv_arena *arena, size_t *excused)
{
	const struct bv_item *item = bv_item_session_item(session);
	const struct bv_json *outcomes = bv_json_find(c, "outcomes");
	bool good = true;

	for (void *it = bv_json_members(outcomes); it; it = bv_json_next(outcomes, it)) {
		struct bv_str name = bv_json_member_name(it);
		int variable = bv_declarations_find(item->program.declarations, name);
		struct bv_value want;
		const struct bv_value *got;
		char z[300];
		snprintf(z, sizeof z, "%.*s", BV_STR_ARG(name));
		if (variable < 0) {
			printf("# %s: outcome %s is not declared\n", item_name, z);
			good = false;
			continue;
		}
		got = bv_session_value(bv_item_session_variables(session), variable);
		if (!value_of(&want, bv_json_member(it), (enum bv_cardinality)item->program.declarations->list[variable].cardinality,
		              (enum bv_type)item->program.declarations->list[variable].type, arena) ||
		    !same(got, &want)) {
			if (excuse(item_name, z)) {
				(*excused)++;
				continue;
			}
			printf("# %s case %.*s: %s\n", item_name, BV_STR_ARG(bv_json_str(bv_json_find(c, "case"))), z);
			show("got ", got);
			show("want", &want);
			good = false;
		}
	}
	return good;
}

/* As it is written, and converted: the same responses score the same. */
enum form { WRITTEN, CONVERTED_3, CONVERTED_22, FORMS };
static const char *const form_names[] = { "as written", "as QTI 3.0", "as QTI 2.2" };

static enum bv_status
item_read(struct bv_item **out, struct bv_str xml, enum form form, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf converted = BV_BUF(BV_XML_ITEM_MAX);

	if (form == WRITTEN)
		return bv_item_parse_loosely(out, xml, err);
	TRY(bv_item_convert(&converted, xml, form == CONVERTED_3 ? BV_QTI_3_0 : BV_QTI_2_2, NULL, NULL, err));
	return bv_item_parse_loosely(out, bv_buf_str(&converted), err);
}

static void
one_case(struct tally *tally, const struct bv_json *c, const char *root, enum form form)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(2u << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	char path[4096 + 1024], name[1000];
	struct bv_err err = { 0 };
	size_t excused = 0;

	snprintf(name, sizeof name, "%.*s", BV_STR_ARG(bv_json_str(bv_json_find(c, "item"))));
	snprintf(path, sizeof path, "%s/%s", root, name);
	if (bv_file_read(&xml, path, &err) || item_read(&item, bv_buf_str(&xml), form, &err)) {
		if (excuse(name, "*")) {
			tally->excused++;
		} else {
			tally->differ++;
			printf("# %s:%d: %s\n", name, err.line, err.msg);
		}
		return;
	}
	if (bv_item_session_new(&session, item, seed, &err) || !respond(session, bv_json_find(c, "responses"), &arena) || bv_item_score(session, &err)) {
		tally->differ++;
		printf("# %s:%d: %s\n", name, err.line, err.msg);
		return;
	}
	if (!compare(session, c, name, &arena, &excused))
		tally->differ++;
	else if (excused)
		tally->excused++;
	else
		tally->agree++;
}

int
main(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf table = BV_BUF(64u << 20);
	const char *path = check_reference("qti/item-outcomes.jsonl");
	struct tally tally[FORMS] = { 0 };
	struct bv_str rest;
	struct bv_err err;
	char root[4096];
	size_t cases = 0;

	if (!path)
		return check_end();
	snprintf(root, sizeof root, "%.*s", (int)(strrchr(path, '/') - path), path);
	if (!CHECK(bv_file_read(&table, path, &err) == BV_OK, "the table is read"))
		return check_end();
	for (rest = bv_buf_str(&table); rest.len; cases++) {
		BV_AUTO(bv_json_free) struct bv_json *c = NULL;
		struct bv_str line = bv_str_sub(rest, 0, bv_str_find(rest, '\n'));
		rest = bv_str_sub(rest, line.len + 1, rest.len);
		if (CHECK(bv_json_parse(&c, line, &err) == BV_OK, "case %zu", cases + 1))
			for (enum form form = WRITTEN; form < FORMS; form++)
				one_case(&tally[form], c, root, form);
	}
	for (enum form form = WRITTEN; form < FORMS; form++) {
		const struct tally *t = &tally[form];
		printf("# %zu cases %s: %zu agree, %zu differ for a named reason, %zu differ\n", cases, form_names[form], t->agree, t->excused,
		       t->differ);
		CHECK(t->differ == 0, "no outcome differs without a named reason, %s", form_names[form]);
		CHECK(t->agree > 1800, "%zu cases agree, %s", t->agree, form_names[form]);
	}
	return check_end();
}

/* Item sessions: rules, templates, attempts; and the reference outcomes, for which declarations and processing are enough. */
#include "itembank/session.h"

#include "base/file.h"
#include "base/json.h"
#include "tests/check.h"

struct item {
	struct bv_arena arena;
	struct bv_xml_doc *doc;
	struct bv_program program;
	struct bv_notes notes, faults;
	struct bv_session *session;
	struct bv_err err;
};

static void
item_finish(struct item *item)
{
	bv_session_free(item->session);
	bv_xml_free(item->doc);
	bv_arena_finish(&item->arena);
}
BV_AUTO_DEFINE_FINISH(struct item, item_finish)

static enum bv_status
item_read(struct item *item, struct bv_str xml, bool deferring)
{
	enum bv_qti_version version;
	uint8_t seed[BV_HASH_LEN] = { 1 };

	TRY(bv_xml_read(&item->doc, xml, BV_XML_ITEM_MAX, &item->err));
	TRY(bv_qti_version_of(&version, bv_xml_root(item->doc), &item->err));
	item->notes.arena = item->faults.arena = &item->arena;
	struct bv_loader loader = { .version = version, .arena = &item->arena, .notes = &item->notes };
	loader.faults = deferring ? &item->faults : NULL;
	TRY(bv_program_parse(&item->program, &loader, bv_xml_root(item->doc), &item->err));
	/* The program must not borrow from the XML. */
	bv_xml_free(bv_steal(&item->doc));
	item->session = bv_session_new(&item->program);
	return bv_session_start(item->session, seed, &item->err);
}

__attribute__((unused)) static int
variable(const struct item *item, const char *identifier)
{
	return bv_declarations_find(item->program.declarations, bv_str_of(identifier));
}

/* ---- Reference outcomes --------------------------------------------------------------------------------------------- */

static void
json_text(struct bv_buf *out, const struct bv_json *json)
{
	if (bv_json_type(json) == BV_JSON_STRING)
		bv_buf_add(out, bv_json_str(json));
	else
		bv_json_write(out, json);
}

/* A typed value of the reference files. */
static enum bv_status
reference_value(struct bv_value *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *values = bv_json_find(json, "values");
	enum bv_cardinality cardinality = BV_CARD_SINGLE;
	enum bv_type type = BV_TYPE_NONE;

	*out = bv_value_null(cardinality, type);
	if (bv_json_type(json) == BV_JSON_NULL)
		return BV_OK;
	if (!bv_cardinality_parse(&cardinality, bv_json_str(bv_json_find(json, "card"))))
		return bv_err_set(err, BV_EPARSE, "cardinality");
	bv_type_parse(&type, bv_json_str(bv_json_find(json, "base")));
	size_t count = values ? bv_json_count(values) : 1;
	union bv_atom *atoms = bv_arena_array(arena, count, union bv_atom);
	for (size_t i = 0; i < count; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 16);
		json_text(&text, values ? bv_json_at(values, i) : bv_json_find(json, "value"));
		TRY(bv_value_parse(out, type, bv_arena_str(arena, bv_buf_str(&text)), arena, err));
		atoms[i] = out->one;
	}
	if (values)
		*out = bv_value_list(cardinality, type, atoms, (uint32_t)count);
	return BV_OK;
}

static enum bv_status
bind(struct item *item, const struct bv_json *responses)
{
	for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it)) {
		int i = bv_declarations_find(item->program.declarations, bv_json_member_name(it));
		struct bv_value v;
		if (i < 0)
			return bv_err_set(&item->err, BV_ENOTFOUND, "response %.*s", BV_STR_ARG(bv_json_member_name(it)));
		const struct bv_declaration *d = &item->program.declarations->list[i];
		TRY(reference_value(&v, bv_json_member(it), &item->arena, &item->err));
		if (!bv_value_convert(&v, (enum bv_cardinality)d->cardinality, (enum bv_type)d->type, &item->arena))
			return bv_err_set(&item->err, BV_EINVAL, "response %.*s", BV_STR_ARG(bv_json_member_name(it)));
		bv_session_respond(item->session, i, &v);
	}
	return BV_OK;
}

static enum bv_status
compare(struct item *item, const struct bv_json *outcomes)
{
	for (void *it = bv_json_members(outcomes); it; it = bv_json_next(outcomes, it)) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 16);
		int i = bv_declarations_find(item->program.declarations, bv_json_member_name(it));
		struct bv_value want;
		if (i < 0)
			return bv_err_set(&item->err, BV_ENOTFOUND, "outcome %.*s", BV_STR_ARG(bv_json_member_name(it)));
		const struct bv_value *got = bv_session_value(item->session, i);
		TRY(reference_value(&want, bv_json_member(it), &item->arena, &item->err));
		if (want.count == 0 ? got->count == 0 : bv_value_equal(&want, got))
			continue;
		if (got->count && got->cardinality != BV_CARD_RECORD)
			bv_atom_write(&text, (enum bv_type)got->type, bv_value_atoms(got));
		bv_json_write(&text, bv_json_member(it));
		return bv_err_set(&item->err, BV_EINVAL, "outcome %.*s: %s %.*s", BV_STR_ARG(bv_json_member_name(it)),
		                  bv_type_name((enum bv_type)got->type), BV_STR_ARG(bv_buf_str(&text)));
	}
	return BV_OK;
}

static enum bv_status
reference_case(const struct bv_json *row, const char *folder, struct bv_err *err)
{
	BV_AUTO(item_finish) struct item item = { .doc = NULL };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 21);
	char path[4096];

	snprintf(path, sizeof path, "%s/%.1000s", folder, bv_json_str(bv_json_find(row, "item")).p);
	TRY(bv_file_read(&xml, path, err));
	enum bv_status status = item_read(&item, bv_buf_str(&xml), true);
	if (status == BV_OK)
		status = bind(&item, bv_json_find(row, "responses"));
	if (status == BV_OK)
		status = bv_session_score(item.session, &item.err);
	if (status == BV_OK)
		status = compare(&item, bv_json_find(row, "outcomes"));
	*err = item.err;
	return status;
}

static void
reference_outcomes(void)
{
	const char *path = check_reference("qti/item-outcomes.jsonl");
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 24);
	char folder[2048];
	struct bv_err err = { BV_OK };
	int cases = 0, good = 0, foreign = 0;

	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK, "read %s", path))
		return;
	snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
	struct bv_str rest = bv_buf_str(&text);
	while (rest.len) {
		size_t end = bv_str_find(rest, '\n');
		BV_AUTO(bv_json_free) struct bv_json *row = NULL;
		if (bv_json_parse(&row, bv_str_sub(rest, 0, end), &err) == BV_OK) {
			bool same = reference_case(row, folder, &err) == BV_OK;
			cases++;
			good += same;
			foreign += !same && err.status == BV_EPARSE && strstr(err.msg, "the namespace \"http://www.w3.org/1999/xhtml\"");
			if (!same)
				printf("# %.*s [%.*s]: line %d: %s\n", BV_STR_ARG(bv_json_str(bv_json_find(row, "item"))),
				       BV_STR_ARG(bv_json_str(bv_json_find(row, "case"))), err.line, err.msg);
		}
		rest = bv_str_sub(rest, end + 1, rest.len);
	}
	/* One file has XHTML's namespace instead of QTI's. */
	CHECK(good + foreign == cases && foreign <= 1 && cases > 1800, "%d of %d reference outcomes", good, cases);
}

int
main(void)
{
	reference_outcomes();
	return check_end();
}

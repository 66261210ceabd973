/* The plan of a sitting: what is to be asked, by which versions of which documents, when, and where. It opens nothing: that needs keys, which stay where they
 * are, and is done by `bangvang sitting new` with the very documents that are named here by their hashes. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "engine/engine.h"
#include "tools/httpd/draft.h"
#include "tools/httpd/schema.h"

enum { ROOMS_MAX = 500, MS_A_MINUTE = 60000 };

static const char *const modes[] = { "linear", "practice", NULL };
static const struct schema room_members[] = {
	{ "name", SCHEMA_STRING, 1, BV_ROOM_MAX, .format = FORMAT_ID, .doc = "The room." },
	{ "centre", SCHEMA_STRING, 0, BV_ROOM_MAX, .format = FORMAT_ID, .doc = "Whose it is: the code of a unit." },
	{ "seats", SCHEMA_INT, 1, 10000, .doc = "How many may sit there." },
	{ 0 },
};
static const struct schema room_element = { NULL, SCHEMA_OBJECT, .of = room_members };
static const struct schema reference_members[] = {
	{ "name", SCHEMA_STRING, 1, DOCUMENT_NAME_MAX, .format = FORMAT_ID, .doc = "The name of the document." },
	{ "version", SCHEMA_INT, 1, INT32_MAX, .doc = "Which version of it." },
	{ 0 },
};
static const struct schema plan_members[] = {
	{ "name", SCHEMA_STRING, 1, BV_SITTING_NAME_MAX, .format = FORMAT_ID, .doc = "The name of the sitting." },
	{ "blueprint", SCHEMA_OBJECT, .of = reference_members, .doc = "What is asked." },
	{ "standard", SCHEMA_OBJECT, .of = reference_members, .doc = "The skills standard." },
	{ "rules", SCHEMA_OBJECT, .of = reference_members, .doc = "The rule pack." },
	{ "mode", SCHEMA_STRING, 1, 20, .choices = modes, .doc = "practice: nobody gets a certificate." },
	{ "opens", SCHEMA_STRING, 20, 30, .format = FORMAT_TIME, .doc = "Nobody starts before." },
	{ "startUntil", SCHEMA_STRING, 20, 30, .format = FORMAT_TIME, .optional = true, .doc = "Nobody starts after." },
	{ "closes", SCHEMA_STRING, 20, 30, .format = FORMAT_TIME, .doc = "When it closes." },
	{ "release", SCHEMA_STRING, 20, 30, .format = FORMAT_TIME, .optional = true, .doc = "No result before." },
	{ "graceSeconds", SCHEMA_INT, 0, BV_SITTING_GRACE_MAX_MS / 1000, .doc = "How much later an answer may arrive that was given in time." },
	{ "seb", SCHEMA_BOOL, .doc = "Is Safe Exam Browser demanded?" },
	{ "vietnameseTyping", SCHEMA_BOOL, .optional = true, .doc = "Is its kiosk mode that in which the input methods of Windows work?" },
	{ "roomCodes", SCHEMA_BOOL, .optional = true, .doc = "Must candidates also type the code of the day of their room?" },
	{ "rooms", SCHEMA_ARRAY, 0, ROOMS_MAX, .of = &room_element, .doc = "Where." },
	{ 0 },
};
static const struct schema plan_schema = { NULL, SCHEMA_OBJECT, .of = plan_members };

/* A document that a plan names, as it was saved. */
struct named {
	struct bv_buf text;
	uint8_t hash[BV_HASH_LEN];
	bool there, approved;
};

struct planning {
	struct bv_sql *sql;
	const struct bv_json *json;
	struct bv_json_pen pen; /* of the faults, then of the rest */
	size_t faults;
	struct named blueprint, standard, rules;
	int64_t opens_s, closes_s;
};

static void
planning_finish(struct planning *p)
{
	bv_buf_finish(&p->blueprint.text);
	bv_buf_finish(&p->standard.text);
	bv_buf_finish(&p->rules.text);
}
BV_AUTO_DEFINE_FINISH(struct planning, planning_finish)

static void
fault(struct planning *p, const char *code, struct bv_str about)
{
	p->faults++;
	bv_json_pen_open(&p->pen, NULL, '{');
	bv_json_pen_str(&p->pen, "code", bv_str_of(code));
	if (about.len)
		bv_json_pen_str(&p->pen, "about", about);
	bv_json_pen_close(&p->pen, '}');
}

static void
keep(void *ctx, const struct document *document)
{
	struct named *named = ctx;

	bv_buf_add(&named->text, document->text);
	memcpy(named->hash, document->hash, BV_HASH_LEN);
	named->there = true;
	named->approved = document->approver.len;
}

static enum bv_status
read_named(struct planning *p, struct named *named, const char *kind, struct bv_err *err)
{
	const struct bv_json *reference = bv_json_find(p->json, kind);
	struct bv_str name = bv_json_str(bv_json_find(reference, "name"));

	named->text = BV_BUF(DOCUMENT_TEXT_MAX);
	enum bv_status status = document_read(p->sql, bv_str_of(kind), name, bv_json_int(bv_json_find(reference, "version")), keep, named, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	if (!named->there)
		fault(p, "missing", name);
	else if (!named->approved)
		fault(p, "unapproved", name);
	return BV_OK;
}

/* What is good was checked by the schema. */
static int64_t
moment(const struct planning *p, const char *name, int64_t otherwise)
{
	struct bv_err err;
	int64_t time_s;

	return bv_time_parse(&time_s, bv_json_str(bv_json_find(p->json, name)), &err) == BV_OK ? time_s : otherwise;
}

static void
check_times(struct planning *p, const struct bv_blueprint *blueprint)
{
	p->opens_s = moment(p, "opens", 0);
	p->closes_s = moment(p, "closes", 0);
	int64_t start_until_s = moment(p, "startUntil", p->closes_s), release_s = moment(p, "release", p->closes_s);

	if (p->opens_s >= p->closes_s)
		fault(p, "order", BV_STR_NONE);
	else if (blueprint && p->closes_s - p->opens_s < (int64_t)blueprint->minutes * 60)
		fault(p, "short", BV_STR_NONE);
	if (start_until_s < p->opens_s || start_until_s > p->closes_s)
		fault(p, "startUntil", BV_STR_NONE);
	if (release_s < p->closes_s)
		fault(p, "release", BV_STR_NONE);
}

static void
check_force(struct planning *p, const struct bv_instrument *instrument)
{
	bv_day day = bv_day_at(p->opens_s);

	if (day < instrument->from || day > instrument->to)
		fault(p, "force", instrument->identifier);
}

/* Do the three belong together? */
static void
check_documents(struct planning *p, const struct bv_blueprint *blueprint)
{
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;
	struct bv_err err;

	/* They were good when they were saved; what is not there has its fault. */
	bool has_rules = p->rules.there && bv_rules_parse(&rules, bv_buf_str(&p->rules.text), &err) == BV_OK;
	bool has_standard = p->standard.there && bv_standard_parse(&standard, bv_buf_str(&p->standard.text), &err) == BV_OK;
	if (has_rules && blueprint && !bv_str_eq(blueprint->rule_pack, bv_rules_instrument(rules)->identifier))
		fault(p, "rulesDiffer", blueprint->rule_pack);
	if (has_rules && has_standard && !bv_str_eq(bv_rules_standard(rules), bv_standard_instrument(standard)->identifier))
		fault(p, "standardDiffers", bv_rules_standard(rules));
	if (has_rules)
		check_force(p, bv_rules_instrument(rules));
	if (has_standard)
		check_force(p, bv_standard_instrument(standard));
}

/* ---- Rooms ---- */

static struct bv_str
room_name(const struct bv_json *rooms, size_t idx)
{
	return bv_json_str(bv_json_find(bv_json_at(rooms, idx), "name"));
}

static bool
same_room(const struct bv_json *a, const struct bv_json *b)
{
	return bv_str_eq(bv_json_str(bv_json_find(a, "name")), bv_json_str(bv_json_find(b, "name"))) &&
	       bv_str_eq(bv_json_str(bv_json_find(a, "centre")), bv_json_str(bv_json_find(b, "centre")));
}

struct others {
	struct bv_buf names; /* of plans, each with a line feed */
};

static void
add_name(void *ctx, const struct document *document)
{
	struct others *others = ctx;

	bv_buf_printf(&others->names, "%.*s\n", BV_STR_ARG(document->name));
}

/* Rooms of another plan at the same time. */
static enum bv_status
check_other(struct planning *p, struct bv_str name, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct named named = { .text = BV_BUF(DOCUMENT_TEXT_MAX) };
	const struct bv_json *rooms = bv_json_find(p->json, "rooms");

	enum bv_status status = document_read(p->sql, BV_STR("sitting"), name, 0, keep, &named, err);
	if (status == BV_OK)
		status = bv_json_parse(&json, bv_buf_str(&named.text), err);
	bv_buf_finish(&named.text);
	TRY(status);
	const struct planning other = { .json = json };
	if (moment(&other, "opens", 0) >= p->closes_s || moment(&other, "closes", 0) <= p->opens_s)
		return BV_OK;
	const struct bv_json *theirs = bv_json_find(json, "rooms");
	for (size_t i = 0; i < bv_json_count(rooms); i++)
		for (size_t k = 0; k < bv_json_count(theirs); k++)
			if (same_room(bv_json_at(rooms, i), bv_json_at(theirs, k))) {
				char about[BV_ROOM_MAX + BV_SITTING_NAME_MAX + 4];
				snprintf(about, sizeof about, "%.*s – %.*s", BV_STR_ARG(room_name(rooms, i)), BV_STR_ARG(name));
				fault(p, "roomTaken", bv_str_of(about));
			}
	return BV_OK;
}

static enum bv_status
check_rooms(struct planning *p, int64_t *seats, struct bv_err *err)
{
	const size_t names_max = 1 << 20;
	BV_AUTO(bv_buf_finish) struct bv_buf kept = BV_BUF(names_max);
	struct others others = { BV_BUF(names_max) };
	const struct bv_json *rooms = bv_json_find(p->json, "rooms");
	struct bv_str mine = bv_json_str(bv_json_find(p->json, "name")), rest, name;

	for (size_t i = 0; i < bv_json_count(rooms); i++) {
		*seats += bv_json_int(bv_json_find(bv_json_at(rooms, i), "seats"));
		for (size_t k = 0; k < i; k++)
			if (same_room(bv_json_at(rooms, i), bv_json_at(rooms, k)))
				fault(p, "roomTwice", room_name(rooms, i));
	}
	enum bv_status status = document_list(p->sql, BV_STR("sitting"), add_name, &others, err);
	bv_buf_add(&kept, bv_buf_str(&others.names));
	bv_buf_finish(&others.names);
	TRY(status);
	for (rest = bv_buf_str(&kept); bv_str_token(&rest, &name);)
		if (!bv_str_eq(name, mine))
			TRY(check_other(p, name, err));
	return BV_OK;
}

/* ---- The whole ---- */

static void
write_named(struct bv_json_pen *pen, const char *name, const struct named *named)
{
	if (named->there)
		bv_json_pen_hex(pen, name, named->hash, BV_HASH_LEN);
}

static enum bv_status
write_plan(struct planning *p, struct bv_err *err)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	struct bv_err why;
	int64_t seats = 0;

	bv_json_pen_open(&p->pen, NULL, '{');
	bv_json_pen_open(&p->pen, "faults", '[');
	TRY(read_named(p, &p->blueprint, "blueprint", err));
	TRY(read_named(p, &p->standard, "standard", err));
	TRY(read_named(p, &p->rules, "rules", err));
	if (p->blueprint.there && bv_blueprint_parse(&blueprint, bv_buf_str(&p->blueprint.text), &why) != BV_OK)
		return bv_err_set(err, BV_EIO, "a blueprint that was good when it was saved is not now: %s", why.msg);
	check_times(p, blueprint);
	check_documents(p, blueprint);
	TRY(check_rooms(p, &seats, err));
	bv_json_pen_close(&p->pen, ']');
	write_named(&p->pen, "blueprintHash", &p->blueprint);
	write_named(&p->pen, "standardHash", &p->standard);
	write_named(&p->pen, "rulesHash", &p->rules);
	if (blueprint) {
		bv_json_pen_int(&p->pen, "minutes", blueprint->minutes);
		bv_json_pen_int(&p->pen, "items", blueprint->item_count);
	}
	bv_json_pen_int(&p->pen, "seats", seats);
	bv_json_pen_close(&p->pen, '}');
	return BV_OK;
}

enum bv_status
draft_look_plan(struct draft *draft, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(planning_finish) struct planning planning = { .sql = sql, .pen = { .out = &draft->said } };
	struct schema_fault why;

	if (bv_json_parse(&json, draft->text, &draft->fault) != BV_OK) {
		bv_err_mark(&draft->fault, "bad-json");
		return BV_OK;
	}
	if (!schema_check(&plan_schema, json, &why)) {
		bv_err_set(&draft->fault, BV_EINVAL, "%s %s", why.pointer, why.en);
		bv_err_mark(&draft->fault, "bad-plan");
		return BV_OK;
	}
	planning.json = json;
	TRY(write_plan(&planning, err));
	bv_buf_add(&draft->name, bv_json_str(bv_json_find(json, "name")));
	bv_buf_add(&draft->title, bv_json_str(bv_json_find(json, "opens")));
	draft->good = true;
	draft->ready = !planning.faults;
	return BV_OK;
}

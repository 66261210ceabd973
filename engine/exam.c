/* An exam made ready: its documents read and held against each other, its items read when they are first drawn. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xml.h"
#include "engine/exam.h"
#include "engine/issue.h"

/* ---- exam.json and items.json ---- */

static void
set_hex(struct bv_json *object, const char *name, const uint8_t *bytes, size_t len)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	assert(len <= BV_HASH_LEN);
	bv_json_set_str(object, name, bv_str_of(bv_hex(hex, bytes, len)));
}

static const char *const mode_names[BV_SITTING_MODES] = { "linear", "fixed", "practice" };

const char *
bv_sitting_mode_name(enum bv_sitting_mode mode)
{
	return mode_names[mode];
}

enum bv_status
bv_sitting_mode_parse(enum bv_sitting_mode *out, struct bv_str name, struct bv_err *err)
{
	for (unsigned i = 0; i < BV_SITTING_MODES; i++)
		if (bv_str_is(name, mode_names[i])) {
			*out = (enum bv_sitting_mode)i;
			return BV_OK;
		}
	return bv_err_set(err, BV_EINVAL, "the mode is linear, fixed or practice, not '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 40)));
}

void
bv_exam_write(struct bv_buf *out, enum bv_sitting_mode mode, const uint8_t seed[BV_HASH_LEN], const uint8_t draw_key[BV_HASH_LEN],
              int64_t at_s, const struct bv_issuer *issuer)
{
	BV_AUTO(bv_json_free) struct bv_json *exam = bv_json_new_object();
	char at[BV_TIME_SIZE];

	bv_json_set_str(exam, "format", BV_STR("bv-exam-1"));
	bv_json_set_str(exam, "at", bv_str_of(bv_time_write(at, at_s)));
	if (mode != BV_SITTING_LINEAR)
		bv_json_set_str(exam, "mode", bv_str_of(mode_names[mode]));
	set_hex(exam, "seed", seed, BV_HASH_LEN);
	set_hex(exam, "drawKey", draw_key, BV_HASH_LEN);
	struct bv_json *who = bv_json_set(exam, "issuer", bv_json_new_object());
	bv_json_set_str(who, "id", issuer->did);
	bv_json_set_str(who, "name", issuer->name);
	bv_json_set_str(who, "url", issuer->url);
	bv_json_write_pretty(out, exam);
}

static enum bv_status
parse_settings(struct bv_exam *exam, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *who;
	struct bv_str format, at;

	TRY(bv_json_parse(&json, text, err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, "bv-exam-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-exam-1", BV_STR_ARG(format));
	TRY(bv_json_need_str(&at, json, "at", err));
	TRY(bv_time_parse(&exam->at_s, at, err));
	if (bv_json_find(json, "mode"))
		TRY(bv_sitting_mode_parse(&exam->mode, bv_json_str(bv_json_find(json, "mode")), err));
	TRY(bv_json_need_hex(exam->seed, BV_HASH_LEN, json, "seed", err));
	TRY(bv_json_need_hex(exam->draw_key, BV_HASH_LEN, json, "drawKey", err));
	TRY(bv_json_need(&who, json, "issuer", BV_JSON_OBJECT, err));
	TRY(bv_json_need_str(&exam->issuer.did, who, "id", err));
	TRY(bv_json_need_str(&exam->issuer.name, who, "name", err));
	TRY(bv_json_need_str(&exam->issuer.url, who, "url", err));
	exam->issuer.did = bv_arena_str(&exam->arena, exam->issuer.did);
	exam->issuer.name = bv_arena_str(&exam->arena, exam->issuer.name);
	exam->issuer.url = bv_arena_str(&exam->arena, exam->issuer.url);
	return exam_demands_read(&exam->demands, json, &exam->arena, err);
}

static int
source_order(const void *identifier, const void *source)
{
	return bv_str_cmp(*(const struct bv_str *)identifier, ((const struct bv_pool_item *)source)->identifier);
}

enum bv_status
bv_exam_items_write(struct bv_buf *out, const struct bv_draw_pool *pool, const struct bv_pool_item *sources, size_t count,
                    struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();

	bv_json_set_str(json, "format", BV_STR("bv-exam-items-1"));
	struct bv_json *list = bv_json_set(json, "items", bv_json_new_array());
	for (size_t s = 0; s < pool->stratum_count; s++)
		for (size_t i = 0; i < pool->strata[s].count; i++) {
			const struct bv_draw_pool_entry *entry = &pool->strata[s].items[i];
			const struct bv_pool_item *source = bsearch(&entry->identifier, sources, count, sizeof *sources, source_order);
			if (!source)
				return bv_err_set(err, BV_ECONFLICT, "item '%.*s' of the pool has left the bank meanwhile: run again",
				                  BV_STR_ARG(entry->identifier));
			struct bv_json *item = bv_json_add(list, bv_json_new_object());
			bv_json_set_str(item, "identifier", entry->identifier);
			bv_json_set_str(item, "competence", source->competence);
			if (source->has_parameters) {
				bv_json_set_int(item, "aMilli", source->discrimination);
				bv_json_set_int(item, "bMilli", source->difficulty);
			}
		}
	bv_json_write_pretty(out, json);
	return bv_buf_check(out, err);
}

static int
by_identifier(const void *a, const void *b)
{
	return bv_str_cmp(((const struct exam_item *)a)->identifier, ((const struct exam_item *)b)->identifier);
}

static enum bv_status
parse_item(struct bv_exam *exam, struct exam_item *out, const struct bv_json *json, struct bv_err *err)
{
	TRY(bv_json_need_str(&out->identifier, json, "identifier", err));
	TRY(bv_json_need_str(&out->competence, json, "competence", err));
	out->identifier = bv_arena_str(&exam->arena, out->identifier);
	out->competence = bv_arena_str(&exam->arena, out->competence);
	out->has_parameters = bv_json_find(json, "aMilli") != NULL;
	if (!out->has_parameters)
		return BV_OK;
	TRY(bv_json_need_int(&out->a_milli, json, "aMilli", err));
	TRY(bv_json_need_int(&out->b_milli, json, "bMilli", err));
	if (out->a_milli < 1 || out->a_milli > BV_ABILITY_A_MAX || out->b_milli < -BV_ABILITY_B_MAX || out->b_milli > BV_ABILITY_B_MAX)
		return bv_err_set(err, BV_EINVAL, "item '%.*s': a must be in (0, 10], b in [-10, 10]", BV_STR_ARG(out->identifier));
	return BV_OK;
}

static enum bv_status
parse_items(struct bv_exam *exam, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *list;
	struct bv_str format;

	TRY(bv_json_parse(&json, text, err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, "bv-exam-items-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-exam-items-1", BV_STR_ARG(format));
	TRY(bv_json_need(&list, json, "items", BV_JSON_ARRAY, err));
	exam->item_count = bv_json_count(list);
	exam->items = bv_arena_array(&exam->arena, exam->item_count, struct exam_item);
	for (size_t i = 0; i < exam->item_count; i++)
		TRY(parse_item(exam, &exam->items[i], bv_json_at(list, i), err));
	qsort(exam->items, exam->item_count, sizeof *exam->items, by_identifier);
	for (size_t i = 1; i < exam->item_count; i++)
		if (bv_str_eq(exam->items[i].identifier, exam->items[i - 1].identifier))
			return bv_err_set(err, BV_ECONFLICT, "item '%.*s' is listed twice", BV_STR_ARG(exam->items[i].identifier));
	return BV_OK;
}

/* ---- forms.json ---- */

enum bv_status
bv_exam_forms_write(struct bv_buf *out, const struct bv_str *forms, size_t count, struct bv_err *err)
{
	bv_buf_addz(out, "{\"format\":\"bv-forms-1\",\"forms\":[");
	for (size_t i = 0; i < count; i++) {
		BV_AUTO(bv_form_free) struct bv_form *form = NULL;
		if (bv_form_parse(&form, forms[i], err) != BV_OK)
			return bv_err_set(err, err->status, "form %zu: %s", i + 1, err->msg);
		bv_buf_addz(out, i ? "," : "");
		bv_form_write(out, form);
	}
	bv_buf_addz(out, "]}");
	return bv_buf_check(out, err);
}

/* Every item is one of the pool, and where the blueprint has it. */
static enum bv_status
check_form(const struct bv_exam *exam, const struct bv_form *form, struct bv_err *err)
{
	if (!bv_hash_eq(form->blueprint_hash, exam->blueprint->hash) || !bv_hash_eq(form->pool_hash, exam->pool->hash))
		return bv_err_set(err, BV_EDENIED, "it was made for another blueprint or another pool");
	if (form->item_count != exam->blueprint->item_count)
		return bv_err_set(err, BV_EINVAL, "it has %zu items, the blueprint %u", form->item_count, exam->blueprint->item_count);
	for (size_t i = 0; i < form->item_count; i++) {
		const struct bv_form_item *item = &form->items[i];
		const struct bv_draw_pool_entry *entry = NULL;
		size_t s = 0;
		while (s < exam->pool->stratum_count && !bv_str_eq(exam->pool->strata[s].id, item->stratum))
			s++;
		for (size_t k = 0; s < exam->pool->stratum_count && !entry && k < exam->pool->strata[s].count; k++)
			if (bv_str_eq(exam->pool->strata[s].items[k].identifier, item->identifier))
				entry = &exam->pool->strata[s].items[k];
		if (!entry || entry->version != item->version || !bv_hash_eq(entry->hash, item->hash) || item->marks != exam->blueprint->strata[s].marks)
			return bv_err_set(err, BV_EDENIED, "position %u: '%.*s' is not the pool's in stratum '%.*s'", item->position, BV_STR_ARG(item->identifier),
			                  BV_STR_ARG(item->stratum));
	}
	return BV_OK;
}

static enum bv_status
parse_forms(struct bv_exam *exam, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *list;
	struct bv_str format;

	if ((exam->mode == BV_SITTING_FIXED) != (text.len > 0))
		return bv_err_set(err, BV_EINVAL, "prepared forms belong to mode fixed, and only to that");
	if (!text.len)
		return BV_OK;
	TRY(bv_json_parse_large(&json, text, BV_EXAM_DOCUMENT_MAX, err));
	TRY(bv_json_only(json, "format forms", err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, "bv-forms-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-forms-1", BV_STR_ARG(format));
	TRY(bv_json_need(&list, json, "forms", BV_JSON_ARRAY, err));
	if (!bv_json_count(list) || bv_json_count(list) > BV_FIXED_FORMS_MAX)
		return bv_err_set(err, BV_ELIMIT, "there are 1 to %d forms", BV_FIXED_FORMS_MAX);
	struct bv_str *forms = bv_arena_array(&exam->arena, bv_json_count(list), struct bv_str);
	for (size_t i = 0; i < bv_json_count(list); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf one = BV_BUF(BV_FORM_MAX);
		BV_AUTO(bv_form_free) struct bv_form *form = NULL;
		bv_json_write_canonical(&one, bv_json_at(list, i));
		enum bv_status status = bv_form_parse(&form, bv_buf_str(&one), err);
		if (status == BV_OK)
			status = check_form(exam, form, err);
		if (status != BV_OK)
			return bv_err_set(err, status, "form %zu: %s", i + 1, err->msg);
		forms[i] = bv_arena_str(&exam->arena, bv_buf_str(&one));
	}
	exam->forms = forms;
	exam->form_count = bv_json_count(list);
	return BV_OK;
}

size_t
exam_fixed_form(const struct bv_exam *exam, const uint8_t cid[BV_HASH_LEN])
{
	uint8_t message[11 + BV_HASH_LEN] = "BV-FIXED-1", mac[BV_HASH_LEN];
	struct bv_hmac_key key;
	struct bv_stream stream;

	memcpy(message + 11, cid, BV_HASH_LEN);
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)exam->draw_key, BV_HASH_LEN });
	bv_hmac_sha256(mac, &key, (struct bv_str){ (const char *)message, sizeof message });
	bv_wipe(&key, sizeof key);
	bv_stream_init(&stream, mac);
	return bv_stream_below(&stream, exam->form_count);
}

enum bv_status
bv_exam_form(struct bv_form **out, const struct bv_exam *exam, struct bv_str ticket, struct bv_err *err)
{
	uint8_t cid[BV_HASH_LEN];

	if (exam->issue)
		return bv_issue_form(out, exam->issue, ticket, err);
	if (exam->mode != BV_SITTING_FIXED)
		return bv_form_draw(out, exam->plan, &exam->key, ticket, err);
	TRY(bv_ticket_cid(cid, ticket, err));
	return bv_form_parse(out, exam->forms[exam_fixed_form(exam, cid)], err);
}

/* ---- The exam ---- */

/* The message with the name of the document it is about. */
static enum bv_status
in_document(const char *name, enum bv_status status, struct bv_err *err)
{
	struct bv_err found = *err;

	if (status != BV_OK && found.line)
		bv_err_at(err, status, found.line, "%s:%d: %s", name, found.line, found.msg);
	else if (status != BV_OK)
		bv_err_set(err, status, "%s: %s", name, found.msg);
	return status;
}

static enum bv_status
check_together(const struct bv_exam *exam, struct bv_err *err)
{
	struct bv_str pack = bv_rules_instrument(exam->rules)->identifier;

	if (exam->blueprint->rule_pack.len && !bv_str_eq(exam->blueprint->rule_pack, pack))
		return bv_err_set(err, BV_EDENIED, "the blueprint asks for the rule pack '%.*s', the rules given are '%.*s'",
		                  BV_STR_ARG(exam->blueprint->rule_pack), BV_STR_ARG(pack));
	for (size_t s = 0; s < exam->pool->stratum_count; s++)
		for (size_t i = 0; i < exam->pool->strata[s].count; i++) {
			struct bv_str id = exam->pool->strata[s].items[i].identifier;
			const struct exam_item *item = exam_find_item(exam, id);
			if (!item)
				return bv_err_set(err, BV_EDENIED, "items.json lacks the item '%.*s' of the pool", BV_STR_ARG(id));
			/* Better now than when it is to be scored. */
			if (!bv_standard_area(exam->standard, item->competence))
				return bv_err_set(err, BV_EINVAL, "item '%.*s' of the pool is of competence '%.*s', which begins with none of standard '%.*s'", BV_STR_ARG(id),
				                  BV_STR_ARG(bv_str_sub(item->competence, 0, 80)), BV_STR_ARG(bv_standard_instrument(exam->standard)->identifier));
		}
	return BV_OK;
}

/* ---- Forms that are assembled ---- */

/* What the forms were made by is what answers are scored by. Scoring knows only right and wrong: an item of several categories is left out of abilities. */
static enum bv_status
take_parameters(struct bv_exam *exam, struct bv_err *err)
{
	const struct bv_assembly_bank *bank = exam->issue->bank;

	for (size_t i = 0; i < bank->count; i++) {
		const struct bv_assembly_item *from = &bank->items[i];
		struct exam_item *item = exam_find_item(exam, from->id); /* check_together */
		item->a_milli = (int64_t)floor(from->curve.a * 1000 + 0.5);
		item->b_milli = (int64_t)floor(from->curve.b * 1000 + 0.5);
		item->c_milli = (int64_t)floor(from->curve.c * 1000 + 0.5);
		item->has_parameters = !from->model;
		if (!item->has_parameters && bv_rules_by_ability(exam->rules))
			return bv_err_set(err, BV_EINVAL, "item '%.*s' has several categories in the parameter set: the rule pack decides by ability, which is estimated from right and wrong",
			                  BV_STR_ARG(from->id));
		if (!from->model && item->a_milli < 1)
			return bv_err_set(err, BV_EINVAL, "item '%.*s': a is less than 0.0005 in the parameter set", BV_STR_ARG(from->id));
	}
	return BV_OK;
}

static enum bv_status
prepare_issue(struct bv_exam *exam, const struct bv_exam_documents *d, struct bv_err *err)
{
	const struct bv_issue_documents documents = { d->design, d->parameters, d->seen, d->parallel, d->chances };

	if (!exam->blueprint->assembled) {
		if (d->design.len || d->parameters.len || d->seen.len || d->tickets.len || d->parallel.len || d->chances.len)
			return bv_err_set(err, BV_EINVAL, "a design, a parameter set, seen items, chances and an order of tickets belong to a blueprint with <assembly> or <adaptive>, and only to that");
		return BV_OK;
	}
	if (exam->mode == BV_SITTING_FIXED)
		return bv_err_set(err, BV_EINVAL, "the blueprint's forms are assembled for each candidate: mode fixed has prepared ones");
	TRY(bv_issue_new(&exam->issue, exam->plan, exam->draw_key, exam->seed, &documents, err));
	TRY(take_parameters(exam, err));
	if (exam->blueprint->is_adaptive && !bv_rules_by_ability(exam->rules))
		return bv_err_set(err, BV_EINVAL, "the rule pack decides by marks: marks of forms that grow with the answers do not compare, a pack that decides by ability is needed");
	if (exam->blueprint->is_adaptive && d->tickets.len)
		return bv_err_set(err, BV_EINVAL, "forms that grow with the answers need no order of tickets");
	return d->tickets.len ? in_document("tickets.json", bv_issue_tickets(exam->issue, d->tickets, err), err) : BV_OK;
}

struct bv_issue *
bv_exam_issue(const struct bv_exam *exam)
{
	return exam->issue;
}

enum bv_status
bv_exam_new(struct bv_exam **out, const struct bv_exam_documents *documents, bv_exam_item_text text, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_exam_free) struct bv_exam *exam = bv_alloc(sizeof *exam);

	exam->text = text;
	exam->ctx = ctx;
	TRY(in_document("exam.json", parse_settings(exam, documents->exam, err), err));
	TRY(in_document("blueprint.xml", bv_blueprint_parse(&exam->blueprint, documents->blueprint, err), err));
	TRY(in_document("standard.xml", bv_standard_parse(&exam->standard, documents->standard, err), err));
	TRY(in_document("rules.xml", bv_rules_parse(&exam->rules, documents->rules, err), err));
	TRY(in_document("pool.json", bv_draw_pool_parse(&exam->pool, documents->pool, err), err));
	TRY(in_document("items.json", parse_items(exam, documents->items, err), err));
	TRY(bv_draw_plan_new(&exam->plan, exam->blueprint, exam->pool, err));
	TRY(in_document("forms.json", parse_forms(exam, documents->forms, err), err));
	TRY(check_together(exam, err));
	TRY(prepare_issue(exam, documents, err));
	bv_draw_key_init(&exam->key, exam->draw_key, exam->seed);
	if (exam->blueprint->date.len)
		TRY(bv_day_parse(&exam->day, exam->blueprint->date, err));
	else
		exam->day = bv_day_at(exam->at_s);
	*out = bv_steal(&exam);
	return BV_OK;
}

void
bv_exam_free(struct bv_exam *exam)
{
	if (!exam)
		return;
	for (size_t i = 0; i < exam->item_count; i++)
		bv_item_free(exam->items[i].item);
	bv_issue_free(exam->issue);
	bv_draw_plan_free(exam->plan);
	bv_draw_pool_free(exam->pool);
	bv_rules_free(exam->rules);
	bv_standard_free(exam->standard);
	bv_blueprint_free(exam->blueprint);
	bv_wipe(&exam->key, sizeof exam->key);
	bv_wipe(exam->draw_key, sizeof exam->draw_key);
	bv_arena_finish(&exam->arena);
	free(exam);
}

struct bv_issuer
bv_exam_issuer(const struct bv_exam *exam)
{
	return exam->issuer;
}

enum bv_sitting_mode
bv_exam_mode(const struct bv_exam *exam)
{
	return exam->mode;
}

const struct bv_blueprint *
bv_exam_blueprint(const struct bv_exam *exam)
{
	return exam->blueprint;
}

struct exam_item *
exam_find_item(const struct bv_exam *exam, struct bv_str identifier)
{
	struct exam_item wanted = { .identifier = identifier };

	return bsearch(&wanted, exam->items, exam->item_count, sizeof *exam->items, by_identifier);
}

enum bv_status
exam_load_item(struct exam_item **out, struct bv_exam *exam, const struct bv_form_item *drawn, struct bv_err *err)
{
	struct exam_item *item = exam_find_item(exam, drawn->identifier);

	assert(item); /* check_together */
	if (!item->item) {
		BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_XML_ITEM_MAX);
		BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
		BV_AUTO(bv_item_free) struct bv_item *parsed = NULL;
		uint8_t hash[BV_HASH_LEN];
		TRY(exam->text(exam->ctx, &xml, &files, drawn, err));
		TRY(bv_item_parse(&parsed, bv_buf_str(&xml), err));
		bv_version_hash(hash, bv_item_hash(parsed), &files);
		if (!bv_hash_eq(hash, drawn->hash))
			return bv_err_set(err, BV_EDENIED, "item '%.*s' version %lld is not the one of the pool: its SHA-256 differs",
			                  BV_STR_ARG(drawn->identifier), (long long)drawn->version);
		item->item = bv_steal(&parsed);
	}
	*out = item;
	return BV_OK;
}

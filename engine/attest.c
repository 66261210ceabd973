/* From a rating to a certificate: what the achievement is, and what this candidate attained of it. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/exam.h"

/* "12.50" from hundredths, "-0.4120" from ten-thousandths: places digits after the point. */
static struct bv_str
decimal(struct bv_arena *arena, int64_t n, int places)
{
	int64_t unit = 1;
	char text[40];

	for (int i = 0; i < places; i++)
		unit *= 10;
	uint64_t size = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	snprintf(text, sizeof text, "%s%llu.%0*llu", n < 0 ? "-" : "", (unsigned long long)(size / (uint64_t)unit), places,
	         (unsigned long long)(size % (uint64_t)unit));
	return bv_arena_str(arena, bv_str_of(text));
}

static struct bv_str
format(struct bv_arena *arena, const char *fmt, struct bv_str a, struct bv_str b)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_TEXT_MAX);

	bv_buf_printf(&text, fmt, BV_STR_ARG(a), BV_STR_ARG(b));
	return bv_arena_str(arena, bv_buf_str(&text));
}

/* Marks that a form gives in an area, all parts together. */
static int64_t
area_marks(const struct bv_exam *exam, const struct bv_competence *area)
{
	int64_t marks = 0;

	for (size_t s = 0; s < exam->blueprint->stratum_count; s++) {
		const struct bv_stratum *stratum = &exam->blueprint->strata[s];
		if (bv_standard_area(exam->standard, stratum->competence) == area)
			marks += (int64_t)stratum->count * stratum->marks;
	}
	return marks;
}

static size_t
list_areas(struct bv_area *areas, struct bv_exam *exam)
{
	size_t count = 0;

	for (const struct bv_competence *c = bv_standard_competences(exam->standard); c; c = c->next) {
		int64_t marks = area_marks(exam, c);
		if (!marks || count == BV_AREAS_MAX)
			continue;
		areas[count++] = (struct bv_area){
			.code = c->code, .name_vi = c->names.vi, .name_en = c->names.en, .max = decimal(&exam->arena, marks, 2)
		};
	}
	return count;
}

/* The achievement that every certificate of the exam is about: its standard, its areas, its levels. */
static const struct bv_achievement *
achievement(struct bv_exam *exam)
{
	if (exam->achievement)
		return exam->achievement;
	struct bv_achievement *a = bv_arena_alloc(&exam->arena, sizeof *a);
	struct bv_area *areas = bv_arena_array(&exam->arena, BV_AREAS_MAX, struct bv_area);
	size_t level_count = bv_standard_level_count(exam->standard);
	struct bv_str *levels = bv_arena_array(&exam->arena, level_count, struct bv_str);
	const struct bv_instrument *standard = bv_standard_instrument(exam->standard), *rules = bv_rules_instrument(exam->rules);

	if (level_count > BV_LEVELS_MAX)
		level_count = BV_LEVELS_MAX;
	for (size_t i = 0; i < level_count; i++)
		levels[i] = bv_standard_level_at(exam->standard, i)->code;
	*a = (struct bv_achievement){
		.id = format(&exam->arena, "https://bangvang.vn/achievements/%.*s/%.*s", standard->identifier, exam->blueprint->id),
		.name_vi = exam->blueprint->title_vi,
		.name_en = exam->blueprint->title_en,
		.description = format(&exam->arena, "%.*s (%.*s)", standard->title.vi, standard->source),
		.criteria = format(&exam->arena, "%.*s (%.*s)", rules->title.vi, rules->source),
		.version = rules->version,
		.areas = areas,
		.area_count = list_areas(areas, exam),
		.levels = levels,
		.level_count = level_count,
		.ability = true,
	};
	exam->achievement = a;
	return a;
}

bool
bv_marking_attains(const struct bv_marking *marking)
{
	return marking->result.decision == BV_RATING_PASSED && marking->result.level && !marking->practice;
}

static struct bv_str
area_value(struct bv_arena *arena, const struct bv_rating *rating, struct bv_str code)
{
	for (size_t i = 0; i < rating->area_count; i++)
		if (bv_str_eq(rating->areas[i].code, code))
			return decimal(arena, rating->areas[i].marks, 2);
	return BV_STR_NONE;
}

/* The licence number: the session (or the blueprint) and the ticket, which is unique in it. */
static void
complete_facts(struct bv_credential_facts *facts, struct bv_exam *exam, const struct bv_candidate *candidate,
               const struct bv_marking *marking, struct bv_arena *arena)
{
	static const char *const names[] = { "form", "responses", "outcomes", "rating" };
	const struct bv_blueprint *blueprint = exam->blueprint;
	const struct bv_rating *rating = &marking->result;
	struct bv_evidence *evidence = bv_arena_array(arena, BV_COUNT(names), struct bv_evidence);

	*facts = (struct bv_credential_facts){
		.achievement = achievement(exam),
		.level = rating->level->code,
		.decision = BV_DECISION_COMPLETED,
		.holder = candidate->name,
		.licence = format(arena, "%.*s/%.*s", blueprint->session.len ? blueprint->session : blueprint->id, candidate->ticket),
		.evidence = evidence,
		.evidence_count = BV_COUNT(names),
		.awarded_s = exam->at_s,
		.valid_from_s = exam->at_s,
		.created_s = exam->at_s,
	};
	struct bv_str *values = bv_arena_array(arena, facts->achievement->area_count, struct bv_str);
	for (size_t i = 0; i < facts->achievement->area_count; i++)
		values[i] = area_value(arena, rating, facts->achievement->areas[i].code);
	facts->values = values;
	if (rating->has_ability) {
		facts->theta = decimal(arena, rating->theta_e4, 4);
		facts->theta_se = decimal(arena, rating->se_e4, 4);
	}
	for (size_t i = 0; i < BV_COUNT(names); i++) {
		evidence[i].name = bv_str_of(names[i]);
		memcpy(evidence[i].hash, marking->hashes[i], BV_HASH_LEN);
	}
	memcpy(facts->id, candidate->credential_id, sizeof facts->id);
	memcpy(facts->subject_id, candidate->subject_id, sizeof facts->subject_id);
}

static int64_t
number(const struct bv_json *object, const char *name)
{
	return bv_json_int(bv_json_find(object, name));
}

/* What complete_facts takes of a rating, from its document. */
static enum bv_status
read_rating(struct bv_marking *marking, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *level = bv_json_find(json, "level"), *areas, *ability = bv_json_find(json, "ability");
	struct bv_standard_level *own = bv_arena_alloc(arena, sizeof *own);

	TRY(bv_json_need_str(&own->code, level, "code", err));
	TRY(bv_json_need(&areas, json, "areas", BV_JSON_ARRAY, err));
	size_t count = bv_json_count(areas);
	struct bv_area_rating *list = bv_arena_array(arena, count, struct bv_area_rating);
	for (size_t i = 0; i < count; i++) {
		TRY(bv_json_need_str(&list[i].code, bv_json_at(areas, i), "code", err));
		list[i].marks = number(bv_json_at(areas, i), "marksHundredths");
	}
	marking->result = (struct bv_rating){ .level = own, .areas = list, .area_count = count, .has_ability = bv_json_type(ability) == BV_JSON_OBJECT,
		                              .theta_e4 = (int32_t)number(ability, "thetaE4"), .se_e4 = (int32_t)number(ability, "seE4") };
	return BV_OK;
}

enum bv_status
exam_facts(struct bv_credential_facts *facts, struct bv_exam *exam, const struct bv_candidate *candidate, const struct bv_json *rating,
           const uint8_t hashes[4][BV_HASH_LEN], struct bv_arena *arena, struct bv_err *err)
{
	struct bv_marking marking = { 0 };

	TRY(read_rating(&marking, rating, arena, err));
	memcpy(marking.hashes, hashes, sizeof marking.hashes);
	complete_facts(facts, exam, candidate, &marking, arena);
	facts->licence = BV_STR_NONE;
	return BV_OK;
}

enum bv_status
bv_exam_template(struct bv_template **out, struct bv_exam *exam, const struct bv_signer *signer, struct bv_err *err)
{
	if (exam->mode == BV_SITTING_PRACTICE)
		return bv_err_set(err, BV_EDENIED, "this is practice: nobody gets a certificate for it");
	return bv_template_new(out, achievement(exam), signer, err);
}

enum bv_status
bv_exam_attest(struct bv_buf *credential, struct bv_exam *exam, const struct bv_candidate *candidate, const struct bv_marking *marking,
               struct bv_template *tmpl, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_credential_facts facts;

	if (marking->practice)
		return bv_err_set(err, BV_EDENIED, "this is practice: nobody gets a certificate for it");
	complete_facts(&facts, exam, candidate, marking, &arena);
	return bv_template_issue(credential, tmpl, &facts, err);
}

enum bv_status
exam_attest_unsigned(struct bv_buf *body, struct bv_exam *exam, const struct bv_candidate *candidate, const struct bv_marking *marking,
                     struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_credential_facts facts;

	complete_facts(&facts, exam, candidate, marking, &arena);
	return bv_credential_body_write(body, &facts, &exam->issuer, err);
}

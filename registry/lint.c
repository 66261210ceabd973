/* What is looked at before a certificate is signed: every field for itself, against the rules of issuing, and against the rating that it comes from. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/day.h"
#include "base/json.h"
#include "base/text.h"
#include "registry/registry.h"

enum { OLDEST_YEARS = 120, NAME_MAX_BYTES = 200 };

struct lint {
	const struct bv_lint_case *subject;
	bv_lint_visit visit;
	void *ctx;
	size_t count;
};

BV_PRINTF(3, 4) static void
fault(struct lint *l, const char *rule, const char *fmt, ...)
{
	char message[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	bv_text_repair(message);
	l->count++;
	if (l->visit)
		l->visit(l->ctx, rule, message);
}

/* ---- The holder ---- */

static void
check_name(struct lint *l)
{
	struct bv_str name = l->subject->facts->holder, rest = name;
	bool before_space = true;

	if (!bv_text_valid(name) || !bv_text_safe(name) || name.len > NAME_MAX_BYTES || bv_text_count(name) < 2) {
		fault(l, "holder-name", "the holder's name is not text of 2 characters to %d bytes without control characters", NAME_MAX_BYTES);
		return;
	}
	while (rest.len) {
		uint32_t c = bv_text_next(&rest);
		if (c == ' ' && (before_space || !rest.len))
			fault(l, "holder-name", "the holder's name has a space too many");
		if ((c >= '0' && c <= '9') || (c < 0x80 && strchr("<>&\"%=@#$^*_+{}[]|\\/;:!?~`", (int)c)))
			fault(l, "holder-name", "the holder's name has '%c'", (int)c);
		before_space = c == ' ';
	}
}

static void
check_birth(struct lint *l)
{
	const struct bv_credential_facts *f = l->subject->facts;
	const struct bv_issuing *rules = l->subject->issuing;
	bv_day awarded = bv_day_at(f->awarded_s), birth;
	struct bv_err err;

	if (!f->birth.len) {
		if (rules->birth == BV_NEED_REQUIRED)
			fault(l, "birth", "the rules of issuing require a day of birth");
		return;
	}
	if (rules->birth == BV_NEED_NONE) {
		fault(l, "birth", "by the rules of issuing no day of birth is on a certificate");
		return;
	}
	if (bv_day_parse(&birth, f->birth, &err) != BV_OK) {
		fault(l, "birth", "the day of birth: %s", err.msg);
		return;
	}
	if (birth >= awarded || awarded - birth > OLDEST_YEARS * 366)
		fault(l, "birth", "the holder, born %.*s, would be no age that people have on the day of the award", BV_STR_ARG(f->birth));
	else if (rules->least_age && bv_day_add_months(birth, 12 * rules->least_age) > awarded)
		fault(l, "age", "the holder is younger than %d on the day of the award", rules->least_age);
}

/* ---- Times ---- */

static void
check_times(struct lint *l)
{
	const struct bv_credential_facts *f = l->subject->facts;
	const struct bv_issuing *rules = l->subject->issuing;
	bv_day awarded = bv_day_at(f->awarded_s);
	char text[BV_DAY_SIZE];

	if (f->awarded_s > l->subject->now_s)
		fault(l, "awarded", "awarded in the future");
	if (f->valid_from_s < f->awarded_s)
		fault(l, "valid-from", "valid before it was awarded");
	if (awarded < rules->from || awarded > rules->to)
		fault(l, "rules-in-force", "the rules of issuing '%.*s' are not in force on %s", BV_STR_ARG(rules->id), bv_day_write(text, awarded));
	if (!rules->valid_months) {
		if (f->valid_until_s)
			fault(l, "valid-until", "by the rules of issuing certificates have no end, this one has");
		return;
	}
	bv_day until = bv_day_add_months(bv_day_at(f->valid_from_s), rules->valid_months);
	if (!f->valid_until_s || bv_day_at(f->valid_until_s) != until)
		fault(l, "valid-until", "by the rules of issuing it is valid for %d months, until %s: it says something else", rules->valid_months, bv_day_write(text, until));
}

/* ---- What was attained ---- */

static void
check_attained(struct lint *l)
{
	const struct bv_credential_facts *f = l->subject->facts;
	bool known = f->achievement->level_count == 0 && !f->level.len;

	if (f->decision != BV_DECISION_COMPLETED)
		fault(l, "decision", "only who completed what was asked is certified");
	for (size_t i = 0; i < f->achievement->level_count; i++)
		known = known || bv_str_eq(f->achievement->levels[i], f->level);
	if (!known)
		fault(l, "level", "the level '%.*s' is none of the achievement", BV_STR_ARG(bv_str_sub(f->level, 0, 40)));
	for (size_t i = 0; i < f->achievement->area_count; i++) {
		const struct bv_area *area = &f->achievement->areas[i];
		int64_t value, most, least = 0;
		if (!f->values[i].len)
			continue;
		if (!bv_str_decimal(f->values[i], BV_VALUE_PLACES, &value) || !bv_str_decimal(area->max, BV_VALUE_PLACES, &most) ||
		    (area->min.len && !bv_str_decimal(area->min, BV_VALUE_PLACES, &least)))
			fault(l, "value", "area '%.*s': the value is no decimal", BV_STR_ARG(area->code));
		else if (value < least || value > most)
			fault(l, "value", "area '%.*s': %.*s is not within its scale", BV_STR_ARG(area->code), BV_STR_ARG(f->values[i]));
	}
}

/* ---- Against the rating ---- */

static const struct bv_json *
rated_area(const struct bv_json *rating, struct bv_str code)
{
	const struct bv_json *areas = bv_json_find(rating, "areas");

	for (size_t i = 0; i < bv_json_count(areas); i++)
		if (bv_str_eq(bv_json_str(bv_json_find(bv_json_at(areas, i), "code")), code))
			return bv_json_at(areas, i);
	return NULL;
}

static void
compare_areas(struct lint *l, const struct bv_json *rating)
{
	const struct bv_credential_facts *f = l->subject->facts;
	size_t values = 0;

	for (size_t i = 0; i < f->achievement->area_count; i++) {
		struct bv_str code = f->achievement->areas[i].code;
		const struct bv_json *area = rated_area(rating, code);
		int64_t hundredths = 0;
		values += area != NULL;
		if ((area != NULL) != (f->values[i].len > 0) ||
		    (area && (!bv_str_decimal(f->values[i], 2, &hundredths) || hundredths != bv_json_int(bv_json_find(area, "marksHundredths")))))
			fault(l, "rating-value", "area '%.*s': %.*s is not what the rating says", BV_STR_ARG(code), BV_STR_ARG(f->values[i]));
	}
	if (values != bv_json_count(bv_json_find(rating, "areas")))
		fault(l, "rating-value", "the rating has areas that the certificate has not");
}

static void
compare_ability(struct lint *l, const struct bv_json *rating)
{
	const struct bv_credential_facts *f = l->subject->facts;
	const struct bv_json *ability = bv_json_find(rating, "ability");
	int64_t theta = 0, se = 0;
	bool has = bv_json_type(ability) == BV_JSON_OBJECT;

	if (has != (f->theta.len > 0) || has != (f->theta_se.len > 0) ||
	    (has && (!bv_str_decimal(f->theta, 4, &theta) || !bv_str_decimal(f->theta_se, 4, &se) || theta != bv_json_int(bv_json_find(ability, "thetaE4")) ||
	             se != bv_json_int(bv_json_find(ability, "seE4")))))
		fault(l, "rating-ability", "the ability is not what the rating says");
}

static void
compare_evidence(struct lint *l)
{
	const struct bv_credential_facts *f = l->subject->facts;
	uint8_t hash[BV_HASH_LEN];
	bool found = false;

	bv_sha256(hash, l->subject->rating);
	for (size_t i = 0; i < f->evidence_count; i++)
		if (bv_str_is(f->evidence[i].name, "rating"))
			found = bv_hash_eq(f->evidence[i].hash, hash);
	if (!found)
		fault(l, "rating-evidence", "the evidence does not name this rating by its hash");
}

static void
compare_rating(struct lint *l)
{
	const struct bv_credential_facts *f = l->subject->facts;
	BV_AUTO(bv_json_free) struct bv_json *rating = NULL;
	struct bv_err err;

	if (!l->subject->rating.len)
		return;
	compare_evidence(l);
	if (bv_json_parse(&rating, l->subject->rating, &err) != BV_OK) {
		fault(l, "rating", "the rating: %s", err.msg);
		return;
	}
	if (!bv_str_is(bv_json_str(bv_json_find(rating, "decision")), "passed"))
		fault(l, "rating-decision", "the rating does not say 'passed'");
	if (!bv_str_eq(bv_json_str(bv_json_find(bv_json_find(rating, "level"), "code")), f->level))
		fault(l, "rating-level", "the level '%.*s' is not what the rating says", BV_STR_ARG(bv_str_sub(f->level, 0, 40)));
	compare_areas(l, rating);
	compare_ability(l, rating);
}

void
bv_lint(size_t *count, const struct bv_lint_case *subject, bv_lint_visit visit, void *ctx)
{
	struct lint l = { .subject = subject, .visit = visit, .ctx = ctx };

	check_name(&l);
	check_birth(&l);
	check_times(&l);
	check_attained(&l);
	compare_rating(&l);
	*count = l.count;
}

/* Facts that contradict each other are not signed, in any envelope. */
#include "base/clock.h"
#include "certs/vc/achievement.h"
#include "certs/vc/credential.h"
#include "certs/vc/template.h"

static enum bv_status
check_values(const struct bv_credential_facts *f, struct bv_err *err)
{
	const struct bv_achievement *a = f->achievement;
	bool completed = f->decision == BV_DECISION_COMPLETED;

	for (size_t i = 0; i < a->area_count; i++) {
		struct scale scale = achievement_scale(&a->areas[i]);
		struct bv_str value = f->values[i], code = a->areas[i].code;
		if (!value.len && completed && scale.required.len)
			return bv_err_set(err, BV_EINVAL, "area '%.*s': required, but it has no value, and the decision is completed", BV_STR_ARG(code));
		if (!value.len)
			continue;
		switch (scale_fit(&scale, value)) {
		case SCALE_FITS:
			break;
		case SCALE_NO_NUMBER:
			return bv_err_set(err, BV_EINVAL, "area '%.*s': the value '%.*s' is not a decimal with at most %d places", BV_STR_ARG(code),
			                  BV_STR_ARG(bv_str_sub(value, 0, 40)), BV_VALUE_PLACES);
		case SCALE_BELOW:
		case SCALE_ABOVE:
			return bv_err_set(err, BV_EINVAL, "area '%.*s': the value %.*s is not within %.*s and %.*s", BV_STR_ARG(code), BV_STR_ARG(value),
			                  BV_STR_ARG(scale.min), BV_STR_ARG(scale.max));
		case SCALE_SHORT:
			if (completed)
				return bv_err_set(err, BV_EINVAL, "area '%.*s': the decision is completed, but %.*s is less than the %.*s required",
				                  BV_STR_ARG(code), BV_STR_ARG(value), BV_STR_ARG(scale.required));
		}
	}
	return BV_OK;
}

static enum bv_status
check_rating(const struct bv_credential_facts *f, struct bv_err *err)
{
	const struct bv_achievement *a = f->achievement;
	struct scale ability = { a->ability_min, a->ability_max, BV_STR_NONE }, positive = { .min = BV_STR("0") };
	bool completed = f->decision == BV_DECISION_COMPLETED;
	size_t level, required = 0;

	if (f->level.len && !achievement_level(a, f->level, &level))
		return bv_err_set(err, BV_EINVAL, "the level '%.*s' is not one of the achievement's levels", BV_STR_ARG(bv_str_sub(f->level, 0, 100)));
	if (completed && a->required_level.len && (!f->level.len || (achievement_level(a, a->required_level, &required) && level < required)))
		return bv_err_set(err, BV_EINVAL, "the decision is completed, but the level '%.*s' required is not reached",
		                  BV_STR_ARG(a->required_level));
	if ((f->theta.len || f->theta_se.len) && !a->ability)
		return bv_err_set(err, BV_EINVAL, "the facts have an ability, but the achievement describes none");
	if (f->theta.len && scale_fit(&ability, f->theta) != SCALE_FITS)
		return bv_err_set(err, BV_EINVAL, "theta '%.*s' is not a decimal within its bounds", BV_STR_ARG(bv_str_sub(f->theta, 0, 40)));
	if (f->theta_se.len && scale_fit(&positive, f->theta_se) != SCALE_FITS)
		return bv_err_set(err, BV_EINVAL, "the standard error '%.*s' is not a decimal of 0 or more", BV_STR_ARG(bv_str_sub(f->theta_se, 0, 40)));
	return BV_OK;
}

static bool
is_time(int64_t time_s)
{
	return time_s >= 0 && time_s <= INT64_C(253402300799);
}

/* An ISO 8601 calendar date that there was. */
static bool
is_date(struct bv_str date)
{
	BV_AUTO(bv_buf_finish) struct bv_buf midnight = BV_BUF(40);
	struct bv_err err;
	int64_t time_s;

	bv_buf_printf(&midnight, "%.*sT00:00:00Z", BV_STR_ARG(bv_str_sub(date, 0, 11)));
	return date.len == 10 && bv_time_parse(&time_s, bv_buf_str(&midnight), &err) == BV_OK;
}

static enum bv_status
check_places(const struct bv_credential_facts *f, struct bv_err *err)
{
	if (f->status.len && (!credential_is_uri(f->status) || bv_str_find(f->status, '#') < f->status.len || bv_str_ends(f->status, BV_STR("/"))))
		return bv_err_set(err, BV_EINVAL, "the status list's address is not an absolute URI without fragment and without '/' at its end");
	return credential_check_text(f->log_origin, "the log's origin", false, err);
}

/* A document is one node of RDF, whatever it is called: of two names in it canonicalizers disagree which comes first. */
static enum bv_status
check_evidence(const struct bv_credential_facts *f, struct bv_err *err)
{
	if (f->evidence_count > BV_EVIDENCE_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d pieces of evidence", BV_EVIDENCE_MAX);
	for (size_t i = 0; i < f->evidence_count; i++) {
		TRY(credential_check_text(f->evidence[i].name, "the name of evidence", true, err));
		for (size_t k = 0; k < i; k++)
			if (memcmp(f->evidence[k].hash, f->evidence[i].hash, BV_HASH_LEN) == 0)
				return bv_err_set(err, BV_EINVAL, "evidence '%.*s' and '%.*s' are the same document: name it once", BV_STR_ARG(bv_str_sub(f->evidence[k].name, 0, 60)),
				                  BV_STR_ARG(bv_str_sub(f->evidence[i].name, 0, 60)));
	}
	return BV_OK;
}

enum bv_status
facts_check(const struct bv_credential_facts *f, struct bv_err *err)
{
	TRY(credential_check_text(f->holder, "the holder's name", true, err));
	TRY(credential_check_text(f->licence, "the licence number", false, err));
	if (f->birth.len && !is_date(f->birth))
		return bv_err_set(err, BV_EINVAL, "the date of birth is not a date as 1990-02-28");
	TRY(check_places(f, err));
	if (f->decision == BV_DECISION_NONE)
		return bv_err_set(err, BV_EINVAL, "a decision is needed: OB ResultStatusType reads a certificate without one as Completed");
	TRY(check_values(f, err));
	TRY(check_rating(f, err));
	if (!is_time(f->awarded_s) || !is_time(f->valid_from_s) || !is_time(f->valid_until_s) || !is_time(f->created_s))
		return bv_err_set(err, BV_EINVAL, "a time is not within the years 1970 to 9999");
	if (f->awarded_s > f->valid_from_s)
		return bv_err_set(err, BV_EINVAL, "validFrom is before awarded");
	if (f->valid_until_s && f->valid_until_s <= f->valid_from_s)
		return bv_err_set(err, BV_EINVAL, "validUntil is not after validFrom");
	return check_evidence(f, err);
}

/* What many certificates share: its checks, and its JSON (OB Achievement) with one ResultDescription for all that may be attested. */
#ifndef BV_CERTS_VC_ACHIEVEMENT_H
#define BV_CERTS_VC_ACHIEVEMENT_H

#include "base/json.h"
#include "base/mem.h"
#include "certs/credential.h"
#include "certs/vc/scale.h"

enum bv_status achievement_check(const struct bv_achievement *achievement, struct bv_err *err) BV_MUST_USE;

/* min is "0" where the area has none. */
struct scale achievement_scale(const struct bv_area *area);
/* Position of level among the levels; false (and level_count) if it is none of them. */
bool achievement_level(const struct bv_achievement *achievement, struct bv_str level, size_t *idx);

/* What the results that refer to one description begin with. */
struct result_part {
	struct bv_str id;   /* of the description */
	struct bv_str json; /* canonical, up to the value: {"resultDescription":"…","type":["Result"],"value":  or, of the decision, …,"status": */
};

struct achievement_parts {
	struct bv_arena *arena;
	const struct bv_achievement *achievement;
	struct result_part *areas; /* by area */
	struct result_part level, ability, ability_se, decision;
};

/* The achievement has passed its check. Fills parts, which has its arena; the caller owns the result. */
struct bv_json *achievement_json(struct achievement_parts *parts, const struct bv_achievement *achievement);

/* Sets "name" to "Tiếng Việt / English". */
void achievement_set_name(struct bv_json *object, struct bv_str vi, struct bv_str en);

#endif

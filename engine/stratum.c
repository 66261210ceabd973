#include "engine/stratum.h"

/* Does path begin with prefix, segment by segment? */
static bool
path_within(struct bv_str path, struct bv_str prefix)
{
	return bv_str_starts(path, prefix) && (path.len == prefix.len || path.p[prefix.len] == '.');
}

static bool
band_holds(const struct bv_stratum *s, const struct bv_draw_source *source)
{
	if (!s->has_from && !s->has_below)
		return true;
	return source->item->has_parameters && (!s->has_from || s->difficulty_from <= source->item->difficulty) &&
	       (!s->has_below || source->item->difficulty < s->difficulty_below);
}

static bool
kinds_hold(unsigned kinds, const struct bv_draw_source *source)
{
	if (!kinds)
		return true;
	for (size_t i = 0; i < source->interaction_count; i++)
		if (!(kinds & 1u << source->interactions[i].kind))
			return false;
	return source->interaction_count > 0; /* or lists without a common type would share the items without interactions */
}

enum bv_stratum_filter
bv_stratum_filter(const struct bv_stratum *stratum, const struct bv_draw_source *source)
{
	if (!path_within(source->item->competence, stratum->competence))
		return BV_FILTER_COMPETENCE;
	if (stratum->levels && !(stratum->levels & 1u << source->item->level))
		return BV_FILTER_LEVEL;
	if (!band_holds(stratum, source))
		return BV_FILTER_DIFFICULTY;
	if (!kinds_hold(stratum->kinds, source))
		return BV_FILTER_KIND;
	return BV_FILTER_NONE;
}

static bool
bands_meet(const struct bv_stratum *a, const struct bv_stratum *b)
{
	return (!a->has_below || !b->has_from || b->difficulty_from < a->difficulty_below) &&
	       (!b->has_below || !a->has_from || a->difficulty_from < b->difficulty_below);
}

static bool
sets_meet(unsigned a, unsigned b)
{
	return !a || !b || (a & b);
}

bool
bv_stratum_overlaps(const struct bv_stratum *a, const struct bv_stratum *b)
{
	return (path_within(a->competence, b->competence) || path_within(b->competence, a->competence)) && sets_meet(a->levels, b->levels) &&
	       sets_meet(a->kinds, b->kinds) && bands_meet(a, b);
}

bool
bv_stratum_wants(const struct bv_stratum *stratum, const struct bv_pool_item *item)
{
	const struct bv_draw_source source = { .item = item };

	return bv_stratum_filter(stratum, &source) >= BV_FILTER_KIND;
}

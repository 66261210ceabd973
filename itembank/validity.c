#include "itembank/validity.h"

#include <math.h>

#include "itembank/attachment.h"

/* The place of a choice among the first or second set (match, gapMatch), or among all; SIZE_MAX when it is not on the page. */
static size_t
choice_index(const struct bv_item_session *session, const struct bv_interaction *interaction, size_t from, size_t to, struct bv_str identifier)
{
	for (size_t i = from; i < to; i++)
		if (bv_str_eq(interaction->choices[i].identifier, identifier))
			return bv_item_session_shows(session, &interaction->choices[i]) ? i : SIZE_MAX;
	return SIZE_MAX;
}

/* The two choices that a pair joins. */
struct joint {
	size_t a, b;
};

static struct joint
joint_of(const struct bv_item_session *session, const struct bv_interaction *interaction, const union bv_atom *pair)
{
	bool sets = bv_interaction_traits(interaction->kind) & BV_TRAIT_SETS;
	size_t first = interaction->first_count, all = interaction->choice_count;

	return (struct joint){ choice_index(session, interaction, 0, first, bv_pair_first(pair)),
		               choice_index(session, interaction, sets ? first : 0, all, bv_pair_second(pair)) };
}

static enum bv_status
not_a_choice(const struct bv_interaction *interaction, struct bv_str identifier, const char *where, struct bv_err *err)
{
	return bv_err_set(err, BV_EINVAL, "'%.*s' is not %s of the %s interaction", BV_STR_ARG(bv_str_sub(identifier, 0, 60)), where,
	                  bv_interaction_name(interaction->kind));
}

static enum bv_status
pair_legal(const struct bv_item_session *session, const struct bv_interaction *interaction, const union bv_atom *pair, struct bv_err *err)
{
	struct joint joint = joint_of(session, interaction, pair);
	const char *first = "a choice", *second = "a choice";

	if (interaction->kind == BV_INTERACTION_MATCH) {
		first = "a choice of the first set";
		second = "a choice of the second set";
	} else if (interaction->kind == BV_INTERACTION_GAP_MATCH || interaction->kind == BV_INTERACTION_GRAPHIC_GAP_MATCH) {
		first = "a text or image";
		second = interaction->kind == BV_INTERACTION_GAP_MATCH ? "a gap" : "a hotspot";
	}
	if (joint.a == SIZE_MAX)
		return not_a_choice(interaction, bv_pair_first(pair), first, err);
	if (joint.b == SIZE_MAX)
		return not_a_choice(interaction, bv_pair_second(pair), second, err);
	return BV_OK;
}

enum bv_status
bv_value_legal(const struct bv_item_session *session, const struct bv_interaction *interaction, const struct bv_value *value,
               struct bv_err *err)
{
	bool pairs = bv_interaction_traits(interaction->kind) & BV_TRAIT_PAIRS;

	if (!(bv_interaction_traits(interaction->kind) & BV_TRAIT_CHOICES))
		return BV_OK;
	for (uint32_t i = 0; i < value->count; i++) {
		const union bv_atom *atom = &bv_value_atoms(value)[i];
		if (pairs)
			TRY(pair_legal(session, interaction, atom, err));
		else if (choice_index(session, interaction, 0, interaction->choice_count, atom->text) == SIZE_MAX)
			return not_a_choice(interaction, atom->text, "a choice", err);
	}
	return BV_OK;
}

static enum bv_status
within(const struct bv_interaction *interaction, uint32_t count, uint32_t least, uint32_t most, const char *what, struct bv_err *err)
{
	if (count < least)
		return bv_err_set(err, BV_EINVAL, "response '%.*s' has %u %s: at least %u must be given", BV_STR_ARG(interaction->response), count,
		                  what, least);
	if (most && count > most)
		return bv_err_set(err, BV_EINVAL, "response '%.*s' has %u %s: at most %u may be given", BV_STR_ARG(interaction->response), count,
		                  what, most);
	return BV_OK;
}

static enum bv_status
no_duplicates(const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	const union bv_atom *atoms = bv_value_atoms(value);

	for (uint32_t i = 0; i < value->count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (bv_atom_equal((enum bv_type)value->type, &atoms[i], &atoms[k])) {
				struct bv_str text = value->type == BV_TYPE_IDENTIFIER ? atoms[i].text : (struct bv_str){ atoms[i].pair.p, atoms[i].pair.len };
				return bv_err_set(err, BV_EINVAL, "response '%.*s' has '%.*s' twice", BV_STR_ARG(interaction->response),
				                  BV_STR_ARG(bv_str_sub(text, 0, 80)));
			}
	return BV_OK;
}

static uint32_t
shown_count(const struct bv_item_session *session, const struct bv_interaction *interaction)
{
	uint32_t count = 0;

	for (size_t i = 0; i < interaction->choice_count; i++)
		count += bv_item_session_shows(session, &interaction->choices[i]);
	return count;
}

static enum bv_status
choices_valid(const struct bv_item_session *session, const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	uint32_t least = interaction->min_choices, most = interaction->max_choices;

	TRY(no_duplicates(interaction, value, err));
	if (bv_interaction_traits(interaction->kind) & BV_TRAIT_SEQUENCE) {
		/* "All" means all that this clone shows. */
		uint32_t shown = shown_count(session, interaction);
		least = least < shown ? least : shown;
		most = most < shown ? most : shown;
	} else if (interaction->kind == BV_INTERACTION_INLINE_CHOICE && interaction->required && least == 0) {
		least = 1;
	}
	return within(interaction, value->count, least, most, "choices", err);
}

static bool
has_word(struct bv_str words, struct bv_str word)
{
	struct bv_str w;

	while (bv_str_token(&words, &w))
		if (bv_str_eq(w, word))
			return true;
	return false;
}

/* match-group: 2.x lists the identifiers of the partners allowed, 3.0 names pools that both belong to. None allows any partner. */
static bool
group_allows(const struct bv_choice *choice, const struct bv_choice *partner)
{
	struct bv_str rest = choice->match_groups, word;

	if (rest.len == 0 || has_word(rest, partner->identifier))
		return true;
	while (bv_str_token(&rest, &word))
		if (has_word(partner->match_groups, word))
			return true;
	return false;
}

static enum bv_status
used_valid(const struct bv_item_session *session, const struct bv_interaction *interaction, const uint32_t *used, struct bv_err *err)
{
	for (size_t i = 0; i < interaction->choice_count; i++) {
		const struct bv_choice *c = &interaction->choices[i];
		uint32_t least = c->required && c->match_min == 0 ? 1 : c->match_min;
		if (!bv_item_session_shows(session, c))
			continue;
		if (used[i] < least)
			return bv_err_set(err, BV_EINVAL, "response '%.*s': '%.*s' is used %u times: at least %u wanted", BV_STR_ARG(interaction->response),
			                  BV_STR_ARG(bv_str_sub(c->identifier, 0, 60)), used[i], least);
		if (c->match_max && used[i] > c->match_max)
			return bv_err_set(err, BV_EINVAL, "response '%.*s': '%.*s' is used %u times: at most %u allowed", BV_STR_ARG(interaction->response),
			                  BV_STR_ARG(bv_str_sub(c->identifier, 0, 60)), used[i], c->match_max);
	}
	return BV_OK;
}

static enum bv_status
pairs_valid(const struct bv_item_session *session, const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	uint32_t used[BV_ITEM_CHOICES_MAX] = { 0 };

	TRY(no_duplicates(interaction, value, err));
	for (uint32_t i = 0; i < value->count; i++) {
		struct joint joint = joint_of(session, interaction, &bv_value_atoms(value)[i]);
		const struct bv_choice *a, *b;
		if (joint.a == SIZE_MAX || joint.b == SIZE_MAX)
			continue; /* a default of the author's that is not on the page */
		a = &interaction->choices[joint.a];
		b = &interaction->choices[joint.b];
		if (!group_allows(a, b) || !group_allows(b, a))
			return bv_err_set(err, BV_EINVAL, "response '%.*s': '%.*s' and '%.*s' may not be paired (match-group)",
			                  BV_STR_ARG(interaction->response), BV_STR_ARG(bv_str_sub(a->identifier, 0, 60)),
			                  BV_STR_ARG(bv_str_sub(b->identifier, 0, 60)));
		used[joint.a]++;
		used[joint.b]++;
	}
	TRY(used_valid(session, interaction, used, err));
	return within(interaction, value->count, interaction->min_associations, interaction->max_associations, "associations", err);
}

static enum bv_status
mask_valid(const struct bv_interaction *interaction, const struct bv_pattern *mask, const struct bv_value *value, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RESPONSE_TEXT_MAX);

	for (uint32_t i = 0; i < value->count; i++) {
		bool matches;
		bv_buf_clear(&text);
		bv_atom_write(&text, (enum bv_type)value->type, &bv_value_atoms(value)[i]);
		TRY(bv_buf_check(&text, err));
		TRY(bv_pattern_match(&matches, mask, bv_buf_str(&text), err));
		if (!matches)
			return bv_err_set(err, BV_EINVAL, "response '%.*s': '%.*s' does not match the pattern '%.*s'", BV_STR_ARG(interaction->response),
			                  BV_STR_ARG(bv_str_sub(bv_buf_str(&text), 0, 60)), BV_STR_ARG(bv_str_sub(interaction->pattern_mask, 0, 60)));
	}
	return BV_OK;
}

static enum bv_status
text_valid(const struct bv_interaction *interaction, const struct bv_pattern *mask, const struct bv_value *value, const struct bv_value *typed,
           struct bv_err *err)
{
	const struct bv_value *characters = typed && !bv_value_is_null(typed) ? typed : value;

	if (value->cardinality != BV_CARD_RECORD)
		TRY(within(interaction, value->count, interaction->min_strings, interaction->max_strings, "texts", err));
	if (!mask || bv_value_is_null(characters))
		return BV_OK;
	if (characters->cardinality == BV_CARD_RECORD)
		characters = bv_record_find(characters, BV_STR("stringValue"));
	return characters ? mask_valid(interaction, mask, characters, err) : BV_OK;
}

/* On the image, where its size is known. */
static enum bv_status
points_valid(const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	const struct bv_media *image = &interaction->stage;

	for (uint32_t i = 0; i < value->count; i++) {
		const union bv_atom *atom = &bv_value_atoms(value)[i];
		bool inside = atom->point.x >= 0 && atom->point.y >= 0 && (!image->width || (uint32_t)atom->point.x <= image->width) &&
		              (!image->height || (uint32_t)atom->point.y <= image->height);
		if (!inside)
			return bv_err_set(err, BV_EINVAL, "response '%.*s': the point %d %d is not on the image of %u × %u pixels",
			                  BV_STR_ARG(interaction->response), (int)atom->point.x, (int)atom->point.y, image->width, image->height);
	}
	return within(interaction, value->count, interaction->min_choices, interaction->max_choices, "points", err);
}

static enum bv_status
slider_valid(const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	double x, steps;

	if (!bv_single_number(value, &x))
		return BV_OK;
	if (!(x >= interaction->lower && x <= interaction->upper))
		return bv_err_set(err, BV_EINVAL, "response '%.*s': %g is not between %g and %g", BV_STR_ARG(interaction->response), x,
		                  interaction->lower, interaction->upper);
	steps = interaction->step > 0 ? (x - interaction->lower) / interaction->step : 0;
	/* 0.3 is no multiple of 0.1 in binary. */
	if (fabs(steps - round(steps)) > 1e-9 * fmax(1, fabs(steps)))
		return bv_err_set(err, BV_EINVAL, "response '%.*s': %g is not %g and a number of steps of %g", BV_STR_ARG(interaction->response), x,
		                  interaction->lower, interaction->step);
	return BV_OK;
}

static enum bv_status
plays_valid(const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	int64_t plays = bv_value_is_null(value) ? 0 : value->one.integer;

	if (plays < 0 || plays > UINT32_MAX)
		return bv_err_set(err, BV_EINVAL, "response '%.*s': %lld is no number of plays", BV_STR_ARG(interaction->response), (long long)plays);
	return within(interaction, (uint32_t)plays, interaction->min_plays, interaction->max_plays, "plays", err);
}

/* The interaction's types, or images for a drawing; a file without a type fits none of them. */
static enum bv_status
file_valid(const struct bv_interaction *interaction, const struct bv_value *value, struct bv_err *err)
{
	struct bv_str rest = interaction->kind == BV_INTERACTION_DRAWING ? BV_STR("image/*") : interaction->types, type, mime;

	if (bv_value_is_null(value) || rest.len == 0)
		return BV_OK;
	mime = bv_file_mime(value->one.text);
	while (bv_str_token(&rest, &type))
		if (bv_mime_fits(mime, type))
			return BV_OK;
	return bv_err_set(err, BV_EINVAL, "response '%.*s': a file of type '%.*s' is not wanted, but %.*s", BV_STR_ARG(interaction->response),
	                  BV_STR_ARG(bv_str_sub(mime, 0, 60)),
	                  BV_STR_ARG(interaction->kind == BV_INTERACTION_DRAWING ? BV_STR("image/*") : bv_str_sub(interaction->types, 0, 80)));
}

enum bv_status
bv_value_valid(const struct bv_item_session *session, size_t interaction, const struct bv_value *value, const struct bv_value *typed,
               struct bv_err *err)
{
	const struct bv_item *item = bv_item_session_item(session);
	const struct bv_interaction *i = &item->interactions[interaction];

	unsigned traits = bv_interaction_traits(i->kind);

	if (traits & BV_TRAIT_PAIRS)
		return pairs_valid(session, i, value, err);
	if (traits & BV_TRAIT_CHOICES)
		return choices_valid(session, i, value, err);
	if (traits & BV_TRAIT_TEXT)
		return text_valid(i, item->bindings[interaction].mask, value, typed, err);
	if (traits & BV_TRAIT_POINTS)
		return points_valid(i, value, err);
	if (traits & BV_TRAIT_FILE)
		return file_valid(i, value, err);
	if (i->kind == BV_INTERACTION_SLIDER)
		return slider_valid(i, value, err);
	return i->kind == BV_INTERACTION_MEDIA ? plays_valid(i, value, err) : BV_OK;
}

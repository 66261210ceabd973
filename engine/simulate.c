/* Candidates of known ability, and what they answer: for demonstrations, load and calibration studies. Never used on people. */
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "engine/engine.h"

/* A standard normal number from two uniform ones (Box & Muller 1958), in milli-logits around the mean. */
static int64_t
normal_milli(struct bv_stream *stream, int64_t mean_milli, int64_t sd_milli)
{
	double radius = sqrt(-2 * log(1 - bv_stream_unit(stream)));
	double angle = 6.283185307179586 * bv_stream_unit(stream);

	return mean_milli + llround((double)sd_milli * radius * cos(angle));
}

static const char *
pick(struct bv_stream *stream, const char *const *names, size_t count)
{
	return names[bv_stream_below(stream, count)];
}

struct bv_json *
bv_simulate_roster(size_t count, int64_t mean_milli, int64_t sd_milli, const uint8_t seed[BV_HASH_LEN])
{
	static const char *const families[] = { "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi",
		                                "Đỗ",     "Hồ",   "Ngô", "Dương", "Lý",   "Nông",  "Lò",   "Giàng", "Y" };
	static const char *const middles[] = { "Thị", "Văn", "Thị Minh", "Hữu", "Ngọc", "Đức", "Thanh", "Quang", "Thu", "Xuân" };
	static const char *const given[] = { "An",  "Bình", "Chi",   "Dũng", "Giang", "Hà",   "Hạnh", "Hiếu", "Hoa",  "Hùng", "Hương", "Khánh",
		                             "Lan", "Linh", "Long",  "Mai",  "Minh",  "Nam",  "Nga",  "Oanh", "Phúc", "Quân", "Sơn",   "Tâm",
		                             "Thảo", "Thủy", "Trang", "Tuấn", "Việt",  "Yến" };
	struct bv_json *roster = bv_json_new_object();
	struct bv_json *candidates = bv_json_set(roster, "candidates", bv_json_new_array());
	struct bv_stream stream;

	bv_stream_init(&stream, seed);
	for (size_t i = 0; i < count; i++) {
		struct bv_json *candidate = bv_json_add(candidates, bv_json_new_object());
		char ticket[32], name[100];
		snprintf(ticket, sizeof ticket, "TS-%04zu", i + 1);
		const char *family = pick(&stream, families, BV_COUNT(families)), *middle = pick(&stream, middles, BV_COUNT(middles));
		snprintf(name, sizeof name, "%s %s %s", family, middle, pick(&stream, given, BV_COUNT(given)));
		bv_json_set_str(candidate, "ticket", bv_str_of(ticket));
		bv_json_set_str(candidate, "name", bv_str_of(name));
		bv_json_set_int(candidate, "abilityMilli", normal_milli(&stream, mean_milli, sd_milli));
	}
	return roster;
}

/* The only member of a PCI value's "base" or "list" object: its base type and what it holds. */
static const struct bv_json *
pci_content(const struct bv_json *pci, const char *container, const char **base_type, struct bv_arena *arena)
{
	const struct bv_json *typed = bv_json_find(pci, container);
	void *member = typed && bv_json_type(typed) == BV_JSON_OBJECT ? bv_json_members(typed) : NULL;

	if (!member)
		return NULL;
	*base_type = bv_arena_str(arena, bv_json_member_name(member)).p;
	return bv_json_member(member);
}

static struct bv_json *
pci(const char *container, const char *base_type, struct bv_json *content)
{
	struct bv_json *value = bv_json_new_object();

	bv_json_set(bv_json_set(value, container, bv_json_new_object()), base_type, content);
	return value;
}

/* A choice on the page other than `key`; the key itself when there is no other. */
static struct bv_str
other_choice(const struct bv_item_session *session, const struct bv_interaction *in, struct bv_str key, struct bv_stream *stream)
{
	struct bv_str others[BV_ITEM_CHOICES_MAX];
	size_t count = 0;

	for (size_t i = 0; i < in->first_count; i++)
		if (!bv_str_eq(in->choices[i].identifier, key) && bv_item_session_shows(session, &in->choices[i]))
			others[count++] = in->choices[i].identifier;
	return count ? others[bv_stream_below(stream, count)] : key;
}

/* Anywhere on the image; where its size is not known, some way from the right place. */
static struct bv_json *
other_point(const struct bv_interaction *in, const struct bv_json *right, struct bv_stream *stream)
{
	struct bv_json *point = bv_json_new_array();
	const uint32_t sizes[] = { in->stage.width, in->stage.height };

	for (size_t i = 0; i < 2; i++)
		bv_json_add(point, bv_json_new_int(sizes[i] ? (int64_t)bv_stream_below(stream, (uint64_t)sizes[i] + 1)
		                                            : bv_json_int(bv_json_at(right, i)) + 20 + (int64_t)bv_stream_below(stream, 80)));
	return point;
}

/* Another step of the slider; the right one when there is no other. */
static double
other_step(const struct bv_interaction *in, double right, bool whole, struct bv_stream *stream)
{
	double step = in->step > 0 ? in->step : whole ? 1 : (in->upper - in->lower) / 100;
	double steps = step > 0 ? floor((in->upper - in->lower) / step + 1e-9) : 0;
	double other;

	if (steps < 1)
		return right;
	steps = fmin(steps, 1e6);
	other = in->lower + step * (double)bv_stream_below(stream, (uint64_t)steps + 1);
	return fabs(other - right) > step / 2 ? other : other + step <= in->upper ? other + step : other - step;
}

static struct bv_json *
wrong_single(const struct bv_item_session *session, const struct bv_interaction *in, const char *base_type, const struct bv_json *right,
             struct bv_stream *stream)
{
	if (strcmp(base_type, "identifier") == 0)
		return bv_json_new_str(other_choice(session, in, bv_json_str(right), stream));
	if (in->kind == BV_INTERACTION_SLIDER && strcmp(base_type, "integer") == 0)
		return bv_json_new_int((int64_t)llround(other_step(in, bv_json_real(right), true, stream)));
	if (in->kind == BV_INTERACTION_SLIDER)
		return bv_json_new_real(other_step(in, bv_json_real(right), false, stream));
	if (strcmp(base_type, "point") == 0)
		return other_point(in, right, stream);
	if (strcmp(base_type, "integer") == 0)
		return bv_json_new_int((int64_t)((uint64_t)bv_json_int(right) + 1 + bv_stream_below(stream, 9)));
	if (strcmp(base_type, "float") == 0)
		return bv_json_new_real(bv_json_real(right) + 1 + (double)bv_stream_below(stream, 9));
	if (strcmp(base_type, "string") == 0)
		return bv_json_new_str(BV_STR("không rõ"));
	return bv_json_copy(right); /* a single pair, a file, a button: left unanswered */
}

/* As many points as are right, one of them somewhere else. */
static struct bv_json *
wrong_points(const struct bv_interaction *in, const struct bv_json *right, struct bv_stream *stream)
{
	struct bv_json *wrong = bv_json_new_array();
	size_t count = bv_json_count(right), moved = count ? bv_stream_below(stream, count) : 0;

	for (size_t i = 0; i < count; i++)
		bv_json_add(wrong, i == moved ? other_point(in, bv_json_at(right, i), stream) : bv_json_copy(bv_json_at(right, i)));
	return wrong;
}

/* The right set without one of its members, or with one more. */
static struct bv_json *
wrong_set(const struct bv_item_session *session, const struct bv_interaction *in, const struct bv_json *right, struct bv_stream *stream)
{
	struct bv_json *wrong = bv_json_new_array();
	size_t count = bv_json_count(right), drop = bv_stream_below(stream, count + 1);
	struct bv_str extra = other_choice(session, in, BV_STR_NONE, stream);

	for (size_t i = 0; i < count; i++) {
		struct bv_str member = bv_json_str(bv_json_at(right, i));
		if (i != drop || count == 1)
			bv_json_add(wrong, bv_json_new_str(member));
		if (bv_str_eq(member, extra))
			extra = BV_STR_NONE;
	}
	if ((drop == count || count == 1) && extra.len && (!in->max_choices || count < in->max_choices))
		bv_json_add(wrong, bv_json_new_str(extra));
	return wrong;
}

/* The right sequence with two neighbours exchanged. */
static struct bv_json *
wrong_order(const struct bv_json *right, struct bv_stream *stream)
{
	struct bv_json *wrong = bv_json_new_array();
	size_t count = bv_json_count(right), at = count > 1 ? bv_stream_below(stream, count - 1) : count;

	for (size_t i = 0; i < count; i++) {
		size_t from = i == at ? i + 1 : i == at + 1 ? i - 1 : i;
		bv_json_add(wrong, bv_json_copy(bv_json_at(right, from)));
	}
	return wrong;
}

/* The right pairs with the partners of two neighbouring pairs exchanged; one pair alone is left out. */
static struct bv_json *
wrong_pairs(const struct bv_json *right, struct bv_stream *stream)
{
	struct bv_json *wrong = bv_json_new_array();
	size_t count = bv_json_count(right), at = count > 1 ? bv_stream_below(stream, count - 1) : count;

	for (size_t i = 0; i < count && count > 1; i++) {
		size_t partner = i == at ? i + 1 : i == at + 1 ? i - 1 : i;
		struct bv_json *pair = bv_json_add(wrong, bv_json_new_array());
		bv_json_add(pair, bv_json_copy(bv_json_at(bv_json_at(right, i), 0)));
		bv_json_add(pair, bv_json_copy(bv_json_at(bv_json_at(right, partner), 1)));
	}
	return wrong;
}

static struct bv_json *
wrong_answer(const struct bv_item_session *session, const struct bv_interaction *in, const struct bv_json *right, struct bv_stream *stream,
             struct bv_arena *arena)
{
	const char *base_type = "";
	const struct bv_json *content = pci_content(right, "base", &base_type, arena);

	if (content)
		return pci("base", base_type, wrong_single(session, in, base_type, content, stream));
	content = pci_content(right, "list", &base_type, arena);
	if (!content)
		return bv_json_copy(right);
	bool pairs = strcmp(base_type, "directedPair") == 0 || strcmp(base_type, "pair") == 0;
	bool ordered = in->kind == BV_INTERACTION_ORDER || in->kind == BV_INTERACTION_GRAPHIC_ORDER;
	bool points = strcmp(base_type, "point") == 0, choices = strcmp(base_type, "identifier") == 0;
	struct bv_json *list = ordered   ? wrong_order(content, stream)
	                       : pairs   ? wrong_pairs(content, stream)
	                       : points  ? wrong_points(in, content, stream)
	                       : choices ? wrong_set(session, in, content, stream)
	                                 : bv_json_copy(content);
	if (bv_json_count(list) == 0) {
		bv_json_free(list);
		return bv_json_copy(right); /* nothing plausible to change: the caller leaves the item unanswered */
	}
	return pci("list", base_type, list);
}

struct bv_json *
bv_simulate_responses(const struct bv_item_session *session, const struct bv_item *item, int64_t ability_milli, int64_t a_milli,
                      int64_t b_milli, struct bv_stream *stream)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	double logit = (double)a_milli * ((double)ability_milli - (double)b_milli) / 1e6;
	bool knows = bv_stream_unit(stream) < 1 / (1 + exp(-logit));
	struct bv_json *responses = bv_item_session_correct(session);
	size_t count = bv_item_interaction_count(item);

	if (knows || !count)
		return responses;
	/* One thing wrong is enough: the other gaps of the item keep their right answers. */
	const struct bv_interaction *in = bv_item_interaction(item, bv_stream_below(stream, count));
	const char *name = bv_arena_str(&arena, in->response).p;
	const struct bv_json *right = bv_json_find(responses, name);
	if (!right)
		return responses;
	struct bv_json *wrong = wrong_answer(session, in, right, stream, &arena);
	if (bv_json_equal(wrong, right)) {
		bv_json_free(wrong);
		bv_json_remove(responses, name);
	} else {
		bv_json_set(responses, name, wrong);
	}
	return responses;
}

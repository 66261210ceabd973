/* Everybody who sits an exam, read and held against each other before the first form is drawn. */
#include <stdlib.h>

#include "engine/exam.h"

static enum bv_status
parse_entry(struct bv_roster_entry *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "not an object");
	TRY(bv_json_only(json, "ticket name carryOver abilityMilli", err));
	TRY(candidate_read(&out->candidate, json, arena, err));
	out->has_ability = bv_json_find(json, "abilityMilli") != NULL;
	if (!out->has_ability)
		return BV_OK;
	TRY(bv_json_need_int(&out->ability_milli, json, "abilityMilli", err));
	if (out->ability_milli < -BV_ROSTER_ABILITY_MAX || out->ability_milli > BV_ROSTER_ABILITY_MAX)
		return bv_err_set(err, BV_EINVAL, "'abilityMilli' is %lld: thousandths of a logit, from -%d to %d", (long long)out->ability_milli,
		                  BV_ROSTER_ABILITY_MAX, BV_ROSTER_ABILITY_MAX);
	return BV_OK;
}

/* Where a candidate's evidence lies, in lower case. */
struct place {
	struct bv_str folder;
	size_t idx;
};

static int
by_folder(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = bv_str_cmp(x->folder, y->folder);

	return order ? order : (x->idx > y->idx) - (x->idx < y->idx);
}

/* No two candidates share a folder of the evidence, not even on a memory stick, where names that differ in case only are one. */
static enum bv_status
check_places(const struct bv_roster *roster, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(1024);
	struct place *places = bv_arena_array(&arena, roster->count, struct place);

	for (size_t i = 0; i < roster->count; i++) {
		bv_buf_clear(&name);
		bv_evidence_candidate_name(&name, roster->entries[i].candidate.ticket, "");
		for (char *p = name.p; *p; p++)
			*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
		places[i] = (struct place){ bv_arena_str(&arena, bv_buf_str(&name)), i };
	}
	qsort(places, roster->count, sizeof *places, by_folder);
	for (size_t i = 1; i < roster->count; i++) {
		if (!bv_str_eq(places[i - 1].folder, places[i].folder))
			continue;
		size_t first = places[i - 1].idx, second = places[i].idx;
		struct bv_str a = roster->entries[first].candidate.ticket, b = roster->entries[second].candidate.ticket;
		if (bv_str_eq(a, b))
			return bv_err_set(err, BV_ECONFLICT, "candidates %zu and %zu have the same ticket '%.*s': each sits once", first + 1, second + 1,
			                  BV_STR_ARG(b));
		return bv_err_set(err, BV_ECONFLICT, "the tickets '%.*s' and '%.*s' of candidates %zu and %zu are too much alike: give one of them another",
		                  BV_STR_ARG(bv_str_sub(a, 0, 40)), BV_STR_ARG(bv_str_sub(b, 0, 40)), first + 1, second + 1);
	}
	return BV_OK;
}

static enum bv_status
parse_list(struct bv_roster *roster, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *list;

	TRY(bv_json_only(json, "candidates", err));
	TRY(bv_json_need(&list, json, "candidates", BV_JSON_ARRAY, err));
	roster->count = bv_json_count(list);
	if (roster->count == 0)
		return bv_err_set(err, BV_EINVAL, "'candidates' is empty: nobody sits this exam");
	if (roster->count > BV_EXAM_CANDIDATES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d candidates", BV_EXAM_CANDIDATES_MAX);
	roster->entries = bv_arena_array(&roster->arena, roster->count, struct bv_roster_entry);
	for (size_t i = 0; i < roster->count; i++) {
		const struct bv_json *one = bv_json_at(list, i);
		struct bv_str ticket = bv_str_sub(bv_json_str(bv_json_find(one, "ticket")), 0, BV_TICKET_MAX);
		if (parse_entry(&roster->entries[i], one, &roster->arena, err) != BV_OK)
			return bv_err_set(err, err->status, "candidate %zu%s%.*s: %s", i + 1, ticket.len ? ", " : "", BV_STR_ARG(ticket), err->msg);
	}
	return check_places(roster, err);
}

enum bv_status
bv_roster_parse(struct bv_roster **out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_roster_free) struct bv_roster *roster = bv_alloc(sizeof *roster);

	TRY(bv_json_parse_large(&json, text, BV_ROSTER_MAX, err));
	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "a candidate {\"ticket\",\"name\"} or a roster {\"candidates\":[…]} is expected");
	roster->list = bv_json_find(json, "candidates") != NULL;
	if (roster->list) {
		TRY(parse_list(roster, json, err));
	} else {
		roster->count = 1;
		roster->entries = bv_arena_array(&roster->arena, 1, struct bv_roster_entry);
		TRY(parse_entry(roster->entries, json, &roster->arena, err));
	}
	*out = bv_steal(&roster);
	return BV_OK;
}

void
bv_roster_free(struct bv_roster *roster)
{
	if (!roster)
		return;
	bv_arena_finish(&roster->arena);
	free(roster);
}

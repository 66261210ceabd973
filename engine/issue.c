/* Forms that a design assembles, one ticket after the other: BV-FLY-1. */
#include <assert.h>
#include <stdlib.h>

#include "base/json.h"
#include "engine/grow.h"

enum { SWAPS = 40000, SEEN_ITEMS_MAX = 10000 };

/* ---- Made ready ---- */

static enum bv_status
check_hash(const char *what, struct bv_str document, const uint8_t wanted[BV_HASH_LEN], struct bv_err *err)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)], wanted_hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];

	bv_hex(wanted_hex, wanted, BV_HASH_LEN);
	if (!document.len)
		return bv_err_set(err, BV_EINVAL, "the blueprint's forms are assembled: give the %s with the SHA-256 %s", what, wanted_hex);
	bv_sha256(hash, document);
	if (!bv_hash_eq(hash, wanted))
		return bv_err_set(err, BV_EDENIED, "the blueprint asks for the %s with the SHA-256 %s, this one has %s", what, wanted_hex, bv_hex(hex, hash, BV_HASH_LEN));
	return BV_OK;
}

/* Counted over all forms a stratum's items are met so often that they cannot stay under the cap, whatever form is drawn. */
static enum bv_status
check_exposure(const struct bv_draw_plan *plan, struct bv_err *err)
{
	int64_t share = plan->blueprint->assembly.exposure_milli;

	for (size_t s = 0; share && s < plan->blueprint->stratum_count; s++) {
		const struct bv_stratum *stratum = &plan->blueprint->strata[s];
		int64_t size = plan->strata[s].size, needed = ((int64_t)stratum->count * 1000 + share - 1) / share;
		if (size < needed)
			return bv_err_at(err, BV_ECONFLICT, stratum->line, "stratum '%.*s' has %lld items: with %u of them in each form no item stays under the exposure of %lld/1000 "
			                 "that <assembly> asks for; it needs %lld", BV_STR_ARG(stratum->id), (long long)size, stratum->count, (long long)share, (long long)needed);
	}
	return BV_OK;
}

static int
id_order(const void *a, const void *b)
{
	const struct bv_assembly_item *const *x = a, *const *y = b;

	return bv_str_cmp((*x)->id, (*y)->id);
}

static int
number_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Items that are not in the pool are not met again anyhow. */
static enum bv_status
read_seen_items(struct issue_seen *out, struct bv_issue *issue, const struct bv_json *list, const struct bv_assembly_item *const *sorted, struct bv_err *err)
{
	if (bv_json_type(list) != BV_JSON_ARRAY || bv_json_count(list) > SEEN_ITEMS_MAX)
		return bv_err_set(err, BV_EINVAL, "each ticket has a list of at most %d items", SEEN_ITEMS_MAX);
	out->items = bv_arena_array(&issue->arena, bv_json_count(list), uint32_t);
	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_assembly_item wanted = { .id = bv_json_str(bv_json_at(list, i)) }, *key = &wanted;
		if (!wanted.id.len)
			return bv_err_set(err, BV_EINVAL, "element %zu of a list is no identifier of an item", i);
		const struct bv_assembly_item *const *found = bsearch(&key, sorted, issue->bank->count, sizeof *sorted, id_order);
		if (found)
			out->items[out->count++] = (uint32_t)(*found - issue->bank->items);
	}
	return BV_OK;
}

static int
cid_order(const void *a, const void *b)
{
	return memcmp(((const struct issue_seen *)a)->cid, ((const struct issue_seen *)b)->cid, BV_HASH_LEN);
}

static enum bv_status
read_seen(struct bv_issue *issue, const struct bv_json *root, const struct bv_assembly_item *const *sorted, struct bv_err *err)
{
	const struct bv_json *seen;
	struct bv_str format;

	TRY(bv_json_only(root, "format seen", err));
	TRY(bv_json_need_str(&format, root, "format", err));
	if (!bv_str_is(format, "bv-seen-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-seen-1", BV_STR_ARG(bv_str_sub(format, 0, 40)));
	TRY(bv_json_need(&seen, root, "seen", BV_JSON_OBJECT, err));
	issue->seen = bv_arena_array(&issue->arena, bv_json_count(seen), struct issue_seen);
	for (void *it = bv_json_members(seen); it; it = bv_json_next(seen, it)) {
		struct issue_seen *one = &issue->seen[issue->seen_count++];
		TRY(bv_ticket_cid(one->cid, bv_json_member_name(it), err));
		TRY(read_seen_items(one, issue, bv_json_member(it), sorted, err));
	}
	if (issue->seen_count)
		qsort(issue->seen, issue->seen_count, sizeof *issue->seen, cid_order);
	return BV_OK;
}

static enum bv_status
load_seen(struct bv_issue *issue, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	if (!text.len)
		return BV_OK;
	enum bv_status status = bv_json_parse_large(&json, text, BV_SEEN_MAX, err);
	const struct bv_assembly_item **sorted = bv_alloc_array(issue->bank->count, sizeof(struct bv_assembly_item *));
	for (size_t i = 0; i < issue->bank->count; i++)
		sorted[i] = &issue->bank->items[i];
	qsort(sorted, issue->bank->count, sizeof *sorted, id_order);
	if (status == BV_OK)
		status = read_seen(issue, json, sorted, err);
	free(sorted);
	return status == BV_OK ? BV_OK : bv_err_again(err, err->line, "seen.json: %s", err->msg);
}

const struct issue_seen *
issue_find_seen(const struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN])
{
	struct issue_seen who;

	memcpy(who.cid, cid, BV_HASH_LEN);
	return issue->seen_count ? bsearch(&who, issue->seen, issue->seen_count, sizeof who, cid_order) : NULL;
}

static enum bv_status
load_documents(struct bv_issue *issue, const struct bv_issue_documents *documents, struct bv_err *err)
{
	const struct bv_blueprint_assembly *assembly = &issue->plan->blueprint->assembly;

	TRY(check_hash("design", documents->design, assembly->design, err));
	TRY(check_hash("parameter set", documents->parameters, assembly->parameters, err));
	if (bv_design_parse(&issue->design, documents->design, err) != BV_OK)
		return bv_err_again(err, err->line, "design: %s", err->msg);
	if (bv_assembly_bank_parse(&issue->set, documents->parameters, 0, err) != BV_OK)
		return bv_err_again(err, err->line, "parameter set: %s", err->msg);
	TRY(pool_assembly_bank(&issue->bank, issue->set, issue->plan, err));
	TRY(pool_assembly_design(&issue->whole, issue->design, issue->plan, err));
	return load_seen(issue, documents->seen, err);
}

/* Forms for each ticket of its own. */
static enum bv_status
prepare_fly(struct bv_issue *issue, struct bv_err *err)
{
	const struct bv_blueprint_assembly *assembly = &issue->plan->blueprint->assembly;
	const struct bv_fly_rules rules = { .exposure_max = assembly->exposure_milli / 1000.0, .overlap_max = assembly->overlap,
		                            .forms_max = BV_EXAM_CANDIDATES_MAX, .swaps = SWAPS };

	TRY(check_exposure(issue->plan, err));
	if (bv_fly_new(&issue->fly, issue->bank, &issue->whole, &rules, err) != BV_OK)
		return bv_err_again(err, 0, "the design and the blueprint: %s", err->msg);
	return BV_OK;
}

static enum bv_status
prepare_parallel(struct bv_issue *issue, struct bv_str document, struct bv_err *err)
{
	const struct bv_blueprint_assembly *assembly = &issue->plan->blueprint->assembly;

	if (assembly->exposure_milli || assembly->overlap < BV_FORM_ITEMS_MAX)
		return bv_err_at(err, BV_EINVAL, assembly->line, "the design is for %zu forms that all tickets share: exposure and overlap are for forms of each candidate's own; "
		                 "the design's itemUse says in how many forms an item may be", issue->whole.forms);
	if (document.len)
		return parallel_read(&issue->parallel, document, issue->bank, &issue->whole, issue->plan, err);
	return parallel_assemble(&issue->parallel, issue->bank, &issue->whole, issue->plan, issue->draw_key, issue->seed, err);
}

static enum bv_status
prepare_adaptive(struct bv_issue *issue, const struct bv_issue_documents *documents, struct bv_err *err)
{
	const struct bv_blueprint *blueprint = issue->plan->blueprint;

	if (issue->design->forms > 1 || documents->parallel.len)
		return bv_err_at(err, BV_EINVAL, blueprint->assembly.line, "<adaptive> needs a design for one form: this one is for %zu", issue->design->forms);
	if (blueprint->adaptive.has_chances)
		TRY(check_hash("chances of exposure", documents->chances, blueprint->adaptive.chances, err));
	else if (documents->chances.len)
		return bv_err_set(err, BV_EINVAL, "<adaptive> has no 'chances': the blueprint does not ask for chances of exposure");
	return grow_new(&issue->grow, issue, documents->chances, err);
}

enum bv_status
bv_issue_new(struct bv_issue **out, const struct bv_draw_plan *plan, const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN],
             const struct bv_issue_documents *documents, struct bv_err *err)
{
	BV_AUTO(bv_issue_free) struct bv_issue *issue = bv_alloc(sizeof *issue);

	assert(plan->blueprint->assembled);
	pthread_mutex_init(&issue->lock, NULL);
	pthread_mutex_init(&issue->asking, NULL);
	issue->plan = plan;
	memcpy(issue->seed, seed, BV_HASH_LEN);
	memcpy(issue->draw_key, draw_key, BV_HASH_LEN);
	bv_draw_key_init(&issue->key, draw_key, seed);
	TRY(load_documents(issue, documents, err));
	if (plan->blueprint->is_adaptive)
		TRY(prepare_adaptive(issue, documents, err));
	else if (issue->design->forms > 1)
		TRY(prepare_parallel(issue, documents->parallel, err));
	else if (documents->parallel.len)
		return bv_err_set(err, BV_EINVAL, "parallel.json belongs to a design for several forms: this one is for one");
	else
		TRY(prepare_fly(issue, err));
	*out = bv_steal(&issue);
	return BV_OK;
}

void
bv_issue_free(struct bv_issue *issue)
{
	if (!issue)
		return;
	bv_fly_free(issue->fly);
	parallel_finish(&issue->parallel);
	grow_free(issue->grow);
	bv_arena_finish(&issue->whole.arena);
	bv_design_free(issue->design);
	bv_assembly_bank_free(issue->bank);
	bv_assembly_bank_free(issue->set);
	free(issue->forms);
	free(issue->tickets);
	free(issue->places);
	pthread_mutex_destroy(&issue->lock);
	pthread_mutex_destroy(&issue->asking);
	bv_arena_finish(&issue->arena);
	bv_wipe(issue, sizeof *issue);
	free(issue);
}

/* ---- Forms issued, found by cid ---- */

/* Where the cid is, or would be; a cid is a hash already. */
static uint32_t *
place_of(const struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN])
{
	size_t at = 0;

	for (size_t i = 0; i < sizeof at; i++)
		at = at << 8 | cid[i];
	for (at %= issue->place_count; issue->places[at] && !bv_hash_eq(issue->forms[issue->places[at] - 1].cid, cid);)
		at = (at + 1) % issue->place_count;
	return &issue->places[at];
}

static const struct issued *
find(const struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN])
{
	uint32_t idx = issue->count ? *place_of(issue, cid) : 0;

	return idx ? &issue->forms[idx - 1] : NULL;
}

static void
make_room(struct bv_issue *issue)
{
	issue->cap = issue->cap ? 2 * issue->cap : 64;
	issue->forms = bv_resize_array(issue->forms, issue->cap, sizeof *issue->forms);
	issue->tickets = bv_resize_array(issue->tickets, issue->cap, sizeof *issue->tickets);
	free(issue->places);
	issue->place_count = 2 * issue->cap;
	issue->places = bv_alloc_array(issue->place_count, sizeof *issue->places);
	for (size_t i = 0; i < issue->count; i++)
		*place_of(issue, issue->forms[i].cid) = (uint32_t)i + 1;
}

static struct issued *
add(struct bv_issue *issue, struct bv_str ticket, const uint8_t cid[BV_HASH_LEN], const uint32_t *items, unsigned broken)
{
	size_t length = issue->design->length;

	if (issue->count == issue->cap)
		make_room(issue);
	struct issued *form = &issue->forms[issue->count];
	form->items = bv_arena_array(&issue->arena, length, uint32_t);
	memcpy(form->items, items, length * sizeof *items);
	*form = (struct issued){ .items = form->items, .broken = broken };
	memcpy(form->cid, cid, BV_HASH_LEN);
	issue->tickets[issue->count] = bv_arena_str(&issue->arena, ticket);
	*place_of(issue, cid) = (uint32_t)++issue->count;
	return form;
}

static void
next_parallel(struct bv_issue *issue, struct bv_str ticket, const uint8_t cid[BV_HASH_LEN], const struct bv_seat_place *place, const struct issue_seen *seen)
{
	const struct parallel_ticket who = { cid, issue->draw_key, issue->seed, place, seen ? seen->items : NULL, seen ? seen->count : 0 };
	bool met;
	size_t number = parallel_choose(&met, &issue->parallel, &who);
	struct issued *form = add(issue, ticket, cid, issue->parallel.items + number * issue->parallel.length, met ? BV_FLY_SEEN : 0);

	form->parallel = (uint32_t)number + 1;
	form->seated = place != NULL;
	if (place)
		form->place = (struct bv_seat_place){ bv_arena_str(&issue->arena, place->centre), bv_arena_str(&issue->arena, place->room),
			                              bv_arena_str(&issue->arena, place->seat) };
}

static enum bv_status
next(struct bv_issue *issue, struct bv_str ticket, const uint8_t cid[BV_HASH_LEN], const struct bv_seat_place *place, struct bv_err *err)
{
	uint32_t items[BV_ASSEMBLY_LENGTH_MAX];
	uint8_t key[BV_HASH_LEN];

	if (find(issue, cid))
		return bv_err_set(err, BV_EINVAL, "ticket '%.*s' has a form already", BV_STR_ARG(ticket));
	const struct issue_seen *seen = issue_find_seen(issue, cid);
	if (!issue->fly) {
		next_parallel(issue, ticket, cid, place, seen);
		return BV_OK;
	}
	bv_fly_key(key, issue->draw_key, issue->seed, ticket);
	unsigned broken = bv_fly_draw_always(issue->fly, key, seen ? seen->items : NULL, seen ? seen->count : 0, items);
	bv_wipe(key, sizeof key);
	add(issue, ticket, cid, items, broken);
	return BV_OK;
}

enum bv_status
bv_issue_seated(struct bv_issue *issue, struct bv_str ticket, const struct bv_seat_place *place, struct bv_err *err)
{
	uint8_t cid[BV_HASH_LEN];

	TRY(bv_ticket_cid(cid, ticket, err));
	if (issue->grow) /* nobody's form hangs on another's */
		return BV_OK;
	pthread_mutex_lock(&issue->lock);
	enum bv_status status = next(issue, ticket, cid, place, err);
	pthread_mutex_unlock(&issue->lock);
	return status;
}

enum bv_status
bv_issue_next(struct bv_issue *issue, struct bv_str ticket, struct bv_err *err)
{
	return bv_issue_seated(issue, ticket, NULL, err);
}

/* Of each stratum as many as the blueprint asks for, and none twice? items rise. */
static bool
fits(const struct bv_draw_plan *plan, const uint32_t *items)
{
	uint32_t position = 0;

	for (size_t s = 0; s < plan->pool->stratum_count; s++)
		for (uint32_t t = 0; t < plan->strata[s].count; t++, position++)
			if (items[position] < plan->strata[s].first || items[position] - plan->strata[s].first >= plan->strata[s].size ||
			    (position && items[position] <= items[position - 1]))
				return false;
	return true;
}

enum bv_status
issue_again(struct bv_issue *issue, struct bv_str ticket, const uint32_t *items, unsigned broken, struct bv_err *err)
{
	uint32_t sorted[BV_ASSEMBLY_LENGTH_MAX];
	uint8_t cid[BV_HASH_LEN];
	enum bv_status status = BV_OK;

	TRY(bv_ticket_cid(cid, ticket, err));
	memcpy(sorted, items, issue->design->length * sizeof *sorted);
	qsort(sorted, issue->design->length, sizeof *sorted, number_order);
	if (!fits(issue->plan, sorted))
		return bv_err_set(err, BV_EINVAL, "the form of ticket '%.*s' is none of this blueprint", BV_STR_ARG(ticket));
	pthread_mutex_lock(&issue->lock);
	if (find(issue, cid))
		status = bv_err_set(err, BV_EINVAL, "ticket '%.*s' has a form already", BV_STR_ARG(ticket));
	else if (bv_fly_issued(issue->fly) < BV_EXAM_CANDIDATES_MAX)
		status = bv_fly_issue(issue->fly, sorted, err);
	if (status == BV_OK)
		add(issue, ticket, cid, sorted, broken);
	pthread_mutex_unlock(&issue->lock);
	return status;
}

/* ---- Read ---- */

enum bv_status
issue_drawn(struct bv_drawn *drawn, struct bv_issue *issue, const uint8_t cid[BV_HASH_LEN], struct bv_str ticket, struct bv_err *err)
{
	uint32_t items[BV_ASSEMBLY_LENGTH_MAX];

	if (issue->grow)
		return bv_err_set(err, BV_EINVAL, "the form of ticket '%.*s' grows with its answers: without them there is none", BV_STR_ARG(ticket));
	pthread_mutex_lock(&issue->lock);
	const struct issued *form = find(issue, cid);
	if (form) {
		memcpy(items, form->items, issue->design->length * sizeof *items);
		drawn->broken = form->broken;
		drawn->parallel = form->parallel;
	}
	pthread_mutex_unlock(&issue->lock);
	if (!form)
		return bv_err_set(err, BV_ENOTFOUND, "ticket '%.*s' is not in the order of the tickets: no form was assembled for it", BV_STR_ARG(ticket));
	draw_chosen(drawn, issue->plan, &issue->key, cid, items);
	return BV_OK;
}

enum bv_status
bv_issue_form(struct bv_form **out, struct bv_issue *issue, struct bv_str ticket, struct bv_err *err)
{
	uint8_t cid[BV_HASH_LEN];

	TRY(bv_ticket_cid(cid, ticket, err));
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(issue->plan);
	TRY(issue_drawn(drawn, issue, cid, ticket, err));
	*out = form_of_drawn(drawn, issue->plan, &issue->key, ticket, cid);
	return BV_OK;
}

static void
write_ticket(struct bv_json_pen *pen, const struct bv_issue *issue, size_t i)
{
	const struct bv_seat_place *place = &issue->forms[i].place;

	if (!issue->forms[i].seated) {
		bv_json_pen_str(pen, NULL, issue->tickets[i]);
		return;
	}
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "centre", place->centre);
	bv_json_pen_str(pen, "room", place->room);
	bv_json_pen_str(pen, "seat", place->seat);
	bv_json_pen_str(pen, "ticket", issue->tickets[i]);
	bv_json_pen_close(pen, '}');
}

static enum bv_status
read_ticket(struct bv_issue *issue, const struct bv_json *json, struct bv_err *err)
{
	struct bv_seat_place place;
	struct bv_str ticket;

	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_issue_next(issue, bv_json_str(json), err);
	TRY(bv_json_only(json, "centre room seat ticket", err));
	TRY(bv_json_need_str(&place.centre, json, "centre", err));
	TRY(bv_json_need_str(&place.room, json, "room", err));
	TRY(bv_json_need_str(&place.seat, json, "seat", err));
	TRY(bv_json_need_str(&ticket, json, "ticket", err));
	if (place.centre.len > BV_ROOM_MAX || place.room.len > BV_ROOM_MAX || place.seat.len > BV_ROOM_MAX)
		return bv_err_set(err, BV_ELIMIT, "a centre, a room and a seat have at most %d bytes", BV_ROOM_MAX);
	if (!issue->parallel.forms)
		return bv_err_set(err, BV_EINVAL, "a seat counts only where the design is for several forms");
	return bv_issue_seated(issue, ticket, &place, err);
}

void
bv_issue_tickets_write(struct bv_buf *out, struct bv_issue *issue)
{
	struct bv_json_pen pen = { .out = out };

	if (issue->grow)
		return;
	pthread_mutex_lock(&issue->lock);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "format", BV_STR("bv-tickets-1"));
	bv_json_pen_open(&pen, "tickets", '[');
	for (size_t i = 0; i < issue->count; i++)
		write_ticket(&pen, issue, i);
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
	pthread_mutex_unlock(&issue->lock);
}

enum bv_status
bv_issue_tickets(struct bv_issue *issue, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *list;
	struct bv_str format;

	TRY(bv_json_parse_large(&json, text, BV_EXAM_DOCUMENT_MAX, err));
	TRY(bv_json_only(json, "format tickets", err));
	TRY(bv_json_need_str(&format, json, "format", err));
	if (!bv_str_is(format, "bv-tickets-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-tickets-1", BV_STR_ARG(bv_str_sub(format, 0, 40)));
	TRY(bv_json_need(&list, json, "tickets", BV_JSON_ARRAY, err));
	for (size_t i = 0; i < bv_json_count(list); i++)
		if (read_ticket(issue, bv_json_at(list, i), err) != BV_OK)
			return bv_err_again(err, 0, "tickets[%zu]: %s", i, err->msg);
	return BV_OK;
}

void
bv_issue_count(struct bv_issue_tally *out, struct bv_issue *issue)
{
	pthread_mutex_lock(&issue->lock);
	*out = (struct bv_issue_tally){ .forms = issue->count };
	for (size_t i = 0; i < issue->count; i++) {
		out->overlap += (issue->forms[i].broken & BV_FLY_OVERLAP) != 0;
		out->exposure += (issue->forms[i].broken & BV_FLY_EXPOSURE) != 0;
		out->seen += (issue->forms[i].broken & BV_FLY_SEEN) != 0;
	}
	pthread_mutex_unlock(&issue->lock);
}

/* ---- Forms that all share ---- */

size_t
bv_issue_parallel(const struct bv_issue *issue)
{
	return issue->parallel.forms ? issue->parallel.forms : 1;
}

void
bv_issue_parallel_write(struct bv_buf *out, const struct bv_issue *issue)
{
	if (issue->parallel.forms)
		parallel_write(out, &issue->parallel, issue->bank);
}

enum bv_status
bv_issue_parallel_audit(const struct bv_issue *issue, struct bv_err *err)
{
	struct parallel again;
	size_t at = 0, count = issue->parallel.forms * issue->parallel.length;

	if (!issue->parallel.forms)
		return BV_OK;
	TRY(parallel_assemble(&again, issue->bank, &issue->whole, issue->plan, issue->draw_key, issue->seed, err));
	while (at < count && again.items[at] == issue->parallel.items[at])
		at++;
	enum bv_status status = at == count ? BV_OK :
		bv_err_set(err, BV_EDENIED, "form %zu of parallel.json has item '%.*s' where '%.*s' follows from the draw", at / issue->parallel.length + 1,
		           BV_STR_ARG(issue->bank->items[issue->parallel.items[at]].id), BV_STR_ARG(issue->bank->items[again.items[at]].id));
	parallel_finish(&again);
	return status;
}

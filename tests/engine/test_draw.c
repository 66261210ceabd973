/* BV-DRAW-1 against vectors: those of the reference beside the project, and those of tests/vectors/engine/make_draw_vectors.py. */
#include "base/file.h"
#include "base/json.h"
#include "engine/enemies.h"
#include "tests/check.h"
#include "tests/engine/fixture.h"

static struct bv_json *
read_json(const char *path)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 22);
	struct bv_json *json = NULL;
	struct bv_err err;

	if (bv_file_read(&text, path, &err) != BV_OK || bv_json_parse(&json, bv_buf_str(&text), &err) != BV_OK) {
		fprintf(stderr, "%s: %s\n", path, err.msg);
		exit(1);
	}
	return json;
}

static void
hex_member(uint8_t out[BV_HASH_LEN], const struct bv_json *object, const char *name)
{
	struct bv_err err;

	if (bv_json_need_hex(out, BV_HASH_LEN, object, name, &err) != BV_OK) {
		fprintf(stderr, "vectors: %s\n", err.msg);
		exit(1);
	}
}

/* Blueprint, pool and plan of strata [id, size, count]; each stratum's id is its competence. */
struct drawing {
	struct fixture fixture;
	struct bv_blueprint *blueprint;
	struct bv_draw_pool *pool;
	struct bv_draw_plan *plan;
};

/* shapes: what make_draw_vectors.py gives item n: shapes[n % count]; NULL for none. */
static void
add_items(struct fixture *f, const char *competence, int64_t size, const struct bv_json *shapes)
{
	for (int64_t n = 0; n < size; n++) {
		fixture_item(f, fixture_str(f, "%s-%05zu", competence, (size_t)n), competence, (size_t)n);
		if (!shapes)
			continue;
		const struct bv_json *shape = bv_json_at(shapes, (size_t)n % bv_json_count(shapes));
		for (size_t i = 0; i < bv_json_count(shape); i++) {
			const struct bv_json *sets = bv_json_at(bv_json_at(shape, i), 1);
			size_t count[2] = { 0 };
			unsigned fixed = 0;
			for (size_t k = 0; k < bv_json_count(sets); k++) {
				const struct bv_json *stays = bv_json_at(bv_json_at(sets, k), 1);
				count[k] = (size_t)bv_json_int(bv_json_at(bv_json_at(sets, k), 0));
				for (size_t x = 0; x < bv_json_count(stays); x++)
					fixed |= 1u << ((k ? count[0] : 0) + (size_t)bv_json_int(bv_json_at(stays, x)));
			}
			char response[64];
			snprintf(response, sizeof response, "%.*s", BV_STR_ARG(bv_json_str(bv_json_at(bv_json_at(shape, i), 0))));
			fixture_shape(f, bv_json_count(sets) == 2 ? BV_INTERACTION_MATCH : BV_INTERACTION_CHOICE, response, count[0], count[1],
			              fixed);
		}
	}
}

static struct drawing *
make_drawing(const char *attributes, const struct bv_json *const *parts, size_t part_count, const struct bv_json *shapes)
{
	struct drawing *d = bv_alloc(sizeof *d);
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 16);
	struct bv_err err;

	for (size_t p = 0; p < part_count; p++) {
		bv_buf_printf(&xml, "<part id='part%zu'><title xml:lang='vi'>x</title>", p);
		for (size_t i = 0; i < bv_json_count(parts[p]); i++) {
			const struct bv_json *s = bv_json_at(parts[p], i);
			char id[64];
			snprintf(id, sizeof id, "%.*s", BV_STR_ARG(bv_json_str(bv_json_at(s, 0))));
			bv_buf_printf(&xml, "<stratum id='%s' competence='%s' count='%d' marks='2.5'/>", id, id,
			              (int)bv_json_int(bv_json_at(s, 2)));
			add_items(&d->fixture, bv_arena_str(&d->fixture.arena, bv_str_of(id)).p, bv_json_int(bv_json_at(s, 1)), shapes);
		}
		bv_buf_addz(&xml, "</part>");
	}
	d->blueprint = fixture_blueprint(attributes, xml.p);
	if (bv_draw_pool_build(&d->pool, d->blueprint, d->fixture.sources, d->fixture.count, &err) != BV_OK ||
	    bv_draw_plan_new(&d->plan, d->blueprint, d->pool, &err) != BV_OK) {
		fprintf(stderr, "drawing: %s\n", err.msg);
		exit(1);
	}
	return d;
}

static void
free_drawing(struct drawing *d)
{
	bv_draw_plan_free(d->plan);
	bv_draw_pool_free(d->pool);
	bv_blueprint_free(d->blueprint);
	fixture_finish(&d->fixture);
	free(d);
}
BV_AUTO_DEFINE(struct drawing, free_drawing)

static bool
same_numbers(const struct bv_drawn_item *drawn, const struct bv_json *numbers)
{
	bool same = true;

	for (size_t i = 0; i < bv_json_count(numbers); i++)
		same &= drawn[i].index == (uint32_t)bv_json_int(bv_json_at(numbers, i));
	return same;
}

static void
reference(void)
{
	const char *path = check_reference("draw/draw_vectors.json");
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN], cid[BV_HASH_LEN], want[BV_HASH_LEN];
	struct bv_draw_key key;

	if (!path)
		return;
	BV_AUTO(bv_json_free) struct bv_json *json = read_json(path);
	const struct bv_json *strata = bv_json_find(json, "strata"), *forms = bv_json_find(json, "forms");
	BV_AUTO(free_drawing) struct drawing *d = make_drawing("", &strata, 1, NULL);
	BV_AUTO(bv_drawn_free) struct bv_drawn *drawn = bv_drawn_new(d->plan);
	uint8_t bank[BV_HASH_LEN], roster[BV_HASH_LEN], blueprint[BV_HASH_LEN], a[BV_HASH_LEN], b[BV_HASH_LEN];
	bv_sha256(bank, BV_STR("bank"));
	bv_sha256(roster, BV_STR("roster"));
	bv_sha256(blueprint, BV_STR("blueprint"));
	bv_sha256(a, BV_STR("beacon-A"));
	bv_sha256(b, BV_STR("beacon-B"));
	const struct bv_str beacons[] = { { (const char *)a, sizeof a }, { (const char *)b, sizeof b } };
	bv_session_seed(seed, bank, roster, blueprint, beacons, 2);
	hex_member(want, json, "seed");
	CHECK(bv_hash_eq(seed, want), "reference: the session's seed");
	hex_member(draw_key, json, "k_draw");
	bv_draw_key_init(&key, draw_key, seed);
	CHECK(bv_json_count(forms) == 3, "reference: three forms");
	for (size_t f = 0; f < bv_json_count(forms); f++) {
		const struct bv_json *form = bv_json_at(forms, f), *rows = bv_json_find(form, "form");
		char ticket[32];
		struct bv_err err;
		snprintf(ticket, sizeof ticket, "cand-%04zu", f + 1);
		CHECK_OK(bv_ticket_cid(cid, bv_str_of(ticket), &err), &err, "a ticket");
		hex_member(want, form, "cid");
		CHECK(bv_hash_eq(cid, want), "reference: cid of %s", ticket);
		bv_draw(drawn, d->plan, &key, cid);
		hex_member(want, form, "form_key");
		CHECK(bv_hash_eq(drawn->form_key, want), "reference: form key of %s", ticket);
		for (size_t s = 0, p = 0; s < bv_json_count(rows); p += bv_json_count(bv_json_at(bv_json_at(rows, s), 1)), s++)
			CHECK(same_numbers(drawn->items + p, bv_json_at(bv_json_at(rows, s), 1)), "reference: stratum %zu of %s", s, ticket);
	}
}

static bool
same_orders(const struct bv_form_item *item, const struct bv_json *orders)
{
	bool same = item->order_count == bv_json_count(orders);

	for (size_t o = 0; same && o < item->order_count; o++) {
		const struct bv_delivery_order *order = &item->orders[o];
		const struct bv_json *sets = bv_json_find(orders, order->response.p);
		same = order->set_count == bv_json_count(sets);
		for (size_t k = 0; same && k < order->set_count; k++) {
			same = order->sets[k].count == bv_json_count(bv_json_at(sets, k));
			for (size_t c = 0; same && c < order->sets[k].count; c++)
				same = bv_str_eq(order->sets[k].choices[c], bv_json_str(bv_json_at(bv_json_at(sets, k), c)));
		}
	}
	return same;
}

static void
check_form(const struct drawing *d, const struct bv_draw_key *key, const struct bv_json *vector)
{
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	const struct bv_json *rows = bv_json_find(vector, "form");
	struct bv_str ticket = bv_json_str(bv_json_find(vector, "ticket"));
	struct bv_err err;
	bool items = true, clones = true, orders = true;

	CHECK_OK(bv_form_draw(&form, d->plan, key, ticket, &err), &err, "a form");
	if (!form || !CHECK(form->item_count == bv_json_count(rows), "has %zu items", form->item_count))
		return;
	for (size_t p = 0; p < form->item_count; p++) {
		const struct bv_json *row = bv_json_at(rows, p);
		const struct bv_draw_pool_stratum *stratum = &d->pool->strata[bv_json_int(bv_json_at(row, 0))];
		const struct bv_form_item *item = &form->items[p];
		uint8_t seed[BV_HASH_LEN];
		items &= item->position == p + 1 && bv_str_eq(item->stratum, stratum->id) &&
		         bv_str_eq(item->identifier, stratum->items[bv_json_int(bv_json_at(row, 1))].identifier);
		clones &= bv_hex_parse(seed, BV_HASH_LEN, bv_json_str(bv_json_at(row, 2)), &err) == BV_OK &&
		          bv_hash_eq(seed, item->clone_seed);
		orders &= same_orders(item, bv_json_at(row, 3));
	}
	CHECK(items, "ticket %.*s: items", BV_STR_ARG(ticket));
	CHECK(clones, "ticket %.*s: clone seeds", BV_STR_ARG(ticket));
	CHECK(orders, "ticket %.*s: orders of options", BV_STR_ARG(ticket));
}

static void
vectors(const struct bv_json *json)
{
	static const char *const attributes[2][2] = {
		{ "itemOrder='drawn' optionShuffle='false'", "itemOrder='drawn' optionShuffle='true'" },
		{ "itemOrder='shuffled' optionShuffle='false'", "itemOrder='shuffled' optionShuffle='true'" },
	};
	const struct bv_json *sizes = bv_json_find(json, "sizes"), *forms = bv_json_find(json, "forms");
	const struct bv_json *parts[] = { bv_json_at(sizes, 0), bv_json_at(sizes, 1) };
	uint8_t seed[BV_HASH_LEN], draw_key[BV_HASH_LEN];
	struct bv_draw_key key;

	hex_member(seed, json, "seed");
	hex_member(draw_key, json, "drawKey");
	bv_draw_key_init(&key, draw_key, seed);
	CHECK(bv_json_count(forms) == 12, "twelve forms");
	for (size_t f = 0; f < bv_json_count(forms); f++) {
		const struct bv_json *form = bv_json_at(forms, f);
		bool items = bv_json_bool(bv_json_find(form, "shuffleItems")), options = bv_json_bool(bv_json_find(form, "shuffleOptions"));
		BV_AUTO(free_drawing) struct drawing *d = make_drawing(attributes[items][options], parts, 2, bv_json_find(json, "shapes"));
		check_form(d, &key, form);
	}
}

/* Items of one stimulus, by the rule for pairs that name each other: the second way to the same result. */
static void
stimulus_enemies(void)
{
	enum { ITEMS = 60, STIMULI = 12 };
	static struct bv_str names[ITEMS], pairs[ITEMS][ITEMS];
	static char texts[ITEMS][8], stimuli[ITEMS][40];
	struct bv_enemy_item shared[ITEMS], named[ITEMS];
	uint8_t key[BV_HASH_LEN] = { 7 }, blueprint[BV_HASH_LEN] = { 0 };
	bool has[ITEMS][STIMULI];
	struct bv_stream stream;

	bv_stream_init(&stream, key);
	for (unsigned round = 0; round < 200; round++) {
		size_t differs = 0, kept = 0;
		blueprint[0] = (uint8_t)round;
		for (size_t i = 0; i < ITEMS; i++) {
			snprintf(texts[i], sizeof texts[i], "I%02zu", i);
			names[i] = bv_str_of(texts[i]);
			stimuli[i][0] = '\0';
			for (size_t s = 0; s < STIMULI; s++) {
				has[i][s] = bv_stream_below(&stream, 8) == 0;
				if (has[i][s] && strlen(stimuli[i]) < 30)
					snprintf(stimuli[i] + strlen(stimuli[i]), 10, "%sS%zu", stimuli[i][0] ? " " : "", s);
				else
					has[i][s] = false;
			}
			shared[i] = (struct bv_enemy_item){ .identifier = names[i], .stimuli = bv_str_of(stimuli[i]) };
			named[i] = (struct bv_enemy_item){ .identifier = names[i], .enemies = pairs[i] };
		}
		for (size_t i = 0; i < ITEMS; i++) {
			for (size_t k = 0; k < i; k++)
				for (size_t s = 0, once = 0; s < STIMULI && !once; s++)
					if (has[i][s] && has[k][s]) {
						pairs[i][named[i].enemy_count++] = names[k];
						once = 1;
					}
			/* And some that name each other besides. */
			if (i && bv_stream_below(&stream, 4) == 0) {
				pairs[i][named[i].enemy_count++] = names[0];
				shared[i].enemies = &names[0];
				shared[i].enemy_count = 1;
			}
		}
		bv_enemies_resolve(shared, ITEMS, blueprint);
		bv_enemies_resolve(named, ITEMS, blueprint);
		for (size_t i = 0; i < ITEMS; i++) {
			differs += shared[i].kept != named[i].kept;
			kept += shared[i].kept;
		}
		if (differs || kept == 0 || kept == ITEMS)
			CHECK(false, "round %u: %zu of %zu kept items differ", round, differs, kept);
	}
	CHECK(true, "items of one stimulus are enemies as if each named the others");
}

static void
enemy_vectors(const struct bv_json *json)
{
	const struct bv_json *object = bv_json_find(json, "items"), *kept = bv_json_find(json, "kept");
	struct bv_enemy_item items[64] = { 0 };
	struct bv_str names[64][4];
	uint8_t blueprint[BV_HASH_LEN];
	size_t count = 0, n = 0;
	bool same = true;

	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it), count++) {
		const struct bv_json *list = bv_json_member(it);
		items[count] = (struct bv_enemy_item){ .identifier = bv_json_member_name(it), .enemies = names[count], .enemy_count = bv_json_count(list) };
		for (size_t i = 0; i < bv_json_count(list); i++)
			names[count][i] = bv_json_str(bv_json_at(list, i));
	}
	bv_sha256(blueprint, BV_STR("blueprint"));
	bv_enemies_resolve(items, count, blueprint);
	for (size_t i = 0; i < count; i++)
		if (items[i].kept)
			same &= bv_str_eq(items[i].identifier, bv_json_str(bv_json_at(kept, n++)));
	CHECK(same && count == 40 && n == bv_json_count(kept), "enemies: %zu of %zu are kept", n, count);
	blueprint[0] ^= 1;
	bv_enemies_resolve(items, count, blueprint);
	bool other = false, peace = true;
	for (size_t i = 0, k = 0; i < count; i++) {
		other |= items[i].kept && !bv_str_eq(items[i].identifier, bv_json_str(bv_json_at(kept, k++)));
		for (size_t j = 0; j < count; j++)
			for (size_t e = 0; e < items[i].enemy_count; e++)
				peace &= i == j || !items[i].kept || !items[j].kept || !bv_str_eq(items[i].enemies[e], items[j].identifier);
	}
	CHECK(other && peace, "enemies: another blueprint keeps others, and never two enemies");
}

/* Nobody's form depends on who else is drawn, or in which order: the scratch of one draw leaves no trace in the next. */
static void
memoryless(const struct bv_json *json)
{
	enum { CANDIDATES = 300 };
	const struct bv_json *sizes = bv_json_find(json, "sizes");
	const struct bv_json *parts[] = { bv_json_at(sizes, 0), bv_json_at(sizes, 1) };
	BV_AUTO(free_drawing) struct drawing *d = make_drawing("itemOrder='shuffled'", parts, 2, bv_json_find(json, "shapes"));
	BV_AUTO(bv_drawn_free) struct bv_drawn *one = bv_drawn_new(d->plan);
	struct bv_drawn *all[CANDIDATES];
	uint8_t seed[BV_HASH_LEN] = { 1 }, draw_key[BV_HASH_LEN] = { 2 }, cid[BV_HASH_LEN];
	struct bv_draw_key key;
	size_t same = 0, distinct = 0;

	bv_draw_key_init(&key, draw_key, seed);
	for (size_t i = 0; i < CANDIDATES; i++) {
		all[i] = bv_drawn_new(d->plan);
		bv_sha256(cid, fixture_str(&d->fixture, "%s%zu", "T", i));
		bv_draw(all[i], d->plan, &key, cid);
	}
	for (size_t i = CANDIDATES; i-- > 0;) {
		bv_sha256(cid, fixture_str(&d->fixture, "%s%zu", "T", i));
		bv_draw(one, d->plan, &key, cid);
		same += memcmp(one->items, all[i]->items, one->count * sizeof *one->items) == 0;
		distinct += i > 0 && memcmp(one->items, all[i - 1]->items, one->count * sizeof *one->items) != 0;
	}
	CHECK(same == CANDIDATES, "the order of the roster changes nobody's form");
	CHECK(distinct == CANDIDATES - 1, "and neighbours have other forms");
	for (size_t i = 0; i < CANDIDATES; i++)
		bv_drawn_free(all[i]);
}

static void
tickets(void)
{
	uint8_t cid[BV_HASH_LEN], want[BV_HASH_LEN];
	struct bv_err err;
	char longest[BV_TICKET_MAX + 2];

	memset(longest, 'x', sizeof longest);
	CHECK(bv_ticket_cid(cid, (struct bv_str){ longest, BV_TICKET_MAX }, &err) == BV_OK, "a ticket of %d bytes", BV_TICKET_MAX);
	CHECK(bv_ticket_cid(cid, (struct bv_str){ longest, BV_TICKET_MAX + 1 }, &err) == BV_EINVAL, "one of %d is refused", BV_TICKET_MAX + 1);
	static const char *const bad[] = { "", " ", "a b", "a\n", "vé", "\x7f", "a\tb" };
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK_REFUSED(bv_ticket_cid(cid, bv_str_of(bad[i]), &err), BV_EINVAL, &err, "printable ASCII", "a bad ticket");
	CHECK(bv_ticket_cid(cid, BV_STR("!~"), &err) == BV_OK, "all printable characters");
	bv_sha256(want, BV_STR("!~"));
	CHECK(bv_hash_eq(cid, want), "a cid is the ticket's SHA-256");
}

int
main(void)
{
	char path[4096];

	reference();
	snprintf(path, sizeof path, "%s/tests/vectors/engine/draw-vectors.json", getenv("BV_SOURCE") ? getenv("BV_SOURCE") : ".");
	BV_AUTO(bv_json_free) struct bv_json *json = read_json(path);
	vectors(json);
	enemy_vectors(bv_json_find(json, "enemies"));
	stimulus_enemies();
	memoryless(json);
	tickets();
	return check_end();
}

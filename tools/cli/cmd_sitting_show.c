#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

struct room {
	struct bv_json *rooms, *now; /* of the sitting; the one that is counted */
};

static void
count_up(struct bv_json *object, const char *name)
{
	bv_json_set_int(object, name, bv_json_int(bv_json_find(object, name)) + 1);
}

static enum bv_status
see(void *ctx, const struct bv_seat *seat, struct bv_err *err)
{
	struct room *room = ctx;

	(void)err;
	if (!room->now || !bv_str_eq(bv_json_str(bv_json_find(room->now, "name")), seat->room)) {
		room->now = bv_json_add(room->rooms, bv_json_new_object());
		bv_json_set_str(room->now, "name", seat->room);
		if (seat->centre.len)
			bv_json_set_str(room->now, "centre", seat->centre);
		bv_json_set_int(room->now, "seats", 0);
		bv_json_set_int(room->now, "codes", 0);
		bv_json_set_int(room->now, "extraTime", 0);
	}
	count_up(room->now, "seats");
	if (seat->has_code)
		count_up(room->now, "codes");
	if (seat->extra_percent || seat->extra_ms)
		count_up(room->now, "extraTime");
	return BV_OK;
}

static void
set_time(struct bv_json *json, const char *name, int64_t ms)
{
	char text[BV_TIME_SIZE];

	bv_json_set_str(json, name, bv_str_of(bv_time_write(text, ms / 1000)));
}

static void
set_sections(struct bv_json *json, const struct bv_sitting_plan *plan, const struct bv_blueprint *blueprint)
{
	struct bv_json *sections = bv_json_set(json, "sections", bv_json_new_array());

	for (size_t i = 0; i < plan->section_count; i++) {
		struct bv_json *section = bv_json_add(sections, bv_json_new_object());
		bv_json_set_str(section, "part", blueprint->parts[i].id);
		bv_json_set_int(section, "items", plan->sections[i].item_count);
		if (plan->sections[i].limit_ms)
			bv_json_set_int(section, "minutes", plan->sections[i].limit_ms / 60000);
	}
}

static enum bv_status
describe(struct bv_json *json, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_sittings_close) struct bv_sittings *sittings = NULL;
	BV_AUTO(bv_sitting_free) struct bv_sitting *sitting = NULL;
	struct room room = { 0 };
	struct bv_str bytes;
	const char *name;

	TRY(bv_sittings_open_read(&sittings, args_get(args, "db"), err));
	TRY(bv_sitting_load(&sitting, sittings, bv_str_of(args_get(args, "name")), NULL, NULL, err));
	const struct bv_sitting_plan *plan = bv_sitting_plan(sitting);
	bv_json_set_str(json, "name", plan->name);
	bv_json_set_int(json, "number", bv_sitting_id(sitting));
	bv_json_set_str(json, "mode", bv_str_of(bv_sitting_mode_name(bv_sitting_mode(sitting))));
	bv_json_set_str(json, "blueprint", bv_sitting_blueprint(sitting)->id);
	bv_json_set_int(json, "items", plan->item_count);
	bv_json_set_int(json, "minutes", plan->own_ms / 60000);
	set_sections(json, plan, bv_sitting_blueprint(sitting));
	set_time(json, "opens", plan->opens_ms);
	set_time(json, "startUntil", plan->start_until_ms);
	set_time(json, "closes", plan->closes_ms);
	set_time(json, "release", bv_sitting_release_ms(sitting));
	bv_json_set_int(json, "graceMs", plan->grace_ms);
	struct bv_json *documents = bv_json_set(json, "documents", bv_json_new_object());
	for (size_t i = 0; (name = bv_sitting_document(&bytes, sitting, i)) != NULL; i++) {
		char hex[BV_HEX_SIZE(BV_HASH_LEN)];
		uint8_t hash[BV_HASH_LEN];
		bv_sha256(hash, bytes);
		bv_json_set_str(documents, name, bv_str_of(bv_hex(hex, hash, sizeof hash)));
	}
	room.rooms = bv_json_set(json, "rooms", bv_json_new_array());
	return bv_seats_each(sittings, bv_sitting_id(sitting), BV_STR_NONE, see, &room, err);
}

static struct bv_str
text(const struct bv_json *json, const char *name)
{
	return bv_json_str(bv_json_find(json, name));
}

static void
print(const struct bv_json *json)
{
	const struct bv_json *documents = bv_json_find(json, "documents"), *rooms = bv_json_find(json, "rooms"), *sections = bv_json_find(json, "sections");
	int64_t seats = 0;

	printf("%.*s: mode %.*s, %" PRId64 " items, %" PRId64 " minutes, blueprint %.*s\n", BV_STR_ARG(text(json, "name")), BV_STR_ARG(text(json, "mode")),
	       bv_json_int(bv_json_find(json, "items")), bv_json_int(bv_json_find(json, "minutes")), BV_STR_ARG(text(json, "blueprint")));
	for (size_t i = 0; i < bv_json_count(sections); i++) {
		const struct bv_json *section = bv_json_at(sections, i), *minutes = bv_json_find(section, "minutes");
		printf("section %zu, %.*s: %" PRId64 " items", i + 1, BV_STR_ARG(text(section, "part")), bv_json_int(bv_json_find(section, "items")));
		if (minutes)
			printf(" in %" PRId64 " minutes", bv_json_int(minutes));
		puts("");
	}
	printf("opens %.*s, nobody starts after %.*s, closes %.*s, results from %.*s\n\n", BV_STR_ARG(text(json, "opens")),
	       BV_STR_ARG(text(json, "startUntil")), BV_STR_ARG(text(json, "closes")), BV_STR_ARG(text(json, "release")));
	for (void *it = bv_json_members(documents); it; it = bv_json_next(documents, it)) {
		print_column(bv_json_member_name(it), 18);
		printf("%.*s\n", BV_STR_ARG(bv_json_str(bv_json_member(it))));
	}
	puts("\nroom              seats  codes  extra time");
	for (size_t i = 0; i < bv_json_count(rooms); i++) {
		const struct bv_json *room = bv_json_at(rooms, i);
		print_column(text(room, "name"), 16);
		printf("%7" PRId64 "%7" PRId64 "%12" PRId64 "\n", bv_json_int(bv_json_find(room, "seats")), bv_json_int(bv_json_find(room, "codes")),
		       bv_json_int(bv_json_find(room, "extraTime")));
		seats += bv_json_int(bv_json_find(room, "seats"));
	}
	printf("%" PRId64 " seats in %zu rooms\n", seats, bv_json_count(rooms));
}

static int
run(struct args *args)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	struct bv_err err;

	if (describe(json, args, &err) != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_json(json);
	else
		print(json);
	return EXIT_YES;
}

const struct cmd cmd_sitting_show = {
	.name = "sitting show",
	.summary = "a sitting: window, documents, rooms",
	.about = "Reads the database only. Each document is held against the hash that the ledger has of it.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		{ "json", NULL, "print it as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang sitting show --db sqlite:hall.db --name 2026-11-25.sang", NULL },
	.run = run,
};

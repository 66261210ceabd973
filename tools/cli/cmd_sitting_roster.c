#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

struct importing {
	const char *path;
	struct bv_json *faults, *changes; /* NULL: printed as they come */
};

static void
on_fault(void *ctx, const struct bv_roster_fault *fault)
{
	const struct importing *im = ctx;

	if (!im->faults) {
		fprintf(stderr, "%s:%d:%d: ", im->path, fault->line, fault->column);
		print_safe(stderr, bv_str_of(fault->message));
		fputc('\n', stderr);
		return;
	}
	struct bv_json *one = bv_json_add(im->faults, bv_json_new_object());
	bv_json_set_int(one, "line", fault->line);
	bv_json_set_int(one, "column", fault->column);
	bv_json_set_str(one, "why", bv_str_of(bv_roster_why_name(fault->why)));
	bv_json_set_str(one, "message", bv_str_of(fault->message));
}

static void
on_change(void *ctx, const struct bv_roster_change *change)
{
	const struct importing *im = ctx;

	if (!im->changes) {
		printf("line %d, ticket %.*s: ", change->line, BV_STR_ARG(change->ticket));
		if (change->from.len || change->to.len)
			printf("%s '%.*s' instead of '%.*s'\n", change->column, BV_STR_ARG(change->to), BV_STR_ARG(change->from));
		else
			printf("another %s\n", change->column);
		return;
	}
	struct bv_json *one = bv_json_add(im->changes, bv_json_new_object());
	bv_json_set_int(one, "line", change->line);
	bv_json_set_str(one, "ticket", change->ticket);
	bv_json_set_str(one, "column", bv_str_of(change->column));
	bv_json_set_str(one, "from", change->from);
	bv_json_set_str(one, "to", change->to);
}

static void
set_tally(struct bv_json *json, const struct bv_roster_tally *tally)
{
	bv_json_set_int(json, "rows", (int64_t)tally->rows);
	bv_json_set_int(json, "added", (int64_t)tally->added);
	bv_json_set_int(json, "changed", (int64_t)tally->changed);
	bv_json_set_int(json, "same", (int64_t)tally->same);
	bv_json_set_int(json, "absent", (int64_t)tally->absent);
	bv_json_set_int(json, "faultCount", (int64_t)tally->faults);
}

static void
print_tally(const struct bv_roster_tally *tally, bool dry)
{
	printf("%zu rows: %zu %s, %zu changed, %zu the same", tally->rows, tally->added, dry ? "would be added" : "added", tally->changed, tally->same);
	if (tally->absent)
		printf("; %zu registered before are not in the file, and stay", tally->absent);
	puts(dry ? ". Nothing was done." : ".");
}

static int
run(struct args *args)
{
	BV_AUTO(sitting_inputs_finish) struct sitting_inputs in = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf csv = BV_BUF(BV_ROSTER_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = args_has(args, "json") ? bv_json_new_object() : NULL;
	struct importing im = { .path = args->operands[0] };
	struct bv_roster_tally tally = { 0 };
	struct bv_err err;

	if (bv_file_read(&csv, im.path, &err) != BV_OK || sitting_inputs_load(&in, args, &err) != BV_OK)
		return fail(NULL, &err);
	if (json) {
		im.faults = bv_json_set(json, "faults", bv_json_new_array());
		im.changes = bv_json_set(json, "changes", bv_json_new_array());
	}
	struct bv_roster_order order = {
		.csv = bv_buf_str(&csv), .author = in.author, .dry = args_has(args, "dry-run"), .fault = on_fault, .change = on_change, .ctx = &im
	};
	bv_random_fill(order.seed, sizeof order.seed);
	enum bv_status status = bv_roster_import(&tally, in.sittings, in.ledger, in.id, &order, &err);
	bv_wipe(order.seed, sizeof order.seed);
	if (json && (status == BV_OK || tally.faults)) {
		set_tally(json, &tally);
		print_json(json);
	}
	if (status != BV_OK)
		return fail(im.path, &err);
	if (!json)
		print_tally(&tally, order.dry);
	return EXIT_YES;
}

const struct cmd cmd_sitting_roster = {
	.name = "sitting roster",
	.operands = "FILE",
	.summary = "register the candidates of a CSV: tickets, rooms, seats, extra time",
	.about =
		"The first row names the columns: room (phòng) and seat (chỗ); ticket (mã dự thi), machine (máy), language (ngôn ngữ), extraPercent (thêm phần trăm), "
		"extraMinutes (thêm phút) and person (cam kết): the commitment of who it is, 64 hexadecimal digits. A ticket says nothing of a person; who has none "
		"gets a random one. Names and numbers of people are not kept here.\n\n"
		"Every fault is told as FILE:LINE:COLUMN, and when there is one nothing is imported. A row is known by its ticket, or without one by room and seat: "
		"the same file again changes nothing, and an interrupted import is given again. Room, seat, machine, language and person may change until "
		"the candidate starts, and each change is told; the extra time is in the ledger and may not. Who is not in the file stays.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "dry-run", NULL, "only say what would be done" },
		{ "json", NULL, "print counts, changes and faults as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang sitting roster --db sqlite:hall.db --name 2026-11-25.sang --key demo/issuer/key.pem --dry-run engine/sample/roster.csv",
		"bangvang sitting roster --db sqlite:hall.db --name 2026-11-25.sang --key demo/issuer/key.pem engine/sample/roster.csv",
		NULL },
	.run = run,
};

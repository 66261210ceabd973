#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/print.h"
#include "tools/cli/sitting_inputs.h"

struct sheet {
	struct sitting_inputs in;
	struct bv_buf csv;
	struct bv_json *rows;
	size_t told; /* codes that are on it */
};

static enum bv_status
add(void *ctx, const struct bv_seat *seat, const char code[BV_ACCESS_CODE_SIZE], struct bv_err *err)
{
	struct sheet *sheet = ctx;

	sheet->told++;
	if (!sheet->rows) {
		const char *formula = strchr("=+-@", seat->ticket.p[0]) ? "'" : ""; /* what a table program would compute */
		bv_buf_printf(&sheet->csv, "%.*s,%.*s,\"%s%.*s\",%s\r\n", BV_STR_ARG(seat->room), BV_STR_ARG(seat->seat), formula, BV_STR_ARG(seat->ticket), code);
		return bv_buf_check(&sheet->csv, err);
	}
	struct bv_json *row = bv_json_add(sheet->rows, bv_json_new_object());
	bv_json_set_str(row, "room", seat->room);
	bv_json_set_str(row, "seat", seat->seat);
	bv_json_set_str(row, "ticket", seat->ticket);
	bv_json_set_str(row, "code", bv_str_of(code));
	return BV_OK;
}

static enum bv_status
write_sheet(struct sheet *sheet, const char *path, struct bv_err *err)
{
	if (sheet->rows)
		bv_json_write_pretty(&sheet->csv, sheet->rows);
	struct bv_err why;
	enum bv_status status = bv_buf_check(&sheet->csv, &why);
	if (status == BV_OK)
		status = bv_file_write(path, bv_buf_str(&sheet->csv), 0600, &why);
	if (status != BV_OK)
		return bv_err_set(err, status, "%.150s: %zu codes were made and nobody has them: make new ones with --again", why.msg, sheet->told);
	return BV_OK;
}

static enum bv_status
make(struct sheet *sheet, const struct args *args, struct bv_err *err)
{
	const char *out = args_get(args, "out");
	uint8_t seed[BV_HASH_LEN];
	size_t count;

	TRY(sitting_inputs_load(&sheet->in, args, err));
	/* Before any code is made: that there is room for the sheet, and that it takes the place of no other. */
	struct bv_err of_file;
	enum bv_status status = bv_file_create(out, BV_STR_NONE, 0600, &of_file);
	if (status == BV_ECONFLICT)
		return bv_err_set(err, status, "%s is there already, and may be the only copy of the codes in it: name another file", out);
	if (status != BV_OK) {
		*err = of_file;
		return status;
	}
	bv_random_fill(seed, sizeof seed);
	status = bv_codes_make(&count, sheet->in.sittings, sheet->in.ledger, sheet->in.id, bv_str_of(args_get(args, "room")), args_has(args, "again"), seed,
	                       sheet->in.author, add, sheet, err);
	bv_wipe(seed, sizeof seed);
	/* Whatever stopped it, the codes that are in force are told: there is no other copy of them. */
	if (!sheet->told) {
		unlink(out);
	} else if (write_sheet(sheet, out, &of_file) != BV_OK && status == BV_OK) {
		*err = of_file;
		status = of_file.status;
	}
	return status;
}

static int
run(struct args *args)
{
	struct sheet sheet = { .csv = BV_BUF(64u << 20), .rows = args_has(args, "json") ? bv_json_new_array() : NULL };
	struct bv_err err;

	bv_buf_addz(&sheet.csv, sheet.rows ? "" : "\xEF\xBB\xBFroom,seat,ticket,code\r\n");
	enum bv_status status = make(&sheet, args, &err);
	sitting_inputs_finish(&sheet.in);
	if (sheet.csv.p)
		bv_wipe(sheet.csv.p, sheet.csv.len);
	bv_buf_finish(&sheet.csv);
	bv_json_free(sheet.rows);
	if (status != BV_OK)
		return fail(NULL, &err);
	if (sheet.told)
		printf("%zu new codes in %s, which only its owner may read. They are kept nowhere else.\n", sheet.told, args_get(args, "out"));
	else
		printf("Every seat has a code: none was made, and nothing written.\n");
	return EXIT_YES;
}

const struct cmd cmd_sitting_codes = {
	.name = "sitting codes",
	.summary = "make access codes, and the sheet of them for each room",
	.about =
		"Makes a code for every seat of the sitting, or of --room, that has none: twelve characters without 0 O 1 I L. The database keeps a hash of each, the "
		"sheet is the only copy: CSV (UTF-8, fit for a table program), or JSON with --json, in the order of rooms and seats, to be cut and handed out at the door.\n\n"
		"--again makes new ones for all: those before are worth nothing then. A file that is there is never written over.",
	.opts = (const struct opt[]){
		SITTING_DB_OPT,
		SITTING_KEY_OPTS,
		{ "room", "NAME", "only of this room" },
		{ "again", NULL, "for those too who have one" },
		{ "out", "FILE", "where the sheet goes, a new file", .required = true },
		{ "json", NULL, "the sheet as a JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang sitting codes --db sqlite:hall.db --name 2026-11-25.sang --key demo/issuer/key.pem --out codes.csv",
		NULL },
	.run = run,
};

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "engine/engine.h"
#include "tools/cli/commands.h"
#include "tools/cli/freeze_inputs.h"
#include "tools/cli/print.h"

enum { BEACONS_MAX = 16, BEACON_MAX = 65536 };

struct beacons {
	struct bv_buf bytes[BEACONS_MAX];
	struct bv_str list[BEACONS_MAX];
	size_t count;
};

static void
finish(struct beacons *b)
{
	for (size_t i = 0; i < b->count; i++)
		bv_buf_finish(&b->bytes[i]);
}
BV_AUTO_DEFINE_FINISH(struct beacons, finish)

static enum bv_status
read_beacon(struct beacons *b, const char *hex, struct bv_err *err)
{
	struct bv_str digits = bv_str_of(hex);

	if (b->count == BEACONS_MAX || digits.len > 2 * BEACON_MAX)
		return bv_err_set(err, BV_ELIMIT, "--beacon: at most %d beacons of %d bytes", BEACONS_MAX, BEACON_MAX);
	if (digits.len % 2)
		return bv_err_set(err, BV_EINVAL, "--beacon %.20s…: an even number of hexadecimal digits is needed", hex);
	uint8_t *raw = bv_alloc(digits.len / 2);
	enum bv_status status = bv_hex_parse(raw, digits.len / 2, digits, err);
	if (status == BV_OK) {
		struct bv_buf *bytes = &b->bytes[b->count];
		*bytes = BV_BUF(BEACON_MAX);
		bv_buf_add(bytes, (struct bv_str){ (const char *)raw, digits.len / 2 });
		b->list[b->count++] = bv_buf_str(bytes);
	} else {
		bv_err_set(err, BV_EINVAL, "--beacon %.20s…: %s", hex, err->msg);
	}
	free(raw);
	return status;
}

/* R_bank as it is given, or of the commitment, which must be of this blueprint. */
static int
find_bank_root(uint8_t bank_root[BV_HASH_LEN], const struct args *args, const struct bv_blueprint *blueprint)
{
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = NULL;
	const char *path = args_get(args, "commitment");
	struct bv_err err;

	if (!path)
		return args_hex(bank_root, BV_HASH_LEN, args, "bank-root", &err) == BV_OK ? EXIT_YES : usage(args->cmd, "%s", err.msg);
	int status = freeze_load_commitment(&commitment, path);
	if (status)
		return status;
	if (!bv_hash_eq(commitment->blueprint_hash, blueprint->hash)) {
		bv_err_set(&err, BV_EDENIED, "the commitment is of another blueprint: its hash differs");
		return fail(path, &err);
	}
	memcpy(bank_root, commitment->bank_root, BV_HASH_LEN);
	return EXIT_YES;
}

static int
make_seed(uint8_t seed[BV_HASH_LEN], const struct args *args)
{
	BV_AUTO(finish) struct beacons beacons = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_BLUEPRINT_MAX);
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	uint8_t bank_root[BV_HASH_LEN], roster_root[BV_HASH_LEN];
	const char *path = args_get(args, "blueprint");
	struct bv_err err;

	if (!args_has(args, "bank-root") == !args_has(args, "commitment"))
		return usage(args->cmd, "either --commitment FILE or --bank-root HEX is needed");
	if (args_hex(roster_root, BV_HASH_LEN, args, "roster-root", &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	for (size_t i = 0; args_each(args, "beacon", i); i++)
		if (read_beacon(&beacons, args_each(args, "beacon", i), &err) != BV_OK)
			return usage(args->cmd, "%s", err.msg);
	if (bv_file_read(&xml, path, &err) != BV_OK || bv_blueprint_parse(&blueprint, bv_buf_str(&xml), &err) != BV_OK)
		return fail(path, &err);
	int status = find_bank_root(bank_root, args, blueprint);
	if (status)
		return status;
	bv_session_seed(seed, bank_root, roster_root, blueprint->hash, beacons.list, beacons.count);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	uint8_t seed[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	int status = make_seed(seed, args);
	if (status)
		return status;
	bv_hex(hex, seed, BV_HASH_LEN);
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
		bv_json_set_str(json, "seed", bv_str_of(hex));
		print_json(json);
	} else {
		puts(hex);
	}
	return EXIT_YES;
}

const struct cmd cmd_draw_seed = {
	.name = "draw seed",
	.summary = "derive a session's seed from public randomness",
	.about = "S = HKDF-SHA-256(salt = R_bank, ikm = length and bytes of each beacon, info = \"BV-SEED-1\\0\" || R_roster || H(B)): one honest "
	         "beacon is enough. Beacons are given in the committed order (doc/draw.md).",
	.opts = (const struct opt[]){
		{ .name = "commitment", .argument = "FILE", .help = "the commitment of 'bangvang bank freeze', for R_bank" },
		{ .name = "bank-root", .argument = "HEX", .help = "R_bank itself; of a draw without a freeze, the pool's hash" },
		{ .name = "roster-root", .argument = "HEX", .help = "R_roster", .required = true },
		{ .name = "blueprint", .argument = "FILE", .help = "the blueprint, for H(B)", .required = true },
		{ .name = "beacon", .argument = "HEX", .help = "a beacon's or the ceremony's bytes", .required = true, .repeated = true },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.run = run,
};

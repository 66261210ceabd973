#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "tools/cli/commands.h"
#include "tools/cli/draw_inputs.h"
#include "tools/cli/freeze_inputs.h"
#include "tools/cli/print.h"

/* A new file, without a line feed so that sha256sum gives its hash; an existing one is never replaced, for it may be the secret of a published commitment. */
static enum bv_status
create(const char *folder, const char *name, struct bv_buf *text, unsigned mode, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	enum bv_status status = bv_buf_check(text, err);

	if (status == BV_OK)
		status = bv_file_create(freeze_path(folder, name, &arena).p, bv_buf_str(text), mode, err);
	bv_wipe(text->p, text->len);
	bv_buf_clear(text);
	return status;
}

/* The secret is on the disk before the commitment that cannot be opened without it. */
static enum bv_status
write_folder(const char *folder, const struct bv_commitment *commitment, const struct bv_draw_pool *pool,
             const uint8_t salt_key[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_DRAW_POOL_MAX + 1);

	TRY(bv_dir_make(folder, err));
	bv_freeze_secret_write(&text, commitment, salt_key);
	TRY(create(folder, FREEZE_SECRET, &text, 0600, err));
	bv_draw_pool_write(&text, pool);
	TRY(create(folder, FREEZE_POOL, &text, 0600, err));
	bv_commitment_write(&text, commitment);
	return create(folder, FREEZE_COMMITMENT, &text, 0644, err);
}

/* What took part: in a bank that keeps no life cycle nobody has released anything. */
static void
print_life(const struct draw_inputs *in)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	if (in->life.reviewers)
		printf("from                 operational versions; head of the bank's events: %lld, %s\n", (long long)in->head_seq,
		       bv_hex(hex, in->head, BV_HASH_LEN));
	else
		puts("from                 the current version of every item: the bank keeps no life cycle");
}

static void
print_commitment(const struct bv_commitment *commitment, const struct draw_inputs *in, const char *folder)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint64_t items = 0;

	for (size_t i = 0; i < commitment->stratum_count; i++) {
		const struct bv_commitment_stratum *stratum = &commitment->strata[i];
		printf("%-20.*s %7llu items  %s\n", BV_STR_ARG(stratum->id), (unsigned long long)stratum->count,
		       bv_hex(hex, stratum->root.p, BV_HASH_LEN));
		items += stratum->count;
	}
	printf("%-20s %7llu items  %s\n", "R_bank", (unsigned long long)items, bv_hex(hex, commitment->bank_root, BV_HASH_LEN));
	print_life(in);
	putchar('\n');
	printf("publish now            %s/" FREEZE_COMMITMENT "\nkeep until the end     %s/" FREEZE_POOL "\nkeep secret for ever   %s/" FREEZE_SECRET "\n",
	       folder, folder, folder);
}

static void
print_text(const struct bv_commitment *commitment)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_COMMITMENT_MAX);

	bv_commitment_write(&json, commitment);
	puts(json.p);
}

static bool
is_frozen(const struct bv_draw_pool *pool, struct bv_str identifier)
{
	for (size_t s = 0; s < pool->stratum_count; s++) {
		const struct bv_draw_pool_stratum *stratum = &pool->strata[s];
		for (size_t low = 0, high = stratum->count; low < high;) {
			size_t middle = low + (high - low) / 2;
			int order = bv_str_cmp(identifier, stratum->items[middle].identifier);
			if (!order)
				return true;
			low = order > 0 ? middle + 1 : low;
			high = order < 0 ? middle : high;
		}
	}
	return false;
}

/* Names the translations in the pool whose originals have changed since: the bank's keeper may not want to commit to them. */
static int
warn_of_stale(const struct bv_draw_pool *pool, const char *url)
{
	enum { SHOWN = 10 };
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	BV_AUTO(bv_pool_finish) struct bv_pool stale = { 0 };
	const struct bv_bank_filter filter = { .language = pool->language, .stale = true };
	size_t count = 0;
	struct bv_err err;

	if (bv_bank_open(&bank, url, BV_BANK_READ, &err) != BV_OK || bv_bank_pool(&stale, bank, &filter, &err) != BV_OK)
		return fail(NULL, &err);
	for (size_t i = 0; i < stale.count; i++)
		if (is_frozen(pool, stale.items[i].identifier) && ++count <= SHOWN) {
			fputs("warning: ", stderr);
			print_safe(stderr, stale.items[i].identifier);
			fprintf(stderr, "/%.*s is a translation that is older than its original\n", BV_STR_ARG(stale.items[i].language));
		}
	if (count > SHOWN)
		fprintf(stderr, "warning: and so are %zu more: 'bangvang bank list --stale' has all\n", count - SHOWN);
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(draw_inputs_finish) struct draw_inputs in = { 0 };
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = NULL;
	const char *folder = args_get(args, "out");
	uint8_t salt_key[BV_HASH_LEN];
	struct bv_err err;

	int failed = draw_inputs_load_pool(&in, args, args_get(args, "blueprint"), args_get(args, "bank"), NULL);
	if (failed)
		return failed;
	failed = warn_of_stale(in.pool, args_get(args, "bank"));
	if (failed)
		return failed;
	bv_random_fill(salt_key, sizeof salt_key);
	commitment = bv_pool_freeze(in.pool, salt_key);
	enum bv_status status = write_folder(folder, commitment, in.pool, salt_key, &err);
	bv_wipe(salt_key, sizeof salt_key);
	if (status != BV_OK)
		return fail(NULL, &err);
	if (args_has(args, "json"))
		print_text(commitment);
	else
		print_commitment(commitment, &in, folder);
	return EXIT_YES;
}

const struct cmd cmd_bank_freeze = {
	.name = "bank freeze",
	.summary = "commit to the items of a blueprint without showing any",
	.about = "Chooses the items that the blueprint takes in, as 'bangvang draw' does, and writes three files into the folder (doc/freeze.md): "
	         "commitment.json, to be published before the session's seed can be known: for each stratum the number of items and the root of "
	         "a Merkle tree of salted leaves, and R_bank, which binds all of it; pool.json, the items and their hashes, to be published "
	         "when the session is over; secret.json, the key of the salts, for the bank's keeper alone.\n\n"
	         "Files that exist are never replaced. A blueprint that the bank cannot satisfy is refused, as by 'bangvang draw'. "
	         "Translations that are older than their original are named on stderr.",
	.opts = (const struct opt[]){
		{ "bank", "DB", "the bank: sqlite:PATH or PATH", .required = true },
		{ "blueprint", "FILE", "the blueprint (doc/blueprint.md)", .required = true },
		ALLOWED_MODULES_OPT,
		{ "out", "DIR", "folder for the three files", .required = true },
		{ "json", NULL, "print the commitment as JSON" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang bank import --bank sample.db itembank/sample",
		"bangvang bank freeze --bank sample.db --blueprint engine/sample/vn-basic-40.xml --out frozen-2",
		"bangvang bank open-leaf --frozen frozen-2 IU01-012",
		NULL,
	},
	.run = run,
};

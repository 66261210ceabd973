#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "tools/cli/commands.h"
#include "tools/cli/person_acts.h"
#include "tools/cli/print.h"

static enum bv_status
print_record(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf fields = BV_BUF(200);
	char at[BV_TIME_SIZE];

	(void)ctx, (void)err;
	person_fields_write(&fields, record->fields);
	printf("%6" PRId64 "  %s  ", record->n, bv_time_write(at, record->at_ms / 1000));
	print_column(record->act, 9);
	putchar(' ');
	print_column(record->person, BV_PERSON_ID_SIZE - 1);
	printf("  ");
	print_safe(stdout, record->author);
	printf(": ");
	print_safe(stdout, record->reason);
	printf("%s%s%s\n", fields.len ? " (" : "", fields.len ? fields.p : "", fields.len ? ")" : "");
	return BV_OK;
}

static enum bv_status
add_record(void *ctx, const struct bv_people_record *record, struct bv_err *err)
{
	struct bv_json *one = bv_json_add(ctx, bv_json_new_object());
	char at[BV_TIME_SIZE], hex[BV_HEX_SIZE(BV_HASH_LEN)];

	(void)err;
	bv_json_set_int(one, "record", record->n);
	bv_json_set_str(one, "at", bv_str_of(bv_time_write(at, record->at_ms / 1000)));
	bv_json_set_str(one, "act", record->act);
	bv_json_set_str(one, "author", record->author);
	bv_json_set_str(one, "reason", record->reason);
	if (record->person.len)
		bv_json_set_str(one, "person", record->person);
	struct bv_json *fields = bv_json_set(one, "fields", bv_json_new_array());
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (record->fields >> i & 1)
			bv_json_add(fields, bv_json_new_text(bv_str_of(bv_person_field_name((enum bv_person_field)i))));
	bv_json_set_str(one, "hash", bv_str_of(bv_hex(hex, record->hash, BV_HASH_LEN)));
	return BV_OK;
}

/* "N:HEX" as --verify prints it. */
static bool
parse_noted(int64_t *n, uint8_t hash[BV_HASH_LEN], const char *text)
{
	struct bv_str s = bv_str_of(text), number = bv_str_sub(s, 0, bv_str_find(s, ':'));
	struct bv_err ignored;

	return bv_str_int(number, n) && *n > 0 && bv_hex_parse(hash, BV_HASH_LEN, bv_str_sub(s, number.len + 1, s.len), &ignored) == BV_OK;
}

static int
verify(struct bv_people *people, int64_t was_n, const uint8_t was[BV_HASH_LEN])
{
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	int64_t n;
	struct bv_err err;

	if (bv_people_log_check(&n, hash, people, was_n, was, &err) != BV_OK)
		return fail(NULL, &err);
	printf("the log holds; note its head elsewhere: %" PRId64 ":%s\n", n, bv_hex(hex, hash, BV_HASH_LEN));
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(bv_json_free) struct bv_json *list = bv_json_new_array();
	bool json = args_has(args, "json");
	uint8_t was[BV_HASH_LEN] = { 0 };
	int64_t was_n = 0;
	struct bv_err err;
	int status = EXIT_YES;

	if (args_get(args, "noted") && !parse_noted(&was_n, was, args_get(args, "noted")))
		return usage(args->cmd, "--noted is N:HEX, as --verify printed it");
	if (args->operand_count > 1)
		return usage(args->cmd, "name one person, or none");
	BV_AUTO(bv_people_close) struct bv_people *people = person_open(&status, args);
	if (!people)
		return status;
	if (args_has(args, "verify") || was_n)
		return verify(people, was_n, was);
	struct bv_str person = bv_str_of(args->operand_count ? args->operands[0] : NULL);
	if (bv_people_log(people, person, json ? add_record : print_record, list, &err) != BV_OK)
		return fail(NULL, &err);
	if (json)
		print_json(list);
	return EXIT_YES;
}

const struct cmd cmd_person_log = {
	.name = "person log",
	.operands = "[PERSON…]",
	.summary = "who did what with personal data, when and why",
	.about = "Prints the log of the store, or what is in it about one PERSON (his random id). Each record has a hash over itself and the one before: --verify computes all of "
	         "them again and prints the last. A log whose end was cut off has no fault of its own: note that line elsewhere, in the ledger or on paper, and give it "
	         "with --noted later.",
	.opts = (const struct opt[]){
		PERSON_STORE_OPTS,
		PERSON_MASTER_OPT(false),
		{ .name = "verify", .help = "compute the chain of hashes again; exit status 1 when a record is not as it was written" },
		{ .name = "noted", .argument = "N:HEX", .help = "what --verify printed before: is that still a part of it?" },
		{ .name = "json", .help = "print JSON: [{\"record\",\"at\",\"act\",\"author\",\"reason\",\"person\",\"fields\",\"hash\"}]" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang person log --people people.db", "bangvang person log --people people.db --verify", NULL },
	.run = run,
};

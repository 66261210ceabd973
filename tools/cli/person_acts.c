#include "tools/cli/person_acts.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"

struct bv_people_access
person_access(const struct args *args)
{
	return (struct bv_people_access){ bv_str_of(args_get(args, "as")), bv_str_of(args_get(args, "reason")), bv_clock_utc_ms() };
}

struct bv_people *
person_open(int *exit_status, const struct args *args)
{
	BV_AUTO(bv_master_free) struct bv_master *master = NULL;
	struct bv_people *people = NULL;
	struct bv_err err;

	if ((args_get(args, "master") && bv_master_load(&master, args_get(args, "master"), &err) != BV_OK) ||
	    bv_people_open(&people, args_get(args, "people"), master, bv_random_fill, &err) != BV_OK)
		*exit_status = fail(NULL, &err);
	return people;
}

int
person_named(char person[BV_PERSON_ID_SIZE], struct bv_people *people, const struct args *args)
{
	const char *number = args_get(args, "personal-id"), *sitting = args_get(args, "sitting"), *ticket = args_get(args, "ticket");
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(100);
	struct bv_people_access access = person_access(args);
	struct bv_err err;

	if ((args->operand_count != 0) + (number != NULL) + (ticket != NULL) != 1 || args->operand_count > 1 || !sitting != !ticket)
		return usage(args->cmd, "name one person: PERSON, --personal-id ID, or --sitting NAME --ticket TICKET");
	if (args->operand_count) {
		snprintf(person, BV_PERSON_ID_SIZE, "%s", args->operands[0]);
		return EXIT_YES;
	}
	if (ticket)
		return bv_people_find_ticket(person, people, bv_str_of(sitting), bv_str_of(ticket), &access, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
	struct bv_str id = bv_str_of(number);
	if (bv_str_is(id, "-")) {
		if (bv_file_read(&line, "-", &err) != BV_OK)
			return fail(NULL, &err);
		id = bv_str_trim(bv_buf_str(&line));
	}
	return bv_people_find(person, people, id, &access, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

int
person_scrub(struct bv_people *people)
{
	struct bv_err err;

	return bv_people_scrub(people, &err) == BV_OK ? EXIT_YES : fail(NULL, &err);
}

void
person_fields_write(struct bv_buf *out, unsigned fields)
{
	for (size_t i = 0; i < BV_PERSON_FIELDS; i++)
		if (fields >> i & 1)
			bv_buf_printf(out, "%s%s", out->len ? ", " : "", bv_person_field_name((enum bv_person_field)i));
}

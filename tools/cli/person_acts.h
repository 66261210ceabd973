/* What the commands on the store of persons have in common. */
#ifndef BV_TOOLS_CLI_PERSON_ACTS_H
#define BV_TOOLS_CLI_PERSON_ACTS_H

#include "engine/engine.h"
#include "tools/cli/args.h"

/* For tables of options. */
#define PERSON_STORE_OPTS \
	{ .name = "people", .argument = "DB", .help = "the store of persons: sqlite:PATH, PATH or a postgresql: URL", .required = true }
#define PERSON_MASTER_OPT(needed) { .name = "master", .argument = "FILE", .help = "the master key", .required = needed }
#define PERSON_ACT_OPTS \
	{ .name = "as", .argument = "ID", .help = "who does it: the id of a member of staff, not a name", .required = true }, \
		{ .name = "reason", .argument = "TEXT", .help = "why; kept for good, so without personal data", .required = true }
#define PERSON_WHO_OPTS \
	{ .name = "personal-id", .argument = "ID", .help = "the person with this number; '-' reads it from standard input" }, \
		{ .name = "sitting", .argument = "NAME", .help = "with --ticket: the person who has it there" }, \
		{ .name = "ticket", .argument = "TICKET", .help = "see --sitting" }
#define PERSON_WHO_ABOUT \
	"A person is named by PERSON, the random id that the store gave him; or by --personal-id; or by --sitting and --ticket. Whoever looks somebody up is " \
	"in the log, too."

struct bv_people_access person_access(const struct args *args);
/* --people, with --master if it is given. On failure it has said why: the exit status is in *exit_status, and NULL is returned. */
struct bv_people *person_open(int *exit_status, const struct args *args);
/* The one person who is named by an operand or by options. EXIT_YES, or it has said why not. */
int person_named(char person[BV_PERSON_ID_SIZE], struct bv_people *people, const struct args *args);
/* Scrubs, and says what happened: EXIT_YES, or EXIT_MACHINE. */
int person_scrub(struct bv_people *people);
/* "name, birth" of bits. */
void person_fields_write(struct bv_buf *out, unsigned fields);

#endif

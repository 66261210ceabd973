/* What the commands of sittings have in common: a ledger, the tables beside it, the name of a sitting. */
#ifndef BV_TOOLS_CLI_SITTING_INPUTS_H
#define BV_TOOLS_CLI_SITTING_INPUTS_H

#include "engine/engine.h"
#include "tools/cli/commands.h"

struct sitting_inputs {
	const struct args *args;
	struct bv_key *key;
	struct bv_ledger *ledger;
	struct bv_sittings *sittings;
	struct bv_str name, author;
	int64_t id; /* of the sitting; 0 before it is made */
};

#define SITTING_DB_OPT \
	{ .name = "db", .argument = "URL", .help = "the ledger's database: sqlite:PATH or postgresql://…", .required = true }, \
		{ .name = "name", .argument = "NAME", .help = "the sitting", .required = true }
#define SITTING_KEY_OPTS \
	{ .name = "key", .argument = "FILE", .help = "the private key that signs receipts and checkpoints", .required = true }, \
		{ .name = "author", .argument = "ID", .help = "who does it, by a random id: an event says so; 'operator' when absent" }

/* Reads --db, --key, --author, --name, and opens ledger and tables; origin is of a ledger that is made, empty: it must be there. */
BV_MUST_USE enum bv_status sitting_inputs_open(struct sitting_inputs *in, const struct args *args, struct bv_str origin, struct bv_err *err);
/* The same, and finds the sitting. */
BV_MUST_USE enum bv_status sitting_inputs_load(struct sitting_inputs *in, const struct args *args, struct bv_err *err);
void sitting_inputs_finish(struct sitting_inputs *in);
BV_AUTO_DEFINE_FINISH(struct sitting_inputs, sitting_inputs_finish)

/* A time option in milliseconds, `otherwise` when it is absent. EINVAL names it. */
BV_MUST_USE enum bv_status sitting_time(int64_t *ms, const struct args *args, const char *name, int64_t otherwise, struct bv_err *err);

#endif

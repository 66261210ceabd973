/* A pool dealt as 'bank deal' does it and 'audit deal' does it again. */
#ifndef BV_TOOLS_CLI_DEAL_INPUTS_H
#define BV_TOOLS_CLI_DEAL_INPUTS_H

#include "assembly/assembly.h"
#include "tools/cli/draw_inputs.h"

struct deal_inputs {
	struct draw_inputs in;
	struct bv_assembly_bank *set; /* NULL without --parameters */
	struct bv_draw_pool *pools[BV_DEAL_POOLS_MAX];
	uint32_t count;
};

/* The options, for a table of options. */
#define DEAL_INPUTS_OPTS \
	{ .name = "pool", .argument = "FILE", .help = "the whole pool, pool.json of 'bangvang bank freeze'", .required = true }, \
		{ .name = "blueprint", .argument = "FILE", .help = "the blueprint that it was frozen for", .required = true }, \
		{ .name = "pools", .argument = "N", .help = "how many to deal it into, 2 to 100", .required = true }, \
		{ .name = "seed", .argument = "HEX", .help = "the session's seed, 32 bytes: nobody knew it when the pool was frozen", .required = true }, \
		{ .name = "parameters", .argument = "FILE", .help = "a parameter set: easy and hard items of a stratum are dealt evenly" }, \
		{ .name = "together", .argument = "NAME", .help = "an attribute of the set, such as enemies or stimulus: items that share a word of it stay together" }

/* An exit status; what is wrong has been printed. */
int deal_inputs_load(struct deal_inputs *out, const struct args *args);
void deal_inputs_finish(struct deal_inputs *in);
BV_AUTO_DEFINE_FINISH(struct deal_inputs, deal_inputs_finish)
/* "FOLDER/pool-07.json", of the seventh. */
void deal_inputs_path(struct bv_buf *out, const char *folder, uint32_t idx);

#endif

/* What draw and audit draw have in common: a blueprint, a pool from a bank or from its public file, seed and draw key. */
#ifndef BV_TOOLS_CLI_DRAW_INPUTS_H
#define BV_TOOLS_CLI_DRAW_INPUTS_H

#include "engine/engine.h"
#include "tools/cli/allowed_modules.h"
#include "tools/cli/issue_inputs.h"

struct draw_inputs {
	struct bv_blueprint *blueprint;
	struct bv_draw_pool *pool;
	struct bv_draw_plan *plan;
	struct bv_draw_key key;
	struct bv_issue *issue; /* of a blueprint with <assembly>: everybody in --tickets has his form */
	bool practice; /* no --draw-key was given: it is all zeros */
	/* Of the bank when the pool was made from it: its rule, and its last event. */
	struct bv_life_rule life;
	int64_t head_seq;
	uint8_t head[BV_HASH_LEN];
};

/* The options that both have, for a table of options. */
#define DRAW_INPUTS_OPTS \
	{ .name = "blueprint", .argument = "FILE", .help = "the blueprint (doc/blueprint.md)", .required = true }, \
		{ .name = "bank", .argument = "DB", .help = "the bank to draw from" }, \
		{ .name = "pool", .argument = "FILE", .help = "the public pool file, instead of the bank" }, \
		ALLOWED_MODULES_OPT, \
		ISSUE_INPUTS_OPTS, \
		ISSUE_TICKETS_OPT, \
		{ .name = "seed", .argument = "HEX", .help = "the session's seed S, 64 hexadecimal digits", .required = true }, \
		{ .name = "draw-key", .argument = "HEX", .help = "K_draw, 64 hexadecimal digits; without it all zeros: a practice draw" }

/* Blueprint, pool (from the file, or from the bank when pool is NULL) and plan; as below. Items of the bank whose modules --allow-module does not have are
 * named on stderr when it is given. */
int draw_inputs_load_pool(struct draw_inputs *in, const struct args *args, const char *blueprint, const char *bank, const char *pool);
/* A bv_draw_allowed.refuse. */
void draw_inputs_refuse(void *ctx, const struct bv_pool_item *item, const struct bv_err *err);
/* Reads all of them; an exit status, after the message for what is wrong. */
int draw_inputs_load(struct draw_inputs *in, const struct args *args);
/* The form of a ticket: drawn, or the one that was issued. */
BV_MUST_USE enum bv_status draw_inputs_form(struct bv_form **out, const struct draw_inputs *in, struct bv_str ticket, struct bv_err *err);
void draw_inputs_finish(struct draw_inputs *in);
BV_AUTO_DEFINE_FINISH(struct draw_inputs, draw_inputs_finish)

#endif

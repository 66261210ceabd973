/* What a blueprint with <assembly> or <adaptive> needs besides: its design, its parameter set, what candidates met before, chances of exposure; and the order of the
 * tickets. */
#ifndef BV_TOOLS_CLI_ISSUE_INPUTS_H
#define BV_TOOLS_CLI_ISSUE_INPUTS_H

#include "engine/engine.h"
#include "tools/cli/commands.h"

struct issue_inputs {
	struct bv_buf design, parameters, seen, chances; /* empty where the option was not given */
};

/* The options, for a table of options. */
#define ISSUE_INPUTS_OPTS \
	{ .name = "design", .argument = "FILE", .help = "of a blueprint with <assembly> or <adaptive>: its design (doc/assembly.md)" }, \
		{ .name = "parameters", .argument = "FILE", .help = "its parameter set, as 'bangvang assemble items' writes it" }, \
		{ .name = "seen", .argument = "FILE", .help = "what candidates met before, seen.json (doc/draw.md)" }, \
		{ .name = "chances", .argument = "FILE", .help = "of <adaptive chances>: chances.json, as 'bangvang simulate sessions' writes it" }
#define ISSUE_TICKETS_OPT \
	{ .name = "tickets", .argument = "FILE", .help = "the order of the tickets: tickets.json of the evidence, or a ticket a line" }

BV_MUST_USE enum bv_status issue_inputs_read(struct issue_inputs *out, const struct args *args, struct bv_err *err);
void issue_inputs_finish(struct issue_inputs *in);
BV_AUTO_DEFINE_FINISH(struct issue_inputs, issue_inputs_finish)
struct bv_issue_documents issue_inputs_documents(const struct issue_inputs *in);
/* A form for each ticket of --tickets. */
BV_MUST_USE enum bv_status issue_inputs_turns(struct bv_issue *issue, const struct args *args, struct bv_err *err);

#endif

/* What bank submit, return, approve, pretest, release, retire, withdraw and revise have in common. */
#ifndef BV_TOOLS_CLI_ITEM_ACTS_H
#define BV_TOOLS_CLI_ITEM_ACTS_H

#include "itembank/itembank.h"
#include "tools/cli/args.h"
#include "tools/cli/bank_filter.h"

/* For tables of options; after the filter, or without one. */
#define ITEM_ACT_OPTS \
	{ .name = "bank", .argument = "DB", .help = "the bank: sqlite:PATH or PATH", .required = true }, \
		{ .name = "as", .argument = "NAME", .help = "who does it", .required = true }, \
		{ .name = "reason", .argument = "TEXT", .help = "why; kept with the event" }, \
		{ .name = "dry-run", .help = "try everything and change nothing" }, \
		{ .name = "json", .help = "print JSON: {\"done\":[…],\"refused\":[…]}" }

/* How items are named, for .about. */
#define ITEM_ACT_ABOUT \
	"Items are named as ID, ID/LANGUAGE, ID@VERSION or ID/LANGUAGE@VERSION: the language may be left out when the item has one only, the version " \
	"when only one is in a state for it. Or they are chosen by options: then all that match and are in a state for it are meant.\n\n" \
	"All or nothing: when one is refused, each refusal is told, nothing is done and the exit status is 1 (2 when there is no such item). " \
	"doc/lifecycle.md has the states and who may do what."

/* "ID/LANGUAGE@VERSION" of an operand, with what it leaves out: language, and version 0; neither sign is in an identifier or a language. False when it names
 * no item. Borrowed from both. */
bool item_target_read(struct bv_act_target *target, const char *operand, struct bv_str language);

int item_act_run(struct args *args, enum bv_act act);

#endif

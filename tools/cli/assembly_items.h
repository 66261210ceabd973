/* The calibrated items of commands that assemble forms: of a file, or of a bank. */
#ifndef BV_TOOLS_CLI_ASSEMBLY_ITEMS_H
#define BV_TOOLS_CLI_ASSEMBLY_ITEMS_H

#include "assembly/assembly.h"
#include "tools/cli/args.h"

#define ASSEMBLY_ITEMS_OPTS \
	{ .name = "items", .argument = "FILE", .help = "the calibrated items: CSV (item,a,b,c,attributes…), JSON, or a parameter set of bangvang calibrate" }, \
	{ .name = "bank", .argument = "DB", .help = "the bank: sqlite:PATH or PATH; its items that have parameters" }, \
	{ .name = "language", .argument = "TAG", .help = "with --bank: of which language (vi)" }, \
	{ .name = "parameters", .argument = "SET", .help = "a parameter set: its parameters instead of those of the items or the bank" }, \
	{ .name = "metric", .argument = "D", .help = "what to multiply a by: 1.702 for parameters in the normal metric (1, or what the file says)" }

/* An exit status; what is wrong has been printed. */
int assembly_items_load(struct bv_assembly_bank **out, const struct args *args);
struct bv_irt_set;
/* The set of --parameters; *out stays NULL without. */
BV_MUST_USE enum bv_status assembly_set_load(struct bv_irt_set **out, const struct args *args, struct bv_err *err);
/* The items of --bank that have parameters as a document, those of the set where one is given: what a blueprint names as its parameters. */
BV_MUST_USE enum bv_status assembly_items_write(struct bv_buf *text, const struct bv_irt_set *set, const struct args *args, struct bv_err *err);
/* The design of --design; the same. */
int assembly_design_load(struct bv_design **out, const struct args *args);

#endif

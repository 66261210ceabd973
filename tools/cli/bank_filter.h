/* Which items: the options that commands over many items have in common. */
#ifndef BV_TOOLS_CLI_BANK_FILTER_H
#define BV_TOOLS_CLI_BANK_FILTER_H

#include "itembank/itembank.h"
#include "tools/cli/args.h"

/* For a table of options. */
#define BANK_FILTER_OPTS \
	{ .name = "competence", .argument = "PATH", .help = "only this competence and those below it, like IU01 or IU01.2" }, \
		{ .name = "component", .argument = "PATH", .help = "only this component of TT 02/2025 (DigComp 2.2), like 1 or 1.2" }, \
		{ .name = "level", .argument = "LEVEL", .help = "only nhan-biet, thong-hieu or van-dung" }, \
		{ .name = "language", .argument = "TAG", .help = "only this language, like vi" }, \
		{ .name = "type", .argument = "NAME", .help = "only items whose first interaction is this, like choice or gapMatch" }, \
		{ .name = "text", .argument = "WORDS", \
		  .help = "only items with all these words: without marks (bo nho) whatever their marks; \"a phrase\"; begin*; -without" }, \
		{ .name = "tag", .argument = "TAG", .help = "only items with this keyword, whatever its case" }, \
		{ .name = "author", .argument = "NAME", .help = "only items of this author" }, \
		{ .name = "difficulty", .argument = "RANGE", .help = "only items expected to be so difficult, 1 to 5: 2..4, 4.., 3" }, \
		{ .name = "b", .argument = "RANGE", .help = "only items whose parameter b is in this range, like -0.5..1.5" }, \
		{ .name = "used", .argument = "RANGE", .help = "only items that were used so often, like ..100" }, \
		{ .name = "enemies-of", .argument = "ID", .help = "only items that this one must not meet on a form" }, \
		{ .name = "stimulus", .argument = "ID", .help = "only items that refer to this stimulus" }, \
		{ .name = "stale", .help = "only translations that are older than their original" }, \
		{ .name = "machine-scorable", .help = "only items that no human marks" }, \
		{ .name = "state", .argument = "STATE", \
		  .help = "only items with a version that is draft, review, approved, pretest, operational, retired or withdrawn, and that version" }

/* EINVAL for a level or state that does not exist. */
BV_MUST_USE enum bv_status bank_filter_read(struct bv_bank_filter *filter, const struct args *args, struct bv_err *err);
/* Is any of them given, besides --language? */
bool bank_filter_given(const struct args *args);

#endif

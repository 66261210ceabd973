/* The command line: every command is one row that says its name, options and examples; parsing, --help, manual pages and
 * shell completion all come from that row. */
#ifndef BV_TOOLS_CLI_ARGS_H
#define BV_TOOLS_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define EXIT_YES 0     /* yes, done */
#define EXIT_NO 1      /* does not verify, did not pass */
#define EXIT_INPUT 2   /* the input is at fault */
#define EXIT_MACHINE 3 /* disk, database, network */
#define EXIT_USAGE 64

struct args;

struct opt {
	const char *name;     /* without the dashes */
	const char *argument; /* "FILE", "HEX", …; NULL for a flag */
	const char *help;     /* one sentence */
	bool required;
	bool repeated; /* may be given several times: args_each */
};

struct cmd {
	const char *name;        /* "bank import" */
	const char *operands;    /* "FILE…", or NULL for none. An ending "…" means one or more; "[FILE…]" none or more; else as many as words */
	const char *summary;     /* one line, lower case, no full stop */
	const char *about;       /* paragraphs of plain text separated by empty lines */
	const struct opt *opts;  /* ends with { 0 }; --help is everywhere */
	const char *const *examples; /* command lines that the manual's test runs, from "bangvang"; ends with NULL; or NULL */
	int (*run)(struct args *args);
};

extern const struct cmd *const commands[]; /* commands.c; ends with NULL */

struct args {
	const struct cmd *cmd;
	const char *values[32]; /* by index in cmd->opts; "" for a flag that was given */
	const char **each;      /* all option values in order, pairs: name, value; ends with NULL */
	char **operands;
	int operand_count;
};

/* The last value of an option, or NULL. Asking for an option that the row does not have is an assertion. */
const char *args_get(const struct args *args, const char *name);
/* Flag given? */
bool args_has(const struct args *args, const char *name);
/* The idx-th value of a repeated option, or NULL. */
const char *args_each(const struct args *args, const char *name, size_t idx);
/* A non-negative integer option, `otherwise` if absent; EINVAL names the option. */
BV_MUST_USE enum bv_status args_count(int64_t *out, const struct args *args, const char *name, int64_t otherwise, struct bv_err *err);
/* A hexadecimal option of exactly len bytes. */
BV_MUST_USE enum bv_status args_hex(uint8_t *out, size_t len, const struct args *args, const char *name, struct bv_err *err);

/* Prints "path:line: message" on stderr, the path once when the message begins with it (path may be NULL then); the exit status for err. */
int fail(const char *path, const struct bv_err *err);

/* Prints "bangvang NAME: …" and how to get help on stderr; EXIT_USAGE. */
BV_PRINTF(2, 3) int usage(const struct cmd *cmd, const char *fmt, ...);

/* Runs argv as a program would. */
int args_run(int argc, char **argv);

/* --help of one command, or of a group ("bank"), or of all (NULL); manual pages into a folder; completion for bash on stdout. */
void manual_help(const struct cmd *cmd);
void manual_group(const char *group);
int manual_pages(const char *folder);
void manual_completion(void);

#endif

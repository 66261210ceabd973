#include "tools/cli/args.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static size_t
option_index(const struct cmd *cmd, const char *name)
{
	size_t i = 0;

	while (cmd->opts && cmd->opts[i].name && strcmp(cmd->opts[i].name, name) != 0)
		i++;
	return i;
}

static bool
is_option(const struct cmd *cmd, size_t idx)
{
	return cmd->opts && cmd->opts[idx].name;
}

const char *
args_get(const struct args *args, const char *name)
{
	size_t i = option_index(args->cmd, name);

	assert(is_option(args->cmd, i));
	return args->values[i];
}

bool
args_has(const struct args *args, const char *name)
{
	return args_get(args, name) != NULL;
}

const char *
args_each(const struct args *args, const char *name, size_t idx)
{
	for (const char **p = args->each; *p; p += 2)
		if (strcmp(*p, name) == 0 && idx-- == 0)
			return p[1];
	return NULL;
}

enum bv_status
args_count(int64_t *out, const struct args *args, const char *name, int64_t otherwise, struct bv_err *err)
{
	const char *value = args_get(args, name);

	if (!value)
		*out = otherwise;
	else if (!bv_str_int(bv_str_of(value), out) || *out < 0)
		return bv_err_set(err, BV_EINVAL, "--%s: '%s' is not a whole number of 0 or more", name, value);
	return BV_OK;
}

enum bv_status
args_hex(uint8_t *out, size_t len, const struct args *args, const char *name, struct bv_err *err)
{
	const char *value = args_get(args, name);

	if (!value)
		return bv_err_set(err, BV_EINVAL, "--%s is missing", name);
	if (bv_hex_parse(out, len, bv_str_of(value), err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "--%s: %s", name, err->msg);
	return BV_OK;
}

int
fail(const char *path, const struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1 << 16);
	struct bv_str message = bv_str_of(err->msg), name = bv_str_of(path);

	/* Those of bv_file_read name the path themselves. */
	if (path && bv_str_starts(message, name) && bv_str_starts(bv_str_sub(message, name.len, message.len), BV_STR(": ")))
		message = bv_str_sub(message, name.len + 2, message.len);
	/* Messages quote files, and nothing of a file may steer the terminal. */
	bv_text_write_safe(&line, bv_str_of(path ? path : "bangvang"), false);
	if (path && err->line)
		bv_buf_printf(&line, ":%d", err->line);
	bv_buf_addz(&line, ": ");
	bv_text_write_safe(&line, message, false);
	fprintf(stderr, "%s\n", line.p);
	return bv_status_exit(err->status);
}

int
usage(const struct cmd *cmd, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "bangvang%s%s: ", cmd ? " " : "", cmd ? cmd->name : "");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nSee: bangvang %s%s--help\n", cmd ? cmd->name : "", cmd ? " " : "");
	return EXIT_USAGE;
}

/* The command that the words at the start of argv name, the longest first; *used words belong to its name. */
static const struct cmd *
find_command(int argc, char **argv, int *used)
{
	for (const struct cmd *const *c = commands; *c; c++) {
		struct bv_str rest = bv_str_of((*c)->name), word;
		int n = 0;
		while (bv_str_token(&rest, &word) && n < argc && bv_str_is(word, argv[n]))
			n++;
		if (!bv_str_token(&rest, &word) && n > 0 && (size_t)n == 1 + (size_t)(strchr((*c)->name, ' ') != NULL)) {
			*used = n;
			return *c;
		}
	}
	return NULL;
}

static bool
is_group(const char *word)
{
	size_t len = strlen(word);

	for (const struct cmd *const *c = commands; *c; c++)
		if (strncmp((*c)->name, word, len) == 0 && (*c)->name[len] == ' ')
			return true;
	return false;
}

/* Takes one option at argv[*i]; 0 or EXIT_USAGE. */
static int
take_option(struct args *args, int argc, char **argv, int *i, size_t *each_count)
{
	const char *text = argv[*i] + 2, *equals = strchr(text, '=');
	struct bv_str name = { text, equals ? (size_t)(equals - text) : strlen(text) };
	char *z = bv_str_dup(name);
	size_t o = option_index(args->cmd, z);

	free(z);
	if (!is_option(args->cmd, o))
		return usage(args->cmd, "there is no option --%.*s", BV_STR_ARG(name));
	const struct opt *opt = &args->cmd->opts[o];
	assert(o < BV_COUNT(args->values));
	const char *value = "";
	if (!opt->argument && equals)
		return usage(args->cmd, "--%s takes no value", opt->name);
	if (opt->argument) {
		if (!equals && *i + 1 >= argc)
			return usage(args->cmd, "--%s needs a value: --%s %s", opt->name, opt->name, opt->argument);
		value = equals ? equals + 1 : argv[++*i];
	}
	if (args->values[o] && !opt->repeated)
		return usage(args->cmd, "--%s is given twice", opt->name);
	args->values[o] = value;
	args->each[(*each_count)++] = opt->name;
	args->each[(*each_count)++] = value;
	return 0;
}

static int
check_operands(const struct args *args)
{
	const char *spec = args->cmd->operands;
	int wanted = 0;
	bool more = spec && strstr(spec, "…");

	for (struct bv_str rest = bv_str_of(spec), word; bv_str_token(&rest, &word);)
		wanted += word.p[0] != '[';
	if (args->operand_count < wanted)
		return usage(args->cmd, "%s is missing", spec);
	int most = wanted;
	for (struct bv_str rest = bv_str_of(spec), word; bv_str_token(&rest, &word);)
		most += word.p[0] == '[';
	if (!more && args->operand_count > most)
		return usage(args->cmd, "'%s' is one operand too many", args->operands[most]);
	for (const struct opt *o = args->cmd->opts; o && o->name; o++)
		if (o->required && !args_get(args, o->name))
			return usage(args->cmd, "--%s %s is missing: %s", o->name, o->argument, o->help);
	return 0;
}

static int
run_command(const struct cmd *cmd, int argc, char **argv)
{
	struct args args = { .cmd = cmd };
	size_t each_count = 0;
	bool options = true;
	int status = 0;

	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0) {
			manual_help(cmd);
			return EXIT_YES;
		}
	args.each = bv_alloc_array(2 * (size_t)argc + 1, sizeof *args.each);
	args.operands = bv_alloc_array((size_t)argc + 1, sizeof *args.operands);
	for (int i = 0; i < argc && !status; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && strncmp(argv[i], "--", 2) == 0)
			status = take_option(&args, argc, argv, &i, &each_count);
		else
			args.operands[args.operand_count++] = argv[i];
	}
	if (!status)
		status = check_operands(&args);
	if (!status)
		status = cmd->run(&args);
	free(args.each);
	free(args.operands);
	/* What was asked for and could not be printed was not done. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "bangvang: standard output: %s\n", strerror(errno));
		return EXIT_MACHINE;
	}
	return status;
}

static int
dispatch(int argc, char **argv)
{
	int used = 0;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		manual_group(argc > 2 ? argv[2] : NULL);
		return argc < 2 ? EXIT_USAGE : EXIT_YES;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("bangvang " BV_VERSION);
		return EXIT_YES;
	}
	const struct cmd *cmd = find_command(argc - 1, argv + 1, &used);
	if (cmd)
		return run_command(cmd, argc - 1 - used, argv + 1 + used);
	if (is_group(argv[1])) {
		if (argc == 2 || strcmp(argv[2], "--help") == 0) {
			manual_group(argv[1]);
			return argc == 2 ? EXIT_USAGE : EXIT_YES;
		}
		return usage(NULL, "there is no command '%s %s'", argv[1], argv[2]);
	}
	return usage(NULL, "there is no command '%s'", argv[1]);
}

int
args_run(int argc, char **argv)
{
	int status = dispatch(argc, argv);

	/* Half a document must not look like a whole one. */
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "bangvang: the output cannot be written: %s\n", strerror(errno));
	return EXIT_MACHINE;
}

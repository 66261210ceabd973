#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tools/cli/args.h"
#include "tools/cli/commands.h"

static const char summary[] = "national digital-skills assessment: item bank, verifiable draw, scoring, certificates";

static void
synopsis(struct bv_buf *out, const struct cmd *cmd)
{
	bv_buf_printf(out, "bangvang %s", cmd->name);
	for (const struct opt *o = cmd->opts; o && o->name; o++)
		bv_buf_printf(out, o->required ? " --%s%s%s%s" : " [--%s%s%s]%s", o->name, o->argument ? " " : "",
		              o->argument ? o->argument : "", o->repeated ? "…" : "");
	if (cmd->operands)
		bv_buf_printf(out, " %s", cmd->operands);
}

void
manual_help(const struct cmd *cmd)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(4096);

	synopsis(&line, cmd);
	printf("Usage: %s\n\n%s.\n\n%s\n", line.p, cmd->summary, cmd->about);
	if (cmd->opts && cmd->opts->name)
		puts("\nOptions:");
	for (const struct opt *o = cmd->opts; o && o->name; o++) {
		bv_buf_clear(&line);
		bv_buf_printf(&line, "--%s%s%s", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
		printf("  %-22s %s%s\n", line.p, o->help, o->required ? " (required)" : "");
	}
	if (cmd->examples)
		puts("\nExamples:");
	for (const char *const *e = cmd->examples; e && *e; e++)
		printf("  %s\n", *e);
	puts("\nExit status: 0 yes, done; 1 no; 2 the input is at fault; 3 the machine is at fault; 64 usage.");
}

void
manual_group(const char *group)
{
	size_t len = group ? strlen(group) : 0;

	printf("bangvang: %s\n\nCommands:\n", summary);
	for (const struct cmd *const *c = commands; *c; c++)
		if (!group || (strncmp((*c)->name, group, len) == 0 && ((*c)->name[len] == ' ' || !(*c)->name[len])))
			printf("  %-16s %s\n", (*c)->name, (*c)->summary);
	puts("\nbangvang COMMAND --help tells more; bangvang --version prints the version.");
}

/* Text for roff: backslashes doubled, a control character at the start of a line hidden. */
static void
roff(struct bv_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((p == text || p[-1] == '\n') && (*p == '.' || *p == '\''))
			bv_buf_addz(out, "\\&");
		if (*p == '\n' && p[1] == '\n') {
			bv_buf_addz(out, "\n.PP\n");
			p++;
		} else if (*p == '\\')
			bv_buf_addz(out, "\\e");
		else if (*p == '-')
			bv_buf_addz(out, "\\-");
		else
			bv_buf_addc(out, *p);
	}
}

static void
page(struct bv_buf *out, const struct cmd *cmd)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(4096);
	char name[64];

	snprintf(name, sizeof name, "bangvang-%s", cmd->name);
	for (char *p = name; *p; p++)
		if (*p == ' ')
			*p = '-';
	bv_buf_printf(out, ".TH %s 1 \"\" \"Bang Vang %s\"\n.SH NAME\n%s \\- ", name, BV_VERSION, name);
	roff(out, cmd->summary);
	bv_buf_addz(out, "\n.SH SYNOPSIS\n");
	synopsis(&line, cmd);
	roff(out, line.p);
	bv_buf_addz(out, "\n.SH DESCRIPTION\n");
	roff(out, cmd->about);
	if (cmd->opts && cmd->opts->name)
		bv_buf_addz(out, "\n.SH OPTIONS");
	for (const struct opt *o = cmd->opts; o && o->name; o++) {
		bv_buf_printf(out, "\n.TP\n\\-\\-%s%s%s\n", o->name, o->argument ? " " : "", o->argument ? o->argument : "");
		roff(out, o->help);
	}
	if (cmd->examples)
		bv_buf_addz(out, "\n.SH EXAMPLES");
	for (const char *const *e = cmd->examples; e && *e; e++) {
		bv_buf_addz(out, "\n.PP\n");
		roff(out, *e);
	}
	bv_buf_addz(out, "\n.SH EXIT STATUS\n0 yes, done; 1 no; 2 the input is at fault; 3 the machine is at fault; 64 usage.\n");
}

/* bangvang(1): what there is. */
static void
overview(struct bv_buf *out)
{
	bv_buf_printf(out, ".TH bangvang 1 \"\" \"Bang Vang %s\"\n.SH NAME\nbangvang \\- ", BV_VERSION);
	roff(out, summary);
	bv_buf_addz(out, "\n.SH SYNOPSIS\nbangvang COMMAND [\\-\\-OPTION VALUE]… [OPERAND]…\n.SH COMMANDS");
	for (const struct cmd *const *c = commands; *c; c++) {
		bv_buf_printf(out, "\n.TP\n.B %s\n", (*c)->name);
		roff(out, (*c)->summary);
	}
	bv_buf_addz(out, "\n.SH EXIT STATUS\n0 yes, done; 1 no; 2 the input is at fault; 3 the machine is at fault; 64 usage.\n"
	                 ".SH SEE ALSO\n.BR bangvang\\-verify (1)");
	for (const struct cmd *const *c = commands; *c; c++) {
		bv_buf_addz(out, ",\n.BR bangvang\\-");
		for (const char *p = (*c)->name; *p; p++)
			bv_buf_addz(out, *p == ' ' ? "\\-" : (const char[]){ *p, '\0' });
		bv_buf_addz(out, " (1)");
	}
	bv_buf_addc(out, '\n');
}

int
manual_pages(const char *folder)
{
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(1 << 16);
	char first[4096];
	struct bv_err err;

	overview(&all);
	snprintf(first, sizeof first, "%s/bangvang.1", folder);
	if (bv_dir_make(folder, &err) != BV_OK || bv_file_write(first, bv_buf_str(&all), 0644, &err) != BV_OK)
		return fail(NULL, &err);
	for (const struct cmd *const *c = commands; *c; c++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 16);
		char path[4096];
		snprintf(path, sizeof path, "%s/bangvang-%s.1", folder, (*c)->name);
		for (char *p = path + strlen(folder); *p; p++)
			if (*p == ' ')
				*p = '-';
		page(&text, *c);
		if (bv_file_write(path, bv_buf_str(&text), 0644, &err) != BV_OK)
			return fail(NULL, &err);
	}
	return EXIT_YES;
}

void
manual_completion(void)
{
	puts("# bash completion for bangvang; made by: bangvang manual --completion\n"
	     "_bangvang() {\n"
	     "  local cur=${COMP_WORDS[COMP_CWORD]} two=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" words=\n"
	     "  COMPREPLY=()\n"
	     "  case $two in");
	for (const struct cmd *const *c = commands; *c; c++) {
		printf("  '%s'%s) words='--help", (*c)->name, strchr((*c)->name, ' ') ? "" : "\\ *");
		for (const struct opt *o = (*c)->opts; o && o->name; o++)
			printf(" --%s", o->name);
		puts("' ;;");
	}
	puts("  esac\n"
	     "  if [ $COMP_CWORD -eq 1 ]; then words='--help --version");
	for (const struct cmd *const *c = commands; *c; c++)
		printf(" %.*s", (int)strcspn((*c)->name, " "), (*c)->name);
	puts("'\n"
	     "  elif [ $COMP_CWORD -eq 2 ]; then case ${COMP_WORDS[1]} in");
	for (const struct cmd *const *c = commands; *c; c++)
		if (strchr((*c)->name, ' '))
			printf("  %.*s) words+=' %s' ;;&\n", (int)strcspn((*c)->name, " "), (*c)->name, strchr((*c)->name, ' ') + 1);
	puts("  esac; fi\n"
	     "  if [[ $cur == -* || -n $words && $COMP_CWORD -le 2 ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	     "  else COMPREPLY=($(compgen -f -- \"$cur\")); fi\n"
	     "}\n"
	     "complete -o filenames -F _bangvang bangvang");
}

static int
run(struct args *args)
{
	if (args_has(args, "completion")) {
		manual_completion();
		return EXIT_YES;
	}
	if (args_has(args, "examples")) {
		for (const struct cmd *const *c = commands; *c; c++)
			for (const char *const *e = (*c)->examples; e && *e; e++)
				puts(*e);
		return EXIT_YES;
	}
	if (args_get(args, "pages"))
		return manual_pages(args_get(args, "pages"));
	manual_group(NULL);
	return EXIT_YES;
}

const struct cmd cmd_manual = {
	.name = "manual",
	.summary = "write the manual pages, or the completion script for bash",
	.about = "Every command's page, its --help and its completion are made from the same row of the program's table of commands, "
	         "so that they cannot disagree.",
	.opts = (const struct opt[]){
		{ "pages", "DIR", "write one manual page a command into DIR" },
		{ "completion", NULL, "print a completion script for bash" },
		{ "examples", NULL, "print the examples of all pages, one a line; they run in a folder where tools/demo made demo/" },
		{ 0 },
	},
	.examples = (const char *const[]){ "bangvang manual --pages man1", "bangvang manual --completion", NULL },
	.run = run,
};

/* Sheets of marks and parameter sets from files. */
#ifndef BV_TOOLS_CLI_MARKS_FILE_H
#define BV_TOOLS_CLI_MARKS_FILE_H

#include "scoring/irt/irt.h"

/* Line by line, "-" is standard input. 0, or the exit status after the message. */
int marks_file_load(struct bv_irt_sheet **out, const char *path);
int parameter_set_load(struct bv_irt_set **out, const char *path);
int parameter_set_load_areas(struct bv_irt_set **out, const char *path); /* or one of several areas */

#endif

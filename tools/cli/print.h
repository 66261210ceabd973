/* What commands print. */
#ifndef BV_TOOLS_CLI_PRINT_H
#define BV_TOOLS_CLI_PRINT_H

#include <stdio.h>

#include "base/json.h"
#include "base/str.h"

/* The one document of --json, with two spaces of indent, whole however large it is. What could steer a terminal is escaped. */
void print_json(const struct bv_json *json);
/* JSON has no NaN: what is no number is null. */
void json_set_number(struct bv_json *object, const char *name, double x);

/* A number by a format for one double, or what stands where there is none. */
void print_number(double x, const char *format, const char *absent);
/* A space and the number, or a dash, in so many columns. */
void print_cell(double x, int width, int decimals);

/* Writes text that a file holds, or its name, so that it can do nothing to a terminal and stays on its line; the columns that it takes there. */
size_t print_safe(FILE *out, struct bv_str text);

/* The same to stdout, and spaces up to that many columns. */
void print_column(struct bv_str s, size_t width);

#endif

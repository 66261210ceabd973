/* What commands print. */
#ifndef BV_TOOLS_CLI_PRINT_H
#define BV_TOOLS_CLI_PRINT_H

#include "base/json.h"
#include "base/str.h"

/* The one document of --json, with two spaces of indent, whole however large it is. What could steer a terminal is escaped. */
void print_json(const struct bv_json *json);

/* s, and spaces up to that many columns of a terminal. */
void print_column(struct bv_str s, size_t width);

#endif

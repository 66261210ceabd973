/* --schema FOLDER: the XML schemas that documents are held against. Shared by the commands that validate. */
#ifndef BV_CLI_SCHEMAS_H
#define BV_CLI_SCHEMAS_H

#include "itembank/itembank.h"
#include "tools/cli/args.h"

#define SCHEMA_OPTION "validate by the XML schemas in this folder too (QTI's own are not part of the product; compiling them takes seconds)"

/* NULL without the option. A folder without QTI's schema is said to be one, and is no fault. */
BV_MUST_USE enum bv_status schemas_load(struct bv_schemas **out, const struct args *args, struct bv_err *err);

#endif

#include "tools/cli/schemas.h"

#include <stdio.h>

#include "tools/cli/print.h"

enum bv_status
schemas_load(struct bv_schemas **out, const struct args *args, struct bv_err *err)
{
	static const char ns[] = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0";
	const char *folder = args_get(args, "schema");

	if (!folder)
		return BV_OK;
	TRY(bv_schemas_open(out, folder, err));
	if (bv_schemas_know(*out, bv_str_of(ns)))
		return BV_OK;
	print_safe(stderr, bv_str_of(folder));
	fprintf(stderr, ": no XML schema of QTI 3.0 (%s) is here: such documents are not validated\n", ns);
	return BV_OK;
}

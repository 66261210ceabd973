#include "tools/cli/allowed_modules.h"

enum bv_status
allowed_modules_read(struct bv_allowed_modules *out, const struct args *args, struct bv_err *err)
{
	if (bv_allowed_modules_parse(out, bv_str_of(args_get(args, "allow-module")), err) == BV_OK)
		return BV_OK;
	return bv_err_set(err, err->status, "--allow-module is %s", err->msg);
}

#include "tools/cli/link_options.h"

enum bv_status
link_options_read(struct bv_link_options *out, const struct args *args, struct bv_err *err)
{
	static const char *const weights[] = { "normal", "gauss", "even" };
	const char *method = args_get(args, "method"), *given = args_get(args, "weights");
	size_t w = 0;

	if (method && !bv_link_method_find(&out->method, bv_str_of(method)))
		return bv_err_set(err, BV_EINVAL, "--method is mean-mean, mean-gmean, mean-sigma, haebara or stocking-lord");
	while (given && w < 3 && !bv_str_is(bv_str_of(given), weights[w]))
		w++;
	if (w == 3)
		return bv_err_set(err, BV_EINVAL, "--weights is normal, gauss or even");
	out->weights = (enum bv_link_weights)w;
	return BV_OK;
}

#include "tools/cli/cert_sitting.h"

enum bv_status
cert_sitting_each(const struct args *args, const struct bv_issuing *issuing, int64_t at_s, cert_facts_visit visit, void *ctx, struct bv_err *err)
{
	(void)args, (void)issuing, (void)at_s, (void)visit, (void)ctx;
	return bv_err_set(err, BV_EINVAL, "not yet");
}

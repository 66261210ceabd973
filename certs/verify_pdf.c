/* Verification of a sealed PDF. */
#include "certs/verify.h"

void
verify_pdf(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	(void)bytes, (void)trust, (void)options;
	report_find(r, BV_CHECK_DOCUMENT, BV_CHECK_UNCHECKED, "chương trình này chưa đọc được PDF", "this program cannot read PDF yet");
}

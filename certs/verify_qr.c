/* Verification of the text of a paper QR, or its COSE_Sign1. */
#include "certs/verify.h"

void
verify_qr(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	(void)bytes, (void)trust, (void)options;
	report_find(r, BV_CHECK_DOCUMENT, BV_CHECK_UNCHECKED, "chương trình này chưa đọc được mã QR", "this program cannot read paper QR codes yet");
}

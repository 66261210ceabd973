#include "certs/verify.h"

/* The one check that may be left out of a valid certificate: where nobody named a log to look in. */
void
verify_log(struct bv_report *r, const struct bv_merkle_hash *leaf, const struct bv_verify_options *options)
{
	(void)leaf;
	if (!options->log)
		report_find(r, BV_CHECK_LOG, BV_CHECK_SKIPPED, "không nêu sổ công khai nào để tra", "no public log was named to look in");
	else
		report_find(r, BV_CHECK_LOG, BV_CHECK_UNCHECKED, "chương trình này chưa tra được sổ công khai", "this program cannot look into a public log yet");
}

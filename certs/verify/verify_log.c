#include <inttypes.h>

#include "base/clock.h"
#include "certs/log_proof.h"
#include "certs/verify/verify.h"

/* Not in the log: not valid, but for what was signed a moment ago. */
static void
find_absent(struct bv_report *r, const struct bv_verify_options *options)
{
	int64_t delay_s = options->merge_delay_s ? options->merge_delay_s : BV_MERGE_DELAY_S;

	if (r->signed_s && options->at_s - r->signed_s >= 0 && options->at_s - r->signed_s < delay_s)
		report_find(r, BV_CHECK_LOG, BV_CHECK_UNCHECKED, "vừa ký, có thể chưa vào sổ công khai: hãy kiểm tra lại sau %d phút",
		            "signed a moment ago, the log may not show it yet: verify again in %d minutes", (int)((delay_s + 59) / 60));
	else
		FAIL(BV_CHECK_LOG, "không có bằng chứng nằm trong sổ công khai: chứng chỉ không vào sổ thì không có giá trị",
		     "there is no proof that it is in the public log: what is not there is not valid");
}

static void
find_present(struct bv_report *r, const struct bv_merkle_hash *leaf, const struct bv_verify_options *options)
{
	const struct bv_log_proof *proof = options->proof;
	struct bv_policy_finding found;
	char since[BV_TIME_SIZE];
	struct bv_err err;

	if (bv_log_proof_check(proof, leaf, &err) != BV_OK) {
		FAIL(BV_CHECK_LOG, "bằng chứng không phải của chứng chỉ này: %s", "the proof is not of this certificate: %s", err.msg);
		return;
	}
	if (bv_policy_check(&found, options->log, &proof->checkpoint, &err) != BV_OK) {
		FAIL(BV_CHECK_LOG, "không đủ tin cậy: %s", "not by those whose word counts: %s", err.msg);
		return;
	}
	verify_removed(r, found.since_s);
	if (found.since_s)
		PASS(BV_CHECK_LOG, "mục %" PRIu64 " / %" PRIu64 " của sổ '%.*s', %zu bên chứng kiến, từ %s", "entry %" PRIu64 " of %" PRIu64 " of the log '%.*s', %zu witnesses, since %s",
		     proof->idx, proof->checkpoint.size, CLIP(proof->checkpoint.origin), found.witnesses, bv_time_write(since, found.since_s));
	else
		PASS(BV_CHECK_LOG, "mục %" PRIu64 " / %" PRIu64 " của sổ '%.*s'", "entry %" PRIu64 " of %" PRIu64 " of the log '%.*s'", proof->idx, proof->checkpoint.size,
		     CLIP(proof->checkpoint.origin));
}

/* The one check that may be left out of a valid certificate: where nobody named a log to look in. */
void
verify_log(struct bv_report *r, const struct bv_merkle_hash *leaf, const struct bv_verify_options *options)
{
	if (!options->log)
		report_find(r, BV_CHECK_LOG, BV_CHECK_SKIPPED, "không nêu sổ công khai nào để tra", "no public log was named to look in");
	else if (!options->proof)
		find_absent(r, options);
	else if (!leaf)
		report_find(r, BV_CHECK_LOG, BV_CHECK_UNCHECKED, "chứng chỉ ở dạng này không cho biết mục của mình trong sổ công khai",
		            "in this form the certificate does not tell its entry in the public log");
	else
		find_present(r, leaf, options);
}

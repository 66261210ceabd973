/* Any bytes as a policy: what is taken accepts no checkpoint of nobody's. */
#include <assert.h>

#include "certs/certs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static const char note[] = "log.example.vn\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 log.example.vn AAAAAAA=\n";
	BV_AUTO(bv_policy_free) struct bv_policy *policy = NULL;
	struct bv_policy_finding found;
	struct bv_checkpoint checkpoint;
	struct bv_err err = { 0 };
	size_t logs, witnesses;

	if (bv_policy_parse(&policy, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	assert(bv_policy_logs(policy, &logs) && bv_policy_witnesses(policy, &witnesses) && logs <= BV_POLICY_KEYS_MAX && witnesses <= BV_POLICY_KEYS_MAX);
	enum bv_status status = bv_checkpoint_parse(&checkpoint, (struct bv_str){ note, sizeof note - 1 }, &err);
	assert(status == BV_OK);
	status = bv_policy_check(&found, policy, &checkpoint, &err);
	assert(status != BV_OK && err.msg[0]);
	return 0;
}

/* Any bytes as a request to the signer, and as its answer: there is always an answer, and a signature only for what is a request. */
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/signer/desk.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	static struct desk desk = { .from_s = 0, .until_s = 10, .most = { UINT64_MAX, UINT64_MAX }, .stop = "/tmp/bv-fuzz-signer-never-there" };
	uint8_t reply[BV_SIGNER_FRAME], sent[BV_SIGNER_FRAME] = { 0 };
	struct bv_signer_request request;
	struct bv_signer_answer answer;
	struct bv_err err;

	if (!desk.keys[0]) {
		uint8_t seed[BV_KEY_SEED_LEN] = { 1 };
		char path[] = "/tmp/bv-fuzz-signer-XXXXXX";
		bv_key_make(&desk.keys[0], BV_KEY_ED25519, seed);
		bv_key_make(&desk.keys[1], BV_KEY_P256, seed);
		close(mkstemp(path));
		enum bv_status status = meter_open(&desk.meter, path, &err);
		assert(status == BV_OK);
		unlink(path);
	}
	/* Short inputs are filled up: else nearly none has the length of a frame. */
	if (len > 0 && len <= sizeof sent && p[0] == 'B') {
		memcpy(sent, p, len);
		p = sent;
		len = sizeof sent;
	}
	const struct bv_str frame = { (const char *)p, len };
	bool is_request = bv_signer_request_parse(&request, frame, &err) == BV_OK;
	desk_answer(&desk, reply, frame, 5);
	enum bv_status status = bv_signer_answer_parse(&answer, (struct bv_str){ (const char *)reply, sizeof reply }, &err);
	assert(status == BV_OK && (answer.says == BV_SIGNER_BAD) == !is_request);
	if (is_request && request.op == BV_SIGNER_STOP)
		desk.meter.stopped = false;
	if (bv_signer_answer_parse(&answer, frame, &err) == BV_OK)
		assert(answer.body.len <= BV_SIGNER_MESSAGE_MAX);
	return 0;
}

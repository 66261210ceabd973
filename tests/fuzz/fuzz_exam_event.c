/* Any bytes as the body of an event of an exam, the first being the act: what is taken is written again byte for byte, with and without the texts. */
#include "base/json.h"
#include "engine/engine.h"
#include "tests/fuzz/written.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_EXAM_BODY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_exam_facts facts, quick;
	struct bv_err err = { 0 };

	if (!len)
		return 0;
	const enum bv_exam_act act = (enum bv_exam_act)(p[0] - ' ');
	const struct bv_str body = { (const char *)p + 1, len - 1 };
	if (bv_exam_body_parse(&facts, act, body, &arena, &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	bv_exam_body_write(&out, act, &facts);
	check_written(&out, body);
	enum bv_status status = bv_exam_body_parse(&quick, act, body, NULL, &err);
	assert(status == BV_OK && quick.item == facts.item && quick.key == facts.key);
	/* Names that are twice, and numbers beyond 64 bits, are the only JSON that is kept and that the strict parser would not read. */
	(void)!bv_json_parse(&json, body, &err);
	return 0;
}

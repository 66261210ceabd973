/* Any bytes as a configuration of Safe Exam Browser, and as a code that somebody typed: what is taken is hashed the same twice, and a code is written as it is read. */
#include <assert.h>
#include <string.h>

#include "certs/certs.h"
#include "engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
type_code(struct bv_str text)
{
	char code[BV_CODE_SIZE], again[BV_CODE_SIZE];

	if (bv_code_parse(code, text) != BV_CODE_GOOD)
		return;
	enum bv_code_fault fault = bv_code_parse(again, bv_str_of(code));
	assert(fault == BV_CODE_GOOD && strcmp(code, again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plist = BV_BUF(2 * BV_SEB_MAX);
	struct bv_str bytes = { (const char *)p, len };
	char key[BV_SEB_KEY_SIZE], again[BV_SEB_KEY_SIZE];
	struct bv_err err = { 0 };

	type_code(bytes);
	if (bv_seb_open(&plist, bytes, BV_STR("test"), &err) != BV_OK || bv_seb_config_key(key, bv_buf_str(&plist), &err) != BV_OK) {
		assert(err.msg[0]);
		return 0;
	}
	enum bv_status status = bv_seb_config_key(again, bv_buf_str(&plist), &err);
	assert(status == BV_OK && strcmp(key, again) == 0 && bv_seb_key_good(bv_str_of(key)));
	return 0;
}

/* Any file as configuration: it is refused with the line, or what is printed of it reads as the same. */
#include <assert.h>

#include "tools/httpd/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf first = BV_BUF(1 << 20), second = BV_BUF(1 << 20);
	struct config config, again;
	struct bv_err err = { 0 };

	config_init(&config);
	config_init(&again);
	if (config_parse(&config, (struct bv_str){ (const char *)p, len }, &err) != BV_OK) {
		assert(err.msg[0] && (err.line > 0 || err.status == BV_EPARSE));
		return 0;
	}
	config_write(&first, &config);
	enum bv_status status = config_parse(&again, bv_buf_str(&first), &err);
	assert(status == BV_OK);
	config_write(&second, &again);
	assert(bv_str_eq(bv_buf_str(&first), bv_buf_str(&second)));
	return 0;
}

/* Any bytes: a list whose entries are all there, or a message. What says that it is signed by the trusted key is one of the lists made here. */
#include "base/mem.h"
#include "tests/certs/sample.h"

#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static struct bv_trust *trust;

static void
prepare(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bangvang status");
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	const struct bv_public *const keys[] = { bv_key_describe(key) };
	struct bv_err err;

	trust = bv_trust_new();
	bv_did_document_write(&document, BV_STR(SAMPLE_DID), keys, BV_COUNT(keys));
	assert(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err) == BV_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;
	BV_AUTO(bv_status_lists_free) struct bv_status_lists *lists = NULL;
	const struct bv_str text = { (const char *)p, len };
	struct bv_standing_reason why;
	struct bv_err err = { 0 };

	if (!trust)
		prepare();
	if (bv_status_parse(&list, text, &err) != BV_OK) {
		assert(!list && err.msg[0]);
		return 0;
	}
	uint64_t count = bv_status_count(list);
	assert(count > 0 && bv_status_value(list, 0) >= 0 && bv_status_value(list, count - 1) >= 0 && bv_status_value(list, count) == -1);
	lists = bv_status_lists_new(trust);
	assert(bv_status_lists_add(lists, BV_STR("fuzz"), text, &err) == BV_OK);
	struct bv_str uri = bv_status_uri(list);
	size_t slash = uri.len;
	while (slash && uri.p[slash - 1] != '/')
		slash--;
	enum bv_standing standing = bv_status_lists_find(&why, lists, BV_STR(SAMPLE_DID), bv_str_sub(uri, 0, slash ? slash - 1 : 0), 0, SAMPLE_AT);
	assert(standing == BV_STANDING_UNKNOWN || bv_status_check(list, trust, SAMPLE_AT, &err) == BV_OK);
	return 0;
}

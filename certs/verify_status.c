#include "certs/verify.h"

void
verify_status(struct bv_report *r, const struct verify_status_entry *entries, size_t count, const struct bv_verify_options *options)
{
	(void)options;
	if (!count)
		PASS(BV_CHECK_STATUS, "chứng chỉ không nêu danh sách trạng thái nào", "the certificate names no status list");
	for (size_t i = 0; i < count; i++)
		report_find(r, BV_CHECK_STATUS, BV_CHECK_UNCHECKED, "chưa có danh sách '%.*s' để tra: có thể đã bị thu hồi hay tạm dừng, không rõ",
		            "the list '%.*s' was not given to look in: whether it was revoked or suspended is not known", CLIP(entries[i].list));
}

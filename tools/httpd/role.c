#include "tools/httpd/role.h"

const struct role_row role_rows[ROLE_COUNT] = {
	[ROLE_SCHEME_OWNER] = { "scheme-owner", "Chủ quản chương trình", "scheme owner", true, ROLES_STAFF },
	[ROLE_BANK_AUTHOR] = { "bank-author", "Người biên soạn câu hỏi", "bank author", true, 0 },
	[ROLE_BANK_REVIEWER] = { "bank-reviewer", "Người thẩm định câu hỏi", "bank reviewer", true, 0 },
	[ROLE_TRUSTEE] = { "trustee", "Người giữ khóa đề", "trustee", true, 0 },
	[ROLE_CENTRE_HEAD] = { "centre-head", "Trưởng trung tâm", "centre head", true, ROLE(PROCTOR) },
	[ROLE_PROCTOR] = { "proctor", "Giám thị", "proctor", true, 0 },
	[ROLE_MARKER] = { "marker", "Giám khảo", "marker", true, 0 },
	[ROLE_ADJUDICATOR] = { "adjudicator", "Người phân xử", "adjudicator", true, 0 },
	[ROLE_SIGNER] = { "signer", "Người ký chứng nhận", "signer", true, 0 },
	[ROLE_AUDITOR] = { "auditor", "Kiểm toán viên", "auditor", true, 0 },
	[ROLE_CANDIDATE] = { "candidate", "Thí sinh", "candidate", false, 0 },
};

bool
role_of(enum role *out, struct bv_str name)
{
	for (unsigned i = 0; i < ROLE_COUNT; i++)
		if (bv_str_is(name, role_rows[i].name)) {
			*out = (enum role)i;
			return true;
		}
	return false;
}

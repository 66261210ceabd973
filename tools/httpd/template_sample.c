#include "tools/httpd/template_sample.h"

#include <string.h>

#include "certs/certs.h"

const char *const template_sample_names[] = { "typical", "short", "longest", NULL };

enum { AREAS_MOST = 9, NAME_MOST = 400 };

#define TEXT(literal) { literal, sizeof(literal) - 1 }

struct words {
	struct bv_str vi, en;
};

/* Names as they are met with, and as long as they are met with. The areas are those of Circular 03/2014/TT-BTTTT, in its own words. */
static const struct {
	struct bv_str holder, licence;
	struct words issuer, name;
	struct words areas[AREAS_MOST];
	bool all; /* level, ability, end of validity */
} samples[] = {
	[TEMPLATE_TYPICAL] = {
		TEXT("Nguyễn Thị Ánh Tuyết"), TEXT("CNTT.TT01.2026.00012345"),
		{ TEXT("Trung tâm Sát hạch Kỹ năng số"), TEXT("Digital Skills Assessment Centre") },
		{ TEXT("Ứng dụng công nghệ thông tin cơ bản"), TEXT("Basic use of information technology") },
		{ { TEXT("Hiểu biết về CNTT cơ bản"), TEXT("Basic knowledge of IT") }, { TEXT("Sử dụng máy tính cơ bản"), TEXT("Basic use of computers") },
		  { TEXT("Xử lý văn bản cơ bản"), TEXT("Basic word processing") }, { TEXT("Sử dụng bảng tính cơ bản"), TEXT("Basic use of spreadsheets") },
		  { TEXT("Sử dụng trình chiếu cơ bản"), TEXT("Basic use of presentations") }, { TEXT("Sử dụng Internet cơ bản"), TEXT("Basic use of the Internet") } },
		true,
	},
	[TEMPLATE_SHORT] = { TEXT("Lê An"), TEXT("1"), { TEXT("Sở Nội vụ"), TEXT("Civil Service") }, { TEXT("Tin học"), TEXT("IT") }, { { TEXT(""), TEXT("") } }, false },
	[TEMPLATE_LONGEST] = {
		TEXT("Công Tằng Tôn Nữ Nguyễn Phước Thùy Phượng Hương"), TEXT("CNTT-NC.TT63.2026.99999999"),
		{ TEXT("Trung tâm Sát hạch Kỹ năng số - Sở Khoa học và Công nghệ Đắk Lắk"), TEXT("Centre for Digital Skills Assessment, Department of Science and Technology") },
		{ TEXT("Kỹ năng sử dụng công nghệ thông tin nâng cao dành cho cán bộ, công chức, viên chức"), TEXT("Advanced skills in the use of information technology for officials and public employees") },
		{ { TEXT("Xử lý văn bản nâng cao"), TEXT("Advanced word processing") }, { TEXT("Sử dụng bảng tính nâng cao"), TEXT("Advanced use of spreadsheets") },
		  { TEXT("Sử dụng trình chiếu nâng cao"), TEXT("Advanced use of presentations") }, { TEXT("Sử dụng hệ quản trị cơ sở dữ liệu"), TEXT("Use of database management systems") },
		  { TEXT("Thiết kế đồ họa hai chiều"), TEXT("Two-dimensional graphic design") }, { TEXT("Biên tập ảnh"), TEXT("Image editing") },
		  { TEXT("Biên tập trang thông tin điện tử"), TEXT("Editing of web sites") }, { TEXT("An toàn, bảo mật thông tin"), TEXT("Information safety and security") },
		  { TEXT("Sử dụng phần mềm kế hoạch dự án"), TEXT("Use of project planning software") } },
		true,
	},
};

static size_t
fill_areas(struct bv_area areas[AREAS_MOST], char codes[AREAS_MOST][8], enum template_sample sample, bool english)
{
	size_t count = 0;

	for (; count < AREAS_MOST && samples[sample].areas[count].vi.len; count++) {
		memcpy(codes[count], (char[]){ 'I', 'U', '0', (char)('1' + count), 0 }, 5);
		areas[count] = (struct bv_area){ .code = bv_str_of(codes[count]), .name_vi = samples[sample].areas[count].vi, .max = BV_STR("10"), .required = BV_STR("4") };
		if (english)
			areas[count].name_en = samples[sample].areas[count].en;
	}
	return count;
}

static enum bv_status
sign(struct bv_buf *out, const struct bv_credential_facts *facts, struct words name, bool english, struct bv_err *err)
{
	static const uint8_t seed[BV_KEY_LEN] = "anybody can make this key";
	BV_AUTO(bv_signer_free) struct bv_signer *signer = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf both = BV_BUF(NAME_MOST);
	struct bv_key *key;

	bv_buf_add(&both, name.vi);
	if (english)
		bv_buf_printf(&both, " / %.*s", BV_STR_ARG(name.en));
	struct bv_issuer issuer = { .did = BV_STR("did:web:mau.invalid"), .name = bv_buf_str(&both), .url = BV_STR("https://mau.invalid/") };
	bv_key_new(&key, seed);
	TRY(bv_signer_new(&signer, key, &issuer, err));
	return bv_credential_issue(out, facts, signer, err);
}

enum bv_status
template_sample_write(struct bv_buf *out, enum template_sample sample, bool english, struct bv_err *err)
{
	static const struct bv_str values[AREAS_MOST] = { TEXT("8.50"), TEXT("7"), TEXT("4"), TEXT("6.25"), TEXT("9"), TEXT("10"), TEXT("7.75"), TEXT("5.50"), TEXT("9.25") };
	static const struct bv_str levels[] = { TEXT("basic"), TEXT("advanced") };
	struct bv_area areas[AREAS_MOST];
	char codes[AREAS_MOST][8];
	bool all = samples[sample].all;
	struct bv_achievement achievement = {
		.id = BV_STR("https://mau.invalid/thanh-tuu"),
		.name_vi = samples[sample].name.vi,
		.name_en = english ? samples[sample].name.en : BV_STR_NONE,
		.description = BV_STR("Chứng chỉ mẫu, không có giá trị."),
		.criteria = BV_STR("Mỗi phần từ 4/10 điểm."),
		.areas = areas,
		.area_count = fill_areas(areas, codes, sample, english),
		.levels = levels,
		.level_count = all ? BV_COUNT(levels) : 0,
		.ability = all,
	};
	struct bv_credential_facts facts = {
		.achievement = &achievement,
		.values = values,
		.level = all ? levels[sample == TEMPLATE_LONGEST] : BV_STR_NONE,
		.theta = all ? BV_STR("-1.53") : BV_STR_NONE,
		.theta_se = all ? BV_STR("0.28") : BV_STR_NONE,
		.decision = BV_DECISION_COMPLETED,
		.holder = samples[sample].holder,
		.licence = samples[sample].licence,
		.awarded_s = 1795000000, /* 2026-11-18 */
		.valid_from_s = 1795000000,
		.valid_until_s = all ? 1952000000 : 0,
		.created_s = 1795000100,
		.id = { 0xa1, 1, 2, 3 },
		.subject_id = { 0xb2, 4, 5, 6 },
	};

	return sign(out, &facts, samples[sample].issuer, english, err);
}

/* A certificate to test with: everything in it comes from the names below, so that it is the same on every machine. */
#ifndef BV_TESTS_CERTS_SAMPLE_H
#define BV_TESTS_CERTS_SAMPLE_H

#include <stdlib.h>

#include "base/hash.h"
#include "certs/certs.h"

#define SAMPLE_DID "did:web:chungchi.example.vn"
#define SAMPLE_AT INT64_C(1798761600) /* 2027-01-01T00:00:00Z */

/* The key of a named seed: SHA-256 of the name. */
static inline struct bv_key *
sample_key(const char *name)
{
	uint8_t seed[BV_HASH_LEN];
	struct bv_key *key;

	bv_sha256(seed, bv_str_of(name));
	bv_key_new(&key, seed);
	return key;
}

/* The same of P-256. */
static inline struct bv_key *
sample_p256(const char *name)
{
	uint8_t seed[BV_KEY_SEED_LEN] = { 0 };
	struct bv_key *key;

	bv_sha256(seed, bv_str_of(name));
	bv_key_make(&key, BV_KEY_P256, seed);
	return key;
}

static inline struct bv_signer *
sample_signer(const char *key_name, const char *did)
{
	struct bv_issuer issuer = {
		.did = bv_str_of(did),
		.name = BV_STR("Trung tâm Sát hạch mẫu / Sample Assessment Centre"),
		.url = BV_STR("https://chungchi.example.vn/"),
	};
	struct bv_signer *signer = NULL;
	struct bv_err err;

	if (bv_signer_new(&signer, sample_key(key_name), &issuer, &err) != BV_OK)
		abort();
	return signer;
}

/* As BV_STR, for what is static. */
#define TEXT(literal) { literal, sizeof(literal) - 1 }

static const struct bv_area sample_areas[] = {
	{ .code = TEXT("IU01"), .name_vi = TEXT("Hiểu biết về CNTT cơ bản"), .name_en = TEXT("Basic knowledge of IT"),
	  .max = TEXT("10"), .required = TEXT("4") },
	{ .code = TEXT("IU02"), .name_vi = TEXT("Sử dụng máy tính cơ bản"), .name_en = TEXT("Basic use of computers"),
	  .max = TEXT("10"), .required = TEXT("4") },
	{ .code = TEXT("IU03"), .name_vi = TEXT("Xử lý văn bản cơ bản"), .name_en = TEXT("Basic word processing"),
	  .max = TEXT("10"), .required = TEXT("4") },
	{ .code = TEXT("IU04"), .name_vi = TEXT("Sử dụng bảng tính cơ bản"), .name_en = TEXT("Basic use of spreadsheets"),
	  .max = TEXT("10"), .required = TEXT("4") },
	{ .code = TEXT("IU05"), .name_vi = TEXT("Sử dụng trình chiếu cơ bản"), .name_en = TEXT("Basic use of presentations"),
	  .max = TEXT("10"), .required = TEXT("4") },
	{ .code = TEXT("IU06"), .name_vi = TEXT("Sử dụng Internet cơ bản"), .name_en = TEXT("Basic use of the Internet"),
	  .max = TEXT("10"), .required = TEXT("4") },
	{ .code = TEXT("total"), .name_vi = TEXT("Tổng điểm"), .name_en = TEXT("Total"),
	  .max = TEXT("100"), .required = TEXT("50"), .percent = true },
};
static const struct bv_str sample_levels[] = { TEXT("L1"), TEXT("L2"), TEXT("L3") };
static const struct bv_str sample_values[] = { TEXT("8.50"), TEXT("7"), TEXT("4"), TEXT("6.25"), TEXT("9"), TEXT("10"),
	TEXT("74.58") };

static const struct bv_achievement sample_achievement = {
	.id = TEXT("https://chungchi.example.vn/thanh-tuu/cntt-co-ban"),
	.name_vi = TEXT("Ứng dụng công nghệ thông tin cơ bản"),
	.name_en = TEXT("Basic use of information technology"),
	.description = TEXT("Chứng chỉ mẫu: \"cơ bản\" \\ thử\tnghiệm.\nKhông có giá trị."),
	.criteria = TEXT("Mỗi phần từ 4/10 điểm, tổng từ 50/100 điểm."),
	.criteria_url = TEXT("https://chungchi.example.vn/quy-che"),
	.version = TEXT("2026.1"),
	.areas = sample_areas,
	.area_count = BV_COUNT(sample_areas),
	.levels = sample_levels,
	.level_count = BV_COUNT(sample_levels),
	.required_level = TEXT("L2"),
	.ability = true,
	.ability_min = TEXT("-6"),
	.ability_max = TEXT("6"),
};
static const struct bv_evidence sample_evidence[] = {
	{ .name = TEXT("form"), .hash = { 1, 2, 3 } },
	{ .name = TEXT("responses"), .hash = { 4, 5, 6 } },
};

static inline struct bv_credential_facts
sample_facts(void)
{
	return (struct bv_credential_facts){
		.achievement = &sample_achievement,
		.values = sample_values,
		.level = BV_STR("L2"),
		.theta = BV_STR("0.53"),
		.theta_se = BV_STR("0.28"),
		.decision = BV_DECISION_COMPLETED,
		.holder = BV_STR("Nguyễn Thị Ánh Tuyết"),
		.licence = BV_STR("BV-2026-000123"),
		.evidence = sample_evidence,
		.evidence_count = BV_COUNT(sample_evidence),
		.awarded_s = 1795000000, /* 2026-11-18T11:06:40Z */
		.valid_from_s = 1795000000,
		.valid_until_s = 1952000000, /* 2031-11-09 */
		.created_s = 1795000100,
		.id = { 0xa1, 1, 2, 3 },
		.subject_id = { 0xb2, 4, 5, 6 },
		.salt = { 0xc3, 7, 8, 9 },
	};
}

/* Issued with some of enum bv_suite only. */
static inline enum bv_status
sample_issue(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_signer *signer, unsigned suites, struct bv_err *err)
{
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;

	TRY(bv_template_new(&tmpl, facts->achievement, signer, err));
	bv_template_suites(tmpl, suites);
	return bv_template_issue(out, tmpl, facts, err);
}

#endif

/* Trust folders in memory, and what a verification of some bytes is to find. */
#ifndef BV_TESTS_CERTS_EXPECT_H
#define BV_TESTS_CERTS_EXPECT_H

#include "base/json.h"
#include "base/mem.h"
#include "tests/certs/sample.h"
#include "tests/check.h"

static struct bv_trust *trusted;

/* A trust folder in memory: the DID document of did with the key of a named seed. */
static inline struct bv_trust *
trust_of(const char *did, const char *key_name)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key(key_name);
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	struct bv_trust *trust = bv_trust_new();
	struct bv_err err;

	bv_did_document_write(&document, bv_str_of(did), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	CHECK_OK(bv_trust_add(trust, "did.json", bv_buf_str(&document), &err), &err, "a trust folder");
	return trust;
}

static inline struct bv_report *
report_at(struct bv_str bytes, const struct bv_trust *trust, int64_t at_s, bool allow_did_key)
{
	struct bv_verify_options options = { .at_s = at_s, .allow_did_key = allow_did_key };
	struct bv_report *report;

	bv_credential_verify(&report, bytes, trust, &options);
	return report;
}

static inline enum bv_verdict
verdict_of(struct bv_str bytes)
{
	BV_AUTO(bv_report_free) struct bv_report *report = report_at(bytes, trusted, SAMPLE_AT, false);

	return bv_report_verdict(report);
}

/* The verdict, the result of one check, and a part of the English report. */
static inline void
expect(struct bv_str bytes, const struct bv_trust *trust, int64_t at_s, enum bv_verdict verdict, enum bv_check_id id,
       enum bv_check_result result, const char *part, const char *name)
{
	BV_AUTO(bv_report_free) struct bv_report *report = report_at(bytes, trust, at_s, false);
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20), vi = BV_BUF(64 << 20);

	bv_report_write(&text, report, BV_STR("file"), BV_LANG_EN);
	bv_report_write(&vi, report, BV_STR("file"), BV_LANG_VI);
	if (!CHECK(bv_report_verdict(report) == verdict && bv_report_check(report, id) == result && strstr(text.p, part) && vi.len, "%s", name))
		printf("# %s\n", text.len < 5000 ? text.p : "long");
}

static inline struct bv_json *
at(struct bv_json *json, const char *path)
{
	const struct bv_json *value = json;
	char name[64];

	for (; *path && value; path += strspn(path, ".")) {
		size_t len = strcspn(path, ".");
		memcpy(name, path, len);
		name[len] = '\0';
		value = name[0] >= '0' && name[0] <= '9' ? bv_json_at(value, (size_t)atoi(name)) : bv_json_find(value, name);
		path += len;
	}
	return (struct bv_json *)(uintptr_t)value;
}

static inline void
check_json(struct bv_json *json, enum bv_verdict verdict, enum bv_check_id id, enum bv_check_result result, const char *part, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX);

	bv_json_write(&text, json);
	expect(bv_buf_str(&text), trusted, SAMPLE_AT, verdict, id, result, part, name);
}

#endif

/* The C library for other people's programs: bangvang_verify.h is all they see. */
#include "tools/verify/bangvang_verify.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "certs/certs.h"

#define EXPORT __attribute__((visibility("default")))

struct bangvang_verifier {
	struct bv_trust *trust;
	struct bv_status_lists *status;
	struct bv_policy *policy;
};

EXPORT void
bangvang_free(char *text)
{
	free(text);
}

EXPORT void
bangvang_verifier_free(struct bangvang_verifier *verifier)
{
	if (!verifier)
		return;
	bv_policy_free(verifier->policy);
	bv_status_lists_free(verifier->status);
	bv_trust_free(verifier->trust);
	free(verifier);
}

static enum bv_status
load(struct bangvang_verifier *verifier, const struct bangvang_trust *from, struct bv_err *err)
{
	if (from->trust)
		TRY(bv_trust_load(&verifier->trust, from->trust, err));
	else
		verifier->trust = bv_trust_new();
	if (from->status)
		TRY(bv_status_lists_load(&verifier->status, from->status, verifier->trust, err));
	if (from->log)
		TRY(bv_policy_load(&verifier->policy, from->log, err));
	return BV_OK;
}

static char *
copy(struct bv_str text)
{
	char *p = bv_alloc(text.len + 1);

	memcpy(p, text.p, text.len);
	return p;
}

EXPORT int
bangvang_verifier_new(struct bangvang_verifier **out, const struct bangvang_trust *trust, char **error)
{
	struct bangvang_verifier *verifier = bv_alloc(sizeof *verifier);
	struct bv_err err;

	if (load(verifier, trust, &err) == BV_OK) {
		*out = verifier;
		return 0;
	}
	bangvang_verifier_free(verifier);
	if (error)
		*error = copy(bv_str_of(err.msg));
	return -1;
}

EXPORT enum bangvang_verdict
bangvang_verify(const struct bangvang_verifier *verifier, const void *bytes, size_t len, const char *proof, int64_t at_s, unsigned flags, const char *lang,
                char **report)
{
	static const enum bangvang_verdict verdicts[] = { [BV_VERDICT_VALID] = BANGVANG_VALID, [BV_VERDICT_INVALID] = BANGVANG_INVALID,
		                                          [BV_VERDICT_UNKNOWN_ISSUER] = BANGVANG_UNKNOWN_ISSUER, [BV_VERDICT_UNCHECKED] = BANGVANG_UNCHECKED };
	BV_AUTO(bv_report_free) struct bv_report *found = NULL;
	struct bv_log_proof parsed;
	struct bv_verify_options options = { .at_s = at_s == BANGVANG_NOW ? bv_clock_now_s() : at_s, .allow_did_key = flags & BANGVANG_ALLOW_DID_KEY,
		                             .status = verifier->status, .log = verifier->policy };
	struct bv_err err;

	/* A proof that is none proves nothing: the check of the log says so. */
	if (proof && bv_log_proof_parse(&parsed, bv_str_of(proof), &err) == BV_OK)
		options.proof = &parsed;
	bv_credential_verify(&found, (struct bv_str){ bytes, len }, verifier->trust, &options);
	if (report) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_report_json(found, BV_STR_NONE, bv_lang_of(lang, BV_LANG_EN));
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64u << 20);
		bv_json_remove(json, "file");
		bv_json_write_safe(&text, json);
		*report = copy(bv_buf_str(&text));
	}
	return verdicts[bv_report_verdict(found)];
}

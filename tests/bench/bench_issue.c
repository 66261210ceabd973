/* Issuing against bare Ed25519 signing of the same 64 bytes, by turns in one process, so that both meet the same machine. */
#include <stdio.h>

#include "base/clock.h"
#include "tests/certs/sample.h"

enum { ROUNDS = 11, BATCH = 2000 };

static double
sign_rate(const struct bv_key *key)
{
	uint8_t message[64] = { 0 }, signature[BV_SIGNATURE_LEN];
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		bv_key_sign(signature, key, (struct bv_str){ (const char *)message, sizeof message });
		memcpy(message, signature, sizeof message);
	}
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static double
issue_rate(struct bv_template *tmpl, struct bv_credential_facts *facts, struct bv_buf *out)
{
	struct bv_err err;
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		memcpy(facts->id, &i, sizeof i);
		bv_buf_clear(out);
		if (bv_template_issue(out, tmpl, facts, &err) != BV_OK)
			abort();
	}
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static double
verify_rate(struct bv_str certificate, const struct bv_trust *trust)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH / 4; i++) {
		struct bv_report *report;
		bv_credential_verify(&report, certificate, trust, &options);
		if (bv_report_verdict(report) != BV_VERDICT_VALID)
			abort();
		bv_report_free(report);
	}
	return BATCH / 4 * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? 1 : x > y ? -1 : 0;
}

static double
median(double rates[ROUNDS])
{
	qsort(rates, ROUNDS, sizeof *rates, descending);
	return rates[ROUNDS / 2];
}

int
main(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bench");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bench", SAMPLE_DID);
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX), document = BV_BUF(10000);
	struct bv_credential_facts facts = sample_facts();
	double sign[ROUNDS], issue[ROUNDS], share[ROUNDS], verify[ROUNDS];
	struct bv_err err;

	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	if (bv_template_new(&tmpl, facts.achievement, signer, &err) != BV_OK || bv_trust_add(trust, "did.json", bv_buf_str(&document), &err) != BV_OK)
		abort();
	for (int i = 0; i < ROUNDS; i++) {
		sign[i] = sign_rate(key);
		issue[i] = issue_rate(tmpl, &facts, &out);
		share[i] = 100 * issue[i] / sign[i];
		verify[i] = verify_rate(bv_buf_str(&out), trust);
	}
	printf("certificate                 %8zu bytes\n", out.len);
	printf("bare Ed25519 signing        %8.0f /s\n", median(sign));
	printf("certificates issued         %8.0f /s\n", median(issue));
	printf("of bare signing             %8.1f %%  (wanted: 60)\n", median(share));
	printf("certificates verified       %8.0f /s, with the full report\n", median(verify));
	return 0;
}

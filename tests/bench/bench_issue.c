/* Issuing and verifying against bare Ed25519 of the same 64 bytes, by turns in one process, so that all meet the same machine. A certificate with two
 * proofs is held against two signatures. */
#include <stdio.h>

#include "base/clock.h"
#include "tests/bench/bare.h"
#include "tests/bench/bench.h"
#include "tests/certs/sample.h"

enum { ROUNDS = 11, BATCH = 1000 };

static double
rate_since(int64_t start)
{
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static double
sign_rate(const struct bv_key *key)
{
	uint8_t message[64] = { 0 }, signature[BV_SIGNATURE_LEN];
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		bv_key_sign(signature, key, (struct bv_str){ (const char *)message, sizeof message });
		memcpy(message, signature, sizeof message);
	}
	return rate_since(start);
}

static double
check_rate(const struct bv_key *key)
{
	static const uint8_t message[64];

	return bare_check_rate(key, message, sizeof message, BATCH);
}

static double
issue_rate(struct bv_template *tmpl, struct bv_credential_facts *facts, struct bv_buf *out)
{
	struct bv_err err;
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		memcpy(facts->id, &i, sizeof i);
		facts->status_idx = (uint32_t)i;
		bv_buf_clear(out);
		if (bv_template_issue(out, tmpl, facts, &err) != BV_OK)
			abort();
	}
	return rate_since(start);
}

/* The verdict and all checks, with the list of facts. */
static double
verify_rate(struct bv_str certificate, const struct bv_trust *trust)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		BV_AUTO(bv_report_free) struct bv_report *report = NULL;
		bv_credential_verify(&report, certificate, trust, &options);
		if (bv_report_verdict(report) != BV_VERDICT_VALID)
			abort();
	}
	return rate_since(start);
}

static const struct kind {
	const char *name;
	unsigned suites;
	int proofs;
	const char *issue_wanted, *verify_wanted;
} kinds[] = {
	{ "eddsa-jcs-2022", BV_SUITE_JCS, 1, "  (wanted: 70)", "  (wanted: 70)" },
	{ "eddsa-rdfc-2022", BV_SUITE_RDFC, 1, "", "" },
	{ "the set of both", BV_SUITE_RDFC | BV_SUITE_JCS, 2, "", "  (wanted: 70)" },
};

static void
measure(const struct kind *kind, const struct bv_key *key, const struct bv_signer *signer, const struct bv_trust *trust)
{
	BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = sample_facts();
	double sign[ROUNDS], check[ROUNDS], issue[ROUNDS], issue_share[ROUNDS], verify[ROUNDS], verify_share[ROUNDS];
	struct bv_err err;

	if (bv_template_new(&tmpl, facts.achievement, signer, &err) != BV_OK)
		abort();
	bv_template_suites(tmpl, kind->suites);
	for (int i = 0; i < ROUNDS; i++) {
		sign[i] = sign_rate(key);
		issue[i] = issue_rate(tmpl, &facts, &out);
		check[i] = check_rate(key);
		verify[i] = verify_rate(bv_buf_str(&out), trust);
		issue_share[i] = 100 * kind->proofs * issue[i] / sign[i];
		verify_share[i] = 100 * kind->proofs * verify[i] / check[i];
	}
	printf("%s, %zu bytes\n", kind->name, out.len);
	printf("  issued              %8.0f /s\n", bench_median(issue, ROUNDS));
	printf("  of bare signing     %8.1f %% of %.0f /s for %d%s\n", bench_median(issue_share, ROUNDS), bench_median(sign, ROUNDS), kind->proofs, kind->issue_wanted);
	printf("  verified            %8.0f /s, with the full report\n", bench_median(verify, ROUNDS));
	printf("  of bare verifying   %8.1f %% of %.0f /s for %d%s\n", bench_median(verify_share, ROUNDS), bench_median(check, ROUNDS), kind->proofs, kind->verify_wanted);
}

int
main(void)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("bench");
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bench", SAMPLE_DID);
	BV_AUTO(bv_trust_free) struct bv_trust *trust = bv_trust_new();
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(10000);
	struct bv_err err;

	bv_did_document_write(&document, BV_STR(SAMPLE_DID), (const struct bv_public *const[]){ bv_key_describe(key) }, 1);
	if (bv_trust_add(trust, "did.json", bv_buf_str(&document), &err) != BV_OK)
		abort();
	for (size_t i = 0; i < BV_COUNT(kinds); i++)
		measure(&kinds[i], key, signer, trust);
	return 0;
}

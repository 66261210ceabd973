/* VC-JWT, SD-JWT VC and paper against P-256 of OpenSSL alone: a message of 64 bytes, and for verification also as many bytes as the envelope has, which
 * have to be hashed. By turns in one process, so that all meet the same machine. */
#include "base/clock.h"
#include "tests/bench/bare.h"
#include "tests/bench/bench.h"
#include "tests/certs/envelope.h"

enum { ROUNDS = 11, BATCH = 1000, MESSAGE_MIN = 64, MESSAGE_MAX = 65536 };

typedef enum bv_status issue_fn(struct bv_buf *out, struct bv_template *tmpl, const struct bv_credential_facts *facts, struct bv_err *err);

static double
rate(int64_t start_ns)
{
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start_ns);
}

static double
sign_rate(const struct bv_key *key)
{
	uint8_t message[64] = { 0 }, signature[BV_SIGNATURE_MAX];
	int64_t start = bv_clock_monotonic_ns();
	struct bv_err err;

	for (int i = 0; i < BATCH; i++) {
		if (bv_key_ask(signature, key, (struct bv_str){ (const char *)message, sizeof message }, &err) != BV_OK)
			abort();
		memcpy(message, signature, sizeof message);
	}
	return rate(start);
}

static double
check_rate(const struct bv_key *key, size_t len)
{
	static const uint8_t message[MESSAGE_MAX];

	return bare_check_rate(key, message, len, BATCH);
}

static double
issue_rate(issue_fn *issue, struct bv_template *tmpl, struct bv_credential_facts *facts, struct bv_buf *out)
{
	struct bv_err err;
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		memcpy(facts->id, &i, sizeof i);
		bv_buf_clear(out);
		if (issue(out, tmpl, facts, &err) != BV_OK)
			abort();
	}
	return rate(start);
}

static double
verify_rate(struct bv_str certificate, const struct bv_trust *trust)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < BATCH; i++) {
		struct bv_report *report;
		bv_credential_verify(&report, certificate, trust, &options);
		if (bv_report_verdict(report) != BV_VERDICT_VALID)
			abort();
		bv_report_free(report);
	}
	return rate(start);
}

static void
ready(struct bv_signer *signer, struct bv_template **tmpl, const struct bv_achievement *achievement, bool delegated)
{
	BV_AUTO(bv_key_free) struct bv_key *authority = sample_p256("authority"), *key = sample_p256("bench");
	uint8_t delegation[BV_DELEGATION_LEN];
	struct bv_err err;

	if (delegated && (bv_delegation_write(delegation, authority, bv_key_describe(key), AUTHORITY_FROM, 30, &err) != BV_OK ||
	                  bv_signer_delegate(signer, delegation, &err) != BV_OK))
		abort();
	if (bv_template_new(tmpl, achievement, signer, &err) != BV_OK)
		abort();
}

int
main(void)
{
	static const struct {
		const char *name;
		issue_fn *issue;
		bool delegated;
		double verify_of; /* bare verifications that it takes */
	} kinds[] = {
		{ "VC-JWT", bv_jwt_issue, false, 1 },
		{ "SD-JWT VC", bv_sd_jwt_issue, false, 1 },
		{ "paper", bv_cwt_issue, false, 1 },
		{ "paper, delegated", bv_cwt_issue, true, 2 },
	};
	BV_AUTO(bv_key_free) struct bv_key *key = sample_p256("bench"), *authority = sample_p256("authority");
	BV_AUTO(bv_trust_free) struct bv_trust *trust = envelope_trust(SAMPLE_DID, "bench", true, bv_key_describe(authority));
	struct bv_credential_facts facts = envelope_facts();
	double sign[ROUNDS], check[ROUNDS];

	printf("%-20s %8s %10s %8s %10s %8s %16s\n", "", "bytes", "issued /s", "of bare", "verified/s", "of bare", "of bare so long");
	for (size_t k = 0; k < BV_COUNT(kinds); k++) {
		BV_AUTO(bv_signer_free) struct bv_signer *signer = envelope_signer("bench");
		BV_AUTO(bv_template_free) struct bv_template *tmpl = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
		double issue[ROUNDS], verify[ROUNDS], issue_share[ROUNDS], verify_share[ROUNDS], same_share[ROUNDS];
		ready(signer, &tmpl, facts.achievement, kinds[k].delegated);
		for (int i = 0; i < ROUNDS; i++) {
			sign[i] = sign_rate(key);
			issue[i] = issue_rate(kinds[k].issue, tmpl, &facts, &out);
			check[i] = check_rate(key, MESSAGE_MIN);
			verify[i] = verify_rate(bv_buf_str(&out), trust);
			issue_share[i] = 100 * issue[i] / sign[i];
			verify_share[i] = 100 * verify[i] * kinds[k].verify_of / check[i];
			same_share[i] = 100 * verify[i] * kinds[k].verify_of / check_rate(key, out.len < MESSAGE_MAX ? out.len : MESSAGE_MAX);
		}
		printf("%-20s %8zu %10.0f %7.1f%% %10.0f %7.1f%% %15.1f%%\n", kinds[k].name, out.len, bench_median(issue, ROUNDS), bench_median(issue_share, ROUNDS), bench_median(verify, ROUNDS),
		       bench_median(verify_share, ROUNDS), bench_median(same_share, ROUNDS));
	}
	printf("%-20s %8s %10.0f %8s %10.0f   (wanted: 70 %% of both)\n", "bare P-256", "64", bench_median(sign, ROUNDS), "", bench_median(check, ROUNDS));
	return 0;
}

/* A batch from drafts to signed envelopes in a register on SQLite with its log, against bare signing of what its envelopes need (two signatures of Ed25519, three of
 * P-256) in the same process: bench_register [CERTIFICATES]. Files are below TMPDIR. */
#include <stdio.h>

#include "base/clock.h"
#include "tests/bench/bench.h"
#include "tests/registry/office.h"

enum { CERTIFICATES = 4000, ED25519 = 2, P256 = 3 };

static struct bv_err err;

static double
seconds(int64_t start)
{
	return (double)(bv_clock_monotonic_ns() - start) / 1e9;
}

/* So many sets of signatures, as long as what is signed in a Data Integrity proof and in a JWT. */
static double
bare(int count, const struct bv_key *ed25519, const struct bv_key *p256)
{
	static char message[5000];
	uint8_t signature[BV_SIGNATURE_MAX];
	int64_t start = bv_clock_monotonic_ns();

	for (int i = 0; i < count; i++) {
		for (int k = 0; k < ED25519; k++)
			must(bv_key_ask(signature, ed25519, (struct bv_str){ message, 64 }, &err), &err);
		for (int k = 0; k < P256; k++)
			must(bv_key_ask(signature, p256, (struct bv_str){ message, k == 0 ? sizeof message : 1000 }, &err), &err);
		memcpy(message, signature, sizeof signature);
	}
	return seconds(start);
}

static int64_t step_start_ns;
static double step_s[BV_ISSUANCE_DONE + 1];
static enum bv_issuance_step step_now;

static void
step(void *ctx, enum bv_issuance_step now, int64_t done, int64_t total)
{
	(void)ctx, (void)done, (void)total;
	step_s[step_now] += seconds(step_start_ns);
	step_start_ns = bv_clock_monotonic_ns();
	step_now = now;
}

static void
issue(struct office *o, struct bv_register *reg, int count)
{
	BV_AUTO(bv_issuance_free) struct bv_issuance *issuance = NULL;
	struct bv_issuance_order order = office_order(o, "lo-1", bv_random_fill);
	char name[40], ticket[20];
	bool added;

	order.progress = step;
	step_start_ns = bv_clock_monotonic_ns();
	must(bv_issuance_open(&issuance, reg, &order, &err), &err);
	for (int i = 0; i < count; i++) {
		struct bv_credential_facts facts = office_facts(name, i);
		snprintf(ticket, sizeof ticket, "T-%d", i);
		must(bv_issuance_add(&added, issuance, &facts, bv_str_of(ticket), &err), &err);
	}
	must(bv_issuance_seal(issuance, &err), &err);
	must(bv_issuance_run(NULL, issuance, o->world.log, o->world.key, &err), &err);
	step(NULL, BV_ISSUANCE_DONE, 0, 0);
}

int
main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : CERTIFICATES;
	BV_AUTO(bv_key_free) struct bv_key *p256 = sample_p256("bench");
	struct bv_register *reg = NULL;
	struct office o;
	size_t lists;

	if (!office_make(&o, NULL))
		must(o.err.status, &o.err);
	must(bv_register_open(&reg, o.url, true, &err), &err);
	double before = bare(count, o.officers[0], p256);
	issue(&o, reg, count);
	double bare_s = (before + bare(count, o.officers[0], p256)) / 2, all_s = step_s[0] + step_s[1] + step_s[2] + step_s[3];
	printf("certificates of a batch      %8d, with four envelopes each\n", count);
	printf("bare signing of them         %8.0f /s (%d by Ed25519, %d by P-256 each)\n", count / bare_s, ED25519, P256);
	printf("drafted                      %8.0f /s\n", count / step_s[BV_ISSUANCE_DRAFT]);
	printf("into the log                 %8.0f /s\n", count / (step_s[BV_ISSUANCE_LOG] + step_s[BV_ISSUANCE_CLOSE]));
	printf("signed and stored            %8.0f /s\n", count / step_s[BV_ISSUANCE_SIGN]);
	printf("the whole batch              %8.0f /s\n", count / all_s);
	printf("of bare signing              %8.1f %%\n", 100 * bare_s / all_s);
	const struct bv_publish_order order = { .signer = o.signer, .at_s = OFFICE_AT + 60, .days = 30, .log_folder = o.world.log, .log_key = o.world.key };
	int64_t start = bv_clock_monotonic_ns();
	must(bv_status_publish(&lists, reg, &order, &err), &err);
	printf("status lists of a shard      %8.1f ms, all three, in the log\n", 1000 * seconds(start));
	bv_register_close(reg);
	office_finish(&o);
	return 0;
}

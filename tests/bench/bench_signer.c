/* The signer process against the same keys in one's own memory, by turns: what a signature over the socket costs. And how fast a batch is signed anew. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/bench/bench.h"
#include "tests/certs/sample.h"
#include "tools/signer/filter.h"
#include "tools/signer/serve.h"

enum { ROUNDS = 7, BATCH = 2000 };

static char folder[] = "/tmp/bv-bench-signer-XXXXXX";

/* The signer as its main has it, without keys.json. */
static void
run_signer(const char *path, const char *state)
{
	struct desk desk = { .until_s = INT64_MAX, .most = { UINT64_MAX, UINT64_MAX }, .stop = "/tmp/bv-bench-signer-never-there" };
	struct server server = { .path = path, .allowed = { geteuid() } };
	struct bv_err err;

	if (!freopen("/dev/null", "w", stderr))
		_exit(1);
	serve_signals();
	if (filter_prepare(&err) != BV_OK)
		_exit(1);
	desk.keys[0] = sample_key("bench");
	desk.keys[1] = sample_p256("bench");
	uint8_t signature[BV_SIGNATURE_LEN], nothing[BV_HASH_LEN] = { 0 };
	bv_key_sign(signature, desk.keys[0], BV_STR("x"));
	bv_key_sign_digest(signature, desk.keys[1], nothing);
	if (meter_open(&desk.meter, state, &err) != BV_OK || serve_open(&server, &err) != BV_OK || filter_calls(server.listener, desk.meter.fd, &err) != BV_OK)
		_exit(1);
	serve(&server, &desk);
	_exit(0);
}

static double
rate(const struct bv_key *key)
{
	uint8_t message[64] = { 0 }, signature[BV_SIGNATURE_MAX];
	int64_t start = bv_clock_monotonic_ns();
	struct bv_err err;

	for (int i = 0; i < BATCH; i++) {
		if (bv_key_ask(signature, key, (struct bv_str){ (const char *)message, sizeof message }, &err) != BV_OK)
			abort();
		memcpy(message, signature, sizeof message);
	}
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static double
resign_rate(struct bv_signer *signer)
{
	BV_AUTO(bv_buf_finish) struct bv_buf old = BV_BUF(BV_CREDENTIAL_MAX), made = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = sample_facts();
	struct bv_err err;

	if (bv_credential_issue(&old, &facts, signer, &err) != BV_OK)
		abort();
	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; i < BATCH; i++) {
		bv_buf_clear(&made);
		if (bv_credential_resign(&made, bv_buf_str(&old), signer, facts.created_s, &err) != BV_OK)
			abort();
	}
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static void
measure(const char *path)
{
	static const enum bv_key_kind kinds[] = { BV_KEY_ED25519, BV_KEY_P256 };
	static const char *const names[] = { "Ed25519", "P-256" };
	struct bv_err err;

	for (size_t k = 0; k < 2; k++) {
		BV_AUTO(bv_key_free) struct bv_key *own = k ? sample_p256("bench") : sample_key("bench"), *held = NULL;
		double bare[ROUNDS], asked[ROUNDS];
		for (int i = 0; i < 100 && bv_key_connect(&held, path, kinds[k], &err) != BV_OK; i++)
			usleep(20000);
		if (!held)
			abort();
		for (int i = 0; i < ROUNDS; i++) {
			bare[i] = rate(own);
			asked[i] = rate(held);
		}
		printf("%-8s in memory          %8.0f /s\n", names[k], bench_median(bare, ROUNDS));
		printf("%-8s by the signer      %8.0f /s\n", names[k], bench_median(asked, ROUNDS));
	}
}

int
main(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("bench", SAMPLE_DID);
	char path[100], state[100];
	double again[ROUNDS];

	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof path, "%s/socket", folder);
	snprintf(state, sizeof state, "%s/state", folder);
	pid_t pid = fork();
	if (pid == 0)
		run_signer(path, state);
	measure(path);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < ROUNDS; i++)
		again[i] = resign_rate(signer);
	printf("certificates signed anew     %8.0f /s, both proofs; a shard of 131,072 in %.0f s\n", bench_median(again, ROUNDS), 131072 / bench_median(again, ROUNDS));
	unlink(state);
	rmdir(folder);
	return 0;
}

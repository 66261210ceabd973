/* The public log: hashing and appending against bare SHA-256 of the same entries, by turns in one process; then proofs from a log of so many entries:
 * bench_log [ENTRIES [FOLDER]]; 10,000,000 in /dev/shm take 4 GB, 1,000,000 are the default. */
#include <stdio.h>

#include "base/clock.h"
#include "tests/bench/bench.h"
#include "tests/registry/world.h"

enum { BATCH = 65536, PROOFS = 2000 };

static struct bv_str entries[BATCH];

/* A certificate's entry, as real ones are: 367 bytes. */
static void
write_entries(struct bv_buf *texts, uint64_t from)
{
	struct bv_entry entry = {
		.type = BV_ENTRY_CERTIFICATE, .achievement = BV_STR("https://chungchi.example.vn/thanh-tuu/cntt-co-ban"), .issuer = BV_STR(SAMPLE_DID),
		.key = BV_STR("z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"), .status = BV_STR("https://chungchi.example.vn/status/7#131071"),
	};
	struct bv_err err;
	size_t starts[BATCH + 1];

	bv_buf_clear(texts);
	for (size_t i = 0; i < BATCH; i++) {
		uint64_t number = from + i;
		memcpy(entry.credential, &number, sizeof number);
		starts[i] = texts->len;
		must(bv_entry_write(texts, &entry, &err), &err);
	}
	starts[BATCH] = texts->len;
	for (size_t i = 0; i < BATCH; i++)
		entries[i] = bv_str_sub(bv_buf_str(texts), starts[i], starts[i + 1] - starts[i]);
}

static double
bare_rate(void)
{
	uint8_t hash[BV_HASH_LEN];
	int64_t start = bv_clock_monotonic_ns();

	for (size_t i = 0; i < BATCH; i++)
		bv_sha256(hash, entries[i]);
	return BATCH * 1e9 / (double)(bv_clock_monotonic_ns() - start);
}

static double
seconds(int64_t start)
{
	return (double)(bv_clock_monotonic_ns() - start) / 1e9;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void
bench_proofs(struct world *w, uint64_t size)
{
	static double cold[PROOFS];
	uint64_t random = 88172645463325252u;
	BV_AUTO(bv_log_view_free) struct bv_log_view *warm = NULL;
	size_t len = 0;

	must(bv_log_view(&warm, w->log, &w->err), &w->err);
	for (int i = 0; i < PROOFS; i++) {
		BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(BV_LOG_PROOF_MAX);
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		int64_t start = bv_clock_monotonic_ns();
		must(bv_log_view(&view, w->log, &w->err), &w->err);
		must(bv_log_prove(&proof, view, random % size, &w->err), &w->err);
		cold[i] = seconds(start) * 1e6;
		len = proof.len;
	}
	int64_t start = bv_clock_monotonic_ns();
	for (int i = 0; i < PROOFS; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(BV_LOG_PROOF_MAX);
		random ^= random << 13, random ^= random >> 7, random ^= random << 17;
		must(bv_log_prove(&proof, warm, random % size, &w->err), &w->err);
	}
	double warm_us = seconds(start) * 1e6 / PROOFS;
	qsort(cold, PROOFS, sizeof cold[0], ascending);
	printf("a proof, log opened for it  %8.0f us, 99 %% within %.0f us  (wanted: 1000), %zu bytes\n", cold[PROOFS / 2], cold[PROOFS * 99 / 100], len);
	printf("a proof, log open           %8.0f us\n", warm_us);
}

static void
bench_signed(struct world *w)
{
	enum { TIMES = 50 };
	double total = 0;

	for (int i = 0; i < TIMES; i++) {
		int64_t start = bv_clock_monotonic_ns();
		must(append(w, 1), &w->err);
		must(publish(w), &w->err);
		total += seconds(start);
	}
	printf("one entry and a checkpoint  %8.1f ms\n", total * 1e3 / TIMES);
}

int
main(int argc, char **argv)
{
	uint64_t size = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000, first;
	BV_AUTO(bv_buf_finish) struct bv_buf texts = BV_BUF(64u << 20);
	double bare = 0, spent = 0, alone = 0;
	struct world w;
	int rounds = 0;

	if (argc > 2)
		setenv("TMPDIR", argv[2], 1);
	world_init(&w);
	must(bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err), &w.err);
	must(bv_log_open(&w.open, w.log, &w.err), &w.err);
	for (uint64_t at = 0; at < size; at += BATCH, rounds++) {
		write_entries(&texts, at);
		bare += 1 / bare_rate();
		int64_t start = bv_clock_monotonic_ns();
		struct bv_merkle tree = { 0 };
		for (size_t i = 0; i < BATCH; i++) {
			struct bv_merkle_hash leaf;
			bv_merkle_leaf(&leaf, entries[i]);
			bv_merkle_add(&tree, &leaf);
		}
		alone += seconds(start);
		start = bv_clock_monotonic_ns();
		must(bv_log_append(&first, w.open, entries, BATCH, &w.err), &w.err);
		spent += seconds(start);
	}
	must(publish(&w), &w.err);
	size = bv_log_size(w.open);
	printf("an entry                    %8zu bytes; %llu of them in %s\n", entries[0].len, (unsigned long long)size, w.folder);
	printf("bare SHA-256 of entries     %8.0f /s\n", rounds / bare);
	printf("a tree in memory            %8.0f /s, %.0f %% of that\n", (double)size / alone, 100 * (double)size / alone / (rounds / bare));
	printf("appended, on the disk       %8.0f /s, %.0f %% of that  (wanted: 200000 /s)\n", (double)size / spent, 100 * (double)size / spent / (rounds / bare));
	bench_proofs(&w, size);
	bench_signed(&w);
	world_finish(&w);
	return 0;
}

/* Receipts of batches of every size up to 70: each leads to the root that base/merkle.c computes its own way, and nothing else verifies. */
#include "base/file.h"
#include "certs/certs.h"
#include "tests/check.h"

enum { MOST = 70 };

static void
make(struct bv_receipt *receipts, struct bv_receipt **all, size_t count, const struct bv_sha256 *start)
{
	for (size_t i = 0; i < count; i++) {
		receipts[i] = (struct bv_receipt){ .attempt = (int64_t)i + 1, .seq = 3, .at_ms = 1795593600000, .act = 16, .body_len = 40 };
		memset(receipts[i].body_hash, (int)i, BV_HASH_LEN);
		bv_receipt_hash(&receipts[i], start);
		all[i] = &receipts[i];
	}
}

/* Every single change of what is signed must be seen. */
static void
tamper(const struct bv_receipt *good, const uint8_t *public, size_t count)
{
	struct bv_err err;
	size_t taken = 0;

#define CHANGE(what) \
	do { \
		struct bv_receipt bad = *good; \
		what; \
		taken += bv_receipt_check(&bad, public, &err) == BV_OK; \
	} while (0)
	for (size_t i = 0; i < BV_HASH_LEN; i++)
		CHANGE(bad.hash[i] ^= 1);
	for (size_t i = 0; i < BV_SIGNATURE_LEN; i++)
		CHANGE(bad.signature[i] ^= 1);
	for (size_t i = 0; i < good->path_count; i++)
		CHANGE(bad.path[i].p[7] ^= 1);
	CHANGE(bad.idx++);
	CHANGE(bad.idx--);
	CHANGE(bad.count++);
	CHANGE(bad.count--);
	CHANGE(bad.count = 0);
	CHANGE(bad.count = BV_RECEIPT_BATCH_MAX + 1);
	CHANGE(bad.path_count++);
	CHANGE(bad.path_count--);
	CHANGE(bad.path_count = BV_RECEIPT_PATH_MAX + 1);
	CHECK(taken == 0, "no change of a receipt of %zu is taken", count);
}

/* ---- As documents ---- */

#define BODY "{\"author\":\"candidate\",\"item\":3,\"lease\":1,\"number\":12,\"response\":{\"RESPONSE\":{\"base\":{\"identifier\":\"B\"}}}}"

/* A receipt with its body, of a batch of five. */
static void
make_document(struct bv_buf *out, const struct bv_key *key, struct bv_str body)
{
	struct bv_receipt receipts[5], *all[5];
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_sha256 start;

	bv_receipt_sitting(&start, BV_STR("2026-11-25.sang"));
	make(receipts, all, 5, &start);
	bv_sha256(receipts[2].body_hash, BV_STR(BODY));
	receipts[2].body_len = sizeof BODY - 1;
	bv_receipt_hash(&receipts[2], &start);
	bv_receipt_sign(all, 5, key);
	bv_receipt_write(out, &receipts[2], BV_STR("2026-11-25.sang"), body, bv_multikey_write(multikey, bv_key_public(key)));
}

static void
documents(const struct bv_key *key)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_RECEIPT_MAX), without = BV_BUF(BV_RECEIPT_MAX), again = BV_BUF(BV_RECEIPT_MAX);
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *file = NULL;
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	make_document(&out, key, BV_STR(BODY));
	CHECK_OK(bv_receipt_parse(&file, bv_buf_str(&out), &err), &err, "a receipt is read");
	CHECK_OK(bv_receipt_verify(file, &err), &err, "and verifies");
	CHECK(bv_str_is(file->body, BODY) && file->receipt.seq == 3 && memcmp(file->public, bv_key_public(key), BV_KEY_LEN) == 0, "with what it says");
	bv_receipt_write(&again, &file->receipt, file->sitting, file->body, bv_multikey_write(multikey, file->public));
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&out), "written again it is the same");
	bv_receipt_free(bv_steal(&file));
	make_document(&without, key, BV_STR_NONE);
	CHECK(bv_receipt_parse(&file, bv_buf_str(&without), &err) == BV_OK && bv_receipt_verify(file, &err) == BV_OK && !file->body.len, "without the body too");
	bv_receipt_free(bv_steal(&file));
	/* Any byte: either it is no receipt, or it does not verify. But the case of hexadecimal digits says the same. */
	size_t taken = 0;
	for (size_t i = 0; i < out.len; i++) {
		char old = out.p[i];
		for (int bit = 0; bit < 8; bit++) {
			struct bv_receipt_file *bad = NULL;
			out.p[i] = (char)(old ^ 1 << bit);
			bool hex = bit == 5 && strchr("abcdef", old);
			if (bv_receipt_parse(&bad, bv_buf_str(&out), &err) == BV_OK && bv_receipt_verify(bad, &err) == BV_OK && !hex)
				taken++;
			bv_receipt_free(bad);
		}
		out.p[i] = old;
	}
	CHECK(taken == 0, "no change of a bit verifies: %zu", taken);
	for (size_t len = 0; len < out.len; len++) {
		struct bv_receipt_file *bad = NULL;
		if (bv_receipt_parse(&bad, (struct bv_str){ out.p, len }, &err) == BV_OK)
			CHECK(false, "cut off at %zu", len);
		bv_receipt_free(bad);
	}
}

static void
refused_documents(const struct bv_key *key)
{
	static const struct {
		const char *from, *to, *part;
	} cases[] = {
		{ "receipt-1", "receipt-2", "type" },          { "\"seq\":\"3\"", "\"seq\":3", "seq" },       { "\"seq\":\"3\"", "\"seq\":\"03\"", "seq" },
		{ "\"seq\":\"3\"", "\"seq\":\"0\"", "seq" }, { "\"kind\":16", "\"kind\":0", "kind" },   { "\"kind\":16", "\"kind\":65536", "kind" },
		{ "\"count\":5", "\"count\":0", "count" },   { "\"count\":5", "\"count\":65537", "count" }, { "\"index\":2", "\"index\":5", "index" },
		{ "\"index\":2", "\"index\":-1", "index" },  { "\"index\"", "\"indeks\"", "indeks" },         { "\"prev\"", "\"prew\"", "prew" },
		{ "\"sitting\":\"2026-11-25.sang\"", "\"sitting\":\"\"", "sitting" }, { "\"key\":\"z6", "\"key\":\"z7", "" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_RECEIPT_MAX);
	struct bv_receipt_file *file = NULL;
	struct bv_err err;

	make_document(&out, key, BV_STR_NONE);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf bad = BV_BUF(BV_RECEIPT_MAX);
		const char *at = strstr(out.p, cases[i].from);
		if (!CHECK(at != NULL, "there is %s", cases[i].from))
			continue;
		bv_buf_add(&bad, (struct bv_str){ out.p, (size_t)(at - out.p) });
		bv_buf_addz(&bad, cases[i].to);
		bv_buf_addz(&bad, at + strlen(cases[i].from));
		enum bv_status status = bv_receipt_parse(&file, bv_buf_str(&bad), &err);
		CHECK(status != BV_OK && strstr(err.msg, cases[i].part), "%s: %s", cases[i].to, status != BV_OK ? err.msg : "taken");
	}
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(2 * BV_RECEIPT_MAX);
	while (large.len <= BV_RECEIPT_MAX)
		bv_buf_addz(&large, "                                                  ");
	CHECK_REFUSED(bv_receipt_parse(&file, bv_buf_str(&large), &err), BV_ELIMIT, &err, "at most", "a document that is too large");
}

/* ---- Checkpoints ---- */

static void
checkpoints(const struct bv_key *key)
{
	static const char *const bad[] = {
		"", "x", "x\n", "x\n1\n", "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 x y\n", "x\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- x y\n",
		"x\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- x y\n", "x\n1\nAAAA\n\n- x y\n", "x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n- x y\n",
		"x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "x\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
		"x\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- x y\n",
	};
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_checkpoint checkpoint;
	struct bv_merkle_hash root = { { 1, 2, 3 } };
	struct bv_err err;

	CHECK_OK(bv_checkpoint_write(&note, BV_STR("example.vn/exams/sang"), 1234567, &root, key, &err), &err, "signed");
	CHECK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK && checkpoint.size == 1234567 && memcmp(&checkpoint.root, &root, sizeof root) == 0 &&
	      bv_str_is(checkpoint.origin, "example.vn/exams/sang"), "a checkpoint is read");
	CHECK_OK(bv_checkpoint_check(&checkpoint, bv_key_public(key), &err), &err, "and is signed");
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK(bv_checkpoint_parse(&checkpoint, bv_str_of(bad[i]), &err) == BV_EPARSE && err.msg[0], "no checkpoint: %s", bad[i]);
	size_t taken = 0;
	for (size_t i = 0; i < note.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			note.p[i] ^= (char)(1 << bit);
			taken += bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &err) == BV_OK && bv_checkpoint_check(&checkpoint, bv_key_public(key), &err) == BV_OK;
			note.p[i] ^= (char)(1 << bit);
		}
	CHECK(taken == 0, "no change of a bit is taken: %zu", taken);
	/* Lines of others are passed over, wherever they stand. */
	BV_AUTO(bv_buf_finish) struct bv_buf more = BV_BUF(BV_CHECKPOINT_MAX);
	const char *signature = strstr(note.p, "\n\n") + 2;
	bv_buf_add(&more, (struct bv_str){ note.p, (size_t)(signature - note.p) });
	bv_buf_addz(&more, "\u2014 witness.example AAAAAAAA\n");
	bv_buf_addz(&more, signature);
	bv_buf_addz(&more, "\u2014 other.example BBBB\n");
	CHECK(bv_checkpoint_parse(&checkpoint, bv_buf_str(&more), &err) == BV_OK && bv_checkpoint_check(&checkpoint, bv_key_public(key), &err) == BV_OK, "with signatures of witnesses");
	BV_AUTO(bv_buf_finish) struct bv_buf large = BV_BUF(2 * BV_CHECKPOINT_MAX);
	while (large.len <= BV_CHECKPOINT_MAX)
		bv_buf_addz(&large, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n");
	CHECK_REFUSED(bv_checkpoint_parse(&checkpoint, bv_buf_str(&large), &err), BV_ELIMIT, &err, "at most", "one that is too large");
}

/* A tree of 77 leaves with the receipt as number 40: its proof, and its checkpoint under that origin. */
static void
make_proof(struct bv_buf *out, struct bv_str origin, struct bv_str document, const struct bv_key *key)
{
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *file = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_merkle_hash leaves[77], root, path[BV_MERKLE_PROOF_MAX];
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(leaves); i++)
		memset(&leaves[i], (int)i, sizeof leaves[i]);
	if (bv_receipt_parse(&file, document, &err) == BV_OK)
		bv_merkle_leaf(&leaves[40], (struct bv_str){ (const char *)file->receipt.hash, BV_HASH_LEN });
	bv_merkle_root_of(&root, leaves, BV_COUNT(leaves));
	if (bv_checkpoint_write(&note, origin, BV_COUNT(leaves), &root, key, &err) != BV_OK)
		abort();
	size_t count = bv_merkle_inclusion(path, 40, leaves, BV_COUNT(leaves));
	bv_log_proof_write(out, 40, NULL, path, count, bv_buf_str(&note));
}

static void
proofs(const struct bv_key *key)
{
	static const char *const bad[] = {
		"", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\n",
		"c2sp.org/tlog-proof@v1\nindex -1\n\n", "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\n", "c2sp.org/tlog-proof@v1\nextra AA==\n\n",
		"c2sp.org/tlog-proof@v1\nindex 1\n", "c2sp.org/tlog-proof@v1\nindex 1\n\n", "c2sp.org/tlog-proof@v1\nindex 1\n\na\n1\n",
		"c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n\n",
	};
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(BV_RECEIPT_MAX), text = BV_BUF(BV_LOG_PROOF_MAX), other = BV_BUF(BV_LOG_PROOF_MAX),
	                       more = BV_BUF(2 * BV_LOG_PROOF_MAX);
	BV_AUTO(bv_receipt_free) struct bv_receipt_file *file = NULL;
	struct bv_log_proof proof;
	struct bv_err err;
	size_t taken = 0;

	make_document(&document, key, BV_STR(BODY));
	CHECK_OK(bv_receipt_parse(&file, bv_buf_str(&document), &err), &err, "a receipt");
	make_proof(&text, BV_STR("example.vn/exams/2026-11-25.sang"), bv_buf_str(&document), key);
	CHECK_OK(bv_log_proof_parse(&proof, bv_buf_str(&text), &err), &err, "its proof is read");
	CHECK(proof.idx == 40 && proof.path_count == 7 && proof.checkpoint.size == 77, "with index, path and size");
	CHECK_OK(bv_receipt_prove(file, &proof, &err), &err, "and proves it");
	CHECK_OK(bv_checkpoint_check(&proof.checkpoint, bv_key_public(key), &err), &err, "by a checkpoint that is signed");
	bv_buf_addz(&more, "c2sp.org/tlog-proof@v1\nextra YW55dGhpbmc=\n");
	bv_buf_add(&more, bv_str_sub(bv_buf_str(&text), sizeof "c2sp.org/tlog-proof@v1", text.len));
	CHECK(bv_log_proof_parse(&proof, bv_buf_str(&more), &err) == BV_OK && bv_receipt_prove(file, &proof, &err) == BV_OK, "what is extra is passed over");
	for (size_t i = 0; i < text.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			text.p[i] ^= (char)(1 << bit);
			taken += bv_log_proof_parse(&proof, bv_buf_str(&text), &err) == BV_OK && bv_receipt_prove(file, &proof, &err) == BV_OK &&
			         bv_checkpoint_check(&proof.checkpoint, bv_key_public(key), &err) == BV_OK;
			text.p[i] ^= (char)(1 << bit);
		}
	CHECK(taken == 0, "with one bit of %zu bytes changed it proves nothing: %zu", text.len, taken);
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK(bv_log_proof_parse(&proof, bv_str_of(bad[i]), &err) == BV_EPARSE && err.msg[0], "no proof: %.30s", bad[i]);
	static const char *const origins[] = { "example.vn/exams/2026-11-25.chieu", "2026-11-25.sang", "x2026-11-25.sang", "sang" };
	for (size_t i = 0; i < BV_COUNT(origins); i++) {
		bv_buf_clear(&other);
		make_proof(&other, bv_str_of(origins[i]), bv_buf_str(&document), key);
		CHECK(bv_log_proof_parse(&proof, bv_buf_str(&other), &err) == BV_OK, "a proof of the log '%s'", origins[i]);
		CHECK_REFUSED(bv_receipt_prove(file, &proof, &err), BV_EDENIED, &err, "not of the sitting", "is one of another sitting");
	}
	bv_buf_clear(&more);
	for (size_t i = 0; i <= BV_MERKLE_PROOF_MAX; i++) {
		bv_buf_clear(&more);
		bv_buf_addz(&more, "c2sp.org/tlog-proof@v1\nindex 1\n");
		for (size_t k = 0; k <= i; k++)
			bv_buf_addz(&more, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
		bv_buf_addz(&more, "\na\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 a AAAA\n");
		if ((bv_log_proof_parse(&proof, bv_buf_str(&more), &err) == BV_OK) != (i < BV_MERKLE_PROOF_MAX))
			CHECK(false, "a path of %zu hashes: %s", i + 1, err.msg);
	}
	CHECK_REFUSED(bv_log_proof_parse(&proof, bv_buf_str(&more), &err), BV_EPARSE, &err, "more than 64", "a path of 65 hashes");
	bv_buf_clear(&more);
	for (size_t i = 0; i <= BV_LOG_PROOF_MAX; i++)
		bv_buf_addc(&more, 'a');
	CHECK_REFUSED(bv_log_proof_parse(&proof, bv_buf_str(&more), &err), BV_ELIMIT, &err, "at most", "a proof that is too large");
}

/* test_receipt FOLDER: a receipt, its proof, a checkpoint and the key for the test of the command. */
static int
write_samples(const char *folder, const struct bv_key *key)
{
	BV_AUTO(bv_buf_finish) struct bv_buf receipt = BV_BUF(BV_RECEIPT_MAX), note = BV_BUF(BV_CHECKPOINT_MAX), keys = BV_BUF(200), path = BV_BUF(4096),
	                       proof = BV_BUF(BV_LOG_PROOF_MAX);
	struct bv_merkle_hash root = { { 1, 2, 3 } };
	char multikey[BV_MULTIKEY_SIZE];
	struct bv_err err;

	make_document(&receipt, key, BV_STR(BODY));
	if (bv_checkpoint_write(&note, BV_STR("example.vn/exams/sang"), 77, &root, key, &err) != BV_OK)
		return 1;
	make_proof(&proof, BV_STR("example.vn/exams/2026-11-25.sang"), bv_buf_str(&receipt), key);
	bv_buf_printf(&keys, "%s did:web:exams.example.vn\n", bv_multikey_write(multikey, bv_key_public(key)));
	const struct {
		const char *name;
		const struct bv_buf *bytes;
	} files[] = { { "receipt.json", &receipt }, { "receipt.tlog-proof", &proof }, { "checkpoint.txt", &note }, { "exams.multikey", &keys } };
	for (size_t i = 0; i < BV_COUNT(files); i++) {
		bv_buf_clear(&path);
		bv_buf_printf(&path, "%s/%s", folder, files[i].name);
		if (bv_file_write(path.p, bv_buf_str(files[i].bytes), 0644, &err) != BV_OK)
			return 1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	static const uint8_t seed[BV_KEY_LEN] = { 7 };
	static struct bv_receipt receipts[MOST], *all[MOST];
	struct bv_merkle_hash leaves[MOST], path[BV_MERKLE_PROOF_MAX];
	struct bv_sha256 start;
	struct bv_key *key;
	struct bv_err err;

	bv_key_new(&key, seed);
	if (argc > 1) {
		int status = write_samples(argv[1], key);
		bv_key_free(key);
		return status;
	}
	documents(key);
	refused_documents(key);
	checkpoints(key);
	proofs(key);
	bv_receipt_sitting(&start, BV_STR("2026-11-25.sang"));
	for (size_t count = 1; count <= MOST; count++) {
		make(receipts, all, count, &start);
		bv_receipt_sign(all, count, key);
		size_t good = 0;
		for (size_t i = 0; i < count; i++)
			bv_merkle_leaf(&leaves[i], (struct bv_str){ (const char *)receipts[i].hash, BV_HASH_LEN });
		for (size_t i = 0; i < count; i++) {
			size_t steps = bv_merkle_inclusion(path, i, leaves, count);
			good += bv_receipt_check(&receipts[i], bv_key_public(key), &err) == BV_OK && receipts[i].idx == i && receipts[i].count == count &&
			        steps == receipts[i].path_count && memcmp(path, receipts[i].path, steps * sizeof path[0]) == 0;
		}
		CHECK(good == count, "%zu receipts verify, with the paths of RFC 6962", count);
		tamper(&receipts[count / 2], bv_key_public(key), count);
	}
	struct bv_receipt one = receipts[0];
	for (int i = 0; i < 6; i++) {
		struct bv_receipt bad = one;
		*(i == 0 ? &bad.attempt : i == 1 ? &bad.seq : &bad.at_ms) += i < 3;
		bad.act += i == 3;
		bad.body_len += i == 4;
		bad.prev[0] ^= i == 5;
		bv_receipt_hash(&bad, &start);
		CHECK(!bv_hash_eq(bad.hash, one.hash), "every member is in the hash: %d", i);
	}
	uint8_t other_seed[BV_KEY_LEN] = { 8 };
	struct bv_key *other;
	bv_key_new(&other, other_seed);
	CHECK_REFUSED(bv_receipt_check(&one, bv_key_public(other), &err), BV_EDENIED, &err, "signature", "another key");
	bv_key_free(other);
	bv_key_free(key);
	return check_end();
}

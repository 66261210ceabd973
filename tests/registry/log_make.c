/* Makes what another implementation is to verify: log_make FOLDER SIZE STEP. A log FOLDER/log that grows by STEP entries up to SIZE; at each step a checkpoint,
 * cosigned by a witness (FOLDER/checkpoint-SIZE), and that it continues the one before (FOLDER/consistency-SIZE: the request that a witness gets); in the end the
 * proofs of some entries (FOLDER/proof-IDX, FOLDER/entry-IDX); the verifier keys (FOLDER/vkey, FOLDER/witness). */
#include "tests/check.h"
#include "tests/registry/world.h"

#define WITNESS "witness.example.vn/w1"

static struct world w;
static const char *folder;

static void
put(const char *name, uint64_t number, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	struct bv_err err;

	bv_buf_printf(&path, number == UINT64_MAX ? "%s/%s" : "%s/%s-%" PRIu64, folder, name, number);
	if (bv_file_write(path.p, text, 0644, &err) != BV_OK)
		CHECK(false, "%s", err.msg);
}

static void
put_consistency(struct bv_log_view *view, uint64_t old_size)
{
	BV_AUTO(bv_buf_finish) struct bv_buf request = BV_BUF(BV_WITNESS_REQUEST_MAX);
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	size_t count;

	if (bv_log_prove_consistency(path, &count, view, old_size, &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	bv_buf_printf(&request, "old %" PRIu64 "\n", old_size);
	for (size_t i = 0; i < count; i++) {
		bv_base64_write(&request, path[i].p, BV_HASH_LEN);
		bv_buf_addc(&request, '\n');
	}
	bv_buf_addc(&request, '\n');
	bv_buf_add(&request, bv_log_view_note(view));
	put("consistency", bv_log_view_checkpoint(view)->size, bv_buf_str(&request));
}

static void
step(size_t count, const struct bv_key *witness)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX), line = BV_BUF(1000);
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	uint64_t before = bv_log_size(w.open);
	struct bv_checkpoint checkpoint;

	if (append(&w, count) != BV_OK || bv_log_sign(&note, w.open, w.key, &w.err) != BV_OK || bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &w.err) != BV_OK ||
	    bv_cosignature_write(&line, &checkpoint, BV_STR(WITNESS), SAMPLE_AT, witness, &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	bv_buf_add(&note, bv_buf_str(&line));
	if (bv_log_publish(w.open, bv_buf_str(&note), &w.err) != BV_OK || bv_log_view(&view, w.log, &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	put("checkpoint", bv_log_size(w.open), bv_buf_str(&note));
	if (before)
		put_consistency(view, before);
}

int
main(int argc, char **argv)
{
	BV_AUTO(bv_key_free) struct bv_key *witness = sample_key("witness");
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf vkey = BV_BUF(1000), other = BV_BUF(1000);
	struct bv_vkey key = { BV_STR(WITNESS), BV_NOTE_COSIGNATURE, { 0 } };

	if (argc != 4)
		return 64;
	folder = argv[1];
	uint64_t size = strtoull(argv[2], NULL, 10), by = strtoull(argv[3], NULL, 10);
	w.key = sample_key("log");
	snprintf(w.log, sizeof w.log, "%s/log", folder);
	if (bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err) != BV_OK || bv_log_open(&w.open, w.log, &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	for (uint64_t at = 0; at < size && !check_failed; at += by)
		step((size_t)(by < size - at ? by : size - at), witness);
	if (bv_log_view(&view, w.log, &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
	for (uint64_t idx = 0; idx < size && !check_failed; idx += 1 + size / 20) {
		BV_AUTO(bv_buf_finish) struct bv_buf proof = BV_BUF(BV_LOG_PROOF_MAX);
		char text[500];
		if (bv_log_prove(&proof, view, idx, &w.err) != BV_OK)
			CHECK(false, "%s", w.err.msg);
		put("proof", idx, bv_buf_str(&proof));
		put("entry", idx, entry_text(text, idx));
	}
	bv_vkey_write(&vkey, bv_log_vkey(w.open));
	put("vkey", UINT64_MAX, bv_buf_str(&vkey));
	memcpy(key.public, bv_key_public(witness), BV_KEY_LEN);
	bv_vkey_write(&other, &key);
	put("witness", UINT64_MAX, bv_buf_str(&other));
	bv_log_free(w.open);
	bv_key_free(w.key);
	return check_failed != 0;
}

/* A witness, answer by answer (C2SP tlog-witness): what it cosigns, what it refuses with which status, and that it never signs what contradicts what it signed. */
#include "tests/check.h"
#include "tests/registry/world.h"

#define NAME "witness.example.vn/w1"

static struct world w, other; /* two logs with one key under one name: the second contradicts the first */
static struct bv_witness *witness;
static char folder[150];

static void
open_witness(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX);
	struct bv_policy *logs = NULL;

	bv_witness_free(bv_steal(&witness));
	bv_buf_addz(&text, "log ");
	bv_vkey_write(&text, bv_log_vkey(w.open));
	bv_buf_addz(&text, "\nquorum none\n");
	CHECK_OK(bv_policy_parse(&logs, bv_buf_str(&text), &w.err), &w.err, "the logs that it knows");
	CHECK_OK(bv_witness_open(&witness, folder, BV_STR(NAME), sample_key("witness"), logs, &w.err), &w.err, "a witness");
}

/* "old SIZE", the proof from `proof_from` on, an empty line, the checkpoint of all that is in the log. */
static void
write_request(struct bv_buf *out, struct world *of, uint64_t old_size, uint64_t proof_from, const struct bv_key *key)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	struct bv_checkpoint real;
	size_t count = 0;

	CHECK(bv_log_sign(&note, of->open, of->key, &of->err) == BV_OK && bv_log_view_at(&view, of->log, bv_buf_str(&note), &of->err) == BV_OK, "a checkpoint");
	if (proof_from && bv_log_prove_consistency(path, &count, view, proof_from, &of->err) != BV_OK)
		CHECK(false, "a proof: %s", of->err.msg);
	real = *bv_log_view_checkpoint(view);
	bv_buf_clear(out);
	bv_buf_printf(out, "old %" PRIu64 "\n", old_size);
	for (size_t i = 0; i < count; i++) {
		bv_base64_write(out, path[i].p, BV_HASH_LEN);
		bv_buf_addc(out, '\n');
	}
	bv_buf_addc(out, '\n');
	if (bv_checkpoint_write(out, real.origin, real.size, &real.root, key, &of->err) != BV_OK)
		CHECK(false, "signed: %s", of->err.msg);
}

static int
answer(struct bv_str request, const char *part, const char *name)
{
	struct bv_witness_reply reply;

	bv_witness_add_checkpoint(&reply, witness, request, SAMPLE_AT);
	if (!CHECK(strstr(reply.body.p, part), "%s: %d", name, reply.http_status))
		printf("# %s\n", reply.body.p);
	CHECK(strcmp(reply.content_type, reply.http_status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8") == 0, "its type");
	int status = reply.http_status;
	bv_buf_finish(&reply.body);
	return status;
}

#define ANSWERS(status, old, from, of, part, name) \
	do { \
		BV_AUTO(bv_buf_finish) struct bv_buf asked = BV_BUF(BV_WITNESS_REQUEST_MAX); \
		write_request(&asked, of, old, from, (of)->key); \
		CHECK(answer(bv_buf_str(&asked), part, name) == (status), "%s: %d", name, status); \
	} while (0)

static void
check_forms(void)
{
	static const char *const bad[] = { "", "old", "old \n", "old 1", "old 01\n\n", "old -1\n\n", "old 0\n", "old 0\nAAAA\n\n", "new 0\n\n", "old 0\n\nlog.example.vn/chung-chi\n1\n", "\n" };
	BV_AUTO(bv_buf_finish) struct bv_buf request = BV_BUF(2 * BV_WITNESS_REQUEST_MAX);

	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK(answer(bv_str_of(bad[i]), "", bad[i]) == 400, "not of the form");
	for (int lines = 63; lines <= 64; lines++) {
		BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(BV_WITNESS_REQUEST_MAX);
		write_request(&whole, &w, 0, 0, w.key);
		bv_buf_clear(&request);
		bv_buf_addz(&request, "old 0\n");
		for (int i = 0; i < lines; i++)
			bv_buf_addz(&request, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
		bv_buf_add(&request, bv_str_sub(bv_buf_str(&whole), 6, whole.len));
		CHECK(answer(bv_buf_str(&request), "", "lines") == (lines == 63 ? 422 : 400), "%d lines of proof", lines);
	}
	bv_buf_clear(&request);
	while (request.len <= BV_WITNESS_REQUEST_MAX)
		bv_buf_addz(&request, "old 0\n");
	CHECK(answer(bv_buf_str(&request), "at most", "too large") == 400, "too large");
}

/* Any bit of a good request: cosigned only if it was not of what counts. */
static void
check_bits(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf request = BV_BUF(BV_WITNESS_REQUEST_MAX);
	struct bv_witness_reply reply;
	unsigned taken = 0, odd = 0;

	write_request(&request, &w, bv_log_size(w.open), 0, w.key);
	for (size_t i = 0; i < request.len; i++)
		for (int bit = 0; bit < 8; bit += CHECK_SANITIZED ? 5 : 1) {
			request.p[i] ^= (char)(1 << bit);
			bv_witness_add_checkpoint(&reply, witness, bv_buf_str(&request), SAMPLE_AT);
			taken += reply.http_status == 200;
			odd += reply.http_status != 400 && reply.http_status != 403 && reply.http_status != 404 && reply.http_status != 409 && reply.http_status != 422;
			bv_buf_finish(&reply.body);
			request.p[i] ^= (char)(1 << bit);
		}
	CHECK(taken == 0 && odd == 0, "no changed bit is cosigned (%u, %u)", taken, odd);
	bv_witness_add_checkpoint(&reply, witness, bv_buf_str(&request), SAMPLE_AT);
	CHECK(reply.http_status == 200, "the request itself is");
	bv_buf_finish(&reply.body);
}

static void
check_remembered(uint64_t size)
{
	BV_AUTO(bv_key_free) struct bv_key *key = sample_key("witness");
	struct bv_vkey vkey = { BV_STR(NAME), BV_NOTE_COSIGNATURE, { 0 } };
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];
	struct bv_witness_reply reply;
	struct bv_checkpoint checkpoint;
	int64_t at_s;

	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	bv_sha256(hash, BV_STR(ORIGIN));
	bv_witness_checkpoint(&reply, witness, bv_str_of(bv_hex(hex, hash, sizeof hash)));
	CHECK(reply.http_status == 200 && bv_checkpoint_parse(&checkpoint, bv_buf_str(&reply.body), &w.err) == BV_OK && checkpoint.size == size &&
	      bv_checkpoint_check(&checkpoint, bv_key_public(w.key), &w.err) == BV_OK && bv_cosignature_check(&at_s, &checkpoint, &vkey, &w.err) == BV_OK &&
	      at_s == SAMPLE_AT, "it shows what it cosigned, by the log and by itself");
	bv_buf_finish(&reply.body);
	hex[0] = hex[0] == 'a' ? 'b' : 'a';
	bv_witness_checkpoint(&reply, witness, bv_str_of(hex));
	CHECK(reply.http_status == 404, "and of another log nothing");
	bv_buf_finish(&reply.body);
	bv_witness_checkpoint(&reply, witness, BV_STR("../lock"));
	CHECK(reply.http_status == 404, "nor another file");
	bv_buf_finish(&reply.body);
}

static void
open_logs(void)
{
	world_init(&w);
	world_init(&other);
	CHECK(bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err) == BV_OK && bv_log_open(&w.open, w.log, &w.err) == BV_OK, "a log");
	CHECK(bv_log_create(other.log, BV_STR(ORIGIN), other.key, &w.err) == BV_OK && bv_log_open(&other.open, other.log, &w.err) == BV_OK, "another of the same name");
	uint64_t first;
	CHECK(bv_log_append(&first, other.open, &BV_STR("something else"), 1, &w.err) == BV_OK && append(&other, 29) == BV_OK, "with another entry");
	snprintf(folder, sizeof folder, "%s/witness", w.folder);
}

int
main(void)
{
	BV_AUTO(bv_key_free) struct bv_key *stranger = sample_key("stranger");
	BV_AUTO(bv_buf_finish) struct bv_buf request = BV_BUF(BV_WITNESS_REQUEST_MAX);
	struct bv_witness *second = NULL;
	struct bv_policy *none = NULL;

	open_logs();
	open_witness();
	CHECK_OK(bv_policy_parse(&none, BV_STR("quorum none\n"), &w.err), &w.err, "no logs");
	CHECK_REFUSED(bv_witness_open(&second, folder, BV_STR(NAME), sample_key("witness"), none, &w.err), BV_ECONFLICT, &w.err, "another program", "not two in one folder");
	ANSWERS(200, 0, 0, &w, "\xe2\x80\x94 " NAME " ", "the empty log");
	ANSWERS(200, 0, 0, &w, NAME, "again");
	check_forms();
	CHECK(append(&w, 10) == BV_OK, "ten entries");
	ANSWERS(422, 0, 5, &w, "there is no proof", "a proof from nothing on");
	ANSWERS(200, 0, 0, &w, NAME, "ten entries");
	check_remembered(10);
	ANSWERS(200, 10, 0, &w, NAME, "again");
	ANSWERS(409, 0, 0, &w, "10\n", "from another size");
	ANSWERS(409, 7, 7, &w, "10\n", "from another size with a proof");
	ANSWERS(400, 11, 0, &w, "larger", "from a larger size");
	CHECK(append(&w, 20) == BV_OK, "twenty more");
	ANSWERS(422, 10, 0, &w, "", "without a proof");
	ANSWERS(422, 10, 11, &w, "", "with the proof from another size");
	ANSWERS(422, 10, 10, &other, "", "a log that contradicts it");
	open_witness();
	ANSWERS(422, 10, 10, &other, "", "also after it was started again");
	ANSWERS(200, 10, 10, &w, NAME, "the right one");
	ANSWERS(422, 30, 0, &other, "", "of the same size, but another root");
	check_remembered(30);
	check_bits();
	write_request(&request, &w, 30, 0, stranger);
	CHECK(answer(bv_buf_str(&request), "", "by a stranger") == 403, "by a stranger");
	struct bv_merkle_hash root = { { 0 } };
	bv_buf_clear(&request);
	bv_buf_addz(&request, "old 0\n\n");
	CHECK(bv_checkpoint_write(&request, BV_STR("unknown.example.vn"), 1, &root, w.key, &w.err) == BV_OK && answer(bv_buf_str(&request), "unknown.example.vn", "unknown") == 404,
	      "of a log that it does not know");
	bv_witness_free(witness);
	world_finish(&w);
	world_finish(&other);
	return check_end();
}

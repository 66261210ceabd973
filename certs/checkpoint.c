/* Checkpoints of logs: C2SP tlog-checkpoint, a text of origin, size and root, as a C2SP signed-note with Ed25519; and C2SP tlog-proof, a leaf's way up
 * to one. */
#include <inttypes.h>

#include "certs/certs.h"

enum { KEY_ID_LEN = 4, ED25519_TYPE = 1 };

/* SHA-256(name ‖ LF ‖ type ‖ public key), its first four bytes. */
static void
key_id(uint8_t id[KEY_ID_LEN], struct bv_str name, const uint8_t public[BV_KEY_LEN])
{
	struct bv_sha256 sha;
	uint8_t hash[BV_HASH_LEN];

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, name.p, name.len);
	bv_sha256_add(&sha, "\n\x01", 2);
	bv_sha256_add(&sha, public, BV_KEY_LEN);
	bv_sha256_end(&sha, hash);
	memcpy(id, hash, KEY_ID_LEN);
}

enum bv_status
bv_checkpoint_write(struct bv_buf *out, struct bv_str origin, uint64_t size, const struct bv_merkle_hash *root, const struct bv_key *key,
                    struct bv_err *err)
{
	uint8_t line[KEY_ID_LEN + BV_SIGNATURE_LEN], signature[BV_SIGNATURE_MAX];
	size_t start = out->len;

	bv_buf_add(out, origin);
	bv_buf_printf(out, "\n%" PRIu64 "\n", size);
	bv_base64_write(out, root->p, BV_HASH_LEN);
	bv_buf_addc(out, '\n');
	TRY(bv_buf_check(out, err));
	key_id(line, origin, bv_key_public(key));
	TRY(bv_key_ask(signature, key, (struct bv_str){ out->p + start, out->len - start }, err));
	memcpy(line + KEY_ID_LEN, signature, BV_SIGNATURE_LEN);
	bv_buf_addz(out, "\n\xe2\x80\x94 ");
	bv_buf_add(out, origin);
	bv_buf_addc(out, ' ');
	bv_base64_write(out, line, sizeof line);
	bv_buf_addc(out, '\n');
	return bv_buf_check(out, err);
}

/* ---- Reading ---- */

static bool
take_line(struct bv_str *rest, struct bv_str *line)
{
	size_t len = bv_str_find(*rest, '\n');

	if (len == rest->len)
		return false;
	*line = bv_str_sub(*rest, 0, len);
	*rest = bv_str_sub(*rest, len + 1, rest->len);
	return true;
}

static bool
read_base64(uint8_t *out, size_t len, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(200), again = BV_BUF(400);

	if (!bv_base64_parse(&bytes, text) || bytes.len != len)
		return false;
	bv_base64_write(&again, bytes.p, bytes.len);
	if (!bv_str_eq(bv_buf_str(&again), text))
		return false;
	memcpy(out, bytes.p, len);
	return true;
}

/* Decimal without leading zeros. */
static bool
read_size(struct bv_str text, uint64_t *size)
{
	int64_t n;

	if (!text.len || text.len > 19 || (text.len > 1 && text.p[0] == '0') || text.p[0] < '0' || text.p[0] > '9' || !bv_str_int(text, &n))
		return false;
	*size = (uint64_t)n;
	return true;
}

enum bv_status
bv_checkpoint_parse(struct bv_checkpoint *out, struct bv_str note, struct bv_err *err)
{
	struct bv_str rest = note, line, body;
	struct bv_checkpoint found = { 0 };

	if (note.len > BV_CHECKPOINT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a checkpoint has at most %d bytes", BV_CHECKPOINT_MAX);
	if (!take_line(&rest, &found.origin) || !found.origin.len || !take_line(&rest, &line) || !read_size(line, &found.size))
		return bv_err_set(err, BV_EPARSE, "not a checkpoint (C2SP tlog-checkpoint): origin and size in the first two lines");
	if (!take_line(&rest, &line) || !read_base64(found.root.p, BV_HASH_LEN, line))
		return bv_err_set(err, BV_EPARSE, "not a checkpoint (C2SP tlog-checkpoint): the third line is no hash in base64");
	while (take_line(&rest, &line) && line.len)
		; /* extension lines mean nothing to us */
	body = bv_str_sub(note, 0, (size_t)(rest.p - note.p));
	if (line.len || !rest.len)
		return bv_err_set(err, BV_EPARSE, "the checkpoint has no signatures: an empty line, then lines of them (C2SP signed-note)");
	found.text = bv_str_sub(body, 0, body.len - 1);
	found.signatures = rest;
	*out = found;
	return BV_OK;
}

enum bv_status
bv_checkpoint_check(const struct bv_checkpoint *checkpoint, const uint8_t public[BV_KEY_LEN], struct bv_err *err)
{
	struct bv_str rest = checkpoint->signatures, line;
	uint8_t id[KEY_ID_LEN], found[KEY_ID_LEN + BV_SIGNATURE_LEN];

	key_id(id, checkpoint->origin, public);
	while (take_line(&rest, &line)) {
		if (!bv_str_starts(line, BV_STR("\xe2\x80\x94 ")))
			return bv_err_set(err, BV_EPARSE, "a line of a signature begins with a dash and a space (C2SP signed-note)");
		line = bv_str_sub(line, 4, line.len);
		size_t len = bv_str_find(line, ' ');
		struct bv_str name = bv_str_sub(line, 0, len);
		if (!bv_str_eq(name, checkpoint->origin) || !read_base64(found, sizeof found, bv_str_sub(line, len + 1, line.len)) ||
		    memcmp(found, id, sizeof id) != 0)
			continue; /* of somebody else */
		if (bv_public_verify(public, checkpoint->text, found + KEY_ID_LEN))
			return BV_OK;
		return bv_err_set(err, BV_EDENIED, "the signature of '%.*s' does not belong to the checkpoint", BV_STR_ARG(name));
	}
	return bv_err_set(err, BV_EDENIED, "the checkpoint has no signature by this key of '%.*s'", BV_STR_ARG(checkpoint->origin));
}

/* ---- Proofs ---- */

#define PROOF_HEAD "c2sp.org/tlog-proof@v1"

void
bv_log_proof_write(struct bv_buf *out, uint64_t idx, const struct bv_merkle_hash *path, size_t path_count, struct bv_str note)
{
	bv_buf_printf(out, PROOF_HEAD "\nindex %" PRIu64 "\n", idx);
	for (size_t i = 0; i < path_count; i++) {
		bv_base64_write(out, path[i].p, BV_HASH_LEN);
		bv_buf_addc(out, '\n');
	}
	bv_buf_addc(out, '\n');
	bv_buf_add(out, note);
}

enum bv_status
bv_log_proof_parse(struct bv_log_proof *out, struct bv_str text, struct bv_err *err)
{
	struct bv_str rest = text, line;
	struct bv_log_proof found = { 0 };

	if (text.len > BV_LOG_PROOF_MAX)
		return bv_err_set(err, BV_ELIMIT, "a proof has at most %d bytes", BV_LOG_PROOF_MAX);
	if (!take_line(&rest, &line) || !bv_str_is(line, PROOF_HEAD))
		return bv_err_set(err, BV_EPARSE, "not a proof (C2SP tlog-proof): the first line is '" PROOF_HEAD "'");
	if (!take_line(&rest, &line) || (bv_str_starts(line, BV_STR("extra ")) && !take_line(&rest, &line)) || !bv_str_starts(line, BV_STR("index ")) ||
	    !read_size(bv_str_sub(line, 6, line.len), &found.idx))
		return bv_err_set(err, BV_EPARSE, "the proof does not say the number of its entry: 'index', a space, a number (C2SP tlog-proof)");
	for (;;) {
		if (!take_line(&rest, &line))
			return bv_err_set(err, BV_EPARSE, "the proof has no checkpoint after an empty line (C2SP tlog-proof)");
		if (!line.len)
			break;
		if (found.path_count == BV_MERKLE_PROOF_MAX || !read_base64(found.path[found.path_count].p, BV_HASH_LEN, line))
			return bv_err_set(err, BV_EPARSE, "line %zu of the proof's path is no hash in base64, or there are more than %d", found.path_count + 1,
			                  BV_MERKLE_PROOF_MAX);
		found.path_count++;
	}
	TRY(bv_checkpoint_parse(&found.checkpoint, rest, err));
	*out = found;
	return BV_OK;
}

enum bv_status
bv_log_proof_check(const struct bv_log_proof *proof, const struct bv_merkle_hash *leaf, struct bv_err *err)
{
	return bv_merkle_verify_inclusion(leaf, proof->idx, proof->checkpoint.size, proof->path, proof->path_count, &proof->checkpoint.root, err);
}

enum bv_status
bv_receipt_prove(const struct bv_receipt_file *file, const struct bv_log_proof *proof, struct bv_err *err)
{
	struct bv_str origin = proof->checkpoint.origin, name = file->sitting;
	struct bv_merkle_hash leaf;

	if (origin.len <= name.len || origin.p[origin.len - name.len - 1] != '/' || !bv_str_eq(bv_str_sub(origin, origin.len - name.len, origin.len), name))
		return bv_err_set(err, BV_EDENIED, "the proof is of the log '%.*s', not of the sitting '%.*s'", BV_STR_ARG(bv_str_sub(origin, 0, 100)),
		                  BV_STR_ARG(bv_str_sub(name, 0, 100)));
	bv_merkle_leaf(&leaf, (struct bv_str){ (const char *)file->receipt.hash, BV_HASH_LEN });
	return bv_log_proof_check(proof, &leaf, err);
}

/* Checkpoints of logs: C2SP tlog-checkpoint, a text of origin, size and root, as a C2SP signed-note with Ed25519; and C2SP tlog-proof, a leaf's way up
 * to one. */
#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "certs/log/note.h"
#include "certs/log_proof.h"
#include "certs/receipt.h"

/* The key by which a log signs under its origin. */
static struct bv_vkey
log_key(struct bv_str origin, const uint8_t public[BV_KEY_LEN])
{
	struct bv_vkey vkey = { origin, BV_NOTE_ED25519, { 0 } };

	memcpy(vkey.public, public, BV_KEY_LEN);
	return vkey;
}

enum bv_status
bv_checkpoint_write(struct bv_buf *out, struct bv_str origin, uint64_t size, const struct bv_merkle_hash *root, const struct bv_key *key,
                    struct bv_err *err)
{
	struct bv_vkey vkey = log_key(origin, bv_key_public(key));
	uint8_t signature[BV_SIGNATURE_MAX];
	size_t start = out->len;

	bv_buf_add(out, origin);
	bv_buf_printf(out, "\n%" PRIu64 "\n", size);
	bv_base64_write(out, root->p, BV_HASH_LEN);
	bv_buf_addc(out, '\n');
	TRY(bv_buf_check(out, err));
	TRY(bv_key_ask(signature, key, (struct bv_str){ out->p + start, out->len - start }, err));
	bv_buf_addc(out, '\n');
	note_add_signature(out, &vkey, signature, BV_SIGNATURE_LEN);
	return bv_buf_check(out, err);
}

/* ---- Reading ---- */

enum bv_status
bv_checkpoint_parse(struct bv_checkpoint *out, struct bv_str note, struct bv_err *err)
{
	struct bv_str rest = note, line, body;
	struct bv_checkpoint found = { 0 };

	if (note.len > BV_CHECKPOINT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a checkpoint has at most %d bytes", BV_CHECKPOINT_MAX);
	if (!note.len || note.p[note.len - 1] != '\n' || !note_is_text(note))
		return bv_err_set(err, BV_EPARSE, "not a checkpoint (C2SP signed-note): lines of UTF-8 without control characters");
	if (!bv_str_line(&rest, &found.origin) || !found.origin.len || !bv_str_line(&rest, &line) || !bv_str_size(line, &found.size))
		return bv_err_set(err, BV_EPARSE, "not a checkpoint (C2SP tlog-checkpoint): origin and size in the first two lines");
	if (!bv_str_line(&rest, &line) || !bv_base64_exact(found.root.p, BV_HASH_LEN, line))
		return bv_err_set(err, BV_EPARSE, "not a checkpoint (C2SP tlog-checkpoint): the third line is no hash in base64");
	while (bv_str_line(&rest, &line) && line.len)
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
	struct bv_vkey vkey = log_key(checkpoint->origin, public);
	uint8_t signature[BV_SIGNATURE_LEN];
	enum bv_status status = note_find_signature(signature, sizeof signature, checkpoint->signatures, &vkey, err);

	if (status == BV_ENOTFOUND)
		return bv_err_set(err, BV_EDENIED, "the checkpoint has no signature by this key of '%.*s'", BV_STR_ARG(checkpoint->origin));
	TRY(status);
	if (!bv_public_verify(public, checkpoint->text, signature))
		return bv_err_set(err, BV_EDENIED, "the signature of '%.*s' does not belong to the checkpoint", BV_STR_ARG(checkpoint->origin));
	return BV_OK;
}

/* ---- Proofs ---- */

#define PROOF_HEAD "c2sp.org/tlog-proof@v1"

void
bv_log_proof_write(struct bv_buf *out, uint64_t idx, const struct bv_merkle_hash *leaf, const struct bv_merkle_hash *path, size_t path_count,
                   struct bv_str note)
{
	bv_buf_addz(out, PROOF_HEAD "\n");
	if (leaf) {
		bv_buf_addz(out, "extra ");
		bv_base64_write(out, leaf->p, BV_HASH_LEN);
		bv_buf_addc(out, '\n');
	}
	bv_buf_printf(out, "index %" PRIu64 "\n", idx);
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
	if (!bv_str_line(&rest, &line) || !bv_str_is(line, PROOF_HEAD))
		return bv_err_set(err, BV_EPARSE, "not a proof (C2SP tlog-proof): the first line is '" PROOF_HEAD "'");
	bool more = bv_str_line(&rest, &line);
	if (more && bv_str_starts(line, BV_STR("extra "))) {
		found.has_leaf = bv_base64_exact(found.leaf.p, BV_HASH_LEN, bv_str_sub(line, 6, line.len));
		more = bv_str_line(&rest, &line);
	}
	if (!more || !bv_str_starts(line, BV_STR("index ")) || !bv_str_size(bv_str_sub(line, 6, line.len), &found.idx))
		return bv_err_set(err, BV_EPARSE, "the proof does not say the number of its entry: 'index', a space, a number (C2SP tlog-proof)");
	for (;;) {
		if (!bv_str_line(&rest, &line))
			return bv_err_set(err, BV_EPARSE, "the proof has no checkpoint after an empty line (C2SP tlog-proof)");
		if (!line.len)
			break;
		if (found.path_count == BV_MERKLE_PROOF_MAX || !bv_base64_exact(found.path[found.path_count].p, BV_HASH_LEN, line))
			return bv_err_set(err, BV_EPARSE, "line %zu of the proof's path is no hash in base64, or there are more than %d", found.path_count + 1,
			                  BV_MERKLE_PROOF_MAX);
		found.path_count++;
	}
	TRY(bv_checkpoint_parse(&found.checkpoint, rest, err));
	*out = found;
	return BV_OK;
}

enum bv_status
bv_log_proof_load(struct bv_log_proof *out, struct bv_buf *text, const char *path, bool beside, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(8192);
	const char *dot = strrchr(path, '.');
	struct bv_err why;

	bv_buf_printf(&name, "%s%s", path, beside ? ".tlog-proof" : "");
	TRY(bv_buf_check(&name, err));
	enum bv_status status = bv_file_read(text, name.p, err);
	if (beside && status == BV_ENOTFOUND && dot && !strchr(dot, '/')) {
		bv_buf_clear(&name);
		bv_buf_printf(&name, "%.*s.tlog-proof", (int)(dot - path), path);
		status = bv_file_read(text, name.p, err);
	}
	TRY(status);
	status = bv_log_proof_parse(out, bv_buf_str(text), &why);
	return status == BV_OK ? BV_OK : bv_err_set(err, status, "%s: %s", name.p, why.msg);
}

enum bv_status
bv_log_proof_check(const struct bv_log_proof *proof, const struct bv_merkle_hash *leaf, struct bv_err *err)
{
	return bv_merkle_verify_inclusion(leaf, proof->idx, proof->checkpoint.size, proof->path, proof->path_count, &proof->checkpoint.root, err);
}

enum bv_status
bv_log_proof_verify(struct bv_policy_finding *out, const struct bv_log_proof *proof, const struct bv_policy *policy, struct bv_str entry,
                    struct bv_err *err)
{
	struct bv_merkle_hash leaf;

	bv_merkle_leaf(&leaf, entry);
	TRY(bv_log_proof_check(proof, &leaf, err));
	return bv_policy_check(out, policy, &proof->checkpoint, err);
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

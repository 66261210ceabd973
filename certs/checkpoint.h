/* Checkpoints of logs (C2SP tlog-checkpoint, signed-note); keys of logs and witnesses (tlog-cosignature). */
#ifndef BV_CERTS_CHECKPOINT_H
#define BV_CERTS_CHECKPOINT_H

#include "base/merkle.h"
#include "certs/key.h"

/* ---- Checkpoints ---- */

#define BV_CHECKPOINT_MAX (64 << 10) /* bytes: 16 signatures and more, also of kinds that are not known here */

/* Borrowed from the note. */
struct bv_checkpoint {
	struct bv_str origin; /* also the name of the key */
	uint64_t size;
	struct bv_merkle_hash root;
	struct bv_str text, signatures; /* what is signed; the lines after it */
};
/* Appends a note signed by key, of Ed25519; origin has no space and no plus sign. One thread at a time for one key. Errors of bv_key_ask. */
BV_API BV_MUST_USE enum bv_status bv_checkpoint_write(struct bv_buf *out, struct bv_str origin, uint64_t size, const struct bv_merkle_hash *root, const struct bv_key *key,
                                                      struct bv_err *err);
/* EPARSE, ELIMIT. No signature is looked at. */
BV_API BV_MUST_USE enum bv_status bv_checkpoint_parse(struct bv_checkpoint *out, struct bv_str note, struct bv_err *err);
/* Is there a good signature by that key under the origin's name? Signatures of others (witnesses) are passed over. EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_checkpoint_check(const struct bv_checkpoint *checkpoint, const uint8_t public[BV_KEY_LEN], struct bv_err *err);

/* ---- Keys of logs and witnesses ---- */

#define BV_NOTE_NAME_MAX 255 /* bytes of the name of a key */

enum bv_note_type { BV_NOTE_ED25519 = 1, BV_NOTE_COSIGNATURE = 4 }; /* a log's signature; a witness's with its time */

/* A verifier key, "NAME+IDENTIFIER+KEY". */
struct bv_vkey {
	struct bv_str name; /* borrowed from the text; of a log its origin */
	enum bv_note_type type;
	uint8_t public[BV_KEY_LEN];
};
/* EPARSE; EINVAL for a type that is not known here. */
BV_API BV_MUST_USE enum bv_status bv_vkey_parse(struct bv_vkey *out, struct bv_str text, struct bv_err *err);
/* Appended, without an end of line. */
BV_API void bv_vkey_write(struct bv_buf *out, const struct bv_vkey *vkey);
/* EINVAL: a name has 1 to BV_NOTE_NAME_MAX bytes of UTF-8 without spaces, control characters and plus signs. */
BV_API BV_MUST_USE enum bv_status bv_note_name_check(struct bv_str name, struct bv_err *err);

/* Has the checkpoint a line that is said to be of that key, good or not? */
BV_API bool bv_checkpoint_names(const struct bv_checkpoint *checkpoint, const struct bv_vkey *vkey);

/* Appends a witness's line of signature on a checkpoint: name saw it, consistent with all that it saw before, at at_s. */
BV_API BV_MUST_USE enum bv_status bv_cosignature_write(struct bv_buf *out, const struct bv_checkpoint *checkpoint, struct bv_str name, int64_t at_s,
                                                       const struct bv_key *key, struct bv_err *err);
/* Is there one by that witness, and when did it sign? ENOTFOUND: none; EDENIED: it does not verify; EPARSE. */
BV_API BV_MUST_USE enum bv_status bv_cosignature_check(int64_t *at_s, const struct bv_checkpoint *checkpoint, const struct bv_vkey *witness,
                                                       struct bv_err *err);

#endif

/* Lines of signatures, of which checkpoints have some (C2SP signed-note). */
#ifndef BV_CERTS_LOG_NOTE_H
#define BV_CERTS_LOG_NOTE_H

#include "certs/checkpoint.h"

enum { NOTE_ID_LEN = 4 };

/* UTF-8 without control characters but ends of lines? */
bool note_is_text(struct bv_str note);

/* SHA-256(name ‖ LF ‖ type ‖ public key), its first four bytes. */
void note_key_id(uint8_t id[NOTE_ID_LEN], const struct bv_vkey *vkey);
void note_add_signature(struct bv_buf *out, const struct bv_vkey *vkey, const uint8_t *signature, size_t len);
/* The signature of that key, len bytes of it. ENOTFOUND; EDENIED when it has another length; EPARSE when a line is none of a signature. */
BV_MUST_USE enum bv_status note_find_signature(uint8_t *signature, size_t len, struct bv_str lines, const struct bv_vkey *vkey, struct bv_err *err);

#endif

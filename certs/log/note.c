/* Signed notes (C2SP signed-note), the keys of those who sign them, and the cosignatures of witnesses (C2SP tlog-cosignature, Ed25519). */
#include "certs/log/note.h"

#include <inttypes.h>

#include "base/text.h"

/* An em dash and a space begin a line of a signature. */
#define DASH "\xe2\x80\x94 "

enum { TIME_LEN = 8, LINE_MAX_LEN = 8192 };

bool
note_is_text(struct bv_str note)
{
	for (size_t i = 0; i < note.len; i++)
		if ((uint8_t)note.p[i] < ' ' && note.p[i] != '\n')
			return false;
	return bv_text_valid(note);
}

/* ---- Keys ---- */

/* The white space of Unicode, and what is no character of a name. */
static bool
is_space(uint32_t c)
{
	return c <= ' ' || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

enum bv_status
bv_note_name_check(struct bv_str name, struct bv_err *err)
{
	bool good = name.len && name.len <= BV_NOTE_NAME_MAX && bv_text_valid(name);

	for (struct bv_str rest = name; good && rest.len;) {
		uint32_t c = bv_text_next(&rest);
		good = c != '+' && !is_space(c);
	}
	if (!good)
		return bv_err_set(err, BV_EINVAL, "the name of a log or of a witness: 1 to %d bytes without spaces and '+', as example.vn/log (C2SP signed-note)",
		                  BV_NOTE_NAME_MAX);
	return BV_OK;
}

void
note_key_id(uint8_t id[NOTE_ID_LEN], const struct bv_vkey *vkey)
{
	uint8_t hash[BV_HASH_LEN], type = (uint8_t)vkey->type;
	struct bv_sha256 sha;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, vkey->name.p, vkey->name.len);
	bv_sha256_add(&sha, "\n", 1);
	bv_sha256_add(&sha, &type, 1);
	bv_sha256_add(&sha, vkey->public, BV_KEY_LEN);
	bv_sha256_end(&sha, hash);
	memcpy(id, hash, NOTE_ID_LEN);
}

void
bv_vkey_write(struct bv_buf *out, const struct bv_vkey *vkey)
{
	uint8_t id[NOTE_ID_LEN], material[1 + BV_KEY_LEN] = { (uint8_t)vkey->type };

	note_key_id(id, vkey);
	memcpy(material + 1, vkey->public, BV_KEY_LEN);
	bv_buf_add(out, vkey->name);
	bv_buf_addc(out, '+');
	bv_hex_write(out, id, sizeof id);
	bv_buf_addc(out, '+');
	bv_base64_write(out, material, sizeof material);
}

enum bv_status
bv_vkey_parse(struct bv_vkey *out, struct bv_str text, struct bv_err *err)
{
	size_t plus = bv_str_find(text, '+');
	struct bv_str name = bv_str_sub(text, 0, plus), rest = bv_str_sub(text, plus + 1, text.len), id = bv_str_sub(rest, 0, bv_str_find(rest, '+'));
	struct bv_str key = bv_str_sub(rest, id.len + 1, rest.len);
	BV_AUTO(bv_buf_finish) struct bv_buf material = BV_BUF(LINE_MAX_LEN);
	uint8_t bytes[1 + BV_KEY_LEN], wanted[NOTE_ID_LEN];
	char hex[BV_HEX_SIZE(NOTE_ID_LEN)];
	struct bv_vkey found = { .name = name };

	if (bv_note_name_check(name, err) != BV_OK || id.len != 2 * NOTE_ID_LEN || !bv_base64_parse(&material, key) || !material.len)
		return bv_err_set(err, BV_EPARSE, "not a verifier key: NAME+IDENTIFIER+KEY (C2SP signed-note)");
	found.type = (enum bv_note_type)(uint8_t)material.p[0];
	if (found.type != BV_NOTE_ED25519 && found.type != BV_NOTE_COSIGNATURE)
		return bv_err_set(err, BV_EINVAL, "a verifier key of type %d cannot be used here: 1 (Ed25519) for logs, 4 (Ed25519 cosignatures) for witnesses", found.type);
	if (!bv_base64_exact(bytes, sizeof bytes, key))
		return bv_err_set(err, BV_EPARSE, "the verifier key of '%.*s' has not the %d bytes of Ed25519", BV_STR_ARG(name), BV_KEY_LEN);
	memcpy(found.public, bytes + 1, BV_KEY_LEN);
	note_key_id(wanted, &found);
	if (!bv_str_is(id, bv_hex(hex, wanted, sizeof wanted)))
		return bv_err_set(err, BV_EPARSE, "the verifier key of '%.*s' has not the identifier that follows from it: it was copied wrongly", BV_STR_ARG(name));
	*out = found;
	return BV_OK;
}

/* ---- Lines of signatures ---- */

void
note_add_signature(struct bv_buf *out, const struct bv_vkey *vkey, const uint8_t *signature, size_t len)
{
	uint8_t line[NOTE_ID_LEN + TIME_LEN + BV_SIGNATURE_LEN];

	note_key_id(line, vkey);
	memcpy(line + NOTE_ID_LEN, signature, len);
	bv_buf_addz(out, DASH);
	bv_buf_add(out, vkey->name);
	bv_buf_addc(out, ' ');
	bv_base64_write(out, line, NOTE_ID_LEN + len);
	bv_buf_addc(out, '\n');
}

enum bv_status
note_find_signature(uint8_t *signature, size_t len, struct bv_str lines, const struct bv_vkey *vkey, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(LINE_MAX_LEN);
	uint8_t id[NOTE_ID_LEN], whole[NOTE_ID_LEN + TIME_LEN + BV_SIGNATURE_LEN];
	struct bv_str line;

	note_key_id(id, vkey);
	while (bv_str_line(&lines, &line)) {
		if (!bv_str_starts(line, BV_STR(DASH)))
			return bv_err_set(err, BV_EPARSE, "a line of a signature begins with a dash and a space (C2SP signed-note)");
		line = bv_str_sub(line, sizeof DASH - 1, line.len);
		struct bv_str name = bv_str_sub(line, 0, bv_str_find(line, ' ')), text = bv_str_sub(line, name.len + 1, line.len);
		if (!bv_base64_parse(&bytes, text) || bytes.len <= NOTE_ID_LEN)
			return bv_err_set(err, BV_EPARSE, "a line of a signature is a dash, a name, and bytes in base64 (C2SP signed-note)");
		if (!bv_str_eq(name, vkey->name) || memcmp(bytes.p, id, sizeof id) != 0)
			continue; /* of somebody else */
		if (!bv_base64_exact(whole, NOTE_ID_LEN + len, text))
			return bv_err_set(err, BV_EDENIED, "the signature of '%.*s' has not the length of one", BV_STR_ARG(name));
		memcpy(signature, whole + NOTE_ID_LEN, len);
		return BV_OK;
	}
	return bv_err_set(err, BV_ENOTFOUND, "there is no signature of '%.*s'", BV_STR_ARG(vkey->name));
}

bool
bv_checkpoint_names(const struct bv_checkpoint *checkpoint, const struct bv_vkey *vkey)
{
	uint8_t none[1];
	struct bv_err err;

	/* No signature has this length. */
	return note_find_signature(none, sizeof none, checkpoint->signatures, vkey, &err) == BV_EDENIED;
}

/* ---- Cosignatures ---- */

static void
cosigned_message(struct bv_buf *out, const struct bv_checkpoint *checkpoint, int64_t at_s)
{
	bv_buf_printf(out, "cosignature/v1\ntime %" PRId64 "\n", at_s);
	bv_buf_add(out, checkpoint->text);
}

enum bv_status
bv_cosignature_write(struct bv_buf *out, const struct bv_checkpoint *checkpoint, struct bv_str name, int64_t at_s, const struct bv_key *key,
                     struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(BV_CHECKPOINT_MAX + 100);
	uint8_t timed[TIME_LEN + BV_SIGNATURE_LEN], signature[BV_SIGNATURE_MAX];
	struct bv_vkey vkey = { name, BV_NOTE_COSIGNATURE, { 0 } };

	if (at_s <= 0)
		return bv_err_set(err, BV_EINVAL, "a cosignature has a time (C2SP tlog-witness)");
	memcpy(vkey.public, bv_key_public(key), BV_KEY_LEN);
	cosigned_message(&message, checkpoint, at_s);
	for (int i = 0; i < TIME_LEN; i++)
		timed[i] = (uint8_t)((uint64_t)at_s >> (8 * (TIME_LEN - 1 - i)));
	TRY(bv_key_ask(signature, key, bv_buf_str(&message), err));
	memcpy(timed + TIME_LEN, signature, BV_SIGNATURE_LEN);
	note_add_signature(out, &vkey, timed, sizeof timed);
	return bv_buf_check(out, err);
}

enum bv_status
bv_cosignature_check(int64_t *at_s, const struct bv_checkpoint *checkpoint, const struct bv_vkey *witness, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(BV_CHECKPOINT_MAX + 100);
	uint8_t timed[TIME_LEN + BV_SIGNATURE_LEN];
	uint64_t time = 0;

	TRY(note_find_signature(timed, sizeof timed, checkpoint->signatures, witness, err));
	for (int i = 0; i < TIME_LEN; i++)
		time = time << 8 | timed[i];
	if (!time || time > INT64_MAX)
		return bv_err_set(err, BV_EDENIED, "the cosignature of '%.*s' has no time", BV_STR_ARG(witness->name));
	cosigned_message(&message, checkpoint, (int64_t)time);
	if (!bv_public_verify(witness->public, bv_buf_str(&message), timed + TIME_LEN))
		return bv_err_set(err, BV_EDENIED, "the cosignature of '%.*s' does not belong to the checkpoint", BV_STR_ARG(witness->name));
	*at_s = (int64_t)time;
	return BV_OK;
}

#include "certs/vc/words.h"

#include <stdio.h>

#include "certs/jose/base64url.h"

const char *const words_purposes[2] = { "revocation", "suspension" };

char *
words_uuid(char out[WORDS_UUID_SIZE], const uint8_t random[16])
{
	static const size_t starts[] = { 0, 8, 12, 16, 20, 32 };
	uint8_t u[16];
	char hex[BV_HEX_SIZE(16)], *to = out + 9;

	memcpy(u, random, sizeof u);
	u[6] = (uint8_t)((u[6] & 0x0f) | 0x40);
	u[8] = (uint8_t)((u[8] & 0x3f) | 0x80);
	bv_hex(hex, u, sizeof u);
	memcpy(out, "urn:uuid:", 9);
	for (size_t part = 0; part < 5; part++) {
		size_t len = starts[part + 1] - starts[part];
		memcpy(to, hex + starts[part], len);
		to[len] = '-';
		to += len + 1;
	}
	to[-1] = '\0';
	return out;
}

static void
add_hashed(struct words *w, const char *type, struct bv_str value, const uint8_t salt[16])
{
	struct words_identity *identity = &w->identities[w->identity_count++];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t digest[BV_HASH_LEN];
	struct bv_sha256 ctx;

	identity->type = type;
	bv_hex(identity->salt, salt, 16);
	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, value.p, value.len);
	bv_sha256_add(&ctx, identity->salt, sizeof identity->salt - 1);
	bv_sha256_end(&ctx, digest);
	snprintf(identity->hash, sizeof identity->hash, "sha256$%s", bv_hex(hex, digest, sizeof digest));
	identity->value = bv_str_of(identity->hash);
}

static void
write_evidence(char *out, const uint8_t hash[BV_HASH_LEN])
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64);

	bv_buf_addz(&text, WORDS_EVIDENCE);
	base64url_write(&text, hash, BV_HASH_LEN);
	memcpy(out, text.p, text.len + 1);
}

void
words_of(struct words *w, const struct bv_credential_facts *f)
{
	words_uuid(w->id, f->id);
	words_uuid(w->subject_id, f->subject_id);
	bv_time_write(w->awarded, f->awarded_s);
	bv_time_write(w->valid_from, f->valid_from_s);
	w->valid_until[0] = '\0';
	if (f->valid_until_s)
		bv_time_write(w->valid_until, f->valid_until_s);
	w->identity_count = 0;
	if (f->holder_hashed) {
		add_hashed(w, "name", f->holder, f->salt);
	} else {
		struct words_identity *name = &w->identities[w->identity_count++];
		name->type = "name";
		name->value = f->holder;
		name->salt[0] = '\0';
	}
	if (f->birth.len)
		add_hashed(w, "ext:birthDate", f->birth, f->birth_salt);
	for (size_t i = 0; i < f->evidence_count; i++)
		write_evidence(w->evidence[i], f->evidence[i].hash);
}

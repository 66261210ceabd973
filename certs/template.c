/* The fast path of issuing. A certificate is written as the bytes of its canonical form (RFC 8785) at once: what all certificates of an
 * achievement and a signer share was made canonical beforehand by the generic writer, and the rest is set between in the order that
 * sorting gives. A JSON tree a certificate costs as much time as its signature. tests/certs/test_issue.c proves the two equal. */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "certs/achievement.h"
#include "certs/base64url.h"
#include "certs/credential.h"
#include "certs/proof.h"
#include "certs/template.h"

const char *const credential_status_words[4] = { NULL, "Completed", "Failed", "Provisional" };

struct bv_template {
	struct bv_arena arena;
	const struct bv_achievement *achievement;
	const struct bv_signer *signer;
	struct bv_str contexts;  /* {"@context":[…], */
	struct bv_str body;      /* ,"credentialSubject":{"achievement":{…}, */
	struct achievement_parts parts;
	struct bv_str issuer;    /* ,"issuer":{…},"name":"…", */
	struct bv_str proof_end; /* "type":"DataIntegrityProof","verificationMethod":"…"} */
	int64_t created_s;       /* of the options whose hash is remembered */
	bool created_known;
	uint8_t options_hash[BV_HASH_LEN];
	struct bv_buf tail;
};

static struct bv_str
keep(struct bv_template *t, struct bv_buf *text)
{
	struct bv_str kept = bv_arena_str(&t->arena, bv_buf_str(text));

	bv_buf_clear(text);
	return kept;
}

static enum bv_status
prepare(struct bv_template *t, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *achievement = NULL, *named = bv_json_new_object(), *issuer = bv_json_new_object();
	const struct bv_issuer *by = &t->signer->issuer;

	t->parts.arena = &t->arena;
	achievement = achievement_json(&t->parts, t->achievement);

	bv_buf_addz(&text, "{\"@context\":[\"" CONTEXT_VC "\",\"" CONTEXT_OB "\",\"" CONTEXT_EXTENSIONS "\"],");
	t->contexts = keep(t, &text);
	bv_buf_addz(&text, ",\"credentialSubject\":{\"achievement\":");
	bv_json_write_canonical(&text, achievement);
	TRY(bv_buf_check(&text, err));
	bv_buf_addz(&text, ",");
	t->body = keep(t, &text);

	bv_json_set_str(issuer, "id", by->did);
	bv_json_add(bv_json_set(issuer, "type", bv_json_new_array()), bv_json_new_str(BV_STR("Profile")));
	if (by->name.len)
		bv_json_set_str(issuer, "name", by->name);
	if (by->url.len)
		bv_json_set_str(issuer, "url", by->url);
	bv_buf_addz(&text, ",\"issuer\":");
	bv_json_write_canonical(&text, issuer);
	achievement_set_name(named, t->achievement->name_vi, t->achievement->name_en);
	bv_buf_addz(&text, ",\"name\":");
	bv_json_write_str(&text, bv_json_str(bv_json_find(named, "name")));
	bv_buf_addz(&text, ",");
	t->issuer = keep(t, &text);

	bv_buf_addz(&text, "\"type\":\"DataIntegrityProof\",\"verificationMethod\":");
	bv_json_write_str(&text, t->signer->method);
	bv_buf_addz(&text, "}");
	t->proof_end = keep(t, &text);
	return BV_OK;
}

enum bv_status
bv_template_new(struct bv_template **out, const struct bv_achievement *achievement, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_template_free) struct bv_template *t = bv_alloc(sizeof *t);

	TRY(achievement_check(achievement, err));
	t->achievement = achievement;
	t->signer = signer;
	t->tail = BV_BUF(BV_CREDENTIAL_MAX);
	TRY(prepare(t, err));
	*out = bv_steal(&t);
	return BV_OK;
}

void
bv_template_free(struct bv_template *t)
{
	if (!t)
		return;
	bv_buf_finish(&t->tail);
	bv_arena_finish(&t->arena);
	free(t);
}

/* RFC 9562 §5.4, version 4. */
static void
add_uuid(struct bv_buf *out, const uint8_t random[16])
{
	uint8_t u[16];
	char hex[BV_HEX_SIZE(16)];

	memcpy(u, random, sizeof u);
	u[6] = (uint8_t)((u[6] & 0x0f) | 0x40);
	u[8] = (uint8_t)((u[8] & 0x3f) | 0x80);
	bv_hex(hex, u, sizeof u);
	bv_buf_addz(out, "\"urn:uuid:");
	for (size_t i = 0, part = 0; part < 5; part++) {
		static const size_t lengths[] = { 8, 4, 4, 4, 12 };
		if (part)
			bv_buf_addc(out, '-');
		bv_buf_add(out, (struct bv_str){ hex + i, lengths[part] });
		i += lengths[part];
	}
	bv_buf_addc(out, '"');
}

static void
add_time(struct bv_buf *out, int64_t time_s)
{
	char text[BV_TIME_SIZE];

	bv_buf_addc(out, '"');
	bv_buf_addz(out, bv_time_write(text, time_s));
	bv_buf_addc(out, '"');
}

/* OB IdentityObject; the hash is of the value followed by the salt's text (OB IdentityHash). */
static void
add_hashed(struct bv_buf *out, struct bv_str value, const uint8_t salt_bytes[16], const char *type)
{
	char salt[BV_HEX_SIZE(16)], hash[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t digest[BV_HASH_LEN];
	struct bv_sha256 ctx;

	bv_hex(salt, salt_bytes, 16);
	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, value.p, value.len);
	bv_sha256_add(&ctx, salt, sizeof salt - 1);
	bv_sha256_end(&ctx, digest);
	bv_buf_printf(out, "{\"hashed\":true,\"identityHash\":\"sha256$%s\",\"identityType\":\"%s\",\"salt\":\"%s\",\"type\":\"IdentityObject\"}",
	              bv_hex(hash, digest, sizeof digest), type, salt);
}

static void
add_holder(struct bv_buf *out, const struct bv_credential_facts *f)
{
	bv_buf_add(out, BV_STR("\"identifier\":["));
	if (f->holder_hashed) {
		add_hashed(out, f->holder, f->salt, "name");
	} else {
		bv_buf_add(out, BV_STR("{\"hashed\":false,\"identityHash\":"));
		bv_json_write_str(out, f->holder);
		bv_buf_add(out, BV_STR(",\"identityType\":\"name\",\"type\":\"IdentityObject\"}"));
	}
	if (f->birth.len) {
		bv_buf_addc(out, ',');
		add_hashed(out, f->birth, f->birth_salt, "ext:birthDate");
	}
	bv_buf_add(out, BV_STR("],"));
}

/* Bitstring Status List §2.1; one bit of each list is this certificate's. */
static void
add_status(struct bv_buf *out, const struct bv_credential_facts *f)
{
	static const char *const purposes[] = { "revocation", "suspension" };

	if (!f->status.len)
		return;
	bv_buf_add(out, BV_STR(",\"credentialStatus\":["));
	for (size_t i = 0; i < BV_COUNT(purposes); i++)
		bv_buf_printf(out, "%s{\"id\":\"%.*s/%s#%u\",\"statusListCredential\":\"%.*s/%s\",\"statusListIndex\":\"%u\",\"statusPurpose\":\"%s\","
		              "\"type\":\"BitstringStatusListEntry\"}", i ? "," : "", BV_STR_ARG(f->status), purposes[i], f->status_idx, BV_STR_ARG(f->status),
		              purposes[i], f->status_idx, purposes[i]);
	bv_buf_addc(out, ']');
}

static void
add_result(struct bv_buf *out, bool *first, struct bv_str start, struct bv_str value, const char *end)
{
	if (!value.len)
		return;
	if (!*first)
		bv_buf_addc(out, ',');
	*first = false;
	bv_buf_add(out, start);
	bv_json_write_str(out, value);
	bv_buf_addz(out, end);
}

static void
add_results(struct bv_buf *out, const struct bv_template *t, const struct bv_credential_facts *f)
{
	bool first = true;

	bv_buf_add(out, BV_STR("\"result\":["));
	for (size_t i = 0; i < t->achievement->area_count; i++)
		add_result(out, &first, t->parts.areas[i], f->values[i], "}");
	add_result(out, &first, t->parts.level, f->level, "}");
	add_result(out, &first, t->parts.ability, f->theta, "}");
	add_result(out, &first, t->parts.ability_se, f->theta_se, "}");
	add_result(out, &first, t->parts.decision, bv_str_of(credential_status_words[f->decision]), ",\"type\":[\"Result\"]}");
	bv_buf_add(out, BV_STR("],\"type\":[\"AchievementSubject\"]}"));
}

/* RFC 6920 §3. */
static void
add_evidence(struct bv_buf *out, const struct bv_credential_facts *f)
{
	for (size_t e = 0; e < f->evidence_count; e++) {
		const struct bv_evidence *evidence = &f->evidence[e];
		bv_buf_addz(out, e ? ",{\"id\":\"ni:///sha-256;" : ",\"evidence\":[{\"id\":\"ni:///sha-256;");
		base64url_write(out, evidence->hash, sizeof evidence->hash);
		bv_buf_addz(out, "\",\"name\":");
		bv_json_write_str(out, evidence->name);
		bv_buf_addz(out, ",\"type\":[\"Evidence\"]}");
	}
	if (f->evidence_count)
		bv_buf_addc(out, ']');
}

static void
add_options(struct bv_buf *out, const struct bv_template *t, int64_t created_s)
{
	bv_buf_add(out, t->contexts);
	bv_buf_addz(out, "\"created\":");
	add_time(out, created_s);
	bv_buf_addz(out, ",\"cryptosuite\":\"" PROOF_SUITE "\",\"proofPurpose\":\"assertionMethod\",");
}

/* EDDSA §3.3.5; the options of all certificates signed in one second are the same. */
static void
hash_options(struct bv_template *t, int64_t created_s)
{
	if (t->created_known && t->created_s == created_s)
		return;
	bv_buf_clear(&t->tail);
	add_options(&t->tail, t, created_s);
	bv_buf_add(&t->tail, t->proof_end);
	bv_sha256(t->options_hash, bv_buf_str(&t->tail));
	t->created_s = created_s;
	t->created_known = true;
}

/* Everything before the place of "proof", which sorts between "name" and "type". */
static void
add_head(struct bv_buf *out, const struct bv_template *t, const struct bv_credential_facts *f)
{
	bv_buf_add(out, t->contexts);
	bv_buf_add(out, BV_STR("\"awardedDate\":"));
	add_time(out, f->awarded_s);
	add_status(out, f);
	bv_buf_add(out, t->body);
	bv_buf_add(out, BV_STR("\"id\":"));
	add_uuid(out, f->subject_id);
	bv_buf_addc(out, ',');
	add_holder(out, f);
	if (f->licence.len) {
		bv_buf_add(out, BV_STR("\"licenseNumber\":"));
		bv_json_write_str(out, f->licence);
		bv_buf_addc(out, ',');
	}
	add_results(out, t, f);
	add_evidence(out, f);
	bv_buf_add(out, BV_STR(",\"id\":"));
	add_uuid(out, f->id);
	bv_buf_add(out, t->issuer);
}

static void
add_tail(struct bv_buf *out, const struct bv_credential_facts *f)
{
	bv_buf_add(out, BV_STR("\"type\":[\"VerifiableCredential\",\"OpenBadgeCredential\"],\"validFrom\":"));
	add_time(out, f->valid_from_s);
	if (f->valid_until_s) {
		bv_buf_add(out, BV_STR(",\"validUntil\":"));
		add_time(out, f->valid_until_s);
	}
	bv_buf_addc(out, '}');
}

void
template_body_write(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts)
{
	add_head(out, t, facts);
	add_tail(out, facts);
}

const struct bv_signer *
template_signer(const struct bv_template *t)
{
	return t->signer;
}

enum bv_status
bv_template_issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_MAX];
	char value[PROOF_VALUE_SIZE];
	struct bv_sha256 ctx;
	size_t from = out->len;
	bool full = out->full;

	assert(facts->achievement == t->achievement);
	TRY(facts_check(facts, err));
	hash_options(t, facts->created_s);
	memcpy(bytes, t->options_hash, BV_HASH_LEN);

	add_head(out, t, facts);
	bv_buf_clear(&t->tail);
	add_tail(&t->tail, facts);
	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, out->p + from, out->len - from);
	bv_sha256_add(&ctx, t->tail.p, t->tail.len);
	bv_sha256_end(&ctx, bytes + BV_HASH_LEN);
	enum bv_status status = bv_key_ask(signature, t->signer->key, (struct bv_str){ (const char *)bytes, sizeof bytes }, err);
	if (status != BV_OK) {
		out->len = from;
		return status;
	}

	bv_buf_add(out, BV_STR("\"proof\":"));
	add_options(out, t, facts->created_s);
	bv_buf_add(out, BV_STR("\"proofValue\":\""));
	bv_buf_add(out, (struct bv_str){ value, proof_value_write(value, signature) });
	bv_buf_add(out, BV_STR("\","));
	bv_buf_add(out, t->proof_end);
	bv_buf_addc(out, ',');
	bv_buf_add(out, bv_buf_str(&t->tail));
	if (out->full || out->len - from > BV_CREDENTIAL_MAX) {
		out->len = from;
		out->full = full;
		return bv_err_set(err, BV_ELIMIT, "the certificate is larger than %u bytes, or than the %zu left for it", BV_CREDENTIAL_MAX,
		                  out->max - from);
	}
	return BV_OK;
}

enum bv_status
bv_credential_issue(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_signer *signer, struct bv_err *err)
{
	BV_AUTO(bv_template_free) struct bv_template *t = NULL;

	TRY(bv_template_new(&t, facts->achievement, signer, err));
	return bv_template_issue(out, t, facts, err);
}

enum bv_status
bv_credential_body_write(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_issuer *issuer, struct bv_err *err)
{
	BV_AUTO(bv_template_free) struct bv_template *t = NULL;
	struct bv_signer keyless = { .issuer = *issuer };

	TRY(bv_template_new(&t, facts->achievement, &keyless, err));
	TRY(facts_check(facts, err));
	template_body_write(out, t, facts);
	return bv_buf_check(out, err);
}

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
#include "certs/signer.h"

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

static enum bv_status
check_values(const struct bv_credential_facts *f, struct bv_err *err)
{
	const struct bv_achievement *a = f->achievement;
	bool completed = f->decision == BV_DECISION_COMPLETED;

	for (size_t i = 0; i < a->area_count; i++) {
		struct scale scale = achievement_scale(&a->areas[i]);
		struct bv_str value = f->values[i], code = a->areas[i].code;
		if (!value.len && completed && scale.required.len)
			return bv_err_set(err, BV_EINVAL, "area '%.*s': required, but it has no value, and the decision is completed", BV_STR_ARG(code));
		if (!value.len)
			continue;
		switch (scale_fit(&scale, value)) {
		case SCALE_FITS:
			break;
		case SCALE_NO_NUMBER:
			return bv_err_set(err, BV_EINVAL, "area '%.*s': the value '%.*s' is not a decimal with at most %d places", BV_STR_ARG(code),
			                  BV_STR_ARG(bv_str_sub(value, 0, 40)), BV_VALUE_PLACES);
		case SCALE_BELOW:
		case SCALE_ABOVE:
			return bv_err_set(err, BV_EINVAL, "area '%.*s': the value %.*s is not within %.*s and %.*s", BV_STR_ARG(code), BV_STR_ARG(value),
			                  BV_STR_ARG(scale.min), BV_STR_ARG(scale.max));
		case SCALE_SHORT:
			if (completed)
				return bv_err_set(err, BV_EINVAL, "area '%.*s': the decision is completed, but %.*s is less than the %.*s required",
				                  BV_STR_ARG(code), BV_STR_ARG(value), BV_STR_ARG(scale.required));
		}
	}
	return BV_OK;
}

static enum bv_status
check_rating(const struct bv_credential_facts *f, struct bv_err *err)
{
	const struct bv_achievement *a = f->achievement;
	struct scale ability = { a->ability_min, a->ability_max, BV_STR_NONE }, positive = { .min = BV_STR("0") };
	bool completed = f->decision == BV_DECISION_COMPLETED;
	size_t level, required = 0;

	if (f->level.len && !achievement_level(a, f->level, &level))
		return bv_err_set(err, BV_EINVAL, "the level '%.*s' is not one of the achievement's levels", BV_STR_ARG(bv_str_sub(f->level, 0, 100)));
	if (completed && a->required_level.len && (!f->level.len || (achievement_level(a, a->required_level, &required) && level < required)))
		return bv_err_set(err, BV_EINVAL, "the decision is completed, but the level '%.*s' required is not reached",
		                  BV_STR_ARG(a->required_level));
	if ((f->theta.len || f->theta_se.len) && !a->ability)
		return bv_err_set(err, BV_EINVAL, "the facts have an ability, but the achievement describes none");
	if (f->theta.len && scale_fit(&ability, f->theta) != SCALE_FITS)
		return bv_err_set(err, BV_EINVAL, "theta '%.*s' is not a decimal within its bounds", BV_STR_ARG(bv_str_sub(f->theta, 0, 40)));
	if (f->theta_se.len && scale_fit(&positive, f->theta_se) != SCALE_FITS)
		return bv_err_set(err, BV_EINVAL, "the standard error '%.*s' is not a decimal of 0 or more", BV_STR_ARG(bv_str_sub(f->theta_se, 0, 40)));
	return BV_OK;
}

static bool
is_time(int64_t time_s)
{
	return time_s >= 0 && time_s <= INT64_C(253402300799);
}

static enum bv_status
check_facts(const struct bv_credential_facts *f, struct bv_err *err)
{
	TRY(credential_check_text(f->holder, "the holder's name", true, err));
	TRY(credential_check_text(f->licence, "the licence number", false, err));
	if (f->decision == BV_DECISION_NONE)
		return bv_err_set(err, BV_EINVAL, "a decision is needed: OB ResultStatusType reads a certificate without one as Completed");
	TRY(check_values(f, err));
	TRY(check_rating(f, err));
	if (!is_time(f->awarded_s) || !is_time(f->valid_from_s) || !is_time(f->valid_until_s) || !is_time(f->created_s))
		return bv_err_set(err, BV_EINVAL, "a time is not within the years 1970 to 9999");
	if (f->awarded_s > f->valid_from_s)
		return bv_err_set(err, BV_EINVAL, "validFrom is before awarded");
	if (f->valid_until_s && f->valid_until_s <= f->valid_from_s)
		return bv_err_set(err, BV_EINVAL, "validUntil is not after validFrom");
	if (f->evidence_count > BV_EVIDENCE_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d pieces of evidence", BV_EVIDENCE_MAX);
	for (size_t i = 0; i < f->evidence_count; i++)
		TRY(credential_check_text(f->evidence[i].name, "the name of evidence", true, err));
	return BV_OK;
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

/* OB IdentityObject; a hash is of the name followed by the salt's text (OB IdentityHash). */
static void
add_holder(struct bv_buf *out, const struct bv_credential_facts *f)
{
	char salt[BV_HEX_SIZE(sizeof f->salt)], hash[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t digest[BV_HASH_LEN];
	struct bv_sha256 ctx;

	if (!f->holder_hashed) {
		bv_buf_add(out, BV_STR("\"identifier\":[{\"hashed\":false,\"identityHash\":"));
		bv_json_write_str(out, f->holder);
		bv_buf_add(out, BV_STR(",\"identityType\":\"name\",\"type\":\"IdentityObject\"}],"));
		return;
	}
	bv_hex(salt, f->salt, sizeof f->salt);
	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, f->holder.p, f->holder.len);
	bv_sha256_add(&ctx, salt, sizeof salt - 1);
	bv_sha256_end(&ctx, digest);
	bv_buf_printf(out, "\"identifier\":[{\"hashed\":true,\"identityHash\":\"sha256$%s\",\"identityType\":\"name\",\"salt\":\"%s\","
	              "\"type\":\"IdentityObject\"}],", bv_hex(hash, digest, sizeof digest), salt);
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

enum bv_status
bv_template_issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_MAX];
	char value[PROOF_VALUE_SIZE];
	struct bv_sha256 ctx;
	size_t from = out->len;
	bool full = out->full;

	assert(facts->achievement == t->achievement);
	TRY(check_facts(facts, err));
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
	TRY(check_facts(facts, err));
	add_head(out, t, facts);
	add_tail(out, facts);
	return bv_buf_check(out, err);
}

/* The fast path of issuing. A certificate is written as the bytes of its canonical form (RFC 8785) at once: what all certificates of an
 * achievement and a signer share was made canonical beforehand by the generic writer, and the rest is set between in the order that
 * sorting gives. A JSON tree a certificate costs as much time as its signature. tests/certs/test_issue.c proves the two equal. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "certs/jose/jws.h"
#include "certs/vc/credential.h"
#include "certs/vc/proof.h"
#include "certs/vc/rdfc_shape.h"
#include "certs/vc/template.h"

const char *const credential_status_words[4] = { NULL, "Completed", "Failed", "Provisional" };

struct bv_template {
	struct bv_arena arena;
	const struct bv_achievement *achievement;
	const struct bv_signer *signer;
	unsigned suites;
	struct bv_str contexts;  /* {"@context":[…], */
	struct bv_str body;      /* ,"credentialSubject":{"achievement":{…}, */
	struct achievement_parts parts;
	struct bv_str name;
	struct bv_str issuer;    /* ,"issuer":{…},"name":"…", */
	struct bv_str proof_end; /* "type":"DataIntegrityProof","verificationMethod":"…"} */
	struct rdfc graph;       /* frozen: issuer and achievement */
	int64_t created_s;       /* of the options whose hashes are remembered */
	bool created_known;
	uint8_t options_hash[BV_SUITE_JCS + 1][BV_HASH_LEN]; /* by enum bv_suite */
	struct bv_buf tail;
	struct jws_stem stem;    /* of VC-JWT */
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
	TRY(shape_add_achievement(&t->graph, achievement, err));

	bv_json_set_str(issuer, "id", by->did);
	bv_json_add(bv_json_set(issuer, "type", bv_json_new_array()), bv_json_new_str(BV_STR("Profile")));
	if (by->name.len)
		bv_json_set_str(issuer, "name", by->name);
	if (by->url.len)
		bv_json_set_str(issuer, "url", by->url);
	TRY(shape_add_issuer(&t->graph, issuer, err));
	TRY(rdfc_freeze(&t->graph, err));
	bv_buf_addz(&text, ",\"issuer\":");
	bv_json_write_canonical(&text, issuer);
	achievement_set_name(named, t->achievement->name_vi, t->achievement->name_en);
	t->name = bv_arena_str(&t->arena, bv_json_str(bv_json_find(named, "name")));
	bv_buf_addz(&text, ",\"name\":");
	bv_json_write_str(&text, t->name);
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
	t->suites = BV_SUITE_RDFC | BV_SUITE_JCS;
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
	jws_stem_finish(&t->stem);
	rdfc_finish(&t->graph);
	bv_arena_finish(&t->arena);
	free(t);
}

void
bv_template_suites(struct bv_template *t, unsigned suites)
{
	assert(suites && !(suites & ~(unsigned)(BV_SUITE_RDFC | BV_SUITE_JCS)));
	t->suites = suites;
}

/* ---- The certificate in the order that sorting its names gives ---- */

/* Of what needs no escapes. */
static void
add_quoted(struct bv_buf *out, const char *name, const char *text)
{
	bv_buf_addz(out, name);
	bv_buf_addc(out, '"');
	bv_buf_addz(out, text);
	bv_buf_addc(out, '"');
}

static void
add_holder(struct bv_buf *out, const struct words *w)
{
	for (size_t i = 0; i < w->identity_count; i++) {
		const struct words_identity *identity = &w->identities[i];
		bool hashed = identity->salt[0];
		bv_buf_addz(out, i ? ",{\"hashed\":" : "\"identifier\":[{\"hashed\":");
		bv_buf_addz(out, hashed ? "true,\"identityHash\":" : "false,\"identityHash\":");
		bv_json_write_str(out, identity->value);
		add_quoted(out, ",\"identityType\":", identity->type);
		if (hashed)
			add_quoted(out, ",\"salt\":", identity->salt);
		bv_buf_addz(out, ",\"type\":\"IdentityObject\"}");
	}
	bv_buf_add(out, BV_STR("],"));
}

/* Bitstring Status List §2.1; one bit of each list is this certificate's. */
static void
add_status(struct bv_buf *out, const struct bv_credential_facts *f)
{
	if (!f->status.len)
		return;
	bv_buf_add(out, BV_STR(",\"credentialStatus\":["));
	for (size_t i = 0; i < BV_COUNT(words_purposes); i++)
		bv_buf_printf(out, "%s{\"id\":\"%.*s/%s#%u\",\"statusListCredential\":\"%.*s/%s\",\"statusListIndex\":\"%u\",\"statusPurpose\":\"%s\","
		              "\"type\":\"BitstringStatusListEntry\"}", i ? "," : "", BV_STR_ARG(f->status), words_purposes[i], f->status_idx,
		              BV_STR_ARG(f->status), words_purposes[i], f->status_idx, words_purposes[i]);
	bv_buf_addc(out, ']');
}

static void
add_result(struct bv_buf *out, bool *first, const struct result_part *part, struct bv_str value, const char *end)
{
	if (!value.len)
		return;
	if (!*first)
		bv_buf_addc(out, ',');
	*first = false;
	bv_buf_add(out, part->json);
	bv_json_write_str(out, value);
	bv_buf_addz(out, end);
}

static void
add_results(struct bv_buf *out, const struct bv_template *t, const struct bv_credential_facts *f)
{
	bool first = true;

	bv_buf_add(out, BV_STR("\"result\":["));
	for (size_t i = 0; i < t->achievement->area_count; i++)
		add_result(out, &first, &t->parts.areas[i], f->values[i], "}");
	add_result(out, &first, &t->parts.level, f->level, "}");
	add_result(out, &first, &t->parts.ability, f->theta, "}");
	add_result(out, &first, &t->parts.ability_se, f->theta_se, "}");
	add_result(out, &first, &t->parts.decision, bv_str_of(credential_status_words[f->decision]), ",\"type\":[\"Result\"]}");
	bv_buf_add(out, BV_STR("],\"type\":[\"AchievementSubject\"]}"));
}

static void
add_evidence(struct bv_buf *out, const struct bv_credential_facts *f, const struct words *w)
{
	for (size_t e = 0; e < f->evidence_count; e++) {
		add_quoted(out, e ? ",{\"id\":" : ",\"evidence\":[{\"id\":", w->evidence[e]);
		bv_buf_addz(out, ",\"name\":");
		bv_json_write_str(out, f->evidence[e].name);
		bv_buf_addz(out, ",\"type\":[\"Evidence\"]}");
	}
	if (f->evidence_count)
		bv_buf_addc(out, ']');
}

/* Everything before the place of "proof", which sorts between "name" and "type". */
static void
add_head(struct bv_buf *out, const struct bv_template *t, const struct bv_credential_facts *f, const struct words *w)
{
	bv_buf_add(out, t->contexts);
	add_quoted(out, "\"awardedDate\":", w->awarded);
	add_status(out, f);
	bv_buf_add(out, t->body);
	add_quoted(out, "\"id\":", w->subject_id);
	bv_buf_addc(out, ',');
	add_holder(out, w);
	if (f->licence.len) {
		bv_buf_add(out, BV_STR("\"licenseNumber\":"));
		bv_json_write_str(out, f->licence);
		bv_buf_addc(out, ',');
	}
	add_results(out, t, f);
	add_evidence(out, f, w);
	add_quoted(out, ",\"id\":", w->id);
	bv_buf_add(out, t->issuer);
}

static void
add_tail(struct bv_buf *out, const struct words *w)
{
	add_quoted(out, "\"type\":[\"VerifiableCredential\",\"OpenBadgeCredential\"],\"validFrom\":", w->valid_from);
	if (w->valid_until[0])
		add_quoted(out, ",\"validUntil\":", w->valid_until);
	bv_buf_addc(out, '}');
}

void
template_body_write(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts)
{
	struct words words;

	words_of(&words, facts);
	add_head(out, t, facts, &words);
	add_tail(out, &words);
}

enum bv_status
bv_template_body(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	assert(facts->achievement == t->achievement);
	TRY(facts_check(facts, err));
	template_body_write(out, t, facts);
	return bv_buf_check(out, err);
}

struct jws_stem *
template_stem(struct bv_template *t)
{
	return &t->stem;
}

const struct bv_signer *
template_signer(const struct bv_template *t)
{
	return t->signer;
}

/* ---- Proofs ---- */

/* Up to the place of proofValue: DI §2.1. Only the options of eddsa-jcs-2022 have the contexts in them. */
static void
add_options(struct bv_buf *out, const struct bv_template *t, unsigned suite, int64_t created_s)
{
	char created[BV_TIME_SIZE];

	if (suite == BV_SUITE_JCS)
		bv_buf_add(out, t->contexts);
	else
		bv_buf_addc(out, '{');
	add_quoted(out, "\"created\":", bv_time_write(created, created_s));
	add_quoted(out, ",\"cryptosuite\":", proof_suite_name(suite));
	bv_buf_addz(out, ",\"proofPurpose\":\"assertionMethod\",");
}

/* EDDSA §3.2.5, §3.3.5; the options of all certificates signed in one second are the same. */
static enum bv_status
hash_options(struct bv_template *t, int64_t created_s, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *options = NULL;

	if (t->created_known && t->created_s == created_s)
		return BV_OK;
	bv_buf_clear(&t->tail);
	add_options(&t->tail, t, BV_SUITE_JCS, created_s);
	bv_buf_add(&t->tail, t->proof_end);
	bv_sha256(t->options_hash[BV_SUITE_JCS], bv_buf_str(&t->tail));
	bv_buf_clear(&t->tail);
	add_options(&t->tail, t, BV_SUITE_RDFC, created_s);
	bv_buf_add(&t->tail, t->proof_end);
	TRY(bv_json_parse(&options, bv_buf_str(&t->tail), err));
	TRY(proof_hash_rdfc(t->options_hash[BV_SUITE_RDFC], options, err));
	t->created_s = created_s;
	t->created_known = true;
	return BV_OK;
}

/* One proof over options and document. */
static enum bv_status
add_proof(struct bv_buf *out, const struct bv_template *t, unsigned suite, const uint8_t document[BV_HASH_LEN], int64_t created_s, struct bv_err *err)
{
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_MAX];
	char value[PROOF_VALUE_SIZE];

	memcpy(bytes, t->options_hash[suite], BV_HASH_LEN);
	memcpy(bytes + BV_HASH_LEN, document, BV_HASH_LEN);
	TRY(bv_key_ask(signature, t->signer->key, (struct bv_str){ (const char *)bytes, sizeof bytes }, err));
	add_options(out, t, suite, created_s);
	proof_value_write(value, signature);
	add_quoted(out, "\"proofValue\":", value);
	bv_buf_addc(out, ',');
	bv_buf_add(out, t->proof_end);
	return BV_OK;
}

static void
hash_canonical(uint8_t hash[BV_HASH_LEN], struct bv_str head, const struct bv_buf *tail)
{
	struct bv_sha256 ctx;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, head.p, head.len);
	bv_sha256_add(&ctx, tail->p, tail->len);
	bv_sha256_end(&ctx, hash);
}

static enum bv_status
hash_quads(uint8_t hash[BV_HASH_LEN], struct bv_template *t, const struct bv_credential_facts *facts, const struct words *words, struct bv_err *err)
{
	rdfc_reset(&t->graph);
	template_quads(&t->graph, facts, words, &t->parts, &t->signer->issuer, t->name);
	return rdfc_hash(hash, &t->graph, err);
}

/* eddsa-rdfc-2022 comes first: there are verifiers that look at the first proof only, and know no other. */
static enum bv_status
add_proofs(struct bv_buf *out, struct bv_template *t, struct bv_str head, const struct bv_credential_facts *facts, const struct words *words, struct bv_err *err)
{
	uint8_t canonical[BV_HASH_LEN], quads[BV_HASH_LEN];
	bool both = t->suites == (BV_SUITE_RDFC | BV_SUITE_JCS);

	if (t->suites & BV_SUITE_JCS)
		hash_canonical(canonical, head, &t->tail);
	if (t->suites & BV_SUITE_RDFC)
		TRY(hash_quads(quads, t, facts, words, err));
	bv_buf_addz(out, both ? "\"proof\":[" : "\"proof\":");
	if (t->suites & BV_SUITE_RDFC)
		TRY(add_proof(out, t, BV_SUITE_RDFC, quads, facts->created_s, err));
	if (both)
		bv_buf_addc(out, ',');
	if (t->suites & BV_SUITE_JCS)
		TRY(add_proof(out, t, BV_SUITE_JCS, canonical, facts->created_s, err));
	bv_buf_addz(out, both ? "]," : ",");
	return BV_OK;
}

static enum bv_status
issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	struct words words;
	size_t from = out->len;

	TRY(facts_check(facts, err));
	TRY(hash_options(t, facts->created_s, err));
	words_of(&words, facts);
	add_head(out, t, facts, &words);
	bv_buf_clear(&t->tail);
	add_tail(&t->tail, &words);
	TRY(add_proofs(out, t, (struct bv_str){ out->p + from, out->len - from }, facts, &words, err));
	bv_buf_add(out, bv_buf_str(&t->tail));
	if (out->full || out->len - from > BV_CREDENTIAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "the certificate is larger than %u bytes, or than the %zu left for it", BV_CREDENTIAL_MAX, out->max - from);
	return BV_OK;
}

enum bv_status
bv_template_issue(struct bv_buf *out, struct bv_template *t, const struct bv_credential_facts *facts, struct bv_err *err)
{
	size_t from = out->len;
	bool full = out->full;

	assert(facts->achievement == t->achievement);
	enum bv_status status = issue(out, t, facts, err);
	if (status != BV_OK) {
		out->len = from;
		out->full = full;
	}
	return status;
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

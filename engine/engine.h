/* Who sits which exam: blueprints, pools, the draw that anyone can recompute (BV-DRAW-1, DESIGN §4, doc/draw.md), and the exam itself with
 * its evidence. */
#ifndef BV_ENGINE_ENGINE_H
#define BV_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/merkle.h"
#include "base/str.h"
#include "certs/certs.h"
#include "itembank/itembank.h"
#include "scoring/scoring.h"

/* ---- Blueprints ------------------------------------------------------------------------------------------------- */

#define BV_BLUEPRINT_MAX (256u << 10) /* bytes of a blueprint file */
#define BV_BLUEPRINT_PARTS_MAX 16
#define BV_BLUEPRINT_STRATA_MAX 256
#define BV_BLUEPRINT_ID_MAX 64 /* bytes of the id of a blueprint, part, stratum or rule pack */
#define BV_FORM_ITEMS_MAX 500  /* items of one form */

/* A row of the blueprint: so many items drawn from those that pass every filter. */
struct bv_stratum {
	struct bv_str id;
	size_t part;              /* index in bv_blueprint.parts */
	struct bv_str competence; /* a path; takes in every path that begins with its segments: IU01 has IU01.2, not IU012 */
	uint32_t count;           /* items to draw, >= 1 */
	unsigned levels;          /* bits 1u << enum bv_cognitive, 0 = any */
	unsigned kinds;           /* bits 1u << enum bv_interaction_kind, 0 = any; an item qualifies if all its interactions are among them */
	bool has_from, has_below; /* difficulty band: from <= b < below, in thousandths of a logit; items without parameters are in none */
	int32_t difficulty_from, difficulty_below;
	int32_t marks; /* hundredths of a mark for each item, >= 1 */
	bool enemies;  /* respected (the default) */
	int line;
};

struct bv_part {
	struct bv_str id, title_vi, title_en; /* title_en may be empty */
	size_t first, count;                  /* strata: bv_blueprint.strata[first .. first + count) */
	int line;
};

/* Immutable after parsing; doc/blueprint.md describes the document, engine/blueprint.xsd is its schema. */
struct bv_blueprint {
	struct bv_str id, title_vi, title_en;
	struct bv_str session, date; /* empty when not given; date is YYYY-MM-DD */
	struct bv_str language;      /* of the items */
	struct bv_str rule_pack;     /* id of the pass rule's pack */
	uint32_t minutes;
	bool shuffle_items, shuffle_options;
	const struct bv_part *parts;
	size_t part_count;
	const struct bv_stratum *strata; /* in the order of the document: the order of the draw */
	size_t stratum_count;
	uint32_t item_count;         /* of one form */
	int64_t marks;               /* hundredths, the sum over the form */
	uint8_t hash[BV_HASH_LEN];   /* SHA-256 of the file's bytes: H(B) of the protocol, what sha256sum prints */
	struct bv_arena arena;
};

/* Reads a blueprint. EPARSE or EINVAL with the line: not the schema's shape, a value out of range, an id used twice, or two strata that
 * could draw the same item (each item belongs to one stratum at most). ELIMIT past the maxima above. */
BV_API BV_MUST_USE enum bv_status bv_blueprint_parse(struct bv_blueprint **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_blueprint_free(struct bv_blueprint *blueprint);
BV_AUTO_DEFINE(struct bv_blueprint, bv_blueprint_free)

/* ---- Pools ------------------------------------------------------------------------------------------------------ */

#define BV_DRAW_POOL_ITEMS_MAX 100000
#define BV_DRAW_POOL_MAX (32u << 20) /* bytes of a pool file: 100,000 items of four options are 20 MB */

/* Choices that are shuffled among themselves. */
struct bv_option_set {
	const struct bv_str *choices; /* identifiers, in the item's order */
	const bool *fixed;            /* keeps its index */
	size_t count;
};

/* An interaction that is shuffled: one set, or two in a match. */
struct bv_option_list {
	struct bv_str response;
	const struct bv_option_set *sets;
	size_t set_count;
};

/* One item version that may be drawn; what an outsider needs in order to recompute forms, and no text. */
struct bv_draw_pool_entry {
	struct bv_str identifier;
	int64_t version;
	uint8_t hash[BV_HASH_LEN];            /* of the version: bv_version_hash */
	const struct bv_option_list *options; /* in the item's order; none when the blueprint does not shuffle options */
	size_t option_count;
};

/* Where the bank's items of the blueprint's language went on the way to a stratum: filters in this order. */
struct bv_draw_pool_tally {
	uint32_t considered; /* items of the language at the stratum's competence */
	uint32_t lost_level, lost_difficulty, lost_kind, lost_enemies;
};

struct bv_draw_pool_stratum {
	struct bv_str id;
	const struct bv_draw_pool_entry *items; /* ascending by identifier: a drawn number is an index here */
	size_t count;
	struct bv_draw_pool_tally tally;
};

/* The frozen choice of a blueprint from a bank (struct bv_pool is all that a bank has). Immutable. */
struct bv_draw_pool {
	struct bv_str blueprint_id, language;
	uint8_t blueprint_hash[BV_HASH_LEN];
	const struct bv_draw_pool_stratum *strata; /* as in the blueprint */
	size_t stratum_count;
	bool tallied; /* false when the pool was read from a file, which does not hold the tallies */
	uint8_t hash[BV_HASH_LEN]; /* SHA-256 of the canonical JSON (RFC 8785): R_bank of the protocol */
	struct bv_arena arena;
};

/* An item that a pool may take. Everything is borrowed, and only during the call. */
struct bv_draw_source {
	const struct bv_pool_item *item; /* as the bank tells it */
	const struct bv_interaction *interactions;
	size_t interaction_count;
};

/* Puts each item into the stratum whose filters it passes, then resolves enemies (doc/draw.md): the pool may turn out too small, which
 * bv_draw_pool_check tells. The order of the sources does not matter. EINVAL for two sources of one identifier in the blueprint's language, or
 * two shuffled interactions of one response; ELIMIT past the maxima. */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_build(struct bv_draw_pool **out, const struct bv_blueprint *blueprint,
                                                const struct bv_draw_source *sources, size_t count, struct bv_err *err);
BV_API void bv_draw_pool_free(struct bv_draw_pool *pool);
BV_AUTO_DEFINE(struct bv_draw_pool, bv_draw_pool_free)

/* The same from the current items of a bank. */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_load(struct bv_draw_pool **out, const struct bv_blueprint *blueprint, struct bv_bank *bank,
                                                    struct bv_err *err);

/* Belongs the pool to the blueprint, and has every stratum enough? EDENIED when it was frozen for another blueprint. EINVAL, with the line
 * of the first short stratum, when it cannot satisfy it; report, if not NULL, gets one line of text for each short stratum: what it
 * needs, has, and lost to which filter, after "path:LINE: ". */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_check(const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint, const char *path,
                                                struct bv_buf *report, struct bv_err *err);

/* The public pool file: canonical JSON, so that sha256sum of the file is pool->hash. */
BV_API void bv_draw_pool_write(struct bv_buf *out, const struct bv_draw_pool *pool);
/* Reads a public pool file. Strict: unknown or missing members, items out of order, an item in two strata, any other spelling of the same
 * JSON (but a line feed at the end) are refused. */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_parse(struct bv_draw_pool **out, struct bv_str json, struct bv_err *err);

/* ---- The freeze ------------------------------------------------------------------------------------------------- */

#define BV_COMMITMENT_MAX (1u << 20) /* bytes of a commitment file */
#define BV_LEAF_MAX (1u << 16)       /* bytes of a proof */

struct bv_commitment_stratum {
	struct bv_str id;
	uint64_t count;
	struct bv_merkle_hash root; /* of the salted leaves, in the pool's order */
};

/* What is published of a pool before the exam (doc/freeze.md): it binds every item, and tells nothing of any. Immutable. */
struct bv_commitment {
	struct bv_str blueprint_id, language;
	uint8_t blueprint_hash[BV_HASH_LEN], pool_hash[BV_HASH_LEN];
	const struct bv_commitment_stratum *strata; /* in the blueprint's order */
	size_t stratum_count;
	uint8_t bank_root[BV_HASH_LEN]; /* R_bank: binds everything above */
	struct bv_arena arena;
};

/* Salts are HMACs under salt_key, 32 random bytes that stay secret; the same key and pool always give the same commitment. */
BV_API struct bv_commitment *bv_pool_freeze(const struct bv_draw_pool *pool, const uint8_t salt_key[BV_HASH_LEN]);
BV_API void bv_commitment_free(struct bv_commitment *commitment);
BV_AUTO_DEFINE(struct bv_commitment, bv_commitment_free)
/* R_bank of everything but bank_root. */
BV_API void bv_commitment_root(uint8_t root[BV_HASH_LEN], const struct bv_commitment *commitment);
/* Canonical JSON. Reading is strict, as for pools; EDENIED when bankRoot is not the root of the rest. */
BV_API void bv_commitment_write(struct bv_buf *out, const struct bv_commitment *commitment);
BV_API BV_MUST_USE enum bv_status bv_commitment_parse(struct bv_commitment **out, struct bv_str json, struct bv_err *err);

/* The salt key as a file that only its owner may read. EDENIED when it belongs to another commitment. */
BV_API void bv_freeze_secret_write(struct bv_buf *out, const struct bv_commitment *commitment, const uint8_t salt_key[BV_HASH_LEN]);
BV_API BV_MUST_USE enum bv_status bv_freeze_secret_parse(uint8_t salt_key[BV_HASH_LEN], struct bv_str json,
                                                         const struct bv_commitment *commitment, struct bv_err *err);

/* The proof that an item version is number `index` of a stratum. It tells nothing of the other items. */
struct bv_leaf {
	struct bv_str stratum, identifier;
	int64_t version;
	uint8_t hash[BV_HASH_LEN]; /* of the version: bv_version_hash */
	uint8_t salt[BV_HASH_LEN], bank_root[BV_HASH_LEN];
	uint64_t index;
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	size_t path_count;
	struct bv_arena arena;
};

/* ENOTFOUND for an item that is not in the pool; EDENIED for a pool or a key that is not the commitment's. */
BV_API BV_MUST_USE enum bv_status bv_leaf_open(struct bv_leaf **out, const struct bv_commitment *commitment, const struct bv_draw_pool *pool,
                                               const uint8_t salt_key[BV_HASH_LEN], struct bv_str identifier, struct bv_err *err);
BV_API void bv_leaf_free(struct bv_leaf *leaf);
BV_AUTO_DEFINE(struct bv_leaf, bv_leaf_free)
BV_API void bv_leaf_write(struct bv_buf *out, const struct bv_leaf *leaf);
BV_API BV_MUST_USE enum bv_status bv_leaf_parse(struct bv_leaf **out, struct bv_str json, struct bv_err *err);
/* EDENIED says which part of the proof does not hold. */
BV_API BV_MUST_USE enum bv_status bv_leaf_verify(const struct bv_leaf *leaf, const struct bv_commitment *commitment, struct bv_err *err);

/* ---- The draw --------------------------------------------------------------------------------------------------- */

#define BV_TICKET_MAX 128 /* bytes of a ticket: 1 or more printable ASCII characters without space */

/* S = HKDF-SHA-256(salt = R_bank, ikm = be32(len) || beacon for each, info = "BV-SEED-1\0" || R_roster || H(B)).
 * Beacons in the committed order, each at most 64 KiB. */
BV_API void bv_session_seed(uint8_t seed[BV_HASH_LEN], const uint8_t bank_root[BV_HASH_LEN], const uint8_t roster_root[BV_HASH_LEN],
                            const uint8_t blueprint_hash[BV_HASH_LEN], const struct bv_str *beacons, size_t count);

/* The secrets and the seed of one session, made ready for many candidates. Plain data: bv_wipe when done. */
struct bv_draw_key {
	struct bv_hmac_key key;
	uint8_t seed[BV_HASH_LEN];
	uint8_t commitment[BV_HASH_LEN]; /* SHA-256(K_draw) */
};
BV_API void bv_draw_key_init(struct bv_draw_key *key, const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN]);

/* cid = SHA-256(ticket). EINVAL for a ticket that is empty, too long or has other characters. */
BV_API BV_MUST_USE enum bv_status bv_ticket_cid(uint8_t cid[BV_HASH_LEN], struct bv_str ticket, struct bv_err *err);

/* Blueprint and pool made ready: all that a draw needs as arrays of integers. Immutable, shared by any number of threads;
 * blueprint and pool must outlive it. */
struct bv_draw_plan;
/* EDENIED or EINVAL as bv_draw_pool_check. */
BV_API BV_MUST_USE enum bv_status bv_draw_plan_new(struct bv_draw_plan **out, const struct bv_blueprint *blueprint,
                                                   const struct bv_draw_pool *pool, struct bv_err *err);
BV_API void bv_draw_plan_free(struct bv_draw_plan *plan);
BV_AUTO_DEFINE(struct bv_draw_plan, bv_draw_plan_free)

/* One item of a drawn form. */
struct bv_drawn_item {
	uint32_t stratum; /* index in the blueprint and the pool */
	uint32_t index;   /* in the pool's stratum */
	uint32_t order;   /* where its option orders begin in bv_drawn.orders: for each interaction, for each set, `count` numbers */
};

/* The result of a draw: numbers only. One for each thread, used again for every form. */
struct bv_drawn {
	uint8_t form_key[BV_HASH_LEN];
	struct bv_drawn_item *items; /* by position */
	uint32_t count;
	uint16_t *orders; /* index in the item's order of what stands at each place */
	struct bv_draw_scratch *scratch;
};
BV_API struct bv_drawn *bv_drawn_new(const struct bv_draw_plan *plan);
BV_API void bv_drawn_free(struct bv_drawn *drawn);
BV_AUTO_DEFINE(struct bv_drawn, bv_drawn_free)

/* Draws the form of one candidate (BV-DRAW-1) without allocating. */
BV_API void bv_draw(struct bv_drawn *drawn, const struct bv_draw_plan *plan, const struct bv_draw_key *key, const uint8_t cid[BV_HASH_LEN]);

/* Seed of the clone of an item with template processing:
 * HMAC-SHA-256(form key, "BV-CLONE-1\0" || be32(position) || item hash); positions count from 1. */
BV_API void bv_clone_seed(uint8_t seed[BV_HASH_LEN], const uint8_t form_key[BV_HASH_LEN], uint32_t position,
                          const uint8_t item_hash[BV_HASH_LEN]);

/* ---- Forms ------------------------------------------------------------------------------------------------------ */

#define BV_FORM_MAX (8u << 20) /* bytes of a form file */

struct bv_form_item {
	uint32_t position; /* from 1 */
	struct bv_str part, stratum, identifier, language;
	int64_t version;
	uint8_t hash[BV_HASH_LEN];
	int32_t marks; /* hundredths */
	uint8_t clone_seed[BV_HASH_LEN];
	const struct bv_delivery_order *orders; /* as a delivery takes them, ascending by response */
	size_t order_count;
};

/* A form as a document: what one candidate sits. Immutable. */
struct bv_form {
	struct bv_str blueprint_id, ticket;
	uint8_t blueprint_hash[BV_HASH_LEN], pool_hash[BV_HASH_LEN], seed[BV_HASH_LEN], cid[BV_HASH_LEN];
	uint8_t draw_key_hash[BV_HASH_LEN]; /* SHA-256(K_draw) */
	const struct bv_form_item *items;
	size_t item_count;
	struct bv_arena arena;
};

/* Draws the form of a ticket as a document. EINVAL for a bad ticket. */
BV_API BV_MUST_USE enum bv_status bv_form_draw(struct bv_form **out, const struct bv_draw_plan *plan, const struct bv_draw_key *key,
                                               struct bv_str ticket, struct bv_err *err);
BV_API void bv_form_free(struct bv_form *form);
BV_AUTO_DEFINE(struct bv_form, bv_form_free)

/* Canonical JSON (RFC 8785): one form has one sequence of bytes, and so one hash. */
BV_API void bv_form_write(struct bv_buf *out, const struct bv_form *form);
/* Reads a form. Strict: unknown or missing members, positions that do not count from 1, identifiers twice, any other spelling of the same
 * JSON (but a line feed at the end) are refused (EPARSE, EINVAL). */
BV_API BV_MUST_USE enum bv_status bv_form_parse(struct bv_form **out, struct bv_str json, struct bv_err *err);

/* Recomputes the form of form->ticket and compares. EDENIED names the first difference: the position, what was expected, what is there. */
BV_API BV_MUST_USE enum bv_status bv_form_audit(const struct bv_form *form, const struct bv_draw_plan *plan, const struct bv_draw_key *key,
                                                struct bv_err *err);

/* ---- Exposure (doc/stats.md) ------------------------------------------------------------------------------------- */

/* Expected number of candidates, each with count different items out of `of` at random, after whom every item has been seen; 0 < count <= of
 * <= BV_DRAW_POOL_ITEMS_MAX. Exact but for rounding. */
BV_API double bv_exposure_collusion(uint32_t of, uint32_t count);
/* The least number of candidates who are expected to see that share (0 < share < 1) of the items. */
BV_API uint64_t bv_exposure_share(uint32_t of, uint32_t count, double share);

/* ---- Exams ------------------------------------------------------------------------------------------------------ */

#define BV_EXAM_DOCUMENT_MAX (16u << 20) /* bytes of any document of the evidence */
#define BV_EXAM_CANDIDATES_MAX 100000    /* of one run */
#define BV_EXAM_RESULTS_MAX (256u << 20) /* bytes of results.json; about 1000 a candidate */
#define BV_ROSTER_MAX (64u << 20)        /* bytes of a roster */
#define BV_ROSTER_ABILITY_MAX 10000      /* of a simulated candidate, either side of 0 */
#define BV_CANDIDATE_NAME_MAX 500        /* bytes */

/* The documents that a whole exam is derived from, as bytes (doc/evidence.md). */
struct bv_exam_documents {
	struct bv_str exam;      /* exam.json: seed, draw key, time, issuer */
	struct bv_str blueprint; /* XML */
	struct bv_str standard;  /* XML */
	struct bv_str rules;     /* XML */
	struct bv_str pool;      /* public pool file */
	struct bv_str items;     /* items.json: competence path and parameters of each item of the pool */
};

/* Gives the text of an item version that was drawn, and the list of its files (zeroed by the caller); the exam checks that it has the hash. */
typedef enum bv_status (*bv_exam_item_text)(void *ctx, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn,
                                            struct bv_err *err);

/* exam.json for a new exam. issuer_name and issuer_url may be empty. */
BV_API void bv_exam_write(struct bv_buf *out, const uint8_t seed[BV_HASH_LEN], const uint8_t draw_key[BV_HASH_LEN], int64_t at_s,
                          const struct bv_issuer *issuer);
/* items.json for a pool: what scoring must know of each item besides its text. sources are the bank's, sorted by
 * identifier; ECONFLICT when they lack an item of the pool. */
BV_API BV_MUST_USE enum bv_status bv_exam_items_write(struct bv_buf *out, const struct bv_draw_pool *pool,
                                                      const struct bv_pool_item *sources, size_t count, struct bv_err *err);

/* An exam made ready for many candidates. One thread at a time: it reads items when they are first drawn, and keeps them. */
struct bv_exam;
/* The texts of documents are copied or parsed; nothing is borrowed but ctx. EDENIED when they do not belong together: a pool frozen for
 * another blueprint, rules for another standard, a blueprint that asks for other rules. */
BV_API BV_MUST_USE enum bv_status bv_exam_new(struct bv_exam **out, const struct bv_exam_documents *documents, bv_exam_item_text text,
                                              void *ctx, struct bv_err *err);
BV_API void bv_exam_free(struct bv_exam *exam);
BV_AUTO_DEFINE(struct bv_exam, bv_exam_free)
BV_API struct bv_issuer bv_exam_issuer(const struct bv_exam *exam); /* borrowed */

/* candidate.json: ticket, name, parts carried over, and the random numbers of the certificate. */
struct bv_candidate {
	struct bv_str ticket, name;
	const struct bv_carry *carry;
	size_t carry_count;
	uint8_t credential_id[16], subject_id[16];
};
/* Strict. The name is made NFC; EINVAL when it is empty, or has characters that do not show or turn the direction of writing. */
BV_API BV_MUST_USE enum bv_status bv_candidate_parse(struct bv_candidate *out, struct bv_str json, struct bv_arena *arena, struct bv_err *err);
BV_API void bv_candidate_write(struct bv_buf *out, const struct bv_candidate *candidate);

/* Everybody who sits: {"candidates":[{"ticket","name"[,"carryOver"][,"abilityMilli"]}]}, or one candidate alone. The certificates' random
 * numbers are the caller's to fill in. */
struct bv_roster_entry {
	struct bv_candidate candidate;
	bool has_ability;
	int64_t ability_milli; /* of a simulated candidate, in thousandths of a logit */
};
struct bv_roster {
	bool list;
	struct bv_roster_entry *entries;
	size_t count;
	struct bv_arena arena;
};
/* Strict, and the whole at once, so that nothing is drawn for a roster with a fault: EINVAL for an empty one, ECONFLICT for a ticket that is
 * there twice or that shares its folder of the evidence with another (the same but for case). Messages count candidates from 1. */
BV_API BV_MUST_USE enum bv_status bv_roster_parse(struct bv_roster **out, struct bv_str json, struct bv_err *err);
BV_API void bv_roster_free(struct bv_roster *roster);
BV_AUTO_DEFINE(struct bv_roster, bv_roster_free)

/* One candidate's exam: each document as bytes, each a pure function of the ones before it. Zero-initialised; bv_marking_finish. */
struct bv_marking {
	struct bv_buf form, outcomes, rating; /* JSON */
	struct bv_rating result;              /* what rating says; lives in arena */
	uint8_t hashes[4][BV_HASH_LEN];       /* SHA-256 of form, responses, outcomes, rating */
	struct bv_arena arena;
};
BV_API void bv_marking_finish(struct bv_marking *marking);
BV_AUTO_DEFINE_FINISH(struct bv_marking, bv_marking_finish)

/* Draws the candidate's form, scores the responses (responses.json: {"responses":{ITEM:{RESPONSE:PCI}}}; an item that is not named was not
 * answered) and rates the outcomes. EINVAL names the item for a response that its item cannot take, and for an item that is not on the
 * form: nothing is ever dropped. */
BV_API BV_MUST_USE enum bv_status bv_exam_sit(struct bv_marking *out, struct bv_exam *exam, const struct bv_candidate *candidate,
                                              struct bv_str responses, struct bv_err *err);

/* responses.json of a simulated candidate of that ability (thousandths of a logit), from a stream of its own under the exam's seed. */
BV_API BV_MUST_USE enum bv_status bv_exam_simulate(struct bv_buf *responses, struct bv_exam *exam, const struct bv_candidate *candidate,
                                                   int64_t ability_milli, struct bv_err *err);

/* The certificate of a candidate who passed and is awarded a level. A template is prepared once for a signer. */
BV_API bool bv_marking_attains(const struct bv_marking *marking);
BV_API BV_MUST_USE enum bv_status bv_exam_template(struct bv_template **out, struct bv_exam *exam, const struct bv_signer *signer,
                                                   struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_exam_attest(struct bv_buf *credential, struct bv_exam *exam, const struct bv_candidate *candidate,
                                                 const struct bv_marking *marking, struct bv_template *tmpl, struct bv_err *err);

/* ---- Evidence --------------------------------------------------------------------------------------------------- */

/* Writes the evidence of an exam into a folder, file by file. The last act makes all of them durable at once, then writes results.json, which
 * has the SHA-256 of every file, then its signature: whatever stops it on the way, nothing signed refers to a file that could be lost, and a
 * folder without results.json and results.sig is an exam that was never finished. */
struct bv_evidence_folder;
/* A new folder is for its owner only. ECONFLICT when the folder exists and is not empty. */
BV_API BV_MUST_USE enum bv_status bv_evidence_create(struct bv_evidence_folder **out, const char *path, struct bv_err *err);
/* ECONFLICT when the file exists: two runs into one folder; the second stops at its first file. */
BV_API BV_MUST_USE enum bv_status bv_evidence_put(struct bv_evidence_folder *folder, const char *name, struct bv_str bytes, struct bv_err *err);
/* One row of results.json. */
BV_API void bv_evidence_result(struct bv_evidence_folder *folder, const struct bv_candidate *candidate, const struct bv_marking *marking,
                               bool certificate);
/* The names of files: "items/IU01-001.vi.2.xml", and with end ".files.json" the list of its files; "candidates/TS-0001/form.json"; appended. A ticket or
 * identifier that is no safe part of a path is replaced by its SHA-256. */
BV_API void bv_evidence_item_name(struct bv_buf *out, const struct bv_form_item *item, const char *end);
BV_API void bv_evidence_candidate_name(struct bv_buf *out, struct bv_str ticket, const char *document);
BV_API BV_MUST_USE enum bv_status bv_evidence_sign(struct bv_evidence_folder *folder, const struct bv_key *key, struct bv_err *err);
BV_API void bv_evidence_free(struct bv_evidence_folder *folder);
BV_AUTO_DEFINE(struct bv_evidence_folder, bv_evidence_free)

/* Derives a whole exam again from its evidence and compares every byte. report gets one call a finding (good ones too). trust may be NULL:
 * then the issuer's key in the folder is only compared with the signatures made with it. Returns EDENIED when anything differs, having
 * reported all differences, or when the exam was never finished; other categories when the folder cannot be read at all. file and message
 * quote the folder, whose bytes may be anything: make them safe before showing them. */
typedef void (*bv_audit_report)(void *ctx, bool good, const char *file, const char *message);
BV_API BV_MUST_USE enum bv_status bv_exam_audit(const char *path, const struct bv_trust *trust, bv_audit_report report, void *ctx,
                                                struct bv_err *err);

/* ---- Simulated candidates --------------------------------------------------------------------------------------- */

/* {"candidates":[{"ticket","name","abilityMilli"}]}: invented names, abilities from a normal distribution in thousandths of a logit.
 * Owned by the caller. */
BV_API struct bv_json *bv_simulate_roster(size_t count, int64_t mean_milli, int64_t sd_milli, const uint8_t seed[BV_HASH_LEN]);
/* What somebody of that ability answers to the clone of a session: right with the probability of the 2PL model (a, b in thousandths),
 * else wrong in a plausible way. {RESPONSE:PCI}, owned by the caller. */
BV_API struct bv_json *bv_simulate_responses(const struct bv_item_session *session, const struct bv_item *item, int64_t ability_milli,
                                             int64_t a_milli, int64_t b_milli, struct bv_stream *stream);

#endif

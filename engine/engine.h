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

/* Items that a stratum does not let come together on one form. */
enum bv_enemies {
	BV_ENEMIES_NONE,
	BV_ENEMIES_NAMED, /* of which one names the other */
	BV_ENEMIES_ALL,   /* and those that share a stimulus: the default */
};

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
	enum bv_enemies enemies; /* what it keeps apart */
	int line;
};

struct bv_part {
	struct bv_str id, title_vi, title_en; /* title_en may be empty */
	size_t first, count;                  /* strata: bv_blueprint.strata[first .. first + count) */
	uint32_t item_count;
	uint32_t minutes;                     /* the part's own limit; 0: none */
	int line;
};

/* Forms are assembled, not drawn from strata alone: <assembly>, <adaptive>. */
struct bv_blueprint_assembly {
	uint8_t design[BV_HASH_LEN], parameters[BV_HASH_LEN]; /* SHA-256 of the two documents */
	int32_t exposure_milli; /* no item in more than that share of the forms; 0: not asked */
	uint32_t overlap;       /* no two forms share more items; BV_FORM_ITEMS_MAX: not asked */
	int line;
};

/* A form that grows with the answers: <adaptive>. Numbers are thousandths. */
struct bv_blueprint_adaptive {
	uint8_t chances[BV_HASH_LEN]; /* SHA-256 of the document */
	bool has_chances;
	uint32_t least;          /* no rule ends it before so many items are answered or passed */
	int32_t se;              /* it ends when the standard error is at most this; 0: never */
	int32_t cut, confidence; /* it ends when the estimate is so many standard errors from the cut; confidence 0: never */
};

/* Immutable after parsing; doc/blueprint.md describes the document, engine/blueprint.xsd is its schema. */
struct bv_blueprint {
	struct bv_str id, title_vi, title_en;
	struct bv_str session, date; /* empty when not given; date is YYYY-MM-DD */
	struct bv_str language;      /* of the items */
	struct bv_str rule_pack;     /* id of the pass rule's pack */
	uint32_t minutes;
	bool has_limits; /* a part has a limit: the parts of a sitting's forms are sections, answered one after the other */
	bool shuffle_items, shuffle_options;
	bool assembled; /* by a design: bv_issue; else drawn: bv_draw */
	struct bv_blueprint_assembly assembly; /* of an adaptive one the two documents */
	bool is_adaptive; /* of those that are assembled */
	struct bv_blueprint_adaptive adaptive;
	const struct bv_part *parts;
	size_t part_count;
	const struct bv_stratum *strata; /* in the order of the document: the order of the draw */
	size_t stratum_count;
	uint32_t item_count;         /* of one form */
	int64_t marks;               /* hundredths, the sum over the form */
	uint8_t hash[BV_HASH_LEN];   /* SHA-256 of the file's bytes: H(B) of the protocol, what sha256sum prints */
	struct bv_arena arena;
};

/* Reads a blueprint. EPARSE with the line and a rule: not the schema's shape, a value out of range, an id used twice, or two strata that
 * could draw the same item (each item belongs to one stratum at most). ELIMIT past the maxima above. */
BV_API BV_MUST_USE enum bv_status bv_blueprint_parse(struct bv_blueprint **out, struct bv_str xml, struct bv_err *err);
/* What its attributes levels and types say: words with spaces between them, nothing for any; and the attribute enemies. */
BV_API void bv_stratum_levels_write(struct bv_buf *out, const struct bv_stratum *stratum);
BV_API void bv_stratum_types_write(struct bv_buf *out, const struct bv_stratum *stratum);
BV_API const char *bv_enemies_name(enum bv_enemies kept_apart);
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
	struct bv_str stimuli; /* identifiers of those that this version refers to, separated by spaces */
};

/* Puts each item into the stratum whose filters it passes, then resolves enemies (doc/draw.md): the pool may turn out too small, which
 * bv_draw_pool_check tells. The order of the sources does not matter. EINVAL for two sources of one identifier in the blueprint's language, or
 * two shuffled interactions of one response; ELIMIT past the maxima. */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_build(struct bv_draw_pool **out, const struct bv_blueprint *blueprint,
                                                const struct bv_draw_source *sources, size_t count, struct bv_err *err);
BV_API void bv_draw_pool_free(struct bv_draw_pool *pool);
BV_AUTO_DEFINE(struct bv_draw_pool, bv_draw_pool_free)

/* Which portable custom interactions a pool may take: those whose modules are all here. */
struct bv_draw_allowed {
	const struct bv_allowed_module *modules;
	size_t count;
	/* Told of each item that the blueprint wants and that is left out, with the module and its SHA-256; may be NULL. */
	void (*refuse)(void *ctx, const struct bv_pool_item *item, const struct bv_err *err);
	void *ctx;
};
/* The same from the current items of a bank. Items with custom interactions are left out; allowed NULL: the portable ones too. */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_load(struct bv_draw_pool **out, const struct bv_blueprint *blueprint, struct bv_bank *bank,
                                                    const struct bv_draw_allowed *allowed, struct bv_err *err);

/* The items of one language of a bank, read when a blueprint first wants them and kept: for who asks again and again, as while a blueprint is being
 * written. It does not see what becomes of the bank afterwards. bank and allowed are borrowed. One thread at a time. */
struct bv_draw_stock;
BV_API BV_MUST_USE enum bv_status bv_draw_stock_new(struct bv_draw_stock **out, struct bv_bank *bank, struct bv_str language,
                                                    const struct bv_draw_allowed *allowed, struct bv_err *err);
BV_API void bv_draw_stock_free(struct bv_draw_stock *stock);
BV_AUTO_DEFINE(struct bv_draw_stock, bv_draw_stock_free)
BV_API const struct bv_pool *bv_draw_stock_listed(const struct bv_draw_stock *stock); /* all of them, as the bank tells them */
/* As bv_draw_pool_load; the blueprint's language is the stock's, or no stratum has an item. */
BV_API BV_MUST_USE enum bv_status bv_draw_stock_pool(struct bv_draw_pool **out, struct bv_draw_stock *stock, const struct bv_blueprint *blueprint,
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

/* How a pool is dealt (BV-DEAL-1, doc/draw.md): into disjoint pools of which each has what the blueprint asks for, so that what leaks from one hall or sitting tells
 * nothing of another. The numbers of a stratum's items in two of them differ by one at most, but for what stays together. */
#define BV_DEAL_POOLS_MAX 100
struct bv_assembly_bank;
struct bv_deal_order {
	uint32_t pools;      /* 2 to BV_DEAL_POOLS_MAX */
	const uint8_t *seed; /* BV_HASH_LEN bytes, which nobody knew when the pool was frozen */
	const struct bv_assembly_bank *set; /* a parameter set: easy and hard items of a stratum are dealt evenly; NULL: in the pool's order */
	struct bv_str together; /* an attribute of the set: items that share a word of it, other than "0", come into one pool; may be empty */
};
/* out: room for so many pools, each the caller's. EINVAL: an item that is not in the set, an attribute that it has not. ECONFLICT, with the line, names the first
 * stratum that is too small. EDENIED as bv_draw_pool_check. */
BV_API BV_MUST_USE enum bv_status bv_draw_pool_deal(struct bv_draw_pool **out, const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint,
                                                     const struct bv_deal_order *order, struct bv_err *err);

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
	unsigned broken;  /* of an assembled form: as in struct bv_form */
	uint32_t parallel; /* the same */
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
	bool assembled;  /* BV-FLY-1, BV-PARALLEL-1 or BV-CAT-1, else BV-DRAW-1 */
	bool is_adaptive; /* BV-CAT-1: the items that were given */
	uint32_t parallel; /* of BV-PARALLEL-1: which of the forms, from 1; else 0 */
	unsigned broken; /* of an assembled form: bits BV_FLY_OVERLAP …, the caps that could not be held for this candidate */
	const struct bv_form_item *items;
	size_t item_count;
	struct bv_arena arena;
};

/* Draws the form of a ticket as a document. EINVAL for a bad ticket, and for a blueprint whose forms are assembled. */
BV_API BV_MUST_USE enum bv_status bv_form_draw(struct bv_form **out, const struct bv_draw_plan *plan, const struct bv_draw_key *key,
                                               struct bv_str ticket, struct bv_err *err);
BV_API void bv_form_free(struct bv_form *form);
BV_API const char *bv_form_algorithm(const struct bv_form *form); /* "BV-DRAW-1", "BV-FLY-1", "BV-PARALLEL-1" */
BV_AUTO_DEFINE(struct bv_form, bv_form_free)

/* Canonical JSON (RFC 8785): one form has one sequence of bytes, and so one hash. */
BV_API void bv_form_write(struct bv_buf *out, const struct bv_form *form);
/* Reads a form. Strict: unknown or missing members, positions that do not count from 1, identifiers twice, any other spelling of the same
 * JSON (but a line feed at the end) are refused (EPARSE, EINVAL). */
BV_API BV_MUST_USE enum bv_status bv_form_parse(struct bv_form **out, struct bv_str json, struct bv_err *err);

/* Recomputes the form of form->ticket and compares. EDENIED names the first difference: the position, what was expected, what is there. */
BV_API BV_MUST_USE enum bv_status bv_form_audit(const struct bv_form *form, const struct bv_draw_plan *plan, const struct bv_draw_key *key,
                                                struct bv_err *err);

/* Compares a form with the one that was expected; EDENIED as above. */
BV_API BV_MUST_USE enum bv_status bv_form_same(const struct bv_form *want, const struct bv_form *form, struct bv_err *err);

/* ---- Forms that a design assembles (BV-FLY-1, doc/draw.md) ------------------------------------------------------- */

#define BV_SEEN_MAX (16u << 20) /* bytes of seen.json */

/* The documents that a blueprint with <assembly> needs. */
struct bv_issue_documents {
	struct bv_str design;     /* doc/assembly.md; of its objective nothing counts */
	struct bv_str parameters; /* the parameter set: items with a, b, c and attributes, as `bangvang assemble items` writes it */
	struct bv_str seen;       /* seen.json: what candidates met before; may be empty */
	struct bv_str parallel;   /* parallel.json: the forms of a design for several, as they were assembled; empty: they are assembled */
	struct bv_str chances;    /* chances.json, of <adaptive chances>; else empty */
};

/* Where a candidate is to sit. */
struct bv_seat_place {
	struct bv_str centre, room, seat;
};

/* One form after the other, in the order of the tickets: each under all rules of the design, and so far as they allow none too like one before, with
 * no item that its candidate met before. Where the design is for several forms, these are assembled once, and each ticket gets one of them. Any thread. */
struct bv_issue;
/* plan outlives it. EDENIED: a document is not the one whose hash the blueprint has. EINVAL names an item of the pool without parameters, a stratum that is too small for
 * the cap on exposure or for so many forms, a parallel.json that is none. ECONFLICT names the rules that cannot hold together. */
BV_API BV_MUST_USE enum bv_status bv_issue_new(struct bv_issue **out, const struct bv_draw_plan *plan, const uint8_t draw_key[BV_HASH_LEN],
                                               const uint8_t seed[BV_HASH_LEN], const struct bv_issue_documents *documents, struct bv_err *err);
BV_API void bv_issue_free(struct bv_issue *issue);
BV_AUTO_DEFINE(struct bv_issue, bv_issue_free)
/* The next ticket gets its form: no cap, rule or other candidate leaves him without. EINVAL: a bad ticket, or one that has a form. */
BV_API BV_MUST_USE enum bv_status bv_issue_next(struct bv_issue *issue, struct bv_str ticket, struct bv_err *err);
/* The same for one whose seat is known: of several forms neighbours in a row of seats (numbers that follow each other) get different ones. */
BV_API BV_MUST_USE enum bv_status bv_issue_seated(struct bv_issue *issue, struct bv_str ticket, const struct bv_seat_place *place, struct bv_err *err);
/* How many forms the design is for; 1: each ticket has its own. */
BV_API size_t bv_issue_parallel(const struct bv_issue *issue);
/* Appends parallel.json; nothing where each ticket has its own form. */
BV_API void bv_issue_parallel_write(struct bv_buf *out, const struct bv_issue *issue);
/* Are the forms those that follow from the documents, the seed and the draw key? They are assembled again. EDENIED names the first that is not. */
BV_API BV_MUST_USE enum bv_status bv_issue_parallel_audit(const struct bv_issue *issue, struct bv_err *err);
/* The form of a ticket that had its turn; ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_issue_form(struct bv_form **out, struct bv_issue *issue, struct bv_str ticket, struct bv_err *err);
/* tickets.json: {"format":"bv-tickets-1","tickets":[…]}, in their order; the same read, and each gets its form. A ticket whose seat counts is {"centre","room","seat",
 * "ticket"}. Nothing is written where forms grow with the answers. */
BV_API void bv_issue_tickets_write(struct bv_buf *out, struct bv_issue *issue);
BV_API BV_MUST_USE enum bv_status bv_issue_tickets(struct bv_issue *issue, struct bv_str json, struct bv_err *err);
struct bv_issue_tally {
	size_t forms, overlap, exposure, seen; /* issued; of them with a cap that could not be held */
};
BV_API void bv_issue_count(struct bv_issue_tally *out, struct bv_issue *issue);
/* The words of what could not be held, in the order in which caps give way: "overlap exposure seen". */
BV_API void bv_issue_broken_write(struct bv_buf *out, unsigned broken);

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

enum bv_sitting_mode {
	BV_SITTING_LINEAR,   /* everybody's form is drawn */
	BV_SITTING_FIXED,    /* one of the forms that were prepared */
	BV_SITTING_PRACTICE, /* drawn; in a ledger of its own, never a certificate */
	BV_SITTING_MODES
};
BV_API const char *bv_sitting_mode_name(enum bv_sitting_mode mode); /* "linear" */
BV_API BV_MUST_USE enum bv_status bv_sitting_mode_parse(enum bv_sitting_mode *out, struct bv_str name, struct bv_err *err);

/* The documents that a whole exam is derived from, as bytes (doc/evidence.md). */
struct bv_exam_documents {
	struct bv_str exam;      /* exam.json: seed, draw key, time, issuer */
	struct bv_str blueprint; /* XML */
	struct bv_str standard;  /* XML */
	struct bv_str rules;     /* XML */
	struct bv_str pool;      /* public pool file */
	struct bv_str items;     /* items.json: competence path and parameters of each item of the pool */
	struct bv_str forms;     /* forms.json, of mode fixed: {"format":"bv-forms-1","forms":[form…]}; else empty */
	struct bv_str design, parameters, seen, chances; /* design.json, parameters.json, seen.json, chances.json: of a blueprint whose forms are assembled; else empty */
	struct bv_str tickets;   /* tickets.json: who gets his form first; else empty, and bv_issue_next says it */
	struct bv_str parallel;  /* parallel.json: forms that a design assembled for all; empty: they are assembled */
};
#define BV_FIXED_FORMS_MAX 1000

/* Gives the text of an item version that was drawn, and the list of its files (zeroed by the caller); the exam checks that it has the hash. */
typedef enum bv_status (*bv_exam_item_text)(void *ctx, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn,
                                            struct bv_err *err);

/* exam.json for a new exam. Name and URL of the issuer may be empty. */
BV_API void bv_exam_write(struct bv_buf *out, enum bv_sitting_mode mode, const uint8_t seed[BV_HASH_LEN], const uint8_t draw_key[BV_HASH_LEN],
                          int64_t at_s, const struct bv_issuer *issuer);

/* Keys of Safe Exam Browser (doc/seb.md), 64 hexadecimal digits each. */
struct bv_seb_keys {
	struct bv_str config;
	struct bv_str *browsers; /* none: any build of it */
	size_t browser_count;
};
/* A file as `bangvang seb new` writes it: lines 'config KEY' and 'browser KEY'. Texts are copied to arena. EPARSE, EINVAL. */
BV_API BV_MUST_USE enum bv_status bv_seb_keys_parse(struct bv_seb_keys *out, struct bv_str text, struct bv_arena *arena, struct bv_err *err);

/* What a sitting demands of who comes in; zeros: nothing. */
struct bv_exam_demands {
	bool room_code;          /* the code of the day of his room */
	struct bv_seb_keys seb;  /* config empty: any browser will do */
};
/* Appends exam.json with these demands in it: the hash of it is in the event that opens the sitting. EPARSE. */
BV_API BV_MUST_USE enum bv_status bv_exam_demand(struct bv_buf *out, struct bv_str exam_json, const struct bv_exam_demands *demands, struct bv_err *err);
/* forms.json of forms as `bangvang draw --json` writes them. EINVAL names the one that is none. */
BV_API BV_MUST_USE enum bv_status bv_exam_forms_write(struct bv_buf *out, const struct bv_str *forms, size_t count, struct bv_err *err);
/* items.json for a pool: what scoring must know of each item besides its text. sources are the bank's, sorted by
 * identifier; ECONFLICT when they lack an item of the pool. */
BV_API BV_MUST_USE enum bv_status bv_exam_items_write(struct bv_buf *out, const struct bv_draw_pool *pool,
                                                      const struct bv_pool_item *sources, size_t count, struct bv_err *err);

/* pool.json and items.json for a blueprint, from the current items of a bank; allowed as for bv_draw_pool_load, path and shortage as for
 * bv_draw_pool_check. */
BV_API BV_MUST_USE enum bv_status bv_exam_from_bank(struct bv_buf *pool_json, struct bv_buf *items_json, const struct bv_blueprint *blueprint,
                                                    const char *path, struct bv_bank *bank, const struct bv_draw_allowed *allowed,
                                                    struct bv_buf *shortage, struct bv_err *err);

/* items.json for a pool that was frozen, or dealt, before. */
BV_API BV_MUST_USE enum bv_status bv_exam_from_pool(struct bv_buf *items_json, const struct bv_draw_pool *pool, const struct bv_blueprint *blueprint, const char *path,
                                                    struct bv_bank *bank, struct bv_buf *shortage, struct bv_err *err);

/* An exam made ready for many candidates. One thread at a time: it reads items when they are first drawn, and keeps them. */
struct bv_exam;
/* The texts of documents are copied or parsed; nothing is borrowed but ctx. EDENIED when they do not belong together: a pool frozen for
 * another blueprint, rules for another standard, a blueprint that asks for other rules. */
BV_API BV_MUST_USE enum bv_status bv_exam_new(struct bv_exam **out, const struct bv_exam_documents *documents, bv_exam_item_text text,
                                              void *ctx, struct bv_err *err);
BV_API void bv_exam_free(struct bv_exam *exam);
BV_AUTO_DEFINE(struct bv_exam, bv_exam_free)
BV_API const struct bv_exam_demands *bv_exam_demands_of(const struct bv_exam *exam);
BV_API struct bv_issuer bv_exam_issuer(const struct bv_exam *exam); /* borrowed */
BV_API enum bv_sitting_mode bv_exam_mode(const struct bv_exam *exam);
BV_API const struct bv_blueprint *bv_exam_blueprint(const struct bv_exam *exam);
/* What issues the forms of a blueprint with <assembly> or <adaptive>; NULL for others. */
BV_API struct bv_issue *bv_exam_issue(const struct bv_exam *exam);
/* The form of a ticket: drawn for it, issued to it (ENOTFOUND before its turn), or in mode fixed the one of the prepared forms that HMAC-SHA-256(draw key, "BV-FIXED-1\0" || cid) falls on, whose own
 * ticket says which. Any thread, and many at once. */
BV_API BV_MUST_USE enum bv_status bv_exam_form(struct bv_form **out, const struct bv_exam *exam, struct bv_str ticket, struct bv_err *err);

/* Adaptive: a form grows with the answers (BV-CAT-1), and bv_exam_form has none. */
BV_API bool bv_exam_is_adaptive(const struct bv_exam *exam);
/* What was answered to an item of the form: JSON {RESPONSE:PCI…}, good until the next call; left empty when nothing was. */
typedef enum bv_status (*bv_exam_answer)(void *ctx, struct bv_str *response, const struct bv_form_item *item, struct bv_err *err);
/* The first `given` items of the form of a ticket: answer is asked of each but the last, in order. The form has fewer, and *over, where the rules end it before;
 * *over, too, when there are no more than these. One thread at a time. EINVAL: given is not 1 to the blueprint's items. */
BV_API BV_MUST_USE enum bv_status bv_exam_grow(struct bv_form **out, bool *over, struct bv_exam *exam, struct bv_str ticket, uint32_t given, bv_exam_answer answer,
                                               void *ctx, struct bv_err *err);

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
	bool practice;
	struct bv_arena arena;
};
BV_API void bv_marking_finish(struct bv_marking *marking);
BV_AUTO_DEFINE_FINISH(struct bv_marking, bv_marking_finish)

/* Draws the candidate's form, scores the responses (responses.json: {"responses":{ITEM:{RESPONSE:PCI}}}; an item that is not named was not
 * answered; where forms grow with the answers also "given", how many items there were) and rates the outcomes. EINVAL names the item for a response that its item cannot take, and for an item that is not on the
 * form: nothing is ever dropped. */
BV_API BV_MUST_USE enum bv_status bv_exam_sit(struct bv_marking *out, struct bv_exam *exam, const struct bv_candidate *candidate,
                                              struct bv_str responses, struct bv_err *err);

/* responses.json of a simulated candidate of that ability (thousandths of a logit), from a stream of its own under the exam's seed. */
BV_API BV_MUST_USE enum bv_status bv_exam_simulate(struct bv_buf *responses, struct bv_exam *exam, const struct bv_candidate *candidate,
                                                   int64_t ability_milli, struct bv_err *err);

/* The certificate of a candidate who passed and is awarded a level; never of practice (EDENIED). A template is prepared once for a signer. */
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
/* Texts of items from the bank, as bv_exam_new asks for them, with the texts as ctx: what was asked for goes into the evidence with the next candidate. */
struct bv_evidence_texts;
BV_API struct bv_evidence_texts *bv_evidence_texts_new(struct bv_bank *bank);
BV_API void bv_evidence_texts_free(struct bv_evidence_texts *texts);
BV_AUTO_DEFINE(struct bv_evidence_texts, bv_evidence_texts_free)
BV_API BV_MUST_USE enum bv_status bv_evidence_item_text(void *texts, struct bv_buf *xml, struct bv_version_files *files, const struct bv_form_item *drawn,
                                                        struct bv_err *err);
/* bv_evidence_create, and the documents of the exam. */
BV_API BV_MUST_USE enum bv_status bv_evidence_begin(struct bv_evidence_folder **out, const char *path, const struct bv_exam_documents *documents,
                                                    struct bv_str did, struct bv_err *err);
/* A candidate's documents and his row of results.json; the credential is of who attains, else empty. */
BV_API BV_MUST_USE enum bv_status bv_evidence_candidate(struct bv_evidence_folder *folder, struct bv_evidence_texts *texts,
                                                        const struct bv_candidate *candidate, struct bv_str responses,
                                                        const struct bv_marking *marking, struct bv_str credential, struct bv_err *err);
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

/* ---- Exam clock (doc/sittings.md) -------------------------------------------------------------------------------- */

#define BV_BOOT_ID_SIZE 40 /* chars of the kernel's boot id (a UUID) and its NUL */

/* Where time comes from: bv_time_source_system() in programs, stepped ones in tests. Called by one thread at a time. */
struct bv_time_source {
	int64_t (*boot_ms)(void *ctx);  /* CLOCK_BOOTTIME: counts from the start of the machine, suspended or not */
	int64_t (*awake_ms)(void *ctx); /* CLOCK_MONOTONIC: does not count while the machine is suspended */
	int64_t (*utc_ms)(void *ctx);   /* CLOCK_REALTIME: wall clock, may be stepped by anybody */
	void (*boot_id)(void *ctx, char out[BV_BOOT_ID_SIZE]);
	void *ctx;
};
BV_API struct bv_time_source bv_time_source_system(void);

/* What is kept of the clock, so that a process that starts later can go on: the three clocks at one moment. */
struct bv_clock_mark {
	char boot_id[BV_BOOT_ID_SIZE];
	int64_t boot_ms, utc_ms;
	int64_t exam_ms; /* what the exam clock said */
};

/* The exam clock: milliseconds of UTC where it was first set, and from there on only elapsed time: CLOCK_BOOTTIME in one boot of the machine (also
 * across restarts of the process); from one boot to the next the difference of the wall clock, never negative. Steps of the wall clock while the
 * machine runs change nothing. Plain data; not for two threads at once. */
struct bv_exam_clock {
	struct bv_time_source source;
	struct bv_clock_mark anchor;
	int64_t last_ms;                /* what it said last: it never says less */
	int64_t asleep_ms;              /* boot_ms - awake_ms when last looked at */
	int64_t held_ms;                /* > 0: nobody knows how much time passed before this boot; the wall clock says so much (1: it was set back) */
	int64_t jump_limit_ms;
};

/* What starting or looking at the clock found; for the record. */
struct bv_clock_news {
	int64_t jump_ms;      /* another boot: time that was taken to have passed, by the wall clock; 0 when held */
	int64_t back_ms;      /* another boot: by how much the wall clock was behind what it had said before */
	int64_t suspended_ms; /* the machine was suspended for so long since the clock was last looked at */
	bool new_boot, held;
};

#define BV_CLOCK_JUMP_LIMIT_MS (15 * 60 * 1000) /* a longer time between two boots is not believed without a person */

/* kept NULL: a new ledger; the clock starts at the wall clock. floor_ms: the latest time in the log, which it never goes below. */
BV_API void bv_exam_clock_start(struct bv_exam_clock *clock, const struct bv_time_source *source, const struct bv_clock_mark *kept,
                                int64_t floor_ms, int64_t jump_limit_ms, struct bv_clock_news *news);
/* Now, in milliseconds. news may be NULL. */
BV_API int64_t bv_exam_clock_now(struct bv_exam_clock *clock, struct bv_clock_news *news);
#define BV_CLOCK_JUMP_MAX_MS (INT64_C(366) * 86400000)
/* Ends the hold: jump_ms passed before this start, as a person says who knows. ECONFLICT when it is not held, EINVAL for less than 0 or more than a
 * year. */
BV_API BV_MUST_USE enum bv_status bv_exam_clock_confirm(struct bv_exam_clock *clock, int64_t jump_ms, struct bv_err *err);
BV_API void bv_exam_clock_mark(struct bv_clock_mark *mark, struct bv_exam_clock *clock);
/* By how much the wall clock is ahead of the exam clock: steps since it was set. */
BV_API int64_t bv_exam_clock_drift_ms(struct bv_exam_clock *clock);

/* ---- Sittings and attempts (doc/sittings.md) --------------------------------------------------------------------- */

#define BV_SITTING_NAME_MAX 64     /* bytes: letters, digits, '.', '_', '-' */
#define BV_SITTING_SECTIONS_MAX BV_BLUEPRINT_PARTS_MAX
#define BV_ADAPTIVE_ITEMS_MAX 200 /* of an adaptive form */
#define BV_SITTING_TIME_MAX_MS (7 * INT64_C(86400000)) /* of an attempt, and of anything that is added to it */
#define BV_SITTING_GRACE_MAX_MS (10 * 60 * 1000)
#define BV_AUTHOR_MAX 40           /* bytes of the random id of a member of staff: letters, digits, '_', '-' */
#define BV_MACHINE_MAX 64          /* bytes of the name of a machine: letters, digits, '.', '_', '-', ':' */
#define BV_EXTRA_PERCENT_MAX 300
#define BV_ACT_REASON_MAX 1000     /* bytes */
#define BV_ANSWER_MAX (64u << 10)  /* bytes of the JSON of one answer */
#define BV_DETAILS_MAX (16u << 10) /* bytes of the JSON that is kept with an act for others */
#define BV_EXAM_BODY_MAX (80u << 10)

enum bv_attempt_state {
	BV_ATTEMPT_NONE, /* there is no such attempt */
	BV_ATTEMPT_REGISTERED,
	BV_ATTEMPT_ADMITTED,
	BV_ATTEMPT_STARTED,
	BV_ATTEMPT_PAUSED,
	BV_ATTEMPT_SUBMITTED, /* by the candidate */
	BV_ATTEMPT_EXPIRED,   /* by the clock */
	BV_ATTEMPT_ENDED,     /* by a proctor */
	BV_ATTEMPT_SCORED,
	BV_ATTEMPT_RELEASED,
	BV_ATTEMPT_APPEALED,
	BV_ATTEMPT_FINAL,
	/* A sitting has a chain of events of its own: */
	BV_SITTING_OPEN,
	BV_SITTING_CLOSED,
	BV_ATTEMPT_STATE_COUNT
};
/* "registered", …, "sitting-open"; "none". */
BV_API const char *bv_attempt_state_name(enum bv_attempt_state state);

/* What somebody wants done. What is accepted becomes an event of the same kind; the numbers are in event hashes and never change. */
enum bv_exam_act {
	BV_EXAM_NOTHING,
	BV_EXAM_OPEN = 1,       /* a new sitting: plan */
	BV_EXAM_CLOSE = 2,      /* the sitting: nobody writes in it any more */
	BV_EXAM_WINDOW = 3,     /* the sitting's opens_ms, start_until_ms, closes_ms change */
	BV_EXAM_CLOCK = 4,      /* the sitting: what happened to the clock; author "clock", or who confirmed a jump */
	BV_EXAM_REGISTER = 10,  /* a new attempt: ticket, extra_percent, extra_ms */
	BV_EXAM_ADMIT = 11,     /* a proctor has seen the candidate */
	BV_EXAM_DISMISS = 12,   /* takes an admission back */
	BV_EXAM_LEASE = 13,     /* a tab of a machine may write, and no other: machine; lease is the number that it gets */
	BV_EXAM_UNBIND = 14,    /* a proctor allows another machine */
	BV_EXAM_START = 15,     /* form */
	BV_EXAM_SAVE = 16,      /* item, number, response, age_ms */
	BV_EXAM_SECTION = 17,   /* section is left, and closed: by the candidate, or by the clock when its time is over; of an adaptive form: after, form */
	BV_EXAM_PAUSE = 18,     /* the clock of the attempt stops */
	BV_EXAM_RESUME = 19,
	BV_EXAM_EXTEND = 20,    /* ms more */
	BV_EXAM_SUBMIT = 21,
	BV_EXAM_EXPIRE = 22,    /* made by the ledger */
	BV_EXAM_END = 23,
	BV_EXAM_REOPEN = 24,    /* submitted, expired or ended by mistake: → paused */
	BV_EXAM_SCORE = 25,     /* result */
	BV_EXAM_RELEASE = 26,
	BV_EXAM_APPEAL = 27,
	BV_EXAM_FINALISE = 28,
	BV_EXAM_NOTE = 29,      /* a remark, an irregularity: details */
	BV_EXAM_ACCESS = 30,    /* somebody read personal data: reason */
	BV_EXAM_RESCUE = 31,    /* an answer that staff brings from the file of a machine without network: as SAVE, with where it is from */
	BV_EXAM_ACT_COUNT,
	BV_EXAM_LOOK = 100,     /* no event: asks for the state, after all that was acknowledged before */
};
/* "open", …, "look". */
BV_API const char *bv_exam_act_name(enum bv_exam_act act);
BV_API BV_MUST_USE enum bv_status bv_exam_act_parse(enum bv_exam_act *act, struct bv_str name, struct bv_err *err);

/* A part of the form with a time of its own: its items follow those of the part before. */
struct bv_sitting_section {
	uint32_t item_count;
	int64_t limit_ms; /* 0: no limit of its own */
};

/* What the rules of a sitting need to know. Without sections every item may be answered at any time; with sections one after the other, and
 * what is left is closed. Times are exam clock (UTC). The deadline of an attempt is the earlier of its start + own_ms and closes_ms, plus all that
 * was added: accommodation, pauses, extensions. */
struct bv_sitting_plan {
	struct bv_str name;
	int64_t opens_ms;       /* nobody starts before */
	int64_t start_until_ms; /* nobody starts after */
	int64_t closes_ms;
	int64_t own_ms;
	int64_t grace_ms; /* late rule. 0: refuse. Else an answer given before the deadline that arrives so much later is taken and marked late */
	uint32_t item_count; /* 1 to BV_FORM_ITEMS_MAX, of every form; of an adaptive one the most there can be */
	bool adaptive;       /* each item is a section of its own, and follows from the answers before it: 1 to BV_ADAPTIVE_ITEMS_MAX items, no other sections */
	uint32_t section_count;
	struct bv_sitting_section sections[BV_SITTING_SECTIONS_MAX];
};
/* EINVAL says which member is wrong. */
BV_API BV_MUST_USE enum bv_status bv_sitting_plan_check(const struct bv_sitting_plan *plan, struct bv_err *err);

/* What an act says, and what its event keeps (as JSON, RFC 8785). Which members an act needs or may have is a row of a table (event.c); the others
 * are left zero. Everything is borrowed. */
struct bv_exam_facts {
	/* "candidate", "clock", or the random id of a member of staff or a service. Never a name. */
	struct bv_str author;
	struct bv_str reason;   /* where a person decides */
	uint64_t key;           /* of the client, for acts of staff: the same key again is the same act. 0: none */
	struct bv_str details;  /* JSON object that the ledger keeps and does not read; may be empty. Never personal data */
	struct bv_sitting_plan plan;
	struct bv_str ticket;
	uint32_t extra_percent; /* accommodation: of the time of the attempt and of each section */
	int64_t extra_ms;
	struct bv_str machine;
	uint32_t lease;         /* LEASE: set by the ledger; START, SAVE, SECTION, SUBMIT: the one that the tab was given */
	uint32_t item;          /* from 0 */
	uint32_t number;        /* the client's own counter of saves in this lease, from 1; of one item only growing */
	int64_t age_ms;         /* how long ago the candidate gave the answer, by the client's steady clock */
	bool late;              /* set by the ledger: arrived after the deadline, within the grace */
	struct bv_str response; /* JSON: {RESPONSE:PCI…} */
	uint32_t section;
	uint32_t after;         /* SECTION of an adaptive form: seq of the newest answer to the item that is left; 0: none */
	int64_t ms;             /* EXTEND; CLOCK: the jump that is taken */
	uint8_t form[BV_HASH_LEN], result[BV_HASH_LEN]; /* form: START; SECTION of an adaptive form: with the next item, zeros when none comes any more */
	int64_t deadline_ms;    /* EXPIRE, SECTION by the clock: set by the ledger */
};

/* Refused: by what. For programs; the message is for people. */
enum bv_refusal {
	BV_REFUSED_NOT,
	BV_REFUSED_SHAPE,    /* EINVAL: a member is missing, out of range, or not JSON */
	BV_REFUSED_UNKNOWN,  /* ENOTFOUND: no such attempt, sitting, item or section */
	BV_REFUSED_STATE,    /* ECONFLICT: not possible in this state; the message names state, act and what is possible */
	BV_REFUSED_AUTHOR,   /* EDENIED: this act is not for a candidate, for staff, or for the clock */
	BV_REFUSED_WINDOW,   /* EDENIED: the sitting has not opened, or nobody may start any more */
	BV_REFUSED_TIME,     /* EDENIED: after the deadline */
	BV_REFUSED_SECTION,  /* EDENIED: the item is not in the section that is open */
	BV_REFUSED_LEASE,    /* EDENIED: another tab or machine has taken over */
	BV_REFUSED_MACHINE,  /* EDENIED: another machine; a proctor must allow the move */
	BV_REFUSED_NUMBER,   /* ECONFLICT: the same number came before with another answer; or the ticket or name is taken */
	BV_REFUSED_HELD,     /* EDENIED: nobody knows how long the machine was off; a person must confirm the clock first */
	BV_REFUSED_STOPPED,  /* EIO: the ledger is stopped or closing; nothing was stored */
};
/* "shape", "unknown", …; "" for none. */
BV_API const char *bv_refusal_name(enum bv_refusal refusal);

/* Of one item of an attempt, as the ledger keeps it in memory. */
struct bv_attempt_item {
	int64_t n;       /* place in the log of the newest answer; 0: none */
	uint64_t digest; /* first 8 bytes of SHA-256 of the response */
	uint32_t seq, number, lease;
};

/* One key of an act of staff, so that the same request again is not done twice. */
struct bv_attempt_key {
	uint64_t key;
	int64_t n;
	uint32_t seq;
};

/* All that the rules need of an attempt: a pure fold over its events (a few hundred bytes and 32 an item). Members are read, never written, by
 * others than attempt.c. */
struct bv_attempt {
	int64_t id;      /* 1, 2, …: attempts and sittings of a ledger are numbered together */
	int64_t sitting; /* id of its sitting; of a sitting itself */
	int64_t last_ms; /* time of its last event: no event of it is earlier */
	int64_t last_n;
	int64_t start_ms, added_ms; /* added: extensions, and pauses that are over */
	int64_t pause_ms;           /* when the pause began that it is in (or when it was submitted, expired or ended) */
	int64_t section_ms, section_added_ms; /* when the section was entered, and what was added since */
	int64_t closed_ms;  /* deadline of the section before, if the clock closed it: late answers to it may come; 0: no */
	int64_t extra_ms;
	int64_t due_ms;     /* for the ledger's timer; 0: none */
	int64_t start_n, section_n, finish_n;
	/* The newest act of staff that the candidate has to be shown (not notes, not what comes after the end); order is 0: none. */
	int64_t order_ms;
	uint32_t order_seq;
	uint8_t order; /* enum bv_exam_act */
	uint64_t machine;   /* first 8 bytes of SHA-256 of the machine's name; 0: none */
	uint32_t seq, start_seq, section_seq, finish_seq;
	uint32_t lease;
	uint16_t extra_percent;
	uint8_t state; /* enum bv_attempt_state */
	uint8_t section;
	bool over; /* of an adaptive form: no item comes any more */
	uint8_t key_next;
	struct bv_attempt_key keys[2];
	uint8_t head[BV_HASH_LEN]; /* hash of its last event */
	struct bv_attempt_item *items; /* item_count of its sitting, from the start on */
};

/* Decides an act at a time. On BV_OK *event has what is to be stored, made complete (lease, late, deadline, the time), and nothing has changed
 * yet: bv_attempt_fold does that once it is in the log. verdict tells apart:
 *  BV_ATTEMPT_DO: store event;  BV_ATTEMPT_AGAIN: done before, see seq and n;  BV_ATTEMPT_OLD: a newer answer is stored, see seq and n.
 * attempt->state is BV_ATTEMPT_NONE for OPEN and REGISTER. facts have passed bv_exam_facts_check; what the clock has to do by now (bv_attempt_due) was done.
 * A refusal has decision->refusal and a message. Pure: no clock, no memory but what it is given. */
enum bv_attempt_verdict { BV_ATTEMPT_DO, BV_ATTEMPT_AGAIN, BV_ATTEMPT_OLD };
struct bv_attempt_decision {
	enum bv_attempt_verdict verdict;
	enum bv_refusal refusal;
	int64_t n;
	uint32_t seq;
};
struct bv_exam_event;
BV_API BV_MUST_USE enum bv_status bv_attempt_decide(struct bv_attempt_decision *decision, struct bv_exam_event *event,
                                                    const struct bv_attempt *attempt, const struct bv_sitting_plan *plan,
                                                    enum bv_exam_act act, const struct bv_exam_facts *facts, int64_t now_ms,
                                                    struct bv_err *err);
/* The state after an event that is in the log at n. EINVAL when the event cannot follow what was there: seq, time, or state (a log that no program
 * of ours wrote). Items are allocated by START; bv_attempt_finish frees them. With a plan of item_count 0 they are not kept: for who shows states and
 * decides nothing. */
BV_API BV_MUST_USE enum bv_status bv_attempt_fold(struct bv_attempt *attempt, const struct bv_sitting_plan *plan,
                                                  const struct bv_exam_event *event, struct bv_err *err);
BV_API void bv_attempt_finish(struct bv_attempt *attempt);

/* Time of the candidate: what is left now, 0 after the deadline, all of it before the start; stands still in a pause. */
BV_API int64_t bv_attempt_left_ms(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan, int64_t now_ms);
/* The same of the section that is open; of the whole when it has no limit. */
BV_API int64_t bv_attempt_section_left_ms(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan, int64_t now_ms);
/* When its time is over: of an attempt that is started, else 0. */
BV_API int64_t bv_attempt_deadline_ms(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan);
/* When the clock will act, and what it does then (SECTION or EXPIRE); false: never, as it stands. */
BV_API bool bv_attempt_due(const struct bv_attempt *attempt, const struct bv_sitting_plan *plan, int64_t *due_ms, enum bv_exam_act *act);

/* The table of states and acts, for people, Markdown: which act takes which state where, and who may. doc/sittings.md has it. */
BV_API void bv_attempt_table_write(struct bv_buf *out);

/* ---- Exam events (doc/sittings.md) ------------------------------------------------------------------------------- */

struct bv_exam_event {
	int64_t n;       /* place in the log: 1, 2, …; 0 before it is there */
	int64_t sitting; /* id */
	int64_t attempt; /* id; of the sitting itself for its own events */
	int64_t seq;     /* 1, 2, … in the attempt, without gaps */
	int64_t at_ms;   /* exam clock; never before the event before it in the attempt */
	enum bv_exam_act act;
	struct bv_exam_facts facts;
	struct bv_str body; /* the JSON bytes of facts */
	uint8_t hash[BV_HASH_LEN];
};

/* Appends the body: JSON in the form of RFC 8785, what is zero left out. facts have passed bv_exam_facts_check. */
BV_API void bv_exam_body_write(struct bv_buf *out, enum bv_exam_act act, const struct bv_exam_facts *facts);
/* Reads one, strictly: only what bv_exam_body_write writes is taken, byte for byte (EPARSE, EINVAL). Texts are borrowed from body; a reason that has
 * escapes is copied to arena, or left empty when arena is NULL. */
BV_API BV_MUST_USE enum bv_status bv_exam_body_parse(struct bv_exam_facts *facts, enum bv_exam_act act, struct bv_str body,
                                                     struct bv_arena *arena, struct bv_err *err);
/* Has an act what it needs, in range, and nothing else? EINVAL names the member. Members that the ledger sets are not looked at. */
BV_API BV_MUST_USE enum bv_status bv_exam_facts_check(enum bv_exam_act act, const struct bv_exam_facts *facts, struct bv_err *err);
/* event->hash as bv_receipt_hash says it (certs.h); start is of the sitting. receipt gets the event's part of its receipt; may be NULL. */
BV_API void bv_exam_event_hash(struct bv_exam_event *event, struct bv_receipt *receipt, const struct bv_sha256 *start,
                               const uint8_t prev[BV_HASH_LEN]);

/* ---- Persons (doc/personal-data.md) ------------------------------------------------------------------------------ */

/* What is known of people: beside the ledger, in a database of its own, each person's under a key of his own, which is sealed by a master key that is in
 * no database. The ledger has tickets and commitments. Erasing a person destroys his key. Every call leaves a record of who did what, when and why in a
 * chain of hashes, which is on disk before anything is given out. */
struct bv_people;

enum bv_person_field {
	BV_PERSON_NAME,        /* as on an identity card */
	BV_PERSON_PERSONAL_ID, /* 12 digits; one person has one, and nobody else has it */
	BV_PERSON_BIRTH,       /* YYYY-MM-DD */
	BV_PERSON_UNIT,        /* where he works */
	BV_PERSON_CONTACT,     /* telephone, e-mail */
	BV_PERSON_PHOTO,       /* SHA-256 of his photograph, 64 hexadecimal digits in lower case; the picture may be here too: bv_people_set_photo */
	BV_PERSON_NOTE,        /* free text */
	BV_PERSON_FIELDS
};
/* "name", "personalId", "birth", "unit", "contact", "photo", "note". */
BV_API const char *bv_person_field_name(enum bv_person_field field);
/* Bits 1u << field of "name,birth", or of "all". EINVAL. */
BV_API BV_MUST_USE enum bv_status bv_person_fields_parse(unsigned *fields, struct bv_str names, struct bv_err *err);
#define BV_PERSON_ALL ((1u << BV_PERSON_FIELDS) - 1)

#define BV_PERSONAL_ID_LEN 12
#define BV_PERSON_TEXT_MAX 1000      /* bytes of name, unit, contact */
#define BV_PERSON_NOTE_MAX (16 << 10)
#define BV_PERSON_ID_SIZE 27         /* the random id of a person: 26 letters and digits, and NUL */
#define BV_PERSON_TICKET_SIZE 27     /* of a ticket that is made here */
#define BV_MASTER_LEN 32

/* 32 secret bytes that seal the keys of all persons. */
struct bv_master;
BV_API struct bv_master *bv_master_new(const uint8_t secret[BV_MASTER_LEN]);
/* A file that only its owner may read: "BV-MASTER-1", a line feed, 64 hexadecimal digits, a line feed. ENOTFOUND, EINVAL (readable by others), EPARSE. */
BV_API BV_MUST_USE enum bv_status bv_master_load(struct bv_master **out, const char *path, struct bv_err *err);
/* ECONFLICT if the file exists. */
BV_API BV_MUST_USE enum bv_status bv_master_create(const char *path, const uint8_t secret[BV_MASTER_LEN], struct bv_err *err);
/* A key for another purpose, which says its name: HKDF-SHA-256. */
BV_API void bv_master_derive(uint8_t out[BV_MASTER_LEN], const struct bv_master *master, struct bv_str purpose);
BV_API void bv_master_free(struct bv_master *master);
BV_AUTO_DEFINE(struct bv_master, bv_master_free)

/* Where the randomness of keys, ids, salts and nonces comes from: bv_random_fill. */
typedef void (*bv_random)(void *p, size_t len);

/* Makes the tables, in a file or a schema that is empty: never the ledger's. EINVAL when it is not empty. */
BV_API BV_MUST_USE enum bv_status bv_people_create(const char *url, const struct bv_master *master, bv_random random, struct bv_err *err);
/* master is copied; it may be NULL for what needs no key: the log, scrubbing. EDENIED for another master key, EINVAL for a database of something else.
 * Used by one thread at a time; any number of programs may have it open. */
BV_API BV_MUST_USE enum bv_status bv_people_open(struct bv_people **out, const char *url, const struct bv_master *master, bv_random random,
                                                 struct bv_err *err);
/* Rolls back what was begun. */
BV_API void bv_people_close(struct bv_people *people);
BV_AUTO_DEFINE(struct bv_people, bv_people_close)

/* Who, when and why: of every call below. author is as in the ledger (BV_AUTHOR_MAX, never a name), the reason is text of 1 to BV_ACT_REASON_MAX bytes
 * without personal data, as nobody can take it back. */
struct bv_people_access {
	struct bv_str author, reason;
	int64_t at_ms; /* UTC */
};

/* Several calls as one transaction: an import of thousands waits for the disk once. Without them each call is one of its own. What fails ends the
 * transaction; only bv_people_rollback is possible then. */
BV_API BV_MUST_USE enum bv_status bv_people_begin(struct bv_people *people, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_people_commit(struct bv_people *people, struct bv_err *err);
BV_API void bv_people_rollback(struct bv_people *people);

/* A person as a roster has him. Empty fields say nothing: what is known already stays. */
struct bv_person_entry {
	struct bv_str fields[BV_PERSON_FIELDS]; /* name and personalId must be there */
	struct bv_str sitting;                  /* name of the sitting that he is registered for; empty: none */
	struct bv_str ticket;                   /* in that sitting; empty: one is made at random, or is there */
};
struct bv_person_entered {
	char person[BV_PERSON_ID_SIZE];
	char ticket[BV_TICKET_MAX + 1];
	/* For the details of the event of the registration: {"person":"HEX"}. SHA-256("BV-PERSON-1" 00 ‖ salt ‖ JSON), see bv_person_opening_check. */
	uint8_t commitment[BV_HASH_LEN];
	bool added, changed, registered; /* new; some field is another; the ticket is new: all false for what was there as it is */
};
/* EINVAL names the field that is at fault; needs no database and no key: for a dry run. */
BV_API BV_MUST_USE enum bv_status bv_person_entry_check(const struct bv_person_entry *entry, struct bv_err *err);
/* One field of it. */
BV_API BV_MUST_USE enum bv_status bv_person_field_check(enum bv_person_field field, struct bv_str value, struct bv_err *err);
/* Adds a person, or changes and registers him: the same again does nothing. ECONFLICT: he has another ticket in the sitting, or somebody else has this
 * one. */
BV_API BV_MUST_USE enum bv_status bv_people_enter(struct bv_person_entered *out, struct bv_people *people, const struct bv_person_entry *entry,
                                                  const struct bv_people_access *access, struct bv_err *err);

/* Whose number it is, whose ticket. ENOTFOUND, also for one who was erased; that somebody asked is in the log too. */
BV_API BV_MUST_USE enum bv_status bv_people_find(char person[BV_PERSON_ID_SIZE], struct bv_people *people, struct bv_str personal_id,
                                                 const struct bv_people_access *access, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_people_find_ticket(char person[BV_PERSON_ID_SIZE], struct bv_people *people, struct bv_str sitting,
                                                        struct bv_str ticket, const struct bv_people_access *access, struct bv_err *err);

/* Who is meant where files are called after persons: by his ticket in the sitting, or by his personal id; sitting may be empty, then only by that. */
struct bv_person_called {
	char person[BV_PERSON_ID_SIZE];
	char ticket[BV_TICKET_MAX + 1]; /* in the sitting */
};
/* ENOTFOUND also for somebody who is known, and not registered for the sitting. */
BV_API BV_MUST_USE enum bv_status bv_people_find_called(struct bv_person_called *out, struct bv_people *people, struct bv_str sitting, struct bv_str called,
                                                        const struct bv_people_access *access, struct bv_err *err);

struct bv_person {
	char id[BV_PERSON_ID_SIZE];
	struct bv_str fields[BV_PERSON_FIELDS]; /* empty: not known, or not asked for */
	bool photo;                             /* bv_people_read_photo would find one */
	struct bv_arena arena;
};
/* fields: bits; one at least. ENOTFOUND; ECONFLICT he was erased; EDENIED the author has read more persons in a day than the rules let him, or the box
 * does not open. */
BV_API BV_MUST_USE enum bv_status bv_people_read(struct bv_person **out, struct bv_people *people, struct bv_str person, unsigned fields,
                                                 const struct bv_people_access *access, struct bv_err *err);
BV_API void bv_person_free(struct bv_person *person);
BV_AUTO_DEFINE(struct bv_person, bv_person_free)

/* The photograph by which a person is recognised, of BV_PORTRAIT_MAX bytes at most as bv_portrait_clean gives them (itembank.h): in the place of one that was there.
 * *changed false: it is the same. EINVAL: neither JPEG nor PNG, or larger. Inside a transaction or as one of its own. */
BV_API BV_MUST_USE enum bv_status bv_people_set_photo(bool *changed, struct bv_people *people, struct bv_str person, struct bv_str photo,
                                                      const struct bv_people_access *access, struct bv_err *err);
/* Appends it. ENOTFOUND he has none, also that is in the log; otherwise as bv_people_read, also for how many persons may be read. */
BV_API BV_MUST_USE enum bv_status bv_people_read_photo(struct bv_buf *out, struct bv_people *people, struct bv_str person, const struct bv_people_access *access,
                                                       struct bv_err *err);
/* It is forgotten: what is left of the person is sealed with a new key. ENOTFOUND he has none. Then bv_people_scrub. */
BV_API BV_MUST_USE enum bv_status bv_people_remove_photo(struct bv_people *people, struct bv_str person, const struct bv_people_access *access, struct bv_err *err);
/* Whose ticket in the sitting has one, in the order of tickets. Nobody is read. */
typedef enum bv_status (*bv_people_photo_visit)(void *ctx, struct bv_str ticket, bool has, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_people_photos(struct bv_people *people, struct bv_str sitting, bv_people_photo_visit visit, void *ctx, struct bv_err *err);

/* Everything that is known of a person, for himself: fields with the time of each, registrations with what opens their commitments, and who did what
 * with it, the export itself included. JSON, owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_people_export(struct bv_json **out, struct bv_people *people, struct bv_str person,
                                                   const struct bv_people_access *access, struct bv_err *err);
/* Is the commitment one of that salt (hexadecimal) and that JSON text, as an export has them? EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_person_opening_check(const uint8_t commitment[BV_HASH_LEN], struct bv_str salt, struct bv_str json,
                                                          struct bv_err *err);

/* Destroys the person's key, and with it what the key sealed. What remains is his random id, tickets and commitments, and the log. ENOTFOUND;
 * ECONFLICT he was erased before. Then bv_people_scrub, once for any number of persons. */
BV_API BV_MUST_USE enum bv_status bv_people_erase(struct bv_people *people, struct bv_str person, const struct bv_people_access *access,
                                                  struct bv_err *err);
/* Writes the files anew, so that nothing that was deleted is left in them: doc/personal-data.md says what a server keeps longer. Does nothing when
 * nothing was deleted since. EIO: as another program reads; what is left is scrubbed by the next call. Outside transactions. */
BV_API BV_MUST_USE enum bv_status bv_people_scrub(struct bv_people *people, struct bv_err *err);
/* Has something been deleted that no scrub has seen to? */
BV_API BV_MUST_USE enum bv_status bv_people_unscrubbed(bool *unscrubbed, struct bv_people *people, struct bv_err *err);

/* Seals all keys with another master key, a thousand at a time: what was done stays done, and the next call goes on. people is open with the old one, which
 * opens nothing any more when it is done, and is to be destroyed, and with it what old backups hold of erased persons. *done keys were sealed anew.
 * Not inside a transaction. Then bv_people_scrub. */
BV_API BV_MUST_USE enum bv_status bv_people_rewrap(int64_t *done, struct bv_people *people, const struct bv_master *to,
                                                   const struct bv_people_access *access, struct bv_err *err);

/* How many persons one author may read in 24 hours; 0: any number. */
#define BV_PEOPLE_QUOTA_MAX 10000000
BV_API BV_MUST_USE enum bv_status bv_people_set_quota(struct bv_people *people, int64_t persons, const struct bv_people_access *access,
                                                      struct bv_err *err);

/* How long what is kept: an XML document (doc/personal-data.md), since law changes. */
#define BV_RETENTION_MAX (64u << 10)
#define BV_RETENTION_RULES_MAX 32
struct bv_retention_rule {
	unsigned fields; /* bits of birth, unit, contact, photo, note; or BV_PERSON_ALL: the whole person is erased */
	int64_t days;    /* since the field was given or the person last registered, whichever is later */
	struct bv_str basis;
	int line;
};
struct bv_retention {
	struct bv_str id;
	const struct bv_retention_rule *rules;
	size_t count;
	struct bv_arena arena;
};
BV_API BV_MUST_USE enum bv_status bv_retention_parse(struct bv_retention **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_retention_free(struct bv_retention *retention);
BV_AUTO_DEFINE(struct bv_retention, bv_retention_free)
/* What has been kept long enough at access->at_ms is erased: whole persons, or fields, after which the person has a new key. Commitments are not opened any
 * more when a field is gone that they are of. dry: nothing is done. told, which may be NULL, is called for each person. A thousand persons are one
 * transaction: what was done stays done. Not inside one. Then bv_people_scrub. */
typedef void (*bv_people_told)(void *ctx, const char *person, unsigned fields);
BV_API BV_MUST_USE enum bv_status bv_people_retain(struct bv_people *people, const struct bv_retention *retention,
                                                   const struct bv_people_access *access, bool dry, bv_people_told told, void *ctx,
                                                   struct bv_err *err);

/* A record of the log. */
struct bv_people_record {
	int64_t n, at_ms;
	struct bv_str act;    /* "enter", "change", "register", "find", "read", "refuse", "export", "erase", "retain", "rewrap", "quota", "create" */
	struct bv_str author, reason;
	struct bv_str person; /* may be empty */
	unsigned fields;
	uint8_t hash[BV_HASH_LEN]; /* SHA-256("BV-ACCESS-1" 00 ‖ hash before ‖ be64 n ‖ be64 at_ms ‖ be64 fields ‖ act, author, person, reason, each behind be32 len) */
};
typedef enum bv_status (*bv_people_record_visit)(void *ctx, const struct bv_people_record *record, struct bv_err *err);
/* Of one person, or of all (empty), in order. */
BV_API BV_MUST_USE enum bv_status bv_people_log(struct bv_people *people, struct bv_str person, bv_people_record_visit visit, void *ctx,
                                                struct bv_err *err);
#define BV_PEOPLE_SPAN 20000 /* records by which one search goes back at most */
/* Which are looked for; empty texts, 0: whatever. */
struct bv_people_search {
	struct bv_str act, author, person;
	int64_t since_ms, until_ms;
	int64_t before; /* only numbers below it */
	int64_t limit;  /* at least 1 */
};
/* The newest first. *next: `before` of the following page, 0: that is all. A page may have fewer than limit, or none, and yet a next. */
BV_API BV_MUST_USE enum bv_status bv_people_search(int64_t *next, struct bv_people *people, const struct bv_people_search *search, bv_people_record_visit visit, void *ctx,
                                                   struct bv_err *err);
/* Does the chain hold from its first record to its last? *n and hash are the last one's: noted elsewhere (in the ledger, on paper) they show later that
 * nothing was cut off: was_n and was, if was_n is not 0. EDENIED names the record. */
BV_API BV_MUST_USE enum bv_status bv_people_log_check(int64_t *n, uint8_t hash[BV_HASH_LEN], struct bv_people *people, int64_t was_n,
                                                      const uint8_t was[BV_HASH_LEN], struct bv_err *err);

/* ---- Ledger (doc/ledger.md) -------------------------------------------------------------------------------------- */

/* A writer of a database of events; there may be others, on PostgreSQL also on other machines. Acts come from any thread; the ledger takes all that are waiting, decides each by the state of its attempt
 * in memory, appends the events, commits once, and then answers all of them. What is answered BV_OK survives a crash of program, machine and
 * power. The first commit that fails stops the ledger for good: nobody is answered OK any more, and the program should end. */
struct bv_ledger;

#define BV_LEDGER_BATCH_MAX 1024 /* events of a commit */
#define BV_NODE_SKEW_MAX_MS 1000   /* a node whose clock differs more from another's takes no answers */
#define BV_NODE_SKEW_ADJUST_MS 250 /* less is not looked at: it cannot be measured better */
#define BV_NODE_LIVE_MS 30000      /* a node that has not said for so long what time it has is not asked */

struct bv_ledger_options {
	const char *url;                  /* made if it is missing */
	struct bv_time_source time;
	int64_t jump_limit_ms;            /* 0: BV_CLOCK_JUMP_LIMIT_MS */
	const struct bv_key *key;         /* signs receipts and checkpoints; borrowed, and used by no one else while the ledger is open */
	struct bv_str origin;             /* of checkpoints: "example.vn/bangvang"; copied. Empty: the one that the ledger has */
	struct bv_str new_origin;         /* of a ledger that is made, where origin is empty */
	uint32_t batch_max;               /* 0: BV_LEDGER_BATCH_MAX */
	int64_t checkpoint_ms;            /* how often a signed checkpoint of each sitting that has grown is made; 0: 10 s */
	bool no_expiry;                   /* time is not acted upon: for tools that read or move a ledger */
	bool own_wall_clock;              /* PostgreSQL: nodes compare their clocks by the wall clock of .time, not by the server's: for tests that step it */
	/* Told once, by the thread that commits, when the ledger stops by itself. May be NULL. */
	void (*stopped)(void *ctx, const struct bv_err *err);
	/* Told of every event after its commit, in the order of the log, by one thread at a time: proctor feeds; also of those of other nodes. Its facts are not read
	 * (bv_exam_body_parse), its body is borrowed during the call. Quick. May be NULL. */
	void (*seen)(void *ctx, const struct bv_exam_event *event);
	void *ctx;
};

/* What was acknowledged. */
struct bv_ledger_ack {
	int64_t sitting, attempt, seq, n;
	int64_t at_ms;        /* of the event */
	int64_t now_ms;       /* exam clock at the answer */
	int64_t left_ms, section_left_ms;
	int64_t deadline_ms;
	uint32_t lease;       /* the one that may write */
	uint8_t state, section;
	bool over;            /* of an adaptive form: no item comes any more */
	bool again;           /* the same was stored before; seq and at_ms are of then */
	bool superseded;      /* a newer answer to the item is stored, of which seq and at_ms are; nothing of this one */
	bool late;
	struct bv_receipt receipt; /* certs.h; not signed (count 0) for LOOK and superseded */
};

/* One act on its way. The caller's storage, from bv_ledger_submit until done is called; zero-initialised. */
struct bv_ledger_act {
	/* in */
	enum bv_exam_act act;
	int64_t attempt; /* id; of the sitting for CLOSE, WINDOW, REGISTER, and for NOTE, ACCESS and LOOK of a sitting; 0 for OPEN */
	bool also_closed; /* LOOK: at attempts of sittings that are closed, too, which are read from the database meanwhile */
	struct bv_exam_facts facts; /* what is borrowed stays until done */
	/* Called by a thread of the ledger, which must not be made to wait: look, which may be NULL, when the act is accepted (or was before), with the
	 * state after it, before anything is on disk, and again when another node was faster and it is decided again; done when it is. */
	void (*look)(struct bv_ledger_act *act, const struct bv_attempt *attempt, const struct bv_sitting_plan *plan);
	void (*done)(struct bv_ledger_act *act);
	void *ctx;
	/* out */
	enum bv_status status;
	enum bv_refusal refusal;
	struct bv_ledger_ack ack; /* when status is BV_OK */
	struct bv_err err;        /* when it is not */
	struct bv_ledger_act *next; /* the ledger's */
};

/* Opens, rebuilds all states from the log, starts the threads. ENOTFOUND, EIO as bv_sql_open; EPARSE or EINVAL names the record when the log is not
 * one that a ledger wrote; EINVAL for a database of something else; ECONFLICT when it has another origin. */
BV_API BV_MUST_USE enum bv_status bv_ledger_open(struct bv_ledger **out, const struct bv_ledger_options *options, struct bv_err *err);
/* Borrowed. */
BV_API struct bv_str bv_ledger_origin(const struct bv_ledger *ledger);
/* Refuses what comes from now on, answers what has come, makes the last checkpoints, ends the threads. Call once nobody can submit any more. */
BV_API void bv_ledger_close(struct bv_ledger *ledger);
BV_AUTO_DEFINE(struct bv_ledger, bv_ledger_close)
/* The first half of closing: everything that comes from now on is refused (BV_REFUSED_STOPPED), what has come is answered. */
BV_API void bv_ledger_drain(struct bv_ledger *ledger);

/* From any thread. act->done is always called once: by a thread of the ledger, or at once by this one for what is refused by its shape, because the
 * ledger is stopped or closing, or because it is the ledger's own (author "clock", BV_EXAM_CLOCK). */
BV_API void bv_ledger_submit(struct bv_ledger *ledger, struct bv_ledger_act *act);
/* The same, waiting: for tools and for acts that are rare. done is not called. */
BV_API BV_MUST_USE enum bv_status bv_ledger_do(struct bv_ledger *ledger, struct bv_ledger_act *act, struct bv_err *err);

/* EIO with the message of the failure when the ledger has stopped by itself. */
BV_API BV_MUST_USE enum bv_status bv_ledger_health(struct bv_ledger *ledger, struct bv_err *err);
/* Is the clock held (BV_REFUSED_HELD), and how long was the machine off by its wall clock? */
BV_API bool bv_ledger_held(struct bv_ledger *ledger, int64_t *held_ms);
/* Ends the hold; an event of every open sitting says who, why and how much. */
BV_API BV_MUST_USE enum bv_status bv_ledger_confirm_clock(struct bv_ledger *ledger, int64_t jump_ms, struct bv_str author, struct bv_str reason,
                                                          struct bv_err *err);

/* Reading what is committed, from any thread (one at a time waits for the other). What is not BV_OK ends the visit and is its result. */
typedef enum bv_status (*bv_exam_event_visit)(void *ctx, const struct bv_exam_event *event, struct bv_err *err);
/* The newest answers of an attempt in the order of its items. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_ledger_answers(struct bv_ledger *ledger, int64_t attempt, bv_exam_event_visit visit, void *ctx,
                                                    struct bv_err *err);
/* All events of an attempt, or a sitting's own, in order. */
BV_API BV_MUST_USE enum bv_status bv_ledger_history(struct bv_ledger *ledger, int64_t attempt, bv_exam_event_visit visit, void *ctx,
                                                    struct bv_err *err);
/* Ids by name. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_ledger_find_sitting(int64_t *id, struct bv_ledger *ledger, struct bv_str name, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_ledger_find_ticket(int64_t *id, struct bv_ledger *ledger, int64_t sitting, struct bv_str ticket,
                                                        struct bv_err *err);

/* Following a ledger from behind, whoever writes it: for what is shown. A connection of its own; one thread at a time. */
struct bv_ledger_follower;
/* Begins with the first event of the oldest sitting that is open. url is of a ledger that exists. */
BV_API BV_MUST_USE enum bv_status bv_ledger_follow(struct bv_ledger_follower **out, const char *url, struct bv_err *err);
BV_API void bv_ledger_follower_free(struct bv_ledger_follower *follower);
BV_AUTO_DEFINE(struct bv_ledger_follower, bv_ledger_follower_free)
/* The next events in the order of the log, at most so many, up to the last one that is committed or to a number that is missing yet; *count says how many.
 * Facts are not read (bv_exam_body_parse), the body is borrowed during the call. EIO: the server of the database was lost; the next call looks for it. */
BV_API BV_MUST_USE enum bv_status bv_ledger_follow_next(size_t *count, struct bv_ledger_follower *follower, size_t most, bv_exam_event_visit visit,
                                                        void *ctx, struct bv_err *err);
/* The newest signed checkpoint of a sitting, appended. ENOTFOUND: none was made yet, or there is no such sitting. */
BV_API BV_MUST_USE enum bv_status bv_ledger_checkpoint(struct bv_buf *note, struct bv_ledger *ledger, struct bv_str sitting, struct bv_err *err);

#define BV_LEDGER_BUCKETS 24 /* of a histogram: bucket i counts values v with 2^i <= v < 2^(i+1); 0 and 1 are in the first, the last is open */
struct bv_ledger_stats {
	uint64_t events, commits, refused, again, superseded, expired;
	uint64_t waiting;                       /* acts that are not answered yet */
	uint64_t batch[BV_LEDGER_BUCKETS];      /* events of a commit */
	uint64_t commit_us[BV_LEDGER_BUCKETS];  /* from the first insert to the end of the commit */
	uint64_t commit_us_sum;
	uint64_t attempts, open_attempts;       /* in memory; started or paused */
	uint64_t memory;                        /* bytes of the states of attempts */
	uint64_t log_pages;                     /* of the write-ahead log, when last looked at */
	int64_t tree_lag;                       /* events that are in no tree yet */
	int64_t drift_ms;
	int64_t rebuild_events, rebuild_ms;
	uint64_t turns, taken_back, followed;   /* with several nodes: turns taken, batches decided again, events of others */
	int64_t skew_ms;                        /* by how much this node's clock is ahead of the one that it was compared with */
	bool unsure;                            /* this node's clock jumped against the database's: it waits for another node to say what time it is */
	bool held, stopped;
	bool tree_failed; /* trees and checkpoints are made no more, until the next start; answers are stored as before */
};
BV_API void bv_ledger_stats(struct bv_ledger_stats *out, struct bv_ledger *ledger);

/* Computes everything again, as the database is at one moment: sequence, chains, states, trees, checkpoints, tables. report gets one call a finding;
 * what is good is summed up. public may be NULL: then the signatures are not looked at. EDENIED when anything differs, other categories when it cannot
 * be read at all. */
struct bv_ledger_check {
	uint64_t events, attempts, sittings, checkpoints, faults;
};
BV_API BV_MUST_USE enum bv_status bv_ledger_check(struct bv_ledger_check *out, const char *url, const uint8_t *public, bv_audit_report report,
                                                  void *ctx, struct bv_err *err);

/* Appends the proof that an event is in the tree of its sitting, up to the newest checkpoint (C2SP tlog-proof): any database of a ledger, one that is
 * written too. ENOTFOUND: no such sitting or event; ECONFLICT: it is in no checkpoint yet; EDENIED: the log is not what the checkpoint says. */
BV_API BV_MUST_USE enum bv_status bv_ledger_prove(struct bv_buf *out, const char *url, struct bv_str sitting, int64_t attempt, int64_t seq,
                                                  struct bv_err *err);

/* What is looked for in a log; empty texts, 0: whatever. */
struct bv_ledger_search {
	struct bv_str sitting, ticket, author;
	enum bv_exam_act act;
	int64_t since_ms, until_ms; /* both included */
	int64_t before_n;           /* only events before this one; 0: the newest too */
	int64_t limit;              /* events at most, from 1 */
};
typedef enum bv_status (*bv_ledger_search_visit)(void *ctx, const struct bv_exam_event *event, struct bv_str sitting, struct bv_str ticket, struct bv_err *err);
/* Events that match, the newest first, of any database of a ledger, one that is written too. One call goes back by a bounded number of events: *next_n is the
 * before_n of the next call, 0: there is nothing before. ticket is empty for a sitting's own events. */
BV_API BV_MUST_USE enum bv_status bv_ledger_search(int64_t *next_n, const char *url, const struct bv_ledger_search *search, bv_ledger_search_visit visit, void *ctx,
                                                   struct bv_err *err);

/* ---- Sittings as an office keeps them (doc/sittings.md) ---------------------------------------------------------- */

/* Beside the ledger, in its database: the documents of each sitting, who sits where, codes, papers, results. What a table here says is said by an event
 * too, or is derived from what events say, so that every row can be held against the log (bv_sitting_audit). One thread at a time for one handle; any
 * number of handles. */
struct bv_sittings;

/* url is of a ledger that exists; tables that are missing are made. EINVAL for a database that is no ledger. */
BV_API BV_MUST_USE enum bv_status bv_sittings_open(struct bv_sittings **out, const char *url, struct bv_err *err);
/* The same for who has the ledger open for as long (BV_SQL_JOIN). */
BV_API BV_MUST_USE enum bv_status bv_sittings_join(struct bv_sittings **out, const char *url, struct bv_err *err);
/* The same, to read only: ENOTFOUND when there are no such tables. */
BV_API BV_MUST_USE enum bv_status bv_sittings_open_read(struct bv_sittings **out, const char *url, struct bv_err *err);
BV_API void bv_sittings_close(struct bv_sittings *sittings);
BV_AUTO_DEFINE(struct bv_sittings, bv_sittings_close)

/* All sittings of the ledger in the order of their numbers, those too that have no documents. Borrowed during the call; what is not BV_OK ends the visit
 * and is its result. */
typedef enum bv_status (*bv_sitting_visit)(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_sittings_each(struct bv_sittings *sittings, bv_sitting_visit visit, void *ctx, struct bv_err *err);
/* Whose an attempt is: the sitting, and the ticket, copied to arena. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_sittings_ticket(int64_t *sitting, struct bv_str *ticket, struct bv_arena *arena, struct bv_sittings *sittings,
                                                     int64_t attempt, struct bv_err *err);
/* The state of an attempt of a sitting that is closed, without the ledger's help. ENOTFOUND for others. */
BV_API BV_MUST_USE enum bv_status bv_sittings_state(enum bv_attempt_state *out, struct bv_sittings *sittings, int64_t attempt, struct bv_err *err);

#define BV_ROOM_MAX 40      /* bytes of the name of a room, a seat or a centre: letters, digits, '.', '_', '-' */

/* Where an attempt is, or was, written: as the seat says now. ENOTFOUND. */
struct bv_place {
	char sitting[BV_SITTING_NAME_MAX + 1], room[BV_ROOM_MAX + 1], centre[BV_ROOM_MAX + 1]; /* room "": of no seat */
};
BV_API BV_MUST_USE enum bv_status bv_sittings_place(struct bv_place *out, struct bv_sittings *sittings, int64_t attempt, struct bv_err *err);

/* A sitting that is to be. Everything is borrowed. */
struct bv_sitting_order {
	struct bv_str name;
	enum bv_sitting_mode mode; /* as its documents say: exam.json */
	int64_t opens_ms, start_until_ms, closes_ms; /* start_until_ms 0: closes_ms */
	int64_t grace_ms;
	int64_t release_ms;        /* no result is released before; 0: closes_ms */
	const struct bv_exam_documents *documents;
	struct bv_str did;         /* of the issuer: did.json */
	struct bv_str author;      /* id of who opens it */
};

/* Holds the documents against each other, keeps them, and opens the sitting in the ledger with the hash of each. The same order again changes nothing and
 * gives the same id, so that one that was interrupted is given again. ECONFLICT: the name is taken by another sitting, or the ledger is one of practice
 * and the sitting is none, or the other way about. EINVAL as bv_sitting_plan_check and bv_exam_new. */
BV_API BV_MUST_USE enum bv_status bv_sitting_create(int64_t *id, struct bv_sittings *sittings, struct bv_ledger *ledger,
                                                    const struct bv_sitting_order *order, struct bv_err *err);

/* Was it opened with documents? Only then it has papers. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_sitting_has_documents(bool *documents, struct bv_sittings *sittings, struct bv_str name, struct bv_err *err);

/* A sitting made ready: its documents, each with the hash that the ledger has of it. */
struct bv_sitting;
/* text and ctx are for bv_exam_new. EDENIED names a document that is not the one of the ledger. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_sitting_load(struct bv_sitting **out, struct bv_sittings *sittings, struct bv_str name, bv_exam_item_text text,
                                                  void *ctx, struct bv_err *err);
/* The same of a sitting that is open, while its ledger is: the window is asked of the ledger, and not looked for in the whole log. ENOTFOUND for one that
 * is closed. */
BV_API BV_MUST_USE enum bv_status bv_sitting_load_open(struct bv_sitting **out, struct bv_sittings *sittings, struct bv_ledger *ledger, struct bv_str name,
                                                       bv_exam_item_text text, void *ctx, struct bv_err *err);
BV_API void bv_sitting_free(struct bv_sitting *sitting);
BV_AUTO_DEFINE(struct bv_sitting, bv_sitting_free)
BV_API int64_t bv_sitting_id(const struct bv_sitting *sitting);
BV_API enum bv_sitting_mode bv_sitting_mode(const struct bv_sitting *sitting);
BV_API int64_t bv_sitting_release_ms(const struct bv_sitting *sitting);
BV_API const struct bv_sitting_plan *bv_sitting_plan(const struct bv_sitting *sitting); /* as it was when loaded: BV_EXAM_WINDOW may change it */
BV_API struct bv_exam *bv_sitting_exam(struct bv_sitting *sitting);
BV_API const struct bv_blueprint *bv_sitting_blueprint(const struct bv_sitting *sitting);
/* "exam.json", "blueprint.xml" …: NULL after the last. */
BV_API const char *bv_sitting_document(struct bv_str *bytes, const struct bv_sitting *sitting, size_t idx);

#define BV_SEATS_MAX 100000 /* of a sitting */
#define BV_ROSTER_FAULTS_MAX 1000 /* faults of a roster that are told one by one */

/* Who sits where. Nothing of it is personal. */
struct bv_seat {
	int64_t attempt; /* 0: not registered yet */
	struct bv_str ticket, room, seat;
	struct bv_str centre; /* whose the room is: what grants of scope centre:NAME cover; empty: of nobody in particular */
	struct bv_str machine; /* the only one that may be used; empty: any */
	struct bv_str language; /* in which the candidate reads what is around the items; empty: not said */
	struct bv_str person; /* commitment of who it is, 64 hexadecimal digits, which opens beside the ledger only; empty: none */
	struct bv_str pnp; /* what is granted besides time, as the roster has it: features of an AfA PNP (doc/rosters.md); empty: nothing */
	uint32_t extra_percent;
	int64_t extra_ms;
	bool has_code;
};

#define BV_SEAT_PNP_MAX 1000 /* bytes */
/* The seat's features as a JSON object: {"magnification":{"allContent":"1.5"},"line-reader":{}}. */
BV_API void bv_seat_pnp_write(struct bv_json_pen *pen, const char *name, const struct bv_seat *seat);

/* Why a row cannot be taken: for who says it in words of his own. */
enum bv_roster_why {
	BV_ROSTER_TABLE,     /* headings, quotes, how many there are */
	BV_ROSTER_EMPTY,     /* everybody has one */
	BV_ROSTER_FORM,      /* not as such a thing is written */
	BV_ROSTER_TWICE,     /* other_line has it already; 0: the same cell */
	BV_ROSTER_TAKEN,     /* by somebody who is not in the file */
	BV_ROSTER_CENTRE,    /* a room of two centres */
	BV_ROSTER_TIME,      /* extra time is in the ledger, and given by 'extend' */
	BV_ROSTER_STARTED,   /* who has started is not moved */
	BV_ROSTER_FEATURE,   /* not one of an AfA PNP */
	BV_ROSTER_SETTING,   /* of a feature: it has no such one, or not such a value */
	BV_ROSTER_ELSEWHERE, /* extra time has columns of its own */
	BV_ROSTER_WHYS
};
/* "table", "empty" … */
BV_API const char *bv_roster_why_name(enum bv_roster_why why);
struct bv_roster_fault {
	int line, column; /* from 1; 0: the whole row, the whole file */
	enum bv_roster_why why;
	int other_line;
	const char *message;
};
/* A cell of somebody who is there with something else. */
struct bv_roster_change {
	int line;
	struct bv_str ticket;
	const char *column; /* "room", "seat", "centre", "machine", "language", "pnp"; "person", of whom nothing is said */
	struct bv_str from, to;
};

struct bv_roster_order {
	struct bv_str csv; /* at most BV_ROSTER_MAX bytes */
	struct bv_str author;
	bool dry; /* only says what would be done */
	uint8_t seed[BV_HASH_LEN]; /* random: tickets for who has none */
	/* Told of each fault (the first BV_ROSTER_FAULTS_MAX). May be NULL. */
	void (*fault)(void *ctx, const struct bv_roster_fault *fault);
	/* Told of each cell that is there with something else, those of a row together; before anything is written. May be NULL. */
	void (*change)(void *ctx, const struct bv_roster_change *change);
	void *ctx;
};
struct bv_roster_tally {
	size_t rows, added, changed, same, faults;
	size_t absent; /* registered before, and not in the file: nothing happens to them */
};
/* Reads a roster (doc/sittings.md has the columns), and when no row has a fault keeps it and registers everybody in the ledger. A row is known by its
 * ticket, or without one by room and seat; who is there with the same words is left alone, so that the same file twice changes nothing. Room, seat, machine,
 * language and person may change until the attempt starts; the accommodation is in the ledger and may not. EINVAL when there are faults: then nothing has
 * happened. Interrupted, the same file again completes it. */
BV_API BV_MUST_USE enum bv_status bv_roster_import(struct bv_roster_tally *tally, struct bv_sittings *sittings, struct bv_ledger *ledger,
                                                   int64_t sitting, const struct bv_roster_order *order, struct bv_err *err);

/* Seats of a sitting, or of one room of it, in the order of room and seat (numbers in their order). Borrowed during the call; what is not BV_OK ends the
 * visit and is its result. */
typedef enum bv_status (*bv_seat_visit)(void *ctx, const struct bv_seat *seat, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_seats_each(struct bv_sittings *sittings, int64_t sitting, struct bv_str room, bv_seat_visit visit, void *ctx,
                                                struct bv_err *err);
/* One, by its ticket; copied to arena. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_seat_find(struct bv_seat *out, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting,
                                               struct bv_str ticket, struct bv_err *err);
/* Access codes: 12 characters of an alphabet without 0 O 1 I L, in three groups: 59 random bits. Only a hash is kept. */
#define BV_ACCESS_CODE_SIZE 15 /* "K7QM-3XHP-9TBD" and its NUL */
typedef enum bv_status (*bv_code_visit)(void *ctx, const struct bv_seat *seat, const char code[BV_ACCESS_CODE_SIZE], struct bv_err *err);
/* New codes for the seats of a sitting, or of a room, that have none; of all with again, whose old ones are worth nothing then. An event of each attempt has
 * the hash. visit is told each code once it is in force. seed: random and secret. */
BV_API BV_MUST_USE enum bv_status bv_codes_make(size_t *count, struct bv_sittings *sittings, struct bv_ledger *ledger, int64_t sitting,
                                                struct bv_str room, bool again, const uint8_t seed[BV_HASH_LEN], struct bv_str author,
                                                bv_code_visit visit, void *ctx, struct bv_err *err);
/* May who says so take the seat? Small letters, spaces and dashes do not matter in a code. EDENIED, with one message for a ticket that is not there and a
 * wrong code; another for a machine that is not the seat's. machine may be empty: then it is not looked at. */
BV_API BV_MUST_USE enum bv_status bv_seat_enter(struct bv_seat *out, struct bv_arena *arena, struct bv_sittings *sittings, int64_t sitting,
                                                struct bv_str ticket, struct bv_str code, struct bv_str machine, struct bv_err *err);
/* ---- Copies of a ledger (doc/backup.md) --------------------------------------------------------------------------- */

struct bv_ledger_copied {
	int64_t events;   /* in the copy */
	int64_t added;    /* of those, by this call */
	int64_t last_ms;  /* exam clock of the last one */
	struct bv_merkle_hash root; /* of the tree of the sitting: bv_ledger_move only */
};

/* Adds what is new in a ledger, which may be written meanwhile, to an archive: a folder, made if it is not there, of checksummed files of events and a
 * manifest. It ends with what was committed when the call began. What was archived is not read again but its last event, which must still be there as it
 * was (EDENIED: another history). ECONFLICT: another backup is at work there. Interrupted at any moment the archive is whole up to some event. */
BV_API BV_MUST_USE enum bv_status bv_ledger_backup(struct bv_ledger_copied *out, const char *url, const char *folder, struct bv_err *err);
/* Makes a ledger of an archive, on either database, of events up to number until_n and up to the first that is later than until_ms (INT64_MAX: all). The
 * database must be empty, or what a call with the same limits left behind when it was interrupted. Until it is done no program takes it for a ledger.
 * EDENIED names the file of the archive that is not as it was written. */
BV_API BV_MUST_USE enum bv_status bv_ledger_restore(struct bv_ledger_copied *out, const char *folder, const char *url, int64_t until_n, int64_t until_ms,
                                                    struct bv_err *err);
/* Copies a sitting that is closed into a ledger of its own, on either database, in the same way, and compares the heads of both trees: EDENIED when they
 * differ. ENOTFOUND; ECONFLICT it is not closed. The source stays as it is. */
BV_API BV_MUST_USE enum bv_status bv_ledger_move(struct bv_ledger_copied *out, const char *from, const char *to, struct bv_str sitting,
                                                 struct bv_err *err);
/* Has the ledger all that a checkpoint says, as it was? EDENIED says how much is missing or that it differs; public may be NULL: the note's signature is not
 * looked at. ENOTFOUND for a sitting that is not there. *more is how many events came after it. */
BV_API BV_MUST_USE enum bv_status bv_ledger_holds(int64_t *more, const char *url, struct bv_str note, const uint8_t *public, struct bv_err *err);
/* Has the ledger all that an archive has? EDENIED names the first event that is missing or differs. */
BV_API BV_MUST_USE enum bv_status bv_ledger_holds_archive(int64_t *more, const char *url, const char *folder, struct bv_err *err);

/* ---- Papers (doc/papers.md) -------------------------------------------------------------------------------------- */

#define BV_PAPER_MAX (32u << 20)  /* bytes of a rendered paper */
#define BV_PAPERS_THREADS_MAX 64

/* Where forms are assembled each attempt has its turn in the order of registration; everybody who is registered has had it afterwards, and bv_paper_make makes his
 * paper. Papers that are kept are taken as they are. Any thread. EIO. */
BV_API BV_MUST_USE enum bv_status bv_sitting_turns(const struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_err *err);
/* What all papers of a sitting share: the exam, its items as they are rendered. Any number of threads. */
struct bv_papers;
/* sitting, and bank for as long as items are published that no prepared paper has, must outlive it. modules: those that portable custom interactions may
 * run. */
BV_API BV_MUST_USE enum bv_status bv_papers_new(struct bv_papers **out, const struct bv_sitting *sitting, struct bv_bank *bank,
                                                const struct bv_allowed_module *modules, size_t module_count, struct bv_err *err);
BV_API void bv_papers_free(struct bv_papers *papers);
BV_AUTO_DEFINE(struct bv_papers, bv_papers_free)

/* The form of one attempt as numbers: which items, which orders; about a kilobyte. */
struct bv_paper;
BV_API void bv_paper_free(struct bv_paper *paper);
BV_AUTO_DEFINE(struct bv_paper, bv_paper_free)

/* Makes the paper of a ticket: drawn, or the prepared form that falls to it. Its items are published if they are not yet. */
BV_API BV_MUST_USE enum bv_status bv_paper_make(struct bv_paper **out, struct bv_papers *papers, struct bv_str ticket, struct bv_err *err);
/* The paper of an attempt as it was kept. ENOTFOUND when none was; EDENIED when the row is not what its hash says. */
BV_API BV_MUST_USE enum bv_status bv_paper_load(struct bv_paper **out, struct bv_papers *papers, struct bv_sittings *sittings, int64_t attempt,
                                                struct bv_str ticket, struct bv_err *err);
/* Keeps it: before the attempt starts, so that its event never has a form that is not kept. The same again does nothing; ECONFLICT when another is kept. */
BV_API BV_MUST_USE enum bv_status bv_paper_keep(struct bv_sittings *sittings, int64_t attempt, const struct bv_paper *paper, struct bv_err *err);

/* Publishes those of its items that are not yet: from then on answers to it are checked, and it is rendered, from memory alone. */
BV_API BV_MUST_USE enum bv_status bv_paper_publish(struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err);
/* Bytes of memory that it takes, about. */
BV_API size_t bv_paper_bytes(const struct bv_paper *paper);
/* Looks for every item of the pool in the bank, which must be given. visit is told of each that is not there as the pool says it; the result is how many
 * those are. */
typedef void (*bv_papers_missing)(void *ctx, struct bv_str identifier, const struct bv_err *why);
BV_API size_t bv_papers_check(struct bv_papers *papers, bv_papers_missing visit, void *ctx);
/* The file of that hash of an item that is published, or NULL: a medium or a module. */
BV_API const struct bv_bank_part *bv_papers_file(const struct bv_papers *papers, const uint8_t hash[BV_HASH_LEN]);

/* Adaptive: the paper of the first `given` items, as bv_exam_grow says; any thread. It is not kept: it follows from the answers. */
BV_API BV_MUST_USE enum bv_status bv_paper_grow(struct bv_paper **out, bool *over, struct bv_papers *papers, struct bv_str ticket, uint32_t given,
                                                bv_exam_answer answer, void *ctx, struct bv_err *err);
BV_API uint32_t bv_paper_count(const struct bv_paper *paper); /* its items */
BV_API struct bv_str bv_paper_ticket(const struct bv_paper *paper); /* borrowed */

/* What an attempt of an adaptive sitting was given, and its newest answers. Zero-initialised; bv_given_finish. */
struct bv_given {
	enum bv_attempt_state state;
	uint32_t count; /* items; 0 before the start */
	uint32_t left;  /* of them left behind */
	uint32_t after; /* seq of the newest answer to the one that is open; 0: none */
	bool over;
	struct bv_str responses[BV_ADAPTIVE_ITEMS_MAX]; /* by position from 0; empty: none */
	struct bv_arena arena;
};
/* After all that was acknowledged; attempts of closed sittings, too. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_given_load(struct bv_given *given, struct bv_ledger *ledger, int64_t attempt, struct bv_err *err);
BV_API void bv_given_finish(struct bv_given *given);
BV_AUTO_DEFINE_FINISH(struct bv_given, bv_given_finish)
/* A bv_exam_answer; ctx is a struct bv_given. */
BV_API BV_MUST_USE enum bv_status bv_given_answer(void *ctx, struct bv_str *response, const struct bv_form_item *item, struct bv_err *err);

/* Who leaves the item that is open: what BV_EXAM_SECTION says (section, after, form), and the paper with the item that comes, or without when none does. EINVAL: none
 * is open. */
BV_API BV_MUST_USE enum bv_status bv_given_leave(struct bv_exam_facts *facts, struct bv_paper **paper, const struct bv_given *given, struct bv_papers *papers,
                                                 struct bv_str ticket, struct bv_err *err);

/* Makes and keeps those of all seats that have none, in `threads` threads; adaptive: none is kept, and all items of the pool are made ready and held against what
 * such forms need. done may be NULL: told how many are kept, now and then. */
BV_API BV_MUST_USE enum bv_status bv_papers_prepare(size_t *count, struct bv_papers *papers, struct bv_sittings *sittings, unsigned threads,
                                                    void (*done)(void *ctx, size_t count, size_t of), void *ctx, struct bv_err *err);

/* SHA-256 of the form as a document: what BV_EXAM_START says. */
BV_API const uint8_t *bv_paper_hash(const struct bv_paper *paper);
BV_API BV_MUST_USE enum bv_status bv_paper_form(struct bv_form **out, const struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err);

/* Appends the paper as its candidate may see it, JSON: {"format":"bv-paper-1","items":[{"item","marks","page":JsonML,"part"}…],"parts","sitting"}. The
 * same paper is the same bytes, always. Names of choices are this attempt's own. */
BV_API BV_MUST_USE enum bv_status bv_paper_render(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err);
/* The same with the items from that one on only, counted from 0: of a paper that grew. An adaptive one has "adaptive":true, and "most", how many items there can be. */
BV_API BV_MUST_USE enum bv_status bv_paper_render_from(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t from, struct bv_err *err);

/* Sealing for prefetch (base/cipher.h): the rendered paper, compressed (gzip), under a key of the attempt, associated with "SITTING\nTICKET". The same paper
 * is the same bytes with the same zlib. */
#define BV_PAPER_KEY_LEN 32
BV_API BV_MUST_USE enum bv_status bv_paper_seal(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err);
/* The key, when it is time: EDENIED before the sitting opens by the exam clock, and for an attempt that has not been admitted or is over. */
BV_API BV_MUST_USE enum bv_status bv_paper_open(uint8_t key[BV_PAPER_KEY_LEN], const struct bv_papers *papers, const struct bv_paper *paper,
                                                const struct bv_sitting_plan *plan, enum bv_attempt_state state, int64_t now_ms, struct bv_err *err);

/* An answer as the page sends it, {"r1":{"base":{"identifier":"c…"}}}, appended as the ledger keeps it: the item's own names of responses and choices, each
 * of a type that its item can take. item from 0. EINVAL says what it cannot take. No XML is read; what is ordinary takes a few microseconds. */
BV_API BV_MUST_USE enum bv_status bv_paper_answer(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t item,
                                                  struct bv_str delivered, struct bv_err *err);
/* The other way, for who goes on at another machine: what the ledger has, under the names of the page. */
BV_API BV_MUST_USE enum bv_status bv_paper_answer_hide(struct bv_buf *out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t item,
                                                       struct bv_str response, struct bv_err *err);

/* ---- Answers of a machine that had no network (doc/rescue.md) ------------------------------------------------------ */

#define BV_RESCUE_MAX (1u << 20) /* bytes of a file .baithi */
#define BV_RESCUE_KEY_LEN 65

/* The public key (P-256) for which pages of the sitting seal their files. */
BV_API void bv_rescue_key(uint8_t out[BV_RESCUE_KEY_LEN], const struct bv_papers *papers);

/* A file that was opened. */
struct bv_rescue;
/* EPARSE, ELIMIT: it is none; EINVAL: of another sitting; EDENIED: the key of the sitting does not open it. */
BV_API BV_MUST_USE enum bv_status bv_rescue_open(struct bv_rescue **out, const struct bv_papers *papers, struct bv_str text, struct bv_err *err);
BV_API void bv_rescue_free(struct bv_rescue *rescue);
BV_AUTO_DEFINE(struct bv_rescue, bv_rescue_free)
BV_API int64_t bv_rescue_attempt(const struct bv_rescue *rescue);

/* Who brings it, and where it goes. Borrowed. */
struct bv_rescue_order {
	struct bv_papers *papers;
	const struct bv_paper *paper; /* of the attempt that the file is of */
	struct bv_ledger *ledger;
	struct bv_str author, reason;
	/* Told of each answer that is not taken; may be NULL. */
	void (*refused)(void *ctx, uint32_t item, const struct bv_err *why);
	void *ctx;
};
struct bv_rescue_tally {
	size_t taken, known, older, refused; /* known: the ledger had them; older: than what it has */
};
/* Each answer by itself as BV_EXAM_RESCUE: taken is what was given while the time ran, by the exam clock as the machine knew it. The same file again changes
 * nothing. EDENIED: it was not made with the key of the paper; ENOTFOUND, EIO of the ledger. */
BV_API BV_MUST_USE enum bv_status bv_rescue_take(struct bv_rescue_tally *tally, const struct bv_rescue *rescue, const struct bv_rescue_order *order,
                                                 struct bv_err *err);

/* ---- The end of a sitting ---------------------------------------------------------------------------------------- */

/* How a sitting is scored. Borrowed. */
struct bv_scoring_order {
	struct bv_str author;
	const char *out; /* a new folder for the evidence of whom is scored now (doc/evidence.md); NULL: none */
	/* For the evidence: */
	const struct bv_roster *names;   /* who each ticket is, and what is carried over; or NULL */
	struct bv_people *people;        /* whose name is taken of whom names has not; or NULL. Without both a ticket stands for its name */
	const struct bv_people_access *access; /* for people: each name that is read is in its log */
	struct bv_evidence_texts *texts; /* those that the sitting was loaded with */
	const struct bv_signer *signer;  /* of certificates; not needed for practice */
	const struct bv_key *key;        /* signs the results */
	void (*random)(void *p, size_t len); /* numbers of certificates: bv_random_fill */
};
struct bv_scoring_tally {
	size_t scored, passed, certificates;
	size_t before; /* scored before */
	size_t again;  /* of those: had no result any more, and it was made again from the log, as after a restore */
	size_t open;   /* still started or paused: they are left */
	size_t absent; /* never started */
};
/* Scores every attempt that is submitted, expired or ended: the newest answer to each item from the ledger → outcomes → rating; the hash of all four
 * documents is the event: SHA-256("BV-RESULT-1" 00 ‖ form ‖ responses ‖ outcomes ‖ rating). The same again does nothing for who is scored. ENOTFOUND names a
 * ticket of which neither names nor people has a name: then nobody was scored. */
BV_API BV_MUST_USE enum bv_status bv_sitting_score(struct bv_scoring_tally *tally, struct bv_sitting *sitting, struct bv_sittings *sittings,
                                                   struct bv_ledger *ledger, const struct bv_scoring_order *order, struct bv_err *err);

/* Releases what is scored; visit, which may be NULL, is told of each with the signed receipt of its event. EDENIED before the day, by the exam clock. */
typedef enum bv_status (*bv_result_visit)(void *ctx, const struct bv_seat *seat, const struct bv_ledger_ack *ack, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_sitting_release(size_t *count, struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_ledger *ledger,
                                                     struct bv_str author, bv_result_visit visit, void *ctx, struct bv_err *err);
/* Who attains a level by a released result: what his certificate says, without a serial number, and the rating that it follows from. Borrowed. */
struct bv_attested {
	struct bv_str ticket, rating;
	struct bv_credential_facts facts;
};
typedef enum bv_status (*bv_attested_visit)(void *ctx, const struct bv_attested *one, struct bv_err *err);
/* Everybody of a sitting whose result is released, or final after an appeal, and attains a level, in the order of the seats; *count: how many. Each result is held
 * against the hash in the ledger. Of order names, people and access are used. EDENIED: practice, or a result that was changed. */
BV_API BV_MUST_USE enum bv_status bv_sitting_attested(size_t *count, struct bv_sitting *sitting, struct bv_sittings *sittings, struct bv_ledger *ledger,
                                                      const struct bv_scoring_order *order, bv_attested_visit visit, void *ctx, struct bv_err *err);
/* What is kept of the result of an attempt: rating.json, and the hashes of form, responses, outcomes, rating. ENOTFOUND. Whether it is released is what
 * the ledger says. */
BV_API BV_MUST_USE enum bv_status bv_sitting_result(struct bv_buf *rating, uint8_t hashes[4][BV_HASH_LEN], struct bv_sittings *sittings, int64_t attempt,
                                                    struct bv_err *err);

/* What one candidate did with one item, without a name: for statistics. Borrowed during the call. */
struct bv_item_use {
	const struct bv_form_item *drawn;
	const struct bv_json *responses; /* {RESPONSE:PCI…} by the item's own names; NULL: not answered */
	double score, rest;              /* SCORE of the item, and of the other items of the form together */
};
typedef enum bv_status (*bv_item_use_visit)(void *ctx, const struct bv_item_use *use, struct bv_err *err);
/* Everybody of a sitting who has a result and on whose form the item is, from the log, in the order of the seats. *forms grows by the forms of everybody who has a
 * result; the visit ends once it is `limit`. What is not BV_OK ends it too, and is its result. */
BV_API BV_MUST_USE enum bv_status bv_sitting_item_uses(uint64_t *forms, uint64_t limit, struct bv_sitting *sitting, struct bv_sittings *sittings,
                                                       struct bv_ledger *ledger, struct bv_str identifier, bv_item_use_visit visit, void *ctx,
                                                       struct bv_err *err);

/* An attempt that started, from the log alone: what is done with answers afterwards begins here. Borrowed, during the visit. */
struct bv_attempt_record {
	int64_t attempt;
	struct bv_str ticket, seat;     /* seat: JSON as it was registered, {"centre","language","room","seat"…}; may be empty */
	int64_t start_ms, finish_ms;    /* finish_ms 0: he has not finished */
	const struct bv_form *form;     /* as far as it grew */
	const struct bv_str *responses; /* the newest by position from 0: JSON {RESPONSE:PCI…}, empty: none */
};
typedef enum bv_status (*bv_attempt_visit)(void *ctx, const struct bv_attempt_record *record, struct bv_err *err);
/* In the order of registration. A sitting whose forms grow is loaded with the texts of its items. What is not BV_OK ends it. EDENIED: an event that no program of ours
 * wrote; whether all was written is bv_sitting_audit's to say. */
BV_API BV_MUST_USE enum bv_status bv_sitting_attempts(struct bv_sitting *sitting, struct bv_sittings *sittings, bv_attempt_visit visit, void *ctx, struct bv_err *err);
/* Appends responses.json of the attempt, for bv_exam_sit. */
BV_API BV_MUST_USE enum bv_status bv_attempt_responses(struct bv_buf *out, const struct bv_attempt_record *record, struct bv_err *err);

enum bv_sitting_audit_what { BV_AUDIT_ANSWERS, BV_AUDIT_SCORES };
struct bv_sitting_audit_tally {
	uint64_t attempts, answers, scores, faults;
};
/* Computes a whole sitting again from the log of a database that nobody writes, after bv_ledger_check of the whole ledger: answers: documents, seats,
 * codes, papers, and whether each item can take what was saved; scores: the same, and every form, outcome, rating and result. report gets one call a
 * difference, which names the record. text and ctx as for bv_exam_new; public as for bv_ledger_check. EDENIED when anything differs. */
BV_API BV_MUST_USE enum bv_status bv_sitting_audit(struct bv_sitting_audit_tally *tally, const char *url, struct bv_str name,
                                                   enum bv_sitting_audit_what what, bv_exam_item_text text, void *ctx, const uint8_t *public,
                                                   bv_audit_report report, void *report_ctx, struct bv_err *err);

/* ---- Safe Exam Browser (doc/seb.md) ----
 *
 * SEB hashes its configuration to a Config Key, and tells a server with each request that it has that configuration, without telling the key. */

#define BV_SEB_MAX (1u << 20)  /* bytes of a configuration */
#define BV_SEB_KEY_SIZE 65     /* chars of a key or hash, 64 small hexadecimal digits and a NUL */
#define BV_SEB_RANDOM_LEN 32

struct bv_seb_options {
	struct bv_str start_url;     /* where the exam is: only its host may be visited */
	struct bv_str quit_url;      /* SEB ends when that is visited; may be empty */
	struct bv_str quit_password; /* of the proctor, to end SEB before; may be empty */
	bool vietnamese_typing;      /* the kiosk mode in which Windows' input methods work: the Explorer shell is ended instead of a new desktop made */
};
/* Appends a configuration, an XML property list. EINVAL: an address is none. */
BV_API BV_MUST_USE enum bv_status bv_seb_write(struct bv_buf *out, const struct bv_seb_options *options, struct bv_err *err);
/* Appends it under a password, as SEB reads it ("pswd"). The configuration is the same, and so is its key. random: used once. */
BV_API void bv_seb_seal(struct bv_buf *out, struct bv_str plist, struct bv_str password, const uint8_t random[BV_SEB_RANDOM_LEN]);
/* Appends the property list of a file: plain, packed, or under a password, which may be empty. EDENIED: another password; EPARSE, ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_seb_open(struct bv_buf *out, struct bv_str bytes, struct bv_str password, struct bv_err *err);
/* Appends what is hashed, SEB_JSON: not always JSON. EPARSE, ELIMIT with the line. */
BV_API BV_MUST_USE enum bv_status bv_seb_json(struct bv_buf *out, struct bv_str plist, struct bv_err *err);
/* Its SHA-256. */
BV_API BV_MUST_USE enum bv_status bv_seb_config_key(char out[BV_SEB_KEY_SIZE], struct bv_str plist, struct bv_err *err);
/* What SEB sends for an address (cut at '#') that it asks for: SHA-256(address ‖ key), of a Config Key or a Browser Exam Key. */
BV_API void bv_seb_hash(char out[BV_SEB_KEY_SIZE], struct bv_str url, const char key[BV_SEB_KEY_SIZE]);
/* Is given that hash, in any case? It takes the same time for every wrong one. */
BV_API bool bv_seb_hash_is(struct bv_str given, struct bv_str url, const char key[BV_SEB_KEY_SIZE]);
/* 64 small hexadecimal digits? */
BV_API bool bv_seb_key_good(struct bv_str key);

#endif

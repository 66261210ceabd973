/* What was issued: the public log of certificates, on disk as C2SP tlog-tiles, and its witnesses.
 *
 * Sources: TILES = C2SP tlog-tiles, WITNESS = C2SP tlog-witness, RFC 6962. No clock and no randomness: time is a parameter. */
#ifndef BV_REGISTRY_REGISTRY_H
#define BV_REGISTRY_REGISTRY_H

#include "base/day.h"
#include "base/err.h"
#include "base/merkle.h"
#include "base/str.h"
#include "certs/certs.h"

/* ---- The log: writing ----
 *
 * A folder that any web server can serve as it is: checkpoint, tile/L/N, tile/entries/N (TILES), and vkey, the log's verifier key; besides them lock and
 * committed, which are of no use to others and no secret. One writer at a time.
 *
 * What was appended is on the disk when bv_log_append returns, and is never taken back: a checkpoint is only ever signed of that, so that no crash and no
 * loss of power can make two checkpoints that contradict each other. Until it has one, it is not public. */

#define BV_LOG_ENTRY_MAX 65535      /* bytes (TILES: a 16-bit length) */
#define BV_LOG_SIZE_MAX (UINT64_C(1) << 40)

struct bv_log;

/* Makes an empty log in a folder, which is made if it is not there: ECONFLICT if it has one. origin as bv_note_name_check, best the folder's address without
 * "https://". key signs its checkpoints; its public half is kept as vkey. */
BV_API BV_MUST_USE enum bv_status bv_log_create(const char *folder, struct bv_str origin, const struct bv_key *key, struct bv_err *err);
/* For writing. ECONFLICT: another process writes to it. What an append that was cut short has left is removed. EINVAL: what is there contradicts itself. */
BV_API BV_MUST_USE enum bv_status bv_log_open(struct bv_log **out, const char *folder, struct bv_err *err);
BV_API void bv_log_free(struct bv_log *log);
BV_AUTO_DEFINE(struct bv_log, bv_log_free)

BV_API const struct bv_vkey *bv_log_vkey(const struct bv_log *log); /* its name is the origin; borrowed */
BV_API uint64_t bv_log_size(const struct bv_log *log);              /* entries, all durable */
BV_API uint64_t bv_log_public_size(const struct bv_log *log);       /* of the published checkpoint */

#define BV_LOG_BATCH_MAX 65536 /* entries */

/* Appends 1 to BV_LOG_BATCH_MAX entries in their order, the first as number *first, and waits until they are durable: all or none. On EIO nothing more can be done
 * with this log until it is opened again, when they may be there or not: bv_log_find. */
BV_API BV_MUST_USE enum bv_status bv_log_append(uint64_t *first, struct bv_log *log, const struct bv_str *entries, size_t count, struct bv_err *err);
/* Number of the first entry with that leaf hash from number `from` on, published or not. ENOTFOUND. Reads 32 bytes an entry. */
BV_API BV_MUST_USE enum bv_status bv_log_find(uint64_t *idx, struct bv_log *log, const struct bv_merkle_hash *leaf, uint64_t from, struct bv_err *err);

#define BV_LOG_NOWHERE UINT64_MAX
/* The same of many, in one reading: places[i] is the first number of leaves[i], or BV_LOG_NOWHERE. */
BV_API BV_MUST_USE enum bv_status bv_log_find_each(uint64_t *places, struct bv_log *log, const struct bv_merkle_hash *leaves, size_t count, struct bv_err *err);

/* Appends a checkpoint of all that is there to note; EDENIED when the key is not the log's. */
BV_API BV_MUST_USE enum bv_status bv_log_sign(struct bv_buf *note, const struct bv_log *log, const struct bv_key *key, struct bv_err *err);
/* Asks each witness of the policy that has an address for its cosignature and appends it to the note, which is of all that is there. A witness that does not
 * answer is told to `told`, which may be NULL, and is no error. */
typedef void (*bv_log_told)(void *ctx, struct bv_str witness, enum bv_status status, const char *what);
BV_API BV_MUST_USE enum bv_status bv_log_cosign(struct bv_buf *note, struct bv_log *log, const struct bv_policy *policy, bv_log_told told, void *ctx,
                                                struct bv_err *err);
/* Publishes a checkpoint that bv_log_sign made, with what was appended to it. EINVAL: it is not of the log, or older than the published one. */
BV_API BV_MUST_USE enum bv_status bv_log_publish(struct bv_log *log, struct bv_str note, struct bv_err *err);

/* All three: signs, has it cosigned, publishes, and appends what is published to note. policy NULL: the file `policy` in the log's folder (C2SP tlog-policy); where
 * there is none, nobody is asked. EDENIED: the witnesses are fewer than its quorum, and nothing is published; what is in the log waits for the next time. */
BV_API BV_MUST_USE enum bv_status bv_log_checkpoint(struct bv_buf *note, struct bv_policy_finding *found, struct bv_log *log, const struct bv_key *key,
                                                    const struct bv_policy *policy, bv_log_told told, void *ctx, struct bv_err *err);

/* ---- The log: reading, by anybody ---- */

struct bv_log_view;
/* A log as its checkpoint shows it: a folder, or an address "https://…". No lock; a log may be written to meanwhile. Of the checkpoint only the form is
 * checked: bv_policy_check, bv_checkpoint_check. */
BV_API BV_MUST_USE enum bv_status bv_log_view(struct bv_log_view **out, const char *where, struct bv_err *err);
/* The same log as another checkpoint of it shows it. note is copied. */
BV_API BV_MUST_USE enum bv_status bv_log_view_at(struct bv_log_view **out, const char *where, struct bv_str note, struct bv_err *err);
BV_API void bv_log_view_free(struct bv_log_view *view);
BV_AUTO_DEFINE(struct bv_log_view, bv_log_view_free)
BV_API const struct bv_checkpoint *bv_log_view_checkpoint(const struct bv_log_view *view); /* borrowed */
BV_API struct bv_str bv_log_view_note(const struct bv_log_view *view);                     /* borrowed */

/* Number of the first entry with that leaf hash from number `from` on. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_log_view_find(uint64_t *idx, struct bv_log_view *view, const struct bv_merkle_hash *leaf, uint64_t from,
                                                   struct bv_err *err);
/* Appends the *.tlog-proof of entry idx. The way up is checked before: EDENIED when tiles do not lead to the checkpoint's root. ENOTFOUND: no such entry. */
BV_API BV_MUST_USE enum bv_status bv_log_prove(struct bv_buf *out, struct bv_log_view *view, uint64_t idx, struct bv_err *err);
/* PROOF(old_size, D[size]) of RFC 6962 §2.1.2; 0 < old_size <= size. Not checked: whoever has the old root does. */
BV_API BV_MUST_USE enum bv_status bv_log_prove_consistency(struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX], size_t *path_count, struct bv_log_view *view,
                                                           uint64_t old_size, struct bv_err *err);
/* Goes through the entries from number `from` on, adding each to tree, which has those before; at the end its root is held against the checkpoint's: EDENIED.
 * Stops at the first result of visit that is not BV_OK and returns it. Tiles of the tree are held against the entries too when tiles is true. */
typedef enum bv_status (*bv_log_visit)(void *ctx, uint64_t idx, struct bv_str entry, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_log_read(struct bv_log_view *view, struct bv_merkle *tree, bool tiles, bv_log_visit visit, void *ctx,
                                              struct bv_err *err);

/* One bundle of entries (TILES): count of them into entries, borrowed. EPARSE when there are not exactly so many. */
BV_API BV_MUST_USE enum bv_status bv_log_bundle_parse(struct bv_str *entries, size_t count, struct bv_str bundle, struct bv_err *err);

/* ---- A witness (WITNESS) ---- */

struct bv_witness;
#define BV_WITNESS_REQUEST_MAX (BV_CHECKPOINT_MAX + 8192) /* bytes */

/* Remembers in a folder, which is made if it is not there, the newest checkpoint of each log of the policy that it cosigned; the folder can be served as the
 * monitoring prefix. name is that of its key, as bv_note_name_check. Takes key and policy in every case. ECONFLICT: another process has the folder. */
BV_API BV_MUST_USE enum bv_status bv_witness_open(struct bv_witness **out, const char *folder, struct bv_str name, struct bv_key *key,
                                                  struct bv_policy *policy, struct bv_err *err);
BV_API void bv_witness_free(struct bv_witness *witness);
BV_AUTO_DEFINE(struct bv_witness, bv_witness_free)

struct bv_witness_reply {
	int http_status;          /* 200, 400, 403, 404, 409, 422, 500 */
	const char *content_type;
	struct bv_buf body;       /* to be finished by the caller */
};
/* Answers the body of POST add-checkpoint at at_s; what it cosigned is on the disk before. One thread at a time. */
BV_API void bv_witness_add_checkpoint(struct bv_witness_reply *out, struct bv_witness *witness, struct bv_str request, int64_t at_s);
/* Answers GET HASH/checkpoint, HASH being SHA-256 of the origin in hexadecimal. */
BV_API void bv_witness_checkpoint(struct bv_witness_reply *out, const struct bv_witness *witness, struct bv_str hash);

/* ---- A monitor ----
 *
 * Who reads the whole log and asks of each certificate: was there an exam? An exam's result is the name of an attempt and the hash of its certificate
 * (struct bv_entry, credential); both come from whoever held the exam, not from the log. */

#define BV_MONITOR_MAX 50000000 /* certificates, and results */

struct bv_monitor;
BV_API struct bv_monitor *bv_monitor_new(void);
BV_API void bv_monitor_free(struct bv_monitor *monitor);
BV_AUTO_DEFINE(struct bv_monitor, bv_monitor_free)
/* ELIMIT. id is copied. */
BV_API BV_MUST_USE enum bv_status bv_monitor_add_result(struct bv_monitor *monitor, struct bv_str id, const uint8_t credential[BV_HASH_LEN], struct bv_err *err);
/* Reads all entries, once. last: the checkpoint of the visit before, or NULL: EDENIED when the log does not continue it. */
BV_API BV_MUST_USE enum bv_status bv_monitor_read(struct bv_monitor *monitor, struct bv_log_view *view, const struct bv_checkpoint *last, struct bv_err *err);

enum bv_monitor_kind {
	BV_MONITOR_NOT_EXAMINED,    /* a certificate of no result; only where there are results */
	BV_MONITOR_TWICE_IN_LOG,    /* a certificate that was entered before */
	BV_MONITOR_TWICE_CERTIFIED, /* a result with two certificates in the log of which neither replaces the other */
	BV_MONITOR_NOT_IN_LOG,      /* a result whose certificate is not in the log */
	BV_MONITOR_KEY_UNKNOWN,     /* a certificate by a key that no entry before it announces for its issuer */
	BV_MONITOR_KEY_REMOVED,     /* … that an entry before it has removed */
	BV_MONITOR_ACT_UNKNOWN,     /* an act on a certificate that is not in the log */
	BV_MONITOR_ENTRY_UNKNOWN,   /* an entry that cannot be read */
	BV_MONITOR_KINDS
};
BV_API const char *bv_monitor_kind_name(enum bv_monitor_kind kind); /* "not-examined", … */

struct bv_monitor_finding {
	enum bv_monitor_kind kind;
	uint64_t idx;             /* of the entry; UINT64_MAX: it is of none */
	struct bv_str id;         /* of the result, or empty; borrowed, as key */
	struct bv_str key;        /* multikey, or empty */
	uint8_t credential[BV_HASH_LEN];
};
/* Tells everything found, in an order that is the same for the same log and results. Returns how many. */
typedef void (*bv_monitor_told)(void *ctx, const struct bv_monitor_finding *finding);
BV_API uint64_t bv_monitor_compare(struct bv_monitor *monitor, bv_monitor_told told, void *ctx);

struct bv_monitor_key {
	struct bv_str key, issuer; /* borrowed */
	bool announced, removed;   /* at the end of the log */
	uint64_t certificates;     /* in the log */
	uint64_t examined;         /* of them, those of a result: after bv_monitor_compare */
};
BV_API const struct bv_monitor_key *bv_monitor_keys(const struct bv_monitor *monitor, size_t *count); /* borrowed */

/* ---- Mandates: who may do what with certificates (doc/register.md) ---- */

#define BV_MANDATES_MAX (1u << 20) /* bytes of a document */
#define BV_MANDATES_COUNT_MAX 10000
#define BV_OFFICER_MAX 40 /* bytes of the id of a person who signs: letters, digits, '-', '_'; never a name */

enum bv_deed {
	BV_DEED_ISSUE,
	BV_DEED_REVOKE,
	BV_DEED_SUSPEND,
	BV_DEED_REINSTATE,
	BV_DEED_SUPERSEDE,
	BV_DEED_CORRECT,
	BV_DEED_RESUME, /* lets issuance go on after a stop */
	BV_DEEDS,
	BV_DEED_STOP = BV_DEEDS /* no mandate is for it: whoever has one for anything may stop issuance, alone */
};
/* "issue", "revoke", "suspend", "reinstate", "supersede", "correct", "resume", "stop". */
BV_API const char *bv_deed_name(enum bv_deed deed);

/* That a person may do deeds by a key, for schemes and centres, from day to day. */
struct bv_mandate {
	struct bv_str id, person;
	struct bv_public key;
	unsigned deeds;                  /* 1 << enum bv_deed */
	struct bv_str schemes, centres;  /* words, or "*" for all */
	bv_day from, to;                 /* first and last day */
	struct bv_str basis;             /* the decision that gave it */
};

/* registry/mandates.xsd. Borrows nothing. EPARSE, EINVAL, ELIMIT, ECONFLICT with the line. */
struct bv_mandates;
BV_API BV_MUST_USE enum bv_status bv_mandates_parse(struct bv_mandates **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_mandates_free(struct bv_mandates *mandates);
BV_AUTO_DEFINE(struct bv_mandates, bv_mandates_free)
BV_API size_t bv_mandates_count(const struct bv_mandates *mandates);
BV_API const struct bv_mandate *bv_mandates_at(const struct bv_mandates *mandates, size_t idx);
/* The mandate by which the key may do that on that day; *out borrowed. EDENIED says what is missing of which mandate: key, deed, scheme, centre, day. */
BV_API BV_MUST_USE enum bv_status bv_mandates_find(const struct bv_mandate **out, const struct bv_mandates *mandates, const struct bv_public *key, enum bv_deed deed,
                                                   struct bv_str scheme, struct bv_str centre, bv_day day, struct bv_err *err);

/* ---- Rules of issuing: serial numbers, validity, reasons ---- */

#define BV_ISSUING_MAX (1u << 20) /* bytes of a document */
#define BV_SERIAL_MAX 64          /* bytes of a serial number */
#define BV_REASONS_MAX 64

enum bv_need { BV_NEED_OPTIONAL, BV_NEED_REQUIRED, BV_NEED_NONE };

struct bv_reason_code {
	struct bv_str code; /* lower-case letters, digits, '-': it goes into the public log */
	unsigned deeds;
	struct bv_str text;
};

/* registry/issuing.xsd. All texts live in it. */
struct bv_issuing {
	struct bv_str id, version, title;
	bool certain;          /* its certainty is "certain" or "high" */
	bv_day from, to;       /* days of award for which it is in force */
	struct bv_str serial;  /* "{scheme}-{year}-{centre}-{number:6}" */
	int valid_months;      /* 0: no end */
	enum bv_need birth;
	int least_age;         /* years on the day of the award; 0: not asked */
	const struct bv_reason_code *reasons;
	size_t reason_count;
	uint8_t hash[BV_HASH_LEN]; /* SHA-256 of the document */
};
BV_API BV_MUST_USE enum bv_status bv_issuing_parse(struct bv_issuing **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_issuing_free(struct bv_issuing *issuing);
BV_AUTO_DEFINE(struct bv_issuing, bv_issuing_free)
/* EINVAL: not a reason for that deed; the message lists those that are. */
BV_API BV_MUST_USE enum bv_status bv_issuing_reason(const struct bv_issuing *issuing, enum bv_deed deed, struct bv_str code, struct bv_err *err);
/* Appends the serial number: year is that of the award, number counts from 1 among those that are equal but for it. ELIMIT past BV_SERIAL_MAX or when the
 * number has more digits than the pattern gives it. */
BV_API BV_MUST_USE enum bv_status bv_serial_write(struct bv_buf *out, const struct bv_issuing *issuing, struct bv_str scheme, struct bv_str centre, bv_day awarded,
                                                  int64_t number, struct bv_err *err);
/* The same without the number: what is counted together. */
BV_API BV_MUST_USE enum bv_status bv_serial_series(struct bv_buf *out, const struct bv_issuing *issuing, struct bv_str scheme, struct bv_str centre, bv_day awarded,
                                                   struct bv_err *err);

/* ---- Lint: what is looked at before anything is signed ---- */

struct bv_lint_case {
	const struct bv_credential_facts *facts;
	const struct bv_issuing *issuing;
	struct bv_str rating; /* the rating (doc/rules.md) that the facts say to come from; empty: there is none to compare with */
	int64_t now_s;
};
/* Every field for itself, against the rules of issuing, and against the rating; visit is told each fault by a word and a sentence. *count: how many. */
typedef void (*bv_lint_visit)(void *ctx, const char *rule, const char *message);
BV_API void bv_lint(size_t *count, const struct bv_lint_case *subject, bv_lint_visit visit, void *ctx);

/* ---- The register: what was issued, and what became of it ---- */

/* A database of its own (base/sql.h). All that is personal in it is what stands on certificates; free text about acts stays here and goes nowhere else. One
 * thread at a time for one handle; several programs may have one register. No clock and no randomness: time and random bytes are parameters. */
struct bv_register;

struct bv_register_order {
	struct bv_str issuer;    /* DID: certificates of other issuers are not taken */
	struct bv_str status;    /* address below which the shards are: shard 7 is at status/7 */
	struct bv_str issuing, mandates; /* the documents (XML) */
	int64_t at_s;
	uint8_t code_key[BV_HASH_LEN]; /* random, secret: certificates are looked up by codes under it */
};
/* Makes the tables in a database that has no register. ECONFLICT: it has one; EINVAL: what is wrong with the order. */
BV_API BV_MUST_USE enum bv_status bv_register_create(const char *url, const struct bv_register_order *order, struct bv_err *err);
/* mode: READ or WRITE. ENOTFOUND: no database, or no register in it. */
BV_API BV_MUST_USE enum bv_status bv_register_open(struct bv_register **out, const char *url, bool write, struct bv_err *err);
BV_API void bv_register_close(struct bv_register *reg);
BV_AUTO_DEFINE(struct bv_register, bv_register_close)
BV_API struct bv_str bv_register_issuer(const struct bv_register *reg);               /* borrowed, like the next ones */
BV_API struct bv_str bv_register_status(const struct bv_register *reg);
BV_API const struct bv_issuing *bv_register_issuing(const struct bv_register *reg);   /* the newest */
BV_API const struct bv_mandates *bv_register_mandates(const struct bv_register *reg); /* the newest */
/* A newer document in place of the one that was, which is kept; either may be empty. */
BV_API BV_MUST_USE enum bv_status bv_register_replace(struct bv_register *reg, struct bv_str issuing, struct bv_str mandates, int64_t at_s, struct bv_err *err);

/* ---- Stop ---- */

struct bv_stop {
	bool stopped;
	int64_t at_s;
	char person[BV_OFFICER_MAX + 1], reason[BV_OFFICER_MAX + 25];
};
/* Nothing is issued after this: a batch that runs looks before every BV_SIGN_CHUNK certificates and ends. One person is enough; who may do anything to
 * certificates may stop them. It is an act, signed by his key, which bv_act_carry_out enters into the log; what was asked for to let issuance go on is turned
 * down. reason: 1 to 64 bytes, which stay in the register; it goes into the log when it is a word of lower-case letters, digits and '-' ("other" if not). */
BV_API BV_MUST_USE enum bv_status bv_register_stop(struct bv_register *reg, const struct bv_key *officer, struct bv_str reason, int64_t at_s, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_register_stopped(struct bv_stop *out, struct bv_register *reg, struct bv_err *err);

#define BV_REGISTER_PLACES_MAX 65536 /* bytes of all of them */
/* Where keys are that certificates were signed by, so that who stops issuance reaches them too: folders, and "signer:SOCKET". Who issues tells them before he
 * signs; one that is there is not added. EINVAL: a place is a line of text. */
BV_API BV_MUST_USE enum bv_status bv_register_add_place(struct bv_register *reg, struct bv_str place, int64_t at_s, struct bv_err *err);
/* Appends all of them, a line each. */
BV_API BV_MUST_USE enum bv_status bv_register_places(struct bv_buf *out, struct bv_register *reg, struct bv_err *err);

/* ---- Batches ---- */

#define BV_ISSUANCE_NAME_MAX 64
#define BV_SIGN_CHUNK 32     /* certificates between two looks at the switch: at the slowest keys a second */

enum bv_issuance_step { BV_ISSUANCE_DRAFT, BV_ISSUANCE_LOG, BV_ISSUANCE_CLOSE, BV_ISSUANCE_SIGN, BV_ISSUANCE_DONE };

struct bv_issuance_order {
	struct bv_str name;              /* lower-case letters, digits, '-._/': it goes into the public log; the same name goes on with the same batch */
	struct bv_str scheme, centre;
	const struct bv_signer *signer;
	const struct bv_key *officer;    /* of whose mandate it is issued */
	struct bv_str decided_by;        /* in place of officer: the person who approved a correction (bv_act_decide) */
	int64_t at_s;                    /* when it is ordered: the time of signing; of a batch that goes on, of its beginning */
	struct bv_str log_origin;        /* of the log, as the envelopes name it */
	void (*random)(void *p, size_t len); /* secret: ids, salts, places in status lists */
	/* Told now and then; may be NULL. */
	void (*progress)(void *ctx, enum bv_issuance_step step, int64_t done, int64_t total);
	void *ctx;
};

struct bv_issuance;
/* Begins a batch or finds one that was begun. EDENIED: no mandate, or issuance is stopped; ECONFLICT: the name is that of another batch. */
BV_API BV_MUST_USE enum bv_status bv_issuance_open(struct bv_issuance **out, struct bv_register *reg, const struct bv_issuance_order *order, struct bv_err *err);
BV_API void bv_issuance_free(struct bv_issuance *batch);
BV_AUTO_DEFINE(struct bv_issuance, bv_issuance_free)
BV_API enum bv_issuance_step bv_issuance_step(const struct bv_issuance *batch);

/* One certificate more: what it says of itself (id, places, serial number, time of signing) is filled in here. ticket: who it is in the batch, so that
 * who is there already is not taken twice; *added says whether he was new. Written in groups: bv_issuance_draft ends the last. ECONFLICT: of that ticket other
 * facts are there. The facts must have passed bv_lint: assert. */
BV_API BV_MUST_USE enum bv_status bv_issuance_add(bool *added, struct bv_issuance *batch, const struct bv_credential_facts *facts, struct bv_str ticket, struct bv_err *err);
/* Nobody is added any more. EINVAL: the batch is empty. */
BV_API BV_MUST_USE enum bv_status bv_issuance_seal(struct bv_issuance *batch, struct bv_err *err);
/* Does what is left to be done: every certificate into the log, the batch's own entry, one checkpoint, then all envelopes signed and stored. May be cut off at
 * any moment and called again. note: the published checkpoint, appended, if this call made it. EDENIED: stopped meanwhile. */
BV_API BV_MUST_USE enum bv_status bv_issuance_run(struct bv_buf *note, struct bv_issuance *batch, const char *log_folder, const struct bv_key *log_key, struct bv_err *err);

/* The id of a batch by its name. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_issuance_find(int64_t *id, struct bv_register *reg, struct bv_str name, struct bv_err *err);

/* ---- Certificates ---- */

enum bv_fate { BV_FATE_DRAFT, BV_FATE_VALID, BV_FATE_SUSPENDED, BV_FATE_REVOKED, BV_FATE_SUPERSEDED, BV_FATE_CORRECTED };
BV_API const char *bv_fate_name(enum bv_fate fate);

struct bv_register_row {
	int64_t id, batch;
	struct bv_str serial, ticket, scheme, centre, holder, birth, level, achievement; /* valid during the visit */
	int64_t awarded_s, valid_until_s, signed_s;
	int64_t shard, idx;
	int64_t log_idx; /* -1: not in the log yet */
	enum bv_fate fate;
	int64_t successor; /* id, or 0 */
	uint8_t uuid[16];
	uint8_t credential[BV_HASH_LEN], leaf[BV_HASH_LEN]; /* SHA-256 of the body; leaf hash of the log's entry */
};
typedef enum bv_status (*bv_register_visit)(void *ctx, const struct bv_register_row *row, struct bv_err *err);
/* In the order of issue; batch 0: all, else of that batch. */
BV_API BV_MUST_USE enum bv_status bv_register_each(struct bv_register *reg, int64_t batch, bv_register_visit visit, void *ctx, struct bv_err *err);
/* By serial number, "urn:uuid:…", "SHARD#IDX", or the code that people type. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_register_find(struct bv_register *reg, struct bv_str name, bv_register_visit visit, void *ctx, struct bv_err *err);
/* All that were issued under a ticket and are signed, in the order of issue. ENOTFOUND: none. */
BV_API BV_MUST_USE enum bv_status bv_register_find_ticket(struct bv_register *reg, struct bv_str ticket, bv_register_visit visit, void *ctx, struct bv_err *err);
/* By the id that a row has. ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_register_get(struct bv_register *reg, int64_t certificate, bv_register_visit visit, void *ctx, struct bv_err *err);
/* By a code that bv_code_parse gave, and nothing else; what is not signed yet is not there. ENOTFOUND. The time it takes tells nothing of codes that are near. */
BV_API BV_MUST_USE enum bv_status bv_register_find_code(struct bv_register *reg, const char code[BV_CODE_SIZE], bv_register_visit visit, void *ctx, struct bv_err *err);
/* The certificate of whoever had the ticket, by a piece of evidence that it states ("rating" and its SHA-256); of several the newest that stands, or else the
 * newest. ENOTFOUND, also while it is not signed. */
BV_API BV_MUST_USE enum bv_status bv_register_find_result(struct bv_register *reg, struct bv_str ticket, struct bv_str evidence, const uint8_t hash[BV_HASH_LEN],
                                                          bv_register_visit visit, void *ctx, struct bv_err *err);
/* The envelopes of a certificate, in the order of their names: "json", "jwt", … */
typedef enum bv_status (*bv_envelope_visit)(void *ctx, struct bv_str kind, struct bv_str bytes, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_register_envelopes(struct bv_register *reg, int64_t certificate, bv_envelope_visit visit, void *ctx, struct bv_err *err);

/* ---- Acts: one person asks, another decides ---- */

#define BV_ACT_NOTE_MAX 1000 /* bytes of free text, which stays in the register */

enum bv_act_step { BV_ACT_ASKED, BV_ACT_DECIDED, BV_ACT_IN_FORCE, BV_ACT_TURNED_DOWN };
/* "asked", "decided", "in-force", "turned-down". */
BV_API const char *bv_act_step_name(enum bv_act_step step);

struct bv_act_order {
	enum bv_deed deed;         /* not ISSUE */
	struct bv_str certificate; /* as bv_register_find takes it; of RESUME: empty */
	struct bv_str successor;   /* of SUPERSEDE: the certificate that takes its place */
	struct bv_str facts;       /* of CORRECT: what the new certificate says (JSON), without a serial number */
	struct bv_str reason;      /* a code of the rules of issuing: goes into the public log */
	struct bv_str note;        /* may be empty */
	const struct bv_key *officer;
	int64_t at_s;
};
/* Asks for it: the officer's key signs what is asked for. EDENIED: no mandate. ECONFLICT: the certificate's fate does not let it, or something else is asked
 * for it already. EINVAL, ENOTFOUND. */
BV_API BV_MUST_USE enum bv_status bv_act_ask(int64_t *id, struct bv_register *reg, const struct bv_act_order *order, struct bv_err *err);

/* May it be asked for as things are now, whoever asks: officer and at_s are not looked at, and nothing is written. The errors of bv_act_ask but for EDENIED. */
BV_API BV_MUST_USE enum bv_status bv_act_check(struct bv_register *reg, const struct bv_act_order *order, struct bv_err *err);

struct bv_act_decision {
	int64_t id;
	bool approve;
	const struct bv_key *officer; /* of another person, with a mandate of his own */
	int64_t at_s;
};
/* Decides: the second key signs what the first has signed. Turned down: nothing else happens. Approved: it is in force after bv_act_carry_out. EDENIED: the same
 * person, no mandate, or what was asked for was changed in the database since. */
BV_API BV_MUST_USE enum bv_status bv_act_decide(struct bv_register *reg, const struct bv_act_decision *decision, struct bv_err *err);

struct bv_act_means {
	const char *log_folder;
	const struct bv_key *log_key;
	const struct bv_signer *signer;      /* of CORRECT only: signs the new certificate; else NULL */
	struct bv_str log_origin;
	void (*random)(void *p, size_t len); /* of CORRECT only */
};
/* Carries out everything that was decided and is not in force yet, in the order of asking: an entry in the log and a checkpoint, then the certificate's fate. A
 * stop was in force at once: only its entry is made. May
 * be cut off at any moment and called again. *count: how many came into force. EINVAL: a correction without a signer. */
BV_API BV_MUST_USE enum bv_status bv_act_carry_out(size_t *count, struct bv_register *reg, const struct bv_act_means *means, struct bv_err *err);

struct bv_act_row {
	int64_t id;
	enum bv_deed deed;
	enum bv_act_step step;
	int64_t certificate, successor; /* ids, or 0 */
	struct bv_str reason, note, asked_by, decided_by; /* valid during the visit */
	int64_t asked_s, decided_s; /* 0: not yet */
	int64_t log_idx; /* -1: in no log */
};
typedef enum bv_status (*bv_act_visit)(void *ctx, const struct bv_act_row *row, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_act_each(struct bv_register *reg, bv_act_visit visit, void *ctx, struct bv_err *err);
/* The same of one certificate. */
BV_API BV_MUST_USE enum bv_status bv_act_of(struct bv_register *reg, int64_t certificate, bv_act_visit visit, void *ctx, struct bv_err *err);
/* Appends the facts of a certificate as it was issued (JSON), without what the register gave it: to be corrected. */
BV_API BV_MUST_USE enum bv_status bv_register_facts(struct bv_buf *out, struct bv_register *reg, int64_t certificate, struct bv_err *err);

/* ---- Status lists ---- */

struct bv_publish_order {
	const struct bv_signer *signer;
	int64_t at_s;
	int days;            /* for which a list is good: 1 to 366, 30 as a rule, so that an outage takes nobody's certificate away */
	int64_t ttl_s;
	const char *log_folder;
	const struct bv_key *log_key;
};
/* Signs the lists of all shards as they are now, keeps them, puts the hash of each into the log, and makes a checkpoint. May be cut off at any moment and called
 * again: what was signed and is not in the log yet goes there first. *count: lists that are new. EINVAL: a list of that time or a later one is there. */
BV_API BV_MUST_USE enum bv_status bv_status_publish(size_t *count, struct bv_register *reg, const struct bv_publish_order *order, struct bv_err *err);

struct bv_published {
	int64_t shard;
	enum bv_status_kind kind;
	int64_t from_s, until_s, log_idx;
	struct bv_str bytes; /* valid during the visit */
};
typedef enum bv_status (*bv_published_visit)(void *ctx, const struct bv_published *list, struct bv_err *err);
/* Of every shard the newest list of each kind that had begun at that time and is in the log. */
BV_API BV_MUST_USE enum bv_status bv_status_published(struct bv_register *reg, int64_t at_s, bv_published_visit visit, void *ctx, struct bv_err *err);
/* Do the lists that were newest at that time come after an act that is in force, and do they say what it has made of its certificate? *since_s: of when they are; 0:
 * they do not. Of an act that a later one has undone that they came after it is enough. */
BV_API BV_MUST_USE enum bv_status bv_act_shown(int64_t *since_s, struct bv_register *reg, const struct bv_act_row *act, int64_t at_s, struct bv_err *err);
/* How an entry stood at that time, as everybody could read it: by the lists of then. trust: the issuer. */
BV_API BV_MUST_USE enum bv_status bv_status_stood(enum bv_standing *out, struct bv_standing_reason *why, struct bv_register *reg, const struct bv_trust *trust,
                                                  int64_t shard, int64_t idx, int64_t at_s, struct bv_err *err);

#endif

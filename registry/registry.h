/* What was issued: the public log of certificates, on disk as C2SP tlog-tiles, and its witnesses.
 *
 * Sources: TILES = C2SP tlog-tiles, WITNESS = C2SP tlog-witness, RFC 6962. No clock and no randomness: time is a parameter. */
#ifndef BV_REGISTRY_REGISTRY_H
#define BV_REGISTRY_REGISTRY_H

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

/* Appends a checkpoint of all that is there to note; EDENIED when the key is not the log's. */
BV_API BV_MUST_USE enum bv_status bv_log_sign(struct bv_buf *note, const struct bv_log *log, const struct bv_key *key, struct bv_err *err);
/* Asks each witness of the policy that has an address for its cosignature and appends it to the note, which is of all that is there. A witness that does not
 * answer is told to `told`, and is no error. */
typedef void (*bv_log_told)(void *ctx, struct bv_str witness, enum bv_status status, const char *what);
BV_API BV_MUST_USE enum bv_status bv_log_cosign(struct bv_buf *note, struct bv_log *log, const struct bv_policy *policy, bv_log_told told, void *ctx,
                                                struct bv_err *err);
/* Publishes a checkpoint that bv_log_sign made, with what was appended to it. EINVAL: it is not of the log, or older than the published one. */
BV_API BV_MUST_USE enum bv_status bv_log_publish(struct bv_log *log, struct bv_str note, struct bv_err *err);

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

#endif

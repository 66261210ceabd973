/* The folder of an issuer's keys: keys.json, which is the one source of what is published, and beside it
 *     root.crt, root.crl, ca.crt, ca.csr      of the root and of the issuing authority; of the next one ca-2.crt, …
 *     ca.pem                                  the authority's private key, unless a token has it
 *     batches/N/key.pem, p256.pem             the private keys of batch N, until they are destroyed
 *     batches/N/key.crt, p256.crt, did.json   what belongs to them
 *     log/000001-added-p256.json …            entries for the public log, of batch 1, … */
#ifndef BV_TOOLS_CLI_KEY_FOLDER_H
#define BV_TOOLS_CLI_KEY_FOLDER_H

#include "certs/certs.h"
#include "tools/cli/args.h"

struct key_folder {
	const char *path;
	int lock; /* file descriptor of keys.lock */
	struct bv_keyring *ring;
	struct bv_certificate *root;      /* NULL: not there yet */
	struct bv_certificate *cas[BV_AUTHORITIES_MAX]; /* of the authorities; NULL: not there yet */
	struct bv_certificate *ca;        /* of the one that issues, the last that has its certificate; borrowed from cas */
	int64_t issuing;                  /* its number, from 1; 0: none */
	struct bv_buf root_list; /* root.crl, PEM; empty: none */
};

/* A new key of random bytes; the caller frees it. */
struct bv_key *key_random(enum bv_key_kind kind);

/* "FOLDER/NAME…" appended to a cleared buffer. */
BV_PRINTF(4, 5) BV_MUST_USE enum bv_status key_folder_path(struct bv_buf *out, const char *folder, struct bv_err *err, const char *fmt, ...);
/* Reads and checks all of it, and keeps others out until key_folder_close. */
BV_MUST_USE enum bv_status key_folder_open(struct key_folder *out, const char *path, struct bv_err *err);
/* As above, but the authority has its certificate. */
BV_MUST_USE enum bv_status key_folder_open_whole(struct key_folder *out, const char *path, struct bv_err *err);
void key_folder_close(struct key_folder *folder);
BV_AUTO_DEFINE_FINISH(struct key_folder, key_folder_close)
/* keys.json anew, and what follows from it: entries for the log, did.json of the batches. */
BV_MUST_USE enum bv_status key_folder_save(const struct key_folder *folder, struct bv_err *err);
/* The private key of an authority, from 1; a token's PIN is read from the file that its URI names. */
BV_MUST_USE enum bv_status key_folder_authority(struct bv_key **out, const struct key_folder *folder, int64_t authority, struct bv_err *err);

/* A file of the folder: replaced, or refused if it is there. */
BV_MUST_USE enum bv_status key_folder_write(const char *folder, const char *name, struct bv_str bytes, struct bv_err *err);
BV_MUST_USE enum bv_status key_folder_create(const char *folder, const char *name, struct bv_str bytes, unsigned mode, struct bv_err *err);
/* A private key, for its owner only. */
BV_MUST_USE enum bv_status key_folder_create_private(const char *folder, const char *name, const struct bv_key *key, struct bv_err *err);
/* The revocation list of now of an authority, from 1, in DER. */
BV_MUST_USE enum bv_status key_folder_list(struct bv_buf *der, const struct key_folder *folder, int64_t authority, const struct bv_key *key, int64_t at_s,
                                           int64_t days, struct bv_err *err);
/* Overwrites a file with random bytes, waits for the disk, and removes it. ENOTFOUND. */
BV_MUST_USE enum bv_status key_folder_destroy(const char *path, struct bv_err *err);

/* What a new batch is made of. */
struct batch_wish {
	int64_t shard, from_s, days, limit; /* shard -1: the next that is free */
	int64_t at_s;
};
/* Makes the pair of keys, their certificates, and all that belongs to them, and saves. */
BV_MUST_USE enum bv_status batch_make(struct bv_batch **out, struct key_folder *folder, const struct batch_wish *wish, struct bv_err *err);
/* Destroys the private keys of a batch, if they are there, and saves. */
BV_MUST_USE enum bv_status batch_destroy(struct key_folder *folder, struct bv_batch *batch, int64_t at_s, struct bv_err *err);
/* Takes its keys out of use, since since_s, destroys them, and saves; entries for the log. */
BV_MUST_USE enum bv_status batch_remove(struct key_folder *folder, struct bv_batch *batch, int64_t since_s, int64_t at_s, struct bv_str reason, struct bv_err *err);
/* Writes all that is published into a folder. */
BV_MUST_USE enum bv_status keys_publish(const struct key_folder *folder, const char *out, int64_t at_s, int64_t days, struct bv_err *err);

/* --at, or now. */
BV_MUST_USE enum bv_status key_time(int64_t *at_s, const struct args *args, struct bv_err *err);
/* --batch. */
BV_MUST_USE enum bv_status key_batch(struct bv_batch **out, const struct key_folder *folder, const struct args *args, struct bv_err *err);

#endif

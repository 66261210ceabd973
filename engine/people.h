/* What the files of the store of persons share. */
#ifndef BV_ENGINE_PEOPLE_H
#define BV_ENGINE_PEOPLE_H

#include "base/cipher.h"
#include "base/sql.h"
#include "engine/engine.h"
#include "itembank/itembank.h"

enum { PEOPLE_STORE_ID_LEN = 16, MASTER_ID_LEN = 8, PEOPLE_SALT_LEN = 32, PEOPLE_RECORD_MAX = 64 << 10, PEOPLE_AT_ONCE = 1000 };
#define PEOPLE_WRAPPED_LEN (BV_CIPHER_KEY_LEN + BV_CIPHER_EXTRA)

/* ---- master.c ---- */

struct bv_master {
	uint8_t wrap[BV_CIPHER_KEY_LEN];
	uint8_t id[MASTER_ID_LEN]; /* tells master keys apart, and nothing about them */
};

/* ---- person_record.c: what is known of a person, as it is sealed ---- */

struct person_record {
	struct bv_str values[BV_PERSON_FIELDS];
	int64_t at_ms[BV_PERSON_FIELDS]; /* when each was given */
};
/* JSON, with spaces behind it, so that its length says little. */
void person_record_write(struct bv_buf *out, const struct person_record *record);
BV_MUST_USE enum bv_status person_record_parse(struct person_record *record, struct bv_str text, struct bv_arena *arena, struct bv_err *err);
/* The fields of an entry in Normalization Form C, checked. */
BV_MUST_USE enum bv_status person_entry_read(struct person_record *record, const struct bv_person_entry *entry, struct bv_arena *arena,
                                             struct bv_err *err);
/* Takes over what the newer one says; the bits of what is another now. */
unsigned person_record_merge(struct person_record *record, const struct person_record *newer, int64_t at_ms);
/* What a commitment is of: JSON in the form of RFC 8785. */
void person_commitment_write(struct bv_buf *out, const struct person_record *record, struct bv_str sitting, struct bv_str ticket);
void person_commit(uint8_t commitment[BV_HASH_LEN], const uint8_t salt[PEOPLE_SALT_LEN], struct bv_str json);

/* ---- people.c ---- */

enum {
	PEOPLE_ADD,
	PEOPLE_ADD_KEY,
	PEOPLE_ADD_TICKET,
	PEOPLE_BY_PSEUDONYM,
	PEOPLE_BY_TICKET,
	PEOPLE_TICKET_OF,
	PEOPLE_TICKETS,
	PEOPLE_GET,
	PEOPLE_GET_PHOTO,
	PEOPLE_ADD_PHOTO,
	PEOPLE_ERASE_PHOTO,
	PEOPLE_PHOTOS,
	PEOPLE_SET_BOX,
	PEOPLE_SET_USED,
	PEOPLE_SET_KEY,
	PEOPLE_SET_OPENING,
	PEOPLE_ERASE,
	PEOPLE_ERASE_KEY,
	PEOPLE_ERASE_OPENINGS,
	PEOPLE_UNSCRUBBED,
	PEOPLE_SCRUBBED,
	PEOPLE_IS_UNSCRUBBED,
	PEOPLE_QUOTA,
	PEOPLE_SET_QUOTA,
	PEOPLE_READ_COUNT,
	PEOPLE_OTHER_MASTER,
	PEOPLE_SET_MASTER,
	PEOPLE_AFTER,
	PEOPLE_LOG_LAST,
	PEOPLE_LOG_ADD,
	PEOPLE_STATEMENTS
};

struct bv_people {
	struct bv_sql *sql;
	char *url;
	struct bv_sql_stmt *stmts[PEOPLE_STATEMENTS];
	bv_random random;
	bool has_master;
	struct bv_master master;
	uint8_t id[PEOPLE_STORE_ID_LEN];
	uint8_t lookup[BV_CIPHER_KEY_LEN]; /* of pseudonyms; only with a master key */
	struct bv_hmac_key pseudonyms;
	bool log_known; /* of this transaction: the last record */
	int64_t log_n;
	uint8_t log_hash[BV_HASH_LEN];
};

/* Opens a connection: bv_sql_open, or in tests one that fails as it is told to. */
typedef enum bv_status (*people_opener)(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);
BV_MUST_USE enum bv_status people_create_with(const char *url, const struct bv_master *master, bv_random random, people_opener open, void *ctx,
                                              struct bv_err *err);
BV_MUST_USE enum bv_status people_open_with(struct bv_people **out, const char *url, const struct bv_master *master, bv_random random,
                                            people_opener open, void *ctx, struct bv_err *err);

/* A statement, reset. */
struct bv_sql_stmt *people_stmt(struct bv_people *people, int which);
/* Runs work in the transaction that is open, or in one of its own. Without a master key: EINVAL, if wanted. */
typedef enum bv_status (*people_work)(struct bv_people *people, void *args, struct bv_err *err);
BV_MUST_USE enum bv_status people_do(struct bv_people *people, people_work work, void *args, bool keys, const struct bv_people_access *access,
                                     struct bv_err *err);
/* The random id of a person, or a ticket. */
void people_random_name(char out[BV_PERSON_ID_SIZE], const struct bv_people *people);

/* ---- people_seal.c: keys and boxes ---- */

void people_wrap(uint8_t wrapped[PEOPLE_WRAPPED_LEN], const struct bv_people *people, const struct bv_master *master, struct bv_str person,
                 const uint8_t key[BV_CIPHER_KEY_LEN]);
BV_MUST_USE enum bv_status people_unwrap(uint8_t key[BV_CIPHER_KEY_LEN], const struct bv_people *people, struct bv_str person,
                                         struct bv_str master_id, struct bv_str wrapped, struct bv_err *err);
/* The salt and the text of a commitment, sealed with the person's key. */
void people_seal_opening(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person,
                         struct bv_str sitting, struct bv_str ticket, struct bv_str plain);
BV_MUST_USE enum bv_status people_unseal_opening(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN],
                                                 struct bv_str person, struct bv_str sitting, struct bv_str ticket, struct bv_str sealed,
                                                 struct bv_err *err);

/* His photograph, filled up to a multiple of some kilobytes. */
void people_seal_photo(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person, struct bv_str photo);
BV_MUST_USE enum bv_status people_unseal_photo(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person,
                                               struct bv_str sealed, struct bv_err *err);
#define PEOPLE_PHOTO_MAX (BV_PORTRAIT_MAX + (16u << 10)) /* bytes of it, with what fills it up */

/* A person with his key, as the database has him. */
struct people_person {
	char id[BV_PERSON_ID_SIZE];
	int64_t added_ms, used_ms;
	uint8_t key[BV_CIPHER_KEY_LEN]; /* to be wiped */
	struct person_record record;
	bool photo; /* there is one */
};
/* ENOTFOUND, ECONFLICT he was erased, EDENIED what is stored does not open. Texts are in arena. */
BV_MUST_USE enum bv_status people_load(struct people_person *person, struct bv_people *people, struct bv_str id, struct bv_arena *arena,
                                       struct bv_err *err);
/* Stores the record, sealed with the person's key. */
BV_MUST_USE enum bv_status people_store(struct bv_people *people, const struct people_person *person, struct bv_err *err);

/* ---- people_read.c ---- */

struct people_read {
	struct bv_str id;
	const char *act;
	unsigned fields;
	const struct bv_people_access *access;
	struct people_person person;
	struct bv_arena *arena;
	bool refused; /* he has read as many as he may: what the log has of that stays */
};
/* A people_work: loads the person, and adds the record of who reads him. */
BV_MUST_USE enum bv_status people_read_person(struct bv_people *people, void *read, struct bv_err *err);
/* Runs work, whose arguments begin with read; then the key is wiped. EDENIED: refused. */
BV_MUST_USE enum bv_status people_read_logged(struct bv_people *people, people_work work, struct people_read *read, struct bv_err *err);

/* ---- people_photo.c ---- */

/* In the transaction that is open: his photograph, EDENIED when it is not the one that the record says; takes away the one that there is; and puts one in its place. */
BV_MUST_USE enum bv_status people_load_photo(struct bv_buf *out, struct bv_people *people, const struct people_person *person,
                                             const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_err *err);
BV_MUST_USE enum bv_status people_drop_photo(struct bv_people *people, struct bv_str person, struct bv_err *err);
BV_MUST_USE enum bv_status people_store_photo(struct bv_people *people, const struct people_person *person, struct bv_str photo, struct bv_err *err);

/* ---- people_retain.c ---- */

/* In the transaction that is open: fields go from the record of a person, and what is left is sealed with a new key. */
BV_MUST_USE enum bv_status people_forget(struct bv_people *people, struct people_person *person, unsigned fields, const char *act,
                                         const struct bv_people_access *access, struct bv_arena *arena, struct bv_err *err);

/* ---- people_erase.c ---- */

/* In the transaction that is open: destroys the key of a person who is there. */
BV_MUST_USE enum bv_status people_destroy(struct bv_people *people, struct bv_str person, const char *act, const struct bv_people_access *access,
                                          struct bv_err *err);
BV_MUST_USE enum bv_status people_note_unscrubbed(struct bv_people *people, struct bv_err *err);

/* ---- people_log.c ---- */

BV_MUST_USE enum bv_status people_log_add(struct bv_people *people, const char *act, const struct bv_people_access *access, const char *person,
                                          unsigned fields, struct bv_err *err);
BV_MUST_USE enum bv_status people_access_check(const struct bv_people_access *access, struct bv_err *err);

#endif

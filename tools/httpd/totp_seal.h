/* Secrets of authenticators as the database has them: sealed under a key that it does not have (account_key), each bound to its account. Without that key
 * in the configuration they lie there as they are. */
#ifndef BV_TOOLS_HTTPD_TOTP_SEAL_H
#define BV_TOOLS_HTTPD_TOTP_SEAL_H

#include "base/cipher.h"
#include "base/sql.h"
#include "tools/httpd/totp.h"

struct totp_key {
	bool set;
	uint8_t bytes[BV_CIPHER_KEY_LEN];
};
/* From a master key's file (engine.h); path "": none is set. */
BV_MUST_USE enum bv_status totp_key_load(struct totp_key *out, const char *path, struct bv_err *err);

/* A secret as it is kept: TOTP_SECRET_LEN bytes of it, or sealed; len 0: none. */
#define TOTP_SEALED_LEN (TOTP_SECRET_LEN + BV_CIPHER_EXTRA)
struct totp_kept {
	uint8_t bytes[TOTP_SEALED_LEN], len;
};
/* account: its id. */
void totp_keep(struct totp_kept *out, const struct totp_key *key, const char *account, const uint8_t secret[TOTP_SECRET_LEN]);
/* EINVAL: it is sealed, and no key is set; EDENIED: under another key, or of another account. */
BV_MUST_USE enum bv_status totp_open(uint8_t secret[TOTP_SECRET_LEN], const struct totp_kept *kept, const struct totp_key *key, const char *account,
                                     struct bv_err *err);

/* With a key: seals what is not, once, and sees to it that nothing of it is left in the file and its log. Errors as totp_open; EIO. */
BV_MUST_USE enum bv_status totp_seal_all(struct bv_sql *sql, const char *url, const struct totp_key *key, struct bv_err *err);

#endif

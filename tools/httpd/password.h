/* Passwords: Argon2id (RFC 9106), and which are refused. */
#ifndef BV_TOOLS_HTTPD_PASSWORD_H
#define BV_TOOLS_HTTPD_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define PASSWORD_MIN 12      /* code points */
#define PASSWORD_MAX 128
#define PASSWORD_HASH_SIZE 160 /* of the text that is stored: "$argon2id$v=19$m=…,t=…,p=1$SALT$HASH" */
#define PASSWORD_FIRST_SIZE 20 /* of one that the server makes: 80 random bits as "xxxx-xxxx-xxxx-xxxx" */

struct password_cost {
	uint32_t memory_kib, passes;
};

/* salt is random. Takes as long as cost says. */
void password_hash(char out[PASSWORD_HASH_SIZE], struct bv_str password, const struct password_cost *cost, const uint8_t salt[16]);
/* The same time whether it is right or not. stored "" is no account: false after the time that one takes. */
bool password_right(const char *stored, struct bv_str password, const struct password_cost *cost);
/* Was it hashed at another cost than this? */
bool password_stale(const char *stored, const struct password_cost *cost);

/* May it be chosen for an account of that name? False says why not. */
bool password_good(struct bv_str password, struct bv_str name, const char **vi, const char **en);

void password_first(char out[PASSWORD_FIRST_SIZE], const uint8_t random[10]);

#endif

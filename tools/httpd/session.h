/* Sessions: opaque tokens of 256 random bits in a cookie; the database has their SHA-256 only. */
#ifndef BV_TOOLS_HTTPD_SESSION_H
#define BV_TOOLS_HTTPD_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

#define ACCOUNT_ID_SIZE 33 /* 128 random bits in hexadecimal */

struct session {
	char account[ACCOUNT_ID_SIZE]; /* "" for the public */
	uint8_t key[BV_HASH_LEN];      /* SHA-256 of the token */
	uint32_t roles;
	bool partial; /* a password must be changed or a second factor enrolled before anything else */
	int64_t created_s, seen_s;
};

#endif

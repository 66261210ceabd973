/* The ceremony of a root: 'bangvang key ceremony'. */
#ifndef BV_TOOLS_CLI_CEREMONY_H
#define BV_TOOLS_CLI_CEREMONY_H

#include <stdint.h>

#include "base/clock.h"
#include "certs/certs.h"
#include "tools/cli/args.h"

enum { YEAR_S = 31557600 /* of 365.25 days */, DAY_S = 86400 };

/* What must not outlive the ceremony; kept out of swap and core files as far as the system lets it. */
struct ceremony_secrets {
	uint8_t seed[BV_KEY_SEED_LEN], random[BV_SHARE_RANDOM_MAX];
	struct bv_share shares[BV_SHARES_MAX], read[BV_SHARES_MAX];
};
struct ceremony_secrets *ceremony_secrets_new(void);
/* Wipes them. */
void ceremony_secrets_free(struct ceremony_secrets *secrets);
BV_AUTO_DEFINE(struct ceremony_secrets, ceremony_secrets_free)

/* A file of a share into share; its bytes are wiped. */
BV_MUST_USE enum bv_status ceremony_read_share(struct bv_share *share, const char *path, struct bv_err *err);
/* The same typed at the terminal, line by line, each asked for again until it is good. ENOTFOUND at the end of the input. */
BV_MUST_USE enum bv_status ceremony_type_share(struct bv_share *share, unsigned which, struct bv_err *err);

/* "1a2b 3c4d …": the fingerprint of a certificate as people compare it. */
#define FINGERPRINT_SIZE (2 * BV_HASH_LEN + BV_HASH_LEN / 2)
char *ceremony_fingerprint(char out[FINGERPRINT_SIZE], const uint8_t hash[BV_HASH_LEN]);

/* --at, or now. */
BV_MUST_USE enum bv_status ceremony_time(int64_t *at_s, const struct args *args, struct bv_err *err);

/* The three things that a ceremony can be. */
int ceremony_make(struct args *args);
int ceremony_use(struct args *args);
int ceremony_check(struct args *args);

#endif

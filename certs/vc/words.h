/* The facts of one certificate as the words that stand on it, the same in every form that it is written in. */
#ifndef BV_CERTS_VC_WORDS_H
#define BV_CERTS_VC_WORDS_H

#include "base/clock.h"
#include "certs/credential.h"

#define WORDS_UUID_SIZE 46
#define WORDS_EVIDENCE "ni:///sha-256;"

/* OB IdentityObject; the hash is of the value followed by the salt's text (OB IdentityHash). */
struct words_identity {
	const char *type;     /* "name", "ext:birthDate" */
	struct bv_str value;  /* "Nguyễn …", or "sha256$…" */
	char salt[BV_HEX_SIZE(16)]; /* empty: not hashed */
	char hash[sizeof "sha256$" + 2 * BV_HASH_LEN];
};

struct words {
	char id[WORDS_UUID_SIZE], subject_id[WORDS_UUID_SIZE]; /* "urn:uuid:…" (RFC 9562 §5.4, version 4) */
	char awarded[BV_TIME_SIZE], valid_from[BV_TIME_SIZE], valid_until[BV_TIME_SIZE]; /* valid_until empty: no end */
	struct words_identity identities[2];
	size_t identity_count;
	char evidence[BV_EVIDENCE_MAX][sizeof WORDS_EVIDENCE + 43]; /* RFC 6920 §3 */
};

/* "urn:uuid:…" of 16 random bytes, six bits of which are replaced; returns out. */
char *words_uuid(char out[WORDS_UUID_SIZE], const uint8_t random[16]);

/* facts have passed facts_check; what is borrowed lives in them and in words. */
void words_of(struct words *words, const struct bv_credential_facts *facts);

/* The status lists that a certificate is in: "revocation", "suspension". */
extern const char *const words_purposes[2];

#endif

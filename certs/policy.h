/* Whose word is enough (C2SP tlog-policy). */
#ifndef BV_CERTS_POLICY_H
#define BV_CERTS_POLICY_H

#include "certs/checkpoint.h"

#define BV_POLICY_MAX (64 << 10) /* bytes of a file */
#define BV_POLICY_KEYS_MAX 64     /* logs, witnesses, groups: of each */

struct bv_policy_key {
	struct bv_str name; /* of a witness in the file; of a log its origin */
	struct bv_vkey vkey;
	struct bv_str url;  /* may be empty */
};

struct bv_policy;
/* EPARSE, EINVAL and ELIMIT with the line. */
BV_API BV_MUST_USE enum bv_status bv_policy_parse(struct bv_policy **out, struct bv_str text, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_policy_load(struct bv_policy **out, const char *path, struct bv_err *err);
BV_API void bv_policy_free(struct bv_policy *policy);
BV_AUTO_DEFINE(struct bv_policy, bv_policy_free)
BV_API const struct bv_policy_key *bv_policy_logs(const struct bv_policy *policy, size_t *count);      /* borrowed */
BV_API const struct bv_policy_key *bv_policy_witnesses(const struct bv_policy *policy, size_t *count); /* borrowed */

struct bv_policy_finding {
	size_t log;       /* of bv_policy_logs: who signed */
	size_t witnesses; /* that cosigned, of those that the policy names */
	int64_t since_s;  /* since when so many have that the quorum is there; 0 where the policy asks for none */
};
/* Is the checkpoint signed by one of the logs and cosigned by the quorum? EDENIED says what is missing. */
BV_API BV_MUST_USE enum bv_status bv_policy_check(struct bv_policy_finding *out, const struct bv_policy *policy, const struct bv_checkpoint *checkpoint,
                                                  struct bv_err *err);

#endif

/* What the commands of the public log read: entries from files, and whose word about a log counts. */
#ifndef BV_TOOLS_CLI_LOG_INPUTS_H
#define BV_TOOLS_CLI_LOG_INPUTS_H

#include "registry/registry.h"
#include "tools/cli/args.h"

/* Appends the entry of a file: a certificate (the key is the one that its first proof names), or an entry as it is written into a log. */
BV_MUST_USE enum bv_status log_entry_load(struct bv_buf *out, const char *path, struct bv_err *err);
/* SHA-256 of the canonical form of a certificate without "proof". */
BV_MUST_USE enum bv_status log_credential_load(uint8_t hash[BV_HASH_LEN], const char *path, struct bv_err *err);

/* --policy, or --vkey, or what the log's own folder says; only one is set. */
struct log_word {
	struct bv_policy *policy;
	struct bv_buf text;
	struct bv_vkey vkey; /* in text */
	bool own;            /* the log's own word */
};
BV_MUST_USE enum bv_status log_word_load(struct log_word *out, const struct args *args, const char *where, struct bv_err *err);
/* EDENIED. */
BV_MUST_USE enum bv_status log_word_check(struct bv_policy_finding *out, const struct log_word *word, const struct bv_checkpoint *checkpoint, struct bv_err *err);
void log_word_finish(struct log_word *word);
BV_AUTO_DEFINE_FINISH(struct log_word, log_word_finish)

#define LOG_WORD_OPTS \
	{ "policy", "FILE", "whose logs and witnesses count (C2SP tlog-policy)" }, \
	{ "vkey", "KEY", "the log's verifier key, NAME+ID+KEY, in place of a policy" }

#endif

/* A batch while it is issued. */
#ifndef BV_REGISTRY_ISSUANCE_H
#define BV_REGISTRY_ISSUANCE_H

#include "registry/register.h"

/* Random bytes of a certificate that its facts do not tell: subject id, salts of name and birth, secret of the disclosures. */
struct issuance_secrets {
	uint8_t subject_id[16], salt[16], birth_salt[16], secret[32];
};

struct bv_issuance {
	struct bv_register *reg;
	struct bv_issuance_order order;
	struct bv_arena arena;
	int64_t id, at_s, total;
	int64_t log_from, log_idx; /* of what is on its way into the log: its size before, or -1; of the batch's own entry */
	enum bv_issuance_step step;
	struct bv_str key; /* multikey of the signer's Ed25519 key */
	/* Places in a shard, in the order in which they are given out. */
	int64_t shard;
	uint32_t *places, used;
	/* The template of the achievement that was met last, and what it borrows. */
	struct bv_template *tmpl;
	struct bv_facts_file *tmpl_facts;
	struct bv_buf tmpl_text; /* the achievement as JSON */
	struct bv_buf trial;
	bool open; /* a transaction of drafts */
	size_t open_count;
};

/* The template for facts, whose achievement is then the template's. */
BV_MUST_USE enum bv_status issuance_template(struct bv_template **out, struct bv_issuance *batch, struct bv_credential_facts *facts, struct bv_err *err);
/* The body of a certificate: its hash, and the leaf hash of its entry in the log. */
BV_MUST_USE enum bv_status issuance_leaf(uint8_t credential[BV_HASH_LEN], struct bv_merkle_hash *leaf, struct bv_issuance *batch, const struct bv_credential_facts *facts,
                                      struct bv_err *err);
/* The entry itself, appended, from what the register has. */
BV_MUST_USE enum bv_status issuance_entry(struct bv_buf *out, const struct bv_issuance *batch, struct bv_str achievement, const uint8_t credential[BV_HASH_LEN], int64_t shard,
                                       int64_t idx, struct bv_err *err);
void issuance_tell(const struct bv_issuance *batch, int64_t done);
/* Steps of bv_issuance_run. */
BV_MUST_USE enum bv_status issuance_log(struct bv_buf *note, struct bv_issuance *batch, const char *log_folder, const struct bv_key *log_key, struct bv_err *err);
BV_MUST_USE enum bv_status issuance_sign(struct bv_issuance *batch, struct bv_err *err);
BV_MUST_USE enum bv_status issuance_set_step(struct bv_issuance *batch, enum bv_issuance_step step, struct bv_err *err);
/* Drafted, in the log, signed. */
BV_MUST_USE enum bv_status issuance_count(int64_t counts[3], struct bv_issuance *batch, struct bv_err *err);

#endif

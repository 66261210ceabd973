/* Acts as they are in the register, and the certificates that they are about. */
#ifndef BV_REGISTRY_ACT_H
#define BV_REGISTRY_ACT_H

#include "registry/register.h"

struct act {
	struct bv_arena arena; /* of all its texts, once it was read */
	struct bv_act_row row;
	struct bv_str facts;
	struct bv_str asked_key, asked_signature, decided_key, decided_signature; /* multikeys; bytes */
	int64_t log_from;
};
void act_finish(struct act *act);
BV_AUTO_DEFINE_FINISH(struct act, act_finish)

/* A certificate; row.id 0: none. */
struct subject {
	struct bv_arena arena;
	struct bv_register_row row;
};
void subject_finish(struct subject *s);
BV_AUTO_DEFINE_FINISH(struct subject, subject_finish)

BV_MUST_USE enum bv_status act_read(bool *found, struct act *act, struct bv_sql_stmt *stmt, struct bv_err *err);
BV_MUST_USE enum bv_status subject_load(struct subject *s, struct bv_register *reg, int64_t id, struct bv_err *err);
/* Stores what one person asks for and decides alone, signed twice by his key: of a stop. Its row says who, when and why. */
BV_MUST_USE enum bv_status act_alone(struct bv_register *reg, struct act *act, const struct bv_key *officer, struct bv_err *err);
/* The certificates of an act. */
BV_MUST_USE enum bv_status act_subjects(struct subject *of, struct subject *successor, struct bv_register *reg, const struct act *act, struct bv_err *err);
/* Are the signatures those of what the register says? EDENIED. The statement is appended, then the decision. */
BV_MUST_USE enum bv_status act_check_asked(struct bv_buf *statement, const struct bv_register *reg, const struct act *act, const struct subject *of,
                                           const struct subject *successor, struct bv_err *err);
BV_MUST_USE enum bv_status act_check_decided(struct bv_buf *statement, const struct act *act, struct bv_err *err);

#endif

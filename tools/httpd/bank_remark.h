/* What people say about versions of items while they review them, in the server's database: a conversation, no acts, which are events of the bank. */
#ifndef BV_TOOLS_HTTPD_BANK_REMARK_H
#define BV_TOOLS_HTTPD_BANK_REMARK_H

#include "base/sql.h"

#define BANK_REMARK_MAX 2000  /* code points */
#define BANK_REMARKS_MAX 1000 /* of one item in one language */

struct bank_remark {
	struct bv_str identifier, language; /* of the item */
	int64_t version, at_s;
	struct bv_str author, text;
};

/* Makes the table that is missing. */
BV_MUST_USE enum bv_status bank_remark_schema(struct bv_sql *sql, struct bv_err *err);
/* ELIMIT when the item has as many as it may. */
BV_MUST_USE enum bv_status bank_remark_add(struct bv_sql *sql, const struct bank_remark *remark, struct bv_err *err);
/* Those of an item in a language, the first one first; borrowed during the call. */
BV_MUST_USE enum bv_status bank_remark_each(struct bv_sql *sql, struct bv_str identifier, struct bv_str language,
                                            void (*visit)(void *ctx, const struct bank_remark *remark), void *ctx, struct bv_err *err);

#endif

/* Documents of the office in the database: blueprints, rule packs, skills standards, plans of sittings. A document has a kind and a name; each saved text is a
 * version of its own, by number and SHA-256, with who saved it when, and stays as it is for ever. A version counts when a second account has approved it. */
#ifndef BV_TOOLS_HTTPD_DOCUMENT_H
#define BV_TOOLS_HTTPD_DOCUMENT_H

#include "base/hash.h"
#include "base/sql.h"
#include "tools/httpd/account.h"

#define DOCUMENT_NAME_MAX 64   /* FORMAT_ID */
#define DOCUMENT_TITLE_MAX 500 /* bytes */
#define DOCUMENT_NOTE_MAX 500  /* characters: what is new */
#define DOCUMENT_TEXT_MAX (1u << 20)

/* One version. Strings are of the visit, or of whoever fills it. */
struct document {
	struct bv_str kind, name, title, note, text; /* text is empty in lists */
	int64_t version;                             /* from 1 */
	uint8_t hash[BV_HASH_LEN];                   /* of the text */
	struct bv_str author, author_name;           /* account, and its sign-in name */
	int64_t made_s;
	struct bv_str approver, approver_name; /* empty: nobody has yet */
	int64_t approved_s;
};

/* Makes the table if it is missing. */
BV_MUST_USE enum bv_status document_schema(struct bv_sql *sql, struct bv_err *err);

typedef void (*document_visit)(void *ctx, const struct document *document);
/* The newest version of each of a kind, by name, without texts. */
BV_MUST_USE enum bv_status document_list(struct bv_sql *sql, struct bv_str kind, document_visit visit, void *ctx, struct bv_err *err);
/* All versions of one, the newest first, without texts. */
BV_MUST_USE enum bv_status document_versions(struct bv_sql *sql, struct bv_str kind, struct bv_str name, document_visit visit, void *ctx, struct bv_err *err);
/* One version, 0: the newest, with its text. ENOTFOUND. */
BV_MUST_USE enum bv_status document_read(struct bv_sql *sql, struct bv_str kind, struct bv_str name, int64_t version, document_visit visit, void *ctx,
                                         struct bv_err *err);

/* Saves kind, name, title, note, text of author as the version after base (0: the first), and fills version, hash. ECONFLICT: the newest is another one than base,
 * unless that is this very text after base, by him: then the answer was lost, and it is the same again. */
BV_MUST_USE enum bv_status document_save(struct document *document, struct bv_sql *sql, int64_t base, int64_t now_s, struct bv_err *err);
/* ENOTFOUND; EDENIED: by its author; ECONFLICT: somebody else has, or there is a newer one. The same again by the same account is nothing new. */
BV_MUST_USE enum bv_status document_approve(struct bv_sql *sql, struct bv_str kind, struct bv_str name, int64_t version, struct bv_str account, int64_t now_s,
                                            struct bv_err *err);

#endif

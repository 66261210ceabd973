/* Sittings that demand Safe Exam Browser (doc/seb.md): whether a request comes from one with the sitting's configuration. */
#ifndef BV_TOOLS_HTTPD_SEB_H
#define BV_TOOLS_HTTPD_SEB_H

#include "base/sql.h"
#include "engine/engine.h"
#include "tools/httpd/exchange.h"
#include "tools/httpd/log.h"

struct sebs;

/* folder has SITTING.keys, which `bangvang seb new` writes, and SITTING.seb; "": no sitting demands it by a file. key, the ledger's, may be NULL without a folder. */
BV_MUST_USE enum bv_status sebs_open(struct sebs **out, const char *folder, const struct bv_key *key, struct log *log, struct bv_err *err);
void sebs_free(struct sebs *sebs);
/* What the ledger says of a sitting: keys, which are copied, with an empty config where it demands nothing. It goes before the folder, and cannot be taken back. */
void sebs_learn(struct sebs *sebs, const char *sitting, const struct bv_seb_keys *keys);
/* Reads the folder again; what cannot be read stays as it was. */
void sebs_refresh(struct sebs *sebs);

/* Does that sitting demand it? */
bool sebs_demanded(struct sebs *sebs, struct bv_str sitting);
/* The configuration SITTING.seb, appended. False: there is none. */
bool sebs_file(struct bv_buf *out, struct sebs *sebs, struct bv_str sitting);

/* Is the request of the session from such a browser: by the fields that it sends with every request, or by the proof that this server gave its session before?
 * False has answered 403, or 503 while this server has not read yet what the sitting demands. Always true where that demands nothing. */
bool seb_good(struct exchange *x);

/* The address of the page that a browser which cannot add fields is to hash, appended: good for this session alone, for ten minutes. */
void seb_page(struct bv_buf *out, const struct exchange *x);
/* Are those the hashes of that page, and is this the first time that somebody says so? The proof that seb_good takes then. EDENIED: they are not, or it is not. A page counts
 * once, at any node and whatever was started again meanwhile: the database of accounts remembers it for as long as it is good. */
BV_MUST_USE enum bv_status seb_prove(char proof[BV_SEB_KEY_SIZE], const struct exchange *x, struct bv_sql *sql, struct bv_str url, struct bv_str config_hash, struct bv_str browser_hash,
                                     struct bv_err *err);

#endif

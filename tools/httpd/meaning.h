/* What kind of fault it is, in words of both languages: what libraries say of a fault exactly is English. */
#ifndef BV_TOOLS_HTTPD_MEANING_H
#define BV_TOOLS_HTTPD_MEANING_H

#include "base/err.h"
#include "tools/httpd/exchange.h"

/* code: the rule of an error, or one of bv_loss_kinds. "" for NULL and for one without a text, which tests/style/words.py finds. */
const char *meaning_of_code(enum language language, const char *code);

/* Of an error of reading something: by its rule, else by its category. Never empty. */
const char *meaning_of(enum language language, const struct bv_err *err);

#endif

/* Scripts and configurations that portable custom interactions bring (1EdTech PCI 1.0, QTI 3.0 §qti-interaction-modules). Private to itembank. */
#ifndef BV_ITEMBANK_MODULE_H
#define BV_ITEMBANK_MODULE_H

#include "base/err.h"
#include "base/str.h"

#define MODULE_MAX (8u << 20)         /* bytes of a script */
#define MODULE_SETTINGS_MAX (1u << 20) /* bytes of what is read as JSON */

#define MODULE_SCRIPT "text/javascript" /* RFC 9239 §6 */
#define MODULE_SETTINGS "application/json"

/* What the bytes are: MODULE_SETTINGS for a JSON object or array, MODULE_SCRIPT for any other text; NULL for what is not UTF-8, has control characters,
 * begins as markup does, or is media by its first bytes: a file is one thing only, whoever reads it. */
const char *module_type_of(struct bv_str bytes);

/* *type of a file with that name. EDENIED: another thing, or a name that does not announce a script or settings; ELIMIT. */
BV_MUST_USE enum bv_status module_check(const char **type, struct bv_str name, struct bv_str bytes, struct bv_err *err);

/* Is the type one that module_type_of gives? Then *out is its own copy of the word. */
bool module_type_known(const char **out, struct bv_str type);

#endif

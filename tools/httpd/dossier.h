/* What the office may know of a certificate, as JSON: what the register has of it, what was done to it, what may be done to it now and for which reasons. Inside
 * records_ask. */
#ifndef BV_TOOLS_HTTPD_DOSSIER_H
#define BV_TOOLS_HTTPD_DOSSIER_H

#include "base/json.h"
#include "registry/registry.h"

#define DOSSIER_FOUND_MAX 20 /* certificates of one search */
#define DOSSIER_UUID_LEN 36

/* The name by which bv_register_find finds a UUID. */
char *dossier_name(char out[BV_UUID_SIZE], struct bv_str uuid);
/* The UUID of a row, with 36 characters. */
char *dossier_uuid(char out[BV_UUID_SIZE], const struct bv_register_row *row);

/* Adds to the array the certificates that text means: a code as it was typed, a number, an id, or a ticket. Of drafts nothing is told. */
BV_MUST_USE enum bv_status dossier_search(struct bv_json *array, struct bv_register *reg, struct bv_str text, struct bv_err *err);
/* Sets everything of one. ENOTFOUND. */
BV_MUST_USE enum bv_status dossier_write(struct bv_json *json, struct bv_register *reg, struct bv_str uuid, struct bv_err *err);
/* The rules' own words for a reason, or empty; borrowed. */
struct bv_str dossier_reason(const struct bv_register *reg, struct bv_str code);

#endif

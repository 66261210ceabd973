/* Forms with files: multipart/form-data (RFC 7578), read strictly: what browsers send, and nothing else. */
#ifndef BV_TOOLS_HTTPD_FORM_H
#define BV_TOOLS_HTTPD_FORM_H

#include <stdbool.h>

#include "base/str.h"

#define FORM_PARTS_MAX 8

/* Is it the type of such a form, with a good boundary? */
bool form_type(struct bv_str type);
/* The bytes of the first part of that name, borrowed; empty when it is not there. False: the body is none of that type. */
bool form_find(struct bv_str *out, struct bv_str type, struct bv_str body, const char *name);

#endif

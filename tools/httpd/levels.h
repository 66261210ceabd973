/* What levels are called: a certificate has a code of one ("co-ban"), people want its name. Names stand in the skills standards of a folder. */
#ifndef BV_TOOLS_HTTPD_LEVELS_H
#define BV_TOOLS_HTTPD_LEVELS_H

#include "base/err.h"
#include "base/str.h"
#include "tools/httpd/words.h"

struct levels;

/* Every *.xml of the folder is a standard; folder "": there are none. EIO, or what is wrong with one, named. */
BV_MUST_USE enum bv_status levels_load(struct levels **out, const char *folder, struct bv_err *err);
void levels_free(struct levels *levels);

/* The level's name; empty: the standard of the achievement (".../achievements/STANDARD/…", as the engine names it) is not here, or has no such level. NULL: none is. */
struct bv_str levels_name(const struct levels *levels, struct bv_str achievement, struct bv_str code, enum language language);

#endif

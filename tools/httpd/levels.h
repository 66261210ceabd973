/* What levels and competences are called: a certificate has a code of one ("co-ban"), an item that of the other ("IU06.4"), people want names. They stand in the
 * skills standards of a folder. */
#ifndef BV_TOOLS_HTTPD_LEVELS_H
#define BV_TOOLS_HTTPD_LEVELS_H

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "tools/httpd/words.h"

struct levels;

/* Every *.xml of the folder is a standard; folder "": there are none. EIO, or what is wrong with one, named. */
BV_MUST_USE enum bv_status levels_load(struct levels **out, const char *folder, struct bv_err *err);
void levels_free(struct levels *levels);

/* The level's name; empty: the standard of the achievement (".../achievements/STANDARD/…", as the engine names it) is not here, or has no such level. NULL: none is. */
struct bv_str levels_name(const struct levels *levels, struct bv_str achievement, struct bv_str code, enum language language);

/* Elements {code, vi, en} of an array, in the order of the standards, each code once: where several standards have it, by that which came into force last. NULL: none. */
void levels_competences_write(struct bv_json_pen *pen, const struct levels *levels);

#endif

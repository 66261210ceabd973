/* What kind of media a file is, by its first bytes: names and declarations may say anything. Private to itembank. */
#ifndef BV_ITEMBANK_MEDIA_TYPE_H
#define BV_ITEMBANK_MEDIA_TYPE_H

#include "base/err.h"
#include "base/str.h"

/* "image/png", "audio/mpeg", "video/mp4", "text/vtt" …, or NULL for what is none that is kept. SVG is told by its root element. */
const char *media_type_of(struct bv_str bytes);

/* *type of a file with that name. EDENIED: no media, or media that the name does not announce (a ".png" that is a film), or an SVG that is not a
 * picture only. *odd is set when the name announces another type of the same kind (a ".png" that is a JPEG), which does no harm. */
BV_MUST_USE enum bv_status media_check(const char **type, bool *odd, struct bv_str name, struct bv_str bytes, struct bv_err *err);

/* Is the type one that media_type_of gives? Then *out is its own copy of the word. */
bool media_type_known(const char **out, struct bv_str type);

/* "png" for "image/png": the first of the names of a type that is known. */
const char *media_type_extension(const char *type);

/* EDENIED or EPARSE when an SVG image has anything but shapes and text: scripts, handlers, animation, links, references out of the file. */
BV_MUST_USE enum bv_status svg_check(struct bv_str bytes, struct bv_err *err);

#endif

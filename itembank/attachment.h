/* Files that candidates hand in. A value of base type file is kept as one text: a data URL (RFC 2397) with the file's name as a parameter,
 * "data:image/png;name=h%C3%ACnh.png;base64,iVBO…". Private to itembank. */
#ifndef BV_ITEMBANK_ATTACHMENT_H
#define BV_ITEMBANK_ATTACHMENT_H

#include "base/json.h"
#include "base/mem.h"
#include "itembank/value.h"

/* From PCI JSON {"data":BASE64,"mime":"image/png","name":"a.png"}; the name may be absent. EINVAL for another shape, text that is not
 * base64 (RFC 4648 §4, padded), a type that is none (RFC 6838 §4.2); ELIMIT past BV_RESPONSE_FILE_MAX. Lives in arena. */
BV_MUST_USE enum bv_status bv_file_parse(struct bv_value *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err);

/* The same JSON of a file's text; of text that an item declares and that is no data URL, the text. Owned by the caller. */
struct bv_json *bv_file_new(struct bv_str file);

/* "image/png"; empty when the text is no data URL. */
struct bv_str bv_file_mime(struct bv_str file);

/* Is it that type, or of that kind ("image" with a star after the slash)? Whatever their case. */
bool bv_mime_fits(struct bv_str mime, struct bv_str type);

#endif

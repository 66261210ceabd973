/* What a photograph of a person may be, by its real structure. Private to itembank; itembank.h has what others use. */
#ifndef BV_ITEMBANK_PORTRAIT_H
#define BV_ITEMBANK_PORTRAIT_H

#include "itembank/itembank.h"

/* A big-endian number of len bytes (1 to 4) at at; 0 past the end. */
uint32_t portrait_number(struct bv_str s, size_t at, unsigned len);
/* Are the sides within the limits? ELIMIT says which is not. */
BV_MUST_USE enum bv_status portrait_sides_check(uint32_t width, uint32_t height, struct bv_err *err);

/* portrait_jpeg.c, portrait_png.c: bytes begin as such a file does. Appends it without all that is not the picture. orientation: 1 to 8 as EXIF has it (CIPA DC-008
 * §4.6.4), which a JPEG keeps. EPARSE, EDENIED, ELIMIT. */
BV_MUST_USE enum bv_status portrait_jpeg(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, unsigned orientation, struct bv_err *err);
BV_MUST_USE enum bv_status portrait_png(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, struct bv_err *err);

#endif

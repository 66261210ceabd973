/* What the metadata of a photo tell of people, by its bytes: where it was taken, who took it, with which camera. Private to itembank. */
#ifndef BV_ITEMBANK_PHOTO_H
#define BV_ITEMBANK_PHOTO_H

#include "base/str.h"

enum photo_fact {
	PHOTO_PLACE = 1,  /* GPS position */
	PHOTO_AUTHOR = 2, /* who took it, or owns the camera */
	PHOTO_CAMERA = 4, /* a serial number, the same in every photo of it */
};

/* The facts that are in EXIF, XMP, IPTC or the text of a JPEG, PNG or WebP (CIPA DC-008, ISO 16684-1, IPTC IIM 4.2, PNG §11.3.3, RFC 9649 §2.7); 0 for
 * other bytes. Reads what is whole: a file that is cut off tells what came before. Compressed text of a PNG is not looked into. */
unsigned photo_facts(struct bv_str bytes);

/* How the picture of a JPEG or PNG is to be turned, 1 (as it is) to 8, as its EXIF says (CIPA DC-008 §4.6.4); 1 where nothing does. */
unsigned photo_orientation(struct bv_str bytes);

/* Appends "the place where it was taken, who took it": facts is not 0. */
void photo_facts_write(struct bv_buf *out, unsigned facts);

#endif

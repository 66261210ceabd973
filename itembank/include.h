/* What a document of several files is made of. Private to itembank; bv_include is in itembank.h. */
#ifndef BV_ITEMBANK_INCLUDE_H
#define BV_ITEMBANK_INCLUDE_H

#include "itembank/tree.h"

/* ---- Where elements stand in the bytes of a document: include_scan.c ---- */

enum include_tag { INCLUDE_TAG_NONE, INCLUDE_TAG_START, INCLUDE_TAG_EMPTY, INCLUDE_TAG_END };

/* The next tag at or after *at in a document that bv_xml_read has read: *start is where it begins, *at goes behind it. Comments, CDATA sections and
 * processing instructions are passed over. NONE after the last. */
enum include_tag include_scan(struct bv_str xml, size_t *at, size_t *start);

/* ---- References that change their folder: include_rebase.c ---- */

/* The tree, which was read from the file `from`, is to stand in the file `to`: every relative reference below its root gets the path that leads to the same
 * file from there. EINVAL, at its line, for one that leads out of the package. */
BV_MUST_USE enum bv_status include_rebase(struct bv_tree *tree, struct bv_str from, struct bv_str to, struct bv_err *err);

#endif

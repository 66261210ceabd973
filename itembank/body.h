/* The item body: walking it, and its plain text. Private to itembank. */
#ifndef BV_ITEMBANK_BODY_H
#define BV_ITEMBANK_BODY_H

#include "base/xml.h"
#include "itembank/itembank.h"

/* The next element of the subtree of root in document order, or NULL after the last; skips what lies below node when `over`. */
const struct bv_xml_node *bv_body_next(const struct bv_xml_node *root, const struct bv_xml_node *node, bool over);

/* Reads all interactions below body, in document order. */
struct bv_interaction_reader;
BV_MUST_USE enum bv_status bv_body_interactions(struct bv_interaction **out, size_t *count, const struct bv_interaction_reader *reader,
                                                const struct bv_xml_node *body, struct bv_err *err);

enum bv_text_part {
	BV_TEXT_STEM = 1,       /* leaves out choices and rubric blocks */
	BV_TEXT_QUESTION = 4,   /* leaves out feedback */
	BV_TEXT_UNSTRESSED = 2, /* leaves out what is emphasised: strong, b, em, i, u, mark */
};

/* Everything a reader would see below node as NFC plain text, white space collapsed: images by their alternative text, boxes as
 * "____", printed variables as their names in brackets. parts: enum bv_text_part, or 0 for all. */
struct bv_str bv_body_text(const struct bv_xml_node *node, unsigned parts, struct bv_arena *arena);

#endif

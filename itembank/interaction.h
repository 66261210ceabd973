/* Interactions: what a candidate can do on the page, and which response it fills. Private to itembank. */
#ifndef BV_ITEMBANK_INTERACTION_H
#define BV_ITEMBANK_INTERACTION_H

#include "base/xml.h"
#include "itembank/declare.h"
#include "itembank/itembank.h"
#include "itembank/names.h"

/* What reading an interaction needs to know about its document. */
struct bv_interaction_reader {
	struct bv_arena *arena;
	enum bv_qti_version version;
};

/* Is the element an interaction of any version, read by us or not? */
bool bv_is_interaction(const struct bv_xml_node *node);

/* Reads the interaction at node with its choices. EPARSE for an interaction that this release does not read, a missing or malformed
 * attribute, two choices of one identifier, maxima below minima; ELIMIT for too many choices. */
BV_MUST_USE enum bv_status bv_interaction_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                               const struct bv_xml_node *node, struct bv_err *err);

/* Can the interaction fill a response of this declaration? EPARSE says what it must be. */
BV_MUST_USE enum bv_status bv_interaction_accepts(const struct bv_interaction *interaction, const struct bv_declaration *declaration,
                                                  struct bv_err *err);

/* The attributes that only one kind has; each fills what the common reader left. In choice.c, order.c, match.c … */
typedef enum bv_status (*bv_interaction_read_fn)(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                                 const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_choice_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_inline_choice_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_text_entry_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_order_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_match_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_associate_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_gap_match_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_hottext_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_extended_text_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);

/* Collects the choices below node: those of `elements`, which ends with BV_QTI_NONE, in document order, not looking inside them.
 * They are added to the ones that are there already. */
BV_MUST_USE enum bv_status bv_choices_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                           const struct bv_xml_node *node, const enum bv_qti *elements, struct bv_err *err);

#endif

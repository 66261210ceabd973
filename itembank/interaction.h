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
	struct bv_notes *notes;  /* oddities */
	struct bv_notes *faults; /* what keeps it from being delivered, though not from being scored */
	enum bv_qti_version version;
};

/* What a kind of interaction is about. */
enum bv_interaction_trait {
	BV_TRAIT_CHOICES = 1 << 0,  /* its response names choices */
	BV_TRAIT_PAIRS = 1 << 1,    /* two by two */
	BV_TRAIT_SETS = 1 << 2,     /* one of the first set with one of the second */
	BV_TRAIT_SEQUENCE = 1 << 3, /* all of them in a sequence, unless some are enough */
	BV_TRAIT_TEXT = 1 << 4,     /* typed */
	BV_TRAIT_POINTS = 1 << 5,
	BV_TRAIT_FILE = 1 << 6,
	BV_TRAIT_IMAGE = 1 << 7,    /* works on an image */
	BV_TRAIT_SHUFFLES = 1 << 8, /* the schema knows `shuffle` */
	BV_TRAIT_KEYED = 1 << 9,    /* has right and wrong answers: a response without a key is an oversight */
};
unsigned bv_interaction_traits(enum bv_interaction_kind kind);

/* Is the element an interaction of any version? */
bool bv_is_interaction(const struct bv_xml_node *node);

/* Reads the interaction at node with its choices. EPARSE for a missing or malformed attribute, two choices of one identifier, maxima below minima; ELIMIT for too many choices. */
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
BV_MUST_USE enum bv_status bv_hotspot_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_select_point_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_graphic_order_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_graphic_associate_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_graphic_gap_match_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_position_object_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_slider_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_media_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_drawing_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_upload_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_end_attempt_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);
BV_MUST_USE enum bv_status bv_custom_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                      const struct bv_xml_node *node, struct bv_err *err);

/* Counts of choices or associations that the attributes min-… and max-… allow, with their defaults; in choice.c and match.c. */
BV_MUST_USE enum bv_status bv_choice_limits_read(struct bv_interaction *out, const struct bv_xml_node *node, uint32_t most, struct bv_err *err);
BV_MUST_USE enum bv_status bv_association_limits_read(struct bv_interaction *out, const struct bv_xml_node *node, uint32_t most,
                                                      struct bv_err *err);
/* min-choices and max-choices of a sequence, after its choices: all, when neither is given. */
BV_MUST_USE enum bv_status bv_order_limits_read(struct bv_interaction *out, const struct bv_xml_node *node, struct bv_err *err);

/* The first img, picture, object, audio or video among the children of node; without one, all of out is empty. Never fails: what cannot be
 * a size is none. */
void bv_media_of(struct bv_media *out, const struct bv_xml_node *node, struct bv_arena *arena);

/* Pixels of the image whose points are the values of that response: the image of its selectPoint, the stage of its positionObject, in
 * the document that node is in. False, and both 0, when there is none, a size is not given, or two of them differ. In point.c. */
bool bv_point_image_size(double *width, double *height, const struct bv_xml_node *node, struct bv_str response, struct bv_arena *arena);

/* Collects the choices below node: those of `elements`, which ends with BV_QTI_NONE, in document order, not looking inside them.
 * They are added to the ones that are there already. */
BV_MUST_USE enum bv_status bv_choices_read(struct bv_interaction *out, const struct bv_interaction_reader *reader,
                                           const struct bv_xml_node *node, const enum bv_qti *elements, struct bv_err *err);

#endif

/* Private: what skills standards and rule packs have in common, and the strict reading of their XML. */
#ifndef BV_SCORING_INSTRUMENT_H
#define BV_SCORING_INSTRUMENT_H

#include "base/xml.h"
#include "scoring/scoring.h"

struct bv_instrument_reader {
	const char *ns; /* every element's namespace */
	struct bv_arena *arena;
	struct bv_err *err;
};

/* The root's attributes and its leading elements title, source, in-force, note, licence. *rest is the first element after them. */
enum bv_status bv_instrument_parse(struct bv_instrument *out, const struct bv_xml_node **rest, const struct bv_xml_node *root,
                                   const char *more_attrs, struct bv_str bytes, const struct bv_instrument_reader *in);
/* EINVAL when day lies outside the dates in force. */
enum bv_status bv_instrument_check(const struct bv_instrument *instrument, bv_day day, struct bv_err *err);

/* Is node that element of our namespace? node may be NULL. */
bool bv_instrument_is(const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name);
/* EPARSE "not expected here" naming the element. */
enum bv_status bv_instrument_unexpected(const struct bv_instrument_reader *in, const struct bv_xml_node *node);
/* Refuses attributes that are not among the words of `known`, and any child when the element must be empty. */
enum bv_status bv_instrument_attrs(const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *known);
enum bv_status bv_instrument_empty(const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *known);
/* Text of an element without children, NFC, trimmed, not empty. */
enum bv_status bv_instrument_text(struct bv_str *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node);
/* Reads the elements `name` with xml:lang vi (one) and en (at most one) at *at, which is an element, and moves *at past them. */
enum bv_status bv_instrument_names(struct bv_names *out, const struct bv_xml_node **at, const char *name,
                                   const struct bv_instrument_reader *in);

/* Attributes. An absent one leaves *out as it is, unless `required`. */
enum bv_status bv_instrument_string(struct bv_str *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node,
                                    const char *name, bool required);
enum bv_status bv_instrument_code(struct bv_str *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node,
                                  const char *name, bool required); /* letters, digits, '_', '-', '.'; at most 64 */
enum bv_status bv_instrument_certainty(enum bv_certainty *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node);
enum bv_status bv_instrument_integer(int64_t *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name,
                                     bool required, int64_t low, int64_t high);
/* A percentage with at most two decimals, 0–100, in hundredths: "50", "49.5", "50.00". */
enum bv_status bv_instrument_percent(int64_t *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name,
                                     bool required);
/* Index of the attribute's value among the words (ends with NULL). */
enum bv_status bv_instrument_word(int *out, const struct bv_instrument_reader *in, const struct bv_xml_node *node, const char *name,
                                  bool required, const char *const *words);

#endif

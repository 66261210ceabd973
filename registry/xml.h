/* Reading the documents of this folder: strict, every fault with its line. */
#ifndef BV_REGISTRY_XML_H
#define BV_REGISTRY_XML_H

#include "base/day.h"
#include "base/xml.h"
#include "registry/registry.h"

enum { XML_TEXT_MAX = 1000 };

/* The element is called that, in that namespace, and has attributes of names (separated by spaces) only. */
BV_MUST_USE enum bv_status xml_expect(const struct bv_xml_node *node, const char *ns, const char *name, const char *attributes, struct bv_err *err);
/* An attribute, in NFC, in arena; absent gives an empty one unless it is needed. */
BV_MUST_USE enum bv_status xml_text(struct bv_str *out, const struct bv_xml_node *node, const char *name, bool needed, struct bv_arena *arena, struct bv_err *err);
/* The same of 1 to max letters, digits and the characters of more. */
BV_MUST_USE enum bv_status xml_word(struct bv_str *out, const struct bv_xml_node *node, const char *name, size_t max, const char *more, struct bv_arena *arena,
                                    struct bv_err *err);
BV_MUST_USE enum bv_status xml_day(bv_day *out, const struct bv_xml_node *node, const char *name, bool needed, bv_day otherwise, struct bv_err *err);
BV_MUST_USE enum bv_status xml_count(int *out, const struct bv_xml_node *node, const char *name, bool needed, int most, struct bv_err *err);
/* Words of deeds, separated by spaces, as bits. */
BV_MUST_USE enum bv_status xml_deeds(unsigned *out, const struct bv_xml_node *node, const char *name, struct bv_err *err);
/* The text of an element without elements, 1 to XML_TEXT_MAX bytes. */
BV_MUST_USE enum bv_status xml_content(struct bv_str *out, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err);

#endif

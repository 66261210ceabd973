/* Changing an item or a stimulus into another version of QTI: what the steps share. Private to itembank. */
#ifndef BV_ITEMBANK_UPGRADE_H
#define BV_ITEMBANK_UPGRADE_H

#include "itembank/itembank.h"
#include "itembank/tree.h"

#define BV_NS_QTI3 "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
#define BV_NS_QTI22 "http://www.imsglobal.org/xsd/imsqti_v2p2"
#define BV_NS_MATHML "http://www.w3.org/1998/Math/MathML"
#define BV_NS_SSML "http://www.w3.org/2001/10/synthesis"
#define BV_NS_XINCLUDE "http://www.w3.org/2001/XInclude"
#define BV_NS_XHTML "http://www.w3.org/1999/xhtml"

struct bv_upgrade {
	struct bv_tree tree;
	enum bv_qti_version from;
	void (*loss)(void *ctx, const struct bv_loss *loss);
	void *ctx;
};

/* A line of the report: something that the result lacks. */
void bv_upgrade_loss(struct bv_upgrade *up, int line, const char *fmt, ...) BV_PRINTF(3, 4);

/* The refusal of a document that is no stimulus. */
enum bv_status bv_stimulus_wrong_root(const struct bv_xml_node *root, struct bv_err *err);

/* Any version → 3.0, in place. */
void bv_upgrade_to_3(struct bv_upgrade *up);
/* 3.0 → 2.2, in place. */
void bv_downgrade_to_22(struct bv_upgrade *up);

/* Portable custom interactions, one of its steps. */
void bv_downgrade_custom(struct bv_upgrade *up);
/* The attributes of one element; all that is below it, once more. */
void bv_upgrade_names_of(struct bv_upgrade *up, struct bv_tree_node *node);
void bv_upgrade_names_below(struct bv_upgrade *up, struct bv_tree_node *node);

/* The steps to 3.0, in this order. */
void bv_upgrade_names(struct bv_upgrade *up);      /* elements, attributes, namespaces; XHTML that 3.0 does not have */
void bv_upgrade_custom(struct bv_upgrade *up);     /* portable custom interactions of 2.x */
void bv_upgrade_media(struct bv_upgrade *up);      /* object → img, audio, video */
void bv_upgrade_attributes(struct bv_upgrade *up); /* defaults that differ, required ones, lexical forms */
void bv_upgrade_order(struct bv_upgrade *up);      /* children in the schema's order, content bodies */
void bv_upgrade_content(struct bv_upgrade *up);    /* what may stand in what, by wrapping */

#endif

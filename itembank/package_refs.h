/* What a QTI document names of its package: media, stimuli, and modules of portable custom interactions. Private to itembank. */
#ifndef BV_ITEMBANK_PACKAGE_REFS_H
#define BV_ITEMBANK_PACKAGE_REFS_H

#include "base/xml.h"
#include "itembank/itembank.h"

struct package_ref {
	struct bv_str href; /* as written */
	enum bv_part_role role; /* BV_PART_MEDIA, _STIMULUS or _MODULE */
	bool optional; /* of a kind that is not shown, or may not be media at all: kept when it is media, told when it is not. Modules are */
	bool implied;  /* not written, but meant by the schema's default: kept when it is there, not told when it is not */
	int line;
};

/* Each reference once, at most BV_BANK_PARTS_MAX (ELIMIT), in the order of the document. Borrowed from it; the array lives in arena. */
BV_MUST_USE enum bv_status package_refs(const struct package_ref **out, size_t *count, const struct bv_xml_node *root, struct bv_arena *arena,
                                        struct bv_err *err);

#endif

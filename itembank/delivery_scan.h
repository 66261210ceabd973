/* What a delivered page says to people, against the key: a correct answer may stand in the text, where everybody sees it, but not only where
 * a screen reader or a pointer finds it, such as an image's alternative text. Private to itembank. */
#ifndef BV_ITEMBANK_DELIVERY_SCAN_H
#define BV_ITEMBANK_DELIVERY_SCAN_H

#include "itembank/itembank.h"

struct bv_seen {
	struct bv_buf attributes, text; /* escapes undone */
};
#define BV_SEEN ((struct bv_seen){ BV_BUF(BV_DELIVERY_MAX), BV_BUF(BV_DELIVERY_MAX) })

void bv_seen_finish(struct bv_seen *seen);
BV_AUTO_DEFINE_FINISH(struct bv_seen, bv_seen_finish)

/* Has the item of the session answers that could be read somewhere? */
bool bv_seen_asks(const struct bv_item_session *session);
/* Appends a string of JSON as it stands between its quotes; apart: it does not go on from what was there before. */
void bv_seen_add(struct bv_buf *out, struct bv_str escaped, bool apart);
/* Does an element of that name stand in a line of text? */
bool bv_seen_inline(struct bv_str name);
/* EDENIED names an answer that attributes have and the text has not. */
BV_MUST_USE enum bv_status bv_seen_check(struct bv_seen *seen, const struct bv_item_session *session, struct bv_err *err);

#endif

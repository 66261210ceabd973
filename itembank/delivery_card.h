/* The cards of a page that are sent: of each card the entry that fits the preferences best, or none. Private to itembank. */
#ifndef BV_ITEMBANK_DELIVERY_CARD_H
#define BV_ITEMBANK_DELIVERY_CARD_H

#include "itembank/itembank.h"
#include "itembank/page.h"

struct bv_cards {
	bool cards[BV_PAGE_CARDS_MAX], catalogs[BV_PAGE_CATALOGS_MAX]; /* by index of the page: sent; with a card that is sent */
};

/* *out is all false. */
void bv_cards_choose(struct bv_cards *out, const struct bv_page *page, const struct bv_pnp *pnp);

#endif

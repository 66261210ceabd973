/* Which cards of a page's catalogs somebody gets. */
#include <strings.h>

#include "itembank/delivery_card.h"

static bool
same(struct bv_str a, struct bv_str b)
{
	return a.len == b.len && (!a.len || strncasecmp(a.p, b.p, a.len) == 0);
}

/* How well a card fits what is asked for: 0 not at all. The language itself, then without its last subtags (RFC 4647 §3.4), then another of
 * the same language, then what the author calls the default, then a card of no language. */
static unsigned
fitness(const struct bv_page_card *card, const struct bv_pnp_support *support)
{
	struct bv_str range = support->language, primary = bv_str_sub(card->language, 0, bv_str_find(card->language, '-'));

	if (card->reading.len && support->reading.len && !bv_str_eq(card->reading, support->reading))
		return 0;
	if (card->language.len && range.len) {
		if (same(card->language, range))
			return 1000;
		for (unsigned worse = 1; range.len; worse++) {
			size_t cut = range.len;
			while (cut && range.p[cut - 1] != '-')
				cut--;
			range.len = cut ? cut - 1 : 0;
			if (range.len && same(card->language, range))
				return 1000 - worse;
		}
		if (same(primary, bv_str_sub(support->language, 0, bv_str_find(support->language, '-'))))
			return 100;
	}
	if (card->otherwise)
		return 50;
	if (!card->language.len)
		return 40;
	return support->language.len ? 0 : 10;
}

void
bv_cards_choose(struct bv_cards *out, const struct bv_page *page, const struct bv_pnp *pnp)
{
	for (uint32_t i = 0; i < page->card_count;) {
		const struct bv_page_card *first = &page->cards[i];
		const struct bv_pnp_support *support = bv_pnp_find(pnp, first->support);
		unsigned best = 0;
		uint32_t chosen = 0;
		for (; i < page->card_count && page->cards[i].number == first->number; i++) {
			unsigned fits = support ? fitness(&page->cards[i], support) : 0;
			if (fits > best) {
				best = fits;
				chosen = i;
			}
		}
		if (best)
			out->cards[chosen] = out->catalogs[first->catalog] = true;
	}
}

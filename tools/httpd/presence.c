#include "tools/httpd/presence.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

/* Attempts are numbered from 1 on, and those of one sitting are neighbours: pages of them are made as they are needed. */
enum { PAGE = 4096, PAGES = 4096 };

struct page {
	_Atomic uint32_t heard_s[PAGE]; /* since the beginning, and 1; 0: never */
};

struct presence {
	int64_t begun_s;
	_Atomic(struct page *) pages[PAGES];
};

static int64_t
steady_s(void)
{
	return bv_clock_monotonic_ns() / 1000000000;
}

struct presence *
presence_new(void)
{
	struct presence *presence = bv_alloc(sizeof *presence);

	presence->begun_s = steady_s();
	return presence;
}

void
presence_free(struct presence *presence)
{
	for (size_t i = 0; presence && i < PAGES; i++)
		free(atomic_load(&presence->pages[i]));
	free(presence);
}

void
presence_note(struct presence *presence, int64_t attempt)
{
	if (attempt < 1 || attempt / PAGE >= PAGES)
		return;
	_Atomic(struct page *) *at = &presence->pages[attempt / PAGE];
	struct page *page = atomic_load(at);
	if (!page) {
		struct page *fresh = bv_alloc(sizeof *fresh);
		if (atomic_compare_exchange_strong(at, &page, fresh))
			page = fresh;
		else
			free(fresh);
	}
	atomic_store_explicit(&page->heard_s[attempt % PAGE], (uint32_t)(steady_s() - presence->begun_s + 1), memory_order_relaxed);
}

/* Seconds since it was heard of; -1: never. */
static int64_t
quiet_s(const struct presence *presence, int64_t attempt)
{
	if (attempt < 1 || attempt / PAGE >= PAGES)
		return -1;
	struct page *page = atomic_load(&presence->pages[attempt / PAGE]);
	uint32_t heard = page ? atomic_load_explicit(&page->heard_s[attempt % PAGE], memory_order_relaxed) : 0;
	return heard ? steady_s() - presence->begun_s + 1 - heard : -1;
}

bool
presence_is_there(const struct presence *presence, int64_t attempt)
{
	int64_t quiet = quiet_s(presence, attempt);

	return quiet >= 0 && quiet < PRESENCE_QUIET_S;
}

unsigned
presence_silent_s(const struct presence *presence, int64_t attempt)
{
	int64_t quiet = quiet_s(presence, attempt);

	return quiet >= PRESENCE_QUIET_S ? (unsigned)quiet : 0;
}

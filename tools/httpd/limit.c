#include "tools/httpd/limit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

enum { SHARDS = 16, WAYS = 8 };

/* The bucket is kept as the time at which it will be full again: nothing needs to be counted up meanwhile. */
struct bucket {
	uint64_t key; /* 0: free */
	int64_t full_us;
};

struct limit {
	struct rate rates[RATE_COUNT];
	uint64_t secret;
	size_t set_count; /* a power of two */
	pthread_mutex_t locks[SHARDS];
	struct bucket (*sets)[WAYS];
};

struct limit *
limit_new(const struct rate rates[RATE_COUNT], size_t clients, uint64_t secret)
{
	struct limit *limit = bv_alloc(sizeof *limit);

	memcpy(limit->rates, rates, sizeof limit->rates);
	limit->secret = secret;
	for (limit->set_count = SHARDS; limit->set_count * WAYS < clients;)
		limit->set_count *= 2;
	limit->sets = bv_alloc_array(limit->set_count, sizeof *limit->sets);
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&limit->locks[i], NULL);
	return limit;
}

void
limit_free(struct limit *limit)
{
	if (!limit)
		return;
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_destroy(&limit->locks[i]);
	free(limit->sets);
	free(limit);
}

/* FNV-1a under a secret, then the finisher of MurmurHash3: two clients with one bucket are 2^-64, and who is 8 others' neighbour cannot be chosen. */
static uint64_t
mix(const struct limit *limit, enum rate_class rate, struct bv_str key)
{
	uint64_t h = (limit->secret ^ UINT64_C(0xcbf29ce484222325)) + ((uint64_t)rate + 1) * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ (unsigned char)key.p[i]) * UINT64_C(0x100000001b3) + (limit->secret >> 7);
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	h ^= h >> 33;
	return h ? h : 1;
}

static struct bucket *
find(struct bucket *set, uint64_t key)
{
	struct bucket *oldest = set;

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (!set[i].key || (oldest->key && set[i].full_us < oldest->full_us))
			oldest = &set[i];
	}
	*oldest = (struct bucket){ key, 0 };
	return oldest;
}

static unsigned
ask(struct limit *limit, enum rate_class rate, struct bv_str key, int64_t now_ms, bool take)
{
	const struct rate *r = &limit->rates[rate];
	uint64_t hash = mix(limit, rate, key);
	size_t set = hash & (limit->set_count - 1);
	int64_t each_us = 60000000 / r->per_min, whole_us = r->burst * each_us;

	pthread_mutex_lock(&limit->locks[set % SHARDS]);
	struct bucket *bucket = find(limit->sets[set], hash);
	int64_t full_us = bucket->full_us > now_ms * 1000 ? bucket->full_us : now_ms * 1000;
	int64_t after_us = full_us + each_us, over_us = after_us - now_ms * 1000 - whole_us;
	bool there = over_us <= 0;
	if (there && take)
		bucket->full_us = after_us;
	pthread_mutex_unlock(&limit->locks[set % SHARDS]);
	return there ? 0 : (unsigned)((over_us + 999999) / 1000000);
}

unsigned
limit_take(struct limit *limit, enum rate_class rate, struct bv_str key, int64_t now_ms)
{
	return ask(limit, rate, key, now_ms, true);
}

unsigned
limit_look(struct limit *limit, enum rate_class rate, struct bv_str key, int64_t now_ms)
{
	return ask(limit, rate, key, now_ms, false);
}

#include "tools/httpd/desk.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"

enum { SHARDS = 64, FIRST_SLOTS = 64 };

/* In the chain of its bucket, and in the order of use of its shard, as long as the table has it. */
struct desk_slot {
	struct desk desk;
	struct desk_slot *next;            /* of the bucket */
	struct desk_slot *newer, *older;
	_Atomic unsigned users;            /* the table is one */
	size_t bytes;
};

struct shard {
	pthread_mutex_t lock;
	struct desk_slot **buckets;
	size_t bucket_count, count, bytes;
	struct desk_slot *newest, *oldest;
};

struct desks {
	struct halls *halls;
	size_t shard_bytes;
	struct shard shards[SHARDS];
};

struct desks *
desks_new(struct halls *halls, size_t bytes)
{
	struct desks *desks = bv_alloc(sizeof *desks);

	desks->halls = halls;
	desks->shard_bytes = bytes / SHARDS;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &desks->shards[i];
		pthread_mutex_init(&shard->lock, NULL);
		shard->bucket_count = FIRST_SLOTS;
		shard->buckets = bv_alloc_array(FIRST_SLOTS, sizeof shard->buckets[0]);
	}
	return desks;
}

void
desk_release(struct desk *desk)
{
	if (!desk || atomic_fetch_sub_explicit(&desk->slot->users, 1, memory_order_acq_rel) != 1)
		return;
	bv_paper_free(desk->paper);
	hall_release(desk->hall);
	free(desk->slot);
}

static struct shard *
shard_of(struct desks *desks, int64_t attempt)
{
	return &desks->shards[(uint64_t)attempt % SHARDS];
}

static struct desk_slot **
bucket_of(const struct shard *shard, int64_t attempt)
{
	return &shard->buckets[(uint64_t)attempt / SHARDS & (shard->bucket_count - 1)];
}

/* ---- Under the lock of the shard ---- */

static void
to_front(struct shard *shard, struct desk_slot *slot)
{
	slot->newer = NULL;
	slot->older = shard->newest;
	*(shard->newest ? &shard->newest->newer : &shard->oldest) = slot;
	shard->newest = slot;
}

static void
from_order(struct shard *shard, struct desk_slot *slot)
{
	*(slot->newer ? &slot->newer->older : &shard->newest) = slot->older;
	*(slot->older ? &slot->older->newer : &shard->oldest) = slot->newer;
}

static struct desk_slot **
find(const struct shard *shard, int64_t attempt)
{
	struct desk_slot **at = bucket_of(shard, attempt);

	while (*at && (*at)->desk.attempt != attempt)
		at = &(*at)->next;
	return at;
}

static void
drop(struct shard *shard, struct desk_slot *slot)
{
	*find(shard, slot->desk.attempt) = slot->next;
	from_order(shard, slot);
	shard->count--;
	shard->bytes -= slot->bytes;
	desk_release(&slot->desk);
}

static void
grow(struct shard *shard)
{
	struct desk_slot **old = shard->buckets;
	size_t old_count = shard->bucket_count;

	shard->bucket_count *= 2;
	shard->buckets = bv_alloc_array(shard->bucket_count, sizeof shard->buckets[0]);
	for (size_t b = 0; b < old_count; b++)
		for (struct desk_slot *slot = old[b], *next; slot; slot = next) {
			struct desk_slot **bucket = bucket_of(shard, slot->desk.attempt);
			next = slot->next;
			slot->next = *bucket;
			*bucket = slot;
		}
	free(old);
}

/* ---- The table ---- */

void
desks_free(struct desks *desks)
{
	if (!desks)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &desks->shards[i];
		while (shard->oldest)
			drop(shard, shard->oldest);
		free(shard->buckets);
		pthread_mutex_destroy(&shard->lock);
	}
	free(desks);
}

size_t
desks_count(struct desks *desks, size_t *bytes)
{
	size_t count = 0;

	*bytes = 0;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &desks->shards[i];
		pthread_mutex_lock(&shard->lock);
		count += shard->count;
		*bytes += shard->bytes + shard->bucket_count * sizeof shard->buckets[0];
		pthread_mutex_unlock(&shard->lock);
	}
	return count;
}

void
desks_leave(void *ctx, const struct hall *hall)
{
	struct desks *desks = ctx;

	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &desks->shards[i];
		pthread_mutex_lock(&shard->lock);
		for (struct desk_slot *slot = shard->oldest, *newer; slot; slot = newer) {
			newer = slot->newer;
			if (slot->desk.hall == hall)
				drop(shard, slot);
		}
		pthread_mutex_unlock(&shard->lock);
	}
}

struct desk *
desk_recall(struct desks *desks, int64_t attempt)
{
	struct shard *shard = shard_of(desks, attempt);

	pthread_mutex_lock(&shard->lock);
	struct desk_slot *slot = *find(shard, attempt);
	if (slot) {
		atomic_fetch_add_explicit(&slot->users, 1, memory_order_relaxed);
		if (slot != shard->newest) {
			from_order(shard, slot);
			to_front(shard, slot);
		}
	}
	pthread_mutex_unlock(&shard->lock);
	return slot ? &slot->desk : NULL;
}

/* The first that comes is kept: two threads may have read the same. */
static struct desk *
put(struct desks *desks, struct desk_slot *slot)
{
	struct shard *shard = shard_of(desks, slot->desk.attempt);
	struct desk_slot *there;

	pthread_mutex_lock(&shard->lock);
	there = *find(shard, slot->desk.attempt);
	if (!there) {
		if (++shard->count > shard->bucket_count)
			grow(shard);
		struct desk_slot **bucket = bucket_of(shard, slot->desk.attempt);
		slot->next = *bucket;
		*bucket = there = slot;
		shard->bytes += slot->bytes;
		to_front(shard, slot);
		while (shard->bytes > desks->shard_bytes && shard->oldest != slot)
			drop(shard, shard->oldest);
	}
	atomic_fetch_add_explicit(&there->users, 1, memory_order_relaxed);
	pthread_mutex_unlock(&shard->lock);
	if (there != slot)
		desk_release(&slot->desk);
	return &there->desk;
}

/* ---- Papers that grow ---- */

static struct desk_slot *
slot_of(const struct desk *desk)
{
	struct desk_slot *slot = bv_alloc(sizeof *slot);

	slot->desk = *desk;
	slot->desk.slot = slot;
	slot->users = 1;
	slot->bytes = sizeof *slot + (desk->paper ? bv_paper_bytes(desk->paper) : 0);
	return slot;
}

static void
forget(struct desks *desks, int64_t attempt)
{
	struct shard *shard = shard_of(desks, attempt);

	pthread_mutex_lock(&shard->lock);
	struct desk_slot *slot = *find(shard, attempt);
	if (slot)
		drop(shard, slot);
	pthread_mutex_unlock(&shard->lock);
}

bool
desk_is_adaptive(const struct desk *desk)
{
	return desk->paper && bv_exam_is_adaptive(bv_sitting_exam(desk->hall->sitting));
}

void
desk_grow(struct desks *desks, int64_t attempt, struct bv_paper *paper)
{
	struct desk *old = desk_recall(desks, attempt);

	if (!old) {
		bv_paper_free(paper);
		return;
	}
	const struct desk grown = { .attempt = attempt, .hall = hall_hold(old->hall), .paper = paper };
	forget(desks, attempt);
	desk_release(put(desks, slot_of(&grown)));
	desk_release(old);
}

/* As far as it grew, whoever was told of it, on whatever node. */
static enum bv_status
grow_paper(struct bv_paper **out, const struct hall *hall, struct bv_ledger *ledger, int64_t attempt, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(bv_given_finish) struct bv_given given = { 0 };
	bool over;

	TRY(bv_given_load(&given, ledger, attempt, err));
	return bv_paper_grow(out, &over, hall->papers, ticket, given.count ? given.count : 1, bv_given_answer, &given, err);
}

/* ---- Reading one ---- */

static enum bv_status
load_paper(struct bv_paper **out, struct hall *hall, struct desks *desks, struct bv_sittings *tables, int64_t attempt, struct bv_str ticket, struct bv_err *err)
{
	BV_AUTO(bv_paper_free) struct bv_paper *paper = NULL;

	if (bv_exam_is_adaptive(bv_sitting_exam(hall->sitting)))
		return grow_paper(out, hall, halls_ledger(desks->halls), attempt, ticket, err);
	enum bv_status status = bv_paper_load(&paper, hall->papers, tables, attempt, ticket, err);
	if (status == BV_ENOTFOUND) {
		TRY(bv_sitting_turns(hall->sitting, tables, err));
		TRY(bv_paper_make(&paper, hall->papers, ticket, err));
		status = bv_paper_keep(tables, attempt, paper, err);
	}
	TRY(status);
	TRY(bv_paper_publish(hall->papers, paper, err));
	*out = bv_steal(&paper);
	return BV_OK;
}

static enum bv_status
load_desk(struct desk *desk, struct desks *desks, struct bv_sittings *tables, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str ticket;
	int64_t sitting;

	TRY(bv_sittings_ticket(&sitting, &ticket, &arena, tables, desk->attempt, err));
	TRY(hall_find_id(&desk->hall, desks->halls, sitting, err));
	enum bv_status status = desk->hall->papers ? load_paper(&desk->paper, desk->hall, desks, tables, desk->attempt, ticket, err) : BV_OK;
	if (status == BV_ENOTFOUND) /* an item: not the attempt */
		status = err->status = BV_EINVAL;
	if (status != BV_OK)
		hall_release(desk->hall);
	return status;
}

enum bv_status
desk_load(struct desk **out, struct desks *desks, int64_t attempt, struct bv_err *err)
{
	struct desk desk = { .attempt = attempt };
	struct bv_sittings *tables;

	*out = desk_recall(desks, attempt);
	if (*out)
		return BV_OK;
	TRY(halls_take_tables(&tables, desks->halls, err));
	enum bv_status status = load_desk(&desk, desks, tables, err);
	halls_give_tables(desks->halls, tables, status);
	TRY(status);
	*out = put(desks, slot_of(&desk));
	return BV_OK;
}

enum bv_status
desk_load_again(struct desk **out, struct desks *desks, int64_t attempt, struct bv_err *err)
{
	forget(desks, attempt);
	return desk_load(out, desks, attempt, err);
}

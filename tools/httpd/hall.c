#include "tools/httpd/hall.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

enum { TABLES_KEPT = 8, WATCH_MS = 5000, RETRY_MS = 10000, MISSING_TOLD = 5 };

enum state { LOADING, READY, FAILED };

/* A hall and what only this file knows of it. Under the lock of all, but for users. */
struct hall_room {
	struct hall hall;
	struct hall_room *next;
	enum state state;
	_Atomic unsigned users;
	int64_t used_ms, failed_ms;
	struct bv_err err; /* why it failed */
	const char *bank_path;
	struct bv_bank *bank;      /* that papers publish from */
	struct bv_bank *file_bank; /* that files are read from */
	pthread_mutex_t file_lock;
	bool checked;
};

struct halls {
	struct bv_ledger *ledger;
	const char *url, *bank;
	const struct bv_allowed_modules *modules;
	struct log *log;
	pthread_mutex_t lock; /* rooms, tables, ending */
	pthread_cond_t loaded, wake;
	struct hall_room *rooms;
	unsigned count;
	struct bv_sittings *tables[TABLES_KEPT];
	unsigned table_count;
	void (*tell)(void *ctx, struct hall *hall);
	void (*gone)(void *ctx, const struct hall *hall);
	void *tell_ctx, *gone_ctx;
	pthread_t watch;
	bool watched, ending;
};

static int64_t
now_ms(void)
{
	return bv_clock_monotonic_ns() / 1000000;
}

struct halls *
halls_new(struct bv_ledger *ledger, const char *url, const char *bank, const struct bv_allowed_modules *modules, struct log *log)
{
	struct halls *halls = bv_alloc(sizeof *halls);
	pthread_condattr_t monotonic;

	halls->ledger = ledger;
	halls->url = url;
	halls->bank = bank;
	halls->modules = modules;
	halls->log = log;
	pthread_mutex_init(&halls->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&halls->wake, &monotonic);
	pthread_cond_init(&halls->loaded, NULL);
	pthread_condattr_destroy(&monotonic);
	return halls;
}

void
halls_tell(struct halls *halls, void (*loaded)(void *ctx, struct hall *hall), void *ctx)
{
	halls->tell = loaded;
	halls->tell_ctx = ctx;
}

static void
room_free(struct hall_room *room)
{
	bv_papers_free(room->hall.papers);
	bv_sitting_free(room->hall.sitting);
	bv_bank_close(room->bank);
	bv_bank_close(room->file_bank);
	pthread_mutex_destroy(&room->file_lock);
	free(room);
}

void
halls_stop(struct halls *halls)
{
	if (!halls || !halls->watched)
		return;
	pthread_mutex_lock(&halls->lock);
	halls->ending = true;
	pthread_cond_signal(&halls->wake);
	pthread_mutex_unlock(&halls->lock);
	pthread_join(halls->watch, NULL);
	halls->watched = false;
}

void
halls_free(struct halls *halls)
{
	if (!halls)
		return;
	halls_stop(halls);
	while (halls->rooms) {
		struct hall_room *room = halls->rooms;
		halls->rooms = room->next;
		room_free(room);
	}
	while (halls->table_count)
		bv_sittings_close(halls->tables[--halls->table_count]);
	pthread_cond_destroy(&halls->wake);
	pthread_cond_destroy(&halls->loaded);
	pthread_mutex_destroy(&halls->lock);
	free(halls);
}

unsigned
halls_count(struct halls *halls)
{
	pthread_mutex_lock(&halls->lock);
	unsigned count = halls->count;
	pthread_mutex_unlock(&halls->lock);
	return count;
}

/* ---- Tables ---- */

enum bv_status
halls_take_tables(struct bv_sittings **out, struct halls *halls, struct bv_err *err)
{
	struct bv_sittings *tables = NULL;

	pthread_mutex_lock(&halls->lock);
	if (halls->table_count)
		tables = halls->tables[--halls->table_count];
	pthread_mutex_unlock(&halls->lock);
	if (!tables)
		TRY(bv_sittings_join(&tables, halls->url, err));
	*out = tables;
	return BV_OK;
}

void
halls_give_tables(struct halls *halls, struct bv_sittings *tables, enum bv_status status)
{
	bool good = status != BV_EIO && status != BV_EUNCERTAIN;

	pthread_mutex_lock(&halls->lock);
	if (good && tables && halls->table_count < TABLES_KEPT) {
		halls->tables[halls->table_count++] = tables;
		tables = NULL;
	}
	pthread_mutex_unlock(&halls->lock);
	bv_sittings_close(tables);
}

/* ---- Reading one ---- */

static enum bv_status
load_papers(struct hall_room *room, struct halls *halls, struct bv_sittings *tables, struct bv_err *err)
{
	struct bv_str name = bv_str_of(room->hall.name);
	bool documents;

	TRY(bv_sitting_has_documents(&documents, tables, name, err));
	if (!documents)
		return BV_OK;
	if (!halls->bank[0])
		return bv_err_set(err, BV_EINVAL, "the configuration names no bank");
	TRY(bv_sitting_load_open(&room->hall.sitting, tables, halls->ledger, name, NULL, NULL, err));
	TRY(bv_bank_open(&room->bank, halls->bank, BV_BANK_READ, err));
	return bv_papers_new(&room->hall.papers, room->hall.sitting, room->bank, halls->modules->all, halls->modules->count, err);
}

static void
load(struct hall_room *room, struct halls *halls)
{
	char quoted[LOG_QUOTED_SIZE];
	struct bv_sittings *tables;

	enum bv_status status = halls_take_tables(&tables, halls, &room->err);
	if (status == BV_OK) {
		status = load_papers(room, halls, tables, &room->err);
		halls_give_tables(halls, tables, status);
	}
	if (status != BV_OK)
		log_event(halls->log, LOG_LEVEL_ERROR, "sitting", "name=%s message=%s", room->hall.name, log_quoted(quoted, room->err.msg));
	if (status == BV_ENOTFOUND) /* a document, the bank: not the sitting */
		room->err.status = BV_EINVAL;
	if (status == BV_OK && halls->tell)
		halls->tell(halls->tell_ctx, &room->hall);
	pthread_mutex_lock(&halls->lock);
	room->state = status == BV_OK ? READY : FAILED;
	room->failed_ms = now_ms();
	pthread_cond_broadcast(&halls->loaded);
	pthread_mutex_unlock(&halls->lock);
}

/* ---- The list, under the lock ---- */

static struct hall_room *
find(const struct halls *halls, int64_t id)
{
	struct hall_room *room = halls->rooms;

	while (room && room->hall.id != id)
		room = room->next;
	return room;
}

static void
unlink_room(struct halls *halls, struct hall_room *room)
{
	struct hall_room **at = &halls->rooms;

	while (*at != room)
		at = &(*at)->next;
	*at = room->next;
	halls->count--;
}

/* Lets go of the one that was not used for longest; false when all are in use. */
static bool
make_room(struct halls *halls)
{
	struct hall_room *oldest = NULL;

	for (struct hall_room *room = halls->rooms; room; room = room->next)
		if (room->state != LOADING && !atomic_load(&room->users) && (!oldest || room->used_ms < oldest->used_ms))
			oldest = room;
	if (!oldest)
		return false;
	unlink_room(halls, oldest);
	room_free(oldest);
	return true;
}

static struct hall_room *
add_room(struct halls *halls, int64_t id, struct bv_str name)
{
	struct hall_room *room = bv_alloc(sizeof *room);

	room->hall.id = id;
	room->hall.room = room;
	room->bank_path = halls->bank;
	memcpy(room->hall.name, bv_str_chars(name), name.len);
	pthread_mutex_init(&room->file_lock, NULL);
	room->next = halls->rooms;
	halls->rooms = room;
	halls->count++;
	return room;
}

/* ---- Finding one ---- */

/* The sitting of the ledger that has the name, or (empty) the number. */
struct wanted {
	struct bv_str name;
	int64_t id;
	bool closed;
	char found[BV_SITTING_NAME_MAX + 1];
	bool there;
};

static enum bv_status
is_wanted(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err)
{
	struct wanted *wanted = ctx;

	(void)err;
	if (closed != wanted->closed || name.len > BV_SITTING_NAME_MAX || !(wanted->name.len ? bv_str_eq(name, wanted->name) : id == wanted->id))
		return BV_OK;
	wanted->there = true;
	wanted->id = id;
	memcpy(wanted->found, name.p, name.len);
	wanted->found[name.len] = '\0';
	return BV_OK;
}

static enum bv_status
look_up(struct wanted *wanted, struct halls *halls, struct bv_err *err)
{
	struct bv_sittings *tables;

	TRY(halls_take_tables(&tables, halls, err));
	enum bv_status status = bv_sittings_each(tables, is_wanted, wanted, err);
	halls_give_tables(halls, tables, status);
	TRY(status);
	return wanted->there ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "there is no such sitting that is %s", wanted->closed ? "closed" : "open");
}

enum bv_status
halls_find_closed(int64_t *id, struct halls *halls, struct bv_str name, struct bv_err *err)
{
	struct wanted wanted = { .name = name, .closed = true };

	TRY(look_up(&wanted, halls, err));
	*id = wanted.id;
	return BV_OK;
}

/* Reads it, or waits until another thread has; what failed is tried again after a while. */
static enum bv_status
get(struct hall **out, struct halls *halls, const struct wanted *wanted, struct bv_err *err)
{
	pthread_mutex_lock(&halls->lock);
	struct hall_room *room = find(halls, wanted->id);
	if (room && room->state == FAILED && now_ms() >= room->failed_ms + RETRY_MS && !atomic_load(&room->users)) {
		unlink_room(halls, room);
		room_free(room);
		room = NULL;
	}
	bool fresh = !room;
	if (fresh && halls->count >= HALLS_MAX && !make_room(halls)) {
		pthread_mutex_unlock(&halls->lock);
		return bv_err_set(err, BV_ELIMIT, "more than %d sittings are open at once", HALLS_MAX);
	}
	if (fresh)
		room = add_room(halls, wanted->id, bv_str_of(wanted->found));
	atomic_fetch_add(&room->users, 1);
	room->used_ms = now_ms();
	if (fresh) {
		pthread_mutex_unlock(&halls->lock);
		load(room, halls);
		pthread_mutex_lock(&halls->lock);
	}
	while (room->state == LOADING)
		pthread_cond_wait(&halls->loaded, &halls->lock);
	enum bv_status status = room->state == READY ? BV_OK : room->err.status;
	if (status != BV_OK)
		*err = room->err;
	pthread_mutex_unlock(&halls->lock);
	if (status == BV_OK)
		*out = &room->hall;
	else
		atomic_fetch_sub(&room->users, 1);
	return status;
}

static bool
recall(struct hall **out, struct halls *halls, struct bv_str name, int64_t id)
{
	bool there = false;

	pthread_mutex_lock(&halls->lock);
	for (struct hall_room *room = halls->rooms; room && !there; room = room->next) {
		there = room->state == READY && (name.len ? bv_str_is(name, room->hall.name) : id == room->hall.id);
		if (there) {
			atomic_fetch_add(&room->users, 1);
			room->used_ms = now_ms();
			*out = &room->hall;
		}
	}
	pthread_mutex_unlock(&halls->lock);
	return there;
}

static enum bv_status
find_any(struct hall **out, struct halls *halls, struct bv_str name, int64_t id, struct bv_err *err)
{
	struct wanted wanted = { .name = name, .id = id };

	if (recall(out, halls, name, id))
		return BV_OK;
	TRY(look_up(&wanted, halls, err));
	return get(out, halls, &wanted, err);
}

enum bv_status
hall_find(struct hall **out, struct halls *halls, struct bv_str name, struct bv_err *err)
{
	if (!name.len)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such sitting that is open");
	return find_any(out, halls, name, 0, err);
}

enum bv_status
hall_find_id(struct hall **out, struct halls *halls, int64_t id, struct bv_err *err)
{
	return find_any(out, halls, BV_STR_NONE, id, err);
}

struct hall *
hall_hold(struct hall *hall)
{
	atomic_fetch_add(&hall->room->users, 1);
	return hall;
}

struct bv_ledger *
halls_ledger(const struct halls *halls)
{
	return halls->ledger;
}

void
hall_release(struct hall *hall)
{
	atomic_fetch_sub(&hall->room->users, 1);
}

/* ---- Files ---- */

enum bv_status
hall_file(struct bv_buf *bytes, const char **type, struct hall *hall, const uint8_t hash[BV_HASH_LEN], struct bv_err *err)
{
	const struct bv_bank_part *part = hall->papers ? bv_papers_file(hall->papers, hash) : NULL;
	struct hall_room *room = hall->room;

	if (!part)
		return bv_err_set(err, BV_ENOTFOUND, "no item of the sitting has such a file");
	pthread_mutex_lock(&room->file_lock);
	enum bv_status status = room->file_bank ? BV_OK : bv_bank_open(&room->file_bank, room->bank_path, BV_BANK_READ, err);
	if (status == BV_OK)
		status = part->role == BV_PART_MODULE ? bv_bank_module_load(bytes, type, room->file_bank, hash, err) :
		                                        bv_bank_media_load(bytes, type, room->file_bank, hash, err);
	pthread_mutex_unlock(&room->file_lock);
	return status;
}

/* ---- The watch ---- */

struct told {
	struct halls *halls;
	const struct hall *hall;
	size_t count;
};

static void
tell_missing(void *ctx, struct bv_str identifier, const struct bv_err *why)
{
	struct told *told = ctx;
	char quoted[LOG_QUOTED_SIZE];

	if (told->count++ < MISSING_TOLD)
		log_event(told->halls->log, LOG_LEVEL_ERROR, "item-missing", "sitting=%s item=%.*s message=%s", told->hall->name, BV_STR_ARG(identifier),
		          log_quoted(quoted, why->msg));
}

/* Every item of its pool must be in the bank: told once. */
static void
check_hall(struct halls *halls, struct hall *hall)
{
	struct told told = { .halls = halls, .hall = hall };

	if (hall->room->checked || !hall->papers)
		return;
	hall->room->checked = true;
	size_t missing = bv_papers_check(hall->papers, tell_missing, &told);
	log_event(halls->log, missing ? LOG_LEVEL_ERROR : LOG_LEVEL_NOTICE, "sitting", "name=%s missing-items=%zu", hall->name, missing);
}

struct listing {
	int64_t *open;
	size_t count, cap;
};

static enum bv_status
list_open(void *ctx, int64_t id, struct bv_str name, bool closed, struct bv_err *err)
{
	struct listing *listing = ctx;

	(void)name, (void)err;
	if (closed)
		return BV_OK;
	if (listing->count == listing->cap) {
		listing->cap = listing->cap ? listing->cap * 2 : 64;
		listing->open = bv_resize_array(listing->open, listing->cap, sizeof listing->open[0]);
	}
	listing->open[listing->count++] = id;
	return BV_OK;
}

static bool
listed(const struct listing *listing, int64_t id)
{
	for (size_t i = 0; i < listing->count; i++)
		if (listing->open[i] == id)
			return true;
	return false;
}

/* Those that were closed go, when nobody is in them. */
static void
let_go(struct halls *halls, const struct listing *listing)
{
	struct hall *closed[HALLS_MAX];
	size_t count = 0;

	pthread_mutex_lock(&halls->lock);
	for (struct hall_room *room = halls->rooms; room && count < HALLS_MAX; room = room->next)
		if (room->state != LOADING && !listed(listing, room->hall.id)) {
			atomic_fetch_add(&room->users, 1);
			closed[count++] = &room->hall;
		}
	pthread_mutex_unlock(&halls->lock);
	for (size_t i = 0; i < count; i++) {
		halls->gone(halls->gone_ctx, closed[i]);
		pthread_mutex_lock(&halls->lock);
		if (atomic_fetch_sub(&closed[i]->room->users, 1) == 1) {
			unlink_room(halls, closed[i]->room);
			room_free(closed[i]->room);
		}
		pthread_mutex_unlock(&halls->lock);
	}
}

static bool
has_ended(struct halls *halls)
{
	pthread_mutex_lock(&halls->lock);
	bool ending = halls->ending;
	pthread_mutex_unlock(&halls->lock);
	return ending;
}

static bool
has_room(struct halls *halls, int64_t id)
{
	pthread_mutex_lock(&halls->lock);
	const struct hall_room *room = find(halls, id);
	bool busy = !room && halls->count >= HALLS_MAX;
	bool done = room && (room->state == FAILED || room->checked);
	pthread_mutex_unlock(&halls->lock);
	return !busy && !done;
}

/* Reads and checks those that are new. */
static void
look_round(struct halls *halls)
{
	struct listing listing = { 0 };
	struct bv_sittings *tables;
	char quoted[LOG_QUOTED_SIZE];
	struct bv_err err;

	enum bv_status status = halls_take_tables(&tables, halls, &err);
	if (status == BV_OK) {
		status = bv_sittings_each(tables, list_open, &listing, &err);
		halls_give_tables(halls, tables, status);
	}
	if (status != BV_OK)
		log_event(halls->log, LOG_LEVEL_WARNING, "database", "message=%s", log_quoted(quoted, err.msg));
	else
		let_go(halls, &listing);
	for (size_t i = 0; status == BV_OK && i < listing.count && !has_ended(halls); i++) {
		struct hall *hall;
		if (!has_room(halls, listing.open[i]) || hall_find_id(&hall, halls, listing.open[i], &err) != BV_OK)
			continue;
		check_hall(halls, hall);
		hall_release(hall);
	}
	free(listing.open);
}

static void *
watch(void *ctx)
{
	struct halls *halls = ctx;
	struct timespec until;

	while (!has_ended(halls)) {
		look_round(halls);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec += WATCH_MS / 1000;
		pthread_mutex_lock(&halls->lock);
		while (!halls->ending && pthread_cond_timedwait(&halls->wake, &halls->lock, &until) == 0)
			;
		pthread_mutex_unlock(&halls->lock);
	}
	return NULL;
}

enum bv_status
halls_watch(struct halls *halls, void (*gone)(void *ctx, const struct hall *hall), void *ctx, struct bv_err *err)
{
	halls->gone = gone;
	halls->gone_ctx = ctx;
	if (pthread_create(&halls->watch, NULL, watch, halls) != 0)
		return bv_err_set(err, BV_EIO, "no thread can be started");
	halls->watched = true;
	return BV_OK;
}

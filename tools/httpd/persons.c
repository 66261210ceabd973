#include "tools/httpd/persons.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/clock.h"

struct persons {
	char *url;
	struct bv_master *master;
	pthread_mutex_t lock; /* of people, which is used by one thread at a time */
	struct bv_people *people;
};

enum bv_status
persons_new(struct persons **out, const char *url, const char *key, struct bv_err *err)
{
	BV_AUTO(bv_people_close) struct bv_people *people = NULL;
	BV_AUTO(bv_master_free) struct bv_master *master = NULL;

	TRY(bv_master_load(&master, key, err));
	TRY(bv_people_open(&people, url, master, bv_random_fill, err));
	struct persons *persons = bv_alloc(sizeof *persons);
	persons->url = bv_str_dup(bv_str_of(url));
	persons->master = bv_steal(&master);
	pthread_mutex_init(&persons->lock, NULL);
	*out = persons;
	return BV_OK;
}

void
persons_free(struct persons *persons)
{
	if (!persons)
		return;
	bv_people_close(persons->people);
	bv_master_free(persons->master);
	pthread_mutex_destroy(&persons->lock);
	free(persons->url);
	free(persons);
}

static enum bv_status
read_one(struct persons_one *one, struct bv_people *people, struct bv_str sitting, unsigned fields, const struct bv_people_access *access, struct bv_err *err)
{
	char id[BV_PERSON_ID_SIZE];

	enum bv_status status = bv_people_find_ticket(id, people, sitting, bv_str_of(one->ticket), access, err);
	if (status == BV_OK)
		status = bv_people_read(&one->person, people, bv_str_of(id), fields, access, err);
	return status == BV_ENOTFOUND || status == BV_ECONFLICT ? BV_OK : status; /* erased: his ticket is still there */
}

static enum bv_status
read_all(struct bv_people *people, struct bv_str sitting, struct persons_one *list, size_t count, unsigned fields, const struct bv_people_access *access,
         struct bv_err *err)
{
	enum bv_status status = BV_OK;
	struct bv_err other;

	TRY(bv_people_begin(people, err));
	for (size_t i = 0; i < count && status == BV_OK; i++)
		status = read_one(&list[i], people, sitting, fields, access, err);
	/* That somebody was refused is in the log, too. */
	if (status != BV_OK && status != BV_EDENIED) {
		bv_people_rollback(people);
		return status;
	}
	enum bv_status kept = bv_people_commit(people, status == BV_OK ? err : &other);
	return status == BV_OK ? kept : status;
}

/* The store, for one thread until unlock_people. NULL: err says why. */
static struct bv_people *
lock_people(struct persons *persons, struct bv_err *err)
{
	pthread_mutex_lock(&persons->lock);
	if (persons->people || bv_people_open(&persons->people, persons->url, persons->master, bv_random_fill, err) == BV_OK)
		return persons->people;
	pthread_mutex_unlock(&persons->lock);
	return NULL;
}

/* What an error of the database leaves is not used again. */
static void
unlock_people(struct persons *persons, enum bv_status status)
{
	if (status == BV_EIO || status == BV_EUNCERTAIN) {
		bv_people_close(persons->people);
		persons->people = NULL;
	}
	pthread_mutex_unlock(&persons->lock);
}

enum bv_status
persons_read(struct persons *persons, struct bv_str sitting, struct persons_one *list, size_t count, unsigned fields, const struct bv_people_access *access,
             struct bv_err *err)
{
	struct bv_people *people = lock_people(persons, err);

	if (!people)
		return err->status;
	enum bv_status status = read_all(people, sitting, list, count, fields, access, err);
	unlock_people(persons, status);
	for (size_t i = 0; i < count && status != BV_OK; i++) {
		bv_person_free(list[i].person);
		list[i].person = NULL;
	}
	return status;
}

enum bv_status
persons_search(int64_t *next, struct persons *persons, const struct bv_people_search *search, bv_people_record_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_people *people = lock_people(persons, err);

	if (!people)
		return err->status;
	enum bv_status status = bv_people_search(next, people, search, visit, ctx, err);
	unlock_people(persons, status);
	return status;
}

enum bv_status
persons_do(struct persons *persons, persons_work work, void *ctx, bool keep, struct bv_err *err)
{
	struct bv_people *people = lock_people(persons, err);

	if (!people)
		return err->status;
	enum bv_status status = bv_people_begin(people, err);
	if (status == BV_OK)
		status = work(ctx, people, err);
	if (status == BV_OK && keep)
		status = bv_people_commit(people, err);
	else
		bv_people_rollback(people);
	unlock_people(persons, status);
	return status;
}

struct enter {
	const struct bv_person_entry *entries;
	struct bv_person_entered *out;
	size_t count, *failed;
	const struct bv_people_access *access;
};

static enum bv_status
enter_all(void *ctx, struct bv_people *people, struct bv_err *err)
{
	struct enter *enter = ctx;

	for (size_t i = 0; i < enter->count; i++) {
		*enter->failed = i;
		TRY(bv_people_enter(&enter->out[i], people, &enter->entries[i], enter->access, err));
	}
	return BV_OK;
}

enum bv_status
persons_enter(struct persons *persons, const struct bv_person_entry *entries, struct bv_person_entered *out, size_t count, bool keep, size_t *failed,
              const struct bv_people_access *access, struct bv_err *err)
{
	struct enter enter = { entries, out, count, failed, access };

	return persons_do(persons, enter_all, &enter, keep, err);
}

struct look {
	struct bv_buf *out;
	struct bv_str sitting, ticket;
	const struct bv_people_access *access;
	enum bv_status status; /* what the log has of it stays, whatever it is */
	struct bv_err err;
};

static enum bv_status
look_at(void *ctx, struct bv_people *people, struct bv_err *err)
{
	struct look *look = ctx;
	char id[BV_PERSON_ID_SIZE];

	look->status = bv_people_find_ticket(id, people, look->sitting, look->ticket, look->access, &look->err);
	if (look->status == BV_OK)
		look->status = bv_people_read_photo(look->out, people, bv_str_of(id), look->access, &look->err);
	if (look->status == BV_ECONFLICT) /* erased: his ticket is still there */
		look->status = BV_ENOTFOUND;
	if (look->status == BV_OK || look->status == BV_EDENIED || look->status == BV_ENOTFOUND)
		return BV_OK;
	*err = look->err;
	return look->status;
}

enum bv_status
persons_photo(struct bv_buf *out, struct persons *persons, struct bv_str sitting, struct bv_str ticket, const struct bv_people_access *access, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf photo = BV_BUF(BV_PORTRAIT_MAX);
	struct look look = { .out = &photo, .sitting = sitting, .ticket = ticket, .access = access };

	TRY(persons_do(persons, look_at, &look, true, err));
	if (look.status == BV_OK)
		bv_buf_add(out, bv_buf_str(&photo));
	else
		*err = look.err, err->status = look.status;
	bv_wipe(photo.p, photo.len);
	return look.status;
}

/* The store of persons (doc/personal-data.md), as the server reads it: names of those who sit in a room, each reading with a record of who wanted to know and why,
 * which is on disk before anything is given out. */
#ifndef BV_TOOLS_HTTPD_PERSONS_H
#define BV_TOOLS_HTTPD_PERSONS_H

#include "engine/engine.h"

struct persons;

/* Opens and closes it once, so that what is wrong with it is told at the start. */
BV_MUST_USE enum bv_status persons_new(struct persons **out, const char *url, const char *key, struct bv_err *err);
void persons_free(struct persons *persons);

/* Who has the ticket; NULL: nobody is known to, or he was erased. */
struct persons_one {
	char *ticket;             /* in; the caller's */
	struct bv_person *person; /* out; to be freed */
};
/* All of a sitting in one transaction, from any thread. EDENIED: the author has read as many in a day as he may; what the log says of that stays. */
BV_MUST_USE enum bv_status persons_read(struct persons *persons, struct bv_str sitting, struct persons_one *list, size_t count, unsigned fields,
                                        const struct bv_people_access *access, struct bv_err *err);

/* What the store's log has of who did what with whom: bv_people_search. */
BV_MUST_USE enum bv_status persons_search(int64_t *next, struct persons *persons, const struct bv_people_search *search, bv_people_record_visit visit, void *ctx,
                                          struct bv_err *err);

/* Enters all of them in one transaction, in order; keep: else it is rolled back, and what is given out is what would be. *failed: which one could not be.
 * ECONFLICT, EINVAL as bv_people_enter. */
BV_MUST_USE enum bv_status persons_enter(struct persons *persons, const struct bv_person_entry *entries, struct bv_person_entered *out, size_t count, bool keep,
                                         size_t *failed, const struct bv_people_access *access, struct bv_err *err);

/* Does work in a transaction, which is rolled back unless it returns BV_OK and keep says so. From any thread; people is its own until it returns. */
typedef enum bv_status (*persons_work)(void *ctx, struct bv_people *people, struct bv_err *err);
BV_MUST_USE enum bv_status persons_do(struct persons *persons, persons_work work, void *ctx, bool keep, struct bv_err *err);
/* Appends the photograph of who has the ticket; that it was asked for is on disk then. ENOTFOUND: nobody is known to, or he has none. EDENIED as persons_read. */
BV_MUST_USE enum bv_status persons_photo(struct bv_buf *out, struct persons *persons, struct bv_str sitting, struct bv_str ticket,
                                         const struct bv_people_access *access, struct bv_err *err);

#endif

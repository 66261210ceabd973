/* The photograph of a person: sealed with his key beside what else is known of him, whose record has its hash. */
#include "engine/people.h"

/* ---- As the database has it ---- */

enum bv_status
people_load_photo(struct bv_buf *out, struct bv_people *people, const struct people_person *person, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_GET_PHOTO);
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];
	bool row;

	bv_sql_bind_str(stmt, 1, bv_str_of(person->id));
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no photograph of person '%s'", people->url, person->id);
	enum bv_status status = people_unseal_photo(out, people, key, bv_str_of(person->id), bv_sql_blob(stmt, 0), err);
	bv_sql_reset(stmt);
	TRY(status);
	bv_sha256(hash, bv_buf_str(out));
	if (!bv_str_is(person->record.values[BV_PERSON_PHOTO], bv_hex(hex, hash, sizeof hash)))
		return bv_err_set(err, BV_EDENIED, "%s: the photograph of person '%s' is not the one that was stored: somebody has changed the database", people->url, person->id);
	return BV_OK;
}

enum bv_status
people_drop_photo(struct bv_people *people, struct bv_str person, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_ERASE_PHOTO);

	bv_sql_bind_str(stmt, 1, person);
	return bv_sql_exec(stmt, err);
}

enum bv_status
people_store_photo(struct bv_people *people, const struct people_person *person, struct bv_str photo, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf sealed = BV_BUF(PEOPLE_PHOTO_MAX + BV_CIPHER_EXTRA);
	struct bv_str id = bv_str_of(person->id);

	TRY(people_drop_photo(people, id, err));
	people_seal_photo(&sealed, people, person->key, id, photo);
	TRY(bv_buf_check(&sealed, err));
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_ADD_PHOTO);
	bv_sql_bind_str(stmt, 1, id);
	bv_sql_bind_blob(stmt, 2, sealed.p, sealed.len);
	return bv_sql_exec(stmt, err);
}

/* ---- Set, removed ---- */

struct change {
	struct bv_str id, photo;
	const struct bv_people_access *access;
	struct people_person person;
	struct bv_arena arena;
	bool changed;
};

static void
change_finish(struct change *change)
{
	bv_wipe(change->person.key, sizeof change->person.key);
	bv_arena_finish(&change->arena);
}
BV_AUTO_DEFINE_FINISH(struct change, change_finish)

static enum bv_status
set_photo(struct bv_people *people, void *args, struct bv_err *err)
{
	struct change *change = args;
	struct person_record *record = &change->person.record;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];

	TRY(people_load(&change->person, people, change->id, &change->arena, err));
	bv_sha256(hash, change->photo);
	bool same = bv_str_is(record->values[BV_PERSON_PHOTO], bv_hex(hex, hash, sizeof hash));
	if (same && change->person.photo)
		return BV_OK;
	record->values[BV_PERSON_PHOTO] = bv_str_of(hex);
	record->at_ms[BV_PERSON_PHOTO] = change->access->at_ms;
	TRY(people_store(people, &change->person, err));
	TRY(people_store_photo(people, &change->person, change->photo, err));
	change->changed = true;
	return people_log_add(people, "change", change->access, change->person.id, 1u << BV_PERSON_PHOTO, err);
}

enum bv_status
bv_people_set_photo(bool *changed, struct bv_people *people, struct bv_str person, struct bv_str photo, const struct bv_people_access *access, struct bv_err *err)
{
	BV_AUTO(change_finish) struct change change = { .id = person, .photo = photo, .access = access };

	if (!bv_portrait_type(photo) || photo.len > BV_PORTRAIT_MAX)
		return bv_err_set(err, BV_EINVAL, "a photograph is JPEG or PNG, of at most %u KiB", BV_PORTRAIT_MAX >> 10);
	TRY(people_do(people, set_photo, &change, true, access, err));
	*changed = change.changed;
	return BV_OK;
}

static enum bv_status
remove_photo(struct bv_people *people, void *args, struct bv_err *err)
{
	struct change *change = args;

	TRY(people_load(&change->person, people, change->id, &change->arena, err));
	if (!change->person.photo && !change->person.record.values[BV_PERSON_PHOTO].len)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no photograph of person '%s'", people->url, change->person.id);
	return people_forget(people, &change->person, 1u << BV_PERSON_PHOTO, "erase", change->access, &change->arena, err);
}

enum bv_status
bv_people_remove_photo(struct bv_people *people, struct bv_str person, const struct bv_people_access *access, struct bv_err *err)
{
	BV_AUTO(change_finish) struct change change = { .id = person, .access = access };

	return people_do(people, remove_photo, &change, true, access, err);
}

/* ---- Read ---- */

struct read_photo {
	struct people_read read; /* first, so that a pointer to it is one to the whole */
	struct bv_buf photo;
};

static void
read_photo_finish(struct read_photo *read)
{
	bv_wipe(read->photo.p, read->photo.len);
	bv_buf_finish(&read->photo);
}
BV_AUTO_DEFINE_FINISH(struct read_photo, read_photo_finish)

static enum bv_status
read_photo(struct bv_people *people, void *args, struct bv_err *err)
{
	struct read_photo *read = args;

	TRY(people_read_person(people, &read->read, err));
	if (read->read.refused || !read->read.person.photo)
		return BV_OK;
	return people_load_photo(&read->photo, people, &read->read.person, read->read.person.key, err);
}

enum bv_status
bv_people_read_photo(struct bv_buf *out, struct bv_people *people, struct bv_str person, const struct bv_people_access *access, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(read_photo_finish) struct read_photo read = { { .id = person, .act = "read", .fields = 1u << BV_PERSON_PHOTO, .access = access, .arena = &arena },
		                                              BV_BUF(BV_PORTRAIT_MAX) };

	TRY(people_read_logged(people, read_photo, &read.read, err));
	if (!read.read.person.photo)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no photograph of person '%s'", people->url, read.read.person.id);
	bv_buf_add(out, bv_buf_str(&read.photo));
	return bv_buf_check(out, err);
}

enum bv_status
bv_people_photos(struct bv_people *people, struct bv_str sitting, bv_people_photo_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_PHOTOS);
	bool row;

	bv_sql_bind_str(stmt, 1, sitting);
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		enum bv_status status = visit(ctx, bv_sql_str(stmt, 0), bv_sql_int(stmt, 1) != 0, err);
		if (status != BV_OK) {
			bv_sql_reset(stmt);
			return status;
		}
	}
}

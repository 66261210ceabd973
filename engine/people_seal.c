/* Keys of persons under the master key, and what is sealed with them. What is sealed says where it belongs, so that rows cannot be exchanged. */
#include "engine/people.h"

enum { PLACE_MAX = 600, PHOTO_STEP = 8 << 10, PHOTO_LEN = 4 };

/* Label, store, person, and where with him: each whole, since lengths are fixed or a NUL ends them. */
static void
write_place(struct bv_buf *out, const struct bv_people *people, const char *label, struct bv_str person, struct bv_str place)
{
	bv_buf_add(out, (struct bv_str){ label, strlen(label) + 1 });
	bv_buf_add(out, (struct bv_str){ (const char *)people->id, sizeof people->id });
	bv_buf_add(out, person);
	bv_buf_addc(out, '\0');
	bv_buf_add(out, place);
}

static void
seal(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], const char *label, struct bv_str person,
     struct bv_str place, struct bv_str plain)
{
	BV_AUTO(bv_buf_finish) struct bv_buf where = BV_BUF(PLACE_MAX);
	uint8_t nonce[BV_CIPHER_NONCE_LEN];

	write_place(&where, people, label, person, place);
	people->random(nonce, sizeof nonce);
	bv_cipher_seal(out, key, nonce, bv_buf_str(&where), plain);
}

static enum bv_status
unseal(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], const char *label, struct bv_str person,
       struct bv_str place, struct bv_str sealed, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf where = BV_BUF(PLACE_MAX);

	write_place(&where, people, label, person, place);
	if (bv_cipher_open(out, key, bv_buf_str(&where), sealed, err) != BV_OK)
		return bv_err_set(err, BV_EDENIED, "%s: what is stored of person '%.*s' does not open: somebody has changed the database", people->url,
		                  BV_STR_ARG(person));
	return bv_buf_check(out, err);
}

/* ---- Keys ---- */

void
people_wrap(uint8_t wrapped[PEOPLE_WRAPPED_LEN], const struct bv_people *people, const struct bv_master *master, struct bv_str person,
            const uint8_t key[BV_CIPHER_KEY_LEN])
{
	char bytes[PEOPLE_WRAPPED_LEN + 1];
	struct bv_buf out = { .p = bytes, .cap = sizeof bytes, .max = PEOPLE_WRAPPED_LEN };

	seal(&out, people, master->wrap, "BV-PERSON-KEY-1", person, BV_STR_NONE, (struct bv_str){ (const char *)key, BV_CIPHER_KEY_LEN });
	memcpy(wrapped, bytes, PEOPLE_WRAPPED_LEN);
}

enum bv_status
people_unwrap(uint8_t key[BV_CIPHER_KEY_LEN], const struct bv_people *people, struct bv_str person, struct bv_str master_id, struct bv_str wrapped,
              struct bv_err *err)
{
	char bytes[BV_CIPHER_KEY_LEN + 1];
	struct bv_buf out = { .p = bytes, .cap = sizeof bytes, .max = BV_CIPHER_KEY_LEN };

	if (!bv_str_eq(master_id, (struct bv_str){ (const char *)people->master.id, MASTER_ID_LEN }))
		return bv_err_set(err, BV_EDENIED, "%s: sealed with another master key than the one given", people->url);
	TRY(unseal(&out, people, people->master.wrap, "BV-PERSON-KEY-1", person, BV_STR_NONE, wrapped, err));
	if (out.len != BV_CIPHER_KEY_LEN)
		return bv_err_set(err, BV_EDENIED, "%s: the key of person '%.*s' is not one", people->url, BV_STR_ARG(person));
	memcpy(key, bytes, BV_CIPHER_KEY_LEN);
	bv_wipe(bytes, sizeof bytes);
	return BV_OK;
}

/* ---- Openings ---- */

/* The name of a sitting has no slash. */
static void
opening_place(struct bv_buf *out, struct bv_str sitting, struct bv_str ticket)
{
	bv_buf_printf(out, "%.*s/%.*s", BV_STR_ARG(sitting), BV_STR_ARG(ticket));
}

void
people_seal_opening(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person,
                    struct bv_str sitting, struct bv_str ticket, struct bv_str plain)
{
	BV_AUTO(bv_buf_finish) struct bv_buf place = BV_BUF(PLACE_MAX);

	opening_place(&place, sitting, ticket);
	seal(out, people, key, "BV-PERSON-OPENING-1", person, bv_buf_str(&place), plain);
}

enum bv_status
people_unseal_opening(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person,
                      struct bv_str sitting, struct bv_str ticket, struct bv_str sealed, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf place = BV_BUF(PLACE_MAX);

	opening_place(&place, sitting, ticket);
	return unseal(out, people, key, "BV-PERSON-OPENING-1", person, bv_buf_str(&place), sealed, err);
}

/* ---- Photographs: their length, themselves, and zeros ---- */

void
people_seal_photo(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person, struct bv_str photo)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_PHOTO_MAX);

	for (int i = PHOTO_LEN; i-- > 0;)
		bv_buf_addc(&plain, (char)(photo.len >> 8 * i));
	bv_buf_add(&plain, photo);
	while (plain.len % PHOTO_STEP && !plain.full)
		bv_buf_addc(&plain, '\0');
	seal(out, people, key, "BV-PERSON-PHOTO-1", person, BV_STR_NONE, bv_buf_str(&plain));
}

enum bv_status
people_unseal_photo(struct bv_buf *out, const struct bv_people *people, const uint8_t key[BV_CIPHER_KEY_LEN], struct bv_str person, struct bv_str sealed,
                    struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_PHOTO_MAX);
	size_t len = 0;

	TRY(unseal(&plain, people, key, "BV-PERSON-PHOTO-1", person, BV_STR_NONE, sealed, err));
	for (size_t i = 0; i < PHOTO_LEN && i < plain.len; i++)
		len = len << 8 | (unsigned char)plain.p[i];
	bv_buf_add(out, bv_str_sub(bv_buf_str(&plain), PHOTO_LEN, len));
	return bv_buf_check(out, err);
}

/* ---- Persons ---- */

static enum bv_status
open_row(struct people_person *person, struct bv_people *people, struct bv_sql_stmt *stmt, struct bv_str id, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_RECORD_MAX);

	if (bv_sql_int(stmt, 2))
		return bv_err_set(err, BV_ECONFLICT, "person '%.*s' was erased: nothing is known of him any more", BV_STR_ARG(id));
	person->added_ms = bv_sql_int(stmt, 0);
	person->used_ms = bv_sql_int(stmt, 1);
	person->photo = bv_sql_int(stmt, 6) != 0;
	TRY(people_unwrap(person->key, people, id, bv_sql_blob(stmt, 4), bv_sql_blob(stmt, 5), err));
	TRY(unseal(&plain, people, person->key, "BV-PERSON-BOX-1", id, BV_STR_NONE, bv_sql_blob(stmt, 3), err));
	return person_record_parse(&person->record, bv_buf_str(&plain), arena, err);
}

enum bv_status
people_load(struct people_person *person, struct bv_people *people, struct bv_str id, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_GET);
	bool row;

	*person = (struct people_person){ 0 };
	bv_sql_bind_str(stmt, 1, id);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row || id.len >= sizeof person->id)
		return bv_err_set(err, BV_ENOTFOUND, "%s: there is no person '%.*s'", people->url, BV_STR_ARG(bv_str_sub(id, 0, 40)));
	memcpy(person->id, id.p, id.len);
	enum bv_status status = open_row(person, people, stmt, id, arena, err);
	bv_sql_reset(stmt);
	return status;
}

enum bv_status
people_store(struct bv_people *people, const struct people_person *person, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(PEOPLE_RECORD_MAX), sealed = BV_BUF(PEOPLE_RECORD_MAX + BV_CIPHER_EXTRA);
	struct bv_sql_stmt *stmt = people_stmt(people, PEOPLE_SET_BOX);
	struct bv_str id = bv_str_of(person->id);

	person_record_write(&plain, &person->record);
	seal(&sealed, people, person->key, "BV-PERSON-BOX-1", id, BV_STR_NONE, bv_buf_str(&plain));
	TRY(bv_buf_check(&sealed, err));
	bv_sql_bind_str(stmt, 1, id);
	bv_sql_bind_blob(stmt, 2, sealed.p, sealed.len);
	return bv_sql_exec(stmt, err);
}

#include "certs/jose/paper.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/day.h"
#include "certs/jose/base64url.h"
#include "certs/vc/credential.h"

enum { NO_VALUE = BV_VALUE_PLACES + 1 };
_Static_assert(NO_VALUE < 8, "three bits hold the places");

/* ---- Results: one varint (LEB128) an area, zigzag(mantissa) << 3 | places ---- */

static enum bv_status
add_value(struct bv_buf *out, struct bv_str value, struct bv_str code, struct bv_err *err)
{
	uint64_t word = NO_VALUE;
	int64_t n;

	if (value.len) {
		size_t places = value.len - bv_str_find(value, '.');
		places -= places > 0;
		if (!bv_str_decimal(value, (unsigned)places, &n) || n > INT64_MAX >> 4 || n < -(INT64_MAX >> 4))
			return bv_err_set(err, BV_EINVAL, "area '%.*s': the value has too many digits for paper", BV_STR_ARG(code));
		word = (n < 0 ? (uint64_t)(-n) * 2 - 1 : (uint64_t)n * 2) << 3 | places;
	}
	for (; word >= 128; word >>= 7)
		bv_buf_addc(out, (char)(word | 128));
	bv_buf_addc(out, (char)word);
	return BV_OK;
}

static enum bv_status
add_results(struct bv_buf *out, const struct bv_credential_facts *f, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf values = BV_BUF(10 * BV_AREAS_MAX);

	for (size_t i = 0; i < f->achievement->area_count; i++)
		TRY(add_value(&values, f->values[i], f->achievement->areas[i].code, err));
	bv_cbor_add_int(out, PAPER_RESULTS);
	bv_cbor_add_bytes(out, values.p, values.len);
	return BV_OK;
}

static void
write_value(struct bv_buf *out, uint64_t word)
{
	unsigned places = word & 7;
	uint64_t zigzag = word >> 3, n = (zigzag + 1) / 2, unit = 1;

	for (unsigned i = 0; i < places; i++)
		unit *= 10;
	bv_buf_printf(out, "%s%" PRIu64, zigzag % 2 ? "-" : "", n / unit);
	if (places)
		bv_buf_printf(out, ".%0*" PRIu64, (int)places, n % unit);
}

/* False: bytes that add_value never writes. */
static bool
read_results(struct bv_json *list, struct bv_str bytes)
{
	uint64_t word = 0;
	unsigned shift = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64);
		uint8_t byte = (uint8_t)bytes.p[i];
		word |= (uint64_t)(byte & 127) << shift;
		shift += 7;
		if (byte & 128 ? shift > 56 : byte == 0 && shift > 7)
			return false;
		if (byte & 128)
			continue;
		if ((word & 7) == NO_VALUE && word != NO_VALUE)
			return false;
		if (bv_json_count(list) == BV_AREAS_MAX)
			return false;
		if (word == NO_VALUE) {
			bv_json_add(list, bv_json_new_null());
		} else {
			write_value(&text, word);
			bv_json_add(list, bv_json_new_str(bv_buf_str(&text)));
		}
		word = 0;
		shift = 0;
	}
	return shift == 0;
}

/* ---- Writing ---- */

void
paper_status_base(struct bv_buf *out, struct bv_str issuer)
{
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(2 * BV_DID_MAX);

	bv_did_web_address(&address, issuer);
	struct bv_str host = bv_str_sub(bv_buf_str(&address), 8, address.len); /* after "https://" */
	if (!address.len)
		return;
	bv_buf_addz(out, "https://");
	bv_buf_add(out, bv_str_sub(host, 0, bv_str_find(host, '/')));
	bv_buf_addz(out, "/status/");
}

/* The shard's number where its address is the one that follows from the issuer; else the address. */
static void
add_status(struct bv_buf *out, const struct bv_credential_facts *f, struct bv_str issuer)
{
	BV_AUTO(bv_buf_finish) struct bv_buf base = BV_BUF(2 * BV_DID_MAX), again = BV_BUF(64);
	struct bv_str number;
	int64_t shard = -1;

	paper_status_base(&base, issuer);
	number = bv_str_sub(f->status, base.len, f->status.len);
	if (base.len && bv_str_starts(f->status, bv_buf_str(&base)) && bv_str_int(number, &shard) && shard >= 0)
		bv_buf_printf(&again, "%" PRIi64, shard);
	bv_cbor_add_int(out, PAPER_STATUS);
	bv_cbor_add_array(out, 2);
	if (again.len && bv_str_eq(bv_buf_str(&again), number))
		bv_cbor_add_int(out, shard);
	else
		bv_cbor_add_text(out, f->status);
	bv_cbor_add_int(out, f->status_idx);
}

static void
add_text(struct bv_buf *out, int64_t key, struct bv_str text)
{
	if (!text.len)
		return;
	bv_cbor_add_int(out, key);
	bv_cbor_add_text(out, text);
}

static enum bv_status
add_facts(struct bv_buf *out, const struct bv_credential_facts *f, struct bv_str issuer, struct bv_err *err)
{
	struct bv_str name = f->holder_hashed ? BV_STR_NONE : f->holder;
	bool logged = f->log_origin.len > 0;
	uint8_t hash[BV_HASH_LEN];
	bv_day birth;

	bv_cbor_add_int(out, PAPER_FACTS);
	bv_cbor_add_map(out, (name.len > 0) + (f->birth.len > 0) + (f->licence.len > 0) + 1 + (f->level.len > 0) + 1 + (f->achievement->area_count > 0) +
	                             (f->status.len > 0) + 2 * logged + (f->awarded_s != f->valid_from_s));
	add_text(out, PAPER_NAME, name);
	if (f->birth.len) {
		TRY(bv_day_parse(&birth, f->birth, err));
		bv_cbor_add_int(out, PAPER_BIRTH);
		bv_cbor_add_int(out, birth);
	}
	add_text(out, PAPER_LICENCE, f->licence);
	bv_sha256(hash, f->achievement->id);
	bv_cbor_add_int(out, PAPER_PROGRAMME);
	bv_cbor_add_bytes(out, hash, PAPER_PROGRAMME_LEN);
	add_text(out, PAPER_LEVEL, f->level);
	bv_cbor_add_int(out, PAPER_DECISION);
	bv_cbor_add_int(out, f->decision);
	if (f->achievement->area_count)
		TRY(add_results(out, f, err));
	if (f->status.len)
		add_status(out, f, issuer);
	if (logged) {
		bv_cbor_add_int(out, PAPER_LOG_IDX);
		bv_cbor_add_int(out, (int64_t)f->log_idx);
		bv_cbor_add_int(out, PAPER_LEAF);
		bv_cbor_add_bytes(out, f->leaf, PAPER_LEAF_LEN);
	}
	if (f->awarded_s != f->valid_from_s) {
		bv_cbor_add_int(out, PAPER_AWARDED);
		bv_cbor_add_int(out, f->valid_from_s - f->awarded_s);
	}
	return BV_OK;
}

static void
add_time(struct bv_buf *out, int64_t key, int64_t time_s)
{
	bv_cbor_add_int(out, key);
	bv_cbor_add_int(out, time_s);
}

enum bv_status
paper_write(struct bv_buf *out, const struct bv_credential_facts *f, struct bv_str issuer, bool with_iss, struct bv_err *err)
{
	bv_cbor_add_map(out, 3 + with_iss + (f->valid_until_s != 0));
	if (with_iss)
		add_text(out, PAPER_ISS, issuer);
	if (f->valid_until_s)
		add_time(out, PAPER_EXP, f->valid_until_s);
	add_time(out, PAPER_NBF, f->valid_from_s);
	add_time(out, PAPER_IAT, f->created_s);
	return add_facts(out, f, issuer, err);
}

/* ---- Reading ---- */

static enum bv_status
wrong(int64_t key, struct bv_err *err)
{
	return bv_err_set(err, BV_EPARSE, "the claim %" PRIi64 " is of the wrong kind", key);
}

/* Sets nothing where the claim is absent. */
static enum bv_status
read_text(struct bv_json *json, const char *name, const struct bv_cbor *map, int64_t key, struct bv_err *err)
{
	const struct bv_cbor *item = bv_cbor_find(map, key);

	if (item && item->type != BV_CBOR_TEXT)
		return wrong(key, err);
	if (item)
		bv_json_set_str(json, name, item->str);
	return BV_OK;
}

static enum bv_status
read_int(struct bv_json *json, const char *name, const struct bv_cbor *map, int64_t key, struct bv_err *err)
{
	const struct bv_cbor *item = bv_cbor_find(map, key);

	if (item && item->type != BV_CBOR_INT)
		return wrong(key, err);
	if (item)
		bv_json_set_int(json, name, item->n);
	return BV_OK;
}

static enum bv_status
read_birth(struct bv_json *json, const struct bv_cbor *facts, struct bv_err *err)
{
	const struct bv_cbor *item = bv_cbor_find(facts, PAPER_BIRTH);
	const int64_t least = -719162, most = 2932896; /* 0001-01-01, 9999-12-31 */
	char day[BV_DAY_SIZE];

	if (item && (item->type != BV_CBOR_INT || item->n < least || item->n > most))
		return wrong(PAPER_BIRTH, err);
	if (item)
		bv_json_set_str(json, "birthdate", bv_str_of(bv_day_write(day, (bv_day)item->n)));
	return BV_OK;
}

static enum bv_status
read_programme(struct bv_json *json, const struct bv_cbor *facts, struct bv_err *err)
{
	const struct bv_cbor *item = bv_cbor_find(facts, PAPER_PROGRAMME);
	BV_AUTO(bv_buf_finish) struct bv_buf hex = BV_BUF(64);

	if (item && (item->type != BV_CBOR_BYTES || item->str.len != PAPER_PROGRAMME_LEN))
		return wrong(PAPER_PROGRAMME, err);
	if (item)
		bv_hex_write(&hex, item->str.p, item->str.len);
	if (item)
		bv_json_set_str(json, "programme", bv_buf_str(&hex));
	return BV_OK;
}

static enum bv_status
read_rating(struct bv_json *json, const struct bv_cbor *facts, struct bv_err *err)
{
	const struct bv_cbor *decision = bv_cbor_find(facts, PAPER_DECISION), *results = bv_cbor_find(facts, PAPER_RESULTS);
	size_t words = BV_COUNT(credential_status_words);

	if (!decision || decision->type != BV_CBOR_INT || decision->n < 1 || (uint64_t)decision->n >= words)
		return wrong(PAPER_DECISION, err);
	bv_json_set_str(json, "decision", bv_str_of(credential_status_words[decision->n]));
	if (results && (results->type != BV_CBOR_BYTES || !read_results(bv_json_set(json, "results", bv_json_new_array()), results->str)))
		return wrong(PAPER_RESULTS, err);
	return BV_OK;
}

static enum bv_status
read_status(struct bv_json *json, const struct bv_cbor *facts, struct bv_err *err)
{
	const struct bv_cbor *item = bv_cbor_find(facts, PAPER_STATUS);

	if (!item)
		return BV_OK;
	if (item->type != BV_CBOR_ARRAY || item->count != 2 || item->items[1].type != BV_CBOR_INT || item->items[1].n < 0)
		return wrong(PAPER_STATUS, err);
	struct bv_json *status = bv_json_set(json, "status", bv_json_new_object());
	bv_json_set_int(status, "idx", item->items[1].n);
	if (item->items[0].type == BV_CBOR_INT && item->items[0].n >= 0)
		bv_json_set_int(status, "shard", item->items[0].n);
	else if (item->items[0].type == BV_CBOR_TEXT)
		bv_json_set_str(status, "uri", item->items[0].str);
	else
		return wrong(PAPER_STATUS, err);
	return BV_OK;
}

static enum bv_status
read_log(struct bv_json *json, const struct bv_cbor *facts, struct bv_err *err)
{
	const struct bv_cbor *idx = bv_cbor_find(facts, PAPER_LOG_IDX), *leaf = bv_cbor_find(facts, PAPER_LEAF);
	BV_AUTO(bv_buf_finish) struct bv_buf hex = BV_BUF(64);

	if (!idx && !leaf)
		return BV_OK;
	if (!idx || idx->type != BV_CBOR_INT || idx->n < 0)
		return wrong(PAPER_LOG_IDX, err);
	if (!leaf || leaf->type != BV_CBOR_BYTES || leaf->str.len != PAPER_LEAF_LEN)
		return wrong(PAPER_LEAF, err);
	struct bv_json *log = bv_json_set(json, "log", bv_json_new_object());
	bv_json_set_int(log, "index", idx->n);
	bv_hex_write(&hex, leaf->str.p, leaf->str.len);
	bv_json_set_str(log, "leafStart", bv_buf_str(&hex));
	return BV_OK;
}

static enum bv_status
read_awarded(struct bv_json *json, const struct bv_cbor *facts, struct bv_err *err)
{
	const struct bv_cbor *item = bv_cbor_find(facts, PAPER_AWARDED);
	int64_t from_s = bv_json_int(bv_json_find(json, "nbf"));
	char text[BV_TIME_SIZE];

	if (item && (item->type != BV_CBOR_INT || item->n < 0 || item->n > from_s))
		return wrong(PAPER_AWARDED, err);
	bv_json_set_str(json, "awarded", bv_str_of(bv_time_write(text, from_s - (item ? item->n : 0))));
	return BV_OK;
}

/* What is not known would be a fact that nobody sees. */
static enum bv_status
only_known(const struct bv_cbor *map, unsigned keys, struct bv_err *err)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct bv_cbor *key = &map->items[2 * i];
		bool known = key->n >= 0 && key->n < 32 && keys & 1u << key->n;
		if (key->type != BV_CBOR_INT || !(known || key->n == PAPER_FACTS))
			return bv_err_set(err, BV_EPARSE, "it has a claim that this program does not know");
	}
	return BV_OK;
}

static enum bv_status
read_all(struct bv_json *json, const struct bv_cbor *claims, struct bv_err *err)
{
	const struct bv_cbor *facts = bv_cbor_find(claims, PAPER_FACTS);

	if (!facts || facts->type != BV_CBOR_MAP)
		return bv_err_set(err, BV_EPARSE, "the claims have no map of facts (%d): not a certificate of Bang Vang", PAPER_FACTS);
	TRY(only_known(claims, 1u << PAPER_ISS | 1u << PAPER_EXP | 1u << PAPER_NBF | 1u << PAPER_IAT, err));
	TRY(only_known(facts, (2u << PAPER_AWARDED) - (1u << PAPER_NAME), err));
	TRY(read_text(json, "iss", claims, PAPER_ISS, err));
	TRY(read_int(json, "exp", claims, PAPER_EXP, err));
	TRY(read_int(json, "nbf", claims, PAPER_NBF, err));
	TRY(read_int(json, "iat", claims, PAPER_IAT, err));
	TRY(read_text(json, "name", facts, PAPER_NAME, err));
	TRY(read_birth(json, facts, err));
	TRY(read_text(json, "licence", facts, PAPER_LICENCE, err));
	TRY(read_programme(json, facts, err));
	TRY(read_text(json, "level", facts, PAPER_LEVEL, err));
	TRY(read_rating(json, facts, err));
	TRY(read_status(json, facts, err));
	TRY(read_log(json, facts, err));
	return read_awarded(json, facts, err);
}

enum bv_status
paper_parse(struct bv_json **out, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	const struct bv_cbor *claims;

	TRY(bv_cbor_parse(&claims, &arena, bytes, err));
	TRY(read_all(json, claims, err));
	*out = bv_steal(&json);
	return BV_OK;
}

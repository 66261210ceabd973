/* Commitments, secrets and proofs as canonical JSON. */
#include <stdlib.h>

#include "base/json.h"
#include "engine/record.h"

#define ALGORITHM "BV-FREEZE-1"

static enum bv_status
check_algorithm(const struct bv_json *root, const char *what, struct bv_err *err)
{
	struct bv_str alg;

	if (bv_json_type(root) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "a %s is a JSON object", what);
	TRY(bv_json_need_str(&alg, root, "alg", err));
	if (!bv_str_is(alg, ALGORITHM))
		return bv_err_set(err, BV_EINVAL, "'alg' is '%.*s': only " ALGORITHM " is known", BV_STR_ARG(bv_str_sub(alg, 0, 40)));
	return BV_OK;
}

/* A member that must be a count, at most max. */
static enum bv_status
need_count(uint64_t *out, const struct bv_json *object, const char *name, int64_t max, struct bv_err *err)
{
	int64_t n;

	TRY(bv_json_need_int(&n, object, name, err));
	if (n < 0 || n > max)
		return bv_err_set(err, BV_EINVAL, "'%s' is not from 0 to %lld", name, (long long)max);
	*out = (uint64_t)n;
	return BV_OK;
}

void
bv_commitment_write(struct bv_buf *out, const struct bv_commitment *commitment)
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();

	bv_json_set_str(root, "alg", BV_STR(ALGORITHM));
	bv_record_set_hash(root, "bankRoot", commitment->bank_root);
	struct bv_json *blueprint = bv_json_set(root, "blueprint", bv_json_new_object());
	bv_record_set_hash(blueprint, "hash", commitment->blueprint_hash);
	bv_json_set_str(blueprint, "id", commitment->blueprint_id);
	bv_json_set_str(root, "language", commitment->language);
	bv_record_set_hash(root, "pool", commitment->pool_hash);
	struct bv_json *strata = bv_json_set(root, "strata", bv_json_new_array());
	for (size_t i = 0; i < commitment->stratum_count; i++) {
		struct bv_json *stratum = bv_json_add(strata, bv_json_new_object());
		bv_json_set_int(stratum, "count", (int64_t)commitment->strata[i].count);
		bv_json_set_str(stratum, "id", commitment->strata[i].id);
		bv_record_set_hash(stratum, "root", commitment->strata[i].root.p);
	}
	bv_json_write_canonical(out, root);
}

static enum bv_status
parse_stratum(struct bv_commitment *commitment, struct bv_commitment_stratum *all, size_t idx, const struct bv_json *json, struct bv_err *err)
{
	struct bv_commitment_stratum *stratum = &all[idx];

	TRY(bv_json_only(json, "count id root", err));
	TRY(bv_record_name(&stratum->id, json, "id", &commitment->arena, err));
	TRY(need_count(&stratum->count, json, "count", BV_DRAW_POOL_ITEMS_MAX, err));
	for (size_t i = 0; i < idx; i++)
		if (bv_str_eq(all[i].id, stratum->id))
			return bv_err_set(err, BV_EINVAL, "stratum '%.*s' is there twice", BV_STR_ARG(stratum->id));
	return bv_json_need_hex(stratum->root.p, BV_HASH_LEN, json, "root", err);
}

static enum bv_status
parse_commitment(struct bv_commitment *commitment, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *blueprint, *strata;

	TRY(check_algorithm(root, "commitment", err));
	TRY(bv_json_only(root, "alg bankRoot blueprint language pool strata", err));
	TRY(bv_json_need_hex(commitment->bank_root, BV_HASH_LEN, root, "bankRoot", err));
	TRY(bv_json_need(&blueprint, root, "blueprint", BV_JSON_OBJECT, err));
	TRY(bv_json_only(blueprint, "hash id", err));
	TRY(bv_json_need_hex(commitment->blueprint_hash, BV_HASH_LEN, blueprint, "hash", err));
	TRY(bv_record_name(&commitment->blueprint_id, blueprint, "id", &commitment->arena, err));
	TRY(bv_record_name(&commitment->language, root, "language", &commitment->arena, err));
	TRY(bv_json_need_hex(commitment->pool_hash, BV_HASH_LEN, root, "pool", err));
	TRY(bv_record_array(&strata, root, "strata", BV_BLUEPRINT_STRATA_MAX, err));
	size_t count = bv_json_count(strata);
	struct bv_commitment_stratum *all = bv_arena_array(&commitment->arena, count, struct bv_commitment_stratum);
	for (size_t i = 0; i < count; i++)
		TRY(parse_stratum(commitment, all, i, bv_json_at(strata, i), err));
	commitment->strata = all;
	commitment->stratum_count = count;
	return BV_OK;
}

enum bv_status
bv_commitment_parse(struct bv_commitment **out, struct bv_str json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	BV_AUTO(bv_commitment_free) struct bv_commitment *commitment = bv_alloc(sizeof *commitment);
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(BV_COMMITMENT_MAX);
	uint8_t bank_root[BV_HASH_LEN];

	TRY(bv_json_parse(&root, json, err));
	TRY(parse_commitment(commitment, root, err));
	bv_commitment_write(&canonical, commitment);
	TRY(bv_buf_check(&canonical, err));
	TRY(bv_record_canonical(bv_buf_str(&canonical), json, "commitment", err));
	bv_commitment_root(bank_root, commitment);
	if (!bv_hash_eq(bank_root, commitment->bank_root))
		return bv_err_set(err, BV_EDENIED, "the commitment's bankRoot is not the root of what it lists: something in it was changed");
	*out = bv_steal(&commitment);
	return BV_OK;
}

void
bv_freeze_secret_write(struct bv_buf *out, const struct bv_commitment *commitment, const uint8_t salt_key[BV_HASH_LEN])
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();

	bv_json_set_str(root, "alg", BV_STR(ALGORITHM));
	bv_record_set_hash(root, "bankRoot", commitment->bank_root);
	bv_record_set_hash(root, "saltKey", salt_key);
	bv_json_write_canonical(out, root);
}

enum bv_status
bv_freeze_secret_parse(uint8_t salt_key[BV_HASH_LEN], struct bv_str json, const struct bv_commitment *commitment, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	uint8_t bank_root[BV_HASH_LEN];

	TRY(bv_json_parse(&root, json, err));
	TRY(check_algorithm(root, "secret", err));
	TRY(bv_json_only(root, "alg bankRoot saltKey", err));
	TRY(bv_json_need_hex(bank_root, BV_HASH_LEN, root, "bankRoot", err));
	if (!bv_hash_eq(bank_root, commitment->bank_root))
		return bv_err_set(err, BV_EDENIED, "the secret belongs to another commitment: its bankRoot differs");
	return bv_json_need_hex(salt_key, BV_HASH_LEN, root, "saltKey", err);
}

void
bv_leaf_write(struct bv_buf *out, const struct bv_leaf *leaf)
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(root, "alg", BV_STR(ALGORITHM));
	bv_record_set_hash(root, "bankRoot", leaf->bank_root);
	bv_record_set_hash(root, "hash", leaf->hash);
	bv_json_set_str(root, "identifier", leaf->identifier);
	bv_json_set_int(root, "index", (int64_t)leaf->index);
	struct bv_json *path = bv_json_set(root, "path", bv_json_new_array());
	for (size_t i = 0; i < leaf->path_count; i++)
		bv_json_add(path, bv_json_new_str(bv_str_of(bv_hex(hex, leaf->path[i].p, BV_HASH_LEN))));
	bv_record_set_hash(root, "salt", leaf->salt);
	bv_json_set_str(root, "stratum", leaf->stratum);
	bv_json_set_int(root, "version", leaf->version);
	bv_json_write_canonical(out, root);
}

static enum bv_status
parse_leaf(struct bv_leaf *leaf, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_json *path;

	TRY(check_algorithm(root, "proof", err));
	TRY(bv_json_only(root, "alg bankRoot hash identifier index path salt stratum version", err));
	TRY(bv_json_need_hex(leaf->bank_root, BV_HASH_LEN, root, "bankRoot", err));
	TRY(bv_json_need_hex(leaf->hash, BV_HASH_LEN, root, "hash", err));
	TRY(bv_record_name(&leaf->identifier, root, "identifier", &leaf->arena, err));
	TRY(need_count(&leaf->index, root, "index", BV_DRAW_POOL_ITEMS_MAX, err));
	TRY(bv_record_array(&path, root, "path", BV_MERKLE_PROOF_MAX, err));
	TRY(bv_json_need_hex(leaf->salt, BV_HASH_LEN, root, "salt", err));
	TRY(bv_record_name(&leaf->stratum, root, "stratum", &leaf->arena, err));
	TRY(bv_json_need_int(&leaf->version, root, "version", err));
	if (leaf->version < 1)
		return bv_err_set(err, BV_EINVAL, "'version' is less than 1");
	leaf->path_count = bv_json_count(path);
	for (size_t i = 0; i < leaf->path_count; i++)
		if (bv_hex_parse(leaf->path[i].p, BV_HASH_LEN, bv_json_str(bv_json_at(path, i)), err) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "'path' has an element that is not 64 hexadecimal digits");
	return BV_OK;
}

enum bv_status
bv_leaf_parse(struct bv_leaf **out, struct bv_str json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = bv_alloc(sizeof *leaf);
	BV_AUTO(bv_buf_finish) struct bv_buf canonical = BV_BUF(BV_LEAF_MAX);

	TRY(bv_json_parse(&root, json, err));
	TRY(parse_leaf(leaf, root, err));
	bv_leaf_write(&canonical, leaf);
	TRY(bv_buf_check(&canonical, err));
	TRY(bv_record_canonical(bv_buf_str(&canonical), json, "proof", err));
	*out = bv_steal(&leaf);
	return BV_OK;
}

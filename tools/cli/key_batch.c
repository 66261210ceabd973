/* The life of a batch's keys: made, destroyed, taken out of use. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "tools/cli/key_folder.h"

enum { DAY_S = 86400 };

struct pair {
	struct bv_key *ed25519, *p256;
	struct bv_batch batch;
	char serials[2][BV_HEX_SIZE(20)];
};

static void
pair_finish(struct pair *pair)
{
	bv_key_free(pair->ed25519);
	bv_key_free(pair->p256);
}
BV_AUTO_DEFINE_FINISH(struct pair, pair_finish)

static void
make_keys(struct pair *pair)
{
	pair->ed25519 = key_random(BV_KEY_ED25519);
	pair->p256 = key_random(BV_KEY_P256);
	pair->batch.ed25519 = *bv_key_describe(pair->ed25519);
	pair->batch.p256 = *bv_key_describe(pair->p256);
}

static int64_t
free_shard(const struct bv_keyring *ring)
{
	int64_t shard = 0;

	for (size_t i = 0; i < ring->batch_count; i++)
		if (!ring->batches[i].removed_s && ring->batches[i].shard >= shard)
			shard = ring->batches[i].shard + 1;
	return shard;
}

/* The certificate of one key of the pair, with its chain: leaf first. */
static enum bv_status
certify(struct bv_buf *pem, char serial[BV_HEX_SIZE(20)], const struct key_folder *folder, const struct bv_batch *batch, const struct bv_public *public,
        const struct bv_key *authority, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX);
	BV_AUTO(bv_certificate_free) struct bv_certificate *made = NULL;
	const struct bv_certificate_view *ca = bv_certificate_view(folder->ca);
	struct bv_certificate_facts facts = { .profile = BV_PROFILE_BATCH, .from_s = batch->from_s, .until_s = ca->until_s, .sign_until_s = batch->until_s - 1,
		                              .did = folder->ring->did, .address = folder->ring->address };
	char name[4 * BV_SUBJECT_MAX + 64], file[32];

	facts.issuer_file = bv_str_of(bv_authority_name(file, batch->authority));
	snprintf(name, sizeof name, "%.*s, batch %" PRId64, BV_STR_ARG(folder->ring->name), batch->number);
	facts.subject = (struct bv_subject){ bv_str_of(name), ca->organization, ca->country };
	bv_random_fill(facts.serial, sizeof facts.serial);
	TRY(bv_certificate_write(&der, &facts, public, folder->ca, authority, err));
	TRY(bv_certificate_parse(&made, bv_buf_str(&der), err));
	const struct bv_certificate *root = folder->root, *above = folder->ca;
	TRY(bv_chain_check(made, &above, 1, &root, 1, NULL, 0, batch->from_s, err));
	bv_hex(serial, bv_certificate_view(made)->serial.p, bv_certificate_view(made)->serial.len);
	bv_certificate_write_pem(pem, bv_buf_str(&der));
	bv_certificate_write_pem(pem, ca->der);
	return bv_buf_check(pem, err);
}

/* What a command that was killed has left: keys that nothing speaks of. */
static enum bv_status
clear_remains(const struct key_folder *folder, int64_t number, struct bv_err *err)
{
	static const char *const names[] = { "key.pem", "p256.pem" };
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	for (size_t i = 0; i < BV_COUNT(names); i++) {
		TRY(key_folder_path(&path, folder->path, err, "batches/%" PRId64 "/%s", number, names[i]));
		enum bv_status status = key_folder_destroy(path.p, err);
		if (status != BV_OK && status != BV_ENOTFOUND)
			return status;
	}
	return BV_OK;
}

/* What lets a paper's code be verified by the authority's key alone. */
static enum bv_status
delegate(const char *folder, const struct bv_key *authority, const struct bv_batch *batch, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(4 * BV_DELEGATION_LEN);
	uint8_t bytes[BV_DELEGATION_LEN];

	TRY(bv_delegation_write(bytes, authority, &batch->p256, batch->from_s, (unsigned)((batch->until_s - batch->from_s) / DAY_S), err));
	bv_delegation_write_line(&line, bytes);
	return key_folder_write(folder, "p256.delegation", bv_buf_str(&line), err);
}

static enum bv_status
write_pair(struct pair *pair, const struct key_folder *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096), first = BV_BUF(4 * BV_CERTIFICATE_MAX), second = BV_BUF(4 * BV_CERTIFICATE_MAX);
	BV_AUTO(bv_key_free) struct bv_key *authority = NULL;

	TRY(key_folder_authority(&authority, folder, pair->batch.authority, err));
	TRY(certify(&first, pair->serials[0], folder, &pair->batch, &pair->batch.ed25519, authority, err));
	TRY(certify(&second, pair->serials[1], folder, &pair->batch, &pair->batch.p256, authority, err));
	pair->batch.ed25519_serial = bv_str_of(pair->serials[0]);
	pair->batch.p256_serial = bv_str_of(pair->serials[1]);
	TRY(key_folder_path(&path, folder->path, err, "batches/%" PRId64, pair->batch.number));
	TRY(bv_dir_make(path.p, err));
	TRY(clear_remains(folder, pair->batch.number, err));
	TRY(delegate(path.p, authority, &pair->batch, err));
	TRY(key_folder_create_private(path.p, "key.pem", pair->ed25519, err));
	TRY(key_folder_create_private(path.p, "p256.pem", pair->p256, err));
	TRY(key_folder_write(path.p, "key.crt", bv_buf_str(&first), err));
	return key_folder_write(path.p, "p256.crt", bv_buf_str(&second), err);
}

enum bv_status
batch_make(struct bv_batch **out, struct key_folder *folder, const struct batch_wish *wish, struct bv_err *err)
{
	BV_AUTO(pair_finish) struct pair pair = { 0 };
	struct bv_keyring *ring = folder->ring;

	make_keys(&pair);
	pair.batch.number = (int64_t)ring->batch_count + 1;
	pair.batch.shard = wish->shard >= 0 ? wish->shard : free_shard(ring);
	pair.batch.authority = folder->issuing;
	pair.batch.made_s = wish->at_s;
	pair.batch.from_s = wish->from_s;
	pair.batch.until_s = wish->from_s + wish->days * DAY_S;
	pair.batch.limit = wish->limit;
	/* Refused before anything is written. */
	pair.batch.ed25519_serial = pair.batch.p256_serial = BV_STR("00");
	TRY(bv_keyring_check(ring, &pair.batch, err));
	char end[BV_TIME_SIZE];
	if (pair.batch.until_s > bv_certificate_view(folder->ca)->until_s)
		return bv_err_set(err, BV_EINVAL, "the batch would sign beyond the end of its authority's certificate, %s: renew the authority",
		                  bv_time_write(end, bv_certificate_view(folder->ca)->until_s));
	TRY(write_pair(&pair, folder, err));
	TRY(bv_keyring_add(ring, &pair.batch, err));
	TRY(key_folder_save(folder, err));
	*out = bv_keyring_find(ring, pair.batch.number);
	return BV_OK;
}

enum bv_status
batch_destroy(struct key_folder *folder, struct bv_batch *batch, int64_t at_s, struct bv_err *err)
{
	if (batch->destroyed_s)
		return BV_OK;
	TRY(clear_remains(folder, batch->number, err));
	batch->destroyed_s = at_s;
	return key_folder_save(folder, err);
}

enum bv_status
batch_remove(struct key_folder *folder, struct bv_batch *batch, int64_t since_s, int64_t at_s, struct bv_str reason, struct bv_err *err)
{
	if (batch->removed_s)
		return bv_err_set(err, BV_ECONFLICT, "batch %" PRId64 " was removed already", batch->number);
	struct bv_batch removed = *batch;
	removed.removed_s = at_s, removed.compromised_s = since_s, removed.reason = reason;
	TRY(bv_keyring_check_batch(&removed, err));
	batch->removed_s = at_s;
	batch->compromised_s = since_s;
	batch->reason = bv_arena_str(&folder->ring->arena, reason);
	TRY(key_folder_save(folder, err));
	return batch_destroy(folder, batch, at_s, err);
}

/* Commitments and proofs. tests/cli/test_freeze.sh compares them with a second implementation in Python. */
#define _GNU_SOURCE
#include "tests/check.h"
#include "tests/engine/fixture.h"

static const char parts[] = FIXTURE_PART("p", "<stratum id='one' competence='C1' count='1' marks='1'/>\n"
                                              "<stratum id='two' competence='C2' count='2' marks='1'/>\n"
                                              "<stratum id='none' competence='C3' count='1' marks='1'/>\n");

struct frozen {
	struct fixture f;
	struct bv_blueprint *blueprint;
	struct bv_draw_pool *pool;
	struct bv_commitment *commitment;
	uint8_t key[BV_HASH_LEN];
};

static void
frozen_finish(struct frozen *z)
{
	bv_commitment_free(z->commitment);
	bv_draw_pool_free(z->pool);
	bv_blueprint_free(z->blueprint);
	fixture_finish(&z->f);
}
BV_AUTO_DEFINE_FINISH(struct frozen, frozen_finish)

/* One item in the first stratum, 21 in the second, none in the third. */
static void
frozen_init(struct frozen *z)
{
	struct bv_err err;

	memset(z, 0, sizeof *z);
	fixture_item(&z->f, BV_STR("only"), "C1", 0);
	for (size_t i = 0; i < 21; i++)
		fixture_item(&z->f, fixture_str(&z->f, "%s%02zu", "item-", i), "C2", i + 1);
	z->blueprint = fixture_blueprint("", parts);
	CHECK_OK(bv_draw_pool_build(&z->pool, z->blueprint, z->f.sources, z->f.count, &err), &err, "a pool");
	bv_sha256(z->key, BV_STR("salt key"));
	z->commitment = bv_pool_freeze(z->pool, z->key);
}

static void
commitments(void)
{
	BV_AUTO(frozen_finish) struct frozen z;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_COMMITMENT_MAX), again = BV_BUF(BV_COMMITMENT_MAX);
	BV_AUTO(bv_commitment_free) struct bv_commitment *read = NULL;
	struct bv_err err;

	frozen_init(&z);
	const struct bv_commitment *c = z.commitment;
	CHECK(c->stratum_count == 3 && c->strata[0].count == 1 && c->strata[1].count == 21 && c->strata[2].count == 0, "three strata");
	bv_commitment_write(&text, c);
	CHECK(!strstr(text.p, "item-") && !strstr(text.p, "only"), "a commitment names no item");
	CHECK_OK(bv_commitment_parse(&read, bv_buf_str(&text), &err), &err, "it is read");
	bv_commitment_write(&again, read);
	CHECK_STR(bv_buf_str(&again), bv_buf_str(&text), "and written again");

	BV_AUTO(bv_commitment_free) struct bv_commitment *same = bv_pool_freeze(z.pool, z.key);
	CHECK(bv_hash_eq(same->bank_root, c->bank_root), "the same key gives the same commitment");
	z.key[0] ^= 1;
	BV_AUTO(bv_commitment_free) struct bv_commitment *other = bv_pool_freeze(z.pool, z.key);
	CHECK(!bv_hash_eq(other->bank_root, c->bank_root) && !bv_hash_eq(other->strata[0].root.p, c->strata[0].root.p), "another key another one");

	/* One bit anywhere: refused; a bit of the text that changes nothing does not exist, as one commitment has one spelling. */
	size_t taken = 0;
	for (size_t i = 0; i < text.len * 8; i++) {
		struct bv_commitment *bad = NULL;
		text.p[i / 8] ^= (char)(1 << i % 8);
		if (bv_commitment_parse(&bad, bv_buf_str(&text), &err) == BV_OK) {
			taken++;
			bv_commitment_free(bad);
		}
		text.p[i / 8] ^= (char)(1 << i % 8);
	}
	CHECK(!taken, "every flipped bit of a commitment is found (%zu taken)", taken);
	taken = 0;
	for (size_t cut = 0; cut < text.len; cut++) {
		struct bv_commitment *bad = NULL;
		if (bv_commitment_parse(&bad, bv_str_sub(bv_buf_str(&text), 0, cut), &err) == BV_OK) {
			taken++;
			bv_commitment_free(bad);
		}
	}
	CHECK(!taken, "every beginning of a commitment is refused");
}

static void
proofs(void)
{
	BV_AUTO(frozen_finish) struct frozen z;
	struct bv_err err;
	size_t good = 0, bad = 0;

	frozen_init(&z);
	for (size_t i = 0; i < z.f.count; i++) {
		BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = NULL, *read = NULL;
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_LEAF_MAX);
		if (bv_leaf_open(&leaf, z.commitment, z.pool, z.key, z.f.items[i].identifier, &err) != BV_OK)
			continue;
		bv_leaf_write(&text, leaf);
		good += bv_leaf_parse(&read, bv_buf_str(&text), &err) == BV_OK && bv_leaf_verify(read, z.commitment, &err) == BV_OK &&
		        bv_hash_eq(read->hash, z.f.items[i].hash);
		for (size_t bit = 0; bit < text.len * 8; bit++) {
			struct bv_leaf *forged = NULL;
			text.p[bit / 8] ^= (char)(1 << bit % 8);
			bad += bv_leaf_parse(&forged, bv_buf_str(&text), &err) == BV_OK && bv_leaf_verify(forged, z.commitment, &err) == BV_OK;
			bv_leaf_free(forged);
			text.p[bit / 8] ^= (char)(1 << bit % 8);
		}
	}
	CHECK(good == 22, "every item has its proof (%zu of 22)", good);
	CHECK(bad == 0, "and no proof with a flipped bit holds (%zu)", bad);
}

static void
refusals(void)
{
	BV_AUTO(frozen_finish) struct frozen z;
	BV_AUTO(bv_leaf_free) struct bv_leaf *leaf = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf secret = BV_BUF(BV_LEAF_MAX);
	uint8_t key[BV_HASH_LEN];
	struct bv_err err;

	frozen_init(&z);
	CHECK_REFUSED(bv_leaf_open(&leaf, z.commitment, z.pool, z.key, BV_STR("item-99"), &err), BV_ENOTFOUND, &err, "'item-99' was not frozen",
	              "an item that is not there");
	z.key[31] ^= 1;
	CHECK_REFUSED(bv_leaf_open(&leaf, z.commitment, z.pool, z.key, BV_STR("only"), &err), BV_EDENIED, &err, "the secret is not the one",
	              "another secret");
	z.key[31] ^= 1;
	z.pool->hash[0] ^= 1;
	CHECK_REFUSED(bv_leaf_open(&leaf, z.commitment, z.pool, z.key, BV_STR("only"), &err), BV_EDENIED, &err, "the pool is not the one",
	              "another pool");
	z.pool->hash[0] ^= 1;
	CHECK_OK(bv_leaf_open(&leaf, z.commitment, z.pool, z.key, BV_STR("item-07"), &err), &err, "the right ones");
	if (!leaf)
		return;
	CHECK(leaf->index == 7 && leaf->version == 1 && bv_str_is(leaf->stratum, "two"), "number 7 of its stratum");

	leaf->version = 2;
	CHECK_REFUSED(bv_leaf_verify(leaf, z.commitment, &err), BV_EDENIED, &err, "item 'item-07' is not number 7 of stratum 'two'", "another version");
	leaf->version = 1;
	leaf->index = 21;
	CHECK_REFUSED(bv_leaf_verify(leaf, z.commitment, &err), BV_EDENIED, &err, "cannot be in a tree of 21", "a number past the end");
	leaf->index = 7;
	leaf->stratum = BV_STR("one");
	CHECK_REFUSED(bv_leaf_verify(leaf, z.commitment, &err), BV_EDENIED, &err, "stratum 'one'", "another stratum");
	leaf->stratum = BV_STR("elsewhere");
	CHECK_REFUSED(bv_leaf_verify(leaf, z.commitment, &err), BV_EDENIED, &err, "no stratum 'elsewhere'", "a stratum that is not there");
	leaf->stratum = BV_STR("two");
	leaf->bank_root[5] ^= 8;
	CHECK_REFUSED(bv_leaf_verify(leaf, z.commitment, &err), BV_EDENIED, &err, "another commitment", "another root");

	/* "ab" of "c" is not "a" of "bc": lengths stand before what they measure. */
	leaf->bank_root[5] ^= 8;
	leaf->identifier = BV_STR("item-07t");
	leaf->stratum = BV_STR("wo");
	CHECK(bv_leaf_verify(leaf, z.commitment, &err) == BV_EDENIED, "moved letters are noticed");

	bv_freeze_secret_write(&secret, z.commitment, z.key);
	CHECK_OK(bv_freeze_secret_parse(key, bv_buf_str(&secret), z.commitment, &err), &err, "the secret is read");
	CHECK(bv_hash_eq(key, z.key), "as it was");
	z.commitment->bank_root[0] ^= 1;
	CHECK_REFUSED(bv_freeze_secret_parse(key, bv_buf_str(&secret), z.commitment, &err), BV_EDENIED, &err, "another commitment",
	              "the secret of another commitment");
}

static void
bad_files(void)
{
	static const struct {
		const char *json, *says;
		enum bv_status status;
	} leaves[] = {
		{ "[]", "a proof is a JSON object", BV_EINVAL },
		{ "{\"alg\":\"BV-FREEZE-2\"}", "only BV-FREEZE-1 is known", BV_EINVAL },
		{ "{\"alg\":\"BV-FREEZE-1\",\"more\":1}", "more", BV_EINVAL },
		{ "{\"alg\":\"BV-FREEZE-1\"}", "bankRoot", BV_EINVAL },
		{ "{", "line", BV_EPARSE },
	};
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(leaves); i++) {
		struct bv_leaf *leaf = NULL;
		enum bv_status status = bv_leaf_parse(&leaf, bv_str_of(leaves[i].json), &err);
		CHECK(status == leaves[i].status && (status == BV_EPARSE || strstr(err.msg, leaves[i].says)), "refused: %s (%s)", leaves[i].json,
		      err.msg);
	}
	struct bv_commitment *none = NULL;
	CHECK_REFUSED(bv_commitment_parse(&none, BV_STR("7"), &err), BV_EINVAL, &err, "a commitment is a JSON object", "a number");
	BV_AUTO(frozen_finish) struct frozen z;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_COMMITMENT_MAX);
	frozen_init(&z);
	struct bv_commitment_stratum twice[2] = { z.commitment->strata[0], z.commitment->strata[0] };
	z.commitment->strata = twice;
	z.commitment->stratum_count = 2;
	bv_commitment_root(z.commitment->bank_root, z.commitment);
	bv_commitment_write(&text, z.commitment);
	CHECK_REFUSED(bv_commitment_parse(&none, bv_buf_str(&text), &err), BV_EINVAL, &err, "stratum 'one' is there twice", "a stratum twice");
}

int
main(void)
{
	commitments();
	proofs();
	refusals();
	bad_files();
	return check_end();
}

/* Vectors: transparency-dev/merkle (ref/certs/rfc6962-merkle), good and bad. Their trees' leaves, and every tree of up to 40 leaves, against
 * the recursive definition of RFC 6962 §2.1. */
#include "base/merkle.h"

#include "base/file.h"
#include "base/json.h"
#include "tests/check.h"

enum { SIZE_MAX_TRIED = 40, HASHES_MAX = 80 };

/* RFC 4648 §4; the length of the bytes. */
static size_t
decode_base64(uint8_t *out, struct bv_str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, have = 0;
	size_t len = 0;

	for (size_t i = 0; i < s.len && s.p[i] != '='; i++) {
		bits = bits << 6 | (unsigned)(strchr(digits, s.p[i]) - digits);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[len++] = (uint8_t)(bits >> have);
		}
	}
	return len;
}

/* Some vectors have "hashes" of other lengths; ours are 32 bytes by type, so that theirs are hashed, with a label: what was equal stays so. */
static struct bv_merkle_hash
read_hash(struct bv_str text)
{
	struct bv_merkle_hash hash;
	uint8_t bytes[1000] = "other length";
	size_t len = text.len < 1000 ? decode_base64(bytes + 12, text) : 0;

	if (len == BV_HASH_LEN)
		memcpy(hash.p, bytes + 12, len);
	else
		bv_sha256(hash.p, (struct bv_str){ (const char *)bytes, 12 + len });
	return hash;
}

static struct bv_merkle_hash
hash_at(const struct bv_json *json, const char *name)
{
	return read_hash(bv_json_str(bv_json_find(json, name)));
}

static size_t
read_path(struct bv_merkle_hash path[HASHES_MAX], const struct bv_json *proof)
{
	size_t count = bv_json_count(proof) < HASHES_MAX ? bv_json_count(proof) : HASHES_MAX;

	for (size_t i = 0; i < count; i++)
		path[i] = read_hash(bv_json_str(bv_json_at(proof, i)));
	return count;
}

static uint64_t
number(const struct bv_json *json, const char *name)
{
	return (uint64_t)bv_json_int(bv_json_find(json, name));
}

/* Two vectors have the index 2^64 - 1, which is no int64: written as -1, which number() gives back as it was. */
static void
shorten_largest(struct bv_buf *text)
{
	char *largest = strstr(text->p, "18446744073709551615");

	if (largest)
		memcpy(largest, "-1                  ", 20);
}

static int vectors, refused;

static enum bv_status
try_vector(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(65536);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_merkle_hash proof[HASHES_MAX];
	enum bv_status status;
	struct bv_err why = { 0 };

	if (!bv_str_ends(bv_str_of(path), BV_STR(".json")))
		return BV_OK;
	TRY(bv_file_read(&text, path, err));
	shorten_largest(&text);
	TRY(bv_json_parse(&json, bv_buf_str(&text), err));
	size_t count = read_path(proof, bv_json_find(json, "proof"));
	if (bv_json_find(json, "leafIdx")) {
		struct bv_merkle_hash leaf = hash_at(json, "leafHash"), root = hash_at(json, "root");
		status = !bv_json_str(bv_json_find(json, "leafHash")).len ? BV_EDENIED : /* by type */
		         bv_merkle_verify_inclusion(&leaf, number(json, "leafIdx"), number(json, "treeSize"), proof, count, &root, &why);
	} else {
		struct bv_merkle_hash old_root = hash_at(json, "root1"), root = hash_at(json, "root2");
		status = bv_merkle_verify_consistency(number(json, "size1"), &old_root, number(json, "size2"), &root, proof, count, &why);
	}
	bool bad = bv_json_bool(bv_json_find(json, "wantErr"));
	CHECK(bad ? status == BV_EDENIED : status == BV_OK, "%s", path + *(size_t *)ctx);
	vectors++;
	refused += bad;
	return BV_OK;
}

static void
reference(void)
{
	const char *folder = check_reference("certs/rfc6962-merkle/testdata");
	struct bv_err err;

	if (!folder)
		return;
	size_t skip = strlen(folder) + 1;
	CHECK_OK(bv_dir_walk(folder, try_vector, &skip, &err), &err, "all vectors are read");
	CHECK(vectors >= 190 && refused >= 150 && refused < vectors, "%d vectors, %d of them bad", vectors, refused);
}

/* MTH as RFC 6962 §2.1 writes it. */
static struct bv_merkle_hash
define_root(const struct bv_merkle_hash *leaves, size_t n)
{
	struct bv_merkle_hash left, right, out;
	size_t k = 1;

	if (n == 1)
		return leaves[0];
	while (k * 2 < n)
		k *= 2;
	left = define_root(leaves, k);
	right = define_root(leaves + k, n - k);
	bv_merkle_node(&out, &left, &right);
	return out;
}

static void
known_tree(void)
{
	static const struct bv_str entries[] = {
		{ "", 0 }, { "\x00", 1 }, { "\x10", 1 }, { "\x20\x21", 2 }, { "\x30\x31", 2 }, { "@ABC", 4 }, { "PQRSTUVW", 8 }, { "`abcdefghijklmno", 16 },
	};
	struct bv_merkle_hash leaves[8], root;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_merkle_root_of(&root, NULL, 0);
	CHECK_STR(bv_str_of(bv_hex(hex, root.p, BV_HASH_LEN)), BV_STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
	          "the empty tree");
	for (size_t i = 0; i < 8; i++)
		bv_merkle_leaf(&leaves[i], entries[i]);
	/* The roots that the reference's happy paths have for sizes 1 and 8. */
	bv_merkle_root_of(&root, leaves, 1);
	CHECK_STR(bv_str_of(bv_hex(hex, root.p, BV_HASH_LEN)), BV_STR("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
	          "one leaf");
	bv_merkle_root_of(&root, leaves, 8);
	CHECK_STR(bv_str_of(bv_hex(hex, root.p, BV_HASH_LEN)), BV_STR("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
	          "eight leaves");
}

/* Every proof of one tree, and its twins: another leaf, place, size, root, length, bit. Returns the number of wrong verdicts. */
static int
try_inclusion(const struct bv_merkle_hash *leaves, size_t n, size_t idx)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX + 1], root, other;
	struct bv_err err;
	int wrong = 0;

	size_t count = bv_merkle_inclusion(path, idx, leaves, n);
	bv_merkle_root_of(&root, leaves, n);
	wrong += bv_merkle_verify_inclusion(&leaves[idx], idx, n, path, count, &root, &err) != BV_OK;
	for (size_t i = 0; i < n + 2; i++)
		if (i != idx)
			wrong += bv_merkle_verify_inclusion(&leaves[idx], i, n, path, count, &root, &err) != BV_EDENIED;
	wrong += n > 1 && bv_merkle_verify_inclusion(&leaves[!idx], idx, n, path, count, &root, &err) != BV_EDENIED;
	for (size_t i = 0; i < count; i++) {
		path[i].p[i % BV_HASH_LEN] ^= 1;
		wrong += bv_merkle_verify_inclusion(&leaves[idx], idx, n, path, count, &root, &err) != BV_EDENIED;
		path[i].p[i % BV_HASH_LEN] ^= 1;
		wrong += bv_merkle_verify_inclusion(&leaves[idx], idx, n, path, i, &root, &err) != BV_EDENIED;
	}
	path[count] = root;
	wrong += bv_merkle_verify_inclusion(&leaves[idx], idx, n, path, count + 1, &root, &err) != BV_EDENIED;
	other = root;
	other.p[31] ^= 0x80;
	wrong += bv_merkle_verify_inclusion(&leaves[idx], idx, n, path, count, &other, &err) != BV_EDENIED;
	return wrong;
}

static int
try_consistency(const struct bv_merkle_hash *leaves, size_t old, size_t n)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX + 1], old_root, root;
	struct bv_err err;
	int wrong = 0;

	size_t count = bv_merkle_consistency(path, old, leaves, n);
	bv_merkle_root_of(&old_root, leaves, old);
	bv_merkle_root_of(&root, leaves, n);
	wrong += bv_merkle_verify_consistency(old, &old_root, n, &root, path, count, &err) != BV_OK;
	wrong += old < n && bv_merkle_verify_consistency(old, &root, n, &old_root, path, count, &err) != BV_EDENIED;
	wrong += old < n && bv_merkle_verify_consistency(old + 1, &old_root, n, &root, path, count, &err) != BV_EDENIED;
	for (size_t i = 0; i < count; i++) {
		path[i].p[31 - i % BV_HASH_LEN] ^= 4;
		wrong += bv_merkle_verify_consistency(old, &old_root, n, &root, path, count, &err) != BV_EDENIED;
		path[i].p[31 - i % BV_HASH_LEN] ^= 4;
		wrong += bv_merkle_verify_consistency(old, &old_root, n, &root, path, i, &err) != BV_EDENIED;
	}
	path[count] = root;
	wrong += bv_merkle_verify_consistency(old, &old_root, n, &root, path, count + 1, &err) != BV_EDENIED;
	return wrong;
}

static void
all_small_trees(void)
{
	struct bv_merkle_hash leaves[SIZE_MAX_TRIED], root, defined;
	struct bv_merkle tree = { 0 };

	for (size_t n = 1; n <= SIZE_MAX_TRIED; n++) {
		char entry[32];
		int wrong = 0;
		snprintf(entry, sizeof entry, "entry %zu", n);
		bv_merkle_leaf(&leaves[n - 1], bv_str_of(entry));
		bv_merkle_add(&tree, &leaves[n - 1]);
		bv_merkle_root(&root, &tree);
		defined = define_root(leaves, n);
		CHECK(tree.count == n && bv_hash_eq(root.p, defined.p), "the root of %zu leaves is as defined", n);
		for (size_t idx = 0; idx < n; idx++)
			wrong += try_inclusion(leaves, n, idx);
		CHECK(!wrong, "inclusion proofs of %zu leaves, and none that is not", n);
		wrong = 0;
		for (size_t old = 1; old <= n; old++)
			wrong += try_consistency(leaves, old, n);
		CHECK(!wrong, "consistency proofs of %zu leaves, and none that is not", n);
	}
}

int
main(void)
{
	known_tree();
	all_small_trees();
	reference();
	return check_end();
}

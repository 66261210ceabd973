/* BV-FILES-1 against bytes written out by hand, and the list of files as a file. */
#include "itembank/itembank.h"
#include "tests/check.h"

static struct bv_version_file
file(const char *path, const char *bytes)
{
	struct bv_version_file f = { .path = bv_str_of(path) };

	bv_sha256(f.hash, bv_str_of(bytes));
	return f;
}

static void
test_hash(void)
{
	struct bv_version_file all[] = { file("../a.png", "A"), file("b", "BB") };
	struct bv_version_files files = { .all = all, .count = 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(1000);
	uint8_t document[BV_HASH_LEN], hash[BV_HASH_LEN], want[BV_HASH_LEN], seen[6][BV_HASH_LEN];

	bv_sha256(document, BV_STR("<item/>"));
	bv_version_hash(hash, document, &files);
	CHECK(bv_hash_eq(hash, document), "without files it is the hash of the document");
	files.count = 2;
	bv_version_hash(hash, document, &files);
	bv_buf_add(&bytes, (struct bv_str){ "BV-FILES-1", 11 });
	bv_buf_add(&bytes, (struct bv_str){ (const char *)document, BV_HASH_LEN });
	bv_buf_add(&bytes, (struct bv_str){ "\0\0\0\2\0\0\0\10../a.png", 16 });
	bv_buf_add(&bytes, (struct bv_str){ (const char *)all[0].hash, BV_HASH_LEN });
	bv_buf_add(&bytes, (struct bv_str){ "\0\0\0\1b", 5 });
	bv_buf_add(&bytes, (struct bv_str){ (const char *)all[1].hash, BV_HASH_LEN });
	bv_sha256(want, bv_buf_str(&bytes));
	CHECK(bv_hash_eq(hash, want), "with files it is that of the bytes that doc/bank.md says");
	/* Whatever changes, the hash does. */
	memcpy(seen[0], hash, BV_HASH_LEN);
	files.count = 1;
	bv_version_hash(seen[1], document, &files);
	files.count = 2;
	all[1].hash[31] ^= 1;
	bv_version_hash(seen[2], document, &files);
	all[1] = file("c", "BB");
	bv_version_hash(seen[3], document, &files);
	all[1] = file("b", "BB");
	document[0] ^= 1;
	bv_version_hash(seen[4], document, &files);
	all[0] = file("../a.pngb", "A");
	files.count = 1;
	document[0] ^= 1;
	bv_version_hash(seen[5], document, &files);
	size_t equal = 0;
	for (size_t i = 0; i < BV_COUNT(seen); i++)
		for (size_t k = 0; k < i; k++)
			equal += bv_hash_eq(seen[i], seen[k]);
	CHECK(equal == 0, "a file less, other bytes, another path, another document: other hashes");
}

#define H "0000000000000000000000000000000000000000000000000000000000000000"
#define F(path) "{\"hash\":\"" H "\",\"path\":\"" path "\"}"

static const struct {
	const char *json;
	enum bv_status status;
	const char *says;
} cases[] = {
	{ "{\"files\":[" F("a") "]}", BV_OK, "" },
	{ "{\"files\":[" F("../a") "," F("a") "]}", BV_OK, "" },
	{ "{\"files\":[]}", BV_ELIMIT, "1 to 12000" },
	{ "{\"files\":[" F("a") "," F("a") "]}", BV_EINVAL, "order" },
	{ "{\"files\":[" F("b") "," F("a") "]}", BV_EINVAL, "order" },
	{ "{\"files\":[" F("") "]}", BV_EINVAL, "order" },
	{ "{\"files\": [" F("a") "]}", BV_EPARSE, "canonical" },
	{ "{\"files\":[" F("a") "]}\n", BV_EPARSE, "canonical" },
	{ "{\"files\":[" F("\\u0061") "]}", BV_EPARSE, "canonical" },
	{ "{\"files\":[" F("a") "],\"more\":1}", BV_EINVAL, "more" },
	{ "{\"files\":[{\"hash\":\"" H "\",\"path\":\"a\",\"role\":1}]}", BV_EINVAL, "role" },
	{ "{\"files\":[{\"hash\":\"00\",\"path\":\"a\"}]}", BV_EINVAL, "hash" },
	{ "{\"files\":[{\"hash\":\"" H "\"}]}", BV_EINVAL, "path" },
	{ "{\"files\":{}}", BV_EINVAL, "files" },
	{ "{\"files\":[1]}", BV_EINVAL, "" },
	{ "[]", BV_EINVAL, "" },
	{ "{\"files\":[" F("a"), BV_EPARSE, "" },
	{ "", BV_EPARSE, "" },
};

static void
test_list(void)
{
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf again = BV_BUF(1000);
		struct bv_err err;
		enum bv_status status = bv_version_files_parse(&files, bv_str_of(cases[i].json), &err);
		if (cases[i].status != BV_OK) {
			CHECK_REFUSED(status, cases[i].status, &err, cases[i].says, cases[i].json);
			CHECK(!files.all && !files.count, "nothing is given");
			continue;
		}
		CHECK_OK(status, &err, cases[i].json);
		bv_version_files_write(&again, &files);
		CHECK_STR(bv_buf_str(&again), bv_str_of(cases[i].json), "written again");
	}
}

static void
test_limit(void)
{
	for (size_t more = 0; more < 2; more++) {
		BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
		BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(4 << 20);
		struct bv_err err;
		bv_buf_addz(&json, "{\"files\":[");
		for (size_t i = 0; i < BV_BANK_PARTS_MAX + more; i++)
			bv_buf_printf(&json, "%s{\"hash\":\"" H "\",\"path\":\"%05zu\"}", i ? "," : "", i);
		bv_buf_addz(&json, "]}");
		enum bv_status status = bv_version_files_parse(&files, bv_buf_str(&json), &err);
		if (more)
			CHECK_REFUSED(status, BV_ELIMIT, &err, "12000", "one more than the most");
		else
			CHECK_OK(status, &err, "the most files");
	}
}

int
main(void)
{
	test_hash();
	test_list();
	test_limit();
	return check_end();
}

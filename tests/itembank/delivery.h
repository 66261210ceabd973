/* What the delivery's tests share: files, a package in which some media exist, and a session rendered. */
#ifndef BV_TESTS_ITEMBANK_DELIVERY_H
#define BV_TESTS_ITEMBANK_DELIVERY_H

#include <dirent.h>

#include "base/file.h"
#include "itembank/itembank.h"
#include "tests/check.h"

static const uint8_t test_key[BV_HASH_LEN] = { 7, 1, 2 };
static const uint8_t test_seed[BV_HASH_LEN] = { 3, 1, 4 };

__attribute__((unused)) static bool
test_has(struct bv_str s, const char *part)
{
	struct bv_str sought = bv_str_of(part);

	for (size_t i = 0; i + sought.len <= s.len; i++)
		if (memcmp(s.p + i, sought.p, sought.len) == 0)
			return true;
	return false;
}

/* Every path has a hash: that of its name. */
__attribute__((unused)) static bool
test_media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	(void)ctx;
	bv_sha256(hash, path);
	return true;
}

/* Every path has a stimulus, always the same one. */
__attribute__((unused)) static const struct bv_stimulus *
test_stimulus(void *ctx, struct bv_str path)
{
	static struct bv_stimulus *stimulus;
	struct bv_err err;

	(void)ctx, (void)path;
	if (!stimulus && bv_stimulus_parse(&stimulus, BV_STR("<qti-assessment-stimulus xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" "
	                                                     "identifier=\"s\" title=\"s\"><qti-stimulus-body><p id=\"a\">Shared</p></qti-stimulus-body>"
	                                                     "</qti-assessment-stimulus>"), &err))
		abort();
	return stimulus;
}

static const struct bv_delivery test_delivery = { .key = test_key, .view = BV_VIEW_CANDIDATE, .media = test_media, .stimulus = test_stimulus };

typedef void (*test_file_fn)(const char *path, struct bv_str bytes);

/* Calls fn for every .xml below folder, except manifests and usage data; returns how many. */
__attribute__((unused)) static size_t
test_each_file(const char *folder, test_file_fn fn)
{
	struct dirent **names;
	int count = scandir(folder, &names, NULL, alphasort);
	size_t total = 0;
	struct bv_err err;

	for (int i = 0; i < count; i++) {
		char path[4096];
		size_t len = strlen(names[i]->d_name);
		BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2u << 20);
		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.' && len > 4 && strcmp(names[i]->d_name + len - 4, ".xml") == 0 &&
		    strcmp(names[i]->d_name, "imsmanifest.xml") != 0 && strcmp(names[i]->d_name, "usagedata.xml") != 0) {
			if (bv_file_read(&bytes, path, &err) == BV_OK) {
				fn(path, bv_buf_str(&bytes));
				total++;
			}
		} else if (names[i]->d_name[0] != '.') {
			total += test_each_file(path, fn); /* a file is an empty folder */
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return total;
}

__attribute__((unused)) static const char *
test_folder(const char *name)
{
	static char path[4096];
	const char *source = getenv("BV_SOURCE");

	snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
	return path;
}

/* Parses and renders; the status of the first that fails. */
__attribute__((unused)) static enum bv_status
test_render(struct bv_buf *out, struct bv_str xml, const struct bv_delivery *delivery, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;

	TRY(bv_item_parse(&item, xml, err));
	TRY(bv_item_session_new(&session, item, test_seed, err));
	return bv_delivery_render(out, session, delivery, err);
}

#endif

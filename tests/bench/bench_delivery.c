/* Items rendered a second, in process, one thread: a choice in the order of a form, a match, a clone, a table, hotspots, and an item
 * with catalogs for somebody who needs two of its cards. Hashes of media are at hand. The bar in
 * the same run is copying the finished bytes with their SHA-256: what a server pays for a page anyway when it was rendered before. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "itembank/itembank.h"

enum { COUNT = 100000 };

static const uint8_t key[BV_HASH_LEN] = { 1 };

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

/* Processor time: other programs do not count. */
static int64_t
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
bar(struct bv_str page)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 20);
	uint8_t hash[BV_HASH_LEN];

	int64_t start = cpu_ns();
	for (int i = 0; i < COUNT; i++) {
		bv_buf_clear(&out);
		bv_buf_add(&out, page);
		bv_sha256(hash, bv_buf_str(&out));
	}
	return (double)(cpu_ns() - start) / COUNT / 1e3;
}

static bool
media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	(void)ctx;
	memset(hash, (uint8_t)path.len, BV_HASH_LEN);
	return true;
}

static void
render(const char *what, const char *name, const struct bv_delivery_order *order, const struct bv_pnp *pnp)
{
	static const uint8_t seed[BV_HASH_LEN];
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20), out = BV_BUF(1u << 20);
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .orders = order, .order_count = order ? 1 : 0,
		                        .media = media, .path = BV_STR("a/b/q.xml"), .pnp = pnp };
	const char *source = getenv("BV_SOURCE");
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
	must(bv_file_read(&xml, path, &err), &err);
	must(bv_item_parse(&item, bv_buf_str(&xml), &err), &err);
	must(bv_item_session_new(&session, item, seed, &err), &err);
	int64_t start = cpu_ns();
	for (int i = 0; i < COUNT; i++) {
		bv_buf_clear(&out);
		must(bv_delivery_render(&out, session, &delivery, &err), &err);
	}
	double us = (double)(cpu_ns() - start) / COUNT / 1e3, least = bar(bv_buf_str(&out));
	printf("%-44s %10.0f a second (%.2f us, bar: 10 us; %zu bytes; %.1f times copy and hash, %.2f us)\n", what, 1e6 / us, us, out.len, us / least, least);
}

/* What a server does for each attempt with an item that was published from a bank: the clone, and its page with the order of the form. */
static void
render_published(struct bv_bank *bank, const char *what, const char *identifier, const struct bv_delivery_order *order)
{
	BV_AUTO(bv_published_free) struct bv_published *published = NULL;
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 20);
	struct bv_delivery delivery = { .key = key, .view = BV_VIEW_CANDIDATE, .orders = order, .order_count = order ? 1 : 0 };
	uint8_t seed[BV_HASH_LEN] = { 0 };
	struct bv_err err;

	must(bv_bank_publish(&published, bank, bv_str_of(identifier), BV_STR("vi"), 0, &err), &err);
	must(bv_item_session_new(&session, bv_published_item(published), seed, &err), &err);
	bv_published_delivery(&delivery, published);
	int64_t start = cpu_ns();
	for (int i = 0; i < COUNT; i++) {
		memcpy(seed, &i, sizeof i);
		delivery.key = seed;
		bv_buf_clear(&out);
		must(bv_item_session_start(session, seed, &err), &err);
		must(bv_delivery_render(&out, session, &delivery, &err), &err);
	}
	double us = (double)(cpu_ns() - start) / COUNT / 1e3;
	printf("%-44s %10.0f a second (%.2f us, bar: 10 us; %zu bytes)\n", what, 1e6 / us, us, out.len);
}

/* The sample in a bank that is gone again at the end. */
static void
published(const struct bv_delivery_order *order)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;
	const char *source = getenv("BV_SOURCE");
	char folder[] = "/tmp/bv-bench-XXXXXX", path[4096], sample[4096];
	const char *paths[] = { sample };
	struct bv_import_counts counts;
	struct bv_err err;

	if (!mkdtemp(folder))
		exit(1);
	snprintf(path, sizeof path, "%s/bank.db", folder);
	snprintf(sample, sizeof sample, "%s/itembank/sample", source ? source : ".");
	must(bv_bank_open(&bank, path, BV_BANK_CREATE, &err), &err);
	must(bv_bank_import(bank, paths, 1, &(struct bv_import_opts){ .now_s = 1, .unfiltered = true }, &counts, &err), &err);
	render_published(bank, "of a bank, an attempt: choice of four", "IU01-001", order);
	render_published(bank, "of a bank, an attempt: match of four by four", "IU01-002", NULL);
	render_published(bank, "of a bank, an attempt: sound and a choice", "D146-313", NULL);
	bv_bank_close(bv_steal(&bank));
	snprintf(path, sizeof path, "rm -rf %s", folder);
	if (system(path))
		exit(1);
}

int
main(void)
{
	struct bv_str choices[] = { BV_STR("C"), BV_STR("A"), BV_STR("D"), BV_STR("B") };
	struct bv_delivery_set set = { choices, BV_COUNT(choices) };
	struct bv_delivery_order order = { BV_STR("RESPONSE"), &set, 1 };

	const struct bv_pnp_support supports[] = { { BV_STR("keyword-translation"), BV_STR("fr"), BV_STR_NONE }, { BV_STR("spoken"), BV_STR_NONE, BV_STR_NONE } };
	const struct bv_pnp pnp = { .supports = supports, .count = BV_COUNT(supports) };

	render("single choice of four, permuted", "itembank/sample/iu01/IU01-001.xml", &order, NULL);
	render("match of four by four", "itembank/sample/iu01/IU01-002.xml", NULL, NULL);
	render("a clone with printed variables", "tests/vectors/itembank/items/template.xml", NULL, NULL);
	render("a table", "itembank/sample/d146/D146-110.xml", NULL, NULL);
	render("hotspots on an image", "itembank/sample/d146/D146-313.xml", NULL, NULL);
	render("catalogs, nobody asks", "tests/vectors/itembank/items/catalog.xml", NULL, NULL);
	render("catalogs, two cards", "tests/vectors/itembank/items/catalog.xml", NULL, &pnp);
	published(&order);
	return 0;
}

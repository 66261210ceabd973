/* Reading an item document into a tree: items a second of one core, and how that compares with the bytes merely being hashed. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/xml.h"

static double
cpu_s(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

int
main(int argc, char **argv)
{
	enum { RUNS = 5, TIMES = 20000 };
	const char *path = argc > 1 ? argv[1] : "itembank/sample/iu01/IU01-001.xml";
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_XML_ITEM_MAX);
	double best = 1e9, hashing = 1e9;
	struct bv_err err;

	if (bv_file_read(&bytes, path, &err) != BV_OK) {
		fprintf(stderr, "%s\n", err.msg);
		return 2;
	}
	for (int run = 0; run < RUNS; run++) {
		double start = cpu_s();
		for (int i = 0; i < TIMES; i++) {
			BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
			if (bv_xml_read(&doc, bv_buf_str(&bytes), BV_XML_ITEM_MAX, &err) != BV_OK)
				return 2;
		}
		double took = cpu_s() - start;
		best = took < best ? took : best;
		start = cpu_s();
		for (int i = 0; i < TIMES; i++) {
			uint8_t hash[BV_HASH_LEN];
			bv_sha256(hash, bv_buf_str(&bytes));
		}
		took = cpu_s() - start;
		hashing = took < hashing ? took : hashing;
	}
	printf("xml: %.0f documents of %zu bytes a second, %.1f us each; SHA-256 of the same bytes takes %.1f us\n", TIMES / best, bytes.len,
	       best / TIMES * 1e6, hashing / TIMES * 1e6);
	return 0;
}

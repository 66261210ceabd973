/* An item read and checked, as a multiple of what libxml2 alone takes to parse the same bytes into its tree: the bar is 3. Both are run in turn,
 * and the best of several rounds counts. */
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "itembank/itembank.h"

enum { ROUNDS = 15, TIMES = 400 };

/* Processor time: other programs do not count. */
static int64_t
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
us_of(int64_t start_ns)
{
	return (double)(cpu_ns() - start_ns) / 1e3 / TIMES;
}

static double
least(double a, double b)
{
	return a < b ? a : b;
}

static double
parse_bare(struct bv_str xml)
{
	int64_t start = cpu_ns();

	for (int i = 0; i < TIMES; i++) {
		xmlDocPtr doc = xmlReadMemory(xml.p, (int)xml.len, NULL, NULL, XML_PARSE_NONET);
		if (!doc)
			exit(1);
		xmlFreeDoc(doc);
	}
	return us_of(start);
}

static double
parse_item(struct bv_str xml)
{
	int64_t start = cpu_ns();
	struct bv_err err;

	for (int i = 0; i < TIMES; i++) {
		BV_AUTO(bv_item_free) struct bv_item *item = NULL;
		if (bv_item_parse(&item, xml, &err)) {
			fprintf(stderr, "%d: %s\n", err.line, err.msg);
			exit(1);
		}
	}
	return us_of(start);
}

static double
check_item(struct bv_str xml)
{
	int64_t start = cpu_ns();

	for (int i = 0; i < TIMES; i++)
		if (bv_item_check("item.xml", xml, NULL, NULL))
			exit(1);
	return us_of(start);
}

static void
measure(const char *name)
{
	const char *source = getenv("BV_SOURCE");
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(1u << 20);
	double bare = 1e9, parse = 1e9, check = 1e9;
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/%s", source ? source : ".", name);
	if (bv_file_read(&xml, path, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		exit(1);
	}
	for (int i = 0; i < ROUNDS; i++) {
		bare = least(bare, parse_bare(bv_buf_str(&xml)));
		parse = least(parse, parse_item(bv_buf_str(&xml)));
		check = least(check, check_item(bv_buf_str(&xml)));
	}
	printf("%-48s %5zu bytes: libxml2 %6.1f us, item read %6.1f us (%.2f times), read and checked %6.1f us (%.2f times; bar: 3)\n", name, xml.len, bare,
	       parse, parse / bare, check, check / bare);
}

int
main(void)
{
	measure("itembank/sample/iu01/IU01-001.xml");
	measure("itembank/sample/iu01/IU01-002.xml");
	measure("tests/vectors/itembank/items/choice-single.xml");
	measure("tests/vectors/itembank/items/match.xml");
	measure("tests/vectors/itembank/items/template.xml");
	return 0;
}

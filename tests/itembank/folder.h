/* A folder of the test's own. */
#ifndef BV_TESTS_ITEMBANK_FOLDER_H
#define BV_TESTS_ITEMBANK_FOLDER_H

#include <stdio.h>

static char folder[] = "/tmp/bv-test-bank-XXXXXX"; /* for mkdtemp */

/* The path of a file in it; eight are good at the same time. */
static const char *
at(const char *name)
{
	static char path[8][300];
	static int next;

	char *p = path[next++ % 8];
	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

#endif

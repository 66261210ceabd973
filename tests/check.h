/* TAP: CHECK counts and goes on; a test program's main ends with `return check_end();`. */
#ifndef BV_TESTS_CHECK_H
#define BV_TESTS_CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

/* The build with sanitizers is slow and looks at memory. What is long and a matter of contents is asked in the other one only. */
#ifdef __SANITIZE_ADDRESS__
#define CHECK_SANITIZED true
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define CHECK_SANITIZED true
#endif
#endif
#ifndef CHECK_SANITIZED
#define CHECK_SANITIZED false
#endif

static int check_count, check_failed;

__attribute__((format(printf, 4, 5), unused)) static bool
check_that(bool good, const char *file, int line, const char *fmt, ...)
{
	char name[1000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof name, fmt, ap);
	va_end(ap);
	for (char *p = name; *p; p++) /* a name may quote input: TAP is one line a check */
		if ((unsigned char)*p < ' ')
			*p = '?';
	printf("%sok %d - %s", good ? "" : "not ", ++check_count, name);
	if (!good) {
		printf(" (%s:%d)", file, line);
		check_failed++;
	}
	putchar('\n');
	fflush(stdout);
	return good;
}

/* One line a check: CHECK(x > 3, "case %d", i). */
#define CHECK(cond, ...) check_that((cond), __FILE__, __LINE__, __VA_ARGS__)

/* Equal strings; prints both where they differ. */
#define CHECK_STR(got, want, name) \
	do { \
		struct bv_str got_ = (got), want_ = (want); \
		if (!CHECK(bv_str_eq(got_, want_), "%s", (name))) \
			printf("# got:  %.*s\n# want: %.*s\n", BV_STR_ARG(got_), BV_STR_ARG(want_)); \
	} while (0)

/* Succeeds, or prints the message. */
#define CHECK_OK(status, err, name) \
	do { \
		enum bv_status status_ = (status); \
		if (!CHECK(status_ == BV_OK, "%s", (name))) \
			printf("# %s line %d: %s\n", bv_status_name(status_), (err)->line, (err)->msg); \
	} while (0)

/* Fails with that category and a message that contains `part`. */
#define CHECK_REFUSED(status, want, err, part, name) \
	do { \
		enum bv_status status_ = (status); \
		if (!CHECK(status_ == (want) && strstr((err)->msg, (part)), "%s", (name))) \
			printf("# %s line %d: %s\n", bv_status_name(status_), (err)->line, status_ ? (err)->msg : "-"); \
	} while (0)

/* Folder of the reference data, or NULL (after saying that the test skips). */
__attribute__((unused)) static const char *
check_reference(const char *what)
{
	static char path[4096];
	const char *ref = getenv("BV_REF");

	snprintf(path, sizeof path, "%s/%s", ref ? ref : "../shared/ref", what);
	FILE *f = fopen(path, "r");
	if (f) {
		fclose(f);
		return path;
	}
	printf("ok %d # SKIP reference data %s is not here\n", ++check_count, what);
	return NULL;
}

__attribute__((unused)) static int
check_end(void)
{
	printf("1..%d\n", check_count);
	return check_failed != 0;
}

#endif

/* The linker puts this in the place of bv_sql_open, for a test that is linked with -Wl,--wrap=bv_sql_open: what the code under test opens is told to fail. */
#ifndef TESTS_BASE_SQL_SCRIPT_OPEN_H
#define TESTS_BASE_SQL_SCRIPT_OPEN_H
#include "tests/base/sql_script.h"

static struct sql_script *sql_script_opened; /* of what is opened; NULL: none */

enum bv_status __real_bv_sql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);
enum bv_status __wrap_bv_sql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err);
enum bv_status
__wrap_bv_sql_open(struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct bv_sql *inner = NULL;

	TRY(__real_bv_sql_open(&inner, url, mode, err));
	*out = sql_script_opened ? sql_script_over(inner, sql_script_opened) : inner;
	return BV_OK;
}

#endif

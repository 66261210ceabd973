/* The files that a test refers to: items and sections below one folder. */
#ifndef BV_TOOLS_CLI_TEST_FILES_H
#define BV_TOOLS_CLI_TEST_FILES_H

#include "itembank/itembank.h"
#include "tools/cli/args.h"

struct test_files;

/* folder NULL: hrefs are followed below the folder that the test is in. With a folder, the test's name is one below it. */
struct test_files *test_files_new(const char *folder, const char *test);
void test_files_free(struct test_files *files);
BV_AUTO_DEFINE(struct test_files, test_files_free)

/* The test's bytes; its name below the folder; and where else to look, all borrowed. */
BV_MUST_USE enum bv_status test_files_read(struct bv_buf *out, struct test_files *files, struct bv_err *err);
struct bv_str test_files_name(const struct test_files *files);
const struct bv_test_files *test_files_resolver(const struct test_files *files);

#endif

/* The bank of the reference data. */
#ifndef BV_TESTS_ASSEMBLY_BANK300_H
#define BV_TESTS_ASSEMBLY_BANK300_H

#include "assembly/assembly.h"
#include "base/file.h"
#include "tests/check.h"

static struct bv_assembly_bank *
bank_300(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	const char *path = check_reference("psycho/data/syn_bank_300.csv");
	struct bv_assembly_bank *bank = NULL;
	struct bv_err err;

	if (!path)
		return NULL;
	CHECK_OK(bv_file_read(&text, path, &err), &err, "the bank is read");
	CHECK_OK(bv_assembly_bank_parse(&bank, bv_buf_str(&text), 0, &err), &err, "the bank");
	return bank;
}

#endif

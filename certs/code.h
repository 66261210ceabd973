/* Codes that people type.
 *
 * "7K4M-9QXR-2HTC" stands on paper and in the PDF, and opens PUBLIC_URL/v/7K4M-9QXR-2HTC. It is the first 55 bits of SHA-256("BV-CODE-1" 00 ‖ id), id being the
 * certificate's identifier with its 122 random bits, and a check character over GF(2^5): who has the certificate knows it, nobody can guess one. */
#ifndef BV_CERTS_CODE_H
#define BV_CERTS_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define BV_CODE_LEN 12  /* letters and digits */
#define BV_CODE_SIZE 15 /* chars that hold a code with its dashes and its NUL */

/* The code of a certificate; id is "urn:uuid:…", as on it. Returns out. */
BV_API char *bv_code_write(char out[BV_CODE_SIZE], struct bv_str id);

enum bv_code_fault {
	BV_CODE_GOOD,
	BV_CODE_EMPTY,
	BV_CODE_LETTER,   /* a character that no code has */
	BV_CODE_SHORT,
	BV_CODE_LONG,
	BV_CODE_MISTYPED, /* one letter is wrong, or two changed places */
};
/* A code as people type it: any case, spaces, dashes and points anywhere, O for 0, I and L for 1. out, as bv_code_write has it, is written for GOOD only. */
BV_API BV_MUST_USE enum bv_code_fault bv_code_parse(char out[BV_CODE_SIZE], struct bv_str text);

#endif

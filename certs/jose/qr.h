/* The text of a paper certificate's QR symbol. */
#ifndef BV_CERTS_JOSE_QR_H
#define BV_CERTS_JOSE_QR_H

#include "base/str.h"

enum {
	QR_KID_LEN = 8, /* bytes of the key's thumbprint, where no delegation is the kid */
	QR_TEXT_MAX = 7089, /* ISO/IEC 18004: digits in a symbol of version 40-L */
};

/* Appended: seven bytes as seventeen digits; a last group of 1 to 6 bytes as 3, 5, 8, 10, 13, 15. */
void qr_digits_write(struct bv_buf *out, struct bv_str bytes);
/* Into out (cleared first). False for what qr_digits_write never writes. */
BV_MUST_USE bool qr_digits_parse(struct bv_buf *out, struct bv_str text);

/* Does the text fit into a symbol of version 14-M? */
bool qr_fits(struct bv_str page, size_t cwt_len);

#endif

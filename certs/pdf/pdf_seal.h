/* The seal in a PDF file, found and measured; what came after it, judged. */
#ifndef BV_CERTS_PDF_PDF_SEAL_H
#define BV_CERTS_PDF_PDF_SEAL_H

#include "certs/pdf/pdf_file.h"

struct pdf_seal {
	struct bv_arena arena;
	size_t gap, gap_end;  /* the signature's own place, with its '<' and '>' */
	size_t end;           /* of what is sealed */
	size_t revision_end;  /* of the revision that has the seal: the same, or it is refused */
	size_t later;         /* revisions after it */
	int64_t claimed_s;    /* /M */
	uint8_t *cms;         /* with the zeros that fill its place */
	size_t cms_len;
	uint8_t digest[BV_HASH_LEN]; /* of the sealed bytes */
};

/* The only seal of the file. ENOTFOUND: there is none; EPARSE; EDENIED: it does not cover all up to its own end. Finish the seal in every case. */
BV_MUST_USE enum bv_status pdf_seal_find(struct pdf_seal *out, const struct pdf_file *file, struct bv_err *err);
void pdf_seal_finish(struct pdf_seal *seal);
BV_AUTO_DEFINE_FINISH(struct pdf_seal, pdf_seal_finish)

/* What may come after a seal: one revision that adds a store of certificates and revocation lists and changes nothing else. EDENIED names what is changed.
 * certificates and lists get what is in the store, at most max of each. */
struct pdf_later {
	struct bv_str *certificates, *lists;
	size_t certificate_count, list_count, max;
};
BV_MUST_USE enum bv_status pdf_later_check(struct pdf_later *out, const struct pdf_file *file, const struct pdf_seal *seal, struct bv_err *err);

#endif

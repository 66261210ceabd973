/* What a page can show of a certificate: its fields by their names in templates. All of it comes from the certificate's JSON and the template. */
#ifndef BV_CERTS_PAGE_PAGE_FIELDS_H
#define BV_CERTS_PAGE_PAGE_FIELDS_H

#include "base/json.h"
#include "certs/credential.h"
#include "certs/page.h"
#include "certs/page/page_template.h"

enum { PAGE_AREAS_MAX = BV_AREAS_MAX };

/* A result with a scale, for the chart. Texts are those of the certificate. */
struct page_area {
	struct bv_str code, vi, en, value, min, max, required;
};

struct page_facts {
	const struct bv_page_template *t;
	struct bv_arena arena;
	struct bv_json *json;
	char hash[BV_HEX_SIZE(BV_HASH_LEN)]; /* SHA-256 of the certificate's bytes */
	struct page_area areas[PAGE_AREAS_MAX];
	size_t area_count;
	int64_t created_s;
};

/* Is there a field of that name ("holder", "value.IU01")? */
bool page_field_is(struct bv_str name);
/* Reads a certificate for a template. EPARSE, EINVAL when it is none that a page can show. Finish the facts in every case. */
BV_MUST_USE enum bv_status page_facts_read(struct page_facts *facts, const struct bv_page_template *t, struct bv_str json, struct bv_err *err);
void page_facts_finish(struct page_facts *facts);
BV_AUTO_DEFINE_FINISH(struct page_facts, page_facts_finish)
/* The text of a field; empty when the certificate has none. */
struct bv_str page_field(struct page_facts *facts, struct bv_str name);
/* A decimal of the certificate as the template writes numbers ("8,50"). */
struct bv_str page_decimal(struct page_facts *facts, struct bv_str value);

#endif

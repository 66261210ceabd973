/* The templates of pages that the user of a verification knows: --template, given any number of times. */
#ifndef BV_TOOLS_CLI_PAGE_TEMPLATES_H
#define BV_TOOLS_CLI_PAGE_TEMPLATES_H

#include "certs/certs.h"
#include "tools/cli/args.h"

enum { PAGE_TEMPLATES_MAX = 64 };

struct page_templates {
	struct bv_page_template *list[PAGE_TEMPLATES_MAX];
	struct bv_page_templates known; /* for bv_verify_options.page */
};

/* Finish in every case. The message names the file. */
BV_MUST_USE enum bv_status page_templates_load(struct page_templates *templates, const struct args *args, struct bv_err *err);
void page_templates_finish(struct page_templates *templates);
BV_AUTO_DEFINE_FINISH(struct page_templates, page_templates_finish)

#endif

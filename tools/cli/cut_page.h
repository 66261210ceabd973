/* Reports of `bangvang cut` for people who are not psychometricians: one HTML file, in Vietnamese or in English. */
#ifndef BV_TOOLS_CLI_CUT_PAGE_H
#define BV_TOOLS_CLI_CUT_PAGE_H

#include "tools/cli/cut_angoff.h"
#include "tools/cli/cut_bookmark.h"
#include "tools/cli/cut_contrast.h"
#include "tools/cli/cut_impact.h"

#define CUT_PAGE_OPTIONS { "out", "FILE", "the report as one HTML file" }, { "lang", "LANG", "of the report: vi (the default) or en" }

/* The exit status, after a message when --lang is none, or is there without --out. */
int cut_page_language(const struct args *args);
/* Each writes where --out says, if it does. The exit status. */
int cut_page_booklet(const struct cut_booklet *booklet, const struct cut_outcome *outcome, const struct args *args);
int cut_page_angoff(const struct cut_angoff *in, const struct cut_impact *impact, const struct args *args);
int cut_page_bookmark(const struct cut_bookmark *in, const struct cut_impact *impact, const struct args *args);
int cut_page_contrast(const struct cut_contrast *in, const struct cut_impact *impact, const struct args *args);

#endif

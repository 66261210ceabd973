/* The template of a certificate's page while it is written: drawn with sample certificates by a program of its own that is shut in (base/sandbox.h), because whoever
 * has an account may type anything; what does not fit, what a certificate must show and does not, what Decree 30/2020 would have otherwise. */
#ifndef BV_TOOLS_HTTPD_TEMPLATE_LOOK_H
#define BV_TOOLS_HTTPD_TEMPLATE_LOOK_H

#include "certs/page.h"
#include "tools/httpd/template_sample.h"

enum { TEMPLATE_FAULTS_MAX = 60, TEMPLATE_ANSWER_MAX = (4 << 20) - (64 << 10) /* of an answer of the server */ };

/* Appends JSON about the template that was read from xml, {"faults": […], "advice": […]}: doc/office.md. *ready: there is no fault. EDENIED or EIO without a sandbox; ELIMIT or EPARSE when the
 * child was ended, with a message for who wrote the template. */
BV_MUST_USE enum bv_status template_check(struct bv_buf *out, bool *ready, const struct bv_page_template *tmpl, struct bv_str xml, struct bv_err *err);

/* Appends JSON, {"width", "height", "png", "said", "faults"}: the page with one sample, as a picture and in words. The same errors. */
BV_MUST_USE enum bv_status template_draw(struct bv_buf *out, const struct bv_page_template *tmpl, struct bv_str xml, enum template_sample sample, bool english,
                                        struct bv_err *err);

/* The program that draws: bangvangd with these arguments begins here, and does not come back. */
#define TEMPLATE_PROGRAM "draw-template"
_Noreturn void template_program(int argc, char **argv);

#endif

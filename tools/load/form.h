/* What a candidate sees of his paper, as far as answers can be made of it. */
#ifndef BV_TOOLS_LOAD_FORM_H
#define BV_TOOLS_LOAD_FORM_H

#include "base/json.h"

struct form;
/* The answer to GET …/paper. Items with an interaction that this program cannot answer are left out. EPARSE, EINVAL: none is left. */
BV_MUST_USE enum bv_status form_read(struct form **out, struct bv_str paper, struct bv_err *err);
void form_free(struct form *form);
BV_AUTO_DEFINE(struct form, form_free)
size_t form_count(const struct form *form);
/* An answer that the item takes, drawn by bits: the same for the same bits. idx from 0; both return the item's number in the form. */
uint32_t form_item(const struct form *form, size_t idx);
uint32_t form_answer(struct bv_buf *out, const struct form *form, size_t idx, uint64_t bits);

#endif

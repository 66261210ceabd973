#include "tools/httpd/handout.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tools/httpd/http.h"

static void
resume(struct bv_ledger_act *act)
{
	http_resume(((struct wish *)act)->x);
}

static void
free_wish(void *held)
{
	struct wish *wish = held;

	bv_wipe(wish->items.p, wish->items.len);
	bv_buf_finish(&wish->items);
	bv_buf_finish(&wish->sent);
	free(wish);
}

void
handout_hold(struct exchange *x, enum bv_exam_act act, int64_t sitting, struct bv_str reason, struct bv_buf *details, struct bv_buf *items)
{
	struct wish *wish = bv_alloc(sizeof *wish);

	*wish = (struct wish){ .act = { .act = act, .attempt = sitting, .look = wish_copy_name, .done = resume, .ctx = wish }, .x = x, .sent = *details, .items = *items };
	*details = *items = (struct bv_buf){ 0 };
	wish->act.facts.author = bv_str_of(x->session.account);
	wish->act.facts.reason = reason;
	wish->act.facts.details = bv_buf_str(&wish->sent);
	x->held = wish;
	x->release = free_wish;
}

bool
handout_give(struct exchange *x)
{
	return wish_give(x->held);
}

struct wish *
handout_take(struct exchange *x)
{
	struct wish *wish = x->held;

	if (!wish_begin_answer(wish))
		return NULL;
	bv_buf_add(&x->answer.body, bv_buf_str(&wish->items));
	return wish;
}

static void
finish_pdf(struct exchange *x)
{
	if (handout_take(x))
		x->answer.type = "application/pdf";
}

const struct later handout_pdf_later = { handout_give, finish_pdf };

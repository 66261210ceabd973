/* 's' BYTES: what candidates met before; 't' BYTES: an order of tickets. What is taken gives everybody in it a form; orders are written again as they were read. */
#include "tests/fuzz/sitting_world.h"

#include "engine/exam.h"
#include "tests/engine/issue_fixture.h"

enum { FORMS_MAX = 64 };

static struct bv_buf design, parameters;
static struct bv_exam *exam;

static void
end(void)
{
	bv_exam_free(exam);
	bv_buf_finish(&design);
	bv_buf_finish(&parameters);
}

static void
begin(void)
{
	world_begin();
	design = BV_BUF(1 << 16);
	parameters = BV_BUF(1 << 20);
	bv_buf_addz(&design, ISSUE_DESIGN);
	issue_parameters(&world, &parameters, "0");
	issue_documents(&world, &design, &parameters, "exposure=\"0.9\" overlap=\"20\"");
	CHECK_OK(bv_exam_new(&exam, &world.d, NULL, NULL, &world.err), &world.err, "an exam");
	atexit(end);
}

/* Long orders only cost time. */
static bool
is_short(struct bv_str text)
{
	size_t commas = 0;

	for (size_t i = 0; i < text.len; i++)
		commas += text.p[i] == ',';
	return commas <= FORMS_MAX;
}

static void
tickets(struct bv_issue *issue, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf once = BV_BUF(1 << 20), again = BV_BUF(1 << 20);
	BV_AUTO(bv_issue_free) struct bv_issue *other = NULL;
	const struct bv_issue_documents documents = { bv_buf_str(&design), bv_buf_str(&parameters), BV_STR_NONE, BV_STR_NONE };
	struct bv_err err = { 0 };

	if (!is_short(text))
		return;
	if (bv_issue_tickets(issue, text, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	bv_issue_tickets_write(&once, issue);
	assert(bv_issue_new(&other, exam->plan, exam->draw_key, exam->seed, &documents, &err) == BV_OK);
	assert(bv_issue_tickets(other, bv_buf_str(&once), &err) == BV_OK);
	bv_issue_tickets_write(&again, other);
	assert(bv_str_eq(bv_buf_str(&once), bv_buf_str(&again)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_issue_free) struct bv_issue *issue = NULL;
	BV_AUTO(bv_form_free) struct bv_form *form = NULL;
	struct bv_err err = { 0 };

	if (!exam)
		begin();
	if (!len)
		return 0;
	const struct bv_str rest = { (const char *)p + 1, len - 1 };
	const struct bv_issue_documents documents = { bv_buf_str(&design), bv_buf_str(&parameters), p[0] == 's' ? rest : BV_STR_NONE, BV_STR_NONE };
	if (bv_issue_new(&issue, exam->plan, exam->draw_key, exam->seed, &documents, &err) != BV_OK) {
		assert(err.msg[0] && !issue);
		return 0;
	}
	if (p[0] == 't')
		tickets(issue, rest);
	else
		assert(bv_issue_next(issue, BV_STR("T-1"), &err) == BV_OK && bv_issue_form(&form, issue, BV_STR("T-1"), &err) == BV_OK && form->item_count == 40);
	return 0;
}

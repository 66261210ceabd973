/* 's' BYTES: what candidates met before; 't' BYTES: an order of tickets; 'u' BYTES: the same, with seats; 'p' BYTES: forms that all share. What is taken gives everybody in it a form; orders are written again as they were read. */
#include "tests/fuzz/sitting_world.h"

#include "engine/exam.h"
#include "tests/engine/issue_fixture.h"

enum { FORMS_MAX = 64 };

#define SHARED "{\"forms\":2,\"length\":40,\"objective\":{\"kind\":\"minimax\",\"points\":[{\"theta\":0,\"target\":9}]}}"

static struct bv_buf design, shared, parallel, parameters;
static struct bv_exam *exam, *sharing; /* with forms of each candidate's own; with two that all share */

static void
end(void)
{
	bv_exam_free(exam);
	bv_exam_free(sharing);
	bv_buf_finish(&design);
	bv_buf_finish(&shared);
	bv_buf_finish(&parallel);
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
	shared = BV_BUF(1 << 16);
	bv_buf_addz(&shared, SHARED);
	issue_documents(&world, &shared, &parameters, "");
	CHECK_OK(bv_exam_new(&sharing, &world.d, NULL, NULL, &world.err), &world.err, "an exam of shared forms");
	parallel = BV_BUF(1 << 20);
	bv_issue_parallel_write(&parallel, bv_exam_issue(sharing));
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
tickets(struct bv_issue *issue, const struct bv_exam *of, const struct bv_issue_documents *documents, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf once = BV_BUF(1 << 20), again = BV_BUF(1 << 20);
	BV_AUTO(bv_issue_free) struct bv_issue *other = NULL;
	struct bv_err err = { 0 };

	if (!is_short(text))
		return;
	if (bv_issue_tickets(issue, text, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	bv_issue_tickets_write(&once, issue);
	assert(bv_issue_new(&other, of->plan, of->draw_key, of->seed, documents, &err) == BV_OK);
	assert(bv_issue_tickets(other, bv_buf_str(&once), &err) == BV_OK);
	bv_issue_tickets_write(&again, other);
	assert(bv_str_eq(bv_buf_str(&once), bv_buf_str(&again)));
}

/* What is read is written as it was, but for what is not canonical. */
static void
forms(struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf once = BV_BUF(1 << 20), again = BV_BUF(1 << 20);
	BV_AUTO(bv_issue_free) struct bv_issue *issue = NULL, *other = NULL;
	struct bv_issue_documents documents = { bv_buf_str(&shared), bv_buf_str(&parameters), BV_STR_NONE, text };
	struct bv_err err = { 0 };

	if (!text.len)
		return;
	if (bv_issue_new(&issue, sharing->plan, sharing->draw_key, sharing->seed, &documents, &err) != BV_OK) {
		assert(err.msg[0] && !issue);
		return;
	}
	bv_issue_parallel_write(&once, issue);
	documents.parallel = bv_buf_str(&once);
	assert(bv_issue_new(&other, sharing->plan, sharing->draw_key, sharing->seed, &documents, &err) == BV_OK);
	bv_issue_parallel_write(&again, other);
	assert(bv_str_eq(bv_buf_str(&once), bv_buf_str(&again)));
}

static void
seats(struct bv_str text)
{
	const struct bv_issue_documents documents = { bv_buf_str(&shared), bv_buf_str(&parameters), BV_STR_NONE, bv_buf_str(&parallel) };
	BV_AUTO(bv_issue_free) struct bv_issue *issue = NULL;
	struct bv_err err = { 0 };

	assert(bv_issue_new(&issue, sharing->plan, sharing->draw_key, sharing->seed, &documents, &err) == BV_OK);
	tickets(issue, sharing, &documents, text);
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
	if (p[0] == 'p' || p[0] == 'u') {
		(p[0] == 'p' ? forms : seats)(rest);
		return 0;
	}
	const struct bv_issue_documents plain = { bv_buf_str(&design), bv_buf_str(&parameters), BV_STR_NONE, BV_STR_NONE };
	const struct bv_issue_documents documents = { bv_buf_str(&design), bv_buf_str(&parameters), p[0] == 's' ? rest : BV_STR_NONE, BV_STR_NONE };
	if (bv_issue_new(&issue, exam->plan, exam->draw_key, exam->seed, &documents, &err) != BV_OK) {
		assert(err.msg[0] && !issue);
		return 0;
	}
	if (p[0] == 't')
		tickets(issue, exam, &plain, rest);
	else
		assert(bv_issue_next(issue, BV_STR("T-1"), &err) == BV_OK && bv_issue_form(&form, issue, BV_STR("T-1"), &err) == BV_OK && form->item_count == 40);
	return 0;
}

#include "tools/cli/issue_inputs.h"

#include "base/file.h"

static enum bv_status
read(struct bv_buf *out, const struct args *args, const char *name, struct bv_err *err)
{
	const char *path = args_get(args, name);

	*out = BV_BUF(BV_EXAM_DOCUMENT_MAX);
	return path ? bv_file_read(out, path, err) : BV_OK;
}

enum bv_status
issue_inputs_read(struct issue_inputs *out, const struct args *args, struct bv_err *err)
{
	TRY(read(&out->design, args, "design", err));
	TRY(read(&out->parameters, args, "parameters", err));
	TRY(read(&out->seen, args, "seen", err));
	return read(&out->chances, args, "chances", err);
}

void
issue_inputs_finish(struct issue_inputs *in)
{
	bv_buf_finish(&in->design);
	bv_buf_finish(&in->parameters);
	bv_buf_finish(&in->seen);
	bv_buf_finish(&in->chances);
}

struct bv_issue_documents
issue_inputs_documents(const struct issue_inputs *in)
{
	return (struct bv_issue_documents){ bv_buf_str(&in->design), bv_buf_str(&in->parameters), bv_buf_str(&in->seen), BV_STR_NONE, bv_buf_str(&in->chances) };
}

enum bv_status
issue_inputs_turns(struct bv_issue *issue, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = { 0 };

	TRY(read(&text, args, "tickets", err));
	struct bv_str rest = bv_buf_str(&text), ticket;

	if (!rest.len)
		return bv_err_set(err, BV_EINVAL, "--tickets: the forms of this blueprint are assembled one after the other, so the order of the tickets is needed");
	if (bv_str_starts(rest, BV_STR("{")))
		return bv_issue_tickets(issue, rest, err);
	while (bv_str_token(&rest, &ticket))
		TRY(bv_issue_next(issue, ticket, err));
	return BV_OK;
}

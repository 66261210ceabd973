#include "tools/cli/cert_facts.h"

#include "base/file.h"


struct walk {
	const struct bv_issuing *issuing;
	int64_t at_s;
	cert_facts_visit visit;
	void *ctx;
};

/* It ends at midnight in Viet Nam of the day that the rules give. */
void
cert_facts_times(struct bv_credential_facts *facts, const struct bv_issuing *issuing, int64_t at_s)
{
	if (!facts->awarded_s)
		facts->awarded_s = at_s;
	if (!facts->valid_from_s)
		facts->valid_from_s = facts->awarded_s;
	if (!facts->valid_until_s && issuing->valid_months) {
		bv_day from = bv_day_at(facts->valid_from_s);
		facts->valid_until_s = bv_day_begin_s(bv_day_add_months(from, issuing->valid_months));
	}
}

static enum bv_status
read_rating(struct bv_buf *rating, struct bv_str stem, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	bv_buf_printf(&path, "%.*s.rating.json", BV_STR_ARG(stem));
	TRY(bv_buf_check(&path, err));
	enum bv_status status = bv_file_read(rating, path.p, err);
	return status == BV_ENOTFOUND ? BV_OK : status;
}

static enum bv_status
visit_file(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_JSON_MAX), rating = BV_BUF(BV_JSON_MAX);
	BV_AUTO(bv_facts_free) struct bv_facts_file *file = NULL;
	struct bv_str name = bv_str_of(path), stem;
	struct walk *w = ctx;
	size_t slash = name.len;

	if (!bv_str_ends(name, BV_STR(".json")) || bv_str_ends(name, BV_STR(".rating.json")))
		return BV_OK;
	stem = bv_str_sub(name, 0, name.len - 5);
	while (slash && name.p[slash - 1] != '/')
		slash--;
	TRY(bv_file_read(&text, path, err));
	TRY(read_rating(&rating, stem, err));
	if (bv_facts_parse(&file, bv_buf_str(&text), err) != BV_OK)
		return bv_err_again(err, err->line, "%s: %s", path, err->msg);
	cert_facts_times(bv_facts(file), w->issuing, w->at_s);
	const struct cert_facts one = {
		.path = path, .ticket = bv_str_sub(stem, slash, stem.len), .rating = bv_buf_str(&rating), .facts = bv_facts(file), .issuer = bv_facts_issuer(file)
	};
	return w->visit(w->ctx, &one, err);
}

enum bv_status
cert_facts_each(const char *folder, const struct bv_issuing *issuing, int64_t at_s, cert_facts_visit visit, void *ctx, struct bv_err *err)
{
	struct walk w = { issuing, at_s, visit, ctx };

	return bv_dir_walk(folder, visit_file, &w, err);
}

#include "tools/cli/cut_booklet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
probability_read(double *out, const char *text)
{
	int64_t scaled = 0;

	*out = 2.0 / 3;
	if (!text || strcmp(text, "2/3") == 0)
		return true;
	if (!bv_str_decimal(bv_str_of(text), 6, &scaled) || scaled <= 0 || scaled >= 1000000)
		return false;
	*out = (double)scaled / 1e6;
	return true;
}

/* One name a line; the names of the whole set where there is no list. */
static enum bv_status
form_read(struct cut_booklet *b, struct bv_str list, bool listed, struct bv_err *err)
{
	struct bv_str *names = bv_alloc_array(BV_SETTING_ITEMS_MAX, sizeof names[0]), rest = list;
	size_t count = 0;
	int line = 0;
	enum bv_status status = BV_OK;

	while (listed && rest.len && status == BV_OK) {
		size_t end = bv_str_find(rest, '\n');
		struct bv_str name = bv_str_trim(bv_str_sub(rest, 0, end));
		rest = bv_str_sub(rest, end + 1, rest.len);
		line++;
		for (size_t i = 0; i < count && name.len; i++)
			if (bv_str_eq(names[i], name))
				status = bv_err_at(err, BV_ECONFLICT, line, "item '%.*s' is there already", BV_STR_ARG(bv_str_sub(name, 0, 60)));
		if (name.len && count == BV_SETTING_ITEMS_MAX)
			status = bv_err_at(err, BV_ELIMIT, line, "more than %d items", BV_SETTING_ITEMS_MAX);
		else if (name.len)
			names[count++] = name;
	}
	if (!listed && b->set->count > BV_SETTING_ITEMS_MAX)
		status = bv_err_set(err, BV_ELIMIT, "the set has %zu items: name at most %d of them with --items", b->set->count, BV_SETTING_ITEMS_MAX);
	for (size_t i = 0; !listed && status == BV_OK && i < b->set->count; i++)
		names[count++] = bv_str_of(b->set->items[i].name);
	if (status == BV_OK && count == 0)
		status = bv_err_set(err, BV_EINVAL, "no item is named");
	if (status == BV_OK)
		status = bv_form_make(&b->form, b->set, names, count, err);
	free(names);
	return status;
}

int
cut_booklet_load(struct cut_booklet *out, struct cut_outcome *outcome, const char *set_path, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf set = { 0 }, list = { 0 };
	const char *items = args_get(args, "items");
	struct bv_err err;
	int status;

	out->guessing = args_has(args, "with-guessing");
	if (!probability_read(&out->rp, args_get(args, "rp")))
		return usage(args->cmd, "--rp is a number above 0 and below 1 with at most six decimals, or 2/3");
	if ((status = cut_source_read(&set, outcome, set_path)) || (items && (status = cut_source_read(&list, outcome, items))))
		return status;
	if (bv_irt_set_parse(&out->set, bv_buf_str(&set), &err) != BV_OK)
		return fail(set_path, &err);
	if (form_read(out, bv_buf_str(&list), items, &err) != BV_OK)
		return fail(items ? items : set_path, &err);
	return bv_booklet_make(&out->pages, &out->form, out->rp, out->guessing, &err) == BV_OK ? 0 : fail(set_path, &err);
}

void
cut_booklet_finish(struct cut_booklet *booklet)
{
	bv_booklet_finish(&booklet->pages);
	bv_form_finish(&booklet->form);
	bv_irt_set_free(booklet->set);
}

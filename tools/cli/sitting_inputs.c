#include "tools/cli/sitting_inputs.h"

#include "base/clock.h"
#include "base/sql.h"

enum bv_status
sitting_inputs_open(struct sitting_inputs *in, const struct args *args, struct bv_str origin, struct bv_err *err)
{
	const char *author = args_get(args, "author");

	in->args = args;
	in->name = bv_str_of(args_get(args, "name"));
	in->author = author ? bv_str_of(author) : BV_STR("operator");
	TRY(bv_key_load(&in->key, BV_KEY_ED25519, args_get(args, "key"), err));
	struct bv_ledger_options options = { .url = args_get(args, "db"), .time = bv_time_source_system(), .key = in->key, .new_origin = origin };
	if (!origin.len) { /* a ledger that is missing is not made by accident */
		struct bv_sql *there;
		TRY(bv_sql_open(&there, options.url, BV_SQL_READ, err));
		bv_sql_close(there);
	}
	TRY(bv_ledger_open(&in->ledger, &options, err));
	return bv_sittings_join(&in->sittings, options.url, err);
}

enum bv_status
sitting_inputs_load(struct sitting_inputs *in, const struct args *args, struct bv_err *err)
{
	TRY(sitting_inputs_open(in, args, BV_STR_NONE, err));
	return bv_ledger_find_sitting(&in->id, in->ledger, in->name, err);
}

void
sitting_inputs_finish(struct sitting_inputs *in)
{
	bv_sittings_close(in->sittings);
	bv_ledger_close(in->ledger);
	bv_key_free(in->key);
}

enum bv_status
sitting_time(int64_t *ms, const struct args *args, const char *name, int64_t otherwise, struct bv_err *err)
{
	const char *given = args_get(args, name);
	int64_t time_s;

	*ms = otherwise;
	if (!given)
		return BV_OK;
	if (bv_time_parse(&time_s, bv_str_of(given), err) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "--%s: %s", name, err->msg);
	*ms = time_s * 1000;
	return BV_OK;
}

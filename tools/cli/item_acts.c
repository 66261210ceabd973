#include "tools/cli/item_acts.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/cli/print.h"

struct act_run {
	struct bv_json *done, *refused; /* with --json, else NULL */
	struct bv_buf text;
	struct bv_act_target *targets;
};

static void
act_run_finish(struct act_run *run)
{
	bv_json_free(run->done);
	bv_json_free(run->refused);
	bv_buf_finish(&run->text);
	free(run->targets);
}
BV_AUTO_DEFINE_FINISH(struct act_run, act_run_finish)

bool
item_target_read(struct bv_act_target *target, const char *operand, struct bv_str language)
{
	struct bv_str all = bv_str_of(operand);
	size_t at = bv_str_find(all, '@');
	struct bv_str key = bv_str_sub(all, 0, at);
	size_t slash = bv_str_find(key, '/');
	int64_t version = 0;

	if (at < all.len && (!bv_str_int(bv_str_sub(all, at + 1, all.len), &version) || version < 1 || version > UINT32_MAX))
		return false;
	*target = (struct bv_act_target){ bv_str_sub(key, 0, slash), slash < key.len ? bv_str_sub(key, slash + 1, key.len) : language, (uint32_t)version };
	return target->identifier.len && (slash == key.len || target->language.len);
}

static void
done(void *ctx, const struct bv_act_done *one)
{
	struct act_run *run = ctx;

	if (run->done) {
		struct bv_json *json = bv_json_add(run->done, bv_json_new_object());
		bv_json_set_str(json, "identifier", one->identifier);
		bv_json_set_str(json, "language", one->language);
		bv_json_set_int(json, "version", one->version);
		bv_json_set_str(json, "from", bv_str_of(bv_state_name(one->from)));
		bv_json_set_str(json, "to", bv_str_of(bv_state_name(one->to)));
		bv_json_set_int(json, "approvals", one->approvals);
		return;
	}
	printf("%.*s/%.*s@%u: ", BV_STR_ARG(one->identifier), BV_STR_ARG(one->language), one->version);
	if (one->from == one->to)
		printf("still in %s, approved by %u\n", bv_state_name(one->to), one->approvals);
	else if (one->from)
		printf("%s -> %s\n", bv_state_name(one->from), bv_state_name(one->to));
	else
		printf("new, %s\n", bv_state_name(one->to));
}

static void
refuse(void *ctx, const struct bv_act_target *target, const struct bv_err *err)
{
	struct act_run *run = ctx;

	bv_buf_clear(&run->text);
	bv_buf_add(&run->text, target->identifier);
	if (target->language.len)
		bv_buf_printf(&run->text, "/%.*s", BV_STR_ARG(target->language));
	if (run->refused) {
		struct bv_json *json = bv_json_add(run->refused, bv_json_new_object());
		bv_json_set(json, "item", bv_json_new_text(bv_buf_str(&run->text)));
		bv_json_set_str(json, "message", bv_str_of(err->msg));
	}
	fail(run->text.p, err);
}

/* Which items: operands or a filter. false after a message. */
static bool
choose(struct bv_act_request *request, struct act_run *run, struct bv_bank_filter *filter, const struct args *args, bool filtered)
{
	struct bv_str language = filtered ? bv_str_of(args_get(args, "language")) : BV_STR_NONE;
	size_t count = (size_t)args->operand_count;

	if (!count) {
		request->filter = filter;
		return true;
	}
	run->targets = bv_alloc_array(count, sizeof *run->targets);
	for (size_t i = 0; i < count; i++)
		if (!item_target_read(&run->targets[i], args->operands[i], language)) {
			usage(args->cmd, "'%s' names no item: give ID, ID/LANGUAGE, ID@VERSION or ID/LANGUAGE@VERSION", args->operands[i]);
			return false;
		}
	request->targets = run->targets;
	request->target_count = count;
	return true;
}

static enum bv_status
perform(uint64_t *count, const struct args *args, const struct bv_act_request *request, struct bv_err *err)
{
	BV_AUTO(bv_bank_close) struct bv_bank *bank = NULL;

	TRY(bv_bank_open(&bank, args_get(args, "bank"), BV_BANK_WRITE, err));
	return bv_bank_act(count, bank, request, err);
}

static void
print_result(struct act_run *run, uint64_t count, bool dry_run)
{
	if (!run->done) {
		printf("%llu %s%s\n", (unsigned long long)count, count == 1 ? "version" : "versions", dry_run ? " (dry run: nothing was changed)" : "");
		return;
	}
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_object();
	bv_json_set(json, "done", bv_steal(&run->done));
	bv_json_set(json, "refused", bv_steal(&run->refused));
	bv_json_set(json, "dryRun", bv_json_new_bool(dry_run));
	print_json(json);
}

int
item_act_run(struct args *args, enum bv_act act)
{
	BV_AUTO(act_run_finish) struct act_run run = { .text = BV_BUF(1 << 16) };
	bool filtered = act != BV_ACT_REVISE;
	struct bv_bank_filter filter = { 0 };
	struct bv_act_request request = {
		.act = act,
		.doing = { bv_str_of(args_get(args, "as")), bv_str_of(args_get(args, "reason")), bv_clock_now_s(), args_has(args, "dry-run") },
		.done = done,
		.refuse = refuse,
		.ctx = &run,
	};
	struct bv_err err;
	uint64_t count;

	if (filtered && bank_filter_read(&filter, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (filtered && !args->operand_count && !bank_filter_given(args) && !args_has(args, "language"))
		return usage(args->cmd, "say which items: name them, or give options like --competence");
	if (filtered && args->operand_count && bank_filter_given(args))
		return usage(args->cmd, "name items or give options that choose them, not both (--language goes with names)");
	if (!choose(&request, &run, &filter, args, filtered))
		return EXIT_USAGE;
	if (args_has(args, "json")) {
		run.done = bv_json_new_array();
		run.refused = bv_json_new_array();
	}
	enum bv_status status = perform(&count, args, &request, &err);
	if (status == BV_OK || bv_json_count(run.refused))
		print_result(&run, count, request.doing.dry_run);
	return status == BV_OK ? EXIT_YES : fail(NULL, &err);
}

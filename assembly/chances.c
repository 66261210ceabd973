/* Chances of exposure as fixed data: what a sitting has in the place of counts. A candidate's items are those that his stream leaves him, once, at his start. */
#include <math.h>
#include <stdlib.h>

#include "assembly/session.h"
#include "base/json.h"

/* How much below the cap the tuning aims: what is left of the noise of its rounds. */
#define AIM 0.93

enum { SETTLING = 2 }; /* rounds that only bring it near */

struct bv_exposure *
bv_exposure_fixed(const struct bv_adaptive *a, const uint32_t *millionths)
{
	struct bv_exposure *e = bv_exposure_new(a);

	e->fixed = bv_alloc_array(e->count, sizeof *e->fixed);
	memcpy(e->fixed, millionths, e->count * sizeof *e->fixed);
	return e;
}

/* ---- The document ---- */

static int
by_id(const void *a, const void *b)
{
	return bv_str_cmp((*(const struct bv_assembly_item *const *)a)->id, (*(const struct bv_assembly_item *const *)b)->id);
}

static enum bv_status
read_one(uint32_t *millionths, const struct bv_assembly_bank *bank, const struct bv_assembly_item *const *sorted, struct bv_str id, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_assembly_item wanted = { .id = id }, *key = &wanted;
	int64_t n = bv_json_type(json) == BV_JSON_INT ? bv_json_int(json) : -1;

	if (n < 0 || n > BV_CHANCE_MAX)
		return bv_err_set(err, BV_EINVAL, "item '%.*s': a chance is a whole number of millionths, 0 to %d", BV_STR_ARG(bv_str_sub(id, 0, 80)), BV_CHANCE_MAX);
	const struct bv_assembly_item *const *found = bsearch(&key, sorted, bank->count, sizeof *sorted, by_id);
	if (found)
		millionths[*found - bank->items] = (uint32_t)n;
	return BV_OK;
}

static enum bv_status
read_all(uint32_t *millionths, const struct bv_assembly_bank *bank, const struct bv_json *root, struct bv_err *err)
{
	const struct bv_assembly_item **sorted;
	const struct bv_json *chances;
	enum bv_status status = BV_OK;
	struct bv_str format;

	TRY(bv_json_only(root, "chances format", err));
	TRY(bv_json_need_str(&format, root, "format", err));
	if (!bv_str_is(format, "bv-chances-1"))
		return bv_err_set(err, BV_EPARSE, "format is '%.*s': this program reads bv-chances-1", BV_STR_ARG(bv_str_sub(format, 0, 40)));
	TRY(bv_json_need(&chances, root, "chances", BV_JSON_OBJECT, err));
	sorted = bv_alloc_array(bank->count, sizeof(struct bv_assembly_item *));
	for (size_t i = 0; i < bank->count; i++) {
		sorted[i] = &bank->items[i];
		millionths[i] = BV_CHANCE_MAX;
	}
	qsort(sorted, bank->count, sizeof *sorted, by_id);
	for (void *it = bv_json_members(chances); it && status == BV_OK; it = bv_json_next(chances, it))
		status = read_one(millionths, bank, sorted, bv_json_member_name(it), bv_json_member(it), err);
	free(sorted);
	return status;
}

enum bv_status
bv_chances_parse(uint32_t *millionths, const struct bv_assembly_bank *bank, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *root = NULL;

	TRY(bv_json_parse_large(&root, text, BV_ASSEMBLY_DOCUMENT_MAX, err));
	return read_all(millionths, bank, root, err);
}

void
bv_chances_write(struct bv_buf *out, const struct bv_assembly_bank *bank, const uint32_t *millionths)
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();
	struct bv_json *chances = bv_json_set(root, "chances", bv_json_new_object());

	bv_json_set_str(root, "format", BV_STR("bv-chances-1"));
	for (size_t i = 0; i < bank->count; i++) {
		if (millionths[i] >= BV_CHANCE_MAX)
			continue;
		char *name = bv_str_dup(bank->items[i].id);
		bv_json_set_int(chances, name, millionths[i]);
		free(name);
	}
	bv_json_write_canonical(out, root);
	bv_buf_addz(out, "\n");
}

/* ---- Tuning ---- */

/* Of who may meet it, how many do: that times the chance is the exposure, so that the chance is the aim over that (van der Linden & Veldkamp 2004, at rest). */
static void
tune(uint32_t *millionths, double *meets, const struct bv_study *study, int round, int rounds, double max)
{
	double weight = round < SETTLING ? 1 : 3 * round < 2 * rounds ? 0.6 : 0.25;

	for (size_t i = 0; i < study->item_count; i++) {
		double chance = millionths[i] / (double)BV_CHANCE_MAX, now = chance > 0 ? study->met[i] / chance : 0;
		meets[i] += (now - meets[i]) * weight;
		double wanted = meets[i] > 0 ? AIM * max / meets[i] : 1;
		millionths[i] = wanted >= 1 ? BV_CHANCE_MAX : (uint32_t)fmax(floor(wanted * BV_CHANCE_MAX + 0.5), 1);
	}
}

enum bv_status
bv_chances_tune(uint32_t *millionths, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules, const struct bv_study_plan *plan,
                const struct bv_chances_order *order, const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	struct bv_study_plan own = *plan;
	double *meets;

	if (!(order->max > 0 && order->max <= 1) || order->rounds < 1 || order->rounds > BV_CHANCES_ROUNDS_MAX)
		return bv_err_set(err, BV_EINVAL, "a cap lies above 0 and is at most 1, and 1 to %d rounds are simulated", BV_CHANCES_ROUNDS_MAX);
	if (rules->exposure_max > 0)
		return bv_err_set(err, BV_EINVAL, "chances take the place of exposure that is counted");
	own.warm_up = 0;
	own.chances = millionths;
	for (size_t i = 0; i < bank->count; i++)
		millionths[i] = BV_CHANCE_MAX;
	meets = bv_alloc_array(bank->count, sizeof *meets);
	enum bv_status status = BV_OK;
	for (int round = 0; round < order->rounds && status == BV_OK; round++) {
		BV_AUTO(bv_study_finish) struct bv_study study = { 0 };
		struct chance chance;
		uint8_t own_seed[BV_HASH_LEN];
		chance_init(&chance, seed, (uint32_t)round + 1);
		memcpy(own_seed, chance.s, sizeof own_seed);
		status = bv_study_run(&study, bank, rules, &own, own_seed, err);
		if (status == BV_OK)
			tune(millionths, meets, &study, round, order->rounds, order->max);
		if (status == BV_OK && order->done)
			order->done(order->ctx, round + 1, order->rounds, study.exposure_max);
	}
	free(meets);
	return status;
}

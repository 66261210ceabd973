#include <math.h>
#include <stdlib.h>

#include "assembly/session.h"
#include "scoring/scoring.h"

/* Where the bins lie: middles from -3 to 3, the outer ones take what is beyond. */
#define BIN_FROM (-3.0)
#define BIN_WIDTH 0.25

struct running {
	const struct bv_assembly_bank *bank;
	const struct bv_study_plan *plan;
	struct bv_adaptive *adaptive;
	struct bv_cat *session;
	struct bv_exposure *exposure;
	struct bv_shadow *shadow; /* NULL without a design */
	struct bv_stream candidates;
	uint32_t *given;
	size_t agreed;
	double pairs; /* of items that two candidates share */
};

static void
finish_running(struct running *r)
{
	bv_adaptive_free(r->adaptive);
	bv_cat_free(r->session);
	bv_exposure_free(r->exposure);
	bv_shadow_free(r->shadow);
	free(r->given);
}
BV_AUTO_DEFINE_FINISH(struct running, finish_running)

/* The sum of twelve uniform numbers less six would be cut at the tails; this is Marsaglia's polar method. */
static double
normal(struct chance *c)
{
	for (;;) {
		double u = 2 * chance_unit(c) - 1, v = 2 * chance_unit(c) - 1, s = u * u + v * v;
		if (s > 0 && s < 1)
			return u * sqrt(-2 * bv_logarithm(s) / s);
	}
}

static void
bar_shadow(struct running *r)
{
	bv_shadow_restart(r->shadow);
	for (uint32_t i = 0; i < r->bank->count; i++)
		if (r->session->state[i] == ITEM_BARRED)
			bv_shadow_bar(r->shadow, i, true);
}

static uint32_t
next_item(struct running *r)
{
	enum bv_stop why;
	uint32_t item = bv_cat_next(r->session, &why);

	if (!r->shadow || item == UINT32_MAX)
		return item;
	item = bv_shadow_next(r->shadow, r->session->theta, 0);
	if (item != UINT32_MAX)
		bv_shadow_give(r->shadow, item);
	return item;
}

static double
sit(struct running *r)
{
	uint8_t key[BV_HASH_LEN];
	struct chance chance;

	for (size_t w = 0; w < 4; w++) {
		uint64_t word = bv_stream_word(&r->candidates);
		memcpy(key + 8 * w, &word, 8);
	}
	chance_init(&chance, key, 1);
	double ability = r->plan->mean + r->plan->sd * normal(&chance);
	bv_cat_start(r->session, r->exposure, key);
	if (r->shadow)
		bar_shadow(r);
	for (uint32_t item; (item = next_item(r)) != UINT32_MAX;)
		bv_cat_answer(r->session, item, bv_assembly_draw(&r->bank->items[item], ability, chance_unit(&chance)));
	bv_cat_end(r->session, r->exposure);
	return ability;
}

static size_t
level_of(const struct bv_study_plan *plan, double theta)
{
	size_t level = 0;

	while (level < plan->cut_count && theta >= plan->cuts[level])
		level++;
	return level;
}

static void
count(struct bv_study *out, struct running *r, double ability)
{
	const struct bv_cat *s = r->session;
	double error = s->theta - ability, place = floor((ability - BIN_FROM) / BIN_WIDTH + 0.5);
	struct bv_study_bin *bin = &out->bins[place < 0 ? 0 : place >= BV_STUDY_BINS ? BV_STUDY_BINS - 1 : (size_t)place];

	r->agreed += level_of(r->plan, s->theta) == level_of(r->plan, ability);
	bin->count++;
	bin->bias += error;
	bin->rmse += error * error;
	bin->se += s->se;
	bin->length += (double)s->count;
	for (size_t k = 0; k < s->count; k++)
		r->pairs += r->given[s->items[k]]++; /* with each candidate before who met it */
}

static int
falling(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

static void
sum_up(struct bv_study *out, const struct running *r)
{
	double n = (double)out->candidates;

	for (size_t b = 0; b < BV_STUDY_BINS; b++) {
		struct bv_study_bin *bin = &out->bins[b];
		double c = bin->count ? (double)bin->count : 1;
		out->bias += bin->bias / n;
		out->rmse += bin->rmse / n;
		out->se += bin->se / n;
		out->length += bin->length / n;
		bin->theta = BIN_FROM + BIN_WIDTH * (double)b;
		bin->bias /= c;
		bin->rmse = sqrt(bin->rmse / c);
		bin->se /= c;
		bin->length /= c;
	}
	out->rmse = sqrt(out->rmse);
	out->agreement = (double)r->agreed / n;
	out->overlap = out->candidates > 1 ? r->pairs / (n * (n - 1) / 2) : 0;
	out->item_count = r->bank->count;
	out->exposure = bv_alloc_array(r->bank->count, sizeof *out->exposure);
	out->met = bv_alloc_array(r->bank->count, sizeof *out->met);
	for (size_t i = 0; i < r->bank->count; i++) {
		out->exposure[i] = out->met[i] = (double)r->given[i] / n;
		out->items_used += r->given[i] > 0;
	}
	qsort(out->exposure, r->bank->count, sizeof *out->exposure, falling);
	out->exposure_max = out->exposure[0];
}

/* A shadow test is chosen by information, under the design's own rules; of the session it takes the estimate, the stops and who is eligible. */
static bool
is_of_shadow(const struct bv_adaptive_rules *r)
{
	return r->select == BV_SELECT_MFI && r->randomesque == 1 && !r->sympson_hetter && !r->area.len && !r->enemies.len;
}

static enum bv_status
check_plan(const struct bv_study_plan *plan, const struct bv_adaptive_rules *rules, struct bv_err *err)
{
	if (!plan->candidates || plan->candidates > BV_STUDY_CANDIDATES_MAX || plan->warm_up > BV_STUDY_CANDIDATES_MAX)
		return bv_err_set(err, BV_EINVAL, "1 to %d candidates sit", BV_STUDY_CANDIDATES_MAX);
	if (!(fabs(plan->mean) <= 6) || !(plan->sd >= 0 && plan->sd <= 6) || plan->cut_count > BV_STUDY_CUTS_MAX)
		return bv_err_set(err, BV_EINVAL, "the mean lies within 6, the standard deviation between 0 and 6, and there are at most %d cuts", BV_STUDY_CUTS_MAX);
	for (size_t i = 1; i < plan->cut_count; i++)
		if (!(plan->cuts[i] > plan->cuts[i - 1]))
			return bv_err_set(err, BV_EINVAL, "cuts rise");
	if (plan->chances && rules->exposure_max > 0)
		return bv_err_set(err, BV_EINVAL, "chances take the place of exposure that is counted");
	if (plan->design && !is_of_shadow(rules))
		return bv_err_set(err, BV_EINVAL, "under a design the item of most information is given and exposure is kept by eligibility: leave out other rules, the Pix preset, "
		                  "one of several best and Sympson-Hetter; areas and enemies are the design's to say");
	return BV_OK;
}

enum bv_status
bv_study_run(struct bv_study *out, const struct bv_assembly_bank *bank, const struct bv_adaptive_rules *rules, const struct bv_study_plan *plan,
             const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(finish_running) struct running r = { .bank = bank, .plan = plan };
	struct bv_adaptive_rules own = *rules;

	TRY(check_plan(plan, rules, err));
	if (plan->design) {
		TRY(bv_shadow_new(&r.shadow, bank, plan->design, err));
		own.length = plan->design->length;
	}
	TRY(bv_adaptive_new(&r.adaptive, bank, &own, err));
	r.session = bv_cat_new(r.adaptive);
	r.exposure = plan->chances ? bv_exposure_fixed(r.adaptive, plan->chances) : bv_exposure_new(r.adaptive);
	r.given = bv_alloc_array(bank->count, sizeof *r.given);
	bv_stream_init(&r.candidates, seed);
	for (int round = 0; round < plan->tune_rounds; round++) {
		for (size_t n = 0; n < plan->warm_up; n++)
			sit(&r);
		bv_exposure_tune(r.exposure, own.exposure_max);
	}
	for (size_t n = 0; n < plan->warm_up; n++)
		sit(&r);
	*out = (struct bv_study){ .candidates = plan->candidates };
	for (size_t n = 0; n < plan->candidates; n++)
		count(out, &r, sit(&r));
	sum_up(out, &r);
	return BV_OK;
}

void
bv_study_finish(struct bv_study *study)
{
	free(study->exposure);
	free(study->met);
}

/* Calibration: a few steps of EM, then a quasi-Newton method on the marginal likelihood itself, whose gradient every E-step gives for nothing
 * (Jamshidian & Jennrich 1997). Its first matrix is that of the EM step, so that it begins as EM and ends as Newton; each pass is to raise the
 * likelihood, or it is taken back. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/exponential.h"
#include "scoring/irt/nominal.h"
#include "scoring/irt/objective.h"
#include "scoring/irt/uncertainty.h"

#define MEMORY 20       /* pairs of steps that the quasi-Newton method remembers */
#define EM_STEPS 3      /* before it */
#define HALVES 25
#define STEP_MAX 1.5    /* of one parameter at once */
#define NOISE 1e-13     /* of a sum over persons, relative */
#define ERRORS_MAX 4000 /* free parameters up to which there are standard errors: the matrix takes their square */
#define STEEP 6.0
#define LOOSE 5.0
#define ASYMPTOTE_END 5e-4
#define SLOPE_END 19.8   /* of 20 */
#define SPREAD_END 0.01  /* from an end of its logarithm */
#define ERROR_MAX 1e6    /* as a parameter set has it: of what the data say nothing about */

static const char *const states[] = { "estimated", "fixed", "unanswered", "constant", "steep", "loose" };

const char *
bv_irt_item_state_name(enum bv_irt_item_state state)
{
	return states[state];
}

struct bv_irt_settings
bv_irt_settings_default(void)
{
	return (struct bv_irt_settings){ .nodes = BV_IRT_NODES, .threads = 1, .steps_max = 2000, .gradient = 1e-6, .errors = true };
}

static enum bv_status
settings_check(const struct bv_irt_settings *s, struct bv_err *err)
{
	const struct bv_irt_prior *p = &s->prior;

	if (s->nodes < 3 || s->nodes > BV_IRT_NODES_MAX)
		return bv_err_set(err, BV_EINVAL, "%d nodes: 3 to %d", s->nodes, BV_IRT_NODES_MAX);
	if (s->threads < 1 || s->threads > BV_IRT_THREADS_MAX)
		return bv_err_set(err, BV_EINVAL, "%d threads: 1 to %d", s->threads, BV_IRT_THREADS_MAX);
	if (s->steps_max < 1 || s->steps_max > 100000)
		return bv_err_set(err, BV_EINVAL, "%d passes: 1 to 100000", s->steps_max);
	if (!(s->gradient >= 1e-10 && s->gradient <= 1))
		return bv_err_set(err, BV_EINVAL, "gradient %g: 1e-10 to 1", s->gradient);
	if (!(p->a_sd >= 0 && p->a_sd <= 100 && p->d_sd >= 0 && p->d_sd <= 100 && p->logit_sd >= 0 && p->logit_sd <= 100) ||
	    !(fabs(p->a_mean) <= 10 && fabs(p->d_mean) <= 100 && fabs(p->logit_mean) <= 30))
		return bv_err_set(err, BV_EINVAL, "a prior's mean or standard deviation is out of range");
	if (p->c_alpha != 0 && !(p->c_alpha >= 1 && p->c_alpha <= 1000 && p->c_beta >= 1 && p->c_beta <= 1000))
		return bv_err_set(err, BV_EINVAL, "the prior Beta(%g, %g) of the lower asymptote: both from 1 to 1000", p->c_alpha, p->c_beta);
	return BV_OK;
}

static int
bits(uint16_t marks)
{
	return __builtin_popcount(marks);
}

/* Category of a mark: how many marks that count lie below it. */
static int
category(uint16_t marks, int mark)
{
	return bits((uint16_t)(marks & ((1u << mark) - 1)));
}

/* What can be done with each item. */
static enum bv_status
items_choose(int8_t *category_of, struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, struct bv_err *err)
{
	for (size_t i = 0; i < answers->item_count; i++) {
		struct bv_irt_estimate *est = &estimates[i];
		uint16_t seen = answers->seen[i];
		if (est->fixed) {
			if (bv_irt_item_check(&est->item, err) != BV_OK)
				return bv_err_again(err, 0, "item %zu: %s", i + 1, err->msg);
			if (bits(est->marks) != est->item.categories)
				return bv_err_set(err, BV_EINVAL, "item %zu: %d marks for %d categories", i + 1, bits(est->marks), est->item.categories);
			if (seen & ~est->marks)
				return bv_err_set(err, BV_EINVAL, "item %zu: answers have a mark that its fixed parameters do not know", i + 1);
		} else {
			if (est->item.model <= BV_IRT_3PL && seen & ~3u)
				return bv_err_set(err, BV_EINVAL, "item %zu: marks above 1, but the model is %s", i + 1, bv_irt_model_name(est->item.model));
			est->marks = seen;
			est->item.categories = bits(seen);
		}
		memset(&est->error, 0, sizeof est->error);
		est->a_d = est->a_c = est->d_c = 0;
		est->state = !seen ? BV_IRT_UNANSWERED : est->fixed ? BV_IRT_FIXED : bits(seen) < 2 ? BV_IRT_CONSTANT : BV_IRT_ESTIMATED;
		for (int mark = 0; mark < BV_IRT_CATEGORIES_MAX; mark++)
			category_of[i * BV_IRT_CATEGORIES_MAX + (size_t)mark] = (int8_t)category(est->marks, mark);
	}
	return BV_OK;
}

/* Which areas there are: of one, area is NULL. */
struct areas {
	const uint8_t *area;
	int count;
};

/* Places of the items that count: those of an area follow one another. */
static enum bv_status
places_give(int32_t *item_of, size_t *count, const struct bv_irt_estimate *estimates, size_t item_count, const struct areas *areas, struct bv_err *err)
{
	*count = 0;
	for (int a = 0; a < areas->count; a++) {
		size_t before = *count;
		for (size_t i = 0; i < item_count; i++) {
			bool counts = estimates[i].state != BV_IRT_UNANSWERED && estimates[i].state != BV_IRT_CONSTANT;
			if (!areas->area || areas->area[i] == a)
				item_of[i] = counts ? (int32_t)(*count)++ : -1;
		}
		if (*count == before && areas->area)
			return bv_err_set(err, BV_EINVAL, "area %d: no item has answers with different marks", a + 1);
	}
	if (*count == 0)
		return bv_err_set(err, BV_EINVAL, "no item has answers with different marks: nothing can be estimated");
	return BV_OK;
}

static double
logit_of(double p)
{
	return logarithm(p / (1 - p));
}

/* Intercepts that give the shares of the categories at the mean of ability. */
static void
start_item(struct objective *o, size_t i)
{
	struct bv_irt_item *item = &o->items[i];
	const struct expectation *e = &o->e;
	double times[BV_IRT_CATEGORIES_MAX] = { 0 }, sum = 0;
	size_t stride = (size_t)e->nodes.stride;

	for (int k = 0; k < item->categories; k++) {
		for (int q = 0; q < e->nodes.count; q++)
			times[k] += e->counts[(e->layout.cell[i] + (size_t)k) * stride + (size_t)q];
		times[k] += 0.5;
		sum += times[k];
	}
	item->a = item->model == BV_IRT_GPCM ? 0.7 : 1;
	item->c = 0;
	if (item->model == BV_IRT_3PL) {
		const struct bv_irt_prior *p = &o->settings->prior;
		item->c = p->c_alpha > 0 ? p->c_alpha / (p->c_alpha + p->c_beta) : p->logit_sd > 0 ? 1 / (1 + exponential(-p->logit_mean)) : 0.15;
		item->c = fmin(item->c, times[1] / sum / 2);
		o->logit[i] = logit_of(item->c);
	}
	double above = sum;
	for (int k = 1; k < item->categories; k++) {
		above -= times[k - 1];
		double share = fmax((above / sum - item->c) / (1 - item->c), 1e-4);
		if (item->model >= BV_IRT_GPCM)
			item->d[k - 1] = logarithm(times[k] / times[0]);
		else
			item->d[k - 1] = 1.2 * logit_of(fmin(share, 1 - 1e-4));
		/* Two graded intercepts that the clipping made equal. */
		if (item->model == BV_IRT_GRM && k > 1 && item->d[k - 1] >= item->d[k - 2])
			item->d[k - 1] = item->d[k - 2] - 0.05;
	}
}

/* Places of the free parameters. */
static void
places_choose(struct objective *o, const struct bv_irt_estimate *estimates, const int32_t *item_of, size_t item_count, const struct areas *areas)
{
	bool spread = false, spreads[AREAS] = { false };

	o->shared = -1;
	for (size_t k = 0; k < o->item_count * BV_IRT_PARAMS_MAX; k++)
		o->index[k] = -1;
	for (size_t n = 0; n < item_count; n++) {
		if (item_of[n] < 0)
			continue;
		size_t i = (size_t)item_of[n];
		const struct bv_irt_item *item = &o->items[i];
		int32_t *index = o->index + i * BV_IRT_PARAMS_MAX;
		if (estimates[n].fixed)
			continue;
		if (item->model == BV_IRT_RASCH || item->model == BV_IRT_PCM)
			spread = spreads[areas->area ? areas->area[n] : 0] = true;
		else if (item->model == BV_IRT_1PL)
			index[0] = o->shared = o->shared >= 0 ? o->shared : (int32_t)o->count++;
		else
			index[0] = (int32_t)o->count++;
		for (int p = 1; p < bv_irt_param_count(item); p++)
			index[p] = (int32_t)o->count++;
	}
	for (int g = 0; g < o->e.group_count; g++)
		o->mean_index[g] = o->spread_index[g] = -1;
	if (o->joint)
		o->count = joint_place(o->joint, spreads, o->count);
	for (int g = 0; g < o->e.group_count && !o->joint; g++) {
		bool free = g > 0 || o->settings->free_ability;
		double persons = 0;
		for (int q = 0; q < o->e.nodes.count; q++)
			persons += o->e.ability[(size_t)g * (size_t)o->e.nodes.stride + (size_t)q];
		if (persons < 0.5)
			continue;
		if (free)
			o->mean_index[g] = (int32_t)o->count++;
		if (free || spread)
			o->spread_index[g] = (int32_t)o->count++;
	}
}

/* ---- Going up ---- */

struct climb {
	struct objective *o;
	double *x, *next, *before_gradient, *direction;
	double *s[MEMORY], *y[MEMORY], rho[MEMORY];
	int kept, newest, steps;
	double value, gradient;
};

static double
largest(const double *v, size_t n)
{
	double max = 0;

	for (size_t i = 0; i < n; i++)
		max = fmax(max, fabs(v[i]));
	return max;
}

static double
inner(const double *a, const double *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

static void
climb_init(struct climb *c, struct objective *o)
{
	*c = (struct climb){ .o = o };
	c->x = bv_alloc_array(o->count, sizeof(double));
	c->next = bv_alloc_array(o->count, sizeof(double));
	c->before_gradient = bv_alloc_array(o->count, sizeof(double));
	c->direction = bv_alloc_array(o->count, sizeof(double));
	for (int k = 0; k < MEMORY; k++) {
		c->s[k] = bv_alloc_array(o->count, sizeof(double));
		c->y[k] = bv_alloc_array(o->count, sizeof(double));
	}
}

static void
climb_finish(struct climb *c)
{
	free(c->x);
	free(c->next);
	free(c->before_gradient);
	free(c->direction);
	for (int k = 0; k < MEMORY; k++) {
		free(c->s[k]);
		free(c->y[k]);
	}
}

/* One pass over the data at c->next. */
static bool
pass(struct climb *c, const double *at)
{
	struct objective *o = c->o;

	if (!objective_set(o, at))
		return false;
	objective_take(o);
	c->steps++;
	if (o->settings->progress)
		o->settings->progress(o->settings->ctx, c->steps, o->e.log_likelihood, largest(o->gradient, o->count));
	return true;
}

/* No parameter goes further than STEP_MAX at once; those of an item keep their proportions, for they go along ridges together. */
static void
shorten(double *direction, const struct objective *o)
{
	for (size_t i = 0; i < o->item_count; i++) {
		const int32_t *at = o->index + i * BV_IRT_PARAMS_MAX;
		double far = 0;
		int count = bv_irt_param_count(&o->items[i]);
		for (int p = 0; p < count; p++)
			if (at[p] >= 0 && at[p] != o->shared)
				far = fmax(far, fabs(direction[at[p]]));
		for (int p = 0; far > STEP_MAX && p < count; p++)
			if (at[p] >= 0 && at[p] != o->shared)
				direction[at[p]] *= STEP_MAX / far;
	}
	for (size_t i = 0; i < o->count; i++)
		direction[i] = fmax(-STEP_MAX, fmin(STEP_MAX, direction[i]));
}

/* The two loops of L-BFGS (Nocedal 1980) around the step of EM. */
static void
direction_find(struct climb *c)
{
	struct objective *o = c->o;
	double alpha[MEMORY];

	memcpy(c->direction, o->gradient, o->count * sizeof *c->direction);
	for (int k = 0; k < c->kept; k++) {
		int at = (c->newest - k + MEMORY) % MEMORY;
		alpha[at] = c->rho[at] * inner(c->s[at], c->direction, o->count);
		for (size_t i = 0; i < o->count; i++)
			c->direction[i] -= alpha[at] * c->y[at][i];
	}
	objective_step(c->direction, o, c->direction);
	for (int k = c->kept - 1; k >= 0; k--) {
		int at = (c->newest - k + MEMORY) % MEMORY;
		double beta = c->rho[at] * inner(c->y[at], c->direction, o->count);
		for (size_t i = 0; i < o->count; i++)
			c->direction[i] += (alpha[at] - beta) * c->s[at][i];
	}
	if (!(inner(c->direction, o->gradient, o->count) > 0)) {
		c->kept = 0;
		objective_step(c->direction, o, o->gradient);
	}
	shorten(c->direction, o);
}

/* Remembers how the gradient changed (its sign turned, as for a minimum). */
static void
remember(struct climb *c, double length)
{
	struct objective *o = c->o;
	int at = (c->newest + 1) % MEMORY;
	double curvature = 0, square = 0;

	for (size_t i = 0; i < o->count; i++) {
		c->s[at][i] = length * c->direction[i];
		c->y[at][i] = c->before_gradient[i] - o->gradient[i];
		curvature += c->s[at][i] * c->y[at][i];
		square += c->y[at][i] * c->y[at][i];
	}
	if (!(curvature > 1e-14 * square) || !(curvature > 0))
		return;
	c->rho[at] = 1 / curvature;
	c->newest = at;
	c->kept = c->kept < MEMORY ? c->kept + 1 : MEMORY;
}

/* Along the direction until the value rises; false when it does not anywhere. */
static bool
advance(struct climb *c)
{
	struct objective *o = c->o;
	double length = 1, slope = inner(c->direction, o->gradient, o->count);

	memcpy(c->before_gradient, o->gradient, o->count * sizeof *c->before_gradient);
	for (int half = 0; half < HALVES && c->steps < o->settings->steps_max; half++, length /= half > 3 ? 4 : 2) {
		for (size_t i = 0; i < o->count; i++)
			c->next[i] = c->x[i] + length * c->direction[i];
		if (!pass(c, c->next))
			continue;
		double noise = NOISE * fabs(c->value);
		bool rises = o->value >= c->value + 1e-4 * length * slope - noise;
		/* Where the rise drowns in rounding the gradient decides. */
		if (rises || (o->value >= c->value - 10 * noise && largest(o->gradient, o->count) < c->gradient)) {
			remember(c, length);
			memcpy(c->x, c->next, o->count * sizeof *c->x);
			c->value = o->value;
			c->gradient = largest(o->gradient, o->count);
			return true;
		}
	}
	return false;
}

/* A lower asymptote on its way to 0 never arrives in its logit: it is put there, and stays. */
static bool
asymptotes_end(struct climb *c)
{
	struct objective *o = c->o;
	bool ended = false;

	if (o->settings->prior.c_alpha > 0 || o->settings->prior.logit_sd > 0)
		return false;
	for (size_t i = 0; i < o->item_count; i++) {
		int32_t *at = &o->index[i * BV_IRT_PARAMS_MAX + 2];
		if (o->items[i].model != BV_IRT_3PL || *at < 0 || o->items[i].c > ASYMPTOTE_END || o->gradient[*at] >= 0)
			continue;
		o->items[i].c = 0;
		*at = -1;
		ended = true;
	}
	return ended;
}

/* Slopes and standard deviations that run to an end of their range, because no finite value is the likeliest: they stay there. */
static bool
ranges_end(struct climb *c)
{
	struct objective *o = c->o;
	bool ended = false;

	for (size_t i = 0; i < o->item_count; i++)
		for (int p = 0; p < bv_irt_param_count(&o->items[i]); p++) {
			int32_t *at = &o->index[i * BV_IRT_PARAMS_MAX + (size_t)p];
			if ((p > 0 && (o->items[i].model != BV_IRT_NOMINAL || p < o->items[i].categories)) || *at < 0 ||
			    fabs(*bv_irt_param(&o->items[i], p)) < SLOPE_END)
				continue;
			bool shared = *at == o->shared;
			*at = -1;
			for (size_t k = 0; shared && k < o->item_count; k++)
				if (o->index[k * BV_IRT_PARAMS_MAX] == o->shared)
					o->index[k * BV_IRT_PARAMS_MAX] = -1;
			o->shared = shared ? -1 : o->shared;
			ended = true;
		}
	for (int g = 0; g < o->e.group_count; g++) {
		int32_t at = o->spread_index[g];
		if (at < 0 || !(o->log_sd[g] < LOG_SD_LOW + SPREAD_END ? o->gradient[at] < 0 : o->log_sd[g] > LOG_SD_HIGH - SPREAD_END && o->gradient[at] > 0))
			continue;
		o->log_sd[g] = o->log_sd[g] < 0 ? LOG_SD_LOW : LOG_SD_HIGH;
		o->spread_index[g] = -1;
		o->spread_ended[g] = ended = true;
	}
	return ended;
}

static void
climb_run(struct climb *c)
{
	struct objective *o = c->o;
	double goal = o->settings->gradient;
	int failures = 0;

	objective_get(c->x, o);
	pass(c, c->x);
	c->value = o->value;
	c->gradient = largest(o->gradient, o->count);
	for (int round = 0; c->gradient > goal && c->steps < o->settings->steps_max && failures < 2; round++) {
		if (round < EM_STEPS)
			c->kept = 0;
		direction_find(c);
		if (advance(c)) {
			failures = 0;
		} else {
			/* From where it was, without memory; twice in a row is the end. */
			failures++;
			c->kept = 0;
			pass(c, c->x);
		}
		bool ended = asymptotes_end(c);
		if (ranges_end(c) || ended) {
			failures = 0;
			c->kept = 0;
			objective_get(c->x, o);
			pass(c, c->x);
			c->value = o->value;
			c->gradient = largest(o->gradient, o->count);
		}
	}
	if (failures == 0)
		return;
	pass(c, c->x);
	c->gradient = largest(o->gradient, o->count);
}

/* ---- Results ---- */

enum { BEFORE = 2 }; /* covariances of a parameter with so many before it: what an item of two categories needs */

/* Standard errors; beside has the covariances of parameter i with i - 1 and i - 2. */
static bool
errors_find(double *error, double *beside, double *condition, struct bv_irt_population *population, struct objective *o)
{
	double *information = bv_alloc_array(o->count * o->count, sizeof *information), *columns = bv_alloc_array((BEFORE + 1) * o->count, sizeof *columns);
	double low = INFINITY, high = 0;

	information_observed(information, o);
	for (size_t i = 0; i < o->count; i++)
		if (information[i * o->count + i] == 0) /* an asymptote that was put to 0 */
			information[i * o->count + i] = 1;
	bool definite = bv_cholesky(information, o->count, o->count, 0);
	for (size_t i = 0; definite && i < o->count; i++) {
		double d = information[i * o->count + i];
		low = fmin(low, d);
		high = fmax(high, d);
		/* The squared length of column i of the inverse factor: the i-th variance. */
		double sum = 0, *unit = columns + i % (BEFORE + 1) * o->count;
		memset(unit, 0, o->count * sizeof *unit);
		unit[i] = 1;
		for (size_t r = i; r < o->count; r++) {
			const double *row = information + r * o->count;
			double x = unit[r];
			for (size_t k = i; k < r; k++)
				x -= row[k] * unit[k];
			unit[r] = x / row[r];
			sum += unit[r] * unit[r];
		}
		error[i] = fmin(sqrt(sum), ERROR_MAX);
		for (size_t b = 1; b <= BEFORE && b <= i; b++) {
			const double *before = columns + (i - b) % (BEFORE + 1) * o->count;
			double product = 0;
			for (size_t r = i; r < o->count; r++)
				product += unit[r] * before[r];
			beside[i * BEFORE + b - 1] = fmax(-ERROR_MAX, fmin(ERROR_MAX, product));
		}
	}
	if (o->joint && definite)
		joint_population(population, o, information);
	*condition = definite ? (high / low) * (high / low) : 0;
	free(information);
	free(columns);
	return definite;
}

/* Of two parameters of an item, the later one first. */
static double
covariance_of(const double *beside, const int32_t *index, int later, int earlier)
{
	int32_t apart = index[later] - index[earlier];

	return index[earlier] < 0 || index[later] < 0 || apart < 1 || apart > BEFORE ? 0 : beside[(size_t)index[later] * BEFORE + (size_t)apart - 1];
}

static bool
steep(const struct bv_irt_item *item)
{
	double low = 0, high = 0;

	if (item->model != BV_IRT_NOMINAL)
		return item->a > STEEP || item->a < 0;
	for (int k = 1; k < item->categories; k++) {
		low = fmin(low, bv_irt_category_slope(item, k));
		high = fmax(high, bv_irt_category_slope(item, k));
	}
	return high - low > 2 * STEEP;
}

static void
estimate_take(struct bv_irt_estimate *est, const struct objective *o, size_t i, const double *error, const double *beside, bool errors)
{
	const struct bv_irt_item *item = &o->items[i];
	const int32_t *index = o->index + i * BV_IRT_PARAMS_MAX;
	double worst = 0;

	est->item = *item;
	est->error.model = item->model;
	est->error.categories = item->categories;
	for (int p = 0; errors && p < bv_irt_param_count(item); p++) {
		double e = index[p] >= 0 ? error[index[p]] : 0, *at = bv_irt_param(&est->error, p);
		*at = at == &est->error.c ? e * (item->c * (1 - item->c)) : e;
		worst = fmax(worst, *at);
	}
	if (errors && item->categories == 2)
		est->a_d = covariance_of(beside, index, 1, 0);
	if (errors && item->model == BV_IRT_3PL) {
		est->a_c = covariance_of(beside, index, 2, 0) * item->c * (1 - item->c);
		est->d_c = covariance_of(beside, index, 2, 1) * item->c * (1 - item->c);
	}
	if (est->state == BV_IRT_ESTIMATED && steep(item))
		est->state = BV_IRT_STEEP;
	else if (est->state == BV_IRT_ESTIMATED && worst > LOOSE)
		est->state = BV_IRT_LOOSE;
}

static void
fit_take(struct bv_irt_fit *fit, const struct climb *c, const double *error)
{
	const struct objective *o = c->o;
	size_t stride = (size_t)o->e.nodes.stride;

	fit->log_likelihood = o->e.log_likelihood;
	fit->log_prior = o->log_prior;
	fit->gradient = c->gradient;
	fit->converged = c->gradient <= o->settings->gradient;
	fit->steps = c->steps;
	fit->param_count = (int)o->count;
	fit->persons = o->e.person_count;
	fit->group_count = o->e.group_count;
	for (int g = 0; g < o->e.group_count; g++) {
		struct bv_irt_ability_spread *group = &fit->groups[g];
		double sd = exponential(o->log_sd[g]), persons = 0;
		for (size_t q = 0; q < stride; q++)
			persons += o->e.ability[(size_t)g * stride + q];
		*group = (struct bv_irt_ability_spread){ .mean = o->mean[g], .variance = sd * sd, .bound = o->spread_ended[g], .persons = (size_t)(persons + 0.5) };
		if (fit->errors && o->mean_index[g] >= 0)
			group->mean_error = error[o->mean_index[g]];
		if (fit->errors && o->spread_index[g] >= 0)
			group->variance_error = 2 * sd * sd * error[o->spread_index[g]];
	}
}

static void
objective_init(struct objective *o, const struct bv_irt_estimate *estimates, const int32_t *item_of, const int8_t *category_of, size_t count,
               const struct areas *areas, bool turned, const struct bv_irt_answers *answers, const struct bv_irt_settings *settings)
{
	uint8_t *categories = bv_alloc(count), *area_of = areas->area ? bv_alloc(count) : NULL;

	*o = (struct objective){ .settings = settings, .item_count = count };
	o->items = bv_alloc_array(count, sizeof *o->items);
	o->logit = bv_alloc_array(count, sizeof *o->logit);
	o->index = bv_alloc_array(count * BV_IRT_PARAMS_MAX, sizeof *o->index);
	o->blocks = bv_alloc_array(count * BV_IRT_PARAMS_MAX * BV_IRT_PARAMS_MAX, sizeof *o->blocks);
	o->coupling = bv_alloc_array(count * BV_IRT_PARAMS_MAX, sizeof *o->coupling);
	for (size_t n = 0; n < answers->item_count; n++)
		if (item_of[n] >= 0) {
			o->items[item_of[n]] = estimates[n].item;
			categories[item_of[n]] = (uint8_t)estimates[n].item.categories;
			if (area_of)
				area_of[item_of[n]] = areas->area[n];
		}
	expectation_init(&o->e, answers, item_of, category_of, categories, area_of, count, turned ? BV_IRT_NODES_MAX : settings->nodes, settings->threads);
	if (area_of) {
		o->joint = o->e.joint = bv_alloc(sizeof *o->joint);
		joint_init(o->joint, &o->e, area_of, areas->count, turned);
	}
	free(categories);
	free(area_of);
	/* Counts of the categories: one E-step with likelihoods that say nothing. */
	for (size_t k = 0; k < o->e.layout.cell_count * (size_t)o->e.nodes.stride; k++)
		o->e.cells[k] = 1;
	for (int g = 0; g < o->e.group_count; g++)
		nodes_normal(o->e.weights + (size_t)g * (size_t)o->e.nodes.stride, &o->e.nodes, 0, 1);
	expectation_take(&o->e);
	for (size_t n = 0; n < answers->item_count; n++)
		if (item_of[n] >= 0 && !estimates[n].fixed)
			start_item(o, (size_t)item_of[n]);
	nominal_start(o->items, estimates, answers, item_of, category_of);
	places_choose(o, estimates, item_of, answers->item_count, areas);
	o->gradient = bv_alloc_array(o->count, sizeof *o->gradient);
}

static void
objective_finish(struct objective *o)
{
	expectation_finish(&o->e);
	if (o->joint)
		joint_finish(o->joint);
	free(o->joint);
	free(o->items);
	free(o->logit);
	free(o->index);
	free(o->blocks);
	free(o->coupling);
	free(o->gradient);
}

/* Errors of areas, by adaptive nodes: in a sum of its own at the same values, whose log likelihood shows whether the product's nodes were near enough. */
static bool
errors_of_areas(double *error, double *beside, struct bv_irt_fit *fit, struct bv_irt_population *population, const struct objective *o, struct objective *own)
{
	double *x = bv_alloc_array(o->count, sizeof *x);

	memcpy(own->items, o->items, o->item_count * sizeof *o->items);
	memcpy(own->logit, o->logit, o->item_count * sizeof *o->logit);
	memcpy(own->index, o->index, o->item_count * BV_IRT_PARAMS_MAX * sizeof *o->index);
	objective_get(x, o);
	bool good = objective_set(own, x);
	if (good) {
		objective_take(own);
		population->adaptive_log_likelihood = own->e.log_likelihood;
		good = errors_find(error, beside, &fit->condition, population, own);
	}
	free(x);
	return good;
}

static enum bv_status
calibrate(struct bv_irt_fit *fit, struct bv_irt_population *population, struct bv_irt_estimate *estimates, const struct areas *areas,
          const struct bv_irt_answers *answers, const struct bv_irt_settings *settings, struct bv_err *err)
{
	struct objective o, own;
	struct climb c;
	size_t count = 0;
	int32_t *item_of = bv_alloc_array(answers->item_count, sizeof *item_of);
	int8_t *category_of = bv_alloc_array(answers->item_count, BV_IRT_CATEGORIES_MAX);
	enum bv_status status = settings_check(settings, err);

	if (status == BV_OK)
		status = items_choose(category_of, estimates, answers, err);
	if (status == BV_OK)
		status = places_give(item_of, &count, estimates, answers->item_count, areas, err);
	if (status == BV_OK) {
		objective_init(&o, estimates, item_of, category_of, count, areas, false, answers, settings);
		climb_init(&c, &o);
		climb_run(&c);
		double *error = bv_alloc_array(o.count, sizeof *error), *beside = bv_alloc_array(o.count, BEFORE * sizeof *beside);
		*fit = (struct bv_irt_fit){ .empty_persons = answers->person_count - o.e.person_count };
		if (o.joint) {
			population->adaptive_log_likelihood = NAN;
			joint_population(population, &o, NULL);
		}
		if (settings->errors && o.count > 0 && o.count <= ERRORS_MAX) {
			if (o.joint) {
				objective_init(&own, estimates, item_of, category_of, count, areas, true, answers, settings);
				fit->errors = errors_of_areas(error, beside, fit, population, &o, &own);
				objective_finish(&own);
			} else {
				fit->errors = errors_find(error, beside, &fit->condition, population, &o);
			}
		}
		for (size_t n = 0; n < answers->item_count; n++)
			if (item_of[n] >= 0)
				estimate_take(&estimates[n], &o, (size_t)item_of[n], error, beside, fit->errors);
		fit_take(fit, &c, error);
		if (o.joint) {
			population->log_likelihood = fit->log_likelihood;
			population->steps = fit->steps;
			population->converged = fit->converged;
		}
		free(error);
		free(beside);
		climb_finish(&c);
		objective_finish(&o);
	}
	free(item_of);
	free(category_of);
	return status;
}

enum bv_status
bv_irt_calibrate(struct bv_irt_fit *fit, struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, const struct bv_irt_settings *settings,
                 struct bv_err *err)
{
	return calibrate(fit, NULL, estimates, &(struct areas){ NULL, 1 }, answers, settings, err);
}

int
bv_irt_area_nodes(int area_count)
{
	static const int nodes[AREAS] = { 61, 61, 31, 21, 15, 13 };

	assert(area_count >= 1 && area_count <= AREAS);
	return nodes[area_count - 1];
}

enum bv_status
bv_irt_calibrate_areas(struct bv_irt_fit *fit, struct bv_irt_population *population, struct bv_irt_estimate *estimates, const uint8_t *area, int area_count,
                       const struct bv_irt_answers *answers, const struct bv_irt_settings *settings, struct bv_err *err)
{
	if (area_count < 1 || area_count > BV_IRT_AREAS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%d areas: 1 to %d", area_count, BV_IRT_AREAS_MAX);
	double product = 1;
	for (int a = 0; a < area_count; a++)
		product *= settings->nodes;
	if (area_count > 1 && product > BV_IRT_PRODUCT_MAX)
		return bv_err_set(err, BV_ELIMIT, "%d nodes of each of %d areas: fewer, as %d", settings->nodes, area_count, bv_irt_area_nodes(area_count));
	for (size_t i = 0; i < answers->item_count; i++) {
		assert(area[i] < area_count);
		if (area_count > 1 && estimates[i].fixed)
			return bv_err_set(err, BV_EINVAL, "item %zu has fixed parameters: areas together are calibrated without fixed items", i + 1);
	}
	if (area_count > 1 && (answers->group_count > 1 || settings->free_ability))
		return bv_err_set(err, BV_EINVAL, "areas together are calibrated in one group, of the mean 0");
	TRY(calibrate(fit, population, estimates, &(struct areas){ area_count > 1 ? area : NULL, area_count }, answers, settings, err));
	if (area_count == 1)
		*population = (struct bv_irt_population){ .area_count = 1, .mean = { fit->groups[0].mean }, .covariance = { { fit->groups[0].variance } },
			.log_likelihood = fit->log_likelihood, .persons = fit->persons, .steps = fit->steps, .converged = fit->converged,
			.error = { { fit->groups[0].variance_error } } };
	return BV_OK;
}

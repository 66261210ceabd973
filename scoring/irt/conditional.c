/* Conditional likelihood: given a person's sum of marks, his answers do not hang on his ability. With γ_r the elementary symmetric function of the sum r,
 * P(answers | r) = Π exp(d_ik) / γ_r. They are taken as the distribution of the sum at ability 0 (Lord & Wingersky 1984), which differs from γ by a factor
 * that is the same for all sums: so nothing overflows, and no difference is taken. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/distribution.h"
#include "scoring/exponential.h"
#include "scoring/irt/answers.h"

#define STEPS 60
#define HALVES 30
#define GOAL 1e-9      /* of the gradient, a person being 1 */
#define FAR 40.0       /* an intercept: nothing finite is the likeliest */
#define WORK_MAX 2e10  /* items³ × sums, of all forms */

/* Persons who answered the same items. */
struct form {
	size_t items, sums; /* sums: 0 … sums - 1 */
	uint32_t *item;     /* of those that count */
	double *persons;    /* with each sum */
};

struct conditional {
	const struct bv_irt_answers *answers;
	const uint8_t *part; /* NULL: all persons are one */
	int parts;
	bool *counts;        /* of each item of the answers */
	int *categories;     /* of each item of the answers */
	/* Of one fit: */
	size_t count, params;
	uint32_t *place;     /* of each item of the answers that counts, its number */
	size_t *first;       /* of each item that counts, its first parameter; and one more */
	struct form *form;
	size_t forms, persons;
	double *seen;        /* of each parameter: persons with that category */
	double *d, *gradient, *information;
};

static void
forms_free(struct conditional *c)
{
	for (size_t f = 0; f < c->forms; f++) {
		free(c->form[f].item);
		free(c->form[f].persons);
	}
	free(c->form);
	free(c->place);
	free(c->first);
	free(c->seen);
	free(c->d);
	free(c->gradient);
	free(c->information);
	c->form = NULL;
	c->place = NULL;
	c->first = NULL;
	c->seen = c->d = c->gradient = c->information = NULL;
	c->forms = c->persons = 0;
}

static int
category_of(const struct conditional *c, uint32_t given)
{
	uint16_t seen = c->answers->seen[given / BV_IRT_CATEGORIES_MAX];

	return __builtin_popcount(seen & ((1u << given % BV_IRT_CATEGORIES_MAX) - 1));
}

/* Sum over the items that count, and the largest there is: of interest only between nothing and everything. */
static bool
between(int *sum, const struct conditional *c, size_t person)
{
	int high = 0;

	*sum = 0;
	for (size_t r = c->answers->first[person]; r < c->answers->first[person + 1]; r++) {
		uint32_t given = c->answers->given[r];
		if (!c->counts[given / BV_IRT_CATEGORIES_MAX])
			continue;
		*sum += category_of(c, given);
		high += c->categories[given / BV_IRT_CATEGORIES_MAX] - 1;
	}
	return *sum > 0 && *sum < high;
}

/* Leaves out items of which a part has no person with one of the categories, until none is left to leave out. */
static enum bv_status
items_choose(struct conditional *c, struct bv_err *err)
{
	size_t items = c->answers->item_count, left;
	bool *seen = bv_alloc_array(items * BV_IRT_CATEGORIES_MAX * (size_t)c->parts, sizeof *seen), again = true;
	int sum;

	for (size_t i = 0; i < items; i++) {
		c->categories[i] = __builtin_popcount(c->answers->seen[i]);
		c->counts[i] = c->categories[i] > 1;
	}
	while (again) {
		again = false;
		left = 0;
		memset(seen, 0, items * BV_IRT_CATEGORIES_MAX * (size_t)c->parts * sizeof *seen);
		for (size_t p = 0; p < c->answers->person_count; p++) {
			if (!between(&sum, c, p))
				continue;
			for (size_t r = c->answers->first[p]; r < c->answers->first[p + 1]; r++)
				seen[((c->part ? c->part[p] : 0) * items + c->answers->given[r] / BV_IRT_CATEGORIES_MAX) * BV_IRT_CATEGORIES_MAX +
				     (size_t)category_of(c, c->answers->given[r])] = true;
		}
		for (size_t i = 0; i < items; i++) {
			bool all = c->counts[i];
			for (int part = 0; part < c->parts; part++)
				for (int k = 0; k < c->categories[i]; k++)
					all &= seen[((size_t)part * items + i) * BV_IRT_CATEGORIES_MAX + (size_t)k];
			again |= c->counts[i] && !all;
			c->counts[i] &= all;
			left += c->counts[i];
		}
	}
	free(seen);
	if (left < 2)
		return bv_err_set(err, BV_EINVAL, "conditional likelihood needs two items of which%s somebody has each mark, and not nothing or everything in all of them",
		                  c->parts > 1 ? " in every part of the persons" : "");
	return BV_OK;
}

static struct form *
form_find(struct conditional *c, const uint32_t *item, size_t items, struct bv_err *err)
{
	for (size_t f = c->forms; f-- > 0;)
		if (c->form[f].items == items && memcmp(c->form[f].item, item, items * sizeof *item) == 0)
			return &c->form[f];
	if (c->forms == BV_IRT_FORMS_MAX) {
		(void)bv_err_set(err, BV_ELIMIT, "more than %d different sets of items were answered: conditional likelihood is for sheets of a few forms", BV_IRT_FORMS_MAX);
		return NULL;
	}
	struct form *form = &c->form[c->forms++];
	form->items = items;
	form->item = bv_alloc_array(items, sizeof *item);
	memcpy(form->item, item, items * sizeof *item);
	form->sums = 1;
	for (size_t k = 0; k < items; k++)
		form->sums += c->first[item[k] + 1] - c->first[item[k]];
	form->persons = bv_alloc_array(form->sums, sizeof *form->persons);
	return form;
}

/* Forms and counts of the persons of one part; -1: of all. */
static enum bv_status
forms_fill(struct conditional *c, int part, struct bv_err *err)
{
	size_t items = c->answers->item_count;
	double work = 0;
	int sum;

	c->form = bv_alloc_array(BV_IRT_FORMS_MAX, sizeof *c->form);
	c->place = bv_alloc_array(items, sizeof *c->place);
	c->first = bv_alloc_array(items + 1, sizeof *c->first);
	c->count = c->params = 0;
	for (size_t i = 0; i < items; i++)
		if (c->counts[i]) {
			c->place[i] = (uint32_t)c->count;
			c->first[c->count++] = c->params;
			c->params += (size_t)c->categories[i] - 1;
		}
	c->first[c->count] = c->params;
	c->seen = bv_alloc_array(c->params, sizeof *c->seen);
	c->d = bv_alloc_array(c->params, sizeof *c->d);
	c->gradient = bv_alloc_array(c->params, sizeof *c->gradient);
	c->information = bv_alloc_array(c->params * c->params, sizeof *c->information);
	uint32_t *own = bv_alloc_array(items, sizeof *own);
	enum bv_status status = BV_OK;
	for (size_t p = 0; status == BV_OK && p < c->answers->person_count; p++) {
		size_t n = 0;
		if ((part >= 0 && c->part[p] != part) || !between(&sum, c, p))
			continue;
		for (size_t r = c->answers->first[p]; r < c->answers->first[p + 1]; r++) {
			uint32_t given = c->answers->given[r], item = given / BV_IRT_CATEGORIES_MAX;
			if (!c->counts[item])
				continue;
			own[n++] = c->place[item];
			int k = category_of(c, given);
			if (k > 0)
				c->seen[c->first[c->place[item]] + (size_t)k - 1]++;
		}
		struct form *form = form_find(c, own, n, err);
		if (!form) {
			status = err->status;
			break;
		}
		form->persons[sum]++;
		c->persons++;
	}
	for (size_t f = 0; f < c->forms; f++)
		work += pow((double)c->form[f].items, 3) * (double)c->form[f].sums;
	if (status == BV_OK && work > WORK_MAX)
		status = bv_err_set(err, BV_ELIMIT, "%zu items in %zu forms are too many for conditional likelihood", c->count, c->forms);
	free(own);
	return status;
}

/* P of each category at ability 0. */
static void
categories_fill(double p[BV_IRT_CATEGORIES_MAX], const struct conditional *c, size_t item)
{
	size_t last = c->first[item + 1] - c->first[item];
	double largest = 0, sum = 0;

	p[0] = 0;
	for (size_t k = 1; k <= last; k++)
		largest = fmax(largest, p[k] = c->d[c->first[item] + k - 1]);
	for (size_t k = 0; k <= last; k++)
		sum += p[k] = exponential(p[k] - largest);
	for (size_t k = 0; k <= last; k++)
		p[k] /= sum;
}

/* Distribution of the sum of a form's items but those two (pass one that is none to leave out fewer). */
static void
sums_fill(double *out, const struct conditional *c, const struct form *form, double (*p)[BV_IRT_CATEGORIES_MAX], size_t without, size_t and)
{
	size_t top = 0;

	memset(out, 0, form->sums * sizeof *out);
	out[0] = 1;
	for (size_t i = 0; i < form->items; i++) {
		size_t last = c->first[form->item[i] + 1] - c->first[form->item[i]];
		if (i == without || i == and)
			continue;
		top += last;
		for (size_t s = top + 1; s-- > 0;) {
			double sum = 0;
			for (size_t k = 0; k <= last && k <= s; k++)
				sum += out[s - k] * p[i][k];
			out[s] = sum;
		}
	}
}

static size_t
param(const struct conditional *c, const struct form *form, size_t i, size_t k)
{
	return c->first[form->item[i]] + k - 1;
}

/* Adds what a form says: minus log likelihood's γ, and to gradient and information if they are asked for. */
static double
form_take(struct conditional *c, const struct form *form, bool derivatives)
{
	size_t n = form->items, none = n, width = BV_IRT_CATEGORIES_MAX * form->sums;
	double (*p)[BV_IRT_CATEGORIES_MAX] = bv_alloc_array(n, sizeof *p), *all = bv_alloc_array(form->sums, sizeof *all), *rest = bv_alloc_array(form->sums, sizeof *rest);
	double *chance = derivatives ? bv_alloc_array(n * width, sizeof *chance) : NULL, sum = 0, scale = 0;
#define LAST(i_) (c->first[form->item[i_] + 1] - c->first[form->item[i_]])

	for (size_t i = 0; i < n; i++) {
		categories_fill(p[i], c, form->item[i]);
		scale += logarithm(p[i][0]);
	}
	sums_fill(all, c, form, p, none, none);
	for (size_t r = 0; r < form->sums; r++)
		sum -= form->persons[r] > 0 ? form->persons[r] * (logarithm(all[r]) - scale) : 0;
	for (size_t i = 0; derivatives && i < n; i++) {
		/* P(category k | sum r) */
		sums_fill(rest, c, form, p, i, none);
		for (size_t k = 1; k <= LAST(i); k++)
			for (size_t r = k; r < form->sums; r++)
				if (form->persons[r] > 0) {
					double e = chance[i * width + k * form->sums + r] = p[i][k] * rest[r - k] / all[r];
					c->gradient[param(c, form, i, k)] -= form->persons[r] * e;
				}
		for (size_t k = 1; k <= LAST(i); k++)
			for (size_t l = 1; l <= LAST(i); l++)
				for (size_t r = 0; r < form->sums; r++)
					c->information[param(c, form, i, k) * c->params + param(c, form, i, l)] +=
					    form->persons[r] * chance[i * width + k * form->sums + r] * ((k == l) - chance[i * width + l * form->sums + r]);
	}
	for (size_t i = 0; derivatives && i < n; i++)
		for (size_t j = 0; j < i; j++) {
			sums_fill(rest, c, form, p, i, j);
			for (size_t k = 1; k <= LAST(i); k++)
				for (size_t l = 1; l <= LAST(j); l++) {
					double joint = 0;
					for (size_t r = k + l; r < form->sums; r++)
						if (form->persons[r] > 0)
							joint += form->persons[r] * p[i][k] * p[j][l] * rest[r - k - l] / all[r];
					for (size_t r = 0; r < form->sums; r++)
						joint -= form->persons[r] * chance[i * width + k * form->sums + r] * chance[j * width + l * form->sums + r];
					c->information[param(c, form, i, k) * c->params + param(c, form, j, l)] += joint;
					c->information[param(c, form, j, l) * c->params + param(c, form, i, k)] += joint;
				}
		}
#undef LAST
	free(p);
	free(all);
	free(rest);
	free(chance);
	return sum;
}

static double
likelihood_take(struct conditional *c, bool derivatives)
{
	double sum = 0;

	if (derivatives) {
		memcpy(c->gradient, c->seen, c->params * sizeof *c->gradient);
		memset(c->information, 0, c->params * c->params * sizeof *c->information);
	}
	for (size_t q = 0; q < c->params; q++)
		sum += c->seen[q] * c->d[q];
	for (size_t f = 0; f < c->forms; f++)
		sum += form_take(c, &c->form[f], derivatives);
	return sum;
}

/* Ability's zero is free: d_ik + k·shift is the same likelihood. The last intercepts are to sum to 0, by their square beside the information, which moves
 * nothing else: the gradient is at right angles to that direction. */
static bool
information_factor(struct conditional *c)
{
	for (size_t i = 0; i < c->count; i++)
		for (size_t j = 0; j < c->count; j++)
			c->information[(c->first[i + 1] - 1) * c->params + c->first[j + 1] - 1] += 1;
	return bv_cholesky(c->information, c->params, c->params, 1e-11);
}

/* Where to begin: the shares of the categories. */
static void
start(struct conditional *c)
{
	double sum = 0, lasts = 0;

	for (size_t i = 0; i < c->count; i++) {
		double none = (double)c->persons;
		for (size_t q = c->first[i]; q < c->first[i + 1]; q++)
			none -= c->seen[q];
		for (size_t q = c->first[i]; q < c->first[i + 1]; q++)
			c->d[q] = logarithm((c->seen[q] + 0.5) / (fmax(none, 0) + 0.5));
		sum += c->d[c->first[i + 1] - 1];
		lasts += (double)(c->first[i + 1] - c->first[i]);
	}
	for (size_t i = 0; i < c->count; i++)
		for (size_t q = c->first[i]; q < c->first[i + 1]; q++)
			c->d[q] -= (double)(q - c->first[i] + 1) * sum / lasts;
}

static double
largest(const double *x, size_t n)
{
	double max = 0;

	for (size_t i = 0; i < n; i++)
		max = fmax(max, fabs(x[i]));
	return max;
}

/* Newton's steps, halved where they do not rise; the likelihood has one maximum. Leaves the factor of the information. */
static enum bv_status
climb(struct bv_irt_conditional *fit, struct conditional *c, struct bv_err *err)
{
	double *before = bv_alloc_array(c->params, sizeof *before), *step = bv_alloc_array(c->params, sizeof *step);
	enum bv_status status = BV_OK;

	start(c);
	*fit = (struct bv_irt_conditional){ .param_count = (int)c->params - 1, .items = c->count, .persons = c->persons, .forms = c->forms };
	for (;;) {
		fit->log_likelihood = likelihood_take(c, true);
		fit->gradient = largest(c->gradient, c->params);
		fit->converged = fit->gradient <= GOAL * (double)c->persons;
		if (!information_factor(c)) {
			status = bv_err_set(err, BV_EINVAL, "nobody connects two parts of the items, or one of them is always above the other: conditional likelihood has no maximum");
			break;
		}
		if (fit->converged || fit->steps == STEPS || largest(c->d, c->params) > FAR)
			break;
		fit->steps++;
		memcpy(before, c->d, c->params * sizeof *before);
		memcpy(step, c->gradient, c->params * sizeof *step);
		bv_cholesky_solve(step, c->information, c->params, c->params);
		double length = 1;
		for (int half = 0; half < HALVES; half++, length /= 2) {
			for (size_t q = 0; q < c->params; q++)
				c->d[q] = before[q] + length * step[q];
			if (largest(c->d, c->params) < 2 * FAR && likelihood_take(c, false) >= fit->log_likelihood - 1e-13 * fabs(fit->log_likelihood))
				break;
		}
	}
	free(before);
	free(step);
	return status;
}

static void
conditional_init(struct conditional *c, const struct bv_irt_answers *answers, const uint8_t *part, int parts)
{
	*c = (struct conditional){ .answers = answers, .part = part, .parts = parts };
	c->counts = bv_alloc_array(answers->item_count, sizeof *c->counts);
	c->categories = bv_alloc_array(answers->item_count, sizeof *c->categories);
}

static void
conditional_finish(struct conditional *c)
{
	forms_free(c);
	free(c->counts);
	free(c->categories);
}

/* Variances under the constraint: of the inverse, less what the free direction v (v_ik = k) has in it, v v' / (Σ last)². */
static void
estimates_fill(struct bv_irt_estimate *estimates, const struct conditional *c)
{
	double *variance = bv_alloc_array(c->params, sizeof *variance), lasts = (double)c->params;

	bv_cholesky_inverse_diagonal(variance, c->information, c->params, c->params);
	for (size_t n = 0; n < c->answers->item_count; n++) {
		struct bv_irt_estimate *est = &estimates[n];
		*est = (struct bv_irt_estimate){ .marks = c->answers->seen[n], .state = c->answers->seen[n] ? BV_IRT_CONSTANT : BV_IRT_UNANSWERED };
		est->item = (struct bv_irt_item){ .model = c->categories[n] > 2 ? BV_IRT_PCM : BV_IRT_RASCH, .categories = c->categories[n], .a = 1 };
		if (!c->counts[n])
			continue;
		est->state = BV_IRT_ESTIMATED;
		est->error.model = est->item.model;
		est->error.categories = est->item.categories;
		for (size_t q = c->first[c->place[n]], k = 1; q < c->first[c->place[n] + 1]; q++, k++) {
			est->item.d[k - 1] = c->d[q];
			est->error.d[k - 1] = sqrt(fmax(variance[q] - (double)(k * k) / (lasts * lasts), 0));
		}
	}
	free(variance);
}

enum bv_status
bv_irt_conditional_take(struct bv_irt_conditional *fit, struct bv_irt_estimate *estimates, const struct bv_irt_answers *answers, struct bv_err *err)
{
	struct bv_irt_conditional got;
	struct conditional c;

	conditional_init(&c, answers, NULL, 1);
	enum bv_status status = items_choose(&c, err);
	if (status == BV_OK)
		status = forms_fill(&c, -1, err);
	if (status == BV_OK)
		status = climb(&got, &c, err);
	if (status == BV_OK) {
		estimates_fill(estimates, &c);
		*fit = got;
	}
	conditional_finish(&c);
	return status;
}

enum bv_status
bv_irt_andersen_take(struct bv_irt_andersen *out, const struct bv_irt_answers *answers, const uint8_t *part, int parts, struct bv_err *err)
{
	struct bv_irt_andersen got = { .converged = true };
	struct bv_irt_conditional fit;
	struct conditional c;

	conditional_init(&c, answers, part, parts);
	enum bv_status status = items_choose(&c, err);
	for (int which = -1; status == BV_OK && which < parts; which++) {
		status = forms_fill(&c, which, err);
		if (status == BV_OK)
			status = climb(&fit, &c, err);
		if (status == BV_OK) {
			got.chi2 += which < 0 ? -2 * fit.log_likelihood : 2 * fit.log_likelihood;
			got.df += which < 0 ? -fit.param_count : fit.param_count;
			got.converged &= fit.converged;
			got.items = fit.items;
			if (which >= 0)
				got.persons[which] = fit.persons;
		}
		forms_free(&c);
	}
	if (status == BV_OK) {
		got.chi2 = fmax(got.chi2, 0);
		got.p = bv_chi_square_tail(got.chi2, got.df);
		*out = got;
	}
	conditional_finish(&c);
	return status;
}

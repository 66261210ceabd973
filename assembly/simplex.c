#include "assembly/simplex.h"

#include <math.h>
#include <stdlib.h>

#define PRIMAL_TOLERANCE 1e-9
#define PIVOT_TOLERANCE 1e-8
#define NO_SLOT UINT32_MAX

enum { FACTOR_EVERY = 250, ITERATIONS_MAX = 20000, CHECK_EVERY = 4 };

/* ---- Set up ---- */

static void
fill_matrix(struct simplex *s, const struct row *rows)
{
	uint32_t *at = bv_alloc_array(s->n + 1, sizeof *at);
	size_t total = 0;

	s->start = bv_alloc_array(s->n + 1, sizeof *s->start);
	for (size_t r = 0; r < s->m; r++)
		for (size_t i = 0; i < rows[r].count; i++, total++)
			s->start[rows[r].item[i] + 1]++;
	for (size_t j = 0; j < s->n; j++)
		s->start[j + 1] += s->start[j];
	memcpy(at, s->start, (s->n + 1) * sizeof *at);
	s->row = bv_alloc_array(total, sizeof *s->row);
	s->coef = bv_alloc_array(total, sizeof *s->coef);
	for (size_t r = 0; r < s->m; r++)
		for (size_t i = 0; i < rows[r].count; i++) {
			uint32_t to = at[rows[r].item[i]]++;
			s->row[to] = (uint32_t)r;
			s->coef[to] = rows[r].coef[i];
		}
	free(at);
}

static void
fill_bounds(struct simplex *s, const struct row *rows)
{
	for (size_t j = 0; j < s->n; j++)
		s->hi[j] = 1;
	for (size_t r = 0; r < s->m; r++) {
		double least = 0, most = 0;
		for (size_t i = 0; i < rows[r].count; i++) {
			least += fmin(rows[r].coef[i], 0);
			most += fmax(rows[r].coef[i], 0);
		}
		s->lo[s->n + r] = fmax(rows[r].lo, least - 1);
		s->hi[s->n + r] = fmin(rows[r].hi, most + 1);
	}
}

void
simplex_init(struct simplex *s, size_t n, const struct row *rows, size_t row_count)
{
	size_t all = n + row_count, m = row_count, most = (m < n ? m : n) + 1;

	*s = (struct simplex){ .n = n, .m = m, .stride = most };
	s->cost = bv_alloc_array(all, sizeof *s->cost);
	s->lo = bv_alloc_array(all, sizeof *s->lo);
	s->hi = bv_alloc_array(all, sizeof *s->hi);
	s->x = bv_alloc_array(all, sizeof *s->x);
	s->reduced = bv_alloc_array(all, sizeof *s->reduced);
	s->state = bv_alloc_array(all, sizeof *s->state);
	s->slot = bv_alloc_array(m, sizeof *s->slot);
	s->tight = bv_alloc_array(most, sizeof *s->tight);
	s->basis = bv_alloc_array(most, sizeof *s->basis);
	s->inverse = bv_alloc_array(most * most, sizeof *s->inverse);
	s->active = bv_alloc_array(all, sizeof *s->active);
	s->rest = bv_alloc_array(all, sizeof *s->rest);
	s->base = bv_alloc_array(m, sizeof *s->base);
	s->sum = bv_alloc_array(m, sizeof *s->sum);
	s->weight = bv_alloc_array(m, sizeof *s->weight);
	s->candidate = bv_alloc_array(all, sizeof *s->candidate);
	s->ratio = bv_alloc_array(all, sizeof *s->ratio);
	s->alpha = bv_alloc_array(all, sizeof *s->alpha);
	s->line = bv_alloc_array(m, sizeof *s->line);
	s->column = bv_alloc_array(most, sizeof *s->column);
	s->moved = bv_alloc_array(most, sizeof *s->moved);
	s->factor = bv_alloc_array(2 * most * most, sizeof *s->factor);
	fill_matrix(s, rows);
	fill_bounds(s, rows);
	for (size_t r = 0; r < m; r++) {
		double most_coef = 0;
		for (size_t i = 0; i < rows[r].count; i++)
			most_coef = fmax(most_coef, fabs(rows[r].coef[i]));
		s->weight[r] = most_coef > 0 ? 1 / most_coef : 1;
	}
	simplex_reset(s);
}

void
simplex_finish(struct simplex *s)
{
	void *const owned[] = { s->start,   s->row,    s->coef,      s->cost,  s->lo,   s->hi,     s->x,     s->reduced, s->state, s->slot, s->tight,
		                s->basis,   s->sum,    s->inverse,   s->active, s->rest, s->base,  s->weight, s->candidate, s->alpha, s->line, s->column,
		                s->moved,   s->factor, s->ratio };

	for (size_t i = 0; i < BV_COUNT(owned); i++)
		free(owned[i]);
}

void
simplex_reset(struct simplex *s)
{
	for (size_t j = 0; j < s->n; j++)
		s->state[j] = SIMPLEX_LOW;
	for (size_t r = 0; r < s->m; r++) {
		s->slot[r] = NO_SLOT;
		s->state[s->n + r] = SIMPLEX_BASIC;
	}
	s->count = s->since_factored = 0;
}

/* ---- The basis ---- */

static double *
line_of(const struct simplex *s, size_t place)
{
	return s->inverse + place * s->stride;
}

static void
put_basis(struct simplex *s)
{
	size_t k = s->count, w = 2 * k;

	memset(s->factor, 0, k * w * sizeof *s->factor);
	for (size_t p = 0; p < k; p++) {
		uint32_t j = s->basis[p];
		s->factor[p * w + k + p] = 1;
		for (uint32_t e = s->start[j]; e < s->start[j + 1]; e++)
			if (s->slot[s->row[e]] != NO_SLOT)
				s->factor[s->slot[s->row[e]] * w + p] = s->coef[e];
	}
}

static void
swap_lines(double *a, double *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double t = a[i];
		a[i] = b[i];
		b[i] = t;
	}
}

/* The inverse anew, by Gauss and Jordan. False: the basis is singular. */
static bool
refactor(struct simplex *s)
{
	size_t m = s->count, w = 2 * m;

	put_basis(s);
	for (size_t k = 0; k < m; k++) {
		size_t pivot = k;
		for (size_t r = k + 1; r < m; r++)
			if (fabs(s->factor[r * w + k]) > fabs(s->factor[pivot * w + k]))
				pivot = r;
		if (fabs(s->factor[pivot * w + k]) < 1e-11)
			return false;
		if (pivot != k)
			swap_lines(s->factor + k * w, s->factor + pivot * w, w);
		double *line = s->factor + k * w, scale = 1 / line[k];
		for (size_t c = k; c < w; c++)
			line[c] *= scale;
		for (size_t r = 0; r < m; r++) {
			double *other = s->factor + r * w, by = other[k];
			if (r == k || by == 0)
				continue;
			for (size_t c = k; c < w; c++)
				other[c] -= by * line[c];
		}
	}
	for (size_t r = 0; r < m; r++)
		memcpy(line_of(s, r), s->factor + r * w + m, m * sizeof *s->inverse);
	s->since_factored = 0;
	return true;
}

/* The row's sum takes the last place of the basis, which grows by it. */
static size_t
tighten(struct simplex *s, uint32_t r)
{
	size_t k = s->count++;
	double *line = line_of(s, k);

	memset(line, 0, k * sizeof *line);
	for (size_t p = 0; p < k; p++) {
		uint32_t j = s->basis[p];
		const double *other = line_of(s, p);
		line_of(s, p)[k] = 0;
		for (uint32_t e = s->start[j]; e < s->start[j + 1]; e++)
			for (size_t t = 0; t < k && s->row[e] == r; t++)
				line[t] += s->coef[e] * other[t];
	}
	line[k] = -1; /* the sums' columns are those of -I */
	s->basis[k] = (uint32_t)(s->n + r);
	s->tight[k] = r;
	s->slot[r] = (uint32_t)k;
	s->x[s->n + r] = s->sum[r];
	return k;
}

/* The sum at that place of the basis leaves it with its row: what stands in the row's column elsewhere is zero. */
static void
loosen(struct simplex *s, size_t place)
{
	uint32_t r = s->basis[place] - (uint32_t)s->n;
	size_t slot = s->slot[r], last = --s->count;

	if (place != last) {
		memcpy(line_of(s, place), line_of(s, last), (last + 1) * sizeof *s->inverse);
		s->basis[place] = s->basis[last];
	}
	if (slot != last) {
		for (size_t p = 0; p < last; p++)
			line_of(s, p)[slot] = line_of(s, p)[last];
		s->tight[slot] = s->tight[last];
		s->slot[s->tight[slot]] = (uint32_t)slot;
	}
	s->slot[r] = NO_SLOT;
}

/* The line of the inverse by rows: zero at those that are not tight. */
static void
spread(struct simplex *s, const double *line)
{
	memset(s->line, 0, s->m * sizeof *s->line);
	for (size_t t = 0; t < s->count; t++)
		s->line[s->tight[t]] = line[t];
}

static double
price(const struct simplex *s, uint32_t j)
{
	double sum = 0;

	if (j >= s->n)
		return -s->line[j - s->n];
	for (uint32_t e = s->start[j]; e < s->start[j + 1]; e++)
		sum += s->line[s->row[e]] * s->coef[e];
	return sum;
}

static void
reduce_costs(struct simplex *s)
{
	double *y = s->moved;

	memset(y, 0, s->count * sizeof *y);
	for (size_t k = 0; k < s->count; k++) {
		double c = s->cost[s->basis[k]];
		const double *line = line_of(s, k);
		for (size_t t = 0; t < s->count && c != 0; t++)
			y[t] += c * line[t];
	}
	spread(s, y);
	for (uint32_t j = 0; j < s->n + s->m; j++)
		s->reduced[j] = s->state[j] == SIMPLEX_BASIC ? 0 : s->cost[j] - price(s, j);
}

static void
add_column(const struct simplex *s, double *rows, uint32_t j, double by)
{
	for (uint32_t e = s->start[j]; e < s->start[j + 1]; e++)
		rows[s->row[e]] += s->coef[e] * by;
}

/* Each column outside the basis stands where its reduced cost asks for. */
static void
stand(struct simplex *s)
{
	for (size_t i = 0; i < s->active_count; i++) {
		uint32_t j = s->active[i];
		if (s->reduced[j] > 0)
			s->state[j] = SIMPLEX_LOW;
		else if (s->reduced[j] < 0)
			s->state[j] = SIMPLEX_HIGH;
		s->x[j] = s->state[j] == SIMPLEX_LOW ? s->lo[j] : s->hi[j];
	}
}

/* Four sums side by side: one alone would wait for each addition. */
WIDE static double
dot(const double *a, const double *b, size_t count)
{
	lanes sum = { 0 };
	size_t i = 0;

	for (; i + LANES <= count; i += LANES)
		sum += *(const lanes *)(a + i) * *(const lanes *)(b + i);
	for (; i < count; i++)
		sum[0] += a[i] * b[i];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* The columns of the basis, where the others stand; and each row's sum. */
static void
solve_basics(struct simplex *s)
{
	memcpy(s->sum, s->base, s->m * sizeof *s->sum);
	for (size_t i = 0; i < s->active_count; i++)
		if (s->active[i] < s->n && s->x[s->active[i]] != 0)
			add_column(s, s->sum, s->active[i], s->x[s->active[i]]);
	for (size_t t = 0; t < s->count; t++)
		s->moved[t] = s->x[s->n + s->tight[t]] - s->sum[s->tight[t]];
	for (size_t k = 0; k < s->count; k++) {
		s->x[s->basis[k]] = dot(line_of(s, k), s->moved, s->count);
		add_column(s, s->sum, s->basis[k], s->x[s->basis[k]]);
	}
}

static bool
renew(struct simplex *s)
{
	if (s->since_factored && !refactor(s))
		return false;
	reduce_costs(s);
	stand(s);
	solve_basics(s);
	return true;
}

void
simplex_settle(struct simplex *s)
{
	memset(s->base, 0, s->m * sizeof *s->base);
	s->base_value = 0;
	s->active_count = 0;
	reduce_costs(s);
	for (uint32_t j = 0; j < s->n + s->m; j++) {
		s->rest[j] = s->state[j] != SIMPLEX_BASIC && s->lo[j] == s->hi[j];
		if (s->rest[j]) {
			s->x[j] = s->lo[j];
			s->base_value += s->cost[j] * s->x[j];
			if (j < s->n && s->x[j] != 0)
				add_column(s, s->base, j, s->x[j]);
		} else if (s->state[j] != SIMPLEX_BASIC) {
			s->active[s->active_count++] = j;
		}
	}
}

/* ---- One iteration ---- */

/* By how much each row breaks its bounds, in its own unit; the most. */
WIDE static double
weigh_rows(const struct simplex *s, double *breach)
{
	const double *lo = s->lo + s->n, *hi = s->hi + s->n;
	double most[LANES] = { 0 };

	for (size_t r = 0; r < s->m; r++) {
		double under = lo[r] - s->sum[r], over = s->sum[r] - hi[r];
		breach[r] = (under > over ? under : over) * s->weight[r];
	}
	for (size_t r = 0; r < s->m; r++)
		most[r % LANES] = breach[r] > most[r % LANES] ? breach[r] : most[r % LANES];
	return fmax(fmax(most[0], most[1]), fmax(most[2], most[3]));
}

/* The loose row that breaks its bounds most, and more than that; NO_SLOT when none does. */
static uint32_t
choose_row(struct simplex *s, double worst)
{
	double most = weigh_rows(s, s->line);
	uint32_t best = NO_SLOT;

	for (uint32_t r = 0; r < s->m && most > worst; r++)
		if (s->line[r] > worst && s->slot[r] == NO_SLOT) {
			worst = s->line[r];
			best = r;
			if (worst == most)
				break;
		}
	return best;
}

/* The column of the basis that breaks its bounds most, or a row that does, which then is tight; SIZE_MAX when none does. by: what it is to move. */
static size_t
choose_leaving(struct simplex *s, double *by)
{
	size_t leaving = SIZE_MAX;
	double worst = PRIMAL_TOLERANCE;

	for (size_t k = 0; k < s->count; k++) {
		uint32_t j = s->basis[k];
		double under = s->lo[j] - s->x[j], over = s->x[j] - s->hi[j], breach = under > over ? under : over;
		if (breach > worst) {
			worst = breach;
			leaving = k;
		}
	}
	uint32_t row = choose_row(s, worst);
	if (row != NO_SLOT)
		leaving = tighten(s, row);
	if (leaving != SIZE_MAX) {
		uint32_t j = s->basis[leaving];
		double under = s->lo[j] - s->x[j], over = s->x[j] - s->hi[j];
		*by = under > over ? under : -over;
	}
	return leaving;
}

/* alpha: what a line of the inverse makes of each column. */
static void
price_all(struct simplex *s, const double *line)
{
	spread(s, line);
	for (size_t i = 0; i < s->active_count; i++)
		s->alpha[s->active[i]] = price(s, s->active[i]);
}

/* The columns that can mend the leaving one's breach, by (> 0 when it is to rise). */
static size_t
collect(struct simplex *s, double by)
{
	size_t count = 0;

	for (size_t i = 0; i < s->active_count; i++) {
		uint32_t j = s->active[i];
		double alpha = s->alpha[j], mends = (s->state[j] == SIMPLEX_LOW) == (by > 0) ? -alpha : alpha;
		if (mends > PIVOT_TOLERANCE && s->lo[j] != s->hi[j]) {
			s->ratio[count] = fabs(s->reduced[j]) / mends;
			s->candidate[count++] = j;
		}
	}
	return count;
}

/* Of the candidates from one on that whose reduced cost the step uses up first is brought there; of several the one with the largest alpha. */
static uint32_t
next_candidate(struct simplex *s, size_t from, size_t count)
{
	size_t best = from;

	for (size_t i = from + 1; i < count; i++)
		if (s->ratio[i] < s->ratio[best] || (s->ratio[i] == s->ratio[best] && fabs(s->alpha[s->candidate[i]]) > fabs(s->alpha[s->candidate[best]])))
			best = i;
	uint32_t j = s->candidate[best];
	double ratio = s->ratio[best];
	s->candidate[best] = s->candidate[from];
	s->ratio[best] = s->ratio[from];
	s->candidate[from] = j;
	s->ratio[from] = ratio;
	return j;
}

/* The ratio test with long steps: columns whose whole range does not yet mend the breach change their bound on the way. Those come first in
 * s->candidate, *flips of them; the entering column is returned, UINT32_MAX when all of them together mend too little. */
static uint32_t
choose_entering(struct simplex *s, size_t count, double by, size_t *flips)
{
	double slope = fabs(by);

	for (*flips = 0; *flips < count; ++*flips) {
		uint32_t j = next_candidate(s, *flips, count);
		slope -= fabs(s->alpha[j]) * (s->hi[j] - s->lo[j]);
		if (slope <= PRIMAL_TOLERANCE)
			return j;
	}
	return UINT32_MAX;
}

/* column = inverse × the column j. */
static void
enter_column(struct simplex *s, uint32_t j)
{
	size_t count = 0;
	uint32_t at[64];
	double coef[64];

	memset(s->column, 0, s->count * sizeof *s->column);
	if (j >= s->n) {
		for (size_t k = 0; k < s->count; k++)
			s->column[k] = -line_of(s, k)[s->slot[j - s->n]];
		return;
	}
	for (uint32_t e = s->start[j]; e < s->start[j + 1]; e++) {
		if (s->slot[s->row[e]] != NO_SLOT) {
			at[count] = s->slot[s->row[e]];
			coef[count++] = s->coef[e];
		}
		if (count < BV_COUNT(at) && e + 1 < s->start[j + 1])
			continue;
		for (size_t k = 0; k < s->count; k++)
			for (size_t i = 0; i < count; i++)
				s->column[k] += line_of(s, k)[at[i]] * coef[i];
		count = 0;
	}
}

static void
move_basic(struct simplex *s, size_t place, double by)
{
	uint32_t j = s->basis[place];

	s->x[j] += by;
	if (j < s->n && by != 0)
		add_column(s, s->sum, j, by);
}

static void
flip(struct simplex *s, size_t flips)
{
	if (!flips)
		return;
	for (size_t t = 0; t < s->count; t++)
		s->moved[t] = s->sum[s->tight[t]];
	for (size_t i = 0; i < flips; i++) {
		uint32_t j = s->candidate[i];
		bool low = s->state[j] == SIMPLEX_LOW;
		double by = low ? s->hi[j] - s->lo[j] : s->lo[j] - s->hi[j];
		s->state[j] = low ? SIMPLEX_HIGH : SIMPLEX_LOW;
		s->x[j] = low ? s->hi[j] : s->lo[j];
		if (j < s->n)
			add_column(s, s->sum, j, by);
		else
			s->moved[s->slot[j - s->n]] += by;
	}
	for (size_t t = 0; t < s->count; t++)
		s->moved[t] -= s->sum[s->tight[t]];
	for (size_t k = 0; k < s->count; k++)
		move_basic(s, k, dot(line_of(s, k), s->moved, s->count));
}

/* to -= by × from. */
WIDE static void
subtract(double *to, const double *from, double by, size_t count)
{
	size_t i = 0;

	for (; i + LANES <= count; i += LANES)
		*(lanes *)(to + i) -= *(const lanes *)(from + i) * by;
	for (; i < count; i++)
		to[i] -= from[i] * by;
}

static void
update_inverse(struct simplex *s, size_t leaving)
{
	size_t m = s->count;
	double *pivot = line_of(s, leaving), scale = 1 / s->column[leaving];

	for (size_t t = 0; t < m; t++)
		pivot[t] *= scale;
	for (size_t k = 0; k < m; k++)
		if (k != leaving && s->column[k] != 0)
			subtract(line_of(s, k), pivot, s->column[k], m);
}

static void
exchange(struct simplex *s, size_t leaving, uint32_t entering, double by)
{
	uint32_t out = s->basis[leaving];
	double step = s->reduced[entering] / s->alpha[entering], bound = by > 0 ? s->lo[out] : s->hi[out];
	double t = (s->x[out] - bound) / s->column[leaving];
	size_t kept = 0;

	for (size_t i = 0; i < s->active_count; i++)
		s->reduced[s->active[i]] -= step * s->alpha[s->active[i]];
	s->reduced[out] = -step;
	s->reduced[entering] = 0;
	for (size_t k = 0; k < s->count; k++)
		move_basic(s, k, -t * s->column[k]);
	s->x[entering] += t;
	if (entering < s->n)
		add_column(s, s->sum, entering, t);
	s->x[out] = bound;
	s->state[out] = by > 0 ? SIMPLEX_LOW : SIMPLEX_HIGH;
	s->state[entering] = SIMPLEX_BASIC;
	s->basis[leaving] = entering;
	while (s->active[kept] != entering)
		kept++;
	if (out < s->n || s->lo[out] < s->hi[out])
		s->active[kept] = out;
	else
		s->active[kept] = s->active[--s->active_count]; /* the sum of an equation comes back never */
	update_inverse(s, leaving);
	if (entering >= s->n)
		loosen(s, leaving);
	s->since_factored++;
}

double
simplex_value(const struct simplex *s)
{
	double sum = s->base_value;

	for (size_t i = 0; i < s->active_count; i++)
		sum += s->cost[s->active[i]] * s->x[s->active[i]];
	for (size_t k = 0; k < s->count; k++)
		sum += s->cost[s->basis[k]] * s->x[s->basis[k]];
	return sum;
}

static double
penalty(struct simplex *s, double by)
{
	size_t count = collect(s, by);
	double slope = fabs(by), gain = 0, before = 0;

	for (size_t done = 0; done < count; done++) {
		uint32_t j = next_candidate(s, done, count);
		gain += (s->ratio[done] - before) * slope;
		before = s->ratio[done];
		slope -= fabs(s->alpha[j]) * (s->hi[j] - s->lo[j]);
		if (slope <= PRIMAL_TOLERANCE)
			return gain;
	}
	return INFINITY;
}

void
simplex_penalties(struct simplex *s, size_t place, double rise[2])
{
	double x = s->x[s->basis[place]];

	price_all(s, line_of(s, place));
	rise[0] = penalty(s, -x);
	rise[1] = penalty(s, 1 - x);
}

/* A row that became tight and could not be mended is as it was. */
static void
give_up(struct simplex *s)
{
	if (s->count && s->basis[s->count - 1] >= s->n)
		loosen(s, s->count - 1);
}

enum simplex_outcome
simplex_solve(struct simplex *s, double cutoff)
{
	if (s->since_factored >= FACTOR_EVERY) {
		if (!renew(s))
			return SIMPLEX_STUCK;
	} else {
		stand(s);
		solve_basics(s);
	}
	for (uint64_t n = 0; n < ITERATIONS_MAX; n++, s->iterations++) {
		double by = 0;
		if (s->since_factored >= FACTOR_EVERY && !renew(s))
			return SIMPLEX_STUCK;
		size_t flips, leaving = choose_leaving(s, &by);
		if (leaving == SIZE_MAX)
			return SIMPLEX_OPTIMAL;
		price_all(s, line_of(s, leaving));
		size_t count = collect(s, by);
		uint32_t entering = choose_entering(s, count, by, &flips);
		if (entering == UINT32_MAX) {
			give_up(s);
			return SIMPLEX_INFEASIBLE;
		}
		enter_column(s, entering);
		if (fabs(s->column[leaving]) < PIVOT_TOLERANCE || fabs(s->column[leaving] - s->alpha[entering]) > 1e-6 * (1 + fabs(s->alpha[entering]))) {
			give_up(s);
			if (!s->since_factored || !renew(s))
				return SIMPLEX_STUCK;
			continue;
		}
		flip(s, flips);
		exchange(s, leaving, entering, by);
		if (n % CHECK_EVERY == CHECK_EVERY - 1 && simplex_value(s) >= cutoff)
			return SIMPLEX_CUT;
	}
	return SIMPLEX_STUCK;
}

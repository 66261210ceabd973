#include "scoring/irt/joint.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/exponential.h"

#define RAW_MAX 30      /* a correlation of 0.9994 */
#define NOWHERE 1e-24   /* of likelihood times density in one area: other areas cannot make up for that */

void
joint_init(struct joint *j, struct expectation *e, const uint8_t *area_of, int area_count, bool turned)
{
	size_t stride = (size_t)e->nodes.stride, item = 0;
	double zero[AREAS] = { 0 };

	*j = (struct joint){ .area_count = area_count, .turned = turned };
	j->row_area = bv_alloc(e->used_count);
	for (size_t u = 0; u < e->used_count; u++) {
		uint32_t row = e->used[u];
		if (row < e->layout.cell_count) {
			while (e->layout.cell[item + 1] <= row)
				item++;
			j->row_area[u] = area_of[item];
		}
	}
	for (size_t u = 0, b = 0; u < e->used_count; u++)
		if (e->used[u] >= e->layout.cell_count) {
			while (b + 1 < e->layout.block_count && e->layout.blocks[b + 1].row <= e->used[u])
				b++;
			j->row_area[u] = area_of[e->layout.blocks[b].first];
		}
	j->ones = bv_alloc_array(stride, sizeof *j->ones);
	for (int q = 0; q < e->nodes.count; q++)
		j->ones[q] = 1;
	j->margin = bv_alloc_array((size_t)area_count * stride, sizeof *j->margin);
	for (int a = 0; a < area_count; a++) {
		j->covariance[a][a] = 1;
		for (int b = 0; b < area_count; b++)
			j->raw_index[a][b] = -1;
		j->spread_index[a] = -1;
	}
	if (turned) {
		rule_make(&j->rule, area_count);
		j->places = bv_alloc_array(e->person_count + 1, sizeof *j->places);
	} else {
		size_t rows = 1;
		for (int a = 0; a < area_count - 1; a++)
			rows *= (size_t)e->nodes.count;
		j->prior = bv_alloc_array(rows * stride, sizeof *j->prior);
	}
	normal_of(&j->normal, zero, &j->covariance[0][0], area_count);
	joint_prior(j, &e->nodes);
}

void
joint_finish(struct joint *j)
{
	free(j->row_area);
	free(j->ones);
	free(j->margin);
	free(j->prior);
	free(j->places);
}

size_t
joint_place(struct joint *j, const bool spread[AREAS], size_t next)
{
	for (int a = 0; a < j->area_count; a++) {
		for (int b = 0; b < a; b++)
			j->place[j->param_count++] = j->raw_index[a][b] = (int32_t)next++;
		if (spread[a])
			j->place[j->param_count++] = j->spread_index[a] = (int32_t)next++;
	}
	return next;
}

/* The rows of the factor, made unit long. */
static void
factor_of(double out[AREAS][AREAS], double length[AREAS], const struct joint *j)
{
	for (int a = 0; a < j->area_count; a++) {
		double square = 1;
		for (int b = 0; b < a; b++)
			square += j->raw[a][b] * j->raw[a][b];
		length[a] = sqrt(square);
		for (int b = 0; b < j->area_count; b++)
			out[a][b] = b < a ? j->raw[a][b] / length[a] : b == a ? 1 / length[a] : 0;
	}
}

bool
joint_set(struct joint *j, const double *x)
{
	double c[AREAS][AREAS], length[AREAS], zero[AREAS] = { 0 };

	for (int a = 0; a < j->area_count; a++) {
		for (int b = 0; b < a; b++)
			if (j->raw_index[a][b] >= 0)
				j->raw[a][b] = x[j->raw_index[a][b]];
		if (j->spread_index[a] >= 0)
			j->log_sd[a] = x[j->spread_index[a]];
		for (int b = 0; b < a; b++)
			if (!(fabs(j->raw[a][b]) <= RAW_MAX))
				return false;
		if (!(j->log_sd[a] >= LOG_SD_LOW && j->log_sd[a] <= LOG_SD_HIGH))
			return false;
	}
	factor_of(c, length, j);
	for (int a = 0; a < j->area_count; a++)
		for (int b = 0; b <= a; b++) {
			double sum = 0;
			for (int k = 0; k <= b; k++)
				sum += c[a][k] * c[b][k];
			j->covariance[a][b] = j->covariance[b][a] = (a == b ? 1 : sum) * exponential(j->log_sd[a]) * exponential(j->log_sd[b]);
		}
	return normal_of(&j->normal, zero, &j->covariance[0][0], j->area_count);
}

void
joint_get(double *x, const struct joint *j)
{
	for (int a = 0; a < j->area_count; a++) {
		for (int b = 0; b < a; b++)
			if (j->raw_index[a][b] >= 0)
				x[j->raw_index[a][b]] = j->raw[a][b];
		if (j->spread_index[a] >= 0)
			x[j->spread_index[a]] = j->log_sd[a];
	}
}

void
joint_slope(double out[AREAS][AREAS], const struct joint *j, int k)
{
	double c[AREAS][AREAS], length[AREAS];

	memset(out, 0, AREAS * sizeof *out);
	factor_of(c, length, j);
	for (int a = 0; a < j->area_count; a++) {
		if (j->spread_index[a] == j->place[k])
			for (int b = 0; b < j->area_count; b++) {
				out[a][b] += j->covariance[a][b];
				out[b][a] += j->covariance[a][b];
			}
		for (int b = 0; b < a; b++) {
			if (j->raw_index[a][b] != j->place[k])
				continue;
			/* Row a of the factor is v / |v|: its slope is (e_b − c_a c_ab) / |v|. */
			for (int o = 0; o < j->area_count; o++) {
				double sum = o == a ? 0 : c[o][b];
				for (int i = 0; i < j->area_count && o != a; i++)
					sum -= c[a][i] * c[a][b] * c[o][i];
				sum *= exponential(j->log_sd[a]) * exponential(j->log_sd[o]) / length[a];
				out[a][o] += sum;
				out[o][a] += sum;
			}
		}
	}
}

void
joint_prior(struct joint *j, const struct nodes *nodes)
{
	size_t stride = (size_t)nodes->stride, row = 0;
	int n = j->area_count, at[AREAS] = { 0 };
	double total = 0;

	for (int a = 0; a < n; a++)
		nodes_normal(j->margin + (size_t)a * stride, nodes, 0, sqrt(j->covariance[a][a]));
	memcpy(j->expected, j->covariance, sizeof j->expected);
	if (j->turned)
		return;
	memset(j->expected, 0, sizeof j->expected);
	for (bool more = true; more; row++) {
		double theta[AREAS], sum = 0, first = 0, second = 0;
		for (int a = 0; a < n - 1; a++)
			theta[a] = nodes->theta[at[a]];
		for (int q = 0; q < nodes->count; q++) {
			double x = theta[n - 1] = nodes->theta[q], w = exponential(fmax(-square_form(&j->normal, theta) / 2, -690));
			j->prior[row * stride + (size_t)q] = w;
			sum += w;
			first += w * x;
			second += w * x * x;
		}
		total += sum;
		for (int a = 0; a < n - 1; a++) {
			j->expected[n - 1][a] += first * theta[a];
			for (int b = 0; b <= a; b++)
				j->expected[a][b] += sum * theta[a] * theta[b];
		}
		j->expected[n - 1][n - 1] += second;
		more = false;
		for (int a = n - 1; a-- > 0 && !more;) {
			more = ++at[a] < nodes->count;
			at[a] = more ? at[a] : 0;
		}
	}
	double share = 1 / total;
	for (size_t i = 0; i < row * stride; i++)
		j->prior[i] *= share;
	for (int a = 0; a < n; a++)
		for (int b = 0; b <= a; b++)
			j->expected[a][b] = j->expected[b][a] = j->expected[a][b] * share;
}

/* Likelihoods of a person's answers, area after area, the largest of each made 1; the logarithm of what was taken out. */
static double
likelihoods(double *p, const struct joint *j, const struct expectation *e, size_t person)
{
	size_t stride = (size_t)e->nodes.stride, r = e->first[person];
	double log_out = 0;

	for (int a = 0; a < j->area_count; a++) {
		double *row = p + (size_t)a * stride, largest = 0, scale;
		size_t from = r;
		while (r < e->first[person + 1] && j->row_area[e->rows[r]] == a)
			r++;
		rows_product(row, &scale, e->table, e->nodes.stride, e->rows + from, r - from, j->ones);
		for (size_t q = 0; q < stride; q++)
			largest = row[q] > largest ? row[q] : largest;
		double raised = 1 / largest;
		for (size_t q = 0; q < stride; q++)
			row[q] *= raised;
		log_out += scale + (largest == 1 ? 0 : logarithm(largest));
	}
	return log_out;
}

double
joint_rows(double *log_rows, double *p, const struct joint *j, const struct expectation *e, size_t person)
{
	double out = likelihoods(p, j, e, person);

	for (int a = 0; a < j->area_count; a++)
		for (int q = 0; q < e->nodes.count; q++)
			log_rows[a * e->nodes.count + q] = logarithm(fmax(p[(size_t)a * (size_t)e->nodes.stride + (size_t)q], 1e-300));
	return out;
}

/* Nodes of an area where its likelihood and its density leave anything: from an even one on, and an even number of them. */
static void
range_of(int *low, int *high, const double *likelihood, const double *margin, int stride)
{
	double largest = 0;

	for (int q = 0; q < stride; q++)
		largest = fmax(largest, likelihood[q] * margin[q]);
	*low = 0;
	*high = stride;
	while (*low + 2 < *high && likelihood[*low] * margin[*low] < NOWHERE * largest && likelihood[*low + 1] * margin[*low + 1] < NOWHERE * largest)
		*low += 2;
	while (*high - 2 > *low && likelihood[*high - 1] * margin[*high - 1] < NOWHERE * largest && likelihood[*high - 2] * margin[*high - 2] < NOWHERE * largest)
		*high -= 2;
}

/* Row by row of the prior, one for each node of all areas but the last: one sum along it, one with the last ability, and its part of the last margin. Only
 * nodes where something is are visited. */
static double
product_take(double *p, double second[AREAS][AREAS], const struct joint *j, const struct nodes *nodes)
{
	size_t stride = (size_t)nodes->stride, count = (size_t)nodes->count;
	int n = j->area_count, low[AREAS], high[AREAS], at[AREAS];
	double margins[AREAS][STRIDE_MAX] __attribute__((aligned(16))), along[STRIDE_MAX] __attribute__((aligned(16)));
	double outer[AREAS], total = 0, moments[AREAS][AREAS] = { { 0 } };
	const lanes *l = (const lanes *)(p + (size_t)(n - 1) * stride), *t = (const lanes *)along;
	lanes *last = (lanes *)margins[n - 1];

	for (int a = 0; a < n; a++) {
		range_of(&low[a], &high[a], p + (size_t)a * stride, j->margin + (size_t)a * stride, nodes->stride);
		if (a < n - 1 && high[a] > nodes->count)
			high[a] = nodes->count;
		at[a] = low[a];
		memset(margins[a], 0, stride * sizeof *margins[a]);
	}
	for (size_t q = 0; q < stride; q++)
		along[q] = p[(size_t)(n - 1) * stride + q] * nodes->theta[q];
	for (int changed = 0; changed >= 0;) {
		size_t row = 0;
		for (int a = changed; a < n - 1; a++)
			outer[a] = (a ? outer[a - 1] : 1) * p[(size_t)a * stride + (size_t)at[a]];
		for (int a = 0; a < n - 1; a++)
			row = row * count + (size_t)at[a];
		const lanes *w = (const lanes *)(j->prior + row * stride);
		lanes sum = { 0, 0 }, with = { 0, 0 }, by = { outer[n - 2], outer[n - 2] };
		for (int q = low[n - 1] / 2; q < high[n - 1] / 2; q++) {
			sum += w[q] * l[q];
			with += w[q] * t[q];
			last[q] += w[q] * by;
		}
		double mass = outer[n - 2] * (sum[0] + sum[1]), moment = outer[n - 2] * (with[0] + with[1]);
		total += mass;
		for (int a = 0; a < n - 1; a++) {
			double x = nodes->theta[at[a]], here = mass * x;
			margins[a][at[a]] += mass;
			moments[n - 1][a] += moment * x;
			for (int b = 0; b < a; b++)
				moments[a][b] += here * nodes->theta[at[b]];
		}
		for (changed = n - 2; changed >= 0 && ++at[changed] == high[changed]; changed--)
			at[changed] = low[changed];
	}
	double share = 1 / total;
	for (int a = 0; a < n; a++) {
		double *out = p + (size_t)a * stride, square = 0;
		for (size_t q = 0; q < stride; q++) {
			out[q] = margins[a][q] * (a == n - 1 ? out[q] * share : share);
			square += out[q] * nodes->theta[q] * nodes->theta[q];
		}
		second[a][a] += square;
		for (int b = 0; b < a; b++)
			second[a][b] += moments[a][b] * share;
	}
	return logarithm(total);
}

/* The nodes' weights go to the four points that the likelihood is read from there. */
static double
turned_take(double *p, double second[AREAS][AREAS], struct joint *j, const struct expectation *e, size_t person, const double *log_rows)
{
	struct cloud cloud;
	size_t stride = (size_t)e->nodes.stride;

	around_find(&j->places[person], log_rows, e->nodes.count, &j->normal);
	double log_likelihood = around_take(&cloud, &j->places[person], &j->rule, log_rows, e->nodes.count, &j->normal);
	memset(p, 0, (size_t)j->area_count * stride * sizeof *p);
	for (int q = 0; q < cloud.count; q++)
		for (int a = 0; a < j->area_count; a++) {
			const struct cubic *cubic = &cloud.cubic[q][a];
			double weight = cloud.weight[q], *to = p + (size_t)a * stride + (size_t)cubic->first;
			for (int k = 0; k < 4; k++)
				to[k] += weight * cubic->c[k];
			for (int b = 0; b <= a; b++)
				second[a][b] += weight * cloud.theta[q][a] * cloud.theta[q][b];
		}
	return log_likelihood;
}

double
joint_person(double *p, double second[AREAS][AREAS], struct joint *j, const struct expectation *e, size_t person)
{
	double log_rows[AREAS * BV_IRT_NODES_MAX];

	if (!j->turned) {
		double out = likelihoods(p, j, e, person);
		return out + product_take(p, second, j, &e->nodes);
	}
	double out = joint_rows(log_rows, p, j, e, person);
	return out + turned_take(p, second, j, e, person, log_rows);
}

void
joint_sandwich(double out[AREAS][AREAS], const struct joint *j, double middle[AREAS][AREAS])
{
	double half[AREAS][AREAS] = { { 0 } };

	for (int a = 0; a < j->area_count; a++)
		for (int b = 0; b < j->area_count; b++)
			for (int k = 0; k < j->area_count; k++)
				half[a][b] += j->normal.precision[a][k] * middle[k][b];
	for (int a = 0; a < j->area_count; a++)
		for (int b = 0; b < j->area_count; b++) {
			out[a][b] = 0;
			for (int k = 0; k < j->area_count; k++)
				out[a][b] += half[a][k] * j->normal.precision[k][b];
		}
}

static double
product_of(double left[AREAS][AREAS], double right[AREAS][AREAS], int n)
{
	double sum = 0;

	for (int a = 0; a < n; a++)
		for (int b = 0; b < n; b++)
			sum += left[a][b] * right[a][b];
	return sum;
}

/* ∂ log density = ½ tr(Σ⁻¹ (theta theta' − Σ) Σ⁻¹ ∂Σ), of which the mean under the prior as it is summed is taken off. */
void
joint_gradient(double *gradient, struct joint *j, size_t persons)
{
	double rest[AREAS][AREAS], inner[AREAS][AREAS], slope[JOINT_PARAMS][AREAS][AREAS], turned[AREAS][AREAS];
	size_t count = (size_t)j->param_count;

	for (int a = 0; a < j->area_count; a++)
		for (int b = 0; b < j->area_count; b++)
			rest[a][b] = j->second[a][b] - (double)persons * j->expected[a][b];
	joint_sandwich(inner, j, rest);
	for (size_t k = 0; k < count; k++) {
		joint_slope(slope[k], j, (int)k);
		gradient[j->place[k]] += product_of(inner, slope[k], j->area_count) / 2;
	}
	for (size_t k = 0; k < count; k++) {
		joint_sandwich(turned, j, slope[k]);
		for (size_t l = 0; l <= k; l++)
			j->factor[k * count + l] = (double)persons / 2 * product_of(turned, slope[l], j->area_count);
		j->factor[k * count + k] += 1e-9;
	}
	if (!bv_cholesky(j->factor, count, count, 0)) {
		memset(j->factor, 0, sizeof j->factor);
		for (size_t k = 0; k < count; k++)
			j->factor[k * count + k] = sqrt((double)persons + 1);
	}
}

void
joint_step(double *out, const struct joint *j, const double *v)
{
	double y[JOINT_PARAMS];
	size_t count = (size_t)j->param_count;

	for (size_t k = 0; k < count; k++)
		y[k] = v[j->place[k]];
	bv_cholesky_solve(y, j->factor, count, count);
	for (size_t k = 0; k < count; k++)
		out[j->place[k]] = y[k];
}

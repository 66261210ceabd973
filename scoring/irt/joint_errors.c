/* The observed information of areas calibrated together: as uncertainty.c does it, with the scores' covariances over each person's adaptive nodes. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/cholesky.h"
#include "scoring/exponential.h"
#include "scoring/irt/uncertainty.h"

#define WIDTH(cloud) ((size_t)(cloud)->count / 2 * 2 + 2) /* of a row of scores: even, with a 0 behind it */
#define STEP 1e-4 /* of a parameter of the population: the slope of its gradient by differences */

struct work {
	const struct objective *o;
	double *score;      /* of each cell and parameter: a row along the nodes */
	double inner[JOINT_PARAMS][AREAS][AREAS]; /* Σ⁻¹ ∂Σ Σ⁻¹ */
	double *matrix[CHUNKS];
	size_t params_max;
};

/* −∂²/∂k∂l of Σ E log density, which has no more than second moments in it. */
static void
complete_population(double *out, const struct objective *o)
{
	const struct joint *j = o->joint;
	size_t count = (size_t)j->param_count, n = o->count;
	double *x = bv_alloc_array(n, sizeof *x), *gradient = bv_alloc_array(2 * n, sizeof *gradient), slope[JOINT_PARAMS][JOINT_PARAMS];
	struct joint *moved = bv_alloc(sizeof *moved);

	for (size_t k = 0; k < count; k++) {
		memset(gradient, 0, 2 * n * sizeof *gradient);
		for (int side = 0; side < 2; side++) {
			*moved = *j;
			objective_get(x, o);
			x[j->place[k]] += side ? -STEP : STEP;
			if (!joint_set(moved, x))
				continue; /* at the end of the range: half the difference */
			memcpy(moved->expected, moved->covariance, sizeof moved->expected);
			joint_gradient(gradient + (size_t)side * n, moved, o->e.person_count);
		}
		for (size_t l = 0; l < count; l++)
			slope[k][l] = (gradient[j->place[l]] - gradient[n + (size_t)j->place[l]]) / (2 * STEP);
	}
	for (size_t k = 0; k < count; k++)
		for (size_t l = 0; l < count; l++)
			out[(size_t)j->place[k] * n + (size_t)j->place[l]] -= (slope[k][l] + slope[l][k]) / 2;
	free(x);
	free(gradient);
	free(moved);
}

/* Less its mean, times the root of the weights. */
static void
centre(double *row, const struct cloud *cloud)
{
	double mean = 0;

	for (int q = 0; q < cloud->count; q++)
		mean += cloud->weight[q] * row[q];
	for (int q = 0; q < cloud->count; q++)
		row[q] = (row[q] - mean) * sqrt(cloud->weight[q]);
	for (size_t q = (size_t)cloud->count; q < WIDTH(cloud); q++)
		row[q] = 0;
}

/* The scores of all parameters that one person says anything of. */
static size_t
scores_make(double *rows, int32_t *places, const struct work *work, const struct cloud *cloud, size_t person)
{
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	const struct joint *j = o->joint;
	size_t count = 0, stride = (size_t)e->nodes.stride, width = WIDTH(cloud);

	for (size_t r = e->first[person]; r < e->first[person + 1]; r++) {
		uint32_t cells[BLOCK_PATTERNS], items[BLOCK_PATTERNS];
		size_t n = cells_of(cells, items, e, e->rows[r]);
		uint8_t area = j->row_area[e->rows[r]];
		for (size_t c = 0; c < n; c++)
			for (int t = 0; t < bv_irt_param_count(&o->items[items[c]]); t++) {
				int32_t place = o->index[items[c] * BV_IRT_PARAMS_MAX + (size_t)t];
				const double *score = work->score + ((size_t)cells[c] * BV_IRT_PARAMS_MAX + (size_t)t) * stride;
				double *row = rows + count * width;
				if (place < 0)
					continue;
				for (int q = 0; q < cloud->count; q++) {
					const struct cubic *cubic = &cloud->cubic[q][area];
					const double *at = score + cubic->first;
					row[q] = cubic->c[0] * at[0] + cubic->c[1] * at[1] + cubic->c[2] * at[2] + cubic->c[3] * at[3];
				}
				centre(row, cloud);
				places[count++] = place;
			}
	}
	for (int k = 0; k < j->param_count; k++) {
		double *row = rows + count * width;
		for (int q = 0; q < cloud->count; q++) {
			row[q] = 0;
			for (int a = 0; a < j->area_count; a++)
				for (int b = 0; b < j->area_count; b++)
					row[q] += cloud->theta[q][a] * work->inner[k][a][b] * cloud->theta[q][b] / 2;
		}
		centre(row, cloud);
		places[count++] = j->place[k];
	}
	return count;
}

static void
chunk_take(void *ctx, int chunk)
{
	struct work *work = ctx;
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t from = e->person_count * (size_t)chunk / CHUNKS, to = e->person_count * ((size_t)chunk + 1) / CHUNKS;
	double *rows = bv_alloc_array(work->params_max * (AROUND_MAX + 2), sizeof *rows), *matrix = work->matrix[chunk];
	double *log_rows = bv_alloc_array(AREAS * BV_IRT_NODES_MAX, sizeof *log_rows), *p = bv_alloc_array(AREAS * STRIDE_MAX, sizeof *p);
	int32_t *places = bv_alloc_array(work->params_max, sizeof *places);
	struct cloud *cloud = bv_alloc(sizeof *cloud);

	for (size_t person = from; person < to; person++) {
		joint_rows(log_rows, p, o->joint, e, person);
		around_take(cloud, &o->joint->places[person], &o->joint->rule, log_rows, e->nodes.count, &o->joint->normal);
		size_t count = scores_make(rows, places, work, cloud, person), width = WIDTH(cloud);
		for (size_t a = 0; a < count; a++)
			for (size_t b = 0; b <= a; b++) {
				double c = lanes_dot(rows + a * width, rows + b * width, (int)width / 2);
				matrix[(size_t)places[a] * o->count + (size_t)places[b]] -= c;
				/* Two items' parameters that are one and the same (1PL) count both ways. */
				if (a != b)
					matrix[(size_t)places[b] * o->count + (size_t)places[a]] -= c;
			}
	}
	free(rows);
	free(log_rows);
	free(p);
	free(places);
	free(cloud);
}

void
joint_information(double *out, const struct objective *o)
{
	const struct expectation *e = &o->e;
	struct joint *j = o->joint;
	struct work work = { .o = o };
	size_t size = o->count * o->count;

	complete_population(out, o);
	for (int k = 0; k < j->param_count; k++) {
		double slope[AREAS][AREAS];
		joint_slope(slope, j, k);
		joint_sandwich(work.inner[k], j, slope);
	}
	for (size_t person = 0; person < e->person_count; person++) {
		size_t n = (size_t)j->param_count;
		for (size_t r = e->first[person]; r < e->first[person + 1]; r++) {
			uint32_t cells[BLOCK_PATTERNS], items[BLOCK_PATTERNS];
			size_t c = cells_of(cells, items, e, e->rows[r]);
			for (size_t k = 0; k < c; k++)
				n += (size_t)bv_irt_param_count(&o->items[items[k]]);
		}
		work.params_max = n > work.params_max ? n : work.params_max;
	}
	work.score = item_scores(o);
	for (int c = 0; c < CHUNKS; c++)
		work.matrix[c] = bv_alloc_array(size, sizeof(double));
	chunks_run(e->threads, chunk_take, &work);
	for (int c = 0; c < CHUNKS; c++) {
		for (size_t i = 0; i < size; i++)
			out[i] += work.matrix[c][i];
		free(work.matrix[c]);
	}
	free(work.score);
}

/* The delta method. */
void
joint_population(struct bv_irt_population *out, const struct objective *o, const double *factor)
{
	const struct joint *j = o->joint;
	double *unit = bv_alloc_array(o->count, sizeof *unit), covariance[JOINT_PARAMS][JOINT_PARAMS] = { { 0 } }, slope[JOINT_PARAMS][AREAS][AREAS];

	*out = (struct bv_irt_population){ .area_count = j->area_count, .persons = o->e.person_count, .adaptive_log_likelihood = out->adaptive_log_likelihood };
	memcpy(out->covariance, j->covariance, sizeof out->covariance);
	for (int k = 0; k < j->param_count; k++) {
		joint_slope(slope[k], j, k);
		memset(unit, 0, o->count * sizeof *unit);
		unit[j->place[k]] = 1;
		if (factor)
			bv_cholesky_solve(unit, factor, o->count, o->count);
		for (int l = 0; factor && l < j->param_count; l++)
			covariance[k][l] = unit[j->place[l]];
	}
	for (int a = 0; a < j->area_count; a++)
		for (int b = 0; b <= a; b++) {
			double sum = 0, by = a == b ? 1 : exponential(-j->log_sd[a] - j->log_sd[b]), gradient[JOINT_PARAMS];
			for (int k = 0; k < j->param_count; k++) {
				bool spread = j->spread_index[a] == j->place[k] || j->spread_index[b] == j->place[k];
				gradient[k] = a != b && spread ? 0 : slope[k][a][b] * by;
			}
			for (int k = 0; k < j->param_count; k++)
				for (int l = 0; l < j->param_count; l++)
					sum += gradient[k] * covariance[k][l] * gradient[l];
			out->error[a][b] = out->error[b][a] = sum > 0 ? sqrt(sum) : 0;
		}
	free(unit);
}

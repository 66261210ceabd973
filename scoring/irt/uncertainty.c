#include "scoring/irt/uncertainty.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/exponential.h"

#define NEGLIGIBLE 1e-18
#define BATCH 8 /* persons between two passes over the matrix */

struct work {
	struct objective *o;
	double *score;      /* of each cell and parameter: a row of nodes */
	double *group;      /* of each group, mean and log sd: a row of nodes */
	double *matrix[CHUNKS];
	size_t answers_max; /* parameters of one person */
	/* Of the complete design: */
	double *by_node;    /* node × vector: what a parameter's score has that does not hang on the answer */
};

static int32_t
place(const struct objective *o, size_t item, int param)
{
	return o->index[item * BV_IRT_PARAMS_MAX + (size_t)param];
}

/* −Σ counts × second derivatives, and the priors'. */
static void
complete_items(double *out, const struct objective *o)
{
	const struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride;

	for (size_t i = 0; i < o->item_count; i++) {
		const struct bv_irt_item *item = &o->items[i];
		int count = bv_irt_param_count(item);
		double sum[BV_IRT_PARAMS_MAX][BV_IRT_PARAMS_MAX] = { { 0 } };
		for (int q = 0; q < e->nodes.count; q++) {
			struct bv_irt_slopes slopes;
			struct bv_irt_bends bends;
			bv_irt_slopes(&slopes, &bends, item, e->nodes.theta[q]);
			for (int k = 0; k < item->categories; k++) {
				double r = e->counts[(e->layout.cell[i] + (size_t)k) * stride + (size_t)q];
				for (int p = 0; r != 0 && p < count; p++)
					for (int t = 0; t < count; t++)
						sum[p][t] -= r * bends.second[k][p][t];
			}
		}
		for (int p = 0; p < count; p++) {
			if (place(o, i, p) < 0)
				continue;
			sum[p][p] -= prior_second(o, i, p);
			for (int t = 0; t < count; t++)
				if (place(o, i, t) >= 0)
					out[(size_t)place(o, i, p) * o->count + (size_t)place(o, i, t)] += sum[p][t];
		}
	}
}

/* With t the score in the mean, z/sd, or in log sd, z² − 1, and E over the weights: −Σ n ∂t + N (E ∂t + Cov(t, t')). */
static void
complete_groups(double *out, const struct objective *o)
{
	const struct nodes *nodes = &o->e.nodes;

	for (int g = 0; g < o->e.group_count; g++) {
		const double *w = o->e.weights + (size_t)g * (size_t)nodes->stride, *n = o->e.ability + (size_t)g * (size_t)nodes->stride;
		double sd = exponential(o->log_sd[g]), persons = 0, mean[2] = { 0 }, sum[2][2] = { { 0 } };
		int32_t at[2] = { o->mean_index[g], o->spread_index[g] };
		for (int q = 0; q < nodes->count; q++)
			persons += n[q];
		for (int q = 0; q < nodes->count; q++) {
			double z = (nodes->theta[q] - o->mean[g]) / sd, t[2] = { z / sd, z * z - 1 };
			double bend[2][2] = { { -1 / (sd * sd), -2 * t[0] }, { -2 * t[0], -2 * z * z } };
			for (int a = 0; a < 2; a++) {
				mean[a] += w[q] * t[a];
				for (int b = 0; b < 2; b++)
					sum[a][b] += persons * w[q] * (bend[a][b] + t[a] * t[b]) - n[q] * bend[a][b];
			}
		}
		for (int a = 0; a < 2; a++)
			for (int b = 0; b < 2; b++)
				if (at[a] >= 0 && at[b] >= 0)
					out[(size_t)at[a] * o->count + (size_t)at[b]] += sum[a][b] - persons * mean[a] * mean[b];
	}
}

double *
item_scores(const struct objective *o)
{
	const struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride;
	double *score = bv_alloc_array(e->layout.cell_count * BV_IRT_PARAMS_MAX * stride, sizeof *score);

	for (size_t i = 0; i < o->item_count; i++)
		for (int q = 0; q < e->nodes.count; q++) {
			struct bv_irt_slopes slopes;
			bv_irt_slopes(&slopes, NULL, &o->items[i], e->nodes.theta[q]);
			for (int k = 0; k < o->items[i].categories; k++)
				for (int p = 0; p < bv_irt_param_count(&o->items[i]); p++)
					score[((e->layout.cell[i] + (size_t)k) * BV_IRT_PARAMS_MAX + (size_t)p) * stride + (size_t)q] = slopes.first[k][p];
		}
	return score;
}

static void
scores_fill(struct work *work)
{
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride;

	work->score = item_scores(o);
	work->group = bv_alloc_array((size_t)e->group_count * 2 * stride, sizeof(double));
	for (int g = 0; g < e->group_count; g++) {
		const double *w = e->weights + (size_t)g * stride;
		double *t[2] = { work->group + (size_t)g * 2 * stride, work->group + ((size_t)g * 2 + 1) * stride }, mean[2] = { 0 };
		double sd = exponential(o->log_sd[g]);
		for (int q = 0; q < e->nodes.count; q++) {
			double z = (e->nodes.theta[q] - o->mean[g]) / sd;
			t[0][q] = z / sd;
			t[1][q] = z * z - 1;
			mean[0] += w[q] * t[0][q];
			mean[1] += w[q] * t[1][q];
		}
		for (int q = 0; q < e->nodes.count; q++) {
			t[0][q] -= mean[0];
			t[1][q] -= mean[1];
		}
	}
}

/* Posterior weights that count: p[low] … p[high - 1], summing to 1. */
static void
weights_of(double *p, int *low, int *high, const struct expectation *e, size_t person)
{
	double scale, sum = expectation_posterior(p, &scale, e, person);

	*low = 0;
	*high = e->nodes.count;
	while (*low < *high - 1 && p[*low] < sum * NEGLIGIBLE)
		++*low;
	while (*high > *low + 1 && p[*high - 1] < sum * NEGLIGIBLE)
		--*high;
	for (int q = *low; q < *high; q++)
		p[q] /= sum;
}

/* The cells of one of a person's rows. */
size_t
cells_of(uint32_t out[BLOCK_PATTERNS], uint32_t items[BLOCK_PATTERNS], const struct expectation *e, uint32_t used)
{
	const struct layout *layout = &e->layout;
	uint32_t number = e->used[used];
	size_t low = 0, high = number < layout->cell_count ? layout->item_count : layout->block_count;

	if (number < layout->cell_count) {
		while (high - low > 1) {
			size_t middle = (low + high) / 2;
			if (layout->cell[middle] <= number)
				low = middle;
			else
				high = middle;
		}
		out[0] = number;
		items[0] = (uint32_t)low;
		return 1;
	}
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (layout->blocks[middle].row <= number)
			low = middle;
		else
			high = middle;
	}
	const struct block *block = &layout->blocks[low];
	uint32_t pattern = number - block->row;
	for (uint32_t i = 0; i < block->count; i++) {
		uint32_t radix = layout->cell[block->first + i + 1] - layout->cell[block->first + i];
		out[i] = layout->cell[block->first + i] + pattern % radix;
		items[i] = block->first + i;
		pattern /= radix;
	}
	return block->count;
}

double
lanes_dot(const double *a, const double *b, int pairs)
{
	lanes one = { 0, 0 }, two = { 0, 0 };
	const lanes *p = (const lanes *)a, *q = (const lanes *)b;
	int i = 0;

	for (; i + 2 <= pairs; i += 2) {
		one += p[i] * q[i];
		two += p[i + 1] * q[i + 1];
	}
	if (i < pairs)
		one += p[i] * q[i];
	one += two;
	return one[0] + one[1];
}

/* Centred scores of one person, times the root of the weights: a row for each parameter that the person's answers have. */
static size_t
centred(double *rows, int32_t *places, const struct work *work, size_t person, const double *p, int low, int high)
{
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride, count = 0;
	double root[STRIDE_MAX];
	int g = e->group[person];

	for (int q = low; q < high; q++)
		root[q] = sqrt(p[q]);
#define ROW(from_, place_) \
	do { \
		const double *from = (from_); \
		double *row = rows + count * stride, mean = 0; \
		for (int q = low; q < high; q++) \
			mean += p[q] * from[q]; \
		for (int q = low; q < high; q++) \
			row[q - low] = (from[q] - mean) * root[q]; \
		if ((high - low) % 2) \
			row[high - low] = 0; \
		places[count++] = (place_); \
	} while (0)
	for (size_t r = e->first[person]; r < e->first[person + 1]; r++) {
		uint32_t cells[BLOCK_PATTERNS], items[BLOCK_PATTERNS];
		size_t n = cells_of(cells, items, e, e->rows[r]);
		for (size_t c = 0; c < n; c++)
			for (int t = 0; t < bv_irt_param_count(&o->items[items[c]]); t++)
				if (place(o, items[c], t) >= 0)
					ROW(work->score + ((size_t)cells[c] * BV_IRT_PARAMS_MAX + (size_t)t) * stride, place(o, items[c], t));
	}
	if (o->mean_index[g] >= 0)
		ROW(work->group + (size_t)g * 2 * stride, o->mean_index[g]);
	if (o->spread_index[g] >= 0)
		ROW(work->group + ((size_t)g * 2 + 1) * stride, o->spread_index[g]);
#undef ROW
	return count;
}

static void
chunk_any(void *ctx, int chunk)
{
	struct work *work = ctx;
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t stride = (size_t)e->nodes.stride, from = e->person_count * (size_t)chunk / CHUNKS, to = e->person_count * ((size_t)chunk + 1) / CHUNKS;
	double *rows = bv_alloc_array((work->answers_max + 2) * stride, sizeof *rows), *matrix = work->matrix[chunk];
	int32_t *places = bv_alloc_array(work->answers_max + 2, sizeof *places);
	double p[STRIDE_MAX] __attribute__((aligned(16)));

	for (size_t person = from; person < to; person++) {
		int low, high;
		weights_of(p, &low, &high, e, person);
		size_t count = centred(rows, places, work, person, p, low, high);
		int pairs = (high - low + 1) / 2;
		for (size_t a = 0; a < count; a++)
			for (size_t b = 0; b <= a; b++) {
				double c = lanes_dot(rows + a * stride, rows + b * stride, pairs);
				matrix[(size_t)places[a] * o->count + (size_t)places[b]] -= c;
				/* Two items' parameters that are one and the same (1PL) count both ways. */
				if (a != b)
					matrix[(size_t)places[b] * o->count + (size_t)places[a]] -= c;
			}
	}
	free(rows);
	free(places);
}

/* ---- Everybody answered all items of right and wrong, one group: the score of a parameter is x·u − f with u = theta or 1 and f = u·P, so that only
 * means over each person's posterior are needed, not products of all pairs along the nodes. ---- */

static bool
complete_design(const struct objective *o)
{
	const struct expectation *e = &o->e;

	for (size_t i = 0; i < o->item_count; i++) {
		if (o->items[i].model > BV_IRT_2PL)
			return false;
		for (int p = 0; p < 2; p++)
			if (place(o, i, p) < 0)
				return false;
	}
	if (e->group_count > 1 || o->mean_index[0] >= 0 || o->spread_index[0] >= 0 || o->shared >= 0)
		return false;
	for (size_t p = 0; p < e->person_count; p++) {
		if (e->first[p + 1] - e->first[p] != e->layout.block_count)
			return false;
		for (size_t b = 0; b < e->layout.block_count; b++)
			if (e->used[e->rows[e->first[p] + b]] < e->layout.cell_count)
				return false;
	}
	return true;
}

/* matrix[a][b] += Σ left·right over the batch, for the rows of one kind of parameter. */
static void
batch_add(double *matrix, size_t width, size_t rows, size_t columns, const double *const left[BATCH], const double *const right[BATCH])
{
	for (size_t a = 0; a < rows; a++) {
		lanes *to = (lanes *)(matrix + a * width), c[BATCH];
		for (int b = 0; b < BATCH; b++)
			c[b] = (lanes){ left[b][a], left[b][a] };
		for (size_t j = 0; j < columns / 2; j++) {
			lanes sum = to[j];
			for (int b = 0; b < BATCH; b++)
				sum += c[b] * ((const lanes *)right[b])[j];
			to[j] = sum;
		}
	}
}

/* Of one chunk: kind 0 is (a, a), 1 is (a, d), 2 is (d, d), each items × items (width even), in work->matrix: Σ x·x·E[u·u'] − m·m'. */
static void
chunk_complete(void *ctx, int chunk)
{
	struct work *work = ctx;
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t items = o->item_count, width = items + items % 2, square = items * width;
	size_t from = e->person_count * (size_t)chunk / CHUNKS, to = e->person_count * ((size_t)chunk + 1) / CHUNKS;
	/* Of each person of a batch: x, x·E theta, x·E theta², m_a, m_d, −m_a, −m_d. */
	double *vectors = bv_alloc_array(BATCH * 7 * width, sizeof *vectors), p[STRIDE_MAX] __attribute__((aligned(16)));
	const double *v[7][BATCH];

	for (int b = 0; b < BATCH; b++)
		for (int k = 0; k < 7; k++)
			v[k][b] = vectors + ((size_t)b * 7 + (size_t)k) * width;
	for (size_t person = from; person < to; person += BATCH) {
		memset(vectors, 0, BATCH * 7 * width * sizeof *vectors);
		for (size_t b = 0; b < BATCH && person + b < to; b++) {
			double *x = vectors + b * 7 * width, first = 0, second = 0;
			double *x1 = x + width, *x2 = x + 2 * width, *ma = x + 3 * width, *md = x + 4 * width, *na = x + 5 * width, *nd = x + 6 * width;
			int low, high;
			weights_of(p, &low, &high, e, person + b);
			for (size_t r = e->first[person + b]; r < e->first[person + b + 1]; r++) {
				uint32_t cells[BLOCK_PATTERNS], which[BLOCK_PATTERNS];
				size_t n = cells_of(cells, which, e, e->rows[r]);
				for (size_t c = 0; c < n; c++)
					x[which[c]] = cells[c] - e->layout.cell[which[c]];
			}
			for (int q = low; q < high; q++) {
				double theta = e->nodes.theta[q], w = p[q], wt = w * theta;
				lanes *d = (lanes *)md, *a = (lanes *)ma, w2 = { w, w }, wt2 = { wt, wt };
				const lanes *f = (const lanes *)(work->by_node + (size_t)q * width);
				first += wt;
				second += wt * theta;
				for (size_t j = 0; j < width / 2; j++) {
					d[j] += w2 * f[j];
					a[j] += wt2 * f[j];
				}
			}
			for (size_t i = 0; i < items; i++) {
				x1[i] = x[i] * first;
				x2[i] = x[i] * second;
				ma[i] = x1[i] - ma[i];
				md[i] = x[i] - md[i];
				na[i] = -ma[i];
				nd[i] = -md[i];
			}
		}
		double *matrix = work->matrix[chunk];
		batch_add(matrix, width, items, width, v[2], v[0]);
		batch_add(matrix, width, items, width, v[3], v[5]);
		batch_add(matrix + square, width, items, width, v[1], v[0]);
		batch_add(matrix + square, width, items, width, v[3], v[6]);
		batch_add(matrix + 2 * square, width, items, width, v[0], v[0]);
		batch_add(matrix + 2 * square, width, items, width, v[4], v[6]);
	}
	free(vectors);
}

/* Σ over persons of E[s s'] less x·x·E[u·u']: Σ_q W f f' − R u f' − R' u' f, with W persons and R right answers at a node. */
static double
rest_of(const struct work *work, size_t i, size_t j, int power)
{
	const struct expectation *e = &work->o->e;
	size_t stride = (size_t)e->nodes.stride, width = work->o->item_count + work->o->item_count % 2;
	const double *ri = e->counts + (e->layout.cell[i] + 1) * stride, *rj = e->counts + (e->layout.cell[j] + 1) * stride;
	double sum = 0;

	for (size_t q = 0; q < (size_t)e->nodes.count; q++) {
		double pi = work->by_node[q * width + i], pj = work->by_node[q * width + j], theta = e->nodes.theta[q];
		double u = power == 0 ? 1 : power == 1 ? theta : theta * theta;
		sum += u * (e->ability[q] * pi * pj - ri[q] * pj - rj[q] * pi);
	}
	return sum;
}

static void
covariance_complete(double *out, struct work *work)
{
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t items = o->item_count, width = items + items % 2, square = items * width;

	work->by_node = bv_alloc_array((size_t)e->nodes.count * width, sizeof(double));
	for (size_t q = 0; q < (size_t)e->nodes.count; q++)
		for (size_t i = 0; i < items; i++)
			work->by_node[q * width + i] = e->cells[(e->layout.cell[i] + 1) * (size_t)e->nodes.stride + q];
	for (int c = 0; c < CHUNKS; c++)
		work->matrix[c] = bv_alloc_array(3 * square, sizeof(double));
	chunks_run(e->threads, chunk_complete, work);
	for (int c = 1; c < CHUNKS; c++)
		for (size_t i = 0; i < 3 * square; i++)
			work->matrix[0][i] += work->matrix[c][i];
	for (size_t i = 0; i < items; i++)
		for (size_t j = 0; j < items; j++) {
			const double *m = work->matrix[0] + i * width + j;
			size_t ai = (size_t)place(o, i, 0), di = (size_t)place(o, i, 1), aj = (size_t)place(o, j, 0), dj = (size_t)place(o, j, 1);
			double cross = m[square] + rest_of(work, i, j, 1);
			out[ai * o->count + aj] -= m[0] + rest_of(work, i, j, 2);
			out[ai * o->count + dj] -= cross;
			out[dj * o->count + ai] -= cross;
			out[di * o->count + dj] -= m[2 * square] + rest_of(work, i, j, 0);
		}
	free(work->by_node);
}

static void
covariance_any(double *out, struct work *work)
{
	const struct objective *o = work->o;
	const struct expectation *e = &o->e;
	size_t size = o->count * o->count;

	for (size_t person = 0; person < e->person_count; person++) {
		size_t n = 0;
		for (size_t r = e->first[person]; r < e->first[person + 1]; r++) {
			uint32_t cells[BLOCK_PATTERNS], items[BLOCK_PATTERNS];
			size_t c = cells_of(cells, items, e, e->rows[r]);
			for (size_t k = 0; k < c; k++)
				n += (size_t)bv_irt_param_count(&o->items[items[k]]);
		}
		work->answers_max = n > work->answers_max ? n : work->answers_max;
	}
	scores_fill(work);
	for (int c = 0; c < CHUNKS; c++)
		work->matrix[c] = bv_alloc_array(size, sizeof(double));
	chunks_run(e->threads, chunk_any, work);
	for (int c = 0; c < CHUNKS; c++)
		for (size_t i = 0; i < size; i++)
			out[i] += work->matrix[c][i];
	free(work->score);
	free(work->group);
}

void
information_observed(double *out, struct objective *o)
{
	struct work work = { .o = o };

	complete_items(out, o);
	if (o->joint) {
		joint_information(out, o);
		return;
	}
	complete_groups(out, o);
	if (complete_design(o))
		covariance_complete(out, &work);
	else
		covariance_any(out, &work);
	for (int c = 0; c < CHUNKS; c++)
		free(work.matrix[c]);
}

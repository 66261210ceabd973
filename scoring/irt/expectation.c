#include "scoring/irt/expectation.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/exponential.h"
#include "scoring/irt/joint.h"

#define NEGLIGIBLE 1e-18 /* of a posterior: below what a sum of doubles notices */

struct share {
	int first, threads;
	void (*run)(void *ctx, int chunk);
	void *ctx;
};

static void *
share_run(void *arg)
{
	const struct share *share = arg;

	for (int c = share->first; c < CHUNKS; c += share->threads)
		share->run(share->ctx, c);
	return NULL;
}

void
chunks_run(int threads, void (*run)(void *ctx, int chunk), void *ctx)
{
	pthread_t thread[CHUNKS];
	struct share shares[CHUNKS];
	bool started[CHUNKS] = { false };

	if (threads > CHUNKS)
		threads = CHUNKS;
	for (int t = 0; t < threads; t++)
		shares[t] = (struct share){ t, threads, run, ctx };
	for (int t = 1; t < threads; t++)
		started[t] = pthread_create(&thread[t], NULL, share_run, &shares[t]) == 0;
	share_run(&shares[0]);
	/* A thread that the system does not give is a share that is done here. */
	for (int t = 1; t < threads; t++)
		if (started[t])
			pthread_join(thread[t], NULL);
		else
			share_run(&shares[t]);
}

static void
persons_init(struct expectation *e, const struct bv_irt_answers *answers, const int32_t *item_of, const int8_t *category_of)
{
	int8_t *marks = bv_alloc(e->layout.item_count);
	size_t count = 0;

	e->first = bv_alloc_array(answers->person_count + 1, sizeof *e->first);
	e->group = bv_alloc(answers->person_count);
	e->rows = bv_alloc_array(answers->count, sizeof *e->rows);
	memset(marks, -1, e->layout.item_count);
	for (size_t p = 0; p < answers->person_count; p++) {
		size_t before = count;
		for (size_t r = answers->first[p]; r < answers->first[p + 1]; r++) {
			uint32_t given = answers->given[r];
			if (item_of[given / BV_IRT_CATEGORIES_MAX] >= 0)
				marks[item_of[given / BV_IRT_CATEGORIES_MAX]] = category_of[given];
		}
		count += layout_rows(e->rows + count, &e->layout, marks);
		for (size_t r = answers->first[p]; r < answers->first[p + 1]; r++)
			if (item_of[answers->given[r] / BV_IRT_CATEGORIES_MAX] >= 0)
				marks[item_of[answers->given[r] / BV_IRT_CATEGORIES_MAX]] = -1;
		if (count == before)
			continue;
		e->group[e->person_count++] = answers->group[p];
		e->first[e->person_count] = count;
	}
	free(marks);
}

/* Only rows that somebody has are kept. */
static void
used_init(struct expectation *e)
{
	uint32_t *place = bv_alloc_array(e->layout.row_count, sizeof *place), *times = bv_alloc_array(e->layout.row_count, sizeof *times);
	size_t row_count = e->first[e->person_count];

	for (size_t r = 0; r < row_count; r++)
		times[e->rows[r]]++;
	e->used = bv_alloc_array(e->layout.row_count, sizeof *e->used);
	e->times = bv_alloc_array(e->layout.row_count, sizeof *e->times);
	for (size_t r = 0; r < e->layout.row_count; r++)
		if (times[r] > 0) {
			place[r] = (uint32_t)e->used_count;
			e->times[e->used_count] = times[r];
			e->used[e->used_count++] = (uint32_t)r;
		}
	for (size_t r = 0; r < row_count; r++)
		e->rows[r] = place[e->rows[r]];
	free(place);
	free(times);
}

void
expectation_init(struct expectation *e, const struct bv_irt_answers *answers, const int32_t *item_of, const int8_t *category_of,
                 const uint8_t *categories, const uint8_t *area, size_t item_count, int node_count, int threads)
{
	*e = (struct expectation){ .group_count = answers->group_count, .threads = threads };
	nodes_init(&e->nodes, node_count);
	layout_init(&e->layout, categories, area, item_count);
	persons_init(e, answers, item_of, category_of);
	used_init(e);
	size_t stride = (size_t)e->nodes.stride;
	e->table = bv_alloc_array(e->used_count * stride, sizeof *e->table);
	e->scale = bv_alloc_array(e->used_count, sizeof *e->scale);
	for (int c = 0; c < CHUNKS; c++)
		e->sums[c] = bv_alloc_array((e->used_count + (size_t)e->group_count) * stride, sizeof *e->sums[c]);
	e->cells = bv_alloc_array(e->layout.cell_count * stride, sizeof *e->cells);
	e->counts = bv_alloc_array(e->layout.cell_count * stride, sizeof *e->counts);
	e->ability = bv_alloc_array((size_t)e->group_count * stride, sizeof *e->ability);
	e->weights = bv_alloc_array((size_t)e->group_count * stride, sizeof *e->weights);
}

void
expectation_finish(struct expectation *e)
{
	layout_finish(&e->layout);
	free(e->first);
	free(e->rows);
	free(e->group);
	free(e->used);
	free(e->table);
	free(e->scale);
	free(e->times);
	for (int c = 0; c < CHUNKS; c++)
		free(e->sums[c]);
	free(e->cells);
	free(e->counts);
	free(e->ability);
	free(e->weights);
}

/* The block that a row belongs to; rows are asked for in rising order. */
static const struct block *
block_of(const struct layout *layout, uint32_t row, size_t *hint)
{
	while (*hint + 1 < layout->block_count && layout->blocks[*hint + 1].row <= row)
		++*hint;
	return &layout->blocks[*hint];
}

static void
table_fill(struct expectation *e)
{
	size_t stride = (size_t)e->nodes.stride, hint = 0;

	for (size_t u = 0; u < e->used_count; u++) {
		double *row = e->table + u * stride, largest = 1e-300;
		uint32_t number = e->used[u];
		if (number < e->layout.cell_count) {
			memcpy(row, e->cells + number * stride, stride * sizeof *row);
		} else {
			const struct block *block = block_of(&e->layout, number, &hint);
			uint32_t pattern = number - block->row;
			for (uint32_t i = block->first; i < block->first + block->count; i++) {
				uint32_t radix = e->layout.cell[i + 1] - e->layout.cell[i];
				const double *cell = e->cells + (e->layout.cell[i] + pattern % radix) * stride;
				pattern /= radix;
				if (i == block->first)
					memcpy(row, cell, stride * sizeof *row);
				else
					for (size_t q = 0; q < stride / 2; q++)
						((lanes *)row)[q] *= ((const lanes *)cell)[q];
			}
		}
		for (int q = 0; q < e->nodes.count; q++)
			largest = row[q] > largest ? row[q] : largest;
		double raised = 1 / largest;
		for (int q = 0; q < e->nodes.count; q++) {
			double x = row[q] * raised;
			row[q] = x > FLOOR ? x : FLOOR;
		}
		e->scale[u] = logarithm(largest);
	}
}

/* What the used rows counted goes to the cells that they are made of. */
static void
counts_spread(struct expectation *e)
{
	size_t stride = (size_t)e->nodes.stride, hint = 0;

	memset(e->counts, 0, e->layout.cell_count * stride * sizeof *e->counts);
	for (size_t u = 0; u < e->used_count; u++) {
		const double *from = e->sums[0] + u * stride;
		uint32_t number = e->used[u];
		if (number < e->layout.cell_count) {
			double *to = e->counts + number * stride;
			for (size_t q = 0; q < stride / 2; q++)
				((lanes *)to)[q] += ((const lanes *)from)[q];
			continue;
		}
		const struct block *block = block_of(&e->layout, number, &hint);
		uint32_t pattern = number - block->row;
		for (uint32_t i = block->first; i < block->first + block->count; i++) {
			uint32_t radix = e->layout.cell[i + 1] - e->layout.cell[i];
			double *to = e->counts + (e->layout.cell[i] + pattern % radix) * stride;
			pattern /= radix;
			for (size_t q = 0; q < stride / 2; q++)
				((lanes *)to)[q] += ((const lanes *)from)[q];
		}
	}
}

double
expectation_posterior(double *out, double *scale, const struct expectation *e, size_t person)
{
	return rows_product(out, scale, e->table, e->nodes.stride, e->rows + e->first[person], e->first[person + 1] - e->first[person],
	                    e->weights + (size_t)e->group[person] * (size_t)e->nodes.stride);
}

static void
chunk_take(void *ctx, int chunk)
{
	struct expectation *e = ctx;
	size_t stride = (size_t)e->nodes.stride, from = e->person_count * (size_t)chunk / CHUNKS, to = e->person_count * ((size_t)chunk + 1) / CHUNKS;
	double *sums = e->sums[chunk], sum_of_logs = 0, product = 1;
	double p[STRIDE_MAX] __attribute__((aligned(16)));

	memset(sums, 0, (e->used_count + (size_t)e->group_count) * stride * sizeof *sums);
	for (size_t person = from; person < to; person++) {
		double scale, sum = expectation_posterior(p, &scale, e, person), least = sum * NEGLIGIBLE;
		/* One logarithm for a few persons. */
		product *= sum;
		sum_of_logs += scale;
		if (product < 1e-10) {
			sum_of_logs += logarithm(product); /* >= 1e-10 × 1e-290: see rows_product */
			product = 1;
		}
		int low = 0, high = (int)stride / 2;
		while (low < high && p[2 * low] < least && p[2 * low + 1] < least)
			low++;
		while (high > low && p[2 * high - 1] < least && p[2 * high - 2] < least)
			high--;
		double share = 1 / sum;
		lanes by = { share, share };
		for (int q = low; q < high; q++)
			((lanes *)p)[q] *= by;
		for (size_t r = e->first[person]; r < e->first[person + 1]; r++) {
			lanes *row = (lanes *)(sums + e->rows[r] * stride);
			for (int q = low; q < high; q++)
				row[q] += ((const lanes *)p)[q];
		}
		lanes *ability = (lanes *)(sums + (e->used_count + e->group[person]) * stride);
		for (int q = low; q < high; q++)
			ability[q] += ((const lanes *)p)[q];
	}
	e->chunk_log[chunk] = sum_of_logs + logarithm(product);
}

/* Each row counts where its area's margin lies. */
static void
chunk_take_joint(void *ctx, int chunk)
{
	struct expectation *e = ctx;
	struct joint *j = e->joint;
	size_t stride = (size_t)e->nodes.stride, from = e->person_count * (size_t)chunk / CHUNKS, to = e->person_count * ((size_t)chunk + 1) / CHUNKS;
	double *sums = e->sums[chunk], p[AREAS * STRIDE_MAX] __attribute__((aligned(16)));

	memset(sums, 0, (e->used_count + (size_t)e->group_count) * stride * sizeof *sums);
	memset(j->chunk_second[chunk], 0, sizeof j->chunk_second[chunk]);
	e->chunk_log[chunk] = 0;
	for (size_t person = from; person < to; person++) {
		e->chunk_log[chunk] += joint_person(p, j->chunk_second[chunk], j, e, person);
		for (size_t r = e->first[person]; r <= e->first[person + 1]; r++) {
			bool last = r == e->first[person + 1]; /* the first area's margin stands for the group's ability: it counts the persons */
			lanes *row = (lanes *)(sums + (last ? e->used_count : e->rows[r]) * stride);
			const lanes *margin = (const lanes *)(p + (last ? 0 : j->row_area[e->rows[r]]) * stride);
			for (size_t q = 0; q < stride / 2; q++)
				row[q] += margin[q];
		}
	}
}

static void
joint_take(struct expectation *e)
{
	struct joint *j = e->joint;

	chunks_run(e->threads, chunk_take_joint, e);
	for (int a = 0; a < j->area_count; a++)
		for (int b = 0; b <= a; b++) {
			double sum = 0;
			for (int c = 0; c < CHUNKS; c++)
				sum += j->chunk_second[c][a][b];
			j->second[a][b] = j->second[b][a] = sum;
		}
}

void
expectation_take(struct expectation *e)
{
	size_t stride = (size_t)e->nodes.stride, doubles = (e->used_count + (size_t)e->group_count) * stride;

	table_fill(e);
	if (e->joint)
		joint_take(e);
	else
		chunks_run(e->threads, chunk_take, e);
	e->log_likelihood = 0;
	for (int c = 0; c < CHUNKS; c++)
		e->log_likelihood += e->chunk_log[c];
	for (size_t u = 0; u < e->used_count; u++)
		e->log_likelihood += e->times[u] * e->scale[u];
	for (int c = 1; c < CHUNKS; c++)
		for (size_t i = 0; i < doubles / 2; i++)
			((lanes *)e->sums[0])[i] += ((const lanes *)e->sums[c])[i];
	counts_spread(e);
	memcpy(e->ability, e->sums[0] + e->used_count * stride, (size_t)e->group_count * stride * sizeof *e->ability);
}

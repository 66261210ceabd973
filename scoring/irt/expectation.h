/* The E-step: what the answers would add up to at each node of ability, and the marginal log likelihood. Persons are cut into chunks that do not depend
 * on the number of threads, each chunk adds up for itself in order, and the chunks are added in order: the same bits for any number of threads. */
#ifndef BV_SCORING_IRT_EXPECTATION_H
#define BV_SCORING_IRT_EXPECTATION_H

#include "scoring/irt/answers.h"
#include "scoring/irt/rows.h"

#define CHUNKS 8
#define STRIDE_MAX (BV_IRT_NODES_MAX + 1)

struct joint; /* of several areas: joint.h */

struct expectation {
	struct nodes nodes;
	struct layout layout;    /* of the items that count */
	int group_count, threads;
	size_t person_count;     /* with an answer that counts */
	size_t *first;           /* rows of each person, and one more */
	uint32_t *rows;          /* into the rows that are used */
	uint8_t *group;
	size_t used_count;
	uint32_t *used;          /* layout row of each used row */
	double *table;           /* used rows: likelihood, largest 1 */
	double *scale;           /* used rows: logarithm of what was the largest */
	double *times;           /* how many persons have a used row */
	double *sums[CHUNKS];    /* used rows, then groups: expected counts */
	double chunk_log[CHUNKS];
	double *cells;           /* P of each cell, and after expectation_take … */
	double *counts;          /* … the expected count of each */
	double *ability;         /* groups: expected persons at each node */
	double *weights;         /* groups: probability of each node */
	double log_likelihood;
	struct joint *joint;     /* or NULL */
};

/* item_of: for each item of the answers its place among those that count, or -1; category_of: 16 for each, by mark; area: of each that counts, rising, or
 * NULL. With areas joint is set afterwards, before the first expectation_take. */
void expectation_init(struct expectation *e, const struct bv_irt_answers *answers, const int32_t *item_of, const int8_t *category_of,
                      const uint8_t *categories, const uint8_t *area, size_t item_count, int node_count, int threads);
void expectation_finish(struct expectation *e);
/* From cells and weights to counts, ability and log_likelihood. */
void expectation_take(struct expectation *e);
/* The posterior of one person, not normalised, into out; its sum. */
double expectation_posterior(double *out, double *scale, const struct expectation *e, size_t person);

/* run(ctx, chunk) for every chunk, on so many threads. */
void chunks_run(int threads, void (*run)(void *ctx, int chunk), void *ctx);

#endif

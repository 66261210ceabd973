/* Distribution of the sum of marks and the ability that belongs to each sum. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/irt/rows.h"

size_t
bv_irt_marks_max(const struct bv_irt_item *items, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (size_t)items[i].categories - 1;
	return sum;
}

void
bv_irt_sum_distribution(double *out, const struct bv_irt_item *items, size_t count, double theta)
{
	size_t top = 0;

	out[0] = 1;
	for (size_t i = 0; i < count; i++) {
		struct bv_irt_curve curve;
		size_t last = (size_t)items[i].categories - 1;
		bv_irt_curve(&curve, &items[i], theta);
		for (size_t s = top + 1; s <= top + last; s++)
			out[s] = 0;
		/* From above, so that what is read is still of the items before. */
		for (size_t s = top + last + 1; s-- > 0;) {
			double sum = 0;
			for (size_t k = 0; k <= last && k <= s; k++)
				sum += out[s - k] * curve.p[k];
			out[s] = sum;
		}
		top += last;
	}
}

void
bv_irt_sum_scores(struct bv_irt_sum_score *out, const struct bv_irt_item *items, size_t count, double mean, double sd)
{
	size_t sums = bv_irt_marks_max(items, count) + 1;
	double *at = bv_alloc_array(sums * BV_IRT_NODES, sizeof *at), prior[BV_IRT_NODES + 1];
	struct nodes nodes;

	nodes_init(&nodes, BV_IRT_NODES);
	nodes_normal(prior, &nodes, mean, sd);
	for (size_t q = 0; q < BV_IRT_NODES; q++)
		bv_irt_sum_distribution(at + q * sums, items, count, nodes.theta[q]);
	for (size_t s = 0; s < sums; s++) {
		double sum = 0, first = 0, second = 0;
		for (size_t q = 0; q < BV_IRT_NODES; q++) {
			double w = at[q * sums + s] * prior[q];
			sum += w;
			first += w * nodes.theta[q];
		}
		double theta = sum > 0 ? first / sum : mean;
		for (size_t q = 0; q < BV_IRT_NODES; q++)
			second += at[q * sums + s] * prior[q] * (nodes.theta[q] - theta) * (nodes.theta[q] - theta);
		out[s] = (struct bv_irt_sum_score){ theta, sum > 0 ? sqrt(second / sum) : sd, sum };
	}
	free(at);
}

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/irt/classification.h"
#include "scoring/distribution.h"
#include "scoring/irt/rows.h"

#define EDGE 6.0
#define CLOSE 1e-9 /* a node that is a cut but for its rounding */

void
classification_add(struct classes *sum, const double *p, size_t true_class, double weight)
{
	sum->accuracy += weight * p[true_class];
	for (size_t k = 0; k < sum->count; k++) {
		sum->consistency += weight * p[k] * p[k];
		sum->found[k] += weight * p[k];
	}
	bool below = sum->count > 1 && true_class == 0;
	for (size_t k = 0; k < sum->count; k++)
		*(sum->count > 1 && k == 0 ? &sum->below[below] : &sum->above[below]) += weight * p[k];
}

struct bv_irt_classification
classification_of(const struct classes *sum)
{
	double chance = 0;

	for (size_t k = 0; k < sum->count; k++)
		chance += sum->found[k] * sum->found[k];
	return (struct bv_irt_classification){ sum->accuracy, sum->consistency, chance < 1 - 1e-12 ? (sum->consistency - chance) / (1 - chance) : 0, chance,
		                               sum->below[1], sum->below[0], sum->above[0], sum->above[1] };
}

void
bv_irt_rudner(struct bv_irt_classification *out, const struct bv_irt_item *items, size_t count, const double *cuts, size_t cut_count, double mean,
              double sd)
{
	double weights[BV_IRT_NODES + 1];
	struct classes sum = { .count = cut_count + 1 };
	struct nodes nodes;

	assert(cut_count <= BV_IRT_CUTS_MAX);
	nodes_init(&nodes, BV_IRT_NODES);
	nodes_normal(weights, &nodes, mean, sd);
	for (int q = 0; q < BV_IRT_NODES; q++) {
		double theta = nodes.theta[q], information = 0, p[BV_IRT_CUTS_MAX + 1], below = 0;
		size_t true_class = 0;
		for (size_t i = 0; i < count; i++)
			information += bv_irt_information(&items[i], theta);
		for (size_t k = 0; k < cut_count; k++) {
			assert(fabs(cuts[k]) <= EDGE && (k == 0 || cuts[k - 1] < cuts[k]));
			double next = bv_normal_cdf((cuts[k] - theta) * sqrt(information));
			p[k] = next - below;
			below = next;
			true_class += theta >= cuts[k] - CLOSE;
		}
		p[cut_count] = 1 - below;
		classification_add(&sum, p, true_class, weights[q]);
	}
	*out = classification_of(&sum);
}

void
bv_irt_lee(struct bv_irt_classification *out, const struct bv_irt_item *items, size_t count, const int *cuts, size_t cut_count, double mean, double sd)
{
	size_t sums = bv_irt_marks_max(items, count) + 1;
	double weights[BV_IRT_NODES + 1], *distribution = bv_alloc_array(sums, sizeof *distribution);
	struct classes sum = { .count = cut_count + 1 };
	struct nodes nodes;

	assert(cut_count <= BV_IRT_CUTS_MAX);
	nodes_init(&nodes, BV_IRT_NODES);
	nodes_normal(weights, &nodes, mean, sd);
	for (int q = 0; q < BV_IRT_NODES; q++) {
		double p[BV_IRT_CUTS_MAX + 1] = { 0 }, expected = 0;
		size_t true_class = 0, found = 0;
		bv_irt_sum_distribution(distribution, items, count, nodes.theta[q]);
		for (size_t s = 0; s < sums; s++) {
			while (found < cut_count && (int)s >= cuts[found])
				found++;
			p[found] += distribution[s];
			expected += (double)s * distribution[s];
		}
		for (size_t k = 0; k < cut_count; k++) {
			assert(cuts[k] >= 1 && (k == 0 || cuts[k - 1] < cuts[k]));
			true_class += expected >= cuts[k] - CLOSE;
		}
		classification_add(&sum, p, true_class, weights[q]);
	}
	free(distribution);
	*out = classification_of(&sum);
}

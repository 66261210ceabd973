#include <assert.h>
#include <math.h>
#include <stdint.h>

#include "scoring/distribution.h"
#include "scoring/setting/setting.h"

/* P(the true score is below the cut); where there is no error, the score itself decides. */
static double
below(double score, double error, double cut)
{
	return error > 0 ? bv_normal_cdf((cut - score) / error) : score < cut;
}

void
bv_impact_take(struct bv_impact_row *out, const struct bv_scores *s, size_t by, size_t value, const double *cuts, size_t count)
{
	assert(count <= BV_STANDARD_LEVELS_MAX && (by == SIZE_MAX || by < s->by_count));
	*out = (struct bv_impact_row){ 0 };
	for (size_t k = 1; k < count; k++)
		assert(cuts[k] >= cuts[k - 1]);
	for (size_t p = 0; p < s->persons; p++) {
		if (by != SIZE_MAX && s->value_of[by][p] != value)
			continue;
		size_t level = 0;
		double before = 0;
		while (level < count && s->score[p] >= cuts[level])
			level++;
		out->share[level]++;
		out->persons++;
		for (size_t k = 0; s->error && k <= count; k++) {
			double upto = k < count ? below(s->score[p], s->error[p], cuts[k]) : 1;
			out->expected[k] += upto - before;
			before = upto;
		}
	}
	for (size_t k = 0; k <= count; k++) {
		out->share[k] = out->persons ? out->share[k] / (double)out->persons : NAN;
		out->expected[k] = out->persons && s->error ? out->expected[k] / (double)out->persons : NAN;
	}
}

/* One candidate's adaptive session. */
#ifndef BV_ASSEMBLY_SESSION_H
#define BV_ASSEMBLY_SESSION_H

#include "assembly/adaptive.h"
#include "assembly/chance.h"

struct bv_exposure {
	size_t count;
	double sessions;
	double *given, *eligible, *selected, *may; /* of items; may: Sympson and Hetter's chance */
	uint32_t *fixed;                           /* of items: chances in millionths, in the place of counts; else NULL */
};

enum { ITEM_FREE, ITEM_BARRED, ITEM_OUT };

struct bv_cat {
	const struct bv_adaptive *a;
	const struct bv_exposure *exposure;
	struct bv_stream stream;
	struct chance chance; /* seeded from the stream: what is asked of it is too much for HMAC */
	uint8_t *state;       /* of items: ITEM_… */
	bool *area_met;
	uint32_t items[BV_ASSEMBLY_LENGTH_MAX], passed[BV_ASSEMBLY_LENGTH_MAX];
	uint8_t category[BV_ASSEMBLY_LENGTH_MAX];
	size_t count, passed_count;
	double likelihood[BV_ADAPTIVE_NODES_MAX], posterior[BV_ADAPTIVE_NODES_MAX]; /* posterior sums to 1 */
	double *worth; /* of items, LANES more: scratch of the rules that look at all */
	double theta, se, llr;
};

/* The estimate after the last answer. */
void session_estimate(struct bv_cat *s);
/* What each item is worth now by the rule that looks at all of them, into s->worth. */
void session_weigh(struct bv_cat *s);
/* The items of several categories by one of those rules: the same sums over the nodes from … to - 1 with one for each category. */
void polytomous_variance(struct bv_cat *s, bool at_estimate, size_t from, size_t to);
void polytomous_divergence(struct bv_cat *s, const double *weight, size_t from, size_t to);
void polytomous_spread(struct bv_cat *s, const double *weight, size_t from, size_t to);
void polytomous_expected_information(struct bv_cat *s, size_t from, size_t to);

#endif

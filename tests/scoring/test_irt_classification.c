#define _GNU_SOURCE
/* Accuracy and consistency of levels: against cacIRT (reference: psycho/expected/classification.json), the normal distribution against erfc, and sums
 * against forms that are drawn. Trap 5: cacIRT ignores its argument D; the reference was computed with a/1.7, so that its values are those of D = 1. */
#include <math.h>

#include "base/hash.h"
#include "base/json.h"
#include "scoring/irt/irt.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

#define PACKAGE 1e-12
#define ITEMS 30

static bool
near(double got, double want, double tolerance)
{
	if (fabs(got - want) <= tolerance)
		return true;
	printf("# got %.15g, want %.15g\n", got, want);
	return false;
}

static void
check_package(void)
{
	const char *path = check_reference("psycho/data/syn_2pl_30x2000_true.csv");
	BV_AUTO(bv_buf_finish) struct bv_buf bank = BV_BUF(1u << 20), text = BV_BUF(8u << 20);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_irt_item items[ITEMS];
	struct bv_str rest, line;
	struct bv_err err;
	static const double cuts[] = { -0.5, 0.8 };
	static const int sums[] = { 12, 20 };

	if (!path || bv_file_read(&bank, path, &err) != BV_OK)
		return;
	rest = bv_buf_str(&bank);
	bv_str_line(&rest, &line);
	for (int i = 0; i < ITEMS && bv_str_line(&rest, &line); i++) {
		double a = 0, b = 0;
		size_t comma = bv_str_find(line, ',');
		struct bv_str numbers = bv_str_sub(line, comma + 1, line.len);
		size_t second = bv_str_find(numbers, ',');
		CHECK(bv_str_double(bv_str_sub(numbers, 0, second), &a) && bv_str_double(bv_str_sub(numbers, second + 1, numbers.len), &b), "item %d", i + 1);
		items[i] = bv_irt_item_of(a, b, 0, 1);
	}
	path = check_reference("psycho/expected/classification.json");
	if (!path || !CHECK(bv_file_read(&text, path, &err) == BV_OK && bv_json_parse(&json, bv_buf_str(&text), &err) == BV_OK, "reference read"))
		return;
	for (size_t row = 0; row < 3; row++) {
		size_t from = row == 1, count = row == 2 ? 2 : 1;
		struct bv_irt_classification rudner, lee;
		bv_irt_rudner(&rudner, items, ITEMS, cuts + from, count, 0, 1);
		bv_irt_lee(&lee, items, ITEMS, sums + from, count, 0, 1);
		const struct bv_json *r = bv_json_at(bv_json_find(bv_json_find(json, "rudner_D"), "Marginal"), row);
		const struct bv_json *l = bv_json_at(bv_json_find(bv_json_find(json, "lee_D"), "Marginal"), row);
		CHECK(near(rudner.accuracy, bv_json_real(bv_json_at(r, 0)), PACKAGE) && near(rudner.consistency, bv_json_real(bv_json_at(r, 1)), PACKAGE),
		      "Rudner, row %zu", row + 1);
		CHECK(near(lee.accuracy, bv_json_real(bv_json_at(l, 0)), PACKAGE) && near(lee.consistency, bv_json_real(bv_json_at(l, 1)), PACKAGE),
		      "Lee, row %zu", row + 1);
	}
}

/* Two forms drawn for each of many persons at the nodes of ability. */
static void
check_drawn(void)
{
	static const struct bv_irt_item items[] = { { BV_IRT_2PL, 2, 1.2, 0, { 0.3 } }, { BV_IRT_GRM, 4, 1.4, 0, { 1.9, 0.2, -1.1 } }, { BV_IRT_GPCM, 3, 0.9, 0, { 0.7, -0.2 } } };
	static const int cuts[] = { 2, 5 };
	static const uint8_t key[BV_HASH_LEN] = "test/classification";
	struct bv_irt_classification want;
	struct bv_stream stream;
	double accuracy = 0, consistency = 0, total = 0;

	bv_stream_init(&stream, key);
	bv_irt_lee(&want, items, 3, cuts, 2, 0, 1);
	for (int q = 0; q < BV_IRT_NODES; q++) {
		double theta = bv_irt_node(q), weight = exp(-theta * theta / 2), expected = 0;
		int same = 0, right = 0, rounds = 1000;
		for (int i = 0; i < 3; i++)
			expected += bv_irt_expected(&items[i], theta);
		int true_class = (expected >= 2) + (expected >= 5);
		for (int n = 0; n < rounds; n++) {
			int found[2];
			for (int form = 0; form < 2; form++) {
				int sum = 0;
				for (int i = 0; i < 3; i++) {
					double u = bv_stream_unit(&stream);
					int k = 0;
					while (k < items[i].categories - 1 && (u -= bv_irt_probability(&items[i], k, theta)) > 0)
						k++;
					sum += k;
				}
				found[form] = (sum >= 2) + (sum >= 5);
			}
			same += found[0] == found[1];
			right += found[0] == true_class;
		}
		total += weight;
		accuracy += weight * right / rounds;
		consistency += weight * same / rounds;
	}
	/* Four standard deviations of about 15,000 effective draws. */
	CHECK(near(want.accuracy, accuracy / total, 0.015) && near(want.consistency, consistency / total, 0.015), "Lee against forms that are drawn");
}

int
main(void)
{
	struct bv_irt_item one = bv_irt_item_of(1, 0, 0, 1);
	struct bv_irt_classification got;
	double want = 0, total = 0;
	static const double cut[] = { 0.3 };

	for (int q = 0; q < BV_IRT_NODES; q++) {
		double theta = bv_irt_node(q), w = exp(-theta * theta / 2), p = erfc(-(0.3 - theta) * sqrt(bv_irt_information(&one, theta)) / sqrt(2)) / 2;
		total += w;
		want += w * (theta >= 0.3 - 1e-9 ? 1 - p : p);
	}
	bv_irt_rudner(&got, &one, 1, cut, 1, 0, 1);
	CHECK(near(got.accuracy, want / total, 1e-13), "Rudner with the C library's erfc");
	bv_irt_rudner(&got, &one, 1, cut, 0, 0, 1);
	CHECK(near(got.accuracy, 1, 1e-14) && near(got.consistency, 1, 1e-14), "without a cut there is one class");
	check_package();
	check_drawn();
	return check_end();
}

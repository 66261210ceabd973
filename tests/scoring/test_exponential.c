/* exp and log: near the C library's, and the same bits everywhere. */
#include "scoring/exponential.h"

#include <math.h>

#include "base/hash.h"
#include "tests/check.h"

enum { POINTS = 200000 };

static double
ulps(double got, double want)
{
	return fabs(got - want) / (nextafter(fabs(want), INFINITY) - fabs(want));
}

int
main(void)
{
	static const uint8_t key[BV_HASH_LEN] = "test/exponential";
	/* SHA-256 over the bits of all results. Made by tests/scoring/exponential_peer.py, which does the same sums in Python, whose numbers
	 * are IEEE 754 doubles that nothing fuses; the same for every compiler, option and processor. */
	static const char same[] = "af3309cf8ae5a3f82f8a783d60139b0bcc17ec6a69beaef18e64be3172f7ccf3";
	double worst_exp = 0, worst_log = 0, worst_pair = 0;
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];
	uint8_t hash[BV_HASH_LEN];
	struct bv_stream stream;
	struct bv_sha256 sum;

	bv_stream_init(&stream, key);
	bv_sha256_init(&sum);
	for (int i = 0; i < POINTS; i++) {
		double unit = bv_stream_unit(&stream), x = (i % 3 ? 16 : 1400) * unit - (i % 3 ? 8 : 700), e = exponential(x), l = logarithm(e);
		double y = 0.5 + unit, near = logarithm(y);
		worst_exp = fmax(worst_exp, ulps(e, exp(x)));
		worst_log = fmax(worst_log, fabs(near - log(y)));
		worst_pair = fmax(worst_pair, fabs(l - log(e)) / fmax(1, fabs(l)));
		bv_sha256_add(&sum, &e, sizeof e);
		bv_sha256_add(&sum, &l, sizeof l);
		bv_sha256_add(&sum, &near, sizeof near);
	}
	bv_sha256_end(&sum, hash);
	CHECK(worst_exp <= 2, "exp is within 2 units in the last place: %.2f", worst_exp);
	CHECK(worst_log <= 4 * 0x1p-53, "log near 1 is within 4 units: %.2f", worst_log / 0x1p-53);
	CHECK(worst_pair <= 4 * 0x1p-53, "log far from 1 too: %.2f", worst_pair / 0x1p-53);
	CHECK(exponential(0) == 1 && exponential(-701) == 0 && exponential(-1e300) == 0 && logarithm(1) == 0, "corners");
	CHECK(logarithm(0x1p-1022) < -708 && logarithm(0x1.fffffffffffffp1023) > 709 && isfinite(exponential(700)) && exponential(-700) > 0, "edges");
	CHECK_STR(bv_str_of(bv_hex(hex, hash, sizeof hash)), bv_str_of(same), "the same bits everywhere");
	return check_end();
}

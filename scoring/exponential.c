#include "scoring/exponential.h"
#include "scoring/scoring.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: the first has 21 zero bits at its end, so that its product with an exponent is exact. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define LN2_INVERSE 0x1.71547652b82fep+0

static double
two_to(int64_t n)
{
	uint64_t bits = (uint64_t)(n + 1023) << 52;
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

/* x = n ln 2 + r with |r| <= ln 2 / 2, and the Taylor series of e^r: its first term left out is below 2^-57. */
double
exponential(double x)
{
	assert(x <= 700);
	if (x < -700)
		return 0;
	int64_t n = (int64_t)(x * LN2_INVERSE + (x < 0 ? -0.5 : 0.5));
	double r = (x - (double)n * LN2_HIGH) - (double)n * LN2_LOW, r2 = r * r, r4 = r2 * r2;
	/* 1/n!, in pairs: shorter chains than Horner's. */
	double low = (0.5 + r * 0x1.5555555555555p-3) + r2 * (0x1.5555555555555p-5 + r * 0x1.1111111111111p-7);
	double middle = (0x1.6c16c16c16c17p-10 + r * 0x1.a01a01a01a01ap-13) + r2 * (0x1.a01a01a01a01ap-16 + r * 0x1.71de3a556c734p-19);
	double high = (0x1.27e4fb7789f5cp-22 + r * 0x1.ae64567f544e4p-26) + r2 * (0x1.1eed8eff8d898p-29 + r * 0x1.6124613a86d09p-33);

	return (1 + (r + r2 * (low + r4 * (middle + r4 * high)))) * two_to(n);
}

/* x = m 2^e with 3/4 <= m < 3/2; ln m = 2 artanh s, s = (m - 1) / (m + 1), |s| <= 1/5: the first term left out is below 2^-58. */
double
logarithm(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	int64_t e = (int64_t)(bits >> 52) - 1023;
	assert(e >= -1022 && e <= 1023);
	bits = (bits & 0xfffffffffffff) | 0x3ff0000000000000;
	double m;
	memcpy(&m, &bits, sizeof m);
	if (m >= 1.5) {
		m *= 0.5;
		e++;
	}
	double s = (m - 1) / (m + 1), q = s * s, q2 = q * q, q4 = q2 * q2;
	/* 2/(2n + 1). */
	double low = (0x1.5555555555555p-1 + q * 0x1.999999999999ap-2) + q2 * (0x1.2492492492492p-2 + q * 0x1.c71c71c71c71cp-3);
	double middle = (0x1.745d1745d1746p-3 + q * 0x1.3b13b13b13b14p-3) + q2 * (0x1.1111111111111p-3 + q * 0x1.e1e1e1e1e1e1ep-4);
	double high = (0x1.af286bca1af28p-4 + q * 0x1.8618618618618p-4) + q2 * 0x1.642c8590b2164p-4;

	return (2 * s + s * q * (low + q4 * (middle + q4 * high)) + (double)e * LN2_LOW) + (double)e * LN2_HIGH;
}

double
bv_exponential(double x)
{
	return exponential(x);
}

double
bv_logarithm(double x)
{
	return logarithm(x);
}

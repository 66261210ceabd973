/* One number for another, without any pattern between neighbours: the output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Not for secrets. */
#ifndef BV_TOOLS_LOAD_SCATTER_H
#define BV_TOOLS_LOAD_SCATTER_H

#include <stdint.h>

static inline uint64_t
scatter(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

#endif

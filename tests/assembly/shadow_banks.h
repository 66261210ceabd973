/* Invented banks and designs of the size of those that shadow tests are known by: 1,000 items, none on a stimulus, and 303 on 34 of them. */
#ifndef BV_TESTS_ASSEMBLY_SHADOW_BANKS_H
#define BV_TESTS_ASSEMBLY_SHADOW_BANKS_H

#include "base/mem.h"

static inline double
uniform(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (double)(*state >> 11) * 0x1p-53;
}

static void
shadow_bank(struct bv_buf *out, int items, int per_stimulus, uint64_t r)
{

	bv_buf_addz(out, "item,a,b,c,area,sub,level,key,time,words,text,enemy\n");
	for (int i = 0; i < items; i++) {
		double a = 0.5 + 1.3 * uniform(&r), b = 3 * (uniform(&r) + uniform(&r) + uniform(&r) - 1.5), c = 0.25 * uniform(&r);
		int area = per_stimulus ? i / per_stimulus % 6 : (int)(6 * uniform(&r)), sub = (int)(4 * uniform(&r)), level = (int)(3 * uniform(&r)), key = (int)(4 * uniform(&r));
		bv_buf_printf(out, "I%04d,%.3f,%.3f,%.3f,%d,%d-%d,%d,%d,%d,%d,", i, a, b, c, area, area, sub, level, key, 30 + (int)(90 * uniform(&r)),
		              20 + (int)(140 * uniform(&r)));
		if (per_stimulus)
			bv_buf_printf(out, "T%02d", i / per_stimulus);
		bv_buf_printf(out, ",%d\n", i % 50 < 2 && !per_stimulus ? i / 50 + 1 : 0);
	}
}

/* 1 length, 6 areas, 24 sub-areas, 3 levels, 4 keys, time, words, 2 areas by level and 20 sets of enemies or the stimuli. */
static void
shadow_design(struct bv_buf *out, bool stimuli)
{
	bv_buf_printf(out, "{\"length\":30,%s\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[",
	              stimuli ? "\"stimuli\":{\"attribute\":\"text\",\"min\":5,\"max\":7,\"itemsMin\":4,\"itemsMax\":6}," : "\"enemies\":\"enemy\",");
	for (int a = 0; a < 6; a++)
		bv_buf_printf(out, "{\"where\":{\"area\":%d},\"min\":%d,\"max\":%d},", a, stimuli ? 3 : 4, stimuli ? 9 : 6);
	for (int s = 0; s < 24; s++)
		bv_buf_printf(out, "{\"where\":{\"sub\":\"%d-%d\"},\"max\":%d},", s / 4, s % 4, stimuli ? 4 : 2);
	for (int l = 0; l < 3; l++)
		bv_buf_printf(out, "{\"where\":{\"level\":%d},\"min\":7},", l);
	for (int k = 0; k < 4; k++)
		bv_buf_printf(out, "{\"where\":{\"key\":%d},\"min\":%d,\"max\":%d},", k, stimuli ? 4 : 6, stimuli ? 11 : 9);
	bv_buf_addz(out, "{\"sum\":\"time\",\"max\":2300},{\"sum\":\"words\",\"min\":2000,\"max\":2700}]}");
}

#endif

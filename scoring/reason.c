#include "scoring/rate.h"

#include <stdlib.h>

#define REASON_MAX 4096 /* bytes of one text; names are cut by their own maxima long before */

/* n in units of 10^-places with that decimal mark. */
static void
fixed(struct bv_buf *out, int64_t n, int places, char mark)
{
	int64_t unit = places == 2 ? 100 : 10000, whole = n / unit, rest = llabs(n % unit);

	bv_buf_printf(out, "%s%lld%c%0*lld", n < 0 ? "-" : "", (long long)llabs(whole), mark, places, (long long)rest);
}

static void
value(struct bv_buf *out, const struct bv_value *v, bool vi)
{
	char day[BV_DAY_SIZE], mark = vi ? ',' : '.';

	switch (v->kind) {
	case BV_VALUE_TEXT:
	case BV_VALUE_NAMES:
		bv_buf_add(out, vi || !v->text.en.len ? v->text.vi : v->text.en);
		break;
	case BV_VALUE_HUNDREDTHS:
		fixed(out, v->n, 2, mark);
		break;
	case BV_VALUE_PERCENT:
		bv_buf_addz(out, v->rounded ? "≈ " : "");
		fixed(out, v->n, 2, mark);
		bv_buf_addz(out, vi ? "%" : " %");
		break;
	case BV_VALUE_E4:
		fixed(out, v->n, 4, mark);
		break;
	case BV_VALUE_COUNT:
		bv_buf_printf(out, "%lld", (long long)v->n);
		break;
	case BV_VALUE_DAY:
		bv_day_write(day, (bv_day)v->n);
		if (vi)
			bv_buf_printf(out, "%.2s/%.2s/%.4s", day + 8, day + 5, day);
		else
			bv_buf_addz(out, day);
		break;
	}
}

static struct bv_str
filled(const char *template, bool vi, const struct bv_value *values, size_t count, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(REASON_MAX);

	for (const char *p = template; *p; p++) {
		if (p[0] == '{' && p[1] >= '0' && (size_t)(p[1] - '0') < count && p[2] == '}') {
			value(&text, &values[p[1] - '0'], vi);
			p += 2;
		} else
			bv_buf_addc(&text, *p);
	}
	return bv_arena_str(arena, bv_buf_str(&text));
}

void
bv_reason_add(struct bv_rate_work *work, const char *code, bool against, const char *vi, const char *en, const struct bv_value *values,
              size_t count)
{
	if (work->reason_count == work->reason_cap) {
		size_t cap = work->reason_cap ? work->reason_cap * 2 : 16;
		struct bv_reason *grown = bv_arena_array(work->arena, cap, struct bv_reason);
		if (work->reason_count)
			memcpy(grown, work->reasons, work->reason_count * sizeof *grown);
		work->reasons = grown;
		work->reason_cap = cap;
	}
	work->reasons[work->reason_count++] = (struct bv_reason){
		.code = code,
		.against = against,
		.text = { filled(vi, true, values, count, work->arena), filled(en, false, values, count, work->arena) },
	};
}

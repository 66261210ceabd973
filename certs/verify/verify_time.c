#include "base/clock.h"
#include "certs/verify/verify.h"

/* A clock outside these was never set: nothing follows from it. */
#define CLOCK_LEAST INT64_C(1577836800) /* 2020-01-01 */
#define CLOCK_MOST INT64_C(7258118400)  /* 2200-01-01 */

bool
verify_clock(int64_t at_s)
{
	return at_s >= CLOCK_LEAST && at_s <= CLOCK_MOST;
}

void
verify_times(struct bv_report *r, const struct verify_times *t, int64_t at_s)
{
	char at[BV_TIME_SIZE], when[BV_TIME_SIZE];
	bool bad = bv_report_check(r, BV_CHECK_TIME) != BV_CHECK_SKIPPED;
	size_t before = r->finding_count;

	if (!verify_clock(at_s)) {
		report_find(r, BV_CHECK_TIME, BV_CHECK_UNCHECKED, "đồng hồ của máy chỉ %s: đặt lại, hoặc cho --at",
		            "the clock says %s: set it, or give --at", at_s < 0 || at_s > CLOCK_MOST ? "?" : bv_time_write(at, at_s));
		return;
	}
	bv_time_write(at, at_s);
	if (t->has_from && at_s < t->from_s)
		FAIL(BV_CHECK_TIME, "chưa có giá trị: từ %s (đang xét %s)", "not valid yet: from %s (looked at for %s)", bv_time_write(when, t->from_s), at);
	if (t->has_until && at_s >= t->until_s)
		FAIL(BV_CHECK_TIME, "đã hết giá trị: %s (đang xét %s)", "no longer valid: since %s (looked at for %s)", bv_time_write(when, t->until_s), at);
	if (t->has_from && t->has_until && t->until_s <= t->from_s)
		FAIL(BV_CHECK_TIME, "hết giá trị trước khi có giá trị", "it ends before it begins");
	if (t->has_awarded && t->has_from && t->awarded_s > t->from_s)
		FAIL(BV_CHECK_TIME, "công nhận sau ngày có giá trị", "awarded after it became valid");
	if (t->has_from && !bad && r->finding_count == before)
		PASS(BV_CHECK_TIME, "có giá trị vào lúc %s", "valid at %s", at);
}

void
verify_created(struct bv_report *r, int64_t created_s, int64_t at_s)
{
	if (!r->signed_s || created_s < r->signed_s)
		r->signed_s = created_s;
	if (verify_clock(at_s) && created_s > at_s)
		FAIL(BV_CHECK_TIME, "được ký trong tương lai: xem lại đồng hồ, hoặc chứng chỉ bị giả", "signed in the future: look at the clock, or it is a forgery");
}

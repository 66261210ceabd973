/* Any bytes: a sheet of marks, whose answers are then calibrated and rated, or a parameter set; or a message. Every number that comes out is one. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scoring/irt/irt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
calibrate(const struct bv_irt_sheet *sheet)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(sheet);
	struct bv_irt_settings settings = bv_irt_settings_default();
	struct bv_irt_fit fit;
	struct bv_err err = { 0 };
	size_t count = bv_irt_answers_items(answers);

	if (count > 30 || bv_irt_answers_persons(answers) > 200)
		return;
	struct bv_irt_estimate *estimates = bv_alloc_array(count, sizeof *estimates);
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(1u << 24);
	for (size_t i = 0; i < count; i++)
		estimates[i].item.model = bv_irt_answers_seen(answers, i) & ~3u ? (i % 2 ? BV_IRT_GRM : BV_IRT_GPCM) : (enum bv_irt_model)(i % 4);
	settings.steps_max = 20;
	settings.nodes = 21;
	if (bv_irt_calibrate(&fit, estimates, answers, &settings, &err) == BV_OK) {
		BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
		assert(isfinite(fit.log_likelihood));
		bv_irt_set_write(&json, sheet, estimates, &fit, &settings, 1);
		/* A set is refused only where ability's variance left what a prior may be. */
		if (bv_irt_set_parse(&set, bv_buf_str(&json), &err) != BV_OK)
			assert(err.msg[0]);
	} else {
		assert(err.msg[0]);
	}
	free(estimates);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_irt_sheet_free) struct bv_irt_sheet *sheet = NULL;
	BV_AUTO(bv_irt_set_free) struct bv_irt_set *set = NULL;
	struct bv_str text = { (const char *)p, len }, line;
	struct bv_err err = { 0 };
	int number = 1;

	if (bv_irt_set_parse(&set, text, &err) != BV_OK)
		assert(err.msg[0]);
	if (!bv_str_line(&text, &line) || bv_irt_sheet_open(&sheet, line, &err) != BV_OK)
		return 0;
	while (bv_str_line(&text, &line))
		if (bv_irt_sheet_add(sheet, line, ++number, &err) != BV_OK) {
			assert(err.line == number && err.msg[0]);
			return 0;
		}
	calibrate(sheet);
	return 0;
}

/* Any bytes: a bank, an empty line, a design. Each is read or refused with a message; what is read is assembled into a form that holds, or
 * refused with words. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "assembly/assembly.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

const char *__asan_default_options(void);

/* Cbc's presolve (implied_free_action of CoinUtils 2.11) keeps 640 bytes of some problems, and the quick unwinder does not see whose they are, so that no
 * suppression can name it. What our own code keeps is seen by the tests that run under sanitizers. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void
assemble(const struct bv_assembly_bank *bank, const struct bv_design *design)
{
	BV_AUTO(bv_assembled_free) struct bv_assembled *forms = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 20), text = BV_BUF(1u << 22);
	const struct bv_assembly_effort effort = { .swaps = 500, .seconds = 1, .nodes = 20 };
	const uint8_t seed[BV_HASH_LEN] = { 0 };
	struct bv_err err = { 0 };

	if (bank->count > 40 || design->length > 20 || design->forms > 3 || design->rule_count > 20)
		return;
	if (bv_assemble(&forms, bank, design, seed, &effort, &words, &err) != BV_OK) {
		assert(!forms && err.msg[0]);
		return;
	}
	for (size_t f = 0; f < forms->forms; f++)
		for (size_t r = 0; r < design->rule_count; r++) {
			double got = forms->rules[f * design->rule_count + r], slack = 1e-5 * fmax(1, fabs(got));
			assert(got >= design->rules[r].min - slack && got <= design->rules[r].max + slack);
		}
	bv_assembled_write(&text, forms, bank, design, seed);
	bv_assembled_print(&text, forms, bank, design);
	assert(!text.full);
}

/* The same bytes as chances of exposure: what is read is written and read again as it was. */
static void
read_chances(const struct bv_assembly_bank *bank, struct bv_str text)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(1u << 22);
	uint32_t *chances = bv_alloc_array(bank->count, sizeof *chances), *again = bv_alloc_array(bank->count, sizeof *again);
	struct bv_err err = { 0 };

	if (bv_chances_parse(chances, bank, text, &err) == BV_OK) {
		bv_chances_write(&out, bank, chances);
		assert(bv_chances_parse(again, bank, bv_buf_str(&out), &err) == BV_OK && memcmp(chances, again, bank->count * sizeof *chances) == 0);
	} else {
		assert(err.msg[0]);
	}
	free(chances);
	free(again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_assembly_bank_free) struct bv_assembly_bank *bank = NULL;
	BV_AUTO(bv_design_free) struct bv_design *design = NULL;
	struct bv_str text = { (const char *)p, len };
	size_t at = 0;
	struct bv_err err = { 0 };

	while (at + 1 < len && !(p[at] == '\n' && p[at + 1] == '\n'))
		at++;
	enum bv_status status = bv_assembly_bank_parse(&bank, bv_str_sub(text, 0, at), 0, &err);
	assert((status == BV_OK) == (bank != NULL) && (bank || err.msg[0]));
	status = bv_design_parse(&design, bv_str_sub(text, at, len), &err);
	assert((status == BV_OK) == (design != NULL) && (design || err.msg[0]));
	if (bank)
		read_chances(bank, bv_str_trim(bv_str_sub(text, at, len)));
	if (bank && design)
		assemble(bank, design);
	return 0;
}

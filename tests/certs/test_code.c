/* Codes that people type: the same by another implementation, forgiving of how they are written, and no slip of a finger goes unseen. */
#include "certs/certs.h"
#include "tests/check.h"

/* By tests/certs/codes.py, which multiplies in the field instead of shifting. */
static const struct {
	const char *id, *code;
} vectors[] = {
	{ "urn:uuid:00000000-0000-4000-8000-000000000000", "M30C-Y804-2PS7" },
	{ "urn:uuid:6f3bd2a1-9c47-4e58-b1d0-2a7c5e9f8b34", "GRC3-GAEE-V1DS" },
	{ "urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff", "GQFR-H52B-46B5" },
};

static void
written(void)
{
	char code[BV_CODE_SIZE];

	for (size_t i = 0; i < BV_COUNT(vectors); i++)
		CHECK_STR(bv_str_of(bv_code_write(code, bv_str_of(vectors[i].id))), bv_str_of(vectors[i].code), vectors[i].id);
}

static void
typed(void)
{
	static const struct {
		const char *text;
		enum bv_code_fault fault;
	} cases[] = {
		{ "GRC3-GAEE-V1DS", BV_CODE_GOOD }, { "grc3gaeev1ds", BV_CODE_GOOD }, { "  GRC3 GAEE\tV1DS\r\n", BV_CODE_GOOD }, { "GRC3.GAEE_V1DS", BV_CODE_GOOD },
		{ "GRC3–GAEE—V1DS", BV_CODE_GOOD }, { "GRC3\u00a0GAEE\u2011V1DS", BV_CODE_GOOD }, { "grc3gaeevLds", BV_CODE_GOOD }, { "GRC3-GAEE-VIDS", BV_CODE_GOOD },
		{ "", BV_CODE_EMPTY }, { " - ", BV_CODE_EMPTY }, { "GRC3-GAEE-V1D", BV_CODE_SHORT }, { "GRC3-GAEE-V1DSS", BV_CODE_LONG },
		{ "GRC3-GAEE-V1DS-GRC3-GAEE-V1DS-GRC3-GAEE-V1DS", BV_CODE_LONG }, { "GRC3-GAEE-V1DT", BV_CODE_MISTYPED }, { "RGC3-GAEE-V1DS", BV_CODE_MISTYPED },
		{ "GRC3-GAEE-V1DU", BV_CODE_LETTER }, { "GRC3-GAEE-V1Đ", BV_CODE_LETTER }, { "GRC3/GAEE/V1DS", BV_CODE_LETTER }, { "GRC3-GAEE-V1D\xff", BV_CODE_LETTER },
	};
	char code[BV_CODE_SIZE];

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		strcpy(code, "-");
		CHECK(bv_code_parse(code, bv_str_of(cases[i].text)) == cases[i].fault, "typed '%s'", cases[i].text);
		CHECK_STR(bv_str_of(code), cases[i].fault ? BV_STR("-") : BV_STR("GRC3-GAEE-V1DS"), "  and what it is");
	}
	CHECK(bv_code_parse(code, BV_STR("GRC3-GAEE-V1D\0S")) == BV_CODE_LETTER, "a NUL is no letter");
	CHECK(bv_code_parse(code, bv_str_of("M3oC-y8O4-2ps7")) == BV_CODE_GOOD && strcmp(code, "M30C-Y804-2PS7") == 0, "O for 0");
}

/* Every wrong letter, and every two that changed places. */
static void
slips(void)
{
	static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	char code[BV_CODE_SIZE], ignored[BV_CODE_SIZE];
	size_t unseen = 0, tried = 0;

	for (size_t v = 0; v < BV_COUNT(vectors); v++)
		for (size_t i = 0; i < BV_CODE_SIZE - 1; i++) {
			strcpy(code, vectors[v].code);
			if (code[i] == '-')
				continue;
			for (const char *c = letters; *c; c++) {
				code[i] = *c;
				tried++;
				unseen += *c != vectors[v].code[i] && bv_code_parse(ignored, bv_str_of(code)) != BV_CODE_MISTYPED;
			}
			for (size_t j = 0; j < i; j++) {
				strcpy(code, vectors[v].code);
				code[i] = vectors[v].code[j];
				code[j] = vectors[v].code[i];
				tried++;
				unseen += code[j] != '-' && code[i] != '-' && code[i] != code[j] && bv_code_parse(ignored, bv_str_of(code)) != BV_CODE_MISTYPED;
			}
		}
	CHECK(tried > 1000 && unseen == 0, "%zu slips, %zu unseen", tried, unseen);
}

int
main(void)
{
	written();
	typed();
	slips();
	return check_end();
}

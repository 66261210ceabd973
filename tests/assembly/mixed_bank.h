/* A bank of items of every model, in the notation of parameter sets. */
#ifndef BV_TESTS_ASSEMBLY_MIXED_BANK_H
#define BV_TESTS_ASSEMBLY_MIXED_BANK_H

#include "assembly/assembly.h"
#include "base/file.h"
#include "tests/check.h"

static inline void
write_mixed_item(struct bv_buf *text, int i, const char *model, int categories)
{
	bool nominal = strcmp(model, "nominal") == 0, graded = strcmp(model, "grm") == 0;
	double a = strcmp(model, "pcm") == 0 ? 1 : 0.6 + (i * 37 % 100) / 70.0, middle = (i * 29 % 37) / 10.0 - 1.8, sum = 0;

	bv_buf_printf(text, "\"model\":\"%s\",\"marks\":[0", model);
	for (int k = 1; k < categories; k++)
		bv_buf_printf(text, ",%d", k);
	bv_buf_printf(text, nominal ? "],\"a\":[" : "],\"a\":%.3f", a);
	for (int k = 1; k < categories && nominal; k++)
		bv_buf_printf(text, "%s%.3f", k > 1 ? "," : "", (i * 17 + k * 41) % 50 / 20.0 - 0.5);
	bv_buf_printf(text, "%s,\"d\":[", nominal ? "]" : "");
	for (int k = 1; k < categories; k++) {
		double step = middle + 0.8 * (k - 0.5 * categories) + (graded ? 0 : (i * 7 + k * 13) % 11 / 8.0 - 0.6);
		sum += step;
		bv_buf_printf(text, "%s%.6f", k > 1 ? "," : "", nominal ? (i * 11 + k * 23) % 30 / 10.0 - 1.5 : -a * (graded ? step : sum));
	}
	bv_buf_addz(text, "]");
}

/* The first `count` of: right and wrong, graded, partial credit …, the sixth of each six nominal where they are asked for. */
static inline struct bv_assembly_bank *
mixed_bank(int count, bool nominal)
{
	static const char *const models[] = { NULL, "grm", "gpcm", "pcm", "grm", "nominal" };
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1u << 20);
	struct bv_assembly_bank *bank = NULL;
	struct bv_err err = { 0 };

	bv_buf_addz(&text, "{\"items\":[");
	for (int i = 0; i < count; i++) {
		const char *model = models[i % 6];
		if (model && strcmp(model, "nominal") == 0 && !nominal)
			model = "gpcm";
		bv_buf_printf(&text, "%s{\"id\":\"I%02d\",\"area\":\"%s\",\"words\":%d,", i ? "," : "", i, i * 5 % 7 < 3 ? "x" : "y", 20 + i * 31 % 50);
		if (model)
			write_mixed_item(&text, i, model, 3 + (i * 3 + i / 6) % 4);
		else
			bv_buf_printf(&text, "\"a\":%.3f,\"b\":%.3f,\"c\":%.2f", 0.7 + i * 13 % 17 / 12.0, i * 19 % 31 / 9.0 - 1.6, i % 4 * 0.07);
		bv_buf_addz(&text, "}");
	}
	bv_buf_addz(&text, "]}");
	CHECK_OK(bv_assembly_bank_parse(&bank, bv_buf_str(&text), 0, &err), &err, "a bank of every model");
	return bank;
}

#endif

/* Responses of anybody, the key behind a NUL: read, and everything computed of them. */
#include <stdlib.h>
#include <string.h>

#include "analysis/analysis.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;
	size_t text = end ? (size_t)(end - data) : size;
	struct bv_responses_columns columns = { .id = "id", .group = "g", .hall = "h", .theta = "th", .time_prefix = "T" };
	BV_AUTO(bv_responses_finish) struct bv_responses responses = { 0 };
	BV_AUTO(bv_classical_finish) struct bv_classical classical = { 0 };
	BV_AUTO(bv_halls_finish) struct bv_halls halls = { 0 };
	BV_AUTO(bv_dif_finish) struct bv_dif dif = { 0 };
	struct bv_err err;

	if (size < 1)
		return 0;
	columns.id = data[0] & 1 ? columns.id : NULL;
	columns.group = data[0] & 2 ? columns.group : NULL;
	columns.hall = data[0] & 4 ? columns.hall : NULL;
	columns.time_prefix = data[0] & 8 ? columns.time_prefix : NULL;
	columns.theta = data[0] & 16 ? columns.theta : NULL;
	if (end)
		columns.key = (struct bv_str){ (const char *)end + 1, size - text - 1 };
	if (bv_responses_read(&responses, (struct bv_str){ (const char *)data, text }, &columns, &err) != BV_OK)
		return 0;
	if (responses.items > 200 || responses.persons > 2000)
		return 0;
	bv_classical_make(&classical, &responses);
	bv_halls_make(&halls, &responses, -1, 0.01);
	int8_t *focal = bv_alloc_array(responses.persons, 1);
	for (size_t p = 0; p < responses.persons; p++)
		focal[p] = responses.group ? responses.group[p].len % 2 : p % 2;
	struct bv_dif_options options = { .by = data[0] % 3, .level = 0.05, .purify = 10, .logistic = true };
	bv_dif_make(&dif, &responses, focal, &options);
	free(focal);
	struct bv_person_fit *fit = bv_alloc_array(responses.persons, sizeof fit[0]);
	bv_person_fit_make(fit, &responses);
	free(fit);
	return 0;
}

#include "tools/cli/area_choice.h"

#include <stdlib.h>
#include <string.h>

enum bv_status
area_choose(struct area_choice *out, uint8_t *area, const char *const *items, size_t item_count, const struct args *args, struct bv_err *err)
{
	const char *text;

	*out = (struct area_choice){ 0 };
	memset(area, UINT8_MAX, item_count);
	for (size_t k = 0; (text = args_each(args, "area", k)); k++) {
		struct bv_str all = bv_str_of(text);
		size_t equals = bv_str_find(all, '=');
		struct bv_str name = bv_str_sub(all, 0, equals), prefix = bv_str_sub(all, equals + 1, all.len);
		if (k == BV_IRT_AREAS_MAX)
			return bv_err_set(err, BV_ELIMIT, "--area: more than %d areas", BV_IRT_AREAS_MAX);
		if (!name.len || name.len > BV_IRT_NAME_MAX || !prefix.len || bv_str_find(name, ',') < name.len)
			return bv_err_set(err, BV_EINVAL, "--area: '%s' is not NAME=BEGINNING-OF-ITEM-NAMES", text);
		for (int a = 0; a < out->count; a++)
			if (bv_str_eq(out->names[a], name))
				return bv_err_set(err, BV_EINVAL, "--area: '%.*s' is there twice", BV_STR_ARG(name));
		out->names[out->count++] = name;
		bool found = false;
		for (size_t i = 0; i < item_count; i++) {
			if (!bv_str_starts(bv_str_of(items[i]), prefix))
				continue;
			if (area[i] != UINT8_MAX)
				return bv_err_set(err, BV_EINVAL, "--area: item '%s' would be in two areas", items[i]);
			area[i] = (uint8_t)k;
			found = true;
		}
		if (!found)
			return bv_err_set(err, BV_EINVAL, "--area: no item begins with '%.*s'", BV_STR_ARG(prefix));
	}
	for (size_t i = 0; out->count && i < item_count; i++)
		if (area[i] == UINT8_MAX)
			return bv_err_set(err, BV_EINVAL, "--area: item '%s' is in no area", items[i]);
	return BV_OK;
}

/* What a response is worth by the mapping, area mapping or lookup table of its declaration. */
#include <math.h>

#include "base/text.h"
#include "itembank/declare.h"

static double
clamp(double x, double lower, double upper)
{
	return x < lower ? lower : x > upper ? upper : x;
}

static double
map_atom(const struct bv_mapping *mapping, enum bv_type type, const union bv_atom *atom, struct bv_arena *scratch)
{
	struct bv_str folded = BV_STR_NONE;

	for (size_t i = 0; i < mapping->count; i++) {
		const struct bv_map_entry *entry = &mapping->entries[i];
		if (entry->case_sensitive) {
			if (bv_atom_equal(type, &entry->key, atom))
				return entry->mapped;
			continue;
		}
		if (!folded.p)
			folded = bv_text_fold(atom->text, scratch);
		if (bv_str_eq(entry->folded, folded))
			return entry->mapped;
	}
	return mapping->otherwise;
}

double
bv_mapping_sum(const struct bv_mapping *mapping, enum bv_type type, const struct bv_value *v, struct bv_arena *scratch)
{
	const union bv_atom *atoms = bv_value_atoms(v);
	double sum = 0;

	if (v->count == 0)
		sum = mapping->otherwise;
	for (uint32_t i = 0; i < v->count; i++) {
		uint32_t earlier = 0;
		while (earlier < i && !bv_atom_equal(type, &atoms[earlier], &atoms[i]))
			earlier++;
		if (earlier == i)
			sum += map_atom(mapping, type, &atoms[i], scratch);
	}
	return clamp(sum, mapping->lower, mapping->upper);
}

double
bv_area_mapping_sum(const struct bv_area_mapping *mapping, const struct bv_value *v)
{
	const union bv_atom *atoms = bv_value_atoms(v);
	bool used[BV_MAP_ENTRIES_MAX] = { false };
	double sum = 0;

	if (v->count == 0)
		sum = mapping->otherwise;
	for (uint32_t i = 0; i < v->count; i++) {
		size_t hit = 0;
		while (hit < mapping->count && !bv_shape_contains(&mapping->entries[hit].shape, atoms[i].point.x, atoms[i].point.y))
			hit++;
		if (hit == mapping->count) {
			sum += mapping->otherwise;
		} else if (!used[hit]) {
			used[hit] = true;
			sum += mapping->entries[hit].mapped;
		}
	}
	return clamp(sum, mapping->lower, mapping->upper);
}

struct bv_value
bv_lookup_find(const struct bv_lookup *lookup, double source)
{
	for (size_t i = 0; i < lookup->count; i++) {
		const struct bv_lookup_entry *entry = &lookup->entries[i];
		bool hit = lookup->interpolates ? source > entry->source || (entry->include_boundary && source == entry->source)
		                                : source == entry->source;
		if (hit)
			return entry->target;
	}
	return lookup->otherwise;
}

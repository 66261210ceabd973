/* Assembled forms as documents: JSON for programs, a table for people. */
#include <math.h>
#include <stdio.h>

#include "assembly/assembly.h"
#include "base/json.h"

static struct bv_json *
set_real(struct bv_json *object, const char *name, double x)
{
	return bv_json_set(object, name, bv_json_new_real(x));
}

static void
set_hash(struct bv_json *object, const char *name, const uint8_t hash[BV_HASH_LEN])
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_json_set_str(object, name, bv_str_of(bv_hex(hex, hash, BV_HASH_LEN)));
}

static struct bv_json *
write_objective(const struct bv_assembled *forms, const struct bv_design *design)
{
	struct bv_json *o = bv_json_new_object();

	bv_json_set_str(o, "kind", bv_str_of(bv_objective_name(design->objective)));
	set_real(o, "value", forms->value);
	if (isfinite(forms->bound)) {
		set_real(o, "bound", forms->bound);
		set_real(o, "gap", fabs(forms->value - forms->bound));
	}
	bv_json_set(o, "proven", bv_json_new_bool(forms->proven));
	return o;
}

static struct bv_json *
write_points(const double *values, const struct bv_design *design)
{
	struct bv_json *list = bv_json_new_array();

	for (size_t k = 0; k < design->point_count; k++) {
		const struct bv_design_point *point = &design->points[k];
		struct bv_json *o = bv_json_add(list, bv_json_new_object());
		set_real(o, point->kind == BV_RULE_SCORE ? "expectedScore" : "theta", point->theta);
		set_real(o, "value", values[k]);
		if (design->objective == BV_OBJECTIVE_MINIMAX)
			set_real(o, "target", point->target);
	}
	return list;
}

static struct bv_json *
write_rules(const double *values, const struct bv_design *design)
{
	struct bv_json *list = bv_json_new_array();

	for (size_t r = 0; r < design->rule_count; r++) {
		const struct bv_design_rule *rule = &design->rules[r];
		struct bv_json *o = bv_json_add(list, bv_json_new_object());
		bv_json_set_str(o, "name", rule->name);
		set_real(o, "value", values[r]);
		if (isfinite(rule->min))
			set_real(o, "min", rule->min);
		if (isfinite(rule->max))
			set_real(o, "max", rule->max);
	}
	return list;
}

void
bv_assembled_write(struct bv_buf *out, const struct bv_assembled *forms, const struct bv_assembly_bank *bank, const struct bv_design *design,
                   const uint8_t seed[BV_HASH_LEN])
{
	BV_AUTO(bv_json_free) struct bv_json *root = bv_json_new_object();

	set_hash(root, "bank", bank->hash);
	set_hash(root, "design", design->hash);
	set_hash(root, "seed", seed);
	bv_json_set_str(root, "software", BV_STR("bangvang " BV_VERSION));
	bv_json_set(root, "objective", write_objective(forms, design));
	struct bv_json *list = bv_json_set(root, "forms", bv_json_new_array());
	for (size_t f = 0; f < forms->forms; f++) {
		struct bv_json *o = bv_json_add(list, bv_json_new_object()), *items = bv_json_set(o, "items", bv_json_new_array());
		for (size_t l = 0; l < forms->length; l++)
			bv_json_add(items, bv_json_new_str(bank->items[forms->items[f * forms->length + l]].id));
		bv_json_set(o, "points", write_points(forms->points + f * design->point_count, design));
		bv_json_set(o, "constraints", write_rules(forms->rules + f * design->rule_count, design));
	}
	bv_json_write_pretty(out, root);
}

/* Columns that UTF-8 takes on a terminal, one for each character. */
static size_t
columns(struct bv_str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}

static void
print_bound(struct bv_buf *out, double bound)
{
	if (isfinite(bound))
		bv_buf_printf(out, " %10.6g", bound);
	else
		bv_buf_printf(out, " %10s", "-");
}

static void
print_forms(struct bv_buf *out, const double *values, size_t stride, size_t idx, size_t forms)
{
	for (size_t f = 0; f < forms; f++)
		bv_buf_printf(out, " %10.6g", values[f * stride + idx]);
	bv_buf_addc(out, '\n');
}

static void
print_items(struct bv_buf *out, const struct bv_assembled *forms, const struct bv_assembly_bank *bank, size_t f)
{
	size_t column = 0;

	bv_buf_printf(out, "\nform %zu\n", f + 1);
	for (size_t l = 0; l < forms->length; l++) {
		struct bv_str id = bank->items[forms->items[f * forms->length + l]].id;
		if (column && column + id.len + 1 > 100) {
			bv_buf_addc(out, '\n');
			column = 0;
		}
		bv_buf_printf(out, "%s%.*s", column ? " " : "  ", BV_STR_ARG(id));
		column += id.len + 1;
	}
	bv_buf_addc(out, '\n');
}

void
bv_assembled_print(struct bv_buf *out, const struct bv_assembled *forms, const struct bv_assembly_bank *bank, const struct bv_design *design)
{
	size_t width = 24;

	bv_buf_printf(out, "%zu form%s of %zu items; %s %.9g", forms->forms, forms->forms > 1 ? "s" : "", forms->length,
	              bv_objective_name(design->objective), forms->value);
	if (forms->proven)
		bv_buf_addz(out, ", the optimum\n");
	else if (isfinite(forms->bound))
		bv_buf_printf(out, ", nothing passes %.9g: gap %.3g\n", forms->bound, fabs(forms->value - forms->bound));
	else
		bv_buf_addz(out, ", without a bound\n");
	for (size_t r = 0; r < design->rule_count; r++)
		width = columns(design->rules[r].name) > width ? columns(design->rules[r].name) : width;
	bv_buf_printf(out, "\n%-*s %10s %10s", (int)width, "", "min", "max");
	for (size_t f = 0; f < forms->forms; f++)
		bv_buf_printf(out, "  form %4zu", f + 1);
	bv_buf_addc(out, '\n');
	for (size_t k = 0; k < design->point_count; k++) {
		const struct bv_design_point *point = &design->points[k];
		char name[64];
		snprintf(name, sizeof name, "%s at %g", point->kind == BV_RULE_SCORE ? "expected score" : "information", point->theta);
		bv_buf_printf(out, "%-*s", (int)width, name);
		bool target = design->objective == BV_OBJECTIVE_MINIMAX;
		print_bound(out, target ? point->target : INFINITY);
		print_bound(out, target ? point->target : INFINITY);
		print_forms(out, forms->points, design->point_count, k, forms->forms);
	}
	for (size_t r = 0; r < design->rule_count; r++) {
		bv_buf_printf(out, "%.*s%*s", BV_STR_ARG(design->rules[r].name), (int)(width - columns(design->rules[r].name)), "");
		print_bound(out, design->rules[r].min);
		print_bound(out, design->rules[r].max);
		print_forms(out, forms->rules, design->rule_count, r, forms->forms);
	}
	for (size_t f = 0; f < forms->forms; f++)
		print_items(out, forms, bank, f);
}

/* slider: a number between two bounds. */
#include <math.h>

#include "itembank/interaction.h"

static enum bv_status
real_attr(double *out, const struct bv_xml_node *node, const char *name, double otherwise, bool required, struct bv_err *err)
{
	const struct bv_str *attr = bv_qti_attr(node, name);

	*out = otherwise;
	if (!attr && required)
		return bv_err_rule(err, "missing-attribute", node->line, "%.*s: the attribute %s is missing", BV_STR_ARG(node->name), name);
	if (attr && (!bv_str_double(bv_str_trim(*attr), out) || !isfinite(*out)))
		return bv_err_rule(err, "bad-attribute-value", node->line, "%.*s: %s=\"%.*s\" is not a number", BV_STR_ARG(node->name),
		                   name, BV_STR_ARG(bv_str_sub(*attr, 0, 60)));
	return BV_OK;
}

enum bv_status
bv_slider_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node, struct bv_err *err)
{
	/* The schema of 3.0 says 1; QTI 2.x says 1 for integers, which need no step, and any value for floats. */
	double step = reader->version == BV_QTI_3_0 ? 1 : 0;

	TRY(real_attr(&out->lower, node, "lower-bound", 0, true, err));
	TRY(real_attr(&out->upper, node, "upper-bound", 0, true, err));
	TRY(real_attr(&out->step, node, "step", step, false, err));
	TRY(bv_qti_attr_bool(&out->reverse, node, "reverse", false, err));
	if (out->lower > out->upper)
		return bv_err_rule(err, "bound-out-of-range", node->line, "%.*s: lower-bound is above upper-bound", BV_STR_ARG(node->name));
	if (out->step < 0)
		return bv_err_rule(err, "bound-out-of-range", node->line, "%.*s: step must not be negative", BV_STR_ARG(node->name));
	return BV_OK;
}

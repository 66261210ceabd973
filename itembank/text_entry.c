/* textEntry and extendedText: what the candidate types. */
#include "itembank/interaction.h"

static enum bv_status
text_read(struct bv_interaction *out, const struct bv_xml_node *node, struct bv_err *err)
{
	const struct bv_str *mask = bv_qti_attr(node, "pattern-mask");
	const struct bv_str *placeholder = bv_qti_attr(node, "placeholder-text");

	out->pattern_mask = mask ? *mask : BV_STR_NONE;
	out->placeholder = placeholder ? *placeholder : BV_STR_NONE;
	if (bv_qti_attr(node, "string-identifier"))
		TRY(bv_qti_attr_identifier(&out->string_identifier, node, "string-identifier", err));
	TRY(bv_qti_attr_count(&out->expected_length, node, "expected-length", 0, err));
	TRY(bv_qti_attr_count(&out->expected_lines, node, "expected-lines", 0, err));
	TRY(bv_qti_attr_count(&out->base, node, "base", 10, err));
	if (out->base < 2 || out->base > 36)
		return bv_err_rule(err, "bound-out-of-range", node->line, "<%.*s> base=\"%u\": digits exist for 2 to 36",
		                   BV_STR_ARG(node->name), out->base);
	return BV_OK;
}

enum bv_status
bv_text_entry_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                   struct bv_err *err)
{
	(void)reader;
	out->max_strings = 1;
	return text_read(out, node, err);
}

/* A format that the schema does not have is plain: nothing is lost by that, and the check of the schema names it. */
static enum bv_text_format
format_read(const struct bv_xml_node *node)
{
	const struct bv_str *format = bv_qti_attr(node, "format");
	struct bv_str word = format ? bv_str_trim(*format) : BV_STR_NONE;

	return bv_str_is(word, "xhtml") ? BV_TEXT_XHTML : bv_str_is(word, "preformatted") || bv_str_is(word, "preFormatted") ? BV_TEXT_PREFORMATTED : BV_TEXT_PLAIN;
}

enum bv_status
bv_extended_text_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                      struct bv_err *err)
{
	(void)reader;
	out->format = format_read(node);
	TRY(bv_qti_attr_count(&out->max_strings, node, "max-strings", 0, err));
	TRY(bv_qti_attr_count(&out->min_strings, node, "min-strings", 0, err));
	return text_read(out, node, err);
}

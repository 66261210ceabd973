#include "itembank/interaction.h"

#define SINGLE (1u << BV_CARD_SINGLE)
#define SEVERAL (1u << BV_CARD_MULTIPLE)
#define SEQUENCE (1u << BV_CARD_ORDERED)
#define RECORD (1u << BV_CARD_RECORD)
#define TYPED (1u << BV_TYPE_STRING | 1u << BV_TYPE_INTEGER | 1u << BV_TYPE_FLOAT)

struct row {
	enum bv_qti element;
	const char *name;
	bv_interaction_read_fn read; /* NULL: known, but not read by this release */
	uint16_t types;              /* base types of its response, 1 << enum bv_type (QTI 3.0, each interaction's response-identifier) */
	uint8_t cards;               /* and cardinalities */
	const char *wanted;          /* both in words */
};

/* In the order of enum bv_interaction_kind, then those that are not read yet. */
static const struct row rows[] = {
	{ BV_QTI_CHOICE_INTERACTION, "choice", bv_choice_read, 1u << BV_TYPE_IDENTIFIER, SINGLE | SEVERAL,
	  "single or multiple identifier" },
	{ BV_QTI_INLINE_CHOICE_INTERACTION, "inlineChoice", bv_inline_choice_read, 1u << BV_TYPE_IDENTIFIER, SINGLE,
	  "single identifier" },
	{ BV_QTI_TEXT_ENTRY_INTERACTION, "textEntry", bv_text_entry_read, TYPED, SINGLE | RECORD,
	  "single string, integer or float, or a record" },
	{ BV_QTI_ORDER_INTERACTION, "order", bv_order_read, 1u << BV_TYPE_IDENTIFIER, SEQUENCE,
	  "ordered identifier" },
	{ BV_QTI_MATCH_INTERACTION, "match", bv_match_read, 1u << BV_TYPE_DIRECTED_PAIR, SINGLE | SEVERAL,
	  "single or multiple directedPair" },
	{ BV_QTI_ASSOCIATE_INTERACTION, "associate", bv_associate_read, 1u << BV_TYPE_PAIR, SINGLE | SEVERAL,
	  "single or multiple pair" },
	{ BV_QTI_GAP_MATCH_INTERACTION, "gapMatch", bv_gap_match_read, 1u << BV_TYPE_DIRECTED_PAIR, SINGLE | SEVERAL,
	  "single or multiple directedPair" },
	{ BV_QTI_HOTTEXT_INTERACTION, "hottext", bv_hottext_read, 1u << BV_TYPE_IDENTIFIER, SINGLE | SEVERAL,
	  "single or multiple identifier" },
	{ BV_QTI_EXTENDED_TEXT_INTERACTION, "extendedText", bv_extended_text_read, TYPED, SINGLE | SEVERAL | SEQUENCE | RECORD,
	  "string, integer or float, or a record" },
	{ BV_QTI_HOTSPOT_INTERACTION, "hotspot" },
	{ BV_QTI_SELECT_POINT_INTERACTION, "selectPoint" },
	{ BV_QTI_GRAPHIC_ORDER_INTERACTION, "graphicOrder" },
	{ BV_QTI_GRAPHIC_ASSOCIATE_INTERACTION, "graphicAssociate" },
	{ BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION, "graphicGapMatch" },
	{ BV_QTI_POSITION_OBJECT_INTERACTION, "positionObject" },
	{ BV_QTI_SLIDER_INTERACTION, "slider" },
	{ BV_QTI_MEDIA_INTERACTION, "media" },
	{ BV_QTI_DRAWING_INTERACTION, "drawing" },
	{ BV_QTI_UPLOAD_INTERACTION, "upload" },
	{ BV_QTI_END_ATTEMPT_INTERACTION, "endAttempt" },
	{ BV_QTI_PORTABLE_CUSTOM_INTERACTION, "portableCustom" },
	{ BV_QTI_CUSTOM_INTERACTION, "custom" },
};

static const struct row *
row_find(const struct bv_xml_node *node)
{
	enum bv_qti element = bv_qti_element(node);

	for (size_t i = 0; element && i < BV_COUNT(rows); i++)
		if (rows[i].element == element)
			return &rows[i];
	return NULL;
}

bool
bv_is_interaction(const struct bv_xml_node *node)
{
	return row_find(node) != NULL;
}

const char *
bv_interaction_name(enum bv_interaction_kind kind)
{
	return rows[kind].name;
}

enum bv_status
bv_interaction_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                    struct bv_err *err)
{
	const struct row *row = row_find(node);
	struct bv_interaction interaction = { .line = node->line };

	if (!row->read)
		return bv_err_at(err, BV_EPARSE, node->line,
		                 "<%.*s>: this release reads choice, inlineChoice, textEntry, order, match, associate, gapMatch, hottext and "
		                 "extendedText interactions; %s comes with the next one",
		                 BV_STR_ARG(node->name), row->name);
	interaction.kind = (enum bv_interaction_kind)(row - rows);
	TRY(bv_qti_attr_identifier(&interaction.response, node, "response-identifier", err));
	TRY(bv_qti_attr_bool(&interaction.shuffle, node, "shuffle", false, err));
	TRY(row->read(&interaction, reader, node, err));
	*out = interaction;
	return BV_OK;
}

enum bv_status
bv_interaction_accepts(const struct bv_interaction *interaction, const struct bv_declaration *declaration, struct bv_err *err)
{
	const struct row *row = &rows[interaction->kind];

	if ((row->cards >> declaration->cardinality & 1) && (declaration->cardinality == BV_CARD_RECORD || (row->types >> declaration->type & 1)))
		return BV_OK;
	return bv_err_at(err, BV_EPARSE, interaction->line, "%s interaction: response '%.*s' is declared as %s %s; it must be %s", row->name,
	                 BV_STR_ARG(declaration->identifier), bv_cardinality_name(declaration->cardinality), bv_type_name(declaration->type),
	                 row->wanted);
}


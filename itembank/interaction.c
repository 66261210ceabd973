#include "itembank/interaction.h"

#define SINGLE (1u << BV_CARD_SINGLE)
#define SEVERAL (1u << BV_CARD_MULTIPLE)
#define SEQUENCE (1u << BV_CARD_ORDERED)
#define RECORD (1u << BV_CARD_RECORD)
#define TYPED (1u << BV_TYPE_STRING | 1u << BV_TYPE_INTEGER | 1u << BV_TYPE_FLOAT)

struct row {
	enum bv_qti element;
	const char *name;
	bv_interaction_read_fn read;
	unsigned traits;
	uint16_t types;     /* base types of its response, 1 << enum bv_type (QTI 3.0, each interaction's response-identifier) */
	uint8_t cards;      /* and cardinalities */
	const char *wanted; /* both in words */
};

#define TYPE(t) (1u << BV_TYPE_##t)
#define ANY_TYPE ((1u << BV_TYPE_COUNT) - 2)
#define ANY_CARD (SINGLE | SEVERAL | SEQUENCE | RECORD)
#define CHOICES (BV_TRAIT_CHOICES | BV_TRAIT_KEYED)
#define PAIRS (CHOICES | BV_TRAIT_PAIRS)
#define IMAGE BV_TRAIT_IMAGE
#define SHUFFLES BV_TRAIT_SHUFFLES

/* In the order of enum bv_interaction_kind. */
static const struct row rows[BV_INTERACTION_KINDS] = {
	{ BV_QTI_CHOICE_INTERACTION, "choice", bv_choice_read, CHOICES | SHUFFLES, TYPE(IDENTIFIER), SINGLE | SEVERAL,
	  "single or multiple identifier" },
	{ BV_QTI_INLINE_CHOICE_INTERACTION, "inlineChoice", bv_inline_choice_read, CHOICES | SHUFFLES, TYPE(IDENTIFIER), SINGLE,
	  "single identifier" },
	{ BV_QTI_TEXT_ENTRY_INTERACTION, "textEntry", bv_text_entry_read, BV_TRAIT_TEXT | BV_TRAIT_KEYED, TYPED, SINGLE | RECORD,
	  "single string, integer or float, or a record" },
	{ BV_QTI_ORDER_INTERACTION, "order", bv_order_read, CHOICES | BV_TRAIT_SEQUENCE | SHUFFLES, TYPE(IDENTIFIER), SEQUENCE,
	  "ordered identifier" },
	{ BV_QTI_MATCH_INTERACTION, "match", bv_match_read, PAIRS | BV_TRAIT_SETS | SHUFFLES, TYPE(DIRECTED_PAIR), SINGLE | SEVERAL,
	  "single or multiple directedPair" },
	{ BV_QTI_ASSOCIATE_INTERACTION, "associate", bv_associate_read, PAIRS | SHUFFLES, TYPE(PAIR), SINGLE | SEVERAL,
	  "single or multiple pair" },
	{ BV_QTI_GAP_MATCH_INTERACTION, "gapMatch", bv_gap_match_read, PAIRS | BV_TRAIT_SETS | SHUFFLES, TYPE(DIRECTED_PAIR), SINGLE | SEVERAL,
	  "single or multiple directedPair" },
	{ BV_QTI_HOTTEXT_INTERACTION, "hottext", bv_hottext_read, CHOICES, TYPE(IDENTIFIER), SINGLE | SEVERAL,
	  "single or multiple identifier" },
	{ BV_QTI_EXTENDED_TEXT_INTERACTION, "extendedText", bv_extended_text_read, BV_TRAIT_TEXT | BV_TRAIT_KEYED, TYPED, ANY_CARD,
	  "string, integer or float, or a record" },
	{ BV_QTI_HOTSPOT_INTERACTION, "hotspot", bv_hotspot_read, CHOICES | IMAGE, TYPE(IDENTIFIER), SINGLE | SEVERAL,
	  "single or multiple identifier" },
	{ BV_QTI_SELECT_POINT_INTERACTION, "selectPoint", bv_select_point_read, BV_TRAIT_POINTS | BV_TRAIT_KEYED | IMAGE, TYPE(POINT),
	  SINGLE | SEVERAL, "single or multiple point" },
	{ BV_QTI_GRAPHIC_ORDER_INTERACTION, "graphicOrder", bv_graphic_order_read, CHOICES | BV_TRAIT_SEQUENCE | IMAGE, TYPE(IDENTIFIER), SEQUENCE,
	  "ordered identifier" },
	{ BV_QTI_GRAPHIC_ASSOCIATE_INTERACTION, "graphicAssociate", bv_graphic_associate_read, PAIRS | IMAGE, TYPE(PAIR), SINGLE | SEVERAL,
	  "single or multiple pair" },
	{ BV_QTI_GRAPHIC_GAP_MATCH_INTERACTION, "graphicGapMatch", bv_graphic_gap_match_read, PAIRS | BV_TRAIT_SETS | IMAGE,
	  TYPE(DIRECTED_PAIR), SEVERAL, "multiple directedPair" },
	{ BV_QTI_POSITION_OBJECT_INTERACTION, "positionObject", bv_position_object_read, BV_TRAIT_POINTS | BV_TRAIT_KEYED | IMAGE, TYPE(POINT),
	  SINGLE | SEVERAL, "single or multiple point" },
	{ BV_QTI_SLIDER_INTERACTION, "slider", bv_slider_read, BV_TRAIT_KEYED, TYPE(INTEGER) | TYPE(FLOAT), SINGLE, "single integer or float" },
	{ BV_QTI_MEDIA_INTERACTION, "media", bv_media_read, 0, TYPE(INTEGER), SINGLE, "single integer" },
	{ BV_QTI_DRAWING_INTERACTION, "drawing", bv_drawing_read, BV_TRAIT_FILE | IMAGE, TYPE(FILE), SINGLE, "single file" },
	{ BV_QTI_UPLOAD_INTERACTION, "upload", bv_upload_read, BV_TRAIT_FILE, TYPE(FILE), SINGLE, "single file" },
	{ BV_QTI_END_ATTEMPT_INTERACTION, "endAttempt", bv_end_attempt_read, 0, TYPE(BOOLEAN), SINGLE, "single boolean" },
	{ BV_QTI_PORTABLE_CUSTOM_INTERACTION, "portableCustom", bv_custom_read, 0, ANY_TYPE, ANY_CARD, "any type" },
	{ BV_QTI_CUSTOM_INTERACTION, "custom", bv_custom_read, 0, ANY_TYPE, ANY_CARD, "any type" },
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

unsigned
bv_interaction_traits(enum bv_interaction_kind kind)
{
	return rows[kind].traits;
}

/* It does not matter to scoring what stands there. */
static void
shuffle_read(bool *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node)
{
	struct bv_err err;

	if (bv_qti_attr_bool(out, node, "shuffle", false, &err))
		bv_note_fault(reader->faults, &err);
}

enum bv_status
bv_interaction_read(struct bv_interaction *out, const struct bv_interaction_reader *reader, const struct bv_xml_node *node,
                    struct bv_err *err)
{
	const struct row *row = row_find(node);
	struct bv_interaction interaction = { .line = node->line };

	interaction.kind = (enum bv_interaction_kind)(row - rows);
	TRY(bv_qti_attr_identifier(&interaction.response, node, "response-identifier", err));
	if (row->traits & BV_TRAIT_SHUFFLES)
		shuffle_read(&interaction.shuffle, reader, node);
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
	return bv_err_rule(err, bv_mismatch(1u << declaration->cardinality, row->cards), interaction->line,
	                   "%s interaction: response '%.*s' is declared as %s %s; it must be %s", row->name,
	                   BV_STR_ARG(declaration->identifier), bv_cardinality_name(declaration->cardinality),
	                   bv_type_name(declaration->type), row->wanted);
}


/* Catalogs (QTI 3.0 §2.14): cards for people with a need, each bound to what it is about by data-catalog-idref. On a page every card stands
 * for itself; which of them are sent is known when somebody's preferences are. */
#include "itembank/page.h"

static const struct bv_xml_node *
catalog_next(const struct bv_xml_node *n)
{
	while (n && bv_qti_element(n) != BV_QTI_CATALOG)
		n = bv_qti_next(n);
	return n;
}

void
bv_page_catalogs_find(struct bv_page_maker *maker, const struct bv_xml_node *info)
{
	for (const struct bv_xml_node *n = info ? catalog_next(bv_qti_first(info)) : NULL; n; n = catalog_next(bv_qti_next(n))) {
		const struct bv_str *id = bv_xml_attr(n, "id");
		if (!id || !bv_str_trim(*id).len || bv_page_catalog_index(maker, bv_str_trim(*id)) != UINT32_MAX)
			bv_note(&maker->page->left_out, "undeliverable", n->line, "a catalog without an id of its own is not delivered");
		else if (maker->page->catalog_count < BV_PAGE_CATALOGS_MAX)
			maker->catalogs[maker->page->catalog_count++] = bv_str_trim(*id);
		else
			bv_page_refuse(maker, n->line, "more than %d catalogs", BV_PAGE_CATALOGS_MAX);
	}
}

uint32_t
bv_page_catalog_index(const struct bv_page_maker *maker, struct bv_str id)
{
	for (uint32_t i = 0; i < maker->page->catalog_count; i++)
		if (bv_str_eq(maker->catalogs[i], id))
			return i;
	return UINT32_MAX;
}

/* A file of a card: `["qti-file-href",{"src":…,"type":"audio/mpeg"}]`. */
static void
file(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	bv_page_begin(maker, "qti-file-href");
	bv_page_media(maker, node, "src", bv_xml_text(node, maker->arena));
	bv_page_attributes(maker, &(struct bv_xml_node){ .line = node->line, .attr_count = 1,
	                                                 .attrs = &(struct bv_xml_attr){ BV_STR_NONE, BV_STR("type"), bv_page_attr_of(node, "mime-type") } },
	                   BV_GROUP_FILES | BV_GROUP_QUIET);
	bv_page_begun(maker);
	bv_page_end(maker);
}

/* What a card without entries, or an entry, holds. */
static void
contents(struct bv_page_maker *maker, const struct bv_xml_node *node)
{
	for (const struct bv_xml_node *n = bv_qti_first(node); n; n = bv_qti_next(n))
		if (bv_qti_element(n) == BV_QTI_HTML_CONTENT)
			bv_page_children(maker, n, false);
		else if (bv_qti_element(n) == BV_QTI_FILE_HREF)
			file(maker, n);
		else
			bv_page_dropped(maker, n);
}

/* node is the card, or one of its entries. */
static void
entry(struct bv_page_maker *maker, uint32_t catalog, uint32_t number, struct bv_str support, const struct bv_xml_node *node)
{
	const struct bv_str *lang = bv_xml_attr_ns(node, "http://www.w3.org/XML/1998/namespace", "lang"), *reading = bv_xml_attr(node, "data-reading-type");
	struct bv_page_card *card = &maker->cards[maker->page->card_count];
	struct bv_err err;
	uint32_t at;

	if (maker->page->card_count == BV_PAGE_CARDS_MAX) {
		bv_page_refuse(maker, node->line, "more than %d cards in catalogs", BV_PAGE_CARDS_MAX);
		return;
	}
	*card = (struct bv_page_card){ .catalog = catalog, .number = number, .support = support, .language = lang ? bv_str_trim(*lang) : BV_STR_NONE,
		                       .reading = reading ? bv_str_trim(*reading) : BV_STR_NONE };
	if (bv_qti_attr_bool(&card->otherwise, node, "default", false, &err))
		bv_note_fault(&maker->page->left_out, &err);
	bv_page_op_begin(maker, BV_PAGE_CARD, &at)->from = maker->page->card_count++;
	bv_page_begin(maker, "qti-card");
	bv_page_attribute_text(maker, "support", support);
	bv_page_attributes(maker, node, BV_GROUP_QUIET);
	bv_page_begun(maker);
	contents(maker, node);
	bv_page_end(maker);
	bv_page_op_end(maker, at);
}

static void
card(struct bv_page_maker *maker, uint32_t catalog, uint32_t number, const struct bv_xml_node *node)
{
	struct bv_str support = bv_page_attr_of(node, "support");
	bool entries = false;

	if (!bv_pnp_is_name(support)) {
		bv_note(&maker->page->left_out, "undeliverable", node->line, "a card for '%.*s' is not delivered: there is no such support",
		        BV_STR_ARG(bv_str_sub(support, 0, 60)));
		return;
	}
	for (const struct bv_xml_node *n = bv_qti_first(node); n; n = bv_qti_next(n))
		if (bv_qti_element(n) == BV_QTI_CARD_ENTRY) {
			entries = true;
			entry(maker, catalog, number, support, n);
		}
	if (!entries)
		entry(maker, catalog, number, support, node);
}

void
bv_page_catalogs(struct bv_page_maker *maker, const struct bv_xml_node *info)
{
	uint32_t number = 0, at, next = 0;

	for (const struct bv_xml_node *n = info ? catalog_next(bv_qti_first(info)) : NULL; n; n = catalog_next(bv_qti_next(n))) {
		if (next == maker->page->catalog_count || !bv_str_eq(maker->catalogs[next], bv_page_attr_of(n, "id")))
			continue;
		bv_page_op_begin(maker, BV_PAGE_CATALOG, &at)->from = next;
		bv_page_begin(maker, "qti-catalog");
		bv_page_attribute(maker, "id");
		bv_buf_addc(&maker->bytes, '"');
		bv_page_id(maker, maker->catalogs[next]);
		bv_buf_addc(&maker->bytes, '"');
		bv_page_begun(maker);
		for (const struct bv_xml_node *c = bv_qti_first(n); c; c = bv_qti_next(c))
			if (bv_qti_element(c) == BV_QTI_CARD)
				card(maker, next, number++, c);
		next++;
		bv_page_end(maker);
		bv_page_op_end(maker, at);
	}
}

void
bv_page_mention(struct bv_page_maker *maker)
{
	uint32_t catalog = maker->mention.len ? bv_page_catalog_index(maker, maker->mention) : UINT32_MAX, at;
	bool first = !maker->attributes;

	if (catalog == UINT32_MAX)
		return;
	bv_page_op_begin(maker, BV_PAGE_CATALOG, &at)->from = catalog;
	bv_buf_addz(&maker->bytes, first ? ",{\"data-catalog-idref\":\"" : ",\"data-catalog-idref\":\"");
	bv_page_id(maker, maker->mention);
	bv_buf_addz(&maker->bytes, first ? "\"}" : "\"");
	bv_page_op_end(maker, at);
}

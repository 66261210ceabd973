/* An item or a stimulus in another version of QTI: the steps, and the gate that the result passes. */
#include "itembank/upgrade.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "itembank/item.h"

void
bv_upgrade_loss(struct bv_upgrade *up, int line, const char *fmt, ...)
{
	char message[256];
	va_list ap;

	if (!up->loss)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	bv_text_repair(message);
	up->loss(up->ctx, &(struct bv_loss){ .severity = BV_SEVERITY_WARNING, .line = line, .message = message });
}

void
bv_upgrade_to_3(struct bv_upgrade *up)
{
	bv_upgrade_names(up);
	bv_upgrade_custom(up);
	bv_upgrade_media(up);
	bv_upgrade_attributes(up);
	bv_upgrade_order(up);
	bv_upgrade_content(up);
}

/* What was written must be an item that can be scored as the one that was read. */
static enum bv_status
gate(struct bv_str xml, const struct bv_item *from, struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	struct bv_err fault;

	if (bv_item_parse_loosely(&item, xml, &fault) != BV_OK)
		return bv_err_set(err, BV_EINVAL, "the converted item cannot be read: line %d: %s", fault.line, fault.msg);
	if (item->faults.count > from->faults.count)
		return bv_err_set(err, BV_EINVAL, "the converted item would not work: line %d: %s", item->faults.last->line, item->faults.last->text);
	/* A portable interaction that the reader of 2.x passes over may have come to light. */
	if (item->interaction_count < from->interaction_count)
		return bv_err_set(err, BV_EINVAL, "the converted item has %zu interactions, not %zu", item->interaction_count, from->interaction_count);
	return BV_OK;
}

static enum bv_status
write_checked(struct bv_buf *out, const struct bv_upgrade *up, struct bv_str xml, bool same_version, const struct bv_item *item, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_XML_ITEM_MAX);

	if (same_version && !up->tree.changes) {
		bv_buf_add(out, xml);
		return bv_buf_check(out, err);
	}
	bv_tree_write(&text, &up->tree);
	TRY(bv_buf_check(&text, err));
	TRY(gate(bv_buf_str(&text), item, err));
	bv_buf_add(out, bv_buf_str(&text));
	return bv_buf_check(out, err);
}

static void
tree_convert(struct bv_upgrade *up, const struct bv_xml_node *root, enum bv_qti_version to)
{
	bv_tree_copy(&up->tree, root);
	if (up->from != to || to == BV_QTI_3_0)
		bv_upgrade_to_3(up);
	if (up->from != to && to == BV_QTI_2_2)
		bv_downgrade_to_22(up);
}

enum bv_status
bv_qti_version_target(enum bv_qti_version *out, const char *name, struct bv_err *err)
{
	bool old = strcmp(name, "2.2") == 0;

	if (!old && strcmp(name, "3.0") != 0)
		return bv_err_set(err, BV_EINVAL, "'%s' is no version to convert to: 3.0 or 2.2", name);
	*out = old ? BV_QTI_2_2 : BV_QTI_3_0;
	return BV_OK;
}

enum bv_status
bv_item_convert(struct bv_buf *out, struct bv_str xml, enum bv_qti_version to, void (*loss)(void *ctx, const struct bv_loss *loss), void *ctx,
                struct bv_err *err)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_upgrade up = { .tree = { .arena = &arena }, .loss = loss, .ctx = ctx };

	TRY(bv_item_parse_loosely(&item, xml, err));
	TRY(bv_xml_read(&doc, xml, BV_XML_ITEM_MAX, err));
	up.from = bv_item_version(item);
	tree_convert(&up, bv_xml_root(doc), to);
	return write_checked(out, &up, xml, up.from == to, item, err);
}

/* What was written can be delivered when what was read can be. */
static enum bv_status
stimulus_gate(struct bv_str xml, struct bv_str from, struct bv_err *err)
{
	BV_AUTO(bv_stimulus_free) struct bv_stimulus *before = NULL, *after = NULL;
	struct bv_err fault, ignored;

	if (bv_stimulus_parse(&after, xml, &fault) != BV_OK && bv_stimulus_parse(&before, from, &ignored) == BV_OK)
		return bv_err_set(err, BV_EINVAL, "the converted stimulus cannot be read: line %d: %s", fault.line, fault.msg);
	return BV_OK;
}

enum bv_status
bv_stimulus_convert(struct bv_buf *out, struct bv_str xml, enum bv_qti_version to, void (*loss)(void *ctx, const struct bv_loss *loss), void *ctx,
                    struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_upgrade up = { .tree = { .arena = &arena }, .loss = loss, .ctx = ctx };
	const struct bv_xml_node *root;

	TRY(bv_xml_read(&doc, xml, BV_XML_ITEM_MAX, err));
	root = bv_xml_root(doc);
	TRY(bv_qti_version_of(&up.from, root, err));
	if (bv_qti_element(root) != BV_QTI_ASSESSMENT_STIMULUS)
		return bv_stimulus_wrong_root(root, err);
	if (up.from == to) {
		bv_buf_add(out, xml);
		return bv_buf_check(out, err);
	}
	tree_convert(&up, root, to);
	bv_tree_write(&text, &up.tree);
	TRY(bv_buf_check(&text, err));
	TRY(stimulus_gate(bv_buf_str(&text), xml, err));
	bv_buf_add(out, bv_buf_str(&text));
	return bv_buf_check(out, err);
}

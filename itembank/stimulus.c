/* A stimulus that several items share (QTI 3.0 assessmentStimulus): text, pictures, media; nothing to answer. */
#include <stdlib.h>

#include "itembank/itembank.h"
#include "itembank/page.h"
#include "itembank/upgrade.h"

struct bv_stimulus {
	struct bv_arena arena;
	struct bv_xml_doc *doc;
	struct bv_str identifier;
	struct bv_page page;
};

enum bv_status
bv_stimulus_wrong_root(const struct bv_xml_node *root, struct bv_err *err)
{
	return bv_err_rule(err, "wrong-root", root->line, "the document is a <%.*s>: a stimulus is a qti-assessment-stimulus",
	                   BV_STR_ARG(bv_str_sub(root->name, 0, 60)));
}

enum bv_status
bv_stimulus_parse(struct bv_stimulus **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_stimulus_free) struct bv_stimulus *stimulus = bv_alloc(sizeof *stimulus);
	const struct bv_xml_node *root, *body;
	enum bv_qti_version version;

	TRY(bv_xml_read(&stimulus->doc, xml, BV_XML_ITEM_MAX, err));
	root = bv_xml_root(stimulus->doc);
	TRY(bv_qti_version_of(&version, root, err));
	if (bv_qti_element(root) != BV_QTI_ASSESSMENT_STIMULUS)
		return bv_stimulus_wrong_root(root, err);
	TRY(bv_qti_attr_identifier(&stimulus->identifier, root, "identifier", err));
	body = bv_qti_child(root, BV_QTI_STIMULUS_BODY);
	if (!body)
		return bv_err_rule(err, "missing-element", root->line, "the stimulus has no qti-stimulus-body");
	bv_page_make_part(&stimulus->page, &stimulus->arena, NULL, body, bv_qti_child(root, BV_QTI_CATALOG_INFO));
	if (stimulus->page.refused) {
		*err = stimulus->page.refusal;
		return err->status = BV_EPARSE;
	}
	*out = bv_steal(&stimulus);
	return BV_OK;
}

void
bv_stimulus_free(struct bv_stimulus *stimulus)
{
	if (!stimulus)
		return;
	bv_xml_free(stimulus->doc);
	bv_arena_finish(&stimulus->arena);
	free(stimulus);
}

struct bv_str
bv_stimulus_identifier(const struct bv_stimulus *stimulus)
{
	return stimulus->identifier;
}

const struct bv_page *
bv_stimulus_page(const struct bv_stimulus *stimulus)
{
	return &stimulus->page;
}

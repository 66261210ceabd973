/* Rules of how long what is kept of persons, as a document. */
#include <stdlib.h>

#include "base/text.h"
#include "base/xml.h"
#include "engine/people.h"

#define NAMESPACE "https://bangvang.vn/ns/retention/1"
enum { DAYS_MAX = 36500, BASIS_MAX = 1000 };

/* Attributes of node are exactly those of names. */
static enum bv_status
check_attributes(const struct bv_xml_node *node, const char *first, const char *second, struct bv_err *err)
{
	for (size_t i = 0; i < node->attr_count; i++)
		if (node->attrs[i].ns.len || (!bv_str_is(node->attrs[i].name, first) && !(second && bv_str_is(node->attrs[i].name, second))))
			return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> has no attribute '%.*s'", BV_STR_ARG(node->name),
			                 BV_STR_ARG(bv_str_sub(node->attrs[i].name, 0, 40)));
	if (!bv_xml_attr(node, first) || (second && !bv_xml_attr(node, second)))
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> needs %s%s%s", BV_STR_ARG(node->name), first, second ? " and " : "", second ? second : "");
	return BV_OK;
}

/* By which a person is found and named: they go with the person. */
#define WHOLE_ONLY (1u << BV_PERSON_NAME | 1u << BV_PERSON_PERSONAL_ID)

static enum bv_status
read_rule(struct bv_retention_rule *rule, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_err inner;
	struct bv_str basis;

	if (!bv_str_is(node->name, "rule") || !bv_str_is(node->ns, NAMESPACE))
		return bv_err_at(err, BV_EPARSE, node->line, "<%.*s> is not expected: <retention> has <rule>", BV_STR_ARG(bv_str_sub(node->name, 0, 40)));
	TRY(check_attributes(node, "fields", "days", err));
	struct bv_str fields = *bv_xml_attr(node, "fields"), days = *bv_xml_attr(node, "days");
	if (bv_str_is(fields, "person"))
		rule->fields = BV_PERSON_ALL;
	else if (bv_person_fields_parse(&rule->fields, fields, &inner) != BV_OK)
		return bv_err_at(err, BV_EINVAL, node->line, "%s; or 'person' for everything", inner.msg);
	else if (rule->fields & WHOLE_ONLY)
		return bv_err_at(err, BV_EINVAL, node->line, "name and personalId are kept as long as the person: say fields=\"person\"");
	if (!bv_str_int(days, &rule->days) || rule->days < 0 || rule->days > DAYS_MAX)
		return bv_err_at(err, BV_EINVAL, node->line, "days=\"%.*s\": a number from 0 to %d", BV_STR_ARG(bv_str_sub(days, 0, 40)), DAYS_MAX);
	if (bv_xml_element(node->first))
		return bv_err_at(err, BV_EPARSE, node->line, "<rule> is plain text: on what law it rests");
	if (bv_text_nfc(&basis, bv_str_trim(bv_xml_text(node, arena)), arena, err) != BV_OK || !basis.len || basis.len > BASIS_MAX)
		return bv_err_at(err, BV_EINVAL, node->line, "<rule> says in 1 to %d bytes of text on what law it rests", BASIS_MAX);
	rule->basis = bv_arena_str(arena, basis);
	rule->line = node->line;
	return BV_OK;
}

enum bv_status
bv_retention_parse(struct bv_retention **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_retention_free) struct bv_retention *retention = bv_alloc(sizeof *retention);

	TRY(bv_xml_read(&doc, xml, BV_RETENTION_MAX, err));
	const struct bv_xml_node *root = bv_xml_root(doc);
	if (!bv_str_is(root->name, "retention") || !bv_str_is(root->ns, NAMESPACE))
		return bv_err_at(err, BV_EPARSE, root->line, "not <retention xmlns=\"" NAMESPACE "\">");
	TRY(check_attributes(root, "identifier", NULL, err));
	struct bv_str id = *bv_xml_attr(root, "identifier");
	if (!id.len || id.len > BV_BLUEPRINT_ID_MAX || !bv_text_safe(id))
		return bv_err_at(err, BV_EINVAL, root->line, "identifier is 1 to %d bytes without control characters", BV_BLUEPRINT_ID_MAX);
	retention->id = bv_arena_str(&retention->arena, id);
	struct bv_retention_rule *rules = bv_arena_array(&retention->arena, BV_RETENTION_RULES_MAX, struct bv_retention_rule);
	for (const struct bv_xml_node *node = bv_xml_element(root->first); node; node = bv_xml_element(node->next)) {
		if (retention->count == BV_RETENTION_RULES_MAX)
			return bv_err_at(err, BV_ELIMIT, node->line, "more than %d rules", BV_RETENTION_RULES_MAX);
		TRY(read_rule(&rules[retention->count++], node, &retention->arena, err));
	}
	if (!retention->count)
		return bv_err_at(err, BV_EINVAL, root->line, "no <rule>: nothing would ever be erased");
	retention->rules = rules;
	*out = bv_steal(&retention);
	return BV_OK;
}

void
bv_retention_free(struct bv_retention *retention)
{
	if (!retention)
		return;
	bv_arena_finish(&retention->arena);
	free(retention);
}

/* Mandates: who may issue and revoke, for which schemes and centres, from when to when. */
#include <stdlib.h>

#include "registry/xml.h"

#define NAMESPACE "https://bangvang.vn/ns/mandates/1"

struct bv_mandates {
	struct bv_arena arena;
	struct bv_mandate *list;
	size_t count;
};

void
bv_mandates_free(struct bv_mandates *mandates)
{
	if (!mandates)
		return;
	bv_arena_finish(&mandates->arena);
	free(mandates->list);
	free(mandates);
}

/* "*", or words of letters, digits, '.', '_', '-', '/'. */
static enum bv_status
read_scope(struct bv_str *out, const struct bv_xml_node *node, const char *name, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str rest, token;

	TRY(xml_text(out, node, name, true, arena, err));
	if (bv_str_is(*out, "*"))
		return BV_OK;
	for (rest = *out; bv_str_token(&rest, &token);)
		for (size_t i = 0; i < token.len; i++)
			if (token.p[i] == '*' || (uint8_t)token.p[i] < '!')
				return bv_err_at(err, BV_EINVAL, node->line, "'%s' is \"*\", for all, or their codes, separated by spaces", name);
	return BV_OK;
}

static enum bv_status
read_mandate(struct bv_mandate *m, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str key;

	TRY(xml_expect(node, NAMESPACE, "mandate", "identifier person key deeds schemes centres from to", err));
	TRY(xml_word(&m->id, node, "identifier", BV_OFFICER_MAX, "-_.", arena, err));
	TRY(xml_word(&m->person, node, "person", BV_OFFICER_MAX, "-_", arena, err));
	TRY(xml_text(&key, node, "key", true, arena, err));
	if (bv_multikey_parse_any(&m->key, key, err) != BV_OK)
		return bv_err_at(err, BV_EINVAL, node->line, "'key' is a multikey, as in the file key.multikey: %s", err->msg);
	TRY(xml_deeds(&m->deeds, node, "deeds", err));
	TRY(read_scope(&m->schemes, node, "schemes", arena, err));
	TRY(read_scope(&m->centres, node, "centres", arena, err));
	TRY(xml_day(&m->from, node, "from", true, 0, err));
	TRY(xml_day(&m->to, node, "to", true, 0, err));
	if (m->to < m->from)
		return bv_err_at(err, BV_EINVAL, node->line, "the mandate ends before it begins");
	return xml_content(&m->basis, node, arena, err);
}

/* One key is one person's: else two persons could be one. */
static enum bv_status
check_against(const struct bv_mandate *m, const struct bv_mandate *others, size_t count, int line, struct bv_err *err)
{
	for (size_t i = 0; i < count; i++) {
		if (bv_str_eq(others[i].id, m->id))
			return bv_err_at(err, BV_ECONFLICT, line, "mandate '%.*s' is there already", BV_STR_ARG(m->id));
		if (bv_public_equal(&others[i].key, &m->key) && !bv_str_eq(others[i].person, m->person))
			return bv_err_at(err, BV_ECONFLICT, line, "the key of mandate '%.*s' is another person's in mandate '%.*s'", BV_STR_ARG(m->id), BV_STR_ARG(others[i].id));
	}
	return BV_OK;
}

enum bv_status
bv_mandates_parse(struct bv_mandates **out, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_mandates_free) struct bv_mandates *mandates = bv_alloc(sizeof *mandates);
	const struct bv_xml_node *root;
	struct bv_str ignored;

	TRY(bv_xml_read(&doc, xml, BV_MANDATES_MAX, err));
	root = bv_xml_root(doc);
	TRY(xml_expect(root, NAMESPACE, "mandates", "identifier version", err));
	TRY(xml_word(&ignored, root, "identifier", BV_OFFICER_MAX, "-_.", &mandates->arena, err));
	TRY(xml_word(&ignored, root, "version", BV_OFFICER_MAX, "-_.", &mandates->arena, err));
	for (const struct bv_xml_node *node = bv_xml_element(root->first); node; node = bv_xml_element(node->next)) {
		size_t n = mandates->count;
		if (n == BV_MANDATES_COUNT_MAX)
			return bv_err_at(err, BV_ELIMIT, node->line, "more than %d mandates", BV_MANDATES_COUNT_MAX);
		if ((n & (n - 1)) == 0)
			mandates->list = bv_resize_array(mandates->list, n ? 2 * n : 1, sizeof mandates->list[0]);
		mandates->list[n] = (struct bv_mandate){ 0 };
		TRY(read_mandate(&mandates->list[n], node, &mandates->arena, err));
		TRY(check_against(&mandates->list[n], mandates->list, n, node->line, err));
		mandates->count++;
	}
	if (!mandates->count)
		return bv_err_at(err, BV_EPARSE, root->line, "there is no <mandate>: nobody could issue anything");
	*out = bv_steal(&mandates);
	return BV_OK;
}

size_t
bv_mandates_count(const struct bv_mandates *mandates)
{
	return mandates->count;
}

const struct bv_mandate *
bv_mandates_at(const struct bv_mandates *mandates, size_t idx)
{
	return &mandates->list[idx];
}

static bool
covers(struct bv_str scope, struct bv_str code)
{
	struct bv_str token;

	if (bv_str_is(scope, "*"))
		return true;
	while (bv_str_token(&scope, &token))
		if (bv_str_eq(token, code))
			return true;
	return false;
}

/* How much of what is asked the mandate covers, in the order in which a fault is told: the one that comes nearest is named. */
static int
reach(const struct bv_mandate *m, enum bv_deed deed, struct bv_str scheme, struct bv_str centre, bv_day day)
{
	if (!(m->deeds & 1u << deed))
		return 0;
	if (!covers(m->schemes, scheme))
		return 1;
	if (!covers(m->centres, centre))
		return 2;
	return day >= m->from && day <= m->to ? 4 : 3;
}

static enum bv_status
refuse(const struct bv_mandate *nearest, int reached, enum bv_deed deed, struct bv_str scheme, struct bv_str centre, bv_day day, struct bv_err *err)
{
	char when[BV_DAY_SIZE], from[BV_DAY_SIZE], to[BV_DAY_SIZE];
	struct bv_str id = nearest->id;

	switch (reached) {
	case 0:
		return bv_err_set(err, BV_EDENIED, "mandate '%.*s' does not let its person %s", BV_STR_ARG(id), bv_deed_name(deed));
	case 1:
		return bv_err_set(err, BV_EDENIED, "mandate '%.*s' does not cover the scheme '%.*s'", BV_STR_ARG(id), BV_STR_ARG(bv_str_sub(scheme, 0, 60)));
	case 2:
		return bv_err_set(err, BV_EDENIED, "mandate '%.*s' does not cover the centre '%.*s'", BV_STR_ARG(id), BV_STR_ARG(bv_str_sub(centre, 0, 60)));
	default:
		return bv_err_set(err, BV_EDENIED, "mandate '%.*s' is from %s to %s, not on %s", BV_STR_ARG(id), bv_day_write(from, nearest->from),
		                  bv_day_write(to, nearest->to), bv_day_write(when, day));
	}
}

enum bv_status
bv_mandates_find(const struct bv_mandate **out, const struct bv_mandates *mandates, const struct bv_public *key, enum bv_deed deed, struct bv_str scheme,
                 struct bv_str centre, bv_day day, struct bv_err *err)
{
	const struct bv_mandate *nearest = NULL;
	char multikey[BV_MULTIKEY_SIZE];
	int best = -1;

	for (size_t i = 0; i < mandates->count; i++) {
		const struct bv_mandate *m = &mandates->list[i];
		if (!bv_public_equal(&m->key, key))
			continue;
		int reached = reach(m, deed, scheme, centre, day);
		if (reached > best) {
			best = reached;
			nearest = m;
		}
	}
	if (!nearest)
		return bv_err_set(err, BV_EDENIED, "no mandate is for the key %s", bv_multikey_write_of(multikey, key));
	if (best < 4)
		return refuse(nearest, best, deed, scheme, centre, day, err);
	*out = nearest;
	return BV_OK;
}

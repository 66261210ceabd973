/* The canonical N-Quads of a certificate, both ways: as the template makes them from facts, and as a verifier makes them from the JSON. */
#ifndef BV_TESTS_CERTS_QUADS_H
#define BV_TESTS_CERTS_QUADS_H

#include "certs/vc/rdfc_shape.h"
#include "certs/vc/template.h"

/* What a template keeps ready: the quads of issuer and achievement, frozen. */
static inline enum bv_status
quads_begin(struct rdfc *g, struct achievement_parts *parts, struct bv_arena *arena, const struct bv_credential_facts *facts, const struct bv_json *document,
            struct bv_err *err)
{
	parts->arena = arena;
	BV_AUTO(bv_json_free) struct bv_json *achievement = achievement_json(parts, facts->achievement);

	TRY(shape_add_achievement(g, achievement, err));
	TRY(shape_add_issuer(g, bv_json_find(document, "issuer"), err));
	return rdfc_freeze(g, err);
}

static inline enum bv_status
quads_of_facts(struct bv_buf *out, const struct bv_credential_facts *facts, const struct bv_json *document, struct bv_err *err)
{
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct achievement_parts parts = { 0 };
	struct bv_issuer issuer = { .did = bv_json_str(bv_json_find(bv_json_find(document, "issuer"), "id")) };
	struct words words;

	TRY(quads_begin(&g, &parts, &arena, facts, document, err));
	words_of(&words, facts);
	template_quads(&g, facts, &words, &parts, &issuer, bv_json_str(bv_json_find(document, "name")));
	return rdfc_write(out, &g, err);
}

static inline enum bv_status
quads_of_json(struct bv_buf *out, const struct bv_json *document, struct bv_err *err)
{
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 };
	BV_AUTO(bv_json_free) struct bv_json *unsecured = bv_json_copy(document);

	bv_json_remove(unsecured, "proof");
	TRY(shape_add_credential(&g, unsecured, err));
	return rdfc_write(out, &g, err);
}

#endif

/* An item in memory. Private to itembank; everything lives in the item's arena. */
#ifndef BV_ITEMBANK_ITEM_H
#define BV_ITEMBANK_ITEM_H

#include "base/xml.h"
#include "itembank/interaction.h"
#include "itembank/itembank.h"
#include "itembank/page.h"
#include "itembank/pattern.h"
#include "itembank/session.h"

struct bv_item {
	struct bv_arena arena;
	struct bv_xml_doc *doc;
	const struct bv_xml_node *root, *body; /* body: NULL when the item has none */
	enum bv_qti_version version;
	uint8_t hash[BV_HASH_LEN];
	struct bv_str identifier, title, language; /* NFC */
	struct bv_notes notes;                     /* oddities found while reading */
	struct bv_notes faults;                    /* why some interactions are not bound */
	struct bv_program program;
	struct bv_interaction *interactions;
	struct bv_binding *bindings; /* one for each interaction */
	size_t interaction_count;
	int *interaction_of; /* by index of declaration: the interaction that fills it, or -1 */
	int *responses;      /* indices of the declared response variables, built-ins left out */
	size_t response_count;
	struct bv_page page;
	int score;           /* index of the outcome SCORE, or -1 */
};

/* What an interaction fills, resolved. */
struct bv_binding {
	int response;                   /* index of its response variable; -1: a fault, and the interaction fills nothing */
	int typed;                      /* index of the variable of string-identifier, or -1 */
	const struct bv_pattern *mask;  /* NULL: none */
};

/* An integer or float; false for NULL and for anything else. */
bool bv_single_number(const struct bv_value *v, double *out);

const struct bv_item *bv_item_session_item(const struct bv_item_session *session);
/* The variables, for tests and for the lint's trial runs. */
struct bv_session *bv_item_session_variables(struct bv_item_session *session);
/* Borrowed until the next call that changes the session. */
const struct bv_value *bv_item_session_value(const struct bv_item_session *session, int variable);
const struct bv_value *bv_item_session_key(const struct bv_item_session *session, int variable);

#endif

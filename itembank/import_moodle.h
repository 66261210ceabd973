/* Moodle XML: one question of a file, and what its types share. */
#ifndef BV_ITEMBANK_IMPORT_MOODLE_H
#define BV_ITEMBANK_IMPORT_MOODLE_H

#include "itembank/convert.h"

#define BV_MOODLE_FILES_MAX 64 /* of a question */

struct bv_moodle {
	struct bv_conversion *c;
	const struct bv_xml_node *question;
	struct bv_source_file files[BV_MOODLE_FILES_MAX];
	size_t file_count;
	struct bv_draft draft;
	struct bv_draft_part parts[BV_DRAFT_PARTS_MAX];
	struct bv_insert inserts[BV_DRAFT_PARTS_MAX + BV_DRAFT_INSERTS_MAX]; /* printed variables, from number BV_DRAFT_PARTS_MAX */
	size_t insert_count;
};

/* The characters of node/<name>, or of its <text>; empty when there is none. */
struct bv_str bv_moodle_field(struct bv_moodle *m, const struct bv_xml_node *node, const char *name);
bool bv_moodle_is_true(struct bv_moodle *m, const char *name);
enum bv_markup bv_moodle_markup(const struct bv_xml_node *node);
/* node's <text> (or text instead of it) as a body. */
struct bv_str bv_moodle_body(struct bv_moodle *m, const struct bv_xml_node *node, struct bv_str text, enum bv_body_place place);
/* The item's body is text, in the markup of <questiontext>. */
void bv_moodle_stem(struct bv_moodle *m, struct bv_str text);
/* An error of the question, of that kind (bv_loss_kinds); false. */
bool bv_moodle_refuse(struct bv_moodle *m, const char *kind, int line, const char *fmt, ...) BV_PRINTF(4, 5);
/* <answer>s as choices, weighed and with their feedback; texts go through change first, if given. */
bool bv_moodle_choices(struct bv_moodle *m, struct bv_draft_part *part);
/* @fraction as a share; refuses what is no percentage. */
bool bv_moodle_fraction(struct bv_moodle *m, const struct bv_xml_node *answer, double *out);

/* Each reads its type into m->draft and m->parts, with the body; false when it has refused. */
bool bv_moodle_cloze(struct bv_moodle *m);
bool bv_moodle_calculated(struct bv_moodle *m);
bool bv_moodle_calculated_choices(struct bv_moodle *m);

#endif

/* The lint's parts. Private to itembank. Each rule is explained in doc/lint.md. */
#ifndef BV_ITEMBANK_LINT_H
#define BV_ITEMBANK_LINT_H

#include "itembank/item.h"
#include "itembank/report.h"

/* One item being looked at. */
struct bv_lint_item {
	struct bv_reporter *reporter;
	const struct bv_item *item;
	struct bv_item_session *session; /* of the first clone */
	struct bv_arena *arena;          /* until the item is done */
};

/* no-key, two-keys, key-not-choice, key-not-valid */
void bv_lint_keys(struct bv_lint_item *l);
/* undeliverable, no-response-processing, missing-maximum, unreachable-maximum, empty-scores */
void bv_lint_scores(struct bv_lint_item *l);
/* missing-title, missing-language, missing-alt, repeated-option, key-much-longer, all-of-the-above, negative-stem */
void bv_lint_texts(struct bv_lint_item *l);
/* missing-alt of objects, unlabelled-hotspot, hotspot-outside */
void bv_lint_images(struct bv_lint_item *l);
/* private-metadata, of an image */
void bv_lint_photo(struct bv_reporter *reporter, struct bv_str bytes);
/* unused-template */
void bv_lint_templates(struct bv_lint_item *l);

/* The place of the only right choice of a choice or inlineChoice interaction where one is asked for, or -1. */
int bv_lint_key(const struct bv_lint_item *l, size_t interaction);
/* Is it the longest choice, by code points and strictly? Its length, and the mean of the others, are set. */
bool bv_lint_key_longest(const struct bv_interaction *interaction, int key, size_t *len, double *mean_of_others);

/* What the bank's rules remember of an item. */
struct bv_lint_record {
	char *path, *identifier, *language;
	char *signature; /* lines that a translation must share; translation */
	int line;
	size_t positions[4]; /* single-choice interactions of four options, by the place of the key */
	size_t single, longest;
};

/* Fills what the bank's rules need; the texts are on the heap. */
void bv_lint_record_init(struct bv_lint_record *out, const struct bv_lint_item *l);
void bv_lint_record_finish(struct bv_lint_record *record);
/* duplicate-item, translation-differs, longest-key, key-position; sorts the records. */
void bv_lint_bank(struct bv_reporter *reporter, struct bv_lint_record *records, size_t count);

#endif

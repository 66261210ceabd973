/* XSD regular expressions by definition (XML Schema part 2, appendix F): a tree made at random, its spelling, members of its language, and
 * which texts it matches, by sets of positions. Slow, small, and unlike both a backtracking matcher and an automaton. For tests. */
#ifndef BV_TESTS_PATTERN_MODEL_H
#define BV_TESTS_PATTERN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

enum { MODEL_SUBJECT_MAX = 60 }; /* code points */

struct model_random {
	uint64_t state;
};
uint32_t model_below(struct model_random *r, uint32_t bound);

/* What of the grammar a pattern uses, so that a difference can be put down to it. */
enum model_feature {
	MODEL_NAME = 1 << 0,           /* \i \c \I \C */
	MODEL_CATEGORY = 1 << 1,       /* \d \w \p{Lu} and their complements */
	MODEL_OVERLAP = 1 << 2,        /* [^…], any complement, \w, \p{…}: sets that are not a few ranges */
	MODEL_INVERSE_CLASS = 1 << 3,  /* a complement in a class, or a negated class with or in a subtraction */
	MODEL_ESCAPED_RANGE = 1 << 4,  /* [\(-z] [(-\]] */
	MODEL_GROUP_REPEATED = 1 << 5, /* a quantifier after ) */
	MODEL_BRANCH_REPEATS = 1 << 6, /* one of several branches begins with a repetition */
};

struct model_node;
struct model {
	const struct model_node *root;
	unsigned features;
	struct bv_str pattern; /* in the arena */
};

/* A pattern of the grammar; depth 0 to 3. */
void model_make(struct model *out, struct model_random *r, int depth, struct bv_arena *arena);
/* Is the whole of these code points in the language? */
bool model_matches(const struct model *model, const uint32_t *subject, size_t count);
/* A text near the language: a member, or a member with some code points changed. Returns the number of code points. */
size_t model_subject(const struct model *model, struct model_random *r, uint32_t subject[MODEL_SUBJECT_MAX]);
/* The code points that patterns and subjects are made of. */
extern const uint32_t model_alphabet[];
extern const size_t model_alphabet_count;
void model_write(struct bv_buf *out, uint32_t c); /* UTF-8 */

/* Appendix F's \i and \c by XML 1.0 fifth edition, productions [4] and [4a]. */
bool model_name_start(uint32_t c);
bool model_name_char(uint32_t c);

#endif

/* Values of QTI variables and expressions: base type × cardinality, with one NULL.
 * Plain data of 24 bytes, passed by pointer or copied; texts and arrays are borrowed from the arena of the document or of the run. */
#ifndef BV_ITEMBANK_VALUE_H
#define BV_ITEMBANK_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

enum bv_cardinality { BV_CARD_SINGLE, BV_CARD_MULTIPLE, BV_CARD_ORDERED, BV_CARD_RECORD };

enum bv_type {
	BV_TYPE_NONE, /* a record has no base type; nor has a NULL of unknown origin */
	BV_TYPE_BOOLEAN,
	BV_TYPE_DIRECTED_PAIR,
	BV_TYPE_DURATION,
	BV_TYPE_FILE,
	BV_TYPE_FLOAT,
	BV_TYPE_IDENTIFIER,
	BV_TYPE_INTEGER,
	BV_TYPE_PAIR,
	BV_TYPE_POINT,
	BV_TYPE_STRING,
	BV_TYPE_URI,
	BV_TYPE_COUNT
};

/* Elements of one container. What would make a larger one ends the run with ELIMIT. */
#define BV_VALUE_COUNT_MAX 4096

/* One value of a base type. */
union bv_atom {
	bool boolean;
	int64_t integer;
	double real;        /* float; duration: seconds */
	struct bv_str text; /* identifier, string (never empty), uri, file */
	struct {
		const char *p; /* "A B", one space between */
		uint32_t len, first_len;
	} pair; /* pair and directedPair: read through bv_pair_first, bv_pair_second */
	struct {
		int32_t x, y;
	} point;
};

struct bv_field;

/* count 0 is NULL, whatever the rest says: the empty container and the empty string are NULL. A NULL still says what it would have been
 * where that is known (a declared variable), else BV_CARD_SINGLE, BV_TYPE_NONE. */
struct bv_value {
	uint8_t cardinality; /* enum bv_cardinality */
	uint8_t type;        /* enum bv_type */
	uint32_t count;      /* 0 NULL; single: 1; else the number of elements or fields */
	union {
		union bv_atom one;          /* single */
		const union bv_atom *list;  /* multiple, ordered: none of them NULL */
		const struct bv_field *fields; /* record, in order */
	};
};

/* A field of a record: a single value, or NULL. Names are unique in a record. */
struct bv_field {
	struct bv_str name;
	struct bv_value value;
};

static inline bool
bv_value_is_null(const struct bv_value *v)
{
	return v->count == 0;
}

/* The elements: of a single value its one. Not for records. */
static inline const union bv_atom *
bv_value_atoms(const struct bv_value *v)
{
	return v->cardinality == BV_CARD_SINGLE ? &v->one : v->list;
}

static inline struct bv_value
bv_value_null(enum bv_cardinality cardinality, enum bv_type type)
{
	return (struct bv_value){ .cardinality = (uint8_t)cardinality, .type = (uint8_t)type };
}

static inline struct bv_value
bv_value_single(enum bv_type type, union bv_atom atom)
{
	return (struct bv_value){ .cardinality = BV_CARD_SINGLE, .type = (uint8_t)type, .count = 1, .one = atom };
}

static inline struct bv_value
bv_value_boolean(bool b)
{
	return bv_value_single(BV_TYPE_BOOLEAN, (union bv_atom){ .boolean = b });
}

static inline struct bv_value
bv_value_integer(int64_t n)
{
	return bv_value_single(BV_TYPE_INTEGER, (union bv_atom){ .integer = n });
}

static inline struct bv_value
bv_value_float(double x)
{
	return bv_value_single(BV_TYPE_FLOAT, (union bv_atom){ .real = x });
}

/* identifier, string, uri or file; the empty text is NULL. text is borrowed. */
static inline struct bv_value
bv_value_text(enum bv_type type, struct bv_str text)
{
	return text.len ? bv_value_single(type, (union bv_atom){ .text = text }) : bv_value_null(BV_CARD_SINGLE, type);
}

/* multiple or ordered of count atoms, borrowed; none is NULL. */
static inline struct bv_value
bv_value_list(enum bv_cardinality cardinality, enum bv_type type, const union bv_atom *atoms, uint32_t count)
{
	return (struct bv_value){ .cardinality = (uint8_t)cardinality, .type = (uint8_t)type, .count = count, .list = atoms };
}

static inline struct bv_str
bv_pair_first(const union bv_atom *pair)
{
	return (struct bv_str){ pair->pair.p, pair->pair.first_len };
}

static inline struct bv_str
bv_pair_second(const union bv_atom *pair)
{
	return (struct bv_str){ pair->pair.p + pair->pair.first_len + 1, pair->pair.len - pair->pair.first_len - 1 };
}

/* The same value of one base type? Pairs in either order, directed pairs as written, floats and durations by ==, texts byte for byte. */
bool bv_atom_equal(enum bv_type type, const union bv_atom *a, const union bv_atom *b);

/* Equality of qti-match for two values of the same cardinality and base type, neither NULL: multiple as bags, ordered as sequences,
 * records as sets of fields (two NULL fields are equal). At most count² comparisons. */
bool bv_value_equal(const struct bv_value *a, const struct bv_value *b);

/* How often is atom in a multiple or ordered container? */
uint32_t bv_value_occurrences(const struct bv_value *container, const union bv_atom *atom);

/* A copy that borrows nothing but from arena. */
struct bv_value bv_value_copy(const struct bv_value *v, struct bv_arena *arena);

/* The field of that name, or NULL. */
const struct bv_value *bv_record_find(const struct bv_value *record, struct bv_str name);

/* One value from its lexical form in QTI documents (XSD types; QTI 3.0 base-type). White space at both ends is dropped, except of strings.
 * boolean true|false|1|0 · integer in int64, '+' and leading zeros allowed · float as XSD double with INF, -INF, NaN · duration seconds
 * as float, or ISO 8601 without years and months · point two integers in int32 · pairs two identifiers · identifier: see
 * bv_qti_is_token. NULL (count 0) for the empty string.
 * text is borrowed, except by pairs that are not written with one space, which go to arena. EPARSE says what was expected. */
BV_MUST_USE enum bv_status bv_value_parse(struct bv_value *out, enum bv_type type, struct bv_str text, struct bv_arena *arena,
                                          struct bv_err *err);

/* The lexical form of one value, appended: float as the shortest decimal that reads back, INF, -INF, NaN; duration in seconds. */
void bv_atom_write(struct bv_buf *out, enum bv_type type, const union bv_atom *atom);

/* "directedPair" (and "directed-pair", a common slip in 3.0) → BV_TYPE_DIRECTED_PAIR; "single" ↔ BV_CARD_SINGLE. False for other words;
 * BV_TYPE_NONE is "none". */
bool bv_type_parse(enum bv_type *out, struct bv_str word);
const char *bv_type_name(enum bv_type type);
bool bv_cardinality_parse(enum bv_cardinality *out, struct bv_str word);
const char *bv_cardinality_name(enum bv_cardinality cardinality);
/* The rule that is broken where a value of cardinalities `is` (bits) does not fit where `must` are wanted: theirs, or that of base types.
 */
const char *bv_mismatch(unsigned is, unsigned must);

/* Converts v as an assignment to a variable of this base type does: integer to float; float to integer when it is integral and within
 * int64 (the standard templates of 2.0 put 1.0 into an integer SCORE); a NULL takes the type. Containers
 * element by element. False when it cannot be, or its cardinality differs. */
bool bv_value_convert(struct bv_value *v, enum bv_cardinality cardinality, enum bv_type type, struct bv_arena *arena);

#endif

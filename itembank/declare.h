/* Declared variables of an item: response, outcome, template and context declarations, with their mappings and lookup tables.
 * Read once into the item's arena; immutable after. */
#ifndef BV_ITEMBANK_DECLARE_H
#define BV_ITEMBANK_DECLARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/xml.h"
#include "itembank/names.h"
#include "itembank/shape.h"
#include "itembank/value.h"

#define BV_DECLARATIONS_MAX 1024
#define BV_MAP_ENTRIES_MAX 4096 /* of one mapping, area mapping or lookup table */

enum bv_variable_kind { BV_VARIABLE_RESPONSE, BV_VARIABLE_OUTCOME, BV_VARIABLE_TEMPLATE, BV_VARIABLE_CONTEXT };

/* qti-mapping: each distinct value of the response counts once, by the first entry that is equal to it. */
struct bv_map_entry {
	union bv_atom key;      /* of the response's base type */
	struct bv_str folded;   /* string key, case folded; empty when case_sensitive */
	double mapped;
	bool case_sensitive;
};

struct bv_mapping {
	double lower, upper; /* clamp of the sum; -INFINITY and INFINITY when absent */
	double otherwise;    /* default-value */
	const struct bv_map_entry *entries;
	size_t count;
};

/* qti-area-mapping: a point takes the first area that it lies in; each area counts once, every point outside takes the default. */
struct bv_area_entry {
	struct bv_shape shape;
	double mapped;
};

struct bv_area_mapping {
	double lower, upper, otherwise;
	const struct bv_area_entry *entries;
	size_t count;
};

/* qti-match-table (source == entry, integers) and qti-interpolation-table (first entry with source >= the entry's, or > without
 * include_boundary). */
struct bv_lookup_entry {
	double source;
	bool include_boundary;
	struct bv_value target;
};

struct bv_lookup {
	bool interpolates;
	struct bv_value otherwise; /* default-value, else NULL */
	const struct bv_lookup_entry *entries;
	size_t count;
};

struct bv_declaration {
	struct bv_str identifier;
	uint8_t kind;        /* enum bv_variable_kind */
	uint8_t cardinality; /* enum bv_cardinality */
	uint8_t type;        /* enum bv_type; BV_TYPE_NONE for records */
	bool builtin;        /* numAttempts, duration, completionStatus, QTI_CONTEXT */
	bool math_variable, param_variable;                  /* templates */
	bool has_normal_maximum, has_normal_minimum, has_mastery_value; /* outcomes */
	bool external_scored;                                /* outcomes: by a human or another machine */
	double normal_maximum, normal_minimum, mastery_value;
	int line;
	double image_width, image_height; /* responses that are points: pixels of the image they lie on; both 0 if not known */
	struct bv_value default_value; /* NULL if none */
	struct bv_value correct;       /* responses; NULL if none */
	const struct bv_mapping *mapping;           /* responses; NULL if none */
	const struct bv_area_mapping *area_mapping; /* responses; NULL if none */
	const struct bv_lookup *lookup;             /* outcomes; NULL if none */
	struct bv_str view, interpretation, long_interpretation; /* outcomes; empty if absent */
};

/* The built-in variables come first, at these places (QTI 3.0, built-in variables). */
enum { BV_NUM_ATTEMPTS, BV_DURATION, BV_COMPLETION_STATUS, BV_QTI_CONTEXT, BV_BUILTIN_COUNT };

struct bv_declarations {
	const struct bv_declaration *list;
	uint32_t count;
	uint32_t *slots; /* open addressing by identifier, for loading only */
	uint32_t mask;
};

/* What all loaders of an item share. Nothing that they make borrows from the XML. */
struct bv_loader {
	enum bv_qti_version version;
	struct bv_arena *arena;                     /* of the item */
	struct bv_notes *notes;                     /* may be NULL: then oddities are dropped */
	struct bv_notes *faults; /* NULL: a rule or expression that cannot be is refused. Else it is read all the same and told here, and a
	                          * run that comes to it ends with EINVAL, unless it has only NULLs to work on */
	const struct bv_declarations *declarations; /* NULL: an expression on its own, where nothing is declared */
	struct bv_test *test;                       /* expressions of a test: items and the eight outcome-only expressions; else NULL */
	bool in_template;                           /* template processing: neither responses nor outcomes may be used */
	int template_line; /* not 0: rules that come from us, for the item's line; integers and floats mix without a note */
};

/* Reads the declarations among the children of an item's root (the built-ins are added) into loader->arena; loader->declarations is
 * not used. EPARSE or ELIMIT with the line: duplicate identifier, a built-in redeclared, a value that its base
 * type does not allow, more values than the cardinality allows, a mapping for a type that cannot be mapped. */
BV_MUST_USE enum bv_status bv_declarations_parse(struct bv_declarations *out, const struct bv_loader *loader,
                                                 const struct bv_xml_node *item, struct bv_err *err);

/* Index of the variable, or -1. declarations may be NULL: nothing is found. */
int bv_declarations_find(const struct bv_declarations *declarations, struct bv_str identifier);

/* "response", "outcome", "template", "context" */
const char *bv_variable_kind_name(enum bv_variable_kind kind);

/* qti-map-response of a value of the declared type, clamped. NULL is worth the default value, whatever its cardinality. */
double bv_mapping_sum(const struct bv_mapping *mapping, enum bv_type type, const struct bv_value *v, struct bv_arena *scratch);

/* qti-map-response-point of a point or a container of points, clamped; NULL as above. */
double bv_area_mapping_sum(const struct bv_area_mapping *mapping, const struct bv_value *v);

/* The target for source (NaN finds nothing). */
struct bv_value bv_lookup_find(const struct bv_lookup *lookup, double source);

#endif

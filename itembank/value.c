#include "itembank/value.h"

#include <math.h>
#include <string.h>

#include "base/json.h"
#include "itembank/names.h"

static const char *const type_names[BV_TYPE_COUNT] = {
	"none", "boolean", "directedPair", "duration", "file", "float", "identifier", "integer", "pair", "point", "string", "uri",
};
static const char *const cardinality_names[] = { "single", "multiple", "ordered", "record" };

static bool
pair_equal(const union bv_atom *a, const union bv_atom *b)
{
	return a->pair.len == b->pair.len && memcmp(a->pair.p, b->pair.p, a->pair.len) == 0;
}

bool
bv_atom_equal(enum bv_type type, const union bv_atom *a, const union bv_atom *b)
{
	switch (type) {
	case BV_TYPE_BOOLEAN:
		return a->boolean == b->boolean;
	case BV_TYPE_INTEGER:
		return a->integer == b->integer;
	case BV_TYPE_FLOAT:
	case BV_TYPE_DURATION:
		return a->real == b->real;
	case BV_TYPE_POINT:
		return a->point.x == b->point.x && a->point.y == b->point.y;
	case BV_TYPE_DIRECTED_PAIR:
		return pair_equal(a, b);
	case BV_TYPE_PAIR:
		return pair_equal(a, b) ||
		       (bv_str_eq(bv_pair_first(a), bv_pair_second(b)) && bv_str_eq(bv_pair_second(a), bv_pair_first(b)));
	default:
		return bv_str_eq(a->text, b->text);
	}
}

uint32_t
bv_value_occurrences(const struct bv_value *container, const union bv_atom *atom)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < container->count; i++)
		n += bv_atom_equal((enum bv_type)container->type, &container->list[i], atom);
	return n;
}

static bool
bags_equal(const struct bv_value *a, const struct bv_value *b)
{
	for (uint32_t i = 0; i < a->count; i++)
		if (bv_value_occurrences(a, &a->list[i]) != bv_value_occurrences(b, &a->list[i]))
			return false;
	return true;
}

static bool
records_equal(const struct bv_value *a, const struct bv_value *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		const struct bv_value *x = &a->fields[i].value, *y = bv_record_find(b, a->fields[i].name);
		if (!y || x->count != y->count ||
		    (x->count && (x->type != y->type || !bv_atom_equal((enum bv_type)x->type, &x->one, &y->one))))
			return false;
	}
	return true;
}

bool
bv_value_equal(const struct bv_value *a, const struct bv_value *b)
{
	if (a->count != b->count || a->cardinality != b->cardinality || a->type != b->type)
		return false;
	switch ((enum bv_cardinality)a->cardinality) {
	case BV_CARD_SINGLE:
		return bv_atom_equal((enum bv_type)a->type, &a->one, &b->one);
	case BV_CARD_MULTIPLE:
		return bags_equal(a, b);
	case BV_CARD_ORDERED:
		for (uint32_t i = 0; i < a->count; i++)
			if (!bv_atom_equal((enum bv_type)a->type, &a->list[i], &b->list[i]))
				return false;
		return true;
	case BV_CARD_RECORD:
		return records_equal(a, b);
	}
	return false;
}

static union bv_atom
copy_atom(enum bv_type type, const union bv_atom *atom, struct bv_arena *arena)
{
	union bv_atom copy = *atom;

	if (type == BV_TYPE_PAIR || type == BV_TYPE_DIRECTED_PAIR)
		copy.pair.p = bv_arena_str(arena, (struct bv_str){ atom->pair.p, atom->pair.len }).p;
	else if (type == BV_TYPE_IDENTIFIER || type == BV_TYPE_STRING || type == BV_TYPE_URI || type == BV_TYPE_FILE)
		copy.text = bv_arena_str(arena, atom->text);
	return copy;
}

struct bv_value
bv_value_copy(const struct bv_value *v, struct bv_arena *arena)
{
	struct bv_value copy = *v;

	if (v->count == 0)
		return bv_value_null((enum bv_cardinality)v->cardinality, (enum bv_type)v->type);
	if (v->cardinality == BV_CARD_SINGLE) {
		copy.one = copy_atom((enum bv_type)v->type, &v->one, arena);
	} else if (v->cardinality == BV_CARD_RECORD) {
		struct bv_field *fields = bv_arena_array(arena, v->count, struct bv_field);
		for (uint32_t i = 0; i < v->count; i++)
			fields[i] = (struct bv_field){ bv_arena_str(arena, v->fields[i].name), bv_value_copy(&v->fields[i].value, arena) };
		copy.fields = fields;
	} else {
		union bv_atom *list = bv_arena_array(arena, v->count, union bv_atom);
		for (uint32_t i = 0; i < v->count; i++)
			list[i] = copy_atom((enum bv_type)v->type, &v->list[i], arena);
		copy.list = list;
	}
	return copy;
}

const struct bv_value *
bv_record_find(const struct bv_value *record, struct bv_str name)
{
	for (uint32_t i = 0; i < record->count; i++)
		if (bv_str_eq(record->fields[i].name, name))
			return &record->fields[i].value;
	return NULL;
}

/* Takes "12H" from the front of s; unit must be its letter. Only seconds may have a fraction. False leaves s alone. */
static bool
duration_part(struct bv_str *s, char unit, double factor, double *seconds)
{
	size_t n = 0;
	double x;

	while (n < s->len && ((s->p[n] >= '0' && s->p[n] <= '9') || (unit == 'S' && s->p[n] == '.')))
		n++;
	if (n == 0 || n == s->len || s->p[n] != unit || !bv_str_double((struct bv_str){ s->p, n }, &x))
		return false;
	*seconds += x * factor;
	*s = bv_str_sub(*s, n + 1, s->len);
	return true;
}

/* Seconds, or ISO 8601 with days, hours, minutes and seconds: years and months have no fixed length. */
static bool
parse_duration(double *out, struct bv_str s)
{
	double seconds = 0;

	if (bv_str_double(s, out))
		return *out >= 0 && isfinite(*out);
	if (s.len < 3 || s.p[0] != 'P')
		return false;
	s = bv_str_sub(s, 1, s.len);
	duration_part(&s, 'D', 86400, &seconds);
	if (s.len) {
		if (s.p[0] != 'T' || s.len == 1)
			return false;
		s = bv_str_sub(s, 1, s.len);
		duration_part(&s, 'H', 3600, &seconds);
		duration_part(&s, 'M', 60, &seconds);
		duration_part(&s, 'S', 1, &seconds);
	}
	*out = seconds;
	return s.len == 0 && isfinite(seconds);
}

static bool
parse_point(union bv_atom *out, struct bv_str s)
{
	struct bv_str word[3];
	int64_t n[2];

	if (!bv_str_token(&s, &word[0]) || !bv_str_token(&s, &word[1]) || bv_str_token(&s, &word[2]))
		return false;
	for (int i = 0; i < 2; i++)
		if (!bv_str_int(word[i], &n[i]) || n[i] < INT32_MIN || n[i] > INT32_MAX)
			return false;
	out->point.x = (int32_t)n[0];
	out->point.y = (int32_t)n[1];
	return true;
}

static bool
parse_pair(union bv_atom *out, struct bv_str s, struct bv_arena *arena)
{
	struct bv_str word[3], rest = s;

	if (!bv_str_token(&rest, &word[0]) || !bv_str_token(&rest, &word[1]) || bv_str_token(&rest, &word[2]))
		return false;
	if (!bv_qti_is_token(word[0]) || !bv_qti_is_token(word[1]))
		return false;
	size_t len = word[0].len + 1 + word[1].len;
	if (s.len != len || s.p[word[0].len] != ' ') {
		char *p = bv_arena_alloc(arena, len + 1);
		memcpy(p, word[0].p, word[0].len);
		p[word[0].len] = ' ';
		memcpy(p + word[0].len + 1, word[1].p, word[1].len);
		s.p = p;
	}
	out->pair.p = s.p;
	out->pair.len = (uint32_t)len;
	out->pair.first_len = (uint32_t)word[0].len;
	return true;
}

static bool
parse_boolean(bool *out, struct bv_str s)
{
	*out = bv_str_is(s, "true") || bv_str_is(s, "1");
	return *out || bv_str_is(s, "false") || bv_str_is(s, "0");
}

static const char *const expected[BV_TYPE_COUNT] = {
	[BV_TYPE_BOOLEAN] = "true or false",
	[BV_TYPE_DIRECTED_PAIR] = "two identifiers with a space between",
	[BV_TYPE_DURATION] = "seconds, or an ISO 8601 duration of days, hours, minutes and seconds",
	[BV_TYPE_FLOAT] = "a number such as 0.5, -1E3, INF or NaN",
	[BV_TYPE_IDENTIFIER] = "an identifier (letters, digits, '_', '-', '.')",
	[BV_TYPE_INTEGER] = "an integer of at most 64 bits",
	[BV_TYPE_PAIR] = "two identifiers with a space between",
	[BV_TYPE_POINT] = "two integers with a space between",
};

enum bv_status
bv_value_parse(struct bv_value *out, enum bv_type type, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_str s = type == BV_TYPE_STRING ? text : bv_str_trim(text);
	union bv_atom atom = { .integer = 0 };
	bool good = true;

	if (s.len == 0) {
		*out = bv_value_null(BV_CARD_SINGLE, type);
		return BV_OK;
	}
	switch (type) {
	case BV_TYPE_BOOLEAN:
		good = parse_boolean(&atom.boolean, s);
		break;
	case BV_TYPE_INTEGER:
		good = bv_str_int(s, &atom.integer);
		break;
	case BV_TYPE_FLOAT:
		good = bv_str_double(s, &atom.real);
		break;
	case BV_TYPE_DURATION:
		good = parse_duration(&atom.real, s);
		break;
	case BV_TYPE_POINT:
		good = parse_point(&atom, s);
		break;
	case BV_TYPE_PAIR:
	case BV_TYPE_DIRECTED_PAIR:
		good = parse_pair(&atom, s, arena);
		break;
	case BV_TYPE_IDENTIFIER:
		good = bv_qti_is_token(s);
		atom.text = s;
		break;
	default:
		atom.text = s;
	}
	if (!good)
		return bv_err_rule(err, "bad-value", 0, "\"%.*s\" is not of base type %s: expected %s", BV_STR_ARG(bv_str_sub(s, 0, 60)),
		                   type_names[type], expected[type]);
	*out = bv_value_single(type, atom);
	return BV_OK;
}

static void
write_real(struct bv_buf *out, double x)
{
	if (isnan(x))
		bv_buf_addz(out, "NaN");
	else if (isinf(x))
		bv_buf_addz(out, x < 0 ? "-INF" : "INF");
	else
		bv_double_write(out, x);
}

void
bv_atom_write(struct bv_buf *out, enum bv_type type, const union bv_atom *atom)
{
	switch (type) {
	case BV_TYPE_BOOLEAN:
		bv_buf_addz(out, atom->boolean ? "true" : "false");
		break;
	case BV_TYPE_INTEGER:
		bv_buf_printf(out, "%lld", (long long)atom->integer);
		break;
	case BV_TYPE_FLOAT:
	case BV_TYPE_DURATION:
		write_real(out, atom->real);
		break;
	case BV_TYPE_POINT:
		bv_buf_printf(out, "%d %d", atom->point.x, atom->point.y);
		break;
	case BV_TYPE_PAIR:
	case BV_TYPE_DIRECTED_PAIR:
		bv_buf_add(out, (struct bv_str){ atom->pair.p, atom->pair.len });
		break;
	default:
		bv_buf_add(out, atom->text);
	}
}

bool
bv_type_parse(enum bv_type *out, struct bv_str word)
{
	word = bv_str_trim(word);
	if (bv_str_is(word, "directed-pair"))
		word = BV_STR("directedPair");
	for (int i = BV_TYPE_NONE + 1; i < BV_TYPE_COUNT; i++) {
		if (bv_str_is(word, type_names[i])) {
			*out = (enum bv_type)i;
			return true;
		}
	}
	return false;
}

const char *
bv_type_name(enum bv_type type)
{
	return type_names[type];
}

bool
bv_cardinality_parse(enum bv_cardinality *out, struct bv_str word)
{
	word = bv_str_trim(word);
	for (size_t i = 0; i < BV_COUNT(cardinality_names); i++) {
		if (bv_str_is(word, cardinality_names[i])) {
			*out = (enum bv_cardinality)i;
			return true;
		}
	}
	return false;
}

const char *
bv_mismatch(unsigned is, unsigned must)
{
	return is & must ? "base-type-mismatch" : "cardinality-mismatch";
}

const char *
bv_cardinality_name(enum bv_cardinality cardinality)
{
	return cardinality_names[cardinality];
}

static bool
convert_atom(union bv_atom *atom, enum bv_type from, enum bv_type to)
{
	if (from == BV_TYPE_INTEGER && to == BV_TYPE_FLOAT) {
		*atom = (union bv_atom){ .real = (double)atom->integer };
		return true;
	}
	/* 2^63 itself is past the end, and every double below it that is integral fits. */
	if (from == BV_TYPE_FLOAT && to == BV_TYPE_INTEGER && atom->real == floor(atom->real) && atom->real >= -0x1p63 &&
	    atom->real < 0x1p63) {
		*atom = (union bv_atom){ .integer = (int64_t)atom->real };
		return true;
	}
	return false;
}

bool
bv_value_convert(struct bv_value *v, enum bv_cardinality cardinality, enum bv_type type, struct bv_arena *arena)
{
	if (v->count == 0) {
		*v = bv_value_null(cardinality, type);
		return true;
	}
	if (v->cardinality != cardinality)
		return false;
	if (v->type == type)
		return true;
	struct bv_value copy = *v;
	copy.type = (uint8_t)type;
	if (cardinality == BV_CARD_SINGLE) {
		if (!convert_atom(&copy.one, (enum bv_type)v->type, type))
			return false;
	} else {
		union bv_atom *list = bv_arena_array(arena, v->count, union bv_atom);
		for (uint32_t i = 0; i < v->count; i++) {
			list[i] = v->list[i];
			if (!convert_atom(&list[i], (enum bv_type)v->type, type))
				return false;
		}
		copy.list = list;
	}
	*v = copy;
	return true;
}

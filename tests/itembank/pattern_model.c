#include "tests/itembank/pattern_model.h"

#include <string.h>
#include <utf8proc.h>

/* Metacharacters, both cases, digits and marks; Vietnamese composed and decomposed; what lies beyond the BMP; ends of blocks. */
const uint32_t model_alphabet[] = {
	'a', 'b', 'c', 'd', 'e', 'z', 'A', 'B', 'Z', '0', '1', '9', '_', ':', '.', '-', '^', '$', '\\', '|', '?', '*', '+', '(', ')', '[', ']', '{',
	'}', ' ', '\t', '\n', '\r', ',', '<', '&', '"', '/', '@', '#', 0x7f, 0xa0, 0xb7, 0xab, 0xd7, 0xe0, 0xe9, 0xff, 0x102, 0x103, 0x110, 0x111, 0x1a0,
	0x1a1, 0x1b0, 0x300, 0x301, 0x302, 0x303, 0x309, 0x31b, 0x323, 0x37e, 0x391, 0x3b1, 0x416, 0x436, 0x5d0, 0x627, 0x663, 0x966, 0xe01, 0x1ea1,
	0x1ebf, 0x1ec7, 0x1ed9, 0x1ee5, 0x1ef3, 0x1ef9, 0x2009, 0x200b, 0x2013, 0x201c, 0x2028, 0x20ab, 0x20ac, 0x2160, 0x2192, 0x2260, 0x3000, 0x3042,
	0x4e00, 0x9fa5, 0xac00, 0xe000, 0xfeff, 0xfffd, 0x10400, 0x1d400, 0x1d7d8, 0x20000, 0x2a6d6, 0xf0000,
};
const size_t model_alphabet_count = BV_COUNT(model_alphabet);

enum item_kind { ITEM_RANGE, ITEM_ESCAPE, ITEM_CATEGORY, ITEM_BLOCK, ITEM_ANY };

struct item {
	enum item_kind kind;
	uint32_t low, high; /* of a range, one character, or a block */
	char letter;        /* d w s i c */
	bool complement;
	const char *name;
};

struct set {
	bool brackets, negated;
	int count;
	struct item items[4];
	const struct set *minus;
};

enum node_kind { NODE_SET, NODE_SEQUENCE, NODE_CHOICE, NODE_REPEAT };

struct model_node {
	enum node_kind kind;
	struct set set;
	const struct model_node *parts[4];
	int count;
	int min, max; /* max -1: no end */
};

uint32_t
model_below(struct model_random *r, uint32_t bound)
{
	/* splitmix64 */
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) % bound);
}

void
model_write(struct bv_buf *out, uint32_t c)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t len = utf8proc_encode_char((utf8proc_int32_t)c, bytes);

	bv_buf_add(out, (struct bv_str){ (const char *)bytes, (size_t)len });
}

/* ---- Sets ----------------------------------------------------------------------------------------------------------- */

bool
model_name_start(uint32_t c)
{
	static const uint32_t ranges[][2] = { { ':', ':' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' }, { 0xc0, 0xd6 }, { 0xd8, 0xf6 },
		{ 0xf8, 0x2ff }, { 0x370, 0x37d }, { 0x37f, 0x1fff }, { 0x200c, 0x200d }, { 0x2070, 0x218f }, { 0x2c00, 0x2fef }, { 0x3001, 0xd7ff },
		{ 0xf900, 0xfdcf }, { 0xfdf0, 0xfffd }, { 0x10000, 0xeffff } };

	for (size_t i = 0; i < BV_COUNT(ranges); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

bool
model_name_char(uint32_t c)
{
	return model_name_start(c) || c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f ||
	       c == 0x2040;
}

static bool
item_has(const struct item *item, uint32_t c)
{
	const char *category = utf8proc_category_string((utf8proc_int32_t)c);
	bool in = false;

	switch (item->kind) {
	case ITEM_RANGE:
	case ITEM_BLOCK:
		in = c >= item->low && c <= item->high;
		break;
	case ITEM_ANY:
		in = c != '\n' && c != '\r';
		break;
	case ITEM_CATEGORY:
		in = strncmp(category, item->name, strlen(item->name)) == 0;
		break;
	case ITEM_ESCAPE:
		in = item->letter == 'd'   ? strcmp(category, "Nd") == 0
		     : item->letter == 'w' ? !strchr("PZC", category[0])
		     : item->letter == 's' ? c == ' ' || c == '\t' || c == '\n' || c == '\r'
		     : item->letter == 'i' ? model_name_start(c)
		                           : model_name_char(c);
	}
	return in != item->complement;
}

static bool
set_has(const struct set *set, uint32_t c)
{
	bool in = false;

	for (int i = 0; i < set->count; i++)
		in |= item_has(&set->items[i], c);
	return in != set->negated && !(set->minus && set_has(set->minus, c));
}

/* Blocks whose ends have not moved since Unicode 3.1. */
static const struct {
	const char *name;
	uint32_t low, high;
} blocks[] = {
	{ "BasicLatin", 0, 0x7f }, { "Latin-1Supplement", 0x80, 0xff }, { "LatinExtended-A", 0x100, 0x17f },
	{ "LatinExtendedAdditional", 0x1e00, 0x1eff }, { "CombiningDiacriticalMarks", 0x300, 0x36f }, { "Cyrillic", 0x400, 0x4ff },
	{ "Arabic", 0x600, 0x6ff }, { "GeneralPunctuation", 0x2000, 0x206f }, { "CurrencySymbols", 0x20a0, 0x20cf }, { "Hiragana", 0x3040, 0x309f },
	{ "MathematicalAlphanumericSymbols", 0x1d400, 0x1d7ff },
};
static const char *const categories[] = { "L", "Lu", "Ll", "Lo", "M", "Mn", "N", "Nd", "Nl", "P", "Pd", "Ps", "Po", "Z", "Zs", "S", "Sc", "Sm", "C", "Cc", "Co" };

static uint32_t
any_character(struct model_random *r)
{
	/* Letters and digits more often, so that texts meet patterns. */
	return model_alphabet[model_below(r, model_below(r, 2) ? 12 : (uint32_t)model_alphabet_count)];
}

static struct item
make_item(struct model *m, struct model_random *r, bool in_class)
{
	struct item item = { .kind = ITEM_RANGE };

	switch (model_below(r, 12)) {
	case 0:
		item.kind = ITEM_ESCAPE;
		item.letter = "dwsic"[model_below(r, 5)];
		item.complement = model_below(r, 4) == 0;
		m->features |= item.letter == 'i' || item.letter == 'c' ? MODEL_NAME : item.letter == 's' ? 0u : MODEL_CATEGORY;
		break;
	case 1:
		item.kind = ITEM_CATEGORY;
		item.name = categories[model_below(r, BV_COUNT(categories))];
		item.complement = model_below(r, 4) == 0;
		m->features |= MODEL_CATEGORY;
		break;
	case 2: {
		uint32_t i = model_below(r, BV_COUNT(blocks));
		item = (struct item){ ITEM_BLOCK, blocks[i].low, blocks[i].high, 0, model_below(r, 4) == 0, blocks[i].name };
		break;
	}
	case 3:
		if (!in_class) {
			item.kind = ITEM_ANY;
			break;
		}
		/* fall through */
	case 4:
	case 5:
		item.low = any_character(r);
		item.high = in_class ? any_character(r) : item.low;
		if (item.high < item.low) {
			uint32_t low = item.high;
			item.high = item.low;
			item.low = low;
		}
		break;
	default:
		item.low = item.high = any_character(r);
	}
	m->features |= item.complement || item.kind == ITEM_BLOCK || item.kind == ITEM_CATEGORY || item.kind == ITEM_ESCAPE ? MODEL_OVERLAP : 0u;
	return item;
}

static bool
has_complement(const struct set *set)
{
	bool found = set->negated;

	for (int i = 0; i < set->count; i++)
		found |= set->items[i].complement;
	return found;
}

static void
make_class(struct model *m, struct set *set, struct model_random *r, int depth, struct bv_arena *arena)
{
	bool inverse = false;

	set->brackets = true;
	set->negated = model_below(r, 4) == 0;
	for (set->count = 0; set->count < 4 && (set->count == 0 || model_below(r, 3)); set->count++)
		set->items[set->count] = make_item(m, r, true);
	if (depth < 2 && model_below(r, 5) == 0) {
		struct set *minus = bv_arena_array(arena, 1, struct set);
		make_class(m, minus, r, depth + 1, arena);
		set->minus = minus;
		inverse = has_complement(minus) || minus->minus;
	}
	for (int i = 0; i < set->count; i++)
		inverse |= set->items[i].complement;
	m->features |= (set->negated ? MODEL_OVERLAP : 0u) | (inverse || (set->negated && set->minus) ? MODEL_INVERSE_CLASS : 0u);
}

/* ---- Trees ---------------------------------------------------------------------------------------------------------- */

static const struct model_node *make_choice(struct model *m, struct model_random *r, int depth, struct bv_arena *arena);

static const struct model_node *
make_atom(struct model *m, struct model_random *r, int depth, struct bv_arena *arena)
{
	struct model_node *node = bv_arena_array(arena, 1, struct model_node);

	if (depth > 0 && model_below(r, 3) == 0)
		return make_choice(m, r, depth - 1, arena);
	if (model_below(r, 3) == 0) {
		make_class(m, &node->set, r, 0, arena);
	} else {
		node->set.count = 1;
		node->set.items[0] = make_item(m, r, false);
	}
	return node;
}

static bool
may_be_empty(const struct model_node *node)
{
	bool all = true, any = false;

	for (int i = 0; i < node->count; i++) {
		bool empty = may_be_empty(node->parts[i]);
		all &= empty;
		any |= empty;
	}
	return node->kind == NODE_REPEAT ? node->min == 0 || any : node->kind == NODE_CHOICE ? any : node->kind == NODE_SEQUENCE && all;
}

static bool
begins_repeated(const struct model_node *node)
{
	if (node->kind == NODE_REPEAT)
		return node->max != 1 || begins_repeated(node->parts[0]);
	bool found = false;
	for (int i = 0; i < node->count && (node->kind == NODE_CHOICE || i == 0 || may_be_empty(node->parts[i - 1])); i++)
		found |= begins_repeated(node->parts[i]);
	return found;
}

static const struct model_node *
make_piece(struct model *m, struct model_random *r, int depth, struct bv_arena *arena)
{
	const struct model_node *atom = make_atom(m, r, depth, arena);

	if (model_below(r, 5) < 3)
		return atom;
	struct model_node *node = bv_arena_array(arena, 1, struct model_node);
	node->kind = NODE_REPEAT;
	node->parts[node->count++] = atom;
	switch (model_below(r, 5)) {
	case 0:
		node->max = 1;
		break;
	case 1:
		node->max = -1;
		break;
	case 2:
		node->min = 1;
		node->max = -1;
		break;
	default:
		node->min = (int)model_below(r, 4);
		node->max = model_below(r, 3) == 0 ? -1 : node->min + (int)model_below(r, 3);
	}
	m->features |= atom->kind == NODE_SET ? 0u : MODEL_GROUP_REPEATED;
	return node;
}

static const struct model_node *
make_branch(struct model *m, struct model_random *r, int depth, struct bv_arena *arena)
{
	struct model_node *node = bv_arena_array(arena, 1, struct model_node);

	node->kind = NODE_SEQUENCE;
	if (model_below(r, 20) == 0)
		return node;
	do
		node->parts[node->count++] = make_piece(m, r, depth, arena);
	while (node->count < 4 && model_below(r, 3));
	return node;
}

static const struct model_node *
make_choice(struct model *m, struct model_random *r, int depth, struct bv_arena *arena)
{
	struct model_node *node = bv_arena_array(arena, 1, struct model_node);

	node->kind = NODE_CHOICE;
	do
		node->parts[node->count++] = make_branch(m, r, depth, arena);
	while (node->count < 3 && model_below(r, 4) == 0);
	m->features |= node->count > 1 && begins_repeated(node) ? MODEL_BRANCH_REPEATS : 0u;
	return node;
}

/* ---- Spelling ------------------------------------------------------------------------------------------------------- */

/* A character that stands for itself: with a backslash where the grammar demands one, and sometimes where it only allows it. */
static void
spell_character(struct bv_buf *out, uint32_t c, bool in_class, struct model_random *r)
{
	const char *must = in_class ? "\\[]-^" : "\\.?*+(){}|[]", *may = "|.?*+(){}-^[]\\";

	if (c == '\n' || c == '\r' || c == '\t') {
		if (c == '\r' || model_below(r, 2)) {
			bv_buf_printf(out, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
			return;
		}
	} else if (c < 0x80 && (strchr(must, (int)c) || (strchr(may, (int)c) && model_below(r, 2)))) {
		bv_buf_addc(out, '\\');
	}
	model_write(out, c);
}

static void
spell_item(struct model *m, struct bv_buf *out, const struct item *item, bool in_class, struct model_random *r)
{
	size_t from = out->len;

	switch (item->kind) {
	case ITEM_ANY:
		bv_buf_addc(out, '.');
		break;
	case ITEM_ESCAPE:
		bv_buf_printf(out, "\\%c", item->complement ? item->letter - 'a' + 'A' : item->letter);
		break;
	case ITEM_CATEGORY:
	case ITEM_BLOCK:
		bv_buf_printf(out, "\\%c{%s%s}", item->complement ? 'P' : 'p', item->kind == ITEM_BLOCK ? "Is" : "", item->name);
		break;
	case ITEM_RANGE:
		spell_character(out, item->low, in_class, r);
		if (item->low != item->high) {
			m->features |= out->p[from] == '\\' ? MODEL_ESCAPED_RANGE : 0u;
			bv_buf_addc(out, '-');
			from = out->len;
			spell_character(out, item->high, in_class, r);
			m->features |= out->p[from] == '\\' ? MODEL_ESCAPED_RANGE : 0u;
		}
	}
}

static void
spell_set(struct model *m, struct bv_buf *out, const struct set *set, struct model_random *r)
{
	if (set->brackets)
		bv_buf_addz(out, set->negated ? "[^" : "[");
	for (int i = 0; i < set->count; i++)
		spell_item(m, out, &set->items[i], set->brackets, r);
	if (set->minus) {
		bv_buf_addc(out, '-');
		spell_set(m, out, set->minus, r);
	}
	if (set->brackets)
		bv_buf_addc(out, ']');
}

static void
spell(struct model *m, struct bv_buf *out, const struct model_node *node, struct model_random *r, bool whole)
{
	switch (node->kind) {
	case NODE_SET:
		spell_set(m, out, &node->set, r);
		break;
	case NODE_SEQUENCE:
		for (int i = 0; i < node->count; i++)
			spell(m, out, node->parts[i], r, false);
		break;
	case NODE_CHOICE:
		bv_buf_addz(out, whole ? "" : "(");
		for (int i = 0; i < node->count; i++) {
			bv_buf_addz(out, i ? "|" : "");
			spell(m, out, node->parts[i], r, false);
		}
		bv_buf_addz(out, whole ? "" : ")");
		break;
	case NODE_REPEAT:
		spell(m, out, node->parts[0], r, false);
		if (node->max == 1 && node->min == 0)
			bv_buf_addc(out, '?');
		else if (node->max < 0 && node->min < 2 && model_below(r, 2))
			bv_buf_addc(out, node->min ? '+' : '*');
		else if (node->max < 0)
			bv_buf_printf(out, "{%d,}", node->min);
		else if (node->max == node->min)
			bv_buf_printf(out, "{%d}", node->min);
		else
			bv_buf_printf(out, "{%d,%d}", node->min, node->max);
	}
}

void
model_make(struct model *out, struct model_random *r, int depth, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(1 << 16);

	*out = (struct model){ .root = NULL };
	out->root = make_choice(out, r, depth, arena);
	spell(out, &text, out->root, r, true);
	out->pattern = bv_arena_str(arena, bv_buf_str(&text));
}

/* ---- Matching ------------------------------------------------------------------------------------------------------- */

struct subject {
	const uint32_t *p;
	size_t count;
};

/* The positions where a match of node may end that begins at one of `from`; bit i is the place before character i. */
static uint64_t
ends(const struct model_node *node, const struct subject *s, uint64_t from)
{
	uint64_t to = 0, more;

	switch (node->kind) {
	case NODE_SET:
		for (size_t i = 0; i < s->count; i++)
			if (from >> i & 1 && set_has(&node->set, s->p[i]))
				to |= (uint64_t)1 << (i + 1);
		return to;
	case NODE_SEQUENCE:
		for (int i = 0; i < node->count; i++)
			from = ends(node->parts[i], s, from);
		return from;
	case NODE_CHOICE:
		for (int i = 0; i < node->count; i++)
			to |= ends(node->parts[i], s, from);
		return to;
	case NODE_REPEAT:
		break;
	}
	for (int i = 0; i < node->min; i++)
		from = ends(node->parts[0], s, from);
	to = more = from;
	for (int i = node->min; more && (node->max < 0 || i < node->max); i++) {
		more = ends(node->parts[0], s, more);
		more = node->max < 0 ? more & ~to : more;
		to |= more;
	}
	return to;
}

bool
model_matches(const struct model *model, const uint32_t *subject, size_t count)
{
	struct subject s = { subject, count };

	return ends(model->root, &s, 1) >> count & 1;
}

/* ---- Subjects ------------------------------------------------------------------------------------------------------- */

struct sample {
	uint32_t *p;
	size_t count;
	struct model_random *r;
};

/* XML 1.0, production [2]. */
static bool
is_xml(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 0xd800) || (c >= 0xe000 && c != 0xfffe && c != 0xffff);
}

static void
put(struct sample *s, uint32_t c)
{
	if (s->count < MODEL_SUBJECT_MAX / 2)
		s->p[s->count++] = c;
}

static void
sample_set(struct sample *s, const struct set *set)
{
	for (int tries = 0; tries < 20; tries++) {
		const struct item *item = &set->items[model_below(s->r, (uint32_t)set->count)];
		uint32_t c = any_character(s->r);
		if (item->kind == ITEM_RANGE && tries < 10)
			c = item->low + (model_below(s->r, 2) ? model_below(s->r, item->high - item->low + 1) : 0);
		if (set_has(set, c) && is_xml(c)) {
			put(s, c);
			return;
		}
	}
}

static void
sample(struct sample *s, const struct model_node *node)
{
	int times;

	switch (node->kind) {
	case NODE_SET:
		sample_set(s, &node->set);
		break;
	case NODE_SEQUENCE:
		for (int i = 0; i < node->count; i++)
			sample(s, node->parts[i]);
		break;
	case NODE_CHOICE:
		sample(s, node->parts[model_below(s->r, (uint32_t)node->count)]);
		break;
	case NODE_REPEAT:
		times = node->min + (int)model_below(s->r, node->max < 0 ? 3 : (uint32_t)(node->max - node->min) + 1);
		for (int i = 0; i < times; i++)
			sample(s, node->parts[0]);
	}
}

static void
mutate(struct sample *s)
{
	size_t at = model_below(s->r, (uint32_t)s->count + 1);

	switch (model_below(s->r, 4)) {
	case 0: /* insert */
		memmove(s->p + at + 1, s->p + at, (s->count - at) * sizeof *s->p);
		s->p[at] = any_character(s->r);
		s->count++;
		break;
	case 1: /* remove */
		if (at < s->count) {
			memmove(s->p + at, s->p + at + 1, (s->count - at - 1) * sizeof *s->p);
			s->count--;
		}
		break;
	case 2: /* a neighbour: the ends of ranges */
		if (at < s->count && s->p[at] > ' ' && s->p[at] < 0xd000)
			s->p[at] += model_below(s->r, 2) ? 1 : -1u;
		break;
	default:
		if (at < s->count)
			s->p[at] = any_character(s->r);
	}
}

size_t
model_subject(const struct model *model, struct model_random *r, uint32_t subject[MODEL_SUBJECT_MAX])
{
	struct sample s = { subject, 0, r };

	sample(&s, model->root);
	for (uint32_t changes = model_below(r, 3); changes; changes--)
		mutate(&s);
	return s.count;
}

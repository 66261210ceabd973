/* Which items are on a candidate's form, and in which order (QTI 3.0 selection, ordering). doc/random.md says it bit for bit. */
#include "itembank/test_session.h"

/* Slots that stay side by side. */
struct block {
	struct test_slot *slots;
	size_t count;
	bool fixed;
	struct block *next;
};

struct blocks {
	struct block *first, **tail;
	size_t count;
};

struct maker {
	struct bv_test_session *session;
	struct bv_stream stream;
	size_t section_cap;
};

static void make_section(struct maker *m, struct blocks *out, const struct test_node *section, int32_t parent);

void
test_key(uint8_t out[BV_HASH_LEN], const struct bv_test_session *session, const char *label, struct bv_str identifier, uint64_t n)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(BV_ITEM_IDENTIFIER_MAX + 100);
	struct bv_hmac_key key;

	bv_buf_addz(&message, label);
	bv_buf_addc(&message, '\0');
	if (identifier.len) {
		bv_buf_add(&message, identifier);
		bv_buf_addc(&message, '\0');
	}
	for (int i = 0; i < 8; i++)
		bv_buf_addc(&message, (char)(n >> (56 - 8 * i)));
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)session->seed, sizeof session->seed });
	bv_hmac_sha256(out, &key, bv_buf_str(&message));
	bv_wipe(&key, sizeof key);
}

/* ---- Selection ------------------------------------------------------------------------------------------------------ */

/* How many times each child is taken: the required ones first, the rest drawn. */
static void
select_children(struct maker *m, uint32_t *times, const struct test_node *section)
{
	struct bv_arena *arena = &m->session->arena;
	uint32_t *pool = bv_arena_array(arena, section->child_count, uint32_t);
	size_t i = 0, free = 0, left = section->select;

	for (const struct test_node *c = section->first; c; c = c->next, i++) {
		if (c->required) {
			times[i] = 1;
			left--;
		} else {
			pool[free++] = (uint32_t)i;
		}
	}
	if (section->with_replacement) {
		for (; left; left--)
			times[bv_stream_below(&m->stream, section->child_count)]++;
		return;
	}
	bv_stream_sample(&m->stream, pool, free, left);
	for (i = 0; i < left; i++)
		times[pool[i]] = 1;
}

/* ---- Ordering ------------------------------------------------------------------------------------------------------- */

static void
append(struct blocks *list, struct block *block)
{
	block->next = NULL;
	*(list->tail ? list->tail : &list->first) = block;
	list->tail = &block->next;
	list->count++;
}

/* Fixed blocks keep their places; the others are permuted over theirs. */
static void
shuffle(struct maker *m, struct blocks *list)
{
	struct bv_arena *arena = &m->session->arena;
	struct block **all = bv_arena_array(arena, list->count, struct block *), **was = bv_arena_array(arena, list->count, struct block *);
	uint32_t *order = bv_arena_array(arena, list->count, uint32_t);
	size_t n = 0, free = 0, i = 0;

	for (struct block *b = list->first; b; b = b->next) {
		all[n++] = b;
		if (!b->fixed) {
			was[free] = b;
			order[free] = (uint32_t)free;
			free++;
		}
	}
	bv_stream_sample(&m->stream, order, free, free);
	*list = (struct blocks){ 0 };
	for (size_t k = 0; k < n; k++)
		append(list, all[k]->fixed ? all[k] : was[order[i++]]);
}

static struct block *
joined(struct maker *m, const struct blocks *list, bool fixed)
{
	struct block *block = bv_arena_array(&m->session->arena, 1, struct block);
	size_t count = 0;

	for (const struct block *b = list->first; b; b = b->next)
		count += b->count;
	block->slots = bv_arena_array(&m->session->arena, count, struct test_slot);
	block->fixed = fixed;
	for (const struct block *b = list->first; b; b = b->next) {
		memcpy(block->slots + block->count, b->slots, b->count * sizeof *b->slots);
		block->count += b->count;
	}
	return block;
}

/* ---- The form ------------------------------------------------------------------------------------------------------- */

static void
make_item(struct maker *m, struct blocks *out, const struct test_node *item, int32_t section)
{
	struct block *block = bv_arena_array(&m->session->arena, 1, struct block);

	block->slots = bv_arena_array(&m->session->arena, 1, struct test_slot);
	*block->slots = (struct test_slot){ .node = item, .section = section, .again = -1 };
	block->count = 1;
	block->fixed = item->fixed;
	append(out, block);
}

/* A section is one block to its parent, unless it is invisible and not kept together: then its blocks mix with the parent's. */
static void
make_child(struct maker *m, struct blocks *out, const struct test_node *child, int32_t section)
{
	struct blocks inner = { 0 };

	if (child->kind == TEST_ITEM) {
		make_item(m, out, child, section);
		return;
	}
	make_section(m, &inner, child, section);
	if (child->visible || child->keep_together) {
		append(out, joined(m, &inner, child->fixed));
		return;
	}
	for (struct block *b = inner.first, *next; b; b = next) {
		next = b->next;
		b->fixed |= child->fixed;
		append(out, b);
	}
}

static int32_t
section_new(struct maker *m, const struct test_node *node, int32_t parent)
{
	struct bv_test_session *session = m->session;

	if ((size_t)session->section_count == m->section_cap) {
		m->section_cap = m->section_cap ? 2 * m->section_cap : 16;
		session->sections = bv_resize_array(session->sections, m->section_cap, sizeof *session->sections);
	}
	session->sections[session->section_count] = (struct test_section){ .node = node, .parent = parent, .last = -1 };
	return session->section_count++;
}

static void
make_section(struct maker *m, struct blocks *out, const struct test_node *section, int32_t parent)
{
	uint32_t *times = bv_arena_array(&m->session->arena, section->child_count, uint32_t);
	int32_t self = section_new(m, section, parent);
	size_t i = 0;

	for (size_t k = 0; k < section->child_count; k++)
		times[k] = !section->selects;
	if (section->selects)
		select_children(m, times, section);
	for (const struct test_node *c = section->first; c; c = c->next, i++)
		for (uint32_t n = 0; n < times[i]; n++)
			make_child(m, out, c, self);
	if (section->shuffle)
		shuffle(m, out);
}

static void
number_slots(struct bv_test_session *session)
{
	int32_t *last = bv_arena_array(&session->arena, session->test->node_count, int32_t);

	session->first_slot = bv_arena_array(&session->arena, session->test->node_count, int32_t);
	for (size_t i = 0; i < session->test->node_count; i++)
		session->first_slot[i] = last[i] = -1;
	for (int32_t i = 0; i < session->slot_count; i++) {
		struct test_slot *slot = &session->slots[i];
		int32_t before = last[slot->node->index];
		slot->instance = before < 0 ? 1 : session->slots[before].instance + 1;
		*(before < 0 ? &session->first_slot[slot->node->index] : &session->slots[before].again) = i;
		last[slot->node->index] = i;
		for (int32_t s = slot->section; s >= 0; s = session->sections[s].parent)
			session->sections[s].last = i;
	}
}

void
test_form_make(struct bv_test_session *session)
{
	struct maker m = { .session = session };
	struct blocks all = { 0 };
	uint8_t key[BV_HASH_LEN];
	size_t parts = 0;

	test_key(key, session, "BV-TEST-1", BV_STR_NONE, 0);
	bv_stream_init(&m.stream, key);
	for (const struct test_node *p = session->test->first_part; p; p = p->next)
		parts++;
	session->parts = bv_arena_array(&session->arena, parts, struct test_part);
	for (const struct test_node *p = session->test->first_part; p; p = p->next) {
		struct test_part *part = &session->parts[session->part_count++];
		struct blocks list = { 0 };
		for (const struct test_node *c = p->first; c; c = c->next)
			make_child(&m, &list, c, -1);
		struct block *whole = joined(&m, &list, false);
		*part = (struct test_part){ .node = p, .first = session->slot_count, .end = session->slot_count + (int32_t)whole->count };
		session->slot_count = part->end;
		append(&all, whole);
	}
	session->slots = joined(&m, &all, false)->slots;
	number_slots(session);
	bv_wipe(key, sizeof key);
}

#include "certs/vc/rdfc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	TEXT_MAX = 32 << 20, /* bytes of a graph's quads */
	OWN_MAX = 32,        /* quads that a blank node is in */
	LABEL_SIZE = 32,
	QUADS_FIRST = 256,     /* what is made room for at once: most certificates need no more */
	TEXT_FIRST = 32 << 10,
};

struct rdfc_blank {
	int32_t first; /* of its quads, as rdfc_quad.next */
	uint8_t hash[BV_HASH_LEN];
	size_t label_len;
	char label[LABEL_SIZE]; /* "_:c14n0" */
};

void
rdfc_finish(struct rdfc *g)
{
	bv_buf_finish(&g->text);
	bv_buf_finish(&g->frozen);
	bv_buf_finish(&g->work);
	free(g->quads);
	free(g->blanks);
	free(g->frozen_lines);
	free(g->lines);
	*g = (struct rdfc){ 0 };
}

struct rdfc_node
rdfc_blank(struct rdfc *g)
{
	if (g->blank_count == g->blank_cap) {
		g->blank_cap = g->blank_cap ? 2 * g->blank_cap : 32;
		g->blanks = bv_resize_array(g->blanks, g->blank_cap, sizeof *g->blanks);
	}
	g->blanks[g->blank_count].first = -1;
	return (struct rdfc_node){ .blank = (int32_t)g->blank_count++ };
}

/* ---- Quads ---- */

static char *
copy(char *to, struct bv_str s)
{
	if (s.len)
		memcpy(to, s.p, s.len);
	return to + s.len;
}

/* One write for all of it; what does not fit is told by text.full. */
static void
add_all(struct rdfc *g, const struct bv_str *parts, size_t count)
{
	size_t len = 0;

	for (size_t i = 0; i < count; i++)
		len += parts[i].len;
	char *to = bv_buf_extend(&g->text, len);
	for (size_t i = 0; i < count && to; i++)
		to = copy(to, parts[i]);
}
#define ADD(...) add_all(g, (const struct bv_str[]){ __VA_ARGS__ }, BV_COUNT(((const struct bv_str[]){ __VA_ARGS__ })))

/* RDFC-1.0 §5, canonical form of N-Quads: ECHAR for seven characters, UCHAR for the other controls, all else as it is. */
static void
add_escaped(struct bv_buf *out, struct bv_str text)
{
	static const char short_escapes[] = { ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\' };
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c >= ' ' && c != '"' && c != '\\' && c != 0x7f)
			continue;
		bv_buf_add(out, bv_str_sub(text, from, i - from));
		from = i + 1;
		if (c < sizeof short_escapes && short_escapes[c])
			bv_buf_add(out, (struct bv_str){ (char[]){ '\\', short_escapes[c] }, 2 });
		else
			bv_buf_printf(out, "\\u%04X", c);
	}
	bv_buf_add(out, bv_str_sub(text, from, text.len));
}

/* Begins a quad: subject and predicate. */
static struct rdfc_quad *
begin(struct rdfc *g, struct rdfc_node subject, const char *predicate)
{
	if (g->count == g->cap) {
		g->cap = g->cap ? 2 * g->cap : QUADS_FIRST;
		g->quads = bv_resize_array(g->quads, g->cap, sizeof *g->quads);
	}
	if (!g->text.cap) {
		g->text.max = TEXT_MAX;
		(void)bv_buf_extend(&g->text, TEXT_FIRST);
		bv_buf_clear(&g->text);
	}
	struct rdfc_quad *quad = &g->quads[g->count];
	*quad = (struct rdfc_quad){ .at = g->text.len, .subject = subject.blank, .object = -1, .next = { -1, -1 } };
	if (subject.blank < 0)
		ADD(BV_STR("<"), subject.iri, BV_STR("> "), bv_str_of(predicate));
	else
		ADD(BV_STR(" "), bv_str_of(predicate));
	return quad;
}

static void
join(struct rdfc *g, int32_t blank, int role)
{
	int32_t place = (int32_t)g->count;

	if (blank < 0)
		return;
	assert((size_t)blank >= g->frozen_blanks);
	g->quads[place].next[role] = g->blanks[blank].first;
	g->blanks[blank].first = place * 2 + role;
}

static void
end(struct rdfc *g, struct rdfc_quad *quad)
{
	quad->len = g->text.len - quad->at;
	join(g, quad->subject, 0);
	join(g, quad->object, 1);
	g->count++;
}

void
rdfc_add_node(struct rdfc *g, struct rdfc_node subject, const char *predicate, struct rdfc_node object)
{
	struct rdfc_quad *quad = begin(g, subject, predicate);

	quad->object = object.blank;
	if (object.blank < 0)
		ADD(BV_STR(" <"), object.iri, BV_STR("> .\n"));
	else
		ADD(BV_STR(" "));
	end(g, quad);
}

void
rdfc_add_term(struct rdfc *g, struct rdfc_node subject, const char *predicate, const char *iri)
{
	struct rdfc_quad *quad = begin(g, subject, predicate);

	ADD(BV_STR(" "), bv_str_of(iri), BV_STR(" .\n"));
	end(g, quad);
}

void
rdfc_add_text(struct rdfc *g, struct rdfc_node subject, const char *predicate, struct bv_str text, const char *datatype)
{
	struct rdfc_quad *quad = begin(g, subject, predicate);

	ADD(BV_STR(" \""));
	add_escaped(&g->text, text);
	if (datatype)
		ADD(BV_STR("\"^^"), bv_str_of(datatype), BV_STR(" .\n"));
	else
		ADD(BV_STR("\" .\n"));
	end(g, quad);
}

/* ---- Lines ---- */

/* Room for so many bytes of lines; NULL: there is none. */
static char *
clear_lines(struct rdfc *g, size_t len)
{
	bv_buf_clear(&g->work);
	g->work.max = 2 * TEXT_MAX;
	g->line_count = 0;
	return bv_buf_extend(&g->work, len);
}

enum { LINE_END = 3 }; /* " .\n" after a blank node */

static size_t
line_len(const struct rdfc_quad *quad, size_t label_max)
{
	return quad->subject < 0 && quad->object < 0 ? 0 : quad->len + 2 * label_max + LINE_END;
}

/* A quad as a line: in the text where it has no blank node, else at `to`, with their labels; returns where the next one goes. */
static char *
add_line(struct rdfc *g, char *to, const struct rdfc_quad *quad, struct bv_str subject, struct bv_str object)
{
	struct bv_str plain = { g->text.p + quad->at, quad->len };

	if (g->line_count == g->line_cap) {
		g->line_cap = g->line_cap ? 2 * g->line_cap : QUADS_FIRST;
		g->lines = bv_resize_array(g->lines, g->line_cap, sizeof *g->lines);
	}
	struct bv_str *line = &g->lines[g->line_count++];
	*line = plain;
	if (quad->subject < 0 && quad->object < 0)
		return to;
	line->p = to;
	if (quad->subject >= 0)
		to = copy(to, subject);
	to = copy(to, plain);
	if (quad->object >= 0)
		to = copy(copy(to, object), BV_STR(" .\n"));
	line->len = (size_t)(to - line->p);
	return to;
}

/* By code points, which is the order of UTF-8's bytes. */
static int
compare(struct bv_str a, struct bv_str b)
{
	int order = memcmp(a.p, b.p, a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int
by_text(const void *a, const void *b)
{
	return compare(*(const struct bv_str *)a, *(const struct bv_str *)b);
}

enum { FEW = 8 }; /* as a node has */

static void
insert_lines(struct bv_str *lines, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct bv_str line = lines[i];
		size_t at = i;
		for (; at && compare(lines[at - 1], line) > 0; at--)
			lines[at] = lines[at - 1];
		lines[at] = line;
	}
}

/* A graph is a set: what is there twice counts once. */
static void
sort_lines(struct rdfc *g)
{
	size_t kept = 0;

	if (g->line_count <= FEW)
		insert_lines(g->lines, g->line_count);
	else
		qsort(g->lines, g->line_count, sizeof *g->lines, by_text);
	for (size_t i = 0; i < g->line_count; i++)
		if (!kept || compare(g->lines[kept - 1], g->lines[i]) != 0)
			g->lines[kept++] = g->lines[i];
	g->line_count = kept;
}

/* ---- Blank nodes ---- */

/* RDFC-1.0 §4.6: its quads with itself as _:a and every other blank node as _:z, sorted. */
static enum bv_status
hash_own(struct rdfc *g, size_t blank, struct bv_err *err)
{
	const struct bv_str self = BV_STR("_:a"), other = BV_STR("_:z");
	size_t count = 0, len = 0;
	struct bv_sha256 ctx;

	for (int32_t i = g->blanks[blank].first; i >= 0; i = g->quads[i / 2].next[i % 2]) {
		if (++count > OWN_MAX)
			return bv_err_set(err, BV_ELIMIT, "a node without a name is in more than %d statements", OWN_MAX);
		len += line_len(&g->quads[i / 2], self.len);
	}
	char *to = clear_lines(g, len);
	TRY(bv_buf_check(&g->work, err));
	for (int32_t i = g->blanks[blank].first; i >= 0; i = g->quads[i / 2].next[i % 2]) {
		const struct rdfc_quad *quad = &g->quads[i / 2];
		to = add_line(g, to, quad, (size_t)quad->subject == blank ? self : other, (size_t)quad->object == blank ? self : other);
	}
	sort_lines(g);
	bv_sha256_init(&ctx);
	for (size_t i = 0; i < g->line_count; i++)
		bv_sha256_add(&ctx, g->lines[i].p, g->lines[i].len);
	bv_sha256_end(&ctx, g->blanks[blank].hash);
	return BV_OK;
}

static int
by_hash(const void *a, const void *b)
{
	return memcmp((*(struct rdfc_blank *const *)a)->hash, (*(struct rdfc_blank *const *)b)->hash, BV_HASH_LEN);
}

/* RDFC-1.0 §4.4 steps 3 and 4. */
static enum bv_status
label_blanks(struct rdfc *g, struct bv_err *err)
{
	struct rdfc_blank **order = bv_alloc_array(g->blank_count, sizeof *order);
	bool same = false;

	for (size_t i = 0; i < g->blank_count; i++)
		order[i] = &g->blanks[i];
	if (g->blank_count)
		qsort(order, g->blank_count, sizeof *order, by_hash);
	for (size_t i = 0; i < g->blank_count; i++) {
		order[i]->label_len = (size_t)snprintf(order[i]->label, LABEL_SIZE, "_:c14n%zu", i);
		same = same || (i && by_hash(&order[i - 1], &order[i]) == 0);
	}
	free(order);
	return same ? bv_err_set(err, BV_EINVAL, "two nodes without a name say the same: RDFC-1.0 would need more than their own quads") : BV_OK;
}

static struct bv_str
label_of(const struct rdfc *g, int32_t blank)
{
	return blank < 0 ? BV_STR_NONE : (struct bv_str){ g->blanks[blank].label, g->blanks[blank].label_len };
}

/* ---- The whole ---- */

enum bv_status
rdfc_freeze(struct rdfc *g, struct bv_err *err)
{
	size_t len = 0;

	TRY(bv_buf_check(&g->text, err));
	for (size_t i = 0; i < g->blank_count; i++)
		TRY(hash_own(g, i, err));
	g->line_count = 0;
	for (size_t i = 0; i < g->count; i++)
		if (g->quads[i].subject < 0 && g->quads[i].object < 0)
			(void)add_line(g, NULL, &g->quads[i], BV_STR_NONE, BV_STR_NONE);
	sort_lines(g);
	for (size_t i = 0; i < g->line_count; i++)
		len += g->lines[i].len;
	g->frozen.max = TEXT_MAX;
	char *to = bv_buf_extend(&g->frozen, len);
	TRY(bv_buf_check(&g->frozen, err));
	g->frozen_lines = bv_alloc_array(g->line_count, sizeof *g->frozen_lines);
	for (size_t i = 0; i < g->line_count; i++) {
		g->frozen_lines[i] = (struct bv_str){ to, g->lines[i].len };
		to = copy(to, g->lines[i]);
	}
	g->frozen_line_count = g->line_count;
	g->frozen_text = g->text.len;
	g->frozen_count = g->count;
	g->frozen_blanks = g->blank_count;
	g->begun_lines = 0;
	return BV_OK;
}

void
rdfc_reset(struct rdfc *g)
{
	g->text.len = g->frozen_text;
	g->text.full = false;
	g->count = g->frozen_count;
	g->blank_count = g->frozen_blanks;
}

/* All lines but the frozen ones, labelled and sorted. */
static enum bv_status
prepare(struct rdfc *g, struct bv_err *err)
{
	size_t len = 0;

	TRY(bv_buf_check(&g->text, err));
	for (size_t i = g->frozen_blanks; i < g->blank_count; i++)
		TRY(hash_own(g, i, err));
	TRY(label_blanks(g, err));
	for (size_t i = 0; i < g->count; i++)
		len += line_len(&g->quads[i], LABEL_SIZE);
	char *to = clear_lines(g, len);
	TRY(bv_buf_check(&g->work, err));
	for (size_t i = 0; i < g->count; i++) {
		const struct rdfc_quad *quad = &g->quads[i];
		if (i >= g->frozen_count || quad->subject >= 0 || quad->object >= 0)
			to = add_line(g, to, quad, label_of(g, quad->subject), label_of(g, quad->object));
	}
	sort_lines(g);
	return BV_OK;
}

/* How many of the frozen lines from `from` on come before a line; *same: the next one is that line. */
static size_t
frozen_before(const struct rdfc *g, size_t from, struct bv_str line, bool *same)
{
	size_t i = from;
	int order = -1;

	while (i < g->frozen_line_count && (order = compare(g->frozen_lines[i], line)) < 0)
		i++;
	*same = i < g->frozen_line_count && order == 0;
	return i - from;
}

static struct bv_str
frozen_run(const struct rdfc *g, size_t from, size_t count)
{
	if (!count)
		return BV_STR_NONE;
	const struct bv_str *first = &g->frozen_lines[from], *last = &g->frozen_lines[from + count - 1];
	return (struct bv_str){ first->p, (size_t)(last->p - first->p) + last->len };
}

/* The hash of the frozen lines before the document's first own line, which is the same place for most documents of a template. */
static void
hash_begin(struct rdfc *g, struct bv_sha256 *ctx, size_t count)
{
	if (!count)
		return;
	if (g->begun_lines != count) {
		struct bv_str run = frozen_run(g, 0, count);
		bv_sha256_init(&g->begun);
		bv_sha256_add(&g->begun, run.p, run.len);
		g->begun_lines = count;
	}
	*ctx = g->begun;
}

/* Where the canonical form goes: to out, or into a hash by way of a chunk, because a call for each line costs more than its hash. */
struct sink {
	struct bv_buf *out;
	struct bv_sha256 ctx;
	size_t len;
	char chunk[4096];
};

static void
put(struct sink *sink, struct bv_str bytes)
{
	if (sink->out) {
		bv_buf_add(sink->out, bytes);
		return;
	}
	if (bytes.len > sizeof sink->chunk - sink->len) {
		bv_sha256_add(&sink->ctx, sink->chunk, sink->len);
		sink->len = 0;
	}
	if (bytes.len > sizeof sink->chunk) {
		bv_sha256_add(&sink->ctx, bytes.p, bytes.len);
	} else if (bytes.len) {
		memcpy(sink->chunk + sink->len, bytes.p, bytes.len);
		sink->len += bytes.len;
	}
}

/* Both sorted lists become one. */
static void
merge(struct sink *sink, struct rdfc *g)
{
	size_t frozen = 0;

	for (size_t i = 0; i < g->line_count; i++) {
		struct bv_str line = g->lines[i];
		bool same;
		size_t run = frozen_before(g, frozen, line, &same);
		if (i == 0 && !sink->out)
			hash_begin(g, &sink->ctx, run);
		else
			put(sink, frozen_run(g, frozen, run));
		frozen += run;
		if (!same)
			put(sink, line);
	}
	put(sink, frozen_run(g, frozen, g->frozen_line_count - frozen));
}

enum bv_status
rdfc_hash(uint8_t out[BV_HASH_LEN], struct rdfc *g, struct bv_err *err)
{
	struct sink sink = { .out = NULL };

	TRY(prepare(g, err));
	bv_sha256_init(&sink.ctx);
	merge(&sink, g);
	bv_sha256_add(&sink.ctx, sink.chunk, sink.len);
	bv_sha256_end(&sink.ctx, out);
	return BV_OK;
}

enum bv_status
rdfc_write(struct bv_buf *out, struct rdfc *g, struct bv_err *err)
{
	struct sink sink = { .out = out };

	TRY(prepare(g, err));
	merge(&sink, g);
	return bv_buf_check(out, err);
}

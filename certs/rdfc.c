#define _GNU_SOURCE /* qsort_r */
#include "certs/rdfc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum {
	TEXT_MAX = 32 << 20, /* bytes of a graph's quads */
	OWN_MAX = 32,        /* quads that a blank node is in */
	LABEL_SIZE = 32,
};

struct rdfc_blank {
	int32_t first; /* of its quads, as rdfc_quad.next */
	uint8_t hash[BV_HASH_LEN];
	char label[LABEL_SIZE]; /* "_:c14n0" */
};

struct rdfc_line {
	size_t at, len; /* in a buffer */
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

static void
add_iri(struct rdfc *g, struct bv_str iri)
{
	bv_buf_addc(&g->text, '<');
	bv_buf_add(&g->text, iri);
	bv_buf_addc(&g->text, '>');
}

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
		g->cap = g->cap ? 2 * g->cap : 128;
		g->quads = bv_resize_array(g->quads, g->cap, sizeof *g->quads);
	}
	g->text.max = TEXT_MAX;
	struct rdfc_quad *quad = &g->quads[g->count];
	*quad = (struct rdfc_quad){ .at = g->text.len, .subject = subject.blank, .object = -1, .next = { -1, -1 } };
	if (subject.blank < 0)
		add_iri(g, subject.iri);
	bv_buf_addc(&g->text, ' ');
	add_iri(g, bv_str_of(predicate));
	bv_buf_addc(&g->text, ' ');
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
	if (quad->object < 0)
		bv_buf_addz(&g->text, " .\n");
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
		add_iri(g, object.iri);
	end(g, quad);
}

void
rdfc_add_text(struct rdfc *g, struct rdfc_node subject, const char *predicate, struct bv_str text, const char *datatype)
{
	struct rdfc_quad *quad = begin(g, subject, predicate);

	bv_buf_addc(&g->text, '"');
	add_escaped(&g->text, text);
	bv_buf_addc(&g->text, '"');
	if (datatype) {
		bv_buf_addz(&g->text, "^^");
		add_iri(g, bv_str_of(datatype));
	}
	end(g, quad);
}

/* ---- Lines ---- */

static void
clear_lines(struct rdfc *g)
{
	bv_buf_clear(&g->work);
	g->work.max = 2 * TEXT_MAX;
	g->line_count = 0;
}

/* Appends a quad to the work space as a line, with the labels of its blank nodes. */
static void
add_line(struct rdfc *g, const struct rdfc_quad *quad, const char *subject, const char *object)
{
	size_t at = g->work.len;

	if (g->line_count == g->line_cap) {
		g->line_cap = g->line_cap ? 2 * g->line_cap : 128;
		g->lines = bv_resize_array(g->lines, g->line_cap, sizeof *g->lines);
	}
	if (quad->subject >= 0)
		bv_buf_addz(&g->work, subject);
	bv_buf_add(&g->work, (struct bv_str){ g->text.p + quad->at, quad->len });
	if (quad->object >= 0) {
		bv_buf_addz(&g->work, object);
		bv_buf_addz(&g->work, " .\n");
	}
	g->lines[g->line_count++] = (struct rdfc_line){ at, g->work.len - at };
}

static int
compare(struct bv_str a, struct bv_str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.p, b.p, len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static struct bv_str
line_at(const struct bv_buf *buf, const struct rdfc_line *line)
{
	return (struct bv_str){ buf->p + line->at, line->len };
}

static int
by_text(const void *a, const void *b, void *buf)
{
	return compare(line_at(buf, a), line_at(buf, b));
}

/* By code points, which is the order of UTF-8's bytes. A graph is a set: what is there twice counts once. */
static void
sort_lines(struct rdfc *g)
{
	size_t kept = 0;

	if (g->line_count)
		qsort_r(g->lines, g->line_count, sizeof *g->lines, by_text, &g->work);
	for (size_t i = 0; i < g->line_count; i++)
		if (!kept || by_text(&g->lines[kept - 1], &g->lines[i], &g->work) != 0)
			g->lines[kept++] = g->lines[i];
	g->line_count = kept;
}

/* ---- Blank nodes ---- */

/* RDFC-1.0 §4.6: its quads with itself as _:a and every other blank node as _:z, sorted. */
static enum bv_status
hash_own(struct rdfc *g, size_t blank, struct bv_err *err)
{
	struct bv_sha256 ctx;

	clear_lines(g);
	for (int32_t i = g->blanks[blank].first; i >= 0; i = g->quads[i / 2].next[i % 2]) {
		const struct rdfc_quad *quad = &g->quads[i / 2];
		if (g->line_count == OWN_MAX)
			return bv_err_set(err, BV_ELIMIT, "a node without a name is in more than %d statements", OWN_MAX);
		add_line(g, quad, (size_t)quad->subject == blank ? "_:a" : "_:z", (size_t)quad->object == blank ? "_:a" : "_:z");
	}
	TRY(bv_buf_check(&g->work, err));
	sort_lines(g);
	bv_sha256_init(&ctx);
	for (size_t i = 0; i < g->line_count; i++)
		bv_sha256_add(&ctx, g->work.p + g->lines[i].at, g->lines[i].len);
	bv_sha256_end(&ctx, g->blanks[blank].hash);
	return BV_OK;
}

static int
by_hash(const void *a, const void *b, void *blanks)
{
	const struct rdfc_blank *all = blanks;

	return memcmp(all[*(const size_t *)a].hash, all[*(const size_t *)b].hash, BV_HASH_LEN);
}

/* RDFC-1.0 §4.4 steps 3 and 4. */
static enum bv_status
label_blanks(struct rdfc *g, struct bv_err *err)
{
	size_t *order = bv_alloc_array(g->blank_count, sizeof *order);
	bool same = false;

	for (size_t i = 0; i < g->blank_count; i++)
		order[i] = i;
	if (g->blank_count)
		qsort_r(order, g->blank_count, sizeof *order, by_hash, g->blanks);
	for (size_t i = 0; i < g->blank_count; i++) {
		snprintf(g->blanks[order[i]].label, LABEL_SIZE, "_:c14n%zu", i);
		same = same || (i && by_hash(&order[i - 1], &order[i], g->blanks) == 0);
	}
	free(order);
	return same ? bv_err_set(err, BV_EINVAL, "two nodes without a name say the same: RDFC-1.0 would need more than their own quads") : BV_OK;
}

/* ---- The whole ---- */

enum bv_status
rdfc_freeze(struct rdfc *g, struct bv_err *err)
{
	for (size_t i = 0; i < g->blank_count; i++)
		TRY(hash_own(g, i, err));
	clear_lines(g);
	for (size_t i = 0; i < g->count; i++)
		if (g->quads[i].subject < 0 && g->quads[i].object < 0)
			add_line(g, &g->quads[i], NULL, NULL);
	TRY(bv_buf_check(&g->text, err));
	sort_lines(g);
	g->frozen_lines = bv_alloc_array(g->line_count, sizeof *g->frozen_lines);
	g->frozen.max = TEXT_MAX;
	for (size_t i = 0; i < g->line_count; i++) {
		g->frozen_lines[i] = (struct rdfc_line){ g->frozen.len, g->lines[i].len };
		bv_buf_add(&g->frozen, line_at(&g->work, &g->lines[i]));
	}
	g->frozen_line_count = g->line_count;
	g->frozen_text = g->text.len;
	g->frozen_count = g->count;
	g->frozen_blanks = g->blank_count;
	g->begun_lines = 0;
	return bv_buf_check(&g->frozen, err);
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
	TRY(bv_buf_check(&g->text, err));
	for (size_t i = g->frozen_blanks; i < g->blank_count; i++)
		TRY(hash_own(g, i, err));
	TRY(label_blanks(g, err));
	clear_lines(g);
	for (size_t i = 0; i < g->count; i++) {
		const struct rdfc_quad *quad = &g->quads[i];
		if (i >= g->frozen_count || quad->subject >= 0 || quad->object >= 0)
			add_line(g, quad, quad->subject >= 0 ? g->blanks[quad->subject].label : NULL, quad->object >= 0 ? g->blanks[quad->object].label : NULL);
	}
	TRY(bv_buf_check(&g->work, err));
	sort_lines(g);
	return BV_OK;
}

/* How many of the frozen lines from `from` on come before a line; *same: the next one is that line. */
static size_t
frozen_before(const struct rdfc *g, size_t from, struct bv_str line, bool *same)
{
	size_t i = from;
	int order = -1;

	while (i < g->frozen_line_count && (order = compare(line_at(&g->frozen, &g->frozen_lines[i]), line)) < 0)
		i++;
	*same = i < g->frozen_line_count && order == 0;
	return i - from;
}

static struct bv_str
frozen_run(const struct rdfc *g, size_t from, size_t count)
{
	if (!count)
		return BV_STR_NONE;
	const struct rdfc_line *first = &g->frozen_lines[from], *last = &g->frozen_lines[from + count - 1];
	return (struct bv_str){ g->frozen.p + first->at, last->at + last->len - first->at };
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

static void
put(struct bv_sha256 *ctx, struct bv_buf *out, struct bv_str bytes)
{
	if (out)
		bv_buf_add(out, bytes);
	else
		bv_sha256_add(ctx, bytes.p, bytes.len);
}

/* Both sorted lists become one: to out, or into the hash. */
static void
merge(struct rdfc *g, struct bv_sha256 *ctx, struct bv_buf *out)
{
	size_t frozen = 0;

	for (size_t i = 0; i < g->line_count; i++) {
		struct bv_str line = line_at(&g->work, &g->lines[i]);
		bool same;
		size_t run = frozen_before(g, frozen, line, &same);
		if (i == 0 && !out)
			hash_begin(g, ctx, run);
		else
			put(ctx, out, frozen_run(g, frozen, run));
		frozen += run;
		if (!same)
			put(ctx, out, line);
	}
	put(ctx, out, frozen_run(g, frozen, g->frozen_line_count - frozen));
}

enum bv_status
rdfc_hash(uint8_t out[BV_HASH_LEN], struct rdfc *g, struct bv_err *err)
{
	struct bv_sha256 ctx;

	TRY(prepare(g, err));
	bv_sha256_init(&ctx);
	merge(g, &ctx, NULL);
	bv_sha256_end(&ctx, out);
	return BV_OK;
}

enum bv_status
rdfc_write(struct bv_buf *out, struct rdfc *g, struct bv_err *err)
{
	TRY(prepare(g, err));
	merge(g, NULL, out);
	return bv_buf_check(out, err);
}

#include "tools/httpd/portraits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/sandbox.h"
#include "base/text.h"

enum { CPU_S = 20, TEXT_MAX = 300 };
#define CHILD_MEMORY ((uint64_t)256 << 20)
#define FRAME_MAX (BV_PORTRAIT_MAX + (4u << 10))

const char *const portraits_whys[] = { "format", "damaged", "kind", "size", NULL };

/* ---- The child: frames of a letter, P picture, W wrong, E all of it is; then path, name and why, each ended by a NUL; then bytes or words ---- */

struct child {
	struct bv_str bytes, path;
	struct bv_sandbox_pipe *pipe;
};

static void
send_frame(struct child *child, char letter, const struct bv_portrait_file *file, struct bv_str rest)
{
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(FRAME_MAX);

	bv_buf_addc(&frame, letter);
	bv_buf_add(&frame, file->path);
	bv_buf_addc(&frame, '\0');
	bv_buf_add(&frame, file->name);
	bv_buf_addc(&frame, '\0');
	bv_buf_addz(&frame, file->why ? file->why : "");
	bv_buf_addc(&frame, '\0');
	bv_buf_add(&frame, rest);
	bv_sandbox_send(child->pipe, bv_buf_str(&frame));
}

static enum bv_status
send_file(void *ctx, const struct bv_portrait_file *file, struct bv_err *err)
{
	(void)err;
	send_frame(ctx, file->wrong ? 'W' : 'P', file, file->wrong ? bv_str_of(file->wrong) : file->bytes);
	return BV_OK;
}

static void
work(void *ctx, struct bv_sandbox_pipe *pipe)
{
	struct child *child = ctx;
	struct bv_err err;

	child->pipe = pipe;
	if (bv_portraits_read(child->bytes, child->path, send_file, child, &err) != BV_OK)
		send_frame(child, 'E', &(struct bv_portrait_file){ .path = child->path }, bv_str_of(err.msg));
}

/* ---- The parent, which believes a child no more than the file ---- */

static struct bv_str
until_nul(struct bv_str *rest)
{
	struct bv_str text = bv_str_sub(*rest, 0, bv_str_find(*rest, '\0'));

	*rest = bv_str_sub(*rest, text.len + 1, rest->len);
	return text;
}

/* Text that may be shown; what is no text is not. */
static struct bv_str
shown(struct portraits *p, struct bv_str text)
{
	struct bv_str cut = bv_str_sub(text, 0, TEXT_MAX), valid = bv_str_sub(cut, 0, bv_text_valid_len(cut));

	return bv_arena_str(&p->arena, bv_text_safe(valid) ? valid : BV_STR("?"));
}

static const char *
known_why(struct bv_str why)
{
	size_t i = 0;

	while (portraits_whys[i] && !bv_str_is(why, portraits_whys[i]))
		i++;
	return portraits_whys[i];
}

static enum bv_status
keep(struct portraits *p, struct bv_str frame, struct bv_err *err)
{
	struct bv_str rest = bv_str_sub(frame, 1, frame.len);
	char letter = frame.len ? frame.p[0] : '\0';
	struct portraits_file file = { .path = shown(p, until_nul(&rest)) };

	file.name = shown(p, until_nul(&rest));
	file.why = known_why(until_nul(&rest));
	if (letter == 'E')
		return bv_err_set(err, BV_EPARSE, "%.*s", BV_STR_ARG(shown(p, rest)));
	if ((letter != 'P' && letter != 'W') || (letter == 'P') != !file.why || p->count == BV_PORTRAITS_MAX)
		return bv_err_set(err, BV_EPARSE, "what was read of the file cannot be used");
	if (letter == 'W')
		file.wrong = shown(p, rest);
	else if (!bv_portrait_type(rest) || rest.len > BV_PORTRAIT_MAX)
		return bv_err_set(err, BV_EPARSE, "what was read of the file cannot be used");
	else if ((p->total += rest.len) > PORTRAITS_TOTAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %u MiB of pictures: give them in parts, or make them smaller; 600 × 800 pixels are enough", PORTRAITS_TOTAL_MAX >> 20);
	else
		file.bytes = bv_arena_str(&p->arena, rest);
	if (p->count == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->files = bv_resize_array(p->files, p->cap, sizeof p->files[0]);
	}
	p->files[p->count++] = file;
	return BV_OK;
}

enum bv_status
portraits_read(struct portraits *out, struct bv_str bytes, struct bv_str path, struct bv_err *err)
{
	const struct bv_sandbox_limits limits = { .memory = CHILD_MEMORY, .cpu_s = CPU_S, .wait_s = 2 * CPU_S };
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(FRAME_MAX);
	struct child child = { .bytes = bytes, .path = path };
	bool more = true;

	TRY(bv_sandbox_start(&sandbox, work, &child, &limits, err));
	for (;;) {
		TRY(bv_sandbox_receive(sandbox, &frame, &more, err));
		if (!more)
			return BV_OK;
		TRY(keep(out, bv_buf_str(&frame), err));
	}
}

void
portraits_finish(struct portraits *portraits)
{
	free(portraits->files);
	bv_arena_finish(&portraits->arena);
}

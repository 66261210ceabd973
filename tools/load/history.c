#include "tools/load/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static const char magic[8] = "BVLOAD1\n", ending[8] = "BVLOADE\n";
enum { HEAD_LEN = 48, BUFFER_LEN = 1 << 20 };

const char *
op_kind_name(enum op_kind kind)
{
	static const char *const names[] = { "get", "sign-in", "start", "save", "read", "submit", "sealed", "lease", "begin", "paper" };

	return names[kind];
}

const char *
op_outcome_name(enum op_outcome outcome)
{
	static const char *const names[] = { "ok", "refused", "unknown" };

	return names[outcome];
}

/* ---- Writing ---- */

struct history {
	char *path;
	int fd, fault; /* errno of the first write that failed */
	uint64_t count;
	size_t len;
	uint8_t buffer[BUFFER_LEN];
};

static void
flush(struct history *history)
{
	for (size_t at = 0; at < history->len && !history->fault;) {
		ssize_t n = write(history->fd, history->buffer + at, history->len - at);
		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			history->fault = errno;
	}
	history->len = 0;
}

static void
put(struct history *history, const void *bytes, size_t len)
{
	for (const uint8_t *p = bytes; len;) {
		size_t part = BUFFER_LEN - history->len < len ? BUFFER_LEN - history->len : len;
		memcpy(history->buffer + history->len, p, part);
		history->len += part;
		p += part;
		len -= part;
		if (history->len == BUFFER_LEN)
			flush(history);
	}
}

static uint8_t *
put_number(uint8_t *p, uint64_t n, int bytes)
{
	for (int i = 0; i < bytes; i++)
		*p++ = (uint8_t)(n >> (8 * i));
	return p;
}

enum bv_status
history_create(struct history **out, const char *path, struct bv_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	if (fd < 0)
		return bv_err_set(err, errno == EEXIST ? BV_ECONFLICT : BV_EIO, "%s: %s", path, strerror(errno));
	struct history *history = bv_alloc(sizeof *history);
	history->path = bv_str_dup(bv_str_of(path));
	history->fd = fd;
	put(history, magic, sizeof magic);
	*out = history;
	return BV_OK;
}

void
history_add(struct history *history, const struct op *op)
{
	uint8_t head[HEAD_LEN], *p = head;

	p = put_number(p, op->kind, 1);
	p = put_number(p, op->outcome, 1);
	p = put_number(p, op->status, 2);
	p = put_number(p, op->item, 4);
	p = put_number(p, (uint64_t)op->attempt, 8);
	p = put_number(p, op->lease, 4);
	p = put_number(p, op->number, 4);
	p = put_number(p, (uint64_t)op->begun_ns, 8);
	p = put_number(p, (uint64_t)op->ended_ns, 8);
	p = put_number(p, op->value.len, 4);
	put_number(p, op->body.len, 4);
	put(history, head, sizeof head);
	put(history, bv_str_chars(op->value), op->value.len);
	put(history, bv_str_chars(op->body), op->body.len);
	history->count++;
}

enum bv_status
history_close(struct history *history, struct bv_err *err)
{
	uint8_t count[8];

	put_number(count, history->count, 8);
	put(history, ending, sizeof ending);
	put(history, count, sizeof count);
	flush(history);
	int fault = close(history->fd) < 0 && !history->fault ? errno : history->fault;
	enum bv_status status = fault ? bv_err_set(err, BV_EIO, "%s: %s", history->path, strerror(fault)) : BV_OK;
	free(history->path);
	free(history);
	return status;
}

/* ---- Reading ---- */

struct place {
	const uint8_t *head;
	int64_t attempt, begun_ns;
};

struct mapping {
	uint8_t *p;
	size_t len;
};

struct histories {
	struct mapping *files;
	size_t file_count;
	struct place *places;
	uint64_t count;
};

static uint64_t
number_at(const uint8_t *p, int bytes)
{
	uint64_t n = 0;

	for (int i = 0; i < bytes; i++)
		n |= (uint64_t)p[i] << (8 * i);
	return n;
}

static enum bv_status
map(struct mapping *file, const char *path, struct bv_err *err)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size < (off_t)(3 * sizeof magic)) {
		close(fd);
		return bv_err_set(err, BV_EPARSE, "%s: this is no whole history of bangvang-load", path);
	}
	void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
	*file = (struct mapping){ p, (size_t)st.st_size };
	return BV_OK;
}

/* The length of the record at p, of which `left` bytes are there; 0: it is none. */
static size_t
record_len(const uint8_t *p, size_t left)
{
	if (left < HEAD_LEN || p[0] >= OP_KIND_COUNT || p[1] >= OUTCOME_COUNT)
		return 0;
	uint64_t value = number_at(p + 40, 4), body = number_at(p + 44, 4);
	if (value > HISTORY_VALUE_MAX || body > HISTORY_BODY_MAX || value + body > left - HEAD_LEN)
		return 0;
	int64_t begun = (int64_t)number_at(p + 24, 8), ended = (int64_t)number_at(p + 32, 8);
	return begun >= 0 && ended >= begun ? HEAD_LEN + (size_t)(value + body) : 0;
}

static enum bv_status
scan(struct histories *h, const struct mapping *file, const char *path, struct bv_err *err)
{
	if (memcmp(file->p, magic, sizeof magic) != 0)
		return bv_err_set(err, BV_EPARSE, "%s: this is no history of bangvang-load", path);
	size_t at = sizeof magic, end = file->len - sizeof ending - 8;
	uint64_t first = h->count, cap = h->count;
	if (memcmp(file->p + end, ending, sizeof ending) != 0)
		return bv_err_set(err, BV_EPARSE, "%s: the history has no end: the generator did not finish, and what it was doing then is not known", path);
	while (at < end) {
		const uint8_t *p = file->p + at;
		size_t len = record_len(p, end - at);
		if (!len)
			return bv_err_set(err, BV_EPARSE, "%s: the record at byte %zu is damaged", path, at);
		if (h->count == cap) {
			cap = cap ? cap * 2 : 1024;
			h->places = bv_resize_array(h->places, cap, sizeof *h->places);
		}
		h->places[h->count++] = (struct place){ p, (int64_t)number_at(p + 8, 8), (int64_t)number_at(p + 24, 8) };
		at += len;
	}
	if (number_at(file->p + end + sizeof ending, 8) != h->count - first)
		return bv_err_set(err, BV_EPARSE, "%s: the history has %llu records and not as many as its end says", path, (unsigned long long)(h->count - first));
	return BV_OK;
}

static int
by_attempt(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->attempt != y->attempt)
		return x->attempt < y->attempt ? -1 : 1;
	if (x->begun_ns != y->begun_ns)
		return x->begun_ns < y->begun_ns ? -1 : 1;
	return x->head < y->head ? -1 : x->head > y->head;
}

enum bv_status
histories_open(struct histories **out, char *const *paths, size_t count, struct bv_err *err)
{
	BV_AUTO(histories_free) struct histories *h = bv_alloc(sizeof *h);

	h->files = bv_alloc_array(count, sizeof *h->files);
	for (size_t i = 0; i < count; i++) {
		TRY(map(&h->files[i], paths[i], err));
		h->file_count++;
		TRY(scan(h, &h->files[i], paths[i], err));
	}
	if (h->count)
		qsort(h->places, h->count, sizeof *h->places, by_attempt);
	*out = bv_steal(&h);
	return BV_OK;
}

void
histories_free(struct histories *histories)
{
	if (!histories)
		return;
	for (size_t i = 0; i < histories->file_count; i++)
		munmap(histories->files[i].p, histories->files[i].len);
	free(histories->files);
	free(histories->places);
	free(histories);
}

uint64_t
histories_count(const struct histories *histories)
{
	return histories->count;
}

void
histories_get(struct op *op, const struct histories *histories, uint64_t idx)
{
	const uint8_t *p = histories->places[idx].head;

	*op = (struct op){
		.kind = p[0], .outcome = p[1], .status = (uint16_t)number_at(p + 2, 2), .item = (uint32_t)number_at(p + 4, 4),
		.attempt = (int64_t)number_at(p + 8, 8), .lease = (uint32_t)number_at(p + 16, 4), .number = (uint32_t)number_at(p + 20, 4),
		.begun_ns = (int64_t)number_at(p + 24, 8), .ended_ns = (int64_t)number_at(p + 32, 8),
	};
	op->value = (struct bv_str){ (const char *)p + HEAD_LEN, (size_t)number_at(p + 40, 4) };
	op->body = (struct bv_str){ op->value.p + op->value.len, (size_t)number_at(p + 44, 4) };
}

uint64_t
histories_next(const struct histories *histories, uint64_t idx)
{
	int64_t attempt = histories->places[idx].attempt;

	while (idx < histories->count && histories->places[idx].attempt == attempt)
		idx++;
	return idx;
}

#include "tools/httpd/levels.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "scoring/scoring.h"

enum { STANDARDS_MAX = 100 };

struct levels {
	struct bv_standard *standards[STANDARDS_MAX];
	size_t count;
};

void
levels_free(struct levels *levels)
{
	if (!levels)
		return;
	for (size_t i = 0; i < levels->count; i++)
		bv_standard_free(levels->standards[i]);
	free(levels);
}

static enum bv_status
add_standard(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_STANDARD_MAX);
	struct levels *levels = ctx;

	if (!bv_str_ends(bv_str_of(path), BV_STR(".xml")))
		return BV_OK;
	if (levels->count == STANDARDS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%s: more than %d standards", path, STANDARDS_MAX);
	TRY(bv_file_read(&xml, path, err));
	if (bv_standard_parse(&levels->standards[levels->count], bv_buf_str(&xml), err) != BV_OK)
		return bv_err_again(err, err->line, "%s: %s", path, err->msg);
	levels->count++;
	return BV_OK;
}

enum bv_status
levels_load(struct levels **out, const char *folder, struct bv_err *err)
{
	struct levels *levels = bv_alloc(sizeof *levels);
	enum bv_status status = folder[0] ? bv_dir_walk(folder, add_standard, levels, err) : BV_OK;

	if (status != BV_OK) {
		levels_free(levels);
		return status;
	}
	*out = levels;
	return BV_OK;
}

/* Is it a whole segment of the address? */
static bool
has_segment(struct bv_str address, struct bv_str segment)
{
	while (address.len) {
		struct bv_str one = bv_str_sub(address, 0, bv_str_find(address, '/'));
		if (bv_str_eq(one, segment))
			return true;
		address = bv_str_sub(address, one.len + 1, address.len);
	}
	return false;
}

struct bv_str
levels_name(const struct levels *levels, struct bv_str achievement, struct bv_str code, enum language language)
{
	for (size_t i = 0; levels && i < levels->count; i++) {
		const struct bv_standard_level *level = bv_standard_level(levels->standards[i], code);
		if (level && has_segment(achievement, bv_standard_instrument(levels->standards[i])->identifier))
			return language == LANGUAGE_EN && level->names.en.len ? level->names.en : level->names.vi;
	}
	return BV_STR_NONE;
}

/* Is another standard to be asked for that code? */
static bool
named_elsewhere(const struct levels *levels, size_t idx, struct bv_str code)
{
	bv_day from = bv_standard_instrument(levels->standards[idx])->from;

	for (size_t i = 0; i < levels->count; i++) {
		bv_day other = bv_standard_instrument(levels->standards[i])->from;
		if ((other > from || (other == from && i < idx)) && bv_standard_find(levels->standards[i], code))
			return true;
	}
	return false;
}

static void
write_below(struct bv_json_pen *pen, const struct levels *levels, size_t idx, const struct bv_competence *first)
{
	for (const struct bv_competence *c = first; c; c = c->next) {
		if (!named_elsewhere(levels, idx, c->code)) {
			bv_json_pen_open(pen, NULL, '{');
			bv_json_pen_str(pen, "code", c->code);
			bv_json_pen_str(pen, "vi", c->names.vi);
			bv_json_pen_str(pen, "en", c->names.en);
			bv_json_pen_close(pen, '}');
		}
		write_below(pen, levels, idx, c->first);
	}
}

void
levels_competences_write(struct bv_json_pen *pen, const struct levels *levels)
{
	for (size_t i = 0; levels && i < levels->count; i++)
		write_below(pen, levels, i, bv_standard_competences(levels->standards[i]));
}

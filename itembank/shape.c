#include "itembank/shape.h"

#include <math.h>

static const char *const kinds[] = { "default", "rect", "circle", "ellipse", "poly" };
static const size_t numbers[] = { 0, 4, 3, 4, 0 };

/* What 100 % is for the number at idx. */
static double
whole_of(enum bv_shape_kind kind, size_t idx, double width, double height)
{
	if (kind == BV_SHAPE_CIRCLE && idx == 2)
		return fmin(width, height);
	return idx % 2 ? height : width;
}

static enum bv_status
parse_coords(double *out, size_t *count, enum bv_shape_kind kind, struct bv_str s, double width, double height, struct bv_err *err)
{
	*count = 0;
	while (s.len) {
		size_t comma = bv_str_find(s, ',');
		struct bv_str word = bv_str_trim(bv_str_sub(s, 0, comma));
		if (*count == BV_SHAPE_COORDS_MAX)
			return bv_err_rule(err, "bad-coords", 0, "coords: more than %d numbers", BV_SHAPE_COORDS_MAX);
		bool percent = bv_str_ends(word, BV_STR("%"));
		if (percent && !width)
			return bv_err_rule(
			        err, "bad-coords", 0,
			        "coords: percentages need an interaction for points of an image with its width and height; write "
			        "pixels, or give the image its size");
		word.len -= percent;
		if (!bv_str_double(word, &out[*count]) || !isfinite(out[*count]))
			return bv_err_rule(err, "bad-coords", 0, "coords: \"%.*s\" is not a number", BV_STR_ARG(bv_str_sub(word, 0, 40)));
		if (percent)
			out[*count] *= whole_of(kind, *count, width, height) / 100;
		++*count;
		if (comma == s.len)
			break;
		s = bv_str_sub(s, comma + 1, s.len);
		if (s.len == 0)
			return bv_err_rule(err, "bad-coords", 0, "coords: a number is missing after the last comma");
	}
	return BV_OK;
}

/* HTML lets the last point of a polygon be the first again. */
static size_t
corners_of(const double *c, size_t count)
{
	bool closed = count >= 4 && c[0] == c[count - 2] && c[1] == c[count - 1];

	return count / 2 - closed;
}

static enum bv_status
check_coords(enum bv_shape_kind kind, const double *c, size_t count, struct bv_err *err)
{
	if (kind == BV_SHAPE_POLY ? count < 6 || count % 2 : count != numbers[kind])
		return bv_err_rule(err, "bad-coords", 0, "coords: %zu numbers, but %s needs %s", count, kinds[kind],
		                   kind == BV_SHAPE_DEFAULT  ? "none"
		                   : kind == BV_SHAPE_CIRCLE ? "3 (x,y,radius)"
		                   : kind == BV_SHAPE_POLY   ? "pairs of them, 3 at least"
		                                             : "4");
	if (kind == BV_SHAPE_POLY && corners_of(c, count) < 3)
		return bv_err_rule(err, "bad-coords", 0, "coords: a polygon has 3 corners at least; the last point is the first again");
	if (kind == BV_SHAPE_RECT && (c[0] >= c[2] || c[1] >= c[3]))
		return bv_err_rule(err, "bad-coords", 0, "coords: the rectangle must go from its left top to its right bottom corner");
	if ((kind == BV_SHAPE_CIRCLE && c[2] <= 0) || (kind == BV_SHAPE_ELLIPSE && (c[2] <= 0 || c[3] <= 0)))
		return bv_err_rule(err, "bad-coords", 0, "coords: a radius must be more than 0");
	return BV_OK;
}

enum bv_status
bv_shape_parse_on(struct bv_shape *out, struct bv_str shape, struct bv_str coords, double width, double height, struct bv_arena *arena,
                  struct bv_err *err)
{
	double c[BV_SHAPE_COORDS_MAX];
	size_t count, kind = 0;

	shape = bv_str_trim(shape);
	while (kind < BV_COUNT(kinds) && !bv_str_is(shape, kinds[kind]))
		kind++;
	if (kind == BV_COUNT(kinds))
		return bv_err_rule(err, "bad-attribute-value", 0, "shape=\"%.*s\" must be default, rect, circle, ellipse or poly",
		                   BV_STR_ARG(bv_str_sub(shape, 0, 40)));
	TRY(parse_coords(c, &count, (enum bv_shape_kind)kind, bv_str_trim(coords), width, height, err));
	TRY(check_coords((enum bv_shape_kind)kind, c, count, err));
	double *copy = bv_arena_array(arena, count, double);
	if (count)
		memcpy(copy, c, count * sizeof *c);
	*out = (struct bv_shape){ (enum bv_shape_kind)kind, copy, count };
	return BV_OK;
}

bool
bv_shape_box(double box[4], const struct bv_shape *shape)
{
	const double *c = shape->coords;
	double rx, ry;

	switch (shape->kind) {
	case BV_SHAPE_DEFAULT:
		return false;
	case BV_SHAPE_CIRCLE:
	case BV_SHAPE_ELLIPSE:
		rx = c[2];
		ry = shape->kind == BV_SHAPE_CIRCLE ? c[2] : c[3];
		box[0] = c[0] - rx, box[1] = c[1] - ry, box[2] = c[0] + rx, box[3] = c[1] + ry;
		return true;
	default:
		break;
	}
	box[0] = box[2] = c[0];
	box[1] = box[3] = c[1];
	for (size_t i = 2; i + 1 < shape->count; i += 2) {
		box[0] = fmin(box[0], c[i]), box[2] = fmax(box[2], c[i]);
		box[1] = fmin(box[1], c[i + 1]), box[3] = fmax(box[3], c[i + 1]);
	}
	return true;
}

/* Is (x,y) on the side from a to b? */
static bool
on_side(const double *a, const double *b, double x, double y)
{
	double cross = (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]);

	return cross == 0 && x >= fmin(a[0], b[0]) && x <= fmax(a[0], b[0]) && y >= fmin(a[1], b[1]) && y <= fmax(a[1], b[1]);
}

/* Even-odd rule: count the sides that a ray to the right crosses. */
static bool
in_polygon(const double *c, size_t count, double x, double y)
{
	bool inside = false;

	for (size_t i = 0, j = count - 2; i < count; j = i, i += 2) {
		const double *a = &c[i], *b = &c[j];
		if (on_side(a, b, x, y))
			return true;
		if ((a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0])
			inside = !inside;
	}
	return inside;
}

bool
bv_shape_contains(const struct bv_shape *shape, double x, double y)
{
	const double *c = shape->coords;

	switch (shape->kind) {
	case BV_SHAPE_RECT:
		return x >= c[0] && x <= c[2] && y >= c[1] && y <= c[3];
	case BV_SHAPE_CIRCLE:
		return (x - c[0]) * (x - c[0]) + (y - c[1]) * (y - c[1]) <= c[2] * c[2];
	case BV_SHAPE_ELLIPSE:
		return (x - c[0]) * (x - c[0]) * c[3] * c[3] + (y - c[1]) * (y - c[1]) * c[2] * c[2] <= c[2] * c[2] * c[3] * c[3];
	case BV_SHAPE_POLY:
		return in_polygon(c, shape->count, x, y);
	case BV_SHAPE_DEFAULT:
		break;
	}
	return true;
}

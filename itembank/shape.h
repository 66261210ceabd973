/* Shapes on an image (QTI 3.0 shape and coords, as in HTML): is a point inside? The border counts as inside. */
#ifndef BV_ITEMBANK_SHAPE_H
#define BV_ITEMBANK_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#define BV_SHAPE_COORDS_MAX 1024 /* numbers of a polygon */

enum bv_shape_kind { BV_SHAPE_DEFAULT, BV_SHAPE_RECT, BV_SHAPE_CIRCLE, BV_SHAPE_ELLIPSE, BV_SHAPE_POLY };

struct bv_shape {
	enum bv_shape_kind kind;
	const double *coords; /* rect x1,y1,x2,y2 · circle x,y,r · ellipse x,y,rx,ry · poly x,y,… (not closed) */
	size_t count;
};

/* From the two attributes' values; coords may be empty for "default" only. width and height are the pixels of the image (0 and 0: not known), so that
 * percentages can be read: of its width, of its height, for a radius of the shorter side (HTML 4 §13.6.1). Refused with EPARSE: an unknown shape, numbers
 * missing or too many, a rectangle without an inside, radii that are not positive, percentages of an image that is not known. */
BV_MUST_USE enum bv_status bv_shape_parse_on(struct bv_shape *out, struct bv_str shape, struct bv_str coords, double width, double height,
                                             struct bv_arena *arena, struct bv_err *err);

/* The box around it: x1,y1,x2,y2; false for "default", which has none. */
bool bv_shape_box(double box[4], const struct bv_shape *shape);

bool bv_shape_contains(const struct bv_shape *shape, double x, double y);

#endif

/* JSON (RFC 8259): parsing with limits, reading, building, writing, and the canonical form of RFC 8785. */
#ifndef BV_BASE_JSON_H
#define BV_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct bv_json; /* one value; objects and arrays own what is in them */

enum bv_json_type { BV_JSON_NULL, BV_JSON_BOOL, BV_JSON_INT, BV_JSON_REAL, BV_JSON_STRING, BV_JSON_ARRAY, BV_JSON_OBJECT };

#define BV_JSON_MAX (8u << 20) /* bytes of one document */
#define BV_JSON_DEPTH 64

/* One document: UTF-8, no duplicate names, at most BV_JSON_MAX bytes and BV_JSON_DEPTH deep, integers within int64, nothing after it.
 * EPARSE or ELIMIT with the line. */
BV_API BV_MUST_USE enum bv_status bv_json_parse(struct bv_json **out, struct bv_str text, struct bv_err *err);
/* The same for a document of at most max bytes: for lists that grow with the number of people. A tree takes about four times its text. */
BV_API BV_MUST_USE enum bv_status bv_json_parse_large(struct bv_json **out, struct bv_str text, size_t max, struct bv_err *err);
BV_API void bv_json_free(struct bv_json *json);
BV_AUTO_DEFINE(struct bv_json, bv_json_free)

/* Reading. All results are borrowed. json may be NULL (absent): it has the type BV_JSON_NULL, and nothing is found in it. */
BV_API enum bv_json_type bv_json_type(const struct bv_json *json);
BV_API size_t bv_json_count(const struct bv_json *json); /* elements of an array or members of an object, else 0 */
BV_API const struct bv_json *bv_json_at(const struct bv_json *array, size_t idx);
BV_API const struct bv_json *bv_json_find(const struct bv_json *object, const char *name); /* NULL if absent */
BV_API struct bv_str bv_json_str(const struct bv_json *json);                             /* the string, or BV_STR_NONE */
BV_API int64_t bv_json_int(const struct bv_json *json);                                   /* the integer, or 0 */
BV_API double bv_json_real(const struct bv_json *json);                                   /* integer or real, or 0 */
BV_API bool bv_json_bool(const struct bv_json *json);                                     /* true only for true */
BV_API bool bv_json_equal(const struct bv_json *a, const struct bv_json *b);

/* Members of an object in the order they were written: for (void *it = bv_json_members(o); it; it = bv_json_next(o, it)). */
BV_API void *bv_json_members(const struct bv_json *object);
BV_API void *bv_json_next(const struct bv_json *object, void *it);
BV_API struct bv_str bv_json_member_name(void *it);
BV_API const struct bv_json *bv_json_member(void *it);

/* A member that must be there and be a string (integer, array, object); EINVAL says `name` and what was expected. */
BV_API BV_MUST_USE enum bv_status bv_json_need_str(struct bv_str *out, const struct bv_json *object, const char *name, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_json_need_int(int64_t *out, const struct bv_json *object, const char *name, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_json_need(const struct bv_json **out, const struct bv_json *object, const char *name,
                                               enum bv_json_type type, struct bv_err *err);

/* A member that must be there and be a string of 2*len hexadecimal digits. */
BV_API BV_MUST_USE enum bv_status bv_json_need_hex(uint8_t *out, size_t len, const struct bv_json *object, const char *name,
                                                   struct bv_err *err);
/* For strict readers: EINVAL names the first member that is not among the names, which are separated by spaces. */
BV_API BV_MUST_USE enum bv_status bv_json_only(const struct bv_json *object, const char *names, struct bv_err *err);

/* Building. New values are owned by the caller until they are put into a container, which then owns them. */
BV_API struct bv_json *bv_json_new_object(void);
BV_API struct bv_json *bv_json_new_array(void);
BV_API struct bv_json *bv_json_new_str(struct bv_str s); /* s must be UTF-8: assert */
BV_API struct bv_json *bv_json_new_text(struct bv_str s); /* the same of any bytes: those that are not UTF-8 as \xXX */
BV_API struct bv_json *bv_json_new_int(int64_t n);
BV_API struct bv_json *bv_json_new_real(double x); /* finite: assert */
BV_API struct bv_json *bv_json_new_bool(bool b);
BV_API struct bv_json *bv_json_new_null(void);
BV_API struct bv_json *bv_json_copy(const struct bv_json *json); /* deep */
/* An object with the members of another but one, whose values it borrows: the other is to stay as it is for as long. */
BV_API struct bv_json *bv_json_without(const struct bv_json *object, const char *name);
/* Sets a member (replacing one of that name) and returns value, now borrowed, so that building can nest. */
BV_API struct bv_json *bv_json_set(struct bv_json *object, const char *name, struct bv_json *value);
BV_API struct bv_json *bv_json_set_str(struct bv_json *object, const char *name, struct bv_str s);
BV_API struct bv_json *bv_json_set_int(struct bv_json *object, const char *name, int64_t n);
/* As bv_json_pen_time writes it: 0 is no time, and no member is set. */
BV_API void bv_json_set_time(struct bv_json *object, const char *name, int64_t time_s);
BV_API struct bv_json *bv_json_add(struct bv_json *array, struct bv_json *value);
BV_API void bv_json_remove(struct bv_json *object, const char *name);

/* Appended text. Members stay in their order; reals are the shortest decimal that reads back as the same double. */
BV_API void bv_json_write(struct bv_buf *out, const struct bv_json *json);        /* on one line */
BV_API void bv_json_write_pretty(struct bv_buf *out, const struct bv_json *json); /* two spaces of indent, a line feed at the end */

/* One string in quotes, with the fewest escapes. s must be UTF-8. */
BV_API void bv_json_write_str(struct bv_buf *out, struct bv_str s);

/* JSON Canonicalization Scheme, RFC 8785: names sorted by UTF-16 code units, ES6 numbers, minimal escapes. */
BV_API void bv_json_write_canonical(struct bv_buf *out, const struct bv_json *json);

/* Order of names in the canonical form: by UTF-16 code units (RFC 8785 §3.2.3). */
BV_API int bv_json_name_cmp(struct bv_str a, struct bv_str b);

/* JSON written as it is said, without a tree: the same bytes as bv_json_write_pretty, or as bv_json_write_canonical (whose names the caller
 * says in order), at several times the speed. name is a literal that needs no escapes, NULL in an array and after bv_json_pen_name.
 *     struct bv_json_pen pen = { .out = &buf, .pretty = true }; */
struct bv_json_pen {
	struct bv_buf *out;
	bool pretty;
	bool more, named; /* something stands before in this container; its name is written already */
	int depth;
};
BV_API void bv_json_pen_open(struct bv_json_pen *pen, const char *name, char bracket); /* '{' or '[' */
BV_API void bv_json_pen_close(struct bv_json_pen *pen, char bracket);                  /* '}' or ']'; after the last one pretty ends the line */
BV_API void bv_json_pen_name(struct bv_json_pen *pen, struct bv_str name);             /* of the next value; any UTF-8 */
BV_API void bv_json_pen_str(struct bv_json_pen *pen, const char *name, struct bv_str s); /* UTF-8 */
BV_API void bv_json_pen_hex(struct bv_json_pen *pen, const char *name, const void *bytes, size_t len);
BV_API void bv_json_pen_int(struct bv_json_pen *pen, const char *name, int64_t n);
BV_API void bv_json_pen_bool(struct bv_json_pen *pen, const char *name, bool b);
/* "2026-11-22T20:40:00Z" of seconds since 1970; 0 is no time, and nothing is written. */
BV_API void bv_json_pen_time(struct bv_json_pen *pen, const char *name, int64_t time_s);
BV_API void bv_json_pen_null(struct bv_json_pen *pen, const char *name);

/* The shortest decimal that reads back as a finite x > 0: 0.d1d2… × 10^exponent, neither the first nor the last digit 0. */
struct bv_decimal {
	char digits[20]; /* 17 at most */
	int count, exponent;
};
BV_API struct bv_decimal bv_decimal_of(double x);
/* The shortest decimal of a finite double, in the form of ECMAScript's Number::toString. */
BV_API void bv_double_write(struct bv_buf *out, double x);

#endif

/* Errors: closed categories that tell the caller what it can do, and one message written where the fault was found. */
#ifndef BV_BASE_ERR_H
#define BV_BASE_ERR_H

#include <stddef.h>

/* Exported from a shared library; everything else is hidden. */
#define BV_API __attribute__((visibility("default")))
#define BV_MUST_USE __attribute__((warn_unused_result))
#define BV_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum bv_status {
	BV_OK,
	BV_EINVAL,     /* the request makes no sense: mend it */
	BV_EPARSE,     /* the input does not follow its format: mend it */
	BV_ELIMIT,     /* the input is larger than a compiled-in maximum */
	BV_ENOTFOUND,  /* the thing named does not exist */
	BV_ECONFLICT,  /* it exists already, or breaks a constraint */
	BV_EDENIED,    /* not allowed, or does not verify */
	BV_EIO,        /* disk, database or network failed */
	BV_EUNCERTAIN, /* a commit failed in a way that leaves unknown whether it happened: read again before acting */
};

struct bv_err {
	enum bv_status status;
	int line; /* 1-based line in the input, 0 where there is none */
	const char *rule; /* what the input breaks, "undeclared-variable": a constant, NULL where the category says enough */
	char msg[256]; /* UTF-8 without control characters, whatever the arguments were: fit for a terminal and for JSON */
};

/* Fills err with status and a message; returns status, so that `return bv_err_set(…)` reads as one act. err is never NULL. */
BV_API BV_PRINTF(3, 4) enum bv_status bv_err_set(struct bv_err *err, enum bv_status status, const char *fmt, ...);

/* The same for a fault at a line of the input. */
BV_API BV_PRINTF(4, 5) enum bv_status bv_err_at(struct bv_err *err, enum bv_status status, int line, const char *fmt, ...);

/* BV_EPARSE with the rule that the input breaks, a string constant. */
BV_API BV_PRINTF(4, 5) enum bv_status bv_err_rule(struct bv_err *err, const char *rule, int line, const char *fmt, ...);

/* Gives the error in err the rule, if it has none yet and the input is at fault by more than its size; returns its category. */
BV_API enum bv_status bv_err_mark(struct bv_err *err, const char *rule);

/* The fault that is in err, told again at another line or with more words around err->msg; its category and rule stay. */
BV_API BV_PRINTF(3, 4) enum bv_status bv_err_again(struct bv_err *err, int line, const char *fmt, ...);

/* One word for logs and JSON: "ok", "invalid", "parse", "limit", "not-found", "conflict", "denied", "io", "uncertain". */
BV_API const char *bv_status_name(enum bv_status status);

/* Exit status of a program for a category (DESIGN §7): 0, 1 (denied), 2 (the input is at fault), 3 (the machine is at fault). */
BV_API int bv_status_exit(enum bv_status status);
/* Which of two exit statuses counts, where one is for many things: 1, then 3, then 2, then 0. */
BV_API int bv_exit_worse(int a, int b);

/* Returns from the calling function when expr is not BV_OK. The only macro that returns. */
#define TRY(expr) \
	do { \
		enum bv_status try_status_ = (expr); \
		if (try_status_ != BV_OK) \
			return try_status_; \
	} while (0)

/* `BV_AUTO(bv_item_free) struct bv_item *item = …;` frees at the end of the scope. Declared for a type by BV_AUTO_DEFINE. */
/* clang takes a variable that only its clean-up reads for an unused one. */
#define BV_AUTO(fn) __attribute__((cleanup(fn##_auto), unused))
#define BV_AUTO_DEFINE(type, fn) \
	static inline void fn##_auto(type **p) \
	{ \
		fn(*p); \
	}
/* The same for a plain struct that has a finish function taking its address: `BV_AUTO(bv_buf_finish) struct bv_buf out = …`. */
#define BV_AUTO_DEFINE_FINISH(type, fn) \
	static inline void fn##_auto(type *p) \
	{ \
		fn(p); \
	}

/* Takes the pointer out of an owning variable and leaves NULL in it. */
#define bv_steal(p) \
	__extension__({ \
		__typeof__(*(p)) steal_ = *(p); \
		*(p) = NULL; \
		steal_; \
	})

#define BV_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif

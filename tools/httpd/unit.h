/* Units of administration: provinces, communes, agencies and exam centres, in the database. Each row holds from a day to a day; who asks says of which day.
 * A unit is below one other or at the top, and a role that holds in a unit holds in all that are below it. */
#ifndef BV_TOOLS_HTTPD_UNIT_H
#define BV_TOOLS_HTTPD_UNIT_H

#include "base/day.h"
#include "base/mem.h"
#include "base/sql.h"

#define UNIT_CODE_MAX 40  /* letters, digits, '.', '_', '-': the code of a centre is one */
#define UNIT_NAME_MAX 200 /* bytes */
#define UNITS_MAX 50000   /* rows of an import, and units that hold on one day */
#define UNIT_CSV_MAX (4u << 20)

enum unit_kind { UNIT_PROVINCE, UNIT_COMMUNE, UNIT_AGENCY };
extern const char *const unit_kind_names[]; /* "province", "commune", "agency", NULL */

/* Strings are of the visit. */
struct unit {
	struct bv_str code, parent, name; /* parent "": at the top */
	enum unit_kind kind;
	bv_day from, to; /* INT32_MAX: open */
	int64_t below;   /* units directly below it that day */
};

/* Appends the words of a text in small letters without diacritics, a space before each. */
void unit_fold(struct bv_buf *out, struct bv_str text);

/* Makes the table if it is missing. */
BV_MUST_USE enum bv_status unit_schema(struct bv_sql *sql, struct bv_err *err);

typedef void (*unit_visit)(void *ctx, const struct unit *unit);
/* Those of that day directly below parent, or at the top ("" or none), by name; at most limit. */
BV_MUST_USE enum bv_status unit_list(struct bv_sql *sql, struct bv_str parent, bv_day on, int64_t limit, unit_visit visit, void *ctx, struct bv_err *err);
/* Those of which name and code have words that begin with all words of text, whatever diacritics either has. */
BV_MUST_USE enum bv_status unit_search(struct bv_sql *sql, struct bv_str text, bv_day on, int64_t limit, unit_visit visit, void *ctx, struct bv_err *err);
/* All rows of one code, the newest first; none is no error. */
BV_MUST_USE enum bv_status unit_history(struct bv_sql *sql, struct bv_str code, unit_visit visit, void *ctx, struct bv_err *err);

/* Columns code, name, parent, kind, from, to by their headings, in English or Vietnamese, also as the lists of the Statistics Office have them (province_code,
 * full_name_vi, kind_vi). What is not in the file stays. */
struct unit_import {
	struct bv_str csv;
	bv_day from; /* of rows that do not say */
	bool dry, vietnamese; /* vietnamese: so are the faults */
	void (*fault)(void *ctx, int line, const char *message);
	void (*change)(void *ctx, int line, struct bv_str code, const char *message);
	void *ctx;
	size_t rows, added, changed, same, faults; /* out */
};
/* With a fault nothing is done. The same file again changes nothing. A row whose day is later than that of the row that holds ends that one the day before. */
BV_MUST_USE enum bv_status unit_import(struct unit_import *import, struct bv_sql *sql, struct bv_err *err);

/* ---- Which unit is below which, in memory ---- */

struct units;
struct units *units_new(void);
void units_free(struct units *units);
/* Reads those that hold that day when what is there is older than some seconds, or now. */
BV_MUST_USE enum bv_status units_refresh(struct units *units, struct bv_sql *sql, bv_day on, bool now, struct bv_err *err);
/* Is code that unit or below it? Any thread. */
bool units_within(struct units *units, struct bv_str code, struct bv_str unit);

#endif

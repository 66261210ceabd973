/* Rows of CSV (RFC 4180), also as Excel in Viet Nam exports it: ';' or tabs between fields, a first line "sep=;". */
#ifndef BV_BASE_CSV_H
#define BV_BASE_CSV_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/str.h"

#define BV_CSV_COLUMNS_MAX 64
#define BV_CSV_FIELD_MAX 65536 /* bytes */

/* Zero-initialised; bv_csv_init, then bv_csv_next for every row, bv_csv_finish. Members are read, never written, by others. */
struct bv_csv {
	struct bv_str rest; /* borrowed */
	char separator;     /* that of ',', ';', tab that the first line has most of, or what "sep=" names */
	int line;
	/* Of the row: */
	int row_line; /* where it begins, from 1 */
	struct bv_str fields[BV_CSV_COLUMNS_MAX]; /* without the quotes, and white space at both ends; valid until the next row */
	size_t field_count;
	bool overfull; /* the row has more fields than that, or a longer one */
	bool open;     /* a quote is not closed: the field goes on to the end of the file */
	struct bv_arena arena; /* of the row: its user may take from it too */
};

BV_API void bv_csv_init(struct bv_csv *csv, struct bv_str text);
/* The next row that is not empty; false at the end. */
BV_API bool bv_csv_next(struct bv_csv *csv);
BV_API void bv_csv_finish(struct bv_csv *csv);
BV_AUTO_DEFINE_FINISH(struct bv_csv, bv_csv_finish)

/* Of a wide table of answers, whose rows are lines and whose fields are names and numbers: the separator that a line has most of; and its next field,
 * without white space and quotes around it (one inside stays doubled), false when *more, true before the first, says that there is none. */
BV_API char bv_csv_separator(struct bv_str line);
BV_API bool bv_csv_line_field(struct bv_str *field, struct bv_str *line, char separator, bool *more);

#endif

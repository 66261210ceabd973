/* Charts for people: one SVG picture, and under it the same numbers as a table. For pages of the server and for reports of commands. */
#ifndef BV_BASE_CHART_H
#define BV_BASE_CHART_H

#include "base/err.h"
#include "base/str.h"

#define BV_CHART_SERIES_MAX 8
#define BV_CHART_POINTS_MAX 2000   /* of one series; bars: BV_CHART_BARS_MAX */
#define BV_CHART_BARS_MAX 60
#define BV_CHART_MARKS_MAX 12
#define BV_CHART_TEXT_MAX 1000     /* bytes of a title, a name, a label */
#define BV_CHART_DECIMALS_MAX 9
#define BV_CHART_NUMBER_MAX 1e15   /* a value beyond it, or that is not finite, counts as one that is missing */

enum bv_chart_kind {
	BV_CHART_BARS,      /* a bar for each label, of each series one beside the other; they lie when labels are long or many */
	BV_CHART_HISTOGRAM, /* one series: how many are from one edge to the next */
	BV_CHART_CURVES     /* lines through points; a value that is missing is a gap */
};

/* 1.234,5 or 1,234.5; the words that stand in every table. */
enum bv_chart_language { BV_CHART_VI, BV_CHART_EN };

struct bv_chart_series {
	struct bv_str name;
	const double *y;          /* count of the chart */
	const double *low, *high; /* both or neither: a band around y, as of standard errors */
	struct bv_str band;       /* what the band is: "± 1 standard error" */
	bool points;              /* curves: points and no line, as of what was observed */
};

/* A line from edge to edge: upright at x, as of a cut score. */
struct bv_chart_mark {
	double x;
	struct bv_str name;
};

struct bv_chart {
	enum bv_chart_kind kind;
	enum bv_chart_language language;
	const char *id;            /* [a-z][a-z0-9-]*, at most 40, another for each chart of one page */
	struct bv_str title;       /* what it shows: heading of picture and table */
	struct bv_str description; /* what is to be seen in it, in a sentence, for who does not see it; also written under the picture */
	struct bv_str x_name, y_name;
	const struct bv_str *labels; /* bars: count of them */
	const double *x;             /* curves: count, rising; histogram: count + 1 edges, rising */
	size_t count;
	const struct bv_chart_series *series;
	size_t series_count;
	const struct bv_chart_mark *marks; /* curves and histogram */
	size_t mark_count;
	unsigned x_decimals, y_decimals; /* in the table; axes have what they need */
	double y_low, y_high;            /* the axis shows at least this; both 0: what the values need, and 0 for bars */
	size_t table_step;               /* the table has every table_step-th point and the last; 0 or 1: all of them */
};

/* Appends <figure class="chart">: the picture (role="img" with title and description), the description, the table. Well-formed as XHTML and as HTML, whatever
 * bytes the texts have; classes instead of styles, for base/chart.css. EINVAL: what does not rise, has no points or is not as above; ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_chart_write(struct bv_buf *out, const struct bv_chart *chart, struct bv_err *err);

/* A number as people of that language write it, appended: "−1.234,50"; "–" for one that is missing. At most BV_CHART_DECIMALS_MAX decimals; half to even
 * of the double. */
BV_API void bv_chart_number(struct bv_buf *out, enum bv_chart_language language, double number, unsigned decimals);

/* base/chart.css, for a report that is one file. */
extern BV_API const char bv_chart_style[];

#endif

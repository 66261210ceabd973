#define _GNU_SOURCE
/* marks.csv and fractions.csv come from make_vectors.py: rational arithmetic of Python on the shortest decimals. */
#include <math.h>

#include "base/file.h"
#include "scoring/fraction.h"
#include "scoring/scoring.h"
#include "tests/check.h"
#include "tests/scoring/load.h"

static struct bv_str
take(struct bv_str *rest, char until)
{
	size_t end = bv_str_find(*rest, until);
	struct bv_str field = bv_str_sub(*rest, 0, end);

	*rest = bv_str_sub(*rest, end + 1, rest->len);
	return field;
}

static void
check_marks(struct bv_str rest)
{
	struct bv_err err;
	int rows = 0;

	for (take(&rest, '\n'); rest.len; rows++) {
		struct bv_str line = take(&rest, '\n'), whole = line;
		int64_t marks = 0, want = 0, got = -1;
		double score = 0, max_score = 0;
		bool read = bv_str_int(take(&line, ','), &marks) && bv_str_double(take(&line, ','), &score) &&
		            bv_str_double(take(&line, ','), &max_score) && bv_str_int(line, &want);
		CHECK(read && bv_mark(&got, marks, score, max_score, &err) == BV_OK && got == want, "%.*s: %lld", BV_STR_ARG(whole), (long long)got);
	}
	CHECK(rows > 400, "%d rows of marks", rows);
}

static void
check_fractions(struct bv_str rest)
{
	int rows = 0;

	for (take(&rest, '\n'); rest.len; rows++) {
		struct bv_str line = take(&rest, '\n'), token;
		struct bv_fraction fractions[BV_RATING_AREAS_MAX];
		int64_t percent = 0, compare = 0, printed = 0, exact = 0;
		size_t count = 0;
		bool was_exact, read = bv_str_int(take(&line, ','), &percent) && bv_str_int(take(&line, ','), &compare) &&
		                       bv_str_int(take(&line, ','), &printed) && bv_str_int(take(&line, ','), &exact);
		for (; read && bv_str_token(&line, &token); count++)
			read = bv_str_int(take(&token, '/'), &fractions[count].marks) && bv_str_int(token, &fractions[count].max);
		CHECK(read && bv_fraction_compare(fractions, count, percent) == compare, "row %d of %zu fractions against %lld", rows, count,
		      (long long)percent);
		CHECK(bv_fraction_percent(fractions, count, &was_exact) == printed && was_exact == (exact == 1), "row %d is printed as %lld", rows,
		      (long long)printed);
	}
	CHECK(rows > 300, "%d rows of fractions", rows);
}

int
main(void)
{
	static const struct {
		const char *what;
		int64_t marks;
		double score, max_score;
		const char *says;
	} refused[] = {
		{ "NaN score", 100, NAN, 1, "SCORE is not" }, { "infinite score", 100, INFINITY, 1, "SCORE is not" },
		{ "score of minus infinity", 100, -INFINITY, 1, "SCORE is not" }, { "NaN MAXSCORE", 100, 1, NAN, "MAXSCORE is not" },
		{ "infinite MAXSCORE", 100, 1, INFINITY, "MAXSCORE is not" }, { "MAXSCORE 0", 100, 0, 0, "MAXSCORE is not" },
		{ "negative MAXSCORE", 100, 1, -1, "MAXSCORE is not" }, { "negative marks", -1, 1, 1, "0 to 10000000" },
		{ "marks over the maximum", BV_MARKS_MAX + 1, 1, 1, "0 to 10000000" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf marks = load("tests/vectors/scoring/marks.csv");
	BV_AUTO(bv_buf_finish) struct bv_buf fractions = load("tests/vectors/scoring/fractions.csv");
	struct bv_err err;

	check_marks(bv_buf_str(&marks));
	check_fractions(bv_buf_str(&fractions));
	for (size_t i = 0; i < BV_COUNT(refused); i++) {
		int64_t got = -7;
		CHECK_REFUSED(bv_mark(&got, refused[i].marks, refused[i].score, refused[i].max_score, &err), BV_EINVAL, &err, refused[i].says,
		              refused[i].what);
		CHECK(got == -7, "%s leaves the output alone", refused[i].what);
	}
	return check_end();
}

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/cli/commands.h"
#include "tools/cli/marks_file.h"

struct inputs {
	struct bv_irt_set *set;
	struct bv_irt_sheet *sheet;
	struct bv_irt_scorer *scorer;
	struct bv_irt_item *items;                /* of the sheet's columns that the set knows */
	const struct bv_irt_set_item **known;     /* by column of the sheet, or NULL */
	size_t count;
	int8_t *marks, *categories;               /* by column, by item of the scorer */
	enum bv_irt_method method;
};

static void
finish_inputs(struct inputs *in)
{
	bv_irt_set_free(in->set);
	bv_irt_sheet_free(in->sheet);
	bv_irt_scorer_free(in->scorer);
	free(in->items);
	free(in->known);
	free(in->marks);
	free(in->categories);
}
BV_AUTO_DEFINE_FINISH(struct inputs, finish_inputs)

static enum bv_status
join(struct inputs *in, struct bv_err *err)
{
	size_t columns = bv_irt_answers_items(bv_irt_sheet_answers(in->sheet));

	in->items = bv_alloc_array(columns, sizeof *in->items);
	in->known = bv_alloc_array(columns, sizeof *in->known);
	in->marks = bv_alloc(columns);
	in->categories = bv_alloc(columns);
	for (size_t i = 0; i < columns; i++) {
		const char *name = bv_irt_sheet_item(in->sheet, i);
		in->known[i] = bv_irt_set_find(in->set, bv_str_of(name));
		if (in->known[i])
			in->items[in->count++] = in->known[i]->item;
		else
			fprintf(stderr, "item '%s' is not in the parameter set: its marks do not count\n", name);
	}
	if (in->count == 0)
		return bv_err_set(err, BV_EINVAL, "no column of the sheet is an item of the parameter set");
	return bv_irt_scorer_new(&in->scorer, in->items, in->count, in->set->mean, in->set->sd, err);
}

/* Marks of one person as categories; EINVAL for one that the set does not know. */
static enum bv_status
take_person(struct inputs *in, size_t person, struct bv_err *err)
{
	const struct bv_irt_answers *answers = bv_irt_sheet_answers(in->sheet);
	size_t at = 0;

	bv_irt_answers_marks(in->marks, answers, person);
	for (size_t i = 0; i < bv_irt_answers_items(answers); i++) {
		if (!in->known[i])
			continue;
		in->categories[at] = in->marks[i] < 0 ? -1 : (int8_t)bv_irt_set_category(in->known[i], in->marks[i]);
		if (in->marks[i] >= 0 && in->categories[at] < 0)
			return bv_err_set(err, BV_EINVAL, "person %zu, item '%s': the parameter set does not know the mark %d", person + 1, in->known[i]->name,
			                  in->marks[i]);
		at++;
	}
	return BV_OK;
}

static void
print_json(const struct bv_irt_score *score, const char *person, struct bv_json *out)
{
	struct bv_json *row = bv_json_add(out, bv_json_new_object());

	bv_json_set_str(row, "id", bv_str_of(person));
	bv_json_set(row, "theta", bv_json_new_real(score->theta));
	bv_json_set(row, "se", bv_json_new_real(score->se));
	bv_json_set(row, "seExpected", bv_json_new_real(score->se_expected));
	bv_json_set_int(row, "answers", score->answers);
	bv_json_set(row, "bound", bv_json_new_bool(score->bound));
	bv_json_set(row, "several", bv_json_new_bool(score->several));
}

static void
print_sums(const struct inputs *in, bool as_json)
{
	size_t count = bv_irt_marks_max(in->items, in->count) + 1;
	struct bv_irt_sum_score *scores = bv_alloc_array(count, sizeof *scores);
	BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_array();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20);

	bv_irt_sum_scores(scores, in->items, in->count, in->set->mean, in->set->sd);
	if (!as_json)
		puts("sum,theta,se,probability");
	for (size_t s = 0; s < count; s++) {
		struct bv_json *row = bv_json_add(all, bv_json_new_object());
		bv_json_set_int(row, "sum", (int64_t)s);
		bv_json_set(row, "theta", bv_json_new_real(scores[s].theta));
		bv_json_set(row, "se", bv_json_new_real(scores[s].se));
		bv_json_set(row, "probability", bv_json_new_real(scores[s].probability));
		if (!as_json)
			printf("%zu,%.10g,%.10g,%.10g\n", s, scores[s].theta, scores[s].se, scores[s].probability);
	}
	if (as_json) {
		bv_json_write_pretty(&text, all);
		fwrite(text.p, 1, text.len, stdout);
	}
	free(scores);
}

static int
print_persons(struct inputs *in, const char *path, bool as_json)
{
	BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_array();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)1 << 30);
	struct bv_err err;

	if (!as_json)
		puts("id,theta,se,se_expected,answers,bound,several");
	for (size_t p = 0; p < bv_irt_answers_persons(bv_irt_sheet_answers(in->sheet)); p++) {
		const char *person = bv_irt_sheet_person(in->sheet, p);
		struct bv_irt_score score;
		char number[24];
		if (take_person(in, p, &err) != BV_OK)
			return fail(path, &err);
		if (!*person) {
			snprintf(number, sizeof number, "%zu", p + 1);
			person = number;
		}
		bv_irt_score(&score, in->scorer, in->method, in->categories);
		if (as_json)
			print_json(&score, person, all);
		else
			printf("%s,%.10g,%.10g,%.10g,%d,%d,%d\n", person, score.theta, score.se, score.se_expected, score.answers, score.bound, score.several);
	}
	if (as_json) {
		bv_json_write_pretty(&text, all);
		if (bv_buf_check(&text, &err) != BV_OK)
			return fail(NULL, &err);
		fwrite(text.p, 1, text.len, stdout);
	}
	return EXIT_YES;
}

static int
run(struct args *args)
{
	BV_AUTO(finish_inputs) struct inputs in = { 0 };
	const char *method = args_get(args, "method");
	struct bv_err err;
	int status;

	if (!bv_irt_method_find(&in.method, bv_str_of(method ? method : "eap")))
		return usage(args->cmd, "--method: '%s' is not one of eap, map, ml, wle, jeffreys", method);
	if ((status = parameter_set_load(&in.set, args_get(args, "set"))) || (status = marks_file_load(&in.sheet, args->operands[0])))
		return status;
	if (join(&in, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (args_has(args, "sums")) {
		print_sums(&in, args_has(args, "json"));
		return EXIT_YES;
	}
	return print_persons(&in, args->operands[0], args_has(args, "json"));
}

const struct cmd cmd_rate_marks = {
	.name = "rate marks",
	.operands = "MARKS",
	.summary = "abilities of persons from a sheet of marks and a parameter set",
	.about = "Reads a sheet of marks as calibrate does and prints for each person the ability with its standard error, as CSV or JSON. The parameter "
	         "set is refused when it was changed; the first group's mean and variance are the prior of eap and map.\n\n"
	         "eap and map use the prior; ml is maximum likelihood; wle is Warm's weighted likelihood; jeffreys is the maximum under Jeffreys' prior, "
	         "which some packages call WLE (the two differ for the 3PL and graded models). \"se\" is the posterior's standard deviation for eap and "
	         "from the observed information for the others; \"se_expected\" is from the expected information. Everybody gets a number from -6 to 6: "
	         "\"bound\" is 1 where ml or wle lies at an end of that range, \"several\" where the function had more than one maximum.",
	.opts = (const struct opt[]){
		{ .name = "set", .argument = "FILE", .help = "the parameter set that calibrate wrote", .required = true },
		{ .name = "method", .argument = "METHOD", .help = "eap (the default), map, ml, wle or jeffreys" },
		{ .name = "sums", .help = "instead: the ability of every sum of marks over all items of the sheet (Lord and Wingersky)" },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang rate marks --set set.json scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --method wle --json scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --sums scoring/irt/sample/marks.csv",
		NULL,
	},
	.run = run,
};

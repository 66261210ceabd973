#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "tools/cli/commands.h"
#include "tools/cli/marks_areas.h"
#include "tools/cli/marks_file.h"
#include "tools/cli/marks_levels.h"

struct inputs {
	struct bv_irt_set *set;
	struct bv_irt_sheet *sheet;
	struct bv_irt_scorer *scorer;
	struct bv_irt_item *items;                /* of the sheet's columns that the set knows */
	const struct bv_irt_set_item **known;     /* by column of the sheet, or NULL */
	size_t count;
	int8_t *marks, *categories;               /* by column, by item of the scorer */
	enum bv_irt_method method;
	struct marks_levels levels;
	bool as_json;
};

/* A person as the report for the jury lists him. */
struct listed {
	char id[BV_IRT_NAME_MAX + 1];
	struct bv_irt_score score;
	struct marks_decision decision;
	size_t place;
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
	marks_levels_finish(&in->levels);
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
		in->categories[at] = in->marks[i] < 0 ? -1 : (int8_t)bv_irt_category(in->known[i]->marks, in->marks[i]);
		if (in->marks[i] >= 0 && in->categories[at] < 0)
			return bv_err_set(err, BV_EINVAL, "person %zu, item '%s': the parameter set does not know the mark %d", person + 1, in->known[i]->name,
			                  in->marks[i]);
		at++;
	}
	return BV_OK;
}

/* The person's id, or the number of his line. */
static void
name_person(char out[BV_IRT_NAME_MAX + 1], const struct inputs *in, size_t person)
{
	const char *id = bv_irt_sheet_person(in->sheet, person);

	if (*id)
		snprintf(out, BV_IRT_NAME_MAX + 1, "%s", id);
	else
		snprintf(out, BV_IRT_NAME_MAX + 1, "%zu", person + 1);
}

static const char *
decision_name(const struct marks_decision *decision)
{
	return !decision->measured ? "incomplete" : decision->passed ? "passed" : "failed";
}

/* Level, decision by a pack, and the probability of each level. */
static void
print_levels(const struct inputs *in, const struct marks_decision *decision)
{
	struct bv_str level = decision->measured ? marks_level_name(&in->levels, decision->level) : BV_STR("");

	printf(",%.*s", BV_STR_ARG(level));
	if (in->levels.pack)
		printf(",%s", decision_name(decision));
	for (size_t k = 0; k <= in->levels.rule.band_count; k++)
		printf(",%.6f", decision->p[k]);
}

static void
set_levels(struct bv_json *row, const struct inputs *in, const struct marks_decision *decision)
{
	struct bv_json *all;

	bv_json_set(row, "level", decision->measured && decision->level ? bv_json_new_str(marks_level_name(&in->levels, decision->level)) : bv_json_new_null());
	bv_json_set(row, "measured", bv_json_new_bool(decision->measured));
	if (in->levels.pack)
		bv_json_set_str(row, "decision", bv_str_of(decision_name(decision)));
	all = bv_json_set(row, "probabilities", bv_json_new_array());
	for (size_t k = 0; k <= in->levels.rule.band_count; k++) {
		struct bv_json *one = bv_json_add(all, bv_json_new_object());
		bv_json_set(one, "level", k ? bv_json_new_str(marks_level_name(&in->levels, k)) : bv_json_new_null());
		bv_json_set(one, "probability", bv_json_new_real(decision->p[k]));
	}
}

static struct bv_json *
add_person(struct bv_json *out, const struct listed *person)
{
	const struct bv_irt_score *score = &person->score;
	struct bv_json *row = bv_json_add(out, bv_json_new_object());

	bv_json_set_str(row, "id", bv_str_of(person->id));
	bv_json_set(row, "theta", bv_json_new_real(score->theta));
	bv_json_set(row, "se", bv_json_new_real(score->se));
	bv_json_set(row, "seExpected", bv_json_new_real(score->se_expected));
	bv_json_set_int(row, "answers", score->answers);
	bv_json_set(row, "bound", bv_json_new_bool(score->bound));
	bv_json_set(row, "several", bv_json_new_bool(score->several));
	return row;
}

/* The answers to items that the set knows, by category. */
static enum bv_status
known_answers(struct bv_irt_answers *out, struct inputs *in, struct bv_err *err)
{
	struct bv_irt_answer *given = bv_alloc_array(in->count, sizeof *given);
	enum bv_status status = BV_OK;

	for (size_t p = 0; status == BV_OK && p < bv_irt_answers_persons(bv_irt_sheet_answers(in->sheet)); p++) {
		size_t n = 0;
		status = take_person(in, p, err);
		for (size_t i = 0; status == BV_OK && i < in->count; i++)
			if (in->categories[i] >= 0)
				given[n++] = (struct bv_irt_answer){ (uint32_t)i, in->categories[i] };
		if (status == BV_OK)
			status = bv_irt_answers_add(out, given, n, 0, err);
	}
	free(given);
	return status;
}

/* Beside each sum how many of the sheet have it, of those who answered every item, how many the set expects, and the difference by its root (Pearson). */
static int
print_sums(struct inputs *in, const char *path)
{
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(in->count);
	size_t count = bv_irt_marks_max(in->items, in->count) + 1, persons = 0;
	struct bv_err err;
	if (known_answers(answers, in, &err) != BV_OK)
		return fail(path, &err);
	size_t *seen = bv_alloc_array(count, sizeof *seen);
	struct bv_irt_sum_score *scores = bv_alloc_array(count, sizeof *scores);
	BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_array();
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)64 << 20);

	bv_irt_answers_sums(seen, (int)count - 1, NULL, answers);
	for (size_t s = 0; s < count; s++)
		persons += seen[s];
	bv_irt_sum_scores(scores, in->items, in->count, in->set->mean, in->set->sd);
	if (!in->as_json)
		puts("sum,theta,se,probability,persons,expected,residual");
	for (size_t s = 0; s < count; s++) {
		double expected = (double)persons * scores[s].probability, residual = ((double)seen[s] - expected) / sqrt(expected);
		struct bv_json *row = bv_json_add(all, bv_json_new_object());
		bv_json_set_int(row, "sum", (int64_t)s);
		bv_json_set(row, "theta", bv_json_new_real(scores[s].theta));
		bv_json_set(row, "se", bv_json_new_real(scores[s].se));
		bv_json_set(row, "probability", bv_json_new_real(scores[s].probability));
		bv_json_set_int(row, "persons", (int64_t)seen[s]);
		bv_json_set(row, "expected", bv_json_new_real(expected));
		bv_json_set(row, "residual", expected > 0 ? bv_json_new_real(residual) : bv_json_new_null());
		if (!in->as_json)
			printf(expected > 0 ? "%zu,%.10g,%.10g,%.10g,%zu,%.10g,%.10g\n" : "%zu,%.10g,%.10g,%.10g,%zu,%.10g,\n", s, scores[s].theta, scores[s].se, scores[s].probability,
			       seen[s], expected, residual);
	}
	if (in->as_json) {
		bv_json_write_pretty(&text, all);
		fwrite(text.p, 1, text.len, stdout);
	}
	free(scores);
	free(seen);
	return EXIT_YES;
}

static enum bv_status
rate_person(struct listed *out, struct inputs *in, size_t person, struct bv_err *err)
{
	TRY(take_person(in, person, err));
	name_person(out->id, in, person);
	out->place = person;
	bv_irt_score(&out->score, in->scorer, in->method, in->categories);
	if (in->levels.rule.band_count)
		marks_decide(&out->decision, &in->levels, &out->score, in->categories);
	return BV_OK;
}

static int
print_document(const struct bv_json *json)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF((size_t)1 << 30);
	struct bv_err err;

	bv_json_write_pretty(&text, json);
	if (bv_buf_check(&text, &err) != BV_OK)
		return fail(NULL, &err);
	fwrite(text.p, 1, text.len, stdout);
	return EXIT_YES;
}

static void
print_heads(const struct inputs *in)
{
	if (in->levels.rule.band_count) {
		fputs(",level", stdout);
		if (in->levels.pack)
			fputs(",decision", stdout);
		fputs(",p_below", stdout);
		for (size_t k = 1; k <= in->levels.rule.band_count; k++) {
			struct bv_str name = marks_level_name(&in->levels, k);
			printf(",p_%.*s", BV_STR_ARG(name));
		}
	}
	putchar('\n');
}

static int
print_persons(struct inputs *in, const char *path)
{
	BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_array();
	struct listed person = { 0 };
	struct bv_err err;

	if (!in->as_json) {
		fputs("id,theta,se,se_expected,answers,bound,several", stdout);
		print_heads(in);
	}
	for (size_t p = 0; p < bv_irt_answers_persons(bv_irt_sheet_answers(in->sheet)); p++) {
		const struct bv_irt_score *score = &person.score;
		if (rate_person(&person, in, p, &err) != BV_OK)
			return fail(path, &err);
		if (in->as_json) {
			struct bv_json *row = add_person(all, &person);
			if (in->levels.rule.band_count)
				set_levels(row, in, &person.decision);
			continue;
		}
		printf("%s,%.10g,%.10g,%.10g,%d,%d,%d", person.id, score->theta, score->se, score->se_expected, score->answers, score->bound, score->several);
		if (in->levels.rule.band_count)
			print_levels(in, &person.decision);
		putchar('\n');
	}
	return in->as_json ? print_document(all) : EXIT_YES;
}

/* Least sure first; who cannot be decided upon comes before all. */
static int
compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	if (x->decision.measured != y->decision.measured)
		return x->decision.measured ? 1 : -1;
	if (x->decision.sure != y->decision.sure)
		return x->decision.sure < y->decision.sure ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

static void
print_listed(const struct inputs *in, const struct listed *person, struct bv_json *all)
{
	const struct marks_decision *decision = &person->decision;
	struct bv_str cut = marks_level_name(&in->levels, decision->cut + 1);
	double score = in->levels.cuts[decision->cut];

	if (in->as_json) {
		struct bv_json *row = add_person(all, person);
		set_levels(row, in, decision);
		bv_json_set_str(row, "cutLevel", cut);
		bv_json_set(row, "cut", bv_json_new_real(score));
		bv_json_set(row, "reaches", bv_json_new_real(decision->reaches));
		bv_json_set(row, "sure", bv_json_new_real(decision->sure));
		return;
	}
	printf("%s,%.6f,%.6f,%d,%.*s,%.3f,%.6f,%.6f", person->id, person->score.theta, person->score.se, person->score.answers, BV_STR_ARG(cut), score,
	       decision->reaches, decision->sure);
	print_levels(in, decision);
	putchar('\n');
}

static int
print_borderline(struct inputs *in, const char *path, double below)
{
	BV_AUTO(bv_json_free) struct bv_json *all = bv_json_new_array();
	size_t persons = bv_irt_answers_persons(bv_irt_sheet_answers(in->sheet)), count = 0;
	struct listed *list = bv_alloc_array(persons ? persons : 1, sizeof *list);
	struct bv_err err;
	enum bv_status status = BV_OK;

	for (size_t p = 0; status == BV_OK && p < persons; p++) {
		status = rate_person(&list[count], in, p, &err);
		if (status == BV_OK && (!list[count].decision.measured || list[count].decision.sure < below))
			count++;
	}
	qsort(list, count, sizeof *list, compare_listed);
	if (status == BV_OK && !in->as_json) {
		fputs("id,theta,se,answers,cut_level,cut,reaches,sure", stdout);
		print_heads(in);
	}
	for (size_t k = 0; status == BV_OK && k < count; k++)
		print_listed(in, &list[k], all);
	free(list);
	if (status != BV_OK)
		return fail(path, &err);
	fprintf(stderr, "%zu of %zu persons are on a borderline\n", count, persons);
	return in->as_json ? print_document(all) : EXIT_YES;
}

static int
print_accuracy(struct inputs *in, const struct args *args)
{
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(in->count);
	struct bv_err err;

	if (known_answers(answers, in, &err) != BV_OK)
		return fail(args->operands[0], &err);
	return marks_accuracy_print(&in->levels, args, in->items, in->count, in->set->mean, in->set->sd, answers);
}

static int
print_areas(struct inputs *in, const struct args *args)
{
	BV_AUTO(bv_irt_answers_free) struct bv_irt_answers *answers = bv_irt_answers_new(in->count);
	const char **names = bv_alloc_array(in->count, sizeof *names);
	uint8_t *area = bv_alloc(in->count);
	const struct bv_irt_set *set = in->set;
	struct bv_err err;
	size_t at = 0;
	int status;

	for (size_t i = 0; i < bv_irt_answers_items(bv_irt_sheet_answers(in->sheet)); i++)
		if (in->known[i]) {
			area[at] = in->known[i]->area;
			names[at++] = in->known[i]->name;
		}
	if (known_answers(answers, in, &err) == BV_OK)
		status = marks_areas_print(&(struct marks_areas){ .items = in->items, .names = names, .count = in->count, .mean = set->mean, .sd = set->sd, .answers = answers,
			.sheet = in->sheet, .area_count = set->area_count, .area_names = set->areas, .area = area, .population = &set->population }, args);
	else
		status = fail(args->operands[0], &err);
	free(area);
	free(names);
	return status;
}

/* "90": of those decided with less than 90 % */
static enum bv_status
read_below(double *out, const struct args *args, struct bv_err *err)
{
	const char *text = args_get(args, "borderline");
	int64_t percent = 0;

	if (text && (!bv_str_decimal(bv_str_of(text), 2, &percent) || percent <= 5000 || percent >= 10000))
		return bv_err_set(err, BV_EINVAL, "--borderline: '%s' is not a percentage above 50 and below 100 with at most two decimals", text);
	*out = (double)percent / 10000;
	return BV_OK;
}

static int
run(struct args *args)
{
	BV_AUTO(finish_inputs) struct inputs in = { 0 };
	const char *method = args_get(args, "method");
	struct bv_err err;
	double below;
	int status;

	if (!bv_irt_method_find(&in.method, bv_str_of(method ? method : "eap")))
		return usage(args->cmd, "--method: '%s' is not one of eap, map, ml, wle, jeffreys", method);
	if (read_below(&below, args, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if ((status = marks_levels_load(&in.levels, args)))
		return status;
	if (!in.levels.rule.band_count && (args_has(args, "accuracy") || args_get(args, "borderline")))
		return usage(args->cmd, "--accuracy and --borderline need the cut scores: --rules or --cuts");
	if ((args_each(args, "area", 0) || args_get(args, "plausible")) &&
	    (in.levels.rule.band_count || args_has(args, "sums") || (method && in.method != BV_IRT_EAP)))
		return usage(args->cmd, "--area and --plausible take no --sums, no cut scores and no --method but eap");
	if (!!args_get(args, "borderline") + args_has(args, "accuracy") + args_has(args, "sums") > 1)
		return usage(args->cmd, "--borderline, --accuracy and --sums: give one of them");
	if ((status = parameter_set_load_areas(&in.set, args_get(args, "set"))) || (status = marks_file_load(&in.sheet, args->operands[0])))
		return status;
	if (in.set->area_count && args_each(args, "area", 0))
		return usage(args->cmd, "--area: the set has areas of its own");
	if (in.set->area_count && (in.levels.rule.band_count || args_has(args, "sums") || (method && in.method != BV_IRT_EAP)))
		return usage(args->cmd, "a set of several areas takes no --sums, no cut scores and no --method but eap");
	if (join(&in, &err) != BV_OK)
		return fail(args->operands[0], &err);
	if (in.levels.rule.band_count && marks_levels_begin(&in.levels, in.items, in.count, in.set->mean, in.set->sd, &err) != BV_OK)
		return fail(args->operands[0], &err);
	in.as_json = args_has(args, "json");
	if (args_has(args, "sums"))
		return print_sums(&in, args->operands[0]);
	if (in.set->area_count || args_each(args, "area", 0) || args_get(args, "plausible"))
		return print_areas(&in, args);
	if (args_has(args, "accuracy"))
		return print_accuracy(&in, args);
	return args_get(args, "borderline") ? print_borderline(&in, args->operands[0], below) : print_persons(&in, args->operands[0]);
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
	         "\"bound\" is 1 where ml or wle lies at an end of that range, \"several\" where the function had more than one maximum.\n\n"
	         "With cut scores (--rules, a rule pack by bands of ability, or --cuts) there is a level beside every ability, the decision by the pack, and "
	         "p_below, p_1 and so on: the posterior probability of every level. --borderline lists for the jury, the least sure first, whose decision "
	         "has less than that probability of being on the right side of the cut next to it, and who cannot be decided upon. --accuracy says of each cut "
	         "score, and of all together, how often such a decision is the true one (accuracy) and how often two forms agree (consistency, and kappa "
	         "beyond chance): by Rudner on ability, by Lee and by Livingston and Lewis on the sum of marks.\n\n"
	         "With --area the ability of each area borrows from the others: their means and covariances in the population are estimated first, items as "
	         "the set has them. --plausible draws values for reports on populations, never for a decision about a person.",
	.opts = (const struct opt[]){
		{ .name = "set", .argument = "FILE", .help = "the parameter set that calibrate wrote", .required = true },
		{ .name = "method", .argument = "METHOD", .help = "eap (the default), map, ml, wle or jeffreys" },
		{ .name = "sums", .help = "instead: the ability of every sum of marks over all items of the sheet (Lord and Wingersky), how many have it and how many are expected" },
		{ .name = "rules", .argument = "FILE", .help = "a rule pack by bands of ability: levels and decisions" },
		{ .name = "cuts", .argument = "CUT,…", .help = "cut scores of ability instead, rising: levels 1, 2 … by the estimate" },
		{ .name = "borderline", .argument = "PERCENT", .help = "instead: the decisions that are less sure than this, such as 90" },
		{ .name = "accuracy", .help = "instead: accuracy and consistency of the decisions" },
		{ .name = "sum-cuts", .argument = "SUM,…", .help = "with --accuracy: the cut scores as sums of marks (else the least sum not below what is expected at the cut)" },
		{ .name = "area", .argument = "NAME=BEGINNING", .help = "instead: the abilities of areas together; this one has the items whose names begin so", .repeated = true },
		{ .name = "plausible", .argument = "N", .help = "instead: so many plausible values of each person (and area), at most 100" },
		{ .name = "seed", .argument = "HEX", .help = "what plausible values are drawn by, 32 bytes (else the hash of the answers)" },
		{ .name = "threads", .argument = "N", .help = "threads for the population of the areas (1)" },
		{ .name = "json", .help = "print one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang rate marks --set set.json scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --method wle --json scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --sums scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --rules rules/vn-irt-bands.xml scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --cuts -0.5,0.8 --borderline 90 scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --area theory=T --area practice=E scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --plausible 5 scoring/irt/sample/marks.csv",
		"bangvang rate marks --set set.json --cuts -0.5,0.8 --accuracy scoring/irt/sample/marks.csv",
		NULL,
	},
	.run = run,
};

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "tools/cli/analysis_report.h"
#include "tools/cli/args.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

#define TEXT_MAX ((size_t)4 << 30)

/* The value of the group's column that most persons have is the reference; the focal one is named, or the only other. */
static enum bv_status
choose_groups(int8_t *focal, struct analysis *a, const char *named, struct bv_err *err)
{
	const struct bv_responses *r = &a->responses;
	struct bv_str values[20];
	size_t persons[20] = { 0 }, count = 0;

	for (size_t p = 0; p < r->persons; p++) {
		size_t v = 0;
		while (v < count && !bv_str_eq(values[v], r->group[p]))
			v++;
		if (v == 20)
			return bv_err_set(err, BV_ELIMIT, "the column of groups has more than 20 different values: give one with groups");
		if (v == count)
			values[count++] = r->group[p];
		persons[v]++;
	}
	size_t chosen = count, most = count;
	for (size_t v = 0; v < count; v++)
		chosen = named && bv_str_eq(values[v], bv_str_of(named)) ? v : chosen;
	if (named && chosen == count)
		return bv_err_set(err, BV_EINVAL, "nobody is in group \"%s\"", named);
	if (!named && count != 2)
		return bv_err_set(err, BV_EINVAL, "the column of groups has %zu different values: name the focal one with --focal", count);
	for (size_t v = 0; v < count; v++)
		if (v != chosen && (most == count || persons[v] > persons[most]))
			most = v;
	if (!named)
		chosen = 1 - most;
	if (most == count)
		return bv_err_set(err, BV_EINVAL, "everybody is in group \"%.*s\"", BV_STR_ARG(values[chosen]));
	a->focal = values[chosen];
	a->reference = values[most];
	for (size_t p = 0; p < r->persons; p++)
		focal[p] = bv_str_eq(r->group[p], a->focal) ? 1 : bv_str_eq(r->group[p], a->reference) ? 0 : -1;
	return BV_OK;
}

/* "C01,C02", as often as it is given: of each item whether it is named. */
static enum bv_status
find_items(bool **out, const struct analysis *a, const struct args *args, const char *option, struct bv_err *err)
{
	const struct bv_responses *r = &a->responses;
	const char *text;
	size_t count = 0;

	free(*out);
	*out = bv_alloc_array(r->items, sizeof **out);
	for (size_t n = 0; (text = args_each(args, option, n)); n++)
		for (struct bv_str rest = bv_str_of(text); rest.len;) {
			size_t comma = bv_str_find(rest, ','), i = 0;
			struct bv_str name = bv_str_trim(bv_str_sub(rest, 0, comma));
			while (i < r->items && !bv_str_eq(r->item[i].name, name))
				i++;
			if (i == r->items)
				return bv_err_set(err, BV_EINVAL, "--%s: there is no item \"%.*s\"", option, BV_STR_ARG(bv_str_sub(name, 0, 60)));
			count += !(*out)[i];
			(*out)[i] = true;
			rest = bv_str_sub(rest, comma + 1, rest.len);
		}
	if (count == 0 || count == r->items)
		return bv_err_set(err, BV_EINVAL, "--%s names %s of the items: the others are what it is compared with", option, count ? "all" : "none");
	return BV_OK;
}

static enum bv_status
compare_groups(struct analysis *a, const struct args *args, struct bv_err *err)
{
	const char *by = args_get(args, "flag-by");
	struct bv_dif_options options = { .level = 0.05, .no_correction = args_has(args, "no-correction"), .purify = args_has(args, "no-purification") ? 0 : 10,
		                          .logistic = true };

	if (by)
		options.by = strcmp(by, "logistic") == 0 ? BV_DIF_BY_LOGISTIC : strcmp(by, "uniform") == 0 ? BV_DIF_BY_UNIFORM : BV_DIF_BY_MANTEL_HAENSZEL;
	int8_t *focal = bv_alloc_array(a->responses.persons, 1);
	enum bv_status status = choose_groups(focal, a, args_get(args, "focal"), err);
	if (status == BV_OK)
		bv_dif_make(&a->dif, &a->responses, focal, &options);
	if (status == BV_OK && args_has(args, "model-dif"))
		status = bv_model_dif_make(&a->model_dif, &a->responses, focal, options.level, options.purify, err);
	bool *anchor = NULL;
	if (status == BV_OK && args_has(args, "anchor"))
		status = find_items(&anchor, a, args, "anchor", err);
	if (status == BV_OK && args_has(args, "ratio-dif"))
		status = bv_ratio_dif_make(&a->ratio_dif, &a->responses, focal, anchor, options.level, err);
	free(anchor);
	free(focal);
	return status;
}

static enum bv_status
find_person(size_t *out, const struct bv_responses *r, struct bv_str name, struct bv_err *err)
{
	int64_t number;

	for (size_t p = 0; r->id && p < r->persons; p++)
		if (bv_str_eq(r->id[p], name)) {
			*out = p;
			return BV_OK;
		}
	if (r->id || !bv_str_int(name, &number) || number < 1 || (size_t)number > r->persons)
		return bv_err_set(err, BV_EINVAL, "--pair: nobody is \"%.*s\"%s", BV_STR_ARG(bv_str_sub(name, 0, 60)), r->id ? "" : ": name the column of persons with --id, or give numbers from 1");
	*out = (size_t)number - 1;
	return BV_OK;
}

/* "A,B" */
static enum bv_status
measure_asked(struct analysis *a, const struct args *args, struct bv_err *err)
{
	const char *text;

	while (args_each(args, "pair", a->asked_count))
		a->asked_count++;
	a->asked = bv_alloc_array(a->asked_count, sizeof a->asked[0]);
	a->steps = bv_alloc_array(a->asked_count, sizeof a->steps[0]);
	for (size_t i = 0; (text = args_each(args, "pair", i)); i++) {
		struct bv_str both = bv_str_of(text);
		size_t comma = bv_str_find(both, ','), first, second;
		if (comma == both.len)
			return bv_err_set(err, BV_EINVAL, "--pair: \"%s\" is not two persons with a comma between them", text);
		TRY(find_person(&first, &a->responses, bv_str_sub(both, 0, comma), err));
		TRY(find_person(&second, &a->responses, bv_str_sub(both, comma + 1, both.len), err));
		if (first == second)
			return bv_err_set(err, BV_EINVAL, "--pair: \"%s\" is one person: name two", text);
		bv_pair_measure(&a->asked[i], &a->abilities, first, second);
		bv_pair_steps_make(&a->steps[i], &a->abilities, first, second);
	}
	return BV_OK;
}

static enum bv_status
use_parameters(struct analysis *a, const struct args *args, struct bv_err *err)
{
	enum bv_irt_method method = BV_IRT_WLE;

	if (args_get(args, "ability") && !bv_irt_method_find(&method, bv_str_of(args_get(args, "ability"))))
		return bv_err_set(err, BV_EINVAL, "--ability is eap, map, ml, wle or jeffreys");
	if (a->set)
		TRY(bv_abilities_make(&a->abilities, &a->responses, a->set, method, err));
	else
		TRY(bv_option_fit_make(&a->options, &a->abilities, &a->responses, method, err));
	a->fit = bv_alloc_array(a->responses.persons, sizeof a->fit[0]);
	bv_model_fit_make(a->fit, &a->abilities, a->rate);
	TRY(measure_asked(a, args, err));
	if (!args_has(args, "no-pairs"))
		TRY(bv_agreement_make(&a->agreement, &a->abilities, a->rate, err));
	return BV_OK;
}

static enum bv_status
use_times(struct analysis *a, const struct args *args, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8u << 20);
	const char *path = args_get(args, "times-set");
	struct bv_time_item *known = bv_alloc_array(a->responses.items, sizeof known[0]);
	enum bv_status status = path ? bv_file_read(&text, path, err) : BV_OK;

	if (status == BV_OK && path && time_set_read(known, &a->responses, bv_buf_str(&text), err) != BV_OK)
		status = bv_err_again(err, 0, "%s: %s", path, err->msg);
	if (status == BV_OK)
		bv_times_make(&a->times, &a->responses, path ? known : NULL, a->rate);
	free(known);
	return status;
}

static enum bv_status
look_for_preknowledge(struct analysis *a, const struct args *args, struct bv_err *err)
{
	TRY(find_items(&a->compromised, a, args, "compromised", err));
	a->preknowledge = bv_alloc_array(a->responses.persons, sizeof a->preknowledge[0]);
	return bv_preknowledge_make(a->preknowledge, &a->responses, a->fit ? &a->abilities : NULL, a->times.alpha ? &a->times : NULL, a->compromised, a->rate, err);
}

static enum bv_status
analyse(struct analysis *a, const struct args *args, int high, struct bv_err *err)
{
	bv_classical_make(&a->classical, &a->responses);
	if (a->responses.group)
		TRY(compare_groups(a, args, err));
	if (a->responses.hall)
		bv_halls_make(&a->halls, &a->responses, high, a->rate);
	a->person = bv_alloc_array(a->responses.persons, sizeof a->person[0]);
	bv_person_fit_make(a->person, &a->responses);
	if (a->set || args_has(args, "nominal"))
		TRY(use_parameters(a, args, err));
	if (a->responses.seconds)
		TRY(use_times(a, args, err));
	return args_has(args, "compromised") ? look_for_preknowledge(a, args, err) : BV_OK;
}

static void
print_times(const struct analysis *a)
{
	size_t times = 0, known = 0;

	for (size_t p = 0; p < a->responses.persons; p++) {
		times += a->times.alpha && a->times.person[p].flagged;
		known += a->preknowledge && a->preknowledge[p].flagged;
	}
	if (a->times.alpha)
		printf("%zu of %zu persons to be looked at: times that are not those of the items; on average at most %.2f of them are false alarms\n", times, a->responses.persons,
		       a->rate * (double)times);
	if (a->preknowledge)
		printf("%zu of %zu persons to be looked at: better or faster on the items that are said to be known; on average at most %.2f of them are false alarms\n", known,
		       a->responses.persons, a->rate * (double)known);
}

static void
print_summary(const struct analysis *a)
{
	size_t weak = 0, dif = 0, halls = 0, persons = 0, model = 0, ratio = 0;

	for (size_t i = 0; i < a->responses.items; i++) {
		weak += !(a->classical.item[i].corrected >= 0.15);
		dif += a->dif.item && a->dif.item[i].ets == BV_ETS_C;
	}
	for (size_t h = 0; h < a->halls.count; h++)
		halls += a->halls.hall[h].flagged;
	printf("%zu persons, %zu items; %zu persons with every answer: mean %.2f, alpha %.3f, standard error %.2f\n", a->responses.persons, a->responses.items,
	       a->classical.persons, a->classical.total_mean, a->classical.alpha, a->classical.sem);
	printf("%zu item%s with a corrected correlation below 0.15 or none\n", weak, weak == 1 ? "" : "s");
	if (a->dif.item)
		printf("%zu item%s with large differential functioning (ETS class C), %.*s against %.*s\n", dif, dif == 1 ? "" : "s", BV_STR_ARG(a->focal),
		       BV_STR_ARG(a->reference));
	for (size_t i = 0; a->model_dif.item && i < a->responses.items; i++)
		model += a->model_dif.item[i].flagged;
	if (a->model_dif.item)
		printf("%zu item%s with different parameters in the two groups (Lord, p below 0.05); by chance about %.2f\n", model, model == 1 ? "" : "s", 0.05 * (double)a->responses.items);
	for (size_t i = 0; a->ratio_dif.item && i < a->responses.items; i++)
		ratio += a->ratio_dif.item[i].flagged;
	if (a->ratio_dif.item)
		printf("%zu item%s better described with parameters for each group (likelihood ratio, p below 0.05); by chance about %.2f\n", ratio, ratio == 1 ? "" : "s", 0.05 * (double)a->responses.items);
	if (a->responses.hall)
		printf("%zu of %zu halls to be looked at: more results of %d and above than chance gives; on average at most %.2f of them are false alarms\n", halls, a->halls.count,
		       a->halls.high, a->rate * (double)halls);
	for (size_t p = 0; a->fit && p < a->responses.persons; p++)
		persons += a->fit[p].flagged;
	if (a->fit)
		printf("%zu of %zu persons to be looked at: answers that go against their ability; on average at most %.2f of them are false alarms\n", persons, a->responses.persons,
		       a->rate * (double)persons);
	if (a->agreement.compared)
		printf("%zu of %zu pairs to be looked at: more alike than chance gives; on average at most %.2f of them are false alarms\n", a->agreement.flagged, a->agreement.compared,
		       a->rate * (double)a->agreement.flagged);
	print_times(a);
}

static int
give(const struct analysis *a, const struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(TEXT_MAX);
	const char *path = args_get(args, "out"), *language = args_get(args, "lang");
	struct bv_err err;

	if (path && (analysis_html(&page, a, language && strcmp(language, "en") == 0, &err) != BV_OK || bv_buf_check(&page, &err) != BV_OK ||
	             bv_file_write(path, bv_buf_str(&page), 0644, &err) != BV_OK))
		return fail(path, &err);
	if (args_get(args, "times-out")) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(8u << 20);
		BV_AUTO(bv_json_free) struct bv_json *json = time_set_json(a);
		bv_json_write_pretty(&text, json);
		if (bv_buf_check(&text, &err) != BV_OK || bv_file_write(args_get(args, "times-out"), bv_buf_str(&text), 0644, &err) != BV_OK)
			return fail(args_get(args, "times-out"), &err);
	}
	if (args_has(args, "json")) {
		BV_AUTO(bv_json_free) struct bv_json *json = analysis_json(a);
		print_json(json);
	} else
		print_summary(a);
	return EXIT_YES;
}

static bool
one_of(const char *value, const char *a, const char *b, const char *c)
{
	return !value || strcmp(value, a) == 0 || strcmp(value, b) == 0 || (c && strcmp(value, c) == 0);
}

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(TEXT_MAX), key = BV_BUF(8u << 20), set = BV_BUF(64u << 20);
	BV_AUTO(analysis_finish) struct analysis a = { .source = args->operands[0], .rate = 0.01 };
	struct bv_responses_columns columns = { args_get(args, "id"), args_get(args, "group"), args_get(args, "hall"), args_get(args, "theta"), args_get(args, "times"), { 0 } };
	const char *key_path = args_get(args, "key"), *rate = args_get(args, "rate"), *set_path = args_get(args, "parameters");
	uint8_t hash[BV_HASH_LEN];
	int64_t high;
	struct bv_err err;

	if (!one_of(args_get(args, "lang"), "vi", "en", NULL))
		return usage(args->cmd, "--lang is vi or en");
	if (!one_of(args_get(args, "flag-by"), "mantel-haenszel", "logistic", "uniform"))
		return usage(args->cmd, "--flag-by is mantel-haenszel, logistic or uniform");
	if (rate && (!bv_str_double(bv_str_of(rate), &a.rate) || !(a.rate > 0 && a.rate < 1)))
		return usage(args->cmd, "--rate is a share between 0 and 1, as 0.01");
	if (!columns.group && (args_get(args, "focal") || args_has(args, "model-dif") || args_has(args, "ratio-dif")))
		return usage(args->cmd, "--focal, --model-dif and --ratio-dif are of the column of groups that --group names");
	if (args_has(args, "anchor") && !args_has(args, "ratio-dif"))
		return usage(args->cmd, "--anchor is of the comparison by likelihood ratios: --ratio-dif");
	if (args_has(args, "nominal") && (set_path || !key_path))
		return usage(args->cmd, "--nominal estimates the options of the items itself: it needs --key and takes no --parameters");
	bool model = set_path || args_has(args, "nominal");
	if (!model && (columns.theta || args_get(args, "ability") || args_has(args, "pair")))
		return usage(args->cmd, "--theta, --ability and --pair need the parameters of the items: --parameters, or --nominal");
	if (!columns.time_prefix && (args_get(args, "times-set") || args_get(args, "times-out")))
		return usage(args->cmd, "--times-set and --times-out are of the columns of times: --times");
	if (args_has(args, "compromised") && !model && !columns.time_prefix)
		return usage(args->cmd, "--compromised needs the parameters of the items (--parameters), or times (--times), or both");
	if (args_count(&high, args, "high", -1, &err) != BV_OK)
		return usage(args->cmd, "%s", err.msg);
	if (bv_file_read(&text, a.source, &err) != BV_OK)
		return fail(a.source, &err);
	if (key_path && bv_file_read(&key, key_path, &err) != BV_OK)
		return fail(key_path, &err);
	columns.key = key_path ? bv_buf_str(&key) : (struct bv_str){ 0 };
	if (set_path && (bv_file_read(&set, set_path, &err) != BV_OK || bv_irt_set_parse(&a.set, bv_buf_str(&set), &err) != BV_OK))
		return fail(set_path, &err);
	if (bv_responses_read(&a.responses, bv_buf_str(&text), &columns, &err) != BV_OK || analyse(&a, args, high > 100000000 ? 100000000 : (int)high, &err) != BV_OK)
		return fail(a.source, &err);
	bv_sha256(hash, bv_buf_str(&text));
	bv_hex(a.digest, hash, sizeof hash);
	return give(&a, args);
}

const struct cmd cmd_analyse = {
	.name = "analyse",
	.operands = "FILE",
	.summary = "look at the answers of a sitting: items, groups, halls, unusual patterns",
	.about = "FILE is CSV with one person a line and one column an item: scores, or what was chosen when --key says what is right. Empty cells, NA, . and - were "
	         "not given.\n\n"
	         "Items: difficulty, correlation with the other items, biserial, reliability without the item, what each option was chosen for. Groups: Mantel-Haenszel "
	         "with the classes A, B, C of ETS, logistic regression, purified. Halls: are there more high results in one than chance gives? Persons: patterns that "
	         "go against the order of the items. Pairs, with the parameters of the items: all that sat in one hall, more alike than chance gives. Times: speeds, and times that are not those of the items. Nothing here decides about a person: it says where to look. doc/analysis.md explains every number.",
	.opts = (const struct opt[]){
		{ "key", "FILE", "CSV of item,key: the cells of FILE are options then" },
		{ "id", "COLUMN", "the column that names persons" },
		{ "group", "COLUMN", "the column of groups to be compared" },
		{ "focal", "VALUE", "the group that is looked at; the reference is the largest other" },
		{ "hall", "COLUMN", "the column of halls" },
		{ "high", "TOTAL", "totals from here on are high; else those that at most one in a hundred reach" },
		{ "times", "PREFIX", "columns PREFIX01, PREFIX02 … have the seconds of the items whose names end in 01, 02 …" },
		{ "times-set", "FILE", "parameters of the times from an earlier sitting; else they are estimated from this one" },
		{ "times-out", "FILE", "write the parameters of the times" },
		{ "compromised", "ITEMS", "items that are said to be known outside, as C01,C05: who is better or faster on them than on the others?", false, true },
		{ "flag-by", "TEST", "mantel-haenszel (the default), logistic or uniform: whose p below 0.05 takes an item out of the matching total" },
		{ "nominal", NULL, "with --key, instead of --parameters: a nominal model of all options, estimated from FILE; which options draw the weaker, which wrong ones two persons share" },
		{ "parameters", "SET", "parameters of the items, from calibrate: do the answers of a person go with his ability, are two persons more alike than theirs explain?" },
		{ "ability", "METHOD", "how abilities are estimated: wle (the default), ml, eap, map or jeffreys" },
		{ "theta", "COLUMN", "the column of abilities that were estimated elsewhere" },
		{ "pair", "A,B", "also compare these two persons, named as in the column of --id, or by their numbers from 1", false, true },
		{ "no-pairs", NULL, "do not compare all pairs" },
		{ "model-dif", NULL, "compare the groups with a model too: the items are calibrated in each of them (2PL), Lord's and Raju's tests" },
		{ "ratio-dif", NULL, "compare the groups by likelihood ratios too: both are calibrated together once for every item (2PL; graded response for more marks)" },
		{ "anchor", "ITEMS", "items that are the same in both groups, as C01,C05: all others may differ while one of them is tested; else all but the one that is tested are the same", false, true },
		{ "no-purification", NULL, "match by all items" },
		{ "no-correction", NULL, "Mantel-Haenszel without the correction for continuity" },
		{ "rate", "SHARE", "of false alarms among the halls, the persons, the pairs that are flagged: 0.01" },
		{ "out", "FILE", "the report as one HTML file" },
		{ "lang", "LANG", "of the report: vi (the default) or en" },
		{ "json", NULL, "print everything as one JSON document" },
		{ 0 },
	},
	.examples = (const char *const[]){
		"bangvang analyse tests/vectors/analysis/sitting.csv --id ticket --group gioi --focal nu --hall phong",
		"bangvang analyse tests/vectors/analysis/sitting.csv --id ticket --group gioi --focal nu --hall phong --parameters tests/vectors/analysis/sitting-set.json --pair T0003,T0015",
		"bangvang analyse tests/vectors/analysis/sitting.csv --id ticket --group gioi --focal nu --hall phong --ratio-dif --anchor C01,C02,C03",
		"bangvang analyse tests/vectors/analysis/options.csv --id ticket --key tests/vectors/analysis/key.csv --times T --out report.html",
		"bangvang analyse tests/vectors/analysis/options.csv --id ticket --key tests/vectors/analysis/key.csv --times T --nominal --out options.html",
		"bangvang analyse tests/vectors/analysis/options.csv --id ticket --key tests/vectors/analysis/key.csv --times T --times-out times.json --compromised C02,C06",
		NULL,
	},
	.run = run,
};

/* Rules that look at all items together. */
#include <stdlib.h>

#include "itembank/lint.h"
#include "itembank/pci.h"

#define LONGEST_FROM 20    /* single-choice items */
#define LONGEST_PERCENT 45
#define POSITION_FROM 40   /* single-choice interactions with four options */
#define POSITION_CHI2 11.345 /* upper 1 % of chi-square with 3 degrees of freedom (NIST/SEMATECH e-Handbook of Statistical Methods §1.3.6.7.4) */

#define SIGNATURE_MAX (1u << 20)
#define SIGNATURE_CLONES 2

/* ---- What is remembered ------------------------------------------------------------------------------------------ */

static void
declaration_sign(struct bv_buf *out, const struct bv_lint_item *l, int variable)
{
	const struct bv_declaration *d = &l->item->program.declarations->list[variable];

	bv_buf_printf(out, "response %.*s %s %s\n", BV_STR_ARG(d->identifier), bv_cardinality_name(d->cardinality), bv_type_name(d->type));
	/* What is typed may well differ between languages. */
	for (size_t e = 0; d->mapping && d->type != BV_TYPE_STRING && e < d->mapping->count; e++) {
		bv_buf_printf(out, "mapping of %.*s: ", BV_STR_ARG(d->identifier));
		bv_atom_write(out, (enum bv_type)d->type, &d->mapping->entries[e].key);
		bv_buf_printf(out, " = %g\n", d->mapping->entries[e].mapped);
	}
}

static void
interaction_sign(struct bv_buf *out, const struct bv_interaction *i)
{
	bv_buf_printf(out, "%s interaction for %.*s, shuffle %d, choices %u to %u, associations %u to %u\n", bv_interaction_name(i->kind),
	              BV_STR_ARG(i->response), i->shuffle, i->min_choices, i->max_choices, i->min_associations, i->max_associations);
	if (i->kind == BV_INTERACTION_SLIDER)
		bv_buf_printf(out, "from %g to %g by %g\n", i->lower, i->upper, i->step);
	if (i->kind == BV_INTERACTION_MEDIA)
		bv_buf_printf(out, "plays %u to %u\n", i->min_plays, i->max_plays);
	for (size_t c = 0; c < i->choice_count; c++)
		bv_buf_printf(out, "choice %.*s, fixed %d, match %u to %u\n", BV_STR_ARG(i->choices[c].identifier), i->choices[c].fixed,
		              i->choices[c].match_min, i->choices[c].match_max);
}

static void
correct_sign(struct bv_buf *out, const struct bv_lint_item *l)
{
	struct bv_session *variables = bv_item_session_variables(l->session);

	for (size_t i = 0; i < l->item->response_count; i++) {
		int variable = l->item->responses[i];
		const struct bv_declaration *d = &l->item->program.declarations->list[variable];
		const struct bv_value *v = bv_session_correct(variables, variable);
		struct bv_json *json;
		if (d->type == BV_TYPE_STRING || bv_value_is_null(v))
			continue;
		json = bv_pci_new(v);
		bv_buf_printf(out, "correct response of %.*s ", BV_STR_ARG(d->identifier));
		bv_json_write(out, json);
		bv_buf_addc(out, '\n');
		bv_json_free(json);
	}
}

static char *
signature_new(const struct bv_lint_item *l)
{
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(SIGNATURE_MAX);
	uint8_t seed[BV_HASH_LEN] = { 0 };
	double maximum;
	struct bv_err err;

	for (size_t i = 0; i < l->item->response_count; i++)
		declaration_sign(&out, l, l->item->responses[i]);
	for (size_t i = 0; i < l->item->interaction_count; i++)
		interaction_sign(&out, &l->item->interactions[i]);
	if (bv_item_max_score(l->item, &maximum))
		bv_buf_printf(&out, "maximum %g\n", maximum);
	for (int i = 0; i < (bv_item_clones(l->item) ? SIGNATURE_CLONES : 1); i++) {
		seed[0] = (uint8_t)i;
		if (bv_item_session_start(l->session, seed, &err) == BV_OK)
			correct_sign(&out, l);
	}
	return bv_str_dup(bv_buf_str(&out));
}

void
bv_lint_record_init(struct bv_lint_record *out, const struct bv_lint_item *l)
{
	*out = (struct bv_lint_record){
		.path = bv_str_dup(bv_str_of(l->reporter->path)),
		.identifier = bv_str_dup(l->item->identifier),
		.language = bv_str_dup(l->item->language),
		.line = l->item->root->line,
	};
	for (size_t idx = 0; idx < l->item->interaction_count; idx++) {
		const struct bv_interaction *i = &l->item->interactions[idx];
		int key = i->kind == BV_INTERACTION_CHOICE ? bv_lint_key(l, idx) : -1;
		size_t len;
		double mean;
		if (key < 0 || i->choice_count < 2)
			continue;
		out->single++;
		out->longest += bv_lint_key_longest(i, key, &len, &mean);
		if (i->choice_count == 4)
			out->positions[key]++;
	}
	out->signature = signature_new(l);
}

void
bv_lint_record_finish(struct bv_lint_record *record)
{
	free(record->path);
	free(record->identifier);
	free(record->language);
	free(record->signature);
}

/* ---- The rules --------------------------------------------------------------------------------------------------- */

/* Items by identifier; of one identifier the original first: the shorter path, since a translation is NAME.en.xml. */
static int
by_identifier(const void *a, const void *b)
{
	const struct bv_lint_record *x = a, *y = b;
	size_t xl = strlen(x->path), yl = strlen(y->path);
	int order = strcmp(x->identifier, y->identifier);

	if (order == 0)
		order = (xl > yl) - (xl < yl);
	return order ? order : strcmp(x->path, y->path);
}

/* The first line in which two signatures differ, of each. */
static void
differing_lines(struct bv_str a, struct bv_str b, struct bv_str *line_a, struct bv_str *line_b)
{
	do {
		size_t end_a = bv_str_find(a, '\n'), end_b = bv_str_find(b, '\n');
		*line_a = bv_str_sub(a, 0, end_a);
		*line_b = bv_str_sub(b, 0, end_b);
		a = bv_str_sub(a, end_a + 1, a.len);
		b = bv_str_sub(b, end_b + 1, b.len);
	} while (bv_str_eq(*line_a, *line_b) && (a.len || b.len));
}

static void
compare(struct bv_reporter *reporter, const struct bv_lint_record *original, const struct bv_lint_record *other)
{
	struct bv_str want, got;

	reporter->path = other->path;
	if (strcmp(original->language, other->language) == 0) {
		bv_report(reporter, BV_SEVERITY_ERROR, "duplicate-item", other->line, "item '%s' in language '%s' is already in %s", other->identifier,
		          other->language, original->path);
	} else if (strcmp(original->signature, other->signature) != 0) {
		differing_lines(bv_str_of(original->signature), bv_str_of(other->signature), &want, &got);
		bv_report(reporter, BV_SEVERITY_ERROR, "translation-differs", other->line, "this translation of %s has \"%.*s\" where the original has \"%.*s\"",
		          original->path, BV_STR_ARG(bv_str_sub(got, 0, 120)), BV_STR_ARG(bv_str_sub(want, 0, 120)));
	}
	reporter->path = NULL;
}

static void
translations(struct bv_reporter *reporter, const struct bv_lint_record *records, size_t count)
{
	size_t original = 0;

	for (size_t i = 1; i < count; i++) {
		if (strcmp(records[original].identifier, records[i].identifier) != 0)
			original = i;
		if (original == i)
			continue;
		compare(reporter, &records[original], &records[i]);
		if (i - 1 != original && strcmp(records[i - 1].language, records[i].language) == 0)
			compare(reporter, &records[i - 1], &records[i]);
	}
}

static int
by_language(const void *a, const void *b)
{
	const struct bv_lint_record *const *x = a, *const *y = b;

	return strcmp((*x)->language, (*y)->language);
}

/* The share of keys that are the longest option, in each language by itself. */
static void
longest_keys(struct bv_reporter *reporter, const struct bv_lint_record *records, size_t count)
{
	const struct bv_lint_record **all = bv_alloc_array(count, sizeof *all);
	size_t n;

	for (size_t i = 0; i < count; i++)
		all[i] = &records[i];
	if (count)
		qsort(all, count, sizeof *all, by_language);
	for (size_t from = 0; from < count; from += n) {
		const char *language = all[from]->language;
		size_t single = 0, longest = 0;
		for (n = 0; from + n < count && strcmp(all[from + n]->language, language) == 0; n++) {
			single += all[from + n]->single;
			longest += all[from + n]->longest;
		}
		if (single >= LONGEST_FROM && longest * 100 > single * LONGEST_PERCENT)
			bv_report(reporter, BV_SEVERITY_WARNING, "longest-key", 0,
			          "language '%s': the key is the longest option in %zu of %zu single-choice items (%zu %%): candidates learn to pick it",
			          language, longest, single, longest * 100 / single);
	}
	free(all);
}

/* Are the keys of the originals equally often at each of four places? */
static void
key_positions(struct bv_reporter *reporter, const struct bv_lint_record *records, size_t count)
{
	size_t places[4] = { 0 }, all = 0;
	double chi2 = 0;

	for (size_t i = 0; i < count; i++) {
		if (i && strcmp(records[i].identifier, records[i - 1].identifier) == 0)
			continue;
		for (int p = 0; p < 4; p++) {
			places[p] += records[i].positions[p];
			all += records[i].positions[p];
		}
	}
	for (int p = 0; all && p < 4; p++)
		chi2 += ((double)places[p] - (double)all / 4) * ((double)places[p] - (double)all / 4) / ((double)all / 4);
	if (all >= POSITION_FROM && chi2 > POSITION_CHI2)
		bv_report(reporter, BV_SEVERITY_WARNING, "key-position", 0,
		          "the key stands first %zu, second %zu, third %zu, fourth %zu times in %zu items: chance would do so in less than 1 %% of banks "
		          "(chi-square %.1f, 3 degrees of freedom)",
		          places[0], places[1], places[2], places[3], all, chi2);
}

void
bv_lint_bank(struct bv_reporter *reporter, struct bv_lint_record *records, size_t count)
{
	reporter->path = NULL;
	if (count)
		qsort(records, count, sizeof *records, by_identifier);
	translations(reporter, records, count);
	longest_keys(reporter, records, count);
	key_positions(reporter, records, count);
}

/* Linear forms on the fly. The forms issued lie as one bit a form in a line for each item, so that a form is compared with a million of them by adding
 * its items' lines in binary, 256 forms at a time. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "assembly/conflict.h"
#include "assembly/repair.h"

enum { FORMS_MAX = 4000000, SWAPS = 400000, ATTEMPTS = 40, PLANES = 10, CHUNK = 16 };

/* 256 bits wherever they lie. */
typedef uint64_t bits __attribute__((vector_size(32), aligned(8), may_alias));

#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

struct bv_fly {
	struct problem p;
	struct bv_fly_rules rules;
	struct repair *repair;
	size_t issued, words; /* words of a line, a multiple of 4 × CHUNK */
	uint64_t *lines;      /* columns × words */
	uint32_t *uses;       /* of columns */
	uint32_t *column;     /* of each item of the bank */
	size_t bank_count;
	bool *out;            /* of columns: scratch */
	uint32_t *order;
	uint32_t *standing;   /* a form that holds all rules, whatever was issued: columns */
};

static enum bv_status
check_rules(const struct bv_fly_rules *r, const struct bv_design *design, struct bv_err *err)
{
	if (design->forms != 1 || design->stimulus.len)
		return bv_err_set(err, BV_EINVAL, "a design for forms on the fly has one form, and no stimuli");
	if (!(r->exposure_max >= 0 && r->exposure_max <= 1) || !r->forms_max || r->forms_max > FORMS_MAX)
		return bv_err_set(err, BV_EINVAL, "the exposure lies between 0 and 1; 1 to %d forms are issued", FORMS_MAX);
	return BV_OK;
}

void
bv_fly_free(struct bv_fly *f)
{
	if (!f)
		return;
	problem_finish(&f->p);
	repair_free(f->repair);
	free(f->lines);
	free(f->uses);
	free(f->column);
	free(f->out);
	free(f->order);
	free(f->standing);
	free(f);
}

/* ---- Overlap ---- */

/* Adds the lines of the columns in binary: plane b has the bit of weight 2^b of each form's count. */
WIDE static void
add_lines(bits planes[PLANES][CHUNK], const struct bv_fly *f, const uint32_t *columns, size_t at)
{
	memset(planes, 0, PLANES * sizeof *planes);
	for (size_t l = 0, top = 1; l < f->p.length; l++) {
		const bits *line = (const bits *)(f->lines + columns[l] * f->words + at);
		if (l + 1 >= (size_t)1 << top)
			top++;
		for (size_t v = 0; v < CHUNK; v++) {
			bits carry = line[v];
			for (size_t b = 0; b < top; b++) {
				bits sum = planes[b][v] ^ carry;
				carry &= planes[b][v];
				planes[b][v] = sum;
			}
		}
	}
}

static size_t
count_of(bits planes[PLANES][CHUNK], size_t v, size_t lane, uint64_t mask)
{
	size_t most = 0;

	/* From the highest plane down: keep the forms that have the bit where any has. */
	for (size_t b = PLANES; b-- > 0;) {
		uint64_t with = mask & planes[b][v][lane];
		if (with) {
			mask = with;
			most |= (size_t)1 << b;
		}
	}
	return most;
}

static size_t
most_shared(const struct bv_fly *f, const uint32_t *columns)
{
	bits planes[PLANES][CHUNK];
	size_t most = 0;

	for (size_t at = 0; at * 64 < f->issued; at += 4 * CHUNK) {
		add_lines(planes, f, columns, at);
		for (size_t v = 0; v < CHUNK; v++)
			for (size_t lane = 0; lane < 4; lane++) {
				size_t shared = count_of(planes, v, lane, UINT64_MAX);
				most = shared > most ? shared : most;
			}
	}
	return most;
}

size_t
bv_fly_overlap(const struct bv_fly *f, const uint32_t *items)
{
	uint32_t columns[BV_ASSEMBLY_LENGTH_MAX];

	for (size_t l = 0; l < f->p.length; l++)
		columns[l] = f->column[items[l]];
	return most_shared(f, columns);
}

/* ---- Draw ---- */

static void
issue(struct bv_fly *f, const uint32_t *columns)
{
	for (size_t l = 0; l < f->p.length; l++) {
		f->lines[columns[l] * f->words + f->issued / 64] |= (uint64_t)1 << f->issued % 64;
		f->uses[columns[l]]++;
	}
	f->issued++;
}

static enum bv_status
check_room(const struct bv_fly *f, struct bv_err *err)
{
	if (f->issued >= f->rules.forms_max)
		return bv_err_set(err, BV_ELIMIT, "all %zu forms are issued", f->rules.forms_max);
	return BV_OK;
}

enum bv_status
bv_fly_issue(struct bv_fly *f, const uint32_t *items, struct bv_err *err)
{
	uint32_t columns[BV_ASSEMBLY_LENGTH_MAX];

	TRY(check_room(f, err));
	for (size_t l = 0; l < f->p.length; l++) {
		if (items[l] >= f->bank_count || f->column[items[l]] == UINT32_MAX || (l && items[l] <= items[l - 1]))
			return bv_err_set(err, BV_EINVAL, "an issued form has %zu different items that the design may take, in rising order", f->p.length);
		columns[l] = f->column[items[l]];
	}
	issue(f, columns);
	return BV_OK;
}

/* Would one more form take it past the share? */
static bool
is_worn(const struct bv_fly *f, uint32_t column)
{
	double share = f->rules.exposure_max;

	return share > 0 && (double)f->uses[column] + 1 > share * fmax((double)f->issued + 1, 1 / share);
}

/* Out are the items that one more form would take past the share, and those that the candidate knows. */
static size_t
shut_out(struct bv_fly *f, const uint32_t *seen, size_t seen_count, bool exposure)
{
	size_t left = 0;

	for (size_t i = 0; i < f->p.count; i++)
		f->out[i] = exposure && is_worn(f, (uint32_t)i);
	for (size_t k = 0; k < seen_count; k++)
		if (seen[k] < f->bank_count && f->column[seen[k]] != UINT32_MAX)
			f->out[f->column[seen[k]]] = true;
	for (size_t i = 0; i < f->p.count; i++)
		if (!f->out[i])
			f->order[left++] = (uint32_t)i;
	return left;
}

void
bv_fly_key(uint8_t out[BV_HASH_LEN], const uint8_t draw_key[BV_HASH_LEN], const uint8_t seed[BV_HASH_LEN], struct bv_str ticket)
{
	static const char label[] = "BV-FLY-1"; /* with its NUL */
	uint8_t message[sizeof label + 2 * BV_HASH_LEN];
	struct bv_hmac_key hmac;

	memcpy(message, label, sizeof label);
	memcpy(message + sizeof label, seed, BV_HASH_LEN);
	bv_sha256(message + sizeof label + BV_HASH_LEN, ticket);
	bv_hmac_key_init(&hmac, (struct bv_str){ (const char *)draw_key, BV_HASH_LEN });
	bv_hmac_sha256(out, &hmac, (struct bv_str){ (const char *)message, sizeof message });
}

/* What was found in all attempts: the form that shares least with any issued before. */
struct found {
	uint32_t columns[BV_ASSEMBLY_LENGTH_MAX];
	size_t shared, alike; /* alike: how many shared too much */
	bool any;
};

/* Cannot the items that shut_out has left bring what a row asks for at least, all of them together? Then no search among them ends well. */
static bool
is_hopeless(const struct bv_fly *f)
{
	for (size_t r = 0; r < f->p.row_count; r++) {
		const struct row *row = &f->p.rows[r];
		double most = 0;
		for (size_t i = 0; i < row->count; i++)
			most += f->out[row->item[i]] || row->coef[i] < 0 ? 0 : row->coef[i];
		if (most < row->lo - 1e-6)
			return true;
	}
	return false;
}

/* From the items that shut_out has left; true: one that holds all rules and the cap on what is shared. */
static bool
find_form(struct found *found, struct bv_fly *f, struct bv_stream *stream, size_t left, int attempts)
{
	size_t length = f->p.length;
	uint32_t columns[BV_ASSEMBLY_LENGTH_MAX];
	bool hopeless = is_hopeless(f);

	for (int attempt = 0; attempt < attempts && left >= length; attempt++) {
		struct chance chance;
		bv_stream_sample(stream, f->order, left, length);
		memcpy(columns, f->order, length * sizeof *columns);
		for (int w = 0; w < 4; w++)
			chance.s[w] = bv_stream_word(stream);
		/* The stream moves on as if it had been tried: a form is the same whether that is seen beforehand or not. */
		if (hopeless || !repair_form(f->repair, columns, f->out, &chance, f->rules.swaps))
			continue;
		size_t shared = f->rules.overlap_max < length ? most_shared(f, columns) : 0;
		if (!found->any || shared < found->shared) {
			memcpy(found->columns, columns, length * sizeof *columns);
			found->shared = shared;
		}
		found->any = true;
		if (shared <= f->rules.overlap_max)
			return true;
		found->alike++;
	}
	return false;
}

static void
give(uint32_t *items, struct bv_fly *f, const uint32_t *columns)
{
	if (f->issued < f->rules.forms_max)
		issue(f, columns);
	for (size_t l = 0; l < f->p.length; l++)
		items[l] = f->p.source[columns[l]];
}

enum bv_status
bv_fly_draw(struct bv_fly *f, const uint8_t key[BV_HASH_LEN], const uint32_t *seen, size_t seen_count, uint32_t *items, struct bv_err *err)
{
	struct bv_stream stream;
	struct found found = { 0 };

	TRY(check_room(f, err));
	bv_stream_init(&stream, key);
	size_t left = shut_out(f, seen, seen_count, true);
	if (left < f->p.length)
		return bv_err_set(err, BV_ECONFLICT, "only %zu items are left under the cap of exposure and beside those that the candidate knows", left);
	if (!find_form(&found, f, &stream, left, ATTEMPTS))
		return bv_err_set(err, BV_ECONFLICT, "no form was found in %d attempts: %zu shared more than %zu items with an issued one, the others broke a constraint "
		                  "with the %zu items that exposure leaves", ATTEMPTS, found.alike, f->rules.overlap_max, left);
	give(items, f, found.columns);
	return BV_OK;
}

/* Which of the caps the form does not hold. */
static unsigned
broken_caps(const struct bv_fly *f, const uint32_t *columns, const uint32_t *seen, size_t seen_count)
{
	unsigned broken = 0;

	if (f->rules.overlap_max < f->p.length && most_shared(f, columns) > f->rules.overlap_max)
		broken |= BV_FLY_OVERLAP;
	for (size_t l = 0; l < f->p.length; l++) {
		broken |= is_worn(f, columns[l]) ? BV_FLY_EXPOSURE : 0;
		for (size_t k = 0; k < seen_count; k++)
			broken |= seen[k] == f->p.source[columns[l]] ? BV_FLY_SEEN : 0;
	}
	return broken;
}

unsigned
bv_fly_draw_always(struct bv_fly *f, const uint8_t key[BV_HASH_LEN], const uint32_t *seen, size_t seen_count, uint32_t *items)
{
	struct bv_stream stream;
	struct found found = { 0 };
	const uint32_t *columns = found.columns;

	bv_stream_init(&stream, key);
	find_form(&found, f, &stream, shut_out(f, seen, seen_count, true), ATTEMPTS);
	if (!found.any && f->rules.exposure_max > 0)
		find_form(&found, f, &stream, shut_out(f, seen, seen_count, false), ATTEMPTS);
	if (!found.any && seen_count)
		find_form(&found, f, &stream, shut_out(f, NULL, 0, false), ATTEMPTS);
	if (!found.any)
		columns = f->standing;
	unsigned broken = broken_caps(f, columns, seen, seen_count);
	give(items, f, columns);
	return broken;
}

/* One is found before anything is issued, so that a draw that must not fail has something to fall back on. */
static enum bv_status
find_standing(struct bv_fly *f, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(1u << 16);
	const uint8_t key[BV_HASH_LEN] = { 0 };
	struct bv_stream stream;
	struct found found = { 0 };

	bv_stream_init(&stream, key);
	f->standing = bv_alloc_array(f->p.length, sizeof *f->standing);
	size_t left = shut_out(f, NULL, 0, false);
	if (!find_form(&found, f, &stream, left, 1)) {
		TRY(conflict_explain(&f->p, &words, err));
		if (!find_form(&found, f, &stream, left, ATTEMPTS))
			return bv_err_set(err, BV_ECONFLICT, "no form that holds all constraints was found in %d attempts, though no conflict between them is proved: loosen the "
			                  "narrowest", ATTEMPTS);
	}
	memcpy(f->standing, found.columns, f->p.length * sizeof *f->standing);
	return BV_OK;
}

enum bv_status
bv_fly_new(struct bv_fly **out, const struct bv_assembly_bank *bank, const struct bv_design *design, const struct bv_fly_rules *rules, struct bv_err *err)
{
	BV_AUTO(bv_fly_free) struct bv_fly *f = bv_alloc(sizeof *f);

	TRY(check_rules(rules, design, err));
	TRY(problem_init(&f->p, bank, design, err));
	f->rules = *rules;
	f->rules.swaps = rules->swaps ? rules->swaps : SWAPS;
	f->p.point_count = 0;
	f->repair = repair_new(&f->p);
	f->words = (rules->forms_max + 256 * CHUNK - 1) / (256 * CHUNK) * 4 * CHUNK;
	f->lines = bv_alloc_array(f->p.count * f->words, sizeof *f->lines);
	f->uses = bv_alloc_array(f->p.count, sizeof *f->uses);
	f->out = bv_alloc_array(f->p.count, sizeof *f->out);
	f->order = bv_alloc_array(f->p.count, sizeof *f->order);
	f->bank_count = bank->count;
	f->column = bv_alloc_array(bank->count, sizeof *f->column);
	memset(f->column, 0xff, bank->count * sizeof *f->column);
	for (size_t i = 0; i < f->p.count; i++)
		f->column[f->p.source[i]] = (uint32_t)i;
	TRY(find_standing(f, err));
	*out = bv_steal(&f);
	return BV_OK;
}

size_t
bv_fly_issued(const struct bv_fly *f)
{
	return f->issued;
}

uint32_t
bv_fly_uses(const struct bv_fly *f, uint32_t item)
{
	return f->column[item] == UINT32_MAX ? 0 : f->uses[f->column[item]];
}

/* Shares of a seed: every choice of enough of them gives it, none of fewer does, and what was changed is found. */
#include "base/mem.h"
#include "certs/certs.h"
#include "tests/check.h"

static uint8_t seed[BV_KEY_SEED_LEN], noise[BV_SHARE_RANDOM_MAX + 1];

static void
fill(uint8_t *out, size_t len, const char *name)
{
	bv_hkdf_sha256(out, len, BV_STR_NONE, bv_str_of(name), BV_STR("test_share"));
}

static struct bv_share
plan_of(unsigned threshold, unsigned count)
{
	return (struct bv_share){ .set = { 1, 2, 3, 4 }, .kind = BV_KEY_P384, .threshold = threshold, .count = count };
}

/* ---- A second way to the same numbers: discrete logarithms to the base 3, and Gauss's elimination instead of Lagrange's formula ---- */

static uint8_t power_of[255], log_of[256];

static void
make_tables(void)
{
	unsigned x = 1;

	for (unsigned i = 0; i < 255; i++) {
		power_of[i] = (uint8_t)x;
		log_of[x] = (uint8_t)i;
		x ^= x << 1; /* times 3 */
		if (x & 0x100)
			x ^= 0x11b;
	}
}

static uint8_t
times(uint8_t a, uint8_t b)
{
	return a && b ? power_of[(log_of[a] + log_of[b]) % 255] : 0;
}

static uint8_t
over(uint8_t a, uint8_t b)
{
	return a ? power_of[(log_of[a] + 255 - log_of[b]) % 255] : 0;
}

/* The constant of the polynomial of degree count - 1 through the points. */
static uint8_t
constant_of(const struct bv_share *shares, unsigned count, size_t byte)
{
	uint8_t m[BV_SHARES_MAX][BV_SHARES_MAX + 1];

	for (unsigned i = 0; i < count; i++) {
		m[i][0] = 1;
		for (unsigned j = 1; j < count; j++)
			m[i][j] = times(m[i][j - 1], (uint8_t)shares[i].idx);
		m[i][count] = shares[i].payload[byte];
	}
	/* The x are not 0 and differ: no pivot of a Vandermonde matrix is 0. Upwards, so that row 0 is left with the constant. */
	for (unsigned col = count; col-- > 0;) {
		for (unsigned i = 0; i < count; i++) {
			uint8_t factor = over(m[i][col], m[col][col]);
			if (i == col)
				continue;
			for (unsigned j = 0; j <= count; j++)
				m[i][j] ^= times(factor, m[col][j]);
		}
	}
	return over(m[0][count], m[0][0]);
}

static void
field(void)
{
	/* FIPS 197 §4.2: {57}·{83} = {c1}, {57}·{13} = {fe}. */
	CHECK(times(0x57, 0x83) == 0xc1 && times(0x57, 0x13) == 0xfe, "FIPS 197 §4.2");
}

/* ---- Every choice ---- */

static void
every_choice(unsigned threshold, unsigned count)
{
	const struct bv_share plan = plan_of(threshold, count);
	struct bv_share shares[BV_SHARES_MAX], chosen[BV_SHARES_MAX];
	uint8_t got[BV_KEY_SEED_LEN];
	struct bv_err err;
	size_t good = 0, bad = 0, refused = 0, other = 0;

	CHECK_OK(bv_share_split(shares, &plan, seed, noise, &err), &err, "split");
	for (uint32_t subset = 1; subset < 1u << count; subset++) {
		unsigned n = 0;
		for (unsigned i = count; i-- > 0;) /* from behind: order does not matter */
			if (subset >> i & 1)
				chosen[n++] = shares[i];
		enum bv_status status = bv_share_join(got, chosen, n, &err);
		if (n < threshold) {
			refused += status == BV_EINVAL && strstr(err.msg, "are needed") != NULL;
			bad += status != BV_EINVAL;
			continue;
		}
		good += status == BV_OK && memcmp(got, seed, sizeof seed) == 0;
		bad += status != BV_OK;
		for (size_t byte = 0; n == threshold && byte < BV_KEY_SEED_LEN; byte += 11)
			other += constant_of(chosen, n, byte) != seed[byte];
	}
	CHECK(!bad && !other && good + refused == (1u << count) - 1, "any %u of %u: %zu choices open, %zu are too few", threshold, count, good, refused);
}

/* With one share less than needed, every secret is as likely: of a byte, each of the 256 values has exactly one polynomial. */
static void
too_few_tell_nothing(void)
{
	const struct bv_share plan = plan_of(2, 3);
	struct bv_share shares[3];
	uint8_t random[BV_SHARE_RANDOM_MAX] = { 0 }, guess[BV_KEY_SEED_LEN] = { 0 };
	struct bv_err err;
	size_t fit = 0;
	bool seen[256] = { false };

	for (unsigned value = 0; value < 256; value++) {
		guess[0] = (uint8_t)value;
		for (unsigned coefficient = 0; coefficient < 256; coefficient++) {
			random[0] = (uint8_t)coefficient;
			(void)!bv_share_split(shares, &plan, guess, random, &err);
			if (shares[1].payload[0] == 0x5a) {
				fit++;
				seen[value] = true;
			}
		}
	}
	for (unsigned value = 0; value < 256; value++)
		fit += !seen[value] * 1000;
	CHECK(fit == 256, "one share of two fits to every secret, once");
}

/* ---- What is wrong ---- */

static void
wrong_shares(void)
{
	const struct bv_share plan = plan_of(3, 5);
	struct bv_share shares[5], others[5], chosen[5];
	uint8_t got[BV_KEY_SEED_LEN] = { 9 }, before[BV_KEY_SEED_LEN] = { 9 };
	struct bv_err err;

	(void)!bv_share_split(shares, &plan, seed, noise, &err);
	memcpy(chosen, shares, sizeof shares);
	chosen[1].payload[17] ^= 0x40;
	CHECK_REFUSED(bv_share_join(got, chosen, 3, &err), BV_EDENIED, &err, "do not give the key", "one forged share of three");
	CHECK(memcmp(got, before, sizeof got) == 0, "and nothing is given");
	memcpy(chosen, shares, sizeof shares);
	chosen[4].payload[0] ^= 1;
	CHECK_REFUSED(bv_share_join(got, chosen, 5, &err), BV_EDENIED, &err, "share 5 does not fit", "a forged one beyond those needed is named");
	memcpy(chosen, shares, sizeof shares);
	chosen[2] = chosen[0];
	CHECK_REFUSED(bv_share_join(got, chosen, 3, &err), BV_ECONFLICT, &err, "share 1 was given twice", "the same share twice");
	CHECK_REFUSED(bv_share_join(got, chosen, 0, &err), BV_EINVAL, &err, "no share", "none");

	static const struct {
		const char *name;
		struct bv_share plan;
	} sets[] = {
		{ "another set", { .set = { 1, 2, 3, 5 }, .kind = BV_KEY_P384, .threshold = 3, .count = 5 } },
		{ "another threshold", { .set = { 1, 2, 3, 4 }, .kind = BV_KEY_P384, .threshold = 2, .count = 5 } },
		{ "another number of shares", { .set = { 1, 2, 3, 4 }, .kind = BV_KEY_P384, .threshold = 3, .count = 4 } },
		{ "another kind of key", { .set = { 1, 2, 3, 4 }, .kind = BV_KEY_P256, .threshold = 3, .count = 5 } },
		{ "a rehearsal", { .set = { 1, 2, 3, 4 }, .kind = BV_KEY_P384, .rehearsal = true, .threshold = 3, .count = 5 } },
	};
	for (size_t i = 0; i < BV_COUNT(sets); i++) {
		(void)!bv_share_split(others, &sets[i].plan, seed, noise, &err);
		memcpy(chosen, shares, sizeof shares);
		chosen[2] = others[2];
		CHECK_REFUSED(bv_share_join(got, chosen, 3, &err), BV_ECONFLICT, &err, "do not belong together", sets[i].name);
	}
	/* A forger who writes the same set on shares of another seed. */
	uint8_t other[BV_KEY_SEED_LEN];
	fill(other, sizeof other, "another seed");
	(void)!bv_share_split(others, &plan, other, noise + 1, &err);
	memcpy(chosen, shares, sizeof shares);
	chosen[1] = others[1];
	CHECK_REFUSED(bv_share_join(got, chosen, 3, &err), BV_EDENIED, &err, "do not give the key", "of another seed under the same set");
}

static void
wrong_plans(void)
{
	static const unsigned plans[][2] = { { 1, 3 }, { 0, 3 }, { 4, 3 }, { 2, 1 }, { 2, BV_SHARES_MAX + 1 } };
	struct bv_share shares[BV_SHARES_MAX];
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(plans); i++) {
		const struct bv_share plan = plan_of(plans[i][0], plans[i][1]);
		CHECK_REFUSED(bv_share_split(shares, &plan, seed, noise, &err), BV_EINVAL, &err, "shares", "no such split");
	}
}

/* ---- Digits ---- */

static void
text_of(struct bv_buf *out, struct bv_share *share, unsigned idx)
{
	const struct bv_share plan = plan_of(2, 3);
	struct bv_share shares[3];
	struct bv_err err;

	(void)!bv_share_split(shares, &plan, seed, noise, &err);
	*share = shares[idx - 1];
	bv_share_write(out, share);
}

static void
digits(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_SHARE_TEXT_MAX), marked = BV_BUF(BV_SHARE_TEXT_MAX);
	struct bv_share share, back;
	struct bv_err err;

	text_of(&text, &share, 2);
	CHECK_OK(bv_share_parse(&back, bv_buf_str(&text), &err), &err, "read back");
	CHECK(memcmp(&back, &share, sizeof back) == 0, "the same share");
	bv_buf_addz(&marked, "# a word\n\n");
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == ' ')
			bv_buf_addz(&marked, i % 3 ? " - " : ".:");
		else
			bv_buf_addz(&marked, (char[]){ text.p[i], '\0' });
	CHECK_OK(bv_share_parse(&back, bv_buf_str(&marked), &err), &err, "with other marks between the digits, and a comment");
	CHECK(memcmp(&back, &share, sizeof back) == 0, "the same share again");
}

/* Every single wrong digit, and every two neighbours that changed places, are found in their line. */
static void
slips(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_SHARE_TEXT_MAX);
	struct bv_share share, back;
	struct bv_err err;
	size_t wrong = 0, found = 0, swapped = 0, swaps_found = 0;
	int line = 1;

	text_of(&text, &share, 1);
	for (size_t i = 0; i < text.len; i++) {
		char was = text.p[i];
		line += was == '\n';
		if (was < '0' || was > '9')
			continue;
		for (char c = '0'; c <= '9'; c++) {
			if (c == was)
				continue;
			text.p[i] = c;
			wrong++;
			found += bv_share_parse(&back, bv_buf_str(&text), &err) == BV_EPARSE && err.line == line;
		}
		text.p[i] = was;
		size_t next = i + 1 + (text.p[i + 1] == ' ');
		if (next >= text.len || text.p[next] < '0' || text.p[next] > '9' || text.p[next] == was)
			continue;
		text.p[i] = text.p[next], text.p[next] = was;
		swapped++;
		swaps_found += bv_share_parse(&back, bv_buf_str(&text), &err) == BV_EPARSE && err.line == line;
		text.p[next] = text.p[i], text.p[i] = was;
	}
	CHECK(wrong == 10 * 24 * 9 && found == wrong, "a wrong digit: %zu of %zu found in their line", found, wrong);
	CHECK(swapped > 150 && swaps_found == swapped, "neighbours that changed places: %zu of %zu found in their line", swaps_found, swapped);
}

static void
damaged(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_SHARE_TEXT_MAX), other = BV_BUF(BV_SHARE_TEXT_MAX), mixed = BV_BUF(BV_SHARE_TEXT_MAX);
	struct bv_share share, back;
	struct bv_err err;
	char large[BV_SHARE_TEXT_MAX + 1];

	text_of(&text, &share, 1);
	text_of(&other, &share, 2);
	size_t line = bv_str_find(bv_buf_str(&text), '\n') + 1;
	bv_buf_add(&mixed, bv_str_sub(bv_buf_str(&text), 0, 4 * line));
	bv_buf_add(&mixed, bv_str_sub(bv_buf_str(&other), 4 * line, other.len));
	CHECK_REFUSED(bv_share_parse(&back, bv_buf_str(&mixed), &err), BV_EPARSE, &err, "lines of two shares", "lines of two shares mixed");
	CHECK_REFUSED(bv_share_parse(&back, bv_str_sub(bv_buf_str(&text), 0, 9 * line), &err), BV_EPARSE, &err, "9 lines", "a line is missing");
	CHECK_REFUSED(bv_share_parse(&back, bv_str_sub(bv_buf_str(&text), line, text.len), &err), BV_EPARSE, &err, "line 1 is needed here", "the first is missing");
	bv_buf_clear(&mixed);
	bv_buf_add(&mixed, bv_buf_str(&text));
	bv_buf_add(&mixed, bv_str_sub(bv_buf_str(&text), 9 * line, line));
	CHECK_REFUSED(bv_share_parse(&back, bv_buf_str(&mixed), &err), BV_EPARSE, &err, "more than the 10 lines", "a line too many");
	CHECK_REFUSED(bv_share_parse(&back, BV_STR(""), &err), BV_EPARSE, &err, "0 lines", "nothing");
	memset(large, '\n', sizeof large);
	CHECK_REFUSED(bv_share_parse(&back, (struct bv_str){ large, sizeof large }, &err), BV_ELIMIT, &err, "at most", "too large");
	CHECK_REFUSED(bv_share_parse(&back, (struct bv_str){ large, sizeof large - 1 }, &err), BV_EPARSE, &err, "0 lines", "as large as it may be");

	CHECK_OK(bv_share_check_line(bv_str_sub(bv_buf_str(&text), 2 * line, line - 1), 3, &err), &err, "a line by itself");
	CHECK_REFUSED(bv_share_check_line(bv_str_sub(bv_buf_str(&text), 2 * line, line - 1), 4, &err), BV_EPARSE, &err, "line 4 is needed", "another line");
	CHECK_REFUSED(bv_share_check_line(BV_STR("01 00257 1O411 32019 00771 66"), 1, &err), BV_EPARSE, &err, "place 11", "a letter for a digit");
	CHECK_REFUSED(bv_share_check_line(BV_STR("01 00257 10411 32019 0077 66"), 1, &err), BV_EPARSE, &err, "23 digits", "a digit less");
	CHECK_REFUSED(bv_share_check_line(BV_STR("01 00257 10411 32019 007711 66"), 1, &err), BV_EPARSE, &err, "25 digits", "a digit more");
	/* A line whose check digits fit and whose groups do not: 01 99999 00000 00000 00000, by the formula of ISO 7064. */
	char forged[40];
	unsigned rest = 0;
	for (const char *p = "019999900000000000000000"; *p; p++)
		rest = (10 * rest + (unsigned)(*p - '0')) % 97;
	snprintf(forged, sizeof forged, "01 99999 00000 00000 00000 %02u", 98 - rest);
	CHECK_REFUSED(bv_share_check_line(bv_str_of(forged), 1, &err), BV_EPARSE, &err, "above 65535", "a group that is too large");
}

/* Shares of another version, or with numbers that make no sense, though every check is right. */
static void
unknown(void)
{
	static const struct {
		const char *name;
		struct bv_share share;
	} cases[] = {
		{ "an unknown kind of key", { .kind = 9, .threshold = 2, .count = 3, .idx = 1 } },
		{ "a threshold of 1", { .kind = BV_KEY_P384, .threshold = 1, .count = 3, .idx = 1 } },
		{ "a threshold above the number", { .kind = BV_KEY_P384, .threshold = 4, .count = 3, .idx = 1 } },
		{ "too many", { .kind = BV_KEY_P384, .threshold = 2, .count = BV_SHARES_MAX + 1, .idx = 1 } },
		{ "number 0", { .kind = BV_KEY_P384, .threshold = 2, .count = 3, .idx = 0 } },
		{ "number 4 of 3", { .kind = BV_KEY_P384, .threshold = 2, .count = 3, .idx = 4 } },
	};
	struct bv_share back;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_SHARE_TEXT_MAX);
		bv_share_write(&text, &cases[i].share);
		CHECK_REFUSED(bv_share_parse(&back, bv_buf_str(&text), &err), BV_EPARSE, &err, "does not know", cases[i].name);
	}
}

int
main(void)
{
	static const unsigned plans[][2] = { { 2, 2 }, { 2, 3 }, { 3, 3 }, { 3, 5 }, { 5, 5 }, { 4, 7 }, { 2, 8 }, { 8, 8 }, { 7, 10 } };

	make_tables();
	fill(seed, sizeof seed, "seed");
	fill(noise, 64, "noise");
	for (size_t i = 64; i < sizeof noise; i++)
		noise[i] = (uint8_t)(noise[i - 64] * 167 + 13);
	field();
	for (size_t i = 0; i < BV_COUNT(plans); i++)
		every_choice(plans[i][0], plans[i][1]);
	too_few_tell_nothing();
	wrong_shares();
	wrong_plans();
	digits();
	slips();
	damaged();
	unknown();
	return check_end();
}

/* A secret in shares, and shares as digits that people can write down, read out and type. */
#include <stdio.h>

#include "base/mem.h"
#include "certs/share.h"

/* A share as bytes: version, flags, set, kind, threshold, count, idx; payload; the first bytes of SHA-256 of all that. */
enum { VERSION = 1, HEAD_LEN = 10, CHECK_LEN = 6, LINE_LEN = 8, BYTES_LEN = BV_SHARE_LINES * LINE_LEN };
enum { REHEARSAL = 1 };
enum { GROUPS = LINE_LEN / 2, LINE_DIGITS = 2 + 5 * GROUPS + 2 };
/* What is shared besides the seed: it tells whether what was joined is what was split. */
enum { PROOF_LEN = BV_SHARE_PAYLOAD_LEN - BV_KEY_SEED_LEN };
_Static_assert(HEAD_LEN + BV_SHARE_PAYLOAD_LEN + CHECK_LEN == BYTES_LEN, "a share fills its lines");

/* ---- GF(2^8), modulo x^8 + x^4 + x^3 + x + 1; no table, no branch on what is secret ---- */

static uint8_t
multiply(uint8_t a, uint8_t b)
{
	uint8_t product = 0;

	for (int i = 0; i < 8; i++) {
		product ^= (uint8_t)(-(b >> i & 1) & a);
		a = (uint8_t)(a << 1 ^ (-(a >> 7) & 0x1b));
	}
	return product;
}

/* a^254 */
static uint8_t
inverse(uint8_t a)
{
	uint8_t square = a, result = 1;

	for (int i = 0; i < 7; i++) {
		square = multiply(square, square);
		result = multiply(result, square);
	}
	return result;
}

/* The polynomial through `count` shares, at x. */
static void
interpolate(uint8_t out[BV_SHARE_PAYLOAD_LEN], const struct bv_share *shares, size_t count, uint8_t x)
{
	memset(out, 0, BV_SHARE_PAYLOAD_LEN);
	for (size_t i = 0; i < count; i++) {
		uint8_t weight = 1;
		for (size_t j = 0; j < count; j++)
			if (j != i)
				weight = multiply(weight, multiply((uint8_t)(x ^ shares[j].idx), inverse((uint8_t)(shares[i].idx ^ shares[j].idx))));
		for (size_t byte = 0; byte < BV_SHARE_PAYLOAD_LEN; byte++)
			out[byte] ^= multiply(weight, shares[i].payload[byte]);
	}
}

/* ---- Splitting and joining ---- */

static void
prove(uint8_t proof[PROOF_LEN], const struct bv_share *plan, const uint8_t seed[BV_KEY_SEED_LEN])
{
	const uint8_t head[] = { VERSION, plan->rehearsal, plan->set[0], plan->set[1], plan->set[2], plan->set[3], (uint8_t)plan->kind, (uint8_t)plan->threshold,
		                 (uint8_t)plan->count };
	struct bv_sha256 hash;
	uint8_t whole[BV_HASH_LEN];

	bv_sha256_init(&hash);
	bv_sha256_add(&hash, "BV-SHARE-1", sizeof "BV-SHARE-1");
	bv_sha256_add(&hash, head, sizeof head);
	bv_sha256_add(&hash, seed, BV_KEY_SEED_LEN);
	bv_sha256_end(&hash, whole);
	memcpy(proof, whole, PROOF_LEN);
	bv_wipe(&hash, sizeof hash);
	bv_wipe(whole, sizeof whole);
}

enum bv_status
bv_share_split(struct bv_share *shares, const struct bv_share *plan, const uint8_t seed[BV_KEY_SEED_LEN], const uint8_t random[BV_SHARE_RANDOM_MAX],
               struct bv_err *err)
{
	uint8_t secret[BV_SHARE_PAYLOAD_LEN];

	if (plan->threshold < 2 || plan->threshold > plan->count || plan->count > BV_SHARES_MAX)
		return bv_err_set(err, BV_EINVAL, "of 2 to %d shares at least 2 and at most all are needed to open the key, not %u of %u", BV_SHARES_MAX, plan->threshold,
		                  plan->count);
	memcpy(secret, seed, BV_KEY_SEED_LEN);
	prove(secret + BV_KEY_SEED_LEN, plan, seed);
	for (unsigned i = 0; i < plan->count; i++) {
		shares[i] = *plan;
		shares[i].idx = i + 1;
		/* Horner: the coefficients are rows of random, the highest first, and the secret comes last. */
		for (size_t byte = 0; byte < sizeof secret; byte++) {
			uint8_t y = 0;
			for (unsigned power = 0; power + 1 < plan->threshold; power++)
				y = multiply(y, (uint8_t)shares[i].idx) ^ random[power * BV_SHARE_PAYLOAD_LEN + byte];
			shares[i].payload[byte] = multiply(y, (uint8_t)shares[i].idx) ^ secret[byte];
		}
	}
	bv_wipe(secret, sizeof secret);
	return BV_OK;
}

static bool
is_of_set(const struct bv_share *a, const struct bv_share *b)
{
	return memcmp(a->set, b->set, sizeof a->set) == 0 && a->kind == b->kind && a->rehearsal == b->rehearsal && a->threshold == b->threshold &&
	       a->count == b->count;
}

static enum bv_status
check_set(const struct bv_share *shares, size_t count, struct bv_err *err)
{
	char one[BV_HEX_SIZE(4)], other[BV_HEX_SIZE(4)];

	if (!count)
		return bv_err_set(err, BV_EINVAL, "no share was given");
	for (size_t i = 1; i < count; i++) {
		if (!is_of_set(&shares[0], &shares[i]))
			return bv_err_set(err, BV_ECONFLICT, "share %u of set %s and share %u of set %s do not belong together: look at the dates of the ceremonies",
			                  shares[0].idx, bv_hex(one, shares[0].set, 4), shares[i].idx, bv_hex(other, shares[i].set, 4));
		for (size_t j = 0; j < i; j++)
			if (shares[i].idx == shares[j].idx)
				return bv_err_set(err, BV_ECONFLICT, "share %u was given twice", shares[i].idx);
	}
	if (count < shares->threshold)
		return bv_err_set(err, BV_EINVAL, "%zu share%s here, %u of the %u are needed", count, count == 1 ? " is" : "s are", shares->threshold, shares->count);
	return BV_OK;
}

/* Those beyond the threshold lie on the same polynomial. */
static enum bv_status
check_others(const struct bv_share *shares, size_t count, struct bv_err *err)
{
	uint8_t payload[BV_SHARE_PAYLOAD_LEN];
	enum bv_status status = BV_OK;

	for (size_t i = shares->threshold; i < count && status == BV_OK; i++) {
		interpolate(payload, shares, shares->threshold, (uint8_t)shares[i].idx);
		if (memcmp(payload, shares[i].payload, sizeof payload) != 0)
			status = bv_err_set(err, BV_EDENIED, "share %u does not fit to the others, which open the key without it: it was forged or belongs elsewhere",
			                    shares[i].idx);
	}
	bv_wipe(payload, sizeof payload);
	return status;
}

enum bv_status
bv_share_join(uint8_t seed[BV_KEY_SEED_LEN], const struct bv_share *shares, size_t count, struct bv_err *err)
{
	uint8_t secret[BV_SHARE_PAYLOAD_LEN], proof[PROOF_LEN];

	TRY(check_set(shares, count, err));
	interpolate(secret, shares, shares->threshold, 0);
	prove(proof, shares, secret);
	enum bv_status status = BV_OK;
	if (memcmp(proof, secret + BV_KEY_SEED_LEN, PROOF_LEN) != 0)
		status = bv_err_set(err, BV_EDENIED, "the shares, each of which is as it was written, do not give the key: at least one was forged. Try others");
	else
		status = check_others(shares, count, err);
	if (status == BV_OK)
		memcpy(seed, secret, BV_KEY_SEED_LEN);
	bv_wipe(secret, sizeof secret);
	bv_wipe(proof, sizeof proof);
	return status;
}

/* ---- Digits ---- */

/* ISO 7064 MOD 97-10 of digits and two zeros, made so that the whole is 1 modulo 97. */
static unsigned
check_digits(const char *digits, size_t count)
{
	unsigned rest = 0;

	for (size_t i = 0; i < count; i++)
		rest = (10 * rest + (unsigned)(digits[i] - '0')) % 97;
	return 98 - 100 * rest % 97;
}

static void
write_bytes(uint8_t bytes[BYTES_LEN], const struct bv_share *share)
{
	const uint8_t head[HEAD_LEN] = { VERSION, share->rehearsal ? REHEARSAL : 0, share->set[0], share->set[1], share->set[2], share->set[3], (uint8_t)share->kind,
		                         (uint8_t)share->threshold, (uint8_t)share->count, (uint8_t)share->idx };
	uint8_t hash[BV_HASH_LEN];

	memcpy(bytes, head, HEAD_LEN);
	memcpy(bytes + HEAD_LEN, share->payload, BV_SHARE_PAYLOAD_LEN);
	bv_sha256(hash, (struct bv_str){ (const char *)bytes, BYTES_LEN - CHECK_LEN });
	memcpy(bytes + BYTES_LEN - CHECK_LEN, hash, CHECK_LEN);
	bv_wipe(hash, sizeof hash);
}

void
bv_share_write(struct bv_buf *out, const struct bv_share *share)
{
	uint8_t bytes[BYTES_LEN];
	char digits[64];

	write_bytes(bytes, share);
	for (unsigned line = 0; line < BV_SHARE_LINES; line++) {
		unsigned n[GROUPS];
		for (size_t i = 0; i < GROUPS; i++)
			n[i] = (unsigned)bytes[line * LINE_LEN + 2 * i] << 8 | bytes[line * LINE_LEN + 2 * i + 1];
		snprintf(digits, sizeof digits, "%02u%05u%05u%05u%05u", line + 1, n[0], n[1], n[2], n[3]);
		bv_buf_printf(out, "%02u %05u %05u %05u %05u %02u\n", line + 1, n[0], n[1], n[2], n[3], check_digits(digits, LINE_DIGITS - 2));
		bv_wipe(n, sizeof n);
	}
	bv_wipe(bytes, sizeof bytes);
	bv_wipe(digits, sizeof digits);
}

static enum bv_status
read_digits(char digits[LINE_DIGITS], struct bv_str line, struct bv_err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i];
		if (c == ' ' || c == '\t' || c == '\r' || c == '.' || c == ':' || c == '-')
			continue;
		if (c < '0' || c > '9')
			return bv_err_set(err, BV_EPARSE, "a share has only digits: what stands at place %zu of the line is none", i + 1);
		if (count < LINE_DIGITS)
			digits[count] = c;
		count++;
	}
	if (count != LINE_DIGITS)
		return bv_err_set(err, BV_EPARSE, "the line has %zu digits, and should have %d: 2, four times 5, 2", count, LINE_DIGITS);
	return BV_OK;
}

static unsigned
number_of(const char *digits, size_t count)
{
	unsigned n = 0;

	for (size_t i = 0; i < count; i++)
		n = 10 * n + (unsigned)(digits[i] - '0');
	return n;
}

static enum bv_status
read_line(uint8_t bytes[LINE_LEN], struct bv_str line, unsigned number, struct bv_err *err)
{
	char digits[LINE_DIGITS];
	enum bv_status status = read_digits(digits, line, err);

	if (status == BV_OK && check_digits(digits, LINE_DIGITS - 2) != number_of(digits + LINE_DIGITS - 2, 2))
		status = bv_err_set(err, BV_EPARSE, "a digit is wrong, or two changed places: the check digits at the end of line %u do not fit. Read it again", number);
	else if (status == BV_OK && number_of(digits, 2) != number)
		status = bv_err_set(err, BV_EPARSE, "line %u is needed here, and this is line %u", number, number_of(digits, 2));
	for (size_t i = 0; i < GROUPS && status == BV_OK; i++) {
		unsigned n = number_of(digits + 2 + 5 * i, 5);
		if (n > 65535)
			status = bv_err_set(err, BV_EPARSE, "group %zu of line %u is above 65535: several digits are wrong", i + 1, number);
		bytes[2 * i] = (uint8_t)(n >> 8);
		bytes[2 * i + 1] = (uint8_t)n;
	}
	bv_wipe(digits, sizeof digits);
	return status;
}

enum bv_status
bv_share_check_line(struct bv_str line, unsigned number, struct bv_err *err)
{
	uint8_t bytes[LINE_LEN];
	enum bv_status status = read_line(bytes, line, number, err);

	bv_wipe(bytes, sizeof bytes);
	return status;
}

static enum bv_status
read_lines(uint8_t bytes[BYTES_LEN], struct bv_str text, struct bv_err *err)
{
	unsigned count = 0;
	struct bv_err inner;

	for (int at = 1; text.len; at++) {
		struct bv_str line = bv_str_sub(text, 0, bv_str_find(text, '\n')), plain = bv_str_trim(line);
		text = bv_str_sub(text, line.len + 1, text.len);
		if (!plain.len || plain.p[0] == '#')
			continue;
		if (count == BV_SHARE_LINES)
			return bv_err_at(err, BV_EPARSE, at, "more than the %d lines of a share", BV_SHARE_LINES);
		enum bv_status status = read_line(bytes + count * LINE_LEN, line, count + 1, &inner);
		if (status != BV_OK)
			return bv_err_at(err, status, at, "%s", inner.msg);
		count++;
	}
	if (count < BV_SHARE_LINES)
		return bv_err_set(err, BV_EPARSE, "%u lines of digits, and a share has %d", count, BV_SHARE_LINES);
	return BV_OK;
}

static enum bv_status
read_bytes(struct bv_share *out, const uint8_t bytes[BYTES_LEN], struct bv_err *err)
{
	struct bv_share share = { .kind = bytes[6], .rehearsal = bytes[1] == REHEARSAL, .threshold = bytes[7], .count = bytes[8], .idx = bytes[9] };
	uint8_t again[BYTES_LEN];
	enum bv_status status = BV_OK;

	memcpy(share.set, bytes + 2, sizeof share.set);
	memcpy(share.payload, bytes + HEAD_LEN, sizeof share.payload);
	write_bytes(again, &share);
	if (memcmp(again + BYTES_LEN - CHECK_LEN, bytes + BYTES_LEN - CHECK_LEN, CHECK_LEN) != 0)
		status = bv_err_set(err, BV_EPARSE, "each line is good, but not all of them together: lines of two shares were mixed, or several digits are wrong");
	else if (memcmp(again, bytes, BYTES_LEN) != 0 || share.kind < BV_KEY_ED25519 || share.kind > BV_KEY_P384 || share.threshold < 2 ||
	         share.threshold > share.count || share.count > BV_SHARES_MAX || share.idx < 1 || share.idx > share.count)
		status = bv_err_set(err, BV_EPARSE, "a share of a kind that this program does not know: use a newer one");
	else
		*out = share;
	bv_wipe(again, sizeof again);
	bv_wipe(&share, sizeof share);
	return status;
}

enum bv_status
bv_share_parse(struct bv_share *out, struct bv_str text, struct bv_err *err)
{
	uint8_t bytes[BYTES_LEN];

	if (text.len > BV_SHARE_TEXT_MAX)
		return bv_err_set(err, BV_ELIMIT, "a share has at most %d bytes", BV_SHARE_TEXT_MAX);
	enum bv_status status = read_lines(bytes, text, err);
	if (status == BV_OK)
		status = read_bytes(out, bytes, err);
	bv_wipe(bytes, sizeof bytes);
	return status;
}

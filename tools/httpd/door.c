#include "tools/httpd/door.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"

enum { CHARACTERS = 6, LATE_MS = 600000 };
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; /* as access codes: nothing that looks like something else */

void
door_init(struct door *door, const struct bv_key *ledger_key)
{
	uint8_t signature[BV_SIGNATURE_LEN];

	bv_key_sign(signature, ledger_key, (struct bv_str){ "BV-ROOM-1", sizeof "BV-ROOM-1" });
	bv_hmac_key_init(&door->secret, (struct bv_str){ (const char *)signature, sizeof signature });
	bv_wipe(signature, sizeof signature);
}

bool
door_demanded(struct bv_sitting *sitting)
{
	return sitting && bv_exam_demands_of(bv_sitting_exam(sitting))->room_code;
}

static bv_day
day_of(int64_t at_ms)
{
	return bv_day_at(at_ms / 1000);
}

int64_t
door_until_ms(int64_t at_ms)
{
	return bv_day_begin_s(day_of(at_ms) + 1) * 1000;
}

/* Without the dash. */
static void
draw(char out[CHARACTERS + 1], const struct door *door, int64_t sitting, struct bv_str room, int64_t day)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(256);
	uint8_t mac[BV_HASH_LEN];
	uint64_t n = 0;

	bv_buf_printf(&message, "%" PRId64 " %" PRId64 " %.*s", sitting, day, BV_STR_ARG(bv_str_sub(room, 0, BV_ROOM_MAX)));
	bv_hmac_sha256(mac, &door->secret, bv_buf_str(&message));
	for (size_t i = 0; i < sizeof n; i++)
		n = n << 8 | mac[i];
	/* 31^6 of 2^64: no code is likelier than another by more than 5 in 10^11. */
	for (size_t i = 0; i < CHARACTERS; i++) {
		out[i] = alphabet[n % (sizeof alphabet - 1)];
		n /= sizeof alphabet - 1;
	}
	out[CHARACTERS] = '\0';
}

char *
door_code(char out[DOOR_CODE_SIZE], const struct door *door, int64_t sitting, struct bv_str room, int64_t at_ms)
{
	char code[CHARACTERS + 1];

	draw(code, door, sitting, room, day_of(at_ms));
	snprintf(out, DOOR_CODE_SIZE, "%.3s-%.3s", code, code + 3);
	return out;
}

/* False: it has as many letters and digits as no code. */
static bool
tidy(char out[CHARACTERS + 1], struct bv_str typed)
{
	size_t len = 0;

	for (size_t i = 0; i < typed.len; i++) {
		char c = typed.p[i];
		if (c == ' ' || c == '-')
			continue;
		if (len == CHARACTERS)
			return false;
		out[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	out[len] = '\0';
	return len == CHARACTERS;
}

static unsigned
differs(const char *a, const char *b)
{
	unsigned bits = 0;

	for (size_t i = 0; i < CHARACTERS; i++)
		bits |= (unsigned)(unsigned char)(a[i] ^ b[i]);
	return bits;
}

bool
door_good(const struct door *door, int64_t sitting, struct bv_str room, int64_t at_ms, struct bv_str typed)
{
	char given[CHARACTERS + 1], today[CHARACTERS + 1], before[CHARACTERS + 1];

	if (!tidy(given, typed))
		return false;
	draw(today, door, sitting, room, day_of(at_ms));
	draw(before, door, sitting, room, day_of(at_ms - LATE_MS));
	return !differs(given, today) || !differs(given, before);
}

#define _GNU_SOURCE
#include "tools/httpd/password.h"

#include <argon2.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

enum { SALT_LEN = 16, HASH_LEN = 32, LANES = 1 };

void
password_hash(char out[PASSWORD_HASH_SIZE], struct bv_str password, const struct password_cost *cost, const uint8_t salt[16])
{
	int code = argon2id_hash_encoded(cost->passes, cost->memory_kib, LANES, bv_str_chars(password), password.len, salt, SALT_LEN, HASH_LEN, out,
	                                 PASSWORD_HASH_SIZE);

	if (code == ARGON2_MEMORY_ALLOCATION_ERROR)
		abort();
	assert(code == ARGON2_OK);
}

bool
password_right(const char *stored, struct bv_str password, const struct password_cost *cost)
{
	static const uint8_t salt[SALT_LEN];
	char none[PASSWORD_HASH_SIZE];

	if (!*stored) {
		password_hash(none, password, cost, salt);
		return false;
	}
	int code = argon2id_verify(stored, bv_str_chars(password), password.len);
	if (code == ARGON2_MEMORY_ALLOCATION_ERROR)
		abort();
	return code == ARGON2_OK;
}

bool
password_stale(const char *stored, const struct password_cost *cost)
{
	char head[80];

	snprintf(head, sizeof head, "$argon2id$v=19$m=%u,t=%u,p=%d$", cost->memory_kib, cost->passes, LANES);
	return strncmp(stored, head, strlen(head)) != 0;
}

/* What people choose first, as letters: a password that is one of these with digits, signs and repetitions around it is guessed first too. Sequences
 * and repetitions need no list. */
static const char *const common[] = {
	"password", "passwd",   "pass",      "matkhau",    "matkhaumoi",   "admin",     "administrator", "quantri",   "quantrivien", "welcome",   "chaomung",
	"xinchao",  "letmein",  "iloveyou",  "anhyeuem",   "emyeuanh",     "yeuem",     "yeuanh",        "tinhyeu",   "mylove",      "football",  "bongda",
	"baseball", "monkey",   "dragon",    "sunshine",   "princess",     "superman",  "batman",        "pokemon",   "starwars",    "michael",   "jessica",
	"master",   "shadow",   "secret",    "bimat",      "login",        "dangnhap",  "user",          "guest",     "test",        "testing",   "demo",
	"default",  "changeme", "doimatkhau", "computer",  "maytinh",      "internet",  "google",        "facebook",  "zalo",        "samsung",   "iphone",
	"windows",  "microsoft", "vietnam",  "vietnamese", "vietnamvodich", "hanoi",    "saigon",        "danang",    "haiphong",    "cantho",    "hochiminh",
	"bacho",    "thanhpho", "tinhuy",    "uyban",      "bangvang",     "bangvangd", "kythi",         "thicu",     "thisinh",     "giamthi",   "trungtam",
	"chungnhan", "kynangso", "chuyendoiso", "congchuc", "hoclamgi",    "qwerty",    "qwertyuiop",    "asdfgh",    "asdfghjkl",   "zxcvbnm",   "qazwsx",
	"qazwsxedc", "azerty",  "nguyen",    "nguyenvan",  "tranvan",      "levan",     "phamvan",       "nhatrang",  "trustno",     "whatever",  "freedom",
	"tudo",     "doclap",   "hanhphuc",  "doclaptudohanhphuc", "giadinh", "meyeucon", "bomeyeucon",   "conyeume",  "gautruc",     "meocon",    "chocon",
	NULL,
};

/* The letters of a password, small, with the digits and signs that stand for letters inside words turned into them, and what stands around it gone. */
static void
letters_of(struct bv_buf *out, struct bv_str s)
{
	static const char from[] = "0134578@$!", to[] = "oieastbasi";
	size_t first = s.len, last = 0;

	for (size_t i = 0; i < s.len; i++)
		if ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') {
			first = i < first ? i : first;
			last = i + 1;
		}
	for (size_t i = first; i < last; i++) {
		const char *leet = strchr(from, s.p[i]);
		char c = leet && *leet ? to[leet - from] : (char)(s.p[i] | 32);
		if (c >= 'a' && c <= 'z')
			bv_buf_addc(out, c);
	}
}

/* Is s one of the words, or the same word several times? */
static bool
is_common(struct bv_str s)
{
	for (const char *const *w = common; *w; w++) {
		struct bv_str word = bv_str_of(*w), rest = s;
		while (rest.len && bv_str_starts(rest, word))
			rest = bv_str_sub(rest, word.len, rest.len);
		if (s.len && !rest.len)
			return true;
	}
	return false;
}

/* Characters that could not be told from those before: neither a step of the same size again (abcd, 9876, aaaa) nor a pair that was there. */
static size_t
surprises(struct bv_str s)
{
	size_t count = s.len > 0;

	for (size_t i = 1; i < s.len; i++) {
		bool known = i > 1 && s.p[i] - s.p[i - 1] == s.p[i - 1] - s.p[i - 2];
		for (size_t j = 1; j < i && !known; j++)
			known = s.p[j - 1] == s.p[i - 1] && s.p[j] == s.p[i];
		count += !known;
	}
	return count;
}

bool
password_good(struct bv_str password, struct bv_str name, const char **vi, const char **en)
{
	enum { SURPRISES_MIN = 6 };
	BV_AUTO(bv_buf_finish) struct bv_buf word = BV_BUF(1024), small = BV_BUF(1024);

	letters_of(&word, password);
	for (size_t i = 0; i < password.len; i++)
		bv_buf_addc(&small, password.p[i] >= 'A' && password.p[i] <= 'Z' ? (char)(password.p[i] | 32) : password.p[i]);
	*vi = "được nhiều người dùng: hãy chọn ba, bốn từ không liên quan đến nhau";
	*en = "is among those that are guessed first: take three or four words that have nothing to do with each other";
	if (is_common(bv_buf_str(&word)) || surprises(bv_buf_str(&small)) < SURPRISES_MIN)
		return false;
	*vi = "không được chứa tên tài khoản";
	*en = "must not contain the name of the account";
	return !name.len || !small.p || !memmem(small.p, small.len, name.p, name.len);
}

void
password_first(char out[PASSWORD_FIRST_SIZE], const uint8_t random[10])
{
	/* No letters that are taken for digits. */
	static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
	uint64_t high = 0, low = 0;
	size_t len = 0;

	for (int i = 0; i < 5; i++) {
		high = high << 8 | random[i];
		low = low << 8 | random[5 + i];
	}
	for (int i = 0; i < 16; i++) {
		uint64_t *from = i < 8 ? &high : &low;
		if (i && i % 4 == 0)
			out[len++] = '-';
		out[len++] = alphabet[*from % (sizeof alphabet - 1)];
		*from /= sizeof alphabet - 1;
	}
	out[len] = '\0';
}

#include "tools/httpd/password.h"

#include "tests/check.h"
#include "tools/httpd/totp.h"

/* RFC 6238 appendix B, SHA-1: the secret is "12345678901234567890", codes have eight digits there. */
static const struct {
	int64_t time_s;
	uint32_t code;
} steps[] = { { 59, 94287082 }, { 1111111109, 7081804 }, { 1111111111, 14050471 }, { 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 } };

/* RFC 4226 appendix D: the truncated values of counters 0 to 9 of the same secret. */
static const uint32_t truncated[] = { 0x4c93cf18, 0x41397eea, 0x82fef30, 0x66ef7655, 0x61c5938a, 0x33c083d4, 0x7256c032, 0x4e5b397, 0x2823443f, 0x2679dc69 };

/* RFC 4648 §10, without padding. */
static const struct {
	const char *bytes, *base32;
} base32[] = { { "", "" }, { "f", "MY" }, { "fo", "MZXQ" }, { "foo", "MZXW6" }, { "foob", "MZXW6YQ" }, { "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" } };

static const char *const good[] = { "correct horse battery", "ba con vịt bơi qua ao", "Xn7-Rq2.Lk9w", "hồ gươm tháng chín mưa", "tree lamp 7 river", "k7qf-9xwm-2htr-bpz4" };
static const char *const bad[] = {
	"password1234", "Password1234!", "P@ssw0rd2026", "passwordpassword", "matkhau12345", "MatKhau@2026", "123456789012", "111111111111", "abcdefghijkl",
	"zyxwvutsrqpo", "121212121212", "abcabcabcabc", "qwertyuiop12", "1234qwertyuiop", "iloveyou2026!", "vietnamvodich", "............", "098765432109",
	"BangVang2026!!", "my-account-is-this", "ACCOUNT-1-ACCOUNT",
};

int
main(void)
{
	static const uint8_t secret[TOTP_SECRET_LEN + 1] = "12345678901234567890", salt[16] = "0123456789abcde";
	const struct password_cost cost = { 8192, 1 }, other = { 8192, 2 };
	char hash[PASSWORD_HASH_SIZE], first[PASSWORD_FIRST_SIZE], again[PASSWORD_FIRST_SIZE];
	const char *vi, *en;
	int64_t last = 0;

	for (size_t i = 0; i < BV_COUNT(steps); i++)
		CHECK(totp_number(secret, TOTP_SECRET_LEN, (uint64_t)(steps[i].time_s / TOTP_STEP_S)) % 100000000 == steps[i].code, "RFC 6238: time %lld",
		      (long long)steps[i].time_s);
	for (size_t i = 0; i < BV_COUNT(truncated); i++)
		CHECK(totp_number(secret, TOTP_SECRET_LEN, i) == truncated[i], "RFC 4226: counter %zu", i);
	for (size_t i = 0; i < BV_COUNT(base32); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64);
		base32_write(&out, (const uint8_t *)base32[i].bytes, strlen(base32[i].bytes));
		CHECK_STR(bv_buf_str(&out), bv_str_of(base32[i].base32), "RFC 4648: base32");
	}
	CHECK(totp_check(secret, BV_STR("287082"), 59, &last) && last == 1, "a code in its step");
	CHECK(!totp_check(secret, BV_STR("287082"), 59, &last), "is good once");
	CHECK((last = 0, totp_check(secret, BV_STR("287082"), 59 + 30, &last)) && (last = 0, totp_check(secret, BV_STR("287082"), 59 - 30, &last)),
	      "a step early or late");
	CHECK((last = 0, !totp_check(secret, BV_STR("287082"), 59 + 61, &last)) && !last, "not two");
	CHECK(!totp_check(secret, BV_STR("28708"), 59, &last) && !totp_check(secret, BV_STR("2870822"), 59, &last) &&
	          !totp_check(secret, BV_STR("287083"), 59, &last) && !totp_check(secret, BV_STR_NONE, 59, &last),
	      "no other code");

	password_hash(hash, BV_STR("ba con vịt"), &cost, salt);
	CHECK(strncmp(hash, "$argon2id$v=19$m=8192,t=1,p=1$", 30) == 0, "%s", hash);
	CHECK(password_right(hash, BV_STR("ba con vịt"), &cost), "the password");
	CHECK(!password_right(hash, BV_STR("ba con vit"), &cost) && !password_right(hash, BV_STR_NONE, &cost), "another");
	CHECK(!password_right("", BV_STR("ba con vịt"), &cost) && !password_right("$argon2id$", BV_STR_NONE, &cost), "no account, no hash");
	CHECK(!password_stale(hash, &cost) && password_stale(hash, &other), "the cost is seen in the hash");
	for (size_t i = 0; i < BV_COUNT(good); i++)
		CHECK(password_good(bv_str_of(good[i]), BV_STR("account"), &vi, &en), "good: %s", good[i]);
	for (size_t i = 0; i < BV_COUNT(bad); i++)
		CHECK(!password_good(bv_str_of(bad[i]), BV_STR("account"), &vi, &en) && *vi && *en, "refused: %s", bad[i]);
	password_first(first, (const uint8_t *)"0123456789");
	password_first(again, (const uint8_t *)"0123456788");
	CHECK(strlen(first) == 19 && strcmp(first, again) != 0 && password_good(bv_str_of(first), BV_STR("account"), &vi, &en), "first password %s", first);
	return check_end();
}

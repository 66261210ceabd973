/* Keys of a token, with softhsm2 as the token. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "certs/certs.h"
#include "tests/check.h"

static char folder[] = "/tmp/bv-token-XXXXXX", module[200];

static const char *
find_module(void)
{
	static const char *const paths[] = { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so" };

	for (size_t i = 0; i < BV_COUNT(paths); i++)
		if (access(paths[i], R_OK) == 0)
			return paths[i];
	return NULL;
}

static bool
run(const char *format, const char *what)
{
	char command[2000];

	snprintf(command, sizeof command, format, what);
	return system(command) == 0;
}

/* A token with a key of each kind, another P-256 key, and two of one label. */
static bool
make_token(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf conf = BV_BUF(1000);
	char path[100], tokens[100];
	struct bv_err err;

	snprintf(tokens, sizeof tokens, "%s/tokens", folder);
	snprintf(path, sizeof path, "%s/softhsm2.conf", folder);
	bv_buf_printf(&conf, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", tokens);
	if (mkdir(tokens, 0700) < 0 || bv_file_write(path, bv_buf_str(&conf), 0600, &err) != BV_OK)
		return false;
	setenv("SOFTHSM2_CONF", path, 1);
	static const char *const commands[] = {
		"softhsm2-util --init-token --free --label 'Khoa lo' --pin 1234 --so-pin 5678 >/dev/null 2>&1",
		"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${SOFTHSM2_CONF}.a 2>/dev/null && "
		"softhsm2-util --import ${SOFTHSM2_CONF}.a --token 'Khoa lo' --label p256 --id 01 --pin 1234 >/dev/null",
		"openssl genpkey -algorithm ED25519 -out ${SOFTHSM2_CONF}.b && softhsm2-util --import ${SOFTHSM2_CONF}.b --token 'Khoa lo' --label ed --id 02 --pin 1234 >/dev/null",
		"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out ${SOFTHSM2_CONF}.c 2>/dev/null && "
		"softhsm2-util --import ${SOFTHSM2_CONF}.c --token 'Khoa lo' --label p384 --id 03 --pin 1234 >/dev/null",
		"softhsm2-util --import ${SOFTHSM2_CONF}.a --token 'Khoa lo' --label twice --id 04 --pin 1234 >/dev/null",
		"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ${SOFTHSM2_CONF}.d 2>/dev/null && "
		"softhsm2-util --import ${SOFTHSM2_CONF}.d --token 'Khoa lo' --label twice --id 05 --pin 1234 >/dev/null",
		"printf '1234\\n' >${SOFTHSM2_CONF}.pin && chmod 600 ${SOFTHSM2_CONF}.pin && printf 9999 >${SOFTHSM2_CONF}.wrong && chmod 600 ${SOFTHSM2_CONF}.wrong && "
		"printf 1234 >${SOFTHSM2_CONF}.open && chmod 644 ${SOFTHSM2_CONF}.open",
	};
	for (size_t i = 0; i < BV_COUNT(commands); i++)
		if (!CHECK(run("%s", commands[i]), "token: step %zu", i + 1))
			return false;
	return true;
}

static enum bv_status
open_key(struct bv_key **out, enum bv_key_kind kind, const char *middle, const char *pin, struct bv_err *err)
{
	char uri[1000];

	snprintf(uri, sizeof uri, "pkcs11:%s?module-path=%s%s%s%s", middle, module, pin ? "&pin-source=file:" : "", pin ? getenv("SOFTHSM2_CONF") : "", pin ? pin : "");
	return bv_key_open(out, uri, kind, err);
}

static void
good_keys(void)
{
	static const struct {
		enum bv_key_kind kind;
		const char *middle, *file;
	} cases[] = { { BV_KEY_P256, "token=Khoa%20lo;object=p256;type=private", ".a" }, { BV_KEY_ED25519, "token=Khoa%20lo;object=ed", ".b" },
		      { BV_KEY_P256, "token=Khoa%20lo;id=%01", ".a" } };
	static const char *const messages[] = { "", "một thông điệp" };
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_key_free) struct bv_key *key = NULL, *plain = NULL;
		char path[200];
		CHECK_OK(open_key(&key, cases[i].kind, cases[i].middle, ".pin", &err), &err, cases[i].middle);
		snprintf(path, sizeof path, "%s%s", getenv("SOFTHSM2_CONF"), cases[i].file);
		chmod(path, 0600);
		CHECK_OK(bv_key_open(&plain, path, cases[i].kind, &err), &err, "the same key as a file");
		if (!key || !plain)
			continue;
		CHECK(bv_public_equal(bv_key_describe(key), bv_key_describe(plain)), "has the same public key");
		for (size_t j = 0; j < BV_COUNT(messages); j++) {
			uint8_t signature[BV_SIGNATURE_MAX], other[BV_SIGNATURE_MAX];
			CHECK_OK(bv_key_ask(signature, key, bv_str_of(messages[j]), &err), &err, "the token signs");
			CHECK(bv_public_check(bv_key_describe(plain), bv_str_of(messages[j]), signature), "and OpenSSL verifies it");
			if (cases[i].kind == BV_KEY_ED25519 && bv_key_ask(other, plain, bv_str_of(messages[j]), &err) == BV_OK)
				CHECK(memcmp(other, signature, BV_SIGNATURE_LEN) == 0, "Ed25519: the same signature, byte for byte");
		}
	}
	/* Both at once, in one module: one is freed, the other goes on. */
	struct bv_key *first = NULL;
	BV_AUTO(bv_key_free) struct bv_key *second = NULL;
	uint8_t signature[BV_SIGNATURE_MAX];
	CHECK_OK(open_key(&first, BV_KEY_P256, cases[0].middle, ".pin", &err), &err, "two keys");
	CHECK_OK(open_key(&second, BV_KEY_ED25519, cases[1].middle, ".pin", &err), &err, "of one module");
	bv_key_free(first);
	if (second)
		CHECK_OK(bv_key_ask(signature, second, BV_STR("x"), &err), &err, "live apart");
}

static void
bad_keys(void)
{
	static const struct {
		const char *name, *middle, *pin, *part;
		enum bv_key_kind kind;
		enum bv_status status;
	} cases[] = {
		{ "a wrong PIN", "token=Khoa%20lo;object=p256", ".wrong", "refuses the PIN", BV_KEY_P256, BV_EDENIED },
		{ "a PIN that others can read", "token=Khoa%20lo;object=p256", ".open", "chmod 600", BV_KEY_P256, BV_EINVAL },
		{ "no PIN file", "token=Khoa%20lo;object=p256", ".none", "softhsm2.conf.none", BV_KEY_P256, BV_ENOTFOUND },
		{ "no such token", "token=Khoa;object=p256", ".pin", "0 tokens", BV_KEY_P256, BV_ENOTFOUND },
		{ "no such key", "token=Khoa%20lo;object=p257", ".pin", "no private key", BV_KEY_P256, BV_ENOTFOUND },
		{ "another kind", "token=Khoa%20lo;object=p256", ".pin", "no private key of Ed25519", BV_KEY_ED25519, BV_ENOTFOUND },
		{ "another curve", "token=Khoa%20lo;object=p384", ".pin", "not of P-256", BV_KEY_P256, BV_EINVAL },
		{ "two of one label", "token=Khoa%20lo;object=twice", ".pin", "more than one", BV_KEY_P256, BV_ENOTFOUND },
		{ "a kind that tokens are not asked for", "token=Khoa%20lo;object=p384", ".pin", "Ed25519 and P-256", BV_KEY_P384, BV_EINVAL },
		{ "no token", "object=p256", ".pin", "needs token=", BV_KEY_P256, BV_EINVAL },
		{ "no object", "token=Khoa%20lo", ".pin", "needs token=", BV_KEY_P256, BV_EINVAL },
		{ "a part of no kind", "token=Khoa%20lo;object=p256;slot=1", ".pin", "'slot' is not known", BV_KEY_P256, BV_EPARSE },
		{ "half an escape", "token=Khoa%2;object=p256", ".pin", "hexadecimal", BV_KEY_P256, BV_EPARSE },
		{ "an escape that is cut off", "token=%2", NULL, "hexadecimal", BV_KEY_P256, BV_EPARSE },
		{ "a NUL", "token=a%00b;object=p256", ".pin", "NUL", BV_KEY_P256, BV_EPARSE },
	};
	struct bv_key *none = NULL;
	char longest[400];
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_REFUSED(open_key(&none, cases[i].kind, cases[i].middle, cases[i].pin, &err), cases[i].status, &err, cases[i].part, cases[i].name);
	/* Whoever is not logged in sees no private key. */
	CHECK_REFUSED(bv_key_open(&none, "pkcs11:token=a;object=b", BV_KEY_P256, &err), BV_EINVAL, &err, "module-path", "no module");
	CHECK_REFUSED(bv_key_open(&none, "pkcs11:token=a;object=b?module-path=/nowhere.so", BV_KEY_P256, &err), BV_ENOTFOUND, &err, "not a PKCS #11 module", "no such module");
	memset(longest, 'x', sizeof longest);
	memcpy(longest, "pkcs11:token=", 13);
	longest[sizeof longest - 1] = '\0';
	CHECK_REFUSED(bv_key_open(&none, longest, BV_KEY_P256, &err), BV_ELIMIT, &err, "more than", "a name that is too long");
	CHECK_REFUSED(bv_key_open_token(&none, BV_STR("file:x"), BV_KEY_P256, &err), BV_EPARSE, &err, "begins with 'pkcs11:'", "no such name");
	CHECK(none == NULL, "and there is no key");
}

int
main(void)
{
	const char *path = find_module();

	if (!path || system("command -v softhsm2-util >/dev/null && command -v openssl >/dev/null") != 0) {
		printf("ok %d # SKIP softhsm2 is not here (apt-get install softhsm2)\n", ++check_count);
		return check_end();
	}
	snprintf(module, sizeof module, "%s", path);
	CHECK(mkdtemp(folder), "a folder");
	if (CHECK(make_token(), "a token")) {
		good_keys();
		bad_keys();
	}
	run("rm -rf %s", folder);
	return check_end();
}

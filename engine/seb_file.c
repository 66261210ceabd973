/* Configurations of Safe Exam Browser as files: written, and opened; plain, or under a password. */
#include <stdlib.h>

#include "base/cipher.h"
#include "base/deflate.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/xml.h"
#include "engine/engine.h"

/* ---- Writing ---- */

static void
add_string(struct bv_buf *out, const char *key, struct bv_str value)
{
	bv_buf_printf(out, "\t<key>%s</key>\n\t<string>", key);
	bv_xml_escape(out, value);
	bv_buf_addz(out, "</string>\n");
}

static void
add_bool(struct bv_buf *out, const char *key, bool value)
{
	bv_buf_printf(out, "\t<key>%s</key>\n\t<%s/>\n", key, value ? "true" : "false");
}

/* "https://host:port" of an address. */
static struct bv_str
host_of(struct bv_str url)
{
	struct bv_str rest = bv_str_sub(url, bv_str_find(url, ':') + 3, url.len);
	size_t end = 0;

	while (end < rest.len && !strchr("/?#", rest.p[end]))
		end++;
	return bv_str_sub(rest, 0, end);
}

static void
add_filter(struct bv_buf *out, struct bv_str url)
{
	add_bool(out, "URLFilterEnable", true);
	bv_buf_addz(out, "\t<key>URLFilterRules</key>\n\t<array>\n\t\t<dict>\n\t\t\t<key>action</key>\n\t\t\t<integer>1</integer>\n\t\t\t<key>active</key>\n\t\t\t<true/>\n"
	                 "\t\t\t<key>expression</key>\n\t\t\t<string>");
	bv_xml_escape(out, host_of(url));
	bv_buf_addz(out, "/*</string>\n\t\t\t<key>regex</key>\n\t\t\t<false/>\n\t\t</dict>\n\t</array>\n");
}

static enum bv_status
check_url(struct bv_str url, const char *what, struct bv_err *err)
{
	if (!bv_str_starts(url, BV_STR("https://")) && !bv_str_starts(url, BV_STR("http://")))
		return bv_err_set(err, BV_EINVAL, "%s: an address begins with https:// (or http:// while trying)", what);
	for (size_t i = 0; i < url.len; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("\"<>\\^`{|}#", url.p[i]))
			return bv_err_set(err, BV_EINVAL, "%s: an address has no spaces, quotes, letters of other alphabets and no '#'", what);
	return host_of(url).len ? BV_OK : bv_err_set(err, BV_EINVAL, "%s: an address has a host", what);
}

/* Booleans, whole numbers, plain texts and one list: what all versions of SEB hash alike. */
enum bv_status
bv_seb_write(struct bv_buf *out, const struct bv_seb_options *o, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	TRY(check_url(o->start_url, "the start address", err));
	if (o->quit_url.len)
		TRY(check_url(o->quit_url, "the address that ends SEB", err));
	bv_buf_addz(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" "
	                 "\"https://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n<dict>\n");
	add_string(out, "startURL", o->start_url);
	if (o->quit_url.len)
		add_string(out, "quitURL", o->quit_url);
	if (o->quit_password.len) {
		bv_sha256(hash, o->quit_password);
		bv_hex(hex, hash, sizeof hash);
		add_string(out, "hashedQuitPassword", bv_str_of(hex));
	}
	add_bool(out, "sendBrowserExamKey", true);
	add_bool(out, "allowQuit", true);
	add_bool(out, "allowPreferencesWindow", false);
	add_bool(out, "allowSpellCheck", false);
	add_bool(out, "browserWindowAllowReload", true);
	add_bool(out, "showReloadButton", true);
	add_bool(out, "showTime", true);
	add_bool(out, "showInputLanguage", true);
	add_bool(out, "examSessionClearCookiesOnStart", false);
	add_bool(out, "createNewDesktop", !o->vietnamese_typing);
	add_bool(out, "killExplorerShell", o->vietnamese_typing);
	bv_buf_addz(out, "\t<key>sebConfigPurpose</key>\n\t<integer>0</integer>\n");
	add_filter(out, o->start_url);
	bv_buf_addz(out, "</dict>\n</plist>\n");
	return bv_buf_check(out, err);
}

/* ---- Under a password: gzip("pswd" ‖ 02 01 ‖ salt ‖ salt ‖ IV ‖ AES-256-CBC(gzip(plist)) ‖ HMAC-SHA-256) ---- */

enum { SALT_LEN = 8, IV_LEN = 16, HEAD_LEN = 2 + 2 * SALT_LEN + IV_LEN, ROUNDS = 10000, PREFIX_LEN = 4 };

static void
sign(uint8_t mac[BV_HASH_LEN], struct bv_str password, const uint8_t *salt, struct bv_str message)
{
	struct bv_hmac_key hmac;
	uint8_t key[BV_CIPHER_KEY_LEN];

	bv_pbkdf2_sha1(key, sizeof key, password, (struct bv_str){ (const char *)salt, SALT_LEN }, ROUNDS);
	bv_hmac_key_init(&hmac, (struct bv_str){ (const char *)key, sizeof key });
	bv_hmac_sha256(mac, &hmac, message);
	bv_wipe(&hmac, sizeof hmac);
	bv_wipe(key, sizeof key);
}

void
bv_seb_seal(struct bv_buf *out, struct bv_str plist, struct bv_str password, const uint8_t random[BV_SEB_RANDOM_LEN])
{
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(2 * BV_SEB_MAX), body = BV_BUF(4 * BV_SEB_MAX);
	uint8_t key[BV_CIPHER_KEY_LEN], mac[BV_HASH_LEN];

	bv_deflate(&packed, plist, BV_DEFLATE_GZIP);
	bv_buf_addz(&body, "pswd\x02\x01");
	bv_buf_add(&body, (struct bv_str){ (const char *)random, BV_SEB_RANDOM_LEN });
	bv_pbkdf2_sha1(key, sizeof key, password, (struct bv_str){ (const char *)random, SALT_LEN }, ROUNDS);
	bv_cipher_cbc_seal(&body, key, random + 2 * SALT_LEN, bv_buf_str(&packed));
	bv_wipe(key, sizeof key);
	sign(mac, password, random + SALT_LEN, bv_str_sub(bv_buf_str(&body), PREFIX_LEN, body.len));
	bv_buf_add(&body, (struct bv_str){ (const char *)mac, sizeof mac });
	bv_deflate(out, bv_buf_str(&body), BV_DEFLATE_GZIP);
}

static enum bv_status
unseal(struct bv_buf *out, struct bv_str body, struct bv_str password, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf packed = BV_BUF(4 * BV_SEB_MAX);
	uint8_t key[BV_CIPHER_KEY_LEN], mac[BV_HASH_LEN];

	if (body.len < HEAD_LEN + IV_LEN + BV_HASH_LEN || body.p[0] != 2 || body.p[1] != 1)
		return bv_err_set(err, BV_EPARSE, "what is under the password is not of a form that is known");
	const uint8_t *p = (const uint8_t *)body.p + 2;
	sign(mac, password, p + SALT_LEN, bv_str_sub(body, 0, body.len - BV_HASH_LEN));
	if (!bv_hash_eq(mac, (const uint8_t *)body.p + body.len - BV_HASH_LEN))
		return bv_err_set(err, BV_EDENIED, "the password is wrong, or the file was changed");
	bv_pbkdf2_sha1(key, sizeof key, password, (struct bv_str){ (const char *)p, SALT_LEN }, ROUNDS);
	enum bv_status status = bv_cipher_cbc_open(&packed, key, p + 2 * SALT_LEN, bv_str_sub(body, HEAD_LEN, body.len - HEAD_LEN - BV_HASH_LEN), err);
	bv_wipe(key, sizeof key);
	TRY(status);
	return bv_inflate(out, bv_buf_str(&packed), BV_DEFLATE_GZIP, err);
}

enum bv_status
bv_seb_open(struct bv_buf *out, struct bv_str bytes, struct bv_str password, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf unpacked = BV_BUF(4 * BV_SEB_MAX);

	if (bytes.len > BV_SEB_MAX)
		return bv_err_set(err, BV_ELIMIT, "a configuration has at most %u bytes", BV_SEB_MAX);
	if (bv_str_starts(bytes, BV_STR("\x1f\x8b"))) {
		TRY(bv_inflate(&unpacked, bytes, BV_DEFLATE_GZIP, err));
		bytes = bv_buf_str(&unpacked);
	}
	if (bv_str_starts(bv_text_unmarked(bytes), BV_STR("<?xm"))) {
		bv_buf_add(out, bytes);
		return bv_buf_check(out, err);
	}
	struct bv_str body = bv_str_sub(bytes, PREFIX_LEN, bytes.len);
	if (bv_str_starts(bytes, BV_STR("plnd")))
		return bv_inflate(out, body, BV_DEFLATE_GZIP, err);
	if (!bv_str_starts(bytes, BV_STR("pswd")))
		return bv_err_set(err, BV_EPARSE, "this is no configuration of Safe Exam Browser that is read here: plain, or under a password (\"pswd\")");
	if (!password.len)
		return bv_err_set(err, BV_EDENIED, "the configuration is under a password");
	return unseal(out, body, password, err);
}

/* Safe Exam Browser: what is hashed, what is sent, and files under a password. */
#include "base/cipher.h"
#include "base/hash.h"
#include "engine/engine.h"
#include "tests/check.h"

static struct bv_err err;

#define PLIST(body) \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" \"https://www.apple.com/DTDs/PropertyList-1.0.dtd\">" \
	"<plist version=\"1.0\">" body "</plist>"

/* The vector of our own, made by another implementation of the rules (JavaScript). hashedQuitPassword is SHA-256("quit"). */
#define VECTOR_URL "https://thi.example.vn/phong-thi/42?lang=vi"
static const char vector[] = PLIST(
	"<dict><key>URLFilterRules</key><array><dict><key>regex</key><false/><key>expression</key><string>thi.example.vn/*</string><key>active</key><true/><key>action</key>"
	"<integer>1</integer></dict></array><key>URLFilterEnable</key><true/><key>startURL</key><string>" VECTOR_URL "</string><key>sendBrowserExamKey</key><true/>"
	"<key>quitURL</key><string>https://thi.example.vn/seb/quit</string><key>sebConfigPurpose</key><integer>0</integer><key>allowPreferencesWindow</key><false/>"
	"<key>originatorVersion</key><string>SEB_Win_3.7</string><key>allowQuit</key><true/><key>browserWindowAllowReload</key><true/><key>nothing</key><dict/>"
	"<key>examSessionClearCookiesOnStart</key><false/><key>hashedQuitPassword</key><string>8577da2ea54085708b3b851bc50315a36bb740ba5135e747cfb12457b5d3060f</string></dict>");
static const char vector_json[] =
	"{\"allowPreferencesWindow\":false,\"allowQuit\":true,\"browserWindowAllowReload\":true,\"examSessionClearCookiesOnStart\":false,\"hashedQuitPassword\":"
	"\"8577da2ea54085708b3b851bc50315a36bb740ba5135e747cfb12457b5d3060f\",\"quitURL\":\"https://thi.example.vn/seb/quit\",\"sebConfigPurpose\":0,\"sendBrowserExamKey\":true,"
	"\"startURL\":\"https://thi.example.vn/phong-thi/42?lang=vi\",\"URLFilterEnable\":true,\"URLFilterRules\":[{\"action\":1,\"active\":true,\"expression\":\"thi.example.vn/*\","
	"\"regex\":false}]}";
#define VECTOR_KEY "a352d2d304dc9611497978179d42dee08cf6961ab9cc3c468a7c157b12cbb40a"
#define VECTOR_HASH "8394b9d6c9aacecad93b08b93608336889bb4bd59c165d2b6b21e4680807b23d"

static void
hashed(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_SEB_MAX);
	char key[BV_SEB_KEY_SIZE], hash[BV_SEB_KEY_SIZE];

	CHECK_OK(bv_seb_json(&json, bv_str_of(vector), &err), &err, "a configuration");
	CHECK_STR(bv_buf_str(&json), bv_str_of(vector_json), "SEB_JSON");
	CHECK(bv_seb_config_key(key, bv_str_of(vector), &err) == BV_OK, "its key");
	CHECK_STR(bv_str_of(key), BV_STR(VECTOR_KEY), "  is that of the vector");
	bv_seb_hash(hash, BV_STR(VECTOR_URL "#q3"), key);
	CHECK_STR(bv_str_of(hash), BV_STR(VECTOR_HASH), "what is sent for an address, without what stands after '#'");
	CHECK(bv_seb_hash_is(BV_STR(VECTOR_HASH), BV_STR(VECTOR_URL), key), "is known");
	CHECK(bv_seb_hash_is(BV_STR("8394B9D6C9AACECAD93B08B93608336889BB4BD59C165D2B6B21E4680807B23D"), BV_STR(VECTOR_URL "#q4"), key), "in capitals, too");
	static const char *const urls[] = { VECTOR_URL "&x=1", "https://thi.example.vn/phong-thi/43?lang=vi", "http://thi.example.vn/phong-thi/42?lang=vi", "", VECTOR_URL "%23q3" };
	for (size_t i = 0; i < BV_COUNT(urls); i++)
		CHECK(!bv_seb_hash_is(BV_STR(VECTOR_HASH), bv_str_of(urls[i]), key), "not for '%s'", urls[i]);
	static const char *const others[] = { "", "8394b9d6", VECTOR_HASH "00", "8394b9d6c9aacecad93b08b93608336889bb4bd59c165d2b6b21e4680807b23e", VECTOR_KEY };
	for (size_t i = 0; i < BV_COUNT(others); i++)
		CHECK(!bv_seb_hash_is(bv_str_of(others[i]), BV_STR(VECTOR_URL), key), "not '%s'", others[i]);
	CHECK(bv_seb_key_good(BV_STR(VECTOR_KEY)) && !bv_seb_key_good(BV_STR("A" VECTOR_KEY)) && !bv_seb_key_good(BV_STR("Z394b9d6c9aacecad93b08b93608336889bb4bd59c165d2b6b21e4680807b23d")),
	      "keys by their form");
}

static void
written(void)
{
	static const struct {
		const char *plist, *json;
	} cases[] = {
		{ PLIST("<dict><key>allowWLAN</key><true/><key>allowWlan</key><true/><key>allowUserAppFolderInstall</key><true/><key>allowQuit</key><true/>"
		        "<key>allowedDisplaysMaxNumber</key><integer>1</integer></dict>"),
		  "{\"allowedDisplaysMaxNumber\":1,\"allowQuit\":true,\"allowUserAppFolderInstall\":true,\"allowWlan\":true,\"allowWLAN\":true}" },
		{ PLIST("<dict><key>b</key><dict><key>Z</key><true/><key>a</key><dict/></dict><key>A</key><array/><key>ORIGINATORVERSION</key><string>x</string></dict>"),
		  "{\"A\":[],\"b\":{\"Z\":true}}" },
		{ PLIST("<dict><key>s</key><string>\"C:\\x\" /d é &amp;</string><key>n</key><string/><key>d</key><data> QUJD\n\tREVG </data></dict>"),
		  "{\"d\":\"QUJDREVG\",\"n\":\"\",\"s\":\"\"C:\\x\" /d é &\"}" },
		{ PLIST("<dict><key>r</key><real>0.1</real><key>i</key><integer>-5</integer><key>w</key><real>2</real></dict>"), "{\"i\":-5,\"r\":0.1,\"w\":2}" },
		{ "<plist version=\"1.0\"><dict/></plist>", "{}" },
		{ "\xef\xbb\xbf<?xml version=\"1.0\"?><plist><dict><key>a</key><array><integer>1</integer><string>x</string></array></dict></plist>", "{\"a\":[1,\"x\"]}" },
	};
	static const struct {
		const char *plist, *part;
	} bad[] = {
		{ "", "" }, { "<plist/>", "no property list" }, { "<plist><array/></plist>", "no property list" }, { "<dict/>", "no property list" },
		{ PLIST("<dict><key>a</key></dict>"), "one after the other" }, { PLIST("<dict><true/></dict>"), "one after the other" }, { PLIST("<dict><key>a</key><key>b</key></dict>"), "one after" },
		{ PLIST("<dict><key>a</key><null/></dict>"), "<null>" }, { PLIST("<dict><key>a</key><integer>x</integer></dict>"), "whole number" },
		{ PLIST("<dict><key>a</key><real>1e999</real></dict>"), "is a number" }, { PLIST("<dict><key>a</key><real>nan</real></dict>"), "is a number" },
		{ PLIST("<dict><key>a</key><true/><key>a</key><false/></dict>"), "twice" },
		{ "<!DOCTYPE plist [<!ENTITY x \"y\">]><plist><dict><key>a</key><string>&x;</string></dict></plist>", "DOCTYPE" }, { "<!DOCTYPE plist", "" },
		{ PLIST("<dict><key>a</key><array><array><array><array><array><array><array><array><array><array><array><array><array><array><array><array/></array></array></array>"
		        "</array></array></array></array></array></array></array></array></array></array></array></array></dict>"), "levels" },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_SEB_MAX);
		CHECK_OK(bv_seb_json(&json, bv_str_of(cases[i].plist), &err), &err, cases[i].json);
		CHECK_STR(bv_buf_str(&json), bv_str_of(cases[i].json), "  as SEB writes it");
	}
	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_SEB_MAX);
		enum bv_status status = bv_seb_json(&json, bv_str_of(bad[i].plist), &err);
		CHECK((status == BV_EPARSE || status == BV_ELIMIT) && strstr(err.msg, bad[i].part), "refused: %s (%s)", bad[i].part, status ? err.msg : "-");
	}
}

static void
made(void)
{
	struct bv_seb_options options = { .start_url = BV_STR("https://thi.example.vn:8443/exam?sitting=a&lang=vi"), .quit_url = BV_STR("https://thi.example.vn:8443/seb/quit"),
		                          .quit_password = BV_STR("quit"), .vietnamese_typing = true };
	BV_AUTO(bv_buf_finish) struct bv_buf plist = BV_BUF(BV_SEB_MAX), json = BV_BUF(BV_SEB_MAX), other = BV_BUF(BV_SEB_MAX);
	char key[BV_SEB_KEY_SIZE], key_2[BV_SEB_KEY_SIZE];

	CHECK_OK(bv_seb_write(&plist, &options, &err), &err, "a configuration is written");
	CHECK_OK(bv_seb_json(&json, bv_buf_str(&plist), &err), &err, "  and read");
	static const char *const parts[] = { "\"startURL\":\"https://thi.example.vn:8443/exam?sitting=a&lang=vi\"", "\"killExplorerShell\":true", "\"createNewDesktop\":false",
		                             "\"expression\":\"thi.example.vn:8443/*\"", "\"sendBrowserExamKey\":true", "\"examSessionClearCookiesOnStart\":false",
		                             "\"hashedQuitPassword\":\"8577da2ea54085708b3b851bc50315a36bb740ba5135e747cfb12457b5d3060f\"" };
	for (size_t i = 0; i < BV_COUNT(parts); i++)
		CHECK(strstr(json.p, parts[i]) != NULL, "  it has %s", parts[i]);
	options.vietnamese_typing = false;
	CHECK(bv_seb_write(&other, &options, &err) == BV_OK && bv_seb_config_key(key, bv_buf_str(&plist), &err) == BV_OK && bv_seb_config_key(key_2, bv_buf_str(&other), &err) == BV_OK &&
	      strcmp(key, key_2) != 0, "another kiosk mode is another key");
	static const char *const urls[] = { "", "thi.example.vn", "ftp://x.vn/", "https://", "https:///x", "https://x.vn/a b", "https://x.vn/#a", "https://x.vn/\"", "https://x.vn/é" };
	for (size_t i = 0; i < BV_COUNT(urls); i++) {
		options.start_url = bv_str_of(urls[i]);
		CHECK_REFUSED(bv_seb_write(&other, &options, &err), BV_EINVAL, &err, "address", urls[i]);
	}
}

static void
sealed(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(BV_SEB_MAX), back = BV_BUF(BV_SEB_MAX), changed = BV_BUF(BV_SEB_MAX);
	uint8_t random[BV_SEB_RANDOM_LEN];
	size_t passed = 0;

	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (uint8_t)(i * 7);
	bv_seb_seal(&file, bv_str_of(vector), BV_STR("mật khẩu"), random);
	CHECK_OK(bv_seb_open(&back, bv_buf_str(&file), BV_STR("mật khẩu"), &err), &err, "under a password");
	CHECK_STR(bv_buf_str(&back), bv_str_of(vector), "  it is the same");
	CHECK_REFUSED(bv_seb_open(&back, bv_buf_str(&file), BV_STR("mật"), &err), BV_EDENIED, &err, "wrong", "another password");
	CHECK_REFUSED(bv_seb_open(&back, bv_buf_str(&file), BV_STR_NONE, &err), BV_EDENIED, &err, "under a password", "no password");
	for (size_t i = 0; i < file.len; i += 37) {
		bv_buf_clear(&changed);
		bv_buf_add(&changed, bv_buf_str(&file));
		changed.p[i] ^= 1;
		BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_SEB_MAX);
		passed += bv_seb_open(&out, bv_buf_str(&changed), BV_STR("mật khẩu"), &err) == BV_OK && !bv_str_eq(bv_buf_str(&out), bv_str_of(vector));
		passed += bv_seb_open(&out, bv_str_sub(bv_buf_str(&file), 0, i), BV_STR("mật khẩu"), &err) == BV_OK;
	}
	CHECK(passed == 0, "what was changed or cut is not opened");
	bv_buf_clear(&back);
	CHECK(bv_seb_open(&back, bv_str_of(vector), BV_STR_NONE, &err) == BV_OK && bv_str_eq(bv_buf_str(&back), bv_str_of(vector)), "a plain one is as it is");
	CHECK_REFUSED(bv_seb_open(&back, BV_STR("pkhs1234"), BV_STR_NONE, &err), BV_EPARSE, &err, "no configuration", "another kind");
}

/* RFC 6070 §2, vectors 2 and 3; AES-256-CBC of NIST SP 800-38A §F.2.5, whose first block is followed by padding here. */
static void
primitives(void)
{
	static const uint8_t iv[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(100), back = BV_BUF(100);
	uint8_t key[32], derived[20], plain[16];
	char hex[BV_HEX_SIZE(20)];

	bv_pbkdf2_sha1(derived, 20, BV_STR("password"), BV_STR("salt"), 2);
	bv_hex(hex, derived, 20);
	CHECK_STR(bv_str_of(hex), BV_STR("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"), "RFC 6070: two rounds");
	bv_pbkdf2_sha1(derived, 20, BV_STR("password"), BV_STR("salt"), 4096);
	bv_hex(hex, derived, 20);
	CHECK_STR(bv_str_of(hex), BV_STR("4b007901b765489abead49d926f721d065a429c1"), "RFC 6070: 4096 rounds");
	CHECK(bv_hex_parse(key, 32, BV_STR("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"), &err) == BV_OK &&
	      bv_hex_parse(plain, 16, BV_STR("6bc1bee22e409f96e93d7e117393172a"), &err) == BV_OK, "a key and a block");
	bv_cipher_cbc_seal(&out, key, iv, (struct bv_str){ (const char *)plain, 16 });
	bv_hex(hex, (const uint8_t *)out.p, 16);
	CHECK_STR(bv_str_of(hex), BV_STR("f58c4c04d6e5f1ba779eabfb5f7bfbd6"), "SP 800-38A §F.2.5");
	CHECK(bv_cipher_cbc_open(&back, key, iv, bv_buf_str(&out), &err) == BV_OK && back.len == 16 && memcmp(back.p, plain, 16) == 0, "  and back");
	CHECK_REFUSED(bv_cipher_cbc_open(&back, key, iv, bv_str_sub(bv_buf_str(&out), 0, 16), &err), BV_EPARSE, &err, "does not end", "without its padding");
	CHECK_REFUSED(bv_cipher_cbc_open(&back, key, iv, bv_str_sub(bv_buf_str(&out), 0, 31), &err), BV_EPARSE, &err, "does not end", "cut");
}

int
main(void)
{
	hashed();
	written();
	made();
	sealed();
	primitives();
	return check_end();
}

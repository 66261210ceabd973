/* Keys of a token (PKCS #11 v3.0), asked directly: a module is loaded, nothing of OpenSSL's engines or providers is between. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "certs/token.h"

enum { PART_MAX = 256, PIN_MAX = 256, SLOTS_MAX = 256 };

/* What a URI (RFC 7512) names. */
struct wanted {
	char token[PART_MAX], object[PART_MAX], id[PART_MAX], module[PART_MAX], pin[PART_MAX];
	size_t id_len;
};

struct token {
	CK_FUNCTION_LIST *module;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	enum bv_key_kind kind;
};

static void
token_close(void *ctx)
{
	struct token *token = ctx;

	/* Not C_Finalize: other keys of this process may live in the same module. */
	if (token->session)
		token->module->C_CloseSession(token->session);
	free(token);
}

static void
token_free(struct token *token)
{
	if (token)
		token_close(token);
}
BV_AUTO_DEFINE(struct token, token_free)

/* ---- URI ---- */

static enum bv_status
decode(char out[PART_MAX], size_t *len, struct bv_str text, struct bv_err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int c = (uint8_t)text.p[i];
		if (c == '%') {
			int high = i + 2 < text.len ? bv_hex_digit(text.p[i + 1]) : -1, low = i + 2 < text.len ? bv_hex_digit(text.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return bv_err_set(err, BV_EPARSE, "RFC 7512: '%%' without two hexadecimal digits");
			c = high << 4 | low;
			i += 2;
		}
		if (n + 1 == PART_MAX)
			return bv_err_set(err, BV_ELIMIT, "RFC 7512: a part of the name has more than %d bytes", PART_MAX - 1);
		out[n++] = (char)c;
	}
	out[n] = '\0';
	*len = n;
	return BV_OK;
}

static enum bv_status
read_part(struct wanted *wanted, struct bv_str part, struct bv_err *err)
{
	const struct {
		const char *name;
		char *to;
	} parts[] = { { "token", wanted->token }, { "object", wanted->object }, { "id", wanted->id }, { "module-path", wanted->module }, { "pin-source", wanted->pin } };
	size_t at = bv_str_find(part, '='), len;
	struct bv_str name = bv_str_sub(part, 0, at), value = bv_str_sub(part, at + 1, part.len);

	for (size_t i = 0; i < BV_COUNT(parts); i++) {
		if (!bv_str_is(name, parts[i].name))
			continue;
		TRY(decode(parts[i].to, &len, value, err));
		if (parts[i].to == wanted->id)
			wanted->id_len = len;
		else if (strlen(parts[i].to) != len)
			return bv_err_set(err, BV_EPARSE, "RFC 7512: a NUL in '%s'", parts[i].name);
		return BV_OK;
	}
	/* "type" is what it must be anyway; others narrow a choice that must be one already. */
	return bv_str_is(name, "type") ? BV_OK : bv_err_set(err, BV_EPARSE, "RFC 7512: '%.*s' is not known here: token, object, id, type, module-path, pin-source are",
	                                                    BV_STR_ARG(bv_str_sub(name, 0, 40)));
}

static enum bv_status
read_uri(struct wanted *wanted, struct bv_str uri, struct bv_err *err)
{
	struct bv_str rest = bv_str_sub(uri, 7, uri.len);

	*wanted = (struct wanted){ 0 };
	if (!bv_str_starts(uri, BV_STR("pkcs11:")))
		return bv_err_set(err, BV_EPARSE, "RFC 7512: the name of a key in a token begins with 'pkcs11:'");
	while (rest.len) {
		size_t len = 0;
		while (len < rest.len && !strchr(";?&", rest.p[len]))
			len++;
		TRY(read_part(wanted, bv_str_sub(rest, 0, len), err));
		rest = bv_str_sub(rest, len + 1, rest.len);
	}
	if (!wanted->token[0] || (!wanted->object[0] && !wanted->id_len) || !wanted->module[0])
		return bv_err_set(err, BV_EINVAL, "the name of a key in a token needs token=, object= or id=, and ?module-path=");
	return BV_OK;
}

/* ---- Module, token, session ---- */

static enum bv_status
check(CK_RV rv, const char *what, struct bv_err *err)
{
	if (rv == CKR_OK)
		return BV_OK;
	if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_LOCKED || rv == CKR_PIN_EXPIRED)
		return bv_err_set(err, BV_EDENIED, "the token refuses the PIN (%s: 0x%lx); after some wrong ones it locks itself", what, rv);
	return bv_err_set(err, BV_EIO, "the token failed: %s: 0x%lx (PKCS #11 §5)", what, rv);
}

static enum bv_status
load_module(struct token *token, const char *path, struct bv_err *err)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	union {
		void *symbol;
		CK_C_GetFunctionList call;
	} list = { .symbol = library ? dlsym(library, "C_GetFunctionList") : NULL };
	CK_C_INITIALIZE_ARGS arguments = { .flags = CKF_OS_LOCKING_OK };

	if (!list.symbol)
		return bv_err_set(err, BV_ENOTFOUND, "%s: not a PKCS #11 module: %s", path, dlerror());
	TRY(check(list.call(&token->module), "C_GetFunctionList", err));
	CK_RV rv = token->module->C_Initialize(&arguments);
	return rv == CKR_CRYPTOKI_ALREADY_INITIALIZED ? BV_OK : check(rv, "C_Initialize", err);
}

/* §2.4: 32 characters, blanks at the end. */
static bool
is_label(const CK_UTF8CHAR label[32], const char *name)
{
	size_t len = strlen(name);

	if (len > 32 || memcmp(label, name, len) != 0)
		return false;
	while (len < 32 && label[len] == ' ')
		len++;
	return len == 32;
}

static enum bv_status
open_session(struct token *token, const char *label, struct bv_err *err)
{
	CK_SLOT_ID slots[SLOTS_MAX], found = 0;
	CK_ULONG count = SLOTS_MAX;
	CK_TOKEN_INFO info;
	size_t matches = 0;

	TRY(check(token->module->C_GetSlotList(CK_TRUE, slots, &count), "C_GetSlotList", err));
	for (CK_ULONG i = 0; i < count; i++) {
		if (token->module->C_GetTokenInfo(slots[i], &info) == CKR_OK && is_label(info.label, label)) {
			found = slots[i];
			matches++;
		}
	}
	if (matches != 1)
		return bv_err_set(err, BV_ENOTFOUND, "%zu tokens have the label '%s' (of %lu that are there): exactly one must", matches, label, count);
	return check(token->module->C_OpenSession(found, CKF_SERIAL_SESSION, NULL, NULL, &token->session), "C_OpenSession", err);
}

static enum bv_status
read_pin(char pin[PIN_MAX], size_t *len, const char *source, struct bv_err *err)
{
	const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : source;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
	bool open_to_others = fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_mode & 077;
	if (!open_to_others)
		n = read(fd, pin, PIN_MAX);
	close(fd);
	if (open_to_others)
		return bv_err_set(err, BV_EINVAL, "%s: others may read or write this PIN: chmod 600 it", path);
	if (n < 0 || n == PIN_MAX)
		return bv_err_set(err, BV_EINVAL, "%s: a PIN has less than %d bytes on one line", path, PIN_MAX);
	*len = (size_t)n;
	while (*len && (pin[*len - 1] == '\n' || pin[*len - 1] == '\r'))
		--*len;
	return BV_OK;
}

static enum bv_status
log_in(struct token *token, const char *source, struct bv_err *err)
{
	char pin[PIN_MAX];
	size_t len = 0;

	if (!source[0])
		return BV_OK;
	enum bv_status status = read_pin(pin, &len, source, err);
	if (status == BV_OK) {
		CK_RV rv = token->module->C_Login(token->session, CKU_USER, (CK_UTF8CHAR *)pin, len);
		status = rv == CKR_USER_ALREADY_LOGGED_IN ? BV_OK : check(rv, "C_Login", err);
	}
	bv_wipe(pin, sizeof pin);
	return status;
}

/* ---- Objects ---- */

static enum bv_status
find_object(CK_OBJECT_HANDLE *out, const struct token *token, CK_OBJECT_CLASS class, const struct wanted *wanted, struct bv_err *err)
{
	CK_KEY_TYPE type = token->kind == BV_KEY_ED25519 ? CKK_EC_EDWARDS : CKK_EC;
	CK_ATTRIBUTE attributes[4] = { { CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type } };
	char label[PART_MAX], id[PART_MAX];
	CK_OBJECT_HANDLE found[2];
	CK_ULONG count = 0, given = 2;

	memcpy(label, wanted->object, sizeof label);
	memcpy(id, wanted->id, sizeof id);
	if (label[0])
		attributes[given++] = (CK_ATTRIBUTE){ CKA_LABEL, label, strlen(label) };
	if (wanted->id_len)
		attributes[given++] = (CK_ATTRIBUTE){ CKA_ID, id, wanted->id_len };
	TRY(check(token->module->C_FindObjectsInit(token->session, attributes, given), "C_FindObjectsInit", err));
	CK_RV rv = token->module->C_FindObjects(token->session, found, 2, &count);
	token->module->C_FindObjectsFinal(token->session);
	TRY(check(rv, "C_FindObjects", err));
	if (count != 1)
		return bv_err_set(err, BV_ENOTFOUND, "token '%s': %s %s key of %s has that object= or id=: exactly one must", wanted->token, count ? "more than one" : "no",
		                  class == CKO_PRIVATE_KEY ? "private" : "public", token->kind == BV_KEY_ED25519 ? "Ed25519" : "P-256");
	*out = found[0];
	return BV_OK;
}

static bool
is_curve(enum bv_key_kind kind, struct bv_str parameters)
{
	if (kind == BV_KEY_P256)
		return bv_str_eq(parameters, BV_STR("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"));
	/* RFC 8410's identifier, or the name of PKCS #11 v3.0 §2.3.10. */
	return bv_str_eq(parameters, BV_STR("\x06\x03\x2b\x65\x70")) || bv_str_eq(parameters, BV_STR("\x13\x0c" "edwards25519"));
}

static enum bv_status
read_public(struct bv_public *public, const struct token *token, CK_OBJECT_HANDLE object, struct bv_err *err)
{
	char point[256], parameters[64];
	CK_ATTRIBUTE attributes[] = { { CKA_EC_POINT, point, sizeof point }, { CKA_EC_PARAMS, parameters, sizeof parameters } };

	TRY(check(token->module->C_GetAttributeValue(token->session, object, attributes, 2), "C_GetAttributeValue of the public key", err));
	*public = (struct bv_public){ .kind = token->kind, .len = token->kind == BV_KEY_ED25519 ? BV_KEY_LEN : 65 };
	size_t len = attributes[0].ulValueLen;
	/* §2.3.3: an OCTET STRING; some tokens leave its head away. */
	size_t head = len == public->len + 2 && point[0] == 4 && (size_t)point[1] == public->len ? 2 : 0;
	if (len != head + public->len || !is_curve(token->kind, (struct bv_str){ parameters, attributes[1].ulValueLen }))
		return bv_err_set(err, BV_EINVAL, "the token's key is not of %s", token->kind == BV_KEY_ED25519 ? "Ed25519" : "P-256");
	memcpy(public->p, point + head, public->len);
	return BV_OK;
}

static enum bv_status
sign(uint8_t signature[BV_SIGNATURE_MAX], void *ctx, struct bv_str message, struct bv_err *err)
{
	struct token *token = ctx;
	CK_MECHANISM mechanism = { .mechanism = token->kind == BV_KEY_ED25519 ? CKM_EDDSA : CKM_ECDSA };
	uint8_t hash[BV_HASH_LEN], none = 0;
	CK_ULONG len = BV_SIGNATURE_LEN;
	union {
		const char *read;
		uint8_t *given; /* PKCS #11 has no const */
	} bytes = { .read = message.len ? message.p : (const char *)&none };

	if (token->kind == BV_KEY_P256) {
		bv_sha256(hash, message);
		bytes.given = hash;
		message.len = sizeof hash;
	}
	TRY(check(token->module->C_SignInit(token->session, &mechanism, token->key), "C_SignInit", err));
	TRY(check(token->module->C_Sign(token->session, bytes.given, message.len, signature, &len), "C_Sign", err));
	if (len != BV_SIGNATURE_LEN)
		return bv_err_set(err, BV_EIO, "the token's signature has %lu bytes, not %d", len, BV_SIGNATURE_LEN);
	return BV_OK;
}

/* Objects of one label need not belong together. */
static enum bv_status
try_pair(struct token *token, const struct bv_public *public, struct bv_err *err)
{
	const struct bv_str message = BV_STR("BV-TOKEN-1");
	uint8_t signature[BV_SIGNATURE_MAX];

	TRY(sign(signature, token, message, err));
	if (!bv_public_check(public, message, signature))
		return bv_err_set(err, BV_EINVAL, "the token's private and public key of that name do not belong together");
	return BV_OK;
}

enum bv_status
bv_key_open_token(struct bv_key **out, struct bv_str uri, enum bv_key_kind kind, struct bv_err *err)
{
	static const struct bv_key_holder holder = { sign, token_close };
	BV_AUTO(token_free) struct token *token = bv_alloc(sizeof *token);
	struct wanted wanted;
	struct bv_public public;
	CK_OBJECT_HANDLE object;

	if (kind != BV_KEY_ED25519 && kind != BV_KEY_P256)
		return bv_err_set(err, BV_EINVAL, "keys of Ed25519 and P-256 are taken from a token");
	token->kind = kind;
	TRY(read_uri(&wanted, uri, err));
	TRY(load_module(token, wanted.module, err));
	TRY(open_session(token, wanted.token, err));
	TRY(log_in(token, wanted.pin, err));
	TRY(find_object(&token->key, token, CKO_PRIVATE_KEY, &wanted, err));
	TRY(find_object(&object, token, CKO_PUBLIC_KEY, &wanted, err));
	TRY(read_public(&public, token, object, err));
	TRY(try_pair(token, &public, err));
	bv_key_new_held(out, &public, &holder, bv_steal(&token));
	return BV_OK;
}

/* Decentralized identifiers of issuers: did:key (the key is the name) and did:web (a document under a host's name). */
#include <ctype.h>

#include "base/json.h"
#include "certs/issuer.h"

#define DID_KEY BV_STR("did:key:")
#define DID_WEB BV_STR("did:web:")

void
bv_did_key_write(struct bv_buf *out, const uint8_t public[BV_KEY_LEN])
{
	char multikey[BV_MULTIKEY_SIZE];

	bv_buf_printf(out, "did:key:%s", bv_multikey_write(multikey, public));
}

/* Takes the text up to the next ':' from *rest. */
static struct bv_str
segment(struct bv_str *rest)
{
	struct bv_str part = bv_str_sub(*rest, 0, bv_str_find(*rest, ':'));

	*rest = bv_str_sub(*rest, part.len + 1, rest->len);
	return part;
}

static bool
is_hex(char c)
{
	return isxdigit((unsigned char)c) != 0;
}

/* A host of lower-case labels, with %3A and digits where it has a port. */
static bool
is_host(struct bv_str s)
{
	size_t i = 0, label = 0;

	for (; i < s.len && s.p[i] != '%'; i++) {
		char c = s.p[i];
		bool edge = label == 0 || i + 1 == s.len || s.p[i + 1] == '.' || s.p[i + 1] == '%';
		if (c == '.' ? label == 0 : !(islower((unsigned char)c) || isdigit((unsigned char)c) || (c == '-' && !edge)))
			return false;
		label = c == '.' ? 0 : label + 1;
	}
	if (!label)
		return false;
	if (i == s.len)
		return true;
	struct bv_str port = bv_str_sub(s, i + 3, s.len);
	int64_t n;
	return bv_str_is(bv_str_sub(s, i, 3), "%3A") && port.len && isdigit((unsigned char)port.p[0]) && bv_str_int(port, &n) && n > 0 && n < 65536;
}

static bool
is_path_segment(struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		if (c == '%' ? i + 2 >= s.len || !is_hex(s.p[i + 1]) || !is_hex(s.p[i + 2]) : !isalnum((unsigned char)c) && !strchr("._-%", c))
			return false;
	}
	return s.len > 0 && !bv_str_is(s, ".") && !bv_str_is(s, "..");
}

enum bv_status
bv_did_check(struct bv_str did, struct bv_err *err)
{
	uint8_t public[BV_KEY_LEN];

	if (did.len > BV_DID_MAX)
		return bv_err_set(err, BV_ELIMIT, "a DID has at most %d bytes", BV_DID_MAX);
	if (did.len && memchr(did.p, '\0', did.len))
		return bv_err_set(err, BV_EINVAL, "a DID has no NUL byte in it");
	if (bv_str_starts(did, DID_KEY)) {
		if (bv_multikey_parse(public, bv_str_sub(did, DID_KEY.len, did.len), err) != BV_OK)
			return BV_EINVAL;
		return BV_OK;
	}
	if (!bv_str_starts(did, DID_WEB))
		return bv_err_set(err, BV_EINVAL, "'%.*s' is neither did:web:HOST[:PATH] nor did:key:MULTIKEY", BV_STR_ARG(bv_str_sub(did, 0, 100)));
	struct bv_str rest = bv_str_sub(did, DID_WEB.len, did.len), part = segment(&rest);
	if (!is_host(part))
		return bv_err_set(err, BV_EINVAL, "did:web: '%.*s' is not a host in lower case, with %%3A before a port",
		                  BV_STR_ARG(bv_str_sub(part, 0, 100)));
	while (rest.len) {
		part = segment(&rest);
		if (!is_path_segment(part))
			return bv_err_set(err, BV_EINVAL, "did:web: '%.*s' cannot be a part of a path", BV_STR_ARG(bv_str_sub(part, 0, 100)));
	}
	if (did.p[did.len - 1] == ':')
		return bv_err_set(err, BV_EINVAL, "did:web: ':' at the end, but no path after it");
	return BV_OK;
}

void
bv_did_web_address(struct bv_buf *out, struct bv_str did)
{
	if (!bv_str_starts(did, DID_WEB))
		return;
	struct bv_str rest = bv_str_sub(did, DID_WEB.len, did.len), host = segment(&rest);
	size_t colon = bv_str_find(host, '%');
	bv_buf_addz(out, "https://");
	bv_buf_add(out, bv_str_sub(host, 0, colon));
	if (colon < host.len)
		bv_buf_addc(out, ':');
	bv_buf_add(out, bv_str_sub(host, colon + 3, host.len));
	if (!rest.len)
		bv_buf_addz(out, "/.well-known");
	while (rest.len) {
		bv_buf_addc(out, '/');
		bv_buf_add(out, segment(&rest));
	}
	bv_buf_addz(out, "/did.json");
}

static void
add_method(struct bv_json *methods, struct bv_json *assertion, struct bv_str did, const struct bv_public *key)
{
	char multikey[BV_MULTIKEY_SIZE];
	BV_AUTO(bv_buf_finish) struct bv_buf id = BV_BUF(2 * BV_DID_MAX);

	bv_buf_printf(&id, "%.*s#%s", BV_STR_ARG(did), bv_multikey_write_of(multikey, key));
	struct bv_json *method = bv_json_add(methods, bv_json_new_object());
	bv_json_set_str(method, "id", bv_buf_str(&id));
	bv_json_set_str(method, "type", BV_STR("Multikey"));
	bv_json_set_str(method, "controller", did);
	bv_json_set_str(method, "publicKeyMultibase", bv_str_of(multikey));
	bv_json_add(assertion, bv_json_new_str(bv_buf_str(&id)));
}

void
bv_did_document_write(struct bv_buf *out, struct bv_str did, const struct bv_public *const *keys, size_t count)
{
	BV_AUTO(bv_json_free) struct bv_json *document = bv_json_new_object();
	struct bv_json *contexts = bv_json_set(document, "@context", bv_json_new_array());

	bv_json_add(contexts, bv_json_new_str(BV_STR("https://www.w3.org/ns/did/v1")));
	bv_json_add(contexts, bv_json_new_str(BV_STR("https://w3id.org/security/multikey/v1")));
	bv_json_set_str(document, "id", did);
	struct bv_json *methods = bv_json_set(document, "verificationMethod", bv_json_new_array());
	struct bv_json *assertion = bv_json_set(document, "assertionMethod", bv_json_new_array());
	for (size_t i = 0; i < count; i++)
		add_method(methods, assertion, did, keys[i]);
	bv_json_write_pretty(out, document);
}

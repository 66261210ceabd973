/* Keys by the names that people give them. */
#include "certs/token.h"

enum bv_status
bv_key_open(struct bv_key **out, const char *name, enum bv_key_kind kind, struct bv_err *err)
{
	if (strncmp(name, "signer:", 7) == 0)
		return bv_key_connect(out, name + 7, kind, err);
	if (strncmp(name, "pkcs11:", 7) == 0)
		return bv_key_open_token(out, bv_str_of(name), kind, err);
	return bv_key_load(out, kind, name, err);
}

enum bv_status
bv_signer_open(struct bv_signer **out, const char *key, const char *p256, const char *document, struct bv_str name, struct bv_str url, struct bv_err *err)
{
	BV_AUTO(bv_key_free) struct bv_key *first = NULL, *second = NULL;
	bool process = strncmp(key, "signer:", 7) == 0;

	if (!process && strncmp(key, "pkcs11:", 7) != 0) {
		if (p256 || document)
			return bv_err_set(err, BV_EINVAL, "did.json and the key of P-256 are taken from beside the file of a key: they are named for 'signer:' and 'pkcs11:' only");
		return bv_signer_load(out, key, name, url, err);
	}
	if (!document)
		return bv_err_set(err, BV_EINVAL, "name the issuer's did.json, too: nothing lies beside a key of that kind");
	TRY(bv_key_open(&first, key, BV_KEY_ED25519, err));
	if (p256 || process)
		TRY(bv_key_open(&second, p256 ? p256 : key, BV_KEY_P256, err));
	return bv_signer_gather(out, bv_steal(&first), bv_steal(&second), document, name, url, err);
}

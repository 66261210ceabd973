#include "tools/cli/log_inputs.h"

#include "base/file.h"

static const struct bv_json *
first(const struct bv_json *json)
{
	return bv_json_type(json) == BV_JSON_ARRAY ? bv_json_at(json, 0) : json;
}

static enum bv_status
write_entry(struct bv_buf *out, const struct bv_json *json, struct bv_err *err)
{
	struct bv_str method = bv_json_str(bv_json_find(first(bv_json_find(json, "proof")), "verificationMethod"));
	struct bv_json *read = NULL;
	struct bv_entry entry;

	if (bv_json_find(json, "credentialSubject")) {
		if (bv_str_find(method, '#') == method.len)
			return bv_err_set(err, BV_EINVAL, "the certificate has no proof whose verificationMethod names a key after '#'");
		return bv_entry_of(out, json, bv_str_sub(method, bv_str_find(method, '#') + 1, method.len), err);
	}
	bv_json_write_canonical(out, json);
	TRY(bv_buf_check(out, err));
	enum bv_status status = bv_entry_parse(&entry, &read, bv_buf_str(out), err);
	bv_json_free(read);
	return status;
}

enum bv_status
log_entry_load(struct bv_buf *out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(2 * BV_CREDENTIAL_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_file_read(&text, path, err));
	TRY(bv_json_parse(&json, bv_buf_str(&text), err));
	return write_entry(out, json, err);
}

enum bv_status
log_credential_load(uint8_t hash[BV_HASH_LEN], const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ENTRY_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_entry entry;

	TRY(log_entry_load(&text, path, err));
	TRY(bv_entry_parse(&entry, &json, bv_buf_str(&text), err));
	if (entry.type != BV_ENTRY_CERTIFICATE)
		return bv_err_set(err, BV_EINVAL, "%s: not a certificate", path);
	memcpy(hash, entry.credential, BV_HASH_LEN);
	return BV_OK;
}

/* ---- Whose word ---- */

static enum bv_status
load_own(struct log_word *out, const char *where, struct bv_err *err)
{
	if (strncmp(where, "https://", 8) == 0 || strncmp(where, "http://", 7) == 0)
		return bv_err_set(err, BV_EINVAL, "%s: say whose log it is: --policy FILE or --vkey KEY", where);
	out->own = true;
	return bv_file_read_in(&out->text, where, "vkey", err);
}

enum bv_status
log_word_load(struct log_word *out, const struct args *args, const char *where, struct bv_err *err)
{
	*out = (struct log_word){ .text = BV_BUF(4096) };
	if (args_get(args, "policy"))
		return bv_policy_load(&out->policy, args_get(args, "policy"), err);
	if (args_get(args, "vkey"))
		bv_buf_addz(&out->text, args_get(args, "vkey"));
	else
		TRY(load_own(out, where, err));
	return bv_vkey_parse(&out->vkey, bv_str_trim(bv_buf_str(&out->text)), err);
}

enum bv_status
log_word_check(struct bv_policy_finding *out, const struct log_word *word, const struct bv_checkpoint *checkpoint, struct bv_err *err)
{
	*out = (struct bv_policy_finding){ 0 };
	if (word->policy)
		return bv_policy_check(out, word->policy, checkpoint, err);
	if (!bv_str_eq(checkpoint->origin, word->vkey.name))
		return bv_err_set(err, BV_EDENIED, "the checkpoint is of the log '%.*s', not of '%.*s'", BV_STR_ARG(bv_str_sub(checkpoint->origin, 0, 100)),
		                  BV_STR_ARG(bv_str_sub(word->vkey.name, 0, 100)));
	return bv_checkpoint_check(checkpoint, word->vkey.public, err);
}

void
log_word_finish(struct log_word *word)
{
	bv_policy_free(word->policy);
	bv_buf_finish(&word->text);
}

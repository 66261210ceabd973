/* A root's key out of its shares, for as long as it takes to sign an authority's certificate or a revocation list. */
#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "tools/cli/ceremony.h"

enum { LIST_DAYS = 400, REVOKED_MAX = 64, NOTE_MAX = 1 << 20 };

struct use {
	const struct args *args;
	struct ceremony_secrets *secrets;
	struct bv_certificate *root;
	struct bv_key *key;
	int64_t at_s, years;
	struct bv_buf record;
};

/* Files first, then as many as are still missing from the terminal. */
static enum bv_status
collect(struct use *use, size_t *count, struct bv_err *err)
{
	struct bv_share *shares = use->secrets->shares;
	const char *path;

	for (*count = 0; (path = args_each(use->args, "share", *count)); ++*count) {
		if (*count == BV_SHARES_MAX)
			return bv_err_set(err, BV_EINVAL, "more than %d shares", BV_SHARES_MAX);
		TRY(ceremony_read_share(&shares[*count], path, err));
	}
	if (!args_has(use->args, "type"))
		return BV_OK;
	while (*count < BV_SHARES_MAX && (!*count || *count < shares[0].threshold)) {
		TRY(ceremony_type_share(&shares[*count], (unsigned)*count + 1, err));
		++*count;
	}
	return BV_OK;
}

static enum bv_status
open_key(struct use *use, struct bv_err *err)
{
	const struct bv_share *shares = use->secrets->shares;
	char set[BV_HEX_SIZE(4)];
	size_t count;

	TRY(bv_certificate_load(&use->root, args_get(use->args, "root"), err));
	TRY(collect(use, &count, err));
	TRY(bv_share_join(use->secrets->seed, shares, count, err));
	if (shares[0].rehearsal != args_has(use->args, "rehearsal"))
		return bv_err_set(err, BV_EDENIED, shares[0].rehearsal ? "these are shares of a rehearsal: say --rehearsal, or fetch the real ones" :
		                                                         "these are no shares of a rehearsal: nothing was done with them");
	bv_key_make(&use->key, shares[0].kind, use->secrets->seed);
	if (!bv_public_equal(bv_key_describe(use->key), &bv_certificate_view(use->root)->public))
		return bv_err_set(err, BV_EDENIED, "the shares of set %s are of another root than %s", bv_hex(set, shares[0].set, 4), args_get(use->args, "root"));
	bv_buf_printf(&use->record, "opened with %zu shares of set %s:", count, bv_hex(set, shares[0].set, 4));
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(&use->record, " %u", shares[i].idx);
	bv_buf_addc(&use->record, '\n');
	return BV_OK;
}

static enum bv_status
sign_authority(struct use *use, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CERTIFICATE_MAX), der = BV_BUF(BV_CERTIFICATE_MAX), pem = BV_BUF(2 * BV_CERTIFICATE_MAX);
	BV_AUTO(bv_certificate_free) struct bv_certificate *made = NULL;
	struct bv_request request;
	char fingerprint[FINGERPRINT_SIZE], until[BV_TIME_SIZE];
	const char *path = args_get(use->args, "request"), *out = args_get(use->args, "out");

	TRY(bv_file_read(&bytes, path, err));
	if (bv_request_parse(&request, bv_buf_str(&bytes), err) != BV_OK)
		return bv_err_again(err, 0, "%s: %s", path, err->msg);
	struct bv_certificate_facts facts = { .profile = BV_PROFILE_CA, .subject = request.subject, .from_s = use->at_s,
		                              .until_s = use->at_s + use->years * YEAR_S - 1, .address = bv_str_of(args_get(use->args, "address")),
		                              .issuer_file = BV_STR("root") };
	bv_random_fill(facts.serial, sizeof facts.serial);
	TRY(bv_certificate_write(&der, &facts, &request.public, use->root, use->key, err));
	TRY(bv_certificate_parse(&made, bv_buf_str(&der), err));
	const struct bv_certificate *root = use->root;
	TRY(bv_chain_check(made, NULL, 0, &root, 1, NULL, 0, use->at_s, err));
	bv_certificate_write_pem(&pem, bv_buf_str(&der));
	TRY(bv_file_create(out, bv_buf_str(&pem), 0644, err));
	bv_buf_printf(&use->record, "signed: %s for '%.*s', until %s\n  SHA-256: %s\n", out, BV_STR_ARG(request.subject.name), bv_time_write(until, facts.until_s),
	              ceremony_fingerprint(fingerprint, bv_certificate_view(made)->fingerprint));
	return BV_OK;
}

static enum bv_status
read_revoked(struct bv_revoked *revoked, struct use *use, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_certificate_free) struct bv_certificate *certificate = NULL;

	TRY(bv_certificate_load(&certificate, path, err));
	const struct bv_certificate_view *view = bv_certificate_view(certificate);
	if (!bv_str_eq(view->issuer, bv_certificate_view(use->root)->subject))
		return bv_err_set(err, BV_EINVAL, "%s: this root did not issue it, and cannot revoke it", path);
	*revoked = (struct bv_revoked){ .serial_len = view->serial.len, .at_s = use->at_s, .reason = BV_REVOKED_CA_COMPROMISE };
	memcpy(revoked->serial, view->serial.p, view->serial.len);
	bv_buf_printf(&use->record, "revoked: %s ('%.*s')\n", path, BV_STR_ARG(view->name));
	return BV_OK;
}

static enum bv_status
sign_list(struct use *use, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_CERTIFICATE_MAX), pem = BV_BUF(2 * BV_CERTIFICATE_MAX);
	struct bv_revoked revoked[REVOKED_MAX];
	const char *out = args_get(use->args, "crl"), *path;
	char next[BV_TIME_SIZE];
	size_t count = 0;

	for (; (path = args_each(use->args, "revoke", count)); count++) {
		if (count == REVOKED_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d authorities revoked", REVOKED_MAX);
		TRY(read_revoked(&revoked[count], use, path, err));
	}
	TRY(bv_crl_write(&der, use->root, use->key, use->at_s, use->at_s, use->at_s + LIST_DAYS * DAY_S, revoked, count, err));
	bv_crl_write_pem(&pem, bv_buf_str(&der));
	TRY(bv_file_write(out, bv_buf_str(&pem), 0644, err));
	bv_buf_printf(&use->record, "signed: %s with %zu revoked, the next one by %s\n", out, count, bv_time_write(next, use->at_s + LIST_DAYS * DAY_S));
	return BV_OK;
}

/* The record goes to the end of --transcript. */
static enum bv_status
keep_record(const struct use *use, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(NOTE_MAX);
	const char *path = args_get(use->args, "transcript");

	if (!path)
		return BV_OK;
	enum bv_status status = bv_file_read(&text, path, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	bv_buf_addc(&text, '\n');
	bv_buf_add(&text, bv_buf_str(&use->record));
	TRY(bv_buf_check(&text, err));
	return bv_file_write(path, bv_buf_str(&text), 0644, err);
}

static enum bv_status
use_key(struct use *use, struct bv_err *err)
{
	char time[BV_TIME_SIZE];

	TRY(args_count(&use->years, use->args, "years", 6, err));
	TRY(ceremony_time(&use->at_s, use->args, err));
	if (use->years < 1 || use->years > 25)
		return bv_err_set(err, BV_EINVAL, "--years of an authority is 1 to 25");
	bv_buf_printf(&use->record, "%sUse of the root key, %s\n", args_has(use->args, "rehearsal") ? "REHEARSAL. " : "", bv_time_write(time, use->at_s));
	TRY(open_key(use, err));
	if (args_get(use->args, "request"))
		TRY(sign_authority(use, err));
	if (args_get(use->args, "crl"))
		TRY(sign_list(use, err));
	bv_buf_addz(&use->record, "the key was wiped from memory\n");
	return keep_record(use, err);
}

int
ceremony_use(struct args *args)
{
	BV_AUTO(ceremony_secrets_free) struct ceremony_secrets *secrets = ceremony_secrets_new();
	struct use use = { .args = args, .secrets = secrets, .record = BV_BUF(NOTE_MAX) };
	struct bv_err err;

	if (!args_get(args, "root") || (!args_each(args, "share", 0) && !args_has(args, "type")))
		return usage(args->cmd, "--use needs --root FILE, and shares: --share FILE …, or --type");
	if (!args_get(args, "request") != !args_get(args, "out"))
		return usage(args->cmd, "--request FILE and --out FILE go together");
	if (args_each(args, "revoke", 0) && !args_get(args, "crl"))
		return usage(args->cmd, "--revoke needs --crl FILE, the list to write");
	enum bv_status status = use_key(&use, &err);
	if (status == BV_OK)
		fwrite(use.record.p, 1, use.record.len, stdout);
	bv_key_free(use.key);
	bv_certificate_free(use.root);
	bv_buf_finish(&use.record);
	return status == BV_OK ? EXIT_YES : fail(NULL, &err);
}

/* All that is published of an issuer's keys, from keys.json. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tools/cli/key_folder.h"

/* RFC 5280 §4.2.2.1, §4.2.1.13: what certificates point to is in DER; chain.pem is for people and other programs. */
static enum bv_status
publish_certificates(const struct key_folder *folder, const char *out, struct bv_err *err)
{
	const struct bv_certificate_view *root = bv_certificate_view(folder->root);
	BV_AUTO(bv_buf_finish) struct bv_buf chain = BV_BUF(2 * (BV_AUTHORITIES_MAX + 1) * BV_CERTIFICATE_MAX);

	TRY(key_folder_write(out, "root.crt", root->der, err));
	for (size_t i = folder->ring->authority_count; i-- > 0;) {
		char name[32], file[40];
		if (!folder->cas[i])
			continue;
		snprintf(file, sizeof file, "%s.crt", bv_authority_name(name, (int64_t)i + 1));
		TRY(key_folder_write(out, file, bv_certificate_view(folder->cas[i])->der, err));
		bv_certificate_write_pem(&chain, bv_certificate_view(folder->cas[i])->der);
	}
	bv_certificate_write_pem(&chain, root->der);
	TRY(bv_buf_check(&chain, err));
	return key_folder_write(out, "chain.pem", bv_buf_str(&chain), err);
}

/* The chains of batches, as they lie beside their keys. */
static enum bv_status
publish_batch(const struct key_folder *folder, const char *out, const struct bv_batch *batch, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096), pem = BV_BUF(8 * BV_CERTIFICATE_MAX);
	char to[64];

	TRY(key_folder_path(&path, folder->path, err, "batches/%" PRId64 "/%s", batch->number, name));
	TRY(bv_file_read(&pem, path.p, err));
	snprintf(to, sizeof to, "batch-%" PRId64 "-%s", batch->number, name);
	return key_folder_write(out, to, bv_buf_str(&pem), err);
}

/* The list of an authority. One that no longer issues, and whose key was destroyed, leaves the list that was published last. */
static enum bv_status
publish_list(const struct key_folder *folder, const char *out, int64_t authority, int64_t at_s, int64_t days, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(BV_CRL_MAX);
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	char name[32], file[40];

	if (!folder->cas[authority - 1])
		return BV_OK;
	enum bv_status status = key_folder_authority(&key, folder, authority, err);
	if (status == BV_ENOTFOUND && authority < folder->issuing)
		return BV_OK;
	TRY(status);
	TRY(key_folder_list(&list, folder, authority, key, at_s, days, err));
	snprintf(file, sizeof file, "%s.crl", bv_authority_name(name, authority));
	return key_folder_write(out, file, bv_buf_str(&list), err);
}

static enum bv_status
publish_lists(const struct key_folder *folder, const char *out, int64_t at_s, int64_t days, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf root = BV_BUF(BV_CRL_MAX);
	const struct bv_certificate *above = folder->root;

	if (!folder->root_list.len)
		return bv_err_set(err, BV_EINVAL, "%s: root.crl is missing: it comes from the root's ceremony", folder->path);
	TRY(bv_crl_to_der(&root, bv_buf_str(&folder->root_list), err));
	/* Is the authority itself still good by the root's list? */
	const struct bv_str lists[] = { bv_buf_str(&root) };
	TRY(bv_chain_check(folder->ca, NULL, 0, &above, 1, lists, 1, at_s, err));
	for (size_t i = 0; i < folder->ring->authority_count; i++)
		TRY(publish_list(folder, out, (int64_t)i + 1, at_s, days, err));
	return key_folder_write(out, "root.crl", bv_buf_str(&root), err);
}

enum bv_status
keys_publish(const struct key_folder *folder, const char *out, int64_t at_s, int64_t days, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(BV_KEYRING_MAX), set = BV_BUF(BV_KEYRING_MAX);
	const struct bv_keyring *ring = folder->ring;

	TRY(bv_dir_make(out, err));
	bv_keyring_did_document(&document, ring);
	bv_keyring_jwks(&set, ring);
	TRY(bv_buf_check(&document, err));
	TRY(bv_buf_check(&set, err));
	TRY(publish_lists(folder, out, at_s, days, err));
	TRY(publish_certificates(folder, out, err));
	for (size_t i = 0; i < ring->batch_count; i++) {
		TRY(publish_batch(folder, out, &ring->batches[i], "key.crt", err));
		TRY(publish_batch(folder, out, &ring->batches[i], "p256.crt", err));
	}
	TRY(key_folder_write(out, "jwks.json", bv_buf_str(&set), err));
	return key_folder_write(out, "did.json", bv_buf_str(&document), err);
}

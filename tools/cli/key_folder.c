#include "tools/cli/key_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

enum { DAY_S = 86400 };

struct bv_key *
key_random(enum bv_key_kind kind)
{
	uint8_t seed[BV_KEY_SEED_LEN];
	struct bv_key *key;

	bv_random_fill(seed, sizeof seed);
	bv_key_make(&key, kind, seed);
	bv_wipe(seed, sizeof seed);
	return key;
}

enum bv_status
key_folder_path(struct bv_buf *out, const char *folder, struct bv_err *err, const char *fmt, ...)
{
	char name[512];
	va_list ap;

	va_start(ap, fmt);
	int len = vsnprintf(name, sizeof name, fmt, ap);
	va_end(ap);
	bv_buf_clear(out);
	bv_buf_printf(out, "%s/%s", folder, name);
	if (len < 0 || (size_t)len >= sizeof name)
		return bv_err_set(err, BV_ELIMIT, "the name of a file is too long: %s", name);
	return bv_buf_check(out, err);
}

/* ---- Files ---- */

enum bv_status
key_folder_write(const char *folder, const char *name, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	TRY(key_folder_path(&path, folder, err, "%s", name));
	return bv_file_write(path.p, bytes, 0644, err);
}

enum bv_status
key_folder_create(const char *folder, const char *name, struct bv_str bytes, unsigned mode, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	TRY(key_folder_path(&path, folder, err, "%s", name));
	return bv_file_create(path.p, bytes, mode, err);
}

enum bv_status
key_folder_create_private(const char *folder, const char *name, const struct bv_key *key, struct bv_err *err)
{
	char pem[4096];
	/* A buffer that never grows leaves no copies behind. */
	struct bv_buf out = { .p = pem, .cap = sizeof pem, .max = sizeof pem - 1 };

	bv_key_write(&out, key);
	enum bv_status status = key_folder_create(folder, name, bv_buf_str(&out), 0600, err);
	bv_wipe(pem, sizeof pem);
	return status;
}

static enum bv_status
overwrite(int fd, const char *path, struct bv_err *err)
{
	char noise[4096];
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return bv_err_set(err, BV_EINVAL, "%s: not a regular file: nothing was destroyed", path);
	for (off_t at = 0; at < st.st_size;) {
		size_t len = (size_t)(st.st_size - at) < sizeof noise ? (size_t)(st.st_size - at) : sizeof noise;
		bv_random_fill(noise, len);
		ssize_t n = pwrite(fd, noise, len, at);
		if (n <= 0)
			return bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
		at += n;
	}
	if (fsync(fd) < 0)
		return bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno));
	return BV_OK;
}

/* So that the name, too, is gone after a power cut. */
static void
sync_folder_of(const char *path)
{
	struct bv_str folder = bv_str_of(path);
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(4096);

	while (folder.len && folder.p[folder.len - 1] != '/')
		folder.len--;
	bv_buf_add(&name, folder.len ? folder : BV_STR("."));
	int fd = open(name.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

enum bv_status
key_folder_destroy(const char *path, struct bv_err *err)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
	enum bv_status status = overwrite(fd, path, err);
	close(fd);
	TRY(status);
	if (unlink(path) < 0)
		return bv_err_set(err, BV_EIO, "%s: overwritten, but not removed: %s", path, strerror(errno));
	sync_folder_of(path);
	return BV_OK;
}

/* ---- Opening ---- */

static enum bv_status
take_lock(struct key_folder *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	TRY(key_folder_path(&path, folder->path, err, "keys.lock"));
	folder->lock = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (folder->lock < 0)
		return bv_err_set(err, errno == ENOENT || errno == ENOTDIR ? BV_ENOTFOUND : BV_EIO, "%s: %s", path.p, strerror(errno));
	if (flock(folder->lock, LOCK_EX | LOCK_NB) < 0)
		return bv_err_set(err, BV_ECONFLICT, "%s: another command is at work on these keys", folder->path);
	return BV_OK;
}

/* A certificate that may not be there. */
static enum bv_status
read_certificate(struct bv_certificate **out, const struct key_folder *folder, const char *name, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	TRY(key_folder_path(&path, folder->path, err, "%s", name));
	enum bv_status status = bv_certificate_load(out, path.p, err);
	return status == BV_ENOTFOUND ? BV_OK : status;
}

static enum bv_status
read_authorities(struct key_folder *folder, struct bv_err *err)
{
	const struct bv_keyring *ring = folder->ring;

	for (size_t i = 0; i < ring->authority_count; i++) {
		char name[32], file[40];
		snprintf(file, sizeof file, "%s.crt", bv_authority_name(name, (int64_t)i + 1));
		TRY(read_certificate(&folder->cas[i], folder, file, err));
		if (folder->cas[i] && !bv_public_equal(&bv_certificate_view(folder->cas[i])->public, &ring->authorities[i].public))
			return bv_err_set(err, BV_EINVAL, "%s: %s is of another key than the authority's in keys.json", folder->path, file);
		if (folder->cas[i]) {
			folder->ca = folder->cas[i];
			folder->issuing = (int64_t)i + 1;
		}
	}
	return BV_OK;
}

static enum bv_status
read_all(struct key_folder *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096), json = BV_BUF(BV_KEYRING_MAX);

	TRY(take_lock(folder, err));
	TRY(key_folder_path(&path, folder->path, err, "keys.json"));
	TRY(bv_file_read(&json, path.p, err));
	if (bv_keyring_parse(&folder->ring, bv_buf_str(&json), err) != BV_OK)
		return bv_err_again(err, err->line, "%s: %s", path.p, err->msg);
	TRY(read_certificate(&folder->root, folder, "root.crt", err));
	TRY(read_authorities(folder, err));
	TRY(key_folder_path(&path, folder->path, err, "root.crl"));
	enum bv_status status = bv_file_read(&folder->root_list, path.p, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	return BV_OK;
}

enum bv_status
key_folder_open(struct key_folder *out, const char *path, struct bv_err *err)
{
	BV_AUTO(key_folder_close) struct key_folder folder = { .path = path, .lock = -1, .root_list = BV_BUF(BV_CRL_MAX) };

	TRY(read_all(&folder, err));
	*out = folder;
	folder = (struct key_folder){ .lock = -1 };
	return BV_OK;
}

enum bv_status
key_folder_open_whole(struct key_folder *out, const char *path, struct bv_err *err)
{
	TRY(key_folder_open(out, path, err));
	if (!out->root || !out->ca)
		return bv_err_set(err, BV_EINVAL, "%s: the authority has no certificate yet: let the root sign ca.csr, then 'bangvang key ca --keys %s --install ca.crt --root root.crt'",
		                  path, path);
	return BV_OK;
}

void
key_folder_close(struct key_folder *folder)
{
	bv_keyring_free(folder->ring);
	bv_certificate_free(folder->root);
	for (size_t i = 0; i < BV_AUTHORITIES_MAX; i++)
		bv_certificate_free(folder->cas[i]);
	bv_buf_finish(&folder->root_list);
	if (folder->lock >= 0)
		close(folder->lock);
	*folder = (struct key_folder){ .lock = -1 };
}

enum bv_status
key_folder_authority(struct bv_key **out, const struct key_folder *folder, int64_t authority, struct bv_err *err)
{
	const struct bv_authority *which = &folder->ring->authorities[authority - 1];
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;

	if (!bv_str_starts(which->key, BV_STR("pkcs11:")))
		bv_buf_printf(&path, "%s/", folder->path);
	bv_buf_add(&path, which->key);
	TRY(bv_buf_check(&path, err));
	TRY(bv_key_open(&key, path.p, BV_KEY_P256, err));
	if (!bv_public_equal(bv_key_describe(key), &which->public))
		return bv_err_set(err, BV_EINVAL, "%s: not the authority's key of keys.json", path.p);
	*out = bv_steal(&key);
	return BV_OK;
}

/* ---- What follows from keys.json ---- */

static enum bv_status
add_entry(const struct key_folder *folder, const struct bv_batch *batch, bool p256, bool added, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf entry = BV_BUF(1 << 16), path = BV_BUF(4096);

	TRY(key_folder_path(&path, folder->path, err, "log/%06" PRId64 "-%s-%s.json", batch->number, added ? "added" : "removed", p256 ? "p256" : "ed25519"));
	if (access(path.p, F_OK) == 0)
		return BV_OK;
	TRY(bv_keyring_entry(&entry, folder->ring, batch, p256 ? &batch->p256 : &batch->ed25519, added, err));
	return bv_file_write(path.p, bv_buf_str(&entry), 0644, err);
}

/* Those that are not there yet: a command that was killed is made good by the next one. */
static enum bv_status
add_entries(const struct key_folder *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf log = BV_BUF(4096);

	TRY(key_folder_path(&log, folder->path, err, "log"));
	TRY(bv_dir_make(log.p, err));
	for (size_t i = 0; i < folder->ring->batch_count; i++) {
		const struct bv_batch *batch = &folder->ring->batches[i];
		for (int p256 = 0; p256 < 2; p256++) {
			TRY(add_entry(folder, batch, p256, true, err));
			if (batch->removed_s)
				TRY(add_entry(folder, batch, p256, false, err));
		}
	}
	return BV_OK;
}

/* A signer takes the document from beside its key. */
static enum bv_status
tell_batches(const struct key_folder *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf document = BV_BUF(BV_KEYRING_MAX);

	bv_keyring_did_document(&document, folder->ring);
	TRY(bv_buf_check(&document, err));
	for (size_t i = 0; i < folder->ring->batch_count; i++) {
		char name[64];
		if (folder->ring->batches[i].destroyed_s)
			continue;
		snprintf(name, sizeof name, "batches/%" PRId64 "/did.json", folder->ring->batches[i].number);
		TRY(key_folder_write(folder->path, name, bv_buf_str(&document), err));
	}
	return BV_OK;
}

enum bv_status
key_folder_save(const struct key_folder *folder, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf json = BV_BUF(BV_KEYRING_MAX);

	bv_keyring_write(&json, folder->ring);
	TRY(bv_buf_check(&json, err));
	TRY(key_folder_write(folder->path, "keys.json", bv_buf_str(&json), err));
	TRY(add_entries(folder, err));
	return tell_batches(folder, err);
}

enum bv_status
key_folder_list(struct bv_buf *der, const struct key_folder *folder, int64_t authority, const struct bv_key *key, int64_t at_s, int64_t days, struct bv_err *err)
{
	struct bv_revoked *revoked = bv_alloc_array(2 * folder->ring->batch_count + 1, sizeof *revoked);
	size_t count = bv_keyring_revoked(revoked, folder->ring, authority);
	/* Grows with time, and with what is revoked within one second. */
	int64_t number = at_s << 16 | (int64_t)count;
	enum bv_status status = bv_crl_write(der, folder->cas[authority - 1], key, number, at_s, at_s + days * DAY_S, revoked, count, err);

	free(revoked);
	return status;
}

/* ---- Options ---- */

enum bv_status
key_time(int64_t *at_s, const struct args *args, struct bv_err *err)
{
	if (args_get(args, "at"))
		return bv_time_parse(at_s, bv_str_of(args_get(args, "at")), err);
	*at_s = bv_clock_now_s();
	return BV_OK;
}

enum bv_status
key_batch(struct bv_batch **out, const struct key_folder *folder, const struct args *args, struct bv_err *err)
{
	int64_t number;

	TRY(args_count(&number, args, "batch", 0, err));
	*out = bv_keyring_find(folder->ring, number);
	return *out ? BV_OK : bv_err_set(err, BV_ENOTFOUND, "%s: there is no batch %" PRId64 ": see 'bangvang key list'", folder->path, number);
}

/* The master key of the store of persons, from a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/people.h"

#define HEAD "BV-MASTER-1\n"
enum { FILE_LEN = sizeof HEAD - 1 + 2 * BV_MASTER_LEN + 1 };

struct bv_master *
bv_master_new(const uint8_t secret[BV_MASTER_LEN])
{
	struct bv_master *master = bv_alloc(sizeof *master);
	struct bv_str bytes = { (const char *)secret, BV_MASTER_LEN };

	bv_hkdf_sha256(master->wrap, sizeof master->wrap, BV_STR_NONE, bytes, BV_STR("BV-MASTER-WRAP-1"));
	bv_hkdf_sha256(master->id, sizeof master->id, BV_STR_NONE, bytes, BV_STR("BV-MASTER-ID-1"));
	return master;
}

void
bv_master_derive(uint8_t out[BV_MASTER_LEN], const struct bv_master *master, struct bv_str purpose)
{
	bv_hkdf_sha256(out, BV_MASTER_LEN, BV_STR_NONE, (struct bv_str){ (const char *)master->wrap, sizeof master->wrap }, purpose);
}

void
bv_master_free(struct bv_master *master)
{
	if (!master)
		return;
	bv_wipe(master, sizeof *master);
	free(master);
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Not bv_file_read, whose buffers would keep copies. */
static enum bv_status
read_secret(char text[FILE_LEN + 1], size_t *len, const char *path, struct bv_err *err)
{
	__attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	ssize_t n = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return bv_err_set(err, errno == ENOENT || errno == ENOTDIR ? BV_ENOTFOUND : BV_EIO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return bv_err_set(err, BV_EPARSE, "%s: not a master key, which is a regular file", path);
	if (st.st_mode & 077)
		return bv_err_set(err, BV_EINVAL, "%s: others may read or write this master key (mode %03o): chmod 600 it, and change to a new one if "
		                  "anyone could have read it", path, (unsigned)(st.st_mode & 0777));
	for (*len = 0; *len <= FILE_LEN && (n = read(fd, text + *len, FILE_LEN + 1 - *len)) > 0; *len += (size_t)n)
		;
	return n < 0 ? bv_err_set(err, BV_EIO, "%s: %s", path, strerror(errno)) : BV_OK;
}

enum bv_status
bv_master_load(struct bv_master **out, const char *path, struct bv_err *err)
{
	char text[FILE_LEN + 1];
	uint8_t secret[BV_MASTER_LEN];
	size_t len = 0;

	enum bv_status status = read_secret(text, &len, path, err);
	if (status == BV_OK) {
		struct bv_str s = { text, len };
		if (len != FILE_LEN || !bv_str_starts(s, BV_STR(HEAD)) || s.p[FILE_LEN - 1] != '\n' ||
		    bv_hex_parse(secret, sizeof secret, bv_str_sub(s, sizeof HEAD - 1, 2 * BV_MASTER_LEN), err) != BV_OK)
			status = bv_err_set(err, BV_EPARSE, "%s: not a master key: 'BV-MASTER-1' and a line of %d hexadecimal digits", path, 2 * BV_MASTER_LEN);
	}
	if (status == BV_OK)
		*out = bv_master_new(secret);
	bv_wipe(text, sizeof text);
	bv_wipe(secret, sizeof secret);
	return status;
}

enum bv_status
bv_master_create(const char *path, const uint8_t secret[BV_MASTER_LEN], struct bv_err *err)
{
	char text[FILE_LEN + 1] = HEAD;

	bv_hex(text + sizeof HEAD - 1, secret, BV_MASTER_LEN);
	text[FILE_LEN - 1] = '\n';
	enum bv_status status = bv_file_create(path, (struct bv_str){ text, FILE_LEN }, 0600, err);
	bv_wipe(text, sizeof text);
	return status;
}

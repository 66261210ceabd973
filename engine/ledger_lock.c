/* A ledger in a file, and who has it open. Whoever writes takes turns by SQLite's own write lock; what a database server tells its clients besides, locks
 * of a file beside it tell here, each of one byte: they end with the process that has them, however it ends. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/ledger.h"

enum {
	OPENING = 0, /* one at a time is opening the ledger */
	RENEWED = 1, /* shared by all that have opened it */
	TREES = 2,   /* who keeps the trees */
	OFFICE = 3,  /* who imports a roster or makes codes */
};
enum { STEP_MS = 5 };

static bool
lock_byte(int fd, int byte, short how)
{
	struct flock lock = { .l_type = how, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

enum bv_status
ledger_lock_open(int *fd, const char *url, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	*fd = -1;
	if (!bv_sql_is_file(url))
		return BV_OK;
	bv_buf_add(&path, bv_sql_path(url));
	bv_buf_addz(&path, "-lock");
	TRY(bv_buf_check(&path, err));
	*fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path.p, strerror(errno));
	return BV_OK;
}

enum bv_status
ledger_lock_opening(bool *first, int fd, const char *url, struct bv_err *err)
{
	int waited_ms = 0;

	for (; fd >= 0 && !lock_byte(fd, OPENING, F_WRLCK); waited_ms += STEP_MS) {
		if (waited_ms >= 2 * BV_SQL_WAIT_MS)
			return bv_err_set(err, BV_EIO, "%s: another program has been opening this ledger for %d s: is it stopped? End it, and try again", url,
			                  waited_ms / 1000);
		usleep(STEP_MS * 1000);
	}
	*first = fd < 0 || lock_byte(fd, RENEWED, F_WRLCK);
	return BV_OK;
}

void
ledger_lock_opened(int fd, bool first)
{
	if (fd < 0)
		return;
	if (first)
		(void)!ftruncate(fd, 0); /* what stays keeps the log from being copied, no more */
	lock_byte(fd, RENEWED, F_RDLCK);
	lock_byte(fd, OPENING, F_UNLCK);
}

bool
ledger_lock_trees(int fd)
{
	return fd < 0 || lock_byte(fd, TREES, F_WRLCK);
}

void
ledger_lock_mark_copy(int fd)
{
	if (fd >= 0)
		(void)!pwrite(fd, "x", 1, 0); /* for who lives: nobody needs it on the disk */
}

bool
ledger_lock_may_copy(int fd)
{
	struct stat st;

	return fd < 0 || (fstat(fd, &st) == 0 && !st.st_size);
}

bool
ledger_lock_office(int fd)
{
	return lock_byte(fd, OFFICE, F_WRLCK);
}

/* A ledger in a file has one writer: who comes second is told before he does anything, and the first does not notice. On PostgreSQL several nodes write. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "engine/ledger.h"

enum bv_status
ledger_lock(int *fd, const char *url, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(4096);

	if (!bv_sql_is_file(url))
		return BV_OK;
	bv_buf_add(&path, bv_sql_path(url));
	if (!path.len)
		return BV_OK; /* bv_sql_open says what is wrong */
	bv_buf_addz(&path, "-lock");
	TRY(bv_buf_check(&path, err));
	int lock = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock < 0)
		return bv_err_set(err, errno == ENOENT ? BV_ENOTFOUND : BV_EIO, "%s: %s", path.p, strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
		*fd = lock;
		return BV_OK;
	}
	bool taken = errno == EWOULDBLOCK;
	close(lock);
	return bv_err_set(err, taken ? BV_ECONFLICT : BV_EIO, "%s: another program writes to this ledger: end it first (a server that is running does what it is asked over HTTP)",
	                  path.p);
}

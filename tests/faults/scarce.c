/* To be loaded before a program (LD_PRELOAD): memory that runs out. The file that BV_SCARCE names is mapped: its first int counts allocations down while it
 * is not 0, and the one that makes it 0 fails; with the second int not 0 so do all after it; the third tells that one has failed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static _Atomic int *scarce;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("BV_SCARCE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	void *p = mmap(NULL, 3 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	scarce = p == MAP_FAILED ? NULL : p;
}

static bool
runs_out(void)
{
	if (!scarce)
		return false;
	if (atomic_load(&scarce[2]) && atomic_load(&scarce[1])) {
		errno = ENOMEM;
		return true;
	}
	if (atomic_load(&scarce[0]) <= 0 || atomic_fetch_sub(&scarce[0], 1) != 1)
		return false;
	atomic_store(&scarce[2], 1);
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t size)
{
	return runs_out() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return runs_out() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *p, size_t size)
{
	return runs_out() ? NULL : __libc_realloc(p, size);
}

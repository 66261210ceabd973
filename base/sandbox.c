#define _GNU_SOURCE
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/* How a child ends that has nothing to say. */
enum { EXIT_DONE = 0, EXIT_UNHEARD = 1, EXIT_UNFILTERED = 2, EXIT_UNLIMITED = 3, EXIT_NO_PROGRAM = 4 };
/* The pipe of a program of its own. */
enum { PROGRAM_FD = 3 };

struct bv_sandbox_pipe {
	int fd;
};

struct bv_sandbox {
	int fd;
	pid_t pid; /* 0: waited for */
	unsigned cpu_s, wait_s;
};

/* ---- In the child ---- */

/* len bytes of fd into frame, or fewer at the end; the errno of what else went wrong. */
static int
read_bytes(int fd, struct bv_buf *frame, size_t len)
{
	char part[1 << 16];

	while (len) {
		ssize_t n = read(fd, part, len < sizeof part ? len : sizeof part);
		if (n < 0 && errno == EINTR)
			continue;
		/* A child that ends before it has read all answers resets the connection. */
		if (n < 0 && errno != ECONNRESET)
			return errno;
		if (n <= 0)
			return 0;
		bv_buf_add(frame, (struct bv_str){ part, (size_t)n });
		len -= (size_t)n;
	}
	return 0;
}

void
bv_sandbox_await(struct bv_sandbox_pipe *pipe, struct bv_buf *frame)
{
	BV_AUTO(bv_buf_finish) struct bv_buf head = BV_BUF(sizeof(uint32_t));
	uint32_t len;

	bv_buf_clear(frame);
	if (read_bytes(pipe->fd, &head, sizeof len) || head.len < sizeof len)
		_exit(EXIT_UNHEARD);
	memcpy(&len, head.p, sizeof len);
	if (len > frame->max || read_bytes(pipe->fd, frame, len) || frame->len < len)
		_exit(EXIT_UNHEARD);
	bv_buf_add(frame, BV_STR_NONE);
}

static void
send_bytes(struct bv_sandbox_pipe *pipe, const void *p, size_t len)
{
	for (const char *at = p; len;) {
		ssize_t n = write(pipe->fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			_exit(EXIT_UNHEARD);
		at += n;
		len -= (size_t)n;
	}
}

void
bv_sandbox_send(struct bv_sandbox_pipe *pipe, struct bv_str frame)
{
	uint32_t len = (uint32_t)frame.len;

	send_bytes(pipe, &len, sizeof len);
	send_bytes(pipe, frame.p, frame.len);
}

/* Memory of this process, in bytes; zeros where /proc is not mounted. */
struct room {
	uint64_t space; /* of addresses */
	uint64_t own;   /* that can be written: of a heap that was only reserved nothing yet */
};

static struct room
room_taken(void)
{
	unsigned long long pages[6] = { 0 };
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	char text[128] = "";
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return (struct room){ 0 };
	ssize_t n = read(fd, text, sizeof text - 1);
	close(fd);
	if (n <= 0 || sscanf(text, "%llu %llu %llu %llu %llu %llu", &pages[0], &pages[1], &pages[2], &pages[3], &pages[4], &pages[5]) != 6)
		return (struct room){ 0 };
	return (struct room){ pages[0] * page, pages[5] * page };
}

static bool
limit(int what, uint64_t most)
{
	return setrlimit((__rlimit_resource_t)what, &(struct rlimit){ .rlim_cur = most, .rlim_max = most }) == 0;
}

static bool
limit_all(const struct bv_sandbox_limits *limits, struct room before)
{
	/* Threads count as processes of the user, of whom the whole machine may have others. */
	bool processes = limits->drawing || limit(RLIMIT_NPROC, 0);

	/* The soft limit of CPU time tells by its signal what happened; the hard one, a second later, cannot be handled. */
	bool cpu = setrlimit(RLIMIT_CPU, &(struct rlimit){ .rlim_cur = limits->cpu_s, .rlim_max = limits->cpu_s + 1 }) == 0;
	bool memory = BV_ADDRESS_SANITIZER /* its shadow is terabytes of address space */ || !before.space ||
	              (limit(RLIMIT_AS, before.space + limits->memory) && limit(RLIMIT_DATA, before.own + limits->memory));

	return cpu && memory && processes && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 0);
}

/* Threads, but no process: flags of clone3 are in memory, where no filter looks, and without it the C library takes clone. */
static bool
allow_threads(scmp_filter_ctx filter)
{
	static const int plain[] = { SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(rt_sigaction) /* of the C library, with the first thread */,
	                             SCMP_SYS(sched_getaffinity) /* of the address sanitizer */ };
	static const int refused[] = { SCMP_SYS(prctl) /* their names */, SCMP_SYS(sched_getattr), SCMP_SYS(sched_setattr) };
	bool good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	            seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0;

	for (size_t i = 0; good && i < BV_COUNT(plain); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0) == 0;
	for (size_t i = 0; good && i < BV_COUNT(refused); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i], 0) == 0;
	/* Those that run already. */
	return good && seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
}

/* Memory for itself, never executable; bytes into the pipe and out of it; its own end. Files are refused, everything else ends it. */
static bool
filter_calls(int fd, bool drawing)
{
	static const int plain[] = { SCMP_SYS(munmap), SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(mremap), SCMP_SYS(exit), SCMP_SYS(exit_group),
		                     SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack), SCMP_SYS(futex), SCMP_SYS(getpid),
		                     SCMP_SYS(gettid), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom), SCMP_SYS(sched_yield),
		                     SCMP_SYS(sysinfo) /* qsort asks how much memory there is */ };
	/* What a library may try and can do without. */
	static const int refused[] = { SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(readlink) };
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool good = filter != NULL && (!drawing || allow_threads(filter));

	for (size_t i = 0; good && i < BV_COUNT(plain); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0) == 0;
	for (size_t i = 0; good && i < BV_COUNT(refused); i++)
		good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ERRNO(drawing ? 0 : EACCES), SCMP_SYS(access), 0) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)fd)) == 0;
	/* Last words on stderr, which is closed, are no reason to die in another way. */
	good = good && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EBADF), SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_NE, (scmp_datum_t)fd)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid())) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
	good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
	                                SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
	good = good && seccomp_load(filter) == 0;
	if (filter)
		seccomp_release(filter);
	return good;
}

/* Leaves the way out open and closes everything else. */
static bool
close_others(int fd)
{
	return (fd == 0 || close_range(0, (unsigned)fd - 1, 0) == 0) && close_range((unsigned)fd + 1, ~0u, 0) == 0;
}

/* Of what the process could do only computing is left, and the pipe. */
static void
shut_in(int fd, const struct bv_sandbox_limits *limits)
{
	static const int deadly[] = { SIGXCPU, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS };
	struct room before = room_taken();

	for (size_t i = 0; i < BV_COUNT(deadly); i++)
		signal(deadly[i], SIG_DFL); /* whatever the parent does about them */
	signal(SIGPIPE, SIG_IGN);
	/* A library that makes a date would look into /etc/localtime. */
	setenv("TZ", "UTC0", 1);
	tzset();
	/* Each thread would reserve room for memory of its own. */
	if (limits->drawing)
		mallopt(M_ARENA_MAX, 1);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0 || !close_others(fd) ||
	    !limit_all(limits, before))
		_exit(EXIT_UNLIMITED);
	if (!limits->unfiltered && !filter_calls(fd, limits->drawing))
		_exit(EXIT_UNFILTERED);
}

static void
run_child(int fd, bv_sandbox_work work, void *ctx, const struct bv_sandbox_limits *limits)
{
	struct bv_sandbox_pipe out = { fd };

	shut_in(fd, limits);
	work(ctx, &out);
	_exit(EXIT_DONE);
}

/* ---- In a program of its own ---- */

static struct bv_sandbox_pipe own_pipe = { PROGRAM_FD };

struct bv_sandbox_pipe *
bv_sandbox_pipe(void)
{
	return &own_pipe;
}

struct bv_sandbox_pipe *
bv_sandbox_enter(const struct bv_sandbox_limits *limits)
{
	shut_in(own_pipe.fd, limits);
	return &own_pipe;
}

/* Between fork and exec nothing that takes a lock: other threads may have held it. */
static void
become_program(int fd, const char *const *argv)
{
	static const sigset_t none;

	/* Descriptors that are not open would be taken by the first file that is. */
	if (fd != PROGRAM_FD && dup2(fd, PROGRAM_FD) < 0)
		_exit(EXIT_UNLIMITED);
	if ((fd == PROGRAM_FD && fcntl(fd, F_SETFD, 0) < 0) || close_range(0, 2, 0) < 0 || close_range(PROGRAM_FD + 1, ~0u, 0) < 0 || open("/dev/null", O_RDWR) != 0 ||
	    dup2(0, 1) < 0 || dup2(0, 2) < 0 || sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		_exit(EXIT_UNLIMITED);
	execv("/proc/self/exe", (char *const *)(uintptr_t)argv);
	_exit(EXIT_NO_PROGRAM);
}

/* ---- In the parent ---- */

/* argv NULL: work(ctx) in a copy of this process. */
static enum bv_status
start(struct bv_sandbox **out, const char *const *argv, bv_sandbox_work work, void *ctx, const struct bv_sandbox_limits *limits, struct bv_err *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return bv_err_set(err, BV_EIO, "no pipe to a sandbox: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0 && argv)
		become_program(ends[1], argv);
	if (pid == 0)
		run_child(ends[1], work, ctx, limits);
	close(ends[1]);
	if (pid < 0) {
		bv_err_set(err, BV_EIO, "no process for a sandbox: %s", strerror(errno));
		close(ends[0]);
		return err->status;
	}
	const struct timeval wait = { .tv_sec = (time_t)limits->wait_s };
	if (limits->wait_s && setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) < 0)
		bv_err_set(err, BV_EIO, "no limit of time for a sandbox: %s", strerror(errno)); /* never on a socket of this kind */
	*out = bv_alloc(sizeof **out);
	**out = (struct bv_sandbox){ ends[0], pid, limits->cpu_s, limits->wait_s };
	return BV_OK;
}

enum bv_status
bv_sandbox_start(struct bv_sandbox **out, bv_sandbox_work work, void *ctx, const struct bv_sandbox_limits *limits, struct bv_err *err)
{
	return start(out, NULL, work, ctx, limits, err);
}

enum bv_status
bv_sandbox_start_program(struct bv_sandbox **out, const char *const *argv, const struct bv_sandbox_limits *limits, struct bv_err *err)
{
	return start(out, argv, NULL, NULL, limits, err);
}

/* Waits for the child; what its end means. */
static enum bv_status
reap(struct bv_sandbox *sandbox, struct bv_err *err)
{
	int how = 0;

	while (waitpid(sandbox->pid, &how, 0) < 0)
		if (errno != EINTR)
			return bv_err_set(err, BV_EIO, "the sandbox cannot be waited for: %s", strerror(errno));
	sandbox->pid = 0;
	if (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGKILL))
		return bv_err_set(err, BV_ELIMIT, "reading it took more than %u s of processor time, or the machine ran out of memory: stopped", sandbox->cpu_s);
	if (WIFSIGNALED(how) && WTERMSIG(how) == SIGSYS)
		return bv_err_set(err, BV_EPARSE, "reading it tried what no reading needs (a system call that is not allowed): stopped");
	if (WIFSIGNALED(how) && WTERMSIG(how) == SIGABRT)
		return bv_err_set(err, BV_ELIMIT, "reading it needs more memory than allowed, or met a fault of this program: stopped");
	if (WIFSIGNALED(how))
		return bv_err_set(err, BV_EPARSE, "reading it crashed (signal %d): nothing of what is missing was imported", WTERMSIG(how));
	if (WEXITSTATUS(how) == EXIT_UNFILTERED)
		return bv_err_set(err, BV_EDENIED, "this system has no filter of system calls (seccomp), which keeps what comes from anybody apart");
	if (WEXITSTATUS(how) == EXIT_NO_PROGRAM)
		return bv_err_set(err, BV_EIO, "this program cannot be started again for a sandbox (/proc/self/exe)");
	if (WEXITSTATUS(how) == EXIT_UNLIMITED)
		return bv_err_set(err, BV_EDENIED, "this system does not let the reading of what comes from anybody be limited (rlimits, Linux 5.9)");
	return WEXITSTATUS(how) == EXIT_DONE ? BV_OK : bv_err_set(err, BV_EPARSE, "reading it ended too early (status %d)", WEXITSTATUS(how));
}

/* len bytes into frame, or fewer at the end of the file. */
static enum bv_status
receive_bytes(struct bv_sandbox *sandbox, struct bv_buf *frame, size_t len, struct bv_err *err)
{
	int fault = read_bytes(sandbox->fd, frame, len);

	if (fault == EAGAIN)
		return bv_err_set(err, BV_ELIMIT, "reading it said nothing for %u s: stopped", sandbox->wait_s);
	return fault ? bv_err_set(err, BV_EIO, "the sandbox cannot be read: %s", strerror(fault)) : BV_OK;
}

static bool
answer_bytes(struct bv_sandbox *sandbox, const void *p, size_t len)
{
	for (const char *at = p; len;) {
		ssize_t n = send(sandbox->fd, at, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

void
bv_sandbox_answer(struct bv_sandbox *sandbox, struct bv_str frame)
{
	uint32_t len = (uint32_t)frame.len;

	if (answer_bytes(sandbox, &len, sizeof len))
		answer_bytes(sandbox, frame.p, frame.len);
}

enum bv_status
bv_sandbox_receive(struct bv_sandbox *sandbox, struct bv_buf *frame, bool *more, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf head = BV_BUF(sizeof(uint32_t));
	uint32_t len = 0;

	bv_buf_clear(frame);
	TRY(receive_bytes(sandbox, &head, sizeof len, err));
	if (head.len == 0)
		TRY(reap(sandbox, err));
	*more = head.len != 0;
	if (!*more)
		return BV_OK;
	if (head.len == sizeof len)
		memcpy(&len, head.p, sizeof len);
	if (len > frame->max)
		return bv_err_set(err, BV_ELIMIT, "reading it gave %lu bytes at once: %zu are allowed", (unsigned long)len, frame->max);
	if (head.len == sizeof len)
		TRY(receive_bytes(sandbox, frame, len, err));
	if (head.len < sizeof len || frame->len < len) {
		TRY(reap(sandbox, err));
		return bv_err_set(err, BV_EPARSE, "reading it ended in the middle of a frame");
	}
	bv_buf_add(frame, BV_STR_NONE); /* an empty frame is an empty string, not NULL */
	return BV_OK;
}

void
bv_sandbox_free(struct bv_sandbox *sandbox)
{
	if (!sandbox)
		return;
	close(sandbox->fd);
	if (sandbox->pid) {
		kill(sandbox->pid, SIGKILL);
		while (waitpid(sandbox->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(sandbox);
}

/* A child that reads hostile input: it computes and answers, and dies of everything else without harm to its parent. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sandbox.h"
#include "tests/check.h"

static const struct bv_sandbox_limits limits = { .memory = 256u << 20, .cpu_s = 10 };
static volatile int zero; /* so that the compiler does not see what comes */
static int outside; /* a descriptor of the parent */

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void
count(void *ctx, struct bv_sandbox_pipe *pipe)
{
	BV_AUTO(bv_buf_finish) struct bv_buf buf = BV_BUF(1 << 20);

	struct tm day = { .tm_year = 70, .tm_mday = 1 };

	if (mktime(&day) != 0) /* local time is UTC, and no file is looked into */
		return;
	bv_sandbox_send(pipe, bv_str_of(ctx));
	bv_sandbox_send(pipe, BV_STR(""));
	/* A sort large enough to need memory of its own. */
	int *numbers = bv_alloc_array(100000, sizeof *numbers);
	for (int i = 0; i < 100000; i++)
		numbers[i] = (i * 7919) % 100000;
	qsort(numbers, 100000, sizeof *numbers, by_number);
	for (int i = 0; i < 100000; i++)
		bv_buf_addc(&buf, (char)numbers[i]);
	free(numbers);
	bv_sandbox_send(pipe, bv_buf_str(&buf));
}

static void
nothing(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
}

static void
segfault(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx;
	bv_sandbox_send(pipe, BV_STR("before"));
	raise(SIGSEGV);
}

static void
spin(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	while (!zero)
		;
}

static void
devour(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	for (int i = 0; i < 1000; i++)
		memset(bv_alloc(16 << 20), 1, 1);
}

static void
open_file(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	if (open("/etc/passwd", O_RDONLY) < 0)
		_exit(77);
}

static void
make_process(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	if (fork() < 0)
		_exit(77);
}

static void
connect_out(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	if (socket(AF_INET, SOCK_STREAM, 0) < 0)
		_exit(77);
}

static void
write_outside(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	if (write(outside, "x", 1) < 0)
		_exit(77);
}

static void
run_code(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
		_exit(77);
}

static void
kill_parent(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx, (void)pipe;
	if (kill(getppid(), 0) < 0)
		_exit(77);
}

static void
end_early(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx;
	bv_sandbox_send(pipe, BV_STR("before"));
	_exit(5);
}

static void
half_frame(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx;
	bv_sandbox_send(pipe, (struct bv_str){ "abc", 3 });
	/* The head of a frame of 50 bytes and three of them: what a child that was taken over might write. */
	int fd = *(int *)(void *)pipe;
	if (write(fd, "2\0\0\0abc", 7) != 7)
		_exit(77);
}

static void
half_head(void *ctx, struct bv_sandbox_pipe *pipe)
{
	(void)ctx;
	int fd = *(int *)(void *)pipe;
	if (write(fd, "\xe8\3", 2) != 2)
		_exit(77);
}

static void
flood(void *ctx, struct bv_sandbox_pipe *pipe)
{
	static const char large[1 << 20];

	(void)ctx;
	for (;;)
		bv_sandbox_send(pipe, (struct bv_str){ large, sizeof large });
}

/* Asks, and gives back what it is told. */
static void
ask(void *ctx, struct bv_sandbox_pipe *pipe)
{
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(1 << 20);

	(void)ctx;
	for (int i = 0; i < 4; i++) {
		bv_sandbox_send(pipe, BV_STR("?"));
		bv_sandbox_await(pipe, &frame);
		bv_sandbox_send(pipe, frame.p ? bv_buf_str(&frame) : BV_STR("NULL"));
	}
}

/* Answers of several lengths, and one that is longer than the child takes. */
static void
answers(void)
{
	static char large[(1 << 20) + 1];
	const size_t lens[] = { 5, 0, 1 << 20, sizeof large };
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(sizeof large);
	struct bv_err err;
	bool more = false;

	for (size_t i = 0; i < sizeof large; i++)
		large[i] = (char)(i * 31 >> 3);
	CHECK_OK(bv_sandbox_start(&sandbox, ask, NULL, &limits, &err), &err, "a child that asks");
	for (size_t i = 0; i < BV_COUNT(lens); i++) {
		CHECK(bv_sandbox_receive(sandbox, &frame, &more, &err) == BV_OK && more && bv_str_is(bv_buf_str(&frame), "?"), "question %zu", i);
		bv_sandbox_answer(sandbox, (struct bv_str){ large, lens[i] });
		enum bv_status status = bv_sandbox_receive(sandbox, &frame, &more, &err);
		if (i < 3)
			CHECK(status == BV_OK && frame.len == lens[i] && memcmp(frame.p, large, lens[i]) == 0, "answer of %zu bytes", lens[i]);
		else
			CHECK_REFUSED(status, BV_EPARSE, &err, "too early (status 1)", "an answer that is too long ends the child");
	}
	bv_sandbox_answer(sandbox, (struct bv_str){ large, sizeof large }); /* nobody listens: no signal */
	bv_sandbox_free(bv_steal(&sandbox));
	CHECK_OK(bv_sandbox_start(&sandbox, ask, NULL, &limits, &err), &err, "a child that asks");
	CHECK_OK(bv_sandbox_receive(sandbox, &frame, &more, &err), &err, "and is left without an answer");
}

/* All frames joined; the status of the end. */
static enum bv_status
run(bv_sandbox_work work, const struct bv_sandbox_limits *l, struct bv_buf *all, size_t frame_max, struct bv_err *err)
{
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(frame_max);
	static char hello[] = "hello";
	bool more = true;

	bv_buf_clear(all);
	TRY(bv_sandbox_start(&sandbox, work, hello, l, err));
	while (more) {
		TRY(bv_sandbox_receive(sandbox, &frame, &more, err));
		if (more && !frame.p)
			return bv_err_set(err, BV_EINVAL, "a frame that is NULL");
		bv_buf_add(all, bv_buf_str(&frame));
	}
	return BV_OK;
}

/* ---- A program of its own ---- */

static void *
add_one(void *ctx)
{
	++*(int *)ctx;
	return NULL;
}

/* What this program does when it is started with an argument. */
static void
program(const char *what)
{
	const struct bv_sandbox_limits l = { .memory = 256u << 20, .cpu_s = 10, .drawing = true };
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(100);
	pthread_t thread;
	int number = 6;

	if (strcmp(what, "early") == 0)
		_exit(5);
	bv_sandbox_await(bv_sandbox_pipe(), &frame);
	int fd = open(frame.p, O_RDONLY | O_CLOEXEC);
	struct bv_sandbox_pipe *pipe = bv_sandbox_enter(&l);
	if (fd < 0)
		_exit(79);
	if (strcmp(what, "open") == 0 && open("/dev/null", O_RDONLY) >= 0)
		bv_sandbox_send(pipe, BV_STR("opened"));
	if (strcmp(what, "fork") == 0 && fork() >= 0)
		bv_sandbox_send(pipe, BV_STR("forked"));
	if (strcmp(what, "execute") == 0 && execl("/bin/true", "true", NULL) == 0)
		bv_sandbox_send(pipe, BV_STR("executed"));
	if (strcmp(what, "still-open") == 0 && read(fd, &number, 1) == 1)
		bv_sandbox_send(pipe, BV_STR("read"));
	if (strcmp(what, "thread") == 0 && pthread_create(&thread, NULL, add_one, &number) == 0 && pthread_join(thread, NULL) == 0 && number == 7 && access("/dev/null", R_OK) == 0)
		bv_sandbox_send(pipe, BV_STR("seven"));
	_exit(0);
}

static enum bv_status
start_program(struct bv_buf *all, const char *what, struct bv_err *err)
{
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(100);
	const char *const argv[] = { "test_sandbox", what, NULL };
	const struct bv_sandbox_limits l = { .cpu_s = 10, .wait_s = 60 };
	bool more = true;

	bv_buf_clear(all);
	TRY(bv_sandbox_start_program(&sandbox, argv, &l, err));
	bv_sandbox_answer(sandbox, BV_STR("/dev/zero"));
	while (more) {
		TRY(bv_sandbox_receive(sandbox, &frame, &more, err));
		bv_buf_add(all, bv_buf_str(&frame));
	}
	return BV_OK;
}

static void
programs(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(100);
	struct bv_err err;

	CHECK_OK(start_program(&all, "thread", &err), &err, "a program with a thread");
	CHECK(bv_str_is(bv_buf_str(&all), "seven"), "a program that is shut in has threads, and is told that fonts are there");
	CHECK(start_program(&all, "open", &err) == BV_OK && !all.len, "it opens no file");
	CHECK_REFUSED(start_program(&all, "still-open", &err), BV_EPARSE, &err, "system call", "it reads none that was open");
	CHECK_REFUSED(start_program(&all, "fork", &err), BV_EPARSE, &err, "system call", "it starts no process");
	CHECK_REFUSED(start_program(&all, "execute", &err), BV_EPARSE, &err, "system call", "nor another program");
	CHECK_REFUSED(start_program(&all, "early", &err), BV_EPARSE, &err, "status 5", "one that ends before it has asked");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		program(argv[1]);
	static const struct {
		const char *name;
		bv_sandbox_work work;
		enum bv_status want;
		const char *says;
	} cases[] = {
		{ "a child that crashes", segfault, BV_EPARSE, "crashed (signal 11)" },
		{ "a child that opens a file", open_file, BV_EPARSE, "status 77" },
		{ "a child that forks", make_process, BV_EPARSE, "system call" },
		{ "a child that makes a socket", connect_out, BV_EPARSE, "system call" },
		{ "a child that writes elsewhere", write_outside, BV_EPARSE, "status 77" },
		{ "a child that makes code", run_code, BV_EPARSE, "system call" },
		{ "a child that signals its parent", kill_parent, BV_EPARSE, "system call" },
		{ "a child that ends early", end_early, BV_EPARSE, "too early (status 5)" },
		{ "a frame cut off", half_frame, BV_EPARSE, "middle of a frame" },
		{ "the head of a frame cut off", half_head, BV_EPARSE, "middle of a frame" },
	};
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(8 << 20);
	struct bv_sandbox_limits l = limits;
	struct bv_err err;

	outside = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum bv_status first = run(nothing, &limits, &all, 100, &err);
	if (first == BV_EDENIED) {
		CHECK(strstr(err.msg, "seccomp") != NULL, "a system without a filter of system calls is told: %s", err.msg);
		return check_end();
	}
	CHECK_OK(first, &err, "a child that says nothing");
	CHECK_OK(run(count, &limits, &all, 100000, &err), &err, "a child that counts");
	CHECK(all.len == 100005 && memcmp(all.p, "hello", 5) == 0 && all.p[5 + 77777] == (char)77777, "all its frames arrive");
	CHECK_REFUSED(run(count, &limits, &all, 99999, &err), BV_ELIMIT, &err, "100000 bytes at once", "a frame larger than allowed");
	CHECK_REFUSED(run(flood, &limits, &all, 1 << 19, &err), BV_ELIMIT, &err, "at once", "and its child is ended");
	for (size_t i = 0; i < BV_COUNT(cases); i++)
		CHECK_REFUSED(run(cases[i].work, &limits, &all, 100, &err), cases[i].want, &err, cases[i].says, cases[i].name);
	answers();
	l.cpu_s = 1;
	CHECK_REFUSED(run(spin, &l, &all, 100, &err), BV_ELIMIT, &err, "1 s of processor time", "a child that computes for ever");
	l = limits;
	l.wait_s = 1;
	CHECK_REFUSED(run(ask, &l, &all, 100, &err), BV_ELIMIT, &err, "said nothing for 1 s", "a child that waits for ever");
	l.wait_s = 100;
	CHECK_OK(run(count, &l, &all, 100000, &err), &err, "a child that need not wait so long");
	l = limits;
	if (!CHECK_SANITIZED) /* whose shadow takes more address space than any limit: memory is not limited under it */
		CHECK_REFUSED(run(devour, &l, &all, 100, &err), BV_ELIMIT, &err, "more memory than allowed", "a child that devours memory");
	programs();
	/* Without the filter the limits hold: no file, no process. */
	l.unfiltered = true;
	CHECK_OK(run(count, &l, &all, 100000, &err), &err, "without the filter: a child that counts");
	CHECK_REFUSED(run(open_file, &l, &all, 100, &err), BV_EPARSE, &err, "status 77", "without the filter: no file is opened");
	return check_end();
}

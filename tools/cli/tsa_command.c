#include "tools/cli/tsa_command.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
	int in, out; /* its standard input and output, our ends */
	pid_t pid;
};

static enum bv_status
start(struct child *child, const char *command, struct bv_err *err)
{
	int in[2], out[2];

	if (pipe(in) != 0 || pipe(out) != 0 || (child->pid = fork()) < 0)
		return bv_err_set(err, BV_EIO, "--tsa-command: %s", strerror(errno));
	if (child->pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[0]), close(in[1]), close(out[0]), close(out[1]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	child->in = in[1];
	child->out = out[0];
	return BV_OK;
}

/* A request is smaller than a pipe: what is written waits for nobody. */
static void
give(struct child *child, struct bv_str request)
{
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	ssize_t n;

	while (request.len && (n = write(child->in, request.p, request.len)) > 0)
		request = bv_str_sub(request, (size_t)n, request.len);
	close(child->in);
	signal(SIGPIPE, before);
}

enum bv_status
tsa_command_ask(void *ctx, struct bv_buf *response, struct bv_str request, struct bv_err *err)
{
	struct child child = { 0 };
	char bytes[4096];
	ssize_t n;
	int status;

	TRY(start(&child, ctx, err));
	give(&child, request);
	while ((n = read(child.out, bytes, sizeof bytes)) > 0)
		bv_buf_add(response, (struct bv_str){ bytes, (size_t)n });
	close(child.out);
	if (waitpid(child.pid, &status, 0) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return bv_err_set(err, BV_EIO, "--tsa-command failed: no time stamp was made");
	return bv_buf_check(response, err);
}

#define _GNU_SOURCE
#include "tools/signer/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

static volatile sig_atomic_t ended;

static void
end(int signal)
{
	(void)signal;
	ended = 1;
}

enum bv_status
serve_open(struct server *server, struct bv_err *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(server->path);

	server->listener = -1;
	if (!len || len >= sizeof address.sun_path)
		return bv_err_set(err, BV_EINVAL, "--socket: a path of 1 to %zu bytes", sizeof address.sun_path - 1);
	memcpy(address.sun_path, server->path, len);
	server->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (server->listener < 0)
		return bv_err_set(err, BV_EIO, "no socket: %s", strerror(errno));
	/* The count's lock says that no other signer has these keys: what is there is left over. But only a socket is removed. */
	struct stat st;
	if (lstat(server->path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(server->path);
	mode_t mask = umask(0777);
	int bound = bind(server->listener, (struct sockaddr *)&address, sizeof address);
	int fault = errno;
	umask(mask);
	if (bound < 0)
		return bv_err_set(err, fault == EADDRINUSE ? BV_ECONFLICT : BV_EIO, "%s: %s", server->path, strerror(fault));
	if (listen(server->listener, LINKS_MAX) < 0 || chmod(server->path, server->allowed_count ? 0660 : 0600) < 0)
		return bv_err_set(err, BV_EIO, "%s: %s", server->path, strerror(errno));
	return BV_OK;
}

static bool
is_allowed(const struct server *server, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return false;
	bool good = peer.uid == server->allowed[0];
	for (size_t i = 0; i < server->allowed_count; i++)
		good = good || peer.uid == server->allowed[1 + i];
	if (!good)
		fprintf(stderr, "event=refused uid=%u pid=%d\n", (unsigned)peer.uid, (int)peer.pid);
	return good;
}

static void
take_link(const struct server *server, struct pollfd *polls, size_t *count)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (*count == LINKS_MAX + 1 || !is_allowed(server, fd)) {
		close(fd);
		return;
	}
	polls[(*count)++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

/* One frame; false: the link is done with. */
static bool
answer(struct desk *desk, int fd, enum bv_signer_says *last)
{
	uint8_t request[BV_SIGNER_FRAME], reply[BV_SIGNER_FRAME];
	ssize_t n = recv(fd, request, sizeof request, MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	desk_answer(desk, reply, (struct bv_str){ (const char *)request, n == BV_SIGNER_FRAME ? BV_SIGNER_FRAME : 0 }, bv_clock_now_s());
	enum bv_signer_says says = reply[4];
	if (says != *last && says != BV_SIGNER_DONE)
		fprintf(stderr, "event=refusing says=%d\n", says);
	*last = says;
	return send(fd, reply, sizeof reply, MSG_NOSIGNAL) == (ssize_t)sizeof reply && says != BV_SIGNER_BAD;
}

void
serve(const struct server *server, struct desk *desk)
{
	struct pollfd polls[LINKS_MAX + 1] = { { .fd = server->listener, .events = POLLIN } };
	enum bv_signer_says last = BV_SIGNER_DONE;
	size_t count = 1;

	while (!ended && bv_clock_now_s() < desk->until_s) {
		if (poll(polls, count, 1000) <= 0)
			continue;
		for (size_t i = count; i-- > 1;) {
			if (!polls[i].revents || answer(desk, polls[i].fd, &last))
				continue;
			close(polls[i].fd);
			polls[i] = polls[--count];
		}
		if (polls[0].revents)
			take_link(server, polls, &count);
	}
	unlink(server->path);
	fprintf(stderr, "event=end why=%s ed25519=%llu p256=%llu\n", ended ? "signal" : "window-over", (unsigned long long)desk->meter.used[0],
	        (unsigned long long)desk->meter.used[1]);
}

void
serve_signals(void)
{
	const struct sigaction act = { .sa_handler = end };

	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	signal(SIGPIPE, SIG_IGN);
}

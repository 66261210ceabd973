#define _GNU_SOURCE
#include "tools/httpd/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"

enum { BACKLOG = 4096, FIRST_GIVEN = 3 };

union any {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct sockaddr_un un;
};

static enum bv_status
parse_address(union any *out, socklen_t *len, const char *where, struct bv_err *err)
{
	const char *colon = strrchr(where, ':');
	char host[64] = "";
	int64_t port;

	if (!colon || (size_t)(colon - where) >= sizeof host || !bv_str_int(bv_str_of(colon + 1), &port) || port < 0 || port > 65535)
		return bv_err_set(err, BV_EINVAL, "'%s' is not ADDRESS:PORT, [ADDRESS]:PORT or unix:FILE", where);
	bool six = where[0] == '[';
	size_t end = (size_t)(colon - where) - (six && colon[-1] == ']');
	memcpy(host, where + six, end - six);
	*out = (union any){ .any.sa_family = six ? AF_INET6 : AF_INET };
	*len = six ? sizeof out->six : sizeof out->four;
	(six ? &out->six.sin6_port : &out->four.sin_port)[0] = htons((uint16_t)port);
	if (inet_pton(out->any.sa_family, host, six ? (void *)&out->six.sin6_addr : (void *)&out->four.sin_addr) != 1)
		return bv_err_set(err, BV_EINVAL, "'%s' is no address: write as 127.0.0.1:8080 or [::1]:8080", where);
	return BV_OK;
}

static enum bv_status
parse(union any *out, socklen_t *len, const char *where, struct bv_err *err)
{
	if (strncmp(where, "unix:", 5) != 0)
		return parse_address(out, len, where, err);
	if (strlen(where + 5) >= sizeof out->un.sun_path || !where[5])
		return bv_err_set(err, BV_EINVAL, "'%s': the path of a socket has 1 to %zu bytes", where, sizeof out->un.sun_path - 1);
	*out = (union any){ .un.sun_family = AF_UNIX };
	*len = sizeof out->un;
	memcpy(out->un.sun_path, where + 5, strlen(where + 5));
	return BV_OK;
}

enum bv_status
listen_check(const char *where, struct bv_err *err)
{
	union any address;
	socklen_t len;

	return parse(&address, &len, where, err);
}

enum bv_status
listen_open(int *fd, const char *where, struct bv_err *err)
{
	union any address;
	socklen_t len;
	const int on = 1;
	struct stat st;

	TRY(parse(&address, &len, where, err));
	/* What a server before us left; never anything but a socket. */
	if (address.any.sa_family == AF_UNIX && lstat(address.un.sun_path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(address.un.sun_path);
	int s = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s < 0)
		return bv_err_set(err, BV_EIO, "socket: %s", strerror(errno));
	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(s, &address.any, len) < 0 || listen(s, BACKLOG) < 0) {
		int e = errno;
		close(s);
		return bv_err_set(err, BV_EIO, "%s: cannot listen: %s", where, strerror(e));
	}
	*fd = s;
	return BV_OK;
}

enum bv_status
listen_given(int *fd, struct bv_err *err)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int64_t n;
	int accepting = 0;
	socklen_t len = sizeof accepting;

	*fd = -1;
	if (!pid || !count || !bv_str_int(bv_str_of(pid), &n) || n != getpid())
		return BV_OK;
	if (!bv_str_int(bv_str_of(count), &n) || n != 1)
		return bv_err_set(err, BV_EINVAL, "LISTEN_FDS is %s: give one socket", count);
	if (getsockopt(FIRST_GIVEN, SOL_SOCKET, SO_ACCEPTCONN, &accepting, &len) < 0 || !accepting)
		return bv_err_set(err, BV_EINVAL, "the socket that was given does not listen");
	if (fcntl(FIRST_GIVEN, F_SETFD, FD_CLOEXEC) < 0 || fcntl(FIRST_GIVEN, F_SETFL, fcntl(FIRST_GIVEN, F_GETFL) | O_NONBLOCK) < 0)
		return bv_err_set(err, BV_EIO, "the socket that was given: %s", strerror(errno));
	*fd = FIRST_GIVEN;
	return BV_OK;
}

void
listen_name(char *out, size_t size, int fd)
{
	union any address;
	socklen_t len = sizeof address;
	char host[INET6_ADDRSTRLEN] = "";

	memset(&address, 0, sizeof address);
	if (getsockname(fd, &address.any, &len) < 0)
		snprintf(out, size, "?");
	else if (address.any.sa_family == AF_INET)
		snprintf(out, size, "%s:%u", inet_ntop(AF_INET, &address.four.sin_addr, host, sizeof host), ntohs(address.four.sin_port));
	else if (address.any.sa_family == AF_INET6)
		snprintf(out, size, "[%s]:%u", inet_ntop(AF_INET6, &address.six.sin6_addr, host, sizeof host), ntohs(address.six.sin6_port));
	else
		snprintf(out, size, "unix:%.107s", address.un.sun_path);
}

void
notify_send(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, strlen(path));
	if (path[0] == '@') /* the abstract name space */
		to.sun_path[0] = '\0';
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return;
	/* Who does not listen need not know, and holds up nobody: signals would wait for him. */
	const struct timeval patience = { .tv_usec = 200000 };
	setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (sendto(s, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
	           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))) < 0)
		errno = 0;
	close(s);
}

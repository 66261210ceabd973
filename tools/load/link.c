#define _GNU_SOURCE
#include "tools/load/link.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/un.h>
#include <unistd.h>

static bool
is_loopback(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 == 127;
	if (address->ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
	return true;
}

static enum bv_status
resolve(struct target *target, struct bv_str place, const char *port, struct bv_err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	char host[256];
	struct bv_str name = place;

	if (bv_str_starts(place, BV_STR("["))) {
		size_t end = bv_str_find(place, ']');
		if (end == place.len)
			return bv_err_set(err, BV_EINVAL, "the address has '[' and no ']'");
		name = bv_str_sub(place, 1, end - 1);
		place = bv_str_sub(place, end + 1, place.len);
	} else {
		name = bv_str_sub(place, 0, bv_str_find(place, ':'));
		place = bv_str_sub(place, name.len, place.len);
	}
	char number[8] = "";
	if (place.len > 1 && place.len < sizeof number)
		memcpy(number, place.p + 1, place.len - 1);
	if (!name.len || name.len >= sizeof host || (place.len && !number[0]))
		return bv_err_set(err, BV_EINVAL, "the address has no host, or no good port: http://HOST:PORT");
	memcpy(host, name.p, name.len);
	host[name.len] = '\0';
	int fault = getaddrinfo(host, number[0] ? number : port, &hints, &list);
	if (fault)
		return bv_err_set(err, BV_ENOTFOUND, "%s: %s", host, gai_strerror(fault));
	memcpy(&target->address, list->ai_addr, list->ai_addrlen);
	target->address_len = list->ai_addrlen;
	freeaddrinfo(list);
	return BV_OK;
}

static enum bv_status
local(struct target *target, const char *path, struct bv_err *err)
{
	struct sockaddr_un *un = (struct sockaddr_un *)(void *)&target->address;

	if (!*path || strlen(path) >= sizeof un->sun_path)
		return bv_err_set(err, BV_EINVAL, "unix:FILE: the path is empty or too long");
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, strlen(path) + 1);
	target->address_len = sizeof *un;
	memcpy(target->host, "localhost", sizeof "localhost");
	return BV_OK;
}

enum bv_status
target_init(struct target *target, const char *url, const char *ca_file, bool insecure, struct bv_err *err)
{
	struct bv_str rest = bv_str_of(url);
	bool https = bv_str_starts(rest, BV_STR("https://"));

	*target = (struct target){ .path = "/" };
	if (bv_str_starts(rest, BV_STR("unix:"))) {
		TRY(local(target, url + 5, err));
	} else {
		if (!https && !bv_str_starts(rest, BV_STR("http://")))
			return bv_err_set(err, BV_EINVAL, "'%s' is none of http://HOST:PORT, https://HOST:PORT, unix:FILE", url);
		rest = bv_str_sub(rest, https ? 8 : 7, rest.len);
		struct bv_str place = bv_str_sub(rest, 0, bv_str_find(rest, '/')), path = bv_str_sub(rest, place.len, rest.len);
		if (place.len >= sizeof target->host || path.len >= sizeof target->path)
			return bv_err_set(err, BV_ELIMIT, "the address is too long");
		memcpy(target->host, place.p, place.len);
		if (path.len) {
			memcpy(target->path, path.p, path.len);
			target->path[path.len] = '\0';
		}
		TRY(resolve(target, place, https ? "443" : "80", err));
	}
	target->loopback = is_loopback(&target->address);
	return https ? tls_new(&target->tls, target->host, ca_file, insecure, err) : BV_OK;
}

void
target_finish(struct target *target)
{
	tls_free(target->tls);
}

enum link_state
link_begin(struct link *link, const struct target *target)
{
	int one = 1;

	*link = (struct link){ .fd = socket(target->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
	if (link->fd < 0)
		return LINK_FAILED;
	if (target->address.ss_family != AF_UNIX)
		setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (target->tls)
		link->tls = tls_session(target->tls, link->fd);
	if (connect(link->fd, (const struct sockaddr *)(const void *)&target->address, target->address_len) < 0)
		/* A local socket whose queue is full says EAGAIN: the connection is tried anew. */
		return errno == EINPROGRESS ? LINK_WANTS_WRITE : LINK_FAILED;
	return link->tls ? tls_open(link->tls) : LINK_DONE;
}

enum link_state
link_open(struct link *link)
{
	int fault = 0;
	socklen_t len = sizeof fault;

	if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &fault, &len) < 0 || fault)
		return LINK_FAILED;
	return link->tls ? tls_open(link->tls) : LINK_DONE;
}

static enum link_state
state_of(size_t *len, ssize_t n, enum link_state wants)
{
	if (n > 0) {
		*len = (size_t)n;
		return LINK_DONE;
	}
	if (n == 0)
		return LINK_CLOSED;
	return errno == EAGAIN || errno == EINTR ? wants : LINK_FAILED;
}

enum link_state
link_write(size_t *len, struct link *link, struct bv_str bytes)
{
	if (link->tls)
		return tls_write(len, link->tls, bytes);
	return state_of(len, send(link->fd, bytes.p, bytes.len, MSG_NOSIGNAL), LINK_WANTS_WRITE);
}

enum link_state
link_read(size_t *len, struct link *link, char *into, size_t room)
{
	if (link->tls)
		return tls_read(len, link->tls, into, room);
	return state_of(len, recv(link->fd, into, room, 0), LINK_WANTS_READ);
}

void
link_close(struct link *link)
{
	if (link->tls)
		tls_session_free(link->tls);
	if (link->fd >= 0)
		close(link->fd);
	*link = (struct link){ .fd = -1 };
}

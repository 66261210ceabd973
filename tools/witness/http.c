#include "tools/witness/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"

#define WHAT_THERE_IS "there is POST /add-checkpoint and GET /HASH/checkpoint (C2SP tlog-witness)"

enum { WAIT_S = 30, CONNECTIONS_MAX = 64 };

struct http {
	struct MHD_Daemon *daemon;
	struct bv_witness *witness;
};

/* One request, from its first line to its answer. */
struct exchange {
	struct bv_buf body;
};

static enum MHD_Result
reply(struct MHD_Connection *connection, struct bv_witness_reply *answer)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(answer->body.len, answer->body.p, MHD_RESPMEM_MUST_COPY);
	int status = answer->http_status;

	bv_buf_finish(&answer->body);
	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->content_type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	enum MHD_Result queued = MHD_queue_response(connection, (unsigned)status, response);
	MHD_destroy_response(response);
	return queued;
}

static enum MHD_Result
refuse(struct MHD_Connection *connection, int status, const char *what)
{
	struct bv_witness_reply answer = { status, "text/plain; charset=utf-8", BV_BUF(300) };

	bv_buf_printf(&answer.body, "%s\n", what);
	return reply(connection, &answer);
}

/* GET /HASH/checkpoint */
static enum MHD_Result
get(struct http *http, struct MHD_Connection *connection, const char *path)
{
	struct bv_str rest = bv_str_of(path), end = BV_STR("/checkpoint");
	struct bv_witness_reply answer;

	if (!bv_str_starts(rest, BV_STR("/")) || !bv_str_ends(rest, end) || rest.len <= end.len)
		return refuse(connection, 404, WHAT_THERE_IS);
	bv_witness_checkpoint(&answer, http->witness, bv_str_sub(rest, 1, rest.len - 1 - end.len));
	return reply(connection, &answer);
}

static enum MHD_Result
post(struct http *http, struct MHD_Connection *connection, struct exchange *exchange)
{
	struct bv_str body = bv_buf_str(&exchange->body), origin;
	struct bv_witness_reply answer;

	bv_witness_add_checkpoint(&answer, http->witness, body, bv_clock_now_s());
	/* The origin is the first line after the empty one; a name of a log, nobody's data. */
	for (struct bv_str line; bv_str_line(&body, &line) && line.len;)
		;
	origin = bv_str_sub(body, 0, bv_str_find(body, '\n'));
	fprintf(stderr, "event=add-checkpoint status=%d origin=", answer.http_status);
	for (size_t i = 0; i < origin.len && i < 100; i++)
		fputc(origin.p[i] > ' ' && origin.p[i] <= '~' ? origin.p[i] : '?', stderr);
	fputc('\n', stderr);
	return reply(connection, &answer);
}

static enum MHD_Result
handle(void *ctx, struct MHD_Connection *connection, const char *path, const char *method, const char *version, const char *part, size_t *part_len, void **state)
{
	struct http *http = ctx;
	struct exchange *exchange = *state;

	(void)version;
	if (!exchange) {
		exchange = *state = bv_alloc(sizeof *exchange);
		exchange->body = BV_BUF(BV_WITNESS_REQUEST_MAX);
		return MHD_YES;
	}
	if (*part_len) {
		bv_buf_add(&exchange->body, (struct bv_str){ part, *part_len });
		*part_len = 0;
		return MHD_YES;
	}
	bool adding = strcmp(path, "/add-checkpoint") == 0;
	if (!adding && strcmp(method, "GET") == 0)
		return get(http, connection, path);
	if (!adding || strcmp(method, "POST") != 0)
		return refuse(connection, adding ? 405 : 404, WHAT_THERE_IS);
	if (exchange->body.full)
		return refuse(connection, 413, "the request is too large");
	return post(http, connection, exchange);
}

static void
done(void *ctx, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode why)
{
	struct exchange *exchange = *state;

	(void)ctx, (void)connection, (void)why;
	if (!exchange)
		return;
	bv_buf_finish(&exchange->body);
	free(exchange);
	*state = NULL;
}

static bool
parse_address(struct sockaddr_storage *out, const char *listen, bool *six)
{
	const char *colon = strrchr(listen, ':');
	char host[64];
	int64_t port;

	if (!colon || colon == listen || !bv_str_int(bv_str_of(colon + 1), &port) || port < 0 || port > 65535)
		return false;
	*six = listen[0] == '[';
	size_t from = *six, len = (size_t)(colon - listen) - from;
	if (len >= sizeof host || (*six && (len < 2 || listen[from + --len] != ']')))
		return false;
	memcpy(host, listen + from, len);
	host[len] = '\0';
	*out = (struct sockaddr_storage){ 0 };
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	if (*six) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

enum bv_status
http_open(struct http **out, const char *listen, struct bv_witness *witness, unsigned *port, struct bv_err *err)
{
	BV_AUTO(http_free) struct http *http = bv_alloc(sizeof *http);
	struct sockaddr_storage address;
	bool six;

	http->witness = witness;
	if (!parse_address(&address, listen, &six))
		return bv_err_set(err, BV_EINVAL, "'%.60s' is not ADDRESS:PORT or [ADDRESS]:PORT", listen);
	http->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | (six ? MHD_USE_IPv6 : 0), 0, NULL, NULL, handle, http, MHD_OPTION_SOCK_ADDR,
	                                (struct sockaddr *)&address, MHD_OPTION_NOTIFY_COMPLETED, done, http, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WAIT_S,
	                                MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_END);
	if (!http->daemon)
		return bv_err_set(err, BV_EIO, "%s: cannot listen there: %s", listen, strerror(errno));
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
	*port = info ? info->port : 0;
	*out = bv_steal(&http);
	return BV_OK;
}

void
http_free(struct http *http)
{
	if (!http)
		return;
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	free(http);
}

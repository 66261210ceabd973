#define _GNU_SOURCE
#include "tools/httpd/http.h"

#include <assert.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { STREAM_PIECE = 4096 };

enum { HTTP_THREADS_MAX = 64 }; /* config.c's */

/* A connection, known so that the watch can end it: libmicrohttpd's own time-out begins anew with every byte. */
struct link {
	struct link *next, **at;
	int fd;
	_Atomic int64_t deadline_ms; /* INT64_MAX: none */
	atomic_bool idle;            /* between two requests */
};

/* What one event thread has to resume: exchanges that waited, and have their answers. Who finds this empty resumes his own, and the thread all the others
 * when it comes to that one: whenever the library is told, it looks through all connections that wait, and a commit answers hundreds. */
struct event_thread {
	_Atomic(struct http_request *) answered;
};

/* Its own. A connection stays with its thread. */
static _Thread_local struct event_thread *mine;

struct http_request {
	struct exchange x;
	struct http *http;
	struct event_thread *thread;
	struct MHD_Connection *connection;
	struct link *link;
	struct http_request *next;    /* of those that are free */
	struct http_request *answered; /* the one before it in thread->answered */
	bool leads;                    /* whoever pushed it resumes it */
	const char *raw_target;    /* in libmicrohttpd's buffer */
	size_t target_len;
	bool too_long, begun, ran, waits;
	size_t body_max;
	struct bv_buf body;
	void *scratch;
	void (*scratch_finish)(void *p);
	struct strict_head head;
	char target[EXCHANGE_LINE_MAX];
};

struct http {
	struct MHD_Daemon *daemon;
	struct server *server;
	struct http_options options;
	const struct http_receiver *receiver;
	pthread_mutex_t lock; /* links, free requests, ending */
	pthread_cond_t wake;
	pthread_t watch;
	bool watched, ending;
	int quiet_fd; /* where the library listens no more, or -1 */
	struct link *links;
	struct http_request *free_requests;
	struct event_thread threads[HTTP_THREADS_MAX];
	atomic_uint thread_count;
	atomic_bool closing;
	atomic_uint busy, connections;
	_Atomic uint64_t request_number;
	uint32_t mark; /* of this process, in request ids */
};

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
set_deadline(struct link *link, unsigned ms)
{
	atomic_store_explicit(&link->deadline_ms, ms ? now_ms() + ms : INT64_MAX, memory_order_relaxed);
}

static struct http_request *
take_request(struct http *http)
{
	pthread_mutex_lock(&http->lock);
	struct http_request *request = http->free_requests;
	if (request)
		http->free_requests = request->next;
	pthread_mutex_unlock(&http->lock);
	if (!request)
		request = bv_alloc(sizeof *request);
	request->http = http;
	request->next = NULL;
	request->too_long = request->begun = request->ran = request->waits = request->leads = false;
	request->head.field_count = 0;
	return request;
}

/* What one large body or answer took is not kept for the small ones. */
static void
slim(struct bv_buf *buf)
{
	const size_t kept = 16384;

	if (buf->cap > kept)
		bv_buf_finish(buf);
	bv_buf_clear(buf);
}

static void
give_request(struct http_request *request)
{
	struct http *http = request->http;

	slim(&request->body);
	slim(&request->x.answer.body);
	pthread_mutex_lock(&http->lock);
	request->next = http->free_requests;
	http->free_requests = request;
	pthread_mutex_unlock(&http->lock);
}

static struct link *
link_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *of = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return of->socket_context;
}

static void
connection_changed(void *ctx, struct MHD_Connection *connection, void **socket_ctx, enum MHD_ConnectionNotificationCode code)
{
	struct http *http = ctx;
	struct link *link;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		link = bv_alloc(sizeof *link);
		link->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
		link->idle = true;
		set_deadline(link, http->options.header_ms);
		pthread_mutex_lock(&http->lock);
		link->next = http->links;
		link->at = &http->links;
		if (link->next)
			link->next->at = &link->next;
		http->links = link;
		pthread_mutex_unlock(&http->lock);
		*socket_ctx = link;
		atomic_fetch_add(&http->connections, 1);
		return;
	}
	link = *socket_ctx;
	pthread_mutex_lock(&http->lock);
	*link->at = link->next;
	if (link->next)
		link->next->at = link->at;
	pthread_mutex_unlock(&http->lock);
	free(link);
	atomic_fetch_sub(&http->connections, 1);
}

/* Ends connections whose time is over. The descriptor is open: a link leaves the list before its connection is closed. */
static void *
watch(void *ctx)
{
	enum { STEP_MS = 200 };
	struct http *http = ctx;
	struct timespec until;

	pthread_mutex_lock(&http->lock);
	while (!http->ending) {
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += STEP_MS * 1000000;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&http->wake, &http->lock, &until);
		int64_t now = now_ms();
		for (struct link *link = http->links; link; link = link->next)
			if (atomic_load_explicit(&link->deadline_ms, memory_order_relaxed) <= now) {
				atomic_store_explicit(&link->deadline_ms, INT64_MAX, memory_order_relaxed);
				shutdown(link->fd, SHUT_RDWR);
			}
	}
	pthread_mutex_unlock(&http->lock);
	return NULL;
}

/* The request line is there: its target as it came, before libmicrohttpd writes into it. */
static void *
target_read(void *ctx, const char *target, struct MHD_Connection *connection)
{
	struct http *http = ctx;
	struct http_request *request = take_request(http);
	size_t len = target ? strlen(target) : 0;

	if (!mine)
		mine = &http->threads[atomic_fetch_add(&http->thread_count, 1) % HTTP_THREADS_MAX];
	request->thread = mine;
	request->connection = connection;
	request->link = link_of(connection);
	atomic_store_explicit(&request->link->idle, false, memory_order_relaxed);
	set_deadline(request->link, http->options.header_ms);
	request->too_long = len > sizeof request->target;
	request->raw_target = target;
	request->target_len = len;
	if (!request->too_long && len)
		memcpy(request->target, target, len);
	atomic_fetch_add(&http->busy, 1);
	return request;
}

/* Nothing is decoded: paths and queries are read by strict.c and query.c. */
static size_t
unescape_nothing(void *ctx, struct MHD_Connection *connection, char *text)
{
	(void)ctx, (void)connection;
	return strlen(text);
}

static enum MHD_Result
add_field(void *ctx, enum MHD_ValueKind kind, const char *name, size_t name_len, const char *value, size_t value_len)
{
	struct strict_head *head = ctx;

	(void)kind;
	if (head->field_count < STRICT_FIELDS_MAX)
		head->fields[head->field_count] = (struct strict_field){ { name, name_len }, { value, value_len } };
	head->field_count++;
	return MHD_YES;
}

/* libmicrohttpd cuts its buffer into strings where CR LF, LF, spaces and colons were, and moves what was folded elsewhere. So each piece must begin
 * where the one before it ended, one byte after it, or two where a line ends: then the request was written exactly as RFC 9112 §2.2 and §3 say. */
static bool
pieces_adjoin(const struct http_request *request, const char *method, const char *version, size_t header_len)
{
	const char *at = method + strlen(method) + 1;

	if (request->raw_target != at)
		return false;
	at += request->target_len + 1;
	if (version != at)
		return false;
	at += strlen(version);
	for (size_t i = 0; i < request->head.field_count; i++) {
		const struct strict_field *field = &request->head.fields[i];
		if (at[0] != '\0' || at[1] != '\0' || field->name.p != at + 2 || field->value.p < field->name.p + field->name.len + 1)
			return false;
		at = field->value.p + field->value.len;
	}
	return header_len == (size_t)(at + 4 - method) && memcmp(at, "\0\0\0\0", 4) == 0;
}

static const struct fault *
read_head(struct http_request *request, const char *method, const char *version, uint64_t *body_len)
{
	static const struct fault line_fault = { 414, "too-long", "the path and query are longer than 2048 bytes" };
	static const struct fault fields_fault = { 431, "header-too-large", "the header is too long or has more than 64 fields" };
	static const struct fault lines_fault = { 400, "bad-request", "lines end with CR LF, are never folded and have single spaces only" };
	struct strict_head *head = &request->head;
	size_t header_len = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;

	*body_len = 0;
	if (request->too_long)
		return &line_fault;
	MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, add_field, head);
	if (head->field_count > STRICT_FIELDS_MAX || header_len > request->http->options.header_max) {
		head->field_count = 0;
		return &fields_fault;
	}
	if (!request->raw_target || !pieces_adjoin(request, method, version, header_len)) {
		head->field_count = 0;
		return &lines_fault;
	}
	head->method = bv_str_of(method);
	head->version = bv_str_of(version);
	head->target = (struct bv_str){ request->target, request->target_len };
	return strict_check(head, body_len);
}

static struct address
address_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *of = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *any = of ? of->client_addr : NULL;
	struct address address = { { 0 } };

	if (any && any->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, any, sizeof in);
		address.bytes[10] = address.bytes[11] = 0xff;
		memcpy(address.bytes + 12, &in.sin_addr, 4);
	} else if (any && any->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, any, sizeof in6);
		memcpy(address.bytes, &in6.sin6_addr, 16);
	} else {
		address.bytes[15] = 1; /* a socket of this machine */
	}
	return address;
}

static void
write_id(char id[EXCHANGE_ID_SIZE], uint32_t mark, uint32_t number)
{
	uint8_t bytes[4];

	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(mark >> (24 - 8 * i));
	bv_hex(id, bytes, sizeof bytes);
	id[8] = '-';
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(number >> (24 - 8 * i));
	bv_hex(id + 9, bytes, sizeof bytes);
}

static void
init_exchange(struct http_request *request, const char *method)
{
	struct exchange *x = &request->x;
	struct bv_buf body = x->answer.body;
	uint64_t number = atomic_fetch_add_explicit(&request->http->request_number, 1, memory_order_relaxed);

	memset(x, 0, offsetof(struct exchange, answer.fields));
	x->server = request->http->server;
	x->http = request;
	x->method = method_of(bv_str_of(method));
	body.max = EXCHANGE_ANSWER_MAX;
	x->answer.body = body;
	x->peer = x->client = address_of(request->connection);
	x->begun_ns = bv_clock_monotonic_ns();
	write_id(x->id, request->http->mark, (uint32_t)number);
}

/* libmicrohttpd asks when all that was given before is with the kernel: only then a client is slow that does not read. */
static ssize_t
read_stream(void *ctx, uint64_t at, char *out, size_t max)
{
	struct http_request *request = ctx;

	(void)at;
	set_deadline(request->link, 0);
	int len = request->x.answer.stream(&request->x, out, max);
	if (len > 0)
		set_deadline(request->link, request->http->options.answer_ms);
	return len == HTTP_STREAM_END ? MHD_CONTENT_READER_END_OF_STREAM : len;
}

static struct MHD_Response *
make_response(struct exchange *x)
{
	struct answer *a = &x->answer;
	struct bv_str bytes = a->fixed.p ? a->fixed : bv_buf_str(&a->body);
	/* The bytes stay where they are until the request has ended; libmicrohttpd asks for char *, and writes nothing. */
	struct MHD_Response *response = a->stream ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_PIECE, read_stream, x->http, NULL)
	                                          : MHD_create_response_from_buffer(bytes.len, (void *)(uintptr_t)bv_str_chars(bytes), MHD_RESPMEM_PERSISTENT);

	if (!response)
		return NULL;
	for (const struct http_field *f = x->http->http->options.fields(a->type); f->name; f++)
		MHD_add_response_header(response, f->name, f->value);
	for (unsigned i = 0; i < a->field_count; i++)
		MHD_add_response_header(response, a->fields[i].name, a->fields[i].value);
	MHD_add_response_header(response, "X-Request-Id", x->id);
	if (a->type)
		MHD_add_response_header(response, "Content-Type", a->type);
	if (a->close || atomic_load_explicit(&x->http->http->closing, memory_order_relaxed))
		MHD_add_response_header(response, "Connection", "close");
	return response;
}

static enum MHD_Result
send_answer(struct http_request *request)
{
	assert(request->x.answer.status >= 200);
	struct MHD_Response *response = make_response(&request->x);

	if (!response)
		return MHD_NO;
	set_deadline(request->link, request->http->options.answer_ms);
	enum MHD_Result result = MHD_queue_response(request->connection, (unsigned)request->x.answer.status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
begin(struct http_request *request, const char *method, const char *version)
{
	static const struct fault large_fault = { 413, "too-large", "the body is larger than this route takes" };
	struct exchange *x = &request->x;
	uint64_t body_len;

	request->begun = true;
	init_exchange(request, method);
	const struct fault *fault = read_head(request, method, version, &body_len);
	request->body_max = request->http->receiver->begin(x, fault);
	if (!x->answer.status && body_len > request->body_max)
		request->http->receiver->begin(x, &large_fault);
	/* What follows in the connection may be the rest of what was refused: an answer before the end of a request ends the connection. */
	if (x->answer.status && (fault || body_len > 0)) {
		x->answer.close = true;
		return send_answer(request);
	}
	request->ran = x->answer.status != 0;
	request->body.max = request->body_max;
	set_deadline(request->link, request->http->options.body_ms);
	return MHD_YES;
}

static void
resume_all(struct event_thread *thread)
{
	struct http_request *request = atomic_exchange_explicit(&thread->answered, NULL, memory_order_acq_rel);

	for (struct http_request *before; request; request = before) {
		before = request->answered;
		if (!request->leads)
			MHD_resume_connection(request->connection);
	}
}

static enum MHD_Result
request_read(void *ctx, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *data,
             size_t *data_len, void **request_ctx)
{
	struct http_request *request = *request_ctx;

	(void)ctx, (void)connection, (void)url;
	if (!request->begun)
		return begin(request, method, version);
	if (*data_len) {
		bv_buf_add(&request->body, (struct bv_str){ data, *data_len });
		*data_len = 0;
		return request->body.full ? MHD_NO : MHD_YES;
	}
	if (!request->ran) {
		request->ran = true;
		request->x.body = bv_buf_str(&request->body);
		set_deadline(request->link, 0);
		request->http->receiver->run(&request->x);
		if (request->waits)
			return MHD_YES;
	} else if (request->waits) {
		resume_all(request->thread);
		if (!request->x.answer.status)
			request->http->receiver->finish(&request->x);
	}
	return send_answer(request);
}

static void
request_ended(void *ctx, struct MHD_Connection *connection, void **request_ctx, enum MHD_RequestTerminationCode code)
{
	struct http *http = ctx;
	struct http_request *request = *request_ctx;

	(void)connection;
	if (!request)
		return;
	/* The client may have gone before it was asked for. */
	if (request->leads)
		resume_all(request->thread);
	if (request->begun)
		http->receiver->end(&request->x, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	if (request->begun && request->x.release)
		request->x.release(request->x.held);
	bv_json_free(request->x.json);
	request->x.json = NULL;
	atomic_store_explicit(&request->link->idle, true, memory_order_relaxed);
	set_deadline(request->link, atomic_load(&http->closing) ? 1000 : http->options.idle_ms);
	give_request(request);
	*request_ctx = NULL;
	atomic_fetch_sub(&http->busy, 1);
}

struct bv_str
exchange_header(const struct exchange *x, const char *name)
{
	return strict_find(&x->http->head, name);
}

struct bv_str
exchange_last_header(const struct exchange *x, const char *name)
{
	return strict_find_last(&x->http->head, name);
}

struct bv_str
http_target(const struct exchange *x)
{
	return x->http->head.target;
}

void
exchange_wait(struct exchange *x)
{
	if (x->http->waits)
		return;
	x->http->waits = true;
	MHD_suspend_connection(x->http->connection);
}

void *
exchange_scratch(struct exchange *x, size_t size, void (*finish)(void *p))
{
	if (!x->http->scratch) {
		x->http->scratch = bv_alloc(size);
		x->http->scratch_finish = finish;
	}
	assert(x->http->scratch_finish == finish);
	return x->http->scratch;
}

void
http_sleep(struct exchange *x)
{
	MHD_suspend_connection(x->http->connection);
}

/* Not by the list of those that are answered: who leads it must come back to request_read, and a stream never does. */
void
http_wake(struct exchange *x)
{
	MHD_resume_connection(x->http->connection);
}

void
http_resume(struct exchange *x)
{
	struct http_request *request = x->http;
	struct event_thread *thread = request->thread;
	struct http_request *before = atomic_load_explicit(&thread->answered, memory_order_relaxed);

	/* Once it is pushed it may be resumed, answered and gone, unless it leads. */
	do {
		request->answered = before;
		request->leads = !before;
	} while (!atomic_compare_exchange_weak_explicit(&thread->answered, &before, request, memory_order_acq_rel, memory_order_relaxed));
	if (!before)
		MHD_resume_connection(request->connection);
}

static enum bv_status
start_daemon(struct http *http, struct bv_err *err)
{
	const struct http_options *o = &http->options;
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO | (o->certificate ? MHD_USE_TLS : 0u);
	struct MHD_OptionItem items[] = {
		{ MHD_OPTION_LISTEN_SOCKET, o->listen_fd, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)o->connections, NULL },
		{ MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)o->connections_per_address, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)o->connection_memory, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, 0, NULL }, /* the watch does it */
		{ MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL }, /* strict.c is stricter, and answers with a problem */
		{ o->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)o->threads, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem tls[] = {
		{ o->certificate ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0, (void *)(uintptr_t)o->certificate },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE" },
		{ MHD_OPTION_END, 0, NULL },
	};

	http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, request_read, http, MHD_OPTION_NOTIFY_COMPLETED, request_ended, http,
	                                MHD_OPTION_NOTIFY_CONNECTION, connection_changed, http, MHD_OPTION_URI_LOG_CALLBACK, target_read, http,
	                                MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, NULL, MHD_OPTION_ARRAY, items, MHD_OPTION_ARRAY, tls,
	                                MHD_OPTION_END);
	if (!http->daemon)
		return bv_err_set(err, o->certificate ? BV_EINVAL : BV_EIO, "the HTTP server cannot start%s",
		                  o->certificate ? ": check that the certificate and key are PEM and belong together" : "");
	return BV_OK;
}

struct http *
http_new(struct server *server, const struct http_options *options, const struct http_receiver *receiver)
{
	struct http *http = bv_alloc(sizeof *http);
	pthread_condattr_t monotonic;

	http->server = server;
	http->quiet_fd = -1;
	http->options = *options;
	http->receiver = receiver;
	bv_random_fill(&http->mark, sizeof http->mark);
	pthread_mutex_init(&http->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&http->wake, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return http;
}

enum bv_status
http_start(struct http *http, struct bv_err *err)
{
	if (pthread_create(&http->watch, NULL, watch, http) != 0)
		return bv_err_set(err, BV_EIO, "no thread can be started");
	http->watched = true;
	return start_daemon(http, err);
}

void
http_quiesce(struct http *http)
{
	atomic_store(&http->closing, true);
	int fd = MHD_quiesce_daemon(http->daemon);
	/* Who comes now is refused and not left waiting. The descriptor stays: the library's threads may hold it still. */
	if (fd >= 0 && !http->options.listen_kept)
		shutdown(fd, SHUT_RDWR);
	http->quiet_fd = fd;
	pthread_mutex_lock(&http->lock);
	for (struct link *link = http->links; link; link = link->next)
		if (atomic_load_explicit(&link->idle, memory_order_relaxed))
			set_deadline(link, 1000);
	pthread_mutex_unlock(&http->lock);
}

unsigned
http_busy(const struct http *http)
{
	return atomic_load(&http->busy);
}

unsigned
http_connections(const struct http *http)
{
	return atomic_load(&http->connections);
}

void
http_stop(struct http *http)
{
	if (!http)
		return;
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	if (http->quiet_fd >= 0)
		close(http->quiet_fd);
	pthread_mutex_lock(&http->lock);
	http->ending = true;
	pthread_cond_signal(&http->wake);
	pthread_mutex_unlock(&http->lock);
	if (http->watched)
		pthread_join(http->watch, NULL);
	while (http->free_requests) {
		struct http_request *request = http->free_requests;
		http->free_requests = request->next;
		bv_buf_finish(&request->body);
		if (request->scratch)
			request->scratch_finish(request->scratch);
		free(request->scratch);
		bv_buf_finish(&request->x.answer.body);
		free(request);
	}
	pthread_cond_destroy(&http->wake);
	pthread_mutex_destroy(&http->lock);
	free(http);
}

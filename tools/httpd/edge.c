#include "tools/httpd/edge.h"

#include <strings.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tools/httpd/form.h"
#include "tools/httpd/html.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/route.h"
#include "tools/httpd/server.h"

/* clang-format off */
#define EVERY_ANSWER \
	{ "X-Content-Type-Options", "nosniff" }, \
	{ "Referrer-Policy", "no-referrer" }, \
	{ "Cross-Origin-Resource-Policy", "same-origin" }, \
	{ "Strict-Transport-Security", "max-age=31536000; includeSubDomains" }, \
	{ "Vary", "Accept-Language" }
/* clang-format on */

/* A document of JSON may do nothing at all, which is said in fewer bytes: a candidate's page asks for a dozen of them before its first question. */
const struct http_field *
edge_fields(const char *type)
{
	static const struct http_field of_pages[] = {
		EVERY_ANSWER,
		{ "Content-Security-Policy", html_csp },
		{ "Cross-Origin-Opener-Policy", "same-origin" },
		{ "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()" },
		{ 0 },
	};
	static const struct http_field of_data[] = {
		EVERY_ANSWER,
		{ "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
		{ 0 },
	};
	bool data = type && (strcmp(type, "application/json") == 0 || strcmp(type, "application/problem+json") == 0);

	return data ? of_data : of_pages;
}

static int64_t
now_ms(void)
{
	return bv_clock_monotonic_ns() / 1000000;
}

void
edge_too_many(struct exchange *x, unsigned wait_s)
{
	metrics_count(x->server->metrics, COUNT_RATE_LIMITED);
	problem_answer(x, "rate", NULL);
	exchange_field(x, "Retry-After", "%u", wait_s);
}

void
edge_fail(struct exchange *x, const struct bv_err *err)
{
	char quoted[LOG_QUOTED_SIZE];

	if (err->status == BV_EIO || err->status == BV_EUNCERTAIN)
		log_event(x->server->log, LOG_LEVEL_ERROR, "database", "request=%s message=%s", x->id, log_quoted(quoted, err->msg));
	problem_error(x, err);
}

/* False answers 429. */
static bool
within_rate(struct exchange *x, enum rate_class rate, struct bv_str key)
{
	unsigned wait_s = limit_take(x->server->limit, rate, key, now_ms());

	if (wait_s)
		edge_too_many(x, wait_s);
	return !wait_s;
}

/* IPv6 clients have a whole network of 2^64 addresses each. */
static struct bv_str
client_key(const struct exchange *x)
{
	static const uint8_t four[12] = { [10] = 0xff, [11] = 0xff };
	bool v4 = memcmp(x->client.bytes, four, sizeof four) == 0;

	return (struct bv_str){ (const char *)x->client.bytes, v4 ? 16 : 8 };
}

static void
find_client(struct exchange *x)
{
	struct bv_str forwarded = exchange_last_header(x, "X-Forwarded-For");
	struct address client;
	bool trusted = false;

	x->proxied = forwarded.len > 0;
	for (size_t i = 0; i < x->server->proxy_count; i++)
		trusted = trusted || memcmp(&x->server->proxies[i], &x->peer, sizeof x->peer) == 0;
	/* An entry that is no address leaves the proxy itself as the client. */
	if (trusted && edge_forwarded(&client, forwarded))
		x->client = client;
}

/* A page of another name that points to this machine must not reach what trusts the network (DNS rebinding). */
static bool
host_good(struct exchange *x)
{
	struct bv_str url = bv_str_of(x->server->config->public_url);

	if (!url.len || (x->route->flags & ROUTE_ANY_HOST))
		return true;
	struct bv_str host = exchange_header(x, "Host"), want = bv_str_sub(url, bv_str_find(url, ':') + 3, url.len);
	if (host.len == want.len && strncasecmp(host.p, want.p, want.len) == 0)
		return true;
	problem_answer(x, "misdirected", NULL);
	return false;
}

/* The page that asks must be ours: by Sec-Fetch-Site where the browser says it, and by Origin. Programs send neither. */
static bool
origin_good(struct exchange *x)
{
	struct bv_str site = exchange_header(x, "Sec-Fetch-Site"), origin = exchange_header(x, "Origin"), host = exchange_header(x, "Host");
	struct bv_str url = bv_str_of(x->server->config->public_url);

	if (x->method == METHOD_GET || x->method == METHOD_HEAD || (x->route->flags & ROUTE_ANY_ORIGIN))
		return true;
	bool good = !site.len || bv_str_is(site, "same-origin") || bv_str_is(site, "none");
	if (good && origin.len && url.len)
		good = bv_str_eq(origin, url);
	else if (good && origin.len) {
		size_t scheme = bv_str_starts(origin, BV_STR("https://")) ? 8 : bv_str_starts(origin, BV_STR("http://")) ? 7 : origin.len;
		good = bv_str_eq(bv_str_sub(origin, scheme, origin.len), host);
	}
	if (!good)
		problem_answer(x, "cross-site", NULL);
	return good;
}

static bool
is_json(struct bv_str type)
{
	struct bv_str media = bv_str_trim(bv_str_sub(type, 0, bv_str_find(type, ';')));
	struct bv_str parameter = bv_str_trim(bv_str_sub(type, bv_str_find(type, ';') + 1, type.len));

	return media.len == 16 && strncasecmp(media.p, "application/json", 16) == 0 &&
	       (!parameter.len || (parameter.len == 13 && strncasecmp(parameter.p, "charset=utf-8", 13) == 0));
}

/* False has answered. */
static bool
find_route(struct exchange *x, struct bv_str target)
{
	BV_AUTO(bv_buf_finish) struct bv_buf allow = BV_BUF(200);
	bool canonical = strict_target(target, &x->path, &x->query);

	if (canonical)
		x->route = route_find(x->method, x->path, x->params, &allow);
	if (!within_rate(x, x->route ? x->route->rate : RATE_PAGE, client_key(x)))
		return false;
	if (x->route)
		return true;
	if (x->method == METHOD_NONE)
		problem_answer(x, "unknown-method", NULL);
	else if (!allow.len)
		problem_answer(x, "not-found", NULL);
	else {
		problem_answer(x, "method", NULL);
		exchange_field(x, "Allow", "%s", allow.p);
	}
	return false;
}

static size_t
begin(struct exchange *x, const struct fault *fault)
{
	struct schema_fault invalid;

	if (!x->route && !x->answer.status)
		x->language = edge_language(exchange_header(x, "Accept-Language"));
	if (fault) {
		metrics_count(x->server->metrics, COUNT_FAULTS);
		problem_answer(x, fault->problem, "%s", fault->detail);
		return 0;
	}
	find_client(x);
	if (!find_route(x, http_target(x)) || !host_good(x) || !origin_good(x))
		return 0;
	if (!query_check(x->route->query, x->query, &invalid)) {
		problem_invalid(x, invalid.pointer, invalid.vi, invalid.en);
		return 0;
	}
	if ((x->route->flags & ROUTE_FORM) && !form_type(exchange_header(x, "Content-Type")))
		problem_answer(x, "media-type", "multipart/form-data is read here");
	else if (x->route->body && !is_json(exchange_header(x, "Content-Type")))
		problem_answer(x, "media-type", NULL);
	else if (x->route->body && exchange_header(x, "Content-Encoding").len)
		problem_answer(x, "media-type", "no Content-Encoding is read");
	return x->route->body_max;
}

/* False has answered. */
static bool
body_good(struct exchange *x)
{
	struct schema_fault invalid;
	struct bv_err err;

	if (!x->route->body)
		return true;
	if (bv_json_parse(&x->json, x->body, &err) != BV_OK) {
		problem_answer(x, "not-json", "line %d: %s", err.line, err.msg);
		return false;
	}
	if (schema_check(x->route->body, x->json, &invalid))
		return true;
	problem_invalid(x, invalid.pointer, invalid.vi, invalid.en);
	return false;
}

/* Gives x to other threads, or says that they have enough to do. */
static void
give_away(struct exchange *x, struct work *work)
{
	const unsigned retry_s = 2;

	if (work_reserve(work)) {
		exchange_wait(x);
		work_add(work, x);
		return;
	}
	metrics_count(x->server->metrics, COUNT_BUSY);
	problem_answer(x, "busy", NULL);
	exchange_field(x, "Retry-After", "%u", retry_s);
}

void
edge_to_database(struct exchange *x)
{
	give_away(x, x->server->database);
}

/* Behind a proxy everybody comes from this machine: then its field is there. */
static bool
is_local(const struct exchange *x)
{
	return (x->route->flags & ROUTE_LOCAL) && !x->proxied && address_is_local(&x->peer);
}

/* The key of the session that the cookie names. False answers 401. */
static bool
find_key(struct exchange *x, uint8_t key[BV_HASH_LEN], struct bv_str *token)
{
	struct bv_err err;

	if (edge_cookie(token, exchange_header(x, "Cookie"), SESSION_COOKIE, &err) == BV_OK && session_key(key, *token))
		return true;
	problem_answer(x, "sign-in", NULL);
	return false;
}

/* May the session do this? False has answered. */
static bool
allowed(struct exchange *x, struct bv_str token)
{
	char csrf[SESSION_TOKEN_SIZE];
	struct bv_str given = exchange_header(x, "X-CSRF-Token");
	struct bv_str who = x->session.attempt ? (struct bv_str){ (const char *)x->session.key, BV_HASH_LEN } : bv_str_of(x->session.account);
	unsigned differs = given.len != sizeof csrf - 1;

	if (!within_rate(x, x->route->rate == RATE_SAVE ? RATE_SAVE : RATE_ACCOUNT, who))
		return false;
	if (x->method != METHOD_GET && x->method != METHOD_HEAD) {
		session_csrf(csrf, token);
		for (size_t i = 0; i < sizeof csrf - 1 && !(differs & 1); i++)
			differs |= (unsigned)(unsigned char)(csrf[i] ^ given.p[i]) << 1;
		if (differs) {
			problem_answer(x, "cross-site", "X-CSRF-Token is missing or not that of the session");
			return false;
		}
	}
	if (x->session.partial && !(x->route->flags & ROUTE_PARTIAL)) {
		problem_answer(x, "unfinished-account", NULL);
		return false;
	}
	if (!(x->session.roles & x->route->roles) && !(x->session.partial && (x->route->roles & ROLES_STAFF) == ROLES_STAFF)) {
		problem_answer(x, "denied", NULL);
		return false;
	}
	return (x->route->flags & ROUTE_SEB) || seb_good(x);
}

/* What needs no waiting is done at once; the rest goes where its row says, and what is not remembered of a session to a thread with a database. */
static void
run(struct exchange *x)
{
	const struct route *route = x->route;
	uint8_t key[BV_HASH_LEN];
	struct bv_str token;
	bool known = !route->roles || is_local(x);

	if (!known) {
		if (!find_key(x, key, &token))
			return;
		known = session_recall(&x->session, x->server->sessions, key, bv_clock_now_s());
		if (known && !allowed(x, token))
			return;
	}
	if (known && !body_good(x))
		return;
	if (known && route->later && !route->run)
		route->later->give(x);
	else if (known && route->where == WHERE_EVENT)
		route->run(x, NULL);
	else
		give_away(x, route->where == WHERE_HASH ? x->server->hash : route->where == WHERE_VERIFY ? x->server->verify : x->server->database);
}

/* False has answered. */
static bool
read_session(struct exchange *x, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN])
{
	struct bv_err err;

	enum bv_status status = session_load(&x->session, x->server->sessions, sql, key, bv_clock_now_s(), &err);
	if (status == BV_ENOTFOUND)
		problem_answer(x, "sign-in", NULL);
	else if (status != BV_OK)
		edge_fail(x, &err);
	return status == BV_OK;
}

/* The session that run did not know. False has answered. */
static bool
load_session(struct exchange *x, struct bv_sql *sql)
{
	uint8_t key[BV_HASH_LEN];
	struct bv_str token;

	return find_key(x, key, &token) && read_session(x, sql, key) && allowed(x, token) && body_good(x);
}

/* Another node may have given it another lease. */
static bool
refresh_session(struct exchange *x, struct bv_sql *sql)
{
	uint8_t key[BV_HASH_LEN];

	memcpy(key, x->session.key, sizeof key);
	return read_session(x, sql, key);
}

bool
edge_work(struct exchange *x, struct bv_sql *sql, const struct bv_err *err)
{
	const struct route *route = x->route;
	bool known = !route->roles || x->session.roles || is_local(x);

	if (!sql && route->where != WHERE_VERIFY) {
		edge_fail(x, err);
		return true;
	}
	x->may_wait = true;
	if (known ? x->stale && !refresh_session(x, sql) : !load_session(x, sql))
		return true;
	if (route->run)
		route->run(x, sql);
	return !route->later || x->answer.status || !route->later->give(x);
}

static void
finish(struct exchange *x)
{
	x->route->later->finish(x);
}

static void
end(struct exchange *x, bool sent)
{
	const struct config *config = x->server->config;
	int64_t ns = bv_clock_monotonic_ns() - x->begun_ns;
	int status = x->answer.status;

	metrics_answer(x->server->metrics, x->route ? (size_t)(x->route - routes) : route_count(), status, ns);
	if (!sent)
		metrics_count(x->server->metrics, COUNT_GONE);
	if (config->log_requests == LOG_ALL || (config->log_requests == LOG_FAILED && (status >= 400 || !sent)))
		log_event(x->server->log, status >= 500 ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "request", "request=%s method=%s route=%s status=%d us=%lld sent=%s",
		          x->id, x->method ? method_name(x->method) : "-", x->route ? x->route->path : "-", status, (long long)(ns / 1000), sent ? "yes" : "no");
}

const struct http_receiver edge_receiver = { begin, run, finish, end };

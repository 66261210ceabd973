#include "tools/httpd/server.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "tools/httpd/account.h"
#include "tools/httpd/bank_remark.h"
#include "tools/httpd/audit.h"
#include "tools/httpd/document.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/notes.h"
#include "tools/httpd/proposal.h"
#include "tools/httpd/route.h"

static void
read_proxies(struct server *server)
{
	for (struct bv_str rest = bv_str_of(server->config->trusted_proxies), word; bv_str_token(&rest, &word);) {
		bool good = server->proxy_count < CONFIG_PROXIES_MAX && address_parse(&server->proxies[server->proxy_count], word);
		assert(good); /* config_check */
		server->proxy_count += good;
	}
}

/* Before anybody asks for it, so that what is wrong shows at the start. */
static enum bv_status
make_database(const char *url, const struct totp_key *key, struct units *units, struct bv_err *err)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;

	TRY(bv_sql_open(&sql, url, BV_SQL_CREATE, err));
	TRY(account_schema(sql, err));
	TRY(bank_remark_schema(sql, err));
	TRY(document_schema(sql, err));
	TRY(proposal_schema(sql, err));
	TRY(audit_schema(sql, err));
	TRY(unit_schema(sql, err));
	TRY(units_refresh(units, sql, bv_day_at(bv_clock_now_s()), true, err));
	return totp_seal_all(sql, url, key, err);
}

/* The ledger stores nothing any more: the process ends as if told to, and whoever started it starts it again. */
static void
ledger_stopped(void *ctx, const struct bv_err *err)
{
	struct server *server = ctx;
	char quoted[LOG_QUOTED_SIZE];

	atomic_store(&server->ready, false);
	atomic_store(&server->failed, true);
	log_event(server->log, LOG_LEVEL_ERROR, "ledger-stopped", "message=%s", log_quoted(quoted, err->msg));
	kill(getpid(), SIGTERM);
}

/* By the thread that commits. */
static void
ledger_grew(void *ctx, const struct bv_exam_event *event)
{
	const struct server *server = ctx;

	(void)event;
	feed_wake(server->feed);
}

static struct feed_rules
feed_rules_of(const struct config *c)
{
	return (struct feed_rules){ .streams = (unsigned)c->streams, .streams_per_session = (unsigned)c->streams_per_session, .step_ms = (unsigned)c->board_step_ms,
		                    .stream_ms = (unsigned)c->stream_s * 1000, .slow_ms = (unsigned)c->stream_slow_s * 1000, .beat_ms = (unsigned)c->stream_beat_s * 1000 };
}

static enum bv_status
read_modules(struct server *server, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf list = BV_BUF(BV_ALLOWED_MODULES_MAX);
	const char *path = server->config->allowed_modules;

	if (!path[0])
		return BV_OK;
	TRY(bv_file_read(&list, path, err));
	if (bv_allowed_modules_parse(&server->modules, bv_buf_str(&list), err) == BV_OK)
		return BV_OK;
	return bv_err_set(err, err->status, "%s: this is to be %s", path, err->msg);
}

/* A ledger that is missing is made under the name that `bangvang sitting new` would give it for a key without another one. */
static enum bv_status
open_named(struct server *server, struct bv_ledger_options *options, struct bv_err *err)
{
	const struct config *config = server->config;
	char name[BV_MULTIKEY_SIZE + 20];

	snprintf(name, sizeof name, "did:key:%s/sittings", server->ledger_multikey);
	options->origin = bv_str_of(config->ledger_origin);
	options->new_origin = bv_str_of(name);
	enum bv_status status = bv_ledger_open(&server->ledger, options, err);
	if (status != BV_ECONFLICT || !config->ledger_origin[0])
		return status;
	const struct bv_err why = *err;
	return bv_err_set(err, status, "%s: take ledger_origin out: %s", config->path, why.msg);
}

static void
learn_demands(void *ctx, struct hall *hall)
{
	const struct bv_seb_keys nothing = { 0 };

	sebs_learn(ctx, hall->name, hall->sitting ? &bv_exam_demands_of(bv_sitting_exam(hall->sitting))->seb : &nothing);
}

static enum bv_status
open_ledger(struct server *server, struct bv_err *err)
{
	const struct config *config = server->config;

	if (!config->ledger[0])
		return BV_OK;
	TRY(bv_key_load(&server->ledger_key, BV_KEY_ED25519, config->ledger_key, err));
	bv_multikey_write(server->ledger_multikey, bv_key_public(server->ledger_key));
	door_init(&server->door, server->ledger_key);
	struct bv_ledger_options options = {
		.url = config->ledger,
		.time = bv_time_source_system(),
		.key = server->ledger_key,
		.stopped = ledger_stopped,
		.seen = ledger_grew,
		.ctx = server,
	};
	const struct feed_rules rules = feed_rules_of(config);
	server->presence = presence_new();
	server->feed = feed_new(&rules, server->presence, server->log);
	TRY(open_named(server, &options, err));
	TRY(feed_start(server->feed, config->ledger, server->ledger, err));
	struct bv_ledger_stats stats;
	bv_ledger_stats(&stats, server->ledger);
	log_event(server->log, LOG_LEVEL_NOTICE, "ledger", "events=%lld attempts=%llu ms=%lld held=%s", (long long)stats.rebuild_events,
	          (unsigned long long)stats.attempts, (long long)stats.rebuild_ms, stats.held ? "yes" : "no");
	server->halls = halls_new(server->ledger, config->ledger, config->bank, &server->modules, server->log);
	server->desks = desks_new(server->halls, (size_t)config->paper_memory_mib << 20);
	return BV_OK;
}

/* By its last name: what is said of a key to everybody says which file has it, and not where that lies. */
static enum bv_status
trust_file(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_JSON_MAX);
	const char *slash = strrchr(path, '/');

	if (!bv_str_ends(bv_str_of(path), BV_STR(".json")) && !bv_str_ends(bv_str_of(path), BV_STR(".multikey")))
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	return bv_trust_add(ctx, slash ? slash + 1 : path, bv_buf_str(&bytes), err);
}

/* The issuers of the folder, and the key that signs receipts and checkpoints here. */
static enum bv_status
load_trust(struct server *server, struct bv_err *err)
{
	char line[BV_MULTIKEY_SIZE + 8] = "did:key:";

	server->trust = bv_trust_new();
	if (server->config->trust[0])
		TRY(bv_dir_walk(server->config->trust, trust_file, server->trust, err));
	if (!server->ledger_key)
		return BV_OK;
	bv_multikey_write(line + strlen(line), bv_key_public(server->ledger_key));
	return bv_trust_add(server->trust, "ledger.multikey", bv_str_of(line), err);
}

enum bv_status
server_init(struct server *server, const struct config *config, struct bv_err *err)
{
	const struct session_rules rules = { .idle_s = config->session_idle_min * 60, .max_s = config->session_max_h * 3600,
		                             .refresh_s = config->session_refresh_s, .second_factor = config->second_factor };
	uint64_t secret;

	server->config = config;
	bv_random_fill(&secret, sizeof secret);
	server->limit = limit_new(config->rates, (size_t)config->rate_clients, secret);
	server->log = log_new(2, server->limit);
	server->metrics = metrics_new(route_count());
	server->sessions = sessions_new(&rules);
	server->started_s = bv_clock_now_s();
	read_proxies(server);
	TRY(totp_key_load(&server->totp_key, config->account_key, err));
	server->units = units_new();
	TRY(make_database(config->db, &server->totp_key, server->units, err));
	TRY(read_modules(server, err));
	server->stock = stock_new(config->bank, &server->modules);
	/* Who read what in it can be searched without exams, too. */
	if (config->persons[0])
		TRY(persons_new(&server->persons, config->persons, config->persons_key, err));
	TRY(open_ledger(server, err));
	TRY(load_trust(server, err));
	TRY(levels_load(&server->levels, config->standards, err));
	TRY(records_open(&server->records, config, server->trust, server->log, err));
	server->verifier = (struct verifier){ .trust = server->trust, .records = server->records, .log = server->log, .memory_mib = (unsigned)config->verify_memory_mib,
		                              .cpu_s = (unsigned)config->verify_cpu_s, .unfiltered = config->verify_unfiltered };
	TRY(sebs_open(&server->sebs, config->seb, server->ledger_key, server->log, err));
	if (server->halls)
		halls_tell(server->halls, learn_demands, server->sebs);
	server->notes = notes_new();
	TRY(work_start(&server->verify, NULL, (unsigned)config->verify_threads, (size_t)config->verify_queue, edge_work, err));
	TRY(work_start(&server->database, config->db, (unsigned)config->work_threads, (size_t)config->work_queue, edge_work, err));
	return work_start(&server->hash, config->db, (unsigned)config->password_threads, (size_t)config->password_queue, edge_work, err);
}

enum bv_status
server_start(struct server *server, int listen_fd, bool kept, struct bv_err *err)
{
	const struct config *c = server->config;
	const size_t pem_max = 1 << 20;
	BV_AUTO(bv_buf_finish) struct bv_buf certificate = BV_BUF(pem_max), key = BV_BUF(pem_max);
	bool tls = c->tls_certificate[0];

	if (tls) {
		TRY(bv_file_read(&certificate, c->tls_certificate, err));
		TRY(bv_file_read(&key, c->tls_key, err));
	}
	struct http_options options = {
		.listen_fd = listen_fd,
		.listen_kept = kept,
		.threads = (unsigned)c->threads,
		.connections = (unsigned)c->connections,
		.connections_per_address = (unsigned)c->connections_per_address,
		.connection_memory = (size_t)c->connection_memory,
		.header_max = (size_t)c->header_max,
		.header_ms = (unsigned)c->header_timeout_s * 1000,
		.body_ms = (unsigned)c->body_timeout_s * 1000,
		.idle_ms = (unsigned)c->idle_timeout_s * 1000,
		.answer_ms = (unsigned)c->answer_timeout_s * 1000,
		.certificate = tls ? certificate.p : NULL,
		.key = tls ? key.p : NULL,
		.fields = edge_fields,
	};
	if (server->halls)
		TRY(halls_watch(server->halls, desks_leave, server->desks, err));
	server->http = http_new(server, &options, &edge_receiver);
	enum bv_status status = http_start(server->http, err);
	bv_wipe(key.p, key.len);
	TRY(status);
	atomic_store(&server->ready, true);
	return BV_OK;
}

void
server_drain(struct server *server)
{
	const struct timespec step = { .tv_nsec = 20000000 };
	int64_t until = bv_clock_monotonic_ns() + server->config->drain_s * 1000000000;

	atomic_store(&server->ready, false);
	http_quiesce(server->http);
	feed_drain(server->feed);
	while ((http_busy(server->http) || http_connections(server->http)) && bv_clock_monotonic_ns() < until)
		nanosleep(&step, NULL);
	log_event(server->log, LOG_LEVEL_NOTICE, "drained", "unfinished=%u", http_busy(server->http));
}

void
server_sweep(struct server *server)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	char quoted[LOG_QUOTED_SIZE];
	struct bv_err err;

	sebs_refresh(server->sebs);
	if (bv_sql_open(&sql, server->config->db, BV_SQL_WRITE, &err) != BV_OK || units_refresh(server->units, sql, bv_day_at(bv_clock_now_s()), true, &err) != BV_OK ||
	    sessions_sweep(server->sessions, sql, bv_clock_now_s(), &err) != BV_OK)
		log_event(server->log, LOG_LEVEL_WARNING, "database", "message=%s", log_quoted(quoted, err.msg));
}

void
server_forget(struct server *server, const char *account)
{
	sessions_forget(server->sessions, account);
	feed_recheck(server->feed, account);
}

void
server_finish(struct server *server)
{
	/* Threads and ledger first: what they hold must be resumed before its connection may end. */
	work_stop(server->hash);
	work_stop(server->verify);
	work_stop(server->database);
	halls_stop(server->halls);
	if (server->ledger)
		bv_ledger_drain(server->ledger);
	feed_stop(server->feed);
	http_stop(server->http);
	desks_free(server->desks);
	halls_free(server->halls);
	stock_free(server->stock);
	units_free(server->units);
	bv_allowed_modules_finish(&server->modules);
	bv_ledger_close(server->ledger);
	feed_free(server->feed);
	presence_free(server->presence);
	persons_free(server->persons);
	bv_key_free(server->ledger_key);
	bv_wipe(&server->totp_key, sizeof server->totp_key);
	records_free(server->records);
	levels_free(server->levels);
	bv_wipe(&server->door, sizeof server->door);
	sebs_free(server->sebs);
	bv_trust_free(server->trust);
	notes_free(server->notes);
	sessions_free(server->sessions);
	metrics_free(server->metrics);
	log_free(server->log);
	limit_free(server->limit);
}

#include "tools/httpd/seb.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "tools/httpd/http.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/server.h"

#define PROOF_FIELD "X-SEB-Proof"

enum { BROWSERS_MAX = 64, FILE_MAX = 16 << 10, URL_MAX = 4096, PAGE_S = 600, TAG_CHARS = 32, TIME_CHARS = 16 };

struct demand {
	char sitting[BV_SITTING_NAME_MAX + 1], config[BV_SEB_KEY_SIZE];
	char (*browsers)[BV_SEB_KEY_SIZE];
	size_t browser_count;
};

struct demands {
	struct demand *list;
	size_t count;
};

struct sebs {
	char *folder;
	struct log *log;
	struct bv_hmac_key secret; /* of nonces and proofs; the same for all nodes of a ledger */
	pthread_rwlock_t lock;
	struct demands demands; /* of the folder */
	struct demands learned; /* of the ledger; config "": none */
};

/* ---- The folder ---- */

static void
demands_free(struct demands *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->list[i].browsers);
	free(d->list);
	*d = (struct demands){ 0 };
}

static void
add_demand(struct demands *all, struct bv_str sitting, const struct bv_seb_keys *keys)
{
	all->list = bv_resize_array(all->list, all->count + 1, sizeof *all->list);
	struct demand *d = &all->list[all->count++];
	*d = (struct demand){ .browser_count = keys->browser_count };
	snprintf(d->sitting, sizeof d->sitting, "%.*s", BV_STR_ARG(sitting));
	snprintf(d->config, sizeof d->config, "%.*s", BV_STR_ARG(keys->config));
	d->browsers = bv_alloc_array(keys->browser_count + 1, sizeof *d->browsers);
	for (size_t i = 0; i < keys->browser_count; i++)
		snprintf(d->browsers[i], BV_SEB_KEY_SIZE, "%.*s", BV_STR_ARG(keys->browsers[i]));
}

static enum bv_status
add_file(void *ctx, const char *path, struct bv_err *err)
{
	struct demands *all = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(FILE_MAX);
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_seb_keys keys;
	const char *slash = strrchr(path, '/');
	struct bv_str name = bv_str_of(slash ? slash + 1 : path), end = BV_STR(".keys");
	struct bv_err why;

	if (!bv_str_ends(name, end) || name.len <= end.len || name.len - end.len > BV_SITTING_NAME_MAX)
		return BV_OK;
	TRY(bv_file_read(&text, path, err));
	if (bv_seb_keys_parse(&keys, bv_buf_str(&text), &arena, &why) != BV_OK)
		return bv_err_set(err, why.status, "%s: %.180s", path, why.msg);
	add_demand(all, bv_str_sub(name, 0, name.len - end.len), &keys);
	return BV_OK;
}

static enum bv_status
read_folder(struct demands *out, const struct sebs *sebs, struct bv_err *err)
{
	enum bv_status status = bv_dir_walk(sebs->folder, add_file, out, err);

	if (status != BV_OK)
		demands_free(out);
	return status;
}

void
sebs_refresh(struct sebs *sebs)
{
	struct demands read = { 0 };
	char quoted[LOG_QUOTED_SIZE];
	struct bv_err err;

	if (!sebs->folder[0])
		return;
	if (read_folder(&read, sebs, &err) != BV_OK) {
		log_event(sebs->log, LOG_LEVEL_ERROR, "seb", "message=%s", log_quoted(quoted, err.msg));
		return;
	}
	pthread_rwlock_wrlock(&sebs->lock);
	struct demands old = sebs->demands;
	sebs->demands = read;
	pthread_rwlock_unlock(&sebs->lock);
	demands_free(&old);
}

enum bv_status
sebs_open(struct sebs **out, const char *folder, const struct bv_key *key, struct log *log, struct bv_err *err)
{
	struct sebs *sebs = bv_alloc(sizeof *sebs);
	uint8_t signature[BV_SIGNATURE_LEN] = { 0 };

	*sebs = (struct sebs){ .folder = bv_str_dup(bv_str_of(folder)), .log = log };
	pthread_rwlock_init(&sebs->lock, NULL);
	*out = sebs;
	if (!key)
		return folder[0] ? bv_err_set(err, BV_EINVAL, "seb: no exams are held here: name a ledger") : BV_OK;
	bv_key_sign(signature, key, BV_STR("BV-SEB-1\0"));
	bv_hmac_key_init(&sebs->secret, (struct bv_str){ (const char *)signature, sizeof signature });
	bv_wipe(signature, sizeof signature);
	return folder[0] ? read_folder(&sebs->demands, sebs, err) : BV_OK;
}

void
sebs_free(struct sebs *sebs)
{
	if (!sebs)
		return;
	demands_free(&sebs->demands);
	demands_free(&sebs->learned);
	pthread_rwlock_destroy(&sebs->lock);
	bv_wipe(&sebs->secret, sizeof sebs->secret);
	free(sebs->folder);
	free(sebs);
}

static const struct demand *
look_for(const struct demands *all, struct bv_str sitting)
{
	for (size_t i = 0; i < all->count; i++)
		if (bv_str_is(sitting, all->list[i].sitting))
			return &all->list[i];
	return NULL;
}

/* With the lock held. NULL: nothing is demanded. */
static const struct demand *
find(const struct sebs *sebs, struct bv_str sitting)
{
	const struct demand *learned = look_for(&sebs->learned, sitting);

	return learned && learned->config[0] ? learned : look_for(&sebs->demands, sitting);
}

void
sebs_learn(struct sebs *sebs, const char *sitting, const struct bv_seb_keys *keys)
{
	pthread_rwlock_wrlock(&sebs->lock);
	if (!look_for(&sebs->learned, bv_str_of(sitting)))
		add_demand(&sebs->learned, bv_str_of(sitting), keys);
	pthread_rwlock_unlock(&sebs->lock);
}

bool
sebs_demanded(struct sebs *sebs, struct bv_str sitting)
{
	pthread_rwlock_rdlock(&sebs->lock);
	bool demanded = find(sebs, sitting) != NULL;
	pthread_rwlock_unlock(&sebs->lock);
	return demanded;
}

bool
sebs_file(struct bv_buf *out, struct sebs *sebs, struct bv_str sitting)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(URL_MAX);
	struct bv_err ignored;

	if (!sebs->folder[0] || !sebs_demanded(sebs, sitting))
		return false;
	bv_buf_printf(&path, "%s/%.*s.seb", sebs->folder, BV_STR_ARG(sitting));
	return !path.full && bv_file_read(out, path.p, &ignored) == BV_OK;
}

/* ---- One request ---- */

static void
write_origin(struct bv_buf *out, const struct exchange *x)
{
	const struct config *c = x->server->config;

	if (c->public_url[0])
		bv_buf_addz(out, c->public_url);
	else
		bv_buf_printf(out, "%s://%.*s", c->tls_key[0] ? "https" : "http", BV_STR_ARG(exchange_header(x, "Host")));
}

static bool
hashes_good(const struct demand *d, struct bv_str url, struct bv_str config_hash, struct bv_str browser_hash)
{
	bool browser = d->browser_count == 0;

	for (size_t i = 0; i < d->browser_count; i++)
		browser |= bv_seb_hash_is(browser_hash, url, d->browsers[i]);
	return bv_seb_hash_is(config_hash, url, d->config) && browser;
}

/* What the session proved by its page: of this session, sitting and configuration. */
static void
write_proof(char out[BV_SEB_KEY_SIZE], const struct exchange *x, const struct demand *d)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(512 + BROWSERS_MAX * BV_SEB_KEY_SIZE);
	uint8_t mac[BV_HASH_LEN];

	bv_buf_addz(&message, "proof ");
	bv_buf_add(&message, (struct bv_str){ (const char *)x->session.key, BV_HASH_LEN });
	bv_buf_printf(&message, "%s %s", d->config, d->sitting);
	for (size_t i = 0; i < d->browser_count; i++)
		bv_buf_addz(&message, d->browsers[i]);
	bv_hmac_sha256(mac, &x->server->sebs->secret, bv_buf_str(&message));
	bv_hex(out, mac, sizeof mac);
}

static bool
equal(struct bv_str given, const char *want)
{
	size_t len = strlen(want);
	unsigned differs = given.len != len;

	for (size_t i = 0; i < len && !(differs & 1); i++)
		differs |= (unsigned)(unsigned char)(given.p[i] ^ want[i]) << 1;
	return !differs;
}

static bool
request_good(struct exchange *x, const struct demand *d)
{
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(URL_MAX);
	struct bv_str given = exchange_header(x, PROOF_FIELD);
	char proof[BV_SEB_KEY_SIZE];

	if (given.len) {
		write_proof(proof, x, d);
		return equal(given, proof);
	}
	write_origin(&url, x);
	bv_buf_add(&url, http_target(x));
	return !url.full && hashes_good(d, bv_buf_str(&url), exchange_header(x, "X-SafeExamBrowser-ConfigKeyHash"), exchange_header(x, "X-SafeExamBrowser-RequestHash"));
}

bool
seb_good(struct exchange *x)
{
	struct sebs *sebs = x->server->sebs;

	if (!x->session.seb[0])
		return true;
	pthread_rwlock_rdlock(&sebs->lock);
	const struct demand *d = find(sebs, bv_str_of(x->session.seb));
	bool known = d || look_for(&sebs->learned, bv_str_of(x->session.seb)), good = d ? request_good(x, d) : known;
	pthread_rwlock_unlock(&sebs->lock);
	if (!known)
		problem_answer(x, "no-paper", "this server has not read yet what the sitting demands");
	else if (!good)
		problem_answer(x, "seb", NULL);
	return good;
}

/* ---- For browsers that cannot add fields ---- */

/* "HEX TIME" ‖ tag over the time and the session. */
static void
write_nonce(struct bv_buf *out, const struct exchange *x, int64_t at_ms)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(256);
	uint8_t mac[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	bv_buf_printf(&message, "nonce %016" PRIx64 " %" PRId64 " ", (uint64_t)at_ms, x->session.attempt);
	bv_buf_add(&message, (struct bv_str){ (const char *)x->session.key, BV_HASH_LEN });
	bv_hmac_sha256(mac, &x->server->sebs->secret, bv_buf_str(&message));
	bv_hex(hex, mac, sizeof mac);
	bv_buf_printf(out, "%016" PRIx64 "%.*s", (uint64_t)at_ms, TAG_CHARS, hex);
}

static void
write_page(struct bv_buf *out, const struct exchange *x, int64_t at_ms)
{
	write_origin(out, x);
	bv_buf_addz(out, "/exam?n=");
	write_nonce(out, x, at_ms);
}

void
seb_page(struct bv_buf *out, const struct exchange *x)
{
	write_page(out, x, bv_clock_utc_ms());
}

/* The time in an address that write_page wrote; -1: there is none. */
static int64_t
time_of(struct bv_str url)
{
	struct bv_str hex = bv_str_sub(url, url.len - (url.len < TIME_CHARS + TAG_CHARS ? url.len : TIME_CHARS + TAG_CHARS), TIME_CHARS);
	uint8_t bytes[TIME_CHARS / 2];
	struct bv_err ignored;
	uint64_t n = 0;

	if (bv_hex_parse(bytes, sizeof bytes, hex, &ignored) != BV_OK)
		return -1;
	for (size_t i = 0; i < sizeof bytes; i++)
		n = n << 8 | bytes[i];
	return n < INT64_MAX ? (int64_t)n : -1;
}

/* EDENIED: somebody has. */
static enum bv_status
use_page(struct bv_sql *sql, struct bv_str url, int64_t at_ms, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *old = NULL, *add = NULL;

	TRY(bv_sql_prepare(&old, sql, "DELETE FROM seb_page_used WHERE until_s < $1", err));
	bv_sql_bind_int(old, 1, bv_clock_now_s() - PAGE_S); /* clocks of nodes differ */
	TRY(bv_sql_exec(old, err));
	TRY(bv_sql_prepare(&add, sql, "INSERT INTO seb_page_used(nonce, until_s) VALUES ($1, $2) ON CONFLICT (nonce) DO NOTHING", err));
	bv_sql_bind_str(add, 1, bv_str_sub(url, url.len - TIME_CHARS - TAG_CHARS, TIME_CHARS + TAG_CHARS));
	bv_sql_bind_int(add, 2, at_ms / 1000 + PAGE_S);
	TRY(bv_sql_exec(add, err));
	return bv_sql_changes(sql) ? BV_OK : bv_err_set(err, BV_EDENIED, "the hashes of that page were given before: ask for another");
}

enum bv_status
seb_prove(char proof[BV_SEB_KEY_SIZE], const struct exchange *x, struct bv_sql *sql, struct bv_str url, struct bv_str config_hash, struct bv_str browser_hash, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(URL_MAX);
	struct sebs *sebs = x->server->sebs;
	int64_t now_ms = bv_clock_utc_ms();

	url = bv_str_sub(url, 0, bv_str_find(url, '#'));
	int64_t at_ms = time_of(url);
	write_page(&page, x, at_ms);
	if (at_ms < 0 || at_ms > now_ms || now_ms - at_ms > PAGE_S * 1000 || page.full || !equal(url, page.p))
		return bv_err_set(err, BV_EDENIED, "those are not the hashes of the page that was given to this session");
	pthread_rwlock_rdlock(&sebs->lock);
	const struct demand *d = find(sebs, bv_str_of(x->session.seb));
	bool good = d && hashes_good(d, url, config_hash, browser_hash);
	if (good)
		write_proof(proof, x, d);
	pthread_rwlock_unlock(&sebs->lock);
	return good ? use_page(sql, url, at_ms, err) : bv_err_set(err, BV_EDENIED, "those are not the hashes of the page that was given to this session");
}

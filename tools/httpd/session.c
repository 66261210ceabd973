#include "tools/httpd/session.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tools/httpd/account.h"

enum { SHARDS = 64, FIRST_SLOTS = 64, SEEN_STEPS = 4 };

struct entry {
	struct entry *next;
	struct session session;
	int64_t read_s;
};

struct shard {
	pthread_mutex_t lock;
	struct entry **slots;
	size_t slot_count, count;
};

struct sessions {
	struct session_rules rules;
	struct shard shards[SHARDS];
};

struct sessions *
sessions_new(const struct session_rules *rules)
{
	struct sessions *sessions = bv_alloc(sizeof *sessions);

	sessions->rules = *rules;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &sessions->shards[i];
		pthread_mutex_init(&shard->lock, NULL);
		shard->slot_count = FIRST_SLOTS;
		shard->slots = bv_alloc_array(FIRST_SLOTS, sizeof(struct entry *));
	}
	return sessions;
}

void
sessions_free(struct sessions *sessions)
{
	if (!sessions)
		return;
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &sessions->shards[i];
		for (size_t s = 0; s < shard->slot_count; s++)
			for (struct entry *e = shard->slots[s], *next; e; e = next) {
				next = e->next;
				free(e);
			}
		free(shard->slots);
		pthread_mutex_destroy(&shard->lock);
	}
	free(sessions);
}

size_t
sessions_count(struct sessions *sessions)
{
	size_t count = 0;

	for (size_t i = 0; i < SHARDS; i++) {
		pthread_mutex_lock(&sessions->shards[i].lock);
		count += sessions->shards[i].count;
		pthread_mutex_unlock(&sessions->shards[i].lock);
	}
	return count;
}

bool
session_key(uint8_t key[BV_HASH_LEN], struct bv_str token)
{
	if (token.len != SESSION_TOKEN_SIZE - 1)
		return false;
	for (size_t i = 0; i < token.len; i++)
		if (!(token.p[i] >= '0' && token.p[i] <= '9') && !(token.p[i] >= 'a' && token.p[i] <= 'f'))
			return false;
	bv_sha256(key, token);
	return true;
}

void
session_csrf(char out[SESSION_TOKEN_SIZE], struct bv_str token)
{
	static const char label[] = "BV-CSRF-1";
	struct bv_sha256 ctx;
	uint8_t hash[BV_HASH_LEN];

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, label, sizeof label);
	bv_sha256_add(&ctx, token.p, token.len);
	bv_sha256_end(&ctx, hash);
	bv_hex(out, hash, sizeof hash);
}

/* The keys are hashes already: their bytes are as good as random. */
static struct shard *
shard_of(struct sessions *sessions, const uint8_t key[BV_HASH_LEN])
{
	return &sessions->shards[key[0] % SHARDS];
}

static struct entry **
slot_of(struct shard *shard, const uint8_t key[BV_HASH_LEN])
{
	uint32_t n;

	memcpy(&n, key + 4, sizeof n);
	return &shard->slots[n & (shard->slot_count - 1)];
}

static struct entry **
find(struct shard *shard, const uint8_t key[BV_HASH_LEN])
{
	struct entry **at = slot_of(shard, key);

	while (*at && memcmp((*at)->session.key, key, BV_HASH_LEN) != 0)
		at = &(*at)->next;
	return at;
}

static void
grow(struct shard *shard)
{
	struct entry **old = shard->slots;
	size_t old_count = shard->slot_count;

	shard->slot_count *= 2;
	shard->slots = bv_alloc_array(shard->slot_count, sizeof(struct entry *));
	for (size_t s = 0; s < old_count; s++)
		for (struct entry *e = old[s], *next; e; e = next) {
			struct entry **slot = slot_of(shard, e->session.key);
			next = e->next;
			e->next = *slot;
			*slot = e;
		}
	free(old);
}

static void
drop(struct shard *shard, struct entry **at)
{
	struct entry *e = *at;

	*at = e->next;
	free(e);
	shard->count--;
}

static bool
alive(const struct session_rules *rules, const struct session *session, int64_t now_s)
{
	/* A candidate thinks as long as he likes: the exam's clock ends it. */
	return now_s < session->created_s + rules->max_s && (session->attempt || now_s < session->seen_s + rules->idle_s);
}

bool
session_recall(struct session *out, struct sessions *sessions, const uint8_t key[BV_HASH_LEN], int64_t now_s)
{
	struct shard *shard = shard_of(sessions, key);
	bool there = false;

	pthread_mutex_lock(&shard->lock);
	struct entry **at = find(shard, key);
	if (*at) {
		const struct session *session = &(*at)->session;
		bool fresh = session->attempt || (now_s >= (*at)->read_s && now_s < (*at)->read_s + sessions->rules.refresh_s);
		there = fresh && alive(&sessions->rules, session, now_s);
	}
	if (there) {
		*out = (*at)->session;
		(*at)->session.seen_s = now_s;
	}
	pthread_mutex_unlock(&shard->lock);
	return there;
}

/* What the node has seen meanwhile counts beside what the database says. */
static void
remember(struct sessions *sessions, struct session *session, int64_t now_s)
{
	struct shard *shard = shard_of(sessions, session->key);

	pthread_mutex_lock(&shard->lock);
	struct entry **at = find(shard, session->key);
	if (!*at) {
		if (++shard->count > shard->slot_count)
			grow(shard);
		at = slot_of(shard, session->key);
		struct entry *e = bv_alloc(sizeof *e);
		e->next = *at;
		*at = e;
	} else if ((*at)->session.seen_s > session->seen_s) {
		session->seen_s = (*at)->session.seen_s;
	}
	(*at)->session = *session;
	(*at)->session.seen_s = now_s;
	(*at)->read_s = now_s;
	pthread_mutex_unlock(&shard->lock);
}

static void
forget(struct sessions *sessions, const uint8_t key[BV_HASH_LEN])
{
	struct shard *shard = shard_of(sessions, key);

	pthread_mutex_lock(&shard->lock);
	struct entry **at = find(shard, key);
	if (*at)
		drop(shard, at);
	pthread_mutex_unlock(&shard->lock);
}

static enum bv_status
read_session(struct session *out, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, sql, "SELECT account, attempt, lease, created_s, seen_s, machine, seb FROM web_session WHERE token = $1", err));
	bv_sql_bind_blob(stmt, 1, key, BV_HASH_LEN);
	TRY(bv_sql_step(stmt, &row, err));
	if (!row)
		return bv_err_set(err, BV_ENOTFOUND, "there is no such session");
	*out = (struct session){ .attempt = bv_sql_int(stmt, 1), .lease = (uint32_t)bv_sql_int(stmt, 2), .created_s = bv_sql_int(stmt, 3),
		                 .seen_s = bv_sql_int(stmt, 4) };
	struct bv_str account = bv_sql_str(stmt, 0), machine = bv_sql_str(stmt, 5), seb = bv_sql_str(stmt, 6);
	if (account.len < sizeof out->account)
		memcpy(out->account, bv_str_chars(account), account.len);
	if (machine.len < sizeof out->machine)
		memcpy(out->machine, bv_str_chars(machine), machine.len);
	if (seb.len < sizeof out->seb)
		memcpy(out->seb, bv_str_chars(seb), seb.len);
	memcpy(out->key, key, BV_HASH_LEN);
	bv_sql_reset(stmt);
	return BV_OK;
}

static enum bv_status
read_rights(struct session *session, const struct session_rules *rules, struct bv_sql *sql, struct bv_err *err)
{
	struct account account;

	if (session->attempt) {
		session->roles = ROLE(CANDIDATE);
		return BV_OK;
	}
	TRY(account_find(&account, sql, bv_str_of(session->account), err));
	if (account.disabled)
		return bv_err_set(err, BV_ENOTFOUND, "the account is disabled");
	session->roles = account_roles(&account);
	session->partial = account.must_change || (rules->second_factor && !account.has_totp);
	bv_wipe(&account, sizeof account);
	return BV_OK;
}

static enum bv_status
write_seen(struct bv_sql *sql, const uint8_t key[BV_HASH_LEN], int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "UPDATE web_session SET seen_s = $2 WHERE token = $1 AND seen_s < $2", err));
	bv_sql_bind_blob(stmt, 1, key, BV_HASH_LEN);
	bv_sql_bind_int(stmt, 2, now_s);
	return bv_sql_exec(stmt, err);
}

static enum bv_status
load(struct session *out, struct sessions *sessions, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN], int64_t now_s, struct bv_err *err)
{
	TRY(read_session(out, sql, key, err));
	if (!alive(&sessions->rules, out, now_s))
		return bv_err_set(err, BV_ENOTFOUND, "the session has ended");
	TRY(read_rights(out, &sessions->rules, sql, err));
	/* Not with every request, but often enough that what is used never ends for want of use. */
	if (now_s >= out->seen_s + sessions->rules.idle_s / SEEN_STEPS)
		TRY(write_seen(sql, key, now_s, err));
	return BV_OK;
}

enum bv_status
session_load(struct session *out, struct sessions *sessions, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN], int64_t now_s, struct bv_err *err)
{
	struct session session;
	enum bv_status status = load(&session, sessions, sql, key, now_s, err);

	if (status != BV_OK) {
		forget(sessions, key);
		return status;
	}
	remember(sessions, &session, now_s);
	*out = session;
	return BV_OK;
}

static enum bv_status
insert(char token[SESSION_TOKEN_SIZE], struct bv_sql *sql, const char *account, int64_t attempt, uint32_t lease, const char *machine, const char *seb,
       const uint8_t random[32], int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	uint8_t key[BV_HASH_LEN];

	bv_hex(token, random, 32);
	bv_sha256(key, bv_str_of(token));
	TRY(bv_sql_prepare(&stmt, sql, "INSERT INTO web_session (token, account, attempt, lease, machine, seb, created_s, seen_s) VALUES ($1, $2, $3, "
	                   "$4, $5, $7, $6, $6)", err));
	bv_sql_bind_blob(stmt, 1, key, sizeof key);
	if (account)
		bv_sql_bind_str(stmt, 2, bv_str_of(account));
	else
		bv_sql_bind_null(stmt, 2);
	bv_sql_bind_int(stmt, 3, attempt);
	bv_sql_bind_int(stmt, 4, lease);
	bv_sql_bind_str(stmt, 5, bv_str_of(machine));
	bv_sql_bind_int(stmt, 6, now_s);
	bv_sql_bind_str(stmt, 7, bv_str_of(seb));
	return bv_sql_exec(stmt, err);
}

enum bv_status
session_open(char token[SESSION_TOKEN_SIZE], struct bv_sql *sql, const char *account, int64_t attempt, uint32_t lease, const uint8_t random[32],
             int64_t now_s, struct bv_err *err)
{
	return insert(token, sql, account, attempt, lease, "", "", random, now_s, err);
}

enum bv_status
session_enter(char token[SESSION_TOKEN_SIZE], struct sessions *sessions, struct bv_sql *sql, int64_t attempt, const char *machine, const char *seb,
              const uint8_t random[32], int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	struct session session = { .roles = ROLE(CANDIDATE), .attempt = attempt, .created_s = now_s, .seen_s = now_s };

	TRY(insert(token, sql, NULL, attempt, 0, machine, seb, random, now_s, err));
	bv_sha256(session.key, bv_str_of(token));
	snprintf(session.machine, sizeof session.machine, "%s", machine);
	snprintf(session.seb, sizeof session.seb, "%s", seb);
	remember(sessions, &session, now_s);
	/* Nothing, as a rule: no transaction of its own, which would be waited for. */
	TRY(bv_sql_prepare(&stmt, sql, "DELETE FROM web_session WHERE attempt = $1 AND lease = 0 AND token <> $2 AND token NOT IN (SELECT token FROM web_session "
	                   "WHERE attempt = $1 AND lease = 0 AND token <> $2 ORDER BY created_s DESC, token LIMIT $3)", err));
	bv_sql_bind_int(stmt, 1, attempt);
	bv_sql_bind_blob(stmt, 2, session.key, BV_HASH_LEN);
	bv_sql_bind_int(stmt, 3, SESSIONS_IDLE_MAX - 1);
	return bv_sql_exec(stmt, err);
}

enum bv_status
session_set_lease(struct session *session, struct sessions *sessions, struct bv_sql *sql, uint32_t lease, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	/* Two tabs that ask at once: the newer lease stays. */
	TRY(bv_sql_prepare(&stmt, sql, "UPDATE web_session SET lease = $2 WHERE token = $1 AND lease < $2", err));
	bv_sql_bind_blob(stmt, 1, session->key, BV_HASH_LEN);
	bv_sql_bind_int(stmt, 2, lease);
	TRY(bv_sql_exec(stmt, err));
	session->lease = lease;
	struct shard *shard = shard_of(sessions, session->key);
	pthread_mutex_lock(&shard->lock);
	struct entry **at = find(shard, session->key);
	if (*at && (*at)->session.lease < lease)
		(*at)->session.lease = lease;
	pthread_mutex_unlock(&shard->lock);
	return BV_OK;
}

enum bv_status
session_close(struct sessions *sessions, struct bv_sql *sql, const uint8_t key[BV_HASH_LEN], struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	TRY(bv_sql_prepare(&stmt, sql, "DELETE FROM web_session WHERE token = $1", err));
	bv_sql_bind_blob(stmt, 1, key, BV_HASH_LEN);
	TRY(bv_sql_exec(stmt, err));
	forget(sessions, key);
	return BV_OK;
}

/* Of an account, or (NULL) those that have ended. */
static void
drop_some(struct sessions *sessions, const char *account, int64_t now_s)
{
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &sessions->shards[i];
		pthread_mutex_lock(&shard->lock);
		for (size_t s = 0; s < shard->slot_count; s++)
			for (struct entry **at = &shard->slots[s]; *at;) {
				const struct session *session = &(*at)->session;
				if (account ? strcmp(session->account, account) == 0 : !alive(&sessions->rules, session, now_s))
					drop(shard, at);
				else
					at = &(*at)->next;
			}
		pthread_mutex_unlock(&shard->lock);
	}
}

void
sessions_forget(struct sessions *sessions, const char *account)
{
	drop_some(sessions, account, 0);
}

enum bv_status
sessions_sweep(struct sessions *sessions, struct bv_sql *sql, int64_t now_s, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;

	drop_some(sessions, NULL, now_s);
	TRY(bv_sql_prepare(&stmt, sql, "DELETE FROM web_session WHERE created_s <= $1 OR (seen_s <= $2 AND attempt = 0)", err));
	bv_sql_bind_int(stmt, 1, now_s - sessions->rules.max_s);
	bv_sql_bind_int(stmt, 2, now_s - sessions->rules.idle_s);
	return bv_sql_exec(stmt, err);
}

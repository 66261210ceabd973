#include "tools/httpd/records.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

enum { FRESH_MS = 30000, PATH_MAX_LEN = 1100, NAME_LEN = 8 };

/* What was read at one time. */
struct known {
	struct bv_arena arena;
	struct bv_status_lists *lists; /* NULL: nothing is published here, or it cannot be read now */
	struct bv_policy *policy;      /* NULL: whose word counts is not said */
	struct records_file *files;
	size_t count, cap;
	int64_t at_s, at_ms;
};

struct records {
	const struct config *config;
	const struct bv_trust *trust;
	struct log *log;
	pthread_rwlock_t lock; /* of known: for reading while it is used */
	struct known *known;
	pthread_mutex_t desk; /* register, view: one at a time */
	struct bv_register *reg;
	struct bv_log_view *view;
	int64_t view_ms;
};

static int64_t
now_ms(void)
{
	return bv_clock_monotonic_ns() / 1000000;
}

static void
complain(const struct records *r, const char *what, const struct bv_err *err)
{
	char quoted[LOG_QUOTED_SIZE];

	log_event(r->log, LOG_LEVEL_ERROR, "records", "what=%s message=%s", what, log_quoted(quoted, err->msg));
}

/* ---- The register and the log: with the desk held ---- */

static enum bv_status
need_register(struct records *r, struct bv_err *err)
{
	if (r->reg)
		return BV_OK;
	if (!r->config->register_url[0])
		return bv_err_set(err, BV_EIO, "this server has no register of certificates");
	return bv_register_open(&r->reg, r->config->register_url, false, err);
}

/* The log as it was half a minute ago at most; NULL: there is none, or it cannot be read. */
static struct bv_log_view *
current_view(struct records *r, uint64_t size)
{
	struct bv_log_view *view = NULL;
	struct bv_err err;

	if (!r->config->log[0] || (r->view && now_ms() - r->view_ms < FRESH_MS && bv_log_view_checkpoint(r->view)->size >= size))
		return r->view;
	if (bv_log_view(&view, r->config->log, &err) != BV_OK) {
		complain(r, "log", &err);
		return r->view;
	}
	bv_log_view_free(r->view);
	r->view = view;
	r->view_ms = now_ms();
	return view;
}

/* ---- Lists and policy ---- */

static void
known_free(struct known *k)
{
	if (!k)
		return;
	bv_status_lists_free(k->lists);
	bv_policy_free(k->policy);
	bv_arena_finish(&k->arena);
	free(k->files);
	free(k);
}

/* Called after what it is, a list after its address and another file after its bytes: who has read what files there are finds each also when all was read again since. */
static void
keep_file(struct known *k, const char *folder, struct bv_str end, struct bv_str address, struct bv_str bytes)
{
	uint8_t hash[BV_HASH_LEN];
	char name[64], hex[BV_HEX_SIZE(NAME_LEN)];

	if (k->count == k->cap) {
		k->cap = k->cap ? 2 * k->cap : 16;
		k->files = bv_resize_array(k->files, k->cap, sizeof *k->files);
	}
	bv_sha256(hash, address.len ? address : bytes);
	snprintf(name, sizeof name, "%s/%s.%.*s", folder, bv_hex(hex, hash, NAME_LEN), BV_STR_ARG(bv_str_sub(end, 0, 20)));
	k->files[k->count++] = (struct records_file){ bv_arena_str(&k->arena, bv_str_of(name)), bv_arena_str(&k->arena, address), bv_arena_str(&k->arena, bytes) };
}

static enum bv_status
keep_list(struct known *k, struct bv_str name, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_status_free) struct bv_status_list *list = NULL;

	TRY(bv_status_lists_add(k->lists, name, bytes, err));
	TRY(bv_status_parse(&list, bytes, err));
	keep_file(k, "status", bv_str_starts(bytes, BV_STR("{")) ? BV_STR("json") : BV_STR("jwt"), bv_status_uri(list), bytes);
	return BV_OK;
}

static enum bv_status
add_published(void *ctx, const struct bv_published *list, struct bv_err *err)
{
	char name[64];

	snprintf(name, sizeof name, "%" PRId64 "/%s", list->shard, bv_status_kind_name(list->kind));
	return keep_list(ctx, bv_str_of(name), list->bytes, err);
}

static enum bv_status
add_file(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_STATUS_LIST_MAX);

	if (!bv_str_ends(bv_str_of(path), BV_STR(".json")) && !bv_str_ends(bv_str_of(path), BV_STR(".jwt")))
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	return keep_list(ctx, bv_str_of(path), bv_buf_str(&bytes), err);
}

static enum bv_status
read_lists(struct known *k, struct records *r, struct bv_err *err)
{
	if (!r->config->status[0] && !r->config->register_url[0])
		return BV_OK;
	k->lists = bv_status_lists_new(r->trust);
	if (r->config->status[0])
		return bv_dir_walk(r->config->status, add_file, k, err);
	pthread_mutex_lock(&r->desk);
	enum bv_status status = need_register(r, err);
	if (status == BV_OK)
		status = bv_status_published(r->reg, bv_clock_now_s(), add_published, k, err);
	pthread_mutex_unlock(&r->desk);
	return status;
}

static enum bv_status
add_trusted(void *ctx, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_JSON_MAX);
	bool json = bv_str_ends(bv_str_of(path), BV_STR(".json"));

	if (!json && !bv_str_ends(bv_str_of(path), BV_STR(".multikey")))
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	keep_file(ctx, "trust", json ? BV_STR("json") : BV_STR("multikey"), BV_STR_NONE, bv_buf_str(&bytes));
	return BV_OK;
}

/* The file that is named, or the one `policy` in the log's folder, which the log's writer follows. */
static enum bv_status
read_policy(struct bv_policy **out, const struct records *r, struct bv_err *err)
{
	char path[PATH_MAX_LEN];

	if (r->config->log_policy[0])
		return bv_policy_load(out, r->config->log_policy, err);
	snprintf(path, sizeof path, "%s/policy", r->config->log);
	if (!r->config->log[0] || access(path, R_OK) != 0)
		return BV_OK;
	return bv_policy_load(out, path, err);
}

static struct known *
known_new(void)
{
	struct known *k = bv_alloc(sizeof *k);

	*k = (struct known){ .at_s = bv_clock_now_s(), .at_ms = now_ms() };
	return k;
}

/* Of lists and files that cannot be read nothing is known, and then "could not check" is said; a policy stays as it was, so that nothing becomes good by its loss. */
static void
refresh(struct records *r)
{
	struct known *k = known_new();
	struct bv_err err;

	if (read_lists(k, r, &err) != BV_OK) {
		complain(r, "status", &err);
		bv_status_lists_free(k->lists);
		k->lists = bv_status_lists_new(r->trust);
	}
	if (r->config->trust[0] && bv_dir_walk(r->config->trust, add_trusted, k, &err) != BV_OK)
		complain(r, "trust", &err);
	enum bv_status policy = read_policy(&k->policy, r, &err);
	if (policy != BV_OK)
		complain(r, "log_policy", &err);
	pthread_rwlock_wrlock(&r->lock);
	if (policy != BV_OK)
		k->policy = bv_steal(&r->known->policy);
	known_free(r->known);
	r->known = k;
	pthread_rwlock_unlock(&r->lock);
}

/* The lock is held for reading afterwards. */
static void
hold(struct records *r)
{
	pthread_rwlock_rdlock(&r->lock);
	if (now_ms() - r->known->at_ms < FRESH_MS)
		return;
	pthread_rwlock_unlock(&r->lock);
	refresh(r);
	pthread_rwlock_rdlock(&r->lock);
}

enum bv_status
records_open(struct records **out, const struct config *config, const struct bv_trust *trust, struct log *log, struct bv_err *err)
{
	struct records *r = bv_alloc(sizeof *r);

	*r = (struct records){ .config = config, .trust = trust, .log = log };
	pthread_rwlock_init(&r->lock, NULL);
	pthread_mutex_init(&r->desk, NULL);
	*out = r;
	if (config->register_url[0])
		TRY(need_register(r, err));
	if (config->log[0])
		TRY(bv_log_view(&r->view, config->log, err));
	r->view_ms = now_ms();
	r->known = known_new();
	TRY(read_policy(&r->known->policy, r, err));
	if (config->trust[0])
		TRY(bv_dir_walk(config->trust, add_trusted, r->known, err));
	return read_lists(r->known, r, err);
}

void
records_free(struct records *r)
{
	if (!r)
		return;
	known_free(r->known);
	bv_register_close(r->reg);
	bv_log_view_free(r->view);
	pthread_rwlock_destroy(&r->lock);
	pthread_mutex_destroy(&r->desk);
	free(r);
}

bool
records_have(const struct records *r)
{
	return r->config->register_url[0];
}

/* ---- One certificate ---- */

void
records_done(struct record *record)
{
	bv_arena_finish(&record->arena);
	bv_buf_finish(&record->proof);
}

static enum bv_status
take_row(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct record *out = ctx;
	struct bv_arena *arena = &out->arena;

	(void)err;
	out->row = *row;
	out->row.serial = bv_arena_str(arena, row->serial);
	out->row.holder = bv_arena_str(arena, row->holder);
	out->row.birth = bv_arena_str(arena, row->birth);
	out->row.level = bv_arena_str(arena, row->level);
	out->row.ticket = out->row.scheme = out->row.centre = out->row.achievement = BV_STR_NONE;
	return BV_OK;
}

static enum bv_status
take_envelope(void *ctx, struct bv_str kind, struct bv_str bytes, struct bv_err *err)
{
	struct record *out = ctx;

	(void)err;
	if (bv_str_is(kind, "json"))
		out->envelope = bv_arena_str(&out->arena, bytes);
	return BV_OK;
}

/* The newest of those that changed how it stands. */
static enum bv_status
take_act(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	struct record *out = ctx;

	(void)err;
	if (act->step != BV_ACT_IN_FORCE)
		return BV_OK;
	out->reason = bv_arena_str(&out->arena, act->reason);
	out->since_s = act->decided_s;
	return BV_OK;
}

static enum bv_status
take_successor(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct record *out = ctx;

	(void)err;
	out->successor = bv_arena_str(&out->arena, row->serial);
	out->successor_s = row->awarded_s;
	return BV_OK;
}

static void
find_words(struct record *out, const struct bv_issuing *issuing)
{
	for (size_t i = 0; i < issuing->reason_count; i++)
		if (bv_str_eq(issuing->reasons[i].code, out->reason))
			out->text = bv_arena_str(&out->arena, issuing->reasons[i].text);
}

/* Without it the check of the log says that it could not be made. */
static void
prove(struct record *out, struct records *r)
{
	struct bv_log_view *view = out->row.log_idx >= 0 ? current_view(r, (uint64_t)out->row.log_idx + 1) : NULL;
	struct bv_err err;

	out->proof = BV_BUF(BV_LOG_PROOF_MAX);
	if (view && bv_log_prove(&out->proof, view, (uint64_t)out->row.log_idx, &err) != BV_OK) {
		bv_buf_clear(&out->proof);
		complain(r, "log", &err);
	}
}

static enum bv_status
find(struct record *out, struct records *r, struct bv_str name, bool is_code, struct bv_err *err)
{
	char code[BV_CODE_SIZE];

	TRY(need_register(r, err));
	if (is_code) {
		snprintf(code, sizeof code, "%.*s", BV_STR_ARG(name));
		TRY(bv_register_find_code(r->reg, code, take_row, out, err));
	} else {
		TRY(bv_register_find(r->reg, name, take_row, out, err));
	}
	TRY(bv_register_envelopes(r->reg, out->row.id, take_envelope, out, err));
	TRY(bv_act_of(r->reg, out->row.id, take_act, out, err));
	if (out->reason.len)
		find_words(out, bv_register_issuing(r->reg));
	if (out->row.successor)
		TRY(bv_register_get(r->reg, out->row.successor, take_successor, out, err));
	prove(out, r);
	return BV_OK;
}

/* A register that could not be read is opened again next time: the database may have been restarted. */
static enum bv_status
leave_desk(struct records *r, enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK && status != BV_ENOTFOUND) {
		complain(r, "register", err);
		bv_register_close(r->reg);
		r->reg = NULL;
	}
	pthread_mutex_unlock(&r->desk);
	return status;
}

enum bv_status
records_find(struct record *out, struct records *r, struct bv_str name, bool is_code, struct bv_err *err)
{
	*out = (struct record){ 0 };
	pthread_mutex_lock(&r->desk);
	return leave_desk(r, find(out, r, name, is_code, err), err);
}

static enum bv_status
ask_register(struct records *r, records_asking ask, void *ctx, struct bv_err *err)
{
	TRY(need_register(r, err));
	return ask(ctx, r->reg, err);
}

enum bv_status
records_ask(struct records *r, records_asking ask, void *ctx, struct bv_err *err)
{
	pthread_mutex_lock(&r->desk);
	return leave_desk(r, ask_register(r, ask, ctx, err), err);
}

/* What matters of a row while its certificate's successors are followed. */
struct trail {
	uint8_t uuid[16];
	enum bv_fate fate;
	int64_t successor;
};

static enum bv_status
follow(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	struct trail *trail = ctx;

	(void)err;
	memcpy(trail->uuid, row->uuid, sizeof trail->uuid);
	trail->fate = row->fate;
	trail->successor = row->successor;
	return BV_OK;
}

static enum bv_status
find_result(struct trail *trail, struct records *r, struct bv_str ticket, const uint8_t rating[BV_HASH_LEN], struct bv_err *err)
{
	enum { CORRECTIONS_MAX = 20 };

	if (!records_have(r))
		return bv_err_set(err, BV_ENOTFOUND, "this server has no register of certificates");
	TRY(need_register(r, err));
	TRY(bv_register_find_result(r->reg, ticket, BV_STR("rating"), rating, follow, trail, err));
	for (int i = 0; i < CORRECTIONS_MAX && trail->fate == BV_FATE_CORRECTED && trail->successor; i++)
		TRY(bv_register_get(r->reg, trail->successor, follow, trail, err));
	return BV_OK;
}

enum bv_status
records_code(char code[BV_CODE_SIZE], struct records *r, struct bv_str ticket, const uint8_t rating[BV_HASH_LEN], struct bv_err *err)
{
	char id[BV_UUID_SIZE];
	struct trail trail;

	pthread_mutex_lock(&r->desk);
	TRY(leave_desk(r, find_result(&trail, r, ticket, rating, err), err));
	bv_code_write(code, bv_str_of(bv_uuid_write(id, trail.uuid)));
	return BV_OK;
}

enum bv_standing
records_standing(struct bv_standing_reason *why, struct records *r, const struct record *record, int64_t at_s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf base = BV_BUF(BV_ENTRY_ADDRESS_MAX), issuer = BV_BUF(BV_DID_MAX);
	enum bv_standing standing = BV_STANDING_UNKNOWN;

	*why = (struct bv_standing_reason){ .fault = BV_LISTS_ABSENT };
	pthread_mutex_lock(&r->desk);
	if (r->reg) {
		bv_buf_printf(&base, "%.*s/%" PRId64, BV_STR_ARG(bv_register_status(r->reg)), record->row.shard);
		bv_buf_add(&issuer, bv_register_issuer(r->reg));
	}
	pthread_mutex_unlock(&r->desk);
	hold(r);
	if (r->known->lists && base.len)
		standing = bv_status_lists_find(why, r->known->lists, bv_buf_str(&issuer), bv_buf_str(&base), (uint64_t)record->row.idx, at_s);
	pthread_rwlock_unlock(&r->lock);
	return standing;
}

void
records_lend(struct records *r, struct bv_str proof, int64_t at_s, records_use use, void *ctx)
{
	struct bv_log_proof parsed;
	struct bv_err ignored;

	hold(r);
	struct bv_verify_options options = { .at_s = at_s, .status = r->known->lists };
	if (proof.len && r->known->policy && bv_log_proof_parse(&parsed, proof, &ignored) == BV_OK) {
		options.log = r->known->policy;
		options.proof = &parsed;
	}
	use(ctx, &options);
	pthread_rwlock_unlock(&r->lock);
}

struct verifying {
	struct bv_report **out;
	struct bv_str bytes;
	const struct bv_trust *trust;
};

static void
verify(void *ctx, const struct bv_verify_options *options)
{
	struct verifying *v = ctx;

	bv_credential_verify(v->out, v->bytes, v->trust, options);
}

void
records_verify(struct bv_report **out, struct records *r, struct bv_str bytes, struct bv_str proof, int64_t at_s)
{
	records_lend(r, proof, at_s, verify, &(struct verifying){ out, bytes, r->trust });
}

/* ---- The log's head ---- */

static void
tell_keys(const struct bv_policy *policy, const struct bv_checkpoint *checkpoint, records_key_visit visit, void *ctx)
{
	size_t count;
	const struct bv_policy_key *keys = bv_policy_logs(policy, &count);
	struct bv_err ignored;

	for (size_t i = 0; i < count; i++)
		visit(ctx, &keys[i], false, 0);
	keys = bv_policy_witnesses(policy, &count);
	for (size_t i = 0; i < count; i++) {
		int64_t signed_s = 0;
		if (bv_cosignature_check(&signed_s, checkpoint, &keys[i].vkey, &ignored) != BV_OK)
			signed_s = 0;
		visit(ctx, &keys[i], true, signed_s);
	}
}

enum bv_status
records_head(struct bv_buf *note, struct bv_policy_finding *found, bool *policy, struct records *r, records_key_visit visit, void *ctx, struct bv_err *err)
{
	struct bv_checkpoint checkpoint;

	pthread_mutex_lock(&r->desk);
	struct bv_log_view *view = current_view(r, 0);
	if (view)
		bv_buf_add(note, bv_log_view_note(view));
	pthread_mutex_unlock(&r->desk);
	if (!note->len)
		return bv_err_set(err, BV_ENOTFOUND, "this server shows no public log");
	TRY(bv_checkpoint_parse(&checkpoint, bv_buf_str(note), err));
	hold(r);
	enum bv_status status = BV_OK;
	*policy = r->known->policy != NULL;
	if (r->known->policy) {
		status = bv_policy_check(found, r->known->policy, &checkpoint, err);
		tell_keys(r->known->policy, &checkpoint, visit, ctx);
	}
	pthread_rwlock_unlock(&r->lock);
	return status;
}

/* ---- Files ---- */

int64_t
records_files(struct records *r, records_file_visit visit, void *ctx)
{
	hold(r);
	int64_t at_s = r->known->at_s;
	for (size_t i = 0; i < r->known->count; i++)
		visit(ctx, &r->known->files[i]);
	pthread_rwlock_unlock(&r->lock);
	return at_s;
}

bool
records_file(struct bv_buf *out, struct records *r, struct bv_str name)
{
	bool found = false;

	hold(r);
	for (size_t i = 0; i < r->known->count && !found; i++) {
		found = bv_str_eq(r->known->files[i].name, name);
		if (found)
			bv_buf_add(out, r->known->files[i].bytes);
	}
	pthread_rwlock_unlock(&r->lock);
	return found && !out->full;
}

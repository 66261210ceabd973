/* Certificates in the log against results of exams: what was never examined, what was certified twice, by whose key. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "registry/registry.h"

enum { REPLACED_DEEPEST = 64 };

struct certificate {
	uint8_t credential[BV_HASH_LEN]; /* first, for compare */
	uint32_t key;
	uint64_t idx;
};

struct result {
	uint8_t credential[BV_HASH_LEN];
	struct bv_str id;
};

/* A certificate that takes another's place. */
struct replacement {
	uint8_t credential[BV_HASH_LEN]; /* the new one */
	uint8_t old[BV_HASH_LEN];
};

/* A growing array; what it is of says its owner. */
struct list {
	void *p;
	size_t count, cap;
};

struct bv_monitor {
	struct bv_arena arena;
	struct list certificates, results, replacements, keys, early; /* early: findings that are known while reading */
	uint32_t *places; /* of keys by a hash, + 1; 0: free. place_count is a power of two, and at least twice as many as keys */
	size_t place_count;
	const struct bv_checkpoint *last;
	struct bv_merkle *tree;
};

static const char *const kinds[BV_MONITOR_KINDS] = { "not-examined", "twice-in-log", "twice-certified", "not-in-log", "key-unknown", "key-removed", "act-unknown", "entry-unknown" };

const char *
bv_monitor_kind_name(enum bv_monitor_kind kind)
{
	return kinds[kind];
}

struct bv_monitor *
bv_monitor_new(void)
{
	return bv_alloc(sizeof(struct bv_monitor));
}

void
bv_monitor_free(struct bv_monitor *m)
{
	if (!m)
		return;
	bv_arena_finish(&m->arena);
	free(m->certificates.p);
	free(m->results.p);
	free(m->replacements.p);
	free(m->keys.p);
	free(m->early.p);
	free(m->places);
	free(m);
}

static void *
add(struct list *list, size_t size)
{
	if (list->count == list->cap) {
		list->cap = list->cap ? list->cap * 2 : 64;
		list->p = bv_resize_array(list->p, list->cap, size);
	}
	return (char *)list->p + size * list->count++;
}

enum bv_status
bv_monitor_add_result(struct bv_monitor *m, struct bv_str id, const uint8_t credential[BV_HASH_LEN], struct bv_err *err)
{
	if (m->results.count == BV_MONITOR_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d results", BV_MONITOR_MAX);
	struct result *result = add(&m->results, sizeof *result);
	result->id = bv_arena_str(&m->arena, id);
	memcpy(result->credential, credential, BV_HASH_LEN);
	return BV_OK;
}

/* ---- Reading ---- */

/* Who fills a log with keys of his own shall not choose where they are looked for. */
static size_t
place_of(struct bv_str key, struct bv_str issuer)
{
	struct bv_sha256 sha;
	uint8_t hash[BV_HASH_LEN];
	size_t place;

	bv_sha256_init(&sha);
	bv_sha256_add(&sha, key.p, key.len);
	bv_sha256_add(&sha, "\n", 1);
	bv_sha256_add(&sha, issuer.p, issuer.len);
	bv_sha256_end(&sha, hash);
	memcpy(&place, hash, sizeof place);
	return place;
}

/* Where the key is, or could be put. */
static uint32_t *
find_place(const struct bv_monitor *m, struct bv_str key, struct bv_str issuer)
{
	const struct bv_monitor_key *keys = m->keys.p;

	for (size_t place = place_of(key, issuer);; place++) {
		uint32_t *at = &m->places[place & (m->place_count - 1)];
		if (!*at || (bv_str_eq(keys[*at - 1].key, key) && bv_str_eq(keys[*at - 1].issuer, issuer)))
			return at;
	}
}

static void
grow_places(struct bv_monitor *m)
{
	const struct bv_monitor_key *keys = m->keys.p;

	m->place_count = m->place_count ? m->place_count * 2 : 64;
	free(m->places);
	m->places = bv_alloc_array(m->place_count, sizeof *m->places);
	for (size_t i = 0; i < m->keys.count; i++)
		*find_place(m, keys[i].key, keys[i].issuer) = (uint32_t)i + 1;
}

static uint32_t
find_key(struct bv_monitor *m, struct bv_str key, struct bv_str issuer)
{
	if (2 * m->keys.count >= m->place_count)
		grow_places(m);
	uint32_t *at = find_place(m, key, issuer);
	if (!*at) {
		struct bv_monitor_key *new = add(&m->keys, sizeof *new);
		*new = (struct bv_monitor_key){ .key = bv_arena_str(&m->arena, key), .issuer = bv_arena_str(&m->arena, issuer) };
		*at = (uint32_t)m->keys.count;
	}
	return *at - 1;
}

static struct bv_monitor_key *
key_at(const struct bv_monitor *m, uint32_t idx)
{
	return &((struct bv_monitor_key *)m->keys.p)[idx];
}

static void
find_early(struct bv_monitor *m, enum bv_monitor_kind kind, uint64_t idx, const uint8_t *credential, struct bv_str key)
{
	struct bv_monitor_finding *finding = add(&m->early, sizeof *finding);

	*finding = (struct bv_monitor_finding){ .kind = kind, .idx = idx, .key = key };
	if (credential)
		memcpy(finding->credential, credential, BV_HASH_LEN);
}

static enum bv_status
add_certificate(struct bv_monitor *m, uint64_t idx, const struct bv_entry *entry, struct bv_err *err)
{
	uint32_t at = find_key(m, entry->key, entry->issuer);
	struct bv_monitor_key *key = key_at(m, at);

	if (m->certificates.count == BV_MONITOR_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d certificates", BV_MONITOR_MAX);
	struct certificate *certificate = add(&m->certificates, sizeof *certificate);
	certificate->key = at;
	certificate->idx = idx;
	memcpy(certificate->credential, entry->credential, BV_HASH_LEN);
	key->certificates++;
	if (!key->announced)
		find_early(m, BV_MONITOR_KEY_UNKNOWN, idx, entry->credential, key->key);
	else if (key->removed)
		find_early(m, BV_MONITOR_KEY_REMOVED, idx, entry->credential, key->key);
	return BV_OK;
}

static enum bv_status
add_entry(struct bv_monitor *m, uint64_t idx, const struct bv_entry *entry, struct bv_err *err)
{
	struct replacement *replacement;
	struct bv_monitor_key *key;

	switch (entry->type) {
	case BV_ENTRY_CERTIFICATE:
		return add_certificate(m, idx, entry, err);
	case BV_ENTRY_KEY_ADDED:
	case BV_ENTRY_KEY_REMOVED:
		key = key_at(m, find_key(m, entry->key, entry->issuer));
		key->announced = key->announced || entry->type == BV_ENTRY_KEY_ADDED;
		key->removed = entry->type == BV_ENTRY_KEY_REMOVED;
		return BV_OK;
	case BV_ENTRY_SUPERSESSION:
	case BV_ENTRY_CORRECTION:
		replacement = add(&m->replacements, sizeof *replacement);
		memcpy(replacement->credential, entry->replacement, BV_HASH_LEN);
		memcpy(replacement->old, entry->credential, BV_HASH_LEN);
		break;
	case BV_ENTRY_REVOCATION:
	case BV_ENTRY_SUSPENSION:
	case BV_ENTRY_REINSTATEMENT:
		break;
	default:
		return BV_OK;
	}
	/* Looked at when all certificates are known. */
	find_early(m, BV_MONITOR_ACT_UNKNOWN, idx, entry->credential, BV_STR_NONE);
	return BV_OK;
}

/* Are the entries so far those of the visit before? */
static enum bv_status
check_last(const struct bv_monitor *m, uint64_t size, struct bv_err *err)
{
	struct bv_merkle_hash root;

	if (!m->last || m->last->size != size)
		return BV_OK;
	bv_merkle_root(&root, m->tree);
	if (!bv_hash_eq(root.p, m->last->root.p))
		return bv_err_set(err, BV_EDENIED, "the log was rewritten: its first %" PRIu64 " entries are not those of the visit before. Keep both checkpoints: they prove it", size);
	return BV_OK;
}

static enum bv_status
visit(void *ctx, uint64_t idx, struct bv_str text, struct bv_err *err)
{
	struct bv_monitor *m = ctx;
	struct bv_json *json = NULL;
	struct bv_entry entry;
	struct bv_err why;
	enum bv_status status = BV_OK;

	if (bv_entry_parse(&entry, &json, text, &why) == BV_OK)
		status = add_entry(m, idx, &entry, err);
	else
		find_early(m, BV_MONITOR_ENTRY_UNKNOWN, idx, NULL, BV_STR_NONE);
	bv_json_free(json);
	return status == BV_OK ? check_last(m, idx + 1, err) : status;
}

enum bv_status
bv_monitor_read(struct bv_monitor *m, struct bv_log_view *view, const struct bv_checkpoint *last, struct bv_err *err)
{
	struct bv_merkle tree = { 0 };
	const struct bv_checkpoint *now = bv_log_view_checkpoint(view);

	if (last && !bv_str_eq(last->origin, now->origin))
		return bv_err_set(err, BV_EINVAL, "the visit before was to the log '%.*s', this one is to '%.*s'", BV_STR_ARG(bv_str_sub(last->origin, 0, 90)),
		                  BV_STR_ARG(bv_str_sub(now->origin, 0, 90)));
	if (last && last->size > now->size)
		return bv_err_set(err, BV_EDENIED, "the log has %" PRIu64 " entries; at the visit before it had %" PRIu64 ": what is served is old, or entries were taken away",
		                  now->size, last->size);
	m->last = last;
	m->tree = &tree;
	TRY(check_last(m, 0, err));
	return bv_log_read(view, &tree, false, visit, m, err);
}

/* ---- Comparing ---- */

/* Each kind of row begins with its hash. */
static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, BV_HASH_LEN);
}

static int
by_hash_and_place(const void *a, const void *b)
{
	const struct certificate *x = a, *y = b;
	int order = memcmp(x->credential, y->credential, BV_HASH_LEN);

	return order ? order : x->idx < y->idx ? -1 : x->idx > y->idx;
}

static int
by_id_and_hash(const void *a, const void *b)
{
	const struct result *x = a, *y = b;
	int order = bv_str_cmp(x->id, y->id);

	return order ? order : memcmp(x->credential, y->credential, BV_HASH_LEN);
}

static int
by_place(const void *a, const void *b)
{
	const struct certificate *x = a, *y = b;

	return x->idx < y->idx ? -1 : x->idx > y->idx;
}

static void
sort(struct list *list, size_t size, int (*order)(const void *a, const void *b))
{
	if (list->count)
		qsort(list->p, list->count, size, order);
}

static const void *
find(const struct list *list, size_t size, const uint8_t hash[BV_HASH_LEN])
{
	return list->count ? bsearch(hash, list->p, list->count, size, by_hash) : NULL;
}

/* Does b take the place of a, at once or by steps? */
static bool
replaces(const struct bv_monitor *m, const uint8_t *b, const uint8_t *a)
{
	for (int i = 0; i < REPLACED_DEEPEST; i++) {
		const struct replacement *step = find(&m->replacements, sizeof *step, b);
		if (!step)
			return false;
		b = step->old;
		if (memcmp(a, b, BV_HASH_LEN) == 0)
			return true;
	}
	return false;
}

/* Of a result, or in the place of a certificate that is. */
static bool
was_examined(const struct bv_monitor *m, const uint8_t *credential)
{
	for (int i = 0; i < REPLACED_DEEPEST; i++) {
		if (find(&m->results, sizeof(struct result), credential))
			return true;
		const struct replacement *step = find(&m->replacements, sizeof *step, credential);
		if (!step)
			return false;
		credential = step->old;
	}
	return false;
}

struct telling {
	const struct bv_monitor *monitor;
	bv_monitor_told told;
	void *ctx;
	uint64_t count;
};

static void
tell(struct telling *t, enum bv_monitor_kind kind, uint64_t idx, struct bv_str id, struct bv_str key, const uint8_t *credential)
{
	struct bv_monitor_finding finding = { .kind = kind, .idx = idx, .id = id, .key = key };

	memcpy(finding.credential, credential, BV_HASH_LEN);
	t->told(t->ctx, &finding);
	t->count++;
}

/* In the order of the log. certificates are sorted by hash; `twice` says which stand behind one of the same hash. */
static void
compare_certificates(struct telling *t, const struct certificate *rows, const bool *twice)
{
	const struct bv_monitor *m = t->monitor;

	for (size_t i = 0; i < m->certificates.count; i++) {
		struct bv_monitor_key *key = key_at(m, rows[i].key);
		bool examined = was_examined(m, rows[i].credential);
		key->examined += examined;
		if (twice[i])
			tell(t, BV_MONITOR_TWICE_IN_LOG, rows[i].idx, BV_STR_NONE, key->key, rows[i].credential);
		else if (!examined && m->results.count)
			tell(t, BV_MONITOR_NOT_EXAMINED, rows[i].idx, BV_STR_NONE, key->key, rows[i].credential);
	}
}

static void
compare_results(struct telling *t, const struct result *rows)
{
	const struct bv_monitor *m = t->monitor;
	const struct certificate *before = NULL;

	for (size_t i = 0; i < m->results.count; i++) {
		const struct certificate *there = find(&m->certificates, sizeof *there, rows[i].credential);
		bool same = i && bv_str_eq(rows[i].id, rows[i - 1].id);
		if (!same)
			before = NULL;
		if (!there)
			tell(t, BV_MONITOR_NOT_IN_LOG, UINT64_MAX, rows[i].id, BV_STR_NONE, rows[i].credential);
		else if (before && memcmp(before->credential, there->credential, BV_HASH_LEN) != 0 && !replaces(m, there->credential, before->credential) &&
		         !replaces(m, before->credential, there->credential))
			tell(t, BV_MONITOR_TWICE_CERTIFIED, there->idx, rows[i].id, key_at(m, there->key)->key, there->credential);
		before = there ? there : before;
	}
}

uint64_t
bv_monitor_compare(struct bv_monitor *m, bv_monitor_told told, void *ctx)
{
	struct telling t = { .monitor = m, .told = told, .ctx = ctx };
	size_t count = m->certificates.count;
	struct certificate *rows = bv_alloc_array(count + 1, sizeof *rows);
	struct result *results = bv_alloc_array(m->results.count + 1, sizeof *results);
	bool *twice = bv_alloc_array(count + 1, sizeof *twice);

	sort(&m->certificates, sizeof *rows, by_hash_and_place);
	sort(&m->results, sizeof *results, by_hash);
	sort(&m->replacements, sizeof(struct replacement), by_hash);
	for (const struct bv_monitor_finding *f = m->early.p; f && f < (const struct bv_monitor_finding *)m->early.p + m->early.count; f++)
		if (f->kind != BV_MONITOR_ACT_UNKNOWN || !find(&m->certificates, sizeof *rows, f->credential))
			tell(&t, f->kind, f->idx, BV_STR_NONE, f->key, f->credential);
	memcpy(rows, count ? m->certificates.p : rows, count * sizeof *rows);
	/* Which are behind one of the same hash is marked in the place of the key's highest bit until they are in the order of the log. */
	for (size_t i = 1; i < count; i++)
		if (memcmp(rows[i].credential, rows[i - 1].credential, BV_HASH_LEN) == 0)
			rows[i].key |= UINT32_C(1) << 31;
	qsort(rows, count, sizeof *rows, by_place);
	for (size_t i = 0; i < count; i++) {
		twice[i] = rows[i].key >> 31;
		rows[i].key &= ~(UINT32_C(1) << 31);
	}
	for (size_t i = 0; i < m->keys.count; i++)
		key_at(m, (uint32_t)i)->examined = 0;
	compare_certificates(&t, rows, twice);
	memcpy(results, m->results.count ? m->results.p : results, m->results.count * sizeof *results);
	qsort(results, m->results.count, sizeof *results, by_id_and_hash);
	compare_results(&t, results);
	free(rows);
	free(results);
	free(twice);
	return t.count;
}

const struct bv_monitor_key *
bv_monitor_keys(const struct bv_monitor *m, size_t *count)
{
	*count = m->keys.count;
	return m->keys.p;
}

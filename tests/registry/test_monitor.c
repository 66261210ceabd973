/* A monitor: what each kind of finding is of, from both sides; chains and rings of replacements; many keys; a log that went back. */
#include "tests/check.h"
#include "tests/registry/world.h"

#define ISSUER "did:web:chungchi.example.vn"
#define KEY "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"

static struct world w;

static void
hash_of(uint8_t hash[BV_HASH_LEN], int number)
{
	memset(hash, 0, BV_HASH_LEN);
	memcpy(hash, &number, sizeof number);
}

static void
enter(const struct bv_entry *entry)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_ENTRY_MAX);
	uint64_t first;

	if (bv_entry_write(&text, entry, &w.err) != BV_OK || bv_log_append(&first, w.open, &(struct bv_str){ text.p, text.len }, 1, &w.err) != BV_OK)
		CHECK(false, "%s", w.err.msg);
}

static void
certificate(int number, const char *key)
{
	struct bv_entry entry = { .type = BV_ENTRY_CERTIFICATE, .achievement = BV_STR("https://a.vn/1"), .issuer = BV_STR(ISSUER), .key = bv_str_of(key) };

	hash_of(entry.credential, number);
	enter(&entry);
}

static void
key_entry(enum bv_entry_type type, const char *key)
{
	enter(&(struct bv_entry){ .type = type, .at_s = SAMPLE_AT, .from_s = SAMPLE_AT, .until_s = SAMPLE_AT + 1, .issuer = BV_STR(ISSUER), .key = bv_str_of(key),
	                          .reason = BV_STR("end") });
}

static void
act(enum bv_entry_type type, int of, int replacement)
{
	struct bv_entry entry = { .type = type, .at_s = SAMPLE_AT, .reason = BV_STR("error"), .approvers = { BV_STR(KEY) }, .approver_count = 1 };

	hash_of(entry.credential, of);
	hash_of(entry.replacement, replacement);
	enter(&entry);
}

/* ---- What is found, as text: "kind@idx#number:result " ---- */

static void
told(void *ctx, const struct bv_monitor_finding *f)
{
	int number;

	memcpy(&number, f->credential, sizeof number);
	bv_buf_printf(ctx, "%s", bv_monitor_kind_name(f->kind));
	if (f->idx != UINT64_MAX)
		bv_buf_printf(ctx, "@%" PRIu64, f->idx);
	bv_buf_printf(ctx, "#%d%s%.*s ", number, f->id.len ? ":" : "", BV_STR_ARG(f->id));
}

static void
expect(const struct bv_checkpoint *last, const char *const *results, const int *numbers, size_t count, const char *want, const char *name)
{
	BV_AUTO(bv_monitor_free) struct bv_monitor *monitor = bv_monitor_new();
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf found = BV_BUF(1 << 20);
	uint8_t hash[BV_HASH_LEN];

	for (size_t i = 0; i < count; i++) {
		hash_of(hash, numbers[i]);
		if (bv_monitor_add_result(monitor, bv_str_of(results[i]), hash, &w.err) != BV_OK)
			CHECK(false, "%s", w.err.msg);
	}
	CHECK(publish(&w) == BV_OK && bv_log_view(&view, w.log, &w.err) == BV_OK && bv_monitor_read(monitor, view, last, &w.err) == BV_OK, "%s: read", name);
	bv_monitor_compare(monitor, told, &found);
	CHECK_STR(bv_buf_str(&found), bv_str_of(want), name);
}

static void
check_kinds(void)
{
	static const char *const results[] = { "t1", "t2", "t3" };
	static const int numbers[] = { 1, 2, 3 };
	uint64_t first;

	certificate(1, KEY);
	expect(NULL, NULL, NULL, 0, "key-unknown@0#1 ", "a key before it is announced");
	key_entry(BV_ENTRY_KEY_ADDED, KEY);
	certificate(2, KEY);
	certificate(3, KEY);
	expect(NULL, results, numbers, 3, "key-unknown@0#1 ", "three of three");
	expect(NULL, results, numbers, 2, "key-unknown@0#1 not-examined@3#3 ", "three of two");
	expect(NULL, NULL, NULL, 0, "key-unknown@0#1 ", "without results nothing is said of exams");
	certificate(2, KEY);
	expect(NULL, results, numbers, 3, "key-unknown@0#1 twice-in-log@4#2 ", "entered twice");
	key_entry(BV_ENTRY_KEY_REMOVED, KEY);
	certificate(4, KEY);
	act(BV_ENTRY_REVOCATION, 4, 0);
	act(BV_ENTRY_REVOCATION, 5, 0);
	expect(NULL, results, numbers, 3, "key-unknown@0#1 key-removed@6#4 act-unknown@8#5 twice-in-log@4#2 not-examined@6#4 ", "a key that was removed, and an act on nothing");
	key_entry(BV_ENTRY_KEY_ADDED, KEY);
	CHECK(bv_log_append(&first, w.open, &BV_STR("{\"v\":2}"), 1, &w.err) == BV_OK, "an entry of the future");
	expect(NULL, NULL, NULL, 0, "key-unknown@0#1 key-removed@6#4 act-unknown@8#5 entry-unknown@10#0 twice-in-log@4#2 ", "is told");
}

static void
check_results(void)
{
	static const char *const names[] = { "a", "a", "b", "c", "c", "d" };
	static const int numbers[] = { 20, 21, 22, 23, 23, 99 };

	key_entry(BV_ENTRY_KEY_ADDED, KEY);
	for (int i = 20; i < 30; i++)
		certificate(i, KEY);
	/* 22 → 24 → 25: examined by 22. 26 ↔ 27: a ring that no exam is in. */
	act(BV_ENTRY_SUPERSESSION, 22, 24);
	act(BV_ENTRY_CORRECTION, 24, 25);
	act(BV_ENTRY_CORRECTION, 26, 27);
	act(BV_ENTRY_CORRECTION, 27, 26);
	expect(NULL, names, numbers, 6, "not-examined@7#26 not-examined@8#27 not-examined@9#28 not-examined@10#29 twice-certified@2#21:a not-in-log#99:d ",
	       "chains, rings, the same result twice");
	act(BV_ENTRY_CORRECTION, 20, 21);
	expect(NULL, names, numbers, 6, "not-examined@7#26 not-examined@8#27 not-examined@9#28 not-examined@10#29 not-in-log#99:d ", "when one replaces the other there is one");
}

/* Each with a key of its own; the table of keys grows. */
static void
check_keys(void)
{
	BV_AUTO(bv_monitor_free) struct bv_monitor *monitor = bv_monitor_new();
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf found = BV_BUF(1 << 20);
	enum { KEYS = 300 };
	size_t count;

	for (int i = 0; i < KEYS; i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64);
		bv_buf_addz(&text, "z6Mk");
		for (int n = i + 100; n; n /= 50)
			bv_buf_addc(&text, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqr"[n % 50]);
		if (i % 2)
			key_entry(BV_ENTRY_KEY_ADDED, text.p);
		for (int k = 0; k < 1 + i % 3; k++)
			certificate(1000 + 10 * i + k, text.p);
	}
	CHECK(publish(&w) == BV_OK && bv_log_view(&view, w.log, &w.err) == BV_OK && bv_monitor_read(monitor, view, NULL, &w.err) == BV_OK, "many keys");
	uint64_t told_of = bv_monitor_compare(monitor, told, &found);
	const struct bv_monitor_key *keys = bv_monitor_keys(monitor, &count);
	uint64_t all = 0, unknown = 0;
	for (size_t i = 0; i < count; i++) {
		all += keys[i].certificates;
		unknown += keys[i].announced ? 0 : keys[i].certificates;
		if (keys[i].certificates != 1 + i % 3 || keys[i].announced != i % 2 || keys[i].removed)
			CHECK(false, "key %zu", i);
	}
	CHECK(count == KEYS && all == 600 && told_of == unknown && unknown == 300, "each counted by itself");
}

static void
check_last(void)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	BV_AUTO(bv_monitor_free) struct bv_monitor *monitor = bv_monitor_new(), *other = bv_monitor_new(), *third = bv_monitor_new();
	BV_AUTO(bv_buf_finish) struct bv_buf old = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_checkpoint last;

	certificate(1, KEY);
	CHECK(publish(&w) == BV_OK && bv_log_sign(&old, w.open, w.key, &w.err) == BV_OK && bv_checkpoint_parse(&last, bv_buf_str(&old), &w.err) == BV_OK, "a visit");
	certificate(2, KEY);
	expect(&last, NULL, NULL, 0, "key-unknown@0#1 key-unknown@1#2 ", "the next one continues it");
	CHECK(bv_log_view(&view, w.log, &w.err) == BV_OK, "a view");
	last.root.p[0] ^= 1;
	CHECK_REFUSED(bv_monitor_read(monitor, view, &last, &w.err), BV_EDENIED, &w.err, "rewritten", "another beginning");
	last.root.p[0] ^= 1;
	last.size = 3;
	CHECK_REFUSED(bv_monitor_read(other, view, &last, &w.err), BV_EDENIED, &w.err, "at the visit before it had 3", "a log that went back");
	last.origin = BV_STR("other.example.vn");
	CHECK_REFUSED(bv_monitor_read(third, view, &last, &w.err), BV_EINVAL, &w.err, "other.example.vn", "another log");
}

static void
in_new_log(void (*check)(void))
{
	world_init(&w);
	CHECK(bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err) == BV_OK && bv_log_open(&w.open, w.log, &w.err) == BV_OK, "a log");
	check();
	world_finish(&w);
}

int
main(void)
{
	in_new_log(check_kinds);
	in_new_log(check_results);
	in_new_log(check_keys);
	in_new_log(check_last);
	return check_end();
}

/* A writer of a log is killed over and over: log_kill KILLS SEED FOLDER. After each kill: the checkpoint that is there is whole, its entries and tiles are those of
 * its root; nothing that was acknowledged is missing; every checkpoint that was ever signed, published or not, is one of this log; and the next writer goes on. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "tests/check.h"
#include "tests/registry/world.h"

enum { SIGNED_MAX = 100000, TEXT = 120 };

/* What the writer says, before and after each act. */
struct word {
	enum { APPENDED, SIGNED, PUBLISHED } what;
	uint64_t size;
	struct bv_merkle_hash root;
};

static struct world w;
static uint64_t seed;

static uint64_t
random_below(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % n;
}

/* Another one in each run, so that two logs of one name would differ. */
static enum bv_status
append_some(uint64_t run, size_t count)
{
	struct bv_str *entries = bv_alloc_array(count, sizeof *entries);
	char *texts = bv_alloc_array(count, TEXT);
	uint64_t first;

	for (size_t i = 0; i < count; i++) {
		int len = snprintf(texts + i * TEXT, TEXT, "run %" PRIu64 " entry %zu after %" PRIu64 " %*s", run, i, bv_log_size(w.open), (int)(i % 50), "");
		entries[i] = (struct bv_str){ texts + i * TEXT, (size_t)len };
	}
	enum bv_status status = bv_log_append(&first, w.open, entries, count, &w.err);
	free(entries);
	free(texts);
	return status;
}

static void
say(int fd, int what, uint64_t size, const struct bv_merkle_hash *root)
{
	struct word word = { .what = what, .size = size };

	if (root)
		word.root = *root;
	if (write(fd, &word, sizeof word) != sizeof word)
		_exit(3);
}

/* Until it is killed. */
static void
write_log(int fd, uint64_t run)
{
	if (bv_log_open(&w.open, w.log, &w.err) != BV_OK)
		_exit(4);
	for (;;) {
		BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
		struct bv_checkpoint checkpoint;
		if (append_some(run, 1 + (size_t)random_below(random_below(3) ? 5 : 1500)) != BV_OK)
			_exit(5);
		say(fd, APPENDED, bv_log_size(w.open), NULL);
		if (random_below(2))
			continue;
		if (bv_log_sign(&note, w.open, w.key, &w.err) != BV_OK || bv_checkpoint_parse(&checkpoint, bv_buf_str(&note), &w.err) != BV_OK)
			_exit(6);
		say(fd, SIGNED, checkpoint.size, &checkpoint.root); /* a witness may have it now */
		if (random_below(4) && bv_log_publish(w.open, bv_buf_str(&note), &w.err) != BV_OK)
			_exit(7);
		say(fd, PUBLISHED, bv_log_public_size(w.open), NULL);
	}
}

struct told {
	struct word *notes; /* every checkpoint that was signed */
	size_t count;
	uint64_t appended, published;
};

static void
hear(struct told *told, int fd)
{
	struct word word;

	while (read(fd, &word, sizeof word) == sizeof word) {
		if (word.what == APPENDED && word.size > told->appended)
			told->appended = word.size;
		if (word.what == PUBLISHED && word.size > told->published)
			told->published = word.size;
		if (word.what == SIGNED && told->count < SIGNED_MAX)
			told->notes[told->count++] = word;
	}
}

static enum bv_status
any_entry(void *ctx, uint64_t idx, struct bv_str entry, struct bv_err *err)
{
	(void)ctx, (void)idx, (void)entry, (void)err;
	return BV_OK;
}

/* What the public sees, at once. */
static bool
public_holds(const struct told *told)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	struct bv_merkle tree = { 0 };

	if (bv_log_view(&view, w.log, &w.err) != BV_OK || bv_checkpoint_check(bv_log_view_checkpoint(view), bv_key_public(w.key), &w.err) != BV_OK ||
	    bv_log_read(view, &tree, true, any_entry, NULL, &w.err) != BV_OK)
		return CHECK(false, "what is public is not whole: %s", w.err.msg);
	if (bv_log_view_checkpoint(view)->size < told->published)
		return CHECK(false, "%llu entries were public, %llu are", (unsigned long long)told->published, (unsigned long long)bv_log_view_checkpoint(view)->size);
	return true;
}

/* Each checkpoint that was signed is continued by what is there. */
static bool
continues_all(const struct told *told)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;

	if (bv_log_sign(&note, w.open, w.key, &w.err) != BV_OK || bv_log_view_at(&view, w.log, bv_buf_str(&note), &w.err) != BV_OK)
		return CHECK(false, "what is there cannot be signed: %s", w.err.msg);
	const struct bv_checkpoint *now = bv_log_view_checkpoint(view);
	for (size_t i = 0; i < told->count; i++) {
		const struct word *old = &told->notes[i];
		struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
		size_t count;
		if (bv_log_prove_consistency(path, &count, view, old->size, &w.err) != BV_OK ||
		    bv_merkle_verify_consistency(old->size, &old->root, now->size, &now->root, path, count, &w.err) != BV_OK)
			return CHECK(false, "the checkpoint of %llu that was signed is not of this log: %s", (unsigned long long)old->size, w.err.msg);
	}
	return true;
}

/* What the next writer finds. */
static bool
log_holds(const struct told *told)
{
	if (bv_log_open(&w.open, w.log, &w.err) != BV_OK)
		return CHECK(false, "it is not opened again: %s", w.err.msg);
	uint64_t size = bv_log_size(w.open);
	bool good = size >= told->appended || CHECK(false, "%llu entries were acknowledged, %llu are there", (unsigned long long)told->appended, (unsigned long long)size);
	good = good && continues_all(told);
	bv_log_free(bv_steal(&w.open));
	return good;
}

static bool
kill_once(struct told *told, uint64_t run)
{
	int ends[2], status;
	struct timespec wait;

	if (pipe(ends) != 0)
		abort();
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		write_log(ends[1], run);
	}
	close(ends[1]);
	/* Most are cut short while they write; some before they have begun. */
	uint64_t us = random_below(random_below(4) ? 60000 : 4000);
	wait = (struct timespec){ 0, (long)us * 1000 };
	nanosleep(&wait, NULL);
	kill(pid, SIGKILL);
	hear(told, ends[0]);
	close(ends[0]);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		return CHECK(false, "the writer ended by itself: %d", WEXITSTATUS(status));
	return public_holds(told) && log_holds(told);
}

int
main(int argc, char **argv)
{
	struct told told = { 0 };
	uint64_t kills = argc > 1 ? strtoull(argv[1], NULL, 10) : 10, run = 0;

	if (argc != 4)
		return 64;
	seed = strtoull(argv[2], NULL, 10) * 2654435761u + 88172645463325252u;
	told.notes = bv_alloc_array(SIGNED_MAX, sizeof *told.notes);
	w.key = sample_key("log");
	snprintf(w.log, sizeof w.log, "%s/log", argv[3]);
	CHECK_OK(bv_log_create(w.log, BV_STR(ORIGIN), w.key, &w.err), &w.err, "a log");
	while (run < kills && kill_once(&told, run)) {
		seed = seed * 6364136223846793005u + run; /* the child's random numbers are not ours */
		run++;
	}
	CHECK(run == kills, "%llu kills: %llu entries acknowledged, %llu public, %zu checkpoints signed", (unsigned long long)run, (unsigned long long)told.appended,
	      (unsigned long long)told.published, told.count);
	free(told.notes);
	bv_key_free(w.key);
	return check_end();
}

/* A ledger whose database server dies and comes back under it: it lives on, nobody notices but by waiting, and nothing is lost or doubled. When the
 * server comes back with less than it had acknowledged, the ledger stops. */
#include "engine/ledger.h"
#include "tests/engine/ledger_fixture.h"

enum { ROUNDS = 12, CANDIDATES = 20, ITEMS = 5 };

struct saver {
	struct ledger_test *t;
	int64_t id;
	atomic_bool *enough;
	int64_t saved, last_seq, failed;
};

static enum bv_status
save(struct saver *saver, uint32_t number, struct bv_ledger_act *act, struct bv_err *err)
{
	*act = (struct bv_ledger_act){ .act = BV_EXAM_SAVE, .attempt = saver->id,
		                       .facts = { .author = BV_STR("candidate"), .lease = 1, .item = number % ITEMS, .number = number,
		                                  .response = number % 2 ? RESPONSE("A") : RESPONSE("B") } };
	return bv_ledger_do(saver->t->ledger, act, err);
}

/* Saves, one after the other, until it is enough or one is not stored. */
static void *
save_on(void *ctx)
{
	struct saver *saver = ctx;
	struct bv_ledger_act act;
	struct bv_err err;

	while (!atomic_load(saver->enough) && !saver->failed) {
		if (save(saver, (uint32_t)saver->saved + 1, &act, &err) != BV_OK || act.ack.seq <= saver->last_seq) {
			printf("# %s\n", err.msg);
			saver->failed++;
			break;
		}
		saver->saved++;
		saver->last_seq = act.ack.seq;
	}
	return NULL;
}

/* How many of the candidates have not exactly what was acknowledged. */
static int
count_wrong(struct ledger_test *t, const struct saver *savers)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	int wrong = 0;
	bool row = false;

	if (bv_sql_open(&sql, t->url, BV_SQL_READ, &t->err) != BV_OK ||
	    bv_sql_prepare(&stmt, sql, "SELECT count(*), max(seq) FROM event WHERE attempt = $1 AND kind = 16", &t->err) != BV_OK)
		return -1;
	for (int i = 0; i < CANDIDATES; i++) {
		bv_sql_bind_int(stmt, 1, savers[i].id);
		if (bv_sql_step(stmt, &row, &t->err) != BV_OK || !row)
			return -1;
		wrong += bv_sql_int(stmt, 0) != savers[i].saved || bv_sql_int(stmt, 1) != savers[i].last_seq;
		bv_sql_reset(stmt);
	}
	return wrong;
}

static bool
tree_grows(struct bv_ledger_stats *stats, struct bv_ledger *ledger)
{
	for (int i = 0; i < 1200; i++) { /* a minute: the machine may have much else to do */
		bv_ledger_stats(stats, ledger);
		if (!stats->tree_lag || stats->tree_failed)
			break;
		pgsql_pause(50);
	}
	return !stats->tree_lag && !stats->tree_failed;
}

struct absent {
	pthread_t opener; /* for whom the server is there */
	atomic_int times;
};

static enum bv_status
open_when_absent(void *ctx, struct bv_sql **out, const char *url, enum bv_sql_mode mode, struct bv_err *err)
{
	struct absent *absent = ctx;

	if (!pthread_equal(pthread_self(), absent->opener) && atomic_fetch_sub(&absent->times, 1) > 0)
		return bv_err_set(err, BV_EIO, "the server is away");
	return bv_sql_open(out, url, mode, err);
}

/* It is there for the ledger, and away when the thread of the trees asks. */
static void
absent_at_start(struct ledger_test *t)
{
	struct absent absent = { .opener = pthread_self(), .times = 2 };
	struct bv_ledger_stats stats;

	CHECK_OK(ledger_open_with(&t->ledger, &t->options, open_when_absent, &absent, &t->err), &t->err, "a ledger whose server is away for its tree");
	ledger_sitting(t);
	CHECK(tree_grows(&stats, t->ledger) && atomic_load(&absent.times) < 0, "has its tree when the server is back");
}

static void
deaths(struct ledger_test *t, struct saver *savers, struct pgsql_cluster *cluster)
{
	pthread_t threads[CANDIDATES];
	atomic_bool enough = false;
	int64_t saved = 0, failed = 0;
	struct bv_ledger_stats stats;
	struct bv_ledger_check counts;

	for (int i = 0; i < CANDIDATES; i++) {
		savers[i].enough = &enough;
		pthread_create(&threads[i], NULL, save_on, &savers[i]);
	}
	for (int round = 0; round < ROUNDS; round++) {
		pgsql_pause(50 + 29 * round);
		pgsql_stop(cluster, round % 3 == 2 ? SIGQUIT : SIGKILL);
		CHECK(pgsql_boot(cluster), "the server dies and comes back");
	}
	pgsql_pause(2000);
	enough = true;
	for (int i = 0; i < CANDIDATES; i++) {
		pthread_join(threads[i], NULL);
		saved += savers[i].saved;
		failed += savers[i].failed;
	}
	CHECK(failed == 0 && saved > 100 * ROUNDS, "%lld saves are acknowledged, %lld are not", (long long)saved, (long long)failed);
	CHECK_OK(bv_ledger_health(t->ledger, &t->err), &t->err, "the ledger lives");
	CHECK(count_wrong(t, savers) == 0, "and everybody has exactly what was acknowledged");
	CHECK(tree_grows(&stats, t->ledger), "the tree has grown on: %lld behind%s", (long long)stats.tree_lag, stats.tree_failed ? ", given up" : "");
	int64_t id = 0;
	CHECK(bv_ledger_find_ticket(&id, t->ledger, t->sitting, BV_STR("TS-0003"), &t->err) == BV_OK && id == savers[3].id, "what is looked up is found");
	ledger_test_close(t);
	CHECK_OK(bv_ledger_check(&counts, t->url, bv_key_public(t->key), NULL, NULL, &t->err), &t->err, "and all of it holds");
	CHECK(counts.faults == 0, "%llu events", (unsigned long long)counts.events);
}

static bool
shell(const struct pgsql_cluster *cluster, const char *program, const char *from, const char *to)
{
	struct pgsql_cluster programs = *cluster;
	const char *argv[] = { program, "-a", from, to, NULL };
	const char *plain[] = { program, from, to, NULL };

	snprintf(programs.bin, sizeof programs.bin, "/bin");
	return pgsql_run(&programs, strcmp(program, "cp") == 0 ? argv : plain);
}

/* As after a failover to a server that did not have the last commits. */
static void
older_copy(struct ledger_test *t, struct saver *saver, struct pgsql_cluster *cluster)
{
	struct bv_ledger_act act;
	struct bv_err err;

	pgsql_stop(cluster, SIGINT);
	CHECK(shell(cluster, "cp", "data", "older") && pgsql_boot(cluster), "a copy of the database");
	CHECK_OK(ledger_test_open(t), &t->err, "a ledger");
	CHECK_OK(save(saver, 1000001, &act, &err), &err, "a save after it");
	pgsql_stop(cluster, SIGINT);
	CHECK(shell(cluster, "mv", "data", "newer") && shell(cluster, "mv", "older", "data") && pgsql_boot(cluster), "the copy takes its place");
	CHECK_REFUSED(save(saver, 1000002, &act, &err), BV_EIO, &err, "older copy", "the next save is not stored");
	CHECK(act.refusal == BV_REFUSED_STOPPED && bv_ledger_health(t->ledger, &err) == BV_EIO, "and the ledger stops");
	CHECK(ledger_count(t, "SELECT count(*) FROM event WHERE n > (SELECT count(*) FROM event)") == 0, "without a hole in the log");
	ledger_test_close(t);
	pgsql_stop(cluster, SIGINT);
	CHECK(shell(cluster, "mv", "data", "older") && shell(cluster, "mv", "newer", "data") && pgsql_boot(cluster), "the right one is found");
	CHECK_OK(ledger_test_open(t), &t->err, "with which the ledger starts");
	CHECK(save(saver, 1000001, &act, &err) == BV_OK && act.ack.again, "and which has what was acknowledged");
}

int
main(void)
{
	struct saver savers[CANDIDATES] = { { 0 } };
	struct pgsql_cluster cluster;
	struct ledger_test t;

	if (!pgsql_start(&cluster, "/tmp", 5432, "log_min_messages=warning"))
		return check_end();
	ledger_server = &cluster;
	ledger_test_init(&t);
	absent_at_start(&t);
	for (int i = 0; i < CANDIDATES; i++)
		savers[i] = (struct saver){ .t = &t, .id = ledger_started(&t, i) };
	deaths(&t, savers, &cluster);
	older_copy(&t, &savers[0], &cluster);
	ledger_test_finish(&t);
	pgsql_finish(&cluster);
	return check_end();
}

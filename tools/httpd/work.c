#include "tools/httpd/work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tools/httpd/http.h"

struct work {
	char *db;
	work_run run;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t *threads;
	unsigned thread_count;
	struct exchange **ring;
	size_t cap, head, count;
	atomic_size_t taken; /* places: reserved, queued or being done */
	bool ending;
};

static struct exchange *
take(struct work *work)
{
	struct exchange *x = NULL;

	pthread_mutex_lock(&work->lock);
	while (!work->count && !work->ending)
		pthread_cond_wait(&work->wake, &work->lock);
	if (work->count) {
		x = work->ring[work->head];
		work->head = (work->head + 1) % work->cap;
		work->count--;
	}
	pthread_mutex_unlock(&work->lock);
	return x;
}

/* A connection that failed is opened anew for the next request: the database may have been restarted. */
static void *
run_thread(void *ctx)
{
	struct work *work = ctx;
	struct bv_sql *sql = NULL;
	struct exchange *x;

	while ((x = take(work))) {
		struct bv_err err = { 0 };
		if (!sql && work->db && bv_sql_open(&sql, work->db, BV_SQL_WRITE, &err) != BV_OK)
			sql = NULL;
		bool ours = work->run(x, sql, &err);
		if (sql && bv_sql_in_transaction(sql))
			bv_sql_rollback(sql);
		if (ours && sql && x->answer.status >= 500) {
			bv_sql_close(sql);
			sql = NULL;
		}
		atomic_fetch_sub(&work->taken, 1);
		if (ours)
			http_resume(x);
	}
	bv_sql_close(sql);
	return NULL;
}

enum bv_status
work_start(struct work **out, const char *db, unsigned threads, size_t queue_max, work_run run, struct bv_err *err)
{
	struct work *work = bv_alloc(sizeof *work);

	work->db = db ? bv_str_dup(bv_str_of(db)) : NULL;
	work->run = run;
	work->cap = queue_max;
	work->ring = bv_alloc_array(queue_max, sizeof(struct exchange *));
	work->threads = bv_alloc_array(threads, sizeof *work->threads);
	pthread_mutex_init(&work->lock, NULL);
	pthread_cond_init(&work->wake, NULL);
	while (work->thread_count < threads) {
		if (pthread_create(&work->threads[work->thread_count], NULL, run_thread, work) != 0) {
			work_stop(work);
			return bv_err_set(err, BV_EIO, "no thread can be started");
		}
		work->thread_count++;
	}
	*out = work;
	return BV_OK;
}

void
work_stop(struct work *work)
{
	if (!work)
		return;
	pthread_mutex_lock(&work->lock);
	work->ending = true;
	pthread_cond_broadcast(&work->wake);
	pthread_mutex_unlock(&work->lock);
	for (unsigned i = 0; i < work->thread_count; i++)
		pthread_join(work->threads[i], NULL);
	pthread_cond_destroy(&work->wake);
	pthread_mutex_destroy(&work->lock);
	free(work->threads);
	free(work->ring);
	free(work->db);
	free(work);
}

bool
work_reserve(struct work *work)
{
	if (atomic_fetch_add(&work->taken, 1) < work->cap)
		return true;
	atomic_fetch_sub(&work->taken, 1);
	return false;
}

void
work_add(struct work *work, struct exchange *x)
{
	pthread_mutex_lock(&work->lock);
	work->ring[(work->head + work->count++) % work->cap] = x;
	pthread_cond_signal(&work->wake);
	pthread_mutex_unlock(&work->lock);
}

size_t
work_count(const struct work *work)
{
	return atomic_load(&work->taken);
}

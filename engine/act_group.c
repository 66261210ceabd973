/* Many acts at once: they wait for one commit together, and the tool for all of them. */
#include <pthread.h>

#include "engine/sitting.h"

struct group {
	pthread_mutex_t lock;
	pthread_cond_t all;
	size_t waiting;
};

static void
answered(struct bv_ledger_act *act)
{
	struct group *group = act->ctx;

	pthread_mutex_lock(&group->lock);
	if (--group->waiting == 0)
		pthread_cond_signal(&group->all);
	pthread_mutex_unlock(&group->lock);
}

void
acts_do(struct bv_ledger *ledger, struct bv_ledger_act *acts, size_t count)
{
	struct group group = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, count };

	for (size_t i = 0; i < count; i++) {
		acts[i].ctx = &group;
		acts[i].done = answered;
		bv_ledger_submit(ledger, &acts[i]);
	}
	pthread_mutex_lock(&group.lock);
	while (group.waiting)
		pthread_cond_wait(&group.all, &group.lock);
	pthread_mutex_unlock(&group.lock);
	pthread_cond_destroy(&group.all);
	pthread_mutex_destroy(&group.lock);
}

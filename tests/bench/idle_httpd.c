/* bangvangd with one handler that does nothing: a save is read, its session, its rates and its body are checked, and it is answered with 204. What
 * tests/bench/server.py measures saves against. Its rows are those of the server, but for that one. */
#define save_later nothing_later
#include "tools/httpd/routes.c"
#undef save_later

static bool
give_nothing(struct exchange *x)
{
	x->answer.status = 204;
	return false;
}

const struct later nothing_later = { give_nothing, NULL };

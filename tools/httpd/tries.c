#include "tools/httpd/tries.h"

#include "base/clock.h"
#include "tools/httpd/server.h"

static unsigned
ask(const struct exchange *x, struct bv_str name, unsigned (*how)(struct limit *, enum rate_class, struct bv_str, int64_t))
{
	int64_t now_ms = bv_clock_monotonic_ns() / 1000000;
	char key[TRIES_NAME_MAX + sizeof x->client.bytes];
	size_t len = name.len < TRIES_NAME_MAX ? name.len : TRIES_NAME_MAX;

	memcpy(key, bv_str_chars(name), len);
	memcpy(key + len, x->client.bytes, sizeof x->client.bytes);
	unsigned here = how(x->server->limit, RATE_NAME, (struct bv_str){ key, len + sizeof x->client.bytes }, now_ms);
	unsigned anywhere = how(x->server->limit, RATE_GUESS, (struct bv_str){ key, len }, now_ms);
	return here > anywhere ? here : anywhere;
}

unsigned
try_wait_s(const struct exchange *x, struct bv_str name)
{
	return ask(x, name, limit_look);
}

void
try_count(const struct exchange *x, struct bv_str name)
{
	ask(x, name, limit_take);
}

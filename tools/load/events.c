#include "tools/load/events.h"

#include <stdlib.h>

#include "base/mem.h"

struct sitting {
	int64_t id;
	struct bv_sha256 start;
};

struct events {
	struct bv_sql *sql;
	struct bv_sql_stmt *stmt;
	bool row; /* a row is there that is not in the chain yet */
	uint64_t count;
	struct chain chain;
	struct sitting *sittings;
	size_t sitting_count, sitting_cap;
};

static enum bv_status
load_sittings(struct events *events, struct bv_err *err)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *stmt = NULL;
	bool row;

	TRY(bv_sql_prepare(&stmt, events->sql, "SELECT id, name FROM sitting ORDER BY id", err));
	for (;;) {
		TRY(bv_sql_step(stmt, &row, err));
		if (!row)
			return BV_OK;
		if (events->sitting_count == events->sitting_cap) {
			events->sitting_cap = events->sitting_cap ? 2 * events->sitting_cap : 16;
			events->sittings = bv_resize_array(events->sittings, events->sitting_cap, sizeof *events->sittings);
		}
		struct sitting *sitting = &events->sittings[events->sitting_count++];
		uint8_t block[2 * BV_HASH_LEN] = "BV-EVENT-1";
		sitting->id = bv_sql_int(stmt, 0);
		bv_sha256(block + BV_HASH_LEN, bv_sql_str(stmt, 1));
		bv_sha256_init(&sitting->start);
		bv_sha256_add(&sitting->start, block, sizeof block);
	}
}

enum bv_status
events_open(struct events **out, const char *url, struct bv_err *err)
{
	BV_AUTO(events_close) struct events *events = bv_alloc(sizeof *events);

	TRY(bv_sql_open(&events->sql, url, BV_SQL_READ, err));
	TRY(load_sittings(events, err));
	TRY(bv_sql_prepare(&events->stmt, events->sql, "SELECT n, sitting, attempt, seq, at, kind, body, hash FROM event ORDER BY attempt, seq, n", err));
	TRY(bv_sql_step(events->stmt, &events->row, err));
	*out = bv_steal(&events);
	return BV_OK;
}

void
events_close(struct events *events)
{
	if (!events)
		return;
	bv_sql_stmt_free(events->stmt);
	bv_sql_close(events->sql);
	bv_arena_finish(&events->chain.texts);
	free(events->chain.events);
	free(events->sittings);
	free(events);
}

static void
take_row(struct events *events)
{
	struct chain *chain = &events->chain;
	struct bv_str hash = bv_sql_blob(events->stmt, 7);

	if (chain->count == chain->cap) {
		chain->cap = chain->cap ? 2 * chain->cap : 64;
		chain->events = bv_resize_array(chain->events, chain->cap, sizeof *chain->events);
	}
	struct event *event = &chain->events[chain->count++];
	*event = (struct event){ .n = bv_sql_int(events->stmt, 0), .sitting = bv_sql_int(events->stmt, 1), .seq = bv_sql_int(events->stmt, 3),
		                 .at_ms = bv_sql_int(events->stmt, 4), .kind = bv_sql_int(events->stmt, 5),
		                 .body = bv_arena_str(&chain->texts, bv_sql_blob(events->stmt, 6)) };
	memcpy(event->hash, bv_str_chars(hash), hash.len < sizeof event->hash ? hash.len : sizeof event->hash);
	events->count++;
}

enum bv_status
events_next(const struct chain **out, struct events *events, struct bv_err *err)
{
	struct chain *chain = &events->chain;

	*out = NULL;
	if (!events->row)
		return BV_OK;
	bv_arena_reset(&chain->texts);
	chain->count = 0;
	chain->attempt = bv_sql_int(events->stmt, 2);
	while (events->row && bv_sql_int(events->stmt, 2) == chain->attempt) {
		take_row(events);
		TRY(bv_sql_step(events->stmt, &events->row, err));
	}
	*out = chain;
	return BV_OK;
}

uint64_t
events_count(const struct events *events)
{
	return events->count;
}

static void
add_number(struct bv_sha256 *sha, uint64_t n, int bytes)
{
	uint8_t p[8];

	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(n >> (8 * (bytes - 1 - i)));
	bv_sha256_add(sha, p, (size_t)bytes);
}

bool
events_hash(uint8_t hash[BV_HASH_LEN], const struct events *events, const struct chain *chain, const struct event *event,
            const uint8_t prev[BV_HASH_LEN])
{
	uint8_t body[BV_HASH_LEN];

	for (size_t i = 0; i < events->sitting_count; i++) {
		if (events->sittings[i].id != event->sitting)
			continue;
		struct bv_sha256 sha = events->sittings[i].start;
		add_number(&sha, (uint64_t)chain->attempt, 8);
		add_number(&sha, (uint64_t)event->seq, 8);
		add_number(&sha, (uint64_t)event->at_ms, 8);
		add_number(&sha, (uint64_t)event->kind, 2);
		bv_sha256_add(&sha, prev, BV_HASH_LEN);
		add_number(&sha, event->body.len, 4);
		bv_sha256(body, event->body);
		bv_sha256_add(&sha, body, sizeof body);
		bv_sha256_end(&sha, hash);
		return true;
	}
	return false;
}

#define _GNU_SOURCE
#include "tools/load/api.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tools/load/scatter.h"

bool
api_seat_parse(struct seat *seat, struct bv_str line)
{
	struct bv_str rest = line, attempt, token;
	struct bv_err err;

	*seat = (struct seat){ 0 };
	if (!bv_str_token(&rest, &attempt) || !bv_str_token(&rest, &token) || bv_str_trim(rest).len)
		return false;
	if (!bv_str_int(attempt, &seat->attempt) || seat->attempt <= 0)
		return false;
	return bv_hex_parse(seat->token, sizeof seat->token, token, &err) == BV_OK;
}

static uint64_t
draw(uint64_t seed, int64_t attempt, uint32_t number)
{
	return scatter(scatter(seed + (uint64_t)attempt) + number);
}

uint64_t
api_bits(uint64_t seed, int64_t attempt, uint32_t number)
{
	return draw(seed, attempt, number);
}

uint32_t
api_item(uint64_t seed, int64_t attempt, uint32_t number, uint32_t item_count)
{
	return (uint32_t)(draw(seed, attempt, number) % item_count);
}

void
api_value(struct bv_buf *out, uint64_t seed, int64_t attempt, uint32_t number)
{
	bv_buf_printf(out, "{\"RESPONSE\":{\"base\":{\"identifier\":\"%c\"}}}", (char)('A' + (draw(seed, attempt, number) >> 32) % 6));
}

/* ---- Requests ---- */

static void
write_cookies(struct bv_buf *out, const struct seat *seat)
{
	static const uint8_t none[32];

	bv_buf_addz(out, "Cookie: __Host-bv=");
	bv_hex_write(out, seat->token, sizeof seat->token);
	if (memcmp(seat->machine, none, sizeof none) != 0) {
		bv_buf_addz(out, "; __Host-bv-machine=");
		bv_hex_write(out, seat->machine, sizeof seat->machine);
	}
	bv_buf_addz(out, "\r\n");
}

/* The session, and for what changes something the proof that our own page asks: SHA-256("BV-CSRF-1" 00 ‖ token in hexadecimal). */
static void
write_session(struct bv_buf *out, const struct seat *seat, bool changes)
{
	static const char label[] = "BV-CSRF-1";
	char token[BV_HEX_SIZE(32)];
	struct bv_sha256 sha;
	uint8_t hash[BV_HASH_LEN];

	write_cookies(out, seat);
	if (seat->tab && seat->lease)
		bv_buf_printf(out, "X-Lease: %" PRIu32 "\r\n", seat->lease);
	if (!changes)
		return;
	bv_hex(token, seat->token, sizeof seat->token);
	bv_sha256_init(&sha);
	bv_sha256_add(&sha, label, sizeof label);
	bv_sha256_add(&sha, token, sizeof token - 1);
	bv_sha256_end(&sha, hash);
	bv_buf_addz(out, "X-CSRF-Token: ");
	bv_hex_write(out, hash, sizeof hash);
	bv_buf_addz(out, "\r\n");
}

static void
write_save(struct bv_buf *out, const struct op *op, const char *host, const struct seat *seat)
{
	char body[64];
	size_t body_len = (size_t)snprintf(body, sizeof body, "{\"item\":%" PRIu32 ",\"number\":%" PRIu32 ",\"response\":", op->item, op->number);

	bv_buf_printf(out, "POST /api/attempts/%" PRId64 "/answers HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n", seat->attempt,
	              host, body_len + op->value.len + 1);
	write_session(out, seat, true);
	bv_buf_addz(out, "\r\n");
	bv_buf_add(out, (struct bv_str){ body, body_len });
	bv_buf_add(out, op->value);
	bv_buf_addc(out, '}');
}

void
api_request(struct bv_buf *out, const struct op *op, const char *host, const char *path, const struct seat *seat, bool values)
{
	static const struct {
		const char *path;
		bool changes;
	} kinds[OP_KIND_COUNT] = {
		[OP_START] = { "", false },       [OP_READ] = { "", false },      [OP_SUBMIT] = { "/submit", true }, [OP_SEALED] = { "/sealed", false },
		[OP_LEASE] = { "/lease", true },  [OP_BEGIN] = { "/start", true }, [OP_PAPER] = { "/paper", false },
	};

	if (op->kind == OP_GET) {
		bv_buf_printf(out, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, host);
	} else if (op->kind == OP_SIGN_IN) {
		bv_buf_printf(out, "POST /api/entry HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", host, op->value.len);
		bv_buf_add(out, op->value);
	} else if (op->kind == OP_SAVE) {
		write_save(out, op, host, seat);
	} else {
		bool changes = kinds[op->kind].changes;
		bv_buf_printf(out, "%s /api/attempts/%" PRId64 "%s HTTP/1.1\r\nHost: %s\r\n%s", changes ? "POST" : "GET", seat->attempt,
		              op->kind == OP_READ && values ? "/answers" : kinds[op->kind].path, host, changes ? "Content-Length: 0\r\n" : "");
		write_session(out, seat, changes);
		bv_buf_addz(out, "\r\n");
	}
}

void
api_entry(struct bv_buf *out, struct bv_str sitting, struct bv_str ticket, struct bv_str code)
{
	struct bv_json_pen pen = { .out = out };

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "code", code);
	bv_json_pen_str(&pen, "sitting", sitting);
	bv_json_pen_str(&pen, "ticket", ticket);
	bv_json_pen_close(&pen, '}');
}

/* ---- Answers ---- */

enum op_outcome
api_outcome(int status, struct bv_str body)
{
	if (status >= 200 && status < 300)
		return OUTCOME_OK;
	if (status >= 400 && status < 500)
		return OUTCOME_REFUSED;
	/* "busy" and its like are said before anything is done; "not-stored" and "fault" do not tell. */
	bool not_stored = memmem(bv_str_chars(body), body.len, "/problems/not-stored", 20) != NULL;
	return status == 503 && !not_stored && memmem(bv_str_chars(body), body.len, "/problems/", 10) ? OUTCOME_REFUSED : OUTCOME_UNKNOWN;
}

bool
api_is_end(int status)
{
	return status == 401 || status == 403 || status == 404 || status == 409;
}

static uint32_t
number_of(const struct bv_json *json)
{
	int64_t n = bv_json_int(json);

	return n < 0 ? 0 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

enum bv_status
api_read_progress(struct api_progress *out, struct bv_str body, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct bv_json *items;
	struct bv_str state;
	int64_t lease;

	TRY(bv_json_parse(&json, body, err));
	TRY(bv_json_need_str(&state, json, "state", err));
	TRY(bv_json_need_int(&lease, json, "lease", err));
	TRY(bv_json_need(&items, json, "items", BV_JSON_ARRAY, err));
	*out = (struct api_progress){ .lease = number_of(bv_json_find(json, "lease")), .running = bv_str_is(state, "started"),
	                               .admitted = bv_str_is(state, "admitted") || bv_str_is(state, "started") };
	for (size_t i = 0; i < bv_json_count(items); i++) {
		const struct bv_json *item = bv_json_at(items, i);
		uint32_t number = number_of(bv_json_find(item, "number"));
		if (number_of(bv_json_find(item, "lease")) == out->lease && number > out->last_number)
			out->last_number = number;
	}
	return BV_OK;
}

static bool
read_cookie(uint8_t out[32], struct bv_str head, const char *start)
{
	const char *at = memmem(bv_str_chars(head), head.len, start, strlen(start));
	struct bv_err err;

	if (!at)
		return false;
	at += strlen(start);
	return head.p + head.len - at > 64 && bv_hex_parse(out, 32, (struct bv_str){ at, 64 }, &err) == BV_OK;
}

enum bv_status
api_read_entry(struct seat *seat, struct bv_str head, struct bv_str body, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_str attempt;

	TRY(bv_json_parse(&json, body, err));
	TRY(bv_json_need_str(&attempt, json, "attempt", err));
	if (!bv_str_int(attempt, &seat->attempt) || seat->attempt <= 0)
		return bv_err_set(err, BV_EINVAL, "'attempt' is no number");
	if (!read_cookie(seat->token, head, "Set-Cookie: __Host-bv="))
		return bv_err_set(err, BV_EINVAL, "there is no cookie of a session");
	(void)read_cookie(seat->machine, head, "Set-Cookie: __Host-bv-machine=");
	seat->tab = true;
	return BV_OK;
}

uint32_t
api_read_lease(struct bv_str body)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err err;

	return bv_json_parse(&json, body, &err) == BV_OK ? number_of(bv_json_find(json, "lease")) : 0;
}

enum bv_status
api_read_ack(struct api_ack *out, struct bv_str body, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct api_ack ack = { 0 };

	TRY(bv_json_parse(&json, body, err));
	TRY(bv_json_need_int(&ack.sitting, json, "sitting", err));
	TRY(bv_json_need_int(&ack.attempt, json, "attempt", err));
	TRY(bv_json_need_int(&ack.seq, json, "seq", err));
	TRY(bv_json_need_int(&ack.at_ms, json, "atMs", err));
	TRY(bv_json_need_int(&ack.left_ms, json, "leftMs", err));
	TRY(bv_json_need_int(&ack.deadline_ms, json, "deadlineMs", err));
	ack.again = bv_json_bool(bv_json_find(json, "again"));
	ack.superseded = bv_json_bool(bv_json_find(json, "superseded"));
	ack.receipt = bv_json_find(json, "receipt");
	ack.json = bv_steal(&json);
	*out = ack;
	return BV_OK;
}

bool
api_ack_is_of(struct bv_str body, int64_t attempt)
{
	char name[48];
	int len = snprintf(name, sizeof name, "\"attempt\":%" PRId64 ",", attempt);

	return memmem(bv_str_chars(body), body.len, name, (size_t)len) && memmem(bv_str_chars(body), body.len, "\"seq\":", 6);
}

enum bv_status
api_read_answers(struct bv_str body, api_answer_visit visit, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse(&json, body, err));
	const struct bv_json *list = bv_json_find(json, "answers") ? bv_json_find(json, "answers") : bv_json_find(json, "items");
	if (bv_json_type(list) != BV_JSON_ARRAY)
		return bv_err_set(err, BV_EINVAL, "the answer has neither \"answers\" nor \"items\"");
	for (size_t i = 0; i < bv_json_count(list); i++) {
		const struct bv_json *one = bv_json_at(list, i);
		struct api_answer answer = {
			.item = number_of(bv_json_find(one, "item")), .lease = number_of(bv_json_find(one, "lease")),
			.number = number_of(bv_json_find(one, "number")), .response = bv_json_find(one, "response"),
		};
		visit(ctx, &answer);
	}
	return BV_OK;
}

enum bv_status
api_read_event(struct api_answer *out, struct bv_json **json, struct bv_str body, struct bv_err *err)
{
	TRY(bv_json_parse(json, body, err));
	*out = (struct api_answer){
		.item = number_of(bv_json_find(*json, "item")), .lease = number_of(bv_json_find(*json, "lease")),
		.number = number_of(bv_json_find(*json, "number")), .response = bv_json_find(*json, "response"),
	};
	return BV_OK;
}

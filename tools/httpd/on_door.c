/* The code of the day of a room, for the proctor who writes it on the board, or shows it to be scanned. */
#include "base/clock.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/scope.h"
#include "tools/httpd/server.h"
#include "tools/httpd/svg.h"

enum { ADDRESS_MAX = 600, QR_MAX = 200000 };

static const struct schema door_members[] = {
	{ "demanded", SCHEMA_BOOL, .doc = "Does the sitting demand a code of who signs in? If not there is none." },
	{ "code", SCHEMA_STRING, DOOR_CODE_SIZE - 1, DOOR_CODE_SIZE - 1, .optional = true, .doc = "The code of the room." },
	{ "untilMs", SCHEMA_INT, .optional = true, .doc = "When the day ends, and the code with it." },
	{ "address", SCHEMA_STRING, 1, ADDRESS_MAX, .optional = true, .doc = "The page for signing in, with the code in it." },
	{ "qr", SCHEMA_STRING, 1, QR_MAX, .optional = true, .doc = "The same as a symbol, SVG." },
	{ 0 },
};
const struct schema door_answer = { NULL, SCHEMA_OBJECT, .of = door_members };

static void
write_code(struct exchange *x, int64_t sitting)
{
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(ADDRESS_MAX), qr = BV_BUF(QR_MAX);
	struct bv_json_pen pen = { .out = &x->answer.body };
	const struct config *c = x->server->config;
	int64_t now_ms = bv_clock_utc_ms();
	char code[DOOR_CODE_SIZE];
	struct bv_err err;

	door_code(code, &x->server->door, sitting, x->params[1], now_ms);
	if (c->public_url[0])
		bv_buf_addz(&address, c->public_url);
	else
		bv_buf_printf(&address, "%s://%.*s", c->tls_key[0] ? "https" : "http", BV_STR_ARG(exchange_header(x, "Host")));
	/* After '#', so that it is in no log. */
	bv_buf_printf(&address, "/exam#sitting=%.*s&room=%s", BV_STR_ARG(x->params[0]), code);
	if (bv_buf_check(&address, &err) != BV_OK || svg_qr(&qr, bv_buf_str(&address), &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	exchange_json(x, 200);
	exchange_field(x, "Cache-Control", "no-store");
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_bool(&pen, "demanded", true);
	bv_json_pen_str(&pen, "code", bv_str_of(code));
	bv_json_pen_int(&pen, "untilMs", door_until_ms(now_ms));
	bv_json_pen_str(&pen, "address", bv_buf_str(&address));
	bv_json_pen_str(&pen, "qr", bv_buf_str(&qr));
	bv_json_pen_close(&pen, '}');
}

void
on_door(struct exchange *x, struct bv_sql *sql)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	struct board_sitting *sitting;
	struct hall *hall = NULL;
	struct bv_err err;

	if (!scope_room(&sitting, x, sql, ROLES_PROCTOR, x->params[1]))
		return;
	int64_t id = sitting->id;
	feed_unlock(x->server->feed);
	enum bv_status status = hall_find_id(&hall, x->server->halls, id, &err);
	bool demanded = status == BV_OK && door_demanded(hall->sitting);
	if (hall)
		hall_release(hall);
	if (status != BV_OK && status != BV_ENOTFOUND) {
		edge_fail(x, &err);
	} else if (demanded) {
		write_code(x, id);
	} else {
		exchange_json(x, 200);
		bv_json_pen_open(&pen, NULL, '{');
		bv_json_pen_bool(&pen, "demanded", false);
		bv_json_pen_close(&pen, '}');
	}
}

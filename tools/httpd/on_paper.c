/* What a candidate reads: the sealed paper before it is time, the paper, its files, his own answers, his result. */
#include "base/mem.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/page.h"
#include "tools/httpd/problem.h"
#include "tools/httpd/query.h"
#include "tools/httpd/server.h"
#include "tools/httpd/wish.h"

enum { FILE_MAX = 32 << 20, RESULT_MAX = 1 << 20 };

static const struct schema value_members[] = {
	{ "item", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX - 1, .doc = "Which item." },
	{ "seq", SCHEMA_INT, 1, INT64_MAX, .doc = "The event." },
	{ "number", SCHEMA_INT, 1, UINT32_MAX, .doc = "The tab's number of it." },
	{ "lease", SCHEMA_INT, 1, UINT32_MAX, .doc = "Under which it was given: a later one is of a tab or machine that came later." },
	{ "atMs", SCHEMA_INT, .doc = "When it was stored, by the exam's clock." },
	{ "response", SCHEMA_OBJECT, .doc = "What was answered." },
	{ 0 },
};
static const struct schema value_element = { NULL, SCHEMA_OBJECT, .of = value_members };
static const struct schema values_members[] = {
	{ "answers", SCHEMA_ARRAY, 0, BV_FORM_ITEMS_MAX, .of = &value_element, .doc = "The newest answer of each item that has one." },
	{ 0 },
};
const struct schema answers_answer = { NULL, SCHEMA_OBJECT, .of = values_members };

const struct schema paper_query[] = {
	{ "from", SCHEMA_INT, 0, BV_FORM_ITEMS_MAX, .optional = true, .doc = "Only the items from this one on: of an adaptive paper what came since." },
	{ 0 },
};
static const struct schema hash_members[] = {
	{ "form", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Of the form." },
	{ "responses", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Of the responses." },
	{ "outcomes", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Of the outcomes." },
	{ "rating", SCHEMA_STRING, 64, 64, .format = FORMAT_HEX, .doc = "Of the rating." },
	{ 0 },
};
static const struct schema certificate_members[] = {
	{ "code", SCHEMA_STRING, 1, BV_CODE_SIZE, .doc = "Where everybody finds it: /v/CODE." },
	{ 0 },
};
static const struct schema result_members[] = {
	{ "state", SCHEMA_STRING, 1, 20, .format = FORMAT_ID, .doc = "The state of the attempt." },
	{ "rating", SCHEMA_OBJECT, .doc = "Marks, level and decision with their reasons." },
	{ "certificate", SCHEMA_OBJECT, .of = certificate_members, .optional = true, .doc = "The certificate that was issued for it." },
	{ "hashes", SCHEMA_OBJECT, .of = hash_members, .doc = "SHA-256 of the documents that the result is made of; the ledger has the hash of all four." },
	{ 0 },
};
const struct schema result_answer = { NULL, SCHEMA_OBJECT, .of = result_members };

/* The exam's clock and the state, at once: whoever must have the lease has it. NULL: answered. */
static struct wish *
look(struct exchange *x, struct bv_sql *sql)
{
	struct wish *wish = wish_make(x, BV_EXAM_LOOK, sql);

	return wish && wish_do(wish) ? wish : NULL;
}

/* ---- The paper ---- */

/* The bytes of a sealed paper follow from its form and from what renders it. */
static void
tag_sealed(struct exchange *x, const struct bv_paper *paper)
{
	BV_AUTO(bv_buf_finish) struct bv_buf what = BV_BUF(200);

	bv_buf_addz(&what, "sealed " BV_VERSION " ");
	bv_hex_write(&what, bv_paper_hash(paper), BV_HASH_LEN);
	page_tag(x, bv_buf_str(&what));
}

void
on_sealed(struct exchange *x, struct bv_sql *sql)
{
	struct wish *wish = wish_make(x, BV_EXAM_LOOK, sql);
	struct bv_err err;

	/* In whatever state the attempt is: without the key it is nothing. */
	if (!wish || !wish_sit(wish))
		return;
	const struct desk *desk = wish->desk;
	x->answer.status = 200;
	x->answer.type = "application/octet-stream";
	exchange_field(x, "Cache-Control", "private, max-age=31536000, immutable");
	if (!desk->paper) {
		problem_answer(x, "no-paper", "the sitting has no documents");
	} else if (desk_is_adaptive(desk)) {
		problem_answer(x, "no-paper", "each item follows from the answers before it: nothing can be fetched ahead");
	} else {
		tag_sealed(x, desk->paper);
		x->answer.body.max = BV_PAPER_MAX + 64;
		if (x->answer.status == 200 && bv_paper_seal(&x->answer.body, desk->hall->papers, desk->paper, &err) != BV_OK)
			wish_no_paper(x, &err);
	}
	wish_stand_up(wish);
}

/* How many items an adaptive paper has by now; of others it is not asked. */
static uint32_t
given_count(const struct wish *wish)
{
	return wish->act.ack.section + !wish->act.ack.over;
}

void
on_paper(struct exchange *x, struct bv_sql *sql)
{
	struct wish *wish = look(x, sql);
	int64_t from = 0;
	struct bv_err err;

	if (!wish || !wish_holds(wish, true) || !wish_sit_with(wish, given_count(wish)))
		return;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(20);
	if (query_find(&text, x->query, "from", &err) == BV_OK && !bv_str_int(bv_buf_str(&text), &from))
		from = 0; /* paper_query */
	x->answer.body.max = BV_PAPER_MAX;
	if (!wish->desk->paper)
		problem_answer(x, "no-paper", "the sitting has no documents");
	else if (bv_paper_render_from(&x->answer.body, wish->desk->hall->papers, wish->desk->paper, (uint32_t)from, &err) != BV_OK)
		wish_no_paper(x, &err);
	wish_stand_up(wish);
}

/* Of the items of his sitting only, and who does not know the paper does not know the hash. */
void
on_media(struct exchange *x, struct bv_sql *sql)
{
	uint8_t hash[BV_HASH_LEN];
	const char *type;
	struct desk *desk;
	struct bv_err err;

	(void)sql;
	if (!x->server->ledger) {
		problem_answer(x, "no-exams", NULL);
		return;
	}
	if (bv_hex_parse(hash, sizeof hash, x->params[0], &err) != BV_OK) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	if (desk_load(&desk, x->server->desks, x->session.attempt, &err) != BV_OK) {
		wish_no_paper(x, &err);
		return;
	}
	x->answer.body.max = FILE_MAX;
	enum bv_status status = hall_file(&x->answer.body, &type, desk->hall, hash, &err);
	desk_release(desk);
	if (status == BV_ENOTFOUND) {
		problem_answer(x, "not-found", NULL);
		return;
	}
	if (status != BV_OK) {
		wish_no_paper(x, &err);
		return;
	}
	x->answer.status = 200;
	x->answer.type = type;
	exchange_field(x, "Cache-Control", "private, max-age=31536000, immutable");
	exchange_field(x, "Content-Security-Policy", "sandbox; default-src 'none'");
	page_tag(x, x->params[0]);
}

/* ---- Answers ---- */

struct hiding {
	struct bv_json_pen pen;
	const struct desk *desk;
};

/* Under the names of the page. */
static enum bv_status
write_answer(void *ctx, const struct bv_exam_event *event, struct bv_err *err)
{
	struct hiding *h = ctx;
	struct bv_json_pen *pen = &h->pen;

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_int(pen, "item", event->facts.item);
	bv_json_pen_int(pen, "seq", event->seq);
	bv_json_pen_int(pen, "number", event->facts.number);
	bv_json_pen_int(pen, "lease", event->facts.lease);
	bv_json_pen_int(pen, "atMs", event->at_ms);
	bv_json_pen_name(pen, BV_STR("response"));
	if (h->desk->paper)
		TRY(bv_paper_answer_hide(pen->out, h->desk->hall->papers, h->desk->paper, event->facts.item, event->facts.response, err));
	else
		bv_buf_add(pen->out, event->facts.response);
	pen->named = false;
	pen->more = true;
	bv_json_pen_close(pen, '}');
	return BV_OK;
}

void
on_answers(struct exchange *x, struct bv_sql *sql)
{
	struct wish *wish = look(x, sql);
	struct hiding hiding = { .pen = { .out = &x->answer.body } };
	struct bv_err err;

	if (!wish || !wish_holds(wish, false) || !wish_sit_with(wish, given_count(wish)))
		return;
	hiding.desk = wish->desk;
	bv_json_pen_open(&hiding.pen, NULL, '{');
	bv_json_pen_open(&hiding.pen, "answers", '[');
	enum bv_status status = bv_ledger_answers(x->server->ledger, x->session.attempt, write_answer, &hiding, &err);
	wish_stand_up(wish);
	if (status != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	bv_json_pen_close(&hiding.pen, ']');
	bv_json_pen_close(&hiding.pen, '}');
}

/* ---- The result ---- */

static bool
is_released(enum bv_attempt_state state)
{
	return state == BV_ATTEMPT_RELEASED || state == BV_ATTEMPT_APPEALED || state == BV_ATTEMPT_FINAL;
}

/* The state is the ledger's as long as the sitting is open, and then the database's, so that who asks for results does not make those wait who write. */
static enum bv_status
read_result(struct bv_buf *rating, uint8_t hashes[4][BV_HASH_LEN], enum bv_attempt_state *state, char ticket[BV_TICKET_MAX + 1], struct exchange *x, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_sittings *tables;
	struct bv_str his = BV_STR_NONE;
	int64_t sitting;
	enum bv_status status = BV_OK;

	TRY(halls_take_tables(&tables, x->server->halls, err));
	if (*state == BV_ATTEMPT_NONE)
		status = bv_sittings_state(state, tables, x->session.attempt, err);
	if (status == BV_OK && is_released(*state))
		status = bv_sitting_result(rating, hashes, tables, x->session.attempt, err);
	if (status == BV_OK)
		status = bv_sittings_ticket(&sitting, &his, &arena, tables, x->session.attempt, err);
	snprintf(ticket, BV_TICKET_MAX + 1, "%.*s", BV_STR_ARG(his));
	halls_give_tables(x->server->halls, tables, status);
	return status;
}

/* Nothing of it where none is issued yet, or the register cannot be asked: the result is his all the same. */
static void
write_certificate(struct bv_json_pen *pen, struct exchange *x, const char *ticket, const uint8_t rating[BV_HASH_LEN])
{
	char code[BV_CODE_SIZE];
	struct bv_err ignored;

	if (records_code(code, x->server->records, bv_str_of(ticket), rating, &ignored) != BV_OK)
		return;
	bv_json_pen_open(pen, "certificate", '{');
	bv_json_pen_str(pen, "code", bv_str_of(code));
	bv_json_pen_close(pen, '}');
}

void
on_result(struct exchange *x, struct bv_sql *sql)
{
	static const char *const names[] = { "form", "responses", "outcomes", "rating" };
	BV_AUTO(bv_buf_finish) struct bv_buf rating = BV_BUF(RESULT_MAX);
	struct wish *wish = wish_make(x, BV_EXAM_LOOK, sql);
	struct bv_json_pen pen = { .out = &x->answer.body };
	uint8_t hashes[4][BV_HASH_LEN];
	char ticket[BV_TICKET_MAX + 1];
	struct bv_err err;

	if (!wish)
		return;
	enum bv_status status = bv_ledger_do(x->server->ledger, &wish->act, &err);
	bool closed = status != BV_OK && wish->act.refusal == BV_REFUSED_UNKNOWN;
	if (!closed && !wish_begin_answer(wish))
		return;
	enum bv_attempt_state state = closed ? BV_ATTEMPT_NONE : (enum bv_attempt_state)wish->act.ack.state;
	if (read_result(&rating, hashes, &state, ticket, x, &err) != BV_OK) {
		edge_fail(x, &err);
		return;
	}
	if (!is_released(state)) {
		problem_answer(x, "not-released", "the attempt is '%s'", bv_attempt_state_name(state));
		return;
	}
	if (closed)
		exchange_json(x, 200);
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "state", bv_str_of(bv_attempt_state_name(state)));
	bv_json_pen_name(&pen, BV_STR("rating"));
	bv_buf_add(pen.out, bv_str_trim(bv_buf_str(&rating)));
	pen.named = false;
	pen.more = true;
	write_certificate(&pen, x, ticket, hashes[3]);
	bv_json_pen_open(&pen, "hashes", '{');
	for (size_t i = 0; i < BV_COUNT(names); i++)
		bv_json_pen_hex(&pen, names[i], hashes[i], BV_HASH_LEN);
	bv_json_pen_close(&pen, '}');
	bv_json_pen_close(&pen, '}');
}

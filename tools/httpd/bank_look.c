#include "tools/httpd/bank_look.h"

#include "base/sandbox.h"

enum { CPU_S = 10, WAIT_S = 20 };
static const uint64_t memory_bytes = 512u << 20;

void
look_finish(struct look *look)
{
	for (size_t i = 0; i < look->stimulus_count; i++)
		bv_buf_finish(&look->stimuli[i].xml);
}

/* ---- In the child: where the item finds its files ---- */

struct looking {
	const struct look *look;
	struct bv_json_pen pen;
	struct bv_stimulus *stimuli[LOOK_STIMULI_MAX];
};

static bool
media(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	const struct look *look = ((struct looking *)ctx)->look;

	for (size_t i = 0; i < look->file_count; i++)
		if (bv_str_eq(look->files[i].path, path)) {
			memcpy(hash, look->files[i].hash, BV_HASH_LEN);
			return true;
		}
	return look->parts && bv_bank_part_media(look->parts, path, hash);
}

static bool
module(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN])
{
	const struct look *look = ((struct looking *)ctx)->look;

	return look->parts && bv_bank_part_module(look->parts, path, hash);
}

/* One that cannot be read is not there. */
static const struct bv_stimulus *
stimulus(void *ctx, struct bv_str path)
{
	struct looking *l = ctx;
	struct bv_err ignored;

	for (size_t i = 0; i < l->look->stimulus_count; i++) {
		if (!bv_str_eq(l->look->stimuli[i].path, path))
			continue;
		if (!l->stimuli[i] && bv_stimulus_parse(&l->stimuli[i], bv_buf_str(&l->look->stimuli[i].xml), &ignored) != BV_OK)
			return NULL;
		return l->stimuli[i];
	}
	return NULL;
}

/* ---- In the child: what is said ---- */

/* A value that is written elsewhere. */
static void
pen_json(struct bv_json_pen *pen, const char *name, const struct bv_json *json)
{
	bv_json_pen_name(pen, bv_str_of(name));
	bv_json_write(pen->out, json);
	pen->named = false;
	pen->more = true;
}

/* What the item's author wrote may be in a message, and be cut in the middle of a letter. */
static void
pen_text(struct bv_json_pen *pen, const char *name, const char *text)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_json_new_text(bv_str_of(text));

	pen_json(pen, name, json);
}

/* Rules of people who do not see, or hear, or have no pointer. */
static bool
is_access(const char *rule)
{
	static const char *const rules[] = { "missing-alt", "unlabelled-hotspot", "missing-language", "missing-title" };

	for (size_t i = 0; i < BV_COUNT(rules); i++)
		if (strcmp(rules[i], rule) == 0)
			return true;
	return false;
}

static void
write_finding(struct bv_json_pen *pen, bool error, const char *rule, int line, const char *message, const char *of)
{
	const struct bv_diagnostic_rule *row = bv_diagnostic_rule_find(rule);

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "of", bv_str_of(is_access(rule) ? "access" : of));
	bv_json_pen_str(pen, "severity", bv_str_of(error ? "error" : "warning"));
	bv_json_pen_str(pen, "rule", bv_str_of(rule));
	if (line > 0)
		bv_json_pen_int(pen, "line", line);
	pen_text(pen, "message", message);
	if (row) {
		bv_json_pen_str(pen, "vi", bv_str_of(row->vi));
		bv_json_pen_str(pen, "en", bv_str_of(row->en));
	}
	bv_json_pen_close(pen, '}');
}

static void
on_fault(void *ctx, const struct bv_diagnostic *d)
{
	write_finding(ctx, d->severity == BV_SEVERITY_ERROR, d->rule, d->line, d->message, "item");
}

static void
on_lint(void *ctx, const struct bv_diagnostic *d)
{
	write_finding(ctx, d->severity == BV_SEVERITY_ERROR, d->rule, d->line, d->message, "craft");
}

static void
write_findings(struct bv_json_pen *pen, const struct look *look, const struct bv_item *item)
{
	const char *text;
	int line;

	bv_json_pen_open(pen, "findings", '[');
	size_t errors = bv_item_check(NULL, look->xml, on_fault, pen);
	if (item) {
		BV_AUTO(bv_lint_free) struct bv_lint *lint = bv_lint_new(on_lint, pen);
		bv_lint_add(lint, "item.xml", look->xml);
		for (size_t i = 0; (text = bv_item_left_out(item, i, &line)); i++)
			write_finding(pen, false, "undeliverable", line, text, "item");
	}
	bv_json_pen_close(pen, ']');
	bv_json_pen_bool(pen, "good", errors == 0);
}

static void
write_about(struct bv_json_pen *pen, const struct bv_item *item)
{
	struct bv_access access;
	double most;

	bv_json_pen_open(pen, "item", '{');
	bv_json_pen_str(pen, "identifier", bv_item_identifier(item));
	bv_json_pen_str(pen, "title", bv_item_title(item));
	bv_json_pen_str(pen, "language", bv_item_language(item));
	bv_json_pen_str(pen, "qti", bv_str_of(bv_qti_version_name(bv_item_version(item))));
	bv_json_pen_bool(pen, "adaptive", bv_item_adaptive(item));
	bv_json_pen_bool(pen, "clones", bv_item_clones(item));
	bv_json_pen_bool(pen, "machineScorable", bv_item_machine_scorable(item));
	if (bv_item_max_score(item, &most)) {
		BV_AUTO(bv_json_free) struct bv_json *number = bv_json_new_real(most);
		pen_json(pen, "maxScore", number);
	}
	bv_json_pen_open(pen, "interactions", '[');
	for (size_t i = 0; i < bv_item_interaction_count(item); i++)
		bv_json_pen_str(pen, NULL, bv_str_of(bv_interaction_name(bv_item_interaction(item, i)->kind)));
	bv_json_pen_close(pen, ']');
	bv_item_access(&access, item);
	bv_json_pen_open(pen, "access", '{');
	bv_json_pen_str(pen, "way", bv_str_of(bv_access_name(access.way)));
	bv_json_pen_int(pen, "images", access.images);
	bv_json_pen_int(pen, "described", access.described);
	bv_json_pen_int(pen, "recordings", access.recordings);
	bv_json_pen_int(pen, "alternatives", access.alternatives);
	bv_json_pen_open(pen, "supports", '[');
	for (size_t i = 0; i < access.support_count; i++)
		bv_json_pen_str(pen, NULL, access.supports[i]);
	bv_json_pen_close(pen, ']');
	bv_json_pen_close(pen, '}');
	bv_json_pen_close(pen, '}');
}

/* ---- In the child: the page, and what came of trying it ---- */

static void
write_fault(struct bv_json_pen *pen, const char *name, const struct bv_err *err)
{
	bv_json_pen_open(pen, name, '{');
	if (err->line > 0)
		bv_json_pen_int(pen, "line", err->line);
	pen_text(pen, "message", err->msg);
	bv_json_pen_close(pen, '}');
}

/* What the page gave, by the names of the page, one attempt after the other. */
static enum bv_status
try_all(struct bv_item_session *session, const struct bv_delivery *delivery, const struct bv_json *attempts, struct bv_err *invalid, struct bv_err *err)
{
	for (size_t i = 0; i < bv_json_count(attempts); i++) {
		BV_AUTO(bv_json_free) struct bv_json *responses = NULL;
		if (bv_item_session_completed(session))
			return BV_OK;
		TRY(bv_delivery_map_responses(&responses, session, delivery, bv_json_at(attempts, i), err));
		TRY(bv_item_session_respond(session, responses, err));
		*invalid = (struct bv_err){ BV_OK };
		if (bv_item_session_validate(session, invalid) == BV_OK)
			invalid->status = BV_OK;
		TRY(bv_item_score(session, err));
	}
	return BV_OK;
}

static enum bv_status
write_tried(struct looking *l, struct bv_item_session *session, const struct bv_delivery *delivery, struct bv_err *err)
{
	struct bv_err invalid = { BV_OK };

	TRY(try_all(session, delivery, l->look->attempts, &invalid, err));
	BV_AUTO(bv_json_free) struct bv_json *outcomes = bv_item_session_outcomes(session);
	pen_json(&l->pen, "outcomes", bv_json_find(outcomes, "outcomes"));
	bv_json_pen_int(&l->pen, "attempts", bv_item_session_attempts(session));
	bv_json_pen_bool(&l->pen, "completed", bv_item_session_completed(session));
	if (invalid.status != BV_OK)
		write_fault(&l->pen, "invalid", &invalid);
	return BV_OK;
}

static void
write_solution(struct looking *l, struct bv_item_session *session, struct bv_delivery delivery)
{
	BV_AUTO(bv_json_free) struct bv_json *solution = NULL;
	struct bv_err none; /* an item without a key has none */

	delivery.state = BV_DELIVERY_SOLUTION;
	if (bv_delivery_solution(&solution, session, &delivery, &none) == BV_OK)
		pen_json(&l->pen, "solution", solution);
}

static enum bv_status
write_page(struct looking *l, const struct bv_item *item, struct bv_err *err)
{
	static const uint8_t key[BV_HASH_LEN]; /* nothing is hidden from who reads the source */
	BV_AUTO(bv_item_session_free) struct bv_item_session *session = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(BV_DELIVERY_MAX);
	struct bv_delivery delivery = { .key = key, .view = l->look->view, .show_feedback = true, .allow_review = true, .show_solution = true,
		                        .path = l->look->path, .media = media, .module = module, .media_ctx = l, .stimulus = stimulus, .stimulus_ctx = l,
		                        .modules = l->look->modules->all, .module_count = l->look->modules->count };

	TRY(bv_item_session_new(&session, item, l->look->seed, err));
	if (l->look->attempts && bv_json_count(l->look->attempts)) {
		TRY(write_tried(l, session, &delivery, err));
		delivery.state = BV_DELIVERY_FEEDBACK;
	}
	TRY(bv_delivery_render(&page, session, &delivery, err));
	bv_json_pen_name(&l->pen, BV_STR("page"));
	bv_buf_add(l->pen.out, bv_buf_str(&page));
	l->pen.named = false;
	l->pen.more = true;
	write_solution(l, session, delivery);
	return BV_OK;
}

static void
work(void *ctx, struct bv_sandbox_pipe *pipe)
{
	BV_AUTO(bv_item_free) struct bv_item *item = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(LOOK_ANSWER_MAX);
	struct looking l = { .look = ctx, .pen = { .out = &out } };
	struct bv_err fault;

	bv_json_pen_open(&l.pen, NULL, '{');
	/* What other engines would show is shown, with what is wrong beside it. */
	if (bv_item_parse_loosely(&item, l.look->xml, &fault) != BV_OK)
		item = NULL;
	write_findings(&l.pen, l.look, item);
	if (item) {
		write_about(&l.pen, item);
		if (write_page(&l, item, &fault) != BV_OK)
			write_fault(&l.pen, "pageFault", &fault);
	}
	bv_json_pen_close(&l.pen, '}');
	bv_sandbox_send(pipe, bv_buf_str(&out));
	for (size_t i = 0; i < l.look->stimulus_count; i++)
		bv_stimulus_free(l.stimuli[i]);
}

/* ---- In the server ---- */

enum bv_status
bank_look(struct bv_buf *out, const struct look *look, struct bv_err *err)
{
	const struct bv_sandbox_limits limits = { .memory = memory_bytes, .cpu_s = CPU_S, .wait_s = WAIT_S };
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(LOOK_ANSWER_MAX);
	bool more;

	TRY(bv_sandbox_start(&sandbox, work, (void *)(uintptr_t)look, &limits, err));
	TRY(bv_sandbox_receive(sandbox, &frame, &more, err));
	if (!more || !frame.len)
		return bv_err_set(err, BV_ELIMIT, "the item gives a page larger than %d bytes", LOOK_ANSWER_MAX);
	bv_buf_add(out, bv_buf_str(&frame));
	return bv_buf_check(out, err);
}

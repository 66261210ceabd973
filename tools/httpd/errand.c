#include "tools/httpd/errand.h"

#include <inttypes.h>
#include <stdio.h>

#include "tools/httpd/dossier.h"

const char *const errand_step_names[ERRAND_STEPS + 1] = { "possible", "impossible", "asked", "decided", "in-force", "published", "turned-down", NULL };

/* ---- Following it in the register ---- */

struct following {
	struct errand *out;
	const struct proposal *proposal;
	int64_t certificate, successor; /* ids of the register, 0: none */
	struct bv_sha256 seen;
};

static enum bv_status
take_id(void *ctx, const struct bv_register_row *row, struct bv_err *err)
{
	(void)err;
	*(int64_t *)ctx = row->fate == BV_FATE_DRAFT ? 0 : row->id;
	return BV_OK;
}

/* 0 when it is not there. */
static enum bv_status
find_id(int64_t *id, struct bv_register *reg, struct bv_str uuid, struct bv_err *err)
{
	char name[BV_UUID_SIZE];

	*id = 0;
	if (!uuid.len)
		return BV_OK;
	enum bv_status status = bv_register_find(reg, bv_str_of(dossier_name(name, uuid)), take_id, id, err);
	return status == BV_ENOTFOUND ? BV_OK : status;
}

static void
keep_act(struct errand *out, const struct bv_act_row *act)
{
	out->act = *act;
	out->act.reason = out->act.note = out->act.asked_by = out->act.decided_by = BV_STR_NONE;
	snprintf(out->asked_by, sizeof out->asked_by, "%.*s", BV_STR_ARG(act->asked_by));
	snprintf(out->decided_by, sizeof out->decided_by, "%.*s", BV_STR_ARG(act->decided_by));
}

/* The act that carries it out came after the approval and says the same to the letter; of several, as when one was turned down and asked for again, the newest. */
static enum bv_status
follow(void *ctx, const struct bv_act_row *act, struct bv_err *err)
{
	struct following *f = ctx;
	const struct proposal *p = f->proposal;
	char line[80];

	(void)err;
	int len = snprintf(line, sizeof line, "%" PRId64 " %d %d\n", act->id, (int)act->deed, (int)act->step);
	bv_sha256_add(&f->seen, line, (size_t)len);
	f->out->newest_act = act->id;
	if ((p->state == PROPOSAL_APPROVED || p->state == PROPOSAL_DONE) && act->id > p->after_act && act->deed == p->deed && act->successor == f->successor &&
	    bv_str_eq(act->reason, p->reason) && bv_str_eq(act->note, p->note))
		keep_act(f->out, act);
	return BV_OK;
}

static enum bv_status
check(struct errand *out, struct bv_register *reg, const struct proposal *p)
{
	char certificate[BV_UUID_SIZE], successor[BV_UUID_SIZE];
	struct bv_err why;

	out->refused = bv_act_check(reg, &(struct bv_act_order){
		.deed = p->deed, .certificate = bv_str_of(dossier_name(certificate, p->certificate)), .reason = p->reason, .note = p->note,
		.successor = p->successor.len ? bv_str_of(dossier_name(successor, p->successor)) : BV_STR_NONE }, &why);
	if (out->refused != BV_OK)
		snprintf(out->why, sizeof out->why, "%s", why.msg);
	return out->refused;
}

static enum bv_status
find_step(struct errand *out, struct bv_register *reg, const struct proposal *p, int64_t now_s, struct bv_err *err)
{
	static const enum errand_step steps[] = { [BV_ACT_ASKED] = ERRAND_ASKED, [BV_ACT_DECIDED] = ERRAND_DECIDED, [BV_ACT_IN_FORCE] = ERRAND_IN_FORCE, [BV_ACT_TURNED_DOWN] = ERRAND_TURNED_DOWN };

	if (out->act.id) {
		out->step = steps[out->act.step];
		if (out->step != ERRAND_IN_FORCE)
			return BV_OK;
		TRY(bv_act_shown(&out->published_s, reg, &out->act, now_s, err));
		out->step = out->published_s ? ERRAND_PUBLISHED : ERRAND_IN_FORCE;
		return BV_OK;
	}
	enum bv_status status = check(out, reg, p);
	if (status == BV_EIO || status == BV_EUNCERTAIN)
		return bv_err_set(err, status, "%s", out->why);
	out->step = status == BV_OK ? ERRAND_POSSIBLE : ERRAND_IMPOSSIBLE;
	return BV_OK;
}

enum bv_status
errand_look(struct errand *out, struct bv_register *reg, const struct proposal *proposal, int64_t now_s, struct bv_err *err)
{
	struct following f = { .out = out, .proposal = proposal };
	char line[80];

	*out = (struct errand){ 0 };
	bv_sha256_init(&f.seen);
	TRY(find_id(&f.certificate, reg, proposal->certificate, err));
	TRY(find_id(&f.successor, reg, proposal->successor, err));
	if (f.certificate)
		TRY(bv_act_of(reg, f.certificate, follow, &f, err));
	TRY(find_step(out, reg, proposal, now_s, err));
	int len = snprintf(line, sizeof line, "%" PRId64 " %" PRId64 " %d", proposal->number, proposal->events, (int)out->step);
	bv_sha256_add(&f.seen, line, (size_t)len);
	bv_sha256_end(&f.seen, out->seen);
	return BV_OK;
}

/* ---- Commands ---- */

void
errand_quote(struct bv_buf *out, struct bv_str word)
{
	bv_buf_addc(out, '\'');
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] == '\'')
			bv_buf_addz(out, "'\\''");
		else
			bv_buf_addc(out, word.p[i]);
	bv_buf_addc(out, '\'');
}

static void
add_line(struct bv_json *array, const char *step, const struct bv_buf *line)
{
	struct bv_json *json = bv_json_add(array, bv_json_new_object());

	bv_json_set_str(json, "step", bv_str_of(step));
	bv_json_set_str(json, "line", bv_buf_str(line));
}

static void
add_ask(struct bv_json *array, const struct proposal *p)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(16 * BV_ACT_NOTE_MAX);
	char name[BV_UUID_SIZE];

	bv_buf_printf(&line, "bangvang cert %s ", bv_deed_name(p->deed));
	errand_quote(&line, bv_str_of(dossier_name(name, p->certificate)));
	if (p->successor.len) {
		bv_buf_addz(&line, " --by ");
		errand_quote(&line, bv_str_of(dossier_name(name, p->successor)));
	}
	bv_buf_addz(&line, " --reason ");
	errand_quote(&line, p->reason);
	if (p->note.len) {
		bv_buf_addz(&line, " --note ");
		errand_quote(&line, p->note);
	}
	bv_buf_addz(&line, " --db \"$REGISTER\" --officer \"$OFFICER\"");
	add_line(array, "ask", &line);
}

void
errand_commands(struct bv_json *array, const struct proposal *proposal, const struct errand *errand)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1000);

	add_ask(array, proposal);
	if (errand->act.id && errand->step != ERRAND_TURNED_DOWN)
		bv_buf_printf(&line, "bangvang cert approve %" PRId64, errand->act.id);
	else
		bv_buf_addz(&line, "bangvang cert approve \"$ACT\"");
	bv_buf_addz(&line, " --db \"$REGISTER\" --officer \"$OFFICER\" --log \"$LOG\" --log-key \"$LOG_KEY\"");
	add_line(array, "approve", &line);
	bv_buf_clear(&line);
	bv_buf_addz(&line, "bangvang cert publish --db \"$REGISTER\" --key \"$KEY\" --log \"$LOG\" --log-key \"$LOG_KEY\" --out \"$STATUS\"");
	add_line(array, "publish", &line);
}

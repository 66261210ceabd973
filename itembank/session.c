#include "itembank/session.h"

#include <assert.h>
#include <stdlib.h>

struct bv_session {
	const struct bv_program *program;
	uint32_t count;
	struct bv_value *values;   /* now */
	struct bv_value *initial;  /* at the start of an attempt on this clone */
	struct bv_value *defaults; /* of this clone */
	struct bv_value *corrects;
	struct bv_value *presets; /* template defaults of a test, where preset says so; both NULL: none */
	bool *preset;
	struct bv_arena preset_arena;
	struct bv_arena clone;   /* what template processing made */
	struct bv_arena scratch; /* what the last response processing made */
	struct bv_arena kept[2]; /* outcomes, those of an adaptive item carried from attempt to attempt: the older half is free */
	int kept_now;
	uint64_t runs; /* of response processing on this clone since the last reset */
	uint8_t seed[BV_HASH_LEN];
	struct bv_stream stream;
	struct bv_err note;
	bool noted;
	bool started;
};

enum bv_status
bv_program_parse(struct bv_program *out, struct bv_loader *loader, const struct bv_xml_node *item, struct bv_err *err)
{
	struct bv_declarations *declarations = bv_arena_array(loader->arena, 1, struct bv_declarations);
	const struct bv_xml_node *responses = bv_qti_child(item, BV_QTI_RESPONSE_PROCESSING);
	const struct bv_xml_node *templates = bv_qti_child(item, BV_QTI_TEMPLATE_PROCESSING);
	struct bv_program program = { .response_rules = NULL };

	TRY(bv_qti_attr_bool(&program.adaptive, item, "adaptive", false, err));
	TRY(bv_declarations_parse(declarations, loader, item, err));
	program.declarations = declarations;
	loader->declarations = declarations;
	if (templates)
		TRY(bv_processing_parse(&program.template_rules, loader, templates, err));
	if (responses)
		TRY(bv_processing_parse(&program.response_rules, loader, responses, err));
	*out = program;
	return BV_OK;
}

struct bv_session *
bv_session_new(const struct bv_program *program)
{
	struct bv_session *session = bv_alloc(sizeof *session);
	uint32_t count = program->declarations->count;

	session->program = program;
	session->count = count;
	session->values = bv_alloc_array(count, sizeof *session->values);
	session->initial = bv_alloc_array(count, sizeof *session->initial);
	session->defaults = bv_alloc_array(count, sizeof *session->defaults);
	session->corrects = bv_alloc_array(count, sizeof *session->corrects);
	return session;
}

void
bv_session_free(struct bv_session *session)
{
	if (!session)
		return;
	bv_arena_finish(&session->clone);
	bv_arena_finish(&session->preset_arena);
	bv_arena_finish(&session->scratch);
	bv_arena_finish(&session->kept[0]);
	bv_arena_finish(&session->kept[1]);
	free(session->values);
	free(session->initial);
	free(session->defaults);
	free(session->corrects);
	free(session->presets);
	free(session->preset);
	bv_wipe(session, sizeof *session);
	free(session);
}

static struct bv_run
run_of(struct bv_session *session, struct bv_arena *arena)
{
	session->noted = false;
	return (struct bv_run){
		.declarations = session->program->declarations,
		.values = session->values,
		.defaults = session->defaults,
		.corrects = session->corrects,
		.arena = arena,
		.stream = &session->stream,
		.steps_left = BV_STEPS_MAX,
	};
}

static void
keep_note(struct bv_session *session, const struct bv_run *run)
{
	session->noted = run->noted;
	if (run->noted)
		session->note = run->note;
}

void
bv_session_preset(struct bv_session *session, int variable, const struct bv_value *v)
{
	assert(session->program->declarations->list[variable].kind == BV_VARIABLE_TEMPLATE);
	if (!session->preset) {
		session->presets = bv_alloc_array(session->count, sizeof *session->presets);
		session->preset = bv_alloc_array(session->count, sizeof *session->preset);
	}
	session->preset[variable] = true;
	session->presets[variable] = bv_value_copy(v, &session->preset_arena);
}

/* ---- Template processing -------------------------------------------------------------------------------------------- */

/* As the item declares it; outcomes and responses have no values yet. */
static void
declare(struct bv_session *session)
{
	const struct bv_declaration *list = session->program->declarations->list;

	for (uint32_t i = 0; i < session->count; i++) {
		session->defaults[i] = session->preset && session->preset[i] ? session->presets[i] : list[i].default_value;
		session->corrects[i] = list[i].correct;
		bool known = list[i].kind == BV_VARIABLE_TEMPLATE || list[i].kind == BV_VARIABLE_CONTEXT;
		session->values[i] =
		        known ? session->defaults[i] : bv_value_null((enum bv_cardinality)list[i].cardinality, (enum bv_type)list[i].type);
	}
}

/* Again from the start while a constraint fails; after so many times the defaults stand. */
static enum bv_status
make_clone(struct bv_session *session, struct bv_err *err)
{
	const struct bv_rules *rules = session->program->template_rules;
	struct bv_variables variables = { session->values, session->defaults, session->corrects };
	struct bv_run run = run_of(session, &session->clone);
	enum bv_rules_end end = BV_RULES_CONSTRAINT;

	if (!rules)
		return BV_OK;
	if (bv_rules_random(rules))
		bv_stream_init(&session->stream, session->seed);
	for (int i = 0; end == BV_RULES_CONSTRAINT && i < BV_TEMPLATE_RESTARTS; i++) {
		bv_arena_reset(&session->clone);
		declare(session);
		TRY(bv_rules_run(&end, rules, &run, &variables, err));
	}
	if (end == BV_RULES_CONSTRAINT) {
		declare(session);
		if (!run.noted)
			bv_err_set(&run.note, BV_EINVAL,
			           "a template constraint failed %d times; the template variables keep their defaults",
			           BV_TEMPLATE_RESTARTS);
		run.noted = true;
	}
	keep_note(session, &run);
	return BV_OK;
}

/* An outcome without a default starts as NULL, a number as 0. */
static struct bv_value
outcome_start(const struct bv_declaration *d, const struct bv_value *otherwise)
{
	if (otherwise->count || d->cardinality != BV_CARD_SINGLE)
		return *otherwise;
	if (d->type == BV_TYPE_INTEGER)
		return bv_value_integer(0);
	if (d->type == BV_TYPE_FLOAT)
		return bv_value_float(0);
	return *otherwise;
}

enum bv_status
bv_session_start(struct bv_session *session, const uint8_t seed[BV_HASH_LEN], struct bv_err *err)
{
	const struct bv_declaration *list = session->program->declarations->list;

	session->started = false; /* what a failed start leaves must not be used */
	memcpy(session->seed, seed, sizeof session->seed);
	bv_arena_reset(&session->clone);
	declare(session);
	TRY(make_clone(session, err));
	for (uint32_t i = 0; i < session->count; i++) {
		bool made = list[i].kind == BV_VARIABLE_TEMPLATE || list[i].kind == BV_VARIABLE_CONTEXT;
		session->initial[i] = made                                  ? session->values[i]
		                      : list[i].kind == BV_VARIABLE_OUTCOME ? outcome_start(&list[i], &session->defaults[i])
		                                                            : session->defaults[i];
	}
	session->initial[BV_NUM_ATTEMPTS] = bv_value_integer(0);
	session->initial[BV_DURATION] = bv_value_single(BV_TYPE_DURATION, (union bv_atom){ .real = 0 });
	session->initial[BV_COMPLETION_STATUS] = bv_value_text(BV_TYPE_IDENTIFIER, BV_STR("not_attempted"));
	session->started = true;
	bv_session_reset(session);
	return BV_OK;
}

void
bv_session_reset(struct bv_session *session)
{
	assert(session->started);
	memcpy(session->values, session->initial, session->count * sizeof *session->values);
	bv_arena_reset(&session->scratch);
	session->runs = 0;
}

/* ---- Responses and outcomes ----------------------------------------------------------------------------------------- */

void
bv_session_respond(struct bv_session *session, int variable, const struct bv_value *v)
{
	const struct bv_declaration *d = &session->program->declarations->list[variable];

	assert(session->started && d->kind == BV_VARIABLE_RESPONSE && !d->builtin);
	assert(v->count == 0 || (v->cardinality == d->cardinality && v->type == d->type));
	session->values[variable] = v->count ? *v : bv_value_null((enum bv_cardinality)d->cardinality, (enum bv_type)d->type);
}

void
bv_session_spend(struct bv_session *session, double seconds)
{
	session->values[BV_DURATION] = bv_value_single(BV_TYPE_DURATION, (union bv_atom){ .real = seconds });
}

/* The key of the stream of run n, which is attempt n where every attempt counts: HMAC-SHA-256(seed, "BV-RESPONSE-1" 00 be64(n)). */
static void
seed_attempt(struct bv_session *session, uint64_t attempt)
{
	char message[14 + 8] = "BV-RESPONSE-1";
	struct bv_hmac_key key;
	uint8_t derived[BV_HASH_LEN];

	for (int i = 0; i < 8; i++)
		message[14 + i] = (char)(attempt >> (56 - 8 * i));
	bv_hmac_key_init(&key, (struct bv_str){ (const char *)session->seed, sizeof session->seed });
	bv_hmac_sha256(derived, &key, (struct bv_str){ message, sizeof message });
	bv_stream_init(&session->stream, derived);
	bv_wipe(&key, sizeof key);
	bv_wipe(derived, sizeof derived);
}

static bool
is_outcome(const struct bv_session *session, uint32_t i)
{
	return session->program->declarations->list[i].kind == BV_VARIABLE_OUTCOME;
}

/* Outcomes outlive the responses that they may borrow from, and those of an adaptive item the attempt that made them. */
static void
keep_outcomes(struct bv_session *session)
{
	struct bv_arena *arena = &session->kept[session->kept_now ^= 1];

	bv_arena_reset(arena);
	for (uint32_t i = 0; i < session->count; i++)
		if (is_outcome(session, i))
			session->values[i] = bv_value_copy(&session->values[i], arena);
}

static void
clear_outcomes(struct bv_session *session)
{
	const struct bv_declaration *list = session->program->declarations->list;

	for (uint32_t i = BV_BUILTIN_COUNT; i < session->count; i++)
		if (is_outcome(session, i))
			session->values[i] = bv_value_null((enum bv_cardinality)list[i].cardinality, (enum bv_type)list[i].type);
}

static enum bv_status
process(struct bv_session *session, bool counts, struct bv_err *err)
{
	const struct bv_program *program = session->program;
	struct bv_variables variables = { session->values, session->defaults, session->corrects };
	struct bv_run run = run_of(session, &session->scratch);
	enum bv_rules_end end;

	assert(session->started);
	session->values[BV_NUM_ATTEMPTS].one.integer += counts;
	if (session->runs++ == 0)
		session->values[BV_COMPLETION_STATUS] = bv_value_text(BV_TYPE_IDENTIFIER, BV_STR("unknown"));
	bv_arena_reset(&session->scratch);
	for (uint32_t i = BV_BUILTIN_COUNT; i < session->count && !program->adaptive; i++)
		if (is_outcome(session, i))
			session->values[i] = session->initial[i];
	if (!program->response_rules)
		return BV_OK;
	if (bv_rules_random(program->response_rules))
		seed_attempt(session, session->runs);
	enum bv_status status = bv_rules_run(&end, program->response_rules, &run, &variables, err);
	keep_note(session, &run);
	if (status != BV_OK) {
		clear_outcomes(session);
		return status;
	}
	keep_outcomes(session);
	return BV_OK;
}

enum bv_status
bv_session_score(struct bv_session *session, struct bv_err *err)
{
	return process(session, true, err);
}

enum bv_status
bv_session_score_uncounted(struct bv_session *session, struct bv_err *err)
{
	return process(session, false, err);
}

const struct bv_value *
bv_session_value(const struct bv_session *session, int variable)
{
	return &session->values[variable];
}

const struct bv_value *
bv_session_default(const struct bv_session *session, int variable)
{
	return &session->defaults[variable];
}

const struct bv_value *
bv_session_correct(const struct bv_session *session, int variable)
{
	return &session->corrects[variable];
}

const struct bv_err *
bv_session_note(const struct bv_session *session)
{
	return session->noted ? &session->note : NULL;
}

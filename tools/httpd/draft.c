#include "tools/httpd/draft.h"

#include "base/json.h"
#include "base/text.h"

enum { SAID_MAX = 3 << 20 };

const char *const draft_kinds[] = { "blueprint", "rules", "standard", "sitting", "template", NULL };

void
draft_finish(struct draft *draft)
{
	bv_buf_finish(&draft->name);
	bv_buf_finish(&draft->title);
	bv_buf_finish(&draft->said);
}

/* ---- Blueprints ---- */

static void
write_title(struct bv_json_pen *pen, struct bv_str vi, struct bv_str en)
{
	bv_json_pen_open(pen, "title", '{');
	bv_json_pen_str(pen, "vi", vi);
	if (en.len)
		bv_json_pen_str(pen, "en", en);
	bv_json_pen_close(pen, '}');
}

/* As its attributes have it, so that a form can be filled with it. */
static void
write_attributes(struct bv_json_pen *pen, const struct bv_stratum *stratum)
{
	const size_t words_max = 1024;
	BV_AUTO(bv_buf_finish) struct bv_buf words = BV_BUF(words_max);

	bv_stratum_levels_write(&words, stratum);
	bv_json_pen_str(pen, "levels", bv_buf_str(&words));
	bv_buf_clear(&words);
	bv_stratum_types_write(&words, stratum);
	bv_json_pen_str(pen, "types", bv_buf_str(&words));
	bv_json_pen_int(pen, "marksHundredths", stratum->marks);
	if (stratum->has_from)
		bv_json_pen_int(pen, "difficultyFromMilli", stratum->difficulty_from);
	if (stratum->has_below)
		bv_json_pen_int(pen, "difficultyBelowMilli", stratum->difficulty_below);
	bv_json_pen_str(pen, "enemies", bv_str_of(bv_enemies_name(stratum->enemies)));
}

static void
write_stratum(struct bv_json_pen *pen, const struct bv_blueprint *blueprint, const struct bv_draw_pool *pool, size_t idx)
{
	const int64_t whole = 10000; /* hundredths of a percent */
	const double half = 0.5;
	const struct bv_stratum *want = &blueprint->strata[idx];

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "id", want->id);
	bv_json_pen_str(pen, "part", blueprint->parts[want->part].id);
	bv_json_pen_int(pen, "line", want->line);
	bv_json_pen_str(pen, "competence", want->competence);
	bv_json_pen_int(pen, "count", want->count);
	write_attributes(pen, want);
	if (pool) {
		const struct bv_draw_pool_stratum *have = &pool->strata[idx];
		bv_json_pen_int(pen, "fits", (int64_t)have->count);
		bv_json_pen_int(pen, "considered", have->tally.considered);
		bv_json_pen_int(pen, "lostLevels", have->tally.lost_level);
		bv_json_pen_int(pen, "lostDifficulty", have->tally.lost_difficulty);
		bv_json_pen_int(pen, "lostTypes", have->tally.lost_kind);
		bv_json_pen_int(pen, "lostEnemies", have->tally.lost_enemies);
		bv_json_pen_int(pen, "forms", (int64_t)(have->count / want->count));
		if (have->count >= want->count) {
			bv_json_pen_int(pen, "exposureHundredths", want->count * whole / (int64_t)have->count);
			bv_json_pen_int(pen, "halfSeenBy", (int64_t)bv_exposure_share((uint32_t)have->count, want->count, half));
		}
	}
	bv_json_pen_close(pen, '}');
}

static void
write_parts(struct bv_json_pen *pen, const struct bv_blueprint *blueprint)
{
	bv_json_pen_open(pen, "parts", '[');
	for (size_t i = 0; i < blueprint->part_count; i++) {
		const struct bv_part *part = &blueprint->parts[i];
		bv_json_pen_open(pen, NULL, '{');
		bv_json_pen_str(pen, "id", part->id);
		write_title(pen, part->title_vi, part->title_en);
		bv_json_pen_int(pen, "items", part->item_count);
		if (part->minutes)
			bv_json_pen_int(pen, "minutes", part->minutes);
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, ']');
}

static void
write_milli(struct bv_buf *text, const char *name, int32_t milli)
{
	bv_buf_printf(text, " %s=\"%.3f\"", name, milli / 1e3);
}

static void
write_adaptive(struct bv_buf *text, const struct bv_blueprint_adaptive *adaptive)
{
	if (adaptive->has_chances) {
		bv_buf_addz(text, " chances=\"");
		bv_hex_write(text, adaptive->chances, BV_HASH_LEN);
		bv_buf_addz(text, "\"");
	}
	if (adaptive->least > 1)
		bv_buf_printf(text, " least=\"%u\"", adaptive->least);
	if (adaptive->se)
		write_milli(text, "se", adaptive->se);
	if (adaptive->confidence) {
		write_milli(text, "cut", adaptive->cut);
		write_milli(text, "confidence", adaptive->confidence);
	}
}

/* <assembly> or <adaptive> as the document has it, without its brackets: the form keeps it as it is. Empty where there is none. */
static void
write_assembly(struct bv_json_pen *pen, const struct bv_blueprint *blueprint)
{
	const size_t attributes_max = 1024;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(attributes_max);
	const struct bv_blueprint_assembly *assembly = &blueprint->assembly;

	if (blueprint->assembled) {
		bv_buf_printf(&text, "%s design=\"", blueprint->is_adaptive ? "adaptive" : "assembly");
		bv_hex_write(&text, assembly->design, BV_HASH_LEN);
		bv_buf_addz(&text, "\" parameters=\"");
		bv_hex_write(&text, assembly->parameters, BV_HASH_LEN);
		bv_buf_addz(&text, "\"");
		if (assembly->exposure_milli)
			write_milli(&text, "exposure", assembly->exposure_milli);
		if (assembly->overlap < BV_FORM_ITEMS_MAX)
			bv_buf_printf(&text, " overlap=\"%u\"", assembly->overlap);
		if (blueprint->is_adaptive)
			write_adaptive(&text, &blueprint->adaptive);
	}
	bv_json_pen_str(pen, "assembly", bv_buf_str(&text));
}

/* pool NULL: there is no bank to look in. */
static bool
write_blueprint(struct bv_buf *out, const struct bv_blueprint *blueprint, const struct bv_draw_pool *pool, size_t items)
{
	struct bv_json_pen pen = { .out = out };
	size_t forms = SIZE_MAX;

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "identifier", blueprint->id);
	write_title(&pen, blueprint->title_vi, blueprint->title_en);
	bv_json_pen_str(&pen, "language", blueprint->language);
	bv_json_pen_str(&pen, "rulePack", blueprint->rule_pack);
	bv_json_pen_str(&pen, "session", blueprint->session);
	bv_json_pen_str(&pen, "date", blueprint->date);
	write_assembly(&pen, blueprint);
	bv_json_pen_bool(&pen, "shuffleItems", blueprint->shuffle_items);
	bv_json_pen_bool(&pen, "shuffleOptions", blueprint->shuffle_options);
	bv_json_pen_int(&pen, "minutes", blueprint->minutes);
	bv_json_pen_int(&pen, "items", blueprint->item_count);
	bv_json_pen_int(&pen, "marksHundredths", blueprint->marks);
	bv_json_pen_bool(&pen, "sections", blueprint->has_limits);
	write_parts(&pen, blueprint);
	bv_json_pen_open(&pen, "strata", '[');
	for (size_t i = 0; i < blueprint->stratum_count; i++) {
		write_stratum(&pen, blueprint, pool, i);
		size_t of = pool ? pool->strata[i].count / blueprint->strata[i].count : 0;
		forms = of < forms ? of : forms;
	}
	bv_json_pen_close(&pen, ']');
	if (pool) {
		bv_json_pen_int(&pen, "bankItems", (int64_t)items);
		bv_json_pen_int(&pen, "forms", (int64_t)forms);
	}
	bv_json_pen_close(&pen, '}');
	return pool && forms;
}

static enum bv_status
look_blueprint(struct draft *draft, struct stock *stock, struct bv_err *err)
{
	BV_AUTO(bv_blueprint_free) struct bv_blueprint *blueprint = NULL;
	BV_AUTO(bv_draw_pool_free) struct bv_draw_pool *pool = NULL;
	size_t items = 0;

	if (bv_blueprint_parse(&blueprint, draft->text, &draft->fault) != BV_OK)
		return BV_OK;
	enum bv_status status = stock_pool(&pool, &items, stock, blueprint, err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		return status;
	bv_buf_add(&draft->name, blueprint->id);
	bv_buf_add(&draft->title, blueprint->title_vi);
	draft->good = true;
	draft->ready = write_blueprint(&draft->said, blueprint, pool, items);
	return BV_OK;
}

/* ---- Standards and rule packs ---- */

static void
take_instrument(struct draft *draft, const struct bv_instrument *instrument)
{
	bv_buf_add(&draft->name, instrument->identifier);
	bv_buf_add(&draft->title, bv_str_sub(instrument->title.vi, 0, bv_text_valid_len(bv_str_sub(instrument->title.vi, 0, DOCUMENT_TITLE_MAX))));
	draft->good = draft->ready = true;
}

static void
look_rules(struct draft *draft)
{
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;

	if (bv_rules_parse(&rules, draft->text, &draft->fault) != BV_OK)
		return;
	take_instrument(draft, bv_rules_instrument(rules));
	bv_rules_write(&draft->said, rules);
}

static void
look_standard(struct draft *draft)
{
	BV_AUTO(bv_standard_free) struct bv_standard *standard = NULL;

	if (bv_standard_parse(&standard, draft->text, &draft->fault) != BV_OK)
		return;
	take_instrument(draft, bv_standard_instrument(standard));
	bv_standard_write(&draft->said, standard);
}

enum bv_status
draft_look(struct draft *draft, struct bv_sql *sql, struct stock *stock, struct bv_err *err)
{
	draft->name = BV_BUF(DOCUMENT_NAME_MAX);
	draft->title = BV_BUF(DOCUMENT_TITLE_MAX);
	draft->said = BV_BUF(SAID_MAX);
	if (bv_str_is(draft->kind, "blueprint"))
		TRY(look_blueprint(draft, stock, err));
	else if (bv_str_is(draft->kind, "rules"))
		look_rules(draft);
	else if (bv_str_is(draft->kind, "standard"))
		look_standard(draft);
	else if (bv_str_is(draft->kind, "template"))
		TRY(draft_look_template(draft, sql, err));
	else
		TRY(draft_look_plan(draft, sql, err));
	return bv_buf_check(&draft->said, err);
}

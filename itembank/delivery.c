#include "itembank/delivery.h"
#include "itembank/item.h"
#include "itembank/opaque.h"
#include "itembank/pci.h"

static enum bv_status run(struct bv_render *r, uint32_t from, uint32_t to);

bool
bv_view_parse(enum bv_view *out, struct bv_str word)
{
	static const char *const names[] = { "author", "candidate", "proctor", "scorer", "testConstructor", "tutor" };

	for (size_t i = 0; i < BV_COUNT(names); i++)
		if (bv_str_is(word, names[i])) {
			*out = (enum bv_view)i;
			return true;
		}
	return false;
}

const char *
bv_item_left_out(const struct bv_item *item, size_t idx, int *line)
{
	const struct bv_note *note = item->page.left_out.first;

	while (note && idx--)
		note = note->next;
	if (!note)
		return NULL;
	*line = note->line;
	return note->text;
}

/* ---- The order of choices ------------------------------------------------------------------------------------------------- */

static const struct bv_delivery_set *
order_find(const struct bv_render *r, const struct bv_interaction *interaction, size_t set)
{
	for (size_t i = 0; i < r->delivery->order_count; i++)
		if (bv_str_eq(r->delivery->orders[i].response, interaction->response))
			return set < r->delivery->orders[i].set_count ? &r->delivery->orders[i].sets[set] : NULL;
	return NULL;
}

static enum bv_status
bad_order(const struct bv_render *r, const struct bv_interaction *interaction, const char *what)
{
	return bv_err_set(r->err, BV_EINVAL, "order of %.*s: %s", BV_STR_ARG(bv_str_sub(interaction->response, 0, 60)), what);
}

/* places[k] becomes the index, in its set, of the choice at place k. */
static enum bv_status
places_fill(uint16_t *places, const struct bv_render *r, const struct bv_interaction *interaction, size_t first, size_t count,
            const struct bv_delivery_set *set)
{
	bool seen[BV_ITEM_CHOICES_MAX] = { false };

	if (set->count != count)
		return bad_order(r, interaction, "it does not have as many choices as the item");
	for (size_t k = 0; k < count; k++) {
		size_t i = 0;
		while (i < count && !bv_str_eq(interaction->choices[first + i].identifier, set->choices[k]))
			i++;
		if (i == count || seen[i])
			return bad_order(r, interaction, i == count ? "it names what is not a choice" : "it names a choice twice");
		if (i != k && interaction->choices[first + i].fixed)
			return bad_order(r, interaction, "it moves a fixed choice");
		if (i != k && !interaction->shuffle)
			return bad_order(r, interaction, "the interaction is not to be shuffled");
		seen[i] = true;
		places[k] = (uint16_t)i;
	}
	return BV_OK;
}

/* Where the form has no order, that of the opaque ids: the author's may have the key first. Fixed choices keep their places. */
static void
places_permute(uint16_t *places, const struct bv_render *r, const struct bv_interaction *interaction, size_t first, size_t count)
{
	struct { char id[BV_OPAQUE_LEN + 1]; uint16_t place; } free[BV_ITEM_CHOICES_MAX], one;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct bv_choice *choice = &interaction->choices[first + i];
		size_t at = n;
		places[i] = (uint16_t)i;
		if (choice->fixed)
			continue;
		one.place = (uint16_t)i;
		bv_opaque_write(one.id, &r->key, r->item->identifier, interaction->response, choice->identifier);
		for (; at && memcmp(one.id, free[at - 1].id, BV_OPAQUE_LEN) < 0; at--)
			free[at] = free[at - 1];
		free[at] = one;
		n++;
	}
	for (size_t i = 0, k = 0; i < count; i++)
		if (!interaction->choices[first + i].fixed)
			places[i] = free[k++].place;
}

static enum bv_status
choices(struct bv_render *r, uint32_t at, const struct bv_page_op *op)
{
	const struct bv_interaction *interaction = &r->item->interactions[op->interaction];
	const struct bv_delivery_set *set = order_find(r, interaction, op->choice >= interaction->first_count && op->choice ? 1 : 0);
	uint32_t starts[BV_ITEM_CHOICES_MAX];
	uint16_t places[BV_ITEM_CHOICES_MAX];
	size_t count = 0;

	if (!set && !interaction->shuffle)
		return run(r, at + 1, op->end);
	for (uint32_t i = at + 1; i < op->end; i = r->page->ops[i].end)
		starts[count++] = i;
	if (set)
		TRY(places_fill(places, r, interaction, op->choice, count, set));
	else
		places_permute(places, r, interaction, op->choice, count);
	for (size_t k = 0; k < count; k++)
		TRY(run(r, starts[places[k]], r->page->ops[starts[places[k]]].end));
	return BV_OK;
}

/* ---- Variables --------------------------------------------------------------------------------------------------------------- */

enum bv_feedback
bv_delivery_feedback(const struct bv_item *item, const struct bv_delivery *delivery)
{
	bool all = delivery->view != BV_VIEW_CANDIDATE || delivery->show_feedback, adaptive = bv_item_adaptive(item);

	switch (delivery->state) {
	case BV_DELIVERY_INTERACTING:
		return adaptive ? BV_FEEDBACK_BODY : BV_FEEDBACK_NONE;
	case BV_DELIVERY_FEEDBACK:
		return all ? BV_FEEDBACK_ALL : adaptive ? BV_FEEDBACK_BODY : BV_FEEDBACK_NONE;
	case BV_DELIVERY_REVIEW:
		return all ? BV_FEEDBACK_BODY : BV_FEEDBACK_NONE;
	default:
		return BV_FEEDBACK_NONE;
	}
}

/* Outcomes and responses say nothing where there is no feedback. */
static const struct bv_value *
value_of(const struct bv_render *r, int variable)
{
	static const struct bv_value null;
	const struct bv_declaration *d = variable < 0 ? NULL : &r->declarations->list[variable];

	if (!d || ((d->kind == BV_VARIABLE_OUTCOME || d->kind == BV_VARIABLE_RESPONSE) && r->feedback == BV_FEEDBACK_NONE))
		return &null;
	return r->values ? &r->values[variable] : bv_item_session_value(r->session, variable);
}

static bool
is_shown(const struct bv_render *r, const struct bv_page_op *op)
{
	const struct bv_value *v = value_of(r, op->variable);
	bool named = false;

	if (op->variable < 0 || (op->feedback && r->feedback == BV_FEEDBACK_NONE))
		return false;
	for (uint32_t i = 0; v->type == BV_TYPE_IDENTIFIER && i < v->count && !named; i++)
		named = bv_str_eq(bv_value_atoms(v)[i].text, op->text);
	return named == op->shows;
}

static void
print(struct bv_render *r, const struct bv_printed *printed)
{
	const struct bv_value *index = value_of(r, printed->index_variable);
	int64_t n = printed->index;

	if (printed->index_variable >= 0)
		n = index->count && index->type == BV_TYPE_INTEGER && index->cardinality == BV_CARD_SINGLE && index->one.integer ? index->one.integer : -1;
	bv_buf_clear(&r->scratch);
	bv_buf_clear(&r->exponent);
	bv_printed_write(&r->scratch, &r->exponent, printed, value_of(r, printed->variable), n);
}

static void
printed(struct bv_render *r, const struct bv_page_op *op)
{
	print(r, op->printed);
	if (r->scratch.len) {
		bv_buf_addc(r->out, ',');
		bv_page_string(r->out, bv_buf_str(&r->scratch));
	}
	if (r->exponent.len) {
		bv_buf_addz(r->out, ",[\"sup\",");
		bv_page_string(r->out, bv_buf_str(&r->exponent));
		bv_buf_addc(r->out, ']');
	}
}

static void
math(struct bv_render *r, const struct bv_page_op *op)
{
	const struct bv_value *v = value_of(r, op->printed->variable);
	bool number = v->type == BV_TYPE_INTEGER || v->type == BV_TYPE_FLOAT, negative;

	print(r, op->printed);
	negative = number && r->scratch.len && r->scratch.p[0] == '-';
	bv_buf_addz(r->out, negative ? ",[\"mrow\",[\"mo\",\"\u2212\"]" : "");
	bv_buf_addz(r->out, number ? ",[\"mn\"," : ",[\"mi\",");
	bv_page_string(r->out, bv_str_sub(bv_buf_str(&r->scratch), negative, r->scratch.len));
	bv_buf_addz(r->out, negative ? "]]" : "]");
}

/* ---- Operations --------------------------------------------------------------------------------------------------------------- */

static bool
is_there(uint8_t hash[BV_HASH_LEN], const struct bv_render *r, const struct bv_page_op *op)
{
	bv_media_fn find = op->kind == BV_PAGE_MODULE ? r->delivery->module : r->delivery->media;

	return find && find(r->delivery->media_ctx, bv_buf_str(&r->scratch), hash);
}

/* The hash of the file of the package that op refers to; a script may be named without its ending, as loaders of modules do. */
static enum bv_status
file_hash(uint8_t hash[BV_HASH_LEN], struct bv_render *r, const struct bv_page_op *op)
{
	if (!bv_media_path(&r->scratch, r->base, op->text))
		return bv_err_set(r->err, BV_EINVAL, "'%.*s' leads out of the package", BV_STR_ARG(bv_str_sub(op->text, 0, 100)));
	if (is_there(hash, r, op))
		return BV_OK;
	if (op->kind == BV_PAGE_MODULE)
		bv_buf_addz(&r->scratch, ".js");
	if (op->kind != BV_PAGE_MODULE || !is_there(hash, r, op))
		return bv_err_set(r->err, BV_EINVAL, "'%.*s' is not in the package", BV_STR_ARG(bv_str_sub(bv_buf_str(&r->scratch), 0, 100)));
	return BV_OK;
}

static void
media_write(struct bv_buf *out, const uint8_t hash[BV_HASH_LEN])
{
	bv_buf_addz(out, "\"media:sha256-");
	bv_hex_write(out, hash, BV_HASH_LEN);
	bv_buf_addc(out, '"');
}

static enum bv_status
media(struct bv_render *r, const struct bv_page_op *op)
{
	uint8_t hash[BV_HASH_LEN];

	TRY(file_hash(hash, r, op));
	media_write(r->out, hash);
	return BV_OK;
}

/* A script runs on every candidate's machine: an administrator has read these bytes, or it is not sent. */
static enum bv_status
module_hash(uint8_t hash[BV_HASH_LEN], struct bv_render *r, const struct bv_page_op *op)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	TRY(file_hash(hash, r, op));
	for (size_t i = 0; i < r->delivery->module_count; i++)
		if (bv_hash_eq(r->delivery->modules[i].hash, hash))
			return BV_OK;
	return bv_err_set(r->err, BV_EINVAL, "the module '%.*s' of a portable custom interaction is not allowed: its SHA-256 is %s",
	                  BV_STR_ARG(bv_str_sub(bv_buf_str(&r->scratch), 0, 60)), bv_hex(hex, hash, BV_HASH_LEN));
}

static enum bv_status
module(struct bv_render *r, const struct bv_page_op *op)
{
	uint8_t hash[BV_HASH_LEN];

	TRY(module_hash(hash, r, op));
	media_write(r->out, hash);
	return BV_OK;
}

static bool
is_listed(const struct bv_delivery *delivery, struct bv_str name, bool variable)
{
	for (size_t i = 0; i < delivery->module_count; i++) {
		struct bv_str words = variable ? delivery->modules[i].variables : delivery->modules[i].properties, word;
		while (bv_str_token(&words, &word))
			if (bv_str_eq(word, name))
				return true;
	}
	return false;
}

bool
bv_module_property(const struct bv_delivery *delivery, struct bv_str name)
{
	return is_listed(delivery, name, false);
}

bool
bv_module_variable(const struct bv_delivery *delivery, struct bv_str name)
{
	return is_listed(delivery, name, true);
}

/* As getInstance gets it in templateVariables or contextVariables (PCI 1.0). */
static void
value(struct bv_render *r, const struct bv_page_op *op)
{
	BV_AUTO(bv_json_free) struct bv_json *json = bv_pci_new(value_of(r, op->variable));

	bv_buf_clear(&r->scratch);
	bv_json_write(&r->scratch, json);
	bv_page_string(r->out, bv_buf_str(&r->scratch));
}

/* What several items share stands in a file of its own. */
static enum bv_status
stimulus(struct bv_render *r, const struct bv_page_op *op)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(8192);
	const struct bv_stimulus *shared;

	if (!bv_media_path(&path, r->base, op->text))
		return bv_err_set(r->err, BV_EINVAL, "'%.*s' leads out of the package", BV_STR_ARG(bv_str_sub(op->text, 0, 100)));
	shared = r->delivery->stimulus ? r->delivery->stimulus(r->delivery->stimulus_ctx, bv_buf_str(&path)) : NULL;
	if (!shared)
		return bv_err_set(r->err, BV_EINVAL, "the stimulus '%.*s' is not in the package", BV_STR_ARG(bv_str_sub(bv_buf_str(&path), 0, 100)));
	return bv_render_page(r, bv_stimulus_page(shared), bv_buf_str(&path));
}

static void
opaque(struct bv_render *r, const struct bv_page_op *op)
{
	char id[BV_OPAQUE_LEN + 1];

	bv_opaque_write(id, &r->key, r->item->identifier, r->item->interactions[op->interaction].response, op->text);
	bv_buf_add(r->out, (struct bv_str){ id, BV_OPAQUE_LEN });
}

/* Two texts with nothing between them are one: nobody is to see where something is hidden. */
static void
bytes(struct bv_render *r, const struct bv_page_op *op, struct bv_str s)
{
	struct bv_buf *out = r->out;

	if (op->begins && r->text_to == out->len && !out->full) {
		bool space = out->p[out->len - 2] == ' ' && s.p[2] == ' ';
		out->len--;
		s = bv_str_sub(s, space ? 3 : 2, s.len);
	}
	bv_buf_add(out, s);
	if (op->ends)
		r->text_to = out->len;
}

/* In the order of first mention on this page: what is not delivered takes no number. */
static void
numbered(struct bv_render *r, const struct bv_page_op *op)
{
	if (!r->numbers[op->from])
		r->numbers[op->from] = ++r->number;
	bv_buf_printf(r->out, "i%u", r->numbers[op->from]);
}

/* Is what the operation governs left out? */
static bool
skips(const struct bv_render *r, const struct bv_page_op *op)
{
	switch (op->kind) {
	case BV_PAGE_CHOICE:
		return !bv_item_session_shows(r->session, &r->item->interactions[op->interaction].choices[op->choice]);
	case BV_PAGE_WHEN:
		return !is_shown(r, op);
	case BV_PAGE_VIEW:
		return !(op->views >> r->delivery->view & 1);
	case BV_PAGE_CATALOG:
		return !r->cards->catalogs[op->from];
	case BV_PAGE_PROPERTY:
		return !bv_module_property(r->delivery, op->text);
	case BV_PAGE_VARIABLE:
		return !bv_module_variable(r->delivery, op->text);
	case BV_PAGE_CARD:
		return !r->cards->cards[op->from];
	default:
		return r->feedback != BV_FEEDBACK_ALL;
	}
}

static enum bv_status
run(struct bv_render *r, uint32_t from, uint32_t to)
{
	const struct bv_page *page = r->page;

	for (uint32_t i = from; i < to;) {
		const struct bv_page_op *op = &page->ops[i++];
		switch (op->kind) {
		case BV_PAGE_BYTES:
			bytes(r, op, (struct bv_str){ page->bytes + op->from, op->len });
			break;
		case BV_PAGE_CHOICES:
			TRY(choices(r, i - 1, op));
			i = op->end;
			break;
		case BV_PAGE_IDENTIFIER:
			opaque(r, op);
			break;
		case BV_PAGE_ID:
			numbered(r, op);
			break;
		case BV_PAGE_MEDIA:
			TRY(media(r, op));
			break;
		case BV_PAGE_MODULE:
			TRY(module(r, op));
			break;
		case BV_PAGE_VALUE:
			value(r, op);
			break;
		case BV_PAGE_STIMULUS:
			TRY(stimulus(r, op));
			break;
		case BV_PAGE_PRINTED:
			printed(r, op);
			break;
		case BV_PAGE_MATH:
			math(r, op);
			break;
		default:
			if (skips(r, op))
				i = op->end;
		}
	}
	return BV_OK;
}

enum bv_status
bv_render_page(struct bv_render *r, const struct bv_page *page, struct bv_str base)
{
	struct bv_render outer = *r;
	uint16_t numbers[BV_PAGE_IDS_MAX] = { 0 };
	struct bv_cards cards = { 0 };

	if (page->refused) {
		*r->err = page->refusal;
		return r->err->status;
	}
	r->page = page;
	r->base = base;
	r->numbers = numbers;
	r->cards = &cards;
	if (r->delivery->pnp)
		bv_cards_choose(&cards, page, r->delivery->pnp);
	TRY(run(r, 0, page->count));
	r->page = outer.page;
	r->base = outer.base;
	r->numbers = outer.numbers;
	r->cards = outer.cards;
	return BV_OK;
}

static enum bv_status
orders_check(const struct bv_render *r)
{
	for (size_t i = 0; i < r->delivery->order_count; i++) {
		struct bv_str response = r->delivery->orders[i].response;
		size_t k = 0;
		while (k < r->item->interaction_count && !bv_str_eq(r->item->interactions[k].response, response))
			k++;
		if (k == r->item->interaction_count)
			return bv_err_set(r->err, BV_EINVAL, "order of %.*s: the item has no such response", BV_STR_ARG(bv_str_sub(response, 0, 60)));
	}
	return BV_OK;
}

static enum bv_status
control_check(const struct bv_delivery *delivery, struct bv_err *err)
{
	if (delivery->view != BV_VIEW_CANDIDATE)
		return BV_OK;
	if (delivery->state == BV_DELIVERY_REVIEW && !delivery->allow_review)
		return bv_err_set(err, BV_EDENIED, "the item may not be reviewed: allow-review is false");
	if (delivery->state == BV_DELIVERY_SOLUTION && !delivery->show_solution)
		return bv_err_set(err, BV_EDENIED, "the solution may not be shown: show-solution is false");
	return BV_OK;
}

static enum bv_status
render(struct bv_render *r)
{
	size_t from = r->out->len;

	TRY(control_check(r->delivery, r->err));
	TRY(orders_check(r));
	TRY(bv_render_page(r, &r->item->page, r->delivery->path));
	TRY(bv_buf_check(r->out, r->err));
	return bv_delivery_scan(bv_str_sub(bv_buf_str(r->out), from, r->out->len), r->session, r->delivery, r->err);
}

enum bv_status
bv_delivery_render(struct bv_buf *out, const struct bv_item_session *session, const struct bv_delivery *delivery, struct bv_err *err)
{
	const struct bv_item *item = bv_item_session_item(session);
	struct bv_render r = { .out = out, .item = item, .declarations = item->program.declarations, .session = session, .delivery = delivery, .err = err,
		            .scratch = BV_BUF(1u << 20), .exponent = BV_BUF(64) };
	size_t from = out->len;
	enum bv_status status;

	r.feedback = bv_delivery_feedback(item, delivery);
	bv_hmac_key_init(&r.key, (struct bv_str){ (const char *)delivery->key, BV_HASH_LEN });
	status = render(&r);
	if (status && out->p) {
		out->len = from;
		out->p[from] = '\0';
	}
	bv_wipe(&r.key, sizeof r.key);
	bv_buf_finish(&r.scratch);
	bv_buf_finish(&r.exponent);
	return status;
}

/* Of what the page refers to, each file; catalogs and hidden parts too. */
static enum bv_status
files_check(struct bv_render *r)
{
	uint8_t hash[BV_HASH_LEN];

	for (uint32_t i = 0; i < r->page->count; i++) {
		const struct bv_page_op *op = &r->page->ops[i];
		if (op->kind == BV_PAGE_MODULE)
			TRY(module_hash(hash, r, op));
		else if (op->kind == BV_PAGE_MEDIA)
			TRY(file_hash(hash, r, op));
	}
	return BV_OK;
}

enum bv_status
bv_delivery_check(const struct bv_item *item, const struct bv_delivery *delivery, struct bv_err *err)
{
	struct bv_render r = { .item = item, .page = &item->page, .base = delivery->path, .delivery = delivery, .err = err, .scratch = BV_BUF(1u << 20) };
	enum bv_status status = item->page.refused ? item->page.refusal.status : files_check(&r);

	if (item->page.refused)
		*err = item->page.refusal;
	bv_buf_finish(&r.scratch);
	return status;
}

enum bv_status
bv_delivery_solution(struct bv_json **out, const struct bv_item_session *session, const struct bv_delivery *delivery, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *correct = NULL;

	if (delivery->state != BV_DELIVERY_SOLUTION)
		return bv_err_set(err, BV_EDENIED, "the correct responses are for the state of the solution only");
	TRY(control_check(delivery, err));
	correct = bv_item_session_correct(session);
	return bv_delivery_hide_responses(out, session, delivery, correct, err);
}

#include "itembank/opaque.h"

#include <stdio.h>

#include "itembank/item.h"
#include "itembank/rich_text.h"

void
bv_opaque_write(char out[BV_OPAQUE_LEN + 1], const struct bv_hmac_key *key, struct bv_str item, struct bv_str response,
                struct bv_str identifier)
{
	char message[14 + 3 * (BV_ITEM_IDENTIFIER_MAX + 1) + BV_ITEM_IDENTIFIER_MAX] = "BV-DELIVERY-1";
	const struct bv_str parts[] = { item, response, identifier };
	uint8_t mac[BV_HASH_LEN];
	size_t len = 14;
	uint64_t bits = 0;

	for (size_t i = 0; i < BV_COUNT(parts); i++) {
		struct bv_str part = bv_str_sub(parts[i], 0, BV_ITEM_IDENTIFIER_MAX);
		if (part.len)
			memcpy(message + len, part.p, part.len);
		len += part.len;
		if (i + 1 < BV_COUNT(parts))
			message[len++] = '\0';
	}
	bv_hmac_sha256(mac, key, (struct bv_str){ message, len });
	*out++ = 'c';
	for (size_t i = 0; i < 10; i++) {
		bits = bits << 8 | mac[i];
		if (i % 5 < 4)
			continue;
		for (int shift = 35; shift >= 0; shift -= 5)
			*out++ = "abcdefghijklmnopqrstuvwxyz234567"[bits >> shift & 31];
		bits = 0;
	}
	*out = '\0';
}

/* ---- Responses there and back ------------------------------------------------------------------------------------------- */

struct mapping {
	const struct bv_item_session *session;
	const struct bv_interaction *interaction;
	struct bv_hmac_key key;
	const char (*opaque)[BV_OPAQUE_LEN + 1]; /* of each choice */
	bool back;                               /* from opaque ids to the item's */
	struct bv_err *err;
};

static enum bv_status
identifier_add(struct bv_buf *out, const struct mapping *mapping, struct bv_str word)
{
	const struct bv_interaction *interaction = mapping->interaction;

	for (size_t i = 0; i < interaction->choice_count; i++) {
		struct bv_str opaque = { mapping->opaque[i], BV_OPAQUE_LEN }, own = interaction->choices[i].identifier;
		if (!bv_str_eq(word, mapping->back ? opaque : own) || !bv_item_session_shows(mapping->session, &interaction->choices[i]))
			continue;
		bv_buf_add(out, mapping->back ? own : opaque);
		return BV_OK;
	}
	return bv_err_set(mapping->err, BV_EINVAL, "'%.*s' is not a choice on this page", BV_STR_ARG(bv_str_sub(word, 0, 60)));
}

/* A string of one identifier, or of two for a pair. */
static enum bv_status
string_new(struct bv_json **out, const struct mapping *mapping, struct bv_str s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4 * BV_ITEM_IDENTIFIER_MAX);
	struct bv_str word;

	while (bv_str_token(&s, &word)) {
		if (text.len)
			bv_buf_addc(&text, ' ');
		TRY(identifier_add(&text, mapping, word));
	}
	TRY(bv_buf_check(&text, mapping->err));
	*out = bv_json_new_str(bv_buf_str(&text));
	return BV_OK;
}

/* A copy of a PCI value in which every string is mapped; at most BV_JSON_DEPTH deep. */
static enum bv_status
value_new(struct bv_json **out, const struct mapping *mapping, const struct bv_json *json)
{
	BV_AUTO(bv_json_free) struct bv_json *made = NULL;
	struct bv_json *one = NULL;

	switch (bv_json_type(json)) {
	case BV_JSON_STRING:
		return string_new(out, mapping, bv_json_str(json));
	case BV_JSON_ARRAY:
		made = bv_json_new_array();
		for (size_t i = 0; i < bv_json_count(json); i++) {
			TRY(value_new(&one, mapping, bv_json_at(json, i)));
			bv_json_add(made, one);
		}
		break;
	case BV_JSON_OBJECT:
		made = bv_json_new_object();
		for (void *it = bv_json_members(json); it; it = bv_json_next(json, it)) {
			BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(64);
			bv_buf_add(&name, bv_json_member_name(it));
			TRY(bv_buf_check(&name, mapping->err));
			TRY(value_new(&one, mapping, bv_json_member(it)));
			bv_json_set(made, name.p ? name.p : "", one);
		}
		break;
	default:
		made = bv_json_copy(json);
	}
	*out = bv_steal(&made);
	return BV_OK;
}

/* The interaction that a name means: r1, r2 … on the page, its response in the item. */
static int
interaction_find(const struct bv_item *item, struct bv_str name, bool back)
{
	char number[32];

	for (size_t i = 0; i < item->interaction_count; i++) {
		snprintf(number, sizeof number, "r%zu", i + 1);
		if (item->bindings[i].response >= 0 && bv_str_eq(name, back ? bv_str_of(number) : item->interactions[i].response))
			return (int)i;
	}
	return -1;
}

/* A copy with every formatted text as it may be shown: those of the item's author too, a default or the correct response. */
static enum bv_status
formatted_new(struct bv_json **out, const struct bv_json *value, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *made = NULL;
	struct bv_json *one = NULL;
	struct bv_str text;

	if (bv_json_type(value) == BV_JSON_STRING) {
		TRY(rich_text_clean(&text, bv_json_str(value), arena, err));
		made = bv_json_new_str(text);
	} else if (bv_json_type(value) == BV_JSON_ARRAY) {
		made = bv_json_new_array();
		for (size_t i = 0; i < bv_json_count(value); i++) {
			TRY(formatted_new(&one, bv_json_at(value, i), arena, err));
			bv_json_add(made, one);
		}
	} else if (bv_json_type(value) == BV_JSON_OBJECT) {
		made = bv_json_new_object();
		for (void *it = bv_json_members(value); it; it = bv_json_next(value, it)) {
			BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(BV_JSON_MAX);
			TRY(formatted_new(&one, bv_json_member(it), arena, err));
			bv_buf_add(&name, bv_json_member_name(it));
			bv_json_set(made, name.p ? name.p : "", one);
		}
	} else {
		made = bv_json_copy(value);
	}
	*out = bv_steal(&made);
	return BV_OK;
}

static enum bv_status
response_new(struct bv_json **out, struct mapping *mapping, size_t idx, const struct bv_json *value)
{
	const struct bv_item *item = bv_item_session_item(mapping->session);
	const struct bv_declaration *d = &item->program.declarations->list[item->bindings[idx].response];
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	char(*opaque)[BV_OPAQUE_LEN + 1];

	if (item->interactions[idx].format == BV_TEXT_XHTML)
		return formatted_new(out, value, &arena, mapping->err);
	/* What a module answers is its own affair: it has no choices. */
	if (item->interactions[idx].kind == BV_INTERACTION_PORTABLE_CUSTOM ||
	    (d->type != BV_TYPE_IDENTIFIER && d->type != BV_TYPE_PAIR && d->type != BV_TYPE_DIRECTED_PAIR)) {
		*out = bv_json_copy(value);
		return BV_OK;
	}
	mapping->interaction = &item->interactions[idx];
	opaque = bv_arena_alloc(&arena, bv_array_size(mapping->interaction->choice_count + 1, sizeof *opaque));
	for (size_t i = 0; i < mapping->interaction->choice_count; i++)
		bv_opaque_write(opaque[i], &mapping->key, item->identifier, mapping->interaction->response,
		                mapping->interaction->choices[i].identifier);
	mapping->opaque = (const char(*)[BV_OPAQUE_LEN + 1])opaque;
	return value_new(out, mapping, value);
}

/* A response of the item that no interaction of the page shows: of string-identifier, or for processing alone. */
static bool
is_unseen(const struct bv_item *item, struct bv_str name)
{
	int variable = bv_declarations_find(item->program.declarations, name);

	return variable >= 0 && item->program.declarations->list[variable].kind == BV_VARIABLE_RESPONSE;
}

static enum bv_status
responses_map(struct bv_json *made, struct mapping *mapping, const struct bv_json *responses)
{
	const struct bv_item *item = bv_item_session_item(mapping->session);
	bool back = mapping->back;

	if (bv_json_type(responses) != BV_JSON_OBJECT)
		return bv_err_set(mapping->err, BV_EINVAL, "responses are an object, {\"r1\":{\"base\":{\"identifier\":\"c…\"}}}");
	for (void *it = bv_json_members(responses); it; it = bv_json_next(responses, it)) {
		struct bv_str name = bv_json_member_name(it);
		int idx = interaction_find(item, name, back);
		struct bv_json *value = NULL;
		char to[BV_ITEM_IDENTIFIER_MAX + 1];
		if (idx < 0 && !back && is_unseen(item, name))
			continue;
		if (idx < 0)
			return bv_err_set(mapping->err, BV_EINVAL, "there is no response '%.*s' on this page", BV_STR_ARG(bv_str_sub(name, 0, 60)));
		TRY(response_new(&value, mapping, (size_t)idx, bv_json_member(it)));
		if (back)
			snprintf(to, sizeof to, "%.*s", BV_STR_ARG(item->interactions[idx].response));
		else
			snprintf(to, sizeof to, "r%d", idx + 1);
		bv_json_set(made, to, value);
	}
	return BV_OK;
}

static enum bv_status
map(struct bv_json **out, const struct bv_item_session *session, const struct bv_delivery *delivery, const struct bv_json *responses,
    bool back, struct bv_err *err)
{
	struct mapping mapping = { .session = session, .back = back, .err = err };
	BV_AUTO(bv_json_free) struct bv_json *made = bv_json_new_object();
	enum bv_status status;

	bv_hmac_key_init(&mapping.key, (struct bv_str){ (const char *)delivery->key, BV_HASH_LEN });
	status = responses_map(made, &mapping, responses);
	bv_wipe(&mapping.key, sizeof mapping.key);
	if (status == BV_OK)
		*out = bv_steal(&made);
	return status;
}

enum bv_status
bv_delivery_map_responses(struct bv_json **out, const struct bv_item_session *session, const struct bv_delivery *delivery,
                          const struct bv_json *delivered, struct bv_err *err)
{
	return map(out, session, delivery, delivered, true, err);
}

enum bv_status
bv_delivery_hide_responses(struct bv_json **out, const struct bv_item_session *session, const struct bv_delivery *delivery,
                           const struct bv_json *responses, struct bv_err *err)
{
	return map(out, session, delivery, responses, false, err);
}

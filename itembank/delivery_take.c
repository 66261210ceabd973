/* Answers as pages mostly send them, mapped without a tree and without a session: a server does it at every save. What is out of the ordinary is left to
 * bv_delivery_map_responses, which says what is wrong with it; nothing is taken here that is refused there. */
#include "itembank/item.h"
#include "itembank/opaque.h"

#define STRING_MAX 4096 /* bytes of a string that is looked at here */

struct taking {
	struct bv_buf *out;
	const struct bv_item *item;
	const struct bv_interaction *interaction;
	enum bv_type type;
	struct bv_hmac_key key;
	struct bv_str rest;
};

static bool
eat(struct taking *t, const char *z)
{
	size_t len = strlen(z);

	if (t->rest.len < len || memcmp(t->rest.p, z, len) != 0)
		return false;
	t->rest = (struct bv_str){ t->rest.p + len, t->rest.len - len };
	return true;
}

/* The same, and it goes out as it is. */
static bool
pass(struct taking *t, const char *z)
{
	if (!eat(t, z))
		return false;
	bv_buf_addz(t->out, z);
	return true;
}

static bool
take_choice(struct taking *t)
{
	const struct bv_interaction *interaction = t->interaction;
	char id[BV_OPAQUE_LEN + 1];

	if (t->rest.len < BV_OPAQUE_LEN + 2 || t->rest.p[0] != '"' || t->rest.p[BV_OPAQUE_LEN + 1] != '"')
		return false;
	for (size_t i = 0; i < interaction->choice_count; i++) {
		bv_opaque_write(id, &t->key, t->item->identifier, interaction->response, interaction->choices[i].identifier);
		if (memcmp(id, t->rest.p + 1, BV_OPAQUE_LEN) != 0)
			continue;
		bv_json_write_str(t->out, interaction->choices[i].identifier);
		t->rest = bv_str_sub(t->rest, BV_OPAQUE_LEN + 2, t->rest.len);
		return true;
	}
	return false;
}

/* Printable ASCII without quotes and escapes. */
static bool
take_string(struct taking *t)
{
	size_t len = 1;

	if (!t->rest.len || t->rest.p[0] != '"')
		return false;
	while (len < t->rest.len && len <= STRING_MAX && t->rest.p[len] >= ' ' && t->rest.p[len] <= '~' && t->rest.p[len] != '"' && t->rest.p[len] != '\\')
		len++;
	if (len >= t->rest.len || t->rest.p[len] != '"')
		return false;
	bv_buf_add(t->out, bv_str_sub(t->rest, 0, len + 1));
	t->rest = bv_str_sub(t->rest, len + 1, t->rest.len);
	return true;
}

/* At most nine digits. */
static bool
take_integer(struct taking *t)
{
	size_t sign = t->rest.len && t->rest.p[0] == '-', len = sign;

	while (len < t->rest.len && t->rest.p[len] >= '0' && t->rest.p[len] <= '9')
		len++;
	if (len == sign || len > sign + 9 || (t->rest.p[sign] == '0' && (len > sign + 1 || sign)))
		return false;
	bv_buf_add(t->out, bv_str_sub(t->rest, 0, len));
	t->rest = bv_str_sub(t->rest, len, t->rest.len);
	return true;
}

static bool
take_one(struct taking *t)
{
	switch (t->type) {
	case BV_TYPE_IDENTIFIER:
		return take_choice(t);
	case BV_TYPE_PAIR:
	case BV_TYPE_DIRECTED_PAIR:
		return pass(t, "[") && take_choice(t) && pass(t, ",") && take_choice(t) && pass(t, "]");
	case BV_TYPE_STRING:
		return take_string(t);
	case BV_TYPE_INTEGER:
		return take_integer(t);
	case BV_TYPE_BOOLEAN:
		return pass(t, "true") || pass(t, "false");
	default:
		return false;
	}
}

static bool
take_list(struct taking *t)
{
	size_t count = 0;

	if (!pass(t, "["))
		return false;
	if (pass(t, "]"))
		return true;
	do
		if (++count > BV_RESPONSE_VALUES_MAX || !take_one(t))
			return false;
	while (pass(t, ","));
	return pass(t, "]");
}

static bool
take_value(struct taking *t, const struct bv_declaration *declaration)
{
	static const char *const names[BV_TYPE_COUNT] = {
		[BV_TYPE_IDENTIFIER] = "{\"identifier\":", [BV_TYPE_PAIR] = "{\"pair\":",       [BV_TYPE_DIRECTED_PAIR] = "{\"directedPair\":",
		[BV_TYPE_STRING] = "{\"string\":",         [BV_TYPE_INTEGER] = "{\"integer\":", [BV_TYPE_BOOLEAN] = "{\"boolean\":",
	};

	t->type = (enum bv_type)declaration->type;
	if (!names[t->type] || t->interaction->kind == BV_INTERACTION_PORTABLE_CUSTOM)
		return false;
	for (size_t i = 0; i < t->interaction->choice_count; i++)
		if (t->interaction->choices[i].template_identifier.len) /* whether it is shown is known by the clone */
			return false;
	if (declaration->cardinality == BV_CARD_SINGLE)
		return pass(t, "{\"base\":null}") || (pass(t, "{\"base\":") && pass(t, names[t->type]) && take_one(t) && pass(t, "}}"));
	return declaration->cardinality != BV_CARD_RECORD && pass(t, "{\"list\":") && pass(t, names[t->type]) && take_list(t) && pass(t, "}}");
}

/* "r1": from 1, each after the one before. */
static bool
take_name(struct taking *t, size_t *last)
{
	size_t number = 0;

	if (!eat(t, "\"r") || !t->rest.len || t->rest.p[0] == '0')
		return false;
	while (t->rest.len && t->rest.p[0] >= '0' && t->rest.p[0] <= '9' && number <= BV_ITEM_INTERACTIONS_MAX) {
		number = number * 10 + (size_t)(t->rest.p[0] - '0');
		t->rest = bv_str_sub(t->rest, 1, t->rest.len);
	}
	if (number <= *last || number > t->item->interaction_count || t->item->bindings[number - 1].response < 0 || !eat(t, "\":"))
		return false;
	*last = number;
	t->interaction = &t->item->interactions[number - 1];
	bv_json_write_str(t->out, t->interaction->response);
	bv_buf_addc(t->out, ':');
	return true;
}

static bool
take(struct taking *t)
{
	size_t last = 0;

	if (!pass(t, "{"))
		return false;
	if (pass(t, "}"))
		return !t->rest.len;
	do
		if (!take_name(t, &last) || !take_value(t, &t->item->program.declarations->list[t->item->bindings[last - 1].response]))
			return false;
	while (pass(t, ","));
	return pass(t, "}") && !t->rest.len;
}

bool
bv_delivery_take(struct bv_buf *out, const struct bv_item *item, const uint8_t key[BV_HASH_LEN], struct bv_str delivered)
{
	struct taking t = { .out = out, .item = item, .rest = delivered };
	size_t before = out->len;

	bv_hmac_key_init(&t.key, (struct bv_str){ (const char *)key, BV_HASH_LEN });
	bool taken = take(&t) && !out->full;
	bv_wipe(&t.key, sizeof t.key);
	if (!taken && out->p) {
		out->len = before;
		out->p[before] = '\0';
	}
	return taken;
}

#include "itembank/module.h"

#include "base/json.h"
#include "base/text.h"
#include "itembank/media_type.h"

static bool
is_text(struct bv_str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if ((unsigned char)bytes.p[i] < ' ' && !strchr("\t\n\f\r", bytes.p[i]))
			return false;
	return bv_text_valid(bytes) && !memchr(bytes.p, '\0', bytes.len);
}

static bool
is_settings(struct bv_str bytes)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	struct bv_err ignored;

	return bytes.len <= MODULE_SETTINGS_MAX && (bytes.p[0] == '{' || bytes.p[0] == '[') &&
	       bv_json_parse_large(&json, bytes, MODULE_SETTINGS_MAX, &ignored) == BV_OK;
}

const char *
module_type_of(struct bv_str bytes)
{
	struct bv_str text = bv_str_trim(bv_text_unmarked(bv_str_trim(bytes)));

	if (!text.len || text.p[0] == '<' || media_type_of(bytes) || !is_text(bytes))
		return NULL;
	return is_settings(text) ? MODULE_SETTINGS : MODULE_SCRIPT;
}

enum bv_status
module_check(const char **type, struct bv_str name, struct bv_str bytes, struct bv_err *err)
{
	static const char *const endings[] = { ".js", ".mjs", ".json" };
	const char *is = bytes.len <= MODULE_MAX ? module_type_of(bytes) : NULL;
	struct bv_str shown = bv_str_sub(name, 0, 120);
	bool says = false;

	for (size_t i = 0; i < BV_COUNT(endings); i++)
		says |= bv_str_ends(name, bv_str_of(endings[i]));
	if (bytes.len > MODULE_MAX)
		return bv_err_set(err, BV_ELIMIT, "module '%.*s' is larger than %u bytes", BV_STR_ARG(shown), MODULE_MAX);
	if (!says)
		return bv_err_set(err, BV_EDENIED, "module '%.*s' is not named as a script: .js, .mjs or .json", BV_STR_ARG(shown));
	if (!is)
		return bv_err_set(err, BV_EDENIED, "module '%.*s' is no script by its bytes: markup, media, or not UTF-8 text", BV_STR_ARG(shown));
	*type = is;
	return BV_OK;
}

bool
module_type_known(const char **out, struct bv_str type)
{
	static const char *const types[] = { MODULE_SCRIPT, MODULE_SETTINGS };

	for (size_t i = 0; i < BV_COUNT(types); i++)
		if (bv_str_is(type, types[i])) {
			*out = types[i];
			return true;
		}
	return false;
}

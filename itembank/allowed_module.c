/* Which modules of portable custom interactions an administrator has read and allows. */
#include "itembank/itembank.h"

void
bv_allowed_modules_finish(struct bv_allowed_modules *modules)
{
	bv_arena_finish(&modules->arena);
}

/* "a,b" as "a b". */
static struct bv_str
names(struct bv_str list, struct bv_arena *arena)
{
	char *words = bv_arena_alloc(arena, list.len + 1);

	for (size_t i = 0; i < list.len; i++)
		words[i] = (char)(list.p[i] == ',' ? ' ' : list.p[i]);
	return (struct bv_str){ words, list.len };
}

enum bv_status
bv_allowed_modules_parse(struct bv_allowed_modules *out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_allowed_modules_finish) struct bv_allowed_modules modules = { 0 };
	struct bv_str list = text, word;
	struct bv_err why;

	if (text.len > BV_ALLOWED_MODULES_MAX)
		return bv_err_set(err, BV_ELIMIT, "a list of modules has at most %u bytes", BV_ALLOWED_MODULES_MAX);
	modules.all = bv_arena_array(&modules.arena, list.len / 64 + 1, struct bv_allowed_module);
	while (bv_str_token(&list, &word)) {
		struct bv_allowed_module *module = &modules.all[modules.count];
		struct bv_str hash = bv_str_sub(word, 0, bv_str_find(word, ':')), rest = bv_str_sub(word, hash.len + 1, word.len);
		struct bv_str properties = bv_str_sub(rest, 0, bv_str_find(rest, ':'));
		if (bv_hex_parse(module->hash, BV_HASH_LEN, hash, &why) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "a list of SHA-256 hashes, each with :NAME,NAME for its properties and :NAME,NAME for its variables: %s", why.msg);
		module->properties = names(properties, &modules.arena);
		module->variables = names(bv_str_sub(rest, properties.len + 1, rest.len), &modules.arena);
		modules.count++;
	}
	*out = modules;
	modules = (struct bv_allowed_modules){ 0 };
	return BV_OK;
}

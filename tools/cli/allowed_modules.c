#include "tools/cli/allowed_modules.h"

void
allowed_modules_finish(struct allowed_modules *modules)
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
allowed_modules_read(struct allowed_modules *out, const struct args *args, struct bv_err *err)
{
	const char *option = args_get(args, "allow-module");
	struct bv_str list = bv_str_of(option), word;
	struct bv_err why;

	out->all = bv_arena_array(&out->arena, list.len / 64 + 1, struct bv_allowed_module);
	while (bv_str_token(&list, &word)) {
		struct bv_allowed_module *module = &out->all[out->count];
		struct bv_str hash = bv_str_sub(word, 0, bv_str_find(word, ':')), rest = bv_str_sub(word, hash.len + 1, word.len);
		struct bv_str properties = bv_str_sub(rest, 0, bv_str_find(rest, ':'));
		if (bv_hex_parse(module->hash, BV_HASH_LEN, hash, &why) != BV_OK)
			return bv_err_set(err, BV_EINVAL, "--allow-module is a list of SHA-256 hashes, each with :NAME,NAME for its properties and :NAME,NAME for its variables: %s",
			                  why.msg);
		module->properties = names(properties, &out->arena);
		module->variables = names(bv_str_sub(rest, properties.len + 1, rest.len), &out->arena);
		out->count++;
	}
	return BV_OK;
}

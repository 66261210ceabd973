/* Images that come with questions, as base64 in a file of their own or in the text: media files of the item. Their names are made of their bytes, so
 * that the same image of many questions is one file, and no name of a source is a name on a disk. */
#include <stdio.h>

#include "base/text.h"
#include "itembank/convert.h"
#include "itembank/media_type.h"

static const struct {
	const char *type, *ending;
} endings[] = {
	{ "image/png", ".png" }, { "image/jpeg", ".jpg" }, { "image/gif", ".gif" }, { "image/webp", ".webp" }, { "image/svg+xml", ".svg" },
};

/* "data:image/png;base64,…" → its data. */
static bool
data_url(struct bv_str *data, struct bv_str source)
{
	size_t comma = bv_str_find(source, ',');
	struct bv_str head = bv_str_sub(source, 0, comma);

	*data = bv_str_sub(source, comma + 1, source.len);
	return comma < source.len && bv_str_starts(head, BV_STR("data:image/")) && bv_str_ends(head, BV_STR(";base64"));
}

static int
hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* %XX decoded, once. */
static struct bv_str
decoded(struct bv_conversion *c, struct bv_str name)
{
	char *p = bv_changeable(&c->draft, name);
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		int high = name.p[i] == '%' && i + 2 < name.len ? hex_of(name.p[i + 1]) : -1, low = high < 0 ? -1 : hex_of(name.p[i + 2]);
		p[len++] = low < 0 ? name.p[i] : (char)(high * 16 + low);
		i += low < 0 ? 0 : 2;
	}
	return (struct bv_str){ p, len };
}

static struct bv_source_file *
file_find(struct bv_conversion *c, struct bv_source_file *files, size_t count, struct bv_str source)
{
	static const struct bv_str prefix = { "@@PLUGINFILE@@/", 15 };
	struct bv_str name = bv_str_starts(source, prefix) ? bv_str_sub(source, prefix.len, source.len) : BV_STR_NONE;

	/* What follows "?" is for Moodle's server: forcedownload=1. */
	name = decoded(c, bv_str_sub(name, 0, bv_str_find(name, '?')));
	for (size_t i = 0; name.len && i < count; i++)
		if (bv_str_eq(files[i].name, name))
			return &files[i];
	return NULL;
}

/* Adds the file to those of the question, once. */
static bool
keep(struct bv_conversion *c, struct bv_str *path, struct bv_str bytes, const char *type)
{
	uint8_t hash[BV_HASH_LEN];
	char name[64], hex[BV_HEX_SIZE(16)];
	size_t i = 0;

	while (i < BV_COUNT(endings) && strcmp(endings[i].type, type) != 0)
		i++;
	if (i == BV_COUNT(endings))
		return false;
	bv_sha256(hash, bytes);
	snprintf(name, sizeof name, "media/%s%s", bv_hex(hex, hash, 16), endings[i].ending);
	*path = bv_arena_str(&c->draft, bv_str_of(name));
	for (size_t k = 0; k < c->media_count; k++)
		if (bv_str_eq(c->media[k].path, *path))
			return true;
	if (c->media_count == BV_CONVERT_MEDIA_MAX)
		return false;
	c->media[c->media_count++] = (struct bv_converted_file){ *path, bytes, type };
	return true;
}

static const char *
take(struct bv_conversion *c, struct bv_str *path, struct bv_str base64)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_CONVERT_MEDIA_BYTES);
	const char *type;
	struct bv_err err;

	if (!bv_base64_parse(&bytes, base64))
		return bytes.full ? "is larger than 4 MiB" : "is not base64";
	type = media_type_of(bv_buf_str(&bytes));
	if (type && strcmp(type, "image/svg+xml") == 0 && svg_check(bv_buf_str(&bytes), &err) != BV_OK)
		return "is an SVG with more than shapes and text";
	if (!type || !keep(c, path, bv_arena_str(&c->draft, bv_buf_str(&bytes)), type))
		return type && c->media_count == BV_CONVERT_MEDIA_MAX ? "is one of more than 64 of a question" : "is no PNG, JPEG, GIF, WebP or SVG by its bytes";
	return NULL;
}

const char *
bv_media_take(struct bv_conversion *c, struct bv_str *path, struct bv_str source, struct bv_source_file *files, size_t count)
{
	struct bv_source_file *file = file_find(c, files, count, source);
	struct bv_str data;

	if (!file)
		return data_url(&data, source) ? take(c, path, data) : "is not in the file";
	if (!file->taken) /* a text may name it any number of times */
		file->fault = take(c, &file->path, file->base64);
	file->taken = true;
	*path = file->path;
	return file->fault;
}

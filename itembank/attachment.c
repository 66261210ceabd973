#include "itembank/attachment.h"

#include "base/text.h"
#include "itembank/itembank.h"

static const char head[] = "data:", name_mark[] = ";name=", data_mark[] = ";base64,";

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_base64(struct bv_str s)
{
	size_t len = s.len;

	if (len % 4)
		return false;
	for (int i = 0; i < 2 && len && s.p[len - 1] == '='; i++)
		len--;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '+' && s.p[i] != '/')
			return false;
	return true;
}

/* One of the two words of a type. */
static bool
is_mime_word(struct bv_str s)
{
	if (s.len == 0 || s.len > 127 || !is_alnum(s.p[0]))
		return false;
	for (size_t i = 1; i < s.len; i++)
		if (!is_alnum(s.p[i]) && !memchr("!#$&-^_.+", s.p[i], 9))
			return false;
	return true;
}

static bool
is_mime(struct bv_str s)
{
	size_t slash = bv_str_find(s, '/');

	return slash < s.len && is_mime_word(bv_str_sub(s, 0, slash)) && is_mime_word(bv_str_sub(s, slash + 1, s.len));
}

/* Only letters, digits and -._~ as they are (RFC 3986 §2.3). */
static void
percent_add(struct bv_buf *out, struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (is_alnum(s.p[i]) || memchr("-._~", s.p[i], 4))
			bv_buf_addc(out, s.p[i]);
		else
			bv_buf_printf(out, "%%%02X", (unsigned char)s.p[i]);
	}
}

static int
hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
percent_read(struct bv_buf *out, struct bv_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		bool escape = s.p[i] == '%' && i + 2 < s.len && hex_of(s.p[i + 1]) >= 0 && hex_of(s.p[i + 2]) >= 0;
		bv_buf_addc(out, escape ? (char)(hex_of(s.p[i + 1]) * 16 + hex_of(s.p[i + 2])) : s.p[i]);
		i += escape ? 2 : 0;
	}
}

enum bv_status
bv_file_parse(struct bv_value *out, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_RESPONSE_FILE_MAX + 4096);
	const struct bv_json *named = bv_json_find(json, "name");
	struct bv_str data, mime, name = bv_json_str(named);

	TRY(bv_json_need_str(&data, json, "data", err));
	TRY(bv_json_need_str(&mime, json, "mime", err));
	if (named && bv_json_type(named) != BV_JSON_STRING && bv_json_type(named) != BV_JSON_NULL)
		return bv_err_set(err, BV_EINVAL, "the \"name\" of a file is a string");
	if (bv_json_count(json) != 2 + (named != NULL))
		return bv_err_set(err, BV_EINVAL, "a file is written {\"data\":…,\"mime\":…,\"name\":…}, with these members only");
	if (data.len > BV_RESPONSE_FILE_MAX)
		return bv_err_set(err, BV_ELIMIT, "a file is longer than %u bytes in base64", BV_RESPONSE_FILE_MAX);
	if (!is_base64(data))
		return bv_err_set(err, BV_EINVAL, "the \"data\" of a file is not base64");
	if (!is_mime(mime))
		return bv_err_set(err, BV_EINVAL, "'%.*s' is not a MIME type", BV_STR_ARG(bv_str_sub(mime, 0, 60)));
	if (name.len > BV_ITEM_IDENTIFIER_MAX)
		return bv_err_set(err, BV_ELIMIT, "the name of a file is longer than %d bytes", BV_ITEM_IDENTIFIER_MAX);
	TRY(bv_text_nfc(&name, name, arena, err));
	bv_buf_addz(&text, head);
	bv_buf_add(&text, mime);
	if (name.len) {
		bv_buf_addz(&text, name_mark);
		percent_add(&text, name);
	}
	bv_buf_addz(&text, data_mark);
	bv_buf_add(&text, data);
	TRY(bv_buf_check(&text, err));
	*out = bv_value_text(BV_TYPE_FILE, bv_arena_str(arena, bv_buf_str(&text)));
	return BV_OK;
}

/* The parts of a data URL as bv_file_parse writes them; false for any other text. */
struct parts {
	struct bv_str mime, name, data;
};

static bool
parts_of(struct parts *out, struct bv_str file)
{
	struct bv_str rest, before;
	size_t comma = bv_str_find(file, ',');

	*out = (struct parts){ 0 };
	before = bv_str_sub(file, 0, comma + 1);
	if (before.len < sizeof head + sizeof data_mark - 2 || !bv_str_starts(before, bv_str_of(head)) ||
	    !bv_str_ends(before, bv_str_of(data_mark)))
		return false;
	out->data = bv_str_sub(file, comma + 1, file.len);
	rest = bv_str_sub(before, sizeof head - 1, before.len - (sizeof head - 1) - (sizeof data_mark - 1));
	out->mime = bv_str_sub(rest, 0, bv_str_find(rest, ';'));
	rest = bv_str_sub(rest, out->mime.len, rest.len);
	if (bv_str_starts(rest, bv_str_of(name_mark)))
		out->name = bv_str_sub(rest, sizeof name_mark - 1, rest.len);
	else if (rest.len)
		return false;
	return is_mime(out->mime) && is_base64(out->data);
}

struct bv_json *
bv_file_new(struct bv_str file)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(4096);
	struct parts parts;
	struct bv_json *json;

	if (!parts_of(&parts, file))
		return bv_json_new_str(file);
	json = bv_json_new_object();
	bv_json_set_str(json, "data", parts.data);
	bv_json_set_str(json, "mime", parts.mime);
	percent_read(&name, parts.name);
	if (name.len && bv_text_valid_len(bv_buf_str(&name)) == name.len)
		bv_json_set_str(json, "name", bv_buf_str(&name));
	return json;
}

struct bv_str
bv_file_mime(struct bv_str file)
{
	struct parts parts;

	return parts_of(&parts, file) ? parts.mime : BV_STR_NONE;
}

bool
bv_mime_fits(struct bv_str mime, struct bv_str type)
{
	bool kind = bv_str_ends(type, BV_STR("/*"));
	size_t len = kind ? type.len - 1 : type.len;

	if (kind ? mime.len <= len : mime.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char a = mime.p[i], b = type.p[i];
		if ((a >= 'A' && a <= 'Z' ? a + 32 : a) != (b >= 'A' && b <= 'Z' ? b + 32 : b))
			return false;
	}
	return true;
}

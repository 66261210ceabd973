/* What a sitting demands of who comes in: members of exam.json, whose hash is in the event that opened the sitting; so nobody changes them later. */
#include "engine/exam.h"

enum { SEB_BROWSERS_MAX = 64 };

static enum bv_status
read_key(char out[BV_SEB_KEY_SIZE], struct bv_str key, struct bv_err *err)
{
	if (!bv_seb_key_good(key))
		return bv_err_set(err, BV_EINVAL, "a key of Safe Exam Browser is 64 small hexadecimal digits");
	memcpy(out, key.p, key.len);
	out[key.len] = '\0';
	return BV_OK;
}

/* ---- A file of keys, as `bangvang seb new` writes it ---- */

static enum bv_status
read_line(struct bv_seb_keys *keys, struct bv_arena *arena, struct bv_str line, struct bv_err *err)
{
	struct bv_str rest = line, word, key;
	char text[BV_SEB_KEY_SIZE];

	if (!line.len || line.p[0] == '#')
		return BV_OK;
	if (!bv_str_token(&rest, &word) || !bv_str_token(&rest, &key) || bv_str_trim(rest).len || read_key(text, key, err) != BV_OK)
		return bv_err_set(err, BV_EPARSE, "a line is 'config KEY' or 'browser KEY', a key 64 small hexadecimal digits");
	if (bv_str_is(word, "config") && !keys->config.len) {
		keys->config = bv_arena_str(arena, key);
		return BV_OK;
	}
	if (!bv_str_is(word, "browser") || keys->browser_count == SEB_BROWSERS_MAX)
		return bv_err_set(err, BV_EINVAL, "one 'config', and at most %d lines 'browser'", SEB_BROWSERS_MAX);
	if (!keys->browsers)
		keys->browsers = bv_arena_array(arena, SEB_BROWSERS_MAX, struct bv_str);
	keys->browsers[keys->browser_count++] = bv_arena_str(arena, key);
	return BV_OK;
}

enum bv_status
bv_seb_keys_parse(struct bv_seb_keys *out, struct bv_str text, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_seb_keys keys = { 0 };

	while (text.len) {
		size_t end = bv_str_find(text, '\n');
		TRY(read_line(&keys, arena, bv_str_trim(bv_str_sub(text, 0, end)), err));
		text = bv_str_sub(text, end + 1, text.len);
	}
	if (!keys.config.len)
		return bv_err_set(err, BV_EINVAL, "there is no line 'config'");
	*out = keys;
	return BV_OK;
}

/* ---- In exam.json ---- */

enum bv_status
bv_exam_demand(struct bv_buf *out, struct bv_str exam_json, const struct bv_exam_demands *demands, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;

	TRY(bv_json_parse(&json, exam_json, err));
	if (demands->room_code || demands->seb.config.len) {
		struct bv_json *list = bv_json_set(json, "demands", bv_json_new_object());
		if (demands->room_code)
			bv_json_set(list, "roomCode", bv_json_new_bool(true));
		if (demands->seb.config.len) {
			struct bv_json *seb = bv_json_set(list, "seb", bv_json_new_object());
			bv_json_set_str(seb, "config", demands->seb.config);
			struct bv_json *browsers = bv_json_set(seb, "browsers", bv_json_new_array());
			for (size_t i = 0; i < demands->seb.browser_count; i++)
				bv_json_add(browsers, bv_json_new_text(demands->seb.browsers[i]));
		}
	}
	bv_json_write_pretty(out, json);
	return bv_buf_check(out, err);
}

static enum bv_status
read_seb(struct bv_seb_keys *keys, const struct bv_json *json, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *list;
	char text[BV_SEB_KEY_SIZE];

	TRY(bv_json_only(json, "config browsers", err));
	TRY(bv_json_need_str(&keys->config, json, "config", err));
	TRY(read_key(text, keys->config, err));
	keys->config = bv_arena_str(arena, keys->config);
	TRY(bv_json_need(&list, json, "browsers", BV_JSON_ARRAY, err));
	if (bv_json_count(list) > SEB_BROWSERS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d Browser Exam Keys", SEB_BROWSERS_MAX);
	keys->browser_count = bv_json_count(list);
	keys->browsers = bv_arena_array(arena, keys->browser_count + 1, struct bv_str);
	for (size_t i = 0; i < keys->browser_count; i++) {
		TRY(read_key(text, bv_json_str(bv_json_at(list, i)), err));
		keys->browsers[i] = bv_arena_str(arena, bv_json_str(bv_json_at(list, i)));
	}
	return BV_OK;
}

/* What this program does not know it cannot hold anybody to. */
enum bv_status
exam_demands_read(struct bv_exam_demands *out, const struct bv_json *exam, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_json *json = bv_json_find(exam, "demands"), *room, *seb;

	if (!json)
		return BV_OK;
	if (bv_json_type(json) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "'demands' is not an object");
	TRY(bv_json_only(json, "roomCode seb", err));
	if ((room = bv_json_find(json, "roomCode")) && bv_json_type(room) != BV_JSON_BOOL)
		return bv_err_set(err, BV_EINVAL, "'roomCode' is true or false");
	out->room_code = bv_json_bool(room);
	if ((seb = bv_json_find(json, "seb")) && bv_json_type(seb) != BV_JSON_OBJECT)
		return bv_err_set(err, BV_EINVAL, "'seb' is not an object");
	return seb ? read_seb(&out->seb, seb, arena, err) : BV_OK;
}

const struct bv_exam_demands *
bv_exam_demands_of(const struct bv_exam *exam)
{
	return &exam->demands;
}

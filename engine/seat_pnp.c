/* What a centre grants a candidate besides time, by the names of 1EdTech's AfA PNP 3.0 for QTI, as it is written in a roster: names separated by spaces, each with
 * its settings after a colon: "high-contrast magnification:allContent=1.5 text-appearance:fontSize=24,lineHeight=1.8". */
#include <string.h>

#include "engine/sitting.h"

enum { NAMES_MAX = 40, VALUE_MAX = 40 };

/* Those that the page applies with settings, and which those are; others are a name. */
static const struct {
	const char *name, *settings;
} features[] = {
	{ "magnification", " allContent " },
	{ "spoken", " speechRate readingType " },
	{ "text-appearance", " fontSize fontFace fontColor backgroundColor lineHeight letterSpacing wordSpacing " },
	{ "sign-language", " signLanguage " },
	{ "keyword-translation", " language " },
	{ "item-translation", " language " },
};

static const char *
settings_of(struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(features); i++)
		if (bv_str_is(name, features[i].name))
			return features[i].settings;
	return " ";
}

static bool
has_word(const char *words, struct bv_str word)
{
	for (const char *p = words; word.len && (p = strchr(p, ' ')) && p[1]; p++)
		if (strncmp(p + 1, word.p, word.len) == 0 && p[1 + word.len] == ' ')
			return true;
	return false;
}

/* A number, a word, a colour, a language. */
static bool
value_good(struct bv_str value)
{
	return sitting_name_good(value, VALUE_MAX, ".#-");
}

/* Before the separator, which is taken from *rest with it. */
static struct bv_str
next(struct bv_str *rest, char separator)
{
	size_t at = bv_str_find(*rest, separator);
	struct bv_str head = bv_str_sub(*rest, 0, at);

	*rest = bv_str_sub(*rest, at + 1, rest->len);
	return head;
}

static enum bv_status
check_settings(struct bv_str name, struct bv_str settings, struct bv_err *err)
{
	const char *known = settings_of(name);

	for (struct bv_str rest = settings; rest.len;) {
		struct bv_str value = next(&rest, ','), setting = next(&value, '=');
		if (!has_word(known, setting))
			return bv_err_set(err, BV_EINVAL, "pnp: '%.*s' has no setting '%.*s'; it has:%s", BV_STR_ARG(name), BV_STR_ARG(bv_str_sub(setting, 0, VALUE_MAX)),
			                  known[1] ? known : " none");
		if (!value_good(value))
			return bv_err_set(err, BV_EINVAL, "pnp: '%.*s' of '%.*s' is to be 1 to %d letters, digits, '.', '#', '-': %.*s=1.5", BV_STR_ARG(setting),
			                  BV_STR_ARG(name), VALUE_MAX, BV_STR_ARG(setting));
	}
	return BV_OK;
}

/* name: before its colon; the names before it. */
static enum bv_status
check_name(struct bv_str name, const struct bv_str *names, size_t count, enum bv_roster_why *why, struct bv_err *err)
{
	*why = BV_ROSTER_ELSEWHERE;
	if (bv_str_is(name, "additional-testing-time"))
		return bv_err_set(err, BV_EINVAL, "pnp: more time is given in the columns extraPercent and extraMinutes");
	*why = BV_ROSTER_FEATURE;
	if (!bv_pnp_is_name(name))
		return bv_err_set(err, BV_EINVAL, "pnp: '%.*s' is no feature of an AfA PNP: such as high-contrast, magnification:allContent=1.5, line-reader, spoken",
		                  BV_STR_ARG(bv_str_sub(name, 0, 60)));
	*why = BV_ROSTER_TWICE;
	for (size_t i = 0; i < count; i++)
		if (bv_str_eq(names[i], name))
			return bv_err_set(err, BV_EINVAL, "pnp: '%.*s' is there twice", BV_STR_ARG(name));
	*why = BV_ROSTER_FORM;
	return count < NAMES_MAX ? BV_OK : bv_err_set(err, BV_ELIMIT, "pnp: more than %d features", NAMES_MAX);
}

enum bv_status
seat_pnp_read(struct bv_buf *out, struct bv_str typed, enum bv_roster_why *why, struct bv_err *err)
{
	struct bv_str names[NAMES_MAX];
	size_t count = 0;

	for (struct bv_str rest = bv_str_trim(typed); rest.len; rest = bv_str_trim(rest)) {
		struct bv_str settings = next(&rest, ' '), whole = settings, name = next(&settings, ':');
		TRY(check_name(name, names, count, why, err));
		*why = BV_ROSTER_SETTING;
		if (whole.len > name.len && !settings.len)
			return bv_err_set(err, BV_EINVAL, "pnp: nothing follows the colon of '%.*s'", BV_STR_ARG(name));
		TRY(check_settings(name, settings, err));
		if (count)
			bv_buf_addc(out, ' ');
		bv_buf_add(out, whole);
		names[count++] = name;
	}
	*why = BV_ROSTER_FORM;
	return bv_buf_check(out, err);
}

void
bv_seat_pnp_write(struct bv_json_pen *pen, const char *name, const struct bv_seat *seat)
{
	bv_json_pen_open(pen, name, '{');
	for (struct bv_str rest = seat->pnp; rest.len;) {
		struct bv_str settings = next(&rest, ' '), feature = next(&settings, ':');
		bv_json_pen_name(pen, feature);
		bv_json_pen_open(pen, NULL, '{');
		while (settings.len) {
			struct bv_str value = next(&settings, ','), setting = next(&value, '=');
			bv_json_pen_name(pen, setting);
			bv_json_pen_str(pen, NULL, value);
		}
		bv_json_pen_close(pen, '}');
	}
	bv_json_pen_close(pen, '}');
}

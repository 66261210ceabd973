#include "itembank/media_type.h"

#include "base/text.h"

static const struct {
	const char *extension, *type;
} extensions[] = {
	{ "png", "image/png" },   { "jpg", "image/jpeg" },  { "jpeg", "image/jpeg" }, { "gif", "image/gif" },   { "webp", "image/webp" },
	{ "avif", "image/avif" }, { "bmp", "image/bmp" },   { "svg", "image/svg+xml" }, { "mp3", "audio/mpeg" }, { "wav", "audio/wav" },
	{ "ogg", "audio/ogg" },   { "oga", "audio/ogg" },   { "opus", "audio/ogg" },  { "flac", "audio/flac" }, { "m4a", "audio/mp4" },
	{ "mp4", "video/mp4" },   { "m4v", "video/mp4" },   { "webm", "video/webm" }, { "ogv", "video/ogg" },   { "vtt", "text/vtt" },
};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* What the end of the name announces, or NULL. */
static const char *
announced(struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(extensions); i++) {
		size_t len = strlen(extensions[i].extension);
		bool same = name.len > len && name.p[name.len - len - 1] == '.';
		for (size_t k = 0; same && k < len; k++)
			same = lower(name.p[name.len - len + k]) == extensions[i].extension[k];
		if (same)
			return extensions[i].type;
	}
	return NULL;
}

/* Files of the ISO base media format say after "ftyp" which kind they are (ISO/IEC 14496-12 §4.3). */
static const char *
iso_type(struct bv_str brand)
{
	if (bv_str_is(brand, "avif") || bv_str_is(brand, "avis"))
		return "image/avif";
	if (bv_str_is(brand, "M4A ") || bv_str_is(brand, "M4B "))
		return "audio/mp4";
	return bv_str_is(brand, "heic") || bv_str_is(brand, "qt  ") ? NULL : "video/mp4";
}

/* The root element of an XML document, after what may come before it. */
static bool
is_svg(struct bv_str s)
{
	for (size_t tries = 0; tries < 100; tries++) {
		s = bv_text_unmarked(bv_str_trim(s));
		const char *end = bv_str_starts(s, BV_STR("<?"))     ? "?>"
		                  : bv_str_starts(s, BV_STR("<!--")) ? "-->"
		                  : bv_str_starts(s, BV_STR("<!"))   ? ">"
		                  : bv_str_starts(s, BV_STR("]"))    ? ">"
		                                                     : NULL; /* what a DOCTYPE declares ends with "]>" */
		if (!end) {
			s = bv_str_sub(s, 1, bv_str_starts(s, BV_STR("<")) ? 80 : 0);
			size_t len = 0;
			while (len < s.len && !strchr(" \t\r\n/>", s.p[len]))
				len++;
			s = bv_str_sub(s, 0, len);
			size_t colon = bv_str_find(s, ':');
			return bv_str_is(colon < s.len ? bv_str_sub(s, colon + 1, s.len) : s, "svg");
		}
		size_t at = 0, len = strlen(end);
		while (at < s.len && !bv_str_starts(bv_str_sub(s, at, len), bv_str_of(end)))
			at++;
		s = bv_str_sub(s, at + len, s.len);
	}
	return false;
}

/* Ogg tells by the first packet which codec follows (RFC 3533 §6: the packet begins at byte 28). */
static const char *
ogg_type(struct bv_str bytes)
{
	struct bv_str packet = bv_str_sub(bytes, 28, 8);

	return bv_str_starts(packet, BV_STR("\x80theora")) ? "video/ogg" : "audio/ogg";
}

const char *
media_type_of(struct bv_str b)
{
	static const struct {
		size_t at;
		struct bv_str magic;
		const char *type;
	} magics[] = {
		{ 0, { "\x89PNG\r\n\x1a\n", 8 }, "image/png" }, /* PNG 3rd edition §5.2 */
		{ 0, { "\xff\xd8\xff", 3 }, "image/jpeg" },     /* ISO/IEC 10918-1 B.1: SOI and a marker */
		{ 0, { "GIF87a", 6 }, "image/gif" },
		{ 0, { "GIF89a", 6 }, "image/gif" },
		{ 8, { "WEBPVP8", 7 }, "image/webp" },          /* RFC 9649 §2.4 */
		{ 8, { "WAVE", 4 }, "audio/wav" },
		{ 0, { "fLaC", 4 }, "audio/flac" },             /* RFC 9639 §6 */
		{ 0, { "ID3", 3 }, "audio/mpeg" },
		{ 0, { "\x1a\x45\xdf\xa3", 4 }, "video/webm" }, /* RFC 8794 §8.1 */
		{ 0, { "WEBVTT", 6 }, "text/vtt" },
	};

	if (bv_str_starts(b, BV_STR("OggS")))
		return ogg_type(b);
	if (bv_str_is(bv_str_sub(b, 4, 4), "ftyp"))
		return iso_type(bv_str_sub(b, 8, 4));
	if (bv_str_starts(b, BV_STR("BM")) && b.len > 18 && memcmp(b.p + 6, "\0\0\0\0", 4) == 0)
		return "image/bmp";
	for (size_t i = 0; i < BV_COUNT(magics); i++)
		if (bv_str_starts(bv_str_sub(b, magics[i].at, b.len), magics[i].magic) && (!magics[i].at || bv_str_starts(b, BV_STR("RIFF"))))
			return magics[i].type;
	/* An MPEG audio frame without a tag: eleven bits of sync, layer III, a bit rate and a sampling rate that exist (ISO/IEC 11172-3 §2.4.1.3). */
	const unsigned char *u = (const unsigned char *)b.p;
	if (b.len > 4 && u[0] == 0xff && (u[1] & 0xe6) == 0xe2 && (u[2] & 0xf0) != 0xf0 && (u[2] & 0xf0) != 0 && (u[2] & 0x0c) != 0x0c)
		return "audio/mpeg";
	return is_svg(b) ? "image/svg+xml" : NULL;
}

bool
media_type_known(const char **out, struct bv_str type)
{
	for (size_t i = 0; i < BV_COUNT(extensions); i++)
		if (bv_str_is(type, extensions[i].type)) {
			*out = extensions[i].type;
			return true;
		}
	return false;
}

const char *
media_type_extension(const char *type)
{
	size_t i = 0;

	while (strcmp(extensions[i].type, type) != 0)
		i++;
	return extensions[i].extension;
}

/* "image" of "image/png". A film's container may hold sound alone, so that these two are one kind. */
static struct bv_str
kind_of(const char *type)
{
	struct bv_str kind = bv_str_sub(bv_str_of(type), 0, bv_str_find(bv_str_of(type), '/'));

	return bv_str_is(kind, "audio") ? BV_STR("video") : kind;
}

enum bv_status
media_check(const char **type, bool *odd, struct bv_str name, struct bv_str bytes, struct bv_err *err)
{
	const char *is = media_type_of(bytes), *says = announced(name);
	struct bv_str shown = bv_str_sub(name, 0, 120);

	if (!is)
		return bv_err_set(err, BV_EDENIED, "'%.*s' is no image, sound, film or caption of a known format: only these are kept", BV_STR_ARG(shown));
	if (!says || !bv_str_eq(kind_of(is), kind_of(says)))
		return bv_err_set(err, BV_EDENIED, "'%.*s' is %s by its bytes, which its name does not say: rename it", BV_STR_ARG(shown), is);
	if (strcmp(is, "image/svg+xml") == 0)
		TRY(svg_check(bytes, err));
	*type = is;
	*odd = strcmp(is, says) != 0;
	return BV_OK;
}

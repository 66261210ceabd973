#include "itembank/photo.h"

#include "base/xml.h"

#define XMP_MAX (1u << 20)    /* bytes of one packet */
#define ENTRIES_MAX 1000    /* of one directory of EXIF: more is no directory */
#define VALUE_MAX 1000      /* bytes of a value that are looked at */

static uint32_t
number(struct bv_str bytes, size_t at, unsigned len, bool big)
{
	uint32_t n = 0;

	if (at > bytes.len || bytes.len - at < len)
		return 0;
	for (unsigned i = 0; i < len; i++)
		n = n << 8 | (unsigned char)bytes.p[at + (big ? i : len - 1 - i)];
	return n;
}

/* Anything but spaces and zeros? */
static bool
says(struct bv_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] > ' ')
			return true;
	return false;
}

/* ---- EXIF: a TIFF file with directories in it ---------------------------------------------------------------------------- */

enum directory { DIRECTORY_MAIN, DIRECTORY_EXIF, DIRECTORY_GPS };

/* CIPA DC-008 §4.6. */
static const struct {
	enum directory directory;
	uint16_t tag;
	unsigned fact;
} tags[] = {
	{ DIRECTORY_MAIN, 0x013b, PHOTO_AUTHOR }, /* Artist */
	{ DIRECTORY_MAIN, 0x9c9d, PHOTO_AUTHOR }, /* XPAuthor, of Windows */
	{ DIRECTORY_EXIF, 0xa430, PHOTO_AUTHOR }, /* CameraOwnerName */
	{ DIRECTORY_EXIF, 0xa431, PHOTO_CAMERA }, /* BodySerialNumber */
	{ DIRECTORY_EXIF, 0xa435, PHOTO_CAMERA }, /* LensSerialNumber */
	{ DIRECTORY_GPS, 0x0002, PHOTO_PLACE },   /* GPSLatitude */
	{ DIRECTORY_GPS, 0x0004, PHOTO_PLACE },   /* GPSLongitude */
	{ DIRECTORY_GPS, 0x0014, PHOTO_PLACE },   /* GPSDestLatitude */
	{ DIRECTORY_GPS, 0x0016, PHOTO_PLACE },   /* GPSDestLongitude */
};

/* What an entry of a directory holds: of up to four bytes in itself, else elsewhere. */
static struct bv_str
entry_value(struct bv_str tiff, size_t entry, bool big)
{
	static const uint8_t sizes[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8 };
	uint32_t type = number(tiff, entry + 2, 2, big), count = number(tiff, entry + 4, 4, big);
	uint64_t len = type < sizeof sizes ? (uint64_t)sizes[type] * count : 0;
	size_t at = len > 4 ? number(tiff, entry + 8, 4, big) : entry + 8;

	return len > tiff.len ? BV_STR_NONE : bv_str_sub(tiff, at, len < VALUE_MAX ? (size_t)len : VALUE_MAX);
}

/* Has the entry a text, or a number that is not 0? */
static bool
entry_says(struct bv_str tiff, size_t entry, bool big)
{
	struct bv_str value = entry_value(tiff, entry, big);
	bool number_there = false;

	if (number(tiff, entry + 2, 2, big) <= 2) /* bytes, characters */
		return says(value);
	for (size_t i = 0; i < value.len; i++)
		number_there |= value.p[i] != 0;
	return number_there;
}

static unsigned
directory_facts(struct bv_str tiff, size_t at, enum directory directory, bool big)
{
	uint32_t count = number(tiff, at, 2, big);
	bool exif = directory != DIRECTORY_MAIN, gps = exif; /* has been followed: once, whatever it says */
	unsigned facts = 0;

	if (!at || count > ENTRIES_MAX)
		return 0;
	for (uint32_t i = 0; i < count; i++) {
		size_t entry = at + 2 + 12 * (size_t)i;
		uint32_t tag = number(tiff, entry, 2, big);
		if (entry + 12 > tiff.len)
			break;
		for (size_t k = 0; k < BV_COUNT(tags); k++)
			if (tags[k].directory == directory && tags[k].tag == tag && entry_says(tiff, entry, big))
				facts |= tags[k].fact;
		if (tag == 0x8769 && !exif) {
			facts |= directory_facts(tiff, number(tiff, entry + 8, 4, big), DIRECTORY_EXIF, big);
			exif = true;
		} else if (tag == 0x8825 && !gps) {
			facts |= directory_facts(tiff, number(tiff, entry + 8, 4, big), DIRECTORY_GPS, big);
			gps = true;
		}
	}
	return facts;
}

static unsigned
exif_facts(struct bv_str tiff)
{
	if (bv_str_starts(tiff, BV_STR("Exif"))) /* a JPEG says it, and some programs say it in others too */
		tiff = bv_str_sub(tiff, 6, tiff.len);
	bool big = bv_str_starts(tiff, BV_STR("MM"));
	if ((!big && !bv_str_starts(tiff, BV_STR("II"))) || number(tiff, 2, 2, big) != 42)
		return 0;
	return directory_facts(tiff, number(tiff, 4, 4, big), DIRECTORY_MAIN, big);
}

/* ---- XMP: RDF ------------------------------------------------------------------------------------------------------------- */

static const struct {
	const char *ns, *name;
	unsigned fact;
} properties[] = {
	{ "http://ns.adobe.com/exif/1.0/", "GPSLatitude", PHOTO_PLACE },
	{ "http://ns.adobe.com/exif/1.0/", "GPSLongitude", PHOTO_PLACE },
	{ "http://purl.org/dc/elements/1.1/", "creator", PHOTO_AUTHOR },
	{ "http://ns.adobe.com/tiff/1.0/", "Artist", PHOTO_AUTHOR },
	{ "http://ns.adobe.com/exif/1.0/aux/", "OwnerName", PHOTO_AUTHOR },
	{ "http://ns.adobe.com/exif/1.0/aux/", "SerialNumber", PHOTO_CAMERA },
	{ "http://cipa.jp/exif/1.0/", "CameraOwnerName", PHOTO_AUTHOR },
	{ "http://cipa.jp/exif/1.0/", "BodySerialNumber", PHOTO_CAMERA },
};

static unsigned
property_fact(struct bv_str ns, struct bv_str name)
{
	for (size_t i = 0; i < BV_COUNT(properties); i++)
		if (bv_str_is(name, properties[i].name) && bv_str_is(ns, properties[i].ns))
			return properties[i].fact;
	return 0;
}

/* Properties are elements, or attributes of a description. */
static unsigned
node_facts(const struct bv_xml_node *node, struct bv_arena *arena)
{
	unsigned facts = 0, fact = property_fact(node->ns, node->name);

	if (fact && says(bv_xml_text(node, arena)))
		facts |= fact;
	for (size_t i = 0; i < node->attr_count; i++)
		if (says(node->attrs[i].value))
			facts |= property_fact(node->attrs[i].ns, node->attrs[i].name);
	for (const struct bv_xml_node *n = node->first; n; n = n->next)
		if (n->name.len)
			facts |= node_facts(n, arena);
	return facts;
}

static unsigned
xmp_facts(struct bv_str packet)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_err ignored;

	return bv_xml_read(&doc, packet, XMP_MAX, &ignored) == BV_OK ? node_facts(bv_xml_root(doc), &arena) : 0;
}

/* ---- IPTC, in the resources of Photoshop ---------------------------------------------------------------------------------- */

static unsigned
iptc_facts(struct bv_str s)
{
	unsigned facts = 0;

	while (s.len > 5 && s.p[0] == 0x1c) {
		uint32_t record = (unsigned char)s.p[1], set = (unsigned char)s.p[2], len = number(s, 3, 2, true);
		bool place = set == 90 || set == 92, person = set == 80 || set == 122; /* city, part of it; by-line, writer */
		if (record == 2 && (place || person) && says(bv_str_sub(s, 5, len)))
			facts |= place ? PHOTO_PLACE : PHOTO_AUTHOR;
		s = bv_str_sub(s, 5 + len, s.len);
	}
	return facts;
}

static unsigned
resource_facts(struct bv_str s)
{
	unsigned facts = 0;

	while (bv_str_starts(s, BV_STR("8BIM")) && s.len > 12) {
		size_t name = (1 + (size_t)(unsigned char)s.p[6] + 1) & ~(size_t)1; /* with its length, to an even number */
		uint32_t len = number(s, 6 + name, 4, true);
		if (number(s, 4, 2, true) == 0x0404)
			facts |= iptc_facts(bv_str_sub(s, 10 + name, len));
		s = bv_str_sub(s, 10 + name + (size_t)len + (len & 1), s.len);
	}
	return facts;
}

/* ---- The three kinds of files --------------------------------------------------------------------------------------------- */

#define XMP_HEAD "http://ns.adobe.com/xap/1.0/"
#define RESOURCE_HEAD "Photoshop 3.0"

/* Segments until the picture begins (ISO/IEC 10918-1 §B.1.1). */
static unsigned
jpeg_facts(struct bv_str s)
{
	unsigned facts = 0;

	for (s = bv_str_sub(s, 2, s.len); s.len > 4 && (unsigned char)s.p[0] == 0xff;) {
		unsigned marker = (unsigned char)s.p[1];
		uint32_t len = number(s, 2, 2, true);
		struct bv_str body = len > 2 ? bv_str_sub(s, 4, len - 2) : BV_STR_NONE;
		if (marker == 0xff) { /* fill */
			s = bv_str_sub(s, 1, s.len);
			continue;
		}
		if (marker == 0xda || len < 2)
			break;
		if (marker == 0xe1 && bv_str_starts(body, BV_STR("Exif")))
			facts |= exif_facts(body);
		else if (marker == 0xe1 && bv_str_starts(body, BV_STR(XMP_HEAD)))
			facts |= xmp_facts(bv_str_sub(body, sizeof XMP_HEAD, body.len));
		else if (marker == 0xed && bv_str_starts(body, BV_STR(RESOURCE_HEAD)))
			facts |= resource_facts(bv_str_sub(body, sizeof RESOURCE_HEAD, body.len));
		s = bv_str_sub(s, 2 + (size_t)len, s.len);
	}
	return facts;
}

/* tEXt: keyword, 0, text; iTXt: keyword, 0, two bytes, language, 0, keyword in it, 0, text. */
static unsigned
text_facts(struct bv_str body, bool international)
{
	struct bv_str keyword = bv_str_sub(body, 0, bv_str_find(body, '\0')), text = bv_str_sub(body, keyword.len + 1, body.len);

	if (international) {
		bool packed = text.len && text.p[0];
		text = packed ? BV_STR_NONE : bv_str_sub(text, 2, text.len);
		for (int i = 0; i < 2; i++)
			text = bv_str_sub(text, bv_str_find(text, '\0') + 1, text.len);
	}
	if (bv_str_is(keyword, "XML:com.adobe.xmp"))
		return xmp_facts(text);
	return bv_str_is(keyword, "Author") && says(text) ? PHOTO_AUTHOR : 0;
}

static unsigned
png_facts(struct bv_str s)
{
	unsigned facts = 0;

	for (s = bv_str_sub(s, 8, s.len); s.len > 8;) {
		uint32_t len = number(s, 0, 4, true);
		struct bv_str type = bv_str_sub(s, 4, 4), body = bv_str_sub(s, 8, len);
		if (bv_str_is(type, "eXIf"))
			facts |= exif_facts(body);
		else if (bv_str_is(type, "tEXt") || bv_str_is(type, "iTXt"))
			facts |= text_facts(body, type.p[0] == 'i');
		s = bv_str_sub(s, 12 + (size_t)len, s.len);
	}
	return facts;
}

static unsigned
webp_facts(struct bv_str s)
{
	unsigned facts = 0;

	for (s = bv_str_sub(s, 12, s.len); s.len > 8;) {
		uint32_t len = number(s, 4, 4, false);
		struct bv_str type = bv_str_sub(s, 0, 4), body = bv_str_sub(s, 8, len);
		if (bv_str_is(type, "EXIF"))
			facts |= exif_facts(body);
		else if (bv_str_is(type, "XMP "))
			facts |= xmp_facts(body);
		s = bv_str_sub(s, 8 + (size_t)len + (len & 1), s.len);
	}
	return facts;
}

/* ---- How it lies ------------------------------------------------------------------------------------------------------------ */

/* The TIFF file that a JPEG or PNG has its EXIF in; empty: none. */
static struct bv_str
exif_of(struct bv_str bytes)
{
	bool jpeg = bv_str_starts(bytes, BV_STR("\xff\xd8\xff"));
	struct bv_str s = bv_str_sub(bytes, jpeg ? 2 : 8, bytes.len);

	while (s.len > 8) {
		unsigned marker = jpeg ? (unsigned char)s.p[1] : 0;
		size_t len = number(s, jpeg ? 2 : 0, jpeg ? 2 : 4, true), whole = jpeg ? 2 + len : 12 + len;
		struct bv_str body = jpeg ? bv_str_sub(s, 4, len < 2 ? 0 : len - 2) : bv_str_sub(s, 8, len);
		if (jpeg && ((unsigned char)s.p[0] != 0xff || marker == 0xda || (marker != 0xff && len < 2)))
			break;
		if (marker == 0xff)
			whole = 1;
		else if (jpeg ? marker == 0xe1 && bv_str_starts(body, BV_STR("Exif")) : bv_str_is(bv_str_sub(s, 4, 4), "eXIf"))
			return jpeg ? bv_str_sub(body, 6, body.len) : body;
		s = bv_str_sub(s, whole, s.len);
	}
	return BV_STR_NONE;
}

unsigned
photo_orientation(struct bv_str bytes)
{
	struct bv_str tiff = exif_of(bytes);
	bool big = bv_str_starts(tiff, BV_STR("MM"));
	size_t at = number(tiff, 4, 4, big);
	uint32_t count = number(tiff, at, 2, big);

	if ((!big && !bv_str_starts(tiff, BV_STR("II"))) || number(tiff, 2, 2, big) != 42 || !at || count > ENTRIES_MAX)
		return 1;
	for (uint32_t i = 0; i < count; i++)
		if (number(tiff, at + 2 + 12 * (size_t)i, 2, big) == 0x0112) {
			uint32_t orientation = number(tiff, at + 2 + 12 * (size_t)i + 8, 2, big);
			return orientation >= 1 && orientation <= 8 ? orientation : 1;
		}
	return 1;
}

unsigned
photo_facts(struct bv_str bytes)
{
	if (bv_str_starts(bytes, BV_STR("\xff\xd8\xff")))
		return jpeg_facts(bytes);
	if (bv_str_starts(bytes, BV_STR("\x89PNG\r\n\x1a\n")))
		return png_facts(bytes);
	if (bv_str_starts(bytes, BV_STR("RIFF")) && bv_str_is(bv_str_sub(bytes, 8, 4), "WEBP"))
		return webp_facts(bytes);
	return 0;
}

void
photo_facts_write(struct bv_buf *out, unsigned facts)
{
	static const char *const words[] = { "the place where it was taken", "who took it or owns the camera", "the camera's serial number" };
	bool more = false;

	for (size_t i = 0; i < BV_COUNT(words); i++)
		if (facts >> i & 1) {
			bv_buf_printf(out, "%s%s", more ? ", " : "", words[i]);
			more = true;
		}
}

/* What photos tell of people: EXIF in both byte orders, XMP, IPTC and texts, in JPEG, PNG and WebP, made here; empty, cut off and changed ones. */
#include "itembank/photo.h"

#include "itembank/itembank.h"
#include "tests/check.h"

static void
put(struct bv_buf *out, uint32_t n, unsigned len, bool big)
{
	for (unsigned i = 0; i < len; i++)
		bv_buf_addc(out, (char)(n >> 8 * (big ? len - 1 - i : i)));
}

/* ---- EXIF ---- */

struct entry {
	uint16_t tag, type;
	uint32_t count, value; /* the value itself, or where it is */
};

/* A TIFF file of one directory at 8, one at 100 that an entry may point to, and text at 200. */
static void
tiff(struct bv_buf *out, bool big, struct entry main, struct entry other, const char *text)
{
	const struct entry entries[] = { main, other };

	bv_buf_addz(out, big ? "MM" : "II");
	put(out, 42, 2, big);
	put(out, 8, 4, big);
	for (int i = 0; i < 2; i++) {
		put(out, 1, 2, big);
		put(out, entries[i].tag, 2, big);
		put(out, entries[i].type, 2, big);
		put(out, entries[i].count, 4, big);
		put(out, entries[i].value, 4, big);
		put(out, 0, 4, big);
		while (out->len % 1000 < (i ? 200 : 100))
			bv_buf_addc(out, '\0');
	}
	bv_buf_addz(out, text);
	while (out->len % 1000 < 240)
		bv_buf_addc(out, '\0');
}

/* ---- Files ---- */

enum format { JPEG, PNG, WEBP, FORMATS };
enum part { EXIF, XMP };

static void
wrap(struct bv_buf *out, enum format format, enum part part, struct bv_str body)
{
	static const char xmp[] = "http://ns.adobe.com/xap/1.0/", keyword[] = "XML:com.adobe.xmp";

	if (format == JPEG) {
		struct bv_str head = part == EXIF ? (struct bv_str){ "Exif\0", 6 } : (struct bv_str){ xmp, sizeof xmp };
		bv_buf_add(out, (struct bv_str){ "\xff\xd8\xff\xe0\0\x04JF\xff\xff\xe1", 11 }); /* with a byte of fill */
		put(out, (uint32_t)(2 + head.len + body.len), 2, true);
		bv_buf_add(out, head);
		bv_buf_add(out, body);
		bv_buf_add(out, (struct bv_str){ "\xff\xda\0\x02picture", 11 });
	} else if (format == PNG) {
		struct bv_str head = part == EXIF ? BV_STR_NONE : (struct bv_str){ keyword, sizeof keyword };
		bv_buf_add(out, (struct bv_str){ "\x89PNG\r\n\x1a\n\0\0\0\1IHDRx\1\2\3\4", 21 });
		put(out, (uint32_t)(head.len + (part == XMP ? 4 : 0) + body.len), 4, true);
		bv_buf_addz(out, part == EXIF ? "eXIf" : "iTXt");
		bv_buf_add(out, head);
		if (part == XMP)
			put(out, 0, 4, true); /* not packed, no language, no other keyword */
		bv_buf_add(out, body);
		put(out, 0, 4, true);
	} else {
		bv_buf_add(out, (struct bv_str){ "RIFF\0\0\0\0WEBPVP8X\1\0\0\0x\0", 22 });
		bv_buf_addz(out, part == EXIF ? "EXIF" : "XMP ");
		put(out, (uint32_t)body.len, 4, false);
		bv_buf_add(out, body);
		if (body.len & 1)
			bv_buf_addc(out, '\0');
	}
}

/* Every place where a file can be cut, and every bit, so that nothing is read that is not there. */
static void
spoil(struct bv_str file)
{
	bool good = true;

	for (size_t len = 0; len < file.len; len++) {
		char *cut = bv_str_dup(bv_str_sub(file, 0, len));
		good &= photo_facts((struct bv_str){ cut, len }) <= 7;
		free(cut);
	}
	for (size_t bit = 0; bit < 8 * file.len; bit++) {
		char *changed = bv_str_dup(file);
		changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
		good &= photo_facts((struct bv_str){ changed, file.len }) <= 7;
		free(changed);
	}
	CHECK(good, "cut and changed everywhere: %zu bytes", file.len);
}

static void
test_exif(void)
{
	static const struct {
		struct entry main, other;
		const char *text;
		unsigned facts;
	} cases[] = {
		{ { 0x013b, 2, 9, 200 }, { 0 }, "Nguyen A", PHOTO_AUTHOR },
		{ { 0x013b, 2, 9, 200 }, { 0 }, "        ", 0 },
		{ { 0x013b, 2, 9, 200 }, { 0 }, "", 0 },
		{ { 0x013b, 2, 3, 0x41414141 }, { 0 }, "", PHOTO_AUTHOR }, /* in the entry itself */
		{ { 0x010f, 2, 9, 200 }, { 0 }, "Nguyen A", 0 },           /* the maker of the camera */
		{ { 0x9c9d, 1, 16, 200 }, { 0 }, "N", PHOTO_AUTHOR },
		{ { 0x013b, 99, 9, 200 }, { 0 }, "Nguyen A", 0 },
		{ { 0x013b, 2, 0xffffffff, 200 }, { 0 }, "Nguyen A", 0 },
		{ { 0x013b, 2, 9, 0xfffffff0 }, { 0 }, "Nguyen A", 0 },
		{ { 0x8825, 4, 1, 100 }, { 0x0002, 5, 3, 200 }, "\1\2\3", PHOTO_PLACE },
		{ { 0x8825, 4, 1, 100 }, { 0x0004, 5, 3, 200 }, "\1\2\3", PHOTO_PLACE },
		{ { 0x8825, 4, 1, 100 }, { 0x0002, 5, 3, 200 }, "", 0 },
		{ { 0x8825, 4, 1, 100 }, { 0x001d, 2, 11, 200 }, "2026:11:22", 0 }, /* the date alone */
		{ { 0x8825, 4, 1, 0 }, { 0 }, "", 0 },
		{ { 0x8825, 4, 1, 8 }, { 0 }, "", 0 }, /* itself */
		{ { 0x8825, 4, 1, 0xffffffff }, { 0 }, "", 0 },
		{ { 0x8769, 4, 1, 100 }, { 0xa430, 2, 9, 200 }, "Nguyen A", PHOTO_AUTHOR },
		{ { 0x8769, 4, 1, 100 }, { 0xa431, 2, 9, 200 }, "12345678", PHOTO_CAMERA },
		{ { 0x8769, 4, 1, 100 }, { 0xa435, 2, 9, 200 }, "12345678", PHOTO_CAMERA },
		{ { 0x8769, 4, 1, 100 }, { 0x0002, 5, 3, 200 }, "\1\2\3", 0 }, /* not in a directory of positions */
		{ { 0x8769, 4, 1, 100 }, { 0x8769, 4, 1, 100 }, "", 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		for (int big = 0; big < 2; big++)
			for (int format = 0; format < FORMATS; format++) {
				BV_AUTO(bv_buf_finish) struct bv_buf body = BV_BUF(10000), file = BV_BUF(10000);
				tiff(&body, big, cases[i].main, cases[i].other, cases[i].text);
				wrap(&file, (enum format)format, EXIF, bv_buf_str(&body));
				unsigned got = photo_facts(bv_buf_str(&file));
				CHECK(got == cases[i].facts, "EXIF %zu, order %d, format %d: %u, got %u", i, big, format, cases[i].facts, got);
				if (cases[i].facts == PHOTO_PLACE && cases[i].other.tag == 2 && big)
					spoil(bv_buf_str(&file));
			}
}

#define RDF(description) \
	"<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' " \
	"xmlns:exif='http://ns.adobe.com/exif/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:aux='http://ns.adobe.com/exif/1.0/aux/' " \
	"xmlns:other='urn:other'>" description "</rdf:RDF></x:xmpmeta><?xpacket end='w'?>  "

static void
test_xmp(void)
{
	static const struct {
		const char *text;
		unsigned facts;
	} cases[] = {
		{ RDF("<rdf:Description exif:GPSLatitude='21,1.7N'/>"), PHOTO_PLACE },
		{ RDF("<rdf:Description><exif:GPSLongitude>105,51E</exif:GPSLongitude></rdf:Description>"), PHOTO_PLACE },
		{ RDF("<rdf:Description><dc:creator><rdf:Seq><rdf:li>Trần B</rdf:li></rdf:Seq></dc:creator></rdf:Description>"), PHOTO_AUTHOR },
		{ RDF("<rdf:Description><dc:creator><rdf:Seq><rdf:li> </rdf:li></rdf:Seq></dc:creator></rdf:Description>"), 0 },
		{ RDF("<rdf:Description aux:SerialNumber='12' aux:OwnerName='B' exif:GPSLatitude='1'/>"), PHOTO_PLACE | PHOTO_AUTHOR | PHOTO_CAMERA },
		{ RDF("<rdf:Description other:GPSLatitude='21' GPSLatitude='2' exif:GPSLatitude=''/>"), 0 },
		{ RDF("<rdf:Description dc:title='GPSLatitude'/>"), 0 },
		{ "<!DOCTYPE x><x/>", 0 },
		{ "no XML", 0 },
		{ "", 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++)
		for (int format = 0; format < FORMATS; format++) {
			BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(10000);
			wrap(&file, (enum format)format, XMP, bv_str_of(cases[i].text));
			unsigned got = photo_facts(bv_buf_str(&file));
			CHECK(got == cases[i].facts, "XMP %zu, format %d: %u, got %u", i, format, cases[i].facts, got);
		}
}

#define BYTES(literal) { "" literal, sizeof(literal) - 1 }

static void
test_others(void)
{
#define RESOURCES(iptc) "\xff\xd8\xff\xed\0\x30Photoshop 3.0\0" "8BIM\3\xed\0\0\0\0\0\1x\0" "8BIM\4\4\0\0\0\0\0\x0c" iptc
	static const struct {
		struct bv_str bytes;
		unsigned facts;
	} cases[] = {
		{ BYTES(RESOURCES("\x1c\2\x50\0\3Le \x1c\2\0\0") "\xff\xda\0\2"), PHOTO_AUTHOR },
		{ BYTES(RESOURCES("\x1c\2\x5a\0\3Hue\x1c\2\0\0") "\xff\xda\0\2"), PHOTO_PLACE },
		{ BYTES(RESOURCES("\x1c\2\x50\0\3   \x1c\2\0\0") "\xff\xda\0\2"), 0 },
		{ BYTES(RESOURCES("\x1c\2\x05\0\3Hue\x1c\2\0\0") "\xff\xda\0\2"), 0 }, /* its title */
		{ BYTES(RESOURCES("\x1c\1\x50\0\3Hue\x1c\2\0\0") "\xff\xda\0\2"), 0 },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0atEXtAuthor\0Le \1\2\3\4"), PHOTO_AUTHOR },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0atEXtAuthor\0   \1\2\3\4"), 0 },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0atEXtSource\0Le \1\2\3\4"), 0 },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0eiTXtAuthor\0\0\0\0\0Le \1\2\3\4"), PHOTO_AUTHOR },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0eiTXtAuthor\0\1\0\0\0Le \1\2\3\4"), 0 }, /* packed */
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\0IDAT\1\2\3\4\0\0\0\x0atEXtAuthor\0Le \1\2\3\4"), PHOTO_AUTHOR },
		{ BYTES("\xff\xd8\xff\xda\0\2\xff\xed"), 0 },
		{ BYTES("\xff\xd8\xff\xe1\0\1"), 0 }, /* a segment that cannot be */
		{ BYTES("GIF89a"), 0 }, { BYTES("RIFF\0\0\0\0WAVE"), 0 }, { BYTES(""), 0 },
	};

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		unsigned got = photo_facts(cases[i].bytes);
		CHECK(got == cases[i].facts, "other %zu: %u, got %u", i, cases[i].facts, got);
		spoil(cases[i].bytes);
	}
}

static void
see(void *ctx, const struct bv_diagnostic *d)
{
	struct bv_buf *seen = ctx;

	bv_buf_printf(seen, "%s %s %d %s", d->rule, d->path, d->severity == BV_SEVERITY_WARNING, d->message);
}

static void
test_lint(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf seen = BV_BUF(1000), all = BV_BUF(200);
	BV_AUTO(bv_lint_free) struct bv_lint *lint = bv_lint_new(see, &seen);
	static const struct bv_str told = BYTES("\x89PNG\r\n\x1a\n\0\0\0\x0atEXtAuthor\0Le \1\2\3\4");

	bv_lint_image(lint, "a.png", BV_STR("\x89PNG\r\n\x1a\n"));
	CHECK(seen.len == 0, "nothing is told of an image that tells nothing");
	bv_lint_image(lint, "b.png", told);
	CHECK_STR(bv_buf_str(&seen), BV_STR("private-metadata b.png 1 the metadata of this image tell who took it or owns the camera: write it again without them"), "else it is");
	CHECK(bv_lint_end(lint) == 0, "  as a warning");
	photo_facts_write(&all, PHOTO_PLACE | PHOTO_AUTHOR | PHOTO_CAMERA);
	CHECK_STR(bv_buf_str(&all), BV_STR("the place where it was taken, who took it or owns the camera, the camera's serial number"), "all of it");
}

int
main(void)
{
	test_exif();
	test_xmp();
	test_others();
	test_lint();
	return check_end();
}

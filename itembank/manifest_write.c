/* imsmanifest.xml of an export: QTI 3.0 (IMS CP 1.2 binding) or 2.2. No white space within a resource: a reader counts it as nodes. */
#include "base/xml.h"
#include "itembank/itembank.h"

#define LOM "http://ltsc.ieee.org/xsd/LOM"

void
bv_manifest_begin(struct bv_buf *out, enum bv_qti_version version)
{
	bool new = version == BV_QTI_3_0;

	bv_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"http://www.imsglobal.org/xsd/%s\" identifier=\"M\">\n"
	                   "  <metadata><schema>%s</schema><schemaversion>%s</schemaversion></metadata>\n  <organizations/>\n  <resources>\n",
	              new ? "qti/qtiv3p0/imscp_v1p1" : "imscp_v1p1", new ? "QTI Package" : "QTIv2.2 Package", new ? "3.0.0" : "1.0.0");
}

void
bv_manifest_end(struct bv_buf *out)
{
	bv_buf_addz(out, "  </resources>\n</manifest>\n");
}

/* A path as a reference: what is not of the few characters that need no escape is %XX. */
static void
href_write(struct bv_buf *out, struct bv_str path)
{
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~/", c);
		if (plain && c)
			bv_buf_addc(out, (char)c);
		else
			bv_buf_printf(out, "%%%02X", c);
	}
}

static void
file_write(struct bv_buf *out, struct bv_str path)
{
	bv_buf_addz(out, "<file href=\"");
	href_write(out, path);
	bv_buf_addz(out, "\"/>");
}

static void
resource_open(struct bv_buf *out, uint64_t number, const char *type, struct bv_str path)
{
	bv_buf_printf(out, "    <resource identifier=\"R%llu\" type=\"%s\" href=\"", (unsigned long long)number, type);
	href_write(out, path);
	bv_buf_addz(out, "\">");
}

void
bv_manifest_file(struct bv_buf *out, uint64_t number, const char *type, struct bv_str path)
{
	resource_open(out, number, type, path);
	file_write(out, path);
	bv_buf_addz(out, "</resource>\n");
}

/* ---- Metadata --------------------------------------------------------------------------------------------------------- */

static void
element(struct bv_buf *out, const char *before, struct bv_str text, const char *after)
{
	bv_buf_addz(out, before);
	bv_xml_escape(out, text);
	bv_buf_addz(out, after);
}

static void
general(struct bv_buf *out, const struct bv_manifest_item *m)
{
	const struct bv_pool_item *item = m->item;

	element(out, "<general><identifier><entry>", item->identifier, "</entry></identifier>");
	if (m->idnumber.len)
		element(out, "<identifier><catalog>idnumber</catalog><entry>", m->idnumber, "</entry></identifier>");
	if (item->title.len)
		element(out, "<title><string>", item->title, "</string></title>");
	if (item->language.len)
		element(out, "<language>", item->language, "</language>");
	for (size_t i = 0; i < m->keyword_count; i++)
		element(out, "<keyword><string>", m->keywords[i], "</string></keyword>");
	for (size_t i = 0; i < item->tag_count; i++)
		element(out, "<keyword><string>", item->tags[i], "</string></keyword>");
	bv_buf_addz(out, "</general>");
}

/* A name in one line is a vCard's; nothing else can be in one. */
static void
author(struct bv_buf *out, struct bv_str name)
{
	bool line = bv_str_find(name, '\n') == name.len && bv_str_find(name, '\r') == name.len;

	if (!name.len)
		return;
	bv_buf_addz(out, "<lifeCycle><contribute><role><source>LOMv1.0</source><value>author</value></role>");
	element(out, line ? "<entity>BEGIN:VCARD&#10;VERSION:3.0&#10;FN:" : "<entity>", name, line ? "&#10;END:VCARD</entity>" : "</entity>");
	bv_buf_addz(out, "</contribute></lifeCycle>");
}

static void
educational(struct bv_buf *out, const struct bv_pool_item *item)
{
	static const char *const steps[] = { "", "very easy", "easy", "medium", "difficult", "very difficult" };

	if (!item->difficulty_step && !item->expected_s)
		return;
	bv_buf_addz(out, "<educational>");
	if (item->difficulty_step)
		bv_buf_printf(out, "<difficulty><source>LOMv1.0</source><value>%s</value></difficulty>", steps[item->difficulty_step]);
	if (item->expected_s)
		bv_buf_printf(out, "<typicalLearningTime><duration>PT%uS</duration></typicalLearningTime>", item->expected_s);
	bv_buf_addz(out, "</educational>");
}

static void
taxon(struct bv_buf *out, const char *source, struct bv_str id)
{
	bv_buf_printf(out, "<taxonPath><source><string>%s</string></source><taxon>", source);
	element(out, "<id>", id, "</id></taxon></taxonPath>");
}

static void
classification(struct bv_buf *out, const struct bv_pool_item *item)
{
	/* Modules of the circular, or the six situational directions of the decision. */
	const char *source = bv_str_starts(item->competence, BV_STR("146.")) ? "146/QĐ-TTg" : "TT 03/2014";

	if (item->competence.len || item->component.len) {
		bv_buf_addz(out, "<classification><purpose><source>LOMv1.0</source><value>competency</value></purpose>");
		if (item->competence.len)
			taxon(out, source, item->competence);
		if (item->component.len)
			taxon(out, "TT 02/2025", item->component);
		bv_buf_addz(out, "</classification>");
	}
	if (item->level) {
		bv_buf_addz(out, "<classification><purpose><source>LOMv1.0</source><value>educational level</value></purpose>");
		taxon(out, "Bloom-VN", bv_str_of(bv_cognitive_name(item->level)));
		bv_buf_addz(out, "</classification>");
	}
}

void
bv_manifest_item(struct bv_buf *out, uint64_t number, enum bv_qti_version version, const struct bv_manifest_item *m)
{
	const struct bv_pool_item *item = m->item;

	resource_open(out, number, version == BV_QTI_3_0 ? "imsqti_item_xmlv3p0" : "imsqti_item_xmlv2p2", m->path);
	bv_buf_addz(out, "<metadata><lom xmlns=\"" LOM "\">");
	general(out, m);
	author(out, item->author);
	educational(out, item);
	for (size_t i = 0; i < item->enemy_count; i++)
		element(out, "<relation><kind><source>bangvang</source><value>enemy</value></kind><resource><identifier><catalog>bangvang</catalog><entry>",
		        item->enemies[i], "</entry></identifier></resource></relation>");
	if (item->original.len)
		element(out, "<relation><kind><source>bangvang</source><value>translation</value></kind><resource><identifier><catalog>bangvang</catalog><entry>",
		        item->original, "</entry></identifier></resource></relation>");
	classification(out, item);
	bv_buf_addz(out, "</lom></metadata>");
	file_write(out, m->path);
	for (size_t i = 0; i < m->file_count; i++)
		file_write(out, m->files[i]);
	bv_buf_addz(out, "</resource>\n");
}

/* Cut scores as a rule pack. */
#include <math.h>

#include "base/xml.h"
#include "scoring/setting/setting.h"

bool
bv_cut_milli(int32_t *out, double theta)
{
	double rounded = theta < 0 ? -floor(-theta * 1000 + 0.5) : floor(theta * 1000 + 0.5);

	if (!(rounded > -6000 && rounded < 6000))
		return false;
	*out = (int32_t)rounded;
	return true;
}

static void
attribute(struct bv_buf *out, const char *name, struct bv_str value)
{
	bv_buf_printf(out, " %s=\"", name);
	bv_xml_escape(out, value);
	bv_buf_addc(out, '"');
}

static void
element(struct bv_buf *out, const char *name, const char *language, struct bv_str text)
{
	if (text.len == 0)
		return;
	bv_buf_printf(out, "\t<%s", name);
	if (language)
		attribute(out, "xml:lang", bv_str_of(language));
	bv_buf_addc(out, '>');
	bv_xml_escape(out, text);
	bv_buf_printf(out, "</%s>\n", name);
}

enum bv_status
bv_setting_pack_write(struct bv_buf *out, const struct bv_setting_pack *pack, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf xml = BV_BUF(BV_STANDARD_MAX);
	BV_AUTO(bv_rules_free) struct bv_rules *rules = NULL;
	char day[BV_DAY_SIZE];

	bv_buf_addz(&xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rules xmlns=\"https://bangvang.vn/ns/rules/1\"");
	attribute(&xml, "identifier", pack->identifier);
	attribute(&xml, "version", pack->version);
	attribute(&xml, "certainty", BV_STR("certain"));
	attribute(&xml, "standard", pack->standard);
	bv_buf_addz(&xml, ">\n");
	element(&xml, "title", "vi", pack->title.vi);
	element(&xml, "title", "en", pack->title.en);
	element(&xml, "source", NULL, pack->source);
	bv_buf_printf(&xml, "\t<in-force from=\"%s\" certainty=\"certain\"/>\n", bv_day_write(day, pack->from));
	element(&xml, "note", NULL, pack->note);
	bv_buf_printf(&xml, "\t<bands decide-by=\"%s\"%s edge=\"reached\"", pack->posterior ? "posterior" : "estimate", pack->posterior ? " probability=\"50.00\"" : "");
	attribute(&xml, "pass", pack->pass);
	bv_buf_printf(&xml, " least-items=\"%d\"", pack->least_items > 0 ? pack->least_items : 1);
	if (pack->most_se_milli)
		bv_buf_printf(&xml, " most-se-milli=\"%d\"", pack->most_se_milli);
	bv_buf_addz(&xml, ">\n");
	for (size_t i = 0; i < pack->count; i++) {
		bv_buf_addz(&xml, "\t\t<band");
		attribute(&xml, "level", pack->level[i]);
		bv_buf_printf(&xml, " cut-milli=\"%d\"/>\n", (int)pack->cut_milli[i]);
	}
	bv_buf_addz(&xml, "\t</bands>\n</rules>\n");
	TRY(bv_buf_check(&xml, err));
	if (bv_rules_parse(&rules, bv_buf_str(&xml), err) != BV_OK)
		return bv_err_again(err, 0, "the rule pack would not be one: %s", err->msg);
	bv_buf_add(out, bv_buf_str(&xml));
	return BV_OK;
}

/* Character references of HTML, as questions from other systems have them (HTML 4.01 §24, and the Vietnamese letters of HTML 5). */
#include "base/text.h"
#include "itembank/convert.h"

#define NAME_MAX_LEN 10

static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	{ "nbsp", 160 }, { "iexcl", 161 }, { "cent", 162 }, { "pound", 163 }, { "curren", 164 }, { "yen", 165 }, { "brvbar", 166 },
	{ "sect", 167 }, { "uml", 168 }, { "copy", 169 }, { "ordf", 170 }, { "laquo", 171 }, { "not", 172 }, { "shy", 173 },
	{ "reg", 174 }, { "macr", 175 }, { "deg", 176 }, { "plusmn", 177 }, { "sup2", 178 }, { "sup3", 179 }, { "acute", 180 },
	{ "micro", 181 }, { "para", 182 }, { "middot", 183 }, { "cedil", 184 }, { "sup1", 185 }, { "ordm", 186 }, { "raquo", 187 },
	{ "frac14", 188 }, { "frac12", 189 }, { "frac34", 190 }, { "iquest", 191 }, { "Agrave", 192 }, { "Aacute", 193 },
	{ "Acirc", 194 }, { "Atilde", 195 }, { "Auml", 196 }, { "Aring", 197 }, { "AElig", 198 }, { "Ccedil", 199 }, { "Egrave", 200 },
	{ "Eacute", 201 }, { "Ecirc", 202 }, { "Euml", 203 }, { "Igrave", 204 }, { "Iacute", 205 }, { "Icirc", 206 }, { "Iuml", 207 },
	{ "ETH", 208 }, { "Ntilde", 209 }, { "Ograve", 210 }, { "Oacute", 211 }, { "Ocirc", 212 }, { "Otilde", 213 }, { "Ouml", 214 },
	{ "times", 215 }, { "Oslash", 216 }, { "Ugrave", 217 }, { "Uacute", 218 }, { "Ucirc", 219 }, { "Uuml", 220 }, { "Yacute", 221 },
	{ "THORN", 222 }, { "szlig", 223 }, { "agrave", 224 }, { "aacute", 225 }, { "acirc", 226 }, { "atilde", 227 }, { "auml", 228 },
	{ "aring", 229 }, { "aelig", 230 }, { "ccedil", 231 }, { "egrave", 232 }, { "eacute", 233 }, { "ecirc", 234 }, { "euml", 235 },
	{ "igrave", 236 }, { "iacute", 237 }, { "icirc", 238 }, { "iuml", 239 }, { "eth", 240 }, { "ntilde", 241 }, { "ograve", 242 },
	{ "oacute", 243 }, { "ocirc", 244 }, { "otilde", 245 }, { "ouml", 246 }, { "divide", 247 }, { "oslash", 248 }, { "ugrave", 249 },
	{ "uacute", 250 }, { "ucirc", 251 }, { "uuml", 252 }, { "yacute", 253 }, { "thorn", 254 }, { "yuml", 255 }, { "quot", 34 },
	{ "amp", 38 }, { "apos", 39 }, { "lt", 60 }, { "gt", 62 }, { "OElig", 338 }, { "oelig", 339 }, { "Scaron", 352 },
	{ "scaron", 353 }, { "Yuml", 376 }, { "fnof", 402 }, { "circ", 710 }, { "tilde", 732 }, { "ensp", 8194 }, { "emsp", 8195 },
	{ "thinsp", 8201 }, { "ndash", 8211 }, { "mdash", 8212 }, { "lsquo", 8216 }, { "rsquo", 8217 }, { "sbquo", 8218 },
	{ "ldquo", 8220 }, { "rdquo", 8221 }, { "bdquo", 8222 }, { "dagger", 8224 }, { "Dagger", 8225 }, { "bull", 8226 },
	{ "hellip", 8230 }, { "permil", 8240 }, { "prime", 8242 }, { "Prime", 8243 }, { "lsaquo", 8249 }, { "rsaquo", 8250 },
	{ "euro", 8364 }, { "trade", 8482 }, { "larr", 8592 }, { "uarr", 8593 }, { "rarr", 8594 }, { "darr", 8595 }, { "harr", 8596 },
	{ "lArr", 8656 }, { "rArr", 8658 }, { "hArr", 8660 }, { "forall", 8704 }, { "part", 8706 }, { "exist", 8707 }, { "empty", 8709 },
	{ "isin", 8712 }, { "notin", 8713 }, { "prod", 8719 }, { "sum", 8721 }, { "minus", 8722 }, { "radic", 8730 }, { "infin", 8734 },
	{ "ang", 8736 }, { "and", 8743 }, { "or", 8744 }, { "cap", 8745 }, { "cup", 8746 }, { "int", 8747 }, { "there4", 8756 },
	{ "asymp", 8776 }, { "ne", 8800 }, { "equiv", 8801 }, { "le", 8804 }, { "ge", 8805 }, { "sub", 8834 }, { "sup", 8835 },
	{ "sube", 8838 }, { "supe", 8839 }, { "perp", 8869 }, { "sdot", 8901 }, { "Alpha", 913 }, { "Beta", 914 }, { "Gamma", 915 },
	{ "Delta", 916 }, { "Theta", 920 }, { "Lambda", 923 }, { "Xi", 926 }, { "Pi", 928 }, { "Sigma", 931 }, { "Phi", 934 },
	{ "Psi", 936 }, { "Omega", 937 }, { "alpha", 945 }, { "beta", 946 }, { "gamma", 947 }, { "delta", 948 }, { "epsilon", 949 },
	{ "zeta", 950 }, { "eta", 951 }, { "theta", 952 }, { "iota", 953 }, { "kappa", 954 }, { "lambda", 955 }, { "mu", 956 },
	{ "nu", 957 }, { "xi", 958 }, { "pi", 960 }, { "rho", 961 }, { "sigma", 963 }, { "tau", 964 }, { "phi", 966 }, { "chi", 967 },
	{ "psi", 968 }, { "omega", 969 }, { "check", 10003 }, { "abreve", 259 }, { "Abreve", 258 }, { "dstrok", 273 }, { "Dstrok", 272 },
	{ "itilde", 297 }, { "Itilde", 296 }, { "utilde", 361 }, { "Utilde", 360 },
};

/* What XML 1.0 may hold (§2.2); others become U+FFFD, as in HTML. The numbers of Windows-1252 for quotation marks, dashes and the euro are
 * taken as browsers take them (HTML, "numeric character reference end state"). */
static uint32_t
allowed(uint64_t c)
{
	static const uint16_t windows[32] = {
		0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
		0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
	};

	if (c >= 0x80 && c < 0xA0 && windows[c - 0x80])
		return windows[c - 0x80];
	bool good = c == 9 || c == 10 || c == 13 || (c >= 0x20 && c < 0xD800) || (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c < 0x110000);

	return good ? (uint32_t)c : 0xFFFD;
}

static int
digit(char c, bool hex)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (!hex)
		return -1;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t
numeric(struct bv_buf *out, struct bv_str s)
{
	bool hex = s.len > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
	size_t from = hex ? 3 : 2, at = from;
	uint64_t code = 0;

	for (; at < s.len && digit(s.p[at], hex) >= 0; at++)
		code = code > 0x10FFFF ? code : code * (hex ? 16 : 10) + (uint64_t)digit(s.p[at], hex);
	if (at == from)
		return 0;
	bv_text_add(out, allowed(code));
	return at + (at < s.len && s.p[at] == ';');
}

size_t
bv_html_entity(struct bv_buf *out, struct bv_str s)
{
	size_t end;

	if (s.len < 3 || s.p[0] != '&')
		return 0;
	if (s.p[1] == '#')
		return numeric(out, s);
	end = bv_str_find(bv_str_sub(s, 0, NAME_MAX_LEN + 2), ';');
	for (size_t i = 0; end > 1 && end < s.len && i < BV_COUNT(names); i++)
		if (bv_str_is(bv_str_sub(s, 1, end - 1), names[i].name)) {
			bv_text_add(out, names[i].code);
			return end + 1;
		}
	return 0;
}

/* Keys and marks as other systems write them, as QTI has them: percentages, bounds, wildcards. */
#include "itembank/convert.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

double
bv_fraction_of(double percent)
{
	double share = percent / 100;

	for (int d = 1; d <= 20; d++) {
		double n = round(share * d);
		if (fabs(share - n / d) < 1e-5)
			return n / d;
	}
	return share;
}

bool
bv_fractions_check(struct bv_conversion *c, const struct bv_draft_part *part)
{
	double best = 0, sum = 0;
	size_t count = part->choice_count ? part->choice_count : part->answer_count;

	for (size_t i = 0; i < count; i++) {
		double f = part->choice_count ? part->choices[i].fraction : part->answers[i].fraction;
		best = fmax(best, f);
		sum += fmax(f, 0);
	}
	if (part->multiple && fabs(sum - 1) > 1e-3 && sum < 1) {
		bv_loss(c, BV_SEVERITY_ERROR, "share", 0, "not converted: all right choices together earn %g %%: nobody could get the whole mark", sum * 100);
		return false;
	}
	if (!part->multiple && best < 1) {
		bv_loss(c, BV_SEVERITY_ERROR, "share", 0, "not converted: no answer earns 100 %%, the best %g %%", best * 100);
		return false;
	}
	return true;
}

static bool
value_write(struct bv_str *out, int64_t scaled, bool exact, double value, struct bv_arena *arena)
{
	struct bv_buf buf = BV_BUF(200);

	if (!exact) {
		if (!isfinite(value))
			return false;
		*out = bv_float_write(arena, value);
		return true;
	}
	bv_buf_printf(&buf, "<qti-base-value base-type=\"float\">%s%lld.%09lld</qti-base-value>", scaled < 0 ? "-" : "",
	              llabs((long long)scaled) / 1000000000, llabs((long long)scaled) % 1000000000);
	/* No zeros behind the last digit that counts. */
	size_t end = bv_str_find((struct bv_str){ buf.p + 1, buf.len - 1 }, '<') + 1, cut = end;
	while (buf.p[cut - 1] == '0')
		cut--;
	if (buf.p[cut - 1] == '.')
		cut--;
	memmove(buf.p + cut, buf.p + end, buf.len - end);
	*out = bv_arena_str(arena, (struct bv_str){ buf.p, buf.len - (end - cut) });
	bv_buf_finish(&buf);
	return true;
}

bool
bv_bounds_write(struct bv_str *low, struct bv_str *high, struct bv_str value, struct bv_str tolerance, struct bv_arena *arena)
{
	int64_t v, t = 0;
	double dv, dt = 0;
	bool exact = bv_str_decimal(value, 9, &v) && (!tolerance.len || bv_str_decimal(tolerance, 9, &t));

	if (!bv_str_double(value, &dv) || (tolerance.len && !bv_str_double(tolerance, &dt)) || !isfinite(dv) || !isfinite(dt))
		return false;
	exact = exact && llabs((long long)v) < 4000000000000000000 && llabs((long long)t) < 4000000000000000000;
	t = exact && t < 0 ? -t : t;
	dt = fabs(dt);
	return value_write(low, exact ? v - t : 0, exact, dv - dt, arena) && value_write(high, exact ? v + t : 0, exact, dv + dt, arena);
}

/* The other case of a letter, 0 when there is none: Latin with the Vietnamese letters, Greek, Cyrillic. */
static uint32_t
other_case(uint32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return c ^ 0x20;
	if ((c >= 0xC0 && c <= 0xFE && c != 0xD7 && c != 0xDF && c != 0xF7) || (c >= 0x410 && c < 0x430))
		return c >= 0x410 ? c + 0x20 : c ^ 0x20;
	if (c >= 0x430 && c < 0x450)
		return c - 0x20;
	if ((c >= 0x391 && c <= 0x3A9 && c != 0x3A2) || (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2))
		return c < 0x3B0 ? c + 0x20 : c - 0x20;
	if ((c >= 0x139 && c <= 0x148) || c == 0x1AF || c == 0x1B0)
		return c % 2 ? c + 1 : c - 1;
	if ((c >= 0x100 && c <= 0x177 && c != 0x130 && c != 0x131 && c != 0x138) || c == 0x1A0 || c == 0x1A1 || (c >= 0x1E00 && c <= 0x1EFF && !(c >= 0x1E96 && c <= 0x1E9F)))
		return c ^ 1;
	return 0;
}

struct bv_str
bv_wildcard_pattern(struct bv_str *key, struct bv_str answer, bool case_sensitive, struct bv_arena *arena)
{
	struct bv_buf pattern = BV_BUF(65536), plain = BV_BUF(65536);
	struct bv_str s = bv_one_line(answer, arena), out;

	bv_buf_addz(&pattern, "\\s*");
	while (s.len) {
		uint32_t ch = bv_text_next(&s), other;
		if (ch == '*') {
			bv_buf_addz(&pattern, ".*");
			continue;
		}
		if (ch == '\\' && s.len && s.p[0] == '*')
			ch = bv_text_next(&s);
		other = case_sensitive ? 0 : other_case(ch);
		if (other) {
			bv_buf_addc(&pattern, '[');
			bv_text_add(&pattern, ch);
			bv_text_add(&pattern, other);
			bv_buf_addc(&pattern, ']');
		} else {
			if (ch < 0x80 && strchr("\\|.?*+()[]{}-^", (int)ch))
				bv_buf_addc(&pattern, '\\');
			bv_text_add(&pattern, ch);
		}
		bv_text_add(&plain, ch);
	}
	bv_buf_addz(&pattern, "\\s*");
	*key = bv_str_trim(bv_arena_str(arena, bv_buf_str(&plain)));
	out = bv_arena_str(arena, bv_buf_str(&pattern));
	bv_buf_finish(&pattern);
	bv_buf_finish(&plain);
	return out;
}

void
bv_text_answer(struct bv_draft_answer *answer, struct bv_str *key, struct bv_conversion *c, struct bv_str text, bool case_sensitive)
{
	bool wildcard = false;

	answer->kind = BV_ANSWER_PATTERN;
	answer->pattern = bv_wildcard_pattern(key, text, case_sensitive, &c->draft);
	for (size_t i = 0; i < text.len; i++)
		wildcard |= text.p[i] == '*' && (i == 0 || text.p[i - 1] != '\\');
	if (!c->opts->fold.len || wildcard || case_sensitive || !key->len)
		return;
	answer->kind = BV_ANSWER_KEY;
	answer->pattern = *key;
	answer->fold = c->opts->fold;
}

void
bv_draft_body(struct bv_conversion *c, struct bv_draft *draft, struct bv_str text, const struct bv_body_opts *opts)
{
	struct bv_insert inserts[BV_DRAFT_PARTS_MAX + BV_DRAFT_INSERTS_MAX];
	bool placed[BV_DRAFT_PARTS_MAX] = { false };
	struct bv_body_opts full = *opts;
	struct bv_buf body = BV_BUF(BV_XML_ITEM_MAX);
	size_t more = opts->insert_count < BV_DRAFT_INSERTS_MAX ? opts->insert_count : BV_DRAFT_INSERTS_MAX;

	for (size_t i = 0; i < draft->part_count; i++)
		inserts[i] = (struct bv_insert){ bv_part_write(&c->draft, &draft->parts[i], draft, i), bv_part_is_block(&draft->parts[i]) };
	for (size_t i = draft->part_count; i < BV_DRAFT_PARTS_MAX; i++)
		inserts[i] = (struct bv_insert){ BV_STR_NONE, false };
	for (size_t i = 0; i < more; i++)
		inserts[BV_DRAFT_PARTS_MAX + i] = opts->inserts[i];
	full.inserts = inserts;
	full.insert_count = BV_DRAFT_PARTS_MAX + more;
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.p[i] == 1) {
			size_t number = 0;
			for (size_t at = i + 1; at < text.len && text.p[at] >= '0' && text.p[at] <= '9' && number < 1000; at++)
				number = number * 10 + (size_t)(text.p[at] - '0');
			if (number < BV_DRAFT_PARTS_MAX)
				placed[number] = true;
		}
	bv_buf_add(&body, bv_html_body(c, text, BV_BODY_ITEM, &full));
	for (size_t i = 0; i < draft->part_count; i++)
		if (!placed[i])
			bv_buf_printf(&body, inserts[i].block ? "%.*s" : "<p>%.*s</p>", BV_STR_ARG(inserts[i].xml));
	draft->body = bv_arena_str(&c->draft, bv_buf_str(&body));
	bv_buf_finish(&body);
}

void
bv_truth_part(struct bv_arena *arena, struct bv_draft_part *part, int truth)
{
	part->kind = BV_PART_CHOICE;
	part->choices = bv_arena_array(arena, 2, struct bv_draft_choice);
	part->choice_count = 2;
	part->choices[0].body = BV_STR("Đúng");
	part->choices[1].body = BV_STR("Sai");
	part->choices[truth ? 0 : 1].fraction = 1;
}

#include "tools/httpd/template_look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/sandbox.h"
#include "base/text.h"
#include "certs/credential.h"

enum { CPU_S = BV_ADDRESS_SANITIZER ? 10 : 4, WAIT_S = 60, DPI_LEAST = 20, LONG_SIDE = 1240 /* pixels of a preview */, WORDS = 4 /* of a program that draws one sample */, PNG_MAX = 2600 << 10, FIELDS_MAX = 16, BOXES_MAX = 200, SEEN_MAX = 200, QUOTED_MAX = 60 };
static const struct bv_sandbox_limits limits = { .memory = 512u << 20, .cpu_s = CPU_S, .wait_s = WAIT_S, .drawing = true };
#define INCH_MM 25.4

/* ---- What a page must show, and how ---- */

/* A certificate on paper is believed by what is on it: who, from whom, what, which number, and how it is looked up. */
static const char *const must[] = { "holder", "issuer.vi", "name.vi", "licence", "code", "address" };
#define NATION "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
#define MOTTO "Độc lập - Tự do - Hạnh phúc"

/* Decree 30/2020/NĐ-CP, annex I, part I §II: points, and how letters stand. Advice: a certificate may have a form of its own by another law. */
static const struct {
	const char *about, *text, *field; /* the element that has that text, or that field */
	double least, most;
	bool bold, italic, upper;
} forms[] = {
	{ "nation", NATION, NULL, 12, 13, true, false, false },
	{ "motto", MOTTO, NULL, 13, 14, true, false, false },
	{ "issuer", NULL, "issuer.vi", 12, 13, true, false, true },
	{ "date", NULL, "signed.month", 13, 14, false, true, false },
};
static const double module_least_mm = 0.35; /* what telephones still read off paper */

/* ---- In the program that is shut in ---- */

struct looking {
	struct bv_page_template *tmpl;
	struct bv_buf samples[TEMPLATE_SAMPLES][2]; /* with Vietnamese names alone, with both */
	int drawn;                                  /* which sample is to be drawn; -1: all are checked */
	bool english;
	int dpi;
	/* while one is drawn */
	struct bv_json_pen *pen;
	const char *sample;
	double width, height;
	size_t faults, field_count, seen_count;
	char fields[FIELDS_MAX][24]; /* since the last text */
	bool shown[BV_COUNT(must)], nation, motto, qr, dated, advised[BV_COUNT(forms)];
	bool telling;                /* what is said is written down */
	struct bv_buf advice, words;
	struct bv_json_pen advice_pen, words_pen;
	struct bv_page_said boxes[BOXES_MAX]; /* of texts on this page, without the texts */
	size_t box_count;
	struct {
		const char *code;
		int line;
		const void *about;
	} seen[SEEN_MAX];
};

static const char no_font[] = "font", overlap[] = "overlap";

/* A fault is told with the first sample that has it. */
static bool
is_new(struct looking *l, const char *code, int line, const void *about)
{
	for (size_t i = 0; i < l->seen_count; i++)
		if (l->seen[i].code == code && l->seen[i].line == line && l->seen[i].about == about)
			return false;
	if (l->seen_count == SEEN_MAX || l->faults == TEMPLATE_FAULTS_MAX)
		return false;
	l->seen[l->seen_count].code = code;
	l->seen[l->seen_count].line = line;
	l->seen[l->seen_count++].about = about;
	l->faults++;
	return true;
}

static void
tell(struct looking *l, const char *code, int line, const char *about, struct bv_str message)
{
	/* A font that is missing is missing in every line. */
	if (!is_new(l, code, code == no_font ? 0 : line, about))
		return;
	bv_json_pen_open(l->pen, NULL, '{');
	bv_json_pen_str(l->pen, "code", bv_str_of(code));
	if (line > 0)
		bv_json_pen_int(l->pen, "line", line);
	if (about)
		bv_json_pen_str(l->pen, "about", bv_str_of(about));
	if (message.len) {
		BV_AUTO(bv_json_free) struct bv_json *text = bv_json_new_text(message); /* it may be cut in the middle of a letter */
		bv_json_pen_name(l->pen, BV_STR("message"));
		bv_json_write(l->pen->out, text);
		l->pen->named = false;
		l->pen->more = true;
	}
	bv_json_pen_str(l->pen, "sample", bv_str_of(l->sample));
	bv_json_pen_bool(l->pen, "english", l->english);
	bv_json_pen_close(l->pen, '}');
}

static void
on_field(void *ctx, struct bv_str name)
{
	struct looking *l = ctx;

	for (size_t i = 0; i < BV_COUNT(must); i++)
		l->shown[i] = l->shown[i] || bv_str_is(name, must[i]);
	l->dated = l->dated || bv_str_starts(name, BV_STR("signed.")) || bv_str_starts(name, BV_STR("awarded.")) || bv_str_starts(name, BV_STR("valid."));
	if (l->field_count < FIELDS_MAX && name.len < sizeof l->fields[0]) {
		memcpy(l->fields[l->field_count], bv_str_chars(name), name.len);
		l->fields[l->field_count++][name.len] = '\0';
	}
}

static bool
has_field(const struct looking *l, const char *name)
{
	for (size_t i = 0; i < l->field_count; i++)
		if (strcmp(l->fields[i], name) == 0)
			return true;
	return false;
}

static void
advise(struct looking *l, const struct bv_page_said *said, size_t form)
{
	const double hundred = 100;
	struct bv_json_pen *pen = &l->advice_pen;

	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "about", bv_str_of(forms[form].about));
	bv_json_pen_int(pen, "line", said->line);
	bv_json_pen_int(pen, "sizeHundredths", lrint(said->size * hundred));
	bv_json_pen_int(pen, "leastHundredths", lrint(forms[form].least * hundred));
	bv_json_pen_int(pen, "mostHundredths", lrint(forms[form].most * hundred));
	bv_json_pen_bool(pen, "bold", forms[form].bold);
	bv_json_pen_bool(pen, "italic", forms[form].italic);
	bv_json_pen_bool(pen, "upper", forms[form].upper);
	bv_json_pen_close(pen, '}');
}

/* Two texts that lie over each other can both be there, and neither be read. */
static void
look_for_overlap(struct looking *l, const struct bv_page_said *said)
{
	const double touch = 0.4; /* mm that letters of two lines may share: an accent above, a tail below */

	for (size_t i = 0; i < l->box_count; i++) {
		const struct bv_page_said *other = &l->boxes[i];
		double wide = fmin(other->x + other->width, said->x + said->width) - fmax(other->x, said->x);
		double high = fmin(other->y + other->height, said->y + said->height) - fmax(other->y, said->y);
		if (wide <= touch || high <= touch || !is_new(l, overlap, said->line, NULL))
			continue;
		l->faults--; /* it is advice: what is meant to lie over something else is not known */
		bv_json_pen_open(&l->advice_pen, NULL, '{');
		bv_json_pen_str(&l->advice_pen, "about", bv_str_of(overlap));
		bv_json_pen_int(&l->advice_pen, "line", said->line);
		bv_json_pen_int(&l->advice_pen, "other", other->line);
		bv_json_pen_str(&l->advice_pen, "sample", bv_str_of(l->sample));
		bv_json_pen_bool(&l->advice_pen, "english", l->english);
		bv_json_pen_close(&l->advice_pen, '}');
	}
	if (l->box_count < BOXES_MAX)
		l->boxes[l->box_count++] = *said;
}

/* Each form once: the first element that is of it. */
static void
look_at_form(struct looking *l, const struct bv_page_said *said)
{
	for (size_t i = 0; i < BV_COUNT(forms); i++) {
		if (l->advised[i] || (forms[i].text ? !bv_str_is(said->text, forms[i].text) : !has_field(l, forms[i].field)))
			continue;
		l->advised[i] = true;
		if (said->size < forms[i].least || said->size > forms[i].most || said->bold != forms[i].bold || said->italic != forms[i].italic || (forms[i].upper && !said->upper))
			advise(l, said, i);
	}
}

static void
write_said(struct looking *l, const struct bv_page_said *said)
{
	static const char *const parts[] = { [BV_PAGE_TEXT] = "text", [BV_PAGE_AREA] = "area", [BV_PAGE_QR] = "qr" };

	bv_json_pen_open(&l->words_pen, NULL, '{');
	bv_json_pen_str(&l->words_pen, "part", bv_str_of(parts[said->part]));
	bv_json_pen_str(&l->words_pen, "text", said->text);
	bv_json_pen_close(&l->words_pen, '}');
}

static void
on_said(void *ctx, const struct bv_page_said *said)
{
	const double edge = 0.05;
	struct looking *l = ctx;

	if (said->part == BV_PAGE_TEXT) {
		l->nation = l->nation || bv_str_is(said->text, NATION);
		l->motto = l->motto || bv_str_is(said->text, MOTTO);
		look_at_form(l, said);
		look_for_overlap(l, said);
		l->field_count = 0;
	}
	if (said->part == BV_PAGE_QR) {
		l->qr = true;
		if (said->width < module_least_mm * said->modules)
			tell(l, "qr-too-small", said->line, NULL, BV_STR_NONE);
	}
	if (said->x < -edge || said->y < -edge || said->x + said->width > l->width + edge || said->y + said->height > l->height + edge)
		tell(l, "outside", said->line, NULL, bv_str_sub(said->text, 0, bv_text_valid_len(bv_str_sub(said->text, 0, QUOTED_MAX))));
	if (l->telling)
		write_said(l, said);
}

static void
on_fault(void *ctx, const struct bv_err *err)
{
	struct looking *l = ctx;

	l->field_count = 0;
	tell(l, err->rule ? err->rule : err->status == BV_EIO ? no_font : "drawing", err->line, NULL, bv_str_of(err->msg));
}

/* Draws one; the picture is appended to png. */
static void
draw(struct looking *l, struct bv_buf *png, int sample, bool english)
{
	const struct bv_page_watch watch = { on_said, on_field, on_fault, l };
	struct bv_pdf_page page = { .credential = bv_buf_str(&l->samples[sample][english]), .watch = &watch };
	struct bv_err err;

	l->sample = template_sample_names[sample];
	l->english = english;
	l->field_count = l->box_count = 0;
	if (bv_page_png(png, l->tmpl, &page, l->dpi, &err) != BV_OK)
		on_fault(l, &err);
}

/* Of the usual certificate: what nobody would miss on a screen, and somebody does in an office. */
static void
look_for_all(struct looking *l)
{
	for (size_t i = 0; i < BV_COUNT(must); i++)
		if (!l->shown[i])
			tell(l, "missing", 0, must[i], BV_STR_NONE);
	if (!l->dated)
		tell(l, "missing", 0, "date", BV_STR_NONE);
	if (!l->nation)
		tell(l, "missing", 0, "nation", BV_STR_NONE);
	if (!l->motto)
		tell(l, "missing", 0, "motto", BV_STR_NONE);
	if (!l->qr)
		tell(l, "missing", 0, "qr", BV_STR_NONE);
}

static void
check_all(struct looking *l)
{
	BV_AUTO(bv_buf_finish) struct bv_buf png = BV_BUF(PNG_MAX);

	for (int sample = 0; sample < TEMPLATE_SAMPLES; sample++)
		for (int english = 1; english >= 0; english--) {
			bv_buf_clear(&png);
			draw(l, &png, sample, english);
			if (sample == TEMPLATE_TYPICAL && english)
				look_for_all(l);
			memset(l->advised, 1, sizeof l->advised); /* made smaller to fit, type is as it must be */
		}
}

static int
preview_dpi(double width, double height)
{
	return (int)fmax(DPI_LEAST, LONG_SIDE * INCH_MM / fmax(width, height));
}

static void
look(struct looking *l, struct bv_buf *out)
{
	BV_AUTO(bv_buf_finish) struct bv_buf png = BV_BUF(PNG_MAX);
	struct bv_json_pen pen = { .out = out };

	l->pen = &pen;
	l->advice_pen.out = &l->advice;
	l->words_pen.out = &l->words;
	l->telling = l->drawn >= 0;
	bv_page_template_size(l->tmpl, &l->width, &l->height);
	l->dpi = l->telling ? preview_dpi(l->width, l->height) : DPI_LEAST;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_open(&pen, "faults", '[');
	if (l->telling)
		draw(l, &png, l->drawn, l->english);
	else
		check_all(l);
	bv_json_pen_close(&pen, ']');
	if (l->telling) {
		bv_buf_printf(out, ",\"said\":[%.*s],\"png\":\"", BV_STR_ARG(bv_buf_str(&l->words)));
		bv_base64_write(out, png.p, png.len);
		bv_buf_addz(out, "\"}");
	} else {
		bv_buf_printf(out, ",\"advice\":[%.*s]}", BV_STR_ARG(bv_buf_str(&l->advice)));
	}
}

static void
make_samples(struct looking *l)
{
	struct bv_err err;

	for (int i = 0; i < TEMPLATE_SAMPLES; i++)
		for (int english = 0; english < 2; english++) {
			l->samples[i][english] = BV_BUF(BV_CREDENTIAL_MAX);
			if (template_sample_write(&l->samples[i][english], (enum template_sample)i, english, &err) != BV_OK)
				abort();
		}
}

/* All that needs files first; then nobody can open any; then the template. */
void
template_program(int argc, char **argv)
{
	struct bv_buf frame = BV_BUF(BV_PAGE_TEMPLATE_MAX), out = BV_BUF(TEMPLATE_ANSWER_MAX);
	struct looking l = { .drawn = -1, .advice = BV_BUF(1 << 16), .words = BV_BUF(1 << 20) };
	struct bv_str rest, family;
	struct bv_err err;

	if (argc == WORDS) {
		l.drawn = argv[2][0] - '0';
		l.english = argv[3][0] == '1';
	}
	make_samples(&l);
	bv_sandbox_await(bv_sandbox_pipe(), &frame);
	for (rest = bv_buf_str(&frame); bv_str_line(&rest, &family);)
		bv_page_family_open(family);
	struct bv_sandbox_pipe *pipe = bv_sandbox_enter(&limits);
	bv_sandbox_await(pipe, &frame);
	if (bv_page_template_parse(&l.tmpl, bv_buf_str(&frame), &err) != BV_OK)
		abort();
	look(&l, &out);
	bv_sandbox_send(pipe, bv_buf_str(&out));
	_exit(0);
}

/* ---- In the server ---- */

static enum bv_status
send_job(struct bv_sandbox *sandbox, const struct bv_page_template *tmpl, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf names = BV_BUF(1 << 16);
	struct bv_str families[BV_PAGE_FAMILIES_MAX];
	size_t count;

	TRY(bv_page_families(families, &count, tmpl, err));
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(&names, "%.*s\n", BV_STR_ARG(families[i]));
	bv_sandbox_answer(sandbox, bv_buf_str(&names));
	bv_sandbox_answer(sandbox, xml);
	return BV_OK;
}

static enum bv_status
ask(struct bv_json **out, const char *const *argv, const struct bv_page_template *tmpl, struct bv_str xml, struct bv_err *err)
{
	BV_AUTO(bv_sandbox_free) struct bv_sandbox *sandbox = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(TEMPLATE_ANSWER_MAX);
	bool more;

	TRY(bv_sandbox_start_program(&sandbox, argv, &limits, err));
	TRY(send_job(sandbox, tmpl, xml, err));
	TRY(bv_sandbox_receive(sandbox, &frame, &more, err));
	if (!more)
		return bv_err_set(err, BV_EPARSE, "the drawing of it had nothing to say");
	return bv_json_parse_large(out, bv_buf_str(&frame), TEMPLATE_ANSWER_MAX, err);
}

enum bv_status
template_check(struct bv_buf *out, bool *ready, const struct bv_page_template *tmpl, struct bv_str xml, struct bv_err *err)
{
	const char *const argv[] = { "bangvangd", TEMPLATE_PROGRAM, NULL };
	BV_AUTO(bv_json_free) struct bv_json *answer = NULL;

	TRY(ask(&answer, argv, tmpl, xml, err));
	*ready = bv_json_count(bv_json_find(answer, "faults")) == 0;
	bv_json_write(out, answer);
	return bv_buf_check(out, err);
}

enum bv_status
template_draw(struct bv_buf *out, const struct bv_page_template *tmpl, struct bv_str xml, enum template_sample sample, bool english, struct bv_err *err)
{
	const char which[] = { (char)('0' + sample), '\0' };
	const char *const argv[WORDS + 1] = { "bangvangd", TEMPLATE_PROGRAM, which, english ? "1" : "0", NULL };
	BV_AUTO(bv_json_free) struct bv_json *answer = NULL;
	double width, height;

	TRY(ask(&answer, argv, tmpl, xml, err));
	bv_page_template_size(tmpl, &width, &height);
	bv_json_set_int(answer, "width", (int)(width / INCH_MM * preview_dpi(width, height)));
	bv_json_set_int(answer, "height", (int)(height / INCH_MM * preview_dpi(width, height)));
	bv_json_write(out, answer);
	return bv_buf_check(out, err);
}

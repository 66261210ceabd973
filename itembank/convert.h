/* What the importers of other formats share: one run of bv_convert, its loss report, and the draft of an item that qti_writer.c writes. */
#ifndef BV_ITEMBANK_CONVERT_H
#define BV_ITEMBANK_CONVERT_H

#include "base/xml.h"
#include "itembank/itembank.h"

#define BV_DRAFT_PARTS_MAX 64
#define BV_DRAFT_CHOICES_MAX 100 /* of one part */
#define BV_DRAFT_INSERTS_MAX 128

/* ---- The run ---- */

#define BV_CONVERT_MEDIA_MAX 64                /* images of one question */
#define BV_CONVERT_MEDIA_BYTES (4u << 20) /* of one image */

struct bv_conversion {
	const struct bv_convert_opts *opts;
	struct bv_convert_counts counts;
	struct bv_arena arena; /* of the run: names, the category */
	struct bv_arena draft; /* of the question now read */
	struct bv_str *names;  /* open-addressed set of lower-case identifiers */
	size_t name_count, name_cap;
	struct bv_str category;
	struct bv_str title; /* of the question now read, for the report */
	uint64_t ordinal;    /* of the question now read */
	int line;            /* where it begins */
	struct bv_err *err;
	struct bv_converted_file media[BV_CONVERT_MEDIA_MAX]; /* that the question refers to, so far; in draft */
	size_t media_count;
	enum bv_status stopped; /* the caller's item() failed, or too many questions */
};

/* One line of the loss report: kind is one of bv_loss_kinds; line 0 stands for the question's. */
void bv_loss(struct bv_conversion *c, enum bv_severity severity, const char *kind, int line, const char *fmt, ...) BV_PRINTF(5, 6);
/* The next question begins; false when the run has to stop. */
bool bv_question_start(struct bv_conversion *c, int line);
/* path as Moodle writes it, "$course$/top/A/B"; kept for the questions that follow. */
void bv_category_set(struct bv_conversion *c, struct bv_str path);

void bv_import_moodle(struct bv_conversion *c, struct bv_str bytes);
void bv_import_gift(struct bv_conversion *c, struct bv_str bytes);
void bv_import_aiken(struct bv_conversion *c, struct bv_str bytes);
void bv_import_csv(struct bv_conversion *c, struct bv_str bytes, bool statements);

/* ---- The draft ---- */

enum bv_part_kind {
	BV_PART_CHOICE,
	BV_PART_INLINE_CHOICE,
	BV_PART_TEXT,
	BV_PART_NUMBER,
	BV_PART_MATCH,
	BV_PART_GAPS,
	BV_PART_ORDER,
	BV_PART_ESSAY,
	BV_PART_STATEMENTS, /* Đúng or Sai to each: counted, and the count looked up */
};

/* Bodies are written QTI content. */
struct bv_draft_choice {
	struct bv_str body, feedback;
	double fraction; /* of the part's mark: 1 is all of it */
	int right;       /* match: index of the second set; gaps: index of the gap text; statements: 0 Đúng, 1 Sai */
	uint32_t group;  /* gaps: words and gaps of one group go together; 0 none */
	bool unlimited;  /* gap text: may be used again */
};

/* Answers of text and number parts: the first that takes the response decides. */
struct bv_draft_answer {
	enum { BV_ANSWER_PATTERN, BV_ANSWER_KEY, BV_ANSWER_RANGE, BV_ANSWER_ANY } kind;
	struct bv_str pattern;   /* XSD regular expression; a key: the text itself */
	struct bv_str fold;      /* key: the rules by which an answer is the same (fold.h) */
	struct bv_str low, high; /* expressions in QTI */
	struct bv_str unit;      /* value of the unit's response that is needed as well; empty none */
	double fraction;
	struct bv_str feedback;
};

struct bv_draft_part {
	enum bv_part_kind kind;
	double weight;
	bool multiple, shuffle, horizontal;
	bool by_place; /* order: each thing in its place counts; otherwise all or nothing */
	struct bv_draft_choice *choices; /* match: the first set; gaps: the gaps */
	size_t choice_count;
	struct bv_draft_choice *targets; /* match: the second set; gaps: the gap texts */
	size_t target_count;
	struct bv_draft_answer *answers;
	size_t answer_count;
	struct bv_str *units; /* number: names to choose from, the first is the one of the key */
	size_t unit_count;
	struct bv_str key;           /* text, number: a right response; empty when template processing sets it */
	struct bv_str gapped;        /* gaps: the text with its gaps */
	uint32_t lines;              /* essay */
	const uint32_t *steps;       /* statements: the mark in ten-thousandths for 1, 2, … right */
};

struct bv_draft {
	struct bv_str title, idnumber, body, marking; /* marking: for those who mark, not for candidates */
	struct bv_str general, correct, partial, incorrect; /* feedback, empty none */
	const struct bv_str *tags;
	size_t tag_count;
	double grade;
	struct bv_draft_part *parts;
	size_t part_count;
	struct bv_str template_declarations, template_rules;
};

/* The interaction of a part as it stands in the body. number counts from 0. */
struct bv_str bv_part_write(struct bv_arena *arena, const struct bv_draft_part *part, const struct bv_draft *draft, size_t number);
/* A block interaction, which may not stand inside a paragraph? */
bool bv_part_is_block(const struct bv_draft_part *part);
void bv_draft_write(struct bv_buf *out, const struct bv_draft *draft, struct bv_str identifier, struct bv_str language);
/* Writes, checks (it parses, and its key earns the mark) and hands over; what fails is refused in the report. */
void bv_draft_emit(struct bv_conversion *c, const struct bv_draft *draft);

/* <qti-base-value base-type="float">…</…> */
struct bv_str bv_float_write(struct bv_arena *arena, double value);
/* The bounds of value ± tolerance as such, by decimal arithmetic where both have at most nine places; false when one is not a number. */
bool bv_bounds_write(struct bv_str *low, struct bv_str *high, struct bv_str value, struct bv_str tolerance, struct bv_arena *arena);
/* Moodle's short answer, '*' standing for any characters and "\*" for an asterisk, as an XSD pattern that allows spaces around it; *key is a
 * text that it takes. */
struct bv_str bv_wildcard_pattern(struct bv_str *key, struct bv_str answer, bool case_sensitive, struct bv_arena *arena);
/* A short answer as the options of the conversion want it: by rules of folding, or, where it has a wildcard or its case counts, by a pattern. */
void bv_text_answer(struct bv_draft_answer *answer, struct bv_str *key, struct bv_conversion *c, struct bv_str text, bool case_sensitive);
/* A percentage as Moodle rounds it, 33.33333: the fraction meant where there is one with a denominator to 20. */
double bv_fraction_of(double percent);
/* Đúng, then Sai; truth 1: Đúng is right. */
void bv_truth_part(struct bv_arena *arena, struct bv_draft_part *part, int truth);
/* The key's percentages are those of a full mark? Otherwise says why not, as an error of the question. */
bool bv_fractions_check(struct bv_conversion *c, const struct bv_draft_part *part);

/* ---- Bodies ---- */

enum bv_markup { BV_MARKUP_HTML, BV_MARKUP_PLAIN, BV_MARKUP_MOODLE, BV_MARKUP_MARKDOWN };
enum bv_body_place { BV_BODY_ITEM, BV_BODY_FLOW, BV_BODY_PLAIN };

/* \1 NUMBER \2 in the text stands for one of these: control characters cannot come from a source. */
struct bv_insert {
	struct bv_str xml;
	bool block;
};
struct bv_source_file {
	struct bv_str name; /* with its folders: "a/b.png" */
	struct bv_str base64;
	bool taken; /* has been asked for: what came of it is */
	struct bv_str path;
	const char *fault;
};
struct bv_body_opts {
	enum bv_markup markup;
	int line;
	const struct bv_insert *inserts;
	size_t insert_count;
	struct bv_source_file *files; /* that came with the question */
	size_t file_count;
};
/* An image that a text names, "@@PLUGINFILE@@/a.png" or "data:image/png;base64,…", becomes a file of the question: *path is its name there. NULL, or
 * what is wrong with it. */
const char *bv_media_take(struct bv_conversion *c, struct bv_str *path, struct bv_str source, struct bv_source_file *files, size_t count);
/* Text as a format wrote it → content of qti-item-body, of a choice or feedback, or characters alone. What is not on the allow-list is
 * dropped and reported. */
struct bv_str bv_html_body(struct bv_conversion *c, struct bv_str text, enum bv_body_place place, const struct bv_body_opts *opts);
/* The item's body: text with the interactions of the draft's parts, part N where \1 N \2 stands in it, else behind it. The inserts of opts are
 * numbered from BV_DRAFT_PARTS_MAX. */
void bv_draft_body(struct bv_conversion *c, struct bv_draft *draft, struct bv_str text, const struct bv_body_opts *opts);
/* Appends the character of the entity that s begins with; bytes of s used, 0 when there is none. */
size_t bv_html_entity(struct bv_buf *out, struct bv_str s);
struct bv_str bv_markdown_html(struct bv_conversion *c, struct bv_str text, int line);
/* A copy that may be changed; its length is that of s. */
char *bv_changeable(struct bv_arena *arena, struct bv_str s);
/* s without marks of direction, controls and line feeds: for titles. */
struct bv_str bv_one_line(struct bv_str s, struct bv_arena *arena);

#endif

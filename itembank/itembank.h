/* What can be asked: QTI items are read, checked and scored here, and kept in a bank.
 * QTI 3.0 (1EdTech) is the model; 2.0–2.2 documents are read into the same one. */
#ifndef BV_ITEMBANK_ITEMBANK_H
#define BV_ITEMBANK_ITEMBANK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/str.h"

/* ---- Items ------------------------------------------------------------------------------------------------------ */

#define BV_ITEM_INTERACTIONS_MAX 128
#define BV_ITEM_CHOICES_MAX 1024    /* of one interaction, both sets together */
#define BV_ITEM_IDENTIFIER_MAX 255  /* bytes of any identifier */
#define BV_RESPONSE_TEXT_MAX 65536  /* bytes of one string of a response */
#define BV_RESPONSE_VALUES_MAX 1024 /* values in one response */

/* One assessment item: immutable, so that any number of threads and sessions may share it. */
struct bv_item;

enum bv_qti_version { BV_QTI_2_0, BV_QTI_2_1, BV_QTI_2_2, BV_QTI_3_0 };

#define BV_RESPONSE_FILE_MAX (4u << 20) /* bytes of the base64 text of one file of a response */

/* All interactions of QTI 3.0. */
enum bv_interaction_kind {
	BV_INTERACTION_CHOICE,
	BV_INTERACTION_INLINE_CHOICE,
	BV_INTERACTION_TEXT_ENTRY,
	BV_INTERACTION_ORDER,
	BV_INTERACTION_MATCH,
	BV_INTERACTION_ASSOCIATE,
	BV_INTERACTION_GAP_MATCH,
	BV_INTERACTION_HOTTEXT,
	BV_INTERACTION_EXTENDED_TEXT,
	BV_INTERACTION_HOTSPOT,
	BV_INTERACTION_SELECT_POINT,
	BV_INTERACTION_GRAPHIC_ORDER,
	BV_INTERACTION_GRAPHIC_ASSOCIATE,
	BV_INTERACTION_GRAPHIC_GAP_MATCH,
	BV_INTERACTION_POSITION_OBJECT,
	BV_INTERACTION_SLIDER,
	BV_INTERACTION_MEDIA,
	BV_INTERACTION_DRAWING,
	BV_INTERACTION_UPLOAD,
	BV_INTERACTION_END_ATTEMPT,
	BV_INTERACTION_PORTABLE_CUSTOM,
	BV_INTERACTION_CUSTOM, /* deprecated by QTI 3.0: kept, but neither delivered nor scored by a machine */
	BV_INTERACTION_KINDS
};

/* An image, or what is played: img, picture, object, audio or video of the page. Nothing is fetched. */
struct bv_media {
	struct bv_str source;   /* as written, relative to the item; empty when there is none */
	struct bv_str type;     /* MIME type of an object; empty when not said */
	struct bv_str alt;      /* its alternative text, white space collapsed */
	uint32_t width, height; /* pixels; 0 when not said, or said in percent */
	int line;
};

/* simpleChoice, simpleAssociableChoice, inlineChoice, hottext, gapText, gapImg, hotspotChoice, associableHotspot, or a gap. */
struct bv_choice {
	struct bv_str identifier;          /* unique within the item's interaction */
	struct bv_str text;                /* its content as plain text, white space collapsed; an image gives its alternative text, a hotspot its label */
	struct bv_str template_identifier; /* empty: always shown */
	struct bv_str match_groups;        /* identifiers separated by spaces of the choices it may be paired with; empty: any */
	bool template_hides;               /* show-hide="hide": hidden when the template variable names it, else shown then */
	bool fixed;                        /* keeps its place when the others are shuffled */
	bool required;                     /* a gap that must be filled */
	uint32_t match_min, match_max;     /* associations; match_max 0 = any number */
	struct bv_str shape, coords;       /* hotspots, as written: coords in pixels of the image, or percent of it */
	int line;
};

/* How the text of an extendedText is written. Formatted text is kept as well-formed XHTML of what doc/delivery.md lists, whatever was sent. */
enum bv_text_format { BV_TEXT_PLAIN, BV_TEXT_PREFORMATTED, BV_TEXT_XHTML };

/* Counts are as the schema's defaults make them: 0 as a maximum means any number. Strings are empty where absent. */
struct bv_interaction {
	enum bv_interaction_kind kind;
	struct bv_str response; /* identifier of the response variable it fills */
	int line;
	bool shuffle;
	bool required; /* inlineChoice: a choice must be made */

	/* match: the choices of the first set, then those of the second; gapMatch: gap texts and images, then the gaps; graphicGapMatch:
	 * then the hotspots. A shuffle keeps the two apart, and never moves gaps; nothing of a graphic interaction is ever shuffled. In all
	 * others first_count == choice_count. */
	const struct bv_choice *choices;
	size_t choice_count, first_count;

	/* choice, hottext, hotspot, order, graphicOrder (both equal to choice_count when neither is given), selectPoint, positionObject */
	uint32_t min_choices, max_choices;
	uint32_t min_associations, max_associations; /* match, associate, gapMatch, graphicAssociate, graphicGapMatch */
	uint32_t min_strings, max_strings;           /* extendedText */
	uint32_t min_plays, max_plays;               /* media */

	struct bv_str pattern_mask;      /* textEntry, extendedText: XSD regular expression for the whole of each string */
	struct bv_str string_identifier; /* textEntry, extendedText: a second variable that takes the characters as typed */
	struct bv_str placeholder;
	uint32_t expected_length; /* characters, for the size of the box only; 0 = not said */
	uint32_t expected_lines;
	uint32_t base; /* radix of typed integers, 2–36, 10 when absent */
	enum bv_text_format format; /* extendedText */

	struct bv_media media;  /* graphic ones, drawing: the image; positionObject: what is placed; media: what is played */
	struct bv_media stage;  /* positionObject: the image that it is placed on */
	double lower, upper;    /* slider, lower <= upper */
	double step;            /* slider: values are lower + n × step; 0 = any value between */
	bool reverse;           /* slider: the lower bound is at the right or top */
	bool count_attempt;     /* endAttempt: pressing it uses up an attempt (true when absent) */
	struct bv_str title;    /* endAttempt: the words on the button */
	struct bv_str types;    /* upload: MIME types allowed, separated by spaces, "image" followed by a slash and a star for all of a kind; empty: any */
	struct bv_str module;   /* portableCustom: custom-interaction-type-identifier, which says whose module runs it */
};

/* Reads an item of at most BV_XML_ITEM_MAX bytes; *out borrows nothing from xml. EPARSE or ELIMIT with the line and, where there is
 * one, the clause: not well-formed, not an item, an unsupported interaction, a value that does not fit its declaration, an
 * expression whose type cannot be. What passes here can be scored; bv_item_check says more. */
BV_API BV_MUST_USE enum bv_status bv_item_parse(struct bv_item **out, struct bv_str xml, struct bv_err *err);
/* The same, but interactions whose response is not declared, shared with another interaction or of a type that they cannot fill are
 * let pass: other engines score such items, and so can we. Their responses are not checked against the page. So are rules that can
 * never be right: a variable that is not declared is NULL, anything else fails when it is come to. bv_item_check names them all. */
BV_API BV_MUST_USE enum bv_status bv_item_parse_loosely(struct bv_item **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_item_free(struct bv_item *item);
BV_AUTO_DEFINE(struct bv_item, bv_item_free)

BV_API struct bv_str bv_item_identifier(const struct bv_item *item);
BV_API struct bv_str bv_item_title(const struct bv_item *item);
BV_API struct bv_str bv_item_language(const struct bv_item *item); /* xml:lang, empty if absent */
BV_API enum bv_qti_version bv_item_version(const struct bv_item *item);
#define BV_ITEM_STIMULI_MAX 64
/* The identifiers of the stimuli that it refers to, each once, separated by spaces; of more than BV_ITEM_STIMULI_MAX the first. In arena. */
BV_API struct bv_str bv_item_stimuli(const struct bv_item *item, struct bv_arena *arena);
BV_API const char *bv_qti_version_name(enum bv_qti_version version);            /* "3.0" */
BV_API const uint8_t *bv_item_hash(const struct bv_item *item);                 /* SHA-256 of the bytes that were parsed, 32 bytes */
BV_API bool bv_item_adaptive(const struct bv_item *item);
BV_API bool bv_item_clones(const struct bv_item *item); /* has template processing: each seed may give another clone */

BV_API size_t bv_item_interaction_count(const struct bv_item *item);
BV_API const struct bv_interaction *bv_item_interaction(const struct bv_item *item, size_t idx); /* in the order of the page */
BV_API const char *bv_interaction_name(enum bv_interaction_kind kind);                            /* "gapMatch" */

/* Has it neither a portable custom interaction, which runs code of its author, nor a custom one of QTI 2? Others are not put on forms, unless all modules of
 * the former are allowed: bv_delivery_check. */
BV_API bool bv_item_deliverable(const struct bv_item *item);

/* normal-maximum of the outcome SCORE, else the default value of the outcome MAXSCORE; false when the item has neither. */
BV_API bool bv_item_max_score(const struct bv_item *item, double *out);
/* Response processing sets SCORE, no outcome is marked as scored by a human or by another machine (external-scored), and there is no
 * custom interaction of QTI 2. */
BV_API bool bv_item_machine_scorable(const struct bv_item *item);
/* The stem as plain text, white space collapsed: the item body without choices and rubric blocks. Lives as long as the arena. */
BV_API struct bv_str bv_item_stem(const struct bv_item *item, struct bv_arena *arena);

/* How an item can be used by who does not see, or has no pointer (doc/stats.md has what each interaction needs). */
enum bv_access_way {
	BV_ACCESS_UNKNOWN,  /* code of its own decides */
	BV_ACCESS_POINTER,  /* only with a mouse, a finger or a pen */
	BV_ACCESS_KEYBOARD, /* with keys alone, by who sees the page */
	BV_ACCESS_READER,   /* with keys and a screen reader */
};
/* "unknown", "pointer", "keyboard", "screen-reader" */
BV_API const char *bv_access_name(enum bv_access_way way);

#define BV_ACCESS_SUPPORTS_MAX 16
struct bv_access {
	enum bv_access_way way;            /* of the hardest interaction; with an image that nothing describes, not BV_ACCESS_READER */
	uint32_t images, described;        /* in the body; described or said to decorate only */
	uint32_t recordings, alternatives; /* sound and video; with a track, or a card that stands for it */
	struct bv_str supports[BV_ACCESS_SUPPORTS_MAX]; /* of the cards of its catalogs: "braille", "sign-language" …, each once; they live as long as the item */
	size_t support_count;
};
BV_API void bv_item_access(struct bv_access *out, const struct bv_item *item);

/* ---- Documents of several files (doc/packages.md) ----------------------------------------------------------------------- */

#define BV_INCLUDES_MAX 256     /* files that a document includes, those of included files too */
#define BV_INCLUDE_DEPTH_MAX 8  /* files inside each other, below the document */

/* Where the files lie: name is a path below the package's folder, NFC, without "..". bytes are cleared first, and their max counts. ENOTFOUND when it is
 * not there. */
struct bv_include_files {
	enum bv_status (*read)(void *ctx, struct bv_buf *bytes, struct bv_str name, struct bv_err *err);
	void *ctx;
};

/* Replaces what is included in the document by what the files have, so that it stands alone: every xi:include (XInclude 1.0; parse="xml" and "text", a
 * fallback when the file is not there; no xpointer), and response processing whose template-location names a file. References in a file of another folder
 * lead to the same files as before. Bytes outside of that stay as they are, and lines too: what is included is on one line. name is the document's own
 * path; xml->max counts for the whole. A document that is not well-formed may pass. EPARSE, EINVAL, ELIMIT or ENOTFOUND, at the line that names the file:
 * it is absolute, external or leads out, is not there, is not well-formed or has a DOCTYPE, includes itself, is of another version; too many, too much.
 * On failure xml is as it was. */
BV_API BV_MUST_USE enum bv_status bv_include(struct bv_buf *xml, struct bv_str name, const struct bv_include_files *files, struct bv_err *err);
/* The same for a document that was read from path, with the files of folder, which path begins with; else, or when it is NULL, those of path's own folder.
 * Nothing outside of it is read, and nothing through a link. Standard input ("-") has no folder. */
BV_API BV_MUST_USE enum bv_status bv_include_below(struct bv_buf *xml, const char *folder, const char *path, struct bv_err *err);

/* ---- Item sessions ---------------------------------------------------------------------------------------------- */

/* One candidate's work on one item: its clone, responses and outcomes. Used by one thread at a time; item must outlive it. */
struct bv_item_session;

/* Runs template processing with the random stream of seed (BV-DRAW-1 stream; the same seed always gives the same clone).
 * EINVAL when an expression cannot be evaluated. Responses start at their defaults, or NULL. */
BV_API BV_MUST_USE enum bv_status bv_item_session_new(struct bv_item_session **out, const struct bv_item *item,
                                                      const uint8_t seed[BV_HASH_LEN], struct bv_err *err);
BV_API void bv_item_session_free(struct bv_item_session *session);
BV_AUTO_DEFINE(struct bv_item_session, bv_item_session_free)

/* The same session for another candidate and another clone: as if new, in the same memory. */
BV_API BV_MUST_USE enum bv_status bv_item_session_start(struct bv_item_session *session, const uint8_t seed[BV_HASH_LEN],
                                                        struct bv_err *err);

/* Forgets responses and outcomes but keeps the clone and the memory: for scoring many candidates on the same clone. */
BV_API void bv_item_session_reset(struct bv_item_session *session);

/* Is the choice on the page of this clone (template-identifier and show-hide)? */
BV_API bool bv_item_session_shows(const struct bv_item_session *session, const struct bv_choice *choice);

/* Takes the candidate's responses from PCI JSON, {"RESPONSE":{"base":{"identifier":"A"}}}; what is not named
 * keeps the default that its declaration gives it, mostly NULL; an endAttempt that is not named was not pressed: false. Integers may stand for floats, and typed text
 * ({"base":{"string":"12"}}) for the numbers of a textEntry: in the radix of the interaction, with a decimal comma too where the item's
 * language is Vietnamese. EINVAL names the response: not declared, wrong base type or cardinality, an identifier that is not a choice
 * on the page, text that is no number. A refused call changes nothing. Nothing is borrowed. */
BV_API BV_MUST_USE enum bv_status bv_item_session_respond(struct bv_item_session *session, const struct bv_json *responses,
                                                          struct bv_err *err);

/* The same without JSON: the values of each response in QTI's lexical form ("A", "L1 R3", "2.5", "true"); none is NULL.
 * Numbers and records of a textEntry are taken as typed. The values are borrowed until the next respond, answer, start or reset. */
struct bv_answer {
	struct bv_str response;
	const struct bv_str *values;
	size_t count;
};
BV_API BV_MUST_USE enum bv_status bv_item_session_answer(struct bv_item_session *session, const struct bv_answer *answers, size_t count,
                                                         struct bv_err *err);

/* Are the responses valid as the interactions demand (QTI 3.0 validate-responses)? Numbers of choices, associations, strings and
 * plays, match-min, match-max and match-group, required gaps, pattern masks, duplicates, points on the image, the slider's bounds and steps,
 * types of files, one button pressed. EINVAL says which response and what is missing. Scoring does not
 * depend on it: whether an invalid response may be submitted is the exam's decision. */
BV_API BV_MUST_USE enum bv_status bv_item_session_validate(const struct bv_item_session *session, struct bv_err *err);

/* Seconds that the candidate has spent on the item so far, for the built-in variable `duration`; 0 before the first call. */
BV_API void bv_item_session_spend(struct bv_item_session *session, double seconds);

/* Response processing on the responses as they are: the end of an attempt. numAttempts grows by one, unless an endAttempt with
 * count-attempt="false" was pressed; completionStatus becomes "unknown" the first time. Outcomes of an item that is not adaptive start at
 * their defaults each time, those of an adaptive one go on from the last attempt.
 * EINVAL when the item has rules that cannot be evaluated; never a silent zero. */
BV_API BV_MUST_USE enum bv_status bv_item_score(struct bv_item_session *session, struct bv_err *err);

/* Attempts that counted. */
BV_API uint32_t bv_item_session_attempts(const struct bv_item_session *session);
/* An adaptive item whose response processing has set completionStatus to "completed": no further attempt is to be offered. What is scored
 * all the same goes on from there. Other items are never completed by themselves. */
BV_API bool bv_item_session_completed(const struct bv_item_session *session);

/* A numeric outcome; false when it is NULL, not declared or not a number. */
BV_API bool bv_item_session_number(const struct bv_item_session *session, const char *outcome, double *out);

/* {"outcomes":{NAME:{"cardinality":…,"baseType":…,"value":PCI}}} (DESIGN §7), in the order of declaration, built-in completionStatus
 * last. Owned by the caller. */
BV_API struct bv_json *bv_item_session_outcomes(const struct bv_item_session *session);
/* {"RESPONSE":PCI,…}: the responses now bound; the template variables of this clone. */
BV_API struct bv_json *bv_item_session_responses(const struct bv_item_session *session);
BV_API struct bv_json *bv_item_session_templates(const struct bv_item_session *session);
/* {"RESPONSE":PCI,…}: what correct-response declares for this clone; a response without one is left out. For simulation and audit:
 * never to be sent to a candidate. */
BV_API struct bv_json *bv_item_session_correct(const struct bv_item_session *session);

/* ---- Delivery --------------------------------------------------------------------------------------------------- */

/* An item as a candidate may see it: JsonML, ["qti-item-body",{…},child…], built by allow-list when the item is read (doc/delivery.md).
 * No identifier of the author's is in it: choices have opaque ids, responses are r1, r2 … in the order of the page. */

#define BV_DELIVERY_MAX (16u << 20) /* bytes; a caller's buffer may have a smaller maximum */
#define BV_OPAQUE_LEN 17            /* characters of an opaque id: 'c' and 80 bits in base 32 */

enum bv_view { BV_VIEW_AUTHOR, BV_VIEW_CANDIDATE, BV_VIEW_PROCTOR, BV_VIEW_SCORER, BV_VIEW_TEST_CONSTRUCTOR, BV_VIEW_TUTOR };
/* "author", …, "testConstructor", "tutor"; false for another word. */
BV_API bool bv_view_parse(enum bv_view *out, struct bv_str word);

/* States of QTI 3.0 item sessions in which an item is shown. */
enum bv_delivery_state {
	BV_DELIVERY_INTERACTING, /* the candidate works: no feedback, except an adaptive item's in its body */
	BV_DELIVERY_FEEDBACK,    /* right after an attempt ("modal feedback"): feedback as the outcomes say, modal feedback too */
	BV_DELIVERY_REVIEW,      /* after the last attempt: with the responses given, and feedback in the body */
	BV_DELIVERY_SOLUTION,    /* after the last attempt: bv_delivery_solution gives the correct responses; no feedback */
};

/* What a person needs, in the words of 1EdTech's Access for All (PNP 3.0 of QTI). A card of a catalog is sent only to who has its support. */
#define BV_PNP_MAX (64u << 10) /* bytes */
#define BV_PNP_SUPPORTS_MAX 64

struct bv_pnp_support {
	struct bv_str name;     /* "spoken", "braille", "keyword-translation" …, or "ext:" and a name of one's own */
	struct bv_str language; /* BCP 47; empty: the default of each card */
	struct bv_str reading;  /* spoken: "computer-read-aloud" or "screen-reader"; empty: any */
};
struct bv_pnp {
	const struct bv_pnp_support *supports;
	size_t count;
	struct bv_arena arena; /* what the supports point to */
};

/* An access-for-all-pnp document, of which features, their languages and reading types, and the three sets are read (prohibited ones are not
 * in *out); or JSON, {"keyword-translation":{"language":"vi"},"spoken":{"readingType":"computer-read-aloud"}}. EPARSE names a feature that
 * is unknown or there twice. The caller's: bv_pnp_finish. */
BV_API BV_MUST_USE enum bv_status bv_pnp_parse(struct bv_pnp *out, struct bv_str bytes, struct bv_err *err);
BV_API void bv_pnp_finish(struct bv_pnp *pnp);
BV_AUTO_DEFINE_FINISH(struct bv_pnp, bv_pnp_finish)
/* NULL when there is none of that name; pnp may be NULL. */
BV_API const struct bv_pnp_support *bv_pnp_find(const struct bv_pnp *pnp, struct bv_str name);
/* Is it a feature of the PNP, or an extension's name? */
BV_API bool bv_pnp_is_name(struct bv_str name);

/* The order in which the form has the choices of one set: all of them, also those that this clone does not show. */
struct bv_delivery_set {
	const struct bv_str *choices;
	size_t count;
};
struct bv_delivery_order {
	struct bv_str response;
	const struct bv_delivery_set *sets; /* match: both; else one */
	size_t set_count;
};

/* The SHA-256 of the file at that path in the item's package (no "..", no scheme); false when the package has no such file. */
typedef bool (*bv_media_fn)(void *ctx, struct bv_str path, uint8_t hash[BV_HASH_LEN]);

/* The stimulus at that path in the item's package, which must live until the call is over; NULL when there is none. */
struct bv_stimulus;
typedef const struct bv_stimulus *(*bv_stimulus_fn)(void *ctx, struct bv_str path);

/* The module of a portable custom interaction that an administrator allows, by what it is and not by what it is called. */
struct bv_allowed_module {
	uint8_t hash[BV_HASH_LEN]; /* SHA-256 of the script's bytes */
	struct bv_str properties;  /* which of the interaction's properties go to it: names without "data-", separated by spaces */
	struct bv_str variables;   /* which of its template and context variables do: identifiers, separated by spaces */
};

#define BV_ALLOWED_MODULES_MAX (1u << 20) /* bytes of a list */
/* Those of a list of hashes separated by white space, each with the properties and then the variables that it gets: "HASH:width,axis__x:N,LEVEL HASH". */
struct bv_allowed_modules {
	struct bv_allowed_module *all;
	size_t count;
	struct bv_arena arena;
};
/* EINVAL says what such a list is. */
BV_API BV_MUST_USE enum bv_status bv_allowed_modules_parse(struct bv_allowed_modules *out, struct bv_str list, struct bv_err *err);
BV_API void bv_allowed_modules_finish(struct bv_allowed_modules *modules);
BV_AUTO_DEFINE_FINISH(struct bv_allowed_modules, bv_allowed_modules_finish)

struct bv_delivery {
	const uint8_t *key;                     /* BV_HASH_LEN bytes, secret, of this item in this attempt: opaque ids come from it by HMAC */
	const struct bv_delivery_order *orders; /* a response that is not here is not shuffled */
	size_t order_count;
	enum bv_view view; /* whose rubric blocks */
	enum bv_delivery_state state;
	/* Item session control, which binds candidates only. Without show_feedback there is none after the last attempt; EDENIED: a review or a
	 * solution that is not allowed. bv_test_session_delivery fills state and these. */
	bool show_feedback, allow_review, show_solution;
	const struct bv_pnp *pnp; /* NULL: no catalogs */
	struct bv_str path; /* of the item in its package, from which its references start; empty: the package's first folder */
	bv_media_fn media;  /* NULL: an item with media is refused */
	bv_media_fn module; /* the same for scripts of portable custom interactions */
	void *media_ctx;    /* of both */
	/* Modules that portable custom interactions may run: every module that one names must be here. */
	const struct bv_allowed_module *modules;
	size_t module_count;
	bv_stimulus_fn stimulus; /* NULL: an item with shared stimuli is refused */
	void *stimulus_ctx;
};

/* A stimulus that items share by qti-assessment-stimulus-ref: immutable, for any number of threads. EPARSE and ELIMIT as of items. It is
 * delivered inside each item, in the element whose data-stimulus-idref names the reference, else before the body's content. */
BV_API BV_MUST_USE enum bv_status bv_stimulus_parse(struct bv_stimulus **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_stimulus_free(struct bv_stimulus *stimulus);
BV_AUTO_DEFINE(struct bv_stimulus, bv_stimulus_free)
BV_API struct bv_str bv_stimulus_identifier(const struct bv_stimulus *stimulus);

/* Appends the item of the session's clone. EINVAL when the item cannot be delivered (an interaction that is not delivered yet, a reference
 * out of its package), or an order is not one of its choices, moves a fixed one, or permutes what is not shuffled; EDENIED when the
 * second pass over the bytes finds what must not leave (QTI.md §5.1): then nothing was appended. */
BV_API BV_MUST_USE enum bv_status bv_delivery_render(struct bv_buf *out, const struct bv_item_session *session,
                                                     const struct bv_delivery *delivery, struct bv_err *err);

/* Could pages of the item be made with these files and allowed modules? EINVAL names what cannot be: the first of its interactions, references or modules,
 * those with their SHA-256. Neither clone nor key is looked at. */
BV_API BV_MUST_USE enum bv_status bv_delivery_check(const struct bv_item *item, const struct bv_delivery *delivery, struct bv_err *err);

/* What the candidate's page sends, {"r1":{"base":{"identifier":"c…"}}}, as bv_item_session_respond takes it: the item's own names of
 * responses and choices. EINVAL for a response or an opaque id that is not on the page of this clone. Owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_delivery_map_responses(struct bv_json **out, const struct bv_item_session *session,
                                                            const struct bv_delivery *delivery, const struct bv_json *delivered,
                                                            struct bv_err *err);
/* The same as text, without tree and session, for what pages mostly send: choices, pairs, plain ASCII, small integers, of an item all of whose choices are
 * always shown. True: appended. False: nothing was, and the call above must say. Nothing is taken that it, or bv_item_session_respond, refuses. */
BV_API bool bv_delivery_take(struct bv_buf *out, const struct bv_item *item, const uint8_t key[BV_HASH_LEN], struct bv_str delivered);
/* The other way: responses with the item's names as a page would send them, for resuming an attempt and for tests. */
BV_API BV_MUST_USE enum bv_status bv_delivery_hide_responses(struct bv_json **out, const struct bv_item_session *session,
                                                             const struct bv_delivery *delivery, const struct bv_json *responses,
                                                             struct bv_err *err);

/* The correct responses as the page shows them, for the state BV_DELIVERY_SOLUTION with show_solution only: EDENIED in any other. Owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_delivery_solution(struct bv_json **out, const struct bv_item_session *session,
                                                       const struct bv_delivery *delivery, struct bv_err *err);

/* The second pass alone: is this JsonML that may be sent to somebody who works on the item? EDENIED names what may not. */
BV_API BV_MUST_USE enum bv_status bv_delivery_scan(struct bv_str bytes, const struct bv_item_session *session,
                                                   const struct bv_delivery *delivery, struct bv_err *err);

/* The idx-th thing in the item's body that is not delivered, "<script> is not delivered", or NULL after the last; *line its line. */
BV_API const char *bv_item_left_out(const struct bv_item *item, size_t idx, int *line);

/* Evaluates one expression document (2.x or 3 names) in an empty context: {"cardinality":…,"baseType":…,"value":PCI}.
 * EPARSE when the expression is refused, with the reason. Owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_expression_eval(struct bv_json **out, struct bv_str xml, struct bv_err *err);

/* ---- Checks and lint -------------------------------------------------------------------------------------------- */

/* A kind of fault or oddity. Ids are stable: scripts may rely on them. */
struct bv_diagnostic_rule {
	const char *group;   /* "document", "expression", …: where it is found */
	const char *id;      /* "undeclared-variable" */
	const char *en, *vi; /* what it is, one line each */
};
/* All rules that diagnostics name, by group. */
BV_API const struct bv_diagnostic_rule *bv_diagnostic_rules(size_t *count);
/* NULL if there is none of that id. */
BV_API const struct bv_diagnostic_rule *bv_diagnostic_rule_find(const char *id);
/* The rule of an error of reading an item, a test or a package: its own, or that of its category. Never NULL. */
BV_API const char *bv_diagnostic_rule_of(const struct bv_err *err);

enum bv_severity { BV_SEVERITY_ERROR, BV_SEVERITY_WARNING };

struct bv_diagnostic {
	enum bv_severity severity;
	const char *rule; /* the id of a rule: "no-key" */
	const char *path; /* as given to the call, NULL for a finding about the whole bank */
	int line;         /* 0 where there is none */
	const char *message;
};
/* The diagnostic is valid during the call only. */
typedef void (*bv_diagnostic_fn)(void *ctx, const struct bv_diagnostic *diagnostic);

/* Everything that is wrong with one item and can be seen in it alone: what keeps it from being read (the first fault only) and meanings
 * beyond reading. Returns the number of errors. */
BV_API size_t bv_item_check(const char *path, struct bv_str xml, bv_diagnostic_fn report, void *ctx);

/* The craft of items: add all items of a bank, then finish for the rules that look at all of them together. */
struct bv_lint;
BV_API struct bv_lint *bv_lint_new(bv_diagnostic_fn report, void *ctx);
BV_API void bv_lint_free(struct bv_lint *lint);
BV_AUTO_DEFINE(struct bv_lint, bv_lint_free)
/* Reports what is wrong with this item; a document that does not parse is left to bv_item_check. */
BV_API void bv_lint_add(struct bv_lint *lint, const char *path, struct bv_str xml);
/* Reports what the metadata of an image tell of people; bytes that are no JPEG, PNG or WebP tell nothing. */
BV_API void bv_lint_image(struct bv_lint *lint, const char *path, struct bv_str bytes);
/* Reports what is wrong with the bank. Returns the number of errors of all calls. */
BV_API size_t bv_lint_end(struct bv_lint *lint);

/* ---- Items of other versions ------------------------------------------------------------------------------------- */

struct bv_loss;

/* The version of that name that items are converted to, "3.0" or "2.2"; EINVAL for others. */
BV_API BV_MUST_USE enum bv_status bv_qti_version_target(enum bv_qti_version *out, const char *name, struct bv_err *err);

/* Appends the item as QTI 3.0 (valid against the schema of 3.0.1 where a loss does not say otherwise) or QTI 2.2: the same responses give
 * the same outcomes. What the version cannot say is reported to loss, which may be NULL. A document that is of that version and needs
 * nothing is copied as it is, so that a second conversion changes nothing. Read as by bv_item_parse_loosely; EINVAL when what came of it
 * could not be read again, ELIMIT when it grew past BV_XML_ITEM_MAX. */
BV_API BV_MUST_USE enum bv_status bv_item_convert(struct bv_buf *out, struct bv_str xml, enum bv_qti_version to,
                                                  void (*loss)(void *ctx, const struct bv_loss *loss), void *ctx, struct bv_err *err);
/* The same for a stimulus. One that is of that version is copied as it is; EPARSE for what is no stimulus. */
BV_API BV_MUST_USE enum bv_status bv_stimulus_convert(struct bv_buf *out, struct bv_str xml, enum bv_qti_version to,
                                                      void (*loss)(void *ctx, const struct bv_loss *loss), void *ctx, struct bv_err *err);

/* ---- Schemas ---------------------------------------------------------------------------------------------------- */

/* XML schemas that the operator keeps in a folder: those of QTI are the standard body's and not part of the product. By target namespace; of
 * two of one namespace the last by name. Each is compiled when the first document of its namespace comes (7 s for QTI 3.0.1) and kept: a
 * process that forks checks one before. Used by one thread at a time, and no other thread may read XML with libxml2's default loader meanwhile. */
struct bv_schemas;

/* Reads what is directly in the folder; ENOTFOUND, EIO, ELIMIT. A folder without schemas is one. */
BV_API BV_MUST_USE enum bv_status bv_schemas_open(struct bv_schemas **out, const char *folder, struct bv_err *err);
BV_API void bv_schemas_free(struct bv_schemas *schemas);
BV_AUTO_DEFINE(struct bv_schemas, bv_schemas_free)
/* Is there a schema of that namespace in the folder? */
BV_API bool bv_schemas_know(const struct bv_schemas *schemas, struct bv_str ns);
/* Tells what a document has against its schema, as errors with the rule "schema"; what is known to be the schema's own fault as warnings
 * (doc/schemas.md); once for each namespace that there is no schema for it, or none that compiles, as the warning "no-schema". Nothing but the
 * folder is read, whatever the document or a schema names. Documents that are no XML are passed over: bv_item_check says so. Returns the number
 * of errors. */
BV_API size_t bv_schemas_check(struct bv_schemas *schemas, const char *path, struct bv_str xml, bv_diagnostic_fn report, void *ctx);

/* ---- Questions of other formats --------------------------------------------------------------------------------- */

#define BV_CONVERT_MAX (32u << 20)      /* bytes of one file */
#define BV_CONVERT_QUESTIONS_MAX 20000 /* of one file */

/* Moodle XML; GIFT; Aiken; our CSV; our CSV of four statements, Đúng or Sai each. doc/convert.md has what is carried over of each. */
enum bv_convert_format { BV_CONVERT_MOODLE, BV_CONVERT_GIFT, BV_CONVERT_AIKEN, BV_CONVERT_CSV, BV_CONVERT_VN4 };
/* EINVAL lists the names. */
BV_API BV_MUST_USE enum bv_status bv_convert_format_parse(enum bv_convert_format *out, const char *name, struct bv_err *err);

/* A media file that an item refers to. Equal paths are equal files, in whatever questions. */
struct bv_converted_file {
	struct bv_str path, bytes; /* "media/0123….png" */
	const char *type;          /* "image/png", by its bytes */
};

/* One question as an item. Borrowed during the call. */
struct bv_converted {
	struct bv_str identifier; /* unique in the run: prefix, '-', ID number or ordinal; a file name too */
	struct bv_str title, xml; /* xml: a QTI 3.0 item that parses, and whose key scores its maximum */
	struct bv_str category;   /* "Toán/Hình học", empty none */
	struct bv_str idnumber;
	const struct bv_str *tags;
	size_t tag_count;
	const struct bv_converted_file *files;
	size_t file_count;
	int line; /* where the question begins */
};

/* Words for what kind of thing is not carried over: "changed" (asked in another way), "column" (not read), "form" (not written as the format wants it), "incomplete" (text,
 * choices or key are missing), "key" (none, or it cannot be), "many" (more or longer than a maximum), "markup" (of a text), "number" (none), "share" (of the mark),
 * "unkept" (a kind of question). Ends with NULL. */
BV_API extern const char *const bv_loss_kinds[];

/* One thing that is not carried over: WARNING, the item is there without it; ERROR, the question is not converted. */
struct bv_loss {
	enum bv_severity severity;
	const char *kind; /* one of bv_loss_kinds; NULL where items are converted between versions of QTI */
	int line;
	struct bv_str question; /* its title, if it has one */
	const char *message;
};

struct bv_convert_opts {
	struct bv_str prefix;   /* of the identifiers: a letter, then letters, digits, - _ . ; empty: "Q" */
	struct bv_str language; /* xml:lang of the items */
	struct bv_str fold;     /* rules by which a short answer is the same, "space,case,tone" (doc/short-answers.md); empty: spaces at the ends and case */
	/* vn4: the mark in ten-thousandths for 1, 2, … statements right; as many as statements. The last is the full mark. */
	const uint32_t *steps;
	size_t step_count;
	/* What is not BV_OK ends the run and is its result. Both may be NULL. */
	enum bv_status (*item)(void *ctx, const struct bv_converted *item, struct bv_err *err);
	void (*loss)(void *ctx, const struct bv_loss *loss);
	void *ctx;
};
struct bv_convert_counts {
	uint64_t questions, items, refused, losses; /* refused: losses of severity ERROR; losses: the others */
};

/* Reads a whole file. EPARSE or ELIMIT, with the line, for a file that is not of the format at all, is not UTF-8 or is too large; faults of
 * one question are its losses. counts holds what was done also then. */
BV_API BV_MUST_USE enum bv_status bv_convert(enum bv_convert_format format, struct bv_str bytes, const struct bv_convert_opts *opts,
                                             struct bv_convert_counts *counts, struct bv_err *err);

/* ---- Tests ------------------------------------------------------------------------------------------------------ */

#define BV_TEST_NODES_MAX 20000   /* parts, sections and item references of one test, those of referred sections included */
#define BV_TEST_ITEMS_MAX 10000   /* items on one candidate's form of it */
#define BV_TEST_SECTIONS_MAX 1000 /* references to sections in files of their own */

/* A QTI assessmentTest and all that it refers to: immutable, so that any number of threads and sessions may share it. */
struct bv_test;

/* Where the files are that a test refers to. name is the reference's href, put together with the folder of the file that it is in and
 * without "." and ".." ("items/q1.xml"): what leads out of the package is refused before anybody is asked. The item is borrowed, and must
 * live as long as the test. A refusal becomes the test's, with the line of the reference. */
struct bv_test_files {
	enum bv_status (*item)(void *ctx, const struct bv_item **out, struct bv_str name, struct bv_err *err);
	enum bv_status (*section)(void *ctx, struct bv_buf *xml, struct bv_str name, struct bv_err *err);
	void *ctx;
};

/* Reads a test of at most BV_XML_DOCUMENT_MAX bytes; name is its own, below the package's folder. EPARSE or ELIMIT with the line, and the
 * file where it is another: whatever bv_test_check calls an error. What passes here can be sat. */
BV_API BV_MUST_USE enum bv_status bv_test_parse(struct bv_test **out, struct bv_str xml, struct bv_str name,
                                                const struct bv_test_files *files, struct bv_err *err);
BV_API void bv_test_free(struct bv_test *test);
BV_AUTO_DEFINE(struct bv_test, bv_test_free)

/* Everything that is wrong with a test, by the rules of doc/tests.md. name and files as above, path is for the diagnostics. Returns the
 * number of errors. */
BV_API size_t bv_test_check(const char *path, struct bv_str xml, struct bv_str name, const struct bv_test_files *files,
                            bv_diagnostic_fn report, void *ctx);

BV_API struct bv_str bv_test_identifier(const struct bv_test *test);
BV_API struct bv_str bv_test_title(const struct bv_test *test);
BV_API enum bv_qti_version bv_test_version(const struct bv_test *test);
BV_API size_t bv_test_item_count(const struct bv_test *test); /* item references, before any selection */

/* What is said to candidates, proctors or scorers, in the order of the document. */
struct bv_rubric {
	struct bv_str owner; /* identifier of the test, part or section that it is for */
	struct bv_str views; /* author candidate proctor scorer testConstructor tutor, those that may see it, separated by spaces */
	struct bv_str use;   /* "instructions", "scoring", …; empty if not said */
	struct bv_str text;  /* as plain text */
	int line;
};
BV_API size_t bv_test_rubric_count(const struct bv_test *test);
BV_API const struct bv_rubric *bv_test_rubric(const struct bv_test *test, size_t idx);
/* May somebody with that view, "candidate", see it? */
BV_API bool bv_rubric_shows(const struct bv_rubric *rubric, const char *view);

/* ---- Test sessions ---------------------------------------------------------------------------------------------- */

/* One candidate's sitting of one test. Used by one thread at a time; the test must outlive it. Time is the caller's: now_ms is
 * milliseconds on any clock that never goes back, the same for all calls. Every call first lets the time pass: it is added to the item,
 * its sections, part and test, and what has run out of time is closed.
 * A refused call (EDENIED: not allowed here or now; EINVAL: it makes no sense) changes nothing but that. */
struct bv_test_session;

enum bv_test_state {
	BV_TEST_AT_ITEM,   /* an item is before the candidate */
	BV_TEST_SUSPENDED, /* no time passes until it is resumed */
	BV_TEST_ENDED,
};

/* Selection and ordering from the seed (doc/random.md), then the first item that the preconditions let pass. ELIMIT and EINVAL as of
 * bv_item_session_new. */
BV_API BV_MUST_USE enum bv_status bv_test_session_new(struct bv_test_session **out, const struct bv_test *test,
                                                      const uint8_t seed[BV_HASH_LEN], int64_t now_ms, struct bv_err *err);
BV_API void bv_test_session_free(struct bv_test_session *session);
BV_AUTO_DEFINE(struct bv_test_session, bv_test_session_free)

BV_API enum bv_test_state bv_test_session_state(const struct bv_test_session *session);

/* The items of the form, in the order of the candidate. */
enum bv_test_item_state { BV_TEST_ITEM_INITIAL, BV_TEST_ITEM_INTERACTING, BV_TEST_ITEM_SUSPENDED, BV_TEST_ITEM_CLOSED };
struct bv_test_item {
	struct bv_str identifier;    /* of its reference */
	uint32_t instance;           /* 1, or counting on where it was selected several times; 0: it can only be there once */
	struct bv_str part;          /* identifier */
	const struct bv_item *item;
	enum bv_test_item_state state;
	bool presented, responded;
	uint32_t attempts;           /* submitted */
	int64_t duration_ms;
	const struct bv_item_session *session; /* NULL until it is presented */
};
BV_API size_t bv_test_session_item_count(const struct bv_test_session *session);
BV_API struct bv_test_item bv_test_session_item(const struct bv_test_session *session, size_t idx);
/* Index of the item before the candidate, or SIZE_MAX when there is none. */
BV_API size_t bv_test_session_current(const struct bv_test_session *session);

/* An attempt at the current item: responses as of bv_item_session_respond. In a part with individual submission they are scored, and then
 * the test's outcomes; the item is closed when no attempt is left (max-attempts; an adaptive item: when it is completed). With simultaneous
 * submission they are kept, the last ones count, and all are scored at the end of the part. EDENIED: no attempt left, min-time not over,
 * nothing answered where allow-skipping is false, time is up. EINVAL: a response that cannot be, or is not valid where
 * validate-responses demands it. */
BV_API BV_MUST_USE enum bv_status bv_test_session_submit(struct bv_test_session *session, const struct bv_json *responses, int64_t now_ms,
                                                         struct bv_err *err);
/* Leaves the current item: in a linear part for good, by its branch rules, and EDENIED where nothing was submitted and allow-skipping is
 * false; in a nonlinear one for the item after it, EDENIED at the last one. */
BV_API BV_MUST_USE enum bv_status bv_test_session_next(struct bv_test_session *session, int64_t now_ms, struct bv_err *err);
/* To any item of a nonlinear part. */
BV_API BV_MUST_USE enum bv_status bv_test_session_go(struct bv_test_session *session, size_t idx, int64_t now_ms, struct bv_err *err);
/* Ends a part: a nonlinear one at any item, a linear one when no item is left but the current one. */
BV_API BV_MUST_USE enum bv_status bv_test_session_end_part(struct bv_test_session *session, int64_t now_ms, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_test_session_suspend(struct bv_test_session *session, int64_t now_ms, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_test_session_resume(struct bv_test_session *session, int64_t now_ms, struct bv_err *err);
/* Only lets the time pass. */
BV_API BV_MUST_USE enum bv_status bv_test_session_tick(struct bv_test_session *session, int64_t now_ms, struct bv_err *err);

/* May item idx of the form be shown in that state now? Fills out->state and its item session control. EDENIED: interacting where it is not the
 * item before the candidate, feedback where nothing was scored, review or solution where it is not over or the control forbids it. */
BV_API BV_MUST_USE enum bv_status bv_test_session_delivery(struct bv_delivery *out, const struct bv_test_session *session, size_t idx,
                                                           enum bv_delivery_state state, struct bv_err *err);

/* Appends what the test itself says now, ["qti-assessment-test",…]: rubric blocks of the test, and of the part and sections of the current item
 * and of its reference, for delivery->view; then the test feedback that is due. Of delivery the view, pnp and media count; references
 * start at the test's name. EINVAL and EDENIED as of bv_delivery_render. */
BV_API BV_MUST_USE enum bv_status bv_test_session_render(struct bv_buf *out, const struct bv_test_session *session,
                                                         const struct bv_delivery *delivery, struct bv_err *err);

/* A numeric outcome of the test; false when it is NULL, not declared or not a number. */
BV_API bool bv_test_session_number(const struct bv_test_session *session, const char *outcome, double *out);
/* {NAME:{"cardinality":…,"baseType":…,"value":PCI},…} in the order of declaration. Owned by the caller. */
BV_API struct bv_json *bv_test_session_outcomes(const struct bv_test_session *session);
/* All of it as doc/tests.md describes: state, part, item, items, durations, outcomes, test feedback, rubrics of the candidate. Scores
 * are in it: not for candidates. Owned by the caller. */
BV_API struct bv_json *bv_test_session_report(const struct bv_test_session *session);
/* The same without items: what it costs does not grow with the form. */
BV_API struct bv_json *bv_test_session_summary(const struct bv_test_session *session);

/* ---- The bank --------------------------------------------------------------------------------------------------- */

/* The store of checked, immutable item versions. The key of an item is (identifier, language); a version is a positive number, and a
 * changed file of the same item becomes the next one. Used by one thread at a time; any number of processes may open the same one. */
struct bv_bank;

enum bv_bank_mode {
	BV_BANK_READ,   /* the file is never changed */
	BV_BANK_CREATE, /* to import; made if it is missing */
	BV_BANK_WRITE,  /* to change one that is there */
};

/* url: sqlite:PATH or PATH; EINVAL for a database on a server. ENOTFOUND when it is missing, unless CREATE. EPARSE when it is a file but not a bank,
 * or a bank of a newer program, which is then left as it is. A bank of an older program can be read; what opens it to change it brings it up to
 * this program's schema, in one transaction. EIO, also from every function below, for a damaged bank. */
BV_API BV_MUST_USE enum bv_status bv_bank_open(struct bv_bank **out, const char *url, enum bv_bank_mode mode, struct bv_err *err);
BV_API void bv_bank_close(struct bv_bank *bank);
BV_AUTO_DEFINE(struct bv_bank, bv_bank_close)

/* Between the two, everything that is read from the bank is as it was at the first of it, whatever other programs do meanwhile. A held bank is not changed
 * through this handle, nor audited, nor held again: assert. */
BV_API BV_MUST_USE enum bv_status bv_bank_hold(struct bv_bank *bank, struct bv_err *err);
BV_API void bv_bank_let(struct bv_bank *bank);

/* What an import did with each item file. A file whose bytes are those of the current version is unchanged; metadata counts the
 * unchanged ones whose metadata (manifest, usage data) is new. */
struct bv_import_counts {
	uint64_t added, versions, unchanged, refused, metadata;
};

/* What one package gave: the items as above, and the files that they need, those too that the bank had already. */
struct bv_package_report {
	const char *path;
	struct bv_import_counts items;
	uint64_t media, modules, stimuli, tests, sections, notes;
};

struct bv_import_opts {
	int64_t now_s;     /* recorded as the time of import */
	struct bv_str who; /* who imports; may be empty while the bank keeps no life cycle: EINVAL else */
	/* A file (or a line of a manifest or of usage data) is refused; everything else goes on. May be NULL. */
	void (*refuse)(void *ctx, const char *path, const struct bv_err *err);
	/* done of total files; may be NULL. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
	struct bv_schemas *schemas; /* items that are not valid by them are refused; NULL: none are validated */
	/* Something odd in a package that keeps nothing from being imported; may be NULL. */
	void (*note)(void *ctx, const char *path, const struct bv_err *err);
	/* A package has been read, and what was taken from it is on disk; may be NULL. */
	void (*package)(void *ctx, const struct bv_package_report *report);
	bool unfiltered; /* read packages without a filter of system calls, where the system has none */
};

#define BV_IMPORT_FILES_MAX 1000000 /* of one import */

/* Imports files and folders (all *.xml below): QTI items, each wholly or not at all; imsmanifest.xml gives the metadata of the items it
 * lists, usagedata.xml the parameters (doc/bank.md has the elements). A zip archive that is named, or a folder with
 * imsmanifest.xml in it and none further below, is a content package (doc/packages.md): its items with their media, stimuli and tests, read in a sandbox (EDENIED when this system has none). Faults of the input are refused one by one through opts;
 * the result is not BV_OK only when the import as a whole stopped: ENOTFOUND or ELIMIT for the paths, EIO or EUNCERTAIN for the store.
 * counts holds what was done also then. What was counted is on disk. */
BV_API BV_MUST_USE enum bv_status bv_bank_import(struct bv_bank *bank, const char *const *paths, size_t count,
                                                 const struct bv_import_opts *opts, struct bv_import_counts *counts, struct bv_err *err);

/* Cognitive level (LOM classification "educational level", source "Bloom-VN"). */
enum bv_cognitive { BV_COGNITIVE_NONE, BV_COGNITIVE_RECALL, BV_COGNITIVE_UNDERSTAND, BV_COGNITIVE_APPLY };
/* "nhan-biet", "thong-hieu", "van-dung"; "" for none. */
BV_API const char *bv_cognitive_name(enum bv_cognitive level);
/* EINVAL lists the names. */
BV_API BV_MUST_USE enum bv_status bv_cognitive_parse(enum bv_cognitive *level, struct bv_str name, struct bv_err *err);

/* ---- The life of an item (doc/lifecycle.md) ---- */

/* Where a version is. A bank that keeps no life cycle has none of them. */
enum bv_state {
	BV_STATE_NONE,
	BV_STATE_DRAFT,
	BV_STATE_REVIEW,
	BV_STATE_APPROVED,
	BV_STATE_PRETEST,     /* shown to candidates, and not counted */
	BV_STATE_OPERATIONAL, /* what exams are drawn from */
	BV_STATE_RETIRED,     /* was in use */
	BV_STATE_WITHDRAWN,   /* never came into use */
	BV_STATE_SUPERSEDED,  /* a newer version took its place */
};
/* "draft", "review", …; "" for none. */
BV_API const char *bv_state_name(enum bv_state state);
/* EINVAL lists the names. */
BV_API BV_MUST_USE enum bv_status bv_state_parse(enum bv_state *state, struct bv_str name, struct bv_err *err);

/* What is done; each is an event. */
enum bv_act {
	BV_ACT_RULE,     /* the bank: begins its life cycle, or changes the rule */
	BV_ACT_ADOPT,    /* a version that was there when the life cycle began */
	BV_ACT_IMPORT,   /* a new version, draft */
	BV_ACT_REVISE,   /* the same from the bytes of an older one */
	BV_ACT_METADATA, /* metadata or parameters of an item changed */
	BV_ACT_SUBMIT,   /* draft → review */
	BV_ACT_RETURN,   /* review → draft, with a reason */
	BV_ACT_APPROVE,  /* review → approved, when enough have */
	BV_ACT_PRETEST,  /* approved → pretest */
	BV_ACT_RELEASE,  /* pretest → operational; approved → operational where the rule asks for no pretest */
	BV_ACT_RETIRE,   /* operational → retired, with a reason */
	BV_ACT_WITHDRAW, /* draft, review, approved or pretest → withdrawn, with a reason */
};
/* "rule", "adopt", … */
BV_API const char *bv_act_name(enum bv_act act);
/* False: there is none of that name. */
BV_API bool bv_act_parse(enum bv_act *out, struct bv_str name);

#define BV_PERSON_MAX 200     /* bytes of a name */
#define BV_REVIEWERS_MAX 10   /* whom a rule can ask for */
#define BV_REASON_MAX 2000    /* bytes */

struct bv_life_rule {
	uint32_t reviewers; /* 1 to BV_REVIEWERS_MAX different people must approve */
	bool pretest;       /* nothing is released that was not pretested */
};

/* Whether and how the bank keeps a life cycle: reviewers 0, it does not. */
BV_API BV_MUST_USE enum bv_status bv_bank_life_rule(struct bv_life_rule *out, struct bv_bank *bank, struct bv_err *err);

/* Who does something, when and why. */
struct bv_doing {
	struct bv_str who;    /* a name of 1 to BV_PERSON_MAX bytes: EINVAL otherwise. Case, spaces and Unicode form make no other person */
	struct bv_str reason; /* at most BV_REASON_MAX bytes, may be empty where none is needed */
	int64_t now_s;        /* an event is never recorded before the one before it: the later time is taken, and what the clock said is kept */
	bool dry_run;         /* everything is tried and nothing stays */
};

/* Begins the life cycle of a bank: every version that is there is adopted, the current ones as adopt (draft, approved or operational) and the older ones
 * as superseded; adopted is how many. In a bank that has begun it only the rule changes: adopt must be BV_STATE_NONE, as it must not be else. EIO when a
 * stored document is not the one that was imported. */
BV_API BV_MUST_USE enum bv_status bv_bank_life_begin(uint64_t *adopted, struct bv_bank *bank, const struct bv_life_rule *rule, enum bv_state adopt,
                                                     const struct bv_doing *doing, struct bv_err *err);

/* An item, and one of its versions: language empty for the only one that it has, version 0 for the only one that is in a state for the act. */
struct bv_act_target {
	struct bv_str identifier, language;
	uint32_t version;
};

/* What became of one. */
struct bv_act_done {
	struct bv_str identifier, language;
	uint32_t version;
	enum bv_state from, to; /* the same for an approval that needs others: */
	uint32_t approvals;     /* how many have approved it */
};

struct bv_act_request {
	enum bv_act act; /* submit and below, or revise: a new draft of the bytes of a version (0: of the current one) */
	struct bv_doing doing;
	const struct bv_act_target *targets;
	size_t target_count;
	/* Instead of targets: all versions that match and are in a state for the act. filter->state chooses where the act goes from several: EINVAL if it
	 * does not. Not for revise. NULL: the targets. */
	const struct bv_bank_filter *filter;
	/* Told of each when all are done; of each that cannot be done, with the reason. Either may be NULL. Borrowed during the call. */
	void (*done)(void *ctx, const struct bv_act_done *done);
	void (*refuse)(void *ctx, const struct bv_act_target *target, const struct bv_err *err);
	void *ctx;
};

/* All or nothing, in one transaction: when one is refused nothing is done, and the result has the category of the first refusal. count is how many were
 * (or, when one is refused, would have been) done. */
BV_API BV_MUST_USE enum bv_status bv_bank_act(uint64_t *count, struct bv_bank *bank, const struct bv_act_request *request, struct bv_err *err);

/* What keeps somebody from an act on a version, so that it can be said before he tries. */
enum bv_bar {
	BV_BAR_NONE,     /* nothing does */
	BV_BAR_STATE,    /* the version is not in a state for it; revise: there is nothing to go back to */
	BV_BAR_PRETEST,  /* release: it must be pretested first */
	BV_BAR_AUTHOR,   /* approve: he has brought in, revised or submitted a version of the item */
	BV_BAR_NAMED,    /* approve: the metadata name him as the author */
	BV_BAR_APPROVED, /* approve: he has done so already */
};
/* "", "state", "pretest", "author", "named", "approved". */
BV_API const char *bv_bar_name(enum bv_bar bar);

/* Of one version, and one person. */
struct bv_version_bars {
	uint32_t version;
	enum bv_state state;
	uint32_t approvals;                /* review: how many have approved it; else 0 */
	bool author;                       /* the person has brought in, revised or submitted a version of the item */
	enum bv_bar of[BV_ACT_WITHDRAW + 1]; /* submit and below, and revise; else BV_BAR_STATE */
};
typedef void (*bv_version_bars_fn)(void *ctx, const struct bv_version_bars *bars);
/* Tells each version of an item in a language, the first one first, what bv_bank_act would now say to that person. EINVAL for a name that is none, ENOTFOUND
 * when there is no such item, EINVAL in a bank that keeps no life cycle. */
BV_API BV_MUST_USE enum bv_status bv_bank_bars(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, struct bv_str who,
                                               bv_version_bars_fn tell, void *ctx, struct bv_err *err);

/* Number and hash of the last event, seq 0 and zeros before the first: who keeps them elsewhere can tell later that nothing was cut off. */
BV_API BV_MUST_USE enum bv_status bv_bank_head(uint8_t hash[BV_HASH_LEN], int64_t *seq, struct bv_bank *bank, struct bv_err *err);

/* Metadata and parameters of an item as an event records them: all of them, as they are after it. */
struct bv_event_metadata {
	struct bv_str competence, component, author;
	struct bv_str enemies; /* identifiers in byte order, separated by spaces */
	struct bv_str tags;     /* separated by line feeds */
	struct bv_str original; /* language of the item that it is a translation of, as its manifest says */
	uint64_t used;
	int64_t confirmed_s; /* when somebody found the translation up to date; 0: never */
	enum bv_cognitive level;
	uint32_t difficulty_step, expected_s;
	bool has_parameters;
	int32_t discrimination, difficulty; /* thousandths */
	int64_t revision;
	int64_t changed_s;
};

/* One link of the chain. What does not apply to the act is empty or 0. */
struct bv_event {
	int64_t seq;     /* 1, 2, … */
	int64_t at_s;    /* never before the event before it */
	int64_t clock_s; /* what the clock said; less than at_s when it had been set back */
	struct bv_str who;
	enum bv_act act;
	struct bv_str identifier, language;
	uint32_t version;
	enum bv_state state;          /* of the version, after the act */
	uint8_t content[BV_HASH_LEN]; /* hash of the version */
	struct bv_str reason;
	struct bv_life_rule rule;     /* rule */
	int64_t imported_s;           /* adopt: when the version had been imported */
	int64_t changed_s;            /* adopt, import, revise: when the item counts as changed, for what must know which came first (doc/bank.md) */
	const struct bv_event_metadata *metadata; /* adopt (current versions), import, metadata; else NULL */
	uint8_t prev[BV_HASH_LEN];    /* hash of the event before, zeros for the first */
};

/* What is not BV_OK ends the visit and is its result. body is the event's bytes, canonical JSON (RFC 8785), hash their SHA-256. Borrowed during the call. */
typedef enum bv_status (*bv_event_visit)(void *ctx, const struct bv_event *event, struct bv_str body, const uint8_t hash[BV_HASH_LEN],
                                         struct bv_err *err);
/* At most limit events after the number `after`, in order: of all, or of an item in all its languages, or in one. ENOTFOUND when there is no such item, or
 * the bank keeps no life cycle. */
BV_API BV_MUST_USE enum bv_status bv_bank_history(struct bv_bank *bank, struct bv_str identifier, struct bv_str language, int64_t after,
                                                  uint32_t limit, bv_event_visit visit, void *ctx, struct bv_err *err);

#define BV_EVENT_SPAN 20000 /* events by which one search goes back at most */
/* Which are looked for; empty texts, 0, act < 0: whatever. */
struct bv_event_search {
	struct bv_str identifier, who; /* who: however it is written, as the bank tells persons apart */
	int act;
	int64_t since_s, until_s;
	int64_t before; /* only numbers below it */
	uint32_t limit; /* at least 1 */
};
/* The newest first. *next: `before` of the following page, 0: that is all. A page may have fewer than limit, or none, and yet a next. ENOTFOUND: the bank keeps no
 * life cycle. */
BV_API BV_MUST_USE enum bv_status bv_bank_search_events(int64_t *next, struct bv_bank *bank, const struct bv_event_search *search, bv_event_visit visit, void *ctx,
                                                        struct bv_err *err);

struct bv_audit_opts {
	/* A head that was kept elsewhere: it must be the hash of an event of the chain, so that nothing before it was changed or cut off. NULL: none. */
	const uint8_t *head;
	/* Each fault, and what could not be checked (a warning); borrowed during the call. May be NULL. */
	void (*tell)(void *ctx, enum bv_severity severity, const char *text);
	void *ctx;
};
struct bv_audit_counts {
	uint64_t events, items, versions, media, documents, faults, warnings, rules;
	int64_t head_seq; /* of the last event, 0 without any */
	uint8_t head[BV_HASH_LEN];
};

/* Computes everything again: the chain of events, that each act was allowed, and that states, metadata, documents and what is taken from documents are
 * those of the events; that media and documents of packages are those of their keys, and that nothing leads nowhere. Without events only what follows from the
 * documents. Of the index of texts only how many words each document has. The result is not BV_OK only when the
 * bank cannot be read: EIO, or EINVAL for one of an older program. */
BV_API BV_MUST_USE enum bv_status bv_bank_audit(struct bv_audit_counts *counts, struct bv_bank *bank, const struct bv_audit_opts *opts,
                                                struct bv_err *err);

/* Both ends are in it. */
struct bv_range {
	bool given;
	int64_t low, high;
};

/* Which current items; an empty string, BV_COGNITIVE_NONE, a range that is not given or NULL takes all. */
struct bv_bank_filter {
	struct bv_str competence; /* a path and all below it: "IU01" takes IU01.1 but not IU011 */
	struct bv_str component;  /* the same for TT 02/2025 = DigComp 2.2 components: "1" takes 1.2 */
	struct bv_str language;   /* exactly */
	struct bv_str kind;       /* first interaction: "choice", "gapMatch"; see bv_interaction_name */
	enum bv_cognitive level;
	struct bv_str text;       /* words in title, stem, choices, feedback and rubrics (doc/search.md); what is not said there is refused: EINVAL */
	bool machine_scorable;    /* only items that no human marks */
	/* Items of which a version is in that state, and then that version; none: the current one. Type and scoring are that version's, the words always
	 * those of the current one. EINVAL for superseded, and in a bank that keeps no life cycle. */
	enum bv_state state;
	struct bv_str tag, author; /* whole: a tag whatever its case. ENOTFOUND, with the near ones, when no item has it */
	struct bv_str enemies_of;  /* an identifier: items that it names as enemies, or that name it */
	struct bv_str stimulus;    /* an identifier: items that refer to it */
	struct bv_range step;      /* expected difficulty */
	struct bv_range difficulty; /* b in thousandths of a logit; items without parameters are in none */
	struct bv_range used;
	bool stale;                /* only translations that are older than their original */
};

#define BV_USED_MAX 1000000000000

/* The current version of an item and its metadata. What is not known is empty or 0. */
struct bv_pool_item {
	struct bv_str identifier, language;
	uint32_t version;
	uint8_t hash[BV_HASH_LEN]; /* bv_version_hash: of the item's file and those that it needs */
	struct bv_str title;
	struct bv_str kind;       /* first interaction */
	struct bv_str competence; /* TT 03/2014: "IU01.1" */
	struct bv_str component;  /* TT 02/2025 and DigComp 2.2: "1.2" */
	enum bv_cognitive level;
	uint32_t difficulty_step; /* what the author expects: 1 very easy to 5 very difficult, 0 not said */
	uint32_t expected_s;      /* seconds a candidate is expected to take, 0 not said */
	bool machine_scorable;
	bool has_parameters;       /* a and b of the two-parameter logistic model, from usage data */
	int32_t discrimination;    /* a in thousandths */
	int32_t difficulty;        /* b in thousandths of a logit */
	struct bv_str author;
	const struct bv_str *enemies; /* identifiers of items that must not be on the same form, in byte order */
	size_t enemy_count;
	const struct bv_str *tags; /* in the order of their folded forms */
	size_t tag_count;
	uint64_t used; /* how often it has been on a form, as usage data say */
	bool stale;    /* a translation whose original has a newer version (doc/bank.md) */
	struct bv_str original; /* the language that it was translated from, when its manifest said so */
	enum bv_state state;          /* of the version; none in a bank that keeps no life cycle */
};

struct bv_pool {
	struct bv_pool_item *items;
	size_t count;
	struct bv_arena arena; /* what the items point to */
};

/* All current items that match, sorted by (identifier, language) in byte order: what a draw starts from. In a bank that keeps a life cycle the
 * operational versions, unless the filter names another state. Enemies are symmetric here even if
 * only one of the two names the other. Outputs are the caller's: bv_pool_finish. */
BV_API BV_MUST_USE enum bv_status bv_bank_pool(struct bv_pool *out, struct bv_bank *bank, const struct bv_bank_filter *filter,
                                               struct bv_err *err);
BV_API void bv_pool_finish(struct bv_pool *pool);
BV_AUTO_DEFINE_FINISH(struct bv_pool, bv_pool_finish)

/* What a page begins with; then comes the place (competence, identifier, language). */
enum bv_bank_sort {
	BV_SORT_PLACE,
	BV_SORT_RELEVANCE,  /* of the items to filter.text: all words with the marks as typed before others, then BM25 */
	BV_SORT_DIFFICULTY, /* b, the easiest first; those without parameters last */
	BV_SORT_USED,       /* the most used first */
	BV_SORT_CHANGED,    /* the newest version first */
	BV_SORTS
};
/* "place", "relevance", …; EINVAL lists the names. */
BV_API BV_MUST_USE enum bv_status bv_bank_sort_parse(enum bv_bank_sort *sort, struct bv_str name, struct bv_err *err);

/* One page for people: at most limit items after the item named, or from the start when after_identifier is empty. ENOTFOUND when that item is not
 * in the bank, or not among those that match where it must be to have a place. Enemies as recorded. */
struct bv_bank_page {
	enum bv_bank_sort sort;
	struct bv_str after_identifier, after_language;
	uint32_t limit; /* 1–10000 */
};
BV_API BV_MUST_USE enum bv_status bv_bank_list(struct bv_pool *out, struct bv_bank *bank, const struct bv_bank_filter *filter,
                                               const struct bv_bank_page *page, struct bv_err *err);
/* Somebody has compared a translation with its original and finds it up to date: it is stale no more, until the original changes again. EINVAL for an
 * original; ENOTFOUND. In a bank that keeps a life cycle it is an event, and needs somebody. */
BV_API BV_MUST_USE enum bv_status bv_bank_confirm_translation(struct bv_bank *bank, struct bv_str identifier, struct bv_str language,
                                                              const struct bv_doing *doing, struct bv_err *err);
/* What is not BV_OK ends the visit and is its result. */
typedef enum bv_status (*bv_bank_visit)(void *ctx, const struct bv_pool_item *item, struct bv_err *err);
/* Each item that matches once, borrowed during the call, in no order that counts: for who counts them in his own way. visit must not use the bank. */
BV_API BV_MUST_USE enum bv_status bv_bank_each(struct bv_bank *bank, const struct bv_bank_filter *filter, bv_bank_visit visit, void *ctx,
                                               struct bv_err *err);
/* Number of current items that match. */
BV_API BV_MUST_USE enum bv_status bv_bank_count(uint64_t *out, struct bv_bank *bank, const struct bv_bank_filter *filter, struct bv_err *err);

/* Where the current version of an item has the words of filter.text: {"in":"title"|"stem"|"choices"|"remarks"|"","text":[{"text":…},{"text":…,
 * "match":true},…]}. Owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_bank_snippet(struct bv_json **out, struct bv_bank *bank, const struct bv_pool_item *item, struct bv_str text,
                                                  struct bv_err *err);

/* The item as a JSON object: identifier, language, version, title, kind, competence, component, level, difficultyStep, expectedSeconds,
 * machineScorable, a and b (if known), author, enemies, hash. Owned by the caller. */
BV_API struct bv_json *bv_pool_item_json(const struct bv_pool_item *item);

/* One version of an item as text and as an object; version 0 is the current one, an empty language the only one (ENOTFOUND when there is
 * none, EINVAL when there are several). The stored bytes must have, with the stored list of files, the recorded hash: EIO otherwise. */
BV_API BV_MUST_USE enum bv_status bv_bank_load_xml(struct bv_buf *xml, struct bv_bank *bank, struct bv_str identifier,
                                                   struct bv_str language, uint32_t version, struct bv_err *err);
BV_API BV_MUST_USE enum bv_status bv_bank_load(struct bv_item **out, struct bv_bank *bank, struct bv_str identifier,
                                               struct bv_str language, uint32_t version, struct bv_err *err);

/* The same and more: metadataRevision, metadataChanged, versions [{version, hash, imported, bytes}], each in a bank that keeps a life cycle with its
 * state, since, by. An empty language as above. Owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_bank_show(struct bv_json **out, struct bv_bank *bank, struct bv_str identifier,
                                               struct bv_str language, struct bv_err *err);

/* ---- What authors write ---- */

/* A file that an item which is being written refers to. */
struct bv_edit_file {
	struct bv_str href, bytes; /* a name below the folder of the item's file: "media/a.png" */
};

/* An item as somebody has written it: a new one, or the next version of one. */
struct bv_bank_edit {
	struct bv_str xml;
	struct bv_str identifier, language; /* as the document says them */
	uint32_t base; /* the version that it was made from, which gives it its files; 0: it is new */
	const struct bv_edit_file *files; /* others; one of the same name takes the place of what the version had */
	size_t file_count;
	/* competence, component, level, difficulty_step, expected_s, author, enemies, tags, original: all of them from now on; NULL: as they are. */
	const struct bv_pool_item *metadata;
	struct bv_doing doing; /* without dry_run and reason */
	/* Something odd in it that keeps nothing from being saved; may be NULL. */
	void (*note)(void *ctx, const struct bv_err *err);
	void *ctx;
};

#define BV_EDIT_FILES_MAX (32u << 20) /* bytes of all files of an edit */

struct bv_bank_saved {
	uint32_t version;
	uint8_t hash[BV_HASH_LEN];
	bool added, changed; /* it is a new item; there is a new version. Else at most the metadata are new */
};

/* Reads the item with its files as a package, in a sandbox, and stores it by the rules of an import. EPARSE, EINVAL or ELIMIT with the line: the bank does not
 * take it. ECONFLICT: base is not the current version any more, or there is such an item already. EDENIED or EIO without a sandbox. */
BV_API BV_MUST_USE enum bv_status bv_bank_save(struct bv_bank_saved *out, struct bv_bank *bank, const struct bv_bank_edit *edit, struct bv_err *err);

/* ---- The hash of a version (doc/bank.md) ---- */

#define BV_VERSION_FILES_MAX (16u << 20) /* bytes of a list of files */

/* A file that an item needs to be shown: an image, a stimulus, an image of that. */
struct bv_version_file {
	struct bv_str path;        /* from the folder of the item's file: "../img/a.png" */
	uint8_t hash[BV_HASH_LEN]; /* SHA-256 of its bytes */
};
struct bv_version_files {
	struct bv_version_file *all; /* in the byte order of the paths, each once */
	size_t count;                /* at most BV_BANK_PARTS_MAX */
	struct bv_arena arena;
};
BV_API void bv_version_files_finish(struct bv_version_files *files);
BV_AUTO_DEFINE_FINISH(struct bv_version_files, bv_version_files_finish)

/* BV-FILES-1: what identifies a version wherever it is spoken of. Without files the SHA-256 of the item's file, document. */
BV_API void bv_version_hash(uint8_t out[BV_HASH_LEN], const uint8_t document[BV_HASH_LEN], const struct bv_version_files *files);
/* {"files":[{"hash":…,"path":…}]} in canonical form, appended; the list has a file. */
BV_API void bv_version_files_write(struct bv_buf *out, const struct bv_version_files *files);
/* Exactly what is written: EPARSE, EINVAL or ELIMIT. */
BV_API BV_MUST_USE enum bv_status bv_version_files_parse(struct bv_version_files *out, struct bv_str json, struct bv_err *err);

/* Reads the package at path, a zip archive or a folder (that needs no manifest), as an import does, in a sandbox; unfiltered as in struct bv_import_opts.
 * Is there an item with that document, the SHA-256 of its file, which has with its files that hash? ENOTFOUND, or why it is refused, when there is no item with that
 * document; EDENIED or EIO without a sandbox. */
BV_API BV_MUST_USE enum bv_status bv_package_has_version(bool *same, const char *path, const uint8_t document[BV_HASH_LEN],
                                                         const uint8_t hash[BV_HASH_LEN], bool unfiltered, struct bv_err *err);

/* bv_bank_load_xml, the files of the version, and its hash, which follows from both. A version that an older program took from a package has a hash
 * of its file alone: it comes without files. files may be NULL. */
BV_API BV_MUST_USE enum bv_status bv_bank_load_version(struct bv_buf *xml, struct bv_version_files *files, uint8_t hash[BV_HASH_LEN],
                                                       struct bv_bank *bank, struct bv_str identifier, struct bv_str language, uint32_t version,
                                                       struct bv_err *err);

/* ---- Export ------------------------------------------------------------------------------------------------------ */

#define BV_EXPORT_ITEMS_MAX 50000      /* of one package */
#define BV_EXPORT_FILE_MAX (512u << 20) /* bytes of one package */

/* A manifest as it is written, one resource after another. number is 1 and on: each once in a manifest. */
struct bv_manifest_item {
	const struct bv_pool_item *item; /* its metadata */
	struct bv_str path;              /* of the file in the package */
	struct bv_str idnumber;          /* of the system it came from; empty none */
	const struct bv_str *keywords;
	size_t keyword_count;
	const struct bv_str *files; /* beside path */
	size_t file_count;
};
BV_API void bv_manifest_begin(struct bv_buf *out, enum bv_qti_version version);
BV_API void bv_manifest_item(struct bv_buf *out, uint64_t number, enum bv_qti_version version, const struct bv_manifest_item *item);
BV_API void bv_manifest_file(struct bv_buf *out, uint64_t number, const char *type, struct bv_str path);
BV_API void bv_manifest_end(struct bv_buf *out);

struct bv_export_opts {
	enum bv_qti_version version; /* 3.0: items of 3.0 go out as they were imported, others are converted; or 2.2 */
	/* One file of the package; bytes are borrowed. packed: it would not become smaller in an archive. What is not BV_OK ends the export. */
	enum bv_status (*file)(void *ctx, struct bv_str path, struct bv_str bytes, bool packed, struct bv_err *err);
	/* What an item lost, or why it is left out (ERROR); question is its identifier, line that of its document. May be NULL. */
	void (*loss)(void *ctx, const struct bv_loss *loss);
	void *ctx;
	bool current; /* the current versions, whatever their state, also in a bank that keeps a life cycle */
};
struct bv_export_counts {
	uint64_t items, converted, refused, losses;
};

/* All items that match, as a content package: the current version, but in a bank that keeps a life cycle the operational one unless the filter names
 * another state or opts->current is set. Items, usage data with their parameters, and imsmanifest.xml with what the bank
 * knows of them, so that an import of it gives the same bank. The same bank gives the same files in the same order. ENOTFOUND when no item
 * matches, ELIMIT when there are too many for one package. */
BV_API BV_MUST_USE enum bv_status bv_bank_export(struct bv_bank *bank, const struct bv_bank_filter *filter, const struct bv_export_opts *opts,
                                                 struct bv_export_counts *counts, struct bv_err *err);
/* The same as one zip archive (out is cleared first); opts->file is not used. The same bytes for the same bank with the same zlib. */
BV_API BV_MUST_USE enum bv_status bv_bank_export_zip(struct bv_buf *out, struct bv_bank *bank, const struct bv_bank_filter *filter,
                                                     const struct bv_export_opts *opts, struct bv_export_counts *counts, struct bv_err *err);

/* ---- Files of packages in the bank (doc/packages.md) -------------------------------------------------------------- */

#define BV_BANK_PARTS_MAX 12000 /* files that one item, stimulus or test refers to */

enum bv_part_role {
	BV_PART_SELF,     /* the document itself: from its path its references start */
	BV_PART_MEDIA,    /* an image, sound, film or caption; hash is the SHA-256 of its bytes */
	BV_PART_STIMULUS, /* hash is the key of a document */
	BV_PART_SECTION,  /* of a test; the same */
	BV_PART_ITEM,     /* of a test; hash is the SHA-256 of the item's bytes */
	BV_PART_MODULE,   /* a script of a portable custom interaction, or its settings; hash is the SHA-256 of its bytes */
	BV_PART_ROLES
};

/* A file of the package that an item version, stimulus or test came in. */
struct bv_bank_part {
	enum bv_part_role role;
	struct bv_str path; /* in the package: no "..", no scheme; NFC */
	uint8_t hash[BV_HASH_LEN];
	struct bv_str type; /* of media: "image/png", as their bytes say; of modules "text/javascript" or "application/json"; else empty */
	uint64_t len;       /* of media and modules: bytes; else 0 */
};

struct bv_bank_parts {
	struct bv_bank_part *all; /* in the byte order of the paths */
	size_t count;
	struct bv_arena arena;
};

BV_API void bv_bank_parts_finish(struct bv_bank_parts *parts);
BV_AUTO_DEFINE_FINISH(struct bv_bank_parts, bv_bank_parts_finish)

/* The files of one version of an item, those of its stimuli too; version 0 is the current one, language as for bv_bank_load. None when it did not come in
 * a package. EIO when they are not those of the version's hash. */
BV_API BV_MUST_USE enum bv_status bv_bank_item_parts(struct bv_bank_parts *out, struct bv_bank *bank, struct bv_str identifier, struct bv_str language,
                                                     uint32_t version, struct bv_err *err);
/* The part at that path, or NULL. */
BV_API const struct bv_bank_part *bv_bank_part_find(const struct bv_bank_parts *parts, struct bv_str path);
/* A list of {"path", "role": document, media, stimulus, section, item or module, "type" and "bytes" of what is no document, "hash" in hexadecimal of what is not
 * the item itself}. The caller frees it. */
BV_API struct bv_json *bv_bank_parts_json(const struct bv_bank_parts *parts);
/* A bv_media_fn over struct bv_bank_parts: what a delivery needs. */
BV_API bool bv_bank_part_media(void *parts, struct bv_str path, uint8_t hash[BV_HASH_LEN]);
/* The same for modules. */
BV_API bool bv_bank_part_module(void *parts, struct bv_str path, uint8_t hash[BV_HASH_LEN]);

/* Bytes of a medium into bytes (cleared first, ELIMIT past its max); ENOTFOUND, EIO when they are not those of the hash. *type is one of a few known. */
BV_API BV_MUST_USE enum bv_status bv_bank_media_load(struct bv_buf *bytes, const char **type, struct bv_bank *bank, const uint8_t hash[BV_HASH_LEN],
                                                     struct bv_err *err);

/* The same of a module: a medium is ENOTFOUND here, a module there, so that nobody serves a script by mistake. */
BV_API BV_MUST_USE enum bv_status bv_bank_module_load(struct bv_buf *bytes, const char **type, struct bv_bank *bank, const uint8_t hash[BV_HASH_LEN],
                                                      struct bv_err *err);

/* A medium of the bank. Borrowed during the call. */
struct bv_bank_medium {
	uint8_t hash[BV_HASH_LEN];
	const char *type;      /* "image/png", as its bytes say */
	const char *extension; /* "png": what a server of files takes that type from */
	uint64_t len;          /* bytes */
};
/* What is not BV_OK ends the visit and is its result. */
typedef enum bv_status (*bv_bank_media_visit)(void *ctx, const struct bv_bank_medium *medium, struct bv_err *err);
/* Each medium of the bank once, in the order of the hashes, whatever refers to it. visit may load it. */
BV_API BV_MUST_USE enum bv_status bv_bank_media_each(struct bv_bank *bank, bv_bank_media_visit visit, void *ctx, struct bv_err *err);

enum bv_document_kind { BV_DOCUMENT_STIMULUS, BV_DOCUMENT_TEST, BV_DOCUMENT_SECTION, BV_DOCUMENT_KINDS };
BV_API const char *bv_document_kind_name(enum bv_document_kind kind); /* "stimulus" */

/* A stimulus, test or section as it came in a package. The same document with the same files is kept once. */
struct bv_bank_document {
	enum bv_document_kind kind;
	struct bv_str identifier, title, path;
	uint8_t key[BV_HASH_LEN]; /* SHA-256 of the document and its parts */
	int64_t imported_s;
	uint64_t len; /* bytes of XML */
};

struct bv_bank_documents {
	struct bv_bank_document *all; /* in the order (kind, identifier, time of import) */
	size_t count;
	struct bv_arena arena;
};

BV_API void bv_bank_documents_finish(struct bv_bank_documents *documents);
BV_AUTO_DEFINE_FINISH(struct bv_bank_documents, bv_bank_documents_finish)
/* All of the bank, at most 100,000 (ELIMIT). */
BV_API BV_MUST_USE enum bv_status bv_bank_documents_list(struct bv_bank_documents *out, struct bv_bank *bank, struct bv_err *err);
/* One by its key: its XML (cleared first) and its files. parts may be NULL. ENOTFOUND; EIO when it is not what the key says. */
BV_API BV_MUST_USE enum bv_status bv_bank_document_load(struct bv_buf *xml, struct bv_bank_parts *parts, struct bv_bank *bank,
                                                        const uint8_t key[BV_HASH_LEN], struct bv_err *err);

/* ---- Items of the bank for candidates (doc/delivery.md) ------------------------------------------------------------ */

/* One version of an item with all that its pages need: the parsed document, the hashes of its files, its stimuli. Made once when an exam is published;
 * then the bank may be closed, and any number of threads may make pages of it, each with a session and a delivery of its own, from memory alone. */
struct bv_published;

/* Errors as of bv_bank_load; EPARSE for a stimulus that cannot be read. */
BV_API BV_MUST_USE enum bv_status bv_bank_publish(struct bv_published **out, struct bv_bank *bank, struct bv_str identifier, struct bv_str language,
                                                  uint32_t version, struct bv_err *err);
BV_API void bv_published_free(struct bv_published *published);
BV_AUTO_DEFINE(struct bv_published, bv_published_free)
BV_API const struct bv_item *bv_published_item(const struct bv_published *published);
BV_API uint32_t bv_published_version(const struct bv_published *published);     /* its number */
BV_API const uint8_t *bv_published_hash(const struct bv_published *published); /* bv_version_hash, which the form of an exam names: BV_HASH_LEN bytes */
/* Its files; none when it did not come in a package. */
BV_API const struct bv_bank_parts *bv_published_parts(const struct bv_published *published);
/* Fills where a page of it finds its files: path, media, module, stimulus. The rest stays as it is; published, which is only looked at, must outlive *out. */
BV_API void bv_published_delivery(struct bv_delivery *out, struct bv_published *published);

/* ---- Photographs of persons (doc/personal-data.md) ---------------------------------------------------------------- */

/* They come from anybody and are shown to staff, so that they are kept only as JPEG or PNG by their structure, without all that is not the picture: no EXIF but how
 * it lies, no place, no text, nothing behind its end. Nothing is decoded. */
#define BV_PORTRAIT_FILE_MAX (8u << 20)  /* bytes of a file as it comes */
#define BV_PORTRAIT_MAX (1u << 20)       /* bytes of what is kept */
#define BV_PORTRAIT_SIDE_MIN 120         /* pixels */
#define BV_PORTRAIT_SIDE_MAX 4000
#define BV_PORTRAIT_PIXELS_MAX 4000000
struct bv_portrait {
	const char *type; /* "image/jpeg", "image/png" */
	uint32_t width, height;
};
/* By its first bytes; NULL: neither. */
BV_API const char *bv_portrait_type(struct bv_str bytes);
/* Appends what is kept of the file; the same of what is kept already. EPARSE: none of these, or damaged; EDENIED: of a kind that is not shown everywhere; ELIMIT:
 * bytes or pixels. The message is for who brings the picture. */
BV_API BV_MUST_USE enum bv_status bv_portrait_clean(struct bv_buf *out, struct bv_portrait *portrait, struct bv_str bytes, struct bv_err *err);

/* A file of an archive or a folder that should be somebody's photograph. */
struct bv_portrait_file {
	struct bv_str path;  /* "room-1/TS-0001.jpg" */
	struct bv_str name;  /* whose it is: "TS-0001" */
	struct bv_str bytes; /* as bv_portrait_clean gives them; empty: wrong says why not */
	const char *wrong;   /* NULL: nothing */
	const char *why;     /* the same as a word: "format" neither JPEG nor PNG, "damaged", "kind" not shown everywhere, "size" of bytes or pixels */
};
#define BV_PORTRAITS_MAX 5000
typedef enum bv_status (*bv_portrait_visit)(void *ctx, const struct bv_portrait_file *file, struct bv_err *err);
/* Visits each file of a zip archive, or the one that bytes are, which is called path, in the order of their names. What systems leave in archives (.DS_Store, Thumbs.db)
 * is passed over. Errors of the archive as of packages (doc/packages.md): what unpacks without end, names that lead elsewhere; ELIMIT: more than BV_PORTRAITS_MAX files. */
BV_API BV_MUST_USE enum bv_status bv_portraits_read(struct bv_str bytes, struct bv_str path, bv_portrait_visit visit, void *ctx, struct bv_err *err);
/* The same of the files below a folder. */
BV_API BV_MUST_USE enum bv_status bv_portraits_read_folder(const char *folder, bv_portrait_visit visit, void *ctx, struct bv_err *err);

/* ---- A look at the whole bank (doc/stats.md) --------------------------------------------------------------------- */

#define BV_SURVEY_CHOICES_MAX 16
#define BV_SURVEY_PAIRS_MAX 10000 /* a bank of copies would have more pairs than memory */

/* Two items of one language whose texts are nearly the same. */
struct bv_similar_pair {
	size_t a, b;      /* indices in the survey's pool, a < b */
	unsigned percent; /* Jaccard index of their shingles, rounded down */
};

struct bv_similar_pairs {
	struct bv_similar_pair *p;
	size_t count, cap;
	bool more; /* the search ended at BV_SURVEY_PAIRS_MAX, or, among very many that are nearly similar enough, for want of time */
};

struct bv_survey {
	struct bv_pool pool;      /* the items that were looked at */
	struct bv_access *access; /* of each; the names of supports live in the pool's arena */
	struct bv_similar_pairs similar; /* within each language in the order of the pool */
	/* keys[n][i]: single-choice interactions of n choices whose key is choice i, as written in the file. */
	uint32_t keys[BV_SURVEY_CHOICES_MAX + 1][BV_SURVEY_CHOICES_MAX];
};

/* Reads the text of every item that matches. Stem and choices are compared as sets of three words in a row; percent, 1–100, is the least Jaccard
 * index that is told. Clones are taken as they are written. The result is the caller's: bv_survey_finish. */
BV_API BV_MUST_USE enum bv_status bv_bank_survey(struct bv_survey *out, struct bv_bank *bank, const struct bv_bank_filter *filter,
                                                 unsigned percent, struct bv_err *err);
BV_API void bv_survey_finish(struct bv_survey *survey);
BV_AUTO_DEFINE_FINISH(struct bv_survey, bv_survey_finish)

#endif

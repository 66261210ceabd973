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

/* Those that are read so far; a document with another interaction is refused with EPARSE, naming it. */
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
};

/* simpleChoice, simpleAssociableChoice, inlineChoice, hottext, gapText, gapImg, or a gap. */
struct bv_choice {
	struct bv_str identifier;          /* unique within the item's interaction */
	struct bv_str text;                /* its content as plain text, white space collapsed; an image gives its alternative text */
	struct bv_str template_identifier; /* empty: always shown */
	struct bv_str match_groups;        /* identifiers separated by spaces of the choices it may be paired with; empty: any */
	bool template_hides;               /* show-hide="hide": hidden when the template variable names it, else shown then */
	bool fixed;                        /* keeps its place when the others are shuffled */
	bool required;                     /* a gap that must be filled */
	uint32_t match_min, match_max;     /* associations; match_max 0 = any number */
	int line;
};

/* Counts are as the schema's defaults make them: 0 as a maximum means any number. Strings are empty where absent. */
struct bv_interaction {
	enum bv_interaction_kind kind;
	struct bv_str response; /* identifier of the response variable it fills */
	int line;
	bool shuffle;
	bool required; /* inlineChoice: a choice must be made */

	/* match: the choices of the first set, then those of the second; gapMatch: gap texts and images, then the gaps. A shuffle keeps
	 * the two apart, and never moves gaps. In all others first_count == choice_count. */
	const struct bv_choice *choices;
	size_t choice_count, first_count;

	uint32_t min_choices, max_choices; /* choice, hottext, order; order: both equal to choice_count when neither is given */
	uint32_t min_associations, max_associations; /* match, associate, gapMatch */
	uint32_t min_strings, max_strings;           /* extendedText */

	struct bv_str pattern_mask;      /* textEntry, extendedText: XSD regular expression for the whole of each string */
	struct bv_str string_identifier; /* textEntry, extendedText: a second variable that takes the characters as typed */
	struct bv_str placeholder;
	uint32_t expected_length; /* characters, for the size of the box only; 0 = not said */
	uint32_t expected_lines;
	uint32_t base; /* radix of typed integers, 2–36, 10 when absent */
};

/* Reads an item of at most BV_XML_ITEM_MAX bytes; *out borrows nothing from xml. EPARSE or ELIMIT with the line and, where there is
 * one, the clause: not well-formed, not an item, an unsupported interaction, a value that does not fit its declaration, an
 * expression whose type cannot be. What passes here can be scored; bv_item_check says more. */
BV_API BV_MUST_USE enum bv_status bv_item_parse(struct bv_item **out, struct bv_str xml, struct bv_err *err);
BV_API void bv_item_free(struct bv_item *item);
BV_AUTO_DEFINE(struct bv_item, bv_item_free)

BV_API struct bv_str bv_item_identifier(const struct bv_item *item);
BV_API struct bv_str bv_item_title(const struct bv_item *item);
BV_API struct bv_str bv_item_language(const struct bv_item *item); /* xml:lang, empty if absent */
BV_API enum bv_qti_version bv_item_version(const struct bv_item *item);
BV_API const char *bv_qti_version_name(enum bv_qti_version version);            /* "3.0" */
BV_API const uint8_t *bv_item_hash(const struct bv_item *item);                 /* SHA-256 of the bytes that were parsed, 32 bytes */
BV_API bool bv_item_adaptive(const struct bv_item *item);
BV_API bool bv_item_clones(const struct bv_item *item); /* has template processing: each seed may give another clone */

BV_API size_t bv_item_interaction_count(const struct bv_item *item);
BV_API const struct bv_interaction *bv_item_interaction(const struct bv_item *item, size_t idx); /* in the order of the page */
BV_API const char *bv_interaction_name(enum bv_interaction_kind kind);                            /* "gapMatch" */

/* normal-maximum of the outcome SCORE, else the default value of the outcome MAXSCORE; false when the item has neither. */
BV_API bool bv_item_max_score(const struct bv_item *item, double *out);
/* Response processing sets SCORE, and no outcome is marked as scored by a human or by another machine (external-scored). */
BV_API bool bv_item_machine_scorable(const struct bv_item *item);
/* The stem as plain text, white space collapsed: the item body without choices and rubric blocks. Lives as long as the arena. */
BV_API struct bv_str bv_item_stem(const struct bv_item *item, struct bv_arena *arena);

/* ---- Item sessions ---------------------------------------------------------------------------------------------- */

/* One candidate's work on one item: its clone, responses and outcomes. Used by one thread at a time; item must outlive it. */
struct bv_item_session;

/* Runs template processing with the random stream of seed (BV-DRAW-1 stream; the same seed always gives the same clone).
 * EINVAL when an expression cannot be evaluated. Responses start at their defaults, or NULL. */
BV_API BV_MUST_USE enum bv_status bv_item_session_new(struct bv_item_session **out, const struct bv_item *item,
                                                      const uint8_t seed[BV_HASH_LEN], struct bv_err *err);
BV_API void bv_item_session_free(struct bv_item_session *session);
BV_AUTO_DEFINE(struct bv_item_session, bv_item_session_free)

/* Forgets responses and outcomes but keeps the clone and the memory: for scoring many candidates on the same clone. */
BV_API void bv_item_session_reset(struct bv_item_session *session);

/* Is the choice on the page of this clone (template-identifier and show-hide)? */
BV_API bool bv_item_session_shows(const struct bv_item_session *session, const struct bv_choice *choice);

/* Takes the candidate's responses from PCI JSON, {"RESPONSE":{"base":{"identifier":"A"}}}; what is not named is NULL. Integers may
 * stand for floats, and typed text ({"base":{"string":"12"}}) for the numbers of a textEntry. EINVAL names the response: not
 * declared, wrong base type or cardinality, an identifier that is not a choice on the page. A refused call changes nothing. */
BV_API BV_MUST_USE enum bv_status bv_item_session_respond(struct bv_item_session *session, const struct bv_json *responses,
                                                          struct bv_err *err);

/* The same without JSON: the values of each response in QTI's lexical form ("A", "L1 R3", "2.5", "true"); none is NULL. A record
 * cardinality textEntry takes the text typed. The values are borrowed until the next respond, answer or reset. */
struct bv_answer {
	struct bv_str response;
	const struct bv_str *values;
	size_t count;
};
BV_API BV_MUST_USE enum bv_status bv_item_session_answer(struct bv_item_session *session, const struct bv_answer *answers, size_t count,
                                                         struct bv_err *err);

/* Are the responses valid as the interactions demand (QTI 3.0 validate-responses)? Numbers of choices, associations and strings,
 * match-min and match-max, required gaps, pattern masks, duplicates. EINVAL says which response and what is missing. Scoring does not
 * depend on it: whether an invalid response may be submitted is the exam's decision. */
BV_API BV_MUST_USE enum bv_status bv_item_session_validate(const struct bv_item_session *session, struct bv_err *err);

/* Response processing on the responses as they are. Outcomes of an item that is not adaptive start at their defaults each time.
 * EINVAL when the item has rules that cannot be evaluated; never a silent zero. */
BV_API BV_MUST_USE enum bv_status bv_item_score(struct bv_item_session *session, struct bv_err *err);

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

/* Evaluates one expression document (2.x or 3 names) in an empty context: {"cardinality":…,"baseType":…,"value":PCI}.
 * EPARSE when the expression is refused, with the reason. Owned by the caller. */
BV_API BV_MUST_USE enum bv_status bv_expression_eval(struct bv_json **out, struct bv_str xml, struct bv_err *err);

/* ---- Checks and lint -------------------------------------------------------------------------------------------- */

enum bv_severity { BV_SEVERITY_ERROR, BV_SEVERITY_WARNING };

struct bv_diagnostic {
	enum bv_severity severity;
	const char *rule; /* "no-key"; doc/lint.md explains each */
	const char *path; /* as given to the call, NULL for a finding about the whole bank */
	int line;         /* 0 where there is none */
	const char *message;
};
/* The diagnostic is valid during the call only. */
typedef void (*bv_diagnostic_fn)(void *ctx, const struct bv_diagnostic *diagnostic);

/* Everything that is wrong with one item and can be seen in it alone: parse errors (rule "parse", the first one only) and meanings beyond
 * parsing. Returns the number of errors. */
BV_API size_t bv_item_check(const char *path, struct bv_str xml, bv_diagnostic_fn report, void *ctx);

/* The craft of items: add all items of a bank, then finish for the rules that look at all of them together. */
struct bv_lint;
BV_API struct bv_lint *bv_lint_new(bv_diagnostic_fn report, void *ctx);
BV_API void bv_lint_free(struct bv_lint *lint);
BV_AUTO_DEFINE(struct bv_lint, bv_lint_free)
/* Reports what is wrong with this item; a document that does not parse is left to bv_item_check. */
BV_API void bv_lint_add(struct bv_lint *lint, const char *path, struct bv_str xml);
/* Reports what is wrong with the bank. Returns the number of errors of all calls. */
BV_API size_t bv_lint_end(struct bv_lint *lint);

#endif

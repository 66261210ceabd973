/* What `bangvang analyse` found, for people (one HTML file) and for programs (JSON). */
#ifndef BV_TOOLS_CLI_ANALYSIS_REPORT_H
#define BV_TOOLS_CLI_ANALYSIS_REPORT_H

#include "analysis/analysis.h"
#include "base/json.h"

struct analysis {
	struct bv_responses responses;
	struct bv_classical classical;
	struct bv_dif dif; /* item NULL: no groups */
	struct bv_model_dif model_dif; /* the same */
	struct bv_ratio_dif ratio_dif; /* the same */
	struct bv_str reference, focal;
	struct bv_halls halls;
	struct bv_person_fit *person; /* of each person */
	struct bv_irt_set *set;       /* NULL: no parameters, and nothing of what follows */
	struct bv_abilities abilities;
	struct bv_model_fit *fit; /* of each person */
	struct bv_agreement agreement;
	struct bv_times times;               /* alpha NULL: no columns of times */
	struct bv_preknowledge *preknowledge; /* of each person; NULL: no item was said to be known */
	bool *compromised;                   /* of each item */
	struct bv_option_fit options; /* items 0: not asked for */
	struct bv_pair *asked; /* pairs that were named */
	struct bv_pair_steps *steps; /* of each of them */
	size_t asked_count;
	double rate;                  /* of false discoveries among what is flagged */
	const char *source;           /* name of the file */
	char digest[65];              /* SHA-256 of it */
};

void analysis_finish(struct analysis *analysis);
BV_AUTO_DEFINE_FINISH(struct analysis, analysis_finish)

/* JSON has no NaN: what could not be computed is null. */
struct analysis_number {
	const char *name;
	double value;
};
void analysis_numbers(struct bv_json *object, const struct analysis_number *numbers, size_t count);
/* A person as the member of this name: the id, or the number in the file. */
void analysis_person(struct bv_json *object, const struct analysis *analysis, const char *name, size_t person);
/* What the parameters of the items say, analysis_json_model.c. */
void analysis_json_model(struct bv_json *out, const struct analysis *analysis);
void analysis_json_model_dif(struct bv_json *item, const struct bv_model_dif_item *dif);
void analysis_json_ratio_dif(struct bv_json *item, const struct bv_ratio_dif_item *dif);
void analysis_json_fit(struct bv_json *person, const struct analysis *analysis, size_t index);

/* Response times and items that are known outside, analysis_json_times.c. */
void analysis_json_times(struct bv_json *out, const struct analysis *analysis);
void analysis_json_time_fit(struct bv_json *person, const struct analysis *analysis, size_t index);
/* The parameters of the times as a document of their own ("bangvang-times-1"), and back: of the items of the responses, NAN where it has none. */
struct bv_json *time_set_json(const struct analysis *analysis);
BV_MUST_USE enum bv_status time_set_read(struct bv_time_item *out, const struct bv_responses *responses, struct bv_str text, struct bv_err *err);

/* Owned by the caller. */
struct bv_json *analysis_json(const struct analysis *analysis);
/* One XHTML file without scripts; english: else Vietnamese. */
BV_MUST_USE enum bv_status analysis_html(struct bv_buf *out, const struct analysis *analysis, bool english, struct bv_err *err);

#endif

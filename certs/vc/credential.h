/* The fixed words of our certificates, shared by issuing and reading. */
#ifndef BV_CERTS_VC_CREDENTIAL_H
#define BV_CERTS_VC_CREDENTIAL_H

#include "base/err.h"
#include "base/str.h"
#include "certs/key.h"

/* OB §B.1.2: the first two in this order; the third defines the extension types that other verifiers look up. */
#define CONTEXT_VC "https://www.w3.org/ns/credentials/v2"
#define CONTEXT_OB "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
#define CONTEXT_EXTENSIONS "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

/* Fragments of the ids of result descriptions, after the achievement's id. */
#define RESULT_AREA "#rd-area-" /* and the area's code */
#define RESULT_LEVEL "#rd-level"
#define RESULT_ABILITY "#rd-ability"
#define RESULT_ABILITY_SE "#rd-ability-se"
#define RESULT_DECISION "#rd-decision"

/* Words of OB ResultStatusType by enum bv_decision, NULL for none. */
extern const char *const credential_status_words[4];

/* An absolute URI, loosely: a scheme, ':', printable ASCII without spaces and quotes. */
bool credential_is_uri(struct bv_str s);

/* UTF-8 without control characters but tab and line ends, at most BV_TEXT_MAX bytes, and there if it is needed; messages begin with what. */
BV_MUST_USE enum bv_status credential_check_text(struct bv_str text, const char *what, bool needed, struct bv_err *err);

#endif

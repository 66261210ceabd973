/* What this server knows of certificates: the register, the published status lists, the public log. All of it is read again when it is older than half a minute. */
#ifndef BV_TOOLS_HTTPD_RECORDS_H
#define BV_TOOLS_HTTPD_RECORDS_H

#include "registry/registry.h"
#include "tools/httpd/config.h"
#include "tools/httpd/log.h"

struct records;

/* Whatever the configuration names must be readable now, so that what is wrong shows at the start. trust, config and log are borrowed. */
BV_MUST_USE enum bv_status records_open(struct records **out, const struct config *config, const struct bv_trust *trust, struct log *log, struct bv_err *err);
void records_free(struct records *records);

/* Is there a register here? */
bool records_have(const struct records *records);

/* A certificate of the register, with what was done to it. Texts live in the arena. */
struct record {
	struct bv_arena arena;
	struct bv_register_row row;
	struct bv_str envelope;     /* the signed certificate, JSON */
	struct bv_buf proof;        /* *.tlog-proof, or empty: of no log, or not to be had now */
	struct bv_str reason, text; /* of the newest act in force: code, and the rules' words for it; empty: none */
	int64_t since_s;            /* when that was decided */
	struct bv_str successor;    /* serial number of what took its place, or empty */
	int64_t successor_s;        /* when that was awarded */
};
void records_done(struct record *record);
BV_AUTO_DEFINE_FINISH(struct record, records_done)
/* By a code that is good, or by "urn:uuid:…". ENOTFOUND; anything else: it cannot be known now. */
BV_MUST_USE enum bv_status records_find(struct record *out, struct records *records, struct bv_str name, bool is_code, struct bv_err *err);

/* The code of the certificate that was issued for a result of this ticket, corrected ones followed. ENOTFOUND: none is, or not yet; anything else: it cannot be known
 * now. */
BV_MUST_USE enum bv_status records_code(char code[BV_CODE_SIZE], struct records *records, struct bv_str ticket, const uint8_t rating[BV_HASH_LEN], struct bv_err *err);

/* What only the office asks of the register, which is its caller's alone for as long as ask runs. What ask gives is given; ENOTFOUND and OK apart, the register is opened
 * again next time. EIO also where there is no register. */
typedef enum bv_status (*records_asking)(void *ctx, struct bv_register *reg, struct bv_err *err);
BV_MUST_USE enum bv_status records_ask(struct records *records, records_asking ask, void *ctx, struct bv_err *err);

/* How an entry of a shard stands by the lists that everybody can read. */
enum bv_standing records_standing(struct bv_standing_reason *why, struct records *records, const struct record *record, int64_t at_s);
/* What a verification goes by that knows all that is known here, for as long as use runs. proof: *.tlog-proof of a certificate, or empty: then it need not be in the log. */
typedef void (*records_use)(void *ctx, const struct bv_verify_options *options);
void records_lend(struct records *records, struct bv_str proof, int64_t at_s, records_use use, void *ctx);
/* Verifies by that a certificate of the register. */
void records_verify(struct bv_report **out, struct records *records, struct bv_str bytes, struct bv_str proof, int64_t at_s);

/* Files for the page that verifies in the reader's browser: those of the trust folder, and the newest status lists with their addresses. */
struct records_file {
	struct bv_str name;    /* "trust/0123456789abcdef.json", "status/….jwt": of its bytes, of its address */
	struct bv_str address; /* of a list; empty: it is of the trust folder */
	struct bv_str bytes;
};
typedef void (*records_file_visit)(void *ctx, const struct records_file *file);
int64_t records_files(struct records *records, records_file_visit visit, void *ctx); /* when they were read */
bool records_file(struct bv_buf *out, struct records *records, struct bv_str name); /* appends its bytes; false: there is none */

/* What is published of the log: appends its newest checkpoint (a note) to note; *found what the policy says of it. ENOTFOUND: no log is named here. EDENIED, with the note
 * all the same: the policy's keys did not sign it. *policy: whether there is one; keys are told by visit. */
typedef void (*records_key_visit)(void *ctx, const struct bv_policy_key *key, bool witness, int64_t signed_s);
BV_MUST_USE enum bv_status records_head(struct bv_buf *note, struct bv_policy_finding *found, bool *policy, struct records *records, records_key_visit visit, void *ctx,
                                        struct bv_err *err);

#endif

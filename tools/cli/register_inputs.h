/* What the commands of the register of certificates have in common: the register, the keys of persons and of the log, times. */
#ifndef BV_TOOLS_CLI_REGISTER_INPUTS_H
#define BV_TOOLS_CLI_REGISTER_INPUTS_H

#include "registry/registry.h"
#include "tools/cli/commands.h"

struct register_inputs {
	struct bv_register *reg;
	struct bv_key *officer, *log_key;
	struct bv_signer *signer;
	struct bv_log_view *view; /* of the log, as it was when the command began */
	const char *log;
	struct bv_str origin;
	int64_t at_s;
};

#define REGISTER_DB_OPT { .name = "db", .argument = "URL", .help = "the register: sqlite:PATH, PATH or postgresql://…", .required = true }
#define REGISTER_OFFICER_OPT(whose) { .name = "officer", .argument = "FILE", .help = "private key of " whose ", as the mandates name it", .required = true }
#define REGISTER_LOG_OPTS \
	{ .name = "log", .argument = "DIR", .help = "the public log", .required = true }, \
		{ .name = "log-key", .argument = "FILE", .help = "private key that signs the log's checkpoints", .required = true }
/* Of a key that is held elsewhere: for commands with --key. */
#define REGISTER_HELD_OPTS \
	{ .name = "p256-key", .argument = "NAME", .help = "with --key pkcs11:…: the token's key of P-256" }, \
		{ .name = "did-document", .argument = "FILE", .help = "with --key signer:SOCKET (a bangvang-signer) or pkcs11:…: the issuer's did.json" }
#define REGISTER_AT_OPT { .name = "at", .argument = "TIME", .help = "do it at that time (RFC 3339), not now" }

/* Opens what the command's options name: --db, --officer, --log and --log-key, --at; what it does not have is left. */
BV_MUST_USE enum bv_status register_inputs_load(struct register_inputs *in, const struct args *args, bool write, struct bv_err *err);
/* Its parts: all but the log, and the log. */
BV_MUST_USE enum bv_status register_inputs_open(struct register_inputs *in, const struct args *args, bool write, struct bv_err *err);
BV_MUST_USE enum bv_status register_inputs_log(struct register_inputs *in, const struct args *args, struct bv_err *err);
/* --key, as bv_signer_open has it: who signs, under the issuer's name and address. */
BV_MUST_USE enum bv_status register_inputs_signer(struct register_inputs *in, const struct args *args, struct bv_issuer issuer, struct bv_err *err);
/* The same, who is about to issue: the register is told where the keys are, and the switch there is looked at (EDENIED). */
BV_MUST_USE enum bv_status register_inputs_issuer(struct register_inputs *in, const struct args *args, struct bv_issuer issuer, struct bv_err *err);
void register_inputs_finish(struct register_inputs *in);
BV_AUTO_DEFINE_FINISH(struct register_inputs, register_inputs_finish)

/* A whole file; empty when path is NULL. */
BV_MUST_USE enum bv_status register_read(struct bv_buf *out, const char *path, struct bv_err *err);
/* A certificate as JSON. */
void register_row_json(struct bv_json *json, const struct bv_register_row *row);

#endif

/* Certificates of a compromised key, signed anew: those that can be proven genuine. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "certs/certs.h"
#include "tools/cli/commands.h"

struct resigning {
	struct bv_trust *trust;
	struct bv_policy *policy;
	struct bv_status_lists *lists;
	struct bv_signer *signer;
	const char *out;
	int64_t at_s;
	size_t done, refused;
};

static void
resigning_finish(struct resigning *r)
{
	bv_trust_free(r->trust);
	bv_policy_free(r->policy);
	bv_status_lists_free(r->lists);
	bv_signer_free(r->signer);
}
BV_AUTO_DEFINE_FINISH(struct resigning, resigning_finish)

/* "a.jwt.tlog-proof", "a.tlog-proof" or "a.json.tlog-proof" beside "a.jwt": all envelopes of a certificate have one entry in the log. */
static enum bv_status
read_proof(struct bv_buf *text, const char *path, struct bv_err *err)
{
	static const char *const ends[] = { ".tlog-proof", ".json.tlog-proof" };
	const char *dot = strrchr(path, '.');
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(8192);

	bv_buf_printf(&name, "%s.tlog-proof", path);
	TRY(bv_buf_check(&name, err));
	enum bv_status status = bv_file_read(text, name.p, err);
	for (size_t i = 0; i < BV_COUNT(ends) && status == BV_ENOTFOUND && dot && !strchr(dot, '/'); i++) {
		bv_buf_clear(&name);
		bv_buf_printf(&name, "%.*s%s", (int)(dot - path), path, ends[i]);
		TRY(bv_buf_check(&name, err));
		status = bv_file_read(text, name.p, err);
	}
	return status;
}

/* Nothing of it is wrong, and the log had it while the key was good. What its status list says need not be known: the place in the list stays. */
static enum bv_status
check_genuine(const struct resigning *r, struct bv_str bytes, const struct bv_log_proof *proof, struct bv_err *err)
{
	static const enum bv_check_id needed[] = { BV_CHECK_ISSUER, BV_CHECK_KEY, BV_CHECK_SIGNATURE, BV_CHECK_LOG };
	const struct bv_verify_options options = { .at_s = r->at_s, .status = r->lists, .log = r->policy, .proof = proof };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;

	bv_credential_verify(&report, bytes, r->trust, &options);
	enum bv_verdict verdict = bv_report_verdict(report);
	bool good = verdict == BV_VERDICT_VALID || (verdict == BV_VERDICT_UNCHECKED && bv_report_check(report, BV_CHECK_STATUS) == BV_CHECK_UNCHECKED);
	for (size_t i = 0; i < BV_COUNT(needed); i++)
		good = good && bv_report_check(report, needed[i]) == BV_CHECK_PASSED;
	return good ? BV_OK : bv_err_set(err, BV_EDENIED, "not signed anew: nothing proves that it is genuine and was in the log in time; 'bangvang-verify --log' tells more");
}

static enum bv_status
resign(const struct resigning *r, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(2 * BV_CREDENTIAL_MAX), text = BV_BUF(BV_LOG_PROOF_MAX), made = BV_BUF(2 * BV_CREDENTIAL_MAX), to = BV_BUF(8192);
	const char *slash = strrchr(path, '/');
	struct bv_log_proof proof;

	TRY(bv_file_read(&bytes, path, err));
	TRY(read_proof(&text, path, err));
	TRY(bv_log_proof_parse(&proof, bv_buf_str(&text), err));
	TRY(check_genuine(r, bv_buf_str(&bytes), &proof, err));
	TRY(bv_credential_resign(&made, bv_buf_str(&bytes), r->signer, r->at_s, err));
	bv_buf_printf(&to, "%s/%s", r->out, slash ? slash + 1 : path);
	TRY(bv_buf_check(&to, err));
	return bv_file_create(to.p, bv_buf_str(&made), 0644, err);
}

static enum bv_status
prepare(struct resigning *r, const struct args *args, struct bv_err *err)
{
	r->at_s = bv_clock_now_s();
	r->out = args_get(args, "out");
	if (args_get(args, "at"))
		TRY(bv_time_parse(&r->at_s, bv_str_of(args_get(args, "at")), err));
	TRY(bv_trust_load(&r->trust, args_get(args, "trust"), err));
	TRY(bv_policy_load(&r->policy, args_get(args, "log"), err));
	if (args_get(args, "status"))
		TRY(bv_status_lists_load(&r->lists, args_get(args, "status"), r->trust, err));
	TRY(bv_signer_open(&r->signer, args_get(args, "key"), args_get(args, "p256-key"), args_get(args, "did-document"), BV_STR_NONE, BV_STR_NONE, err));
	if (!bv_trust_find(r->trust, bv_signer_public(r->signer)->p, r->at_s).len)
		return bv_err_set(err, BV_EINVAL, "%s does not let the key of %s sign: it is not the new batch's", args_get(args, "trust"), args_get(args, "key"));
	return bv_dir_make(r->out, err);
}

static int
run(struct args *args)
{
	BV_AUTO(resigning_finish) struct resigning r = { 0 };
	struct bv_err err;
	int worst = EXIT_YES;

	if (prepare(&r, args, &err) != BV_OK)
		return fail(NULL, &err);
	for (int i = 0; i < args->operand_count; i++) {
		if (resign(&r, args->operands[i], &err) == BV_OK) {
			r.done++;
			continue;
		}
		r.refused++;
		int status = fail(args->operands[i], &err);
		worst = status > worst ? status : worst;
		if (err.status == BV_EIO)
			break;
	}
	printf("%zu signed anew, %zu not\n", r.done, r.refused);
	return worst;
}

const struct cmd cmd_cert_resign = {
	.name = "cert resign",
	.operands = "FILE…",
	.summary = "sign certificates of a compromised key anew",
	.about = "Each FILE is a certificate (JSON, VC-JWT, SD-JWT VC or paper) whose key was taken out of use ('bangvang key compromise'), and beside it lies the proof that the "
	         "public log had it before (FILE.tlog-proof, or the same name with .tlog-proof or .json.tlog-proof). If that holds, and nothing else is wrong with it, it is written to --out with the same id, the "
	         "same contents and new proofs by the key of the batch that took over its shard. What cannot be proven is named and not signed: it may be the thief's.\n\n"
	         "Enter JSON that was signed anew in the public log ('bangvang log append'), and give it a proof of its own: its entry names the key. The other envelopes keep the "
	         "place in the log that they had, and its proof. A PDF is drawn anew from the JSON ('bangvang cert render').",
	.opts = (const struct opt[]){
		{ .name = "key", .argument = "FILE", .help = "key of the new batch, with did.json beside it; or signer:SOCKET, or pkcs11:…", .required = true },
		{ .name = "p256-key", .argument = "NAME", .help = "with --key pkcs11:…: the token's key of P-256" },
		{ .name = "did-document", .argument = "FILE", .help = "with --key signer:… or pkcs11:…: the issuer's did.json" },
		{ .name = "trust", .argument = "DIR", .help = "what 'bangvang key publish' wrote after the compromise", .required = true },
		{ .name = "log", .argument = "FILE", .help = "logs and witnesses whose word counts (C2SP tlog-policy)", .required = true },
		{ .name = "status", .argument = "DIR", .help = "status lists: what is revoked is not signed anew" },
		{ .name = "out", .argument = "DIR", .help = "folder for what is signed anew, made if it is not there", .required = true },
		{ .name = "at", .argument = "TIME", .help = "time (RFC 3339) instead of now" },
		{ 0 },
	},
	.run = run,
};

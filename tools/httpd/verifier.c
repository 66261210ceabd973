#include "tools/httpd/verifier.h"

#include "base/mem.h"
#include "base/sandbox.h"

enum { REPORT_MAX = 16 << 20, PAGE_MAX = 2 << 20, WAIT_S = 20 };

struct job {
	const struct verifier *verifier;
	struct bv_str document;
	int64_t at_s;
	enum bv_lang lang;
	const struct bv_verify_options *options; /* while it is borrowed: the child has its own copy then */
	struct bv_sandbox *sandbox;
	struct bv_err err;
};

/* ---- In the child ---- */

static void
read_statement(struct bv_json *json, const struct job *job)
{
	BV_AUTO(bv_buf_finish) struct bv_buf page = BV_BUF(PAGE_MAX);
	const struct bv_trust *trust = job->verifier->trust;

	bv_statement_verify(NULL, json, job->document, BV_STR("document"), trust, NULL, job->at_s, job->lang);
	bv_json_set_int(json, "status", bv_statement_verify(&page, NULL, job->document, BV_STR("-"), trust, NULL, job->at_s, job->lang));
	bv_json_set_str(json, "page", bv_buf_str(&page));
}

static void
work(void *ctx, struct bv_sandbox_pipe *pipe)
{
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(REPORT_MAX);
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	const struct job *job = ctx;

	if (bv_statement_is(job->document)) {
		json = bv_json_new_object();
		read_statement(json, job);
	} else {
		bv_credential_verify(&report, job->document, job->verifier->trust, job->options);
		json = bv_report_json(report, BV_STR("document"), job->lang);
		bv_json_set_str(json, "type", BV_STR("certificate"));
	}
	bv_json_write(&frame, json);
	bv_sandbox_send(pipe, bv_buf_str(&frame));
}

/* ---- Here ---- */

static void
start(void *ctx, const struct bv_verify_options *options)
{
	struct job *job = ctx;
	const struct bv_sandbox_limits limits = {
		.memory = (uint64_t)job->verifier->memory_mib << 20, .cpu_s = job->verifier->cpu_s, .wait_s = WAIT_S, .unfiltered = job->verifier->unfiltered
	};

	job->options = options;
	if (bv_sandbox_start(&job->sandbox, work, job, &limits, &job->err) != BV_OK)
		job->sandbox = NULL;
}

static enum bv_status
receive(struct bv_json **out, struct job *job)
{
	BV_AUTO(bv_buf_finish) struct bv_buf frame = BV_BUF(REPORT_MAX);
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	bool more;

	TRY(bv_sandbox_receive(job->sandbox, &frame, &more, &job->err));
	if (!more)
		return bv_err_set(&job->err, BV_EPARSE, "the child had nothing to say");
	TRY(bv_json_parse_large(&json, bv_buf_str(&frame), REPORT_MAX, &job->err));
	/* It may have spoken, and died then of what it had read. */
	bv_buf_clear(&frame);
	TRY(bv_sandbox_receive(job->sandbox, &frame, &more, &job->err));
	if (more || !bv_json_str(bv_json_find(json, "verdict")).len || !bv_json_str(bv_json_find(json, "type")).len)
		return bv_err_set(&job->err, BV_EPARSE, "the child said what no report is");
	*out = bv_steal(&json);
	return BV_OK;
}

struct bv_json *
verifier_read(const struct verifier *verifier, struct bv_str document, struct bv_str proof, int64_t at_s, enum bv_lang lang)
{
	struct job job = { .verifier = verifier, .document = document, .at_s = at_s, .lang = lang };
	char quoted[LOG_QUOTED_SIZE];
	struct bv_json *json = NULL;

	records_lend(verifier->records, proof, at_s, start, &job);
	if (!job.sandbox || receive(&json, &job) != BV_OK)
		log_event(verifier->log, LOG_LEVEL_ERROR, "verifier", "bytes=%zu message=%s", document.len, log_quoted(quoted, job.err.msg));
	bv_sandbox_free(job.sandbox);
	return json;
}

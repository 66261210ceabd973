/* Asking witnesses for their cosignatures (WITNESS, POST add-checkpoint). */
#include <inttypes.h>

#include "base/http.h"
#include "registry/log.h"

enum { WAIT_MS = 20000 };

struct asking {
	struct bv_buf *note;           /* of the log's signature, and of the cosignatures so far */
	struct bv_log_view *view;      /* of the folder, as the note shows it */
	struct bv_checkpoint checkpoint; /* borrowed from the view */
	struct bv_buf published;       /* note of that */
};

/* What the witness signed last, as far as we know. */
static uint64_t
last_seen(const struct asking *a, const struct bv_policy_key *witness)
{
	struct bv_checkpoint published;
	struct bv_err err;
	int64_t at_s;

	if (!a->published.len || bv_checkpoint_parse(&published, bv_buf_str(&a->published), &err) != BV_OK ||
	    bv_cosignature_check(&at_s, &published, &witness->vkey, &err) != BV_OK)
		return 0;
	return published.size;
}

static enum bv_status
write_request(struct bv_buf *out, const struct asking *a, uint64_t old_size, struct bv_err *err)
{
	struct bv_merkle_hash path[BV_MERKLE_PROOF_MAX];
	size_t count = 0;

	if (old_size)
		TRY(bv_log_prove_consistency(path, &count, a->view, old_size, err));
	bv_buf_clear(out);
	bv_buf_printf(out, "old %" PRIu64 "\n", old_size);
	for (size_t i = 0; i < count; i++) {
		bv_base64_write(out, path[i].p, BV_HASH_LEN);
		bv_buf_addc(out, '\n');
	}
	bv_buf_addc(out, '\n');
	bv_buf_add(out, bv_log_view_note(a->view));
	return bv_buf_check(out, err);
}

/* "SIZE\n": what it signed last. */
static enum bv_status
read_conflict(uint64_t *size, struct bv_str body, const char *url, struct bv_err *err)
{
	int64_t n;

	if (!body.len || body.p[body.len - 1] != '\n' || !bv_str_int(bv_str_sub(body, 0, body.len - 1), &n) || n < 0)
		return bv_err_set(err, BV_EIO, "%s: answered 409 without the size that it knows", url);
	*size = (uint64_t)n;
	return BV_OK;
}

/* Of what a witness answered only its own cosignature is taken, and only when it verifies. */
static enum bv_status
take_cosignature(struct asking *a, const struct bv_policy_key *witness, struct bv_str lines, struct bv_err *err)
{
	struct bv_checkpoint cosigned = a->checkpoint;
	int64_t at_s;

	cosigned.signatures = lines;
	TRY(bv_cosignature_check(&at_s, &cosigned, &witness->vkey, err));
	for (struct bv_str rest = lines; rest.len;) {
		size_t len = bv_str_find(rest, '\n');
		cosigned.signatures = bv_str_sub(rest, 0, len + 1);
		if (bv_cosignature_check(&at_s, &cosigned, &witness->vkey, err) == BV_OK) {
			bv_buf_add(a->note, cosigned.signatures);
			return bv_buf_check(a->note, err);
		}
		rest = bv_str_sub(rest, len + 1, rest.len);
	}
	return bv_err_set(err, BV_EDENIED, "its answer has no cosignature");
}

static enum bv_status
ask(struct asking *a, const struct bv_policy_key *witness, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf url = BV_BUF(LOG_PATH_MAX), request = BV_BUF(BV_WITNESS_REQUEST_MAX), reply = BV_BUF(BV_CHECKPOINT_MAX);
	uint64_t old_size = last_seen(a, witness);
	int http_status = 0;

	bv_buf_add(&url, witness->url);
	while (url.len && url.p[url.len - 1] == '/')
		url.len--;
	bv_buf_addz(&url, "/add-checkpoint");
	TRY(bv_buf_check(&url, err));
	for (int time = 0; time < 2; time++) {
		TRY(write_request(&request, a, old_size, err));
		TRY(bv_http_post(&http_status, &reply, url.p, "text/plain; charset=utf-8", bv_buf_str(&request), WAIT_MS, err));
		if (http_status != 409)
			break;
		TRY(read_conflict(&old_size, bv_buf_str(&reply), url.p, err));
		if (old_size > a->checkpoint.size)
			return bv_err_set(err, BV_EDENIED, "it has seen this log with %" PRIu64 " entries, and the log has %" PRIu64, old_size, a->checkpoint.size);
	}
	if (http_status != 200)
		return bv_err_set(err, http_status == 403 || http_status == 422 ? BV_EDENIED : BV_EIO, "it answered HTTP %d: %.*s", http_status,
		                  BV_STR_ARG(bv_str_trim(bv_str_sub(bv_buf_str(&reply), 0, 100))));
	return take_cosignature(a, witness, bv_buf_str(&reply), err);
}

enum bv_status
bv_log_cosign(struct bv_buf *note, struct bv_log *log, const struct bv_policy *policy, bv_log_told told, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_log_view_free) struct bv_log_view *view = NULL;
	size_t count;
	const struct bv_policy_key *witnesses = bv_policy_witnesses(policy, &count);
	struct asking a = { .note = note, .published = BV_BUF(BV_CHECKPOINT_MAX) };

	TRY(bv_log_view_at(&view, log_folder(log), bv_buf_str(note), err));
	a.view = view;
	a.checkpoint = *bv_log_view_checkpoint(view);
	if (log_fetch(&a.published, log_folder(log), LOG_CHECKPOINT, err) != BV_OK)
		bv_buf_clear(&a.published);
	enum bv_status status = BV_OK;
	for (size_t i = 0; i < count && status == BV_OK; i++) {
		struct bv_err why = { .msg = "" };
		if (!witnesses[i].url.len)
			continue;
		enum bv_status answer = ask(&a, &witnesses[i], &why);
		if (told)
			told(ctx, witnesses[i].name, answer, why.msg);
		if (note->full)
			status = bv_buf_check(note, err);
	}
	bv_buf_finish(&a.published);
	return status;
}

static enum bv_status
load_own_policy(struct bv_policy **out, const struct bv_log *log, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(BV_POLICY_MAX);
	enum bv_status status = log_fetch(&text, log_folder(log), LOG_POLICY, err);

	if (status == BV_ENOTFOUND)
		return BV_OK;
	TRY(status);
	if (bv_policy_parse(out, bv_buf_str(&text), err) != BV_OK)
		return bv_err_again(err, 0, "%s/" LOG_POLICY ":%d: %s", log_folder(log), err->line, err->msg);
	return BV_OK;
}

enum bv_status
bv_log_checkpoint(struct bv_buf *note, struct bv_policy_finding *found, struct bv_log *log, const struct bv_key *key, const struct bv_policy *policy,
                  bv_log_told told, void *ctx, struct bv_err *err)
{
	BV_AUTO(bv_policy_free) struct bv_policy *own = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf whole = BV_BUF(BV_CHECKPOINT_MAX);
	struct bv_checkpoint checkpoint;

	*found = (struct bv_policy_finding){ 0 };
	if (!policy)
		TRY(load_own_policy(&own, log, err));
	policy = policy ? policy : own;
	TRY(bv_log_sign(&whole, log, key, err));
	if (policy) {
		TRY(bv_log_cosign(&whole, log, policy, told, ctx, err));
		TRY(bv_checkpoint_parse(&checkpoint, bv_buf_str(&whole), err));
		if (bv_policy_check(found, policy, &checkpoint, err) != BV_OK)
			return bv_err_again(err, 0, "not published: %s", err->msg);
	}
	TRY(bv_log_publish(log, bv_buf_str(&whole), err));
	bv_buf_add(note, bv_buf_str(&whole));
	return bv_buf_check(note, err);
}

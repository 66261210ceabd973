/* A witness of logs (WITNESS): cosigns a checkpoint when it continues the one that it cosigned before, and remembers it before it answers. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "registry/log.h"

enum { PROOF_LINES_MAX = 63 };

struct bv_witness {
	char *folder;
	int lock;
	struct bv_key *key;
	struct bv_policy *policy;
	struct bv_vkey vkey; /* its own; the name is a copy */
	char *name;
};

struct request {
	uint64_t old_size;
	size_t path_count;
	struct bv_merkle_hash path[PROOF_LINES_MAX];
	struct bv_checkpoint checkpoint;
};

enum bv_status
bv_witness_open(struct bv_witness **out, const char *folder, struct bv_str name, struct bv_key *key, struct bv_policy *policy, struct bv_err *err)
{
	BV_AUTO(bv_witness_free) struct bv_witness *witness = bv_alloc(sizeof *witness);

	witness->lock = -1;
	witness->key = key;
	witness->policy = policy;
	witness->folder = bv_str_dup(bv_str_of(folder));
	witness->name = bv_str_dup(name);
	TRY(bv_note_name_check(name, err));
	witness->vkey = (struct bv_vkey){ bv_str_of(witness->name), BV_NOTE_COSIGNATURE, { 0 } };
	memcpy(witness->vkey.public, bv_key_public(key), BV_KEY_LEN);
	TRY(bv_dir_make(folder, err));
	TRY(log_lock(&witness->lock, folder, err));
	*out = bv_steal(&witness);
	return BV_OK;
}

void
bv_witness_free(struct bv_witness *witness)
{
	if (!witness)
		return;
	if (witness->lock >= 0)
		close(witness->lock);
	bv_key_free(witness->key);
	bv_policy_free(witness->policy);
	free(witness->folder);
	free(witness->name);
	free(witness);
}

/* ---- Answers ---- */

BV_PRINTF(3, 4) static void
answer(struct bv_witness_reply *out, int http_status, const char *fmt, ...)
{
	char line[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	out->http_status = http_status;
	out->content_type = http_status == 409 ? "text/x.tlog.size" : "text/plain; charset=utf-8";
	bv_buf_clear(&out->body);
	bv_buf_printf(&out->body, "%s\n", line);
}

/* ---- The request ---- */

/* "old SIZE", hashes, an empty line, a checkpoint: the form of a C2SP tlog-proof but for the first line. */
static enum bv_status
parse_request(struct request *out, struct bv_str text, struct bv_err *err)
{
	struct bv_str rest = text, line;

	if (text.len > BV_WITNESS_REQUEST_MAX)
		return bv_err_set(err, BV_ELIMIT, "a request has at most %d bytes", BV_WITNESS_REQUEST_MAX);
	if (!bv_str_line(&rest, &line) || !bv_str_starts(line, BV_STR("old ")))
		return bv_err_set(err, BV_EPARSE, "the first line is 'old', a space, a size (C2SP tlog-witness)");
	if (!bv_str_size(bv_str_sub(line, 4, line.len), &out->old_size))
		return bv_err_set(err, BV_EPARSE, "the old size is a decimal without leading zeros (C2SP tlog-witness)");
	for (out->path_count = 0;; out->path_count++) {
		if (!bv_str_line(&rest, &line))
			return bv_err_set(err, BV_EPARSE, "after the proof there is an empty line and the checkpoint (C2SP tlog-witness)");
		if (!line.len)
			break;
		if (out->path_count == PROOF_LINES_MAX || !bv_base64_exact(out->path[out->path_count].p, BV_HASH_LEN, line))
			return bv_err_set(err, BV_EPARSE, "line %zu of the proof is no hash in base64, or there are more than %d", out->path_count + 1, PROOF_LINES_MAX);
	}
	return bv_checkpoint_parse(&out->checkpoint, rest, err);
}

/* 200, 403, 404: signed by a key that is trusted for its origin? */
static int
check_signature(const struct bv_witness *witness, const struct bv_checkpoint *checkpoint, struct bv_err *err)
{
	size_t count;
	const struct bv_policy_key *logs = bv_policy_logs(witness->policy, &count);
	bool known = false, good = false;

	for (size_t i = 0; i < count; i++) {
		if (!bv_str_eq(logs[i].vkey.name, checkpoint->origin))
			continue;
		known = true;
		if (!bv_checkpoint_names(checkpoint, &logs[i].vkey))
			continue;
		if (bv_checkpoint_check(checkpoint, logs[i].vkey.public, err) != BV_OK)
			return 403;
		good = true;
	}
	if (known && !good)
		bv_err_set(err, BV_EDENIED, "there is no signature by the log's key");
	return good ? 200 : known ? 403 : 404;
}

/* ---- What it remembers ---- */

static void
name_of(struct bv_buf *out, struct bv_str origin)
{
	uint8_t hash[BV_HASH_LEN];

	bv_sha256(hash, origin);
	bv_hex_write(out, hash, sizeof hash);
	bv_buf_addz(out, "/" LOG_CHECKPOINT);
}

/* ENOTFOUND: it never cosigned one. checkpoint is borrowed from note. */
static enum bv_status
load_last(struct bv_checkpoint *checkpoint, struct bv_buf *note, const struct bv_witness *witness, struct bv_str origin, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(100);
	int64_t at_s;

	name_of(&name, origin);
	TRY(bv_file_read_in(note, witness->folder, name.p, err));
	TRY(bv_checkpoint_parse(checkpoint, bv_buf_str(note), err));
	if (!bv_str_eq(checkpoint->origin, origin) || bv_cosignature_check(&at_s, checkpoint, &witness->vkey, err) != BV_OK)
		return bv_err_set(err, BV_EIO, "%s/%s was changed, or is of another key of this witness", witness->folder, name.p);
	return BV_OK;
}

/* The checkpoint with the lines of the log's own signatures and our line: nobody else's. */
static enum bv_status
store_last(const struct bv_witness *witness, const struct bv_checkpoint *checkpoint, struct bv_str line, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX), path = BV_BUF(LOG_PATH_MAX);

	bv_buf_add(&note, checkpoint->text);
	bv_buf_addc(&note, '\n');
	for (struct bv_str rest = checkpoint->signatures; rest.len;) {
		struct bv_checkpoint one = *checkpoint;
		size_t len = bv_str_find(rest, '\n');
		one.signatures = bv_str_sub(rest, 0, len + 1);
		if (check_signature(witness, &one, err) == 200)
			bv_buf_add(&note, one.signatures);
		rest = bv_str_sub(rest, len + 1, rest.len);
	}
	bv_buf_add(&note, line);
	bv_buf_printf(&path, "%s/", witness->folder);
	name_of(&path, checkpoint->origin);
	TRY(bv_buf_check(&note, err));
	TRY(bv_buf_check(&path, err));
	*strrchr(path.p, '/') = '\0';
	TRY(bv_dir_make(path.p, err));
	path.p[strlen(path.p)] = '/';
	return bv_file_write(path.p, bv_buf_str(&note), 0644, err);
}

/* ---- The decision ---- */

/* 200, 422: does it continue what was seen? last NULL: nothing was. */
static int
check_continues(const struct request *request, const struct bv_checkpoint *last, struct bv_err *err)
{
	const struct bv_checkpoint *now = &request->checkpoint;
	struct bv_merkle_hash empty;

	bv_merkle_root(&empty, &(struct bv_merkle){ 0 });
	if (!now->size && !bv_hash_eq(now->root.p, empty.p)) {
		bv_err_set(err, BV_EDENIED, "the root of an empty log is the hash of nothing (RFC 6962 §2.1)");
		return 422;
	}
	if (!request->old_size && request->path_count) {
		bv_err_set(err, BV_EDENIED, "from an empty log on there is no proof");
		return 422;
	}
	if (request->old_size && bv_merkle_verify_consistency(request->old_size, &last->root, now->size, &now->root, request->path, request->path_count, err) != BV_OK)
		return 422;
	return 200;
}

static void
cosign(struct bv_witness_reply *out, struct bv_witness *witness, const struct request *request, int64_t at_s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf line = BV_BUF(1000);
	struct bv_err err;

	if (bv_cosignature_write(&line, &request->checkpoint, witness->vkey.name, at_s, witness->key, &err) != BV_OK ||
	    store_last(witness, &request->checkpoint, bv_buf_str(&line), &err) != BV_OK) {
		answer(out, 500, "%s", err.msg);
		return;
	}
	answer(out, 200, "%.*s", BV_STR_ARG(bv_str_trim(bv_buf_str(&line))));
}

void
bv_witness_add_checkpoint(struct bv_witness_reply *out, struct bv_witness *witness, struct bv_str text, int64_t at_s)
{
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX);
	struct request request;
	struct bv_checkpoint last = { 0 };
	struct bv_err err = { .msg = "" };

	*out = (struct bv_witness_reply){ .body = BV_BUF(BV_CHECKPOINT_MAX) };
	if (parse_request(&request, text, &err) != BV_OK) {
		answer(out, 400, "%s", err.msg);
		return;
	}
	int http_status = check_signature(witness, &request.checkpoint, &err);
	if (http_status == 404)
		answer(out, 404, "this witness does not know the log '%.*s'", BV_STR_ARG(bv_str_sub(request.checkpoint.origin, 0, 100)));
	else if (http_status != 200)
		answer(out, http_status, "%s", err.msg);
	else if (request.old_size > request.checkpoint.size)
		answer(out, 400, "the old size is larger than the size of the checkpoint");
	if (out->http_status)
		return;
	enum bv_status status = load_last(&last, &note, witness, request.checkpoint.origin, &err);
	if (status != BV_OK && status != BV_ENOTFOUND)
		answer(out, 500, "%s", err.msg);
	else if (request.old_size != last.size)
		answer(out, 409, "%" PRIu64, last.size);
	else if ((http_status = check_continues(&request, &last, &err)) != 200)
		answer(out, http_status, "%s", err.msg);
	else
		cosign(out, witness, &request, at_s);
}

void
bv_witness_checkpoint(struct bv_witness_reply *out, const struct bv_witness *witness, struct bv_str hash)
{
	BV_AUTO(bv_buf_finish) struct bv_buf name = BV_BUF(100);
	uint8_t bytes[BV_HASH_LEN];
	struct bv_err err;

	*out = (struct bv_witness_reply){ .body = BV_BUF(BV_CHECKPOINT_MAX) };
	if (bv_hex_parse(bytes, sizeof bytes, hash, &err) == BV_OK) {
		bv_hex_write(&name, bytes, sizeof bytes);
		bv_buf_addz(&name, "/" LOG_CHECKPOINT);
		enum bv_status status = bv_file_read_in(&out->body, witness->folder, name.p, &err);
		out->http_status = 200;
		out->content_type = "text/plain; charset=utf-8";
		if (status == BV_OK)
			return;
	}
	answer(out, 404, "this witness has cosigned no checkpoint of such a log");
}

#include "tools/signer/desk.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* ENOENT alone says that there is none: whatever else is wrong stops signing, too. */
static bool
is_stopped(const struct desk *desk)
{
	return desk->meter.stopped || access(desk->stop, F_OK) == 0 || errno != ENOENT;
}

static enum bv_signer_says
may_sign(const struct desk *desk, int idx, int64_t now_s, const char **why)
{
	if (is_stopped(desk)) {
		*why = "signing was stopped (doc/keys.md: stop switch)";
		return BV_SIGNER_STOPPED;
	}
	if (now_s < desk->from_s || now_s >= desk->until_s) {
		*why = now_s < desk->from_s ? "the window of these keys has not begun" : "the window of these keys is over: use the next batch";
		return BV_SIGNER_WINDOW;
	}
	if (desk->meter.used[idx] >= desk->most[idx]) {
		*why = "this key has made as many signatures as its batch may take: use the next batch";
		return BV_SIGNER_COUNT;
	}
	return BV_SIGNER_DONE;
}

static enum bv_signer_says
sign(struct desk *desk, int idx, uint8_t signature[BV_SIGNATURE_MAX], struct bv_str message, int64_t now_s, const char **why)
{
	struct bv_err err;
	enum bv_signer_says says = may_sign(desk, idx, now_s, why);

	if (says != BV_SIGNER_DONE)
		return says;
	if (meter_take(&desk->meter, idx, &err) != BV_OK) {
		*why = "the count of signatures cannot be written to the disk";
		return BV_SIGNER_FAULT;
	}
	if (idx)
		bv_key_sign_digest(signature, desk->keys[idx], (const uint8_t *)message.p);
	else
		bv_key_sign(signature, desk->keys[idx], message);
	return BV_SIGNER_DONE;
}

static enum bv_signer_says
stop(struct desk *desk, const char **why)
{
	struct bv_err err;

	if (meter_stop(&desk->meter, true, &err) == BV_OK)
		return BV_SIGNER_DONE;
	*why = "signing is stopped, but the disk does not say so: it would begin again after a restart";
	return BV_SIGNER_FAULT;
}

void
desk_answer(struct desk *desk, uint8_t answer[BV_SIGNER_FRAME], struct bv_str frame, int64_t now_s)
{
	struct bv_signer_request request = { 0 };
	struct bv_signer_answer out = { .until_s = desk->until_s };
	uint8_t signature[BV_SIGNATURE_MAX];
	const char *why = NULL;
	struct bv_err err;

	if (bv_signer_request_parse(&request, frame, &err) != BV_OK) {
		out.says = BV_SIGNER_BAD;
		out.body = bv_str_of(err.msg);
		bv_signer_answer_write(answer, &out);
		return;
	}
	int idx = request.kind == BV_KEY_P256;
	out.kind = request.kind;
	out.number = request.number;
	if (request.op == BV_SIGNER_STOP)
		out.says = stop(desk, &why);
	else if (request.op == BV_SIGNER_SIGN && (out.says = sign(desk, idx, signature, request.message, now_s, &why)) == BV_SIGNER_DONE)
		out.body = (struct bv_str){ (const char *)signature, BV_SIGNATURE_LEN };
	else if (request.op == BV_SIGNER_PUBLIC)
		out.body = (struct bv_str){ (const char *)bv_key_describe(desk->keys[idx])->p, bv_key_describe(desk->keys[idx])->len };
	out.left = desk->most[idx] > desk->meter.used[idx] ? desk->most[idx] - desk->meter.used[idx] : 0;
	if (why)
		out.body = bv_str_of(why);
	bv_signer_answer_write(answer, &out);
}

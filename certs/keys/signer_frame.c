/* Frames between who wants a signature and bangvang-signer. */
#include <assert.h>

#include "certs/token.h"

enum { REQUEST_HEAD = 16, ANSWER_HEAD = 32 };

static uint64_t
read_be(const char *at, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n = n << 8 | (uint8_t)at[i];
	return n;
}

static void
write_be(uint8_t *at, size_t len, uint64_t n)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (uint8_t)(n >> (8 * (len - 1 - i)));
}

/* Length, name and the zeros at the end are those of a frame; its contents go to *body. */
static enum bv_status
check_frame(struct bv_str *body, struct bv_str frame, const char *name, size_t head, struct bv_err *err)
{
	if (frame.len != BV_SIGNER_FRAME || !bv_str_is(bv_str_sub(frame, 0, 4), name))
		return bv_err_set(err, BV_EPARSE, "not a frame of %d bytes that begins with %s", BV_SIGNER_FRAME, name);
	size_t len = read_be(frame.p + 6, 2);
	if (len > BV_SIGNER_MESSAGE_MAX)
		return bv_err_set(err, BV_EPARSE, "a frame has at most %d bytes of contents", BV_SIGNER_MESSAGE_MAX);
	for (size_t i = head + len; i < frame.len; i++)
		if (frame.p[i])
			return bv_err_set(err, BV_EPARSE, "a frame ends with zeros");
	*body = bv_str_sub(frame, head, len);
	return BV_OK;
}

enum bv_status
bv_signer_request_parse(struct bv_signer_request *out, struct bv_str frame, struct bv_err *err)
{
	struct bv_signer_request request;

	TRY(check_frame(&request.message, frame, "BVS1", REQUEST_HEAD, err));
	request.op = (uint8_t)frame.p[4];
	request.kind = (uint8_t)frame.p[5];
	request.number = read_be(frame.p + 8, 8);
	if (request.op < BV_SIGNER_SIGN || request.op > BV_SIGNER_STOP)
		return bv_err_set(err, BV_EPARSE, "a request of an unknown kind: %d", request.op);
	if (request.op != BV_SIGNER_SIGN && request.message.len)
		return bv_err_set(err, BV_EPARSE, "a message where none belongs");
	if (request.op != BV_SIGNER_STOP && request.kind != BV_KEY_ED25519 && request.kind != BV_KEY_P256)
		return bv_err_set(err, BV_EPARSE, "a key of Ed25519 or of P-256 is asked, not %d", request.kind);
	if (request.op == BV_SIGNER_SIGN && (request.kind == BV_KEY_P256 ? request.message.len != BV_HASH_LEN : !request.message.len))
		return bv_err_set(err, BV_EPARSE, "P-256 signs a hash of %d bytes, Ed25519 1 to %d bytes, not %zu", BV_HASH_LEN, BV_SIGNER_MESSAGE_MAX, request.message.len);
	*out = request;
	return BV_OK;
}

void
bv_signer_request_write(uint8_t frame[BV_SIGNER_FRAME], const struct bv_signer_request *request)
{
	assert(request->message.len <= BV_SIGNER_MESSAGE_MAX);
	memset(frame, 0, BV_SIGNER_FRAME);
	memcpy(frame, "BVS1", 4);
	frame[4] = (uint8_t)request->op;
	frame[5] = (uint8_t)request->kind;
	write_be(frame + 6, 2, request->message.len);
	write_be(frame + 8, 8, request->number);
	if (request->message.len)
		memcpy(frame + REQUEST_HEAD, request->message.p, request->message.len);
}

enum bv_status
bv_signer_answer_parse(struct bv_signer_answer *out, struct bv_str frame, struct bv_err *err)
{
	struct bv_signer_answer answer;

	TRY(check_frame(&answer.body, frame, "BVR1", ANSWER_HEAD, err));
	answer.says = (uint8_t)frame.p[4];
	answer.kind = (uint8_t)frame.p[5];
	answer.number = read_be(frame.p + 8, 8);
	answer.left = read_be(frame.p + 16, 8);
	answer.until_s = (int64_t)read_be(frame.p + 24, 8);
	if (answer.says > BV_SIGNER_FAULT)
		return bv_err_set(err, BV_EPARSE, "an answer of an unknown kind: %d", answer.says);
	*out = answer;
	return BV_OK;
}

void
bv_signer_answer_write(uint8_t frame[BV_SIGNER_FRAME], const struct bv_signer_answer *answer)
{
	assert(answer->body.len <= BV_SIGNER_MESSAGE_MAX);
	memset(frame, 0, BV_SIGNER_FRAME);
	memcpy(frame, "BVR1", 4);
	frame[4] = (uint8_t)answer->says;
	frame[5] = (uint8_t)answer->kind;
	write_be(frame + 6, 2, answer->body.len);
	write_be(frame + 8, 8, answer->number);
	write_be(frame + 16, 8, answer->left);
	write_be(frame + 24, 8, (uint64_t)answer->until_s);
	if (answer->body.len)
		memcpy(frame + ANSWER_HEAD, answer->body.p, answer->body.len);
}

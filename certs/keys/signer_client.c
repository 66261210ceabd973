/* A key that bangvang-signer holds. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "certs/token.h"

enum { WAIT_S = 10 };

struct link {
	int fd;
	enum bv_key_kind kind;
	uint64_t number; /* of the last request */
	char path[sizeof ((struct sockaddr_un *)NULL)->sun_path];
};

static void
link_close(void *ctx)
{
	struct link *link = ctx;

	if (link->fd >= 0)
		close(link->fd);
	free(link);
}

static void
link_free(struct link *link)
{
	if (link)
		link_close(link);
}
BV_AUTO_DEFINE(struct link, link_free)

static enum bv_status
connect_to(struct link **out, const char *path, enum bv_key_kind kind, struct bv_err *err)
{
	BV_AUTO(link_free) struct link *link = bv_alloc(sizeof *link);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct timeval wait = { .tv_sec = WAIT_S };
	size_t len = strlen(path);

	link->fd = -1;
	link->kind = kind;
	if (!len || len >= sizeof address.sun_path)
		return bv_err_set(err, BV_EINVAL, "the path of a socket has 1 to %zu bytes", sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, len);
	memcpy(link->path, path, len);
	link->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (link->fd < 0 || setsockopt(link->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) < 0 ||
	    setsockopt(link->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) < 0 || connect(link->fd, (struct sockaddr *)&address, sizeof address) < 0)
		return bv_err_set(err, BV_EIO, "%s: no signer answers there: %s", path, strerror(errno));
	*out = bv_steal(&link);
	return BV_OK;
}

static enum bv_status
exchange(struct link *link, struct bv_signer_answer *answer, uint8_t frame[BV_SIGNER_FRAME], enum bv_signer_op op, struct bv_str message, struct bv_err *err)
{
	const struct bv_signer_request request = { .op = op, .kind = link->kind, .number = ++link->number, .message = message };
	struct bv_err inner;
	ssize_t n;

	bv_signer_request_write(frame, &request);
	while ((n = send(link->fd, frame, BV_SIGNER_FRAME, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	if (n == BV_SIGNER_FRAME)
		while ((n = recv(link->fd, frame, BV_SIGNER_FRAME, MSG_TRUNC)) < 0 && errno == EINTR)
			;
	if (n <= 0)
		return bv_err_set(err, BV_EIO, "%s: the signer does not answer: %s", link->path, n < 0 ? strerror(errno) : "it closed the connection");
	if (bv_signer_answer_parse(answer, (struct bv_str){ (const char *)frame, n > BV_SIGNER_FRAME ? 0 : (size_t)n }, &inner) != BV_OK)
		return bv_err_set(err, BV_EIO, "%s: the signer answers what is no answer: %s", link->path, inner.msg);
	if (answer->number != link->number || answer->kind != link->kind)
		return bv_err_set(err, BV_EIO, "%s: the signer answers another request", link->path);
	if (answer->says == BV_SIGNER_DONE)
		return BV_OK;
	return bv_err_set(err, answer->says == BV_SIGNER_FAULT ? BV_EIO : BV_EDENIED, "%s: the signer refuses: %.*s", link->path, BV_STR_ARG(answer->body));
}

static enum bv_status
sign(uint8_t signature[BV_SIGNATURE_MAX], void *ctx, struct bv_str message, struct bv_err *err)
{
	struct link *link = ctx;
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME], hash[BV_HASH_LEN];

	if (link->kind == BV_KEY_P256) {
		bv_sha256(hash, message);
		message = (struct bv_str){ (const char *)hash, sizeof hash };
	}
	if (!message.len || message.len > BV_SIGNER_MESSAGE_MAX)
		return bv_err_set(err, BV_ELIMIT, "a signer's Ed25519 key signs 1 to %d bytes, not %zu", BV_SIGNER_MESSAGE_MAX, message.len);
	TRY(exchange(link, &answer, frame, BV_SIGNER_SIGN, message, err));
	if (answer.body.len != BV_SIGNATURE_LEN)
		return bv_err_set(err, BV_EIO, "%s: the signer's signature has %zu bytes", link->path, answer.body.len);
	memcpy(signature, answer.body.p, BV_SIGNATURE_LEN);
	return BV_OK;
}

enum bv_status
bv_key_connect(struct bv_key **out, const char *socket, enum bv_key_kind kind, struct bv_err *err)
{
	static const struct bv_key_holder holder = { sign, link_close };
	BV_AUTO(link_free) struct link *link = NULL;
	struct bv_public public = { .kind = kind, .len = kind == BV_KEY_ED25519 ? BV_KEY_LEN : 65 };
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME];

	if (kind != BV_KEY_ED25519 && kind != BV_KEY_P256)
		return bv_err_set(err, BV_EINVAL, "a signer has keys of Ed25519 and P-256");
	TRY(connect_to(&link, socket, kind, err));
	TRY(exchange(link, &answer, frame, BV_SIGNER_PUBLIC, BV_STR_NONE, err));
	if (answer.body.len != public.len)
		return bv_err_set(err, BV_EIO, "%s: the signer's public key has %zu bytes", socket, answer.body.len);
	memcpy(public.p, answer.body.p, public.len);
	bv_key_new_held(out, &public, &holder, bv_steal(&link));
	return BV_OK;
}

enum bv_status
bv_signer_stop(const char *socket, struct bv_err *err)
{
	BV_AUTO(link_free) struct link *link = NULL;
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME];

	TRY(connect_to(&link, socket, 0, err));
	return exchange(link, &answer, frame, BV_SIGNER_STOP, BV_STR_NONE, err);
}

/* Asks a signer, for test_signer.sh: `sign SOCKET KIND`, `big SOCKET`, `raw SOCKET HEX` (frames of any bytes), `stop SOCKET`, `rate SOCKET KIND COUNT`. Exit status of the result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "certs/certs.h"

static int
done(enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK)
		printf("%s\n", err->msg);
	return bv_status_exit(status);
}

static int
sign(const char *socket, enum bv_key_kind kind, size_t len, int count)
{
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	char message[4096];
	uint8_t signature[BV_SIGNATURE_MAX];
	struct bv_err err;

	memset(message, 'm', sizeof message);
	enum bv_status status = bv_key_connect(&key, socket, kind, &err);
	for (int i = 0; i < count && status == BV_OK; i++)
		status = bv_key_ask(signature, key, (struct bv_str){ message, len }, &err);
	if (status == BV_OK && !bv_public_check(bv_key_describe(key), (struct bv_str){ message, len }, signature))
		return 9;
	return done(status, &err);
}

static int
raw(const char *path, const char *hex)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	uint8_t bytes[4096], reply[4096];
	size_t len = strlen(hex) / 2;
	struct bv_err err;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	if (len > sizeof bytes || bv_hex_parse(bytes, len, bv_str_of(hex), &err) != BV_OK || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return 9;
	if (len && send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
		return 9;
	ssize_t n = len ? recv(fd, reply, sizeof reply, 0) : 0;
	if (n > 4)
		printf("says %d\n", reply[4]);
	n = len ? recv(fd, reply, sizeof reply, 0) : 0;
	printf("then %zd\n", n);
	close(fd);
	return 0;
}

int
main(int argc, char **argv)
{
	struct bv_err err;

	if (argc < 3)
		return 64;
	enum bv_key_kind kind = argc > 3 ? (enum bv_key_kind)atoi(argv[3]) : BV_KEY_ED25519;
	if (strcmp(argv[1], "sign") == 0)
		return sign(argv[2], kind, 64, 1);
	if (strcmp(argv[1], "big") == 0)
		return sign(argv[2], kind, 4096, 1);
	if (strcmp(argv[1], "stop") == 0)
		return done(bv_signer_stop(argv[2], &err), &err);
	if (strcmp(argv[1], "raw") == 0)
		return raw(argv[2], argc > 3 ? argv[3] : "");
	if (strcmp(argv[1], "rate") == 0 && argc > 4) {
		int64_t from = bv_clock_monotonic_ns();
		int status = sign(argv[2], kind, 64, atoi(argv[4]));
		printf("%.0f signatures/s\n", atoi(argv[4]) / ((double)(bv_clock_monotonic_ns() - from) / 1e9));
		return status;
	}
	return 64;
}

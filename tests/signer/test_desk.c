/* What the signer signs and what it refuses, frame by frame; and that its count survives a crash. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"
#include "tools/signer/desk.h"

enum { FROM_S = 1000, UNTIL_S = 2000 };

static char folder[] = "/tmp/bv-desk-XXXXXX";
static char state[64], stop_file[64];

static void
open_desk(struct desk *desk, uint64_t most)
{
	static const enum bv_key_kind kinds[] = { BV_KEY_ED25519, BV_KEY_P256 };
	struct bv_err err;

	*desk = (struct desk){ .from_s = FROM_S, .until_s = UNTIL_S, .most = { most, most }, .stop = stop_file };
	for (int i = 0; i < METER_KEYS; i++) {
		uint8_t seed[BV_KEY_SEED_LEN] = { (uint8_t)(i + 1) };
		bv_key_make(&desk->keys[i], kinds[i], seed);
	}
	CHECK_OK(meter_open(&desk->meter, state, &err), &err, "the count is opened");
}

static void
close_desk(struct desk *desk)
{
	meter_close(&desk->meter);
	for (int i = 0; i < METER_KEYS; i++)
		bv_key_free(desk->keys[i]);
}

static enum bv_signer_says
ask(struct desk *desk, struct bv_signer_answer *answer, uint8_t frame[BV_SIGNER_FRAME], enum bv_signer_op op, enum bv_key_kind kind, struct bv_str message, int64_t now_s)
{
	static uint64_t number;
	const struct bv_signer_request request = { .op = op, .kind = kind, .number = ++number, .message = message };
	uint8_t sent[BV_SIGNER_FRAME];
	struct bv_err err;

	bv_signer_request_write(sent, &request);
	desk_answer(desk, frame, (struct bv_str){ (const char *)sent, sizeof sent }, now_s);
	if (bv_signer_answer_parse(answer, (struct bv_str){ (const char *)frame, BV_SIGNER_FRAME }, &err) != BV_OK || answer->number != number || answer->kind != kind)
		abort();
	return answer->says;
}

static const struct bv_str hash = { "0123456789abcdef0123456789abcdef", BV_HASH_LEN };

static enum bv_signer_says
sign_with(struct desk *desk, enum bv_key_kind kind, int64_t now_s)
{
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME];

	return ask(desk, &answer, frame, BV_SIGNER_SIGN, kind, hash, now_s);
}

static void
signatures(void)
{
	struct desk desk;
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME], digest[BV_HASH_LEN];
	char longest[BV_SIGNER_MESSAGE_MAX];

	open_desk(&desk, 1000);
	memset(longest, 'x', sizeof longest);
	const struct bv_str message = { longest, sizeof longest };
	CHECK(ask(&desk, &answer, frame, BV_SIGNER_SIGN, BV_KEY_ED25519, message, FROM_S) == BV_SIGNER_DONE && answer.body.len == BV_SIGNATURE_LEN &&
	      bv_public_check(bv_key_describe(desk.keys[0]), message, (const uint8_t *)answer.body.p), "Ed25519 signs the longest message");
	CHECK(answer.left == 999 && answer.until_s == UNTIL_S, "and says how many are left, and until when");
	bv_sha256(digest, message);
	CHECK(ask(&desk, &answer, frame, BV_SIGNER_SIGN, BV_KEY_P256, (struct bv_str){ (const char *)digest, sizeof digest }, UNTIL_S - 1) == BV_SIGNER_DONE &&
	      bv_public_check(bv_key_describe(desk.keys[1]), message, (const uint8_t *)answer.body.p), "P-256 signs a hash");
	CHECK(ask(&desk, &answer, frame, BV_SIGNER_PUBLIC, BV_KEY_P256, BV_STR_NONE, 0) == BV_SIGNER_DONE && answer.body.len == 65 &&
	      memcmp(answer.body.p, bv_key_describe(desk.keys[1])->p, 65) == 0, "its public key, at any time");
	CHECK(sign_with(&desk, BV_KEY_ED25519, FROM_S - 1) == BV_SIGNER_WINDOW, "not before the window");
	CHECK(sign_with(&desk, BV_KEY_P256, UNTIL_S) == BV_SIGNER_WINDOW, "not after it");
	CHECK(desk.meter.used[0] == 1 && desk.meter.used[1] == 1, "what was refused does not count");
	close_desk(&desk);
	unlink(state);
}

static void
counts(void)
{
	struct desk desk;
	struct bv_err err;
	size_t signed_ = 0;

	open_desk(&desk, METER_AHEAD + 10);
	for (int i = 0; i < METER_AHEAD + 20; i++)
		signed_ += sign_with(&desk, BV_KEY_ED25519, FROM_S) == BV_SIGNER_DONE;
	CHECK(signed_ == METER_AHEAD + 10, "as many as it may: %zu", signed_);
	CHECK(sign_with(&desk, BV_KEY_ED25519, FROM_S) == BV_SIGNER_COUNT, "and no more");
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_DONE, "the other key is counted apart");
	close_desk(&desk);
	open_desk(&desk, METER_AHEAD + 10);
	CHECK(desk.meter.used[0] == METER_AHEAD + 10 && desk.meter.used[1] == 1, "the count is exact after an orderly end");
	CHECK(sign_with(&desk, BV_KEY_ED25519, FROM_S) == BV_SIGNER_COUNT, "and a restart gives none back");
	/* A crash: the file is closed without the exact numbers. */
	for (int i = 0; i < 3; i++)
		(void)sign_with(&desk, BV_KEY_P256, FROM_S);
	uint64_t used = desk.meter.used[1];
	close(desk.meter.fd);
	desk.meter.fd = -1;
	close_desk(&desk);
	open_desk(&desk, 10000);
	CHECK(desk.meter.used[1] >= used && desk.meter.used[1] <= used + METER_AHEAD, "a crash loses some, and gives none back");
	struct meter second;
	CHECK_REFUSED(meter_open(&second, state, &err), BV_ECONFLICT, &err, "another signer", "two signers of one batch");
	close(second.fd);
	/* A disk that fails: the descriptor is read-only. */
	int good = desk.meter.fd;
	desk.meter.fd = open(state, O_RDONLY);
	desk.meter.used[1] = desk.meter.stored[1];
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_FAULT, "what cannot be counted is not signed");
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME];
	CHECK(ask(&desk, &answer, frame, BV_SIGNER_STOP, 0, BV_STR_NONE, 0) == BV_SIGNER_FAULT, "a stop that the disk does not take is told");
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_STOPPED, "and holds");
	close(desk.meter.fd);
	desk.meter.fd = good;
	desk.meter.stopped = false;
	close_desk(&desk);
	unlink(state);
}

static void
stops(void)
{
	struct desk desk;
	struct bv_signer_answer answer;
	uint8_t frame[BV_SIGNER_FRAME];
	struct bv_err err;

	open_desk(&desk, 1000);
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_DONE, "before the stop");
	close(open(stop_file, O_CREAT | O_WRONLY, 0600));
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_STOPPED, "the stop file stops it");
	unlink(stop_file);
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_DONE, "and no longer");
	desk.stop = "/dev/null/STOP";
	CHECK(sign_with(&desk, BV_KEY_P256, FROM_S) == BV_SIGNER_STOPPED, "a stop file that cannot be looked for stops it, too");
	desk.stop = stop_file;
	CHECK(ask(&desk, &answer, frame, BV_SIGNER_STOP, 0, BV_STR_NONE, 0) == BV_SIGNER_DONE, "a stop over the socket");
	CHECK(sign_with(&desk, BV_KEY_ED25519, FROM_S) == BV_SIGNER_STOPPED, "stops it");
	close_desk(&desk);
	open_desk(&desk, 1000);
	CHECK(sign_with(&desk, BV_KEY_ED25519, FROM_S) == BV_SIGNER_STOPPED, "after a restart, too");
	CHECK_OK(meter_stop(&desk.meter, false, &err), &err, "until it is taken back");
	CHECK(sign_with(&desk, BV_KEY_ED25519, FROM_S) == BV_SIGNER_DONE, "then it signs");
	close_desk(&desk);
	unlink(state);
}

static void
frames(void)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t byte;
	} cases[] = { { "another beginning", 0, 'X' }, { "no such request", 4, 4 }, { "request 0", 4, 0 }, { "P-384", 5, BV_KEY_P384 }, { "kind 0", 5, 0 },
		      { "longer than it is", 7, 33 }, { "shorter", 7, 31 }, { "longer than it can be", 6, 2 }, { "rubbish at the end", 511, 1 }, { "empty", 7, 0 } };
	const struct bv_signer_request request = { .op = BV_SIGNER_SIGN, .kind = BV_KEY_P256, .number = 5, .message = hash };
	uint8_t sent[BV_SIGNER_FRAME], frame[BV_SIGNER_FRAME];
	struct bv_signer_answer answer;
	struct desk desk;
	struct bv_err err;

	open_desk(&desk, 1000);
	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		bv_signer_request_write(sent, &request);
		sent[cases[i].at] = cases[i].byte;
		desk_answer(&desk, frame, (struct bv_str){ (const char *)sent, sizeof sent }, FROM_S);
		CHECK_OK(bv_signer_answer_parse(&answer, (struct bv_str){ (const char *)frame, sizeof frame }, &err), &err, "there is an answer");
		CHECK(answer.says == BV_SIGNER_BAD && answer.body.len, "refused: %s", cases[i].name);
	}
	desk_answer(&desk, frame, (struct bv_str){ (const char *)sent, sizeof sent - 1 }, FROM_S);
	CHECK(frame[4] == BV_SIGNER_BAD, "refused: a byte less");
	CHECK(desk.meter.used[1] == 0, "nothing was signed");
	const struct bv_signer_request stop = { .op = BV_SIGNER_STOP, .number = 5, .message = hash };
	bv_signer_request_write(sent, &stop);
	desk_answer(&desk, frame, (struct bv_str){ (const char *)sent, sizeof sent }, FROM_S);
	CHECK(frame[4] == BV_SIGNER_BAD && !desk.meter.stopped, "a stop with a message is none");
	bv_signer_answer_write(frame, &(struct bv_signer_answer){ .says = 7 });
	CHECK_REFUSED(bv_signer_answer_parse(&answer, (struct bv_str){ (const char *)frame, sizeof frame }, &err), BV_EPARSE, &err, "unknown kind", "an answer of no kind");
	close_desk(&desk);
	unlink(state);
}

static void
states(void)
{
	static const char *const bad[] = { "x", "BV-SIGNER-2 ed25519 0000000000000000 p256 0000000000000000 stopped 0\n",
		                           "BV-SIGNER-1 ed25519 000000000000000x p256 0000000000000000 stopped 0\n",
		                           "BV-SIGNER-1 ed25519 0000000000000000 p256 0000000000000000 stopped 2\n",
		                           "BV-SIGNER-1 ed25519 -000000000000001 p256 0000000000000000 stopped 0\n",
		                           "BV-SIGNER-1 ed25519 0000000000000000 p256 0000000000000000" };
	struct meter meter;
	struct bv_err err;

	for (size_t i = 0; i < BV_COUNT(bad); i++) {
		int fd = open(state, O_CREAT | O_TRUNC | O_WRONLY, 0600);
		CHECK(write(fd, bad[i], strlen(bad[i])) == (ssize_t)strlen(bad[i]), "a count of rubbish");
		close(fd);
		CHECK_REFUSED(meter_open(&meter, state, &err), BV_EPARSE, &err, "not the count", "is refused");
		close(meter.fd);
	}
	unlink(state);
	CHECK_REFUSED(meter_open(&meter, "/nowhere/state", &err), BV_EIO, &err, "/nowhere", "no folder");
	CHECK(symlink("/dev/null", state) == 0, "a link");
	CHECK_REFUSED(meter_open(&meter, state, &err), BV_EIO, &err, state, "a link is not followed");
	unlink(state);
}

int
main(void)
{
	CHECK(mkdtemp(folder), "a folder");
	snprintf(state, sizeof state, "%s/state", folder);
	snprintf(stop_file, sizeof stop_file, "%s/STOP", folder);
	signatures();
	counts();
	stops();
	frames();
	states();
	rmdir(folder);
	return check_end();
}

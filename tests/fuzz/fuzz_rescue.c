/* A file .baithi. 'f' BYTES: anything as a file. 't' TEXT: anything in a file that is sealed as the page seals it. 'b' TEXT: the body, with the proof of who had the paper: it
 * is taken answer by answer, twice, and the second time nothing is new. 'm' (AT AT BYTE)…: a good file with some bytes changed does not open, or is what it was. */
#include "tests/fuzz/paper_world.h"

#include "base/agree.h"
#include "base/cipher.h"
#include "base/json.h"

#define LABEL "BV-BAITHI-1"
#define GOOD "{\"answers\":[],\"attempt\":\"1\",\"lease\":1,\"sealedMs\":1}"

enum { ATTEMPT = 2 };

/* The candidate has started with this paper, and may be answered for. */
static void
start(void)
{
	struct bv_ledger_act acts[] = {
		{ .act = BV_EXAM_ADMIT, .facts = { .author = STAFF_ID } },
		{ .act = BV_EXAM_LEASE, .facts = { .author = BV_STR("candidate"), .machine = BV_STR("m") } },
		{ .act = BV_EXAM_START, .facts = { .author = BV_STR("candidate"), .lease = 1 } },
	};

	step(&world.l, T0 + 5 * MINUTE - world.l.clock.utc);
	memcpy(acts[2].facts.form, bv_paper_hash(paper), BV_HASH_LEN);
	for (size_t i = 0; i < BV_COUNT(acts); i++) {
		acts[i].attempt = ATTEMPT;
		CHECK_OK(bv_ledger_do(world.l.ledger, &acts[i], &world.err), &world.err, "an act");
	}
}

/* The side of the page, after doc/rescue.md. */
static void
seal(struct bv_buf *out, struct bv_str text)
{
	static const uint8_t uniform[48] = { 7 }, salt[BV_HASH_LEN], nonce[BV_CIPHER_NONCE_LEN] = { 1 };
	BV_AUTO(bv_buf_finish) struct bv_buf info = BV_BUF(512), sealed = BV_BUF(BV_RESCUE_MAX);
	uint8_t own[BV_AGREE_LEN], public[BV_AGREE_PUBLIC_LEN], theirs[BV_RESCUE_KEY_LEN], key[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_AGREE_PUBLIC_LEN)];
	struct bv_err err;

	bv_agree_private(own, uniform);
	bv_agree_public(public, own);
	bv_rescue_key(theirs, papers);
	bv_buf_add(&info, (struct bv_str){ LABEL, sizeof LABEL });
	bv_buf_add(&info, SITTING);
	bv_buf_addc(&info, '\0');
	bv_buf_add(&info, (struct bv_str){ (const char *)public, sizeof public });
	bv_buf_add(&info, (struct bv_str){ (const char *)theirs, sizeof theirs });
	CHECK_OK(bv_agree(key, own, (struct bv_str){ (const char *)theirs, sizeof theirs }, &err), &err, "a key");
	bv_hkdf_sha256(key, sizeof key, (struct bv_str){ (const char *)salt, sizeof salt }, (struct bv_str){ (const char *)key, sizeof key }, bv_buf_str(&info));
	bv_cipher_seal(&sealed, key, nonce, bv_buf_str(&info), text);
	bv_buf_printf(out, "{\"ephemeral\":\"%s\",\"format\":\"bv-baithi-1\",\"sealed\":\"", bv_hex(hex, public, sizeof public));
	bv_base64_write(out, sealed.p, sealed.len);
	bv_buf_printf(out, "\",\"sitting\":\"%.*s\"}", BV_STR_ARG(SITTING));
}

static void
seal_body(struct bv_buf *out, struct bv_str body)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(BV_RESCUE_MAX), text = BV_BUF(BV_RESCUE_MAX);
	struct bv_json_pen pen = { .out = &text };
	uint8_t key[BV_HASH_LEN], proof[BV_HASH_LEN];
	struct bv_hmac_key hmac;

	paper_derive(key, papers, paper, "BV-SEAL-1");
	bv_hmac_key_init(&hmac, (struct bv_str){ (const char *)key, sizeof key });
	bv_buf_add(&message, (struct bv_str){ LABEL, sizeof LABEL });
	bv_buf_add(&message, body);
	bv_hmac_sha256(proof, &hmac, bv_buf_str(&message));
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "body", body);
	bv_json_pen_hex(&pen, "proof", proof, sizeof proof);
	bv_json_pen_close(&pen, '}');
	seal(out, bv_buf_str(&text));
}

static struct bv_rescue *
open_file(struct bv_str file)
{
	struct bv_rescue *rescue = NULL;
	struct bv_err err = { 0 };

	if (bv_rescue_open(&rescue, papers, file, &err) != BV_OK)
		assert(err.msg[0] && !rescue);
	return rescue;
}

static void
count_refused(void *ctx, uint32_t item, const struct bv_err *why)
{
	(void)item;
	assert(why->msg[0]);
	++*(size_t *)ctx;
}

static void
take(const struct bv_rescue *rescue)
{
	size_t refused = 0;
	const struct bv_rescue_order order = { .papers = papers, .paper = paper, .ledger = world.l.ledger, .author = STAFF_ID, .reason = BV_STR("x"), .refused = count_refused, .ctx = &refused };
	struct bv_rescue_tally first, second;
	struct bv_err err = { 0 };

	if (bv_rescue_take(&first, rescue, &order, &err) != BV_OK) {
		assert(err.msg[0]);
		return;
	}
	assert(first.refused == refused && bv_rescue_take(&second, rescue, &order, &err) == BV_OK);
	assert(!second.taken && second.refused == first.refused && second.known + second.older == first.taken + first.known + first.older);
}

static void
mutate(struct bv_str changes)
{
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(BV_RESCUE_MAX);

	seal_body(&file, BV_STR(GOOD));
	for (size_t i = 0; i + 3 <= changes.len; i += 3)
		file.p[((unsigned char)changes.p[i] << 8 | (unsigned char)changes.p[i + 1]) % file.len] = changes.p[i + 2];
	BV_AUTO(bv_rescue_free) struct bv_rescue *rescue = open_file(bv_buf_str(&file));
	assert(!rescue || bv_rescue_attempt(rescue) == 1);
	assert(rescue || changes.len >= 3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(BV_RESCUE_MAX);
	BV_AUTO(bv_rescue_free) struct bv_rescue *rescue = NULL;

	if (!paper) {
		papers_begin();
		start();
	}
	if (!len || len > BV_RESCUE_MAX / 4)
		return 0;
	const struct bv_str rest = { (const char *)p + 1, len - 1 };
	if (p[0] == 'f') {
		rescue = open_file(rest);
	} else if (p[0] == 't') {
		seal(&file, rest);
		rescue = open_file(bv_buf_str(&file));
	} else if (p[0] == 'b') {
		seal_body(&file, rest);
		rescue = open_file(bv_buf_str(&file));
		if (rescue && bv_rescue_attempt(rescue) == ATTEMPT)
			take(rescue);
	} else if (p[0] == 'm') {
		mutate(rest);
	}
	return 0;
}

/* Bytes → CBOR, COSE_Sign1, the claims of a paper, a delegation, the text of a QR symbol. Nothing that was not signed is ever valid. */
#include "certs/jose/cose.h"
#include "certs/jose/paper.h"
#include "certs/jose/qr.h"
#include "certs/keys/delegation.h"
#include "tests/certs/envelope.h"

#undef NDEBUG
#include <assert.h>

static struct bv_trust *trust;

/* In the deterministic form; false: it has what we never write. */
static bool
write(struct bv_buf *out, const struct bv_cbor *item)
{
	bool good = true;

	switch (item->type) {
	case BV_CBOR_INT:
		bv_cbor_add_int(out, item->n);
		break;
	case BV_CBOR_BYTES:
		bv_cbor_add_bytes(out, item->str.p, item->str.len);
		break;
	case BV_CBOR_TEXT:
		bv_cbor_add_text(out, item->str);
		break;
	case BV_CBOR_ARRAY:
		bv_cbor_add_array(out, item->count);
		break;
	case BV_CBOR_MAP:
		bv_cbor_add_map(out, item->count);
		break;
	case BV_CBOR_TAG:
		bv_cbor_add_tag(out, (uint64_t)item->n);
		break;
	default:
		return false;
	}
	for (size_t i = 0; i < (item->type == BV_CBOR_MAP ? 2 : 1) * item->count; i++)
		good = write(out, &item->items[i]) && good;
	return good;
}

static void
verify(struct bv_str bytes)
{
	struct bv_verify_options options = { .at_s = SAMPLE_AT };
	BV_AUTO(bv_report_free) struct bv_report *report = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(64 << 20);

	bv_credential_verify(&report, bytes, trust, &options);
	assert(bv_report_verdict(report) != BV_VERDICT_VALID);
	bv_report_write(&text, report, BV_STR("fuzz"), BV_LANG_VI);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bv_str bytes = { (const char *)data, size };
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf written = BV_BUF(2 * BV_CBOR_MAX), text = BV_BUF(8 * BV_CBOR_MAX), paper = BV_BUF(2 * BV_CBOR_MAX), read = BV_BUF(BV_CBOR_MAX);
	BV_AUTO(bv_json_free) struct bv_json *claims = NULL;
	BV_AUTO(bv_key_free) struct bv_key *key = NULL;
	const struct bv_cbor *item, *again;
	struct delegation delegation;
	struct cose cose;
	struct bv_err err = { 0 };

	if (!trust)
		trust = envelope_trust(SAMPLE_DID, "fuzz", true, NULL);
	if (size > BV_CBOR_MAX / 2)
		return 0;
	/* What is read and can be written is read again. */
	if (bv_cbor_parse(&item, &arena, bytes, &err) != BV_OK)
		assert(err.msg[0]);
	else if (write(&written, item))
		assert(bv_cbor_parse(&again, &arena, bv_buf_str(&written), &err) == BV_OK && again->type == item->type && again->count == item->count);
	if (cose_parse(&cose, &arena, bytes, &err) == BV_OK) {
		key = sample_p256("other");
		assert(cose_check(&cose, &(struct public_key){ *bv_key_describe(key) }, &err) == BV_EDENIED && err.msg[0]);
	}
	if (delegation_parse(&delegation, bytes, &err) == BV_OK)
		assert(delegation.until_s > delegation.from_s);
	if (paper_parse(&claims, bytes, &err) == BV_OK)
		assert(bv_json_count(claims) >= 2);
	verify(bytes);
	/* As claims of a paper, and as a text. */
	bv_cbor_add_tag(&paper, COSE_TAG_SIGN1);
	bv_cbor_add_array(&paper, 4);
	bv_cbor_add_bytes(&paper, "\xa1\x01\x26", 3);
	bv_cbor_add_map(&paper, 1);
	bv_cbor_add_int(&paper, COSE_KID);
	bv_cbor_add_bytes(&paper, "12345678", QR_KID_LEN);
	bv_cbor_add_bytes(&paper, data, size);
	bv_cbor_add_bytes(&paper, (const uint8_t[BV_SIGNATURE_LEN]){ 1 }, BV_SIGNATURE_LEN);
	verify(bv_buf_str(&paper));
	bv_qr_text(&text, BV_STR("https://a.example/v"), bytes);
	verify(bv_buf_str(&text));
	struct bv_str digits = bv_str_sub(bv_buf_str(&text), 20, text.len);
	assert(qr_digits_parse(&read, digits) && bv_str_eq(bv_buf_str(&read), bytes));
	if (qr_digits_parse(&read, bytes)) {
		bv_buf_clear(&text);
		qr_digits_write(&text, bv_buf_str(&read));
		assert(bv_str_eq(bv_buf_str(&text), bytes));
	}
	return 0;
}

/* Verification of a certificate on paper: the text of its symbol, or the COSE_Sign1 that is in it. */
#include <inttypes.h>

#include "base/clock.h"
#include "certs/envelopes.h"
#include "certs/jose/cose.h"
#include "certs/jose/paper.h"
#include "certs/jose/qr.h"
#include "certs/keys/delegation.h"
#include "certs/log_proof.h"
#include "certs/verify/claims.h"
#include "certs/verify/verify.h"

struct paper {
	struct bv_arena arena;
	struct bv_buf bytes;
	struct cose cose;
	struct delegation delegation;
	struct verify_key key;
};

static void
paper_finish(struct paper *p)
{
	bv_buf_finish(&p->bytes);
	bv_arena_finish(&p->arena);
}
BV_AUTO_DEFINE_FINISH(struct paper, paper_finish)

/* ---- Document ---- */

static bool
read_document(struct bv_report *r, struct paper *p, struct bv_str bytes)
{
	struct bv_err err;
	bool raw = bytes.len && ((uint8_t)bytes.p[0] & 0xe0) == 0xc0; /* a CBOR tag; no text begins so */

	p->bytes = BV_BUF(BV_CBOR_MAX);
	if (raw)
		bv_buf_add(&p->bytes, bytes);
	if (raw ? bv_buf_check(&p->bytes, &err) != BV_OK : bv_qr_parse(&p->bytes, bytes, &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "không đọc được mã QR: %s", "no readable QR text: %s", err.msg);
		return false;
	}
	if (cose_parse(&p->cose, &p->arena, bv_buf_str(&p->bytes), &err) != BV_OK) {
		FAIL(BV_CHECK_DOCUMENT, "không đọc được COSE: %s", "no readable COSE: %s", err.msg);
		return false;
	}
	PASS(BV_CHECK_DOCUMENT, "COSE_Sign1 đọc được, %zu byte", "readable COSE_Sign1 of %zu bytes", p->bytes.len);
	return true;
}

static bool
check_shape(struct bv_report *r, const struct paper *p)
{
	size_t before = r->finding_count;
	struct bv_err err;

	if (paper_parse(&r->document, p->cose.payload, &err) != BV_OK) {
		FAIL(BV_CHECK_SHAPE, "nội dung: %s", "its claims: %s", err.msg);
		return false;
	}
	claims_check(r);
	if (!bv_json_find(r->document, "nbf") || !bv_json_find(r->document, "iat"))
		FAIL(BV_CHECK_SHAPE, "thiếu 'nbf' (5) hoặc 'iat' (6)", "'nbf' (5) or 'iat' (6) is missing");
	if (r->finding_count == before)
		PASS(BV_CHECK_SHAPE, "CWT trên giấy", "CWT on paper");
	return true;
}

/* False when this program cannot go on. */
static bool
check_header(struct bv_report *r, struct paper *p)
{
	const struct cose *c = &p->cose;
	struct bv_err err;

	if ((c->alg != COSE_ES256 && c->alg != COSE_ESP256) || bv_cbor_find(c->protected_map, COSE_CRIT) || bv_cbor_find(c->unprotected_map, COSE_CRIT)) {
		report_find(r, BV_CHECK_PROOF, BV_CHECK_UNCHECKED, "thuật toán %lld: chương trình này chỉ kiểm được ES256, không kèm điều kiện ('crit')",
		            "algorithm %lld: this program can check ES256 only, without conditions ('crit')", (long long)c->alg);
		return false;
	}
	if (c->kid.len == QR_KID_LEN) {
		PASS(BV_CHECK_PROOF, "COSE_Sign1, ES256", "COSE_Sign1, ES256");
		return true;
	}
	if (delegation_parse(&p->delegation, c->kid, &err) != BV_OK) {
		FAIL(BV_CHECK_PROOF, "mã khóa (kid): %s", "its kid: %s", err.msg);
		return false;
	}
	PASS(BV_CHECK_PROOF, "COSE_Sign1, ES256, khóa đợt được ủy quyền", "COSE_Sign1, ES256, by a batch key with its delegation");
	return true;
}

/* ---- Key ---- */

/* The issuer is named by the claim, the key by its thumbprint. */
static void
check_listed_key(struct bv_report *r, struct paper *p, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	BV_AUTO(bv_buf_finish) struct bv_buf method = BV_BUF(2 * BV_DID_MAX);
	struct bv_str issuer = bv_json_str(bv_json_find(r->document, "iss"));
	const struct trust_key *key = trust ? trust_find_thumbprint(trust, issuer, p->cose.kid) : NULL;

	p->key.issuer = issuer;
	p->key.method = key ? key->id : BV_STR_NONE;
	if (!key) {
		bv_buf_printf(&method, "%.*s#", BV_STR_ARG(bv_str_sub(issuer, 0, BV_DID_MAX)));
		bv_hex_write(&method, p->cose.kid.p, p->cose.kid.len);
		p->key.method = bv_arena_str(&p->arena, bv_buf_str(&method));
	}
	if (verify_issuer(r, &p->key))
		verify_key(r, &p->key, trust, options);
}

static bool
in_window(struct bv_report *r, const struct paper *p)
{
	const struct delegation *d = &p->delegation;
	char from[BV_TIME_SIZE], until[BV_TIME_SIZE];

	if (p->key.has_created && p->key.created_s >= d->from_s && p->key.created_s < d->until_s)
		return true;
	FAIL(BV_CHECK_KEY, "khóa đợt chỉ được ký từ %s đến %s", "the batch key may sign from %s to %s only", bv_time_write(from, d->from_s),
	     bv_time_write(until, d->until_s));
	return false;
}

/* A key that is out of use: is it left to the log to say that the paper was there before? */
static bool
removed(struct bv_report *r, const struct trust_key *key, const struct bv_verify_options *options)
{
	bool out_of_use = key->revoked_s != INT64_MAX && (key->revoked_s <= options->at_s || (!key->asserts && !key->delegates));

	if (out_of_use && options->log && options->proof)
		verify_note_removed(r, key);
	return out_of_use && options->log && options->proof;
}

/* What the trust folder itself says of the batch key, and of the authority, counts more than a delegation does. */
static void
check_authority(struct bv_report *r, struct paper *p, const struct trust_key *authority, const struct bv_trust *trust,
                const struct bv_verify_options *options)
{
	const struct trust_key *batch = trust_find_public(trust, &p->delegation.key);
	char when[BV_TIME_SIZE];

	if (batch)
		p->key.public = batch->public; /* the same, but ready */
	if (!in_window(r, p) || removed(r, authority, options) || (batch && removed(r, batch, options)))
		return;
	if (authority->revoked_s <= options->at_s || authority->expires_s <= p->delegation.from_s)
		FAIL(BV_CHECK_KEY, "%.*s: khóa ủy quyền đã hết hiệu lực", "%.*s: the authority's key was revoked, or had expired", CLIP(authority->source));
	else if (batch && !batch->asserts)
		FAIL(BV_CHECK_KEY, "%.*s: đơn vị cấp không (hoặc không còn) cho khóa này ký chứng chỉ", "%.*s: the issuer does not let this key sign certificates (any more)",
		     CLIP(batch->source));
	else if (batch && batch->revoked_s <= options->at_s)
		FAIL(BV_CHECK_KEY, "%.*s: khóa đã bị thu hồi từ %s", "%.*s: the key is revoked since %s", CLIP(batch->source), bv_time_write(when, batch->revoked_s));
	else
		PASS(BV_CHECK_KEY, "được ủy quyền bởi khóa trong %.*s", "delegated by a key in %.*s", CLIP(authority->source));
}

static void
check_delegated_key(struct bv_report *r, struct paper *p, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	bool named = false;
	const struct trust_key *authority = trust ? trust_find_authority(trust, &p->delegation, &named) : NULL;
	struct bv_str said = bv_json_str(bv_json_find(r->document, "iss"));

	p->key.public.of = p->delegation.key;
	p->key.has_public = true;
	if (!authority) {
		report_find(r, BV_CHECK_ISSUER, BV_CHECK_UNKNOWN, "giấy chỉ nêu khóa ủy quyền", "the paper names the authority's key only");
		if (!trust)
			report_find(r, BV_CHECK_KEY, BV_CHECK_UNCHECKED, "không đọc được thư mục tin cậy", "the trust folder could not be read");
		else if (named)
			FAIL(BV_CHECK_KEY, "ủy quyền không do khóa nó nêu ký: giả mạo", "the delegation is not signed by the authority that it names: a forgery");
		else
			report_find(r, BV_CHECK_KEY, BV_CHECK_UNKNOWN, "thư mục tin cậy không có khóa ủy quyền %02x%02x%02x%02x",
			            "the trust folder does not have the authority's key %02x%02x%02x%02x", p->delegation.authority[0], p->delegation.authority[1],
			            p->delegation.authority[2], p->delegation.authority[3]);
		return;
	}
	p->key.issuer = authority->did;
	r->issuer = bv_arena_str(&r->arena, authority->did);
	if (said.len && !bv_str_eq(said, authority->did))
		FAIL(BV_CHECK_ISSUER, "nêu '%.*s', nhưng khóa ủy quyền của '%.*s'", "it names '%.*s', but the authority is one of '%.*s'", CLIP(said), CLIP(authority->did));
	else
		PASS(BV_CHECK_ISSUER, "%.*s", "%.*s", CLIP(authority->did));
	check_authority(r, p, authority, trust, options);
}

static void
check_signature(struct bv_report *r, const struct paper *p)
{
	struct bv_err err;

	if (!p->key.has_public)
		return;
	if (cose_check(&p->cose, &p->key.public, &err) == BV_OK)
		PASS(BV_CHECK_SIGNATURE, "khớp với nội dung", "matches the contents");
	else
		FAIL(BV_CHECK_SIGNATURE, "KHÔNG khớp với nội dung: nội dung, chữ ký hoặc khóa đã bị thay đổi (%s)",
		     "does not match the contents: contents, signature or key were changed (%s)", err.msg);
}

/* ---- Times and status ---- */

static void
check_times(struct bv_report *r, const struct paper *p, int64_t at_s)
{
	const struct bv_json *from = bv_json_find(r->document, "nbf"), *until = bv_json_find(r->document, "exp");
	struct verify_times times = { .has_from = from != NULL, .from_s = bv_json_int(from), .has_until = until != NULL, .until_s = bv_json_int(until) };

	if (p->key.has_created)
		verify_created(r, p->key.created_s, at_s);
	verify_times(r, &times, at_s);
}

static void
check_status(struct bv_report *r, const struct paper *p, const struct bv_verify_options *options)
{
	const struct bv_json *status = bv_json_find(r->document, "status"), *shard = bv_json_find(status, "shard");
	BV_AUTO(bv_buf_finish) struct bv_buf address = BV_BUF(4 * BV_TEXT_MAX);
	struct verify_status_entry entry = { .idx = (uint64_t)bv_json_int(bv_json_find(status, "idx")) };

	if (shard) {
		paper_status_base(&address, p->key.issuer);
		bv_buf_printf(&address, "%lld", (long long)bv_json_int(shard));
	} else {
		bv_buf_add(&address, bv_json_str(bv_json_find(status, "uri")));
	}
	bv_buf_addz(&address, "/token");
	entry.list = bv_buf_str(&address);
	verify_status(r, &entry, status != NULL, options);
}

/* The paper has the number of its entry and half of its hash, so the proof must bring the other half. */
static void
check_log(struct bv_report *r, const struct bv_verify_options *options)
{
	const struct bv_json *log = bv_json_find(r->document, "log");
	const struct bv_log_proof *proof = options->proof;
	uint64_t idx = (uint64_t)bv_json_int(bv_json_find(log, "index"));
	char start[BV_HEX_SIZE(PAPER_LEAF_LEN)];

	if (!options->log || !proof || !log || (proof->idx == idx && !proof->has_leaf))
		verify_log(r, NULL, options);
	else if (proof->idx != idx)
		FAIL(BV_CHECK_LOG, "bằng chứng của mục %" PRIu64 ", giấy nêu mục %" PRIu64, "the proof is of entry %" PRIu64 ", the paper names entry %" PRIu64, proof->idx, idx);
	else if (!bv_str_is(bv_json_str(bv_json_find(log, "leafStart")), bv_hex(start, proof->leaf.p, PAPER_LEAF_LEN)))
		FAIL(BV_CHECK_LOG, "bằng chứng của mục khác trong sổ, không phải của giấy này", "the proof is of another entry than the paper names");
	else
		verify_log(r, &proof->leaf, options);
}

void
verify_qr(struct bv_report *r, struct bv_str bytes, const struct bv_trust *trust, const struct bv_verify_options *options)
{
	BV_AUTO(paper_finish) struct paper p = { .key.kind = BV_KEY_P256 };

	if (!read_document(r, &p, bytes))
		return;
	PASS(BV_CHECK_CONTEXT, "không cần ngữ cảnh", "it needs none");
	bool can_check = check_header(r, &p);
	if (!check_shape(r, &p))
		return;
	p.key.has_created = bv_json_find(r->document, "iat") != NULL;
	p.key.created_s = bv_json_int(bv_json_find(r->document, "iat"));
	if (can_check && p.cose.kid.len == QR_KID_LEN)
		check_listed_key(r, &p, trust, options);
	else if (can_check)
		check_delegated_key(r, &p, trust, options);
	check_signature(r, &p);
	check_times(r, &p, options->at_s);
	claims_results(r);
	check_status(r, &p, options);
	check_log(r, options);
	claims_facts(r);
}

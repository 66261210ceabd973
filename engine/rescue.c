/* Answers of a machine that had no network any more, in a file that only the sitting can open (doc/rescue.md): who brings it is named in each event, and
 * the file by its hash. */
#include <stdlib.h>

#include "base/agree.h"
#include "base/cipher.h"
#include "engine/paper.h"

#define LABEL "BV-BAITHI-1"

struct entry {
	uint32_t item, number, lease;
	int64_t given_ms;
	const struct bv_json *response;
};

struct bv_rescue {
	int64_t attempt, sealed_ms;
	size_t count;
	struct entry entries[BV_FORM_ITEMS_MAX * 2];
	uint8_t file[BV_HASH_LEN], proof[BV_HASH_LEN];
	struct bv_json *inner, *json; /* body borrows of inner, responses of json */
	struct bv_str body;
};

void
bv_rescue_free(struct bv_rescue *rescue)
{
	if (!rescue)
		return;
	bv_json_free(rescue->inner);
	bv_json_free(rescue->json);
	free(rescue);
}

/* Of the sitting: derived from its draw key, so that whoever holds the sitting opens, also after years. */
static void
private_key(uint8_t out[BV_AGREE_LEN], const struct bv_papers *papers)
{
	uint8_t secret[BV_HASH_LEN], uniform[48];

	bv_hmac_sha256(secret, &papers->key, (struct bv_str){ LABEL, sizeof LABEL });
	bv_hkdf_sha256(uniform, sizeof uniform, BV_STR_NONE, (struct bv_str){ (const char *)secret, sizeof secret }, papers->sitting->plan.name);
	bv_agree_private(out, uniform);
	bv_wipe(secret, sizeof secret);
	bv_wipe(uniform, sizeof uniform);
}

void
bv_rescue_key(uint8_t out[BV_RESCUE_KEY_LEN], const struct bv_papers *papers)
{
	uint8_t key[BV_AGREE_LEN];

	private_key(key, papers);
	bv_agree_public(out, key);
	bv_wipe(key, sizeof key);
}

/* ---- Opening ---- */

static enum bv_status
unseal(struct bv_buf *out, const struct bv_papers *papers, struct bv_str peer, struct bv_str sealed, struct bv_err *err)
{
	static const char salt[BV_HASH_LEN];
	BV_AUTO(bv_buf_finish) struct bv_buf info = BV_BUF(512);
	uint8_t key[BV_AGREE_LEN], public[BV_AGREE_PUBLIC_LEN];

	private_key(key, papers);
	bv_agree_public(public, key);
	bv_buf_add(&info, (struct bv_str){ LABEL, sizeof LABEL });
	bv_buf_add(&info, papers->sitting->plan.name);
	bv_buf_addc(&info, '\0');
	bv_buf_add(&info, peer);
	bv_buf_add(&info, (struct bv_str){ (const char *)public, sizeof public });
	enum bv_status status = bv_agree(key, key, peer, err);
	if (status == BV_OK)
		bv_hkdf_sha256(key, sizeof key, (struct bv_str){ salt, sizeof salt }, (struct bv_str){ (const char *)key, sizeof key }, bv_buf_str(&info));
	if (status == BV_OK && bv_cipher_open(out, key, bv_buf_str(&info), sealed, err) != BV_OK)
		status = bv_err_set(err, BV_EDENIED, "the file does not open with the key of sitting '%.*s': it is of another one, or was changed",
		                    BV_STR_ARG(papers->sitting->plan.name));
	bv_wipe(key, sizeof key);
	return status;
}

static enum bv_status
open_envelope(struct bv_buf *plain, const struct bv_papers *papers, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *json = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf sealed = BV_BUF(BV_RESCUE_MAX);
	struct bv_str format, sitting, base64;
	uint8_t peer[BV_AGREE_PUBLIC_LEN];

	TRY(bv_json_parse(&json, text, err));
	TRY(bv_json_only(json, "ephemeral format sealed sitting", err));
	TRY(bv_json_need_str(&format, json, "format", err));
	TRY(bv_json_need_str(&sitting, json, "sitting", err));
	TRY(bv_json_need_hex(peer, sizeof peer, json, "ephemeral", err));
	TRY(bv_json_need_str(&base64, json, "sealed", err));
	if (!bv_str_is(format, "bv-baithi-1"))
		return bv_err_set(err, BV_EPARSE, "format '%.*s': this reads bv-baithi-1", BV_STR_ARG(bv_str_sub(format, 0, 40)));
	if (!bv_str_eq(sitting, papers->sitting->plan.name))
		return bv_err_set(err, BV_EINVAL, "the file is of sitting '%.*s', not of '%.*s'", BV_STR_ARG(bv_str_sub(sitting, 0, BV_SITTING_NAME_MAX)),
		                  BV_STR_ARG(papers->sitting->plan.name));
	if (!bv_base64_parse(&sealed, base64))
		return bv_err_set(err, BV_EPARSE, "'sealed' is not base64");
	return unseal(plain, papers, (struct bv_str){ (const char *)peer, sizeof peer }, bv_buf_str(&sealed), err);
}

static enum bv_status
read_number(int64_t *out, const struct bv_json *json, const char *name, int64_t least, int64_t most, struct bv_err *err)
{
	TRY(bv_json_need_int(out, json, name, err));
	if (*out < least || *out > most)
		return bv_err_set(err, BV_EPARSE, "'%s' is %lld, not %lld to %lld", name, (long long)*out, (long long)least, (long long)most);
	return BV_OK;
}

/* What a machine has kept through several leases says of each answer of which one it is; that of the file is the newest. */
static enum bv_status
read_entry(struct entry *entry, const struct bv_json *json, uint32_t newest, struct bv_err *err)
{
	int64_t item, number, lease = newest;

	TRY(bv_json_only(json, "givenMs item lease number response", err));
	TRY(read_number(&item, json, "item", 0, BV_FORM_ITEMS_MAX - 1, err));
	TRY(read_number(&number, json, "number", 1, UINT32_MAX, err));
	if (bv_json_find(json, "lease"))
		TRY(read_number(&lease, json, "lease", 1, newest, err));
	TRY(read_number(&entry->given_ms, json, "givenMs", 0, INT64_C(253402300799999), err));
	TRY(bv_json_need(&entry->response, json, "response", BV_JSON_OBJECT, err));
	entry->item = (uint32_t)item;
	entry->number = (uint32_t)number;
	entry->lease = (uint32_t)lease;
	return BV_OK;
}

static enum bv_status
read_body(struct bv_rescue *rescue, struct bv_err *err)
{
	const struct bv_json *answers;
	struct bv_str attempt;
	int64_t lease;

	TRY(bv_json_parse(&rescue->json, rescue->body, err));
	TRY(bv_json_only(rescue->json, "answers attempt lease sealedMs", err));
	TRY(bv_json_need_str(&attempt, rescue->json, "attempt", err));
	TRY(read_number(&lease, rescue->json, "lease", 1, UINT32_MAX, err));
	TRY(read_number(&rescue->sealed_ms, rescue->json, "sealedMs", 0, INT64_C(253402300799999), err));
	TRY(bv_json_need(&answers, rescue->json, "answers", BV_JSON_ARRAY, err));
	if (!bv_str_int(attempt, &rescue->attempt) || rescue->attempt < 1)
		return bv_err_set(err, BV_EPARSE, "'attempt' is not a number");
	rescue->count = bv_json_count(answers);
	if (rescue->count > BV_COUNT(rescue->entries))
		return bv_err_set(err, BV_ELIMIT, "the file has %zu answers, more than %zu", rescue->count, BV_COUNT(rescue->entries));
	for (size_t i = 0; i < rescue->count; i++)
		TRY(read_entry(&rescue->entries[i], bv_json_at(answers, i), (uint32_t)lease, err));
	return BV_OK;
}

enum bv_status
bv_rescue_open(struct bv_rescue **out, const struct bv_papers *papers, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_rescue_free) struct bv_rescue *rescue = bv_alloc(sizeof *rescue);
	BV_AUTO(bv_buf_finish) struct bv_buf plain = BV_BUF(BV_RESCUE_MAX);

	if (text.len > BV_RESCUE_MAX)
		return bv_err_set(err, BV_ELIMIT, "a file of answers has at most %u bytes", BV_RESCUE_MAX);
	TRY(open_envelope(&plain, papers, text, err));
	TRY(bv_json_parse(&rescue->inner, bv_buf_str(&plain), err));
	TRY(bv_json_only(rescue->inner, "body proof", err));
	TRY(bv_json_need_str(&rescue->body, rescue->inner, "body", err));
	TRY(bv_json_need_hex(rescue->proof, sizeof rescue->proof, rescue->inner, "proof", err));
	TRY(read_body(rescue, err));
	bv_sha256(rescue->file, text);
	*out = bv_steal(&rescue);
	return BV_OK;
}

int64_t
bv_rescue_attempt(const struct bv_rescue *rescue)
{
	return rescue->attempt;
}

/* ---- Taking ---- */

/* The key of a paper is given after the start, to its candidate alone: who made the proof had it. */
static enum bv_status
check_proof(const struct bv_rescue *rescue, const struct bv_papers *papers, const struct bv_paper *paper, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf message = BV_BUF(BV_RESCUE_MAX + sizeof LABEL);
	uint8_t key[BV_HASH_LEN], proof[BV_HASH_LEN];
	struct bv_hmac_key hmac;

	paper_derive(key, papers, paper, "BV-SEAL-1");
	bv_hmac_key_init(&hmac, (struct bv_str){ (const char *)key, sizeof key });
	bv_buf_add(&message, (struct bv_str){ LABEL, sizeof LABEL });
	bv_buf_add(&message, rescue->body);
	bv_hmac_sha256(proof, &hmac, bv_buf_str(&message));
	bv_wipe(key, sizeof key);
	bv_wipe(&hmac, sizeof hmac);
	if (bv_hash_eq(proof, rescue->proof))
		return BV_OK;
	return bv_err_set(err, BV_EDENIED, "the file was not made where the paper of attempt %lld was open", (long long)rescue->attempt);
}

struct taking {
	const struct bv_rescue *rescue;
	const struct bv_rescue_order *order;
	struct bv_rescue_tally *tally;
	struct bv_buf details;
	int64_t now_ms;
};

static void
refused(const struct taking *t, uint32_t item, const struct bv_err *why)
{
	t->tally->refused++;
	if (t->order->refused)
		t->order->refused(t->order->ctx, item, why);
}

/* An answer that is refused does not keep the others out. */
static enum bv_status
take_entry(struct taking *t, const struct entry *entry, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf sent = BV_BUF(BV_ANSWER_MAX), response = BV_BUF(BV_ANSWER_MAX);
	struct bv_ledger_act act = { .act = BV_EXAM_RESCUE, .attempt = t->rescue->attempt };
	struct bv_err why;

	bv_json_write_canonical(&sent, entry->response);
	enum bv_status status = bv_buf_check(&sent, &why);
	if (status == BV_OK)
		status = bv_paper_answer(&response, t->order->papers, t->order->paper, entry->item, bv_buf_str(&sent), &why);
	if (status != BV_OK) {
		refused(t, entry->item, &why);
		return BV_OK;
	}
	act.facts = (struct bv_exam_facts){ .author = t->order->author, .reason = t->order->reason, .details = bv_buf_str(&t->details), .lease = entry->lease,
		                            .item = entry->item, .number = entry->number, .response = bv_buf_str(&response) };
	act.facts.age_ms = t->now_ms > entry->given_ms ? t->now_ms - entry->given_ms : 0;
	status = bv_ledger_do(t->order->ledger, &act, &why);
	if (status == BV_EIO)
		return bv_err_again(err, 0, "%s", why.msg);
	if (status != BV_OK)
		refused(t, entry->item, &why);
	else
		*(act.ack.again ? &t->tally->known : act.ack.superseded ? &t->tally->older : &t->tally->taken) += 1;
	return BV_OK;
}

enum bv_status
bv_rescue_take(struct bv_rescue_tally *tally, const struct bv_rescue *rescue, const struct bv_rescue_order *order, struct bv_err *err)
{
	struct taking t = { .rescue = rescue, .order = order, .tally = tally, .details = BV_BUF(200) };
	struct bv_ledger_act look = { .act = BV_EXAM_LOOK, .attempt = rescue->attempt };
	struct bv_json_pen pen = { .out = &t.details };
	enum bv_status status = BV_OK;

	*tally = (struct bv_rescue_tally){ 0 };
	TRY(check_proof(rescue, order->papers, order->paper, err));
	TRY(bv_ledger_do(order->ledger, &look, err));
	t.now_ms = look.ack.now_ms;
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_hex(&pen, "file", rescue->file, sizeof rescue->file);
	bv_json_pen_int(&pen, "sealedMs", rescue->sealed_ms);
	bv_json_pen_close(&pen, '}');
	for (size_t i = 0; i < rescue->count && status == BV_OK; i++)
		status = take_entry(&t, &rescue->entries[i], err);
	bv_buf_finish(&t.details);
	return status;
}

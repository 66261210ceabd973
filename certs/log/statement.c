/* What a ledger signs, told to people: receipts and checkpoints. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "certs/receipt.h"
#include "certs/statement.h"

struct statement {
	bool is_receipt;
	struct bv_receipt_file *receipt;
	struct bv_checkpoint checkpoint;
	const struct bv_log_proof *proof; /* that the receipt's event is in the log; NULL: none was given */
	struct bv_str signer; /* DID; empty: unknown */
	enum bv_status status;
	struct bv_err err;
};

static bool
is_receipt(struct bv_str bytes)
{
	bytes = bv_str_trim(bytes);
	if (!bv_str_starts(bytes, BV_STR("{")))
		return false;
	/* Its type is its first member, as it is written. */
	bytes = bv_str_trim(bv_str_sub(bytes, 1, 200));
	return bv_str_starts(bytes, BV_STR("\"type\": \"bangvang-receipt-")) || bv_str_starts(bytes, BV_STR("\"type\":\"bangvang-receipt-"));
}

bool
bv_statement_is(struct bv_str bytes)
{
	struct bv_checkpoint checkpoint;
	struct bv_err err;

	return is_receipt(bytes) || bv_checkpoint_parse(&checkpoint, bytes, &err) == BV_OK;
}

/* The proof counts when somebody who is trusted has signed its checkpoint. */
static enum bv_status
look_at_proof(struct statement *s, const struct bv_trust *trust, int64_t at_s)
{
	const struct bv_checkpoint *checkpoint = &s->proof->checkpoint;

	TRY(bv_receipt_prove(s->receipt, s->proof, &s->err));
	if (!trust || !bv_trust_find_checkpoint(trust, checkpoint, at_s).len)
		return bv_err_set(&s->err, BV_EDENIED, "the checkpoint of the proof, of '%.*s', is signed by nobody in the trust folder",
		                  BV_STR_ARG(bv_str_sub(checkpoint->origin, 0, 100)));
	return BV_OK;
}

static void
look(struct statement *s, struct bv_str bytes, const struct bv_trust *trust, int64_t at_s)
{
	s->is_receipt = is_receipt(bytes);
	if (!s->is_receipt) {
		s->status = bv_checkpoint_parse(&s->checkpoint, bytes, &s->err);
		if (s->status == BV_OK && trust)
			s->signer = bv_trust_find_checkpoint(trust, &s->checkpoint, at_s);
		return;
	}
	s->status = bv_receipt_parse(&s->receipt, bytes, &s->err);
	if (s->status != BV_OK)
		return;
	s->status = bv_receipt_verify(s->receipt, &s->err);
	if (s->status == BV_OK && s->proof)
		s->status = look_at_proof(s, trust, at_s);
	if (trust)
		s->signer = bv_trust_find(trust, s->receipt->public, s->receipt->receipt.at_ms / 1000);
}

static const char *
verdict(const struct statement *s, enum bv_lang lang)
{
	if (s->status == BV_OK && s->signer.len)
		return lang == BV_LANG_VI ? "HỢP LỆ" : "VALID";
	if (s->status == BV_OK)
		return lang == BV_LANG_VI ? "KHÔNG RÕ AI KÝ: khóa không có trong thư mục tin cậy" : "UNKNOWN SIGNER: the key is not in the trust folder";
	if (s->status == BV_EDENIED)
		return lang == BV_LANG_VI ? "KHÔNG HỢP LỆ" : "INVALID";
	return lang == BV_LANG_VI ? "KHÔNG ĐỌC ĐƯỢC" : "CANNOT BE READ";
}

static int
exit_of(const struct statement *s)
{
	if (s->status == BV_OK)
		return s->signer.len ? 0 : 1;
	return s->status == BV_EDENIED ? 1 : 2;
}

static void
write_time(char out[40], int64_t at_ms)
{
	char text[BV_TIME_SIZE];

	bv_time_write(text, at_ms / 1000);
	snprintf(out, 40, "%.*s.%03dZ", (int)strlen(text) - 1, text, (int)(at_ms % 1000 < 0 ? 0 : at_ms % 1000));
}

static void
write_line(struct bv_buf *out, const char *label, struct bv_str value)
{
	bv_buf_printf(out, "  %s: ", label);
	bv_text_write_safe(out, value, false);
	bv_buf_addc(out, '\n');
}

static void
write_receipt(struct bv_buf *out, const struct bv_receipt_file *file, enum bv_lang lang)
{
	const bool vi = lang == BV_LANG_VI;
	char time[40], line[200], multikey[BV_MULTIKEY_SIZE];

	write_time(time, file->receipt.at_ms);
	write_line(out, vi ? "ca thi" : "sitting", file->sitting);
	snprintf(line, sizeof line, "%" PRId64 ", %s %" PRId64 ", %s %u", file->receipt.attempt, vi ? "sự kiện" : "event", file->receipt.seq, vi ? "loại" : "kind",
	         file->receipt.act);
	write_line(out, vi ? "bài thi" : "attempt", bv_str_of(line));
	write_line(out, vi ? "lúc" : "at", bv_str_of(time));
	if (file->body.len)
		write_line(out, vi ? "nội dung" : "contents", file->body);
	write_line(out, vi ? "khóa" : "key", bv_str_of(bv_multikey_write(multikey, file->public)));
}

static void
write_text(struct bv_buf *out, const struct statement *s, struct bv_str file, enum bv_lang lang)
{
	const bool vi = lang == BV_LANG_VI;
	char line[40];

	bv_text_write_safe(out, file, false);
	bv_buf_printf(out, ": %s: %s\n", s->is_receipt ? (vi ? "biên nhận" : "receipt") : (vi ? "điểm kiểm" : "checkpoint"), verdict(s, lang));
	if (s->status != BV_OK)
		write_line(out, vi ? "vì" : "because", bv_str_of(s->err.msg));
	if (s->signer.len)
		write_line(out, vi ? "người ký" : "signed by", s->signer);
	if (s->is_receipt && s->receipt)
		write_receipt(out, s->receipt, lang);
	if (s->status == BV_OK && s->proof) {
		snprintf(line, sizeof line, "%" PRIu64 " / %" PRIu64, s->proof->idx + 1, s->proof->checkpoint.size);
		write_line(out, vi ? "có trong sổ" : "is in the log", s->proof->checkpoint.origin);
		write_line(out, vi ? "sự kiện thứ" : "as event", bv_str_of(line));
	}
	if (!s->is_receipt && s->status == BV_OK) {
		snprintf(line, sizeof line, "%" PRIu64, s->checkpoint.size);
		write_line(out, vi ? "sổ" : "log", s->checkpoint.origin);
		write_line(out, vi ? "số sự kiện" : "events", bv_str_of(line));
	}
}

static void
write_json(struct bv_json *json, const struct statement *s, struct bv_str file, enum bv_lang lang)
{
	static const char *const verdicts[] = { "valid", "unknown-signer", "invalid", "unreadable" };
	int which = s->status == BV_OK ? (s->signer.len ? 0 : 1) : s->status == BV_EDENIED ? 2 : 3;
	char number[24];

	bv_json_set(json, "file", bv_json_new_text(file));
	bv_json_set_str(json, "type", s->is_receipt ? BV_STR("receipt") : BV_STR("checkpoint"));
	bv_json_set_str(json, "verdict", bv_str_of(verdicts[which]));
	bv_json_set_str(json, "text", bv_str_of(verdict(s, lang)));
	if (s->status != BV_OK)
		bv_json_set_str(json, "because", bv_str_of(s->err.msg));
	if (s->signer.len)
		bv_json_set(json, "signer", bv_json_new_text(s->signer));
	if (s->is_receipt && s->receipt) {
		bv_json_set(json, "sitting", bv_json_new_text(s->receipt->sitting));
		snprintf(number, sizeof number, "%" PRId64, s->receipt->receipt.attempt);
		bv_json_set_str(json, "attempt", bv_str_of(number));
		snprintf(number, sizeof number, "%" PRId64, s->receipt->receipt.seq);
		bv_json_set_str(json, "seq", bv_str_of(number));
		bv_json_set_int(json, "atMs", s->receipt->receipt.at_ms);
		if (s->receipt->body.len)
			bv_json_set(json, "body", bv_json_new_text(s->receipt->body));
	}
	if (s->status == BV_OK && s->proof) {
		struct bv_json *proof = bv_json_set(json, "proof", bv_json_new_object());
		bv_json_set(proof, "origin", bv_json_new_text(s->proof->checkpoint.origin));
		snprintf(number, sizeof number, "%" PRIu64, s->proof->idx);
		bv_json_set_str(proof, "index", bv_str_of(number));
		snprintf(number, sizeof number, "%" PRIu64, s->proof->checkpoint.size);
		bv_json_set_str(proof, "size", bv_str_of(number));
	}
	if (!s->is_receipt && s->status == BV_OK) {
		bv_json_set(json, "origin", bv_json_new_text(s->checkpoint.origin));
		snprintf(number, sizeof number, "%" PRIu64, s->checkpoint.size);
		bv_json_set_str(json, "size", bv_str_of(number));
	}
}

int
bv_statement_verify(struct bv_buf *out, struct bv_json *json, struct bv_str bytes, struct bv_str file, const struct bv_trust *trust,
                    const struct bv_log_proof *proof, int64_t at_s, enum bv_lang lang)
{
	struct statement s = { .proof = is_receipt(bytes) ? proof : NULL };

	look(&s, bytes, trust, at_s);
	if (json)
		write_json(json, &s, file, lang);
	else
		write_text(out, &s, file, lang);
	int status = exit_of(&s);
	bv_receipt_free(s.receipt);
	return status;
}

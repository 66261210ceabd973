/* Seals of PDF files: PAdES baseline B-B and B-T (ETSI EN 319 142-1) by an incremental update, and B-LT by one more. */
#include "certs/pdf/pdf_seal.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "certs/pdf/cms.h"
#include "certs/pdf/pdf_update.h"
#include "certs/pdf/seal_chain.h"
#include "certs/x509/der.h"

enum {
	ROOM = 2048,        /* bytes of a CMS besides its certificates */
	STAMP_ROOM = 16384, /* of a time stamp with its authority's certificates */
	RANGE_ROOM = 45,    /* characters of "[0 a b c]" */
	EVIDENCE_MAX = 24,
	CMS_LEN_MAX = 256 << 10, /* of a seal, as it is read */
};

/* ---- Sealing ---- */

static enum bv_status
only_page(uint32_t *number, const struct pdf_file *file, struct bv_err *err)
{
	struct pdf_value kids = pdf_find(pdf_follow(file, pdf_find(pdf_catalog(file), "Pages")), "Kids"), kid;
	size_t at = 0;

	if (pdf_count(kids, PDF_REF) != 1 || !pdf_element(&kid, kids, &at) || !pdf_ref(kid, number) ||
	    !pdf_is_name(pdf_find(pdf_follow(file, kid), "Type"), "Page"))
		return bv_err_set(err, BV_EINVAL, "a PDF that is to be sealed has one page");
	if (pdf_find(pdf_catalog(file), "AcroForm").kind || pdf_find(pdf_follow(file, kid), "Annots").kind)
		return bv_err_set(err, BV_ECONFLICT, "the PDF is sealed already, or has forms or notes of its own");
	return BV_OK;
}

static size_t
room_for(const struct bv_seal *seal)
{
	size_t room = ROOM + (seal->tsa ? STAMP_ROOM : 0);

	for (size_t i = 0; i < seal->chain->count; i++)
		room += seal->chain->links[i].der.len;
	return room;
}

/* Where the seal's parts are in out, to be filled when everything else is there. */
struct places {
	size_t range, contents, room;
};

static void
add_signature(struct places *places, struct pdf_update *update, uint32_t number, const struct bv_seal *seal)
{
	struct bv_buf *out = update->out;

	pdf_update_open(update, number);
	bv_buf_addz(out, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M ");
	pdf_write_time(out, seal->at_s);
	bv_buf_addz(out, " /ByteRange ");
	places->range = out->len;
	for (int i = 0; i < RANGE_ROOM; i++)
		bv_buf_addc(out, ' ');
	bv_buf_addz(out, " /Contents ");
	places->contents = out->len;
	bv_buf_addc(out, '<');
	for (size_t i = 0; i < 2 * places->room; i++)
		bv_buf_addc(out, '0');
	bv_buf_addz(out, "> >>");
	pdf_update_close(update);
}

static enum bv_status
add_revision(struct places *places, struct bv_buf *out, const struct pdf_file *file, const struct bv_seal *seal, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf more = BV_BUF(1000);
	struct pdf_update update;
	uint32_t page = 0;

	TRY(only_page(&page, file, err));
	pdf_update_begin(&update, out, file);
	uint32_t field = pdf_update_number(&update), signature = pdf_update_number(&update);
	bv_buf_printf(&more, "/AcroForm << /Fields [ %u 0 R ] /SigFlags 3 >>", (unsigned)field);
	pdf_update_extend(&update, file->root, pdf_catalog(file), bv_buf_str(&more));
	bv_buf_clear(&more);
	bv_buf_printf(&more, "/Annots [ %u 0 R ]", (unsigned)field);
	pdf_update_extend(&update, page, pdf_object(file, page)->value, bv_buf_str(&more));
	pdf_update_open(&update, field);
	/* Hidden from print: the page itself says who signs; 132 = print + locked. */
	bv_buf_printf(out, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /Rect [ 0 0 0 0 ] /F 132 /P %u 0 R /V %u 0 R >>", (unsigned)page, (unsigned)signature);
	pdf_update_close(&update);
	add_signature(places, &update, signature, seal);
	return pdf_update_end(&update, NULL, err);
}

static void
hash_ranges(uint8_t hash[BV_HASH_LEN], struct bv_str pdf, size_t gap, size_t gap_end)
{
	struct bv_sha256 ctx;

	bv_sha256_init(&ctx);
	bv_sha256_add(&ctx, pdf.p, gap);
	bv_sha256_add(&ctx, pdf.p + gap_end, pdf.len - gap_end);
	bv_sha256_end(&ctx, hash);
}

static enum bv_status
fill(struct bv_buf *out, size_t from, const struct places *places, const struct bv_seal *seal, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf cms = BV_BUF(BV_PDF_MAX), text = BV_BUF(BV_PDF_MAX);
	struct bv_str pdf = { out->p + from, out->len - from };
	size_t gap = places->contents - from, gap_end = gap + 2 * places->room + 2;
	uint8_t hash[BV_HASH_LEN];

	bv_buf_printf(&text, "[0 %zu %zu %zu", gap, gap_end, pdf.len - gap_end);
	memcpy(out->p + places->range, text.p, text.len);
	out->p[places->range + RANGE_ROOM - 1] = ']';
	hash_ranges(hash, pdf, gap, gap_end);
	TRY(cms_write(&cms, hash, seal, err));
	if (cms.len > places->room)
		return bv_err_set(err, BV_ELIMIT, "the seal takes %zu bytes, more than the %zu kept for it: its time stamp is unusually large", cms.len, places->room);
	bv_buf_clear(&text);
	bv_hex_write(&text, cms.p, cms.len);
	memcpy(out->p + places->contents + 1, text.p, text.len);
	return BV_OK;
}

enum bv_status
bv_pdf_seal(struct bv_buf *out, struct bv_str pdf, const struct bv_seal *seal, struct bv_err *err)
{
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	struct places places = { .room = room_for(seal) };
	size_t from = out->len;

	if (!bv_public_equal(bv_key_describe(seal->key), &seal->chain->links[0].public))
		return bv_err_set(err, BV_EINVAL, "the first certificate of the chain is not that of the key that is to seal");
	TRY(pdf_file_read(&file, pdf, err));
	TRY(add_revision(&places, out, &file, seal, err));
	return fill(out, from, &places, seal, err);
}

/* ---- Reading a seal ---- */

static bool
read_range(struct pdf_seal *seal, struct pdf_value range)
{
	struct pdf_value value;
	uint64_t numbers[4];
	size_t at = 0;

	if (pdf_count(range, PDF_NUMBER) != 4)
		return false;
	for (size_t i = 0; i < 4; i++)
		if (!pdf_element(&value, range, &at) || !pdf_int(value, &numbers[i]))
			return false;
	seal->gap = (size_t)numbers[1];
	seal->gap_end = (size_t)numbers[2];
	seal->end = (size_t)(numbers[2] + numbers[3]);
	return numbers[0] == 0 && seal->gap < seal->gap_end;
}

static enum bv_status
find_field(struct pdf_value *signature, const struct pdf_file *file, struct bv_err *err)
{
	struct pdf_value form = pdf_follow(file, pdf_find(pdf_catalog(file), "AcroForm")), fields = pdf_find(form, "Fields"), field;
	size_t at = 0;

	if (!form.kind)
		return bv_err_set(err, BV_ENOTFOUND, "the PDF has no seal");
	if (pdf_count(fields, PDF_REF) != 1 || !pdf_element(&field, fields, &at))
		return bv_err_set(err, BV_EPARSE, "the PDF has not exactly one seal");
	field = pdf_follow(file, field);
	*signature = pdf_follow(file, pdf_find(field, "V"));
	if (!pdf_is_name(pdf_find(field, "FT"), "Sig") || !pdf_is_name(pdf_find(*signature, "Type"), "Sig") ||
	    !pdf_is_name(pdf_find(*signature, "Filter"), "Adobe.PPKLite") || !pdf_is_name(pdf_find(*signature, "SubFilter"), "ETSI.CAdES.detached"))
		return bv_err_set(err, BV_EPARSE, "PAdES: the seal is not of the kind ETSI.CAdES.detached");
	return BV_OK;
}

/* "(D:20261122093000Z)". */
static bool
read_moment(int64_t *out, struct pdf_value value)
{
	struct bv_str text = pdf_text(value);
	BV_AUTO(bv_buf_finish) struct bv_buf spaced = BV_BUF(64);
	struct bv_err ignored;

	if (text.len != 17 || !bv_str_starts(text, BV_STR("D:")) || text.p[16] != 'Z')
		return false;
	text = bv_str_sub(text, 2, text.len);
	for (size_t i = 0; i < 14; i += 2) {
		static const char *const after[] = { "", "-", "-", "T", ":", ":", "Z" };
		bv_buf_add(&spaced, bv_str_sub(text, i, 2));
		bv_buf_addz(&spaced, after[i / 2]);
	}
	return bv_time_parse(out, bv_buf_str(&spaced), &ignored) == BV_OK;
}

enum bv_status
pdf_seal_find(struct pdf_seal *out, const struct pdf_file *file, struct bv_err *err)
{
	struct pdf_value signature;

	TRY(find_field(&signature, file, err));
	struct pdf_value contents = pdf_find(signature, "Contents");
	if (!read_range(out, pdf_find(signature, "ByteRange")) || contents.kind != PDF_HEX)
		return bv_err_set(err, BV_EPARSE, "PDF §12.8.1: the seal has no ByteRange of four numbers from 0, or no contents in hexadecimal");
	if (out->gap != (size_t)(contents.raw.p - file->bytes.p) || out->gap_end != out->gap + contents.raw.len)
		return bv_err_set(err, BV_EDENIED, "the seal leaves out other bytes than its own signature: what stands there could be anything");
	for (size_t i = 0; i < file->revision_count && !out->revision_end; i++)
		if (out->gap >= file->revisions[i].start && out->gap < file->revisions[i].xref) {
			out->revision_end = file->revisions[i].end;
			out->later = i;
		}
	if (out->end != out->revision_end)
		return bv_err_set(err, BV_EDENIED, "the seal does not cover the whole file up to its own end");
	if (!read_moment(&out->claimed_s, pdf_find(signature, "M")))
		return bv_err_set(err, BV_EPARSE, "PAdES §6.3: the seal does not say when it was made (/M, in UTC)");
	struct bv_str hex = bv_str_sub(contents.raw, 1, contents.raw.len - 2);
	if (hex.len > 2 * CMS_LEN_MAX)
		return bv_err_set(err, BV_ELIMIT, "the seal has more than %d bytes", CMS_LEN_MAX);
	out->cms = bv_arena_alloc(&out->arena, hex.len / 2 + 1);
	out->cms_len = hex.len / 2;
	TRY(bv_hex_parse(out->cms, out->cms_len, hex, err));
	hash_ranges(out->digest, bv_str_sub(file->bytes, 0, out->end), out->gap, out->gap_end);
	return BV_OK;
}

void
pdf_seal_finish(struct pdf_seal *seal)
{
	bv_arena_finish(&seal->arena);
}

/* ---- Evidence for later: the Document Security Store (EN 319 142-1 §5.4.2.2) ---- */

static enum bv_status
add_streams(uint32_t numbers[EVIDENCE_MAX], size_t *count, struct pdf_update *update, struct bv_str pem, const char *label, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf der = BV_BUF(BV_PDF_MAX);

	for (*count = 0; pem_next(&der, &pem, label); (*count)++) {
		if (*count == EVIDENCE_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d of 'BEGIN %s'", EVIDENCE_MAX, label);
		numbers[*count] = pdf_update_number(update);
		pdf_update_stream(update, numbers[*count], "", bv_buf_str(&der));
	}
	return BV_OK;
}

static void
add_list(struct bv_buf *out, const char *name, const uint32_t *numbers, size_t count)
{
	if (!count)
		return;
	bv_buf_printf(out, " /%s [", name);
	for (size_t i = 0; i < count; i++)
		bv_buf_printf(out, " %u 0 R", (unsigned)numbers[i]);
	bv_buf_addz(out, " ]");
}

enum bv_status
bv_pdf_enclose(struct bv_buf *out, struct bv_str pdf, struct bv_str pem, struct bv_err *err)
{
	BV_AUTO(pdf_file_finish) struct pdf_file file = { 0 };
	BV_AUTO(pdf_seal_finish) struct pdf_seal seal = { 0 };
	uint32_t certificates[EVIDENCE_MAX], lists[EVIDENCE_MAX];
	size_t certificate_count = 0, list_count = 0;
	struct pdf_update update;
	char more[40];

	TRY(pdf_file_read(&file, pdf, err));
	TRY(pdf_seal_find(&seal, &file, err));
	if (seal.later)
		return bv_err_set(err, BV_ECONFLICT, "the PDF has its certificates and revocation lists already");
	pdf_update_begin(&update, out, &file);
	uint32_t store = pdf_update_number(&update);
	snprintf(more, sizeof more, "/DSS %u 0 R", (unsigned)store);
	pdf_update_extend(&update, file.root, pdf_catalog(&file), bv_str_of(more));
	TRY(add_streams(certificates, &certificate_count, &update, pem, "CERTIFICATE", err));
	TRY(add_streams(lists, &list_count, &update, pem, "X509 CRL", err));
	if (!certificate_count && !list_count)
		return bv_err_set(err, BV_EINVAL, "there is neither a certificate nor a revocation list in PEM to enclose");
	pdf_update_open(&update, store);
	bv_buf_addz(out, "<< /Type /DSS");
	add_list(out, "Certs", certificates, certificate_count);
	add_list(out, "CRLs", lists, list_count);
	bv_buf_addz(out, " >>");
	pdf_update_close(&update);
	return pdf_update_end(&update, NULL, err);
}

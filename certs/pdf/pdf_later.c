/* What came after a seal. Attacks on sealed PDFs (incremental saving, shadow documents: pdf-insecurity.org) change what is shown by a revision that the seal
 * does not cover. Here nothing may follow but one revision of exactly the form that bv_pdf_enclose writes, byte by byte: the catalog as it was with /DSS, the
 * store, and streams that only the store refers to. */
#include <stdio.h>

#include "certs/pdf/pdf_seal.h"

struct walk {
	const struct pdf_file *file;
	struct bv_str bytes; /* up to the later revision's table */
	size_t at;
	uint32_t store;      /* number of the DSS dictionary */
	uint32_t next;       /* numbers below it were there before */
};

static bool
take(struct walk *w, const char *text)
{
	if (!bv_str_starts(bv_str_sub(w->bytes, w->at, w->bytes.len), bv_str_of(text)))
		return false;
	w->at += strlen(text);
	return true;
}

static enum bv_status
refuse(const struct walk *w, const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EDENIED, "the file was changed after it was sealed: %s (byte %zu); only certificates and revocation lists may be added", what, w->at);
}

/* The catalog as it was sealed, with "/DSS N 0 R" at its end. */
static enum bv_status
check_catalog(struct walk *w, struct pdf_value catalog, struct pdf_value sealed, struct bv_err *err)
{
	struct bv_str before = bv_str_sub(sealed.raw, 0, sealed.raw.len - 2), after;
	char more[40];

	if (!pdf_ref(pdf_find(catalog, "DSS"), &w->store) || pdf_find(sealed, "DSS").kind)
		return refuse(w, "its catalog", err);
	snprintf(more, sizeof more, " /DSS %u 0 R >>", (unsigned)w->store);
	after = bv_str_sub(catalog.raw, before.len, catalog.raw.len);
	if (!bv_str_starts(catalog.raw, before) || !bv_str_is(after, more) || w->store < w->next)
		return refuse(w, "its catalog", err);
	return take(w, "\nendobj\n") ? BV_OK : refuse(w, "its catalog", err);
}

/* << /Length N >> and N bytes. */
static enum bv_status
check_stream(struct walk *w, struct pdf_value dict, struct bv_err *err)
{
	struct pdf_value value;
	struct bv_str name;
	uint64_t len;
	size_t at = 0;

	if (!pdf_member(&name, &value, dict, &at) || !bv_str_is(name, "Length") || !pdf_int(value, &len) || pdf_member(&name, &value, dict, &at))
		return refuse(w, "an object that is no part of a store of certificates", err);
	if (!take(w, "\nstream\n") || len > w->bytes.len - w->at)
		return refuse(w, "a stream", err);
	w->at += (size_t)len;
	return take(w, "\nendstream\nendobj\n") ? BV_OK : refuse(w, "a stream", err);
}

static enum bv_status
check_store(struct walk *w, struct pdf_value dict, struct bv_err *err)
{
	struct pdf_value value;
	struct bv_str name;

	for (size_t at = 0; pdf_member(&name, &value, dict, &at);) {
		bool known = bv_str_is(name, "Type") ? pdf_is_name(value, "DSS") : (bv_str_is(name, "Certs") || bv_str_is(name, "CRLs")) && pdf_count(value, PDF_REF) > 0;
		if (!known)
			return refuse(w, "the store of certificates has something else in it", err);
	}
	return take(w, "\nendobj\n") ? BV_OK : refuse(w, "the store of certificates", err);
}

static enum bv_status
check_object(struct walk *w, const struct pdf_file *sealed, struct bv_err *err)
{
	char head[40];
	struct pdf_value value;
	struct pdf_value number;
	uint64_t n;
	size_t start = w->at;

	/* The number by itself: "12 0 obj" has no reference in it. */
	if (!pdf_value_read(&number, w->bytes, &w->at) || !pdf_int(number, &n) || n >= w->file->object_count || !w->file->objects[n].at ||
	    w->file->objects[n].at != start)
		return refuse(w, "there are bytes that belong to no object", err);
	w->at = start;
	snprintf(head, sizeof head, "%u 0 obj\n", (unsigned)n);
	if (!take(w, head) || !pdf_value_read(&value, w->bytes, &w->at))
		return refuse(w, "an object", err);
	if (n == w->file->root)
		return check_catalog(w, value, pdf_catalog(sealed), err);
	if (n < w->next)
		return refuse(w, "an object that was sealed has a new version", err);
	return n == w->store ? check_store(w, value, err) : check_stream(w, value, err);
}

/* The table lists what was walked over and nothing else; the trailer leads back to the sealed revision. */
static enum bv_status
check_table(struct walk *w, size_t objects, const struct pdf_file *sealed, struct bv_err *err)
{
	struct pdf_value trailer = w->file->revisions[0].trailer, value;
	struct bv_str name;
	size_t listed = 0;
	uint64_t size, prev;

	for (uint32_t i = 0; i < w->file->object_count; i++)
		listed += w->file->objects[i].at >= w->file->revisions[0].start;
	if (listed != objects)
		return refuse(w, "its table of objects", err);
	for (size_t at = 0; pdf_member(&name, &value, trailer, &at);) {
		struct pdf_value old = pdf_find(sealed->revisions[0].trailer, name.len == 4 ? (name.p[0] == 'R' ? "Root" : "Info") : "ID");
		bool fits = bv_str_is(name, "Size") ? pdf_int(value, &size) && size == w->file->object_count
		            : bv_str_is(name, "Prev") ? pdf_int(value, &prev) && prev == sealed->revisions[0].xref
		            : bv_str_is(name, "Root") || bv_str_is(name, "Info") || bv_str_is(name, "ID") ? bv_str_eq(value.raw, old.raw) : false;
		if (!fits)
			return refuse(w, "its trailer", err);
	}
	return BV_OK;
}

static enum bv_status
collect(struct bv_str *items, size_t *count, const struct pdf_later *out, const struct pdf_file *file, struct pdf_value list, struct bv_err *err)
{
	struct pdf_value value;
	uint32_t number;

	for (size_t at = 0; pdf_element(&value, list, &at) && *count < out->max; (*count)++) {
		if (!pdf_ref(value, &number))
			return bv_err_set(err, BV_EPARSE, "the store of certificates is broken");
		TRY(pdf_stream(&items[*count], file, number, err));
	}
	return BV_OK;
}

enum bv_status
pdf_later_check(struct pdf_later *out, const struct pdf_file *file, const struct pdf_seal *seal, struct bv_err *err)
{
	BV_AUTO(pdf_file_finish) struct pdf_file sealed = { 0 };
	const struct pdf_revision *last = &file->revisions[0];
	struct walk w = { .file = file, .bytes = bv_str_sub(file->bytes, 0, last->xref), .at = last->start };
	size_t objects = 0;

	if (!seal->later)
		return BV_OK;
	if (seal->later > 1)
		return bv_err_set(err, BV_EDENIED, "the file was changed %zu times after it was sealed; certificates and revocation lists may be added once", seal->later);
	TRY(pdf_file_read(&sealed, bv_str_sub(file->bytes, 0, seal->end), err));
	if (file->root != sealed.root)
		return refuse(&w, "its catalog", err);
	w.next = sealed.object_count;
	for (; w.at < last->xref; objects++)
		TRY(check_object(&w, &sealed, err));
	TRY(check_table(&w, objects, &sealed, err));
	struct pdf_value store = pdf_object(file, w.store) ? pdf_object(file, w.store)->value : (struct pdf_value){ 0 };
	TRY(collect(out->certificates, &out->certificate_count, out, file, pdf_find(store, "Certs"), err));
	return collect(out->lists, &out->list_count, out, file, pdf_find(store, "CRLs"), err);
}

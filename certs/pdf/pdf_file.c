#include "certs/pdf/pdf_file.h"

#include <ctype.h>

void
pdf_file_finish(struct pdf_file *file)
{
	bv_arena_finish(&file->arena);
}

/* ---- Words outside of objects ---- */

static bool
take(struct bv_str bytes, size_t *at, const char *text)
{
	if (!bv_str_starts(bv_str_sub(bytes, *at, bytes.len), bv_str_of(text)))
		return false;
	*at += strlen(text);
	return true;
}

static bool
take_line_end(struct bv_str bytes, size_t *at)
{
	return take(bytes, at, "\r\n") || take(bytes, at, "\n");
}

static bool
take_number(struct bv_str bytes, size_t *at, uint64_t *out)
{
	size_t from = *at;

	for (*out = 0; *at < bytes.len && isdigit((unsigned char)bytes.p[*at]) && *at - from < 11; (*at)++)
		*out = *out * 10 + (uint64_t)(bytes.p[*at] - '0');
	return *at > from && *at - from < 11;
}

static void
skip_space(struct bv_str bytes, size_t *at)
{
	while (*at < bytes.len && pdf_is_space(bytes.p[*at]))
		(*at)++;
}

/* ---- Revisions ---- */

/* §7.5.5: "startxref", the table's place and "%%EOF" are the last three lines. */
static enum bv_status
find_table(size_t *out, struct bv_str bytes, struct bv_err *err)
{
	static const char word[] = "startxref";
	size_t tail = bytes.len > 64 ? bytes.len - 64 : 0;
	uint64_t place;

	for (size_t at = bytes.len; at > tail; at--) {
		size_t end = at - 1;
		if (take(bytes, &end, word) && take_line_end(bytes, &end) && take_number(bytes, &end, &place) && place < bytes.len) {
			*out = (size_t)place;
			return BV_OK;
		}
	}
	return bv_err_set(err, BV_EPARSE, "PDF §7.5.5: the file does not end with the place of its cross-reference table: it is cut, or something was appended");
}

struct table {
	struct pdf_file *file;
	struct pdf_revision *revision;
	size_t at;
};

static enum bv_status
read_object(struct table *t, uint64_t number, uint64_t place, struct bv_err *err)
{
	struct bv_str before = bv_str_sub(t->file->bytes, 0, t->revision->xref);
	struct pdf_object *object = &t->file->objects[number];
	size_t at = (size_t)place;
	uint64_t n, generation;

	/* What is listed twice, one reader would find here and another there. */
	if (object->at)
		return object->at >= t->revision->end ? BV_OK : bv_err_set(err, BV_EPARSE, "PDF §7.5.4: object %u is listed twice", (unsigned)number);
	object->at = at;
	if (!take_number(before, &at, &n) || n != number || !take(before, &at, " ") || !take_number(before, &at, &generation) || generation != 0 ||
	    !take(before, &at, " obj") || !pdf_value_read(&object->value, before, &at))
		return bv_err_set(err, BV_EPARSE, "PDF §7.3.10: object %u is not where the cross-reference table says (byte %zu)", (unsigned)number, (size_t)place);
	/* Objects inside each other would take time that grows with the square of the file. */
	t->file->values_len += at - (size_t)place;
	return t->file->values_len <= t->file->bytes.len ? BV_OK : bv_err_set(err, BV_EPARSE, "PDF §7.3.10: objects overlap");
}

/* §7.5.4: entries of exactly twenty bytes. */
static enum bv_status
read_section(struct table *t, uint64_t first, uint64_t count, struct bv_err *err)
{
	struct bv_str bytes = t->file->bytes;

	for (uint64_t i = first; i < first + count; i++) {
		uint64_t place, generation;
		size_t start = t->at;
		bool shaped = take_number(bytes, &t->at, &place) && t->at == start + 10 && take(bytes, &t->at, " ") && take_number(bytes, &t->at, &generation) &&
		              t->at == start + 16 && (take(bytes, &t->at, " n") || take(bytes, &t->at, " f"));
		bool used = shaped && bytes.p[t->at - 1] == 'n';
		shaped = shaped && (take(bytes, &t->at, " \n") || take(bytes, &t->at, "\r\n"));
		/* An object that a later revision takes away would be there for some readers only. */
		bool fits = used ? i > 0 && generation == 0 && place >= t->revision->start && place < t->revision->xref : i == 0 || t->revision->start == 0;
		if (!shaped || !fits)
			return bv_err_set(err, BV_EPARSE, "PDF §7.5.4: the entry of object %u in the cross-reference table is broken, or points outside its revision",
			                  (unsigned)i);
		if (used)
			TRY(read_object(t, i, place, err));
	}
	return BV_OK;
}

static enum bv_status
read_sections(struct table *t, struct bv_err *err)
{
	struct bv_str bytes = t->file->bytes;
	uint64_t first, count;
	size_t sections = 0;

	while (!take(bytes, &t->at, "trailer")) {
		if (!take_number(bytes, &t->at, &first) || !take(bytes, &t->at, " ") || !take_number(bytes, &t->at, &count) || !take_line_end(bytes, &t->at))
			return bv_err_set(err, BV_EPARSE, "PDF §7.5.4: the cross-reference table at byte %zu is broken", t->revision->xref);
		if (first + count > PDF_OBJECTS_MAX || ++sections > PDF_OBJECTS_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d objects", PDF_OBJECTS_MAX);
		if (first + count > t->file->object_count)
			t->file->object_count = (uint32_t)(first + count);
		TRY(read_section(t, first, count, err));
	}
	return BV_OK;
}

/* Where a table's revision ends: trailer, startxref with the table's own place, %%EOF. */
static enum bv_status
read_trailer(struct pdf_revision *revision, struct bv_str bytes, size_t at, struct bv_err *err)
{
	uint64_t place;

	if (!pdf_value_read(&revision->trailer, bytes, &at) || revision->trailer.kind != PDF_DICT)
		return bv_err_set(err, BV_EPARSE, "PDF §7.5.5: the trailer is no dictionary");
	skip_space(bytes, &at);
	if (!take(bytes, &at, "startxref") || !take_line_end(bytes, &at) || !take_number(bytes, &at, &place) || place != revision->xref ||
	    !take_line_end(bytes, &at) || !take(bytes, &at, "%%EOF"))
		return bv_err_set(err, BV_EPARSE, "PDF §7.5.5: a revision does not end with the place of its own table");
	take_line_end(bytes, &at);
	revision->end = at;
	if (pdf_find(revision->trailer, "XRefStm").kind || pdf_find(revision->trailer, "Encrypt").kind)
		return bv_err_set(err, BV_EPARSE, "PDF §7.5.8: hybrid or encrypted files are not read");
	return BV_OK;
}

/* The place of the trailer: tables are skipped, then read when the revision before is known. */
static enum bv_status
skip_table(size_t *out, struct bv_str bytes, size_t at, struct bv_err *err)
{
	uint64_t first, count;

	if (!take(bytes, &at, "xref") || !take_line_end(bytes, &at))
		return bv_err_set(err, BV_EPARSE, "PDF §7.5.4: no cross-reference table at byte %zu: tables packed as streams (PDF 1.5) are not read", at);
	while (!take(bytes, &at, "trailer")) {
		if (!take_number(bytes, &at, &first) || !take(bytes, &at, " ") || !take_number(bytes, &at, &count) || !take_line_end(bytes, &at) ||
		    count > PDF_OBJECTS_MAX || at + count * 20 > bytes.len)
			return bv_err_set(err, BV_EPARSE, "PDF §7.5.4: the cross-reference table is broken near byte %zu", at);
		at += (size_t)count * 20;
	}
	*out = at;
	return BV_OK;
}

static enum bv_status
read_revisions(struct pdf_file *file, struct bv_err *err)
{
	size_t table = 0, trailer = 0, end = file->bytes.len;

	TRY(find_table(&table, file->bytes, err));
	for (bool more = true; more; file->revision_count++) {
		if (file->revision_count == PDF_REVISIONS_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d revisions", PDF_REVISIONS_MAX);
		struct pdf_revision *revision = &file->revisions[file->revision_count];
		revision->xref = table;
		TRY(skip_table(&trailer, bv_str_sub(file->bytes, 0, end), table, err));
		TRY(read_trailer(revision, bv_str_sub(file->bytes, 0, end), trailer, err));
		if (file->revision_count == 0 && revision->end != end)
			return bv_err_set(err, BV_EPARSE, "there are %zu bytes after the end of the PDF file", end - revision->end);
		uint64_t place = 0;
		struct pdf_value prev = pdf_find(revision->trailer, "Prev");
		more = prev.kind != PDF_ABSENT;
		if (more && (!pdf_int(prev, &place) || place >= table))
			return bv_err_set(err, BV_EPARSE, "PDF §7.5.6: the table before the one at byte %zu is not before it", table);
		if (file->revision_count > 0 && revision->end > file->revisions[file->revision_count - 1].xref)
			return bv_err_set(err, BV_EPARSE, "PDF §7.5.6: two revisions overlap");
		end = table;
		table = (size_t)place;
	}
	for (size_t i = 0; i + 1 < file->revision_count; i++)
		file->revisions[i].start = file->revisions[i + 1].end;
	return BV_OK;
}

enum bv_status
pdf_file_read(struct pdf_file *file, struct bv_str bytes, struct bv_err *err)
{
	*file = (struct pdf_file){ .bytes = bytes };
	if (!bv_str_starts(bytes, BV_STR("%PDF-1.")))
		return bv_err_set(err, BV_EPARSE, "PDF §7.5.2: it does not begin with %%PDF-1.");
	TRY(read_revisions(file, err));
	file->objects = bv_arena_array(&file->arena, PDF_OBJECTS_MAX, struct pdf_object);
	for (size_t i = 0; i < file->revision_count; i++) {
		struct table t = { file, &file->revisions[i], file->revisions[i].xref };
		if (!take(bytes, &t.at, "xref") || !take_line_end(bytes, &t.at))
			return bv_err_set(err, BV_EPARSE, "PDF §7.5.4: no cross-reference table at byte %zu", t.at);
		TRY(read_sections(&t, err));
	}
	struct pdf_value root = pdf_find(file->revisions[0].trailer, "Root");
	if (!pdf_ref(root, &file->root) || pdf_catalog(file).kind != PDF_DICT || !pdf_is_name(pdf_find(pdf_catalog(file), "Type"), "Catalog"))
		return bv_err_set(err, BV_EPARSE, "PDF §7.7.2: there is no catalog");
	return BV_OK;
}

/* ---- Objects ---- */

const struct pdf_object *
pdf_object(const struct pdf_file *file, uint32_t number)
{
	return number < file->object_count && file->objects[number].at ? &file->objects[number] : NULL;
}

struct pdf_value
pdf_follow(const struct pdf_file *file, struct pdf_value value)
{
	uint32_t number;

	if (value.kind != PDF_REF)
		return value;
	const struct pdf_object *object = pdf_ref(value, &number) ? pdf_object(file, number) : NULL;
	return object && object->value.kind != PDF_REF ? object->value : (struct pdf_value){ 0 };
}

struct pdf_value
pdf_catalog(const struct pdf_file *file)
{
	const struct pdf_object *object = pdf_object(file, file->root);

	return object ? object->value : (struct pdf_value){ 0 };
}

enum bv_status
pdf_stream(struct bv_str *out, const struct pdf_file *file, uint32_t number, struct bv_err *err)
{
	const struct pdf_object *object = pdf_object(file, number);
	uint64_t len;

	if (!object || object->value.kind != PDF_DICT)
		return bv_err_set(err, BV_EPARSE, "PDF §7.3.8: object %u is no stream", (unsigned)number);
	if (pdf_find(object->value, "Filter").kind || pdf_find(object->value, "F").kind)
		return bv_err_set(err, BV_EPARSE, "PDF §7.3.8: the stream of object %u is packed or elsewhere: ours are neither", (unsigned)number);
	size_t at = (size_t)(object->value.raw.p - file->bytes.p) + object->value.raw.len;
	skip_space(file->bytes, &at);
	if (!pdf_int(pdf_find(object->value, "Length"), &len) || !take(file->bytes, &at, "stream\n") || len > file->bytes.len - at)
		return bv_err_set(err, BV_EPARSE, "PDF §7.3.8: the stream of object %u has no length, or no beginning", (unsigned)number);
	*out = bv_str_sub(file->bytes, at, (size_t)len);
	at += (size_t)len;
	if (!take(file->bytes, &at, "\nendstream\nendobj\n"))
		return bv_err_set(err, BV_EPARSE, "PDF §7.3.8: the stream of object %u does not end where its length says", (unsigned)number);
	return BV_OK;
}

enum bv_status
pdf_attachment(struct bv_str *out, const struct pdf_file *file, const char *name, struct bv_err *err)
{
	struct pdf_value tree = pdf_follow(file, pdf_find(pdf_follow(file, pdf_find(pdf_catalog(file), "Names")), "EmbeddedFiles"));
	struct pdf_value list = pdf_find(tree, "Names"), key, spec;
	uint32_t number;
	size_t at = 0;
	bool found = false;

	while (pdf_element(&key, list, &at) && pdf_element(&spec, list, &at)) {
		if (!bv_str_is(pdf_text(key), name))
			continue;
		if (found)
			return bv_err_set(err, BV_EPARSE, "two files are attached as '%s'", name);
		found = true;
		struct pdf_value places = pdf_find(pdf_follow(file, spec), "EF");
		if (!pdf_ref(pdf_find(places, "F"), &number))
			return bv_err_set(err, BV_EPARSE, "PDF §7.11.4: the attachment '%s' has no contents", name);
		TRY(pdf_stream(out, file, number, err));
	}
	if (!found)
		return bv_err_set(err, BV_ENOTFOUND, "no file '%s' is attached", name);
	return BV_OK;
}

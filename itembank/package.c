#define _GNU_SOURCE
#include "itembank/package.h"

#include <stdlib.h>
#include <zip.h>

#include "base/text.h"

/* ---- Reading ---- */

struct package {
	zip_t *zip;
	struct package_directory directory; /* files only */
	uint32_t *by_name;                  /* their indices in the byte order of the names */
	struct package_source source;
	struct bv_arena arena;
};

void
package_free(struct package *package)
{
	if (!package)
		return;
	if (package->zip)
		zip_discard(package->zip);
	bv_arena_finish(&package->arena);
	free(package);
}

static enum bv_status
zip_fault(struct bv_err *err, const char *what, struct bv_str name, const char *why)
{
	return bv_err_set(err, BV_EPARSE, "'%.*s': %s: %s", BV_STR_ARG(bv_str_sub(name, 0, 100)), what, why);
}

static enum bv_status
open_archive(zip_t **out, struct bv_str bytes, struct bv_err *err)
{
	zip_error_t fault;

	zip_error_init(&fault);
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.len, 0, &fault);
	zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, &fault) : NULL;
	if (zip) {
		*out = zip;
		return BV_OK;
	}
	bv_err_set(err, BV_EPARSE, "the zip archive cannot be opened: %s", zip_error_strerror(&fault));
	zip_error_fini(&fault);
	if (source)
		zip_source_free(source);
	return err->status;
}

/* Does libzip see the same files? Then whatever it unpacks has been checked. */
static enum bv_status
compare(zip_t *zip, const struct package_directory *directory, struct bv_err *err)
{
	zip_stat_t st;

	for (size_t i = 0; i < directory->count; i++) {
		const struct package_entry *entry = &directory->entries[i];
		zip_stat_init(&st);
		if (zip_stat_index(zip, entry->idx, ZIP_FL_ENC_RAW, &st) < 0 || !bv_str_is(entry->raw, st.name) || st.size != entry->size ||
		    st.comp_size != entry->packed || st.crc != entry->crc || st.comp_method != entry->method)
			return bv_err_set(err, BV_EPARSE, "'%.*s': two readings of the archive differ: it is damaged or was made to deceive",
			                  BV_STR_ARG(bv_str_sub(entry->raw, 0, 100)));
	}
	return (uint64_t)zip_get_num_entries(zip, 0) == directory->count
	           ? BV_OK
	           : bv_err_set(err, BV_EPARSE, "two readings of the archive differ: it is damaged or was made to deceive");
}

static int
by_name(const void *a, const void *b, void *entries)
{
	const struct package_entry *all = entries;

	return bv_str_cmp(all[*(const uint32_t *)a].name, all[*(const uint32_t *)b].name);
}

/* What lies in a folder has names that a file system gave, which are checked as those of an archive are. */
static enum bv_status
read_list(struct package_directory *out, const struct package_list *list, struct bv_arena *arena, struct bv_err *err)
{
	out->entries = bv_arena_array(arena, list->count, struct package_entry);
	out->count = list->count;
	for (uint32_t i = 0; i < list->count; i++) {
		struct package_entry *entry = &out->entries[i];
		*entry = (struct package_entry){ .raw = list->files[i].name, .size = list->files[i].size, .idx = i };
		TRY(package_name_check(entry->raw, err));
		TRY(bv_text_nfc(&entry->name, entry->raw, arena, err));
		entry->key = bv_text_fold(entry->name, arena);
	}
	return package_directory_check_names(out, err);
}

enum bv_status
package_open(struct package **out, struct bv_str bytes, struct bv_err *err)
{
	return package_open_source(out, &(struct package_source){ .bytes = bytes }, err);
}

enum bv_status
package_open_source(struct package **out, const struct package_source *source, struct bv_err *err)
{
	BV_AUTO(package_free) struct package *package = bv_alloc(sizeof *package);
	struct package_directory *directory = &package->directory;
	size_t files = 0;

	package->source = *source;
	if (source->list) {
		TRY(read_list(directory, source->list, &package->arena, err));
	} else {
		TRY(package_directory_read(directory, source->bytes, &package->arena, err));
		TRY(open_archive(&package->zip, source->bytes, err));
		TRY(compare(package->zip, directory, err));
	}
	for (size_t i = 0; i < directory->count; i++)
		if (!directory->entries[i].folder)
			directory->entries[files++] = directory->entries[i];
	directory->count = files;
	package->by_name = bv_arena_array(&package->arena, files, uint32_t);
	for (uint32_t i = 0; i < files; i++)
		package->by_name[i] = i;
	qsort_r(package->by_name, files, sizeof *package->by_name, by_name, directory->entries);
	*out = bv_steal(&package);
	return BV_OK;
}

size_t
package_count(const struct package *package)
{
	return package->directory.count;
}

struct bv_str
package_name(const struct package *package, size_t idx)
{
	return package->directory.entries[idx].name;
}

uint64_t
package_size(const struct package *package, size_t idx)
{
	return package->directory.entries[idx].size;
}

size_t
package_find(const struct package *package, struct bv_str name)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	size_t low = 0, high = package->directory.count;
	struct bv_err ignored;

	if (bv_text_nfc(&name, name, &arena, &ignored) != BV_OK)
		return package->directory.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2, at = package->by_name[middle];
		int order = bv_str_cmp(package->directory.entries[at].name, name);
		if (!order)
			return at;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return package->directory.count;
}

static void
close_file(zip_file_t **file)
{
	if (*file)
		zip_fclose(*file);
}

/* Unpacks all of file, and looks for the end behind it: there libzip compares the CRC. */
static enum bv_status
unpack(zip_file_t *file, const struct package_entry *entry, struct bv_buf *buf, struct bv_err *err)
{
	char part[1 << 16];
	uint64_t left = entry->size;

	for (;;) {
		zip_int64_t n = zip_fread(file, part, sizeof part);
		if (n < 0)
			return zip_fault(err, "cannot be unpacked", entry->name, zip_error_strerror(zip_file_get_error(file)));
		if ((uint64_t)n > left || (n == 0 && left))
			return zip_fault(err, "unpacks to another size than the archive says", entry->name, "it is damaged or was made to deceive");
		if (n == 0)
			return BV_OK;
		bv_buf_add(buf, (struct bv_str){ part, (size_t)n });
		left -= (uint64_t)n;
	}
}

static enum bv_status
read_packed(const struct package *package, const struct package_entry *entry, struct bv_buf *buf, struct bv_err *err)
{
	__attribute__((cleanup(close_file))) zip_file_t *file = zip_fopen_index(package->zip, entry->idx, 0);

	return file ? unpack(file, entry, buf, err) : zip_fault(err, "cannot be unpacked", entry->name, zip_strerror(package->zip));
}

enum bv_status
package_read(const struct package *package, size_t idx, struct bv_buf *buf, struct bv_err *err)
{
	const struct package_entry *entry = &package->directory.entries[idx];

	bv_buf_clear(buf);
	if (entry->size > buf->max)
		return bv_err_set(err, BV_ELIMIT, "'%.*s': larger than %zu bytes", BV_STR_ARG(bv_str_sub(entry->name, 0, 120)), buf->max);
	if (package->source.list)
		TRY(package->source.fetch(package->source.ctx, entry->idx, buf, err));
	else
		TRY(read_packed(package, entry, buf, err));
	bv_buf_add(buf, BV_STR_NONE); /* an empty file gives an empty string, not NULL */
	if (bv_str_starts(bv_buf_str(buf), BV_STR("PK\003\004")) || bv_str_starts(bv_buf_str(buf), BV_STR("PK\005\006")))
		return bv_err_set(err, BV_EDENIED, "'%.*s': an archive inside the package is not opened: unpack it first",
		                  BV_STR_ARG(bv_str_sub(entry->name, 0, 120)));
	return BV_OK;
}

/* ---- Writing ---- */

struct packed_file {
	struct bv_str name, bytes;
	bool pack;
};

struct package_writer {
	struct packed_file *files;
	size_t count, cap;
	uint64_t total;
	struct bv_arena arena;
};

struct package_writer *
package_writer_new(void)
{
	return bv_alloc(sizeof(struct package_writer));
}

void
package_writer_free(struct package_writer *writer)
{
	if (!writer)
		return;
	free(writer->files);
	bv_arena_finish(&writer->arena);
	free(writer);
}

enum bv_status
package_writer_add(struct package_writer *writer, struct bv_str name, struct bv_str bytes, bool pack, struct bv_err *err)
{
	TRY(package_name_check(name, err));
	if (writer->count == PACKAGE_ENTRIES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d files: split the package", PACKAGE_ENTRIES_MAX);
	if (bytes.len > PACKAGE_FILE_MAX || writer->total + bytes.len > PACKAGE_TOTAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "'%.*s': more than %u bytes in a file or %u in a package", BV_STR_ARG(bv_str_sub(name, 0, 100)),
		                  PACKAGE_FILE_MAX, PACKAGE_TOTAL_MAX);
	if (writer->count == writer->cap) {
		writer->cap = writer->cap ? writer->cap * 2 : 256;
		writer->files = bv_resize_array(writer->files, writer->cap, sizeof *writer->files);
	}
	writer->files[writer->count++] = (struct packed_file){ bv_arena_str(&writer->arena, name), bv_arena_str(&writer->arena, bytes), pack };
	writer->total += bytes.len;
	return BV_OK;
}

/* Readers that look at the first file only to know a package find the manifest. */
static int
manifest_first(const void *a, const void *b)
{
	const struct packed_file *x = a, *y = b;
	int x_manifest = bv_str_is(x->name, "imsmanifest.xml"), y_manifest = bv_str_is(y->name, "imsmanifest.xml");

	return x_manifest != y_manifest ? y_manifest - x_manifest : bv_str_cmp(x->name, y->name);
}

static bool
add_file(zip_t *zip, const struct packed_file *file)
{
	enum { FIRST_DAY = 1 << 5 | 1, PLAIN_FILE = 0100644 };
	zip_source_t *source = zip_source_buffer(zip, file->bytes.p, file->bytes.len, 0);

	if (!source)
		return false;
	zip_int64_t idx = zip_file_add(zip, file->name.p, source, ZIP_FL_ENC_UTF_8);
	if (idx < 0) {
		zip_source_free(source);
		return false;
	}
	return zip_file_set_dostime(zip, (zip_uint64_t)idx, 0, FIRST_DAY, 0) == 0 &&
	       zip_file_set_external_attributes(zip, (zip_uint64_t)idx, 0, ZIP_OPSYS_UNIX, (zip_uint32_t)PLAIN_FILE << 16) == 0 &&
	       zip_set_file_compression(zip, (zip_uint64_t)idx, file->pack ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 9) == 0;
}

/* All files into the memory of target; NULL, or why not. */
static const char *
write_archive(zip_source_t *target, struct package_writer *writer, struct bv_buf *why)
{
	zip_error_t fault;

	zip_error_init(&fault);
	zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &fault);
	if (!zip) {
		bv_buf_addz(why, zip_error_strerror(&fault));
		zip_error_fini(&fault);
		return why->p;
	}
	zip_source_keep(target);
	qsort(writer->files, writer->count, sizeof *writer->files, manifest_first);
	bool good = true;
	for (size_t i = 0; good && i < writer->count; i++)
		good = add_file(zip, &writer->files[i]);
	if (good && zip_close(zip) == 0)
		return NULL;
	bv_buf_addz(why, zip_strerror(zip));
	zip_discard(zip);
	return why->p;
}

static const char *
take_archive(struct bv_buf *out, zip_source_t *target)
{
	char part[1 << 16];
	zip_int64_t n;

	if (zip_source_open(target) < 0)
		return zip_error_strerror(zip_source_error(target));
	bv_buf_clear(out);
	while ((n = zip_source_read(target, part, sizeof part)) > 0)
		bv_buf_add(out, (struct bv_str){ part, (size_t)n });
	zip_source_close(target);
	return n < 0 ? zip_error_strerror(zip_source_error(target)) : NULL;
}

enum bv_status
package_writer_finish(struct package_writer *writer, struct bv_buf *out, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf why = BV_BUF(200);
	BV_AUTO(package_free) struct package *package = NULL;

	if (!writer->count)
		return bv_err_set(err, BV_EINVAL, "a package without files");
	zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, NULL);
	const char *fault = target ? write_archive(target, writer, &why) : "no memory";
	if (target && !fault)
		fault = take_archive(out, target);
	if (fault)
		bv_err_set(err, BV_ECONFLICT, "the package cannot be written: %s", fault);
	if (target)
		zip_source_free(target);
	if (fault)
		return err->status;
	TRY(bv_buf_check(out, err));
	return package_open(&package, bv_buf_str(out), err);
}

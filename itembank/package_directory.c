/* The structure of a zip archive (PKWARE APPNOTE 6.3.10, sections in brackets), read strictly: what the central directory says must be what the
 * local headers and data descriptors say, and every byte belongs to one entry. */
#include "itembank/package.h"

#include <stdlib.h>

#include "base/text.h"

enum {
	END_LEN = 22,
	LOCATOR_LEN = 20,
	END64_LEN = 56,
	CENTRAL_LEN = 46,
	LOCAL_LEN = 30,
	COMMENT_MAX = 65535,
	SIGN_LOCAL = 0x04034b50,
	SIGN_DESCRIPTOR = 0x08074b50,
	SIGN_CENTRAL = 0x02014b50,
	SIGN_END64 = 0x06064b50,
	SIGN_LOCATOR = 0x07064b50,
	SIGN_END = 0x06054b50,
};

/* General purpose bits [4.4.4]. */
enum { FLAG_ENCRYPTED = 1 << 0, FLAG_DESCRIPTOR = 1 << 3, FLAG_PATCH = 1 << 5, FLAG_STRONG = 1 << 6, FLAG_MASKED = 1 << 13 };
enum { METHOD_STORE = 0, METHOD_DEFLATE = 8, METHOD_AES = 99 };
enum { EXTRA_ZIP64 = 0x0001, EXTRA_UNICODE_PATH = 0x7075, EXTRA_AES = 0x9901 };

static uint32_t
u16(const char *p)
{
	const unsigned char *b = (const unsigned char *)p;

	return b[0] | (uint32_t)b[1] << 8;
}

static uint32_t
u32(const char *p)
{
	return u16(p) | u16(p + 2) << 16;
}

static uint64_t
u64(const char *p)
{
	return u32(p) | (uint64_t)u32(p + 4) << 32;
}

static enum bv_status
damaged(const struct package_entry *entry, const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EPARSE, "'%.*s': %s: the archive is damaged or was made to deceive", BV_STR_ARG(bv_str_sub(entry->raw, 0, 120)), what);
}

static enum bv_status
denied(const struct package_entry *entry, const char *what, struct bv_err *err)
{
	return bv_err_set(err, BV_EDENIED, "'%.*s': %s", BV_STR_ARG(bv_str_sub(entry->raw, 0, 120)), what);
}

/* ---- End of central directory [4.3.14 to 4.3.16] ---- */

struct place {
	uint64_t at, len, count;
};

/* The one whose comment ends with the archive. A second one in the comment would be what another reader takes. */
static enum bv_status
find_end(size_t *out, struct bv_str bytes, struct bv_err *err)
{
	size_t lowest = bytes.len > END_LEN + COMMENT_MAX ? bytes.len - END_LEN - COMMENT_MAX : 0;

	if (bytes.len >= END_LEN)
		for (size_t at = bytes.len - END_LEN + 1; at-- > lowest;) {
			if (u32(bytes.p + at) != SIGN_END)
				continue;
			if (at + END_LEN + u16(bytes.p + at + 20) != bytes.len)
				return bv_err_set(err, BV_EPARSE, "bytes after the end of the zip archive, or it has two ends: pack it anew");
			*out = at;
			return BV_OK;
		}
	if (bytes.len >= 4 && u32(bytes.p) == SIGN_LOCAL)
		return bv_err_set(err, BV_EPARSE, "the zip archive has no end: it was cut off");
	return bv_err_set(err, BV_EPARSE, "not a zip archive");
}

/* A field of 16 or 32 bits that ZIP64 replaces when all its bits are set; it must not contradict. */
static bool
agrees(uint64_t narrow, uint64_t all_ones, uint64_t wide)
{
	return narrow == wide || narrow == all_ones;
}

static enum bv_status
read_end64(struct place *place, struct bv_str bytes, size_t end, struct bv_err *err)
{
	const char *locator = bytes.p + end - LOCATOR_LEN;
	uint64_t at = u64(locator + 8);

	if (u32(locator + 4) != 0 || u32(locator + 16) != 1 || at > end - LOCATOR_LEN || end - LOCATOR_LEN - at < END64_LEN)
		return bv_err_set(err, BV_EPARSE, "the ZIP64 end of the archive is not where its locator says [APPNOTE 4.3.15]");
	const char *p = bytes.p + at;
	if (u32(p) != SIGN_END64 || u64(p + 4) != end - LOCATOR_LEN - at - 12 || u32(p + 16) || u32(p + 20) || u64(p + 24) != u64(p + 32))
		return bv_err_set(err, BV_EPARSE, "the ZIP64 end of the archive makes no sense [APPNOTE 4.3.14]");
	struct place wide = { u64(p + 48), u64(p + 40), u64(p + 32) };
	if (!agrees(place->count, 0xffff, wide.count) || !agrees(place->len, 0xffffffff, wide.len) || !agrees(place->at, 0xffffffff, wide.at))
		return bv_err_set(err, BV_EPARSE, "the ZIP64 end of the archive contradicts the other one [APPNOTE 4.3.14]");
	*place = wide;
	return wide.len <= at && wide.at == at - wide.len ? BV_OK
	                                                  : bv_err_set(err, BV_EPARSE, "the central directory is not where the end of the archive says");
}

static enum bv_status
read_end(struct place *place, struct bv_str bytes, struct bv_err *err)
{
	size_t end;

	TRY(find_end(&end, bytes, err));
	const char *p = bytes.p + end;
	*place = (struct place){ u32(p + 16), u32(p + 12), u16(p + 10) };
	if (u16(p + 4) || u16(p + 6) || u16(p + 8) != place->count)
		return bv_err_set(err, BV_EPARSE, "an archive of several parts: pack it into one");
	if (end >= LOCATOR_LEN && u32(p - LOCATOR_LEN) == SIGN_LOCATOR)
		TRY(read_end64(place, bytes, end, err));
	else if (place->len > end || place->at != end - place->len)
		return bv_err_set(err, BV_EPARSE, "the central directory is not where the end of the archive says");
	if (place->count > PACKAGE_ENTRIES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d files: split the package", PACKAGE_ENTRIES_MAX);
	return place->count > place->len / CENTRAL_LEN ? bv_err_set(err, BV_EPARSE, "the central directory is too short for %llu files",
	                                                            (unsigned long long)place->count)
	                                               : BV_OK;
}

/* ---- Extra fields [4.5] ---- */

struct extra {
	struct bv_str zip64, unicode_path;
	bool aes;
};

/* Up to three bytes of zeros may pad the end, as some writers do. */
static bool
read_extra(struct extra *out, struct bv_str bytes)
{
	*out = (struct extra){ 0 };
	while (bytes.len >= 4) {
		uint32_t id = u16(bytes.p), len = u16(bytes.p + 2);
		struct bv_str value = bv_str_sub(bytes, 4, len);
		struct bv_str *known = id == EXTRA_ZIP64 ? &out->zip64 : id == EXTRA_UNICODE_PATH ? &out->unicode_path : NULL;
		if (value.len != len || (known && known->p))
			return false;
		if (known)
			*known = value;
		out->aes = out->aes || id == EXTRA_AES;
		bytes = bv_str_sub(bytes, 4 + len, bytes.len);
	}
	while (bytes.len && !bytes.p[0])
		bytes = bv_str_sub(bytes, 1, bytes.len);
	return !bytes.len;
}

/* The next eight bytes of a ZIP64 field stand for a field of 32 bits that has all bits set [4.5.3]. */
static bool
widen(uint64_t *value, struct bv_str *zip64)
{
	if (*value != 0xffffffff)
		return true;
	if (zip64->len < 8)
		return false;
	*value = u64(zip64->p);
	*zip64 = bv_str_sub(*zip64, 8, zip64->len);
	return true;
}

/* ---- Central directory [4.3.12] ---- */

/* The name in the header, unless it is of another encoding and Info-ZIP's field [4.6.9] gives it in UTF-8. */
static enum bv_status
read_name(struct package_entry *entry, const struct extra *extra, struct bv_arena *arena, struct bv_err *err)
{
	enum { UNICODE_PATH_HEAD = 5 };
	struct bv_str name = entry->raw;

	if (extra->unicode_path.p) {
		struct bv_str other = bv_str_sub(extra->unicode_path, UNICODE_PATH_HEAD, extra->unicode_path.len);
		if (bv_text_valid(name) && !bv_str_eq(name, other))
			return damaged(entry, "another name in its Unicode path field [APPNOTE 4.6.9]", err);
		name = other;
	}
	entry->folder = bv_str_ends(name, BV_STR("/"));
	name = bv_str_sub(name, 0, name.len - entry->folder);
	TRY(package_name_check(name, err));
	TRY(bv_text_nfc(&entry->name, name, arena, err));
	entry->key = bv_text_fold(entry->name, arena);
	return BV_OK;
}

static enum bv_status
check_kind(const struct package_entry *entry, const struct extra *extra, uint32_t attributes, struct bv_err *err)
{
	enum { KIND = 0170000, KIND_FILE = 0100000, KIND_FOLDER = 0040000, KIND_LINK = 0120000 };
	uint32_t kind = attributes >> 16 & KIND;

	if (entry->flags & (FLAG_ENCRYPTED | FLAG_STRONG | FLAG_MASKED) || entry->method == METHOD_AES || extra->aes)
		return denied(entry, "is encrypted: pack it without a password", err);
	if (entry->flags & FLAG_PATCH || (entry->method != METHOD_STORE && entry->method != METHOD_DEFLATE))
		return bv_err_set(err, BV_EPARSE, "'%.*s': packed by method %u: only stored and deflated files are read",
		                  BV_STR_ARG(bv_str_sub(entry->raw, 0, 120)), entry->method);
	if (kind == KIND_LINK)
		return denied(entry, "a symbolic link: put the file itself into the package", err);
	if (kind && kind != KIND_FILE && kind != KIND_FOLDER)
		return denied(entry, "neither a file nor a folder", err);
	return (kind == KIND_FOLDER && !entry->folder) || (kind == KIND_FILE && entry->folder) ? damaged(entry, "both a file and a folder", err) : BV_OK;
}

static enum bv_status
check_size(const struct package_entry *entry, uint64_t *total, struct bv_err *err)
{
	struct bv_str name = bv_str_sub(entry->raw, 0, 120);

	if (entry->size > PACKAGE_FILE_MAX)
		return bv_err_set(err, BV_ELIMIT, "'%.*s': %llu bytes when unpacked: a file may have %u", BV_STR_ARG(name),
		                  (unsigned long long)entry->size, PACKAGE_FILE_MAX);
	if (entry->size > PACKAGE_RATIO_FREE && entry->size / PACKAGE_RATIO_MAX + (entry->size % PACKAGE_RATIO_MAX != 0) > entry->packed)
		return bv_err_set(err, BV_ELIMIT, "'%.*s': unpacks to more than %d times its size: a bomb", BV_STR_ARG(name), PACKAGE_RATIO_MAX);
	*total += entry->size;
	if (*total > PACKAGE_TOTAL_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %u bytes when unpacked: split the package", PACKAGE_TOTAL_MAX);
	if (entry->folder && entry->size)
		return damaged(entry, "a folder with bytes of its own", err);
	return entry->method == METHOD_STORE && entry->packed != entry->size ? damaged(entry, "stored, but of two sizes", err) : BV_OK;
}

/* Takes one header off the front of *rest. */
static enum bv_status
read_central(struct package_entry *entry, struct bv_str *rest, uint64_t *total, struct bv_arena *arena, struct bv_err *err)
{
	const char *p = rest->p;
	struct extra extra;

	if (rest->len < CENTRAL_LEN || u32(p) != SIGN_CENTRAL)
		return bv_err_set(err, BV_EPARSE, "the central directory is damaged at its entry %u", entry->idx + 1);
	size_t name_len = u16(p + 28), extra_len = u16(p + 30), comment_len = u16(p + 32);
	entry->raw = bv_str_sub(*rest, CENTRAL_LEN, name_len);
	if (rest->len - CENTRAL_LEN < name_len + extra_len + comment_len || !read_extra(&extra, bv_str_sub(*rest, CENTRAL_LEN + name_len, extra_len)))
		return bv_err_set(err, BV_EPARSE, "the central directory is damaged at its entry %u", entry->idx + 1);
	*rest = bv_str_sub(*rest, CENTRAL_LEN + name_len + extra_len + comment_len, rest->len);
	entry->flags = (uint16_t)u16(p + 8);
	entry->method = (uint16_t)u16(p + 10);
	entry->crc = u32(p + 16);
	entry->packed = u32(p + 20);
	entry->size = u32(p + 24);
	entry->offset = u32(p + 42);
	TRY(read_name(entry, &extra, arena, err));
	TRY(check_kind(entry, &extra, u32(p + 38), err));
	if (!widen(&entry->size, &extra.zip64) || !widen(&entry->packed, &extra.zip64) || !widen(&entry->offset, &extra.zip64))
		return damaged(entry, "its ZIP64 field lacks a size [APPNOTE 4.5.3]", err);
	if (u16(p + 34) && u16(p + 34) != 0xffff)
		return damaged(entry, "on another part of the archive", err);
	return check_size(entry, total, err);
}

/* ---- Local headers and data descriptors [4.3.7, 4.3.9] ---- */

/* Does the local value agree? With a descriptor it may be left out; with ZIP64 it is in the extra field. */
static bool
same_size(uint64_t local, uint64_t central, bool descriptor, struct bv_str *zip64)
{
	bool wide = local == 0xffffffff && zip64->len >= 8;

	if (!widen(&local, zip64) && !descriptor)
		return false;
	return local == central || (descriptor && (local == 0 || (!wide && local == 0xffffffff)));
}

/* Bytes of the descriptor at p, which may have a signature and sizes of 32 or 64 bits, or 0: none fits. */
static size_t
descriptor_len(const struct package_entry *entry, struct bv_str p, size_t want)
{
	for (unsigned form = 0; form < 4; form++) {
		bool sign = form < 2, wide = form & 1;
		size_t len = (sign ? 4 : 0) + 4 + (wide ? 16 : 8), at = sign ? 4 : 0;
		if (len != want || p.len < len || (sign && u32(p.p) != SIGN_DESCRIPTOR) || u32(p.p + at) != entry->crc)
			continue;
		uint64_t packed = wide ? u64(p.p + at + 4) : u32(p.p + at + 4), size = wide ? u64(p.p + at + 12) : u32(p.p + at + 8);
		if (packed == entry->packed && size == entry->size)
			return len;
	}
	return 0;
}

/* Checks the entry against what stands before and after its bytes, which end where the next entry begins. */
static enum bv_status
check_local(const struct package_entry *entry, struct bv_str bytes, uint64_t next, struct bv_err *err)
{
	bool descriptor = entry->flags & FLAG_DESCRIPTOR;
	struct extra extra;

	if (entry->offset > next || next - entry->offset < LOCAL_LEN || u32(bytes.p + entry->offset) != SIGN_LOCAL)
		return damaged(entry, "its local header is not where the central directory says, or lies in another file", err);
	const char *p = bytes.p + entry->offset;
	uint64_t name_len = u16(p + 26), extra_len = u16(p + 28), room = next - entry->offset - LOCAL_LEN;
	struct bv_str head = { p + LOCAL_LEN, (size_t)room };
	if (name_len + extra_len > room || entry->packed > room - name_len - extra_len)
		return damaged(entry, "its bytes overlap those of another file", err);
	if (!bv_str_eq(bv_str_sub(head, 0, (size_t)name_len), entry->raw))
		return damaged(entry, "has another name in its local header", err);
	const uint32_t told = FLAG_ENCRYPTED | FLAG_DESCRIPTOR | FLAG_PATCH | FLAG_STRONG | FLAG_MASKED;
	if ((u16(p + 6) & told) != (entry->flags & told) || u16(p + 8) != entry->method)
		return damaged(entry, "its local header says that it is packed in another way", err);
	if (!read_extra(&extra, bv_str_sub(head, (size_t)name_len, (size_t)extra_len)) || extra.aes)
		return damaged(entry, "the extra fields of its local header make no sense", err);
	if (extra.unicode_path.p && bv_text_valid(entry->raw) && !bv_str_ends(extra.unicode_path, entry->raw))
		return damaged(entry, "has another name in its local header", err);
	uint32_t crc = u32(p + 14);
	if ((crc != entry->crc && !(descriptor && crc == 0)) || !same_size(u32(p + 22), entry->size, descriptor, &extra.zip64) ||
	    !same_size(u32(p + 18), entry->packed, descriptor, &extra.zip64))
		return damaged(entry, "has other sizes or another CRC in its local header", err);
	uint64_t used = name_len + extra_len + entry->packed;
	if (descriptor && !descriptor_len(entry, bv_str_sub(head, (size_t)used, (size_t)(room - used)), (size_t)(room - used)))
		return damaged(entry, "its data descriptor does not say what the central directory says", err);
	return !descriptor && used != room ? damaged(entry, "is followed by bytes that belong to no file", err) : BV_OK;
}

static int
by_offset(const void *a, const void *b)
{
	const struct package_entry *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

static int
by_key(const void *a, const void *b)
{
	const struct package_entry *x = a, *y = b;

	return bv_str_cmp(x->key, y->key);
}

static enum bv_status
check_layout(const struct package_directory *directory, struct bv_str bytes, uint64_t end, struct bv_err *err)
{
	struct package_entry *entries = directory->entries;

	qsort(entries, directory->count, sizeof *entries, by_offset);
	if (directory->count && entries[0].offset != 0)
		return bv_err_set(err, BV_EDENIED, "the archive begins with %llu bytes that belong to no file: pack it anew",
		                  (unsigned long long)entries[0].offset);
	for (size_t i = 0; i < directory->count; i++)
		/* The next one may begin where there are no bytes, which is found when it is its turn. */
		TRY(check_local(&entries[i], bytes, i + 1 < directory->count && entries[i + 1].offset < end ? entries[i + 1].offset : end, err));
	return BV_OK;
}

enum bv_status
package_directory_check_names(const struct package_directory *directory, struct bv_err *err)
{
	struct package_entry *entries = directory->entries;

	qsort(entries, directory->count, sizeof *entries, by_key);
	for (size_t i = 1; i < directory->count; i++) {
		const struct package_entry *a = &entries[i - 1], *b = &entries[i];
		if (bv_str_eq(a->key, b->key))
			return bv_err_set(err, BV_ECONFLICT, "'%.*s' and '%.*s': two files of %s: rename one", BV_STR_ARG(bv_str_sub(a->raw, 0, 80)),
			                  BV_STR_ARG(bv_str_sub(b->raw, 0, 80)),
			                  bv_str_eq(a->raw, b->raw) ? "the same name" : "names that differ in case or Unicode form only");
	}
	for (size_t i = 0; i < directory->count; i++)
		for (size_t len = 0; len < entries[i].key.len; len++) {
			const struct package_entry folder = { .key = { entries[i].key.p, len } };
			if (entries[i].key.p[len] != '/')
				continue;
			const struct package_entry *other = bsearch(&folder, entries, directory->count, sizeof *entries, by_key);
			if (other && !other->folder)
				return bv_err_set(err, BV_ECONFLICT, "'%.*s' is a file, and the folder of '%.*s'", BV_STR_ARG(bv_str_sub(other->raw, 0, 80)),
				                  BV_STR_ARG(bv_str_sub(entries[i].raw, 0, 80)));
		}
	return BV_OK;
}

enum bv_status
package_directory_read(struct package_directory *out, struct bv_str bytes, struct bv_arena *arena, struct bv_err *err)
{
	struct package_directory directory;
	struct place place;
	uint64_t total = 0;

	if (bytes.len > PACKAGE_BYTES_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %u bytes: split the package", PACKAGE_BYTES_MAX);
	TRY(read_end(&place, bytes, err));
	directory.count = (size_t)place.count;
	directory.entries = bv_arena_array(arena, directory.count, struct package_entry);
	struct bv_str rest = bv_str_sub(bytes, (size_t)place.at, (size_t)place.len);
	for (uint32_t i = 0; i < place.count; i++) {
		directory.entries[i].idx = i;
		TRY(read_central(&directory.entries[i], &rest, &total, arena, err));
	}
	if (rest.len)
		return bv_err_set(err, BV_EPARSE, "the central directory is longer than its %llu entries", (unsigned long long)place.count);
	TRY(check_layout(&directory, bytes, place.at, err));
	TRY(package_directory_check_names(&directory, err));
	*out = directory;
	return BV_OK;
}

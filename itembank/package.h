/* Content packages: zip archives that may have come from anybody. package.c alone knows libzip; what an archive claims is checked first
 * (package_directory.c), so that no two readers can see different files in it. Messages say which file is at fault and why. */
#ifndef BV_ITEMBANK_PACKAGE_H
#define BV_ITEMBANK_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"

#define PACKAGE_BYTES_MAX (512u << 20)   /* an archive */
#define PACKAGE_ENTRIES_MAX 65535        /* files and folders of an archive: what a zip without ZIP64 can have */
#define PACKAGE_FILE_MAX (64u << 20)     /* one file, unpacked */
#define PACKAGE_TOTAL_MAX (1u << 30)     /* all files, unpacked */
#define PACKAGE_RATIO_MAX 100            /* unpacked to packed bytes of a file that is larger than PACKAGE_RATIO_FREE */
#define PACKAGE_RATIO_FREE (64u << 10)
#define PACKAGE_NAME_MAX 512             /* bytes of a file's name with its folders */
#define PACKAGE_DEPTH_MAX 16             /* folders inside each other */

/* ---- Names: package_name.c ---- */

/* Is name that of a file below the package's root, on every system and however often somebody decodes it? EINVAL says what is wrong: empty,
 * absolute, with a drive, a backslash, "." or ".." (also as %2e%2e), a character that does not show; ELIMIT: too long or too deep. */
BV_MUST_USE enum bv_status package_name_check(struct bv_str name, struct bv_err *err);

/* ---- The archive's directory: package_directory.c ---- */

struct package_entry {
	struct bv_str name; /* NFC, without the slash at the end of a folder */
	struct bv_str key;  /* name with case folded: no two entries have the same */
	struct bv_str raw;  /* as in the header */
	uint64_t packed, size, offset;
	uint32_t crc;
	uint32_t idx; /* place in the central directory, from 0 */
	uint16_t flags, method;
	bool folder;
};

struct package_directory {
	struct package_entry *entries; /* sorted by key */
	size_t count;
};

/* Reads the central directory and everything that repeats it: local headers, data descriptors, ZIP64 records. Names and entries live in the
 * arena, raw names in bytes. EPARSE: not a zip, damaged, or it contradicts itself, EDENIED: encrypted, links, parts that hide something;
 * EINVAL: names; ECONFLICT: two files of one name; ELIMIT: a limit of those above. */
BV_MUST_USE enum bv_status package_directory_read(struct package_directory *out, struct bv_str bytes, struct bv_arena *arena,
                                                  struct bv_err *err);

/* Sorts by key. ECONFLICT for two of one name, or a file where others have a folder. */
BV_MUST_USE enum bv_status package_directory_check_names(const struct package_directory *directory, struct bv_err *err);

/* ---- A folder as a package: package_folder.c ---- */

struct package_listed {
	struct bv_str name; /* below the folder, as it is there */
	uint64_t size;
};

struct package_list {
	struct package_listed *files;
	size_t count, cap;
	uint64_t total; /* bytes of all */
	struct bv_arena arena;
};

void package_list_finish(struct package_list *list);
BV_AUTO_DEFINE_FINISH(struct package_list, package_list_finish)

/* A file that cannot be read; err names its path. */
typedef void (*package_unread)(void *ctx, const struct bv_err *err);
/* The regular files below folder, not through links. Files that cannot be read are told and left out. Errors of package_name_check, ELIMIT for more
 * or larger files than a package has, ENOTFOUND or EIO for the folder itself. */
BV_MUST_USE enum bv_status package_list_folder(struct package_list *out, const char *folder, package_unread unread, void *ctx, struct bv_err *err);
/* File idx of the list into buf (cleared first). EPARSE when it has another size than when it was listed, and errors of bv_file_read_in. */
BV_MUST_USE enum bv_status package_listed_read(const struct package_list *list, const char *folder, size_t idx, struct bv_buf *buf, struct bv_err *err);

/* ---- Reading: package.c ---- */

/* Where the files of a package are: in an archive (bytes), or in a list, from which they are fetched one by one into buf (cleared first). All must
 * outlive the package. */
struct package_source {
	struct bv_str bytes;
	const struct package_list *list; /* NULL: an archive */
	enum bv_status (*fetch)(void *ctx, size_t idx, struct bv_buf *buf, struct bv_err *err);
	void *ctx;
};

struct package;

/* Opens what is in the source. Errors as of package_directory_read, of a list only those of names. */
BV_MUST_USE enum bv_status package_open_source(struct package **out, const struct package_source *source, struct bv_err *err);

/* Opens the archive in bytes, which must outlive it. Errors as of package_directory_read. */
BV_MUST_USE enum bv_status package_open(struct package **out, struct bv_str bytes, struct bv_err *err);
void package_free(struct package *package);
BV_AUTO_DEFINE(struct package, package_free)

/* Files only, in the byte order of their names folded; a name is NFC and passes package_name_check. */
size_t package_count(const struct package *package);
struct bv_str package_name(const struct package *package, size_t idx);
uint64_t package_size(const struct package *package, size_t idx); /* unpacked; what the archive claims, and reading checks */
/* The file of exactly that name (compared in NFC), or package_count. */
size_t package_find(const struct package *package, struct bv_str name);
/* The whole of a file into buf (cleared first). ELIMIT past buf->max, EPARSE when it does not unpack to what was claimed (size, CRC-32), EDENIED
 * for an archive inside the archive. */
BV_MUST_USE enum bv_status package_read(const struct package *package, size_t idx, struct bv_buf *buf, struct bv_err *err);

/* ---- Writing: package.c ---- */

/* A package being made. The same files give the same bytes (with the same zlib), in whichever order they were added: the manifest first, then in
 * byte order, all of 1 January 1980. */
struct package_writer;

struct package_writer *package_writer_new(void);
void package_writer_free(struct package_writer *writer);
BV_AUTO_DEFINE(struct package_writer, package_writer_free)

/* Adds a file; both are copied. Errors of package_name_check, ELIMIT for its size or the number of files. Images, audio and video are packed
 * already: pack false stores them as they are. */
BV_MUST_USE enum bv_status package_writer_add(struct package_writer *writer, struct bv_str name, struct bv_str bytes, bool pack,
                                              struct bv_err *err);
/* The archive into out (cleared first; its max counts), and nothing more can be added. What package_open would refuse is refused here. */
BV_MUST_USE enum bv_status package_writer_finish(struct package_writer *writer, struct bv_buf *out, struct bv_err *err);

#endif

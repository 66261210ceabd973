/* imsmanifest.xml: IMS Content Packaging 1.1 and 1.2 with the resource types of QTI 2.0 to 3.0. What its resources are and where, without opening
 * them. Private to itembank. */
#ifndef BV_ITEMBANK_MANIFEST_H
#define BV_ITEMBANK_MANIFEST_H

#include "base/xml.h"
#include "itembank/itembank.h"

#define MANIFEST_NAME "imsmanifest.xml"

enum manifest_kind {
	MANIFEST_ITEM,
	MANIFEST_TEST,
	MANIFEST_SECTION,
	MANIFEST_STIMULUS,
	MANIFEST_USAGE,  /* usage data */
	MANIFEST_UNREAD, /* QTI, but of a version or kind that is not read */
	MANIFEST_OTHER,  /* webcontent, associated content, style sheets, templates … */
	MANIFEST_KINDS
};

struct manifest_resource {
	struct bv_str identifier, type;
	struct bv_str path;  /* below the package's folder, decoded; empty: none */
	enum manifest_kind kind;
	enum bv_qti_version version;    /* as the type says; of items, tests, sections and stimuli */
	const struct bv_str *files;     /* paths; without path itself */
	const struct bv_str *depends;   /* identifiers of other resources, each once */
	uint32_t file_count, depend_count;
	const struct bv_xml_node *lom;  /* its metadata, or NULL */
	const struct bv_err *fault;     /* why it cannot be used; NULL: it can */
	int line;
};

struct manifest {
	struct bv_xml_doc *doc;
	struct manifest_resource *resources; /* in the order of the document */
	size_t count;
	struct bv_arena arena;
};

/* Something odd that keeps nothing from being used; err has the line. */
typedef void (*manifest_note)(void *ctx, const struct bv_err *err);

/* Reads the bytes of a manifest. Resources that cannot be used have a fault: a reference that is absolute, external or leads out of the package (with
 * every xml:base, IMS CP 1.2 §4.5), a cycle of dependencies. EPARSE when it is not the manifest of a content package, ELIMIT. */
BV_MUST_USE enum bv_status manifest_read(struct manifest *out, struct bv_str xml, manifest_note note, void *ctx, struct bv_err *err);
void manifest_finish(struct manifest *manifest);
BV_AUTO_DEFINE_FINISH(struct manifest, manifest_finish)

/* "item", "test", … "other". */
const char *manifest_kind_name(enum manifest_kind kind);

/* A relative reference as a path below the package's folder: base is the folder it starts from ("" or "a/b/"), %XX is decoded once. EINVAL when it is
 * absolute, external, has a query, or leads out. A fragment is left out. */
BV_MUST_USE enum bv_status package_resolve(struct bv_str *out, struct bv_str base, struct bv_str href, struct bv_arena *arena, struct bv_err *err);
/* The folder of a path, with its slash; "" for a file of the package's own folder. */
struct bv_str package_folder(struct bv_str path);
/* path as the document names it: from its folder, not encoded. */
struct bv_str package_relative(struct bv_str path, struct bv_str document, struct bv_arena *arena);

#endif

/* Documents against the XML schemas of a folder (libxml2), compiled once, with nothing else to be read. */
#include <libxml/parser.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/report.h"

enum { SCHEMA_BYTES_MAX = 8 << 20, SCHEMAS_MAX = 200, SHOWN_MAX = 50 };

struct schema {
	struct bv_str ns, name; /* target namespace, file name in the folder */
	xmlSchemaPtr compiled;
	bool tried, missed; /* to compile it; that it cannot be has been told */
	char fault[200];
};

struct bv_schemas {
	struct bv_arena arena;
	char *folder;
	struct schema list[SCHEMAS_MAX];
	size_t count;
};

/* ---- What libxml2 may read ------------------------------------------------------------------------------------------ */

/* libxml2 has one loader for all of a process: it is ours for as long as a schema is compiled or a document validated, knows only the files of
 * this folder, and no file at all while a document is looked at, whatever its xsi:schemaLocation says. */
static _Thread_local const struct bv_schemas *readable;

static xmlParserInputPtr
load(const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(SCHEMA_BYTES_MAX);
	const char *slash = url ? strrchr(url, '/') : NULL, *name = slash ? slash + 1 : url;
	struct bv_err err;

	(void)id;
	if (!readable || !name || bv_file_read_in(&bytes, readable->folder, name, &err) != BV_OK)
		return NULL;
	xmlParserInputBufferPtr buffer = xmlParserInputBufferCreateMem(bytes.p, (int)bytes.len, XML_CHAR_ENCODING_NONE);
	xmlParserInputPtr input = buffer ? xmlNewIOInputStream(ctxt, buffer, XML_CHAR_ENCODING_NONE) : NULL;
	if (input)
		input->filename = (char *)xmlStrdup((const xmlChar *)name);
	return input;
}

/* ---- The folder ----------------------------------------------------------------------------------------------------- */

/* The target namespace of a schema, copied; empty when it has none or is none. */
static struct bv_str
target_of(struct bv_str bytes, struct bv_arena *arena)
{
	struct bv_str ns = BV_STR_NONE;
	xmlTextReaderPtr reader = xmlReaderForMemory(bytes.p, (int)bytes.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);

	while (reader && xmlTextReaderRead(reader) == 1 && xmlTextReaderNodeType(reader) != XML_READER_TYPE_ELEMENT)
		;
	xmlChar *target = reader && xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT
	                          ? xmlTextReaderGetAttribute(reader, (const xmlChar *)"targetNamespace")
	                          : NULL;
	if (target)
		ns = bv_arena_str(arena, bv_str_of((const char *)target));
	xmlFree(target);
	xmlFreeTextReader(reader);
	return ns;
}

static enum bv_status
look_at(void *ctx, const char *path, struct bv_err *err)
{
	struct bv_schemas *schemas = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(SCHEMA_BYTES_MAX);
	const char *name = path + strlen(schemas->folder);
	size_t i = 0;

	while (*name == '/')
		name++;
	if (!bv_str_ends(bv_str_of(path), BV_STR(".xsd")) || strchr(name, '/'))
		return BV_OK;
	TRY(bv_file_read(&bytes, path, err));
	struct bv_str ns = target_of(bv_buf_str(&bytes), &schemas->arena);
	if (ns.len == 0)
		return BV_OK; /* made to be included: it declares no documents of its own */
	/* Of two of a namespace the later name, which is the later edition: imsqti_asiv3p0p1 after imsqti_asiv3p0. */
	while (i < schemas->count && !bv_str_eq(schemas->list[i].ns, ns))
		i++;
	if (i == SCHEMAS_MAX)
		return bv_err_set(err, BV_ELIMIT, "%s: more than %d schemas", schemas->folder, SCHEMAS_MAX);
	schemas->list[i] = (struct schema){ .ns = ns, .name = bv_arena_str(&schemas->arena, bv_str_of(name)) };
	schemas->count += i == schemas->count;
	return BV_OK;
}

enum bv_status
bv_schemas_open(struct bv_schemas **out, const char *folder, struct bv_err *err)
{
	BV_AUTO(bv_schemas_free) struct bv_schemas *schemas = bv_alloc(sizeof *schemas);

	schemas->folder = bv_str_dup(bv_str_of(folder));
	TRY(bv_dir_walk(folder, look_at, schemas, err));
	*out = bv_steal(&schemas);
	return BV_OK;
}

void
bv_schemas_free(struct bv_schemas *schemas)
{
	if (!schemas)
		return;
	for (size_t i = 0; i < schemas->count; i++)
		xmlSchemaFree(schemas->list[i].compiled);
	bv_arena_finish(&schemas->arena);
	free(schemas->folder);
	free(schemas);
}

bool
bv_schemas_know(const struct bv_schemas *schemas, struct bv_str ns)
{
	for (size_t i = 0; i < schemas->count; i++)
		if (bv_str_eq(schemas->list[i].ns, ns))
			return true;
	return false;
}

/* ---- Compiling ------------------------------------------------------------------------------------------------------ */

static void
keep_first(void *ctx, xmlErrorPtr e)
{
	struct schema *schema = ctx;

	if (e->level >= XML_ERR_ERROR && !schema->fault[0])
		snprintf(schema->fault, sizeof schema->fault, "line %d: %.*s", e->line, BV_STR_ARG(bv_str_trim(bv_str_of(e->message))));
}

static void
compile(const struct bv_schemas *schemas, struct schema *schema)
{
	xmlExternalEntityLoader before = xmlGetExternalEntityLoader();

	schema->tried = true;
	readable = schemas;
	xmlSetExternalEntityLoader(load);
	xmlSchemaParserCtxtPtr ctxt = xmlSchemaNewParserCtxt(schema->name.p);
	xmlSchemaSetParserStructuredErrors(ctxt, keep_first, schema);
	schema->compiled = ctxt ? xmlSchemaParse(ctxt) : NULL;
	xmlSchemaFreeParserCtxt(ctxt);
	xmlSetExternalEntityLoader(before);
	readable = NULL;
}

/* ---- Validating ----------------------------------------------------------------------------------------------------- */

/* Where the schemas of 3.0 forbid what the specification allows, and real items have (QTI 3.0.1, and 3.0.0 before it was mended). */
static const struct {
	const char *element, *attribute, *rule;
	int code;
} oddities[] = {
	{ "qti-match-table-entry", "target-value", "schema-target-value", XML_SCHEMAV_CVC_ENUMERATION_VALID },
	{ "qti-interpolation-table-entry", "target-value", "schema-target-value", XML_SCHEMAV_CVC_ENUMERATION_VALID },
	{ "qti-slider-interaction", "lower-bound", "schema-slider-bound", XML_SCHEMAV_CVC_MININCLUSIVE_VALID },
	{ "qti-slider-interaction", "upper-bound", "schema-slider-bound", XML_SCHEMAV_CVC_MININCLUSIVE_VALID },
	{ "qti-outcome-declaration", "normal-maximum", "schema-normal-maximum", XML_SCHEMAV_CVC_MININCLUSIVE_VALID },
	{ "img", NULL, "schema-img", XML_SCHEMAV_ELEMENT_CONTENT },
	{ "picture", NULL, "schema-img", XML_SCHEMAV_ELEMENT_CONTENT },
};

struct validation {
	struct bv_reporter *reporter;
	const struct bv_schemas *schemas;
	size_t told;
};

/* libxml2's message without the namespaces in braces, which are all the same. */
static void
shorten(char *out, size_t size, const char *message)
{
	size_t len = 0;

	for (const char *z = message; *z && len + 1 < size; z++) {
		const char *end = *z == '{' && strncmp(z, "{http", 5) == 0 ? strchr(z, '}') : NULL;
		if (end)
			z = end;
		else
			out[len++] = *z == '\n' ? ' ' : *z;
	}
	while (len && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

/* An element that only another schema could declare: a strict wildcard wants one, and its author's is not in the folder. */
static bool
is_extension(const xmlError *e, const struct bv_schemas *schemas)
{
	xmlNodePtr node = e->node;

	return e->code == XML_SCHEMAV_CVC_ELT_1 && node && node->type == XML_ELEMENT_NODE && node->ns &&
	       !bv_schemas_know(schemas, bv_str_of((const char *)node->ns->href));
}

static const char *
oddity_of(const xmlError *e, const struct bv_schemas *schemas)
{
	const char *name = e->node && ((xmlNodePtr)e->node)->name ? (const char *)((xmlNodePtr)e->node)->name : "";
	char attribute[64];

	if (is_extension(e, schemas))
		return "schema-extension";
	for (size_t i = 0; i < BV_COUNT(oddities); i++) {
		snprintf(attribute, sizeof attribute, "attribute '%s'", oddities[i].attribute ? oddities[i].attribute : "");
		if (e->code == oddities[i].code && strcmp(name, oddities[i].element) == 0 &&
		    (!oddities[i].attribute || strstr(e->message, attribute)))
			return oddities[i].rule;
	}
	return NULL;
}

static void
tell(void *ctx, xmlErrorPtr e)
{
	struct validation *v = ctx;
	char message[400];

	if (e->level < XML_ERR_ERROR || v->told++ >= SHOWN_MAX)
		return;
	const char *oddity = oddity_of(e, v->schemas);
	shorten(message, sizeof message, e->message);
	bv_report(v->reporter, oddity ? BV_SEVERITY_WARNING : BV_SEVERITY_ERROR, oddity ? oddity : "schema", e->line, "%s", message);
}

static void
validate(const struct bv_schemas *schemas, const struct schema *schema, struct bv_str xml, struct bv_reporter *reporter)
{
	xmlExternalEntityLoader before = xmlGetExternalEntityLoader();
	struct validation v = { .reporter = reporter, .schemas = schemas };

	xmlSetExternalEntityLoader(load); /* readable is NULL: nothing is */
	xmlDocPtr doc = xmlReadMemory(xml.p, (int)xml.len, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlSchemaValidCtxtPtr ctxt = xmlSchemaNewValidCtxt(schema->compiled);
	if (!doc || !ctxt)
		abort(); /* it was read before: for want of memory */
	xmlSchemaSetValidStructuredErrors(ctxt, tell, &v);
	xmlSchemaValidateDoc(ctxt, doc);
	xmlSchemaFreeValidCtxt(ctxt);
	xmlFreeDoc(doc);
	xmlSetExternalEntityLoader(before);
}

size_t
bv_schemas_check(struct bv_schemas *schemas, const char *path, struct bv_str xml, bv_diagnostic_fn report, void *ctx)
{
	BV_AUTO(bv_xml_free) struct bv_xml_doc *doc = NULL;
	struct bv_reporter reporter = { .report = report, .ctx = ctx, .path = path };
	struct bv_err err;
	size_t i = 0;

	/* Under our limits first: what does not pass them is refused by the other checks. */
	if (bv_xml_read(&doc, xml, BV_XML_DOCUMENT_MAX, &err) != BV_OK)
		return 0;
	struct bv_str ns = bv_xml_root(doc)->ns;
	while (i < schemas->count && !bv_str_eq(schemas->list[i].ns, ns))
		i++;
	if (i == schemas->count && schemas->count < SCHEMAS_MAX) /* to be told once */
		schemas->list[schemas->count++] = (struct schema){ .ns = bv_arena_str(&schemas->arena, ns), .tried = true, .fault = "there is none" };
	if (i == SCHEMAS_MAX)
		return 0;
	struct schema *schema = &schemas->list[i];
	if (!schema->tried)
		compile(schemas, schema);
	if (schema->compiled)
		validate(schemas, schema, xml, &reporter);
	else if (!schema->missed)
		bv_report(&reporter, BV_SEVERITY_WARNING, "no-schema", 0, "no schema of namespace '%.*s' in %s (%s): such documents are not validated",
		          BV_STR_ARG(bv_str_sub(ns, 0, 100)), schemas->folder, schema->fault);
	schema->missed |= !schema->compiled;
	return reporter.errors;
}

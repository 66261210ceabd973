#include "itembank/manifest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "itembank/package.h"

static const char xml_namespace[] = "http://www.w3.org/XML/1998/namespace";

const char *
manifest_kind_name(enum manifest_kind kind)
{
	static const char *const names[MANIFEST_KINDS] = { "item", "test", "section", "stimulus", "usage data", "unread", "other" };

	return names[kind];
}

/* ---- Types of resources (QTI 2.x Integration Guide, QTI 3.0 §packaging, APIP 1.0) ---- */

static bool
read_version(enum bv_qti_version *out, struct bv_str s)
{
	static const struct {
		const char *start;
		enum bv_qti_version version;
	} versions[] = { { "v2p0", BV_QTI_2_0 }, { "v2p1", BV_QTI_2_1 }, { "v2p2", BV_QTI_2_2 }, { "v3p0", BV_QTI_3_0 } };

	for (size_t i = 0; i < BV_COUNT(versions); i++)
		if (bv_str_starts(s, bv_str_of(versions[i].start))) {
			*out = versions[i].version;
			return true;
		}
	return false;
}

/* QTI 2.2 has no type for usage data: what is called so among the web content. */
static bool
is_usage(const struct manifest_resource *r, struct bv_str href)
{
	struct bv_str name = bv_str_sub(href, package_folder(href).len, href.len);

	return bv_str_is(r->type, "qtiusagedata/xml") ||
	       (bv_str_is(r->type, "webcontent") && bv_str_starts(name, BV_STR("usagedata")) && bv_str_ends(name, BV_STR(".xml")));
}

static void
read_type(struct manifest_resource *r, struct bv_str href)
{
	static const struct {
		const char *start;
		enum manifest_kind kind;
	} types[] = { { "imsqti_item_xml", MANIFEST_ITEM },
		      { "imsqti_apipitem_xml", MANIFEST_ITEM },
		      { "imsqti_test_xml", MANIFEST_TEST },
		      { "imsqti_apiptest_xml", MANIFEST_TEST },
		      { "imsqti_section_xml", MANIFEST_SECTION },
		      { "imsqti_apipsection_xml", MANIFEST_SECTION },
		      { "imsqti_stimulus_xml", MANIFEST_STIMULUS } };

	r->kind = is_usage(r, href) ? MANIFEST_USAGE : MANIFEST_OTHER;
	for (size_t i = 0; i < BV_COUNT(types); i++)
		if (bv_str_starts(r->type, bv_str_of(types[i].start))) {
			struct bv_str rest = bv_str_sub(r->type, strlen(types[i].start), r->type.len);
			r->kind = read_version(&r->version, rest) ? types[i].kind : MANIFEST_UNREAD;
		}
	if (bv_str_starts(r->type, BV_STR("imsqti_xmlv1")) || bv_str_starts(r->type, BV_STR("imsqti_asi")))
		r->kind = MANIFEST_UNREAD;
}

/* ---- Resources ---- */

struct reading {
	struct manifest *manifest;
	manifest_note note;
	void *ctx;
};

BV_PRINTF(3, 4) static void
note(const struct reading *reading, int line, const char *fmt, ...)
{
	struct bv_err err;
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bv_err_at(&err, BV_OK, line, "%s", text);
	if (reading->note)
		reading->note(reading->ctx, &err);
}

static void
set_fault(const struct reading *reading, struct manifest_resource *r, const struct bv_err *err)
{
	struct bv_err *fault = bv_arena_alloc(&reading->manifest->arena, sizeof *fault);

	*fault = *err;
	fault->line = fault->line ? fault->line : r->line;
	if (!r->fault)
		r->fault = fault;
}

/* base goes on by the xml:base of node. */
static enum bv_status
go_on(struct bv_str *base, const struct bv_xml_node *node, struct bv_arena *arena, struct bv_err *err)
{
	const struct bv_str *attr = bv_xml_attr_ns(node, xml_namespace, "base");
	struct bv_err why;
	struct bv_str path;

	if (!attr || !bv_str_trim(*attr).len)
		return BV_OK;
	struct bv_str folder = package_folder(bv_str_trim(*attr)); /* RFC 3986 §5.2.3: what follows the last slash is no folder */
	if (!folder.len && !memchr(attr->p, ':', attr->len))
		return bv_str_is(bv_str_trim(*attr), "..") ? bv_err_at(err, BV_EINVAL, node->line, "xml:base '..' leads out of the package") : BV_OK;
	if (package_resolve(&path, *base, folder.len ? folder : *attr, arena, &why) != BV_OK)
		return bv_err_at(err, BV_EINVAL, node->line, "xml:base: %s", why.msg);
	*base = path;
	return BV_OK;
}

static enum bv_status
resolve(struct bv_str *out, struct bv_str base, struct bv_str href, int line, struct bv_arena *arena, struct bv_err *err)
{
	struct bv_err why;

	if (package_resolve(out, base, href, arena, &why) != BV_OK)
		return bv_err_at(err, why.status, line, "href %s", why.msg);
	return bv_str_ends(*out, BV_STR("/"))
	           ? bv_err_at(err, BV_EINVAL, line, "href '%.*s' names a folder, not a file", BV_STR_ARG(bv_str_sub(href, 0, 120)))
	           : BV_OK;
}

static uint32_t
count_children(const struct bv_xml_node *node, const char *name)
{
	uint32_t count = 0;

	for (const struct bv_xml_node *e = bv_xml_element(node->first); e; e = bv_xml_element(e->next))
		count += bv_str_is(e->name, name);
	return count;
}

/* What a resource lists below it. A file that is no path of the package is told and left out: an item that needs it cannot do without. */
static void
read_lists(const struct reading *reading, struct manifest_resource *r, const struct bv_xml_node *node, struct bv_str base)
{
	struct bv_arena *arena = &reading->manifest->arena;
	struct bv_str *files = bv_arena_array(arena, count_children(node, "file"), struct bv_str);
	struct bv_str *depends = bv_arena_array(arena, count_children(node, "dependency"), struct bv_str);

	for (const struct bv_xml_node *e = bv_xml_element(node->first); e; e = bv_xml_element(e->next)) {
		const struct bv_str *href = bv_xml_attr(e, "href"), *ref = bv_xml_attr(e, "identifierref");
		struct bv_str path;
		struct bv_err err;
		if (bv_str_is(e->name, "file") && (!href || resolve(&path, base, *href, e->line, arena, &err) != BV_OK))
			note(reading, e->line, "%s", href ? err.msg : "file has no href");
		else if (bv_str_is(e->name, "file") && !bv_str_eq(path, r->path))
			files[r->file_count++] = path;
		if (bv_str_is(e->name, "dependency") && ref)
			depends[r->depend_count++] = bv_str_trim(*ref);
	}
	r->files = files;
	r->depends = depends;
}

static enum bv_status
read_resource(const struct reading *reading, struct manifest_resource *r, const struct bv_xml_node *node, struct bv_str base, struct bv_err *err)
{
	const struct bv_str *type = bv_xml_attr(node, "type"), *href = bv_xml_attr(node, "href"), *identifier = bv_xml_attr(node, "identifier");
	struct bv_arena *arena = &reading->manifest->arena;
	const struct bv_xml_node *metadata = bv_xml_child(node, "metadata");

	*r = (struct manifest_resource){ .line = node->line, .kind = MANIFEST_OTHER };
	r->identifier = identifier ? bv_str_trim(*identifier) : BV_STR_NONE;
	r->lom = metadata ? bv_xml_child(metadata, "lom") : NULL;
	if (!type)
		return bv_err_at(err, BV_EINVAL, node->line, "resource has no type");
	r->type = bv_str_trim(*type);
	read_type(r, href ? bv_str_trim(*href) : BV_STR_NONE);
	TRY(go_on(&base, node, arena, err));
	enum bv_status status = href ? resolve(&r->path, base, *href, node->line, arena, err) : BV_OK;
	if (status != BV_OK && r->kind == MANIFEST_OTHER) {
		note(reading, node->line, "%s", err->msg); /* a link to a page of somewhere else is no file that anything needs */
		status = BV_OK;
	}
	TRY(status);
	if (!href && r->kind != MANIFEST_OTHER && r->kind != MANIFEST_UNREAD)
		return bv_err_at(err, BV_EINVAL, node->line, "resource of type %.*s has no href", BV_STR_ARG(bv_str_sub(r->type, 0, 60)));
	read_lists(reading, r, node, base);
	return BV_OK;
}

/* ---- Dependencies ---- */

static int
by_identifier(const void *a, const void *b)
{
	const struct manifest_resource *x = *(struct manifest_resource *const *)a, *y = *(struct manifest_resource *const *)b;
	int order = bv_str_cmp(x->identifier, y->identifier);

	return order ? order : x->line - y->line;
}

static int
is_identified(const void *key, const void *element)
{
	return bv_str_cmp(*(const struct bv_str *)key, (*(struct manifest_resource *const *)element)->identifier);
}

/* A walk down the dependencies, without recursion: they may be as many as the resources. */
struct step {
	struct manifest_resource *resource;
	uint32_t next; /* dependency to look at */
};

enum { NEW, OPEN, DONE };

struct graph {
	const struct reading *reading;
	struct manifest_resource **sorted;
	size_t count;
	uint8_t *state; /* of each resource, by its place in the manifest */
	struct step *steps;
	size_t depth;
};

/* All resources on the way from the first mention of r to here depend on each other. */
static void
refuse_cycle(const struct graph *graph, const struct manifest_resource *r)
{
	size_t from = graph->depth;
	struct bv_err err;

	while (from && graph->steps[from - 1].resource != r)
		from--;
	for (size_t i = from - 1; i < graph->depth; i++) {
		struct manifest_resource *one = graph->steps[i].resource;
		struct manifest_resource *next = i + 1 < graph->depth ? graph->steps[i + 1].resource : graph->steps[from - 1].resource;
		bv_err_at(&err, BV_EINVAL, one->line, "resource '%.*s' depends on itself by way of '%.*s': remove one of the dependencies",
		          BV_STR_ARG(bv_str_sub(one->identifier, 0, 60)), BV_STR_ARG(bv_str_sub(next->identifier, 0, 60)));
		set_fault(graph->reading, one, &err);
	}
}

static void
follow(struct graph *graph, struct manifest_resource *start)
{
	const struct manifest_resource *all = graph->reading->manifest->resources;

	graph->steps[0] = (struct step){ start, 0 };
	graph->depth = 1;
	graph->state[start - all] = OPEN;
	while (graph->depth) {
		struct step *step = &graph->steps[graph->depth - 1];
		if (step->next == step->resource->depend_count) {
			graph->state[step->resource - all] = DONE;
			graph->depth--;
			continue;
		}
		const struct bv_str *ref = &step->resource->depends[step->next++];
		struct manifest_resource **found = bsearch(ref, graph->sorted, graph->count, sizeof(*graph->sorted), is_identified);
		if (!found) {
			note(graph->reading, step->resource->line, "dependency on '%.*s', which the manifest does not have",
			     BV_STR_ARG(bv_str_sub(*ref, 0, 80)));
			continue;
		}
		if (graph->state[*found - all] == OPEN)
			refuse_cycle(graph, *found);
		if (graph->state[*found - all] != NEW)
			continue;
		graph->state[*found - all] = OPEN;
		graph->steps[graph->depth++] = (struct step){ *found, 0 };
	}
}

static void
check_dependencies(const struct reading *reading)
{
	const struct manifest *m = reading->manifest;
	struct graph graph = { reading, bv_alloc_array(m->count, sizeof *graph.sorted), m->count, bv_alloc(m->count),
		               bv_alloc_array(m->count, sizeof *graph.steps), 0 };

	for (size_t i = 0; i < m->count; i++)
		graph.sorted[i] = &m->resources[i];
	if (m->count)
		qsort(graph.sorted, m->count, sizeof *graph.sorted, by_identifier);
	for (size_t i = 1; i < m->count; i++)
		if (graph.sorted[i]->identifier.len && bv_str_eq(graph.sorted[i]->identifier, graph.sorted[i - 1]->identifier))
			note(reading, graph.sorted[i]->line, "identifier '%.*s' is that of the resource in line %d too",
			     BV_STR_ARG(bv_str_sub(graph.sorted[i]->identifier, 0, 80)), graph.sorted[i - 1]->line);
	for (size_t i = 0; i < m->count; i++)
		if (graph.state[i] == NEW)
			follow(&graph, &m->resources[i]);
	free(graph.sorted);
	free(graph.state);
	free(graph.steps);
}

/* ---- The manifest ---- */

static enum bv_status
check_root(const struct bv_xml_node *root, const struct bv_xml_node *resources, struct bv_err *err)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str ns = bv_arena_str(&arena, root->ns);

	if (!bv_str_is(root->name, "manifest") || (ns.len && !strstr(ns.p, "imscp") && !strstr(ns.p, "imscc")))
		return bv_err_at(err, BV_EPARSE, root->line, "not the manifest of a content package, but <%.*s> of namespace '%.*s' (IMS CP 1.1 or 1.2 is expected)",
		                 BV_STR_ARG(bv_str_sub(root->name, 0, 40)), BV_STR_ARG(bv_str_sub(ns, 0, 80)));
	return resources ? BV_OK : bv_err_at(err, BV_EPARSE, root->line, "a manifest without resources: not a package of questions");
}

enum bv_status
manifest_read(struct manifest *out, struct bv_str xml, manifest_note tell, void *ctx, struct bv_err *err)
{
	BV_AUTO(manifest_finish) struct manifest m = { 0 };
	const struct reading reading = { &m, tell, ctx };
	struct bv_str base = BV_STR("");

	TRY(bv_xml_read_large(&m.doc, xml, err));
	const struct bv_xml_node *root = bv_xml_root(m.doc), *resources = bv_xml_child(root, "resources");
	TRY(check_root(root, resources, err));
	TRY(go_on(&base, root, &m.arena, err));
	TRY(go_on(&base, resources, &m.arena, err));
	uint32_t count = count_children(resources, "resource");
	if (count > PACKAGE_ENTRIES_MAX)
		return bv_err_at(err, BV_ELIMIT, resources->line, "more than %d resources: split the package", PACKAGE_ENTRIES_MAX);
	m.resources = bv_arena_array(&m.arena, count, struct manifest_resource);
	for (const struct bv_xml_node *e = bv_xml_element(resources->first); e; e = bv_xml_element(e->next)) {
		struct manifest_resource *r = &m.resources[m.count];
		struct bv_err fault;
		if (!bv_str_is(e->name, "resource"))
			continue;
		if (read_resource(&reading, r, e, base, &fault) != BV_OK)
			set_fault(&reading, r, &fault);
		m.count++;
	}
	check_dependencies(&reading);
	*out = m;
	m = (struct manifest){ 0 };
	return BV_OK;
}

void
manifest_finish(struct manifest *manifest)
{
	bv_xml_free(manifest->doc);
	bv_arena_finish(&manifest->arena);
}

#include "certs/vc/rdfc_shape.h"

#include "certs/vc/credential.h"
#include "certs/verify/contents.h"

const struct shape_context shape_contexts[3] = {
	{ CONTEXT_VC, { "b463c8d6a066214123ddd9827b135e1b50e1fc73322cc52a9b12a4f1fc7d86cf" } },
	/* As 1EdTech's validator and as its specification have it: they differ in endorsementJwt and jti, which are not in our shape. */
	{ CONTEXT_OB,
	  { "04b1136ddc4eda9a8966bc7ef182789f233a26739473140ef75d6968c29a2966", "c5e555a91a5cf48e32ae0a05674c61ddd5c053b680b5643b2f57f9965e386d99" } },
	{ CONTEXT_EXTENSIONS, { "15f4c347c6fe4380d9b6b93795859e33747ef48d5c55b91a71c52fb51c7bcbd7" } },
};

enum kind {
	TEXT, /* a string, of a datatype or without */
	FLAG, /* true or false */
	LINK, /* an IRI */
	PURPOSE, /* assertionMethod */
	NODE,
	NODES, /* an array of them */
	LIST,  /* an array of strings, whose order counts */
};

struct class;

#define NAMED(name) name, sizeof(name) - 1

struct member {
	const char *name;
	size_t name_len;
	enum kind kind;
	const char *predicate, *datatype;
	const struct class *class; /* of NODE and NODES */
};

enum id { ID_NEEDED, ID_OPTIONAL, ID_NEVER };
enum context { CONTEXT_NEVER, CONTEXT_OPTIONAL, CONTEXT_NEEDED, CONTEXT_FIRST };

struct class {
	enum id id;
	enum context context; /* "@context": ours; CONTEXT_FIRST: the first of them alone */
	bool once; /* no two of them in a list have the same id: they would be one node, whose members could be told of either */
	const char *types[2], *type_iris[2]; /* all of them, in this order; none: no "type" */
	const struct member *members;
};

static const struct class profile = {
	.id = ID_NEEDED,
	.types = { "Profile" },
	.type_iris = { OB("Profile") },
	.members = (const struct member[]){ { NAMED("name"), TEXT, SCHEMA("name") }, { NAMED("url"), TEXT, SCHEMA("url"), XSD_HTTPS("anyURI") }, { 0 } },
};

static const struct class criteria = {
	.id = ID_OPTIONAL,
	.members = (const struct member[]){ { NAMED("narrative"), TEXT, OB("narrative") }, { 0 } },
};

static const struct class description = {
	.id = ID_NEEDED,
	.once = true,
	.types = { "ResultDescription" },
	.type_iris = { OB("ResultDescription") },
	.members = (const struct member[]){ { NAMED("name"), TEXT, SCHEMA("name") },
	                                    { NAMED("resultType"), TEXT, OB("resultType") },
	                                    { NAMED("valueMin"), TEXT, OB("valueMin") },
	                                    { NAMED("valueMax"), TEXT, OB("valueMax") },
	                                    { NAMED("requiredValue"), TEXT, OB("requiredValue") },
	                                    { NAMED("allowedValue"), LIST, OB("allowedValue") },
	                                    { 0 } },
};

static const struct class achievement = {
	.id = ID_NEEDED,
	.types = { "Achievement" },
	.type_iris = { OB("Achievement") },
	.members = (const struct member[]){ { NAMED("achievementType"), TEXT, OB("achievementType") },
	                                    { NAMED("name"), TEXT, SCHEMA("name") },
	                                    { NAMED("description"), TEXT, SCHEMA("description") },
	                                    { NAMED("inLanguage"), TEXT, SCHEMA("inLanguage") },
	                                    { NAMED("version"), TEXT, OB("version") },
	                                    { NAMED("criteria"), NODE, OB("Criteria"), .class = &criteria },
	                                    { NAMED("resultDescription"), NODES, OB("resultDescription"), .class = &description },
	                                    { 0 } },
};

static const struct class identity = {
	.id = ID_NEVER,
	.types = { "IdentityObject" },
	.type_iris = { OB("IdentityObject") },
	.members = (const struct member[]){ { NAMED("hashed"), FLAG, OB("hashed"), XSD_HTTPS("boolean") },
	                                    { NAMED("identityHash"), TEXT, OB("identityHash") },
	                                    { NAMED("identityType"), TEXT, OB("identityType") },
	                                    { NAMED("salt"), TEXT, OB("salt") },
	                                    { 0 } },
};

/* Here resultDescription is a literal, in an achievement it is a node. */
static const struct class result = {
	.id = ID_NEVER,
	.types = { "Result" },
	.type_iris = { OB("Result") },
	.members = (const struct member[]){ { NAMED("resultDescription"), TEXT, OB("resultDescription"), XSD_HTTPS("anyURI") },
	                                    { NAMED("value"), TEXT, SCHEMA("value") },
	                                    { NAMED("status"), TEXT, OB("status") },
	                                    { 0 } },
};

static const struct class subject = {
	.id = ID_NEEDED,
	.types = { "AchievementSubject" },
	.type_iris = { OB("AchievementSubject") },
	.members = (const struct member[]){ { NAMED("identifier"), NODES, OB("identifier"), .class = &identity },
	                                    { NAMED("licenseNumber"), TEXT, OB("licenseNumber") },
	                                    { NAMED("achievement"), NODE, OB("achievement"), .class = &achievement },
	                                    { NAMED("result"), NODES, OB("result"), .class = &result },
	                                    { 0 } },
};

static const struct class evidence = {
	.id = ID_NEEDED,
	.types = { "Evidence" },
	.type_iris = { OB("Evidence") },
	.members = (const struct member[]){ { NAMED("name"), TEXT, SCHEMA("name") }, { 0 } },
};

static const struct class status_entry = {
	.id = ID_NEEDED,
	.once = true,
	.types = { "BitstringStatusListEntry" },
	.type_iris = { STATUS("BitstringStatusListEntry") },
	.members = (const struct member[]){ { NAMED("statusPurpose"), TEXT, STATUS("statusPurpose") },
	                                    { NAMED("statusListIndex"), TEXT, STATUS("statusListIndex") },
	                                    { NAMED("statusListCredential"), LINK, STATUS("statusListCredential") },
	                                    { 0 } },
};

static const struct class credential = {
	.id = ID_NEEDED,
	.context = CONTEXT_NEEDED,
	.types = { "VerifiableCredential", "OpenBadgeCredential" },
	.type_iris = { VC("VerifiableCredential"), OB("OpenBadgeCredential") },
	.members = (const struct member[]){ { NAMED("name"), TEXT, SCHEMA("name") },
	                                    { NAMED("issuer"), NODE, VC("issuer"), .class = &profile },
	                                    { NAMED("awardedDate"), TEXT, OB("awardedDate"), AWARDED_TYPE },
	                                    { NAMED("validFrom"), TEXT, VC("validFrom"), XSD("dateTime") },
	                                    { NAMED("validUntil"), TEXT, VC("validUntil"), XSD("dateTime") },
	                                    { NAMED("credentialStatus"), NODES, VC("credentialStatus"), .class = &status_entry },
	                                    { NAMED("credentialSubject"), NODE, VC("credentialSubject"), .class = &subject },
	                                    { NAMED("evidence"), NODES, VC("evidence"), .class = &evidence },
	                                    { 0 } },
};

static const struct class list_subject = {
	.id = ID_NEEDED,
	.types = { "BitstringStatusList" },
	.type_iris = { STATUS("BitstringStatusList") },
	.members = (const struct member[]){ { NAMED("statusPurpose"), TEXT, STATUS("statusPurpose") },
	                                    { NAMED("encodedList"), TEXT, STATUS("encodedList"), SECURITY("multibase") },
	                                    { 0 } },
};

/* Bitstring Status List §3.1, as status.c writes it. */
static const struct class status_list = {
	.id = ID_NEEDED,
	.context = CONTEXT_FIRST,
	.types = { "VerifiableCredential", "BitstringStatusListCredential" },
	.type_iris = { VC("VerifiableCredential"), STATUS("BitstringStatusListCredential") },
	.members = (const struct member[]){ { NAMED("issuer"), LINK, VC("issuer") },
	                                    { NAMED("validFrom"), TEXT, VC("validFrom"), XSD("dateTime") },
	                                    { NAMED("validUntil"), TEXT, VC("validUntil"), XSD("dateTime") },
	                                    { NAMED("credentialSubject"), NODE, VC("credentialSubject"), .class = &list_subject },
	                                    { 0 } },
};

static const struct class proof = {
	.id = ID_NEVER,
	.context = CONTEXT_OPTIONAL,
	.types = { "DataIntegrityProof" },
	.type_iris = { SECURITY("DataIntegrityProof") },
	.members = (const struct member[]){ { NAMED("created"), TEXT, "<http://purl.org/dc/terms/created>", XSD("dateTime") },
	                                    { NAMED("cryptosuite"), TEXT, SECURITY("cryptosuite"), SECURITY("cryptosuiteString") },
	                                    { NAMED("expires"), TEXT, SECURITY("expiration"), XSD("dateTime") },
	                                    { NAMED("verificationMethod"), LINK, SECURITY("verificationMethod") },
	                                    { NAMED("proofPurpose"), PURPOSE, SECURITY("proofPurpose") },
	                                    { 0 } },
};

/* ---- */

static enum bv_status
other_shape(struct bv_err *err, const char *name, const char *what)
{
	return bv_err_set(err, BV_EINVAL, "'%.60s' %s", name, what);
}

static enum bv_status add_object(struct rdfc *g, struct rdfc_node *node, const struct bv_json *object, const struct class *class, const char *name,
                                 struct bv_err *err);

static enum bv_status
add_child(struct rdfc *g, struct rdfc_node parent, const struct member *member, const struct bv_json *object, struct bv_err *err)
{
	struct rdfc_node child;

	TRY(add_object(g, &child, object, member->class, member->name, err));
	rdfc_add_node(g, parent, member->predicate, child);
	return BV_OK;
}

static enum bv_status
add_children(struct rdfc *g, struct rdfc_node parent, const struct member *member, const struct bv_json *array, struct bv_err *err)
{
	if (bv_json_type(array) != BV_JSON_ARRAY || bv_json_count(array) > RESULTS_MAX)
		return other_shape(err, member->name, "is not a list, or a very long one");
	for (size_t i = 0; i < bv_json_count(array); i++) {
		const struct bv_json *element = bv_json_at(array, i);
		if (member->class->once && contents_find(array, "id", bv_json_str(bv_json_find(element, "id"))) != element)
			return other_shape(err, member->name, "has an 'id' twice, or none");
		TRY(add_child(g, parent, member, element, err));
	}
	return BV_OK;
}

/* An RDF collection: one cell for each element, from the first to the last. */
static enum bv_status
add_list(struct rdfc *g, struct rdfc_node parent, const struct member *member, const struct bv_json *array, struct bv_err *err)
{
	const char *predicate = member->predicate;

	if (bv_json_type(array) != BV_JSON_ARRAY || bv_json_count(array) > RESULTS_MAX)
		return other_shape(err, member->name, "is not a list, or a very long one");
	for (size_t i = 0; i < bv_json_count(array); i++) {
		if (bv_json_type(bv_json_at(array, i)) != BV_JSON_STRING)
			return other_shape(err, member->name, "is not a list of texts");
		struct rdfc_node cell = rdfc_blank(g);
		rdfc_add_node(g, parent, predicate, cell);
		rdfc_add_text(g, cell, RDF("first"), bv_json_str(bv_json_at(array, i)), NULL);
		predicate = RDF("rest");
		parent = cell;
	}
	rdfc_add_term(g, parent, predicate, RDF("nil"));
	return BV_OK;
}

static enum bv_status
add_member(struct rdfc *g, struct rdfc_node node, const struct member *member, const struct bv_json *value, struct bv_err *err)
{
	enum bv_json_type wanted = member->kind == FLAG ? BV_JSON_BOOL : BV_JSON_STRING;

	if (member->kind == NODE)
		return add_child(g, node, member, value, err);
	if (member->kind == NODES)
		return add_children(g, node, member, value, err);
	if (member->kind == LIST)
		return add_list(g, node, member, value, err);
	if (bv_json_type(value) != wanted)
		return other_shape(err, member->name, "is of another kind");
	if (member->kind == PURPOSE && !bv_str_is(bv_json_str(value), "assertionMethod"))
		return other_shape(err, member->name, "is not assertionMethod");
	if (member->kind == LINK && !credential_is_uri(bv_json_str(value)))
		return other_shape(err, member->name, "is not an absolute URI");
	if (member->kind == PURPOSE)
		rdfc_add_term(g, node, member->predicate, SECURITY("assertionMethod"));
	else if (member->kind == LINK)
		rdfc_add_node(g, node, member->predicate, rdfc_iri(bv_json_str(value)));
	else
		rdfc_add_text(g, node, member->predicate, member->kind == FLAG ? bv_str_of(bv_json_bool(value) ? "true" : "false") : bv_json_str(value),
		              member->datatype);
	return BV_OK;
}

/* One type may stand alone or in a list. */
static enum bv_status
add_types(struct rdfc *g, struct rdfc_node node, const struct class *class, const struct bv_json *type, const char *name, struct bv_err *err)
{
	size_t count = class->types[1] ? 2 : class->types[0] != NULL;
	bool list = bv_json_type(type) == BV_JSON_ARRAY;

	if ((list ? bv_json_count(type) : type != NULL) != count)
		return other_shape(err, name, "has other types");
	for (size_t i = 0; i < count; i++) {
		if (!bv_str_is(bv_json_str(list ? bv_json_at(type, i) : type), class->types[i]))
			return other_shape(err, name, "has other types");
		rdfc_add_term(g, node, RDF("type"), class->type_iris[i]);
	}
	return BV_OK;
}

static enum bv_status
name_node(struct rdfc *g, struct rdfc_node *node, const struct class *class, const struct bv_json *id, const char *name, struct bv_err *err)
{
	if (id ? class->id == ID_NEVER || !credential_is_uri(bv_json_str(id)) : class->id == ID_NEEDED)
		return other_shape(err, name, "has no 'id', or one that it must not have, or none that is an absolute URI");
	*node = id ? rdfc_iri(bv_json_str(id)) : rdfc_blank(g);
	return BV_OK;
}

bool
shape_is_context(const struct bv_json *contexts)
{
	bool same = bv_json_type(contexts) == BV_JSON_ARRAY && bv_json_count(contexts) == BV_COUNT(shape_contexts);

	for (size_t i = 0; same && i < BV_COUNT(shape_contexts); i++)
		same = bv_str_is(bv_json_str(bv_json_at(contexts, i)), shape_contexts[i].url);
	return same;
}

static enum bv_status
check_context(const struct class *class, const struct bv_json *contexts, const char *name, struct bv_err *err)
{
	bool first = bv_json_count(contexts) == 1 && bv_str_is(bv_json_str(bv_json_at(contexts, 0)), CONTEXT_VC);
	bool good = class->context == CONTEXT_NEEDED ? shape_is_context(contexts) : class->context == CONTEXT_FIRST ? first : !contexts;

	if (class->context == CONTEXT_OPTIONAL)
		good = !contexts || first || shape_is_context(contexts);
	if (!good)
		return other_shape(err, name, "has other contexts");
	return BV_OK;
}

/* Every member is one of the class's: a member that was passed over would not be signed. */
static enum bv_status
add_object(struct rdfc *g, struct rdfc_node *node, const struct bv_json *object, const struct class *class, const char *name, struct bv_err *err)
{
	if (bv_json_type(object) != BV_JSON_OBJECT)
		return other_shape(err, name, "is not an object");
	TRY(check_context(class, bv_json_find(object, "@context"), name, err));
	TRY(name_node(g, node, class, bv_json_find(object, "id"), name, err));
	TRY(add_types(g, *node, class, bv_json_find(object, "type"), name, err));
	for (void *it = bv_json_members(object); it; it = bv_json_next(object, it)) {
		const struct member *member = class->members;
		struct bv_str found = bv_json_member_name(it);
		if (bv_str_is(found, "id") || bv_str_is(found, "type") || bv_str_is(found, "@context"))
			continue;
		while (member->name && !(found.len == member->name_len && memcmp(found.p, member->name, found.len) == 0))
			member++;
		if (!member->name)
			return bv_err_set(err, BV_EINVAL, "'%.60s' has a member '%.*s'", name, BV_STR_ARG(bv_str_sub(found, 0, 60)));
		TRY(add_member(g, *node, member, bv_json_member(it), err));
	}
	return BV_OK;
}

#define ADD(g, json, class, name, err) add_object(g, &(struct rdfc_node){ .blank = -1 }, json, class, name, err)

enum bv_status
shape_add_issuer(struct rdfc *g, const struct bv_json *issuer, struct bv_err *err)
{
	return ADD(g, issuer, &profile, "issuer", err);
}

enum bv_status
shape_add_achievement(struct rdfc *g, const struct bv_json *json, struct bv_err *err)
{
	return ADD(g, json, &achievement, "achievement", err);
}

enum bv_status
shape_add_credential(struct rdfc *g, const struct bv_json *document, struct bv_err *err)
{
	bool list = contents_has(bv_json_find(document, "type"), "BitstringStatusListCredential");

	return list ? ADD(g, document, &status_list, "the status list", err) : ADD(g, document, &credential, "the certificate", err);
}

enum bv_status
shape_add_proof(struct rdfc *g, const struct bv_json *options, struct bv_err *err)
{
	return ADD(g, options, &proof, "proof", err);
}

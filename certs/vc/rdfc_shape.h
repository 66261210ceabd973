/* The quads that a certificate of ours stands for: what JSON-LD 1.1 makes of its shape with the three contexts that it names, oddities of theirs
 * included. A table of classes and members takes the place of a JSON-LD processor; what is not in it is not our shape, and is refused rather than left
 * out, because what is left out would not be signed. tests/interop/test_canonical.sh compares with two such processors. */
#ifndef BV_CERTS_VC_RDFC_SHAPE_H
#define BV_CERTS_VC_RDFC_SHAPE_H

#include "base/json.h"
#include "certs/vc/rdfc.h"

/* The contexts, in their order, each with the SHA-256 (hexadecimal) of its canonical form (RFC 8785): this table is true of these and of no other. */
struct shape_context {
	const char *url, *sha256[2];
};
extern const struct shape_context shape_contexts[3];

/* Is it these, in this order? */
bool shape_is_context(const struct bv_json *contexts);

/* The two that are constant for a template, and the whole. Each adds to g. EINVAL names what is not of our shape. */
BV_MUST_USE enum bv_status shape_add_issuer(struct rdfc *g, const struct bv_json *issuer, struct bv_err *err);
BV_MUST_USE enum bv_status shape_add_achievement(struct rdfc *g, const struct bv_json *achievement, struct bv_err *err);
/* document: without its "proof"; a certificate, or a list of statuses (BitstringStatusListCredential). */
BV_MUST_USE enum bv_status shape_add_credential(struct rdfc *g, const struct bv_json *document, struct bv_err *err);
/* A proof without its proofValue (EDDSA §3.2.5). */
BV_MUST_USE enum bv_status shape_add_proof(struct rdfc *g, const struct bv_json *proof, struct bv_err *err);

/* Terms, in brackets. */
#define RDF(name) "<http://www.w3.org/1999/02/22-rdf-syntax-ns#" name ">"
#define XSD(name) "<http://www.w3.org/2001/XMLSchema#" name ">"
#define XSD_HTTPS(name) "<https://www.w3.org/2001/XMLSchema#" name ">" /* the Open Badges context says https */
#define VC(name) "<https://www.w3.org/2018/credentials#" name ">"
#define STATUS(name) "<https://www.w3.org/ns/credentials/status#" name ">"
#define SECURITY(name) "<https://w3id.org/security#" name ">"
#define SCHEMA(name) "<https://schema.org/" name ">"
#define OB(name) "<https://purl.imsglobal.org/spec/vc/ob/vocab.html#" name ">"
#define AWARDED_TYPE "<xsd:dateTime>" /* the Open Badges context defines no prefix xsd */

#endif

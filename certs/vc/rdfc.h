/* RDF Dataset Canonicalization (RDFC-1.0) of graphs that need no more of it than the hash of each blank node's own quads (§4.6, Hash First Degree
 * Quads): those of our certificates, whose blank nodes all say something different. Where two do not, the graph is refused. No JSON-LD here: rdfc_shape.c
 * knows which quads a certificate stands for. */
#ifndef BV_CERTS_VC_RDFC_H
#define BV_CERTS_VC_RDFC_H

#include "base/hash.h"
#include "base/str.h"
#include "certs/key.h"

struct rdfc_node {
	struct bv_str iri; /* absolute, ASCII, without <>"{}|^` and \; of a blank node none */
	int32_t blank;     /* -1: an IRI */
};

struct rdfc_quad {
	size_t at, len;          /* in the text: the quad without its blank nodes */
	int32_t subject, object; /* blank nodes, or -1 */
	int32_t next[2];         /* of the quads that have the same subject, the same object: place * 2 + (0 where it is subject, 1 object), or -1 */
};

/* A graph, and what all documents of a template share of it. Zero-initialised is empty. */
struct rdfc {
	struct bv_buf text;
	struct rdfc_quad *quads;
	size_t count, cap;
	struct rdfc_blank *blanks;
	size_t blank_count, blank_cap;
	/* Frozen: in every document to come. */
	size_t frozen_text, frozen_count, frozen_blanks;
	struct bv_buf frozen;        /* lines without blank nodes, sorted */
	struct bv_str *frozen_lines; /* in it */
	size_t frozen_line_count;
	/* The hash of the first so many frozen lines, after which the last document went on with one of its own. */
	struct bv_sha256 begun;
	size_t begun_lines;
	/* Work space. */
	struct bv_buf work;
	struct bv_str *lines; /* in text or in work */
	size_t line_count, line_cap;
};

void rdfc_finish(struct rdfc *g);
BV_AUTO_DEFINE_FINISH(struct rdfc, rdfc_finish)

struct rdfc_node rdfc_blank(struct rdfc *g); /* a new one */
static inline struct rdfc_node
rdfc_iri(struct bv_str iri)
{
	return (struct rdfc_node){ iri, -1 };
}

/* predicate and datatype (NULL: xsd:string) are IRIs in brackets, "<urn:p>"; text is UTF-8. */
void rdfc_add_node(struct rdfc *g, struct rdfc_node subject, const char *predicate, struct rdfc_node object);
/* The same of an IRI in brackets. */
void rdfc_add_term(struct rdfc *g, struct rdfc_node subject, const char *predicate, const char *iri);
void rdfc_add_text(struct rdfc *g, struct rdfc_node subject, const char *predicate, struct bv_str text, const char *datatype);

/* What was added so far stays after rdfc_reset, which forgets the rest. No quad to come may have a blank node of before. */
BV_MUST_USE enum bv_status rdfc_freeze(struct rdfc *g, struct bv_err *err);
void rdfc_reset(struct rdfc *g);

/* SHA-256 of the canonical N-Quads. EINVAL when two blank nodes cannot be told apart, ELIMIT. */
BV_MUST_USE enum bv_status rdfc_hash(uint8_t out[BV_HASH_LEN], struct rdfc *g, struct bv_err *err);
/* The canonical N-Quads themselves, appended. */
BV_MUST_USE enum bv_status rdfc_write(struct bv_buf *out, struct rdfc *g, struct bv_err *err);

#endif

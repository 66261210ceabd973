/* Canonical N-Quads: the vectors of W3C vc-di-eddsa, escapes and limits, what is not of our shape, and the contexts that the shape was read from.
 * Two JSON-LD processors are asked about whole certificates in tests/interop. */
#include "base/file.h"
#include "base/mem.h"
#include "certs/vc/credential.h"
#include "certs/vc/proof.h"
#include "tests/certs/expect.h"
#include "tests/certs/quads.h"

static void
vector_file(struct bv_buf *out, const char *folder, const char *name)
{
	char path[200];
	struct bv_err err;

	bv_buf_clear(out);
	snprintf(path, sizeof path, "certs/%s/%s", folder, name);
	const char *found = check_reference(path);
	if (found)
		CHECK_OK(bv_file_read(out, found, &err), &err, name);
}

/* ---- N-Quads back into a graph, from the last line to the first ---- */

struct nodes {
	struct bv_str names[16];
	struct rdfc_node nodes[16];
	size_t count;
};

static struct rdfc_node
node_of(struct rdfc *g, struct nodes *nodes, struct bv_str text)
{
	if (text.p[0] == '<')
		return rdfc_iri(bv_str_sub(text, 1, text.len - 2));
	for (size_t i = 0; i < nodes->count; i++)
		if (bv_str_eq(nodes->names[i], text))
			return nodes->nodes[i];
	nodes->names[nodes->count] = text;
	return nodes->nodes[nodes->count++] = rdfc_blank(g);
}

static void
add_line(struct rdfc *g, struct nodes *nodes, struct bv_str line)
{
	char predicate[200], datatype[200];
	struct bv_str rest = bv_str_sub(line, 0, line.len - 2); /* " ." */
	size_t space = bv_str_find(rest, ' ');
	struct rdfc_node subject = node_of(g, nodes, bv_str_sub(rest, 0, space));

	rest = bv_str_sub(rest, space + 1, rest.len);
	space = bv_str_find(rest, ' ');
	snprintf(predicate, sizeof predicate, "%.*s", (int)space, rest.p);
	rest = bv_str_sub(rest, space + 1, rest.len);
	if (rest.p[0] != '"') {
		rdfc_add_node(g, subject, predicate, node_of(g, nodes, rest));
		return;
	}
	rest = bv_str_sub(rest, 1, rest.len);
	struct bv_str text = bv_str_sub(rest, 0, bv_str_find(rest, '"')), type = bv_str_sub(rest, text.len + 1, rest.len);
	snprintf(datatype, sizeof datatype, "%.*s", type.len ? (int)type.len - 2 : 0, type.len ? type.p + 2 : "");
	rdfc_add_text(g, subject, predicate, text, type.len ? datatype : NULL);
}

static void
read_backwards(struct rdfc *g, struct bv_str text)
{
	struct nodes nodes = { 0 };

	while (text.len) {
		size_t start = text.len - 1;
		while (start && text.p[start - 1] != '\n')
			start--;
		add_line(g, &nodes, bv_str_sub(text, start, text.len - 1 - start));
		text.len = start;
	}
}

/* ---- W3C ---- */

static void
hash_is(const uint8_t hash[BV_HASH_LEN], struct bv_str want, const char *name)
{
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	CHECK_STR(bv_str_of(bv_hex(hex, hash, BV_HASH_LEN)), bv_str_trim(want), name);
}

static void
w3c_vector(const char *folder)
{
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(10000), got = BV_BUF(10000), keys = BV_BUF(10000);
	BV_AUTO(bv_json_free) struct bv_json *config = NULL, *document = NULL, *pair = NULL;
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 }, options = { 0 };
	uint8_t bytes[PROOF_SIGNED_LEN], signature[BV_SIGNATURE_LEN], public[BV_KEY_LEN];
	struct bv_err err;

	vector_file(&file, folder, "canonDocDataInt.txt");
	if (!file.len)
		return;
	read_backwards(&g, bv_buf_str(&file));
	CHECK_OK(rdfc_write(&got, &g, &err), &err, "canonical");
	CHECK_STR(bv_buf_str(&got), bv_buf_str(&file), "canonDocDataInt.txt, from its lines in another order and other names of blank nodes");
	CHECK_OK(rdfc_hash(bytes + BV_HASH_LEN, &g, &err), &err, "hash");
	vector_file(&file, folder, "docHashDataInt.txt");
	hash_is(bytes + BV_HASH_LEN, bv_buf_str(&file), "docHashDataInt.txt");

	vector_file(&file, folder, "proofConfigDataInt.json");
	CHECK_OK(bv_json_parse(&config, bv_buf_str(&file), &err), &err, "proofConfigDataInt.json");
	CHECK_REFUSED(proof_hash_rdfc(bytes, config, &err), BV_EINVAL, &err, "other contexts", "with contexts that are not ours");
	bv_json_remove(config, "@context"); /* the example's; what it defines of a proof is the same */
	CHECK_OK(shape_add_proof(&options, config, &err), &err, "options");
	bv_buf_clear(&got);
	CHECK_OK(rdfc_write(&got, &options, &err), &err, "canonical options");
	vector_file(&file, folder, "proofCanonDataInt.txt");
	CHECK_STR(bv_buf_str(&got), bv_buf_str(&file), "proofCanonDataInt.txt");
	CHECK_OK(proof_hash_rdfc(bytes, config, &err), &err, "hash of the options");
	vector_file(&file, folder, "proofHashDataInt.txt");
	hash_is(bytes, bv_buf_str(&file), "proofHashDataInt.txt");

	vector_file(&file, folder, "signedDataInt.json");
	CHECK_OK(bv_json_parse(&document, bv_buf_str(&file), &err), &err, "signedDataInt.json");
	vector_file(&keys, "w3c-vc-di-eddsa/TestVectors", "keyPair.json");
	CHECK_OK(bv_json_parse(&pair, bv_buf_str(&keys), &err), &err, "keyPair.json");
	CHECK_OK(bv_multikey_parse(public, bv_json_str(bv_json_find(pair, "publicKeyMultibase")), &err), &err, "public key");
	CHECK_OK(proof_signature(signature, bv_json_str(at(document, "proof.proofValue")), &err), &err, "proofValue");
	CHECK(bv_public_verify(public, (struct bv_str){ (const char *)bytes, sizeof bytes }, signature), "signedDataInt.json verifies");
	bytes[0] ^= 1;
	CHECK(!bv_public_verify(public, (struct bv_str){ (const char *)bytes, sizeof bytes }, signature), "one bit more: refused");
}

/* ---- The graph by itself ---- */

#define P "<urn:p>"

static struct rdfc_node
iri(const char *z)
{
	return rdfc_iri(bv_str_of(z));
}

static void
writes(struct rdfc *g, const char *want, const char *name)
{
	BV_AUTO(bv_buf_finish) struct bv_buf got = BV_BUF(100000);
	uint8_t hash[BV_HASH_LEN], again[BV_HASH_LEN];
	struct bv_err err;

	CHECK_OK(rdfc_write(&got, g, &err), &err, name);
	CHECK_STR(bv_buf_str(&got), bv_str_of(want), name);
	bv_sha256(hash, bv_buf_str(&got));
	CHECK(rdfc_hash(again, g, &err) == BV_OK && memcmp(hash, again, sizeof hash) == 0, "its hash");
}

/* RDF-CANON §5: BS HT LF FF CR " \ by a letter, the other controls and DEL by \uXXXX, nothing else. */
static void
escapes(void)
{
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 };
	static const char text[] = "\x00\x01\x07\b\t\n\x0b\f\r\x0e\x1f !\"#[\\]~\x7f\xc2\x80" "é\xe2\x80\xa8" "Ệ𐍈";

	rdfc_add_text(&g, iri("urn:s"), P, (struct bv_str){ text, sizeof text - 1 }, NULL);
	rdfc_add_text(&g, iri("urn:s"), P, BV_STR(""), "<urn:t>");
	writes(&g,
	       "<urn:s> <urn:p> \"\"^^<urn:t> .\n<urn:s> <urn:p> \"\\u0000\\u0001\\u0007\\b\\t\\n\\u000B\\f\\r\\u000E\\u001F !\\\"#[\\\\]~\\u007F\xc2\x80é\xe2\x80\xa8Ệ𐍈\" .\n",
	       "escapes");
}

static void
sets_and_order(void)
{
	BV_AUTO(rdfc_finish) struct rdfc g = { 0 }, frozen = { 0 };
	struct bv_err err;

	/* U+FF21 comes before U+10348 by code points, after it by UTF-16. */
	rdfc_add_text(&g, iri("urn:s"), P, BV_STR("𐍈"), NULL);
	rdfc_add_text(&g, iri("urn:s"), P, BV_STR("\xef\xbc\xa1"), NULL);
	rdfc_add_text(&g, iri("urn:s"), P, BV_STR("𐍈"), NULL);
	rdfc_add_node(&g, iri("urn:s"), P, iri("urn:o"));
	static const char four[] = "<urn:s> <urn:p> \"\xef\xbc\xa1\" .\n<urn:s> <urn:p> \"𐍈\" .\n<urn:s> <urn:p> <urn:o> .\n";
	writes(&g, four, "sorted by code points, each once");

	/* The same half frozen: before, between and after what comes later; and what is there already. */
	rdfc_add_text(&frozen, iri("urn:s"), P, BV_STR("𐍈"), NULL);
	CHECK_OK(rdfc_freeze(&frozen, &err), &err, "frozen");
	writes(&frozen, "<urn:s> <urn:p> \"𐍈\" .\n", "only what is frozen");
	for (int i = 0; i < 2; i++) {
		rdfc_reset(&frozen);
		rdfc_add_node(&frozen, iri("urn:s"), P, iri("urn:o"));
		rdfc_add_text(&frozen, iri("urn:s"), P, BV_STR("\xef\xbc\xa1"), NULL);
		rdfc_add_text(&frozen, iri("urn:s"), P, BV_STR("𐍈"), NULL);
		writes(&frozen, four, "frozen and not");
		rdfc_reset(&frozen);
		rdfc_add_node(&frozen, iri("urn:z"), P, iri("urn:o"));
		writes(&frozen, "<urn:s> <urn:p> \"𐍈\" .\n<urn:z> <urn:p> <urn:o> .\n", "another document: what was before is forgotten");
	}
	BV_AUTO(rdfc_finish) struct rdfc empty = { 0 };
	writes(&empty, "", "nothing");
}

static void
refused_graphs(void)
{
	BV_AUTO(rdfc_finish) struct rdfc same = { 0 }, many = { 0 }, large = { 0 };
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(64 << 20), text = BV_BUF(64 << 20);
	uint8_t hash[BV_HASH_LEN];
	struct bv_err err;

	for (int i = 0; i < 2; i++)
		rdfc_add_node(&same, iri("urn:s"), P, rdfc_blank(&same));
	CHECK_REFUSED(rdfc_hash(hash, &same, &err), BV_EINVAL, &err, "say the same", "two blank nodes that only a deeper look could tell apart");
	CHECK_REFUSED(rdfc_write(&out, &same, &err), BV_EINVAL, &err, "say the same", "nor written");
	struct rdfc_node node = rdfc_blank(&many);
	for (int i = 0; i < 33; i++) {
		char value[8];
		snprintf(value, sizeof value, "%d", i);
		if (i == 32)
			CHECK_OK(rdfc_hash(hash, &many, &err), &err, "32 statements about one node");
		rdfc_add_text(&many, node, P, bv_str_of(value), NULL);
	}
	CHECK_REFUSED(rdfc_hash(hash, &many, &err), BV_ELIMIT, &err, "more than 32 statements", "33 of them");
	while (text.len < (33u << 20))
		bv_buf_addz(&text, "................................................................");
	rdfc_add_text(&large, iri("urn:s"), P, bv_buf_str(&text), NULL);
	CHECK(rdfc_hash(hash, &large, &err) == BV_ELIMIT, "33 MiB");
}

/* ---- The shape ---- */

static struct bv_json *
sample_document(void)
{
	BV_AUTO(bv_signer_free) struct bv_signer *signer = sample_signer("golden", SAMPLE_DID);
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(BV_CREDENTIAL_MAX);
	struct bv_credential_facts facts = sample_facts();
	struct bv_json *json = NULL;
	struct bv_err err;

	facts.status = BV_STR("https://a.example/status/1");
	CHECK_OK(bv_credential_issue(&out, &facts, signer, &err), &err, "the sample");
	CHECK_OK(bv_json_parse(&json, bv_buf_str(&out), &err), &err, "is JSON");
	return json;
}

static void
other_shapes(void)
{
	static const struct {
		const char *path, *name, *json; /* json NULL: removed */
		const char *part;
	} cases[] = {
		{ "", "@context", NULL, "'the certificate' has other contexts" },
		{ "", "@context", "[\"https://www.w3.org/ns/credentials/v2\"]", "has other contexts" },
		{ "", "@context", "\"https://www.w3.org/ns/credentials/v2\"", "has other contexts" },
		{ "", "id", NULL, "has no 'id'" },
		{ "", "id", "\"relative\"", "none that is an absolute URI" },
		{ "", "id", "\"_:b0\"", "none that is an absolute URI" },
		{ "", "id", "\"urn:a b\"", "none that is an absolute URI" },
		{ "", "id", "7", "none that is an absolute URI" },
		{ "", "type", "[\"VerifiableCredential\"]", "has other types" },
		{ "", "type", "[\"OpenBadgeCredential\",\"VerifiableCredential\"]", "has other types" },
		{ "", "type", NULL, "has other types" },
		{ "", "extra", "\"x\"", "'the certificate' has a member 'extra'" },
		{ "", "awardedDate", "1", "'awardedDate' is of another kind" },
		{ "", "evidence", "{}", "'evidence' is not a list" },
		{ "", "credentialSubject", "\"urn:x\"", "'credentialSubject' is not an object" },
		{ "", "issuer", "\"did:web:a.example\"", "'issuer' is not an object" },
		{ "issuer", "type", "[\"Profile\",\"Person\"]", "'issuer' has other types" },
		{ "issuer", "@context", "[]", "'issuer' has other contexts" },
		{ "issuer", "name", "{\"@value\":\"A\",\"@language\":\"vi\"}", "'name' is of another kind" },
		{ "evidence.0", "id", NULL, "'evidence' has no 'id'" },
		{ "credentialSubject.result.0", "id", "\"urn:x\"", "'result' has no 'id', or one that it must not have" },
		{ "credentialSubject.result.0", "achievedLevel", "\"urn:x\"", "'result' has a member 'achievedLevel'" },
		{ "credentialSubject.identifier.0", "hashed", "\"false\"", "'hashed' is of another kind" },
		{ "credentialSubject.achievement.criteria", "type", "[\"Criteria\"]", "'criteria' has other types" },
		{ "credentialSubject.achievement.resultDescription.7", "allowedValue", "[\"L1\",2]", "not a list of texts" },
		{ "credentialSubject.achievement.resultDescription.7", "allowedValue", "\"L1\"", "'allowedValue' is not a list" },
		{ "credentialSubject.achievement.resultDescription.1", "id", "\"https://chungchi.example.vn/thanh-tuu/cntt-co-ban#rd-area-IU01\"", "an 'id' twice" },
		{ "credentialStatus.0", "statusListCredential", "\"status\"", "'statusListCredential' is not an absolute URI" },
		{ "proof.0", "@context", "[]", "'proof' has other contexts" },
		{ "proof.0", "proofPurpose", "\"authentication\"", "is not assertionMethod" },
		{ "proof.0", "challenge", "\"x\"", "'proof' has a member 'challenge'" },
		{ "proof.0", "id", "\"urn:x\"", "'proof' has no 'id', or one that it must not have" },
	};
	BV_AUTO(bv_json_free) struct bv_json *sample = sample_document();

	for (size_t i = 0; i < BV_COUNT(cases); i++) {
		BV_AUTO(bv_json_free) struct bv_json *json = bv_json_copy(sample), *value = NULL;
		uint8_t bytes[PROOF_SIGNED_LEN];
		struct bv_err err = { 0 };
		if (cases[i].json) {
			CHECK_OK(bv_json_parse(&value, bv_str_of(cases[i].json), &err), &err, cases[i].part);
			bv_json_set(at(json, cases[i].path), cases[i].name, bv_steal(&value));
		} else {
			bv_json_remove(at(json, cases[i].path), cases[i].name);
		}
		BV_AUTO(bv_json_free) struct bv_json *proof = bv_json_copy(at(json, "proof.0"));
		bv_json_remove(json, "proof");
		if (!CHECK(proof_signed_bytes_rdfc(bytes, json, proof, &err) == BV_EINVAL && strstr(err.msg, cases[i].part), "%s %s", cases[i].path, cases[i].name))
			printf("# %s\n", err.msg);
	}
	/* Contexts of the proof that are the document's change nothing: EDDSA §3.2.5 puts them there. */
	BV_AUTO(bv_json_free) struct bv_json *proof = bv_json_copy(at(sample, "proof.0")), *with = bv_json_copy(proof);
	uint8_t plain[PROOF_SIGNED_LEN], explicit[PROOF_SIGNED_LEN];
	struct bv_err err;
	bv_json_set(with, "@context", bv_json_copy(at(sample, "@context")));
	bv_json_remove(sample, "proof");
	CHECK(proof_signed_bytes_rdfc(plain, sample, proof, &err) == BV_OK && proof_signed_bytes_rdfc(explicit, sample, with, &err) == BV_OK &&
	      memcmp(plain, explicit, sizeof plain) == 0, "the proof's contexts are the document's");
}

/* The table in rdfc_shape.c was read from these three files, and is true of them only. */
static void
pinned_contexts(void)
{
	static const char *const files[] = { "credentials-v2.jsonld", "ob-v3p0-3.0.3.json", "ob-v3p0-extensions.json" };

	for (size_t i = 0; i < BV_COUNT(files); i++) {
		BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(100000), canonical = BV_BUF(100000);
		BV_AUTO(bv_json_free) struct bv_json *json = NULL;
		uint8_t hash[BV_HASH_LEN];
		struct bv_err err;
		vector_file(&file, "contexts", files[i]);
		if (!file.len)
			continue;
		CHECK_OK(bv_json_parse(&json, bv_buf_str(&file), &err), &err, files[i]);
		bv_json_write_canonical(&canonical, json);
		bv_sha256(hash, bv_buf_str(&canonical));
		hash_is(hash, bv_str_of(shape_contexts[i].sha256[0]), shape_contexts[i].url);
	}
}

/* The file that tests/interop reads says the same as the table. */
static void
listed_contexts(void)
{
	BV_AUTO(bv_buf_finish) struct bv_buf file = BV_BUF(100000);
	BV_AUTO(bv_json_free) struct bv_json *list = NULL;
	const char *source = getenv("BV_SOURCE");
	char path[4096];
	struct bv_err err;

	snprintf(path, sizeof path, "%s/tests/vectors/certs/contexts.json", source ? source : ".");
	CHECK_OK(bv_file_read(&file, path, &err), &err, "contexts.json");
	CHECK_OK(bv_json_parse(&list, bv_buf_str(&file), &err), &err, "is JSON");
	CHECK(bv_json_count(list) == BV_COUNT(shape_contexts), "all of them");
	for (size_t i = 0; i < BV_COUNT(shape_contexts); i++) {
		const struct bv_json *hashes = bv_json_find(bv_json_at(list, i), "sha256");
		CHECK_STR(bv_json_str(bv_json_find(bv_json_at(list, i), "url")), bv_str_of(shape_contexts[i].url), "url");
		for (size_t h = 0; h < BV_COUNT(shape_contexts[i].sha256); h++)
			CHECK_STR(bv_json_str(bv_json_at(hashes, h)), bv_str_of(shape_contexts[i].sha256[h]), "hash");
	}
}

int
main(void)
{
	w3c_vector("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022");
	w3c_vector("w3c-vc-di-eddsa/TestVectors/eddsa-rdfc-2022/employ");
	escapes();
	sets_and_order();
	refused_graphs();
	other_shapes();
	pinned_contexts();
	listed_contexts();
	return check_end();
}

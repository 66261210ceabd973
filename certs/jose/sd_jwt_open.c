/* Reading an SD-JWT: disclosures put back where their digests stand. */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "certs/jose/base64url.h"
#include "certs/jose/sd_jwt.h"

enum { DIGESTS_MAX = 1024 };

void
sd_jwt_finish(struct sd_jwt *sd)
{
	jws_finish(&sd->jws);
	for (size_t i = 0; i < sd->count; i++)
		bv_json_free(sd->disclosures[i].json);
	sd->count = 0;
	bv_arena_finish(&sd->arena);
}

/* ["…","…","…"] without escapes and spaces, as nearly all disclosures are: a third of the time that the JSON reader takes. NULL for whatever else it is. */
static struct bv_json *
parse_strings(struct bv_str text)
{
	BV_AUTO(bv_json_free) struct bv_json *array = bv_json_new_array();

	if (text.len < 2 || text.p[0] != '[' || !bv_text_valid(text))
		return NULL;
	for (size_t i = 1; i < text.len;) {
		size_t from = i + 1;
		if (text.p[i] != '"')
			return NULL;
		for (i++; i < text.len && text.p[i] != '"'; i++)
			if (text.p[i] == '\\' || (unsigned char)text.p[i] < ' ')
				return NULL;
		bv_json_add(array, bv_json_new_str(bv_str_sub(text, from, i - from)));
		if (++i + 1 == text.len && text.p[i] == ']')
			return bv_steal(&array);
		if (i >= text.len || text.p[i++] != ',')
			return NULL;
	}
	return NULL;
}

/* RFC 9901 §4.2. */
static enum bv_status
parse_disclosure(struct sd_disclosure *d, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(JWS_MAX);
	struct bv_err inner;

	d->text = text;
	bv_sha256(d->digest, text);
	if (!base64url_parse(&bytes, text))
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4.2: a disclosure is not base64url");
	d->json = parse_strings(bv_buf_str(&bytes));
	if (!d->json && bv_json_parse(&d->json, bv_buf_str(&bytes), &inner) != BV_OK)
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4.2: a disclosure is no readable JSON: %s", inner.msg);
	size_t count = bv_json_count(d->json);
	if (bv_json_type(d->json) != BV_JSON_ARRAY || (count != 2 && count != 3) || bv_json_type(bv_json_at(d->json, 0)) != BV_JSON_STRING ||
	    (count == 3 && bv_json_type(bv_json_at(d->json, 1)) != BV_JSON_STRING))
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4.2: a disclosure is neither [salt, name, value] nor [salt, value]");
	return BV_OK;
}

enum bv_status
sd_jwt_parse(struct sd_jwt *out, struct bv_str text, struct bv_err *err)
{
	BV_AUTO(sd_jwt_finish) struct sd_jwt sd = { 0 };
	size_t end = bv_str_find(text, '~');
	struct bv_str rest = bv_str_sub(text, end + 1, text.len);

	if (text.len > JWS_MAX)
		return bv_err_set(err, BV_ELIMIT, "larger than %u bytes", JWS_MAX);
	if (end == text.len)
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4: there is no '~' after the JWT");
	sd.issued = bv_str_sub(text, 0, end);
	TRY(jws_parse(&sd.jws, sd.issued, err));
	sd.disclosures = bv_arena_array(&sd.arena, SD_DISCLOSURES_MAX, struct sd_disclosure);
	while ((end = bv_str_find(rest, '~')) < rest.len) {
		if (sd.count == SD_DISCLOSURES_MAX)
			return bv_err_set(err, BV_ELIMIT, "more than %d disclosures", SD_DISCLOSURES_MAX);
		struct sd_disclosure *d = &sd.disclosures[sd.count++];
		TRY(parse_disclosure(d, bv_str_sub(rest, 0, end), err));
		rest = bv_str_sub(rest, end + 1, rest.len);
	}
	sd.key_binding = rest;
	*out = sd;
	sd = (struct sd_jwt){ 0 };
	return BV_OK;
}

/* ---- Digests and what they stand for ---- */

struct opening {
	struct sd_jwt *sd;
	struct bv_str seen[DIGESTS_MAX];
	size_t seen_count;
	int depth;
	struct bv_buf path;
};

static enum bv_status open_value(struct bv_json **out, struct opening *o, const struct bv_json *json, struct bv_err *err);

/* *found is NULL where the digest is a decoy, or its disclosure was left out. */
static enum bv_status
find(struct sd_disclosure **found, struct opening *o, const struct bv_json *digest, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(64);
	struct bv_str text = bv_json_str(digest);

	*found = NULL;
	if (bv_json_type(digest) != BV_JSON_STRING)
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4.2.4: a digest is no string");
	if (o->seen_count == DIGESTS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d digests", DIGESTS_MAX);
	for (size_t i = 0; i < o->seen_count; i++)
		if (bv_str_eq(o->seen[i], text))
			return bv_err_set(err, BV_EPARSE, "RFC 9901 §7.1: a digest is there twice");
	o->seen[o->seen_count++] = text;
	if (text.len > 64 || !base64url_parse(&bytes, text) || bytes.len != BV_HASH_LEN)
		return BV_OK;
	for (size_t i = 0; i < o->sd->count && !*found; i++)
		if (memcmp(o->sd->disclosures[i].digest, bytes.p, BV_HASH_LEN) == 0)
			*found = &o->sd->disclosures[i];
	return BV_OK;
}

/* What a disclosure holds, opened in its turn. */
static enum bv_status
open_disclosed(struct bv_json **out, struct opening *o, struct sd_disclosure *d, const struct bv_json *value, struct bv_err *err)
{
	if (++o->depth > SD_DEPTH_MAX)
		return bv_err_set(err, BV_ELIMIT, "disclosures deeper than %d", SD_DEPTH_MAX);
	d->path = bv_arena_str(&o->sd->arena, bv_buf_str(&o->path));
	TRY(open_value(out, o, value, err));
	o->depth--;
	return BV_OK;
}

static size_t
enter(struct opening *o, struct bv_str name)
{
	size_t len = o->path.len;

	if (len)
		bv_buf_addc(&o->path, '.');
	bv_buf_add(&o->path, name);
	return len;
}

static void
leave(struct opening *o, size_t len)
{
	o->path.len = len;
	if (o->path.p)
		o->path.p[len] = '\0';
}

static enum bv_status
open_claim(struct bv_json *into, struct opening *o, const struct bv_json *digest, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *value = NULL;
	struct sd_disclosure *d;

	TRY(find(&d, o, digest, err));
	if (!d)
		return BV_OK;
	if (bv_json_count(d->json) != 3)
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §7.1: the disclosure of a claim has no name");
	struct bv_str name = bv_json_str(bv_json_at(d->json, 1));
	BV_AUTO(bv_buf_finish) struct bv_buf z = BV_BUF(JWS_MAX);
	bv_buf_add(&z, name);
	if (!name.len || memchr(name.p, '\0', name.len) || bv_str_is(name, "_sd") || bv_str_is(name, "..."))
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §7.1: a disclosure has the name '%.*s'", BV_STR_ARG(bv_str_sub(name, 0, 40)));
	if (bv_json_find(into, z.p))
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §7.1: the claim '%.*s' is there already", BV_STR_ARG(bv_str_sub(name, 0, 40)));
	size_t len = enter(o, name);
	TRY(open_disclosed(&value, o, d, bv_json_at(d->json, 2), err));
	leave(o, len);
	bv_json_set(into, z.p, bv_steal(&value));
	return BV_OK;
}

static enum bv_status
open_object(struct bv_json *into, struct opening *o, const struct bv_json *json, struct bv_err *err)
{
	const struct bv_json *digests = bv_json_find(json, "_sd");

	for (void *it = bv_json_members(json); it; it = bv_json_next(json, it)) {
		BV_AUTO(bv_json_free) struct bv_json *value = NULL;
		struct bv_str name = bv_json_member_name(it);
		if (bv_str_is(name, "_sd"))
			continue;
		size_t len = enter(o, name);
		TRY(open_value(&value, o, bv_json_member(it), err));
		leave(o, len);
		BV_AUTO(bv_buf_finish) struct bv_buf z = BV_BUF(JWS_MAX);
		bv_buf_add(&z, name);
		bv_json_set(into, z.p, bv_steal(&value));
	}
	if (digests && bv_json_type(digests) != BV_JSON_ARRAY)
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4.2.4.1: '_sd' is no array");
	for (size_t i = 0; i < bv_json_count(digests); i++)
		TRY(open_claim(into, o, bv_json_at(digests, i), err));
	return BV_OK;
}

/* {"...": digest} in an array. */
static const struct bv_json *
element_digest(const struct bv_json *element)
{
	return bv_json_type(element) == BV_JSON_OBJECT && bv_json_count(element) == 1 ? bv_json_find(element, "...") : NULL;
}

static enum bv_status
open_element(struct bv_json *into, struct opening *o, const struct bv_json *element, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *value = NULL;
	const struct bv_json *digest = element_digest(element);
	struct sd_disclosure *d;

	if (!digest) {
		TRY(open_value(&value, o, element, err));
		bv_json_add(into, bv_steal(&value));
		return BV_OK;
	}
	TRY(find(&d, o, digest, err));
	if (!d)
		return BV_OK;
	if (bv_json_count(d->json) != 2)
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §7.1: the disclosure of an element has a name");
	TRY(open_disclosed(&value, o, d, bv_json_at(d->json, 1), err));
	bv_json_add(into, bv_steal(&value));
	return BV_OK;
}

static enum bv_status
open_array(struct bv_json *into, struct opening *o, const struct bv_json *json, struct bv_err *err)
{
	for (size_t i = 0; i < bv_json_count(json); i++) {
		char idx[32];
		snprintf(idx, sizeof idx, "%zu", i);
		size_t len = enter(o, bv_str_of(idx));
		TRY(open_element(into, o, bv_json_at(json, i), err));
		leave(o, len);
	}
	return BV_OK;
}

static enum bv_status
open_value(struct bv_json **out, struct opening *o, const struct bv_json *json, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *opened = NULL;

	if (bv_json_type(json) == BV_JSON_OBJECT) {
		opened = bv_json_new_object();
		TRY(open_object(opened, o, json, err));
	} else if (bv_json_type(json) == BV_JSON_ARRAY) {
		opened = bv_json_new_array();
		TRY(open_array(opened, o, json, err));
	} else {
		opened = bv_json_copy(json);
	}
	*out = bv_steal(&opened);
	return BV_OK;
}

static enum bv_status
open_payload(struct bv_json **out, struct opening *o, struct bv_err *err)
{
	BV_AUTO(bv_json_free) struct bv_json *opened = NULL;
	const struct bv_json *hash = bv_json_find(o->sd->jws.payload, "_sd_alg");

	if (hash && !bv_str_is(bv_json_str(hash), "sha-256"))
		return bv_err_set(err, BV_EPARSE, "RFC 9901 §4.1.1: digests by '%.*s': this program knows sha-256", BV_STR_ARG(bv_str_sub(bv_json_str(hash), 0, 40)));
	TRY(open_value(&opened, o, o->sd->jws.payload, err));
	for (size_t i = 0; i < o->sd->count; i++)
		if (!o->sd->disclosures[i].path.p)
			return bv_err_set(err, BV_EPARSE, "RFC 9901 §7.1: disclosure %zu belongs to no digest that was signed", i + 1);
	bv_json_remove(opened, "_sd_alg");
	*out = bv_steal(&opened);
	return BV_OK;
}

enum bv_status
sd_jwt_open(struct bv_json **out, struct sd_jwt *sd, struct bv_err *err)
{
	struct opening o;

	o.sd = sd;
	o.seen_count = 0;
	o.depth = 0;
	o.path = BV_BUF(JWS_MAX);
	enum bv_status status = open_payload(out, &o, err);
	bv_buf_finish(&o.path);
	return status;
}

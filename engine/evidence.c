/* The folder that an exam leaves behind: each document of each step, then a list of all of them with their hashes, then its signature. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "engine/exam.h"

struct bv_evidence_folder {
	char *path;
	struct bv_file_group *group;
	struct bv_json *results, *files, *candidates;
};

/* An empty folder may be there already. Names, forms and items are in the evidence: a new folder is its owner's. */
static enum bv_status
make_folder(const char *path, struct bv_err *err)
{
	DIR *dir = opendir(path);
	size_t entries = 0;

	if (!dir) {
		TRY(bv_dir_make(path, err));
		if (chmod(path, 0700) < 0)
			return bv_err_set(err, BV_EIO, "%s: chmod: %s", path, strerror(errno));
		return BV_OK;
	}
	for (const struct dirent *e; (e = readdir(dir)) != NULL;)
		entries += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	closedir(dir);
	if (entries)
		return bv_err_set(err, BV_ECONFLICT, "%s: the folder is not empty; evidence is never written over: name a new folder", path);
	return BV_OK;
}

enum bv_status
bv_evidence_create(struct bv_evidence_folder **out, const char *path, struct bv_err *err)
{
	BV_AUTO(bv_evidence_free) struct bv_evidence_folder *folder = bv_alloc(sizeof *folder);

	TRY(make_folder(path, err));
	TRY(bv_file_group_open(&folder->group, path, err));
	folder->path = bv_str_dup(bv_str_of(path));
	folder->results = bv_json_new_object();
	bv_json_set_str(folder->results, "format", BV_STR(EVIDENCE_FORMAT));
	folder->candidates = bv_json_set(folder->results, "candidates", bv_json_new_array());
	folder->files = bv_json_set(folder->results, "files", bv_json_new_object());
	*out = bv_steal(&folder);
	return BV_OK;
}

enum bv_status
bv_evidence_put(struct bv_evidence_folder *folder, const char *name, struct bv_str bytes, struct bv_err *err)
{
	uint8_t hash[BV_HASH_LEN];
	char hex[BV_HEX_SIZE(BV_HASH_LEN)];

	enum bv_status status = bv_file_group_add(folder->group, name, bytes, 0666, err);
	if (status == BV_ECONFLICT)
		return bv_err_set(err, status, "%s/%s is there already: another run writes into this folder", folder->path, name);
	TRY(status);
	bv_sha256(hash, bytes);
	bv_json_set_str(folder->files, name, bv_str_of(bv_hex(hex, hash, sizeof hash)));
	return BV_OK;
}

struct bv_json *
evidence_row(const struct bv_candidate *candidate, const struct bv_marking *marking, bool certificate)
{
	struct bv_json *row = bv_json_new_object();
	const struct bv_rating *rating = &marking->result;

	bv_json_set_str(row, "ticket", candidate->ticket);
	bv_json_set_int(row, "marksHundredths", rating->marks);
	bv_json_set_int(row, "maxHundredths", rating->max);
	if (rating->has_ability) {
		bv_json_set_int(row, "thetaE4", rating->theta_e4);
		bv_json_set_int(row, "seE4", rating->se_e4);
	}
	bv_json_set_str(row, "level", rating->level ? rating->level->code : BV_STR_NONE);
	bv_json_set_str(row, "decision", bv_str_of(bv_rating_decision_name(rating->decision)));
	bv_json_set(row, "certificate", bv_json_new_bool(certificate));
	return row;
}

void
bv_evidence_result(struct bv_evidence_folder *folder, const struct bv_candidate *candidate, const struct bv_marking *marking, bool certificate)
{
	bv_json_add(folder->candidates, evidence_row(candidate, marking, certificate));
}

void
evidence_signed_bytes(uint8_t out[EVIDENCE_SIGNED_LEN], struct bv_str results)
{
	memcpy(out, "BV-RESULTS-1\0\0", 14);
	bv_sha256(out + 14, results);
}

static enum bv_status
finish_file(const struct bv_evidence_folder *folder, const char *name, struct bv_str bytes, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf path = BV_BUF(1 << 16);

	bv_buf_printf(&path, "%s/%s", folder->path, name);
	TRY(bv_buf_check(&path, err));
	return bv_file_create(path.p, bytes, 0644, err);
}

enum bv_status
bv_evidence_sign(struct bv_evidence_folder *folder, const struct bv_key *key, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf results = BV_BUF(BV_EXAM_RESULTS_MAX), line = BV_BUF(1024);
	uint8_t message[EVIDENCE_SIGNED_LEN], signature[BV_SIGNATURE_LEN];
	char multikey[BV_MULTIKEY_SIZE];

	bv_json_write_pretty(&results, folder->results);
	TRY(bv_buf_check(&results, err));
	TRY(bv_file_group_sync(folder->group, err));
	TRY(finish_file(folder, EVIDENCE_RESULTS, bv_buf_str(&results), err));
	evidence_signed_bytes(message, bv_buf_str(&results));
	bv_key_sign(signature, key, (struct bv_str){ (const char *)message, sizeof message });
	bv_buf_printf(&line, "%s ", bv_multikey_write(multikey, bv_key_public(key)));
	bv_hex_write(&line, signature, sizeof signature);
	bv_buf_addc(&line, '\n');
	return finish_file(folder, EVIDENCE_SIGNATURE, bv_buf_str(&line), err);
}

void
bv_evidence_free(struct bv_evidence_folder *folder)
{
	if (!folder)
		return;
	bv_file_group_free(folder->group);
	bv_json_free(folder->results);
	free(folder->path);
	free(folder);
}

/* A name that is safe as a part of a path on any system; anything else by its SHA-256. */
static void
add_name(struct bv_buf *out, struct bv_str name)
{
	bool safe = name.len > 0 && name.len <= 128 && name.p[0] != '.';

	for (size_t i = 0; safe && i < name.len; i++) {
		char c = name.p[i];
		safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
	}
	if (safe) {
		bv_buf_add(out, name);
	} else {
		uint8_t hash[BV_HASH_LEN];
		bv_sha256(hash, name);
		bv_hex_write(out, hash, sizeof hash);
	}
}

void
bv_evidence_item_name(struct bv_buf *out, const struct bv_form_item *item, const char *end)
{
	bv_buf_addz(out, "items/");
	add_name(out, item->identifier);
	bv_buf_addc(out, '.');
	add_name(out, item->language);
	bv_buf_printf(out, ".%lld%s", (long long)item->version, end);
}

void
bv_evidence_candidate_name(struct bv_buf *out, struct bv_str ticket, const char *document)
{
	bv_buf_addz(out, "candidates/");
	add_name(out, ticket);
	bv_buf_addc(out, '/');
	bv_buf_addz(out, document);
}

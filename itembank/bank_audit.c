/* Does what a bank holds follow from its events, and are its events a chain? Everything is computed again by the rules of lifecycle.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "itembank/bank_audit.h"

/* What the events say of one version. */
struct told_version {
	uint8_t hash[BV_HASH_LEN];
	int64_t imported_s, changed_s;
	bool bare; /* adopted as superseded: nothing else is kept of it */
};

/* What the events say of one item; found by the number of its row. */
struct told {
	int64_t id; /* 0: a free slot */
	struct bv_str identifier, language;
	struct life life;
	struct told_version *versions;
	struct bv_event_metadata metadata;
	uint32_t rows; /* of its versions that were found */
	bool there;    /* its row was found */
};

struct audit {
	struct bank_auditor by;
	struct bv_arena arena;
	struct told *items; /* a hash table, cap a power of two */
	size_t count, cap;
	/* Of the chain so far. */
	struct bv_life_rule rule;
	int64_t seq, at_s;
	uint8_t hash[BV_HASH_LEN];
	bool adopting; /* nothing but the first rule and adoptions until now */
	bool anchored; /* the head that was given is in the chain */
};

static void
finish_audit(struct audit *a)
{
	for (size_t i = 0; i < a->cap; i++) {
		life_finish(&a->items[i].life);
		free(a->items[i].versions);
	}
	free(a->items);
	bv_arena_finish(&a->arena);
}
BV_AUTO_DEFINE_FINISH(struct audit, finish_audit)

/* ---- Faults ---- */

void
bank_audit_tell(struct bank_auditor *a, enum bv_severity severity, const char *fmt, ...)
{
	char text[1000];
	va_list ap;

	if (severity == BV_SEVERITY_ERROR)
		a->counts->faults++;
	else
		a->counts->warnings++;
	if (!a->opts->tell)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	bv_text_repair(text);
	a->opts->tell(a->opts->ctx, severity, text);
}

#define FAULT(a, ...) bank_audit_tell(&(a)->by, BV_SEVERITY_ERROR, __VA_ARGS__)

static void
item_fault(struct audit *a, const struct told *item, const char *what)
{
	FAULT(a, "item %.*s/%.*s: %s", BV_STR_ARG(bv_str_sub(item->identifier, 0, 200)), BV_STR_ARG(bv_str_sub(item->language, 0, 40)), what);
}

static void
version_fault(struct audit *a, const struct told *item, int64_t version, const char *what)
{
	FAULT(a, "item %.*s/%.*s@%lld: %s", BV_STR_ARG(bv_str_sub(item->identifier, 0, 200)), BV_STR_ARG(bv_str_sub(item->language, 0, 40)),
	      (long long)version, what);
}

/* ---- Items by the number of their row ---- */

static struct told *
slot(struct told *items, size_t cap, int64_t id)
{
	size_t at = (size_t)(((uint64_t)id * 0x9E3779B97F4A7C15u) >> 20) & (cap - 1);

	while (items[at].id && items[at].id != id)
		at = (at + 1) & (cap - 1);
	return &items[at];
}

static struct told *
find(const struct audit *a, int64_t id)
{
	struct told *item = a->cap && id > 0 ? slot(a->items, a->cap, id) : NULL;

	return item && item->id ? item : NULL;
}

static struct told *
add(struct audit *a, int64_t id, const struct bv_event *event)
{
	if (2 * (a->count + 1) > a->cap) {
		size_t cap = a->cap ? 2 * a->cap : 1024;
		struct told *items = bv_alloc_array(cap, sizeof *items);
		for (size_t i = 0; i < a->cap; i++)
			if (a->items[i].id)
				*slot(items, cap, a->items[i].id) = a->items[i];
		free(a->items);
		a->items = items;
		a->cap = cap;
	}
	struct told *item = slot(a->items, a->cap, id);
	*item = (struct told){ .id = id, .identifier = bv_arena_str(&a->arena, event->identifier), .language = bv_arena_str(&a->arena, event->language) };
	a->count++;
	return item;
}

/* ---- The chain ---- */

static void
take_rule(struct audit *a, const struct bv_event *event, int64_t item, int64_t version)
{
	if (item || version)
		FAULT(a, "event %lld: a rule is for the bank, but its row names an item", (long long)event->seq);
	a->adopting = event->seq == 1;
	a->rule = event->rule;
}

/* Hash, time of import, metadata: what the event says beside the state. */
static void
take_version(struct audit *a, struct told *item, const struct bv_event *event)
{
	bool born = event->act == BV_ACT_ADOPT || event->act == BV_ACT_IMPORT || event->act == BV_ACT_REVISE, known = event->act != BV_ACT_REVISE;

	if (born) {
		item->versions = bv_resize_array(item->versions, item->life.count, sizeof *item->versions);
		struct told_version *version = &item->versions[item->life.count - 1];
		*version = (struct told_version){ .imported_s = event->act == BV_ACT_ADOPT ? event->imported_s : event->at_s,
			                          .changed_s = event->changed_s,
			                          .bare = event->act == BV_ACT_ADOPT && event->state == BV_STATE_SUPERSEDED };
		memcpy(version->hash, event->content, BV_HASH_LEN);
		for (uint32_t i = 0; !known && i + 1 < item->life.count; i++)
			known = bv_hash_eq(item->versions[i].hash, event->content);
		if (!known)
			FAULT(a, "event %lld: a revision has the bytes of an older version, but these are of none", (long long)event->seq);
	} else if (!bv_hash_eq(item->versions[event->version - 1].hash, event->content)) {
		FAULT(a, "event %lld: its hash is not that of version %u", (long long)event->seq, event->version);
	}
	bool needs = event->act == BV_ACT_IMPORT || event->act == BV_ACT_METADATA || (event->act == BV_ACT_ADOPT && event->state != BV_STATE_SUPERSEDED);
	if (needs != (event->metadata != NULL))
		FAULT(a, "event %lld: %s", (long long)event->seq, needs ? "it has no metadata" : "it has metadata that do not belong to it");
	if (!event->metadata)
		return;
	item->metadata = *event->metadata;
	struct bv_str *texts[] = { &item->metadata.competence, &item->metadata.component, &item->metadata.author, &item->metadata.enemies,
	                           &item->metadata.tags, &item->metadata.original };
	for (size_t i = 0; i < BV_COUNT(texts); i++)
		*texts[i] = bv_arena_str(&a->arena, *texts[i]);
}

static void
take_act(struct audit *a, const struct bv_event *event, int64_t id, struct bv_arena *arena)
{
	struct told *item = find(a, id);
	struct bv_err err;

	if (id <= 0) {
		FAULT(a, "event %lld: its row names no item", (long long)event->seq);
		return;
	}
	if (!item)
		item = add(a, id, event);
	if (!bv_str_eq(item->identifier, event->identifier) || !bv_str_eq(item->language, event->language))
		FAULT(a, "event %lld: it is of %.*s/%.*s, but its row names %.*s/%.*s", (long long)event->seq, BV_STR_ARG(event->identifier),
		      BV_STR_ARG(event->language), BV_STR_ARG(item->identifier), BV_STR_ARG(item->language));
	if (event->act == BV_ACT_ADOPT && !a->adopting)
		FAULT(a, "event %lld: nothing is adopted after the life cycle has begun", (long long)event->seq);
	a->adopting = a->adopting && event->act == BV_ACT_ADOPT;
	const struct life_act act = { event->act, event->version, event->state, person_key(event->who, arena), person_key(item->metadata.author, arena),
		                      event->reason, event->seq };
	if (life_apply(&item->life, &act, &a->rule, &a->arena, &err) != BV_OK) {
		FAULT(a, "event %lld: %.*s/%.*s: %s", (long long)event->seq, BV_STR_ARG(bv_str_sub(event->identifier, 0, 200)), BV_STR_ARG(event->language),
		      err.msg);
		return;
	}
	if (item->life.versions[event->version - 1].state != event->state)
		FAULT(a, "event %lld: it says that version %u is %s after it, but it is %s", (long long)event->seq, event->version,
		      bv_state_name(event->state), bv_state_name(item->life.versions[event->version - 1].state));
	take_version(a, item, event);
}

/* The columns of the row beside its bytes. */
static bool
row_agrees(struct bv_sql_stmt *row, const struct bv_event *event, struct bv_arena *arena)
{
	return event->seq == bv_sql_int(row, 0) && event->at_s == bv_sql_int(row, 1) && (int64_t)event->act == bv_sql_int(row, 2) &&
	       bv_str_eq(person_key(event->who, arena), bv_sql_str(row, 3)) && event->version == bv_sql_int(row, 5);
}

static void
take_event(struct audit *a, struct bv_sql_stmt *row)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	struct bv_str body = bv_sql_blob(row, 6), recorded = bv_sql_blob(row, 7);
	int64_t seq = bv_sql_int(row, 0);
	uint8_t hash[BV_HASH_LEN], prev[BV_HASH_LEN];
	struct bv_event event;
	struct bv_err err;

	a->by.counts->events++;
	if (seq != a->seq + 1)
		FAULT(a, "event %lld is missing", (long long)a->seq + 1);
	bv_sha256(hash, body);
	if (recorded.len != BV_HASH_LEN || !bv_hash_eq(hash, (const uint8_t *)recorded.p))
		FAULT(a, "event %lld: its bytes are not those of its hash", (long long)seq);
	memcpy(prev, a->hash, sizeof prev);
	memcpy(a->hash, hash, sizeof hash);
	a->seq = seq;
	a->anchored = a->anchored || (a->by.opts->head && bv_hash_eq(a->by.opts->head, hash));
	if (bank_event_parse(&event, body, &arena, &err) != BV_OK) {
		FAULT(a, "event %lld: it is none that a program wrote: %s", (long long)seq, err.msg);
		return;
	}
	if (!bv_hash_eq(event.prev, prev))
		FAULT(a, "event %lld: it does not follow the event before it: the chain is broken here", (long long)seq);
	if (!row_agrees(row, &event, &arena))
		FAULT(a, "event %lld: its row says other things than its bytes", (long long)seq);
	if (a->by.counts->events > 1 && event.at_s < a->at_s)
		FAULT(a, "event %lld: it is older than the event before it", (long long)seq);
	a->at_s = event.at_s;
	if (!a->rule.reviewers && event.act != BV_ACT_RULE)
		FAULT(a, "event %lld: a life cycle begins with its rule", (long long)seq);
	if (event.act == BV_ACT_RULE)
		take_rule(a, &event, bv_sql_int(row, 4), bv_sql_int(row, 5));
	else
		take_act(a, &event, bv_sql_int(row, 4), &arena);
}

typedef void (*take_row)(struct audit *a, struct bv_sql_stmt *row);

static enum bv_status
take_rows(struct audit *a, enum bank_sql which, take_row take, struct bv_err *err)
{
	struct bv_sql_stmt *row;
	bool there;

	TRY(bank_stmt(&row, a->by.bank, which, err));
	for (;;) {
		TRY(bv_sql_step(row, &there, err));
		if (!there)
			return BV_OK;
		take(a, row);
	}
}

/* ---- The tables ---- */

static void
take_rule_row(struct audit *a, struct bv_sql_stmt *row)
{
	if (bv_sql_int(row, 0) != a->rule.reviewers || bv_sql_int(row, 1) != a->rule.pretest || a->by.counts->rules++)
		FAULT(a, "the rule in the table is not the one of the events");
}

static bool
same_parameters(struct bv_sql_stmt *row, const struct bv_event_metadata *m)
{
	if (!m->has_parameters)
		return bv_sql_is_null(row, 11) && bv_sql_is_null(row, 12);
	return !bv_sql_is_null(row, 11) && !bv_sql_is_null(row, 12) && bv_sql_int(row, 11) == m->discrimination && bv_sql_int(row, 12) == m->difficulty;
}

static void
check_metadata(struct audit *a, const struct told *item, struct bv_sql_stmt *row)
{
	const struct bv_event_metadata *m = &item->metadata;

	if (!bv_str_eq(bv_sql_str(row, 4), m->competence) || !bv_str_eq(bv_sql_str(row, 5), m->component) || bv_sql_int(row, 6) != (int64_t)m->level ||
	    bv_sql_int(row, 7) != m->difficulty_step || bv_sql_int(row, 8) != m->expected_s || !bv_str_eq(bv_sql_str(row, 9), m->author) ||
	    !bv_str_eq(bv_sql_str(row, 10), m->enemies) || !bv_str_eq(bv_sql_str(row, 20), m->tags) || !bv_str_eq(bv_sql_str(row, 21), m->original) ||
	    bv_sql_int(row, 22) != (int64_t)m->used || bv_sql_int(row, 23) != m->confirmed_s)
		item_fault(a, item, "its metadata are not those of the events");
	if (!same_parameters(row, m))
		item_fault(a, item, "its parameters are not those of the events");
	if (bv_sql_int(row, 13) != m->revision || bv_sql_int(row, 14) != m->changed_s)
		item_fault(a, item, "revision or date of its metadata are not those of the events");
}

static void
check_states(struct audit *a, const struct told *item, struct bv_sql_stmt *row)
{
	static const enum bv_state states[] = { BV_STATE_APPROVED, BV_STATE_PRETEST, BV_STATE_OPERATIONAL };
	const struct life *life = &item->life;
	bool same = bv_sql_int(row, 15) == (int64_t)life->versions[life->count - 1].state;

	for (size_t s = 0; s < BV_COUNT(states); s++) {
		int64_t version = 0;
		for (uint32_t i = 0; i < life->count; i++)
			if (life->versions[i].state == states[s])
				version = i + 1;
		same = same && bv_sql_int(row, 16 + (int)s) == version;
	}
	if (!same)
		item_fault(a, item, "its states are not those that follow from the events");
}

/* What others find the item by. */
static void
check_links(struct audit *a, const struct told *item, struct bv_sql_stmt *row)
{
	int64_t id = bv_sql_int(row, 19);
	bool tags, enemies, stale;
	struct bv_err err;

	if (bank_links_same(&tags, a->by.bank, id, BANK_LINK_TAG, bv_sql_str(row, 20), '\n', &err) != BV_OK ||
	    bank_links_same(&enemies, a->by.bank, id, BANK_LINK_ENEMY, bv_sql_str(row, 10), ' ', &err) != BV_OK ||
	    bank_translation_stale(&stale, a->by.bank, item->identifier, item->language, &err) != BV_OK) {
		item_fault(a, item, err.msg);
		return;
	}
	if (!tags || !enemies)
		item_fault(a, item, "its tags or enemies in the table 'item_link' are not those of its metadata");
	if (stale != bv_sql_int(row, 25))
		item_fault(a, item, stale ? "it is a translation that is older than its original, but its row does not say so"
		                          : "its row says that it is a translation that is older than its original");
}

static void
take_item(struct audit *a, struct bv_sql_stmt *row)
{
	struct told *item = find(a, bv_sql_int(row, 19));
	const struct told named = { .identifier = bv_sql_str(row, 0), .language = bv_sql_str(row, 1) };

	a->by.counts->items++;
	check_links(a, &named, row);
	if (!a->rule.reviewers) {
		if (bv_sql_int(row, 15) || bv_sql_int(row, 16) || bv_sql_int(row, 17) || bv_sql_int(row, 18))
			item_fault(a, &named, "it has a state, but the bank has no events");
		return;
	}
	if (!item || !item->life.count) {
		item_fault(a, &named, "no event has brought it into the bank");
		return;
	}
	item->there = true;
	if (!bv_str_eq(item->identifier, named.identifier) || !bv_str_eq(item->language, named.language))
		item_fault(a, item, "its row has another identifier or language");
	struct bv_str hash = bv_sql_blob(row, 3);
	if (bv_sql_int(row, 2) != item->life.count || hash.len != BV_HASH_LEN ||
	    !bv_hash_eq((const uint8_t *)hash.p, item->versions[item->life.count - 1].hash))
		item_fault(a, item, "its current version is not the one of the events");
	if (bv_sql_int(row, 24) != item->versions[item->life.count - 1].changed_s)
		item_fault(a, item, "the time of its current version is not that of the events");
	check_metadata(a, item, row);
	check_states(a, item, row);
}

/* What is found by the words of the current version, and by its stimuli. */
static void
check_index(struct audit *a, const struct told *item, struct bv_sql_stmt *row, const struct bank_row *parsed)
{
	int64_t version = bv_sql_int(row, 1);
	bool stimuli, indexed;
	struct bv_err err;

	if (bank_links_same(&stimuli, a->by.bank, bv_sql_int(row, 0), BANK_LINK_STIMULUS, parsed->stimuli, ' ', &err) != BV_OK ||
	    bank_document_indexed(&indexed, a->by.bank, bv_sql_int(row, 18), parsed->words, &err) != BV_OK) {
		version_fault(a, item, version, err.msg);
		return;
	}
	if (!stimuli)
		version_fault(a, item, version, "its stimuli in the table 'item_link' are not those of its document");
	if (!indexed)
		version_fault(a, item, version, "it is not the document of the index of texts that its row names");
}

/* Title, type and scoring as the document gives them, in the row of the version and, when it is the current one, in that of the item. */
static void
check_document(struct audit *a, const struct told *item, struct bv_sql_stmt *row, struct bv_str xml, bool bare)
{
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	const struct bank_file file = { .path = "" };
	int64_t version = bv_sql_int(row, 1);
	struct bank_row parsed;
	struct bv_err err;

	if (bank_row_parse(&parsed, &arena, &file, xml, &err) != BV_OK) {
		bank_audit_tell(&a->by, BV_SEVERITY_WARNING, "item %.*s/%.*s@%lld: this program does not read it any more, so that its title and type were not checked: %s",
		     BV_STR_ARG(item->identifier), BV_STR_ARG(item->language), (long long)version, err.msg);
		return;
	}
	if (!bv_str_eq(parsed.identifier, item->identifier))
		version_fault(a, item, version, "its document has another identifier");
	if (bv_sql_int(row, 11) == version && (!bv_str_eq(bv_sql_str(row, 12), parsed.title) || !bv_str_eq(bv_sql_str(row, 13), parsed.kind) ||
	                                       bv_sql_int(row, 14) != parsed.machine_scorable))
		version_fault(a, item, version, "title, type or scoring of the item are not those of its document");
	if (bv_sql_int(row, 11) == version)
		check_index(a, item, row, &parsed);
	if (!a->rule.reviewers)
		return;
	const struct bank_row empty = { 0 }, *want = bare ? &empty : &parsed;
	if (!bv_str_eq(bv_sql_str(row, 8), want->title) || !bv_str_eq(bv_sql_str(row, 9), want->kind) || bv_sql_int(row, 10) != want->machine_scorable)
		version_fault(a, item, version, "title, type or scoring of the version are not those of its document");
}

static void
check_told(struct audit *a, struct told *item, struct bv_sql_stmt *row, const uint8_t hash[BV_HASH_LEN])
{
	int64_t version = bv_sql_int(row, 1);
	const struct told_version *told = &item->versions[version - 1];
	const struct life_version *life = &item->life.versions[version - 1];
	struct bv_str of_state = bv_sql_blob(row, 7);

	item->rows++;
	if (!bv_hash_eq(hash, told->hash))
		version_fault(a, item, version, "its document, or one of its files, is not the one of the events");
	if (bv_sql_int(row, 4) != told->imported_s)
		version_fault(a, item, version, "its time of import is not the one of the events");
	if (bv_sql_is_null(row, 5))
		version_fault(a, item, version, "it has no state");
	else if (bv_sql_int(row, 5) != (int64_t)life->state || bv_sql_int(row, 6) != life->since)
		version_fault(a, item, version, "its state is not the one that follows from the events");
	else if (of_state.len != BV_HASH_LEN || !bv_hash_eq((const uint8_t *)of_state.p, told->hash))
		version_fault(a, item, version, "the hash beside its state is not the one of the events");
}

/* The hash that follows from the document and the files of a version. */
static enum bv_status
derive_hash(uint8_t hash[BV_HASH_LEN], struct audit *a, const struct told *item, struct bv_sql_stmt *row, struct bv_err *err)
{
	BV_AUTO(bv_bank_parts_finish) struct bv_bank_parts parts = { 0 };
	BV_AUTO(bv_version_files_finish) struct bv_version_files files = { 0 };
	int64_t version = bv_sql_int(row, 1), unsealed = bv_sql_int(row, 17);
	uint8_t document[BV_HASH_LEN];
	size_t others = 0;

	bv_sha256(document, bv_sql_blob(row, 3));
	memcpy(hash, document, BV_HASH_LEN);
	TRY(bank_parts_load(&parts, a->by.bank, bv_sql_int(row, 0), version, err));
	for (size_t i = 0; i < parts.count; i++) {
		others += parts.all[i].role != BV_PART_SELF;
		if (parts.all[i].role == BV_PART_SELF && !bv_hash_eq(parts.all[i].hash, document))
			version_fault(a, item, version, "the hash of its document in the table 'version_part' is another one");
	}
	if (unsealed < 0 || unsealed > 1 || (a->by.bank->schema == BANK_SCHEMA && unsealed && !others))
		version_fault(a, item, version, "it has no files, but its row says that an older program took them");
	if (unsealed && others)
		bank_audit_tell(&a->by, BV_SEVERITY_WARNING, "item %.*s/%.*s@%lld: an older program took it from a package, and its hash does not cover its files: import the "
		     "package again for a version whose hash does", BV_STR_ARG(item->identifier), BV_STR_ARG(item->language), (long long)version);
	if (unsealed)
		return BV_OK;
	TRY(bank_files_of(&files, a->by.bank, &parts, err));
	bv_version_hash(hash, document, &files);
	return BV_OK;
}

static void
take_version_row(struct audit *a, struct bv_sql_stmt *row)
{
	struct bv_str recorded = bv_sql_blob(row, 2), xml = bv_sql_blob(row, 3);
	struct bv_err err;
	struct told *item = find(a, bv_sql_int(row, 0)), named = { .identifier = bv_sql_str(row, 15), .language = bv_sql_str(row, 16) };
	int64_t version = bv_sql_int(row, 1);
	uint8_t hash[BV_HASH_LEN];

	a->by.counts->versions++;
	if (bv_sql_is_null(row, 15)) {
		FAULT(a, "version %lld of an item that is not in the bank", (long long)version);
		return;
	}
	if (derive_hash(hash, a, &named, row, &err) != BV_OK)
		version_fault(a, &named, version, err.msg);
	if (recorded.len != BV_HASH_LEN || !bv_hash_eq(hash, (const uint8_t *)recorded.p))
		version_fault(a, &named, version, "its document is not the one that was imported, or one of its files is not: its SHA-256 differs");
	bool bare = false;
	if (a->rule.reviewers) {
		if (!item || version < 1 || version > item->life.count) {
			version_fault(a, &named, version, "no event has brought it into the bank");
			return;
		}
		check_told(a, item, row, hash);
		bare = item->versions[version - 1].bare;
	} else if (!bv_sql_is_null(row, 5)) {
		version_fault(a, &named, version, "it has a state, but the bank has no events");
	}
	check_document(a, item ? item : &named, row, xml, bare);
}

static void
check_missing(struct audit *a)
{
	for (size_t i = 0; i < a->cap; i++) {
		const struct told *item = &a->items[i];
		if (!item->id)
			continue;
		if (!item->there)
			item_fault(a, item, "it is gone from the bank");
		else if (item->rows < item->life.count)
			item_fault(a, item, "versions of it are gone from the bank");
	}
}

static enum bv_status
run(struct audit *a, struct bv_err *err)
{
	TRY(take_rows(a, BANK_SQL_AUDIT_EVENTS, take_event, err));
	TRY(take_rows(a, BANK_SQL_RULE_GET, take_rule_row, err));
	if (a->rule.reviewers && !a->by.counts->rules)
		FAULT(a, "the bank has events, but its rule is gone");
	TRY(take_rows(a, BANK_SQL_AUDIT_ITEMS, take_item, err));
	TRY(take_rows(a, BANK_SQL_AUDIT_VERSIONS, take_version_row, err));
	TRY(bank_audit_files(&a->by, err));
	check_missing(a);
	if (a->by.opts->head && !a->anchored)
		FAULT(a, "the head that was given is not in the chain: events were changed or cut off");
	return BV_OK;
}

enum bv_status
bv_bank_audit(struct bv_audit_counts *counts, struct bv_bank *bank, const struct bv_audit_opts *opts, struct bv_err *err)
{
	BV_AUTO(finish_audit) struct audit a = { .by = { bank, opts, counts } };

	*counts = (struct bv_audit_counts){ 0 };
	if (bank->schema == BANK_SCHEMA_OLDEST)
		return bv_err_set(err, BV_EINVAL, "the bank is of an older program and has no events: open it with an import first");
	/* What others do meanwhile is not seen. */
	TRY(bv_sql_begin(bank->sql, false, err));
	enum bv_status status = run(&a, err);
	bv_sql_rollback(bank->sql);
	counts->head_seq = a.seq;
	memcpy(counts->head, a.hash, BV_HASH_LEN);
	return status;
}

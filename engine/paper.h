/* What the files of papers share. */
#ifndef BV_ENGINE_PAPER_H
#define BV_ENGINE_PAPER_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/exam.h"
#include "engine/issue.h"
#include "engine/plan.h"
#include "engine/sitting.h"

struct bv_papers {
	const struct bv_sitting *sitting;
	const struct bv_exam *exam;
	struct bv_bank *bank;
	const struct bv_allowed_module *modules;
	size_t module_count;
	struct bv_form **forms;                 /* of mode fixed */
	_Atomic(struct bv_published *) *items;  /* by index in exam->items; made when first needed */
	pthread_mutex_t lock;                   /* of the bank */
	struct bv_hmac_key key;                 /* of what is derived for a ticket */
};

/* The numbers that are kept (doc/papers.md), made ready. */
struct bv_paper {
	uint8_t cid[BV_HASH_LEN], hash[BV_HASH_LEN], form_key[BV_HASH_LEN];
	uint8_t page_key[BV_HASH_LEN]; /* of the names of choices */
	struct bv_str ticket;
	uint16_t fixed; /* which prepared form, in mode fixed */
	uint32_t count;
	uint32_t *items; /* index in exam->items, by position */
	struct bv_buf numbers;
};

/* The items of an assembled form from kept numbers, as issue_again takes them; false when they are not what the hash says. */
bool paper_items(uint32_t *items, unsigned *broken, const struct bv_exam *exam, struct bv_str ticket, struct bv_str numbers, struct bv_str hash);
/* A paper of kept numbers; EDENIED when they are none of this sitting. */
BV_MUST_USE enum bv_status paper_read(struct bv_paper **out, const struct bv_papers *papers, struct bv_str ticket, struct bv_str numbers,
                                      const uint8_t hash[BV_HASH_LEN], struct bv_err *err);
/* By the index in exam->items. */
BV_MUST_USE enum bv_status paper_published(struct bv_published **out, struct bv_papers *papers, uint32_t idx, struct bv_err *err);
BV_MUST_USE enum bv_status paper_item(struct bv_published **out, struct bv_papers *papers, const struct bv_paper *paper, uint32_t item, struct bv_err *err);
/* The key of the names of choices on one page. */
void paper_page_key(uint8_t key[BV_HASH_LEN], const struct bv_paper *paper, uint32_t item);
/* HMAC-SHA-256(draw key, label 00 cid). */
void paper_derive(uint8_t out[BV_HASH_LEN], const struct bv_papers *papers, const struct bv_paper *paper, const char *label);
void paper_clone_seed(uint8_t seed[BV_HASH_LEN], const struct bv_papers *papers, const struct bv_paper *paper, uint32_t item);

#endif

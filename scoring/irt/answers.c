#include "scoring/irt/answers.h"

#include <assert.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"

#define ANSWERS_MAX ((size_t)1 << 30)

struct bv_irt_answers *
bv_irt_answers_new(size_t item_count)
{
	struct bv_irt_answers *answers = bv_alloc(sizeof *answers);

	assert(item_count >= 1 && item_count <= BV_IRT_ITEMS_MAX);
	answers->item_count = item_count;
	answers->group_count = 1;
	answers->first = bv_alloc(sizeof *answers->first);
	answers->seen = bv_alloc_array(item_count, sizeof *answers->seen);
	answers->answered = bv_alloc_array(item_count, sizeof *answers->answered);
	return answers;
}

void
bv_irt_answers_free(struct bv_irt_answers *answers)
{
	if (!answers)
		return;
	free(answers->first);
	free(answers->group);
	free(answers->given);
	free(answers->seen);
	free(answers->answered);
	free(answers);
}

static void
grow(struct bv_irt_answers *answers, size_t count)
{
	if (answers->person_count == answers->person_cap) {
		answers->person_cap = answers->person_cap ? answers->person_cap * 3 / 2 : 1024;
		answers->first = bv_resize_array(answers->first, answers->person_cap + 1, sizeof *answers->first);
		answers->group = bv_resize_array(answers->group, answers->person_cap, sizeof *answers->group);
	}
	if (answers->count + count > answers->cap) {
		answers->cap = (answers->count + count) * 3 / 2 + 4096;
		answers->given = bv_resize_array(answers->given, answers->cap, sizeof *answers->given);
	}
}

enum bv_status
bv_irt_answers_add(struct bv_irt_answers *answers, const struct bv_irt_answer *given, size_t count, int group, struct bv_err *err)
{
	if (answers->person_count >= BV_IRT_PERSONS_MAX || answers->count + count > ANSWERS_MAX)
		return bv_err_set(err, BV_ELIMIT, "more than %d persons or %zu answers", BV_IRT_PERSONS_MAX, ANSWERS_MAX);
	if (group < 0 || group >= BV_IRT_GROUPS_MAX)
		return bv_err_set(err, BV_EINVAL, "group %d is not from 0 to %d", group, BV_IRT_GROUPS_MAX - 1);
	for (size_t i = 0; i < count; i++) {
		assert(given[i].item < answers->item_count && (i == 0 || given[i - 1].item < given[i].item));
		if (given[i].mark < 0 || given[i].mark >= BV_IRT_CATEGORIES_MAX)
			return bv_err_set(err, BV_EINVAL, "mark %d is not from 0 to %d", given[i].mark, BV_IRT_CATEGORIES_MAX - 1);
	}
	grow(answers, count);
	for (size_t i = 0; i < count; i++) {
		answers->given[answers->count++] = given[i].item * BV_IRT_CATEGORIES_MAX + (uint32_t)given[i].mark;
		answers->seen[given[i].item] |= (uint16_t)(1u << given[i].mark);
		answers->answered[given[i].item]++;
	}
	answers->group[answers->person_count++] = (uint8_t)group;
	answers->first[answers->person_count] = answers->count;
	if (group >= answers->group_count)
		answers->group_count = group + 1;
	return BV_OK;
}

size_t
bv_irt_answers_persons(const struct bv_irt_answers *answers)
{
	return answers->person_count;
}

size_t
bv_irt_answers_count(const struct bv_irt_answers *answers)
{
	return answers->count;
}

size_t
bv_irt_answers_items(const struct bv_irt_answers *answers)
{
	return answers->item_count;
}

uint16_t
bv_irt_answers_seen(const struct bv_irt_answers *answers, size_t item)
{
	return answers->seen[item];
}

size_t
bv_irt_answers_given(const struct bv_irt_answers *answers, size_t item)
{
	return answers->answered[item];
}

int
bv_irt_answers_marks(int8_t *marks, const struct bv_irt_answers *answers, size_t person)
{
	memset(marks, -1, answers->item_count);
	for (size_t r = answers->first[person]; r < answers->first[person + 1]; r++)
		marks[answers->given[r] / BV_IRT_CATEGORIES_MAX] = (int8_t)(answers->given[r] % BV_IRT_CATEGORIES_MAX);
	return answers->group[person];
}

/* Big-endian words: items, then for each person group and count, and the answers. */
void
bv_irt_answers_hash(uint8_t out[32], const struct bv_irt_answers *answers)
{
	struct bv_sha256 sha;
	uint8_t word[4];

	bv_sha256_init(&sha);
#define ADD(n) \
	do { \
		uint32_t n_ = (uint32_t)(n); \
		for (int b = 0; b < 4; b++) \
			word[b] = (uint8_t)(n_ >> (24 - 8 * b)); \
		bv_sha256_add(&sha, word, sizeof word); \
	} while (0)
	ADD(answers->item_count);
	for (size_t p = 0; p < answers->person_count; p++) {
		ADD(answers->group[p]);
		ADD(answers->first[p + 1] - answers->first[p]);
		for (size_t r = answers->first[p]; r < answers->first[p + 1]; r++)
			ADD(answers->given[r]);
	}
#undef ADD
	bv_sha256_end(&sha, out);
}

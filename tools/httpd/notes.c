#include "tools/httpd/notes.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

enum { NOTES = 64 }; /* sittings whose checkpoint is kept; where there are more, the one that was read first goes */

struct note {
	char sitting[BV_SITTING_NAME_MAX + 1];
	struct bv_buf text;
	int64_t read_ms;
};

struct notes {
	pthread_mutex_t lock;
	struct note notes[NOTES];
};

struct notes *
notes_new(void)
{
	struct notes *notes = bv_alloc(sizeof *notes);

	pthread_mutex_init(&notes->lock, NULL);
	for (size_t i = 0; i < NOTES; i++)
		notes->notes[i].text = BV_BUF(BV_CHECKPOINT_MAX);
	return notes;
}

void
notes_free(struct notes *notes)
{
	if (!notes)
		return;
	for (size_t i = 0; i < NOTES; i++)
		bv_buf_finish(&notes->notes[i].text);
	pthread_mutex_destroy(&notes->lock);
	free(notes);
}

/* The one of that sitting, or the one that is to go. */
static struct note *
find(struct notes *notes, struct bv_str sitting)
{
	struct note *oldest = notes->notes;

	for (struct note *note = notes->notes; note < notes->notes + NOTES; note++) {
		if (bv_str_is(sitting, note->sitting))
			return note;
		if (note->read_ms < oldest->read_ms)
			oldest = note;
	}
	return oldest;
}

static void
keep(struct notes *notes, struct bv_str sitting, struct bv_str text, int64_t now_ms)
{
	struct note *note = find(notes, sitting);

	memcpy(note->sitting, sitting.p, sitting.len);
	note->sitting[sitting.len] = '\0';
	bv_buf_clear(&note->text);
	bv_buf_add(&note->text, text);
	note->read_ms = now_ms;
}

enum bv_status
notes_find(struct bv_buf *out, struct notes *notes, struct bv_ledger *ledger, struct bv_str sitting, int64_t now_ms, struct bv_err *err)
{
	if (!sitting.len || sitting.len > BV_SITTING_NAME_MAX)
		return bv_err_set(err, BV_ENOTFOUND, "there is no sitting of that name");
	pthread_mutex_lock(&notes->lock);
	const struct note *note = find(notes, sitting);
	bool fresh = bv_str_is(sitting, note->sitting) && now_ms - note->read_ms < NOTES_KEPT_MS;
	if (fresh)
		bv_buf_add(out, bv_buf_str(&note->text));
	pthread_mutex_unlock(&notes->lock);
	if (fresh)
		return BV_OK;
	TRY(bv_ledger_checkpoint(out, ledger, sitting, err));
	pthread_mutex_lock(&notes->lock);
	keep(notes, sitting, bv_buf_str(out), now_ms);
	pthread_mutex_unlock(&notes->lock);
	return BV_OK;
}

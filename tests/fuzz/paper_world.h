/* The paper of the candidate of tests/fuzz/sitting_world.h. */
#ifndef BV_FUZZ_PAPER_WORLD_H
#define BV_FUZZ_PAPER_WORLD_H

#include "tests/fuzz/sitting_world.h"

#include "engine/paper.h"

static struct bv_sitting *sitting;
static struct bv_papers *papers;
static struct bv_paper *paper;

static void
papers_end(void)
{
	bv_paper_free(paper);
	bv_papers_free(papers);
	bv_sitting_free(sitting);
}

static void
papers_begin(void)
{
	world_begin();
	CHECK_OK(bv_sitting_load(&sitting, world.sittings, SITTING, NULL, NULL, &world.err), &world.err, "a sitting");
	CHECK_OK(bv_papers_new(&papers, sitting, world.bank, NULL, 0, &world.err), &world.err, "papers");
	CHECK_OK(bv_paper_make(&paper, papers, BV_STR("T-1"), &world.err), &world.err, "a paper");
	atexit(papers_end);
}

#endif

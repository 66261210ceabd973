#include "assembly/mip.h"

#include <coin/Cbc_C_Interface.h>
#include <coin/Clp_C_Interface.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
mip_finish(struct mip *m)
{
	free(m->cost);
	free(m->lo);
	free(m->hi);
	free(m->whole);
	free(m->row_lo);
	free(m->row_hi);
	free(m->row_start);
	free(m->col);
	free(m->coef);
}

static bool
grow(size_t *cap, size_t count)
{
	if (count < *cap)
		return false;
	*cap = *cap ? 2 * *cap : 256;
	return true;
}

size_t
mip_add_col(struct mip *m, double cost, double lo, double hi, bool whole)
{
	if (grow(&m->col_cap, m->cols)) {
		m->cost = bv_resize_array(m->cost, m->col_cap, sizeof *m->cost);
		m->lo = bv_resize_array(m->lo, m->col_cap, sizeof *m->lo);
		m->hi = bv_resize_array(m->hi, m->col_cap, sizeof *m->hi);
		m->whole = bv_resize_array(m->whole, m->col_cap, sizeof *m->whole);
	}
	m->cost[m->cols] = cost;
	m->lo[m->cols] = lo;
	m->hi[m->cols] = hi;
	m->whole[m->cols] = whole;
	return m->cols++;
}

size_t
mip_add_row(struct mip *m, double lo, double hi)
{
	if (grow(&m->row_cap, m->rows)) {
		m->row_lo = bv_resize_array(m->row_lo, m->row_cap, sizeof *m->row_lo);
		m->row_hi = bv_resize_array(m->row_hi, m->row_cap, sizeof *m->row_hi);
		m->row_start = bv_resize_array(m->row_start, m->row_cap, sizeof *m->row_start);
	}
	m->row_lo[m->rows] = lo;
	m->row_hi[m->rows] = hi;
	m->row_start[m->rows] = m->entries;
	return m->rows++;
}

void
mip_put(struct mip *m, size_t col, double coef)
{
	if (grow(&m->entry_cap, m->entries)) {
		m->col = bv_resize_array(m->col, m->entry_cap, sizeof *m->col);
		m->coef = bv_resize_array(m->coef, m->entry_cap, sizeof *m->coef);
	}
	m->col[m->entries] = (int)col;
	m->coef[m->entries++] = coef;
}

/* By columns, as the solvers take it. */
struct columns {
	int *start, *row;
	double *coef;
};

static void
finish_columns(struct columns *c)
{
	free(c->start);
	free(c->row);
	free(c->coef);
}
BV_AUTO_DEFINE_FINISH(struct columns, finish_columns)

static size_t
row_end(const struct mip *m, size_t row)
{
	return row + 1 < m->rows ? m->row_start[row + 1] : m->entries;
}

static void
transpose(struct columns *c, const struct mip *m)
{
	int *at = bv_alloc_array(m->cols + 1, sizeof *at);

	c->start = bv_alloc_array(m->cols + 1, sizeof *c->start);
	c->row = bv_alloc_array(m->entries, sizeof *c->row);
	c->coef = bv_alloc_array(m->entries, sizeof *c->coef);
	for (size_t e = 0; e < m->entries; e++)
		c->start[m->col[e] + 1]++;
	for (size_t j = 0; j < m->cols; j++)
		c->start[j + 1] += c->start[j];
	memcpy(at, c->start, (m->cols + 1) * sizeof *at);
	for (size_t r = 0; r < m->rows; r++)
		for (size_t e = m->row_start[r]; e < row_end(m, r); e++) {
			int to = at[m->col[e]]++;
			c->row[to] = (int)r;
			c->coef[to] = m->coef[e];
		}
	free(at);
}

void
mip_relax(const struct mip *m, struct mip_answer *answer)
{
	BV_AUTO(finish_columns) struct columns c = { 0 };
	Clp_Simplex *clp = Clp_newModel();

	transpose(&c, m);
	Clp_setLogLevel(clp, 0);
	Clp_loadProblem(clp, (int)m->cols, (int)m->rows, c.start, c.row, c.coef, m->lo, m->hi, m->cost, m->row_lo, m->row_hi);
	Clp_setOptimizationDirection(clp, m->maximize ? -1 : 1);
	Clp_initialSolve(clp);
	int status = Clp_status(clp);
	answer->outcome = status == 0 ? MIP_OPTIMAL : status == 1 ? MIP_INFEASIBLE : MIP_UNKNOWN;
	answer->value = answer->bound = Clp_objectiveValue(clp);
	memcpy(answer->x, Clp_primalColumnSolution(clp), m->cols * sizeof *answer->x);
	Clp_deleteModel(clp);
}

static void
limit(Cbc_Model *cbc, const struct mip_limits *limits)
{
	char text[32];

	Cbc_setLogLevel(cbc, 0);
	Cbc_setParameter(cbc, "logLevel", "0");
	Cbc_setParameter(cbc, "ratioGap", "0");
	Cbc_setParameter(cbc, "allowableGap", "1e-9");
	Cbc_setParameter(cbc, "increment", "1e-9"); /* how much better the next has to be: 1e-5 if nothing is said */
	snprintf(text, sizeof text, "%g", limits->seconds);
	Cbc_setParameter(cbc, "seconds", text);
	snprintf(text, sizeof text, "%llu", (unsigned long long)(limits->nodes < INT32_MAX ? limits->nodes : INT32_MAX));
	Cbc_setParameter(cbc, "maxNodes", text);
}

static void
start_from(Cbc_Model *cbc, const struct mip *m, const double *start)
{
	int *idx = bv_alloc_array(m->cols, sizeof *idx);

	for (size_t j = 0; j < m->cols; j++)
		idx[j] = (int)j;
	Cbc_setMIPStartI(cbc, (int)m->cols, idx, start);
	free(idx);
}

static void
read_answer(Cbc_Model *cbc, const struct mip *m, struct mip_answer *answer)
{
	const double *x = Cbc_bestSolution(cbc);

	if (!x) {
		answer->outcome = Cbc_isProvenInfeasible(cbc) ? MIP_INFEASIBLE : MIP_UNKNOWN;
		return;
	}
	answer->outcome = Cbc_isProvenOptimal(cbc) ? MIP_OPTIMAL : MIP_FEASIBLE;
	answer->value = Cbc_getObjValue(cbc);
	answer->bound = Cbc_isProvenOptimal(cbc) ? answer->value : Cbc_getBestPossibleObjValue(cbc);
	for (size_t j = 0; j < m->cols; j++)
		answer->x[j] = m->whole[j] ? floor(x[j] + 0.5) : x[j];
}

void
mip_solve(const struct mip *m, const struct mip_limits *limits, struct mip_answer *answer)
{
	BV_AUTO(finish_columns) struct columns c = { 0 };
	Cbc_Model *cbc = Cbc_newModel();

	transpose(&c, m);
	Cbc_loadProblem(cbc, (int)m->cols, (int)m->rows, c.start, c.row, c.coef, m->lo, m->hi, m->cost, m->row_lo, m->row_hi);
	Cbc_setObjSense(cbc, m->maximize ? -1 : 1);
	for (size_t j = 0; j < m->cols; j++)
		if (m->whole[j])
			Cbc_setInteger(cbc, (int)j);
	limit(cbc, limits);
	if (limits->start)
		start_from(cbc, m, limits->start);
	Cbc_solve(cbc);
	read_answer(cbc, m, answer);
	Cbc_deleteModel(cbc);
}

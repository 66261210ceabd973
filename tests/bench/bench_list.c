/* A filtered page out of a bank of 100,000 items; the worst filters are those that find little or nothing. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/sql.h"
#include "itembank/bank.h"

static void
must(enum bv_status status, const struct bv_err *err)
{
	if (status != BV_OK) {
		fprintf(stderr, "%s\n", err->msg);
		exit(1);
	}
}

/* 100,000 rows as an import would write them: 15 modules of 6 parts, two languages, three levels, five types, text of about 120 bytes. */
static const char rows[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
	" INSERT INTO item(id, identifier, language, version, hash, title, kind, machine_scorable, words, competence, component, level,"
	" difficulty_step, expected_s, author, enemies, discrimination, difficulty, metadata_at, sign0, sign1, sign2, sign3, sign4, sign5, sign6, sign7)"
	" SELECT i, printf('item-%06d', (i * 7919) % 100000), CASE i % 2 WHEN 0 THEN 'vi' ELSE 'en' END, 1, zeroblob(32),"
	" printf('Câu hỏi số %d về kỹ năng số', i), CASE i % 5 WHEN 0 THEN 'order' WHEN 1 THEN 'match' ELSE 'choice' END, 1,"
	" printf('câu hỏi số %d về kỹ năng số: một cán bộ nhận được thư điện tử lạ yêu cầu đổi mật khẩu thì nên làm gì trước tiên', i),"
	" printf('IU%02d.%d', i % 15 + 1, i / 15 % 6 + 1), printf('%d.%d', i % 5 + 1, i / 5 % 4 + 1), i % 3 + 1, i % 5 + 1, 60, 'Tác giả', '',"
	" 1000, i % 4000 - 2000, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM n";

/* The signatures of the words, as an import would make them. */
static void
sign_all(struct bv_sql *sql)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *get = NULL, *set = NULL;
	struct bv_err err;
	bool row;

	must(bv_sql_begin(sql, true, &err), &err);
	must(bv_sql_prepare(&get, sql, "SELECT words FROM item WHERE id = $1", &err), &err);
	must(bv_sql_prepare(&set, sql,
	                    "UPDATE item SET sign0 = $2, sign1 = $3, sign2 = $4, sign3 = $5, sign4 = $6, sign5 = $7, sign6 = $8, sign7 = $9"
	                    " WHERE id = $1", &err), &err);
	for (int id = 1; id <= 100000; id++) {
		uint64_t sign[BANK_SIGN_COUNT] = { 0 };
		bv_sql_bind_int(get, 1, id);
		must(bv_sql_step(get, &row, &err), &err);
		bank_words_sign(sign, bv_sql_str(get, 0));
		bv_sql_reset(get);
		bv_sql_bind_int(set, 1, id);
		for (int i = 0; i < BANK_SIGN_COUNT; i++)
			bv_sql_bind_int(set, 2 + i, (int64_t)sign[i]);
		must(bv_sql_exec(set, &err), &err);
	}
	must(bv_sql_commit(sql, &err), &err);
}

static void
measure(struct bv_bank *bank, const char *name, const struct bv_bank_filter *filter, const struct bv_bank_page *page)
{
	enum { RUNS = 9 };
	double best = 1e9, worst = 0, count_best = 1e9;
	size_t found = 0;
	uint64_t total = 0;
	struct bv_err err;

	for (int run = 0; run < RUNS; run++) {
		BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
		int64_t start = bv_clock_monotonic_ns();
		must(bv_bank_list(&pool, bank, filter, page, &err), &err);
		double ms = (double)(bv_clock_monotonic_ns() - start) * 1e-6;
		best = ms < best ? ms : best;
		worst = ms > worst ? ms : worst;
		found = pool.count;
		start = bv_clock_monotonic_ns();
		must(bv_bank_count(&total, bank, filter, &err), &err);
		ms = (double)(bv_clock_monotonic_ns() - start) * 1e-6;
		count_best = ms < count_best ? ms : count_best;
	}
	printf("%-44s %5zu of %6llu items  page %7.2f ms (worst %7.2f)  total %7.2f ms\n", name, found, (unsigned long long)total, best, worst,
	       count_best);
}

int
main(void)
{
	char folder[] = "/tmp/bv-bench-list-XXXXXX", path[100], command[100];
	struct bv_bank *bank = NULL;
	struct bv_sql *sql = NULL;
	struct bv_err err;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof path, "%s/bank.db", folder);
	must(bv_bank_open(&bank, path, BV_BANK_CREATE, &err), &err);
	must(bv_sql_open(&sql, path, BV_SQL_WRITE, &err), &err);
	must(bv_sql_run(sql, rows, &err), &err);
	sign_all(sql);
	bv_sql_close(sql);
	const struct bv_bank_page page = { .limit = 50 };
	const struct bv_bank_page late = { BV_STR("item-095000"), BV_STR_NONE, 50 };
	const struct bv_bank_filter none = { 0 }, module = { .competence = BV_STR("IU09") },
	                            narrow = { .competence = BV_STR("IU09.3"), .language = BV_STR("vi"), .level = BV_COGNITIVE_APPLY,
	                                       .kind = BV_STR("match") },
	                            rare = { .text = BV_STR("số 77777 về") }, absent = { .text = BV_STR("không có ở đâu cả xyz") },
	                            part = { .text = BV_STR("xyz") }, letter = { .text = BV_STR("w") }, common = { .text = BV_STR("số 7 nên") },
	                            level = { .level = BV_COGNITIVE_RECALL, .language = BV_STR("vi") },
	                            component = { .component = BV_STR("4"), .language = BV_STR("fr") };
	measure(bank, "everything, first page", &none, &page);
	measure(bank, "everything, after item-095000", &none, &late);
	measure(bank, "a module", &module, &page);
	measure(bank, "part, language, level and type", &narrow, &page);
	measure(bank, "level and language", &level, &page);
	measure(bank, "a component in a language that is not there", &component, &page);
	measure(bank, "words of one item", &rare, &page);
	measure(bank, "words of no item", &absent, &page);
	measure(bank, "three letters of no item", &part, &page);
	measure(bank, "one letter of no item", &letter, &page);
	measure(bank, "words of many items", &common, &page);
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	int64_t start = bv_clock_monotonic_ns();
	must(bv_bank_pool(&pool, bank, &none, &err), &err);
	printf("pool of all %zu items: %.0f ms\n", pool.count, (double)(bv_clock_monotonic_ns() - start) * 1e-6);
	bv_bank_close(bank);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) != 0;
}

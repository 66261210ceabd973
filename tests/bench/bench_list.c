/* A filtered page out of a bank of 100,000 items, in processor time, since nothing waits for the disk; the worst filters are those that find little
 * or nothing, and words that nearly all items have. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/sql.h"
#include "itembank/bank.h"
#include "tests/bench/bench.h"

/* 100,000 rows as an import would write them: 15 modules of 6 parts, two languages, three levels, five types. */
static const char rows[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
	" INSERT INTO item(id, identifier, language, version, hash, title, kind, machine_scorable, document, competence, component, level,"
	" difficulty_step, expected_s, author, enemies, discrimination, difficulty, metadata_at)"
	" SELECT i, printf('item-%06d', (i * 7919) % 100000), CASE i % 2 WHEN 0 THEN 'vi' ELSE 'en' END, 1, zeroblob(32),"
	" printf('Câu hỏi số %d về kỹ năng số', i), CASE i % 5 WHEN 0 THEN 'order' WHEN 1 THEN 'match' ELSE 'choice' END, 1, i,"
	" printf('IU%02d.%d', i % 15 + 1, i / 15 % 6 + 1), printf('%d.%d', i % 5 + 1, i / 5 % 4 + 1), i % 3 + 1, i % 5 + 1, 60, 'Tác giả', '',"
	" 1000, i % 4000 - 2000, 0 FROM n";

/* The texts of one of them: a title, a stem, six choices; a word of each hundredth, of each thousandth and of one item. */
static void
write_texts(struct bv_str words[BANK_TEXT_PARTS], int i, struct bv_arena *arena)
{
	BV_AUTO(bv_buf_finish) struct bv_buf text = BV_BUF(4096);

	bv_buf_printf(&text, "Câu hỏi số %d về kỹ năng số", i);
	words[BANK_TEXT_TITLE] = bank_words(bv_buf_str(&text), arena);
	bv_buf_clear(&text);
	bv_buf_printf(&text, "Tình huống %d: một cán bộ nhận được thư điện tử lạ yêu cầu đổi mật khẩu hệ thống quản lý văn bản. Việc nào nên làm trước tiên?%s%s",
	              i, i % 100 ? "" : " Bảng tính", i % 1000 ? "" : " biểu đồ");
	words[BANK_TEXT_STEM] = bank_words(bv_buf_str(&text), arena);
	bv_buf_clear(&text);
	for (char c = 'A'; c <= 'F'; c++)
		bv_buf_printf(&text, "Phương án %c: báo cho bộ phận công nghệ thông tin và không mở tệp đính kèm, không bấm vào đường dẫn nào trong thư (%d). ", c,
		              (i * 31 + c) % 5000);
	words[BANK_TEXT_CHOICES] = bank_words(bv_buf_str(&text), arena);
	words[BANK_TEXT_REMARKS] = BV_STR_NONE;
}

static void
index_texts(struct bv_sql *sql)
{
	BV_AUTO(bv_sql_stmt_free) struct bv_sql_stmt *add = NULL;
	BV_AUTO(bv_arena_finish) struct bv_arena arena = { 0 };
	clock_t start = clock();
	struct bv_err err;

	must(bv_sql_prepare(&add, sql, bank_fts_add, &err), &err);
	for (int i = 1; i <= 100000; i++) {
		struct bv_str words[BANK_TEXT_PARTS];
		if (i % 128 == 1)
			must(bv_sql_begin(sql, true, &err), &err);
		write_texts(words, i, &arena);
		bv_sql_bind_int(add, 1, i);
		for (int part = 0; part < BANK_TEXT_PARTS; part++)
			bv_sql_bind_str(add, 2 + part, words[part]);
		must(bv_sql_exec(add, &err), &err);
		if (i % 128 == 0 || i == 100000)
			must(bv_sql_commit(sql, &err), &err);
		bv_arena_reset(&arena);
	}
	printf("100,000 texts of about 160 words indexed: %.1f s\n", (double)(clock() - start) / CLOCKS_PER_SEC);
}

/* The same bank with a life cycle: a quarter each operational, operational with a newer draft, approved, and in review. States as enum bv_state. */
static const char life[] =
	"INSERT INTO lifecycle VALUES (1, 1);"
	"INSERT INTO event VALUES (1, 0, 0, 'ai', 0, 0, x'', zeroblob(32));"
	"INSERT INTO item_version SELECT id, 1, hash, x'', 0 FROM item;"
	"INSERT INTO item_version SELECT id, 2, hash, x'', 0 FROM item WHERE id % 4 = 1;"
	"INSERT INTO version_state SELECT id, 1, CASE id % 4 WHEN 2 THEN 3 WHEN 3 THEN 2 ELSE 5 END, 1, hash, title, kind, machine_scorable FROM item;"
	"INSERT INTO version_state SELECT id, 2, 1, 1, hash, title, kind, machine_scorable FROM item WHERE id % 4 = 1;"
	"UPDATE item SET version = CASE WHEN id % 4 = 1 THEN 2 ELSE 1 END, state = CASE id % 4 WHEN 1 THEN 1 WHEN 2 THEN 3 WHEN 3 THEN 2 ELSE 5 END,"
	" approved = CASE WHEN id % 4 = 2 THEN 1 ELSE 0 END, operational = CASE WHEN id % 4 < 2 THEN 1 ELSE 0 END";

static void
begin_life(const char *path)
{
	BV_AUTO(bv_sql_close) struct bv_sql *sql = NULL;
	struct bv_err err;

	must(bv_sql_open(&sql, path, BV_SQL_WRITE, &err), &err);
	must(bv_sql_begin(sql, true, &err), &err);
	must(bv_sql_run(sql, life, &err), &err);
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
		clock_t start = clock();
		must(bv_bank_list(&pool, bank, filter, page, &err), &err);
		double ms = 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC;
		best = ms < best ? ms : best;
		worst = ms > worst ? ms : worst;
		found = pool.count;
		start = clock();
		must(bv_bank_count(&total, bank, filter, &err), &err);
		ms = 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC;
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
	index_texts(sql);
	bv_sql_close(sql);
	const struct bv_bank_page page = { .limit = 50 };
	const struct bv_bank_page late = { .after_identifier = BV_STR("item-095000"), .limit = 50 };
	const struct bv_bank_page best = { .sort = BV_SORT_RELEVANCE, .limit = 50 };
	const struct bv_bank_filter none = { 0 }, module = { .competence = BV_STR("IU09") },
	                            narrow = { .competence = BV_STR("IU09.3"), .language = BV_STR("vi"), .level = BV_COGNITIVE_APPLY,
	                                       .kind = BV_STR("match") },
	                            rare = { .text = BV_STR("số 77777 về") }, absent = { .text = BV_STR("không có ở đâu cả xyz") },
	                            some = { .text = BV_STR("bang tinh") }, fewer = { .text = BV_STR("\"biểu đồ\" bảng tính") },
	                            prefix = { .text = BV_STR("12*") }, number = { .text = BV_STR("4321") }, common = { .text = BV_STR("thu -777*") },
	                            foreign = { .text = BV_STR("thư"), .language = BV_STR("fr") },
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
	measure(bank, "words of 1,000 items, without marks", &some, &page);
	measure(bank, "the same by relevance", &some, &best);
	measure(bank, "a phrase and words of 100 items, by relevance", &fewer, &best);
	measure(bank, "a number", &number, &page);
	measure(bank, "the beginning of a number", &prefix, &page);
	measure(bank, "the same by relevance", &prefix, &best);
	measure(bank, "a word of nearly all items", &common, &page);
	measure(bank, "the same by relevance", &common, &best);
	measure(bank, "a word of all items in no such language", &foreign, &page);
	BV_AUTO(bv_pool_finish) struct bv_pool pool = { 0 };
	clock_t start = clock();
	must(bv_bank_pool(&pool, bank, &none, &err), &err);
	printf("pool of all %zu items: %.0f ms\n", pool.count, 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC);
	begin_life(path);
	const struct bv_bank_filter review = { .state = BV_STATE_REVIEW }, in_use = { .state = BV_STATE_OPERATIONAL },
	                            in_use_narrow = { .competence = BV_STR("IU09.3"), .language = BV_STR("vi"), .level = BV_COGNITIVE_APPLY,
	                                              .kind = BV_STR("match"), .state = BV_STATE_OPERATIONAL },
	                            pretest = { .state = BV_STATE_PRETEST }, retired = { .state = BV_STATE_RETIRED };
	puts("with a life cycle:");
	measure(bank, "everything, first page", &none, &page);
	measure(bank, "in review", &review, &page);
	measure(bank, "operational", &in_use, &page);
	measure(bank, "operational, after item-095000", &in_use, &late);
	measure(bank, "operational, part, language, level and type", &in_use_narrow, &page);
	measure(bank, "in pretest, which none is", &pretest, &page);
	measure(bank, "retired, which none is", &retired, &page);
	BV_AUTO(bv_pool_finish) struct bv_pool drawn = { 0 };
	start = clock();
	must(bv_bank_pool(&drawn, bank, &none, &err), &err);
	printf("pool of all %zu operational items: %.0f ms\n", drawn.count, 1e3 * (double)(clock() - start) / CLOCKS_PER_SEC);
	bv_bank_close(bank);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) != 0;
}

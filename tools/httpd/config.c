#include "tools/httpd/config.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

#include "base/sql.h"
#include "base/text.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/listen.h"

static const char *const no_yes[] = { "no", "yes", NULL };
static const char *const log_choices[] = { [LOG_NONE] = "none", [LOG_FAILED] = "failed", [LOG_ALL] = "all", NULL };

#define AT(member) offsetof(struct config, member)
#define RATE_AT(class) (offsetof(struct config, rates) + (class) * sizeof(struct rate))

const struct config_key config_keys[] = {
	{ "listen", CONFIG_TEXT, AT(listen), 1, 300, NULL, "127.0.0.1:8080", "địa chỉ nghe: ĐỊA-CHỈ:CỔNG, [ĐỊA-CHỈ-IPV6]:CỔNG hoặc unix:TỆP",
	  "where to listen: ADDRESS:PORT, [ADDRESS]:PORT or unix:FILE" },
	{ "public_url", CONFIG_TEXT, AT(public_url), 0, 300, NULL, "", "địa chỉ mà người dùng gõ, ví dụ https://thi.example.vn; để trống khi thử nghiệm",
	  "what people type, as https://exam.example.vn; empty while trying" },
	{ "db", CONFIG_TEXT, AT(db), 1, CONFIG_TEXT_MAX - 1, NULL, "sqlite:bangvang.db", "cơ sở dữ liệu", "the database" },
	{ "account_key", CONFIG_TEXT, AT(account_key), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "tệp khóa chính (bangvangd account key TỆP) niêm phong bí mật của ứng dụng xác thực trong cơ sở dữ liệu; để trống: không niêm phong",
	  "file with a master key (bangvangd account key FILE) that seals the secrets of authenticators in the database; empty: they lie there as they are" },
	{ "ledger", CONFIG_TEXT, AT(ledger), 0, CONFIG_TEXT_MAX - 1, NULL, "", "sổ cái của các đợt thi, ví dụ sqlite:ledger.db; để trống: không tổ chức thi",
	  "the ledger of exams, as sqlite:ledger.db; empty: no exams are held here" },
	{ "ledger_key", CONFIG_TEXT, AT(ledger_key), 0, CONFIG_TEXT_MAX - 1, NULL, "", "tệp khóa PEM (Ed25519) ký biên nhận của sổ cái",
	  "PEM file with the Ed25519 key that signs the ledger's receipts" },
	{ "ledger_origin", CONFIG_TEXT, AT(ledger_origin), 0, 200, NULL, "",
	  "tên của sổ cái trong các điểm kiểm tra công bố; để trống: tên mà sổ cái đã có", "the ledger's name in its published checkpoints; empty: the one that it has" },
	{ "bank", CONFIG_TEXT, AT(bank), 0, CONFIG_TEXT_MAX - 1, NULL, "", "ngân hàng câu hỏi của các đợt thi, ví dụ bank.db",
	  "the item bank of the sittings, as bank.db" },
	{ "allowed_modules", CONFIG_TEXT, AT(allowed_modules), 0, CONFIG_TEXT_MAX - 1, NULL, "", "tệp liệt kê mô-đun của câu hỏi tương tác riêng được phép chạy",
	  "file with the list of modules that portable custom interactions may run, as --allow-module has it" },
	{ "persons", CONFIG_TEXT, AT(persons), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "kho dữ liệu cá nhân (bangvang person create), ví dụ sqlite:persons.db, để giám thị điểm danh theo tên; để trống: chỉ có số báo danh",
	  "the store of persons (bangvang person create), as sqlite:persons.db, so that proctors see names; empty: tickets only" },
	{ "persons_key", CONFIG_TEXT, AT(persons_key), 0, CONFIG_TEXT_MAX - 1, NULL, "", "tệp khóa chính của kho đó", "file with the master key of that store" },
	{ "paper_memory_mib", CONFIG_INT, AT(paper_memory_mib), 1, 65536, NULL, "1024", "bộ nhớ giữ đề của thí sinh (MiB), khoảng 1 KiB mỗi đề 40 câu",
	  "MiB of memory for papers, about a KiB for one of 40 items" },
	{ "trust", CONFIG_TEXT, AT(trust), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "thư mục các tổ chức cấp được tin (did.json, *.multikey) khi ai đó kiểm tra chứng nhận ở đây; khóa của sổ cái luôn được tin",
	  "folder of the issuers that are trusted (did.json, *.multikey) when somebody verifies a certificate here; the ledger's key always is" },
	{ "register", CONFIG_TEXT, AT(register_url), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "sổ chứng chỉ (bangvang register init), chỉ đọc: ai có mã thì tra được ở /v/MÃ; để trống: không tra theo mã",
	  "the register of certificates (bangvang register init), which is only read: who has a code finds his at /v/CODE; empty: nothing is looked up" },
	{ "status", CONFIG_TEXT, AT(status), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "thư mục danh sách trạng thái đã công bố (bangvang cert publish --out); để trống: lấy từ sổ chứng chỉ",
	  "folder of the published status lists (bangvang cert publish --out); empty: those of the register" },
	{ "log", CONFIG_TEXT, AT(log), 0, CONFIG_TEXT_MAX - 1, NULL, "", "sổ công khai: thư mục, hoặc địa chỉ https://…; để trống: không tra",
	  "the public log: its folder, or its address https://…; empty: nothing is looked up in it" },
	{ "log_policy", CONFIG_TEXT, AT(log_policy), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "tệp khóa của sổ công khai và các nhân chứng (C2SP tlog-policy); để trống: tệp policy trong thư mục của sổ",
	  "file with the keys of the log and its witnesses (C2SP tlog-policy); empty: the file 'policy' in the log's folder" },
	{ "verify_memory_mib", CONFIG_INT, AT(verify_memory_mib), 1, 4096, NULL, "256", "bộ nhớ (MiB) cho tiến trình con đọc một tệp mà ai đó nhờ kiểm tra",
	  "MiB of memory for the child that reads one document that somebody brings to be verified" },
	{ "verify_cpu_s", CONFIG_INT, AT(verify_cpu_s), 1, 60, NULL, "5", "số giây bộ xử lý cho tiến trình đó", "seconds of processor time for it" },
	{ "verify_unfiltered", CONFIG_CHOICE, AT(verify_unfiltered), 0, 0, no_yes, "no", "bỏ bộ lọc lời gọi hệ thống của tiến trình đó, ở nơi nhân không có seccomp",
	  "without its filter of system calls, where the kernel has no seccomp" },
	{ "standards", CONFIG_TEXT, AT(standards), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "thư mục các chuẩn kỹ năng (*.xml): trang tra cứu ghi tên của mức đạt thay cho mã; để trống: ghi mã",
	  "folder with the skills standards (*.xml): pages call a level by its name instead of its code; empty: by the code" },
	{ "seb", CONFIG_TEXT, AT(seb), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "thư mục cấu hình Safe Exam Browser (bangvang seb new): đợt thi có tệp ở đó chỉ thi được bằng trình duyệt ấy; để trống: không đợt nào",
	  "folder with configurations of Safe Exam Browser (bangvang seb new): sittings that have a file there are held in it only; empty: none is" },
	{ "trusted_proxies", CONFIG_TEXT, AT(trusted_proxies), 0, CONFIG_TEXT_MAX - 1, NULL, "",
	  "địa chỉ các máy trung gian được tin (cách nhau bằng dấu cách): X-Forwarded-For của chúng được dùng",
	  "addresses of proxies, separated by spaces, whose X-Forwarded-For is believed" },
	{ "tls_certificate", CONFIG_TEXT, AT(tls_certificate), 0, CONFIG_TEXT_MAX - 1, NULL, "", "tệp chứng thư PEM: máy chủ tự phục vụ HTTPS",
	  "PEM file with the certificate chain: serve HTTPS without a proxy" },
	{ "tls_key", CONFIG_TEXT, AT(tls_key), 0, CONFIG_TEXT_MAX - 1, NULL, "", "tệp khóa PEM của chứng thư", "PEM file with its key" },
	{ "threads", CONFIG_INT, AT(threads), 1, 64, NULL, "2", "số luồng xử lý kết nối", "event threads" },
	{ "connections", CONFIG_INT, AT(connections), 8, 200000, NULL, "10000", "số kết nối tối đa", "connections at most" },
	{ "connections_per_address", CONFIG_INT, AT(connections_per_address), 0, 200000, NULL, "0",
	  "số kết nối tối đa từ một địa chỉ; 0: không giới hạn (khi đứng sau máy trung gian)",
	  "connections from one address at most; 0 any number (behind a proxy)" },
	{ "connection_memory", CONFIG_INT, AT(connection_memory), 8192, 65536, NULL, "12288", "bộ nhớ của một kết nối (byte)",
	  "bytes of memory a connection: its header and that of the answer" },
	{ "header_max", CONFIG_INT, AT(header_max), 1024, 32768, NULL, "8192", "phần đầu yêu cầu dài nhất (byte)",
	  "bytes of a request's line and header fields at most" },
	{ "header_timeout_s", CONFIG_INT, AT(header_timeout_s), 1, 120, NULL, "10", "thời hạn nhận phần đầu (giây)",
	  "seconds within which a header must be there, from the first line" },
	{ "body_timeout_s", CONFIG_INT, AT(body_timeout_s), 1, 600, NULL, "30", "thời hạn nhận nội dung (giây)", "seconds within which a body must be there" },
	{ "idle_timeout_s", CONFIG_INT, AT(idle_timeout_s), 1, 3600, NULL, "75", "thời hạn giữa hai yêu cầu (giây)",
	  "seconds until the next request line must be there" },
	{ "answer_timeout_s", CONFIG_INT, AT(answer_timeout_s), 1, 3600, NULL, "60", "thời hạn gửi trả lời (giây)",
	  "seconds within which the client must have read an answer" },
	{ "drain_s", CONFIG_INT, AT(drain_s), 0, 600, NULL, "30", "khi tắt: đợi các yêu cầu đang làm (giây)",
	  "at the end: seconds that exchanges which were begun may take" },
	{ "work_threads", CONFIG_INT, AT(work_threads), 1, 64, NULL, "2", "số luồng dùng cơ sở dữ liệu", "threads that ask the database" },
	{ "work_queue", CONFIG_INT, AT(work_queue), 1, 100000, NULL, "2000", "số yêu cầu chờ cơ sở dữ liệu tối đa",
	  "requests that wait for them at most; more are told to come back" },
	{ "board_step_ms", CONFIG_INT, AT(board_step_ms), 10, 10000, NULL, "100", "bảng theo dõi của giám thị đọc sổ cái sau mỗi số mili giây này",
	  "the proctors' board reads the ledger at most once in so many milliseconds" },
	{ "streams", CONFIG_INT, AT(streams), 0, 100000, NULL, "1000", "số luồng theo dõi (SSE) tối đa", "streams of boards (SSE) at most" },
	{ "streams_per_session", CONFIG_INT, AT(streams_per_session), 1, 1000, NULL, "4", "số luồng theo dõi tối đa của một phiên", "streams of one session at most" },
	{ "stream_s", CONFIG_INT, AT(stream_s), 1, 3600, NULL, "120", "một luồng kết thúc sau số giây này để quyền được xét lại",
	  "seconds after which a stream ends, to be asked for again with the rights of then" },
	{ "stream_slow_s", CONFIG_INT, AT(stream_slow_s), 1, 600, NULL, "10", "máy đọc luồng chậm hơn số giây này được báo hãy hỏi định kỳ",
	  "who takes longer to read what a stream sent is told to poll" },
	{ "stream_beat_s", CONFIG_INT, AT(stream_beat_s), 1, 600, NULL, "15", "nhịp của luồng khi không có gì mới (giây)", "seconds between comments on a stream that is quiet" },
	{ "rate_page", CONFIG_RATE, RATE_AT(RATE_PAGE), 0, 0, NULL, "1200/min burst 400", "mức của trang, theo địa chỉ", "rate of pages, by address" },
	{ "rate_api", CONFIG_RATE, RATE_AT(RATE_API), 0, 0, NULL, "12000/min burst 4000", "mức của API, theo địa chỉ (cả phòng thi có thể chung một)",
	  "rate of the API, by address, which a whole hall may share" },
	{ "rate_account", CONFIG_RATE, RATE_AT(RATE_ACCOUNT), 0, 0, NULL, "600/min burst 200", "mức của một tài khoản", "rate of one account" },
	{ "rate_save", CONFIG_RATE, RATE_AT(RATE_SAVE), 0, 0, NULL, "600000/min burst 20000", "mức lưu câu trả lời, theo địa chỉ",
	  "rate of saves, by address" },
	{ "rate_sign_in", CONFIG_RATE, RATE_AT(RATE_SIGN_IN), 0, 0, NULL, "30/min burst 60", "mức đăng nhập, theo địa chỉ", "rate of sign-ins, by address" },
	{ "rate_entry", CONFIG_RATE, RATE_AT(RATE_ENTRY), 0, 0, NULL, "3000/min burst 2000", "mức đăng nhập của thí sinh, theo địa chỉ (cả phòng thi có thể chung một)",
	  "rate of sign-ins of candidates, by address, which a whole hall may share" },
	{ "rate_name", CONFIG_RATE, RATE_AT(RATE_NAME), 0, 0, NULL, "1/min burst 5", "mức nhập sai của một tài khoản hoặc số báo danh từ một địa chỉ",
	  "rate of wrong passwords or codes for one account or ticket from one address" },
	{ "rate_guess", CONFIG_RATE, RATE_AT(RATE_GUESS), 0, 0, NULL, "10/min burst 100", "mức nhập sai của một tài khoản hoặc số báo danh từ mọi nơi",
	  "rate of wrong passwords or codes for one account or ticket from everywhere" },
	{ "rate_verify", CONFIG_RATE, RATE_AT(RATE_VERIFY), 0, 0, NULL, "60/min burst 60", "mức kiểm tra chứng nhận, theo địa chỉ", "rate of verifications, by address" },
	{ "rate_log", CONFIG_RATE, RATE_AT(RATE_LOG), 0, 0, NULL, "600/min burst 600", "mức dòng nhật ký của mỗi loại", "rate of log lines of one kind" },
	{ "rate_clients", CONFIG_INT, AT(rate_clients), 1024, 16777216, NULL, "131072", "số máy khách được nhớ để tính mức", "clients whose rates are remembered" },
	{ "verify_threads", CONFIG_INT, AT(verify_threads), 1, 16, NULL, "1", "số tài liệu được kiểm tra cùng lúc", "documents verified at the same time" },
	{ "verify_queue", CONFIG_INT, AT(verify_queue), 1, 10000, NULL, "64", "số lần kiểm tra chờ tối đa", "verifications that wait for that at most; more are told to come back" },
	{ "password_memory_kib", CONFIG_INT, AT(password_memory_kib), 8192, 1048576, NULL, "19456", "bộ nhớ Argon2id (KiB)",
	  "KiB of memory of one Argon2id hash" },
	{ "password_passes", CONFIG_INT, AT(password_passes), 1, 64, NULL, "2", "số lượt Argon2id", "passes of one Argon2id hash" },
	{ "password_threads", CONFIG_INT, AT(password_threads), 1, 16, NULL, "1", "số mật khẩu được tính cùng lúc", "passwords hashed at the same time" },
	{ "password_queue", CONFIG_INT, AT(password_queue), 1, 10000, NULL, "64", "số lần đăng nhập chờ tối đa",
	  "sign-ins that wait for that at most; more are told to come back" },
	{ "session_idle_min", CONFIG_INT, AT(session_idle_min), 1, 1440, NULL, "30", "phiên hết hạn sau số phút không dùng",
	  "minutes without use after which a session ends" },
	{ "session_max_h", CONFIG_INT, AT(session_max_h), 1, 168, NULL, "12", "phiên dài nhất (giờ)", "hours after which a session ends in any case" },
	{ "session_refresh_s", CONFIG_INT, AT(session_refresh_s), 1, 300, NULL, "10",
	  "số giây một phiên được nhớ mà không hỏi lại cơ sở dữ liệu", "seconds for which a session is believed without asking the database again" },
	{ "second_factor", CONFIG_CHOICE, AT(second_factor), 0, 0, no_yes, "yes", "mọi tài khoản phải có ứng dụng xác thực",
	  "must every account have an authenticator (TOTP)?" },
	{ "log_requests", CONFIG_CHOICE, AT(log_requests), 0, 0, log_choices, "failed", "những yêu cầu nào được ghi nhật ký", "which requests are logged" },
	{ 0 },
};

static const struct config_key *
find_key(struct bv_str name)
{
	for (const struct config_key *k = config_keys; k->name; k++)
		if (bv_str_is(name, k->name))
			return k;
	return NULL;
}

/* "N/s" or "N/min", then "burst N". */
static bool
parse_rate(struct rate *out, struct bv_str s)
{
	const int64_t per_min_max = 60000000, burst_max = 10000000;
	struct bv_str rest = s, speed, word, count;
	int64_t n, burst;

	if (!bv_str_token(&rest, &speed) || !bv_str_token(&rest, &word) || !bv_str_is(word, "burst") || !bv_str_token(&rest, &count) ||
	    bv_str_trim(rest).len)
		return false;
	size_t slash = bv_str_find(speed, '/');
	struct bv_str unit = bv_str_sub(speed, slash + 1, speed.len);
	if (!bv_str_int(bv_str_sub(speed, 0, slash), &n) || !bv_str_int(count, &burst) || n < 1 || n > per_min_max || burst < 1 || burst > burst_max)
		return false;
	if (bv_str_is(unit, "s"))
		n *= 60;
	else if (!bv_str_is(unit, "min"))
		return false;
	if (n > per_min_max)
		return false;
	*out = (struct rate){ n, burst };
	return true;
}

static enum bv_status
set_text(char *out, const struct config_key *k, struct bv_str value, struct bv_err *err)
{
	if ((int64_t)value.len < k->min || (int64_t)value.len > k->max || memchr(bv_str_chars(value), 0, value.len))
		return bv_err_set(err, BV_EINVAL, "%s: the value must have %" PRId64 " to %" PRId64 " bytes", k->name, k->min, k->max);
	memcpy(out, bv_str_chars(value), value.len);
	out[value.len] = '\0';
	return BV_OK;
}

static enum bv_status
set_choice(int64_t *out, const struct config_key *k, struct bv_str value, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf all = BV_BUF(200);

	for (int64_t i = 0; k->choices[i]; i++) {
		if (bv_str_is(value, k->choices[i])) {
			*out = i;
			return BV_OK;
		}
		bv_buf_printf(&all, "%s%s", i ? ", " : "", k->choices[i]);
	}
	return bv_err_set(err, BV_EINVAL, "%s: '%.*s' is none of: %s", k->name, BV_STR_ARG(value), all.p);
}

static enum bv_status
set(struct config *config, const struct config_key *k, struct bv_str value, struct bv_err *err)
{
	char *at = (char *)config + k->offset;
	int64_t n;

	switch (k->type) {
	case CONFIG_TEXT:
		return set_text(at, k, value, err);
	case CONFIG_CHOICE:
		return set_choice((int64_t *)(void *)at, k, value, err);
	case CONFIG_RATE:
		if (!parse_rate((struct rate *)(void *)at, value))
			return bv_err_set(err, BV_EINVAL, "%s: '%.*s' is no rate: write as 600/min burst 100 or 10/s burst 100", k->name, BV_STR_ARG(value));
		return BV_OK;
	case CONFIG_INT:
		break;
	}
	if (!bv_str_int(value, &n) || n < k->min || n > k->max)
		return bv_err_set(err, BV_EINVAL, "%s: '%.*s' is not a whole number from %" PRId64 " to %" PRId64, k->name, BV_STR_ARG(value), k->min, k->max);
	*(int64_t *)(void *)at = n;
	return BV_OK;
}

void
config_init(struct config *config)
{
	struct bv_err err;

	*config = (struct config){ 0 };
	for (const struct config_key *k = config_keys; k->name; k++) {
		enum bv_status status = set(config, k, bv_str_of(k->otherwise), &err);
		assert(status == BV_OK);
		(void)status;
	}
}

enum bv_status
config_set(struct config *config, struct bv_str key, struct bv_str value, struct bv_err *err)
{
	const struct config_key *k = find_key(key);

	if (!k)
		return bv_err_set(err, BV_EINVAL, "there is no key '%.*s': bangvangd --print-config prints all", BV_STR_ARG(key));
	return set(config, k, value, err);
}

static enum bv_status
parse_line(struct config *config, bool *given, struct bv_str line, struct bv_err *err)
{
	size_t equals = bv_str_find(line, '=');
	struct bv_str key = bv_str_trim(bv_str_sub(line, 0, equals)), value = bv_str_trim(bv_str_sub(line, equals + 1, line.len));
	const struct config_key *k = find_key(key);

	if (equals == line.len)
		return bv_err_set(err, BV_EINVAL, "a line is: key = value");
	if (k && given[k - config_keys])
		return bv_err_set(err, BV_EINVAL, "%s is given twice", k->name);
	TRY(config_set(config, key, value, err));
	given[k - config_keys] = true;
	return BV_OK;
}

enum bv_status
config_parse(struct config *config, struct bv_str text, struct bv_err *err)
{
	bool given[BV_COUNT(config_keys)] = { false };
	struct config parsed = *config;
	int number = 1;

	if (!bv_text_valid(text))
		return bv_err_set(err, BV_EPARSE, "the configuration is not UTF-8");
	for (struct bv_str rest = text; rest.len; number++) {
		size_t end = bv_str_find(rest, '\n');
		struct bv_str line = bv_str_trim(bv_str_sub(rest, 0, end));
		enum bv_status status = !line.len || line.p[0] == '#' ? BV_OK : parse_line(&parsed, given, line, err);
		if (status != BV_OK) {
			err->line = number;
			return status;
		}
		rest = bv_str_sub(rest, end + 1, rest.len);
	}
	*config = parsed;
	return BV_OK;
}

static enum bv_status
named(const char *key, enum bv_status status, struct bv_err *err)
{
	struct bv_err found;

	if (status == BV_OK)
		return BV_OK;
	found = *err;
	return bv_err_set(err, status, "%s: %.200s", key, found.msg);
}

/* A log's name in signed notes (C2SP signed-note: no spaces and no plus sign), and a key's name in files. */
static enum bv_status
check_origin(const char *origin, struct bv_err *err)
{
	for (const char *c = origin; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '+')
			return bv_err_set(err, BV_EINVAL, "ledger_origin: '%.60s' is no name of a log: write as exam.example.vn/sittings, without spaces or '+'", origin);
	return BV_OK;
}

static enum bv_status
check_proxies(const char *proxies, struct bv_err *err)
{
	struct address address;
	size_t count = 0;

	for (struct bv_str rest = bv_str_of(proxies), word; bv_str_token(&rest, &word);) {
		if (!address_parse(&address, word))
			return bv_err_set(err, BV_EINVAL, "trusted_proxies: '%.*s' is no address: name each proxy by its own, as 10.0.0.7 or fd00::7",
			                  BV_STR_ARG(bv_str_sub(word, 0, 60)));
		if (++count > CONFIG_PROXIES_MAX)
			return bv_err_set(err, BV_ELIMIT, "trusted_proxies: more than %d addresses", CONFIG_PROXIES_MAX);
	}
	return BV_OK;
}

enum bv_status
config_check(const struct config *config, struct bv_err *err)
{
	struct bv_str url = bv_str_of(config->public_url);

	TRY(named("listen", listen_check(config->listen, err), err));
	TRY(named("db", bv_sql_url_check(config->db, err), err));
	if (config->ledger[0])
		TRY(named("ledger", bv_sql_url_check(config->ledger, err), err));
	if (config->register_url[0])
		TRY(named("register", bv_sql_url_check(config->register_url, err), err));
	TRY(check_origin(config->ledger_origin, err));
	TRY(check_proxies(config->trusted_proxies, err));
	if (!config->tls_certificate[0] != !config->tls_key[0])
		return bv_err_set(err, BV_EINVAL, "tls_certificate and tls_key belong together: give both or none");
	if (url.len && !bv_str_starts(url, BV_STR("https://")) && !bv_str_starts(url, BV_STR("http://")))
		return bv_err_set(err, BV_EINVAL, "public_url: '%s' does not begin with https:// or http://", config->public_url);
	if (url.len && bv_str_find(bv_str_sub(url, 8, url.len), '/') != url.len - 8)
		return bv_err_set(err, BV_EINVAL, "public_url: '%s' must end with the host or its port, without a '/'", config->public_url);
	if (!config->ledger[0] != !config->ledger_key[0])
		return bv_err_set(err, BV_EINVAL, "ledger and ledger_key belong together: give both or none");
	if (!config->persons[0] != !config->persons_key[0])
		return bv_err_set(err, BV_EINVAL, "persons and persons_key belong together: give both or none");
	if (config->persons[0])
		TRY(named("persons", bv_sql_url_check(config->persons, err), err));
	/* The answer's header needs its part of the connection's memory too. */
	const int64_t answer = 3072;
	if (config->header_max + answer > config->connection_memory)
		return bv_err_set(err, BV_EINVAL, "header_max: with connection_memory = %" PRId64 " it is %" PRId64 " at most", config->connection_memory,
		                  config->connection_memory - answer);
	return BV_OK;
}

void
config_write(struct bv_buf *out, const struct config *config)
{
	for (const struct config_key *k = config_keys; k->name; k++) {
		const char *at = (const char *)config + k->offset;
		const int64_t *n = (const int64_t *)(const void *)at;
		const struct rate *rate = (const struct rate *)(const void *)at;
		bv_buf_printf(out, "# %s\n# %s\n", k->vi, k->en);
		if (k->type == CONFIG_INT)
			bv_buf_printf(out, "# %" PRId64 " – %" PRId64 "; %s\n%s = %" PRId64 "\n\n", k->min, k->max, k->otherwise, k->name, *n);
		else if (k->type == CONFIG_CHOICE)
			bv_buf_printf(out, "%s = %s\n\n", k->name, k->choices[*n]);
		else if (k->type == CONFIG_RATE)
			bv_buf_printf(out, "%s = %" PRId64 "/min burst %" PRId64 "\n\n", k->name, rate->per_min, rate->burst);
		else
			bv_buf_printf(out, "%s = %s\n\n", k->name, at);
	}
}

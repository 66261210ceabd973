/* The configuration: every key is one row of config_keys, with its type, range, default and meaning. */
#ifndef BV_TOOLS_HTTPD_CONFIG_H
#define BV_TOOLS_HTTPD_CONFIG_H

#include <stdio.h>

#include "base/err.h"
#include "base/str.h"
#include "tools/httpd/limit.h"

#define CONFIG_TEXT_MAX 512
#define CONFIG_PROXIES_MAX 16
#define CONFIG_FILE_MAX (64u << 10)

enum log_requests { LOG_NONE, LOG_FAILED, LOG_ALL };

struct config {
	const char *path; /* of the file that was read; NULL: none */
	char listen[CONFIG_TEXT_MAX], public_url[CONFIG_TEXT_MAX], db[CONFIG_TEXT_MAX], trusted_proxies[CONFIG_TEXT_MAX];
	char ledger[CONFIG_TEXT_MAX], ledger_key[CONFIG_TEXT_MAX], ledger_origin[CONFIG_TEXT_MAX], bank[CONFIG_TEXT_MAX],
	    allowed_modules[CONFIG_TEXT_MAX];
	int64_t paper_memory_mib;
	char persons[CONFIG_TEXT_MAX], persons_key[CONFIG_TEXT_MAX];
	char trust[CONFIG_TEXT_MAX], account_key[CONFIG_TEXT_MAX];
	char register_url[CONFIG_TEXT_MAX], status[CONFIG_TEXT_MAX], log[CONFIG_TEXT_MAX], log_policy[CONFIG_TEXT_MAX], seb[CONFIG_TEXT_MAX],
	    standards[CONFIG_TEXT_MAX];
	char tls_certificate[CONFIG_TEXT_MAX], tls_key[CONFIG_TEXT_MAX];
	int64_t threads, connections, connections_per_address, connection_memory, header_max;
	int64_t header_timeout_s, body_timeout_s, idle_timeout_s, answer_timeout_s, drain_s;
	int64_t work_threads, work_queue, verify_memory_mib, verify_cpu_s;
	int64_t verify_unfiltered;
	int64_t board_step_ms, streams, streams_per_session, stream_s, stream_slow_s, stream_beat_s;
	struct rate rates[RATE_COUNT];
	int64_t rate_clients;
	int64_t verify_threads, verify_queue;
	int64_t password_memory_kib, password_passes, password_threads, password_queue;
	int64_t session_idle_min, session_max_h, session_refresh_s;
	int64_t second_factor; /* 1 when every account must have one */
	int64_t log_requests;  /* enum log_requests */
};

enum config_type { CONFIG_TEXT, CONFIG_INT, CONFIG_CHOICE, CONFIG_RATE };

struct config_key {
	const char *name;
	enum config_type type;
	size_t offset; /* in struct config */
	int64_t min, max;
	const char *const *choices; /* CONFIG_CHOICE: ends with NULL; the value is the index */
	const char *otherwise;      /* the default, as it would be written */
	const char *vi, *en;
};
extern const struct config_key config_keys[]; /* ends with { 0 } */

/* Every key at its default. */
void config_init(struct config *config);
/* `key = value` a line; '#' begins a comment line. EINVAL with the line: an unknown key, one given twice, a value out of its range. */
BV_MUST_USE enum bv_status config_parse(struct config *config, struct bv_str text, struct bv_err *err);
/* One value, as on the command line. */
BV_MUST_USE enum bv_status config_set(struct config *config, struct bv_str key, struct bv_str value, struct bv_err *err);
/* What must hold between several keys. */
BV_MUST_USE enum bv_status config_check(const struct config *config, struct bv_err *err);
/* All keys with their values and meanings, as a file that config_parse reads. */
void config_write(struct bv_buf *out, const struct config *config);

#endif

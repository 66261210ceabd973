/* The log: one line of key=value pairs an event, on stderr. Nothing in it names a person: accounts by their random id, never names, addresses,
 * tickets, paths, bodies. Events of one name beyond the rate are counted, not written, and the count is on the next line of that name. */
#ifndef BV_TOOLS_HTTPD_LOG_H
#define BV_TOOLS_HTTPD_LOG_H

#include "tools/httpd/limit.h"

struct log;

/* Lines go to fd, which stays the caller's. */
struct log *log_new(int fd, struct limit *limit);
void log_free(struct log *log);

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE, LOG_LEVEL_INFO };

/* event is a literal word; fmt makes "key=value key=value", where values that are no words are quoted by log_quoted. */
BV_PRINTF(4, 5) void log_event(struct log *log, enum log_level level, const char *event, const char *fmt, ...);

/* text in quotes, with '"' and '\' escaped and control characters as '?'; cut to fit. */
#define LOG_QUOTED_SIZE 600
const char *log_quoted(char out[LOG_QUOTED_SIZE], const char *text);

#endif

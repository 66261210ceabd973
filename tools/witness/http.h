/* The witness behind a socket. */
#ifndef BV_TOOLS_WITNESS_HTTP_H
#define BV_TOOLS_WITNESS_HTTP_H

#include "registry/registry.h"

struct http;

/* Answers on ADDRESS:PORT or [ADDRESS]:PORT (port 0: any that is free), one request at a time, until http_free. *port is the one taken. log: one line an event. */
BV_MUST_USE enum bv_status http_open(struct http **out, const char *listen, struct bv_witness *witness, unsigned *port, struct bv_err *err);
void http_free(struct http *http);
BV_AUTO_DEFINE(struct http, http_free)

#endif

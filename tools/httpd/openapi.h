/* The OpenAPI 3.1 document of the routes. */
#ifndef BV_TOOLS_HTTPD_OPENAPI_H
#define BV_TOOLS_HTTPD_OPENAPI_H

#include "base/json.h"

struct bv_json *openapi_document(void);

#endif

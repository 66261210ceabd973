#include "tools/httpd/handlers.h"

const struct route routes[] = {
	{ METHOD_GET, "/", 0, 0, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, NULL, "text/html", NULL, on_start_page, "startPage", "Trang đầu",
	  "The start page" },
	{ METHOD_GET, "/style.css", 0, 0, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, NULL, "text/css", NULL, on_style, "style", "Kiểu trình bày",
	  "The style of the pages" },
	{ METHOD_GET, "/healthz", 0, ROUTE_ANY_HOST, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, &health_answer, NULL, NULL, on_healthz, "health",
	  "Tiến trình còn sống", "The process answers" },
	{ METHOD_GET, "/readyz", 0, ROUTE_ANY_HOST, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, &health_answer, NULL, "busy", on_readyz, "ready",
	  "Sẵn sàng nhận yêu cầu", "Requests may be sent here" },
	{ METHOD_GET, "/metrics", ROLE(SCHEME_OWNER) | ROLE(AUDITOR), ROUTE_LOCAL | ROUTE_ANY_HOST, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, NULL,
	  "text/plain", NULL, on_metrics, "metrics", "Số đo cho Prometheus", "Measurements for Prometheus" },
	{ METHOD_GET, "/api/openapi.json", 0, 0, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, NULL, "application/json", NULL, on_openapi, "openapi",
	  "Tài liệu này", "This document" },
	{ METHOD_GET, "/problems/{name}", 0, 0, RATE_PAGE, WHERE_EVENT, 0, NULL, NULL, 200, &problem_answer_schema, NULL, "not-found", on_problem,
	  "problem", "Giải thích một loại lỗi", "Explains a kind of problem" },
	{ 0 },
};

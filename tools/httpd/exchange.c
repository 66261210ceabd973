#include "tools/httpd/exchange.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const methods[] = {
	[METHOD_GET] = "GET",     [METHOD_HEAD] = "HEAD",     [METHOD_POST] = "POST",       [METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE", [METHOD_OPTIONS] = "OPTIONS",
};

const char *
method_name(enum method method)
{
	return methods[method];
}

enum method
method_of(struct bv_str name)
{
	for (size_t i = METHOD_GET; i < BV_COUNT(methods); i++)
		if (bv_str_is(name, methods[i]))
			return (enum method)i;
	return METHOD_NONE;
}

void
exchange_field(struct exchange *x, const char *name, const char *fmt, ...)
{
	assert(x->answer.field_count < EXCHANGE_FIELDS_MAX);
	struct field *field = &x->answer.fields[x->answer.field_count++];
	va_list ap;

	field->name = name;
	int len = (int)strlen(fmt);
	if (!strchr(fmt, '%') && (size_t)len < sizeof field->value) {
		memcpy(field->value, fmt, (size_t)len + 1);
		return;
	}
	va_start(ap, fmt);
	len = vsnprintf(field->value, sizeof field->value, fmt, ap);
	va_end(ap);
	assert(len >= 0 && (size_t)len < sizeof field->value);
	for (const char *p = field->value; *p; p++)
		assert(*p >= ' ' && *p <= '~');
	(void)len;
}

void
exchange_json(struct exchange *x, int status)
{
	x->answer.status = status;
	x->answer.type = "application/json";
	exchange_field(x, "Cache-Control", "no-store");
}
